"""A printer that tests can look into, and jam."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from pathlib import Path

import pypdfium2

from facilitator.domain.errors import WorldTrouble


@dataclass(frozen=True, slots=True)
class Sheet:
    """One badge that came out: at which printer, its text, its size in millimetres."""

    printer: str
    text: str
    size: tuple[float, float]
    turned: bool


class PaperTray:
    """Printers that keep what they print. `jam` is why they fail now; `slow` holds them up until
    it is set."""

    def __init__(self, *names: str) -> None:
        self._names = list(names) or ["Zebra", "Dymo"]
        self.sheets: list[Sheet] = []
        self.jam = ""
        self.slow: threading.Event | None = None

    def names(self) -> list[str]:
        """The printers there are."""
        return self._names

    def print(self, printer: str, pdf: Path, *, turned: bool) -> str:
        """Keeps the sheet, or fails in words."""
        if self.slow is not None and not self.slow.wait(10):
            raise AssertionError("the printer was never let go")
        if self.jam:
            raise WorldTrouble(self.jam)
        document = pypdfium2.PdfDocument(pdf)
        wide, high = (round(points / 72 * 25.4, 1) for points in document[0].get_size())
        text = document[0].get_textpage().get_text_bounded()
        document.close()
        self.sheets.append(Sheet(printer, text, (wide, high), turned))
        return ""
