"""What a screen reader says by itself, and whether things may move."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QApplication, QStyle, QWidget

#: The longest that anything moves, in milliseconds.
LONGEST_MS = 200


def announce(widget: QWidget, text: str, *, assertive: bool = False) -> None:
    """Lets a screen reader say `text`: at once where `assertive`, else when it has a moment."""
    if not text or not QAccessible.isActive():
        return
    event = QAccessibleAnnouncementEvent(widget, text)
    event.setPoliteness(
        QAccessible.AnnouncementPoliteness.Assertive
        if assertive
        else QAccessible.AnnouncementPoliteness.Polite
    )
    QAccessible.updateAccessibility(event)


def motion_ms(wanted: int = LONGEST_MS) -> int:
    """How long a motion may take, at most 200 ms; 0 where the system asks for none."""
    app = QApplication.instance()
    if not isinstance(app, QApplication) or not app.isEffectEnabled(Qt.UIEffect.UI_General):
        return 0
    allowed = app.style().styleHint(QStyle.StyleHint.SH_Widget_Animation_Duration)
    return 0 if allowed <= 0 else min(wanted, LONGEST_MS)
