"""Tables: the room as cards, who sits where and how good it is; moves by mouse and by key."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QAction, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QHBoxLayout, QMenu, QStackedWidget, QVBoxLayout, QWidget

from facilitator.domain.changes import Changes
from facilitator.domain.text import counted
from facilitator.services.badges import BadgeService
from facilitator.services.events import EventService
from facilitator.services.mixing import Accepted, MixingService
from facilitator.services.papers import PapersService
from facilitator.services.room import Headline, RoomState, RoundView, TableView
from facilitator.services.room_display import Face, RoomDisplayService
from facilitator.services.seating import SeatingService
from facilitator.services.tables import TableService
from facilitator.services.wishes import APART, WishService
from ui.kit import Button, EmptyState, Label, Message, announce
from ui.screens.ask_where import AskFile, ask_file
from ui.screens.screen import Screen, Surroundings
from ui.screens.tables_cards import TableGrid
from ui.screens.tables_carry import Carrying
from ui.screens.tables_head import RoomHead
from ui.screens.tables_menus import PersonActs, person_menu, pop_up, table_menu
from ui.screens.tables_mix import MixPage
from ui.screens.tables_print import TablePrinting
from ui.screens.tables_side import FindPerson, PersonList, TableDetail, Tray

if TYPE_CHECKING:
    from facilitator.app import EventApp


@dataclass(frozen=True, slots=True)
class _Read:
    state: RoomState
    came: dict[UUID, str]
    event_name: str
    wrong_badges: int


class TablesScreen(Screen):
    """The room, round by round.

    Signals:
        show_round(int): the room display was asked for "Find your table" of that round.
    """

    show_round = Signal(int)

    areas = Changes.SEATS | Changes.ARRIVALS | Changes.PEOPLE | Changes.WISHES | Changes.EVENT
    more_keys = (
        ("Arrows", "Another table"),
        ("Enter", "To the people of the table; puts down whom you carry"),
        ("Space", "While you carry somebody: another seat of the table"),
        ("Page Up, Page Down", "Another page of tables"),
        ("Delete", "Takes the chosen person’s seat away"),
        ("Ctrl+Y", "Does again what was undone"),
    )

    @classmethod
    def build(cls, app: EventApp, around: Surroundings) -> TablesScreen:
        """The tables of an open event."""
        return cls(
            around, app.event, app.seating, app.tables, app.wishes, app.mixing, app.room,
            app.papers, app.badges,
        )  # fmt: skip

    def __init__(
        self,
        around: Surroundings,
        events: EventService,
        seating: SeatingService,
        tables: TableService,
        wishes: WishService,
        mixing: MixingService,
        room_display: RoomDisplayService,
        papers: PapersService,
        badges: BadgeService,
        *,
        ask: AskFile = ask_file,
    ) -> None:
        super().__init__(around)
        self._events, self._seating, self._tables = events, seating, tables
        self._wishes, self._display, self._badges = wishes, room_display, badges
        self._wrong_badges = 0
        self.printing = TablePrinting(self, around, papers, badges, ask)
        self.printing.said.connect(self.said)
        self.printing.made.connect(self.reload_soon)
        self.state: RoomState | None = None
        self._number = 0
        self._person: UUID | None = None
        self._arrived: dict[UUID, str] = {}
        self._headline: Headline | None = None
        self._pending: str | None = None
        self._stack = QStackedWidget()
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.addWidget(self._stack)
        self._stack.addWidget(self._build_room())
        self.mix_page = MixPage(around, mixing, wishes)
        self.mix_page.left.connect(self._mix_left)
        self.mix_page.told.connect(self.tell)
        self.mix_page.used.connect(self._mix_used)
        self._stack.addWidget(self.mix_page)
        self.destroyed.connect(self.mix_page.search.process.close)

    # -- properties -----------------------------------------------------------------------------

    @property
    def view(self) -> RoundView | None:
        """The round in sight."""
        return self.state.round(self._number) if self.state else None

    @property
    def table(self) -> TableView | None:
        """The chosen table."""
        return self.view.table(self.grid.chosen) if self.view else None

    # -- the screen -----------------------------------------------------------------------------

    def reload(self) -> None:
        self.around.database.run(self._read, self._show)

    def shown(self) -> None:
        self._focus_room()

    def hidden(self) -> None:
        self._carrying.put_down()
        if self._stack.currentIndex() == 1:
            self.mix_page.stop()
            self._stack.setCurrentIndex(0)

    def may_close(self) -> bool:
        self.mix_page.stop()
        return True

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.grid.carrying is not None:
            self._carrying.give_up()
        elif event.key() == Qt.Key.Key_Delete and self._person is not None:
            self._unseat()
        elif event.key() in (Qt.Key.Key_PageDown, Qt.Key.Key_PageUp):
            self.grid.turn(1 if event.key() == Qt.Key.Key_PageDown else -1)
        else:
            super().keyPressEvent(event)

    # -- building -------------------------------------------------------------------------------

    def _build_room(self) -> QWidget:
        page = QWidget()
        across = QHBoxLayout(page)
        across.setContentsMargins(0, 0, 0, 0)
        across.setSpacing(24)
        left = QVBoxLayout()
        left.setSpacing(10)
        self.head = RoomHead()
        self._connect_head()
        left.addWidget(self.head)
        self.grid = TableGrid()
        self._connect_grid()
        self._room = QStackedWidget()
        self._room.addWidget(self.grid)
        self._empty = EmptyState("users-three", "Nobody is on the list yet")
        self._room.addWidget(self._empty)
        left.addWidget(self._room, 1)
        left.addLayout(self._build_pages())
        across.addLayout(left, 1)
        across.addWidget(self._build_side())
        redo = QAction(self)
        redo.setShortcuts([QKeySequence("Ctrl+Y"), QKeySequence("Ctrl+Shift+Z")])
        redo.triggered.connect(self._redo)
        self.addAction(redo)
        return page

    def _connect_head(self) -> None:
        head = self.head
        self.tabs, self.mend_button = head.tabs, head.mend_button
        self.find_button, self.undo_button = head.find_button, head.undo_button
        self.show_button, self.mix_button = head.show_button, head.mix_button
        self.tabs.chosen.connect(self._round_chosen)
        self.find_button.clicked.connect(self._find)
        self.undo_button.clicked.connect(self._undo)
        self.show_button.clicked.connect(self._show_in_room)
        self.mix_button.clicked.connect(self.begin_mixing)
        self.mend_button.clicked.connect(self._mend)

    def _build_pages(self) -> QHBoxLayout:
        line = QHBoxLayout()
        self._back = Button("Back", key="PgUp", icon="caret-left", kind="quiet", hint_only=True)
        self._back.clicked.connect(self._page_back)
        self._on = Button("On", key="PgDn", icon="caret-right", kind="quiet", hint_only=True)
        self._on.clicked.connect(self._page_on)
        self._page_words = Label("", "second")
        line.addStretch(1)
        for widget in (self._back, self._page_words, self._on):
            line.addWidget(widget)
        line.addStretch(1)
        return line

    def _build_side(self) -> QWidget:
        side = QWidget()
        side.setFixedWidth(276)
        box = QVBoxLayout(side)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(12)
        self._side = QStackedWidget()
        self.detail = TableDetail()
        self.detail.person_chosen.connect(self._choose_person)
        self.detail.lock.clicked.connect(self._lock)
        self.detail.move_button.clicked.connect(self._carry_chosen)
        self.detail.person_button.clicked.connect(self._person_menu)
        self.detail.table_button.clicked.connect(self._table_menu)
        self.detail.print_button.clicked.connect(self._print_menu)
        self._side.addWidget(self.detail)
        self.finder = FindPerson()
        self.finder.found.connect(self._found)
        self.finder.closed.connect(self._close_find)
        self._side.addWidget(self.finder)
        box.addWidget(self._side, 1)
        self.tray = Tray()
        self.tray.seat_wanted.connect(self._seat)
        self.tray.person_chosen.connect(self._choose_person)
        box.addWidget(self.tray)
        for people in (self.detail.list, self.tray.list):
            self._connect_list(people)
        return side

    def _connect_grid(self) -> None:
        grid = self.grid
        grid.chose.connect(self._table_chosen)
        grid.chose_person.connect(self._choose_person)
        grid.hovered.connect(self._hovered)
        grid.opened.connect(self._to_people)
        grid.paged.connect(self._show_pages)
        self._carrying = Carrying(grid, self.head, self)
        self._carrying.begun.connect(self._carried)
        self._carrying.moved.connect(self._moved)
        self._carrying.swapped.connect(self._swapped)
        self._carrying.given_up.connect(self._given_up)
        self._carrying.ended.connect(self._show_sentence)

    def _connect_list(self, people: PersonList) -> None:
        people.picked_up.connect(self._carrying.pick_up)
        people.dragged.connect(self._carrying.follow)
        people.let_go.connect(self.grid.drop)

    # -- reading --------------------------------------------------------------------------------

    def _read(self) -> _Read:
        event = self._events.get()
        state = self._seating.room()
        came = {
            key: f"{'Walk-in' if p.walk_in else 'Came'} {event.local(p.since):%H:%M}"
            for key, p in state.people.items()
            if p.since is not None and p.is_here
        }
        return _Read(state, came, event.name, len(self._badges.changed()))

    @Slot(object)
    def _show(self, read: _Read) -> None:
        self.state, self._arrived = read.state, read.came
        self._wrong_badges, self.printing.event_name = read.wrong_badges, read.event_name
        state = self.state
        if state.round(self._number) is None:
            present = state.present
            self._number = present.number if present else 0
        self.head.show_rounds(state, self._number)
        if state.undo_words:
            self.undo_button.allow()
        else:
            self.undo_button.refuse("No undo")
        self._paint()

    def _paint(self) -> None:
        state, view = self.state, self.view
        self._carrying.show_round(state, view)
        if state is None or view is None:
            return
        mixed, anybody = view.is_mixed, bool(state.people)
        self._room.setCurrentIndex(0 if mixed else 1)
        self.grid.show_round(state, view)
        if not mixed:
            self._show_empty(state, view, anybody)
        if self._person is not None and self._person not in state.people:
            self._person = None
        self._show_detail()
        self.tray.show_people(state, view.unseated if mixed else (), self._arrived)
        self.tray.setVisible(mixed)
        self._show_sentence()
        self._show_pages()
        if view.may_change and anybody:
            self.mix_button.allow()
        else:
            self.mix_button.refuse("Over" if anybody else "Nobody yet")
        if mixed:
            self.show_button.allow()
        else:
            self.show_button.refuse("Not mixed")

    def _show_empty(self, state: RoomState, view: RoundView, anybody: bool) -> None:
        if anybody:
            many = counted(len(view.unseated), "person", "people")
            heading = f"Round {view.number} is not mixed yet"
            detail = (
                f"{many}, {counted(len(view.tables), 'table')} of "
                f"{max((len(t.places) for t in view.tables), default=0)} seats. Mix seats "
                "everybody with new faces each round, and beside the other profession. You see it "
                "before it is used."
            )
            text, slot = "Mix the tables", self.begin_mixing
        else:
            heading = "Nobody is on the list yet"
            detail = "Import the list under People. The tables will be here, one card each."
            text, slot = "Go to People", self._to_people_screen
        self._empty.heading.setText(heading)
        self._empty.detail.setText(detail)
        self._empty.detail.show()
        if self._empty.act is None or self._empty.act.text() != text:
            old = self._empty
            self._empty = EmptyState("users-three", heading, detail, Button(text, kind="main"))
            assert self._empty.act is not None
            self._empty.act.clicked.connect(slot)
            self._room.removeWidget(old)
            old.deleteLater()
            self._room.addWidget(self._empty)
            self._room.setCurrentIndex(1)

    def _show_detail(self) -> None:
        state, view, table = self.state, self.view, self.table
        if state is None or view is None or table is None:
            return
        self.detail.show_table(state, view, table)
        for button in (self.detail.lock, self.detail.move_button, self.detail.person_button):
            if view.may_change:
                button.allow()
            else:
                button.refuse("Over")
        for button in (self.detail.move_button, self.detail.person_button):
            button.setVisible(bool(table.people))
        if self._person in table.people:
            self.detail.choose(self._person)
        self._show_person()

    def _show_person(self) -> None:
        state, view, who = self.state, self.view, self._person
        if state is None or view is None:
            return
        if who is None or who not in state.people:
            self.grid.highlight(None)
            return
        self.grid.highlight(who, frozenset(state.meetings(who)))
        if self.table is not None and who in self.table.people:
            self.detail.say_person(state, view, who)

    @Slot()
    def _show_sentence(self) -> None:
        state = self.state
        if state is None or self.grid.carrying is not None:
            return
        head = self._headline = state.headline(self._number)
        stale = state.outdated.get(self._number, 0)
        told = f" {counted(stale, 'person was', 'people were')} told another table."
        self.head.say(head.tone, head.words, head.rest + (told if stale else ""))
        self.head.offer(head.mend)

    @Slot()
    def _show_pages(self) -> None:
        many = self.grid.pages > 1 and self._room.currentIndex() == 0
        for widget in (self._back, self._on, self._page_words):
            widget.setVisible(many)
        self._page_words.setText(f"Page {self.grid.page + 1} of {self.grid.pages}")

    # -- choosing -------------------------------------------------------------------------------

    def _focus_room(self) -> None:
        if self.view is not None and self.view.is_mixed:
            self.grid.choose(self.grid.chosen, focus=True)
        else:
            self.mix_button.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot(str)
    def _round_chosen(self, key: str) -> None:
        self._carrying.put_down()
        self._number = int(key)
        self._paint()

    @Slot(str)
    def _table_chosen(self, label: str) -> None:
        if self.table is not None and self._person not in self.table.people:
            self._person = None
        self._show_detail()
        table = self.table
        if table is not None and self.grid.carrying is None:
            announce(self, f"Table {label}: {table.words}")

    @Slot(object)
    def _choose_person(self, who: UUID | None) -> None:
        if who == self._person:
            return
        self._person = who
        self._show_person()
        if who is None:
            self._show_detail()
        elif self.table is not None and who in self.table.people:
            self.detail.choose(who)

    @Slot(object)
    def _hovered(self, who: UUID | None) -> None:
        if self.state is None or self.grid.carrying is not None:
            return
        shown = who or self._person
        if shown != self.grid.person:
            met = self.state.meetings(shown) if shown else {}
            self.grid.highlight(shown, frozenset(met))

    @Slot()
    def _to_people(self) -> None:
        rows = self.detail.list
        rows.setFocus(Qt.FocusReason.OtherFocusReason)
        if rows.current_key is None and rows.rows:
            rows.step(1)

    @Slot()
    def _to_people_screen(self) -> None:
        self.go.emit("people")

    @Slot()
    def _page_back(self) -> None:
        self.grid.turn(-1)

    @Slot()
    def _page_on(self) -> None:
        self.grid.turn(1)

    # -- finding --------------------------------------------------------------------------------

    @Slot()
    def _find(self) -> None:
        self._ask_person("Find a person", "")

    def _ask_person(self, title: str, wish: str) -> None:
        if self.state is None or self.view is None:
            return
        self._pending = wish
        self._side.setCurrentIndex(1)
        self.finder.ask(title, self.state, self.view, self._person if wish else None)

    @Slot(object)
    def _found(self, who: UUID) -> None:
        wish, one = self._pending, self._person
        self._close_find()
        if wish and one is not None:
            act = self._wishes.apart if wish == APART else self._wishes.together
            self._do(lambda: act(one, who))
            return
        at = self.state.where.get((self._number, who)) if self.state else None
        self._person = who
        if at is not None:
            self.grid.choose(at[0], focus=True)
            self._show_detail()
            self.detail.list.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self.tray.list.choose(who)
            self.tray.list.setFocus(Qt.FocusReason.OtherFocusReason)
            self._show_person()

    @Slot()
    def _close_find(self) -> None:
        self._pending = None
        self._side.setCurrentIndex(0)
        self._focus_room()

    # -- carrying -------------------------------------------------------------------------------

    @Slot()
    def _carry_chosen(self) -> None:
        """V: the chosen person is carried by key; arrows and Enter put them down."""
        who = self._person
        if who is None and self.table is not None and self.table.people:
            who = self.table.people[0]
        if who is not None:
            self._carrying.pick_up_by_key(who)

    @Slot(object)
    def _carried(self, who: UUID) -> None:
        self._person = who

    @Slot(object, str, object)
    def _moved(self, who: UUID, label: str, place: int | None) -> None:
        number = self._number
        self._do(lambda: self._seating.move(who, number, label, place))

    @Slot(object, object)
    def _swapped(self, who: UUID, other: UUID) -> None:
        number = self._number
        self._do(lambda: self._seating.swap(who, other, number))

    @Slot(str)
    def _given_up(self, why: str) -> None:
        self._focus_room()
        if why:
            self.tell("careful", why)

    # -- acts -----------------------------------------------------------------------------------

    def _do(self, act: Callable[[], Any]) -> None:
        """Does it on the lane; what it says goes to the message bar."""
        self.around.database.run(act, self._done)

    @Slot(object)
    def _done(self, result: Any) -> None:
        words = getattr(result, "words", "")
        if words:
            self.said.emit(Message("done", words))
            announce(self, words)

    @Slot()
    def _undo(self) -> None:
        self._do(self._seating.undo)

    @Slot()
    def _redo(self) -> None:
        self._do(self._seating.redo)

    @Slot()
    def _mend(self) -> None:
        mend = self._headline.mend if self._headline else None
        if mend is not None:
            self._do(lambda: self._seating.mend(mend))

    @Slot(object)
    def _seat(self, who: UUID) -> None:
        self._do(lambda: self._seating.seat(who))

    def _unseat(self) -> None:
        who, number = self._person, self._number
        if who is not None:
            self._do(lambda: self._seating.unseat(who, number))

    @Slot()
    def _lock(self) -> None:
        label, number = self.grid.chosen, self._number
        self._do(lambda: self._wishes.lock_table(label, number))

    @Slot()
    def _show_in_room(self) -> None:
        number = self._number
        self.show_round.emit(number)
        self.around.database.run(
            lambda: self._display.show(Face.FIND, round_number=number), self._room_shows
        )

    @Slot(object)
    def _room_shows(self, _done: Any) -> None:
        self.tell("done", f"The room sees “Find your table” for round {self._number}.")

    @Slot()
    def begin_mixing(self) -> None:
        """M: the page of a mixing of this round and every later one."""
        if self.state is None or self.view is None:
            return
        coming = [r.number for r in self.state.rounds if r.state in ("next", "later")]
        number = self._number if self._number in coming else (coming[0] if coming else 0)
        if not number:
            self.tell("careful", "Every round has begun: there is none left to mix.")
            return
        self._carrying.put_down()
        self._stack.setCurrentIndex(1)
        self.mix_page.open(self.state, number)

    @Slot(object)
    def _mix_used(self, accepted: Accepted) -> None:
        """The seats are those of the plan; badges that became wrong can be mended at once."""
        if accepted.wrong_badges:
            act = Message("careful", accepted.words, act="Print labels", do=self.printing.labels)
            self.said.emit(act)
        else:
            self.tell("done", accepted.words)

    @Slot()
    def _mix_left(self) -> None:
        self._stack.setCurrentIndex(0)
        self._focus_room()
        self.reload_soon()

    # -- menus ----------------------------------------------------------------------------------

    def person_menu(self) -> QMenu | None:
        """What can be wished for the chosen person; None while nobody is chosen."""
        state, view, who = self.state, self.view, self._person
        if state is None or view is None or who is None:
            return None
        acts = PersonActs(
            self._carry_chosen, self._unseat, self._ask_person, self._wishes, self._do
        )
        return person_menu(self, state, view, who, self.grid.chosen, acts)

    @Slot()
    def _person_menu(self) -> None:
        menu = self.person_menu()
        if menu is None:
            self.tell("info", "Choose a person of the table first.")
        else:
            pop_up(menu, self.detail.person_button)

    def table_menu(self) -> QMenu | None:
        """What can be set up: the chosen table, further ones, rounds."""
        if self.view is None:
            return None
        return table_menu(self, self.view, self.table, self._tables, self._do)

    @Slot()
    def _table_menu(self) -> None:
        menu = self.table_menu()
        if menu is not None:
            pop_up(menu, self.detail.table_button)

    def print_menu(self) -> QMenu | None:
        """What can be printed: plans, a list, cards, badges, labels."""
        if self.state is None or self.view is None:
            return None
        mixed = any(one.is_mixed for one in self.state.rounds)
        return self.printing.menu(self.view, mixed, self._wrong_badges)

    @Slot()
    def _print_menu(self) -> None:
        menu = self.print_menu()
        if menu is not None:
            pop_up(menu, self.detail.print_button)
