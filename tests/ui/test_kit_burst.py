"""A scanner's burst and a person's keys are told apart, wherever the focus is."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from tests.ui.conftest import Hand
from ui.kit import Button

CODE = "F1-K7Q2-4HV0N8YAX3W5J2RC-9T"


class Page(QWidget):
    """A field, a text, a button, and what was scanned."""

    def __init__(self) -> None:
        super().__init__()
        box = QVBoxLayout(self)
        self.field, self.text = QLineEdit(), QPlainTextEdit()
        self.mix = Button("Mix", key="M")
        self.pause = Button("Pause", key="Space")
        for one in (self.field, self.text, self.mix, self.pause):
            box.addWidget(one)
        self.pressed: list[str] = []
        self.mix.clicked.connect(lambda: self.pressed.append("mix"))
        self.pause.clicked.connect(lambda: self.pressed.append("pause"))


@pytest.fixture
def page(qtbot: QtBot) -> Page:
    made = Page()
    qtbot.addWidget(made)
    made.show()
    return made


@pytest.fixture
def scans(hand: Hand) -> list[str]:
    found: list[str] = []
    hand.keys.scanned.connect(found.append)
    return found


@pytest.mark.parametrize("target", ["field", "text", "mix"])
def test_a_scan_is_caught_wherever_the_focus_is(
    page: Page, hand: Hand, scans: list[str], target: str
) -> None:
    page.field.setText("Ada Lar")
    page.text.setPlainText("They are read")
    hand.scan(getattr(page, target), CODE)
    assert scans == [CODE]
    assert page.field.text() == "Ada Lar"
    assert page.text.toPlainText() == "They are read"
    assert page.pressed == []


def test_tab_may_end_a_scan_and_does_not_move_the_focus(
    page: Page, hand: Hand, scans: list[str]
) -> None:
    hand.scan(page.field, "1048221900", end=Qt.Key.Key_Tab)
    hand.press(page.field, key=Qt.Key.Key_Return, gap=5)
    assert scans == ["1048221900"]


def test_a_thousand_scans_back_to_back_lose_none(page: Page, hand: Hand, scans: list[str]) -> None:
    codes = [f"F1-K7Q2-{number:016d}-9T" for number in range(1000)]
    for code in codes:
        hand.scan(page.field, code, gap=2.0)
    assert scans == codes
    assert page.field.text() == ""


def test_what_a_person_types_reaches_the_field(page: Page, hand: Hand, scans: list[str]) -> None:
    hand.type(page.field, "Nguyễn", enter=True)
    assert page.field.text() == "Nguyễn"
    assert scans == []


def test_a_fast_person_keeps_the_order_of_letters(page: Page, hand: Hand, scans: list[str]) -> None:
    for letter in "abcdefgh":
        hand.press(page.field, letter, gap=45.0)
    hand.press(page.field, key=Qt.Key.Key_Return, gap=45.0)
    assert page.field.text() == "abcdefgh"
    assert scans == []


def test_letters_wait_for_the_timer_only(page: Page, qtbot: QtBot) -> None:
    # With the real clock: the letters arrive by themselves a moment later.
    qtbot.keyClicks(page.field, "ab")
    qtbot.waitUntil(lambda: page.field.text() == "ab", timeout=2000)


def test_a_single_key_is_a_shortcut_for_a_person(page: Page, hand: Hand) -> None:
    hand.press(page, "m")
    assert page.pressed == []
    hand.keys.settle()
    assert page.pressed == ["mix"]


def test_a_single_key_in_a_text_field_is_text(page: Page, hand: Hand) -> None:
    hand.type(page.field, "m")
    assert page.field.text() == "m"
    assert page.pressed == []


def test_space_on_a_focused_button_is_the_buttons_own(page: Page, hand: Hand) -> None:
    hand.press(page.mix, " ", key=Qt.Key.Key_Space)
    hand.keys.settle()
    assert "pause" not in page.pressed
    hand.press(page, " ", key=Qt.Key.Key_Space)
    hand.keys.settle()
    assert page.pressed == ["pause"]


def test_the_letters_of_a_scan_press_nothing(page: Page, hand: Hand, scans: list[str]) -> None:
    hand.scan(page, "MMMMMMMM")
    assert scans == ["MMMMMMMM"]
    assert page.pressed == []


def test_a_letter_right_after_another_key_presses_nothing(page: Page, hand: Hand) -> None:
    hand.press(page, "x")
    hand.keys.settle()
    hand.press(page, "m", gap=60)
    hand.keys.settle()
    assert page.pressed == []


def test_a_hidden_or_refused_button_is_not_pressed(page: Page, hand: Hand) -> None:
    page.mix.refuse("Nobody is here yet")
    hand.press(page, "m")
    hand.keys.settle()
    page.mix.allow()
    page.mix.hide()
    hand.press(page, "m")
    hand.keys.settle()
    assert page.pressed == []


def test_a_button_that_is_gone_is_forgotten(page: Page, hand: Hand, qapp: QApplication) -> None:
    page.mix.setParent(None)
    page.mix.deleteLater()
    qapp.sendPostedEvents(None, 52)
    hand.press(page, "m")
    hand.keys.settle()
    assert page.pressed == []
