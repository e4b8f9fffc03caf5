"""The laptop is looked after while an event is open, on the strip of this window alone."""

from __future__ import annotations

import gc
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from facilitator.app import EventApp
from facilitator.clocks import HandClocks
from facilitator.domain.ticket import make_ticket
from facilitator.sample import make_sample_event
from tests.ui.conftest import Hand
from tests.ui.test_kit_tangle import interleaved, type_all
from tests.ui.test_room_window import LAPTOP, PROJECTOR, Desk
from ui.application import Composition, build_window
from ui.kit import Message
from ui.laptop_state import MB, Battery
from ui.laptop_watch import LaptopWatch, ThisLaptop, dbus_adapter
from ui.room.window import RoomKeeper
from ui.screens.screen import Surroundings
from ui.settings import LaptopSettings


class Bench:
    """A laptop whose battery and disk a test sets."""

    def __init__(self) -> None:
        self.charge: Battery | None = None
        self.free: int | None = None
        self.obeys = True
        self.awake = False
        self.asked = 0

    def battery(self) -> Battery | None:
        return self.charge

    def free_bytes(self, folder: Path) -> int | None:
        return self.free

    def stay_awake(self) -> bool:
        self.asked += 1
        self.awake = self.obeys
        return self.awake

    def may_sleep(self) -> None:
        self.awake = False


class Watched:
    """A watch over such a laptop, and what it said."""

    def __init__(self, around: Surroundings, app: EventApp) -> None:
        self.laptop = Bench()
        self.runs = False
        self.said: list[Message] = []
        self.over: list[str] = []
        self.watch = LaptopWatch(around.heavy, around.clocks, around.keys, laptop=self.laptop)
        self.watch.said.connect(self.said.append)
        self.watch.over.connect(self.over.append)
        event = app.event.get()
        self.watch.watch(event.held_on, event.zone, None, lambda: self.runs)
        self._around = around

    def look(self) -> list[str]:
        """One look; what it said."""
        self.said.clear()
        self.watch.look()
        self._around.heavy.settle()
        return [one.text for one in self.said]


@pytest.fixture
def event(tmp_path: Path, clocks: HandClocks) -> Iterator[EventApp]:
    made = make_sample_event(
        tmp_path / "day.facilitator", attendees=12, held_on=clocks.now().date(), clocks=clocks
    )
    yield made
    made.close()


@pytest.fixture
def watched(around: Surroundings, event: EventApp) -> Watched:
    return Watched(around, event)


def test_it_stays_awake_on_the_day_and_may_sleep_after_it(
    watched: Watched, clocks: HandClocks
) -> None:
    assert watched.look() == []
    assert watched.laptop.awake
    assert watched.watch.is_awake
    watched.look()
    assert watched.laptop.asked == 1
    clocks.advance(86_400)
    watched.look()
    assert not watched.laptop.awake
    # an event that runs on a day which is not its own
    watched.runs = True
    watched.look()
    assert watched.laptop.awake
    watched.watch.end()
    assert not watched.laptop.awake


def test_a_laptop_that_cannot_be_kept_awake_is_said_once(watched: Watched) -> None:
    watched.laptop.obeys = False
    (sentence,) = watched.look()
    assert "power settings" in sentence
    assert watched.look() == []
    assert watched.laptop.asked == 1


def test_warnings_come_once_and_are_taken_back(watched: Watched) -> None:
    watched.laptop.charge, watched.laptop.free = Battery(18, plugged=False), 300 * MB
    battery, disk = watched.look()
    assert "18 %" in battery
    assert "300 MB" in disk
    assert watched.look() == []
    watched.laptop.charge = Battery(18, plugged=True)
    assert watched.look() == []
    assert watched.over == [battery]


def test_a_jump_of_the_clock_is_said(watched: Watched, clocks: HandClocks) -> None:
    watched.look()
    clocks.advance(20)
    clocks.step_wall(-3600)
    (sentence,) = watched.look()
    assert "jumped back by 1 hour, to 08:15" in sentence


def test_two_scanners_that_cannot_be_told_apart_are_said(
    watched: Watched, hand: Hand, qtbot: QtBot, event: EventApp
) -> None:
    label = QLabel()
    qtbot.addWidget(label)
    label.show()
    strangers = [make_ticket("K7Q2", bytes([n] * 10)) for n in (1, 2)]
    typed, _ = interleaved(*strangers, [True, False] * 27)
    type_all(hand, label, typed)  # pyright: ignore[reportArgumentType]
    hand.keys.settle()
    (message,) = watched.said
    assert (message.mood, "nobody was let in" in message.text) == ("careful", True)


# --- in the window --------------------------------------------------------------------------------


@pytest.fixture
def window(
    event: EventApp, clocks: HandClocks, tmp_path: Path, qtbot: QtBot
) -> Iterator[Composition]:
    settings = LaptopSettings(tmp_path / "settings.json")
    settings.set(sounds=False)
    made = build_window(event, settings, clocks, location=str(tmp_path / "day.facilitator"))
    made.window.show()
    made.database.settle()
    yield made
    made.window.close()


def test_two_guests_whose_scanners_spoke_at_once_are_both_in_and_both_told(
    window: Composition, hand: Hand, event: EventApp
) -> None:
    first, second = [p for p in event.people.all() if p.status.value == "expected"][:2]
    desk = window.window.screen_of("desk")
    typed, _ = interleaved(first.ticket, second.ticket, [True, False] * 27)
    type_all(hand, desk, typed)  # pyright: ignore[reportArgumentType]
    window.database.settle()
    assert {p.id for p in event.people.all() if p.is_here} == {first.id, second.id}
    message = window.window.message_bar.message
    assert message is not None
    assert message.text.startswith("Two scanners at once. The first: ")
    assert first.family_name in message.text
    # what was typed is in the log, twice, as it came
    raw = typed.replace("\r", "")
    assert [one.raw for one in event.checkin.log()] == [raw, raw]


def test_neither_is_let_in_where_one_of_them_is_nobodys(
    window: Composition, hand: Hand, event: EventApp
) -> None:
    (guest,) = [p for p in event.people.all() if p.status.value == "expected"][:1]
    stranger = make_ticket(event.event.get().tag, bytes(10))
    typed, _ = interleaved(guest.ticket, stranger, [True, False] * 27)
    type_all(hand, window.window.screen_of("desk"), typed)  # pyright: ignore[reportArgumentType]
    hand.keys.settle()
    window.database.settle()
    assert not [p for p in event.people.all() if p.is_here]
    texts = [m.text for m in window.window.message_bar.waiting]
    now = window.window.message_bar.message
    assert any("scan both badges again" in t for t in [now.text if now else "", *texts])


def test_nothing_of_it_reaches_the_room(
    window: Composition, event: EventApp, clocks: HandClocks
) -> None:
    keeper = RoomKeeper(window.settings, clocks, screens=Desk(LAPTOP, PROJECTOR))
    keeper.show_picture(event.room.picture())
    keeper.open(None)
    assert keeper.window is not None
    assert keeper.is_on_projector
    before = keeper.window.grab().toImage()
    for mood, text in (("careful", "The battery is at 9 %"), ("stop", "Only 80 MB are free")):
        window.watch.said.emit(Message(mood, text, about=text))
    assert window.window.message_bar.message is not None
    assert keeper.window.grab().toImage() == before
    keeper.close()


def test_a_projector_that_is_back_takes_the_warning_with_it(window: Composition) -> None:
    from ui.screens.room import RoomScreen

    room = window.window.screen_of("room")
    assert isinstance(room, RoomScreen)
    bar = window.window.message_bar
    room.keeper.said.emit("careful", "The projector is gone.")
    room.keeper.said.emit("done", "The projector is back.")
    assert bar.message is not None
    assert bar.message.text == "The projector is back."
    assert bar.waiting == ()


# --- the real laptop ------------------------------------------------------------------------------


def test_this_laptop_answers_or_says_nothing(tmp_path: Path) -> None:
    laptop = ThisLaptop()
    charge, free = laptop.battery(), laptop.free_bytes(tmp_path)
    assert charge is None or 0 <= charge.percent <= 100
    assert free is not None
    assert free > 0
    assert laptop.free_bytes(tmp_path / "gone") is None


@pytest.mark.parametrize("fakes", ["yes", ""])
def test_the_library_is_held_in_a_thread_and_let_go(fakes: str) -> None:
    """Where the system can (the library pretends so) and where it cannot (no session bus)."""
    script = (
        "import time; from ui.laptop_watch import ThisLaptop; one = ThisLaptop();"
        "began = time.monotonic(); print(one.stay_awake()); one.may_sleep();"
        "print(time.monotonic() - began < 9)"
    )
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("DBUS_", "XDG_RUNTIME"))}
    ran = subprocess.run(
        [sys.executable, "-W", "error", "-c", script],
        env={**clean, "WAKEPY_FAKE_SUCCESS": fakes, "DBUS_SESSION_BUS_ADDRESS": "unix:path=/none"},
        capture_output=True, text=True, check=True, timeout=60,
    )  # fmt: skip
    expected = ["True" if fakes else "False", "True"]
    assert ran.stdout.split() == expected, ran.stderr
    assert ran.stderr == ""


def test_no_garbage_is_collected_in_the_thread_that_holds_the_laptop(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Qt's objects end in the window's thread alone."""
    from wakepy import JeepneyDBusAdapter

    closed = []

    class Connection:
        def close(self) -> None:
            closed.append(self)

    monkeypatch.setattr(
        JeepneyDBusAdapter, "_create_new_connection", lambda self, bus=None: Connection()
    )
    adapter = dbus_adapter()
    assert adapter is not None
    one = adapter()
    one._get_connection()
    collected: list[str] = []

    def hear(phase: str, info: dict[str, int]) -> None:
        collected.append(phase)

    gc.callbacks.append(hear)
    try:
        one.close_connections()
    finally:
        gc.callbacks.remove(hear)
    assert len(closed) == 1
    assert collected == []
