"""Shows of hands: facts that are appended, of people who are here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func
from sqlmodel import Session, col, select

from facilitator.clocks import Clocks
from facilitator.domain.changes import Changes
from facilitator.domain.errors import Refused
from facilitator.domain.hands import Count, Estimate, Hands, Moment
from facilitator.domain.notes import NoteKind
from facilitator.services.checkin import CheckinService
from facilitator.services.events import read_event
from facilitator.services.note_reading import no_note, read_hands
from facilitator.store.database import Database, signed
from facilitator.store.rows import HandsRow, NoteRow


@dataclass(frozen=True, slots=True)
class HandsShown:
    """The answer of a write: all shows of hands of the note as they stand, and the facts that this
    call kept."""

    note_id: UUID
    hands: Hands
    changes: Changes
    facts: tuple[UUID, ...] = ()


@dataclass(frozen=True, slots=True)
class HandsFact:
    """One fact of a note's history of hands. `taken_back` says that a later fact undoes it."""

    id: UUID
    number: int
    moment: Moment
    side: str
    shown: Count | Estimate
    at: datetime
    taken_back: bool


class HandsService:
    """Who believed a claim, before and after, by side."""

    def __init__(self, database: Database, clocks: Clocks, checkin: CheckinService) -> None:
        self._database = database
        self._clocks = clocks
        self._checkin = checkin

    def here(self) -> dict[str, int]:
        """How many of each side are in the room, from check-in."""
        return {side.side: side.here for side in self._checkin.balance().sides}

    def of(self, note_id: UUID) -> Hands:
        """A note's own shows of hands as they stand."""
        with self._database.reading() as session:
            return read_hands(session, [note_id]).get(note_id, Hands())

    def count_here(self, note_id: UUID, moment: Moment, raised: Mapping[str, int]) -> HandsShown:
        """Keep hands of those who are checked in; more hands than people is refused."""
        here = self.here()
        shown: dict[str, Count | Estimate] = {}
        for side, number in raised.items():
            shown[side] = Count(number, here.get(side, 0))
        return self.show(note_id, moment, shown)

    def show(
        self, note_id: UUID, moment: Moment, shown: Mapping[str, Count | Estimate]
    ) -> HandsShown:
        """Keep a show of hands by side, each counted of its own number present or judged by eye.

        A side that was not counted is left out: it stays as it was, at first "not measured". What
        is so already is not kept twice. Refused, with nothing kept, for a note that is no myth.
        """
        if not shown:
            raise Refused("No side was counted.", "Nothing was kept.")
        with self._database.session() as session:
            row = self._myth(session, note_id)
            sides = read_event(session).sides
            found = {sides.find(side).key: value for side, value in shown.items()}
            standing = read_hands(session, [row.id]).get(row.id, Hands())
            number = self._number(session, note_id)
            facts: list[UUID] = []
            for side, value in found.items():
                known = standing.of(side, moment)
                if known is not None and value in (known.count, known.estimate):
                    continue
                number += 1
                counted = value if isinstance(value, Count) else None
                fact = HandsRow(
                    note_id=note_id, moment=moment.value, side=side,
                    raised=counted.raised if counted else None,
                    present=counted.present if counted else None,
                    estimate=value.value if isinstance(value, Estimate) else "",
                    at=self._clocks.now(), number=number, by=signed(session, ""),
                )  # fmt: skip
                session.add(fact)
                facts.append(fact.id)
            session.flush()
            hands = read_hands(session, [note_id]).get(note_id, Hands())
        changes = Changes.NOTES if facts else Changes.NONE
        return HandsShown(note_id, hands, changes, tuple(facts))

    def undo(
        self,
        note_id: UUID,
        *,
        moment: Moment | None = None,
        side: str | None = None,
        fact: UUID | None = None,
    ) -> HandsShown:
        """Take back the last show of hands that stands (of a moment, of a side; or just the `fact`
        of that id), by a fact of its own; what stood before it stands again. Refused where there is
        none."""
        with self._database.session() as session:
            self._myth(session, note_id)
            rows = session.exec(
                select(HandsRow)
                .where(col(HandsRow.note_id) == note_id)
                .order_by(col(HandsRow.number))
            ).all()
            undone = {row.undoes for row in rows if row.taken_back}
            standing = [
                row
                for row in rows
                if not row.taken_back
                and row.id not in undone
                and (moment is None or row.moment == moment)
                and (side is None or row.side == side)
                and (fact is None or row.id == fact)
            ]
            if not standing:
                raise Refused("No hands were counted here: there is nothing to take back.")
            last = standing[-1]
            session.add(
                HandsRow(note_id=note_id, moment=last.moment, side=last.side, taken_back=True,
                         undoes=last.id, at=self._clocks.now(), number=rows[-1].number + 1,
                         by=signed(session, ""))
            )  # fmt: skip
            session.flush()
            hands = read_hands(session, [note_id]).get(note_id, Hands())
        return HandsShown(note_id, hands, Changes.NOTES)

    def facts(self, note_id: UUID) -> list[HandsFact]:
        """Every show of hands ever kept of a note, in order."""
        with self._database.reading() as session:
            rows = session.exec(
                select(HandsRow)
                .where(col(HandsRow.note_id) == note_id)
                .order_by(col(HandsRow.number))
            ).all()
        undone = {row.undoes for row in rows if row.taken_back}
        return [
            HandsFact(
                row.id, row.number, Moment(row.moment), row.side,
                Count(row.raised, row.present)
                if row.raised is not None and row.present is not None
                else Estimate(row.estimate),
                row.at, row.id in undone,
            )
            for row in rows
            if not row.taken_back
        ]  # fmt: skip

    @staticmethod
    def _myth(session: Session, note_id: UUID) -> NoteRow:
        # Locked, so that two who count at once get numbers of their own.
        row = session.get(NoteRow, note_id, with_for_update=True)
        if row is None:
            raise no_note()
        if row.kind != NoteKind.MYTH:
            raise Refused("Hands are counted for a myth only.", "Nothing was kept.")
        return row

    @staticmethod
    def _number(session: Session, note_id: UUID) -> int:
        query = select(func.max(HandsRow.number)).where(col(HandsRow.note_id) == note_id)
        return session.exec(query).one() or 0
