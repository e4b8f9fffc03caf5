"""Who is here of those expected, by side: counted in the database, from the facts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, exists, func, or_
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from facilitator.domain.presence import Kind
from facilitator.services.events import Event
from facilitator.services.people import standings
from facilitator.store.rows import AttendeeRow, PresenceRow


@dataclass(frozen=True, slots=True)
class SideCount:
    """One side of the room: here of expected, front line and leaders."""

    side: str
    here: int
    expected: int
    front_here: int
    front_expected: int
    leaders_here: int
    leaders_expected: int


@dataclass(frozen=True, slots=True)
class Balance:
    """The room by side. `expected` counts everybody who is not cancelled."""

    sides: tuple[SideCount, ...]
    here: int
    expected: int
    left: int


# The latest fact of each person that was not undone. Written with NOT EXISTS, which both databases
# answer from an index, where a window would sort every fact of the day.
_fact, _undo, _later, _later_undo = (aliased(PresenceRow) for _ in range(4))
_STANDING = (
    select(_fact.attendee_id, _fact.kind)
    .where(
        col(_fact.kind) != Kind.UNDONE.value,
        ~exists().where(col(_undo.undoes) == col(_fact.id)),
        ~exists().where(
            col(_later.attendee_id) == col(_fact.attendee_id),
            or_(
                col(_later.number) > col(_fact.number),
                and_(col(_later.number) == col(_fact.number), col(_later.id) > col(_fact.id)),
            ),
            col(_later.kind) != Kind.UNDONE.value,
            ~exists().where(col(_later_undo.undoes) == col(_later.id)),
        ),
    )
    .subquery()
)
_GROUPS = (
    AttendeeRow.side, AttendeeRow.front_line, AttendeeRow.cancelled, AttendeeRow.walk_in,
    col(AttendeeRow.erased_at).is_not(None), _STANDING.c.kind,
)  # fmt: skip
_PEOPLE = select(*_GROUPS[:-1], AttendeeRow.id)  # pyright: ignore[reportCallIssue, reportArgumentType]
_COUNTS = (
    select(*_GROUPS, func.count())  # pyright: ignore[reportCallIssue, reportArgumentType]
    .outerjoin(_STANDING, _STANDING.c.attendee_id == col(AttendeeRow.id))
    .group_by(*_GROUPS)  # pyright: ignore[reportArgumentType]
)


#: people of whom two facts bear one number: two that did not know of each other decided both
_TWO_LINES = (
    select(PresenceRow.attendee_id)
    .group_by(col(PresenceRow.attendee_id))
    .having(func.count() > func.count(func.distinct(col(PresenceRow.number))))
)
#: more of them than this, and everybody is read
_FEW = 500


def _counted_by_number(session: Session) -> Iterable[Any]:
    return session.connection().execute(_COUNTS)


def _counted_of_two_lines(session: Session) -> Iterable[Any]:
    """Where facts come from several files or desks that were alone: whoever has two lines of facts
    is folded one by one, because only the whole line tells; all others are counted."""
    mixed = list(session.exec(_TWO_LINES))
    connection = session.connection()
    people = _PEOPLE
    if len(mixed) <= _FEW:
        yield from connection.execute(_COUNTS.where(col(AttendeeRow.id).not_in(mixed)))
        people = _PEOPLE.where(col(AttendeeRow.id).in_(mixed))
    standing = standings(session, mixed if len(mixed) <= _FEW else None)
    rows: Iterable[Any] = connection.execute(people)
    for side, front, cancelled, walk_in, erased, key in rows:
        fact = standing.get(key)
        yield side, front, cancelled, walk_in, erased, fact.kind if fact else None, 1


def read_balance(session: Session, event: Event) -> tuple[Balance, int]:
    """The room by side as the facts have it now; and how many people were erased."""
    expected: Counter[tuple[str, bool | None]] = Counter()
    here: Counter[tuple[str, bool | None]] = Counter()
    left = erased_count = 0
    counted = _counted_of_two_lines if event.settings.merged else _counted_by_number
    for side, front, cancelled, walk_in, erased, kind, many in counted(session):
        if erased:
            erased_count += many
            continue
        # Nothing stands of a walk-in whose arrival was taken back: they are not on the list.
        if kind is None and (walk_in or cancelled):
            continue
        expected[side, front] += many
        if kind == Kind.LEFT.value:
            left += many
        elif kind is not None:
            here[side, front] += many
    sides = tuple(
        SideCount(
            side.key,
            *(
                sum(counts[side.key, front] for front in fronts)
                for fronts in ((True, False, None), (True,), (False,))
                for counts in (here, expected)
            ),
        )
        for side in event.sides
    )
    found = Balance(sides, sum(s.here for s in sides), sum(s.expected for s in sides), left)
    return found, erased_count
