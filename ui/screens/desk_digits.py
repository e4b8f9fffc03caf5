"""A digit alone in the Desk's empty field: an answer, and never the beginning of a code.

No name begins with a digit, but a ticket number or the end of a phone number does. So a digit
counts as an answer only when nothing is typed after it for a while; else it goes into the field
after all.
A scanner's digits never come here: the key filter keeps them from every field.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit

from ui.screens.desk_card import VerdictCard
from ui.screens.desk_questions import Asking

#: how long a digit waits for another character, in milliseconds
ALONE_MS = 600
_ENTERS = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_COMMANDS = (
    Qt.KeyboardModifier.ControlModifier
    | Qt.KeyboardModifier.AltModifier
    | Qt.KeyboardModifier.MetaModifier
)


class DigitKeys(QObject):
    """Watches a field for single digits while somebody wants them.

    Signals:
        pressed(int): this digit was pressed, and may still turn out to be typing (then 0 - 1).
        meant(int): it stayed alone: it is meant.
        back(): Backspace in the empty field.
    """

    pressed = Signal(int)
    meant = Signal(int)
    back = Signal()

    def __init__(self, field: QLineEdit, wanted: Callable[[int], bool]) -> None:
        """`wanted` says whether a digit would be an answer now."""
        super().__init__(field)
        self._field, self._wanted = field, wanted
        self._waiting = -1
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(ALONE_MS)
        self._timer.timeout.connect(self.settle)
        field.installEventFilter(self)

    @property
    def waiting(self) -> int:
        """The digit that waits, or -1."""
        return self._waiting

    @Slot()
    def settle(self) -> None:
        """What waits is meant: nothing came after it, or a scan came."""
        digit, self._waiting = self._waiting, -1
        self._timer.stop()
        if digit >= 0:
            self.meant.emit(digit)

    def forget(self) -> None:
        """What waits is not meant."""
        if self._waiting >= 0:
            self._waiting = -1
            self._timer.stop()
            self.pressed.emit(-1)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() != QEvent.Type.KeyPress or not isinstance(event, QKeyEvent):
            return False
        text, command = event.text(), bool(event.modifiers() & _COMMANDS)
        if self._waiting >= 0:
            if event.key() in _ENTERS:
                self.settle()
                return True
            if event.key() in (Qt.Key.Key_Backspace, Qt.Key.Key_Escape):
                self.forget()
                return True
            if text and text.isprintable() and not command:
                digit = self._waiting
                self.forget()
                self._field.insert(str(digit))
            return False
        if self._field.text() or command:
            return False
        if len(text) == 1 and text in "0123456789" and self._wanted(int(text)):
            self._waiting = int(text)
            self._timer.start()
            self.pressed.emit(self._waiting)
            return True
        if event.key() == Qt.Key.Key_Backspace:
            self.back.emit()
        return False


class CardDigits(QObject):
    """Whose a digit is: of the people on the card who share a code, else of the question asked."""

    def __init__(self, field: QLineEdit, card: VerdictCard, asking: Asking | None) -> None:
        super().__init__(field)
        self._card, self._asking = card, asking
        self._keys = DigitKeys(field, self._wants)
        self._keys.pressed.connect(self._pressed)
        self._keys.meant.connect(self._meant)
        if asking is not None:
            self._keys.back.connect(asking.take_back)
            asking.opened.connect(card.keep)
            asking.closed.connect(card.go_on)

    def settle(self) -> None:
        """A scan came: a digit that still waits was meant."""
        self._keys.settle()

    def _choosing(self) -> bool:
        return self._card.isVisible() and self._card.is_choosing

    def _wants(self, digit: int) -> bool:
        shown = self._card.shown
        if shown is not None and self._choosing():
            return 1 <= digit <= len(shown.choices)
        return self._asking is not None and self._asking.wants(digit)

    @Slot(int)
    def _pressed(self, digit: int) -> None:
        if self._choosing():
            self._card.choose(digit)
        elif self._asking is not None:
            self._asking.strip.mark(digit)

    @Slot(int)
    def _meant(self, digit: int) -> None:
        if self._asking is not None and not self._choosing():
            self._asking.answer(digit)
