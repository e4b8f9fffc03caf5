"""The list of people as a table: dumb, complete, and read aloud row by row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QPersistentModelIndex,
    QRectF,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from facilitator.domain.people import Person, Status
from facilitator.services.events import Event
from ui.icons import paint_icon
from ui.kit import Label, paint_mark, plain_tip
from ui.theme import BODY, Theme, font

_Index = QModelIndex | QPersistentModelIndex
HEADINGS = ("Name", "Organisation", "Borough", "Status")
_PERSON = int(Qt.ItemDataRole.UserRole) + 1
_ICONS = {
    Status.ARRIVED: "check-circle-fill",
    Status.LEFT: "sign-out",
    Status.CANCELLED: "x-circle",
    Status.EXPECTED: "circle",
}


def status_words(person: Person, event: Event, table: str | None) -> str:
    """ "Here since 09:11, table 4"."""
    match person.status:
        case Status.EXPECTED:
            return "Expected"
        case Status.CANCELLED:
            return "Cancelled"
        case Status.LEFT:
            return f"Left at {event.local(person.since):%H:%M}" if person.since else "Left"
        case Status.ARRIVED:
            since = f" since {event.local(person.since):%H:%M}" if person.since else ""
            return f"Here{since}" + (f", table {table}" if table else "")


class PeopleModel(QAbstractTableModel):
    """People, a row each."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._people: list[Person] = []
        self._tables: Mapping[UUID, str] = {}
        self._event: Event | None = None

    @property
    def people(self) -> list[Person]:
        """The people shown, in order."""
        return self._people

    @property
    def held(self) -> Event | None:
        """The event they belong to."""
        return self._event

    def set_people(
        self, event: Event, people: Sequence[Person], tables: Mapping[UUID, str]
    ) -> None:
        """Other people."""
        self.beginResetModel()
        self._event, self._people, self._tables = event, list(people), tables
        self.endResetModel()

    def rowCount(self, parent: _Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._people)

    def columnCount(self, parent: _Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(HEADINGS)

    def headerData(
        self,
        section: int,
        orientation: Qt.Orientation,
        role: int = int(Qt.ItemDataRole.DisplayRole),
    ) -> Any:
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return HEADINGS[section]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        return None

    def data(self, index: _Index, role: int = int(Qt.ItemDataRole.DisplayRole)) -> Any:
        if not index.isValid() or self._event is None:
            return None
        person = self._people[index.row()]
        if role == _PERSON:
            return person
        text = self._text(person, index.column())
        if role == Qt.ItemDataRole.DisplayRole:
            return text
        if role in (Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.AccessibleDescriptionRole):
            return f"{HEADINGS[index.column()]}: {text}"
        if role == Qt.ItemDataRole.ToolTipRole:
            return plain_tip(text)
        return None

    def _text(self, person: Person, column: int) -> str:
        assert self._event is not None
        match column:
            case 0:
                return person.sorted_name
            case 1:
                return person.organisation or person.role
            case 2:
                return person.borough
            case _:
                return status_words(person, self._event, self._tables.get(person.id))


class _Delegate(QStyledItemDelegate):
    """Draws the mark of the side before a name, and a sign before a status."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        person = index.data(_PERSON)
        model = index.model()
        if not isinstance(person, Person) or not isinstance(model, PeopleModel):
            return
        event = model.held
        assert event is not None
        theme = Theme.current()
        area = option.rect  # type: ignore[attr-defined]
        chosen = option.state & QStyle.StateFlag.State_Selected  # type: ignore[attr-defined]
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if chosen:
            painter.fillRect(area, theme.colour("hover"))
        left = area.left() + 10
        first = index.column() == 0
        if first:
            side = event.sides[person.side]
            paint_mark(
                painter, QRectF(left, area.center().y() - 9.5, 20, 20), side.position, side.letter
            )
            left += 30
        elif index.column() == len(HEADINGS) - 1:
            box = QRectF(left, area.center().y() - 8, 17, 17)
            paint_icon(painter, box, _ICONS[person.status], "ink" if person.is_here else "muted")
            left += 25
        painter.setFont(font(BODY, "semibold" if first else "regular", tabular=True))
        painter.setPen(theme.colour("ink" if first or person.is_here else "muted"))
        room = area.right() - left - 6
        text = painter.fontMetrics().elidedText(
            str(index.data()), Qt.TextElideMode.ElideRight, room
        )
        flags = int(Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine)
        painter.drawText(left, area.top(), room, area.height(), flags, text)
        painter.restore()


class PeopleTable(QTableView):
    """The table.

    Signals:
        picked(object): the person that is current now, or None.
        chosen_many(int): how many are selected.
    """

    picked = Signal(object)
    chosen_many = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("People")
        self._model = PeopleModel(self)
        self.setModel(self._model)
        self.setItemDelegate(_Delegate(self))
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.setWordWrap(False)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(40)
        head = self.horizontalHeader()
        head.setHighlightSections(False)
        head.setSectionsClickable(False)
        head.setMinimumSectionSize(60)
        for column, mode in enumerate(
            (QHeaderView.ResizeMode.Stretch, QHeaderView.ResizeMode.Stretch,
             QHeaderView.ResizeMode.Fixed, QHeaderView.ResizeMode.Fixed)
        ):  # fmt: skip
            head.setSectionResizeMode(column, mode)
        head.resizeSection(2, 124)
        head.resizeSection(3, 212)
        # A search that finds nobody must not look like a list that is still on its way.
        self.nobody = Label("Nobody like this is on the list.", "second", parent=self.viewport())
        self.nobody.move(12, 12)
        self.nobody.hide()
        self.selectionModel().currentRowChanged.connect(self._current)
        self.selectionModel().selectionChanged.connect(self._selected)

    @property
    def people(self) -> list[Person]:
        """The people shown."""
        return self._model.people

    @property
    def selected(self) -> list[Person]:
        """Those selected, in the order of the list."""
        rows = sorted({index.row() for index in self.selectionModel().selectedRows()})
        return [self._model.people[row] for row in rows]

    @property
    def current(self) -> Person | None:
        """The person the keyboard is on."""
        row = self.currentIndex().row()
        return self._model.people[row] if 0 <= row < len(self._model.people) else None

    def set_people(
        self, event: Event, people: Sequence[Person], tables: Mapping[UUID, str]
    ) -> None:
        """Other people; whoever was current stays so."""
        before = self.current
        self._model.set_people(event, people, tables)
        wanted = next((i for i, p in enumerate(people) if before and p.id == before.id), 0)
        if people:
            self.selectRow(wanted)
            self.setCurrentIndex(self._model.index(wanted, 0))
        self.nobody.setVisible(not people)
        self.picked.emit(self.current)

    def step(self, by: int) -> None:
        """Up (-1) or down (1), from the search field."""
        row = min(max(self.currentIndex().row() + by, 0), len(self._model.people) - 1)
        if row >= 0:
            self.selectRow(row)

    def keyboardSearch(self, search: str) -> None:
        """Letters are shortcuts here; the search field searches."""

    @Slot(QModelIndex, QModelIndex)
    def _current(self, _now: QModelIndex, _before: QModelIndex) -> None:
        self.picked.emit(self.current)

    @Slot()
    def _selected(self) -> None:
        self.chosen_many.emit(len(self.selectionModel().selectedRows()))
