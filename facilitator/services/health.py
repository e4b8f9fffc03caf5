"""Copies of an event, and whether it is in order."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from sqlalchemy import text
from sqlmodel import Session, col, select

from facilitator.clocks import Clocks
from facilitator.domain.changes import Changes
from facilitator.domain.text import counted
from facilitator.services.copying import CopyService
from facilitator.services.merging import admitted_twice
from facilitator.services.seats import seating
from facilitator.store.database import HEAD, Database
from facilitator.store.rows import (
    AttendeeRow,
    EventRow,
    PresenceRow,
    RoundRow,
    SeatChangeRow,
    SideRow,
)


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that is wrong, and what to do about it; both plain sentences."""

    what: str
    then: str


@dataclass(frozen=True, slots=True)
class Checked:
    """What was looked at and what is wrong."""

    problems: tuple[Problem, ...]
    people: int
    facts: int
    version: str

    @property
    def is_sound(self) -> bool:
        """Whether nothing is wrong."""
        return not self.problems


@dataclass(frozen=True, slots=True)
class BackedUp:
    """A copy that is on disk now; names are inside."""

    path: Path
    changes: Changes = Changes.NONE


_COPY = (
    "Make a copy of the event's file, then open the newest backup of before and go on with that."
)


class HealthService:
    """Backup and check."""

    def __init__(self, database: Database, clocks: Clocks) -> None:
        self._database = database
        self._clocks = clocks

    def backup(self, path: Path) -> BackedUp:
        """A consistent copy to `path` while others go on; it holds everything, names too.

        Refused where it would replace the event itself, WorldTrouble where it cannot be written.
        """
        return BackedUp(CopyService(self._database, self._clocks).copy_to(path).path)

    def check(self) -> Checked:
        """Look at the file's pages, what its rows refer to, its version, and facts that
        contradict each other. Nothing is changed."""
        problems: list[Problem] = []
        with self._database.reading() as session:
            if not self._database.is_server:
                problems += _pages(session)
            version = str(session.execute(text("SELECT version_num FROM alembic_version")).scalar())
            if version != HEAD:
                problems.append(
                    Problem(f"The event is of version {version}, this program of {HEAD}.",
                            "Open it once in the window, which brings it up to date.")
                )  # fmt: skip
            if not problems:
                # rows of a damaged file would only confuse
                problems += _event(session)
                problems += _arrivals(session)
                problems += _seats(session)
            people = len(session.exec(select(AttendeeRow.id)).all()) if not problems else 0
            facts = len(session.exec(select(PresenceRow.id)).all()) if not problems else 0
        return Checked(tuple(problems), people, facts, version)


def _pages(session: Session) -> list[Problem]:
    found: list[Problem] = []
    lines = [str(row[0]) for row in session.execute(text("PRAGMA integrity_check(5)"))]
    if lines != ["ok"]:
        found.append(Problem(f"The file is damaged: {lines[0]}.", _COPY))
    lost = session.execute(text("PRAGMA foreign_key_check")).all()
    if lost:
        tables = Counter(str(row[0]) for row in lost)
        named = ", ".join(f"{many} of “{table}”" for table, many in sorted(tables.items()))
        found.append(
            Problem(f"{counted(len(lost), 'row refers', 'rows refer')} to something that is not "
                    f"there ({named}).", _COPY)
        )  # fmt: skip
    return found


def _event(session: Session) -> list[Problem]:
    found: list[Problem] = []
    events = len(session.exec(select(EventRow.id)).all())
    if events != 1:
        found.append(Problem(f"The file holds {events} events, not one.", _COPY))
    sides = sorted(session.exec(select(SideRow.position)).all())
    if sides != [0, 1, 2]:
        found.append(Problem(f"The event has {counted(len(sides), 'side')}, not three.", _COPY))
    return found


def _arrivals(session: Session) -> list[Problem]:
    by_person: dict[UUID, list[PresenceRow]] = defaultdict(list)
    for row in session.exec(select(PresenceRow).order_by(col(PresenceRow.number))):
        by_person[row.attendee_id].append(row)
    # Whom somebody has looked at already is no trouble any more.
    torn, wrong = set(admitted_twice(session)), set()
    for person, rows in by_person.items():
        if len({row.authority for row in rows}) > 1:
            continue
        undone = {row.undoes for row in rows if row.kind == "undone"}
        standing = [row for row in rows if row.kind != "undone" and row.id not in undone]
        inside = False
        for row in standing:
            if (row.kind == "left") != inside:
                wrong.add(person)
            inside = row.kind != "left"
    wrong -= torn
    names = _names(session, torn | wrong)
    found: list[Problem] = []
    if torn:
        found.append(
            Problem(
                f"Two desks that did not know of each other let in {_listed(torn, names)}.",
                "Look at each person's history at the Desk: both arrivals are kept, and they are "
                "counted once.",
            )
        )
    if wrong:
        found.append(
            Problem(
                f"What is recorded about {_listed(wrong, names)} cannot follow on itself: "
                "arrived twice, or left before arriving.",
                "Look at each person's history at the Desk and undo what is not so.",
            )
        )
    return found


def _seats(session: Session) -> list[Problem]:
    found: list[Problem] = []
    revisions = session.exec(select(SeatChangeRow.revision)).all()
    if revisions and sorted(revisions) != list(range(1, len(revisions) + 1)):
        found.append(
            Problem("A change of the seating is missing.", "Mix the rounds that are to come again.")
        )
    finished = {
        number for number, at in session.exec(select(RoundRow.number, RoundRow.finished_at)) if at
    }
    places: dict[tuple[int, str, int], int] = Counter(
        (number, seat.table, seat.place)
        for seats in seating(session).values()
        for number, seat in seats.items()
        if number not in finished
    )
    twice = sorted({(number, table) for (number, table, _), many in places.items() if many > 1})
    if twice:
        where = ", ".join(f"round {number} table {table}" for number, table in twice[:5])
        found.append(
            Problem(f"Two people have the same seat: {where}.", "Move one of them at Tables.")
        )
    return found


def _names(session: Session, ids: set[UUID]) -> dict[UUID, str]:
    return {
        row.id: f"{row.given_name} {row.family_name}".strip() or "somebody without a name"
        for row in session.exec(select(AttendeeRow).where(col(AttendeeRow.id).in_(list(ids))))
    }


def _listed(ids: set[UUID], names: dict[UUID, str]) -> str:
    ordered = sorted(names.get(key, "somebody") for key in ids)
    more = len(ordered) - 3
    return ", ".join(ordered[:3]) + (f" and {counted(more, 'other')}" if more > 0 else "")
