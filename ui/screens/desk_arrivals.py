"""The last arrivals beside the verdict card, each with Undo."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from PySide6.QtCore import QSize, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from facilitator.domain.people import Person
from facilitator.services.checkin import Arrival
from facilitator.services.events import Event
from ui.kit import Button, Label, SideMark

#: the heights of the line above the arrivals and of one of them, in pixels
_TOP, _ROW = 28, 46
#: fewer than this are never shown
LEAST = 2


#: the heights of the head and of one arrival, in pixels
_HEAD, _ROW = 32, 48


class ArrivalList(QWidget):
    """The last arrivals, newest first, each with Undo.

    Signals:
        undo(object): the Person whose arrival is to be taken back.
    """

    undo = Signal(object)

    def __init__(self, rows: int = 7, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._many = 0
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
        """Shows the newest arrivals, as many as there is room for."""
        self._many = min(len(arrivals), len(self._rows))
        self._empty.setVisible(not arrivals)
        self._hint.setVisible(bool(arrivals))
        seen: set[UUID] = set()
        for row, arrival in zip(self._rows, arrivals, strict=False):
            # Of two lines of one person the newer one is what an undo takes back.
            row.show_arrival(event, arrival, undo=arrival.person.id not in seen)
            seen.add(arrival.person.id)
        self._fit()

    def minimumSizeHint(self) -> QSize:
        # A few at least; more where the room beside the card is high enough.
        return QSize(240, _TOP + LEAST * _ROW)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        fitting = max((self.height() - _TOP) // _ROW, LEAST)
        for place, row in enumerate(self._rows):
            row.setVisible(place < min(self._many, fitting))


class _ArrivalRow(QWidget):
    """One arrival.

    Signals:
        undo(object): the Person.
    """

    undo = Signal(object)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._person: Person | None = None
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

    def show_arrival(self, event: Event, arrival: Arrival, *, undo: bool) -> None:
        """Shows one arrival, with Undo or without."""
        self._button.setVisible(undo)
        person = arrival.person
        self._person = person
        side = event.sides[person.side]
        if self._mark is None:
            self._mark = SideMark(side, 20)
            self._line.insertWidget(0, self._mark)
        self._mark.set_side(side)
        self._name.setText(person.full_name)
        table = f" · Table {arrival.table}" if arrival.table else ""
        back = " · came back" if arrival.returned else ""
        desk = f" · {arrival.desk}" if arrival.desk else ""
        self._detail.setText(f"{event.local(arrival.at):%H:%M:%S}{table}{back}{desk}")
        self._button.setAccessibleName(f"Undo the arrival of {person.full_name}")

    @Slot()
    def _clicked(self) -> None:
        if self._person is not None:
            self.undo.emit(self._person)
