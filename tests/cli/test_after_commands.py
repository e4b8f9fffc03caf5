"""`report`, `export`, `follow-up`, `purge`, `backup`, `check`, `person` as FORMATS.md promises."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from facilitator.app import open_event
from facilitator.store.rows import SetAsideRow
from tests import day
from tests.cli.run import command


@pytest.fixture
def event(tmp_path: Path) -> Path:
    path = tmp_path / "summit.facilitator"
    made = command("new", path, "--name", "Summit", "--date", "2025-11-12", "--tables", "15x8")
    assert made.status == 0
    with open_event(path) as app:
        day.full_day(app)
    return path


def test_report_in_both_kinds(event: Path, tmp_path: Path) -> None:
    done = command("report", event, "-o", tmp_path / "r.pdf", "--json")
    assert done.status == 0
    assert done.lines[0]["names_inside"] is True
    assert len(done.lines[0]["names_left_out"]) == 2
    said = command("report", event, "-o", tmp_path / "r.docx", "--internal")
    assert said.status == 0
    assert "mention" in said.out
    assert "Names are inside." in said.out
    assert (tmp_path / "r.pdf").read_bytes().startswith(b"%PDF")
    assert (tmp_path / "r.docx").read_bytes().startswith(b"PK")
    wrong = command("report", event, "-o", tmp_path / "r.odt")
    assert (wrong.status, wrong.out) == (1, "")
    assert ".pdf or .docx" in wrong.reason


def test_export_says_whether_names_are_inside(event: Path, tmp_path: Path) -> None:
    plain = command("export", event, "-o", tmp_path / "out")
    assert plain.status == 0
    assert "No names are inside." in plain.out
    assert (tmp_path / "out" / "people.csv").exists()
    named = command("export", event, "-o", tmp_path / "d.json", "--attribution", "named", "--json")
    assert named.lines[0]["names_inside"] is True
    assert json.loads((tmp_path / "d.json").read_text("utf-8"))["attribution"] == "named"
    assert command("export", event, "-o", tmp_path / "x", "--attribution", "all").status == 2
    missing = command("export", event, "-o", tmp_path / "no" / "d.json")
    assert missing.status == 1
    assert "does not exist" in missing.reason


def test_follow_up_lists_boroughs(event: Path, tmp_path: Path) -> None:
    done = command("follow-up", event, "-o", tmp_path / "lists", "--json")
    assert done.status == 0
    assert sum(line["came"] for line in done.lines) == 94
    assert (tmp_path / "lists" / "southwark.csv").exists()


def test_purge_tells_what_it_could_not_reach(event: Path, tmp_path: Path) -> None:
    assert command("backup", event, "-o", tmp_path / "b.facilitator").status == 0
    done = command("purge", event, "--json")
    assert done.status == 0
    assert done.lines[0] == {
        "removed": 105, "kept": 0, "copies": [str(tmp_path / "b.facilitator")], "unreached": [],
        "documents": [],
    }  # fmt: skip
    with open_event(event) as app:
        assert {p.name for p in app.people.all()} == {""}
    data = (tmp_path / "b.facilitator").read_bytes()
    (tmp_path / "b.facilitator").write_bytes(data[:9000])
    again = command("purge", event)
    assert again.status == 1
    assert "“b.facilitator”" in again.reason


def test_check_exits_1_when_anything_is_wrong(event: Path, tmp_path: Path) -> None:
    sound = command("check", event, "--json")
    assert (sound.status, sound.lines[0]["sound"]) == (0, True)
    with closing(sqlite3.connect(event)) as raw:
        raw.execute("DELETE FROM seat_change WHERE revision = 2")
        raw.commit()
    wrong = command("check", event, "--json")
    assert wrong.status == 1
    assert wrong.lines[0]["problems"]
    assert "not in order" in wrong.reason
    (tmp_path / "text.facilitator").write_text("hello")
    assert command("check", tmp_path / "text.facilitator").status == 1


def test_check_says_what_waits_for_somebody_to_decide(event: Path) -> None:
    with open_event(event) as app, app.database.session() as session:
        session.add(
            SetAsideRow(at=app.clocks.now(), area="clock", subject="1", what="The clock: next",
                        here_words="taken by another meanwhile", there_words="Stage: next")
        )  # fmt: skip
    found = command("check", event)
    assert found.status == 0
    assert "1 thing waits for somebody to decide: in the window, under Copies." in found.out
    assert command("check", event, "--json").lines[0]["to_decide"] == 1


def test_person_history_access_and_erase(event: Path, tmp_path: Path) -> None:
    with open_event(event) as app:
        person = app.people.all()[3]
    history = command("person", event, person.ticket, "history", "--json")
    assert history.status == 0
    assert [line["what"] for line in history.lines][:2] == ["Added", "Arrived"]
    assert "Arrived" in command("person", event, person.codes[0], "history").out
    held = command("person", event, str(person.id), "access", "-o", tmp_path / "h.json")
    assert held.status == 0
    assert json.loads((tmp_path / "h.json").read_text("utf-8"))["ticket"] == person.ticket
    assert command("person", event, person.ticket, "access").status == 2
    assert command("person", event, person.ticket, "erase", "-o", "x").status == 2
    assert command("person", event, person.ticket, "erase").status == 0
    gone = command("person", event, person.ticket, "history")
    assert (gone.status, gone.out) == (1, "")
