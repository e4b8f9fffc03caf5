"""Notes: taken, edited, taken back, merged. Every edit is kept as a version."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Any
from uuid import UUID

from sqlmodel import Session

from facilitator.domain.boroughs import find_borough
from facilitator.domain.changes import Changes
from facilitator.domain.errors import Refused
from facilitator.domain.notes import Attribution, Note, NoteContent, NoteKind, checked
from facilitator.domain.text import fold
from facilitator.services.events import Event, read_event
from facilitator.services.note_merging import NoteBase, upon
from facilitator.services.note_queries import (
    AtTable,
    ListedNotes,
    NoteChoices,
    NoteFilter,
    NoteQueries,
    NoteSession,
    NoteVersion,
    alike,
)
from facilitator.services.note_reading import no_note, read_note
from facilitator.services.note_rows import (
    add_version,
    as_said,
    drop_draft,
    fill_note,
    forget_names,
    locked_note,
    note_round,
    note_themes,
    own_content,
    standing_versions,
    tag_note,
    version_rows,
    without_duplicates,
    write_note,
)
from facilitator.services.people import read_person
from facilitator.store.database import insert_once
from facilitator.store.rows import NoteRow, SessionRow

__all__ = [
    "AtTable",
    "Captured",
    "ListedNotes",
    "NoteBase",
    "NoteChoices",
    "NoteFilter",
    "NoteQueries",
    "NoteService",
    "NoteSession",
    "NoteVersion",
    "alike",
]


@dataclass(frozen=True, slots=True)
class Captured:
    """The answer of a write: the note as it stands. `new` where this call made it; `version` is the
    number that its history has it under (of the duplicate, where two were merged), None where
    nothing was written. `base` is what a next edit is upon, where the note was captured or edited:
    what was written here, whatever others made of other fields."""

    note: Note
    changes: Changes
    new: bool = False
    version: int | None = None
    base: NoteBase | None = None


class NoteService(NoteQueries):
    """The notes of one event. Hands, drafts and pledges have services of their own."""

    # -- taking and editing ---------------------------------------------------------------------

    def capture(
        self, note_id: UUID, kind: NoteKind, content: NoteContent, *, operator: str = ""
    ) -> Captured:
        """Take a note under an id that the caller made; its draft is then gone.

        A retry with the same id finds the note that is there and doubles nothing. Nothing of a
        person is stored that the attribution does not allow. Refused, with nothing kept, where the
        note cannot be.
        """
        now = self._clocks.now()

        def work(session: Session) -> Captured:
            event = read_event(session)
            settled = checked(kind, self._settled(session, event, content))
            settled = replace(settled, round_number=note_round(session, settled))
            row = NoteRow(id=note_id, kind=kind.value, text="", at=now, changed_at=now)
            fill_note(session, row, settled)
            new = insert_once(session, row, "id")
            version = None
            if new:
                tag_note(session, note_id, settled)
                version = add_version(session, row, settled, "taken", operator, now)
            drop_draft(session, note_id)
            note = read_note(session, note_id)
            changes = Changes.NOTES if new else Changes.NONE
            return Captured(note, changes, new, version, _base(note, settled, settled))

        return self._database.decide(work)

    def edit(
        self,
        note_id: UUID,
        content: NoteContent,
        *,
        base: NoteBase | None = None,
        operator: str = "",
    ) -> Captured:
        """Change a note to `content`, all of it; a version keeps how it was.

        Whoever may be named can become fewer, never more: a note taken without a name has none for
        ever. Where it becomes less, earlier versions lose the name too. Refused, with nothing
        changed, where the content cannot be.

        `base` is upon what `content` was written. What others have changed since stays, where it is
        in other fields; where it is in the same, ChangedMeanwhile has both, and nothing is written.
        """
        return self._database.decide(
            lambda session: self._edit(session, note_id, content, base, operator)
        )

    def change(self, note_id: UUID, *, operator: str = "", **changes: Any) -> Captured:
        """Change some fields of a note's content by name, and leave the others."""
        known = {field.name for field in fields(NoteContent)}
        if unknown := set(changes) - known:
            raise KeyError(min(unknown))

        def work(session: Session) -> Captured:
            content = replace(own_content(session, locked_note(session, note_id)), **changes)
            return self._edit(session, note_id, content, None, operator)

        return self._database.decide(work)

    def _edit(
        self,
        session: Session,
        note_id: UUID,
        content: NoteContent,
        base: NoteBase | None,
        operator: str,
    ) -> Captured:
        row = locked_note(session, note_id)
        kind = NoteKind(row.kind)
        was = own_content(session, row)
        event = read_event(session)
        content = checked(kind, self._settled(session, event, content))
        content = without_duplicates(session, note_id, was, content)
        content = replace(content, round_number=note_round(session, content))
        mine = content
        if base is not None:
            content = checked(kind, upon(session, event, row, base, was, content))
        if content.attribution.openness > was.attribution.openness:
            raise Refused(
                "This note was taken without a name, so it cannot get one now.",
                "It was not changed.", "Take a new note with the name.",
            )  # fmt: skip
        drop_draft(session, note_id)
        changes, version = Changes.NONE, None
        if content != was:
            changes, now = Changes.NOTES, self._clocks.now()
            write_note(session, row, content, now)
            version = add_version(session, row, content, "edited", operator, now)
            if content.attribution.openness < was.attribution.openness:
                forget_names(session, note_id, content.attribution)
        note = read_note(session, note_id)
        return Captured(note, changes, version=version, base=_base(note, mine, content))

    def undo(self, note_id: UUID, *, version: int | None = None, operator: str = "") -> Captured:
        """Take back the last thing done to a note that was not yet taken back: an edit, a removal,
        a merging; for a note only just taken, the note itself. Restoring brings it again.

        With a `version`, only that one: refused where something else was done to the note since.
        """

        def work(session: Session) -> Captured:
            row = locked_note(session, note_id)
            standing = standing_versions(version_rows(session, note_id))
            if row.removed_at is not None and len(standing) < 2:
                raise Refused("There is nothing left to take back of this note.")
            last, now = standing[-1], self._clocks.now()
            if version is not None and last.number != version:
                raise Refused(
                    "This note has been changed since.", "Nothing was taken back.",
                    "Look at its history.",
                )  # fmt: skip
            if len(standing) < 2:
                row.removed_at = now
                content = own_content(session, row)
            else:
                kept = standing[-2].content
                content = NoteContent.from_json(kept)
                row.removed_at = now if kept.get("removed") else None
                row.merged_into = UUID(kept["merged_into"]) if kept.get("merged_into") else None
            write_note(session, row, content, now)
            number = add_version(session, row, content, "undone", operator, now, last.number)
            note = read_note(session, note_id)
            return Captured(note, Changes.NOTES, version=number)

        return self._database.decide(work)

    def bring_back(self, note_id: UUID, number: int, *, operator: str = "") -> Captured:
        """Make a note say again what it said in an earlier version; a removed one stands again.

        What it says now stays in its history. A name that was withdrawn does not come back.
        Refused where there is no such version, or what it names is gone.
        """

        def work(session: Session) -> Captured:
            row = locked_note(session, note_id)
            kept = next((v for v in version_rows(session, note_id) if v.number == number), None)
            if kept is None:
                raise Refused(f"This note has no version {number}.", "Nothing was changed.")
            was, now = own_content(session, row), self._clocks.now()
            content = NoteContent.from_json(kept.content)
            if content.attribution.openness > was.attribution.openness:
                content = replace(content, attribution=was.attribution)
            event = read_event(session)
            content = checked(NoteKind(row.kind), self._settled(session, event, content))
            drop_draft(session, note_id)
            if content == was and row.removed_at is None:
                return Captured(read_note(session, note_id), Changes.NONE)
            row.removed_at = None
            write_note(session, row, content, now)
            version = add_version(session, row, content, "brought back", operator, now)
            if content.attribution.openness < was.attribution.openness:
                forget_names(session, note_id, content.attribution)
            note = read_note(session, note_id)
            return Captured(note, Changes.NOTES, version=version)

        return self._database.decide(work)

    def remove(self, note_id: UUID, *, operator: str = "") -> Captured:
        """Take a note off the lists; `restore` brings it back with everything."""
        return self._mark(note_id, "removed", operator)

    def restore(self, note_id: UUID, *, operator: str = "") -> Captured:
        """Bring a removed note back."""
        return self._mark(note_id, "restored", operator)

    def merge(self, note_id: UUID, into: UUID, *, operator: str = "") -> Captured:
        """Make a note a duplicate of another of its kind: it keeps its id, hands and pledges, and
        the other shows them. Answers with the other. Refused where that makes a circle."""

        def work(session: Session) -> Captured:
            row, other = locked_note(session, note_id), locked_note(session, into)
            if row.kind != other.kind:
                raise Refused("Only notes of one kind can be merged.", "Nothing was changed.")
            place: NoteRow | None = other
            while place is not None:
                if place.id == note_id:
                    raise Refused("These two notes are one already.", "Nothing was changed.")
                place = session.get(NoteRow, place.merged_into) if place.merged_into else None
            now = self._clocks.now()
            row.merged_into, row.changed_at = into, now
            session.add(row)
            content = own_content(session, row)
            version = add_version(session, row, content, "merged", operator, now)
            note = read_note(session, into)
            return Captured(note, Changes.NOTES, version=version)

        return self._database.decide(work)

    def unmerge(self, note_id: UUID, *, operator: str = "") -> Captured:
        """Make a duplicate a note of its own again, with what it brought along."""
        return self._mark(note_id, "unmerged", operator)

    # -- internal -------------------------------------------------------------------------------

    def _settled(self, session: Session, event: Event, content: NoteContent) -> NoteContent:
        """The content with what it names looked up: person, side, themes, boroughs."""
        who, side = content.who, content.side
        if who.attendee_id is not None:
            person = read_person(session, who.attendee_id)
            who = as_said(person)
            if not side and content.attribution is not Attribution.NONE:
                side = person.side
        if side:
            side = event.sides.find(side).key
        if content.from_note is not None and session.get(NoteRow, content.from_note) is None:
            raise no_note()
        if content.session_id and session.get(SessionRow, content.session_id) is None:
            raise Refused("There is no such session in the programme.", "Nothing was changed.")
        spelled = note_themes(session, event)
        return replace(
            content,
            who=who,
            side=side,
            themes=tuple(dict.fromkeys(spelled.get(fold(t), t) for t in content.themes)),
            boroughs=tuple(dict.fromkeys(find_borough(b) or b for b in content.boroughs)),
        )

    def _mark(self, note_id: UUID, how: str, operator: str) -> Captured:
        """Remove, restore or unmerge: what is already so stays as it is."""
        now = self._clocks.now()

        def work(session: Session) -> Captured:
            version, changes = None, Changes.NONE
            row = locked_note(session, note_id)
            was = (row.removed_at is None, row.merged_into)
            match how:
                case "removed":
                    row.removed_at = row.removed_at or now
                case "restored":
                    row.removed_at = None
                case _:
                    row.merged_into = None
            if was != (row.removed_at is None, row.merged_into):
                row.changed_at = now
                session.add(row)
                content = own_content(session, row)
                version = add_version(session, row, content, how, operator, now)
                changes = Changes.NOTES
            note = read_note(session, note_id)
            return Captured(note, changes, version=version)

        return self._database.decide(work)


def _base(note: Note, mine: NoteContent, written: NoteContent) -> NoteBase | None:
    """Upon what is written next by somebody who sees what they gave, and not yet what it became."""
    if note.version is None:
        return None
    return NoteBase(note.version, None if mine == written else mine)
