"""CSV files that a spreadsheet opens without running anything that stands in a cell."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path

from facilitator.documents.page import write_document

#: a spreadsheet takes a cell that begins with one of these for a formula
_RUNS = ("=", "+", "-", "@", "\t", "\r")


def guarded(cell: str) -> str:
    """The cell with an apostrophe in front where a spreadsheet would run it."""
    return f"'{cell}" if cell.startswith(_RUNS) else cell


def write_csv(path: Path, header: Sequence[str], rows: Iterable[Sequence[str]]) -> Path:
    """Write a CSV file (UTF-8 with a BOM, so that spreadsheets show accents) at `path`.

    Raises what `write_document` raises.
    """

    def make(target: Path) -> None:
        with target.open("w", encoding="utf-8-sig", newline="") as out:
            writer = csv.writer(out)
            writer.writerow(header)
            writer.writerows([guarded(cell) for cell in row] for row in rows)

    return write_document(path, make)
