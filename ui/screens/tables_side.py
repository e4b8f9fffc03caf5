"""What stands beside the room: the chosen table, who is not seated, and finding a person."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from PySide6.QtCore import QPoint, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QSizePolicy, QWidget

from facilitator.domain.text import counted, fold
from facilitator.services.room import RoomState, RoundView, Sitter, TableView
from ui.kit import Button, Card, Label, Row, RowList, SearchField
from ui.screens.desk_search import matches


class PersonList(RowList):
    """People that can be dragged onto a table.

    Signals:
        picked_up(object): somebody is dragged out of the list.
        dragged(QPoint): where the mouse is with them (global).
        let_go(): the mouse was let go.
    """

    picked_up = Signal(object)
    dragged = Signal(QPoint)
    let_go = Signal()

    def __init__(self, *, name: str, parent: QWidget | None = None) -> None:
        super().__init__(name=name, on_mist=True, parent=parent)
        self._from: tuple[QPoint, object] | None = None
        self._dragging = False

    def mousePressEvent(self, event: QMouseEvent) -> None:
        super().mousePressEvent(event)
        index = self.indexAt(event.position().toPoint())
        if index.isValid() and event.button() == Qt.MouseButton.LeftButton:
            self._from = (event.globalPosition().toPoint(), self.rows[index.row()].key)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        where = event.globalPosition().toPoint()
        far = (where - self._from[0]).manhattanLength() if self._from else 0
        if self._from and not self._dragging and far >= QApplication.startDragDistance():
            self._dragging = True
            self.picked_up.emit(self._from[1])
        if self._dragging:
            self.dragged.emit(where)
            return
        super().mouseMoveEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        dragging, self._dragging, self._from = self._dragging, False, None
        if dragging:
            self.let_go.emit()


class TableDetail(Card):
    """The chosen table in seat order.

    Signals:
        person_chosen(object): somebody of it was chosen.
    """

    person_chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("mist", spacing=6, parent=parent)
        head = QHBoxLayout()
        head.setSpacing(4)
        self._title = Label("", "part", elide=True)
        head.addWidget(self._title, 1)
        self.lock = Button("Lock", key="L", icon="lock-simple", kind="quiet")
        head.addWidget(self.lock)
        self.box.addLayout(head)
        self._note = Label("", "side note", wrap=True)
        self.box.addWidget(self._note)
        self.list = PersonList(name="People at this table, in seat order")
        self.list.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.list.setMinimumHeight(96)
        self.list.chosen.connect(self.person_chosen)
        self.box.addWidget(self.list, 1)
        acts = QHBoxLayout()
        acts.setSpacing(0)
        self.move_button = Button("Move", key="V", kind="quiet")
        self.person_button = Button("Person", key="P", kind="quiet")
        self.table_button = Button("Table", key="T", kind="quiet")
        for button in (self.move_button, self.person_button, self.table_button):
            acts.addWidget(button)
        acts.addStretch(1)
        self.box.addLayout(acts)
        self.print_button = Button("Print", key="Ctrl+P", icon="printer", kind="quiet")
        self.box.addWidget(self.print_button, 0, Qt.AlignmentFlag.AlignLeft)
        self.box.setContentsMargins(12, 8, 8, 4)

    def show_table(self, state: RoomState, view: RoundView, table: TableView) -> None:
        """The people of a table, in the order of its seats."""
        self._title.setText(f"Table {table.label}")
        self.lock.setText("Unlock" if table.locked else "Lock")
        locked = view.locked_people
        rows = [
            Row(
                who, state.people[who].name, _detail(state.people[who]),
                "Host" if who in table.hosts else "Stays" if who in locked else "",
                side=state.people[who].side,
            )
            for who in table.people
        ]  # fmt: skip
        self.list.set_rows(rows)
        self._say(state, view, table)

    def choose(self, person: UUID | None) -> None:
        """Marks somebody in the list."""
        self.list.choose(person)

    def say_person(self, state: RoomState, view: RoundView, person: UUID) -> None:
        """Whom somebody meets, in the line below the title."""
        meetings = state.meetings(person)
        across = sum(
            state.people[who].side.position == 1 - state.people[person].side.position
            for who in meetings
            if state.people[person].side.position < 2
        )
        again = [
            state.people[who].name
            for who in state.mates(person, view.number)
            if len(meetings.get(who, ())) > 1
        ]
        words = f"Meets {counted(len(meetings), 'person', 'people')}"
        words += f", {across} of the other side. " if across else ". "
        words += f"Here again: {', '.join(again)}." if again else "Nobody here twice."
        self._note.setText(words)

    def _say(self, state: RoomState, view: RoundView, table: TableView) -> None:
        if table.faults:
            self._note.setText(table.faults[0].sentence)
            return
        if not table.people:
            self._note.setText(f"{counted(len(table.places), 'seat')}, all free.")
            return
        known = 0
        people = table.people
        for at, one in enumerate(people):
            meetings = state.meetings(one)
            known += sum(
                any(number < view.number for number in meetings.get(other, ()))
                for other in people[at + 1 :]
            )
        before = "Nobody here has met before."
        if known:
            have = "has" if known == 1 else "have"
            before = f"{counted(known, 'pair')} here {have} met before."
        if view.number == (state.rounds[0].number if state.rounds else 1):
            before = f"{counted(table.free, 'seat')} free." if table.free else "All seats taken."
        self._note.setText(f"In seat order. {before}")


class Tray(Card):
    """Those who are not seated.

    Signals:
        seat_wanted(object): somebody is to get the best free seat.
        person_chosen(object): somebody of it was chosen.
    """

    seat_wanted = Signal(object)
    person_chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("paper", outlined="dashed", spacing=4, parent=parent)
        head = QHBoxLayout()
        self._title = Label("Not seated", "part")
        self._count = Label("", "part", tabular=True)
        head.addWidget(self._title)
        head.addSpacing(8)
        head.addWidget(self._count)
        head.addStretch(1)
        self.seat = Button("Seat", key="S", icon="armchair", kind="quiet")
        self.seat.clicked.connect(self._seat)
        head.addWidget(self.seat)
        self.box.addLayout(head)
        self._none = Label("Everybody has a seat.", "side note", wrap=True)
        self.box.addWidget(self._none)
        self.list = PersonList(name="People without a seat")
        self.list.stands_on_mist = False
        self.list.activated_row.connect(self.seat_wanted)
        self.list.chosen.connect(self.person_chosen)
        self.box.addWidget(self.list)
        self.box.setContentsMargins(12, 4, 8, 8)

    def show_people(
        self, state: RoomState, people: Sequence[UUID], zone_words: dict[UUID, str]
    ) -> None:
        """Those who wait; `zone_words` say when each came."""
        self._count.setText(str(len(people)))
        rows = [
            Row(who, state.people[who].name,
                ", ".join(p for p in (zone_words.get(who, ""), state.people[who].borough) if p),
                side=state.people[who].side)
            for who in people
        ]  # fmt: skip
        self.list.set_rows(rows)
        for widget in (self.list, self.seat):
            widget.setVisible(bool(rows))
        self._none.setVisible(not rows)
        self.list.setFixedHeight(min(max(len(rows), 1), 3) * 48 + 2)

    @Slot()
    def _seat(self) -> None:
        key = self.list.current_key or (self.list.rows[0].key if self.list.rows else None)
        if key is not None:
            self.seat_wanted.emit(key)


class FindPerson(Card):
    """Finds somebody by name, and says where they sit.

    Signals:
        found(object): somebody was chosen with Enter or a double click.
        closed(): Esc.
    """

    found = Signal(object)
    closed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("mist", spacing=8, parent=parent)
        self._title = Label("Find a person", "part", wrap=True)
        self.box.addWidget(self._title)
        self.field = SearchField("Type a name")
        self.field.textChanged.connect(self._fill)
        self.field.returnPressed.connect(self._take)
        self.box.addWidget(self.field)
        self.list = RowList(name="People found", on_mist=True)
        self.list.activated_row.connect(self.found)
        self.field.moved.connect(self.list.step)
        self.box.addWidget(self.list, 1)
        close = Button("Close", key="Esc", kind="quiet", hint_only=True)
        close.clicked.connect(self.closed)
        self.box.addWidget(close)
        self._people: list[tuple[Sitter, str]] = []

    def ask(self, title: str, state: RoomState, view: RoundView, but: UUID | None = None) -> None:
        """Opens with a question; `but` is left out."""
        self._title.setText(title)
        self._people = [
            (person, f"Table {at[0]}" if (at := state.where.get((view.number, key))) else "No seat")
            for key, person in state.people.items()
            if key != but
        ]
        self._people.sort(key=lambda pair: fold(pair[0].sorted_name))
        self.field.clear()
        self._fill()
        self.field.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.closed.emit()
            return
        super().keyPressEvent(event)

    @Slot()
    def _fill(self) -> None:
        wanted = self.field.text()
        rows = []
        for person, where in self._people:
            marked = matches(person.name, wanted)
            if wanted.strip() and not marked:
                continue
            rows.append(
                Row(person.id, person.name, _detail(person), where, side=person.side, marked=marked)
            )
        self.list.set_rows(rows[:200])
        if rows:
            self.list.choose(rows[0].key)

    @Slot()
    def _take(self) -> None:
        if self.list.current_key is not None:
            self.found.emit(self.list.current_key)


def _detail(person: Sitter) -> str:
    parts = [person.borough or person.organisation]
    if person.need:
        parts.append("step-free" if person.need == "step-free" else "near the front")
    return ", ".join(part for part in parts if part)
