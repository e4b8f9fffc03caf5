"""The Programme by keyboard, on real services and a real database."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from facilitator.app import create_event
from facilitator.clocks import HandClocks
from facilitator.domain.programme import Kind
from facilitator.domain.session_clock import Status
from facilitator.services.events import NewEvent
from tests.ui.conftest import Hand
from tests.ui.programme_stage import DAY, Stage, made_day, stage
from ui.kit import Message
from ui.screens.programme import ProgrammeScreen
from ui.screens.screen import Surroundings

__all__ = ["made_day", "stage"]


def test_the_day_before_it_begins(stage: Stage) -> None:
    assert stage.titles[1] == "Myths <b>here</b>"
    first = stage.screen.list.lines[0]
    assert (first.published, first.expected, first.actual) == ("09:15", "09:15", "")
    assert stage.screen.main.text() == "Start"
    assert stage.screen.next.reason == "Nothing is running"
    assert not stage.screen.more.isVisible()
    assert stage.screen.clock.accessibleName() == (
        "Not started: 15:00 for the first session. Welcome"
    )


def test_space_starts_pauses_and_resumes(stage: Stage) -> None:
    stage.press(" ", Qt.Key.Key_Space)
    assert stage.status is Status.RUNNING
    assert stage.screen.main.text() == "Pause"
    stage.pass_time(3)
    assert stage.screen.clock.face.text == "12:00"
    stage.press(" ", Qt.Key.Key_Space)
    assert stage.status is Status.PAUSED
    stage.pass_time(2)
    assert stage.screen.clock.face.text == "12:00"
    assert stage.screen.clock.accessibleName().startswith("Paused: 12:00 left of 15 minutes")
    stage.press(" ", Qt.Key.Key_Space)
    assert stage.status is Status.RUNNING
    assert stage.said[-1].text == "“Welcome” goes on."


def test_space_on_a_button_is_the_buttons(stage: Stage, qtbot: QtBot) -> None:
    stage.press(" ", Qt.Key.Key_Space)
    stage.screen.more.setFocus()
    stage.press(" ", Qt.Key.Key_Space)
    qtbot.keyRelease(stage.screen.more, Qt.Key.Key_Space)
    stage.settle()
    assert stage.status is Status.RUNNING
    assert stage.screen.clock.face.text == "16:00"


def test_next_can_be_taken_back_for_five_seconds(stage: Stage) -> None:
    stage.press(" ", Qt.Key.Key_Space)
    stage.pass_time(15)
    stage.press("n")
    message = stage.said[-1]
    assert (message.text, message.act, message.seconds) == (
        "“Myths <b>here</b>” has begun.", "Undo", 5.0
    )  # fmt: skip
    assert message.do is not None
    stage.pass_time(0.05)
    message.do()
    stage.settle()
    assert stage.screen.board is not None
    assert stage.screen.board.state.session is not None
    assert stage.screen.board.state.session.title == "Welcome"
    assert stage.screen.clock.face.text == "0:03"


def test_a_minute_more_and_less(stage: Stage) -> None:
    stage.press(" ", Qt.Key.Key_Space)
    stage.press("+")
    stage.press("+")
    stage.press("-")
    assert stage.screen.clock.face.text == "16:00"
    assert stage.screen.board is not None
    assert stage.screen.board.delay.minutes == 1


def test_a_scanner_presses_nothing(stage: Stage) -> None:
    stage.press(" ", Qt.Key.Key_Space)
    stage.hand.scan(stage.screen.list, "F1-NN+N-- NB")
    stage.hand.keys.settle()
    stage.settle()
    assert stage.screen.board is not None
    assert stage.screen.board.state.session is not None
    assert stage.screen.board.state.session.title == "Welcome"


def test_behind_the_offer_is_taken_with_one_key(stage: Stage, qtbot: QtBot) -> None:
    stage.pass_time(22)
    stage.press(" ", Qt.Key.Key_Space)
    assert stage.screen.delay.ground == "careful"
    assert stage.screen.delay.accessibleName() == (
        "22 minutes behind Lunch now 11:22, close now 12:07. "
        "Make it 11:17: Bright spots 5 minutes shorter."
    )
    qtbot.keyClick(stage.screen, Qt.Key.Key_D, Qt.KeyboardModifier.ControlModifier)
    stage.settle()
    assert stage.said[-1].text == "Bright spots 5 minutes shorter: lunch at 11:17."
    assert [line.expected for line in stage.screen.list.lines] == [
        "", "09:52", "10:32", "11:17", "12:02"
    ]  # fmt: skip


def test_overtime_is_red_and_says_so(stage: Stage) -> None:
    stage.press(" ", Qt.Key.Key_Space)
    stage.pass_time(10)
    assert stage.screen.clock.ground == "careful-soft"
    assert stage.screen.clock.accessibleName().startswith("Last 5 minutes: 5:00 left")
    stage.pass_time(4)
    assert stage.screen.clock.accessibleName().startswith("Last minute: 1:00 left")
    stage.pass_time(3.5)
    assert stage.screen.clock.ground == "stop"
    assert stage.screen.clock.accessibleName().startswith("Over time: 2:30 over its 15 minutes")


def test_edit_a_session(stage: Stage) -> None:
    stage.press(key=Qt.Key.Key_Down)
    stage.press(key=Qt.Key.Key_Down)
    stage.press("e")
    form = stage.screen.form
    assert form.isVisible()
    assert form.title.text == stage.titles[stage.screen.list.currentIndex().row()]
    form.title.set_text("Bright spots")
    form.minutes.set_text("forty")
    stage.press(key=Qt.Key.Key_Return)
    assert form.minutes.error == "Whole minutes, like 45."
    form.minutes.set_text("40")
    form.minimum.set_text("45")
    stage.press(key=Qt.Key.Key_Return)
    assert form.minimum.error == "Not more than its 40 minutes."
    form.minimum.set_text("30")
    form.starts.set_text("9")
    stage.press(key=Qt.Key.Key_Return)
    assert form.starts.error == "Write 09:00 or 21:00."
    form.starts.set_text("")
    stage.press(key=Qt.Key.Key_Return)
    assert not form.isVisible()
    assert "Bright spots" in stage.titles
    assert stage.said[-1].text == "“Bright spots” is saved."


def test_single_keys_are_letters_while_a_form_is_open(stage: Stage) -> None:
    stage.press("e")
    stage.screen.form.title.edit.setFocus()
    stage.hand.type(stage.screen.form.title.edit, "Nine", enter=False)
    stage.settle()
    assert stage.status is Status.NOT_STARTED
    assert stage.screen.form.title.text == "Nine"
    stage.press(key=Qt.Key.Key_Escape)
    assert not stage.screen.form.isVisible()


def test_add_a_session_after_the_chosen_one(stage: Stage) -> None:
    stage.screen.list.choose(stage.screen.list.lines[0].key)
    stage.press(key=Qt.Key.Key_Insert)
    form = stage.screen.form
    form.title.set_text("Coffee")
    form.kind.edit.setCurrentIndex(list(Kind).index(Kind.BREAK))
    assert form.protected.isChecked(), "a new break is protected"
    form.minutes.set_text("20")
    stage.press(key=Qt.Key.Key_Return)
    assert stage.titles[:3] == ["Welcome", "Coffee", "Myths <b>here</b>"]
    coffee = stage.screen.list.lines[1]
    assert coffee.right == "20 minutes kept"
    assert stage.screen.list.current_key == coffee.key


def test_what_the_service_refuses_stands_in_the_form(stage: Stage) -> None:
    stage.press(" ", Qt.Key.Key_Space)
    stage.press("n")
    stage.press("g")
    stage.press("n")
    stage.screen.list.choose(stage.screen.list.lines[1].key)
    stage.press("e")
    assert not stage.screen.form.minutes.isEnabled(), "it is running"
    stage.screen.form.title.set_text("x" * 300)
    stage.press(key=Qt.Key.Key_Return)
    assert stage.screen.form.isVisible()
    assert stage.screen.form.wrong == "The title is longer than 200 characters. Shorten it."


def test_move_remove_and_put_back(stage: Stage, qtbot: QtBot) -> None:
    stage.screen.list.choose(stage.screen.list.lines[1].key)
    qtbot.keyClick(stage.screen.list, Qt.Key.Key_Down, Qt.KeyboardModifier.ControlModifier)
    stage.settle()
    assert stage.titles[1:3] == ["Bright spots: what works", "Myths <b>here</b>"]
    stage.screen.list.setFocus()
    stage.press(key=Qt.Key.Key_Delete)
    assert "Myths <b>here</b>" not in stage.titles
    message = stage.said[-1]
    assert (message.text, message.act) == ("“Myths <b>here</b>” is removed.", "Undo")
    assert message.do is not None
    message.do()
    stage.settle()
    assert stage.titles[2] == "Myths <b>here</b>"


def test_stop_asks_first(stage: Stage) -> None:
    stage.press(" ", Qt.Key.Key_Space)
    stage.screen.stop.click()
    stage.settle()
    assert stage.status is Status.RUNNING
    message = stage.said[-1]
    assert message.text == "Stop “Welcome” without beginning the next session?"
    assert message.do is not None
    message.do()
    stage.settle()
    assert stage.status is Status.STOPPED
    assert stage.screen.clock.accessibleName().startswith("Between sessions")


def test_undo_and_back(stage: Stage, qtbot: QtBot) -> None:
    stage.press(" ", Qt.Key.Key_Space)
    stage.press("n")
    stage.press("g")
    assert stage.said[-1].text == "Back to “Welcome”."
    qtbot.keyClick(stage.screen, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    stage.settle()
    assert stage.said[-1].text == "Taken back: going back to “Welcome”."


def test_another_day_asks(stage: Stage) -> None:
    stage.press(" ", Qt.Key.Key_Space)
    stage.clocks.reboot(86400)
    stage.screen.beat()
    assert stage.screen.main.reason == "Answer above first"
    assert stage.screen.delay.accessibleName() == (
        "Begin the day afresh? The clock was left running on Wednesday 18 November 2026."
    )
    stage.screen.delay.afresh.click()
    stage.settle()
    assert stage.status is Status.NOT_STARTED
    assert stage.screen.main.reason == ""


def test_publish_changes_the_heading(stage: Stage) -> None:
    stage.press("u")
    assert stage.said[-1].text.startswith("The times of 5 sessions are published")
    assert stage.app.programme.state().published


def test_import_asks_what_nine_means(stage: Stage, tmp_path: Path) -> None:
    file = tmp_path / "other.csv"
    file.write_text("Title,Start,Duration\nOpening,9,30\nLunch,1,45\n", encoding="utf-8")
    stage.files.append(str(file))
    stage.press("i")
    page = stage.screen.file
    assert page.isVisible()
    assert [f"{answer:%H:%M}" for answer in page.answers.values()] == ["09:00", "13:00"]
    page._take.click()
    stage.settle()
    assert stage.titles == ["Opening", "Lunch"]
    assert [line.published for line in stage.screen.list.lines] == ["09:00", "13:00"]


def test_a_file_with_faults_cannot_be_taken_over(stage: Stage, tmp_path: Path) -> None:
    file = tmp_path / "bad.csv"
    file.write_text("Title,Start,Duration\nOpening,soon,30\n", encoding="utf-8")
    stage.files.append(str(file))
    stage.press("i")
    assert stage.screen.file._take.reason == "Mend the file first"
    stage.press(key=Qt.Key.Key_Escape)
    assert not stage.screen.file.isVisible()
    assert len(stage.titles) == 5


def test_export(stage: Stage, tmp_path: Path) -> None:
    stage.files.append(str(tmp_path / "order"))
    stage.press("x")
    assert stage.said[-1].text == "5 sessions written to order.xlsx."
    assert (tmp_path / "order.xlsx").exists()


def test_an_empty_programme_offers_a_day(
    qtbot: QtBot, around: Surroundings, clocks: HandClocks, hand: Hand, tmp_path: Path
) -> None:
    with create_event(tmp_path / "empty.facilitator", NewEvent("Day", DAY), clocks) as app:
        screen = ProgrammeScreen(around, app.programme, app.presets, app.room)
        qtbot.addWidget(screen)
        said: list[Message] = []
        screen.said.connect(said.append)
        screen.show()
        stage = Stage(screen, app, clocks, around, hand, said, [])
        stage.settle()
        assert not screen.list.isVisible()
        stage.press("t")
        assert screen.list.isVisible()
        assert len(stage.titles) == 12
        assert said[-1].text == "12 sessions taken over."
        stage.settle()
        screen.hide()


def test_overlaps_are_said_above_the_list(stage: Stage) -> None:
    close = next(s for s in stage.app.programme.state().programme if s.title == "Close")
    stage.around.database.run(
        lambda: stage.app.programme.edit(
            close.id,
            starts=datetime(2026, 11, 18, 11, 30),  # noqa: DTZ001
        )
    )
    stage.settle()
    assert stage.screen._problem.text == (
        "Close is to begin at 11:30, 15 minutes before lunch ends."
    )
    assert stage.screen._problem.isVisible()


def test_in_a_small_window_the_clock_and_its_keys_stay_in_sight(stage: Stage) -> None:
    stage.press(" ", Qt.Key.Key_Space)
    stage.screen.resize(720, 476)
    stage.settle()
    assert stage.screen.minimumSizeHint().width() <= 720
    assert stage.screen.minimumSizeHint().height() <= 476
    assert stage.screen.main.isVisible()
    assert (stage.screen.next.text(), stage.screen.more.text()) == ("Next", "1 more")
    stage.press("e")
    assert stage.screen.form.isVisible()
    assert not stage.screen.clock.isVisible(), "the form has the room alone"
    stage.press(key=Qt.Key.Key_Escape)
    stage.screen.resize(1126, 680)
    stage.settle()
    assert stage.screen.clock.isVisible()
    assert stage.screen.five_more.isVisible()
