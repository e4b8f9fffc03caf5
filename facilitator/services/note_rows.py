"""A note written to its rows: its fields, tags and versions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import func
from sqlmodel import Session, col, delete, select

from facilitator.domain.errors import Refused
from facilitator.domain.notes import Attribution, NoteContent, NoteKind, Who
from facilitator.domain.people import Person
from facilitator.domain.text import clean, fold
from facilitator.services.events import Event
from facilitator.services.note_reading import content_of, no_note, own_tags, read_note
from facilitator.services.seats import present_round
from facilitator.store.database import signed
from facilitator.store.rows import (
    DraftRow,
    NoteBoroughRow,
    NoteRow,
    NoteThemeRow,
    NoteVersionRow,
    RoomTableRow,
    RoundRow,
    SessionRow,
)


def note_round(session: Session, content: NoteContent) -> int | None:
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


def note_themes(session: Session, event: Event) -> dict[str, str]:
    """Themes by their folded spelling: the event's, then those in use."""
    used = session.exec(select(NoteThemeRow.theme).distinct().order_by(NoteThemeRow.theme))
    found: dict[str, str] = {}
    for theme in (*event.settings.themes, *used):
        found.setdefault(fold(theme), theme)
    return found


def locked_note(session: Session, note_id: UUID) -> NoteRow:
    """A note's row, held until the end of the unit of work. Refused where there is none."""
    row = session.get(NoteRow, note_id, with_for_update=True)
    if row is None:
        raise no_note()
    return row


def own_content(session: Session, row: NoteRow) -> NoteContent:
    """What a note itself has, without its duplicates' tags."""
    table = session.get(RoomTableRow, row.table_id) if row.table_id else None
    themes, boroughs = own_tags(session, row.id)
    content = content_of(row, table.label if table else "")
    return replace(content, themes=themes, boroughs=boroughs)


def without_duplicates(
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


def fill_note(session: Session, row: NoteRow, content: NoteContent) -> None:
    """Copies a content into a note's row. Refused where the event has no such table."""
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


def write_note(session: Session, row: NoteRow, content: NoteContent, now: datetime) -> None:
    """Puts a note's whole content, with its tags, in the place of what it had."""
    fill_note(session, row, content)
    row.changed_at = now
    session.add(row)
    for table in (NoteThemeRow, NoteBoroughRow):
        session.exec(delete(table).where(col(table.note_id) == row.id))  # pyright: ignore[reportCallIssue,reportArgumentType]
    tag_note(session, row.id, content)
    session.flush()


def tag_note(session: Session, note_id: UUID, content: NoteContent) -> None:
    """Adds the themes and boroughs of a content."""
    for theme in content.themes:
        session.add(NoteThemeRow(note_id=note_id, theme=theme))
        session.flush()  # one by one: the order in which they were given is kept
    for borough in content.boroughs:
        session.add(NoteBoroughRow(note_id=note_id, borough=borough))
        session.flush()


def add_version(
    session: Session,
    row: NoteRow,
    content: NoteContent,
    how: str,
    operator: str,
    now: datetime,
    undoes: int | None = None,
) -> int:
    """Appends how a note stands to its history, and answers the version's number."""
    kept = content.to_json()
    if row.removed_at is not None:
        kept["removed"] = True
    if row.merged_into is not None:
        kept["merged_into"] = str(row.merged_into)
    last = session.exec(
        select(func.max(NoteVersionRow.number)).where(col(NoteVersionRow.note_id) == row.id)
    ).one()
    number = (last or 0) + 1
    session.add(
        NoteVersionRow(note_id=row.id, number=number, at=now,
                       by=signed(session, clean(operator)), how=how, undoes=undoes, content=kept)
    )  # fmt: skip
    session.flush()
    return number


def version_rows(session: Session, note_id: UUID) -> Sequence[NoteVersionRow]:
    """A note's history, oldest first."""
    return session.exec(
        select(NoteVersionRow)
        .where(col(NoteVersionRow.note_id) == note_id)
        .order_by(col(NoteVersionRow.number))
    ).all()


def standing_versions(rows: Sequence[NoteVersionRow]) -> list[NoteVersionRow]:
    """The versions that were not taken back, oldest first; an undo is none itself."""
    undone = {row.undoes for row in rows if row.undoes is not None}
    return [row for row in rows if row.undoes is None and row.number not in undone]


def forget_names(session: Session, note_id: UUID, attribution: Attribution) -> None:
    """Whoever asks not to be named is not named in the history either."""
    for row in version_rows(session, note_id):
        content = NoteContent.from_json(row.content)
        if content.attribution.openness > attribution.openness:
            kept = replace(content, attribution=attribution).kept().to_json()
            marks = {k: row.content[k] for k in ("removed", "merged_into") if k in row.content}
            row.content = kept | marks
            session.add(row)


def drop_draft(session: Session, note_id: UUID) -> None:
    """Ends the draft of a note, where there is one."""
    draft = session.get(DraftRow, note_id)
    if draft is not None:
        session.delete(draft)
        session.flush()


def as_said(person: Person) -> Who:
    """Somebody of the list as the one who said it."""
    return Who(person.id, person.full_name, person.role, person.borough)
