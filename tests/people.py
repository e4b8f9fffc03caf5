"""Invented people for tests, put straight onto the list."""

from __future__ import annotations

import secrets
from typing import Any

from facilitator.app import EventApp
from facilitator.domain.names import split_name
from facilitator.domain.people import Person
from facilitator.domain.ticket import make_ticket
from facilitator.services.people import next_position
from facilitator.store.rows import AttendeeCodeRow, AttendeeRow


def add_person(
    app: EventApp,
    name: str,
    side: str = "general-practice",
    *,
    codes: tuple[str, ...] = (),
    **more: Any,
) -> Person:
    """Somebody expected (or, with `cancelled=True`, not)."""
    parts = split_name(name)
    tag = app.event.get().tag
    with app.database.session() as session:
        row = AttendeeRow(
            title=parts.title, given_name=parts.given, family_name=parts.family, side=side,
            ticket=make_ticket(tag, secrets.token_bytes(10)), position=next_position(session),
            created_at=app.clocks.now(), **more,
        )  # fmt: skip
        session.add(row)
        session.flush()
        for code in codes:
            session.add(AttendeeCodeRow(attendee_id=row.id, code=code, folded=code.casefold()))
    return app.people.get(row.id)
