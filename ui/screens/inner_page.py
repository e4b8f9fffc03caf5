"""A page that a screen shows in the place of its face for a while, and the line at its top."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal, SignalInstance
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from ui.kit import Button, Choice, Label


def page_head(
    heading: Label, back: Callable[[], object] | SignalInstance, tabs: Choice | None = None
) -> QHBoxLayout:
    """The line at the top of a page: what it is, its tabs if it has any, and at the right a
    button (Esc) that calls or emits `back`."""
    head = QHBoxLayout()
    if tabs is None:
        head.addWidget(heading, 1)
    else:
        head.setSpacing(24)
        head.addWidget(heading)
        head.addWidget(tabs)
        head.addStretch(1)
    button = Button("Back", key="Esc", icon="arrow-left", hint_only=True)
    button.clicked.connect(back)
    head.addWidget(button)
    return head


class InnerPage(QWidget):
    """A page that Esc leaves.

    Signals:
        left(): back to where it was opened from.
    """

    left = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
            return
        super().keyPressEvent(event)
