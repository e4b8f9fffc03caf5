"""What the editors of the four kinds have in common: whom it is of, the headline, themes, place."""

from __future__ import annotations

from dataclasses import dataclass, replace
from uuid import UUID

from PySide6.QtCore import QObject, QSize, Signal, Slot
from PySide6.QtWidgets import QApplication, QHBoxLayout, QVBoxLayout, QWidget

from facilitator.domain.notes import Note, NoteContent, NoteKind, Who
from facilitator.domain.sides import Sides
from facilitator.services.notes import AtTable, NoteChoices
from ui.kit import Scroll
from ui.screens.notes_fields import Headline, PlaceRow, ThemeRow
from ui.screens.notes_parts import Labelled
from ui.screens.notes_who import WhoRow


@dataclass(frozen=True, slots=True)
class Typed:
    """What is being typed. `who` is a text that is still to be looked up, or None."""

    content: NoteContent
    who: str | None = None


@dataclass(frozen=True, slots=True)
class EditorWords:
    """How a kind's editor calls its parts."""

    headline: str
    placeholder: str
    side: str


class NoteEditor(QWidget):
    """The editor of one kind of note. A subclass adds its own fields in `build`, reads them in
    `read` and shows them in `paint`.

    Signals:
        changed(): a person changed something.
        place_changed(): another table or session, or another note with its own: who sits there?
    """

    changed = Signal()
    place_changed = Signal()

    kind: NoteKind
    words: EditorWords

    def __init__(self) -> None:
        super().__init__()
        self._base = NoteContent()
        self._painting = False
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        self.column = Scroll(spacing=8)
        whole.addWidget(self.column)
        # room for the focus ring at the left and right of the column
        self.column.box.setContentsMargins(6, 5, 6, 3)
        self.who = WhoRow(self.words.side)
        self.headline = Headline(self.words.headline, self.words.placeholder)
        self.column.box.addWidget(self.who)
        self.column.box.addWidget(self.headline)
        self.build(self.column.box)
        self.column.box.addStretch(1)
        for signal in (
            self.who.changed, self.headline.textChanged, self.themes.changed, self.place.changed,
        ):  # fmt: skip
            signal.connect(self.note_change)
        self.headline.finished.connect(self.after_headline)
        self.who.decided.connect(self.take_focus)
        self.place.changed.connect(self.place_changed)
        app = QApplication.instance()
        if isinstance(app, QApplication):
            app.focusChanged.connect(self._focus_moved)

    def minimumSizeHint(self) -> QSize:
        """Wide enough for the fields and a scroll bar beside them."""
        hint = super().minimumSizeHint()
        inner = self.column.widget()
        wide = inner.minimumSizeHint().width() + 16 if inner is not None else 0
        return QSize(max(hint.width(), wide), hint.height())

    # -- what a kind adds -----------------------------------------------------------------------

    def build(self, box: QVBoxLayout) -> None:
        """Adds the kind's own fields below the headline."""
        raise NotImplementedError

    def read(self, content: NoteContent) -> NoteContent:
        """The content with the kind's own fields."""
        return content

    def paint(self, content: NoteContent) -> None:
        """Shows the kind's own fields."""

    def show_facts(self, note: Note | None, *, fresh: bool) -> None:
        """Shows what belongs to a note besides its content: hands, pledges."""

    def ready(self) -> bool:
        """Whether nothing typed is wrong; says what is, and puts the keyboard there."""
        return True

    @property
    def problem(self) -> str:
        """What is typed and cannot be kept, as a sentence; empty where nothing is."""
        return ""

    # -- public ---------------------------------------------------------------------------------

    @property
    def typed(self) -> Typed:
        """What is being typed."""
        attribution, side, who = self.who.value
        table, session_id = self.place.value
        content = replace(
            self._base, text=self.headline.text, attribution=attribution, side=side,
            who=who if isinstance(who, Who) else Who(), themes=self.themes.value,
            table=table, session_id=session_id, round_number=self._round(table, session_id),
        )  # fmt: skip
        return Typed(self.read(content), who if isinstance(who, str) else None)

    @property
    def is_blank(self) -> bool:
        """Whether nothing is said yet."""
        return not self.headline.text

    @property
    def is_empty(self) -> bool:
        """Whether nothing at all is typed, in any of its texts."""
        return not self.typed.content.says_anything

    def show_content(self, content: NoteContent) -> None:
        """Another content; nobody is told."""
        self._base = content
        self._painting = True
        try:
            self.who.show_value(content.attribution, content.side, content.who)
            self.headline.set_text(content.text)
            self.themes.show_value(content.themes)
            self.place.show_value(content.table, content.session_id)
            self.paint(content)
        finally:
            self._painting = False
        self.place_changed.emit()

    def set_at_table(self, found: AtTable) -> None:
        """Who sits at the note's table, and in which round."""
        if found.table == self.place.value[0]:
            self.place.set_round(found.round_number)
            self.who.set_table(found)

    def take_base(self, content: NoteContent) -> None:
        """What was kept, while somebody types on: what is not on the screen comes from it."""
        self._base = content
        self.who.show_kept(content.who)

    def set_surroundings(self, choices: NoteChoices, sides: Sides, names: tuple[str, ...]) -> None:
        """What can be chosen."""
        self._painting = True
        try:
            self.who.set_sides(sides)
            self.who.set_names(names)
            self.themes.set_offered(choices.themes)
            self.place.set_offered(choices.tables, choices.sessions)
        finally:
            self._painting = False

    def set_narrow(self, narrow: bool) -> None:
        """Whether there is little room from left to right (a screen at 200 %)."""
        way = self._tags.Direction
        self._tags.setDirection(way.TopToBottom if narrow else way.LeftToRight)
        self._tags.setSpacing(8 if narrow else 16)

    def take_focus(self) -> None:
        """Puts the keyboard where the first word goes."""
        self.headline.setFocus()

    @Slot()
    def after_headline(self) -> None:
        """Enter in the headline: on to the next thing."""
        self.focusNextChild()

    @Slot()
    def note_change(self) -> None:
        """Something was changed; tells so unless the program did it."""
        if not self._painting:
            self.changed.emit()

    def _round(self, table: str, session_id: UUID | None) -> int | None:
        """A kept note stays in its round until somebody says that it was in another session; what
        it is for another is settled when it is kept."""
        base = self._base
        if session_id != base.session_id or (table and not base.table):
            return None
        return base.round_number

    # -- for the kinds --------------------------------------------------------------------------

    def tags_row(self) -> QWidget:
        """Themes and place in one row, the last of every editor."""
        self.themes = ThemeRow()
        self.place = PlaceRow()
        row = QWidget()
        self._tags = QHBoxLayout(row)
        self._tags.setContentsMargins(0, 0, 0, 0)
        self._tags.setSpacing(16)
        self._tags.addWidget(Labelled("Themes", self.themes), 1)
        self._tags.addWidget(self.place)
        return row

    @Slot(QWidget, QWidget)
    def _focus_moved(self, old: QObject | None, new: QObject | None) -> None:
        del old
        inner = self.column.widget()
        if isinstance(new, QWidget) and inner is not None and inner.isAncestorOf(new):
            self.column.ensureWidgetVisible(new, 8, 16)
