"""Changes of the seating: written once each, never changed, taken back by further ones.

`seat_change.revision` is unique: of two changes made against the same seating the second finds its
number taken, reads again and decides anew.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import insert
from sqlmodel import Session, col, select

from facilitator.domain.ids import new_id
from facilitator.services.free_seats import Asked, best_spot, place_at
from facilitator.services.standing import Spot, Standing
from facilitator.store.database import insert_once, signed
from facilitator.store.rows import SeatChangeRow, SeatRow

#: how often a change is decided anew when others change the seats at the same moment
TRIES = 12

#: (round, person) → the seat they have after the change, None for none
Rows = dict[tuple[UUID, UUID], Spot | None]


@dataclass(frozen=True, slots=True)
class Change:
    """One change of the seating, without its seats."""

    id: UUID
    revision: int
    kind: str
    at: datetime
    by: str
    words: str
    cause: UUID | None
    undoes: UUID | None


def write_change(
    session: Session,
    standing: Standing,
    kind: str,
    at: datetime,
    rows: Mapping[tuple[UUID, UUID], Spot | None],
    words: str = "",
    *,
    by: str = "",
    cause: UUID | None = None,
    undoes: UUID | None = None,
) -> bool:
    """Append a change that was decided against `standing`. False where another came first.

    `words` name tables and rounds but never people, so that an erasure need not read them.
    """
    change = SeatChangeRow(
        revision=standing.revision + 1, kind=kind, at=at, by=signed(session, by),
        words=words, cause=cause, undoes=undoes,
    )  # fmt: skip
    if not insert_once(session, change, "revision"):
        return False
    values = [
        {
            "id": new_id(), "change_id": change.id, "revision": change.revision,
            "round_id": round_id, "attendee_id": person,
            "table_id": spot[0] if spot else None, "place": spot[1] if spot else 0,
        }
        for (round_id, person), spot in rows.items()
    ]  # fmt: skip
    if values:
        session.execute(insert(SeatRow), values)
    return True


def read_changes(session: Session) -> list[Change]:
    """Every change of the seating, in order."""
    rows = session.exec(select(SeatChangeRow).order_by(col(SeatChangeRow.revision)))
    return [
        Change(row.id, row.revision, row.kind, row.at, row.by, row.words, row.cause, row.undoes)
        for row in rows
    ]


def undo_and_redo(changes: Sequence[Change]) -> tuple[list[Change], list[Change]]:
    """What can be taken back and what can be done again, the next one last in each.

    Only what people did at the Tables screen counts: what arrivals and departures did is taken
    back with them. An undo of an undo does it again.
    """
    turns: dict[UUID, int] = {}
    undo: list[Change] = []
    redo: list[Change] = []
    for change in changes:
        if change.cause is not None:
            continue
        # How often it was turned round: done, taken back, done again, taken back again …
        turn = turns.get(change.undoes, 0) + 1 if change.undoes else 0
        turns[change.id] = turn
        undo = [one for one in undo if one.id != change.undoes]
        redo = [one for one in redo if one.id != change.undoes]
        if turn == 0:
            redo.clear()
        (redo if turn % 2 else undo).append(change)
    return undo, redo


def original(change: Change, changes: Sequence[Change]) -> Change:
    """What was done first, where `change` is an undo or a redo of it."""
    by_id = {one.id: one for one in changes}
    while change.undoes is not None and change.undoes in by_id:
        change = by_id[change.undoes]
    return change


def seats_of_change(session: Session, change_id: UUID) -> Rows:
    """The seats that a change gave and took."""
    query = select(SeatRow.round_id, SeatRow.attendee_id, SeatRow.table_id, SeatRow.place)
    return {
        (round_id, person): None if table is None else (table, place)
        for round_id, person, table, place in session.exec(
            query.where(col(SeatRow.change_id) == change_id)
        )
    }


def seats_before(session: Session, revision: int, keys: Sequence[tuple[UUID, UUID]]) -> Rows:
    """Where those of `keys` sat before a revision."""
    people = {person for _, person in keys}
    query = (
        select(SeatRow.round_id, SeatRow.attendee_id, SeatRow.table_id, SeatRow.place)
        .where(col(SeatRow.revision) < revision)
        .order_by(col(SeatRow.revision))
    )
    if len(people) <= 50:
        query = query.where(col(SeatRow.attendee_id).in_(people))
    found: Rows = dict.fromkeys(keys)
    for round_id, person, table, place in session.exec(query):
        if (round_id, person) in found:
            found[round_id, person] = None if table is None else (table, place)
    return found


def settled(standing: Standing, rows: Rows, asked: Asked) -> Rows:
    """The rows with room made for them: whoever else has one of the seats moves on.

    They go to another seat at that table, else to the best free one, else they are unseated.
    Those of `rows` whose seat is gone altogether (a table that is no more) go likewise.
    """
    out = dict(rows)
    for round_id in {round_id for round_id, _ in rows}:
        now = standing.seated(round_id)
        mine = {p: spot for (r, p), spot in rows.items() if r == round_id}
        tables = {t.id: standing.seats_at(round_id, t) for t in standing.tables}
        taken: dict[Spot, UUID] = {}
        displaced: list[tuple[UUID, UUID]] = []
        after = {**now, **mine}
        for person in sorted(after, key=lambda p: p not in mine):
            spot = after[person]
            if spot is None:
                continue
            if spot in taken or spot[1] >= tables.get(spot[0], 0):
                displaced.append((person, spot[0]))
            else:
                taken[spot] = person
        free = dict(taken)
        for person, table in displaced:
            spot = place_at(standing, round_id, table, person, free, asked)
            if spot is None:
                spot = best_spot(standing, round_id, person, free, asked)
            if spot is not None:
                free[spot] = person
            out[round_id, person] = spot
    return out
