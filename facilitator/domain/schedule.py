"""Published, expected and actual times; how late the day is; and what would mend it.

What eats an overrun, in this order: gaps between sessions, and breaks down to their minimum where
a fixed start after them could not be kept otherwise. That much happens by itself. To shorten a
talk, or a break for the sake of anything but a fixed start, is a proposal that somebody accepts.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from facilitator.domain.localtime import local_of, moment_of, nearest_minute, shown_time
from facilitator.domain.programme import Planned, Programme, Session
from facilitator.domain.session_clock import ClockState, Run, Status
from facilitator.domain.text import counted, listed

_MINUTE = timedelta(minutes=1)
_NONE: Mapping[UUID, float] = {}


class Place(StrEnum):
    """Where a session stands in the day. MISSED: the clock went past it without beginning it."""

    DONE = "done"
    NOW = "now"
    NEXT = "next"
    LATER = "later"
    SKIPPED = "skipped"
    MISSED = "missed"


@dataclass(frozen=True, slots=True)
class SessionTimes:
    """The three times of one session, moments in UTC; what is not known or not to be is None.

    `published_*` are those pinned at publishing, or the planned ones before that. `minutes` is how
    long it is now expected to last, or lasted. `late` is the whole minutes by which it begins (or
    began) after its published time, negative for early, `late_end` the same of its end. On another
    day than the programme's (a practice) lateness is measured from when the first session began.
    `kept` is what a protected break keeps.
    """

    session: Session
    place: Place
    published_start: datetime | None = None
    published_end: datetime | None = None
    expected_start: datetime | None = None
    expected_end: datetime | None = None
    actual_start: datetime | None = None
    actual_end: datetime | None = None
    minutes: int = 0
    late: int = 0
    late_end: int = 0
    kept: int | None = None


@dataclass(frozen=True, slots=True)
class Delay:
    """How the day stands. `minutes` behind (negative: ahead); `head` and `detail` are its words."""

    minutes: int
    head: str
    detail: str = ""

    @property
    def sentence(self) -> str:
        """ "7 minutes behind; lunch now 12:37, showcase still 13:30"."""
        return f"{self.head}; {self.detail}" if self.detail else self.head


@dataclass(frozen=True, slots=True)
class Proposal:
    """What would bring `target` nearer its published time: sessions with the minutes they lose."""

    shorter: tuple[tuple[Session, int], ...]
    target: Session
    at: datetime
    #: "Bright spots 5 minutes shorter: lunch at 12:32"
    sentence: str
    #: "Make it 12:32: Bright spots 5 minutes shorter."
    offer: str


def expected_times(
    programme: Programme,
    state: ClockState,
    now: datetime | None = None,
    shorter: Mapping[UUID, float] = _NONE,
) -> tuple[SessionTimes, ...]:
    """The times of every session, in order, at `now` (UTC; the state's own moment where left out).

    `shorter` tries something out: seconds that sessions would lose.
    """
    return _Reckoning(programme, state, now or state.at.wall, shorter).times()


def fitted_minutes(
    programme: Programme, state: ClockState, session: Session, starts: datetime
) -> float | None:
    """How many minutes a break has that begins at `starts`, where the fixed start after it leaves
    less than planned; None where nothing has to be fitted. Never below its minimum."""
    if not session.kind.is_break:
        return None
    reckoning = _Reckoning(programme, state, starts, _NONE)
    if not state.runs and not reckoning.is_day_of(session, starts):
        return None
    place = programme.place(session.id)
    coming = [s for s in programme.sessions[(place or 0) + 1 :] if reckoning.is_coming(s)]
    must_end = reckoning.latest_starts(coming)[0] if coming else None
    full = reckoning.full(session)
    fitted = reckoning.fit(session, starts, must_end)
    return None if fitted >= full else fitted / _MINUTE


class _Reckoning:
    """One reckoning of the day."""

    def __init__(
        self,
        programme: Programme,
        state: ClockState,
        now: datetime,
        shorter: Mapping[UUID, float],
    ) -> None:
        self._programme, self._state, self._now, self._shorter = programme, state, now, shorter
        self._plan = programme.planned()
        self._told = self._plan
        self._shift = self._practice()
        if self._shift:
            self._plan = {
                key: Planned(one.session, one.starts + self._shift, one.ends + self._shift)
                for key, one in self._plan.items()
            }
        self._announce()
        self._last: dict[UUID, Run] = {run.session_id: run for run in state.runs}
        self._here = self._place_now()

    def times(self) -> tuple[SessionTimes, ...]:
        coming = [s for i, s in enumerate(self._programme) if i > self._here and self.is_coming(s)]
        expected = self._forward(coming)
        upcoming = self._state.next
        return tuple(
            self._times(session, expected.get(session.id), upcoming) for session in self._programme
        )

    def is_day_of(self, session: Session, moment: datetime) -> bool:
        """Whether a moment is on the local day on which a session is planned."""
        planned = self._plan.get(session.id)
        zone = self._programme.zone
        return (
            planned is not None
            and local_of(planned.starts, zone).date() == local_of(moment, zone).date()
        )

    def is_coming(self, session: Session) -> bool:
        """Whether it is still to be, as far as the clock knows."""
        return (
            not session.skip
            and session.id not in self._state.skipped
            and session.id not in self._state.done
            and session.id != (self._state.session.id if self._state.session else None)
        )

    def full(self, session: Session) -> timedelta:
        """Its planned length with what was adjusted and is being tried out."""
        seconds = self._state.adjusted.get(session.id, 0.0) - self._shorter.get(session.id, 0.0)
        return max(timedelta(), session.minutes * _MINUTE + timedelta(seconds=seconds))

    def latest_starts(self, coming: list[Session]) -> list[datetime | None]:
        """For each session the latest start that still keeps the next fixed one; None: any."""
        latest: list[datetime | None] = []
        after: datetime | None = None
        for session in reversed(coming):
            if session.fixed:
                after = self._plan[session.id].starts
            elif after is not None:
                after -= self._needed(session)
            latest.append(after)
        latest.reverse()
        return latest

    def fit(self, session: Session, starts: datetime, must_end: datetime | None) -> timedelta:
        """How long it lasts from `starts` where what follows would have it end by `must_end`."""
        full = self.full(session)
        if must_end is None or not session.kind.is_break:
            return full
        return min(full, max(self._needed(session), must_end - starts))

    def _needed(self, session: Session) -> timedelta:
        full = self.full(session)
        return min(full, session.least * _MINUTE) if session.kind.is_break else full

    def _practice(self) -> timedelta:
        """By how much the plan is moved where the day is practised on another day."""
        first = min(self._state.runs, key=lambda run: run.started_at, default=None)
        planned = self._plan.get(first.session_id) if first else None
        if first is None or planned is None or self.is_day_of(planned.session, first.started_at):
            return timedelta()
        return first.started_at - planned.starts

    def _announce(self) -> None:
        """Moves what was announced to begin later; what follows is pushed along by it."""
        if not self._state.delayed:
            return
        plan = dict(self._plan)
        for key, seconds in self._state.delayed.items():
            one = plan.get(key)
            if one is not None and self.is_coming(one.session):
                by = timedelta(seconds=seconds)
                plan[key] = Planned(one.session, one.starts + by, one.ends + by)
        self._plan = plan

    def _place_now(self) -> int:
        """The index of the running session, or of the last one that was; -1 before the first."""
        state = self._state
        if state.session is not None:
            return self._programme.place(state.session.id) or 0
        if state.status is Status.FINISHED:
            return len(self._programme)
        places = [self._programme.place(run.session_id) for run in state.runs[-1:]]
        return next((place for place in places if place is not None), -1)

    def _forward(self, coming: list[Session]) -> dict[UUID, tuple[datetime, datetime]]:
        cursor, drift = self._cursor(coming)
        latest = self.latest_starts(coming)
        expected: dict[UUID, tuple[datetime, datetime]] = {}
        for index, session in enumerate(coming):
            planned = self._plan[session.id]
            starts = planned.starts
            if cursor is not None:
                # Ahead of the plan, what is not fixed moves forward and keeps its gap.
                ahead = timedelta() if session.fixed else min(drift, timedelta())
                starts = max(cursor, planned.starts + ahead)
            must_end = latest[index + 1] if index + 1 < len(coming) else None
            ends = starts + self.fit(session, starts, must_end)
            expected[session.id] = (starts, ends)
            cursor, drift = ends, ends - planned.ends
        return expected

    def _cursor(self, coming: list[Session]) -> tuple[datetime | None, timedelta]:
        """The earliest moment for the next session, and how far the plan has drifted by then."""
        state = self._state
        if state.session is not None:
            left = state.remaining - self._shorter.get(state.session.id, 0.0)
            ends = self._now + timedelta(seconds=max(0.0, left))
            planned = self._plan.get(state.session.id)
            return ends, ends - planned.ends if planned else timedelta()
        if not coming:
            return None, timedelta()
        # On another day than the programme's the plan stands as it is.
        if not self.is_day_of(coming[0], self._now):
            return None, timedelta()
        return self._now, timedelta()

    def _times(
        self,
        session: Session,
        expected: tuple[datetime, datetime] | None,
        upcoming: Session | None,
    ) -> SessionTimes:
        starts, ends = published_times(self._programme, session, self._told) or (None, None)
        run = self._last.get(session.id)
        state = self._state
        if state.session is not None and session.id == state.session.id and run is not None:
            left = max(0.0, state.remaining - self._shorter.get(session.id, 0.0))
            expected_end = self._now + timedelta(seconds=left)
            return SessionTimes(
                session,
                Place.NOW,
                starts,
                ends,
                expected_end=expected_end,
                actual_start=run.started_at,
                minutes=round(state.allotted / 60),
                late=self._late(run.started_at, starts),
                late_end=self._late(expected_end, ends),
                kept=round(state.allotted / 60) if session.protected else None,
            )
        if session.id in state.done and run is not None:
            return SessionTimes(
                session,
                Place.DONE,
                starts,
                ends,
                actual_start=run.started_at,
                actual_end=run.ended_at,
                minutes=round(run.elapsed / 60),
                late=self._late(run.started_at, starts),
                late_end=self._late(run.ended_at, ends),
            )
        if session.skip or session.id in state.skipped:
            return SessionTimes(session, Place.SKIPPED, starts, ends)
        if expected is None:
            return SessionTimes(session, Place.MISSED, starts, ends)
        minutes = round((expected[1] - expected[0]) / _MINUTE)
        return SessionTimes(
            session,
            Place.NEXT if upcoming is not None and upcoming.id == session.id else Place.LATER,
            starts,
            ends,
            *expected,
            minutes=minutes,
            late=self._late(expected[0], starts),
            late_end=self._late(expected[1], ends),
            kept=minutes if session.protected else None,
        )

    def _late(self, when: datetime | None, published: datetime | None) -> int:
        if published is None or when is None:
            return 0
        late = nearest_minute(when) - nearest_minute(published + self._shift)
        return round(late / _MINUTE)


def published_times(
    programme: Programme, session: Session, plan: Mapping[UUID, Planned] | None = None
) -> tuple[datetime, datetime] | None:
    """When guests were told that it is: as pinned, else as planned; None where it is left out."""
    if session.published_starts is not None:
        starts = moment_of(session.published_starts, programme.zone)
        minutes = session.published_minutes or session.minutes
        return starts, starts + minutes * _MINUTE
    planned = (plan if plan is not None else programme.planned()).get(session.id)
    return None if planned is None else (planned.starts, planned.ends)


def delay_of(
    programme: Programme, state: ClockState, times: tuple[SessionTimes, ...] | None = None
) -> Delay:
    """How late the day is, and what becomes of the next break and the next fixed start."""
    times = times if times is not None else expected_times(programme, state)
    minutes = _minutes_behind(times)
    if state.status is Status.FINISHED:
        return Delay(0, "The programme is over")
    if minutes is None:
        return Delay(0, "Nothing is planned yet" if not times else "Nothing is left to come")
    words = counted(abs(minutes) % 60, "minute") if abs(minutes) % 60 or not minutes else ""
    if abs(minutes) >= 60:
        words = f"{counted(abs(minutes) // 60, 'hour')} {words}".strip()
    head = "On time" if not minutes else f"{words} {'behind' if minutes > 0 else 'ahead'}"
    return Delay(minutes, head, _landmarks(programme, state, times))


def delay_sentence(
    programme: Programme, state: ClockState, times: tuple[SessionTimes, ...] | None = None
) -> str:
    """ "7 minutes behind; lunch now 12:37, showcase still 13:30"."""
    return delay_of(programme, state, times).sentence


def _minutes_behind(times: tuple[SessionTimes, ...]) -> int | None:
    for entry in times:
        if entry.place is Place.NOW and entry.published_end is not None:
            return entry.late_end
    coming = next((e for e in times if e.place in {Place.NEXT, Place.LATER}), None)
    return None if coming is None else coming.late


def _landmarks(programme: Programme, state: ClockState, times: tuple[SessionTimes, ...]) -> str:
    coming = [e for e in times if e.expected_start is not None and e.published_start is not None]
    a_break = next((e for e in coming if e.session.kind.is_break), None)
    fixed = next((e for e in coming if e.session.fixed and e is not a_break), None)
    chosen = [entry for entry in coming if entry is a_break or entry is fixed]
    if not chosen:
        chosen = coming[:1]
    said = []
    for entry in chosen:
        assert entry.expected_start is not None
        word = "now" if entry.late else "still" if state.runs else "at"
        said.append(
            f"{entry.session.spoken} {word} {shown_time(entry.expected_start, programme.zone)}"
        )
    return ", ".join(said)


def propose(
    programme: Programme, state: ClockState, times: tuple[SessionTimes, ...] | None = None
) -> Proposal | None:
    """What to shorten so that the next protected break, else the next fixed start, else the end of
    the day is nearer its published time; None where nothing is late or nothing may shrink.

    Talks give first, the one with most to give before the others; breaks only when those are not
    enough; nothing goes below its minimum.
    """
    times = times if times is not None else expected_times(programme, state)
    coming = [e for e in times if e.place in {Place.NEXT, Place.LATER}]
    late = [e for e in coming if e.late >= 1]
    targets = [e for e in late if e.session.protected and e.session.kind.is_break][:1]
    targets += [e for e in late if e.session.fixed][:1]
    targets += [e for e in coming[-1:] if e.late >= 1]
    for target in targets:
        proposal = _propose_for(programme, state, times, target)
        if proposal is not None:
            return proposal
    return None


def _propose_for(
    programme: Programme,
    state: ClockState,
    times: tuple[SessionTimes, ...],
    target: SessionTimes,
) -> Proposal | None:
    index = times.index(target)
    sources: list[tuple[bool, int, Session]] = []
    for entry in reversed(times[:index]):
        slack = _slack(entry, state)
        if slack > 0:
            sources.append((entry.session.kind.is_break, slack, entry.session))
        if entry.place in {Place.NEXT, Place.LATER} and entry.late <= 0:
            break  # what stands before a session that is on time cannot be why the target is late
    sources.sort(key=lambda source: (source[0], -source[1]))
    needed, chosen = target.late, dict[UUID, int]()
    for _, slack, session in sources:
        if needed <= 0:
            break
        chosen[session.id] = min(slack, needed)
        needed -= chosen[session.id]
    if not chosen:
        return None
    trial = expected_times(
        programme, state, shorter={key: minutes * 60.0 for key, minutes in chosen.items()}
    )[index]
    if trial.expected_start is None or trial.late >= target.late:
        return None
    shorter = tuple((e.session, chosen[e.session.id]) for e in times if e.session.id in chosen)
    first, *others = [
        f"{session.short_title} {counted(minutes, 'minute')}" for session, minutes in shorter
    ]
    cuts = f"{listed([first, *others])} shorter"
    at = shown_time(trial.expected_start, programme.zone)
    return Proposal(
        shorter=shorter,
        target=target.session,
        at=nearest_minute(trial.expected_start),
        sentence=f"{cuts}: {target.session.spoken} at {at}",
        offer=f"Make it {at}: {cuts}.",
    )


def _slack(entry: SessionTimes, state: ClockState) -> int:
    """The whole minutes that a session that is on or to come may still lose."""
    if entry.place is Place.NOW:
        spare = min(state.allotted - entry.session.least * 60, state.remaining - 60)
        return max(0, int(spare // 60))
    if entry.place not in {Place.NEXT, Place.LATER}:
        return 0
    return max(0, entry.minutes - entry.session.least)
