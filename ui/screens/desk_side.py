"""What the desk glances at: the balance of the room and the last arrivals."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from facilitator.services.checkin import Arrival, Balance, SideCount
from facilitator.services.events import Event
from ui.kit import Bar, Button, Card, Label, SideMark
from ui.theme import SIDE_COLOURS, font


class RoomCard(Card):
    """Who is here of those expected, by side."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("mist", margin=16, spacing=4, parent=parent)
        head = QHBoxLayout()
        head.addWidget(Label("The room", "part"), 1, Qt.AlignmentFlag.AlignBottom)
        self._here = Label("0", "word", tabular=True)
        self._here.setFont(font(36, "semibold", tabular=True))
        self._of = Label("of 0 here", "second")
        head.addWidget(self._here, 0, Qt.AlignmentFlag.AlignBottom)
        head.addWidget(self._of, 0, Qt.AlignmentFlag.AlignBottom)
        self.box.addLayout(head)
        self._sides = QVBoxLayout()
        self._sides.setSpacing(4)
        self.box.addLayout(self._sides)
        self._parts: dict[str, _SidePart] = {}

    def show_balance(self, event: Event, balance: Balance) -> None:
        """Shows the counts."""
        self._here.setText(f"{balance.here:,}")
        self._of.setText(f"of {balance.expected:,} here")
        left = f"; {balance.left} left" if balance.left else ""
        self.setAccessibleName(f"The room: {balance.here} of {balance.expected} here{left}")
        for count in balance.sides:
            part = self._parts.get(count.side)
            if part is None:
                part = self._parts[count.side] = _SidePart(event, count)
                self._sides.addWidget(part)
            part.show_count(count)


class _SidePart(QWidget):
    """One side: mark, name, count, bar, front line and leaders."""

    def __init__(self, event: Event, count: SideCount) -> None:
        super().__init__()
        side = event.sides[count.side]
        self._third = side.position == 2
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 6, 0, 2)
        box.setSpacing(4)
        line = QHBoxLayout()
        line.setSpacing(8)
        line.addWidget(SideMark(side, 20))
        line.addWidget(Label(side.shown, "strong", elide=True), 1)
        self._count = Label("", "part", tabular=True)
        self._of = Label("", "second")
        line.addWidget(self._count)
        line.addWidget(self._of)
        box.addLayout(line)
        self._bar = Bar(tone=SIDE_COLOURS[side.position], name=side.shown)
        box.addWidget(self._bar)
        self._detail = Label("", "side note", elide=True)
        box.addWidget(self._detail)

    def show_count(self, count: SideCount) -> None:
        """Shows the counts of this side."""
        self._count.setText(f"{count.here:,}")
        self._of.setText(f"of {count.expected:,}")
        self._bar.set_value(count.here, max(count.expected, 1))
        parts = []
        if count.front_expected:
            parts.append(f"Front line {count.front_here} of {count.front_expected}")
        if count.leaders_expected:
            word = "leaders" if parts else "Leaders"
            parts.append(f"{word} {count.leaders_here} of {count.leaders_expected}")
        self._detail.setText(" · ".join(parts) or "Nobody expected yet")


class ArrivalList(QWidget):
    """The last arrivals, newest first, each with Undo.

    Signals:
        undo(object): the id of the person whose arrival is to be taken back.
    """

    undo = Signal(object)

    def __init__(self, rows: int = 7, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        head = QHBoxLayout()
        head.addWidget(Label("Last arrivals", "part"), 1)
        self._hint = Label("Ctrl+Z takes back the newest", "side note")
        head.addWidget(self._hint)
        box.addLayout(head)
        box.addSpacing(4)
        self._empty = Label("Nobody yet.", "second")
        box.addWidget(self._empty)
        self._rows = [_ArrivalRow(self) for _ in range(rows)]
        for row in self._rows:
            row.undo.connect(self.undo)
            row.hide()
            box.addWidget(row)
        box.addStretch(1)

    def show_arrivals(self, event: Event, arrivals: Sequence[Arrival]) -> None:
        """Shows the newest arrivals."""
        self._empty.setVisible(not arrivals)
        self._hint.setVisible(bool(arrivals))
        for place, row in enumerate(self._rows):
            if place < len(arrivals):
                row.show_arrival(event, arrivals[place])
            row.setVisible(place < len(arrivals))


class _ArrivalRow(QWidget):
    """One arrival.

    Signals:
        undo(object): the id of the person.
    """

    undo = Signal(object)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._id: UUID | None = None
        self._mark: SideMark | None = None
        self._line = QHBoxLayout(self)
        self._line.setContentsMargins(0, 3, 0, 3)
        self._line.setSpacing(10)
        words = QVBoxLayout()
        words.setSpacing(0)
        self._name = Label("", "strong", elide=True)
        self._detail = Label("", "side note", elide=True, tabular=True)
        words.addWidget(self._name)
        words.addWidget(self._detail)
        self._line.addLayout(words, 1)
        self._button = Button("Undo", icon="arrow-counter-clockwise", kind="quiet")
        self._button.clicked.connect(self._clicked)
        self._line.addWidget(self._button)

    def show_arrival(self, event: Event, arrival: Arrival) -> None:
        """Shows one arrival."""
        person = arrival.person
        self._id = person.id
        side = event.sides[person.side]
        if self._mark is None:
            self._mark = SideMark(side, 20)
            self._line.insertWidget(0, self._mark)
        self._mark.set_side(side)
        self._name.setText(person.full_name)
        table = f" · Table {arrival.table}" if arrival.table else ""
        back = " · came back" if arrival.returned else ""
        self._detail.setText(f"{event.local(arrival.at):%H:%M:%S}{table}{back}")
        self._button.setAccessibleName(f"Undo the arrival of {person.full_name}")

    @Slot()
    def _clicked(self) -> None:
        if self._id is not None:
            self.undo.emit(self._id)
