"""Exports as files: text stays text, csv comes back as typed, a calendar that calendars read."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import python_calamine
from icalendar import Calendar
from pypdf import PdfReader

from facilitator.documents.calendar import write_day_calendar
from facilitator.documents.exports_certificates import Certificate, write_certificates
from facilitator.documents.exports_files import (
    as_json,
    fill_folder,
    guarded,
    write_csv,
    write_csv_folder,
    write_json,
    write_xlsx,
)
from facilitator.documents.exports_tables import PEOPLE_KEYS, tables
from facilitator.documents.followup import BoroughList, Contact, write_cards
from facilitator.documents.page import Occasion
from facilitator.documents.report_figures import (
    BoroughFigure,
    DayFigures,
    MeetingFigures,
    NoteFigure,
    PersonFigure,
    SessionFigure,
    SideFigure,
)
from facilitator.domain.errors import Refused
from facilitator.domain.sides import DEFAULT_SIDES
from facilitator.intake.reading import tidy

ODD = ("=HYPERLINK(\"http://x.example\")", "+44 20", "-1", "@here", "\tTab", "'=quoted", "''+twice",
       "O’Brien, ŵ “quoted”; 1,2", "😀 fine", "0123", "1e5", "<b>bold</b>")  # fmt: skip


def _at(clock: str) -> datetime:
    return datetime.fromisoformat(f"2025-11-12T{clock}")


def _person(number: int, name: str) -> PersonFigure:
    return PersonFigure(
        str(UUID(int=number)), name, "Dr", name, None, f"p{number}@people.example", "Elm Surgery",
        "GP partner", "general-practice", True, "Ealing", "arrived", f"F1-{number}",
        ("007", "EB-1"),
    )  # fmt: skip


def _day(**more: Any) -> DayFigures:
    first, second, third = DEFAULT_SIDES
    values: dict[str, Any] = {
        "event_id": UUID(int=7), "name": "The Day, “South”", "held_on": date(2025, 11, 12),
        "venue": "Depot; Hall", "timezone": "Europe/London", "sides": DEFAULT_SIDES,
        "made_at": datetime(2025, 11, 12, 17, 6, tzinfo=UTC), "attribution": "named",
        "internal": True, "is_rehearsal": False, "purged": False,
        "by_side": (SideFigure(first, 12, 12, 12, 0, 0), SideFigure(second, 2, 1, 1, 0, 0),
                    SideFigure(third, 0, 0, 0, 0, 0)),
        "boroughs": (BoroughFigure("Ealing", (12, 1, 0), 1),),
        "programme": (
            SessionFigure("Welcome", "welcome", _at("09:30"), 15,
                          _at("09:37"), _at("09:50")),
            SessionFigure("Left out", "talk", _at("10:00"), 15, skipped=True),
        ),
        "meetings": MeetingFigures(),
        "myths": (), "bright_spots": (), "pain_points": (),
        "actions": tuple(
            NoteFigure(UUID(int=50 + n), "action", text, datetime(2025, 11, 12, tzinfo=UTC),
                       due=date(2025, 12, 2), owner="LMC", has_owner=True, boroughs=("Ealing",))
            for n, text in enumerate(ODD)
        ),
        "people": tuple(_person(n, text) for n, text in enumerate(ODD)),
    }  # fmt: skip
    return DayFigures(**(values | more))


@pytest.mark.parametrize("text", ODD)
def test_csv_comes_back_as_typed_and_runs_nothing(text: str) -> None:
    cell = guarded(text)
    assert not cell.startswith(("=", "+", "-", "@", "\t", "\r"))
    assert tidy(cell) == tidy(f"{text}" if not text.startswith("'") else f"'{text}")


def test_the_folder_has_a_file_a_table_and_people_have_the_promised_keys(tmp_path: Path) -> None:
    write_csv_folder(tmp_path / "out", _day())
    names = {path.stem for path in (tmp_path / "out").iterdir()}
    assert names == {sheet.name for sheet in tables(_day())}
    with (tmp_path / "out" / "people.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    assert tuple(rows[0]) == PEOPLE_KEYS
    assert PEOPLE_KEYS == (
        "id", "name", "title", "given_name", "family_name", "email", "organisation", "profession",
        "side", "front_line", "borough", "status", "ticket", "codes",
    )  # fmt: skip
    assert len(rows) == 1 + len(ODD)
    assert [row[1] for row in rows[1:]] == [guarded(text) for text in ODD]
    assert rows[1][4] == ""
    assert rows[1][9] == "yes"


def test_a_workbook_holds_text_as_text(tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "day.xlsx", _day())
    book = python_calamine.CalamineWorkbook.from_path(path)
    assert book.sheet_names[:3] == ["About", "Figures", "People"]
    rows = book.get_sheet_by_name("Actions").to_python()
    found = {tidy(row[1]) for row in rows[1:]}
    assert found == {tidy(f"'{t}" if t.startswith("'") else t) for t in ODD}
    import zipfile

    with zipfile.ZipFile(path) as parts:
        for name in parts.namelist():
            if name.startswith("xl/worksheets/"):
                xml = parts.read(name)
                assert b"<f>" not in xml
                assert b"<hyperlink" not in xml


def test_json_workbook_and_csv_reconcile(tmp_path: Path) -> None:
    day = _day()
    found = json.loads(write_json(tmp_path / "day.json", day).read_text("utf-8"))
    assert found == as_json(day)
    assert found["schema"] == "facilitator-export/1"
    sheet = {row[0]: row[1:] for row in next(s for s in tables(day) if s.name == "figures").rows}
    for place, key in enumerate((*DEFAULT_SIDES.keys, "all")):
        assert sheet["came"][place] == found["came"][key]["came"]
        assert sheet["expected"][place] == found["came"][key]["expected"]
        assert sheet["came, leaders"][place] == found["came"][key]["leaders"]
    assert found["came"]["all"]["came"] == 13
    assert found["boroughs"] == [
        {"borough": "Ealing", "came": 13, "general-practice": 12, "community-pharmacy": 1,
         "other": 0}]  # fmt: skip
    assert [one["text"] for one in found["actions"]] == list(ODD)


def test_small_counts_are_null_where_they_may_not_be_told() -> None:
    found = as_json(replace(_day(), internal=False, attribution="role"))
    assert found["came"]["community-pharmacy"]["came"] is None
    assert found["came"]["general-practice"]["came"] is None or (
        found["came"]["all"]["came"] is None
    )
    assert found["small_counts_shown"] is False


def test_the_calendar_has_its_time_zone_sessions_and_reminders(tmp_path: Path) -> None:
    data = write_day_calendar(tmp_path / "day.ics", _day()).read_bytes()
    assert max(len(line) for line in data.split(b"\r\n")) <= 75
    calendar = Calendar.from_ical(data)
    zones = [str(z["TZID"]) for z in calendar.walk("VTIMEZONE")]
    assert zones == ["Europe/London"]
    events = calendar.walk("VEVENT")
    assert len(events) == 1 + len(ODD)
    assert events[0]["DTSTART"].dt.isoformat() == "2025-11-12T09:37:00+00:00"
    assert str(events[0]["LOCATION"]) == "Depot; Hall"
    assert {str(event["SUMMARY"]) for event in events[1:]} == {f"Due: {text}" for text in ODD}
    assert events[1]["DTSTART"].dt == date(2025, 12, 2)
    assert len({str(event["UID"]) for event in events}) == len(events)
    assert len(calendar.walk("VALARM")) == len(ODD)


def test_a_folder_that_fails_half_way_is_as_it_was(tmp_path: Path) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    (folder / "a.csv").write_text("before")

    def fails(inside: Path) -> None:
        write_csv(inside / "a.csv", ("x",), [("1",)])
        raise OSError(28, "No space left on device")

    with pytest.raises(Exception, match="no room left") as caught:
        fill_folder(folder, fails)
    assert ".part" not in str(caught.value)
    assert [p.name for p in folder.iterdir()] == ["a.csv"]
    assert (folder / "a.csv").read_text() == "before"
    with pytest.raises(Exception, match="no room left"):
        fill_folder(tmp_path / "new", fails)
    assert not (tmp_path / "new").exists()
    with pytest.raises(Refused, match="is a file"):
        fill_folder(folder / "a.csv", fails)


def test_vcards_escape_and_fold(tmp_path: Path) -> None:
    contact = Contact("Dr", "Siân; Ann", "O’Brien, Jr", "Partner\\Lead", "Elm " * 30, "other",
                      "Ealing", "s@people.example")  # fmt: skip
    data = write_cards(tmp_path / "a.vcf", [contact]).read_bytes()
    assert max(len(line) for line in data.split(b"\r\n")) <= 75
    text = data.decode().replace("\r\n ", "")
    assert "N:O’Brien\\, Jr;Siân\\; Ann;;Dr;\r\n" in text
    assert "TITLE:Partner\\\\Lead\r\n" in text
    assert "EMAIL;TYPE=INTERNET:s@people.example\r\n" in text
    assert BoroughList("Hammersmith and Fulham", 1, ()).file_name == "hammersmith-and-fulham"


def test_a_certificate_a_page(tmp_path: Path) -> None:
    people = [Certificate("Dr Siân <i>Ng</i>", "Elm Surgery", 275), Certificate("B", "", 0)]
    occasion = Occasion("The Day", datetime(2025, 11, 12, 17, tzinfo=UTC), date(2025, 11, 12), "X")
    reader = PdfReader(write_certificates(tmp_path / "c.pdf", people, occasion))
    assert len(reader.pages) == 2
    first = reader.pages[0].extract_text()
    assert "Dr Siân <i>Ng</i>" in first
    assert "4 hours 35 minutes" in first
    assert "hour" not in reader.pages[1].extract_text()
