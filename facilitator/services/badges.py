"""Badges, and the labels that mend those whose tables have changed since."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from facilitator.clocks import Clocks
from facilitator.documents.badge_layouts import LAYOUTS, Layout, find_layout
from facilitator.documents.badges import BadgePerson, write_badges
from facilitator.documents.tables_print import write_labels
from facilitator.domain.changes import Changes
from facilitator.domain.errors import Refused, WorldTrouble
from facilitator.domain.people import Person
from facilitator.domain.text import fold
from facilitator.domain.ticket import make_ticket
from facilitator.services.events import read_event
from facilitator.services.on_paper import (
    ALL,
    FIRST,
    NONE,
    OnPaper,
    note_document,
    occasion_of,
    read_on_paper,
)
from facilitator.services.people import read_person
from facilitator.services.room import badge_tables
from facilitator.services.seating import BADGE, SeatingService
from facilitator.services.standing import RoundNow
from facilitator.store.database import Database

WALK_INS = "walk-ins"


@dataclass(frozen=True, slots=True)
class Printed:
    """A document that was made: where it is, and how many people and pages are in it."""

    path: Path
    people: int
    pages: int
    changes: Changes
    layout: str = ""
    tables: str = ""


@dataclass(frozen=True, slots=True)
class OneBadge:
    """One person's badge as it was drawn: on which paper, and the tables of which rounds."""

    person: Person
    layout: Layout
    rounds: tuple[RoundNow, ...]


class BadgeService:
    """Makes badges and labels as PDF. What they say of tables is recorded as told."""

    def __init__(self, database: Database, clocks: Clocks, seating: SeatingService) -> None:
        self._database = database
        self._clocks = clocks
        self._seating = seating

    @property
    def layouts(self) -> tuple[Layout, ...]:
        """The papers that badges can be printed on."""
        return tuple(LAYOUTS.values())

    def write(
        self,
        path: Path,
        *,
        layout: str | None = None,
        only: str = "",
        tables: str | None = None,
        people: Iterable[UUID] | None = None,
        progress: Callable[[int, int], object] | None = None,
    ) -> Printed:
        """Write badges by surname: of everybody not cancelled, of walk-ins alone, or of `people`.

        `layout` and `tables` (all, first, none) are the event's own where not given. Refused where
        there is nobody or no such layout; WorldTrouble where it cannot be written.
        """
        wanted = None if people is None else set(people)
        paper = self._read()
        settings = paper.event.settings
        chosen = find_layout(layout or settings.badge_layout)
        which = _which(tables or settings.badge_tables)
        if only not in {"", WALK_INS}:
            raise Refused(f"Badges can be limited to walk-ins, not to “{only}”.")
        found = [
            one
            for one in sorted(paper.coming, key=_by_surname)
            if (wanted is None or one.id in wanted) and (not only or one.walk_in)
        ]
        if only and not found:
            raise Refused("There are no walk-ins to print a badge for.", "Nothing was written.")
        rounds = paper.rounds(which)
        badges = [badge_of(paper, one, rounds) for one in found]
        write_badges(path, badges, chosen, paper.occasion, progress)
        changes = self._told(path, "badges", rounds, [one.id for one in found])
        pages = -(-len(found) // chosen.a_page)
        return Printed(path, len(found), pages, changes, chosen.name, which)

    def write_one(self, person_id: UUID, path: Path, *, layout: str | None = None) -> Person:
        """Write one person's badge, alone on its page; returns the person."""
        one = self.draw_one(person_id, path, layout=layout)
        self.record_one(one, path)
        return one.person

    def draw_one(self, person_id: UUID, path: Path, *, layout: str | None = None) -> OneBadge:
        """Draw one person's badge, alone on its page, and record nothing yet: it may not print."""
        with self._database.reading() as session:
            # of a long list only the one who waits at the desk is read
            person, event = read_person(session, person_id), read_event(session)
            standing = self._seating.cache.read(session)
        paper = OnPaper(event, occasion_of(event, self._clocks), (person,), standing)
        settings = paper.event.settings
        rounds = paper.rounds(_which(settings.badge_tables))
        chosen = find_layout(layout or settings.badge_layout)
        write_badges(path, [badge_of(paper, person, rounds)], chosen, paper.occasion)
        return OneBadge(person, chosen, tuple(rounds))

    def record_one(self, one: OneBadge, path: Path) -> Changes:
        """Record that a badge is on paper now, and that its tables are told."""
        return self._told(path, "badge", list(one.rounds), [one.person.id])

    def write_sample(self, path: Path, *, layout: str | None = None) -> Layout:
        """Draw a badge of nobody, to try a printer with; nothing is recorded. Returns its paper.

        Its code is of this event and on nobody's ticket: scanned, it is "not on the list".
        """
        with self._database.reading() as session:
            event = read_event(session)
        chosen = find_layout(layout or event.settings.badge_layout)
        ticket = make_ticket(event.tag, bytes(10))
        badge = BadgePerson("Test", "Badge", "Held straight and whole?", "Scan its code",
                            event.sides.first, ticket, (("Round 1", "1"),))  # fmt: skip
        write_badges(path, [badge], chosen, occasion_of(event, self._clocks))
        return chosen

    def changed(self) -> tuple[UUID, ...]:
        """Those whose badge says a table, of a round not over, that is not theirs any more."""
        with self._database.reading() as session:
            said = badge_tables(session)
            standing = self._seating.cache.read(session)
        still = {one.id for one in standing.rounds if one.is_open}
        wrong: dict[UUID, None] = {}
        for (round_id, person), table in said.items():
            spot = standing.spot(round_id, person)
            if round_id in still and (spot is None or spot[0] != table):
                wrong[person] = None
        return tuple(wrong)

    def write_labels(self, path: Path, people: Iterable[UUID] | None = None) -> Printed:
        """Write a label for each badge that became wrong (or of `people`), by surname.

        Refused where no badge did.
        """
        wanted = set(self.changed() if people is None else people)
        paper = self._read()
        rounds = [one for one in paper.rounds(ALL) if one.is_open]
        found = [one for one in sorted(paper.coming, key=_by_surname) if one.id in wanted]
        write_labels(path, [badge_of(paper, one, rounds) for one in found], paper.occasion)
        changes = self._told(path, "labels", rounds, [one.id for one in found])
        return Printed(path, len(found), -(-len(found) // 21), changes)

    # -- internal -------------------------------------------------------------------------------

    def _read(self) -> OnPaper:
        with self._database.reading() as session:
            return read_on_paper(session, self._seating.cache, self._clocks)

    def _told(self, path: Path, kind: str, rounds: list[RoundNow], people: list[UUID]) -> Changes:
        note_document(self._database, self._clocks, kind, path, people=len(people))
        numbers = [one.number for one in rounds if one.is_open]
        told = 0
        with suppress(WorldTrouble):
            told = self._seating.told(BADGE, numbers, people) if numbers else 0
        return Changes.SEATS if told else Changes.NONE


def badge_of(paper: OnPaper, person: Person, rounds: list[RoundNow]) -> BadgePerson:
    """What one person's badge says."""
    tables = tuple(pair for pair in paper.tables_of(person.id, rounds) if pair[1])
    return BadgePerson(
        person.given_name, person.family_name, person.role, person.organisation,
        paper.side(person), person.ticket, tables,
    )  # fmt: skip


def _which(tables: str) -> str:
    if tables not in {ALL, FIRST, NONE}:
        raise Refused(
            f"A badge carries the tables of all rounds, the first or none, not “{tables}”."
        )
    return tables


def _by_surname(person: Person) -> tuple[str, str, int]:
    family = person.family_name or person.given_name
    return fold(family), fold(person.given_name), person.position
