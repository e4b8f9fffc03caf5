"""Who is still missing: "has the Ealing practice arrived?", asked at the Desk."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, Qt, Signal, Slot
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QStyleOptionViewItem, QVBoxLayout, QWidget

from facilitator.domain.text import counted
from facilitator.services.arrivals import ArrivalService, Group, find_groups
from facilitator.services.events import Event, EventService
from ui.kit import Choice, Label, Option, Row, RowDelegate, RowList, SearchField
from ui.kit.rows import ROW_ROLE
from ui.lanes import DatabaseLane
from ui.screens.desk_page import DeskPage

#: more groups, or names of one, would not be read; what was typed narrows them down
MOST_GROUPS = 60
MOST_NAMES = 200
#: so few groups are shown with their names at once
OPEN = 2

_ICONS = {
    "side": "users-three", "table": "armchair", "borough": "map-pin", "organisation": "buildings",
}  # fmt: skip
_Key = tuple[str, str]


class _Delegate(RowDelegate):
    """Names stand a step to the right of their group."""

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        row = index.data(ROW_ROLE)
        if isinstance(row, Row) and isinstance(row.key[1], UUID):
            option = QStyleOptionViewItem(option)
            area: QRect = option.rect  # type: ignore[attr-defined]
            option.rect = area.adjusted(30, 0, 0, 0)  # type: ignore[attr-defined]
        super().paint(painter, option, index)


class MissingPage(DeskPage):
    """Sides, tables, boroughs and organisations: how many are here, and who is not yet.

    Enter on a group shows the names that are missing; Enter on a name leads to their check-in.

    Signals:
        wanted(object): the id of the missing person who is to be checked in.
    """

    wanted = Signal(object)

    title = "Who is still missing"
    detail = "Has the Ealing practice arrived? By table, borough, organisation or side"
    icon = "users-three"

    def __init__(
        self,
        lane: DatabaseLane,
        event: EventService,
        arrivals: ArrivalService,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._lane, self._events, self._service = lane, event, arrivals
        self._event: Event | None = None
        self._groups: list[Group] = []
        self._open: set[_Key] = set()
        self._shut: set[_Key] = set()
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(12)
        box.addLayout(self.build_head(Label("Who is still missing", "heading")))
        self.field = SearchField("A table, a borough, an organisation: “Ealing”")
        self.field.textChanged.connect(self._typed)
        self.field.returnPressed.connect(self._entered)
        self.field.moved.connect(self._step)
        box.addWidget(self.field)
        self.kinds = Choice(
            [
                Option("all", "All groups"),
                Option("table", "Tables"),
                Option("borough", "Boroughs"),
                Option("organisation", "Organisations"),
            ],
            name="Which groups",
            value="all",
        )
        self.kinds.chosen.connect(self._typed)
        box.addWidget(self.kinds)
        self._note = Label("", "second", elide=True)
        box.addWidget(self._note)
        self.list = RowList(name="Groups, and who of them is missing")
        self.list.setItemDelegate(_Delegate(parent=self.list))
        self.list.activated_row.connect(self._activated)
        box.addWidget(self.list, 1)

    @property
    def groups(self) -> list[Group]:
        """The groups in sight, best first."""
        kind = self.kinds.value
        groups = [group for group in self._groups if kind in ("all", group.kind)]
        found = find_groups(groups, self.field.text())
        if self.field.text().strip():
            return found
        # With nothing asked: those of whom somebody is missing, the most first.
        return sorted((g for g in found if g.missing), key=lambda g: -len(g.missing))

    def begin(self) -> None:
        """Reads who is missing now, with the keyboard in the field."""
        self.field.setFocus(Qt.FocusReason.OtherFocusReason)
        self.field.selectAll()
        self._open.clear()
        self._shut.clear()
        self._lane.run(self._read, self._take)

    # -- slots ----------------------------------------------------------------------------------

    @Slot(object)
    def _take(self, read: tuple[Event, list[Group]]) -> None:
        self._event, self._groups = read
        self._show()

    @Slot(str)
    def _typed(self, _text: str) -> None:
        self._open.clear()
        self._shut.clear()
        self._show()
        self.list.choose(None)

    @Slot(int)
    def _step(self, by: int) -> None:
        self.list.step(by)

    @Slot()
    def _entered(self) -> None:
        """Enter in the field: what was chosen with an arrow."""
        if self.list.current_key is not None:
            self._activated(self.list.current_key)

    @Slot(object)
    def _activated(self, key: _Key | tuple[_Key, UUID]) -> None:
        of, what = key
        if isinstance(what, UUID):
            self.wanted.emit(what)
            return
        group: _Key = (str(of), what)
        shown = group in self._opened(self.groups)
        (self._shut if shown else self._open).add(group)
        (self._open if shown else self._shut).discard(group)
        self._show()

    # -- internal -------------------------------------------------------------------------------

    def _read(self) -> tuple[Event, list[Group]]:
        return self._events.get(), self._service.groups()

    def _opened(self, groups: Sequence[Group]) -> set[_Key]:
        """The groups whose names are shown: a few that were asked for, and those chosen."""
        asked = self.field.text().strip() and len(groups) <= OPEN
        few = {(g.kind, g.name) for g in groups} if asked else set[_Key]()
        return (few | self._open) - self._shut

    def _show(self) -> None:
        if self._event is None:
            return
        groups = self.groups
        opened = self._opened(groups)
        rows: list[Row] = []
        for group in groups[:MOST_GROUPS]:
            key = (group.kind, group.name)
            rows.append(self._row(group, key, key in opened))
            if key in opened:
                rows += self._names(group, key)
        self.list.set_rows(rows)
        self._note.setText(self._say(len(groups)))

    def _row(self, group: Group, key: _Key, opened: bool) -> Row:
        missing = len(group.missing)
        if not missing:
            detail = "Nobody is missing"
        elif opened:
            detail = f"{missing} missing:"
        else:
            detail = "Missing: " + "; ".join(one.name for one in group.missing[:6])
            detail += f"; and {missing - 6} more" if missing > 6 else ""
        done = "" if missing else "check-circle-fill"
        return Row(
            key, group.title, detail, group.words, icon=_ICONS[group.kind], right_icon=done,
            strong_right=not missing,
        )  # fmt: skip

    def _names(self, group: Group, key: _Key) -> list[Row]:
        assert self._event is not None
        sides = self._event.sides
        return [
            Row(
                (key, one.id), one.name,
                one.organisation if group.kind != "organisation" else "",
                "Enter: check in", side=sides[one.side],
            )
            for one in group.missing[:MOST_NAMES]
        ]  # fmt: skip

    def _say(self, many: int) -> str:
        if not self._groups:
            return "There is nobody on the list yet."
        if not many and self.field.text().strip():
            return "No group is called that. Try one word of it."
        if not many:
            return "Nobody is missing: everyone expected has come."
        more = f"; the first {MOST_GROUPS} are shown" if many > MOST_GROUPS else ""
        where = "" if self.field.text().strip() else " of whom somebody is missing"
        return f"{counted(many, 'group')}{where}{more}. Enter shows the names."
