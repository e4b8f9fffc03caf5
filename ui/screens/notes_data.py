"""What Notes reads of an open event, at one go."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from facilitator.domain.notes import Note
from facilitator.services.drafts import Draft
from facilitator.services.notes import ListedNotes, NoteChoices
from ui.screens.notes_keeper import laptop

if TYPE_CHECKING:
    from facilitator.app import EventApp
    from facilitator.services.drafts import DraftService
    from facilitator.services.events import Event, EventService
    from facilitator.services.hands import HandsService
    from facilitator.services.notes import NoteService
    from facilitator.services.people import PeopleService
    from facilitator.services.pledges import PledgeService
    from facilitator.services.room_display import RoomDisplayService
    from facilitator.services.room_display import Shown as InRoom


@dataclass(frozen=True, slots=True)
class NotesData:
    """Everything the screen shows."""

    event: Event
    listed: ListedNotes
    choices: NoteChoices
    drafts: list[Draft]
    here: dict[str, int]
    names: tuple[str, ...]
    quiet_tables: tuple[str, ...]
    session_now: UUID | None
    room: InRoom

    @property
    def notes(self) -> list[Note]:
        """The notes that stand."""
        return self.listed.standing

    def find(self, note_id: UUID) -> Note | None:
        """A note by its id, removed or not."""
        every = (*self.listed.standing, *self.listed.removed)
        return next((note for note in every if note.id == note_id), None)

    def merged_into(self, note: Note) -> list[Note]:
        """The duplicates of a note, each of which can be taken apart from it again."""
        return [other for other in self.listed.merged if other.id in note.merged]

    def draft(self, note_id: UUID) -> Draft | None:
        """What is kept under an id of which there is no note yet."""
        return next((one for one in self.drafts if one.id == note_id and not one.of_note), None)


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

    def read(self) -> NotesData:
        """Everything that the screen shows, read now."""
        return NotesData(
            self.event.get(), self.notes.listed(), self.notes.choices(),
            self.drafts.all(holder=laptop()), self.hands.here(),
            tuple(person.full_name for person in self.people.all()),
            self.notes.tables_not_heard(), self.notes.session_now(), self.room.shown(),
        )  # fmt: skip
