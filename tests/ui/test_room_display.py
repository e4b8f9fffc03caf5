"""The room display: its faces, its window, and what it must never show."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import cast
from uuid import UUID, uuid4
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QBuffer, QEvent, QObject, QRect, QSize
from PySide6.QtGui import QImage, QPainter, QPaintEvent, QRegion
from PySide6.QtSvg import QSvgGenerator
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from sqlmodel import col, select

from facilitator.app import EventApp
from facilitator.clocks import HandClocks
from facilitator.domain.changes import Changes
from facilitator.domain.errors import Refused
from facilitator.domain.hands import Count, Moment
from facilitator.domain.notes import NoteContent, NoteKind
from facilitator.sample import make_sample_event
from facilitator.services.room_display import Face, NameAtTable, RoomPicture, TableInRoom
from facilitator.store.rows import ToldRow
from tests.ui.conftest import Hand
from tests.ui.test_theme import BLINDNESS, _luminance, _rgb, contrast, distance
from ui.room.clock_face import LOOKS, colour_of
from ui.room.faces import scene_of
from ui.room.names_face import NAME_SIZES, name_parts, page_words
from ui.room.sheet import SMALLEST, Piece, Sheet, advance, millimetres_a_metre
from ui.room.show import (
    LIT_SECONDS,
    PAGE_SECONDS,
    RoomShow,
    pages,
    table_pages,
)  # fmt: skip
from ui.room.view import RoomView
from ui.room.window import RoomKeeper
from ui.screens.room import FACES, RoomScreen
from ui.screens.screen import Surroundings


@pytest.fixture
def app(tmp_path: Path, clocks: HandClocks) -> Iterator[EventApp]:
    made = make_sample_event(
        tmp_path / "room.facilitator", attendees=24, clocks=clocks, held_on=date(2026, 11, 18)
    )
    with made:
        yield made


@pytest.fixture
def show(qapp: QApplication, clocks: HandClocks) -> Iterator[RoomShow]:
    made = RoomShow(clocks)
    yield made
    made.end()


@pytest.fixture
def view(qtbot: QtBot, show: RoomShow) -> RoomView:
    made = RoomView(show)
    qtbot.addWidget(made)
    made.resize(960, 540)
    return made


def put_everything(app: EventApp) -> None:
    """A room in its second round, with a myth that is known before and after."""
    people = [p.id for p in app.people.all()]
    for number, person in enumerate(people):
        app.seating.move(person, 1, str(number % 3 + 1))
    note = app.notes.capture(
        uuid4(), NoteKind.MYTH, NoteContent(text="GPs never read it", reality="They do.")
    ).note
    for moment, raised in ((Moment.BEFORE, 9), (Moment.AFTER, 2)):
        app.hands.show(
            note.id, moment, {side.key: Count(raised, 12) for side in app.event.get().sides}
        )
    app.room.show(Face.MYTH, note_id=note.id)
    app.room.show(Face.MESSAGE, message="Lunch is in the garden")
    app.programme.start()


def written(show: RoomShow) -> list[tuple[str, float]]:
    """Every text that is painted for the room now, with its size in units of the sheet."""
    sight = show.sight()
    assert sight is not None
    buffer = QBuffer()
    buffer.open(QBuffer.OpenModeFlag.WriteOnly)
    paper = QSvgGenerator()
    paper.setOutputDevice(buffer)
    paper.setResolution(96)
    paper.setSize(QSize(1920, sight.sheet.height))
    painter = QPainter(paper)
    scene = scene_of(sight)
    scene.paint(painter)
    for piece in scene.pieces:
        piece.paint(painter)
    painter.end()
    tree = ElementTree.fromstring(bytes(buffer.data().data()))
    return [
        ("".join(one.itertext()).strip(), float(one.get("font-size", "0")))
        for one in tree.iter("{http://www.w3.org/2000/svg}text")
    ]


def colours(image: QImage) -> set[int]:
    return {
        image.pixel(x, y) for x in range(0, image.width(), 7) for y in range(0, image.height(), 7)
    }


# --- the faces ------------------------------------------------------------------------------------


def test_every_face_paints_something_of_its_own(
    app: EventApp, show: RoomShow, view: RoomView
) -> None:
    put_everything(app)
    seen: dict[Face, bytes] = {}
    for face in Face:
        app.room.show(face)
        show.set_picture(app.room.picture())
        picture = view.grab().toImage()
        seen[face] = bytes(picture.constBits())
        if face in {Face.BLACK, Face.SLIDES}:
            assert colours(picture) == {0xFF000000}
        else:
            assert len(colours(picture)) > 2
    assert len(set(seen.values())) == len(Face) - 1  # slides and black look alike on purpose


@pytest.mark.parametrize("size", [QSize(1920, 1080), QSize(1280, 800), QSize(1024, 768)])
def test_no_text_of_any_face_is_too_small_for_the_back_row(
    app: EventApp, show: RoomShow, size: QSize
) -> None:
    put_everything(app)
    show.set_shape(size)
    texts = 0
    for face in Face:
        app.room.show(face)
        app.room.set_line("Please leave your badges on")
        show.set_picture(app.room.picture())
        for text, pixels in written(show):
            texts += bool(text)
            assert not text or pixels >= SMALLEST, (face, text, pixels)
    assert texts > 60


def test_capitals_are_high_enough_for_fifteen_metres(qapp: QApplication) -> None:
    # 20/20 sight tells letters of 5 minutes of arc apart: 1.45 mm for each metre.
    assert millimetres_a_metre(SMALLEST) == pytest.approx(1.65, abs=0.01)
    assert millimetres_a_metre(NAME_SIZES[0]) == pytest.approx(2.02, abs=0.01)
    # A face fits the width of any projector, so that the figure holds at 4 to 3 as well; there
    # the smallest text is still 19 pixels.
    assert Sheet.of(QSize(1024, 768)).height == 1440
    assert SMALLEST * 1024 / 1920 > 19


def test_the_room_never_reads_what_is_not_for_it(app: EventApp, show: RoomShow) -> None:
    put_everything(app)
    session = app.programme.state().programme.sessions[0]
    app.programme.edit(session.id, note="Whisper: the minister is late")
    person = app.people.all()[0]
    app.people.edit(person.id, {"diet": "Whisper", "access": "Whisper", "attention": "Whisper"})
    myth = app.notes.capture(
        uuid4(), NoteKind.MYTH,
        NoteContent(text="They never ring", reality="Whisper: long", room_line="They do ring",
                    why="Whisper", evidence="Whisper"),
    ).note  # fmt: skip
    app.room.show(Face.MYTH, note_id=myth.id)
    for face in Face:
        app.room.show(face)
        show.set_picture(app.room.picture())
        assert not [text for text, _ in written(show) if "Whisper" in text], face
    assert "They do ring" in _all_texts(app, show, Face.MYTH)


def _all_texts(app: EventApp, show: RoomShow, face: Face) -> str:
    app.room.show(face)
    show.set_picture(app.room.picture())
    return " ".join(text for text, _ in written(show))


def test_who_was_erased_or_purged_leaves_the_wall(app: EventApp, show: RoomShow) -> None:
    put_everything(app)
    person = app.people.all()[0]
    assert person.given_name in _all_texts(app, show, Face.FIND)
    app.privacy.erase(person.id)
    assert person.id not in {name.person for name in app.room.picture().names}
    app.room.show(Face.FIND)
    assert app.room.picture().names
    app.privacy.purge()
    assert app.room.picture().names == ()
    app.room.show(Face.PLAN)
    assert app.room.picture().names == ()


def test_black_comes_and_goes_with_one_key(app: EventApp) -> None:
    app.room.show(Face.CLOCK)
    assert app.room.toggle_black().changes == Changes.ROOM
    assert app.room.shown().face is Face.BLACK
    app.room.toggle_black()
    assert app.room.shown().face is Face.CLOCK


def test_black_over_the_slides_gives_the_slides_back_and_then_what_was_before(
    app: EventApp,
) -> None:
    app.room.show(Face.CLOCK)
    app.room.show(Face.SLIDES)
    app.room.toggle_black()
    app.room.toggle_black()
    assert app.room.shown().face is Face.SLIDES
    app.room.end_slides()
    assert app.room.shown().face is Face.CLOCK
    assert app.room.end_slides().changes == Changes.NONE


def test_what_is_not_there_is_refused_in_words(app: EventApp) -> None:
    with pytest.raises(Refused, match="no message"):
        app.room.show(Face.MESSAGE)
    with pytest.raises(Refused, match="no myth"):
        app.room.show(Face.MYTH)


def test_a_myth_that_was_removed_is_never_shown(app: EventApp, show: RoomShow) -> None:
    note = app.notes.capture(uuid4(), NoteKind.MYTH, NoteContent(text="GPs never read it")).note
    app.room.show(Face.MYTH, note_id=note.id)
    assert app.room.picture().myth is not None
    app.notes.remove(note.id)
    assert app.room.picture().myth is None
    show.set_picture(app.room.picture())
    assert "never read" not in " ".join(text for text, _ in written(show))


# --- the clock ------------------------------------------------------------------------------------


def test_a_line_comes_and_goes_under_the_clock(app: EventApp, show: RoomShow) -> None:
    app.programme.start()
    app.room.show(Face.CLOCK)
    app.room.set_line("  <b>Lunch</b> is\nin the garden ")
    assert "<b>Lunch</b> is in the garden" in _all_texts(app, show, Face.CLOCK)
    assert "<b>Lunch</b>" in _all_texts(app, show, Face.BREAK)
    app.room.set_line("")
    assert app.room.shown().face is Face.BREAK
    assert "Lunch" not in _all_texts(app, show, Face.CLOCK)


def test_each_phase_says_another_word_and_overtime_is_finishing(
    app: EventApp, show: RoomShow, clocks: HandClocks
) -> None:
    app.programme.start()
    words = [_all_texts(app, show, Face.CLOCK)]
    left = app.programme.state().board.state.remaining
    for remaining in (299, 59, -130):
        clocks.advance(left - remaining)
        left = remaining
        words.append(_all_texts(app, show, Face.CLOCK))
    calm, warning, danger, over = words
    assert "minutes left, until" in calm
    assert "last 5 minutes, until" in warning
    assert "last minute, until" in danger
    assert "Finishing" in over
    assert "2:10" not in over.replace(" ", "")
    app.event.set(red_clock=True)
    assert "over time" in _all_texts(app, show, Face.CLOCK)


#: seen by somebody without green, and in greyscale: CIE76 distance and lightness
APART, LIGHTER = 18.0, 15.0


def test_phases_stay_apart_without_red_or_green_and_in_greyscale(qapp: QApplication) -> None:
    for (one, first), (other, second) in itertools.combinations(LOOKS.items(), 2):
        assert first.icon != second.icon, (one, other)
        pairs = [(colour_of(first.band), colour_of(second.band)),
                 (colour_of(first.figures), colour_of(second.figures))]  # fmt: skip
        for kind in BLINDNESS:
            seen = max(distance(a.name(), b.name(), kind) for a, b in pairs)
            assert seen >= APART, (one, other, kind, seen)
        grey = max(abs(lightness(a.name()) - lightness(b.name())) for a, b in pairs)
        assert grey >= LIGHTER, (one, other, grey)
    for look in LOOKS.values():
        assert contrast(colour_of(look.band).name(), colour_of(look.figures).name()) >= 4.5


def lightness(colour: str) -> float:
    """CIE lightness, 0 to 100."""
    return 116 * _luminance(_rgb(colour)) ** (1 / 3) - 16


def test_a_passing_second_repaints_what_changed_and_is_never_stale(
    app: EventApp, show: RoomShow, view: RoomView, clocks: HandClocks, qtbot: QtBot
) -> None:
    app.programme.start()
    app.room.show(Face.CLOCK)
    show.set_picture(app.room.picture())
    view.show()
    qtbot.waitExposed(view)
    QApplication.processEvents()
    view.repaint()
    regions: list[QRegion] = []

    class Watch(QObject):
        def eventFilter(self, watched: QObject, event: QEvent) -> bool:
            if isinstance(event, QPaintEvent):
                regions.append(QRegion(event.region()))
            return False

    watch = Watch()
    view.installEventFilter(watch)
    for seconds in (3, 1, 0.4, 7, 60, 601):
        clocks.advance(seconds)
        show.tick()
        QApplication.processEvents()
        fresh = RoomView(show)
        fresh.resize(view.size())
        assert view.grab().toImage() == fresh.grab().toImage()
        fresh.deleteLater()
    view.removeEventFilter(watch)
    whole = view.width() * view.height()
    first = sum(r.width() * r.height() for r in cast("Iterable[QRect]", regions[0]))
    assert first < whole / 3


# --- find your table ------------------------------------------------------------------------------


def test_names_are_paged_by_letter() -> None:
    names = tuple(NameAtTable(f"{letter}name", "Ada", "1") for letter in "ABCDEFGHIJ" * 7)
    ordered = tuple(sorted(names, key=lambda n: n.family))
    found = pages(ordered)
    assert [len(page) for page in found] == [24, 24, 22]
    assert sum(found, ()) == ordered
    assert page_words(found[0]) == "A to D"
    assert pages(()) == [()]
    assert len(pages(ordered, Sheet(1440))) == 2
    tables = tuple(TableInRoom(str(n), (4, 4, 0)) for n in range(1, 46))
    assert [len(page) for page in table_pages(tables)] == [15, 15, 15]
    assert len(table_pages(tables[:15])) == 1


def test_names_sort_with_accents_folded(app: EventApp) -> None:
    people = app.people.all()
    for number, family in enumerate(("Zephyr", "Çelik", "Chaudhry", "Árpád", "Ash")):
        app.people.edit(people[number].id, {"family_name": family})
        app.seating.move(people[number].id, 1, "1")
    app.room.show(Face.FIND)
    assert [n.family for n in app.room.picture().names] == [
        "Árpád", "Ash", "Çelik", "Chaudhry", "Zephyr",
    ]  # fmt: skip


@pytest.mark.parametrize("number", [200, 600])
def test_every_one_of_many_long_names_stands_whole_on_some_page(
    app: EventApp, show: RoomShow, number: int
) -> None:
    picture = _with_names(app, number)
    assert sum(len(page) for page in pages(picture.names)) == number
    show.set_picture(picture)
    found: list[str] = []
    for _ in range(show.pages):
        found += [text for text, _ in written(show)]
        show.turn_by(1)
    assert {f"Featherstonehaugh{n:03}" for n in range(number)} <= set(found)


@given(
    family=st.text("abcdefghilmnorstuvwxyzÄŁø-' ", min_size=1, max_size=60),
    given_name=st.text("aeimnot ", max_size=40),
    width=st.integers(200, 460),
)
def test_a_name_never_leaves_its_column(family: str, given_name: str, width: int) -> None:
    size, shown, rest = name_parts(NameAtTable(family, given_name, "1"), width)
    assert size >= SMALLEST
    assert advance(shown, size, "bold") + advance(rest, size) <= width + 0.5
    assert shown == family or shown.endswith("…")


def test_pages_turn_by_themselves_and_can_be_held(
    app: EventApp, show: RoomShow, clocks: HandClocks
) -> None:
    picture = _with_names(app, 70)
    show.set_picture(picture)
    clocks.advance(PAGE_SECONDS)
    show.tick()
    assert show.page == 1
    show.set_picture(replace(picture, waiting=picture.shown))
    clocks.advance(PAGE_SECONDS * 3)
    show.tick()
    assert show.page == 1
    # After a night asleep the next page comes, and not a hundred of them.
    show.set_picture(picture)
    clocks.advance(36_000)
    show.tick()
    assert show.page == 2


def _with_names(app: EventApp, number: int) -> RoomPicture:
    app.room.show(Face.FIND)
    names = tuple(
        NameAtTable(f"Featherstonehaugh{n:03}", "Ada", str(n), UUID(int=n)) for n in range(number)
    )
    return replace(app.room.picture(), names=names)


def test_one_persons_line_is_turned_to_lit_and_calm_again(
    app: EventApp, clocks: HandClocks, qapp: QApplication
) -> None:
    show = RoomShow(clocks, qapp, motion=lambda: 200)
    picture = _with_names(app, 70)
    show.set_picture(picture)
    assert show.light(picture.names[65])
    assert show.page == 2
    lights = set()
    for _ in range(12):
        clocks.advance(0.25)
        show.tick()
        assert show.flashed is not None
        lights.add(show.flashed.light)
    assert len(lights) > 2
    clocks.advance(LIT_SECONDS - 4)
    show.tick()
    assert show.flashed is not None
    assert show.flashed.light == 1
    clocks.advance(2)
    show.tick()
    assert show.flashed is None
    assert show.page == 2
    clocks.advance(PAGE_SECONDS)
    show.tick()
    assert show.page == 0
    show.end()


def test_with_reduced_motion_it_is_lit_and_does_not_pulse(
    app: EventApp, clocks: HandClocks, qapp: QApplication
) -> None:
    show = RoomShow(clocks, qapp, motion=lambda: 0)
    picture = _with_names(app, 70)
    show.set_picture(picture)
    show.light(picture.names[3])
    for _ in range(8):
        clocks.advance(0.3)
        assert show.flashed is not None
        assert show.flashed.light == 1


def test_the_plan_lights_the_table(app: EventApp, show: RoomShow) -> None:
    put_everything(app)
    app.room.show(Face.PLAN)
    picture = app.room.picture()
    assert [table.label for table in picture.tables] == ["1", "2", "3"]
    assert sum(sum(table.counts) for table in picture.tables) == len(picture.names)
    show.set_picture(picture)
    name = picture.names[0]
    assert show.light(name)
    assert ("lit", show.flashed) in [piece.key for piece in _pieces(show)]
    app.room.show(Face.CLOCK)
    show.set_picture(app.room.picture())
    assert show.flashed is None
    assert not show.light(name)


def _pieces(show: RoomShow) -> tuple[Piece, ...]:
    sight = show.sight()
    assert sight is not None
    return scene_of(sight).pieces


def test_who_moves_while_the_list_is_up_is_said_marked_and_counted_as_told(
    app: EventApp, show: RoomShow, clocks: HandClocks
) -> None:
    put_everything(app)
    app.room.show(Face.FIND)
    assert not app.room.picture().untold
    clocks.advance(60)
    swapped = _swap(app, 0)
    picture = app.room.picture()
    assert picture.untold
    assert {name.person for name in picture.names if name.moved} == swapped
    show.set_picture(picture)
    assert "2 new tables: look again" in " ".join(text for text, _ in written(show))
    app.room.tell_again()
    picture = app.room.picture()
    assert not picture.untold
    assert picture.moved == 2
    for place in range(2, len(picture.names) - 4, 2):
        _swap(app, place)
    show.set_picture(app.room.picture())
    assert "New tables: look again" in " ".join(text for text, _ in written(show))
    app.room.tell_again()
    clocks.advance(60)
    # Chosen again, the list is what the room was told, and calm.
    app.room.show(Face.FIND)
    assert app.room.picture().moved == 0


def _swap(app: EventApp, place: int) -> set[UUID | None]:
    """Somebody exchanges seats with the next one of another table; both."""
    names = app.room.picture().names
    one = names[place]
    other = next(name for name in names[place + 1 :] if name.table != one.table)
    assert one.person is not None
    assert other.person is not None
    app.seating.swap(one.person, other.person, 1)
    return {one.person, other.person}


# --- hold -----------------------------------------------------------------------------------------


def test_held_the_room_goes_on_seeing_its_face_and_the_choice_waits(app: EventApp) -> None:
    app.room.show(Face.CLOCK)
    app.room.hold(True)
    with pytest.raises(Refused, match="held at “Clock”"):
        app.room.show(Face.WELCOME)
    app.room.show(Face.MESSAGE, message="Back at 13:30", wait=True)
    picture = app.room.picture()
    assert (picture.shown.face, picture.waiting and picture.waiting.face) == (
        Face.CLOCK, Face.MESSAGE,
    )  # fmt: skip
    app.room.toggle_black()
    assert app.room.shown().face is Face.BLACK
    app.room.toggle_black()
    assert app.room.shown().face is Face.CLOCK
    app.room.hold(False)
    assert app.room.shown().face is Face.MESSAGE
    assert not app.room.picture().is_held


def test_tables_chosen_while_held_are_told_once_they_are_seen(app: EventApp) -> None:
    put_everything(app)
    app.room.show(Face.CLOCK)
    app.room.hold(True)
    app.room.show(Face.FIND, wait=True)
    assert not told(app)
    app.room.hold(False)
    assert told(app)


def told(app: EventApp) -> int:
    with app.database.reading() as session:
        return len(session.exec(select(ToldRow).where(col(ToldRow.how) == "room")).all())


# --- the page -------------------------------------------------------------------------------------


@pytest.fixture
def page(qtbot: QtBot, app: EventApp, around: Surroundings) -> Iterator[RoomScreen]:
    put_everything(app)
    app.room.show(Face.WELCOME)
    screen = RoomScreen(around, app.room, RoomKeeper(around.settings, around.clocks))
    qtbot.addWidget(screen)
    screen.show()
    screen.reload()
    settle(around)
    yield screen
    screen.keeper.shut_down()


def settle(around: Surroundings) -> None:
    for _ in range(3):
        around.database.settle()
        QApplication.processEvents()


def test_the_page_shows_and_changes_what_the_room_sees(
    app: EventApp, around: Surroundings, page: RoomScreen
) -> None:
    assert "sees nothing yet" in page._heading.text()
    assert page.seen_words == "Off"
    page.open_display()
    page._choose(Face.CLOCK)
    settle(around)
    assert app.room.shown().face is Face.CLOCK
    assert page._heading.text() == "The room sees: Clock"
    assert page.seen_words == "Clock"
    page.message.set_text("<b>Lunch</b>")
    page._send_message()
    settle(around)
    assert app.room.shown().message == "<b>Lunch</b>"
    page.black()
    settle(around)
    assert app.room.shown().face is Face.BLACK
    assert page._buttons[Face.BLACK].isChecked()


def test_faces_are_chosen_by_a_key_and_none_of_a_clickers_is_one(
    app: EventApp, around: Surroundings, page: RoomScreen, hand: Hand
) -> None:
    assert not {key for _, key, _ in FACES.values()} & {"B", ".", "F5", "Esc", "PgUp", "PgDown"}
    page._buttons[Face.WELCOME].setFocus()
    hand.press(page, "p")
    hand.keys.settle()
    settle(around)
    assert app.room.shown().face is Face.PLAN
    hand.type(page.message.edit, "c")
    settle(around)
    assert app.room.shown().face is Face.PLAN


def test_a_name_on_the_laptop_lights_one_line_in_the_room(
    app: EventApp, around: Surroundings, page: RoomScreen, hand: Hand
) -> None:
    page.search.setFocus()
    hand.type(page.search, "a")
    assert "first" in page._found_words.text()
    page._choose(Face.FIND)
    settle(around)
    name = app.room.picture().names[-1]
    page.search.clear()
    hand.type(page.search, f"{name.given[:3]} {name.family}".lower(), enter=True)
    assert page.keeper.room.flashed is not None
    assert page.keeper.room.flashed.person == name.person
    assert f"table {name.table} is lit" in page._found_words.text()


def test_the_copy_and_the_projector_show_the_same_page(
    app: EventApp, around: Surroundings, page: RoomScreen
) -> None:
    page.open_display()
    window = page.keeper.window
    assert window is not None
    assert window.view.room is page.copy.room is page.keeper.room


def test_holding_says_what_waits(app: EventApp, around: Surroundings, page: RoomScreen) -> None:
    page.open_display()
    page._hold_clicked()
    settle(around)
    page._choose(Face.CLOCK)
    settle(around)
    assert page._heading.text() == "The room sees: Welcome"
    assert "“Clock” is chosen, and seen once you let go" in page._waiting.text()
    assert page.seen_words == "Welcome (held)"
    page._hold_clicked()
    settle(around)
    assert page._heading.text() == "The room sees: Clock"
