"""Running the programme: what is done to the clock, each as a fact that can be taken back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlmodel import Session as DbSession

from facilitator.clocks import Clocks
from facilitator.domain.board import Board, board
from facilitator.domain.changes import Changes
from facilitator.domain.clock_facts import ClockFact, FactKind, Moment, living
from facilitator.domain.errors import Busy, Overtaken, Refused
from facilitator.domain.ids import new_id
from facilitator.domain.localtime import long_date, shown_time
from facilitator.domain.programme import Session
from facilitator.domain.schedule import Proposal, fitted_minutes
from facilitator.domain.session_clock import ClockState, Run, SessionClock, Status, shown_clock
from facilitator.domain.text import counted
from facilitator.services.programme_rows import moment_now, read_clock, sync_rounds
from facilitator.store.database import Database, insert_once, signed
from facilitator.store.rows import ClockFactRow

#: nobody means more than half a day
LONGEST_ADJUSTMENT = 12 * 3600
_DAY = 24 * 3600


@dataclass(frozen=True, slots=True)
class Ran:
    """What was done to the clock: its facts, a sentence, and how everything stands now."""

    facts: tuple[ClockFact, ...]
    sentence: str
    board: Board
    changes: Changes

    @property
    def fact(self) -> ClockFact:
        """The fact by which it can be taken back."""
        return self.facts[0]


@dataclass(frozen=True, slots=True)
class _Act:
    """A fact that is to be, before it has a number."""

    kind: FactKind
    session: Session | None = None
    seconds: float = 0.0
    undoes: UUID | None = None


@dataclass(frozen=True, slots=True)
class _Seen:
    """What an act is judged upon."""

    clock: SessionClock
    state: ClockState
    board: Board
    now: Moment


_Judge = Callable[[_Seen], tuple[list[_Act], str]]


class ClockService:
    """Start, pause, next and the rest. Every act reads how things stand, is refused in a sentence
    where it makes no sense, and else appends its facts; two desks at once are told apart by the
    facts' unique number.

    `running` guards an act against somebody else's: the session that was on when the key was
    pressed (None: whatever is on).
    """

    def __init__(self, database: Database, clocks: Clocks) -> None:
        self._database = database
        self._clocks = clocks

    def start(self, session_id: UUID | None = None, ago: float = 0.0, by: str = "") -> Ran:
        """Begin a session (the next one where none is named), `ago` seconds before now."""

        def judge(seen: _Seen) -> tuple[list[_Act], str]:
            if seen.state.session is not None:
                raise Refused(
                    f"“{seen.state.session.title}” is {_on(seen.state)} already.",
                    "",
                    "Choose Next to begin another session.",
                )
            return self._begin(seen, FactKind.START, self._wanted(seen, session_id), ago)

        return self._do(judge, by)

    def next(
        self,
        session_id: UUID | None = None,
        ago: float = 0.0,
        running: UUID | None = None,
        by: str = "",
    ) -> Ran:
        """End the running session and begin the next one, or the one named; after the last one
        the programme is over."""

        def judge(seen: _Seen) -> tuple[list[_Act], str]:
            if seen.state.session is None:
                return self._begin(seen, FactKind.START, self._wanted(seen, session_id), ago)
            if session_id is None and seen.state.next is None:
                return [_Act(FactKind.NEXT)], "The programme is over."
            return self._begin(seen, FactKind.NEXT, self._wanted(seen, session_id), ago)

        return self._do(judge, by, running)

    def back(self, session_id: UUID | None = None, by: str = "") -> Ran:
        """Go on with an ended session (the last one where none is named) where it left off."""

        def judge(seen: _Seen) -> tuple[list[_Act], str]:
            ended = [
                run for run in seen.state.runs if run.ended_at is not None and not run.put_back
            ]
            wanted = session_id or (ended[-1].session_id if ended else None)
            session = seen.clock.programme.find(wanted)
            if session is None or all(run.session_id != wanted for run in ended):
                raise Refused("No session has ended yet, so there is none to go back to.")
            return [_Act(FactKind.BACK, session)], f"Back to “{session.title}”."

        return self._do(judge, by)

    def pause(self, by: str = "") -> Ran:
        """Hold the running session's clock."""

        def judge(seen: _Seen) -> tuple[list[_Act], str]:
            session = _current(seen, "so there is nothing to pause")
            if seen.state.status is Status.PAUSED:
                raise Refused(f"“{session.title}” is paused already.")
            left = shown_clock(seen.state.remaining)
            tense = "left" if seen.state.remaining >= 0 else "over"
            return [_Act(FactKind.PAUSE)], f"“{session.title}” is paused, {left} {tense}."

        return self._do(judge, by)

    def resume(self, by: str = "") -> Ran:
        """Go on after a pause; or, asked about a clock left on from another day, carry on."""

        def judge(seen: _Seen) -> tuple[list[_Act], str]:
            session = _current(seen, "so there is nothing to resume")
            if seen.state.status is not Status.PAUSED and not seen.state.from_another_day:
                raise Refused(f"“{session.title}” is running already.")
            return [_Act(FactKind.RESUME)], f"“{session.title}” goes on."

        return self._do(judge, by)

    def adjust(self, seconds: float, session_id: UUID | None = None, by: str = "") -> Ran:
        """Give the running session (or one to come) so many seconds more, or fewer."""

        def judge(seen: _Seen) -> tuple[list[_Act], str]:
            if not seconds:
                raise Refused("No minutes more or less change nothing.")
            if abs(seconds) > LONGEST_ADJUSTMENT:
                raise Refused("A session is given at most 12 hours more or less at once.")
            session = (
                _current(seen, "so there is nothing to adjust")
                if session_id is None
                else self._wanted(seen, session_id)
            )
            if session.id in seen.state.done:
                raise Refused(f"“{session.title}” has been.", "", "Go back to it first.")
            has = session.minutes * 60 + seen.state.adjusted.get(session.id, 0.0)
            if has + seconds < 0:
                raise Refused(
                    f"“{session.title}” has only {_minutes(has)}; nothing was taken from it."
                )
            more = "more" if seconds > 0 else "less"
            words = f"“{session.title}” has {_minutes(abs(seconds))} {more}."
            return [_Act(FactKind.ADJUST, session, seconds)], words

        return self._do(judge, by)

    def began(self, ago: float, running: UUID | None = None, by: str = "") -> Ran:
        """Correct when the running session began: `ago` seconds before now, pauses apart.

        Where it took over from the session before, that one ended then. Refused where the one
        before it had not begun by then.
        """

        def judge(seen: _Seen) -> tuple[list[_Act], str]:
            session = _current(seen, "so there is no start to correct")
            run = seen.state.run
            assert run is not None
            if not 0 <= ago <= _DAY:
                raise Refused("A session can have begun at most a day ago.")
            earlier = ago - (seen.now.wall - run.started_at).total_seconds()
            if earlier < -run.elapsed:
                raise Refused(f"“{session.title}” was paused since, so it began before that.")
            _check_began(seen, session, run, earlier)
            if not round(earlier * 1000):
                raise Refused(f"“{session.title}” began {_minutes(ago)} ago already.")
            at = shown_time(seen.now.earlier_by(ago).wall, seen.clock.programme.zone)
            return [_Act(FactKind.BEGAN, session, earlier)], f"“{session.title}” began at {at}."

        return self._do(judge, by, running)

    def announce_delay(self, seconds: float, session_id: UUID | None = None, by: str = "") -> Ran:
        """Announce that a session to come (the next one where none is named) begins so many
        seconds later than planned, on top of what was announced before; negative takes some of
        that back. What was published stays published; what follows is expected later."""

        def judge(seen: _Seen) -> tuple[list[_Act], str]:
            session = self._wanted(seen, session_id)
            _check_coming(seen, session)
            if not seconds:
                raise Refused("A delay of no minutes changes nothing.")
            was = seen.state.delayed.get(session.id, 0.0)
            if was + seconds < 0:
                raise Refused(
                    f"“{session.title}” was announced {_minutes(was)} later; it cannot begin "
                    "before its time."
                    if was
                    else f"No delay was announced for “{session.title}”."
                )
            if was + seconds > LONGEST_ADJUSTMENT:
                raise Refused("A delay of more than 12 hours cannot be announced.")
            act = _Act(FactKind.DELAY, session, seconds)
            facts = seen.clock.facts
            after = SessionClock(
                seen.clock.programme, [*facts, *_numbered([act], facts, seen.now, by)]
            )
            expected = board(after, seen.now).of(session)
            begins = expected.expected_start if expected else None
            at = f", at {shown_time(begins, seen.clock.programme.zone)}" if begins else ""
            total = was + seconds
            later = f"begins {_minutes(total)} later" if total else "begins at its time again"
            return [act], f"“{session.title}” {later}{at}."

        return self._do(judge, by)

    def accept(self, proposal: Proposal, by: str = "") -> Ran:
        """Shorten what a proposal says. Refused where things have changed since it was made."""

        def judge(seen: _Seen) -> tuple[list[_Act], str]:
            offered = seen.board.proposal
            if offered is None or offered.shorter != proposal.shorter:
                raise Refused(
                    "Things have changed since this was offered.",
                    "Nothing was shortened.",
                    "Look at the new offer.",
                )
            acts = [
                _Act(FactKind.SHORTEN, one, -minutes * 60.0) for one, minutes in offered.shorter
            ]
            return acts, f"{offered.sentence}."

        return self._do(judge, by)

    def skip(self, session_id: UUID | None = None, by: str = "") -> Ran:
        """Leave a session to come (the next one where none is named) out of the day."""

        def judge(seen: _Seen) -> tuple[list[_Act], str]:
            session = self._wanted(seen, session_id)
            _check_coming(seen, session)
            return [_Act(FactKind.SKIP, session)], f"“{session.title}” is left out."

        return self._do(judge, by)

    def stop(self, running: UUID | None = None, by: str = "") -> Ran:
        """End the running session without beginning another."""

        def judge(seen: _Seen) -> tuple[list[_Act], str]:
            session = _current(seen, "so there is nothing to stop")
            return [_Act(FactKind.STOP)], f"“{session.title}” has ended."

        return self._do(judge, by, running)

    def reset(self, by: str = "") -> Ran:
        """Begin a fresh day: what happened until now is kept as history and counts no more."""

        def judge(seen: _Seen) -> tuple[list[_Act], str]:
            if not living(seen.clock.facts):
                raise Refused("The clock is clear already.")
            return [_Act(FactKind.RESET)], "The clock is clear; the day has not begun."

        return self._do(judge, by)

    def undo(self, fact_id: UUID | None = None, by: str = "") -> Ran:
        """Take the last act back, if it is still `fact_id` where one is named."""

        def judge(seen: _Seen) -> tuple[list[_Act], str]:
            last = seen.state.undoable
            if last is None:
                raise Refused("Nothing has happened that could be taken back.")
            acts = _whole_act(seen.clock.facts, last)
            if fact_id is not None and fact_id not in {fact.id for fact in acts}:
                raise Refused("Something else has happened since.", "Nothing was taken back.")
            undone = [_Act(FactKind.UNDO, undoes=fact.id) for fact in reversed(acts)]
            return undone, f"Taken back: {self._words(seen, last)}."

        return self._do(judge, by)

    # -- internal -------------------------------------------------------------------------------

    def _do(self, judge: _Judge, by: str, running: UUID | None = None) -> Ran:
        now = moment_now(self._clocks)
        guard, guarded = running, running is not None

        def work(session: DbSession) -> Ran:
            nonlocal guard, guarded
            clock = read_clock(session)
            before = board(clock, now)
            on = before.state.session
            if guarded and (on.id if on else None) != guard:
                raise Refused(
                    "Somebody else was quicker.",
                    f"“{on.title}” is on now." if on else "No session is on now.",
                    "Look before you press again.",
                )
            # Where somebody is quicker it is judged again, upon what they did.
            guard, guarded = on.id if on else None, True
            acts, words = judge(_Seen(clock, before.state, before, now))
            facts = _numbered(acts, clock.facts, now, by)
            if not self._append(session, facts):
                raise Overtaken("Another process took the number.")
            after = SessionClock(clock.programme, [*clock.facts, *facts])
            shown = board(after, now)
            changes = Changes.CLOCK | sync_rounds(session, before.state, shown.state)
            return Ran(tuple(facts), words, shown, changes)

        try:
            return self._database.decide(work)
        except Overtaken as problem:
            raise Busy(
                "Several desks are using the clock at once.", "Nothing was changed.", "Try again."
            ) from problem

    @staticmethod
    def _append(session: DbSession, facts: list[ClockFact]) -> bool:
        for fact in facts:
            row = ClockFactRow(
                id=fact.id, number=fact.number, kind=fact.kind.value, session_id=fact.session_id,
                at=fact.at.wall, steady=fact.at.steady, boot=fact.at.boot, seconds=fact.seconds,
                undoes=fact.undoes, by=signed(session, fact.by),
            )  # fmt: skip
            if not insert_once(session, row, "number"):
                return False
        return True

    @staticmethod
    def _wanted(seen: _Seen, session_id: UUID | None) -> Session:
        wanted = seen.clock.programme.find(session_id) if session_id else seen.state.next
        if wanted is None:
            if not len(seen.clock.programme):
                raise Refused("There is no programme yet.", "", "Add sessions or take a template.")
            raise Refused("No session is left to begin.")
        return wanted

    @staticmethod
    def _begin(seen: _Seen, kind: FactKind, session: Session, ago: float) -> tuple[list[_Act], str]:
        if not 0 <= ago <= _DAY:
            raise Refused("A session can have begun at most a day ago.")
        begins = seen.now.wall if not ago else seen.now.earlier_by(ago).wall
        last = seen.state.runs[-1] if seen.state.runs else None
        if ago and last is not None:
            earliest = last.ended_at or last.started_at
            if begins < earliest:
                at = shown_time(earliest, seen.clock.programme.zone)
                raise Refused(
                    f"“{session.title}” cannot have begun before {at}, when "
                    f"the session before it {'ended' if last.ended_at else 'began'}."
                )
        acts = [_Act(kind, session, ago)]
        fitted = fitted_minutes(seen.clock.programme, seen.state, session, begins)
        if fitted is not None:
            full = session.minutes * 60 + seen.state.adjusted.get(session.id, 0.0)
            acts.append(_Act(FactKind.FIT, session, fitted * 60 - full))
        when = f" {_minutes(ago)} ago" if ago else ""
        return acts, f"“{session.title}” has begun{when}."

    @staticmethod
    def _words(seen: _Seen, fact: ClockFact) -> str:
        session = seen.clock.programme.find(fact.session_id)
        title = f"“{session.title}”" if session else "the session"
        match fact.kind:
            case FactKind.NEXT if fact.session_id is None:
                return "the end of the programme"
            case FactKind.START | FactKind.NEXT:
                return f"the start of {title}"
            case FactKind.BACK:
                return f"going back to {title}"
            case FactKind.ADJUST:
                more = "more" if fact.seconds > 0 else "less"
                return f"{_minutes(abs(fact.seconds))} {more} for {title}"
            case FactKind.SHORTEN:
                return f"the shortening of {title}"
            case FactKind.SKIP:
                return f"leaving out {title}"
            case FactKind.BEGAN:
                return f"the corrected start of {title}"
            case FactKind.DELAY:
                return f"the announced delay of {title}"
            case FactKind.PAUSE:
                return "the pause"
            case FactKind.RESUME:
                return "the end of the pause"
            case FactKind.STOP:
                return "the end of the session"
            case FactKind.RESET:
                return "the clearing of the clock"
            case _:
                return "the last act"


def question(state: ClockState) -> str:
    """What is asked about a clock that was left on from another day, empty where nothing is."""
    if state.asks_about is None or state.session is None:
        return ""
    return (
        f"The clock was left {_on(state)} on {long_date(state.asks_about)}, at "
        f"“{state.session.title}”. Begin the day afresh, or carry on?"
    )


def _on(state: ClockState) -> str:
    return "paused" if state.status is Status.PAUSED else "running"


def _current(seen: _Seen, so: str) -> Session:
    if seen.state.session is None:
        raise Refused(f"No session is running, {so}.")
    return seen.state.session


def _check_coming(seen: _Seen, session: Session) -> None:
    """Refuses a session that is not to come."""
    if seen.state.session is not None and seen.state.session.id == session.id:
        raise Refused(f"“{session.title}” is running.", "", "Choose Next to end it.")
    if session.id in seen.state.done:
        raise Refused(f"“{session.title}” has been; it cannot be left out or put off any more.")
    if session.id in seen.state.skipped or session.skip:
        raise Refused(f"“{session.title}” is left out already.")


def _check_began(seen: _Seen, session: Session, run: Run, earlier: float) -> None:
    """Refuses a start before the session before it had begun, or before it had ended."""
    others = [one for one in seen.state.runs if one.id != run.id]
    before = others[-1] if others else None
    if before is None or before.ended_at is None or earlier <= 0:
        return
    begins = run.started_at - timedelta(seconds=earlier)
    met = abs((run.started_at - before.ended_at).total_seconds()) < 1
    earliest = before.started_at if met else before.ended_at
    if begins < earliest or (met and earlier > before.elapsed):
        at = shown_time(earliest, seen.clock.programme.zone)
        raise Refused(
            f"“{session.title}” cannot have begun before {at}, when the session before it "
            f"{'began' if met else 'ended'}."
        )


def _numbered(acts: list[_Act], facts: list[ClockFact], now: Moment, by: str) -> list[ClockFact]:
    last = facts[-1].number if facts else 0
    return [
        ClockFact(
            new_id(), number, act.kind, now, act.session.id if act.session else None, act.seconds,
            act.undoes, by,
        )
        for number, act in enumerate(acts, last + 1)
    ]  # fmt: skip


def _whole_act(facts: list[ClockFact], last: ClockFact) -> list[ClockFact]:
    """The facts that were one act with the last one: a proposal shortens several sessions."""
    if last.kind is not FactKind.SHORTEN:
        return [last]
    return [f for f in living(facts) if f.kind is FactKind.SHORTEN and f.at == last.at]


def _minutes(seconds: float) -> str:
    minutes, left = divmod(round(seconds), 60)
    words = [counted(minutes, "minute")] if minutes or not left else []
    return " ".join([*words, counted(left, "second")] if left else words)
