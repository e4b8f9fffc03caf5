"""What people type comes back from every export as they typed it, and nothing of it runs."""

from __future__ import annotations

import csv
import json
import re
import resource
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import fastjsonschema
import pytest
import python_calamine
from docx import Document
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from facilitator.app import EventApp, create_event
from facilitator.domain.errors import DiskFull, Trouble
from facilitator.domain.formulas import freed, guarded
from facilitator.domain.questions import QuestionKind
from facilitator.domain.text import clean
from facilitator.services.checkin import At
from tests import day
from tests.conftest import NEW
from tests.people import add_person

DOCS = Path(__file__).parents[2] / "docs"
PH = "community-pharmacy"
#: beginnings that some spreadsheet runs or skips
SIGNS = (
    "=",
    "+",
    "-",
    "@",
    "＝",
    "＋",
    "－",
    "＠",
    "'=",
    "''+",
    " =",
    "\u00a0=",
    "\ufeff@",
    "\u200b=",
)
NAMES = (
    "Siân O’Brien", "D'Arcy, \"Bo\" Ng", "Ŵyn Ŷ", "😀 Emoji", "شیرین فرهاد", "דוד כהן", "=1+1",
    "＝cmd", "<b>Bold</b>", "+44 Plus", "; semi", "0123", "1e5", "TRUE", "山田 太郎",
)  # fmt: skip
RUNS = re.compile(r"[\s\u200b\ufeff]*[=+\-@＝＋－＠]")


@pytest.mark.parametrize("sign", SIGNS)
def test_no_cell_of_a_csv_begins_with_what_a_spreadsheet_runs(sign: str) -> None:
    for text in (sign, f'{sign}HYPERLINK("http://x.example")', f"{sign}cmd|' /C calc'!A0"):
        assert not RUNS.match(guarded(text))
        assert not guarded(text).startswith(("\t", "\r", "\n"))
        assert freed(guarded(text)) == text


@given(st.text(st.sampled_from("'=+-@ \t\r\n＝＠\u200bax1,\""), max_size=8))
def test_guarding_is_always_taken_off_again(text: str) -> None:
    assert freed(guarded(text)) == text
    assert not RUNS.match(guarded(text))


@pytest.fixture
def odd(file_app: EventApp) -> EventApp:
    """An event whose people, notes and answers hold every odd text."""
    for number, name in enumerate(NAMES):
        row = add_person(
            file_app, "X", PH, email=f"p{number}@people.example", codes=(f"00{number}",)
        )
        file_app.people.edit(row.id, {
            "given_name": name, "family_name": "Z", "organisation": f"{name} Ltd",
            "borough": "Ealing"})  # fmt: skip
        file_app.checkin.scan(row.ticket, At())
        day.add_note(file_app, "action", f"{name}\nsecond line; “q”", owner="the PCN")
    return file_app


def test_people_come_back_through_csv_and_workbook(odd: EventApp, tmp_path: Path) -> None:
    odd.exports.write(tmp_path / "csv", "named")
    odd.exports.write(tmp_path / "day.xlsx", "named")
    wanted = sorted((clean(p.given_name), p.family_name, clean(p.organisation), p.email, p.codes)
                    for p in odd.people.all())  # fmt: skip
    for name in ("csv/people.csv", "day.xlsx"):
        with create_event(tmp_path / f"{name[:3]}.facilitator", NEW, odd.clocks) as again:
            again.importing.apply([_people_of(tmp_path / name, tmp_path)])
            found = sorted((p.given_name, p.family_name, p.organisation, p.email, p.codes)
                           for p in again.people.all())  # fmt: skip
        assert found == wanted, name


def _people_of(path: Path, tmp_path: Path) -> Path:
    """The list itself; of a workbook its sheet of people as a workbook of its own."""
    if path.suffix == ".csv":
        return path
    import xlsxwriter

    rows = python_calamine.CalamineWorkbook.from_path(path).get_sheet_by_name("People").to_python()
    alone = tmp_path / "people-alone.xlsx"
    with xlsxwriter.Workbook(
        alone, {"strings_to_formulas": False, "strings_to_urls": False}
    ) as book:
        page = book.add_worksheet()
        for number, row in enumerate(rows):
            for column, cell in enumerate(row):
                page.write_string(number, column, str(cell))
    return alone


def test_notes_come_back_whole_from_every_kind(odd: EventApp, tmp_path: Path) -> None:
    wanted = {f"{name}\nsecond line; “q”" for name in NAMES}
    found = json.loads(odd.exports.write(tmp_path / "d.json", "named").path.read_text("utf-8"))
    assert {one["text"] for one in found["actions"]} == wanted
    odd.exports.write(tmp_path / "csv", "named")
    with (tmp_path / "csv" / "actions.csv").open(encoding="utf-8-sig", newline="") as file:
        assert {freed(row["text"]) for row in csv.DictReader(file)} == wanted
    odd.exports.write(tmp_path / "d.xlsx", "named")
    book = python_calamine.CalamineWorkbook.from_path(tmp_path / "d.xlsx")
    assert {
        freed(str(row[1])) for row in book.get_sheet_by_name("Actions").to_python()[1:]
    } == wanted
    with zipfile.ZipFile(tmp_path / "d.xlsx") as parts:
        for part in parts.namelist():
            xml = parts.read(part)
            assert b"<f>" not in xml
            assert b"<f " not in xml
            assert b"ddeLink" not in xml
    odd.report.write(tmp_path / "r.docx", internal=True)
    document = Document(str(tmp_path / "r.docx"))
    cells = [c.text for t in document.tables for r in t.rows for c in r.cells]
    words = " ".join([*cells, *(p.text for p in document.paragraphs)])
    for name in NAMES:
        assert " ".join(name.split()) in " ".join(words.split()), name


def test_each_answer_stands_in_every_kind(file_app: EventApp, tmp_path: Path) -> None:
    """What the Desk asked is in csv, workbook and JSON, with the names; else in none of them."""
    question = file_app.questions.add(
        QuestionKind.CHOICE, "=Which, talk?", ('A "one"', "+B")
    ).question  # fmt: skip
    person = add_person(file_app, "Ada Larkin", PH)
    file_app.checkin.scan(person.ticket, At())
    file_app.questions.answer(person.id, question.id, "+B", At())
    for attribution, inside in (("named", True), ("role", False)):
        data = json.loads(
            file_app.exports.write(tmp_path / "d.json", attribution).path.read_text("utf-8")
        )
        assert ("answers" in data["people"][0]) is inside
        file_app.exports.write(tmp_path / attribution, attribution)
        with (tmp_path / attribution / "people.csv").open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.reader(file))
        assert ("'=Which, talk?" in rows[0]) is inside
        assert ("'+B" in rows[1]) is inside
        if inside:
            assert data["people"][0]["answers"] == {"=Which, talk?": "+B"}
            book = file_app.exports.write(tmp_path / "d.xlsx", attribution).path
            sheet = python_calamine.CalamineWorkbook.from_path(book).get_sheet_by_name("People")
            assert sheet.to_python()[1][-1] == "+B"


# --- the schema -----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def schema() -> dict[str, Any]:
    return json.loads((DOCS / "export.schema.json").read_text("utf-8"))


@pytest.mark.parametrize("attribution", ["named", "role", "none"])
def test_json_is_as_the_schema_says(
    file_app: EventApp, tmp_path: Path, schema: dict[str, Any], attribution: str
) -> None:
    validate: Callable[[object], object] = fastjsonschema.compile(schema)
    for full in (False, True):
        if full:
            day.full_day(file_app)
        path = file_app.exports.write(tmp_path / "d.json", attribution).path
        found = json.loads(path.read_text("utf-8"))
        validate(found)
        with pytest.raises(fastjsonschema.JsonSchemaException):
            validate(found | {"more": 1})
    assert found["myths"]
    assert found["actions"]
    assert found["programme"]


def test_every_key_of_the_schema_is_described(schema: dict[str, Any]) -> None:
    words = (DOCS / "export.md").read_text("utf-8")

    def keys(part: Any) -> Iterator[str]:
        if isinstance(part, dict):
            for key, inside in part.get("properties", {}).items():
                yield key
                yield from keys(inside)
            for name in ("items", "additionalProperties", "anyOf"):
                yield from keys(part.get(name))
        elif isinstance(part, list):
            for one in part:
                yield from keys(one)

    people = {"title", "given_name", "family_name", "email", "organisation", "profession", "status",
              "ticket", "codes", "front_line"}  # fmt: skip
    assert {key for key in keys(schema) if f"`{key}`" not in words} <= people


# --- full and read-only ---------------------------------------------------------------------------


@contextmanager
def no_file_over(many: int) -> Iterator[None]:
    """No file can grow over so many bytes, as on a disk that is nearly full."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (many, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def _writers(app: EventApp) -> dict[str, Callable[[Path], object]]:
    person = app.people.all()[0]
    return {
        "day.xlsx": lambda p: app.exports.write(p, "named"),
        "day.json": lambda p: app.exports.write(p, "named"),
        "day.md": lambda p: app.exports.write(p, "named"),
        "day.ics": lambda p: app.exports.write(p, "named"),
        "csv": lambda p: app.exports.write(p, "named"),
        "report.docx": app.report.write,
        "report.pdf": app.report.write,
        "certificates.pdf": app.exports.certificates,
        "lists": app.follow_up.write,
        "held.json": lambda p: app.privacy.write_access(person.id, p),
        "held.pdf": lambda p: app.privacy.write_access(person.id, p),
    }


KINDS = ("day.xlsx", "day.json", "day.md", "day.ics", "csv", "report.docx", "report.pdf",
         "certificates.pdf", "lists", "held.json", "held.pdf")  # fmt: skip


@pytest.mark.parametrize("name", KINDS)
def test_a_full_disk_is_said_and_leaves_nothing_half(
    file_app: EventApp, tmp_path: Path, name: str
) -> None:
    day.full_day(file_app)
    folder = tmp_path / "full"
    folder.mkdir()
    write = _writers(file_app)[name]
    with no_file_over(700), pytest.raises(DiskFull) as caught:
        write(folder / name)
    assert "no room left" in str(caught.value)
    assert ".part" not in str(caught.value)
    assert list(folder.rglob("*")) == []
    write(folder / name)
    before = {p: p.read_bytes() for p in folder.rglob("*") if p.is_file()}
    assert before
    with no_file_over(700), pytest.raises(DiskFull):
        write(folder / name)
    assert {p: p.read_bytes() for p in folder.rglob("*") if p.is_file()} == before


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="needs a place nobody may write to")
@pytest.mark.parametrize("name", KINDS)
def test_a_place_nobody_may_write_to_is_said(file_app: EventApp, name: str) -> None:
    day.full_day(file_app)
    with pytest.raises(Trouble) as caught:
        _writers(file_app)[name](Path("/proc") / name)
    assert "\n" not in str(caught.value)
    assert caught.value.then


def test_a_calendar_holds_odd_names(odd: EventApp, tmp_path: Path) -> None:
    odd.exports.write(tmp_path / "d.ics", "named")
    assert Calendar.from_ical((tmp_path / "d.ics").read_bytes()).errors == []
