"""Starting the kiosk: what it does, the PIN that leaves it, and the button."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QScreen
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from facilitator.domain.errors import Trouble
from facilitator.services.checkin import CheckinService
from facilitator.services.desk_lock import LONGEST, SHORTEST, DeskLockService
from facilitator.services.events import EventService
from ui.kit import Button, Card, Field, Icon, Label, Scroll
from ui.lanes import FAULT
from ui.screens.desk_page import DeskPage
from ui.screens.kiosk_window import KioskWindow
from ui.screens.screen import Surroundings

_POINTS = (
    ("identification-badge", "Guests hold their badge or phone to the camera or the scanner."),
    ("eye-slash", "They read their first name and table. Nobody’s list can be seen."),
    ("lock", "The whole screen is theirs: only the PIN brings the Desk back."),
)


class KioskPage(DeskPage):
    """The page that starts it.

    Signals:
        begun(): guests have the screen from now on.
        ended(): the PIN was right.
    """

    begun = Signal()
    ended = Signal()

    title = "Kiosk"
    detail = "Guests check themselves in on this screen; only the PIN leaves it"
    icon = "device-tablet"

    def __init__(
        self,
        around: Surroundings,
        events: EventService,
        checkin: CheckinService,
        lock: DeskLockService,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._around, self._lock = around, lock
        self._has_pin = False
        self.kiosk = KioskWindow(around, events, checkin, lock)
        self.kiosk.left.connect(self.ended)
        self.destroyed.connect(self.kiosk.deleteLater)
        self._build()

    @property
    def takes_scans(self) -> bool:
        """While guests have the screen the Desk judges nothing itself."""
        return self.kiosk.is_on

    def begin(self) -> None:
        """Looks whether there is a PIN, and what can see the guests."""
        why = self.kiosk.eye.why_not()
        self._camera.set_state(
            why or "A camera was found: it is used, and a hand scanner too.",
            "camera-slash" if why else "camera",
            "muted" if why else "good",
        )
        self.start.setFocus(Qt.FocusReason.OtherFocusReason)
        self._around.database.run(self._lock.is_set, self._looked, owner=self)

    def show_kiosk(self, screen: QScreen | None = None) -> None:
        """Guests have the screen from now on."""
        self.kiosk.begin(screen or self.screen())
        self.begun.emit()

    def _build(self) -> None:
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(12)
        box.addLayout(self.build_head(Label("Kiosk", "heading")))
        card = Card("mist", margin=24, spacing=12)
        for icon, words in _POINTS:
            line = QHBoxLayout()
            line.setSpacing(12)
            line.addWidget(Icon(icon, size=24), 0, Qt.AlignmentFlag.AlignTop)
            line.addWidget(Label(words, "sentence", wrap=True), 1)
            card.box.addLayout(line)
        self._camera = _Seeing()
        card.box.addWidget(self._camera)
        self.pin = Field(
            "Choose a PIN for this event",
            hint=f"{SHORTEST} to {LONGEST} digits; it locks the Desk too, and cannot be read again",
        )
        self.pin.edit.setMaxLength(2 * LONGEST)
        self.pin.edit.returnPressed.connect(self._start)
        self.pin.setMaximumWidth(480)
        self.pin.hide()
        card.box.addWidget(self.pin)
        card.box.addSpacing(8)
        acts = QHBoxLayout()
        self.start = Button(
            "Start the kiosk", key="Ctrl+Enter", icon="device-tablet", kind="main", desk=True
        )
        self.start.clicked.connect(self._start)
        acts.addWidget(self.start)
        acts.addStretch(1)
        card.box.addLayout(acts)
        # On a small window its sentences take more lines than there is room for.
        column = Scroll()
        column.box.addWidget(card)
        column.box.addStretch(1)
        box.addWidget(column, 1)

    @Slot(object)
    def _looked(self, has_pin: bool) -> None:
        self._has_pin = has_pin
        self.pin.setVisible(not has_pin)
        self.pin.set_text("")
        self.pin.set_error("")
        if self.isVisible() and not has_pin:
            self.pin.take_focus()

    @Slot()
    def _start(self) -> None:
        if self._has_pin:
            self.show_kiosk()
            return
        pin = self.pin.text
        self._around.database.run(
            lambda: self._lock.set(pin), self._pin_set, self._refused, owner=self
        )

    @Slot(object)
    def _pin_set(self, done: object) -> None:
        self._looked(True)
        self.show_kiosk()

    @Slot(object)
    def _refused(self, problem: Exception) -> None:
        self.pin.set_error(str(problem) if isinstance(problem, Trouble) else FAULT)
        self.pin.take_focus()


class _Seeing(QWidget):
    """What can see the guests, in words."""

    def __init__(self) -> None:
        super().__init__()
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(12)
        self._icon = Icon("camera", size=24)
        self._words = Label("", "sentence", wrap=True)
        line.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        line.addWidget(self._words, 1)

    def set_state(self, words: str, icon: str, tone: str) -> None:
        """Says it."""
        self._words.setText(words)
        self._icon.set_icon(icon, tone)
