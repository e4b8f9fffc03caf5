"""The table plan: the room as numbered tables, each with who sits there by side."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from facilitator.domain.sides import Side
from facilitator.services.room_display import TableInRoom
from ui.kit.mark import mark_path, paint_mark
from ui.room.names_face import page_left_words, round_words
from ui.room.sheet import (
    ACROSS,
    MARGIN,
    RIGHT,
    WIDTH,
    Piece,
    Scene,
    Sheet,
    advance,
    ground,
    plate,
    put,
)
from ui.room.show import Sight, table_pages
from ui.theme import SIDE_COLOURS

_TOP, _FOOT, _GAP = 236, 84, 24


def plan_scene(sight: Sight) -> Scene:
    """The page of tables that stands."""
    picture, sheet = sight.picture, sight.sheet
    found = table_pages(picture.tables, sheet)
    page = found[sight.page % len(found)]
    sides, words = tuple(picture.event.sides), round_words(sight)
    places = _places(len(page), sheet, paged=len(found) > 1)
    # One size of seat for the page, so that a fuller table looks fuller.
    most = max((sum(table.counts) for table in page), default=0)

    def paint(painter: QPainter) -> None:
        g = ground()
        put(painter, QRect(MARGIN, 60, ACROSS, 110), "Table plan", 92, g.text, weight="bold")
        _key(painter, picture.tables, sides)
        put(painter, QRect(MARGIN, 164, ACROSS, 58), words, 44, g.second)
        if not page:
            put(painter, QRect(MARGIN, 400, ACROSS, 200), "Please sit where you like.", 92, g.text,
                weight="semibold")  # fmt: skip
        for box, table in zip(places, page, strict=True):
            _table(painter, box, table, sides, most)
        if len(found) > 1:
            at = QRect(MARGIN, sheet.height - 84, 700, 60)
            text = f"Tables {page[0].label} to {page[-1].label}"
            put(painter, at, text, 40, g.text, weight="bold")

    pieces: list[Piece] = []
    if len(found) > 1:
        text = page_left_words(sight)
        foot = QRectF(WIDTH - MARGIN - 520, sheet.height - 84, 520, 60)
        pieces.append(Piece(foot, text, partial(_foot, box=foot.toRect(), text=text)))
    if sight.flash is not None:
        for box, table in zip(places, page, strict=True):
            if table.label == sight.flash.table:
                lit = partial(_table, box=box, table=table, sides=sides, most=most,
                              light=sight.flash.light)  # fmt: skip
                pieces.append(Piece(box, ("lit", sight.flash), lit))
    return Scene(("plan", sight.version, sight.page, sheet, words), paint, tuple(pieces))


def _places(number: int, sheet: Sheet, *, paged: bool) -> list[QRectF]:
    """Where the tables stand: as few columns as the height allows, so that each is large."""
    if not number:
        return []
    height = sheet.height - _TOP - (_FOOT + 16 if paged else 64)
    most = 4 if sheet.more >= 240 else 3
    columns = next((c for c in (3, 4, 5, 6) if -(-number // c) <= most), 6)
    rows = -(-number // columns)
    wide = (ACROSS - (columns - 1) * _GAP) / columns
    high = min((height - (rows - 1) * _GAP) / rows, wide * 0.9)
    return [
        QRectF(
            MARGIN + column * (wide + _GAP), _TOP + row * (high + _GAP), wide, high
        )
        for row, column in (divmod(place, columns) for place in range(number))
    ]  # fmt: skip


def _table(
    painter: QPainter,
    box: QRectF,
    table: TableInRoom,
    sides: tuple[Side, ...],
    most: int,
    light: float | None = None,
) -> None:
    g = ground()
    fill, ink, second = g.card, g.text, g.second
    if light is not None:
        painter.fillRect(box, g.navy)
        fill = QColor(g.careful)
        fill.setAlphaF(0.35 + 0.65 * light)
    plate(painter, box, fill, 16)
    lit = light is not None
    if lit:
        # An edge as well: the lit table is not told by its colour alone.
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(g.text, 8))
        painter.drawRoundedRect(box.adjusted(4, 4, -4, -4), 12, 12)
        if light is not None and light >= 0.5:
            ink = second = g.navy
    inner = box.adjusted(20, 12, -20, -14)
    small = box.height() < 200
    label = QRect(round(inner.left()), round(inner.top()), round(inner.width()), round(
        inner.height() * (0.46 if small else 0.44)))  # fmt: skip
    _label(painter, label, table.label, ink, second)
    below = label.bottom() + 4
    seats = QRectF(inner.left(), below, inner.width(), inner.bottom() - below)
    _seats(painter, seats, table, sides, most, lit=lit)


def _label(painter: QPainter, box: QRect, label: str, ink: QColor, second: QColor) -> None:
    """ "Table" small and its number large, on one line; a table with a name has the name alone."""
    largest = min(round(box.height() * 0.95), 110)
    if not label.isdigit():
        sizes = (72, 60, 52, 44, 36)
        size = next((s for s in sizes if advance(label, s, "bold") <= box.width()), 36)
        put(painter, box, label, size, ink, weight="bold")
        return
    before = round(advance("Table", 44)) + 14
    room = box.width() - before
    size = next((s for s in (largest, 84, 72, 60) if advance(label, s, "bold", True) <= room), 52)
    put(painter, box.adjusted(0, round(size * 0.1), 0, 0), "Table", 44, second)
    put(painter, box.adjusted(before, 0, 0, 0), label, size, ink, weight="bold", tabular=True)


def _seats(
    painter: QPainter,
    box: QRectF,
    table: TableInRoom,
    sides: tuple[Side, ...],
    most: int,
    *,
    lit: bool,
) -> None:
    """A shape for each person in the colour of the side; the head says which is which."""
    g = ground()
    people = [side for side in sides for _ in range(table.counts[side.position])]
    if not people:
        put(painter, box.toRect(), "Nobody yet", 36, g.second)
        return
    gap = 8.0
    side, across = _seat_size(max(most, len(people)), box, gap)
    for place, one in enumerate(people):
        row, column = divmod(place, across)
        at = QRectF(box.left() + column * (side + gap), box.top() + row * (side + gap), side, side)
        if lit:
            painter.fillPath(mark_path(at, one.position), g.navy)
            at = at.adjusted(4, 4, -4, -4)
        painter.fillPath(mark_path(at, one.position), g.theme.colour(SIDE_COLOURS[one.position]))


def _seat_size(number: int, box: QRectF, gap: float) -> tuple[float, int]:
    """The size of a seat's mark and how many stand beside each other: as large as all fit."""
    best, most = 8.0, number
    for across in range(1, number + 1):
        rows = -(-number // across)
        size = min((box.width() - (across - 1) * gap) / across,
                   (box.height() - (rows - 1) * gap) / rows, 60.0)  # fmt: skip
        if size > best:
            best, most = size, across
    return best, most


def _key(painter: QPainter, tables: tuple[TableInRoom, ...], sides: tuple[Side, ...]) -> None:
    """At the right of the head: what the shapes stand for."""
    g = ground()
    right = WIDTH - MARGIN
    for side in reversed(sides):
        if not any(table.counts[side.position] for table in tables):
            continue
        width = round(advance(side.shown, 40)) + 2
        put(painter, QRect(right - width, 88, width, 60), side.shown, 40, g.text)
        mark = QRectF(right - width - 84, 83, 70, 70)
        paint_mark(painter, mark, side.position, side.letter, theme=g.theme)
        right -= width + 84 + 36


def _foot(painter: QPainter, *, box: QRect, text: str) -> None:
    put(painter, box, text, 40, ground().second, flags=RIGHT, tabular=True)
