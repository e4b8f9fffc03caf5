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

from facilitator.domain.localtime import local_of
from facilitator.domain.programme import Programme, Session

#: a wall clock that was off by less while the fact was written is left as it was read
_TRUSTED_MS = 2_000
#: a clock left running from another day asks once it is overdue by this
_FORGOTTEN_MS = 3_600_000


class FactKind(StrEnum):
    """What happened to the clock.

    START, NEXT and BACK begin a session (NEXT without one: the programme is over); BACK goes on
    with an ended one where it left off. For these three `seconds` is how long before the fact was
    written the session began. ADJUST and SHORTEN give a session `seconds` more (or fewer). FIT
    fits the break that has just begun between now and the fixed start after it. BEGAN corrects when
    the running session began: `seconds` earlier than was thought, or later where negative. DELAY
    announces that a session to come begins `seconds` later than planned. SKIP leaves a session
    out. STOP ends the running session and begins none. RESET begins a fresh day: what
    came before is history. UNDO takes the fact `undoes` back, itself an UNDO or any other.
    """

    START = "start"
    PAUSE = "pause"
    RESUME = "resume"
    NEXT = "next"
    BACK = "back"
    ADJUST = "adjust"
    SHORTEN = "shorten"
    FIT = "fit"
    BEGAN = "began"
    DELAY = "delay"
    SKIP = "skip"
    STOP = "stop"
    RESET = "reset"
    UNDO = "undo"


BEGINNINGS = frozenset({FactKind.START, FactKind.NEXT, FactKind.BACK})


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
class Moment:
    """One reading of both clocks: UTC wall time, steady seconds, and the boot these belong to."""

    wall: datetime
    steady: float
    boot: str

    def ms_since(self, earlier: Moment) -> int:
        """Milliseconds from `earlier` to this moment; negative where it was later."""
        if self.boot == earlier.boot:
            return _ms(self.steady) - _ms(earlier.steady)
        return round((self.wall - earlier.wall) / timedelta(milliseconds=1))

    def earlier_by(self, seconds: float) -> Moment:
        """The moment that many seconds before this one, on both clocks."""
        return Moment(self.wall - timedelta(seconds=seconds), self.steady - seconds, self.boot)


@dataclass(frozen=True, slots=True)
class ClockFact:
    """Something that happened to the clock. `number` counts from 1 and orders the facts."""

    id: UUID
    number: int
    kind: FactKind
    at: Moment
    session_id: UUID | None = None
    seconds: float = 0.0
    undoes: UUID | None = None
    by: str = ""

    @property
    def begins(self) -> Moment:
        """When the session that this fact begins began: earlier than `at` where back-dated."""
        return self.at.earlier_by(self.seconds) if self.seconds > 0 else self.at


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


def living(facts: Iterable[ClockFact]) -> list[ClockFact]:
    """The facts that stand, by number: those taken back and the undoings themselves are gone."""
    dead: set[UUID] = set()
    kept: list[ClockFact] = []
    for fact in sorted(facts, key=lambda f: f.number, reverse=True):
        if fact.id in dead:
            continue
        if fact.kind is FactKind.UNDO:
            if fact.undoes is not None:
                dead.add(fact.undoes)
            continue
        kept.append(fact)
    kept.reverse()
    return kept


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


@dataclass(slots=True)
class Stretch:
    """One stretch of a session while it is being reckoned. Internal to the domain."""

    id: UUID
    session_id: UUID
    began: Moment
    since: Moment | None
    ended: Moment | None = None
    paused_since: Moment | None = None
    counted_ms: int = 0
    paused_ms: int = 0
    pauses: int = 0
    fit_ms: int = 0
    put_back: bool = False
    ended_paused: bool = False

    def elapsed_ms(self, now: Moment) -> int:
        """Milliseconds that it has run by `now`, pauses apart."""
        return self.counted_ms + (max(0, now.ms_since(self.since)) if self.since else 0)

    def paused_ms_until(self, now: Moment) -> int:
        """Milliseconds that it has been paused by `now`."""
        waiting = max(0, now.ms_since(self.paused_since)) if self.paused_since else 0
        return self.paused_ms + waiting

    def halt(self, at: Moment) -> None:
        """Count no further than `at`."""
        if self.since is not None:
            self.counted_ms += max(0, at.ms_since(self.since))
            self.since = None
        if self.paused_since is not None:
            self.paused_ms += max(0, at.ms_since(self.paused_since))
            self.paused_since = None

    @property
    def last_ms(self) -> int:
        """How long it was in what it was in when it ended: running, or a pause."""
        return self.paused_ms if self.ended_paused else self.counted_ms

    def end_earlier(self, ms: int) -> None:
        """It ended so many milliseconds earlier than was thought (negative: later)."""
        if self.ended is None:
            return
        self.ended = self.ended.earlier_by(ms / 1000)
        if self.ended_paused:
            self.paused_ms -= ms
        else:
            self.counted_ms -= ms


class Fold:
    """What the living facts come to, one after the other. Internal to the domain.

    A fact that makes no sense where it stands (a pause while nothing runs, because the start was
    taken back) is passed over.
    """

    def __init__(self, programme: Programme) -> None:
        self._programme = programme
        self.stretches: list[Stretch] = []
        self.current: Stretch | None = None
        self.skipped: set[UUID] = set()
        self.adjusted: dict[UUID, int] = {}
        self.delayed: dict[UUID, int] = {}
        self.undoable: ClockFact | None = None
        self._over = False

    @classmethod
    def of(cls, programme: Programme, facts: Iterable[ClockFact]) -> Fold:
        """The fold of facts that all stand, in order."""
        fold = cls(programme)
        for fact in facts:
            fold.apply(fact)
        return fold

    def apply(self, fact: ClockFact) -> None:
        """Reckon one more fact in."""
        current = self.current
        match fact.kind:
            case FactKind.START | FactKind.NEXT | FactKind.BACK:
                self._begin(fact)
            case FactKind.PAUSE if current and not current.paused_since:
                current.halt(fact.at)
                current.paused_since = fact.at
                current.pauses += 1
            case FactKind.RESUME if current and current.paused_since:
                current.halt(fact.at)
                current.since = fact.at
            case FactKind.STOP if current:
                self._end(fact.at)
            case FactKind.ADJUST | FactKind.SHORTEN if fact.session_id:
                more = round(fact.seconds * 1000)
                self.adjusted[fact.session_id] = self.adjusted.get(fact.session_id, 0) + more
            case FactKind.FIT if current and current.session_id == fact.session_id:
                current.fit_ms = round(fact.seconds * 1000)
            case FactKind.BEGAN if current and current.session_id == fact.session_id:
                self._began(current, round(fact.seconds * 1000), fact.at)
            case FactKind.DELAY if fact.session_id:
                later = self.delayed.get(fact.session_id, 0) + round(fact.seconds * 1000)
                self.delayed[fact.session_id] = later
            case FactKind.SKIP if fact.session_id:
                self.skipped.add(fact.session_id)
            case FactKind.RESET:
                self.stretches, self.current, self._over = [], None, False
                self.skipped, self.adjusted, self.delayed = set(), {}, {}
            case _:
                pass
        if fact.kind is not FactKind.FIT:
            self.undoable = fact

    def allotted_ms(self, stretch: Stretch) -> int:
        """How long a stretch's session has, in milliseconds."""
        session = self._programme.find(stretch.session_id)
        planned = session.minutes * 60_000 if session else 0
        return max(0, planned + self.adjusted.get(stretch.session_id, 0) + stretch.fit_ms)

    def remaining_ms(self, now: Moment) -> int:
        """What is left of the running session, negative in overtime, 0 while none is on."""
        if self.current is None:
            return 0
        return self.allotted_ms(self.current) - self.current.elapsed_ms(now)

    def done(self) -> set[UUID]:
        """Sessions that have been, and are not to come again."""
        return {s.session_id for s in self.stretches if s.ended and not s.put_back} - (
            {self.current.session_id} if self.current else set()
        )

    def following(self) -> Session | None:
        """The session that Next would begin, None after the last."""
        if self._over:
            return None
        place = self._programme.place(self.stretches[-1].session_id) if self.stretches else None
        if self.current:
            place = self._programme.place(self.current.session_id)
        done = self.done()
        for session in self._programme.sessions[0 if place is None else place + 1 :]:
            if not session.skip and session.id not in self.skipped and session.id not in done:
                return session
        return None

    def _begin(self, fact: ClockFact) -> None:
        began = fact.begins
        if self.current is not None and fact.kind is FactKind.BACK:
            self.current.put_back = True
        self._end(began)
        if fact.session_id is None or self._programme.place(fact.session_id) is None:
            self._over = fact.kind is FactKind.NEXT and fact.session_id is None
            return
        self._over = False
        self.skipped.discard(fact.session_id)
        earlier = next(
            (s for s in reversed(self.stretches) if s.session_id == fact.session_id), None
        )
        if fact.kind is FactKind.BACK and earlier is not None:
            # It goes on where it left off: what lay between counts neither as run nor as paused.
            self.stretches.remove(earlier)
            earlier.ended, earlier.since, earlier.put_back = None, began, False
            self.current = earlier
        else:
            for stretch in self.stretches:
                if stretch.session_id == fact.session_id:
                    stretch.put_back = True
            self.current = Stretch(fact.id, fact.session_id, began, began)
        self.stretches.append(self.current)

    def _began(self, current: Stretch, earlier_ms: int, at: Moment) -> None:
        before = self.stretches[-2] if len(self.stretches) > 1 else None
        earlier_ms = max(earlier_ms, -current.elapsed_ms(at))
        if before is not None and before.ended == current.began:
            # It gave way to this one, so the two meet where they truly met.
            earlier_ms = min(earlier_ms, before.last_ms)
            before.end_earlier(earlier_ms)
        current.began = current.began.earlier_by(earlier_ms / 1000)
        current.counted_ms += earlier_ms

    def _end(self, at: Moment) -> None:
        if self.current is None:
            return
        self.current.ended_paused = self.current.paused_since is not None
        self.current.halt(at)
        # Never before it began, even where the next one was back-dated too far.
        began = self.current.began
        self.current.ended = at if at.ms_since(began) >= 0 else began
        self.current = None


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


def _ms(seconds: float) -> int:
    return round(seconds * 1000)
