"""The Tables screen on a real event: choosing, moving by mouse and key, mixing."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from facilitator.app import EventApp
from facilitator.services.checkin import NewWalkIn
from facilitator.services.room_display import Face
from tests.people import add_person
from tests.services.seating_tools import DESK, fill, mix, tables
from tests.ui.conftest import Hand
from ui.screens.screen import Surroundings
from ui.screens.tables import TablesScreen
from ui.screens.tables_cards import grid_of


@pytest.fixture
def empty(file_app: EventApp, around: Surroundings, qtbot: QtBot) -> Iterator[TablesScreen]:
    """The screen of an event of four tables, with nobody on the list."""
    tables(file_app, 4)
    screen = TablesScreen.build(file_app, around)
    qtbot.addWidget(screen)
    screen.resize(1126, 680)
    screen.show()
    settle(screen)
    yield screen
    screen.may_close()
    around.database.settle()


@pytest.fixture
def screen(empty: TablesScreen, file_app: EventApp) -> TablesScreen:
    """The same with 28 people, mixed."""
    fill(file_app, 14, 14)
    mix(file_app)
    empty.reload()
    settle(empty)
    return empty


def settle(screen: TablesScreen) -> None:
    """Until everything asked has been answered, and read again."""
    for _ in range(3):
        QTest.qWait(1)
        assert screen.around.database.settle()
        assert screen.around.heavy.settle()


def spot(screen: TablesScreen, who: UUID) -> QPoint:
    """Where somebody's seat is on the screen (global)."""
    for card in screen.grid.cards:
        if card.table is not None and who in card.table.people:
            place = card.table.places.index(who)
            return card.mapToGlobal(card.seat_rect(place).center().toPoint())
    raise AssertionError("no seat in sight")


def where(app: EventApp, who: UUID, number: int = 1) -> tuple[str, int] | None:
    return app.seating.room().where.get((number, who))


def test_the_room_says_how_it_stands(screen: TablesScreen) -> None:
    assert screen.state is not None
    assert [card.table.label for card in screen.grid.cards if card.table] == ["1", "2", "3", "4"]
    assert screen.state.headline(1).words == screen.head.sentence.text()
    assert screen.detail.list.rows[0].key == screen.table.people[0]  # pyright: ignore[reportOptionalMemberAccess]
    assert "Table 1" in screen.grid.cards[0].accessibleName()


def test_an_empty_event_offers_the_one_next_act(empty: TablesScreen, qtbot: QtBot) -> None:
    assert empty._empty.heading.text() == "Nobody is on the list yet"
    assert empty._empty.act is not None
    with qtbot.waitSignal(empty.go) as went:
        empty._empty.act.click()
    assert went.args == ["people"]
    assert not empty.mix_button.isEnabled()


def test_a_room_not_mixed_offers_to_mix(empty: TablesScreen, file_app: EventApp) -> None:
    fill(file_app, 6, 6)
    empty.reload()
    settle(empty)
    assert empty._empty.heading.text() == "Round 1 is not mixed yet"
    assert empty._empty.act is not None
    assert empty._empty.act.text() == "Mix the tables"
    assert empty.mix_button.isEnabled()


def test_arrows_choose_a_table_and_enter_goes_to_its_people(
    screen: TablesScreen, hand: Hand
) -> None:
    screen.shown()
    columns = screen.grid._shape[0]
    hand.press(screen.focusWidget(), key=Qt.Key.Key_Right)
    assert screen.grid.chosen == "2"
    hand.press(screen.focusWidget(), key=Qt.Key.Key_Left)
    if columns < 4:
        hand.press(screen.focusWidget(), key=Qt.Key.Key_Down)
        assert screen.grid.chosen == str(1 + columns)
    hand.press(screen.focusWidget(), key=Qt.Key.Key_Return)
    assert screen.focusWidget() is screen.detail.list
    assert screen.grid.person == screen.table.people[0]  # pyright: ignore[reportOptionalMemberAccess]
    assert screen.grid.met


def test_a_move_by_keys_shows_its_effect_first(
    screen: TablesScreen, file_app: EventApp, hand: Hand
) -> None:
    assert screen.table is not None
    who = screen.table.people[0]
    screen._choose_person(who)
    screen.detail.move_button.click()
    assert screen.head.sentence.text().startswith("Moving ")
    hand.press(screen.focusWidget(), key=Qt.Key.Key_Right)
    assert screen.grid.over == "2"
    effect = screen.state.effect(who, 1, "2", screen.grid.over_place)  # pyright: ignore[reportOptionalMemberAccess]
    assert effect is not None
    assert screen.head.rest.text() == effect.words
    assert where(file_app, who) is not None
    assert where(file_app, who)[0] == "1"  # pyright: ignore[reportOptionalSubscript]
    hand.press(screen.focusWidget(), key=Qt.Key.Key_Return)
    settle(screen)
    assert where(file_app, who)[0] == "2"  # pyright: ignore[reportOptionalSubscript]
    assert screen.grid.carrying is None
    screen.undo_button.click()
    settle(screen)
    assert where(file_app, who)[0] == "1"  # pyright: ignore[reportOptionalSubscript]


def test_escape_puts_nobody_down(screen: TablesScreen, file_app: EventApp, hand: Hand) -> None:
    before = file_app.seating.room().where
    screen._choose_person(screen.table.people[0])  # pyright: ignore[reportOptionalMemberAccess]
    screen.detail.move_button.click()
    hand.press(screen.focusWidget(), key=Qt.Key.Key_Right)
    hand.press(screen.focusWidget(), key=Qt.Key.Key_Escape)
    hand.keys.settle()
    settle(screen)
    assert screen.grid.carrying is None
    assert file_app.seating.room().where == before


def test_dragging_a_seat_onto_another_swaps(screen: TablesScreen, file_app: EventApp) -> None:
    state = screen.state
    assert state is not None
    one, other = state.rounds[0].tables[0].people[0], state.rounds[0].tables[1].people[0]
    mine, theirs = where(file_app, one), where(file_app, other)
    card, target = screen.grid.cards[0], spot(screen, other)
    start = card.mapFromGlobal(spot(screen, one))
    QTest.mousePress(card, Qt.MouseButton.LeftButton, pos=start)
    for part in range(1, 6):
        way = card.mapFromGlobal(target) - start
        QTest.mouseMove(card, start + QPoint(way.x() * part // 5, way.y() * part // 5))
    assert screen.grid.carrying == one
    assert (screen.grid.over, screen.grid.over_place) == theirs
    assert "swaps with" in screen.head.rest.text()
    QTest.mouseRelease(card, Qt.MouseButton.LeftButton, pos=card.mapFromGlobal(target))
    settle(screen)
    assert (where(file_app, one), where(file_app, other)) == (theirs, mine)


def test_dragging_off_the_tables_changes_nothing(screen: TablesScreen, file_app: EventApp) -> None:
    state = screen.state
    assert state is not None
    one = state.rounds[0].tables[0].people[0]
    card = screen.grid.cards[0]
    start = card.mapFromGlobal(spot(screen, one))
    QTest.mousePress(card, Qt.MouseButton.LeftButton, pos=start)
    QTest.mouseMove(card, start + QPoint(30, 0))
    QTest.mouseMove(card, QPoint(-200, -150))
    QTest.mouseRelease(card, Qt.MouseButton.LeftButton, pos=QPoint(-200, -150))
    settle(screen)
    assert file_app.seating.room().revision == 1


def test_the_tray_seats_somebody(screen: TablesScreen, file_app: EventApp) -> None:
    late = file_app.checkin.walk_in(NewWalkIn("Rhys Llewellyn", "community-pharmacy"), DESK)
    who = late.verdict.person.id  # pyright: ignore[reportAttributeAccessIssue]
    file_app.seating.unseat(who, 1)
    screen.reload()
    settle(screen)
    assert [row.key for row in screen.tray.list.rows] == [who]
    assert screen.head.sentence.text() == "Rhys Llewellyn has no seat yet."
    screen.mend_button.click()
    settle(screen)
    assert where(file_app, who) is not None
    assert screen.tray.list.rows == []


def test_finding_a_person_goes_to_their_table(screen: TablesScreen, hand: Hand) -> None:
    state = screen.state
    assert state is not None
    who = state.rounds[0].tables[2].people[1]
    screen.find_button.click()
    hand.type(screen.finder.field, state.people[who].name, enter=True)
    assert screen.grid.chosen == "3"
    assert screen.grid.person == who
    assert screen.detail.list.current_key == who


def test_two_people_apart_by_finding_the_second(
    screen: TablesScreen, file_app: EventApp, hand: Hand
) -> None:
    state = screen.state
    assert state is not None
    one, other = state.rounds[0].tables[0].people[:2]
    screen._choose_person(one)
    screen._ask_person("Sits apart from", "apart")
    hand.type(screen.finder.field, state.people[other].name, enter=True)
    settle(screen)
    (wish,) = file_app.wishes.all().all
    assert {wish.person, wish.other} == {one, other}
    assert "sit apart" in screen.head.sentence.text()


def test_a_lock_is_shown_on_the_card(screen: TablesScreen, file_app: EventApp) -> None:
    screen.detail.lock.click()
    settle(screen)
    assert screen.table is not None
    assert screen.table.locked
    assert screen.detail.lock.text() == "Unlock"
    assert "locked" in screen.grid.cards[0].accessibleName()


def test_show_puts_the_round_on_the_projector(
    screen: TablesScreen, file_app: EventApp, qtbot: QtBot
) -> None:
    screen.tabs.buttons[1].click()
    with qtbot.waitSignal(screen.show_round) as asked:
        screen.show_button.click()
    settle(screen)
    assert asked.args == [2]
    shown = file_app.room.shown()
    assert (shown.face, shown.round_number) == (Face.FIND, 2)


def test_the_menus_hold_what_else_can_be_done(screen: TablesScreen, file_app: EventApp) -> None:
    screen._choose_person(screen.table.people[0])  # pyright: ignore[reportOptionalMemberAccess]
    menu = screen.person_menu()
    assert menu is not None
    words = [action.text() for action in menu.actions() if action.text()]
    assert "Host: stays at table 1" in words
    next(a for a in menu.actions() if a.text().startswith("Host")).trigger()
    settle(screen)
    assert len(file_app.wishes.all().of_kind("host")) == 1
    menu = screen.table_menu()
    assert menu is not None
    next(a for a in menu.actions() if a.text() == "Add a table of 8").trigger()
    settle(screen)
    assert len(screen.grid.cards) == 5


def test_mixing_shows_what_comes_out_before_it_is_used(
    screen: TablesScreen, file_app: EventApp, qtbot: QtBot
) -> None:
    screen.mix_button.click()
    page = screen.mix_page
    qtbot.waitUntil(lambda: page._preview is not None and not page.searching, timeout=20_000)
    settle(screen)
    assert page._title.text() == "Mix rounds 1, 2 and 3"
    assert page._headline.text().startswith("Best possible")
    assert page._figures[0][1].text() == str(page.best.repeats)  # pyright: ignore[reportOptionalMemberAccess]
    assert file_app.seating.room().revision == 1
    page.use.click()
    settle(screen)
    assert screen._stack.currentIndex() == 0
    room = file_app.seating.room()
    assert sum(len(t.people) for t in room.rounds[0].tables) == 28


def test_a_room_that_changed_meanwhile_is_said_and_can_be_used(
    screen: TablesScreen, file_app: EventApp, qtbot: QtBot
) -> None:
    screen.mix_button.click()
    page = screen.mix_page
    qtbot.waitUntil(lambda: page._preview is not None and not page.searching, timeout=20_000)
    late = file_app.checkin.walk_in(NewWalkIn("Rhys Llewellyn", "community-pharmacy"), DESK)
    settle(screen)
    page.use.click()
    settle(screen)
    assert page._headline.text() == "Rhys Llewellyn has come since this was mixed."
    assert page.use.text() == "Use it, place newcomers"
    page.use.click()
    settle(screen)
    who = late.verdict.person.id  # pyright: ignore[reportAttributeAccessIssue]
    assert where(file_app, who) is not None
    assert screen._stack.currentIndex() == 0


def test_cancel_leaves_everything_as_it_was(screen: TablesScreen, file_app: EventApp) -> None:
    screen.mix_button.click()
    settle(screen)
    screen.mix_page.cancel.click()
    settle(screen)
    assert screen._stack.currentIndex() == 0
    assert file_app.seating.room().revision == 1


def test_names_are_plain_text(screen: TablesScreen, file_app: EventApp) -> None:
    bold = add_person(file_app, "<b>Bold</b> & Sons")
    file_app.checkin.scan(bold.ticket, DESK)
    screen.reload()
    settle(screen)
    tip = screen.grid.about(bold.id)
    assert tip.startswith("<b>Bold</b> & Sons")


@pytest.mark.parametrize(("many", "least"), [(15, 15), (24, 24), (35, 28), (60, 28), (1, 1)])
def test_more_tables_make_smaller_cards_then_pages(many: int, least: int) -> None:
    columns, rows = grid_of(many, 814, 560)
    assert columns * rows >= least
    assert (814 - 8 * (columns - 1)) / columns >= 100
