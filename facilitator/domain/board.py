"""Everything about the programme at one moment: what the screen, the room and the command show."""

from __future__ import annotations

from dataclasses import dataclass

from facilitator.domain.clock_facts import Moment
from facilitator.domain.programme import Programme, Session
from facilitator.domain.schedule import (
    Delay,
    Proposal,
    SessionTimes,
    delay_of,
    expected_times,
    propose,
)
from facilitator.domain.session_clock import ClockState, SessionClock


@dataclass(frozen=True, slots=True)
class Board:
    """The clock, the three times of every session, the delay in words and what would mend it."""

    programme: Programme
    state: ClockState
    times: tuple[SessionTimes, ...]
    delay: Delay
    proposal: Proposal | None

    @property
    def now(self) -> SessionTimes | None:
        """The times of the running session, None while none is on."""
        return self.of(self.state.session)

    @property
    def next(self) -> SessionTimes | None:
        """The times of the session that comes next, None after the last."""
        return self.of(self.state.next)

    def of(self, session: Session | None) -> SessionTimes | None:
        """The times of one session."""
        if session is None:
            return None
        return next((entry for entry in self.times if entry.session.id == session.id), None)


def board(clock: SessionClock, now: Moment) -> Board:
    """The programme at `now`; reads nothing, and is cheap enough for a heartbeat."""
    state = clock.state(now)
    times = expected_times(clock.programme, state)
    return Board(
        clock.programme,
        state,
        times,
        delay_of(clock.programme, state, times),
        propose(clock.programme, state, times),
    )
