"""One show of hands being counted: hands raised of people present, by Up and Down or typed."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QWidget

from facilitator.domain.errors import Refused
from facilitator.domain.hands import MOST, Count, Estimate, Moment, parse_shown
from facilitator.domain.sides import Side
from ui.kit import Label
from ui.theme import BODY, HEADING, font

#: how long Up and Down rest before what they counted is kept, in milliseconds
REST_MS = 700
_BY_EYE = {"n": Estimate.NONE, "f": Estimate.FEW, "h": Estimate.HALF, "m": Estimate.MOST,
           "a": Estimate.ALL}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Shown:
    """A show of hands that a person kept: None takes the last one back."""

    moment: Moment
    side: str
    value: Count | Estimate | None


class _Number(QLineEdit):
    """A number that counts by Up and Down.

    Signals:
        stepped(int): Up (1) or Down (-1); Page Up and Down are tens.
        kept(): Enter.
        left_behind(): the keyboard went elsewhere.
        letter(str): a letter that is no digit.
        undo_wanted(): Ctrl+Z.
    """

    stepped = Signal(int)
    kept = Signal()
    left_behind = Signal()
    letter = Signal(str)
    undo_wanted = Signal()

    def __init__(self, name: str, *, size: int, weight: str, width: int) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setFont(font(size, weight, tabular=True))
        self.setFixedSize(width, 48)
        self.setMaxLength(5)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {Qt.Key.Key_Up: 1, Qt.Key.Key_Down: -1,
                 Qt.Key.Key_PageUp: 10, Qt.Key.Key_PageDown: -10}  # fmt: skip
        key = Qt.Key(event.key())
        plain = not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if key in steps:
            self.stepped.emit(steps[key])
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and plain:
            self.kept.emit()
        elif key == Qt.Key.Key_Z and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.undo_wanted.emit()
        elif plain and event.text().isprintable() and event.text() and not event.text().isdigit():
            self.letter.emit(event.text())
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.selectAll()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.left_behind.emit()


class HandsPair(QWidget):
    """Hands raised of people present, for one side at one moment.

    A letter says it by eye: n none, f a few, h half, m most, a all. Emptied, the last show of
    hands is taken back.

    Signals:
        shown(Shown): keep this.
        wrong(str): a sentence, or empty when all is well again.
        finished(): Enter, and nothing is wrong.
    """

    shown = Signal(object)
    wrong = Signal(str)
    finished = Signal()

    def __init__(self, side: Side, moment: Moment) -> None:
        super().__init__()
        self.side, self.moment = side, moment
        self._stored: Count | Estimate | None = None
        self._here = 0
        self._own_present = False
        name = f"{side.name}, {moment.value}"
        self.raised = _Number(f"{name}: hands", size=HEADING, weight="semibold", width=88)
        self.raised.setPlaceholderText("–")
        self.raised.setAccessibleDescription("Not measured")
        self.present = _Number(f"{name}: people present", size=BODY, weight="regular", width=64)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        row.addWidget(self.raised)
        row.addWidget(Label("of", "second"))
        row.addWidget(self.present)
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(REST_MS)
        self._rest.timeout.connect(self.keep)
        self.raised.stepped.connect(self._step)
        self.raised.kept.connect(self._enter)
        self.raised.left_behind.connect(self.keep)
        self.raised.letter.connect(self._letter)
        self.raised.textEdited.connect(self._edited)
        self.raised.undo_wanted.connect(self._undo)
        self.present.stepped.connect(self._step_present)
        self.present.kept.connect(self._enter)
        self.present.left_behind.connect(self.keep)
        self.present.textEdited.connect(self._present_edited)
        self.present.undo_wanted.connect(self._undo)

    @property
    def stored(self) -> Count | Estimate | None:
        """What stands on disk."""
        return self._stored

    def set_here(self, here: int) -> None:
        """How many of the side are checked in; of so many the next count is, unless a person says
        otherwise."""
        self._here = here
        if self._stored is None and not self._own_present and not self.present.hasFocus():
            self.present.setText(str(here) if here else "")

    def set_stored(self, value: Count | Estimate | None) -> None:
        """What stands on disk now; what somebody is typing stays."""
        changed = value != self._stored
        self._stored = value
        busy = self.raised.hasFocus() or self.present.hasFocus()
        if not changed and (busy or self.raised.property("bad") == "true"):
            return
        self._rest.stop()
        self._own_present = False
        if isinstance(value, Count):
            self.raised.setText(str(value.raised))
            self.present.setText(str(value.present))
        else:
            self.raised.setText(value.value if value else "")
            self.present.setText(str(self._here) if self._here else "")
        self.raised.setAccessibleDescription("" if value else "Not measured")
        self._say("")

    def forget(self) -> None:
        """Another note is shown: what was being typed is none of it."""
        self._rest.stop()
        self._stored = None
        self._own_present = False
        self.raised.clear()
        self.present.setText(str(self._here) if self._here else "")
        self._say("")

    @Slot()
    def keep(self) -> bool:
        """Keeps what is typed; whether nothing is wrong with it."""
        self._rest.stop()
        text, present = self.raised.text().strip(), self.present.text().strip()
        value: Count | Estimate | None = None
        if text:
            try:
                whole = f"{text}/{present}" if text.isdigit() and present.isdigit() else text
                value = parse_shown(whole, self._here)
            except Refused as wrong:
                self._say(wrong.happened)
                return False
        self._say("")
        if value != self._stored:
            self._stored = value
            self.raised.setAccessibleDescription("" if value else "Not measured")
            self.shown.emit(Shown(self.moment, self.side.key, value))
        return True

    @Slot()
    def _enter(self) -> None:
        # Whoever heard of it may have put the keyboard elsewhere: there it stays.
        if self.keep() and (self.raised.hasFocus() or self.present.hasFocus()):
            self.finished.emit()

    @Slot(int)
    def _step(self, by: int) -> None:
        text = self.raised.text().strip()
        most = int(self.present.text()) if self.present.text().isdigit() else MOST
        now = int(text) if text.isdigit() else 0 if by > 0 else 1
        self.raised.setText(str(min(max(now + by, 0), most)))
        self._say("")
        self._rest.start()

    @Slot(int)
    def _step_present(self, by: int) -> None:
        text = self.present.text().strip()
        now = int(text) if text.isdigit() else self._here
        self.present.setText(str(min(max(now + by, 1), MOST)))
        self._present_edited()
        self._rest.start()

    @Slot(str)
    def _letter(self, letter: str) -> None:
        if letter in "/ ":
            self.present.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        estimate = _BY_EYE.get(letter.casefold())
        if estimate is not None:
            self.raised.setText(estimate.value)
            self.keep()

    @Slot()
    def _edited(self) -> None:
        # A digit typed after "most" begins a count.
        text = self.raised.text()
        digits = "".join(c for c in text if c.isdigit())
        if text and text != digits:
            self.raised.setText(digits)
        self._say("")

    @Slot()
    def _present_edited(self) -> None:
        self._own_present = bool(self.present.text().strip())
        self._say("")

    @Slot()
    def _undo(self) -> None:
        self._rest.stop()
        if self._stored is not None:
            self.shown.emit(Shown(self.moment, self.side.key, None))

    def _say(self, sentence: str) -> None:
        bad = "true" if sentence else "false"
        if self.raised.property("bad") != bad:
            self.raised.setProperty("bad", bad)
            self.raised.style().unpolish(self.raised)
            self.raised.style().polish(self.raised)
        self.wrong.emit(f"{self.side.name}, {self.moment.value}: {sentence}" if sentence else "")
