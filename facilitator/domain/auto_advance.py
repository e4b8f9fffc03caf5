"""Going on to the next session by itself: by choice, on time, and never silently after a sleep.

Whoever has a heartbeat asks at every beat. A session that may go on by itself does so only while
the beats kept coming; where they did not (the laptop slept, the program was not running, the clock
was stepped to another boot), a question is asked once and a person decides.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from facilitator.domain.board import Board
from facilitator.domain.clock_facts import Moment
from facilitator.domain.localtime import shown_time
from facilitator.domain.session_clock import Status

#: beats further apart than this, in milliseconds, are a sleep or a stall
ALIVE_MS = 5_000


@dataclass(frozen=True, slots=True)
class GoOn:
    """The session `running` is over: begin the next one, `ago` seconds before now."""

    running: UUID
    ago: float


@dataclass(frozen=True, slots=True)
class AskToGoOn:
    """The session `running` ended while nobody looked: `sentence` asks whether to go on."""

    running: UUID
    sentence: str


class AutoAdvance:
    """Watches one programme through the beats of one window."""

    def __init__(self) -> None:
        self._last: Moment | None = None
        #: the stretch about which a person was asked; it does not go on by itself any more
        self._asked: UUID | None = None
        self._told: UUID | None = None

    def beat(self, board: Board) -> GoOn | AskToGoOn | None:
        """What is due at this beat; each is handed out once for a stretch of a session."""
        now, last = board.state.at, self._last
        self._last = now
        state = board.state
        session, run = state.session, state.run
        if session is None or run is None or not session.auto or state.status is Status.PAUSED:
            return None
        if state.from_another_day or state.next is None or run.id in (self._asked, self._told):
            return None
        over = self._over_by(board)
        if over < 0:
            return None
        gap = _gap(last, now)
        if gap is not None and gap <= ALIVE_MS:
            self._told = run.id
            # A person who took minutes away means now; the end that passed between two beats
            # means then.
            return GoOn(session.id, over if over * 1000 <= ALIVE_MS else 0.0)
        self._asked = run.id
        return AskToGoOn(session.id, self._question(board, last, gap))

    def _over_by(self, board: Board) -> float:
        """Seconds since the next session was to begin by itself; negative while it is to come. A
        fixed start is waited for."""
        state, upcoming = board.state, board.next
        over = -state.remaining
        if upcoming is None or not upcoming.session.fixed or over < 0:
            return over
        planned = board.programme.planned().get(upcoming.session.id)
        if planned is None:
            return over
        later = timedelta(seconds=state.delayed.get(upcoming.session.id, 0.0))
        return min(over, (state.at.wall - planned.starts - later).total_seconds())

    @staticmethod
    def _question(board: Board, last: Moment | None, gap: int | None) -> str:
        assert board.state.session is not None
        title = board.state.session.short_title
        upcoming = board.next
        then = f" Begin “{upcoming.session.short_title}”?" if upcoming else ""
        zone = board.programme.zone
        if last is None or gap is None:
            return f"“{title}” ended while the program was not running.{then}"
        was = shown_time(last.wall, zone)
        return (
            f"The laptop slept from {was} to {shown_time(board.state.at.wall, zone)}, and "
            f"“{title}” ended meanwhile.{then}"
        )


def _gap(last: Moment | None, now: Moment) -> int | None:
    """Milliseconds between two beats; None where there was none before, or another boot."""
    if last is None or last.boot != now.boot:
        return None
    return max(0, now.ms_since(last))
