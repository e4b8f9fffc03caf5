"""The picture of the camera, with a frame round the code that was read."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Slot
from PySide6.QtGui import QPainter, QPainterPath, QPaintEvent, QPen, QPolygonF, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.camera_codes import Found
from ui.camera_eye import CameraEye, Look
from ui.icons import paint_icon
from ui.theme import RADIUS, Theme

#: a frame stays so many looks after its code was last read: what flickers distracts
STAYS = 6
#: the sign on a code is half as large as the code, but within these, in pixels
_SIGN = (28, 72)


class CameraPicture(QWidget):
    """What the eye sees, mirrored. A code in it has a white frame; once the answer is on disk, one
    in the verdict's colour with its sign."""

    def __init__(self, eye: CameraEye, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._eye = eye
        self._look: Look | None = None
        self._codes: tuple[Found, ...] = ()
        self._age = 0
        self._answers: dict[str, tuple[str, str]] = {}
        self.setAccessibleName("Picture of the camera")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(128, 72)
        eye.looked.connect(self._show)

    @property
    def codes(self) -> tuple[Found, ...]:
        """The codes that have a frame now."""
        return self._codes

    def mood_of(self, text: str) -> str:
        """The mood of the frame round a code: that of its verdict; empty before it."""
        return self._answers.get(text, ("", ""))[0]

    def answer(self, text: str, mood: str, icon: str) -> None:
        """The verdict on a code that is in the picture, or was a moment ago."""
        self._answers[text] = (mood, icon)
        self.update()

    def clear(self) -> None:
        """No picture."""
        self._look, self._codes, self._answers = None, (), {}
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(320, 180)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._eye.set_picture_size(self.size() * self.devicePixelRatioF())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ground = QPainterPath()
        ground.addRoundedRect(QRectF(self.rect()), RADIUS, RADIUS)
        painter.fillPath(ground, Theme.current().colour("navy"))
        if self._look is not None:
            picture = self._look.picture
            size = picture.size().scaled(self.size(), Qt.AspectRatioMode.KeepAspectRatio)
            box = QRectF(0, 0, size.width(), size.height())
            box.moveCenter(QRectF(self.rect()).center())
            painter.setClipPath(ground)
            painter.drawImage(box, picture)
            for code in self._codes:
                self._frame(painter, code, box)
        painter.end()

    @Slot(object)
    def _show(self, look: Look) -> None:
        self._look = look
        self._age = 0 if look.codes else self._age + 1
        if look.codes or self._age > STAYS:
            self._codes = look.codes
        in_sight = {code.text for code in self._codes}
        if self._age > STAYS:
            # A code that comes back is judged anew.
            self._answers = {t: a for t, a in self._answers.items() if t in in_sight}
        self.update()

    def _frame(self, painter: QPainter, code: Found, box: QRectF) -> None:
        theme = Theme.current()
        mood, icon = self._answers.get(code.text, ("", ""))
        corners = [
            QPointF(box.right() - x * box.width(), box.top() + y * box.height())
            for x, y in code.corners
        ]
        shape = QPolygonF(corners)
        width = 6 if mood else 4
        painter.setBrush(Qt.BrushStyle.NoBrush)
        join = Qt.PenJoinStyle.RoundJoin
        style, cap = Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap
        # Dark below light: it is seen on any picture.
        painter.setPen(QPen(theme.colour("#0B1F33"), width + 4, style, cap, join))
        painter.drawPolygon(shape)
        colour = theme.colour(mood) if mood else theme.colour("#FFFFFF")
        if mood == "misread":
            colour = theme.colour("#FFFFFF")
        painter.setPen(QPen(colour, width, style, cap, join))
        painter.drawPolygon(shape)
        if mood:
            bounds = shape.boundingRect()
            edge = min(max(min(bounds.width(), bounds.height()) / 2, _SIGN[0]), _SIGN[1])
            disc = QRectF(0, 0, edge, edge)
            disc.moveCenter(bounds.center())
            painter.setPen(QPen(theme.on(mood), 2))
            painter.setBrush(theme.colour(mood))
            painter.drawEllipse(disc)
            paint_icon(
                painter,
                disc.adjusted(edge / 6, edge / 6, -edge / 6, -edge / 6),
                icon,
                theme.on(mood),
            )
