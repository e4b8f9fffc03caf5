"""The whole window over an event: shown, let rest, and put away after the test."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import shiboken6
from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from facilitator.app import EventApp
from facilitator.clocks import HandClocks
from ui.application import Composition, build_window
from ui.settings import LaptopSettings


def pause(milliseconds: int = 0) -> None:
    """Lets the window work off what is due."""
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()


def settle(composition: Composition) -> None:
    """Lets all reading end and all painting be done."""
    for _ in range(4):
        pause()
        assert composition.database.settle()
        assert composition.heavy.settle()
    pause()


def to_front(widget: QWidget, qtbot: QtBot) -> None:
    """Shows it, and waits until the keyboard is its own."""
    widget.show()
    widget.activateWindow()
    qtbot.waitUntil(widget.isActiveWindow)


def put_away(composition: Composition) -> None:
    """Closes the window if the test has not done so."""
    if shiboken6.isValid(composition.window):
        composition.window.close()
    composition.deleteLater()


@contextmanager
def window_over(
    app: EventApp, place: Path, folder: Path, clocks: HandClocks, qtbot: QtBot
) -> Iterator[Composition]:
    """The window over the open event at `place`, in front and at rest; the laptop's settings are
    in `folder`."""
    settings = LaptopSettings(folder / "settings.json")
    made = build_window(app, settings, clocks, location=str(place))
    to_front(made.window, qtbot)
    settle(made)
    yield made
    put_away(made)
