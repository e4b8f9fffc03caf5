"""The camera as a scanner, fed with rendered frames."""

from __future__ import annotations

from pathlib import Path

import pytest
import qrcode
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QImage, QPainter, QTransform
from pytestqt.qtbot import QtBot

from ui.camera import GONE_AFTER, CameraPage, CodeWatcher, read_codes

TICKET = "F1-3KR2-60RK4CSM6MV3EE1S-I"


def frame(place: Path, *, angle: float = 0, dim: int = 255, text: str = TICKET) -> QImage:
    """A picture of 1280x720 with a code in it, turned and dimmed."""
    file = place / "code.png"
    qrcode.make(text, border=4, box_size=9).save(str(file))
    code = QImage(str(file)).convertToFormat(QImage.Format.Format_RGB32)
    picture = QImage(1280, 720, QImage.Format.Format_RGB32)
    picture.fill(QColor(dim, dim, dim))
    turned = code.transformed(
        QTransform().rotate(angle), Qt.TransformationMode.SmoothTransformation
    )
    painter = QPainter(picture)
    painter.setOpacity(dim / 255)
    painter.drawImage(480, 180, turned)
    painter.end()
    return picture


@pytest.mark.parametrize(("angle", "dim"), [(0, 255), (20, 255), (90, 160), (170, 120)])
def test_codes_are_read_turned_and_dim(tmp_path: Path, angle: float, dim: int) -> None:
    assert read_codes(frame(tmp_path, angle=angle, dim=dim)) == [TICKET]


def test_a_picture_without_a_code_reads_nothing() -> None:
    picture = QImage(640, 480, QImage.Format.Format_RGB32)
    picture.fill(QColor("white"))
    assert read_codes(picture) == []


def test_a_code_is_taken_once_until_it_leaves_the_picture() -> None:
    watcher = CodeWatcher()
    seen: list[str] = []
    watcher.seen.connect(seen.append)
    for _ in range(10):
        watcher.take([TICKET])
    watcher.take([])  # one frame that could not be read is no leaving
    watcher.take([TICKET])
    assert seen == [TICKET]
    for _ in range(GONE_AFTER):
        watcher.take([])
    watcher.take([TICKET])
    assert seen == [TICKET, TICKET]


def test_the_page_decodes_beside_the_window(qtbot: QtBot, tmp_path: Path) -> None:
    page = CameraPage()
    qtbot.addWidget(page)
    page.resize(800, 500)
    page.show()
    with qtbot.waitSignal(page.scanned, timeout=5000) as caught:
        page.show_picture(frame(tmp_path))
    assert caught.args == [TICKET]
    assert not page.grab().isNull()
