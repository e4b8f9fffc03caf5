"""The panel beside the running order: the clock, how late the day is, and what is done to it."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QWidget

from facilitator.domain.board import Board
from facilitator.domain.session_clock import Status
from ui.kit import Button, Card
from ui.screens.programme_acts import ClockActs
from ui.screens.programme_clock import ClockCard, DelayCard

#: the panel's width on the usual laptop, and at most; the clock grows with the window
PANEL, WIDEST = 448, 640
#: in a smaller window (a projector, 200 %) the panel is narrow, or says less
NARROW_PANEL = 296


class ControlPanel(Card):
    """The clock, the delay with its offer, and the buttons."""

    def __init__(self, acts: ClockActs, parent: QWidget | None = None) -> None:
        super().__init__("mist", margin=8, spacing=8, parent=parent)
        self._narrow = False
        self._board: Board | None = None
        self.setFixedWidth(PANEL)
        self.clock = ClockCard()
        self.box.addWidget(self.clock, 1)
        self.delay = DelayCard()
        self.delay.accept.clicked.connect(acts.accept)
        self.delay.afresh.clicked.connect(acts.reset)
        self.delay.carry_on.clicked.connect(acts.resume)
        self.box.addWidget(self.delay)
        self.main = Button("Start", key="Space", icon="play-fill", kind="main", desk=True)
        self.main.clicked.connect(acts.press_main)
        self.next = Button("Next session", key="N", icon="skip-forward", desk=True)
        self.next.clicked.connect(acts.next)
        self.less = Button("One minute less", key="-", icon="minus", desk=True)
        self.less.clicked.connect(acts.less)
        self.more = Button("One minute more", key="+", icon="plus", desk=True)
        self.more.clicked.connect(acts.more)
        self.back = Button("Back", key="B", icon="skip-back", kind="quiet")
        self.back.clicked.connect(acts.go_back)
        self.undo = Button("Undo", key="Ctrl+Z", icon="arrow-counter-clockwise", kind="quiet")
        self.undo.clicked.connect(acts.undo)
        self.stop = Button("Stop…", icon="stop", kind="quiet")
        self.stop.clicked.connect(acts.ask_stop)
        for pair in ((self.main, self.next), (self.less, self.more)):
            line = QHBoxLayout()
            line.setSpacing(8)
            for button in pair:
                _widen(button)
                line.addWidget(button, 1)
            self.box.addLayout(line)
        self._quiet = QWidget()
        quiet = QHBoxLayout(self._quiet)
        quiet.setContentsMargins(0, 0, 0, 0)
        quiet.setSpacing(0)
        for button in (self.back, self.undo, self.stop):
            quiet.addWidget(button)
            if button is not self.stop:
                quiet.addStretch(1)
        self.box.addWidget(self._quiet)

    def fit(self, width: int, *, narrow: bool, low: bool) -> None:
        """Make room: `width` is what the screen has, `narrow` and `low` where that is little."""
        wide = min(WIDEST, max(PANEL, width * 36 // 100))
        self.setFixedWidth(NARROW_PANEL if narrow else wide)
        if narrow != self._narrow:
            self._narrow = narrow
            self.less.setText("Less" if narrow else "One minute less")
            self.more.setText("More" if narrow else "One minute more")
            if self._board is not None:
                self._put_acts(self._board)
        self.clock.set_low(low)
        self.delay.set_small(narrow=narrow, low=low)
        self._quiet.setVisible(not low and not narrow)

    def show_board(self, board: Board) -> None:
        """Show how the programme stands."""
        self._board = board
        self.clock.show_board(board)
        self.delay.show_board(board)
        self._put_acts(board)

    def _put_acts(self, board: Board) -> None:
        state = board.state
        asked = state.from_another_day
        text, icon = {
            Status.RUNNING: ("Pause", "pause-fill"),
            Status.PAUSED: ("Resume", "play-fill"),
        }.get(state.status, ("Start", "play-fill"))
        if self.main.text() != text:
            self.main.setText(text)
            self.main.set_icon(icon)
        _allow(self.main, "" if (state.is_on and not asked) or (state.next and not asked) else
               "Answer above first" if asked else "Nothing to start")  # fmt: skip
        last = state.is_on and state.next is None
        words = "End the programme" if last else "Next session"
        if self._narrow:
            words = "End" if last else "Next"
        if self.next.text() != words:
            self.next.setText(words)
        why = "Answer above first" if asked else "" if state.is_on else "Nothing is running"
        _allow(self.next, why)
        ended = any(run.ended_at is not None and not run.put_back for run in state.runs)
        for button, there in (
            (self.less, state.is_on),
            (self.more, state.is_on),
            (self.stop, state.is_on),
            (self.undo, state.undoable is not None),
            (self.back, ended),
        ):
            if button.isHidden() == there:
                button.setVisible(there)


def _allow(button: Button, why_not: str) -> None:
    """Switch a button on, or off with the reason; nothing where it is so already."""
    if why_not == button.reason and button.isEnabled() == (not why_not):
        return
    if why_not:
        button.refuse(why_not)
    else:
        button.allow()


def _widen(button: Button) -> None:
    """Let a button of the panel take half of its width."""
    policy = button.sizePolicy()
    policy.setHorizontalPolicy(policy.Policy.Expanding)
    button.setSizePolicy(policy)
