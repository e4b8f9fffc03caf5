"""Two windows and a real hub: shared and joined from the screens, seen on the other, alone,
together again, admitted twice, and the data taken off."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from facilitator.app import create_event
from facilitator.clocks import SystemClocks
from facilitator.domain.people import Person
from facilitator.services.checkin import At
from facilitator.services.hub_life import hub_folder
from facilitator.store.hub_server import HubServer
from tests.conftest import NEW
from tests.people import add_person
from tests.ui.test_walk import settle
from ui.application import Composition, build_window
from ui.screens.join import JoinPage
from ui.screens.share import ShareScreen
from ui.settings import LaptopSettings

Compose = Callable[[str], Composition]


@pytest.fixture
def compose(qtbot: QtBot, tmp_path: Path) -> Iterator[Compose]:
    """A window with settings of its own, as on a laptop of its own."""
    made: list[Composition] = []

    def make(name: str) -> Composition:
        found = build_window(None, LaptopSettings(tmp_path / f"{name}.json"), SystemClocks())
        found.window.show()
        made.append(found)
        settle(found)
        return found

    yield make
    for one in made:
        one.window.close()
        one.deleteLater()


@pytest.fixture
def hub_file(tmp_path: Path) -> Iterator[Path]:
    path = tmp_path / "hub" / "day.facilitator"
    path.parent.mkdir()
    with create_event(path, NEW, SystemClocks()) as app:
        for name in ("Ada Larkin", "Bo Chan", "Chidi Okafor"):
            add_person(app, name)
    yield path
    server = HubServer(hub_folder(path))
    if server.exists:
        server.remove()


def until(qtbot: QtBot, true: Callable[[], object], seconds: float = 20) -> None:
    qtbot.waitUntil(lambda: bool(true()), timeout=round(seconds * 1000))


def told(window: Composition) -> list[str]:
    bar = window.window.message_bar
    return [one.text for one in (bar.message, *bar.waiting) if one is not None]


def kind(window: Composition) -> str:
    standing = window.hub.standing
    return standing.kind if standing is not None else ""


def scan(qtbot: QtBot, window: Composition, person: Person, desk: str) -> None:
    app = window.event_app
    assert app is not None
    answers: list[object] = []
    window.database.run(lambda: app.checkin.scan(person.ticket, At(desk)), answers.append)
    until(qtbot, lambda: answers)


def share_screen(window: Composition) -> ShareScreen:
    window.window.show_place("share")
    settle(window)
    found = window.window.current
    assert isinstance(found, ShareScreen)
    return found


def page_of(window: Composition) -> JoinPage:
    start: QWidget | None = window.window.current
    start.show_join()  # type: ignore[union-attr]
    found = getattr(start, "join_page", None)
    assert isinstance(found, JoinPage)
    return found


@pytest.mark.slow
def test_a_day_of_two_windows(
    qtbot: QtBot, compose: Compose, hub_file: Path, tmp_path: Path
) -> None:
    hub = compose("hub")
    hub.open(str(hub_file))
    until(qtbot, lambda: hub.event_app)
    assert hub.event_app is not None
    people = hub.event_app.people.all()
    sharing = share_screen(hub)
    sharing.share.click()
    until(qtbot, lambda: sharing.is_shared and kind(hub) == "shared", 60)
    sharing.invite.role.buttons[2].click()
    sharing.invite.new.click()
    until(qtbot, lambda: sharing.invite.text)

    desk = compose("desk")
    page = page_of(desk)
    page._read(sharing.invite.text)
    local = tmp_path / "two" / "day.facilitator"
    local.parent.mkdir()
    page.name.set_text("Side door")
    page.place.set_text(str(local))
    page.way.click()
    until(qtbot, lambda: page.steps)
    page.join.click()
    until(qtbot, lambda: kind(desk) == "shared", 30)
    until(qtbot, lambda: sharing.invite.good == "Side door is in.")

    # what one does is on the other, without anybody asking for it
    began = time.monotonic()
    scan(qtbot, hub, people[0], "Front door")
    assert desk.event_app is not None
    other = desk.event_app
    until(qtbot, lambda: other.event.counts()["arrived"] == 1)
    assert time.monotonic() - began < 5

    # the hub goes: both work alone, and let one ticket in twice
    server = HubServer(hub_folder(hub_file))
    server.stop()
    until(qtbot, lambda: kind(desk) == kind(hub) == "alone")
    scan(qtbot, desk, people[1], "Side door")
    scan(qtbot, hub, people[1], "Front door")
    until(qtbot, lambda: "to send." in desk.window._standing.text)
    sharing.show_part("laptops")
    until(qtbot, lambda: sharing.laptops.again.isVisible())
    sharing.laptops.again.click()
    until(qtbot, lambda: kind(desk) == kind(hub) == "shared", 30)
    for window in (hub, desk):
        until(qtbot, lambda w=window: any(t.startswith("Admitted twice: Bo Chan") for t in told(w)))
    other.merging.looked_at(people[1].id, by="CD")
    until(qtbot, lambda: not any("Admitted twice" in one for one in told(hub)))

    # it gives the event back
    leaving = share_screen(desk)
    until(qtbot, lambda: leaving.is_shared)
    leaving.laptops.off.click()
    leaving.laptops.ask.yes.click()
    until(qtbot, lambda: desk.event_app is None and not local.exists())
    settle(desk)
    assert "off this laptop" in " ".join(told(desk))
    assert not local.with_name("day.facilitator.desk").exists()
    assert desk.settings.recent == []

    sharing.laptops.stop.click()
    sharing.laptops.ask.yes.click()
    until(qtbot, lambda: kind(hub) == "own", 30)
    assert not server.exists
