"""The room display's window: the screen it keeps to, and what never happens to the laptop's own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QRect, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from facilitator.app import EventApp
from facilitator.clocks import HandClocks
from facilitator.sample import make_sample_event
from facilitator.services.room_display import Face
from ui.room.screens import ScreenNow, Screens, are_mirrored, known
from ui.room.show import RoomShow
from ui.room.window import RoomKeeper, RoomWindow
from ui.screens.screen import Surroundings


def screen(name: str, left: int, size: tuple[int, int], serial: str = "") -> ScreenNow:
    area = QRect(left, 0, *size)
    return ScreenNow(name, area, area, "Epson" if serial else "", "EB-1" if serial else "", serial)


LAPTOP = screen("eDP-1", 0, (1366, 768))
PROJECTOR = screen("HDMI-1", 1366, (1024, 768), "X123")
MONITOR = screen("DP-2", 3000, (1280, 800), "Y999")


class Desk(Screens):
    """Screens that a test plugs in and pulls out."""

    def __init__(self, *screens: ScreenNow) -> None:
        super().__init__()
        self.now = list(screens)

    def all(self) -> list[ScreenNow]:
        return list(self.now)

    def become(self, *screens: ScreenNow) -> None:
        self.now = list(screens)
        self.changed.emit()


class Kept:
    """A keeper over such screens, and what it said."""

    def __init__(self, around: Surroundings, *screens: ScreenNow) -> None:
        self.desk = Desk(*screens)
        self.keeper = RoomKeeper(around.settings, around.clocks, screens=self.desk)
        self.said: list[str] = []
        self.keeper.said.connect(self.hear)

    def hear(self, _mood: str, words: str) -> None:
        self.said.append(words)

    @property
    def window(self) -> RoomWindow:
        assert self.keeper.window is not None
        return self.keeper.window


@pytest.fixture
def keep(around: Surroundings) -> Iterator[type[Kept]]:
    made: list[Kept] = []

    class Here(Kept):
        def __init__(self, *screens: ScreenNow) -> None:
            super().__init__(around, *screens)
            made.append(self)

    yield Here  # pyright: ignore[reportReturnType]
    for one in made:
        one.keeper.shut_down()


@pytest.fixture
def app(tmp_path: Path, clocks: HandClocks) -> Iterator[EventApp]:
    with make_sample_event(
        tmp_path / "room.facilitator", attendees=12, clocks=clocks, held_on=date(2026, 11, 18)
    ) as made:
        yield made


@pytest.mark.parametrize("moved", [PROJECTOR, replace(PROJECTOR, name="DP-7")])
def test_a_projector_is_known_again_by_its_serial_number_in_any_socket(moved: ScreenNow) -> None:
    assert known([LAPTOP, MONITOR, moved], PROJECTOR.key) == moved
    assert known([LAPTOP, MONITOR], PROJECTOR.key) is None
    assert known([LAPTOP, PROJECTOR], "") is None


def test_without_a_serial_number_it_is_known_by_what_it_is_and_its_socket() -> None:
    plain = replace(PROJECTOR, serial="")
    other = replace(plain, name="HDMI-2")
    assert known([LAPTOP, other, plain], plain.key) == plain
    assert known([LAPTOP, other], plain.key) == other
    assert known([LAPTOP, other, replace(other, name="HDMI-3")], plain.key) is None
    # As a version before wrote it: the name alone.
    assert known([LAPTOP, plain], "HDMI-1") == plain


def test_it_fills_the_projector_and_takes_its_shape(keep: type[Kept]) -> None:
    kept = keep(LAPTOP, PROJECTOR)  # pyright: ignore[reportArgumentType]
    kept.keeper.open(None)
    assert kept.window.isFullScreen()
    assert kept.window.geometry() == PROJECTOR.area
    assert kept.keeper.where == "On Epson EB-1"
    assert kept.keeper.room.sheet.height == 1440
    assert kept.window.cursor().shape() is Qt.CursorShape.BlankCursor


def test_unplugged_it_hides_and_comes_back_by_itself(keep: type[Kept]) -> None:
    kept = keep(LAPTOP, PROJECTOR)  # pyright: ignore[reportArgumentType]
    kept.keeper.open(None)
    kept.desk.become(LAPTOP)
    assert not kept.window.isVisible()
    assert kept.keeper.where == "Hidden: the projector is gone"
    assert "returns by itself" in kept.said[-1]
    # Another monitor is not the projector: nobody asked for it there.
    kept.desk.become(LAPTOP, MONITOR)
    assert not kept.window.isVisible()
    kept.desk.become(LAPTOP, MONITOR, replace(PROJECTOR, name="DP-9"))
    assert kept.window.isVisible()
    assert kept.window.geometry() == PROJECTOR.area
    assert "is back" in kept.said[-1]


def test_the_only_screen_is_never_covered(keep: type[Kept], around: Surroundings) -> None:
    kept = keep(LAPTOP)  # pyright: ignore[reportArgumentType]
    kept.keeper.open(None)
    assert kept.window.isVisible()
    assert not kept.window.isFullScreen()
    assert kept.window.width() < LAPTOP.area.width()
    assert "only one screen" in kept.said[0]
    assert around.settings.room_open
    kept.desk.become(LAPTOP, PROJECTOR)
    assert kept.window.geometry() == PROJECTOR.area
    kept.keeper.close()
    assert not around.settings.room_open


def test_at_the_next_start_without_the_projector_it_waits_out_of_sight(
    keep: type[Kept], around: Surroundings
) -> None:
    around.settings.set(room_screen=PROJECTOR.key, room_open=True)
    kept = keep(LAPTOP)  # pyright: ignore[reportArgumentType]
    kept.keeper.open(None, again=True)
    assert not kept.window.isVisible()
    assert kept.keeper.where.startswith("Hidden")
    kept.desk.become(LAPTOP, PROJECTOR)
    assert kept.window.geometry() == PROJECTOR.area


def test_a_mirrored_screen_is_noticed(keep: type[Kept]) -> None:
    mirrored = replace(PROJECTOR, area=QRect(0, 0, 1366, 768))
    assert are_mirrored([LAPTOP, mirrored])
    kept = keep(LAPTOP, mirrored)  # pyright: ignore[reportArgumentType]
    kept.keeper.open(None)
    assert not kept.window.isFullScreen()
    assert "mirrors this laptop" in kept.said[-1]
    kept.desk.become(LAPTOP, PROJECTOR)
    assert kept.window.geometry() == PROJECTOR.area
    # Mirrored in the middle of a show it goes out of the laptop's way.
    kept.desk.become(LAPTOP, mirrored)
    assert not kept.window.isVisible()
    assert any("mirrors this laptop" in words for words in kept.said[-2:])


def test_the_other_screen_is_remembered(keep: type[Kept], around: Surroundings) -> None:
    kept = keep(LAPTOP, PROJECTOR, MONITOR)  # pyright: ignore[reportArgumentType]
    kept.keeper.open(None)
    kept.keeper.next_screen(None)
    assert kept.window.geometry() == MONITOR.area
    assert around.settings.room_screen == MONITOR.key
    kept.keeper.next_screen(None)
    assert kept.window.geometry() == PROJECTOR.area


def test_a_system_that_woke_up_and_moved_it_is_overruled(keep: type[Kept]) -> None:
    kept = keep(LAPTOP, PROJECTOR)  # pyright: ignore[reportArgumentType]
    kept.keeper.open(None)
    kept.window.setGeometry(LAPTOP.area)
    kept.keeper.look()
    assert kept.window.geometry() == PROJECTOR.area
    # Gone without a word while the laptop slept:
    kept.desk.now = [LAPTOP]
    kept.keeper.look()
    assert not kept.window.isVisible()


def test_for_the_slides_it_steps_aside_whatever_is_plugged(keep: type[Kept], app: EventApp) -> None:
    kept = keep(LAPTOP, PROJECTOR)  # pyright: ignore[reportArgumentType]
    kept.keeper.open(None)
    app.room.show(Face.SLIDES)
    kept.keeper.show_picture(app.room.picture())
    assert not kept.window.isVisible()
    kept.desk.become(LAPTOP)
    kept.desk.become(LAPTOP, PROJECTOR)
    kept.keeper.look()
    assert not kept.window.isVisible()
    app.room.end_slides()
    kept.keeper.show_picture(app.room.picture())
    assert kept.window.geometry() == PROJECTOR.area


def test_no_key_closes_it(qtbot: QtBot, clocks: HandClocks) -> None:
    show = RoomShow(clocks)
    window = RoomWindow(show)
    qtbot.addWidget(window)
    window.show()
    for key in (
        Qt.Key.Key_Escape, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown, Qt.Key.Key_B, Qt.Key.Key_F5,
        Qt.Key.Key_Period, Qt.Key.Key_F4,
    ):  # fmt: skip
        for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease, QEvent.Type.ShortcutOverride):
            event = QKeyEvent(kind, key, Qt.KeyboardModifier.AltModifier)
            QApplication.sendEvent(window, event)
            assert event.isAccepted()
    window.close()  # what Alt+F4 comes down to
    assert window.isVisible()
    window.end()
    assert not window.isVisible()


ON_TWO_SCREENS = """
import sys
from pathlib import Path
from PySide6.QtWidgets import QApplication
from facilitator.clocks import SystemClocks
from ui.room.window import RoomKeeper
from ui.settings import LaptopSettings
app = QApplication([])
laptop, projector = sorted(app.screens(), key=lambda screen: screen.geometry().x())
keeper = RoomKeeper(LaptopSettings(Path(sys.argv[1])), SystemClocks())
keeper.open(laptop)
app.processEvents()
window = keeper.window
assert window.screen() is projector, window.screen().name()
assert window.geometry() == projector.geometry()
keeper.close()
keeper.open(projector)  # the main window stands on the projector: the other one is the room's
app.processEvents()
assert keeper.window.screen() is laptop
print(keeper.where)
keeper.shut_down()
"""


def test_on_a_system_with_two_screens(tmp_path: Path) -> None:
    file = tmp_path / "screens.json"
    usual = {"logicalDpi": 96, "logicalBaseDpi": 96, "dpr": 1, "y": 0}
    file.write_text(
        json.dumps(
            {
                "screens": [
                    {"name": "eDP-1", "x": 0, "width": 1366, "height": 768, **usual},
                    {"name": "HDMI-1", "x": 1366, "width": 1920, "height": 1080, **usual},
                ]
            }
        )
    )
    done = subprocess.run(
        [sys.executable, "-c", ON_TWO_SCREENS, str(tmp_path / "settings.json")],
        env={**os.environ, "QT_QPA_PLATFORM": f"offscreen:configfile={file}"},
        capture_output=True, text=True, timeout=60, check=False,
        cwd=Path(__file__).parents[2],
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "On eDP-1"
