"""The copies of an event that joined laptops have: whose they are, and which removals of personal
data have not reached them yet."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection
from sqlmodel import Session, col, select

from facilitator.domain.text import counted
from facilitator.services.privacy_removals import REACHED, REACHED_BUT
from facilitator.store.hub_outbox import read_mark, write_mark
from facilitator.store.rows import DecisionRow, JoinedRow, RemovalRow

#: where this file keeps when the others were last heard of
_HEARD = "heard"


@dataclass(frozen=True, slots=True)
class JoinedCopy:
    """One laptop's copy. `unreached` is how many removals it has not told to be done there, the
    first of them begun at `waits_since`; `heard_at` when it was last heard of, where that is known.
    """

    id: UUID
    name: str
    role: str
    is_hub: bool
    is_this: bool
    joined_at: datetime
    heard_at: datetime | None
    put_off_at: datetime | None
    taken_off_at: datetime | None
    unreached: int
    waits_since: datetime | None
    #: a copy that this laptop made elsewhere could not be reached by it
    has_copies_left: bool
    #: what is known of when it was heard of is of then, where the hub does not answer now
    as_of: datetime | None = None

    def stand(self, local: Callable[[datetime], datetime]) -> str:
        """How it stands, in a sentence; `local` makes a moment the event's own time."""
        if self.taken_off_at is not None:
            return f"Taken off that laptop at {local(self.taken_off_at):%H:%M on %d %B}."
        heard = f" Last heard of at {local(self.heard_at):%H:%M}" if self.heard_at else ""
        if heard:
            heard += f", as of {local(self.as_of):%H:%M}." if self.as_of else "."
        if self.unreached and self.waits_since is not None:
            since = f"{local(self.waits_since):%H:%M}"
            what = (
                f"the removal of {since}"
                if self.unreached == 1
                else f"{counted(self.unreached, 'removal')} since {since}"
            )
            lost = (
                " It was put off and lets nobody reach it: have the file deleted there."
                if self.put_off_at is not None
                else ""
            )
            return f"Not reached yet by {what}.{lost}{heard}"
        if self.has_copies_left:
            return f"Reached, but not a copy that was made elsewhere: ask there.{heard}"
        if self.put_off_at is not None:
            return f"Put off at {local(self.put_off_at):%H:%M}; it still has what it had.{heard}"
        return heard.strip() or "In step."


def heard_of(
    connection: Connection, told: Mapping[UUID, datetime], now: datetime
) -> tuple[Mapping[UUID, datetime], datetime | None]:
    """When each laptop was last heard of: as the hub told now, and kept for later; or as it was
    kept, and then of when that is."""
    if told:
        at = {str(key): moment.isoformat() for key, moment in told.items()}
        write_mark(connection, _HEARD, {"as_of": now.isoformat(), "at": at})
        return told, None
    kept = read_mark(connection, _HEARD)
    if not kept:
        return {}, None
    at = {UUID(key): datetime.fromisoformat(moment) for key, moment in kept["at"].items()}
    return at, datetime.fromisoformat(kept["as_of"])


def read_joined(
    session: Session, this: UUID | None, heard: Mapping[UUID, datetime],
    as_of: datetime | None = None,
) -> tuple[JoinedCopy, ...]:  # fmt: skip
    """The copies of all laptops that joined, the hub's first; `this` is this laptop's own."""
    reached: dict[tuple[str, str], str] = {}
    for one in session.exec(
        select(DecisionRow).where(col(DecisionRow.area).in_((REACHED, REACHED_BUT)))
    ):
        reached[one.subject, one.decision] = one.area
    removals = session.exec(select(RemovalRow).order_by(col(RemovalRow.at))).all()
    found = []
    for row in session.exec(
        select(JoinedRow).order_by(
            col(JoinedRow.is_hub).desc(), col(JoinedRow.joined_at), col(JoinedRow.id)
        )
    ):
        areas = {one.id: reached.get((str(one.id), str(row.id))) for one in removals}
        waits = [one for one in removals if areas[one.id] is None and row.taken_off_at is None]
        found.append(
            JoinedCopy(
                row.id, row.name, row.role, row.is_hub, row.id == this, row.joined_at,
                heard.get(row.id), row.put_off_at, row.taken_off_at, len(waits),
                waits[0].at if waits else None, REACHED_BUT in areas.values(), as_of,
            )
        )  # fmt: skip
    return tuple(found)
