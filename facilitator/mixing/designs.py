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


def most_rounds(order: int, columns: int, wanted: int) -> int:
    """The most rounds, up to `wanted`, for which a matrix of so many columns is known."""
    for rounds in range(wanted, 0, -1):
        if seat_matrix(order, columns, rounds):
            return rounds
    return 0


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
    weights: list[list[int]],
    rng: Random,
    *,
    steps: int,
    floor: int = 0,
) -> tuple[SeatMatrix, int]:
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
    cost = 0
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
        if best <= floor:
            break
        heat = hot * (cold / hot) ** (step / steps)
        i = int(random() * k)
        r = 1 + int(random() * (rounds - 1))
        column = columns[i]
        old = column[r]
        new = int(random() * order)
        if new == old:
            continue
        delta = 0
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
            if cost < best:
                best, kept = cost, [list(column) for column in columns]
    rows = tuple(zip(*kept, strict=True))
    return SeatMatrix(mods, rows, exact=best == 0), best
