"""`facilitator mix`: an event's rounds, or a problem file."""

from __future__ import annotations

import json
import os
import sys
import time
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from facilitator.cli.base import Command, Output, existing_parent, json_option
from facilitator.domain.errors import Refused
from facilitator.domain.text import counted

if TYPE_CHECKING:
    from facilitator.mixing.engine import Solution
    from facilitator.mixing.plan import Plan

#: a file larger than this is no mixing problem
_MOST_BYTES = 50_000_000


@click.command(cls=Command)
@click.argument("event", metavar="EVENT", required=False)
@click.option(
    "--round",
    "number",
    type=click.IntRange(1),
    metavar="N",
    help="Mixes this round together with every later one.",
)
@click.option("--accept", is_flag=True, help="Writes the seats.")
@click.option("--problem", type=Path, metavar="P.json", help="Solves a problem file instead.")
@click.option("-o", "--out", type=Path, metavar="PLAN.json", help="Where its plan goes.")
@click.option(
    "--told",
    type=Path,
    metavar="TOLD.json",
    help="The plan that people were told; a live problem needs it.",
)
@click.option(
    "--seconds", type=click.FloatRange(0, min_open=True), metavar="S", help="At most so long."
)
@click.option(
    "--work",
    type=click.IntRange(0),
    metavar="W",
    help="Counted steps; with a seed they fix the plan on any machine.",
)
@click.option("--seed", type=int, default=0, metavar="K", help="Another seed, another plan.")
@json_option
def mix(
    event: str | None, number: int | None, accept: bool, problem: Path | None, out: Path | None,
    told: Path | None, seconds: float | None, work: int | None, seed: int, as_json: bool,
) -> None:  # fmt: skip
    """Mix an event's rounds (EVENT --round N), or solve a problem file (--problem P.json -o PLAN).

    Says how many meetings are repeated and how few could be; what is not kept is named.
    """
    output = Output(as_json)
    effort = {"seconds": seconds, "work": work, "seed": seed}
    if problem is not None:
        if event is not None or number is not None or accept:
            raise click.UsageError("Give an EVENT with --round, or a --problem, not both.")
        if out is None:
            raise click.UsageError("Say where the plan goes: -o PLAN.json.")
        _solve_file(output, problem, out, told, effort)
        return
    if event is None:
        raise click.UsageError("Give an EVENT with --round N, or --problem P.json -o PLAN.json.")
    if number is None:
        raise click.UsageError("Say which round to mix: --round N.")
    if out is not None or told is not None:
        raise click.UsageError("-o and --told belong to --problem.")
    _mix_event(output, event, number, accept, effort)


# --- an event -------------------------------------------------------------------------------------


def _mix_event(
    output: Output, location: str, number: int, accept: bool, effort: dict[str, Any]
) -> None:
    from facilitator.app import open_event
    from facilitator.services.asking import Who
    from facilitator.services.mixing import RoomChanged, broken_sentences

    with open_event(location) as app:
        request = app.mixing.request(number, Who(here=True, expected=True))
        began = time.perf_counter()
        solution = solve_request(request, progress=_progress(), **effort)
        spent = time.perf_counter() - began
        _wipe_progress()
        preview = app.mixing.preview(request, solution)
        broken = broken_sentences(request, solution)
        for remark in request.remarks:
            output.say(remark)
        _say(output, solution, broken, spent, request.title)
        if preview.unseated:
            output.say(f"No seat in some round: {', '.join(preview.unseated[:12])}.")
        line = _line(solution, broken, spent)
        if accept:
            try:
                done = app.mixing.accept(request, solution.plan)
            except RoomChanged as changed:
                raise Refused(changed.happened, changed.safe, "Mix again.") from changed
            output.say(f"{done.words} {counted(done.changed, 'seat')} changed.")
            line |= {"accepted": True, "seated": done.seated, "changed": done.changed,
                     "wrong_badges": done.wrong_badges}  # fmt: skip
        else:
            if preview.wrong_badges:
                output.say(f"{counted(preview.wrong_badges, 'printed badge')} would become wrong.")
            output.say("Nothing was written: --accept writes the seats.")
            line |= {"accepted": False}
        output.line(line)


def solve_request(
    request: Any,
    *,
    seconds: float | None = None,
    work: int | None = None,
    seed: int = 0,
    progress: Callable[[Solution], None] | None = None,
) -> Solution:
    """The better of two plans, where rounds have happened: one from nothing, and one that keeps
    as much as it can of the coming rounds as they stand. In each the past stays."""
    from facilitator.mixing.engine import solve

    half = None if seconds is None else seconds / (2 if request.keeping else 1)
    effort = {"seconds": half, "work": work, "seed": seed, "progress": progress}
    fresh = solve(request.problem, told=request.told, **effort)
    if request.keeping is None:
        return fresh
    kept = solve(request.problem, told=request.keeping, **effort)
    return min(fresh, kept, key=lambda s: (s.faults, s.repeats, -s.cross))


# --- a problem file -------------------------------------------------------------------------------


def _solve_file(
    output: Output, problem_file: Path, out: Path, told_file: Path | None, effort: dict[str, Any]
) -> None:
    from facilitator.mixing.engine import solve
    from facilitator.mixing.plan import Plan
    from facilitator.mixing.problem import Problem

    existing_parent(out)
    if out.is_dir():
        raise Refused(f"“{out.name}” is a folder; name a file for the plan.")
    problem = Problem.from_json(_read(problem_file))
    told = Plan.from_json(_read(told_file)) if told_file else None
    if problem.live_from and told is None:
        raise Refused(
            f"“{problem_file.name}” is a live problem: it needs the plan that people were told.",
            "Nothing was written.", "Add --told TOLD.json.",
        )  # fmt: skip
    began = time.perf_counter()
    solution = solve(problem, told=told, progress=_progress(), **effort)
    spent = time.perf_counter() - began
    _wipe_progress()
    _write(out, solution.plan)
    broken = tuple(wish.sentence() for wish in solution.broken)
    _say(output, solution, broken, spent, problem.name or problem_file.stem)
    output.say(f"The plan is in “{out.name}”.")
    output.line(_line(solution, broken, spent))


def _read(path: Path) -> Any:
    if path.is_dir():
        raise Refused(f"“{path.name}” is a folder, not a file.")
    if not path.exists():
        raise Refused(f"There is no file “{path.name}”.")
    if path.stat().st_size > _MOST_BYTES:
        raise Refused(f"“{path.name}” is too large for a mixing problem.")
    try:
        return json.loads(path.read_bytes().decode("utf-8-sig"))
    except (ValueError, RecursionError) as problem:
        raise Refused(f"“{path.name}” is no JSON that can be read.") from problem


def _write(out: Path, plan: Plan) -> None:
    """The plan, whole or not at all."""
    draft = out.with_name(f".{out.name}.{uuid.uuid4().hex[:8]}.new")
    try:
        draft.write_text(json.dumps(plan.to_json(), ensure_ascii=False) + "\n", encoding="utf-8")
        os.replace(draft, out)  # noqa: PTH105 (the promise is os.replace)
    finally:
        draft.unlink(missing_ok=True)


# --- saying it ------------------------------------------------------------------------------------


def _line(solution: Solution, broken: tuple[str, ...], spent: float) -> dict[str, Any]:
    return {
        "repeats": solution.repeats, "bound": solution.bound, "cross": solution.cross,
        "seconds": round(spent, 3), "broken": list(broken),
    }  # fmt: skip


def _say(
    output: Output, solution: Solution, broken: tuple[str, ...], spent: float, what: str
) -> None:
    best = "that is the fewest possible" if solution.best_possible else (
        f"{solution.bound} would be the fewest")  # fmt: skip
    meetings = "nobody meets twice" if solution.repeats == 0 else (
        f"{counted(solution.repeats, 'repeated meeting')}; {best}")  # fmt: skip
    output.say(f"{what}: {meetings}. Found in {spent:.1f} seconds.")
    output.say(
        f"{solution.cross:,} of at most {solution.cross_bound:,} pairs across the two sides meet."
    )
    for sentence in broken[:20]:
        output.say(f"Not kept: {sentence}")
    if len(broken) > 20:
        output.say(f"And {len(broken) - 20} more.")


def _progress() -> Callable[[Solution], None] | None:
    """Draws the best so far on stderr, on a terminal only."""
    if not sys.stderr.isatty():
        return None

    def tell(solution: Solution) -> None:
        click.echo(f"\r{solution.repeats} repeats so far …\033[K", err=True, nl=False)

    return tell


def _wipe_progress() -> None:
    if sys.stderr.isatty():
        click.echo("\r\033[K", err=True, nl=False)
