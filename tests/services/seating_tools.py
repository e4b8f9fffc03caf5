"""A mixed room for the tests of seating."""

from __future__ import annotations

import secrets

from facilitator.app import EventApp
from facilitator.domain.people import Person
from facilitator.domain.ticket import make_ticket
from facilitator.mixing.engine import Solution, solve
from facilitator.services.asking import MixRequest, Who
from facilitator.services.checkin import At
from facilitator.services.mixing import Accepted
from facilitator.services.people import next_position
from facilitator.store.rows import AttendeeRow

DESK = At("Desk 1", "AY")
BOROUGHS = ("Southwark", "Lambeth", "Lewisham", "Croydon", "Bromley")


def fill(app: EventApp, gps: int, pharmacists: int, others: int = 0) -> list[Person]:
    """So many people on the list, quickly."""
    sides = ["general-practice"] * gps + ["community-pharmacy"] * pharmacists + ["other"] * others
    tag = app.event.get().tag
    with app.database.session() as session:
        first = next_position(session)
        for at, side in enumerate(sides):
            session.add(
                AttendeeRow(
                    given_name=f"Given{at}", family_name=f"Family{at}", side=side,
                    borough=BOROUGHS[at % 5], organisation=f"Organisation {at // 2}",
                    ticket=make_ticket(tag, secrets.token_bytes(10)), position=first + at,
                    created_at=app.clocks.now(),
                )
            )  # fmt: skip
    return app.people.all()


def tables(app: EventApp, many: int) -> None:
    """Only so many of the room's tables."""
    for table in app.seating.room().rounds[0].tables[many:]:
        app.tables.remove(table.label)


def solved(request: MixRequest) -> Solution:
    """A plan, the same on every machine."""
    return solve(request.problem, work=60_000, seed=1, told=request.told)


def mix(app: EventApp, from_round: int = 1, **who: bool) -> Accepted:
    """Mix and take the plan over."""
    request = app.mixing.request(from_round, Who(**who))
    return app.mixing.accept(request, solved(request).plan)


def seats(app: EventApp) -> dict[tuple[int, str], tuple[str, int]]:
    """Everybody's seats, to compare: (round, id) → (table, place)."""
    room = app.seating.room()
    return {(number, str(who)): at for (number, who), at in room.where.items()}
