"""Mixing: from a problem to a plan, with its proof of how good it is.

Three layers, from algebra to search: a seat matrix in which nobody meets twice; who holds which of
its places, so that sizes, balance, hosts, and apart and together come out right; and annealing for
what is left. The work is counted in steps, so that one problem, seed and work give one plan on any
machine; `seconds` is only a ceiling. The best so far is told at once and whenever it improves.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from facilitator.domain.errors import Refused
from facilitator.mixing import live
from facilitator.mixing.bounds import Bounds, bounds, least_moves
from facilitator.mixing.designs import (
    SeatMatrix,
    near_matrix,
    orbit_schedule,
    repeats_per_place,
    schedule,
)
from facilitator.mixing.explain import BrokenWish, broken_wishes
from facilitator.mixing.greedy import greedy
from facilitator.mixing.labels import Labels
from facilitator.mixing.plan import Plan
from facilitator.mixing.problem import Problem
from facilitator.mixing.report import AimResult, LeastServed, aim_results, least_served
from facilitator.mixing.room import Room, Seating
from facilitator.mixing.search import Measure, Search, Weights
from facilitator.mixing.unseated import choose_unseated

#: steps that are counted as one second of work
STEPS_A_SECOND = 300_000
#: what is done when nothing is said
USUAL_WORK = 600_000


@dataclass(frozen=True, slots=True)
class Solution:
    """A plan, and how good it is.

    In:
        repeats: meetings beyond the first of each pair (those asked to be together left out).
        bound: no plan has fewer repeats. max_meet: the rounds that the unluckiest pair shares.
        cross, cross_bound: GP-pharmacist pairs that meet, and the most that could.
        moved, moved_later: live: people told one table who go to another in the next round, and
        (person, round) pairs in later rounds; moves_bound: the least that the next round allows.
        work: steps counted. final: False while the engine is still at it.
    """

    plan: Plan
    repeats: int
    bound: int
    max_meet: int
    cross: int
    cross_bound: int
    least_served: LeastServed
    broken: tuple[BrokenWish, ...]
    faults: int = 0
    moved: int = 0
    moved_later: int = 0
    moves_bound: int = 0
    aims: tuple[AimResult, ...] = ()
    seconds: float = 0.0
    work: int = 0
    seed: int = 0
    final: bool = False

    @property
    def best_possible(self) -> bool:
        """Whether the repeats are proven to be the fewest."""
        return self.repeats <= self.bound

    @property
    def moves(self) -> int:
        """People who were told a table for the next round and go to another."""
        return self.moved


def solve(
    problem: Problem,
    *,
    seconds: float | None = None,
    work: int | None = None,
    seed: int = 0,
    told: Plan | None = None,
    progress: Callable[[Solution], None] | None = None,
    stop: Callable[[], bool] | None = None,
) -> Solution:
    """The best plan found for the problem.

    In:
        seconds: a ceiling on the time; without `work`, also how much work is done.
        work: how many steps are done at most. told: the plan that people know; needed where the
        problem is live. progress: is given each better plan, the first at once. stop: asked some
        hundred times a second; True ends the work with the best so far.
    Errors: Refused where a live problem comes without the plan that was told.
    """
    return _Solver(problem, seconds, work, seed, told, progress, stop).run()


class _Solver:
    def __init__(
        self,
        problem: Problem,
        seconds: float | None,
        work: int | None,
        seed: int,
        told: Plan | None,
        progress: Callable[[Solution], None] | None,
        stop: Callable[[], bool] | None,
    ) -> None:
        self.began = time.perf_counter()
        self.deadline = None if seconds is None else self.began + max(0.0, seconds)
        if work is None:
            work = USUAL_WORK if seconds is None else int(seconds * STEPS_A_SECOND)
        self.work = max(0, work)
        self.done = 0
        self.seed = seed
        self.progress = progress
        self.stop = stop
        self.problem = problem
        self.told = told
        self.start = problem.live_from or 0
        if problem.live_from is not None and told is None and problem.live_from > 0:
            raise Refused(
                "A live problem needs the plan that people were told, so that the rounds that "
                "have happened stay as they were."
            )
        self.room = Room(problem)
        self.told_seating = (
            self.room.seating(told) if told and problem.live_from is not None else None
        )
        choose_unseated(self.room, self.told_seating, self.start)
        self.bounds: Bounds | None = None
        self.best: tuple[Measure, Seating] | None = None
        self.stopped = False
        #: whether a schedule was the way to the best so far
        self.designed = False

    def rng(self, salt: int) -> Random:
        return Random(self.seed * 1_000_003 + salt)

    def halt(self, steps: int) -> bool:
        """Count the steps; True where it is time to end."""
        self.done += steps
        if self.done >= self.work:
            return True
        if self.deadline is not None and time.perf_counter() >= self.deadline:
            self.stopped = True
        if self.stop is not None and self.stop():
            self.stopped = True
        return self.stopped

    def left(self) -> int:
        """Steps still to be done; none once stopped."""
        return 0 if self.stopped else max(0, self.work - self.done)

    def run(self) -> Solution:
        if self.told_seating is not None:
            self._live()
        else:
            self._fresh()
        assert self.best is not None
        return self._solution(self.best[1], self.best[0], final=True)

    # What is best, and telling it

    def offer(self, search: Search) -> bool:
        """Keep the seating where it is better than the best; tell it."""
        measure = search.measure()
        if self.best is not None and not _better(measure, self.best[0]):
            return False
        seating = search.seating()
        self.best = measure, seating
        if self.progress is not None:
            self.progress(self._solution(seating, measure, final=False))
        return True

    def finished(self) -> bool:
        """Whether the best is proven: nothing that counts can get better."""
        if self.best is None:
            return False
        measure = self.best[0]
        limit = self._bounds()
        return (
            measure.faults <= self.room.unavoidable
            and measure.repeats <= limit.repeats
            and self._cross(measure) >= limit.cross
            and not any(self.problem.aims)
        )

    def _cross(self, measure: Measure) -> int:
        return -measure.cross_missing + self._forced_cross

    @property
    def _forced_cross(self) -> int:
        room = self.room
        return sum(
            {room.role[a], room.role[b]} == {0, 1}
            and bool(set(room.attends[a]) & set(room.attends[b]))
            for a, b in room.forced_pairs
        )

    def _bounds(self) -> Bounds:
        if self.bounds is None:
            self.bounds = bounds(self.room)
        return self.bounds

    def _solution(self, seating: Seating, measure: Measure, *, final: bool) -> Solution:
        room = self.room
        limit = self._bounds()
        plan = room.plan(seating)
        if self.told is not None and self.told_seating is not None:
            past = tuple(self.told.rounds[: self.start])
            plan = Plan(
                past + plan.rounds[len(past) :],
                tuple(self.told.unseated[: len(past)] or ((),) * len(past))
                + plan.unseated[len(past) :],
            )
        moves = (
            least_moves(room, self.told_seating, self.start)
            if self.told_seating is not None and self.start < room.rounds
            else 0
        )
        moved = (
            _moved(self.told, plan, range(self.start, room.rounds))
            if self.told is not None and self.told_seating is not None
            else []
        )
        cross, served = least_served(room, seating)
        return Solution(
            plan=plan,
            repeats=measure.repeats,
            bound=limit.repeats,
            max_meet=measure.most,
            cross=cross,
            cross_bound=limit.cross,
            least_served=served,
            broken=broken_wishes(room, seating, self.start),
            faults=measure.faults,
            moved=moved[0] if moved else 0,
            moved_later=sum(moved[1:]),
            moves_bound=moves,
            aims=aim_results(room, seating, self.start),
            seconds=time.perf_counter() - self.began,
            work=self.done,
            seed=self.seed,
            final=final,
        )

    # Live

    def _live(self) -> None:
        assert self.told_seating is not None
        search = live.reseat(self.room, self.told_seating, self.start, self.rng(1))
        self.offer(search)
        if self.finished_live():
            return
        live.refine(search, self.rng(2), min(self.left(), 60_000), self.halt)
        self.offer(search)

    def finished_live(self) -> bool:
        """Live, whether a first repair needs no second look."""
        assert self.best is not None
        return self.best[0].repeats == 0 and self.best[0].faults == 0

    # From nothing

    def _fresh(self) -> None:
        room = self.room
        if not room.n or not any(room.present):
            self.offer(Search(room, room.empty_seating(), Weights()))
            return
        g, k = self._shape()
        design = schedule(g, k, room.rounds) if k else None
        if design is None:
            self.offer(self._search(greedy(room, self.rng(1))))
            design = self._orbits(g, k)
        if design is not None:
            self._exact(design)
        else:
            self._near(g, k)
        self._polish()

    def _shape(self) -> tuple[int, int]:
        """Tables, and people at the largest, of the schedule that could carry the problem."""
        room = self.room
        g = max(room.g)
        sizes = [max(room.sizes(r), default=0) for r in range(room.rounds) if room.g[r] == g]
        return g, max(sizes, default=0)

    def _orbits(self, g: int, k: int) -> list[list[int]] | None:
        """Many rounds of small tables: one round turned, found by a short search."""
        rounds = self.room.rounds
        could_be = k > 1 and rounds > 3 and (k - 1) * rounds < g * k <= 120
        if not could_be or self._bounds().repeats:
            return None
        for salt in range(3):
            found = orbit_schedule(
                g, k, rounds, self.rng(10 + salt), steps=min(self.left(), 60_000), halt=self.halt
            )
            if found or not self.left():
                return found
        return None

    def _labels(self, tables: list[list[int]]) -> Labels | None:
        """The schedule with its places filled for the first time, where it has enough."""
        room = self.room
        labels = Labels(
            room,
            [[t if t < room.g[r] else -1 for t in row] for r, row in enumerate(tables)],
            max(room.g),
        )
        if not labels.fits():
            return None
        labels.fill()
        return labels

    def _exact(self, design: list[list[int]]) -> None:
        """Keep the schedule, in which nobody meets twice, and search who holds which place.

        What the places alone cannot mend (people who stay together share a place, and then need
        an empty one beside it) is mended by annealing from there.
        """
        room = self.room
        steps = 10_000 + 50 * room.n
        for salt in range(40):
            labels = self._labels(design)
            if labels is None:
                self.offer(self._search(greedy(room, self.rng(1))))
                return
            if not salt:
                self.offer(self._search(labels.seating()))
            if self.finished() or not self.left():
                return
            labels.search(
                self.rng(100 + salt), min(self.left(), steps), room.unavoidable, self.halt
            )
            search = self._search(labels.seating())
            self.designed |= self.offer(search)
            if labels.cost <= room.unavoidable:
                share = min(self.left() // 2, max(60_000, self.work // 4))
                if share and not self.finished():
                    labels.refine(self.rng(120), share, self.halt, self._bounds().cross)
                    self.offer(self._search(labels.seating()))
                return
            search.anneal(
                self.rng(150 + salt),
                min(self.left(), 2 * steps + 20_000),
                self.halt,
                heat=0.35,
                cold=0.12,
                target=-1e9,
            )
            self.offer(search)
            if self._settled() or not self.left():
                return
            if salt % 2:
                steps *= 2

    def _settled(self) -> bool:
        """Whether neither faults nor repeats can get fewer."""
        return self.best is not None and (
            self.best[0].faults <= self.room.unavoidable
            and self.best[0].repeats <= self._bounds().repeats
        )

    def _near(self, g: int, k: int) -> None:
        """A schedule with few repeats, where none without is known."""
        room = self.room
        if g < 2 or not 2 <= k <= 60 or room.rounds < 2:
            return
        first = self._labels([[0] * (g * k)] * room.rounds)
        if first is None:
            return
        rows = first.row_roles()
        # a repeat between a GP and a pharmacist is one of the meetings that people come for
        weights = [[1 + 0.5 * (a[0] * b[1] + a[1] * b[0]) / (g * g) for b in rows] for a in rows]
        groups: list[tuple[int, ...]] = [(g,)]
        for p in (2, 3):
            power = next((e for e in range(2, 8) if p**e == g), 0)
            if power:
                groups.insert(0, (p,) * power)
        budget = self.left() * 2 // 5
        best: tuple[tuple[int, float], SeatMatrix] | None = None
        salt = 0
        while salt < 3 or (salt < 16 and self.done < budget):
            steps = min(100_000, budget // 3) * 10 // max(10, k)
            if self.done > budget or not steps:
                break
            matrix, cost = near_matrix(
                groups[salt % len(groups)],
                room.rounds,
                weights,
                self.rng(400 + salt),
                steps=steps,
                halt=self.halt,
            )
            key = repeats_per_place(matrix.mods, matrix.rows), cost
            if best is None or key < best[0]:
                best = key, matrix
            salt += 1
            if best[0][0] * g <= self._bounds().repeats or (
                salt == 3 and self._outdone(best[0][0] * g)
            ):
                break
        labels = self._labels(best[1].tables()) if best else None
        if labels is None:
            return
        labels.search(
            self.rng(450),
            min(self.left(), 10_000 + 100 * room.n),
            room.unavoidable,
            self.halt,
        )
        self.designed = self.offer(self._search(labels.seating()))

    def _outdone(self, repeats: int) -> bool:
        """Whether, with time to spare, a short annealing from nothing is clearly better."""
        whole = self._whole()
        if self.left() < 3 * whole:
            return False
        search = self._search(greedy(self.room, self.rng(480)))
        search.anneal(self.rng(481), whole // 3, self.halt, heat=0.5, cold=0.2, target=-1e9)
        self.offer(search)
        measure = search.measure()
        return measure.faults <= self.room.unavoidable and measure.repeats < 0.9 * repeats

    def _whole(self) -> int:
        """The steps that a beginning from nothing needs to cool down."""
        return max(100_000, 2_000 * sum(len(people) for people in self.room.present))

    def _complete(self, seating: Seating, rng: Random) -> Seating:
        """Seat those for whom the schedule had no table."""
        room = self.room
        for row, pinned in zip(seating, room.pin, strict=True):
            for person, table in pinned.items():
                if row[person] >= 0:
                    row[person] = table
        if any(seating[r][p] < 0 for r in range(room.rounds) for p in room.present[r]):
            return greedy(room, rng, seating)
        return seating

    def _search(self, seating: Seating) -> Search:
        return Search(self.room, self._complete(seating, self.rng(7)), self._weights())

    def _weights(self) -> Weights:
        crowded = self._bounds().repeats > 0
        return Weights(
            cross=0.1 if crowded else 0.0,
            third=0.03 if crowded else 0.0,
            aim=0.02 if any(self.problem.aims) else 0.0,
        )

    def _polish(self) -> None:
        """Anneal from the best and from new beginnings, in turn, until the work is done."""
        if self._settled() and not self._bounds().repeats:
            self._finish()
            return
        room = self.room
        whole = self._whole()
        # without a schedule the best is a mere beginning: a new one is worth more
        turn = 0 if self.designed else 1
        while self.left() and not self.finished() and turn < 200:
            assert self.best is not None
            rng = self.rng(500 + turn)
            share = min(self.left(), whole if turn % 2 else whole // 3)
            if self.left() - share < share // 4:
                share = self.left()
            if turn % 2 == 0:
                search = self._search(self.best[1])
                search.anneal(rng, share, self.halt, heat=0.32, cold=0.15, target=-1e9)
            else:
                search = self._search(greedy(room, rng))
                search.anneal(rng, share, self.halt, heat=0.5, cold=0.2, target=-1e9)
            self.offer(search)
            turn += 1

    def _finish(self) -> None:
        """Nobody meets twice: what is left is more cross meetings and the aims, without heat."""
        if self.finished() or not self.left():
            return
        assert self.best is not None
        search = self._search(self.best[1])
        search.weights = Weights(cross=0.1, aim=0.02 if any(self.problem.aims) else 0.0)
        search.anneal(
            self.rng(900),
            min(self.left(), max(60_000, self.work // 4)),
            self.halt,
            heat=0.06,
            cold=0.03,
            target=-1e9,
        )
        self.offer(search)


def _moved(told: Plan, plan: Plan, rounds: range) -> list[int]:
    """For each round how many who were told a table sit at another, lost tables among them."""
    out: list[int] = []
    for r in rounds:
        known = told.where(r) if r < len(told.rounds) else {}
        now = plan.where(r)
        out.append(sum(who in now and now[who] != table for who, table in known.items()))
    return out


def _better(one: Measure, other: Measure) -> bool:
    return _key(one) < _key(other)


def _key(m: Measure) -> tuple[int, ...]:
    return (m.faults, m.moved, m.moved_later, m.repeats, m.most, m.cross_missing, m.aims)
