"""Notes read: found, filtered, compared; and what a note of this event can name."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from rapidfuzz import fuzz
from sqlalchemy import func
from sqlmodel import col, select

from facilitator.clocks import Clocks
from facilitator.domain.boroughs import find_borough
from facilitator.domain.errors import Refused
from facilitator.domain.notes import Note, NoteContent, NoteKind, Who
from facilitator.domain.people import Person
from facilitator.domain.text import clean, fold
from facilitator.services.events import read_event
from facilitator.services.note_reading import read_note, read_notes
from facilitator.services.note_rows import as_said, note_round, note_themes, version_rows
from facilitator.services.people import read_people
from facilitator.services.seats import seating
from facilitator.store.database import Database
from facilitator.store.rows import NoteRow, RoomTableRow, SeatRow, SessionRow

#: from how alike two claims are offered as duplicates, of 100: the words that both have, and all
#: of their words in whatever order
_ALIKE, _ALIKE_WHOLE = 69, 55
#: with fewer words than these too much is alike
_FEWEST_WORDS = 3


@dataclass(frozen=True, slots=True)
class NoteVersion:
    """A note as it stood after an edit. `how`: taken, edited, undone, brought back, removed,
    restored, merged, unmerged."""

    number: int
    at: datetime
    by: str
    how: str
    content: NoteContent
    undoes: int | None = None


@dataclass(frozen=True, slots=True)
class NoteFilter:
    """Which notes are wanted; what is empty does not filter."""

    kind: NoteKind | None = None
    text: str = ""
    session_id: UUID | None = None
    table: str = ""
    theme: str = ""
    side: str = ""
    borough: str = ""
    #: those that were removed, instead of those that stand
    removed: bool = False

    def lets_through(self, note: Note) -> bool:
        """Whether a note is wanted."""
        content, theme = note.content, self.theme.casefold()
        return (
            (note.removed_at is not None) == self.removed
            and self.kind in (None, note.kind)
            and self.session_id in (None, content.session_id)
            and self.table in ("", content.table)
            and self.side in ("", content.side)
            and (not theme or theme in {one.casefold() for one in content.themes})
            and (not self.borough or self.borough in content.boroughs)
            and note.matches(self.text)
        )


@dataclass(frozen=True, slots=True)
class NoteSession:
    """A session that a note can belong to."""

    id: UUID
    title: str
    round_number: int | None


@dataclass(frozen=True, slots=True)
class NoteChoices:
    """What can be chosen for a note of this event."""

    tables: tuple[str, ...]
    sessions: tuple[NoteSession, ...]
    #: the event's own themes first, then others that notes have
    themes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AtTable:
    """Who sits at a table in the round that a note taken there now is of."""

    table: str
    round_number: int | None
    people: tuple[Person, ...] = ()


@dataclass(frozen=True, slots=True)
class ListedNotes:
    """All notes, read at one go: those that stand, those that were removed, and those that are in
    another by now."""

    standing: list[Note]
    removed: list[Note]
    merged: list[Note]


def alike(text: str, notes: Iterable[Note], *, limit: int = 3) -> list[Note]:
    """The notes that say nearly the same as `text`, most alike first; of fewer than three words
    only those that say just that."""
    wanted = fold(text)
    if not wanted:
        return []
    few = len(wanted.split()) < _FEWEST_WORDS
    scored: list[tuple[float, Note]] = []
    for note in notes:
        other = fold(note.text)
        if wanted == other:
            scored.append((200, note))
        elif few or len(other.split()) < _FEWEST_WORDS:
            continue
        else:
            shared = fuzz.token_set_ratio(wanted, other, score_cutoff=_ALIKE)
            whole = shared and fuzz.token_sort_ratio(wanted, other, score_cutoff=_ALIKE_WHOLE)
            if whole:
                scored.append((whole, note))
    return [note for _, note in sorted(scored, key=lambda one: -one[0])[:limit]]


class NoteQueries:
    """What can be asked of the notes of one event. Nothing here writes."""

    def __init__(self, database: Database, clocks: Clocks) -> None:
        self._database = database
        self._clocks = clocks

    def get(self, note_id: UUID) -> Note:
        """One note, removed or not. Refused where there is none of that id."""
        with self._database.reading() as session:
            return read_note(session, note_id)

    def all(self) -> list[Note]:
        """Every note that stands, in the order they were taken; duplicates are in what they were
        merged into."""
        return self.find(NoteFilter())

    def listed(self) -> ListedNotes:
        """Every note, read at one go."""
        with self._database.reading() as session:
            notes = read_notes(session)
        own = [note for note in notes if note.merged_into is None]
        return ListedNotes(
            [note for note in own if note.removed_at is None],
            [note for note in own if note.removed_at is not None],
            [note for note in notes if note.merged_into is not None],
        )

    def find(self, wanted: NoteFilter) -> list[Note]:
        """The notes that a filter lets through, in the order they were taken."""
        with self._database.reading() as session:
            notes = read_notes(session)
        return [note for note in notes if note.merged_into is None and wanted.lets_through(note)]

    def counts(self) -> dict[NoteKind, int]:
        """How many notes of each kind stand."""
        with self._database.reading() as session:
            query = (
                select(NoteRow.kind, func.count())
                .where(col(NoteRow.removed_at).is_(None), col(NoteRow.merged_into).is_(None))
                .group_by(col(NoteRow.kind))
            )
            found = dict(session.exec(query).all())
        return {kind: found.get(kind.value, 0) for kind in NoteKind}

    def versions(self, note_id: UUID) -> list[NoteVersion]:
        """A note's history, oldest first."""
        with self._database.reading() as session:
            return [
                NoteVersion(
                    row.number, row.at, row.by, row.how, NoteContent.from_json(row.content),
                    row.undoes,
                )
                for row in version_rows(session, note_id)
            ]  # fmt: skip

    def similar(self, text: str, kind: NoteKind, *, limit: int = 3) -> list[Note]:
        """Notes of a kind that say nearly the same, most alike first."""
        return alike(text, self.find(NoteFilter(kind)), limit=limit)

    def choices(self) -> NoteChoices:
        """The tables, sessions and themes that a note can have."""
        with self._database.reading() as session:
            tables = session.exec(
                select(RoomTableRow.label).order_by(col(RoomTableRow.position))
            ).all()
            sessions = session.exec(
                select(SessionRow)
                .where(col(SessionRow.removed_at).is_(None))
                .order_by(col(SessionRow.position))
            ).all()
            themes = note_themes(session, read_event(session))
        return NoteChoices(
            tuple(tables),
            tuple(NoteSession(row.id, row.title, row.round_number) for row in sessions),
            tuple(themes.values()),
        )

    def tables_not_heard(self) -> tuple[str, ...]:
        """The tables that nothing has been heard from yet, in the room's order; where people have
        been seated, only tables at which somebody sits."""
        with self._database.reading() as session:
            rows = session.exec(select(RoomTableRow).order_by(col(RoomTableRow.position))).all()
            heard = set(session.exec(select(NoteRow.table_id)
                                     .where(col(NoteRow.removed_at).is_(None))))  # fmt: skip
            used = set(session.exec(select(SeatRow.table_id).distinct())) - {None}
        return tuple(
            row.label for row in rows if row.id not in heard and (not used or row.id in used)
        )

    def people_at(self, note_id: UUID) -> list[Person]:
        """Who sat at the note's table in its round; nobody where it has none."""
        with self._database.reading() as session:
            content = read_note(session, note_id).content
        if content.round_number is None:
            return []
        found = self.at_table(content.table, round_number=content.round_number)
        return list(found.people)

    def at_table(
        self, table: str, *, session_id: UUID | None = None, round_number: int | None = None
    ) -> AtTable:
        """The round that a note taken at a table is of (of its session, else the running one), or
        the one given; and who sits there then, by name."""
        with self._database.reading() as session:
            content = NoteContent(table=table, session_id=session_id, round_number=round_number)
            number = note_round(session, content)
            if not table or number is None:
                return AtTable(table, number)
            ids = [
                key
                for key, seats in seating(session).items()
                if number in seats and seats[number].table == table
            ]
            people = read_people(session, ids) if ids else []
        return AtTable(table, number, tuple(sorted(people, key=lambda one: fold(one.name))))

    def who(self, text: str) -> Who:
        """Whom a text names, to be put into a note's content: somebody of the list (by id, ticket,
        code or whole name), else the name as typed, with the profession and borough in it.

        What is kept of it depends on the note's attribution: without a name, only a profession and
        a borough that were recognised, never the words typed.
        """
        text = clean(text)
        if not text:
            return Who()
        with self._database.reading() as session:
            people = read_people(session)
            event = read_event(session)
        wanted, folded = text.casefold(), fold(text)
        found = [
            person
            for person in people
            if wanted in {str(person.id), person.ticket.casefold()}
            or wanted in {code.casefold() for code in person.codes}
        ] or [p for p in people if folded in {fold(p.name), fold(p.full_name)}]
        if len(found) == 1:
            return as_said(found[0])
        from facilitator.intake.professions import guess, guess_borough

        role = guess("", "", text, "", event.sides).profession
        return Who(name=text, role=role, borough=find_borough(text) or guess_borough(text))

    def find_session(self, text: str) -> UUID:
        """The session that a text names by id, cue or title. Refused where it is none or two."""
        with self._database.reading() as session:
            rows = session.exec(
                select(SessionRow)
                .where(col(SessionRow.removed_at).is_(None))
                .order_by(col(SessionRow.position))
            ).all()
        wanted = fold(text)
        for test in (
            lambda row: str(row.id) == text.strip().lower(),
            lambda row: bool(row.cue) and row.cue.casefold() == text.strip().casefold(),
            lambda row: fold(row.title) == wanted,
            lambda row: fold(row.title).startswith(wanted),
            lambda row: wanted in fold(row.title),
        ):
            found = [row for row in rows if wanted and test(row)]
            if len(found) == 1:
                return found[0].id
            if found:
                raise Refused(
                    f"“{clean(text)[:60]}” fits {len(found)} sessions.", "Nothing was kept.",
                    "Use the whole title.",
                )  # fmt: skip
        raise Refused(f"There is no session “{clean(text)[:60]}”.", "Nothing was kept.")

    def session_now(self) -> UUID | None:
        """The session that is on by the clock, to which a note taken now belongs; None while none
        is."""
        from facilitator.services.programme_rows import moment_now, read_clock

        with self._database.reading() as session:
            on = read_clock(session).state(moment_now(self._clocks)).session
        return on.id if on is not None else None
