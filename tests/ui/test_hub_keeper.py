"""Staying in step with the hub beside the window's thread: news, standing, coming back, the end."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from PySide6.QtCore import QThread
from pytestqt.qtbot import QtBot

from facilitator.clocks import HandClocks
from facilitator.domain.changes import Changes
from facilitator.domain.errors import HubGone, Refused
from facilitator.services.sharing import Standing
from tests.ui.sharing_fake import FakeSharing
from ui.hub_keeper import HubKeeper, together
from ui.kit import Message
from ui.lanes import FAULT
from ui.screens.screen import Surroundings

SHARED = Standing("shared", hub="Hub laptop", role="desk", desk="Desk 2")


@pytest.fixture
def sharing(clocks: HandClocks) -> FakeSharing:
    return FakeSharing(clocks, SHARED)


@pytest.fixture
def said() -> list[Message]:
    return []


@pytest.fixture
def keeper(around: Surroundings, said: list[Message]) -> Iterator[HubKeeper]:
    made = HubKeeper(around)
    made.said.connect(said.append)
    yield made
    made.end()()


def alone(sharing: FakeSharing, waiting: int) -> Standing:
    since = sharing.clocks.now() - timedelta(minutes=3)
    return replace(SHARED, kind="alone", since=since, waiting=waiting)


def turn(qtbot: QtBot, sharing: FakeSharing, then: Callable[[], bool]) -> None:
    """Wakes the thread until what it brought has come to the window."""

    def came() -> bool:
        sharing.woken.set()
        return then()

    qtbot.waitUntil(came, timeout=5000)


def test_what_others_did_reaches_every_screen_in_the_windows_thread(
    qtbot: QtBot, around: Surroundings, keeper: HubKeeper, sharing: FakeSharing
) -> None:
    heard: list[tuple[Changes, QThread]] = []
    around.bus.changed.connect(lambda changes: heard.append((changes, QThread.currentThread())))
    caught: list[Changes] = []
    keeper.caught_up.connect(caught.append)
    sharing.brings = [Changes.ARRIVALS | Changes.SEATS]
    keeper.adopt(sharing)
    turn(qtbot, sharing, lambda: bool(heard))
    assert heard == [(Changes.ARRIVALS | Changes.SEATS, around.bus.thread())]
    assert caught == [Changes.ARRIVALS | Changes.SEATS]
    before = sharing.turns
    turn(qtbot, sharing, lambda: sharing.turns > before + 1)
    assert len(heard) == 1, "nothing new is nothing to tell"
    assert len(sharing.threads) == 1
    assert threading.get_ident() not in sharing.threads


def test_what_came_in_another_way_is_told_too(
    qtbot: QtBot, around: Surroundings, keeper: HubKeeper, sharing: FakeSharing
) -> None:
    heard: list[Changes] = []
    around.bus.changed.connect(heard.append)
    sharing.brings = [HubGone("The hub does not answer.")]
    sharing.others = Changes.NOTES
    keeper.adopt(sharing)
    turn(qtbot, sharing, lambda: bool(heard))
    assert heard == [Changes.NOTES], "though the catching up ended in the middle"


def test_an_event_of_this_laptop_alone_is_left_alone(
    keeper: HubKeeper, sharing: FakeSharing
) -> None:
    sharing.now = Standing("own")
    keeper.adopt(sharing)
    assert not keeper.running
    assert keeper.standing == Standing("own")
    sharing.now = SHARED
    keeper.look_again()
    assert keeper.running, "it is shared now"
    sharing.now = Standing("own")
    keeper.look_again()
    assert not keeper.running, "and no longer"


def test_alone_it_tries_again_and_says_once_how_many_were_sent(
    qtbot: QtBot, keeper: HubKeeper, sharing: FakeSharing, said: list[Message]
) -> None:
    stood: list[Standing] = []
    keeper.standing_changed.connect(stood.append)
    keeper.adopt(sharing)
    sharing.brings = [HubGone("The hub does not answer.")] * 2
    sharing.now = alone(sharing, 14)
    turn(qtbot, sharing, lambda: keeper.why == "The hub does not answer.")
    assert [one.kind for one in stood] == ["shared", "alone"]
    assert said == [], "the head says it, calmly"
    sharing.now = SHARED
    turn(qtbot, sharing, lambda: keeper.standing == SHARED)
    turns = sharing.turns
    turn(qtbot, sharing, lambda: sharing.turns > turns)
    assert [one.text for one in said] == ["Together again: 14 sent."]
    assert keeper.why == ""
    assert together(0, 0, "desk").text == "Together again."


@pytest.mark.parametrize(
    ("role", "aside", "words"),
    [
        ("facilitator", 1, "One thing contradicts {} an organiser decides."),
        ("organiser", 2, "2 things contradict {} decide under Copies."),
    ],
)
def test_what_contradicts_others_is_said_until_it_was_read(
    qtbot: QtBot, keeper: HubKeeper, sharing: FakeSharing, said: list[Message],
    role: str, aside: int, words: str,
) -> None:  # fmt: skip
    sharing.now = alone(sharing, 3)
    keeper.adopt(sharing)
    sharing.now = replace(SHARED, role=role, aside=aside)
    turn(qtbot, sharing, lambda: bool(said))
    (message,) = said
    kept = words.format("others:")
    assert message.text == f"Together again: 3 sent. {kept}"
    assert (message.mood, message.seconds) == ("careful", 0)


def test_what_could_not_be_sent_is_not_called_sent(
    qtbot: QtBot, keeper: HubKeeper, sharing: FakeSharing, said: list[Message]
) -> None:
    sharing.now = alone(sharing, 3)
    keeper.adopt(sharing)
    sharing.now = alone(sharing, 9)
    turn(qtbot, sharing, lambda: keeper.standing is not None and keeper.standing.waiting == 9)
    sharing.now = replace(SHARED, waiting=1)
    turn(qtbot, sharing, lambda: bool(said))
    assert [one.text for one in said] == ["Together again: 8 sent."]


def test_a_write_here_tells_at_once_that_it_waits(
    qtbot: QtBot, around: Surroundings, keeper: HubKeeper, sharing: FakeSharing
) -> None:
    keeper.adopt(sharing)
    qtbot.waitUntil(lambda: sharing.turns > 0)
    sharing.now = alone(sharing, 1)
    around.bus.publish(Changes.ARRIVALS)
    around.database.settle()
    assert keeper.standing is not None
    assert keeper.standing.kind == "alone"


def test_an_older_answer_that_arrives_later_is_not_shown(
    around: Surroundings, keeper: HubKeeper, sharing: FakeSharing, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked, answer = threading.Event(), threading.Event()

    def slow() -> Standing:
        found = sharing.now
        asked.set()
        assert answer.wait(5)
        return found

    keeper.adopt(sharing)
    keeper.end()()
    monkeypatch.setattr(keeper, "_turns", _NoTurns())
    monkeypatch.setattr(sharing, "standing", slow)
    around.bus.publish(Changes.ARRIVALS)
    assert asked.wait(5)
    monkeypatch.setattr(sharing, "standing", lambda: sharing.now)
    sharing.now = alone(sharing, 14)
    keeper.look_again()
    answer.set()
    around.database.settle()
    assert keeper.standing is not None
    assert keeper.standing.kind == "alone", "what was asked for before is older"


def test_every_turn_says_how_it_stands(
    qtbot: QtBot, keeper: HubKeeper, sharing: FakeSharing
) -> None:
    keeper.adopt(sharing)
    qtbot.waitUntil(lambda: sharing.turns > 0)
    # Something else told the window what was true a moment ago.
    keeper._stand(alone(sharing, 3), time.monotonic())
    turn(qtbot, sharing, lambda: keeper.standing == SHARED)


class _NoTurns:
    """Kept in step, and nothing comes of it."""

    def stop(self) -> None:
        pass

    def join(self) -> None:
        pass


@pytest.mark.parametrize(
    ("problem", "words"),
    [
        (Refused("The hub has another event.", "", "Join again."),
         "The hub has another event. Join again."),
        (RuntimeError("a bug"), FAULT),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_once(
    qtbot: QtBot, keeper: HubKeeper, sharing: FakeSharing, said: list[Message],
    problem: Exception, words: str,
) -> None:  # fmt: skip
    sharing.brings = [problem] * 2
    keeper.adopt(sharing)
    turn(qtbot, sharing, lambda: not sharing.brings and sharing.turns > 2)
    qtbot.waitUntil(lambda: bool(said))
    assert [one.text for one in said] == [words]


def test_closing_ends_the_thread_and_another_event_is_not_told(
    qtbot: QtBot, around: Surroundings, keeper: HubKeeper, sharing: FakeSharing, clocks: HandClocks
) -> None:
    keeper.adopt(sharing)
    qtbot.waitUntil(lambda: sharing.turns > 0)
    other = FakeSharing(clocks, Standing("own"))
    heard: list[Changes] = []
    around.bus.changed.connect(heard.append)
    sharing.brings = [Changes.NOTES]
    wait = keeper.adopt(other)
    sharing.woken.set()
    around.database.run(wait)
    assert around.database.settle(1500), "within a second"
    assert sharing.asked == ["hush"], "and its line to the hub is closed"
    # by its name too: the system may give its number to the next thread
    living = [one for one in threading.enumerate() if one.name == "hub"]
    assert not [one for one in living if one.ident in sharing.threads]
    assert heard == [], "what came too late was for the event before"
    assert not keeper.running
