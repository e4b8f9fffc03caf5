"""The focus ring: yellow with an ink edge, drawn outside whatever has the keyboard."""

from __future__ import annotations

import shiboken6
from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QRectF, Qt, Slot
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QRegion
from PySide6.QtWidgets import QAbstractScrollArea, QApplication, QWidget

from ui.theme import RADIUS, Theme

#: How far the ring reaches beyond the control, in pixels.
REACH = 5
_MOVES = (
    QEvent.Type.Move,
    QEvent.Type.Resize,
    QEvent.Type.Show,
    QEvent.Type.Hide,
    QEvent.Type.LayoutRequest,
    QEvent.Type.Paint,
)


class FocusRing(QWidget):
    """One for a window. A widget may say with `focus_rect() -> QRect` where its ring belongs (the
    current row of a list); a null rectangle means none."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAttribute(Qt.WidgetAttribute.WA_NoSystemBackground)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._window = window
        self._target: QWidget | None = None
        self._watched: list[QObject] = []
        self._clip = QRect()
        self.hide()
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        app.focusChanged.connect(self._focus_moved)

    @Slot(QWidget, QWidget)
    def _focus_moved(self, _old: QWidget | None, new: QWidget | None) -> None:
        for watched in self._watched:
            if shiboken6.isValid(watched):
                watched.removeEventFilter(self)
        self._watched = []
        self._target = None
        if new is None or new is self._window or not self._window.isAncestorOf(new):
            self.hide()
            return
        self._target = new
        chain: list[QObject] = [new]
        if isinstance(new, QAbstractScrollArea):
            chain.append(new.viewport())
        parent = new.parentWidget()
        while parent is not None:
            chain.append(parent)
            if parent is self._window:
                break
            parent = parent.parentWidget()
        for one in chain:
            one.installEventFilter(self)
        self._watched = chain
        self._place()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in _MOVES:
            own = event.type() != QEvent.Type.Paint or watched in self._watched[:2]
            if own:
                self._place()
        return False

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = Theme.current()
        painter = QPainter(self)
        painter.setClipRect(self._clip)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        area = QRectF(self.rect())
        painter.setPen(QPen(theme.colour("focus-edge"), 2))
        painter.drawRoundedRect(area.adjusted(1, 1, -1, -1), RADIUS + 4, RADIUS + 4)
        painter.setPen(QPen(theme.colour("focus"), 3))
        painter.drawRoundedRect(area.adjusted(3, 3, -3, -3), RADIUS + 2, RADIUS + 2)
        painter.end()

    def _place(self) -> None:
        target = self._target
        if target is None or not shiboken6.isValid(target) or not target.isVisible():
            self.hide()
            return
        own = getattr(target, "focus_rect", None)
        inner: QRect = own() if own is not None else target.rect()
        if inner.isNull():
            self.hide()
            return
        rect = QRect(target.mapTo(self._window, inner.topLeft()), inner.size())
        ring = rect.adjusted(-REACH, -REACH, REACH, REACH)
        clip = self._visible_part(target, ring)
        if clip.isEmpty():
            self.hide()
            return
        clip.translate(-ring.topLeft())
        if self.geometry() != ring or clip != self._clip or not self.isVisible():
            self._clip = clip
            self.setGeometry(ring)
            # Only the frame is ours: what is inside is not repainted with us.
            hole = QRegion(self.rect()) - QRegion(
                self.rect().adjusted(REACH, REACH, -REACH, -REACH)
            )
            self.setMask(hole)
            self.show()
            self.raise_()
            self.update()

    def _visible_part(self, target: QWidget, ring: QRect) -> QRect:
        """The part of the ring that no scroll area hides, in the window's coordinates."""
        clip = ring.intersected(self._window.rect())
        parent = target.parentWidget()
        while parent is not None and parent is not self._window:
            area = parent.parentWidget()
            if isinstance(area, QAbstractScrollArea) and area.viewport() is parent:
                top = parent.mapTo(self._window, QPoint(0, 0))
                around = QRect(top, parent.size()).adjusted(-REACH, -REACH, REACH, REACH)
                clip = clip.intersected(around)
            parent = area
        return clip
