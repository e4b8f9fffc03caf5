"""A thousand scans at a wedge's speed: none is lost, none counts twice, whatever else waits."""

from __future__ import annotations

import secrets
import threading
import time

import pytest
from PySide6.QtCore import QEvent, QEventLoop, Qt, QTimer
from PySide6.QtGui import QKeyEvent, QTextCursor
from PySide6.QtWidgets import QApplication, QPlainTextEdit, QWidget
from pytestqt.qtbot import QtBot

from facilitator.app import EventApp
from facilitator.domain.ticket import make_ticket
from facilitator.store.rows import AttendeeRow
from tests.ui.conftest import Hand
from tests.ui.desk_room import app
from ui.screens.desk import DeskScreen
from ui.screens.screen import Surroundings

#: a thousand takes as long as a disk takes for two thousand syncs
FEW, MANY = 200, 1000
#: a wedge: one character every two milliseconds
GAP_MS = 2
#: keys in one go: no multiple of a code's length, so that every code is cut somewhere else
BUNCH = 97


__all__ = ["app"]


@pytest.fixture(params=[FEW, pytest.param(MANY, marks=pytest.mark.slow)])
def tickets(app: EventApp, request: pytest.FixtureRequest) -> list[str]:
    """Those of people who are expected."""
    tag = app.event.get().tag
    made = [make_ticket(tag, secrets.token_bytes(10)) for _ in range(request.param)]
    with app.database.session() as session:
        for place, ticket in enumerate(made):
            session.add(
                AttendeeRow(given_name="Guest", family_name=str(place), side="general-practice",
                            ticket=ticket, position=place, created_at=app.clocks.now())
            )  # fmt: skip
    return made


class Feeder:
    """Posts keys with their own times, a bunch a turn of the loop, and stalls the window once."""

    def __init__(self, target: QWidget, codes: list[str]) -> None:
        self._target = target
        self._keys = [key for code in codes for key in (*code, "\r")]
        self._at, self._stamp = 0, 1_000_000
        self._loop = QEventLoop()
        self._timer = QTimer()
        self._timer.setInterval(0)
        self._timer.timeout.connect(self._feed)

    def run(self) -> None:
        """Feeds everything; returns when the last key has been taken."""
        self._timer.start()
        self._loop.exec()

    def _feed(self) -> None:
        for text in self._keys[self._at : self._at + BUNCH]:
            code = Qt.Key.Key_Return if text == "\r" else Qt.Key(ord(text))
            event = QKeyEvent(QEvent.Type.KeyPress, code, Qt.KeyboardModifier.NoModifier, text)
            event.setTimestamp(self._stamp)
            self._stamp += GAP_MS
            QApplication.postEvent(self._target, event)
        before, self._at = self._at, self._at + BUNCH
        if before < len(self._keys) // 2 <= self._at:
            # The stall itself: half a code has come, the timers run out, the rest waits.
            QApplication.sendPostedEvents(self._target)
            time.sleep(0.3)
        if before >= len(self._keys):
            self._timer.stop()
            self._loop.quit()


@pytest.mark.slow
def test_scans_back_to_back_count_once_each(
    qtbot: QtBot, app: EventApp, around: Surroundings, tickets: list[str], hand: Hand
) -> None:
    # Somebody is writing a note: the Desk is out of sight, and judges all the same.
    desk = DeskScreen.build(app, around)
    note = QPlainTextEdit("They are read")
    note.moveCursor(QTextCursor.MoveOperation.End)
    for widget in (desk, note):
        qtbot.addWidget(widget)
    note.show()
    hand.keys.clock_ms = None
    gate = threading.Event()
    around.database.run(gate.wait)  # the lane is busy all the while
    Feeder(note, tickets).run()
    assert app.checkin.balance().here == 0
    gate.set()
    assert around.database.settle(60_000)
    assert [line.raw for line in reversed(app.checkin.log(None))] == tickets
    assert app.checkin.balance().here == len(tickets)
    assert note.toPlainText() == "They are read"
    assert note.textCursor().position() == len("They are read")
    around.heavy.settle()
