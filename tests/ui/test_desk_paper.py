"""From paper back, at the Desk: three letters and Enter, person after person; spare badges."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from facilitator.app import EventApp, create_event
from facilitator.clocks import HandClocks
from facilitator.services.checkin import At
from facilitator.services.paper_entry import find_on_paper
from facilitator.services.spare_codes import spare_codes
from tests.conftest import NEW
from tests.people import add_person
from tests.ui.conftest import Hand
from tests.ui.desk_room import desk, settle
from tests.ui.paper_tray import PaperTray
from ui.screens.desk import DeskScreen
from ui.screens.desk_badges import DeskPrinting
from ui.screens.desk_paper import PaperEntryPage
from ui.screens.screen import Surroundings

ENTER, DOWN, ESC = Qt.Key.Key_Return, Qt.Key.Key_Down, Qt.Key.Key_Escape
__all__ = ["desk"]


@pytest.fixture
def app(tmp_path: Path, clocks: HandClocks) -> Iterator[EventApp]:
    with create_event(tmp_path / "paper.facilitator", NEW, clocks) as opened:
        opened.event.edit(held_on=clocks.now().date())
        for name in ("Dr Ada Larkin", "Lara Chan", "Bo Diallo", "Cy Diallo", "Zoë Çelik"):
            add_person(opened, name, organisation=f"{name.split()[-1]} House")
        yield opened


@pytest.fixture
def spares(app: EventApp, tmp_path: Path) -> list[str]:
    app.papers.write(tmp_path / "papers")
    with app.database.reading() as session:
        return sorted(spare_codes(session))


def page_of(screen: DeskScreen) -> PaperEntryPage:
    screen.show()
    settle(screen)
    [page] = [tool for tool in screen.tools if isinstance(tool, PaperEntryPage)]
    screen.show_tool(page)
    settle(screen)
    return page


def enter(screen: DeskScreen, hand: Hand, text: str) -> None:
    hand.type(page_field(screen), text, enter=True)
    settle(screen)


def page_field(screen: DeskScreen):
    [page] = [tool for tool in screen.tools if isinstance(tool, PaperEntryPage)]
    return page.field


def here(app: EventApp) -> list[str]:
    return sorted(one.name for one in app.people.all() if one.is_here)


def test_three_letters_and_enter_person_after_person(
    app: EventApp, desk: DeskScreen, hand: Hand
) -> None:
    page = page_of(desk)
    hand.type(page.about.edit, "09:10", enter=True)
    settle(desk)
    enter(desk, hand, "lar")
    assert page.said.text() == "Entered: Dr Ada Larkin, about 09:10."
    # Lara is found by her given name once no family name begins so
    enter(desk, hand, "lar")
    enter(desk, hand, "cel")
    assert here(app) == ["Ada Larkin", "Lara Chan", "Zoë Çelik"]
    facts = [app.people.facts_of(one.id) for one in app.people.all() if one.is_here]
    assert {(f.source, f.desk, f"{app.event.get().local(f.about):%H:%M}")
            for (f,) in facts if f.about} == {("paper", "paper", "09:10")}  # fmt: skip
    assert [row.title for row in page.list.rows] == ["Çelik, Zoë", "Chan, Lara", "Larkin, Dr Ada"]
    assert page.state() == "3 entered"


def test_two_who_can_be_meant_need_an_arrow(app: EventApp, desk: DeskScreen, hand: Hand) -> None:
    page = page_of(desk)
    enter(desk, hand, "dia")
    assert "Several can be meant" in page.said.text()
    assert here(app) == []
    hand.press(page.field, key=DOWN)
    hand.press(page.field, key=DOWN)
    hand.press(page.field, key=ENTER)
    settle(desk)
    assert here(app) == ["Cy Diallo"]
    enter(desk, hand, "dia b")
    assert here(app) == ["Bo Diallo", "Cy Diallo"]


def test_somebody_who_is_here_is_not_entered_twice(
    app: EventApp, desk: DeskScreen, hand: Hand
) -> None:
    page = page_of(desk)
    bo = app.people.search("Bo Diallo")[0].person
    app.checkin.scan(bo.ticket, At("Desk 2"))
    hand.type(page.field, "dia b")
    hand.press(page.field, key=ENTER)
    settle(desk)
    assert "Bo Diallo is here already" in page.said.text()
    assert len(app.people.facts_of(bo.id)) == 1


def test_a_time_to_come_is_refused_beside_the_field(
    app: EventApp, desk: DeskScreen, hand: Hand
) -> None:
    page = page_of(desk)
    hand.type(page.about.edit, "11:40", enter=True)
    settle(desk)
    assert "11:40 is still to come: it is 09:15" in page.said.text()
    enter(desk, hand, "lar")
    assert here(app) == []
    assert page.about.edit.hasFocus()


def test_an_entry_is_taken_back_by_enter_on_its_row(
    app: EventApp, desk: DeskScreen, hand: Hand
) -> None:
    page = page_of(desk)
    enter(desk, hand, "lar")
    enter(desk, hand, "cel")
    # Enter in the empty field takes nothing back
    hand.press(page.field, key=ENTER)
    settle(desk)
    assert here(app) == ["Ada Larkin", "Zoë Çelik"]
    hand.press(page.field, key=DOWN)
    hand.press(page.field, key=DOWN)
    hand.press(page.field, key=ENTER)
    settle(desk)
    assert here(app) == ["Zoë Çelik"]
    assert page.said.text() == "Taken back: Dr Ada Larkin."
    page.back_one.click()
    settle(desk)
    assert here(app) == []
    enter(desk, hand, "lar")
    assert here(app) == ["Ada Larkin"]


def test_a_walk_in_is_given_the_spare_badge_that_is_scanned(
    app: EventApp, desk: DeskScreen, hand: Hand, spares: list[str]
) -> None:
    page = page_of(desk)
    hand.scan(page.field, spares[0])
    settle(desk)
    assert page.badge.text == spares[0]
    hand.type(page.form.name.edit, "Di Eze")
    page.form.side.choose("other")
    page.form.keep()
    settle(desk)
    di = app.people.find(spares[0])
    assert (di.name, di.walk_in, di.is_here) == ("Di Eze", True, True)
    assert app.people.facts_of(di.id)[0].source == "paper"
    # the same badge for somebody else
    hand.scan(page.field, spares[0])
    settle(desk)
    assert "Di Eze is here already" in page.said.text()
    page.begin_walk_in()
    hand.type(page.badge.edit, spares[0].replace("-", "")[-4:], enter=True)
    settle(desk)
    hand.type(page.form.name.edit, "Ed Other")
    page.form.side.choose("other")
    page.form.keep()
    settle(desk)
    assert not app.people.search("Ed Other") or app.people.search("Ed Other")[0].guessed
    assert "belongs to Di Eze already" in page.said.text() + page.badge.error


def test_a_spare_badge_at_the_desk_asks_whom_it_is_for(
    app: EventApp, desk: DeskScreen, hand: Hand, spares: list[str]
) -> None:
    desk.show()
    settle(desk)
    hand.scan(desk.field, spares[3])
    settle(desk)
    assert desk.stack.currentWidget() is desk.walk_in
    assert desk.card.last is not None
    assert desk.card.last.fact == "A spare badge: who is it for?"
    desk.walk_in.name.set_text("Di Eze")
    desk.walk_in.side.choose("other")
    desk.walk_in.keep()
    settle(desk)
    assert app.people.find(spares[3]).name == "Di Eze"
    hand.scan(desk.field, spares[3])
    settle(desk)
    assert desk.card.last.state in {"twice", "already-here"}
    assert len(app.people.all()) == 6


def test_a_spare_badge_while_the_form_is_open_is_theirs(
    app: EventApp, desk: DeskScreen, hand: Hand, spares: list[str]
) -> None:
    desk.show()
    settle(desk)
    desk.begin_walk_in()
    hand.type(desk.walk_in.name.edit, "Di Eze")
    hand.scan(desk.walk_in.name.edit, spares[5])
    settle(desk)
    assert desk.walk_in.name.text == "Di Eze"
    desk.walk_in.side.choose("other")
    desk.walk_in.keep()
    settle(desk)
    assert app.people.find(spares[5]).name == "Di Eze"


def test_letters_find_the_family_name_first(app: EventApp) -> None:
    people = app.people.all()
    assert find_on_paper(people, "").people == ()
    both = find_on_paper(people, "lar")
    assert [one.name for one in both.people] == ["Ada Larkin", "Lara Chan"]
    assert both.sure is both.people[0]
    assert find_on_paper(people, "dia").sure is None
    assert find_on_paper(people, "ÇEL").sure is not None


def test_who_was_given_a_spare_badge_gets_no_other(
    app: EventApp, around: Surroundings, qtbot: QtBot, hand: Hand, spares: list[str]
) -> None:
    around.settings.set(badge_printer="Zebra", badge_paper="roll62", badge_when="always")
    tray = PaperTray()
    printing = DeskPrinting(around, app.badge_queue, tray)
    desk = DeskScreen(around, app.event, app.desk_reading, app.checkin, printing, app.desk_lock)
    qtbot.addWidget(desk)
    desk.show()
    settle(desk)
    for badge, name in ((spares[0], "Di Eze"), ("", "Ed Other")):
        if badge:
            hand.scan(desk.field, badge)
        else:
            desk.begin_walk_in()
        settle(desk)
        desk.walk_in.name.set_text(name)
        desk.walk_in.side.choose("other")
        desk.walk_in.keep()
        settle(desk)
        around.heavy.settle()
        settle(desk)
    (sheet,) = tray.sheets
    assert "Other" in sheet.text
    assert "Eze" not in sheet.text
