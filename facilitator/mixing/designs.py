"""Seat matrices: schedules in which nobody meets twice, found by algebra rather than by search.

A seat matrix over an abelian group of order g has a row for each round and a column for each row
of seats; any two of its rows differ in pairwise different amounts. The person at place j of seat
row i sits in round r at table j + M[r][i]. Then no two people meet twice: people of one seat row
never meet at all, and if two people of rows i and i' met in r and in r', the differences of
columns i and i' would agree in r and r'. A matrix may be turned (rounds for columns), and any of
its rows and columns may be left out.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from random import Random


@dataclass(frozen=True, slots=True)
class SeatMatrix:
    """`rows[r][i]` is how many tables seat row i moves on for round r, in the group of `mods`.

    Elements of the group are 0..g-1, in mixed radix with the first of `mods` fastest. `exact`
    says that nobody meets twice; otherwise it is as near to that as was found.
    """

    mods: tuple[int, ...]
    rows: tuple[tuple[int, ...], ...]
    exact: bool = True

    @property
    def order(self) -> int:
        """How many tables it is for."""
        out = 1
        for mod in self.mods:
            out *= mod
        return out

    def add(self, one: int, other: int) -> int:
        """The sum of two elements of the group."""
        return _add(self.mods, one, other)

    def tables(self) -> list[list[int]]:
        """For each round the table of each place, places counted i·g + j."""
        g = self.order
        return [[self.add(j, move) for move in row for j in range(g)] for row in self.rows]

    def is_exact(self) -> bool:
        """Whether any two rows differ in pairwise different amounts: the proof, by counting."""
        return repeats_per_place(self.mods, self.rows) == 0


def _add(mods: tuple[int, ...], one: int, other: int) -> int:
    if len(mods) == 1:
        return (one + other) % mods[0]
    out, scale = 0, 1
    for mod in mods:
        out += (one % mod + other % mod) % mod * scale
        one, other, scale = one // mod, other // mod, scale * mod
    return out


def _minus(mods: tuple[int, ...], one: int) -> int:
    if len(mods) == 1:
        return -one % mods[0]
    out, scale = 0, 1
    for mod in mods:
        out += -one % mod * scale
        one, scale = one // mod, scale * mod
    return out


def repeats_per_place(mods: tuple[int, ...], rows: tuple[tuple[int, ...], ...]) -> int:
    """Repeated meetings of the full schedule, for each place j (so divided by the order)."""
    if not rows:
        return 0
    total = 0
    k = len(rows[0])
    negative = [[_minus(mods, value) for value in row] for row in rows]
    for one in range(k):
        for other in range(one):
            seen = {_add(mods, rows[r][one], negative[r][other]) for r in range(len(rows))}
            total += len(rows) - len(seen)
    return total


@cache
def catalogue() -> dict[str, SeatMatrix]:
    """The matrices that are shipped, by "order-columns"."""
    text = files("resources").joinpath("seat_matrices.json").read_text("utf-8")
    return {
        name: SeatMatrix(tuple(entry["mods"]), tuple(tuple(row) for row in entry["D"]))
        for name, entry in json.loads(text).items()
    }


@cache
def seat_matrix(order: int, columns: int, rounds: int) -> SeatMatrix | None:
    """A matrix in which nobody meets twice, or None where none is known.

    In:
        order: the number of tables. columns: people at a full table. rounds: how many.
    """
    if order < 1 or columns < 1 or rounds < 1:
        return None
    if rounds == 1 or columns == 1:
        return SeatMatrix((order,), tuple((0,) * columns for _ in range(rounds)))
    if columns > order or rounds > order:
        return None
    least = _least_factor(order)
    if (rounds - 1) * (columns - 1) < order or max(rounds, columns) <= least:
        return SeatMatrix(
            (order,),
            tuple(tuple(r * i % order for i in range(columns)) for r in range(rounds)),
        )
    powers = _prime_powers(order)
    if min(p**e for p, e in powers) >= max(rounds, columns):
        return _product([_field(p, e) for p, e in powers], columns, rounds)
    for name in sorted(catalogue(), key=lambda text: [int(x) for x in text.split("-")]):
        entry = catalogue()[name]
        if entry.order != order:
            continue
        found = entry.rows
        if len(found) >= rounds and len(found[0]) >= columns:
            return SeatMatrix(entry.mods, tuple(row[:columns] for row in found[:rounds]))
        if len(found) >= columns and len(found[0]) >= rounds:
            turned = tuple(zip(*found, strict=True))
            return SeatMatrix(entry.mods, tuple(row[:columns] for row in turned[:rounds]))
    return grow_matrix((order,), columns, rounds, Random(order * 10_007 + columns), tries=200)


def orthogonal_ten() -> list[list[int]]:
    """Four rounds of ten tables of ten in which nobody meets twice.

    Two orthogonal squares of order ten (Parker's, as an array developed modulo seven with three
    points at infinity); no seat matrix gives them.
    """
    m, seven = 3, 7
    zero, low, high = [0] * m, [1, 2, 3], [6, 5, 4]
    points = [7, 8, 9]
    blocks = [zero, low, high, points]
    pattern = ((0, 1, 2, 3), (1, 0, 3, 2), (2, 3, 0, 1), (3, 2, 1, 0))
    base = [[value for block in row for value in blocks[block]] for row in pattern]
    lines = [
        tuple((row[at] + turn) % seven if row[at] < seven else row[at] for row in base)
        for at in range(4 * m)
        for turn in range(seven)
    ]
    lines += [(x, x, x, x) for x in range(seven)]
    lines += [
        (7 + x, 7 + y, 7 + (x + y) % 3, 7 + (x + 2 * y) % 3) for x in range(3) for y in range(3)
    ]
    return [list(line) for line in zip(*lines, strict=True)]


def orbit_schedule(
    order: int,
    columns: int,
    rounds: int,
    rng: Random,
    *,
    steps: int,
    halt: Callable[[int], bool],
) -> list[list[int]] | None:
    """One round turned by a cyclic group: many rounds of small tables, nobody meeting twice.

    The places are whole turns of `rounds` points and at most two fixed ones. What is sought is
    one round whose tables hold each difference between points once; the others follow.
    """
    places = order * columns
    turns, fixed = divmod(places, rounds)
    if not turns or fixed > 2 or columns < 2:
        return None
    kinds = turns + fixed

    def difference(p: int, q: int) -> int:
        """The class of pairs that p and q turn into, as a number."""
        a, b = (p, q) if p < q else (q, p)
        (i, x), (j, y) = divmod(a, rounds), divmod(b, rounds)
        if i >= turns or j >= turns:
            # fixed points: each turn of points is one class; two of them meet in every round
            i = i if i < turns else turns + (a - turns * rounds)
            j = turns + (b - turns * rounds)
            return (i * kinds + j) * rounds
        gap = (y - x) % rounds
        if i == j:
            gap = min(gap, rounds - gap)
        return (i * kinds + j) * rounds + gap

    classes = [[difference(p, q) if p != q else -1 for q in range(places)] for p in range(places)]
    #: a class that a pair passes through twice in a round of turns may not be used at all
    half = [(i * kinds + i) * rounds + rounds // 2 for i in range(turns) if rounds % 2 == 0] + (
        [(turns * kinds + turns + 1) * rounds] if fixed == 2 else []
    )
    points = list(range(places))
    rng.shuffle(points)
    count: dict[int, int] = dict.fromkeys(half, 1)
    where = list(points)
    for table in range(order):
        mine = where[table * columns : (table + 1) * columns]
        for at, p in enumerate(mine):
            for q in mine[:at]:
                name = classes[p][q]
                count[name] = count.get(name, 0) + 1
    cost = sum(number - 1 for number in count.values() if number > 1)
    random = rng.random
    # a lukewarm walk without cooling: seen to end soonest
    heat = 0.3
    for step in range(steps):
        if not cost or (step % 256 == 255 and halt(256)):
            break
        one, other = int(random() * places), int(random() * places)
        s, t = one // columns, other // columns
        if s == t:
            continue
        p, q = where[one], where[other]
        at_s = [x for x in where[s * columns : (s + 1) * columns] if x != p]
        at_t = [x for x in where[t * columns : (t + 1) * columns] if x != q]
        delta = 0
        gone = [classes[p][x] for x in at_s] + [classes[q][x] for x in at_t]
        come = [classes[q][x] for x in at_s] + [classes[p][x] for x in at_t]
        for name in gone:
            number = count[name]
            delta -= number > 1
            count[name] = number - 1
        for name in come:
            number = count.get(name, 0)
            delta += number > 0
            count[name] = number + 1
        if delta <= 0 or random() < 2.718281828 ** (-delta / heat):
            where[one], where[other] = q, p
            cost += delta
        else:
            for name in come:
                count[name] -= 1
            for name in gone:
                count[name] += 1
    halt(256)
    if cost:
        return None
    table_of = [0] * places
    for at, point in enumerate(where):
        table_of[point] = at // columns
    moving = turns * rounds
    return [
        [
            table_of[p // rounds * rounds + (p + turn) % rounds if p < moving else p]
            for p in range(places)
        ]
        for turn in range(rounds)
    ]


@cache
def schedule(order: int, columns: int, rounds: int) -> list[list[int]] | None:
    """For each round the table of each of order x columns places, nobody meeting twice.

    Where there is one round more than tables, the people of one seat row, who never met, make up
    the tables of the further rounds among themselves. None where no schedule is known. Treat the
    answer as read-only.
    """
    matrix = seat_matrix(order, columns, rounds)
    if matrix:
        return matrix.tables()
    if order == 10 and 8 < columns <= 10 and rounds <= 4:
        return orthogonal_ten()[:rounds]
    if rounds <= order or columns < 2 or order % columns:
        return None
    matrix = seat_matrix(order, columns, order)
    inner = schedule(order // columns, columns, rounds - order) if matrix else None
    if not matrix or inner is None:
        return None
    # row i of `order` places fills tables i·(order/columns) and following, by the inner schedule
    part = order // columns
    return matrix.tables() + [
        [i * part + table for i in range(columns) for table in row] for row in inner
    ]


def grow_matrix(
    mods: tuple[int, ...], columns: int, rounds: int, rng: Random, *, tries: int
) -> SeatMatrix | None:
    """A matrix found column by column, each the first that fits, with `tries` new starts."""
    order = SeatMatrix(mods, ()).order
    add = [[_add(mods, a, b) for b in range(order)] for a in range(order)]
    minus = [_minus(mods, a) for a in range(order)]
    for _ in range(tries):
        chosen: list[list[int]] = [[0] * rounds]
        while len(chosen) < columns:
            column = _next_column(chosen, rounds, order, add, minus, rng)
            if column is None:
                break
            chosen.append(column)
        else:
            return SeatMatrix(mods, tuple(zip(*chosen, strict=True)))
    return None


def _next_column(
    chosen: list[list[int]],
    rounds: int,
    order: int,
    add: list[list[int]],
    minus: list[int],
    rng: Random,
) -> list[int] | None:
    """A column whose differences to each chosen one are all different: depth first, bounded."""
    used: list[set[int]] = [{0} for _ in chosen]
    column = [0]
    choices: list[list[int]] = []
    budget = 60 * order
    while len(column) < rounds:
        if len(choices) < len(column):
            options = list(range(1, order))
            rng.shuffle(options)
            choices.append(options)
        r = len(column)
        options = choices[-1]
        placed = False
        while options and budget:
            budget -= 1
            value = options.pop()
            if value in column:
                continue
            gaps = [add[value][minus[other[r]]] for other in chosen]
            if all(gap not in seen for gap, seen in zip(gaps, used, strict=True)):
                for gap, seen in zip(gaps, used, strict=True):
                    seen.add(gap)
                column.append(value)
                placed = True
                break
        if placed:
            continue
        choices.pop()
        if len(column) == 1 or not budget:
            return None
        r = len(column) - 1
        value = column.pop()
        for other, seen in zip(chosen, used, strict=True):
            seen.discard(add[value][minus[other[r]]])
    return column


def _least_factor(number: int) -> int:
    return next((p for p in range(2, int(number**0.5) + 1) if number % p == 0), number)


def _prime_powers(number: int) -> list[tuple[int, int]]:
    out: list[tuple[int, int]] = []
    while number > 1:
        p = _least_factor(number)
        e = 0
        while number % p == 0:
            number //= p
            e += 1
        out.append((p, e))
    return out


@cache
def _field(p: int, e: int) -> tuple[tuple[int, ...], tuple[tuple[int, ...], ...]]:
    """The group and the multiplication table of the field of p**e elements."""
    q = p**e
    if e == 1:
        return (p,), tuple(tuple(a * b % p for b in range(q)) for a in range(q))

    def digits(value: int) -> list[int]:
        return [value // p**at % p for at in range(e)]

    def times(a: int, b: int, low: list[int]) -> int:
        product = [0] * (2 * e - 1)
        for at, x in enumerate(digits(a)):
            for to, y in enumerate(digits(b)):
                product[at + to] = (product[at + to] + x * y) % p
        for at in range(2 * e - 2, e - 1, -1):
            for to in range(e):
                product[at - e + to] = (product[at - e + to] - product[at] * low[to]) % p
        return sum(x * p**at for at, x in enumerate(product[:e]))

    for code in range(q):
        low = digits(code)
        power, seen = 1, set[int]()
        while power not in seen:
            seen.add(power)
            power = times(power, p, low)
        if power == 1 and len(seen) == q - 1:
            return (p,) * e, tuple(tuple(times(a, b, low) for b in range(q)) for a in range(q))
    raise AssertionError("every field has a primitive polynomial")


def _product(
    fields: list[tuple[tuple[int, ...], tuple[tuple[int, ...], ...]]], columns: int, rounds: int
) -> SeatMatrix:
    """One matrix over the direct product of fields: each component has different differences."""
    mods = tuple(mod for group, _ in fields for mod in group)
    rows: list[tuple[int, ...]] = []
    for r in range(rounds):
        row: list[int] = []
        for i in range(columns):
            value, scale = 0, 1
            for _, table in fields:
                value += table[r][i] * scale
                scale *= len(table)
            row.append(value)
        rows.append(tuple(row))
    return SeatMatrix(mods, tuple(rows))


def near_matrix(
    mods: tuple[int, ...],
    rounds: int,
    weights: list[list[float]],
    rng: Random,
    *,
    steps: int,
    halt: Callable[[int], bool],
    floor: float = 0,
) -> tuple[SeatMatrix, float]:
    """A matrix with few repeats where none without is known: annealing over rounds x columns.

    In:
        weights: what a repeat between two columns costs, columns x columns.
        floor: stop as soon as the weighted repeats are no more than this.
    Out: the best matrix found, and its weighted repeats for each place.
    """
    order = SeatMatrix(mods, ()).order
    k = len(weights)
    add = [[_add(mods, a, _minus(mods, b)) for b in range(order)] for a in range(order)]
    columns = [[rng.randrange(order) if r else 0 for r in range(rounds)] for _ in range(k)]
    seen = [[[0] * order for _ in range(k)] for _ in range(k)]
    cost = 0.0
    for i in range(k):
        for j in range(i):
            for r in range(rounds):
                gap = add[columns[i][r]][columns[j][r]]
                if seen[i][j][gap]:
                    cost += weights[i][j]
                seen[i][j][gap] += 1
    best, kept = cost, [list(column) for column in columns]
    random = rng.random
    hot, cold = 3.0, 0.35
    for step in range(steps):
        if best <= floor or (step % 256 == 255 and halt(256 * max(1, k // 10))):
            break
        heat = hot * (cold / hot) ** (step / steps)
        i = int(random() * k)
        r = 1 + int(random() * (rounds - 1))
        column = columns[i]
        old = column[r]
        new = int(random() * order)
        if new == old:
            continue
        delta = 0.0
        for j in range(k):
            if j == i:
                continue
            other = columns[j][r]
            if j < i:
                row, was, now = seen[i][j], add[old][other], add[new][other]
            else:
                row, was, now = seen[j][i], add[other][old], add[other][new]
            delta += ((row[now] > 0) - (row[was] > 1)) * weights[i][j]
        if delta <= 0 or random() < 2.718281828 ** (-delta / heat):
            for j in range(k):
                if j == i:
                    continue
                other = columns[j][r]
                if j < i:
                    row, was, now = seen[i][j], add[old][other], add[new][other]
                else:
                    row, was, now = seen[j][i], add[other][old], add[other][new]
                row[was] -= 1
                row[now] += 1
            column[r] = new
            cost += delta
            if cost < best - 1e-9:
                best, kept = cost, [list(column) for column in columns]
    halt(256)
    rows = tuple(zip(*kept, strict=True))
    return SeatMatrix(mods, rows, exact=best == 0), best
