"""Drafts: what is being typed, on disk, and found again after a crash."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlmodel import col, select

from facilitator.clocks import Clocks
from facilitator.domain.changes import Changes
from facilitator.domain.notes import NoteContent, NoteKind
from facilitator.services.events import Done
from facilitator.store.database import Database, insert_once
from facilitator.store.rows import DraftRow, NoteRow


@dataclass(frozen=True, slots=True)
class Draft:
    """What was being typed under a note's id. `of_note` where the note itself is there already, and
    this is an edit of it."""

    id: UUID
    kind: NoteKind
    content: NoteContent
    at: datetime
    of_note: bool
    #: the laptop on which it is being typed
    holder: str = ""
    #: of an edit: the version of the note that it is an edit of
    base: UUID | None = None


class DraftService:
    """Drafts of notes. The room, the report and the exports never see them."""

    def __init__(self, database: Database, clocks: Clocks) -> None:
        self._database = database
        self._clocks = clocks

    def keep(
        self,
        draft_id: UUID,
        kind: NoteKind,
        content: NoteContent,
        *,
        holder: str = "",
        base: UUID | None = None,
    ) -> Done:
        """Put what is being typed on disk. Nothing of a person beyond the attribution goes there,
        and nothing is judged: a draft may be half a word. `holder` names the laptop, where several
        share an event; `base` is the version of the note that this is an edit of."""
        stored = content.kept().to_json() | ({"holder": holder} if holder else {})
        if base is not None:
            stored["base"] = str(base)
        with self._database.session() as session:
            row = DraftRow(id=draft_id, kind=kind.value, content=stored, at=self._clocks.now())
            if not insert_once(session, row, "id"):
                known = session.get(DraftRow, draft_id)
                if known is not None:
                    known.kind, known.content, known.at = row.kind, stored, row.at
                    session.add(known)
        return Done(Changes.NONE)

    def drop(self, draft_id: UUID) -> Done:
        """Throw a draft away, where there is one."""
        with self._database.session() as session:
            row = session.get(DraftRow, draft_id)
            if row is not None:
                session.delete(row)
        return Done(Changes.NONE)

    def get(self, draft_id: UUID) -> Draft | None:
        """The draft of an id, or None."""
        return next((draft for draft in self.all() if draft.id == draft_id), None)

    def all(self, *, holder: str | None = None) -> list[Draft]:
        """Every draft (or those of one laptop), the latest first."""
        with self._database.reading() as session:
            rows = session.exec(select(DraftRow).order_by(col(DraftRow.at).desc())).all()
            notes = set(
                session.exec(
                    select(NoteRow.id).where(col(NoteRow.id).in_([row.id for row in rows]))
                ).all()
            )
        return [
            Draft(
                row.id,
                NoteKind(row.kind),
                NoteContent.from_json(row.content),
                row.at,
                row.id in notes,
                row.content.get("holder", ""),
                UUID(row.content["base"]) if row.content.get("base") else None,
            )
            for row in rows
            if holder in (None, row.content.get("holder", ""))
        ]
