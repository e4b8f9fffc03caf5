"""This event: what is typed is kept when its field is left, and what is refused says so there."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from facilitator.app import EventApp, create_event
from facilitator.clocks import HandClocks
from facilitator.services.checkin import At
from facilitator.services.events import NewEvent
from tests.people import add_person
from tests.ui.conftest import Hand
from tests.ui.test_walk import LONG
from tests.ui.walk import faults_of, scrolled
from tests.ui.whole_window import settle, to_front, window_over
from ui.application import Composition
from ui.kit import Field, Message
from ui.screens.screen import Surroundings
from ui.screens.this_event import ASKED, EVENT, PAPER, ROOM, ThisEventScreen
from ui.screens.this_event_keep import IDLE_MS
from ui.theme import ThemeKeeper

NEW = NewEvent("A day", date(2026, 11, 18), "The Old Tram Depot", 4, 6)


@pytest.fixture
def app(tmp_path: Path, clocks: HandClocks) -> Iterator[EventApp]:
    with create_event(tmp_path / "event.facilitator", NEW, clocks) as opened:
        yield opened


@pytest.fixture
def said() -> list[Message]:
    return []


@pytest.fixture
def screen(
    qtbot: QtBot, app: EventApp, around: Surroundings, said: list[Message]
) -> Iterator[ThisEventScreen]:
    made = ThisEventScreen.build(app, around)
    qtbot.addWidget(made)
    made.said.connect(said.append)
    made.resize(1126, 680)
    to_front(made, qtbot)
    read(made)
    yield made
    read(made)


def read(screen: ThisEventScreen) -> None:
    for _ in range(3):
        QApplication.processEvents()
        screen.around.database.settle()


def type_into(hand: Hand, screen: ThisEventScreen, field: Field, text: str) -> None:
    """As a person: to the field, all of it anew, and on."""
    field.take_focus()
    field.edit.clear()
    hand.type(field.edit, text, enter=True)
    read(screen)


def test_shows_what_is_kept(app: EventApp, screen: ThisEventScreen) -> None:
    assert screen.name.text == "A day"
    assert screen.held_on.text == "2026-11-18"
    assert screen.venue.text == "The Old Tram Depot"
    assert screen.themes.text == "competition, communication, capacity"
    assert screen.badge_tables.value == "all"
    assert screen.paper.edit.currentData() == "a6"
    assert len(app.badges.layouts) == screen.paper.edit.count()
    assert screen.name.edit.hasFocus() is False  # nobody has come to it by the window yet
    screen.shown()
    assert screen.name.edit.hasFocus()


@pytest.mark.parametrize(
    ("field", "typed", "name", "kept"),
    [
        ("call", "Amina", "call", "Amina"),
        ("keep_until", "18/02/2027", "keep_until", "2027-02-18"),
        ("themes", "capacity,  trust , Capacity,", "themes", ("capacity", "trust")),
    ],
)
def test_a_setting_is_kept(
    app: EventApp, screen: ThisEventScreen, hand: Hand, field: str, typed: str, name: str,
    kept: object,
) -> None:  # fmt: skip
    if field == "themes":
        screen.show_part(PAPER)
    type_into(hand, screen, getattr(screen, field), typed)
    assert getattr(app.event.get().settings, name) == kept
    assert getattr(screen, field).error == ""


def test_what_the_event_is_called_is_kept(
    app: EventApp, screen: ThisEventScreen, hand: Hand
) -> None:
    type_into(hand, screen, screen.name, "Another day")
    type_into(hand, screen, screen.held_on, "19/11/2026")
    type_into(hand, screen, screen.venue, "The town hall")
    type_into(hand, screen, screen.third, "Sponsors")
    event = app.event.get()
    assert (event.name, event.held_on) == ("Another day", date(2026, 11, 19))
    assert (event.venue, event.sides.third.shown) == ("The town hall", "Sponsors")
    # What was typed reads as it is kept.
    assert screen.held_on.text == "2026-11-19"


@pytest.mark.parametrize(
    ("field", "typed", "words"),
    [
        ("name", " ", "needs a name"),
        ("held_on", "soon", "is not a date"),
        ("keep_until", "2026-11-01", "before the event"),
        ("themes", " , ", "one theme at least"),
        ("themes", "x" * 41, "at most 40"),
        ("themes", ",".join(f"theme {n}" for n in range(13)), "at most 12"),
    ],
)
def test_a_refusal_stands_at_its_field(
    app: EventApp, screen: ThisEventScreen, hand: Hand, field: str, typed: str, words: str
) -> None:
    if field == "themes":
        screen.show_part(PAPER)
    before = app.event.get()
    one: Field = getattr(screen, field)
    type_into(hand, screen, one, typed)
    assert words in one.error
    assert app.event.get() == before
    # News from elsewhere does not take away what is still to be mended.
    app.event.set(call="Amina")
    screen.reload()
    read(screen)
    assert one.edit.text() == typed
    assert words in one.error


def test_leaving_a_field_with_tab_keeps_it(
    app: EventApp, screen: ThisEventScreen, hand: Hand
) -> None:
    screen.call.take_focus()
    hand.type(screen.call.edit, "Amina")
    hand.press(screen.call.edit, key=Qt.Key.Key_Tab)
    read(screen)
    assert not screen.call.edit.hasFocus()
    assert app.event.get().settings.call == "Amina"


def test_what_is_being_typed_is_not_overwritten(
    app: EventApp, screen: ThisEventScreen, hand: Hand
) -> None:
    screen.venue.take_focus()
    screen.venue.edit.clear()
    hand.type(screen.venue.edit, "The town")
    app.event.edit(venue="Elsewhere")
    screen.reload()
    read(screen)
    assert screen.venue.text == "The town"
    hand.type(screen.venue.edit, " hall", enter=True)
    read(screen)
    assert app.event.get().venue == "Elsewhere"
    assert screen.venue.text == "The town hall"
    assert screen.meanwhile.texts[-3:] == ["Venue", "Elsewhere", "The town hall"]
    assert not screen.may_close(), "what is typed would be lost"
    read(screen)
    screen.meanwhile.keep.click()
    read(screen)
    assert app.event.get().venue == "The town hall"
    assert not screen.meanwhile.isVisible()
    assert screen.may_close()


def test_what_somebody_else_set_meanwhile_can_be_taken(
    app: EventApp, screen: ThisEventScreen, hand: Hand
) -> None:
    screen.venue.take_focus()
    hand.type(screen.venue.edit, " annexe")
    app.event.edit(venue="Elsewhere", name="Another name")
    hand.press(screen.venue.edit, key=Qt.Key.Key_Return)
    read(screen)
    screen.meanwhile.take.click()
    read(screen)
    assert screen.venue.text == "Elsewhere"
    event = app.event.get()
    assert (event.venue, event.name) == ("Elsewhere", "Another name")
    assert screen.may_close()


def test_longer_texts_are_kept_when_left_and_when_the_screen_goes(
    app: EventApp, screen: ThisEventScreen, hand: Hand
) -> None:
    screen.show_part(PAPER)
    screen.aims.take_focus()
    hand.type(screen.aims.edit, "To meet")
    screen.foreword.take_focus()
    read(screen)
    assert app.event.get().settings.aims == "To meet"
    hand.type(screen.foreword.edit, "A day like no other")
    assert screen.may_close()
    read(screen)
    assert app.event.get().settings.foreword == "A day like no other"


def test_a_longer_text_is_kept_after_a_pause(
    app: EventApp, screen: ThisEventScreen, hand: Hand, qtbot: QtBot
) -> None:
    screen.show_part(PAPER)
    idle = screen._kept["aims"]._idle
    assert idle.interval() == IDLE_MS
    idle.setInterval(1)
    screen.aims.take_focus()
    hand.type(screen.aims.edit, "To meet")
    qtbot.waitUntil(lambda: app.event.get().settings.aims == "To meet")


def test_choices_are_kept_at_once(app: EventApp, screen: ThisEventScreen, qtbot: QtBot) -> None:
    screen.red_clock.click()
    screen.show_part(PAPER)
    screen.badge_tables.buttons[1].click()
    screen.paper.edit.setCurrentIndex(2)
    screen.paper.edit.activated.emit(2)
    read(screen)
    settings = app.event.get().settings
    assert settings.red_clock
    assert settings.badge_tables == "first"
    assert settings.badge_layout == app.badges.layouts[2].name


def table_row(screen: ThisEventScreen, label: str) -> str:
    return next(row.right for row in screen.room.list.rows if row.key == label)


def test_a_table_is_resized(app: EventApp, screen: ThisEventScreen, hand: Hand) -> None:
    screen.show_part(ROOM)
    screen.room.list.choose("2")
    assert screen.room.seats.text == "6"
    type_into(hand, screen, screen.room.seats, "9")
    assert table_row(screen, "2") == "9 seats"
    assert screen.room._sentence.text() == "4 tables, 27 seats"
    for typed, words in (("0", "1 to 60 seats"), ("many", "are a number")):
        screen.room.seats.edit.setMaxLength(9)
        type_into(hand, screen, screen.room.seats, typed)
        assert words in screen.room.seats.error
    screen.room.list.choose("3")
    assert (screen.room.seats.text, screen.room.seats.error) == ("6", "")


def test_tables_are_added_and_removed(
    app: EventApp, screen: ThisEventScreen, said: list[Message]
) -> None:
    screen.show_part(ROOM)
    screen.room._add()
    read(screen)
    assert [row.key for row in screen.room.list.rows] == ["1", "2", "3", "4", "5"]
    assert screen.room.list.current_key == "5"
    screen.room._take_away()
    read(screen)
    assert [row.key for row in screen.room.list.rows] == ["1", "2", "3", "4"]
    assert said[-1].act == "Put it back"
    said[-1].do()  # pyright: ignore[reportOptionalCall]
    read(screen)
    assert table_row(screen, "5") == "6 seats"


def test_a_table_where_people_sat_can_be_put_back(
    app: EventApp, screen: ThisEventScreen, said: list[Message]
) -> None:
    app.tables.start_round(1)
    person = add_person(app, "Dr Priya Raman")
    app.checkin.scan(person.ticket, At())
    app.seating.move(person.id, 1, "3")
    screen.reload()
    read(screen)
    screen.show_part(ROOM)
    screen.room.list.choose("3")
    screen.room._take_away()
    read(screen)
    assert "1 person got the best free seats" in said[-1].text
    said[-1].do()  # pyright: ignore[reportOptionalCall]
    read(screen)
    assert table_row(screen, "3") == "6 seats"


def test_the_last_table_and_round_stay(app: EventApp, screen: ThisEventScreen) -> None:
    screen.show_part(ROOM)
    app.tables.start_round(1)
    person = add_person(app, "Dr Priya Raman")
    app.checkin.scan(person.ticket, At())
    app.seating.move(person.id, 1, "3")
    for label in ("1", "2", "4"):
        app.tables.remove(label)
    screen.reload()
    read(screen)
    screen.room._take_away()
    for _ in range(3):
        screen.room._remove_round()
    read(screen)
    assert "one table at least" in screen.room.tables_said.text()
    assert "one round at least" in screen.room.rounds_said.text()
    assert screen.room._rounds.text() == "Round 1: runs now"
    screen.room._add_round()
    read(screen)
    assert screen.room._rounds_head.text() == "2 rounds"
    assert screen.room.rounds_said.isHidden()


def test_a_pin_is_set_and_taken_away(app: EventApp, screen: ThisEventScreen, hand: Hand) -> None:
    type_into(hand, screen, screen.pin.pin, "12")
    assert "4 to 12 digits" in screen.pin.pin.error
    type_into(hand, screen, screen.pin.pin, "4071")
    assert app.desk_lock.check("4071").right
    assert screen.pin.pin.text == ""
    assert screen.pin.pin.edit.echoMode() == QLineEdit.EchoMode.Password
    type_into(hand, screen, screen.pin.pin, "9999")
    assert screen.pin.pin.error == "That is not the PIN."
    assert app.desk_lock.is_set()
    type_into(hand, screen, screen.pin.pin, "4071")
    assert not app.desk_lock.is_set()
    assert screen.pin.pin.edit.echoMode() == QLineEdit.EchoMode.Normal


@pytest.fixture
def composition(tmp_path: Path, clocks: HandClocks, qtbot: QtBot) -> Iterator[Composition]:
    place = tmp_path / "walked.facilitator"
    app = create_event(place, NewEvent(LONG, date(2026, 11, 18), LONG[:80], 30, 8), clocks)
    app.event.set(aims=LONG * 3, foreword=LONG * 9, keep_until="2027-02-18", call="Amina")
    app.desk_lock.set("4071")
    with window_over(app, place, tmp_path, clocks, qtbot) as made:
        yield made


@pytest.mark.parametrize("colours", ["light", "dark"])
@pytest.mark.parametrize("part", [EVENT, ROOM, PAPER])
def test_every_part_is_walked(
    composition: Composition, theme: ThemeKeeper, part: str, colours: str
) -> None:
    theme.choose(colours)
    window = composition.window
    window.show_place("event")
    screen = window.current
    assert isinstance(screen, ThisEventScreen)
    screen.show_part(part)
    settle(composition)
    assert [*faults_of(window), *scrolled(screen)] == []


def test_reached_by_its_key_from_any_screen_and_left_by_esc(
    composition: Composition, qtbot: QtBot
) -> None:
    window = composition.window
    window.show_place("people")
    settle(composition)
    qtbot.keyClick(window, Qt.Key.Key_Comma, Qt.KeyboardModifier.ControlModifier)
    settle(composition)
    assert window.current_key == "event"
    qtbot.keyClick(window.current, Qt.Key.Key_Escape)
    settle(composition)
    assert window.current_key == "people"
    window.show_keys()
    words = [label.text() for label in window._keys_page.findChildren(type(window._date))]
    assert words[words.index("Ctrl+,") + 1] == "This event"


def test_questions_are_set_by_keyboard(
    app: EventApp, screen: ThisEventScreen, hand: Hand, said: list[Message]
) -> None:
    screen.show_part(ASKED)
    page = screen.questions
    page.keep()  # photographs are proposed first
    read(screen)
    assert [one.kind.value for one in app.questions.all()] == ["photo"]
    page.begin_new()
    page.kind.edit.setCurrentIndex(page.kind.edit.findData("choice"))
    page._kind_chosen()
    type_into(hand, screen, page.words, "Which lunch?")
    read(screen)
    assert "answers" in page.choices.error
    type_into(hand, screen, page.choices, "Soup, Pie, None")
    read(screen)
    assert [one.options for one in app.questions.all()][1] == ("Soup", "Pie", "None")
    assert page.current is not None
    assert page.current.words == "Which lunch?"
    page._earlier()
    read(screen)
    assert [one.kind.value for one in app.questions.all()] == ["choice", "photo"]
    page._remove()
    read(screen)
    assert [one.kind.value for one in app.questions.all()] == ["photo"]
    undo = said[-1].do
    assert undo is not None
    undo()
    read(screen)
    assert len(app.questions.all()) == 2
    assert faults_of(screen, reach=False) == []
