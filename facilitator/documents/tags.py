"""Tagged PDF: the tree that tells a screen reader what is a heading, a table or a picture.

ReportLab draws pages and knows no such tree. So everything drawn stands between two marks, which
say which element of the tree it belongs to, or that it is decoration ("artifact"); the tree itself
is written when all pages are known. ISO 32000-1, 14.7 and 14.8.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from reportlab.pdfbase.pdfdoc import (
    PDFArray,
    PDFDictionary,
    PDFName,
    PDFPage,
    PDFString,
    PDFtrue,
)
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable, Paragraph, Table


@dataclass(eq=False, slots=True)
class Element:
    """One element of the tree. `kids` are elements, or (page from 0, number of the mark)."""

    kind: str
    parent: Element | None = None
    #: what stands for it where it cannot be seen
    alt: str = ""
    #: of a head cell: Column or Row
    scope: str = ""
    #: of a picture, in points from the page's lower left corner
    box: tuple[float, float, float, float] | None = None
    kids: list[Element | tuple[int, int]] = field(default_factory=list)
    #: of the whole document: whether a section has begun
    has_sections: bool = False

    def add(self, kind: str, *, alt: str = "", scope: str = "") -> Element:
        """A new element below this one, after those that are there."""
        found = Element(kind, self, alt, scope)
        self.kids.append(found)
        return found

    @property
    def is_empty(self) -> bool:
        """Whether nothing of it was drawn."""
        return not any(isinstance(kid, tuple) or not kid.is_empty for kid in self.kids)


class TaggedCanvas(Canvas):
    """A canvas whose pages are written at the end, each with its foot and the tree of all.

    `draw_foot(canvas, page, pages)` draws what stands at the foot of each page: no content.
    """

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.tree: Element | None = None
        self.draw_foot: Any = None
        self._kept: list[dict[str, Any]] = []
        self._marks = 0
        self._inside = False

    @contextmanager
    def marked(self, element: Element | None) -> Iterator[None]:
        """What is drawn in here belongs to `element`; to nothing where that is None.

        Within another mark the outer one holds: marks of content are not nested.
        """
        if self._inside:
            yield
            return
        if element is None:
            self._code.append("/Artifact BMC")  # pyright: ignore[reportAttributeAccessIssue]
        else:
            element.kids.append((len(self._kept), self._marks))
            self._code.append(  # pyright: ignore[reportAttributeAccessIssue]
                f"/{element.kind} <</MCID {self._marks}>> BDC"
            )
            self._marks += 1
        self._inside = True
        yield
        self._inside = False
        self._code.append("EMC")  # pyright: ignore[reportAttributeAccessIssue]

    def showPage(self) -> None:
        """Keep the page until all are known."""
        self._kept.append(dict(self.__dict__))
        self._startPage()  # pyright: ignore[reportAttributeAccessIssue]
        self._marks = 0

    def save(self) -> None:
        """Draw the feet, write every page and the tree."""
        pages, tree = self._kept, self.tree
        for number, kept in enumerate(pages, 1):
            self.__dict__.update(kept)
            if self.draw_foot is not None:
                with self.marked(None):
                    self.draw_foot(self, number, len(pages))
            super().showPage()
        if tree is not None:
            _write_tree(self._doc, tree)  # pyright: ignore[reportAttributeAccessIssue]
        super().save()


@contextmanager
def marked(canvas: Canvas, element: Element | None) -> Iterator[None]:
    """As `TaggedCanvas.marked`; on another canvas nothing is marked."""
    if isinstance(canvas, TaggedCanvas):
        with canvas.marked(element):
            yield
    else:
        yield


class TaggedParagraph(Paragraph):
    """A paragraph that is one element, over as many pages as it takes.

    Drawn `once`, it is decoration from then on: the head of a table that is repeated.
    """

    element: Element | None = None
    is_once = False
    bookmark: tuple[str, int] | None = None

    def draw(self) -> None:
        """Called by Platypus."""
        element = self.element
        if self.is_once and element is not None and element.kids:
            element = None
        with marked(self.canv, element):
            super().draw()

    def split(self, availWidth: float, availHeight: float) -> list[Any]:  # noqa: N803
        """Called by Platypus: the parts are of the same element."""
        parts = super().split(availWidth, availHeight)
        for part in parts:
            part.element = self.element  # pyright: ignore[reportAttributeAccessIssue]
        return parts


class TaggedTable(Table):
    """A table whose cells are tagged by themselves, and whose lines are decoration."""

    def _drawBkgrnd(self) -> None:
        with marked(self.canv, None):
            super()._drawBkgrnd()  # pyright: ignore[reportAttributeAccessIssue]

    def _drawLines(self) -> None:
        with marked(self.canv, None):
            super()._drawLines()  # pyright: ignore[reportAttributeAccessIssue]


class TaggedFigure(Flowable):
    """A drawing that is one picture with words for it."""

    def __init__(self, inside: Flowable, element: Element) -> None:
        super().__init__()
        self._inside, self._element = inside, element

    def wrap(self, aW: float, aH: float) -> tuple[float, float]:  # noqa: N803
        """As the drawing."""
        self.width, self.height = self._inside.wrap(aW, aH)
        return self.width, self.height

    def draw(self) -> None:
        """Called by Platypus."""
        x, y = self.canv.absolutePosition(0, 0)
        self._element.box = (x, y, x + self.width, y + self.height)
        with marked(self.canv, self._element):
            self._inside.canv = self.canv
            self._inside.draw()  # pyright: ignore[reportAttributeAccessIssue]
            del self._inside.canv


# --- writing --------------------------------------------------------------------------------------


def _write_tree(document: Any, tree: Element) -> None:
    """Put the tree into the document whose pages are written."""
    pages = document.Pages.pages
    by_page: list[dict[int, Any]] = [{} for _ in pages]
    root = PDFDictionary({"Type": PDFName("StructTreeRoot")})
    root["K"] = PDFArray([_write_element(document, tree, document.Reference(root), pages, by_page)])
    numbers: list[Any] = []
    for number, (page, marks) in enumerate(zip(pages, by_page, strict=True)):
        # a page of ReportLab's knows neither key
        page.__NoDefault__ = [*PDFPage.__NoDefault__, "StructParents", "Tabs"]
        page.StructParents, page.Tabs = number, PDFName("S")
        numbers += [number, document.Reference(PDFArray([marks[mark] for mark in sorted(marks)]))]
    root["ParentTree"] = document.Reference(PDFDictionary({"Nums": PDFArray(numbers)}))
    root["ParentTreeNextKey"] = len(pages)
    document.Catalog.StructTreeRoot = root
    document.Catalog.MarkInfo = PDFDictionary({"Marked": PDFtrue})


def _write_element(
    document: Any, element: Element, parent: Any, pages: list[Any], by_page: list[dict[int, Any]]
) -> Any:
    """Write an element and what is below it; returns the reference to it."""
    written = PDFDictionary({
        "Type": PDFName("StructElem"), "S": PDFName(element.kind), "P": parent,
    })  # fmt: skip
    this = document.Reference(written)
    kids: list[Any] = []
    for kid in element.kids:
        if isinstance(kid, Element):
            if not kid.is_empty:
                kids.append(_write_element(document, kid, this, pages, by_page))
            continue
        page, mark = kid
        by_page[page][mark] = this
        kids.append(
            PDFDictionary({
                "Type": PDFName("MCR"), "Pg": document.Reference(pages[page]), "MCID": mark,
            })
        )  # fmt: skip
    written["K"] = PDFArray(kids)
    if element.alt:
        written["Alt"] = PDFString(element.alt)
    if element.scope:
        written["A"] = PDFDictionary({"O": PDFName("Table"), "Scope": PDFName(element.scope)})
    if element.box is not None:
        written["A"] = PDFDictionary({
            "O": PDFName("Layout"), "Placement": PDFName("Block"),
            "BBox": PDFArray([round(side, 2) for side in element.box]),
        })  # fmt: skip
    return this
