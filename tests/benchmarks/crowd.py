"""An event of any size for the benchmarks, put straight into its file; all have three seats."""

from __future__ import annotations

import secrets
from datetime import date
from pathlib import Path

from sqlalchemy import insert
from sqlmodel import col, select

from facilitator.app import EventApp, create_event
from facilitator.domain.ids import new_id
from facilitator.domain.ticket import make_ticket
from facilitator.services.events import NewEvent
from facilitator.store.rows import (
    AttendeeCodeRow,
    AttendeeRow,
    RoomTableRow,
    RoundRow,
    SeatChangeRow,
    SeatRow,
)
from tests.day import SIDES, name_of


def make_crowd(path: Path, many: int) -> tuple[EventApp, list[str]]:
    """The open event, and everybody's ticket in the order of the list."""
    seats = 8 if many <= 3200 else 48
    tables = -(-many // (seats - 1)) + 1
    app = create_event(path, NewEvent("Benchmark", date(2025, 11, 12), tables=tables, seats=seats))
    tag, now = app.event.get().tag, app.clocks.now()
    ids = [new_id() for _ in range(many)]
    tickets = [make_ticket(tag, secrets.token_bytes(10)) for _ in ids]
    people, codes = [], []
    for number, (key, ticket) in enumerate(zip(ids, tickets, strict=True)):
        given, family = name_of(number)
        row = AttendeeRow(
            id=key, title="Dr", given_name=given, family_name=family, side=SIDES[number % 3],
            organisation=f"{family} Road Surgery {number // 7}", front_line=number % 2 == 0,
            email=f"p{number}@people.example", phone=f"020 7946 {number % 10_000:04d}",
            ticket=ticket, position=number + 1, created_at=now,
        )  # fmt: skip
        people.append(row.model_dump())
        code = f"EB-{100_000 + number}"
        codes.append({"id": new_id(), "attendee_id": key, "code": code, "folded": code.lower()})
    with app.database.session() as session:
        session.execute(insert(AttendeeRow), people)
        session.execute(insert(AttendeeCodeRow), codes)
        room = session.exec(select(RoomTableRow.id).order_by(col(RoomTableRow.position))).all()
        used = -(-many // (seats - 1))
        for revision, key in enumerate(session.exec(select(RoundRow.id)).all(), 1):
            change = SeatChangeRow(revision=revision, kind="mix", at=now)
            session.add(change)
            session.flush()
            session.execute(
                insert(SeatRow),
                [
                    {
                        "id": new_id(), "change_id": change.id, "revision": revision,
                        "round_id": key, "attendee_id": person,
                        "table_id": room[(place + place // used * revision) % used],
                        "place": place // used,
                    }
                    for place, person in enumerate(ids)
                ],
            )  # fmt: skip
    return app, tickets
