"""What every part of the note editors needs: labels, groups, the order of Tab."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QKeyEvent, QShortcut
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QVBoxLayout, QWidget

from ui.kit import Choice, Label
from ui.kit.key_kinds import sequences


class Labelled(QWidget):
    """A control under its label, with a side note at the right of the label: what is to be known of
    it, or the `key` ("Alt+A") that puts the keyboard there."""

    def __init__(self, label: str, control: QWidget, note: str = "", *, key: str = "") -> None:
        super().__init__()
        self._control = control
        if key:
            shortcut = QShortcut(self)
            shortcut.setKeys(sequences(key))
            shortcut.activated.connect(self.take_focus)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(4)
        head = QHBoxLayout()
        head.setSpacing(8)
        self.label = Label(label, "strong")
        self.label.setBuddy(control)
        self.note = Label(note or key, "side note", elide=True)
        self.note.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        head.addWidget(self.label)
        head.addWidget(self.note, 1)
        box.addLayout(head)
        box.addWidget(control)
        if not control.accessibleName():
            control.setAccessibleName(label)

    def set_label(self, text: str) -> None:
        """Another label."""
        self.label.setText(text)

    @Slot()
    def take_focus(self) -> None:
        """Puts the keyboard at the control: in a group, at what is chosen in it."""
        control = self._control
        if isinstance(control, Choice):
            chosen = [button for button in control.buttons if button.isChecked()]
            control = (chosen or control.buttons)[0]
        take = getattr(control, "take_focus", None)
        if callable(take):
            take()
        else:
            control.setFocus(Qt.FocusReason.ShortcutFocusReason)


def tab_before(anchor: QWidget, widgets: Sequence[QWidget]) -> None:
    """Puts widgets that were made later right before `anchor` in the order of Tab."""
    before = anchor.previousInFocusChain()
    while (
        before is not None
        and before is not anchor
        and not before.focusPolicy() & Qt.FocusPolicy.TabFocus
    ):
        before = before.previousInFocusChain()
    if before is None or before is anchor or before in widgets:
        return
    for widget in widgets:
        QWidget.setTabOrder(before, widget)
        before = widget
    QWidget.setTabOrder(before, anchor)


class GroupButton(QAbstractButton):
    """A button of a group in which the arrow keys move: it leaves them to the group."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        arrows = (Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down)
        if event.key() in arrows:
            event.ignore()
        else:
            super().keyPressEvent(event)
