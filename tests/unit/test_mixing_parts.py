"""Problem files, designs, bounds, partners, and the engine's own process."""

from __future__ import annotations

import random
import threading
from itertools import combinations
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from facilitator.domain.errors import Refused
from facilitator.mixing.bounds import bounds, even_split_pairs
from facilitator.mixing.check import check
from facilitator.mixing.designs import (
    catalogue,
    near_matrix,
    orbit_schedule,
    orthogonal_ten,
    schedule,
    seat_matrix,
)
from facilitator.mixing.engine import Solution, solve
from facilitator.mixing.partners import seat_order, seat_plan
from facilitator.mixing.plan import Plan
from facilitator.mixing.problem import Problem
from facilitator.mixing.process import MixingProcess
from facilitator.mixing.room import Room, even_fill
from tests.unit.mixing_problems import golfers, room

GOOD: dict[str, Any] = {
    "rounds": 2,
    "people": [{"id": "a", "role": "GP"}, {"id": "b", "role": "PH", "attend": [1]}],
    "tables": [[{"id": "T1", "min": 0, "max": 4}], [{"id": "T1", "min": 0, "max": 4}]],
}


def repeats(tables: list[list[int]]) -> int:
    """Pairs that meet again, counted one by one."""
    met: dict[tuple[int, int], int] = {}
    for row in tables:
        for pair in combinations(range(len(row)), 2):
            if row[pair[0]] == row[pair[1]]:
                met[pair] = met.get(pair, 0) + 1
    return sum(times - 1 for times in met.values())


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"rounds": 0}, "“rounds” must be a whole number from 1"),
        ({"rounds": True}, "“rounds” must be a whole number"),
        ({"people": {}}, "“people” must be a list"),
        ({"people": [{"role": "GP"}]}, "Person 1 has no “id”"),
        ({"people": [{"id": "a"}, {"id": "a"}]}, "Two people have the id “a”"),
        ({"people": [{"id": "a", "role": "Dr"}]}, "must be GP, PH or OT, not “Dr”"),
        ({"people": [{"id": "a", "attend": [2]}]}, "numbered from 0 to 1"),
        ({"people": [{"id": "a", "borough": 3}]}, "“borough” of person “a” must be text"),
        ({"tables": [[]]}, "lists 1 rounds, but the problem has 2"),
        ({"tables": [[{"id": "T", "min": 3, "max": 2}], []]}, "0 ≤ min ≤ max, not 3 and 2"),
        ({"tables": [[{"id": "T", "max": 2}] * 2, []]}, "Round 0 has two tables “T”"),
        ({"tables": [[{"max": 2}], []]}, "Table 1 of round 0 has no “id”"),
        ({"tables": [7, []]}, "The tables of round 0 must be a list"),
        ({"balance": "yes"}, "“balance” must be true or false"),
        ({"min_role": {"XX": 1}}, "“min_role” gives a whole number"),
        ({"apart": [["a"]]}, "Entry 1 of “apart” must be two people"),
        ({"apart": [["a", "z"]]}, "names “z”, who is not among the people"),
        ({"together": [["a", "a"]]}, "names “a” twice"),
        ({"pins": [{"person": "z", "table": "T1", "rounds": []}]}, "Pin 1 names “z”"),
        ({"pins": [{"person": "a", "rounds": []}]}, "The pin of “a” names no table"),
        ({"aims": [{}]}, "“aims” lists 1 rounds"),
        ({"aims": [{"stance": "gather"}, {}]}, "can be spread, not “gather”"),
        ({"live": {"from_round": 9}}, "“from_round” must be a round from 0 to 2"),
        ({"live": 3}, "“live” must be an object"),
    ],
)
def test_a_malformed_problem_is_refused_in_one_sentence(change: dict[str, Any], words: str) -> None:
    with pytest.raises(Refused) as refused:
        Problem.from_json(GOOD | change)
    assert words in str(refused.value)
    assert str(refused.value).endswith(".")


@pytest.mark.parametrize("data", [None, [], 3, "x", {}, {"rounds": 2}])
def test_what_is_no_problem_at_all(data: object) -> None:
    with pytest.raises(Refused):
        Problem.from_json(data)


@pytest.mark.parametrize(
    "data",
    [None, {}, {"rounds": [3]}, {"rounds": [{"T": "abc"}]}, {"rounds": [{"T": [1]}]},
     {"rounds": [{}], "unseated": []}, {"rounds": [{}], "unseated": [[], []]}],
)  # fmt: skip
def test_a_malformed_plan_is_refused(data: object) -> None:
    if data == {"rounds": [{}], "unseated": []}:
        assert Plan.from_json(data).unseated == ((),)
        return
    with pytest.raises(Refused):
        Plan.from_json(data)


def test_other_keys_are_ignored_and_roles_default() -> None:
    problem = Problem.from_json(GOOD | {"kind": "summit", "people": [{"id": "x", "hat": 1}]})
    assert problem.people[0].role == "OT"
    assert problem.min_role == {}


@pytest.mark.parametrize("name", sorted(catalogue()))
def test_each_matrix_of_the_catalogue_seats_nobody_twice(name: str) -> None:
    matrix = catalogue()[name]
    order, columns = map(int, name.split("-"))
    assert (matrix.order, len(matrix.rows[0])) == (order, columns)
    tables = matrix.tables()
    assert repeats(tables[:3]) == 0
    assert matrix.is_exact()
    assert all(sorted(row) == sorted(list(range(order)) * columns) for row in tables)


@settings(max_examples=60, deadline=None)
@given(st.integers(2, 40), st.integers(2, 9), st.integers(2, 8))
def test_seat_matrices_by_algebra_and_search(order: int, columns: int, rounds: int) -> None:
    matrix = seat_matrix(order, columns, rounds)
    if matrix is None:
        assert columns > order or rounds > order or order in (6, 10, 12, 14, 15, 18, 20)
        return
    assert len(matrix.rows) == rounds
    assert repeats(matrix.tables()) == 0


@pytest.mark.parametrize(("order", "columns", "rounds"), [(8, 4, 9), (9, 9, 10), (9, 3, 13)])
def test_rows_make_further_rounds(order: int, columns: int, rounds: int) -> None:
    tables = schedule(order, columns, rounds)
    assert tables is not None
    assert len(tables) == rounds
    assert repeats(tables) == 0


def test_orbits_and_orthogonal_squares() -> None:
    assert repeats(orthogonal_ten()) == 0
    found = orbit_schedule(8, 3, 11, random.Random(1), steps=400_000, halt=lambda _steps: False)
    assert found is not None
    assert repeats(found) == 0
    assert all(sorted(row) == sorted(list(range(8)) * 3) for row in found)
    weights = [[1.0] * 4 for _ in range(4)]
    matrix, cost = near_matrix(
        (6,), 4, weights, random.Random(1), steps=5_000, halt=lambda _steps: False
    )
    assert repeats(matrix.tables()) == 6 * cost


@pytest.mark.parametrize(
    ("problem", "least", "most_cross"),
    [
        (room(24, 6, 3), 16, 72),
        (room(24, 6, 6), 90, 100),
        (room(24, 8, 4), 63, 100),
        (room(60, 10, 4), 72, 384),
        (room(60, 10, 6), 120, 576),
        (room(60, 8, 5), 0, 360),
        (golfers(8, 4, 9), 0, 0),
    ],
)
def test_bounds_worked_out_elsewhere(problem: Problem, least: int, most_cross: int) -> None:
    found = bounds(Room(problem))
    assert (found.repeats, found.cross) == (least, most_cross)


def test_even_sizes_and_what_stays_together() -> None:
    assert even_fill([6, 6, 6], [8, 8, 8], 20) == [7, 7, 6]
    assert even_fill([6, 6], [8, 8], 5) == [3, 2]
    assert even_fill([1, 1], [2, 2], 9) == [2, 2]
    assert even_split_pairs(8, 3) == 7
    assert even_split_pairs(3, 5) == 0


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 6), st.integers(0, 6), st.integers(0, 5), st.data())
def test_every_gp_sits_beside_a_pharmacist_as_far_as_numbers_go(
    gps: int, phs: int, others: int, data: st.DataObject
) -> None:
    roles = {f"g{i}": "GP" for i in range(gps)} | {f"p{i}": "PH" for i in range(phs)}
    roles |= {f"o{i}": "OT" for i in range(others)}
    people = data.draw(st.permutations(sorted(roles)))
    earlier = {
        frozenset((f"g{a}", f"p{b}"))
        for a in range(gps)
        for b in range(phs)
        if data.draw(st.integers(0, 3)) == 0
    }
    seats = seat_order(people, roles, earlier)
    assert sorted(seats.order) == sorted(people)
    size = len(seats.order)
    beside = {frozenset((seats.order[at], seats.order[(at + 1) % size])) for at in range(size)}
    assert {frozenset(pair) for pair in seats.partners} == {
        pair for pair in beside if {roles[who] for who in pair} == {"GP", "PH"} and len(pair) == 2
    }
    seated = {who for pair in seats.partners for who in pair}
    served = sum(f"g{i}" in seated for i in range(gps))
    assert served == min(gps, 2 * phs)
    assert all(seats.of(who) for who in seated)


def test_partners_are_new_while_new_ones_are_left() -> None:
    problem = room(60, 8, 5)
    plan = solve(problem, work=1_000).plan
    roles = {person.id: person.role for person in problem.people}
    seen: set[tuple[str, str]] = set()
    for tables in seat_plan(plan, roles):
        for seats in tables.values():
            for person in seats.order:
                if roles[person] == "GP":
                    assert seats.of(person)
            assert not seen & set(seats.partners)
            seen |= set(seats.partners)
    again = seat_order(("g", "p", "q", "h"), {"g": "GP", "h": "GP", "p": "PH", "q": "PH"},
                       {frozenset("gp"), frozenset("hq")})  # fmt: skip
    new = {frozenset(pair) for pair in again.partners}
    assert {frozenset("gq"), frozenset("hp")} <= new


class Heard:
    """What a mixing process said, and a way to wait for the end."""

    def __init__(self) -> None:
        self.progress: list[Solution] = []
        self.done: Solution | None = None
        self.failed = ""
        self.first = threading.Event()
        self.end = threading.Event()

    def on_progress(self, solution: Solution) -> None:
        self.progress.append(solution)
        self.first.set()

    def on_done(self, solution: Solution) -> None:
        self.done = solution
        self.end.set()

    def on_failed(self, words: str) -> None:
        self.failed = words
        self.end.set()


@pytest.fixture
def process():
    mixing = MixingProcess()
    yield mixing
    mixing.close()


def begin(mixing: MixingProcess, problem: Problem, **more: Any) -> Heard:
    heard = Heard()
    mixing.start(
        problem,
        on_progress=heard.on_progress,
        on_done=heard.on_done,
        on_failed=heard.on_failed,
        **more,
    )
    return heard


def test_the_process_mixes_stops_and_fails_in_words(process: MixingProcess) -> None:
    problem = room(24, 6, 6)
    heard = begin(process, problem, work=20_000, seed=4)
    assert heard.end.wait(60)
    assert heard.done is not None
    assert heard.done.plan == solve(problem, work=20_000, seed=4).plan
    assert heard.progress[0].repeats >= heard.done.repeats
    assert not process.running

    longer = begin(process, problem, work=10**12)
    assert longer.first.wait(60)
    process.stop()
    assert longer.end.wait(60)
    assert longer.done is not None
    assert check(problem, longer.done.plan).valid

    live = Problem.from_json(problem.to_json() | {"live": {"from_round": 2}})
    refused = begin(process, live)
    assert refused.end.wait(60)
    assert "the plan that people were told" in refused.failed


def test_a_new_mixing_takes_the_place_of_the_one_under_way(process: MixingProcess) -> None:
    problem = room(24, 6, 6)
    first = begin(process, problem, work=10**12)
    assert first.first.wait(60)
    second = begin(process, problem, work=5_000)
    assert second.end.wait(60)
    assert second.done is not None
    assert not first.end.is_set()


def test_a_process_that_dies_is_told_and_replaced(process: MixingProcess) -> None:
    problem = room(24, 6, 6)
    heard = begin(process, problem, work=10**12)
    assert heard.first.wait(60)
    assert process.pid is not None
    process.kill()
    assert heard.end.wait(60)
    assert "stopped by itself" in heard.failed
    again = begin(process, problem, work=5_000)
    assert again.end.wait(60)
    assert again.done is not None
