"""The camera as a scanner, fed with rendered frames in place of QtMultimedia's."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from facilitator.app import create_event
from facilitator.clocks import HandClocks
from facilitator.services.events import NewEvent
from tests.people import add_person
from tests.ui.drawn_camera import FRONT, STAND, DrawnCamera
from tests.ui.scenes import OTHER, TICKET, Shot, frame
from tests.ui.test_walk import SIZES
from tests.ui.walk import faults_of
from tests.ui.whole_window import put_away, settle, to_front
from ui.application import Composition, build_window
from ui.camera_codes import (
    GONE_FRAMES,
    GONE_SECONDS,
    TURN_SECONDS,
    CodeWatcher,
    Found,
    look_closer,
    look_from_afar,
    read_codes,
)
from ui.camera_device import NoCameras, Offer, best_offer, missing_words
from ui.camera_eye import CameraEye
from ui.screens.desk import DeskScreen
from ui.screens.screen import Surroundings
from ui.settings import LaptopSettings
from ui.theme import ThemeKeeper

NUMBER = "1234567890123"


def read(picture: QImage) -> list[str]:
    return [one.text for one in read_codes(grey(picture))]


def grey(picture: QImage) -> QImage:
    return picture.convertToFormat(QImage.Format.Format_Grayscale8)


# -- reading ------------------------------------------------------------------------------------


@pytest.mark.parametrize("angle", range(0, 360, 30))
def test_codes_are_read_at_every_angle(qapp: object, angle: int) -> None:
    assert read(frame(Shot(angle=angle + 7, edge=200), busy=True)) == [TICKET]


@pytest.mark.parametrize(
    "picture",
    [
        pytest.param({"lean": 0.5, "angle": 20}, id="held aslant"),
        pytest.param({"edge": 90, "angle": 7}, id="a badge at 60 cm"),
        pytest.param({"angle": 10, "blur": 4}, id="blurred"),
        pytest.param({"edge": 120, "angle": 10, "blur": 1.5}, id="small and blurred"),
        pytest.param({"angle": 10, "light": 0.15, "noise": 4}, id="dim"),
        pytest.param({"angle": 10, "noise": 30}, id="noisy"),
        pytest.param({"angle": 10, "over": 170, "noise": 4, "blur": 1}, id="overexposed"),
        pytest.param({"angle": 10, "inverted": True, "noise": 5}, id="a phone in dark mode"),
        pytest.param(
            {"angle": 5, "edge": 160, "moire": True, "noise": 5}, id="a phone's screen, with rows"
        ),
        pytest.param({"angle": 5, "edge": 400, "glare": True}, id="a phone's screen, with a shine"),
        pytest.param({"symbol": "Code128", "edge": 420, "angle": 20}, id="bars"),
        pytest.param({"symbol": "Aztec", "edge": 200, "angle": 33}, id="a wallet's Aztec"),
    ],
)
def test_codes_are_read_as_they_are_held(qapp: object, picture: dict[str, float]) -> None:
    held = {"edge", "angle", "lean", "symbol", "inverted"}
    text = NUMBER if "symbol" in picture else TICKET
    shot = Shot(text, **{k: v for k, v in picture.items() if k in held})  # pyright: ignore[reportArgumentType]
    around = {key: value for key, value in picture.items() if key not in held}
    assert read(frame(shot, busy="noise" not in around, **around)) == [text]  # pyright: ignore[reportArgumentType]


@pytest.mark.parametrize(
    ("middle", "edge", "worn"),
    [
        pytest.param(False, 300, {"blur": 5}, id="out of focus"),
        pytest.param(True, 120, {"blur": 2}, id="small and out of focus"),
    ],
)
def test_a_closer_look_reads_what_the_first_does_not(
    qapp: object, middle: bool, edge: int, worn: dict[str, float]
) -> None:
    hard = frame(Shot(edge=edge, angle=10), **worn)  # pyright: ignore[reportArgumentType]
    assert read(hard) == []
    (found,) = look_closer(grey(hard), middle=middle)
    assert found.text == TICKET
    # It is told where it is in the whole picture.
    assert abs(sum(x for x, _ in found.corners) / 4 - 0.5) < 0.05
    assert abs(sum(y for _, y in found.corners) / 4 - 0.5) < 0.05


def test_what_is_held_very_aslant_is_read_from_afar(qapp: object) -> None:
    hard = frame(Shot(edge=260, angle=140, lean=0.5), busy=True)
    assert read(hard) == []
    assert [one.text for one in look_from_afar(grey(hard))] == [TICKET]


def test_a_hall_without_a_code_reads_nothing(qapp: object) -> None:
    hall = frame(busy=True, noise=10)
    assert read(hall) == []
    assert look_closer(grey(hall), middle=False) == []
    assert read_codes(QImage()) == []


def test_half_a_code_is_none_until_it_comes_in_whole(qapp: object) -> None:
    assert read(frame(Shot(x=1260, edge=260), busy=True)) == []
    assert read(frame(Shot(x=1120, edge=260), busy=True)) == [TICKET]


# -- taking -------------------------------------------------------------------------------------


def found(text: str, *, size: float = 0.2, x: float = 0.5, bars: bool = False) -> Found:
    half = size / 2
    left, right, top, low = x - half, x + half, 0.5 - half, 0.5 + half
    return Found(text, ((left, top), (right, top), (right, low), (left, low)), bars)


class Film:
    """Frames, fifteen a second."""

    def __init__(self) -> None:
        self.watcher = CodeWatcher()
        self.now = 100.0

    def show(self, *codes: Found, seconds: float = 1 / 15) -> list[str]:
        taken = []
        for _ in range(max(round(seconds * 15), 1)):
            one = self.watcher.take(codes, self.now)
            taken += [one] if one is not None else []
            self.now += 1 / 15
        return taken


def test_a_code_is_taken_once_until_it_leaves_the_picture() -> None:
    film = Film()
    assert film.show(found("A"), seconds=5) == ["A"]
    assert film.show(seconds=GONE_SECONDS + 0.2) == []
    assert film.show(found("A"), seconds=5) == ["A"]


def test_a_code_that_flickers_is_taken_once() -> None:
    film = Film()
    taken = []
    for _ in range(20):
        taken += film.show(found("A"))
        taken += film.show(seconds=0.6)
    assert taken == ["A"]


def test_a_camera_that_pauses_does_not_make_a_code_new() -> None:
    film = Film()
    assert film.show(found("A")) == ["A"]
    film.now += 60
    # Seconds have passed, but hardly a frame was seen without it.
    for _ in range(GONE_FRAMES - 1):
        assert film.show() == []
    assert film.show(found("A")) == []


def test_of_several_codes_the_nearest_comes_first_and_the_others_have_their_turn() -> None:
    film = Film()
    near, far = found("near", size=0.4), found("far", size=0.1)
    assert film.show(far, near, seconds=TURN_SECONDS * 0.9) == ["near"]
    assert film.show(far, near, seconds=1) == ["far"]
    assert film.show(far, near, seconds=10) == []


def test_of_two_as_near_the_one_in_the_middle_comes_first() -> None:
    film = Film()
    assert film.show(found("edge", x=0.9), found("middle", x=0.55)) == ["middle"]


def test_the_next_guest_need_not_wait_once_the_last_has_gone() -> None:
    film = Film()
    assert film.show(found("A")) == ["A"]
    # A is out of the picture, though it is not forgotten yet.
    assert film.show(found("B")) == ["B"]


def test_bars_count_when_two_frames_agree() -> None:
    film = Film()
    assert film.show(found("4711", bars=True)) == []
    assert film.show(found("4712", bars=True)) == []
    assert film.show(found("4712", bars=True)) == ["4712"]


# -- the camera itself --------------------------------------------------------------------------


@pytest.fixture
def source() -> DrawnCamera:
    return DrawnCamera(FRONT, STAND)


@pytest.fixture
def eye(source: DrawnCamera, around: Surroundings, qtbot: QtBot) -> Iterator[CameraEye]:
    made = CameraEye(source, around.settings, around.clocks)
    yield made
    made.stop()


def see(qtbot: QtBot, eye: CameraEye, source: DrawnCamera, picture: QImage) -> None:
    with qtbot.waitSignal(eye.looked, timeout=5000):
        source.show(picture)


def test_a_code_is_told_once(
    qtbot: QtBot, eye: CameraEye, source: DrawnCamera, clocks: HandClocks
) -> None:
    seen: list[str] = []
    eye.seen.connect(seen.append)
    eye.start()
    for _ in range(3):
        see(qtbot, eye, source, frame(Shot(angle=12), busy=True))
        clocks.advance(1)
    assert seen == [TICKET]


def test_the_newest_frame_is_read_and_those_between_are_let_go(
    qtbot: QtBot, eye: CameraEye, source: DrawnCamera
) -> None:
    seen: list[str] = []
    looks: list[object] = []
    eye.seen.connect(seen.append)
    eye.looked.connect(looks.append)
    eye.start()
    empty, full = frame(busy=True), frame(Shot(OTHER))
    for picture in (empty, empty, empty, empty, full):
        source.show(picture)
    qtbot.waitUntil(lambda: seen == [OTHER], timeout=5000)
    assert len(looks) == 2


def test_what_is_blurred_gets_a_closer_look_in_the_end(
    qtbot: QtBot, eye: CameraEye, source: DrawnCamera
) -> None:
    seen: list[str] = []
    eye.seen.connect(seen.append)
    eye.start()
    blurred = frame(Shot(angle=10), blur=5)
    for _ in range(9):
        see(qtbot, eye, source, blurred)
    assert seen == [TICKET]


def test_the_camera_that_was_chosen_is_remembered(
    eye: CameraEye, source: DrawnCamera, around: Surroundings
) -> None:
    eye.start()
    assert source.opened == FRONT.id
    eye.choose(STAND.id)
    assert source.opened == STAND.id
    eye.stop()
    assert source.opened == ""
    kept = LaptopSettings(around.settings.path)
    assert (kept.camera, kept.camera_name) == (STAND.id, STAND.name)
    eye.start()
    assert source.opened == STAND.id


def test_where_the_remembered_one_is_missing_the_usual_one_is_used_and_it_says_so(
    eye: CameraEye, source: DrawnCamera, around: Surroundings
) -> None:
    around.settings.set(camera=STAND.id, camera_name=STAND.name)
    source.plugged = [FRONT]
    told: list[str] = []
    eye.told.connect(told.append)
    eye.start()
    assert source.opened == FRONT.id
    assert told == ["“Camera on the stand” is not plugged in: this is “Integrated camera”."]
    assert around.settings.camera == STAND.id


def test_a_camera_that_is_unplugged_says_so_and_goes_on_when_it_is_back(
    eye: CameraEye, source: DrawnCamera
) -> None:
    eye.choose(STAND.id)
    eye.start()
    source.plug(FRONT)
    assert source.opened == ""
    assert eye.excuse.startswith("“Camera on the stand” was unplugged: plug it in again")
    source.plug(FRONT, STAND)
    assert (source.opened, eye.excuse) == (STAND.id, "")


def test_another_camera_can_be_chosen_while_one_is_unplugged(
    eye: CameraEye, source: DrawnCamera
) -> None:
    eye.choose(STAND.id)
    eye.start()
    source.plug(FRONT)
    eye.choose(FRONT.id)
    assert (source.opened, eye.excuse) == (FRONT.id, "")


def test_a_camera_starts_by_itself_when_it_is_plugged_in(
    eye: CameraEye, source: DrawnCamera
) -> None:
    source.plugged = []
    eye.start()
    assert eye.excuse == eye.why_not()
    assert eye.excuse.startswith("No camera was found: plug one in")
    source.plug(STAND)
    assert (source.opened, eye.excuse) == (STAND.id, "")


def test_a_system_that_does_not_allow_it_is_named(eye: CameraEye, source: DrawnCamera) -> None:
    source.allowed = False
    eye.start()
    assert source.opened == ""
    assert "does not let Facilitator use the camera" in eye.excuse
    source.allowed = True
    eye.again()
    assert (source.opened, eye.excuse) == (FRONT.id, "")


def test_a_camera_that_fails_says_why_and_can_be_tried_again(
    eye: CameraEye, source: DrawnCamera
) -> None:
    eye.start()
    source.failed.emit("Device busy.")
    assert eye.excuse.startswith("“Integrated camera” stopped (Device busy): close any other")
    eye.again()
    assert (source.opened, eye.excuse) == (FRONT.id, "")


def test_a_camera_that_sends_nothing_is_told_of_until_it_does(
    qtbot: QtBot, eye: CameraEye, source: DrawnCamera
) -> None:
    eye._silence.setInterval(1)
    with qtbot.waitSignal(eye.excused, timeout=2000):
        eye.start()
    assert "sends no picture: open its shutter" in eye.excuse
    eye._silence.setInterval(5000)
    see(qtbot, eye, source, frame())
    assert eye.excuse == ""


def test_the_way_of_sending_is_fast_then_near_720_lines_then_unpacked() -> None:
    slow, large = Offer(1280, 720, 10, False), Offer(1920, 1080, 30, False)
    packed, small = Offer(1280, 720, 30, True), Offer(640, 480, 30, False)
    assert best_offer([slow, large, small, packed]) == 3
    assert best_offer([packed, Offer(1280, 720, 30, False)]) == 1
    assert best_offer([slow]) == 0
    assert best_offer([]) == -1


def test_what_is_missing_is_named_with_what_to_do() -> None:
    words = missing_words("libpulse.so.0: cannot open shared object file: No such file")
    assert "libpulse is missing on this computer: install libpulse0" in words
    assert "zxingcpp" in missing_words("No module named 'zxingcpp'")


# -- the page at the Desk -----------------------------------------------------------------------


class Scene:
    """A Desk with a camera on a stand."""

    def __init__(self, made: Composition, source: DrawnCamera, qtbot: QtBot) -> None:
        self.made, self.source, self.qtbot = made, source, qtbot
        desk = made.window.screen_of("desk")
        assert isinstance(desk, DeskScreen)
        self.desk, self.page = desk, desk.camera
        assert made.event_app is not None
        self.app = made.event_app

    def open(self) -> None:
        self.page.button.click()
        settle(self.made)

    def show(self, picture: QImage) -> None:
        see(self.qtbot, self.page.eye, self.source, picture)
        settle(self.made)


@pytest.fixture
def scene(tmp_path: Path, clocks: HandClocks, qtbot: QtBot) -> Iterator[Scene]:
    source = DrawnCamera(FRONT, STAND)
    made = build_window(
        create_event(tmp_path / "day.facilitator", NewEvent("A day", date(2026, 11, 18)), clocks),
        LaptopSettings(tmp_path / "s.json"),
        clocks,
        cameras=lambda: source,
    )
    to_front(made.window, qtbot)
    settle(made)
    yield Scene(made, source, qtbot)
    put_away(made)


def test_a_code_held_to_the_camera_checks_in_and_the_page_shows_the_verdict(scene: Scene) -> None:
    person = add_person(scene.app, "Dr Priya Raman")
    scene.open()
    scene.show(frame(Shot(person.ticket, angle=20), busy=True))
    assert scene.app.checkin.balance().here == 1
    assert scene.app.checkin.log(1)[0].source == "camera"
    assert scene.desk.stack.currentWidget() is scene.page
    assert scene.page.card.isVisible()
    shown = scene.page.card.shown
    assert shown is not None
    assert (shown.word, shown.mood) == ("Welcome", "welcome")
    assert scene.page.picture.mood_of(person.ticket) == "welcome"
    assert scene.made.window.message_bar.message is None


def test_a_code_has_no_colour_before_it_is_on_disk(scene: Scene) -> None:
    person = add_person(scene.app, "Dr Priya Raman")
    scene.open()
    see(scene.qtbot, scene.page.eye, scene.source, frame(Shot(person.ticket)))
    assert [one.text for one in scene.page.picture.codes] == [person.ticket]
    assert scene.page.picture.mood_of(person.ticket) == ""
    settle(scene.made)
    assert scene.page.picture.mood_of(person.ticket) == "welcome"


def test_the_next_code_takes_the_verdict_away(scene: Scene, clocks: HandClocks) -> None:
    first, second = add_person(scene.app, "Dr Priya Raman"), add_person(scene.app, "Amir Shah")
    scene.open()
    scene.show(frame(Shot(first.ticket)))
    clocks.advance(3)
    scene.show(frame(Shot(second.ticket)))
    shown = scene.page.card.shown
    assert shown is not None
    assert shown.person is not None
    assert shown.person.full_name == "Amir Shah"
    QTest.keyClick(scene.page, Qt.Key.Key_Escape)
    assert not scene.page.card.isVisible()
    assert scene.page.picture.isVisible()
    QTest.keyClick(scene.page, Qt.Key.Key_Escape)
    assert scene.desk.stack.currentWidget() is scene.desk.card


def test_the_camera_is_let_go_when_the_page_is_left(scene: Scene) -> None:
    assert scene.source.opened == ""
    scene.open()
    assert scene.source.opened == FRONT.id
    scene.made.window.show_place("people")
    assert scene.source.opened == ""
    scene.made.window.show_place("desk")
    assert scene.source.opened == FRONT.id
    scene.desk._back()
    assert scene.source.opened == ""


def test_the_program_ends_while_frames_are_being_read(scene: Scene) -> None:
    scene.open()
    picture = frame(Shot(), busy=True, noise=60)
    for _ in range(5):
        scene.source.show(picture)
    begun = time.monotonic()
    scene.made.window.close()
    assert time.monotonic() - begun < 3
    assert scene.source.opened == ""


def test_the_camera_is_chosen_by_name_on_the_page(scene: Scene) -> None:
    scene.open()
    choice = scene.page.choice
    assert [choice.itemText(n) for n in range(choice.count())] == [FRONT.name, STAND.name]
    choice.setFocus()
    QTest.keyClick(choice, Qt.Key.Key_Down)
    assert scene.source.opened == STAND.id
    assert scene.made.settings.camera == STAND.id
    scene.source.plug(STAND)
    assert not choice.isVisible()


def test_the_page_says_why_there_is_no_picture_and_what_to_do(scene: Scene) -> None:
    scene.source.plugged = []
    scene.open()
    assert scene.page.excuse.startswith("No camera was found: plug one in")
    assert scene.page.button.text() == "No camera"
    assert scene.page.button.accessibleDescription().endswith(scene.page.excuse)
    assert faults_of(scene.made.window) == []
    scene.source.plug(FRONT)
    assert scene.page.excuse == ""
    assert scene.page.button.text() == "Camera"


def test_a_computer_without_the_library_says_so(
    qtbot: QtBot, around: Surroundings, clocks: HandClocks
) -> None:
    source = NoCameras(missing_words("libpulse.so.0: cannot open"))
    eye = CameraEye(source, around.settings, clocks)
    eye.start()
    assert eye.excuse == source.excuse() == eye.why_not()
    eye.stop()


@pytest.mark.parametrize("size", list(SIZES))
@pytest.mark.parametrize("colours", ["light", "dark"])
def test_the_page_is_walked(
    scene: Scene, theme: ThemeKeeper, clocks: HandClocks, colours: str, size: str
) -> None:
    theme.choose(colours)
    scene.made.window.resize(*SIZES[size])
    person = add_person(scene.app, "Dr Priya Raman", organisation="Rye Lane Practice")
    scene.open()
    scene.show(frame(busy=True))
    assert faults_of(scene.made.window) == []
    for code in (person.ticket, TICKET):
        clocks.advance(5)
        scene.show(frame(Shot(code, x=400), busy=True))
        assert scene.page.card.isVisible()
        assert faults_of(scene.made.window) == []
