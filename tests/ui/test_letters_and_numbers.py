"""Letters with their preview, numbers for others, and events side by side, in the window."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from facilitator.app import EventApp, create_event
from facilitator.clocks import HandClocks
from facilitator.services.checkin import At
from facilitator.services.events import NewEvent
from tests.conftest import NEW
from tests.people import add_person
from ui.kit import Button, Message
from ui.screens.compare import CompareDialog
from ui.screens.people import PeopleScreen
from ui.screens.people_letters import LettersPage
from ui.screens.people_numbers import NumbersPage
from ui.screens.screen import Surroundings


@pytest.fixture
def app(tmp_path: Path, clocks: HandClocks) -> Iterator[EventApp]:
    with create_event(tmp_path / "letters.facilitator", NEW, clocks) as opened:
        for number, name in enumerate(("Dr Ada Larkin", "Bo Chan", "Cy Diallo")):
            add_person(opened, name, email=f"p{number}@people.example", diet="Vegan")
        yield opened


def settle(around: Surroundings) -> None:
    for _ in range(3):
        QApplication.processEvents()
        around.database.settle()
        around.heavy.settle()


def shown(qtbot: QtBot, page: QWidget) -> None:
    qtbot.addWidget(page)
    page.resize(1126, 680)
    page.show()


def test_the_wording_is_previewed_kept_and_written(
    qtbot: QtBot, app: EventApp, around: Surroundings, tmp_path: Path
) -> None:
    said: list[Message] = []
    folder = tmp_path / "out"
    page = LettersPage(around, app.tickets, app.thanks, ask=lambda *_: str(folder))
    page.said.connect(said.append)
    shown(qtbot, page)
    page.begin()
    settle(around)
    assert page.sentence.text() == "3 people are expected; nobody of them has a ticket."
    assert page.letter.text().startswith("Dear Ada,")
    page.wording.set_text("Subject: Come, {given_name}\n\nBring {ticket}.")
    qtbot.waitUntil(lambda: page.subject.text() == "Come, Ada")
    page.wording.set_text("Dear {nmae}")
    qtbot.waitUntil(lambda: "{nmae}" in page.wording.error)
    page.wording.set_text("Subject: Come, {given_name}\n\nBring {ticket}.")
    page.write.click()
    settle(around)
    assert said[-1].text == "3 tickets are in “out”. Nothing was sent."
    assert len(list(folder.glob("*.eml"))) == 3
    assert "Subject: Come, Bo" in "".join(path.read_text() for path in folder.glob("*.eml"))
    assert page.sentence.text() == "3 people are expected, and everybody has a ticket."
    add_person(app, "Di Later")
    page.write.click()
    settle(around)
    assert said[-1].text == (
        "1 ticket is in “out”. Nothing was sent. 1 person has no usable address."
    )
    page.ours.click()
    settle(around)
    assert page.wording.text.startswith("Subject: Your ticket for {event}")
    assert app.event.get().settings.ticket_mail == ""


def test_writing_can_be_stopped_and_goes_on_later(app: EventApp, tmp_path: Path) -> None:
    for number in range(40):
        add_person(app, f"Guest{number} Larkin")
    made = app.tickets.write(tmp_path / "out", lambda done, of: done < 20)
    assert (made.people, made.left) == (20, 23)
    rest = app.tickets.write(tmp_path / "rest")
    assert (rest.people, rest.before) == (23, 20)
    assert app.tickets.now().new == 0


def test_thanks_have_a_wording_of_their_own(
    qtbot: QtBot, app: EventApp, around: Surroundings, tmp_path: Path
) -> None:
    page = LettersPage(around, app.tickets, app.thanks, ask=lambda *_: str(tmp_path / "out"))
    shown(qtbot, page)
    page.begin("thanks")
    settle(around)
    assert "Nobody came yet" in page.sentence.text()
    assert not page.everybody.isVisible()
    app.checkin.scan(app.people.all()[0].ticket, At("Desk 1"))
    page.begin("thanks")
    settle(around)
    assert page.sentence.text().startswith("1 person came.")
    page.write.click()
    settle(around)
    assert len(list((tmp_path / "out").glob("*.eml"))) == 1


def test_names_are_shown_only_when_asked_for(
    qtbot: QtBot, app: EventApp, around: Surroundings, tmp_path: Path
) -> None:
    said: list[Message] = []
    page = NumbersPage(around, app.catering, ask=lambda *_: str(tmp_path / "numbers"))
    page.said.connect(said.append)
    shown(qtbot, page)
    page.begin()
    settle(around)
    assert page.sentence.text() == "0 of 3 are here, 3 are still to come."
    (diet, access) = page.list.rows
    assert (diet.title, diet.detail, diet.right) == ("Vegan", "Diet", "3 expected, 0 here")
    assert access.title == "Access: nobody said anything"
    page.names.click()
    settle(around)
    assert page.list.rows[0].detail == "Bo Chan; Cy Diallo; Dr Ada Larkin"
    page.begin()
    settle(around)
    assert "Chan" not in page.list.rows[0].detail
    for button in page.findChildren(Button):
        if button.accessibleName().startswith("For the caterer"):
            button.click()
    settle(around)
    assert said[-1].text == "Saved as “numbers.pdf”. No names inside."
    assert (tmp_path / "numbers.pdf").exists()


def test_letters_and_numbers_are_pages_of_people(
    qtbot: QtBot, app: EventApp, around: Surroundings
) -> None:
    screen = PeopleScreen.build(app, around)
    shown(qtbot, screen)
    settle(around)
    for name, act in screen.behind().items():
        act()
        settle(around)
        page = {"Letters": screen.letters, "Numbers": screen.numbers}[name]
        assert screen.stack.currentWidget() is page
        page.left.emit()
        assert screen.stack.currentWidget() is not page


def test_an_earlier_event_stands_beside_this_one(
    qtbot: QtBot, app: EventApp, around: Surroundings, tmp_path: Path
) -> None:
    place = tmp_path / "earlier.facilitator"
    with create_event(place, NewEvent("The first", date(2024, 5, 1)), around.clocks) as earlier:
        add_person(earlier, "Ada Larkin")
    dialog = CompareDialog(
        around, app.comparing, ask_events=lambda _: [str(place)],
        ask_file=lambda *_: str(tmp_path / "table.csv"),
    )  # fmt: skip
    shown(qtbot, dialog)
    dialog.choose.click()
    settle(around)
    texts = [label.text() for label in dialog.findChildren(QLabel)]
    assert "The first" in texts
    assert f"{NEW.name} (this event)" in texts
    dialog.save.click()
    settle(around)
    assert "Expected,1,3" in (tmp_path / "table.csv").read_text(encoding="utf-8-sig")
    dialog.open_beside([tmp_path / "letters.facilitator"])
    settle(around)
    assert "is this event itself" in dialog.sentence.text()
