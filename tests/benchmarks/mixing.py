"""Mixing measured: repeats, bound, faults, cross meetings and seconds, beside other solvers.

    python -m tests.benchmarks.mixing [--seconds 1] [--examples FOLDER] [--sweep [EVERY]] [--growth]

Without a folder of examples the same shapes are made here, with invented people. The figures of
the other solvers (repeats, v = hard faults left) were measured elsewhere on the same shapes:
GG = good-enough-golfers, GM = GroupMixer with 10 s, CP = OR-tools CP-SAT with 60 s.
"""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path
from typing import Any

from facilitator.mixing.check import check
from facilitator.mixing.engine import STEPS_A_SECOND, Solution, solve
from facilitator.mixing.plan import Plan
from facilitator.mixing.problem import Problem
from tests.unit.mixing_problems import golfers, room

SUMMITS: dict[str, tuple[tuple[int, int, int], str, str, str]] = {
    "summit-24-6-3": ((24, 6, 3), "24 (v13)", "23", "18"),
    "summit-24-6-6": ((24, 6, 6), "119 (v19)", "112", ""),
    "summit-24-8-4": ((24, 8, 4), "126 (v9)", "109", "86"),
    "summit-60-10-4": ((60, 10, 4), "144 (v19)", "140", "177"),
    "summit-60-10-6": ((60, 10, 6), "371 (v31)", "346", ""),
    "summit-60-8-5": ((60, 8, 5), "31 (v36)", "40", "131"),
    "summit-60-8-6": ((60, 8, 6), "68 (v33)", "85", ""),
    "summit-120-10-6": ((120, 10, 6), "112 (v64)", "80", ""),
    "summit-200-8-5": ((200, 8, 5), "> 120 s", "0", "none"),
    "summit-300-8-5": ((300, 8, 5), "> 120 s", "0", "none"),
    "summit-600-8-5": ((600, 8, 5), "> 120 s", "0", "none"),
}
REAL: dict[str, tuple[tuple[int, int, int], str, str, str]] = {
    "real-60-8-5": ((60, 8, 5), "45 (v33)", "27", "90"),
    "real-120-8-5": ((120, 8, 5), "6 (v62)", "0-2", ""),
    "real-120-10-4": ((120, 10, 4), "", "0-2", ""),
    "real-200-8-5": ((200, 8, 5), "", "0-2", ""),
    "real-300-10-4": ((300, 10, 4), "", "0-2", ""),
    "real-600-8-5": ((600, 8, 5), "", "0", ""),
}
GOLFERS: dict[tuple[int, int, int], tuple[str, str, str]] = {
    (10, 8, 8): ("", "127", ""),
    (10, 7, 8): ("", "15", ""),
    (10, 6, 8): ("", "17", ""),
    (12, 8, 7): ("", "28", ""),
    (20, 10, 8): ("", "30", ""),
    (8, 4, 9): ("19", "0", "57"),
    (9, 9, 10): ("588", "0", "57"),
    (7, 7, 8): ("165", "0", "57"),
    (10, 3, 14): ("16", "0", "57"),
    (9, 3, 13): ("19", "0", "57"),
    (5, 3, 7): ("", "", ""),
}
MIXES = ((0.4, 0.4), (0.5, 0.5), (0.5, 0.3))


def run(
    name: str,
    problem: Problem,
    seconds: float,
    others: tuple[str, str, str] = ("", "", ""),
    told: Plan | None = None,
) -> Solution:
    """Mix once and print a line."""
    seen: list[tuple[float, int, int]] = []
    began = time.perf_counter()
    solution = solve(
        problem,
        work=int(seconds * STEPS_A_SECOND),
        told=told,
        progress=lambda s: seen.append((time.perf_counter() - began, s.repeats, len(s.broken))),
    )
    took = time.perf_counter() - began
    best = next(
        (at for at, n, broken in seen if (n, broken) == (solution.repeats, len(solution.broken))),
        took,
    )
    faults = sum(check(problem, solution.plan).faults.values())
    moves = f" moved {solution.moved} of {solution.moves_bound}" if told else ""
    gg, gm, cp = others
    print(
        f"{name:20} {solution.repeats:6} {solution.bound:6} {faults:6}"
        f" {solution.cross:6}/{solution.cross_bound:<6}{seen[0][0]:7.3f} {best:7.2f} {took:7.2f}"
        f"  {gg:10} {gm:6} {cp:6}{moves}",
        flush=True,
    )
    return solution


def examples(folder: Path, seconds: float) -> None:
    """Every problem of a folder; NAME.told.json is the plan that a live one was told."""
    for path in sorted(folder.glob("*.json")):
        if path.name.endswith(".told.json"):
            continue
        problem = Problem.from_json(json.loads(path.read_text("utf-8")))
        plan: Any = path.with_name(f"{path.stem}.told.json")
        told = Plan.from_json(json.loads(plan.read_text("utf-8"))) if plan.exists() else None
        known = SUMMITS.get(path.stem) or REAL.get(path.stem)
        run(path.stem, problem, seconds, known[1:] if known else ("", "", ""), told)


def sweep(seconds: float, every: int) -> None:
    """24 to 300 people by threes, tables of 6, 8 and 10, 4 and 6 rounds, three mixes."""
    cases = [
        (people, size, rounds, mix)
        for mix in MIXES
        for size in (6, 8, 10)
        for rounds in (4, 6)
        for people in range(24, 301, 3)
        if -(-people // -(-people // size)) <= -(-people // size)
    ]
    good = total = 0
    longest = 0.0
    for people, size, rounds, mix in cases[::every]:
        problem = room(people, size, rounds, mix=mix)
        began = time.perf_counter()
        solution = solve(problem, work=int(seconds * STEPS_A_SECOND))
        longest = max(longest, time.perf_counter() - began)
        total += 1
        if solution.repeats or solution.broken:
            print(f"  {people} at {size}, {rounds} rounds, {mix}: {solution.repeats} repeats, "
                  f"{len(solution.broken)} faults")  # fmt: skip
        else:
            good += 1
    print(
        f"{good} of {total} ({len(cases)} in all) without a repeat or a fault: "
        f"{100 * good / total:.1f} %; the longest took {longest:.2f} s"
    )


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=1.0)
    parser.add_argument("--examples", type=Path)
    parser.add_argument("--sweep", type=int, nargs="?", const=1, default=0)
    parser.add_argument("--growth", action="store_true")
    asked = parser.parse_args()
    print(
        f"{'problem':20} repeat  bound faults  cross/most    first    best    all"
        f"  {'GG':10} {'GM':6} {'CP':6}"
    )
    if asked.examples:
        examples(asked.examples, asked.seconds)
    for name, (shape, *others) in SUMMITS.items():
        run(name, room(*shape), asked.seconds, (others[0], others[1], others[2]))
    for name, (shape, *others) in REAL.items():
        run(name, room(*shape, wishes=True), asked.seconds, (others[0], others[1], others[2]))
    for shape, others in GOLFERS.items():
        run("golfer-{}-{}-{}".format(*shape), golfers(*shape), asked.seconds, others)
    if asked.growth:
        for people in (60, 120, 300, 600, 1_000):
            run(f"growth-{people}-8-5", room(people, 8, 5), asked.seconds)
            run(f"growth-real-{people}", room(people, 8, 5, wishes=True), asked.seconds)
    if asked.sweep:
        sweep(asked.seconds, asked.sweep)


if __name__ == "__main__":
    main()
