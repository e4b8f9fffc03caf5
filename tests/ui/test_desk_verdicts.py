"""Verdicts that cannot be mistaken, undo with a reason, a person's history, questions, initials."""

from __future__ import annotations

import itertools

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from facilitator.app import EventApp
from facilitator.clocks import HandClocks
from facilitator.domain.people import Status
from facilitator.domain.questions import QuestionKind
from facilitator.domain.ticket import make_ticket
from facilitator.services.checkin import At
from tests.people import add_person
from tests.ui.conftest import Hand
from tests.ui.desk_room import app, settle
from tests.ui.desk_room import desk as hidden_desk
from tests.ui.walk import faults_of
from ui.kit import Button, Label, Message
from ui.kit.sound import NAMES
from ui.screens.desk import DeskScreen
from ui.screens.desk_card import VerdictCard
from ui.screens.desk_words import VerdictWords, words

EVERYTHING = {
    "organisation": "Addiscombe, Shirley and Monks Orchard Pharmacies and Travel Clinics",
    "job_title": "Superintendent pharmacist and independent prescriber",
    "borough": "Kensington and Chelsea", "access": "Step-free seat near the door",
    "attention": "Speaking at 10:20: please find Amina", "vip": True, "tray": "Box 2, 37",
    "diet": "No nuts, no gluten, no dairy", "said": "oh-loo-wah-SHAY-oon",
}  # fmt: skip
__all__ = ["app", "hidden_desk"]
LONG = "Dr Oluwaseun Anthony Adébáyò-Featherstonehaugh-Wolfeschlegelsteinhausen"


@pytest.fixture
def said() -> list[Message]:
    return []


@pytest.fixture
def desk(hidden_desk: DeskScreen, said: list[Message]) -> DeskScreen:
    """The Desk in front, with what it says."""
    hidden_desk.said.connect(said.append)
    hidden_desk.show()
    hidden_desk.activateWindow()
    settle(hidden_desk)
    hidden_desk.field.setFocus()
    return hidden_desk


def scan(screen: DeskScreen, hand: Hand, code: str) -> None:
    hand.scan(screen.field, code)
    settle(screen)


def digit(screen: DeskScreen, hand: Hand, key: str) -> None:
    """A person presses a digit, and nothing after it."""
    hand.press(screen.field, key)
    hand.keys.settle()
    screen.digits.settle()
    settle(screen)


def every_verdict(app: EventApp, clocks: HandClocks) -> dict[str, VerdictWords]:
    """Each state in its words, from real answers."""
    event, at = app.event.get(), At("Desk 1")
    priya, tom = add_person(app, "Priya Raman"), add_person(app, "Tom Smith", cancelled=True)
    for name in ("Ann Smith", "Bo Smith"):
        add_person(app, name, codes=("100293",))
    found: dict[str, VerdictWords] = {}

    def take(code: str) -> None:
        answer = app.checkin.scan(code, at)
        assert answer is not None
        shown = words(answer.verdict, event)
        found[shown.state] = shown

    take(priya.ticket)
    take(priya.ticket)
    clocks.advance(600)
    take(priya.ticket)
    app.checkin.leave(priya.id, at)
    take(priya.ticket)
    take(tom.ticket)
    take(make_ticket("ZZZZ", bytes(range(10))))
    take(priya.ticket[:-3] + ("A" if priya.ticket[-3] != "A" else "B") + priya.ticket[-2:])
    take("555")
    take("100293")
    return found


def test_no_two_states_share_a_word_an_icon_or_a_sound(app: EventApp, clocks: HandClocks) -> None:
    found = every_verdict(app, clocks)
    assert len(found) == 9
    for one, other in itertools.combinations(found.values(), 2):
        assert one.word != other.word
        assert one.icon != other.icon
    assert set(found) <= set(NAMES)  # each names a sound of its own
    for state, shown in found.items():
        assert shown.spoken.startswith(shown.word), state
        if not shown.admits:
            assert shown.fact, state
            assert shown.then or state == "twice", state
    assert "Desk 1" in found["already-here"].fact
    assert "10 minutes ago" in found["already-here"].fact
    assert "Amina" in found["cancelled"].then


def test_what_must_be_said_is_spoken_and_what_is_private_is_not(app: EventApp) -> None:
    person = add_person(app, LONG, **EVERYTHING)
    answer = app.checkin.scan(person.ticket, At("Desk 1"))
    assert answer is not None
    spoken = words(answer.verdict, app.event.get(), seated=True).spoken
    assert "Say: Speaking at 10:20" in spoken
    assert "Access: Step-free" in spoken
    assert "No table yet" in spoken
    assert "nuts" not in spoken
    assert "VIP" not in spoken


@pytest.mark.parametrize("size", [(758, 544), (720, 316), (1312, 856)])
def test_every_verdict_fits_its_card(
    qtbot: QtBot, app: EventApp, clocks: HandClocks, size: tuple[int, int]
) -> None:
    event, at = app.event.get(), At("Desk 1")
    card = VerdictCard(clocks)
    qtbot.addWidget(card)
    card.resize(*size)
    card.show()
    long = add_person(app, LONG, **EVERYTHING)
    gone = add_person(app, LONG, **EVERYTHING, cancelled=True)
    shown = list(every_verdict(app, clocks).values())
    for code in (long.ticket, gone.ticket):
        answer = app.checkin.scan(code, at)
        assert answer is not None
        shown.append(words(answer.verdict, event, seated=True))
    clocks.advance(600)
    answer = app.checkin.scan(long.ticket, at)
    assert answer is not None
    shown.append(words(answer.verdict, event))
    for one in shown:
        card.show_verdict(one, event, clocks.now())
        QApplication.processEvents()
        assert faults_of(card, reach=False) == [], (one.state, size)
        whole = [label.text() for label in card.findChildren(Label) if label.isVisible()]
        assert one.word in whole


def test_one_of_two_who_share_a_code_is_chosen_on_the_spot(
    app: EventApp, desk: DeskScreen, hand: Hand
) -> None:
    ann = add_person(app, "Ann Smith", codes=("100293",))
    bo = add_person(app, "Bo Smith", codes=("100293",))
    scan(desk, hand, "100293")
    assert desk.card.is_choosing
    assert app.checkin.balance().here == 0
    hand.press(desk.field, key=Qt.Key.Key_Return)  # nobody is chosen yet
    settle(desk)
    assert app.checkin.balance().here == 0
    digit(desk, hand, "2")
    assert desk.card.chosen == bo.id
    hand.press(desk.field, key=Qt.Key.Key_Up)
    assert desk.card.chosen == ann.id
    hand.press(desk.field, key=Qt.Key.Key_Return)
    settle(desk)
    assert [app.people.get(p.id).is_here for p in (ann, bo)] == [True, False]
    assert desk.card.shown is not None
    assert desk.card.shown.state == "welcome"
    assert app.checkin.log()[0].raw == "100293"


def ask(app: EventApp, desk: DeskScreen) -> None:
    """Two questions, which the desk knows."""
    app.questions.add(QuestionKind.PHOTO)
    made = app.questions.add(QuestionKind.CHOICE, "Lunch?", ["Soup", "Pie", "None"])
    desk.around.bus.publish(made.changes)
    settle(desk)


def test_questions_are_answered_by_one_key_and_taken_back_by_another(
    app: EventApp, desk: DeskScreen, hand: Hand
) -> None:
    ask(app, desk)
    desk.around.settings.set(operator="AB")
    priya = add_person(app, "Priya Raman")
    scan(desk, hand, priya.ticket)
    assert desk.asking is not None
    strip = desk.asking.strip
    assert strip.isVisible()
    digit(desk, hand, "1")
    assert strip.words == "Ask: Lunch?"
    digit(desk, hand, "7")  # no answer has that number: it is typing
    assert desk.field.text() == "7"
    desk.field.clear()
    digit(desk, hand, "2")
    assert app.people.get(priya.id).photo_consent is True
    assert [a for _, a in app.people.answers(priya.id)] == ["Yes", "Pie"]
    assert "Lunch? Pie." in strip.words
    by = {line.by for line in app.privacy.history(priya.id) if line.kind == "answer"}
    assert by == {"Desk 1, AB"}
    hand.press(desk.field, key=Qt.Key.Key_Backspace)
    settle(desk)
    assert [a for _, a in app.people.answers(priya.id)] == ["Yes"]
    assert strip.words == "Ask: Lunch?"
    digit(desk, hand, "0")
    assert [a for _, a in app.people.answers(priya.id)] == ["Yes"]


def test_a_scan_goes_before_an_open_question(app: EventApp, desk: DeskScreen, hand: Hand) -> None:
    ask(app, desk)
    priya, minh = add_person(app, "Priya Raman"), add_person(app, "Minh Nguyễn")
    code = add_person(app, "Ada Larkin", codes=("112233",))
    for ticket in (priya.ticket, "112233", minh.ticket):
        scan(desk, hand, ticket)
    assert app.checkin.balance().here == 3
    assert desk.card.last is not None
    assert desk.card.last.person is not None
    assert desk.card.last.person.id == minh.id
    assert [app.people.answers(p.id) for p in (priya, code, minh)] == [[], [], []]
    hand.press(desk.field, key=Qt.Key.Key_Escape)
    settle(desk)
    assert desk.asking is not None
    assert not desk.asking.strip.isVisible()


def test_a_digit_that_begins_a_code_is_no_answer(
    app: EventApp, desk: DeskScreen, hand: Hand
) -> None:
    ask(app, desk)
    priya = add_person(app, "Priya Raman")
    scan(desk, hand, priya.ticket)
    hand.type(desk.field, "1002")
    settle(desk)
    assert desk.field.text() == "1002"
    assert app.people.answers(priya.id) == []
    assert app.people.get(priya.id).photo_consent is None


def test_any_arrival_is_taken_back_with_a_reason(
    app: EventApp, desk: DeskScreen, hand: Hand, said: list[Message]
) -> None:
    people = [add_person(app, name) for name in ("Priya Raman", "Minh Nguyễn")]
    for person in people:
        scan(desk, hand, person.ticket)
    settle(desk)
    buttons = [b for b in desk.arrivals.findChildren(Button) if b.isVisible()]
    assert "Priya" in buttons[1].accessibleName()
    buttons[1].click()
    assert desk.stack.currentWidget() is desk.persons.undo
    hand.press(desk.persons.undo.buttons[0], "2")
    hand.keys.settle()
    settle(desk)
    assert [app.people.get(p.id).status for p in people] == [Status.EXPECTED, Status.ARRIVED]
    assert app.people.facts_of(people[0].id)[-1].reason == "Not here after all"
    assert "Priya Raman" in said[-1].text
    assert "heck them in again" in said[-1].text
    assert desk.field.hasFocus()
    desk.persons.ask_undo(app.people.get(people[1].id))
    page = desk.persons.undo
    page.words.take_focus()
    hand.press(page.words.edit, key=Qt.Key.Key_Return)
    assert page.words.error
    hand.type(page.words.edit, "His brother", enter=True)
    settle(desk)
    assert app.people.facts_of(people[1].id)[-1].reason == "His brother"


def test_the_history_says_who_where_and_why(
    app: EventApp, desk: DeskScreen, hand: Hand, clocks: HandClocks
) -> None:
    priya = add_person(app, "Priya Raman")
    desk.around.settings.set(operator="AB")
    scan(desk, hand, priya.ticket)
    clocks.advance(60)
    app.checkin.undo(priya.id, At("Desk 2", "CD"), reason="Test")
    clocks.advance(60)
    scan(desk, hand, priya.ticket)
    desk.show_history()
    settle(desk)
    history = desk.persons.history
    assert desk.stack.currentWidget() is history
    lines = " / ".join(history.view.lines)
    for part in ("Desk 1, AB", "Taken back: arrived (Test)", "Desk 2, CD"):
        assert part in lines
    assert faults_of(desk, reach=False) == []
    history.gone_button.click()
    settle(desk)
    assert app.people.get(priya.id).status is Status.LEFT
    assert history.back_button.reason
    scan(desk, hand, priya.ticket)
    assert desk.stack.currentWidget() is desk.card
    assert desk.card.shown is not None
    assert desk.card.shown.state == "welcome-back"
    assert desk.field.hasFocus()


def test_initials_are_asked_quietly_and_kept(app: EventApp, desk: DeskScreen, hand: Hand) -> None:
    def listening() -> list[str]:
        return [label.text() for label in desk.field.findChildren(Label)]

    assert any("initials: Alt+I" in text for text in listening())
    desk.show_tool(desk.operator)
    hand.type(desk.operator.initials.edit, " ab ", enter=True)
    settle(desk)
    assert desk.around.settings.operator == "AB"
    assert any("Desk 1 · AB" in text for text in listening())
    assert desk.field.hasFocus()
    priya = add_person(app, "Priya Raman")
    scan(desk, hand, priya.ticket)
    assert app.people.facts_of(priya.id)[-1].operator == "AB"
