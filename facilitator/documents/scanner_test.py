"""The scanner's test code on one sheet, large, with what to do."""

from __future__ import annotations

from pathlib import Path

from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from facilitator.documents.fonts import Face, draw_text, wrap
from facilitator.documents.page import MARGIN, Occasion, Page, draw_heading, page_size, write_pages
from facilitator.documents.palette import INK, MUTED
from facilitator.documents.qr import draw_qr
from facilitator.domain.scanners import TEST_CODE

_TITLE = "Scanner check"
_SIDE = 90 * mm
_WORDS = (
    "Open Facilitator, then Desk, More (F7), Scanner check, and scan this code with each scanner.",
    (
        "The page says whether scanner and laptop agree, and sets right what it can. "
        "The code is nobody’s ticket: scanning it at any time checks nobody in."
    ),
)


def write_test_code(path: Path, occasion: Occasion) -> Path:
    """Write the sheet to a PDF at `path`; raises what `write_document` raises."""

    def draw(canvas: Canvas) -> None:
        wide, _ = page_size(canvas)
        y = draw_heading(canvas, _TITLE, occasion) - 40
        draw_qr(canvas, TEST_CODE, (wide - _SIDE) / 2, y - _SIDE, _SIDE)
        y -= _SIDE + 18
        draw_text(canvas, wide / 2, y, TEST_CODE, Face.REGULAR, 9, MUTED, "centre")
        y -= 36
        for words in _WORDS:
            for line in wrap(words, Face.REGULAR, 13, wide - 4 * MARGIN):
                draw_text(canvas, wide / 2, y, line, Face.REGULAR, 13, INK, "centre")
                y -= 19
            y -= 8

    return write_pages(path, _TITLE, [Page(draw)], occasion)
