"""The Desk's reading: after the scans, once for many of them, and of other desks too."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from facilitator.app import EventApp, open_event
from facilitator.clocks import HandClocks
from facilitator.domain.people import Person, Status
from facilitator.services.checkin import Answer, At, CheckinService, NewWalkIn
from facilitator.services.desk_reading import PAGE, DeskNow, DeskReading, Mark, Page
from tests.people import add_person
from tests.ui.conftest import Hand
from tests.ui.desk_room import app
from tests.ui.paper_tray import PaperTray
from ui.screens.desk import DeskScreen
from ui.screens.desk_badges import DeskPrinting
from ui.screens.screen import Surroundings


class Noting(CheckinService):
    """The real check-in, which notes that it was asked."""

    asked: list[str]

    def scan(self, raw: str, at: At, *, read_as: str = "") -> Answer | None:
        self.asked.append("scan")
        return super().scan(raw, at, read_as=read_as)


class Counting(DeskReading):
    """The real reading, which notes what it was asked for."""

    asked: list[str]

    def now(self, since: Mark | None = None, recent: int = 7) -> DeskNow:
        self.asked.append("now")
        return super().now(since, recent)

    def page(self, after: object = None, limit: int = PAGE) -> Page:
        self.asked.append("page")
        return super().page(after, limit)  # pyright: ignore[reportArgumentType]


__all__ = ["app"]


@pytest.fixture
def reading(app: EventApp) -> Counting:
    found = Counting(app.database, app.checkin)
    found.asked = []
    return found


@pytest.fixture
def desk(
    qtbot: QtBot, app: EventApp, around: Surroundings, reading: Counting
) -> Iterator[DeskScreen]:
    checkin = Noting(app.database, app.clocks, app.seating)
    checkin.asked = reading.asked
    around.settings.set(badge_when="never")
    printing = DeskPrinting(around, app.badge_queue, PaperTray())
    screen = DeskScreen(around, app.event, reading, checkin, printing, app.desk_lock)
    qtbot.addWidget(screen)
    screen.resize(1126, 680)
    yield screen
    around.database.settle()


def open_(screen: DeskScreen) -> None:
    screen.show()
    QApplication.processEvents()
    screen.around.database.settle()


def known(screen: DeskScreen, person: Person) -> Person | None:
    """The person as the search of the Desk has them."""
    assert screen._index is not None
    found = [one.person for one in screen._index.search(person.ticket)]
    return found[0] if found else None


def test_scans_come_first_and_one_reading_follows(
    app: EventApp, desk: DeskScreen, reading: Counting, hand: Hand
) -> None:
    people = [add_person(app, f"Guest Number{number}") for number in range(20)]
    open_(desk)
    assert reading.asked == ["now", "page"]
    order = reading.asked
    order.clear()
    for person in people:
        hand.scan(desk.field, person.ticket)
    desk.around.database.settle()
    QApplication.processEvents()
    desk.around.database.settle()
    assert order[:20] == ["scan"] * 20
    assert order[20:] in (["now"], ["now", "now"])
    assert desk.room._here.text() == "20"
    assert [known(desk, p).status for p in people] == [Status.ARRIVED] * 20  # pyright: ignore[reportOptionalMemberAccess]


def test_other_desks_arrivals_show_by_themselves(
    app: EventApp, desk: DeskScreen, reading: Counting, clocks: HandClocks
) -> None:
    priya = add_person(app, "Dr Priya Raman")
    open_(desk)
    reading.asked.clear()
    desk._reader._look()
    desk.around.database.settle()
    assert reading.asked == []  # nothing is new
    with open_event(app.database.location, clocks) as other:
        other.checkin.scan(priya.ticket, At("Desk 2"))
    desk._reader._look()
    desk.around.database.settle()
    assert reading.asked == ["now"]
    assert desk.room._here.text() == "1"
    found = known(desk, priya)
    assert found is not None
    assert found.status is Status.ARRIVED


def test_a_walk_in_joins_the_search_and_leaves_it_when_taken_back(
    app: EventApp, desk: DeskScreen, reading: Counting
) -> None:
    add_person(app, "Dr Priya Raman")
    open_(desk)
    reading.asked.clear()
    lane = desk.around.database  # what it did is published as the Desk's own acts are
    lane.run(lambda: app.checkin.walk_in(NewWalkIn("Ada Larkin", "general-practice"), At("1")))
    desk.around.database.settle()
    QApplication.processEvents()
    desk.around.database.settle()
    (ada,) = [p for p in app.people.all() if p.name == "Ada Larkin"]
    assert known(desk, ada) == ada
    lane.run(lambda: app.checkin.undo(ada.id, At("1")))
    desk.around.database.settle()
    QApplication.processEvents()
    desk.around.database.settle()
    assert known(desk, ada) is None
    assert "page" not in reading.asked  # the list was not read again for one person
