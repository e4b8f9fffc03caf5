"""Locking the Desk and unlocking it: one button at its foot, and a small panel for the PIN."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QWidget

from facilitator.domain.errors import Trouble
from facilitator.services.desk_lock import LONGEST, DeskLockService, PinAnswer
from ui.kit import Button, Card, Field, Label
from ui.lanes import FAULT, Lane


class LockPanel(Card):
    """Asks for the PIN. Nothing else of the Desk waits for it: scans go on being judged.

    Signals:
        lockable(bool): the answer to `ask_to_lock`: there is a PIN, or there is none.
        opened(): the PIN was right, or there is none any more.
        left(): the person goes back; the Desk stays locked.
    """

    lockable = Signal(bool)
    opened = Signal()
    left = Signal()

    def __init__(
        self,
        lane: Lane,
        lock: DeskLockService,
        parent: QWidget | None = None,
        *,
        title: str = "Unlock the Desk",
        words: str = "Check-in goes on meanwhile. The PIN brings the other screens back.",
        unlock: str = "Unlock",
        stay: str = "Leave it locked",
    ) -> None:
        """The words are the locked Desk's; the kiosk has its own."""
        super().__init__("mist", margin=24, spacing=12, parent=parent)
        self._lane, self._lock = lane, lock
        self.button = Button("Lock", key="Ctrl+L", icon="lock", kind="quiet", desk=True)
        self.box.addWidget(Label(title, "heading"))
        self.box.addWidget(Label(words, "lead", wrap=True))
        self.pin = Field("PIN")
        self.pin.edit.setEchoMode(QLineEdit.EchoMode.Password)
        self.pin.edit.setMaxLength(2 * LONGEST)
        self.pin.edit.returnPressed.connect(self._try)
        self.pin.setMaximumWidth(480)
        self.box.addWidget(self.pin)
        acts = QHBoxLayout()
        acts.setSpacing(8)
        opens = Button(
            unlock, key="Enter", icon="lock-open", kind="main", desk=True, hint_only=True
        )
        opens.clicked.connect(self._try)
        back = Button(stay, key="Esc", desk=True, hint_only=True)
        back.clicked.connect(self.left)
        acts.addWidget(opens)
        acts.addWidget(back)
        acts.addStretch(1)
        self.box.addLayout(acts)
        self.box.addStretch(1)
        self.box.addWidget(
            Label(
                "PIN forgotten? Whoever looks after this laptop takes it away in a terminal, with "
                "“facilitator unlock” and the event’s file; Ctrl+L then opens the Desk.",
                "second",
                wrap=True,
            )
        )

    def ask_to_lock(self) -> None:
        """Looks whether there is a PIN; `lockable` tells."""
        self._lane.run(self._lock.is_set, self.lockable.emit, owner=self)

    def show_locked(self, locked: bool) -> None:
        """What the button says."""
        self.button.setText("Unlock" if locked else "Lock")
        self.button.set_icon("lock-open" if locked else "lock")

    def begin(self) -> None:
        """Asks for the PIN; where it has been taken away meanwhile, the Desk opens at once."""
        self.pin.set_text("")
        self.pin.set_error("")
        self.pin.edit.setFocus(Qt.FocusReason.OtherFocusReason)
        self._lane.run(self._lock.is_set, self._looked, owner=self)

    @Slot(object)
    def _looked(self, is_set: bool) -> None:
        if not is_set:
            self.opened.emit()

    @Slot()
    def _try(self) -> None:
        pin = self.pin.text
        self._lane.run(lambda: self._lock.check(pin), self._answered, self._troubled, owner=self)

    @Slot(object)
    def _answered(self, answer: PinAnswer) -> None:
        self.pin.set_text("")
        if answer.right:
            self.pin.set_error("")
            self.opened.emit()
            return
        self.pin.set_error(answer.words)
        if self.isVisible():
            self.pin.take_focus()

    @Slot(object)
    def _troubled(self, problem: Exception) -> None:
        self.pin.set_error(str(problem) if isinstance(problem, Trouble) else FAULT)
