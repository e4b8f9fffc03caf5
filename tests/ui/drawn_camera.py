"""A camera of rendered frames, with a plug: it takes the place of QtMultimedia."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject
from PySide6.QtGui import QImage

from ui.camera_device import Camera, CameraSource, PictureFrame

FRONT = Camera("front-0", "Integrated camera")
STAND = Camera("usb-7", "Camera on the stand")


class DrawnCamera(CameraSource):
    """`plugged` are the cameras there are; `show()` is what the open one sees."""

    def __init__(self, *plugged: Camera, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.plugged = list(plugged or (FRONT,))
        self.allowed = True
        self.opened = ""

    def excuse(self) -> str:
        return ""

    def cameras(self) -> list[Camera]:
        return list(self.plugged)

    def ask(self, then: Callable[[bool], None]) -> None:
        then(self.allowed)

    def open(self, camera_id: str) -> None:
        self.opened = camera_id

    def close(self) -> None:
        self.opened = ""

    def show(self, image: QImage) -> None:
        """One frame, where a camera is open."""
        if self.opened:
            self.framed.emit(PictureFrame(image))

    def plug(self, *plugged: Camera) -> None:
        """Only these are there now."""
        self.plugged = list(plugged)
        self.changed.emit()
