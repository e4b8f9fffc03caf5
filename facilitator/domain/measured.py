"""The day afterwards: how long each session ran, from the facts of its clock.

Minutes are those that the clock counted: pauses stand apart, what lay between two beginnings of
one session counts as neither, and a session that was begun twice has both of its times.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from facilitator.domain.clock_facts import BEGINNINGS, FactKind, Moment, living
from facilitator.domain.localtime import nearest_minute
from facilitator.domain.programme import Kind, Session
from facilitator.domain.schedule import Place, SessionTimes, expected_times
from facilitator.domain.session_clock import Run, SessionClock, Status

#: what people are promised for meeting each other
NETWORKING = frozenset({Kind.BREAK, Kind.NETWORKING})


class Outcome(StrEnum):
    """What became of a session. NOT_BEGUN: the day went past it; NOT_REACHED: it is still to come,
    or the day stopped before it; NOT_MEASURED: the clock was never started."""

    RAN = "ran"
    RUNNING = "running"
    LEFT_OUT = "left-out"
    SKIPPED = "skipped"
    NOT_BEGUN = "not-begun"
    NOT_REACHED = "not-reached"
    NOT_MEASURED = "not-measured"

    @property
    def words(self) -> str:
        """As a person reads it."""
        return _WORDS[self]


_WORDS = {
    Outcome.RAN: "ran",
    Outcome.RUNNING: "still running",
    Outcome.LEFT_OUT: "left out beforehand",
    Outcome.SKIPPED: "left out on the day",
    Outcome.NOT_BEGUN: "not begun",
    Outcome.NOT_REACHED: "not reached",
    Outcome.NOT_MEASURED: "not measured",
}


@dataclass(frozen=True, slots=True)
class Measured:
    """One session as it happened. Moments are in UTC; `ran` and `paused` are seconds.

    `began` is its first beginning and `ended` its last end (None while it runs). `begun` counts
    its beginnings, going back to it included. `stopped`: ended without another session beginning.
    `late` is the whole minutes by which it first began after its published time.
    """

    session: Session
    outcome: Outcome
    began: datetime | None = None
    ended: datetime | None = None
    ran: float = 0.0
    paused: float = 0.0
    pauses: int = 0
    begun: int = 0
    stopped: bool = False
    late: int | None = None


def measured(clock: SessionClock, now: Moment) -> tuple[Measured, ...]:
    """Every session of the programme, in order, as it stands at `now`."""
    state = clock.state(now)
    begun, stopped = _beginnings(clock)
    runs: dict[UUID, list[Run]] = {}
    for run in state.runs:
        runs.setdefault(run.session_id, []).append(run)
    found: list[Measured] = []
    for entry in expected_times(clock.programme, state):
        session = entry.session
        its = sorted(runs.get(session.id, ()), key=lambda run: run.started_at)
        if not its:
            outcome = _without(entry, any_runs=bool(state.runs), over=state.status)
            found.append(Measured(session, outcome))
            continue
        ends = [run.ended_at for run in its]
        running = any(end is None for end in ends)
        found.append(
            Measured(
                session,
                Outcome.RUNNING if running else Outcome.RAN,
                its[0].started_at,
                None if running else max(end for end in ends if end is not None),
                sum(run.elapsed for run in its),
                sum(run.paused for run in its),
                sum(run.pauses for run in its),
                max(begun.get(session.id, 0), len(its)),
                session.id in stopped and not running,
                _late(entry, its[0].started_at),
            )
        )
    return tuple(found)


def _beginnings(clock: SessionClock) -> tuple[dict[UUID, int], set[UUID]]:
    """How often each session was begun, and those whose last end was a stop."""
    begun: dict[UUID, int] = {}
    stopped: set[UUID] = set()
    on: UUID | None = None
    for fact in living(clock.facts):
        if fact.kind in BEGINNINGS:
            on = fact.session_id
            if on is not None:
                begun[on] = begun.get(on, 0) + 1
                stopped.discard(on)
        elif fact.kind is FactKind.STOP and on is not None:
            stopped.add(on)
            on = None
        elif fact.kind is FactKind.RESET:
            begun, stopped, on = {}, set(), None
    return begun, stopped


def _without(entry: SessionTimes, *, any_runs: bool, over: Status) -> Outcome:
    if entry.session.skip:
        return Outcome.LEFT_OUT
    if entry.place is Place.SKIPPED:
        return Outcome.SKIPPED
    if not any_runs:
        return Outcome.NOT_MEASURED
    if entry.place is Place.MISSED and over is not Status.FINISHED:
        return Outcome.NOT_BEGUN
    return Outcome.NOT_BEGUN if over is Status.FINISHED else Outcome.NOT_REACHED


def _late(entry: SessionTimes, began: datetime) -> int | None:
    """By how much the first beginning was late; the times know it of the last one."""
    if entry.actual_start is None or entry.published_start is None:
        return None
    between = nearest_minute(entry.actual_start) - nearest_minute(began)
    return entry.late - round(between.total_seconds() / 60)
