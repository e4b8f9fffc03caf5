"""Notes by keyboard, on real services and a real database."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from uuid import UUID

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from facilitator.app import EventApp, create_event, open_event
from facilitator.clocks import HandClocks
from facilitator.domain.hands import Count, Estimate, Moment
from facilitator.domain.ids import new_id
from facilitator.domain.notes import Attribution, NoteContent, NoteKind, NoteVerdict
from facilitator.domain.sides import DEFAULT_SIDES, parse_sides
from facilitator.services.events import NewEvent
from facilitator.services.notes import NoteFilter
from facilitator.services.room_display import Face
from tests.people import add_person
from tests.ui.conftest import Hand
from tests.ui.notes_room import (
    ALT,
    CTRL,
    DAY,
    GP,
    NO_MODIFIER,
    PH,
    Room,
    check_in,
    event,
    made,
    make_room,
    room,
    take,
)
from ui.kit import Message
from ui.screens.capture import QuickNote
from ui.screens.notes_keeper import DRAFT_MS, laptop
from ui.screens.notes_list import NotesList
from ui.screens.screen import Surroundings

#: the offscreen platform says this of every popup
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)
__all__ = ["event", "made", "room"]


# --- a myth by keyboard ---------------------------------------------------------------------------


def test_a_myth_in_under_thirty_seconds_without_a_mouse(room: Room) -> None:
    room.press(Qt.Key.Key_M, CTRL)
    claim, reality = "GPs never read what we send", "They do, within two days"
    room.type(claim)
    room.enter()
    room.type("p")  # voiced by pharmacy; on to the hands
    room.type("3")
    room.enter()
    room.type("4")
    room.enter()
    room.type(reality)
    room.press(Qt.Key.Key_2, ALT)
    typed = len(claim) + len(reality)
    room.press(Qt.Key.Key_Return, CTRL)

    (note,) = room.notes
    assert (note.text, note.content.side, note.content.reality) == (claim, PH, reality)
    assert note.content.verdict is NoteVerdict.PARTLY_TRUE
    assert note.content.attribution is Attribution.ROLE
    assert note.hands.count(GP, Moment.BEFORE) == Count(3, 4)
    assert note.hands.count(PH, Moment.BEFORE) == Count(4, 5)
    assert note.hands.of(GP, Moment.AFTER) is None
    assert room.app.drafts.all() == []
    # Besides its words a myth takes nine keys; at three keys a second the whole is done in time.
    assert room.presses - typed == 9
    assert room.presses / 3 < 30
    assert room.screen.editor.is_blank
    assert QApplication.focusWidget() is room.screen.myth.headline


def test_hands_after_are_counted_by_up_and_down(room: Room) -> None:
    note = take(room.app, "GPs never ring back")
    room.app.hands.show(note.id, Moment.BEFORE, {GP: Count(4, 4), PH: Count(5, 5)})
    room.screen.reload()
    room.settle()
    room.screen.list.list.choose(note.id)
    room.settle()
    room.screen.myth.hands.focus(Moment.AFTER)
    for _ in range(3):
        room.press(Qt.Key.Key_Up)
    room.press(Qt.Key.Key_Down)
    assert room.app.hands.of(note.id).of(GP, Moment.AFTER) is None
    room.enter()
    assert QApplication.focusWidget() is room.pair(PH, Moment.AFTER).raised
    room.press(Qt.Key.Key_PageUp)
    room.enter()
    room.settle()
    hands = room.app.hands.of(note.id)
    assert hands.count(GP, Moment.AFTER) == Count(2, 4)
    assert hands.count(PH, Moment.AFTER) == Count(5, 5)
    assert "9 of 9 before, 7 of 9 after" in room.screen.myth.hands.summary
    assert "22.2 percentage points fewer" in room.screen.myth.hands.summary


def test_more_hands_than_people_are_not_kept(room: Room) -> None:
    room.type("GPs never ring back")
    room.screen.myth.hands.focus(Moment.BEFORE)
    room.type("9")
    room.enter()
    room.settle()
    assert QApplication.focusWidget() is room.pair(GP).raised
    assert "more hands than people" in room.screen.myth.hands.summary
    assert "General practice" in room.screen.myth.hands.summary
    assert room.notes == []
    room.press(Qt.Key.Key_Backspace)
    room.type("2")
    room.enter()
    (note,) = room.notes
    assert note.hands.count(GP, Moment.BEFORE) == Count(2, 4)
    assert "more hands" not in room.screen.myth.hands.summary


def test_each_show_of_hands_has_its_own_number_present(room: Room) -> None:
    room.type("GPs never ring back")
    room.screen.myth.hands.focus(Moment.BEFORE)
    assert room.pair(GP).present.text() == "4"
    room.type("9/")
    assert QApplication.focusWidget() is room.pair(GP).present
    room.type("12")
    room.enter()
    check_in(room.app, GP, 2)
    room.screen.reload()
    (note,) = room.notes
    assert note.hands.count(GP, Moment.BEFORE) == Count(9, 12)
    assert room.pair(GP).present.text() == "12"
    assert room.pair(GP, Moment.AFTER).present.text() == "6"


def test_by_eye_is_one_letter_and_a_figure_of_nothing(room: Room) -> None:
    room.type("GPs never ring back")
    room.screen.myth.hands.focus(Moment.BEFORE)
    room.type("m")
    room.enter()
    (note,) = room.notes
    show = note.hands.of(GP, Moment.BEFORE)
    assert show is not None
    assert (show.count, show.estimate) == (None, Estimate.MOST)
    assert room.screen.myth.hands.summary == "Judged by eye: no figure is made of it."


def test_a_count_is_taken_back_by_ctrl_z_and_by_emptying(room: Room) -> None:
    note = take(room.app, "GPs never ring back")
    room.app.hands.show(note.id, Moment.BEFORE, {GP: Count(3, 4)})
    room.app.hands.show(note.id, Moment.BEFORE, {GP: Count(2, 4)})
    room.screen.reload()
    room.settle()
    room.screen.list.list.choose(note.id)
    room.settle()
    room.screen.myth.hands.focus(Moment.BEFORE)
    room.press(Qt.Key.Key_Z, CTRL)
    room.settle()
    assert room.pair(GP).raised.text() == "3"
    room.press(Qt.Key.Key_A, CTRL)
    room.press(Qt.Key.Key_Delete)
    room.enter()
    room.settle()
    assert room.app.hands.of(note.id).of(GP, Moment.BEFORE) is None
    assert "not counted" in room.screen.myth.hands.summary or room.pair(GP).stored is None


def test_hands_without_a_claim_ask_for_it(room: Room) -> None:
    room.screen.myth.hands.focus(Moment.BEFORE)
    room.type("2")
    room.enter()
    assert room.notes == []
    assert "claim first" in room.said[-1].text
    assert QApplication.focusWidget() is room.screen.myth.headline


def test_the_third_side_is_there_once_its_people_are(room: Room) -> None:
    assert not room.pair("other").isVisible()
    check_in(room.app, "other", 1)
    room.screen.reload()
    room.settle()
    assert room.pair("other").isVisible()
    assert len(room.screen.myth.hands.pairs) == 6


# --- drafts ---------------------------------------------------------------------------------------


def test_what_is_typed_is_on_disk_within_a_second(room: Room) -> None:
    assert DRAFT_MS < 1000
    room.type("GPs nev")
    room.qtbot.waitUntil(lambda: bool(room.app.drafts.all()), timeout=1000)
    room.settle()
    (draft,) = room.app.drafts.all()
    assert (draft.content.text, draft.holder, draft.of_note) == ("GPs nev", laptop(), False)
    assert room.app.notes.all() == []


def test_a_draft_is_found_after_a_kill(
    event: EventApp, around: Surroundings, clocks: HandClocks, hand: Hand, qtbot: QtBot
) -> None:
    older, latest = new_id(), new_id()
    event.drafts.keep(older, NoteKind.ACTION, NoteContent("Ring Southwark"), holder=laptop())
    clocks.advance(1)
    content = NoteContent("GPs never re", reality="half a se", side=PH)
    event.drafts.keep(latest, NoteKind.MYTH, content, holder=laptop())
    event.drafts.keep(new_id(), NoteKind.MYTH, NoteContent("elsewhere"), holder="another laptop")
    with open_event(event.database.location, clocks) as again:
        room = make_room(again, around, clocks, hand, qtbot)
        assert room.screen.note_id == latest
        assert room.screen.editor.typed.content.text == "GPs never re"
        assert room.screen.editor.typed.content.reality == "half a se"
        assert "Found again" in room.said[0].text
        assert [note.text for note in room.notes] == ["Ring Southwark"]
        room.press(Qt.Key.Key_Return, CTRL)
        assert {note.id for note in room.notes} == {older, latest}
        assert [d.content.text for d in again.drafts.all()] == ["elsewhere"]


def test_an_edit_that_was_being_typed_is_found_too(
    event: EventApp, around: Surroundings, clocks: HandClocks, hand: Hand, qtbot: QtBot
) -> None:
    note = take(event, "GPs never ring back")
    edited = NoteContent("GPs never ring back", reality="They do")
    event.drafts.keep(note.id, NoteKind.MYTH, edited, holder=laptop())
    room = make_room(event, around, clocks, hand, qtbot)
    assert room.screen.note_id == note.id
    room.press(Qt.Key.Key_Return, CTRL)
    assert room.notes[0].content.reality == "They do"


def test_leaving_keeps_what_was_typed(room: Room) -> None:
    room.type("GPs never ring back")
    room.screen.hidden()
    (note,) = room.notes
    assert room.screen.note_id == note.id
    room.type("!")
    room.screen.may_close()
    assert room.notes[0].text == "GPs never ring back!"
    assert [v.how for v in room.app.notes.versions(note.id)] == ["taken", "edited"]


def test_nothing_typed_is_nothing_kept(room: Room) -> None:
    room.press(Qt.Key.Key_Return, CTRL)
    room.screen.hidden()
    room.type("a")
    room.press(Qt.Key.Key_Backspace)
    room.screen.hidden()
    assert room.notes == []
    assert room.app.drafts.all() == []
    assert "nothing is kept" in room.said[0].text


# --- attribution ----------------------------------------------------------------------------------


def test_by_role_only_role_and_borough_reach_the_disk(room: Room) -> None:
    add_person(room.app, "Dr Priya Raman", GP, job_title="GP partner", borough="Southwark")
    room.type("Nobody rings back")
    room.screen.editor.who.edit.setFocus()
    room.type("dr priya raman")
    room.screen.hidden()
    (note,) = room.notes
    assert note.said_by == "GP partner, Southwark"
    assert (note.content.side, note.content.who.attendee_id) == (GP, None)


def test_by_name_is_chosen_before_the_first_word_and_stays(room: Room) -> None:
    add_person(room.app, "Dr Priya Raman", GP, job_title="GP partner", borough="Southwark")
    who = room.screen.editor.who
    who.attribution.buttons[0].click()
    room.screen.editor.headline.setFocus()
    room.type("Nobody rings back")
    who.edit.setFocus()
    room.type("Priya Raman")
    room.press(Qt.Key.Key_Return, CTRL)
    (note,) = room.notes
    assert note.said_by == "Dr Priya Raman, GP partner, Southwark"
    assert room.screen.editor.typed.content.attribution is Attribution.NAMED


def test_nobody_empties_and_locks_who_said_it(room: Room) -> None:
    who = room.screen.editor.who
    who.edit.setFocus()
    room.type("Priya Raman")
    who.attribution.buttons[2].click()
    assert (who.edit.text(), who.edit.isEnabled()) == ("", False)
    room.screen.editor.headline.setFocus()
    room.type("Nobody rings back")
    room.screen.hidden()
    assert room.notes[0].said_by == ""


def test_a_name_is_not_given_to_a_note_taken_without_one(room: Room) -> None:
    note = take(room.app, "Nobody rings back")
    room.screen.reload()
    room.settle()
    room.screen.list.list.choose(note.id)
    room.settle()
    room.screen.editor.who.attribution.buttons[0].click()
    room.screen.hidden()
    room.settle()
    assert "without a name" in room.said[-1].text
    assert room.notes[0].content.attribution is Attribution.ROLE


# --- the room, the list, the other kinds ----------------------------------------------------------


def test_f9_shows_the_room_what_is_on_disk_and_takes_it_away(room: Room) -> None:
    room.press(Qt.Key.Key_F9)
    room.settle()
    assert room.app.room.shown().face is Face.WELCOME
    assert "never sees a draft" in room.said[-1].text
    room.type("GPs never ring back")
    room.press(Qt.Key.Key_F9)
    (note,) = room.notes
    shown = room.app.room.shown()
    assert (shown.face, shown.note_id) == (Face.MYTH, note.id)
    room.settle()
    room.press(Qt.Key.Key_F9)
    room.settle()
    assert room.app.room.shown().face is Face.WELCOME


def test_a_note_is_opened_by_its_id(room: Room) -> None:
    note = take(room.app, "Ring Southwark", NoteKind.ACTION)
    room.screen.open_note(note.id)
    room.settle()
    assert room.screen.note == note
    assert room.screen.list.kind is NoteKind.ACTION


def test_lists_have_counts_and_are_searched_and_filtered(room: Room) -> None:
    take(room.app, "GPs never ring back", table="2", themes=("trust",))
    take(room.app, "Pharmacists count tablets", side=PH)
    take(room.app, "No time", NoteKind.PAIN_POINT)
    room.screen.reload()
    room.settle()
    column: NotesList = room.screen.list
    assert [tab.accessibleName() for tab in column.tabs.tabs] == [
        "Myths: 2", "Bright spots: 0", "Pain points: 1", "Actions: 0",
    ]  # fmt: skip
    assert len(column.shown) == 2
    column.search.setFocus()
    room.type("tabl")
    assert [row.title for row in column.list.rows] == ["Pharmacists count tablets"]
    room.press(Qt.Key.Key_Escape)
    assert len(column.shown) == 2
    column.set_filter("table 2", NoteFilter(table="2"))
    assert [row.title for row in column.list.rows] == ["GPs never ring back"]
    assert column.clear.isVisible()
    column.clear.click()
    assert len(column.shown) == 2
    titles = [act.text() for act in column.filters().actions()]
    assert titles[:4] == ["By &session", "By &table", "By t&heme", "By si&de"]


def test_tables_not_heard_from_are_named_at_the_foot(room: Room) -> None:
    take(room.app, "GPs never ring back", table="2")
    take(room.app, "Nobody rings", table="4")
    room.screen.reload()
    room.settle()
    assert room.screen._quiet.text() == ("Saved as you type. Tables not heard from yet: 1, 3, 5.")


def test_a_pain_point_with_its_side_and_theme(room: Room) -> None:
    room.screen.list.tabs.setFocus()
    room.press(Qt.Key.Key_Down)
    room.settle()
    room.screen.take_note()
    room.type("Nobody has time to ring")
    room.enter()
    room.type("g")
    room.space()
    room.press(Qt.Key.Key_Return, CTRL)
    (note,) = room.notes
    assert (note.kind, note.content.side) == (NoteKind.PAIN_POINT, GP)
    assert note.content.themes == ("competition",)


def test_an_action_with_owner_date_and_boroughs(room: Room) -> None:
    room.screen.list.tabs.tabs[3].click()
    room.screen.take_note()
    room.type("Share one number per practice")
    room.enter()
    room.type("Ewan Pryce")
    room.press(Qt.Key.Key_Tab)
    room.type("31/02/2027")
    room.press(Qt.Key.Key_Return, CTRL)
    assert room.notes == []
    assert "not a date" in room.screen.action.due.error
    room.front()
    room.screen.action.due.set_text("31/01/2027")
    room.screen.action.boroughs.edit.setFocus()
    room.type("lb southwark, Lambeth")
    room.press(Qt.Key.Key_Escape)
    room.press(Qt.Key.Key_Return, CTRL)
    (note,) = room.notes
    assert (note.content.owner, note.content.due) == ("Ewan Pryce", date(2027, 1, 31))
    assert note.content.boroughs == ("Southwark", "Lambeth")


def test_a_bright_spot_and_who_will_copy_it(room: Room) -> None:
    room.screen.list.tabs.tabs[1].click()
    room.screen.take_note()
    room.type("One direct number")
    room.enter()
    room.type("Elm Road Surgery")
    room.screen.spot.pledge.take_focus()
    room.type("Oak Lane Pharmacy")
    room.enter()
    (note,) = room.notes
    assert note.content.where == "Elm Road Surgery"
    assert [pledge.who for pledge in note.pledges] == ["Oak Lane Pharmacy"]
    assert room.screen.spot.pledge.text == ""
    room.screen.spot.pledge_taken_back.emit(note.pledges[0])
    assert room.notes[0].pledges == ()


def test_removing_can_be_taken_back_from_the_message(room: Room) -> None:
    note = take(room.app, "GPs never ring back")
    room.screen.reload()
    room.settle()
    room.screen.list.list.choose(note.id)
    room.settle()
    room.screen.remove()
    assert room.notes == []
    message = room.said[-1]
    assert "Removed" in message.text
    assert message.do is not None
    message.do()
    assert [one.id for one in room.notes] == [note.id]


def test_duplicates_are_merged_and_taken_apart(room: Room) -> None:
    one, two = take(room.app, "GPs never ring"), take(room.app, "GPs never ring us")
    room.screen.reload()
    room.settle()
    room.screen.list.list.choose(two.id)
    room.settle()
    room.screen.merge_into(one.id)
    assert [note.merged for note in room.notes] == [(two.id,)]
    assert room.screen.note_id == one.id
    room.screen.unmerge(room.app.notes.get(two.id))
    assert len(room.notes) == 2
    room.screen.undo()
    room.settle()
    assert room.screen.more().actions()


def test_in_a_narrow_window_the_list_and_the_note_take_turns(room: Room) -> None:
    note = take(room.app, "GPs never ring back")
    room.screen.reload()
    room.settle()
    room.window.resize(740, 500)
    room.settle()
    assert not room.screen.list.isVisible()
    assert room.screen.editor.isVisible()
    room.press(Qt.Key.Key_L, CTRL)
    assert room.screen.list.isVisible()
    assert not room.screen.editor.isVisible()
    room.press(Qt.Key.Key_Down)
    assert room.screen.note_id == note.id
    assert room.screen.editor.isVisible()
    room.window.resize(1174, 720)
    room.settle()
    assert room.screen.list.isVisible()


def test_a_quick_note_over_another_screen(
    event: EventApp, around: Surroundings, hand: Hand, qtbot: QtBot
) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    desk = QLineEdit(window)
    window.resize(960, 540)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    desk.setFocus()

    def settle() -> None:
        for _ in range(4):
            QApplication.processEvents()
            around.database.settle()

    def press(key: Qt.Key, modifier: Qt.KeyboardModifier = NO_MODIFIER) -> None:
        qtbot.keyClick(QApplication.focusWidget() or window, key, modifier)
        hand.keys.settle()
        settle()

    said: list[Message] = []
    opened: list[UUID] = []
    panel = QuickNote.over(window, event, around, opened.append)
    panel.said.connect(said.append)
    settle()
    press(Qt.Key.Key_3, ALT)
    hand.type(panel.editor.headline, "Nobody has time to ring")
    press(Qt.Key.Key_Return)
    hand.type(QApplication.focusWidget() or window, "g")
    press(Qt.Key.Key_Return, CTRL)
    (note,) = event.notes.all()
    assert (note.kind, note.text) == (NoteKind.PAIN_POINT, "Nobody has time to ring")
    assert note.content.side == GP
    assert QApplication.focusWidget() is desk
    assert "a pain point" in said[0].text
    assert said[0].do is not None
    said[0].do()
    assert opened == [note.id]

    again = QuickNote.over(window, event, around, opened.append)
    settle()
    hand.type(again.editor.headline, "Ring")
    press(Qt.Key.Key_Escape)
    nothing = QuickNote.over(window, event, around, opened.append)
    settle()
    nothing.leave()
    settle()
    assert [one.text for one in event.notes.all()] == ["Nobody has time to ring", "Ring"]
    assert event.drafts.all() == []


def test_other_sides_stand_in_the_hands(
    tmp_path: Path, around: Surroundings, clocks: HandClocks, hand: Hand, qtbot: QtBot
) -> None:
    sides = parse_sides("hospital=Hospital,care-home=Care home")
    new = NewEvent("Wards", DAY, tables=1, sides=sides)
    with create_event(tmp_path / "wards.facilitator", new, clocks) as app:
        check_in(app, "hospital", 2)
        room = make_room(app, around, clocks, hand, qtbot)
        room.type("Wards never ring")
        room.enter()
        room.type("c")
        room.type("2")
        room.enter()
        (note,) = room.notes
        assert note.content.side == "care-home"
        assert note.hands.count("hospital", Moment.BEFORE) == Count(2, 2)
        order = []
        room.screen.editor.headline.setFocus()
        for _ in range(4):
            room.press(Qt.Key.Key_Tab)
            order.append(QApplication.focusWidget().accessibleName())  # type: ignore[union-attr]
        assert order[0] == "Hospital, before: hands"
        assert order[3] == "Hospital, after: people present"
        assert DEFAULT_SIDES.keys != sides.keys
