"""How a field stood, so that it can be put back as it was."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import shiboken6
from PySide6.QtCore import QItemSelection, QItemSelectionModel, QPersistentModelIndex
from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import (
    QAbstractItemView,
    QAbstractSpinBox,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QTextEdit,
    QWidget,
)

TEXT_FIELDS = (QLineEdit, QPlainTextEdit, QTextEdit, QAbstractSpinBox)
#: where a spin box, a date or a time keeps its value
_VALUES = ("value", "dateTime")


def takes_text(widget: QWidget) -> bool:
    """Whether a person's letters become text there."""
    return isinstance(widget, TEXT_FIELDS) or (
        isinstance(widget, QComboBox) and widget.lineEdit() is not None
    )


@dataclass(frozen=True, slots=True)
class FieldState:
    """What a widget held: its text, cursor and selection, its value, or the row chosen in it."""

    widget: QWidget
    text: str = ""
    anchor: int = 0
    position: int = 0
    value: Any = None

    @staticmethod
    def of(widget: QWidget) -> FieldState:
        """How `widget` stands now."""
        line = _line_of(widget)
        if line is not None:
            start = line.selectionStart()
            at = line.cursorPosition()
            anchor = at if start < 0 else (start if start != at else line.selectionEnd())
            return FieldState(widget, line.text(), anchor, at, _value_of(widget))
        if isinstance(widget, (QPlainTextEdit, QTextEdit)):
            cursor = widget.textCursor()
            return FieldState(widget, widget.toPlainText(), cursor.anchor(), cursor.position())
        return FieldState(widget, value=_value_of(widget))

    def restore(self) -> None:
        """Puts the widget back: only what differs is touched, so that its undo still works."""
        widget = self.widget
        if not shiboken6.isValid(widget):
            return
        line = _line_of(widget)
        if line is not None:
            self._restore_line(line)
        elif isinstance(widget, (QPlainTextEdit, QTextEdit)):
            self._restore_text(widget)
        elif isinstance(widget, QComboBox):
            widget.setCurrentIndex(self.value)
        elif isinstance(widget, QAbstractItemView) and self.value is not None:
            model = widget.selectionModel()
            current, chosen = self.value
            selection = QItemSelection()
            for index in chosen:
                selection.select(index, index)
            model.setCurrentIndex(current, QItemSelectionModel.SelectionFlag.NoUpdate)
            model.select(selection, QItemSelectionModel.SelectionFlag.ClearAndSelect)

    def _restore_line(self, line: QLineEdit) -> None:
        widget, was_modified = self.widget, line.isModified()
        start, end, old = _difference(line.text(), self.text)
        if end > start or old:
            line.setSelection(start, end - start)
            line.insert(old)
        if line.text() != self.text:  # a mask or a validator had its own idea
            line.setText(self.text)
        if isinstance(widget, QComboBox):
            if widget.currentIndex() != self.value:
                widget.setCurrentIndex(self.value)
                line.setText(self.text)
        elif self.value is not None:
            name, value = self.value
            if widget.property(name) != value:
                widget.setProperty(name, value)
                line.setText(self.text)
        completer = line.completer()
        popup = completer.popup() if completer is not None else None
        if popup is not None:
            popup.hide()
        line.setModified(was_modified)
        if self.anchor == self.position:
            line.deselect()
            line.setCursorPosition(self.position)
        else:
            line.setSelection(self.anchor, self.position - self.anchor)

    def _restore_text(self, edit: QPlainTextEdit | QTextEdit) -> None:
        start, end, old = _difference(edit.toPlainText(), self.text)
        cursor = QTextCursor(edit.document())
        cursor.setPosition(start)
        cursor.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
        cursor.insertText(old)
        cursor.setPosition(self.anchor)
        cursor.setPosition(self.position, QTextCursor.MoveMode.KeepAnchor)
        edit.setTextCursor(cursor)


def _line_of(widget: QWidget) -> QLineEdit | None:
    """The line in which a widget's text stands."""
    if isinstance(widget, QLineEdit):
        return widget
    if isinstance(widget, (QAbstractSpinBox, QComboBox)):
        return widget.lineEdit()
    return None


def _value_of(widget: QWidget) -> Any:
    if isinstance(widget, QComboBox):
        return widget.currentIndex()
    if isinstance(widget, QAbstractSpinBox):
        names = [n for n in _VALUES if widget.metaObject().indexOfProperty(n) >= 0]
        return (names[0], widget.property(names[0])) if names else None
    if isinstance(widget, QAbstractItemView) and widget.selectionModel() is not None:
        model = widget.selectionModel()
        chosen = [QPersistentModelIndex(index) for index in model.selectedIndexes()]
        return QPersistentModelIndex(model.currentIndex()), chosen
    return None


def _units(text: str) -> int:
    """How long Qt finds a text: beyond the first plane a character counts twice."""
    return len(text) + sum(ord(c) > 0xFFFF for c in text)


def _difference(now: str, then: str) -> tuple[int, int, str]:
    """What stands in `now` between start and end, in Qt's positions, where `then` has the last."""
    most = min(len(now), len(then))
    head = next((i for i in range(most) if now[i] != then[i]), most)
    most -= head
    tail = next((i for i in range(most) if now[-1 - i] != then[-1 - i]), most)
    return _units(now[:head]), _units(now[: len(now) - tail]), then[head : len(then) - tail]
