"""Somebody on the way to another seat, by mouse or by key: what letting go here would do."""

from __future__ import annotations

from uuid import UUID

from PySide6.QtCore import QObject, QPoint, QRectF, Qt, Signal, Slot
from PySide6.QtGui import QCursor, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from facilitator.services.room import RoomState, RoundView
from ui.kit import announce, paint_mark
from ui.screens.tables_cards import TableGrid
from ui.screens.tables_head import RoomHead


class Carrying(QObject):
    """Takes somebody off their seat in the grid, says in the head what letting go would do, and
    asks for the move. It writes nothing itself.

    Signals:
        begun(UUID): who was picked up.
        moved(UUID, str, object): who goes to the table of that label, onto that place (None: any).
        swapped(UUID, UUID): these two change seats.
        given_up(str): they stay where they were; why, or empty where a person wanted it so.
        ended(): nobody is carried any more; comes before the three above.
    """

    begun = Signal(object)
    moved = Signal(object, str, object)
    swapped = Signal(object, object)
    given_up = Signal(str)
    ended = Signal()

    def __init__(self, grid: TableGrid, head: RoomHead, parent: QWidget) -> None:
        super().__init__(parent)
        self._grid, self._head, self._owner = grid, head, parent
        self._mark = CarriedMark(parent)
        self._state: RoomState | None = None
        self._view: RoundView | None = None
        grid.picked_up.connect(self.pick_up)
        grid.over_changed.connect(self._over)
        grid.dropped.connect(self._dropped)
        grid.given_up.connect(self.give_up)

    def show_round(self, state: RoomState | None, view: RoundView | None) -> None:
        """The room and the round in sight, by which a move is judged."""
        self._state, self._view = state, view

    @Slot(object)
    def pick_up(self, who: UUID) -> None:
        """They are carried from now on, their mark under the mouse."""
        state, view = self._state, self._view
        if state is None or view is None or who not in state.people or not view.may_change:
            return
        self.begun.emit(who)
        self._grid.carry(who)
        side = state.people[who].side
        self._mark.show_side(side.position, side.letter)
        self._mark.follow(QCursor.pos())
        self._head.say(
            "carry", f"Moving {state.people[who].name}",
            "Arrows choose a table, Space a seat, Enter puts down, Esc gives up.",
        )  # fmt: skip
        self._head.offer(None)
        announce(self._owner, f"Moving {state.people[who].name}", assertive=True)

    def pick_up_by_key(self, who: UUID) -> None:
        """They are carried by the arrows, which have the keyboard from now on."""
        self.pick_up(who)
        self._mark.hide()
        self._grid.choose(self._grid.chosen, focus=True)

    @Slot(QPoint)
    def follow(self, where: QPoint) -> None:
        """The mouse that carries them is at a point of the screen (global)."""
        self._mark.follow(where)
        self._grid.hover(where)

    @Slot()
    def give_up(self) -> None:
        """They stay where they were."""
        self._stay("")

    def put_down(self) -> None:
        """Nobody is carried any more; nothing else happens."""
        self._mark.hide()
        if self._grid.carrying is not None:
            self._grid.carry(None)
            self.ended.emit()

    @Slot()
    def _over(self) -> None:
        """The effect of letting go here, before letting go."""
        state, view, who, grid = self._state, self._view, self._grid.carrying, self._grid
        if state is None or view is None or who is None:
            return
        if not self._mark.isHidden():
            self._mark.follow(QCursor.pos())
        if not grid.over:
            elsewhere = "Let go over a table; elsewhere nothing is changed."
            self._head.say("carry", f"Moving {state.people[who].name}", elsewhere)
            return
        effect = state.effect(who, view.number, grid.over, grid.over_place)
        if effect is None:
            table = view.table(grid.over)
            here = table is not None and who in table.people
            words = "They sit here." if here else "Full: choose a seat to swap with."
            self._head.say("plain", f"Table {grid.over}", words)
            return
        self._head.say("fault" if effect.is_worse else "good", f"Table {grid.over}", effect.words)
        announce(self._owner, f"Table {grid.over}: {effect.words}")

    @Slot()
    def _dropped(self) -> None:
        who, label, place = self._grid.carrying, self._grid.over, self._grid.over_place
        table = self._view.table(label) if self._view else None
        if who is None or table is None:
            self._stay("")
            return
        other = table.places[place] if place is not None and place < len(table.places) else None
        if other == who or (place is None and who in table.people):
            self._stay("")
            return
        if place is None and not table.free:
            self._stay(f"Table {label} is full: put them onto a seat to swap.")
            return
        self.put_down()
        self._grid.choose(label, focus=True)
        if other is not None:
            self.swapped.emit(who, other)
        else:
            self.moved.emit(who, label, place)

    def _stay(self, why: str) -> None:
        self.put_down()
        self.given_up.emit(why)


class CarriedMark(QWidget):
    """The mark of whoever is carried, under the mouse."""

    SIZE = 30

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFixedSize(self.SIZE, self.SIZE)
        self._position, self._letter = 0, ""
        self.hide()

    def show_side(self, position: int, letter: str) -> None:
        """Whose it is."""
        self._position, self._letter = position, letter
        self.update()

    def follow(self, where: QPoint) -> None:
        """Goes along with the mouse (a global point)."""
        parent = self.parentWidget()
        if parent is not None:
            self.move(parent.mapFromGlobal(where) + QPoint(6, 6))
            self.show()
            self.raise_()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        box = QRectF(self.rect()).adjusted(2, 2, -2, -2)
        paint_mark(painter, box, self._position, self._letter)
        painter.end()
