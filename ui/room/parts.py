"""What several faces carry: the head with the event and the time, the foot, the line."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import QRect, QRectF
from PySide6.QtGui import QPainter

from ui.icons import paint_icon
from ui.room.sheet import ACROSS, MARGIN, RIGHT, WIDTH, Sheet, advance, ground, plate, put
from ui.room.show import Sight

FOOT = 130
#: the plate of the line under a clock
LINE_HEIGHT = 104


def time_of(sight: Sight, moment: datetime | None) -> str:
    """ "11:47" at the venue; empty for None."""
    return f"{sight.picture.event.local(moment):%H:%M}" if moment is not None else ""


def put_head(painter: QPainter, sight: Sight) -> None:
    """The event's name at the left, the time at the right."""
    g = ground()
    put(painter, QRect(MARGIN, 56, ACROSS - 260, 60), sight.picture.event.name, 40, g.second)
    box = QRect(WIDTH - MARGIN - 240, 56, 240, 60)
    put(painter, box, time_of(sight, sight.now), 44, g.text, weight="bold", flags=RIGHT,
        tabular=True)  # fmt: skip


def put_foot(
    painter: QPainter, sheet: Sheet, left: str, strong: str, lead: str, then: str, icon: str = ""
) -> None:
    """ "minutes left, until 11:47" at the left, "Then Bright spots" at the right."""
    g, y, size = ground(), sheet.height - FOOT, 56
    at = MARGIN
    if icon:
        paint_icon(painter, QRectF(at, y + 12, 56, 56), icon, g.text)
        at += 76
    if left:
        at += round(put(painter, QRect(at, y, WIDTH - MARGIN - at, 80), left, size, g.text))
    if strong:
        at += 16 if left else 0
        room = WIDTH - MARGIN - at if not then else min(420, WIDTH - MARGIN - at)
        box = QRect(at, y, room, 80)
        put(painter, box, strong, size, g.text, weight="bold", tabular=True)
        at += min(round(advance(strong, size, "bold", True)), room)
    if not then:
        return
    before = round(advance(lead, size)) + 22
    room = WIDTH - MARGIN - at - 48 - before
    if room < 160:
        return
    used = min(round(advance(then, size, "bold")) + 1, room)
    start = WIDTH - MARGIN - used
    put(painter, QRect(start, y, used, 80), then, size, g.text, weight="bold")
    put(painter, QRect(start - before, y, before, 80), lead, size, g.second)


def put_line(painter: QPainter, text: str, bottom: int) -> None:
    """The short line to the room, on a light plate that ends at `bottom`."""
    g = ground()
    box = QRectF(MARGIN, bottom - LINE_HEIGHT, ACROSS, LINE_HEIGHT)
    plate(painter, box, g.text, 16)
    icon = QRectF(box.left() + 28, box.top() + 22, 60, 60)
    paint_icon(painter, icon, "chat-text-fill", g.navy)
    inner = box.toRect().adjusted(112, 0, -28, 0)
    size = next((s for s in (64, 56, 48) if advance(text, s, "bold") <= inner.width()), 40)
    put(painter, inner, text, size, g.navy, weight="bold")
