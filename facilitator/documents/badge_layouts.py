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
    #: a label that runs through its printer the narrow edge first, and is read across
    turned: bool = False

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
# Labels of printers that know black alone. Such a printer leaves some 1.5 mm at the edges white;
# a code of 29.2 mm, with its quiet zone, has a dark part of 22.1 mm.
_ACROSS = Style(
    inset=2, margin=4.5, band=10, word=11.5, first=(40, 13), family=(18, 9), role=(10, 7),
    qr=32, code=5.5, small=7.5, wide=True, black=True,
)  # fmt: skip
_LOW = Style(
    inset=1.5, margin=3, band=5, word=9, first=(24, 10), family=(12.5, 7.5), role=(8.5, 6),
    qr=29.2, code=5, small=6.5, wide=True, black=True,
)  # fmt: skip
_INCHES = Style(
    inset=2.5, margin=6, band=9, word=12, first=(40, 13), family=(18, 9), role=(11, 7),
    qr=31, code=5.5, small=7.5, wide=True, black=True,
)  # fmt: skip
_TALL = Style(
    inset=3, margin=7, band=20, word=16, first=(62, 18), family=(27, 11), role=(14, 8),
    qr=40, code=7, small=8.5, black=True,
)  # fmt: skip

_A4 = (210.0, 297.0)


def _label(
    name: str, words: str, size: tuple[float, float], style: Style, *, turned: bool = False
) -> Layout:
    """One badge on a label of a roll: the page is the label."""
    wide, high = size
    return Layout(name, words, size, size, 1, 1, 0, 0, wide, high, style, turned=turned)


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
            "roll62", "a roll of 62 mm (Brother DK-22205), one badge of 100 mm a page, in black",
            (62, 100), (62, 100), 1, 1, 0, 0, 62, 100, _ROLL,
        ),
        _label("dk11202", "Brother DK-11202 labels, 100 × 62 mm, in black", (100, 62), _ACROSS,
               turned=True),
        _label("dymo99014", "Dymo 99014 labels, 101 × 54 mm, in black", (101, 54), _ACROSS,
               turned=True),
        _label("dymo99012", "Dymo 99012 labels, 89 × 36 mm, in black", (89, 36), _LOW,
               turned=True),
        _label("zebra4x6", "4 × 6 inch labels (Zebra), 102 × 152 mm, in black", (101.6, 152.4),
               _TALL),
        _label("zebra4x3", "4 × 3 inch labels (Zebra), 102 × 76 mm, in black", (101.6, 76.2),
               _INCHES),
        _label("zebra4x2", "4 × 2 inch labels (Zebra), 102 × 51 mm, in black", (101.6, 50.8),
               _ACROSS),
    )
}  # fmt: skip
DEFAULT_LAYOUT = "a6"


def find_layout(name: str) -> Layout:
    """The layout called `name`, in any case. Refused, with the names there are, for another."""
    layout = LAYOUTS.get(name.strip().lower())
    if layout is None:
        raise Refused(f"There is no badge layout “{name}”; use one of: {', '.join(LAYOUTS)}.")
    return layout
