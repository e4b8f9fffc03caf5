"""Notes: the list at the left, the note being typed at the right. Saved as it is typed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING
from uuid import UUID

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QMenu

from facilitator.domain.changes import Changes
from facilitator.domain.hands import NO_HANDS
from facilitator.domain.notes import Note, NoteContent, NoteKind, Pledge
from facilitator.services.notes import Captured
from facilitator.services.room_display import Face
from ui.kit import announce
from ui.screens.notes_acts import NoteActs
from ui.screens.notes_count import Shown
from ui.screens.notes_data import NotesData, NoteServices
from ui.screens.notes_fields import Headline
from ui.screens.notes_history import NoteHistory
from ui.screens.notes_menu import note_menu
from ui.screens.notes_stage import NoteStage
from ui.screens.notes_words import quoted
from ui.screens.screen import Surroundings

if TYPE_CHECKING:
    from facilitator.app import EventApp


class NotesScreen(NoteStage):
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
        super().__init__(around, services)
        self._first = True
        self._wanted: UUID | None = None
        self._room_before = Face.WELCOME
        self._keeper.written.connect(self._written)
        self.acts = NoteActs(around.database, services, self)
        self.acts.said.connect(self.said)
        self.acts.refused.connect(self._act_refused)
        self.acts.opened.connect(self._look_at)
        self.acts.gone.connect(self._gone)
        self.list.picked.connect(self.open_note)
        self.list.new_wanted.connect(self.take_note)
        self.list.kind_chosen.connect(self._kind_chosen)
        self.list.menu_wanted.connect(self._offer_menu)
        self.list.search.installEventFilter(self)
        self.history.left.connect(self.leave_history)
        self.history.wanted.connect(self._bring_back)
        self._head.more.connect(self._offer_more)
        self._head.show_wanted.connect(self.show_in_room)
        self._keep.clicked.connect(self.keep_and_next)
        self.alike.same.connect(self.join)
        for editor in self.editors.values():
            editor.headline.installEventFilter(self)
        self.myth.hands_shown.connect(self._hands_shown)
        self.spot.pledged.connect(self._pledged)
        self.spot.pledge_taken_back.connect(self._pledge_taken_back)

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
            if self._keeper.is_settled:
                self.editor.show_content(note.content)
                typed = self.editor.typed
                if typed.who is None and typed.content == note.content:
                    # A field that has the keyboard may not show it yet.
                    self._keeper.saw(note.version)
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
                self._keeper.keep_draft(draft)
            else:
                self.around.database.run(
                    partial(notes.capture, draft.id, draft.kind, draft.content)
                )
        said = quoted(latest.content.first_words)
        self.tell("info", f"Found again, as it was being typed: {said}.")

    # -- opening --------------------------------------------------------------------------------

    @Slot(object)
    def _kind_chosen(self, kind: NoteKind) -> None:
        self._leave()
        self._begin(kind)
        if self._narrow:
            self._show_side(note=False)

    # -- writing --------------------------------------------------------------------------------

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

    # -- nearly the same ------------------------------------------------------------------------

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
