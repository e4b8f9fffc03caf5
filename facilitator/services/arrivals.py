"""How people come: arrivals per five minutes, when everyone will be in, and who is still missing.

All of it is computed from the presence facts that stand: what was taken back does not count.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import exists, func
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from facilitator.clocks import Clocks
from facilitator.domain.presence import Kind
from facilitator.domain.text import counted, fold
from facilitator.services.events import Event, read_event
from facilitator.services.seats import present_round
from facilitator.store.database import Database
from facilitator.store.rows import AttendeeRow, PresenceRow, RoomTableRow, RoundRow, SeatRow

#: the width of a bar
STEP = timedelta(minutes=5)
#: how many bars: an hour
BARS = 12
#: the pace is that of the last ten minutes, and tells nothing with fewer arrivals in them
PACE_OF = timedelta(minutes=10)
LEAST = 5
#: a forecast of what is farther off than this would be none
FARTHEST = timedelta(hours=3)


@dataclass(frozen=True, slots=True)
class Bar:
    """The arrivals of five minutes from `begin` on."""

    begin: datetime
    count: int


@dataclass(frozen=True, slots=True)
class Flow:
    """The arrivals of the last hour, oldest first, and what they say about the rest."""

    bars: tuple[Bar, ...]
    #: expected, and not here yet
    missing: int
    #: when the last of them is in at the pace of the last ten minutes; None where nothing tells
    through: datetime | None

    @property
    def busiest(self) -> int:
        """The most arrivals in five minutes."""
        return max((bar.count for bar in self.bars), default=0)

    @property
    def total(self) -> int:
        """The arrivals of the hour."""
        return sum(bar.count for bar in self.bars)

    def words(self, event: Event) -> str:
        """The forecast as a sentence; how many are missing where there is none."""
        if not self.missing:
            return "Everyone expected has come."
        if self.through is not None:
            return f"At this pace everyone is in by {event.local(self.through):%H:%M}"
        return f"{counted(self.missing, 'person', 'people')} still to come"


@dataclass(frozen=True, slots=True)
class Arrivals:
    """When people came, oldest first: of the last hour and a little more.

    `listed` are those who were on the list; a walk-in makes the queue no shorter.
    """

    times: tuple[datetime, ...] = ()
    listed: tuple[datetime, ...] = ()

    def flow(self, now: datetime, missing: int) -> Flow:
        """The bars of the hour up to `now`, and when `missing` people will be in."""
        end = _step(now) + STEP
        begin = end - BARS * STEP
        counts = [0] * BARS
        for at in self.times:
            # a clock of another desk that is ahead does not lose anybody
            place = min((at - begin) // STEP, BARS - 1)
            if place >= 0:
                counts[place] += 1
        bars = tuple(Bar(begin + at * STEP, count) for at, count in enumerate(counts))
        return Flow(bars, missing, self._through(now, missing))

    def _through(self, now: datetime, missing: int) -> datetime | None:
        lately = sum(1 for at in self.listed if at > now - PACE_OF)
        if not missing or lately < LEAST:
            return None
        need = PACE_OF * (missing / lately)
        return _minute(now + need) if need <= FARTHEST else None


@dataclass(frozen=True, slots=True)
class Missing:
    """Somebody who is expected and has not come."""

    id: UUID
    #: as in a list by family name
    name: str
    side: str
    organisation: str


@dataclass(frozen=True, slots=True)
class Group:
    """The people of a side, a table, a borough or an organisation."""

    #: side | table | borough | organisation
    kind: str
    name: str
    here: int
    left: int
    missing: tuple[Missing, ...]

    @property
    def expected(self) -> int:
        """Everybody of it who came or may still come."""
        return self.here + self.left + len(self.missing)

    @property
    def title(self) -> str:
        """ "Table 4", "Ealing (borough)"."""
        return f"Table {self.name}" if self.kind == "table" else f"{self.name} ({self.kind})"

    @property
    def words(self) -> str:
        """ "7 of 12 here, 1 left"."""
        left = f", {self.left} left" if self.left else ""
        return f"{self.here} of {self.expected} here{left}"


#: in the order in which they are shown
KINDS = ("side", "table", "borough", "organisation")
#: words of a question that name no group: "has the Ealing practice arrived?"
_ASKING = frozenset(
    (
        *("has", "have", "is", "are", "the", "a", "an", "of", "from", "who", "all", "in", "yet"),
        *("everybody", "everyone", "anybody", "arrived", "here", "there", "come", "came"),
        *("missing", "still"),
    )
)


def find_groups(groups: Sequence[Group], text: str) -> list[Group]:
    """The groups that `text` names, best first; all of them where it names none.

    Every word begins a word of the group. Where no group has them all, the rarest word decides:
    "the Ealing practice" finds what is called Ealing.
    """
    words = fold(text).split()
    words = [word for word in words if word not in _ASKING] or words
    if not words:
        return list(groups)
    texts = [f" {fold(group.title)}" for group in groups]
    by_word = [
        {place for place, known in enumerate(texts) if f" {word}" in known} for word in words
    ]
    found = set.intersection(*by_word) or min(filter(None, by_word), key=len, default=set[int]())
    asked = " ".join(words)
    return [
        groups[place]
        for place in sorted(
            found, key=lambda at: (asked not in (texts[at].strip(), fold(groups[at].name)), at)
        )
    ]


class ArrivalService:
    """How people come, and who has not."""

    def __init__(self, database: Database, clocks: Clocks) -> None:
        self._database = database
        self._clocks = clocks

    def flow(self) -> Flow:
        """The arrivals of the hour up to now, and when the rest will be in."""
        with self._database.reading() as session:
            missing = sum(kind is None for *_, kind in _people(session))
            return read_arrivals(session).flow(self._clocks.now(), missing)

    def groups(self) -> list[Group]:
        """Every side, table, borough and organisation with who of it is missing.

        In the order of `KINDS`, and in each kind by name; tables in their order.
        """
        with self._database.reading() as session:
            event = read_event(session)
            order, tables = _tables(session)
            people = _people(session)
        here: defaultdict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0])
        missing: defaultdict[tuple[str, str], list[Missing]] = defaultdict(list)
        for row, kind in people:
            table = tables.get(row.id, "")
            names = (event.sides[row.side].shown, table, row.borough, row.organisation)
            for key in zip(KINDS, names, strict=True):
                if not key[1]:
                    continue
                counts = here[key]
                if kind is None:
                    given = f"{row.title} {row.given_name}".strip()
                    name = ", ".join(part for part in (row.family_name, given) if part)
                    missing[key].append(Missing(row.id, name, row.side, row.organisation))
                else:
                    counts[kind == Kind.LEFT] += 1
        sides = {side.shown: side.position for side in event.sides}
        places = {"side": sides, "table": order}
        return [
            Group(
                kind, name, here[kind, name][0], here[kind, name][1],
                tuple(sorted(missing[kind, name], key=lambda one: (fold(one.name), one.id))),
            )
            for kind, name in sorted(
                here,
                key=lambda key: (
                    KINDS.index(key[0]), places.get(key[0], {}).get(key[1], 0), fold(key[1])
                ),
            )
        ]  # fmt: skip


def read_arrivals(session: Session) -> Arrivals:
    """When people came, as far back from the latest arrival as the bars and the pace reach."""
    latest = session.exec(select(func.max(col(PresenceRow.at)))).one()
    if latest is None:
        return Arrivals()
    undo = aliased(PresenceRow)
    rows: Any = session.connection().execute(
        select(PresenceRow.at, AttendeeRow.walk_in)
        .join(AttendeeRow, col(AttendeeRow.id) == col(PresenceRow.attendee_id))
        .where(
            col(PresenceRow.at) > latest - (BARS + 1) * STEP,
            col(PresenceRow.kind) == Kind.ARRIVED.value,
            ~exists().where(col(undo.undoes) == col(PresenceRow.id)),
        )
        .order_by(col(PresenceRow.at))
    )
    found = [(at, walk_in) for at, walk_in in rows]
    return Arrivals(tuple(at for at, _ in found), tuple(at for at, walk_in in found if not walk_in))


# -- internal --------------------------------------------------------------------------------------


def _people(session: Session) -> list[tuple[Any, str | None]]:
    """Those who came or may still come, each with the kind of the latest fact that stands."""
    undo = aliased(PresenceRow)
    facts: Any = session.connection().execute(
        select(PresenceRow.attendee_id, PresenceRow.kind)
        .where(
            col(PresenceRow.kind) != Kind.UNDONE.value,
            ~exists().where(col(undo.undoes) == col(PresenceRow.id)),
        )
        .order_by(col(PresenceRow.number))
    )
    standing: dict[UUID, str] = {person: kind for person, kind in facts}  # noqa: C416 (rows)
    rows: Any = session.connection().execute(
        select(  # pyright: ignore[reportCallIssue]
            AttendeeRow.id, AttendeeRow.title, AttendeeRow.given_name, AttendeeRow.family_name,  # pyright: ignore[reportArgumentType]
            AttendeeRow.side, AttendeeRow.borough, AttendeeRow.organisation,
            AttendeeRow.cancelled, AttendeeRow.walk_in,
        ).where(col(AttendeeRow.erased_at).is_(None))
    )  # fmt: skip
    return [
        (row, standing.get(row.id))
        for row in rows
        if row.id in standing or not (row.cancelled or row.walk_in)
    ]


def _tables(session: Session) -> tuple[dict[str, int], dict[UUID, str]]:
    """The tables' order; and everybody's table in the running, else in the next round."""
    labels = session.exec(
        select(RoomTableRow.id, RoomTableRow.label).order_by(col(RoomTableRow.position))
    ).all()
    label_of = dict(labels)
    number = present_round(session)
    # Later changes come last, and so decide.
    rows: Any = session.connection().execute(
        select(SeatRow.attendee_id, SeatRow.table_id)
        .join(RoundRow, col(RoundRow.id) == col(SeatRow.round_id))
        .where(col(RoundRow.number) == number)
        .order_by(col(SeatRow.revision))
    )
    tables = {person: label_of.get(table, "") for person, table in rows}
    return {label: place for place, (_, label) in enumerate(labels)}, tables


def _step(moment: datetime) -> datetime:
    """The beginning of the five minutes; every zone's clock is a multiple of them from UTC."""
    seconds = STEP.total_seconds()
    return datetime.fromtimestamp(moment.timestamp() // seconds * seconds, UTC)


def _minute(moment: datetime) -> datetime:
    """The next whole minute."""
    return datetime.fromtimestamp(math.ceil(moment.timestamp() / 60) * 60, UTC)
