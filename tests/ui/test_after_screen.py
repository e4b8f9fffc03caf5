"""After: what it says, what it writes, and that removal is asked for."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from pypdf import PdfReader
from pytestqt.qtbot import QtBot

from facilitator.app import EventApp, create_event
from facilitator.clocks import HandClocks
from facilitator.services.events import NewEvent
from tests import day
from tests.people import add_person
from ui.kit import Label, Message
from ui.screens.after import AfterScreen
from ui.screens.screen import Surroundings


class Asked:
    """Answers a file dialog with a path in a folder, and remembers what was suggested."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.suggested: list[str] = []
        self.name = ""

    def __call__(self, _parent: object, _title: str, name: str, _kinds: str) -> str:
        self.suggested.append(name)
        return str(self.folder / (self.name or name))


@pytest.fixture
def event(tmp_path: Path, clocks: HandClocks) -> Iterator[EventApp]:
    new = NewEvent("South London GP and Pharmacy Day", date(2026, 11, 18), "The Depot")
    with create_event(tmp_path / "e.facilitator", new, clocks) as opened:
        yield opened


@pytest.fixture
def asked(tmp_path: Path) -> Asked:
    (tmp_path / "out").mkdir()
    return Asked(tmp_path / "out")


@pytest.fixture
def said() -> list[Message]:
    return []


def _open(
    qtbot: QtBot, around: Surroundings, event: EventApp, asked: Asked, said: list[Message]
) -> AfterScreen:
    screen = AfterScreen(
        around, event.event, event.report, event.exports, event.follow_up, event.privacy,
        extras=event.report_extras, ask_file=asked, ask_folder=asked,
    )  # fmt: skip
    screen.said.connect(said.append)
    screen.resize(1126, 680)
    qtbot.addWidget(screen)
    screen.show()
    _settle(qtbot, screen)
    return screen


def _settle(qtbot: QtBot, screen: AfterScreen) -> None:
    for _ in range(2):
        qtbot.waitUntil(lambda: not screen.stale)
        screen.around.database.settle()
        screen.around.heavy.settle()


def test_an_empty_event_says_what_will_be_here(
    qtbot: QtBot, around: Surroundings, event: EventApp, asked: Asked, said: list[Message]
) -> None:
    screen = _open(qtbot, around, event, asked, said)
    assert screen._headline.text() == "Nobody is on the list yet"
    assert not screen._preview.has_page
    assert not screen.make.isEnabled()
    assert not screen.certificates.isEnabled()
    assert not screen.remove.isEnabled()


def test_the_worst_true_thing_comes_first_and_the_page_is_drawn(
    qtbot: QtBot, around: Surroundings, event: EventApp, asked: Asked, said: list[Message]
) -> None:
    day.full_day(event)
    screen = _open(qtbot, around, event, asked, said)
    assert screen._headline.text() == "2 notes mention somebody by name"
    assert "Devi Venkatesan" in screen._lead.text()
    assert screen._preview.has_page
    assert [words.text() for _, _, words in screen._said][-1] == "1 has no owner"
    event.event.set(keep_until="2026-11-01")
    screen.reload()
    _settle(qtbot, screen)
    assert screen._headline.text() == "Personal data was to be removed by 1 November 2026"


def test_a_day_without_faults_is_ready_to_send(
    qtbot: QtBot, around: Surroundings, event: EventApp, asked: Asked, said: list[Message]
) -> None:
    day.add_people(event, first=20, second=20, third=0)
    screen = _open(qtbot, around, event, asked, said)
    assert screen._headline.text() == "The day is ready to send"
    assert screen._lead.text().startswith("36 people came.")


@pytest.mark.slow
def test_report_and_word_are_written_and_said(
    qtbot: QtBot, around: Surroundings, event: EventApp, asked: Asked, said: list[Message]
) -> None:
    day.full_day(event)
    screen = _open(qtbot, around, event, asked, said)
    screen.make.click()
    screen.word.click()
    _settle(qtbot, screen)
    names = ["south-london-gp-and-pharmacy-day-report.pdf",
             "south-london-gp-and-pharmacy-day-report.docx"]  # fmt: skip
    assert asked.suggested == names
    assert sorted(p.name for p in asked.folder.iterdir()) == sorted(names)
    done = [message.text for message in said if message.mood == "done"]
    assert all(text.endswith("No names are inside.") for text in done)
    assert len(done) == 2


@pytest.mark.slow
def test_named_is_a_choice_and_the_export_says_so(
    qtbot: QtBot, around: Surroundings, event: EventApp, asked: Asked, said: list[Message]
) -> None:
    day.full_day(event)
    screen = _open(qtbot, around, event, asked, said)
    screen.attribution.buttons[0].click()
    _settle(qtbot, screen)
    assert screen._exports_note.text().startswith("Names are inside.")
    screen.spreadsheet.click()
    screen.csv.click()
    screen.calendar.click()
    screen.certificates.click()
    screen.export.click()
    _settle(qtbot, screen)
    done = {message.text for message in said if message.mood == "done"}
    assert any(text.startswith("The export is saved as “south") for text in done)
    assert any("certificates for 94 people" in text.lower() for text in done)
    assert any(text.startswith("The follow-up lists with") for text in done)
    assert len([p for p in asked.folder.iterdir() if p.is_dir()]) == 2


def test_a_dialog_that_was_cancelled_writes_nothing(
    qtbot: QtBot, around: Surroundings, event: EventApp, asked: Asked, said: list[Message]
) -> None:
    day.add_people(event, first=6, second=6, third=0)
    screen = _open(qtbot, around, event, asked, said)
    screen._ask_file = lambda *_: ""
    screen.make.click()
    _settle(qtbot, screen)
    assert said == []


def test_removal_asks_first_and_then_removes(
    qtbot: QtBot, around: Surroundings, event: EventApp, asked: Asked, said: list[Message]
) -> None:
    add_person(event, "Ada Larkin", contact_consent=True)
    add_person(event, "Bo Larkin")
    screen = _open(qtbot, around, event, asked, said)
    screen.remove.click()
    assert screen.dialog is not None
    screen.dialog.cancel.click()
    _settle(qtbot, screen)
    assert [p.name for p in event.people.all()] == ["Ada Larkin", "Bo Larkin"]
    screen.remove.click()
    screen.dialog.keep_agreed.setChecked(True)
    screen.dialog.remove.click()
    _settle(qtbot, screen)
    assert [p.name for p in event.people.all()] == ["Ada Larkin", ""]
    assert said[-1].text.startswith("Personal data of 1 person is removed")


def test_a_day_to_remove_by_is_kept_or_refused_in_words(
    qtbot: QtBot, around: Surroundings, event: EventApp, asked: Asked, said: list[Message]
) -> None:
    add_person(event, "Ada Larkin")
    screen = _open(qtbot, around, event, asked, said)
    assert screen._held.text().endswith("No day is set to remove it.")
    screen.remove.click()
    assert screen.dialog is not None
    screen.dialog.day.set_text("some day")
    screen.dialog.keep_day.click()
    assert event.event.get().settings.keep_until == ""
    screen.dialog.day.set_text("2026-12-16")
    screen.dialog.keep_day.click()
    _settle(qtbot, screen)
    assert event.event.get().settings.keep_until == "2026-12-16"
    assert "by 16 December 2026" in screen._held.text()


@pytest.mark.slow
def test_making_a_report_says_how_far_it_is_and_can_be_stopped(
    qtbot: QtBot, around: Surroundings, event: EventApp, asked: Asked, said: list[Message]
) -> None:
    day.full_day(event)
    for number in range(60):
        day.add_note(event, "action", f"Action {number}", boroughs=("Lambeth",))
    screen = _open(qtbot, around, event, asked, said)

    def stop(message: Message) -> None:
        # the window hears of it while the report is made, and so can stop it
        if message.act == "Stop" and message.do is not None:
            assert "% is written" in message.text
            message.do()

    screen.said.connect(stop)
    screen.word.click()
    _settle(qtbot, screen)
    assert said[-1].text == "The report was stopped. Nothing was written."
    assert list(asked.folder.iterdir()) == []
    screen.said.disconnect(stop)
    screen.make.click()
    _settle(qtbot, screen)
    assert any(message.act == "Stop" for message in said[-11:-1])
    assert said[-1].text.startswith("The report is saved as")
    assert {message.about for message in said[-2:]} == {"report"}


def test_from_the_day_on_a_day_is_proposed_and_one_press_keeps_it(
    qtbot: QtBot, around: Surroundings, event: EventApp, asked: Asked, said: list[Message],
    clocks: HandClocks,
) -> None:  # fmt: skip
    add_person(event, "Ada Larkin")
    clocks.advance((date(2026, 11, 17) - clocks.now().date()).days * 86_400)
    screen = _open(qtbot, around, event, asked, said)
    assert screen.keep_until.isHidden(), "the day before the event"
    clocks.advance(86_400)
    screen.reload()
    _settle(qtbot, screen)
    assert screen.keep_until.text() == "Remove it by 16 February 2027"
    screen.keep_until.click()
    _settle(qtbot, screen)
    assert event.event.get().settings.keep_until == "2027-02-16"
    assert screen.keep_until.isHidden()
    assert "by 16 February 2027" in screen._held.text()
    clocks.advance(89 * 86_400)
    screen.reload()
    _settle(qtbot, screen)
    assert screen._headline.text() != "Personal data is to be removed today"
    clocks.advance(86_400)
    screen.reload()
    _settle(qtbot, screen)
    assert screen._headline.text() == "Personal data is to be removed today"
    assert event.privacy.held().people == 1, "nothing is removed by itself"


def test_after_removal_documents_that_name_people_are_the_first_thing_said(
    qtbot: QtBot, around: Surroundings, event: EventApp, asked: Asked, said: list[Message]
) -> None:
    add_person(event, "Ada Larkin", email="ada@people.example")
    event.exports.write(asked.folder / "list.xlsx", "named")
    event.privacy.purge()
    screen = _open(qtbot, around, event, asked, said)
    assert screen._headline.text() == "1 document outside the event still names people"
    assert "“list.xlsx”" in screen._lead.text()
    (asked.folder / "list.xlsx").unlink()
    screen.reload()
    _settle(qtbot, screen)
    assert screen._headline.text() == "Personal data has been removed"


def test_what_is_held_is_a_page_with_a_pdf_and_one_person_can_have_theirs_or_be_erased(
    qtbot: QtBot, around: Surroundings, event: EventApp, asked: Asked, said: list[Message]
) -> None:
    add_person(event, "Ada Larkin", email="ada@people.example", diet="Vegan")
    add_person(event, "Bo Stays", email="bo@people.example")
    screen = _open(qtbot, around, event, asked, said)
    screen.find_people = event.people.search
    screen.what_is_held.click()
    _settle(qtbot, screen)
    dialog = screen.held_dialog
    assert dialog is not None
    words = {label.text() for label in dialog.findChildren(Label)}
    assert "Diet and access, notes for the desk" in words
    assert any(word.startswith("Held about 2 people") for word in words)
    dialog.save.click()
    _settle(qtbot, screen)
    (page,) = asked.folder.iterdir()
    text = PdfReader(page).pages[0].extract_text()
    assert "To cater and to seat people well" in text
    assert "Larkin" not in text
    dialog.which.buttons[1].click()
    assert dialog.search.isVisible()
    assert not dialog.access.isEnabled()
    dialog.search.setText("larkin")
    qtbot.waitUntil(lambda: dialog.access.isEnabled())
    dialog.access.click()
    _settle(qtbot, screen)
    held = next(p for p in asked.folder.iterdir() if "one-person" in p.name)
    assert "ada@people.example" in PdfReader(held).pages[0].extract_text()
    dialog.erase.click()
    _settle(qtbot, screen)
    assert len(event.people.all()) == 2, "asked once more first"
    assert dialog.erase.text() == "Yes, erase Ada Larkin"
    dialog.erase.click()
    _settle(qtbot, screen)
    assert [p.name for p in event.people.all()] == ["Bo Stays"]
    assert held.name in dialog._said.text()
