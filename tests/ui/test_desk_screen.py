"""The Desk, driven by keyboard and scanner on a real event."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication

from facilitator.app import EventApp
from facilitator.clocks import HandClocks
from facilitator.domain.people import Status
from tests.people import add_person
from tests.ui.conftest import Hand
from tests.ui.desk_room import app, open_desk, printing_desk, tray
from tests.ui.paper_tray import PaperTray
from ui.screens.desk import DeskScreen
from ui.screens.desk_search import matches
from ui.screens.desk_words import ago

__all__ = ["app", "printing_desk", "tray"]


@pytest.fixture
def desk(printing_desk: DeskScreen) -> DeskScreen:
    """A Desk that prints when it is told to."""
    printing_desk.around.settings.set(badge_when="never")
    return printing_desk


def press(screen: DeskScreen, key: Qt.Key, modifiers: Qt.KeyboardModifier) -> None:
    for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
        QApplication.sendEvent(screen.field, QKeyEvent(kind, key, modifiers))
    screen.around.database.settle()


def test_a_scan_shows_the_verdict_after_it_is_on_disk(
    app: EventApp, desk: DeskScreen, hand: Hand
) -> None:
    priya = add_person(app, "Dr Priya Raman")
    open_desk(desk)
    hand.scan(desk.field, priya.ticket)
    assert desk.card.shown is None  # nothing is shown before the answer
    desk.around.database.settle()
    shown = desk.card.shown
    assert shown is not None
    assert (shown.word, shown.person and shown.person.id) == ("Welcome", priya.id)
    assert desk.field.text() == ""
    assert app.people.get(priya.id).status is Status.ARRIVED


def test_scans_back_to_back_lose_none(app: EventApp, desk: DeskScreen, hand: Hand) -> None:
    people = [add_person(app, f"Guest {n}") for n in range(30)]
    open_desk(desk)
    for person in people:
        hand.scan(desk.field, person.ticket)
    desk.around.database.settle()
    assert app.checkin.balance().here == 30


def test_a_scan_in_the_walk_in_form_leaves_the_form_as_it_was(
    app: EventApp, desk: DeskScreen, hand: Hand
) -> None:
    priya = add_person(app, "Dr Priya Raman")
    open_desk(desk)
    desk.begin_walk_in()
    hand.type(desk.walk_in.name.edit, "Ada")
    hand.scan(desk.walk_in.name.edit, priya.ticket)
    desk.around.database.settle()
    assert desk.walk_in.name.text == "Ada"
    assert app.people.get(priya.id).is_here


def test_typing_a_name_and_enter_checks_in_the_only_match(
    app: EventApp, desk: DeskScreen, hand: Hand
) -> None:
    minh = add_person(app, "Minh Nguyễn", "community-pharmacy")
    add_person(app, "Priya Raman")
    open_desk(desk)
    hand.type(desk.field, "nguyen", enter=True)
    desk.around.database.settle()
    assert app.people.get(minh.id).is_here


def test_enter_never_guesses_between_two(app: EventApp, desk: DeskScreen, hand: Hand) -> None:
    first = add_person(app, "Tom Smith")
    second = add_person(app, "Ann Smith")
    open_desk(desk)
    hand.type(desk.field, "smith", enter=True)
    desk.around.database.settle()
    assert app.checkin.balance().here == 0
    assert app.checkin.log() == []  # nor is a name ever an unknown ticket
    hand.press(desk.field, key=Qt.Key.Key_Down)
    hand.press(desk.field, key=Qt.Key.Key_Down)
    chosen = desk.results.current
    hand.press(desk.field, key=Qt.Key.Key_Return)
    desk.around.database.settle()
    assert [p.id for p in (first, second) if app.people.get(p.id).is_here] == [chosen]


def test_a_walk_in_by_keyboard_alone(app: EventApp, desk: DeskScreen, hand: Hand) -> None:
    open_desk(desk)
    hand.type(desk.field, "Rhys Llewellyn")
    desk.begin_walk_in()
    form = desk.walk_in
    assert form.name.text == "Rhys Llewellyn"
    hand.press(form.name.edit, key=Qt.Key.Key_Return)
    hand.type(form.organisation.edit, "Elmers End Chemist", enter=True)
    desk.around.database.settle()
    [person] = app.people.all()
    assert person.walk_in
    assert (person.name, person.organisation) == ("Rhys Llewellyn", "Elmers End Chemist")
    assert desk.card.shown is not None
    assert desk.card.shown.word == "Welcome"


def test_a_walk_in_without_a_name_is_told_so(desk: DeskScreen) -> None:
    open_desk(desk)
    desk.begin_walk_in()
    desk.walk_in.keep()
    assert desk.walk_in.name.error == "A walk-in needs a name."


def test_control_z_takes_back_the_last_and_names_them(
    app: EventApp, desk: DeskScreen, hand: Hand
) -> None:
    priya = add_person(app, "Dr Priya Raman")
    said: list[str] = []
    desk.said.connect(lambda message: said.append(message.text))
    open_desk(desk)
    hand.scan(desk.field, priya.ticket)
    desk.around.database.settle()
    press(desk, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert app.people.get(priya.id).status is Status.EXPECTED
    assert "Dr Priya Raman" in said[-1]
    press(desk, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert "nothing to take back" in said[-1]


def test_the_card_shrinks_so_that_nobody_takes_it_for_the_next(
    app: EventApp, desk: DeskScreen, hand: Hand, clocks: HandClocks
) -> None:
    priya = add_person(app, "Dr Priya Raman")
    open_desk(desk)
    hand.scan(desk.field, priya.ticket)
    desk.around.database.settle()
    clocks.advance(20)
    desk.card.shrink()
    assert desk.card.small_text == "Last: Dr Priya Raman, 20 seconds ago"


def test_twice_within_ten_seconds_stays_calm(
    app: EventApp, desk: DeskScreen, hand: Hand, clocks: HandClocks
) -> None:
    priya = add_person(app, "Dr Priya Raman")
    open_desk(desk)
    for wait, mood in ((0, "welcome"), (4, "welcome"), (600, "careful")):
        clocks.advance(wait)
        hand.scan(desk.field, priya.ticket)
        desk.around.database.settle()
        assert desk.card.shown is not None
        assert desk.card.shown.mood == mood
    assert "10 minutes ago" in desk.card.shown.fact
    assert app.checkin.balance().here == 1


def test_cancelled_yet_here_is_let_in_by_a_decision(
    app: EventApp, desk: DeskScreen, hand: Hand
) -> None:
    tom = add_person(app, "Tom Achterberg", cancelled=True)
    open_desk(desk)
    hand.scan(desk.field, tom.ticket)
    desk.around.database.settle()
    assert desk.card.shown is not None
    assert desk.card.shown.mood == "stop"
    assert "Amina" in desk.card.shown.then
    desk.card._decided()
    desk.around.database.settle()
    assert app.people.get(tom.id).is_here
    assert app.people.facts_of(tom.id)[-1].decided_by == "Amina"


def test_the_badge_is_printed_and_a_refusal_is_no_loss(
    app: EventApp, desk: DeskScreen, hand: Hand, tray: PaperTray
) -> None:
    priya = add_person(app, "Dr Priya Raman")
    open_desk(desk)
    desk._print_last()
    assert tray.sheets == []
    hand.scan(desk.field, priya.ticket)
    desk.around.database.settle()
    desk._print_last()
    desk.around.database.settle()
    desk.around.heavy.settle()
    assert ["Priya" in sheet.text for sheet in tray.sheets] == [True]


@pytest.mark.parametrize(
    ("title", "text", "found"),
    [
        ("Nguyễn, Minh", "ngu", ["Ngu"]),
        ("O’Neill-Nguyễn, Thảo", "ngu tha", ["Ngu", "Thả"]),
        ("Raman, Dr Priya", "pri", ["Pri"]),
        ("Raman, Dr Priya", "xyz", []),
        ("O’Connor, Siobhán", "oconnor", ["O’Connor"]),
    ],
)
def test_what_matched_is_marked(title: str, text: str, found: list[str]) -> None:
    assert [title[start : start + length] for start, length in matches(title, text)] == found


def test_ago_in_words() -> None:
    assert [ago(s) for s in (-1, 1, 59, 60, 3599, 7200)] == [
        "0 seconds ago", "1 second ago", "59 seconds ago", "1 minute ago", "59 minutes ago",
        "2 hours ago",
    ]  # fmt: skip
