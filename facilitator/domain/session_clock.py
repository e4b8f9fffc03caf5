"""The clock of the running session, computed from what happened to it.

Nothing counts down. Each start, pause, adjustment and so on is a fact with the two clocks of its
machine beside it; asked at any moment, `clock_state` reckons from the facts. Within one boot time
is taken from the steady clock, which includes sleep and knows nothing of steps of the wall clock;
from one boot to another only the wall clock can tell, so there it counts. Reckoning is in whole
milliseconds, so that the parts always add up to the whole.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from facilitator.domain.clock_facts import ClockFact, Moment, living
from facilitator.domain.clock_fold import Fold, Stretch
from facilitator.domain.localtime import local_of
from facilitator.domain.programme import Programme, Session

#: a wall clock that was off by less while the fact was written is left as it was read
_TRUSTED_MS = 2_000
#: a clock left running from another day asks once it is overdue by this
_FORGOTTEN_MS = 3_600_000


class Status(StrEnum):
    """How the clock stands. STOPPED: between two sessions. FINISHED: nothing is left to come."""

    NOT_STARTED = "not-started"
    RUNNING = "running"
    PAUSED = "paused"
    STOPPED = "stopped"
    FINISHED = "finished"


class Phase(StrEnum):
    """How close the end of the running session is; each begins at exactly its threshold."""

    CALM = "calm"
    WARNING = "warning"
    DANGER = "danger"
    OVER = "over"


@dataclass(frozen=True, slots=True)
class Run:
    """One stretch of a session, from its beginning to its end; seconds, pauses apart.

    `id` is the fact that began it. `put_back`: somebody went back to an earlier session, so this
    one is still to come.
    """

    id: UUID
    session_id: UUID
    started_at: datetime
    ended_at: datetime | None
    elapsed: float
    paused: float
    pauses: int
    allotted: float
    put_back: bool = False


@dataclass(frozen=True, slots=True)
class ClockState:
    """The clock at one moment. Seconds; `remaining` is negative in overtime.

    `asks_about` is the local day on which a clock was left running, where that is not today: the
    window then asks and nothing goes on by itself. `undoable` is what Undo would take back.
    """

    status: Status
    at: Moment
    session: Session | None = None
    run: Run | None = None
    runs: tuple[Run, ...] = ()
    next: Session | None = None
    elapsed: float = 0.0
    allotted: float = 0.0
    remaining: float = 0.0
    paused_for: float = 0.0
    phase: Phase = Phase.CALM
    skipped: frozenset[UUID] = frozenset()
    done: frozenset[UUID] = frozenset()
    adjusted: Mapping[UUID, float] = field(default_factory=dict)
    #: announced delays of sessions, in seconds
    delayed: Mapping[UUID, float] = field(default_factory=dict)
    undoable: ClockFact | None = None
    asks_about: date | None = None

    @property
    def overtime(self) -> float:
        """Seconds past the end, 0 while there is time left."""
        return max(0.0, -self.remaining) if self.session else 0.0

    @property
    def is_on(self) -> bool:
        """Whether a session is running or paused."""
        return self.session is not None

    @property
    def from_another_day(self) -> bool:
        """Whether the clock was left on, on another day."""
        return self.asks_about is not None


def clock_state(programme: Programme, facts: Iterable[ClockFact], now: Moment) -> ClockState:
    """The clock at `now`, from every fact so far, in any order."""
    return SessionClock(programme, facts).state(now)


def phase_of(remaining_ms: int, session: Session) -> Phase:
    """The phase with that much left; thresholds are inclusive."""
    for threshold, phase in thresholds(session):
        if remaining_ms <= threshold:
            return phase
    return Phase.CALM


def thresholds(session: Session) -> list[tuple[int, Phase]]:
    """The session's thresholds in milliseconds before its end, the last one (overtime) first."""
    warnings = sorted(session.warnings, reverse=True)[:2]
    marks = [(minutes * 60_000, phase) for minutes, phase in zip(warnings, _WARNINGS, strict=False)]
    return [(0, Phase.OVER), *reversed(marks)]


_WARNINGS = (Phase.WARNING, Phase.DANGER)


def shown_clock(seconds: float) -> str:
    """ "28:41" or "1:05:00": time left, or time over where negative (the sign is for words).

    Time left is rounded up and time over down, so that 5:00 appears with the five-minute cue.
    """
    whole = math.ceil(seconds) if seconds > 0 else math.floor(-seconds)
    hours, rest = divmod(whole, 3600)
    minutes, left = divmod(rest, 60)
    return f"{hours}:{minutes:02d}:{left:02d}" if hours else f"{minutes}:{left:02d}"


class SessionClock:
    """The facts of one programme, folded once; `state(now)` is then cheap enough for a heartbeat.

    A value: it never changes. After a new fact make another.
    """

    def __init__(self, programme: Programme, facts: Iterable[ClockFact]) -> None:
        self._programme = programme
        self._facts = sorted(facts, key=lambda f: f.number)
        self._fold = Fold.of(programme, living(self._facts))

    @property
    def programme(self) -> Programme:
        return self._programme

    @property
    def facts(self) -> list[ClockFact]:
        """Every fact, by number, those taken back included."""
        return list(self._facts)

    def state(self, now: Moment) -> ClockState:
        """The clock at `now`."""
        fold, programme = self._fold, self._programme
        runs = tuple(self._run(stretch, now) for stretch in fold.stretches)
        current = fold.current
        session = programme.find(current.session_id) if current else None
        following = fold.following()
        adjusted = {key: ms / 1000 for key, ms in fold.adjusted.items()}
        state = ClockState(
            status=_idle(runs, following),
            at=now,
            runs=runs,
            next=following,
            skipped=frozenset(fold.skipped),
            done=frozenset(fold.done()),
            adjusted=adjusted,
            delayed={key: ms / 1000 for key, ms in fold.delayed.items()},
            undoable=fold.undoable,
        )
        if current is None or session is None:
            return state
        run = next(run for run in runs if run.ended_at is None)
        remaining = fold.remaining_ms(now)
        return replace(
            state,
            status=Status.PAUSED if current.paused_since else Status.RUNNING,
            session=session,
            run=run,
            elapsed=run.elapsed,
            allotted=run.allotted,
            remaining=remaining / 1000,
            paused_for=(max(0, now.ms_since(current.paused_since)) / 1000)
            if current.paused_since
            else 0.0,
            phase=phase_of(remaining, session),
            asks_about=self._asks_about(now, remaining),
        )

    def _run(self, stretch: Stretch, now: Moment) -> Run:
        return Run(
            id=stretch.id,
            session_id=stretch.session_id,
            started_at=_wall(stretch.began, now),
            ended_at=_wall(stretch.ended, now) if stretch.ended else None,
            elapsed=stretch.elapsed_ms(now) / 1000,
            paused=stretch.paused_ms_until(now) / 1000,
            pauses=stretch.pauses,
            allotted=self._fold.allotted_ms(stretch) / 1000,
            put_back=stretch.put_back,
        )

    def _asks_about(self, now: Moment, remaining_ms: int) -> date | None:
        last = self._facts[-1].at
        zone = self._programme.zone
        day = local_of(_wall(last, now), zone).date()
        if day == local_of(now.wall, zone).date():
            return None
        forgotten = remaining_ms <= -_FORGOTTEN_MS or now.ms_since(last) >= 12 * _FORGOTTEN_MS
        return day if last.boot != now.boot or forgotten else None


def _idle(runs: tuple[Run, ...], following: Session | None) -> Status:
    if not runs:
        return Status.NOT_STARTED
    return Status.STOPPED if following else Status.FINISHED


def _wall(then: Moment, now: Moment) -> datetime:
    """The wall time of a moment, by the clock as it goes now.

    Where the wall clock was put right after the fact (within this boot, so that the steady clock
    can tell), the fact's time is put right as well.
    """
    if then.boot != now.boot:
        return then.wall
    righted = now.wall - timedelta(milliseconds=now.ms_since(then))
    off = abs((righted - then.wall) / timedelta(milliseconds=1))
    return then.wall if off < _TRUSTED_MS else righted
