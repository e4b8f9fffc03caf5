"""CSV files that a spreadsheet opens without running anything that stands in a cell."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path

from facilitator.documents.page import write_document
from facilitator.domain.formulas import guarded

__all__ = ["guarded", "write_csv"]


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
