"""Pledges: who will copy a bright spot."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from facilitator.clocks import Clocks
from facilitator.domain.boroughs import find_borough
from facilitator.domain.changes import Changes
from facilitator.domain.errors import Refused
from facilitator.domain.notes import Note, NoteKind, Pledge
from facilitator.domain.text import clean, fold
from facilitator.services.events import read_event
from facilitator.services.note_reading import no_note, read_note
from facilitator.services.people import read_person
from facilitator.store.database import Database, insert_once
from facilitator.store.rows import NoteRow, PledgeRow


@dataclass(frozen=True, slots=True)
class Pledged:
    """The answer of a write: the bright spot with its pledges as they stand."""

    note: Note
    changes: Changes


class PledgeService:
    """Pledges to copy a bright spot."""

    def __init__(self, database: Database, clocks: Clocks) -> None:
        self._database = database
        self._clocks = clocks

    def add(
        self,
        pledge_id: UUID,
        note_id: UUID,
        *,
        attendee_id: UUID | None = None,
        who: str = "",
        side: str = "",
        borough: str = "",
    ) -> Pledged:
        """Keep a pledge under an id that the caller made, so that a retry cannot double it: of
        somebody on the list, or of whoever `who` says ("Elm Road Surgery")."""
        with self._database.session() as session:
            note = session.get(NoteRow, note_id)
            if note is None:
                raise no_note()
            if note.kind != NoteKind.BRIGHT_SPOT:
                raise Refused("Only a bright spot can be copied.", "Nothing was kept.")
            who, borough = clean(who)[:300], find_borough(borough) or clean(borough)[:100]
            if attendee_id is not None:
                person = read_person(session, attendee_id)
                who = who or person.full_name
                side, borough = side or person.side, borough or person.borough
            if not who:
                raise Refused("A pledge needs somebody who makes it.", "Nothing was kept.")
            if side:
                side = read_event(session).sides.find(side).key
            for known in read_note(session, note_id).pledges:
                if known.id != pledge_id and _same(known, attendee_id, who):
                    raise Refused(f"{known.who} has pledged to copy it already.", "It counts once.")
            row = PledgeRow(id=pledge_id, note_id=note_id, attendee_id=attendee_id, who=who,
                            side=side, borough=borough, at=self._clocks.now())  # fmt: skip
            new = insert_once(session, row, "id")
            found = read_note(session, note_id)
        return Pledged(found, Changes.NOTES if new else Changes.NONE)

    def bring_back(self, pledge_id: UUID) -> Pledged:
        """Let a pledge that was taken back stand again. Refused where there is none of that id."""
        return self._mark(pledge_id, taken_back=False)

    def take_back(self, pledge_id: UUID) -> Pledged:
        """Take a pledge back. Refused where there is none of that id."""
        return self._mark(pledge_id, taken_back=True)

    def _mark(self, pledge_id: UUID, *, taken_back: bool) -> Pledged:
        with self._database.session() as session:
            row = session.get(PledgeRow, pledge_id)
            if row is None:
                raise Refused("There is no pledge of that id.", "Nothing was changed.")
            row.taken_back_at = (row.taken_back_at or self._clocks.now()) if taken_back else None
            session.add(row)
            session.flush()
            note = read_note(session, row.note_id)
        return Pledged(note, Changes.NOTES)


def _same(known: Pledge, attendee_id: UUID | None, who: str) -> bool:
    """Whether a pledge is of the same person, or of the same name where neither is on the list."""
    if attendee_id is not None and known.attendee_id is not None:
        return attendee_id == known.attendee_id
    return fold(known.who) == fold(who)
