"""Reading codes in a grey picture, and taking each once. No widget and no camera here.

Read are QR codes (what every ticketing system of FORMATS.md prints), Code 128 (the bars beside
them) and Aztec (what some phone wallets show). PDF417 and Data Matrix are printed by none of them
and would cost as much again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import hypot
from typing import cast

from PySide6.QtCore import QPointF, QRect, QSize, Qt
from PySide6.QtGui import QImage

#: a code has left the picture after so many frames without it, ...
GONE_FRAMES = 6
#: ... and so many seconds: a hand that trembles, or a shine, is no leaving
GONE_SECONDS = 1.2
#: while the code just taken is in the picture, the next one waits so many seconds for its turn
TURN_SECONDS = 1.0

Corner = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Found:
    """A code in the picture. `corners` go round it, each as shares of width and height (0 to 1);
    `bars` tells a code of bars, which can be misread where a square one cannot."""

    text: str
    corners: tuple[Corner, Corner, Corner, Corner]
    bars: bool = False

    @property
    def nearness(self) -> float:
        """How near to the camera and to the middle it is held: the larger comes first."""
        (x0, y0), (x1, y1), (x2, y2), (x3, y3) = self.corners
        # The longer diagonal stands for the size; a tilted code is no further away.
        size = max(hypot(x2 - x0, y2 - y0), hypot(x3 - x1, y3 - y1))
        middle = hypot((x0 + x1 + x2 + x3) / 4 - 0.5, (y0 + y1 + y2 + y3) / 4 - 0.5)
        return size * (1 - middle)


def read_codes(grey: QImage) -> list[Found]:
    """The codes in a picture of Format_Grayscale8; at any angle, dim or on a phone's screen."""
    # Only a camera needs it: the Desk does not wait for it.
    import zxingcpp

    kinds = zxingcpp.BarcodeFormat
    wanted = (kinds.QRCode, kinds.Code128, kinds.Aztec)
    formats = cast("zxingcpp.BarcodeFormats", wanted)  # its stubs do not know of several
    width, height = grey.width(), grey.height()
    if not width or not height:
        return []
    lines = memoryview(grey.constBits()).cast("B", (height, grey.bytesPerLine()))
    found = []
    for code in zxingcpp.read_barcodes(lines, formats=formats):
        if code.text:
            place = code.position
            corners = (place.top_left, place.top_right, place.bottom_right, place.bottom_left)
            a, b, c, d = ((corner.x / width, corner.y / height) for corner in corners)
            found.append(Found(code.text, (a, b, c, d), code.format == kinds.Code128))
    return found


def look_from_afar(grey: QImage) -> list[Found]:
    """A second look at a picture in which nothing was found, at half its size: what is held very
    aslant, or drowned in the camera's noise, is found more easily so. Takes half as long."""
    ignore, smooth = Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode
    return read_codes(grey.scaled(grey.size() / 2, ignore, smooth.SmoothTransformation))


def look_closer(grey: QImage, *, middle: bool) -> list[Found]:
    """A second, slower look at a picture in which nothing was found: its edges are brought
    out; with `middle` those of the middle half alone, at twice its size."""
    from PIL import Image, ImageFilter

    part = QRect(0, 0, grey.width(), grey.height())
    if middle:
        size = QSize(part.width() // 2, part.height() // 2)
        part = QRect(part.width() // 4, part.height() // 4, size.width(), size.height())
        ignore, smooth = Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode
        grey = grey.copy(part).scaled(size * 2, ignore, smooth.SmoothTransformation)
    size = (grey.width(), grey.height())
    image = Image.frombuffer("L", size, bytes(grey.constBits()), "raw", "L", grey.bytesPerLine(), 1)
    image = image.filter(ImageFilter.UnsharpMask(radius=5, percent=220, threshold=0))
    sharp = QImage(image.tobytes(), *size, size[0], QImage.Format.Format_Grayscale8)
    found = read_codes(sharp)
    if not middle:
        return found
    return [
        Found(one.text, _whole(one.corners), one.bars)
        for one in found
    ]  # fmt: skip


def _whole(
    corners: tuple[Corner, Corner, Corner, Corner],
) -> tuple[Corner, Corner, Corner, Corner]:
    """Corners in the middle half, told as shares of the whole picture."""
    a, b, c, d = ((0.25 + x / 2, 0.25 + y / 2) for x, y in corners)
    return a, b, c, d


def point(corner: Corner, size: QSize) -> QPointF:
    """A corner in a picture of `size` pixels."""
    return QPointF(corner[0] * size.width(), corner[1] * size.height())


@dataclass(slots=True)
class _Inside:
    """A code that was taken and has not left the picture yet."""

    last_seen: float
    missing: int = 0


class CodeWatcher:
    """Takes each code once until it has left the picture, and one code at a time.

    Where several are in the picture the nearest comes first; the next one has its turn when the
    verdict of the first has stood for `TURN_SECONDS`. A code of bars counts when two frames in a
    row agree on it.
    """

    def __init__(self) -> None:
        self._inside: dict[str, _Inside] = {}
        self._bars: frozenset[str] = frozenset()
        self._taken_at = float("-inf")

    def take(self, found: Sequence[Found], now: float) -> str | None:
        """What one frame held, at `now` (steady seconds); the code to be taken, or None."""
        texts = {one.text for one in found}
        for text in texts & self._inside.keys():
            self._inside[text] = _Inside(now)
        self._forget_the_gone(texts, now)
        bars_before = self._bars
        self._bars = frozenset(one.text for one in found if one.bars)
        fresh = [
            one
            for one in found
            if one.text not in self._inside and (not one.bars or one.text in bars_before)
        ]
        if not fresh:
            return None
        if texts & self._inside.keys() and now - self._taken_at < TURN_SECONDS:
            return None
        nearest = max(fresh, key=lambda one: one.nearness).text
        self._inside[nearest] = _Inside(now)
        self._taken_at = now
        return nearest

    def forget(self) -> None:
        """The camera was switched off: whatever it sees next is new."""
        self._inside = {}
        self._bars = frozenset()
        self._taken_at = float("-inf")

    def _forget_the_gone(self, texts: set[str], now: float) -> None:
        for text in self._inside.keys() - texts:
            one = self._inside[text]
            one.missing += 1
            # A camera that paused shows no frames: seconds alone say nothing.
            if one.missing >= GONE_FRAMES and now - one.last_seen >= GONE_SECONDS:
                del self._inside[text]
