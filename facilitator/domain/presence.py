"""Being here, computed from facts. No fact is ever changed; an undo is a fact too."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol, TypeVar
from uuid import UUID

from facilitator.domain.people import Status


class Kind(StrEnum):
    """What a presence fact says."""

    ARRIVED = "arrived"
    LEFT = "left"
    RETURNED = "returned"
    UNDONE = "undone"


@dataclass(frozen=True, slots=True)
class Fact:
    """One presence fact of one person, in the order of `number`."""

    id: UUID
    attendee_id: UUID
    number: int
    kind: Kind
    at: datetime
    desk: str = ""
    operator: str = ""
    source: str = ""
    undoes: UUID | None = None
    follows: UUID | None = None
    reason: str = ""
    exception: str = ""
    decided_by: str = ""
    about: datetime | None = None
    #: seconds to add to `at` where the clock of whoever answered was wrong
    skew: float = 0.0


@dataclass(frozen=True, slots=True)
class Presence:
    """Where one person stands. `standing` is the fact that says so, None while nothing does."""

    standing: Fact | None
    #: how many facts there are: the next one's number is one more
    count: int

    def status(self, cancelled: bool) -> Status:
        """Arrived, left, else what the list says."""
        if self.standing is None:
            return Status.CANCELLED if cancelled else Status.EXPECTED
        return Status.LEFT if self.standing.kind is Kind.LEFT else Status.ARRIVED


class _Ordered(Protocol):
    @property
    def id(self) -> UUID: ...
    @property
    def number(self) -> int: ...
    @property
    def at(self) -> datetime: ...
    @property
    def follows(self) -> UUID | None: ...
    @property
    def skew(self) -> float: ...


_F = TypeVar("_F", bound=_Ordered)


def in_order(facts: Iterable[_F]) -> list[_F]:
    """One person's facts as they happened: a fact comes after the one it was judged against, and
    only then does the clock decide, as far as it was right, because two desks' clocks may differ.

    All facts have to be given, those that were undone too: others may follow them.
    """
    ordered = sorted(facts, key=lambda fact: fact.number)
    if len(ordered) == len({fact.number for fact in ordered}):
        return ordered  # one line of facts, as nearly always
    moments: dict[UUID, datetime] = {}
    for fact in ordered:
        cause = moments.get(fact.follows) if fact.follows else None
        at = fact.at + timedelta(seconds=fact.skew)
        moments[fact.id] = at if cause is None else max(at, cause)
    return sorted(ordered, key=lambda fact: (moments[fact.id], fact.number, fact.id))


def presence(facts: Iterable[Fact]) -> Presence:
    """Fold one person's facts: what was undone does not count, the latest of the rest does."""
    ordered = in_order(facts)
    undone = {fact.undoes for fact in ordered if fact.kind is Kind.UNDONE}
    kept = [fact for fact in ordered if fact.kind is not Kind.UNDONE and fact.id not in undone]
    return Presence(kept[-1] if kept else None, max((f.number for f in ordered), default=0))
