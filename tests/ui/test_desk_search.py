"""The Desk's search: what a row says, what Enter takes, and that a guess is never taken."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from facilitator.app import EventApp
from facilitator.services.checkin import At
from tests.day import seat_everybody
from tests.people import add_person
from tests.ui.conftest import Hand
from tests.ui.desk_room import app, desk, open_desk
from ui.screens.desk import DeskScreen
from ui.screens.desk_search import matches

__all__ = ["app", "desk"]


def test_somebody_who_is_here_says_so_with_the_table(
    app: EventApp, desk: DeskScreen, hand: Hand
) -> None:
    people = [add_person(app, f"Guest Number{n:02d}") for n in range(12)]
    for person in people:
        app.checkin.admit(person.id, At("Desk 1"))
    seat_everybody(app)
    table = app.checkin.tables_now()[people[0].id]
    open_desk(desk)
    # the first of twelve is not among the last arrivals any more
    hand.type(desk.field, "number00")
    desk.around.database.settle()
    [row] = desk.results.list.rows
    since = app.event.get().local(app.clocks.now())
    assert row.right == f"Here since {since:%H:%M}, table {table}"
    assert row.right_icon == "check-circle-fill"


def test_somebody_who_is_only_near_is_never_taken_by_enter(
    app: EventApp, desk: DeskScreen, hand: Hand
) -> None:
    emily = add_person(app, "Emily Watson")
    open_desk(desk)
    hand.type(desk.field, "emily watsen", enter=True)
    desk.around.database.settle()
    assert desk.results.people == [emily.id]
    assert not app.people.get(emily.id).is_here
    hand.press(desk.field, key=Qt.Key.Key_Down)
    hand.press(desk.field, key=Qt.Key.Key_Return)
    desk.around.database.settle()
    assert app.people.get(emily.id).is_here


def test_an_address_that_fits_is_not_shown_to_who_looks_on(
    app: EventApp, desk: DeskScreen, hand: Hand
) -> None:
    add_person(app, "Emily Watson", email="drw@oakfield.example", phone="020 7946 0417")
    open_desk(desk)
    for typed, by in (("drw", "found by e-mail"), ("0417", "found by phone")):
        hand.type(desk.field, typed)
        [row] = desk.results.list.rows
        assert row.detail.startswith(by)
        assert "oakfield" not in row.detail
        assert "0417" not in row.detail
        desk.field.clear()


@pytest.mark.parametrize(
    ("title", "typed", "found"),
    [
        ("Müller, Dr Jürgen", "muller jur", ["Müller", "Jür"]),
        ("Smith-Jones, Ruth", "smithjones", ["Smith-Jones"]),
        ("Al-Sharif, Omar", "omar alsharif", ["Omar"]),
        ("Weiß, Æthel", "weiss ae", ["Weiß", "Æ"]),
        ("O'Connor, Seán", "o connor sean", ["O", "Connor", "Seán"]),
    ],
)
def test_marks_stand_where_it_matched(title: str, typed: str, found: list[str]) -> None:
    assert [title[start : start + length] for start, length in matches(title, typed)] == found
