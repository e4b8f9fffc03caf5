"""A shown Programme for its tests: a day of five sessions, hands on the keys, clocks to wind."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from facilitator.app import EventApp, create_event, open_event
from facilitator.clocks import HandClocks
from facilitator.domain.programme import Kind, NewSession, Session
from facilitator.domain.session_clock import Status
from facilitator.services.events import NewEvent
from tests.ui.conftest import Hand
from ui.kit import Message
from ui.screens.programme import ProgrammeScreen
from ui.screens.screen import Surroundings

DAY = date(2026, 11, 18)


@dataclass
class Stage:
    """A shown Programme with its event and the messages it said."""

    screen: ProgrammeScreen
    app: EventApp
    clocks: HandClocks
    around: Surroundings
    hand: Hand
    said: list[Message]
    files: list[str]

    def settle(self) -> None:
        """Let the lanes and the loop come to rest."""
        for _ in range(3):
            QApplication.processEvents()
            self.around.database.settle()
            self.around.heavy.settle()
        self.screen.beat()

    def press(self, text: str = "", key: int = 0) -> None:
        """A person presses one key, wherever the focus is."""
        widget = QApplication.focusWidget() or self.screen
        self.hand.press(widget, text, key)
        self.hand.keys.settle()
        self.settle()

    def pass_time(self, minutes: float) -> None:
        self.clocks.advance(minutes * 60)
        self.screen.beat()

    @property
    def status(self) -> Status:
        assert self.screen.board is not None
        return self.screen.board.state.status

    @property
    def on(self) -> Session | None:
        """The session that is on."""
        assert self.screen.board is not None
        return self.screen.board.state.session

    @property
    def titles(self) -> list[str]:
        return [line.title for line in self.screen.list.lines]


def sessions() -> Iterator[NewSession]:
    def at(hour: int, minute: int) -> datetime:
        return datetime(2026, 11, 18, hour, minute)  # noqa: DTZ001 (a local wall time)

    yield NewSession(title="Welcome", minutes=15, kind=Kind.WELCOME, starts=at(9, 15))
    yield NewSession(
        title="Myths <b>here</b>", minutes=40, kind=Kind.MYTHS, speaker="Tom Achterberg"
    )
    yield NewSession(title="Bright spots: what works", minutes=50, minimum=45, kind=Kind.SHOWCASE)
    yield NewSession(title="Lunch", minutes=45, kind=Kind.BREAK, protected=True)
    yield NewSession(title="Close", minutes=15, kind=Kind.CLOSE, starts=at(12, 0), fixed=True)


@pytest.fixture(scope="session")
def made_day(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The event, made once and copied for each test."""
    path = tmp_path_factory.mktemp("programme") / "day.facilitator"
    clocks = HandClocks(datetime(2026, 11, 17, 12, tzinfo=UTC))
    with create_event(path, NewEvent("Day", DAY), clocks) as app:
        for new in sessions():
            app.programme.add(new)
        app.database.backup(path.with_name("copy.facilitator"))
    return path.with_name("copy.facilitator")


@pytest.fixture
def stage(
    qtbot: QtBot,
    around: Surroundings,
    clocks: HandClocks,
    hand: Hand,
    made_day: Path,
    tmp_path: Path,
) -> Iterator[Stage]:
    app = open_event(shutil.copy(made_day, tmp_path / "day.facilitator"), clocks)
    files: list[str] = []
    screen = ProgrammeScreen(
        around,
        app.programme,
        app.presets,
        app.room,
        pick=lambda _: files.pop(),
        pick_to=lambda _: files.pop(),
    )
    qtbot.addWidget(screen)
    said: list[Message] = []
    screen.said.connect(said.append)
    screen.resize(1126, 680)
    screen.show()
    screen.activateWindow()
    shown = Stage(screen, app, clocks, around, hand, said, files)
    shown.settle()
    screen.shown()
    yield shown
    shown.settle()
    screen.hide()
    app.close()
