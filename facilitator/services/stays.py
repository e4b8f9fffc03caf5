"""When people were here: their comings and goings as stretches of time; who attended a round."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from sqlmodel import Session, col, select

from facilitator.store.rows import PresenceRow, RoomTableRow, RoundRow, SeatChangeRow, SeatRow

#: from when until when somebody was here; None while they still are
Stay = tuple[datetime, datetime | None]


@dataclass(frozen=True, slots=True)
class RoundTime:
    """A round that counts. Without `began` the clock was not used: whoever came attended."""

    number: int
    began: datetime | None
    ended: datetime | None

    def attended(self, stays: Sequence[Stay]) -> bool:
        """Whether somebody was here during a part of it, by their stays."""
        return bool(stays) and (self.began is None or bool(self.during(stays)))

    def together(self, some: Sequence[Stay], others: Sequence[Stay]) -> bool:
        """Whether two people were here during it at the same time."""
        if self.began is None:
            return True
        mine, theirs = self.during(some), self.during(others)
        return any(a < d and c < b for a, b in mine for c, d in theirs)

    def during(self, stays: Sequence[Stay]) -> list[tuple[datetime, datetime]]:
        """The parts of the round in which somebody was here; nothing without a clock."""
        assert self.began is not None
        last = self.ended or datetime.max.replace(tzinfo=UTC)
        parts = [(max(came, self.began), min(went or last, last)) for came, went in stays]
        return [(a, b) for a, b in parts if a < b]


@dataclass(frozen=True, slots=True, order=True)
class Sitting:
    """Somebody at a table; two may have had one place, one after the other."""

    place: int
    person: UUID


def read_stays(session: Session) -> dict[UUID, list[Stay]]:
    """Everybody's stays, as far as their facts stand."""
    rows = session.exec(
        select(PresenceRow).order_by(col(PresenceRow.number), col(PresenceRow.id))
    ).all()
    undone = {row.undoes for row in rows if row.undoes is not None}
    found: dict[UUID, list[Stay]] = {}
    since: dict[UUID, datetime] = {}
    for row in rows:
        if row.kind == "undone" or row.id in undone:
            continue
        at = row.about or row.at
        if row.kind != "left":
            since.setdefault(row.attendee_id, at)
        elif row.attendee_id in since:
            found.setdefault(row.attendee_id, []).append((since.pop(row.attendee_id), at))
    for person, at in since.items():
        found.setdefault(person, []).append((at, None))
    return found


def rounds_that_count(session: Session) -> list[RoundTime]:
    """The rounds that began; where none did, those that were not left out. A round lasts until
    its end, or until the next one began."""
    rows = session.exec(select(RoundRow).order_by(col(RoundRow.number))).all()
    begun = [row for row in rows if row.started_at is not None]
    if not begun:
        return [RoundTime(row.number, None, None) for row in rows if row.finished_at is None]
    found = []
    for row in begun:
        assert row.started_at is not None
        later = [r.started_at for r in begun if r.started_at and r.started_at > row.started_at]
        found.append(
            RoundTime(row.number, row.started_at, row.finished_at or min(later, default=None))
        )
    return found


def seats_in(session: Session, rounds: Sequence[RoundTime]) -> dict[tuple[int, str], list[Sitting]]:
    """Who sat at which table in these rounds, in the order of their places.

    Whoever left during a round sat in it until then: that their seat was freed takes nothing back.
    """
    by_number = {one.number: one for one in rounds}
    query = (
        select(SeatRow, SeatChangeRow, RoundRow.number, RoomTableRow.label)
        .join(SeatChangeRow, col(SeatChangeRow.id) == col(SeatRow.change_id))
        .join(RoundRow, col(RoundRow.id) == col(SeatRow.round_id))
        .outerjoin(RoomTableRow, col(RoomTableRow.id) == col(SeatRow.table_id))
        .order_by(col(SeatRow.revision))
    )
    last: dict[tuple[int, UUID], tuple[str, int]] = {}
    for seat, change, number, table in session.exec(query):
        round_ = by_number.get(number)
        if round_ is None:
            continue
        if table is not None:
            last[number, seat.attendee_id] = (table, seat.place)
        elif change.kind != "left" or round_.began is None or change.at < round_.began:
            last.pop((number, seat.attendee_id), None)
    found: dict[tuple[int, str], list[Sitting]] = {}
    for (number, person), (table, place) in last.items():
        found.setdefault((number, table), []).append(Sitting(place, person))
    return {key: sorted(found[key]) for key in sorted(found)}
