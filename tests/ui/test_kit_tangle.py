"""Two scanners that type into each other: both tickets told apart, or nobody let in."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from facilitator.domain.scanners import ScannerProfile
from facilitator.domain.ticket import make_ticket
from tests.ui.conftest import Hand
from ui.kit import Caught, KeyFilter, Tangle
from ui.kit.burst_tangle import looks_tangled, untangle

_CHANCE = random.Random(7)
TICKETS = [make_ticket("K7Q2", _CHANCE.randbytes(10)) for _ in range(600)]
USUAL = ScannerProfile()
ENTER = "\r"


def interleaved(first: str, second: str, turns: Sequence[bool]) -> tuple[str, int]:
    """The two with an Enter each, dealt as `turns` says; and how much came before Enter one."""
    left, right = list(first + ENTER), list(second + ENTER)
    out: list[str] = []
    for turn in turns:
        source = (left if turn else right) or left or right
        if source:
            out.append(source.pop(0))
    out += left + right
    typed = "".join(out)
    return typed, typed.index(ENTER)


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(TICKETS), st.sampled_from(TICKETS), st.lists(st.booleans(), max_size=54)
)  # fmt: skip
def test_two_tickets_of_the_event_come_apart_or_not_at_all(
    first: str, second: str, turns: list[bool]
) -> None:
    typed, end = interleaved(first, second, turns)
    found = untangle(typed.replace(ENTER, ""), end, TICKETS, USUAL)
    assert found is not None
    assert sorted(found) == sorted([first, second])
    assert set(found[0]) <= set(typed[:end])


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(TICKETS), st.lists(st.booleans(), max_size=54), st.binary(min_size=10,
       max_size=10))  # fmt: skip
def test_a_ticket_that_nobody_holds_lets_nobody_in(
    known: str, turns: list[bool], token: bytes
) -> None:
    stranger = make_ticket("K7Q2", token)
    typed, end = interleaved(known, stranger, turns)
    assert untangle(typed.replace(ENTER, ""), end, TICKETS, USUAL) is None


def test_a_lost_character_lets_nobody_in() -> None:
    typed, end = interleaved(TICKETS[0], TICKETS[1], [True, False] * 27)
    raw = typed.replace(ENTER, "")
    for place in range(len(raw)):
        assert untangle(raw[:place] + raw[place + 1 :], end - 1, TICKETS, USUAL) is None


@pytest.mark.parametrize(
    "raw",
    [TICKETS[0], TICKETS[0][:-2], "F1-K7Q2-4HV0N8YAX3W5J2RC-9T", TICKETS[0] + TICKETS[1], "https://tickets.example/F1-2/3",
     "4006381333931", "FACILITATOR-1-IS-A-LONG-WORD-WITHOUT-A-PLACE-FOR-ONE-MORE-LETTER-IN-IT"],
)  # fmt: skip
def test_one_scanner_is_never_taken_for_two(raw: str) -> None:
    assert not looks_tangled(raw, TICKETS, USUAL)


@dataclass
class Heard:
    """What the filter told."""

    caught: list[Caught] = field(default_factory=list)
    tangles: list[Tangle] = field(default_factory=list)


@pytest.fixture
def line(qtbot: QtBot, hand: Hand) -> QLineEdit:
    page = QWidget()
    qtbot.addWidget(page)
    box = QVBoxLayout(page)
    edit = QLineEdit()
    box.addWidget(edit)
    page.show()
    hand.kept.append(page)
    hand.keys.know_tickets(TICKETS)
    return edit


@pytest.fixture
def heard(line: QLineEdit) -> Heard:
    found = Heard()
    keys = KeyFilter.of_application()
    keys.caught.connect(found.caught.append)
    keys.tangled.connect(found.tangles.append)
    return found


def type_all(hand: Hand, line: QLineEdit, typed: str, gap: float = 4.0) -> None:
    for one in typed:
        if one == ENTER:
            hand.press(line, key=Qt.Key.Key_Return, gap=gap)
        else:
            hand.press(line, one, gap=gap)


@pytest.mark.parametrize("late", [0, 1, 3, 9, 20, 25])
def test_both_guests_are_scanned_and_no_field_sees_a_letter(
    line: QLineEdit, hand: Hand, heard: Heard, late: int
) -> None:
    """The second scanner begins `late` characters after the first."""
    typed, _ = interleaved(TICKETS[3], TICKETS[4], [True] * late + [True, False] * 26)
    type_all(hand, line, typed)
    assert [one.text for one in heard.caught] == [TICKETS[3], TICKETS[4]]
    assert [one.codes for one in heard.tangles] in ([], [(TICKETS[3], TICKETS[4])])
    assert line.text() == ""


def test_a_scanner_that_breathes_after_the_first_ones_enter_is_waited_for(
    line: QLineEdit, hand: Hand, heard: Heard
) -> None:
    typed, end = interleaved(TICKETS[3], TICKETS[4], [True, False] * 20 + [True] * 7)
    type_all(hand, line, typed[: end + 3])
    hand.now += 90
    type_all(hand, line, typed[end + 3 :])
    assert [one.text for one in heard.caught] == [TICKETS[3], TICKETS[4]]
    assert line.text() == ""


def test_what_cannot_be_told_apart_is_handed_on_as_it_was_typed_and_said(
    line: QLineEdit, hand: Hand, heard: Heard
) -> None:
    stranger = make_ticket("K7Q2", bytes(range(10)))
    typed, _ = interleaved(TICKETS[3], stranger, [True, False] * 26)
    type_all(hand, line, typed)
    assert [one.codes for one in heard.tangles] == [()]
    (scan,) = heard.caught
    assert scan.raw == scan.text == typed.replace(ENTER, "")
    assert line.text() == ""


def test_where_the_second_half_never_comes_the_first_is_handed_on(
    line: QLineEdit, hand: Hand, heard: Heard
) -> None:
    typed, end = interleaved(TICKETS[3], TICKETS[4], [True, False] * 20 + [True] * 7)
    type_all(hand, line, typed[: end + 1])
    assert heard.caught == []
    hand.keys.settle()
    assert [one.raw for one in heard.caught] == [typed[:end]]
    assert [one.codes for one in heard.tangles] == [()]
    # and a scan after it is its own
    hand.now += 2_000
    hand.scan(line, TICKETS[9])
    assert heard.caught[-1].text == TICKETS[9]


def test_a_scanner_that_stutters_is_not_called_two(
    line: QLineEdit, hand: Hand, heard: Heard
) -> None:
    stuttered = TICKETS[3][:9] + TICKETS[3][8:]
    hand.scan(line, stuttered)
    hand.keys.settle()
    assert [one.text for one in heard.caught] == [stuttered]
    assert heard.tangles == []
