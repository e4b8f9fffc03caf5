"""Moves that can be spoken: “row 3 moves four tables on”.

Where a plan comes from a seat matrix over the numbers 0..g-1, the people of one seat row all move
by the same number of tables, round after round, the first table following the last. Whether a plan
is so is seen from the plan alone, whoever made it and whatever was changed by hand since.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from facilitator.mixing.plan import Plan

#: a row is taken for one where it has people at this part of the tables, at least
LEAST_ROW = 0.5
#: the part of the people who may have to be told by name before speaking is no help
MOST_BY_NAME = 0.1

#: tables moved on at each change of rounds; None where somebody sits out before or after it
_Way = tuple[int | None, ...]


@dataclass(frozen=True, slots=True)
class Move:
    """A row, numbered from 1, and how many tables it moves on: 0 to one less than there are."""

    row: int
    tables_on: int
    people: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Spoken:
    """What is said at the end of `round` (from 0): a move of each row, and whom to tell by name."""

    round: int
    moves: tuple[Move, ...]
    by_name: tuple[str, ...] = ()


def spoken_rows(plan: Plan, order: Sequence[str]) -> tuple[tuple[str, ...], ...] | None:
    """The people of each row, in order; None where the plan cannot be spoken.

    In: the ids of the tables, in the order in which people count them.
    It can be where every round has these tables, the rows are at most as many as a table's seats,
    every table has its share of each, and nine of ten people belong to one.
    """
    found = _rows(plan, order)
    return None if found is None else tuple(people for _, people in found[0])


def instructions(plan: Plan, order: Sequence[str], round_number: int) -> Spoken | None:
    """What is said between a round (from 0) and the next; None where it cannot be spoken.

    `by_name` has those who sit in the next round and belong to no row.
    """
    if not 0 <= round_number < len(plan.rounds) - 1:
        return None
    found = _rows(plan, order)
    if found is None:
        return None
    there = plan.where(round_number + 1)
    rows, alone = found
    moves = tuple(
        Move(number, way[round_number] or 0, people)
        for number, (way, people) in enumerate(rows, start=1)
    )
    return Spoken(round_number, moves, tuple(one for one in alone if one in there))


def _rows(
    plan: Plan, order: Sequence[str]
) -> tuple[list[tuple[_Way, tuple[str, ...]]], tuple[str, ...]] | None:
    """Each row's way through the day and people, and the people without a row."""
    g = len(order)
    if g < 2 or len(plan.rounds) < 2 or any(set(tables) != set(order) for tables in plan.rounds):
        return None
    index = {table: at for at, table in enumerate(order)}
    seats = [
        {person: index[table] for person, table in plan.where(number).items()}
        for number in range(len(plan.rounds))
    ]
    # in the order of the first tables, so that the same plan has the same rows
    people = dict.fromkeys(
        person for tables in plan.rounds for table in order for person in tables[table]
    )
    ways: dict[str, _Way] = {
        person: tuple(
            (after[person] - before[person]) % g if person in before and person in after else None
            for before, after in pairwise(seats)
        )
        for person in people
    }
    often = Counter(way for way in ways.values() if None not in way)
    known = sorted(way for way, many in often.items() if many >= max(2, g * LEAST_ROW))
    share = {way: max(1, round(often[way] / g)) for way in known}
    taken: Counter[tuple[_Way, int, int]] = Counter()
    members: dict[_Way, list[str]] = {way: [] for way in known}
    alone: list[str] = []
    # those who are there all day first: the others fill the gaps that they leave
    for person in sorted(people, key=lambda one: None in ways[one]):
        mine = ways[person]
        sits = [(number, at[person]) for number, at in enumerate(seats) if person in at]
        fits = [
            way
            for way in known
            if any(gap is not None for gap in mine)
            and all(gap in {None, wanted} for gap, wanted in zip(mine, way, strict=True))
            and all(taken[way, number, table] < share[way] for number, table in sits)
        ]
        if len(fits) != 1:
            alone.append(person)
            continue
        members[fits[0]].append(person)
        for number, table in sits:
            taken[fits[0], number, table] += 1
    most_seats = max(len(who) for tables in plan.rounds for who in tables.values())
    if not known or len(known) > most_seats or len(alone) > MOST_BY_NAME * len(people):
        return None
    return [(way, tuple(members[way])) for way in known], tuple(alone)
