"""A rehearsal of mishaps: really done, really compared."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtWidgets import QApplication

from facilitator.app import EventApp, create_event, open_event
from facilitator.services.checkin import At
from tests.conftest import NEW
from tests.people import add_person
from ui.mishap_page import comparison, headline, page_text, took
from ui.rehearse_mishaps import EVENT, Ledger, Mishaps, rehearse_mishaps


@pytest.fixture(scope="module")
def played(qapp: QApplication, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Mishaps]:
    """A short one, in its folder."""
    folder = tmp_path_factory.mktemp("mishaps")
    return folder, rehearse_mishaps(qapp, folder, attendees=32, seed=3, tell=lambda _: None)


def test_nothing_that_was_answered_is_lost(played: tuple[Path, Mishaps]) -> None:
    _, found = played
    assert found.is_well, page_text(found)
    assert [one.at for one in found.mishaps] == [
        "09:20", "09:40", "10:00", "10:30", "10:45", "11:40"
    ]  # fmt: skip
    assert all(0 < one.seconds < 60 for one in found.mishaps)
    answered = [one.answered for one in found.mishaps]
    assert answered == sorted(answered)
    assert found.answered > 25
    assert 0 < found.copied < found.answered


def test_the_page_and_the_roll_are_left(played: tuple[Path, Mishaps]) -> None:
    folder, found = played
    assert all((folder / name).stat().st_size > 0 for name in found.files)
    text = (folder / "mishaps.md").read_text("utf-8")
    assert "**Nothing that was answered was lost.**" in text
    assert text.count("\n| ") == 7
    with Image.open(folder / "mishaps.png") as picture:
        assert picture.width == 1366
        assert len(picture.convert("RGB").getcolors(1 << 24) or ()) > 20
    with open_event(folder / EVENT) as app:
        assert app.event.get().is_rehearsal
        # what was scanned when the power went stands in the log, unanswered
        log = app.checkin.log(None)
        assert [one.outcome for one in log].count("") == 1
        assert [one.source for one in log].count("paper") == 10


def test_a_ledger_finds_what_is_missing(app: EventApp) -> None:
    priya = add_person(app, "Dr Priya Raman")
    ledger = Ledger()
    ledger.add(priya.ticket, "welcome")
    assert ledger.lost_in(app) == 1
    app.checkin.scan(priya.ticket, At("Desk 1"))
    assert ledger.lost_in(app) == 0
    ledger.add(priya.ticket, "welcome")  # answered twice, kept once
    assert ledger.lost_in(app) == 1
    assert ledger.lost_in(app, first=1) == 0


def test_the_page_says_the_worst_first(played: tuple[Path, Mishaps]) -> None:
    _, found = played
    assert headline(replace(found, lost=1)) == f"1 answer of {found.answered} is gone."
    assert "2 lost" in comparison(replace(found, lost=2))
    doubtful = replace(found.mishaps[3], lost=1)
    one_wrong = replace(found, mishaps=(*found.mishaps[:3], doubtful))
    assert headline(one_wrong) == "Look at this: The projector is unplugged."
    assert not one_wrong.is_well
    assert headline(replace(found, problems=("Two seats are one.",))).startswith("Look at this")


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0.0001, "1 millisecond"), (0.061, "61 milliseconds"), (0.0996, "0.1 seconds"),
     (2.14, "2.1 seconds"), (12.2, "12 seconds")],
)  # fmt: skip
def test_how_long_it_took_is_said_in_words(seconds: float, words: str) -> None:
    assert took(seconds) == words


@pytest.mark.slow
@pytest.mark.parametrize(("few", "code"), [("31", 2), ("32", 1)])
def test_the_command_refuses_too_few_people_and_a_real_event(
    tmp_path: Path, few: str, code: int
) -> None:
    create_event(tmp_path / EVENT, NEW).close()
    before = (tmp_path / EVENT).read_bytes()
    done = subprocess.run(
        [sys.executable, "-m", "ui", "rehearse", "--mishaps", "-o", str(tmp_path),
         "--attendees", few],
        capture_output=True, text=True, check=False, timeout=60, stdin=subprocess.DEVNULL,
    )  # fmt: skip
    assert done.returncode == code, done.stderr
    assert done.stdout == ""
    assert done.stderr.splitlines()[-1].endswith((".", "--help"))
    assert (tmp_path / EVENT).read_bytes() == before
