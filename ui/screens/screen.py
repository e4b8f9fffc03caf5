"""What every screen is: a widget that reads its own data, and knows when it is stale."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import ClassVar

from PySide6.QtCore import QTimer, Signal, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QWidget

from facilitator.clocks import Clocks
from facilitator.domain.changes import Changes
from ui.camera_device import CameraSource, this_laptop
from ui.change_bus import ChangeBus
from ui.kit import KeyFilter, Message
from ui.lanes import DatabaseLane, HeavyLane
from ui.settings import LaptopSettings


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What surrounds every screen: the lanes, the news, the keys, this laptop, the time."""

    bus: ChangeBus
    database: DatabaseLane
    heavy: HeavyLane
    keys: KeyFilter
    settings: LaptopSettings
    clocks: Clocks
    #: makes what a webcam's frames come from
    cameras: Callable[[], CameraSource] = this_laptop


class Screen(QWidget):
    """One of the screens. A subclass names its `areas`, takes its services in the constructor and
    reads them in `reload()`; a class method `build(app, around)` picks them out of an `EventApp`.

    Signals:
        said(Message): for the message bar.
        go(str): the key of another screen to show ("people", "desk").
    """

    said = Signal(object)
    go = Signal(str)

    #: which changes make it stale
    areas: ClassVar[Changes] = Changes.ALL
    #: fills the window to its edges, without the head (Start)
    full_bleed: ClassVar[bool] = False

    def __init__(self, around: Surroundings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.around = around
        self._stale = True
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(0)
        self._soon.timeout.connect(self._reload_now)
        around.bus.changed.connect(self._news)

    @property
    def stale(self) -> bool:
        """Whether what it shows may be out of date."""
        return self._stale

    def reload(self) -> None:
        """Reads what it shows again: asks the lane, and paints when the answer comes."""
        raise NotImplementedError

    def shown(self) -> None:
        """The screen came into sight: put the keyboard where it belongs."""

    def hidden(self) -> None:
        """The screen goes out of sight: keep drafts, let go of the camera."""

    def may_close(self) -> bool:
        """Whether the window may close now; keep what is unsaved first."""
        return True

    def behind(self) -> Mapping[str, Callable[[], None]]:
        """The pages behind its face, by name, each with what brings it into sight."""
        return {}

    def tell(self, mood: str, text: str) -> None:
        """Says one sentence on the message bar; mood is info, done, careful or stop."""
        self.said.emit(Message(mood, text))

    def reload_soon(self) -> None:
        """Reloads once, in the next turn of the loop; when out of sight, as soon as it is shown."""
        self._stale = True
        if self.isVisible():
            self._soon.start()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._stale:
            self._soon.start()

    @Slot(object)
    def _news(self, changes: Changes) -> None:
        if changes & self.areas:
            self.reload_soon()

    @Slot()
    def _reload_now(self) -> None:
        self._stale = False
        self.reload()
