"""A picture of the room display that keeps itself up to date: on the projector, and small.

What stands still is painted once and kept; of what moves only that part is painted again whose
content has changed, a single figure for most seconds of the clock.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from typing import cast

from PySide6.QtCore import QRect, QRectF, Slot
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPixmap, QRegion, QTransform
from PySide6.QtWidgets import QWidget

from ui.room.faces import scene_of, spoken
from ui.room.sheet import Scene, ground
from ui.room.show import RoomShow

_HINTS = (
    QPainter.RenderHint.Antialiasing | QPainter.RenderHint.TextAntialiasing
)  # fmt: skip


class RoomView(QWidget):
    """Paints what a `RoomShow` shows."""

    def __init__(self, show: RoomShow, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._show = show
        self._still: QPixmap | None = None
        self._still_key: Hashable = None
        #: what the whole of the widget shows
        self._seen_key: Hashable = None
        self._pieces: tuple[tuple[QRectF, Hashable], ...] = ()
        self._spoken = ""
        self.setMinimumSize(160, 90)
        self.setAccessibleName("What the room sees")
        show.moved.connect(self._look)

    @property
    def room(self) -> RoomShow:
        """What it shows."""
        return self._show

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        scene = self._scene()
        if scene is None:
            painter.fillRect(event.rect(), QColor("black"))
        else:
            self._paint(painter, scene, event.region())
        painter.end()

    # -- internal -------------------------------------------------------------------------------

    def _scene(self) -> Scene | None:
        sight = self._show.sight()
        return scene_of(sight) if sight is not None else None

    def _onto(self) -> QTransform:
        return self._show.sheet.onto(QRectF(self.rect()))

    def _paint(self, painter: QPainter, scene: Scene, region: QRegion) -> None:
        ratio = self.devicePixelRatioF()
        for rect in cast("Iterable[QRect]", region):
            source = QRectF(rect.x() * ratio, rect.y() * ratio,
                            rect.width() * ratio, rect.height() * ratio)  # fmt: skip
            painter.drawPixmap(QRectF(rect), self._layer(scene, ratio), source)
        onto = self._onto()
        painter.setRenderHints(_HINTS)
        painter.setTransform(onto, True)
        before = dict(enumerate(self._pieces))
        now: list[tuple[QRectF, Hashable]] = []
        for place, piece in enumerate(scene.pieces):
            area = _around(onto, piece.area)
            if region.intersects(area):
                piece.paint(painter)
            # What changed since it was looked at, outside of the region, is still the old one.
            whole = QRegion(area & self.rect()).subtracted(region).isEmpty()
            now.append((piece.area, piece.key if whole else before.get(place, (area, None))[1]))
        self._pieces = tuple(now)
        if QRegion(self.rect()).subtracted(region).isEmpty():
            self._seen_key = scene.key

    def _layer(self, scene: Scene, ratio: float) -> QPixmap:
        """What stands still, painted once for its key and this size."""
        size = self.size() * ratio
        if (
            self._still is not None
            and self._still_key == scene.key
            and self._still.size() == size
            and self._still.devicePixelRatioF() == ratio
        ):
            return self._still
        still = self._still
        if still is None or still.size() != size or still.devicePixelRatioF() != ratio:
            still = QPixmap(size)
            still.setDevicePixelRatio(ratio)
        still.fill(QColor("black") if scene.black else ground().navy)
        painter = QPainter(still)
        painter.setRenderHints(_HINTS)
        painter.setTransform(self._onto(), True)
        scene.paint(painter)
        painter.end()
        self._still, self._still_key = still, scene.key
        return still

    @Slot()
    def _look(self) -> None:
        """Something may have changed: what did is painted again, and nothing else."""
        sight = self._show.sight()
        if sight is None:
            self.update()
            return
        words = spoken(sight)
        if words != self._spoken:
            self._spoken = words
            self.setAccessibleName(words)
        if not self.isVisible():
            return
        scene = scene_of(sight)
        if scene.key != self._seen_key or len(scene.pieces) != len(self._pieces):
            self.update()
            return
        onto = self._onto()
        for piece, (area, key) in zip(scene.pieces, self._pieces, strict=True):
            if piece.key != key or piece.area != area:
                self.update(_around(onto, piece.area))
                self.update(_around(onto, area))


def _around(onto: QTransform, area: QRectF) -> QRect:
    """The pixels that a part of the sheet may touch."""
    return onto.mapRect(area).toAlignedRect().adjusted(-2, -2, 2, 2)
