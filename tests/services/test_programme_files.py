"""The programme in and out as files, on a real event: Ontime's project, a calendar, a PDF."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from icalendar import Calendar
from pypdf import PdfReader

from facilitator.app import EventApp, create_event
from facilitator.clocks import HandClocks
from facilitator.domain.errors import Refused
from facilitator.domain.programme import NewSession
from facilitator.services.events import NewEvent


@pytest.fixture
def november(tmp_path: Path) -> Iterator[EventApp]:
    """An event of 12 November, planned in August."""
    clocks = HandClocks(datetime(2025, 8, 3, 12, tzinfo=UTC))
    new = NewEvent("Summit", date(2025, 11, 12), "Hall", 1, 4)
    app = create_event(str(tmp_path / "day.facilitator"), new, clocks)
    nine = datetime(2025, 11, 12, 9)  # noqa: DTZ001 (a local wall time)
    app.programme.add(NewSession(title="Welcome", minutes=60, starts=nine))
    app.programme.add(NewSession(title="Panel <b>", minutes=45, speaker="Amina"))
    app.programme.add(NewSession(title="Close", minutes=15))
    yield app
    app.close()


def events(path: Path) -> dict[str, Any]:
    calendar = Calendar.from_ical(path.read_bytes())
    return {str(event["SUMMARY"]): event for event in calendar.walk("VEVENT")}


def test_the_calendar_of_what_was_published(november: EventApp, tmp_path: Path) -> None:
    path = tmp_path / "day.ics"
    november.programme.publish()
    assert november.programme.export(path) == 3
    before = events(path)
    panel = next(s for s in november.programme.state().programme if s.title == "Panel <b>")
    close = next(s for s in november.programme.state().programme if s.title == "Close")
    assert before["Panel <b>"]["DTSTART"].dt.isoformat() == "2025-11-12T10:00:00+00:00"
    november.programme.edit(panel.id, title="Panel, later")
    november.programme.remove(close.id)
    november.clocks.advance(60)  # pyright: ignore[reportAttributeAccessIssue]
    assert november.programme.export(path) == 2
    after = events(path)
    assert after["Panel, later"]["UID"] == before["Panel <b>"]["UID"]
    assert after["Close"]["STATUS"] == "CANCELLED"
    # The exports after the day name the same sessions by the same UIDs.
    november.exports.write(tmp_path / "after.ics")
    assert events(tmp_path / "after.ics")["Panel, later"]["UID"] == after["Panel, later"]["UID"]


def test_the_running_order_to_print(november: EventApp, tmp_path: Path) -> None:
    path = tmp_path / "day.pdf"
    november.programme.export(path)
    text = PdfReader(path).pages[0].extract_text()
    assert "Planned" in text
    november.programme.publish()
    november.programme.export(path)
    text = PdfReader(path).pages[0].extract_text()
    for words in ("Published", "Panel <b>", "Amina", "10:00", "Printed"):
        assert words in text


def test_another_ending_and_an_empty_programme(november: EventApp, tmp_path: Path) -> None:
    with pytest.raises(Refused, match=r"must end in \.xlsx, \.csv, \.ics or \.pdf"):
        november.programme.export(tmp_path / "day.docx")
    for one in november.programme.state().programme:
        november.programme.remove(one.id)
    for name in ("day.ics", "day.pdf"):
        with pytest.raises(Refused):
            november.programme.export(tmp_path / name)
        assert not (tmp_path / name).exists()


def test_an_ontime_project_takes_the_place_of_the_programme(
    november: EventApp, tmp_path: Path
) -> None:
    path = tmp_path / "summit.json"
    talk = {"type": "event", "title": "Talk", "timeStart": 9 * 3_600_000, "duration": 1_800_000}
    path.write_text(json.dumps({"rundown": [talk, talk | {"title": "Two", "linkStart": "x"}]}))
    done = november.programme.import_rundown(path)
    assert (done.sessions, done.before) == (2, 3)
    programme = november.programme.state().programme
    assert [one.title for one in programme] == ["Talk", "Two"]
    assert programme.local_start(programme.sessions[1].id) == datetime(2025, 11, 12, 9) + timedelta(  # noqa: DTZ001
        minutes=30
    )
    path.write_text(json.dumps({"rundown": [talk | {"timeStart": -1}]}))
    with pytest.raises(Refused, match="no time of day"):
        november.programme.import_rundown(path)
    assert [one.title for one in november.programme.state().programme] == ["Talk", "Two"]
