"""The same report as a Word document: real headings, tables with a head row, charts with words."""

from __future__ import annotations

import io
from datetime import datetime
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
    Quote,
    Report,
    Together,
)

_FONT = "Source Sans Pro"
_INK = "0B1F33"
_MUTED = "4A5B6C"


def write_report_docx(path: Path, report: Report, made_at: datetime) -> Path:
    """Write the report to `path`; raises what `write_document` raises."""
    return write_document(path, lambda target: _make(target, report, made_at))


def _make(target: Path, report: Report, made_at: datetime) -> None:
    from docx import Document

    document = Document()
    _set_up(document, report, made_at)
    _text(document.add_paragraph(), report.line, size=9.5, colour=_MUTED)
    document.add_heading(_plain(report.event), 0)
    _text(document.add_paragraph(), report.title, size=11, colour=_MUTED, bold=True)
    for block in report.blocks:
        _add(document, block)
    document.save(str(target))


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
    sizes = {"Normal": 10, "Title": 26, "Heading 1": 17, "Heading 2": 12, "List Bullet": 10}
    for name, size in sizes.items():
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


def _add(document: Any, block: Block) -> None:
    match block:
        case Heading(text, level):
            document.add_heading(_plain(text), level)
        case Para(text=text, quiet=quiet, lead=lead, bold_start=start):
            paragraph = document.add_paragraph()
            size, colour = (12.5, _INK) if lead else (8.5, _MUTED) if quiet else (10, _INK)
            if start and text.startswith(start):
                _text(paragraph, start, size=size, colour=colour, bold=True)
                text = text[len(start) :]
            _text(paragraph, text, size=size, colour=colour)
        case Bullets(items):
            for item in items:
                document.add_paragraph(_plain(item), style="List Bullet")
        case KeyFigures(items):
            _key_figures(document, items)
        case Grid():
            _grid(document, block)
        case Picture():
            _picture(document, block)
        case Quote(text, who):
            _text(document.add_paragraph(style="Quote"), f"“{text}”", size=12.5, colour=_INK)
            if who:
                _text(document.add_paragraph(), who, size=8.5, colour=_MUTED)
        case Logos(items):
            _logos(document, items)
        case NewPage():
            document.add_page_break()
        case Together(blocks):
            for one in blocks:
                _add(document, one)


def _key_figures(document: Any, items: tuple[tuple[str, str], ...]) -> None:
    table = document.add_table(rows=1, cols=len(items))
    for cell, (big, words) in zip(table.rows[0].cells, items, strict=True):
        _text(cell.paragraphs[0], big, size=22, colour=_INK, bold=True)
        _text(cell.add_paragraph(), words, size=8.5, colour=_MUTED)
    document.add_paragraph()


def _grid(document: Any, block: Grid) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn
    from docx.shared import Mm

    table = document.add_table(rows=1, cols=len(block.columns))
    table.style = "Light List"
    table.autofit = False
    mark = OxmlElement("w:tblHeader")
    mark.set(qn("w:val"), "true")
    table.rows[0]._tr.get_or_add_trPr().append(mark)
    rows = [block.columns, *block.rows]
    for _ in block.rows:
        table.add_row()
    total = sum(block.widths)
    for number, (row, cells) in enumerate(zip(table.rows, rows, strict=True)):
        for place, (cell, words) in enumerate(zip(row.cells, cells, strict=True)):
            cell.width = Mm(170 * block.widths[place] / total)
            head = number == 0
            _text(cell.paragraphs[0], words, size=9, colour="FFFFFF" if head else _INK, bold=head)
            if place in block.right:
                cell.paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.RIGHT
    document.add_paragraph()


def _picture(document: Any, block: Picture) -> None:
    from docx.oxml.shape import CT_Inline
    from docx.shared import Mm

    from facilitator.documents.charts import chart_png

    # python-docx looks for a free id through the whole document at every picture, and so takes a
    # minute for a thousand; the number of the picture is as free
    document.part.pictures = number = getattr(document.part, "pictures", 0) + 1
    relation, image = document.part.get_or_add_image(io.BytesIO(chart_png(block.chart)))
    wide, high = image.scaled_dimensions(Mm(165), None)
    inline = CT_Inline.new_pic_inline(1000 + number, relation, image.filename, wide, high)
    document.add_paragraph().add_run()._r.add_drawing(inline)
    about = inline.docPr
    about.set("descr", _plain(block.chart.alt))
    about.set("title", _plain(block.chart.title))


def _logos(document: Any, items: tuple[tuple[str, bytes], ...]) -> None:
    from docx.shared import Mm
    from PIL import Image

    run = document.add_paragraph().add_run()
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
