"""The report as a PDF: titled, with bookmarks and a language, every page saying whose it is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any

from reportlab.lib.enums import TA_RIGHT
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    BaseDocTemplate,
    CondPageBreak,
    Flowable,
    Frame,
    KeepTogether,
    PageBreak,
    PageTemplate,
    Spacer,
    TableStyle,
)

from facilitator.documents.charts import ChartFlowable
from facilitator.documents.fonts import (
    Face,
    draw_text,
    markup,
    register,
    shorten,
    text_width,
)
from facilitator.documents.page import write_document
from facilitator.documents.palette import INK, LINE, MUTED
from facilitator.documents.report_blocks import (
    Block,
    Bullets,
    Grid,
    Heading,
    KeyFigures,
    Logos,
    NewPage,
    Para,
    Picture,
    Progress,
    Quote,
    Report,
    Together,
)
from facilitator.documents.report_flowables import (
    Cover,
    KeyFigureRow,
    ListItem,
    LogoRow,
    WithFoot,
)
from facilitator.documents.tags import (
    Element,
    TaggedCanvas,
    TaggedFigure,
    TaggedParagraph,
    TaggedTable,
)

_MARGIN = 20 * mm
_FOOT = 24 * mm


def _style(name: str, size: float, **options: Any) -> ParagraphStyle:
    face = options.pop("face", Face.REGULAR)
    options.setdefault("textColor", INK)
    options.setdefault("leading", size * 1.36)
    return ParagraphStyle(name, fontName=face.value, fontSize=size, splitLongWords=1, **options)


_BODY = _style("body", 10, spaceAfter=5)
_LEAD = _style("lead", 12.5, spaceAfter=10, leading=17.5)
_QUIET = _style("quiet", 8.5, textColor=MUTED, spaceAfter=6, spaceBefore=2)
_QUOTE = _style("quote", 12, leftIndent=12, spaceBefore=10, spaceAfter=3, leading=16.5)
_WHO = _style("who", 8.5, leftIndent=12, textColor=MUTED, spaceAfter=6)
_HEADINGS = {
    1: _style("h1", 17, face=Face.BOLD, leading=21, spaceBefore=18, spaceAfter=7),
    2: _style("h2", 11.5, face=Face.BOLD, leading=15, spaceBefore=9, spaceAfter=4),
    3: _style("h3", 10, face=Face.SEMIBOLD, spaceBefore=6, spaceAfter=3),
}
_CELL = _style("cell", 9, leading=12)
_CELL_RIGHT = _style("cell-right", 9, leading=12, alignment=TA_RIGHT)
_HEAD = _style("cell-head", 8.5, face=Face.SEMIBOLD, leading=11, textColor=MUTED)
_HEAD_RIGHT = _style(
    "cell-head-right", 8.5, face=Face.SEMIBOLD, leading=11, textColor=MUTED, alignment=TA_RIGHT
)
_BULLET = _style("bullet", 10, leftIndent=12, bulletIndent=2, spaceAfter=3)
_SMALL_BULLET = _style("small-bullet", 9, leftIndent=12, bulletIndent=2, spaceAfter=2, leading=12)


def write_report_pdf(
    path: Path, report: Report, made_at: datetime, progress: Progress | None = None
) -> Path:
    """Write the report to `path`; raises what `write_document` or `progress` raises."""
    return write_document(path, lambda target: target.write_bytes(_made(report, made_at, progress)))


def _made(report: Report, made_at: datetime, progress: Progress | None) -> bytes:
    target = BytesIO()  # on a full disk ReportLab would leave its file open
    register()
    tree = Element("Document")
    document = _Document(target, report, made_at, tree)
    story: list[Flowable] = [Cover(report, tree)]
    story += _all(report.blocks, tree)
    if progress is not None:
        # what is left of the story tells how far it is
        whole, left = len(story), story
        document.each = lambda: progress(max(0.0, 1 - len(left) / whole))
    document.build(story, canvasmaker=TaggedCanvas)
    return target.getvalue()


class _Document(BaseDocTemplate):
    """The pages: one frame, a foot, and a bookmark for every heading."""

    def __init__(self, target: BytesIO, report: Report, made_at: datetime, tree: Element) -> None:
        super().__init__(
            target, pagesize=A4, title=f"{report.title} – {report.event}",
            author=report.event, subject=report.title, creator="Facilitator",
            keywords=["report", report.event], lang=report.language, pageCompression=1,
        )  # fmt: skip
        self._report = report
        self._made_at = made_at
        self._tree = tree
        self._marks = 0
        #: called for every piece that is set
        self.each: Callable[[], None] | None = None
        wide, high = A4
        frame = Frame(_MARGIN, _FOOT, wide - 2 * _MARGIN, high - _FOOT - _MARGIN, 0, 0, 0, 0)
        self.addPageTemplates([PageTemplate("page", [frame], onPage=self._begin)])

    def afterFlowable(self, flowable: Flowable) -> None:
        """Called by Platypus: headings become bookmarks."""
        if self.each is not None:
            self.each()
        found = getattr(flowable, "bookmark", None)
        if found is None:
            return
        text, level = found
        self._marks += 1
        key = f"h{self._marks}"
        self.canv.bookmarkPage(key)
        self.canv.addOutlineEntry(text, key, level, closed=level > 0)

    def _begin(self, canvas: Canvas, _document: BaseDocTemplate) -> None:
        assert isinstance(canvas, TaggedCanvas)
        canvas.setViewerPreference("DisplayDocTitle", "true")
        canvas.draw_foot, canvas.tree = self._foot, self._tree

    def _foot(self, canvas: Canvas, page: int, pages: int) -> None:
        wide, _ = A4
        canvas.setStrokeColor(LINE)
        canvas.setLineWidth(0.5)
        canvas.line(_MARGIN, _FOOT - 14, wide - _MARGIN, _FOOT - 14)
        y = _FOOT - 26
        number = f"Page {page} of {pages}"
        draw_text(canvas, wide - _MARGIN, y, number, Face.REGULAR, 8, MUTED, "right")
        room = wide - 2 * _MARGIN - text_width(number, Face.REGULAR, 8) - 16
        left = f"{self._report.event} · {self._report.foot}" if page > 1 else self._report.foot
        words = shorten(left, Face.REGULAR, 8, room)
        draw_text(canvas, _MARGIN, y, words, Face.REGULAR, 8, MUTED)


def _all(blocks: Sequence[Block], tree: Element) -> list[Flowable]:
    """The blocks in their order, each table with what is said right below it."""
    found: list[Flowable] = []
    left = list(blocks)
    while left:
        block = left.pop(0)
        below = _below(left) if isinstance(block, Grid) else []
        if isinstance(block, Grid) and below:
            del left[: len(below)]
            table = _grid(block, tree)
            found.append(WithFoot(table, [_paragraph(one, tree) for one in below]))
        elif isinstance(block, Heading) and left and isinstance(left[0], Together):
            # of two that are each kept whole, the heading would stay behind on its page
            inside = left.pop(0)
            assert isinstance(inside, Together)
            first, *more = _flowables(block, tree)
            head = [first, *more][-1]
            found += [first] if more else []
            found.append(KeepTogether([head, *_all(inside.blocks, tree)]))
        else:
            found += _flowables(block, tree)
    return found


def _below(blocks: Sequence[Block]) -> list[Para]:
    """The one or two paragraphs up to the source of a table."""
    found: list[Para] = []
    for block in blocks[:2]:
        if not isinstance(block, Para):
            break
        found.append(block)
        if block.quiet:
            return found
    return []


def _flowables(block: Block, tree: Element) -> list[Flowable]:
    match block:
        case Heading(text, level):
            style = _HEADINGS[level]
            heading = _tagged(markup(text, _face(level)), style, tree.add(_rank(tree, level)))
            heading.bookmark = (text, 0 if level == 1 else 1)
            heading.keepWithNext = 1
            return [CondPageBreak(70 * mm), heading] if level == 1 else [heading]
        case Para():
            return [_paragraph(block, tree)]
        case Bullets(items):
            return _bullets(items, tree)
        case KeyFigures(items):
            return [KeyFigureRow(items, tree)]
        case Grid():
            return [_grid(block, tree), Spacer(1, 4)]
        case Picture(chart):
            element = tree.add("Figure", alt=chart.alt)
            return [TaggedFigure(ChartFlowable(chart), element), Spacer(1, 3)]
        case Quote(text, who):
            whole = tree.add("BlockQuote")
            said = _tagged(f"“{markup(text)}”", _QUOTE, whole.add("P"))
            return [said, _tagged(markup(who), _WHO, whole.add("P"))] if who else [said]
        case Logos(items):
            return [LogoRow(items, tree)]
        case NewPage():
            return [PageBreak()]
        case Together(blocks):
            return [KeepTogether(_all(blocks, tree))]


def _face(level: int) -> Face:
    return Face.SEMIBOLD if level == 3 else Face.BOLD


def _rank(tree: Element, level: int) -> str:
    """The title is H1 and sections are H2; before the first of them their place is empty."""
    if level == 1:
        tree.has_sections = True
    return f"H{level + 1}" if tree.has_sections else f"H{level}"


def _tagged(text: str, style: ParagraphStyle, element: Element) -> TaggedParagraph:
    paragraph = TaggedParagraph(text, style)
    paragraph.element = element
    return paragraph


def _paragraph(block: Para, tree: Element) -> TaggedParagraph:
    style = _LEAD if block.lead else _QUIET if block.quiet else _BODY
    text = markup(block.text)
    if block.bold_start and block.text.startswith(block.bold_start):
        rest = block.text[len(block.bold_start) :]
        start = markup(block.bold_start, Face.SEMIBOLD)
        text = f'<font name="{Face.SEMIBOLD.value}">{start}</font> {markup(rest.strip())}'
    return _tagged(text, style, tree.add("P"))


def _bullets(items: tuple[str, ...], tree: Element) -> list[Flowable]:
    style = _SMALL_BULLET if sum(map(len, items)) > 900 else _BULLET
    whole = tree.add("L")
    found: list[Flowable] = []
    for words in items:
        item = whole.add("LI")
        paragraph = ListItem(markup(words), style)
        paragraph.label, paragraph.element = item.add("Lbl"), item.add("LBody")
        found.append(paragraph)
    for paragraph in found[-3:-1]:
        paragraph.keepWithNext = 1  # the last one does not stand alone on a page
    return found


def _grid(block: Grid, tree: Element) -> TaggedTable:
    wide = A4[0] - 2 * _MARGIN
    total = sum(block.widths)
    whole = tree.add("Table")
    line = whole.add("TR")
    head: list[Flowable] = []
    for place, name in enumerate(block.columns):
        style = _HEAD_RIGHT if place in block.right else _HEAD
        cell = _tagged(markup(name, Face.SEMIBOLD), style, line.add("TH", scope="Column"))
        cell.is_once = True
        head.append(cell)
    rows = [head]
    for row in block.rows:
        line = whole.add("TR")
        cells: list[Flowable] = []
        for place, words in enumerate(row):
            style = _CELL_RIGHT if place in block.right else _CELL
            # the first column says what the numbers of its row are of
            names_row = place == 0 and bool(block.right) and place not in block.right
            element = line.add("TH", scope="Row") if names_row else line.add("TD")
            cells.append(_tagged(markup(words), style, element))
        rows.append(cells)
    table = TaggedTable(
        rows, [wide * width / total for width in block.widths], repeatRows=1, hAlign="LEFT"
    )
    table.setStyle(
        TableStyle([
            ("VALIGN", (0, 0), (-1, -1), "TOP"),
            ("LEFTPADDING", (0, 0), (-1, -1), 0),
            ("RIGHTPADDING", (0, 0), (-1, -1), 8),
            ("RIGHTPADDING", (-1, 0), (-1, -1), 0),
            ("TOPPADDING", (0, 0), (-1, -1), 3),
            ("BOTTOMPADDING", (0, 0), (-1, -1), 4),
            ("LINEBELOW", (0, 0), (-1, 0), 0.8, MUTED),
            ("LINEBELOW", (0, 1), (-1, -1), 0.4, LINE),
        ])
    )  # fmt: skip
    return table
