"""One table of the room as a card: a ring of its seats in their real order, marked by side."""

from __future__ import annotations

from math import cos, pi, sin
from typing import TYPE_CHECKING
from uuid import UUID

from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, Qt
from PySide6.QtGui import (
    QFontMetrics,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QToolTip, QWidget

from facilitator.services.room import TableView
from ui.icons import paint_icon
from ui.kit import paint_mark, plain_tip
from ui.kit.mark import mark_path
from ui.theme import HEADING, RADIUS, SMALL, WORD, Theme, font

if TYPE_CHECKING:
    from ui.screens.tables_cards import TableGrid

_CENTRE = int(Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextSingleLine)


class TableCard(QWidget):
    """One table. Paints itself; the grid hears the mouse."""

    def __init__(self, grid: TableGrid) -> None:
        super().__init__(grid)
        self._grid = grid
        self.table: TableView | None = None
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setMouseTracking(True)

    def show_table(self, table: TableView) -> None:
        """Another table, or the same one changed."""
        self.table = table
        words = [f"Table {table.label}", table.words]
        words += [fault.short for fault in table.faults]
        words += ["locked"] if table.locked else []
        self.setAccessibleName(", ".join(words))
        self.update()

    def text_fits(self) -> bool:
        """For the walk: whether the line under the ring is whole."""
        if self.table is None or self.height() < 120:
            return True
        return QFontMetrics(font(SMALL)).horizontalAdvance(self._line()) <= self.width() - 8

    def seat_at(self, position: QPointF) -> int | None:
        """The place of the seat under a point, or None."""
        if self.table is None:
            return None
        size = self._mark_size() * 0.65
        for place in range(len(self.table.places)):
            if (self._seat_centre(place) - position).manhattanLength() <= size * 1.4:
                return place
        return None

    def seat_rect(self, place: int) -> QRectF:
        """Where a seat is drawn."""
        size = self._mark_size()
        box = QRectF(0, 0, size, size)
        box.moveCenter(self._seat_centre(place))
        return box

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            place = self.seat_at(QPointF(event.pos()))
            who = self.table.places[place] if self.table and place is not None else None
            if who is not None:
                QToolTip.showText(event.globalPos(), plain_tip(self._grid.about(who)), self)
            else:
                QToolTip.hideText()
            return True
        return super().event(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._grid.pressed(self, event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._grid.moved(self, event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._grid.released(event)

    def leaveEvent(self, event: QEvent) -> None:
        self._grid.hovered.emit(None)
        super().leaveEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not self._grid.key(event):
            super().keyPressEvent(event)

    def uses_key(self, event: QKeyEvent) -> bool:
        """For the key filter: Space chooses a seat while somebody is carried."""
        return self._grid.carrying is not None and event.key() in (
            Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Escape,
        )  # fmt: skip

    def paintEvent(self, event: QPaintEvent) -> None:
        if self.table is None:
            return
        theme = Theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        chosen = self._grid.chosen == self.table.label
        over = self._grid.over == self.table.label
        area = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        painter.setBrush(theme.colour("paper" if chosen else "mist"))
        if over:
            painter.setPen(QPen(theme.colour("ink"), 2, Qt.PenStyle.DashLine))
        elif chosen:
            painter.setPen(QPen(theme.colour("ink"), 2))
        else:
            painter.setPen(Qt.PenStyle.NoPen)
        painter.drawRoundedRect(area, RADIUS, RADIUS)
        self._paint_ring(painter, theme, chosen)
        self._paint_line(painter, theme)
        if self.table.locked:
            box = QRectF(self.width() - 26, 8, 18, 18)
            paint_icon(painter, box, "lock-simple-fill", theme.colour("ink"))
        painter.end()

    # -- internal -------------------------------------------------------------------------------

    def _line_height(self) -> int:
        return 28 if self.height() >= 120 else 8

    def _ring(self) -> tuple[QPointF, float]:
        room = QRectF(self.rect()).adjusted(6, 6, -6, -self._line_height())
        radius = min(room.width(), room.height(), 164) / 2 - self._mark_size() / 2 - 1
        return room.center(), max(radius, 8.0)

    def _mark_size(self) -> float:
        assert self.table is not None
        side = min(self.width() - 12, self.height() - 6 - self._line_height(), 164)
        many = max(len(self.table.places), 1)
        return max(min(side * 0.155, 26.0, 2.2 * side / 2 / many * 2), 5.0)

    def _seat_centre(self, place: int) -> QPointF:
        assert self.table is not None
        centre, radius = self._ring()
        many = len(self.table.places)
        # With an even number nobody sits at the very top: two do, as in a real room.
        angle = 2 * pi * (place - (0.5 if many % 2 == 0 else 0.0)) / many - pi / 2
        return QPointF(centre.x() + radius * cos(angle), centre.y() + radius * sin(angle))

    def _paint_ring(self, painter: QPainter, theme: Theme, chosen: bool) -> None:
        assert self.table is not None
        centre, radius = self._ring()
        size = self._mark_size()
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour("mist" if chosen else "paper"))
        inner = max(radius - size * 0.85, 8.0)
        painter.drawEllipse(centre, inner, inner)
        painter.setPen(theme.colour("ink"))
        sizes = [pixels for pixels in (WORD, HEADING, 18, 13) if pixels <= inner * 1.25] or [13]
        for pixels in sizes:
            painter.setFont(font(pixels, "semibold", tabular=True))
            if painter.fontMetrics().horizontalAdvance(self.table.label) <= inner * 1.7:
                break
        box = QRectF(0, 0, inner * 2, inner * 2)
        box.moveCenter(centre)
        painter.drawText(box, _CENTRE, self.table.label)
        for place, who in enumerate(self.table.places):
            self._paint_seat(painter, theme, place, who)

    def _paint_seat(self, painter: QPainter, theme: Theme, place: int, who: UUID | None) -> None:
        assert self.table is not None
        box = self.seat_rect(place)
        grid = self._grid
        if who is None or who not in grid.people:
            painter.setBrush(theme.colour("paper"))
            painter.setPen(QPen(theme.colour("edge"), 1.2, Qt.PenStyle.DashLine))
            painter.drawEllipse(box.adjusted(0.5, 0.5, -0.5, -0.5))
        else:
            person = grid.people[who]
            position = person.side.position
            dim = who == grid.carrying
            painter.setOpacity(0.35 if dim else 1.0)
            if who == grid.person or who in grid.met:
                ring = box.adjusted(-3.5, -3.5, 3.5, 3.5)
                painter.setPen(QPen(theme.colour("ink"), 3 if who == grid.person else 1.5))
                painter.setBrush(theme.colour("paper"))
                painter.drawPath(mark_path(ring, position))
            paint_mark(painter, box, position, person.side.letter if box.width() >= 10 else "")
            painter.setOpacity(1.0)
            if who in self.table.hosts and box.width() >= 14:
                self._paint_host(painter, theme, box)
        if grid.over == self.table.label and grid.over_place == place:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(theme.colour("ink"), 2.5))
            painter.drawEllipse(box.adjusted(-4, -4, 4, 4))

    @staticmethod
    def _paint_host(painter: QPainter, theme: Theme, box: QRectF) -> None:
        """A small H in the outer corner: a host stays at the table."""
        size = max(box.width() * 0.6, 11)
        spot = QRectF(box.right() - size * 0.35, box.top() - size * 0.35, size, size)
        painter.setPen(QPen(theme.colour("paper"), 1))
        painter.setBrush(theme.colour("ink"))
        painter.drawEllipse(spot)
        painter.setPen(theme.colour("paper"))
        painter.setFont(font(max(round(size * 0.72), 8), "bold"))
        painter.drawText(spot, _CENTRE, "H")

    def _line(self) -> str:
        assert self.table is not None
        if self.table.faults:
            return f"{self.table.faults[0].short}      "
        metrics = QFontMetrics(font(SMALL))
        for words in (self.table.words, self.table.short_words):
            if metrics.horizontalAdvance(words) <= self.width() - 12:
                return words
        # The letters of the marks: short, and never cut.
        parts = self._grid.letters(self.table)
        return " ".join(parts)

    def _paint_line(self, painter: QPainter, theme: Theme) -> None:
        assert self.table is not None
        if self.height() < 120:
            if self.table.faults:
                box = QRectF(8, 8, 18, 18)
                paint_icon(painter, box, "warning-fill", theme.colour("attention"))
            return
        area = QRect(4, self.height() - 32, self.width() - 8, 22)
        fault = bool(self.table.faults)
        words = self._line().strip()
        painter.setFont(font(SMALL, "semibold" if fault else "regular"))
        painter.setPen(theme.colour("ink" if fault else "muted"))
        metrics = painter.fontMetrics()
        words = metrics.elidedText(words, Qt.TextElideMode.ElideRight, area.width() - 22 * fault)
        if fault:
            wide = metrics.horizontalAdvance(words) + 22
            left = area.center().x() - wide / 2
            box = QRectF(left, area.top() + 2, 18, 18)
            paint_icon(painter, box, "warning-fill", theme.colour("attention"))
            area = QRect(round(left + 22), area.top(), wide, area.height())
            painter.drawText(area, int(Qt.AlignmentFlag.AlignVCenter), words)
        else:
            painter.drawText(area, _CENTRE, words)
