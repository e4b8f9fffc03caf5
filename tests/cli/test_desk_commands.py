"""`new`, `scan`, `undo`, `leave`, `walk-in` as FORMATS.md promises them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from facilitator.app import open_event
from tests.cli.run import command
from tests.people import add_person


@pytest.fixture
def event(tmp_path: Path) -> Path:
    path = tmp_path / "summit.facilitator"
    made = command(
        "new", path, "--name", "Summit", "--date", "2025-11-12", "--tables", "4x6", "--json"
    )
    assert made.status == 0
    assert made.lines[0]["tables"] == 4
    assert made.lines[0]["rounds"] == 3
    return path


def test_new_refuses_in_one_sentence(event: Path, tmp_path: Path) -> None:
    again = command("new", event, "--name", "S", "--date", "2025-11-12", "--tables", "4x6")
    assert (again.status, again.out) == (1, "")
    assert "exists already" in again.reason
    for wrong in (
        ("--date", "2025-02-30", "--tables", "4x6"),
        ("--date", "2025-11-12", "--tables", "many"),
        ("--date", "2025-11-12", "--tables", "4x6", "--sides", "one=One"),
    ):
        refused = command("new", tmp_path / "b.facilitator", "--name", "S", *wrong)
        assert (refused.status, refused.out) == (2, "")
    assert command("new", tmp_path / "b.facilitator").status == 2
    assert not (tmp_path / "b.facilitator").exists()


def test_other_sides_are_kept(tmp_path: Path) -> None:
    path = tmp_path / "h.facilitator"
    sides = "hospital=Hospital,care-home=Care home"
    made = command("new", path, "--name", "S", "--date", "2025-11-12", "--sides", sides)
    assert made.status == 0
    assert command("walk-in", path, "Ada Larkin", "--side", "care-home").status == 0
    assert command("walk-in", path, "Ada Larkin", "--side", "general-practice").status == 1


def test_every_line_is_answered_in_order(event: Path) -> None:
    with open_event(event) as app:
        ada = add_person(app, "Dr Ada Larkin", codes=("0048221900",))
        bo = add_person(app, "Bo Chan", codes=("SHARED",), cancelled=True)
        add_person(app, "Cy Diallo", codes=("shared",))
    lines = f"{ada.ticket}\n\n  0048221900\n{bo.ticket.lower()}\nsHaReD\nnobody\n"
    answered = command("scan", event, "--json", "--desk", "Desk 1", stdin=lines)
    assert answered.status == 0
    outcomes = [line["outcome"] for line in answered.lines]
    assert outcomes == ["welcome", "already-here", "cancelled", "ambiguous", "unknown"]
    first, second = answered.lines[:2]
    assert first["name"] == "Ada Larkin"
    assert second["since"] == first["at"]
    assert second["desk"] == "Desk 1"
    assert first["at"].endswith("Z")
    assert len(first["at"]) == len("2025-11-12T09:31:07.120Z")


def test_undo_leave_and_their_refusals(event: Path) -> None:
    with open_event(event) as app:
        ada = add_person(app, "Ada Larkin")
    assert command("undo", event, ada.ticket).status == 1
    assert command("leave", event, ada.ticket).status == 1
    command("scan", event, ada.ticket)
    assert command("leave", event, str(ada.id)).status == 0
    back = command("scan", event, ada.ticket, "--json")
    assert back.lines[0]["outcome"] == "welcome-back"
    taken = command("undo", event, ada.ticket, "--reason", "wrong badge", "--json")
    assert taken.lines[0]["status"] == "left"
    assert command("undo", event, "nobody").status == 1


def test_a_walk_in_answers_like_a_scan(event: Path) -> None:
    answer = command("walk-in", event, "Rhys Llewellyn", "--side", "PH", "--json")
    assert answer.lines[0]["outcome"] == "welcome"
    again = command("scan", event, answer.lines[0]["code"], "--json")
    assert again.lines[0]["since"] == answer.lines[0]["at"]


def test_usage_errors_are_one_sentence() -> None:
    for arguments in (["bogus"], ["scan"], ["scan", "--bogus"], ["undo", "a.facilitator"]):
        wrong = command(*arguments)
        assert wrong.status == 2
        assert wrong.out == ""
        assert len(wrong.err.splitlines()) == 1


def test_the_command_line_imports_no_qt(event: Path) -> None:
    probe = (
        "import sys; from facilitator.cli.base import run; from ui.entry import facilitator;"
        f"run(facilitator, ['scan', {str(event)!r}, 'x']);"
        "sys.exit(any(name.startswith('PySide6') for name in sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", probe], capture_output=True, check=False)
    assert done.returncode == 0, done.stderr


def test_without_a_display_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    if sys.platform != "linux":
        pytest.skip("only Linux has machines without a display")
    refused = command()
    assert refused.status == 1
    assert "facilitator rehearse" in refused.reason
