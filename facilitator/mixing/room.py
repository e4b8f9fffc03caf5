"""A problem in numbers: people and tables as small integers, wishes as bit sets.

People are 0..n-1 in the problem's order. The tables of a round are 0..g-1 in the order in which
their names first appear over all rounds, so that a host's table has one number all day where all
rounds have the same tables. The roles at a table are counted in one integer, `GP + 64·PH·…`: see
`STEP`. Names never matter: a problem with other ids gives the same plan in other words.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

from facilitator.domain.boroughs import are_neighbours
from facilitator.mixing.plan import Plan
from facilitator.mixing.problem import ROLES, Problem

#: one person of each role, in the packed count of a table
STEP = (1, 1 << 12, 1 << 24)
_MASK = (1 << 12) - 1

#: what faults weigh against each other; a table of a wrong size costs SIZE_FAULT and again for
#: each person too many or too few, so that few tables are wrong rather than many a little
SIZE_FAULT = 2
ROLE_FAULT = 3
BALANCE_FAULT = 2
WISH_FAULT = 3

#: For each round the table of each person, or -1.
Seating = list[list[int]]


def even_fill(low: Sequence[int], high: Sequence[int], people: int) -> list[int]:
    """Sizes of tables of low..high for so many people, as even as can be.

    Where the people are too few for every `low`, the tables are filled evenly from nothing; where
    they are too many, every table is full.
    """
    sizes = list(low) if sum(low) <= people else [0] * len(low)
    left = min(people, sum(high)) - sum(sizes)
    while left > 0:
        least = min(size for size, most in zip(sizes, high, strict=True) if size < most)
        for at, size in enumerate(sizes):
            if size == least and size < high[at] and left > 0:
                sizes[at] += 1
                left -= 1
    return sizes


def band(
    size: int, people: int, counts: Sequence[int], least: Sequence[int], *, balance: bool
) -> tuple[tuple[int, int], ...]:
    """Fewest and most of each role at a table of `size` when `people` are in the room."""
    out: list[tuple[int, int]] = []
    for count, low_wanted in zip(counts, least, strict=True):
        low, high = 0, size
        if balance and people:
            low, high = size * count // people, -(-size * count // people)
        low = max(low, low_wanted)
        out.append((low, max(low, high)))
    return tuple(out)


class Costs(dict[int, int]):
    """What the count of a table costs, worked out when first asked. Zero is faultless."""

    def __init__(
        self,
        low: int,
        high: int,
        people: int,
        counts: Sequence[int],
        least: Sequence[int],
        *,
        balance: bool,
    ) -> None:
        super().__init__()
        self._low, self._high, self._people = low, high, people
        self._counts, self._least, self._balance = tuple(counts), tuple(least), balance

    def __missing__(self, code: int) -> int:
        roles = (code & _MASK, code >> 12 & _MASK, code >> 24)
        size = sum(roles)
        wrong = max(0, self._low - size) + max(0, size - self._high)
        cost = SIZE_FAULT * (wrong + (wrong > 0))
        bands = band(size, self._people, self._counts, self._least, balance=self._balance)
        for number, (least, most), wanted in zip(roles, bands, self._least, strict=True):
            cost += ROLE_FAULT * max(0, wanted - number)
            cost += BALANCE_FAULT * (max(0, least - max(number, wanted)) + max(0, number - most))
        self[code] = cost
        return cost


class Room:
    """The compiled problem. Treat as read-only; `sit_out` alone makes a changed copy."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        people = problem.people
        self.n = len(people)
        self.rounds = problem.rounds
        self.ids = [person.id for person in people]
        self.index = {person.id: at for at, person in enumerate(people)}
        self.role = [ROLES.index(person.role) for person in people]
        self.step = [STEP[role] for role in self.role]
        every = tuple(range(problem.rounds))
        self.attends = [
            every if person.attend is None else tuple(sorted(set(person.attend)))
            for person in people
        ]
        order: dict[str, int] = {}
        for tables in problem.tables:
            for table in tables:
                order.setdefault(table.id, len(order))
        self.tables = [sorted(tables, key=lambda t: order[t.id]) for tables in problem.tables]
        self.table_at = [
            {table.id: at for at, table in enumerate(tables)} for tables in self.tables
        ]
        self.g = [len(tables) for tables in self.tables]
        self.least = tuple(problem.min_role.get(role, 0) for role in ROLES)
        self.role_bits = [0, 0, 0]
        for at, role in enumerate(self.role):
            self.role_bits[role] |= 1 << at
        self._pins()
        self._wishes()
        self.out: list[set[int]] = [set() for _ in range(self.rounds)]
        self._presence()

    def _pins(self) -> None:
        #: for each round, the table that a person is pinned to; the first pin counts
        self.pin: list[dict[int, int]] = [{} for _ in range(self.rounds)]
        #: pins that cannot be kept whatever the plan: (person, table id, round, the table kept)
        #: where the table kept is the same one, it is full of pinned people
        self.lost_pins: list[tuple[int, str, int, str]] = []
        load: dict[tuple[int, int], int] = {}
        for pin in self.problem.pins:
            who = self.index[pin.person]
            for number in pin.rounds:
                if number not in self.attends[who]:
                    continue
                table = self.table_at[number].get(pin.table)
                kept = self.pin[number].get(who)
                if table is None:
                    self.lost_pins.append((who, pin.table, number, ""))
                elif kept is None:
                    load[number, table] = load.get((number, table), 0) + 1
                    if load[number, table] > self.tables[number][table].max:
                        self.lost_pins.append((who, pin.table, number, pin.table))
                    else:
                        self.pin[number][who] = table
                elif kept != table:
                    self.lost_pins.append((who, pin.table, number, self.tables[number][kept].id))

    def _wishes(self) -> None:
        problem = self.problem
        self.apart = [0] * self.n
        self.together = [0] * self.n
        self.forced = [0] * self.n
        self.apart_pairs: list[tuple[int, int]] = []
        self.together_pairs: list[tuple[int, int]] = []
        for pairs, bits, kept in (
            (problem.apart, self.apart, self.apart_pairs),
            (problem.together, self.together, self.together_pairs),
        ):
            for one, other in pairs:
                a, b = sorted((self.index[one], self.index[other]))
                if not bits[a] >> b & 1:
                    bits[a] |= 1 << b
                    bits[b] |= 1 << a
                    kept.append((a, b))
        for a, b in self.together_pairs:
            self.forced[a] |= 1 << b
            self.forced[b] |= 1 << a
        for (a, b), times in self._pinned_alike().items():
            if times >= 2:
                self.forced[a] |= 1 << b
                self.forced[b] |= 1 << a
        self.forced_pairs = [
            (a, b) for a in range(self.n) if self.forced[a] for b in _bits(self.forced[a] >> a << a)
        ]

    def _pinned_alike(self) -> dict[tuple[int, int], int]:
        """How many rounds two people are pinned to one table, as the scorer counts it.

        It takes the last pin of a person and a round, and tables by name.
        """
        last: dict[tuple[int, int], str] = {}
        for pin in self.problem.pins:
            for number in pin.rounds:
                last[self.index[pin.person], number] = pin.table
        at: dict[tuple[int, str], list[int]] = {}
        for (who, number), table in last.items():
            at.setdefault((number, table), []).append(who)
        alike: dict[tuple[int, int], int] = {}
        for who in at.values():
            for pair in combinations(sorted(who), 2):
                alike[pair] = alike.get(pair, 0) + 1
        return alike

    def _presence(self) -> None:
        self.present: list[list[int]] = [[] for _ in range(self.rounds)]
        self.here: list[list[bool]] = [[False] * self.n for _ in range(self.rounds)]
        for who, rounds in enumerate(self.attends):
            for number in rounds:
                if who not in self.out[number]:
                    self.present[number].append(who)
                    self.here[number][who] = True
        self.counts = [
            [sum(self.role[who] == role for who in here) for role in range(3)]
            for here in self.present
        ]
        #: how many of each role each table of a round gets, once somebody has worked it out
        self.quotas: dict[int, list[list[int]]] = {}
        #: those who have come, seats or none: the balance of a table is against the whole room
        self.come = [
            [
                sum(self.role[p] == role for p in range(self.n) if number in self.attends[p])
                for role in range(3)
            ]
            for number in range(self.rounds)
        ]
        #: what a table costs by its packed count, for each round and table
        self.costs: list[list[Costs]] = []
        for number in range(self.rounds):
            alike: dict[tuple[int, int], Costs] = {}
            row: list[Costs] = []
            for table in self.tables[number]:
                key = table.min, table.max
                if key not in alike:
                    alike[key] = Costs(
                        table.min,
                        table.max,
                        sum(self.come[number]),
                        self.come[number],
                        self.least,
                        balance=self.problem.balance,
                    )
                row.append(alike[key])
            self.costs.append(row)
        #: faults that no plan can avoid: too few of a role, or too few people for the tables
        self.unavoidable = sum(
            sum(
                ROLE_FAULT * max(0, self.g[number] * least - count)
                for least, count in zip(self.least, self.counts[number], strict=True)
            )
            + self._least_size_faults(number)
            for number in range(self.rounds)
        )

    def _least_size_faults(self, number: int) -> int:
        sizes = self.sizes(number)
        return SIZE_FAULT * sum(
            table.min - size + 1
            for table, size in zip(self.tables[number], sizes, strict=True)
            if size < table.min
        )

    def sit_out(self, out: list[set[int]]) -> None:
        """Leave these people without a seat in these rounds (there are none for them)."""
        self.out = out
        self._presence()

    def room_of(self, number: int) -> int:
        """Seats in the round."""
        return sum(table.max for table in self.tables[number])

    def sizes(self, number: int) -> list[int]:
        """The most even sizes of the tables of a round.

        Where the people are too few for all tables, as many tables as can have enough.
        """
        tables, people = self.tables[number], len(self.present[number])
        if sum(t.min for t in tables) <= people:
            return even_fill([t.min for t in tables], [t.max for t in tables], people)
        low, high = [0] * len(tables), [0] * len(tables)
        left = people
        for at in sorted(range(len(tables)), key=lambda t: (tables[t].min, t)):
            if tables[at].min <= left:
                low[at], high[at] = tables[at].min, tables[at].max
                left -= tables[at].min
        if sum(high) < people:
            high = [t.max for t in tables]
        return even_fill(low, high, people)

    def empty_seating(self) -> Seating:
        """Nobody seated."""
        return [[-1] * self.n for _ in range(self.rounds)]

    def seating(self, plan: Plan) -> Seating:
        """The plan in numbers; people and tables that the problem does not know are left out."""
        out = self.empty_seating()
        for number, tables in enumerate(plan.rounds[: self.rounds]):
            for name, people in tables.items():
                at = self.table_at[number].get(name)
                if at is None:
                    continue
                for person in people:
                    who = self.index.get(person)
                    if who is not None:
                        out[number][who] = at
        return out

    def plan(self, seating: Seating) -> Plan:
        """The seating in words, tables in the problem's order, people in the problem's order."""
        rounds: list[dict[str, tuple[str, ...]]] = []
        unseated: list[tuple[str, ...]] = []
        for number in range(self.rounds):
            at: list[list[str]] = [[] for _ in range(self.g[number])]
            left: list[str] = []
            for who in range(self.n):
                table = seating[number][who]
                if table >= 0:
                    at[table].append(self.ids[who])
                elif number in self.attends[who]:
                    left.append(self.ids[who])
            named = self.table_at[number]
            rounds.append(
                {table.id: tuple(at[named[table.id]]) for table in self.problem.tables[number]}
            )
            unseated.append(tuple(left))
        return Plan(tuple(rounds), tuple(unseated))

    def aim_bits(self) -> tuple[list[list[int] | None], list[list[int] | None]]:
        """For each round whom each person should sit with, and whom not; None where no aim."""
        aims = self.problem.aims
        wanted: list[list[int] | None] = [None] * self.rounds
        unwanted: list[list[int] | None] = [None] * self.rounds
        if not any(aims):
            return wanted, unwanted
        near, stance, org = (self.alike_bits(aim) for aim in ("borough", "stance", "org"))
        for number, aim in enumerate(aims):
            if aim.borough == "gather":
                wanted[number] = near
            away = [0] * self.n
            for asked, bits in ((aim.borough, near), (aim.stance, stance), (aim.org, org)):
                if asked == "spread":
                    away = [one | other for one, other in zip(away, bits, strict=True)]
            if any(away):
                unwanted[number] = away
        return wanted, unwanted

    def alike_bits(self, aim: str) -> list[int]:
        """For each person those alike: "borough" (or adjoining), "stance" or "org"."""
        people = self.problem.people
        if aim == "borough":
            return self.near_bits()
        if aim == "stance":
            return self._alike([p.stance if p.stance != "neutral" else "" for p in people])
        return self._alike([p.org for p in people])

    def near_bits(self) -> list[int]:
        """For each person those who work in the same borough or an adjoining one."""
        boroughs = [person.borough for person in self.problem.people]
        by_name: dict[str, int] = {}
        for at, name in enumerate(boroughs):
            if name:
                by_name[name] = by_name.get(name, 0) | 1 << at
        near = {
            name: sum(bits for other, bits in by_name.items() if are_neighbours(name, other))
            for name in by_name
        }
        return [near.get(name, 0) & ~(1 << at) for at, name in enumerate(boroughs)]

    def _alike(self, values: list[str]) -> list[int]:
        by_value: dict[str, int] = {}
        for at, value in enumerate(values):
            if value:
                by_value[value] = by_value.get(value, 0) | 1 << at
        return [by_value.get(value, 0) & ~(1 << at) for at, value in enumerate(values)]


def _bits(bits: int) -> list[int]:
    """The positions of the ones."""
    out: list[int] = []
    while bits:
        low = bits & -bits
        out.append(low.bit_length() - 1)
        bits ^= low
    return out
