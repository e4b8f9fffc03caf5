"""The room as cards, one a table: seats in their real order, marked by side.

The cards lie in a grid that shows as many tables as it can: smaller cards first, then pages. One
card is chosen; arrow keys move the choice. While somebody is carried, by mouse or by key, the grid
tells which seat they are over.
"""

from __future__ import annotations

from uuid import UUID

from PySide6.QtCore import QPoint, QPointF, QRect, QSize, Qt, Signal
from PySide6.QtGui import (
    QKeyEvent,
    QMouseEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QApplication, QSizePolicy, QWidget

from facilitator.services.room import RoomState, RoundView, TableView
from ui.screens.tables_card import TableCard

GAP = 8
#: a card is no smaller than this; more tables go on further pages
LEAST = QSize(100, 96)


def grid_of(tables: int, width: int, height: int) -> tuple[int, int]:
    """Columns and rows in which so many cards are largest; fewer places than tables are a page."""
    most = max((width + GAP) // (LEAST.width() + GAP), 1)
    best, found = 0.0, (most, max((height + GAP) // (LEAST.height() + GAP), 1))
    for columns in range(1, most + 1):
        rows = -(-tables // columns) or 1
        wide = (width - GAP * (columns - 1)) / columns
        high = (height - GAP * (rows - 1)) / rows
        if wide < LEAST.width() or high < LEAST.height():
            continue
        # Cards a little higher than wide carry the ring and a line of words.
        worth = min(wide, high / 1.1, 200.0) + min(wide, high) * 0.01
        if worth > best:
            best, found = worth, (columns, rows)
    return found


class TableGrid(QWidget):
    """All tables of a round.

    Signals:
        chose(str): a table was chosen, by its label.
        chose_person(object): a seat was pressed: whose (None for a free one).
        hovered(object): the mouse is over somebody's seat (None: over nobody's).
        picked_up(object): somebody is dragged off their seat.
        over_changed(): the carried person is over another seat; `over`, `over_place`.
        dropped(): the carried person was let go over `over`, `over_place`.
        given_up(): they were let go elsewhere, or Esc was pressed.
        opened(): Enter on a table: to its people.
        paged(): another page is shown.
    """

    chose = Signal(str)
    chose_person = Signal(object)
    hovered = Signal(object)
    picked_up = Signal(object)
    over_changed = Signal()
    dropped = Signal()
    given_up = Signal()
    opened = Signal()
    paged = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(320, 200)
        self.setAccessibleName("Tables")
        self._cards: list[TableCard] = []
        self._state: RoomState | None = None
        self._view: RoundView | None = None
        self._page = 0
        self._shape = (5, 3)
        self._press: tuple[QPoint, UUID] | None = None
        self.people = {}
        self.chosen = ""
        self.person: UUID | None = None
        self.met: frozenset[UUID] = frozenset()
        self.carrying: UUID | None = None
        self.over = ""
        self.over_place: int | None = None

    @property
    def cards(self) -> list[TableCard]:
        """The cards in sight."""
        return [card for card in self._cards if not card.isHidden()]

    @property
    def pages(self) -> int:
        """How many pages there are."""
        each = self._shape[0] * self._shape[1]
        return max(-(-len(self._view.tables) // each), 1) if self._view else 1

    @property
    def page(self) -> int:
        """The page in sight, from 0."""
        return self._page

    def show_round(self, state: RoomState, view: RoundView) -> None:
        """Another state of the room, or another round."""
        self._state, self._view, self.people = state, view, state.people
        labels = [table.label for table in view.tables]
        if self.chosen not in labels:
            self.chosen = labels[0] if labels else ""
        self._arrange()

    def choose(self, label: str, *, focus: bool = False) -> None:
        """Makes a table the chosen one, on its page."""
        if self._view is None or self._view.table(label) is None:
            return
        self.chosen = label
        labels = [table.label for table in self._view.tables]
        page = labels.index(label) // (self._shape[0] * self._shape[1])
        if page != self._page:
            self._page = page
            self._arrange()
            self.paged.emit()
        for card in self.cards:
            here = card.table is not None and card.table.label == label
            card.setFocusPolicy(Qt.FocusPolicy.StrongFocus if here else Qt.FocusPolicy.ClickFocus)
            if here and focus:
                card.setFocus(Qt.FocusReason.OtherFocusReason)
            card.update()

    def highlight(self, person: UUID | None, met: frozenset[UUID] = frozenset()) -> None:
        """Marks somebody's seat, and those whom they meet."""
        self.person, self.met = person, met
        for card in self.cards:
            card.update()

    def turn(self, by: int) -> None:
        """Another page."""
        page = min(max(self._page + by, 0), self.pages - 1)
        if page != self._page and self._view is not None:
            each = self._shape[0] * self._shape[1]
            self.choose(self._view.tables[page * each].label)
            self.chose.emit(self.chosen)

    def carry(self, person: UUID | None) -> None:
        """Somebody is picked up (None: put down)."""
        self.carrying = person
        self._press = None
        if person is None:
            self.set_over("", None)
        for card in self.cards:
            card.update()

    def set_over(self, label: str, place: int | None) -> None:
        """The carried person is over this seat."""
        if (label, place) != (self.over, self.over_place):
            self.over, self.over_place = label, place
            for card in self.cards:
                card.update()
            self.over_changed.emit()

    def hover(self, where: QPoint) -> None:
        """The carried person is at a point of the screen (global)."""
        for card in self.cards:
            local = card.mapFromGlobal(where)
            if card.rect().contains(local) and card.table is not None:
                self.set_over(card.table.label, card.seat_at(QPointF(local)))
                return
        self.set_over("", None)

    def drop(self) -> None:
        """Lets the carried person go."""
        if self.over:
            self.dropped.emit()
        else:
            self.given_up.emit()

    def about(self, person: UUID) -> str:
        """Somebody in a few lines: who, where from, with whom in which round."""
        state = self._state
        if state is None or person not in state.people:
            return ""
        who = state.people[person]
        lines = [who.name, ", ".join(p for p in (who.side.name, who.role, who.borough) if p)]
        for a_round in state.rounds:
            at = state.where.get((a_round.number, person))
            if at is not None:
                mates = [state.people[m].name for m in state.mates(person, a_round.number)]
                shown = ", ".join(mates[:12]) or "nobody yet"
                lines.append(f"Round {a_round.number}, table {at[0]}: {shown}")
        return "\n".join(lines)

    def letters(self, table: TableView) -> list[str]:
        """ "4 G", "3 P" for the narrowest cards."""
        counts: dict[str, int] = {}
        for who in table.people:
            letter = self.people[who].side.letter
            counts[letter] = counts.get(letter, 0) + 1
        return [f"{many}\u00a0{letter}" for letter, many in sorted(counts.items())] or ["empty"]

    # -- what cards hear ------------------------------------------------------------------------

    def pressed(self, card: TableCard, event: QMouseEvent) -> None:
        """The mouse was pressed on a card."""
        if card.table is None or event.button() != Qt.MouseButton.LeftButton:
            return
        if self.carrying is not None:
            self.hover(event.globalPosition().toPoint())
            self.drop()
            return
        place = card.seat_at(event.position())
        who = card.table.places[place] if place is not None else None
        self.choose(card.table.label, focus=True)
        self.chose.emit(card.table.label)
        self.chose_person.emit(who)
        movable = self._view is not None and self._view.may_change
        if who is not None and movable:
            self._press = (event.globalPosition().toPoint(), who)

    def moved(self, card: TableCard, event: QMouseEvent) -> None:
        """The mouse moved over a card."""
        where = event.globalPosition().toPoint()
        if self._press is not None and self.carrying is None:
            far = (where - self._press[0]).manhattanLength()
            if far >= QApplication.startDragDistance():
                self.picked_up.emit(self._press[1])
        if self.carrying is not None:
            self.hover(where)
            return
        place = card.seat_at(event.position())
        who = card.table.places[place] if card.table and place is not None else None
        self.hovered.emit(who)

    def released(self, event: QMouseEvent) -> None:
        """The mouse was let go."""
        dragged = self._press is None and self.carrying is not None
        self._press = None
        if dragged:
            self.hover(event.globalPosition().toPoint())
            self.drop()

    def key(self, event: QKeyEvent) -> bool:
        """A key on a card; whether it was used."""
        columns = self._shape[0]
        steps = {
            Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Up: -columns,
            Qt.Key.Key_Down: columns,
        }  # fmt: skip
        key = Qt.Key(event.key())
        if key in steps:
            self._step(steps[key])
        elif key in (Qt.Key.Key_PageDown, Qt.Key.Key_PageUp):
            self.turn(1 if key == Qt.Key.Key_PageDown else -1)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if self.carrying is not None:
                self.drop()
            else:
                self.opened.emit()
        elif key == Qt.Key.Key_Space and self.carrying is not None:
            self._next_place()
        elif key == Qt.Key.Key_Escape and self.carrying is not None:
            self.given_up.emit()
        else:
            return False
        return True

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    # -- internal -------------------------------------------------------------------------------

    def _step(self, by: int) -> None:
        if self._view is None or not self._view.tables:
            return
        labels = [table.label for table in self._view.tables]
        now = self.over if self.carrying is not None and self.over else self.chosen
        at = labels.index(now) + by if now in labels else 0
        if not 0 <= at < len(labels):
            return
        self.choose(labels[at], focus=True)
        self.chose.emit(labels[at])
        if self.carrying is not None:
            self.set_over(labels[at], self._first_place(labels[at]))

    def _first_place(self, label: str) -> int | None:
        """No seat in particular while one is free, else the first that can be swapped."""
        table = self._view.table(label) if self._view else None
        if table is None or table.free or self.carrying in table.people:
            return None
        return 0

    def _next_place(self) -> None:
        """Space: the next seat of the table, after the last any free one."""
        table = self._view.table(self.over) if self._view else None
        if table is None:
            return
        at = -1 if self.over_place is None else self.over_place
        places = [p for p, who in enumerate(table.places) if p > at and who != self.carrying]
        self.set_over(self.over, places[0] if places else self._first_place(self.over))

    def _arrange(self) -> None:
        if self._view is None:
            return
        tables = self._view.tables
        self._shape = grid_of(len(tables), self.width(), self.height())
        columns, rows = self._shape
        each = columns * rows
        self._page = min(self._page, self.pages - 1)
        shown = tables[self._page * each : (self._page + 1) * each]
        while len(self._cards) < len(shown):
            self._cards.append(TableCard(self))
        wide = (self.width() - GAP * (columns - 1)) / columns
        high = (self.height() - GAP * (rows - 1)) / rows
        wide, high = min(wide, 260.0), min(high, 240.0)
        for at, card in enumerate(self._cards):
            if at >= len(shown):
                card.hide()
                continue
            column, row = at % columns, at // columns
            left, top = round(column * (wide + GAP)), round(row * (high + GAP))
            right, bottom = round(left + wide), round(top + high)
            card.setGeometry(QRect(left, top, right - left, bottom - top))
            card.show_table(shown[at])
            card.show()
        self.choose(self.chosen)
