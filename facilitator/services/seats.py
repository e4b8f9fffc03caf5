"""The seating as it stands, read from its changes. What other services need to know of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import bindparam, func
from sqlmodel import Session, col, select

from facilitator.store.rows import RoomTableRow, RoundRow, SeatRow


@dataclass(frozen=True, slots=True)
class Seat:
    """Where one person sits in one round; `place` is around the table, from 0."""

    round_number: int
    table: str
    place: int


@dataclass(frozen=True, slots=True)
class RoundSeat:
    """One person's part in one round: the seat they have in it, if any."""

    round_id: UUID
    number: int
    started_at: datetime | None
    finished_at: datetime | None
    table_id: UUID | None
    table: str | None


def seating(session: Session) -> dict[UUID, dict[int, Seat]]:
    """Everybody's seats by round number, as of the latest change."""
    latest = (
        select(SeatRow.round_id, SeatRow.attendee_id, func.max(SeatRow.revision).label("revision"))
        .group_by(col(SeatRow.round_id), col(SeatRow.attendee_id))
        .subquery()
    )
    query = (
        select(SeatRow.attendee_id, RoundRow.number, RoomTableRow.label, SeatRow.place)
        .join(
            latest,
            (col(SeatRow.round_id) == latest.c.round_id)
            & (col(SeatRow.attendee_id) == latest.c.attendee_id)
            & (col(SeatRow.revision) == latest.c.revision),
        )
        .join(RoundRow, col(RoundRow.id) == col(SeatRow.round_id))
        .join(RoomTableRow, col(RoomTableRow.id) == col(SeatRow.table_id))
    )
    found: dict[UUID, dict[int, Seat]] = {}
    for person, number, table, place in session.exec(query):
        found.setdefault(person, {})[number] = Seat(number, table, place)
    return found


def seats_of(session: Session, attendee_id: UUID) -> dict[int, Seat]:
    """One person's seats by round number."""
    query = (
        select(RoundRow.number, RoomTableRow.label, SeatRow.place)
        .join(RoundRow, col(RoundRow.id) == col(SeatRow.round_id))
        .outerjoin(RoomTableRow, col(RoomTableRow.id) == col(SeatRow.table_id))
        .where(col(SeatRow.attendee_id) == attendee_id)
        .order_by(col(SeatRow.revision))
    )
    found: dict[int, Seat] = {}
    for number, table, place in session.exec(query):
        if table is None:
            found.pop(number, None)
        else:
            found[number] = Seat(number, table, place)
    return found


def present_round(session: Session) -> int | None:
    """The number of the running round, else of the next one; None when all are over."""
    rows = session.exec(select(RoundRow).order_by(col(RoundRow.number))).all()
    open_rounds = [row for row in rows if row.finished_at is None]
    running = [row.number for row in open_rounds if row.started_at is not None]
    if running:
        return running[-1]
    return open_rounds[0].number if open_rounds else None


#: prepared once: every scan asks it
_ROUNDS_OF = (
    select(  # pyright: ignore[reportCallIssue]
        RoundRow.id, RoundRow.number, RoundRow.started_at, RoundRow.finished_at,  # pyright: ignore[reportArgumentType]
        SeatRow.table_id, RoomTableRow.label,
    )
    .outerjoin(
        SeatRow,
        (col(SeatRow.round_id) == col(RoundRow.id))
        & (col(SeatRow.attendee_id) == bindparam("person")),
    )
    .outerjoin(RoomTableRow, col(RoomTableRow.id) == col(SeatRow.table_id))
    .order_by(col(RoundRow.number), col(SeatRow.revision))
)  # fmt: skip
_EVER_SEATED = select(SeatRow.id).where(col(SeatRow.round_id) == bindparam("round")).limit(1)


def rounds_of(session: Session, attendee_id: UUID) -> list[RoundSeat]:
    """Every round in its order, with the seat that one person has in it. One short question."""
    # of several rows of a round the latest revision stands: it comes last
    found = {
        row[0]: RoundSeat(*row)
        for row in session.connection().execute(_ROUNDS_OF, {"person": attendee_id})
    }
    return list(found.values())


def was_ever_seated(session: Session, round_id: UUID) -> bool:
    """Whether anybody ever had a seat in a round: without one it is not mixed."""
    row = session.connection().execute(_EVER_SEATED, {"round": round_id}).first()
    return row is not None


def present_of(rounds: list[RoundSeat]) -> RoundSeat | None:
    """The running round, else the next one; None when all are over."""
    open_rounds = [one for one in rounds if one.finished_at is None]
    running = [one for one in open_rounds if one.started_at is not None]
    return running[-1] if running else next(iter(open_rounds), None)


def table_now(session: Session, attendee_id: UUID) -> str | None:
    """Somebody's table in the running, else in the next round; None while unseated."""
    present = present_of(rounds_of(session, attendee_id))
    return present.table if present is not None else None
