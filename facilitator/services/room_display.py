"""What the room sees: chosen by a person, kept in the event, read whole for the projector."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlmodel import col, select

from facilitator.clocks import Clocks
from facilitator.domain.changes import Changes
from facilitator.domain.errors import Refused
from facilitator.domain.notes import Note, NoteKind
from facilitator.domain.text import clean_lines, fold
from facilitator.services.events import Done, Event, read_event
from facilitator.services.notes import NoteService
from facilitator.services.people import read_people
from facilitator.services.programme import ProgrammeService, ProgrammeState
from facilitator.services.seating import SeatingService
from facilitator.services.seats import present_round, seating
from facilitator.services.settings import write_setting
from facilitator.store.database import Database
from facilitator.store.rows import RoundRow

LONGEST_MESSAGE = 240


class Face(StrEnum):
    """What the room display can show."""

    WELCOME = "welcome"
    CLOCK = "clock"
    FIND = "find"
    MOVE = "move"
    MYTH = "myth"
    BREAK = "break"
    MESSAGE = "message"
    SLIDES = "slides"
    BLACK = "black"

    @property
    def words(self) -> str:
        """As the foot of the rail says it."""
        return _WORDS[self]


_WORDS = {
    Face.WELCOME: "Welcome",
    Face.CLOCK: "Clock",
    Face.FIND: "Find your table",
    Face.MOVE: "Move now",
    Face.MYTH: "Myth",
    Face.BREAK: "Break until",
    Face.MESSAGE: "Message",
    Face.SLIDES: "The speaker’s slides",
    Face.BLACK: "Black",
}


@dataclass(frozen=True, slots=True)
class Shown:
    """What was chosen. `before` is what F12 brings back after black."""

    face: Face = Face.WELCOME
    message: str = ""
    note_id: UUID | None = None
    round_number: int | None = None
    held: bool = False
    before: Face | None = None

    def to_json(self) -> dict[str, Any]:
        """As it is kept with the event."""
        return {
            "face": self.face.value,
            "message": self.message,
            "note": str(self.note_id) if self.note_id else None,
            "round": self.round_number,
            "held": self.held,
            "before": self.before.value if self.before else None,
        }

    @staticmethod
    def from_json(found: Any) -> Shown:
        """What `to_json` kept; anything else is the welcome."""
        try:
            return Shown(
                Face(found["face"]),
                str(found.get("message") or ""),
                UUID(found["note"]) if found.get("note") else None,
                found.get("round"),
                bool(found.get("held")),
                Face(found["before"]) if found.get("before") else None,
            )
        except (KeyError, TypeError, ValueError, AttributeError):
            return Shown()


@dataclass(frozen=True, slots=True)
class NameAtTable:
    """A line of “Find your table”."""

    family: str
    given: str
    table: str

    @property
    def initial(self) -> str:
        """The letter under which it is found, without its accent."""
        return (fold(self.family or self.given)[:1] or "#").upper()


@dataclass(frozen=True, slots=True)
class RoomPicture:
    """Everything that the projector may paint; nothing in it is a draft or a private note."""

    event: Event
    shown: Shown
    programme: ProgrammeState
    round_number: int | None = None
    round_name: str = ""
    names: tuple[NameAtTable, ...] = ()
    myth: Note | None = None


class RoomDisplayService:
    """Chooses what the room sees, and reads what is needed to paint it."""

    def __init__(
        self,
        database: Database,
        clocks: Clocks,
        notes: NoteService,
        programme: ProgrammeService,
        seating_service: SeatingService,
    ) -> None:
        self._database = database
        self._clocks = clocks
        self._notes = notes
        self._programme = programme
        self._seating = seating_service

    def shown(self) -> Shown:
        """What was chosen last."""
        with self._database.reading() as session:
            return Shown.from_json(read_event(session).settings.room)

    def show(
        self,
        face: Face,
        *,
        message: str | None = None,
        note_id: UUID | None = None,
        round_number: int | None = None,
    ) -> Done:
        """Show another face. A myth needs its note, a message its words (the last ones stay).

        Refused in words where there is nothing to show.
        """
        with self._database.session() as session:
            now = Shown.from_json(read_event(session).settings.room)
            text = now.message if message is None else clean_lines(message)[:LONGEST_MESSAGE]
            if face is Face.MESSAGE and not text:
                raise Refused("There is no message to show: type one first.")
            if face is Face.MYTH and (note_id or now.note_id) is None:
                raise Refused("There is no myth to show: choose one in Notes first.")
            if face is Face.FIND and round_number is None:
                round_number = present_round(session)
            chosen = replace(
                now, face=face, message=text, note_id=note_id or now.note_id,
                round_number=round_number if face is Face.FIND else now.round_number,
                held=False, before=now.face if face is Face.BLACK else None,
            )  # fmt: skip
            write_setting(session, "room", chosen.to_json())
        if face is Face.FIND and round_number is not None:
            self._seating.told("room", [round_number])
        return Done(Changes.ROOM)

    def toggle_black(self) -> Done:
        """Black, or what was there before black."""
        now = self.shown()
        return self.show(now.before or Face.WELCOME if now.face is Face.BLACK else Face.BLACK)

    def hold(self, held: bool) -> Done:
        """Keep the page of “Find your table” that stands, or go on."""
        with self._database.session() as session:
            now = Shown.from_json(read_event(session).settings.room)
            write_setting(session, "room", replace(now, held=held).to_json())
        return Done(Changes.ROOM)

    def picture(self) -> RoomPicture:
        """All that the projector needs now."""
        with self._database.reading() as session:
            event = read_event(session)
            shown = Shown.from_json(event.settings.room)
            number = shown.round_number or present_round(session)
            names: list[NameAtTable] = []
            if shown.face is Face.FIND and number is not None:
                seats = seating(session)
                names = [
                    NameAtTable(p.family_name, p.given_name, seats[p.id][number].table)
                    for p in read_people(session)
                    if number in seats.get(p.id, {})
                ]
            row = session.exec(select(RoundRow).where(col(RoundRow.number) == number)).first()
            round_name = row.name if row else ""
        names.sort(key=lambda one: (fold(one.family or one.given), fold(one.given)))
        myth = self._myth(shown) if shown.face is Face.MYTH else None
        return RoomPicture(
            event, shown, self._programme.state(), number, round_name, tuple(names), myth
        )

    def _myth(self, shown: Shown) -> Note | None:
        if shown.note_id is None:
            return None
        try:
            note = self._notes.get(shown.note_id)
        except Refused:
            return None
        return note if note.kind is NoteKind.MYTH and note.removed_at is None else None
