"""A locked Desk: nothing but check-in, the roll and Black; the PIN opens it; nobody is trapped."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from facilitator.app import create_event, open_event
from facilitator.clocks import HandClocks
from facilitator.services.events import NewEvent
from tests.people import add_person
from tests.ui.conftest import Hand
from tests.ui.test_walk import SIZES
from tests.ui.walk import faults_of, scrolled
from tests.ui.whole_window import put_away, settle, to_front
from ui.application import Composition, build_window
from ui.screens.desk import DeskScreen
from ui.settings import LaptopSettings
from ui.theme import ThemeKeeper

PIN = "4071"
CTRL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def place(tmp_path: Path, clocks: HandClocks) -> Path:
    made = tmp_path / "day.facilitator"
    with create_event(made, NewEvent("A day", date(2026, 11, 18)), clocks) as app:
        app.desk_lock.set(PIN)
    return made


@pytest.fixture
def start(
    place: Path, tmp_path: Path, clocks: HandClocks, qtbot: QtBot
) -> Iterator[Callable[[], Composition]]:
    """Starts the program over the event; once more after it was closed."""
    started: list[Composition] = []

    def begin() -> Composition:
        made = build_window(
            open_event(place, clocks),
            LaptopSettings(tmp_path / "s.json"),
            clocks,
            location=str(place),
        )
        to_front(made.window, qtbot)
        settle(made)
        started.append(made)
        return made

    yield begin
    for made in started:
        put_away(made)


@pytest.fixture
def made(start: Callable[[], Composition]) -> Composition:
    return start()


def desk(made: Composition) -> DeskScreen:
    screen = made.window.screen_of("desk")
    assert isinstance(screen, DeskScreen)
    return screen


def press(made: Composition, key: Qt.Key, modifiers: Qt.KeyboardModifier = CTRL) -> None:
    QTest.keyClick(made.window, key, modifiers)
    settle(made)


def rail(made: Composition) -> list[str]:
    return [b.text() for b in made.window._rail.buttons if b.isVisible()]


def unlock(made: Composition, hand: Hand, pin: str = PIN) -> None:
    press(made, Qt.Key.Key_L)
    hand.type(desk(made).lock.pin.edit, pin, enter=True)
    settle(made)


def test_a_locked_desk_has_only_itself_the_roll_and_black(made: Composition) -> None:
    press(made, Qt.Key.Key_L)
    assert rail(made) == ["Desk", "Room sees", "Black", "Roll", "Keys"]
    for number in range(1, 8):
        press(made, Qt.Key(Qt.Key.Key_0 + number))
        assert made.window.current_key == "desk"
    for key in (Qt.Key.Key_N, Qt.Key.Key_Comma):
        press(made, key)
        assert made.window.current_key == "desk"
    for wanted in ("people", "after", "event", "start", "room"):
        desk(made).go.emit(wanted)
        assert made.window.current_key == "desk"
    assert not made.window._name.isHidden()


def test_the_roll_and_black_stay_at_their_keys(made: Composition) -> None:
    press(made, Qt.Key.Key_L)
    press(made, Qt.Key.Key_R, CTRL | SHIFT)
    assert made.window.current_key == "roll"
    QTest.keyClick(made.window.screen_of("roll"), Qt.Key.Key_Escape)
    settle(made)
    assert made.window.current_key == "desk"
    press(made, Qt.Key.Key_F12, Qt.KeyboardModifier.NoModifier)
    assert made.window._rail.black.text() == "Show again"


def test_f11_opens_nothing_at_a_locked_desk_and_brings_back_what_is_open(made: Composition) -> None:
    press(made, Qt.Key.Key_L)
    press(made, Qt.Key.Key_F11, Qt.KeyboardModifier.NoModifier)
    assert made.window.current_key == "desk"
    assert not made._room().keeper.is_open
    assert "locked" in made.window.message_bar._text.text()
    made._room().open_display()
    press(made, Qt.Key.Key_F11, Qt.KeyboardModifier.NoModifier)
    assert made.window.current_key == "desk"
    assert made._room().keeper.is_open


def test_keys_lists_only_what_works(made: Composition) -> None:
    press(made, Qt.Key.Key_L)
    made.window.show_keys()
    words = {label.text() for label in made.window._keys_page.findChildren(type(made.window._date))}
    assert {"Desk", "Roll", "Unlock"} <= words
    assert not {"People", "This event", "Take a note", "After"} & words
    made.window.show_keys()
    assert made.window.current_key == "desk"


def test_the_pin_opens_it(made: Composition, hand: Hand) -> None:
    press(made, Qt.Key.Key_L)
    assert desk(made).lock.button.text() == "Unlock"
    unlock(made, hand)
    assert desk(made).lock.button.text() == "Lock"
    assert {"Start", "People", "Take a note"} <= set(rail(made))
    assert desk(made).field.hasFocus()
    press(made, Qt.Key.Key_Comma)
    assert made.window.current_key == "event"


def test_wrong_pins_are_told_so_and_must_wait(
    made: Composition, hand: Hand, clocks: HandClocks
) -> None:
    press(made, Qt.Key.Key_L)
    press(made, Qt.Key.Key_L)
    panel = desk(made).lock
    for _ in range(3):
        hand.type(panel.pin.edit, "0000", enter=True)
        settle(made)
    assert panel.pin.error == "That is not the PIN. Wait 5 seconds, then try again."
    assert (panel.pin.text, panel.pin.edit.hasFocus()) == ("", True)
    hand.type(panel.pin.edit, PIN, enter=True)
    settle(made)
    assert "too soon" in panel.pin.error
    assert rail(made)[0] == "Desk"
    clocks.advance(5)
    hand.type(panel.pin.edit, PIN, enter=True)
    settle(made)
    assert rail(made)[0] == "Start"


def test_esc_leaves_it_locked_and_check_in_goes_on(made: Composition, hand: Hand) -> None:
    app = made.event_app
    assert app is not None
    person = add_person(app, "Dr Priya Raman")
    press(made, Qt.Key.Key_L)
    press(made, Qt.Key.Key_L)
    screen = desk(made)
    # A scan while the PIN is asked for is judged, and told in one sentence.
    hand.scan(screen.lock.pin.edit, person.ticket)
    settle(made)
    assert screen.stack.currentWidget() is screen.lock
    assert "Priya Raman" in made.window.message_bar._text.text()
    assert app.checkin.balance().here == 1
    QTest.keyClick(screen.lock.pin.edit, Qt.Key.Key_Escape)
    settle(made)
    assert screen.stack.currentWidget() is screen.card
    assert screen.field.hasFocus()
    assert rail(made)[0] == "Desk"


@pytest.mark.slow
def test_it_stays_locked_over_a_restart(
    start: Callable[[], Composition], hand: Hand, place: Path
) -> None:
    first = start()
    press(first, Qt.Key.Key_L)
    first.window.close()
    again = start()
    assert rail(again)[0] == "Desk"
    assert again.window.current_key == "desk"
    again.open(str(place))
    settle(again)
    assert "locked" in again.window.message_bar._text.text()
    assert rail(again)[0] == "Desk"
    unlock(again, hand)
    again.window.close()
    assert rail(start())[0] == "Start"


def test_a_forgotten_pin_that_was_taken_away_opens(made: Composition) -> None:
    app = made.event_app
    assert app is not None
    press(made, Qt.Key.Key_L)
    assert rail(made)[0] == "Desk"
    app.desk_lock.remove()
    press(made, Qt.Key.Key_L)
    assert rail(made)[0] == "Start"


def test_a_forgotten_pin_taken_away_while_closed_opens(
    start: Callable[[], Composition], place: Path, clocks: HandClocks
) -> None:
    first = start()
    press(first, Qt.Key.Key_L)
    first.window.close()
    with open_event(place, clocks) as app:
        app.desk_lock.remove()
    assert rail(start())[0] == "Start"


def test_without_a_pin_it_says_where_one_is_given(made: Composition) -> None:
    app = made.event_app
    assert app is not None
    app.desk_lock.remove()
    press(made, Qt.Key.Key_L)
    bar = made.window.message_bar
    assert "no PIN yet" in bar._text.text()
    assert bar._act is not None
    bar._act.click()
    settle(made)
    assert made.window.current_key == "event"
    assert rail(made)[0] == "Start"


def test_on_a_small_window_the_card_comes_first(made: Composition) -> None:
    screen = desk(made)
    assert screen.room.isVisible()
    made.window.resize(*SIZES["half"])
    settle(made)
    assert not screen.room.isVisible()
    place = screen.parentWidget()
    assert place is not None
    assert screen.width() == place.width()
    made.window.resize(*SIZES["laptop"])
    settle(made)
    assert screen.room.isVisible()


@pytest.mark.parametrize("size", list(SIZES))
@pytest.mark.parametrize("colours", ["light", "dark"])
def test_a_locked_desk_is_walked(
    made: Composition, theme: ThemeKeeper, colours: str, size: str
) -> None:
    theme.choose(colours)
    made.window.resize(*SIZES[size])
    for _ in range(2):
        press(made, Qt.Key.Key_L)
        assert faults_of(made.window) == []
        if size == "laptop":
            assert scrolled(desk(made)) == []
