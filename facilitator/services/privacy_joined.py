"""The copies of an event that joined laptops have: whose they are, and which removals of personal
data have not reached them yet."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlmodel import Session, col, select

from facilitator.domain.text import counted
from facilitator.services.privacy_removals import REACHED, REACHED_BUT
from facilitator.store.rows import DecisionRow, JoinedRow, RemovalRow


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

    def stand(self, local: Callable[[datetime], datetime]) -> str:
        """How it stands, in a sentence; `local` makes a moment the event's own time."""
        if self.taken_off_at is not None:
            return f"Taken off that laptop at {local(self.taken_off_at):%H:%M on %d %B}."
        heard = f" Last heard of at {local(self.heard_at):%H:%M}." if self.heard_at else ""
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


def read_joined(
    session: Session, this: UUID | None, heard: Mapping[UUID, datetime | None]
) -> tuple[JoinedCopy, ...]:
    """The copies of all laptops that joined, the hub's first."""
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
                waits[0].at if waits else None, REACHED_BUT in areas.values(),
            )
        )  # fmt: skip
    return tuple(found)
