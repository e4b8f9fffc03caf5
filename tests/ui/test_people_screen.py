"""The People screen: list, search, filters, edits, import."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QItemSelectionModel
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from facilitator.app import EventApp, create_event
from facilitator.clocks import HandClocks
from facilitator.services.checkin import At
from tests.conftest import NEW
from tests.people import add_person
from ui.screens.people import PeopleScreen
from ui.screens.screen import Surroundings


@pytest.fixture
def app(tmp_path: Path, clocks: HandClocks) -> Iterator[EventApp]:
    with create_event(tmp_path / "people.facilitator", NEW, clocks) as opened:
        yield opened


@pytest.fixture
def written() -> list[tuple[Path, int | None]]:
    return []


@pytest.fixture
def screen(
    qtbot: QtBot, app: EventApp, around: Surroundings, written: list[tuple[Path, int | None]]
) -> Iterator[PeopleScreen]:
    made = PeopleScreen.build(app, around)
    qtbot.addWidget(made)
    made.resize(1126, 680)
    yield made
    settle(made)


def settle(screen: PeopleScreen) -> None:
    for _ in range(3):
        QApplication.processEvents()
        screen.around.heavy.settle()
        screen.around.database.settle()


def open_(screen: PeopleScreen) -> None:
    screen.show()
    settle(screen)


def names(screen: PeopleScreen) -> list[str]:
    return [person.name for person in screen.table.people]


def test_an_empty_event_offers_the_import(screen: PeopleScreen) -> None:
    open_(screen)
    assert screen._empty.isVisible()
    assert not screen.table.isVisible()


def test_search_and_filters_narrow_the_list(app: EventApp, screen: PeopleScreen) -> None:
    priya = add_person(app, "Dr Priya Raman")
    add_person(app, "Minh Nguyễn", "community-pharmacy")
    add_person(app, "Tom Achterberg", cancelled=True)
    app.checkin.scan(priya.ticket, At())
    open_(screen)
    assert names(screen) == ["Tom Achterberg", "Minh Nguyễn", "Priya Raman"]
    screen.field.setText("nguyen")
    assert names(screen) == ["Minh Nguyễn"]
    assert not screen.table.nobody.isVisible()
    screen.field.setText("zzzz")
    assert names(screen) == []
    assert screen.table.nobody.isVisible()
    screen.field.clear()
    screen.filter.choose("here")
    screen._fill()
    assert names(screen) == ["Priya Raman"]


def test_the_page_tells_what_happened(app: EventApp, screen: PeopleScreen) -> None:
    priya = add_person(app, "<b>Priya</b> Raman", access="Step-free seat")
    app.checkin.scan(priya.ticket, At("Desk 1"))
    app.checkin.undo(priya.id, At("Desk 1"), reason="wrong badge")
    open_(screen)
    from ui.kit import Label

    texts = [label.text() for label in screen.card.findChildren(Label)]
    assert "<b>Priya</b> Raman" in texts
    assert "Arrived" in texts
    assert any("Desk 1" in text for text in texts)
    assert any("Taken back" in text and "wrong badge" in text for text in texts)


def test_an_edit_is_kept_with_its_history(app: EventApp, screen: PeopleScreen) -> None:
    priya = add_person(app, "Priya Raman")
    open_(screen)
    screen._begin_edit()
    screen.form.fields["email"].set_text("nonsense")
    screen.form.keep()
    settle(screen)
    assert "not an e-mail address" in screen.form.fields["email"].error
    screen.form.fields["email"].set_text("priya@raman.example")
    screen.form.side.choose("community-pharmacy")
    screen.form.keep()
    settle(screen)
    now = app.people.get(priya.id)
    assert (now.email, now.side) == ("priya@raman.example", "community-pharmacy")
    assert {change.field for change in app.people.changes_of(priya.id)} == {"email", "side"}


def test_the_side_of_several_is_settled_at_once(app: EventApp, screen: PeopleScreen) -> None:
    for number in range(3):
        add_person(app, f"Guest {number}", "other", guessed=["side"])
    open_(screen)
    model = screen.table.selectionModel()
    for row in (0, 1):
        model.select(
            screen.table.model().index(row, 0),
            QItemSelectionModel.SelectionFlag.Select | QItemSelectionModel.SelectionFlag.Rows,
        )
    screen._settle("general-practice")
    settle(screen)
    assert sorted(p.side for p in app.people.all()) == [
        "general-practice", "general-practice", "other",
    ]  # fmt: skip


def test_an_import_is_looked_at_before_it_is_written(
    app: EventApp, screen: PeopleScreen, tmp_path: Path
) -> None:
    path = tmp_path / "list.csv"
    path.write_text(
        "Name,Email,Job title,Who do you hope to meet?\n"
        "Dr Ada Larkin,ada@larkin.example,GP partner,Anyone\n"
        "Bo Chan,bo@chan.example,Clinical pharmacist,\n",
        "utf-8",
    )
    open_(screen)
    screen.begin_import([path])
    settle(screen)
    assert screen.stack.currentWidget() is screen.imports
    assert "2 rows read from list.csv" in screen.imports.heading.text()
    assert app.people.all() == []
    screen.imports._accept()
    settle(screen)
    assert names(screen) == ["Bo Chan", "Ada Larkin"]
    screen.begin_import([path])
    settle(screen)
    assert "2 known already" in screen.imports.line.text()
    screen.leave_import()
    assert len(app.people.all()) == 2


def test_a_list_that_is_none_is_refused_in_words(
    app: EventApp, screen: PeopleScreen, tmp_path: Path
) -> None:
    path = tmp_path / "empty.csv"
    path.write_text("", "utf-8")
    said: list[str] = []
    screen.around.heavy.troubled.connect(said.append)
    open_(screen)
    screen.begin_import([path])
    settle(screen)
    assert len(said) == 1
    assert screen.stack.currentWidget() is not screen.imports
