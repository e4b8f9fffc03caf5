"""The tables and rounds of the event: how many, how large, more of them, fewer of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from facilitator.domain.errors import Refused
from facilitator.domain.text import counted
from facilitator.services.room import RoomState, RoundView, TableView
from facilitator.services.tables import TableService
from ui.kit import Button, Card, Field, Label, Message, Row, RowList
from ui.lanes import Lane

_STATES = {"done": "over", "running": "runs now", "next": "next", "later": "to come"}


class RoomPage(QWidget):
    """The page of tables and rounds.

    Signals:
        said(Message): for the message bar.
    """

    said = Signal(object)

    def __init__(self, lane: Lane, tables: TableService, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lane, self._tables = lane, tables
        self._shown: tuple[TableView, ...] = ()
        self._stored = ""
        self._to_last = False
        across = QHBoxLayout(self)
        across.setContentsMargins(0, 0, 0, 0)
        across.setSpacing(24)
        left = QVBoxLayout()
        left.setSpacing(8)
        self._sentence = Label("", "part")
        left.addWidget(self._sentence)
        self.list = RowList(name="Tables")
        self.list.chosen.connect(self._chosen)
        left.addWidget(self.list, 1)
        across.addLayout(left, 1)
        right = QVBoxLayout()
        right.setSpacing(16)
        right.addWidget(self._build_tables())
        right.addWidget(self._build_rounds())
        right.addStretch(1)
        holder = QWidget()
        holder.setLayout(right)
        right.setContentsMargins(0, 0, 0, 0)
        holder.setFixedWidth(448)
        across.addWidget(holder)

    def show_room(self, room: RoomState) -> None:
        """Shows the tables of the round that runs or comes next, and all rounds."""
        present = room.present
        self._shown = present.tables if present is not None else ()
        seats = sum(len(table.places) for table in self._shown)
        many = counted(len(self._shown), "table")
        self._sentence.setText(f"{many}, {counted(seats, 'seat')}")
        before = self.list.current_key
        self.list.set_rows([_row(table) for table in self._shown])
        labels = [table.label for table in self._shown]
        wanted = labels[-1] if labels and self._to_last else before
        self._to_last = False
        self.list.choose(wanted if wanted in labels else (labels[0] if labels else None))
        if self.seats.text == self._stored:
            # Nobody is typing another number.
            self._chosen()
        self._rounds.setText("\n".join(_words(one) for one in room.rounds))
        self._rounds_head.setText(counted(len(room.rounds), "round"))

    def take_focus(self) -> None:
        """Puts the keyboard on the tables."""
        self.list.setFocus()

    # -- building -------------------------------------------------------------------------------

    def _build_tables(self) -> QWidget:
        card = Card("mist", margin=16, spacing=12)
        self._head = Label("", "part", elide=True)
        card.box.addWidget(self._head)
        line = QHBoxLayout()
        line.setSpacing(8)
        self.seats = Field("Seats at this table", key="Alt+S")
        self.seats.edit.setMaxLength(3)
        self.seats.edit.returnPressed.connect(self._resize)
        line.addWidget(self.seats, 1)
        self._set = Button("Set the seats", key="Enter", hint_only=True, icon="check")
        self._set.clicked.connect(self._resize)
        line.addWidget(_below(self._set))
        card.box.addLayout(line)
        acts = QHBoxLayout()
        acts.setSpacing(8)
        add = Button("Add a table", key="Alt+A", icon="plus")
        add.clicked.connect(self._add)
        self._remove = Button("Remove it", key="Alt+X", icon="trash", kind="quiet")
        self._remove.clicked.connect(self._take_away)
        acts.addWidget(add)
        acts.addWidget(self._remove)
        acts.addStretch(1)
        card.box.addLayout(acts)
        self.tables_said = Label("", "second", wrap=True)
        card.box.addWidget(self.tables_said)
        self._say(self.tables_said, "")
        return card

    def _build_rounds(self) -> QWidget:
        card = Card("mist", margin=16, spacing=12)
        self._rounds_head = Label("", "part")
        card.box.addWidget(self._rounds_head)
        self._rounds = Label("", wrap=True)
        card.box.addWidget(self._rounds)
        acts = QHBoxLayout()
        acts.setSpacing(8)
        more = Button("Add a round", key="Alt+R", icon="plus")
        more.clicked.connect(self._add_round)
        fewer = Button("Remove the last", key="Alt+L", icon="trash", kind="quiet")
        fewer.clicked.connect(self._remove_round)
        acts.addWidget(more)
        acts.addWidget(fewer)
        acts.addStretch(1)
        card.box.addLayout(acts)
        self.rounds_said = Label("", "second", wrap=True)
        card.box.addWidget(self.rounds_said)
        self._say(self.rounds_said, "")
        return card

    # -- acts -----------------------------------------------------------------------------------

    @property
    def _table(self) -> TableView | None:
        key = self.list.current_key
        return next((table for table in self._shown if table.label == key), None)

    @Slot()
    def _chosen(self) -> None:
        table = self._table
        self._head.setText(f"Table {table.label}" if table else "No table chosen")
        self._stored = str(len(table.places)) if table else ""
        self.seats.set_text(self._stored)
        self.seats.set_error("")

    @Slot()
    def _resize(self) -> None:
        table, typed = self._table, self.seats.text
        if table is None:
            return
        if not (typed.isascii() and typed.isdigit()):
            self.seats.set_error("Seats are a number, such as 8.")
            return
        label, seats = table.label, int(typed)
        self._lane.run(
            lambda: self._tables.resize(label, seats),
            lambda _: self._done(f"Table {label} has {counted(seats, 'seat')} from now on."),
            self._seats_refused,
            owner=self,
        )

    @Slot()
    def _add(self) -> None:
        seats = len(self._shown[-1].places) if self._shown else 8
        self._lane.run(
            lambda: self._tables.add(seats), self._added, self._tables_refused, owner=self
        )

    @Slot()
    def _take_away(self) -> None:
        table = self._table
        if table is None:
            return
        label, seats, people = table.label, len(table.places), len(table.people)
        moved = f" {counted(people, 'person', 'people')} got the best free seats." if people else ""

        def removed(_: object) -> None:
            self._say(self.tables_said, "")
            self.said.emit(
                Message(
                    "done", f"Table {label} is no more.{moved}", "Put it back",
                    lambda: self._put_back(label, seats), seconds=20,
                )
            )  # fmt: skip

        self._lane.run(
            lambda: self._tables.remove(label), removed, self._tables_refused, owner=self
        )

    def _put_back(self, label: str, seats: int) -> None:
        def again() -> Any:
            try:
                return self._tables.add(seats, label)
            except Refused:
                # Somebody had sat there: it was kept without seats.
                return self._tables.resize(label, seats)

        self._lane.run(
            again, lambda _: self._done(f"Table {label} is back."), self._tables_refused, owner=self
        )

    @Slot()
    def _add_round(self) -> None:
        self._run_rounds(self._tables.add_round)

    @Slot()
    def _remove_round(self) -> None:
        self._run_rounds(self._tables.remove_round)

    def _run_rounds(self, act: Callable[[], Any]) -> None:
        self._lane.run(
            act, lambda _: self._say(self.rounds_said, ""), self._rounds_refused, owner=self
        )

    # -- answers --------------------------------------------------------------------------------

    def _done(self, sentence: str) -> None:
        self._stored = self.seats.text
        self.seats.set_error("")
        self._say(self.tables_said, sentence)

    @Slot(object)
    def _added(self, _done: object) -> None:
        self._done("There is one table more, at the end of the list.")
        self._to_last = True

    @Slot(object)
    def _seats_refused(self, problem: Exception) -> None:
        self._say(self.tables_said, "")
        self.seats.set_error(_plain(problem))

    @Slot(object)
    def _tables_refused(self, problem: Exception) -> None:
        self._say(self.tables_said, _plain(problem), bad=True)

    @Slot(object)
    def _rounds_refused(self, problem: Exception) -> None:
        self._say(self.rounds_said, _plain(problem), bad=True)

    @staticmethod
    def _say(label: Label, sentence: str, *, bad: bool = False) -> None:
        label.setText(sentence)
        label.set_tone("bad" if bad else "muted")
        label.setVisible(bool(sentence))


def _plain(problem: Exception) -> str:
    if not isinstance(problem, Refused):
        raise problem
    return str(problem)


def _row(table: TableView) -> Row:
    sit = f"{len(table.people)} sit here" if table.people else "nobody yet"
    offers = [
        words
        for words, there in (
            ("step-free", table.step_free), ("hearing loop", table.hearing_loop),
            ("near the front", table.near_front),
        )
        if there
    ]  # fmt: skip
    return Row(
        table.label, f"Table {table.label}", ", ".join([sit, *offers]),
        right=counted(len(table.places), "seat"),
    )  # fmt: skip


def _words(a_round: RoundView) -> str:
    mixed = "" if a_round.is_mixed else ", not mixed yet"
    return f"{a_round.name}: {_STATES[a_round.state]}{mixed}"


def _below(button: Button) -> QWidget:
    """The button beside a field, level with its line and not with its label."""
    holder = QWidget()
    box = QVBoxLayout(holder)
    box.setContentsMargins(0, 24, 0, 0)
    box.addWidget(button)
    box.addStretch(1)
    return holder
