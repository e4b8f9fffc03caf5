"""Holds the window to the Desk while the Desk is locked, over restarts of the program too; and
puts the kiosk in the window's place.

While it is locked the rail has the Desk, what the room sees, Black, the evacuation roll and the
keys. The roll stays because whoever is at the Desk in a fire needs it; F11 only brings a room
display back that is open already.
"""

from __future__ import annotations

from PySide6.QtCore import QObject, Slot

from facilitator.services.events import Event
from ui.kit import Message
from ui.main_window import MainWindow
from ui.screens.desk import DeskScreen
from ui.screens.desk_kiosk import KioskPage
from ui.settings import LaptopSettings

#: what can be reached while the Desk is locked
OPEN_PLACES = ("desk", "roll")


class DeskLocking(QObject):
    """Locks one window. This laptop remembers for which events its Desk is locked."""

    def __init__(self, window: MainWindow, settings: LaptopSettings, parent: QObject) -> None:
        super().__init__(parent)
        self._window, self._settings = window, settings
        self._event = ""
        self._on = False
        window.closing.connect(self._window_closes)

    @property
    def is_on(self) -> bool:
        """Whether the Desk is locked."""
        return self._on

    def adopt(self, event: Event) -> None:
        """Another event is open, its places are in the window: as it was left, locked or not."""
        self._event, self._on = str(event.id), False
        desk = self._desk
        if desk is not None:
            desk.lock_wanted.connect(self.lock)
            desk.unlocked.connect(self.unlock)
        if self._settings.is_locked(self._event):
            if event.settings.desk_pin and desk is not None:
                self._hold(True)
            else:
                # The PIN was taken away where it was forgotten.
                self._settings.set_locked(self._event, False)
        kiosk = self._kiosk
        if kiosk is None:
            return
        kiosk.begun.connect(self._kiosk_begun)
        kiosk.ended.connect(self._kiosk_ended)
        if self._settings.is_kiosk(self._event):
            if event.settings.desk_pin:
                # As it was left: guests never see what is behind it.
                kiosk.show_kiosk(self._window.screen())
            else:
                self._settings.set_kiosk(self._event, False)

    @Slot()
    def lock(self) -> None:
        """Only the Desk from now on."""
        self._hold(True)
        self._window.say(
            Message(
                "done",
                "The Desk is locked: only check-in, the roll and Black are left. "
                "Ctrl+L and the PIN open it.",
                seconds=10,
            )
        )

    @Slot()
    def unlock(self) -> None:
        """Everything can be reached again."""
        self._hold(False)
        self._window.say(Message("done", "The Desk is unlocked.", seconds=5))

    @property
    def is_kiosk(self) -> bool:
        """Whether guests have the screen."""
        return self._settings.is_kiosk(self._event)

    @Slot()
    def _kiosk_begun(self) -> None:
        """The window goes out of sight, and with it every list and every shortcut."""
        self._settings.set_kiosk(self._event, True)
        self._window.hide()

    @Slot()
    def _kiosk_ended(self) -> None:
        self._settings.set_kiosk(self._event, False)
        self._window.show()
        self._window.activateWindow()
        self._window.show_place("desk")

    @Slot()
    def _window_closes(self) -> None:
        kiosk = self._kiosk
        if kiosk is not None:
            kiosk.kiosk.shut_down()

    @property
    def _kiosk(self) -> KioskPage | None:
        tools = self._desk.tools if self._desk is not None else ()
        return next((tool for tool in tools if isinstance(tool, KioskPage)), None)

    @property
    def _desk(self) -> DeskScreen | None:
        if "desk" not in self._window.keys:
            return None
        found = self._window.screen_of("desk")
        return found if isinstance(found, DeskScreen) else None

    def _hold(self, on: bool) -> None:
        self._on = on
        self._settings.set_locked(self._event, on)
        if on:
            self._window.show_place("desk")
        self._window.limit_to(OPEN_PLACES if on else ())
        desk = self._desk
        if desk is not None:
            desk.show_locked(on)
