"""What is done to the clock from the Programme: each act on the lane, each to be taken back."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from PySide6.QtCore import QObject, Signal, Slot

from facilitator.domain.board import Board
from facilitator.domain.errors import Refused, Trouble
from facilitator.domain.programme import Session
from facilitator.domain.session_clock import Status
from facilitator.services.programme import ProgrammeService
from facilitator.services.running import Ran
from ui.kit import Message
from ui.lanes import FAULT, DatabaseLane

#: how long what changes the room can be taken back at one key, in seconds
REGRET = 5.0


class ClockActs(QObject):
    """Start, pause, next and the rest, upon the board that is shown.

    Signals:
        said(Message): what came of it, for the message bar.
    """

    said = Signal(object)

    def __init__(
        self,
        lane: DatabaseLane,
        programme: ProgrammeService,
        board: Callable[[], Board | None],
        parent: QObject,
    ) -> None:
        """`board` tells how the programme stands, as it is shown."""
        super().__init__(parent)
        self._lane, self._programme, self._shown = lane, programme, board

    def do(self, work: Callable[[], Ran]) -> None:
        """Do something to the clock and say what came of it."""
        self._lane.run(work, self._ran, self.refused, owner=self)

    @Slot()
    def press_main(self) -> None:
        """Start, pause or resume: whatever is due."""
        board = self._shown()
        match board.state.status if board else Status.NOT_STARTED:
            case Status.RUNNING:
                self.do(self._programme.pause)
            case Status.PAUSED:
                self.do(self._programme.resume)
            case _:
                self.do(self._programme.start)

    @Slot()
    def resume(self) -> None:
        """Go on; also after another day's question."""
        self.do(self._programme.resume)

    @Slot()
    def reset(self) -> None:
        """Begin the day afresh."""
        self.do(self._programme.reset)

    @Slot()
    def next(self) -> None:
        """End the running session and begin the next one."""
        on = self._on()
        # Pressed for what is seen: where another desk was quicker, nothing happens twice.
        self.do(lambda: self._programme.next(running=on.id if on else None))

    @Slot()
    def go_back(self) -> None:
        """Go back to the session that ended last."""
        self.do(self._programme.back)

    @Slot()
    def less(self) -> None:
        """One minute less."""
        self.do(lambda: self._programme.adjust(-60))

    @Slot()
    def more(self) -> None:
        """One minute more."""
        self.do(lambda: self._programme.adjust(60))

    @Slot()
    def accept(self) -> None:
        """Do what the delay card offers."""
        board = self._shown()
        proposal = board.proposal if board else None
        if proposal is not None:
            self.do(lambda: self._programme.accept(proposal))

    @Slot(object)
    def leave_out(self, key: UUID) -> None:
        """Leave a session to come out of the day."""
        self.do(lambda: self._programme.skip(key))

    @Slot()
    def undo(self) -> None:
        """Take the last act back."""
        self._lane.run(self._programme.undo, self._undone, self.refused, owner=self)

    @Slot()
    def ask_stop(self) -> None:
        """Ask whether the running session is to end without another; nothing while none is on."""
        on = self._on()
        if on is None:
            return
        self.said.emit(
            Message(
                "careful",
                f"Stop “{on.short_title}” without beginning the next session?",
                act="Stop it",
                do=lambda: self.do(lambda: self._programme.stop(running=on.id)),
                seconds=REGRET * 2,
            )
        )

    @Slot(object)
    def refused(self, trouble: Exception) -> None:
        """Say why something was not done."""
        mood = "info" if isinstance(trouble, Refused) else "stop"
        self.said.emit(Message(mood, sentence_of(trouble)))

    # -- internal -------------------------------------------------------------------------------

    def _on(self) -> Session | None:
        board = self._shown()
        return board.state.session if board else None

    @Slot(object)
    def _ran(self, ran: Ran) -> None:
        fact = ran.fact.id
        self.said.emit(
            Message(
                "done", ran.sentence, act="Undo", seconds=REGRET,
                do=lambda: self.do(lambda: self._programme.undo(fact)),
            )
        )  # fmt: skip

    @Slot(object)
    def _undone(self, ran: Ran) -> None:
        self.said.emit(Message("done", ran.sentence))


def sentence_of(problem: Exception) -> str:
    """What is said of a refusal or a trouble; a fault of ours is one plain sentence."""
    return str(problem) if isinstance(problem, Trouble) else FAULT
