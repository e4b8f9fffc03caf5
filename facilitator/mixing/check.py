"""A plan judged by the rules, in the plainest way: no bit sets, no numbers for people.

It shares no code with the engine, so that it can catch the engine out.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from itertools import combinations

from facilitator.mixing.plan import Plan
from facilitator.mixing.problem import ROLES, Problem


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is wrong with a plan, and what it achieves.

    `faults` counts by kind: rounds, unknown table, unknown person, twice, absent, size, role,
    balance, apart, together, pin, unseated.
    """

    faults: dict[str, int] = field(default_factory=dict)
    repeats: int = 0
    max_meet: int = 0
    cross: int = 0

    @property
    def valid(self) -> bool:
        """Whether every rule is kept."""
        return not self.faults


def check(problem: Problem, plan: Plan) -> Verdict:
    """Judge the plan by the rules of FORMATS.md."""
    faults: Counter[str] = Counter()
    people = {person.id: person for person in problem.people}
    every = set(range(problem.rounds))
    attends = {
        person.id: every if person.attend is None else set(person.attend)
        for person in problem.people
    }
    pins = {(pin.person, r): pin.table for pin in problem.pins for r in pin.rounds}
    apart = {frozenset(pair) for pair in problem.apart}
    together = {frozenset(pair) for pair in problem.together}
    pinned_alike: Counter[frozenset[str]] = Counter()
    for (one, r), (other, s) in combinations(pins, 2):
        if r == s and pins[one, r] == pins[other, s]:
            pinned_alike[frozenset((one, other))] += 1
    forced = together | {pair for pair, times in pinned_alike.items() if times >= 2}
    faults["rounds"] += len(plan.rounds) != problem.rounds
    met: Counter[frozenset[str]] = Counter()
    for r, tables in enumerate(plan.rounds[: problem.rounds]):
        here = [who for who in people if r in attends[who]]
        counts = Counter(people[who].role for who in here)
        known = {table.id: table for table in problem.tables[r]}
        where: dict[str, str] = {}
        faults["unknown table"] += sum(table not in known for table in tables)
        for name, table in known.items():
            sitting = tables.get(name, ())
            faults["size"] += not table.min <= len(sitting) <= table.max
            for who in sitting:
                faults["unknown person"] += who not in people
                faults["twice"] += who in where
                faults["absent"] += who in people and r not in attends[who]
                where[who] = name
            at = Counter(people[who].role for who in sitting if who in people)
            for role in ROLES:
                least = problem.min_role.get(role, 0)
                faults["role"] += at[role] < least
                if problem.balance and here:
                    share = len(sitting) * counts[role]
                    low = max(share // len(here), least)
                    high = max(low, -(-share // len(here)))
                    faults["balance"] += at[role] > high or least <= at[role] < low
            for pair in combinations([who for who in sitting if who in people], 2):
                met[frozenset(pair)] += 1
                faults["apart"] += frozenset(pair) in apart
        spare = max(0, len(here) - sum(table.max for table in known.values()))
        named = set(plan.unseated[r]) if r < len(plan.unseated) else set[str]()
        for who in here:
            if who not in where:
                if who in named and spare:
                    spare -= 1
                else:
                    faults["unseated"] += 1
        for one, other in map(sorted, together):
            if {one, other} <= set(here) and where.get(one) != where.get(other):
                faults["together"] += 1
        for (who, number), table in pins.items():
            faults["pin"] += number == r and r in attends[who] and where.get(who) != table
    counted = {pair: times for pair, times in met.items() if len(pair) == 2 and pair not in forced}
    return Verdict(
        {kind: number for kind, number in faults.items() if number},
        sum(times - 1 for times in counted.values()),
        max(counted.values(), default=0),
        sum({people[who].role for who in pair} == {"GP", "PH"} for pair in met if len(pair) == 2),
    )
