"""The first page of the report as it will be."""

from __future__ import annotations

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QRectF, QSize, Qt
from PySide6.QtGui import QImage, QPainter, QPaintEvent, QPen
from PySide6.QtPdf import QPdfDocument
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.kit import Label
from ui.theme import Theme

#: pixels of the page's width at which it is drawn; shown smaller
_DRAWN = 1000
_A4 = 297 / 210


def first_page(data: bytes) -> QImage:
    """The first page of a PDF as an image; a null image where it cannot be read."""
    held = QByteArray(data)
    buffer = QBuffer(held)
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    document = QPdfDocument(None)  # pyright: ignore[reportArgumentType] (None is allowed)
    document.load(buffer)
    if document.status() != QPdfDocument.Status.Ready:
        return QImage()
    drawn = document.render(0, QSize(_DRAWN, round(_DRAWN * _A4)))
    document.close()
    page = QImage(drawn.size(), QImage.Format.Format_RGB32)
    page.fill(Qt.GlobalColor.white)
    painter = QPainter(page)
    painter.drawImage(0, 0, drawn)
    painter.end()
    return page


class PagePreview(QWidget):
    """A page of paper on mist. Paper is white in the dark, too."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._image = QImage()
        self._words = Label("The first page is being drawn.", "second", wrap=True, parent=self)
        self._words.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(160, 160)
        self.setAccessibleName("First page of the report")

    @property
    def has_page(self) -> bool:
        """Whether there is a page to see."""
        return not self._image.isNull()

    def show_page(self, image: QImage, described: str) -> None:
        """Show a page; `described` is what it says, for those who do not see it."""
        self._image = image
        self._words.setVisible(image.isNull())
        self.setAccessibleDescription(described)
        self.update()

    def show_words(self, words: str) -> None:
        """Say something where the page would be."""
        self._image = QImage()
        self._words.setText(words)
        self._words.show()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(328, 320)  # it takes what height there is

    def resizeEvent(self, _event: object) -> None:
        self._words.setGeometry(self.rect().adjusted(16, 16, -16, -16))

    def paintEvent(self, _event: QPaintEvent) -> None:
        if self._image.isNull():
            return
        wide = min(self.width() - 2.0, (self.height() - 2.0) / _A4)
        high = wide * _A4
        place = QRectF((self.width() - wide) / 2, (self.height() - high) / 2, wide, high)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        ratio = self.devicePixelRatioF()
        size = QSize(round(wide * ratio), round(high * ratio))
        scaled = self._image.scaled(
            size, Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.SmoothTransformation
        )
        painter.drawImage(place, scaled)
        painter.setPen(QPen(Theme.current().colour("line"), 1))
        painter.drawRect(place)
        painter.end()
