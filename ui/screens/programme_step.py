"""Minutes chosen with the arrow keys: since when a session has been on, or how much later it
begins."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from PySide6.QtCore import QRect, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from facilitator.domain.board import Board
from facilitator.domain.localtime import shown_time
from facilitator.domain.programme import Session
from facilitator.domain.text import counted
from ui.kit import Button, Card, Label, Tick, announce

#: longer than that nobody means (a day that began that long ago is corrected in steps)
MOST_AGO, MOST_LATER = 240, 360


@dataclass(frozen=True, slots=True)
class Step:
    """What is stepped: the session, what it is now in minutes, and from when it counts.

    `later` is an announced delay, counted forward from the time that it would else begin at; else
    it is how long ago the session began, counted back from now. `least` is what it cannot go below.
    """

    session: Session
    later: bool
    minutes: int
    base: datetime
    zone: ZoneInfo
    running: bool = False
    #: what it was before anything was chosen; None where that is not a whole answer
    was: int | None = None
    #: it does not begin before that, whatever is announced
    floor: datetime | None = None

    @property
    def most(self) -> int:
        """The most minutes that can be chosen."""
        return MOST_LATER if self.later else MOST_AGO

    @property
    def stride(self) -> int:
        """How many minutes an arrow key is."""
        return 5 if self.later else 1

    def sentence(self, minutes: int) -> str:
        """What so many minutes mean: "“Welcome” began 3 minutes ago, at 09:12"."""
        title = f"“{self.session.short_title}”"
        if self.later:
            begins = self.base + timedelta(minutes=minutes)
            at = shown_time(max(begins, self.floor or begins), self.zone)
            if not minutes:
                return f"{title} begins at its time, {at}"
            return f"{title} begins {counted(minutes, 'minute')} later, at {at}"
        at = shown_time(self.base - timedelta(minutes=minutes), self.zone)
        if not minutes:
            return f"{title} begins now, at {at}" if not self.running else f"{title} began now"
        return f"{title} began {counted(minutes, 'minute')} ago, at {at}"


class StepCard(Card):
    """The stepper. Up and Down change the minutes, Page Up and Page Down do not (a clicker sends
    them), figures type them, Enter takes them, Esc leaves them.

    Signals:
        began(object): the session began at that moment (UTC).
        announced(object, int, bool): the session (its id) begins so many minutes later, and
            whether the room is to read it.
        left(): nothing is changed.
    """

    began = Signal(object)
    announced = Signal(object, int, bool)
    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("paper", outlined=True, margin=12, spacing=8, parent=parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._step: Step | None = None
        self._minutes = 0
        self._typed = ""
        self._words = Label("", "sentence", wrap=True)
        self.box.addWidget(self._words)
        self.less = Button("Less", key="Down", icon="minus", hint_only=True)
        self.more = Button("More", key="Up", icon="plus", hint_only=True)
        self.less.clicked.connect(self._less)
        self.more.clicked.connect(self._more)
        self._line(self.less, self.more)
        self.tell = Tick("The room reads it too", note="R ticks it")
        self.tell.clicked.connect(self._back_here)
        self.box.addWidget(self.tell)
        self.take = Button("Take it", key="Enter", icon="check", kind="main", hint_only=True)
        self.take.clicked.connect(self._take)
        self.leave = Button("Leave it", key="Esc", hint_only=True)
        self.leave.clicked.connect(self.left)
        self._line(self.take, self.leave)

    @property
    def minutes(self) -> int:
        """The minutes that are chosen."""
        return self._minutes

    def begin(self, step: Step) -> None:
        """Show a stepper and take the keyboard."""
        self._step, self._typed = step, ""
        self.tell.setChecked(False)
        self.tell.setVisible(step.later)
        self._set(step.minutes)
        self.show()
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    def set_small(self, *, narrow: bool) -> None:
        """In a narrow panel the words of the buttons get the room of their signs."""
        for button, icon in ((self.less, "minus"), (self.more, "plus"), (self.take, "check")):
            button.set_icon("" if narrow else icon)

    def uses_key(self, event: QKeyEvent) -> bool:
        """All but what goes elsewhere is the stepper's own: nothing else happens by a slip."""
        return event.key() not in (Qt.Key.Key_Tab, Qt.Key.Key_Backtab)

    def focus_rect(self) -> QRect:
        """The ring goes round the card."""
        return self.rect()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, text = event.key(), event.text()
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._take()
        elif key == Qt.Key.Key_Escape:
            self.left.emit()
        elif key == Qt.Key.Key_Up or text == "+":
            self._more()
        elif key == Qt.Key.Key_Down or text == "-":
            self._less()
        elif key == Qt.Key.Key_Backspace:
            self._type(self._typed[:-1])
        elif text.isascii() and text.isdecimal():
            self._type(f"{self._typed}{text}")
        elif text.casefold() == "r" and not self.tell.isHidden():
            self.tell.toggle()
        else:
            event.accept()

    # -- internal -------------------------------------------------------------------------------

    def _line(self, *buttons: Button) -> None:
        line = QHBoxLayout()
        line.setSpacing(8)
        for button in buttons:
            policy = button.sizePolicy()
            policy.setHorizontalPolicy(policy.Policy.Expanding)
            button.setSizePolicy(policy)
            line.addWidget(button, 1)
        self.box.addLayout(line)

    def _type(self, typed: str) -> None:
        step = self._step
        if step is not None and int(typed or 0) <= step.most:
            self._typed = typed
            self._set(int(typed or 0))

    @Slot()
    def _less(self) -> None:
        self._walk(-1)

    @Slot()
    def _more(self) -> None:
        self._walk(1)

    def _walk(self, way: int) -> None:
        if self._step is not None:
            self._typed = ""
            self._set(self._minutes + way * self._step.stride)

    def _set(self, minutes: int) -> None:
        step = self._step
        if step is None:
            return
        self._minutes = min(max(minutes, 0), step.most)
        words = f"{step.sentence(self._minutes)}."
        self._words.setText(words)
        self.setAccessibleName(words)
        announce(self, words)

    @Slot()
    def _back_here(self) -> None:
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def _take(self) -> None:
        step, minutes = self._step, self._minutes
        if step is None:
            return
        self.left.emit()
        if minutes == step.was:
            return
        if step.later:
            self.announced.emit(step.session.id, minutes, self.tell.isChecked())
        else:
            self.began.emit(step.base - timedelta(minutes=minutes))


def began_step(board: Board) -> Step | None:
    """Since when the running session has been on, or the next one where none is; None where there
    is neither."""
    state = board.state
    session = state.session or state.next
    if session is None or state.from_another_day:
        return None
    ago = 3
    if state.run is not None:
        ago = max(0, int((state.at.wall - state.run.started_at).total_seconds() // 60))
    running = state.run is not None
    return Step(
        session, False, ago, state.at.wall, board.programme.zone, running, ago if running else None
    )


def delay_step(board: Board, key: UUID | None) -> Step | None:
    """How much later a session to come begins; None where it is not to come."""
    session = board.programme.find(key)
    entry = board.of(session)
    if session is None or entry is None or entry.expected_start is None:
        return None
    was = round(board.state.delayed.get(session.id, 0.0) / 60)
    planned = board.programme.planned().get(session.id)
    base = planned.starts if planned else entry.expected_start
    floor = None if was else entry.expected_start
    return Step(session, True, was or 10, base, board.programme.zone, was=was, floor=floor)
