"""Joining a shared event from Start: the code by hand, scanner and camera, the way, and the end."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from facilitator.app import create_event
from facilitator.clocks import HandClocks
from facilitator.domain.errors import HubGone, Refused
from facilitator.services.joining import Joined
from facilitator.services.way import Step
from tests.conftest import NEW
from tests.ui.conftest import Hand
from tests.ui.sharing_fake import CODE
from tests.ui.test_walk import settle
from tests.ui.walk import faults_of
from ui.application import Composition, build_window
from ui.kit import Message
from ui.screens.join import JoinPage, code_error, free_place
from ui.screens.screen import Surroundings
from ui.screens.start import JoinActs
from ui.settings import LaptopSettings

DAY = date(2026, 11, 18)
IN = Joined(118, 1.2, "Hub laptop", "desk", 0.0, DAY, DAY)
STEPS = (
    Step(True, "This laptop is in a network, as 192.168.178.40."),
    Step(False, "Nothing answers at 192.168.178.21: a guest Wi-Fi may keep laptops apart."),
)


@dataclass
class Acts:
    """What the page asked for, and what it is answered."""

    folder: Path
    outcome: Joined | Exception = IN
    asked: list[tuple[str, str, Path]] = field(default_factory=list)
    opened: list[str] = field(default_factory=list)
    go: threading.Event = field(default_factory=threading.Event)

    def join(self, code: str, desk: str, place: Path) -> Joined:
        self.asked.append((code, desk, place))
        assert self.go.wait(10)
        if isinstance(self.outcome, Exception):
            raise self.outcome
        return self.outcome

    @property
    def given(self) -> JoinActs:
        return JoinActs(self.join, lambda code: STEPS, self.opened.append, lambda: self.folder)


@pytest.fixture
def acts(tmp_path: Path) -> Acts:
    made = Acts(tmp_path / "Facilitator")
    made.go.set()
    return made


@pytest.fixture
def said() -> list[Message]:
    return []


@pytest.fixture
def page(qtbot: QtBot, around: Surroundings, acts: Acts, said: list[Message]) -> Iterator[JoinPage]:
    around.settings.set(desk="Side door")
    made = JoinPage(around, acts.given)
    qtbot.addWidget(made)
    made.said.connect(said.append)
    made.prepare()
    made.resize(900, 640)
    made.show()
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)
    made.take_focus()
    yield made
    acts.go.set()
    around.heavy.settle()


def test_what_is_typed_is_joined_and_opened(
    page: JoinPage, around: Surroundings, acts: Acts, said: list[Message], hand: Hand
) -> None:
    assert (page.code.error, page.name.text) == ("", "Side door")
    place = acts.folder / "side-door.facilitator"
    assert page.place.text == str(place)
    typed = CODE.text.lower().replace("-", " ")
    hand.type(page.code.edit, typed)
    page.name.set_text("Front door")
    assert page.place.text.endswith("front-door.facilitator")
    hand.press(page.name.edit, key=Qt.Key.Key_Return)
    around.heavy.settle()
    assert acts.asked == [(typed, "Front door", acts.folder / "front-door.facilitator")]
    assert acts.opened == [str(acts.folder / "front-door.facilitator")]
    assert around.settings.desk == "Front door"
    assert [(one.mood, one.text) for one in said] == [("done", IN.sentence)]


def test_what_is_odd_stays_on_the_strip(
    page: JoinPage, around: Surroundings, acts: Acts, said: list[Message]
) -> None:
    acts.outcome = Joined(118, 1.2, "Hub laptop", "desk", 5400.0, DAY, DAY)
    page.code.set_text(CODE.text)
    page.join.click()
    around.heavy.settle()
    assert [(one.mood, one.seconds) for one in said] == [("careful", 0)]


def test_a_scanner_types_the_code_wherever_the_focus_is(page: JoinPage, hand: Hand) -> None:
    page.place.take_focus()
    hand.scan(page.place.edit, CODE.text)
    assert page.code.text == CODE.text
    assert page.place.text.endswith("side-door.facilitator"), "no field saw any of it"
    assert page.name.edit.hasFocus()


def test_a_ticket_is_no_code(page: JoinPage, hand: Hand, acts: Acts) -> None:
    hand.scan(page.code.edit, "F1-3KR2-60RK4CSM6MV3EE1S-I")
    assert page.code.error.startswith("This is a ticket, not a join code.")
    page.join.click()
    assert acts.asked == []
    page.code.set_text("FJ1-")
    assert page.code.error == "", "it was changed"


@pytest.mark.parametrize(("clear", "at"), [("code", "code"), ("name", "name"), ("place", "place")])
def test_what_is_missing_is_said_at_its_field(
    page: JoinPage, acts: Acts, clear: str, at: str
) -> None:
    page.code.set_text(CODE.text)
    getattr(page, clear).set_text("")
    page.join.click()
    assert getattr(page, at).error
    assert acts.asked == []


@pytest.mark.parametrize(
    ("problem", "where"),
    [
        (Refused("This code was used already.", "", "Ask for a new one."), "code"),
        (Refused("There is a desk of that name already.", "", "Choose another name."), "name"),
        (HubGone("The hub does not answer.", "The code still works.", "Try the way."), "state"),
        (RuntimeError("a bug"), "state"),
    ],
)
def test_what_went_wrong_is_a_sentence_in_its_place(
    page: JoinPage, around: Surroundings, acts: Acts, problem: Exception, where: str
) -> None:
    acts.outcome = problem
    page.code.set_text(CODE.text)
    page.join.click()
    around.heavy.settle()
    said = page.state if where == "state" else getattr(page, where).error
    assert said.startswith("This is a fault" if isinstance(problem, RuntimeError) else str(problem))
    assert acts.opened == []
    acts.outcome = IN
    page.join.click()
    around.heavy.settle()
    assert acts.opened, "and it can be tried again"


def test_while_it_joins_it_says_so_and_cannot_be_asked_twice(
    page: JoinPage, around: Surroundings, acts: Acts, clocks: HandClocks
) -> None:
    acts.go.clear()
    page.code.set_text(CODE.text)
    page.join.click()
    assert page.state == "Joining: the event comes over to this laptop."
    clocks.advance(7)
    page._beat()
    assert page.state.endswith("7 seconds so far.")
    assert page.join.reason == "Joining…"
    page.name.edit.returnPressed.emit()
    page.prepare()
    assert page.code.text == CODE.text, "it is under way"
    acts.go.set()
    around.heavy.settle()
    assert len(acts.asked) == 1
    assert page.state == ""


def test_the_way_is_tried_and_changes_nothing(
    page: JoinPage, around: Surroundings, acts: Acts
) -> None:
    page.way.click()
    assert page.code.error, "which way?"
    page.code.set_text(CODE.text)
    page.way.click()
    around.heavy.settle()
    assert page.steps == [step.words for step in STEPS]
    assert acts.asked == []


def test_without_a_camera_it_says_what_to_do(page: JoinPage, qtbot: QtBot) -> None:
    page.camera.click()
    assert page._pages.currentIndex() == 1
    assert page._excuse is not None
    qtbot.waitUntil(lambda: page._excuse is not None and page._excuse.isVisible())
    assert page._excuse.detail.text()
    qtbot.keyClick(page, Qt.Key.Key_Escape)
    assert page._pages.currentIndex() == 0
    assert page.isVisible()


def test_a_code_that_the_camera_saw_is_read(page: JoinPage) -> None:
    page.camera.click()
    assert page._eye is not None
    page._eye.seen.emit(CODE.text)
    assert page.code.text == CODE.text
    assert not page._eye.is_on


def test_where_it_is_kept_is_free(tmp_path: Path) -> None:
    assert free_place(tmp_path, "desk-2") == tmp_path / "desk-2.facilitator"
    (tmp_path / "desk-2.facilitator").touch()
    assert free_place(tmp_path, "desk-2") == tmp_path / "desk-2-2.facilitator"
    assert code_error(CODE.text) == ""


# -- in the window -------------------------------------------------------------------------------


@pytest.fixture
def window(qtbot: QtBot, tmp_path: Path, clocks: HandClocks) -> Iterator[Composition]:
    made = build_window(None, LaptopSettings(tmp_path / "s.json"), clocks)
    made.window.show()
    made.window.activateWindow()
    qtbot.waitUntil(made.window.isActiveWindow)
    settle(made)
    yield made
    made.window.close()
    made.deleteLater()


def join_page(window: Composition) -> JoinPage:
    show: Callable[[], None] = getattr(window.window.current, "show_join")  # noqa: B009
    show()
    found = getattr(window.window.current, "join_page", None)
    assert isinstance(found, JoinPage)
    return found


def test_start_leads_there_by_one_key_and_back(window: Composition, qtbot: QtBot) -> None:
    qtbot.keyClick(window.window, Qt.Key.Key_J, Qt.KeyboardModifier.ControlModifier)
    page = getattr(window.window.current, "join_page", None)
    assert isinstance(page, JoinPage)
    assert page.isVisible()
    assert page.code.edit.hasFocus()
    qtbot.keyClick(page, Qt.Key.Key_Escape)
    assert not page.isVisible()


def test_the_data_leaves_this_laptop_and_start_says_so(
    window: Composition, tmp_path: Path, clocks: HandClocks, qtbot: QtBot
) -> None:
    local = tmp_path / "two" / "day.facilitator"
    local.parent.mkdir()
    create_event(local, NEW, clocks).close()
    window.open(str(local))
    settle(window)
    assert window.settings.recent[0].location == str(local)
    window.take_off(False)
    settle(window)
    message = window.window.message_bar.message
    assert message is not None
    assert window.event_app is None
    assert window.window.current_key == "start"
    # What was not joined is the only copy there is: it stays, and stays on the list.
    assert message.mood == "stop"
    assert local.exists()
    assert window.settings.recent[0].location == str(local)
    window.open(str(local))
    settle(window)
    assert window.event_app is not None, "and opens again"


@pytest.mark.slow
def test_it_can_be_seen_and_used_by_keyboard(window: Composition) -> None:
    page = join_page(window)
    page.code.set_text(CODE.text)
    page._show_steps(STEPS)
    page.name.set_error("A desk is called that already. Choose another name.")
    found: dict[str, list[str]] = {}
    for size in ((1366, 768), (960, 540)):
        window.window.resize(*size)
        settle(window)
        found[str(size)] = faults_of(window.window)
    assert {at: faults for at, faults in found.items() if faults} == {}
