"""Keeps what is typed: a draft on disk within a second, then the note under the draft's id."""

from __future__ import annotations

import platform
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from uuid import UUID

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from facilitator.domain.errors import ChangedMeanwhile
from facilitator.domain.ids import new_id
from facilitator.domain.meanwhile import Meanwhile
from facilitator.domain.notes import NoteContent, NoteKind
from facilitator.services.note_merging import NoteBase
from ui.lanes import DatabaseLane
from ui.screens.notes_editor import Typed

if TYPE_CHECKING:
    from facilitator.services.drafts import Draft, DraftService
    from facilitator.services.notes import Captured, NoteService

#: what is typed reaches the disk within this, in milliseconds, however fast somebody types
DRAFT_MS = 400


def laptop() -> str:
    """The name under which this laptop's drafts are found again."""
    return platform.node()


@dataclass
class Seen:
    """Upon what a note is written. Each saving moves it on, in the lane's thread, so that the next
    one, asked for meanwhile, is not taken for somebody else's."""

    base: NoteBase | None = None
    #: the last version that was seen as it is, under which a draft can be compared later
    version: UUID | None = None
    #: how many savings are under way; the window's to count
    saving: int = 0

    def move(self, base: NoteBase | None) -> None:
        """This is what is written upon from now on."""
        self.base = base
        if base is not None and base.content is None:
            self.version = base.version


@dataclass(frozen=True, slots=True)
class Clash:
    """A note that somebody else changed while it was typed here: what is `mine`, written upon what
    was `seen`, and what they made of it."""

    note_id: UUID
    kind: NoteKind
    mine: NoteContent
    seen: Seen
    meanwhile: Meanwhile


class NoteKeeper(QObject):
    """The one note that is being typed. `read` gives what stands on the screen.

    Signals:
        kept(Note): the note is on disk as it stands there.
        written(Captured): so it is, and this is what its history has of it.
        refused(Exception): it could not be kept; the draft is still there.
        clashed(Clash): so it is, because somebody else changed the note meanwhile.
    """

    kept = Signal(object)
    written = Signal(object)
    refused = Signal(object)
    clashed = Signal(object)

    def __init__(
        self,
        lane: DatabaseLane,
        notes: NoteService,
        drafts: DraftService,
        read: Callable[[], Typed],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._lane, self._notes, self._drafts, self._read = lane, notes, drafts, read
        self._id = new_id()
        self._kind = NoteKind.MYTH
        self._captured = False
        self._dirty = False
        self._seen = Seen()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(DRAFT_MS)
        self._timer.timeout.connect(self.write_draft)

    @property
    def note_id(self) -> UUID:
        """The id of the note, or of the note to be."""
        return self._id

    @property
    def kind(self) -> NoteKind:
        """What it is."""
        return self._kind

    @property
    def captured(self) -> bool:
        """Whether it is a note, and no draft only."""
        return self._captured

    @property
    def dirty(self) -> bool:
        """Whether something was typed that the note does not have yet."""
        return self._dirty

    @property
    def is_settled(self) -> bool:
        """Whether what stands on the screen may be replaced by what is on disk: nothing was typed
        that the note does not have yet, or will have in a moment."""
        return not self._dirty and not self._seen.saving

    def begin(self, kind: NoteKind) -> None:
        """A new note, under an id of its own."""
        self._take(new_id(), kind, captured=False)

    def open(
        self,
        note_id: UUID,
        kind: NoteKind,
        *,
        captured: bool,
        dirty: bool = False,
        version: UUID | None = None,
        seen: Seen | None = None,
    ) -> None:
        """A note that is there already, in this version, or a draft that was found; `seen` where
        its typing goes on."""
        self._take(note_id, kind, captured=captured)
        self._dirty = dirty
        if seen is not None:
            self._seen = seen
        else:
            self.saw(version)

    def saw(self, version: UUID | None) -> None:
        """The screen shows this version of the note now, and nothing else."""
        self._seen.move(NoteBase(version) if version is not None else None)

    def change_kind(self, kind: NoteKind) -> None:
        """Another kind, while it is only a draft."""
        if not self._captured and kind is not self._kind:
            self._kind = kind
            self.typed()

    @Slot()
    def typed(self) -> None:
        """Something was typed."""
        self._dirty = True
        if not self._timer.isActive():
            self._timer.start()

    @Slot()
    def write_draft(self) -> None:
        """Puts what is typed on disk as a draft, now."""
        self._timer.stop()
        if not self._dirty:
            return
        typed, note_id, drafts = self._read(), self._id, self._drafts
        if not typed.content.says_anything and not self._captured:
            self._lane.run(lambda: drafts.drop(note_id))
            return
        self._draft(note_id, self._kind, typed, self._seen)

    def _draft(self, note_id: UUID, kind: NoteKind, typed: Typed, seen: Seen) -> None:
        resolve, holder, drafts = self._resolve, laptop(), self._drafts
        self._lane.run(
            lambda: drafts.keep(note_id, kind, resolve(typed), holder=holder, base=seen.version)
        )

    def keep(self) -> bool:
        """Makes the draft a note, or the note what is typed. False where nothing is said yet: what
        else is typed is a draft on disk then."""
        self._timer.stop()
        typed, note_id, kind = self._read(), self._id, self._kind
        if not typed.content.text and not self._captured:
            # Without a headline it is no note, but what was typed is not lost: it stays a draft.
            self.write_draft()
            self._dirty = typed.content.says_anything
            return False
        if self._captured and not self._dirty:
            return True
        captured = self._captured
        # From here on it counts as kept: what is typed meanwhile makes it dirty again. Where it is
        # refused, it becomes what it was.
        self._captured, self._dirty = True, False
        self._save(note_id, kind, typed, self._seen, captured=captured)
        return True

    def keep_mine(self, clash: Clash) -> None:
        """What was typed here is to stand in the fields that contradict: of the open note, what is
        on the screen by now. A note that was removed comes back."""
        seen, typed = clash.seen, Typed(clash.mine)
        if clash.note_id == self._id:
            self._timer.stop()
            seen, typed = self._seen, self._read()
            self._dirty = False
        seen.move(clash.meanwhile.base)
        self._save(clash.note_id, clash.kind, typed, seen, captured=True, gone=clash.meanwhile.gone)

    def take_theirs(self, clash: Clash) -> None:
        """What somebody else wrote stands; what was typed here goes."""
        if clash.note_id == self._id:
            self._timer.stop()
            self._dirty = False
        drafts, note_id = self._drafts, clash.note_id
        self._lane.run(lambda: drafts.drop(note_id))

    def keep_draft(self, draft: Draft) -> None:
        """A draft of an edit that was found, of a note that is not the one being typed."""
        seen = Seen()
        seen.move(NoteBase(draft.base) if draft.base is not None else None)
        self._save(draft.id, draft.kind, Typed(draft.content), seen, captured=True)

    def _save(
        self,
        note_id: UUID,
        kind: NoteKind,
        typed: Typed,
        seen: Seen,
        *,
        captured: bool,
        gone: bool = False,
    ) -> None:
        notes, drafts, resolve, holder = self._notes, self._drafts, self._resolve, laptop()
        mine: list[NoteContent] = []

        def save() -> Captured:
            content = resolve(typed)
            mine.append(content)
            try:
                if gone:
                    notes.restore(note_id)
                found = None if captured else notes.capture(note_id, kind, content)
                if found is None or not found.new:
                    found = notes.edit(note_id, content, base=seen.base)
            except ChangedMeanwhile:
                # Here and not in the window, which may be on another note by now, or closing.
                drafts.keep(note_id, kind, content, holder=holder, base=seen.version)
                raise
            seen.move(found.base)
            return found

        def saved(found: Captured) -> None:
            seen.saving -= 1
            self._saved(found)

        def refused(problem: Exception) -> None:
            seen.saving -= 1
            if self._id == note_id:
                self._captured, self._dirty = captured, True
                self.write_draft()
            if isinstance(problem, ChangedMeanwhile):
                self.clashed.emit(Clash(note_id, kind, mine[0], seen, problem.meanwhile))
            else:
                self.refused.emit(problem)

        seen.saving += 1
        self._lane.run(save, saved, refused, owner=self)

    @Slot(object)
    def _saved(self, captured: Captured) -> None:
        self.kept.emit(captured.note)
        self.written.emit(captured)

    def _resolve(self, typed: Typed) -> NoteContent:
        """On the lane: looks up who said it, where that is still a text."""
        if typed.who is None:
            return typed.content
        return replace(typed.content, who=self._notes.who(typed.who))

    def _take(self, note_id: UUID, kind: NoteKind, *, captured: bool) -> None:
        self._timer.stop()
        self._id, self._kind, self._captured, self._dirty = note_id, kind, captured, False
        self._seen = Seen()
