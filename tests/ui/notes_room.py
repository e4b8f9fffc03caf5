"""A shown Notes screen over a real event, and what presses its keys."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from facilitator.app import EventApp, create_event, open_event
from facilitator.clocks import HandClocks
from facilitator.domain.hands import Moment
from facilitator.domain.ids import new_id
from facilitator.domain.notes import Note, NoteContent, NoteKind
from facilitator.services.checkin import At
from facilitator.services.events import NewEvent
from tests.people import add_person
from tests.ui.conftest import Hand
from ui.kit import FocusRing, Message
from ui.screens.notes import NotesScreen
from ui.screens.notes_count import HandsPair
from ui.screens.screen import Surroundings

DAY = date(2026, 11, 18)
NOON = datetime(2026, 11, 18, 9, tzinfo=UTC)
GP, PH = "general-practice", "community-pharmacy"
NO_MODIFIER = Qt.KeyboardModifier.NoModifier
ALT, CTRL = Qt.KeyboardModifier.AltModifier, Qt.KeyboardModifier.ControlModifier


@dataclass
class Room:
    """A shown Notes screen with its event, and a hand that presses keys."""

    window: QWidget
    screen: NotesScreen
    app: EventApp
    clocks: HandClocks
    around: Surroundings
    hand: Hand
    qtbot: QtBot
    said: list[Message] = field(default_factory=list)
    presses: int = 0

    def settle(self) -> None:
        """Let the lanes and the loop come to rest."""
        for _ in range(4):
            QApplication.processEvents()
            self.around.database.settle()

    def type(self, text: str) -> None:
        """A person types wherever the focus is."""
        widget = QApplication.focusWidget()
        assert widget is not None
        self.hand.type(widget, text)
        self.presses += len(text)

    def press(self, key: Qt.Key, modifier: Qt.KeyboardModifier = NO_MODIFIER) -> None:
        """One key, with its shortcut."""
        self.hand.keys.settle()
        self.hand.now += 500
        self.qtbot.keyClick(QApplication.focusWidget() or self.window, key, modifier)
        self.hand.keys.settle()
        self.presses += 1

    def space(self) -> None:
        """Space, held as long as a person holds it."""
        widget = QApplication.focusWidget()
        assert widget is not None
        self.hand.press(widget, " ", Qt.Key.Key_Space)
        self.hand.keys.settle()
        self.qtbot.keyRelease(widget, Qt.Key.Key_Space)
        self.presses += 1

    def front(self) -> None:
        """Offscreen, a list of names that was offered stays the active window."""
        self.settle()
        self.window.activateWindow()
        self.qtbot.waitUntil(self.window.isActiveWindow)

    def enter(self) -> None:
        self.press(Qt.Key.Key_Return)

    def pair(self, side: str, moment: Moment = Moment.BEFORE) -> HandsPair:
        return self.screen.myth.hands.pair(side, moment)

    @property
    def notes(self) -> list[Note]:
        self.settle()
        return self.app.notes.all()


def check_in(app: EventApp, side: str, number: int) -> None:
    for count in range(number):
        person = add_person(app, f"{side} {count}", side)
        app.checkin.scan(person.ticket, At("Desk 1"))


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An event with four people from general practice and five from pharmacy here, made once."""
    place = tmp_path_factory.mktemp("notes") / "day.facilitator"
    new = NewEvent("South London GP and Pharmacy Day", DAY, tables=5)
    with create_event(place, new, HandClocks(NOON)) as app:
        check_in(app, GP, 4)
        check_in(app, PH, 5)
    return place


@pytest.fixture
def event(made: Path, tmp_path: Path, clocks: HandClocks) -> Iterator[EventApp]:
    with open_event(shutil.copy(made, tmp_path), clocks) as app:
        yield app


def make_room(
    app: EventApp, around: Surroundings, clocks: HandClocks, hand: Hand, qtbot: QtBot
) -> Room:
    window = QWidget()
    qtbot.addWidget(window)
    box = QVBoxLayout(window)
    screen = NotesScreen.build(app, around)
    box.addWidget(screen)
    FocusRing(window)
    room = Room(window, screen, app, clocks, around, hand, qtbot)
    screen.said.connect(room.said.append)
    # Qt takes the window down, not Python: a window that is collected hears of its own end.
    hand.kept.append(window)
    window.resize(1174, 720)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    screen.shown()
    room.settle()
    return room


@pytest.fixture
def room(
    event: EventApp, around: Surroundings, clocks: HandClocks, hand: Hand, qtbot: QtBot
) -> Room:
    return make_room(event, around, clocks, hand, qtbot)


def take(app: EventApp, text: str, kind: NoteKind = NoteKind.MYTH, **more: object) -> Note:
    return app.notes.capture(new_id(), kind, NoteContent(text, **more)).note  # type: ignore[arg-type]
