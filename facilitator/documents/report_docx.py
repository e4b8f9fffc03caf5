"""The same report as a Word document: real headings, tables with a head row, charts with words."""

from __future__ import annotations

import io
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any

from facilitator.documents.page import write_document
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

_FONT = "Source Sans Pro"
_INK = "0B1F33"
_MUTED = "4A5B6C"
#: points
_SIZES = {"Normal": 10, "Title": 26, "Heading 1": 17, "Heading 2": 12, "List Bullet": 10}


def write_report_docx(
    path: Path, report: Report, made_at: datetime, progress: Progress | None = None
) -> Path:
    """Write the report to `path`; raises what `write_document` or `progress` raises."""
    return write_document(path, lambda target: target.write_bytes(_made(report, made_at, progress)))


def _made(report: Report, made_at: datetime, progress: Progress | None) -> bytes:
    from docx import Document

    document = Document()
    _set_up(document, report, made_at)
    page = _Page(document)
    _text(page.paragraph(), report.line, size=9.5, colour=_MUTED)
    page.paragraph("Title", _plain(report.event))
    _text(page.paragraph(), report.title, size=11, colour=_MUTED, bold=True)
    for number, block in enumerate(report.blocks):
        if progress is not None:
            progress(number / len(report.blocks))
        _add(page, block)
    target = BytesIO()  # on a full disk the archive would stay open
    document.save(target)
    return target.getvalue()


class _Page:
    """What is written, at its end. python-docx looks a style up by its name through all of them,
    and the end of the document through all of it, for every paragraph: here both are known."""

    def __init__(self, document: Any) -> None:
        self.document = document
        self._end = document.element.body.sectPr
        self._styles: dict[str, str] = {}
        #: whether a section has begun; headings before it stand right below the title
        self.has_sections = False
        self.pictures = 0

    def style(self, name: str) -> str:
        """The id of a style."""
        if name not in self._styles:
            self._styles[name] = self.document.styles[name].style_id
        return self._styles[name]

    def paragraph(self, style: str = "", text: str = "") -> Any:
        """A new paragraph at the end."""
        from docx.oxml.parser import OxmlElement
        from docx.text.paragraph import Paragraph

        element = OxmlElement("w:p")
        self._end.addprevious(element)
        if style:
            element.style = self.style(style)
        paragraph = Paragraph(element, self.document._body)
        if text:
            paragraph.add_run(text)
        return paragraph

    def table(self, rows: int, columns: int, style: str = "") -> tuple[Any, list[list[Any]]]:
        """A new table at the end, and its cells by row."""
        from docx.oxml.table import CT_Tbl
        from docx.shared import Mm
        from docx.table import Table, _Cell

        element = CT_Tbl.new_tbl(rows, columns, Mm(170))
        self._end.addprevious(element)
        if style:
            element.tblStyle_val = self.style(style)
        table = Table(element, self.document._body)
        return table, [[_Cell(tc, table) for tc in tr.tc_lst] for tr in element.tr_lst]


def _set_up(document: Any, report: Report, made_at: datetime) -> None:
    from docx.oxml.ns import qn
    from docx.shared import Mm, Pt, RGBColor

    about = document.core_properties
    about.title = _plain(f"{report.title} – {report.event}")[:255]
    about.author = _plain(report.event)[:255]
    about.subject = report.title
    about.language = report.language
    about.comments = ""
    about.created = about.modified = made_at.replace(tzinfo=None)
    about.last_modified_by = "Facilitator"
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(20)
    section.top_margin = section.bottom_margin = Mm(20)
    for name, size in _SIZES.items():
        style = document.styles[name]
        style.font.name, style.font.size = _FONT, Pt(size)
        style.font.color.rgb = RGBColor.from_string(_INK)
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for kind in ("ascii", "hAnsi", "cs", "eastAsia"):
            fonts.set(qn(f"w:{kind}"), _FONT)
        for kind in ("asciiTheme", "hAnsiTheme", "cstheme", "eastAsiaTheme"):
            fonts.attrib.pop(qn(f"w:{kind}"), None)
    language = (
        document.styles["Normal"]
        .element.get_or_add_rPr()
        .makeelement(qn("w:lang"), {qn("w:val"): report.language})
    )
    document.styles["Normal"].element.get_or_add_rPr().append(language)
    _foot(section.footer.paragraphs[0], report.foot)


def _foot(paragraph: Any, words: str) -> None:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    _text(paragraph, f"{words} Page ", size=8, colour=_MUTED)
    run = paragraph.add_run()
    for kind, text in (("begin", ""), ("", "PAGE"), ("end", "")):
        if kind:
            element = OxmlElement("w:fldChar")
            element.set(qn("w:fldCharType"), kind)
        else:
            element = OxmlElement("w:instrText")
            element.text = text
        run._r.append(element)


def _add(page: _Page, block: Block) -> None:
    match block:
        case Heading(text, level):
            _heading(page, text, level)
        case Para(text=text, quiet=quiet, lead=lead, bold_start=start):
            paragraph = page.paragraph()
            size, colour = (12.5, _INK) if lead else (8.5, _MUTED) if quiet else (10, _INK)
            if start and text.startswith(start):
                _text(paragraph, start, size=size, colour=colour, bold=True)
                text = text[len(start) :]
            _text(paragraph, text, size=size, colour=colour)
        case Bullets(items):
            for item in items:
                page.paragraph("List Bullet", _plain(item))
        case KeyFigures(items):
            _key_figures(page, items)
        case Grid():
            _grid(page, block)
        case Picture():
            _picture(page, block)
        case Quote(text, who):
            _text(page.paragraph("Quote"), f"“{text}”", size=12.5, colour=_INK)
            if who:
                _text(page.paragraph(), who, size=8.5, colour=_MUTED)
        case Logos(items):
            _logos(page, items)
        case NewPage():
            page.document.add_page_break()
        case Together(blocks):
            for one in blocks:
                _add(page, one)


def _heading(page: _Page, text: str, level: int) -> None:
    page.has_sections = page.has_sections or level == 1
    if page.has_sections:
        page.paragraph(f"Heading {level}", _plain(text))
    else:  # no rank is left out below the title, and it looks as small as it is
        paragraph = page.paragraph(f"Heading {level - 1}")
        _text(paragraph, text, size=_SIZES[f"Heading {level}"], colour=_INK, bold=True)


def _key_figures(page: _Page, items: tuple[tuple[str, str], ...]) -> None:
    _, rows = page.table(1, len(items))
    for cell, (big, words) in zip(rows[0], items, strict=True):
        _text(cell.paragraphs[0], big, size=22, colour=_INK, bold=True)
        _text(cell.add_paragraph(), words, size=8.5, colour=_MUTED)
    page.paragraph()


def _grid(page: _Page, block: Grid) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn
    from docx.shared import Mm
    from docx.text.paragraph import Paragraph

    table, rows = page.table(1 + len(block.rows), len(block.columns), "Light List")
    table.autofit = False
    mark = OxmlElement("w:tblHeader")
    mark.set(qn("w:val"), "true")
    table._tbl.tr_lst[0].get_or_add_trPr().append(mark)
    total = sum(block.widths)
    widths = [Mm(170 * width / total) for width in block.widths]
    for number, (row, texts) in enumerate(zip(rows, (block.columns, *block.rows), strict=True)):
        head = number == 0
        for place, (cell, words) in enumerate(zip(row, texts, strict=True)):
            cell.width = widths[place]
            paragraph = Paragraph(cell._tc.p_lst[0], cell)
            _text(paragraph, words, size=9, colour="FFFFFF" if head else _INK, bold=head)
            if place in block.right:
                paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    page.paragraph()


def _picture(page: _Page, block: Picture) -> None:
    from docx.oxml.shape import CT_Inline
    from docx.shared import Mm

    from facilitator.documents.charts import chart_png

    # python-docx looks for a free id through the whole document at every picture, and so takes a
    # minute for a thousand; the number of the picture is as free
    page.pictures += 1
    content = io.BytesIO(chart_png(block.chart))
    relation, image = page.document.part.get_or_add_image(content)
    wide, high = image.scaled_dimensions(Mm(165), None)
    inline = CT_Inline.new_pic_inline(1000 + page.pictures, relation, image.filename, wide, high)
    page.paragraph().add_run()._r.add_drawing(inline)
    about = inline.docPr
    about.set("descr", _plain(block.chart.alt))
    about.set("title", _plain(block.chart.title))


def _logos(page: _Page, items: tuple[tuple[str, bytes], ...]) -> None:
    from docx.shared import Mm
    from PIL import Image

    run = page.paragraph().add_run()
    for name, content in items:
        with Image.open(io.BytesIO(content)) as picture:
            high = min(14.0, 38.0 * picture.height / picture.width)
        shape = run.add_picture(io.BytesIO(content), height=Mm(high))
        shape._inline.docPr.set("descr", _plain(f"Logo of {name}"))
        run.add_text("   ")


def _text(paragraph: Any, text: str, *, size: float, colour: str, bold: bool = False) -> None:
    from docx.shared import Pt, RGBColor

    run = paragraph.add_run(_plain(text))
    run.font.size, run.bold = Pt(size), bold
    run.font.color.rgb = RGBColor.from_string(colour)


def _plain(text: str) -> str:
    """Without what XML cannot hold; a note's line breaks stay."""
    return "".join(c for c in text if c in "\n\t" or (c.isprintable() and c not in "\ufffe\uffff"))
