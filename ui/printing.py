"""Printing on the system's printers: a document that exists as PDF goes to paper page by page."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QMarginsF, QSize, QSizeF
from PySide6.QtGui import QPageLayout, QPageSize, QPainter
from PySide6.QtPdf import QPdfDocument
from PySide6.QtPrintSupport import QPrinter, QPrinterInfo

from facilitator.domain.errors import WorldTrouble

_POINTS_PER_MM = 72 / 25.4
#: dots an inch at most: a badge is drawn at the printer's own, a large sheet no finer than is seen
_FINE, _LARGE = 600, 300
#: up to so many square millimetres a page is small (a badge of A6, a label of 4 by 6 inches)
_SMALL = 160 * 110


def printers() -> list[str]:
    """The printers that the system knows, the usual one first."""
    usual = QPrinterInfo.defaultPrinterName()
    names = QPrinterInfo.availablePrinterNames()
    return sorted(names, key=lambda name: (name != usual, name.casefold()))


def why_not(name: str) -> str:
    """Why a printer cannot print now, as far as the system tells; empty where it can."""
    info = QPrinterInfo.printerInfo(name)
    if info.isNull():
        return f"This laptop does not know the printer {name} any more."
    if info.state() == QPrinter.PrinterState.Error:
        return f"{name} has stopped: no paper, open or switched off."
    if info.state() == QPrinter.PrinterState.Aborted:
        return f"{name} broke off."
    return ""


def page_layout(wide: float, high: float, *, turned: bool | None = None) -> QPageLayout:
    """The page to ask a printer for, in millimetres: its own size, whole, without margins.

    `turned` is for pages that run through the printer the narrow edge first and are read across:
    the printer is then given the narrow size, and turns what is drawn. Without it, a page
    that is wider than high is turned, as sheets are.
    """
    across = wide > high if turned is None else turned
    size = QSizeF(high, wide) if across else QSizeF(wide, high)
    exact = QPageSize.SizeMatchPolicy.FuzzyMatch
    way = QPageLayout.Orientation
    return QPageLayout(
        QPageSize(size, QPageSize.Unit.Millimeter, "", exact),
        way.Landscape if across else way.Portrait,
        QMarginsF(),
    )


def print_pdf(
    path: Path, printer_name: str = "", *, to_file: Path | None = None, turned: bool | None = None
) -> int:
    """Print every page of a PDF at its own size; returns how many. See `page_layout` for `turned`.

    `to_file` prints into another PDF instead (machines without a printer, tests). Raises
    WorldTrouble in words where the printer does not take it; nothing else depends on it.
    """
    document = QPdfDocument(None)  # pyright: ignore[reportArgumentType] (None is allowed)
    if document.load(str(path)) != QPdfDocument.Error.None_:
        raise WorldTrouble("The page to print could not be read.", "The check-in is saved.")
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    if to_file is not None:
        printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
        printer.setOutputFileName(str(to_file))
    elif printer_name:
        if reason := why_not(printer_name):
            raise WorldTrouble(reason, "The check-in is saved.", "Look at it, then print again.")
        printer.setPrinterName(printer_name)
    printer.setDocName("Facilitator")
    printer.setFullPage(True)
    painter = QPainter()
    try:
        for page in range(document.pageCount()):
            points = document.pagePointSize(page)
            wide, high = points.width() / _POINTS_PER_MM, points.height() / _POINTS_PER_MM
            if page == 0:
                most = _FINE if wide * high <= _SMALL else _LARGE
                printer.setResolution(min(printer.resolution(), most))
            printer.setPageLayout(page_layout(wide, high, turned=turned))
            ready = painter.begin(printer) if page == 0 else printer.newPage()
            if not ready:
                where = printer_name or (to_file.name if to_file else "of this laptop")
                raise WorldTrouble(
                    f"The printer {where} does not take the page." if to_file is None
                    else f"{where} could not be written.",
                    "The check-in is saved.", "Look at the printer, then print again.",
                )  # fmt: skip
            dots = printer.resolution() / 25.4
            pixels = QSize(round(wide * dots), round(high * dots))
            # at its own size, from the corner: nothing is scaled to what a printer can reach
            painter.drawImage(0, 0, document.render(page, pixels))
    finally:
        if painter.isActive():
            painter.end()
    failed = {QPrinter.PrinterState.Aborted, QPrinter.PrinterState.Error}
    if printer.printerState() in failed:
        raise WorldTrouble(
            f"The printer {printer_name or 'of this laptop'} broke off.", "The check-in is saved.",
            "Look at the printer, then print again.",
        )  # fmt: skip
    return document.pageCount()
