"""What every scan reads and writes, as statements that are prepared once.

A scan is answered while somebody waits: building a statement and loading whole rows took most of
its time. Nothing is kept from one scan to the next, so other desks' facts always count.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Table, bindparam, insert, select
from sqlmodel import Session

from facilitator.domain.people import Person
from facilitator.domain.presence import Fact, presence
from facilitator.services.people import to_fact, to_person
from facilitator.store.rows import AttendeeCodeRow, AttendeeRow, PresenceRow, ScanRow, VerdictRow


def _table(row: type) -> Table:
    return row.__table__  # pyright: ignore[reportAttributeAccessIssue]


_ATTENDEE, _CODE = _table(AttendeeRow), _table(AttendeeCodeRow)
_PRESENCE, _SCAN, _VERDICT = _table(PresenceRow), _table(ScanRow), _table(VerdictRow)

#: the columns of a person; when they came onto the list and what was edited are not shown
_PERSON = [c for c in _ATTENDEE.c if c.name not in {"created_at", "edited", "erased_at"}]
_KNOWN = select(*_PERSON).where(_ATTENDEE.c.erased_at.is_(None))
_BY_ID = _KNOWN.where(_ATTENDEE.c.id == bindparam("key"))
_BY_TICKET = _KNOWN.where(_ATTENDEE.c.ticket == bindparam("text"))
_BY_CODE = _KNOWN.where(
    _ATTENDEE.c.id.in_(select(_CODE.c.attendee_id).where(_CODE.c.code == bindparam("text")))
)
_BY_FOLDED = _KNOWN.where(
    _ATTENDEE.c.id.in_(select(_CODE.c.attendee_id).where(_CODE.c.folded == bindparam("text")))
)
_CODES = (
    select(_CODE.c.code).where(_CODE.c.attendee_id == bindparam("key")).order_by(_CODE.c.id)
)  # fmt: skip
_FACTS = select(
    *(c for c in _PRESENCE.c if c.name not in {"authority", "scan_id", "in_place_of"})
).where(_PRESENCE.c.attendee_id == bindparam("key"))
_LOG = insert(_SCAN)
_ANSWER = insert(_VERDICT)

#: a row as the database gives it, named like `AttendeeRow` or `PresenceRow`; it stays in services
Line = Any


@dataclass(frozen=True, slots=True)
class Stand:
    """One person as the facts have them now."""

    person: Person
    #: how many facts there are of them
    count: int
    #: the fact that stands; None while nothing does
    was: Fact | None


def log_scan(
    session: Session, *, key: UUID, at: datetime, desk: str, operator: str, source: str, raw: str,
    length: int,
) -> None:  # fmt: skip
    """Keep a scan, whose id is `key`, as it came."""
    session.connection().execute(
        _LOG,
        {"id": key, "at": at, "desk": desk, "operator": operator, "source": source, "raw": raw,
         "length": length},
    )  # fmt: skip


def record_verdict(
    session: Session, key: UUID, scan_id: UUID, at: datetime, outcome: str,
    attendee_id: UUID | None,
) -> None:  # fmt: skip
    """Keep what a scan was answered, under the id `key`; once, where the hub has it already."""
    if "alone" in session.info and session.get(VerdictRow, key) is not None:
        return
    session.connection().execute(
        _ANSWER,
        {"id": key, "scan_id": scan_id, "at": at, "outcome": outcome,
         "attendee_id": attendee_id},
    )  # fmt: skip


def line_of(session: Session, person_id: UUID) -> Line:
    """The attendee of that id; None where there is none, or they were erased."""
    return session.connection().execute(_BY_ID, {"key": person_id}).first()


def holders(session: Session, text: str) -> Sequence[Line]:
    """Whom a code names: by ticket, else by a code as it is, else by one that ignores case."""
    connection = session.connection()
    for statement, value in (
        (_BY_TICKET, text), (_BY_CODE, text), (_BY_FOLDED, text.casefold()),
    ):  # fmt: skip
        found = connection.execute(statement, {"text": value}).all()
        if found:
            return found
    return []


def stand_of(session: Session, line: Line) -> Stand:
    """How somebody stands, from all facts about them."""
    connection = session.connection()
    lines: Sequence[Line] = connection.execute(_FACTS, {"key": line.id}).all()
    found = presence([to_fact(fact) for fact in lines])
    standing = next((f for f in lines if found.standing and f.id == found.standing.id), None)
    codes = connection.execute(_CODES, {"key": line.id}).scalars().all()
    return Stand(to_person(line, codes, standing), found.count, found.standing)
