"""Tickets to send before the day: gathered here, written by `facilitator.documents.tickets`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from uuid import UUID

from facilitator.clocks import Clocks
from facilitator.documents.tickets import (
    DEFAULT_WORDING,
    TicketDay,
    TicketPerson,
    TicketsWritten,
    Wording,
    fill_wording,
    write_tickets,
)
from facilitator.domain.people import Person, Status
from facilitator.services.events import read_event
from facilitator.services.on_paper import note_document, occasion_of
from facilitator.services.people import read_people
from facilitator.services.programme_rows import read_programme
from facilitator.store.database import Database

_SUBJECT = "subject:"


class TicketService:
    """Makes a code, a draft and a line of the list for everybody who is expected."""

    def __init__(self, database: Database, clocks: Clocks) -> None:
        self._database = database
        self._clocks = clocks

    def write(
        self, folder: Path, progress: Callable[[int, int], object] | None = None
    ) -> TicketsWritten:
        """Fill `folder` for everybody expected. Nothing is sent.

        Refused where nobody is expected, the parent folder is missing, or the event's wording has
        a field that there is not; WorldTrouble where it cannot be written.
        """
        people, day, wording = self._read()
        written = write_tickets(folder, [_holder(one) for one in people], day, wording, progress)
        note_document(self._database, self._clocks, "tickets", folder, people=written.people)
        return written

    def preview(self, person_id: UUID | None = None) -> Wording:
        """The letter as one person (the first expected, or an example) will read it."""
        people, day, wording = self._read()
        person = next((one for one in people if person_id in {None, one.id}), None)
        example = TicketPerson("Ada", "Larkin", "F1-0000-0000000000000000-0", "Dr")
        return fill_wording(wording, _holder(person) if person else example, day)

    # -- internal -------------------------------------------------------------------------------

    def _read(self) -> tuple[list[Person], TicketDay, Wording]:
        with self._database.reading() as session:
            event = read_event(session)
            people = [one for one in read_people(session) if one.status is Status.EXPECTED]
            planned = sorted(read_programme(session).planned().values(), key=lambda p: p.starts)
        day = TicketDay(
            occasion_of(event, self._clocks),
            event.local(planned[0].starts) if planned else None,
            event.local(max(one.ends for one in planned)) if planned else None,
            str(event.id),
        )
        return people, day, wording_from(event.settings.ticket_mail)


def wording_from(text: str) -> Wording:
    """The event's own letter. A first line "Subject: …" is its subject; nothing is our letter."""
    if not text.strip():
        return DEFAULT_WORDING
    first, _, rest = text.lstrip().partition("\n")
    if first.lower().startswith(_SUBJECT):
        return Wording(first[len(_SUBJECT) :].strip(), rest.strip())
    return Wording(DEFAULT_WORDING.subject, text.strip())


def _holder(person: Person) -> TicketPerson:
    return TicketPerson(
        person.given_name, person.family_name, person.ticket, person.title, person.email
    )
