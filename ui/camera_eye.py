"""Looks through a camera: opens it, reads its frames beside the window, says what it lacks."""

from __future__ import annotations

import logging
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

import shiboken6
from PySide6.QtCore import QObject, QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QImage

from facilitator.clocks import Clocks
from ui.camera_codes import CodeWatcher, Found, look_closer, look_from_afar, read_codes
from ui.camera_device import ELSE, Camera, CameraSource, Frame, nothing_found
from ui.settings import LaptopSettings

log = logging.getLogger("facilitator.ui")

#: a camera that is open and sends nothing for so long, in milliseconds, is said to
SILENT_MS = 5_000
#: the second looks at frames in which nothing was found, in turn: none, from afar, or closer
_SECOND = ("", "afar", "whole", "afar", "", "afar", "middle", "afar")


@dataclass(frozen=True, slots=True)
class Look:
    """One frame that was looked at. `picture` is small and mirrored, ready to be painted;
    `size` is that of the frame, in pixels."""

    picture: QImage
    size: QSize
    codes: tuple[Found, ...]


class CameraEye(QObject):
    """A camera that is looked through. Only `start()` switches it on, and `stop()` off.

    While one frame is read the newest of those that come is kept, and the others are let go.

    Signals:
        looked(Look): a frame was read.
        seen(str): a code came into the picture; it is told once until it leaves.
        excused(str): why there is no picture now and what to do; empty when there is one again.
        told(str): something to know while the picture goes on.
        listed(): another list of cameras, or another one of them is open.
    """

    looked = Signal(object)
    seen = Signal(str)
    excused = Signal(str)
    told = Signal(str)
    listed = Signal()
    _read = Signal(int, object)

    def __init__(
        self,
        source: CameraSource,
        settings: LaptopSettings,
        clocks: Clocks,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._source, self._settings, self._clocks = source, settings, clocks
        self._watcher = CodeWatcher()
        self._pool: ThreadPoolExecutor | None = None
        self._on = False
        self._turn = 0
        self._open, self._name = "", ""
        self._lost: Camera | None = None
        self._unplugged = False
        self._excuse = ""
        self._working = False
        self._waiting: Frame | None = None
        self._empty = 0
        self._wanted = QSize(640, 360)
        self._silence = QTimer(self)
        self._silence.setSingleShot(True)
        self._silence.setInterval(SILENT_MS)
        self._silence.timeout.connect(self._silent)
        source.framed.connect(self._frame)
        source.failed.connect(self._failed)
        source.changed.connect(self._changed)
        self._read.connect(self._take, Qt.ConnectionType.QueuedConnection)

    @property
    def is_on(self) -> bool:
        """Whether it is switched on (with or without a picture)."""
        return self._on

    @property
    def excuse(self) -> str:
        """Why there is no picture; empty while there is one, or one may come."""
        return self._excuse

    @property
    def cameras(self) -> list[Camera]:
        """The cameras there are."""
        return self._source.cameras()

    @property
    def open_id(self) -> str:
        """The id of the camera that is open; empty for none."""
        return self._open

    def why_not(self) -> str:
        """Why no camera can be used just now and what to do; empty where one can be tried."""
        return self._source.excuse() or ("" if self._source.cameras() else nothing_found())

    def set_picture_size(self, size: QSize) -> None:
        """How large the picture is painted, in the screen's own pixels."""
        if not size.isEmpty():
            self._wanted = QSize(size)

    def start(self) -> None:
        """Switches the camera on: the remembered one, else the system's usual one."""
        if self._on:
            return
        self._on = True
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="camera")
        if why := self._source.excuse():
            self._excuse_with(why)
            return
        self._source.ask(self._allowed)

    def stop(self) -> None:
        """Switches the camera off and lets go of it; nothing is waited for."""
        if not self._on:
            return
        self._on = False
        self._close()
        if self._pool is not None:
            # Waited for (a look takes some hundredths of a second): whoever is told by that thread
            # must not be let go of by it, because Qt's objects may end in the window's alone.
            self._pool.shutdown(wait=True, cancel_futures=True)
            self._pool = None
        self._watcher.forget()
        self._excuse = ""
        self._lost, self._unplugged = None, False

    def choose(self, camera_id: str) -> None:
        """Another camera; this laptop remembers it."""
        name = next((one.name for one in self.cameras if one.id == camera_id), "")
        self._settings.set(camera=camera_id, camera_name=name)
        if self._on:
            self._begin()

    @Slot()
    def again(self) -> None:
        """Tries once more, after an excuse."""
        if self._on:
            self.stop()
        self.start()

    # -- opening --------------------------------------------------------------------------------

    def _allowed(self, allowed: bool) -> None:
        if not self._on or not shiboken6.isValid(self):
            return
        if allowed:
            self._begin()
            return
        self._excuse_with(
            "This computer does not let Facilitator use the camera: allow it in the system’s "
            f"settings for privacy, then press Try again. {ELSE}"
        )

    def _begin(self, wanted: str = "") -> None:
        """Opens the wanted or else the remembered camera, or the usual one and says so."""
        self._close()
        found = self.cameras
        if not found:
            self._excuse_with(nothing_found())
            self.listed.emit()
            return
        kept = wanted or self._settings.camera
        chosen = next((one for one in found if one.id == kept), None)
        if chosen is None:
            chosen = found[0]
            if kept:
                name = self._settings.camera_name or "The camera used last"
                self.told.emit(f"“{name}” is not plugged in: this is “{chosen.name}”.")
        self._open, self._name = chosen.id, chosen.name
        self._lost, self._unplugged = None, False
        self._excuse_with("")
        self.listed.emit()
        self._silence.start()
        self._source.open(chosen.id)

    def _close(self) -> None:
        self._silence.stop()
        self._turn += 1
        self._working, self._waiting = False, None
        if self._open:
            self._open = ""
            self._source.close()

    def _excuse_with(self, sentence: str) -> None:
        if sentence != self._excuse:
            self._excuse = sentence
            self.excused.emit(sentence)

    @Slot(str)
    def _failed(self, why: str) -> None:
        if not self._open:
            return
        name = self._lose()
        reason = f" ({why.strip().rstrip('.')})" if why.strip() else ""
        self._excuse_with(
            f"“{name}” stopped{reason}: close any other program that uses it, then press Try "
            f"again. {ELSE}"
        )

    @Slot()
    def _silent(self) -> None:
        self._excuse_with(
            f"“{self._name}” sends no picture: open its shutter, or unplug it and plug "
            f"it in again. {ELSE}"
        )

    @Slot()
    def _changed(self) -> None:
        """Something was plugged in or out."""
        if not self._on:
            self.listed.emit()
            return
        there = {one.id for one in self.cameras}
        if self._open and self._open not in there:
            self._lose()
        if self._lost is not None and self._lost.id not in there:
            self._unplugged = True
            self._excuse_with(
                f"“{self._lost.name}” was unplugged: plug it in again and it goes on by itself, "
                f"or choose another. {ELSE}"
            )
        elif self._lost is not None and self._unplugged:
            self._begin(self._lost.id)
        elif self._lost is None and not self._open and there:
            self._begin()
        self.listed.emit()

    def _lose(self) -> str:
        """The camera that was open is so no more; its name."""
        name = self._name
        self._lost = Camera(self._open, name)
        self._close()
        return name

    # -- frames ---------------------------------------------------------------------------------

    @Slot(object)
    def _frame(self, frame: Frame) -> None:
        if not self._open:
            return
        self._silence.start()
        self._excuse_with("")
        if self._working:
            self._waiting = frame
        else:
            self._look_at(frame)

    def _look_at(self, frame: Frame) -> None:
        if self._pool is None:
            return
        self._working = True
        turn, size = self._turn, QSize(self._wanted)
        second = _SECOND[self._empty % len(_SECOND)]
        future = self._pool.submit(look_at, frame, size, second)
        future.add_done_callback(lambda done: self._send(turn, done))

    def _send(self, turn: int, done: Future[Look]) -> None:
        """In the pool's thread: back to the window."""
        if done.cancelled() or not shiboken6.isValid(self):
            return
        if problem := done.exception():
            log.warning("A frame could not be read", exc_info=problem)
        self._read.emit(turn, None if problem else done.result())

    @Slot(int, object)
    def _take(self, turn: int, look: Look | None) -> None:
        if turn != self._turn:
            return
        self._working = False
        waiting, self._waiting = self._waiting, None
        if waiting is not None:
            self._look_at(waiting)
        if look is None or look.picture.isNull():
            return
        self._empty = 0 if look.codes else self._empty + 1
        taken = self._watcher.take(look.codes, self._clocks.steady())
        self.looked.emit(look)
        if taken is not None:
            self.seen.emit(taken)


def look_at(frame: Frame, size: QSize, second: str = "") -> Look:
    """Reads one frame, in whatever thread: its codes, and a picture of at most `size`.

    `second` asks for another look where nothing was found: afar, whole or middle (see `_SECOND`).
    """
    grey = frame.grey()
    codes = read_codes(grey)
    if not codes and second and not grey.isNull():
        afar = second == "afar"
        codes = look_from_afar(grey) if afar else look_closer(grey, middle=second == "middle")
    small = grey.scaled(size, Qt.AspectRatioMode.KeepAspectRatio)
    # Mirrored, as people expect to see themselves, and in the format that is painted fastest.
    mirrored = small.flipped(Qt.Orientation.Horizontal)
    picture = mirrored.convertToFormat(QImage.Format.Format_RGB32)
    return Look(picture, grey.size(), tuple(codes))
