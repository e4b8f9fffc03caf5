"""Rendered pictures of codes, as a laptop's camera sees them: tilted, blurred, dim, on a phone."""

from __future__ import annotations

import io
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, cast

import qrcode
import zxingcpp
from PIL import Image, ImageChops, ImageFilter
from PySide6.QtCore import QPointF, QRectF, QSize
from PySide6.QtGui import (
    QColor,
    QImage,
    QLinearGradient,
    QPainter,
    QPolygonF,
    QRadialGradient,
    QTransform,
)

if TYPE_CHECKING:
    from typing_extensions import Buffer

TICKET = "F1-3KR2-60RK4CSM6MV3EE1S-I"
OTHER = "F1-3KR2-7Q0XZ4N2B8D1C5WA-K"
FRAME = QSize(1280, 720)


@dataclass(frozen=True, slots=True)
class Shot:
    """One code in the picture. Lengths in pixels of a frame of 1280x720, `angle` in degrees."""

    text: str = TICKET
    #: the edge of the code's symbol with its white margin
    edge: int = 300
    x: int = 640
    y: int = 360
    angle: float = 0
    #: how much shorter the far edge is, from 0 (seen straight) to 0.6 (held very aslant)
    lean: float = 0
    #: QRCode, Code128, Aztec, PDF417, DataMatrix
    symbol: str = "QRCode"
    #: a phone's dark mode: light modules on a dark ground
    inverted: bool = False


def frame(
    *shots: Shot,
    blur: float = 0,
    light: float = 1.0,
    noise: float = 0,
    over: int = 0,
    moire: bool = False,
    glare: bool = False,
    busy: bool = False,
) -> QImage:
    """What the camera sees: `blur` in pixels (sigma), `light` scales brightness, `noise` is its
    sigma in grey levels, `over` is added to every level, `busy` puts a crowded hall behind."""
    picture = QImage(FRAME, QImage.Format.Format_RGB32)
    picture.fill(QColor(118, 112, 104))
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    if busy:
        _crowd(painter)
    for shot in shots:
        _place(painter, shot)
    if moire:
        _stripes(painter)
    if glare:
        shine = QRadialGradient(QPointF(700, 300), 220)
        shine.setColorAt(0, QColor(255, 255, 255, 235))
        shine.setColorAt(0.35, QColor(255, 255, 255, 120))
        shine.setColorAt(1, QColor(255, 255, 255, 0))
        painter.fillRect(picture.rect(), shine)
    painter.end()
    if not (blur or noise or over or light != 1.0):
        return picture
    return _worn(picture, blur=blur, light=light, noise=noise, over=over)


@cache
def symbol(text: str, kind: str = "QRCode", *, inverted: bool = False) -> QImage:
    """A code as it is printed, with its quiet zone."""
    if kind == "QRCode":
        made = io.BytesIO()
        qrcode.make(text, border=4, box_size=8).save(made)
        image = QImage.fromData(made.getvalue()).convertToFormat(QImage.Format.Format_RGB32)
    else:
        code = zxingcpp.create_barcode(text, getattr(zxingcpp.BarcodeFormat, kind))
        bits = memoryview(cast("Buffer", code.to_image(scale=6, add_quiet_zones=True)))
        assert bits.shape is not None
        height, width = bits.shape
        grey = QImage(bytes(bits), width, height, width, QImage.Format.Format_Grayscale8)
        image = grey.convertToFormat(QImage.Format.Format_RGB32)
    if inverted:
        image.invertPixels()
    return image


def _place(painter: QPainter, shot: Shot) -> None:
    image = symbol(shot.text, shot.symbol, inverted=shot.inverted)
    width = shot.edge
    height = width * image.height() / image.width()
    near = QRectF(0, 0, image.width(), image.height())
    flat = QPolygonF([near.topLeft(), near.topRight(), near.bottomRight(), near.bottomLeft()])
    inset = width * shot.lean / 2
    aslant = QPolygonF(
        [
            QPointF(-width / 2 + inset, -height / 2 * (1 - shot.lean / 2)),
            QPointF(width / 2 - inset, -height / 2 * (1 - shot.lean / 2)),
            QPointF(width / 2, height / 2),
            QPointF(-width / 2, height / 2),
        ]
    )
    lean = QTransform()
    assert QTransform.quadToQuad(flat, aslant, lean)
    painter.save()
    painter.setTransform(lean * QTransform().rotate(shot.angle) * _moved(shot.x, shot.y))
    painter.drawImage(QPointF(0, 0), image)
    painter.restore()


def _moved(x: int, y: int) -> QTransform:
    return QTransform.fromTranslate(x, y)


def _crowd(painter: QPainter) -> None:
    """A hall behind the guest: windows, people, a striped shirt. Always the same one."""
    sky = QLinearGradient(0, 0, 1280, 720)
    sky.setColorAt(0, QColor(232, 236, 240))
    sky.setColorAt(1, QColor(60, 52, 48))
    painter.fillRect(QRectF(0, 0, 1280, 720), sky)
    seed = 7
    for _ in range(260):
        seed = (seed * 1103515245 + 12345) % 2**31
        x, y, size, tone = seed % 1280, seed // 7 % 720, 8 + seed // 11 % 80, seed // 13 % 256
        painter.fillRect(QRectF(x, y, size, size * 0.7), QColor(tone, tone, 255 - tone // 2))
    for stripe in range(0, 500, 10):
        painter.fillRect(QRectF(390 + stripe, 560, 5, 160), QColor(20, 20, 30))


def _stripes(painter: QPainter) -> None:
    """What a phone's screen does to a camera: its rows beat with the camera's."""
    for y in range(0, 720, 3):
        painter.fillRect(QRectF(0, y, 1280, 1), QColor(0, 0, 0, 70))
    for band in range(0, 720, 90):
        painter.fillRect(QRectF(0, band, 1280, 45), QColor(30, 60, 120, 60))


def _worn(picture: QImage, *, blur: float, light: float, noise: float, over: int) -> QImage:
    grey = picture.convertToFormat(QImage.Format.Format_Grayscale8)
    size = (grey.width(), grey.height())
    image = Image.frombytes("L", size, bytes(grey.constBits()))
    if blur:
        image = image.filter(ImageFilter.GaussianBlur(blur))
    if light != 1.0 or over:
        image = image.point([min(255, max(0, round(v * light) + over)) for v in range(256)])
    if noise:
        image = ImageChops.add(image, Image.effect_noise(size, noise), 1, -128)
    worn = QImage(image.tobytes(), *size, size[0], QImage.Format.Format_Grayscale8)
    return worn.convertToFormat(QImage.Format.Format_RGB32)
