"""Composition of the window: which screens there are, what they are given, who hears whom.

Nothing of the store is imported here: SQLModel takes most of a second, which the first paint of
Start cannot wait for. It is imported on the database lane, when an event is opened.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QApplication

from facilitator.clocks import Clocks, SystemClocks
from facilitator.domain.changes import Changes
from facilitator.domain.errors import Trouble
from ui.change_bus import ChangeBus
from ui.kit import KeyFilter, Message
from ui.lanes import DatabaseLane, HeavyLane
from ui.main_window import MainWindow, Place
from ui.screens.screen import Screen, Surroundings
from ui.settings import LaptopSettings, RecentEvent
from ui.theme import ThemeKeeper

if TYPE_CHECKING:
    from facilitator.app import EventApp
    from facilitator.services.events import Event

log = logging.getLogger("facilitator.ui")


class ScreenEntry(NamedTuple):
    """One line of the table of screens: what the rail says, and where the class is."""

    key: str
    title: str
    icon: str
    module: str
    name: str


#: The screens that need an open event, in the order of the rail (Start is before them).
SCREENS = tuple(
    entry
    for entry in (
        ScreenEntry("desk", "Desk", "identification-badge", "ui.screens.desk", "DeskScreen"),
        ScreenEntry("tables", "Tables", "users-three", "ui.screens.tables", "TablesScreen"),
        ScreenEntry("programme", "Programme", "clock", "ui.screens.programme", "ProgrammeScreen"),
        ScreenEntry("notes", "Notes", "note-pencil", "ui.screens.notes", "NotesScreen"),
        ScreenEntry("people", "People", "users", "ui.screens.people", "PeopleScreen"),
        ScreenEntry("after", "After", "file-text", "ui.screens.after", "AfterScreen"),
    )
    if find_spec(entry.module) is not None
)
START = ScreenEntry("start", "Start", "house", "ui.screens.start", "StartScreen")


@dataclass(frozen=True, slots=True)
class Opened:
    """An event that was just opened, read on the lane."""

    app: EventApp
    location: str
    event: Event
    counts: dict[str, int]


class Composition(QObject):
    """Everything of one running window. `window` is what is shown; `event_app` the open event."""

    def __init__(
        self,
        event_app: EventApp | None,
        settings: LaptopSettings,
        clocks: Clocks,
        *,
        location: str = "",
    ) -> None:
        super().__init__(QApplication.instance())
        self.settings = settings
        self.clocks = clocks
        self.bus = ChangeBus(self)
        self.database = DatabaseLane(self.bus, clocks=clocks, parent=self)
        self.heavy = HeavyLane(self.bus, parent=self)
        self.around = Surroundings(
            self.bus,
            self.database,
            self.heavy,
            KeyFilter.of_application(),
            settings,
            clocks,
        )
        self.event_app: EventApp | None = None
        self.event: Event | None = None
        self._start = Place(START.key, START.title, START.icon, self._make_start)
        self.window = MainWindow([self._start], clocks=clocks)
        self._connect()
        if event_app is not None:
            self.adopt(_read(event_app, location))
        else:
            self.window.show_place("start")

    def open(self, location: str) -> None:
        """Opens the event at `location` on the lane; Trouble goes to the message bar."""
        self.database.run(lambda: _open(location, self.clocks), self._opened, self._not_opened)

    def create(self, location: str, new: Any) -> None:
        """Makes the event `new` (a `NewEvent`) at `location` and opens it."""
        self.database.run(
            lambda: _create(location, new, self.clocks), self._opened, self._not_opened
        )

    def adopt(self, opened: Opened) -> None:
        """Takes an open event as the window's event, and shows the Desk."""
        before = self.event_app
        self.event_app, self.event = opened.app, opened.event
        self.window.set_places([self._start, *(self._place(entry) for entry in SCREENS)])
        self._head()
        self._remember(opened)
        if len(SCREENS) > 0:
            self.window.show_place(SCREENS[0].key)
        else:
            self.window.show_place("start")
        if before is not None and before is not opened.app:
            self.database.run(before.close)

    def close(self) -> None:
        """Ends all work and lets go of the event."""
        self.database.settle(5_000)
        self.heavy.settle(5_000)
        if self.event_app is not None:
            self.database.run(self.event_app.close)
            self.database.settle(5_000)
        self.database.close()
        self.heavy.close()

    def _connect(self) -> None:
        window = self.window
        for lane in (self.database, self.heavy):
            lane.troubled.connect(self._troubled)
            lane.faulted.connect(self._troubled)
        self.database.truth_changed.connect(window.set_truth)
        self.bus.changed.connect(self._news)
        window.note_wanted.connect(self._take_note)
        window.closing.connect(self.close)

    def _place(self, entry: ScreenEntry) -> Place:
        app = self.event_app

        def make() -> Screen:
            return getattr(import_module(entry.module), entry.name).build(app, self.around)

        return Place(entry.key, entry.title, entry.icon, make)

    def _make_start(self) -> Screen:
        from ui.screens.start import StartScreen

        return StartScreen(
            self.around,
            open_event=self.open,
            create_event=self.create,
            rehearse=None,
        )

    def _head(self) -> None:
        event = self.event
        if event is None:
            return
        self.window.set_event(
            event.name, event.held_on, rehearsal=event.is_rehearsal, zone=event.zone
        )
        room = event.settings.room
        face = room.get("face", "off") if isinstance(room, dict) else "off"
        self.window.set_room(face.replace("-", " ").capitalize(), black=face == "black")

    def _remember(self, opened: Opened) -> None:
        if not opened.location:
            return
        event, counts = opened.event, opened.counts
        self.settings.remember(
            RecentEvent(
                opened.location,
                event.name,
                event.held_on.isoformat(),
                event.venue,
                event.is_rehearsal,
                counts.get("expected", 0),
                counts.get("arrived", 0) + counts.get("left", 0),
                counts.get("tables", 0),
                event.purged_at is not None,
            )
        )

    @Slot(object)
    def _opened(self, opened: Opened) -> None:
        self.adopt(opened)

    @Slot(object)
    def _not_opened(self, problem: Exception) -> None:
        from ui.lanes import FAULT

        self._troubled(str(problem) if isinstance(problem, Trouble) else FAULT)

    @Slot(str)
    def _troubled(self, sentence: str) -> None:
        self.window.say(Message("stop", sentence))

    @Slot(object)
    def _news(self, changes: Changes) -> None:
        if changes & (Changes.EVENT | Changes.ROOM) and self.event_app is not None:
            self.database.run(self.event_app.event.get, self._event_read)

    @Slot(object)
    def _event_read(self, event: Event) -> None:
        self.event = event
        self._head()

    @Slot()
    def _take_note(self) -> None:
        if "notes" not in self.window.keys:
            return
        self.window.show_place("notes")
        take: Callable[[], Any] | None = getattr(self.window.current, "take_note", None)
        if take is not None:
            take()


def build_window(
    app: EventApp | None,
    settings: LaptopSettings | None = None,
    clocks: Clocks | None = None,
    *,
    location: str = "",
) -> Composition:
    """The composed window over an open event (or none: Start). Show `result.window`.

    `app` must not be used by the caller any more: the composition closes it with the window.
    """
    return Composition(
        app, settings or LaptopSettings(), clocks or SystemClocks(), location=location
    )


def start(event: str | None) -> int:
    """Runs the window on `event` (a location), on the last event, or on Start; the exit status."""
    qt = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(qt, QApplication)
    qt.setApplicationName("Facilitator")
    qt.setDesktopFileName("facilitator")
    settings = LaptopSettings()
    _log_to(settings.path.with_name("facilitator.log"))
    ThemeKeeper(qt, settings.theme)
    composition = build_window(None, settings)
    composition.window.show()
    location = event or settings.last
    if location and (event or _is_there(location)):
        composition.open(location)
    return qt.exec()


def _is_there(location: str) -> bool:
    """Whether the last event can be tried without a complaint nobody asked for."""
    return "://" in location or Path(location).is_file()


def _read(app: EventApp, location: str) -> Opened:
    return Opened(app, location, app.event.get(), dict(app.event.counts()))


def _open(location: str, clocks: Clocks) -> Opened:
    from facilitator.app import open_event

    return _read(open_event(location, clocks), location)


def _create(location: str, new: Any, clocks: Clocks) -> Opened:
    from facilitator.app import create_event

    return _read(create_event(location, new, clocks), location)


def _log_to(path: Path) -> None:
    """Faults go to a file beside the settings, for whoever mends the program."""
    from logging.handlers import RotatingFileHandler

    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handler = RotatingFileHandler(path, maxBytes=500_000, backupCount=1, encoding="utf-8")
    except OSError:
        return
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
    logging.getLogger("facilitator").addHandler(handler)
    sys.excepthook = _unexpected


def _unexpected(kind: type[BaseException], problem: BaseException, trace: Any) -> None:
    log.error("A fault in the window", exc_info=(kind, problem, trace))


def today(clocks: Clocks) -> date:
    """The day it is on this laptop."""
    return clocks.now().astimezone().date()
