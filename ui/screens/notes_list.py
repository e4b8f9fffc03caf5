"""The left column of Notes: kinds with their counts, search, filters, the list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from uuid import UUID

from PySide6.QtCore import (
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QMenu,
    QStackedWidget,
    QStyle,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from facilitator.domain.notes import Note, NoteKind, NoteVerdict
from facilitator.domain.sides import DEFAULT_SIDES, Sides
from facilitator.services.notes import NoteChoices, NoteFilter
from ui.icons import paint_icon
from ui.kit import Button, EmptyState, Row, RowDelegate, RowList, SearchField
from ui.kit.rows import ROW_ROLE
from ui.screens.notes_parts import GroupButton
from ui.theme import BODY, RADIUS, SMALL, Theme, font

VERDICT_ICONS = {
    NoteVerdict.BUSTED: "check-circle-fill",
    NoteVerdict.PARTLY_TRUE: "circle-half-fill",
    NoteVerdict.FAIR_CONCERN: "warning-circle-fill",
    NoteVerdict.UNRESOLVED: "question",
}
_EMPTY = {
    NoteKind.MYTH: (
        "No myth yet",
        "Say out loud what shapes behaviour: who believes it, what is true, who believes it then.",
    ),
    NoteKind.BRIGHT_SPOT: (
        "No bright spot yet",
        "What already works, what it needs, whom to ask, and who will copy it.",
    ),
    NoteKind.PAIN_POINT: (
        "No pain point yet",
        "What hurts, and on which side.",
    ),
    NoteKind.ACTION: ("No action yet", "What will be done, by whom and by when."),
}
_Index = QModelIndex | QPersistentModelIndex
_LINES = 3
_WIDTH = 288


def state_icon(note: Note) -> str:
    """The icon beside a note's state."""
    match note.kind:
        case NoteKind.MYTH:
            if note.content.verdict is not None:
                return VERDICT_ICONS[note.content.verdict]
            return "hand-palm"
        case NoteKind.BRIGHT_SPOT:
            return "handshake"
        case NoteKind.PAIN_POINT:
            return "first-aid"
        case NoteKind.ACTION:
            return "check-circle-fill" if note.content.done_at else "flag"


class _Delegate(RowDelegate):
    """A title of up to three lines, below it the state with its icon."""

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:
        row = index.data(ROW_ROLE)
        if not isinstance(row, Row):
            return QSize(120, 48)
        view = self.parent()
        whole = view.viewport().width() if isinstance(view, RowList) else 264
        return QSize(120, self._height(row.title, whole - 24) + 18 + 20)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        row = index.data(ROW_ROLE)
        if not isinstance(row, Row):
            return
        theme = Theme.current()
        area: QRect = option.rect  # type: ignore[attr-defined]
        state: QStyle.StateFlag = option.state  # type: ignore[attr-defined]
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        chosen = bool(state & QStyle.StateFlag.State_Selected)
        if chosen or state & QStyle.StateFlag.State_MouseOver:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour("mist" if chosen else "hover"))
            painter.drawRoundedRect(QRectF(area), RADIUS, RADIUS)
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
        painter.restore()

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


class NotesList(QWidget):
    """The column of lists.

    Signals:
        picked(UUID): a note was chosen.
        new_wanted(): the button below the list.
        kind_chosen(NoteKind): another kind is listed.
    """

    picked = Signal(object)
    new_wanted = Signal()
    kind_chosen = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.setFixedWidth(_WIDTH)
        self._notes: list[Note] = []
        self._removed: list[Note] = []
        self._sides: Sides = DEFAULT_SIDES
        self._choices = NoteChoices((), (), ())
        self._filter = NoteFilter()
        self._words = ""
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(8)
        self.tabs = KindTabs()
        self.tabs.chosen.connect(self._kind_chosen)
        box.addWidget(self.tabs)
        line = QHBoxLayout()
        line.setSpacing(8)
        self.search = SearchField("Search notes")
        self.search.textChanged.connect(self._show)
        self.search.returnPressed.connect(self._to_list)
        line.addWidget(self.search, 1)
        self.filter = Button("Filter", icon="funnel", kind="normal")
        self.filter.clicked.connect(self._offer_filters)
        line.addWidget(self.filter)
        box.addLayout(line)
        self.clear = Button("", icon="x", kind="quiet", spread=True)
        self.clear.clicked.connect(self.clear_filter)
        self.clear.hide()
        box.addWidget(self.clear)
        self.list = RowList(name="Notes", wrap=True)
        self.list.setItemDelegate(_Delegate(wrap=True, parent=self.list))
        self.list.setSpacing(0)
        self.search.moved.connect(self.list.step)
        self.list.chosen.connect(self._row_chosen)
        self._empty = EmptyState("chat-text", "", "")
        self._stack = QStackedWidget()
        self._stack.addWidget(self.list)
        self._stack.addWidget(self._empty)
        box.addWidget(self._stack, 1)
        self.new = Button("New myth", key="Ctrl+M", icon="plus", spread=True)
        self.new.clicked.connect(self.new_wanted)
        box.addWidget(self.new)
        self._show()

    @property
    def kind(self) -> NoteKind:
        """The kind that is listed."""
        return self.tabs.value

    @property
    def shown(self) -> list[UUID]:
        """The ids of the notes in the list, in order."""
        return [row.key for row in self.list.rows]

    @property
    def filtered(self) -> bool:
        """Whether a filter or a search hides notes."""
        return bool(self._words or self.search.text().strip())

    def set_notes(
        self,
        notes: Sequence[Note],
        removed: Sequence[Note],
        choices: NoteChoices,
        sides: Sides,
    ) -> None:
        """Everything that can be listed."""
        self._notes, self._removed = list(notes), list(removed)
        self._choices, self._sides = choices, sides
        self._show()

    def set_wide(self, wide: bool) -> None:
        """Alone on the screen it takes all the width."""
        self.setMinimumWidth(_WIDTH)
        self.setMaximumWidth(16_777_215 if wide else _WIDTH)

    def show_kind(self, kind: NoteKind) -> None:
        """Lists another kind; nobody is told."""
        self.tabs.choose(kind)
        self._show()

    def choose(self, note_id: UUID | None) -> None:
        """Marks a note as the one that is open; nobody is told."""
        blocked = self.list.blockSignals(True)
        self.list.choose(note_id)
        self.list.blockSignals(blocked)

    def set_filter(self, words: str, wanted: NoteFilter) -> None:
        """Lets only some notes through; `words` say which."""
        self._words, self._filter = words, wanted
        self.clear.setVisible(bool(words))
        self.clear.setText(f"Only {words}")
        self.clear.setAccessibleName(f"Only {words}: press to show all notes again")
        self._show()

    @Slot()
    def clear_filter(self) -> None:
        """Lets all notes through again."""
        self.set_filter("", NoteFilter())

    def filters(self) -> QMenu:
        """The menu of filters: by session, table, theme and side."""
        menu = QMenu(self)

        def part(title: str, entries: list[tuple[str, str, NoteFilter]]) -> None:
            below = menu.addMenu(title)
            below.setEnabled(bool(entries))
            for text, words, wanted in entries:
                # "&&" is one ampersand; a single one would be a mnemonic
                act = below.addAction(text.replace("&", "&&"))
                act.triggered.connect(partial(self.set_filter, words, wanted))

        part("By session", [
            (one.title, f"“{one.title}”", NoteFilter(session_id=one.id))
            for one in self._choices.sessions
        ])  # fmt: skip
        part("By table", [
            (f"Table {label}", f"table {label}", NoteFilter(table=label))
            for label in self._choices.tables
            if any(note.content.table == label for note in self._notes)
        ])  # fmt: skip
        part("By theme", [
            (theme, f"“{theme}”", NoteFilter(theme=theme)) for theme in self._choices.themes
        ])  # fmt: skip
        part("By side", [
            (side.name, side.name, NoteFilter(side=side.key)) for side in self._sides
        ])  # fmt: skip
        menu.addSeparator()
        removed = menu.addAction(f"Removed notes ({len(self._removed)})")
        removed.setEnabled(bool(self._removed))
        removed.triggered.connect(partial(self.set_filter, "removed", NoteFilter(removed=True)))
        everything = menu.addAction("All notes")
        everything.triggered.connect(self.clear_filter)
        return menu

    @Slot()
    def _offer_filters(self) -> None:
        menu = self.filters()
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(self.filter.mapToGlobal(QPoint(0, self.filter.height() + 4)))

    @Slot()
    def _show(self) -> None:
        kind = self.kind
        self.new.setText(f"New {kind.words}")
        wanted = replace(self._filter, kind=kind, text=self.search.text())
        source = self._removed if wanted.removed else self._notes
        found = [note for note in source if wanted.lets_through(note)]
        self.list.setAccessibleName(kind.many)
        blocked = self.list.blockSignals(True)
        self.list.set_rows(
            [
                Row(note.id, note.text, detail=note.state, icon=state_icon(note))
                for note in reversed(found)
            ]
        )
        self.list.blockSignals(blocked)
        counts: dict[NoteKind, int] = {}
        for note in self._notes:
            counts[note.kind] = counts.get(note.kind, 0) + 1
        self.tabs.set_counts(counts)
        text, detail = _EMPTY[kind]
        if self.filtered:
            text, detail = "Nothing found", "Other words or no filter find more."
        self._empty.heading.setText(text)
        self._empty.detail.setText(detail)
        self._empty.detail.show()
        self._stack.setCurrentIndex(0 if found else 1)

    @Slot(object)
    def _kind_chosen(self, kind: NoteKind) -> None:
        self._show()
        self.kind_chosen.emit(kind)

    @Slot(object)
    def _row_chosen(self, key: object) -> None:
        if isinstance(key, UUID):
            self.picked.emit(key)

    @Slot()
    def _to_list(self) -> None:
        if self.list.rows:
            if self.list.current_key is None:
                self.list.step(1)
            self.list.setFocus(Qt.FocusReason.OtherFocusReason)
