"""The evacuation roll on the screen."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QFileDialog
from pytestqt.qtbot import QtBot

from facilitator.app import EventApp, create_event
from facilitator.clocks import HandClocks
from facilitator.services.checkin import At
from tests.conftest import NEW
from tests.people import add_person
from ui.screens.roll import RollScreen
from ui.screens.screen import Surroundings


@pytest.fixture
def app(tmp_path: Path, clocks: HandClocks) -> Iterator[EventApp]:
    with create_event(tmp_path / "roll.facilitator", NEW, clocks) as opened:
        yield opened


def settle(screen: RollScreen) -> None:
    for _ in range(3):
        QApplication.processEvents()
        screen.around.heavy.settle()
        screen.around.database.settle()


def test_who_is_inside_is_ticked_off(
    qtbot: QtBot, app: EventApp, around: Surroundings, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    priya = add_person(app, "Dr Priya Raman", access="Step-free seat")
    minh = add_person(app, "Minh Nguyễn")
    add_person(app, "Tom Achterberg")
    for person in (priya, minh):
        app.checkin.scan(person.ticket, At())
    screen = RollScreen.build(app, around)
    qtbot.addWidget(screen)
    screen.show()
    settle(screen)
    assert [row.key for row in screen.list.rows] == [str(minh.id), str(priya.id)]
    assert "Needs help: Step-free seat" in screen.list.rows[1].detail
    assert screen._heading.text() == "2 of 2 not yet seen outside"
    screen.field.setText("nguyen")
    screen._tick_current()
    assert screen.not_seen == 1
    assert screen.field.text() == ""
    file = tmp_path / "roll.pdf"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_a: (str(file), ""))
    screen._write()
    settle(screen)
    assert file.read_bytes().startswith(b"%PDF")


def test_an_empty_house_says_so(qtbot: QtBot, app: EventApp, around: Surroundings) -> None:
    screen = RollScreen.build(app, around)
    qtbot.addWidget(screen)
    screen.show()
    settle(screen)
    assert screen._empty.isVisible()


def test_ticks_outlast_the_window_and_reach_other_desks(
    qtbot: QtBot, app: EventApp, around: Surroundings
) -> None:
    ada, bo = (add_person(app, name) for name in ("Ada Larkin", "Bo Chan"))
    for person in (ada, bo):
        app.checkin.scan(person.ticket, At())
    first = RollScreen.build(app, around)
    qtbot.addWidget(first)
    first.show()
    settle(first)
    first._tick(str(ada.id))
    settle(first)
    other = RollScreen.build(app, around)
    qtbot.addWidget(other)
    other.show()
    settle(other)
    assert [one.seen for one in other.entries] == [False, True]
    other.which.buttons[1].click()
    assert [row.title for row in other.list.rows] == ["Chan, Bo"]
    other._begin_again()
    settle(other)
    assert other.not_seen == 2
    first.reload()
    settle(first)
    assert first.not_seen == 2, "what was taken back elsewhere does not stay ticked here"


def test_the_copy_is_named_where_the_event_cannot_be_read(
    qtbot: QtBot, app: EventApp, around: Surroundings, tmp_path: Path, clocks: HandClocks
) -> None:
    app.checkin.scan(add_person(app, "Ada Larkin").ticket, At())
    app.health.backup(tmp_path / "copy.facilitator")
    clocks.advance(14 * 60)
    path = app.database.path
    assert path is not None
    app.database.close()
    for end in ("", "-wal", "-shm"):
        path.with_name(path.name + end).unlink(missing_ok=True)
    path.write_bytes(b"no event")
    screen = RollScreen.build(app, around)
    qtbot.addWidget(screen)
    screen.show()
    settle(screen)
    assert screen._from_words.text().startswith("From the copy of 09:15 (14 minutes old")
    assert screen._line.text().startswith("As of 09:15:00.")
    screen._tick(screen.entries[0].key)
    assert screen.not_seen == 0
    screen.reload()
    settle(screen)
    assert screen.not_seen == 0, "it stands on this screen, though nothing can be written"
