"""Cues and going on by themselves, whichever screen is in sight."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from facilitator.app import EventApp, open_event
from facilitator.clocks import HandClocks
from facilitator.domain.auto_advance import AskToGoOn
from facilitator.domain.changes import Changes
from facilitator.domain.session_clock import Phase
from tests.ui.programme_stage import Stage, made_day, stage
from ui.application import Composition, build_window
from ui.cue_keeper import CueKeeper, Rung, sound_of
from ui.kit import Message
from ui.screens.screen import Surroundings
from ui.settings import LaptopSettings

__all__ = ["made_day", "stage"]


class Watch:
    """A keeper over a day of five sessions, the Programme never opened."""

    def __init__(self, app: EventApp, around: Surroundings, clocks: HandClocks) -> None:
        self.app, self.around, self.clocks = app, around, clocks
        self.in_sight, self.may_act = False, True
        self.keeper = CueKeeper(
            around, app.programme, in_sight=lambda: self.in_sight, may_act=lambda: self.may_act
        )
        self.said: list[Message] = []
        self.rung: list[Rung] = []
        self.asked: list[AskToGoOn | None] = []
        self.keeper.said.connect(self.said.append)
        self.keeper.rung.connect(self.rung.append)
        self.keeper.asked.connect(self.asked.append)
        self.keeper.begin()
        self.settle()

    def settle(self) -> None:
        for _ in range(2):
            self.around.database.settle()

    def news(self) -> None:
        """What the test wrote by itself reaches the keeper."""
        self.around.bus.publish(Changes.PROGRAMME | Changes.CLOCK)
        self.settle()

    def run(self, minutes: float) -> None:
        """Time passes, beat by beat."""
        for _ in range(round(minutes * 60 / 4)):
            self.clocks.advance(4)
            self.keeper.beat()
        self.settle()

    def sleep(self, minutes: float) -> None:
        self.clocks.advance(minutes * 60)
        self.keeper.beat()
        self.settle()

    @property
    def on(self) -> str:
        session = self.app.programme.state().board.state.session
        return session.title if session else ""


@pytest.fixture
def watch(
    around: Surroundings, clocks: HandClocks, made_day: Path, tmp_path: Path
) -> Iterator[Watch]:
    app = open_event(shutil.copy(made_day, tmp_path / "cues.facilitator"), clocks)
    watch = Watch(app, around, clocks)
    yield watch
    watch.keeper.end()
    watch.settle()
    app.close()


def test_each_cue_is_said_once_and_sounds_as_its_session_says(watch: Watch) -> None:
    watch.app.programme.start()
    watch.news()
    watch.run(16)
    assert [(one.words, one.sound) for one in watch.rung] == [
        ("5 minutes left in “Welcome”.", "chime"),
        ("1 minute left in “Welcome”.", "chime"),
        ("“Welcome” is over its time.", "careful"),
    ]
    assert [message.text for message in watch.said] == [one.words for one in watch.rung]


def test_after_a_sleep_only_what_is_still_true_is_said(watch: Watch) -> None:
    watch.app.programme.start()
    watch.news()
    watch.sleep(20)
    watch.run(1)
    assert [message.text for message in watch.said] == ["“Welcome” is over its time."]


def test_with_the_programme_in_sight_the_strip_stays_free(watch: Watch) -> None:
    watch.in_sight = True
    watch.app.programme.start()
    watch.news()
    watch.run(11)
    assert [one.phase for one in watch.rung] == [Phase.WARNING]
    assert watch.said == []


def test_thresholds_and_sounds_are_the_sessions_own(watch: Watch) -> None:
    first = watch.app.programme.state().programme.sessions[0]
    watch.app.programme.edit(first.id, warnings=(10, 2), sound="bell")
    watch.app.programme.start()
    watch.news()
    watch.run(15.2)
    assert [(one.words, one.sound) for one in watch.rung] == [
        ("10 minutes left in “Welcome”.", "chime"),
        ("2 minutes left in “Welcome”.", "chime"),
        ("“Welcome” is over its time.", "bell"),
    ]
    silent = watch.app.programme.edit(first.id, sound="none").session
    assert sound_of(Phase.OVER, silent) == ""


def test_nothing_beats_while_nothing_runs(watch: Watch) -> None:
    assert not watch.keeper._beat.isActive()
    watch.app.programme.start()
    watch.news()
    assert watch.keeper._beat.isActive()
    watch.app.programme.stop()
    watch.news()
    assert not watch.keeper._beat.isActive()


def test_another_desks_start_is_noticed(watch: Watch) -> None:
    with open_event(watch.app.database.location, watch.clocks) as other:
        other.programme.start()
    watch.keeper.look_over()
    watch.settle()
    watch.run(10)
    assert [one.phase for one in watch.rung] == [Phase.WARNING]


def auto(watch: Watch) -> None:
    first = watch.app.programme.state().programme.sessions[0]
    watch.app.programme.edit(first.id, auto=True)
    watch.app.programme.start()
    watch.news()


def test_it_goes_on_by_itself_and_can_be_taken_back(watch: Watch) -> None:
    auto(watch)
    watch.run(15.1)
    assert watch.on == "Myths <b>here</b>"
    message = watch.said[-1]
    assert (message.text, message.act, message.seconds) == (
        "“Myths <b>here</b>” has begun by itself.", "Undo", 5.0
    )  # fmt: skip
    assert message.do is not None
    message.do()
    watch.settle()
    watch.run(1)
    assert watch.on == "Welcome", "taken back, it waits for a person"


def test_after_a_sleep_it_asks_and_goes_on_when_told(watch: Watch) -> None:
    auto(watch)
    watch.run(2)
    watch.sleep(30)
    assert watch.on == "Welcome"
    question = watch.keeper.question
    assert question is not None
    assert question.sentence == (
        "The laptop slept from 09:17 to 09:47, and “Welcome” ended meanwhile. "
        "Begin “Myths <b>here</b>”?"
    )
    assert (watch.said[-1].mood, watch.said[-1].act) == ("careful", "Begin it")
    watch.keeper.go_on()
    watch.settle()
    assert watch.on == "Myths <b>here</b>"
    assert watch.asked[-1] is None


def test_a_question_that_another_desk_answered_is_withdrawn(watch: Watch) -> None:
    auto(watch)
    watch.run(2)
    watch.sleep(30)
    with open_event(watch.app.database.location, watch.clocks) as other:
        other.programme.next()
    watch.keeper.look_over()
    watch.settle()
    assert watch.keeper.question is None
    assert watch.asked[-1] is None


def test_at_a_locked_desk_nothing_is_offered(watch: Watch) -> None:
    watch.may_act = False
    auto(watch)
    watch.run(2)
    watch.sleep(30)
    assert watch.said[-1].act == ""


def test_the_programme_shows_the_question_and_one_key_answers(stage: Stage) -> None:
    keeper = CueKeeper(
        stage.around, stage.app.programme, in_sight=lambda: True, may_act=lambda: True
    )
    stage.screen.follow(keeper)
    keeper.begin()
    stage.press(" ", Qt.Key.Key_Space)
    stage.press("a")
    stage.clocks.advance(4)
    keeper.beat()
    stage.clocks.advance(1200)
    keeper.beat()
    stage.settle()
    assert stage.screen.delay.accessibleName().startswith("Begin “Myths <b>here</b>”? The laptop")
    assert stage.screen.delay.not_yet.isVisible()
    stage.press("c")
    assert keeper.question is None
    assert not stage.screen.delay.not_yet.isVisible()
    assert stage.on is not None
    assert stage.on.title == "Welcome"
    keeper.end()


def test_in_the_window_a_cue_is_on_the_strip_of_the_desk(
    clocks: HandClocks, made_day: Path, tmp_path: Path
) -> None:
    app = open_event(shutil.copy(made_day, tmp_path / "window.facilitator"), clocks)
    app.programme.start()
    made: Composition = build_window(app, LaptopSettings(tmp_path / "s.json"), clocks)
    made.window.show()
    made.database.settle()
    assert made.window.made("programme") is None
    clocks.advance(601)
    for _ in range(2):
        assert made._cues is not None
        made._cues.beat()
        made.database.settle()
    message = made.window.message_bar.message
    assert message is not None
    assert message.text == "5 minutes left in “Welcome”."
    made.window.close()
