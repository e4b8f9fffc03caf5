"""A laptop's webcam as scanner: frames from Qt, decoding off the window's thread."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, cast

from PySide6.QtCore import QObject, QRectF, Qt, Signal, Slot
from PySide6.QtGui import QHideEvent, QImage, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from ui.kit import Button, Label
from ui.theme import RADIUS, Theme

#: a code counts as gone from the picture after so many decoded frames without it
GONE_AFTER = 6


def read_codes(image: QImage) -> list[str]:
    """The texts of all codes in a picture; at a slant, dim or on a phone's screen alike."""
    # Only a camera needs these: the Desk does not wait for them.
    import zxingcpp
    from PIL import Image

    grey = image.convertToFormat(QImage.Format.Format_Grayscale8)
    picture = Image.frombuffer(
        "L", (grey.width(), grey.height()), bytes(grey.constBits()), "raw", "L",
        grey.bytesPerLine(), 1,
    )  # fmt: skip
    wanted = (zxingcpp.BarcodeFormat.QRCode, zxingcpp.BarcodeFormat.Code128)
    formats = cast("zxingcpp.BarcodeFormats", wanted)  # its stubs do not know of several
    return [code.text for code in zxingcpp.read_barcodes(picture, formats=formats) if code.text]


class CodeWatcher(QObject):
    """Takes each code once, until it has left the picture.

    Signals:
        seen(str): a code came into the picture.
    """

    seen = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._missing: dict[str, int] = {}

    def take(self, texts: list[str]) -> None:
        """What one frame held."""
        for text in texts:
            if text not in self._missing:
                self.seen.emit(text)
            self._missing[text] = 0
        for text in [text for text in self._missing if text not in texts]:
            self._missing[text] += 1
            if self._missing[text] >= GONE_AFTER:
                del self._missing[text]


class CameraPage(QWidget):
    """The picture of the camera, and what was read from it.

    Signals:
        scanned(str): a code was read; the same as from a hand scanner.
        left(): back to the desk.
    """

    scanned = Signal(str)
    left = Signal()
    _decoded = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._camera: Any = None
        self._session: Any = None
        self._sink: Any = None
        self._picture = QImage()
        self._busy = False
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="camera")
        self._watcher = CodeWatcher(self)
        self._watcher.seen.connect(self.scanned)
        self._decoded.connect(self._take, Qt.ConnectionType.QueuedConnection)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        head = QHBoxLayout()
        self._words = Label("Hold the code in front of the camera", "heading", elide=True)
        head.addWidget(self._words, 1)
        back = Button("Back", key="Esc", icon="arrow-left", hint_only=True)
        back.clicked.connect(self.left)
        head.addWidget(back)
        box.addLayout(head)
        box.addStretch(1)

    @staticmethod
    def why_not() -> str:
        """Why no camera can be used here, in a few words; empty where one can."""
        try:
            # libpulse may be missing on Linux: the import itself fails then.
            from PySide6.QtMultimedia import QMediaDevices
        except ImportError:
            return "No camera here"  # `facilitator doctor` names what is missing
        return "" if QMediaDevices.videoInputs() else "No camera found"

    def start(self) -> None:
        """Switch the camera on. Call it only where `why_not()` is empty."""
        from PySide6.QtMultimedia import QCamera, QMediaCaptureSession, QMediaDevices, QVideoSink

        self._session, self._sink = QMediaCaptureSession(self), QVideoSink(self)
        self._camera = QCamera(QMediaDevices.defaultVideoInput(), self)
        self._session.setCamera(self._camera)
        self._session.setVideoSink(self._sink)
        self._sink.videoFrameChanged.connect(self._frame)
        self._camera.errorOccurred.connect(self._failed)
        self._camera.start()

    def show_picture(self, picture: QImage) -> None:
        """One frame: shown at once, decoded unless the one before still is."""
        self._picture = picture
        self.update()
        if self._busy or picture.isNull():
            return
        self._busy = True
        self._pool.submit(read_codes, picture.copy()).add_done_callback(self._send)

    def hideEvent(self, event: QHideEvent) -> None:
        if self._camera is not None:
            self._camera.stop()
            self._camera = None
        super().hideEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
            return
        super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = Theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        area = QRectF(self.rect()).adjusted(0, 56, 0, 0)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour("navy"))
        painter.drawRoundedRect(area, RADIUS, RADIUS)
        if not self._picture.isNull():
            size = self._picture.size().scaled(
                area.size().toSize(), Qt.AspectRatioMode.KeepAspectRatio
            )
            box = QRectF(0, 0, size.width(), size.height())
            box.moveCenter(area.center())
            # mirrored, as people expect to see themselves; the decoder gets it as it is
            painter.drawImage(box, self._picture.flipped(Qt.Orientation.Horizontal))
        painter.end()

    @Slot(object)
    def _frame(self, frame: Any) -> None:
        self.show_picture(frame.toImage())

    @Slot()
    def _failed(self) -> None:
        why = self._camera.errorString() if self._camera is not None else ""
        self._words.setText(f"The camera stopped: {why or 'no reason given'}. Type the name.")

    def _send(self, done: Future[list[str]]) -> None:
        self._decoded.emit(done.result() if done.exception() is None else [])

    @Slot(object)
    def _take(self, texts: list[str]) -> None:
        self._busy = False
        self._watcher.take(texts)
