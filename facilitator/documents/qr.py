"""QR codes as shapes on a page, as PNG and as SVG.

Tickets use the alphanumeric mode and error level Q (a quarter of the code may be lost); around
every code four modules stay white, as the standard asks.
"""

from __future__ import annotations

import io
import re
from functools import lru_cache
from typing import Final

from PIL import Image
from qrcode import QRCode
from qrcode.constants import ERROR_CORRECT_Q
from qrcode.util import QRData
from reportlab.lib.colors import Color, black, white
from reportlab.pdfgen.canvas import Canvas

QUIET = 4
#: qrcode.util.MODE_ALPHA_NUM and MODE_8BIT_BYTE, as its types want them
_ALNUM: Final = 2
_BYTES: Final = 4
_ALPHANUMERIC = re.compile(r"[0-9A-Z $%*+\-./:]+")

Matrix = tuple[tuple[bool, ...], ...]


@lru_cache(maxsize=4096)
def qr_matrix(text: str) -> Matrix:
    """The modules of the code for `text`, row by row from the top, without the quiet zone."""
    code = QRCode(error_correction=ERROR_CORRECT_Q, border=0)
    if _ALPHANUMERIC.fullmatch(text):
        code.add_data(QRData(text, mode=_ALNUM), optimize=0)
    else:
        code.add_data(QRData(text.encode(), mode=_BYTES), optimize=0)
    code.make(fit=True)
    return tuple(tuple(bool(module) for module in row) for row in code.modules)


def _stretches(matrix: Matrix) -> list[tuple[int, int, int]]:
    """Dark stretches as (row, first column, length)."""
    found: list[tuple[int, int, int]] = []
    for number, row in enumerate(matrix):
        start: int | None = None
        for column, dark in enumerate((*row, False)):
            if dark and start is None:
                start = column
            elif not dark and start is not None:
                found.append((number, start, column - start))
                start = None
    return found


def draw_qr(
    canvas: Canvas, text: str, x: float, y: float, size: float, colour: Color = black
) -> float:
    """Draw the code in a white square of `size` points, quiet zone included, from lower left.

    Returns the width of the quiet zone in points, so that others can align with the dark part.
    """
    matrix = qr_matrix(text)
    module = size / (len(matrix) + 2 * QUIET)
    canvas.setFillColor(white)
    canvas.rect(x, y, size, size, stroke=0, fill=1)
    # Whole numbers in a grid of modules, written straight: a page has thousands of them. Rows
    # overlap by a hair, so that no renderer leaves white lines between them.
    top = len(matrix) + QUIET
    dark = " ".join(
        f"{QUIET + column} {top - row - 1} {length} 1.03 re"
        for row, column, length in _stretches(matrix)
    )
    canvas.saveState()
    canvas.setFillColor(colour)
    canvas.transform(module, 0, 0, module, x, y)
    canvas.addLiteral(f"{dark} f")
    canvas.restoreState()
    return QUIET * module


def qr_png(text: str, module: int = 10) -> bytes:
    """The code as a PNG in black and white, `module` pixels a module, quiet zone included."""
    matrix = qr_matrix(text)
    side = len(matrix) + 2 * QUIET
    picture = Image.new("1", (side, side), 1)
    for row, column, length in _stretches(matrix):
        for step in range(length):
            picture.putpixel((QUIET + column + step, QUIET + row), 0)
    out = io.BytesIO()
    picture.resize((side * module, side * module), Image.Resampling.NEAREST).save(
        out, "PNG", dpi=(300, 300)
    )
    return out.getvalue()


def qr_svg(text: str) -> str:
    """The code as an SVG drawing without a size of its own, quiet zone included."""
    matrix = qr_matrix(text)
    side = len(matrix) + 2 * QUIET
    path = "".join(
        f"M{QUIET + column} {QUIET + row}h{length}v1h-{length}z"
        for row, column, length in _stretches(matrix)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}" '
        'shape-rendering="crispEdges">'
        f'<path fill="#fff" d="M0 0h{side}v{side}h-{side}z"/><path d="{path}"/></svg>\n'
    )
