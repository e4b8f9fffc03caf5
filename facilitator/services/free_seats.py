"""The best free seat for one person: what a late arrival gets, and what the key Seat does.

First no wish is broken, then a table that lacks their side gets it, then they meet as few people
again as can be, then as many of the other side as can be, then the emptier table.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

from facilitator.services.neighbours import besides, in_order
from facilitator.services.standing import RoundNow, Spot, Standing, TableNow


@dataclass(frozen=True, slots=True)
class Asked:
    """What is known and wished of people, as far as one seat needs it."""

    #: position of everybody's side: 0, 1, or 2
    sides: Mapping[UUID, int] = field(default_factory=dict)
    apart: Mapping[UUID, frozenset[UUID]] = field(default_factory=dict)
    together: Mapping[UUID, frozenset[UUID]] = field(default_factory=dict)
    #: (person, round number) → the table they are to sit at
    pinned: Mapping[tuple[UUID, int], UUID] = field(default_factory=dict)
    #: (table, round number) that take nobody further
    locked: frozenset[tuple[UUID, int]] = frozenset()
    #: people who need a step-free table, or one near the front with a hearing loop
    needs: Mapping[UUID, str] = field(default_factory=dict)


def met_elsewhere(standing: Standing, person: UUID, but: UUID) -> set[UUID]:
    """Whom somebody meets in the other rounds, past and to come."""
    found: set[UUID] = set()
    for a_round in standing.rounds:
        spot = standing.spot(a_round.id, person) if a_round.id != but else None
        if spot is not None:
            found.update(standing.at_table(a_round.id, spot[0]).values())
    found.discard(person)
    return found


def place_at(
    standing: Standing,
    round_id: UUID,
    table_id: UUID,
    person: UUID,
    taken: Mapping[Spot, UUID],
    asked: Asked,
) -> Spot | None:
    """The free place at one table that puts the most people beside the other side."""
    table = next((t for t in standing.tables if t.id == table_id), None)
    if table is None:
        return None
    at = {spot[1]: who for spot, who in taken.items() if spot[0] == table_id}
    best: tuple[int, int] | None = None
    for place in range(standing.seats_at(round_id, table)):
        if place in at:
            continue
        order = in_order({**at, place: person})
        worth = besides([asked.sides.get(who, 2) for who in order])
        if best is None or worth > best[0]:
            best = (worth, place)
    return (table_id, best[1]) if best else None


def best_spot(
    standing: Standing,
    round_id: UUID,
    person: UUID,
    taken: Mapping[Spot, UUID],
    asked: Asked,
    met: set[UUID] | None = None,
) -> Spot | None:
    """The best free seat of a round, None where there is none.

    `taken` is who sits where; `met` whom they meet in other rounds (worked out where not given).
    """
    a_round = next(r for r in standing.rounds if r.id == round_id)
    known = met_elsewhere(standing, person, round_id) if met is None else met
    tables: dict[UUID, list[UUID]] = {}
    for spot, who in taken.items():
        tables.setdefault(spot[0], []).append(who)
    found: tuple[tuple[int, ...], UUID] | None = None
    for table in standing.tables_of(round_id):
        there = tables.get(table.id, [])
        pinned_here = asked.pinned.get((person, a_round.number)) == table.id
        if len(there) >= standing.seats_at(round_id, table):
            continue
        if (table.id, a_round.number) in asked.locked and not pinned_here:
            continue
        cost = _cost(a_round, table, there, person, known, asked)
        if found is None or cost < found[0]:
            found = (cost, table.id)
    return place_at(standing, round_id, found[1], person, taken, asked) if found else None


def _cost(
    a_round: RoundNow,
    table: TableNow,
    there: list[UUID],
    person: UUID,
    met: set[UUID],
    asked: Asked,
) -> tuple[int, ...]:
    mine = asked.sides.get(person, 2)
    sides = [asked.sides.get(who, 2) for who in there]
    pin = asked.pinned.get((person, a_round.number))
    need = asked.needs.get(person, "")
    unfit = (need == "step-free" and not table.step_free) or (
        need == "near" and not (table.hearing_loop or table.near_front)
    )
    others = sides.count(1 - mine) if mine < 2 else len(sides) - sides.count(2)
    alone = mine < 2 and not others
    return (
        int(pin is not None and pin != table.id),
        sum(other in asked.apart.get(person, ()) for other in there),
        int(unfit),
        -sum(other in asked.together.get(person, ()) for other in there),
        # A table that lacks my side needs me; one without the other side gives me nothing.
        int(alone and bool(there)) - int(mine < 2 and bool(there) and mine not in sides),
        sum(other in met for other in there),
        # An empty table comes last: one person alone meets nobody.
        int(not there),
        -(others - (sides.count(mine) if mine < 2 else 0)),
        len(there),
        table.position,
    )


def free_seats(
    standing: Standing, person: UUID, rounds: list[RoundNow], asked: Asked,
    before: Mapping[UUID, Spot] | None = None,
) -> dict[tuple[UUID, UUID], Spot | None]:  # fmt: skip
    """The best free seat in each of these rounds, as rows of a change; none where all is full.

    `before` are seats they had once: whoever comes back gets them again while they are free.
    """
    rows: dict[tuple[UUID, UUID], Spot | None] = {}
    extra: set[UUID] = set()
    for a_round in rounds:
        taken = {spot: who for who, spot in standing.seated(a_round.id).items()}
        old = (before or {}).get(a_round.id)
        if old is not None and _is_free(standing, a_round, old, taken, asked):
            spot: Spot | None = old
        else:
            met = met_elsewhere(standing, person, a_round.id) | extra
            spot = best_spot(standing, a_round.id, person, taken, asked, met)
        if spot is not None:
            rows[a_round.id, person] = spot
            extra.update(who for at, who in taken.items() if at[0] == spot[0])
    return rows


def _is_free(
    standing: Standing, a_round: RoundNow, spot: Spot, taken: Mapping[Spot, UUID], asked: Asked
) -> bool:
    table = next((t for t in standing.tables if t.id == spot[0]), None)
    return (
        table is not None
        and spot not in taken
        and spot[1] < standing.seats_at(a_round.id, table)
        and (spot[0], a_round.number) not in asked.locked
    )
