"""Notes: taken, edited, found, taken back, merged. Every edit is kept as a version."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from rapidfuzz import fuzz
from sqlalchemy import func
from sqlmodel import Session, col, delete, select

from facilitator.clocks import Clocks
from facilitator.domain.boroughs import find_borough
from facilitator.domain.changes import Changes
from facilitator.domain.errors import Refused
from facilitator.domain.notes import (
    Attribution,
    Note,
    NoteContent,
    NoteKind,
    Who,
    checked,
)
from facilitator.domain.people import Person
from facilitator.domain.text import clean, fold
from facilitator.services.events import Event, read_event
from facilitator.services.note_reading import (
    content_of,
    no_note,
    own_tags,
    read_note,
    read_notes,
)
from facilitator.services.people import read_people, read_person
from facilitator.services.seats import present_round, seating
from facilitator.store.database import Database, insert_once
from facilitator.store.rows import (
    DraftRow,
    NoteBoroughRow,
    NoteRow,
    NoteThemeRow,
    NoteVersionRow,
    RoomTableRow,
    RoundRow,
    SeatRow,
    SessionRow,
)

#: from how alike two claims are offered as duplicates, of 100
_ALIKE = 82


@dataclass(frozen=True, slots=True)
class Captured:
    """The answer of a write: the note as it stands. `new` where this call made it."""

    note: Note
    changes: Changes
    new: bool = False


@dataclass(frozen=True, slots=True)
class NoteVersion:
    """A note as it stood after an edit. `how`: taken, edited, undone, removed, restored, merged,
    unmerged."""

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


class NoteService:
    """The notes of one event. Hands, drafts and pledges have services of their own."""

    def __init__(self, database: Database, clocks: Clocks) -> None:
        self._database = database
        self._clocks = clocks

    # -- taking and editing ---------------------------------------------------------------------

    def capture(
        self, note_id: UUID, kind: NoteKind, content: NoteContent, *, operator: str = ""
    ) -> Captured:
        """Take a note under an id that the caller made; its draft is then gone.

        A retry with the same id finds the note that is there and doubles nothing. Nothing of a
        person is stored that the attribution does not allow. Refused, with nothing kept, where the
        note cannot be.
        """
        with self._database.session() as session:
            event = read_event(session)
            content = checked(kind, self._settled(session, event, content))
            content = replace(content, round_number=self._round(session, content))
            now = self._clocks.now()
            row = NoteRow(id=note_id, kind=kind.value, text="", at=now, changed_at=now)
            self._fill(session, row, content)
            new = insert_once(session, row, "id")
            if new:
                self._tag(session, note_id, content)
                self._version(session, row, content, "taken", operator)
            self._drop_draft(session, note_id)
            note = read_note(session, note_id)
        return Captured(note, Changes.NOTES if new else Changes.NONE, new)

    def edit(self, note_id: UUID, content: NoteContent, *, operator: str = "") -> Captured:
        """Change a note to `content`, all of it; a version keeps how it was.

        Whoever may be named can become fewer, never more: a note taken without a name has none for
        ever. Where it becomes less, earlier versions lose the name too. Refused, with nothing
        changed, where the content cannot be.
        """
        with self._database.session() as session:
            row = self._locked(session, note_id)
            kind = NoteKind(row.kind)
            was = self._own_content(session, row)
            if content.attribution.openness > was.attribution.openness:
                raise Refused(
                    "This note was taken without a name, so it cannot get one now.",
                    "It was not changed.", "Take a new note with the name.",
                )  # fmt: skip
            event = read_event(session)
            content = checked(kind, self._settled(session, event, content))
            content = self._without_duplicates(session, note_id, was, content)
            content = replace(content, round_number=self._round(session, content))
            self._drop_draft(session, note_id)
            if content == was:
                return Captured(read_note(session, note_id), Changes.NONE)
            self._write(session, row, content)
            self._version(session, row, content, "edited", operator)
            if content.attribution.openness < was.attribution.openness:
                self._forget_names(session, note_id, content.attribution)
            note = read_note(session, note_id)
        return Captured(note, Changes.NOTES)

    def change(self, note_id: UUID, *, operator: str = "", **changes: Any) -> Captured:
        """Change some fields of a note's content by name, and leave the others."""
        known = {field.name for field in fields(NoteContent)}
        if unknown := set(changes) - known:
            raise KeyError(min(unknown))
        with self._database.reading() as session:
            row = session.get(NoteRow, note_id)
            if row is None:
                raise no_note()
            content = self._own_content(session, row)
        return self.edit(note_id, replace(content, **changes), operator=operator)

    def undo(self, note_id: UUID, *, operator: str = "") -> Captured:
        """Take back the last thing done to a note that was not yet taken back: an edit, a removal,
        a merging; for a note only just taken, the note itself. Restoring brings it again."""
        with self._database.session() as session:
            row = self._locked(session, note_id)
            standing = self._standing(self._version_rows(session, note_id))
            if row.removed_at is not None and len(standing) < 2:
                raise Refused("There is nothing left to take back of this note.")
            last = standing[-1]
            if len(standing) < 2:
                row.removed_at = self._clocks.now()
                content = self._own_content(session, row)
            else:
                kept = standing[-2].content
                content = NoteContent.from_json(kept)
                row.removed_at = self._clocks.now() if kept.get("removed") else None
                row.merged_into = UUID(kept["merged_into"]) if kept.get("merged_into") else None
            self._write(session, row, content)
            self._version(session, row, content, "undone", operator, last.number)
            note = read_note(session, note_id)
        return Captured(note, Changes.NOTES)

    def remove(self, note_id: UUID, *, operator: str = "") -> Captured:
        """Take a note off the lists; `restore` brings it back with everything."""
        return self._mark(note_id, "removed", operator)

    def restore(self, note_id: UUID, *, operator: str = "") -> Captured:
        """Bring a removed note back."""
        return self._mark(note_id, "restored", operator)

    def merge(self, note_id: UUID, into: UUID, *, operator: str = "") -> Captured:
        """Make a note a duplicate of another of its kind: it keeps its id, hands and pledges, and
        the other shows them. Answers with the other. Refused where that makes a circle."""
        with self._database.session() as session:
            row, other = self._locked(session, note_id), self._locked(session, into)
            if row.kind != other.kind:
                raise Refused("Only notes of one kind can be merged.", "Nothing was changed.")
            place: NoteRow | None = other
            while place is not None:
                if place.id == note_id:
                    raise Refused("These two notes are one already.", "Nothing was changed.")
                place = session.get(NoteRow, place.merged_into) if place.merged_into else None
            row.merged_into, row.changed_at = into, self._clocks.now()
            session.add(row)
            content = self._own_content(session, row)
            self._version(session, row, content, "merged", operator)
            session.flush()
            note = read_note(session, into)
        return Captured(note, Changes.NOTES)

    def unmerge(self, note_id: UUID, *, operator: str = "") -> Captured:
        """Make a duplicate a note of its own again, with what it brought along."""
        return self._mark(note_id, "unmerged", operator)

    # -- reading --------------------------------------------------------------------------------

    def get(self, note_id: UUID) -> Note:
        """One note, removed or not. Refused where there is none of that id."""
        with self._database.reading() as session:
            return read_note(session, note_id)

    def all(self) -> list[Note]:
        """Every note that stands, in the order they were taken; duplicates are in what they were
        merged into."""
        return self.find(NoteFilter())

    def listed(self) -> tuple[list[Note], list[Note]]:
        """The notes that stand and those that were removed, read at one go."""
        with self._database.reading() as session:
            notes = [note for note in read_notes(session) if note.merged_into is None]
        return (
            [note for note in notes if note.removed_at is None],
            [note for note in notes if note.removed_at is not None],
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
                for row in self._version_rows(session, note_id)
            ]  # fmt: skip

    def similar(self, text: str, kind: NoteKind, *, limit: int = 3) -> list[Note]:
        """Notes of a kind that say nearly the same, most alike first."""
        wanted = fold(text)
        scored = [
            (fuzz.token_set_ratio(wanted, fold(note.text)), note)
            for note in self.find(NoteFilter(kind))
        ]
        alike = sorted((s for s in scored if s[0] >= _ALIKE), key=lambda s: -s[0])
        return [note for _, note in alike[:limit]]

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
            themes = self._themes(session, read_event(session))
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
            if not content.table or content.round_number is None:
                return []
            number = content.round_number
            ids = [
                key
                for key, seats in seating(session).items()
                if number in seats and seats[number].table == content.table
            ]
            return read_people(session, ids) if ids else []

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
            return _as_said(found[0])
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

    # -- internal -------------------------------------------------------------------------------

    def _settled(self, session: Session, event: Event, content: NoteContent) -> NoteContent:
        """The content with what it names looked up: person, side, themes, boroughs."""
        who, side = content.who, content.side
        if who.attendee_id is not None:
            person = read_person(session, who.attendee_id)
            who = _as_said(person)
            if not side and content.attribution is not Attribution.NONE:
                side = person.side
        if side:
            side = event.sides.find(side).key
        if content.from_note is not None and session.get(NoteRow, content.from_note) is None:
            raise no_note()
        if content.session_id and session.get(SessionRow, content.session_id) is None:
            raise Refused("There is no such session in the programme.", "Nothing was changed.")
        spelled = self._themes(session, event)
        return replace(
            content,
            who=who,
            side=side,
            themes=tuple(dict.fromkeys(spelled.get(fold(t), t) for t in content.themes)),
            boroughs=tuple(dict.fromkeys(find_borough(b) or b for b in content.boroughs)),
        )

    @staticmethod
    def _round(session: Session, content: NoteContent) -> int | None:
        """The round that a note taken at a table is of: its session's, the running one, the last
        that began, else the first to come."""
        if content.round_number is not None:
            return content.round_number
        if content.session_id is not None:
            of_session = session.get(SessionRow, content.session_id)
            if of_session is not None and of_session.round_number is not None:
                return of_session.round_number
        if not content.table:
            return None
        begun = session.exec(
            select(RoundRow).where(col(RoundRow.started_at).is_not(None)).order_by(
                col(RoundRow.finished_at).is_(None).desc(), col(RoundRow.number).desc()
            )
        ).first()  # fmt: skip
        return begun.number if begun is not None else present_round(session)

    @staticmethod
    def _themes(session: Session, event: Event) -> dict[str, str]:
        """Themes by their folded spelling: the event's, then those in use."""
        used = session.exec(select(NoteThemeRow.theme).distinct().order_by(NoteThemeRow.theme))
        found: dict[str, str] = {}
        for theme in (*event.settings.themes, *used):
            found.setdefault(fold(theme), theme)
        return found

    @staticmethod
    def _locked(session: Session, note_id: UUID) -> NoteRow:
        row = session.get(NoteRow, note_id, with_for_update=True)
        if row is None:
            raise no_note()
        return row

    @staticmethod
    def _own_content(session: Session, row: NoteRow) -> NoteContent:
        table = session.get(RoomTableRow, row.table_id) if row.table_id else None
        themes, boroughs = own_tags(session, row.id)
        content = content_of(row, table.label if table else "")
        return replace(content, themes=themes, boroughs=boroughs)

    @staticmethod
    def _without_duplicates(
        session: Session, note_id: UUID, was: NoteContent, content: NoteContent
    ) -> NoteContent:
        """Themes and boroughs that a note only shows for its duplicates do not become its own."""
        shown = read_note(session, note_id).content
        themes = set(shown.themes) - set(was.themes)
        boroughs = set(shown.boroughs) - set(was.boroughs)
        return replace(
            content,
            themes=tuple(theme for theme in content.themes if theme not in themes),
            boroughs=tuple(borough for borough in content.boroughs if borough not in boroughs),
        )

    @staticmethod
    def _fill(session: Session, row: NoteRow, content: NoteContent) -> None:
        table_id = None
        if content.table:
            table_id = session.exec(
                select(RoomTableRow.id).where(col(RoomTableRow.label) == content.table)
            ).first()
            if table_id is None:
                raise Refused(
                    f"There is no table “{content.table[:40]}” in this event.",
                    "Nothing was changed.",
                )
        row.text, row.attribution = content.text, content.attribution.value
        row.attendee_id, row.by = content.who.attendee_id, content.who.name
        row.by_role, row.by_borough = content.who.role, content.who.borough
        row.side, row.session_id, row.table_id = content.side, content.session_id, table_id
        row.raised_by = content.side if row.kind == NoteKind.MYTH else ""
        row.round_number = content.round_number
        row.reality, row.room_line = content.reality, content.room_line
        row.evidence, row.why = content.evidence, content.why
        row.verdict = content.verdict.value if content.verdict else ""
        row.where, row.needs, row.ask = content.where, content.needs, content.ask
        row.owner, row.due, row.from_note = content.owner, content.due, content.from_note
        row.done_at = content.done_at

    def _write(self, session: Session, row: NoteRow, content: NoteContent) -> None:
        self._fill(session, row, content)
        row.changed_at = self._clocks.now()
        session.add(row)
        for table in (NoteThemeRow, NoteBoroughRow):
            session.exec(delete(table).where(col(table.note_id) == row.id))  # pyright: ignore[reportCallIssue,reportArgumentType]
        self._tag(session, row.id, content)
        session.flush()

    @staticmethod
    def _tag(session: Session, note_id: UUID, content: NoteContent) -> None:
        for theme in content.themes:
            session.add(NoteThemeRow(note_id=note_id, theme=theme))
            session.flush()  # one by one: the order in which they were given is kept
        for borough in content.boroughs:
            session.add(NoteBoroughRow(note_id=note_id, borough=borough))
            session.flush()

    def _version(
        self,
        session: Session,
        row: NoteRow,
        content: NoteContent,
        how: str,
        operator: str,
        undoes: int | None = None,
    ) -> None:
        kept = content.to_json()
        if row.removed_at is not None:
            kept["removed"] = True
        if row.merged_into is not None:
            kept["merged_into"] = str(row.merged_into)
        number = session.exec(
            select(func.max(NoteVersionRow.number)).where(col(NoteVersionRow.note_id) == row.id)
        ).one()
        session.add(
            NoteVersionRow(note_id=row.id, number=(number or 0) + 1, at=self._clocks.now(),
                           by=clean(operator), how=how, undoes=undoes, content=kept)
        )  # fmt: skip
        session.flush()

    def _mark(self, note_id: UUID, how: str, operator: str) -> Captured:
        """Remove, restore or unmerge: what is already so stays as it is."""
        with self._database.session() as session:
            row = self._locked(session, note_id)
            was = (row.removed_at is None, row.merged_into)
            match how:
                case "removed":
                    row.removed_at = row.removed_at or self._clocks.now()
                case "restored":
                    row.removed_at = None
                case _:
                    row.merged_into = None
            if was != (row.removed_at is None, row.merged_into):
                row.changed_at = self._clocks.now()
                session.add(row)
                content = self._own_content(session, row)
                self._version(session, row, content, how, operator)
                changes = Changes.NOTES
            else:
                changes = Changes.NONE
            session.flush()
            note = read_note(session, note_id)
        return Captured(note, changes)

    @staticmethod
    def _version_rows(session: Session, note_id: UUID) -> Sequence[NoteVersionRow]:
        return session.exec(
            select(NoteVersionRow)
            .where(col(NoteVersionRow.note_id) == note_id)
            .order_by(col(NoteVersionRow.number))
        ).all()

    @staticmethod
    def _standing(rows: Sequence[NoteVersionRow]) -> list[NoteVersionRow]:
        """The versions that were not taken back, oldest first; an undo is none itself."""
        undone = {row.undoes for row in rows if row.undoes is not None}
        return [row for row in rows if row.undoes is None and row.number not in undone]

    def _forget_names(self, session: Session, note_id: UUID, attribution: Attribution) -> None:
        """Whoever asks not to be named is not named in the history either."""
        for row in self._version_rows(session, note_id):
            content = NoteContent.from_json(row.content)
            if content.attribution.openness > attribution.openness:
                kept = replace(content, attribution=attribution).kept().to_json()
                marks = {k: row.content[k] for k in ("removed", "merged_into") if k in row.content}
                row.content = kept | marks
                session.add(row)

    @staticmethod
    def _drop_draft(session: Session, note_id: UUID) -> None:
        draft = session.get(DraftRow, note_id)
        if draft is not None:
            session.delete(draft)
            session.flush()


def _as_said(person: Person) -> Who:
    return Who(person.id, person.full_name, person.role, person.borough)
