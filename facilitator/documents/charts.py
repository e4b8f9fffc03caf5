"""Bar charts that are read without colour: a mark with a letter on every bar, words beside it.

Before is solid and after is outlined. What may not be shown has no length, only words. The same
chart is drawn in a PDF (as shapes) and as a picture for Word, and has a text alternative.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

from reportlab.platypus.flowables import Flowable

from facilitator.documents.fonts import Face, draw_text, text_width
from facilitator.documents.marks import draw_mark
from facilitator.documents.palette import INK, LINE, MIST, MUTED, PAPER, side_colour

if TYPE_CHECKING:
    from facilitator.domain.sides import Side

#: points
_ROW = 17.0
_BAR = 9.0
_MARK = 10.0


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar. `value` None draws none: nothing was measured, or it may not be shown."""

    side: Side | None
    label: str
    value: float | None
    words: str
    outlined: bool = False


@dataclass(frozen=True, slots=True)
class Chart:
    """Bars on one scale from nought to `top`."""

    title: str
    bars: tuple[Bar, ...]
    top: float
    #: in words, for those who do not see it
    alt: str

    @property
    def label_width(self) -> float:
        """Of the longest label, in points."""
        return max((text_width(bar.label, Face.REGULAR, 9) for bar in self.bars), default=0)


class ChartFlowable(Flowable):
    """A chart in the flow of a PDF."""

    def __init__(self, chart: Chart) -> None:
        super().__init__()
        self._chart = chart
        self.width = 0.0
        self.height = len(chart.bars) * _ROW + 4

    def wrap(self, aW: float, aH: float) -> tuple[float, float]:  # noqa: ARG002, N803
        """As wide as there is room, in points."""
        self.width = aW
        return aW, self.height

    def draw(self) -> None:
        """Called by Platypus."""
        canvas, chart = self.canv, self._chart
        words = max((text_width(bar.words, Face.REGULAR, 9) for bar in chart.bars), default=0)
        labels = chart.label_width
        start = _MARK + 6 + (labels + 8 if labels else 0)
        room = max(40.0, self.width - start - words - 10)
        y = self.height - _ROW
        for bar in chart.bars:
            middle = y + _ROW / 2
            if bar.side is not None:
                draw_mark(canvas, bar.side, 0, middle - _MARK / 2, _MARK)
            if bar.label:
                draw_text(canvas, _MARK + 6, middle - 3, bar.label, Face.REGULAR, 9, MUTED)
            colour = side_colour(bar.side) if bar.side is not None else INK
            end = start
            if bar.value is not None:
                canvas.setFillColor(MIST)
                canvas.roundRect(start, middle - _BAR / 2, room, _BAR, 2, 0, 1)
                wide = room * min(1.0, bar.value / chart.top) if chart.top else 0
                end = start + room
                if wide > 0:
                    canvas.setStrokeColor(colour)
                    canvas.setLineWidth(1.2)
                    canvas.setFillColor(PAPER if bar.outlined else colour)
                    inset = 0.6 if bar.outlined else 0
                    canvas.roundRect(
                        start + inset, middle - _BAR / 2 + inset, max(1.5, wide - 2 * inset),
                        _BAR - 2 * inset, min(2, wide / 2), 1 if bar.outlined else 0, 1,
                    )  # fmt: skip
            draw_text(
                canvas, end + (8 if bar.value is not None else 0), middle - 3, bar.words,
                Face.REGULAR, 9, INK if bar.value is not None else MUTED,
            )  # fmt: skip
            y -= _ROW


def chart_png(chart: Chart, width: int = 1500) -> bytes:
    """The chart as a PNG, `width` pixels wide, for documents that hold no shapes."""
    import font_source_sans_pro
    from PIL import Image, ImageDraw, ImageFont

    scale = 3
    row, bar_high, mark = int(_ROW * scale * 1.15), int(_BAR * scale), int(_MARK * scale)
    files = font_source_sans_pro.font_files_ttf
    plain = ImageFont.truetype(files["SourceSansPro"], 9 * scale)
    bold = ImageFont.truetype(files["SourceSansProBold"], int(mark * 0.62))
    image = Image.new("RGB", (width, row * max(1, len(chart.bars)) + 8), _rgb(PAPER))
    draw = ImageDraw.Draw(image)
    labels = max((int(plain.getlength(bar.label)) for bar in chart.bars), default=0)
    words = max((int(plain.getlength(bar.words)) for bar in chart.bars), default=0)
    start = mark + 18 + (labels + 24 if labels else 0)
    room = max(120, width - start - words - 40)
    for number, bar in enumerate(chart.bars):
        middle = number * row + row // 2 + 4
        colour = _rgb(side_colour(bar.side) if bar.side is not None else INK)
        if bar.side is not None:
            _png_mark(draw, bar.side, 2, middle - mark // 2, mark, colour, bold)
        draw.text((mark + 18, middle), bar.label, _rgb(MUTED), plain, "lm")
        end = start
        if bar.value is not None:
            top, foot = middle - bar_high // 2, middle + bar_high // 2
            draw.rounded_rectangle((start, top, start + room, foot), 6, _rgb(MIST))
            wide = int(room * min(1.0, bar.value / chart.top)) if chart.top else 0
            if wide > 0:
                fill = _rgb(PAPER) if bar.outlined else colour
                box = (start, top, start + max(4, wide), foot)
                draw.rounded_rectangle(box, min(6, wide // 2), fill, colour, 4)
            end = start + room + 24
        draw.text((end, middle), bar.words, _rgb(INK), plain, "lm")
    draw.line((0, image.height - 1, width, image.height - 1), _rgb(LINE), 0)
    out = io.BytesIO()
    image.save(out, "PNG", dpi=(216, 216), compress_level=2)
    return out.getvalue()


def _png_mark(
    draw: object, side: Side, x: int, y: int, size: int, colour: tuple[int, int, int], font: object
) -> None:
    from PIL import ImageDraw

    assert isinstance(draw, ImageDraw.ImageDraw)
    middle = (x + size / 2, y + size / 2)
    match side.shape:
        case "square":
            draw.rounded_rectangle((x, y, x + size, y + size), size // 7, colour)
        case "circle":
            draw.ellipse((x, y, x + size, y + size), colour)
        case _:
            reach = size * 0.56
            draw.polygon(
                [
                    (middle[0], middle[1] - reach), (middle[0] + reach, middle[1]),
                    (middle[0], middle[1] + reach), (middle[0] - reach, middle[1]),
                ],
                colour,
            )  # fmt: skip
    draw.text(middle, side.letter, _rgb(PAPER), font, "mm")  # pyright: ignore[reportArgumentType]


def _rgb(colour: object) -> tuple[int, int, int]:
    red, green, blue = (round(part * 255) for part in colour.rgb())  # pyright: ignore[reportAttributeAccessIssue]
    return red, green, blue
