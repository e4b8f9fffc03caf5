"""Keeps what is typed on the page of the event: each field by itself, as soon as it is left."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QEvent, QObject, QTimer, Signal, Slot
from PySide6.QtWidgets import QLineEdit

from facilitator.domain.errors import ChangedMeanwhile, Trouble
from ui.kit import Field, TextField
from ui.lanes import FAULT, Lane

#: a longer text is also kept when nothing was typed for so long, in milliseconds
IDLE_MS = 3_000


class Keeping(QObject):
    """Watches one field. `keep(text, was)` writes on the lane: what stands there, and what the
    field showed when its typing began; what it refuses stands at the field.

    Signals:
        clashed(Keeping, Meanwhile): somebody else changed it since; nothing is kept until
            `keep_mine` or `take_theirs` says whose stands.
    """

    clashed = Signal(object, object)

    def __init__(
        self, field: Field | TextField, lane: Lane, keep: Callable[[str, str], Any]
    ) -> None:
        super().__init__(field)
        self._field, self._lane, self._keep = field, lane, keep
        self._stored = self._was = ""
        self._undecided = False
        self._asked: str | None = None
        edit = field.edit
        if isinstance(edit, QLineEdit):
            edit.editingFinished.connect(self.keep_now)
        else:
            self._idle = QTimer(self)
            self._idle.setSingleShot(True)
            self._idle.setInterval(IDLE_MS)
            self._idle.timeout.connect(self.keep_now)
            edit.textChanged.connect(self._idle.start)
            edit.installEventFilter(self)

    @property
    def field(self) -> Field | TextField:
        """The field that is watched."""
        return self._field

    def show_stored(self, text: str) -> None:
        """What is kept now. It does not overwrite what somebody is typing or has yet to mend."""
        untouched = self._field.text == self._stored
        self._stored = text
        if untouched or self._field.text == text:
            self._was = text
        if untouched and self._field.text != text:
            self._field.set_text(text)
            if isinstance(self._field.edit, QLineEdit) and not self._field.edit.hasFocus():
                # A long name is read from its beginning.
                self._field.edit.home(False)

    @Slot()
    def keep_now(self) -> None:
        """Keeps what stands there, where it is another than before."""
        text = self._field.text
        if text == self._stored:
            self._asked = None
            self._field.set_error("")
        elif text != self._asked and not self._undecided:
            # Leaving a field ends its editing twice: by Enter and by the focus.
            self._asked, was = text, self._was
            self._lane.run(lambda: self._keep(text, was), self._kept, self._refused, owner=self)

    def keep_mine(self, theirs: str) -> None:
        """What stands in the field is to be kept, although somebody else wrote `theirs`."""
        self._undecided, self._was = False, theirs
        self.keep_now()

    def take_theirs(self, theirs: str) -> None:
        """What somebody else wrote stands in the field, too."""
        self._undecided = False
        self._was = self._stored = theirs
        self._field.set_error("")
        self._field.set_text(theirs)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.FocusOut:
            self.keep_now()
        return super().eventFilter(watched, event)

    @Slot(object)
    def _kept(self, _done: object) -> None:
        if self._asked is not None and self._field.text == self._asked:
            # From here on it is what the reading after this write says that it is.
            self._stored = self._was = self._asked
        self._asked = None
        self._field.set_error("")

    @Slot(object)
    def _refused(self, problem: Exception) -> None:
        self._asked = None
        if isinstance(problem, ChangedMeanwhile):
            self._undecided = True
            self.clashed.emit(self, problem.meanwhile)
        else:
            self._field.set_error(str(problem) if isinstance(problem, Trouble) else FAULT)
