"""What every printed document needs of an event: its name, its people and who sits where."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from sqlmodel import Session

from facilitator.clocks import Clocks
from facilitator.documents.page import Occasion
from facilitator.domain.errors import WorldTrouble
from facilitator.domain.people import Person, Status
from facilitator.domain.sides import Side, Sides
from facilitator.services.events import Event, read_event
from facilitator.services.people import read_people
from facilitator.services.privacy_documents import place_of
from facilitator.services.standing import RoundNow, Standing, StandingCache
from facilitator.store.database import Database
from facilitator.store.rows import DocumentFactRow

#: which rounds' tables a badge may carry
ALL, FIRST, NONE = "all", "first", "none"


@dataclass(frozen=True, slots=True)
class OnPaper:
    """The event as documents show it at one moment, read in one unit of work."""

    event: Event
    occasion: Occasion
    #: everybody on the list, the cancelled too
    people: tuple[Person, ...]
    standing: Standing

    @property
    def sides(self) -> Sides:
        """The event's sides."""
        return self.event.sides

    @property
    def coming(self) -> list[Person]:
        """Everybody who is not cancelled."""
        return [one for one in self.people if one.status is not Status.CANCELLED]

    def side(self, person: Person) -> Side:
        """Somebody's side; the third where the event no longer knows it."""
        return next((side for side in self.sides if side.key == person.side), self.sides.third)

    def rounds(self, which: str = ALL) -> list[RoundNow]:
        """The mixed rounds of the day, or the first of them that is not over, or none."""
        mixed = [
            one
            for one in self.standing.rounds
            if not one.was_left_out and self.standing.is_mixed(one.id)
        ]
        if which == NONE:
            return []
        if which == FIRST:
            return next(([one] for one in mixed if one.is_open), mixed[-1:])
        return mixed

    def labels(self) -> Mapping[UUID, str]:
        """The tables' labels by id."""
        return {table.id: table.label for table in self.standing.tables}

    def tables_of(self, person: UUID, rounds: list[RoundNow]) -> list[tuple[str, str]]:
        """(round, table) of one person as they are called; a table of "" where they have none."""
        labels = self.labels()
        found: list[tuple[str, str]] = []
        for one in rounds:
            spot = self.standing.spot(one.id, person)
            found.append((round_name(one), labels.get(spot[0], "") if spot else ""))
        return found


def round_name(one: RoundNow) -> str:
    """ "Round 2", or what the event calls it."""
    return one.name or f"Round {one.number}"


def read_on_paper(session: Session, cache: StandingCache, clocks: Clocks) -> OnPaper:
    """The event as it stands now."""
    event = read_event(session)
    return OnPaper(event, occasion_of(event, clocks), tuple(read_people(session)),
                   cache.read(session))  # fmt: skip


def occasion_of(event: Event, clocks: Clocks) -> Occasion:
    """How documents name the event, and the time at which they are made."""
    return Occasion(event.name, event.local(clocks.now()), event.held_on, event.venue)


def note_document(
    database: Database, clocks: Clocks, kind: str, path: Path, **details: object
) -> bool:
    """Record that a document with names was made; and where, so that it is found again
    when personal data is to be removed.

    A document on paper is not undone by an event that cannot be written to: False then.
    """
    fact = DocumentFactRow(
        kind=kind,
        at=clocks.now(),
        name=path.name,
        names_inside=True,
        details={"path": place_of(path), **details},
    )
    with suppress(WorldTrouble):
        with database.session() as session:
            session.add(fact)
        return True
    return False
