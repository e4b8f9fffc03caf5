"""`rehearse` plays a whole day without a display; `doctor` looks at the machine."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from facilitator.app import create_event, open_event
from tests.conftest import NEW

SCREENS = (
    "start", "desk-welcome", "desk-already", "desk-search", "tables", "mix", "programme", "notes",
    "people", "import", "after", "room", "roll", "keys", "sharing",
)  # fmt: skip


def facilitator(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """The command in a process of its own, on a machine without a display."""
    environment = {
        name: value
        for name, value in os.environ.items()
        if name not in {"DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"}
    }
    return subprocess.run(
        [sys.executable, "-m", "ui", *map(str, arguments)],
        env=environment, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL,
    )  # fmt: skip


@pytest.mark.slow
def test_a_day_is_played_and_leaves_everything(tmp_path: Path) -> None:
    folder = tmp_path / "day"
    done = facilitator("rehearse", "-o", folder, "--attendees", "32", "--seed", "3", "--json")
    assert done.returncode == 0, done.stderr
    said = [json.loads(line) for line in done.stdout.splitlines()]
    assert said[-1]["people"] == 32
    for name in (
        "rehearsal.facilitator", "badges.pdf", "report.pdf", "report.docx", "day.xlsx", "day.json",
        "csv/people.csv",
    ):  # fmt: skip
        assert (folder / name).stat().st_size > 0, name
    for name in SCREENS:
        with Image.open(folder / f"{name}.png") as picture:
            assert picture.size == (1366, 768), name
            assert len(picture.convert("RGB").getcolors(1 << 24) or ()) > 20, name
    for face in ("welcome", "clock", "find", "move", "myth", "message", "break"):
        with Image.open(folder / f"room-{face}.png") as picture:
            assert picture.size == (1920, 1080), face
    with open_event(folder / "rehearsal.facilitator") as app:
        assert app.event.get().is_rehearsal
        came = [p for p in app.people.all() if p.since is not None]
        assert len(came) >= 25
        assert {note.kind.value for note in app.notes.all()} == {
            "myth", "bright-spot", "pain-point", "action",
        }  # fmt: skip


@pytest.mark.parametrize("arguments", [("--attendees", "2"), ("--attendees", "many")])
def test_a_day_of_nobody_is_wrong_usage(arguments: tuple[str, ...]) -> None:
    assert facilitator("rehearse", *arguments).returncode == 2


@pytest.mark.slow
def test_a_real_event_is_never_played_over(tmp_path: Path) -> None:
    create_event(tmp_path / "rehearsal.facilitator", NEW).close()
    before = (tmp_path / "rehearsal.facilitator").read_bytes()
    refused = facilitator("rehearse", "-o", tmp_path)
    assert refused.returncode == 1
    assert "real event" in refused.stderr.splitlines()[-1]
    assert (tmp_path / "rehearsal.facilitator").read_bytes() == before


@pytest.mark.slow
def test_the_doctor_says_what_works_here() -> None:
    done = facilitator("doctor", "--json")
    assert done.returncode == 0, done.stderr
    found = {line["part"]: line for line in map(json.loads, done.stdout.splitlines())}
    assert set(found) == {"display", "fonts", "camera", "sound", "printers", "database"}
    assert found["fonts"]["works"]
    assert found["database"]["works"]
    if sys.platform == "linux":
        assert not found["display"]["works"]
    assert all(line["sentence"].endswith(".") for line in found.values())
