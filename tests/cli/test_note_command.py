"""`facilitator note`, as a shell sees it."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

import pytest

from facilitator.app import EventApp, open_event
from facilitator.domain.notes import NoteKind
from tests.cli.run import Result, command
from tests.people import add_person


@pytest.fixture
def event(file_app: EventApp) -> str:
    """An event's file."""
    return file_app.database.location


def take(event: str, *arguments: str) -> str:
    """Takes a note and answers with its id."""
    result = command("note", event, *arguments)
    assert (result.status, result.err) == (0, "")
    return str(UUID(result.out.strip()))


def refused(result: Result, status: int, words: str) -> None:
    assert result.status == status
    assert result.out == ""
    assert words in result.reason


def test_a_myth_with_the_hands_of_the_summit(event: str) -> None:
    key = take(
        event, "myth", "GPs never read what we send", "--raised-by", "community-pharmacy",
        "--reality", "They do", "--evidence", "Audit", "--why", "Silence", "--verdict",
        "partly-true", "--theme", "communication", "--theme", "trust", "--table", "5",
    )  # fmt: skip
    before = command(
        "note", event, "hands", key, "before", "--general-practice", "20/25",
        "--community-pharmacy", "30/40",
    )  # fmt: skip
    assert before.out == "Before: General practice 20 of 25, Community pharmacy 30 of 40.\n"
    after = command(
        "note", event, "hands", key, "after", "--community-pharmacy", "12/35",
        "--general-practice", "8/24", "--json",
    )  # fmt: skip
    (line,) = after.lines
    assert line["room_shift"] == -43.0
    assert line["hands"]["general-practice"] == {
        "before": {"raised": 20, "present": 25}, "after": {"raised": 8, "present": 24},
        "shift": -46.7,
    }  # fmt: skip
    assert line["hands"]["community-pharmacy"]["shift"] == -40.7
    with open_event(event) as app:
        (note,) = app.notes.all()
    assert (str(note.id), note.content.side, note.content.table) == (key, "community-pharmacy", "5")
    assert note.content.themes == ("communication", "trust")
    assert note.content.why == "Silence"


def test_every_kind_prints_its_id_and_its_json(event: str) -> None:
    spot = take(event, "bright-spot", "One phone number", "--where", "Elm Road",
                "--needs", "A rota", "--ask", "The manager", "--borough", "southwark")  # fmt: skip
    pain = command("note", event, "pain-point", "No time", "--theme", "Capacity", "--side", "GP",
                   "--json").lines[0]  # fmt: skip
    assert (pain["kind"], pain["themes"]) == ("pain-point", ["capacity"])
    assert (pain["side"], pain["by"], pain["table"]) == ("general-practice", None, None)
    action = command(
        "note", event, "action", "Share the rota", "--owner", "Ewan Pryce", "--due", "2026-01-31",
        "--borough", "Lambeth", "--borough", "lb southwark", "--from-note", spot, "--json",
    ).lines[0]  # fmt: skip
    assert (action["due"], action["owner"]) == ("2026-01-31", "Ewan Pryce")
    assert action["boroughs"] == ["Lambeth", "Southwark"]
    assert action["from_note"] == spot
    with open_event(event) as app:
        counts = app.notes.counts()
    assert [counts[kind] for kind in NoteKind] == [0, 1, 1, 1]


def test_a_text_that_begins_with_a_hyphen_follows_two(event: str) -> None:
    take(event, "myth", "--theme", "trust", "--", "-5 % is all we get")
    with open_event(event) as app:
        assert app.notes.all()[0].text == "-5 % is all we get"
    refused(command("note", event, "myth", "-5 % is all we get"), 2, "-5")


def test_attribution_decides_what_is_kept(event: str, file_app: EventApp) -> None:
    add_person(file_app, "Dr Priya Raman", job_title="GP partner", borough="Southwark")
    said = ("myth", "Nobody rings back", "--by", "Priya Raman", "--json")
    by = [
        command("note", event, *said, *more).lines[0]["by"]
        for more in ((), ("--attribution", "named"), ("--attribution", "none"))
    ]
    assert by == ["GP partner, Southwark", "Dr Priya Raman, GP partner, Southwark", None]
    strangers = [
        command(
            "note", event, "action", "x", "--by", "Zebedee Quill", "--attribution", how, "--json"
        )
        for how in ("named", "role", "none")
    ]
    assert [line.lines[0]["by"] for line in strangers] == ["Zebedee Quill", None, None]


def test_an_unnamed_stranger_is_nowhere_in_the_file(event: str, file_app: EventApp) -> None:
    take(event, "myth", "x", "--by", "Zebedee Quill", "--attribution", "none")
    take(event, "pain-point", "x", "--by", "Zebedee Quill")
    file_app.close()
    folder = Path(event).parent
    assert all(b"Zebedee" not in file.read_bytes() for file in folder.glob("summit*"))


def test_other_sides_have_options_of_their_own(tmp_path: Path) -> None:
    file = tmp_path / "wards.facilitator"
    made = command("new", file, "--name", "Wards", "--date", "2025-11-12", "--tables", "2x6",
                   "--sides", "hospital=Hospital,care-home=Care home")  # fmt: skip
    assert made.status == 0
    key = take(str(file), "myth", "Wards never ring", "--raised-by", "care-home")
    shown = command(
        "note", file, "hands", key, "before", "--hospital", "3/8", "--care-home", "most"
    )
    assert shown.out == "Before: Hospital 3 of 8, Care home most, by eye.\n"
    help_text = command("note", file, "hands", "--help").out
    assert "--care-home" in help_text
    assert "--general-practice" not in help_text
    wrong = command("note", file, "hands", key, "after", "--general-practice", "1/2")
    refused(wrong, 2, "--general-practice")


def test_hands_that_cannot_be_are_refused_and_nothing_is_kept(event: str) -> None:
    key = take(event, "myth", "x")

    def hands(*arguments: str) -> Result:
        return command("note", event, "hands", key, *arguments)

    refused(hands("before", "--general-practice", "26/25"), 1, "more hands than people")
    refused(hands("before", "--general-practice", "20"), 1, "20/25")
    refused(hands("before", "--general-practice", "5/10", "--other", "3/0"), 1, "nobody")
    refused(hands("before", "--general-practice", "lots"), 2, "a few")
    refused(hands("before"), 2, "--community-pharmacy")
    refused(hands("during", "--general-practice", "1/2"), 2, "during")
    refused(command("note", event, "hands", "7", "before", "--other", "1/2"), 2, "7")
    nobody = "01980000-0000-7000-8000-000000000000"
    refused(command("note", event, "hands", nobody, "before", "--other", "1/2"), 1, "no note")
    with open_event(event) as app:
        assert app.hands.facts(UUID(key)) == []


def test_what_cannot_be_a_note_is_one_sentence(event: str, tmp_path: Path) -> None:
    refused(command("note", event, "myth", ""), 1, "few words")
    refused(command("note", event, "myth", "x" * 1001), 1, "1,001 characters")
    refused(command("note", event, "myth", "x", "--verdict", "wrong"), 2, "busted")
    refused(command("note", event, "myth", "x", "--attribution", "alias"), 2, "alias")
    refused(command("note", event, "myth", "x", "--raised-by", "hospital"), 1, "no side")
    refused(command("note", event, "myth", "x", "--table", "99"), 1, "no table")
    refused(command("note", event, "myth", "x", "--session", "Lunch"), 1, "no session")
    refused(command("note", event, "action", "x", "--due", "2026-02-30"), 2, "not a date")
    refused(command("note", event, "rumour", "x"), 2, "rumour")
    refused(command("note", event), 2, "")
    refused(command("note", tmp_path / "none.facilitator", "myth", "x"), 1, "no event")
    with open_event(event) as app:
        assert app.notes.all() == []


def test_help_needs_no_event(tmp_path: Path) -> None:
    assert "bright-spot" in command("note", "--help").out
    nowhere = command("note", tmp_path / "none.facilitator", "hands", "--help")
    assert "--general-practice" in nowhere.out
