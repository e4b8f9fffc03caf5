"""The clock and the break: large figures of which only those are painted again that change."""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QPointF, QRect, QRectF
from PySide6.QtGui import QColor, QPainter, QPainterPath

from facilitator.domain.session_clock import Phase, Status, shown_clock, thresholds
from facilitator.domain.text import counted
from ui.icons import paint_icon
from ui.room.parts import FOOT, LINE_HEIGHT, put_foot, put_head, put_line, time_of
from ui.room.sheet import (
    ACROSS,
    CENTRE,
    LEFT,
    MARGIN,
    WIDTH,
    Piece,
    Scene,
    Sheet,
    advance,
    face,
    ground,
    metrics,
    plate,
    put,
    put_wrapped,
)
from ui.room.show import Sight

#: the largest figures
_LARGEST = 720
_BAR = 24
_TITLE_TOP = 126


@dataclass(frozen=True, slots=True)
class PhaseLook:
    """How a phase of the clock looks in the room: each has a shape and colours of its own.

    `band` is what the figures stand on, "" for the ground of the room.
    """

    icon: str
    band: str
    figures: str


#: The words are made by `phase_words`. The danger and the overtime fill the width with colour, one
#: light and one dark, so that they are told apart without seeing red or green.
LOOKS = {
    Phase.CALM: PhaseLook("", "", "text"),
    Phase.WARNING: PhaseLook("hourglass-medium", "", "careful"),
    Phase.DANGER: PhaseLook("warning-fill", "urgent", "navy"),
    Phase.OVER: PhaseLook("warning-octagon-fill", "stop", "text"),
}


def colour_of(name: str) -> QColor:
    """A colour of the room by name; "" is the ground."""
    return getattr(ground(), name or "navy")


def phase_words(sight: Sight) -> str:
    """What the figures count, in words that differ from phase to phase."""
    state = sight.board.state
    if state.status is Status.PAUSED:
        return "paused"
    match state.phase:
        case Phase.OVER:
            return "over time"
        case Phase.WARNING | Phase.DANGER:
            marks = {phase: ms for ms, phase in thresholds(state.session)} if state.session else {}
            minutes = marks.get(state.phase, 60_000) // 60_000
            return ("last minute" if minutes == 1 else f"last {counted(minutes, 'minute')}") + (
                ", until")  # fmt: skip
        case Phase.CALM:
            return f"{'seconds' if state.remaining < 60 else 'minutes'} left, until"


def clock_scene(sight: Sight) -> Scene:
    """The clock of the running session; before it when it begins, after the day a thank you."""
    state, sheet, line = sight.board.state, sight.sheet, sight.picture.shown.line
    session = state.session or state.next
    title = session.title if session else "That was the day. Thank you."
    coming = sight.board.next
    then = coming.session.title if coming is not None and state.is_on else ""
    now = time_of(sight, sight.now)
    key = ("clock", now, sheet, sight.version, title, then, state.status, state.phase)
    area = _figures_area(sheet, bar=state.is_on, line=bool(line))

    if not state.is_on:
        times = sight.board.of(session)
        begins = time_of(sight, times and (times.expected_start or times.published_start))

        def paint_idle(painter: QPainter) -> None:
            put_head(painter, sight)
            _title(painter, sheet, title)
            if begins:
                _put_figures(painter, area, begins, ground().text)
                put_foot(painter, sheet, "begins at", begins, "", "")
            _line(painter, sheet, line, bar=False)

        return Scene((*key, begins), paint_idle)

    if state.phase is Phase.OVER and not sight.picture.event.settings.red_clock:

        def paint_end(painter: QPainter) -> None:
            put_head(painter, sight)
            _title(painter, sheet, title)
            put(painter, area.toRect(), "Finishing", 300, ground().text, weight="bold",
                flags=CENTRE)  # fmt: skip
            _line(painter, sheet, line, bar=False)
            put_foot(painter, sheet, "please come to an end", "", "Then", then)

        return Scene((*key, "finishing"), paint_end)

    look = LOOKS[state.phase]
    paused = state.status is Status.PAUSED
    icon = "pause-fill" if paused else look.icon
    until = "" if paused or state.phase is Phase.OVER else (
        time_of(sight, sight.board.now.expected_end if sight.board.now else None))  # fmt: skip
    words = phase_words(sight)

    def paint(painter: QPainter) -> None:
        g = ground()
        put_head(painter, sight)
        _title(painter, sheet, title)
        if look.band:
            painter.fillRect(_band(area), colour_of(look.band))
        plate(painter, _bar_box(sheet), g.track, _BAR / 2)
        _line(painter, sheet, line, bar=True)
        put_foot(painter, sheet, words, until, "Then", then, icon)

    text = shown_clock(abs(state.remaining))
    colour = colour_of(look.figures)
    pieces = _figures(area, text, colour, shape=icon)
    share = min(max(state.elapsed / state.allotted, 0), 1) if state.allotted else 0
    bar = _bar_box(sheet)
    width = round(max(bar.width() * share, _BAR))
    fill = colour_of(look.band or look.figures)
    painted = QRectF(bar.left(), bar.top(), width, bar.height())
    pieces += (Piece(bar, (width, fill.rgb()), lambda p: plate(p, painted, fill, _BAR / 2)),)
    return Scene((*key, until, words, icon), paint, pieces)


def break_scene(sight: Sight) -> Scene:
    """The time until which the break goes on, and how much of it is left."""
    now, coming, state = sight.board.now, sight.board.next, sight.board.state
    sheet, line = sight.sheet, sight.picture.shown.line
    ends = now.expected_end if now else None
    if ends is None and coming is not None:
        ends = coming.expected_start or coming.published_start
    until = time_of(sight, ends)
    title = f"{now.session.title if now else 'Break'} until"
    then = coming.session.title if coming else ""
    left = ""
    if state.is_on and state.remaining > 0:
        minutes = int(state.remaining // 60)
        left = f"{counted(minutes, 'minute')} left" if minutes else "less than a minute left"
    area = _figures_area(sheet, bar=False, line=bool(line))

    def paint(painter: QPainter) -> None:
        g = ground()
        put_head(painter, sight)
        _title(painter, sheet, title)
        if until:
            _put_figures(painter, area, until, g.text)
        else:
            put_wrapped(painter, area.toRect(), "we call you back", (190, 150), g.text, flags=LEFT)
        _line(painter, sheet, line, bar=False)
        put_foot(painter, sheet, left, "", "Then", then)

    key = ("break", time_of(sight, sight.now), sheet, sight.version, title, until, then, left)
    return Scene(key, paint)


# --- pieces ---------------------------------------------------------------------------------------


def _title(painter: QPainter, sheet: Sheet, title: str) -> None:
    more = sheet.more // 3
    box = QRect(MARGIN, _TITLE_TOP, ACROSS, 154 + more)
    sizes = (110, 100, 88, 76, 64, 56) if more else (92, 84, 76, 64, 56)
    put_wrapped(painter, box, title, sizes, ground().text, flags=LEFT)


def _bar_box(sheet: Sheet) -> QRectF:
    return QRectF(MARGIN, sheet.height - FOOT - 50, ACROSS, _BAR)


def _line_bottom(sheet: Sheet, *, bar: bool) -> int:
    return sheet.height - FOOT - (74 if bar else 24)


def _line(painter: QPainter, sheet: Sheet, line: str, *, bar: bool) -> None:
    if line:
        put_line(painter, line, _line_bottom(sheet, bar=bar))


def _figures_area(sheet: Sheet, *, bar: bool, line: bool) -> QRectF:
    top = _TITLE_TOP + 154 + sheet.more // 3 + 20
    bottom = _line_bottom(sheet, bar=bar) - (LINE_HEIGHT + 24 if line else 0)
    return QRectF(MARGIN, top, ACROSS, bottom - top)


def _band(area: QRectF) -> QRectF:
    return QRectF(0, area.top(), WIDTH, area.height())


def _size(text: str, area: QRectF) -> int:
    """As large as the box allows; the same for every time of so many figures."""
    widest = advance(re.sub(r"\d", "0", text), 100, "semibold", True) / 100
    return round(min(_LARGEST, (area.width() + 24) / widest, (area.height() - 24) / 0.68))


def _baseline(size: int, area: QRectF) -> float:
    return area.center().y() + metrics(size, "semibold", tabular=True).capHeight() / 2


def _put_figures(painter: QPainter, area: QRectF, text: str, colour: QColor) -> None:
    for piece in _figures(area, text, colour):
        piece.paint(painter)


def _figures(area: QRectF, text: str, colour: QColor, shape: str = "") -> tuple[Piece, ...]:
    """A piece for each figure, so that a second passing paints one of them; then the shape."""
    size = _size(text, area)
    base = _baseline(size, area)
    left = area.left() - 12
    pieces = []
    for character in text:
        width = advance(character, size, "semibold", True)
        box = QRectF(left, area.top(), width, area.height())
        paint = partial(_figure, size=size, colour=colour, at=QPointF(left, base), text=character)
        pieces.append(Piece(box, (character, size, colour.rgb()), paint))
        left += width
    room = area.right() - left - 60
    side = min(room, area.height() * 0.6)
    if shape and side >= 160:
        box = QRectF(area.right() - side, area.center().y() - side / 2, side, side)
        sign = partial(_shape, box=box, icon=shape, colour=colour)
        pieces.append(Piece(box, (shape, colour.rgb()), sign))
    return tuple(pieces)


def _figure(painter: QPainter, *, size: int, colour: QColor, at: QPointF, text: str) -> None:
    painter.translate(at)
    painter.fillPath(_outline(text, size), colour)
    painter.translate(-at)


@functools.lru_cache(64)
def _outline(character: str, size: int) -> QPainterPath:
    """A figure's outline, made once: as large as these are Qt would make it for every frame."""
    path = QPainterPath()
    path.addText(0, 0, face(size, "semibold", tabular=True), character)
    return path


def _shape(painter: QPainter, *, box: QRectF, icon: str, colour: QColor) -> None:
    paint_icon(painter, box, icon, colour)
