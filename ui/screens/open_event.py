"""Opens an event that is not on the list: a file anywhere, or a database by its address."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from ui.kit import Button, Field, Label


class OpenPage(QWidget):
    """The page that opens a file or a database.

    Signals:
        wanted(object): the location (str) of the event to open.
        left(): the person goes back.
    """

    wanted = Signal(object)
    left = Signal()

    def __init__(self, pick_file: Callable[[QWidget], str], parent: QWidget | None = None) -> None:
        """`pick_file(parent)` lets a person choose a file, and returns "" for none."""
        super().__init__(parent)
        self._pick_file = pick_file
        box = QVBoxLayout(self)
        box.setContentsMargins(56, 48, 56, 32)
        box.setSpacing(16)
        box.addWidget(Label("Open a file or a database", "heading"))
        box.addWidget(
            Label(
                "An event is one file (its name ends in .facilitator), or a PostgreSQL database "
                "that several desks share.",
                "second",
                wrap=True,
            )
        )
        line = QHBoxLayout()
        line.setSpacing(8)
        self.location = Field(
            "File or address",
            placeholder="summit.facilitator, or postgresql+psycopg://desk@server/summit",
        )
        self.location.edit.returnPressed.connect(self._open)
        line.addWidget(self.location, 1)
        column = QVBoxLayout()
        column.setContentsMargins(0, 23, 0, 0)
        self.look = Button("Look for a file…", key="Ctrl+L", icon="folder-open")
        self.look.clicked.connect(self._look)
        column.addWidget(self.look)
        column.addStretch(1)
        line.addLayout(column)
        box.addLayout(line)
        box.addStretch(1)
        foot = QHBoxLayout()
        foot.setSpacing(8)
        self.open = Button("Open", key="Enter", kind="main", desk=True, hint_only=True)
        self.open.clicked.connect(self._open)
        self.cancel = Button("Cancel", key="Esc", desk=True)
        self.cancel.clicked.connect(self.left)
        foot.addWidget(self.open)
        foot.addWidget(self.cancel)
        foot.addStretch(1)
        box.addLayout(foot)

    def take_focus(self) -> None:
        """Puts the keyboard into the field."""
        self.location.take_focus()

    @Slot()
    def _look(self) -> None:
        found = self._pick_file(self)
        if found:
            self.location.set_text(found)
            self._open()

    @Slot()
    def _open(self) -> None:
        if not self.location.text:
            self.location.set_error("Name a file or an address, or look for a file.")
            self.take_focus()
            return
        self.location.set_error("")
        self.wanted.emit(self.location.text)
