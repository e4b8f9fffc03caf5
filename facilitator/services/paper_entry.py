"""From paper back: ticks and walk-ins that were noted on paper, entered afterwards in bulk.

Each is a fact like any other, whose source says paper and which keeps about when it was.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from uuid import UUID

from sqlmodel import Session, col, func, select

from facilitator.clocks import Clocks
from facilitator.domain.changes import Changes
from facilitator.domain.errors import Refused
from facilitator.domain.people import Person, Status
from facilitator.domain.presence import Kind
from facilitator.domain.text import fold
from facilitator.services.checkin import Answer, At, CheckinService, NewWalkIn, TakenBack
from facilitator.services.events import Done, Event, read_event
from facilitator.services.people import read_people, read_person
from facilitator.services.programme_rows import read_programme
from facilitator.services.spare_codes import find_spare, holder_of, spare_codes
from facilitator.store.database import Database, take_turn
from facilitator.store.rows import AttendeeCodeRow, PersonChangeRow, PresenceRow

#: the desk and the source of what was noted on paper
DESK = SOURCE = "paper"
#: so long before the programme begins, the doors may have been open
EARLY = timedelta(hours=1)
_TIME = re.compile(r"(?:about\s+|at\s+)?(\d{1,2})[:.h ]?(\d{2})", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Entered:
    """Somebody who came in on paper, as entered."""

    fact: UUID
    person: Person
    #: about when they came, where the paper said so
    about: datetime | None
    #: when it was entered
    at: datetime


@dataclass(frozen=True, slots=True)
class Running:
    """What was entered from paper and stands: the last entries, newest first, and how many."""

    last: tuple[Entered, ...]
    number: int
    #: spare badges that were printed, and those of them that nobody was given yet
    spares: int
    free: int


@dataclass(frozen=True, slots=True)
class Match:
    """Those whom some letters find, in the order of the paper, and the one whom Enter takes."""

    people: tuple[Person, ...] = ()
    sure: Person | None = None


def find_on_paper(people: Sequence[Person], text: str) -> Match:
    """Whom the letters typed from a tick list mean: family name first, as the paper is sorted.

    Those who are not here yet come first, and of them those whose family name begins so. The one
    is sure where no other family name of somebody who is not here begins so; or, where none
    does, where no other word of a name.
    """
    parts = fold(text).split()
    if not parts:
        return Match()
    tiers: tuple[list[Person], ...] = ([], [], [])
    for one in people:
        family, words = fold(one.family_name or one.given_name), fold(one.sorted_name).split()
        if not all(any(word.startswith(part) for word in words) for part in parts):
            continue
        here = one.status in (Status.ARRIVED, Status.LEFT)
        tiers[2 if here else 0 if family.startswith(parts[0]) else 1].append(one)
    for tier in tiers:
        tier.sort(key=lambda one: (fold(one.sorted_name), one.id))
    first = tiers[0] or tiers[1]
    return Match((*tiers[0], *tiers[1], *tiers[2]), first[0] if len(first) == 1 else None)


class PaperEntryService:
    """Enters what is on paper, and takes it back."""

    def __init__(self, database: Database, clocks: Clocks, checkin: CheckinService) -> None:
        self._database = database
        self._clocks = clocks
        self._checkin = checkin

    def about(self, text: str) -> datetime | None:
        """The moment that "09:10" or "about 9.10" means on the day; None for an empty text.

        Refused where it is no time of day, was before the doors opened, or is still to come.
        """
        if not text.strip():
            return None
        match = _TIME.fullmatch(text.strip())
        if match is None or int(match[1]) > 23 or int(match[2]) > 59:
            raise Refused(
                f"“{text.strip()[:20]}” is not a time of day.", "Nothing was entered.",
                "Write it like 09:10.",
            )  # fmt: skip
        with self._database.reading() as session:
            event = read_event(session)
            clock = time(int(match[1]), int(match[2]), tzinfo=event.zone)
            moment = datetime.combine(event.held_on, clock)
            self._check(session, event, moment)
        return moment

    def enter(
        self, person_id: UUID, about: datetime | None, *, operator: str = "", typed: str = ""
    ) -> Answer:
        """Somebody of the list whose box is ticked. Refused for a time that cannot be."""
        return self._checkin.admit(person_id, self._at(about, operator), typed=typed)

    def enter_code(self, raw: str, about: datetime | None, *, operator: str = "") -> Answer | None:
        """Somebody whose badge or ticket was scanned while paper is entered."""
        return self._checkin.scan(raw, self._at(about, operator))

    def walk_in(
        self, new: NewWalkIn, about: datetime | None, *, badge: str = "", operator: str = ""
    ) -> Answer:
        """A line of the page for walk-ins; `badge`: the code of the spare badge that they were
        given, or its last characters.

        Refused where the badge is somebody's already, or the line cannot be (see `walk_in` of
        check-in).
        """
        return self._checkin.walk_in(
            replace(new, badge=badge or new.badge), self._at(about, operator)
        )

    def spare(self, text: str) -> str:
        """The code of the spare badge that a scan or its last characters name.

        Refused where there is none.
        """
        with self._database.reading() as session:
            return find_spare(session, text)

    def give(self, person_id: UUID, badge: str, *, operator: str = "") -> Done:
        """Somebody of the list was given a spare badge: its code is theirs from now on.

        Refused where it is no spare, or somebody else's already.
        """
        with self._database.session() as session:
            take_turn(session)
            person = read_person(session, person_id)
            code = find_spare(session, badge)
            holder = holder_of(session, code)
            if holder is not None and holder.id != person_id:
                name = f"{holder.given_name} {holder.family_name}".strip()
                raise Refused(
                    f"That spare badge belongs to {name} already.", "Nothing was changed.",
                    "Take another spare badge.",
                )  # fmt: skip
            if holder is None:
                session.add(
                    AttendeeCodeRow(attendee_id=person.id, code=code, folded=code.casefold())
                )
                session.add(
                    PersonChangeRow(attendee_id=person.id, at=self._clocks.now(), by=operator,
                                    how="given", field="spare_badge", old="", new=code)
                )  # fmt: skip
        return Done(Changes.PEOPLE)

    def undo(self, person_id: UUID, *, operator: str = "") -> TakenBack:
        """Take an entry back. Refused where it does not stand any more."""
        return self._checkin.undo(
            person_id, At(DESK, operator, SOURCE), reason="entered from paper by mistake"
        )

    def running(self, limit: int = 60) -> Running:
        """What was entered so far and stands."""
        with self._database.reading() as session:
            undone = select(PresenceRow.undoes).where(col(PresenceRow.undoes).is_not(None))
            standing = (
                col(PresenceRow.source) == SOURCE,
                col(PresenceRow.kind).in_([Kind.ARRIVED.value, Kind.RETURNED.value]),
                col(PresenceRow.id).not_in(undone),
            )
            number = session.exec(select(func.count(col(PresenceRow.id))).where(*standing)).one()
            newest = select(PresenceRow).where(*standing).order_by(
                col(PresenceRow.at).desc(), col(PresenceRow.id).desc()
            )  # fmt: skip
            rows = session.exec(newest.limit(limit)).all()
            people = {one.id: one for one in read_people(session, [r.attendee_id for r in rows])}
            spares = spare_codes(session)
            free = sum(holder_of(session, code) is None for code in spares)
        return Running(
            tuple(
                Entered(row.id, people[row.attendee_id], row.about, row.at)
                for row in rows
                if row.attendee_id in people
            ),
            number, len(spares), free,
        )  # fmt: skip

    # -- internal -------------------------------------------------------------------------------

    def _at(self, about: datetime | None, operator: str) -> At:
        if about is not None:
            with self._database.reading() as session:
                self._check(session, read_event(session), about)
        return At(DESK, operator, SOURCE, about)

    def _check(self, session: Session, event: Event, moment: datetime) -> None:
        now = self._clocks.now()
        said = f"{event.local(moment):%H:%M}"
        if moment > now:
            local = event.local(now)
            when = f"it is {local:%H:%M}" if local.date() == event.held_on else "that day is ahead"
            raise Refused(
                f"{said} is still to come: {when}.", "Nothing was entered.",
                "Write about when they came.",
            )  # fmt: skip
        planned = read_programme(session).planned().values()
        if event.local(moment).date() < event.held_on:
            raise Refused(
                f"{said} on {event.local(moment):%d %B} is before the day of the event.",
                "Nothing was entered.", "Write about when they came.",
            )  # fmt: skip
        first = min((one.starts for one in planned), default=None)
        if first is not None and moment < first - EARLY:
            raise Refused(
                f"{said} is before the doors opened: the day begins at "
                f"{event.local(first):%H:%M}.",
                "Nothing was entered.", "Write about when they came.",
            )  # fmt: skip
