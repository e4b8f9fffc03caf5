"""A programme out: CSV or a workbook with Ontime's headers and our own."""

from __future__ import annotations

import csv
import os
import re
import secrets
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from pathlib import Path

from facilitator.domain.errors import Refused
from facilitator.domain.localtime import local_of, moment_of
from facilitator.domain.programme import DAY_BEGINS, Programme
from facilitator.intake.rundown import HEADERS, SHEET

_RUN_BY_A_SPREADSHEET = re.compile(r"'*[=+\-@\t\r]")


def write_rundown(path: Path, programme: Programme) -> None:
    """Write the programme to `path`: a workbook where it ends in .xlsx, else CSV.

    The file is made beside and renamed, so that it is whole or as it was. Refused for another
    ending; OSError where it cannot be written.
    """
    rows = [list(HEADERS), *_rows(programme)]
    ending = path.suffix.lower()
    if ending not in {".csv", ".xlsx"}:
        raise Refused(f"“{path.name}” must end in .csv or .xlsx.", "Nothing was written.")
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}.new")
    try:
        (_write_workbook if ending == ".xlsx" else _write_csv)(draft, rows)
        os.replace(draft, path)  # noqa: PTH105 (atomic on every system)
    finally:
        draft.unlink(missing_ok=True)


def _write_csv(path: Path, rows: Iterable[Sequence[str]]) -> None:
    # With a mark, so that a spreadsheet knows the encoding.
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        for row in rows:
            writer.writerow([_guarded(cell) for cell in row])


def _guarded(cell: str) -> str:
    """The cell with an apostrophe in front where a spreadsheet would run it; reading drops it."""
    return f"'{cell}" if _RUN_BY_A_SPREADSHEET.match(cell) else cell


def _write_workbook(path: Path, rows: Sequence[Sequence[str]]) -> None:
    import xlsxwriter  # only a workbook needs it

    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet(SHEET)
        bold = book.add_format({"bold": True})
        for number, row in enumerate(rows):
            for place, cell in enumerate(row):
                # Text whatever it looks like: no formula, no date of the spreadsheet's choosing.
                # Reading drops an apostrophe before a sign, so one that is meant stands twice.
                text = _guarded(cell) if cell.startswith("'") else cell
                sheet.write_string(number, place, text, None if number else bold)
        sheet.freeze_panes(1, 0)
        sheet.set_column(1, 1, 40)
        sheet.set_column(7, 7, 30)


def _rows(programme: Programme) -> Iterable[list[str]]:
    planned = programme.planned()
    cursor = next(iter(planned.values())).starts if planned else None
    for index, session in enumerate(programme):
        if session.id in planned:
            begins, cursor = planned[session.id].starts, planned[session.id].ends
        elif session.starts is not None:
            begins = moment_of(session.starts, programme.zone)
        else:
            begins = cursor or moment_of(
                datetime.combine(programme.day, DAY_BEGINS), programme.zone
            )
        starts = local_of(begins, programme.zone)
        ends = local_of(begins + timedelta(minutes=session.minutes), programme.zone)
        warnings = [f"{minutes // 60:02d}:{minutes % 60:02d}:00" for minutes in session.warnings]
        cells = {
            "Cue": session.cue,
            "Title": session.title,
            "Time Start": f"{starts:%H:%M:%S}",
            "Time End": f"{ends:%H:%M:%S}",
            "Duration": f"{session.minutes // 60:02d}:{session.minutes % 60:02d}:00",
            "Link Start": "TRUE" if session.starts is None and index else "",
            "Note": session.note,
            "Timer Type": "count-down",
            "End Action": "play-next" if session.auto else "none",
            "Warning Time": warnings[0] if warnings else "",
            "Danger Time": warnings[1] if len(warnings) > 1 else "",
            "Skip": "TRUE" if session.skip else "",
            "Colour": session.colour,
            "Kind": session.kind.value,
            "Fixed": "TRUE" if session.fixed else "",
            "Minimum": "" if session.minimum is None else str(session.minimum),
            "Speaker": session.speaker,
            "Protected": "TRUE" if session.protected else "",
            "Sound": "" if session.sound == "chime" else session.sound,
            "Round": "" if session.round_number is None else str(session.round_number),
        }
        yield [cells.get(header, "") for header in HEADERS]
