"""`facilitator rehearse`: the sample day on the real services and screens, with pictures."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QEventLoop
from PySide6.QtWidgets import QApplication, QWidget

from facilitator.app import open_event
from facilitator.clocks import HandClocks
from facilitator.domain.errors import Refused, Trouble
from facilitator.domain.text import counted
from facilitator.rehearsal import SampleDay, sample_date
from facilitator.sample import invented_list, make_sample_event
from facilitator.services.checkin import At
from facilitator.services.room_display import Face
from ui.application import Composition, build_window
from ui.room.show import RoomShow
from ui.room.view import RoomView
from ui.screens.desk import DeskScreen
from ui.screens.notes import NotesScreen
from ui.screens.people import PeopleScreen
from ui.screens.room import RoomScreen
from ui.screens.tables import TablesScreen
from ui.settings import LaptopSettings
from ui.theme import ThemeKeeper

EVENT = "rehearsal.facilitator"
#: the projector's picture, in pixels
PROJECTOR = (1920, 1080)
LAPTOP = (1366, 768)
#: the longest that the picture of a mixing is waited for
MIXING_SECONDS = 20

Tell = Callable[[str], None]
_S = TypeVar("_S", bound=QWidget)


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """What a rehearsal left behind."""

    event: str
    files: tuple[str, ...]
    people: int
    here: int
    seconds: float


def rehearse_into(
    application: QApplication, folder: Path, *, attendees: int, seed: int, tell: Tell
) -> Rehearsed:
    """Play the day into `folder`. Refused where an event that is no rehearsal stands there."""
    began = time.monotonic()
    path = folder / EVENT
    make_way(path)
    keeper = ThemeKeeper.of_application() or ThemeKeeper(application, "light")
    keeper.choose("light")
    held_on = sample_date()
    morning = datetime(held_on.year, held_on.month, held_on.day, 8, 2, tzinfo=UTC)
    clocks = HandClocks(morning - timedelta(days=2))
    with tempfile.TemporaryDirectory() as place:
        settings = LaptopSettings(Path(place) / "settings.json")
        settings.set(sounds=False, desk="Desk 2")
        stage = Stage(application, keeper, folder, Path(place), settings, clocks, tell)
        stage.play(path, attendees, seed)
        here = stage.here
    return Rehearsed(EVENT, tuple(stage.files), attendees, here, round(time.monotonic() - began, 1))


def make_way(path: Path) -> None:
    """Takes away the event of an earlier rehearsal. Refused where it is a real one."""
    if not path.exists():
        return
    with open_event(path) as found:
        if not found.event.get().is_rehearsal:
            raise Refused(
                f"“{path.name}” in that folder is a real event.", "It was not changed.",
                "Name another folder: facilitator rehearse -o FOLDER.",
            )  # fmt: skip
    for end in ("", "-wal", "-shm"):
        Path(f"{path}{end}").unlink(missing_ok=True)


class Stage:
    """The screens on which the day is played."""

    def __init__(
        self,
        application: QApplication,
        keeper: ThemeKeeper,
        folder: Path,
        place: Path,
        settings: LaptopSettings,
        clocks: HandClocks,
        tell: Tell,
    ) -> None:
        self.files: list[str] = [EVENT]
        self.here = 0
        self._application, self._keeper = application, keeper
        self._folder, self._place = folder, place
        self._settings, self._clocks, self._tell = settings, clocks, tell
        self._composition: Composition | None = None

    def play(self, path: Path, attendees: int, seed: int) -> None:
        """The whole day, from the list to the report."""
        self._tell(f"Making {counted(attendees, 'invented person', 'invented people')} …")
        event = make_sample_event(
            path, attendees=attendees, seed=seed, held_on=sample_date(), clocks=self._clocks
        )
        day = SampleDay(event, self._clocks, seed)
        self._composition = build_window(event, self._settings, self._clocks, location=str(path))
        window = self._window
        window.resize(*LAPTOP)
        window.show()
        self._settle()
        try:
            self._evening_before(day, attendees, seed)
            self._morning(day)
            self._sessions(day)
            self._evening(day)
        finally:
            window.close()
            self._turn()

    # -- the day --------------------------------------------------------------------------------

    def _evening_before(self, day: SampleDay, attendees: int, seed: int) -> None:
        self._tell("The list, the tables and the badges …")
        self._show("start")
        self._picture("start")
        people = self._screen("people", PeopleScreen)
        later = self._place / "south-london-report.csv"
        later.write_text(invented_list(attendees + 6, seed), "utf-8")
        people.begin_import([later])
        self._picture("import")
        people.leave_import()
        self._picture("people")
        day.publish()
        day.add_wishes()
        day.mix()
        for file in day.write_before(self._folder):
            self.files.append(file.name)
        self._news()
        tables = self._screen("tables", TablesScreen)
        self._picture("tables")
        self._dark("tables-dark")
        tables.begin_mixing()
        self._wait_for_mixing(tables)
        self._picture("mix")
        tables.mix_page.leave()
        self._show("programme")
        self._picture("programme-before")
        self._show("share")
        self._picture("sharing")

    def _morning(self, day: SampleDay) -> None:
        self._tell("The doors open …")
        app, clocks = day.app, self._clocks
        clocks.advance(timedelta(days=2).total_seconds())
        day.wait_until(9)
        app.programme.start()
        app.room.show(Face.WELCOME)
        self._news()
        desk = self._screen("desk", DeskScreen)
        self._window.activateWindow()
        desk.field.setFocus()
        self._picture("desk-ready")
        scan = self._composition_now.around.keys.hand_on
        for code in day.arrivals():
            scan(code)
            self._composition_now.database.settle()
        self._notable(day, desk)
        self.here = app.checkin.balance().here
        self._show("roll")
        self._picture("roll")

    def _notable(self, day: SampleDay, desk: DeskScreen) -> None:
        """The verdicts that a desk meets on any morning, each in a picture."""
        app, scan = day.app, self._composition_now.around.keys.hand_on
        waiting = day.expected
        star = next((p for p in waiting if p.attention or p.access), None)
        star = star or next(iter(waiting), None)
        if star is not None:
            details = {"attention": "Speaking at 10:20: please find Amina by the stage.",
                       "access": "Step-free seat, near the door", "vip": True,
                       "diet": "Vegetarian"}  # fmt: skip
            app.people.edit(star.id, details, by="Amina")
            scan(star.ticket)
            self._picture("desk-welcome")
            self._dark("desk-welcome-dark")
            self._clocks.advance(21 * 60)
            scan(star.ticket)
            self._picture("desk-already")
        for person in day.cancelled[:1]:
            scan(person.ticket)
            self._picture("desk-cancelled")
        scan("F1-MISREAD")
        self._picture("desk-misread")
        desk.field.setText("ngu")
        self._picture("desk-search")
        desk.field.setText("Rhys Llewellyn")
        desk.begin_walk_in()
        self._picture("desk-walk-in")
        desk.walk_in.name.set_text("Rhys Llewellyn")
        desk.walk_in.organisation.set_text("Elmers End Chemist")
        desk.walk_in.side.choose(app.event.get().sides.second.key)
        desk.walk_in.keep()
        self._settle()
        self._picture("desk-walk-in-welcome")
        leaver = app.checkin.recent(20)[-1].person
        app.checkin.leave(leaver.id, At("Desk 2"))
        self._news()

    def _sessions(self, day: SampleDay) -> None:
        self._tell("The sessions, the myths and the notes …")
        app, clocks = day.app, self._clocks
        self._screen("room", RoomScreen)
        self._faces(day, Face.WELCOME, Face.FIND, Face.PLAN, Face.MOVE)
        day.wait_until(9, 45)
        for minutes in (15, 47, 33, 30):  # welcome, panel, tables, coffee: a little late
            app.programme.next()
            running = app.programme.state().board.state.session
            if running is not None and running.round_number:
                app.tables.start_round(running.round_number)
            clocks.advance(minutes * 60)
            if running is not None and running.round_number:
                app.tables.finish_round(running.round_number)
        app.programme.next()  # myth-busting
        clocks.advance(11 * 60 + 19)
        self._news()
        self._show("programme")
        self._picture("programme")
        self._faces(day, Face.CLOCK)
        self._show("room")
        self._picture("room")
        for number in range(4):
            day.take_myth(number)
        app.room.show(Face.MYTH, note_id=day.take_myth(1).id)
        self._faces(day, Face.MYTH)
        day.take_the_rest()
        self._news()
        notes = self._screen("notes", NotesScreen)
        notes.open_note(day.take_myth(1).id)
        self._picture("notes")
        app.room.show(Face.MESSAGE, message="Lunch is in the garden. Please be back at 13:30.")
        self._faces(day, Face.MESSAGE)
        self._afternoon(day)

    def _afternoon(self, day: SampleDay) -> None:
        app, clocks = day.app, self._clocks
        self._overtime(day)
        app.programme.next()  # lunch
        clocks.advance(120)
        self._faces(day, Face.BREAK)
        while (running := app.programme.state().board.state).next is not None:
            left = app.programme.state().board.state.remaining
            clocks.advance(max(left, 60))
            app.programme.next()
            running = app.programme.state().board.state.session
            if running is not None and running.round_number:
                app.tables.start_round(running.round_number)
                clocks.advance(running.minutes * 60)
                app.tables.finish_round(running.round_number)
        clocks.advance(25 * 60)
        app.programme.stop()
        app.room.show(Face.BLACK)
        self._news()

    def _overtime(self, day: SampleDay) -> None:
        remaining = day.app.programme.state().board.state.remaining
        self._clocks.advance(max(remaining, 0) + 130)
        self._news()
        self._show("programme")
        self._picture("programme-overtime")

    def _evening(self, day: SampleDay) -> None:
        self._tell("The report and the exports …")
        for file in day.write_after(self._folder):
            self.files.append(file.name + ("/" if file.is_dir() else ""))
        self._news()
        self._show("after")
        self._picture("after")
        self._dark("after-dark")
        self._composition_now.window.show_keys()
        self._picture("keys")

    # -- pieces ---------------------------------------------------------------------------------

    @property
    def _composition_now(self) -> Composition:
        assert self._composition is not None
        return self._composition

    @property
    def _window(self) -> QWidget:
        return self._composition_now.window

    def _show(self, key: str) -> QWidget:
        self._composition_now.window.show_place(key)
        self._settle()
        current = self._composition_now.window.current
        assert current is not None
        return current

    def _screen(self, key: str, kind: type[_S]) -> _S:
        found = self._show(key)
        assert isinstance(found, kind)
        return found

    def _news(self) -> None:
        """What the script did behind the screens' backs reaches them as any other desk's news."""
        from facilitator.domain.changes import Changes

        self._composition_now.bus.publish(Changes.ALL)
        self._settle()

    def _wait_for_mixing(self, tables: TablesScreen) -> None:
        """The engine works in a process of its own; its first plans are there in a moment."""
        until = time.monotonic() + MIXING_SECONDS
        while time.monotonic() < until:
            self._settle()
            if tables.mix_page.best is not None and not tables.mix_page.searching:
                break

    def _turn(self) -> None:
        self._application.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 50)

    def _settle(self) -> None:
        for _ in range(3):
            self._turn()
            self._composition_now.database.settle()
            self._composition_now.heavy.settle(30_000)
        self._turn()

    def _picture(self, name: str) -> None:
        self._settle()
        # The day runs in seconds here: what the strip says is about hours long gone.
        self._composition_now.window.message_bar.clear()
        self._composition_now.window.beat()
        self._turn()
        self._keep(self._window, name)

    def _dark(self, name: str) -> None:
        self._keeper.choose("dark")
        self._picture(name)
        self._keeper.choose("light")

    def _faces(self, day: SampleDay, *faces: Face) -> None:
        show = RoomShow(self._clocks)
        view = RoomView(show)
        view.resize(*PROJECTOR)
        for face in faces:
            day.app.room.show(face)
            show.set_picture(day.app.room.picture())
            self._keep(view, f"room-{face.value}")
        show.end()
        view.deleteLater()

    def _keep(self, widget: QWidget, name: str) -> None:
        file = self._folder / f"{name}.png"
        if not widget.grab().save(str(file)):
            raise Trouble(f"The picture {file.name} could not be written.", "", "Make room.")
        self.files.append(file.name)
