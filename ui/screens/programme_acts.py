"""What is done to the clock from the Programme: each act on the lane, each to be taken back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from PySide6.QtCore import QObject, Signal, Slot

from facilitator.domain.board import Board
from facilitator.domain.localtime import shown_time
from facilitator.domain.programme import Session
from facilitator.domain.schedule import Place, SessionTimes
from facilitator.domain.session_clock import Status
from facilitator.domain.text import counted
from facilitator.services.programme import ProgrammeService
from facilitator.services.room_display import Face, RoomDisplayService
from facilitator.services.running import Ran
from ui.kit import Message
from ui.lanes import DatabaseLane
from ui.screens.programme_undo import KEY, TakeBacks, sentence_of

#: how long what changes the room can be taken back at one key, in seconds
REGRET = 5.0


class ClockActs(QObject):
    """Start, pause, next and the rest, upon the board that is shown and the session chosen in it.

    Signals:
        said(Message): what came of it, for the message bar.
    """

    said = Signal(object)

    def __init__(
        self,
        lane: DatabaseLane,
        programme: ProgrammeService,
        room: RoomDisplayService,
        backs: TakeBacks,
        parent: QObject,
        *,
        board: Callable[[], Board | None],
        chosen: Callable[[], UUID | None],
    ) -> None:
        """`board` tells how the programme stands as it is shown, `chosen` which session is chosen
        in the running order."""
        super().__init__(parent)
        self._lane, self._programme, self._room = lane, programme, room
        self._backs, self._shown, self._chosen = backs, board, chosen

    # -- what an act would be upon ---------------------------------------------------------------

    @property
    def on(self) -> Session | None:
        """The session that is running or paused."""
        board = self._shown()
        return board.state.session if board else None

    @property
    def to_go_back_to(self) -> Session | None:
        """The chosen session where it has ended, else the one that ended last."""
        board = self._shown()
        if board is None:
            return None
        ended = [r.session_id for r in board.state.runs if r.ended_at and not r.put_back]
        on = self.on
        ended = [key for key in ended if on is None or key != on.id]
        chosen = self._chosen()
        key = chosen if chosen in ended else ended[-1] if ended else None
        return board.programme.find(key)

    @property
    def coming(self) -> Session | None:
        """The chosen session where it is still to come, else the next one."""
        board = self._shown()
        if board is None:
            return None
        entry = _entry(board, self._chosen())
        if entry is not None and entry.place in {Place.NEXT, Place.LATER}:
            return entry.session
        return board.state.next

    @property
    def to_go_on(self) -> Session | None:
        """The session whose going on by itself is switched: one chosen that is to come, else the
        running one, else the next."""
        board = self._shown()
        if board is None:
            return None
        entry = _entry(board, self._chosen())
        if entry is not None and entry.place in {Place.NOW, Place.NEXT, Place.LATER}:
            return entry.session
        return self.on or board.state.next

    # -- the clock -------------------------------------------------------------------------------

    def do(self, work: Callable[[], Ran]) -> None:
        """Do something to the clock and say what came of it."""
        self._lane.run(work, self._ran, self._backs.refused, owner=self)

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
        on = self.on
        # Pressed for what is seen: where another desk was quicker, nothing happens twice.
        if on is None:
            self.do(self._programme.start)
        else:
            self.do(lambda: self._programme.next(running=on.id))

    @Slot()
    def go_back(self) -> None:
        """Go back to the chosen session that has ended, or to the one that ended last."""
        session = self.to_go_back_to
        self.do(lambda: self._programme.back(session.id if session else None))

    @Slot()
    def skip(self) -> None:
        """Leave the chosen session to come, or the next one, out of the day."""
        session = self.coming
        if session is None:
            self.said.emit(Message("info", "Nothing is left to come that could be left out."))
        else:
            self.leave_out(session.id)

    @Slot(object)
    def leave_out(self, key: UUID) -> None:
        """Leave a session to come out of the day."""
        self.do(lambda: self._programme.skip(key))

    @Slot()
    def less(self) -> None:
        """One minute less."""
        self._adjust(-1)

    @Slot()
    def more(self) -> None:
        """One minute more."""
        self._adjust(1)

    @Slot()
    def five_less(self) -> None:
        """Five minutes less."""
        self._adjust(-5)

    @Slot()
    def five_more(self) -> None:
        """Five minutes more."""
        self._adjust(5)

    @Slot(object)
    def began(self, at: datetime) -> None:
        """The running session, or where none is on the next one, began at that moment (UTC)."""
        on, ago = self.on, (self._programme.moment().wall - at).total_seconds()
        if on is None:
            self.do(lambda: self._programme.start(ago=max(0.0, ago)))
        else:
            self.do(lambda: self._programme.began(max(0.0, ago), running=on.id))

    @Slot(object, int, bool)
    def announce(self, key: UUID, minutes: int, tell_room: bool) -> None:
        """Announce that a session to come begins so many minutes later, all in all."""
        board = self._shown()
        session = board.programme.find(key) if board else None
        if board is None or session is None:
            return
        was = board.state.delayed.get(session.id, 0.0)
        self._lane.run(
            lambda: self._programme.announce_delay(minutes * 60.0 - was, session.id),
            lambda ran: self._announced(ran, session, minutes, tell_room=tell_room),
            self._backs.refused,
            owner=self,
        )

    @Slot()
    def toggle_auto(self) -> None:
        """Let a session go on to the next by itself when its time is over, or not any more."""
        session = self.to_go_on
        if session is None:
            self.said.emit(Message("info", "No session is left that could go on by itself."))
            return
        wanted = not session.auto
        words = (
            f"When the time of “{session.short_title}” is over, the next session begins by itself."
            if wanted
            else f"“{session.short_title}” waits for Next when its time is over."
        )
        self._backs.edit(lambda: self._programme.edit(session.id, auto=wanted), lambda _: words)

    @Slot()
    def accept(self) -> None:
        """Do what the delay card offers."""
        board = self._shown()
        proposal = board.proposal if board else None
        if proposal is not None:
            self.do(lambda: self._programme.accept(proposal))

    @Slot()
    def ask_stop(self) -> None:
        """Ask whether the running session is to end without another; nothing while none is on."""
        on = self.on
        if on is None:
            return
        self.said.emit(
            Message(
                "careful",
                f"Stop “{on.short_title}” without beginning the next session?",
                act="Stop it",
                key="Y",
                do=lambda: self.do(lambda: self._programme.stop(running=on.id)),
                seconds=REGRET * 2,
            )
        )

    # -- internal -------------------------------------------------------------------------------

    def _adjust(self, minutes: int) -> None:
        if self.on is not None:
            self.do(lambda: self._programme.adjust(minutes * 60.0))

    @Slot(object)
    def _ran(self, ran: Ran) -> None:
        self._say(ran, ran.sentence)

    def _say(self, ran: Ran, words: str) -> None:
        fact = ran.fact.id
        self._backs.acted()
        self.said.emit(
            Message(
                "done", words, act="Undo", key=KEY, seconds=REGRET, about="clock",
                do=lambda: self._lane.run(
                    lambda: self._programme.undo(fact), self._undone, self._backs.refused,
                    owner=self,
                ),
            )
        )  # fmt: skip

    @Slot(object)
    def _undone(self, ran: Ran) -> None:
        self._backs.forget_act()
        self.said.emit(Message("done", ran.sentence, about="clock"))

    def _announced(self, ran: Ran, session: Session, minutes: int, *, tell_room: bool) -> None:
        self._say(ran, ran.sentence)
        if tell_room:
            entry = ran.board.of(session)
            begins = entry.expected_start if entry else None
            at = f", at {shown_time(begins, ran.board.programme.zone)}" if begins else ""
            text = f"{session.short_title} begins {counted(minutes, 'minute')} later{at}."
            self._lane.run(
                lambda: self._room.show(Face.MESSAGE, message=text),
                lambda _: self.said.emit(Message("done", f"The room reads: {text}")),
                lambda trouble: self.said.emit(
                    Message("careful", f"The room was not told: {sentence_of(trouble)}")
                ),
                owner=self,
            )


def _entry(board: Board, key: UUID | None) -> SessionTimes | None:
    return next((entry for entry in board.times if entry.session.id == key), None)
