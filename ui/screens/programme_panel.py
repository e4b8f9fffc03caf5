"""The panel beside the running order: the clock, how late the day is, and what is done to it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QPoint, Qt, Signal, Slot
from PySide6.QtGui import QShortcut
from PySide6.QtWidgets import QHBoxLayout, QMenu, QWidget

from facilitator.domain.board import Board
from facilitator.domain.programme import Session
from facilitator.domain.session_clock import Status
from ui.kit import Button, Card, KeyFilter
from ui.screens.programme_acts import ClockActs
from ui.screens.programme_clock import ClockCard, DelayCard
from ui.screens.programme_step import Step, StepCard, began_step, delay_step
from ui.screens.programme_undo import TakeBacks

#: the panel's width on the usual laptop, and at most; the clock grows with the window
PANEL, WIDEST = 448, 640
#: in a smaller window (a projector, 200 %) the panel is narrow, or says less
NARROW_PANEL = 296
#: a delay card higher than that has the row of minutes beside it only where there is room
_TALL = 124
#: the least width of a button that stands beside three others
_SMALL = 84
#: what is on the menu and works without it: none is sent by a clicker (Page Up, Page Down, F5, B,
#: full stop, Escape), and a scanner's are held back by the key filter
BACK, SKIP, BEGAN, LATER, AUTO, STOP = "G", "K", "W", "L", "A", "S"
FIVE_LESS, LESS, MORE, FIVE_MORE = "<", "-", "+", ">"


@dataclass(frozen=True, slots=True)
class MenuLine:
    """One act of the menu: its words, its key, and what it does; no act where it cannot be now."""

    words: str
    key: str
    do: Callable[[], object] | None


class ControlPanel(Card):
    """The clock, the delay with its offer, the buttons, and a menu of everything else.

    Signals:
        settings_wanted(): the settings of this event.
    """

    settings_wanted = Signal()

    def __init__(
        self, acts: ClockActs, backs: TakeBacks, keys: KeyFilter, parent: QWidget | None = None
    ) -> None:
        super().__init__("mist", margin=8, spacing=8, parent=parent)
        self._acts, self._backs = acts, backs
        self._narrow = self._low = False
        self._board: Board | None = None
        self.setFixedWidth(PANEL)
        self.clock = ClockCard()
        self.box.addWidget(self.clock, 1)
        self.delay = DelayCard()
        self.box.addWidget(self.delay)
        self.step = StepCard()
        self.step.hide()
        self.box.addWidget(self.step)
        self._build_buttons()
        self.delay.accept.clicked.connect(acts.accept)
        self.delay.afresh.clicked.connect(acts.reset)
        self.delay.carry_on.clicked.connect(acts.resume)
        self.step.began.connect(acts.began)
        self.step.announced.connect(acts.announce)
        self.step.left.connect(self._step_left)
        backs.changed.connect(self._put_undo)
        for key, do in (
            (BACK, acts.go_back),
            (SKIP, acts.skip),
            (BEGAN, self.ask_began),
            (LATER, self.ask_later),
            (AUTO, acts.toggle_auto),
            (STOP, acts.ask_stop),
            (FIVE_LESS, acts.five_less),
            (LESS, acts.less),
            (MORE, acts.more),
            (FIVE_MORE, acts.five_more),
        ):
            # On the panel and not on a button, so that they work where there is no room for one.
            keys.register(key, do, self)
        undo = QShortcut("Ctrl+Z", self)
        undo.setAutoRepeat(False)
        undo.activated.connect(backs.undo)

    def _build_buttons(self) -> None:
        acts = self._acts
        self.main = Button("Start", key="Space", icon="play-fill", kind="main", desk=True)
        self.main.clicked.connect(acts.press_main)
        self.next = Button("Next session", key="N", icon="skip-forward", desk=True)
        self.next.clicked.connect(acts.next)
        self._line(8, self.main, self.next)
        self.five_less = Button("5 less", key=FIVE_LESS, desk=True, hint_only=True)
        self.five_less.clicked.connect(acts.five_less)
        self.less = Button("1 less", key=LESS, desk=True, hint_only=True)
        self.less.clicked.connect(acts.less)
        self.more = Button("1 more", key=MORE, desk=True, hint_only=True)
        self.more.clicked.connect(acts.more)
        self.five_more = Button("5 more", key=FIVE_MORE, desk=True, hint_only=True)
        self.five_more.clicked.connect(acts.five_more)
        for button, words in (
            (self.five_less, "Five minutes less"), (self.less, "One minute less"),
            (self.more, "One minute more"), (self.five_more, "Five minutes more"),
        ):  # fmt: skip
            button.setAccessibleName(words)
            button.setToolTip(words)
            button.setMinimumWidth(_SMALL)
        self._line(6, self.five_less, self.less, self.more, self.five_more)
        self.undo = Button(
            "Undo", key="Ctrl+Z", icon="arrow-counter-clockwise", kind="quiet", hint_only=True
        )
        self.undo.clicked.connect(self._backs.undo)
        self.stop = Button("Stop…", key=STOP, icon="stop", kind="quiet", hint_only=True)
        self.stop.clicked.connect(acts.ask_stop)
        self.menu = Button("More", key="M", icon="list", kind="quiet")
        self.menu.clicked.connect(self.open_menu)
        quiet = QHBoxLayout()
        quiet.setSpacing(0)
        quiet.addWidget(self.undo)
        quiet.addStretch(1)
        quiet.addWidget(self.stop)
        quiet.addStretch(1)
        quiet.addWidget(self.menu)
        self.box.addLayout(quiet)

    def _line(self, spacing: int, *widgets: QWidget) -> None:
        line = QHBoxLayout()
        line.setSpacing(spacing)
        for widget in widgets:
            if isinstance(widget, Button):
                _widen(widget)
            line.addWidget(widget, 1 if isinstance(widget, Button) else 0)
        self.box.addLayout(line)

    def fit(self, width: int, *, narrow: bool, low: bool) -> None:
        """Make room: `width` is what the screen has, `narrow` and `low` where that is little."""
        wide = min(WIDEST, max(PANEL, width * 36 // 100))
        self.setFixedWidth(NARROW_PANEL if narrow else wide)
        self._narrow, self._low = narrow, low
        if self._board is not None:
            self._put_acts(self._board)
        self.clock.set_low(low)
        self.delay.set_small(narrow=narrow, low=low)
        self.step.set_small(narrow=narrow)

    def show_board(self, board: Board) -> None:
        """Show how the programme stands; cheap where nothing changed."""
        self._board = board
        self.clock.show_board(board)
        self.delay.show_board(board)
        self._put_acts(board)

    # -- the menu --------------------------------------------------------------------------------

    def menu_lines(self) -> list[MenuLine]:
        """Everything that can be done to the clock besides the buttons in sight, each with what
        it would be done to."""
        acts, board = self._acts, self._board
        if board is None:
            return []
        state = board.state
        ended, coming, auto = acts.to_go_back_to, acts.coming, acts.to_go_on
        since = state.session or state.next
        answered = not state.from_another_day

        def title(session: Session | None) -> str:
            return f" “{session.short_title}”" if session else ""

        on = state.is_on
        by_itself = "waits for Next" if auto and auto.auto else "goes on by itself"
        which = title(auto).strip() or "It"
        return [
            MenuLine(f"Go back to{title(ended)}" if ended else "Go back", BACK,
                     acts.go_back if ended else None),
            MenuLine(f"Leave out{title(coming)}", SKIP, acts.skip if coming else None),
            MenuLine(f"{title(since).strip() or 'It'} began earlier…", BEGAN,
                     self.ask_began if since and answered else None),
            MenuLine(f"Announce{title(coming)} later…", LATER,
                     self.ask_later if coming and answered else None),
            MenuLine(f"{which} {by_itself}", AUTO, acts.toggle_auto if auto else None),
            *(
                MenuLine(words, key, do if on else None)
                for button, words, key, do in (
                    (self.five_less, "Five minutes less", FIVE_LESS, acts.five_less),
                    (self.less, "One minute less", LESS, acts.less),
                    (self.more, "One minute more", MORE, acts.more),
                    (self.five_more, "Five minutes more", FIVE_MORE, acts.five_more),
                    (self.stop, "Stop…", STOP, acts.ask_stop),
                )
                if on and button.isHidden()
            ),
            MenuLine("This event", "Ctrl+,", self.settings_wanted.emit),
        ]  # fmt: skip

    @Slot()
    def open_menu(self) -> None:
        """The menu, above its button."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.setAccessibleName("More for the clock")
        for line in self.menu_lines():
            # An ampersand in a title is a letter, not the mark of a key.
            action = menu.addAction(f"{line.words.replace('&', '&&')}\t{line.key}")
            action.setEnabled(line.do is not None)
            if line.do is not None:
                action.triggered.connect(lambda _on=False, do=line.do: do())
        menu.popup(self.menu.mapToGlobal(QPoint(0, -menu.sizeHint().height() - 4)))

    # -- the steppers ----------------------------------------------------------------------------

    @Slot()
    def ask_began(self) -> None:
        """Since when the session has been on: a stepper in place of the delay."""
        self._begin(began_step(self._board) if self._board else None)

    @Slot()
    def ask_later(self) -> None:
        """How much later the chosen session to come, or the next one, begins."""
        coming = self._acts.coming
        self._begin(delay_step(self._board, coming.id if coming else None) if self._board else None)

    def _begin(self, step: Step | None) -> None:
        if step is not None:
            self.delay.hide()
            self.step.begin(step)
            self._put_rows()

    @Slot()
    def _step_left(self) -> None:
        self.step.hide()
        self.delay.show()
        self._put_rows()

    # -- the buttons -----------------------------------------------------------------------------

    @property
    def _can_undo(self) -> bool:
        return self._backs.has_edit or (
            self._board is not None and self._board.state.undoable is not None
        )

    @Slot()
    def _put_undo(self) -> None:
        stepping = self._low and not self.step.isHidden()
        _show(self.undo, self._can_undo and not stepping)

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
        first = "Answer" if self._narrow else "Answer above first"
        nothing = "Nothing" if self._narrow else "Nothing to start"
        _allow(self.main, first if asked else "" if state.is_on or state.next else nothing)
        last = state.is_on and state.next is None
        words = "End the programme" if last else "Next session"
        if self._narrow:
            words = "End" if last else "Next"
        if self.next.text() != words:
            self.next.setText(words)
        none = "None on" if self._narrow else "Nothing is running"
        why = first if asked else "" if state.is_on else none
        _allow(self.next, why)
        self._put_rows()
        self._put_undo()

    def _put_rows(self) -> None:
        """The rows there is room for: in a low window one question at a time. What has no room
        keeps its key, and its line in the menu."""
        on = self._board is not None and self._board.state.is_on
        stepping = self._low and not self.step.isHidden()
        long = self.delay.heightForWidth(self.width() - 16) > _TALL
        asking = self._low and (self.delay.asks or long)
        for button, there in (
            (self.less, on and not asking and not stepping),
            (self.more, on and not asking and not stepping),
            (self.five_less, on and not self._narrow and not asking and not stepping),
            (self.five_more, on and not self._narrow and not asking and not stepping),
            (self.stop, on and not self._narrow and not stepping),
            (self.menu, not stepping),
        ):
            _show(button, there)


def _show(widget: QWidget, there: bool) -> None:
    if widget.isHidden() == there:
        widget.setVisible(there)


def _allow(button: Button, why_not: str) -> None:
    """Switch a button on, or off with the reason; nothing where it is so already."""
    if why_not == button.reason and button.isEnabled() == (not why_not):
        return
    if why_not:
        button.refuse(why_not)
    else:
        button.allow()


def _widen(button: Button) -> None:
    """Let a button of the panel take its share of the width."""
    policy = button.sizePolicy()
    policy.setHorizontalPolicy(policy.Policy.Expanding)
    button.setSizePolicy(policy)
