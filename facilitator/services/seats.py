"""The seating as it stands, read from its changes. What other services need to know of it."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func
from sqlmodel import Session, col, select

from facilitator.store.rows import RoomTableRow, RoundRow, SeatRow


@dataclass(frozen=True, slots=True)
class Seat:
    """Where one person sits in one round; `place` is around the table, from 0."""

    round_number: int
    table: str
    place: int


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


def table_now(session: Session, attendee_id: UUID) -> str | None:
    """Somebody's table in the running, else in the next round; None while unseated."""
    number = present_round(session)
    seat = seats_of(session, attendee_id).get(number) if number is not None else None
    return seat.table if seat else None
