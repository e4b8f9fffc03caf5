"""Keeps what is typed: a draft on disk within a second, then the note under the draft's id."""

from __future__ import annotations

import platform
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING
from uuid import UUID

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from facilitator.domain.ids import new_id
from facilitator.domain.notes import NoteContent, NoteKind
from ui.lanes import DatabaseLane
from ui.screens.notes_editor import Typed

if TYPE_CHECKING:
    from facilitator.services.drafts import DraftService
    from facilitator.services.notes import Captured, NoteService

#: what is typed reaches the disk within this, in milliseconds, however fast somebody types
DRAFT_MS = 400


def laptop() -> str:
    """The name under which this laptop's drafts are found again."""
    return platform.node()


class NoteKeeper(QObject):
    """The one note that is being typed. `read` gives what stands on the screen.

    Signals:
        kept(Note): the note is on disk as it stands there.
        written(Captured): so it is, and this is what its history has of it.
        refused(Exception): it could not be kept; the draft is still there.
    """

    kept = Signal(object)
    written = Signal(object)
    refused = Signal(object)

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

    def begin(self, kind: NoteKind) -> None:
        """A new note, under an id of its own."""
        self._take(new_id(), kind, captured=False)

    def open(self, note_id: UUID, kind: NoteKind, *, captured: bool, dirty: bool = False) -> None:
        """A note that is there already, or a draft that was found."""
        self._take(note_id, kind, captured=captured)
        self._dirty = dirty

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
        typed, note_id, kind, drafts = self._read(), self._id, self._kind, self._drafts
        if not typed.content.says_anything and not self._captured:
            self._lane.run(lambda: drafts.drop(note_id))
            return
        resolve, holder = self._resolve, laptop()
        self._lane.run(lambda: drafts.keep(note_id, kind, resolve(typed), holder=holder))

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
        notes, resolve, captured = self._notes, self._resolve, self._captured

        def save() -> Captured:
            content = resolve(typed)
            if not captured:
                found = notes.capture(note_id, kind, content)
                if found.new:
                    return found
            return notes.edit(note_id, content)

        # From here on it counts as kept: what is typed meanwhile makes it dirty again. Where it is
        # refused, it becomes what it was.
        self._captured, self._dirty = True, False

        def refused(problem: Exception) -> None:
            if self._id == note_id:
                self._captured, self._dirty = captured, True
                self.write_draft()
            self.refused.emit(problem)

        self._lane.run(save, self._saved, refused, owner=self)
        return True

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
