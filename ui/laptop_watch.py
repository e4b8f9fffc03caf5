"""Looks after the laptop while an event is open: awake, battery, disk, clock, two scanners.

Whatever it finds goes to the message strip of this window, and nowhere else: the room display has
no part in it.
"""

from __future__ import annotations

import logging
import shutil
import sys
import threading
from collections.abc import Callable
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Protocol
from zoneinfo import ZoneInfo

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from facilitator.clocks import Clocks
from facilitator.domain.errors import Trouble
from ui.kit import KeyFilter, Message, Tangle
from ui.lanes import HeavyLane, Job
from ui.laptop_state import Battery, LaptopJudge, Reading

if TYPE_CHECKING:
    from wakepy.core import DBusAdapter

log = logging.getLogger("facilitator.ui")

#: how often it is looked, in milliseconds
LOOK_MS = 20_000
#: how long the system may take to answer whether the laptop stays awake, in seconds
_ANSWER_SECONDS = 10.0
_SLEEPS = (
    "This laptop may fall asleep during the event, and that could not be changed from here: "
    "set it to stay awake in its power settings."
)
_TANGLED = (
    "Two scanners typed into each other, and nobody was let in: scan both badges again, one after "
    "the other."
)


class Laptop(Protocol):
    """What can be asked of a laptop. Each may take a moment: not on the window's thread."""

    def battery(self) -> Battery | None:
        """How the battery stands; None where there is none."""
        ...

    def free_bytes(self, folder: Path) -> int | None:
        """What is free on the disk that holds `folder`; None where that is not known."""
        ...

    def stay_awake(self) -> bool:
        """Keeps laptop and screen awake until `may_sleep`; whether that worked."""
        ...

    def may_sleep(self) -> None:
        """It may sleep again."""
        ...


class ThisLaptop:
    """The laptop that this runs on."""

    def __init__(self) -> None:
        self._holder: _Holder | None = None

    def battery(self) -> Battery | None:
        import psutil

        # Not every system has this at all, and some have a driver that fails.
        ask: Callable[[], object] | None = getattr(psutil, "sensors_battery", None)
        try:
            found = ask() if ask is not None else None
        except (OSError, RuntimeError, ValueError, NotImplementedError):
            return None
        percent = getattr(found, "percent", None)
        if percent is None:
            return None
        left = getattr(found, "secsleft", None)
        seconds = float(left) if isinstance(left, (int, float)) and left > 0 else None
        plugged = getattr(found, "power_plugged", None)
        # Where the system does not say whether it is plugged in, nobody is frightened.
        return Battery(float(percent), plugged is not False, seconds)

    def free_bytes(self, folder: Path) -> int | None:
        try:
            return shutil.disk_usage(folder).free
        except OSError:
            return None

    def stay_awake(self) -> bool:
        self.may_sleep()
        self._holder = _Holder()
        return self._holder.hold()

    def may_sleep(self) -> None:
        if self._holder is not None:
            self._holder.release()
            self._holder = None


class _Holder:
    """Holds the laptop awake in a thread of its own, as the library wants it."""

    def __init__(self) -> None:
        self._answered, self._over = threading.Event(), threading.Event()
        self._held = False
        # Whatever the system does with it, the program's end does not wait for it.
        self._thread = threading.Thread(target=self._run, name="awake", daemon=True)

    def hold(self) -> bool:
        self._thread.start()
        self._answered.wait(_ANSWER_SECONDS)
        return self._held

    def release(self) -> None:
        self._over.set()
        self._thread.join(1.0)

    def _run(self) -> None:
        from wakepy import keep

        adapter = dbus_adapter()
        try:
            # Screen and laptop; where only one of them can be had, the laptop.
            for mode in (keep.presenting, keep.running):
                with mode(on_fail="pass", dbus_adapter=adapter) as found:
                    if found.active:
                        self._held = True
                        self._answered.set()
                        self._over.wait()
                        return
        except Exception:
            # A system whose answers the library does not understand is one that cannot be asked.
            log.exception("The laptop could not be kept awake")
        finally:
            self._answered.set()


def dbus_adapter() -> type[DBusAdapter] | None:
    """How the library talks to the desktop on Linux, without the collection of garbage that it
    begins after every connection: in a thread of its own, that would end Qt's objects there.

    None elsewhere, where nothing is talked to in that way.
    """
    if not sys.platform.startswith("linux"):
        return None
    from wakepy import JeepneyDBusAdapter

    class Adapter(JeepneyDBusAdapter):
        def close_connections(self) -> None:
            while self._connections:
                self.close_connection(self._connections.popitem()[1])

    return Adapter


class LaptopWatch(QObject):
    """Watches one laptop for one window.

    Signals:
        said(Message): for the message strip.
        over(str): what was said with that text is over.
    """

    said = Signal(object)
    over = Signal(str)

    def __init__(
        self,
        heavy: HeavyLane,
        clocks: Clocks,
        keys: KeyFilter,
        parent: QObject | None = None,
        *,
        laptop: Laptop | None = None,
    ) -> None:
        super().__init__(parent)
        self._heavy, self._clocks = heavy, clocks
        self._laptop: Laptop = laptop or ThisLaptop()
        self._judge = LaptopJudge()
        self._folder: Path | None = None
        self._held_on: date | None = None
        self._running: Callable[[], bool] | None = None
        self._texts: dict[str, str] = {}
        self._awake = False
        self._sleeps_said = False
        self._look: Job | None = None
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK_MS)
        self._timer.timeout.connect(self.look)
        keys.tangled.connect(self._tangled)

    @property
    def is_awake(self) -> bool:
        """Whether the laptop is kept awake."""
        return self._awake

    def watch(
        self, held_on: date, zone: ZoneInfo, folder: Path | None, running: Callable[[], bool]
    ) -> None:
        """An event is open: on its day, and while it is `running`, the laptop stays awake.

        `folder` holds its file; None for a server. `running` is asked on the heavy lane.
        """
        self._held_on, self._folder, self._running = held_on, folder, running
        self._judge.zone = zone

    def forget(self) -> None:
        """No event is open any more."""
        self._held_on = self._folder = self._running = None
        self._laptop.may_sleep()
        self._awake = False

    def begin(self) -> None:
        """Looks now, and from now on."""
        self._timer.start()
        self.look()

    def end(self) -> None:
        """The window closes."""
        self._timer.stop()
        self._laptop.may_sleep()
        self._awake = False

    @Slot()
    def look(self) -> None:
        """Asks the laptop, unless it has not answered yet: a share that is gone takes its time."""
        if self._held_on is None or (self._look is not None and not self._look.done):
            return
        today = self._clocks.now().astimezone(self._judge.zone).date() == self._held_on
        self._look = self._heavy.run(partial(self._read, today, self._awake), self._seen,
                                     self._unseen)  # fmt: skip

    # -- internal -------------------------------------------------------------------------------

    def _read(self, today: bool, awake: bool) -> tuple[Reading, bool, bool]:
        """What the laptop says, whether it is wanted awake, and whether it is. Heavy lane."""
        wanted = today or self._runs()
        if wanted and not awake and not self._sleeps_said:
            awake = self._laptop.stay_awake()
        elif awake and not wanted:
            self._laptop.may_sleep()
            awake = False
        battery = self._laptop.battery()
        free = self._laptop.free_bytes(self._folder or Path.home())
        reading = Reading(self._clocks.now(), self._clocks.steady(), battery, free)
        return reading, wanted, awake

    def _runs(self) -> bool:
        try:
            return self._running is not None and self._running()
        except Trouble:
            # Whoever needs the event says what is wrong with it; the battery is looked at anyway.
            return False

    @Slot(object)
    def _seen(self, found: tuple[Reading, bool, bool]) -> None:
        reading, wanted, self._awake = found
        if wanted and not self._awake and not self._sleeps_said:
            self._sleeps_said = True
            self.said.emit(Message("careful", _SLEEPS, about="awake"))
        for one in self._judge.look(reading):
            before = self._texts.pop(one.about, "")
            if before and not one.text:
                self.over.emit(before)
            if one.text:
                self._texts[one.about] = one.text
                self.said.emit(Message(one.mood, one.text, about=one.about))

    @Slot(object)
    def _unseen(self, problem: Exception) -> None:
        log.warning("The laptop could not be looked at: %s", problem)

    @Slot(object)
    def _tangled(self, tangle: Tangle) -> None:
        if not tangle.codes:
            self.said.emit(Message("careful", _TANGLED, about="scanners"))
