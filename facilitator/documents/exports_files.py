"""The exports: a workbook, a folder of csv, JSON and a calendar. Text stays text in all of them.

In a workbook every text is a text cell. In csv a cell that a spreadsheet would run gets an
apostrophe in front, and so does one that begins with an apostrophe and such a sign already: what
reads it takes one off again, and so gives back what was typed.
"""

from __future__ import annotations

import csv
import io
import json
import secrets
import shutil
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

from facilitator.documents.exports_tables import PEOPLE_KEYS, Cell, Sheet, tables
from facilitator.documents.page import as_trouble, ready_folder, write_document
from facilitator.documents.report_counts import EVERYBODY, Counts
from facilitator.documents.report_figures import DayFigures, NoteFigure
from facilitator.documents.report_meetings import meeting_values
from facilitator.documents.report_notes import side_shift
from facilitator.domain.errors import Trouble
from facilitator.domain.formulas import guarded
from facilitator.domain.hands import Moment

#: of the JSON export; described in docs/export.md
SCHEMA = "facilitator-export/1"


# --- the workbook ---------------------------------------------------------------------------------


def write_xlsx(path: Path, figures: DayFigures) -> Path:
    """Write the workbook; raises what `write_document` raises."""
    sheets = tables(figures)

    def make(target: Path) -> None:
        import xlsxwriter

        options = {"strings_to_formulas": False, "strings_to_urls": False,
                   "strings_to_numbers": False, "in_memory": True}  # fmt: skip
        out = io.BytesIO()
        with xlsxwriter.Workbook(out, options) as book:
            book.set_properties({
                "title": figures.name, "author": figures.name, "company": "",
                "comments": "Made by Facilitator", "created": figures.made_at.replace(tzinfo=None),
            })  # fmt: skip
            for sheet in sheets:
                _write_sheet(book, sheet)
        target.write_bytes(out.getvalue())

    return write_document(path, make)


def _write_sheet(book: Any, sheet: Sheet) -> None:
    head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
    plain = book.add_format({"text_wrap": True, "valign": "top"})
    day = book.add_format({"num_format": "yyyy-mm-dd", "valign": "top"})
    page = book.add_worksheet(sheet.title[:31])
    for column, name in enumerate(sheet.columns):
        page.write_string(0, column, name, head)
        longest = max((len(_as_text(row[column])) for row in sheet.rows), default=0)
        page.set_column(column, column, min(60, max(len(name), longest) + 2))
    for number, row in enumerate(sheet.rows, 1):
        for column, cell in enumerate(row):
            match cell:
                case None:
                    pass
                case bool():
                    page.write_string(number, column, _as_text(cell), plain)
                case int() | float():
                    page.write_number(number, column, cell, plain)
                case datetime():
                    page.write_string(number, column, f"{cell:%Y-%m-%d %H:%M}", plain)
                case date():
                    page.write_datetime(number, column, datetime.combine(cell, time()), day)
                case _:
                    # Reading takes an apostrophe before a sign off, so one that is meant stands
                    # twice. A cell holds 32,767 characters.
                    text = guarded(cell) if cell.startswith("'") else cell
                    page.write_string(number, column, _clean(text)[:32767], plain)
    page.freeze_panes(1, 0)
    if sheet.rows:
        page.autofilter(0, 0, len(sheet.rows), len(sheet.columns) - 1)


def _clean(text: str) -> str:
    return "".join(c for c in text if c in "\n\t" or ord(c) >= 32)


# --- folders --------------------------------------------------------------------------------------


def fill_folder(path: Path, make: Callable[[Path], object]) -> Path:
    """Let `make` fill a hidden folder inside `path`, then put its files in their places.

    It may make folders in it. Every file is written before the first one takes its place, so that
    a disk that is full leaves what was there. Raises what `ready_folder` and `write_document`
    raise.
    """
    was_there = path.is_dir()
    folder = ready_folder(path)
    beside = folder / f".{secrets.token_hex(6)}.part"
    try:
        beside.mkdir(mode=0o700)
        make(beside)
        for made in sorted(beside.rglob("*")):
            place = folder / made.relative_to(beside)
            if made.is_dir():
                place.mkdir(mode=0o700, exist_ok=True)
            else:
                made.replace(place)
    except OSError as problem:
        raise as_trouble(problem, path) from problem
    except Trouble as trouble:
        raise type(trouble)(
            trouble.happened.replace(str(beside), str(path)), trouble.safe, trouble.then
        ) from trouble
    finally:
        shutil.rmtree(beside, ignore_errors=True)
        if not was_there:
            with suppress(OSError):  # only where nothing was put into it
                folder.rmdir()
    return path


# --- the folder of csv ----------------------------------------------------------------------------


def write_csv_folder(path: Path, figures: DayFigures) -> Path:
    """Fill a folder with one csv a table.

    Raises what `fill_folder` raises.
    """

    def make(folder: Path) -> None:
        for sheet in tables(figures):
            write_csv(folder / f"{sheet.name}.csv", sheet.columns, sheet.rows)

    return fill_folder(path, make)


def write_csv(path: Path, columns: tuple[str, ...], rows: Any) -> Path:
    """Write one csv; raises what `write_document` raises."""
    data = csv_bytes(columns, rows)
    return write_document(path, lambda target: target.write_bytes(data))


def csv_bytes(columns: tuple[str, ...], rows: Any) -> bytes:
    """One csv: UTF-8 with the mark by which spreadsheets know it, CRLF as they write it."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([guarded(column) for column in columns])
    for row in rows:
        writer.writerow([guarded(_as_text(cell)) if isinstance(cell, str) else _as_text(cell)
                         for cell in row])  # fmt: skip
    return out.getvalue().encode("utf-8-sig")


def _as_text(cell: Cell) -> str:
    match cell:
        case None:
            return ""
        case bool():
            return "yes" if cell else "no"
        case datetime():
            return f"{cell:%Y-%m-%d %H:%M}"
        case date():
            return cell.isoformat()
        case _:
            return str(cell)


# --- JSON -----------------------------------------------------------------------------------------


def write_json(path: Path, figures: DayFigures) -> Path:
    """Write the JSON export; raises what `write_document` raises."""
    text = json.dumps(as_json(figures), ensure_ascii=False, indent=2) + "\n"
    return write_document(path, lambda target: target.write_text(text, "utf-8", newline="\n"))


def as_json(figures: DayFigures) -> dict[str, Any]:
    """The day as plain values, as docs/export.md describes them. A count that may not be shown is
    null; there is a key for it all the same."""
    counts = Counts(figures)
    met = figures.meetings
    sides = list(figures.sides)
    return {
        "schema": SCHEMA,
        "event": {
            "id": str(figures.event_id), "name": figures.name,
            "date": figures.held_on.isoformat(), "venue": figures.venue,
            "timezone": figures.timezone,
            "sides": [{"key": s.key, "name": s.name, "letter": s.letter} for s in sides],
            "rehearsal": figures.is_rehearsal,
        },
        "made_at": _stamp(figures.made_at),
        "attribution": figures.attribution,
        "names_inside": figures.names_inside,
        "small_counts_shown": figures.internal,
        "came": {
            key: {
                "expected": counts.value("expected", key), "came": counts.value("came", key),
                "front_line": counts.value("came", key, "front"),
                "leaders": counts.value("came", key, "leader"),
                "not_said": counts.value("came", key, "unsaid")
                if "unsaid" in counts.lines else 0,
            }
            for key in (*figures.sides.keys, EVERYBODY)
        },
        "boroughs": [
            {
                "borough": b.borough, "came": counts.value("borough", b.borough),
                **{
                    s.key: counts.value("borough", b.borough, s.key)
                    if counts.knows("borough", b.borough, s.key) else None
                    for s in sides
                },
            }
            for b in counts.boroughs
        ],
        "programme": [
            {
                "session": s.title, "kind": s.kind, "planned_start": _local(s.starts),
                "planned_minutes": s.minutes, "began": _local(s.began), "ended": _local(s.ended),
                "lasted_minutes": s.lasted, "left_out": s.skipped, "outcome": s.outcome.value,
                "ran_minutes": s.ran, "paused_minutes": s.paused, "pauses": s.pauses,
                "times_begun": s.begun, "began_late_minutes": s.late, "least_minutes": s.least,
            }
            for s in figures.programme
        ],
        "networking": _networking(figures),
        "meetings": {
            "rounds": met.rounds, "people": counts.value("seated", "room"),
            **meeting_values(figures, counts),
            "met_nobody_of_the_other_side": counts.value("nobody", EVERYBODY),
        },
        "myths": [_myth(note, figures, counts) for note in figures.myths],
        "bright_spots": [
            _note(n) | {"where": n.where or None, "needs": n.needs or None, "ask": n.ask or None,
                        "boroughs": list(n.boroughs), "pledges": counts.value("pledges", n.id),
                        "pledged_by": list(n.pledged_by)}
            for n in figures.bright_spots
        ],
        "pain_points": [_note(n) | {"boroughs": list(n.boroughs)} for n in figures.pain_points],
        "actions": [
            _note(n) | {"owner": n.owner or None, "has_owner": n.has_owner,
                        "due": n.due.isoformat() if n.due else None,
                        "boroughs": list(n.boroughs), "done": n.done}
            for n in figures.actions
        ],
        "people": [
            {k: list(p.codes) if k == "codes" else getattr(p, k) for k in PEOPLE_KEYS}
            | ({"answers": dict(zip(figures.questions, p.answers, strict=True))}
               if figures.questions else {})
            for p in figures.people
        ],
    }  # fmt: skip


def _networking(figures: DayFigures) -> dict[str, Any] | None:
    found = figures.networking
    return None if found is None else {
        "sessions": found.sessions, "promised_minutes": found.published,
        "least_minutes": found.least, "delivered_minutes": found.delivered,
        "paused_minutes": found.paused, "begun": found.begun, "left_out": found.left_out,
        "not_over_yet": found.pending,
    }  # fmt: skip


def _note(note: NoteFigure) -> dict[str, Any]:
    return {
        "id": str(note.id), "kind": note.kind, "text": note.text, "side": note.side or None,
        "themes": list(note.themes), "said_by": note.who or None,
        "session": note.session or None, "table": note.table or None, "at": _stamp(note.at),
    }  # fmt: skip


def _myth(note: NoteFigure, figures: DayFigures, counts: Counts) -> dict[str, Any]:
    hands: dict[str, Any] = {}
    for side in (*figures.sides.keys, EVERYBODY):
        found: dict[str, Any] = {}
        for moment in Moment:
            show = note.hands.of(side, moment)
            if counts.knows(moment, note.id, side, "raised"):
                found[moment.value] = {
                    "raised": counts.value(moment, note.id, side, "raised"),
                    "present": counts.value(moment, note.id, side, "present"),
                }
            elif show is not None and show.estimate:
                found[moment.value] = {"by_eye": show.estimate.value}
        if found:
            shift = side_shift(note, side, counts)
            found["shift_points"] = None if shift is None else round(shift, 1)
            hands["room" if side == EVERYBODY else side] = found
    return _note(note) | {
        "reality": note.reality or None, "evidence": note.evidence or None,
        "why": note.why or None, "verdict": note.verdict or None, "hands": hands,
    }  # fmt: skip


def _stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _local(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat(timespec="minutes")
