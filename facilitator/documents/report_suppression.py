"""Which counts of people may be published: none under five, and none that gives such a one away.

All counts of one document stand in one ledger with every sum that a reader could form ("the sides
add up to everybody"). First those under five are hidden. Then, while a hidden count could still be
worked out (by subtraction, by any chain of subtractions, or because the hidden ones add up to so
little that they can be told), another is hidden with it: the smallest that helps, a sum last.

Nought is hidden too: that nobody of six people from a borough believed something, or came, says
something about each of them.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass

LEAST = 5
#: a prime: elimination over its field tells ranks without fractions
_PRIME = (1 << 61) - 1


@dataclass(frozen=True, slots=True)
class Sum:
    """That some counts add up to another."""

    total: Hashable
    parts: tuple[Hashable, ...]

    @property
    def cells(self) -> tuple[Hashable, ...]:
        """The sum and its parts."""
        return (self.total, *self.parts)


class Ledger:
    """Counts and their sums; `hide()` says which may not be published."""

    def __init__(self, least: int = LEAST) -> None:
        self._least = least
        self._values: dict[Hashable, int] = {}
        self._sums: list[Sum] = []
        self._together: list[tuple[Hashable, Hashable]] = []
        self._rather: set[Hashable] = set()

    def count(self, key: Hashable, value: int, *, rather: bool = False) -> Hashable:
        """Enter a count; the same key again must be the same number.

        `rather`: where another must be hidden with a small one, this goes before those that say
        more.
        """
        if rather:
            self._rather.add(key)
        if self._values.setdefault(key, value) != value:
            raise ValueError(f"{key} is entered as {self._values[key]} and as {value}")
        return key

    def add_up(self, total: Hashable, parts: Iterable[Hashable]) -> None:
        """Say that `parts` add up to `total`, all of them entered."""
        found = Sum(total, tuple(parts))
        if self._values[total] != sum(self._values[part] for part in found.parts):
            raise ValueError(f"{total} is not the sum of its parts")
        self._sums.append(found)

    def hide_with(self, key: Hashable, other: Hashable) -> None:
        """Say that `key` goes wherever `other` is hidden (a share whose base is gone)."""
        self._together.append((key, other))

    def hide(self) -> frozenset[Hashable]:
        """The keys of the counts that may not be shown."""
        values, least = self._values, self._least
        hidden = {key for key, value in values.items() if value < least}
        primary = set(hidden)
        while True:
            for key, other in self._together:
                if other in hidden:
                    hidden.add(key)
            told = self._told(hidden)
            if not told & primary:
                return frozenset(hidden)
            self._cover(told, primary, hidden)

    # -- internal -------------------------------------------------------------------------------

    def _cover(
        self, told: set[Hashable], primary: set[Hashable], hidden: set[Hashable]
    ) -> None:  # fmt: skip
        """Hide one more count, so that fewer of the told ones can be worked out.

        First where a sum has a single hidden count, which any reader sees through; a hidden count
        of another that was to cover for a small one may be the weak point of a longer chain.
        """
        alone = [
            line for line in self._sums
            if sum(cell in hidden for cell in line.cells) == 1 and told & set(line.cells)
        ]  # fmt: skip
        near = alone or [line for line in self._sums if told & primary & set(line.cells)]
        free = {cell for line in near for cell in line.cells if cell not in hidden}
        if not free:  # what is left to see stands further away
            linked = {
                cell for line in self._sums for cell in line.cells if hidden & set(line.cells)
            }
            free = linked - hidden
        if not free:
            raise AssertionError("every linked count is hidden, so none can be told")
        sums = {line.total for line in self._sums}
        hidden.add(
            min(
                free,
                key=lambda cell: (
                    cell not in self._rather, cell in sums, self._values[cell], str(cell)
                ),
            )
        )  # fmt: skip

    def _told(self, hidden: set[Hashable]) -> set[Hashable]:
        """The hidden counts that a reader can work out."""
        return self._by_subtraction(hidden) | self._by_bounds(hidden)

    def _by_subtraction(self, hidden: set[Hashable]) -> set[Hashable]:
        """Those that linear equations fix, whatever the order of the subtractions."""
        order = {key: place for place, key in enumerate(sorted(hidden, key=str))}
        matrix: list[dict[int, int]] = []
        for line in self._sums:
            row: dict[int, int] = {}
            for cell in line.parts:
                if cell in order:
                    row[order[cell]] = (row.get(order[cell], 0) + 1) % _PRIME
            if line.total in order:
                row[order[line.total]] = (row.get(order[line.total], 0) - 1) % _PRIME
            row = {column: value for column, value in row.items() if value}
            if row:
                matrix.append(row)
        reduced = _reduced(matrix)
        names = {place: key for key, place in order.items()}
        return {names[next(iter(row))] for row in reduced if len(row) == 1}

    def _by_bounds(self, hidden: set[Hashable]) -> set[Hashable]:
        """Those that are fixed because no count is below nought."""
        low: dict[Hashable, int] = dict.fromkeys(hidden, 0)
        high: dict[Hashable, int | None] = dict.fromkeys(hidden)
        changed = True
        while changed:
            changed = False
            for line in self._sums:
                changed |= self._tighten(line, hidden, low, high)
        return {key for key in hidden if high[key] is not None and high[key] == low[key]}

    def _tighten(
        self, line: Sum, hidden: set[Hashable], low: dict[Hashable, int],
        high: dict[Hashable, int | None],
    ) -> bool:  # fmt: skip
        def least(cell: Hashable) -> int:
            return low[cell] if cell in hidden else self._values[cell]

        def most(cell: Hashable) -> int | None:
            return high[cell] if cell in hidden else self._values[cell]

        changed = False
        floor = sum(least(part) for part in line.parts)
        tops = [most(part) for part in line.parts]
        ceiling = None if None in tops else sum(top for top in tops if top is not None)
        if line.total in hidden:
            changed |= _raise(low, line.total, floor) | _lower(high, line.total, ceiling)
        top, bottom = most(line.total), least(line.total)
        for place, part in enumerate(line.parts):
            if part not in hidden:
                continue
            if top is not None:
                changed |= _lower(high, part, top - (floor - low[part]))
            others = [tops[i] for i in range(len(tops)) if i != place]
            if None not in others:
                changed |= _raise(low, part, bottom - sum(o for o in others if o is not None))
        return changed


def _raise(bounds: dict[Hashable, int], key: Hashable, value: int) -> bool:
    if value > bounds[key]:
        bounds[key] = value
        return True
    return False


def _lower(bounds: dict[Hashable, int | None], key: Hashable, value: int | None) -> bool:
    now = bounds[key]
    if value is not None and (now is None or value < now):
        bounds[key] = value
        return True
    return False


def _reduced(matrix: list[dict[int, int]]) -> list[dict[int, int]]:
    """The reduced row echelon form over a prime field, rows as {column: value}."""
    done: list[tuple[int, dict[int, int]]] = []
    for row in matrix:
        rest = dict(row)
        for pivot, other in done:
            if pivot in rest:
                _subtract(rest, other, rest[pivot])
        if not rest:
            continue
        pivot = min(rest)
        inverse = pow(rest[pivot], -1, _PRIME)
        rest = {column: value * inverse % _PRIME for column, value in rest.items()}
        for _, other in done:
            if pivot in other:
                _subtract(other, rest, other[pivot])
        done.append((pivot, rest))
    return [row for _, row in done]


def _subtract(row: dict[int, int], other: Mapping[int, int], times: int) -> None:
    for column, value in other.items():
        new = (row.get(column, 0) - times * value) % _PRIME
        if new:
            row[column] = new
        else:
            row.pop(column, None)
