"""The Tables screen on a real event: choosing, moving by mouse and key, mixing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot

from facilitator.app import EventApp
from facilitator.services.checkin import NewWalkIn
from facilitator.services.room_display import Face
from tests.people import add_person
from tests.services.seating_tools import DESK, fill, mix, tables
from tests.ui.conftest import Hand
from ui.kit import Message
from ui.screens.screen import Surroundings
from ui.screens.tables import TablesScreen
from ui.screens.tables_cards import grid_of


class Asked:
    """Answers the file dialog with the suggested name in a folder, or nothing."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.gives_up = folder, False
        self.suggested: list[str] = []

    def __call__(self, _parent: object, _title: str, name: str, _kinds: str) -> str:
        self.suggested.append(name)
        return "" if self.gives_up else str(self.folder / name)


@pytest.fixture
def asked(tmp_path: Path) -> Asked:
    (tmp_path / "printed").mkdir()
    return Asked(tmp_path / "printed")


@pytest.fixture
def empty(
    file_app: EventApp, around: Surroundings, qtbot: QtBot, asked: Asked
) -> Iterator[TablesScreen]:
    """The screen of an event of four tables, with nobody on the list."""
    tables(file_app, 4)
    app = file_app
    screen = TablesScreen(
        around, app.event, app.seating, app.tables, app.wishes, app.mixing, app.room,
        app.papers, app.badges, ask=asked,
    )  # fmt: skip
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


@pytest.mark.slow
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


@pytest.mark.slow
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


def line(menu: QMenu | None, words: str) -> QAction:
    """The line of a menu that begins so."""
    assert menu is not None
    return next(action for action in menu.actions() if action.text().startswith(words))


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("Table plan of round 1", "round-1-tables.pdf"),
        ("Table plans of every", "tables.pdf"),
        ("List by surname", "surnames.pdf"),
        ("Cards to stand", "table-cards.pdf"),
        ("Badges", "badges.pdf"),
    ],
)
def test_what_is_printed_is_where_it_was_asked_for(
    screen: TablesScreen, asked: Asked, words: str, name: str
) -> None:
    said: list[Message] = []
    screen.said.connect(said.append)
    line(screen.print_menu(), words).trigger()
    settle(screen)
    (suggested,) = asked.suggested
    assert suggested.endswith(name)
    assert (asked.folder / suggested).read_bytes().startswith(b"%PDF")
    assert said[-1].mood == "done"
    assert said[-1].text.endswith(f"saved as “{suggested}” in “printed”.")
    assert said[-1].act == "Open"


def test_a_print_that_is_given_up_writes_nothing(screen: TablesScreen, asked: Asked) -> None:
    asked.gives_up = True
    line(screen.print_menu(), "Badges").trigger()
    settle(screen)
    assert asked.suggested
    assert list(asked.folder.iterdir()) == []


def test_an_unmixed_room_has_no_plan_to_print(empty: TablesScreen, file_app: EventApp) -> None:
    fill(file_app, 6, 6)
    empty.reload()
    settle(empty)
    menu = empty.print_menu()
    for words in ("Table plan of", "Table plans", "List by", "No badge is wrong"):
        assert not line(menu, words).isEnabled()
    assert line(menu, "Badges").isEnabled()


@pytest.mark.qt_log_ignore("This plugin does not support", extend=True)
def test_ctrl_p_opens_the_menu(screen: TablesScreen) -> None:
    screen.activateWindow()
    QTest.keyClick(screen, Qt.Key.Key_P, Qt.KeyboardModifier.ControlModifier)
    (menu,) = [m for m in screen.findChildren(QMenu) if m.accessibleName() == "Print"]
    assert menu.isVisible()
    menu.close()


@pytest.mark.slow
def test_labels_for_the_badges_that_a_mixing_made_wrong(
    screen: TablesScreen, file_app: EventApp, asked: Asked, tmp_path: Path, qtbot: QtBot
) -> None:
    file_app.badges.write(tmp_path / "first.pdf", tables="all")
    people = file_app.people.all()
    file_app.wishes.apart(*[p.id for p in people if where(file_app, p.id)[0] == "1"][:2])  # pyright: ignore[reportOptionalSubscript]
    said: list[Message] = []
    screen.said.connect(said.append)
    screen.mix_button.click()
    page = screen.mix_page
    qtbot.waitUntil(lambda: page._preview is not None and not page.searching, timeout=20_000)
    settle(screen)
    assert page._preview is not None
    assert page._preview.wrong_badges
    page.use.click()
    settle(screen)
    assert said[-1].act == "Print labels"
    assert "wrong now" in said[-1].text
    wrong = len(file_app.badges.changed())
    assert line(screen.print_menu(), f"Labels for {wrong} wrong badge").isEnabled()
    assert said[-1].do is not None
    said[-1].do()
    settle(screen)
    (made,) = asked.folder.iterdir()
    assert made.name.endswith("labels.pdf")
    assert file_app.badges.changed() == ()
    assert not line(screen.print_menu(), "No badge is wrong").isEnabled()


@pytest.mark.slow
@pytest.mark.qt_log_ignore("This plugin does not support", extend=True)
def test_a_wish_that_cannot_be_kept_is_mended_by_taking_one_back(
    screen: TablesScreen, file_app: EventApp, hand: Hand, qtbot: QtBot
) -> None:
    one, other = (person.id for person in file_app.people.all()[:2])
    names = [person.full_name for person in file_app.people.all()[:2]]
    file_app.wishes.host(one, "3")
    file_app.wishes.host(other, "3")
    file_app.wishes.apart(one, other)
    page = screen.mix_page

    def found() -> bool:
        return page._preview is not None and not page.searching

    screen.mix_button.click()
    qtbot.waitUntil(found, timeout=20_000)
    settle(screen)
    assert page._broken_words.text().startswith("One wish cannot be kept. Given0 Family0 stays")
    hand.press(page, "w")
    hand.keys.settle()
    (menu,) = [m for m in page.findChildren(QMenu) if m.isVisible()]
    assert [action.text() for action in menu.actions()] == [
        f"{names[0]} and {names[1]} need not sit apart",
        f"{names[0]} need not stay at table 3",
        f"{names[1]} need not stay at table 3",
    ]
    menu.close()
    line(page.mend_menu(), f"{names[1]} need not stay").trigger()
    settle(screen)
    qtbot.waitUntil(found, timeout=20_000)
    settle(screen)
    assert [wish.kind for wish in file_app.wishes.all().all] == ["host", "apart"]
    assert page._broken.isHidden()
    assert page._wish_counts[0].text() == "1"


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
