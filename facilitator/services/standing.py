"""The room as it stands: tables, rounds and who sits where, folded from every change of the seats.

`StandingCache` keeps the fold of what was committed and reads only what came since, so that a
check-in does not read a whole day's changes again. A cached fold is trusted only while its last
change is still the one that the database has under that revision, with as many seats: a transaction
that was rolled back, or an erasure, makes it read everything anew.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from threading import Lock
from uuid import UUID

from sqlalchemy import func
from sqlmodel import Session, col, select

from facilitator.store.rows import RoomTableRow, RoundRow, RoundTableRow, SeatChangeRow, SeatRow

#: a table and the place around it, from 0
Spot = tuple[UUID, int]
#: for each round who sits where; without a spot they have been seated and are not any more
Seats = Mapping[UUID, Mapping[UUID, Spot | None]]


@dataclass(frozen=True, slots=True)
class RoundNow:
    """A round as it is set up. One that is finished and never began was left out."""

    id: UUID
    number: int
    name: str
    aims: Mapping[str, str]
    started_at: datetime | None
    finished_at: datetime | None

    @property
    def is_open(self) -> bool:
        """Whether it runs or is still to come: its seats may change."""
        return self.finished_at is None

    @property
    def is_running(self) -> bool:
        """Whether people sit in it now."""
        return self.started_at is not None and self.finished_at is None

    @property
    def is_to_come(self) -> bool:
        """Whether it has not begun."""
        return self.started_at is None and self.finished_at is None

    @property
    def was_left_out(self) -> bool:
        """Whether it was taken out of the day before it began."""
        return self.started_at is None and self.finished_at is not None


@dataclass(frozen=True, slots=True)
class TableNow:
    """A table as it is set up; `seats` where no round says otherwise."""

    id: UUID
    label: str
    position: int
    seats: int
    least: int
    step_free: bool
    hearing_loop: bool
    near_front: bool


@dataclass(frozen=True, slots=True)
class Standing:
    """Tables, rounds and seats at one revision (0 before the first change)."""

    revision: int
    change_id: UUID | None
    rounds: tuple[RoundNow, ...]
    tables: tuple[TableNow, ...]
    #: seats of a table where a round has others than usual; 0 is no table in that round
    other_seats: Mapping[tuple[UUID, UUID], int] = field(default_factory=dict)
    seats: Seats = field(default_factory=dict)

    def round(self, number: int) -> RoundNow | None:
        """The round of that number, None where there is none."""
        return next((r for r in self.rounds if r.number == number), None)

    @property
    def present(self) -> RoundNow | None:
        """The running round, else the next one; None when all are over."""
        running = [r for r in self.rounds if r.is_running]
        if running:
            return running[-1]
        return next((r for r in self.rounds if r.is_open), None)

    def seats_at(self, round_id: UUID, table: TableNow) -> int:
        """How many seats a table has in a round."""
        return self.other_seats.get((round_id, table.id), table.seats)

    def tables_of(self, round_id: UUID) -> list[TableNow]:
        """The tables that stand in a round, in order."""
        return [t for t in self.tables if self.seats_at(round_id, t) > 0]

    def seated(self, round_id: UUID) -> dict[UUID, Spot]:
        """Who sits where in a round."""
        return {who: at for who, at in self.seats.get(round_id, {}).items() if at is not None}

    def spot(self, round_id: UUID, person: UUID) -> Spot | None:
        """Somebody's seat in a round."""
        return self.seats.get(round_id, {}).get(person)

    def is_mixed(self, round_id: UUID) -> bool:
        """Whether anybody has a seat in a round."""
        return any(at is not None for at in self.seats.get(round_id, {}).values())

    def at_table(self, round_id: UUID, table_id: UUID) -> dict[int, UUID]:
        """Who sits at a table in a round, by place."""
        return {
            at[1]: who
            for who, at in self.seats.get(round_id, {}).items()
            if at is not None and at[0] == table_id
        }


class StandingCache:
    """Reads the room as it stands; safe to share between threads."""

    def __init__(self) -> None:
        self._lock = Lock()
        #: revision, its change, how many rows of seats there were, the seats
        self._known: tuple[int, UUID | None, int, Seats] = (0, None, 0, {})

    def read(self, session: Session) -> Standing:
        """The room as the session sees it, its own uncommitted changes included."""
        with self._lock:
            revision, change_id, many, seats = self._known
        last = session.exec(
            select(SeatChangeRow.revision, SeatChangeRow.id)
            .order_by(col(SeatChangeRow.revision).desc())
            .limit(1)
        ).first()
        until = last[0] if last else 0
        total = session.exec(
            select(func.count(col(SeatRow.id))).where(col(SeatRow.revision) <= until)
        ).one()
        if last is None:
            revision, change_id, seats = 0, None, {}
        elif (revision, change_id, many) != (*last, total):
            known = bool(revision) and self._still(session, revision, change_id)
            rows = list(_rows_between(session, revision, until)) if known else []
            if not known or many + len(rows) != total:
                rows, seats = list(_rows_between(session, 0, until)), {}
            seats = _folded(seats, rows)
            revision, change_id = last
            with self._lock:
                self._known = (revision, change_id, total, seats)
        rounds, tables, others = _set_up(session)
        return Standing(revision, change_id, rounds, tables, others, seats)

    @staticmethod
    def _still(session: Session, revision: int, change_id: UUID | None) -> bool:
        found = session.exec(
            select(SeatChangeRow.id).where(col(SeatChangeRow.revision) == revision)
        ).first()
        return found == change_id


def _rows_between(
    session: Session, after: int, until: int
) -> Iterable[tuple[UUID, UUID, UUID | None, int]]:
    return session.exec(
        select(SeatRow.round_id, SeatRow.attendee_id, SeatRow.table_id, SeatRow.place)
        .where(col(SeatRow.revision) > after, col(SeatRow.revision) <= until)
        .order_by(col(SeatRow.revision))
    )


def _folded(
    seats: Seats, rows: Iterable[tuple[UUID, UUID, UUID | None, int]]
) -> dict[UUID, dict[UUID, Spot | None]]:
    """The seats with further rows laid over them; what was given stays as it was."""
    found = {round_id: dict(people) for round_id, people in seats.items()}
    for round_id, person, table, place in rows:
        found.setdefault(round_id, {})[person] = None if table is None else (table, place)
    return found


def _set_up(
    session: Session,
) -> tuple[tuple[RoundNow, ...], tuple[TableNow, ...], dict[tuple[UUID, UUID], int]]:
    rounds = session.execute(
        select(  # pyright: ignore[reportCallIssue]
            RoundRow.id, RoundRow.number, RoundRow.name, RoundRow.aims,  # pyright: ignore[reportArgumentType]
            RoundRow.started_at, RoundRow.finished_at,
        ).order_by(col(RoundRow.number))
    )  # fmt: skip
    tables = session.execute(
        select(  # pyright: ignore[reportCallIssue]
            RoomTableRow.id, RoomTableRow.label, RoomTableRow.position, RoomTableRow.seats,  # pyright: ignore[reportArgumentType]
            RoomTableRow.least, RoomTableRow.step_free, RoomTableRow.hearing_loop,
            RoomTableRow.near_front,
        ).order_by(col(RoomTableRow.position), col(RoomTableRow.id))
    )  # fmt: skip
    others = session.exec(
        select(RoundTableRow.round_id, RoundTableRow.table_id, RoundTableRow.seats)
    )
    return (
        tuple(RoundNow(*row) for row in rounds),
        tuple(TableNow(*row) for row in tables),
        {(round_id, table_id): seats for round_id, table_id, seats in others},
    )
