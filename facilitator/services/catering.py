"""Numbers for others: the caterer, the venue, the door. Totals, without names unless asked."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID

from sqlmodel import Session, col, select

from facilitator.clocks import Clocks
from facilitator.documents.numbers import (
    DoorPerson,
    MealNumbers,
    Need,
    Numbers,
    SideNumbers,
    TableNumbers,
    write_door_csv,
    write_door_pdf,
    write_numbers_csv,
    write_numbers_pdf,
)
from facilitator.domain.board import board
from facilitator.domain.errors import Refused
from facilitator.domain.people import Person, Status
from facilitator.domain.programme import Kind
from facilitator.domain.schedule import Place, SessionTimes
from facilitator.domain.text import fold
from facilitator.services.on_paper import OnPaper, note_document, read_on_paper, round_name
from facilitator.services.programme_rows import moment_now, read_clock
from facilitator.services.seating import SeatingService
from facilitator.store.database import Database
from facilitator.store.rows import PresenceRow

#: what a break is called when there is something to eat or drink
_MEAL = re.compile(
    r"\b(?:lunch|dinner|supper|breakfast|brunch|tea|coffee|refreshment|food|buffet|canap|drinks|"
    r"meal|snack|reception)",
    re.IGNORECASE,
)
#: (when it happened, whether they are inside from then on)
_Moves = list[tuple[datetime, bool]]


@dataclass(frozen=True, slots=True)
class NumbersWritten:
    """A file that is on disk now, for how many people, and whether names are inside."""

    path: Path
    people: int
    names_inside: bool


class CateringService:
    """Dietary and access needs, expected against arrived, and a list for the door."""

    def __init__(self, database: Database, clocks: Clocks, seating: SeatingService) -> None:
        self._database = database
        self._clocks = clocks
        self._seating = seating

    def numbers(self, *, names: bool = False) -> Numbers:
        """The totals as they stand: over all, by table of the running or else the next round, and
        at each meal of the programme. With `names` each need says whose it is."""
        return self._read(names=names)[1]

    def write(self, path: Path, *, names: bool = False) -> NumbersWritten:
        """Write the totals as .pdf or .csv. Refused for another ending."""
        ending = _ending(path)
        paper, numbers = self._read(names=names)
        if ending == ".csv":
            write_numbers_csv(path, numbers)
        else:
            write_numbers_pdf(path, numbers, paper.occasion)
        if names:
            note_document(self._database, self._clocks, "numbers", path, people=numbers.expected)
        return NumbersWritten(path, numbers.expected, names)

    def write_door(self, path: Path) -> NumbersWritten:
        """Write the list for the door, by family name, as .pdf or .csv: who is expected, and who
        is here already. Names are inside; needs are not.

        Refused for another ending, or where nobody is expected.
        """
        ending = _ending(path)
        with self._database.reading() as session:
            paper = read_on_paper(session, self._seating.cache, self._clocks)
        people = [
            DoorPerson(one.given_name, one.family_name, paper.side(one), one.organisation,
                       _state(paper, one))
            for one in paper.coming
        ]  # fmt: skip
        if not people:
            raise Refused("Nobody is expected yet.", "Nothing was written.", "Import a list.")
        people.sort(key=lambda one: (fold(one.name), one.name))
        if ending == ".csv":
            write_door_csv(path, people)
        else:
            write_door_pdf(path, people, paper.occasion)
        note_document(self._database, self._clocks, "door list", path, people=len(people))
        return NumbersWritten(path, len(people), True)

    # -- internal -------------------------------------------------------------------------------

    def _read(self, *, names: bool) -> tuple[OnPaper, Numbers]:
        with self._database.reading() as session:
            paper = read_on_paper(session, self._seating.cache, self._clocks)
            times = board(read_clock(session), moment_now(self._clocks)).times
            moves = _moves(session)
        coming, now = paper.coming, self._clocks.now()
        present = paper.standing.present
        numbers = Numbers(
            sides=tuple(
                SideNumbers(
                    side, sum(one.side == side.key for one in coming),
                    sum(one.side == side.key and one.is_here for one in coming),
                )
                for side in paper.sides
            ),
            left=sum(one.status is Status.LEFT for one in coming),
            walk_ins=sum(one.walk_in for one in coming),
            diets=_needs(coming, lambda one: one.diet, names=names),
            access=_needs(coming, lambda one: one.access, names=names),
            round_name=round_name(present) if present else "",
            tables=_tables(paper, names=names),
            meals=tuple(
                _meal(paper, entry, moves, now, names=names) for entry in _meals(times)
            ),
            names_inside=names,
        )  # fmt: skip
        return paper, numbers


def _ending(path: Path) -> str:
    ending = path.suffix.lower()
    if ending not in {".pdf", ".csv"}:
        raise Refused(
            f"These numbers are written as .pdf or .csv, not as “{path.name}”.",
            "Nothing was written.",
        )
    return ending


def _state(paper: OnPaper, person: Person) -> str:
    if person.status is Status.LEFT:
        return "left"
    return f"in {paper.event.local(person.since):%H:%M}" if person.is_here and person.since else ""


def _needs(
    people: Iterable[Person], what: Callable[[Person], str], *, names: bool
) -> tuple[Need, ...]:
    """Needs with how many have each, the most first. Spelling and case do not part them, but a
    need is never split: "vegan, no nuts" is one meal and not two."""
    gathered: defaultdict[str, list[Person]] = defaultdict(list)
    for one in people:
        if what(one).strip():
            gathered[fold(what(one)) or what(one).casefold()].append(one)
    needs = [
        Need(
            min((what(one) for one in group), key=lambda text: (text == text.lower(), text)),
            len(group), sum(one.is_here for one in group),
            tuple(sorted((one.full_name for one in group), key=fold)) if names else (),
        )
        for group in gathered.values()
    ]  # fmt: skip
    return tuple(sorted(needs, key=lambda need: (-need.expected, fold(need.words))))


def _tables(paper: OnPaper, *, names: bool) -> tuple[TableNumbers, ...]:
    """The tables of the running or else the next round at which somebody has a need."""
    present = paper.standing.present
    if present is None or not paper.standing.is_mixed(present.id):
        return ()
    at: defaultdict[UUID | None, list[Person]] = defaultdict(list)
    for one in paper.coming:
        spot = paper.standing.spot(present.id, one.id)
        if spot is not None or one.diet or one.access:
            at[spot[0] if spot else None].append(one)
    found: list[TableNumbers] = []
    labels = [(table.id, table.label) for table in paper.standing.tables]
    for key, label in [*labels, (None, "")]:
        group = at.get(key, [])
        diets = _needs(group, lambda one: one.diet, names=names)
        access = _needs(group, lambda one: one.access, names=names)
        if diets or access:
            found.append(TableNumbers(label, len(group), diets, access))
    return tuple(found)


def _meals(times: Sequence[SessionTimes]) -> list[SessionTimes]:
    """The breaks that are meals by their title; every break where no title says so."""
    breaks = [
        entry for entry in times
        if entry.session.kind in (Kind.BREAK, Kind.NETWORKING)
        and not entry.session.skip and entry.place is not Place.SKIPPED
    ]  # fmt: skip
    meals = [entry for entry in breaks if _MEAL.search(entry.session.title)]
    return meals or [entry for entry in breaks if entry.session.kind is Kind.BREAK]


def _meal(
    paper: OnPaper, entry: SessionTimes, moves: dict[UUID, _Moves], now: datetime, *, names: bool
) -> MealNumbers:
    """Who eats: those who were inside where it has begun; else those inside and those to come."""
    begins = entry.actual_start or entry.expected_start
    begun = begins is not None and begins <= now
    people = [
        one for one in paper.coming
        if (
            _inside(moves.get(one.id, []), begins) if begun and begins
            else one.status in (Status.EXPECTED, Status.ARRIVED)
        )
    ]  # fmt: skip
    return MealNumbers(
        entry.session.title,
        f"{paper.event.local(begins):%H:%M}" if begins else "",
        begun,
        len(people),
        sum(one.is_here for one in people),
        _needs(people, lambda one: one.diet, names=names),
    )


def _inside(moves: _Moves, moment: datetime) -> bool:
    inside = False
    for at, into in moves:
        if at <= moment:
            inside = into
    return inside


def _moves(session: Session) -> dict[UUID, _Moves]:
    """When everybody came and went, as far as it stands; what paper says was about then."""
    rows = session.exec(select(PresenceRow).order_by(col(PresenceRow.number))).all()
    undone = {row.undoes for row in rows if row.undoes is not None}
    found: defaultdict[UUID, _Moves] = defaultdict(list)
    for row in rows:
        if row.kind != "undone" and row.id not in undone:
            found[row.attendee_id].append((row.about or row.at, row.kind != "left"))
    return found
