"""Events side by side: a table of figures without a name of anybody, as PDF, CSV or lines."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from pathlib import Path

from reportlab.lib.pagesizes import A4, landscape
from reportlab.pdfgen.canvas import Canvas

from facilitator.documents.columns import Row, list_pages
from facilitator.documents.fonts import Face, draw_text, fit, wrap
from facilitator.documents.page import MARGIN, Occasion, day_in_words, write_pages
from facilitator.documents.palette import LINE, MIST, MUTED
from facilitator.documents.spreadsheet import write_csv

#: what stands where an event does not know a figure
UNKNOWN = "–"
_SIZE = landscape(A4)
#: the share of the width that the words at the left have
_WORDS = 0.3


@dataclass(frozen=True, slots=True)
class ComparedEvent:
    """One column: an event. `is_this`: the one that is open."""

    name: str
    held_on: date
    is_this: bool = False
    is_rehearsal: bool = False

    @property
    def title(self) -> str:
        """The event's name, and what is special about it."""
        extra = "rehearsal" if self.is_rehearsal else "this event" if self.is_this else ""
        return f"{self.name} ({extra})" if extra else self.name

    @property
    def day(self) -> str:
        """ "12 November 2025"."""
        return day_in_words(self.held_on).split(" ", 1)[1]


@dataclass(frozen=True, slots=True)
class ComparisonRow:
    """One figure of every event, in words; empty where an event does not know it."""

    group: str
    words: str
    values: tuple[str, ...]

    @property
    def shown(self) -> tuple[str, ...]:
        """The values, a dash for what is not known."""
        return tuple(value or UNKNOWN for value in self.values)


@dataclass(frozen=True, slots=True)
class Comparison:
    """Events, the earliest first, and their figures."""

    events: tuple[ComparedEvent, ...]
    rows: tuple[ComparisonRow, ...]


def comparison_lines(compared: Comparison) -> Iterator[str]:
    """The table for a terminal."""
    for number, event in enumerate(compared.events, 1):
        yield f"{number}. {event.title}, {event.day}"
    for group, rows in groupby(compared.rows, key=lambda row: row.group):
        yield ""
        yield group
        for row in rows:
            yield f"  {row.words}: {' | '.join(row.shown)}"


def write_comparison_csv(path: Path, compared: Comparison) -> Path:
    """Write the table as CSV, a column an event. Raises what `write_document` raises."""
    header = ("group", "figure", *(f"{one.title}, {one.day}" for one in compared.events))
    return write_csv(path, header, [(row.group, row.words, *row.shown) for row in compared.rows])


def write_comparison_pdf(path: Path, compared: Comparison, occasion: Occasion) -> Path:
    """Write the table as PDF, on its side. Raises what `write_document` raises."""
    rows: list[Row] = []
    for group, members in groupby(compared.rows, key=lambda row: row.group):
        rows.append(_heading(group))
        rows += [_figures(row) for row in members]
    pages = list_pages(
        rows, "Beside earlier events", occasion, 1,
        head=_head(compared.events), note="Figures only: nobody is named", size=_SIZE,
    )  # fmt: skip
    return write_pages(path, "Beside earlier events", pages, occasion)


def _cells(width: float, number: int) -> Iterator[tuple[float, float]]:
    """Left edge and width of each event's column, in points from the left edge of the table."""
    wide = width * (1 - _WORDS) / number
    for place in range(number):
        yield width * _WORDS + place * wide, wide - 10


def _head(events: tuple[ComparedEvent, ...]) -> Row:
    def draw(canvas: Canvas, x: float, y: float, width: float) -> None:
        for event, (left, wide) in zip(events, _cells(width, len(events)), strict=True):
            if event.is_this:
                canvas.setFillColor(MIST)
                canvas.roundRect(x + left - 5, y + 2, wide + 8, 50, 4, 0, 1)
            name = fit(event.title, Face.SEMIBOLD, wide, 10.5, 6.5, 2, leading=1.15)
            for number, line in enumerate(name.lines):
                at = y + 38 - number * name.size * 1.15
                draw_text(canvas, x + left, at, line, Face.SEMIBOLD, name.size)
            draw_text(canvas, x + left, y + 9, event.day, Face.REGULAR, 8.5, MUTED)

    return Row(56, draw)


def _heading(words: str) -> Row:
    def draw(canvas: Canvas, x: float, y: float, width: float) -> None:
        del width
        draw_text(canvas, x, y + 5, words, Face.BOLD, 12)

    return Row(24, draw, is_heading=True)


def _figures(row: ComparisonRow) -> Row:
    room = _SIZE[0] - 2 * MARGIN
    words = wrap(row.words, Face.REGULAR, 10, room * _WORDS - 12)
    high = 12.5 * len(words) + 4

    def draw(canvas: Canvas, x: float, y: float, width: float) -> None:
        base = y + high - 12
        for number, line in enumerate(words):
            draw_text(canvas, x, base - number * 12.5, line, Face.REGULAR, 10)
        cells = _cells(width, len(row.values))
        for value, (left, wide) in zip(row.shown, cells, strict=True):
            shown = fit(value, Face.SEMIBOLD, wide, 10.5, 6.5)
            draw_text(canvas, x + left, base, shown.lines[0], Face.SEMIBOLD, shown.size)
        canvas.setStrokeColor(LINE)
        canvas.setLineWidth(0.4)
        canvas.line(x, y, x + width, y)

    return Row(high, draw)
