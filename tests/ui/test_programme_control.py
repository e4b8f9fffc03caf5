"""Everything that the Programme does to the clock and the order: by key, by drag, taken back."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import timedelta

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication, QListView, QMenu
from pytestqt.qtbot import QtBot

from facilitator.app import open_event
from facilitator.domain.session_clock import Phase, Status
from facilitator.services.room_display import Face
from tests.ui.programme_stage import Stage, made_day, stage
from tests.ui.test_theme import distance
from ui.kit import motion_ms
from ui.room.clock_face import LOOKS
from ui.screens.programme_clock import ClockCard
from ui.theme import Theme

__all__ = ["made_day", "stage"]

SPACE, UP, DOWN = Qt.Key.Key_Space, Qt.Key.Key_Up, Qt.Key.Key_Down
CTRL = Qt.KeyboardModifier.ControlModifier


def ctrl(stage: Stage, qtbot: QtBot, key: Qt.Key) -> None:
    qtbot.keyClick(stage.screen, key, CTRL)
    stage.settle()


def drag(stage: Stage, qtbot: QtBot, row: int, to: int, *, let_go: bool = True) -> None:
    """Drags a row to just below the upper edge of another."""
    view = stage.screen.list
    port = view.viewport()

    def at(place: int) -> QPoint:
        return view.visualRect(view.model().index(place, 0)).center()

    target = at(to) - QPoint(0, view.row_height // 3)
    qtbot.mousePress(port, Qt.MouseButton.LeftButton, pos=at(row))
    for step in (at(row) + QPoint(0, 14), target):
        qtbot.mouseMove(port, step)
        _move(view, step)
    if let_go:
        qtbot.mouseRelease(port, Qt.MouseButton.LeftButton, pos=target)
        stage.settle()


def _move(view: object, at: QPoint) -> None:
    """A move with the button held: QTest's own moves hold none."""
    assert isinstance(view, QListView)
    event = QMouseEvent(
        QEvent.Type.MouseMove, QPointF(at), QPointF(view.viewport().mapToGlobal(at)),
        Qt.MouseButton.NoButton, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier,
    )  # fmt: skip
    QApplication.sendEvent(view.viewport(), event)


def test_five_minutes_more_and_less(stage: Stage) -> None:
    stage.press(">")
    assert stage.status is Status.NOT_STARTED, "nothing is on that could get them"
    stage.press(" ", SPACE)
    stage.press(">")
    assert stage.screen.clock.face.text == "20:00"
    stage.press("<")
    stage.press("-")
    assert stage.screen.clock.face.text == "14:00"
    stage.screen.five_more.click()
    stage.settle()
    assert stage.screen.clock.face.text == "19:00"


def test_what_a_clicker_sends_changes_nothing(stage: Stage) -> None:
    stage.press(" ", SPACE)
    stage.pass_time(2)
    facts = len(stage.app.programme.state().clock.facts)
    for text, key in (("", Qt.Key.Key_PageUp), ("", Qt.Key.Key_PageDown), (".", 0), ("b", 0),
                      ("", Qt.Key.Key_F5), ("", Qt.Key.Key_Escape)):  # fmt: skip
        stage.press(text, key)
    assert len(stage.app.programme.state().clock.facts) == facts


def test_back_to_any_ended_session_that_is_chosen(stage: Stage) -> None:
    stage.press(" ", SPACE)
    for _ in range(3):
        stage.pass_time(10)
        stage.press("n")
    assert stage.on is not None
    assert stage.on.title == "Lunch"
    assert stage.screen.list.current_key == stage.on.id, "what runs is chosen"
    stage.screen.list.choose(stage.screen.list.lines[1].key)
    stage.press("g")
    assert stage.said[-1].text == "Back to “Myths <b>here</b>”."
    stage.press("z")
    stage.screen.list.choose(stage.screen.list.lines[4].key)
    stage.press("g")
    assert stage.said[-1].text != "Back to “Close”."
    assert stage.on.title != "Close"


def test_it_began_earlier_before_the_start_and_while_it_runs(stage: Stage) -> None:
    stage.press("w")
    step = stage.screen.step
    assert step.accessibleName() == "“Welcome” began 3 minutes ago, at 09:12."
    stage.press(key=UP)
    stage.press(key=Qt.Key.Key_PageDown)
    stage.press("n")
    assert step.minutes == 4, "no other key acts while it is open"
    stage.press(key=Qt.Key.Key_Return)
    assert stage.status is Status.RUNNING
    assert stage.screen.clock.face.text == "11:00"
    assert stage.said[-1].text == "“Welcome” has begun 4 minutes ago."
    stage.press("w")
    assert step.accessibleName() == "“Welcome” began 4 minutes ago, at 09:11."
    stage.press("1")
    stage.press("0")
    stage.press(key=Qt.Key.Key_Return)
    assert stage.said[-1].text == "“Welcome” began at 09:05."
    assert stage.screen.clock.face.text == "5:00"
    stage.press("w")
    stage.press(key=DOWN)
    stage.press(key=Qt.Key.Key_Escape)
    assert stage.screen.clock.face.text == "5:00"
    assert stage.screen.list.hasFocus()


def test_an_announced_delay_is_said_and_read_by_the_room(stage: Stage) -> None:
    stage.press("l")
    assert stage.screen.step.accessibleName() == "“Welcome” begins 10 minutes later, at 09:25."
    stage.press("r")
    stage.press(key=Qt.Key.Key_Return)
    shown = stage.app.room.shown()
    assert shown.face is Face.MESSAGE
    assert shown.message == "Welcome begins 10 minutes later, at 09:25."
    first = stage.screen.list.lines[0]
    assert (first.published, first.expected, first.right) == ("09:15", "09:25", "10 minutes later")
    assert stage.screen.delay.accessibleName().startswith("10 minutes behind")
    stage.press("l")
    stage.press(key=DOWN)
    stage.press(key=Qt.Key.Key_Return)
    assert stage.screen.list.lines[0].expected == "09:20"
    assert stage.app.room.shown().message == "Welcome begins 10 minutes later, at 09:25."
    stage.press("l")
    stage.press("0")
    stage.press(key=Qt.Key.Key_Return)
    assert stage.screen.list.lines[0].expected == "09:15"


def test_skip_leaves_out_the_chosen_or_the_next(stage: Stage, qtbot: QtBot) -> None:
    stage.press(" ", SPACE)
    stage.press("k")
    assert stage.screen.list.lines[1].right == "left out"
    stage.screen.list.choose(stage.screen.list.lines[3].key)
    stage.press("k")
    assert stage.said[-1].text == "“Lunch” is left out."
    ctrl(stage, qtbot, Qt.Key.Key_Z)
    ctrl(stage, qtbot, Qt.Key.Key_Z)
    assert [line.right for line in stage.screen.list.lines] == [
        "", "Tom Achterberg", "", "45 minutes kept", ""
    ]  # fmt: skip


def test_one_key_takes_back_edits_and_clock_in_their_order(stage: Stage, qtbot: QtBot) -> None:
    titles = stage.titles
    stage.press(" ", SPACE)
    stage.screen.list.choose(stage.screen.list.lines[1].key)
    qtbot.keyClick(stage.screen.list, DOWN, CTRL)
    stage.settle()
    moved = stage.titles
    stage.press(">")
    assert moved != titles
    ctrl(stage, qtbot, Qt.Key.Key_Z)
    assert (stage.screen.clock.face.text, stage.titles) == ("15:00", moved)
    ctrl(stage, qtbot, Qt.Key.Key_Z)
    assert (stage.status, stage.titles) == (Status.RUNNING, titles)
    ctrl(stage, qtbot, Qt.Key.Key_Z)
    assert stage.status is Status.NOT_STARTED


def test_publishing_and_a_whole_day_can_be_taken_back(stage: Stage) -> None:
    stage.press("u")
    assert stage.app.programme.state().published
    stage.press("u")
    assert stage.said[-1].text == "These times are published already."
    published = next(m for m in stage.said if "are published;" in m.text)
    assert published.do is not None
    published.do()
    stage.settle()
    assert not stage.app.programme.state().published


def test_going_on_by_itself_is_a_choice(stage: Stage) -> None:
    stage.press(" ", SPACE)
    assert not stage.screen.list.lines[0].auto
    stage.press("a")
    assert stage.screen.list.lines[0].auto
    assert "goes on by itself" in stage.screen.list.lines[0].spoken
    stage.press("a")
    assert stage.said[-1].text == "“Welcome” waits for Next when its time is over."
    assert not stage.screen.list.lines[0].auto


def test_stop_asks_and_only_while_a_session_is_on(stage: Stage) -> None:
    stage.press("s")
    assert stage.said == []
    stage.press(" ", SPACE)
    stage.press("s")
    assert stage.said[-1].key == "Y"
    assert stage.status is Status.RUNNING


def test_a_session_is_dragged_to_its_place_and_back(stage: Stage, qtbot: QtBot) -> None:
    titles = stage.titles
    drag(stage, qtbot, 3, 1)
    assert stage.titles == [titles[0], titles[3], titles[1], titles[2], titles[4]]
    message = stage.said[-1]
    assert (message.text, message.act) == ("“Lunch” is moved.", "Undo")
    assert message.do is not None
    message.do()
    stage.settle()
    assert stage.titles == titles


def test_what_is_on_or_has_been_is_refused_in_words(stage: Stage, qtbot: QtBot) -> None:
    stage.press(" ", SPACE)
    stage.press("n")
    titles = stage.titles
    for row, to, words in (
        (3, 0, "Nothing comes before “Myths <b>here</b>”, which is on."),
        (0, 3, "“Welcome” has been; its place stays."),
        (1, 3, "“Myths <b>here</b>” is on; its place stays."),
    ):
        drag(stage, qtbot, row, to, let_go=False)
        held = stage.screen.list.drag
        assert held is not None
        assert (held.refused, held.words) == (True, words)
        qtbot.mouseRelease(stage.screen.list.viewport(), Qt.MouseButton.LeftButton)
        stage.settle()
        assert stage.titles == titles


def test_escape_lets_a_drag_go(stage: Stage, qtbot: QtBot) -> None:
    titles = stage.titles
    drag(stage, qtbot, 3, 1, let_go=False)
    stage.hand.press(stage.screen.list, key=Qt.Key.Key_Escape)
    stage.hand.keys.settle()
    assert stage.screen.list.drag is None
    qtbot.mouseRelease(stage.screen.list.viewport(), Qt.MouseButton.LeftButton)
    stage.settle()
    assert stage.titles == titles


@pytest.mark.qt_log_ignore("This plugin does not support", extend=True)
def test_the_menu_names_every_act_with_its_key(stage: Stage) -> None:
    stage.press(" ", SPACE)
    stage.press("n")
    stage.screen.resize(720, 476)
    stage.settle()
    lines = {line.key: line for line in stage.screen.panel.menu_lines()}
    assert set("GKWLA<>S") <= set(lines)
    assert lines["G"].words == "Go back to “Welcome”"
    assert lines["K"].words == "Leave out “Bright spots”"
    stage.press("m")
    menu = next(m for m in stage.screen.panel.findChildren(QMenu) if m.isVisible())
    said = [action.text() for action in menu.actions()]
    assert "Five minutes more\t>" in said
    next(action for action in menu.actions() if action.text().endswith("\t>")).trigger()
    menu.close()
    stage.settle()
    assert stage.screen.clock.face.text == "45:00"


def test_the_shapes_are_those_of_the_room(stage: Stage) -> None:
    stage.press(" ", SPACE)
    seen: dict[Phase, tuple[str, str, str]] = {}
    for minutes, phase in (
        (0, Phase.CALM),
        (10, Phase.WARNING),
        (4, Phase.DANGER),
        (1, Phase.OVER),
    ):
        stage.pass_time(minutes)
        words = stage.screen.clock.words
        assert words is not None
        seen[phase] = (words.word, words.icon, words.ground)
    for phase in (Phase.WARNING, Phase.DANGER, Phase.OVER):
        assert seen[phase][1] == LOOKS[phase].icon
    for part in range(3):
        assert len({words[part] for words in seen.values()}) == len(seen)


@pytest.mark.parametrize("name", ["light", "dark"])
@pytest.mark.parametrize("kind", ["protanopia", "deuteranopia"])
def test_the_phases_stay_apart_without_red_or_green(name: str, kind: str) -> None:
    theme = Theme.load(name)
    for first, second in itertools.combinations(("mist", "careful-soft", "careful", "stop"), 2):
        assert distance(theme.hex(first), theme.hex(second), kind) >= 10, (first, second)


def test_a_phase_flashes_once_when_it_begins(stage: Stage, qtbot: QtBot) -> None:
    card = ClockCard(motion=lambda: 120)
    qtbot.addWidget(card)
    card.show()
    state = stage.app.programme.start()
    for seconds, ground in ((0, "mist"), (599, "mist"), (600, "navy")):
        moment = stage.app.programme.moment()
        later = replace(
            moment, wall=moment.wall + timedelta(seconds=seconds), steady=moment.steady + seconds
        )
        card.show_board(stage.app.programme.state().at(later))
        assert card.ground == ground, state.sentence
    assert card.flashing
    qtbot.waitUntil(lambda: card.ground == "careful-soft")
    assert not card.flashing


def test_where_no_motion_is_wanted_the_colour_only_changes(stage: Stage) -> None:
    stage.press(" ", SPACE)
    stage.pass_time(9)
    assert not stage.screen.clock.flashing
    stage.pass_time(1)
    assert stage.screen.clock.flashing == bool(motion_ms())
    assert stage.screen.clock.ground == ("navy" if motion_ms() else "careful-soft")
    stage.screen.clock._flashed()
    assert stage.screen.clock.ground == "careful-soft"


def test_a_beat_paints_nothing_where_nothing_changed(stage: Stage) -> None:
    stage.press(" ", SPACE)
    board = stage.screen.board
    changed: list[object] = []
    stage.screen.list.model().dataChanged.connect(lambda *cells: changed.append(cells))
    for _ in range(4):
        stage.pass_time(0.2 / 60)
        if stage.screen.clock.face.text == "15:00":
            assert stage.screen.board is board
    stage.pass_time(1 / 60)
    assert stage.screen.board is not board
    assert changed == [], "a second more changes no line"


def test_out_of_sight_it_rests(stage: Stage) -> None:
    stage.press(" ", SPACE)
    assert stage.screen._beat.isActive()
    stage.screen.hide()
    assert not stage.screen._beat.isActive()
    stage.pass_time(3)
    stage.screen.show()
    assert stage.screen.clock.face.text == "12:00"


def test_half_a_day_by_keyboard_alone(stage: Stage, qtbot: QtBot) -> None:
    screen = stage.screen
    stage.press("u")  # published
    stage.press("l")  # we start five minutes later
    stage.press(key=DOWN)
    stage.press(key=Qt.Key.Key_Return)
    stage.pass_time(7)
    stage.press("w")  # it began two minutes ago
    stage.press(key=DOWN)
    stage.press(key=Qt.Key.Key_Return)
    assert screen.delay.accessibleName().startswith("5 minutes behind")
    stage.pass_time(5)
    stage.press(" ", SPACE)  # the microphone fails
    stage.pass_time(3)
    stage.press(" ", SPACE)
    stage.press(">")
    stage.press("-")
    stage.pass_time(11)
    assert screen.clock.words is not None
    assert screen.clock.words.word == "Last minute"
    stage.press("n")
    ctrl(stage, qtbot, Qt.Key.Key_Z)
    assert stage.on is not None
    assert stage.on.title == "Welcome"
    stage.pass_time(1)
    stage.press("n")
    ctrl(stage, qtbot, Qt.Key.Key_D)  # what is offered
    assert stage.said[-1].text == "Bright spots 5 minutes shorter: lunch at 11:07."
    stage.pass_time(40)
    stage.press("n")
    stage.press("g")  # one more question
    stage.pass_time(2)
    stage.press("n")
    stage.press(key=DOWN)
    stage.press(key=DOWN)
    stage.press("e")
    screen.form.title.set_text("Thanks and close")
    stage.press(key=Qt.Key.Key_Return)
    assert stage.titles[-1] == "Thanks and close"
    stage.pass_time(45)
    stage.press("n")
    stage.pass_time(40)
    stage.press("n")
    stage.pass_time(15)
    stage.press("n")
    assert stage.status is Status.FINISHED
    assert screen.clock.words.word == "The programme is over"
    with open_event(stage.app.database.location, stage.clocks) as again:
        runs = again.programme.state().board.state.runs
    assert next(run.pauses for run in runs if not run.put_back) == 1
    assert len([run for run in runs if not run.put_back]) == 5
