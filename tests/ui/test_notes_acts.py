"""Notes by keyboard: duplicates, taking back, history, people of a table, filters, the room."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QMenu, QWidget
from pytestqt.qtbot import QtBot

from facilitator.app import EventApp, open_event
from facilitator.clocks import HandClocks
from facilitator.domain.hands import Count, Estimate, Moment
from facilitator.domain.notes import Attribution, NoteContent, NoteKind, NoteVerdict
from facilitator.services.room_display import Face
from tests.day import seat_everybody
from tests.people import add_person
from tests.ui.conftest import Hand
from tests.ui.notes_room import (
    ALT,
    CTRL,
    GP,
    NO_MODIFIER,
    PH,
    Room,
    event,
    made,
    make_room,
    room,
    take,
)
from ui.application import Composition, build_window
from ui.room.view import RoomView
from ui.screens.notes import NotesScreen
from ui.screens.notes_words import quiet_words, table_words
from ui.screens.screen import Surroundings
from ui.settings import LaptopSettings

#: the offscreen platform says this of every popup
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)
__all__ = ["event", "made", "room"]


def reloaded(room: Room) -> None:
    room.screen.reload()
    room.settle()


def open_in(room: Room, note_id: object) -> None:
    room.screen.list.list.choose(note_id)
    room.settle()
    assert room.screen.note_id == note_id


def entry(menu: QMenu, text: str) -> object:
    return next(act for act in menu.actions() if text in act.text().replace("&", ""))


# --- nearly the same ------------------------------------------------------------------------------


def test_a_duplicate_is_offered_while_the_claim_is_typed_and_joined_by_one_key(room: Room) -> None:
    known = take(room.app, "GPs never read what we send", side=PH)
    room.app.hands.show(known.id, Moment.BEFORE, {PH: Count(4, 5)})
    reloaded(room)
    room.press(Qt.Key.Key_M, CTRL)
    room.type("GPs never read")
    room.screen.look_for_alike()
    room.type(" the things we send")
    assert not room.screen.alike.isHidden() or room.screen._alike_soon.isActive()
    room.qtbot.waitUntil(room.screen.alike.isVisible, timeout=1000)
    assert room.screen.alike.note == room.app.notes.get(known.id)
    room.enter()
    room.type("g")
    room.press(Qt.Key.Key_J, CTRL)
    room.settle()

    (note,) = room.notes
    assert (note.id, note.text) == (known.id, "GPs never read what we send")
    (merged,) = note.merged
    assert room.app.notes.get(merged).content.side == GP
    assert note.hands.count(PH, Moment.BEFORE) == Count(4, 5)
    assert room.screen.note_id == known.id
    assert not room.screen.alike.isVisible()
    assert [row.detail for row in room.screen.list.list.rows] == ["Counting hands · 2 in one"]

    # and from the list they are taken apart again, each with its own id
    apart = entry(room.screen.more(), "Take apart from it")
    (one,) = apart.menu().actions()  # type: ignore[attr-defined]
    one.trigger()
    assert {each.id for each in room.notes} == {known.id, merged}


def test_what_is_not_the_same_is_not_offered_again(room: Room) -> None:
    known = take(room.app, "GPs never read what we send")
    reloaded(room)
    room.type("GPs always read what we send")
    room.screen.look_for_alike()
    assert room.screen.alike.note == known
    room.press(Qt.Key.Key_J, CTRL | Qt.KeyboardModifier.ShiftModifier)
    assert not room.screen.alike.isVisible()
    assert QApplication.focusWidget() is room.screen.editor.headline
    room.type(" us")
    room.screen.look_for_alike()
    assert not room.screen.alike.isVisible()
    assert len(room.notes) == 1


def test_the_older_of_two_notes_stands(room: Room) -> None:
    older = take(room.app, "GPs never read what we send")
    room.clocks.advance(60)
    newer = take(room.app, "GPs never read what we send them")
    reloaded(room)
    open_in(room, older.id)
    room.press(Qt.Key.Key_J, CTRL)
    assert [(note.id, note.merged) for note in room.notes] == [(older.id, (newer.id,))]


# --- taking back ----------------------------------------------------------------------------------


def test_ctrl_z_in_the_list_takes_back_act_by_act_and_names_each(room: Room) -> None:
    room.type("GPs never ring back")
    room.press(Qt.Key.Key_3, ALT)
    room.press(Qt.Key.Key_Return, CTRL)
    (note,) = room.notes
    open_in(room, note.id)
    room.screen.myth.hands.focus(Moment.BEFORE)
    room.type("3")
    room.enter()
    room.press(Qt.Key.Key_1, ALT)
    room.screen.list.list.setFocus()
    room.settle()

    said = []
    for _ in range(3):
        room.press(Qt.Key.Key_Z, CTRL)
        room.settle()
        said.append(room.said[-1].text)
        room.screen.list.list.setFocus()
    assert said == [
        "Taken back: the change of the verdict of “GPs never ring back”.",
        "Taken back: the hands of General practice before, 3 of 4.",
        "Taken back: the myth “GPs never ring back”.",
    ]
    assert room.notes == []
    removed = room.app.notes.get(note.id)
    assert removed.content.verdict is NoteVerdict.FAIR_CONCERN
    assert not removed.hands.is_measured
    room.press(Qt.Key.Key_Z, CTRL)
    room.settle()
    assert "Nothing was done here" in room.said[-1].text


def test_ctrl_z_in_an_empty_headline_takes_back_and_in_a_text_it_is_the_texts(room: Room) -> None:
    room.type("GPs never ring back")
    room.press(Qt.Key.Key_Return, CTRL)
    assert len(room.notes) == 1
    assert room.screen.editor.is_blank
    room.type("Half")
    room.press(Qt.Key.Key_Z, CTRL)
    room.settle()
    assert len(room.notes) == 1
    room.screen.editor.headline.clear()
    room.screen.editor.headline.document().clearUndoRedoStacks()
    room.press(Qt.Key.Key_Z, CTRL)
    room.settle()
    assert room.notes == []


def test_what_another_laptop_did_since_is_not_taken_back(room: Room) -> None:
    room.type("GPs never ring back")
    room.press(Qt.Key.Key_Return, CTRL)
    (note,) = room.notes
    room.app.notes.change(note.id, reality="They do")
    room.screen.list.search.setFocus()
    room.press(Qt.Key.Key_Z, CTRL)
    room.settle()
    assert "changed since" in room.said[-1].text
    assert room.notes[0].content.reality == "They do"


def test_merging_and_pledges_are_taken_back_too(room: Room) -> None:
    one, two = take(room.app, "GPs never ring"), take(room.app, "Nobody rings us")
    spot = take(room.app, "One direct number", NoteKind.BRIGHT_SPOT)
    reloaded(room)
    room.screen.open_note(two.id)
    room.screen.merge_into(one.id)
    room.settle()
    room.screen.open_note(spot.id)
    room.settle()
    room.screen.spot.pledge.take_focus()
    room.type("Oak Lane Pharmacy")
    room.front()
    room.enter()
    (pledge,) = next(note for note in room.notes if note.id == spot.id).pledges
    room.screen.spot.pledge_taken_back.emit(pledge)
    room.settle()
    room.screen.list.list.setFocus()
    for words, left in (("taking back the pledge", 1), ("the pledge of Oak Lane", 0)):
        room.press(Qt.Key.Key_Z, CTRL)
        room.settle()
        assert words in room.said[-1].text
        assert len(room.app.notes.get(spot.id).pledges) == left
        room.screen.list.list.setFocus()
    room.press(Qt.Key.Key_Z, CTRL)
    room.settle()
    assert "making “Nobody rings us” and “GPs never ring” one" in room.said[-1].text
    assert len(room.notes) == 3


# --- history --------------------------------------------------------------------------------------


def test_any_earlier_version_is_looked_at_and_brought_back(room: Room) -> None:
    note = take(room.app, "GPs never ring", reality="First")
    room.clocks.advance(60)
    room.app.notes.change(note.id, reality="Second", verdict=NoteVerdict.BUSTED)
    room.app.hands.show(note.id, Moment.BEFORE, {GP: Estimate.HALF})
    room.clocks.advance(60)
    room.app.notes.change(note.id, text="GPs never ring back")
    reloaded(room)
    open_in(room, note.id)
    room.screen.show_history()
    room.settle()
    page = room.screen.history
    assert page.isVisible()
    assert page.lines == [
        "09:17  Changed the words",
        "09:16  Hands before, General practice: about half, by eye",
        "09:16  Changed the reality and the verdict",
        "09:15  Taken",
    ]
    assert QApplication.focusWidget() is page.list
    assert page.bring_back.reason == "The note says this now"
    for _ in range(3):
        room.press(Qt.Key.Key_Down)
    room.settle()
    assert "First" in page.shown_then
    room.press(Qt.Key.Key_Return, CTRL)
    (back,) = room.notes
    assert (back.text, back.content.reality) == ("GPs never ring", "First")
    assert back.hands.of(GP, Moment.BEFORE) is not None
    assert not page.isVisible()
    assert room.screen.editor.typed.content.reality == "First"
    room.screen.list.list.setFocus()
    room.press(Qt.Key.Key_Z, CTRL)
    assert room.notes[0].text == "GPs never ring back"


def test_esc_leaves_the_history(room: Room) -> None:
    note = take(room.app, "GPs never ring")
    reloaded(room)
    open_in(room, note.id)
    room.screen.show_history()
    room.settle()
    room.press(Qt.Key.Key_Escape)
    assert not room.screen.history.isVisible()
    assert QApplication.focusWidget() is room.screen.editor.headline


# --- a table, its round and its people ------------------------------------------------------------


def test_a_note_at_a_table_shows_its_round_and_offers_its_people(room: Room) -> None:
    add_person(room.app, "Zoë Ölund", GP, job_title="GP partner", borough="Brent")
    seat_everybody(room.app)
    seats = room.app.notes.at_table("1")
    assert seats.people
    reloaded(room)
    editor = room.screen.editor
    editor.place.table.setFocus()
    room.type("1")
    room.settle()
    assert editor.place.value[0] == "1"
    assert editor.place.table.accessibleName() == f"Table, round {seats.round_number}"
    assert editor.who.edit.placeholderText() == f"Down: the {len(seats.people)} at table 1"
    names = editor.who.edit.completer().model()
    first = [names.index(row, 0).data() for row in range(len(seats.people))]
    assert [text.split(",")[0] for text in first] == [one.full_name for one in seats.people]

    editor.who.attribution.buttons[0].click()
    editor.who.edit.setText(first[0])
    editor.who.edit.textEdited.emit(first[0])
    editor.headline.setFocus()
    room.type("Nobody rings back")
    room.press(Qt.Key.Key_Return, CTRL)
    (note,) = room.notes
    assert note.content.who.attendee_id == seats.people[0].id
    assert note.content.round_number == seats.round_number
    assert note.content.side == seats.people[0].side


def test_who_said_it_at_a_table_is_kept_by_role_only_where_role_was_chosen(room: Room) -> None:
    seat_everybody(room.app)
    (person, *_) = room.app.notes.at_table("1").people
    reloaded(room)
    editor = room.screen.editor
    editor.show_content(NoteContent("Nobody rings", table="1"))
    room.settle()
    words = editor.who.edit.completer().model().index(0, 0).data()
    editor.who.edit.setText(words)
    editor.who.edit.textEdited.emit(words)
    room.screen._keeper.write_draft()
    room.settle()
    (draft,) = room.app.drafts.all()
    assert (draft.content.who.name, draft.content.who.attendee_id) == ("", None)
    room.screen.hidden()
    (note,) = room.notes
    assert note.content.who.attendee_id is None
    assert person.full_name not in note.said_by


def test_who_may_be_named_is_chosen_by_key_before_the_first_word(room: Room) -> None:
    room.press(Qt.Key.Key_A, ALT)
    room.press(Qt.Key.Key_Right)
    room.enter()
    assert QApplication.focusWidget() is room.screen.editor.headline
    assert room.screen.editor.who.attribution.value == Attribution.NONE
    room.type("Nobody rings")
    room.press(Qt.Key.Key_Return, CTRL)
    assert room.notes[0].content.attribution is Attribution.NONE


def test_an_action_follows_from_a_note(room: Room) -> None:
    note = take(room.app, "GPs never ring", table="2")
    reloaded(room)
    open_in(room, note.id)
    entry(room.screen.more(), "Action from this").trigger()  # type: ignore[attr-defined]
    room.settle()
    room.type("Share one number per practice")
    room.press(Qt.Key.Key_Return, CTRL)
    action = next(one for one in room.notes if one.kind is NoteKind.ACTION)
    assert (action.content.from_note, action.content.table) == (note.id, "2")


def test_who_copies_a_bright_spot_is_chosen_from_the_list(room: Room) -> None:
    person = add_person(room.app, "Priya Raman", GP, borough="Southwark")
    reloaded(room)
    room.screen.list.tabs.tabs[1].click()
    room.screen.take_note()
    room.type("One direct number")
    room.screen.spot.pledge.take_focus()
    room.type("raman")
    popup = room.screen.spot.pledge.edit.completer().popup()
    assert popup is not None
    assert popup.isVisible()
    room.qtbot.keyClick(popup, Qt.Key.Key_Down)
    room.qtbot.keyClick(popup, Qt.Key.Key_Return)
    (note,) = room.notes
    (pledge,) = note.pledges
    assert (pledge.attendee_id, pledge.who, pledge.borough) == (
        person.id, person.full_name, "Southwark",
    )  # fmt: skip


# --- finding --------------------------------------------------------------------------------------


def test_filters_narrow_one_another_and_are_opened_by_key(room: Room) -> None:
    take(room.app, "GPs never ring", table="2", themes=("trust",))
    take(room.app, "GPs never write", table="2")
    take(room.app, "GPs never call", themes=("trust",))
    reloaded(room)
    column = room.screen.list
    below = column.filters().findChildren(QMenu)
    entries = {act.text(): act for menu in below for act in menu.actions()}
    entries["Table 2"].trigger()
    assert len(column.shown) == 2
    entries["trust"].trigger()
    assert [row.title for row in column.list.rows] == ["GPs never ring"]
    assert column.clear.text() == "Only table 2 and “trust”"
    column.clear.click()
    assert len(column.shown) == 3

    room.press(Qt.Key.Key_F, CTRL)
    assert QApplication.focusWidget() is column.search
    room.type("write")
    assert [row.title for row in column.list.rows] == ["GPs never write"]
    room.press(Qt.Key.Key_F, ALT)
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    menu.close()


@pytest.mark.parametrize(
    ("labels", "words"),
    [
        (["1", "2", "3", "4", "7"], "1 to 4, 7"),
        (["1", "2", "5"], "1, 2, 5"),
        (["9", "10", "11", "Window"], "9 to 11, Window"),
        ([], ""),
    ],
)
def test_tables_are_named_in_runs(labels: list[str], words: str) -> None:
    assert table_words(labels) == words


def test_quiet_tables_are_a_sentence() -> None:
    assert quiet_words(["4"], has_tables=True) == "Table not heard from yet: 4."
    assert quiet_words([], has_tables=True) == "Every table has been heard from."
    assert quiet_words([], has_tables=False) == ""


# --- drafts ---------------------------------------------------------------------------------------


def test_what_is_typed_without_a_headline_is_a_draft_in_the_list(room: Room) -> None:
    room.screen.myth.reality.take_focus()
    room.type("They do, within two days")
    room.screen.list.tabs.tabs[2].click()
    room.settle()
    assert room.notes == []
    assert "A draft" in room.said[-1].text
    (draft,) = room.app.drafts.all()
    room.screen.list.tabs.tabs[0].click()
    room.settle()
    (row,) = room.screen.list.list.rows
    assert (row.title, row.detail) == ("They do, within two days", "Draft, not yet a note")
    room.screen.list.list.choose(draft.id)
    room.settle()
    assert room.screen.myth.reality.text == "They do, within two days"
    room.screen.editor.take_focus()
    room.type("GPs never ring")
    room.press(Qt.Key.Key_Return, CTRL)
    (note,) = room.notes
    assert (note.id, note.content.reality) == (draft.id, "They do, within two days")
    assert room.app.drafts.all() == []


def test_a_date_that_is_none_is_told_when_the_note_is_left(room: Room) -> None:
    room.screen.list.tabs.tabs[3].click()
    room.screen.take_note()
    room.type("Share one number")
    room.screen.action.due.take_focus()
    room.type("31/02/2027")
    room.screen.list.tabs.tabs[0].click()
    room.settle()
    assert any("31/02/2027” is not a date" in message.text for message in room.said)
    assert [note.text for note in room.notes] == ["Share one number"]


_TYPIST = """
import sys
from pathlib import Path
from PySide6.QtCore import QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from facilitator.app import open_event
from facilitator.clocks import SystemClocks
from ui.application import build_window
from ui.settings import LaptopSettings

app = QApplication([])
event = open_event(sys.argv[1], SystemClocks())
made = build_window(event, LaptopSettings(Path(sys.argv[2])), SystemClocks())
made.window.show()
made.window.show_place("notes")
made.database.settle()
screen = made.window.current
screen.editor.take_focus()
left = list("GPs never ring")

def key():
    # as fast as a person types: much faster would be a scanner
    if left:
        QTest.keyClick(screen.editor.headline, left.pop(0))
        QTimer.singleShot(90, key)
    elif screen.editor.headline.toPlainText() != "GPs never ring":
        QTimer.singleShot(10, key)
    else:
        print("typed", flush=True)

QTimer.singleShot(0, key)
app.exec()
"""


@pytest.mark.slow
def test_a_window_that_is_killed_while_somebody_types_loses_nothing(
    event: EventApp, around: Surroundings, clocks: HandClocks, hand: Hand, qtbot: QtBot,
    tmp_path: Path,
) -> None:  # fmt: skip
    """A real process with the real screen: it types, and is killed as soon as that is on disk."""
    location = event.database.location
    child = subprocess.Popen(
        [sys.executable, "-c", _TYPIST, str(location), str(tmp_path / "child.json")],
        stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2],
    )  # fmt: skip
    try:
        assert child.stdout is not None
        assert child.stdout.readline() == "typed\n"

        def on_disk() -> bool:
            drafts = event.drafts.all()
            return bool(drafts) and drafts[0].content.text == "GPs never ring"

        # within a second where nothing else keeps the machine busy; DRAFT_MS says so
        qtbot.waitUntil(on_disk, timeout=5000)
    finally:
        child.send_signal(signal.SIGKILL)
        child.wait()
        if child.stdout is not None:
            child.stdout.close()
    assert event.notes.all() == []
    with open_event(location, clocks) as again:
        found = make_room(again, around, clocks, hand, qtbot)
        assert found.screen.editor.typed.content.text == "GPs never ring"
        assert "Found again" in found.said[0].text


# --- from the Desk to the room --------------------------------------------------------------------


@pytest.fixture
def at_desk(
    event: EventApp, tmp_path: Path, clocks: HandClocks, hand: Hand, qtbot: QtBot
) -> Iterator[Composition]:
    """The whole window at the Desk; the hand's clock stands still until a key is pressed."""
    made = build_window(event, LaptopSettings(tmp_path / "laptop.json"), clocks)
    hand.kept.append(made.window)
    made.window.show()
    made.window.activateWindow()
    qtbot.waitUntil(made.window.isActiveWindow)
    made.window.show_place("desk")
    made.database.settle()
    yield made
    made.window.close()


class Keys:
    """Counts the keys that are pressed in a whole window."""

    def __init__(self, made: Composition, hand: Hand, qtbot: QtBot) -> None:
        self.made, self.hand, self.qtbot, self.pressed = made, hand, qtbot, 0

    @property
    def focus(self) -> QWidget:
        return QApplication.focusWidget() or self.made.window

    def press(self, key: Qt.Key, modifier: Qt.KeyboardModifier = NO_MODIFIER) -> None:
        self.hand.keys.settle()
        self.hand.now += 500
        self.qtbot.keyClick(self.focus, key, modifier)
        self.hand.keys.settle()
        self.settle()
        self.pressed += 1

    def settle(self) -> None:
        for _ in range(4):
            QApplication.processEvents()
            self.made.database.settle()

    def type(self, text: str) -> None:
        self.hand.type(self.focus, text)
        self.pressed += len(text)


CLAIM, REALITY = "GPs never read what we send", "They do, within two days"


def test_a_myth_from_the_desk_to_the_room_in_under_thirty_seconds_of_keys(
    at_desk: Composition, event: EventApp, hand: Hand, qtbot: QtBot
) -> None:
    made, keys = at_desk, Keys(at_desk, hand, qtbot)
    keys.press(Qt.Key.Key_5, CTRL)
    keys.type(CLAIM)
    keys.press(Qt.Key.Key_Return)
    keys.type("p")
    for hands in "34":
        keys.type(hands)
        keys.press(Qt.Key.Key_Return)
    keys.type(REALITY)
    keys.press(Qt.Key.Key_1, ALT)
    keys.press(Qt.Key.Key_F9)
    made.database.settle()
    (note,) = event.notes.all()
    assert (note.text, note.content.side, note.content.reality) == (CLAIM, PH, REALITY)
    assert note.hands.count(GP, Moment.BEFORE) == Count(3, 4)
    assert note.hands.count(PH, Moment.BEFORE) == Count(4, 5)
    assert note.content.verdict is NoteVerdict.BUSTED
    assert event.room.shown().note_id == note.id
    # nine keys besides the words; three keys a second are slow
    assert keys.pressed - len(CLAIM) - len(REALITY) == 9
    assert keys.pressed / 3 < 30


def test_a_quick_note_over_the_desk_goes_on_in_notes(
    at_desk: Composition, event: EventApp, hand: Hand, qtbot: QtBot
) -> None:
    made, keys = at_desk, Keys(at_desk, hand, qtbot)
    keys.press(Qt.Key.Key_N, CTRL)
    keys.type(CLAIM)
    keys.press(Qt.Key.Key_Return, CTRL | Qt.KeyboardModifier.ShiftModifier)
    made.database.settle()
    screen = made.window.current
    assert isinstance(screen, NotesScreen)
    (note,) = event.notes.all()
    assert (screen.note_id, note.text) == (note.id, CLAIM)


def test_the_room_sees_a_myth_within_a_second_and_never_a_draft(
    at_desk: Composition, event: EventApp, hand: Hand, qtbot: QtBot
) -> None:
    made, keys = at_desk, Keys(at_desk, hand, qtbot)
    page = made.window.screen_of("room")
    views = page.findChildren(RoomView)
    assert views

    def seen() -> str | None:
        picture = views[0].room.picture
        return picture.myth.text if picture is not None and picture.myth is not None else None

    keys.press(Qt.Key.Key_5, CTRL)
    keys.type(CLAIM)
    made.database.settle()
    assert seen() is None
    keys.press(Qt.Key.Key_F9)
    qtbot.waitUntil(lambda: seen() == CLAIM, timeout=1000)
    keys.type(", not even once")  # an edit that is only typed
    made.window.current._keeper.write_draft()  # type: ignore[attr-defined]
    keys.settle()
    assert event.drafts.all()
    assert seen() == CLAIM
    keys.press(Qt.Key.Key_F9)
    qtbot.waitUntil(lambda: seen() is None, timeout=1000)
    assert event.room.shown().face is not Face.MYTH


def test_the_hands_of_the_summit_on_the_screen(room: Room) -> None:
    """Pharmacists 30 of 40 to 12 of 35, GPs 20 of 25 to 8 of 24: -43.0 for the room, not the mean
    of both sides (-43.7)."""
    note = take(room.app, "GPs never read what we send")
    for moment, ph, gp in (
        (Moment.BEFORE, Count(30, 40), Count(20, 25)),
        (Moment.AFTER, Count(12, 35), Count(8, 24)),
    ):
        room.app.hands.show(note.id, moment, {PH: ph, GP: gp})
    reloaded(room)
    open_in(room, note.id)
    assert room.screen.myth.hands.summary == (
        "50 of 65 before, 20 of 59 after: 43.0 percentage points fewer believe it."
    )
    hands = room.app.hands.of(note.id)
    shifts = [hands.shift(PH), hands.shift(GP), hands.room_shift]
    assert [round(shift or 0, 1) for shift in shifts] == [-40.7, -46.7, -43.0]
