"""The room display: its faces, its window, and what it must never show."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from uuid import uuid4

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QImage, QKeyEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from facilitator.app import EventApp
from facilitator.clocks import HandClocks
from facilitator.domain.changes import Changes
from facilitator.domain.errors import Refused
from facilitator.domain.notes import NoteContent, NoteKind
from facilitator.sample import make_sample_event
from facilitator.services.room_display import Face, NameAtTable
from ui.room.faces import PAGE_SECONDS, page_words, pages
from ui.room.view import RoomView
from ui.room.window import RoomKeeper, RoomWindow
from ui.screens.room import RoomScreen
from ui.screens.screen import Surroundings


@pytest.fixture
def app(tmp_path: Path, clocks: HandClocks) -> Iterator[EventApp]:
    made = make_sample_event(
        tmp_path / "room.facilitator", attendees=24, clocks=clocks, held_on=date(2026, 11, 18)
    )
    with made:
        yield made


@pytest.fixture
def view(qtbot: QtBot, clocks: HandClocks) -> RoomView:
    made = RoomView(clocks)
    qtbot.addWidget(made)
    made.resize(960, 540)
    return made


def colours(image: QImage) -> set[int]:
    return {
        image.pixel(x, y) for x in range(0, image.width(), 7) for y in range(0, image.height(), 7)
    }


def test_every_face_paints_something_of_its_own(app: EventApp, view: RoomView) -> None:
    note = app.notes.capture(uuid4(), NoteKind.MYTH, NoteContent(text="GPs never read it")).note
    app.programme.start()
    seen: dict[Face, bytes] = {}
    for face in Face:
        app.room.show(face, message="Lunch is in the garden", note_id=note.id)
        view.show_picture(app.room.picture())
        picture = view.grab().toImage()
        seen[face] = bytes(picture.constBits())
        if face in {Face.BLACK, Face.SLIDES}:
            assert colours(picture) == {0xFF000000}
        else:
            assert len(colours(picture)) > 2
    assert len(set(seen.values())) == len(Face) - 1  # slides and black look alike on purpose


def test_black_comes_and_goes_with_one_key(app: EventApp) -> None:
    app.room.show(Face.CLOCK)
    assert app.room.toggle_black().changes == Changes.ROOM
    assert app.room.shown().face is Face.BLACK
    app.room.toggle_black()
    assert app.room.shown().face is Face.CLOCK


def test_what_is_not_there_is_refused_in_words(app: EventApp) -> None:
    with pytest.raises(Refused, match="no message"):
        app.room.show(Face.MESSAGE)
    with pytest.raises(Refused, match="no myth"):
        app.room.show(Face.MYTH)


def test_a_myth_that_was_removed_is_never_shown(app: EventApp) -> None:
    note = app.notes.capture(uuid4(), NoteKind.MYTH, NoteContent(text="GPs never read it")).note
    app.room.show(Face.MYTH, note_id=note.id)
    assert app.room.picture().myth is not None
    app.notes.remove(note.id)
    assert app.room.picture().myth is None


def test_names_are_paged_by_letter() -> None:
    names = tuple(NameAtTable(f"{letter}name", "Ada", "1") for letter in "ABCDEFGHIJ" * 7)
    ordered = tuple(sorted(names, key=lambda n: n.family))
    found = pages(ordered)
    assert [len(page) for page in found] == [24, 24, 22]
    assert sum(found, ()) == ordered
    assert page_words(found[0]) == "A to D"
    assert pages(()) == [()]


def test_pages_turn_by_themselves_and_can_be_held(
    app: EventApp, view: RoomView, clocks: HandClocks
) -> None:
    app.room.show(Face.FIND)
    view.show_picture(app.room.picture())
    view._picture = _with_names(view._picture, 70)
    clocks.advance(PAGE_SECONDS)
    view._tick()
    assert view.page == 1
    app.room.hold(True)
    held = _with_names(app.room.picture(), 70)
    view.show_picture(held)
    clocks.advance(PAGE_SECONDS * 3)
    view._tick()
    assert view.page == 1


def _with_names(picture, number):
    from dataclasses import replace

    names = tuple(NameAtTable(f"Name{n:03}", "Ada", str(n)) for n in range(number))
    return replace(picture, names=names)


def test_no_key_closes_it(qtbot: QtBot, clocks: HandClocks) -> None:
    window = RoomWindow(clocks)
    qtbot.addWidget(window)
    window.show()
    for key in (Qt.Key.Key_Escape, Qt.Key.Key_PageDown, Qt.Key.Key_B, Qt.Key.Key_F5):
        QApplication.sendEvent(
            window, QKeyEvent(QEvent.Type.KeyPress, key, Qt.KeyboardModifier.NoModifier)
        )
    window.close()
    assert window.isVisible()
    window.end()
    assert not window.isVisible()


def test_it_never_covers_the_only_screen(around: Surroundings) -> None:
    keeper = RoomKeeper(around.settings, around.clocks)
    said: list[str] = []
    keeper.said.connect(lambda _mood, text: said.append(text))
    keeper.open(None)
    try:
        assert keeper.window is not None
        assert not keeper.window.isFullScreen()
        assert "only one screen" in said[0]
        assert around.settings.room_open
    finally:
        keeper.close()
    assert not around.settings.room_open


def test_the_page_shows_and_changes_what_the_room_sees(
    qtbot: QtBot, app: EventApp, around: Surroundings
) -> None:
    screen = RoomScreen(around, app.room, RoomKeeper(around.settings, around.clocks))
    qtbot.addWidget(screen)
    screen.show()
    screen.reload()
    around.database.settle()
    screen._choose(Face.CLOCK)
    around.database.settle()
    QApplication.processEvents()
    around.database.settle()
    assert app.room.shown().face is Face.CLOCK
    assert "Clock" in screen._heading.text()
    screen.message.set_text("<b>Lunch</b>")
    screen._send_message()
    around.database.settle()
    assert app.room.shown().message == "<b>Lunch</b>"
    screen.black()
    around.database.settle()
    assert app.room.shown().face is Face.BLACK
