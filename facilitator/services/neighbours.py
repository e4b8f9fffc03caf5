"""Who sits beside whom around one table. Places are numbered around it from 0.

An empty seat does not part two people: whoever comes next around the table is beside you.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from itertools import combinations
from typing import TypeVar

Key = TypeVar("Key", bound=Hashable)

#: positions of the two sides that are mixed; the third sits where it likes
_PAIR = frozenset({0, 1})


def in_order(places: Mapping[int, Key]) -> list[Key]:
    """Those at a table in the order of their places."""
    return [places[place] for place in sorted(places)]


def side_by_side(order: Sequence[Key]) -> set[frozenset[Key]]:
    """The pairs that sit beside each other around a table of this order."""
    if len(order) < 2:
        return set()
    return {
        frozenset({one, other})
        for one, other in zip(order, [*order[1:], order[0]], strict=True)
        if one != other
    }


def besides(sides: Sequence[int]) -> int:
    """How many of the two sides have somebody of the other side beside them.

    `sides` are the positions (0, 1, 2) of the sides of those around the table, in order.
    """
    many = len(sides)
    if many < 2:
        return 0
    return sum(
        side in _PAIR and 1 - side in (sides[at - 1], sides[(at + 1) % many])
        for at, side in enumerate(sides)
    )


def most_besides(sides: Iterable[int]) -> int:
    """The most that `besides` can be for these people in whatever order.

    One person serves at most two of the other side, so the smaller side serves twice its number.
    """
    given = list(sides)
    few, many = sorted((given.count(0), given.count(1)))
    return few + min(many, 2 * few)


def mending_swap(order: Sequence[int]) -> tuple[int, int] | None:
    """Two places (indexes into `order`) whose exchange puts the most people beside the other side.

    `order` are the positions of the sides around the table. None where no exchange is better.
    """
    best, found = besides(order), None
    for one, other in combinations(range(len(order)), 2):
        if order[one] == order[other]:
            continue
        tried = list(order)
        tried[one], tried[other] = tried[other], tried[one]
        worth = besides(tried)
        if worth > best:
            best, found = worth, (one, other)
    return found


def same_run(order: Sequence[int]) -> tuple[int, int] | None:
    """Two neighbours of one side of which one has nobody of the other side beside them."""
    many = len(order)
    for at, side in enumerate(order):
        if side in _PAIR and 1 - side not in (order[at - 1], order[(at + 1) % many]):
            after = (at + 1) % many
            return (at, after) if order[after] == side else ((at - 1) % many, at)
    return None
