"""Small parts of the note editors: the headline, themes, where and when it was said."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from PySide6.QtCore import QRect, Qt, Signal, Slot
from PySide6.QtGui import QFontMetrics, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QPlainTextEdit, QSizePolicy, QWidget

from facilitator.domain.text import fold
from facilitator.services.notes import NoteSession
from ui.kit import Field, Picker, Tick
from ui.screens.notes_parts import Labelled, tab_before
from ui.theme import BODY, HEADING, WORD, font

#: more themes than these are typed, not ticked
_TICKS = 4


class Headline(QPlainTextEdit):
    """The claim, or what a note says: one paragraph as a headline, smaller where it is long.

    Signals:
        finished(): Enter.
    """

    finished = Signal()

    def __init__(self, name: str, placeholder: str) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setPlaceholderText(placeholder)
        self.setProperty("bare", "true")
        self.setTabChangesFocus(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setStyleSheet("QPlainTextEdit { padding: 0; }")
        self.document().setDocumentMargin(4)
        self.textChanged.connect(self._fit)
        self._fit()

    @property
    def text(self) -> str:
        """What stands there, as one line."""
        return " ".join(self.toPlainText().split())

    def set_text(self, text: str) -> None:
        """Another text; the cursor stays where nothing changes."""
        if text != self.text:
            self.setPlainText(text)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
                self.finished.emit()
            else:
                event.ignore()
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._fit()

    @Slot()
    def _fit(self) -> None:
        """The largest size in which it takes two lines at most; a longer one takes more lines."""
        text = self.toPlainText() or self.placeholderText()
        width = max(self.viewport().width() - 10, 200)
        height = 0
        for size, most in ((WORD, 2), (HEADING, 3), (18, 99)):
            metrics = QFontMetrics(font(size, "semibold"))
            box = QRect(0, 0, width, 100_000)
            height = metrics.boundingRect(box, int(Qt.TextFlag.TextWordWrap), text).height()
            if self.font().pixelSize() != size:
                self.setFont(font(size, "semibold"))
            if height <= metrics.lineSpacing() * most + 2:
                break
        self.setFixedHeight(max(height, 40) + 12)


class ThemeRow(QWidget):
    """The event's themes to tick, and others to type, with commas between them.

    Signals:
        changed(): other themes are chosen.
    """

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(12)
        self._ticks: list[Tick] = []
        self._offered: tuple[str, ...] = ()
        self.edit = QLineEdit()
        self.edit.setFixedHeight(40)
        self.edit.setFont(font(BODY))
        self.edit.setPlaceholderText("Others")
        self.edit.setAccessibleName("Other themes")
        self.edit.setAccessibleDescription("With commas between them")
        self.edit.setMinimumWidth(72)
        self.edit.textEdited.connect(self.changed)
        self._row.addWidget(self.edit, 1)

    @property
    def value(self) -> tuple[str, ...]:
        """The chosen themes, the event's own first."""
        ticked = [tick.text() for tick in self._ticks if tick.isChecked()]
        typed = [part.strip() for part in self.edit.text().split(",") if part.strip()]
        return tuple(dict.fromkeys([*ticked, *typed]))

    @property
    def ticks(self) -> Sequence[Tick]:
        """The themes to tick."""
        return tuple(self._ticks)

    def take_focus(self) -> None:
        """Puts the keyboard at the first theme."""
        (self._ticks[0] if self._ticks else self.edit).setFocus(Qt.FocusReason.OtherFocusReason)

    def set_offered(self, themes: Sequence[str]) -> None:
        """The themes to tick; the first few, the others are typed."""
        wanted = tuple(themes[:_TICKS])
        if wanted == self._offered:
            return
        chosen = self.value
        self._offered = wanted
        for tick in self._ticks:
            self._row.removeWidget(tick)
            tick.hide()
            tick.deleteLater()
        self._ticks = []
        for place, theme in enumerate(wanted):
            tick = Tick(theme)
            tick.toggled.connect(self.changed)
            self._row.insertWidget(place, tick)
            self._ticks.append(tick)
        if self._ticks:
            tab_before(self.edit, self._ticks)
        self.show_value(chosen)

    def show_value(self, themes: Sequence[str]) -> None:
        """Another note's themes; nobody is told."""
        left = {fold(theme): theme for theme in themes}
        for tick in self._ticks:
            blocked = tick.blockSignals(True)
            tick.setChecked(left.pop(fold(tick.text()), None) is not None)
            tick.blockSignals(blocked)
        typed = ", ".join(left.values())
        if typed != self.edit.text().strip() and not self.edit.hasFocus():
            self.edit.setText(typed)


class PlaceRow(QWidget):
    """The session and the table at which it was said.

    Signals:
        changed(): another is chosen.
    """

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(16)
        self.table = Picker(name="Table")
        self.table.setFixedWidth(108)
        self.session = Picker(name="Session")
        self.session.setFixedWidth(188)
        self._table_box = Labelled("Table", self.table)
        row.addWidget(self._table_box)
        row.addWidget(Labelled("Session", self.session))
        self.table.activated.connect(self.changed)
        self.session.activated.connect(self.changed)
        self._offered: tuple[tuple[str, ...], tuple[NoteSession, ...]] | None = None
        self.set_offered((), ())

    @property
    def value(self) -> tuple[str, UUID | None]:
        """The table's label, or empty, and the session's id."""
        found = self.session.currentData()
        return (self.table.currentData() or "", found if isinstance(found, UUID) else None)

    def set_offered(self, tables: tuple[str, ...], sessions: tuple[NoteSession, ...]) -> None:
        """What can be chosen."""
        if (tables, sessions) == self._offered:
            return
        was = self.value if self._offered else ("", None)
        self._offered = (tables, sessions)
        self.table.clear()
        self.table.addItem("None", "")
        for label in tables:
            self.table.addItem(label, label)
        self.session.clear()
        self.session.addItem("None", None)
        for one in sessions:
            self.session.addItem(one.title, one.id)
        self.show_value(*was)

    def set_round(self, number: int | None) -> None:
        """The round that a note at this table is of; none where it has no table."""
        words = f"Table, round {number}" if number and self.value[0] else "Table"
        self._table_box.set_label(words)
        self.table.setAccessibleName(words)

    def show_value(self, table: str, session_id: UUID | None) -> None:
        """Another note's; nobody is told."""
        for picker, wanted in ((self.table, table), (self.session, session_id)):
            found = [i for i in range(picker.count()) if picker.itemData(i) == wanted]
            picker.setCurrentIndex(found[0] if found else 0)


def show_line(field: Field, text: str) -> None:
    """Shows another text in a field, from its beginning; what somebody is typing stays."""
    line = " ".join(text.split())
    if line != field.text:
        field.set_text(line)
    if not field.edit.hasFocus():
        field.edit.setCursorPosition(0)
