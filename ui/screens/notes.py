"""Notes: the list at the left, the note being typed at the right. Saved as it is typed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING
from uuid import UUID

from PySide6.QtCore import QEvent, QObject, QPoint, QSize, Qt, QTimer, Slot
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QStackedWidget, QVBoxLayout, QWidget

from facilitator.domain.changes import Changes
from facilitator.domain.errors import Trouble
from facilitator.domain.hands import NO_HANDS
from facilitator.domain.notes import Note, NoteContent, NoteKind, Pledge
from facilitator.services.drafts import Draft
from facilitator.services.notes import AtTable, Captured, alike
from facilitator.services.room_display import Face
from ui.kit import Button, Label, announce
from ui.lanes import FAULT
from ui.screens.desk_page import PageStack
from ui.screens.notes_acts import NoteActs
from ui.screens.notes_data import NotesData, NoteServices
from ui.screens.notes_editor import NoteEditor, Typed
from ui.screens.notes_fields import Headline
from ui.screens.notes_frame import AlikeCard, NoteHead
from ui.screens.notes_hands import Shown
from ui.screens.notes_history import HistoryPage, NoteHistory
from ui.screens.notes_keeper import NoteKeeper
from ui.screens.notes_list import NotesList
from ui.screens.notes_menu import note_menu
from ui.screens.notes_myth import MythEditor
from ui.screens.notes_others import ActionEditor, BrightSpotEditor, PainPointEditor
from ui.screens.notes_words import quiet_words, quoted
from ui.screens.screen import Screen, Surroundings

if TYPE_CHECKING:
    from facilitator.app import EventApp

#: below this width the list and the note take turns; and the least there may be
_NARROW, _NARROWEST = 1106, 700
#: so long after a key what is nearly the same is looked for, in milliseconds
_ALIKE_MS = 250


class NotesScreen(Screen):
    """Myths, bright spots, pain points and actions."""

    areas = (
        Changes.NOTES
        | Changes.ARRIVALS
        | Changes.PEOPLE
        | Changes.PROGRAMME
        | Changes.EVENT
        | Changes.ROOM
    )
    more_keys = (
        ("Ctrl+N", "A new note of the kind that is listed"),
        ("n f h m a", "In a count of hands: by eye, none, a few, half, most, all"),
        ("/", "In a count of hands: to the number of people present"),
        ("Ctrl+Z", "In a count of hands: take the last one back"),
        ("Ctrl+Z", "In the list or an empty line: take back the last thing done to notes"),
        ("Ctrl+F", "Search the notes"),
        ("Alt+A, Alt+S", "Who may be named; whose it is"),
        ("Down", "In “Who said it”: who sits at the table"),
    )

    @classmethod
    def build(cls, app: EventApp, around: Surroundings) -> NotesScreen:
        """The screen over an open event."""
        return cls(around, NoteServices.of(app))

    def __init__(self, around: Surroundings, services: NoteServices) -> None:
        super().__init__(around)
        self._services = services
        self._data: NotesData | None = None
        self._first = True
        self._wanted: UUID | None = None
        self._narrow = False
        self._room_before = Face.WELCOME
        self._different: set[frozenset[UUID]] = set()
        self._keeper = NoteKeeper(
            around.database, services.notes, services.drafts, self._typed, self
        )
        self._keeper.kept.connect(self._kept)
        self._keeper.written.connect(self._written)
        self._keeper.refused.connect(self._refused)
        self.acts = NoteActs(around.database, services, self)
        self.acts.said.connect(self.said)
        self.acts.refused.connect(self._act_refused)
        self.acts.opened.connect(self._look_at)
        self.acts.gone.connect(self._gone)
        box = QHBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(26)
        self.list = NotesList()
        self.list.picked.connect(self.open_note)
        self.list.new_wanted.connect(self.take_note)
        self.list.kind_chosen.connect(self._kind_chosen)
        box.addWidget(self.list)
        self.list.menu_wanted.connect(self._offer_menu)
        self._note_side = QWidget()
        self._side_box = QVBoxLayout(self._note_side)
        self._side_box.setContentsMargins(0, 0, 0, 0)
        self._side_box.setSpacing(4)
        self.history = HistoryPage()
        self.history.left.connect(self.leave_history)
        self.history.wanted.connect(self._bring_back)
        self._right = PageStack()
        self._right.addWidget(self._note_side)
        self._right.addWidget(self.history)
        box.addWidget(self._right, 1)
        self._head = NoteHead()
        self._head.back.connect(self.show_list)
        self._head.more.connect(self._offer_more)
        self._head.show_wanted.connect(self.show_in_room)
        self._side_box.addWidget(self._head)
        self._stack = QStackedWidget()
        self.editors: dict[NoteKind, NoteEditor] = {
            NoteKind.MYTH: MythEditor(),
            NoteKind.BRIGHT_SPOT: BrightSpotEditor(),
            NoteKind.PAIN_POINT: PainPointEditor(),
            NoteKind.ACTION: ActionEditor(around.clocks),
        }
        for editor in self.editors.values():
            self._stack.addWidget(editor)
            editor.changed.connect(self._keeper.typed)
            editor.changed.connect(self._paint_head)
            editor.place_changed.connect(self._find_table)
            editor.headline.installEventFilter(self)
        self._side_box.addWidget(self._stack, 1)
        self._alike_soon = QTimer(self)
        self._alike_soon.setSingleShot(True)
        self._alike_soon.setInterval(_ALIKE_MS)
        self._alike_soon.timeout.connect(self.look_for_alike)
        self.alike = AlikeCard()
        self.alike.same.connect(self.join)
        self.alike.different.connect(self._not_the_same)
        self.list.offers.addWidget(self.alike)
        self.list.search.installEventFilter(self)
        self._side_box.addLayout(self._build_foot())
        self.myth.hands_shown.connect(self._hands_shown)
        self.spot.pledged.connect(self._pledged)
        self.spot.pledge_taken_back.connect(self._pledge_taken_back)
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

    def keyPressEvent(self, event: QKeyEvent) -> None:
        control = event.modifiers() == Qt.KeyboardModifier.ControlModifier
        if event.key() == Qt.Key.Key_Z and control:
            self.undo()
        else:
            super().keyPressEvent(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Ctrl+Z in an empty line is no text's: it takes the last act back."""
        if (
            isinstance(event, QKeyEvent)
            and event.type() == QEvent.Type.KeyPress
            and event.key() == Qt.Key.Key_Z
            and event.modifiers() == Qt.KeyboardModifier.ControlModifier
        ):
            empty = (
                not watched.toPlainText() and not watched.document().isUndoAvailable()
                if isinstance(watched, Headline)
                else not self.list.search.text()
            )
            if empty:
                self.undo()
                return True
        return super().eventFilter(watched, event)

    # -- the window -----------------------------------------------------------------------------

    def reload(self) -> None:
        """Reads everything anew."""
        self.around.database.run(self._services.read, self._paint)

    def shown(self) -> None:
        """Puts the keyboard in the headline."""
        self.editor.take_focus()

    def hidden(self) -> None:
        """What is typed becomes a note."""
        self._leave()

    def may_close(self) -> bool:
        """What is typed is put on disk before the window goes."""
        self._leave()
        return True

    def behind(self) -> Mapping[str, Callable[[], None]]:
        return {"history": self._first_history, "nearly the same": self._first_alike}

    @Slot()
    def show_list(self) -> None:
        """In a narrow window: the list in the place of the note."""
        self._show_side(note=False)
        self.list.search.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show_side(self, *, note: bool) -> None:
        self.list.setVisible(not self._narrow or not note)
        self._right.setVisible(not self._narrow or note)
        self.list.set_wide(self._narrow)

    @Slot()
    def take_note(self) -> None:
        """A new note of the kind that is listed."""
        self._leave()
        self._begin(self.list.kind)
        self.editor.take_focus()

    @Slot()
    def keep_and_next(self) -> None:
        """Keeps the note and begins the next of its kind."""
        if self.editor.is_blank:
            self.tell("info", f"Say the {self._keeper.kind.words} first; nothing is kept yet.")
            self.editor.take_focus()
            return
        if self.editor.ready() and self._keeper.keep():
            announce(self, "Kept")
            self._begin(self._keeper.kind)
            self.editor.take_focus()

    @Slot()
    def show_in_room(self) -> None:
        """F9: the room sees this myth, once it is on disk, or no longer sees it."""
        room = self._services.room
        if self._in_room:
            before = self._room_before
            self.around.database.run(lambda: room.show(before), None, self._refused)
            return
        if not self.myth.ready():
            return
        if not self._keeper.keep():
            self.tell("info", "Say the claim first; the room never sees a draft.")
            return
        if self._data is not None and self._data.room.face is not Face.MYTH:
            self._room_before = self._data.room.face
        note_id = self.note_id
        self.around.database.run(lambda: room.show(Face.MYTH, note_id=note_id), None, self._refused)

    @Slot(object)
    def open_note(self, note_id: UUID) -> None:
        """Opens a note in its editor, as soon as it has been read."""
        if note_id == self.note_id:
            return
        self._leave()
        note = self._data.find(note_id) if self._data else None
        draft = self._data.draft(note_id) if self._data and note is None else None
        if draft is not None:
            self._open_draft(draft)
            self.reload_soon()
            return
        if note is None:
            self._wanted = note_id
            self.reload_soon()
            return
        self.list.show_kind(note.kind)
        self._open(note)

    # -- reading --------------------------------------------------------------------------------

    @Slot(object)
    def _paint(self, data: NotesData) -> None:
        self._data = data
        sides = data.event.sides
        drafts = [one for one in data.drafts if not one.of_note and one.id != self.note_id]
        self.list.set_notes(data.notes, data.listed.removed, data.choices, sides, drafts)
        self.action.set_notes([n for n in data.notes if n.id != self.note_id])
        for editor in self.editors.values():
            editor.set_surroundings(data.choices, sides, data.names)
        self.myth.set_here(data.here)
        if self._first:
            self._first = False
            self._find_drafts(data)
        wanted, self._wanted = self._wanted, None
        if wanted is not None and data.find(wanted) is not None:
            self.open_note(wanted)
        note = self.note
        if note is not None:
            if not self._keeper.dirty:
                self.editor.show_content(note.content)
            self.editor.show_facts(note, fresh=False)
        elif not self._keeper.captured and self.editor.is_empty:
            self.editor.show_content(self._fresh_content())
        self.list.choose(self.note_id)
        self._paint_head()
        self._foot()
        self.look_for_alike()

    def _find_drafts(self, data: NotesData) -> None:
        """What was being typed when the program last stopped: the latest is opened again, older
        ones become notes, so that nothing is lost."""
        found = [draft for draft in data.drafts if draft.content.says_anything]
        if not found or not self.editor.is_empty:
            return
        latest = found[0]
        self._open_draft(latest)
        # What has no headline yet is no note: it waits in the list.
        for draft in (one for one in found[1:] if one.content.text):
            notes = self._services.notes
            if draft.of_note:
                self.around.database.run(partial(notes.edit, draft.id, draft.content))
            else:
                self.around.database.run(
                    partial(notes.capture, draft.id, draft.kind, draft.content)
                )
        said = quoted(latest.content.first_words)
        self.tell("info", f"Found again, as it was being typed: {said}.")

    # -- opening --------------------------------------------------------------------------------

    def _begin(self, kind: NoteKind) -> None:
        self._keeper.begin(kind)
        self._show_editor(self._fresh_content(), None)

    def _fresh_content(self) -> NoteContent:
        """A new note begins with the attribution of the one before, and the session that is on."""
        editor = self.editor
        now = self._data.session_now if self._data else None
        return NoteContent(attribution=editor.typed.content.attribution, session_id=now)

    def _open(self, note: Note) -> None:
        self._keeper.open(note.id, note.kind, captured=True)
        self._show_editor(note.content, note)

    def _open_draft(self, draft: Draft) -> None:
        note = self._data.find(draft.id) if self._data and draft.of_note else None
        self._keeper.open(draft.id, draft.kind, captured=draft.of_note, dirty=True)
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

    @Slot(object)
    def _kind_chosen(self, kind: NoteKind) -> None:
        self._leave()
        self._begin(kind)
        if self._narrow:
            self._show_side(note=False)

    # -- writing --------------------------------------------------------------------------------

    def _typed(self) -> Typed:
        return self.editor.typed

    @Slot(object)
    def _kept(self, note: Note) -> None:
        if note.id == self.note_id and not self._keeper.dirty:
            self.editor.take_base(note.content)

    @Slot(object)
    def _refused(self, problem: Exception) -> None:
        self.tell("careful", str(problem) if isinstance(problem, Trouble) else FAULT)

    @Slot(object)
    def _written(self, captured: Captured) -> None:
        before = self._data.find(captured.note.id) if self._data else None
        self.acts.captured(before, captured)

    @Slot(object)
    def _act_refused(self, problem: Exception) -> None:
        self._refused(problem)
        self.reload_soon()

    @Slot(object)
    def _hands_shown(self, shown: Shown) -> None:
        if not self._keeper.keep():
            self.tell("info", "Say the claim first; then the hands are kept with it.")
            self.myth.hands.set_hands(self.note.hands if self.note else NO_HANDS, fresh=True)
            self.editor.take_focus()
        elif self._data is not None:
            self.acts.show_hands(self.note_id, shown, self._data.event.sides)

    @Slot(str)
    def _pledged(self, who: str) -> None:
        if self._keeper.keep():
            self.acts.pledge(self.note_id, who)
        else:
            self.tell("info", "Say what works first; then the pledge is kept with it.")
            self.spot.pledge.set_text(who)
            self.editor.take_focus()

    @Slot(object)
    def _pledge_taken_back(self, pledge: Pledge) -> None:
        self.acts.take_pledge_back(self.note_id, pledge)

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
    def join(self, other_id: UUID) -> None:
        """Ctrl+J: the open note and another are one; the older one stands, with both of their
        hands, themes and pledges."""
        other = self._data.find(other_id) if self._data else None
        note, note_id = self.note, self.note_id
        if other is None or not self._keeper.keep():
            return
        if note is not None and note.at < other.at:
            self.acts.merge(other, other.id, note)
        else:
            self.acts.merge(note, note_id, other)

    @Slot(object)
    def _not_the_same(self, other_id: UUID) -> None:
        self._different.add(frozenset((self.note_id, other_id)))
        self.look_for_alike()
        self.editor.take_focus()

    # -- more -----------------------------------------------------------------------------------

    def more(self) -> QMenu:
        """What else can be done with the open note."""
        return note_menu(self, self._data, self.note, self.acts.last)

    @Slot()
    def undo(self) -> None:
        """Ctrl+Z in the list: takes back the last thing done to notes here, and names it."""
        self._keeper.keep()
        self.acts.undo(self.note)

    @Slot()
    def undo_note(self) -> None:
        """Takes the last change of the open note back."""
        if self.note is not None:
            self._keeper.keep()
            self.acts.undo_note(self.note)

    @Slot()
    def remove(self) -> None:
        """Takes the open note off the lists; the message brings it back."""
        if self.note is not None:
            self._keeper.keep()
            self.acts.remove(self.note)

    @Slot()
    def restore(self) -> None:
        """Brings the open note back."""
        if self.note is not None:
            self.acts.restore(self.note)
            self.list.clear_filter()

    @Slot(object)
    def merge_into(self, other_id: UUID, *_: object) -> None:
        """The open note becomes a duplicate of another, which is opened."""
        other = self._data.find(other_id) if self._data else None
        if self.note is not None and other is not None:
            self._keeper.keep()
            self.acts.merge(self.note, self.note.id, other)

    @Slot(object)
    def unmerge(self, note: Note, *_: object) -> None:
        """A duplicate becomes a note of its own again."""
        self._keeper.keep()
        self.acts.unmerge(note)

    @Slot()
    def begin_action(self) -> None:
        """A new action that follows from the open note."""
        note = self.note
        if note is None:
            return
        self._leave()
        self.list.show_kind(NoteKind.ACTION)
        self._keeper.begin(NoteKind.ACTION)
        content = NoteContent(
            from_note=note.id, session_id=note.content.session_id, table=note.content.table,
            boroughs=note.content.boroughs,
        )  # fmt: skip
        self._show_editor(content, None)
        self.editor.take_focus()

    @Slot()
    def show_history(self) -> None:
        """Everything that was done to the open note, in its place."""
        note, data = self.note, self._data
        if note is None or data is None:
            return
        self._keeper.keep()
        services, sessions = self._services, {one.id: one.title for one in data.choices.sessions}

        def read() -> NoteHistory:
            return NoteHistory(
                services.notes.get(note.id), services.notes.versions(note.id),
                services.hands.facts(note.id), data.event, sessions,
            )  # fmt: skip

        self.around.database.run(read, self._show_history)

    @Slot()
    def leave_history(self) -> None:
        """Back to the note."""
        self._right.setCurrentWidget(self._note_side)
        self.editor.take_focus()

    @Slot(object)
    def _show_history(self, history: NoteHistory) -> None:
        if history.note.id == self.note_id:
            self._right.setCurrentWidget(self.history)
            self.history.show_history(history)

    @Slot(object, int)
    def _bring_back(self, note_id: UUID, number: int) -> None:
        self.acts.bring_back(note_id, number)
        self.leave_history()

    def _first_history(self) -> None:
        if self._data is not None and self._data.notes:
            self.open_note(self._data.notes[0].id)
            self.show_history()

    def _first_alike(self) -> None:
        if self._data is not None and self._data.notes:
            self.take_note()
            known = [one for one in self._data.notes if one.kind is self._keeper.kind]
            if known:
                self.editor.headline.setPlainText(known[0].text)
                self.look_for_alike()

    @Slot(object)
    def _look_at(self, note_id: UUID) -> None:
        """Shows a note to which something was just done, as soon as it has been read anew."""
        if note_id != self.note_id:
            self._leave()
        self._wanted = note_id
        self.reload_soon()

    @Slot(object)
    def _gone(self, note: Note) -> None:
        if note.id == self.note_id:
            self._begin(note.kind)

    @Slot()
    def _offer_more(self) -> None:
        self._offer_menu(self._head.below_more)

    @Slot(object)
    def _offer_menu(self, place: QPoint) -> None:
        menu = self.more()
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(place)

    # -- head and foot --------------------------------------------------------------------------

    def _build_foot(self) -> QHBoxLayout:
        foot = QHBoxLayout()
        foot.setContentsMargins(6, 8, 6, 0)
        foot.setSpacing(16)
        self._keep = Button("Keep and next myth", key="Ctrl+Enter", icon="arrow-right", kind="main")
        self._keep.clicked.connect(self.keep_and_next)
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
