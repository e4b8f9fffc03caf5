"""The running order: published, expected and actual beside each session, now as the dark row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QPointF,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtGui import (
    QColor,
    QFontMetrics,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from facilitator.domain.schedule import Place
from ui.icons import paint_icon
from ui.kit import announce, plain_tip
from ui.screens.programme_words import Line
from ui.theme import BODY, RADIUS, SMALL, Theme, font

LINE_ROLE = int(Qt.ItemDataRole.UserRole) + 1
#: where the columns begin, from the left edge of a row
PUBLISHED, EXPECTED, ACTUAL, TITLE = 16, 92, 168, 252
_LEAST, _USUAL, _NOW_MORE = 40, 52, 8
_ROOM = 12
#: near the upper and lower edge a drag scrolls the list
_EDGE = 28
#: with less room than that for title and speaker, the title has it alone
_TIGHT = 260
#: small signs after a title, and what of a line they stand for
_SIGNS = (("push-pin", "fixed"), ("fast-forward", "auto"))
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
            parts = [line.title, line.right, line.more]
            return plain_tip(", ".join(part for part in parts if part))
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
        icons = [name for name, there in _SIGNS if getattr(line, there)]
        room = area.right() - left - 22 * len(icons)
        painter.setFont(font(BODY, "semibold" if coming else "regular"))
        painter.setPen(tone)
        text = QFontMetrics(painter.font()).elidedText(
            line.title, Qt.TextElideMode.ElideRight, room
        )
        painter.drawText(QRect(left, area.top(), room, area.height()), _LEFT, text)
        after = left + QFontMetrics(painter.font()).horizontalAdvance(text) + 6
        for icon in icons:
            paint_icon(painter, QRectF(after, middle - 8, 16, 16), icon, tone)
            after += 22


@dataclass(frozen=True, slots=True)
class Drop:
    """Where a session that is being dragged would come: before the row `place` (the number of
    rows: at the end), or why it cannot."""

    key: UUID
    place: int
    words: str
    refused: bool = False


class ProgrammeList(QListView):
    """The list. Up and Down choose a session; Enter edits it, Ctrl+Up and Ctrl+Down move it. A
    session that is still to come can be dragged to another place.

    Signals:
        opened(object): Enter or a double click on a session: its id.
        moved(object, int): the session is to stand that many places later (negative: earlier).
        dropped(object, object): the session is to stand before the other one (None: at the end).
        removed(object): Del on a session.
    """

    opened = Signal(object)
    moved = Signal(object, int)
    dropped = Signal(object, object)
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
        self._pressed: tuple[QPoint, UUID] | None = None
        self._drag: Drop | None = None

    @property
    def drag(self) -> Drop | None:
        """The session that is being dragged, and where it would come."""
        return self._drag

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
        """Other lines; the chosen session stays chosen. When another session begins, that is
        chosen and comes into sight. Nothing is done where nothing changed."""
        if list(lines) == self.lines:
            return
        key, was = self.current_key, self._now_key()
        order = [line.key for line in self.lines]
        self._lines.set_lines(lines)
        if order != [line.key for line in lines]:
            self._fit()
            self._drag = None
            if key is not None:
                self.choose(key)
        now = self._now_key()
        if now != was:
            self.scheduleDelayedItemsLayout()
            if now is not None:
                self.choose(now)
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

    def mousePressEvent(self, event: QMouseEvent) -> None:
        super().mousePressEvent(event)
        line = self.indexAt(event.position().toPoint()).data(LINE_ROLE)
        left = event.button() == Qt.MouseButton.LeftButton
        here = event.position().toPoint()
        self._pressed = (here, line.key) if left and isinstance(line, Line) else None

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        at = event.position().toPoint()
        if self._pressed is None or not event.buttons() & Qt.MouseButton.LeftButton:
            super().mouseMoveEvent(event)
            return
        start, key = self._pressed
        far = (at - start).manhattanLength() >= QApplication.startDragDistance()
        if self._drag is None and not far:
            return
        before, self._drag = self._drag, self._drop_at(key, at.y())
        self.viewport().setCursor(
            Qt.CursorShape.ForbiddenCursor
            if self._drag.refused
            else Qt.CursorShape.ClosedHandCursor
        )
        self._scroll_along(at.y())
        if before != self._drag:
            if before is None or before.words != self._drag.words:
                announce(self, self._drag.words)
            self.viewport().update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        drag = self._drag
        self._let_go()
        if drag is None or drag.refused:
            return
        order = [line.key for line in self.lines]
        place = order.index(drag.key)
        if drag.place not in (place, place + 1):
            self.dropped.emit(drag.key, order[drag.place] if drag.place < len(order) else None)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self._drag is not None:
            painter = QPainter(self.viewport())
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            self._paint_drop(painter, self._drag)
            painter.end()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self._drag is not None:
            if event.key() == Qt.Key.Key_Escape:
                self._let_go()
            return
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

    # -- dragging -------------------------------------------------------------------------------

    def _drop_at(self, key: UUID, y: int) -> Drop:
        """Where a session would come if it were let go at that height, or why it cannot."""
        lines = self.lines
        place = len(lines)
        for row in range(len(lines)):
            box = self.visualRect(self._lines.index(row, 0))
            if y < box.center().y():
                place = row
                break
        line = next(line for line in lines if line.key == key)
        first = first_open(lines)
        if lines.index(line) < first:
            word = "is on" if line.place is Place.NOW else "has been"
            return Drop(key, place, f"“{line.title}” {word}; its place stays.", refused=True)
        if place < first:
            what = lines[first - 1]
            word = "is on" if what.place is Place.NOW else "has been"
            words = f"Nothing comes before “{what.title}”, which {word}."
            return Drop(key, place, words, refused=True)
        where = f"before “{lines[place].title}”" if place < len(lines) else "at the end of the day"
        if place in (lines.index(line), lines.index(line) + 1):
            return Drop(key, place, f"“{line.title}” stays where it is")
        return Drop(key, place, f"“{line.title}” {where}")

    def _scroll_along(self, y: int) -> None:
        bar = self.verticalScrollBar()
        if y < _EDGE:
            bar.setValue(bar.value() - _EDGE // 2)
        elif y > self.viewport().height() - _EDGE:
            bar.setValue(bar.value() + _EDGE // 2)

    def _let_go(self) -> None:
        self._pressed = self._drag = None
        self.viewport().unsetCursor()
        self.viewport().update()

    def _paint_drop(self, painter: QPainter, drag: Drop) -> None:
        """The place as a line, and the words in a plate that never covers it."""
        theme, width = Theme.current(), self.viewport().width()
        rows = len(self.lines)
        row = self.visualRect(self._lines.index(min(drag.place, rows - 1), 0))
        y = row.top() if drag.place < rows else row.bottom() + 1
        y = min(max(y, 2), self.viewport().height() - 3)
        ground = "stop" if drag.refused else "ink"
        if not drag.refused:
            painter.setPen(QPen(theme.colour("ink"), 3))
            painter.drawLine(4, y, width - 4, y)
            painter.setBrush(theme.colour("ink"))
            painter.drawEllipse(QPointF(6, y), 4, 4)
        painter.setFont(font(BODY, "semibold"))
        metrics = QFontMetrics(painter.font())
        text = metrics.elidedText(drag.words, Qt.TextElideMode.ElideMiddle, width - 72)
        below = y + 44 < self.viewport().height()
        box = QRectF(24, y + 8 if below else y - 40, metrics.horizontalAdvance(text) + 48, 32)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour(ground))
        painter.drawRoundedRect(box, RADIUS, RADIUS)
        tone = theme.colour("on-stop" if drag.refused else "paper")
        icon = "prohibit" if drag.refused else "arrows-down-up"
        paint_icon(painter, QRectF(box.left() + 10, box.top() + 7, 18, 18), icon, tone)
        painter.setPen(tone)
        painter.drawText(box.adjusted(36, 0, 0, 0).toRect(), _LEFT, text)

    # -- internal -------------------------------------------------------------------------------

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


def first_open(lines: Sequence[Line]) -> int:
    """The first row before which something can still be put: after what is on or has been."""
    done = [row for row, line in enumerate(lines) if line.place in {Place.NOW, Place.DONE}]
    return done[-1] + 1 if done else 0


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
