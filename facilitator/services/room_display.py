"""What the room sees: chosen by a person, kept in the event, read whole for the projector."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from sqlmodel import Session, col, select

from facilitator.clocks import Clocks
from facilitator.domain.changes import Changes
from facilitator.domain.errors import Refused
from facilitator.domain.notes import Note, NoteKind
from facilitator.domain.people import Status
from facilitator.domain.text import clean, clean_lines, fold
from facilitator.services.events import Done, Event, read_event
from facilitator.services.notes import NoteService
from facilitator.services.people import read_people
from facilitator.services.programme import ProgrammeService, ProgrammeState
from facilitator.services.room_choice import (
    FOR_A_WHILE,
    LONGEST_LINE,
    LONGEST_MESSAGE,
    Chosen,
    Face,
    Shown,
)
from facilitator.services.seating import ROOM, SeatingService
from facilitator.services.seats import present_round, seating
from facilitator.services.settings import write_setting
from facilitator.store.database import Database
from facilitator.store.rows import RoomTableRow, RoundRow, ToldRow


@dataclass(frozen=True, slots=True)
class NameAtTable:
    """A line of “Find your table”. `moved`: the room was shown another table before."""

    family: str
    given: str
    table: str
    person: UUID | None = None
    moved: bool = False

    @property
    def initial(self) -> str:
        """The letter under which it is found, without its accent."""
        return (fold(self.family or self.given)[:1] or "#").upper()

    @property
    def name(self) -> str:
        """The given, then the family name."""
        return f"{self.given} {self.family}".strip()


@dataclass(frozen=True, slots=True)
class TableInRoom:
    """A table of the plan: its label and how many of each side sit there, by position."""

    label: str
    counts: tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class RoomPicture:
    """Everything that the projector may paint; nothing in it is a draft or a private note.

    `waiting` was chosen while the display is held, and is seen once it is let go; None where the
    display is not held. `untold`: tables stand in it that the room has not been told of yet.
    """

    event: Event
    shown: Shown
    programme: ProgrammeState
    round_number: int | None = None
    round_name: str = ""
    names: tuple[NameAtTable, ...] = ()
    myth: Note | None = None
    tables: tuple[TableInRoom, ...] = ()
    waiting: Shown | None = None
    untold: bool = False

    @property
    def is_held(self) -> bool:
        """Whether the room goes on seeing this whatever is chosen."""
        return self.waiting is not None

    @property
    def moved(self) -> int:
        """How many people stand at another table than the room was shown before."""
        return sum(name.moved for name in self.names)


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
        """What the room sees: what was chosen last, or what the display is held at."""
        with self._database.reading() as session:
            return _chosen(session).seen

    def show(
        self,
        face: Face,
        *,
        message: str | None = None,
        note_id: UUID | None = None,
        round_number: int | None = None,
        wait: bool = False,
    ) -> Done:
        """Show another face. A myth needs its note, a message its words (the last ones stay).

        While the display is held the choice waits until it is let go, where `wait` says so; else
        it is refused, for nobody would see it. Black is always seen at once.
        Refused in words where there is nothing to show.
        """
        with self._database.session() as session:
            chosen = _chosen(session)
            if face is Face.BLACK:
                _keep(session, chosen.seeing(_aside(chosen.seen, face)))
                return Done(Changes.ROOM)
            if chosen.held is not None and not wait:
                raise _held_at(chosen.held)
            now = chosen.last
            text = now.message if message is None else clean_lines(message)[:LONGEST_MESSAGE]
            if face is Face.MESSAGE and not text:
                raise Refused("There is no message to show: type one first.")
            if face is Face.MYTH and (note_id or now.note_id) is None:
                raise Refused("There is no myth to show: choose one in Notes first.")
            if face.is_of_a_round and round_number is None:
                round_number = present_round(session)
            last = replace(
                now, face=face, message=text, note_id=note_id or now.note_id,
                round_number=round_number if face.is_of_a_round else now.round_number,
                before=_aside(now, face).before, since=self._clocks.now(),
            )  # fmt: skip
            _keep(session, replace(chosen, last=last))
        if chosen.held is None:
            self._told(last)
        return Done(Changes.ROOM)

    def toggle_black(self) -> Done:
        """Black, or what was there before black."""
        if self.shown().face is Face.BLACK:
            return self._come_back(Face.BLACK)
        return self.show(Face.BLACK)

    def end_slides(self) -> Done:
        """The speaker's slides are over: what was there before them, or nothing new."""
        return self._come_back(Face.SLIDES)

    def hold(self, held: bool) -> Done:
        """Hold the display: the room goes on seeing the face that it sees; or let go of it.

        Only the choice is held. The time, the tables and the hands stay true.
        """
        with self._database.session() as session:
            chosen = _chosen(session)
            now = replace(chosen, held=chosen.last if held else None)
            if held == (chosen.held is not None):
                return Done(Changes.NONE)
            if not held and chosen.last.face.is_of_a_round:
                # Its tables are put up only now.
                now = replace(now, last=replace(chosen.last, since=self._clocks.now()))
            _keep(session, now)
        if not held:
            self._told(now.last)
        return Done(Changes.ROOM)

    def set_line(self, text: str) -> Done:
        """A short line to the room under the clock and the break; empty takes it off.

        Refused while the display is held.
        """
        with self._database.session() as session:
            chosen = _chosen(session)
            if chosen.held is not None:
                raise _held_at(chosen.held)
            line = clean(text)[:LONGEST_LINE]
            _keep(session, replace(chosen, last=replace(chosen.last, line=line)))
        return Done(Changes.ROOM)

    def tell_again(self) -> Done:
        """Record that the room was told the tables which it sees by now: somebody moved, or a
        round was mixed anew, while “Find your table” was up."""
        with self._database.reading() as session:
            shown = _chosen(session).seen
            people = self._tables(session, shown).untold if shown.face is Face.FIND else ()
        if people and shown.round_number is not None:
            self._seating.told(ROOM, [shown.round_number], people)
        return Done(Changes.NONE)

    def picture(self) -> RoomPicture:
        """All that the projector needs now."""
        with self._database.reading() as session:
            event = read_event(session)
            chosen = Chosen.from_json(event.settings.room)
            shown = chosen.seen
            number = shown.round_number or present_round(session)
            found = _Tables()
            # What was removed for good is not on the wall either, whoever may still be written to.
            if shown.face.is_of_a_round and number is not None and event.purged_at is None:
                found = self._tables(session, replace(shown, round_number=number))
            row = session.exec(select(RoundRow).where(col(RoundRow.number) == number)).first()
            round_name = row.name if row else ""
        myth = self._myth(shown) if shown.face is Face.MYTH else None
        return RoomPicture(
            event, shown, self._programme.state(), number, round_name, found.names, myth,
            found.tables, chosen.last if chosen.held else None,
            bool(found.untold) and shown.face is Face.FIND,
        )  # fmt: skip

    # -- internal -------------------------------------------------------------------------------

    def _come_back(self, face: Face) -> Done:
        with self._database.session() as session:
            chosen = _chosen(session)
            seen = chosen.seen
            if seen.face is not face:
                return Done(Changes.NONE)
            rest, back = seen.before[:-1], seen.before[-1] if seen.before else Face.WELCOME
            back = replace(seen, face=back, before=rest)
            _keep(session, chosen.seeing(back))
        return Done(Changes.ROOM)

    def _told(self, shown: Shown) -> None:
        if shown.face is Face.FIND and shown.round_number is not None:
            self._seating.told(ROOM, [shown.round_number])

    def _tables(self, session: Session, shown: Shown) -> _Tables:
        """The names and tables of a round, and who has another table than the room was told."""
        number = shown.round_number
        seats = seating(session)
        sitting = [
            (person, seats[person.id][number].table)
            for person in read_people(session)
            if number in seats.get(person.id, {}) and person.name
            if person.status not in {Status.CANCELLED, Status.LEFT}
        ]
        order = {
            label: place
            for place, label in enumerate(
                session.exec(select(RoomTableRow.label).order_by(col(RoomTableRow.position)))
            )
        }
        sides = {side.key: side.position for side in read_event(session).sides}
        counts = {table: [0, 0, 0] for _, table in sitting}
        for person, table in sitting:
            counts[table][sides.get(person.side, 2)] += 1
        told = _told_in_room(session, number)
        names = sorted(
            (
                NameAtTable(
                    person.family_name, person.given_name, table, person.id,
                    _has_moved(told.get(person.id, ()), table, shown.since),
                )
                for person, table in sitting
            ),
            key=lambda one: (fold(one.family or one.given), fold(one.given)),
        )  # fmt: skip
        return _Tables(
            tuple(names),
            tuple(
                TableInRoom(label, (found[0], found[1], found[2]))
                for label, found in sorted(counts.items(), key=lambda one: order[one[0]])
            ),
            tuple(
                person.id
                for person, table in sitting
                if (known := told.get(person.id)) is None or known[-1][1] != table
            ),
        )

    def _myth(self, shown: Shown) -> Note | None:
        if shown.note_id is None:
            return None
        try:
            note = self._notes.get(shown.note_id)
        except Refused:
            return None
        return note if note.kind is NoteKind.MYTH and note.removed_at is None else None


# --- pieces ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Tables:
    names: tuple[NameAtTable, ...] = ()
    tables: tuple[TableInRoom, ...] = ()
    untold: tuple[UUID, ...] = ()


#: when somebody was told in the room, and which table
_Told = list[tuple[datetime, str]]


def _told_in_room(session: Session, number: int | None) -> dict[UUID, _Told]:
    """What the room display told each person about a round, in order."""
    query = (
        select(ToldRow.attendee_id, ToldRow.at, RoomTableRow.label)
        .join(RoundRow, col(RoundRow.id) == col(ToldRow.round_id))
        .join(RoomTableRow, col(RoomTableRow.id) == col(ToldRow.table_id))
        .where(col(RoundRow.number) == number, col(ToldRow.how) == ROOM)
        .order_by(col(ToldRow.at), col(ToldRow.id))
    )
    found: dict[UUID, _Told] = {}
    for person, at, label in session.exec(query):
        found.setdefault(person, []).append((at, label))
    return found


def _has_moved(told: Sequence[tuple[datetime, str]], table: str, since: datetime | None) -> bool:
    """Whether the room was shown another table for somebody since the tables were put up."""
    return since is not None and any(label != table for at, label in told if at >= since)


def _chosen(session: Session) -> Chosen:
    return Chosen.from_json(read_event(session).settings.room)


def _keep(session: Session, chosen: Chosen) -> None:
    write_setting(session, "room", chosen.to_json())


def _aside(now: Shown, face: Face) -> Shown:
    """`now` with another face; one that is there for a while remembers what was before it."""
    if now.face is face:
        return now
    return replace(now, face=face, before=(*now.before, now.face) if face in FOR_A_WHILE else ())


def _held_at(held: Shown) -> Refused:
    return Refused(
        f"The room display is held at “{held.face.words}”.", "The room sees what it saw.",
        "Press F11 and let go of it there first.",
    )  # fmt: skip
