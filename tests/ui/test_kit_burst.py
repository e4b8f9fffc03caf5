"""A scanner's burst and a person's keys are told apart, wherever the focus is."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QInputMethodEvent, QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QDateEdit,
    QDialog,
    QLineEdit,
    QListWidget,
    QMenu,
    QPlainTextEdit,
    QPushButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)
from pytestqt.qtbot import QtBot

from facilitator.domain.keyboards import typed_as
from facilitator.domain.scanners import TEST_CODE, ScannerProfile
from facilitator.domain.ticket import make_ticket
from tests.ui.conftest import Hand
from ui.kit import Button, Caught, KeyFilter, ScannerTest
from ui.kit.burst_judge import HOLD_MS

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


@pytest.mark.slow
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


# --- shape, pauses and leaks ---------------------------------------------------------------------

TICKET = make_ticket("K7Q2", bytes(range(40, 50)))


def burst(hand: Hand, widget: QWidget, text: str, gaps: Sequence[float]) -> None:
    """Types with a gap before each character; what waited too long has gone on, as by its timer."""
    for character, gap in zip(text, gaps, strict=True):
        if gap > HOLD_MS:
            hand.keys.settle()
        hand.press(widget, character, gap=gap)


def halting(text: str, *breaks: int, gap: float = 4.0, pause: float = 120.0) -> list[float]:
    """Gaps of a scanner that pauses before the characters at `breaks`."""
    return [pause if n in breaks else gap for n in range(len(text))]


@pytest.mark.parametrize("gap", [30.0, 60.0, 90.0])
def test_smith_and_enter_is_never_a_scan(
    page: Page, hand: Hand, scans: list[str], gap: float
) -> None:
    hand.press(page.field, "S")
    burst(hand, page.field, "mith", [gap] * 4)
    hand.press(page.field, key=Qt.Key.Key_Return, gap=gap)
    assert scans == []
    assert page.field.text() == "Smith"


@pytest.mark.parametrize("breaks", [(1,), (9,), (2, 13, 25), tuple(range(1, 26))])
def test_what_a_halting_scanner_leaked_leaves_the_field_again(
    page: Page, hand: Hand, scans: list[str], breaks: tuple[int, ...]
) -> None:
    page.field.setText("Ada Larkin")
    page.field.setSelection(4, 6)
    page.text.setPlainText("They are 😀 read")
    cursor = page.text.textCursor()
    cursor.setPosition(6)
    page.text.setTextCursor(cursor)
    for target in (page.field, page.text):
        hand.now += 1000
        burst(hand, target, TICKET, halting(TICKET, *breaks))
        hand.press(target, key=Qt.Key.Key_Return, gap=4.0)
    assert scans == [TICKET, TICKET]
    assert page.field.text() == "Ada Larkin"
    assert (page.field.selectedText(), page.field.cursorPosition()) == ("Larkin", 10)
    assert page.text.toPlainText() == "They are 😀 read"
    assert page.text.textCursor().position() == 6


def test_what_a_person_typed_before_the_scan_stays(
    page: Page, hand: Hand, scans: list[str]
) -> None:
    burst(hand, page.field, "Ad" + TICKET, [200, 90, 90, *halting(TICKET, 3, 8)[1:]])
    hand.press(page.field, key=Qt.Key.Key_Return, gap=4.0)
    assert scans == [TICKET]
    assert page.field.text() == "Ad"


def test_a_code_that_the_event_knows_may_halt_too(page: Page, hand: Hand, scans: list[str]) -> None:
    hand.keys.know(["a8mk7wq2zz"])
    burst(hand, page.text, "A8MK7WQ2ZZ", halting("A8MK7WQ2ZZ", 4))
    hand.press(page.text, key=Qt.Key.Key_Return, gap=4.0)
    assert scans == ["A8MK7WQ2ZZ"]
    assert page.text.toPlainText() == ""


def test_an_unknown_code_typed_at_leisure_is_typing(
    page: Page, hand: Hand, scans: list[str]
) -> None:
    burst(hand, page.field, "1048221900", [90] * 10)
    hand.press(page.field, key=Qt.Key.Key_Return, gap=90)
    assert scans == []
    assert page.field.text() == "1048221900"


def test_a_slow_scanner_is_taken_once_it_is_known(page: Page, hand: Hand, scans: list[str]) -> None:
    hand.keys.profile = ScannerProfile(ms=95.0)
    burst(hand, page.field, "1048221900", [95] * 10)
    hand.press(page.field, key=Qt.Key.Key_Return, gap=95)
    assert scans == ["1048221900"]
    assert page.field.text() == ""
    hand.now += 1000
    # A person is not as even as that, and types no ten digits.
    burst(hand, page.field, "Featherstone", [80, 120, 70, 95, 60, 140, 90, 85, 100, 95, 90, 80])
    hand.press(page.field, key=Qt.Key.Key_Return, gap=95)
    assert scans == ["1048221900"]
    assert page.field.text() == "Featherstone"


def test_a_whole_ticket_needs_no_enter_and_a_late_one_presses_nothing(
    page: Page, hand: Hand, scans: list[str]
) -> None:
    page.pressed.clear()
    burst(hand, page.mix, TICKET, [4] * len(TICKET))
    assert scans == []
    hand.keys.settle()
    assert scans == [TICKET]
    hand.press(page.mix, key=Qt.Key.Key_Return, gap=90)
    assert page.pressed == []
    hand.press(page, "m", gap=900)
    hand.keys.settle()
    assert page.pressed == ["mix"]


def test_other_codes_without_enter_need_the_profile(
    page: Page, hand: Hand, scans: list[str]
) -> None:
    for profile, found in ((ScannerProfile(), []), (ScannerProfile(end="none"), ["1048221900"])):
        hand.now += 1000
        hand.keys.profile = profile
        burst(hand, page.field, "1048221900", [4] * 10)
        hand.keys.settle()
        assert scans == found
    assert page.field.text() == "1048221900"
    hand.now += 1000
    burst(hand, page.field, "the doctor", [30] * 10)
    hand.keys.settle()
    assert page.field.text().endswith("the doctor")


def test_a_garbled_ticket_is_handed_on_as_it_was_meant(
    page: Page, hand: Hand, scans: list[str]
) -> None:
    caught: list[Caught] = []
    hand.keys.caught.connect(caught.append)
    typed = typed_as(TICKET, "us", "fr")
    hand.scan(page.field, typed)
    assert scans == [TICKET]
    assert caught == [Caught(typed, TICKET)]
    hand.keys.profile = ScannerProfile("us", "fr")
    hand.scan(page.field, typed_as("1048221900", "us", "fr"))
    assert scans[-1] == "1048221900"
    assert page.field.text() == ""


def test_two_tickets_in_one_go_are_two(page: Page, hand: Hand, scans: list[str]) -> None:
    other = make_ticket("K7Q2", bytes(10))
    hand.scan(page.field, TICKET + other)
    assert scans == [TICKET, other]


@pytest.mark.parametrize("end", ["enter", "tab", "none"])
@pytest.mark.parametrize("ms", [2.0, 100.0])
def test_the_test_code_is_nobodys_ticket(
    page: Page, hand: Hand, scans: list[str], end: str, ms: float
) -> None:
    tested: list[ScannerTest] = []
    hand.keys.tested.connect(tested.append)
    page.field.setText("Ada")
    burst(hand, page.field, TEST_CODE, [ms] * len(TEST_CODE))
    if end == "none":
        hand.keys.settle()
    else:
        key = Qt.Key.Key_Tab if end == "tab" else Qt.Key.Key_Return
        hand.press(page.field, key=key, gap=ms)
    assert scans == []
    [test] = tested
    assert (test.end, round(test.ms)) == (end, ms)
    assert test.profile.ms == (100.0 if ms > 35 else 0.0)
    assert page.field.text() == "Ada"


# --- keys as scanners press them -----------------------------------------------------------------


def key(
    hand: Hand, widget: QWidget, code: int, text: str, modifiers: Qt.KeyboardModifier, gap: float
) -> None:
    hand.now += gap
    QApplication.sendEvent(widget, QKeyEvent(QEvent.Type.KeyPress, code, modifiers, text))


NO, SHIFT, CTRL, ALT, PAD = (
    Qt.KeyboardModifier.NoModifier,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.AltModifier,
    Qt.KeyboardModifier.KeypadModifier,
)


def test_shift_caps_lock_alt_gr_and_the_number_pad_are_part_of_a_scan(
    page: Page, hand: Hand, scans: list[str]
) -> None:
    page.field.setText("Ada")
    strokes = [
        (Qt.Key.Key_CapsLock, "", NO), (Qt.Key.Key_Shift, "", SHIFT), (Qt.Key.Key_A, "A", SHIFT),
        (Qt.Key.Key_AltGr, "", CTRL | ALT), (Qt.Key.Key_At, "@", CTRL | ALT),
        (Qt.Key.Key_1, "1", PAD), (Qt.Key.Key_2, "2", PAD), (Qt.Key.Key_NumLock, "", NO),
        (Qt.Key.Key_B, "b", NO), (Qt.Key.Key_Enter, "\r", PAD), (Qt.Key.Key_J, "\n", CTRL),
    ]  # fmt: skip
    for code, text, modifiers in strokes:
        key(hand, page.field, code, text, modifiers, 3.0)
    assert scans == ["A@12b"]
    assert page.field.text() == "Ada"


def test_stx_and_etx_belong_to_the_scan_and_copy_nothing(
    page: Page, hand: Hand, scans: list[str]
) -> None:
    page.field.setText("Ada")
    page.field.selectAll()
    QApplication.clipboard().setText("as it was")
    key(hand, page.field, Qt.Key.Key_B, "\x02", CTRL, 200.0)
    burst(hand, page.field, TICKET, [3] * len(TICKET))
    key(hand, page.field, Qt.Key.Key_C, "\x03", CTRL, 3.0)
    hand.press(page.field, key=Qt.Key.Key_Return, gap=3.0)
    assert scans == [TICKET]
    assert QApplication.clipboard().text() == "as it was"
    # A person's copying still copies.
    key(hand, page.field, Qt.Key.Key_C, "\x03", CTRL, 900.0)
    assert QApplication.clipboard().text() == "Ada"


def test_an_input_method_hands_on_the_same(page: Page, hand: Hand, scans: list[str]) -> None:
    def commit(text: str, gap: float) -> None:
        hand.now += gap
        event = QInputMethodEvent("", [])
        event.setCommitString(text)
        QApplication.sendEvent(page.field, event)

    for character in TICKET:
        commit(character, 3.0)
    hand.press(page.field, key=Qt.Key.Key_Return, gap=3.0)
    assert scans == [TICKET]
    commit("é", 900.0)
    hand.keys.settle()
    assert page.field.text() == "é"


# --- wherever the focus is -----------------------------------------------------------------------


@pytest.mark.parametrize("halts", [False, True])
def test_other_controls_stay_as_they_were(
    qtbot: QtBot, hand: Hand, scans: list[str], halts: bool
) -> None:
    number, day, choice = QSpinBox(), QDateEdit(), QComboBox()
    typed, rows = QComboBox(), QListWidget()
    holder = QWidget()
    box = QVBoxLayout(holder)
    number.setMaximum(999)
    number.setValue(120)
    choice.addItems(["Front line", "Leader", "1 of these"])
    choice.setCurrentIndex(1)
    typed.setEditable(True)
    typed.addItems(["Ealing", "F1 Pharmacy"])
    typed.setEditText("Elmers")
    rows.addItems(["Ada", "Fatima", "1"])
    rows.setCurrentRow(0)
    for one in (number, day, choice, typed, rows):
        box.addWidget(one)
    qtbot.addWidget(holder)
    holder.show()
    was = day.date()
    controls = (number, day, choice, typed, rows)
    for control in controls:
        hand.now += 1000
        burst(hand, control, TICKET, halting(TICKET, *((2, 9) if halts else ())))
        hand.press(control, key=Qt.Key.Key_Return, gap=4.0)
    assert scans == [TICKET] * len(controls)
    assert (number.value(), number.text()) == (120, "120")
    assert day.date() == was
    assert choice.currentText() == "Leader"
    assert typed.currentText() == "Elmers"
    assert rows.currentRow() == 0
    assert [item.text() for item in rows.selectedItems()] == ["Ada"]


class Wedge:
    """A scanner at a window: real key events, through the window system's own way in."""

    def __init__(self) -> None:
        self.keys = KeyFilter.of_application()
        self.now = 0.0
        self.keys.clock_ms = self._tick

    def _tick(self) -> float:
        self.now += 2.0
        return self.now

    def scan(self, window: QWidget, code: str) -> None:
        """Types `code` and Enter at whatever has the keyboard."""
        handle = window.windowHandle()
        assert handle is not None
        for character in code:
            QTest.keyClick(handle, character)  # pyright: ignore[reportCallIssue, reportArgumentType]
        QTest.keyClick(handle, Qt.Key.Key_Return)  # pyright: ignore[reportCallIssue, reportArgumentType]


@pytest.mark.qt_log_ignore("This plugin does not support")
def test_a_scan_reaches_us_through_an_open_menu(
    page: Page, qtbot: QtBot, hand: Hand, scans: list[str]
) -> None:
    chosen: list[str] = []
    menu = QMenu(page)
    for words in ("&F1 help", "&1 of these", "&Quit"):
        menu.addAction(words, lambda words=words: chosen.append(words))
    menu.popup(page.mapToGlobal(page.rect().center()))
    qtbot.waitUntil(menu.isVisible)
    Wedge().scan(page, TICKET)
    assert scans == [TICKET]
    assert chosen == []
    assert menu.isVisible()
    menu.close()


@pytest.mark.qt_log_ignore("This plugin does not support")
def test_a_scan_reaches_us_through_the_list_of_a_combo_box(
    qtbot: QtBot, hand: Hand, scans: list[str]
) -> None:
    choice = QComboBox()
    choice.addItems(["Ada", "Fatima", "1"])
    qtbot.addWidget(choice)
    choice.show()
    qtbot.waitExposed(choice)
    choice.showPopup()
    qtbot.waitUntil(choice.view().isVisible)
    Wedge().scan(choice, TICKET)
    assert scans == [TICKET]
    assert choice.view().isVisible()
    assert choice.currentText() == "Ada"
    choice.hidePopup()


@pytest.mark.qt_log_ignore("This plugin does not support")
def test_a_scan_reaches_us_through_a_modal_dialog(
    page: Page, qtbot: QtBot, hand: Hand, scans: list[str]
) -> None:
    dialog = QDialog(page)
    dialog.setModal(True)
    box = QVBoxLayout(dialog)
    field, remove = QLineEdit("REMOVE"), QPushButton("Remove everything")
    remove.setDefault(True)
    removed: list[bool] = []
    remove.clicked.connect(removed.append)
    box.addWidget(field)
    box.addWidget(remove)
    dialog.open()
    qtbot.waitUntil(dialog.isVisible)
    field.setFocus()
    Wedge().scan(dialog, TICKET)
    assert scans == [TICKET]
    assert field.text() == "REMOVE"
    assert removed == []
    assert dialog.isVisible()
    dialog.close()
