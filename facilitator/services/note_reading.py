"""Notes read from their rows, with themes, boroughs, hands and pledges."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from sqlmodel import Session, col, select

from facilitator.domain.errors import Refused
from facilitator.domain.hands import Count, Estimate, Hands, Moment, Show
from facilitator.domain.notes import (
    Attribution,
    Note,
    NoteContent,
    NoteKind,
    NoteVerdict,
    Pledge,
    Who,
)
from facilitator.store.rows import (
    HandsRow,
    NoteBoroughRow,
    NoteRow,
    NoteThemeRow,
    NoteVersionRow,
    PledgeRow,
    RoomTableRow,
    SessionRow,
)


def no_note() -> Refused:
    """The refusal where an id names no note."""
    return Refused("There is no note of that id in this event.", "Nothing was changed.")


def read_note(session: Session, note_id: UUID) -> Note:
    """One note, removed or not. Refused where there is none of that id."""
    found = read_notes(session, [note_id])
    if not found:
        raise no_note()
    return found[0]


def read_notes(session: Session, ids: Iterable[UUID] | None = None) -> list[Note]:
    """Notes (all, removed and merged ones too, or those of `ids`) in the order they were taken.

    A note into which duplicates were merged has their themes, boroughs and pledges beside its own,
    and their hands where none were counted for itself.
    """
    query = select(NoteRow).order_by(col(NoteRow.at), col(NoteRow.id))
    wanted = None if ids is None else set(ids)
    if wanted is not None:
        rows = session.exec(query.where(col(NoteRow.id).in_(wanted))).all()
        # a note's duplicates belong to it, and theirs
        into, known = wanted, list(rows)
        while into:
            more = session.exec(query.where(col(NoteRow.merged_into).in_(into))).all()
            into = {row.id for row in more} - {row.id for row in known}
            known += [row for row in more if row.id in into]
        rows = known
    else:
        rows = session.exec(query).all()
    notes = _assemble(session, rows)
    return notes if wanted is None else [note for note in notes if note.id in wanted]


def read_hands(session: Session, ids: Sequence[UUID] | None = None) -> dict[UUID, Hands]:
    """The shows of hands that stand, by note."""
    query = select(HandsRow).order_by(col(HandsRow.number), col(HandsRow.id))
    if ids is not None:
        query = query.where(col(HandsRow.note_id).in_(list(ids)))
    rows = session.exec(query).all()
    undone = {row.undoes for row in rows if row.taken_back}
    latest: dict[UUID, dict[tuple[str, str], Show]] = defaultdict(dict)
    for row in rows:
        if row.taken_back or row.id in undone:
            continue
        count = None
        if row.raised is not None and row.present is not None:
            count = Count(row.raised, row.present)
        estimate = Estimate(row.estimate) if row.estimate else None
        show = Show(row.side, Moment(row.moment), count, estimate, row.id)
        latest[row.note_id][row.side, row.moment] = show
    return {key: Hands(tuple(shows.values())) for key, shows in latest.items()}


def _assemble(session: Session, rows: Sequence[NoteRow]) -> list[Note]:
    ids = [row.id for row in rows]
    if not ids:
        return []
    some = ids if len(ids) < 500 else None
    themes = _many(session, NoteThemeRow, some)
    boroughs = _many(session, NoteBoroughRow, some)
    hands = read_hands(session, some)
    pledges = _pledges(session, some)
    versions = _versions(session, some)
    sessions = dict(session.exec(select(SessionRow.id, SessionRow.title)).all())
    tables = dict(session.exec(select(RoomTableRow.id, RoomTableRow.label)).all())
    merged: dict[UUID, list[UUID]] = defaultdict(list)
    for row in rows:
        if row.merged_into is not None:
            merged[row.merged_into].append(row.id)
    found: list[Note] = []
    for row in rows:
        family = [row.id, *_below(row.id, merged)]
        shown = hands.get(row.id, Hands())
        for other in family[1:]:
            shown = shown.beside(hands.get(other, Hands()))
        content = content_of(row, tables.get(row.table_id, "") if row.table_id else "")
        found.append(
            Note(
                row.id, NoteKind(row.kind),
                replace(content, themes=_flat(themes, family), boroughs=_flat(boroughs, family)),
                row.at, row.changed_at, shown,
                tuple(pledge for key in family for pledge in pledges.get(key, ())),
                sessions.get(row.session_id, "") if row.session_id else "",
                row.removed_at, row.merged_into, tuple(family[1:]), versions.get(row.id),
            )
        )  # fmt: skip
    return found


def content_of(row: NoteRow, table: str) -> NoteContent:
    """A note's row as its content, without themes and boroughs."""
    return NoteContent(
        text=row.text, attribution=Attribution(row.attribution),
        who=Who(row.attendee_id, row.by, row.by_role, row.by_borough), side=row.side,
        session_id=row.session_id, table=table, round_number=row.round_number,
        reality=row.reality, room_line=row.room_line, evidence=row.evidence, why=row.why,
        verdict=NoteVerdict(row.verdict) if row.verdict else None,
        where=row.where, needs=row.needs, ask=row.ask,
        owner=row.owner, due=row.due, from_note=row.from_note, done_at=row.done_at,
    )  # fmt: skip


def own_tags(session: Session, note_id: UUID) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The themes and boroughs of one note itself, without those of its duplicates."""
    return (
        tuple(_many(session, NoteThemeRow, [note_id]).get(note_id, ())),
        tuple(_many(session, NoteBoroughRow, [note_id]).get(note_id, ())),
    )


def _below(note_id: UUID, merged: dict[UUID, list[UUID]]) -> list[UUID]:
    found: list[UUID] = []
    waiting = list(merged.get(note_id, ()))
    while waiting:
        key = waiting.pop(0)
        if key != note_id and key not in found:
            found.append(key)
            waiting += merged.get(key, ())
    return found


def _flat(tags: dict[UUID, list[str]], keys: list[UUID]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(tag for key in keys for tag in tags.get(key, ())))


def _many(session: Session, table: Any, ids: Sequence[UUID] | None) -> dict[UUID, list[str]]:
    column = table.theme if table is NoteThemeRow else table.borough
    query = select(table.note_id, column).order_by(col(table.id))
    if ids is not None:
        query = query.where(col(table.note_id).in_(list(ids)))
    found: dict[UUID, list[str]] = defaultdict(list)
    for key, tag in session.exec(query):
        found[key].append(tag)
    return found


def _pledges(session: Session, ids: Sequence[UUID] | None) -> dict[UUID, list[Pledge]]:
    query = select(PledgeRow).where(col(PledgeRow.taken_back_at).is_(None))
    if ids is not None:
        query = query.where(col(PledgeRow.note_id).in_(list(ids)))
    found: dict[UUID, list[Pledge]] = defaultdict(list)
    for row in session.exec(query.order_by(col(PledgeRow.at), col(PledgeRow.id))):
        found[row.note_id].append(
            Pledge(row.id, row.note_id, row.who, row.side, row.borough, row.at, row.attendee_id)
        )
    return found


def _versions(session: Session, ids: Sequence[UUID] | None) -> dict[UUID, UUID]:
    """The latest version of each note."""
    query = select(NoteVersionRow.note_id, NoteVersionRow.id)
    if ids is not None:
        query = query.where(col(NoteVersionRow.note_id).in_(list(ids)))
    return dict(session.exec(query.order_by(col(NoteVersionRow.number))).all())
