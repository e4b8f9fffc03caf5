"""Moves that can be spoken, seen from plans made by hand and by the engine."""

from __future__ import annotations

import random

import pytest

from facilitator.mixing.engine import solve
from facilitator.mixing.plan import Plan
from facilitator.mixing.spoken import Spoken, instructions, spoken_rows
from tests.unit.mixing_problems import room

ORDER = [f"T{at}" for at in range(7)]


def turned(on: tuple[tuple[int, ...], ...]) -> Plan:
    """Seven tables; the person `i-j` of row i begins at table j and sits at j + on[round][i]."""
    rounds: list[dict[str, tuple[str, ...]]] = []
    for moves in on:
        tables: dict[str, list[str]] = {table: [] for table in ORDER}
        for row, move in enumerate(moves):
            for j in range(7):
                tables[ORDER[(j + move) % 7]].append(f"{row}-{j}")
        rounds.append({table: tuple(people) for table, people in tables.items()})
    return Plan(tuple(rounds), ((),) * len(rounds))


THREE = turned(((0, 0, 0), (0, 1, 4), (0, 3, 1)))


def swapped(plan: Plan, number: int, one: str, other: str) -> Plan:
    """The plan with two people exchanged in one round."""
    names = {one: other, other: one}
    rounds = list(plan.rounds)
    rounds[number] = {
        table: tuple(names.get(person, person) for person in people)
        for table, people in rounds[number].items()
    }
    return Plan(tuple(rounds), plan.unseated)


def shifts(said: Spoken | None) -> list[tuple[int, int]]:
    """(tables moved on, people) of each row."""
    assert said is not None
    return [(move.tables_on, len(move.people)) for move in said.moves]


def test_each_row_moves_by_its_own_number_of_tables_all_day() -> None:
    rows = spoken_rows(THREE, ORDER)
    assert rows is not None
    assert [{who[0] for who in row} for row in rows] == [{"0"}, {"1"}, {"2"}]
    assert shifts(instructions(THREE, ORDER, 0)) == [(0, 7), (1, 7), (4, 7)]
    # the first table follows the last
    assert shifts(instructions(THREE, ORDER, 1)) == [(0, 7), (2, 7), (4, 7)]
    assert instructions(THREE, ORDER, 2) is None
    assert instructions(THREE, ORDER, -1) is None


def test_whoever_was_moved_by_hand_is_told_by_name() -> None:
    said = instructions(swapped(THREE, 2, "1-0", "2-5"), ORDER, 1)
    assert shifts(said) == [(0, 7), (2, 6), (4, 6)]
    assert said is not None
    assert set(said.by_name) == {"1-0", "2-5"}


def test_whoever_comes_late_moves_with_the_row_whose_gaps_they_fill() -> None:
    rounds = [
        {table: tuple(p for p in people if (p, at) != ("2-3", 0)) for table, people in r.items()}
        for at, r in enumerate(THREE.rounds)
    ]
    said = instructions(Plan(tuple(rounds), ((),) * 3), ORDER, 0)
    assert said is not None
    assert "2-3" in said.moves[2].people
    assert not said.by_name


def test_two_rows_may_move_alike() -> None:
    twins = turned(((0, 0, 0), (2, 2, 5), (4, 4, 3)))
    assert shifts(instructions(twins, ORDER, 0)) == [(2, 14), (5, 7)]


@pytest.mark.parametrize("rounds", [2, 4])
def test_people_placed_at_random_cannot_be_spoken_to(rounds: int) -> None:
    # as many seats as tables: the number of different moves alone would allow it
    plan = turned(((0,) * 7,) * rounds)
    rng = random.Random(3)
    people = [who for table in plan.rounds[0].values() for who in table]
    mixed: list[dict[str, tuple[str, ...]]] = []
    for _ in range(rounds):
        rng.shuffle(people)
        mixed.append({t: tuple(people[at * 7 : at * 7 + 7]) for at, t in enumerate(ORDER)})
    assert spoken_rows(Plan(tuple(mixed), ((),) * rounds), ORDER) is None


def test_other_tables_in_one_round_and_a_single_round_cannot() -> None:
    fewer = {**THREE.rounds[2]}
    del fewer["T6"]
    assert spoken_rows(Plan((*THREE.rounds[:2], fewer), ((),) * 3), ORDER) is None
    assert instructions(Plan(THREE.rounds[:1], ((),)), ORDER, 0) is None


@pytest.mark.parametrize(
    ("people", "size", "rounds", "rows"), [(104, 8, 5, 8), (100, 8, 5, 8), (42, 6, 3, 6)]
)
def test_the_engines_plans_for_a_prime_number_of_tables_can_be_spoken(
    people: int, size: int, rounds: int, rows: int
) -> None:
    problem = room(people, size, rounds)
    plan = solve(problem, work=60_000).plan
    order = [table.id for table in problem.tables[0]]
    for number in range(rounds - 1):
        said = instructions(plan, order, number)
        assert said is not None
        assert len({move.tables_on for move in said.moves}) == len(said.moves) == rows
        # following the words brings everybody to the table of the plan
        here, there = plan.where(number), plan.where(number + 1)
        for move in said.moves:
            for who in move.people:
                to = (order.index(here[who]) + move.tables_on) % len(order)
                assert order[to] == there[who]
        told = {who for move in said.moves for who in move.people} | set(said.by_name)
        assert told == set(there)
