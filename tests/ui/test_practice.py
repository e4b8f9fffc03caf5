"""Five minutes of training: six tickets, six verdicts, and nothing real is touched."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image
from pypdfium2 import PdfDocument
from pytestqt.qtbot import QtBot

from facilitator.app import EventApp
from facilitator.clocks import HandClocks
from facilitator.domain.ticket import TicketCheck, check_ticket
from facilitator.sample import make_sample_event
from facilitator.services.practice import TASKS, Practice, pace_words, task_of, write_tickets
from tests.ui.conftest import Hand
from ui.application import Composition, build_window
from ui.screens.practice import PracticePage
from ui.screens.screen import Surroundings
from ui.screens.start import StartScreen
from ui.settings import LaptopSettings


def leftovers() -> set[Path]:
    return set(Path(tempfile.gettempdir()).glob("facilitator-practice-*"))


def test_six_tickets_end_in_six_verdicts_and_nothing_is_left(clocks: HandClocks) -> None:
    practice = Practice(clocks)
    folder = practice.folder
    found = [practice.scan(task.code) for task in TASKS]
    assert [one.verdict.outcome for one in found if one] == [task.outcome for task in TASKS]
    assert len({task.outcome for task in TASKS}) == 6
    assert all(one.is_right for one in found if one)
    again = practice.scan(TASKS[0].code)
    assert again is not None
    assert not again.is_right
    assert practice.scan("F1-K7Q2-4HV0N8YAX3W5J2RC-9") is None
    practice.close()
    assert not folder.exists()


def test_at_a_real_event_no_test_ticket_is_one_of_ours() -> None:
    for task in TASKS:
        assert check_ticket(task.code, "K7Q2") in (TicketCheck.OTHER_EVENT, TicketCheck.MISREAD)


@pytest.mark.parametrize(
    ("typed", "number"),
    [("3", 3), (" 6 ", 6), (TASKS[1].code.lower(), 2), ("0", None), ("7", None), ("Ada", None),
     ("", None), ("²", None)],
)  # fmt: skip
def test_a_number_or_a_code_is_typed(typed: str, number: int | None) -> None:
    found = task_of(typed)
    assert (found.number if found else None) == number


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(72.4, "All six in 1 minute 12 seconds: you are ready for the door."),
     (90, "All six in 1 minute 30 seconds: you are ready for the door."),
     (1, "All six in 1 second: you are ready for the door."),
     (120, "All six in 2 minutes. Once more, and you have them in 90 seconds.")],
)  # fmt: skip
def test_it_ends_with_one_sentence(seconds: float, words: str) -> None:
    assert pace_words(seconds) == words


def test_the_sheet_is_one_page_and_every_code_on_it_is_read(
    tmp_path: Path, clocks: HandClocks
) -> None:
    path = write_tickets(tmp_path / "practice tickets.pdf", clocks)
    document = PdfDocument(path)
    try:
        assert len(document) == 1
        picture: Image.Image = document[0].render(scale=2).to_pil()
    finally:
        document.close()
    read = {code.text for code in zxingcpp.read_barcodes(picture)}
    assert read == {task.code for task in TASKS}


# --- the page -------------------------------------------------------------------------------------


@pytest.fixture
def page(
    qtbot: QtBot, around: Surroundings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[PracticePage]:
    # Its own, for other tests practise at the same time.
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    around.settings.set(sounds=False)
    made = PracticePage(around)
    qtbot.addWidget(made)
    made.resize(758, 520)
    made.show()
    made.begin()
    yield made
    made.hide()
    around.database.settle()
    assert leftovers() == set()


def test_six_scans_at_the_page(
    page: PracticePage, hand: Hand, around: Surroundings, clocks: HandClocks
) -> None:
    assert page.progress.text() == "0 of 6"
    for done, task in enumerate(TASKS, 1):
        clocks.advance(10)
        # The first one comes while the event is still being made.
        hand.scan(page.field, task.code)
        around.database.settle()
        assert page.progress.text() == f"{done} of 6"
    assert page.sentence.isVisibleTo(page)
    assert page.state().startswith("All six, ")
    assert page.time.text() == "0:50 of 1:30"
    page.again.click()
    around.database.settle()
    assert page.progress.text() == "0 of 6"
    assert not page.sentence.isVisibleTo(page)


def test_numbers_are_typed_where_there_is_no_scanner(
    page: PracticePage, hand: Hand, around: Surroundings
) -> None:
    for number in "214365":
        hand.type(page.field, number, enter=True)
        around.database.settle()
    assert page.progress.text() == "6 of 6"
    hand.type(page.field, "9", enter=True)
    around.database.settle()
    assert page.progress.text() == "6 of 6"


def test_a_ticket_twice_counts_once(page: PracticePage, hand: Hand, around: Surroundings) -> None:
    for _ in range(2):
        hand.type(page.field, "1", enter=True)
        around.database.settle()
    assert page.progress.text() == "1 of 6"


# --- in the window --------------------------------------------------------------------------------


@pytest.fixture
def event(tmp_path: Path, clocks: HandClocks) -> EventApp:
    return make_sample_event(
        tmp_path / "day.facilitator", attendees=12, held_on=clocks.now().date(), clocks=clocks
    )


@pytest.fixture
def window(
    event: EventApp | None, clocks: HandClocks, tmp_path: Path, qtbot: QtBot
) -> Iterator[Composition]:
    settings = LaptopSettings(tmp_path / "settings.json")
    settings.set(sounds=False)
    made = build_window(event, settings, clocks)
    made.window.show()
    made.database.settle()
    yield made
    made.window.close()


def test_during_a_practice_a_guests_ticket_is_the_desks(
    window: Composition, event: EventApp, hand: Hand
) -> None:
    assert window.practise()
    desk = window.window.screen_of("desk")
    (page,) = desk.findChildren(PracticePage)
    assert page.isVisible()
    guest = next(p for p in event.people.all() if p.status.value == "expected")
    hand.scan(page.field, TASKS[0].code)
    hand.scan(page.field, guest.ticket)
    window.database.settle()
    assert page.progress.text() == "1 of 6"
    assert [one.raw for one in event.checkin.log()] == [guest.ticket]
    assert event.people.get(guest.id).is_here


@pytest.mark.parametrize("event", [None])
def test_start_has_it_without_any_event(window: Composition, hand: Hand) -> None:
    start = window.window.screen_of("start")
    assert isinstance(start, StartScreen)
    start.practise.click()
    page = start.practice_page
    assert page is not None
    assert page.isVisible()
    hand.type(page.field, "4", enter=True)
    window.database.settle()
    assert page.progress.text() == "1 of 6"
    page.left.emit()
    assert not page.isVisible()


def test_the_window_is_closed_during_a_practice(
    event: EventApp, clocks: HandClocks, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = tmp_path / "practised"
    place.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(place))
    settings = LaptopSettings(tmp_path / "settings.json")
    settings.set(sounds=False)
    made = build_window(event, settings, clocks)
    made.window.show()
    made.database.settle()
    assert made.practise()
    made.database.settle()
    assert leftovers()
    made.window.close()
    assert not leftovers(), "what was made is thrown away, though its lane has ended"
