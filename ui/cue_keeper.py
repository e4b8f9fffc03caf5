"""Whatever the clock does by itself, from the moment an event is open and whichever screen is in
sight: cues are said and heard, and a session that may goes on to the next one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from facilitator.domain.auto_advance import ALIVE_MS, AskToGoOn, AutoAdvance, GoOn
from facilitator.domain.board import Board
from facilitator.domain.changes import Changes
from facilitator.domain.clock_facts import Moment
from facilitator.domain.cues import CueWatch
from facilitator.domain.errors import Refused
from facilitator.domain.programme import Session
from facilitator.domain.schedule import Delay
from facilitator.domain.session_clock import ClockState, Phase, thresholds
from facilitator.domain.text import counted
from facilitator.services.programme import ProgrammeService, ProgrammeState
from facilitator.services.running import Ran
from ui.kit import Message
from ui.kit.sound import Sounds
from ui.screens.screen import Surroundings

#: how often the clock is asked, in milliseconds; nothing counts down
HEARTBEAT_MS = 200
#: how often it is asked whether another desk or command has used the clock, in milliseconds
GLANCE_MS = 2_000
#: how long what began by itself can be taken back at one key, in seconds
REGRET = 5.0
_ABOUT = "cue"


@dataclass(frozen=True, slots=True)
class Rung:
    """A cue as it reaches people: its phase, its words, its sound ("" for none)."""

    phase: Phase
    words: str
    sound: str


class CueKeeper(QObject):
    """Watches the clock of the open event.

    Signals:
        said(Message): words for the message bar.
        rung(Rung): a cue, whether it was heard or not.
        asked(object): an AskToGoOn, a question to a person; None when it is settled.
    """

    said = Signal(object)
    rung = Signal(object)
    asked = Signal(object)

    def __init__(
        self,
        around: Surroundings,
        programme: ProgrammeService,
        *,
        in_sight: Callable[[], bool],
        may_act: Callable[[], bool],
        parent: QObject | None = None,
    ) -> None:
        """`in_sight`: whether the Programme can be seen, which then shows by itself what else
        stands on the message bar. `may_act`: whether whoever is here may run the programme (not at
        a locked Desk)."""
        super().__init__(parent)
        self._around, self._programme = around, programme
        self._in_sight, self._may_act = in_sight, may_act
        self._state: ProgrammeState | None = None
        self._watch = CueWatch()
        self._auto = AutoAdvance()
        self._last: Moment | None = None
        self._question: AskToGoOn | None = None
        self._ended = False
        self.sounds = Sounds(on=True, parent=self)
        self._beat = QTimer(self)
        self._beat.setInterval(HEARTBEAT_MS)
        self._beat.timeout.connect(self.beat)
        self._glance = QTimer(self)
        self._glance.setInterval(GLANCE_MS)
        self._glance.timeout.connect(self.look_over)
        around.bus.changed.connect(self._news)

    @property
    def question(self) -> AskToGoOn | None:
        """What a person is asked, or None."""
        return self._question

    def begin(self) -> None:
        """Read the programme and watch it from now on."""
        self._read()
        self._glance.start()

    def end(self) -> None:
        """Watch no longer: the event is closing."""
        self._ended = True
        self._beat.stop()
        self._glance.stop()

    @Slot()
    def beat(self) -> None:
        """Ask the clock. After a gap between two beats others may have used it: first look."""
        state = self._state
        if state is None or self._ended:
            return
        now = self._programme.moment()
        last, self._last = self._last, now
        if last is not None and (last.boot != now.boot or now.ms_since(last) > ALIVE_MS):
            self._state = None
            self._read()
            return
        self._ask(state, now)

    @Slot()
    def look_over(self) -> None:
        """Ask what others wrote; the lane spreads the news to every screen."""
        known = self._state
        if known is not None and not self._ended:
            self._around.database.run(
                lambda: self._programme.look_over(known), None, self._unread, owner=self
            )

    @Slot()
    def go_on(self) -> None:
        """Yes: begin the next session."""
        question = self._question
        if question is not None:
            self._settle()
            self._next(GoOn(question.running, 0.0), by_itself=False)

    @Slot()
    def stay(self) -> None:
        """Not yet: a person begins the next session."""
        self._settle()

    # -- internal -------------------------------------------------------------------------------

    def _read(self) -> None:
        if not self._ended:
            self._around.database.run(self._programme.state, self._show, self._unread)

    @Slot(object)
    def _news(self, changes: Changes) -> None:
        if changes & (Changes.PROGRAMME | Changes.CLOCK):
            self._read()

    @Slot(object)
    def _show(self, state: ProgrammeState) -> None:
        if self._ended:
            return
        self._state = state
        now = self._last = self._programme.moment()
        running = state.clock.state(now)
        on = running.session
        if self._question is not None and (
            on is None or on.id != self._question.running or running.remaining > 0
        ):
            self._settle()
        self._ask(state, now)
        # While nothing runs nothing can fall due.
        if on is None:
            self._beat.stop()
        elif not self._beat.isActive():
            self._beat.start()

    @Slot(object)
    def _unread(self, problem: Exception) -> None:
        """The next look will tell; what is known stays right as far as it was read."""

    def _ask(self, state: ProgrammeState, now: Moment) -> None:
        running = state.clock.state(now)
        due = self._watch.due(state.tape, now)
        on = running.session
        mine = [cue for cue in due if on is not None and cue.session_id == on.id]
        if on is not None and mine:
            # Where several fell due together (a sleep), only the last is still true.
            self._ring(mine[-1].phase, on)
        # Only a session at its end needs all the times of the day.
        over = on is not None and on.auto and running.remaining <= 0
        board = state.at(now) if over else _short(state, running)
        match self._auto.beat(board):
            case GoOn() as wanted:
                self._next(wanted)
            case AskToGoOn() as question:
                self._put(question)
            case None:
                pass

    def _ring(self, phase: Phase, session: Session) -> None:
        sound = sound_of(phase, session)
        self.sounds.set_on(self._around.settings.cue_sounds)
        if sound:
            self.sounds.play(sound)
        rung = Rung(phase, cue_words(phase, session), sound)
        self.rung.emit(rung)
        if not self._in_sight():
            mood = "careful" if phase is Phase.OVER else "info"
            self.said.emit(Message(mood, rung.words, about=_ABOUT, seconds=12.0))

    def _next(self, wanted: GoOn, *, by_itself: bool = True) -> None:
        self._around.database.run(
            lambda: self._programme.next(
                ago=wanted.ago, running=wanted.running, by="by itself" if by_itself else ""
            ),
            lambda ran: self._gone_on(ran, by_itself=by_itself),
            self._not_gone_on, owner=self,
        )  # fmt: skip

    def _gone_on(self, ran: Ran, *, by_itself: bool) -> None:
        fact = ran.fact.id
        words = f"{ran.sentence.removesuffix('.')} by itself." if by_itself else ran.sentence
        undo = "Undo" if self._may_act() else ""
        self.said.emit(
            Message(
                "done", words, act=undo, key="Z" if undo else "", seconds=REGRET, about=_ABOUT,
                do=lambda: self._around.database.run(
                    lambda: self._programme.undo(fact), None, self._not_gone_on, owner=self
                ),
            )
        )  # fmt: skip

    @Slot(object)
    def _not_gone_on(self, trouble: Exception) -> None:
        # Refused: another desk was quicker, and the next look shows what it did.
        if not isinstance(trouble, Refused):
            self.said.emit(Message("stop", "The next session did not begin by itself: press Next."))

    def _put(self, question: AskToGoOn) -> None:
        self._question = question
        self.asked.emit(question)
        if not self._in_sight():
            act = "Begin it" if self._may_act() else ""
            self.said.emit(
                Message("careful", question.sentence, act=act, do=self.go_on, about=_ABOUT)
            )

    def _settle(self) -> None:
        self._question = None
        self.asked.emit(None)


def cue_words(phase: Phase, session: Session) -> str:
    """ "5 minutes left in “Welcome”." """
    if phase is Phase.OVER:
        return f"“{session.short_title}” is over its time."
    marks = {one: ms for ms, one in thresholds(session)}
    minutes = counted(marks.get(phase, 60_000) // 60_000, "minute")
    return f"{minutes} left in “{session.short_title}”."


def sound_of(phase: Phase, session: Session) -> str:
    """The name of the sound of a cue, "" for silence: the session's own choice. A bell rings at
    the end; before it the chime is softer."""
    if session.sound == "none" or phase is Phase.CALM:
        return ""
    if phase is Phase.OVER:
        return "bell" if session.sound == "bell" else "careful"
    return "chime"


def _short(state: ProgrammeState, running: ClockState) -> Board:
    """The clock alone, for a heartbeat that needs no more."""
    return Board(state.programme, running, (), Delay(0, ""), None)
