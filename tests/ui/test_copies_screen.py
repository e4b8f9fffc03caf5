"""Copies every five minutes, a stick that goes and comes, and two copies brought together."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from facilitator.app import EventApp, create_event, open_event
from facilitator.clocks import HandClocks
from facilitator.domain.programme import Kind
from facilitator.services.checkin import At
from facilitator.services.programme import NewSession
from tests.conftest import NEW
from tests.people import add_person
from tests.ui.conftest import Hand
from ui.application import Composition, build_window
from ui.copy_keeper import CopyKeeper
from ui.kit import Message
from ui.opening import default_folder, open_location
from ui.screens.copies import CopiesScreen
from ui.screens.screen import Surroundings
from ui.settings import LaptopSettings


@pytest.fixture
def app(tmp_path: Path, clocks: HandClocks) -> Iterator[EventApp]:
    with create_event(tmp_path / "day.facilitator", NEW, clocks) as opened:
        yield opened


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    folder = tmp_path / "stick"
    folder.mkdir()
    return folder


@pytest.fixture
def said() -> list[Message]:
    return []


@pytest.fixture
def keeper(around: Surroundings, app: EventApp, said: list[Message]) -> Iterator[CopyKeeper]:
    made = CopyKeeper(around)
    made.said.connect(said.append)
    made.adopt(app)
    settle(around)
    yield made
    made.adopt(None)


def settle(around: Surroundings) -> None:
    for _ in range(3):
        around.database.settle()
        around.heavy.settle()


def copies(stick: Path) -> int:
    return len(list(stick.glob("*.facilitator")))


def test_every_five_minutes_and_at_a_break(
    around: Surroundings, app: EventApp, keeper: CopyKeeper, stick: Path, clocks: HandClocks
) -> None:
    keeper.beat()
    assert keeper.state.folder is None
    keeper.choose(stick)
    settle(around)
    assert copies(stick) == 1, "the first at once"
    clocks.advance(299)
    keeper.beat()
    settle(around)
    assert copies(stick) == 1
    clocks.advance(1)
    keeper.beat()
    settle(around)
    assert copies(stick) == 2
    app.programme.add(NewSession(title="Talk", minutes=15))
    app.programme.add(NewSession(title="Tea", minutes=15, kind=Kind.BREAK))
    clocks.advance(10)
    around.database.run(app.programme.start)
    settle(around)
    assert copies(stick) == 2, "a talk is no break"
    clocks.advance(10)
    around.database.run(app.programme.next)
    settle(around)
    assert copies(stick) == 3
    clocks.advance(10)
    around.database.run(lambda: app.programme.adjust(60))
    settle(around)
    assert copies(stick) == 3, "the same break"
    clocks.step_wall(-3600)
    keeper.beat()
    settle(around)
    assert keeper.state.next_at is not None
    assert (keeper.state.next_at - clocks.now()).total_seconds() == 300, "the clock was set back"


def test_a_stick_pulled_out_is_said_once_and_tried_again(
    around: Surroundings, keeper: CopyKeeper, stick: Path, tmp_path: Path, clocks: HandClocks,
    said: list[Message],
) -> None:  # fmt: skip
    keeper.choose(stick)
    settle(around)
    away = stick.rename(tmp_path / "pocket")
    for _ in range(3):
        clocks.advance(300)
        keeper.beat()
        settle(around)
    assert [(one.mood, "is not there" in one.text) for one in said] == [("careful", True)]
    assert keeper.state.trouble
    away.rename(stick)
    clocks.advance(300)
    keeper.beat()
    settle(around)
    assert [one.mood for one in said] == ["careful", "done"]
    assert "made again" in said[-1].text
    assert not keeper.state.trouble
    assert copies(stick) == 2


@pytest.mark.skipif(not Path("/proc/self").is_dir(), reason="a folder that takes no files")
def test_a_folder_that_takes_no_files(
    around: Surroundings, app: EventApp, keeper: CopyKeeper, stick: Path, clocks: HandClocks,
    said: list[Message],
) -> None:  # fmt: skip
    keeper.choose(Path("/proc/self"))
    settle(around)
    for _ in range(3):
        clocks.advance(300)
        keeper.beat()
        settle(around)
    assert [one.mood for one in said] == ["careful"], "each try has another file's name"
    # another trouble is another sentence
    app.copies.choose(stick)
    stick.rmdir()
    clocks.advance(300)
    keeper.beat()
    settle(around)
    assert ["is not there" in one.text for one in said] == [False, True]


def test_the_page_says_how_they_stand(
    qtbot: QtBot, around: Surroundings, app: EventApp, keeper: CopyKeeper, stick: Path,
    clocks: HandClocks,
) -> None:  # fmt: skip
    screen = CopiesScreen.build(app, around)
    qtbot.addWidget(screen)
    screen.keep_with(keeper)
    screen.show()
    screen.reload()
    settle(around)
    assert screen._stand.text == "No copies are made"
    keeper.choose(stick)
    settle(around)
    clocks.advance(120)
    screen.reload()
    settle(around)
    assert screen._stand.text == "Copies are made"
    assert "The newest is from 09:15:00, 2 minutes old" in screen._words.text()
    assert "next one is made at 09:20" in screen._words.text()
    assert "same disk" in screen._hint.text()
    assert screen.minimumSizeHint().width() <= 720, "a window of 960 leaves no more beside the rail"
    screen.stop.click()
    settle(around)
    assert screen._stand.text == "No copies are made"
    assert copies(stick) == 1


@pytest.fixture
def second(app: EventApp, tmp_path: Path, clocks: HandClocks) -> Path:
    """A copy in which another desk let the same ticket in, and edited what was edited here."""
    guest = add_person(app, "Ada Larkin")
    path = tmp_path / "second.facilitator"
    app.database.backup(path)
    with open_event(path, clocks) as other:
        other.checkin.scan(guest.ticket, At("Side door", "CD"))
        other.people.edit(guest.id, {"diet": "No nuts"})
    clocks.advance(60)
    app.checkin.scan(guest.ticket, At("Front door", "AB"))
    app.people.edit(guest.id, {"diet": "Vegan"})
    return path


def test_two_copies_are_brought_together(
    qtbot: QtBot, around: Surroundings, app: EventApp, keeper: CopyKeeper, second: Path,
    hand: Hand, said: list[Message],
) -> None:  # fmt: skip
    screen = CopiesScreen.build(app, around)
    qtbot.addWidget(screen)
    screen.show()
    screen.reload()
    screen.show_part("together")
    page = screen.together
    settle(around)
    page.look_at(second)
    settle(around)
    assert "1 arrival or departure" in page._found.text()
    assert "1 person let in by both" in page._found.text()
    assert app.merging.twice() == [], "a look changes nothing"
    page.take.click()
    settle(around)
    assert [row.title for row in page.list.rows] == ["Ada Larkin", "Ada Larkin: diet"]
    assert [one.text for one in said] == [
        "Admitted twice: Ada Larkin, 09:15 at Side door and 09:16 at Front door."
    ]
    page.list.step(-1)
    assert "09:15 at Side door by CD and 09:16 at Front door by AB" in page._here.text()
    page.list.setFocus()
    hand.press(page.list, "h")
    hand.keys.settle()
    settle(around)
    assert app.merging.twice() == []
    assert (page._here.text(), page._there.text()) == ("Vegan", "No nuts")
    hand.press(page.list, "t")
    hand.keys.settle()
    settle(around)
    assert app.people.all()[0].diet == "No nuts"
    assert page.list.rows == []
    page.look_at(second)
    settle(around)
    assert "is here already" in page._found.text()
    assert not page.take.isVisible()


def test_a_file_that_is_no_copy_of_this_event(
    qtbot: QtBot, around: Surroundings, app: EventApp, tmp_path: Path, clocks: HandClocks,
) -> None:  # fmt: skip
    other = tmp_path / "other.facilitator"
    create_event(other, NEW, clocks).close()
    screen = CopiesScreen.build(app, around)
    qtbot.addWidget(screen)
    heard: list[Message] = []
    screen.said.connect(heard.append)
    for path in (other, tmp_path / "nothing.facilitator"):
        screen.together.look_at(path)
        settle(around)
    assert "is another event" in heard[0].text
    assert heard[1].mood == "stop"
    assert not screen.together.take.isVisibleTo(screen)


def test_a_copy_is_gone_on_with_on_this_laptop(
    qtbot: QtBot, app: EventApp, stick: Path, tmp_path: Path, clocks: HandClocks,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr("ui.opening.default_folder", lambda: tmp_path / "Facilitator")
    app.copies.choose(stick)
    copy = app.copies.make().path
    content = copy.read_bytes()
    clocks.advance(23 * 60)
    opened = open_location(str(copy), clocks)
    assert opened.said.startswith("This is a copy from 09:15, 23 minutes old. Going on with it in")
    assert Path(opened.location).parent == tmp_path / "Facilitator"
    made: Composition = build_window(opened.app, LaptopSettings(tmp_path / "s.json"), clocks)
    try:
        add_person(opened.app, "Bo Chan")
    finally:
        made.window.close()
    assert copy.read_bytes() == content
    again = open_location(opened.location, clocks)
    again.app.close()
    assert (again.said, again.location) == ("", opened.location)
    assert default_folder() != stick
