"""Every screen of the application's table is walked: light and dark, on the usual laptop and at
200 %, with the longest names and with nothing in the event. A new screen joins by itself."""

from __future__ import annotations

import csv
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from uuid import uuid4

import pytest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from facilitator.app import EventApp, create_event, open_event
from facilitator.clocks import HandClocks
from facilitator.services.checkin import At
from facilitator.services.events import NewEvent
from tests.ui.walk import faults_of, scrolled
from tests.ui.whole_window import settle, window_over
from ui.application import SCREENS, Composition, build_window
from ui.kit import Message
from ui.settings import LaptopSettings
from ui.theme import ThemeKeeper

LONG = (
    "Wednesday Evening of General Practice and Community Pharmacy in the Whole of South East "
    "London and its Neighbouring Boroughs"
)
FAMILY = "Adébáyò-Featherstonehaugh-Wolfeschlegelsteinhausenbergerdorff"
ROLES = (
    ("GP partner and clinical director of the primary care network", "GP ticket"),
    ("Superintendent pharmacist and independent prescriber", "Pharmacy ticket"),
    ("Associate director of primary care transformation", "Guest ticket"),
)
NOON = datetime(2026, 11, 18, 9, 15, tzinfo=UTC)
#: 1366x768 is the usual laptop; 1920x1080 at 200 % leaves 960x540 for the window.
SIZES = {"laptop": (1366, 768), "half": (960, 540)}
KEYS = ["start", *(entry.key for entry in SCREENS), "keys"]


def make_empty(place: Path, clocks: HandClocks) -> EventApp:
    """An event in which there is nothing yet."""
    return create_event(place, NewEvent("A day", date(2026, 11, 18)), clocks)


def make_longest(place: Path, clocks: HandClocks) -> EventApp:
    """An event full of the longest names there are, some of them here already."""
    new = NewEvent(LONG, date(2026, 11, 18), "The Old Tram Depot and Assembly Rooms, Southwark")
    app = create_event(place, new, clocks)
    people = place.with_suffix(".csv")
    with people.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(
            ["First name", "Surname", "Email", "Organisation", "Job title", "Borough",
             "Ticket type", "Dietary requirements", "Access requirements", "Attention", "VIP"]
        )  # fmt: skip
        for number in range(36):
            role, ticket = ROLES[number % 3]
            writer.writerow(
                [f"Oluwaseun Anthony <b>{number}</b>", FAMILY, f"person{number}@people.example",
                 "Addiscombe, Shirley and Monks Orchard Pharmacies and Travel Clinics", role,
                 "Kensington and Chelsea", ticket, "No nuts, no gluten, no dairy",
                 "Step-free seat near the door and a hearing loop",
                 "Speaking at 10:20: please find Amina by the stage", "yes"]
            )  # fmt: skip
    app.importing.apply([people])
    for person in app.people.all()[:14]:
        clocks.advance(20)
        app.checkin.scan(person.ticket, At(desk="Desk 1"))
    _take_notes(app)
    _plan_a_day(app)
    return app


def _plan_a_day(app: EventApp) -> None:
    """A day that has begun late, its titles and speakers as long as they come."""
    app.programme.apply_template("summit")
    for one in app.programme.state().programme:
        app.programme.edit(
            one.id, title=f"{one.title}: {LONG}", speaker=f"Oluwaseun Anthony {FAMILY}"
        )
    app.programme.publish()
    app.programme.start()


def _take_notes(app: EventApp) -> None:
    from facilitator.domain.notes import NoteContent, NoteKind

    for kind in NoteKind:
        text = "Nobody in general practice ever picks up the telephone " * 3
        app.notes.capture(uuid4(), kind, NoteContent(text.strip(), themes=("communication",)))


MAKERS = {"empty": make_empty, "longest": make_longest}


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The two events, made once."""
    folder = tmp_path_factory.mktemp("walk")
    made = {}
    for name, make in MAKERS.items():
        made[name] = folder / f"{name}.facilitator"
        make(made[name], HandClocks(NOON)).close()
    return made


@pytest.fixture(params=["empty", "longest"])
def composition(
    request: pytest.FixtureRequest,
    files: dict[str, Path],
    tmp_path: Path,
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Composition]:
    """The whole window over one of the events."""
    place = files[request.param]
    clocks = HandClocks(NOON)
    clocks.advance(600)
    with window_over(open_event(place, clocks), place, tmp_path, clocks, qtbot) as made:
        yield made


def show(composition: Composition, key: str) -> QWidget:
    """Brings a place into sight and lets it read."""
    if key == "keys":
        composition.window.show_keys()
    else:
        composition.window.show_place(key)
    settle(composition)
    return composition.window


def too_large(composition: Composition) -> list[str]:
    """The screen in sight, where it does not fit."""
    screen = composition.window.current
    return scrolled(screen) if screen is not None else []


@pytest.mark.slow
@pytest.mark.parametrize("key", KEYS)
def test_every_screen(composition: Composition, theme: ThemeKeeper, key: str) -> None:
    found: dict[str, list[str]] = {}
    window = composition.window
    window.resize(*SIZES["laptop"])
    show(composition, key)
    for colours in ("dark", "light"):
        theme.choose(colours)
        settle(composition)
        found[colours] = [*faults_of(window, reach=colours == "light"), *too_large(composition)]
    window.say(Message("careful", "The printer did not answer: " + LONG, "Print again", print))
    settle(composition)
    found["under a message"] = [*faults_of(window, reach=False), *too_large(composition)]
    window.message_bar.next()
    window.resize(*SIZES["half"])
    settle(composition)
    found["small"] = faults_of(window)
    assert {state: faults for state, faults in found.items() if faults} == {}


@pytest.mark.parametrize("page", ["show_new", "show_open", "show_join", "show_laptop"])
def test_every_page_of_start(composition: Composition, page: str) -> None:
    found: dict[str, list[str]] = {}
    window = show(composition, "start")
    getattr(composition.window.current, page)()
    for name, size in SIZES.items():
        window.resize(*size)
        settle(composition)
        found[name] = faults_of(window)
    assert {state: faults for state, faults in found.items() if faults} == {}


@pytest.mark.slow
@pytest.mark.parametrize("key", [entry.key for entry in SCREENS])
def test_every_page_behind_a_screen(composition: Composition, key: str) -> None:
    show(composition, key)
    window, screen = composition.window, composition.window.current
    assert screen is not None
    found: dict[str, list[str]] = {}
    for name, bring in screen.behind().items():
        window.resize(*SIZES["laptop"])
        bring()
        settle(composition)
        found[name] = [*faults_of(window), *too_large(composition)]
        window.resize(*SIZES["half"])
        settle(composition)
        found[f"{name}, small"] = faults_of(window, reach=False)
    assert {page: faults for page, faults in found.items() if faults} == {}


def test_start_without_an_event(tmp_path: Path, qtbot: QtBot) -> None:
    made = build_window(None, LaptopSettings(tmp_path / "s.json"), HandClocks(NOON))
    made.window.show()
    made.window.activateWindow()
    qtbot.waitUntil(made.window.isActiveWindow)
    settle(made)
    assert faults_of(made.window) == []
    made.window.close()


@pytest.mark.slow
def test_every_screen_at_200_per_cent(files: dict[str, Path], tmp_path: Path) -> None:
    # The scale of a screen cannot change inside a process.
    environment = {**os.environ, "QT_SCALE_FACTOR": "2", "QT_QPA_PLATFORM": "offscreen"}
    done = subprocess.run(
        [sys.executable, "-m", "tests.ui.test_walk", str(files["longest"]), str(tmp_path)],
        env=environment, capture_output=True, text=True, timeout=110, check=False,
    )  # fmt: skip
    assert done.stdout.strip().splitlines() == ["scale 2.0"], done.stderr[-2000:]


def main(place: str, folder: str) -> None:
    """Every screen in a process of its own: the scale, then one line for each fault."""
    app = QApplication([])
    ThemeKeeper(app, "light")
    clocks = HandClocks(NOON)
    made = build_window(
        open_event(place, clocks), LaptopSettings(Path(folder) / "s.json"), clocks, location=place
    )
    made.window.show()
    made.window.activateWindow()
    print(f"scale {made.window.devicePixelRatioF()}")
    for key in KEYS:
        for fault in faults_of(show(made, key), reach=False):
            print(f"{key}: {fault}")
    made.window.close()


if __name__ == "__main__":
    main(*sys.argv[1:3])
