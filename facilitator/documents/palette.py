"""The product's colours on paper, named once. Each side's colour goes with its shape and letter."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reportlab.lib.colors import Color, HexColor

if TYPE_CHECKING:
    from facilitator.domain.sides import Side

INK = HexColor("#0B1F33")
PAPER = HexColor("#FFFFFF")
MIST = HexColor("#F2F5F7")
LINE = HexColor("#D5DDE3")
MUTED = HexColor("#4A5B6C")
STOP = HexColor("#B3261E")

#: by the position of the side; blue and green are alike in greyscale, hence never without a mark
SIDE_COLOURS = (HexColor("#005EB8"), HexColor("#00703C"), HexColor("#6B2C7B"))


def side_colour(side: Side) -> Color:
    """The colour of one side of the event."""
    return SIDE_COLOURS[side.position]
