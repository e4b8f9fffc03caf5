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
