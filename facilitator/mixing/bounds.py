"""What no plan can beat: proven bounds on repeats, on cross meetings and on moves.

Counting, person and pigeonhole bounds hold for any sizes that the tables allow; the bounds by
profession need sizes and roles that are settled by the balance. Each proof is a line:

- counting: more meetings than pairs that may meet must repeat; also within any set of role pairs;
- person: whoever meets more often than there are people for them repeats (halved: two a pair);
- pigeonhole: of the people of one table, spread over g others, some must stay in company;
- cross: a GPs and b pharmacists at a table meet in at most a·b pairs;
- moves: a table without a GP, or below its minimum, needs an arrival or a mover for each lack.
"""

from __future__ import annotations

import heapq
from collections import defaultdict
from dataclasses import dataclass
from math import comb

from facilitator.mixing.room import Room, Seating, band, even_fill

_PAIRS = ((0, 0), (1, 1), (2, 2), (0, 1), (0, 2), (1, 2))
#: give up on the bounds by profession beyond so many states (many unlike tables)
_MOST_STATES = 60_000

_Band = tuple[int, int, int, int, int, int, int]
_Vector = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Bounds:
    """Repeats can be no fewer, cross meetings no more."""

    repeats: int
    cross: int
    #: the parts, for whoever wants to see why
    counting: int = 0
    person: int = 0
    by_role: int = 0
    pigeonhole: int = 0


def even_split_pairs(people: int, parts: int) -> int:
    """The fewest pairs that stay together when so many people are spread over parts."""
    if parts < 1:
        return 0
    size, more = divmod(people, parts)
    return more * comb(size + 1, 2) + (parts - more) * comb(size, 2)


def bounds(room: Room) -> Bounds:
    """All the bounds that hold for the problem."""
    return _Bounds(room).result()


class _Bounds:
    def __init__(self, room: Room) -> None:
        self.room = room
        self.here = [
            sum(r in attends for attends in map(set, room.attends)) for r in range(room.rounds)
        ]
        self.masks = [sum(1 << r for r in rounds) for rounds in room.attends]
        self.sizes: list[list[int]] = []
        for r in range(room.rounds):
            tables = room.tables[r]
            self.sizes.append(
                sorted(
                    even_fill([t.min for t in tables], [t.max for t in tables], self.here[r]),
                    reverse=True,
                )
            )
        self.free = [not self._fixed(r) for r in range(room.rounds)]
        self.over = any(
            self.here[r] > sum(t.max for t in room.tables[r]) for r in range(room.rounds)
        )
        self.forced = [
            (a, b, (self.masks[a] & self.masks[b]).bit_count()) for a, b in room.forced_pairs
        ]
        self.counts = [
            [
                sum(room.role[p] == c for p in range(room.n) if self.masks[p] >> r & 1)
                for c in range(3)
            ]
            for r in range(room.rounds)
        ]
        self._pairs()

    def _fixed(self, r: int) -> bool:
        """Whether the tables' minima and maxima leave one set of sizes."""
        low = [t.min for t in self.room.tables[r]]
        high = [t.max for t in self.room.tables[r]]
        people = self.here[r]
        if not low:
            return people == 0
        alike = len(set(zip(low, high, strict=True))) == 1 and high[0] - low[0] <= 1
        return sum(low) <= people and (people in (sum(low), sum(high)) or alike)

    def _pairs(self) -> None:
        """Pairs that may meet, by roles, and the possible partners of each person."""
        room = self.room
        self.allowed = [0] * 6
        self.partners = [0] * room.n
        #: possible partners of the other profession, with forced pairs
        self.across = [0] * room.n
        groups: dict[tuple[int, int], int] = defaultdict(int)
        for p in range(room.n):
            groups[room.role[p], self.masks[p]] += 1
        reach: dict[tuple[int, int], tuple[int, int]] = {}
        for (role, mask), size in groups.items():
            all_partners = across = 0
            for (other, theirs), number in groups.items():
                if mask & theirs:
                    alike = (role, mask) == (other, theirs)
                    all_partners += number - alike
                    if {role, other} == {0, 1}:
                        across += number
                    pair = _PAIRS.index((min(role, other), max(role, other)))
                    if alike:
                        self.allowed[pair] += size * (size - 1)
                    else:
                        self.allowed[pair] += size * number
            reach[role, mask] = all_partners, across
        self.allowed = [twice // 2 for twice in self.allowed]
        for p in range(room.n):
            self.partners[p], self.across[p] = reach[room.role[p], self.masks[p]]
        gone = dict.fromkeys(room.apart_pairs, True)
        gone.update({(a, b): False for a, b in room.forced_pairs if (a, b) not in gone})
        for (a, b), is_apart in gone.items():
            if not self.masks[a] & self.masks[b]:
                continue
            roles = sorted((room.role[a], room.role[b]))
            self.allowed[_PAIRS.index((roles[0], roles[1]))] -= 1
            self.partners[a] -= 1
            self.partners[b] -= 1
            if is_apart and roles == [0, 1]:
                self.across[a] -= 1
                self.across[b] -= 1

    def result(self) -> Bounds:
        room = self.room
        meetings = sum(comb(size, 2) for sizes in self.sizes for size in sizes)
        forced = sum(times for _, _, times in self.forced)
        counting = max(0, meetings - forced - sum(self.allowed))
        person = self._person()
        vectors = self._vectors()
        by_role = self._by_role(vectors) if vectors else 0
        pigeonhole = 0 if self.over else self._pigeonhole()
        repeats = 0 if self.over else max(counting, person, by_role, pigeonhole)
        cross = 0 if self.over or not room.n else self._cross(vectors)
        if self.over:
            cross = self.allowed[3] + sum(
                {room.role[a], room.role[b]} == {0, 1} for a, b, _ in self.forced
            )
        return Bounds(repeats, cross, counting, person, by_role, pigeonhole)

    def _person(self) -> int:
        room = self.room
        least: list[int] = []
        for r in range(room.rounds):
            tables = room.tables[r]
            if not tables:
                least.append(1)
            elif self.free[r]:
                seats = sum(t.max for t in tables)
                least.append(min(max(t.min, self.here[r] - seats + t.max) for t in tables))
            else:
                least.append(min(self.sizes[r]))
        used = [0] * room.n
        for a, b, times in self.forced:
            used[a] += times
            used[b] += times
        total = sum(
            max(0, sum(least[r] - 1 for r in room.attends[p]) - used[p] - self.partners[p])
            for p in range(room.n)
        )
        return -(-total // 2)

    def _bands(self, r: int) -> tuple[_Band, ...]:
        out: list[_Band] = []
        for size in self.sizes[r]:
            gp, ph, ot = band(
                size,
                self.here[r],
                self.counts[r],
                self.room.least,
                balance=self.room.problem.balance,
            )
            out.append((size, *gp, *ph, *ot))
        return tuple(out)

    def _vectors(self) -> list[set[_Vector]] | None:
        """For each round the pair counts by roles that it can have, or None where unknown."""
        if any(self.free) or self.over:
            return None
        known: dict[tuple[int, int, tuple[_Band, ...]], set[_Vector] | None] = {}
        out: list[set[_Vector]] = []
        for r in range(self.room.rounds):
            key = self.counts[r][0], self.counts[r][1], self._bands(r)
            if key not in known:
                known[key] = _round_vectors(*key)
            found = known[key]
            if not found:
                return None
            out.append(found)
        return out

    def _by_role(self, vectors: list[set[_Vector]]) -> int:
        """Counting inside sets of role pairs, and the best split of the six into such sets."""
        room = self.room
        forced = [0] * 6
        for a, b, times in self.forced:
            roles = sorted((room.role[a], room.role[b]))
            forced[_PAIRS.index((roles[0], roles[1]))] += times
        value: dict[int, int] = {}
        for mask in range(1, 64):
            inside = [i for i in range(6) if mask >> i & 1]
            low = sum(min(sum(v[i] for i in inside) for v in found) for found in vectors)
            value[mask] = max(0, low - sum(forced[i] + self.allowed[i] for i in inside))
        best = {0: 0}
        for mask in range(1, 64):
            low, sub, top = mask & -mask, mask, 0
            while sub:
                if sub & low:
                    top = max(top, value[sub] + best[mask ^ sub])
                sub = (sub - 1) & mask
            best[mask] = top
        return best[63]

    def _pigeonhole(self) -> int:
        return sum(
            max(self._kept(earlier, r) for earlier in range(r)) for r in range(1, self.room.rounds)
        )

    def _kept(self, one: int, other: int) -> int:
        """Pairs that are together in both rounds, at least."""
        room = self.room
        best = 0
        for x, y in ((one, other), (other, one)):
            gone = sum(1 for mask in self.masks if mask >> x & 1 and not mask >> y & 1)
            parts = len(room.tables[y])
            if self.free[x]:
                high = [t.max for t in room.tables[x]]
                left = even_fill([0] * len(high), high, max(0, self.here[x] - gone))
                best = max(best, sum(even_split_pairs(size, parts) for size in left))
                continue
            best = max(best, _after_leaving(self.sizes[x], parts, gone))
        both = 1 << one | 1 << other
        forced = sum(
            self.masks[a] & both == both and self.masks[b] & both == both for a, b, _ in self.forced
        )
        return max(0, best - forced)

    def _cross(self, vectors: list[set[_Vector]] | None) -> int:
        room = self.room
        pairs = self.allowed[3]
        mixed = sum({room.role[a], room.role[b]} == {0, 1} for a, b, _ in self.forced)
        top = (
            sum(max(v[3] for v in found) for found in vectors)
            if vectors
            else pairs + len(self.forced)
        )
        out = min(top, pairs + mixed)
        widest: list[tuple[int, int]] = []
        for r in range(room.rounds):
            if self.free[r]:
                size = max((t.max for t in room.tables[r]), default=0)
                one = band(
                    min(size, self.here[r]),
                    self.here[r],
                    self.counts[r],
                    room.least,
                    balance=room.problem.balance,
                )
                widest.append((one[0][1], one[1][1]))
            else:
                bands = self._bands(r)
                widest.append(
                    (max((b[2] for b in bands), default=0), max((b[4] for b in bands), default=0))
                )
        for role, column in ((0, 1), (1, 0)):
            total = 0
            for p in range(room.n):
                if room.role[p] == role:
                    seats = sum(widest[r][column] for r in room.attends[p])
                    total += min(seats, self.across[p])
            out = min(out, total)
        return out


def _after_leaving(sizes: list[int], parts: int, gone: int) -> int:
    """Pairs kept when `gone` people leave where that saves the most."""
    total = sum(even_split_pairs(size, parts) for size in sizes)
    heap = [
        (even_split_pairs(size - 1, parts) - even_split_pairs(size, parts), size)
        for size in sizes
        if size
    ]
    heapq.heapify(heap)
    for _ in range(gone):
        if not heap:
            break
        change, size = heapq.heappop(heap)
        total += change
        size -= 1
        if size:
            heapq.heappush(
                heap, (even_split_pairs(size - 1, parts) - even_split_pairs(size, parts), size)
            )
    return total


def _round_vectors(gps: int, phs: int, bands: tuple[_Band, ...]) -> set[_Vector] | None:
    """All pair counts by roles of one round, or None where the bands are wide or too many.

    Tables of one kind are interchangeable, so a round is settled by how many of each kind take one
    more GP, one more pharmacist, and both.
    """
    if any(b[2] - b[1] > 1 or b[4] - b[3] > 1 for b in bands):
        return None
    more_gp, more_ph = gps - sum(b[1] for b in bands), phs - sum(b[3] for b in bands)
    if more_gp < 0 or more_ph < 0:
        return None
    kinds: dict[_Band, int] = defaultdict(int)
    for one in bands:
        kinds[one] += 1
    now: dict[tuple[int, int], set[_Vector]] = {(0, 0): {(0,) * 6}}
    items = list(kinds.items())
    for at, (kind, number) in enumerate(items):
        size, gp_low, gp_high, ph_low, ph_high, ot_low, ot_high = kind
        options: dict[tuple[int, int], _Vector | None] = {}
        for i in (0, 1):
            for j in (0, 1):
                a, b = gp_low + i, ph_low + j
                o = size - a - b
                fits = ot_low <= o <= ot_high and a <= gp_high and b <= ph_high
                options[i, j] = (
                    (comb(a, 2), comb(b, 2), comb(o, 2), a * b, a * o, b * o) if fits else None
                )
        last = at == len(items) - 1
        after: dict[tuple[int, int], set[_Vector]] = {}
        states = 0
        for (x, y), found in now.items():
            for i in [more_gp - x] if last else range(min(number, more_gp - x) + 1):
                for j in [more_ph - y] if last else range(min(number, more_ph - y) + 1):
                    if not (0 <= i <= number and 0 <= j <= number):
                        continue
                    low, high = max(0, i + j - number), min(i, j)
                    for both in {low, high} if number > 12 else range(low, high + 1):
                        parts = (
                            (both, options[1, 1]),
                            (i - both, options[1, 0]),
                            (j - both, options[0, 1]),
                            (number - i - j + both, options[0, 0]),
                        )
                        if any(c and v is None for c, v in parts):
                            continue
                        step = [
                            sum(c * v[z] for c, v in parts if c and v is not None) for z in range(6)
                        ]
                        into = after.setdefault((x + i, y + j), set())
                        states += len(found)
                        if states > _MOST_STATES:
                            return None
                        for e in found:
                            into.add(tuple(p + q for p, q in zip(e, step, strict=True)))
        now = after
    return now.get((more_gp, more_ph)) or None


def least_moves(room: Room, told: Seating, number: int) -> int:
    """How many of those who were told a table for this round must go to another, at least."""
    g = room.g[number]
    left: list[list[int]] = [[] for _ in range(g)]
    for p in room.present[number]:
        if told[number][p] >= 0:
            left[told[number][p]].append(p)
    seated = {p for people in left for p in people}
    new = [p for p in room.present[number] if p not in seated]
    lack_of_roles = 0
    for role in (0, 1):
        lack = sum(
            max(0, room.least[role] - sum(room.role[p] == role for p in people)) for people in left
        )
        lack_of_roles += max(0, lack - sum(room.role[p] == role for p in new))
    tables = room.tables[number]
    low = sum(max(0, t.min - len(p)) for t, p in zip(tables, left, strict=True))
    high = sum(max(0, len(p) - t.max) for t, p in zip(tables, left, strict=True))
    return max(0, lack_of_roles, low - len(new), high)
