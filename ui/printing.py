"""Printing on the system's printers: a document that exists as PDF goes to paper page by page."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

from PySide6.QtCore import QMarginsF, QSizeF
from PySide6.QtGui import QPageLayout, QPageSize, QPainter
from PySide6.QtPdf import QPdfDocument
from PySide6.QtPrintSupport import QPrinter, QPrinterInfo

from facilitator.domain.errors import WorldTrouble

if TYPE_CHECKING:
    from facilitator.app import EventApp

_POINTS_PER_MM = 72 / 25.4


def printers() -> list[str]:
    """The printers that the system knows, the usual one first."""
    usual = QPrinterInfo.defaultPrinterName()
    names = QPrinterInfo.availablePrinterNames()
    return sorted(names, key=lambda name: (name != usual, name.casefold()))


def print_pdf(path: Path, printer_name: str = "", *, to_file: Path | None = None) -> int:
    """Print every page of a PDF at its own size; returns how many.

    `to_file` prints into another PDF instead (tests, and machines without a printer). Raises
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
        printer.setPrinterName(printer_name)
    printer.setFullPage(True)
    painter = QPainter()
    try:
        for page in range(document.pageCount()):
            points = document.pagePointSize(page)
            size = QSizeF(points.width() / _POINTS_PER_MM, points.height() / _POINTS_PER_MM)
            layout = QPageLayout(
                QPageSize(
                    size, QPageSize.Unit.Millimeter, "", QPageSize.SizeMatchPolicy.FuzzyMatch
                ),
                QPageLayout.Orientation.Portrait,
                QMarginsF(),
            )
            printer.setPageLayout(layout)
            ready = painter.begin(printer) if page == 0 else printer.newPage()
            if not ready:
                raise WorldTrouble(
                    f"The printer {printer_name or 'of this laptop'} does not take the page.",
                    "The check-in is saved.", "Look at the printer, then press F6 again.",
                )  # fmt: skip
            area = printer.pageRect(QPrinter.Unit.DevicePixel).toRect()
            painter.drawImage(area, document.render(page, area.size()))
    finally:
        if painter.isActive():
            painter.end()
    return document.pageCount()


def badge_printer(app: EventApp) -> Callable[[UUID], str] | None:
    """What prints one person's badge and says so in a sentence; None where there is no printer."""
    names = printers()
    if not names:
        return None

    def print_badge(person_id: UUID) -> str:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "badge.pdf"
            person = app.badges.write_one(person_id, path)
            print_pdf(path, names[0])
        return f"The badge of {person.full_name} is at the printer {names[0]}."

    return print_badge
