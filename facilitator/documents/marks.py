"""The marks of the sides, drawn as shapes: no font here has them, and colour never stands alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reportlab.lib.colors import black
from reportlab.platypus.flowables import Flowable

from facilitator.documents.fonts import Face, draw_text
from facilitator.documents.palette import PAPER, side_colour

if TYPE_CHECKING:
    from reportlab.lib.colors import Color
    from reportlab.pdfgen.canvas import Canvas

    from facilitator.domain.sides import Side


def draw_mark(
    canvas: Canvas,
    side: Side,
    x: float,
    y: float,
    size: float,
    *,
    inverted: bool = False,
    plain: bool = False,
) -> None:
    """The side's shape with its letter, in a square of `size` points whose lower left is (x, y).

    `inverted` is for a ground in the side's own colour: the shape white, the letter coloured.
    `plain` draws in black instead of the colour, for printers that know none.
    """
    colour: Color = black if plain else side_colour(side)
    fill, ink = (PAPER, colour) if inverted else (colour, PAPER)
    canvas.setFillColor(fill)
    middle_x, middle_y = x + size / 2, y + size / 2
    letter = 0.66
    match side.shape:
        case "square":
            inset = size * 0.04
            canvas.roundRect(
                x + inset, y + inset, size - 2 * inset, size - 2 * inset, size * 0.14, 0, 1
            )
        case "circle":
            canvas.circle(middle_x, middle_y, size / 2, 0, 1)
        case _:
            letter = 0.52
            reach = size * 0.56
            path = canvas.beginPath()
            path.moveTo(middle_x, middle_y + reach)
            path.lineTo(middle_x + reach, middle_y)
            path.lineTo(middle_x, middle_y - reach)
            path.lineTo(middle_x - reach, middle_y)
            path.close()
            canvas.drawPath(path, stroke=0, fill=1)
    high = size * letter
    # the capitals of Source Sans are 0.66 of its size high
    draw_text(canvas, middle_x, middle_y - high * 0.33, side.letter, Face.BOLD, high, ink, "centre")


class Mark(Flowable):
    """A side's mark inside flowing text or a table of ReportLab's Platypus."""

    def __init__(self, side: Side, size: float = 9) -> None:
        super().__init__()
        self._side = side
        self.width = self.height = size

    def wrap(self, aW: float, aH: float) -> tuple[float, float]:  # noqa: ARG002, N803
        """The square it takes, in points."""
        return self.width, self.height

    def draw(self) -> None:
        """Called by Platypus."""
        draw_mark(self.canv, self._side, 0, 0, self.width)
