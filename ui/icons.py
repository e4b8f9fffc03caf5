"""Icons of the Phosphor family by name ("house", "users-three-fill").

The glyphs are those that QtAwesome ships. Its font is loaded directly: importing QtAwesome itself
takes a third of a second, which the first paint cannot wait for; this takes some 15 ms.
"""

from __future__ import annotations

import functools
import json
from importlib.util import find_spec
from pathlib import Path

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontDatabase,
    QIcon,
    QIconEngine,
    QPainter,
    QPainterPath,
    QPixmap,
    QRawFont,
)

from ui.theme import Theme


@functools.cache
def _phosphor() -> tuple[str, dict[str, str]]:
    """The family's name and what character draws which icon."""
    spec = find_spec("qtawesome")
    if spec is None or spec.origin is None:
        raise FileNotFoundError("QtAwesome, which brings the icons, is not installed")
    folder = Path(spec.origin).parent / "fonts"
    number = QFontDatabase.addApplicationFont(str(next(folder.glob("phosphor-*.ttf"))))
    families = QFontDatabase.applicationFontFamilies(number)
    charmap = json.loads(next(folder.glob("phosphor-charmap-*.json")).read_text("utf-8"))
    return families[0], charmap


@functools.lru_cache(maxsize=512)
def _outline(name: str) -> QPainterPath:
    """The icon's outline in a square of side 1, from (0, 0)."""
    family, charmap = _phosphor()
    glyph_font = QFont(family)
    glyph_font.setPixelSize(256)
    raw = QRawFont.fromFont(glyph_font)
    text = chr(int(charmap[name.removeprefix("ph.")], 16))
    path = raw.pathForGlyph(raw.glyphIndexesForString(text)[0])
    path.translate(0, raw.ascent())
    height = raw.ascent() + raw.descent()
    scaled = QPainterPath()
    for index in range(path.elementCount()):
        element = path.elementAt(index)
        point = QPointF(element.x, element.y) / height
        if element.isMoveTo():
            scaled.moveTo(point)
        elif element.isLineTo():
            scaled.lineTo(point)
        elif element.isCurveTo():
            second, third = path.elementAt(index + 1), path.elementAt(index + 2)
            scaled.cubicTo(
                point,
                QPointF(second.x, second.y) / height,
                QPointF(third.x, third.y) / height,
            )
    scaled.setFillRule(Qt.FillRule.WindingFill)
    return scaled


def known(name: str) -> bool:
    """Whether the family has an icon of that name."""
    return name.removeprefix("ph.") in _phosphor()[1]


def paint_icon(
    painter: QPainter, rect: QRect | QRectF, name: str, colour: QColor | str = "ink"
) -> None:
    """Draws the icon `name` into `rect` (its largest centred square)."""
    area = QRectF(rect)
    side = min(area.width(), area.height())
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.translate(area.center().x() - side / 2, area.center().y() - side / 2)
    painter.scale(side, side)
    shade = colour if isinstance(colour, QColor) else Theme.current().colour(colour)
    painter.fillPath(_outline(name), shade)
    painter.restore()


class _Engine(QIconEngine):
    """Draws the icon anew in the theme's colour, at any size."""

    def __init__(self, name: str, colour: str) -> None:
        super().__init__()
        self._name, self._colour = name, colour

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        colour = "muted" if mode == QIcon.Mode.Disabled else self._colour
        paint_icon(painter, rect, self._name, colour)

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        result = QPixmap(size)
        result.fill(Qt.GlobalColor.transparent)
        painter = QPainter(result)
        self.paint(painter, QRect(0, 0, size.width(), size.height()), mode, state)
        painter.end()
        return result

    def clone(self) -> QIconEngine:
        return _Engine(self._name, self._colour)


def icon(name: str, colour: str = "ink") -> QIcon:
    """The icon for what takes a QIcon (menus, actions). Widgets of the kit take the name itself."""
    return QIcon(_Engine(name, colour))
