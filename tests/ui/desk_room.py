"""A Desk over an event in which nobody is yet, and what its tests do with it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from facilitator.app import EventApp, create_event
from facilitator.clocks import HandClocks
from tests.conftest import NEW
from tests.ui.paper_tray import PaperTray
from ui.screens.desk import DeskScreen
from ui.screens.desk_badges import DeskPrinting
from ui.screens.screen import Surroundings

#: of the Desk, on the usual laptop
SIZE = (1126, 680)


@pytest.fixture
def app(tmp_path: Path, clocks: HandClocks) -> Iterator[EventApp]:
    """An event without people, whose Desk calls Amina."""
    with create_event(tmp_path / "desk.facilitator", NEW, clocks) as opened:
        opened.event.set(call="Amina")
        yield opened


@pytest.fixture
def desk(qtbot: QtBot, app: EventApp, around: Surroundings) -> Iterator[DeskScreen]:
    """Its Desk, not yet in sight."""
    screen = DeskScreen.build(app, around)
    qtbot.addWidget(screen)
    screen.resize(*SIZE)
    yield screen
    settle(screen)


@pytest.fixture
def tray() -> PaperTray:
    return PaperTray()


@pytest.fixture
def printing_desk(
    qtbot: QtBot, app: EventApp, around: Surroundings, tray: PaperTray
) -> Iterator[DeskScreen]:
    """Its Desk with a printer whose sheets lie in the tray."""
    around.settings.set(badge_printer="Zebra", badge_paper="roll62")
    printing = DeskPrinting(around, app.badge_queue, tray)
    screen = DeskScreen(around, app.event, app.desk_reading, app.checkin, printing, app.desk_lock)
    qtbot.addWidget(screen)
    screen.resize(*SIZE)
    yield screen
    settle(screen)


def settle(screen: DeskScreen) -> None:
    """Everything that was asked for is done, and what that asked for."""
    for _ in range(3):
        QApplication.processEvents()
        screen.around.database.settle()
        screen.around.heavy.settle()


def open_desk(screen: DeskScreen) -> None:
    """Brings it into sight with the keyboard in its field."""
    screen.show()
    QApplication.processEvents()
    screen.around.database.settle()
    screen.field.setFocus()
