"""The kinds of notes as tabs with their counts, and how a note looks in a list."""

from __future__ import annotations

from PySide6.QtCore import (
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QGridLayout, QStyleOptionViewItem, QWidget

from facilitator.domain.notes import NoteKind
from ui.icons import paint_icon
from ui.kit import Row, RowDelegate, RowList
from ui.kit.rows import ROW_ROLE
from ui.screens.notes_parts import GroupButton
from ui.theme import BODY, RADIUS, SMALL, Theme, font

_Index = QModelIndex | QPersistentModelIndex
_LINES = 3


class NoteDelegate(RowDelegate):
    """A title of up to three lines, below it the state with its icon."""

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:
        row = index.data(ROW_ROLE)
        if not isinstance(row, Row):
            return QSize(120, 48)
        view = self.parent()
        whole = view.viewport().width() if isinstance(view, RowList) else 264
        return QSize(120, self._height(row.title, whole - 24) + 18 + 20)

    def paint_row(self, painter: QPainter, row: Row, area: QRect, *, chosen: bool) -> None:
        del chosen
        theme = Theme.current()
        left, width = area.left() + 12, area.width() - 24
        height = self._height(row.title, width)
        title = QRect(left, area.top() + 10, width, height)
        painter.setFont(font(BODY, "semibold"))
        painter.setPen(theme.colour("ink"))
        painter.setClipRect(title)
        shown = row.title
        metrics = QFontMetrics(painter.font())
        flags = int(Qt.TextFlag.TextWordWrap)
        while len(shown) > 8 and _tall(metrics, shown, width) > height:
            shown = shown[: -max(len(shown) // 20, 2)].rstrip(" …") + "…"
        painter.drawText(title, flags, shown)
        painter.setClipping(False)
        below = QRect(left, title.bottom() + 3, width, 18)
        icon = QRectF(below.left(), below.top() + 1, 16, 16)
        paint_icon(painter, icon, row.icon, row.tone)
        painter.setFont(font(SMALL))
        painter.setPen(theme.colour("muted"))
        below.setLeft(below.left() + 22)
        cut = painter.fontMetrics().elidedText(
            row.detail, Qt.TextElideMode.ElideRight, below.width()
        )
        painter.drawText(below, int(Qt.AlignmentFlag.AlignVCenter), cut)

    @staticmethod
    def _height(title: str, width: int) -> int:
        metrics = QFontMetrics(font(BODY, "semibold"))
        return min(_tall(metrics, title, width), _LINES * metrics.lineSpacing())


def _tall(metrics: QFontMetrics, text: str, width: int) -> int:
    box = QRect(0, 0, max(width, 60), 100_000)
    return metrics.boundingRect(box, int(Qt.TextFlag.TextWordWrap), text).height()


class _Tab(GroupButton):
    """One kind with its count."""

    def __init__(self, kind: NoteKind, parent: QWidget) -> None:
        super().__init__(parent)
        self.kind = kind
        self._count = 0
        self.setCheckable(True)
        self.setFixedHeight(40)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.set_count(0)

    def set_count(self, count: int) -> None:
        """How many there are."""
        self._count = count
        self.setText(self.kind.many)
        self.setAccessibleName(f"{self.kind.many}: {count:,}")
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(136, 40)

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        theme = Theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        on = self.isChecked()
        if on or self.underMouse():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour("mist" if on else "hover"))
            painter.drawRoundedRect(QRectF(self.rect()), RADIUS, RADIUS)
        inner = self.rect().adjusted(12, 0, -8, 0)
        painter.setFont(font(BODY, "semibold" if on else "regular"))
        painter.setPen(theme.colour("ink" if on else "muted"))
        flags = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        painter.drawText(inner, flags, self.text())
        used = painter.fontMetrics().horizontalAdvance(self.text()) + 8
        painter.setFont(font(SMALL, tabular=True))
        painter.drawText(inner.adjusted(used, 0, 0, 0), flags, f"{self._count:,}")
        painter.end()


class KindTabs(QWidget):
    """The four kinds of notes; the arrows move.

    Signals:
        chosen(NoteKind): a person chose one.
    """

    chosen = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("Kind of note")
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(4)
        self.tabs = [_Tab(kind, self) for kind in NoteKind]
        for place, tab in enumerate(self.tabs):
            tab.clicked.connect(self._clicked)
            grid.addWidget(tab, place // 2, place % 2)
        self.choose(NoteKind.MYTH)

    @property
    def value(self) -> NoteKind:
        """The kind that is chosen."""
        return next(tab.kind for tab in self.tabs if tab.isChecked())

    def choose(self, kind: NoteKind) -> None:
        """Chooses without telling anybody."""
        for tab in self.tabs:
            tab.setChecked(tab.kind is kind)
            tab.setFocusPolicy(
                Qt.FocusPolicy.StrongFocus if tab.kind is kind else Qt.FocusPolicy.ClickFocus
            )
            if tab.kind is kind:
                self.setFocusProxy(tab)

    def set_counts(self, counts: dict[NoteKind, int]) -> None:
        """How many there are of each."""
        for tab in self.tabs:
            tab.set_count(counts.get(tab.kind, 0))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {Qt.Key.Key_Right: 1, Qt.Key.Key_Left: -1, Qt.Key.Key_Down: 2, Qt.Key.Key_Up: -2}
        step = steps.get(Qt.Key(event.key()))
        if step is None:
            super().keyPressEvent(event)
            return
        kinds = list(NoteKind)
        target = self.tabs[(kinds.index(self.value) + step) % len(kinds)]
        target.click()
        target.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def _clicked(self) -> None:
        tab = self.sender()
        if isinstance(tab, _Tab):
            self.choose(tab.kind)
            self.chosen.emit(tab.kind)
