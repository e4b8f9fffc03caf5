"""What the Desk shows beside its card, read again after every arrival: counts, the last arrivals,
and who of the list has changed.

Counts are always computed from the facts, in the database. The list is read whole once; then only
those are read about whom something is new. What tells new from known is a `Mark`: where it cannot
be sure (somebody was erased, a list was imported, a fact came from a clock far behind) the whole
list is read again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import and_, bindparam, func, or_, select
from sqlmodel import Session, col

from facilitator.domain.people import Person
from facilitator.services.arrivals import Arrivals, read_arrivals
from facilitator.services.checkin import Arrival, CheckinService
from facilitator.services.events import Event, read_event
from facilitator.services.people import read_people
from facilitator.services.people_index import PeopleIndex
from facilitator.services.room_balance import Balance, read_balance
from facilitator.store.database import Database
from facilitator.store.rows import (
    AttendeeCodeRow,
    AttendeeRow,
    PersonChangeRow,
    PresenceRow,
    SeatChangeRow,
    SourceRow,
)

#: how far behind another desk's clock may be before the whole list is read again for its facts
BEHIND = timedelta(minutes=2)
#: more news than this are read with the whole list
MANY = 200
#: how many people are read at a time, so that a scan between need not wait
PAGE = 400


@dataclass(frozen=True, slots=True)
class Stamp:
    """How many rows there are of what the Desk shows: another stamp means that something is new."""

    facts: int = 0
    people: int = 0
    edits: int = 0
    codes: int = 0
    lists: int = 0
    seats: int = 0


@dataclass(frozen=True, slots=True)
class Recent:
    """Rows that are only ever added: how many there are, and which of them are the newest."""

    count: int = 0
    newest: datetime | None = None
    #: those not more than `BEHIND` older than the newest; None where they are too many (a list
    #: that was just imported), and then only what is later than the newest tells what is new
    ids: frozenset[UUID] | None = frozenset()


@dataclass(frozen=True, slots=True)
class Mark:
    """Up to where the list was read."""

    stamp: Stamp = Stamp()
    erased: int = 0
    facts: Recent = Recent()
    people: Recent = Recent()
    edits: Recent = Recent()


@dataclass(frozen=True, slots=True)
class DeskNow:
    """The room as it stands, and what has changed of the list since a mark."""

    event: Event
    balance: Balance
    recent: list[Arrival]
    mark: Mark
    #: people as they are now, also walk-ins whose arrival was taken back and who so are on the list
    #: no more; None where the whole list has to be read again
    changed: list[Person] | None
    #: when people came, of the last hour
    arrivals: Arrivals


@dataclass(frozen=True, slots=True)
class Page:
    """Some people of the list, in its order."""

    people: list[Person]
    #: where the next page begins; None after the last
    after: tuple[int, UUID] | None


class DeskReading:
    """Reads for the Desk, as little as can be."""

    def __init__(self, database: Database, checkin: CheckinService) -> None:
        self._database = database
        self._checkin = checkin

    def stamp(self) -> Stamp:
        """A glance: whether anybody, at this desk or another, has added anything."""
        with self._database.reading() as session:
            return _stamp(session)

    def now(self, since: Mark | None = None, recent: int = 7) -> DeskNow:
        """Counts, the last arrivals, and who has changed `since` a mark; all of one moment."""
        with self._database.reading() as session:
            event = read_event(session)
            balance, erased = read_balance(session, event)
            arrivals = read_arrivals(session)
            mark, ids = _news(session, since or Mark(), erased)
            changed = None if since is None or ids is None else read_people(session, ids)
        return DeskNow(event, balance, self._checkin.recent(recent), mark, changed, arrivals)

    def page(self, after: tuple[int, UUID] | None = None, limit: int = PAGE) -> Page:
        """Some people of the list, from its beginning or after those of another page."""
        place = (col(AttendeeRow.position), col(AttendeeRow.id))
        query = select(*place).where(col(AttendeeRow.erased_at).is_(None))
        if after is not None:
            query = query.where(
                or_(place[0] > after[0], and_(place[0] == after[0], place[1] > after[1]))
            )
        with self._database.reading() as session:
            keys = session.execute(query.order_by(*place).limit(limit)).all()
            found = read_people(session, [key for _, key in keys]) if keys else []
        people = [p for p in found if not p.walk_in or p.since is not None]
        last = keys[-1] if len(keys) == limit else None
        return Page(people, (last[0], last[1]) if last is not None else None)

    @staticmethod
    def index(people: Sequence[Person]) -> PeopleIndex:
        """People prepared for search."""
        return PeopleIndex(people)


_STAMP = select(
    *(
        select(func.count(column)).scalar_subquery()
        for column in (
            col(PresenceRow.id), col(AttendeeRow.id), col(PersonChangeRow.id),
            col(AttendeeCodeRow.id), col(SourceRow.id), col(SeatChangeRow.id),
        )
    )
)  # fmt: skip


def _since(row: Any, moment: Any, person: Any) -> Any:
    return select(row.id, person).where(moment >= bindparam("since"))


#: what is only ever added, with the person that it is about
_ADDED = {
    "facts": _since(PresenceRow, PresenceRow.at, PresenceRow.attendee_id),
    "people": _since(AttendeeRow, AttendeeRow.created_at, AttendeeRow.id),
    "edits": _since(PersonChangeRow, PersonChangeRow.at, PersonChangeRow.attendee_id),
}
_NEWEST = {
    "facts": select(func.max(PresenceRow.at)),
    "people": select(func.max(AttendeeRow.created_at)),
    "edits": select(func.max(PersonChangeRow.at)),
}


def _stamp(session: Session) -> Stamp:
    return Stamp(*session.connection().execute(_STAMP).one())


def _news(session: Session, since: Mark, erased: int) -> tuple[Mark, set[UUID] | None]:
    """The mark of now, and about whom something is new; None where that cannot be told."""
    stamp = _stamp(session)
    counts = {"facts": stamp.facts, "people": stamp.people, "edits": stamp.edits}
    known = (since.erased, since.stamp.lists) == (erased, stamp.lists)
    known &= since.stamp.codes == stamp.codes
    found: dict[str, Recent] = {}
    who: set[UUID] = set()
    for name, count in counts.items():
        was: Recent = getattr(since, name)
        found[name], people = _added(session, name, was, count)
        if people is None:
            known = False
        else:
            who |= people
    known &= len(who) <= MANY
    return Mark(stamp, erased, **found), who if known else None


def _added(session: Session, name: str, was: Recent, count: int) -> tuple[Recent, set[UUID] | None]:
    """What was added since, and about whom; None where it is not all that is new."""
    connection = session.connection()
    if count == was.count and count:
        return was, set()
    newest: datetime | None = connection.execute(_NEWEST[name]).scalar()
    if newest is None:
        return Recent(), set() if was.count == 0 else None
    last: Sequence[Any] = connection.execute(
        _ADDED[name].limit(MANY + 1), {"since": newest - BEHIND}
    ).all()
    now = Recent(count, newest, frozenset(r[0] for r in last) if len(last) <= MANY else None)
    if was.newest is None:
        return now, {person for _, person in last} if len(last) == count else None
    if was.ids is None:
        begin, known = was.newest + timedelta(microseconds=1), frozenset()
    else:
        begin, known = min(newest, was.newest) - BEHIND, was.ids
    rows: Sequence[Any] = connection.execute(_ADDED[name], {"since": begin}).all()
    fresh = [person for key, person in rows if key not in known]
    return now, set(fresh) if was.count + len(fresh) == count else None
