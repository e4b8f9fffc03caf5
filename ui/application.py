"""Composition of the window: which screens there are, what they are given, who hears whom.

Nothing of the store is imported here: SQLModel takes most of a second, which the first paint of
Start cannot wait for. It is imported on the database lane, when an event is opened.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol, cast, runtime_checkable
from uuid import UUID

from PySide6.QtCore import QObject, QTimer, Slot
from PySide6.QtWidgets import QApplication, QFileDialog, QWidget

from facilitator.clocks import Clocks, SystemClocks
from facilitator.domain.changes import Changes
from facilitator.domain.errors import Trouble
from ui.camera_device import CameraSource, this_laptop
from ui.change_bus import ChangeBus
from ui.collecting import Collector
from ui.copy_keeper import CopyKeeper
from ui.equipment import EquipmentCheck, equipment_words
from ui.hub_keeper import HubKeeper
from ui.kit import KeyFilter, Message
from ui.lanes import FAULT, DatabaseLane, HeavyLane
from ui.laptop_watch import LaptopWatch
from ui.main_window import MainWindow, Place
from ui.opening import (
    Opened,
    create_wish,
    default_folder,
    join_event,
    make_sample,
    open_location,
    read_opened,
    stand_of,
    take_off,
    template_choices,
    try_the_way,
)
from ui.rehearsing import RehearsalRun
from ui.screens.new_event import EventWish, WishErrors
from ui.screens.screen import Screen, Surroundings
from ui.settings import LaptopSettings, RecentEvent
from ui.sharing_frame import SharingFrame
from ui.theme import ThemeKeeper

if TYPE_CHECKING:
    from facilitator.app import EventApp
    from facilitator.domain.auto_advance import AskToGoOn
    from facilitator.services.events import Event
    from facilitator.services.room_display import RoomPicture
    from facilitator.services.taking_off import TakenOff
    from ui.cue_keeper import CueKeeper
    from ui.locking import DeskLocking
    from ui.screens.room import RoomScreen
    from ui.screens.share import ShareScreen

log = logging.getLogger("facilitator.ui")


class ScreenEntry(NamedTuple):
    """One line of the table of screens: what the rail says, and where the class is."""

    key: str
    title: str
    icon: str
    module: str
    name: str
    on_rail: bool = True
    shortcut: str = ""


#: The screens that need an open event, in the order of the rail (Start is before them).
SCREENS = (
    ScreenEntry("desk", "Desk", "identification-badge", "ui.screens.desk", "DeskScreen"),
    ScreenEntry("tables", "Tables", "users-three", "ui.screens.tables", "TablesScreen"),
    ScreenEntry("programme", "Programme", "clock", "ui.screens.programme", "ProgrammeScreen"),
    ScreenEntry("notes", "Notes", "note-pencil", "ui.screens.notes", "NotesScreen"),
    ScreenEntry("people", "People", "users", "ui.screens.people", "PeopleScreen"),
    ScreenEntry("after", "After", "file-text", "ui.screens.after", "AfterScreen"),
    ScreenEntry("room", "The room", "monitor", "ui.screens.room", "RoomScreen", False),
    ScreenEntry("roll", "Roll", "sign-out", "ui.screens.roll", "RollScreen", False),
    ScreenEntry(
        "copies", "Copies", "copy", "ui.screens.copies", "CopiesScreen", False, "Ctrl+Shift+C"
    ),
    ScreenEntry(
        "share",
        "Sharing",
        "share-network",
        "ui.screens.share",
        "ShareScreen",
        False,
        "Ctrl+Shift+H",
    ),
    ScreenEntry(
        "event", "This event", "gear", "ui.screens.this_event", "ThisEventScreen", False, "Ctrl+,"
    ),
)
START = ScreenEntry("start", "Start", "house", "ui.screens.start", "StartScreen")


@runtime_checkable
class _Busy(Protocol):
    """A screen that can say what is under way (Start)."""

    def set_busy(self, words: str) -> None:
        """Says it."""
        ...


@runtime_checkable
class _Equipped(Protocol):
    """A screen that can say what stands beside this laptop (Start)."""

    def set_equipment(self, words: str, *, complete: bool) -> None:
        """Says it."""
        ...


def pick_file(parent: QWidget) -> str:
    """Lets a person choose an event's file; "" for none."""
    found, _ = QFileDialog.getOpenFileName(
        parent, "Open an event", str(default_folder()), "Events (*.facilitator);;All files (*)"
    )
    return found


class Composition(QObject):
    """Everything of one running window. `window` is what is shown; `event_app` the
    services of the open event, `open_now` the event as it was read last."""

    def __init__(
        self,
        event_app: EventApp | None,
        settings: LaptopSettings,
        clocks: Clocks,
        *,
        location: str = "",
        cameras: Callable[[], CameraSource] = this_laptop,
    ) -> None:
        super().__init__(QApplication.instance())
        Collector.of_application()
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
            cameras,
        )
        self.event_app: EventApp | None = None
        self._location = self._leaving = ""
        self._there: dict[str, bool] = {}
        self._looked_at = clocks.now()
        self.equipment = EquipmentCheck(self)
        #: warns of battery, disk and clock, and keeps the laptop awake; begun with the window
        self.watch = LaptopWatch(self.heavy, clocks, self.around.keys, self)
        self.open_now: Event | None = None
        self._start = Place(START.key, START.title, START.icon, self._make_start)
        self.window = MainWindow([self._start], clocks=clocks)
        self._tell_errors: Callable[[WishErrors], None] | None = None
        self._lock: DeskLocking | None = None
        self._held_back = False
        self._cues: CueKeeper | None = None
        self.rehearsal = RehearsalRun(self)
        self._rehearsing = Message(
            "info",
            "Rehearsing: a whole sample day is being played. You can go on working.",
            act="Stop",
            do=self.rehearsal.stop,
            stays=True,
        )
        self.copies = CopyKeeper(self.around, self)
        self.hub = HubKeeper(self.around, self)
        self.sharing = SharingFrame(self.window, self.hub)
        self._connect()
        if event_app is not None:
            self.adopt(read_opened(event_app, location))
        else:
            self.window.show_place("start")

    def show(self, *, opening: bool = False) -> None:
        """Shows the window. Where an event is `opening` and this laptop was a kiosk, it waits to
        see whether the kiosk takes its place."""
        self._held_back = opening and self.settings.is_any_kiosk
        if not self._held_back:
            self.window.show()

    def open(self, location: str) -> None:
        """Opens the event at `location` on the lane; Trouble goes to the message bar."""
        if self._is_locked:
            words = "The Desk is locked: unlock it with Ctrl+L to open another event."
            self.window.say(Message("info", words))
            return
        self._begin(f"Opening {Path(location).name if '://' not in location else 'the database'}…")
        self.database.run(
            lambda: open_location(location, self.clocks), self._opened, self._not_opened
        )

    def create(self, wish: EventWish, tell: Callable[[WishErrors], None]) -> None:
        """Makes the event that was wished for and opens it; `tell` gets errors of its fields."""
        self._begin("Making the event…")
        self._tell_errors = tell
        self.database.run(lambda: create_wish(wish, self.clocks), self._opened, self._not_opened)

    def open_sample(self) -> None:
        """Makes the sample event, or opens the one that is there."""
        self._begin("Inviting 120 invented people…")
        self.database.run(lambda: make_sample(self.clocks), self._opened, self._not_opened)

    def rehearse(self) -> None:
        """Plays a sample day in a process of its own, then opens it."""
        if self.rehearsal.running:
            return
        stamp = f"{self.clocks.now().astimezone():%Y-%m-%d %H%M%S}"
        folder = default_folder() / f"Rehearsal {stamp}"
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as problem:
            self._troubled(f"No rehearsal: {folder} cannot be made ({problem.strerror}).")
            return
        self.window.say(self._rehearsing)
        self.rehearsal.begin(folder)

    def practise(self) -> bool:
        """The six test tickets at the Desk of the open event; False where none is open."""
        if self.event_app is None:
            return False
        from ui.screens.desk import DeskScreen
        from ui.screens.practice import PracticePage

        self.window.show_place(SCREENS[0].key)
        desk = self.window.screen_of(SCREENS[0].key)
        tools = desk.tools if isinstance(desk, DeskScreen) else ()
        for tool in tools:
            if isinstance(tool, PracticePage) and isinstance(desk, DeskScreen):
                desk.show_tool(tool)
        return True

    def adopt(self, opened: Opened) -> None:
        """Takes an open event as the window's event, and shows the Desk."""
        before = self.event_app
        if before is not None:
            # The room must not go on showing the event that was open before.
            self._room().keeper.shut_down()
        self.event_app, self.open_now = opened.app, opened.event
        self._location = opened.location
        self.window.set_places([self._start, *(self._place(entry) for entry in SCREENS)])
        left = self.hub.adopt(opened.app.sharing)
        self.sharing.adopt()
        self._head()
        self._watch_over(opened)
        self._locking().adopt(opened.event)
        self._room().placed.connect(self._say_room)
        self._room().reload()
        if self.settings.room_open:
            self._room().open_display(again=True)
        self._remember(opened)
        self._watch_the_clock(opened.app)
        self.copies.adopt(opened.app)
        self.window.show_place(SCREENS[0].key)
        if self._held_back and not self._locking().is_kiosk:
            self.show()
        self.database.run(left)
        if before is not None and before is not opened.app:
            self.database.run(before.close)

    @Slot(bool)
    def take_off(self, unsent_too: bool) -> None:
        """Takes the data of the open event, a joined copy, off this laptop; then Start.

        What the hub has not got is lost with `unsent_too`; else it is refused.
        """
        if self.event_app is None:
            return
        location = self._location
        self._let_go()
        self._leaving = location
        self.database.run(
            lambda: take_off(location, unsent_too=unsent_too),
            self._taken_off, self._not_taken_off,
        )  # fmt: skip

    def close(self) -> None:
        """Ends all work and lets go of the event."""
        if self._cues is not None:
            self._cues.end()
        if self.event_app is not None:
            self._room().keeper.shut_down()
        if self.rehearsal.running:
            self.rehearsal.stop()
        self.watch.end()
        self.database.settle(5_000)
        self.heavy.settle(5_000)
        if self.equipment.running:
            self.equipment.stop()
        if self.event_app is not None:
            app, location = self.event_app, self._location
            self.database.run(self.hub.adopt(None))
            # Start says how the event stood when it was last open.
            self.database.run(lambda: stand_of(app, location), self._remember, self._gone)
            self.database.run(app.close)
            self.database.settle(5_000)
        self.database.close()
        self.heavy.close()
        # Its Qt side ends in the event loop, in order, not whenever Python gets round to it.
        self.window.deleteLater()

    def _connect(self) -> None:
        window = self.window
        for lane in (self.database, self.heavy):
            lane.troubled.connect(self._troubled)
            lane.faulted.connect(self._troubled)
        self.database.truth_changed.connect(window.set_truth)
        self.bus.changed.connect(self._news)
        window.note_wanted.connect(self._take_note)
        window.room_wanted.connect(self._show_room)
        window.black_wanted.connect(self._toggle_black)
        window.roll_wanted.connect(self._show_roll)
        window.closing.connect(self.close)
        self.copies.said.connect(window.say)
        self.copies.wanted.connect(self._show_copies)
        self.copies.settled.connect(window.message_bar.withdraw_about)
        self.hub.said.connect(window.say)
        self.hub.caught_up.connect(self._caught_up)
        self.equipment.found.connect(self._equipment_found)
        self.watch.said.connect(window.say)
        self.watch.over.connect(window.message_bar.withdraw)
        self.rehearsal.finished.connect(self._rehearsed)
        self.rehearsal.failed.connect(self._not_rehearsed)

    def _place(self, entry: ScreenEntry) -> Place:
        app = self.event_app

        def make() -> Screen:
            screen: Screen = getattr(import_module(entry.module), entry.name).build(
                app, self.around
            )
            follow: Callable[[CueKeeper], None] | None = getattr(screen, "follow", None)
            if follow is not None and self._cues is not None:
                follow(self._cues)
            keep_with: Callable[[CopyKeeper], None] | None = getattr(screen, "keep_with", None)
            if keep_with is not None:
                keep_with(self.copies)
            stand_by: Callable[[HubKeeper], None] | None = getattr(screen, "stand_by", None)
            if stand_by is not None:
                stand_by(self.hub)
                cast("ShareScreen", screen).off_wanted.connect(self.take_off)
            return screen

        return Place(entry.key, entry.title, entry.icon, make, entry.on_rail, entry.shortcut)

    def _watch_the_clock(self, app: EventApp) -> None:
        """From now on cues are said and heard, whichever screen is in sight."""
        from ui.cue_keeper import CueKeeper

        if self._cues is not None:
            self._cues.end()
            self._cues.deleteLater()
        cues = self._cues = CueKeeper(
            self.around, app.programme, parent=self, may_act=lambda: not self._is_locked,
            in_sight=lambda: self.window.current_key == "programme",
        )  # fmt: skip
        cues.said.connect(self.window.say)
        cues.asked.connect(self._asked)
        cues.begin()

    @Slot(object)
    def _asked(self, question: AskToGoOn | None) -> None:
        """What was asked is settled, perhaps on another screen: it does not stay on the strip."""
        if question is None:
            self.window.message_bar.withdraw_about("cue")

    def _make_start(self) -> Screen:
        from ui.screens.start import JoinActs, StartActs, StartScreen

        day = self.clocks.now().astimezone().date()
        return StartScreen(
            self.around,
            StartActs(
                open=self.open,
                create=self.create,
                sample=self.open_sample,
                rehearse=self.rehearse,
                templates=lambda: template_choices(day),
                default_folder=default_folder,
                pick_file=pick_file,
                practise=self.practise,
                join=JoinActs(
                    join=lambda code, desk, place: join_event(code, desk, place, self.clocks),
                    try_way=try_the_way,
                    open=self.open,
                    default_folder=default_folder,
                ),
            ),
        )

    def _head(self) -> None:
        event = self.open_now
        if event is None:
            return
        self.window.set_event(
            event.name, event.held_on, rehearsal=event.is_rehearsal, zone=event.zone
        )

    def _watch_over(self, opened: Opened) -> None:
        """The laptop is looked after for this event."""
        app, event, location = opened.app, opened.event, self._location
        app.database.operator = lambda: self._who(str(event.id))
        folder = Path(location).parent if location and "://" not in location else None
        self.watch.watch(event.held_on, event.zone, folder,
                         lambda: app.programme.state().board.state.session is not None)  # fmt: skip

    def _who(self, event_id: str) -> str:
        """Whose initials stand with what is recorded here; nobody's at a kiosk."""
        return "" if self.settings.is_kiosk(event_id) else self.settings.operator

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
                event.settings.keep_until,
            )
        )

    @Slot(object)
    def _opened(self, opened: Opened | WishErrors) -> None:
        self._begin("")
        if isinstance(opened, Opened):
            self.adopt(opened)
            if opened.said:
                self.window.say(Message("careful", opened.said, about="a copy"))
        elif self._tell_errors is not None:
            self._tell_errors(opened)

    @Slot(object)
    def _not_opened(self, problem: Exception) -> None:
        self.show()
        self._begin("")
        self._troubled(str(problem) if isinstance(problem, Trouble) else FAULT)

    def _let_go(self) -> None:
        """Closes the open event and shows Start; the lane has let go of it after what it does."""
        app = self.event_app
        if app is None:
            return
        if self._cues is not None:
            self._cues.end()
            self._cues.deleteLater()
            self._cues = None
        self._room().keeper.shut_down()
        self.watch.forget()
        self.copies.adopt(None)
        left = self.hub.adopt(None)
        self.event_app = self.open_now = None
        self._location = ""
        self.sharing.adopt()
        self.window.set_places([self._start])
        self.window.set_event("", None)
        self.window.message_bar.clear()
        self.window.show_place("start")
        self.database.run(left)
        # Whatever still reads it ends first: a file that is open somewhere cannot be removed.
        self.heavy.settle(5_000)
        self.database.run(app.close)

    @Slot(object)
    def _taken_off(self, taken: TakenOff) -> None:
        self._forget_gone()
        odd = taken.unreached or taken.documents or not taken.is_told
        self.window.say(Message("careful" if odd else "done", taken.sentence, stays=True))

    @Slot(object)
    def _not_taken_off(self, problem: Exception) -> None:
        self._forget_gone()
        self._troubled(str(problem) if isinstance(problem, Trouble) else FAULT)

    def _forget_gone(self) -> None:
        """What was taken off leaves the list of events; what is still there stays on it."""
        if not Path(self._leaving).exists():
            self.settings.forget(self._leaving)
        start = self.window.made(START.key)
        if start is not None:
            start.reload_soon()

    @Slot(object)
    def _caught_up(self, changes: Changes) -> None:
        if changes & (Changes.ARRIVALS | Changes.EVENT):
            self.copies.look_for_twice()

    @Slot(object)
    def _rehearsed(self, folder: Path) -> None:
        self.window.message_bar.withdraw(self._rehearsing.text)
        made = sorted(folder.glob("*.facilitator"))
        if made:
            self.open(str(made[0]))

    @Slot(str)
    def _not_rehearsed(self, sentence: str) -> None:
        self.window.message_bar.withdraw(self._rehearsing.text)
        self._troubled(sentence)

    @Slot(object)
    def _gone(self, problem: Exception) -> None:
        log.warning("The event could not be read again at the end: %s", problem)

    @Slot(object)
    def _equipment_found(self, there: dict[str, bool]) -> None:
        self._there, self._looked_at = there, self.clocks.now()
        self._tell_equipment()

    def _tell_equipment(self) -> None:
        """Start says what was found, whenever it was made."""
        start = self.window.made("start")
        if self._there and isinstance(start, _Equipped):
            words, complete = equipment_words(self._there, self._looked_at.astimezone())
            start.set_equipment(words, complete=complete)

    def _begin(self, words: str) -> None:
        """Says on Start what is under way."""
        if isinstance(self.window.current, _Busy):
            self.window.current.set_busy(words)

    @Slot(str)
    def _troubled(self, sentence: str) -> None:
        self.window.say(Message("stop", sentence))

    @Slot(object)
    def _news(self, changes: Changes) -> None:
        if changes & (Changes.EVENT | Changes.ROOM) and self.event_app is not None:
            self.database.run(self.event_app.event.get, self._event_read)

    @Slot(object)
    def _event_read(self, event: Event) -> None:
        self.open_now = event
        self._head()

    def _locking(self) -> DeskLocking:
        """What holds the window to a locked Desk; made with the first event."""
        if self._lock is None:
            from ui.locking import DeskLocking

            self._lock = DeskLocking(self.window, self.settings, self)
        return self._lock

    @property
    def _is_locked(self) -> bool:
        return self._lock is not None and self._lock.is_on

    def _room(self) -> RoomScreen:
        """The page of the room display; it is made with the event, and follows its news."""
        return cast("RoomScreen", self.window.screen_of("room"))

    @Slot()
    def _show_room(self) -> None:
        """F11: the page of what the room sees, and the display itself where it is not open yet."""
        if "room" not in self.window.keys:
            return
        if self._is_locked:
            self._bring_room_back()
            return
        keeper = self._room().keeper
        if self.window.current_key == "room" or not keeper.is_open or keeper.is_aside:
            self._room().open_display()
        self.window.show_place("room")

    def _bring_room_back(self) -> None:
        """F11 at a locked Desk: nothing is chosen there, but what is open comes to the front."""
        if self._room().keeper.is_open:
            self._room().open_display()
            return
        words = "The Desk is locked: unlock it with Ctrl+L to choose what the room sees."
        self.window.say(Message("info", words))

    @Slot()
    def _toggle_black(self) -> None:
        if "room" in self.window.keys:
            self._room().black()

    @Slot()
    def _show_roll(self) -> None:
        self.window.show_place("roll")

    @Slot(str)
    def _show_copies(self, part: str) -> None:
        self.window.show_place("copies")
        show_part: Callable[[str], Any] | None = getattr(self.window.current, "show_part", None)
        if self.window.current_key == "copies" and show_part is not None:
            show_part(part)

    @Slot(object)
    def _say_room(self, picture: RoomPicture) -> None:
        black = picture.shown.face.value == "black"
        self.window.set_room(self._room().seen_words, black=black)

    @Slot()
    def _take_note(self) -> None:
        """Ctrl+N: on Notes a new note there; elsewhere a quick one over the screen in sight."""
        if "notes" not in self.window.keys or self.event_app is None or self._is_locked:
            return
        take: Callable[[], Any] | None = getattr(self.window.current, "take_note", None)
        if take is not None:
            take()
            return
        from ui.screens.capture import QuickNote

        host = self.window.centralWidget()
        if host is not None and self.window.findChild(QuickNote) is None:
            panel = QuickNote.over(host, self.event_app, self.around, self._open_note)
            panel.said.connect(self.window.say)

    def _open_note(self, note_id: UUID) -> None:
        self.window.show_place("notes")
        open_note: Callable[[UUID], Any] | None = getattr(self.window.current, "open_note", None)
        if open_note is not None:
            open_note(note_id)


def build_window(
    app: EventApp | None,
    settings: LaptopSettings | None = None,
    clocks: Clocks | None = None,
    *,
    location: str = "",
    cameras: Callable[[], CameraSource] = this_laptop,
) -> Composition:
    """The composed window over an open event (or none: Start). Show `result.window`.

    `app` must not be used by the caller any more: the composition closes it with the window.
    """
    return Composition(
        app,
        settings or LaptopSettings(),
        clocks or SystemClocks(),
        location=location,
        cameras=cameras,
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
    location = event or settings.last
    opens = bool(location) and (bool(event) or _is_there(location))
    composition.show(opening=opens)
    # Once the first picture stands: the doctor takes a second of a processor.
    QTimer.singleShot(2_000, composition.equipment.begin)
    QTimer.singleShot(4_000, composition.watch.begin)
    if opens:
        composition.open(location)
    return qt.exec()


def _is_there(location: str) -> bool:
    """Whether the last event can be tried without a complaint nobody asked for."""
    return "://" in location or Path(location).is_file()


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
