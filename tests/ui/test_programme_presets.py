"""The page of presets on the Programme: by keyboard alone, with a preview, and taken back."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from facilitator.app import EventApp, create_event, open_event
from facilitator.clocks import HandClocks
from facilitator.domain.programme import Kind, NewSession
from facilitator.services.events import NewEvent
from tests.ui.conftest import Hand
from ui.kit import Message
from ui.screens.programme import ProgrammeScreen
from ui.screens.programme_file import with_ending
from ui.screens.programme_presets import PresetPage
from ui.screens.screen import Surroundings

DAY = date(2026, 11, 18)


def at(hour: int, minute: int) -> datetime:
    return datetime(2026, 11, 18, hour, minute)  # noqa: DTZ001 (a local wall time)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The event, made once and copied for each test."""
    path = tmp_path_factory.mktemp("presets") / "day.facilitator"
    clocks = HandClocks(datetime(2026, 11, 17, 12, tzinfo=UTC))
    with create_event(path, NewEvent("Day", DAY), clocks) as app:
        for new in (
            NewSession(title="Welcome", minutes=15, starts=at(9, 15)),
            NewSession(title="Lunch", minutes=45, kind=Kind.BREAK, protected=True, minimum=40),
            NewSession(title="Close", minutes=15, kind=Kind.CLOSE, starts=at(10, 30), fixed=True),
        ):
            app.programme.add(new)
        app.database.backup(path.with_name("copy.facilitator"))
    return path.with_name("copy.facilitator")


class Page:
    """The Programme with its page of presets in sight."""

    def __init__(
        self, screen: ProgrammeScreen, app: EventApp, around: Surroundings, hand: Hand,
        said: list[Message], qtbot: QtBot,
    ) -> None:  # fmt: skip
        self.screen, self.app, self.hand, self.said = screen, app, hand, said
        self._around, self._qtbot = around, qtbot

    @property
    def page(self) -> PresetPage:
        return self.screen.presets

    @property
    def titles(self) -> list[str]:
        return [one.title for one in self.app.programme.state().programme]

    @property
    def shown(self) -> list[str]:
        return [row.title for row in self.page.list.rows]

    def settle(self) -> None:
        self.hand.keys.settle()
        self._qtbot.waitUntil(lambda: not self.page._soon.isActive())
        self._around.database.settle()

    def press(self, text: str) -> None:
        self.hand.press(self.screen, text)
        self.settle()

    def choose(self, steps: int) -> None:
        """The arrow Down in the list of ways of working."""
        for _ in range(steps):
            self._qtbot.keyClick(self.page.preset.edit, Qt.Key.Key_Down)
        self.settle()


@pytest.fixture
def stage(
    qtbot: QtBot, around: Surroundings, clocks: HandClocks, hand: Hand, made: Path, tmp_path: Path
) -> Iterator[Page]:
    app = open_event(shutil.copy(made, tmp_path / "day.facilitator"), clocks)
    screen = ProgrammeScreen(around, app.programme, app.presets, app.room)
    qtbot.addWidget(screen)
    said: list[Message] = []
    screen.said.connect(said.append)
    screen.resize(1126, 680)
    screen.show()
    screen.activateWindow()
    qtbot.waitUntil(lambda: screen.board is not None)
    page = Page(screen, app, around, hand, said, qtbot)
    screen.shown()
    yield page
    around.database.settle()
    app.close()


def test_a_preset_is_looked_at_put_in_and_taken_back(stage: Page) -> None:
    stage.screen.list.choose(stage.app.programme.state().programme.sessions[1].id)
    stage.press("p")
    assert stage.page.isVisible()
    assert QApplication.focusWidget() is stage.page.preset.edit
    assert stage.page.before.edit.currentText() == "Lunch"
    assert stage.shown[0] == "09:30  Alone (1-2-4-All)"
    stage.choose(1)
    stage.page.rounds.set_text("2")
    stage.page.minutes.set_text("40")
    stage.settle()
    assert stage.shown == [
        "09:30  World Café: how it works", "09:34  World Café, round 1 of 2",
        "09:47  World Café, round 2 of 2", "10:00  World Café: what the hosts heard",
    ]  # fmt: skip
    assert stage.page._danger.isVisible()
    assert "Close is fixed at 10:30" in stage.page._danger_words.text()
    assert stage.titles == ["Welcome", "Lunch", "Close"]
    stage._qtbot.keyClick(
        stage.page.minutes.edit, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier
    )
    stage.settle()
    assert not stage.page.isVisible()
    assert stage.titles[1] == "World Café: how it works"
    assert stage.said[-1].text == "World Café: 4 sessions, 40 minutes."
    undo = stage.said[-1].do
    assert undo is not None
    undo()
    stage.settle()
    assert stage.titles == ["Welcome", "Lunch", "Close"]
    assert stage.said[-1].text == "The programme is as it was."


def test_what_cannot_be_is_said_and_not_put_in(stage: Page) -> None:
    stage.press("p")
    stage.choose(1)
    stage.page.minutes.set_text("12")
    stage.settle()
    assert stage.page.wrong == "World Café with 3 rounds needs 30 minutes at least."
    assert not stage.page._take.isEnabled()
    stage.page.minutes.set_text("some")
    stage.settle()
    assert not stage.page._take.isEnabled()
    assert stage.shown == []
    stage.page.minutes.set_text("60")
    stage.settle()
    assert stage.page.wrong == ""
    assert stage.page._take.isEnabled()
    stage._qtbot.keyClick(stage.page, Qt.Key.Key_Escape)
    assert not stage.page.isVisible()
    assert stage.titles == ["Welcome", "Lunch", "Close"]


def test_never_before_what_is_running(stage: Page, clocks: HandClocks) -> None:
    stage.app.programme.start()
    stage.screen.reload()
    stage.settle()
    stage.screen.list.choose(stage.app.programme.state().programme.sessions[0].id)
    stage.press("p")
    places = [stage.page.before.edit.itemText(n) for n in range(stage.page.before.edit.count())]
    assert places == ["Lunch", "Close", "At the end of the day"]
    assert stage.page.before.edit.currentText() == "Lunch"


@pytest.mark.parametrize(
    ("name", "kind", "wanted"),
    [
        ("", "", ""),
        ("day", "", "day.xlsx"),
        ("day.xlsx", "Calendar (*.ics)", "day.ics"),
        ("day.pdf", "Workbook (*.xlsx)", "day.pdf"),
        ("day.v2", "CSV (*.csv)", "day.v2.csv"),
        ("day.ICS", "Workbook (*.xlsx)", "day.ICS"),
    ],
)
def test_the_ending_says_what_is_written(name: str, kind: str, wanted: str) -> None:
    assert with_ending(name, kind) == wanted
