"""The room at a glance: how people come, and who is still missing, at the Desk."""

from __future__ import annotations

from datetime import timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication

from facilitator.app import EventApp
from facilitator.clocks import HandClocks
from facilitator.domain.people import Person
from facilitator.services.checkin import At
from tests.people import add_person
from tests.ui.conftest import Hand
from tests.ui.desk_room import app, desk, open_desk
from ui.screens.desk import DeskScreen
from ui.screens.desk_missing import MissingPage
from ui.theme import Theme

AT = At("Desk 1")
__all__ = ["app", "desk"]


@pytest.fixture
def late(app: EventApp) -> Person:
    """Of three from Ealing one is not here."""
    for name in ("Dr Ann Early", "Tom Early"):
        app.checkin.admit(add_person(app, name, borough="Ealing").id, AT)
    add_person(app, "Olu Brent", borough="Brent")
    return add_person(app, "Bea Late", "community-pharmacy", borough="Ealing")


def page_of(screen: DeskScreen) -> MissingPage:
    [page] = [tool for tool in screen.tools if isinstance(tool, MissingPage)]
    screen.show_tool(page)
    screen.around.database.settle()
    return page


def titles(page: MissingPage) -> list[tuple[str, str]]:
    return [(row.title, row.right) for row in page.list.rows]


def test_a_borough_is_asked_for_and_the_missing_one_checked_in(
    app: EventApp, desk: DeskScreen, hand: Hand, late: Person
) -> None:
    open_desk(desk)
    page = page_of(desk)
    hand.type(page.field, "has ealing arrived")
    assert titles(page) == [("Ealing (borough)", "2 of 3 here"), ("Late, Bea", "Enter: check in")]
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Return):
        hand.press(page.field, key=key)
    assert desk.stack.currentWidget() is desk.results
    assert desk.field.text() == "Bea Late"
    assert desk.results.current == late.id
    assert not app.people.get(late.id).is_here
    hand.press(desk.field, key=Qt.Key.Key_Return)
    desk.around.database.settle()
    assert app.people.get(late.id).is_here


def test_the_groups_with_the_most_missing_come_first_and_open_by_enter(
    desk: DeskScreen, hand: Hand, late: Person
) -> None:
    open_desk(desk)
    page = page_of(desk)
    page.kinds.choose("borough")
    page.kinds.chosen.emit("borough")
    assert titles(page) == [("Brent (borough)", "0 of 1 here"), ("Ealing (borough)", "2 of 3 here")]
    assert page.list.rows[1].detail == "Missing: Late, Bea"
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Return):
        hand.press(page.field, key=key)
    assert titles(page)[2] == ("Late, Bea", "Enter: check in")
    hand.press(page.field, key=Qt.Key.Key_Return)
    assert len(page.list.rows) == 2


def test_a_group_that_is_all_here_says_so(desk: DeskScreen, hand: Hand, late: Person) -> None:
    desk._checkin.admit(late.id, AT)
    open_desk(desk)
    page = page_of(desk)
    hand.type(page.field, "ealing")
    [row] = page.list.rows
    assert (row.detail, row.right, row.right_icon) == (
        "Nobody is missing", "3 of 3 here", "check-circle-fill"
    )  # fmt: skip


def test_escape_leads_back_to_the_card(desk: DeskScreen, hand: Hand, late: Person) -> None:
    open_desk(desk)
    page = page_of(desk)
    hand.press(page.field, key=Qt.Key.Key_Escape)
    assert desk.stack.currentWidget() is desk.card


def test_the_chart_counts_and_says_when_everyone_will_be_in(
    app: EventApp, desk: DeskScreen, clocks: HandClocks
) -> None:
    people = [add_person(app, f"Guest Number{n:02d}") for n in range(10)]
    for person in people[:5]:
        app.checkin.admit(person.id, AT)
    open_desk(desk)
    event, now = app.event.get(), clocks.now()
    by = now + timedelta(minutes=10)
    by += timedelta(seconds=-by.second % 60)
    assert desk.room.forecast.text() == f"At this pace everyone is in by {event.local(by):%H:%M}"
    assert "5 people" in desk.room.chart.accessibleName()
    clocks.advance(1_200)
    desk.room.move_on()
    assert desk.room.forecast.text() == "5 people still to come"
    clocks.advance(3_600)
    desk.room.move_on()
    assert desk.room.chart.accessibleName() == "Arrivals of the last hour: none"


def test_the_highest_bar_is_the_tallest_and_the_running_one_an_outline(
    app: EventApp, desk: DeskScreen, clocks: HandClocks
) -> None:
    people = [add_person(app, f"Guest Number{n:02d}") for n in range(9)]
    for person in people[:6]:
        app.checkin.admit(person.id, AT)
    clocks.advance(600)
    for person in people[6:]:
        app.checkin.admit(person.id, AT)
    open_desk(desk)
    chart = desk.room.chart
    picture = chart.grab().toImage()
    ratio = picture.width() / chart.width()
    bar = (chart.width() + 4) / 12
    muted = Theme.current().colour("muted")

    def filled(place: int) -> int:
        """How many pixels of the middle of a bar, above the times, are of its colour."""
        x = int((place * bar + (bar - 4) / 2) * ratio)
        rows = range(int((chart.height() - 22) * ratio))
        return sum(_near(picture.pixelColor(x, y), muted) for y in rows)

    heights = [filled(place) for place in range(12)]
    assert heights[9] == max(heights) > 10
    assert 0 < heights[11] <= 4  # the line along its top
    assert not any(heights[:9])


def _near(one: QColor, other: QColor) -> bool:
    pairs = (
        (one.red(), other.red()), (one.green(), other.green()), (one.blue(), other.blue())
    )  # fmt: skip
    return all(abs(a - b) < 24 for a, b in pairs)


def test_an_event_of_nobody_has_no_chart(desk: DeskScreen) -> None:
    open_desk(desk)
    assert not desk.room.chart.isVisible()
    assert not desk.room.forecast.isVisible()


def test_the_last_arrivals_are_as_many_as_there_is_room_for(
    app: EventApp, desk: DeskScreen
) -> None:
    for n in range(7):
        app.checkin.admit(add_person(app, f"Guest Number{n}").id, AT)
    open_desk(desk)
    shown = [row for row in desk.arrivals._rows if row.isVisible()]
    assert 5 <= len(shown) <= 7
    assert desk.arrivals.rect().contains(shown[-1].geometry())
    desk.resize(1126, 600)
    QApplication.processEvents()
    fewer = [row for row in desk.arrivals._rows if row.isVisible()]
    assert 2 <= len(fewer) < len(shown)
    assert desk.arrivals.rect().contains(fewer[-1].geometry())
