"""The papers that badges are printed on: one table of sizes, and how a badge looks on each.

Label sheets are given by the number that their makers and their imitators use.
"""

from __future__ import annotations

from dataclasses import dataclass

from facilitator.domain.errors import Refused


@dataclass(frozen=True, slots=True)
class Style:
    """The sizes of what is on one badge. Lengths in millimetres, type in points."""

    #: how far the band stays from the edge, since no printer prints to it
    inset: float
    margin: float
    band: float
    word: float
    first: tuple[float, float]
    family: tuple[float, float]
    role: tuple[float, float]
    qr: float
    code: float
    small: float
    #: the name beside the QR code instead of above it
    wide: bool = False
    #: everything in black, for printers that know no colour
    black: bool = False


@dataclass(frozen=True, slots=True)
class Layout:
    """A page of badges. Lengths in millimetres, from the page's upper left corner."""

    name: str
    words: str
    page: tuple[float, float]
    label: tuple[float, float]
    columns: int
    rows: int
    left: float
    top: float
    pitch_x: float
    pitch_y: float
    style: Style
    #: the same badge on all columns of a row, to be folded between them
    folded: bool = False
    #: lines to cut along
    cut: bool = False

    @property
    def a_page(self) -> int:
        """How many people's badges one page holds."""
        return self.rows * (1 if self.folded else self.columns)

    def corner(self, row: int, column: int) -> tuple[float, float]:
        """The lower left corner of a label in millimetres, y upwards as in a PDF."""
        x = self.left + column * self.pitch_x
        y = self.page[1] - self.top - row * self.pitch_y - self.label[1]
        return x, y


_A6 = Style(
    inset=5, margin=9, band=19, word=15, first=(62, 18), family=(27, 11), role=(13.5, 7.5),
    qr=30, code=6.5, small=8,
)  # fmt: skip
_STRIP = Style(
    inset=2, margin=4, band=6.6, word=10, first=(30, 11), family=(14, 7.5), role=(8.5, 6),
    qr=28, code=5, small=6.5, wide=True,
)  # fmt: skip
_LABEL = Style(
    inset=2.5, margin=5.5, band=11, word=12, first=(42, 14), family=(19, 9), role=(10.5, 7),
    qr=30, code=5.5, small=7.5, wide=True,
)  # fmt: skip
_ROLL = Style(
    inset=2, margin=4, band=11, word=11, first=(40, 14), family=(18, 9), role=(10, 7),
    qr=29.2, code=5.5, small=7, black=True,
)  # fmt: skip

_A4 = (210.0, 297.0)

LAYOUTS: dict[str, Layout] = {
    layout.name: layout
    for layout in (
        Layout(
            "a6", "A6, two a sheet of A4: cut across, fold, and both faces show the name",
            _A4, (105, 148.5), 2, 2, 0, 0, 105, 148.5, _A6, folded=True, cut=True,
        ),
        Layout(
            "a6-cut", "A6, four a sheet of A4, printed on one face",
            _A4, (105, 148.5), 2, 2, 0, 0, 105, 148.5, _A6, cut=True,
        ),
        Layout(
            "l7163", "Avery L7163 labels, 99.1 × 38.1 mm, 14 a sheet of A4",
            _A4, (99.1, 38.1), 2, 7, 4.65, 15.15, 101.6, 38.1, _STRIP,
        ),
        Layout(
            "l7165", "Avery L7165 labels, 99.1 × 67.7 mm, 8 a sheet of A4",
            _A4, (99.1, 67.7), 2, 4, 4.65, 13.1, 101.6, 67.7, _LABEL,
        ),
        Layout(
            "roll62", "a roll of 62 mm, one badge of 100 mm a page, in black",
            (62, 100), (62, 100), 1, 1, 0, 0, 62, 100, _ROLL,
        ),
    )
}  # fmt: skip
DEFAULT_LAYOUT = "a6"


def find_layout(name: str) -> Layout:
    """The layout called `name`, in any case. Refused, with the names there are, for another."""
    layout = LAYOUTS.get(name.strip().lower())
    if layout is None:
        raise Refused(f"There is no badge layout “{name}”; use one of: {', '.join(LAYOUTS)}.")
    return layout
