"""The log: every scan as it came, and what it was answered."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from facilitator.services.checkin import LogLine
from facilitator.services.events import Event
from ui.kit import Button, EmptyState, Label, Row, RowList

#: outcome → word and icon
WORDS = {
    "welcome": ("Welcome", "check-circle-fill"),
    "welcome-back": ("Welcome back", "check-circle-fill"),
    "already-here": ("Already here", "warning-fill"),
    "cancelled": ("Cancelled", "warning-octagon-fill"),
    "other-event": ("Another event", "warning-octagon-fill"),
    "misread": ("Scan again", "qr-code"),
    "unknown": ("Not on the list", "question-fill"),
    "ambiguous": ("Which one?", "users-fill"),
    "": ("Never answered: scan again", "hourglass"),
}


class LogPage(QWidget):
    """The newest scans first.

    Signals:
        left(): back to the desk.
    """

    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(8)
        head = QHBoxLayout()
        head.addWidget(Label("Everything that was scanned, newest first", "heading", elide=True), 1)
        back = Button("Back", key="Esc", icon="arrow-left", hint_only=True)
        back.clicked.connect(self.left)
        head.addWidget(back)
        box.addLayout(head)
        self.list = RowList(name="Log of scans")
        box.addWidget(self.list, 1)
        self._empty = EmptyState("list", "Nothing has been scanned yet", "Each scan is kept here.")
        box.addWidget(self._empty, 1)

    def show_log(self, event: Event, lines: Sequence[LogLine]) -> None:
        """Shows the log."""
        rows = []
        for place, line in enumerate(lines):
            word, icon = WORDS.get(line.outcome, (line.outcome, "circle"))
            who = f": {line.person}" if line.person else ""
            desk = f" · {line.desk}" if line.desk else ""
            by = f" · {line.operator}" if line.operator else ""
            raw = line.raw if len(line.raw) <= 60 else line.raw[:60] + "…"
            at = f"{event.local(line.at):%H:%M:%S}"
            rows.append(Row(place, f"{word}{who}", f"{at}{desk}{by} · {raw}", icon=icon))
        self.list.set_rows(rows)
        self.list.setVisible(bool(rows))
        self._empty.setVisible(not rows)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
            return
        super().keyPressEvent(event)
