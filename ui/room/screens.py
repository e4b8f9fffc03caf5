"""The screens of this laptop: which are there, and which one is the projector that was chosen."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QObject, QRect, Signal, Slot
from PySide6.QtGui import QGuiApplication, QScreen


@dataclass(frozen=True, slots=True)
class ScreenNow:
    """A screen that is there. `key` is what it is known by when it comes back."""

    name: str
    area: QRect
    free: QRect
    maker: str = ""
    model: str = ""
    serial: str = ""
    handle: QScreen | None = None

    @property
    def key(self) -> str:
        """ "maker|model|serial|name": together they survive another socket and another order."""
        return "|".join(
            part.replace("|", " ") for part in (self.maker, self.model, self.serial, self.name)
        )

    @property
    def words(self) -> str:
        """As a person knows it: what it is, else the name of its socket."""
        return " ".join(part for part in (self.maker, self.model) if part) or self.name


class Screens(QObject):
    """Where the screens come from: the system, or a test's own list.

    Signals:
        changed(): one came, went, or was moved.
    """

    changed = Signal()

    def all(self) -> list[ScreenNow]:
        """The screens that are there, the system's first one first."""
        raise NotImplementedError


class SystemScreens(Screens):
    """The system's screens."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        app = QGuiApplication.instance()
        assert isinstance(app, QGuiApplication)
        app.screenAdded.connect(self._came)
        app.screenRemoved.connect(self._went)
        app.primaryScreenChanged.connect(self._went)
        for screen in app.screens():
            screen.geometryChanged.connect(self._moved)

    def all(self) -> list[ScreenNow]:
        """The screens that are there, the system's first one first."""
        first = QGuiApplication.primaryScreen()
        screens = sorted(QGuiApplication.screens(), key=lambda screen: screen is not first)
        return [screen_now(screen) for screen in screens]

    @Slot(QScreen)
    def _came(self, screen: QScreen) -> None:
        screen.geometryChanged.connect(self._moved)
        self.changed.emit()

    @Slot(QScreen)
    def _went(self, _screen: QScreen) -> None:
        self.changed.emit()

    @Slot(QRect)
    def _moved(self, _area: QRect) -> None:
        self.changed.emit()


def screen_now(screen: QScreen) -> ScreenNow:
    """A screen of the system as a value."""
    return ScreenNow(
        screen.name(), screen.geometry(), screen.availableGeometry(), screen.manufacturer(),
        screen.model(), screen.serialNumber(), screen,
    )  # fmt: skip


def known(screens: list[ScreenNow], key: str) -> ScreenNow | None:
    """The screen that `key` remembers: by its serial number, whatever socket it is in now; else
    by what it is and its socket; else by what it is, where only one is that."""
    if not key:
        return None
    maker, model, serial, name = ["", "", "", key] if "|" not in key else key.split("|", 3)
    if serial:
        for one in screens:
            if (one.maker, one.model, one.serial) == (maker, model, serial):
                return one
    alike = [one for one in screens if (one.maker, one.model) == (maker, model)]
    for one in alike:
        # Without a serial number two of a kind are told apart by their sockets.
        if one.name == name and (not serial or not one.serial):
            return one
    if (maker or model) and not serial and len(alike) == 1:
        return alike[0]
    if "|" not in key:
        return next((one for one in screens if one.name == name), None)
    return None


def are_mirrored(screens: list[ScreenNow]) -> bool:
    """Whether two screens show the same part of the desktop."""
    places = {one.area.topLeft().toTuple() for one in screens}
    return len(places) < len(screens)
