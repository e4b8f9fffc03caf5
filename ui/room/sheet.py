"""The sheet that every face of the room display is painted on, and the pieces they share.

A sheet is 1,920 units wide whatever the projector, and as high as its shape wants: 1,080 at 16 to
9, 1,200 at 16 to 10, 1,440 at 4 to 3. So type has one size on the wall, and a higher picture holds
more of it. On a picture 2 m wide a unit is 1.04 mm: the smallest text (36) has capitals of 24.7 mm,
1.65 mm for each of 15 metres, names in the list (44) 2.0 mm; 20/20 sight needs 1.45.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Hashable
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QTransform

from ui.theme import Theme, font

WIDTH, MARGIN = 1920, 96
LOWEST, HIGHEST = 1080, 1440
#: no text of the room is smaller
SMALLEST = 36
ACROSS = WIDTH - 2 * MARGIN

LEFT = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
RIGHT = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
CENTRE = int(Qt.AlignmentFlag.AlignCenter)
TOP = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
BOTTOM = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignBottom)
WRAP = int(Qt.TextFlag.TextWordWrap)

Paint = Callable[[QPainter], None]


@dataclass(frozen=True, slots=True)
class Sheet:
    """The shape of the picture on the wall: `height` in units, the width is always 1,920."""

    height: int = LOWEST

    @staticmethod
    def of(size: QSize) -> Sheet:
        """The sheet for a screen of that size; a portrait screen gets bars."""
        if size.isEmpty():
            return Sheet()
        return Sheet(min(max(round(WIDTH * size.height() / size.width()), LOWEST), HIGHEST))

    @property
    def more(self) -> int:
        """How much higher it is than at 16 to 9."""
        return self.height - LOWEST

    def onto(self, area: QRectF) -> QTransform:
        """From the sheet into the middle of `area`, as large as it can be."""
        scale = min(area.width() / WIDTH, area.height() / self.height)
        corner = area.center() - QPointF(WIDTH, self.height) * scale / 2
        return QTransform(scale, 0, 0, scale, corner.x(), corner.y())


#: 16 to 9
WIDE = Sheet()


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a face that moves by itself; it is painted again when its `key` changes."""

    area: QRectF
    key: Hashable
    paint: Paint


@dataclass(frozen=True, slots=True)
class Scene:
    """A face at one moment: what stands still as long as `key` is the same, and what moves."""

    key: Hashable
    paint: Paint
    pieces: tuple[Piece, ...] = ()
    black: bool = False


@dataclass(frozen=True, slots=True)
class Ground:
    """The colours of the room: dark whatever the laptop's theme is."""

    theme: Theme
    navy: QColor
    text: QColor
    second: QColor
    track: QColor
    line: QColor
    card: QColor
    careful: QColor
    urgent: QColor
    stop: QColor


@functools.cache
def ground() -> Ground:
    """The one ground; read once."""
    light, dark = Theme.load("light"), Theme.load("dark")
    white = light.colour("paper")
    return Ground(
        theme=dark,
        navy=light.colour("ink"),
        text=white,
        second=QColor("#C3CDD6"),
        track=QColor("#2A3E52"),
        line=QColor("#22384D"),
        card=QColor("#16304A"),
        careful=dark.colour("careful"),
        urgent=QColor("#F28C28"),
        stop=dark.colour("stop"),
    )


@functools.lru_cache(256)
def face(size: int, weight: str = "regular", *, tabular: bool = False) -> QFont:
    """A font, made once. It must not be changed."""
    return font(size, weight, tabular=tabular)


@functools.lru_cache(256)
def metrics(size: int, weight: str = "regular", *, tabular: bool = False) -> QFontMetricsF:
    """Its measures, made once."""
    return QFontMetricsF(face(size, weight, tabular=tabular))


@functools.lru_cache(4096)
def advance(text: str, size: int, weight: str = "regular", tabular: bool = False) -> float:
    """How wide a text is."""
    return metrics(size, weight, tabular=tabular).horizontalAdvance(text)


@functools.lru_cache(1024)
def fit(text: str, width: int, height: int, sizes: tuple[int, ...], weight: str = "bold") -> int:
    """The largest of `sizes` in which the wrapped text fits; else the smallest."""
    room = QRectF(0, 0, width, 100_000)
    for size in sizes:
        needed = metrics(size, weight).boundingRect(room, WRAP, text)
        if needed.height() <= height and needed.width() <= width:
            return size
    return sizes[-1]


@functools.lru_cache(4096)
def shortened(
    text: str, size: int, width: int, weight: str = "regular", tabular: bool = False
) -> str:
    """A text with "…" where it is wider than `width`."""
    return metrics(size, weight, tabular=tabular).elidedText(
        text, Qt.TextElideMode.ElideRight, width
    )


def put(
    painter: QPainter,
    box: QRect,
    text: str,
    size: int,
    colour: QColor,
    *,
    weight: str = "regular",
    flags: int = LEFT,
    tabular: bool = False,
) -> float:
    """Plain text in a box, shortened where it does not fit on its line; returns how wide it is."""
    if not flags & WRAP:
        text = shortened(text, size, box.width(), weight, tabular)
    painter.setFont(face(size, weight, tabular=tabular))
    painter.setPen(colour)
    painter.drawText(box, flags, text)
    return advance(text, size, weight, tabular)


def put_wrapped(
    painter: QPainter,
    box: QRect,
    text: str,
    sizes: tuple[int, ...],
    colour: QColor,
    *,
    weight: str = "bold",
    flags: int = TOP,
) -> int:
    """Text over several lines in the largest size that fits; what still does not is cut with "…".

    Returns the size.
    """
    size = fit(text, box.width(), box.height(), sizes, weight)
    put(
        painter, box, _cut(text, size, weight, box.width(), box.height()), size, colour,
        weight=weight, flags=flags | WRAP,
    )  # fmt: skip
    return size


@functools.lru_cache(256)
def _cut(text: str, size: int, weight: str, width: int, height: int) -> str:
    if fits(text, size, weight, width, height):
        return text
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        if fits(text[:middle].rstrip() + "…", size, weight, width, height):
            low = middle
        else:
            high = middle - 1
    return text[:low].rstrip() + "…"


def fits(text: str, size: int, weight: str, width: int, height: int) -> bool:
    """Whether wrapped text fits a box."""
    needed = metrics(size, weight).boundingRect(QRectF(0, 0, width, 100_000), WRAP, text)
    return needed.height() <= height and needed.width() <= width


def plate(painter: QPainter, box: QRectF, colour: QColor, radius: float = 8) -> None:
    """A filled plate with round corners."""
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    painter.drawRoundedRect(box, radius, radius)


def millimetres_a_metre(size: int, *, metres: float = 15, picture_mm: float = 2000) -> float:
    """The height of a capital in `size`, in mm for each metre to the reader."""
    capital = QFontMetricsF(font(size)).capHeight()
    return capital * picture_mm / WIDTH / metres
