"""The running order: published, expected and actual beside each session, now as the dark row."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtGui import QColor, QFontMetrics, QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from facilitator.domain.schedule import Place
from ui.icons import paint_icon
from ui.kit import plain_tip
from ui.screens.programme_words import Line
from ui.theme import BODY, RADIUS, SMALL, Theme, font

LINE_ROLE = int(Qt.ItemDataRole.UserRole) + 1
#: where the columns begin, from the left edge of a row
PUBLISHED, EXPECTED, ACTUAL, TITLE = 16, 92, 168, 252
_LEAST, _USUAL, _NOW_MORE = 40, 52, 8
_ROOM = 12
#: with less room than that for title and speaker, the title has it alone
_TIGHT = 260
_Index = QModelIndex | QPersistentModelIndex
_LEFT = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine)


class ProgrammeModel(QAbstractListModel):
    """The lines as a model: dumb and complete, with a sentence for screen readers."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lines: list[Line] = []

    @property
    def lines(self) -> list[Line]:
        """The lines, in order."""
        return self._lines

    def set_lines(self, lines: Sequence[Line]) -> None:
        """Other lines; where only their words changed, the rows stay what they were."""
        same = [line.key for line in lines] == [line.key for line in self._lines]
        if not same:
            self.beginResetModel()
            self._lines = list(lines)
            self.endResetModel()
            return
        before, self._lines = self._lines, list(lines)
        for place, (old, new) in enumerate(zip(before, lines, strict=True)):
            if old != new:
                index = self.index(place, 0)
                self.dataChanged.emit(index, index)

    def rowCount(self, parent: _Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._lines)

    def data(self, index: _Index, role: int = int(Qt.ItemDataRole.DisplayRole)) -> object:
        if not index.isValid():
            return None
        line = self._lines[index.row()]
        if role == LINE_ROLE:
            return line
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return line.spoken
        if role == Qt.ItemDataRole.ToolTipRole:
            return plain_tip(f"{line.title}: {line.right}" if line.right else line.title)
        return None


class ProgrammeDelegate(QStyledItemDelegate):
    """Paints a line."""

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:
        view = self.parent()
        height = view.row_height if isinstance(view, ProgrammeList) else _USUAL
        line = index.data(LINE_ROLE)
        now = isinstance(line, Line) and line.place is Place.NOW
        return QSize(TITLE + 200, height + (_NOW_MORE if now else 0))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        line = index.data(LINE_ROLE)
        if not isinstance(line, Line):
            return
        theme, state = Theme.current(), option.state  # pyright: ignore[reportAttributeAccessIssue]
        area: QRect = option.rect  # pyright: ignore[reportAttributeAccessIssue]
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        now = line.place is Place.NOW
        ground = None
        if now:
            ground = "ink"
        elif state & (QStyle.StateFlag.State_Selected | QStyle.StateFlag.State_MouseOver):
            ground = "hover"
        elif line.is_break:
            ground = "mist"
        if ground:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour(ground))
            # A hair between two tinted rows keeps them apart.
            painter.drawRoundedRect(QRectF(area).adjusted(0, 1, 0, -1), RADIUS, RADIUS)
        ink = theme.colour("paper" if now else "ink")
        muted = theme.colour("paper" if now else "muted")
        self._paint_times(painter, line, area, ink, muted)
        right = self._paint_right(painter, line, area, ink, muted)
        self._paint_title(painter, line, QRect(area.left() + TITLE, area.top(),
                          right - area.left() - TITLE, area.height()), ink, muted)  # fmt: skip
        painter.restore()

    def _paint_times(
        self, painter: QPainter, line: Line, area: QRect, ink: QColor, muted: QColor
    ) -> None:
        now, done = line.place is Place.NOW, line.place is Place.DONE
        for left, text, weight, tone in (
            (PUBLISHED, line.published, "regular", muted),
            (EXPECTED, line.expected, "semibold", ink),
            (ACTUAL, line.actual, "semibold" if now else "regular", ink),
        ):
            painter.setFont(font(BODY, weight, tabular=True))
            painter.setPen(tone)
            painter.drawText(QRect(area.left() + left, area.top(), 60, area.height()), _LEFT, text)
        if done:
            middle = area.center().y()
            paint_icon(painter, QRectF(area.left() + ACTUAL + 40, middle - 8, 17, 17), "check", ink)

    def _paint_right(
        self, painter: QPainter, line: Line, area: QRect, ink: QColor, muted: QColor
    ) -> int:
        """What stands at the right edge; returns where the title must end."""
        edge = area.right() - _ROOM
        strong, tight = bool(line.right_icon), area.width() - TITLE < _TIGHT
        if not line.right or (tight and not strong):
            return edge
        painter.setFont(font(BODY, "semibold" if strong else "regular"))
        painter.setPen(ink if strong else muted)
        metrics = QFontMetrics(painter.font())
        most = max(120, (area.width() - TITLE) * 45 // 100)
        said = "" if tight else line.right
        text = metrics.elidedText(said, Qt.TextElideMode.ElideRight, most)
        width = metrics.horizontalAdvance(text)
        painter.drawText(QRect(edge - width, area.top(), width + 2, area.height()), _LEFT, text)
        edge -= width + 8
        if line.right_icon:
            box = QRectF(edge - 18, area.center().y() - 9, 19, 19)
            paint_icon(painter, box, line.right_icon, ink)
            edge -= 26
        return edge - 8

    def _paint_title(
        self, painter: QPainter, line: Line, area: QRect, ink: QColor, muted: QColor
    ) -> None:
        coming = line.place in {Place.NEXT, Place.LATER, Place.NOW}
        tone = ink if coming else muted
        middle, left = area.center().y(), area.left()
        if line.icon:
            side = 22 if line.icon == "coffee" else 18
            paint_icon(painter, QRectF(left, middle - side / 2, side, side), line.icon, tone)
            left += 28 if line.icon == "coffee" else 24
        room = area.right() - left - (22 if line.fixed else 0)
        painter.setFont(font(BODY, "semibold" if coming else "regular"))
        painter.setPen(tone)
        text = QFontMetrics(painter.font()).elidedText(
            line.title, Qt.TextElideMode.ElideRight, room
        )
        painter.drawText(QRect(left, area.top(), room, area.height()), _LEFT, text)
        if line.fixed:
            after = left + QFontMetrics(painter.font()).horizontalAdvance(text) + 6
            paint_icon(painter, QRectF(after, middle - 8, 16, 16), "push-pin", tone)


class ProgrammeList(QListView):
    """The list. Up and Down choose a session; Enter edits it, Ctrl+Up and Ctrl+Down move it.

    Signals:
        opened(object): Enter or a double click on a session: its id.
        moved(object, int): the session is to stand that many places later (negative: earlier).
        removed(object): Del on a session.
    """

    opened = Signal(object)
    moved = Signal(object, int)
    removed = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.row_height = _USUAL
        self._lines = ProgrammeModel(self)
        self.setModel(self._lines)
        self.setItemDelegate(ProgrammeDelegate(self))
        self.setAccessibleName("Running order")
        self.setMouseTracking(True)
        self.setFrameShape(QListView.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.doubleClicked.connect(self._open)

    @property
    def current_key(self) -> UUID | None:
        """The id of the chosen session, or None."""
        line = self.currentIndex().data(LINE_ROLE)
        return line.key if isinstance(line, Line) else None

    @property
    def lines(self) -> list[Line]:
        """The lines, in order."""
        return self._lines.lines

    def set_lines(self, lines: Sequence[Line]) -> None:
        """Other lines; the chosen session stays chosen, and what runs comes into sight."""
        key, was = self.current_key, self._now_key()
        self._lines.set_lines(lines)
        self._fit()
        if key is not None:
            self.choose(key)
        if self._now_key() != was:
            self.show_now()

    def choose(self, key: UUID) -> None:
        """Choose the session with this id, where it is there."""
        for place, line in enumerate(self.lines):
            if line.key == key:
                self.setCurrentIndex(self._lines.index(place, 0))
                return

    def show_now(self) -> None:
        """Bring the running session, and what comes after it, into sight."""
        for place, line in enumerate(self.lines):
            if line.place is Place.NOW:
                self.scrollTo(
                    self._lines.index(place, 0), QAbstractItemView.ScrollHint.PositionAtCenter
                )

    def focus_rect(self) -> QRect:
        """The ring goes round the chosen row, or round the whole list."""
        index = self.currentIndex()
        if not index.isValid():
            return self.rect()
        return self.visualRect(index).translated(self.viewport().pos()).intersected(self.rect())

    def keyboardSearch(self, search: str) -> None:
        """Letters are shortcuts here, not a search."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = self.current_key
        ctrl = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        steps = {int(Qt.Key.Key_Up): -1, int(Qt.Key.Key_Down): 1}
        if key is not None and ctrl and event.key() in steps:
            self.moved.emit(key, steps[event.key()])
        elif key is not None and event.key() == Qt.Key.Key_Delete:
            self.removed.emit(key)
        elif key is not None and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.opened.emit(key)
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _now_key(self) -> UUID | None:
        return next((line.key for line in self.lines if line.place is Place.NOW), None)

    def _fit(self) -> None:
        """Rows come closer together where the day would else not fit."""
        count = max(len(self.lines), 1)
        height = min(_USUAL, max(_LEAST, (self.viewport().height() - _NOW_MORE) // count))
        if height != self.row_height:
            self.row_height = height
            self.scheduleDelayedItemsLayout()

    @Slot(QModelIndex)
    def _open(self, index: QModelIndex) -> None:
        line = index.data(LINE_ROLE)
        if isinstance(line, Line):
            self.opened.emit(line.key)


class ColumnHeads(QWidget):
    """The words above the columns. `published` is false while the times are only planned."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._first = "Planned"
        self.setFixedHeight(28)
        self.setAccessibleName("Planned, expected, actual, session")

    def set_published(self, published: bool) -> None:
        """Whether the first column shows what guests were told."""
        self._first = "Published" if published else "Planned"
        self.setAccessibleName(f"{self._first}, expected, actual, session")
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setFont(font(SMALL))
        painter.setPen(Theme.current().colour("muted"))
        for left, text in (
            (PUBLISHED, self._first),
            (EXPECTED, "Expected"),
            (ACTUAL, "Actual"),
            (TITLE, "Session"),
        ):
            painter.drawText(QRect(left, 0, 90, self.height()), _LEFT, text)
        painter.end()
