"""A sheet that is printed where there is a printer, and else kept as a PDF."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtWidgets import QWidget

from ui.lanes import Lane
from ui.screens.ask_where import AskFile, ask_file


@dataclass(frozen=True, slots=True)
class Sheet:
    """A document of a page or a few, made anew whenever it is wanted."""

    #: what a sentence about it begins with: "The test code is"
    subject: str
    #: the name of its file
    name: str
    #: writes the PDF to a path
    write: Callable[[Path], object]

    def print_on(self, printer: str) -> str:
        """Prints it; a sentence about it. Raises Trouble where it cannot. Not in the window's
        thread."""
        from ui.printing import print_pdf

        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / self.name
            self.write(path)
            print_pdf(path, printer)
        return f"{self.subject} at the printer {printer}."

    def save(self, path: Path) -> str:
        """Writes it to a PDF; a sentence about it. Raises Trouble where it cannot. Not in the
        window's thread."""
        self.write(path)
        return f"{self.subject} in “{path.name}”."


def hand_out(
    sheet: Sheet,
    page: QWidget,
    title: str,
    lane: Lane,
    told: Callable[[str], object],
    *,
    ask: AskFile = ask_file,
) -> None:
    """Prints the sheet on the usual printer, or asks where to keep it; `told` gets the sentence.

    `title` stands above the question; the work is done on `lane` while `page` lives.
    """
    from ui.printing import printers

    names = printers()
    if names:
        lane.run(lambda: sheet.print_on(names[0]), told, owner=page)
        return
    name = ask(page, title, sheet.name, "PDF (*.pdf)")
    if name:
        lane.run(lambda: sheet.save(Path(name)), told, owner=page)
