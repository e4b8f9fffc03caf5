"""The left column of Notes: kinds with their counts, search, filters, the list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from uuid import UUID

from PySide6.QtCore import QPoint, Qt, Signal, Slot
from PySide6.QtGui import QShortcut
from PySide6.QtWidgets import QHBoxLayout, QMenu, QStackedWidget, QVBoxLayout, QWidget

from facilitator.domain.notes import Note, NoteKind, NoteVerdict
from facilitator.domain.sides import DEFAULT_SIDES, Sides
from facilitator.domain.text import listed
from facilitator.services.drafts import Draft
from facilitator.services.notes import NoteChoices, NoteFilter
from ui.kit import Button, EmptyState, Row, RowList, SearchField
from ui.kit.key_kinds import sequences
from ui.screens.notes_tabs import KindTabs, NoteDelegate
from ui.screens.notes_words import quoted

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
_WIDTH = 288
#: characters of a filter that the button below the search has room for
_CLEAR_WORDS = 30


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


class NotesList(QWidget):
    """The column of lists.

    Signals:
        picked(UUID): a note was chosen.
        new_wanted(): the button below the list.
        kind_chosen(NoteKind): another kind is listed.
        menu_wanted(QPoint): what can be done with the note at a place of the screen.
    """

    picked = Signal(object)
    new_wanted = Signal()
    kind_chosen = Signal(object)
    menu_wanted = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.setFixedWidth(_WIDTH)
        self._notes: list[Note] = []
        self._removed: list[Note] = []
        self._drafts: list[Draft] = []
        self._parts: dict[str, str] = {}
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
        self.search = SearchField("Search, Ctrl+F")
        self.search.setAccessibleName("Search notes")
        find = QShortcut(self)
        find.setKeys(sequences("Ctrl+F"))
        find.activated.connect(self._find)
        self.search.textChanged.connect(self._show)
        self.search.returnPressed.connect(self._to_list)
        line.addWidget(self.search, 1)
        self.filter = Button("Filter", key="Alt+F")
        self.filter.clicked.connect(self._offer_filters)
        line.addWidget(self.filter)
        box.addLayout(line)
        self.clear = Button("", icon="x", kind="quiet", spread=True)
        self.clear.clicked.connect(self.clear_filter)
        self.clear.hide()
        box.addWidget(self.clear)
        self.list = RowList(name="Notes", wrap=True)
        self.list.setItemDelegate(NoteDelegate(wrap=True, parent=self.list))
        self.list.setSpacing(0)
        self.search.moved.connect(self.list.step)
        self.list.chosen.connect(self._row_chosen)
        self.list.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.list.customContextMenuRequested.connect(self._menu_wanted)
        self._empty = EmptyState("chat-text", "", "")
        self._stack = QStackedWidget()
        self._stack.addWidget(self.list)
        self._stack.addWidget(self._empty)
        box.addWidget(self._stack, 1)
        #: where something about the list can be offered
        self.offers = QVBoxLayout()
        box.addLayout(self.offers)
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
        drafts: Sequence[Draft] = (),
    ) -> None:
        """Everything that can be listed; `drafts` are those of which there is no note yet."""
        self._notes, self._removed, self._drafts = list(notes), list(removed), list(drafts)
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
        self._words, self._filter, self._parts = words, wanted, {}
        self._say_filter()

    def narrow(self, part: str, words: str, wanted: NoteFilter) -> None:
        """Lets fewer notes through: those of a session, table, theme or side (`part`, a field of
        the filter) as well as whatever was chosen before."""
        self._parts = {**self._parts, part: words}
        self._words = listed(list(self._parts.values()))
        base = NoteFilter() if self._filter.removed else self._filter
        self._filter = replace(base, **{part: getattr(wanted, part)})
        self._say_filter()

    def _say_filter(self) -> None:
        words = self._words
        self.clear.setVisible(bool(words))
        short = words if len(words) <= _CLEAR_WORDS else words[: _CLEAR_WORDS - 1].rstrip() + "…"
        self.clear.setText(f"Only {short}")
        self.clear.setAccessibleName(f"Only {words}: press to show all notes again")
        self._show()

    @Slot()
    def clear_filter(self) -> None:
        """Lets all notes through again."""
        self.set_filter("", NoteFilter())

    def filters(self) -> QMenu:
        """The menu of filters: by session, table, theme and side. What is chosen in one narrows
        what was chosen in another."""
        menu = QMenu(self)

        def part(title: str, name: str, entries: list[tuple[str, str, NoteFilter]]) -> None:
            below = menu.addMenu(title)
            below.setEnabled(bool(entries))
            for text, words, wanted in entries:
                # "&&" is one ampersand; a single one would be a mnemonic
                act = below.addAction(text.replace("&", "&&"))
                act.triggered.connect(partial(self.narrow, name, words, wanted))

        part("By &session", "session_id", [
            (one.title, quoted(one.title), NoteFilter(session_id=one.id))
            for one in self._choices.sessions
        ])  # fmt: skip
        part("By &table", "table", [
            (f"Table {label}", f"table {label}", NoteFilter(table=label))
            for label in self._choices.tables
            if any(note.content.table == label for note in self._notes)
        ])  # fmt: skip
        part("By t&heme", "theme", [
            (theme, quoted(theme), NoteFilter(theme=theme)) for theme in self._choices.themes
        ])  # fmt: skip
        part("By si&de", "side", [
            (side.name, side.name, NoteFilter(side=side.key)) for side in self._sides
        ])  # fmt: skip
        menu.addSeparator()
        removed = menu.addAction(f"&Removed notes ({len(self._removed)})")
        removed.setEnabled(bool(self._removed))
        removed.triggered.connect(partial(self.set_filter, "removed", NoteFilter(removed=True)))
        everything = menu.addAction("&All notes")
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
        drafts = [] if self.filtered else [one for one in self._drafts if one.kind is kind]
        self.list.set_rows(
            [
                Row(one.id, one.content.first_words, detail="Draft, not yet a note",
                    icon="pencil-simple")
                for one in drafts
            ]
            + [
                Row(note.id, note.text, detail=_state(note), icon=state_icon(note))
                for note in reversed(found)
            ]
        )  # fmt: skip
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
        self._stack.setCurrentIndex(0 if found or drafts else 1)

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

    @Slot()
    def _find(self) -> None:
        self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search.selectAll()

    @Slot(QPoint)
    def _menu_wanted(self, place: QPoint) -> None:
        if self.list.current_key is not None:
            self.menu_wanted.emit(self.list.viewport().mapToGlobal(place))


def _state(note: Note) -> str:
    """How far a note has come, and how many are in it."""
    return f"{note.state} · {len(note.merged) + 1} in one" if note.merged else note.state
