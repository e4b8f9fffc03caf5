"""Files of rows: CSV, TSV, XLSX and ODS in, cells as text out.

A list's code may be a long number and its first line may be anything, so nothing is guessed here
but the bytes: encoding, separator, which sheet.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from python_calamine import (
    CalamineError,
    CalamineWorkbook,
    PasswordError,
    WorkbookClosed,
    WorksheetNotFound,
    XmlError,
    ZipError,
)

from facilitator.domain.errors import Refused, WorldTrouble
from facilitator.domain.formulas import freed
from facilitator.domain.text import clean

#: headings are looked for in so many rows
HEADING_ROWS = 10
#: nobody's list is longer; a film or a disk image is
LARGEST_FILE = 200_000_000

_SEPARATORS = (",", ";", "\t", "|")
_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OTHERS = {
    b"%PDF": "a PDF",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"GIF8": "a picture",
    b"{\\rtf": "a text document",
    b"SQLite format 3\0": "a database",
    b"<!DOCTYPE": "a web page",
    b"<html": "a web page",
}
_CONTROLS = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f]")

Row = Sequence[str]
#: how well the rows fit, for choosing between separators; more is better
Fit = Callable[[Sequence[Row]], int]


@dataclass(frozen=True, slots=True)
class Table:
    """The rows of a file, from its first; `rows[0]` is row 1. Every cell is tidy text."""

    name: str
    rows: list[list[str]]
    #: the sheet they came from, empty for a text file
    sheet: str = ""


def read_table(path: Path, fit: Fit) -> Table:
    """The rows of the file at `path`. `fit` says how much the first rows look as they should.

    Refused, in a sentence, where the file is missing, empty or no list; WorldTrouble where it
    cannot be read.
    """
    name = f"“{path.name or path}”"
    data = bytes_of(path, name)
    if not data.strip(b"\0 \t\r\n\x1a"):
        raise Refused(f"{name} is empty.")
    if data.startswith((_ZIP, _OLE)):
        return _from_workbook(path.name, data, name)
    for magic, what in _OTHERS.items():
        if data[:64].lstrip()[: len(magic)].lower() == magic.lower():
            raise Refused(f"{name} is {what}, not a list; save the list as CSV or XLSX.")
    rows = _from_text(decode(data, name), name, fit)
    if not any(any(row) for row in rows):
        raise Refused(f"{name} is empty.")
    return Table(path.name, rows)


def tidy(cell: Any) -> str:
    """A cell as one line of text: numbers without “.0” or exponent, dates as ISO."""
    if cell is None:
        return ""
    if isinstance(cell, str):
        if cell.startswith("'"):
            cell = freed(cell)
        if cell.isascii() and cell.isprintable():
            return " ".join(cell.split()) if "  " in cell else cell.strip()
        return clean(cell)
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else repr(cell)
    if isinstance(cell, datetime):
        midnight = cell.time() == time(0)
        return cell.date().isoformat() if midnight else cell.isoformat(" ", "seconds")
    if isinstance(cell, date | time):
        return cell.isoformat()
    if isinstance(cell, timedelta):
        minutes, seconds = divmod(int(cell.total_seconds()), 60)
        return f"{minutes // 60:02}:{minutes % 60:02}:{seconds:02}"
    return str(cell)


# --- bytes ----------------------------------------------------------------------------------------


def bytes_of(path: Path, name: str) -> bytes:
    """What is in a file. Refused where there is none or it is far too large; else WorldTrouble."""
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise Refused(f"{name} is too large to be a list of people (over 200 MB).")
        return path.read_bytes()
    except FileNotFoundError:
        raise Refused(f"There is no file {name}.") from None
    except IsADirectoryError:
        raise Refused(f"{name} is a folder; choose the list inside it.") from None
    except PermissionError:
        raise WorldTrouble(f"{name} may not be read; ask whoever owns it, or copy it.") from None
    except (OSError, ValueError) as problem:
        raise WorldTrouble(f"{name} cannot be read; copy it to this laptop first.") from problem


def decode(data: bytes, name: str) -> str:
    """A file's bytes as text, in whatever encoding. Refused where they are no text."""
    text = _decoded(data)
    # A list has no control characters but line ends and tabs; other files are full of them.
    sample = text[:65536]
    if len(_CONTROLS.findall(sample)) > len(sample) // 500 or "\0" in text:
        raise Refused(f"{name} is not a list; save the list as CSV or XLSX and choose that.")
    return text.rstrip("\x1a")


def _decoded(data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", errors="replace")
    sample = data[:4096]
    # UTF-16 without a mark: half of an English text's bytes are zero, all in odd or even places.
    for place, codec in ((1, "utf-16-le"), (0, "utf-16-be")):
        half = sample[place::2]
        if half and half.count(0) * 10 > len(half) * 3:
            return data.decode(codec, errors="replace").removeprefix("\ufeff")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    try:
        return data.decode("cp1252")
    except UnicodeDecodeError:
        # Five bytes mean nothing in Windows-1252; they are not worth refusing a list for.
        return data.decode("latin-1")


# --- text -----------------------------------------------------------------------------------------


def _from_text(text: str, name: str, fit: Fit) -> list[list[str]]:
    told = re.match(r"\s*\"?sep=(.)\"?\s*(?:\r\n|\r|\n)", text[:20], re.IGNORECASE)
    if told:
        # Excel's own note of the separator; it is row 1 of the file.
        separator = told[1] if told[1] in _SEPARATORS else ","
    else:
        fits = {one: _fitness(text, one, fit) for one in _SEPARATORS}
        separator = max(_SEPARATORS, key=lambda one: fits[one])
        if fits[separator][0] > 0 and fits[separator][1] == 1:
            # One heading: a column of names, and "Larkin, Ada" is one of them.
            separator = "\x1f"
    try:
        rows = [[tidy(cell) for cell in row] for row in _parse(text, separator)]
    except csv.Error:
        raise Refused(
            f"{name} has a cell of over 131,072 characters; a quotation mark was not closed."
        ) from None
    if told:
        rows[0] = []
    return rows


def _fitness(text: str, separator: str, fit: Fit) -> tuple[int, int]:
    rows: list[list[str]] = []
    try:
        for row in _parse(text, separator):
            rows.append([tidy(cell) for cell in row])
            if len(rows) == HEADING_ROWS:
                break
    except csv.Error:
        return (-1, 0)
    weights = [fit([row]) for row in rows]
    best = max(weights, default=0)
    if best > 0:
        return best, sum(1 for cell in rows[weights.index(best)] if cell)
    return 0, max((len(row) for row in rows), default=0)


def _parse(text: str, separator: str) -> Any:
    # newline="" leaves line ends inside quoted cells to the csv module
    return csv.reader(io.StringIO(text, newline=""), delimiter=separator, skipinitialspace=True)


# --- workbooks ------------------------------------------------------------------------------------


def _from_workbook(file: str, data: bytes, name: str) -> Table:
    damaged = Refused(f"{name} is damaged or is no workbook; save it again as XLSX or CSV.")
    if data.startswith(_OLE) and _encrypted(data):
        raise Refused(f"{name} is protected by a password; save it without one and import that.")
    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(data)) as book:
            for sheet in book.sheet_names:
                try:
                    cells = book.get_sheet_by_name(sheet).to_python(skip_empty_area=False)
                except WorksheetNotFound:
                    continue  # a sheet that is a chart
                rows = [[tidy(cell) for cell in row] for row in cells]
                if any(any(row) for row in rows):
                    return Table(file, rows, sheet)
    except PasswordError:
        raise Refused(
            f"{name} is protected by a password; save it without one and import that."
        ) from None
    except (CalamineError, XmlError, ZipError, WorkbookClosed, OSError, ValueError) as problem:
        raise damaged from problem
    except BaseException as problem:
        # The reader is compiled: its panics arrive as an exception that is not an Exception.
        if type(problem).__name__ == "PanicException":
            raise damaged from None
        raise
    raise Refused(f"{name} is empty.")


def _encrypted(data: bytes) -> bool:
    """Whether an OLE file is an encrypted workbook: its streams are then named so, in UTF-16."""
    return "EncryptedPackage".encode("utf-16-le") in data
