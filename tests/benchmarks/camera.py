"""Frames a second of the camera as a scanner, through the Desk's own page, at 1280x720.

Rendered frames come in as a camera's would, and as fast as the page takes them: each is converted,
read, made small for the screen, and what it holds is taken. Beside it: bare zxing-cpp on an array
that is grey already; and how long the window's thread is held by one frame.

Run by hand: QT_QPA_PLATFORM=offscreen python -m tests.benchmarks.camera [frames]
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import zxingcpp
from PySide6.QtCore import QEventLoop
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication

from facilitator.clocks import SystemClocks
from tests.ui.drawn_camera import DrawnCamera
from tests.ui.scenes import Shot, frame
from ui.camera import CameraPage
from ui.camera_device import PictureFrame
from ui.camera_eye import Look
from ui.change_bus import ChangeBus
from ui.kit import KeyFilter
from ui.lanes import DatabaseLane, HeavyLane
from ui.screens.screen import Surroundings
from ui.settings import LaptopSettings
from ui.theme import ThemeKeeper

FORMATS = (
    zxingcpp.BarcodeFormat.QRCode, zxingcpp.BarcodeFormat.Code128, zxingcpp.BarcodeFormat.Aztec,
)  # fmt: skip


def scenes() -> dict[str, QImage]:
    """What a camera sees in a day."""
    return {
        "a hall, no code": frame(busy=True, noise=6),
        "a badge": frame(Shot(edge=300, angle=12), busy=True, noise=6),
        "a badge at 60 cm": frame(Shot(edge=90, angle=7), busy=True),
        "tilted, aslant": frame(Shot(edge=260, angle=140, lean=0.5), busy=True, noise=6),
        "blurred": frame(Shot(edge=300, angle=10), busy=True, blur=3),
        "dim": frame(Shot(edge=300, angle=10), busy=True, light=0.15, noise=4),
        "a phone's screen": frame(Shot(edge=200, inverted=True), moire=True, noise=5),
        "two codes": frame(
            Shot(edge=220, x=350), Shot("SECOND", edge=220, x=900, angle=30), busy=True
        ),
    }


def bare(picture: QImage, number: int) -> list[float]:
    """Seconds of zxing-cpp alone on a grey array."""
    grey = picture.convertToFormat(QImage.Format.Format_Grayscale8)
    lines = memoryview(grey.constBits()).cast("B", (grey.height(), grey.bytesPerLine()))
    return timed(lambda: zxingcpp.read_barcodes(lines, formats=FORMATS), number)  # pyright: ignore[reportArgumentType]


def timed(act: Callable[[], object], number: int) -> list[float]:
    """Seconds of each of `number` calls."""
    times = []
    for _ in range(number):
        begun = time.perf_counter()
        act()
        times.append(time.perf_counter() - begun)
    return times


class Through:
    """The Desk's page, fed with frames as fast as it takes them."""

    def __init__(self, page: CameraPage, source: DrawnCamera) -> None:
        self.page, self.source = page, source
        self.loop = QEventLoop()
        page.eye.looked.connect(self._looked)
        self.came = 0.0
        self.read = 0

    def run(self, picture: QImage, number: int) -> tuple[list[float], list[float], float]:
        """Seconds from a frame's coming to its being taken and painted; seconds the window's
        thread was held by it; the share of frames in which something was read."""
        whole, held = [], []
        self.read = 0
        for _ in range(number):
            begun = time.perf_counter()
            self.source.framed.emit(PictureFrame(picture))
            sent = time.perf_counter() - begun
            self.loop.exec()
            taken = time.perf_counter()
            self.page.picture.repaint()
            done = time.perf_counter()
            whole.append(done - begun)
            held.append(sent + self._slot + done - taken)
        return whole, held, self.read / number

    def _looked(self, look: Look) -> None:
        begun = time.perf_counter()
        self.read += bool(look.codes)
        self.loop.quit()
        self._slot = time.perf_counter() - begun


def words(times: list[float]) -> str:
    """Median and p99, in milliseconds."""
    ordered = sorted(times)
    worst = ordered[min(round(len(ordered) * 0.99), len(ordered) - 1)]
    return f"{statistics.median(times) * 1000:6.1f} ms, p99 {worst * 1000:6.1f} ms"


def main(number: int) -> None:
    """Prints a block for each scene, and the slowest rate of all."""
    app = QApplication([])
    ThemeKeeper(app, "light")
    clocks, bus, source = SystemClocks(), ChangeBus(), DrawnCamera()
    database, heavy = DatabaseLane(bus, clocks=clocks), HeavyLane(bus)
    with tempfile.TemporaryDirectory() as folder:
        settings = LaptopSettings(Path(folder) / "settings.json")
        around = Surroundings(
            bus, database, heavy, KeyFilter.of_application(), settings, clocks, lambda: source
        )
        page = CameraPage(around)
        page.resize(758, 544)
        page.show()
        through = Through(page, source)
        slowest = float("inf")
        for name, picture in scenes().items():
            alone = bare(picture, number)
            whole, held, read = through.run(picture, number)
            rate = number / sum(whole)
            slowest = min(slowest, rate)
            ratio = statistics.median(whole) / statistics.median(alone)
            print(f"{name}: {rate:.0f} frames a second, a code in {read:.0%} of them")
            print(f"  whole path     {words(whole)}")
            print(f"  bare zxing-cpp {words(alone)}  (ratio {ratio:.1f})")
            print(f"  window held    {words(held)}")
        print(f"slowest: {slowest:.0f} frames a second")
        page.close()
    database.close()
    heavy.close()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 200)
