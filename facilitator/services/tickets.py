"""Tickets to send before the day: gathered here, written by `facilitator.documents.tickets`."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID

from sqlmodel import Session, col, select

from facilitator.clocks import Clocks
from facilitator.documents.page import ready_folder
from facilitator.documents.tickets import (
    DEFAULT_WORDING,
    TicketDay,
    TicketPerson,
    TicketsWritten,
    Wording,
    fill_wording,
    read_wording,
    write_tickets,
)
from facilitator.domain.changes import Changes
from facilitator.domain.people import Person, Status
from facilitator.services.events import Done, read_event
from facilitator.services.on_paper import note_document, occasion_of
from facilitator.services.people import read_people
from facilitator.services.programme_rows import read_programme
from facilitator.services.settings import write_setting
from facilitator.store.database import Database
from facilitator.store.rows import DocumentFactRow


@dataclass(frozen=True, slots=True)
class TicketsNow:
    """How the tickets stand: the event's own wording as text, and for whom there is none yet."""

    #: as `wording_from` reads it; the wording of ours where the event has none
    wording: str
    expected: int
    #: those of them whose ticket was not written yet, or who changed since
    new: int
    #: when tickets were last written
    last: datetime | None = None


class TicketService:
    """Makes a code, a draft and a line of the list for everybody who is expected."""

    def __init__(self, database: Database, clocks: Clocks) -> None:
        self._database = database
        self._clocks = clocks

    def now(self) -> TicketsNow:
        """How many tickets are still to be written, and the wording."""
        with self._database.reading() as session:
            text = read_event(session).settings.ticket_mail
            people = _expected(session)
            new, last = _unwritten(session, people)
        wording = wording_from(text)
        return TicketsNow(wording.text, len(people), len(new), last)

    def set_wording(self, text: str) -> Done:
        """Keep the event's own letter; empty is ours again.

        Refused where it has a field that there is not.
        """
        self.preview(text=text)
        same = wording_from(text) == DEFAULT_WORDING
        with self._database.session() as session:
            write_setting(session, "ticket_mail", "" if same else text.strip())
        return Done(Changes.EVENT)

    def write(
        self,
        folder: Path,
        progress: Callable[[int, int], object] | None = None,
        *,
        everybody: bool = False,
    ) -> TicketsWritten:
        """Fill `folder` for those expected who have no ticket yet, or for `everybody` expected.

        Nothing is sent. Whoever was written once is remembered, and written again only after a
        change of their name or address. `progress` is told (done, of); where it answers False,
        the rest is left for another time. Where nobody is new, nothing is written.

        Refused where nobody is expected, the parent folder is missing, or the event's wording has
        a field that there is not; WorldTrouble where it cannot be written.
        """
        people, day, wording = self._read()
        wanted = people
        if not everybody:
            with self._database.reading() as session:
                wanted, _ = _unwritten(session, people)
        before = len(people) - len(wanted)
        if before and not wanted:
            ready_folder(folder)
            return TicketsWritten(0, None, (), before=before)
        written = write_tickets(
            folder, [_holder(one) for one in wanted], day, wording, progress, before
        )
        theirs = {str(one.id): _mark(one) for one in wanted[: written.people]}
        note_document(
            self._database, self._clocks, "tickets", folder, people=written.people, written=theirs
        )
        return written

    def preview(self, person_id: UUID | None = None, *, text: str | None = None) -> Wording:
        """The letter as one person (the first expected, or an example) will read it.

        `text` is a wording that is not kept yet. Refused where it has a field that there is not.
        """
        people, day, wording = self._read()
        wording = wording if text is None else wording_from(text)
        person = next((one for one in people if person_id in {None, one.id}), None)
        example = TicketPerson("Ada", "Larkin", "F1-0000-0000000000000000-0", "Dr")
        return fill_wording(wording, _holder(person) if person else example, day)

    # -- internal -------------------------------------------------------------------------------

    def _read(self) -> tuple[list[Person], TicketDay, Wording]:
        with self._database.reading() as session:
            event = read_event(session)
            people = _expected(session)
            planned = sorted(read_programme(session).planned().values(), key=lambda p: p.starts)
        day = TicketDay(
            occasion_of(event, self._clocks),
            event.local(planned[0].starts) if planned else None,
            event.local(max(one.ends for one in planned)) if planned else None,
            str(event.id),
        )
        return people, day, wording_from(event.settings.ticket_mail)


def _expected(session: Session) -> list[Person]:
    return [one for one in read_people(session) if one.status is Status.EXPECTED]


def _unwritten(session: Session, people: Sequence[Person]) -> tuple[list[Person], datetime | None]:
    """For whom no ticket was written that still says what is known of them; and when the last
    was written."""
    as_written: dict[str, str] = {}
    last: datetime | None = None
    facts = select(DocumentFactRow).where(col(DocumentFactRow.kind) == "tickets")
    for fact in session.exec(facts.order_by(col(DocumentFactRow.at), col(DocumentFactRow.id))):
        last = fact.at
        as_written.update(fact.details.get("written", {}))
    return [one for one in people if as_written.get(str(one.id)) != _mark(one)], last


def _mark(person: Person) -> str:
    """What the letter says of somebody, so that a change of it is noticed. The ticket in it is a
    secret of theirs: nobody can guess a name or an address from the mark."""
    told = (person.ticket, person.title, person.given_name, person.family_name, person.email)
    return hashlib.sha256("\n".join(told).encode()).hexdigest()[:16]


def wording_from(text: str) -> Wording:
    """The event's own letter. A first line "Subject: …" is its subject; nothing is our letter."""
    return read_wording(text, DEFAULT_WORDING)


def _holder(person: Person) -> TicketPerson:
    return TicketPerson(
        person.given_name, person.family_name, person.ticket, person.title, person.email
    )
