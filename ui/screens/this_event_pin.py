"""The Desk's PIN on the page of the event: giving it one, and taking it away."""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QWidget

from facilitator.domain.errors import Trouble
from facilitator.services.desk_lock import LONGEST, SHORTEST, DeskLockService, PinAnswer
from ui.kit import Button, Card, Field, Label, Message, State
from ui.lanes import FAULT, Lane


class PinCard(Card):
    """Says whether the Desk has a PIN.

    Signals:
        said(Message): for the message bar.
    """

    said = Signal(object)

    def __init__(self, lane: Lane, lock: DeskLockService, parent: QWidget | None = None) -> None:
        super().__init__("mist", margin=16, spacing=12, parent=parent)
        self._lane, self._lock = lane, lock
        self._is_set = False
        self.box.addWidget(Label("The Desk’s PIN", "part"))
        self._state = State("", "lock-open", tone="muted")
        self.box.addWidget(self._state)
        self._about = Label(
            "A locked Desk (Ctrl+L there) shows nothing but itself, the evacuation roll and "
            "Black: for somebody who helps for a day.",
            "second",
            wrap=True,
        )
        self.box.addWidget(self._about)
        self.pin = Field("PIN", key="Alt+P")
        self.pin.edit.setMaxLength(2 * LONGEST)
        self.pin.edit.returnPressed.connect(self._act)
        self.box.addWidget(self.pin)
        line = QHBoxLayout()
        self.button = Button("", icon="lock")
        self.button.clicked.connect(self._act)
        line.addWidget(self.button)
        line.addStretch(1)
        self.box.addLayout(line)
        self.show_pin(False)

    def show_pin(self, is_set: bool) -> None:
        """Whether there is one."""
        if is_set != self._is_set:
            self.pin.set_text("")
            self.pin.set_error("")
        self._is_set = is_set
        if is_set:
            self._state.set_state("The Desk can be locked", "lock", "good")
            self.pin.set_hint(
                "Type it to take it away. If it is forgotten: “facilitator unlock EVENT” in a "
                "terminal takes it away without it."
            )
            self.pin.edit.setEchoMode(QLineEdit.EchoMode.Password)
        else:
            self._state.set_state("No PIN: the Desk cannot be locked", "lock-open", "muted")
            self.pin.set_hint(f"{SHORTEST} to {LONGEST} digits; it cannot be read here again.")
            self.pin.edit.setEchoMode(QLineEdit.EchoMode.Normal)
        self.button.setText("Take the PIN away" if is_set else "Set the PIN")
        self.button.set_icon("lock-open" if is_set else "lock")

    @Slot()
    def _act(self) -> None:
        pin = self.pin.text
        if self._is_set:
            self._lane.run(
                lambda: self._lock.take_away(pin), self._taken, self._refused, owner=self
            )
        else:
            self._lane.run(lambda: self._lock.set(pin), self._set, self._refused, owner=self)

    @Slot(object)
    def _set(self, _done: object) -> None:
        self.show_pin(True)
        self.said.emit(Message("done", "The Desk has a PIN. Ctrl+L at the Desk locks it."))

    @Slot(object)
    def _taken(self, answer: PinAnswer) -> None:
        if answer.right:
            self.show_pin(False)
            self.said.emit(Message("done", "The Desk has no PIN any more."))
            return
        self.pin.set_error(answer.words)
        self.pin.take_focus()

    @Slot(object)
    def _refused(self, problem: Exception) -> None:
        self.pin.set_error(str(problem) if isinstance(problem, Trouble) else FAULT)
