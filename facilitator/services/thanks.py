"""Thank-you letters: for everybody who came, naming those they met who agreed to be named."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from uuid import UUID

from sqlmodel import Session, col, select

from facilitator.clocks import Clocks
from facilitator.documents.page import Occasion
from facilitator.documents.thanks import (
    DEFAULT_WORDING,
    Met,
    ThankedPerson,
    ThanksWritten,
    fill_thanks,
    write_thanks,
)
from facilitator.documents.tickets import Wording, read_wording
from facilitator.domain.changes import Changes
from facilitator.domain.people import Person, Status
from facilitator.domain.text import fold
from facilitator.services.events import Done, read_event
from facilitator.services.on_paper import note_document, occasion_of
from facilitator.services.people import read_people
from facilitator.services.seats import seating
from facilitator.services.settings import write_setting
from facilitator.store.database import Database
from facilitator.store.rows import RoundRow

_CAME = (Status.ARRIVED, Status.LEFT)
_EXAMPLE = ThankedPerson(
    "Ada", "Larkin", "", "Dr", met=(Met("Bo Chan", "Corner Pharmacy"),), others=2
)


class ThanksService:
    """Drafts of thank-you letters. Nothing is sent."""

    def __init__(self, database: Database, clocks: Clocks) -> None:
        self._database = database
        self._clocks = clocks

    def wording(self) -> str:
        """The letter as text, its subject first: the event's own, or ours."""
        with self._database.reading() as session:
            found = read_wording(read_event(session).settings.thanks_mail, DEFAULT_WORDING)
        return found.text

    def set_wording(self, text: str) -> Done:
        """Keep the event's own letter; empty is ours again.

        Refused where it has a field that there is not.
        """
        self.preview(text=text)
        same = read_wording(text, DEFAULT_WORDING) == DEFAULT_WORDING
        with self._database.session() as session:
            write_setting(session, "thanks_mail", "" if same else text.strip())
        return Done(Changes.EVENT)

    def preview(self, person_id: UUID | None = None, *, text: str | None = None) -> Wording:
        """The letter as one person (the first who came, or an example) will read it."""
        people, occasion, wording = self._read()
        if text is not None:
            wording = read_wording(text, DEFAULT_WORDING)
        wanted = str(person_id) if person_id else ""
        person = next((one for key, one in people if wanted in {"", key}), _EXAMPLE)
        return fill_thanks(wording, person, occasion)

    def number(self) -> int:
        """How many people came."""
        return len(self._read()[0])

    def write(
        self, folder: Path, progress: Callable[[int, int], object] | None = None
    ) -> ThanksWritten:
        """Fill `folder` with a draft for everybody who came and has an address.

        Refused where nobody came; WorldTrouble where it cannot be written.
        """
        people, occasion, wording = self._read()
        written = write_thanks(folder, [one for _, one in people], occasion, wording, progress)
        note_document(self._database, self._clocks, "thanks", folder, people=written.people)
        return written

    # -- internal -------------------------------------------------------------------------------

    def _read(self) -> tuple[list[tuple[str, ThankedPerson]], Occasion, Wording]:
        with self._database.reading() as session:
            event = read_event(session)
            came = {one.id: one for one in read_people(session) if one.status in _CAME and one.name}
            met = _met(session, came)
        wording = read_wording(event.settings.thanks_mail, DEFAULT_WORDING)
        people = sorted(came.values(), key=lambda one: (fold(one.sorted_name), one.id))
        found = [(str(one.id), _thanked(one, met[one.id], came)) for one in people]
        return found, occasion_of(event, self._clocks), wording


def _thanked(one: Person, met: set[UUID], came: dict[UUID, Person]) -> ThankedPerson:
    theirs = sorted((came[key] for key in met), key=lambda p: fold(p.sorted_name))
    named = [p for p in theirs if p.contact_consent is True]
    return ThankedPerson(
        one.given_name, one.family_name, one.id.hex[-12:], one.title, one.email,
        tuple(Met(p.full_name, p.organisation) for p in named), len(theirs) - len(named),
    )  # fmt: skip


def _met(session: Session, came: dict[UUID, Person]) -> defaultdict[UUID, set[UUID]]:
    """Whom everybody sat with, of those who came; in rounds that began, or, where the clock never
    began one, in all that were not left out."""
    rounds = session.exec(select(RoundRow).order_by(col(RoundRow.number))).all()
    begun = {row.number for row in rounds if row.started_at is not None}
    counted = begun or {row.number for row in rounds if row.finished_at is None}
    tables: defaultdict[tuple[int, str], list[UUID]] = defaultdict(list)
    for person, seats in seating(session).items():
        for number, seat in seats.items():
            if number in counted and person in came:
                tables[number, seat.table].append(person)
    met: defaultdict[UUID, set[UUID]] = defaultdict(set)
    for together in tables.values():
        for one in together:
            met[one].update(key for key in together if key != one)
    return met
