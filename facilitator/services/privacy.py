"""Personal data: what is held, everything about one person, erasing them, removing everybody."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy.exc import DBAPIError
from sqlmodel import Session, col, select

from facilitator.clocks import Clocks
from facilitator.documents.page import write_document
from facilitator.domain.changes import Changes
from facilitator.domain.errors import Refused, Trouble
from facilitator.services.events import read_event
from facilitator.services.people import read_people, read_person
from facilitator.services.person_data import Held, HistoryLine, everything_held, history_of
from facilitator.services.privacy_copies import Unreached, clear_copies
from facilitator.services.privacy_purge import RowsPurged, erase_rows, forget, purge_rows
from facilitator.store.database import Database
from facilitator.store.rows import AttendeeRow, DocumentFactRow
from facilitator.store.trouble import in_words

__all__ = ["HeldNow", "HistoryLine", "PrivacyService", "Purged", "Unreached"]


@dataclass(frozen=True, slots=True)
class HeldNow:
    """Whose personal data this event holds."""

    people: int
    agreed: int
    #: by when the organisers said they would remove it
    keep_until: date | None
    purged_at: datetime | None
    #: documents with names that were made, by file name
    documents: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Purged:
    """What was removed and what could not be reached."""

    people: int
    kept: int
    copies: tuple[Path, ...]
    unreached: tuple[Unreached, ...]
    #: documents in the event's folder that name people: they are for their makers to delete
    documents: tuple[Path, ...]
    changes: Changes = Changes.ALL


class PrivacyService:
    """What is held about people, and its end."""

    def __init__(self, database: Database, clocks: Clocks) -> None:
        self._database = database
        self._clocks = clocks

    def held(self) -> HeldNow:
        """How many people are held by name, how many agreed, and by when that ends."""
        with self._database.reading() as session:
            event = read_event(session)
            people = [p for p in read_people(session) if p.name or p.email]
            documents = session.exec(
                select(DocumentFactRow.name)
                .where(col(DocumentFactRow.names_inside))
                .order_by(col(DocumentFactRow.at))
            ).all()
        until = event.settings.keep_until
        return HeldNow(
            len(people), sum(1 for p in people if p.contact_consent),
            date.fromisoformat(until) if until else None, event.purged_at,
            tuple(dict.fromkeys(name for name in documents if name)),
        )  # fmt: skip

    def history(self, person_id: UUID) -> tuple[HistoryLine, ...]:
        """Every fact about one person, oldest first. Refused where there is nobody of that id."""
        with self._database.reading() as session:
            return history_of(session, read_person(session, person_id), names_others=True)

    def access(self, person_id: UUID) -> dict[str, Any]:
        """Everything held about one person, as plain values."""
        with self._database.reading() as session:
            return self._held_about(session, person_id).as_json()

    def write_access(self, person_id: UUID, path: Path) -> Path:
        """The same as a file: JSON or PDF by the name's ending. Refused for another."""
        ending = path.suffix.lower()
        if ending not in {".json", ".pdf"}:
            raise Refused(
                f"What is held about somebody is written as JSON or PDF; “{path.name}” is neither.",
                "Nothing was written.", "End its name in .json or .pdf.",
            )  # fmt: skip
        with self._database.reading() as session:
            held = self._held_about(session, person_id)
        if ending == ".json":
            text = json.dumps(held.as_json(), ensure_ascii=False, indent=2) + "\n"
            return write_document(path, lambda to: to.write_text(text, "utf-8", newline="\n"))
        from facilitator.documents.person_file import write_person_file

        return write_person_file(path, held.name, held.event, held.sections, held.made_at)

    def erase(self, person_id: UUID) -> Purged:
        """Take everything about one person out of the event and its copies in the same folder.

        Their comings and goings stay as nameless facts. Refused where there is nobody of that id.
        """
        with self._database.session() as session:
            read_person(session, person_id)
            event_id = read_event(session).id
            erase_rows(session, person_id, self._clocks.now())
        unreached = self._forget()
        copies = self._copies(
            event_id, lambda other: erase_rows(other, person_id, self._clocks.now())
        )
        return Purged(1, 0, copies[0], (*unreached, *copies[1]), ())

    def purge(self, *, keep_consented: bool = False) -> Purged:
        """Remove names, addresses, codes and organisations of people, and keep the figures.

        Also from this event's copies in the same folder. With `keep_consented` those who agreed
        to be kept in touch stay. What could not be reached is named in the answer.
        """
        now = self._clocks.now()

        def clear(session: Session) -> RowsPurged:
            return purge_rows(session, now, keep_consented=keep_consented)

        with self._database.session() as session:
            event_id = read_event(session).id
            done = clear(session)
        unreached = self._forget()
        cleared, failed = self._copies(event_id, clear)
        return Purged(
            done.people, done.kept, cleared, (*unreached, *failed), self._left(done.documents)
        )  # fmt: skip

    # -- internal -------------------------------------------------------------------------------

    def _held_about(self, session: Session, person_id: UUID) -> Held:
        row = session.get(AttendeeRow, person_id)
        person = read_person(session, person_id)
        assert row is not None
        event = read_event(session)
        return everything_held(session, event, person, row, event.local(self._clocks.now()))

    def _forget(self) -> tuple[Unreached, ...]:
        """Let the file forget; what cannot be is told, since the rows are clear already."""
        try:
            with in_words(self._database.place):
                forget(self._database)
        except Trouble as trouble:
            return (Unreached(Path(self._log), str(trouble)),)
        except DBAPIError:
            return (Unreached(Path(self._database.place), "The server did not rewrite its pages."),)
        return ()

    @property
    def _log(self) -> str:
        path = self._database.path
        return self._database.place if path is None else f"{path}-wal"

    def _copies(self, event_id: UUID, clear: Any) -> tuple[tuple[Path, ...], tuple[Unreached, ...]]:
        path = self._database.path
        if path is None:
            return (), ()
        found = clear_copies(path, event_id, clear)
        return found.cleared, found.unreached

    def _left(self, names: tuple[str, ...]) -> tuple[Path, ...]:
        path = self._database.path
        if path is None:
            return ()
        return tuple(path.parent / name for name in names if name and (path.parent / name).exists())
