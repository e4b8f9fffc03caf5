"""A QR code on the screen, to be read by a scanner or another laptop's camera."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.theme import RADIUS


class CodePicture(QWidget):
    """A code, black on white in either theme: scanners want it so. `name` is for screen readers."""

    def __init__(
        self, text: str = "", *, name: str, side: int = 270, least: int = 148,
        parent: QWidget | None = None,
    ) -> None:  # fmt: skip
        """`side` is the most it is wide and high, `least` how low it may get, in pixels."""
        super().__init__(parent)
        self._matrix: tuple[tuple[bool, ...], ...] = ()
        self._quiet, self._side = 4, side
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Preferred)
        self.setMinimumSize(side, least)
        self.setMaximumSize(side, side)
        self.setAccessibleName(name)
        self.set_text(text)

    def set_text(self, text: str) -> None:
        """Another code; an empty text shows none."""
        # ReportLab comes with it, which the first paint of the window cannot wait for.
        from facilitator.documents.qr import QUIET, qr_matrix

        self._matrix, self._quiet = qr_matrix(text) if text else (), QUIET
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(self._side, self._side)

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self._matrix:
            return
        painter = QPainter(self)
        modules = len(self._matrix) + 2 * self._quiet
        # Whole pixels: a scanner reads edges.
        size = max(min(self.width(), self.height()) // modules, 1)
        side = size * modules
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(255, 255, 255))
        painter.drawRoundedRect(QRectF(0, 0, side, side), RADIUS, RADIUS)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
        black = QColor(0, 0, 0)
        for row, line in enumerate(self._matrix, self._quiet):
            for column, dark in enumerate(line, self._quiet):
                if dark:
                    painter.fillRect(column * size, row * size, size, size, black)
        painter.end()
