"""The facts of a clock folded, one after the other, into stretches of sessions."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from facilitator.domain.clock_facts import ClockFact, FactKind, Moment
from facilitator.domain.programme import Programme, Session


@dataclass(slots=True)
class Stretch:
    """One stretch of a session while it is being reckoned."""

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
    """What the living facts come to, one after the other.

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
                # Two laptops that were alone may both have taken the same delay back.
                self.delayed[fact.session_id] = max(0, later)
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
