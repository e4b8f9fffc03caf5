"""A walk-in by keyboard alone: few keys, nothing guessed in silence, nobody entered twice."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget
from sqlmodel import select

from facilitator.app import EventApp
from facilitator.services.checkin import At
from facilitator.store.rows import PresenceRow
from tests.day import add_people, seat_everybody
from tests.people import add_person
from tests.ui.conftest import Hand
from tests.ui.desk_room import app, settle, tray
from tests.ui.desk_room import printing_desk as desk
from tests.ui.paper_tray import PaperTray
from ui.kit import Message
from ui.screens.desk import DeskScreen
from ui.screens.desk_walk_in import WalkInPanel

ENTER, TAB, DOWN, ESC = Qt.Key.Key_Return, Qt.Key.Key_Tab, Qt.Key.Key_Down, Qt.Key.Key_Escape
__all__ = ["app", "desk", "tray"]


class Person(Hand):
    """Hands that type into whatever has the keyboard, and count."""

    def __init__(self) -> None:
        super().__init__()
        self.count = 0

    def press(self, widget: QWidget, text: str = "", key: int = 0, gap: float = 200.0) -> None:
        self.count += 1
        super().press(widget, text, key, gap)

    def keys_of(self, *typed: str | Qt.Key) -> None:
        """Types texts and presses keys, wherever the focus is by then."""
        for one in typed:
            for part in one if isinstance(one, str) else [one]:
                focus = QApplication.focusWidget()
                assert focus is not None
                if isinstance(part, str):
                    self.press(focus, part)
                else:
                    self.press(focus, key=part)
                self.keys.settle()


@pytest.fixture
def person() -> Person:
    return Person()


def open_form(screen: DeskScreen) -> WalkInPanel:
    screen.show()
    screen.activateWindow()
    QApplication.processEvents()
    settle(screen)
    screen.field.setFocus()
    screen.begin_walk_in()
    QApplication.processEvents()
    return screen.walk_in


def test_a_walk_in_takes_few_keys_and_ends_with_badge_and_seat(
    app: EventApp, desk: DeskScreen, person: Person, tray: PaperTray
) -> None:
    add_people(app, first=10, second=10, third=0)
    seat_everybody(app, seats=6)
    add_person(app, "Ada Larkin", "community-pharmacy", organisation="Elmers End Chemist")
    open_form(desk)
    # the name, Enter; four letters, Enter takes the organisation; Enter adds
    person.keys_of("Rhys Llewellyn", ENTER, "elme", ENTER, ENTER)
    settle(desk)
    rhys = next(one for one in app.people.all() if one.name == "Rhys Llewellyn")
    assert (rhys.side, rhys.organisation) == ("community-pharmacy", "Elmers End Chemist")
    assert rhys.is_here
    assert desk.card.shown is not None
    assert desk.card.shown.table  # the best free seat
    assert ["Rhys" in sheet.text for sheet in tray.sheets] == [True]
    # at a key every quarter of a second this takes six seconds of the twenty
    assert person.count == len("Rhys Llewellyn") + len("elme") + 3
    assert desk.field.hasFocus()


def test_what_was_searched_for_is_the_name(desk: DeskScreen, person: Person) -> None:
    form = open_form(desk)
    desk._back()
    person.keys_of("Rhys Llewellyn")
    desk.begin_walk_in()
    assert form.name.text == "Rhys Llewellyn"
    person.keys_of(ENTER)
    assert form.organisation.edit.hasFocus()


def test_an_organisation_is_found_anywhere_and_without_accents(
    app: EventApp, desk: DeskScreen, person: Person
) -> None:
    for name in ("Café Clinic Practice", "Rye Lane Practice", "Practice of Rye"):
        add_person(app, f"One {name[:3]}", organisation=name)
    form = open_form(desk)
    person.keys_of("Rhys Llewellyn", ENTER, "rye")
    assert form.organisations.offered == ["Rye Lane Practice", "Practice of Rye"]
    person.keys_of(DOWN, TAB)
    assert form.organisation.text == "Practice of Rye"
    assert form.organisation.edit.hasFocus()
    form.organisation.set_text("")
    person.keys_of("cafe", TAB)
    assert form.organisation.text == "Café Clinic Practice"


def test_typing_on_keeps_a_text_of_ones_own(
    app: EventApp, desk: DeskScreen, person: Person
) -> None:
    add_person(app, "Ada Larkin", organisation="Rye Lane Practice")
    form = open_form(desk)
    person.keys_of("Rhys Llewellyn", ENTER, "lan")
    assert form.organisations.offered == ["Rye Lane Practice"]
    person.keys_of("gley Surgery")
    assert form.organisations.offered == []
    person.keys_of(ENTER)
    settle(desk)
    assert app.people.search("Rhys")[0].person.organisation == "langley Surgery"


def test_escape_keeps_a_text_that_is_the_beginning_of_another(
    app: EventApp, desk: DeskScreen, person: Person
) -> None:
    add_person(app, "Ada Larkin", organisation="Rye Lane Practice")
    form = open_form(desk)
    person.keys_of("Rhys Llewellyn", ENTER, "Rye Lane", ESC)
    assert form.isVisible()  # Esc closed the list, not the form
    assert form.organisation.text == "Rye Lane"
    assert form.organisations.offered == []
    # in the middle of a word nothing is chosen beforehand: Enter never takes it unasked
    form.organisation.set_text("")
    person.keys_of("ane")
    assert form.organisations.offered == ["Rye Lane Practice"]
    assert form.organisations.list.current_key is None


def test_the_side_is_told_by_the_organisation_until_a_person_chooses(
    app: EventApp, desk: DeskScreen, person: Person
) -> None:
    add_person(app, "Ada Larkin", "other", organisation="Rye Lane Practice")
    form = open_form(desk)
    assert form.side.value == ""  # nothing is guessed from nothing
    form.organisation.set_text("rye lane practice")
    assert form.side.value == "other"  # where the list knows it, the list is right
    assert "others of this organisation" in form._side_note.text()
    form.organisation.set_text("Corner Pharmacy")
    assert form.side.value == "community-pharmacy"
    assert "look" in form._side_note.text()
    form.side.buttons[0].click()
    form.organisation.set_text("Rye Lane Practice")
    assert form.side.value == "general-practice"


def test_a_side_that_nothing_tells_is_asked_for_and_one_letter_answers(
    app: EventApp, desk: DeskScreen, person: Person
) -> None:
    form = open_form(desk)
    person.keys_of("Rhys Llewellyn", ENTER, "Tesco", ENTER)
    settle(desk)
    assert app.people.all() == []
    assert form._side_note.text() == "Press G, P or O, then Enter"
    assert form.side.buttons[0].hasFocus()
    person.keys_of("p", ENTER)
    settle(desk)
    [rhys] = app.people.all()
    assert rhys.side == "community-pharmacy"


def test_arrows_choose_a_side_too(app: EventApp, desk: DeskScreen, person: Person) -> None:
    open_form(desk)
    person.keys_of("Rhys Llewellyn", ENTER, ENTER, Qt.Key.Key_Right, Qt.Key.Key_Right, ENTER)
    settle(desk)
    assert [one.side for one in app.people.all()] == ["community-pharmacy"]


def test_somebody_of_that_name_is_named_and_one_key_checks_them_in(
    app: EventApp, desk: DeskScreen, person: Person
) -> None:
    jane = add_person(app, "Dr Jane Smíth", organisation="Rye Lane Practice")
    form = open_form(desk)
    person.keys_of("smith jane")
    assert form._alike_words.text() == (
        "On the list: Dr Jane Smíth of Rye Lane Practice, expected. Is it the same person?"
    )
    assert form.check_in.key == "F3"
    form.check_in.click()
    settle(desk)
    assert app.people.get(jane.id).is_here
    assert len(app.people.all()) == 1
    assert desk.card.shown is not None


def test_another_of_the_same_name_can_still_be_added(
    app: EventApp, desk: DeskScreen, person: Person
) -> None:
    add_person(app, "Jane Smith")
    form = open_form(desk)
    person.keys_of("Jane Smith", ENTER, "Corner Pharmacy", ENTER)
    settle(desk)
    assert [one.name for one in app.people.all()] == ["Jane Smith", "Jane Smith"]
    desk.begin_walk_in()
    form.name.set_text("Jane Smith")
    assert form._alike_words.text().startswith("2 people of that name")
    form.check_in.click()
    assert desk.field.text() == "Jane Smith"
    assert len(desk.results.people) == 2


def test_the_form_promises_a_badge_only_where_one_is_printed(desk: DeskScreen) -> None:
    form = open_form(desk)
    assert "a badge and" in form._promise.text()
    desk.around.settings.set(badge_when="never")
    desk.begin_walk_in()
    assert "F6 prints a badge" in form._promise.text()


def test_a_name_like_no_other_says_nothing(app: EventApp, desk: DeskScreen, person: Person) -> None:
    add_person(app, "Jane Smith")
    form = open_form(desk)
    for name in ("Jane", "Smith", "Jane Smithson", ""):
        form.name.set_text(name)
        assert not form._strip.isVisibleTo(form)


def test_a_scan_in_the_middle_leaves_the_form_in_sight_and_is_told(
    app: EventApp, desk: DeskScreen, person: Person
) -> None:
    priya = add_person(app, "Dr Priya Raman", organisation="Rye Lane Practice")
    said: list[Message] = []
    desk.said.connect(said.append)
    form = open_form(desk)
    person.keys_of("Rhys Llewellyn", ENTER, "rye")
    person.scan(form.organisation.edit, priya.ticket)
    settle(desk)
    assert app.people.get(priya.id).is_here
    assert desk.stack.currentWidget() is form
    assert (form.name.text, form.organisation.text) == ("Rhys Llewellyn", "rye")
    assert form.organisation.edit.hasFocus()
    assert any("Welcome" in one.text and "Priya Raman" in one.text for one in said)


def test_in_place_of_somebody_is_completed_and_kept(
    app: EventApp, desk: DeskScreen, person: Person
) -> None:
    shah = add_person(app, "Dr Anil Shah", organisation="Rye Lane Practice")
    add_person(app, "Dr Bina Shah")
    form = open_form(desk)
    form.name.set_text("Rhys Llewellyn")
    form.organisation.set_text("Corner Pharmacy")
    form.place.take_focus()
    person.keys_of("anil", ENTER, ENTER)
    settle(desk)
    rhys = app.people.search("Rhys")[0].person
    with app.database.reading() as session:
        facts = session.exec(select(PresenceRow).where(PresenceRow.attendee_id == rhys.id)).all()
    assert [fact.in_place_of for fact in facts] == [shah.id]
    desk.begin_walk_in()
    form.name.set_text("Zoë Late")
    form.organisation.set_text("Corner Pharmacy")
    form.place.set_text("Nobody at all")
    form.keep()
    assert "Nobody of that name" in form.place.error


def test_the_longest_name_is_taken_and_no_longer_one(
    app: EventApp, desk: DeskScreen, person: Person
) -> None:
    form = open_form(desk)
    form.name.edit.insert("W" * 300)
    form.organisation.set_text("Corner Pharmacy")
    form.keep()
    settle(desk)
    [long] = app.people.all()
    assert len(long.name) == 200


def test_taking_it_back_and_a_second_walk_in_start_from_an_empty_form(
    app: EventApp, desk: DeskScreen, person: Person
) -> None:
    form = open_form(desk)
    person.keys_of("Rhys Llewellyn", ENTER, "Corner Pharmacy", ENTER)
    settle(desk)
    app.checkin.undo_last(At(desk.around.settings.desk))
    desk.begin_walk_in()
    assert (form.name.text, form.organisation.text, form.side.value) == ("", "", "")
