"""The composed window over real events: opening, making, trouble, what is remembered."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import shiboken6
from pytestqt.qtbot import QtBot

from facilitator.app import create_event
from facilitator.clocks import HandClocks
from facilitator.services.checkin import At, NewWalkIn
from facilitator.services.events import NewEvent
from ui.application import Composition, build_window
from ui.equipment import EquipmentCheck, equipment_words
from ui.kit import Label
from ui.screens.start import StartScreen
from ui.settings import LaptopSettings


@pytest.fixture
def settings(tmp_path: Path) -> LaptopSettings:
    return LaptopSettings(tmp_path / "settings.json")


@pytest.fixture
def composition(
    qtbot: QtBot,
    settings: LaptopSettings,
    clocks: HandClocks,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Composition]:
    monkeypatch.setattr("ui.opening.default_folder", lambda: tmp_path / "Facilitator")
    monkeypatch.setattr("ui.application.default_folder", lambda: tmp_path / "Facilitator")
    made = build_window(None, settings, clocks)
    made.window.show()
    settle(made)
    yield made
    if shiboken6.isValid(made.window):
        made.window.close()


def settle(composition: Composition) -> None:
    for _ in range(3):
        assert composition.heavy.settle()
        assert composition.database.settle()


def make(place: Path, clocks: HandClocks, name: str = "Summit", **more: object) -> str:
    new = NewEvent(name, date(2026, 11, 18), "The Old Tram Depot", **more)  # type: ignore[arg-type]
    create_event(place, new, clocks).close()
    return str(place)


def start_of(composition: Composition) -> StartScreen:
    start = composition.window.screen_of("start")
    assert isinstance(start, StartScreen)
    return start


def test_an_event_opens_on_the_desk_and_is_remembered(
    composition: Composition, settings: LaptopSettings, clocks: HandClocks, tmp_path: Path
) -> None:
    place = make(tmp_path / "a.facilitator", clocks)
    composition.open(place)
    settle(composition)
    assert composition.window.current_key == "desk"
    assert composition.window.windowTitle() == "Summit: Facilitator"
    assert settings.last == place
    assert settings.recent[0].tables == 15


def test_what_came_is_remembered_when_the_window_closes(
    composition: Composition, settings: LaptopSettings, clocks: HandClocks, tmp_path: Path
) -> None:
    composition.open(make(tmp_path / "a.facilitator", clocks))
    settle(composition)
    app = composition.event_app
    assert app is not None
    new = NewWalkIn("Ada Larkin", "general-practice")
    composition.database.run(lambda: app.checkin.walk_in(new, At(desk="Desk 1")))
    settle(composition)
    composition.window.close()
    assert settings.recent[0].arrived == 1


def test_another_event_takes_the_place_of_the_first(
    composition: Composition, clocks: HandClocks, tmp_path: Path
) -> None:
    composition.open(make(tmp_path / "a.facilitator", clocks, "First"))
    settle(composition)
    first = composition.window.current
    composition.open(make(tmp_path / "b.facilitator", clocks, "Second", is_rehearsal=True))
    settle(composition)
    assert composition.window.windowTitle() == "Second: Facilitator"
    assert composition.window.current is not first


@pytest.mark.parametrize("content", [None, "", "no event at all"])
def test_what_is_no_event_is_one_sentence_on_the_strip(
    composition: Composition, tmp_path: Path, content: str | None
) -> None:
    place = tmp_path / "odd.facilitator"
    if content is not None:
        place.write_text(content, "utf-8")
    composition.open(str(place))
    settle(composition)
    message = composition.window.message_bar.message
    assert message is not None
    assert message.mood == "stop"
    assert "Traceback" not in message.text
    assert "fault of the program" not in message.text
    assert composition.window.current_key == "start"


def test_a_new_event_is_made_where_it_says(composition: Composition, tmp_path: Path) -> None:
    start = start_of(composition)
    start.show_new()
    settle(composition)
    page = start.new_page
    page.name.set_text("Ealing evening")
    page.held_on.set_text("soon")
    page.tables.set_text("many")
    page.sides.set_text("one")
    page.make.click()
    settle(composition)
    assert page.held_on.error.startswith("“soon” is not a date")
    assert page.tables.error.startswith("“many” is not")
    assert page.sides.error.startswith("Name two sides")
    page.held_on.set_text("2026-12-02")
    page.tables.set_text("6x8")
    page.sides.set_text("")
    page.make.click()
    settle(composition)
    assert (tmp_path / "Facilitator" / "ealing-evening.facilitator").is_file()
    assert composition.window.windowTitle() == "Ealing evening: Facilitator"


def test_an_event_that_is_there_already_is_not_written_over(
    composition: Composition, clocks: HandClocks, tmp_path: Path
) -> None:
    place = make(tmp_path / "a.facilitator", clocks)
    before = Path(place).read_bytes()
    start = start_of(composition)
    start.show_new()
    settle(composition)
    page = start.new_page
    page.name.set_text("Another")
    page.held_on.set_text("2026-12-02")
    page.location.set_text(place)
    page.make.click()
    settle(composition)
    assert page.location.error != ""
    assert Path(place).read_bytes() == before


def test_the_sample_is_made_once_and_then_opened(
    composition: Composition, tmp_path: Path, qtbot: QtBot
) -> None:
    composition.open_sample()
    settle(composition)
    place = tmp_path / "Facilitator" / "sample-day.facilitator"
    assert place.is_file()
    assert composition.window.current_key == "desk"
    composition.open_sample()
    settle(composition)
    assert composition.window.message_bar.message is None


def test_start_says_what_stands_beside_the_laptop(
    composition: Composition, qtbot: QtBot, tmp_path: Path
) -> None:
    script = 'print(\'{"part": "printers", "works": true}\\n{"part": "camera", "works": false}\')'
    check = EquipmentCheck(program=[sys.executable, "-c", script])
    with qtbot.waitSignal(check.found, timeout=10_000) as told:
        check.begin()
    assert told.args is not None
    there = told.args[0]
    assert (there["printer"], there["camera"]) == (True, False)
    composition.equipment.found.emit(there)
    labels = [label.text() for label in start_of(composition).findChildren(Label)]
    assert any(text.startswith("No camera") for text in labels)


@pytest.mark.parametrize(
    ("there", "words"),
    [
        ({"printer": True, "camera": True}, "Printer and camera were found at 08:02."),
        ({"printer": False, "camera": True}, "No printer found at 08:02; camera is there."),
        ({"printer": False, "camera": False}, "No printer or camera found at 08:02."),
    ],
)
def test_what_is_missing_comes_first(there: dict[str, bool], words: str) -> None:
    assert equipment_words(there, datetime(2026, 11, 18, 8, 2, tzinfo=UTC))[0] == words


def test_the_way_to_the_first_paint_imports_no_store(tmp_path: Path) -> None:
    script = (
        "import sys\n"
        "from PySide6.QtWidgets import QApplication\n"
        "app = QApplication([])\n"
        "from pathlib import Path\n"
        "from ui.application import build_window\n"
        "from ui.settings import LaptopSettings\n"
        "from ui.theme import ThemeKeeper\n"
        "ThemeKeeper(app)\n"
        f"made = build_window(None, LaptopSettings(Path({str(tmp_path / 's.json')!r})))\n"
        "made.window.grab()\n"
        "heavy = {'sqlmodel', 'sqlalchemy', 'pydantic', 'qtawesome', 'PySide6.QtMultimedia'}\n"
        "print(sorted(heavy & sys.modules.keys()))\n"
        "made.window.close()\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.stdout.strip() == "[]", done.stderr[-1000:]
