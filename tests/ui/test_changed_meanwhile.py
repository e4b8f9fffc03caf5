"""Somebody else changes what is being edited: the real screens, by keyboard alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from facilitator.app import EventApp, create_event
from facilitator.clocks import HandClocks
from facilitator.domain.changes import Changes
from facilitator.domain.meanwhile import Difference, Meanwhile
from facilitator.domain.notes import Note, NoteKind
from tests.conftest import NEW
from tests.people import add_person
from tests.ui.notes_room import CTRL, Room, event, made, room, take
from tests.ui.programme_stage import Stage, made_day, stage
from ui.screens.changed_meanwhile import KEEP_KEY, TAKE_KEY, ChangedMeanwhileCard
from ui.screens.notes_keeper import laptop
from ui.screens.people import PeopleScreen
from ui.screens.screen import Surroundings

#: the offscreen platform says this of every popup
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)
__all__ = ["event", "made", "made_day", "room", "stage"]

BOTH = CTRL | Qt.KeyboardModifier.ShiftModifier
CLAIM = "GPs never read what we send"


def open_note(room: Room) -> Note:
    """A note that is open in the editor."""
    note = take(room.app, CLAIM)
    news(room)
    room.screen.open_note(note.id)
    room.settle()
    return note


def news(room: Room) -> None:
    """What another laptop did has come in."""
    room.around.bus.publish(Changes.NOTES)
    room.settle()


def write_reality(room: Room, text: str) -> None:
    room.press(Qt.Key.Key_R, Qt.KeyboardModifier.AltModifier)
    room.type(text)
    room.settle()


def keep(room: Room) -> None:
    """Ctrl+Enter: the note is kept, and the next one begins."""
    room.press(Qt.Key.Key_Return, CTRL)
    room.settle()


def now(room: Room, note: Note) -> Note:
    return room.app.notes.get(note.id)


# --- notes ----------------------------------------------------------------------------------------


def test_an_open_note_shows_what_another_laptop_made_of_it(room: Room) -> None:
    note = open_note(room)
    room.app.notes.change(note.id, reality="They do")
    news(room)
    assert room.screen.editor.typed.content.reality == "They do"
    write_reality(room, "Yes: ")
    keep(room)
    assert now(room, note).content.reality == "Yes: They do"
    assert not room.screen.meanwhile.isVisible()


def test_other_fields_of_a_note_go_together_without_a_question(room: Room) -> None:
    note = open_note(room)
    write_reality(room, "They do")
    room.app.notes.change(note.id, evidence="An audit", themes=("capacity",))
    news(room)
    keep(room)
    content = now(room, note).content
    assert (content.reality, content.evidence) == ("They do", "An audit")
    assert content.themes == ("capacity",)
    assert not room.screen.meanwhile.isVisible()


def test_mine_is_kept_by_one_key_from_wherever_one_is_by_then(room: Room) -> None:
    note = open_note(room)
    write_reality(room, "Half of them do")
    room.app.notes.change(note.id, reality="They do", why="One bad week", operator="Door 2")
    keep(room)
    card = room.screen.meanwhile
    assert card.isVisible()
    assert card.texts[0].startswith(f"Somebody changed “{CLAIM}” while you wrote (Door 2, ")
    assert card.texts[1:] == ["Theirs", "Mine", "Reality", "They do", "Half of them do"]
    assert now(room, note).content.reality == "They do", "nothing is overwritten"
    # Typing went on in the next note, and goes on.
    room.type("Another claim")
    assert room.screen.editor.headline.text == "Another claim"
    room.press(Qt.Key.Key_K, BOTH)
    room.settle()
    content = now(room, note).content
    assert (content.reality, content.why) == ("Half of them do", "One bad week")
    assert not card.isVisible()
    assert room.screen.editor.headline.text == "Another claim"
    assert [d for d in room.app.drafts.all(holder=laptop()) if d.of_note] == []


def test_theirs_is_taken_in_the_note_that_is_open(room: Room) -> None:
    note = open_note(room)
    write_reality(room, "Half of them do")
    room.app.notes.change(note.id, reality="They do")
    room.screen._keeper.keep()
    room.settle()
    assert room.screen.note_id == note.id
    assert room.screen.editor.typed.content.reality == "Half of them do", "what is typed stays"
    assert "Somebody changed this" in room.screen.meanwhile.texts[0]
    (draft,) = room.app.drafts.all()
    assert draft.content.reality == "Half of them do"
    room.press(Qt.Key.Key_T, BOTH)
    room.settle()
    assert room.screen.editor.typed.content.reality == "They do"
    assert not room.screen.meanwhile.isVisible()
    assert room.app.drafts.all() == []
    keep(room)
    assert now(room, note).content.reality == "They do"


def test_what_is_typed_after_the_question_is_what_is_kept(room: Room) -> None:
    note = open_note(room)
    write_reality(room, "Half")
    room.app.notes.change(note.id, reality="They do")
    room.screen._keeper.keep()
    room.settle()
    write_reality(room, " of them")
    room.press(Qt.Key.Key_K, BOTH)
    room.settle()
    assert now(room, note).content.reality == "Half of them"


def test_a_note_left_undecided_is_found_with_what_was_typed(room: Room) -> None:
    note = open_note(room)
    write_reality(room, "Half of them do")
    room.app.notes.change(note.id, reality="They do")
    keep(room)
    room.screen.open_note(note.id)
    room.settle()
    assert room.screen.editor.typed.content.reality == "Half of them do"
    assert room.screen.meanwhile.texts[0].startswith("Somebody changed this")
    keep(room)
    assert now(room, note).content.reality == "They do", "it is asked again, and nothing is lost"
    assert room.screen.meanwhile.isVisible()


def test_a_draft_found_after_a_crash_overwrites_nothing(room: Room) -> None:
    note = take(room.app, CLAIM)
    typed = replace(note.content, reality="Half of them do")
    room.app.drafts.keep(note.id, note.kind, typed, holder=laptop(), base=note.version)
    room.app.notes.change(note.id, reality="They do")
    room.app.drafts.keep(note.id, note.kind, typed, holder=laptop(), base=note.version)
    other = take(room.app, "Nobody rings back")
    again = replace(other.content, why="One bad week")
    room.clocks.advance(60)
    room.app.drafts.keep(other.id, other.kind, again, holder=laptop(), base=other.version)
    room.screen._first = True
    room.screen.reload()
    room.settle()
    assert room.screen.note_id == other.id
    assert now(room, note).content.reality == "They do"
    assert room.screen.meanwhile.texts[0].startswith(f"Somebody changed “{CLAIM}”")
    room.press(Qt.Key.Key_K, BOTH)
    room.settle()
    assert now(room, note).content.reality == "Half of them do"


def test_a_note_that_was_removed_comes_back_with_mine(room: Room) -> None:
    note = open_note(room)
    write_reality(room, "They do")
    room.app.notes.remove(note.id, operator="Stage")
    keep(room)
    card = room.screen.meanwhile
    assert card.texts[0].startswith(f"Somebody removed “{CLAIM}” while you wrote (Stage, ")
    assert card.take.text() == "Leave it removed"
    room.press(Qt.Key.Key_K, BOTH)
    room.settle()
    found = now(room, note)
    assert (found.removed_at, found.content.reality) == (None, "They do")


def test_ones_own_quick_savings_are_nobody_elses(room: Room) -> None:
    note = open_note(room)
    write_reality(room, "They")
    room.screen._keeper.keep()
    write_reality(room, " do")
    room.screen._keeper.keep()
    write_reality(room, " read")
    keep(room)
    assert now(room, note).content.reality == "They do read"
    assert not room.screen.meanwhile.isVisible()


def test_out_of_sight_the_message_bar_says_it(room: Room) -> None:
    note = open_note(room)
    write_reality(room, "Half of them do")
    room.app.notes.change(note.id, reality="They do")
    room.screen.hide()
    room.screen.hidden()
    room.settle()
    assert "the reality is now “They do”" in room.said[-1].text
    room.screen.show()
    room.settle()
    assert room.screen.meanwhile.isVisible()


# --- people ---------------------------------------------------------------------------------------


@pytest.fixture
def people(
    qtbot: QtBot, tmp_path: Path, clocks: HandClocks, around: Surroundings
) -> Iterator[tuple[EventApp, PeopleScreen]]:
    with create_event(tmp_path / "people.facilitator", NEW, clocks) as app:
        add_person(app, "Ada Larkin", diet="None", organisation="Elm Road")
        screen = PeopleScreen.build(app, around)
        qtbot.addWidget(screen)
        screen.resize(1126, 680)
        screen.show()
        screen.activateWindow()
        qtbot.waitUntil(screen.isActiveWindow)
        settle(screen)
        yield app, screen
        settle(screen)


def settle(screen: PeopleScreen) -> None:
    for _ in range(3):
        QApplication.processEvents()
        screen.around.database.settle()


def press(screen: QWidget, key: Qt.Key) -> None:
    QTest.keyClick(QApplication.focusWidget() or screen, key, BOTH)


@pytest.mark.parametrize("mine", [True, False])
def test_a_persons_details_are_decided_beside_each_other(
    people: tuple[EventApp, PeopleScreen], *, mine: bool
) -> None:
    app, screen = people
    (ada,) = app.people.all()
    screen._begin_edit()
    screen.form.fields["diet"].set_text("Vegan")
    screen.form.fields["phone"].set_text("020 7946 0000")
    app.people.edit(ada.id, {"diet": "No nuts", "organisation": "Oak Road"}, by="AY")
    screen.form.keep()
    settle(screen)
    card = screen.form.meanwhile
    assert card.isVisible()
    assert card.texts[0].startswith("Somebody changed this while you wrote (AY, ")
    assert card.texts[1:] == ["Diet, theirs", "No nuts", "Diet, mine", "Vegan"]
    assert app.people.get(ada.id).phone == ""
    assert screen.form.fields["diet"].text == "Vegan"
    press(screen, Qt.Key.Key_K if mine else Qt.Key.Key_T)
    settle(screen)
    found = app.people.get(ada.id)
    assert found.diet == ("Vegan" if mine else "No nuts")
    assert (found.organisation, found.phone) == ("Oak Road", "020 7946 0000")
    assert not screen.form.isVisible(), "it is kept, and the form gone"


# --- the programme --------------------------------------------------------------------------------


@pytest.mark.parametrize("mine", [True, False])
def test_a_session_is_decided_beside_each_other(stage: Stage, *, mine: bool) -> None:
    session = next(s for s in stage.app.programme.state().programme if s.title == "Lunch")
    stage.screen._open(session.id)
    form = stage.screen.form
    form.minutes.set_text("50")
    form.note.set_text("Bring water")
    stage.app.programme.edit(session.id, minutes=40, speaker="Amina Yeboah", protected=False)
    form._keep()
    stage.settle()
    assert form.meanwhile.isVisible()
    assert form.meanwhile.texts[-3:] == ["How long it lasts", "40 minutes", "50 minutes"]
    assert (form.minutes.text, form.wrong) == ("50", "")
    press(stage.screen, Qt.Key.Key_K if mine else Qt.Key.Key_T)
    stage.settle()
    found = stage.app.programme.state().programme.find(session.id)
    assert found is not None
    assert found.minutes == (50 if mine else 40)
    assert (found.note, found.speaker, found.protected) == ("Bring water", "Amina Yeboah", False)
    assert not form.isVisible()


# --- the card -------------------------------------------------------------------------------------


def test_versions_stand_side_by_side_or_below_each_other(qtbot: QtBot) -> None:
    card = ChangedMeanwhileCard()
    qtbot.addWidget(card)
    long = "word " * 400
    card.offer(Meanwhile((Difference("why", "why it misleads", "", "<b>theirs</b>", long),)))
    for width in (900, 344):
        card.resize(width, card.sizeHint().height())
        card.show()
        QApplication.processEvents()
        assert "<b>theirs</b>" in card.texts
        assert card.keep.text_fits()
        assert card.take.text_fits()
        assert card.sizeHint().height() < 320, "a long text scrolls"
    assert (card.keep.key, card.take.key) == (KEEP_KEY, TAKE_KEY)


def test_an_empty_version_says_so(qtbot: QtBot) -> None:
    card = ChangedMeanwhileCard()
    qtbot.addWidget(card)
    card.resize(700, 200)
    card.show()
    card.offer(Meanwhile((Difference("why", "why it misleads", "x", "", "mine"),)))
    assert card.texts[-3:] == ["Why it misleads", "Empty", "mine"]


def test_a_kind_of_note_has_its_words_for_the_headline(room: Room) -> None:
    note = take(room.app, "A hub", NoteKind.BRIGHT_SPOT)
    news(room)
    room.screen.open_note(note.id)
    room.settle()
    room.type(" that works")
    room.app.notes.change(note.id, text="The hub of Southwark")
    keep(room)
    assert room.screen.meanwhile.texts[3:5] == ["What works", "The hub of Southwark"]
