"""The cameras of this laptop: which there are, and their frames.

`CameraSource` is what the rest of the program knows. `QtCameras` are the real ones (QtMultimedia,
which needs libpulse on Linux); where that cannot be, `NoCameras` says why. Tests bring their own.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from PySide6.QtCore import QCameraPermission, QCoreApplication, QObject, QSize, Qt, Signal, Slot
from PySide6.QtGui import QImage

log = logging.getLogger("facilitator.ui")

#: what the frames should measure, and how many a second there should be
WANTED_SIZE, WANTED_RATE = QSize(1280, 720), 30.0
#: the other ways in, at the end of every excuse
ELSE = "A hand scanner and names work without it."


@dataclass(frozen=True, slots=True)
class Camera:
    """A camera. `id` tells it from others over restarts, as far as the system does."""

    id: str
    name: str


class Frame(Protocol):
    """One picture of a camera, not yet converted: that is done away from the window's thread."""

    def grey(self) -> QImage:
        """The picture as Format_Grayscale8 with memory of its own; a null image where it is
        lost."""
        ...


@dataclass(frozen=True, slots=True)
class PictureFrame:
    """A frame that is a picture already."""

    image: QImage

    def grey(self) -> QImage:
        return self.image.convertToFormat(QImage.Format.Format_Grayscale8)


class CameraSource(QObject):
    """Where frames come from.

    Signals:
        framed(Frame): the camera that is open has a picture.
        failed(str): it stopped; why, in the system's words, or empty.
        changed(): a camera was plugged in or out.
    """

    framed = Signal(object)
    failed = Signal(str)
    changed = Signal()

    def excuse(self) -> str:
        """Why no camera can ever be used here and what to do, in a sentence; empty otherwise."""
        raise NotImplementedError

    def cameras(self) -> list[Camera]:
        """Those that are plugged in, the system's usual one first."""
        raise NotImplementedError

    def ask(self, then: Callable[[bool], None]) -> None:
        """Asks the system for leave to use cameras; `then(allowed)` may come much later."""
        raise NotImplementedError

    def open(self, camera_id: str) -> None:
        """Frames of that camera from now on."""
        raise NotImplementedError

    def close(self) -> None:
        """No more frames; the camera's light goes out."""
        raise NotImplementedError


class NoCameras(CameraSource):
    """Nothing to see with, and why."""

    def __init__(self, why: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._why = why

    def excuse(self) -> str:
        return self._why

    def cameras(self) -> list[Camera]:
        return []

    def ask(self, then: Callable[[bool], None]) -> None:
        then(False)

    def open(self, camera_id: str) -> None:
        """There is none to open."""

    def close(self) -> None:
        """There is none to close."""


def this_laptop(parent: QObject | None = None) -> CameraSource:
    """The cameras of this laptop, or why there can be none."""
    why = missing_part()
    return NoCameras(why, parent) if why else QtCameras(parent)


def missing_part() -> str:
    """What the camera lacks on this computer and what to do, in a sentence; empty for nothing."""
    try:
        import zxingcpp  # noqa: F401 (looked for only)
        from PySide6 import QtMultimedia  # noqa: F401  # pyright: ignore[reportUnusedImport]
    except ImportError as problem:
        return missing_words(str(problem))
    return ""


def missing_words(problem: str) -> str:
    """An ImportError's text ("libpulse.so.0: cannot open shared object file…") as a sentence."""
    part = problem.split(":", maxsplit=1)[0].strip()
    if part.startswith("lib"):
        name = part.split(".so")[0]
        package = f"{name}0" if name == "libpulse" else name
        return (
            f"The camera cannot be used, because {name} is missing on this computer: install "
            f"{package}, then start Facilitator again. {ELSE}"
        )
    return (
        f"The camera cannot be used, because a part of the program is missing ({part}): install "
        f"Facilitator again. {ELSE}"
    )


def nothing_found() -> str:
    """What is said while no camera is plugged in."""
    return f"No camera was found: plug one in, and it starts by itself. {ELSE}"


@dataclass(frozen=True, slots=True)
class Offer:
    """A way in which a camera can send frames: pixels, frames a second, and whether each must be
    unpacked first (JPEG)."""

    width: int
    height: int
    rate: float
    packed: bool


def best_offer(offers: Sequence[Offer]) -> int:
    """The place of the offer to take, or -1 for the camera's own choice: fast enough first, then
    nearest to 1280x720, then without unpacking."""
    if not offers:
        return -1

    def worth(place: int) -> tuple[bool, int, bool, float]:
        one = offers[place]
        off = abs(one.width * one.height - WANTED_SIZE.width() * WANTED_SIZE.height())
        return (one.rate < 15.0, off, one.packed, -min(one.rate, WANTED_RATE))

    return min(range(len(offers)), key=worth)


class QtCameras(CameraSource):
    """The cameras that Qt knows."""

    def __init__(self, parent: QObject | None = None) -> None:
        from PySide6.QtMultimedia import QMediaDevices

        super().__init__(parent)
        self._devices = QMediaDevices(self)
        self._devices.videoInputsChanged.connect(self.changed)
        self._camera: Any = None
        self._session: Any = None
        self._sink: Any = None

    def excuse(self) -> str:
        return ""

    def cameras(self) -> list[Camera]:
        found = sorted(self._devices.videoInputs(), key=lambda one: not one.isDefault())
        return [
            Camera(bytes(one.id().data()).decode("utf-8", "replace"), one.description())
            for one in found
        ]

    def ask(self, then: Callable[[bool], None]) -> None:
        app = QCoreApplication.instance()
        permission = QCameraPermission()
        assert app is not None
        match app.checkPermission(permission):
            case Qt.PermissionStatus.Granted:
                then(True)
            case Qt.PermissionStatus.Denied:
                then(False)
            case _:
                app.requestPermission(permission, self, lambda answer: then(_is_granted(answer)))

    def open(self, camera_id: str) -> None:
        from PySide6.QtMultimedia import QCamera, QMediaCaptureSession, QVideoSink

        self.close()
        device = next(
            (d for d in self._devices.videoInputs() if bytes(d.id().data()).decode() == camera_id),
            None,
        )
        if device is None:
            self.failed.emit("")
            return
        self._session, self._sink = QMediaCaptureSession(self), QVideoSink(self)
        self._camera = QCamera(device, self)
        formats = device.videoFormats()
        chosen = best_offer([_offer(one) for one in formats])
        if chosen >= 0:
            self._camera.setCameraFormat(formats[chosen])
        self._session.setCamera(self._camera)
        self._session.setVideoSink(self._sink)
        self._sink.videoFrameChanged.connect(self._frame)
        self._camera.errorOccurred.connect(self._error)
        self._camera.start()

    def close(self) -> None:
        if self._camera is None:
            return
        self._sink.videoFrameChanged.disconnect(self._frame)
        self._camera.errorOccurred.disconnect(self._error)
        self._camera.stop()
        for part in (self._camera, self._session, self._sink):
            part.deleteLater()
        self._camera = self._session = self._sink = None

    @Slot(object)
    def _frame(self, frame: Any) -> None:
        # A frame is a handle: it is mapped and read where it is decoded.
        self.framed.emit(QtFrame(frame))

    @Slot()
    def _error(self) -> None:
        self.failed.emit(self._camera.errorString() if self._camera is not None else "")


class QtFrame:
    """A frame of QtMultimedia. Most cameras send brightness and colour apart: then the codes are
    read in the brightness as it came, and nothing is converted."""

    def __init__(self, frame: Any) -> None:
        self._frame = frame

    def grey(self) -> QImage:
        from PySide6.QtMultimedia import QVideoFrame

        frame = self._frame
        if not frame.map(QVideoFrame.MapMode.ReadOnly):
            # It lies in a graphics card that does not give it away: Qt knows how to fetch it.
            return frame.toImage().convertToFormat(QImage.Format.Format_Grayscale8)
        try:
            found = self._brightness(frame)
        finally:
            frame.unmap()
        if found is None:
            found = frame.toImage().convertToFormat(QImage.Format.Format_Grayscale8)
        return found

    @staticmethod
    def _brightness(frame: Any) -> QImage | None:
        """The mapped frame's brightness, or None where only Qt knows how to take it apart."""
        from PySide6.QtMultimedia import QVideoFrameFormat

        kinds = QVideoFrameFormat.PixelFormat
        kind, width, height = frame.pixelFormat(), frame.width(), frame.height()
        step = frame.bytesPerLine(0)
        if kind == kinds.Format_Jpeg:
            packed = QImage.fromData(bytes(frame.bits(0)[: frame.mappedBytes(0)]))
            return packed.convertToFormat(QImage.Format.Format_Grayscale8)
        apart = (
            kinds.Format_NV12, kinds.Format_NV21, kinds.Format_YUV420P, kinds.Format_YUV422P,
            kinds.Format_YV12, kinds.Format_Y8, kinds.Format_IMC1, kinds.Format_IMC2,
            kinds.Format_IMC3, kinds.Format_IMC4,
        )  # fmt: skip
        if kind in apart:
            lines = bytes(frame.bits(0)[: step * height])
            # Without the copy the picture would point into the camera's memory.
            return QImage(lines, width, height, step, QImage.Format.Format_Grayscale8).copy()
        if kind in (kinds.Format_YUYV, kinds.Format_UYVY):
            # Every second byte is brightness.
            first = 0 if kind == kinds.Format_YUYV else 1
            lines = bytes(frame.bits(0)[: step * height])[first::2]
            return QImage(lines, width, height, step // 2, QImage.Format.Format_Grayscale8).copy()
        mixed = QVideoFrameFormat.imageFormatFromPixelFormat(kind)
        if mixed != QImage.Format.Format_Invalid:
            lines = bytes(frame.bits(0)[: step * height])
            whole = QImage(lines, width, height, step, mixed)
            return whole.convertToFormat(QImage.Format.Format_Grayscale8)
        return None


def _offer(one: Any) -> Offer:
    from PySide6.QtMultimedia import QVideoFrameFormat

    size = one.resolution()
    packed = one.pixelFormat() == QVideoFrameFormat.PixelFormat.Format_Jpeg
    return Offer(size.width(), size.height(), float(one.maxFrameRate()), packed)


def _is_granted(permission: Any) -> bool:
    app = QCoreApplication.instance()
    assert app is not None
    return app.checkPermission(permission) == Qt.PermissionStatus.Granted
