"""Personal data: what is held, everything about one person, erasing them, removing everybody."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy.exc import DBAPIError
from sqlmodel import Session

from facilitator.clocks import Clocks
from facilitator.documents.page import day_in_words, write_document
from facilitator.domain.changes import Changes
from facilitator.domain.errors import Refused, Trouble
from facilitator.domain.text import counted
from facilitator.services.events import Event, read_event
from facilitator.services.people import read_people, read_person
from facilitator.services.person_data import Held, HistoryLine, everything_held, history_of
from facilitator.services.privacy_copies import Unreached, clear_copies
from facilitator.services.privacy_documents import copy_places, document_facts, still_there
from facilitator.services.privacy_inventory import HeldPart, read_inventory
from facilitator.services.privacy_joined import JoinedCopy, heard_of, read_joined
from facilitator.services.privacy_logs import clear_logs
from facilitator.services.privacy_purge import RowsPurged, erase_rows, purge_rows
from facilitator.services.privacy_removals import (
    ERASE,
    PURGE,
    PURGE_BUT_AGREED,
    begin_removal,
    end_removal,
)
from facilitator.services.report import record_document
from facilitator.store.database import Database
from facilitator.store.hub import read_account
from facilitator.store.rows import AttendeeRow
from facilitator.store.scrub import scrub
from facilitator.store.trouble import in_words

__all__ = [
    "HeldNow", "HeldPart", "HistoryLine", "JoinedCopy", "PrivacyService", "Purged", "Unreached",
]  # fmt: skip


#: how long after the event personal data is proposed to be kept: until the last reminder to write
KEEP_FOR = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class HeldNow:
    """Whose personal data this event holds."""

    people: int
    agreed: int
    #: by when the organisers said they would remove it
    keep_until: date | None
    purged_at: datetime | None
    #: documents with names that were made and still exist, by file name
    documents: tuple[str, ...]
    #: a day by which to remove it, proposed from the day of the event on while none is set
    proposed: date | None = None

    def is_due(self, today: date) -> bool:
        """Whether the day to remove it by has come and somebody is still held."""
        return self.people > 0 and self.keep_until is not None and self.keep_until <= today


@dataclass(frozen=True, slots=True)
class Purged:
    """What was removed and what could not be reached."""

    people: int
    kept: int
    copies: tuple[Path, ...]
    unreached: tuple[Unreached, ...]
    #: documents that name people and still exist: they are for their makers to delete
    documents: tuple[Path, ...]
    changes: Changes = Changes.ALL


def until_words(held: HeldNow) -> str:
    """By when what is held is to be removed, in a sentence."""
    if not held.people:
        return "No names or addresses of people are held."
    who = f"Held about {counted(held.people, 'person', 'people')}"
    if held.keep_until is None:
        return f"{who}. No day is set by which it is to be removed."
    return f"{who}, to be removed by {day_in_words(held.keep_until).partition(' ')[2]}."


class PrivacyService:
    """What is held about people, and its end."""

    def __init__(
        self, database: Database, clocks: Clocks,
        heard: Callable[[], Mapping[UUID, datetime]] = dict,
    ) -> None:  # fmt: skip
        self._database = database
        self._clocks = clocks
        #: when each joined laptop was last heard of; empty where the hub does not tell
        self._heard = heard

    def held(self) -> HeldNow:
        """How many people are held by name, how many agreed, and by when that ends."""
        with self._database.reading() as session:
            event = read_event(session)
            people = [p for p in read_people(session) if p.name or p.email]
            facts = document_facts(session)
        documents = [
            path.name for fact in facts if (path := still_there(fact, self._beside)) is not None
        ]
        until = event.settings.keep_until
        return HeldNow(
            len(people), sum(1 for p in people if p.contact_consent),
            date.fromisoformat(until) if until else None, event.purged_at,
            tuple(dict.fromkeys(documents)), self._proposed(event) if people else None,
        )  # fmt: skip

    def inventory(self) -> tuple[HeldPart, ...]:
        """What is held about people, and why."""
        with self._database.reading() as session:
            return read_inventory(session)

    def joined(self) -> tuple[JoinedCopy, ...]:
        """The copies of laptops that joined, the hub first; none where nobody shares the event."""
        path = self._database.path
        account = read_account(path) if path is not None else None
        if account is None:
            return ()
        told = self._heard()
        with self._database.engine.begin() as connection:
            heard, as_of = heard_of(connection, told, self._clocks.now())
        with self._database.reading() as session:
            return read_joined(session, UUID(account.desk_id), heard, as_of)

    def write_inventory(self, path: Path) -> Path:
        """The same as a PDF that names nobody. Refused for another ending."""
        if path.suffix.lower() != ".pdf":
            raise Refused("This page is a PDF; end its name in .pdf.", "Nothing was written.")
        held = self.held()
        with self._database.reading() as session:
            event, parts = read_event(session), read_inventory(session)
        others = [one for one in self.joined() if not one.is_this and one.taken_off_at is None]
        from facilitator.documents.held_page import write_held_page

        made = event.local(self._clocks.now())
        write_held_page(
            path, event.name, [(p.what, p.why, p.many) for p in parts], until_words(held), made,
            (len(others), sum(1 for one in others if one.unreached)),
        )  # fmt: skip
        record_document(self._database, self._clocks, "held", path, names_inside=False)
        return path

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
            write_document(path, lambda to: to.write_text(text, "utf-8", newline="\n"))
        else:
            from facilitator.documents.person_file import write_person_file

            write_person_file(path, held.name, held.event, held.sections, held.made_at)
        record_document(self._database, self._clocks, "access", path, names_inside=True)
        return path

    def erase(self, person_id: UUID) -> Purged:
        """Take everything about one person out of the event and its copies in the same folder.

        Their comings and goings stay as nameless facts. Refused where there is nobody of that id.
        """
        now = self._clocks.now()

        def work(session: Session) -> tuple[RowsPurged | None, UUID, tuple[Path, ...]]:
            read_person(session, person_id)
            event_id, elsewhere = read_event(session).id, copy_places(session)
            removal = begin_removal(session, ERASE, person_id, now)
            done = erase_rows(session, person_id, now, self._beside)
            end_removal(session, removal, now)
            return done, event_id, elsewhere

        done, event_id, elsewhere = self._database.decide(work)
        assert done is not None
        return self._followed(
            done, event_id, elsewhere, lambda other: erase_rows(other, person_id, now)
        )

    def purge(self, *, keep_consented: bool = False) -> Purged:
        """Remove names, addresses, codes and organisations of people, and keep the figures.

        Also from this event's copies and from the logs of this laptop. With `keep_consented` those
        who agreed to be kept in touch stay. What could not be reached is named in the answer, and
        so are documents that name people, as often as it is done, until they are deleted.
        """
        now = self._clocks.now()
        kind = PURGE_BUT_AGREED if keep_consented else PURGE

        def work(session: Session) -> tuple[RowsPurged, UUID, tuple[Path, ...]]:
            event_id, elsewhere = read_event(session).id, copy_places(session)
            removal = begin_removal(session, kind, None, now)
            done = purge_rows(session, now, self._beside, keep_consented=keep_consented)
            end_removal(session, removal, now)
            return done, event_id, elsewhere

        done, event_id, elsewhere = self._database.decide(work)
        return self._followed(
            done, event_id, elsewhere,
            lambda other: purge_rows(other, now, keep_consented=keep_consented),
        )  # fmt: skip

    # -- internal -------------------------------------------------------------------------------

    def _proposed(self, event: Event) -> date | None:
        today = event.local(self._clocks.now()).date()
        if event.settings.keep_until or today < event.held_on:
            return None
        return event.held_on + KEEP_FOR

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
                scrub(self._database)
        except Trouble as trouble:
            return (Unreached(Path(self._log), str(trouble)),)
        except DBAPIError:
            return (Unreached(Path(self._database.place), "The server did not rewrite its pages."),)
        return ()

    @property
    def _log(self) -> str:
        path = self._database.path
        return self._database.place if path is None else f"{path}-wal"

    @property
    def _beside(self) -> Path | None:
        """The event's folder; None for one on a server."""
        return None if self._database.path is None else self._database.path.parent

    def _followed(
        self, done: RowsPurged, event_id: UUID, elsewhere: tuple[Path, ...],
        clear: Callable[[Session], object],
    ) -> Purged:  # fmt: skip
        """What follows once the rows are clear: the file forgets, then copies and logs."""
        unreached = list(self._forget())
        copies = clear_copies(self._database.path, event_id, clear, elsewhere)
        unreached += copies.unreached
        unreached += [
            Unreached(path, "The log of faults could not be rewritten. Delete it.")
            for path in clear_logs(done.names)
        ]
        return Purged(done.people, done.kept, copies.cleared, tuple(unreached), done.documents)
