"""The kiosk: guests check themselves in, nobody's list is seen, and only the PIN leaves it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import fields
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from facilitator.app import create_event, open_event
from facilitator.clocks import HandClocks
from facilitator.domain.people import Person
from facilitator.domain.verdicts import (
    AlreadyHere,
    Ambiguous,
    Cancelled,
    Misread,
    OtherEvent,
    Unknown,
    Verdict,
    Welcome,
    WelcomeBack,
)
from facilitator.services.events import NewEvent
from tests.people import add_person
from tests.ui.conftest import Hand
from tests.ui.drawn_camera import FRONT, DrawnCamera
from tests.ui.scenes import Shot, frame
from tests.ui.test_walk import LONG
from tests.ui.walk import faults_of
from tests.ui.whole_window import put_away, settle, to_front
from ui.application import Composition, build_window
from ui.camera_device import CameraSource, NoCameras
from ui.screens.desk import DeskScreen
from ui.screens.desk_kiosk import KioskPage
from ui.screens.kiosk_window import KioskWindow
from ui.screens.kiosk_words import KioskWords, first_name, kiosk_words
from ui.settings import LaptopSettings
from ui.theme import ThemeKeeper

PIN = "4071"
ALONE = Qt.KeyboardModifier.NoModifier
CTRL, ALT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier
SHAPES = {"laptop": (1366, 768), "large": (1920, 1080), "upright": (768, 1366), "half": (960, 540)}


@pytest.fixture
def place(tmp_path: Path, clocks: HandClocks) -> Path:
    made = tmp_path / "day.facilitator"
    with create_event(made, NewEvent("A day", date(2026, 11, 18)), clocks) as app:
        app.desk_lock.set(PIN)
        app.event.set(call="Amina")
    return made


@pytest.fixture
def source() -> CameraSource:
    return NoCameras("No camera here.")


@pytest.fixture
def start(
    place: Path, tmp_path: Path, clocks: HandClocks, source: CameraSource, qtbot: QtBot
) -> Iterator[Callable[[], Composition]]:
    """Starts the program over the event; once more after it was closed."""
    started: list[Composition] = []

    def begin() -> Composition:
        made = build_window(
            None, LaptopSettings(tmp_path / "s.json"), clocks, cameras=lambda: source
        )
        started.append(made)
        made.show(opening=True)
        made.open(str(place))
        qtbot.waitUntil(lambda: made.event_app is not None, timeout=10_000)
        settle(made)
        if made.window.isVisible():
            to_front(made.window, qtbot)
        return made

    yield begin
    for made in started:
        put_away(made)


@pytest.fixture
def made(start: Callable[[], Composition]) -> Composition:
    return start()


def desk(made: Composition) -> DeskScreen:
    screen = made.window.screen_of("desk")
    assert isinstance(screen, DeskScreen)
    return screen


def page(made: Composition) -> KioskPage:
    return next(tool for tool in desk(made).tools if isinstance(tool, KioskPage))


def kiosk(made: Composition) -> KioskWindow:
    return page(made).kiosk


def begin(made: Composition) -> KioskWindow:
    desk(made).show_tool(page(made))
    settle(made)
    page(made).start.click()
    settle(made)
    return kiosk(made)


def words(made: Composition) -> KioskWords:
    shown = kiosk(made).face.words
    assert shown is not None
    return shown


def scan(made: Composition, hand: Hand, code: str) -> KioskWords:
    hand.scan(kiosk(made), code)
    settle(made)
    return words(made)


def leave(made: Composition, hand: Hand, pin: str = PIN) -> None:
    QTest.keyClick(kiosk(made), Qt.Key.Key_Escape)
    settle(made)
    hand.type(kiosk(made).panel.pin.edit, pin, enter=True)
    settle(made)


# -- what it says -------------------------------------------------------------------------------


def test_a_guest_reads_first_name_and_table_and_is_recorded_at_the_kiosk(
    made: Composition, hand: Hand
) -> None:
    app = made.event_app
    assert app is not None
    person = add_person(
        app, "Dr Priya Raman", organisation="Rye Lane Practice", diet="No nuts",
        attention="Speaking at 10", vip=True,
    )  # fmt: skip
    begin(made)
    shown = scan(made, hand, person.ticket)
    assert (shown.mood, shown.word, shown.name) == ("welcome", "Welcome", "Priya")
    assert app.checkin.balance().here == 1
    line = app.checkin.log(1)[0]
    assert (line.source, line.desk) == ("kiosk", "Desk 1")
    # The Desk behind it judged nothing itself.
    assert len(app.checkin.log()) == 1
    for secret in ("Raman", "Rye Lane", "nuts", "Speaking", "VIP"):
        assert secret not in kiosk(made).face.accessibleName()


def test_the_next_code_takes_the_last_answer_away_at_once(made: Composition, hand: Hand) -> None:
    app = made.event_app
    assert app is not None
    first, second = add_person(app, "Dr Priya Raman"), add_person(app, "Amir Shah")
    begin(made)
    assert scan(made, hand, first.ticket).name == "Priya"
    assert scan(made, hand, second.ticket).name == "Amir"
    assert "Please see Amina at the desk" in scan(made, hand, "9876543210").then


def test_after_a_while_it_welcomes_again(qtbot: QtBot, made: Composition, hand: Hand) -> None:
    screen = begin(made)
    screen._over.setInterval(1)
    hand.scan(screen, "9876543210")
    settle(made)
    qtbot.waitUntil(lambda: screen.face.words is None, timeout=2000)
    assert screen.face.asking == "Hold your badge or phone to the scanner"


def person(**columns: object) -> Person:
    empty: dict[str, object] = {
        one.name: "" for one in fields(Person) if one.name not in {"since", "desk", "status"}
    }
    from facilitator.domain.people import Status

    empty.update(
        given_name="Priya", family_name="Raman", title="Dr", organisation="Rye Lane Practice",
        diet="No nuts", attention="Speaking", status=Status.EXPECTED,
    )  # fmt: skip
    return Person(**{**empty, **columns})  # pyright: ignore[reportArgumentType]


AT = datetime(2026, 11, 18, 9, 30, tzinfo=UTC)
WHO = person()
FACT = UUID(int=7)
VERDICTS: list[tuple[Verdict, str, str]] = [
    (Welcome("c", AT, "Desk 1", WHO, "4", FACT), "welcome", "Welcome. Priya. Table 4"),
    (Welcome("c", AT, "Desk 1", WHO, None, FACT), "welcome", "Welcome. Priya"),
    (WelcomeBack("c", AT, "D", WHO, "4", FACT), "welcome", "Welcome back. Priya. Table 4"),
    (
        AlreadyHere("c", AT, "Desk 1", WHO, "4", "Desk 9", AT - timedelta(hours=1)),
        "welcome",
        "You are already checked in. Priya. Table 4",
    ),
    (
        AlreadyHere("c", AT, "Desk 1", WHO, "4", "Desk 1", AT - timedelta(seconds=3)),
        "welcome",
        "Welcome. Priya. Table 4",
    ),
    (
        Cancelled("c", AT, "Desk 1", WHO, None, "Amina"),
        "careful",
        "One moment, please. Please see Amina at the desk",
    ),
    (
        Unknown("c", AT, "Desk 1", "Amina"),
        "careful",
        "One moment, please. Please see Amina at the desk",
    ),
    (
        Ambiguous("c", AT, "Desk 1", (WHO, WHO)),
        "careful",
        "One moment, please. Please see Amina at the desk",
    ),
    (
        OtherEvent("c", AT, "Desk 1", "Amina"),
        "careful",
        "This code is for another event. Please see Amina at the desk",
    ),
    (
        Misread("c", AT, "Desk 1"),
        "misread",
        "Once more, please. Hold the code still for a moment",
    ),
]


@pytest.mark.parametrize(("verdict", "mood", "spoken"), VERDICTS)
def test_every_verdict_in_words_that_give_nobody_away(
    made: Composition, verdict: Verdict, mood: str, spoken: str
) -> None:
    assert made.open_now is not None
    shown = kiosk_words(verdict, made.open_now)
    assert (shown.mood, shown.spoken) == (mood, spoken)


def test_without_a_given_name_it_uses_the_title() -> None:
    assert first_name(person(given_name="")) == "Dr Raman"


def test_a_scan_that_cannot_be_written_sends_the_guest_to_the_desk(
    made: Composition, hand: Hand
) -> None:
    app = made.event_app
    assert app is not None
    guest = add_person(app, "Dr Priya Raman")
    begin(made)
    app.database.close()
    app.database._engine.dispose()
    Path(made._location).unlink()
    Path(made._location).mkdir()
    shown = scan(made, hand, guest.ticket)
    assert (shown.mood, shown.then) == ("careful", "Please come to the desk.")


# -- the way out --------------------------------------------------------------------------------


def test_nothing_leaves_it_but_the_pin(made: Composition, hand: Hand) -> None:
    screen = begin(made)
    assert screen.isVisible()
    assert not made.window.isVisible()
    for key, modifiers in (
        (Qt.Key.Key_F4, ALT), (Qt.Key.Key_W, CTRL), (Qt.Key.Key_Q, CTRL), (Qt.Key.Key_1, CTRL),
        (Qt.Key.Key_5, CTRL), (Qt.Key.Key_N, CTRL), (Qt.Key.Key_Comma, CTRL),
        (Qt.Key.Key_Z, CTRL), (Qt.Key.Key_F1, ALONE), (Qt.Key.Key_F7, ALONE),
        (Qt.Key.Key_F11, ALONE), (Qt.Key.Key_Escape, ALONE),
    ):  # fmt: skip
        QTest.keyClick(screen, key, modifiers)
        settle(made)
        assert screen.isVisible()
        assert not made.window.isVisible()
    assert screen.asks_for_pin
    assert not screen.close()
    assert screen.isVisible()
    hand.type(screen.panel.pin.edit, "0000", enter=True)
    settle(made)
    assert "not the PIN" in screen.panel.pin.error
    assert screen.isVisible()
    QTest.keyClick(screen.panel.pin.edit, Qt.Key.Key_Escape)
    assert not screen.asks_for_pin
    leave(made, hand)
    assert not screen.isVisible()
    assert made.window.isVisible()
    assert made.window.current_key == "desk"
    assert not made.settings.is_any_kiosk


def test_closing_the_window_asks_for_the_pin(made: Composition) -> None:
    screen = begin(made)
    assert not screen.close()
    assert screen.asks_for_pin
    assert not screen.face.isVisible()


def test_a_guest_goes_before_a_pin_that_is_being_typed(made: Composition, hand: Hand) -> None:
    app = made.event_app
    assert app is not None
    guest = add_person(app, "Dr Priya Raman")
    screen = begin(made)
    screen.ask_for_pin()
    hand.scan(screen.panel.pin.edit, guest.ticket)
    settle(made)
    assert not screen.asks_for_pin
    assert words(made).name == "Priya"


def test_a_pin_nobody_types_is_not_asked_for_for_ever(qtbot: QtBot, made: Composition) -> None:
    screen = begin(made)
    screen._nobody.setInterval(1)
    screen.ask_for_pin()
    qtbot.waitUntil(lambda: not screen.asks_for_pin, timeout=2000)


def test_after_a_restart_it_is_a_kiosk_again_and_no_list_is_seen(
    start: Callable[[], Composition], hand: Hand
) -> None:
    first = start()
    assert first.window.isVisible()
    begin(first)
    first.window.close()
    again = start()
    assert kiosk(again).isVisible()
    assert not again.window.isVisible()
    leave(again, hand)
    assert again.window.isVisible()
    again.window.close()
    assert start().window.isVisible()


def test_a_pin_that_was_taken_away_meanwhile_frees_the_laptop(
    start: Callable[[], Composition], place: Path, clocks: HandClocks
) -> None:
    first = start()
    begin(first)
    first.window.close()
    with open_event(place, clocks) as app:
        app.desk_lock.remove()
    again = start()
    assert again.window.isVisible()
    assert not kiosk(again).isVisible()


def test_an_event_that_cannot_be_opened_is_said_all_the_same(
    start: Callable[[], Composition], qtbot: QtBot, tmp_path: Path, clocks: HandClocks
) -> None:
    first = start()
    begin(first)
    first.window.close()
    made = build_window(None, LaptopSettings(tmp_path / "s.json"), clocks)
    made.show(opening=True)
    assert not made.window.isVisible()
    made.open(str(tmp_path / "gone.facilitator"))
    qtbot.waitUntil(made.window.isVisible, timeout=5000)
    assert made.window.message_bar.message is not None
    made.window.close()


def test_without_a_pin_one_is_chosen_first(made: Composition, hand: Hand) -> None:
    app = made.event_app
    assert app is not None
    app.desk_lock.remove()
    desk(made).show_tool(page(made))
    settle(made)
    assert page(made).pin.edit.hasFocus()
    hand.type(page(made).pin.edit, "12", enter=True)
    settle(made)
    assert page(made).pin.error == "A PIN is 4 to 12 digits."
    assert not kiosk(made).isVisible()
    page(made).pin.set_text("2580")
    page(made).start.click()
    settle(made)
    assert kiosk(made).isVisible()
    leave(made, hand, "2580")
    assert made.window.isVisible()


def test_a_locked_desk_stays_locked_behind_it(made: Composition, hand: Hand) -> None:
    QTest.keyClick(made.window, Qt.Key.Key_L, CTRL)
    settle(made)
    begin(made)
    leave(made, hand)
    assert made.window.isVisible()
    assert desk(made).lock.button.text() == "Unlock"


# -- with a camera, and in every shape ----------------------------------------------------------


class TestWithCamera:
    @pytest.fixture
    def source(self) -> DrawnCamera:
        return DrawnCamera(FRONT)

    def test_a_code_held_to_the_camera_checks_in(
        self, qtbot: QtBot, made: Composition, source: DrawnCamera, hand: Hand
    ) -> None:
        app = made.event_app
        assert app is not None
        guest = add_person(app, "Dr Priya Raman")
        screen = begin(made)
        assert screen.face.asking == "Hold your badge or phone to the camera"
        with qtbot.waitSignals([screen.eye.looked, screen.answered], timeout=5000):
            source.show(frame(Shot(guest.ticket, angle=15), busy=True))
        assert words(made).name == "Priya"
        assert screen.picture.mood_of(guest.ticket) == "welcome"
        leave(made, hand)
        assert source.opened == ""

    def test_without_its_camera_it_asks_for_the_scanner(
        self, made: Composition, source: DrawnCamera
    ) -> None:
        screen = begin(made)
        source.plug()
        assert screen.face.asking == "Hold your badge or phone to the scanner"
        assert not screen.picture.isVisible()
        source.plug(FRONT)
        assert screen.face.asking == "Hold your badge or phone to the camera"
        assert screen.picture.isVisible()

    @pytest.mark.parametrize("shape", list(SHAPES))
    @pytest.mark.parametrize("colours", ["light", "dark"])
    def test_every_face_is_walked(
        self, made: Composition, theme: ThemeKeeper, colours: str, shape: str
    ) -> None:
        theme.choose(colours)
        screen = begin(made)
        screen.setFixedSize(*SHAPES[shape])
        screen.face.set_event(LONG)
        assert faults_of(screen) == []
        for shown in (
            KioskWords("welcome", "check-circle-fill", "welcome", "Welcome", "Siobhán", "14"),
            KioskWords(
                "welcome", "check-circle-fill", "twice", "You are already checked in",
                "Oluwaseun Anthony-Featherstonehaugh", "The purple table by the door",
            ),
            KioskWords(
                "careful", "hand-waving-fill", "careful", "This code is for another event",
                then="Please see Oluwaseun Anthony at the desk.",
            ),
        ):  # fmt: skip
            screen._show_words(shown)
            assert faults_of(screen) == []
        screen.ask_for_pin()
        settle(made)
        assert faults_of(screen) == []


def test_a_badge_comes_out_where_the_desk_prints_by_itself(made: Composition, hand: Hand) -> None:
    app = made.event_app
    assert app is not None
    made.settings.set(badge_when="always", badge_printer="A printer that is not there")
    guest = add_person(app, "Dr Priya Raman")
    begin(made)
    scan(made, hand, guest.ticket)
    settle(made)
    # It was asked for; what the printer made of it is the printing’s affair.
    assert [job.person.id for job in app.badge_queue.jobs()] == [guest.id]
