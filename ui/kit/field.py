"""Fields: a label, where to type, and one line that says what is wrong."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRect, QSize, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QShortcut
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from ui.icons import paint_icon
from ui.kit.key_kinds import sequences
from ui.kit.label import Icon, Label
from ui.theme import BODY, PART, Theme, font


class _Labelled(QWidget):
    """A label above a control, and the error line below it."""

    def __init__(self, label: str, key: str, control: QWidget, parent: QWidget | None) -> None:
        super().__init__(parent)
        self._control = control
        self._hint = ""
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(4)
        head = QHBoxLayout()
        head.setSpacing(8)
        self.label = Label(label, "strong")
        self.label.setBuddy(control)
        head.addWidget(self.label, 1)
        if key:
            head.addWidget(Label(key, "side note"))
            shortcut = QShortcut(self)
            shortcut.setKeys(sequences(key))
            shortcut.activated.connect(self.take_focus)
        box.addLayout(head)
        box.addWidget(control)
        self._line = QWidget()
        line = QHBoxLayout(self._line)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(6)
        self._sign = Icon("warning-circle-fill", size=16, tone="bad")
        self._said = Label("", "side note", tone="bad", wrap=True)
        line.addWidget(self._sign, 0, Qt.AlignmentFlag.AlignTop)
        line.addWidget(self._said, 1)
        box.addWidget(self._line)
        if not isinstance(control, QPlainTextEdit):
            # Beside a field that tells an error, this one stays at the top.
            box.addStretch(1)
        self._line.hide()
        control.setAccessibleName(label)
        self.setFocusProxy(control)

    @property
    def error(self) -> str:
        """What is wrong with it, or empty."""
        return self._said.text() if self._control.property("bad") == "true" else ""

    def set_error(self, text: str) -> None:
        """Says what is wrong, in one sentence; an empty text says that nothing is."""
        bad = "true" if text else "false"
        if self._control.property("bad") != bad:
            self._control.setProperty("bad", bad)
            self._control.style().unpolish(self._control)
            self._control.style().polish(self._control)
        self._control.setAccessibleDescription(text or self._hint)
        self._said.setText(text or self._hint)
        self._said.set_tone("bad" if text else "muted")
        self._sign.setVisible(bool(text))
        self._line.setVisible(bool(text or self._hint))

    def set_hint(self, text: str) -> None:
        """A side note in the place of the error while there is none."""
        self._hint = text
        self.set_error(self.error)

    @Slot()
    def take_focus(self) -> None:
        """Puts the keyboard here."""
        self._control.setFocus(Qt.FocusReason.ShortcutFocusReason)


class Field(_Labelled):
    """One line to type in. `edit` is the QLineEdit; `key` ("Alt+R") puts the keyboard there.

    Signals:
        changed(str): a person or the program changed the text.
    """

    changed = Signal(str)

    def __init__(
        self,
        label: str,
        *,
        text: str = "",
        placeholder: str = "",
        hint: str = "",
        key: str = "",
        large: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        """`large` is for a count to be read from afar (24 px, 48 px high)."""
        self.edit = QLineEdit(text)
        super().__init__(label, key, self.edit, parent)
        self.edit.setPlaceholderText(placeholder)
        self.edit.setFont(font(24 if large else BODY, "semibold" if large else "regular"))
        self.edit.setFixedHeight(50 if large else 40)
        self.edit.textChanged.connect(self.changed)
        self.edit.textEdited.connect(self._edited)
        if hint:
            self.set_hint(hint)

    @property
    def text(self) -> str:
        """What stands there, without spaces at the ends."""
        return self.edit.text().strip()

    def set_text(self, text: str) -> None:
        """Another text."""
        self.edit.setText(text)

    @Slot()
    def _edited(self) -> None:
        if self.error:
            self.set_error("")


class TextField(_Labelled):
    """Several lines to type in. Tab goes on; `edit` is the QPlainTextEdit.

    Signals:
        changed(): the text changed.
    """

    changed = Signal()

    def __init__(
        self,
        label: str,
        *,
        text: str = "",
        placeholder: str = "",
        hint: str = "",
        key: str = "",
        rows: int = 4,
        parent: QWidget | None = None,
    ) -> None:
        self.edit = QPlainTextEdit(text)
        super().__init__(label, key, self.edit, parent)
        self.edit.setTabChangesFocus(True)
        self.edit.setPlaceholderText(placeholder)
        self.edit.setFont(font(BODY))
        self.edit.setMinimumHeight(max(rows * 20 + 16, 56))
        self.edit.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.edit.textChanged.connect(self.changed)
        if hint:
            self.set_hint(hint)

    @property
    def text(self) -> str:
        """What stands there, without blanks at the ends."""
        return self.edit.toPlainText().strip()

    def set_text(self, text: str) -> None:
        """Another text; the cursor stays where nothing changes."""
        if text != self.edit.toPlainText():
            self.edit.setPlainText(text)


class SearchField(QLineEdit):
    """A line with a magnifying glass. Esc empties it, and is left alone while it is empty.

    Signals:
        moved(int): Up (-1) or Down (1) was pressed: to choose among what was found.
    """

    moved = Signal(int)

    def __init__(
        self, placeholder: str, *, desk: bool = False, parent: QWidget | None = None
    ) -> None:
        """`desk` is the large one of the Desk: 56 px high, letters of 18 px."""
        super().__init__(parent)
        self._desk = desk
        self.setPlaceholderText(placeholder)
        self.setAccessibleName(placeholder)
        self.setFont(font(PART if desk else BODY))
        self.setFixedHeight(56 if desk else 40)
        self.setTextMargins(42 if desk else 28, 0, 0, 0)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def uses_key(self, event: QKeyEvent) -> bool:
        """For the key filter: Esc is this field's only while there is something to empty."""
        if event.key() == Qt.Key.Key_Escape:
            return bool(self.text())
        return event.key() != Qt.Key.Key_Insert

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.text():
            self.clear()
        elif event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self.moved.emit(-1 if event.key() == Qt.Key.Key_Up else 1)
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        size = 24 if self._desk else 20
        left = 17 if self._desk else 11
        paint_icon(
            painter, QRect(left, (self.height() - size) // 2, size, size), "magnifying-glass"
        )
        painter.end()


class Picker(QComboBox):
    """A list to pick one from, 40 px high. `name` is for screen readers."""

    def __init__(self, *, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setFont(font(BODY))
        self.setFixedHeight(40)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.setMaxVisibleItems(12)

    def sizeHint(self) -> QSize:
        return QSize(super().sizeHint().width() + 8, 40)

    def event(self, event: QEvent) -> bool:
        # The wheel over a closed list would change it unseen while somebody scrolls past.
        if event.type() == QEvent.Type.Wheel and not self.hasFocus():
            event.ignore()
            return True
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        tone = Theme.current().colour("ink" if self.isEnabled() else "muted")
        paint_icon(painter, QRect(self.width() - 28, 12, 16, 16), "caret-down", tone)
        painter.end()


class PickerField(_Labelled):
    """A `Picker` with a label above and an error line below. `edit` is the picker."""

    def __init__(self, label: str, *, key: str = "", parent: QWidget | None = None) -> None:
        self.edit = Picker(name=label)
        super().__init__(label, key, self.edit, parent)
