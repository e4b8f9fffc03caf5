"""The log of scans is whole, and leaves the laptop as a sheet that runs nothing."""

from __future__ import annotations

import csv
import dataclasses
from pathlib import Path

import pytest

from facilitator.app import EventApp
from facilitator.clocks import HandClocks
from facilitator.domain.errors import Refused
from facilitator.domain.ids import new_id
from facilitator.services.checkin import At
from facilitator.services.checkin_rows import log_scan
from tests.people import add_person

AT = At(desk="Desk 1", operator="Amina")


def sheet(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))


def test_the_whole_log_is_saved_oldest_first_in_local_time(
    app: EventApp, clocks: HandClocks, tmp_path: Path
) -> None:
    priya = add_person(app, "Dr Priya Raman")
    for _ in range(205):
        clocks.advance(1)
        app.checkin.scan(priya.ticket, AT)
    clocks.advance(1)
    app.checkin.scan('=HYPERLINK("http://evil.example")', dataclasses.replace(AT, source="camera"))
    path = tmp_path / "scans.csv"
    assert app.checkin.write_log(path) == 206
    head, first, *_, last = sheet(path)
    assert head == ["When", "Desk", "Operator", "Source", "Scanned", "Answer", "Person"]
    local = app.event.get().local(app.checkin.log(None)[-1].at)
    assert first == [
        f"{local:%Y-%m-%d %H:%M:%S}", "Desk 1", "Amina", "scan", priya.ticket, "Welcome",
        "Priya Raman",
    ]  # fmt: skip
    assert last[3:6] == ["camera", '\'=HYPERLINK("http://evil.example")', "Not on the list"]
    assert len(sheet(path)) == 207
    assert len(app.checkin.log()) == 200
    assert len(app.checkin.log(None)) == 206


def test_a_scan_that_was_never_answered_says_so(app: EventApp, tmp_path: Path) -> None:
    with app.database.session() as session:
        log_scan(session, key=new_id(), at=app.clocks.now(), desk="Desk 2", operator="",
                 source="scan", raw="F1-K7Q2-4HV0", length=12)  # fmt: skip
    [line] = app.checkin.log()
    assert (line.outcome, line.answer) == ("", "Never answered: scan again")
    assert line.has("desk 2")
    assert line.has("never")
    assert not line.has("welcome")
    path = tmp_path / "scans.csv"
    app.checkin.write_log(path)
    assert sheet(path)[1][5] == "Never answered: scan again"


def test_what_the_scanner_typed_is_logged_and_what_it_meant_is_judged(app: EventApp) -> None:
    priya = add_person(app, "Dr Priya Raman")
    typed = priya.ticket.replace("-", "ß")
    answer = app.checkin.scan(typed, AT, read_as=priya.ticket)
    assert answer is not None
    assert answer.verdict.outcome == "welcome"
    assert app.checkin.log()[0].raw == typed


def test_that_names_left_is_recorded_and_a_missing_folder_is_refused(
    app: EventApp, tmp_path: Path
) -> None:
    add_person(app, "Dr Priya Raman")
    with pytest.raises(Refused, match="does not exist"):
        app.checkin.write_log(tmp_path / "nowhere" / "scans.csv")
    app.checkin.write_log(tmp_path / "scans.csv")
    assert "scans.csv" in str(app.privacy.held())
