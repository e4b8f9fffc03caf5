"""What a desk can print badges on: any printer that the system knows, or PDF files in a folder."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Protocol

import platformdirs

from facilitator.domain.errors import WorldTrouble
from ui.printing import print_pdf, printers

#: stands among the printers, for a desk without one: each badge becomes a file
SAVE_AS_PDF = "Save as PDF"


class BadgePrinters(Protocol):
    """The printers of this laptop. Called on the heavy lane: a printer may be slow to answer."""

    def names(self) -> list[str]:
        """All of them, the usual one first."""
        ...

    def print(self, printer: str, pdf: Path, *, turned: bool) -> str:
        """Print a badge; returns the name of the file that is left, "" for paper alone.

        `turned` is for labels that are fed narrow edge first. WorldTrouble, in words, where the
        printer does not take it.
        """
        ...


class SystemPrinters:
    """The system's own printers, and PDF files in a folder."""

    def __init__(self, folder: Callable[[], Path]) -> None:
        """`folder` says where badges that are saved as PDF go; it is made where it is missing."""
        self._folder = folder

    def names(self) -> list[str]:
        """The system's printers, the usual one first, then "Save as PDF"."""
        return [*printers(), SAVE_AS_PDF]

    def print(self, printer: str, pdf: Path, *, turned: bool) -> str:
        """Print on that printer, or into a new file of the folder."""
        if printer != SAVE_AS_PDF:
            print_pdf(pdf, printer, turned=turned)
            return ""
        folder = self._folder()
        try:
            folder.mkdir(parents=True, exist_ok=True)
            target = _free_name(folder)
        except OSError as problem:
            raise WorldTrouble(
                f"The folder {folder.name} for badges cannot be written to.",
                "The check-in is saved.", "Choose another folder, or a printer.",
            ) from problem  # fmt: skip
        try:
            print_pdf(pdf, to_file=target, turned=turned)
        except BaseException:
            target.unlink(missing_ok=True)
            raise
        return target.name


def usual_folder() -> Path:
    """Where badges saved as PDF go unless this laptop was told otherwise."""
    return Path(platformdirs.user_documents_dir()) / "Facilitator badges"


def _free_name(folder: Path) -> Path:
    """The next number; a file's name never tells whose badge it is. Made at once, so that two
    windows do not take the same."""
    number = 1 + max(
        (int(one.stem[6:]) for one in folder.glob("badge-*.pdf") if one.stem[6:].isdigit()),
        default=0,
    )
    while True:
        target = folder / f"badge-{number:04}.pdf"
        try:
            target.touch(mode=0o600, exist_ok=False)
        except FileExistsError:
            number += 1
        else:
            return target
