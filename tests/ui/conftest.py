"""Fixtures of the window's tests: the theme in force, real lanes, a hand that types."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QWidget

from facilitator.clocks import HandClocks
from facilitator.domain.scanners import ScannerProfile
from ui.change_bus import ChangeBus
from ui.collecting import Collector
from ui.kit import KeyFilter
from ui.lanes import DatabaseLane, HeavyLane
from ui.screens.screen import Surroundings
from ui.settings import LaptopSettings
from ui.theme import ThemeKeeper


@pytest.fixture(autouse=True)
def theme(qapp: QApplication) -> Iterator[ThemeKeeper]:
    """The light theme; a test may choose another."""
    keeper = ThemeKeeper.of_application() or ThemeKeeper(qapp, "light")
    keeper.choose("light")
    Collector.of_application()
    yield keeper
    KeyFilter.of_application().clock_ms = None
    Collector.of_application().look()


@pytest.fixture
def clocks() -> HandClocks:
    """Clocks at a quarter past nine on the day of the sample event."""
    return HandClocks(datetime(2026, 11, 18, 9, 15, tzinfo=UTC))


@pytest.fixture
def around(qapp: QApplication, tmp_path: Path, clocks: HandClocks) -> Iterator[Surroundings]:
    """What surrounds a screen: real lanes, real news, settings in a folder of the test."""
    bus = ChangeBus()
    database, heavy = DatabaseLane(bus, clocks=clocks), HeavyLane(bus)
    yield Surroundings(
        bus,
        database,
        heavy,
        KeyFilter.of_application(),
        LaptopSettings(tmp_path / "settings.json"),
        clocks,
    )
    for lane in (database, heavy):
        lane.settle()
        lane.close()


class Hand:
    """Presses keys as a person or as a scanner does, on a watch of its own."""

    def __init__(self) -> None:
        self.keys = KeyFilter.of_application()
        #: windows that must outlive the test's own names for them
        self.kept: list[QWidget] = []
        self.now = 10_000.0
        self.keys.clock_ms = lambda: self.now

    def press(self, widget: QWidget, text: str = "", key: int = 0, gap: float = 200.0) -> None:
        """One key, `gap` milliseconds after the one before; Enter is key=Qt.Key.Key_Return."""
        self.now += gap
        code = key or (ord(text.upper()) if len(text) == 1 and text.isascii() else 0)
        event = QKeyEvent(
            QEvent.Type.KeyPress, code, Qt.KeyboardModifier.NoModifier, _text_of(code, text)
        )
        QApplication.sendEvent(widget, event)

    def type(self, widget: QWidget, text: str, *, enter: bool = False) -> None:
        """A person types."""
        for character in text:
            self.press(widget, character)
            self.keys.settle()
        if enter:
            self.press(widget, key=Qt.Key.Key_Return)

    def scan(self, widget: QWidget, code: str, *, gap: float = 2.0, end: int = 0) -> None:
        """A hand scanner types `code` and Enter."""
        for character in code:
            self.press(widget, character, gap=gap)
        self.press(widget, key=end or Qt.Key.Key_Return, gap=gap)


def _text_of(code: int, text: str) -> str:
    if text:
        return text
    texts = {int(Qt.Key.Key_Return): "\r", int(Qt.Key.Key_Tab): "\t", int(Qt.Key.Key_Space): " "}
    return texts.get(int(code), "")


@pytest.fixture
def hand(qapp: QApplication) -> Iterator[Hand]:
    """A hand that types or scans."""
    # Screens of earlier tests wait for an event loop to be deleted; they must not hear this one.
    qapp.sendPostedEvents(None, int(QEvent.Type.DeferredDelete.value))
    yield Hand()
    keys = KeyFilter.of_application()
    keys.clock_ms = None
    keys.profile = ScannerProfile()
    keys.know(())
