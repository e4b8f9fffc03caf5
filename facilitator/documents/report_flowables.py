"""What the report's PDF is set of beside paragraphs and tables: its head, large numbers, logos."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import Any

from reportlab.lib.units import mm
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase.pdfmetrics import getAscent
from reportlab.platypus import Flowable, Paragraph

from facilitator.documents.fonts import Face, Fitted, draw_fitted, draw_text, fit, wrap
from facilitator.documents.palette import MIST, MUTED
from facilitator.documents.report_blocks import Report
from facilitator.documents.tags import Element, TaggedParagraph, TaggedTable, marked


class Cover(Flowable):
    """Day, place and name of the event at the head of the first page."""

    def __init__(self, report: Report, tree: Element) -> None:
        super().__init__()
        self._report = report
        self._elements = tree.add("P"), tree.add("H1"), tree.add("P")
        self.bookmark = (report.event, 0)

    def wrap(self, aW: float, aH: float) -> tuple[float, float]:  # noqa: ARG002, N803
        """As wide as there is room."""
        self.width = aW
        self._line = fit(self._report.line, Face.REGULAR, aW, 9.5, 7, 2)
        self._title = fit(self._report.event, Face.BOLD, aW, 27, 15, 3, leading=1.12)
        self.height = self._line.height + self._title.height + 34
        return aW, self.height

    def draw(self) -> None:
        """Called by Platypus."""
        line, title, kind = self._elements
        with marked(self.canv, line):
            y = draw_fitted(self.canv, 0, self.height, self._line, Face.REGULAR, MUTED)
        with marked(self.canv, title):
            y = draw_fitted(self.canv, 0, y - 4, self._title, Face.BOLD)
        with marked(self.canv, kind):
            draw_text(self.canv, 0, y - 14, self._report.title, Face.SEMIBOLD, 11, MUTED)


@dataclass(frozen=True, slots=True)
class _Big:
    big: str
    words: str


class KeyFigureRow(Flowable):
    """Large numbers in a row on a quiet ground."""

    def __init__(self, items: tuple[tuple[str, str], ...], tree: Element) -> None:
        super().__init__()
        whole = tree.add("L")
        self._elements = [whole.add("LI").add("LBody") for _ in items]
        self._items = [_Big(*item) for item in items]
        self.height = 86.0

    def wrap(self, aW: float, aH: float) -> tuple[float, float]:  # noqa: ARG002, N803
        """As wide as there is room."""
        self.width = aW
        self._each = (aW - 20) / len(self._items)
        sizes = [fit(i.words, Face.REGULAR, self._each - 10, 8.5, 6.5, 5).size for i in self._items]
        size = min(8.5, *sizes)
        self._fitted = [
            Fitted(tuple(wrap(i.words, Face.REGULAR, size, self._each - 10)), size, 1.2)
            for i in self._items
        ]
        self.height = 46 + max(fitted.height for fitted in self._fitted)
        return aW, self.height + 12

    def draw(self) -> None:
        """Called by Platypus."""
        canvas = self.canv
        with marked(canvas, None):
            canvas.setFillColor(MIST)
            canvas.roundRect(0, 8, self.width, self.height, 5, 0, 1)
        for place, (item, words) in enumerate(zip(self._items, self._fitted, strict=True)):
            x = 12 + place * self._each
            top = self.height + 8
            with marked(canvas, self._elements[place]):
                # with a space, so that what reads it aloud or copies it parts the words
                draw_text(canvas, x, top - 28, f"{item.big} ", Face.BOLD, 22)
                draw_fitted(canvas, x, top - 34, words, Face.REGULAR, MUTED)


class LogoRow(Flowable):
    """Logos side by side, each as large as its place allows; shown as given, on white."""

    def __init__(self, items: tuple[tuple[str, bytes], ...], tree: Element) -> None:
        super().__init__()
        self._pictures = [ImageReader(io.BytesIO(content)) for _, content in items]
        self._elements = [tree.add("Figure", alt=f"Logo of {name}") for name, _ in items]
        self.height = 13 * mm

    def wrap(self, aW: float, aH: float) -> tuple[float, float]:  # noqa: ARG002, N803
        """As wide as there is room."""
        self.width = aW
        return aW, self.height + 6

    def draw(self) -> None:
        """Called by Platypus."""
        each = min(38 * mm, self.width / len(self._pictures) - 5 * mm)
        x = 0.0
        for picture, element in zip(self._pictures, self._elements, strict=True):
            wide, high = picture.getSize()
            scale = min(each / wide, self.height / high)
            wide, high = wide * scale, high * scale
            left, foot = self.canv.absolutePosition(x, (self.height - high) / 2)
            element.box = (left, foot, left + wide, foot + high)
            with marked(self.canv, element):
                self.canv.drawImage(picture, x, (self.height - high) / 2, wide, high)
            x += wide + 5 * mm


class ListItem(TaggedParagraph):
    """An item of a list, whose sign is an element of its own."""

    label: Element | None = None

    def draw(self) -> None:
        """Called by Platypus."""
        style, label = self.style, self.label
        if label is not None and not label.kids:
            with marked(self.canv, label):
                ascent = getAscent(style.fontName, style.fontSize)
                draw_text(self.canv, style.bulletIndent, self.height - ascent - 1.5, "•",
                          Face.BOLD, style.fontSize * 1.2)  # fmt: skip
        super().draw()

    def split(self, availWidth: float, availHeight: float) -> list[Any]:  # noqa: N803
        """Called by Platypus: only the first part has the sign."""
        parts = super().split(availWidth, availHeight)
        for part in parts:
            part.label = self.label
        return parts


class WithFoot(Flowable):
    """A table and what is said below it: neither its last words nor a single row stand alone on
    the next page."""

    #: rows that go with the foot
    _ROWS = 2

    def __init__(self, table: TaggedTable, foot: list[Paragraph]) -> None:
        super().__init__()
        self._table, self._foot = table, foot

    def wrap(self, aW: float, aH: float) -> tuple[float, float]:  # noqa: N803
        """As wide as there is room."""
        self.width = aW
        _, self._high = self._table.wrapOn(self.canv, aW, aH)
        self._heights = [one.wrapOn(self.canv, aW, aH)[1] for one in self._foot]
        self.height = self._high + 4 + sum(self._heights) + self._gaps
        return aW, self.height

    @property
    def _gaps(self) -> float:
        return sum(one.getSpaceBefore() for one in self._foot)

    def getSpaceAfter(self) -> float:
        return self._foot[-1].getSpaceAfter()

    def split(self, availWidth: float, availHeight: float) -> list[Any]:  # noqa: N803
        """Called by Platypus: where the foot does not fit, a few rows go with it."""
        _, high = self.wrap(availWidth, availHeight)
        if high <= availHeight:
            return [self]
        rows: list[float] = self._table._rowHeights  # pyright: ignore (Platypus tells it nowhere)
        room = min(availHeight, sum(rows[: -self._ROWS]) + 0.1)
        parts = self._table.split(availWidth, room)
        if len(parts) < 2:
            return []
        first, rest = parts
        assert isinstance(rest, TaggedTable)
        return [first, WithFoot(rest, self._foot)]

    def draw(self) -> None:
        """Called by Platypus."""
        y = self.height - self._high
        self._table.drawOn(self.canv, 0, y)
        y -= 4
        for one, high in zip(self._foot, self._heights, strict=True):
            y -= one.getSpaceBefore() + high
            one.drawOn(self.canv, 0, y)
