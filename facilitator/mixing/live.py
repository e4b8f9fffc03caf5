"""While the event runs: past rounds stay, those who were told a table move as little as can be."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from facilitator.domain.errors import Refused
from facilitator.mixing.labels import Halt
from facilitator.mixing.plan import Plan
from facilitator.mixing.problem import Problem
from facilitator.mixing.room import Room, Seating
from facilitator.mixing.search import Search, Weights

#: a fault outweighs any number of moves, a move in the next round any in later ones, and these
#: any number of repeats
LIVE = Weights(fault=1e9, told_next=1e6, told_later=1e3, aim=1e-3)


@dataclass(frozen=True, slots=True)
class Placement:
    """A newcomer's tables, for each round from the first on; None before they came, while they
    are away, and where there is no seat (`waiting` names those rounds, from 0)."""

    person: str
    tables: tuple[str | None, ...]
    waiting: tuple[int, ...]
    plan: Plan
    repeats: int


def reseat(room: Room, told: Seating, start: int, rng: Random) -> Search:
    """The told seating with leavers gone, newcomers seated and every fault mended.

    Rounds before `start` stay. The search that is handed back holds the seating.
    """
    seating: Seating = []
    for r in range(room.rounds):
        row = list(told[r])
        if r >= start:
            row = [t if room.here[r][p] else -1 for p, t in enumerate(row)]
        seating.append(row)
    search = Search(room, seating, LIVE, start=start, told=told)
    for r in range(start, room.rounds):
        for p, table in room.pin[r].items():
            if room.here[r][p] and search.where[r][p] != table:
                search.move(r, p, table)
        waiting = [p for p in room.present[r] if search.where[r][p] < 0]
        _seat(search, r, waiting)
        _mend(search, r, rng)
    free = [
        [
            p
            for p in room.present[r]
            if p not in room.pin[r] and (told[r][p] < 0 or search.where[r][p] != told[r][p])
        ]
        if r >= start
        else []
        for r in range(room.rounds)
    ]
    search.set_movable(free)
    return search


def refine(search: Search, rng: Random, steps: int, halt: Halt) -> None:
    """Fewer repeats by exchanging those who have no told table, or have lost it anyway."""
    search.anneal(rng, steps, halt, heat=0.5, cold=0.15, target=-1e30)


def _seat(search: Search, r: int, waiting: list[int]) -> None:
    """Seat newcomers: one who mends a fault first, then each where it costs least."""
    room = search.room
    left = list(waiting)
    while left:
        lacking = any(room.costs[r][t][search.count[r][t]] > 0 for t in range(room.g[r]))
        candidates = left if lacking and len(left) * room.g[r] < 4_000 else left[:1]
        best: tuple[float, int, int, int] | None = None
        for at, p in enumerate(candidates):
            for t in range(room.g[r]):
                key = search.move_cost(r, p, t), len(search.members[r][t]), at, t
                if best is None or key < best:
                    best = key
        if best is None:
            return
        person = candidates[best[2]]
        search.move(r, person, best[3])
        left.remove(person)


def _mend(search: Search, r: int, rng: Random) -> None:
    """Mend faults by the cheapest move or swap, one after the other."""
    room = search.room
    pinned = room.pin[r]
    people = [p for p in room.present[r] if p not in pinned and search.where[r][p] >= 0]
    for _ in range(4 * room.g[r] + 20):
        row = search.where[r]
        bad = [t for t in range(room.g[r]) if room.costs[r][t][search.count[r][t]]]
        wished = [
            p
            for p in people
            if room.apart[p] & search.bits[r][row[p]]
            or room.together[p] & search.here_bits[r] & ~search.bits[r][row[p]]
        ]
        if not bad and not wished:
            return
        best: tuple[float, int, int, int] | None = None
        for t in bad:
            for p in people:
                if row[p] != t:
                    best = _least(best, (search.move_cost(r, p, t), p, -1, t))
            for p in [p for p in people if row[p] == t]:
                for b in range(room.g[r]):
                    if b != t:
                        best = _least(best, (search.move_cost(r, p, b), p, -1, b))
        for p in wished:
            for b in range(room.g[r]):
                if b != row[p]:
                    best = _least(best, (search.move_cost(r, p, b), p, -1, b))
        if best is None or best[0] >= 0:
            movers = wished + [p for p in people if row[p] in bad]
            if len(movers) * len(people) > 20_000:
                movers = rng.sample(movers, max(1, 20_000 // len(people)))
            for p in movers:
                for q in people:
                    if row[q] != row[p]:
                        best = _least(best, (search.swap_cost(r, p, q), p, q, -1))
        if best is None or best[0] >= 0:
            return
        _, p, q, t = best
        if q >= 0:
            search.swap(r, p, q)
        else:
            search.move(r, p, t)


def _least(
    one: tuple[float, int, int, int] | None, other: tuple[float, int, int, int]
) -> tuple[float, int, int, int]:
    return other if one is None or other < one else one


def place_one(problem: Problem, plan: Plan, person: str, from_round: int = 0) -> Placement:
    """The best free seat for somebody who has just come, in each round from `from_round` on.

    Nobody else moves. Seats where a GP or a pharmacist is missing come first, then balance, then
    the fewest repeated meetings; somebody of the same role who has left is taken over from as a
    whole where that is no worse.

    In:
        problem: with the newcomer among its people and their coming rounds in `attend`.
        plan: as people know it; the newcomer may already be seated in earlier rounds.
    Errors: Refused where the person is not in the problem.
    """
    room = Room(problem)
    who = room.index.get(person)
    if who is None:
        raise Refused(f"“{person}” is not among the people of the problem.")
    told = room.seating(plan)
    seating = [
        [
            -1 if (p == who and r >= from_round) or (r >= from_round and not room.here[r][p]) else t
            for p, t in enumerate(row)
        ]
        for r, row in enumerate(told)
    ]
    search = Search(room, seating, Weights(fault=1e3, aim=1e-3), start=from_round)
    rounds = [r for r in range(from_round, room.rounds) if room.here[r][who]]
    before = search.repeats()
    best: tuple[float, list[int]] | None = None
    for wanted in [None, *_leavers(room, told, who, rounds)]:
        cost, chosen = 0.0, list[int]()
        for r in rounds:
            table = told[r][wanted] if wanted is not None else _best_table(search, r, who)
            if table >= 0 and len(search.members[r][table]) >= room.tables[r][table].max:
                table = -1
            if table >= 0:
                cost += search.move_cost(r, who, table)
                search.move(r, who, table)
            else:
                cost += 1e6
            chosen.append(table)
        if best is None or cost < best[0]:
            best = cost, chosen
        for r, table in zip(rounds, chosen, strict=True):
            if table >= 0:
                search.leave(r, who)
    assert best is not None
    tables: list[str | None] = [None] * room.rounds
    waiting: list[int] = []
    for r in range(from_round):
        if told[r][who] >= 0:
            tables[r] = room.tables[r][told[r][who]].id
    for r, table in zip(rounds, best[1], strict=True):
        if table >= 0:
            search.move(r, who, table)
            tables[r] = room.tables[r][table].id
        else:
            waiting.append(r)
    return Placement(
        person,
        tuple(tables),
        tuple(waiting),
        _joined(plan, person, tables, waiting, from_round),
        search.repeats() - before,
    )


def _best_table(search: Search, r: int, who: int) -> int:
    room = search.room
    pinned = room.pin[r].get(who, -1)
    if pinned >= 0:
        return pinned
    free = [t for t in range(room.g[r]) if len(search.members[r][t]) < room.tables[r][t].max]
    return min(
        free, key=lambda t: (search.move_cost(r, who, t), len(search.members[r][t]), t), default=-1
    )


def _leavers(room: Room, told: Seating, who: int, rounds: list[int]) -> list[int]:
    """People of the newcomer's role whose seats in all these rounds are given up (a few)."""
    return [
        p
        for p in range(room.n)
        if p != who
        and room.role[p] == room.role[who]
        and rounds
        and all(told[r][p] >= 0 and not room.here[r][p] for r in rounds)
    ][:8]


def _joined(
    plan: Plan, person: str, tables: list[str | None], waiting: list[int], start: int
) -> Plan:
    """The plan with the newcomer at these tables from `start` on, everybody else as they were."""
    rounds = list(plan.rounds)
    unseated = list(plan.unseated) + [()] * (len(rounds) - len(plan.unseated))
    for r in range(start, len(rounds)):
        row = {
            table: tuple(p for p in people if p != person) for table, people in rounds[r].items()
        }
        chosen = tables[r]
        if chosen is not None:
            row[chosen] = (*row.get(chosen, ()), person)
        rounds[r] = row
        unseated[r] = tuple(p for p in unseated[r] if p != person)
        if r in waiting:
            unseated[r] = (*unseated[r], person)
    return Plan(tuple(rounds), tuple(unseated))
