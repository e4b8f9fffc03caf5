"""`facilitator programme`: what a shell sees."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.run import command


@pytest.fixture
def event(tmp_path: Path) -> Path:
    path = tmp_path / "summit.facilitator"
    made = command("new", path, "--name", "Summit", "--date", "2025-11-12", "--template", "summit")
    assert made.status == 0
    return path


def test_show_tells_the_day_in_words(event: Path) -> None:
    shown = command("programme", event, "show")
    assert shown.status == 0
    lines = shown.out.splitlines()
    assert lines[0].split() == ["Planned", "Expected", "Actual", "Session"]
    assert lines[7].split("  ")[0] == "12:30"
    assert "Lunch (60 minutes kept)" in lines[7]
    assert lines[-1] == "On time; registration, coffee and networking at 09:00, showcase at 13:30."
    assert command("programme", event, "publish").out == (
        "The times of 12 sessions are published.\n"
    )
    assert command("programme", event, "show").out.startswith("Published")


def test_show_as_json(event: Path) -> None:
    *sessions, clock = command("programme", event, "show", "--json").lines
    assert [s["place"] for s in sessions] == ["next", *["later"] * 11]
    lunch = next(s for s in sessions if s["title"] == "Lunch")
    assert lunch["published"] == "2025-11-12T12:30:00.000Z"
    assert (lunch["minimum"], lunch["protected"], lunch["kept"]) == (45, True, 60)
    assert (clock["status"], clock["session"], clock["behind"]) == ("not-started", None, 0)


def test_the_clock_from_the_command_line(event: Path) -> None:
    started = command("programme", event, "start", "--json")
    assert started.status == 0
    (line,) = started.lines
    assert (line["status"], line["allotted"]) == ("running", 2700)
    assert 2690 < line["remaining"] <= 2700
    assert command("programme", event, "adjust", "-5", "--json").lines[0]["allotted"] == 2400
    assert command("programme", event, "--json", "adjust", "+5").lines[0]["allotted"] == 2700
    assert command("programme", event, "adjust", "1.5", "--json").lines[0]["allotted"] == 2790
    paused = command("programme", event, "pause")
    assert paused.out.startswith("“Registration, coffee and networking” is paused, ")
    assert command("programme", event, "resume").status == 0
    assert command("programme", event, "next").out.startswith("“Welcome” has begun.")
    shown = command("programme", event, "show").out
    assert "“Welcome” is running, 1" in shown.splitlines()[-1]
    assert command("programme", event, "undo").out.startswith("Taken back: the start of “Welcome”.")
    assert command("programme", event, "next").status == 0
    assert command("programme", event, "back").status == 0
    assert command("programme", event, "skip").out.startswith("“Welcome” is left out.")
    assert command("programme", event, "stop").status == 0


def test_refusals_are_one_sentence(event: Path) -> None:
    for action, why in (
        ("pause", "No session is running, so there is nothing to pause."),
        ("resume", "No session is running, so there is nothing to resume."),
        ("undo", "Nothing has happened that could be taken back."),
    ):
        refused = command("programme", event, action)
        assert (refused.status, refused.out, refused.reason) == (1, "", why)


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (["fly"], "'fly' is not one of"),
        (["adjust"], "Write: adjust ±MIN."),
        (["adjust", "soon"], "“soon” is not a number of minutes"),
        (["adjust", "nan"], "“nan” is not a number of minutes"),
        (["adjust", "-99999"], "“-99999” is not a number of minutes"),
        (["start", "--jsn"], "“start” takes no “--jsn”."),
        (["import"], "Write: import FILE."),
        ([], "Missing argument"),
    ],
)
def test_wrong_usage(event: Path, arguments: list[str], why: str) -> None:
    wrong = command("programme", event, *arguments)
    assert wrong.status == 2
    assert why in wrong.reason


def test_import_and_export(event: Path, tmp_path: Path) -> None:
    written = command("programme", event, "export", tmp_path / "day.csv")
    assert written.out.startswith("12 sessions written to ")
    taken = command("programme", event, "import", tmp_path / "day.csv", "--json")
    assert taken.lines == [{"sessions": 12, "before": 12, "notes": []}]
    assert command("programme", event, "import", tmp_path / "none.csv").status == 1


def test_a_bare_nine_is_refused_and_nothing_changes(event: Path, tmp_path: Path) -> None:
    file = tmp_path / "unclear.csv"
    file.write_text("Title,Time Start,Duration\nOpening,9,30\n", encoding="utf-8")
    refused = command("programme", event, "import", file)
    assert refused.status == 1
    assert refused.out == ""
    assert "does “9” mean 09:00 or 21:00?" in refused.reason
    assert len(command("programme", event, "show", "--json").lines) == 13


def test_an_event_without_a_programme(tmp_path: Path) -> None:
    path = tmp_path / "empty.facilitator"
    command("new", path, "--name", "Empty", "--date", "2025-11-12")
    assert command("programme", path, "show").out == "Nothing is planned yet.\n"
    assert command("programme", path, "start").reason == (
        "There is no programme yet. Add sessions or take a template."
    )


def test_help_names_every_action() -> None:
    shown = command("programme", "--help")
    assert shown.status == 0
    assert all(word in shown.out for word in ("show", "import FILE", "adjust ±MIN", "resume"))


def test_a_preset_from_the_command_line(event: Path) -> None:
    done = command(
        "programme", event, "preset", "world-cafe", "--before", "Lunch", "--rounds", "2",
        "--minutes", "40", "--json",
    )  # fmt: skip
    assert done.status == 0
    (line,) = done.lines
    assert (line["preset"], line["sessions"], line["minutes"]) == ("world-cafe", 4, 40)
    assert (line["rounds"], line["starts"], line["ends"]) == (
        [2, 3], "2025-11-12T12:30", "2025-11-12T13:10",
    )  # fmt: skip
    for words, why in (
        (("preset", "world-cup"), "There is no preset “world-cup”"),
        (("preset", "fishbowl", "--before", "Tables"), "3 sessions begin with “Tables”."),
        (("preset", "fishbowl", "--before", "Nothing"), "No session begins with “Nothing”."),
    ):
        refused = command("programme", event, *words)
        assert refused.status == 1
        assert refused.err.startswith(why)
    assert command("programme", event, "show", "--rounds", "2").status == 2


def test_a_programme_is_written_as_calendar_and_running_order(event: Path, tmp_path: Path) -> None:
    for name, begins in (("day.ics", b"BEGIN:VCALENDAR"), ("day.pdf", b"%PDF")):
        assert command("programme", event, "export", tmp_path / name).status == 0
        assert (tmp_path / name).read_bytes().startswith(begins)
    refused = command("programme", event, "export", tmp_path / "day.docx")
    assert refused.status == 1
    assert refused.err.startswith("“day.docx” must end in .xlsx, .csv, .ics or .pdf.")
