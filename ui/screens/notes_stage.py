"""The two columns of Notes: the list, and the note that is being typed. Which note that is, and
how it is kept when another takes its place."""

from __future__ import annotations

from uuid import UUID

from PySide6.QtCore import QSize, Qt, QTimer, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from facilitator.domain.errors import Trouble
from facilitator.domain.notes import Note, NoteContent, NoteKind
from facilitator.services.drafts import Draft
from facilitator.services.notes import AtTable, alike
from facilitator.services.room_display import Face
from ui.kit import Button, Label, announce
from ui.lanes import FAULT
from ui.screens.changed_meanwhile import ChangedMeanwhileCard
from ui.screens.desk_page import PageStack
from ui.screens.notes_data import NotesData, NoteServices
from ui.screens.notes_editor import NoteEditor, Typed
from ui.screens.notes_frame import AlikeCard, NoteHead
from ui.screens.notes_history import HistoryPage
from ui.screens.notes_keeper import Clash, NoteKeeper
from ui.screens.notes_list import NotesList
from ui.screens.notes_myth import MythEditor
from ui.screens.notes_others import ActionEditor, BrightSpotEditor, PainPointEditor
from ui.screens.notes_words import quiet_words, quoted
from ui.screens.screen import Screen, Surroundings

#: below this width the list and the note take turns; and the least there may be
_NARROW, _NARROWEST = 1106, 700
#: so long after a key what is nearly the same is looked for, in milliseconds
_ALIKE_MS = 250


class NoteStage(Screen):
    """The list at the left, the note at the right with what stands around it."""

    def __init__(self, around: Surroundings, services: NoteServices) -> None:
        super().__init__(around)
        self._services = services
        self._data: NotesData | None = None
        self._narrow = False
        self._different: set[frozenset[UUID]] = set()
        self._keeper = NoteKeeper(
            around.database, services.notes, services.drafts, self._typed, self
        )
        self._keeper.kept.connect(self._kept)
        self._keeper.refused.connect(self._refused)
        self._keeper.clashed.connect(self._clashed)
        #: notes that others changed while they were typed here, the first being decided first
        self._clashes: list[Clash] = []
        self.meanwhile = ChangedMeanwhileCard()
        self.meanwhile.mine.connect(self.keep_mine)
        self.meanwhile.theirs.connect(self.take_theirs)
        self.list = NotesList()
        self.history = HistoryPage()
        self._head = NoteHead()
        self._head.back.connect(self.show_list)
        self.editors: dict[NoteKind, NoteEditor] = {
            NoteKind.MYTH: MythEditor(),
            NoteKind.BRIGHT_SPOT: BrightSpotEditor(),
            NoteKind.PAIN_POINT: PainPointEditor(),
            NoteKind.ACTION: ActionEditor(around.clocks),
        }
        self._stack = QStackedWidget()
        for editor in self.editors.values():
            self._stack.addWidget(editor)
            editor.changed.connect(self._keeper.typed)
            editor.changed.connect(self._paint_head)
            editor.place_changed.connect(self._find_table)
        self._alike_soon = QTimer(self)
        self._alike_soon.setSingleShot(True)
        self._alike_soon.setInterval(_ALIKE_MS)
        self._alike_soon.timeout.connect(self.look_for_alike)
        self.alike = AlikeCard()
        self.alike.different.connect(self._not_the_same)
        self.list.offers.addWidget(self.alike)
        self._arrange()
        self._begin(NoteKind.MYTH)

    # -- properties -----------------------------------------------------------------------------

    @property
    def editor(self) -> NoteEditor:
        """The editor in sight."""
        return self.editors[self._keeper.kind]

    @property
    def myth(self) -> MythEditor:
        """The editor of myths."""
        found = self.editors[NoteKind.MYTH]
        assert isinstance(found, MythEditor)
        return found

    @property
    def spot(self) -> BrightSpotEditor:
        """The editor of bright spots."""
        found = self.editors[NoteKind.BRIGHT_SPOT]
        assert isinstance(found, BrightSpotEditor)
        return found

    @property
    def action(self) -> ActionEditor:
        """The editor of actions."""
        found = self.editors[NoteKind.ACTION]
        assert isinstance(found, ActionEditor)
        return found

    @property
    def note_id(self) -> UUID:
        """The id of the note being typed."""
        return self._keeper.note_id

    @property
    def note(self) -> Note | None:
        """The open note as it was read last, or None while it is a draft."""
        return self._data.find(self.note_id) if self._data and self._keeper.captured else None

    @property
    def _in_room(self) -> bool:
        room = self._data.room if self._data else None
        return room is not None and room.face is Face.MYTH and room.note_id == self.note_id

    # -- the columns ----------------------------------------------------------------------------

    def minimumSizeHint(self) -> QSize:
        """Narrow windows show the list or the note, not both."""
        return QSize(_NARROWEST, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        narrow = event.size().width() < _NARROW
        if narrow != self._narrow:
            self._narrow = narrow
            self._head.set_narrow(narrow)
            self.alike.set_wide(narrow)
            self._place_alike()
            for editor in self.editors.values():
                editor.set_narrow(narrow)
            self._show_side(note=True)

    @Slot()
    def show_list(self) -> None:
        """In a narrow window: the list in the place of the note."""
        self._show_side(note=False)
        self.list.search.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show_side(self, *, note: bool) -> None:
        self.list.setVisible(not self._narrow or not note)
        self._right.setVisible(not self._narrow or note)
        self.list.set_wide(self._narrow)

    # -- the note that is typed -----------------------------------------------------------------

    def _begin(self, kind: NoteKind) -> None:
        self._keeper.begin(kind)
        self._show_editor(self._fresh_content(), None)
        self._offer_clash()

    def _fresh_content(self) -> NoteContent:
        """A new note begins with the attribution of the one before, and the session that is on."""
        editor = self.editor
        now = self._data.session_now if self._data else None
        return NoteContent(attribution=editor.typed.content.attribution, session_id=now)

    def _open(self, note: Note) -> None:
        clash = next((one for one in self._clashes if one.note_id == note.id), None)
        if clash is not None:
            # What was typed is in sight again until it is decided.
            self._keeper.open(note.id, note.kind, captured=True, dirty=True, seen=clash.seen)
            self._show_editor(clash.mine, note)
        else:
            self._keeper.open(note.id, note.kind, captured=True, version=note.version)
            self._show_editor(note.content, note)
        self._offer_clash()

    def _open_draft(self, draft: Draft) -> None:
        note = self._data.find(draft.id) if self._data and draft.of_note else None
        self._keeper.open(
            draft.id, draft.kind, captured=draft.of_note, dirty=True, version=draft.base
        )
        self.list.show_kind(draft.kind)
        self._show_editor(draft.content, note)

    def _show_editor(self, content: NoteContent, note: Note | None) -> None:
        self._show_side(note=True)
        self._right.setCurrentWidget(self._note_side)
        editor = self.editor
        typing = self._stack.isAncestorOf(self.focusWidget() or self)
        if editor.isAncestorOf(self.focusWidget() or self):
            editor.headline.setFocus()
        editor.show_content(content)
        editor.show_facts(note, fresh=True)
        editor.column.verticalScrollBar().setValue(0)
        self._stack.setCurrentWidget(editor)
        if typing:
            editor.take_focus()
        self.list.choose(self.note_id)
        self._paint_head()
        self._foot()
        self.look_for_alike()

    def _leave(self) -> None:
        """Whatever is typed is kept before something else is opened; what cannot be is told."""
        editor = self.editor
        if not editor.is_blank and not editor.ready():
            self.tell("careful", f"Not kept with {quoted(editor.headline.text)}: {editor.problem}")
        if not self._keeper.keep() and not editor.is_empty:
            self.tell("careful", f"A draft: the {self._keeper.kind.words} itself is not said yet.")
            self.reload_soon()

    def _typed(self) -> Typed:
        return self.editor.typed

    @Slot(object)
    def _kept(self, note: Note) -> None:
        if any(one.note_id == note.id for one in self._clashes):
            self._forget_clash(note.id)
            self._offer_clash()
        if note.id == self.note_id and not self._keeper.dirty:
            self.editor.take_base(note.content)

    # -- changed by somebody else meanwhile ------------------------------------------------------

    @Slot(object)
    def _clashed(self, clash: Clash) -> None:
        self._forget_clash(clash.note_id)
        self._clashes.append(clash)
        self._offer_clash()
        if not self.isVisible():
            self.tell("careful", f"{quoted(clash.mine.text)}: {clash.meanwhile.sentence}")
        self.reload_soon()

    def _offer_clash(self) -> None:
        """The open note's first; else that of a note which was left."""
        own = [one for one in self._clashes if one.note_id == self.note_id]
        first = (own or self._clashes)[:1]
        if not first:
            self.meanwhile.settle()
            return
        (clash,) = first
        self.meanwhile.offer(clash.meanwhile, "" if own else quoted(clash.mine.text))

    def _forget_clash(self, note_id: UUID) -> None:
        self._clashes = [one for one in self._clashes if one.note_id != note_id]

    def _to_decide(self) -> Clash | None:
        shown = self.meanwhile.shown
        return next((one for one in self._clashes if one.meanwhile is shown), None)

    @Slot()
    def keep_mine(self) -> None:
        """What was typed here stands, in the fields that contradict."""
        clash = self._to_decide()
        if clash is not None and (clash.note_id != self.note_id or self.editor.ready()):
            self._forget_clash(clash.note_id)
            self._offer_clash()
            self._keeper.keep_mine(clash)

    @Slot()
    def take_theirs(self) -> None:
        """What somebody else wrote stands."""
        clash = self._to_decide()
        if clash is None:
            return
        self._forget_clash(clash.note_id)
        self._offer_clash()
        if clash.note_id == self.note_id and self.editor.isAncestorOf(self.focusWidget() or self):
            # A field in which somebody is typing is left alone by what is read.
            self.editor.headline.setFocus()
        self._keeper.take_theirs(clash)
        self.reload_soon()

    @Slot(object)
    def _refused(self, problem: Exception) -> None:
        self.tell("careful", str(problem) if isinstance(problem, Trouble) else FAULT)

    @Slot()
    def _find_table(self) -> None:
        """Another table or round: who sits there?"""
        typed = self.editor.typed.content
        notes, table = self._services.notes, typed.table
        if not table:
            self.editor.set_at_table(AtTable("", None))
            return
        self.around.database.run(
            lambda: notes.at_table(
                table, session_id=typed.session_id, round_number=typed.round_number
            ),
            self._found_table,
        )

    @Slot(object)
    def _found_table(self, found: AtTable) -> None:
        self.editor.set_at_table(found)

    # -- nearly the same ------------------------------------------------------------------------

    @Slot()
    def look_for_alike(self) -> None:
        """Offers the notes of this kind that say nearly what is typed."""
        self._alike_soon.stop()
        note, note_id, kind = self.note, self.note_id, self._keeper.kind
        gone = note is not None and note.removed_at is not None
        others = [
            other
            for other in (self._data.notes if self._data and not gone else [])
            if other.kind is kind
            and other.id != note_id
            and frozenset((note_id, other.id)) not in self._different
        ]
        found = alike(self.editor.headline.text, others)
        if found and self.alike.note not in found:
            announce(self, f"Nearly the same: {found[0].text}", assertive=False)
        self._place_alike()
        self.alike.offer(found)

    def _place_alike(self) -> None:
        """Where the list is out of sight, what is alike stands below the headline."""
        place = self.editor.column.box if self._narrow else self.list.offers
        if place.indexOf(self.alike) < 0:
            place.insertWidget(min(2, place.count()), self.alike)

    @Slot(object)
    def _not_the_same(self, other_id: UUID) -> None:
        self._different.add(frozenset((self.note_id, other_id)))
        self.look_for_alike()
        self.editor.take_focus()

    # -- head and foot --------------------------------------------------------------------------

    def _arrange(self) -> None:
        box = QHBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(26)
        box.addWidget(self.list)
        self._note_side = QWidget()
        side = QVBoxLayout(self._note_side)
        side.setContentsMargins(0, 0, 0, 0)
        side.setSpacing(4)
        side.addWidget(self._head)
        side.addWidget(self.meanwhile)
        side.addWidget(self._stack, 1)
        side.addLayout(self._build_foot())
        self._right = PageStack()
        self._right.addWidget(self._note_side)
        self._right.addWidget(self.history)
        box.addWidget(self._right, 1)

    def _build_foot(self) -> QHBoxLayout:
        foot = QHBoxLayout()
        foot.setContentsMargins(6, 8, 6, 0)
        foot.setSpacing(16)
        self._keep = Button("Keep and next myth", key="Ctrl+Enter", icon="arrow-right", kind="main")
        self._quiet = Label("", "second", elide=True)
        foot.addWidget(self._keep)
        foot.addWidget(self._quiet, 1)
        return foot

    @Slot()
    def _paint_head(self) -> None:
        """How far the note is; and while somebody types, what is nearly the same."""
        self._head.show_note(
            self._keeper.kind, self.note, self._data.event if self._data else None,
            blank=self.editor.is_empty, in_room=self._in_room,
        )  # fmt: skip
        if not self._alike_soon.isActive():
            self._alike_soon.start()

    def _foot(self) -> None:
        self._keep.setText(f"Keep and next {self._keeper.kind.words}")
        data = self._data
        quiet = quiet_words(data.quiet_tables, has_tables=bool(data.choices.tables)) if data else ""
        self._quiet.setText(f"Saved as you type. {quiet}".strip())
