"""No screen takes the keyboard from the window while it is made: a scanner's keys would be lost."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from facilitator.app import create_event
from facilitator.clocks import HandClocks
from facilitator.services.events import NewEvent
from tests.ui.test_walk import KEYS, show
from tests.ui.whole_window import window_over
from ui.application import Composition


class Strays(QObject):
    """Notes every window that is shown."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[str] = []

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Show and isinstance(watched, QWidget) and watched.isWindow():
            self.seen.append(f"{type(watched).__name__} {getattr(watched, 'text', str)()}")
        return False


@pytest.fixture
def composition(tmp_path: Path, clocks: HandClocks, qtbot: QtBot) -> Iterator[Composition]:
    place = tmp_path / "day.facilitator"
    app = create_event(place, NewEvent("A day", date(2026, 11, 18)), clocks)
    with window_over(app, place, tmp_path, clocks, qtbot) as made:
        yield made


@pytest.mark.slow
def test_no_screen_opens_a_window_of_its_own(composition: Composition, qapp: QApplication) -> None:
    strays = Strays()
    qapp.installEventFilter(strays)
    for key in KEYS:
        show(composition, key)
        assert (key, strays.seen) == (key, [])
        assert composition.window.isActiveWindow(), key
