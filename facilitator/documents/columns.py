"""Lists in columns: rows flow down one column after the other and on to the next page."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from facilitator.documents.page import MARGIN, Occasion, Page, draw_heading

#: draws a row from its lower left corner: (canvas, x, y, width)
Drawing = Callable[[Canvas, float, float, float], object]
#: how high a list is on an upright A4, below the title
LIST_HIGH = A4[1] - 2 * MARGIN - 52


@dataclass(frozen=True, slots=True)
class Row:
    """One row, `high` points high. A heading is never the last of its column."""

    high: float
    draw: Drawing
    is_heading: bool = False
    #: what a page that begins or ends with this row says of itself, such as "A"
    key: str = ""


def flow(rows: Sequence[Row], high: float, columns: int) -> list[list[list[Row]]]:
    """Pages of columns of rows; no column is higher than `high` points."""
    filled: list[list[Row]] = [[]]
    used = 0.0
    for index, row in enumerate(rows):
        follows = 0.0
        if row.is_heading and index + 1 < len(rows):
            follows = rows[index + 1].high
        if filled[-1] and used + row.high + follows > high + 0.01:
            filled.append([])
            used = 0.0
        filled[-1].append(row)
        used += row.high
    return [filled[start : start + columns] for start in range(0, len(filled), columns)]


def balanced(pages: list[list[list[Row]]], columns: int) -> list[list[list[Row]]]:
    """The same pages, the rows of the last one spread evenly over its columns."""
    last = [row for column in pages[-1] for row in column]
    high = sum(row.high for row in last) / columns
    step = max((row.high for row in last), default=1.0)
    for extra in range(len(last) + 1):
        found = flow(last, high + extra * step / 2, columns)
        if len(found) == 1:
            return [*pages[:-1], found[0]]
    return pages


def list_pages(
    rows: Sequence[Row],
    title: str,
    occasion: Occasion,
    columns: int,
    *,
    gap: float = 18,
    beside: Callable[[str, str], str] | None = None,
    head: Row | None = None,
    top: Row | None = None,
    note: str = "",
    outline: str = "",
    size: tuple[float, float] = A4,
) -> list[Page]:
    """The pages of a list. `top` stands under every title, `head` over every column; `beside`
    turns the first and the last key of a page into the words at the right of its title."""
    room = size[1] - 2 * MARGIN - 52 - (head.high if head else 0) - (top.high if top else 0)
    width = (size[0] - 2 * MARGIN - (columns - 1) * gap) / columns
    pages: list[Page] = []
    filled_pages = balanced(flow(rows, room, columns), columns)
    for number, filled in enumerate(filled_pages):
        keys = [row.key for column in filled for row in column if row.key]
        words = beside(keys[0], keys[-1]) if beside and keys else ""

        def draw(canvas: Canvas, filled: list[list[Row]] = filled, words: str = words) -> None:
            start = draw_heading(canvas, title, occasion, words)
            if top:
                start -= top.high
                top.draw(canvas, MARGIN, start, size[0] - 2 * MARGIN)
            for index, column in enumerate(filled):
                x = MARGIN + index * (width + gap)
                y = start
                for row in (*([head] if head else []), *column):
                    y -= row.high
                    row.draw(canvas, x, y, width)

        pages.append(Page(draw, size, note, outline=outline if number == 0 else ""))
    return pages
