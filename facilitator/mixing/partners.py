"""Side by side: the order of seats at a table, so that each GP has a pharmacist beside them.

Seats are counted round a round table, so everybody has two neighbours. Partners are neighbours of
the two professions; they are new ones while the table has any.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from facilitator.mixing.plan import Plan

#: tables up to this size have their order improved seat by seat
_SMALL = 16


@dataclass(frozen=True, slots=True)
class Seats:
    """A table's people in the order of its seats, and who is partner to whom.

    `partners` holds (GP, pharmacist) ids of neighbours.
    """

    order: tuple[str, ...]
    partners: tuple[tuple[str, str], ...]

    def of(self, person: str) -> tuple[str, ...]:
        """The partners of one person: none, one or two."""
        return tuple(
            other for pair in self.partners for one, other in (pair, pair[::-1]) if one == person
        )


def seat_order(
    people: Sequence[str],
    roles: Mapping[str, str],
    earlier: Collection[frozenset[str]] = frozenset(),
) -> Seats:
    """The order of seats at one table.

    In:
        people: ids of those at the table. roles: "GP", "PH" or "OT" by id.
        earlier: pairs that have been partners before.
    Out: every GP beside a pharmacist as far as numbers go (two GPs can share one between them),
    then every pharmacist beside a GP, with as few repeated partners as can be.
    """
    gps = [p for p in people if roles.get(p) == "GP"]
    phs = [p for p in people if roles.get(p) == "PH"]
    others = [p for p in people if roles.get(p) not in ("GP", "PH")]
    order = _blocks(gps, phs, others, earlier)
    if len(order) <= _SMALL:
        order = _improved(order, roles, earlier)
    return Seats(tuple(order), tuple(_partners(order, roles)))


def seat_plan(
    plan: Plan, roles: Mapping[str, str], earlier: Collection[frozenset[str]] = frozenset()
) -> tuple[Mapping[str, Seats], ...]:
    """The order of seats of every table and round, partners of earlier rounds remembered.

    In:
        earlier: pairs that were partners before the plan's first round.
    """
    known = set(earlier)
    out: list[Mapping[str, Seats]] = []
    for tables in plan.rounds:
        seats = {table: seat_order(people, roles, known) for table, people in tables.items()}
        for one in seats.values():
            known.update(frozenset(pair) for pair in one.partners)
        out.append(seats)
    return tuple(out)


def _blocks(
    gps: list[str], phs: list[str], others: list[str], earlier: Collection[frozenset[str]]
) -> list[str]:
    """Pairs of new partners, those left over beside them, and the others in between."""
    pairs = _matched(gps, phs, earlier)
    blocks: list[list[str]] = [[gp, ph] for gp, ph in pairs]
    free_gps = [p for p in gps if p not in {gp for gp, _ in pairs}]
    free_phs = [p for p in phs if p not in {ph for _, ph in pairs}]
    for block in blocks:
        if free_gps:
            block.append(free_gps.pop(0))
        elif free_phs:
            block.insert(0, free_phs.pop(0))
    rest = free_gps + free_phs + others
    out: list[str] = []
    for at, block in enumerate(blocks):
        out += block
        # spread those left over between the blocks
        share = (at + 1) * len(rest) // len(blocks) - at * len(rest) // len(blocks)
        first = at * len(rest) // len(blocks)
        out += rest[first : first + share]
    return out or rest


def _matched(
    gps: list[str], phs: list[str], earlier: Collection[frozenset[str]]
) -> list[tuple[str, str]]:
    """As many pairs as numbers allow, as many of them new as can be (augmenting paths)."""
    holder: dict[str, str] = {}

    def give(gp: str, tried: set[str]) -> bool:
        for ph in phs:
            if ph in tried or frozenset((gp, ph)) in earlier:
                continue
            tried.add(ph)
            if ph not in holder or give(holder[ph], tried):
                holder[ph] = gp
                return True
        return False

    for gp in gps:
        give(gp, set())
    taken = set(holder.values())
    lone = [gp for gp in gps if gp not in taken]
    for ph in phs:
        if ph not in holder and lone:
            holder[ph] = lone.pop(0)
    back = {gp: ph for ph, gp in holder.items()}
    return [(gp, back[gp]) for gp in gps if gp in back]


def _partners(order: Sequence[str], roles: Mapping[str, str]) -> list[tuple[str, str]]:
    size = len(order)
    out: list[tuple[str, str]] = []
    for at in range(size if size > 2 else size - 1):
        one, other = order[at], order[(at + 1) % size]
        kinds = roles.get(one), roles.get(other)
        if kinds == ("GP", "PH"):
            out.append((one, other))
        elif kinds == ("PH", "GP"):
            out.append((other, one))
    return out


def _cost(
    order: Sequence[str], roles: Mapping[str, str], earlier: Collection[frozenset[str]]
) -> int:
    pairs = _partners(order, roles)
    seated = {p for pair in pairs for p in pair}
    fresh = {p for pair in pairs if frozenset(pair) not in earlier for p in pair}
    cost = sum(frozenset(pair) in earlier for pair in pairs)
    for person in order:
        role = roles.get(person)
        if role == "GP":
            cost += 200 * (person not in seated) + 20 * (person not in fresh)
        elif role == "PH":
            cost += 100 * (person not in seated) + 10 * (person not in fresh)
    return cost


def _improved(
    order: list[str], roles: Mapping[str, str], earlier: Collection[frozenset[str]]
) -> list[str]:
    """Exchange seats while that helps."""
    kinds = {roles.get(p) for p in order}
    if not {"GP", "PH"} <= kinds:
        return order
    best = _cost(order, roles, earlier)
    improved = True
    while improved and best:
        improved = False
        for i in range(len(order)):
            for j in range(i):
                order[i], order[j] = order[j], order[i]
                cost = _cost(order, roles, earlier)
                if cost < best:
                    best, improved = cost, True
                else:
                    order[i], order[j] = order[j], order[i]
    return order
