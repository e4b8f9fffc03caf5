"""The faces of the room display, each made into a `Scene`: what stands still and what moves.

Everything here is read from 15 metres: margins of 96, no text below 36, plain text only. Of what
is in the event only what was meant for the room comes in: no draft, no note to the presenter.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from facilitator.domain.hands import Moment as HandsMoment
from facilitator.services.room_display import Face
from ui.icons import paint_icon
from ui.kit.mark import paint_mark
from ui.room.clock_face import break_scene, clock_scene
from ui.room.names_face import find_scene
from ui.room.parts import put_foot, put_head, time_of
from ui.room.plan_face import plan_scene
from ui.room.sheet import (
    ACROSS,
    LEFT,
    MARGIN,
    TOP,
    WRAP,
    Ground,
    Scene,
    advance,
    ground,
    metrics,
    plate,
    put,
    put_wrapped,
)
from ui.room.show import Sight
from ui.theme import SIDE_COLOURS


def scene_of(sight: Sight) -> Scene:
    """The face that was chosen, as it is now."""
    return _SCENES[sight.picture.shown.face](sight)


def spoken(sight: Sight) -> str:
    """What the room sees, for a screen reader on the laptop."""
    return f"The room sees: {sight.picture.shown.face.words}, {sight.picture.event.name}"


def _black(_sight: Sight) -> Scene:
    return Scene("black", lambda _painter: None, black=True)


def _welcome(sight: Sight) -> Scene:
    event, coming = sight.picture.event, sight.board.now or sight.board.next
    begins = coming and (coming.actual_start or coming.expected_start or coming.published_start)
    at = time_of(sight, begins)
    title = coming.session.title if coming is not None else ""

    def paint(painter: QPainter) -> None:
        g, down = ground(), sight.sheet.more // 3
        for place, side in enumerate(list(event.sides)[:2]):
            box = QRectF(MARGIN + place * 136, MARGIN + 8, 120, 120)
            paint_mark(painter, box, side.position, side.letter, theme=g.theme)
        put(painter, QRect(MARGIN, 270 + down, ACROSS, 80), "Welcome to", 60, g.second)
        box = QRect(MARGIN, 350 + down, ACROSS, 360)
        put_wrapped(painter, box, event.name, (150, 128, 108, 92, 76, 60), g.text)
        place = " · ".join(part for part in (event.venue, event.date_words) if part)
        put(painter, QRect(MARGIN, 740 + down, ACROSS, 70), place, 48, g.second)
        if title:
            put_foot(painter, sight.sheet, at, title, "", "")

    return Scene(("welcome", sight.version, at, title, sight.sheet), paint)


def _move(sight: Sight) -> Scene:
    settings = sight.picture.event.settings
    name = sight.picture.round_name or "The next round"
    # Only where a badge carries this round's table is the badge the place to look.
    on_badge = settings.badge_tables == "all"
    where = "your table is on your badge, or ask at the desk." if on_badge else (
        "find your table on the list, or ask at the desk.")  # fmt: skip

    def paint(painter: QPainter) -> None:
        g, down = ground(), sight.sheet.more // 2
        put_head(painter, sight)
        icon = QRectF(MARGIN, 190 + down, 270, 270)
        paint_icon(painter, icon, "arrow-circle-right-fill", g.careful)
        put(painter, QRect(MARGIN, 490 + down, ACROSS, 220), "Move now", 190, g.text, weight="bold")
        box = QRect(MARGIN, 730 + down, ACROSS, 200)
        put_wrapped(painter, box, f"{name}: {where}", (68, 60, 52), g.second, weight="regular")

    return Scene(("move", sight.version, time_of(sight, sight.now), sight.sheet), paint)


def _message(sight: Sight) -> Scene:
    text = sight.picture.shown.message

    def paint(painter: QPainter) -> None:
        put_head(painter, sight)
        box = QRect(MARGIN, 150, ACROSS, sight.sheet.height - 230)
        sizes = (170, 150, 128, 108, 92, 76, 60, 48)
        put_wrapped(painter, box, text, sizes, ground().text, flags=LEFT)

    return Scene(("message", sight.version, time_of(sight, sight.now), sight.sheet), paint)


def _myth(sight: Sight) -> Scene:
    note = sight.picture.myth
    if note is None:
        # Removed while it was up: nothing of it stays, and nothing else is made of it.
        return _welcome(sight)
    sides = [side for side in sight.picture.event.sides if side.key in note.hands.sides]
    twice = any(note.hands.of(side.key, HandsMoment.AFTER) for side in sides)
    row = (148 if len(sides) < 3 else 122) if twice else 92
    hands_top = sight.sheet.height - 56 - row * len(sides)
    end = hands_top - 100 if sides else sight.sheet.height - 80

    def paint(painter: QPainter) -> None:
        g = ground()
        if note.room_reality:
            claim = f"The myth we heard: “{note.text}”"
            put(painter, QRect(MARGIN, 66, ACROSS, 56), "What is true", 44, g.second)
            box = QRect(MARGIN, 132, ACROSS, end - 132 - 150)
            sizes = (128, 108, 92, 84, 72, 60, 50, 42) if not sides else (92, 84, 72, 60, 50, 42)
            size = put_wrapped(painter, box, note.room_reality, sizes, g.text, weight="semibold")
            used = _height(note.room_reality, size, box.width(), box.height())
            below = QRect(MARGIN, 132 + used + 24, ACROSS, 126)
            put_wrapped(painter, below, claim, (52, 48, 44, 40, 36), g.second, weight="regular")
        else:
            put(painter, QRect(MARGIN, 66, ACROSS, 56), "Is it true?", 44, g.second)
            box = QRect(MARGIN, 132, ACROSS, end - 132)
            put_wrapped(painter, box, f"“{note.text}”", (150, 128, 108, 96, 84, 72, 60, 48), g.text,
                        weight="semibold", flags=TOP if sides else LEFT)  # fmt: skip
        if sides:
            heading = QRect(MARGIN, hands_top - 88, ACROSS, 64)
            put(painter, heading, "Who believed it?", 52, g.text, weight="semibold")
            _hands(painter, sight, hands_top, row)

    return Scene(("myth", sight.version, sight.sheet), paint)


def _height(text: str, size: int, width: int, most: int) -> int:
    needed = metrics(size, "semibold").boundingRect(QRectF(0, 0, width, 100_000), WRAP, text)
    return min(round(needed.height()), most)


def _hands(painter: QPainter, sight: Sight, top: int, row: int) -> None:
    note, g = sight.picture.myth, ground()
    assert note is not None
    sides = [side for side in sight.picture.event.sides if side.key in note.hands.sides]
    moments = [HandsMoment.BEFORE, HandsMoment.AFTER]
    moments = [m for m in moments if any(note.hands.of(side.key, m) for side in sides)]
    line, bar_left, bar_width = 58 if row > 130 else 52, 790, 640
    for place, side in enumerate(sides):
        y = top + place * row
        middle = y + 8 + (line * (len(moments) - 1) + 38) // 2
        mark = QRectF(MARGIN, middle - 35, 70, 70)
        paint_mark(painter, mark, side.position, side.letter, theme=g.theme)
        name = QRect(MARGIN + 88, middle - 32, 430, 60)
        put(painter, name, side.shown, 44 if advance(side.shown, 44) <= 430 else 36, g.text)
        colour = g.theme.colour(SIDE_COLOURS[side.position])
        for number, moment in enumerate(moments):
            show = note.hands.of(side.key, moment)
            if show is None:
                continue
            at = y + number * line + 8
            put(painter, QRect(640, at - 6, 150, 50), moment.value.capitalize(), 40, g.second)
            if show.count is None:
                put(painter, QRect(bar_left, at - 6, 900, 50), show.words, 40, g.text)
                continue
            share = show.count.raised / show.count.present
            box = QRectF(bar_left, at, bar_width, 38)
            _bar(painter, box, share, colour, g, outlined=moment is HandsMoment.AFTER)
            raised = f"{show.count.raised:,}"
            left = bar_left + bar_width + 28
            used = put(painter, QRect(left, at - 9, 200, 56), raised, 52, g.text, weight="bold",
                       tabular=True)  # fmt: skip
            of = QRect(round(left + used + 12), at - 7, 300, 56)
            put(painter, of, f"of {show.count.present:,}", 40, g.second, tabular=True)


def _bar(
    painter: QPainter, box: QRectF, share: float, colour: QColor, g: Ground, *, outlined: bool
) -> None:
    plate(painter, box, g.track)
    if share <= 0:
        return
    part = QRectF(box.left(), box.top(), max(box.width() * share, 16), box.height())
    if outlined:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(colour, 4))
        painter.drawRoundedRect(part.adjusted(2, 2, -2, -2), 7, 7)
    else:
        plate(painter, part, colour)


_SCENES: dict[Face, Callable[[Sight], Scene]] = {
    Face.WELCOME: _welcome,
    Face.CLOCK: clock_scene,
    Face.FIND: find_scene,
    Face.PLAN: plan_scene,
    Face.MOVE: _move,
    Face.MYTH: _myth,
    Face.BREAK: break_scene,
    Face.MESSAGE: _message,
    Face.SLIDES: _black,
    Face.BLACK: _black,
}
