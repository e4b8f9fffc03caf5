"""The decision to remove personal data: by when, of whom, and that it cannot be taken back."""

from __future__ import annotations

from datetime import date

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from facilitator.domain.errors import Refused
from facilitator.services.events import parse_date
from facilitator.services.privacy import HeldNow
from ui.kit import Button, Field, Label, Line, Tick
from ui.screens.after_words import held_words


class RemoveDialog(QDialog):
    """Asks once, in words, what nobody can take back.

    Signals:
        day_kept(object): a day by which to remove it was chosen, or None for no day.
    """

    day_kept = Signal(object)

    def __init__(self, held: HeldNow, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Remove personal data")
        self.setModal(True)
        self.setMinimumWidth(560)
        box = QVBoxLayout(self)
        box.setContentsMargins(24, 24, 24, 24)
        box.setSpacing(16)
        box.addWidget(Label("Remove personal data", "heading"))
        box.addWidget(Label(held_words(held), "body", wrap=True))
        line = QHBoxLayout()
        line.setSpacing(8)
        day = held.keep_until or held.proposed
        until = day.isoformat() if day else ""
        self.day = Field("Remove it by", text=until, placeholder="2025-12-16")
        line.addWidget(self.day, 1)
        self.keep_day = Button("Keep this day", icon="calendar-check")
        self.keep_day.clicked.connect(self._keep_day)
        beside = QVBoxLayout()
        beside.setSpacing(4)
        beside.addSpacing(self.day.label.sizeHint().height() + 4)
        beside.addWidget(self.keep_day)
        beside.addStretch(1)
        line.addLayout(beside)
        box.addLayout(line)
        box.addWidget(Line())
        box.addWidget(Label("Or remove it now", "part"))
        box.addWidget(
            Label(
                "Names, addresses, codes and organisations go from the event, its log, its copies "
                "and this laptop's fault logs. The figures stay. Documents that name people are "
                "listed for you to delete. Nobody can take this back.",
                "body",
                wrap=True,
            )
        )
        self.keep_agreed = Tick(f"Keep the {held.agreed} who agreed to be kept in touch")
        box.addWidget(self.keep_agreed)
        acts = QHBoxLayout()
        acts.setSpacing(8)
        self.cancel = Button("Cancel", key="Esc", hint_only=True)
        self.cancel.clicked.connect(self.reject)
        self.remove = Button("Remove now…", icon="trash", kind="danger")
        self.remove.clicked.connect(self.accept)
        if not held.people:
            self.remove.refuse("nothing is held")
        acts.addWidget(self.remove)
        acts.addStretch(1)
        acts.addWidget(self.cancel)
        box.addLayout(acts)
        self.cancel.setFocus()

    @property
    def keeps_agreed(self) -> bool:
        """Whether those who agreed are to stay."""
        return self.keep_agreed.isChecked()

    @Slot()
    def _keep_day(self) -> None:
        text = self.day.text.strip()
        day: date | None = None
        if text:
            try:
                day = parse_date(text)
            except Refused as refused:
                self.day.set_error(str(refused))
                return
        self.day_kept.emit(day)
        self.reject()
