"""The calendar: local times with their zone, stable names, folded lines, text as it was typed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar

from facilitator.documents.calendar import CalendarOf, Entry, write_calendar

LONDON = ZoneInfo("Europe/London")
AUGUST = datetime(2025, 8, 3, 12, tzinfo=UTC)


def of(made: datetime = AUGUST, zone: str = "Europe/London") -> CalendarOf:
    return CalendarOf(UUID(int=7), "The Day; South, “2025”", "Depot; Hall, 1\\2", zone, made)


def entry(starts: datetime, title: str = "Panel", minutes: int = 45, **more: Any) -> Entry:
    return Entry("k1", title, starts, starts + timedelta(minutes=minutes), **more)


def written(
    path: Path, *entries: Entry, made: datetime = AUGUST, zone: str = "Europe/London"
) -> tuple[bytes, Any]:
    data = write_calendar(path / "day.ics", of(made, zone), entries).read_bytes()
    return data, Calendar.from_ical(data)


def test_planned_in_august_for_ten_in_november_stays_ten(tmp_path: Path) -> None:
    ten = datetime(2025, 11, 12, 10, tzinfo=LONDON)
    data, calendar = written(tmp_path, entry(ten))
    (event,) = calendar.walk("VEVENT")
    assert b"DTSTART;TZID=Europe/London:20251112T100000" in data
    assert event["DTSTART"].dt.astimezone(UTC) == datetime(2025, 11, 12, 10, tzinfo=UTC)
    # A reader that knows no zones goes by the rules inside: they must say GMT for that day.
    (zone,) = calendar.walk("VTIMEZONE")
    inside = zone.to_tz(lookup_tzid=False)
    november = datetime(2025, 11, 12, 10, tzinfo=inside)
    assert november.utcoffset() == timedelta(0)
    assert datetime(2025, 8, 3, 10, tzinfo=inside).utcoffset() == timedelta(hours=1)


def test_a_summer_session_is_in_summer_time(tmp_path: Path) -> None:
    _, calendar = written(tmp_path, entry(datetime(2025, 7, 1, 9, tzinfo=UTC)))
    (event,) = calendar.walk("VEVENT")
    assert event["DTSTART"].dt.hour == 10


def test_the_hour_that_happens_twice_is_written_in_utc(tmp_path: Path) -> None:
    second = datetime(2025, 10, 26, 1, 30, tzinfo=UTC)  # 01:30 for the second time
    data, calendar = written(tmp_path, entry(second, minutes=120))
    assert b"DTSTART:20251026T013000Z" in data
    (event,) = calendar.walk("VEVENT")
    assert event["DTEND"].dt - event["DTSTART"].dt == timedelta(minutes=120)


def test_importing_again_updates(tmp_path: Path) -> None:
    ten = datetime(2025, 11, 12, 10, tzinfo=LONDON)
    _, first = written(tmp_path, entry(ten))
    later = AUGUST + timedelta(seconds=1)
    _, second = written(
        tmp_path, entry(ten + timedelta(hours=1), "Panel, later", cancelled=True), made=later
    )
    old, new = first.walk("VEVENT")[0], second.walk("VEVENT")[0]
    assert old["UID"] == new["UID"]
    assert 0 < int(old["SEQUENCE"]) < int(new["SEQUENCE"]) < 2**31
    assert new["STATUS"] == "CANCELLED"
    assert "STATUS" not in old


def test_lines_are_folded_and_text_comes_back(tmp_path: Path) -> None:
    title = "Müşteri; “neighbours”, \\ and " + "é" * 90
    data, calendar = written(
        tmp_path, entry(datetime(2025, 11, 12, 10, tzinfo=LONDON), title, description="a\nb; c")
    )
    assert max(len(line) for line in data.split(b"\r\n")) <= 75
    assert b"\n" not in data.replace(b"\r\n", b"")
    (event,) = calendar.walk("VEVENT")
    assert str(event["SUMMARY"]) == title
    assert str(event["DESCRIPTION"]) == "a\nb; c"
    assert str(event["LOCATION"]) == "Depot; Hall, 1\\2"


@pytest.mark.parametrize("zone", ["Asia/Kathmandu", "America/New_York", "UTC"])
def test_other_zones(tmp_path: Path, zone: str) -> None:
    moment = datetime(2025, 11, 12, 10, tzinfo=UTC)
    _, calendar = written(tmp_path, entry(moment), zone=zone)
    (event,) = calendar.walk("VEVENT")
    assert event["DTSTART"].dt == moment
