"""Notes: the list at the left, the note being typed at the right. Saved as it is typed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any
from uuid import UUID

from PySide6.QtCore import QPoint, QSize, Qt, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QStackedWidget, QVBoxLayout, QWidget

from facilitator.domain.changes import Changes
from facilitator.domain.errors import Trouble
from facilitator.domain.hands import NO_HANDS, Count, Estimate
from facilitator.domain.ids import new_id
from facilitator.domain.notes import Note, NoteContent, NoteKind
from facilitator.services.drafts import Draft
from facilitator.services.notes import NoteChoices
from facilitator.services.room_display import Face
from ui.kit import Button, Label, Message, Pill, announce
from ui.lanes import FAULT
from ui.screens.notes_editor import NoteEditor, Typed
from ui.screens.notes_hands import Shown
from ui.screens.notes_history import history_text
from ui.screens.notes_keeper import NoteKeeper, laptop
from ui.screens.notes_list import NotesList, state_icon
from ui.screens.notes_myth import MythEditor
from ui.screens.notes_others import ActionEditor, BrightSpotEditor, PainPointEditor
from ui.screens.screen import Screen, Surroundings

if TYPE_CHECKING:
    from facilitator.app import EventApp
    from facilitator.services.drafts import DraftService
    from facilitator.services.events import Event, EventService
    from facilitator.services.hands import HandsService
    from facilitator.services.notes import Captured, NoteService
    from facilitator.services.people import PeopleService
    from facilitator.services.pledges import PledgeService
    from facilitator.services.room_display import RoomDisplayService
    from facilitator.services.room_display import Shown as InRoom

#: more tables than these are counted, not named
_NAMED_TABLES = 8
#: below this width the list and the note take turns; and the least there may be
_NARROW, _NARROWEST = 1106, 700


@dataclass(frozen=True, slots=True)
class NoteServices:
    """What the screen needs of an open event."""

    event: EventService
    people: PeopleService
    notes: NoteService
    hands: HandsService
    drafts: DraftService
    pledges: PledgeService
    room: RoomDisplayService

    @classmethod
    def of(cls, app: EventApp) -> NoteServices:
        """Those of an open event."""
        return cls(app.event, app.people, app.notes, app.hands, app.drafts, app.pledges, app.room)


@dataclass(frozen=True, slots=True)
class NotesData:
    """Everything the screen shows, read at one go."""

    event: Event
    notes: list[Note]
    removed: list[Note]
    choices: NoteChoices
    drafts: list[Draft]
    here: dict[str, int]
    names: tuple[str, ...]
    quiet_tables: tuple[str, ...]
    session_now: UUID | None
    room: InRoom

    def find(self, note_id: UUID) -> Note | None:
        """A note by its id, removed or not."""
        return next((n for n in (*self.notes, *self.removed) if n.id == note_id), None)


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
        self._done_words = ""
        self._keeper = NoteKeeper(
            around.database, services.notes, services.drafts, self._typed, self
        )
        self._keeper.kept.connect(self._kept)
        self._keeper.refused.connect(self._refused)
        box = QHBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(26)
        self.list = NotesList()
        self.list.picked.connect(self.open_note)
        self.list.new_wanted.connect(self.take_note)
        self.list.kind_chosen.connect(self._kind_chosen)
        box.addWidget(self.list)
        self._right = QWidget()
        right = QVBoxLayout(self._right)
        right.setContentsMargins(0, 0, 0, 0)
        right.setSpacing(4)
        box.addWidget(self._right, 1)
        right.addLayout(self._build_head())
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
            editor.changed.connect(self._head)
        right.addWidget(self._stack, 1)
        right.addLayout(self._build_foot())
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
            self._back.setVisible(narrow)
            for editor in self.editors.values():
                editor.set_narrow(narrow)
            self._show_side(note=True)

    # -- the window -----------------------------------------------------------------------------

    def reload(self) -> None:
        """Reads everything anew."""
        self.around.database.run(self._read, self._paint)

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
        if note is None:
            self._wanted = note_id
            self.reload_soon()
            return
        self.list.show_kind(note.kind)
        self._open(note)

    # -- reading --------------------------------------------------------------------------------

    def _read(self) -> NotesData:
        services = self._services
        notes = services.notes
        listed = notes.listed()
        return NotesData(
            services.event.get(), listed.standing, listed.removed,
            notes.choices(), services.drafts.all(holder=laptop()), services.hands.here(),
            tuple(p.full_name for p in services.people.all()), notes.tables_not_heard(),
            notes.session_now(), services.room.shown(),
        )  # fmt: skip

    @Slot(object)
    def _paint(self, data: NotesData) -> None:
        self._data = data
        sides = data.event.sides
        self.list.set_notes(data.notes, data.removed, data.choices, sides)
        self.action.set_notes([n for n in data.notes if n.id != self.note_id])
        for editor in self.editors.values():
            editor.set_surroundings(data.choices, sides, data.names)
        self.myth.set_here(data.here)
        if self._first:
            self._first = False
            self._find_drafts(data)
        wanted = data.find(self._wanted) if self._wanted else None
        if wanted is not None:
            self._wanted = None
            self.open_note(wanted.id)
        note = self.note
        if note is not None:
            if not self._keeper.dirty:
                self.editor.show_content(note.content)
            self.editor.show_facts(note, fresh=False)
        elif not self._keeper.captured and self.editor.is_blank:
            self.editor.show_content(self._fresh_content())
        self.list.choose(self.note_id)
        self._head()
        self._foot()

    def _find_drafts(self, data: NotesData) -> None:
        """What was being typed when the program last stopped: the latest is opened again, older
        ones become notes, so that nothing is lost."""
        if not self.editor.is_blank:
            return
        found = [draft for draft in data.drafts if draft.content.text]
        if not found:
            return
        latest = found[0]
        self._open_draft(latest)
        for draft in found[1:]:
            notes = self._services.notes
            if draft.of_note:
                self.around.database.run(partial(notes.edit, draft.id, draft.content))
            else:
                self.around.database.run(
                    partial(notes.capture, draft.id, draft.kind, draft.content)
                )
        self.tell("info", f"Found again, as it was being typed: “{latest.content.text[:60]}”.")

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
        editor = self.editor
        if editor.isAncestorOf(self.focusWidget() or self):
            editor.headline.setFocus()
        editor.show_content(content)
        editor.show_facts(note, fresh=True)
        editor.column.verticalScrollBar().setValue(0)
        self._stack.setCurrentWidget(editor)
        self.list.choose(self.note_id)
        self._head()
        self._foot()

    def _leave(self) -> None:
        """Whatever is typed is kept before something else is opened."""
        if isinstance(self.editor, MythEditor) and not self.editor.is_blank:
            self.editor.ready()
        self._keeper.keep()

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
    def _hands_shown(self, shown: Shown) -> None:
        if not self._keeper.keep():
            self.tell("info", "Say the claim first; then the hands are kept with it.")
            self.myth.hands.set_hands(self.note.hands if self.note else NO_HANDS, fresh=True)
            self.editor.take_focus()
            return
        hands, note_id, value = self._services.hands, self.note_id, shown.value
        if isinstance(value, Count | Estimate):
            work = partial(hands.show, note_id, shown.moment, {shown.side: value})
        else:
            work = partial(hands.undo, note_id, moment=shown.moment, side=shown.side)
        self.around.database.run(work, None, self._hands_failed)

    @Slot(object)
    def _hands_failed(self, problem: Exception) -> None:
        self._refused(problem)
        self.reload_soon()

    @Slot(str)
    def _pledged(self, who: str) -> None:
        if not self._keeper.keep():
            self.tell("info", "Say what works first; then the pledge is kept with it.")
            return
        notes, pledges = self._services.notes, self._services.pledges
        pledge_id, note_id = new_id(), self.note_id

        def pledge() -> Any:
            found = notes.who(who)
            name = found.name or who
            return pledges.add(
                pledge_id, note_id, attendee_id=found.attendee_id, who=name, borough=found.borough
            )

        self.around.database.run(pledge, None, self._refused)

    @Slot(object)
    def _pledge_taken_back(self, pledge_id: UUID) -> None:
        pledges = self._services.pledges
        self.around.database.run(lambda: pledges.take_back(pledge_id), None, self._refused)

    # -- more -----------------------------------------------------------------------------------

    def more(self) -> QMenu:
        """What else can be done with the open note."""
        menu = QMenu(self)
        note = self.note
        back = menu.addAction("Take the last change back")
        back.triggered.connect(self.undo)
        history = menu.addAction("Show its history")
        history.triggered.connect(self.show_history)
        merge = menu.addMenu("It says the same as")
        others = [
            other
            for other in (self._data.notes if self._data else [])
            if note is not None and other.kind is note.kind and other.id != note.id
        ]
        for other in reversed(others[-20:]):
            act = merge.addAction(other.text[:60].replace("&", "&&"))
            act.triggered.connect(partial(self.merge_into, other.id))
        apart = menu.addAction("Take its duplicates apart")
        apart.triggered.connect(self.unmerge)
        menu.addSeparator()
        gone = note is not None and note.removed_at is not None
        remove = menu.addAction("Bring it back" if gone else "Remove…")
        remove.triggered.connect(self.restore if gone else self.remove)
        for act in (back, history, remove):
            act.setEnabled(note is not None)
        merge.setEnabled(bool(others))
        apart.setEnabled(note is not None and bool(note.merged))
        return menu

    @Slot()
    def undo(self) -> None:
        """Takes the last change of the open note back."""
        self._act(lambda notes, note_id: notes.undo(note_id), "Taken back.")

    @Slot()
    def remove(self) -> None:
        """Takes the open note off the lists; the message brings it back."""
        note = self.note
        if note is None:
            return
        self._keeper.keep()
        notes = self._services.notes
        self.around.database.run(lambda: notes.remove(note.id), self._removed, self._refused)

    @Slot()
    def restore(self) -> None:
        """Brings the open note back."""
        self._act(lambda notes, note_id: notes.restore(note_id), "It is back.")
        self.list.clear_filter()

    @Slot(object)
    def merge_into(self, other: UUID, *_: object) -> None:
        """The open note becomes a duplicate of another, which is opened."""
        note = self.note
        if note is None:
            return
        self._keeper.keep()
        notes = self._services.notes
        self.around.database.run(lambda: notes.merge(note.id, other), self._merged, self._refused)

    @Slot()
    def unmerge(self) -> None:
        """The open note's duplicates become notes of their own again."""
        note = self.note
        for key in note.merged if note else ():
            self._act(lambda notes, _, key=key: notes.unmerge(key), "They are apart again.")

    @Slot()
    def show_history(self) -> None:
        """Says what became of the open note, line by line."""
        notes, note_id = self._services.notes, self.note_id
        self.around.database.run(lambda: notes.versions(note_id), self._show_versions)

    @Slot(object)
    def _show_versions(self, versions: list[Any]) -> None:
        if self._data is None:
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for line in history_text(versions, self._data.event.zone):
            menu.addAction(line.replace("&", "&&"))
        menu.popup(self._more.mapToGlobal(QPoint(0, self._more.height() + 4)))

    def _act(self, work: Callable[[NoteService, UUID], Any], done: str) -> None:
        if self.note is None:
            return
        self._keeper.keep()
        notes, note_id = self._services.notes, self.note_id
        self._done_words = done
        self.around.database.run(lambda: work(notes, note_id), self._acted, self._refused)

    @Slot(object)
    def _acted(self, captured: Captured) -> None:
        self.tell("info", self._done_words)
        if captured.note.id == self.note_id and not self._keeper.dirty:
            self.editor.show_content(captured.note.content)

    @Slot(object)
    def _removed(self, captured: Captured) -> None:
        note = captured.note
        self._begin(note.kind)
        notes = self._services.notes
        self.said.emit(
            Message(
                "info", f"Removed: “{note.text[:60]}”.", act="Bring it back",
                do=lambda: self.around.database.run(lambda: notes.restore(note.id)), seconds=20,
            )
        )  # fmt: skip

    @Slot(object)
    def _merged(self, captured: Captured) -> None:
        self._open(captured.note)
        self.tell("info", "They are one note now; “More” takes them apart again.")

    # -- head and foot --------------------------------------------------------------------------

    def _build_head(self) -> QHBoxLayout:
        head = QHBoxLayout()
        head.setContentsMargins(6, 0, 6, 0)
        head.setSpacing(12)
        self._back = Button("List", key="Ctrl+L", icon="list", kind="quiet")
        self._back.clicked.connect(self.show_list)
        self._back.hide()
        head.addWidget(self._back)
        self._pill = Pill("Draft", "pencil-simple")
        self._said = Label("", "side note", elide=True)
        self._more = Button("More", icon="dots-three", kind="quiet")
        self._more.clicked.connect(self._offer_more)
        self._show = Button("Show in the room", key="F9", icon="monitor")
        self._show.clicked.connect(self.show_in_room)
        head.addWidget(self._pill)
        head.addWidget(self._said, 1)
        head.addWidget(self._more)
        head.addWidget(self._show)
        return head

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
    def _head(self) -> None:
        """How far the note is, and when it was taken."""
        note, kind = self.note, self._keeper.kind
        self._show.setVisible(kind is NoteKind.MYTH)
        self._show.setText("Take from the room" if self._in_room else "Show in the room")
        if note is None:
            self._pill.set_text(
                f"New {kind.words}" if self.editor.is_blank else "Draft", "pencil-simple"
            )
            self._said.setText("")
            return
        state = "Removed" if note.removed_at else note.state
        self._pill.set_text(state if len(state) < 40 else state[:38] + "…", state_icon(note))
        parts = [note.session] if note.session else []
        if self._data is not None:
            parts.append(f"taken {self._data.event.local(note.at):%H:%M}")
        if note.content.round_number:
            parts.append(f"round {note.content.round_number}")
        if note.merged:
            parts.append(f"with {len(note.merged)} merged into it")
        self._said.setText(" · ".join(parts))

    def _foot(self) -> None:
        self._keep.setText(f"Keep and next {self._keeper.kind.words}")
        tables = self._data.quiet_tables if self._data else ()
        words = "Saved as you type."
        if len(tables) > _NAMED_TABLES:
            words += f" {len(tables)} tables not heard from yet."
        elif tables:
            one = "Table" if len(tables) == 1 else "Tables"
            words += f" {one} not heard from yet: {', '.join(tables)}."
        elif self._data is not None and self._data.choices.tables:
            words += " Every table has been heard from."
        self._quiet.setText(words)

    @Slot()
    def _offer_more(self) -> None:
        menu = self.more()
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(self._more.mapToGlobal(QPoint(0, self._more.height() + 4)))
