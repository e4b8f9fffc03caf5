"""Lists of rows: a mark or icon, a title, a detail below, a word at the right."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

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
from PySide6.QtGui import QFontMetrics, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from ui.icons import paint_icon
from ui.kit.label import plain_tip
from ui.kit.mark import SideLike, paint_mark
from ui.theme import BODY, PART, RADIUS, SMALL, Theme, font

ROW_ROLE = int(Qt.ItemDataRole.UserRole) + 1
_Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True, slots=True)
class Row:
    """One row. `key` is what `chosen` and `activated_row` tell; `marked` are the parts of the title
    (start, length) where a search matched."""

    key: Any
    title: str
    detail: str = ""
    right: str = ""
    side: SideLike | None = None
    icon: str = ""
    tone: str = "ink"
    right_icon: str = ""
    strong_right: bool = False
    marked: tuple[tuple[int, int], ...] = field(default=())

    @property
    def spoken(self) -> str:
        """The row for a screen reader."""
        parts = [self.title, self.side.name if self.side else "", self.detail, self.right]
        return ", ".join(part for part in parts if part)


class RowModel(QAbstractListModel):
    """The rows as a model: dumb and complete."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows: list[Row] = []

    @property
    def rows(self) -> list[Row]:
        """The rows, in order."""
        return self._rows

    def set_rows(self, rows: Sequence[Row]) -> None:
        """Other rows."""
        self.beginResetModel()
        self._rows = list(rows)
        self.endResetModel()

    def rowCount(self, parent: _Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._rows)

    def data(self, index: _Index, role: int = int(Qt.ItemDataRole.DisplayRole)) -> Any:
        if not index.isValid() or index.row() >= len(self._rows):
            return None
        row = self._rows[index.row()]
        if role == ROW_ROLE:
            return row
        if role == Qt.ItemDataRole.DisplayRole:
            return row.title
        if role in (Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.AccessibleDescriptionRole):
            return row.spoken
        if role == Qt.ItemDataRole.ToolTipRole:
            return plain_tip(row.spoken)
        return None


class RowDelegate(QStyledItemDelegate):
    """Draws a `Row`. `large` is the Desk's: 80 px high, names of 24 px.

    A list whose rows look otherwise has a subclass of it that draws them in `paint_row`.
    """

    #: the ground of a row the mouse is over
    hovered: ClassVar[str] = "hover"

    def __init__(self, *, large: bool = False, wrap: bool = False, parent: QWidget | None = None):
        super().__init__(parent)
        self._large, self._wrap = large, wrap

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:
        row = index.data(ROW_ROLE)
        if self._large:
            return QSize(200, 80)
        height = 48 if isinstance(row, Row) and row.detail else 40
        if self._wrap and isinstance(row, Row):
            height += self._title_height(row, self._text_width(row, option)) - 20
        return QSize(120, height)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        row = index.data(ROW_ROLE)
        if not isinstance(row, Row):
            return
        area: QRect = option.rect  # type: ignore[attr-defined]
        state: QStyle.StateFlag = option.state  # type: ignore[attr-defined]
        chosen = bool(state & QStyle.StateFlag.State_Selected)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if chosen or state & QStyle.StateFlag.State_MouseOver:
            ground = self.hovered
            if chosen:
                ground = "hover" if self.on_mist() else "mist"
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(Theme.current().colour(ground))
            painter.drawRoundedRect(QRectF(area), RADIUS, RADIUS)
        self.paint_row(painter, row, area, chosen=chosen)
        painter.restore()

    def paint_row(self, painter: QPainter, row: Row, area: QRect, *, chosen: bool) -> None:
        """Draws what stands in the row, on its ground; `chosen` is the row that Enter takes."""
        del chosen
        side = 32 if self._large else 20
        left = area.left() + (16 if self._large else 8)
        if row.side is not None or row.icon:
            box = QRectF(left, area.center().y() - side / 2 + 0.5, side, side)
            if row.side is not None:
                paint_mark(painter, box, row.side.position, row.side.letter)
            else:
                paint_icon(painter, box, row.icon, row.tone)
            left += side + (16 if self._large else 10)
        right = area.right() - (16 if self._large else 10)
        right = self._paint_right(painter, row, area, right)
        self._paint_words(painter, row, QRect(left, area.top(), right - left, area.height()))

    def on_mist(self) -> bool:
        """Whether the list stands on a mist card, where a chosen row is one shade darker."""
        view = self.parent()
        return isinstance(view, RowList) and view.stands_on_mist

    def _paint_right(self, painter: QPainter, row: Row, area: QRect, right: int) -> int:
        if not row.right:
            return right
        theme = Theme.current()
        painter.setFont(font(BODY, "semibold" if row.strong_right else "regular"))
        painter.setPen(theme.colour("ink" if row.strong_right else "muted"))
        width = painter.fontMetrics().horizontalAdvance(row.right)
        painter.drawText(
            QRect(right - width, area.top(), width, area.height()), _VCENTRE, row.right
        )
        right -= width + 8
        if row.right_icon:
            paint_icon(painter, QRectF(right - 18, area.center().y() - 8, 18, 18), row.right_icon)
            right -= 26
        return right - 4

    def _paint_words(self, painter: QPainter, row: Row, area: QRect) -> None:
        theme = Theme.current()
        title = font(24 if self._large else BODY, "regular" if self._large else "semibold")
        metrics = QFontMetrics(title)
        small = font(BODY if self._large else SMALL)
        if self._wrap and not self._large:
            height = self._title_height(row, area.width())
        else:
            height = metrics.height()
        total = height + (QFontMetrics(small).height() if row.detail else 0)
        top = area.top() + (area.height() - total) // 2
        painter.setFont(title)
        painter.setPen(theme.colour("ink"))
        if self._wrap and not self._large:
            painter.drawText(
                QRect(area.left(), top, area.width(), height),
                int(Qt.TextFlag.TextWordWrap),
                row.title,
            )
        else:
            self._paint_title(painter, row, QRect(area.left(), top, area.width(), height))
        if row.detail:
            painter.setFont(small)
            painter.setPen(theme.colour("muted"))
            cut = QFontMetrics(small).elidedText(
                row.detail, Qt.TextElideMode.ElideRight, area.width()
            )
            painter.drawText(QRect(area.left(), top + height, area.width(), 24), 0, cut)

    def _paint_title(self, painter: QPainter, row: Row, area: QRect) -> None:
        """The title; on a soft ground and bolder where a search matched."""
        theme = Theme.current()
        plain = painter.font()
        shown = QFontMetrics(plain).elidedText(
            row.title, Qt.TextElideMode.ElideRight, area.width() - (12 if row.marked else 0)
        )
        if not row.marked:
            painter.drawText(area, _VCENTRE, shown)
            return
        bold = font(plain.pixelSize(), "bold")
        left, at = area.left(), 0
        pieces: list[tuple[str, bool]] = []
        for start, length in row.marked:
            pieces += [(shown[at:start], False), (shown[start : start + length], True)]
            at = start + length
        pieces.append((shown[at:], False))
        for text, hit in pieces:
            if not text:
                continue
            painter.setFont(bold if hit else plain)
            width = painter.fontMetrics().horizontalAdvance(text)
            box = QRect(left, area.top(), width, area.height())
            if hit:
                painter.fillRect(box, theme.colour("careful-soft"))
                painter.setPen(theme.colour("on-careful-soft"))
            else:
                painter.setPen(theme.colour("ink"))
            painter.drawText(box, _VCENTRE, text)
            left += width

    def _text_width(self, row: Row, option: QStyleOptionViewItem) -> int:
        view = self.parent()
        whole = view.viewport().width() if isinstance(view, QAbstractItemView) else 200
        lead = 30 if row.side is not None or row.icon else 0
        tail = QFontMetrics(font(BODY)).horizontalAdvance(row.right) + 12 if row.right else 0
        return max(whole - lead - tail - 20, 80)

    def _title_height(self, row: Row, width: int) -> int:
        box = QFontMetrics(font(BODY, "semibold")).boundingRect(
            QRect(0, 0, width, 10_000), int(Qt.TextFlag.TextWordWrap), row.title
        )
        return max(box.height(), 20)


_VCENTRE = int(Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine)


class RowList(QListView):
    """A list of rows of which one is chosen. `name` is for screen readers.

    Signals:
        chosen(object): the key of the row that is current now (None for none).
        activated_row(object): Enter or a double click on a row: its key.
    """

    chosen = Signal(object)
    activated_row = Signal(object)

    def __init__(
        self,
        *,
        name: str,
        large: bool = False,
        wrap: bool = False,
        on_mist: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.stands_on_mist = on_mist
        self.setAccessibleName(name)
        self.setModel(RowModel(self))
        self.setItemDelegate(RowDelegate(large=large, wrap=wrap, parent=self))
        self.setFont(font(PART if large else BODY))
        self.setMouseTracking(True)
        self.setFrameShape(QListView.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.activated.connect(self._activated)
        self.selectionModel().currentChanged.connect(self._current_moved)
        if on_mist:
            self.setStyleSheet("QListView { background: transparent; }")

    @property
    def rows(self) -> list[Row]:
        """The rows, in order."""
        model = self.model()
        assert isinstance(model, RowModel)
        return model.rows

    @property
    def current_key(self) -> Any:
        """The key of the chosen row, or None."""
        row = self.currentIndex().data(ROW_ROLE)
        return row.key if isinstance(row, Row) else None

    def set_rows(self, rows: Sequence[Row], *, keep: bool = True) -> None:
        """Other rows; with `keep` the row of the same key stays chosen."""
        key = self.current_key if keep else None
        model = self.model()
        assert isinstance(model, RowModel)
        if list(rows) == model.rows:
            return
        blocked = self.selectionModel().blockSignals(True)
        model.set_rows(rows)
        self.selectionModel().blockSignals(blocked)
        if key is not None:
            self.choose(key)

    def choose(self, key: Any) -> None:
        """Makes the row of that key current; none where there is no such row."""
        for place, row in enumerate(self.rows):
            if row.key == key:
                self.setCurrentIndex(self.model().index(place, 0))
                return
        self.clearSelection()
        self.setCurrentIndex(QModelIndex())

    def step(self, by: int) -> None:
        """Moves the choice up (-1) or down (1), from outside (a search field)."""
        count = len(self.rows)
        if count:
            now = self.currentIndex().row()
            at = min(max(now + by, 0), count - 1) if now >= 0 else (0 if by > 0 else count - 1)
            self.setCurrentIndex(self.model().index(at, 0))

    def focus_rect(self) -> QRect:
        """The ring goes round the current row, or round the whole list."""
        index = self.currentIndex()
        if not index.isValid():
            return self.rect()
        rect = self.visualRect(index)
        return rect.translated(self.viewport().pos()).intersected(self.rect())

    def keyboardSearch(self, search: str) -> None:
        """Letters are shortcuts here, not a search: the search field does that."""

    @Slot(QModelIndex)
    def _activated(self, index: QModelIndex) -> None:
        row = index.data(ROW_ROLE)
        if isinstance(row, Row):
            self.activated_row.emit(row.key)

    @Slot(QModelIndex, QModelIndex)
    def _current_moved(self, current: QModelIndex, _before: QModelIndex) -> None:
        row = current.data(ROW_ROLE)
        self.chosen.emit(row.key if isinstance(row, Row) else None)
