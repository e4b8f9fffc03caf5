"""Who is at this desk: initials, kept on this laptop and with each fact."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from facilitator.domain.text import clean
from ui.kit import Button, Field, Label
from ui.screens.desk_page import DeskPage
from ui.settings import LaptopSettings

#: initials, not a name: what is recorded about staff is as little as tells them apart
LONGEST = 6


class OperatorPage(DeskPage):
    """Takes the initials of whoever is at the desk. Nothing waits for it.

    Signals:
        changed(): other initials are kept now.
    """

    title = "Who is at this desk"
    detail = "Initials, kept with each check-in"
    icon = "user-circle"

    changed = Signal()

    def __init__(self, settings: LaptopSettings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._settings = settings
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(16)
        box.addLayout(self.build_head(Label("Who is at this desk?", "heading")))
        self.initials = Field(
            "Your initials, then Enter", placeholder="AB", large=True,
            hint="They stand with each check-in in a person's history. Empty keeps none.",
        )  # fmt: skip
        self.initials.edit.setMaxLength(LONGEST)
        self.initials.edit.returnPressed.connect(self._keep)
        box.addWidget(self.initials)
        keep = Button("Keep", key="Ctrl+Enter", icon="check", kind="main", desk=True)
        keep.clicked.connect(self._keep)
        box.addWidget(keep, 0, Qt.AlignmentFlag.AlignLeft)
        box.addStretch(1)

    def state(self) -> str:
        return self._settings.operator or "Nobody yet"

    def begin(self) -> None:
        """The initials so far, to be typed over."""
        self.initials.set_text(self._settings.operator)
        self.initials.edit.selectAll()
        self.initials.take_focus()

    @Slot()
    def _keep(self) -> None:
        self._settings.set(operator=clean(self.initials.text).upper())
        self.changed.emit()
        self.left.emit()
