"""The frame: it navigates, tells the truth in the head, and says what the room sees."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout
from pytestqt.qtbot import QtBot

from facilitator.clocks import HandClocks
from facilitator.domain.changes import Changes
from tests.ui.conftest import Hand
from ui.kit import Button, Label, Message
from ui.lanes import Truth
from ui.main_window import BAND, HEAD, MainWindow, Place
from ui.rail import RAIL
from ui.screens.screen import Screen, Surroundings

KEYS = ("start", "desk", "tables")


class Plain(Screen):
    """A screen that counts what happens to it."""

    areas = Changes.ARRIVALS

    def __init__(self, around: Surroundings) -> None:
        super().__init__(around)
        self.happened: list[str] = []
        self.closes = True
        box = QVBoxLayout(self)
        self.act = Button("Print badge", key="F6")
        box.addWidget(self.act)
        box.addStretch(1)

    def reload(self) -> None:
        self.happened.append("reload")

    def shown(self) -> None:
        self.happened.append("shown")

    def hidden(self) -> None:
        self.happened.append("hidden")

    def may_close(self) -> bool:
        return self.closes


@pytest.fixture
def made() -> dict[str, Plain]:
    return {}


@pytest.fixture
def window(
    qtbot: QtBot, around: Surroundings, clocks: HandClocks, made: dict[str, Plain]
) -> MainWindow:
    def maker(key: str) -> Callable[[], Screen]:
        def make() -> Screen:
            made[key] = Plain(around)
            return made[key]

        return make

    places = [Place(key, key.capitalize(), "house", maker(key)) for key in KEYS]
    result = MainWindow(places, clocks=clocks)
    qtbot.addWidget(result)
    result.set_event("South London GP and Pharmacy Day", date(2026, 11, 18))
    result.show_place("start")
    result.show()
    result.activateWindow()
    qtbot.waitUntil(result.isActiveWindow)
    return result


def press(qtbot: QtBot, window: MainWindow, key: Qt.Key, *, ctrl: bool = False) -> None:
    modifier = Qt.KeyboardModifier.ControlModifier if ctrl else Qt.KeyboardModifier.NoModifier
    qtbot.keyClick(window, key, modifier)


def test_screens_are_made_when_first_shown(
    qtbot: QtBot, window: MainWindow, made: dict[str, Plain]
) -> None:
    assert list(made) == ["start"]
    press(qtbot, window, Qt.Key.Key_2, ctrl=True)
    assert window.current_key == "desk"
    assert list(made) == ["start", "desk"]
    press(qtbot, window, Qt.Key.Key_1, ctrl=True)
    assert window.current is made["start"]
    assert made["desk"].happened[0] == "shown"
    assert made["desk"].happened[-1] == "hidden"


def test_a_hidden_screen_only_marks_itself_stale(
    qtbot: QtBot, window: MainWindow, made: dict[str, Plain], around: Surroundings
) -> None:
    qtbot.waitUntil(lambda: "reload" in made["start"].happened)
    window.show_place("desk")
    qtbot.waitUntil(lambda: "reload" in made["desk"].happened)
    start, desk = made["start"].happened, made["desk"].happened
    start.clear()
    desk.clear()
    around.bus.publish(Changes.ARRIVALS)
    around.bus.publish(Changes.ARRIVALS)
    around.bus.publish(Changes.NOTES)
    assert made["start"].stale
    qtbot.waitUntil(lambda: desk == ["reload"])
    assert start == []
    window.show_place("start")
    qtbot.waitUntil(lambda: start == ["shown", "reload"])
    assert not made["start"].stale


def test_the_foot_says_what_the_room_sees(qtbot: QtBot, window: MainWindow) -> None:
    buttons = {button.text(): button for button in window.findChildren(Button)}
    window.set_room("Welcome")
    assert buttons["Room sees"].accessibleName() == "Room sees Welcome"
    window.set_room("Black", black=True)
    assert buttons["Black"].text() == "Show again"
    for key, signal in (
        (Qt.Key.Key_F11, window.room_wanted),
        (Qt.Key.Key_F12, window.black_wanted),
    ):
        with qtbot.waitSignal(signal, timeout=1000):
            press(qtbot, window, key)
    with qtbot.waitSignal(window.note_wanted, timeout=1000):
        press(qtbot, window, Qt.Key.Key_N, ctrl=True)


def test_the_head_tells_the_truth_and_the_time(window: MainWindow, clocks: HandClocks) -> None:
    def texts() -> list[str]:
        return [label.text() for label in window.findChildren(Label)]

    window.set_truth(Truth("saved", clocks.now()))
    assert "Wednesday 18 November 2026" in texts()
    assert any(text.startswith("All saved ") for text in texts())
    window.set_truth(Truth("failed", clocks.now(), "The disk is full."))
    assert "Not saved: The disk is full." in texts()
    assert not any(text.startswith("All saved") for text in texts())
    window.set_truth(Truth("waiting"))
    assert "Saving…" in texts()


def test_the_frame_has_its_measures(qtbot: QtBot, window: MainWindow) -> None:
    rail = window.findChild(object, "rail")
    assert rail.width() == RAIL
    screen = window.current
    assert screen is not None
    top = screen.mapTo(window, screen.rect().topLeft())
    assert (top.x(), top.y()) == (RAIL + 24, HEAD)
    window.set_event("Rehearsal", date(2026, 11, 18), rehearsal=True)
    band = next(w for w in rail.window().findChildren(object) if type(w).__name__ == "_Band")
    assert band.isVisible()
    assert band.height() == BAND
    # The head gives the band its height: nothing below moves.
    qtbot.waitUntil(lambda: screen.mapTo(window, screen.rect().topLeft()).y() == HEAD)


def test_a_message_takes_forty_pixels_and_gives_them_back(qtbot: QtBot, window: MainWindow) -> None:
    window.say(Message("careful", "The printer did not answer."))
    bar = window.message_bar
    assert bar.isVisible()
    assert bar.height() == 40
    bar.next()
    assert not bar.isVisible()


def test_the_list_of_keys_reads_the_buttons(qtbot: QtBot, window: MainWindow, hand: Hand) -> None:
    press(qtbot, window, Qt.Key.Key_F1)
    assert window.current_key == "keys"
    texts = [label.text() for label in window.findChildren(Label) if label.isVisible()]
    assert {"F6", "Print badge", "Ctrl+2", "Desk", "F12"} <= set(texts)
    hand.press(window.focusWidget(), key=Qt.Key.Key_Escape)
    assert window.current_key == "start"


def test_without_an_event_there_is_no_rail(qtbot: QtBot, window: MainWindow) -> None:
    window.set_event("", None)
    assert not window.findChild(object, "rail").isVisible()
    press(qtbot, window, Qt.Key.Key_2, ctrl=True)
    assert window.current_key == "start"


def test_other_places_replace_the_screens(
    qtbot: QtBot, window: MainWindow, made: dict[str, Plain], around: Surroundings
) -> None:
    window.show_place("desk")
    first = made["desk"]
    window.set_places([Place("desk", "Desk", "house", lambda: Plain(around))])
    window.show_place("desk")
    assert window.current is not first
    assert window.keys == ["desk"]


def test_a_screen_may_hold_the_window_open(window: MainWindow, made: dict[str, Plain]) -> None:
    made["start"].closes = False
    assert not window.close()
    made["start"].closes = True
    assert window.close()
