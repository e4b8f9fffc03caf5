"""Annealing over who sits where, for what algebra does not reach.

Two people of one round change places, or one goes to a free seat. The people of a table and "whom
have I met at least l times" are big-integer bit sets, so that what a change costs is a handful of
ANDs and bit counts. Counted in steps, never by the clock.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import exp
from random import Random

from facilitator.mixing.labels import Halt
from facilitator.mixing.room import WISH_FAULT, Room, Seating


@dataclass(frozen=True, slots=True)
class Weights:
    """What each thing costs against one repeated meeting."""

    fault: float = 1.5
    #: a GP and a pharmacist who meet again instead of two who never met
    cross: float = 0.0
    #: each meeting of two people from the third on, beyond the repeat
    third: float = 0.0
    #: a pair that the round's aim wants together or apart
    aim: float = 0.0
    #: a person who was told another table in the next round, and in later ones
    told_next: float = 0.0
    told_later: float = 0.0


@dataclass(frozen=True, slots=True)
class Measure:
    """What counts, in the order in which it counts (smaller is better)."""

    faults: int
    moved: int
    moved_later: int
    repeats: int
    most: int
    cross_missing: int
    aims: int


class Search:
    """A seating that can be improved in place."""

    def __init__(
        self,
        room: Room,
        seating: Seating,
        weights: Weights,
        *,
        start: int = 0,
        told: Seating | None = None,
    ) -> None:
        """start: rounds before it stay. told: the tables that people were told, -1 for none."""
        self.room = room
        self.weights = weights
        self.start = start
        self.told = told
        self.wanted, self.unwanted = room.aim_bits()
        self.set_movable(
            [
                []
                if r < start
                else [p for p in room.present[r] if p not in room.pin[r] and seating[r][p] >= 0]
                for r in range(room.rounds)
            ]
        )
        self.opposite = [
            room.role_bits[1] if role == 0 else room.role_bits[0] if role == 1 else 0
            for role in room.role
        ]
        #: whether people may go to another table of the round without an exchange
        self.open_sizes = [False] * room.rounds
        self.here_bits = [sum(1 << p for p in people) for people in room.present]
        self.load(seating)

    def set_movable(self, movable: list[list[int]]) -> None:
        """Who may change places, for each round."""
        self.movable = movable
        self.peers: list[list[list[int]]] = [
            [[p for p in people if self.room.role[p] == role] for role in range(3)]
            for people in movable
        ]

    def leave(self, r: int, p: int) -> None:
        """p gives up their seat in round r."""
        table = self.where[r][p]
        self.members[r][table].remove(p)
        self._less(p, self.members[r][table])
        self.bits[r][table] ^= 1 << p
        self.count[r][table] -= self.room.step[p]
        self.where[r][p] = -1

    def load(self, seating: Seating) -> None:
        """Start again from this seating."""
        room = self.room
        n = room.n
        self.where = [list(row) for row in seating]
        self.bits = [[0] * max(g, 1) for g in room.g]
        self.members: list[list[list[int]]] = [[[] for _ in range(max(g, 1))] for g in room.g]
        self.count = [[0] * max(g, 1) for g in room.g]
        self.times = [bytearray(n) for _ in range(n)]
        #: met[l][p]: those whom p meets at least l times in all; forced pairs are left out
        self.met = [[0] * n for _ in range(room.rounds + 2)]
        for r in range(room.rounds):
            for person, table in enumerate(self.where[r]):
                if table >= 0:
                    self.bits[r][table] |= 1 << person
                    self.count[r][table] += room.step[person]
                    self.members[r][table].append(person)
        for r in range(room.rounds):
            for people in self.members[r]:
                for at, p in enumerate(people):
                    self._more(p, people[:at])

    def _more(self, p: int, others: list[int]) -> None:
        """p meets these once more."""
        met, row, times, forced = self.met, self.times[p], self.times, self.room.forced[p]
        bit = 1 << p
        for x in others:
            if forced and forced >> x & 1:
                continue
            level = row[x] + 1
            row[x] = level
            times[x][p] = level
            one = met[level]
            one[p] |= 1 << x
            one[x] |= bit

    def _less(self, p: int, others: list[int]) -> None:
        """p meets these once less."""
        met, row, times, forced = self.met, self.times[p], self.times, self.room.forced[p]
        bit = 1 << p
        for x in others:
            if forced and forced >> x & 1:
                continue
            level = row[x]
            row[x] = level - 1
            times[x][p] = level - 1
            one = met[level]
            one[p] ^= 1 << x
            one[x] ^= bit

    def swap(self, r: int, p: int, q: int) -> None:
        """p and q of different tables change places in round r."""
        row, members, bits, count = self.where[r], self.members[r], self.bits[r], self.count[r]
        a, b = row[p], row[q]
        at_a, at_b = members[a], members[b]
        at_a.remove(p)
        at_b.remove(q)
        self._less(p, at_a)
        self._less(q, at_b)
        self._more(p, at_b)
        self._more(q, at_a)
        at_a.append(q)
        at_b.append(p)
        change = 1 << p | 1 << q
        bits[a] ^= change
        bits[b] ^= change
        step = self.room.step[q] - self.room.step[p]
        count[a] += step
        count[b] -= step
        row[p], row[q] = b, a

    def move(self, r: int, p: int, b: int) -> None:
        """p goes to table b in round r (from their table, if they had one)."""
        row, members, bits, count = self.where[r], self.members[r], self.bits[r], self.count[r]
        a = row[p]
        if a >= 0:
            members[a].remove(p)
            self._less(p, members[a])
            bits[a] ^= 1 << p
            count[a] -= self.room.step[p]
        self._more(p, members[b])
        members[b].append(p)
        bits[b] |= 1 << p
        count[b] += self.room.step[p]
        row[p] = b

    def wish_cost(self, r: int, p: int, old: int, new: int) -> float:
        """What p's change of company costs besides repeats (weighted).

        old, new: bit sets of the company left and of the company found, without p.
        """
        w, room = self.weights, self.room
        out = 0.0
        foes = room.apart[p]
        if foes:
            out += w.fault * WISH_FAULT * ((foes & new).bit_count() - (foes & old).bit_count())
        friends = room.together[p]
        if friends:
            out += (
                w.fault * WISH_FAULT * ((friends & old).bit_count() - (friends & new).bit_count())
            )
        if w.cross:
            opposite = self.opposite[p]
            if opposite:
                out += w.cross * (
                    (opposite & old & ~self.met[2][p]).bit_count()
                    - (opposite & new & ~self.met[1][p]).bit_count()
                )
        if w.third:
            out += w.third * (
                (self.met[2][p] & new).bit_count() - (self.met[3][p] & old).bit_count()
            )
        if w.aim:
            wanted, unwanted = self.wanted[r], self.unwanted[r]
            if wanted:
                out += w.aim * ((wanted[p] & old).bit_count() - (wanted[p] & new).bit_count())
            if unwanted:
                out += w.aim * ((unwanted[p] & new).bit_count() - (unwanted[p] & old).bit_count())
        return out

    def told_cost(self, r: int, p: int, old: int, new: int) -> float:
        """What going from table old to new costs because p was told a table."""
        if not self.told:
            return 0.0
        told = self.told[r][p]
        if told < 0:
            return 0.0
        weight = self.weights.told_next if r == self.start else self.weights.told_later
        return weight * ((new != told) - (old != told))

    def swap_cost(self, r: int, p: int, q: int) -> float:
        """What it costs (below zero: gains) if p and q change places in round r."""
        row, bits = self.where[r], self.bits[r]
        a, b = row[p], row[q]
        met1, met2 = self.met[1], self.met[2]
        left_p, left_q = bits[a] ^ (1 << p), bits[b] ^ (1 << q)
        out: float = (
            (met1[p] & left_q).bit_count()
            + (met1[q] & left_p).bit_count()
            - (met2[p] & left_p).bit_count()
            - (met2[q] & left_q).bit_count()
        )
        step = self.room.step[q] - self.room.step[p]
        if step:
            out += self.weights.fault * self._count_change(r, a, b, step)
        out += self.wish_cost(r, p, left_p, left_q) + self.wish_cost(r, q, left_q, left_p)
        return out + self.told_cost(r, p, a, b) + self.told_cost(r, q, b, a)

    def move_cost(self, r: int, p: int, b: int) -> float:
        """What it costs if p goes to table b in round r."""
        row, bits = self.where[r], self.bits[r]
        a = row[p]
        left = bits[a] ^ (1 << p) if a >= 0 else 0
        new = bits[b]
        out: float = (self.met[1][p] & new).bit_count() - (self.met[2][p] & left).bit_count()
        costs, count, step = self.room.costs[r], self.count[r], self.room.step[p]
        change = costs[b][count[b] + step] - costs[b][count[b]]
        if a >= 0:
            change += costs[a][count[a] - step] - costs[a][count[a]]
        out += self.weights.fault * change + self.wish_cost(r, p, left, new)
        return out + self.told_cost(r, p, a, b)

    def _count_change(self, r: int, a: int, b: int, step: int) -> int:
        costs, count = self.room.costs[r], self.count[r]
        return (
            costs[a][count[a] + step]
            - costs[a][count[a]]
            + costs[b][count[b] - step]
            - costs[b][count[b]]
        )

    def faults(self) -> int:
        """Hard faults, weighted: sizes, roles, balance, pins, apart, together."""
        room = self.room
        out = 0
        for r in range(self.start, room.rounds):
            out += sum(room.costs[r][t][self.count[r][t]] for t in range(room.g[r]))
            row = self.where[r]
            for a, b in room.apart_pairs:
                out += WISH_FAULT * (row[a] >= 0 and row[a] == row[b])
            for a, b in room.together_pairs:
                out += WISH_FAULT * (row[a] >= 0 and row[b] >= 0 and row[a] != row[b])
            out += WISH_FAULT * sum(row[p] not in (t, -1) for p, t in room.pin[r].items())
        return out

    def repeats(self) -> int:
        """Meetings beyond the first of each pair, forced pairs left out."""
        return sum(bits.bit_count() for level in self.met[2:] for bits in level) // 2

    def cross(self) -> int:
        """GP-pharmacist pairs that meet, not counting forced pairs."""
        room = self.room
        other = room.role_bits[1]
        return sum((self.met[1][p] & other).bit_count() for p in range(room.n) if room.role[p] == 0)

    def aims(self) -> int:
        """Pairs that an aim does not want at one table, less those that it does."""
        out = 0
        for r in range(self.start, self.room.rounds):
            wanted, unwanted = self.wanted[r], self.unwanted[r]
            if not wanted and not unwanted:
                continue
            for people, bits in zip(self.members[r], self.bits[r], strict=True):
                for p in people:
                    if wanted:
                        out -= (wanted[p] & bits).bit_count()
                    if unwanted:
                        out += (unwanted[p] & bits).bit_count()
        return out // 2

    def measure(self) -> Measure:
        """How good the seating is now."""
        moved = [0, 0]
        if self.told:
            for r in range(self.start, self.room.rounds):
                moved[r > self.start] += sum(
                    t >= 0 and w >= 0 and t != w
                    for t, w in zip(self.told[r], self.where[r], strict=True)
                )
        most = max(
            (level for level in range(1, self.room.rounds + 1) if any(self.met[level])), default=0
        )
        return Measure(
            self.faults(), moved[0], moved[1], self.repeats(), most, -self.cross(), self.aims()
        )

    def seating(self) -> Seating:
        """A copy of who sits where."""
        return [list(row) for row in self.where]

    def hot(self) -> list[tuple[int, int]]:
        """(round, person) who is in a repeat, at a faulty table or in a broken wish."""
        room, met2 = self.room, self.met[2]
        out: list[tuple[int, int]] = []
        for r in range(self.start, room.rounds):
            bits, row = self.bits[r], self.where[r]
            self.open_sizes[r] = any(
                t.min < t.max or not t.min <= len(people) <= t.max
                for t, people in zip(room.tables[r], self.members[r], strict=False)
            )
            bad = [room.costs[r][t][self.count[r][t]] > 0 for t in range(room.g[r])]
            here = self.here_bits[r]
            for p in self.movable[r]:
                t = row[p]
                company = bits[t]
                if (
                    met2[p] & company
                    or bad[t]
                    or room.apart[p] & company
                    or room.together[p] & here & ~company
                ):
                    out.append((r, p))
        return out

    def anneal(
        self, rng: Random, steps: int, halt: Halt, *, heat: float, cold: float, target: float = 0.0
    ) -> tuple[int, float, float]:
        """Anneal from the present seating; ends with the best seen in place.

        In:
            target: the change in cost at which there is nothing left to gain.
        Out: steps taken, the change in cost to the best, and that cost's change when it ended.
        """
        room = self.room
        rounds = [r for r in range(self.start, room.rounds) if len(self.movable[r]) > 1]
        if not rounds or not steps:
            return 0, 0.0, 0.0
        random = rng.random
        where, bits, met1, met2 = self.where, self.bits, self.met[1], self.met[2]
        role = room.role
        w = self.weights
        plain = not (w.cross or w.third or w.aim or self.told)
        special = [bool(room.apart[p] or room.together[p]) for p in range(room.n)]
        spots = [(r, p) for r in rounds for p in self.movable[r]]
        now = best = 0.0
        kept: list[list[int]] | None = None
        hot = self.hot()
        fresh = 60
        beat = 256
        level = heat
        step = 0
        focus = len(hot) * 3 < len(spots) * 2
        for step in range(1, steps + 1):
            if step % beat == 0:
                if halt(beat):
                    break
                level = heat * (cold / heat) ** (step / steps)
            fresh -= 1
            if fresh <= 0:
                hot = self.hot()
                fresh = max(60, len(spots) // 2)
                focus = len(hot) * 3 < len(spots) * 2
                if not hot and plain:
                    break
            if focus and hot and random() < 0.85:
                r, p = hot[int(random() * len(hot))]
            else:
                r, p = spots[int(random() * len(spots))]
            row = where[r]
            dice = random()
            if dice < 0.1 and self.open_sizes[r]:
                b = int(random() * room.g[r])
                if b == row[p]:
                    continue
                delta = self.move_cost(r, p, b)
                if delta <= 0 or random() < exp(-delta / level):
                    if delta > 0 and now <= best + 1e-9 and kept is None:
                        kept = [list(one) for one in where]
                    self.move(r, p, b)
                    now += delta
                    if now < best - 1e-9:
                        best, kept = now, None
                        if best <= target:
                            break
                continue
            others = self.peers[r][role[p]] if dice < 0.75 else self.movable[r]
            q = others[int(random() * len(others))]
            a, b = row[p], row[q]
            if a == b:
                continue
            if plain and role[p] == role[q] and not (special[p] or special[q]):
                table = bits[r]
                left_p, left_q = table[a] ^ (1 << p), table[b] ^ (1 << q)
                delta = (
                    (met1[p] & left_q).bit_count()
                    + (met1[q] & left_p).bit_count()
                    - (met2[p] & left_p).bit_count()
                    - (met2[q] & left_q).bit_count()
                )
            else:
                delta = self.swap_cost(r, p, q)
            if delta > 0 and random() >= exp(-delta / level):
                continue
            if delta > 0 and now <= best + 1e-9 and kept is None:
                kept = [list(one) for one in where]
            self.swap(r, p, q)
            now += delta
            if now < best - 1e-9:
                best, kept = now, None
                if best <= target:
                    break
        # what the beats have not counted, so that no loop of short searches goes on for ever
        halt(step % beat)
        if kept is not None and now > best + 1e-9:
            self.load(kept)
            now = best
        return step, best, now
