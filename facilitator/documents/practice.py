"""The six tickets of the desk's practice on one sheet, to be cut or scanned as they are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from facilitator.documents.fonts import Face, draw_text
from facilitator.documents.page import MARGIN, Occasion, Page, draw_heading, page_size, write_pages
from facilitator.documents.palette import INK, LINE, MUTED
from facilitator.documents.qr import draw_qr

_TITLE = "Practice for the desk: six tickets"
_WORDS = (
    "Open Facilitator, then Practise on Start, or Desk, More (F7), Practice. Scan each one once;",
    "without a scanner type its number and Enter. Nobody real is checked in.",
)
_COLUMNS, _ROWS = 2, 3
_SIDE = 44 * mm


@dataclass(frozen=True, slots=True)
class PracticeTicket:
    """One of the six."""

    number: str
    name: str
    code: str


def write_practice_tickets(
    path: Path, tickets: Sequence[PracticeTicket], occasion: Occasion
) -> Path:
    """Write the sheet to a PDF at `path`; raises what `write_document` raises."""

    def draw(canvas: Canvas) -> None:
        wide, _ = page_size(canvas)
        y = draw_heading(canvas, _TITLE, occasion) - 16
        for words in _WORDS:
            draw_text(canvas, MARGIN, y, words, Face.REGULAR, 11, INK)
            y -= 15
        top, foot = y - 2, MARGIN + 14
        cell_wide, cell_high = (wide - 2 * MARGIN) / _COLUMNS, (top - foot) / _ROWS
        for place, ticket in enumerate(tickets):
            row, column = divmod(place, _COLUMNS)
            _draw_ticket(canvas, ticket, (MARGIN + column * cell_wide,
                         top - (row + 1) * cell_high), (cell_wide, cell_high))  # fmt: skip

    return write_pages(path, _TITLE, [Page(draw)], occasion)


def _draw_ticket(
    canvas: Canvas, ticket: PracticeTicket, corner: tuple[float, float], size: tuple[float, float]
) -> None:
    left, foot = corner
    wide, high = size
    canvas.setStrokeColor(LINE)
    canvas.setDash(3, 3)
    canvas.rect(left, foot, wide, high)
    canvas.setDash()
    draw_text(canvas, left + 14, foot + high - 38, ticket.number, Face.BOLD, 30, INK)
    draw_text(canvas, left + 44, foot + high - 26, ticket.name, Face.BOLD, 13, INK)
    draw_text(canvas, left + 44, foot + high - 41, "Practice: invented", Face.REGULAR, 9, MUTED)
    middle = left + wide / 2
    draw_qr(canvas, ticket.code, middle - _SIDE / 2, foot + 32, _SIDE)
    draw_text(canvas, middle, foot + 16, ticket.code, Face.REGULAR, 8.5, MUTED, "centre")
