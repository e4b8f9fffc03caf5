"""The mark of a side: always shape, letter and colour together."""

from __future__ import annotations

from typing import Protocol

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPaintEvent, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.theme import SIDE_COLOURS, Theme, font


class SideLike(Protocol):
    """What a mark needs of a `facilitator.domain.sides.Side`."""

    @property
    def name(self) -> str: ...
    @property
    def letter(self) -> str: ...
    @property
    def position(self) -> int: ...


def paint_mark(
    painter: QPainter,
    rect: QRectF,
    position: int,
    letter: str,
    *,
    ground: str | None = None,
    theme: Theme | None = None,
) -> None:
    """Draws a side's mark in the largest centred square of `rect`.

    On a coloured `ground` (welcome, careful, stop, navy…) it is white with the letter in the colour
    of the side.
    """
    theme = theme or Theme.current()
    side = min(rect.width(), rect.height())
    area = QRectF(0, 0, side, side)
    area.moveCenter(rect.center())
    if ground:
        # Grounds are the same in both themes, so the light theme's colours stand on white.
        fill, ink = theme.colour("#FFFFFF"), Theme.load("light").side(position)
    else:
        fill, ink = theme.side(position), theme.colour("mark-letter")
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.fillPath(mark_path(area, position), fill)
    painter.setPen(ink)
    share = (0.54 if position == 2 else 0.64) if side < 36 else 0.54
    painter.setFont(font(max(round(side * share), 8), "bold"))
    painter.drawText(area, int(Qt.AlignmentFlag.AlignCenter), letter)
    painter.restore()


def mark_path(area: QRectF, position: int) -> QPainterPath:
    """The outline of a side's shape in `area`: square, circle or diamond."""
    path = QPainterPath()
    side = area.width()
    if position == 0:
        inset = side * 0.06
        path.addRoundedRect(area.adjusted(inset, inset, -inset, -inset), side * 0.12, side * 0.12)
    elif position == 1:
        path.addEllipse(area)
    else:
        middle, half = area.center(), side / 2
        path.addPolygon(
            QPolygonF(
                [
                    QPointF(middle.x(), middle.y() - half),
                    QPointF(middle.x() + half, middle.y()),
                    QPointF(middle.x(), middle.y() + half),
                    QPointF(middle.x() - half, middle.y()),
                ]
            )
        )
        path.closeSubpath()
    return path


class SideMark(QWidget):
    """The mark of `side` (a `Side`), `size` pixels wide; `ground` where it stands on a colour."""

    def __init__(
        self,
        side: SideLike,
        size: int = 24,
        *,
        ground: str | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._side, self._size, self._ground = side, size, ground
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(side.name)

    def set_side(self, side: SideLike, ground: str | None = None) -> None:
        """Shows another side."""
        self._side, self._ground = side, ground
        self.setAccessibleName(side.name)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(self._size, self._size)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        paint_mark(
            painter,
            QRectF(self.rect()),
            self._side.position,
            self._side.letter,
            ground=self._ground,
        )
        painter.end()


def paint_sign(painter: QPainter, rect: QRectF, *, theme: Theme | None = None) -> None:
    """The program's own sign: a square and a circle that overlap."""
    theme = theme or Theme.current()
    height = rect.height()
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    square = QPainterPath()
    square.addRoundedRect(
        QRectF(rect.left(), rect.top() + height * 0.05, height * 1.1, height * 0.9),
        height * 0.2,
        height * 0.2,
    )
    circle = QPainterPath()
    ring = QRectF(rect.left() + height * 0.5, rect.top(), height, height)
    circle.addEllipse(ring)
    gap = QPainterPath()
    gap.addEllipse(ring.adjusted(-1.5, -1.5, 1.5, 1.5))
    painter.fillPath(square - gap, theme.colour(SIDE_COLOURS[0]))
    painter.fillPath(circle, theme.colour(SIDE_COLOURS[1]))
    painter.restore()
