"""Who holds which place of a schedule: the search that never makes two people meet again.

A schedule is given by its places: for each round the table of each place. Whoever swaps places
with another takes over all their tables, so meetings between places stay as they are, and with a
seat matrix nobody meets twice however the names are written in. What the search mends is sizes,
balance, hosts, late and early people, apart and together. People who stay together hold one place
as a unit.
"""

from __future__ import annotations

from collections.abc import Callable
from math import exp
from random import Random

from facilitator.mixing.room import WISH_FAULT, Room, Seating

Halt = Callable[[int], bool]
"""Told how many steps were taken since the last call; True asks to stop."""


class _Across(dict[int, int]):
    """GP-pharmacist pairs at a table, by its packed count."""

    def __missing__(self, code: int) -> int:
        self[code] = pairs = (code & 0xFFF) * (code >> 12 & 0xFFF)
        return pairs


_CROSS = _Across()


class Labels:
    """A schedule's places and who holds them."""

    def __init__(self, room: Room, tables: list[list[int]], order: int) -> None:
        """tables: for each round the table of each place (i·order + j), -1 where there is none."""
        self.room = room
        self.order = order
        self.places = len(tables[0])
        self.tables = tables
        self.units = _units(room)
        self._share_places()
        self.hole = len(self.units)
        rounds = range(room.rounds)
        self.code = [
            [sum(room.step[p] for p in unit if room.here[r][p]) for r in rounds]
            for unit in self.units
        ]
        self.code.append([0] * room.rounds)
        unit_of = {person: at for at, unit in enumerate(self.units) for person in unit}
        self.apart: list[list[tuple[int, tuple[int, ...]]]] = [[] for _ in self.code]
        for a, b in room.apart_pairs:
            both = tuple(r for r in rounds if room.here[r][a] and room.here[r][b])
            if both and unit_of[a] != unit_of[b]:
                self.apart[unit_of[a]].append((unit_of[b], both))
                self.apart[unit_of[b]].append((unit_of[a], both))
        self.pins: list[list[tuple[int, int]]] = [[] for _ in self.code]
        for r in rounds:
            for person, table in room.pin[r].items():
                if person in unit_of:
                    self.pins[unit_of[person]].append((r, table))
        self.at: list[list[list[int]]] = []
        for r in rounds:
            rows: list[list[int]] = [[] for _ in range(room.g[r])]
            for place, table in enumerate(tables[r]):
                if table >= 0:
                    rows[table].append(place)
            self.at.append(rows)
        self.holder: list[int] = []
        self.place: list[int] = []
        self.count: list[list[int]] = []
        self.cost = 0
        #: for each round the people of each unit who are there, as bit sets (see `refine`)
        self.unit_bits: list[list[int]] = []

    def fits(self) -> bool:
        """Whether there are places for everybody."""
        return len(self.units) <= self.places

    def _share_places(self) -> None:
        """Where there are too few places, those who come late take over from those who leave."""
        room = self.room
        spare = len(self.units) - self.places
        if spare <= 0:
            return
        part = [u for u in self.units if len(u) == 1 and len(room.attends[u[0]]) < room.rounds]
        gone: set[tuple[int, ...]] = set()
        made: list[tuple[int, ...]] = []
        part.sort(key=lambda u: (room.role[u[0]], room.attends[u[0]]))
        for first in part:
            if spare <= 0:
                break
            if first in gone:
                continue
            mine = set(room.attends[first[0]])
            for same_role in (True, False):
                other = next(
                    (
                        u
                        for u in part
                        if u not in gone
                        and u != first
                        and (not same_role or room.role[u[0]] == room.role[first[0]])
                        and not mine & set(room.attends[u[0]])
                    ),
                    None,
                )
                if other:
                    gone |= {first, other}
                    made.append(first + other)
                    spare -= 1
                    break
        self.units = [u for u in self.units if u not in gone] + made

    def fill(self) -> None:
        """A first holder for each place: hosts at their tables, then whole rows of one role."""
        room, g, k = self.room, self.order, self.places // self.order
        holder = [-1] * self.places
        left: list[int] = []
        for unit in range(self.hole):
            pins = self.pins[unit]
            place = next(
                (
                    p
                    for p in (self.at[pins[0][0]][pins[0][1]] if pins else [])
                    if holder[p] < 0 and all(self.tables[r][p] == t for r, t in pins)
                ),
                -1,
            )
            if place >= 0:
                holder[place] = unit
            else:
                left.append(unit)
        groups: list[list[int]] = [[], [], []]
        for unit in left:
            groups[room.role[self.units[unit][0]]].append(unit)
        every = room.rounds
        for group in groups:
            group.sort(
                key=lambda u: (
                    len(room.attends[self.units[u][0]]) == every,
                    room.attends[self.units[u][0]],
                )
            )
        free = [[i * g + j for j in range(g) if holder[i * g + j] < 0] for i in range(k)]
        pieces: list[list[int]] = []
        for group in groups:
            whole = len(group) // g * g
            pieces += [group[at : at + g] for at in range(0, whole, g)]
            if group[whole:]:
                pieces.append(group[whole:])
        pieces.sort(key=len, reverse=True)
        for piece in pieces:
            todo = piece
            while todo:
                fitting = [i for i in range(k) if len(free[i]) >= len(todo)]
                if fitting:
                    row = min(fitting, key=lambda i: len(free[i]))
                else:
                    row = max(range(k), key=lambda i: len(free[i]))
                taken, free[row] = free[row][: len(todo)], free[row][len(todo) :]
                for place, unit in zip(taken, todo, strict=False):
                    holder[place] = unit
                todo = todo[len(taken) :]
        self.holder = [self.hole if unit < 0 else unit for unit in holder]
        self._recount()

    def _recount(self) -> None:
        room = self.room
        self.place = [-1] * self.hole
        for place, unit in enumerate(self.holder):
            if unit != self.hole:
                self.place[unit] = place
        self.count = [[0] * (g + 1) for g in room.g]
        for r in range(room.rounds):
            row, tables = self.count[r], self.tables[r]
            for place, unit in enumerate(self.holder):
                row[tables[place]] += self.code[unit][r]
        self.cost = sum(
            room.costs[r][t][self.count[r][t]] for r in range(room.rounds) for t in range(room.g[r])
        )
        for unit in range(self.hole):
            place = self.place[unit]
            self.cost += WISH_FAULT * self._missed(unit, place)
            self.cost += WISH_FAULT * sum(
                self._meet(place, self.place[other], both)
                for other, both in self.apart[unit]
                if other > unit
            )

    def _missed(self, unit: int, place: int) -> int:
        return sum(self.tables[r][place] != t for r, t in self.pins[unit])

    def _meet(self, one: int, other: int, rounds: tuple[int, ...]) -> int:
        tables = self.tables
        return sum(tables[r][one] == tables[r][other] for r in rounds)

    def _wish_change(self, one: int, other: int, a: int, b: int) -> int:
        """What apart and pins cost more when the holders a of `one` and b of `other` swap."""
        out = 0
        if self.pins[a]:
            out += self._missed(a, other) - self._missed(a, one)
        if self.pins[b]:
            out += self._missed(b, one) - self._missed(b, other)
        for unit, old, new, second in ((a, one, other, b), (b, other, one, a)):
            for foe, both in self.apart[unit]:
                if foe != second:
                    where = self.place[foe]
                    out += self._meet(new, where, both) - self._meet(old, where, both)
        return WISH_FAULT * out

    def troubled(self) -> list[int]:
        """The places at tables with a fault, and those of people in a broken wish."""
        room = self.room
        out: list[int] = []
        for r in range(room.rounds):
            costs, row = room.costs[r], self.count[r]
            for t in range(room.g[r]):
                if costs[t][row[t]]:
                    out += self.at[r][t]
        for unit in range(self.hole):
            place = self.place[unit]
            if (self.pins[unit] and self._missed(unit, place)) or any(
                self._meet(place, self.place[other], both) for other, both in self.apart[unit]
            ):
                out += [place] * 4
        return out

    def search(self, rng: Random, steps: int, target: int, halt: Halt, heat: float = 0.9) -> int:
        """Anneal until the cost is `target` or the steps are used up; keeps the best.

        Out: how many steps were taken.
        """
        if self.cost <= target or not steps:
            return 0
        room = self.room
        random = rng.random
        holder, place, tables, count, code = (
            self.holder,
            self.place,
            self.tables,
            self.count,
            self.code,
        )
        rounds = list(zip(range(room.rounds), tables, count, room.costs, strict=True))
        wishes = any(self.apart) or any(self.pins)
        special = [bool(self.apart[u] or self.pins[u]) for u in range(self.hole + 1)]
        best, kept = self.cost, list(holder)
        hot: list[int] = self.troubled()
        fresh = 0
        cold = 0.25
        beat = 256
        level, step = heat, 0
        for step in range(steps):
            if step % beat == 0:
                if step and halt(beat * 5 // 2):
                    break
                level = heat * (cold / heat) ** (step / steps)
            if fresh <= 0:
                hot = self.troubled()
                fresh = max(40, self.places // 6)
                if not hot:
                    break
            fresh -= 1
            one = hot[int(random() * len(hot))]
            other = hot[int(random() * len(hot))] if random() < 0.3 else int(random() * self.places)
            a, b = holder[one], holder[other]
            if a == b:
                continue
            delta = 0
            code_a, code_b = code[a], code[b]
            for r, table, row, costs in rounds:
                change = code_b[r] - code_a[r]
                if change:
                    s, t = table[one], table[other]
                    if s != t:
                        if s >= 0:
                            delta += costs[s][row[s] + change] - costs[s][row[s]]
                        if t >= 0:
                            delta += costs[t][row[t] - change] - costs[t][row[t]]
            if wishes and (special[a] or special[b]):
                delta += self._wish_change(one, other, a, b)
            if delta > 0 and random() >= exp(-delta / level):
                continue
            for r, table, row, _ in rounds:
                change = code_b[r] - code_a[r]
                if change:
                    row[table[one]] += change
                    row[table[other]] -= change
            holder[one], holder[other] = b, a
            if a != self.hole:
                place[a] = other
            if b != self.hole:
                place[b] = one
            if delta:
                fresh -= 10
            self.cost += delta
            if self.cost < best:
                best, kept = self.cost, list(holder)
                if best <= target:
                    break
        halt((step % beat + 1) * 5 // 2)
        self.holder = kept
        self._recount()
        return step + 1

    def refine(self, rng: Random, steps: int, halt: Halt, most_cross: int) -> int:
        """What comes after repeats: more cross meetings, then the aims of the rounds.

        Anneals over both with the hard faults beside them, and keeps the best in that order.

        In:
            most_cross: cross meetings beyond which there is nothing to gain.
        Out: how many steps were taken.
        """
        room = self.room
        aims = self._aim_rounds()
        random = rng.random
        holder, place, tables, count, code = (
            self.holder,
            self.place,
            self.tables,
            self.count,
            self.code,
        )
        rounds = list(zip(range(room.rounds), tables, count, room.costs, strict=True))
        special = [bool(self.apart[u] or self.pins[u]) for u in range(self.hole + 1)]
        cross = sum(_CROSS[code] for r in range(room.rounds) for code in count[r][: room.g[r]])
        aim = 0
        best = self.cost, -cross, 0
        kept = list(holder)
        heat, cold, level, beat, step = 0.7, 0.12, 0.7, 256, 0
        for step in range(steps):
            if step % beat == 0:
                if step and halt(beat * 5 // 2):
                    break
                level = heat * (cold / heat) ** (step / steps)
            one, other = int(random() * self.places), int(random() * self.places)
            a, b = holder[one], holder[other]
            if a == b:
                continue
            code_a, code_b = code[a], code[b]
            if not aims and code_a == code_b:
                continue
            faults = gain = 0
            for r, table, row, costs in rounds:
                change = code_b[r] - code_a[r]
                if change:
                    s, t = table[one], table[other]
                    if s != t:
                        if s >= 0:
                            old, new = row[s], row[s] + change
                            faults += costs[s][new] - costs[s][old]
                            gain += _CROSS[new] - _CROSS[old]
                        if t >= 0:
                            old, new = row[t], row[t] - change
                            faults += costs[t][new] - costs[t][old]
                            gain += _CROSS[new] - _CROSS[old]
                if faults > 6:
                    break
            if faults > 6:
                continue
            if special[a] or special[b]:
                faults += self._wish_change(one, other, a, b)
            worse = self._aim_change(aims, one, other, a, b) if aims else 0
            delta = faults - 0.25 * gain + 0.1 * worse
            if delta > 0 and random() >= exp(-delta / level):
                continue
            for r, table, row, _ in rounds:
                change = code_b[r] - code_a[r]
                if change:
                    row[table[one]] += change
                    row[table[other]] -= change
            for r, _, _, bits in aims:
                mine, theirs = self.unit_bits[r][a], self.unit_bits[r][b]
                bits[tables[r][one]] += theirs - mine
                bits[tables[r][other]] += mine - theirs
            holder[one], holder[other] = b, a
            if a != self.hole:
                place[a] = other
            if b != self.hole:
                place[b] = one
            self.cost += faults
            cross += gain
            aim += worse
            now = self.cost, -cross, aim
            if now < best:
                best, kept = now, list(holder)
                if not aims and self.cost <= room.unavoidable and cross >= most_cross:
                    break
        halt((step % beat + 1) * 5 // 2)
        self.holder = kept
        self._recount()
        return step

    def _aim_rounds(
        self,
    ) -> list[tuple[int, list[int] | None, list[int] | None, list[int]]]:
        """For each round with an aim: whom to seat together, whom not, and who sits where."""
        room = self.room
        wanted, unwanted = room.aim_bits()
        self.unit_bits = [
            [sum(1 << p for p in unit if room.here[r][p]) for unit in self.units] + [0]
            for r in range(room.rounds)
        ]
        out: list[tuple[int, list[int] | None, list[int] | None, list[int]]] = []
        for r in range(room.rounds):
            if wanted[r] or unwanted[r]:
                bits = [0] * (room.g[r] + 1)
                for place, unit in enumerate(self.holder):
                    bits[self.tables[r][place]] += self.unit_bits[r][unit]
                out.append((r, wanted[r], unwanted[r], bits))
        return out

    def _aim_change(
        self,
        aims: list[tuple[int, list[int] | None, list[int] | None, list[int]]],
        one: int,
        other: int,
        a: int,
        b: int,
    ) -> int:
        """How much further from the rounds' aims it is when a and b swap, in pairs."""
        out = 0
        room = self.room
        for r, wanted, unwanted, bits in aims:
            s, t = self.tables[r][one], self.tables[r][other]
            if s == t:
                continue
            at_s = bits[s] - self.unit_bits[r][a] if s >= 0 else 0
            at_t = bits[t] - self.unit_bits[r][b] if t >= 0 else 0
            for unit, old, new in ((a, at_s, at_t), (b, at_t, at_s)):
                if unit == self.hole:
                    continue
                for p in self.units[unit]:
                    if not room.here[r][p]:
                        continue
                    if wanted:
                        out += (wanted[p] & old).bit_count() - (wanted[p] & new).bit_count()
                    if unwanted:
                        out += (unwanted[p] & new).bit_count() - (unwanted[p] & old).bit_count()
        return out

    def row_roles(self) -> list[list[int]]:
        """How many of each role hold the places of each row."""
        g = self.order
        out: list[list[int]] = []
        for first in range(0, self.places, g):
            units = [u for u in self.holder[first : first + g] if u != self.hole]
            roles = [self.room.role[self.units[u][0]] for u in units]
            out.append([roles.count(role) for role in range(3)])
        return out

    def seating(self) -> Seating:
        """Who sits where."""
        room = self.room
        out = room.empty_seating()
        for unit, people in enumerate(self.units):
            place = self.place[unit]
            for r in range(room.rounds):
                table = self.tables[r][place]
                for person in people:
                    if room.here[r][person]:
                        out[r][person] = table
        return out


def _units(room: Room) -> list[tuple[int, ...]]:
    """People who are always together, as one; everybody else alone."""
    parent = list(range(room.n))

    def root(person: int) -> int:
        while parent[person] != person:
            parent[person] = parent[parent[person]]
            person = parent[person]
        return person

    rounds = range(room.rounds)
    pins: dict[tuple[int, ...], int] = {}
    for person in range(room.n):
        pinned = tuple(room.pin[r].get(person, -1) for r in rounds)
        if all(t >= 0 for t in pinned):
            first = pins.setdefault(pinned, person)
            parent[root(person)] = root(first)
    for a, b in room.together_pairs:
        both_pinned = any(
            room.pin[r].get(a, -1) != room.pin[r].get(b, -1)
            for r in rounds
            if a in room.pin[r] and b in room.pin[r]
        )
        if not both_pinned and not room.apart[a] >> b & 1:
            parent[root(a)] = root(b)
    groups: dict[int, list[int]] = {}
    for person in range(room.n):
        if any(room.here[r][person] for r in rounds):
            groups.setdefault(root(person), []).append(person)
    return [tuple(group) for group in groups.values()]
