"""Find your table: the list by family name, paged, with the one whose table was asked for lit."""

from __future__ import annotations

from functools import partial
from itertools import pairwise

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from facilitator.domain.text import counted, fold
from facilitator.services.room_display import NameAtTable
from ui.icons import paint_icon
from ui.room.parts import time_of
from ui.room.sheet import (
    ACROSS,
    CENTRE,
    MARGIN,
    RIGHT,
    SMALLEST,
    WIDTH,
    Piece,
    Scene,
    advance,
    ground,
    plate,
    put,
    shortened,
)
from ui.room.show import COLUMNS, LIST_TOP, ROW, Sight, pages

#: the sizes of a name: the first that holds it whole
NAME_SIZES = (44, 40, SMALLEST)
_GAP = 48


def find_scene(sight: Sight) -> Scene:
    """The page that stands."""
    picture = sight.picture
    found = pages(picture.names, sight.sheet)
    page = found[sight.page % len(found)]
    words = round_words(sight)

    def paint(painter: QPainter) -> None:
        g = ground()
        heading = put(painter, QRect(MARGIN, 60, ACROSS, 110), "Find your table", 92, g.text,
                      weight="bold")  # fmt: skip
        if picture.moved:
            _news(painter, sight, MARGIN + round(heading) + 48)
        put(painter, QRect(MARGIN, 170, ACROSS, 58), f"By family name. {words}", 44, g.second)
        if not page:
            put(painter, QRect(MARGIN, 400, ACROSS, 200), "Please sit where you like.", 92, g.text,
                weight="semibold")  # fmt: skip
            return
        tile = _tile_width(picture.names)
        for place, name in enumerate(page):
            _name(painter, _row(place, len(page)), name, tile)
        _tabs(painter, sight, found)

    pieces: list[Piece] = []
    if len(found) > 1:
        text = page_left_words(sight)
        foot = QRectF(WIDTH - MARGIN - 520, sight.sheet.height - 118, 520, 60)
        pieces.append(Piece(foot, text, partial(_foot, box=foot.toRect(), text=text)))
    if sight.flash is not None:
        for place, name in enumerate(page):
            if name.person == sight.flash.person and name.name == sight.flash.name:
                box = _row(place, len(page))
                lit = partial(_name, box=box, name=name, tile=_tile_width(picture.names),
                              light=sight.flash.light)  # fmt: skip
                area = QRectF(box).adjusted(-14, -2, 14, 2)
                pieces.append(Piece(area, ("lit", sight.flash), lit))
    key = ("find", sight.version, sight.page, sight.sheet, words)
    return Scene(key, paint, tuple(pieces))


def round_words(sight: Sight) -> str:
    """ "Round 1 starts at 10:00.", or only its name where that is past or not known."""
    picture = sight.picture
    number = picture.round_number
    if number is None:
        return ""
    name = picture.round_name or f"Round {number}"
    for times in sight.board.times:
        if times.session.round_number == number and times.actual_start is None:
            begins = times.expected_start or times.published_start
            if begins is not None:
                return f"{name} starts at {time_of(sight, begins)}."
    return f"{name}."


def page_left_words(sight: Sight) -> str:
    """When the next page comes."""
    if sight.picture.is_held or sight.flash is not None:
        return "This page stays"
    return f"Next page in {counted(sight.page_left, 'second')}"


def page_words(page: tuple[NameAtTable, ...], letters: int = 1) -> str:
    """ "A to G", or "Ab to Ca" with two letters."""
    if not page:
        return ""
    first, last = (_initials(page[at], letters) for at in (0, -1))
    return first if first == last else f"{first} to {last}"


def _initials(name: NameAtTable, letters: int) -> str:
    found = fold(name.family or name.given).replace(" ", "")[:letters] or "#"
    return found[:1].upper() + found[1:]


def _row(place: int, number: int) -> QRect:
    rows = -(-number // COLUMNS)
    width = (ACROSS - (COLUMNS - 1) * _GAP) // COLUMNS
    column, row = divmod(place, rows)
    return QRect(MARGIN + column * (width + _GAP), LIST_TOP + row * ROW, width, ROW)


def _tile_width(names: tuple[NameAtTable, ...]) -> int:
    labels = {name.table for name in names}
    widest = max((advance(label, 44, "bold", True) for label in labels), default=0)
    return round(min(max(widest + 28, 80), 190))


def _name(
    painter: QPainter, box: QRect, name: NameAtTable, tile: int, light: float | None = None
) -> None:
    g = ground()
    ink, second, tile_colour = g.text, g.second, g.text
    if light is not None:
        _put_out(painter, box, g.navy)
        lit = QColor(g.careful)
        lit.setAlphaF(0.35 + 0.65 * light)
        plate(painter, QRectF(box).adjusted(-12, 0, 12, -1), lit, 12)
        tile_colour = g.text
        if light >= 0.5:
            ink = second = g.navy
    elif name.moved:
        tile_colour = g.careful
    at = QRect(box.left(), box.top() + 5, tile, 58)
    if name.moved:
        # Its tile is an arrow too: not by colour alone.
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(tile_colour)
        edge = QRectF(at)
        points = [edge.topLeft(), edge.topRight(), QPointF(edge.right() + 18, edge.center().y()),
                  edge.bottomRight(), edge.bottomLeft()]  # fmt: skip
        painter.drawPolygon(QPolygonF(points))
    else:
        plate(painter, QRectF(at), tile_colour)
    size = next((s for s in NAME_SIZES if advance(name.table, s, "bold", True) <= tile - 12), 36)
    put(painter, at, name.table, size, g.navy, weight="bold", flags=CENTRE, tabular=True)
    left = box.left() + tile + 24
    _write(painter, QRect(left, box.top() + 4, box.right() - left, 58), name, ink, second)
    if light is None:
        painter.setPen(QPen(g.line, 1.5))
        painter.drawLine(box.bottomLeft(), box.bottomRight())


def _put_out(painter: QPainter, box: QRect, navy: QColor) -> None:
    """The lit line is painted over the page, whose own line must not shine through."""
    painter.fillRect(QRectF(box).adjusted(-14, -2, 14, 2), navy)


def _write(painter: QPainter, box: QRect, name: NameAtTable, ink: QColor, second: QColor) -> None:
    size, family, rest = name_parts(name, box.width())
    used = put(painter, box, family, size, ink, weight="bold")
    if rest:
        after = box.adjusted(round(used), 0, 0, 0)
        put(painter, after, rest, size, ink if ink is second else second)


def name_parts(name: NameAtTable, width: int) -> tuple[int, str, str]:
    """The size, the family name and what follows it: whole where one of the sizes holds it, else
    with the given name's initial, else the family name shortened before that."""
    family = name.family or name.given
    given = name.given if name.family else ""
    for rest in (f", {given}", f", {given[:1]}.") if given else ("",):
        for size in NAME_SIZES:
            if advance(family, size, "bold") + advance(rest, size) <= width:
                return size, family, rest
    rest = f", {given[:1]}." if given else ""
    room = int(width - advance(rest, SMALLEST)) - 6
    return SMALLEST, shortened(family, SMALLEST, room, "bold"), rest


def _news(painter: QPainter, sight: Sight, left: int) -> None:
    """Somebody has another table than the room was shown: said, never only changed."""
    g, moved = ground(), sight.picture.moved
    few = moved * 2 <= len(sight.picture.names)
    words = "New tables: look again"
    if few:
        words = f"{counted(moved, 'new table')}: look again"
    width = round(advance(words, 52, "bold")) + 140
    box = QRect(min(left, WIDTH - MARGIN - width), 68, width, 92)
    plate(painter, QRectF(box), g.careful, 16)
    icon = QRectF(box.left() + 28, box.top() + 18, 56, 56)
    paint_icon(painter, icon, "arrows-clockwise-bold", g.navy)
    put(painter, box.adjusted(104, 0, -24, 0), words, 52, g.navy, weight="bold")


def _foot(painter: QPainter, *, box: QRect, text: str) -> None:
    put(painter, box, text, 40, ground().second, flags=RIGHT, tabular=True)


def _tabs(painter: QPainter, sight: Sight, found: list[tuple[NameAtTable, ...]]) -> None:
    """The pages by letter; where there is no room for all, those around the one that stands."""
    g, y = ground(), sight.sheet.height - 118
    here = sight.page % len(found)
    # Where a letter goes on on the next page, two say where it is broken.
    shared = any(a[-1].initial == b[0].initial for a, b in pairwise(found))
    letters = 2 if shared else 1
    names = [page_words(page, letters) for page in found]
    widths = [round(advance(words, 40, "bold")) + 48 for words in names]
    room = ACROSS - 560
    first, last, used = here, here + 1, widths[here]
    if len(found) > 1 and sum(widths) > room:
        room -= 200
    while True:
        if last < len(found) and used + widths[last] <= room:
            used, last = used + widths[last], last + 1
        elif first > 0 and used + widths[first - 1] <= room:
            first, used = first - 1, used + widths[first - 1]
        else:
            break
    left = MARGIN
    for place in range(first, last):
        box = QRect(left, y, widths[place], 60)
        on = place == here
        if on:
            plate(painter, QRectF(box), g.text)
        put(painter, box, names[place], 40, g.navy if on else g.second,
            weight="bold" if on else "regular", flags=CENTRE)  # fmt: skip
        left += widths[place] + 4
    if last - first < len(found):
        of = f"{here + 1} of {len(found)}"
        put(painter, QRect(left + 16, y, 220, 60), of, 40, g.second, tabular=True)
