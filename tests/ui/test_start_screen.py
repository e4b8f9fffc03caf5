"""Start: what to do next is one Enter away; errors stand at their field."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from tests.ui.conftest import Hand
from ui.rehearsing import RehearsalRun
from ui.screens.new_event import EventWish, TemplateChoice, WishErrors, sides_as_key
from ui.screens.screen import Surroundings
from ui.screens.start import StartActs, StartScreen
from ui.screens.start_parts import recent_rows
from ui.settings import RecentEvent
from ui.theme import Theme


class Acts:
    """Keeps what Start asked for."""

    def __init__(self, folder: Path) -> None:
        self.asked: list[object] = []
        self.tell: Callable[[WishErrors], None] | None = None
        self.picked = ""
        self.all = StartActs(
            open=lambda location: self.asked.append(("open", location)),
            create=self.create,
            sample=lambda: self.asked.append("sample"),
            rehearse=lambda: self.asked.append("rehearse"),
            templates=lambda: [TemplateChoice("summit", "Summit day", "A whole day.")],
            default_folder=lambda: folder,
            pick_file=self.pick,
        )

    def create(self, wish: EventWish, tell: Callable[[WishErrors], None]) -> None:
        self.asked.append(wish)
        self.tell = tell

    def pick(self, parent: QWidget) -> str:
        return self.picked


@pytest.fixture
def acts(tmp_path: Path) -> Acts:
    return Acts(tmp_path)


@pytest.fixture
def start(qtbot: QtBot, around: Surroundings, acts: Acts, tmp_path: Path) -> StartScreen:
    for name, day in (("north.facilitator", "2026-10-08"), ("south.facilitator", "2026-11-20")):
        (tmp_path / name).write_text("", "utf-8")
        around.settings.remember(
            RecentEvent(str(tmp_path / name), name.split(".")[0], day, expected=118, tables=15)
        )
    screen = StartScreen(around, acts.all)
    qtbot.addWidget(screen)
    screen.resize(1366, 768)
    screen.show()
    screen.activateWindow()
    qtbot.waitUntil(screen.isActiveWindow)
    screen.shown()
    qtbot.waitUntil(lambda: bool(screen.events.rows))
    return screen


def test_the_newest_event_opens_with_one_enter(
    start: StartScreen, acts: Acts, hand: Hand, tmp_path: Path
) -> None:
    assert start.focusWidget() is start.events
    hand.press(start.events, key=Qt.Key.Key_Return)
    assert acts.asked == [("open", str(tmp_path / "south.facilitator"))]
    hand.press(start.events, key=Qt.Key.Key_Down)
    hand.press(start.events, key=Qt.Key.Key_Return)
    assert acts.asked[1] == ("open", str(tmp_path / "north.facilitator"))


@pytest.mark.parametrize(
    ("event", "right"),
    [
        (RecentEvent("a", "A", "2026-11-20", expected=118, tables=15), "In 2 days\n118 expected"),
        (RecentEvent("a", "A", "2026-11-18", expected=1, tables=1), "Today\n1 expected, 1 table"),
        (RecentEvent("a", "A", "2026-11-19"), "Tomorrow"),
        (RecentEvent("a", "A", "2026-10-08", arrived=64), "Finished\n64 came"),
        (RecentEvent("a", "A", "2026-10-08", purged=True), "Finished\nPersonal data removed"),
        (
            RecentEvent("a", "A", "2026-10-08", keep_until="2026-11-18"),
            "Remove data\nPersonal data: by 18 November 2026",
        ),
        (
            RecentEvent("a", "A", "2026-10-08", arrived=6, keep_until="2026-11-19"),
            "Finished\n6 came",
        ),
        (RecentEvent("a", "A", "2026-10-08", rehearsal=True), "Rehearsal\nCan be deleted"),
        (RecentEvent("a", "A", "not a day", expected=3, tables=2), "\n3 expected, 2 tables"),
    ],
)
def test_each_event_says_how_it_stands(event: RecentEvent, right: str) -> None:
    assert recent_rows([event], date(2026, 11, 18))[0].right.startswith(right)


def test_a_file_that_is_gone_is_told() -> None:
    row = recent_rows([RecentEvent("/gone", "A")], date(2026, 11, 18), frozenset({"/gone"}))[0]
    assert row.right.startswith("Not found")


def test_the_first_run_offers_the_sample(qtbot: QtBot, around: Surroundings, acts: Acts) -> None:
    screen = StartScreen(around, acts.all)
    qtbot.addWidget(screen)
    screen.show()
    screen.activateWindow()
    qtbot.waitUntil(lambda: screen.empty.isVisible() and screen.sample.hasFocus())
    qtbot.keyClick(screen.sample, Qt.Key.Key_Return)
    assert acts.asked == ["sample"]


def test_a_new_event_is_one_page_by_keyboard(
    qtbot: QtBot, start: StartScreen, acts: Acts, hand: Hand, tmp_path: Path
) -> None:
    qtbot.keyClick(
        start, Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    )
    page = start.new_page
    assert start.page is page
    assert page.name.edit.hasFocus()
    qtbot.waitUntil(lambda: page.template.value == "summit")
    hand.type(page.name.edit, "Ealing evening")
    hand.type(page.held_on.edit, "2026-12-02")
    page.sides.set_text("Hospital, Care home")
    hand.press(page.held_on.edit, key=Qt.Key.Key_Return)
    assert acts.asked == [
        EventWish(
            "Ealing evening",
            "2026-12-02",
            "",
            "15x8",
            "hospital=Hospital,care-home=Care home",
            "summit",
            str(tmp_path / "ealing-evening.facilitator"),
        )
    ]


def test_what_is_missing_is_said_at_its_field(start: StartScreen, acts: Acts, hand: Hand) -> None:
    start.show_new()
    start.new_page.make.click()
    assert acts.asked == []
    assert start.new_page.name.error == "An event needs a name."
    assert start.new_page.held_on.error.startswith("An event needs a date")
    assert start.new_page.name.edit.hasFocus()
    hand.type(start.new_page.name.edit, "A")
    assert start.new_page.name.error == ""
    hand.press(start.new_page.name.edit, key=Qt.Key.Key_Escape)
    assert start.focusWidget() is start.events


def test_errors_from_the_services_stand_at_their_fields(start: StartScreen, acts: Acts) -> None:
    start.show_new()
    start.new_page.name.set_text("A")
    start.new_page.held_on.set_text("soon")
    start.new_page.make.click()
    assert acts.tell is not None
    acts.tell(WishErrors({"held_on": "“soon” is not a date; write it like 2025-11-12."}))
    assert start.new_page.held_on.error.startswith("“soon” is not a date")
    assert start.new_page.held_on.edit.hasFocus()


def test_a_file_or_an_address_opens(start: StartScreen, acts: Acts, hand: Hand) -> None:
    start.panel.other.click()
    page = start.open_page
    assert page.location.edit.hasFocus()
    hand.press(page.location.edit, key=Qt.Key.Key_Return)
    assert page.location.error != ""
    page.location.set_text("postgresql+psycopg://desk@server/summit")
    hand.press(page.location.edit, key=Qt.Key.Key_Return)
    acts.picked = "/a/summit.facilitator"
    page.look.click()
    assert acts.asked == [
        ("open", "postgresql+psycopg://desk@server/summit"),
        ("open", "/a/summit.facilitator"),
    ]


def test_rehearse_is_one_key(qtbot: QtBot, start: StartScreen, acts: Acts) -> None:
    qtbot.keyClick(start, Qt.Key.Key_R, Qt.KeyboardModifier.ControlModifier)
    assert acts.asked == ["rehearse"]


def test_this_laptop_is_kept_at_once(start: StartScreen, around: Surroundings, hand: Hand) -> None:
    start.show_laptop()
    page = start.laptop_page
    page.theme.buttons[2].click()
    assert around.settings.theme == "dark"
    assert Theme.current().dark
    page.desk.set_text("Desk 2")
    page.desk.edit.editingFinished.emit()
    assert around.settings.desk == "Desk 2"
    page.desk.set_text("")
    page.desk.edit.editingFinished.emit()
    assert around.settings.desk == "Desk 2"
    assert page.desk.error != ""
    page.sounds.click()
    assert not around.settings.sounds


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("", ""),
        ("Hospital and Care home", "hospital=Hospital,care-home=Care home"),
        ("hospital=Hospital,care-home=Care home", "hospital=Hospital,care-home=Care home"),
    ],
)
def test_sides_are_typed_as_words(typed: str, read: str) -> None:
    assert sides_as_key(typed) == read


def test_a_rehearsal_that_fails_says_why(qtbot: QtBot, tmp_path: Path) -> None:
    import sys

    script = "import sys; print('There is no room on the disk.', file=sys.stderr); sys.exit(1)"
    run = RehearsalRun(program=[sys.executable, "-c", script])
    with qtbot.waitSignal(run.failed, timeout=10_000) as said:
        run.begin(tmp_path)
    assert said.args[0].endswith("There is no room on the disk.")
    absent = RehearsalRun(program=["/no/such/program"])
    with qtbot.waitSignal(absent.failed, timeout=10_000) as said:
        absent.begin(tmp_path)
    assert "could not be started" in said.args[0]


def test_a_rehearsal_ends_with_its_folder(qtbot: QtBot, tmp_path: Path) -> None:
    import sys

    run = RehearsalRun(program=[sys.executable, "-c", "pass"])
    with qtbot.waitSignal(run.finished, timeout=10_000) as said:
        run.begin(tmp_path)
    assert said.args == [tmp_path]
    assert not run.running
