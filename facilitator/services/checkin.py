"""Check-in: a scan is logged raw, judged, recorded and only then answered."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Protocol
from uuid import UUID

from sqlalchemy import func
from sqlmodel import Session, col, select

from facilitator.clocks import Clocks
from facilitator.domain.changes import Changes
from facilitator.domain.errors import Refused
from facilitator.domain.ids import new_id
from facilitator.domain.names import split_name
from facilitator.domain.people import Person, Status
from facilitator.domain.presence import Fact, Kind
from facilitator.domain.text import clean
from facilitator.domain.ticket import TicketCheck, check_ticket, clean_code, make_ticket
from facilitator.domain.verdicts import (
    AlreadyHere,
    Ambiguous,
    Cancelled,
    Misread,
    OtherEvent,
    Unknown,
    Verdict,
    Welcome,
    WelcomeBack,
)
from facilitator.services.checkin_rows import (
    Line,
    holders,
    line_of,
    log_scan,
    record_verdict,
    stand_of,
)
from facilitator.services.events import read_event
from facilitator.services.people import next_position, read_people, read_person, to_fact
from facilitator.services.room_balance import Balance, read_balance
from facilitator.services.scan_log import LogLine, read_log, write_log
from facilitator.services.seats import present_round, seating, seats_of
from facilitator.services.spare_codes import is_spare, is_taken_back, take_spare
from facilitator.store.database import Database, insert_once, take_turn
from facilitator.store.rows import (
    AttendeeRow,
    PresenceRow,
)

#: what is kept of a scan; no ticket is a tenth as long
KEPT = 2048
_TRIES = 8


class Seats(Protocol):
    """What check-in needs of the seating; called inside its unit of work."""

    def table_of(self, session: Session, attendee_id: UUID) -> str | None:
        """The table in the running, else the next round."""
        ...

    def arrived(self, session: Session, attendee_id: UUID, fact_id: UUID) -> bool:
        """Seat somebody who has no seat; True where the seating changed."""
        ...

    def left(self, session: Session, attendee_id: UUID, fact_id: UUID) -> bool:
        """Free their seats in the rounds to come; True where the seating changed."""
        ...

    def undone(self, session: Session, fact_id: UUID) -> bool:
        """Take back what a presence fact did to the seating; True where it changed."""
        ...


@dataclass(frozen=True, slots=True)
class At:
    """Where and by whom something is recorded."""

    desk: str = ""
    operator: str = ""
    #: scan | typed | walk-in | camera | kiosk | paper | command
    source: str = "scan"
    #: for what was first noted on paper: about when it was
    about: datetime | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to one scan."""

    verdict: Verdict
    changes: Changes
    #: shared: the hub decided; alone: this laptop did; empty where the event is on it alone
    standing: str = ""


@dataclass(slots=True)
class _Ids:
    """What one act may become, named once, with its moment: sent to a hub twice, or to the hub and
    then decided alone because its answer was lost, it is the same."""

    at: datetime
    scan: UUID = field(default_factory=new_id)
    fact: UUID = field(default_factory=new_id)
    verdict: UUID = field(default_factory=new_id)
    _answered: datetime | None = None

    def answered(self, clocks: Clocks) -> datetime:
        """When it was answered, where it admits nobody: as first judged."""
        self._answered = self._answered or clocks.now()
        return self._answered


@dataclass(frozen=True, slots=True)
class TakenBack:
    """What an undo took back, and how the person stands now."""

    person: Person
    was: Fact
    changes: Changes
    reason: str = ""


@dataclass(frozen=True, slots=True)
class HasLeft:
    """Somebody left."""

    person: Person
    at: datetime
    changes: Changes


@dataclass(frozen=True, slots=True)
class Arrival:
    """A line of the last arrivals."""

    person: Person
    table: str | None
    fact: UUID
    at: datetime
    desk: str
    returned: bool


@dataclass(frozen=True, slots=True)
class NewWalkIn:
    """Somebody who is not on the list."""

    name: str
    side: str
    organisation: str = ""
    role: str = ""
    front_line: bool | None = None
    borough: str = ""
    #: the spare badge they were given: its code or last characters; a new ticket where empty
    badge: str = ""


@dataclass(frozen=True, slots=True)
class _Exception:
    """Why somebody is let in all the same, for whom, and who decided."""

    words: str
    in_place_of: UUID | None
    decided_by: str


class CheckinService:
    """Arrivals, leaving, coming back, walk-ins, and taking any of it back."""

    def __init__(self, database: Database, clocks: Clocks, seats: Seats) -> None:
        self._database = database
        self._clocks = clocks
        self._seats = seats
        self._known: tuple[str, str] | None = None

    # -- public ---------------------------------------------------------------------------------

    def scan(self, raw: str, at: At, *, read_as: str = "") -> Answer | None:
        """Check in by a code. None where nothing was scanned; every other scan is answered.

        The raw scan is on disk before it is judged, and the verdict before this returns.
        `read_as` is what is judged where the scanner meant something else than it typed.
        """
        code = clean_code(read_as or raw)
        if code.is_blank:
            return None
        at = self._here(at)
        ids = self._log(raw, at)
        return self._database.decide(
            lambda session: self._record(
                session, ids, self._judge_code(session, code.text, at, ids)
            )
        )

    def admit(
        self,
        person_id: UUID,
        at: At,
        *,
        exception: str = "",
        in_place_of: UUID | None = None,
        decided_by: str = "",
        typed: str = "",
    ) -> Answer:
        """Check in somebody who was chosen by name.

        `exception` lets in somebody who is cancelled ("came after all"); with `in_place_of` they
        come for somebody else. Both are facts of their own, with who decided.
        """
        at = self._here(at)
        ids = self._log(typed or str(person_id), at)
        extra = _Exception(exception, in_place_of, decided_by) if exception or in_place_of else None

        def work(session: Session) -> Answer:
            row = _attendee(session, person_id)
            return self._record(session, ids, self._judge(session, row.ticket, row, at, ids, extra))

        return self._database.decide(work)

    def walk_in(
        self, new: NewWalkIn, at: At, *, in_place_of: UUID | None = None, decided_by: str = ""
    ) -> Answer:
        """Add somebody, check them in and seat them, in one transaction.

        `in_place_of` names whom they come for; that and who decided are kept with the fact.
        Refused where they have no name, the side is none of this event's, or the spare badge is
        somebody's already.
        """
        name = split_name(new.name)
        if not (name.given or name.family):
            raise Refused("A walk-in needs a name.", "Nobody was added.")
        if len(new.name) > 200 or len(new.organisation) > 300 or len(new.role) > 300:
            raise Refused("That name, organisation or role is too long.", "Nobody was added.")
        with self._database.reading() as session:
            side = read_event(session).sides.find(new.side)
        at = self._here(at)
        ids, person_id, token = self._log(new.name, at), new_id(), secrets.token_bytes(10)
        extra = _Exception("in place of", in_place_of, decided_by) if in_place_of else None

        def work(session: Session) -> Answer:
            take_turn(session)  # two walk-ins at once would have the same place on the list
            event = read_event(session)
            fresh = make_ticket(event.tag, token)
            row = AttendeeRow(
                id=person_id, title=name.title, given_name=name.given, family_name=name.family,
                side=side.key, organisation=clean(new.organisation), job_title=clean(new.role),
                front_line=new.front_line, borough=clean(new.borough), walk_in=True,
                ticket=take_spare(session, new.badge, event.tag) if new.badge else fresh,
                position=next_position(session), created_at=self._clocks.now(),
            )  # fmt: skip
            if "alone" not in session.info or session.get(AttendeeRow, person_id) is None:
                session.add(row)
                session.flush()
            return self._record(session, ids, self._judge(session, row.ticket, row, at, ids, extra))

        answer = self._database.decide(work)
        return replace(answer, changes=answer.changes | Changes.PEOPLE)

    def leave(self, person_id: UUID, at: At) -> HasLeft:
        """Record that somebody left; their seats of the rounds to come are free again.

        Refused where they are not inside.
        """
        at, ids = self._here(at), _Ids(self._clocks.now())

        def work(session: Session) -> HasLeft:
            row = _attendee(session, person_id)
            known = _known_already(session, ids.fact)
            if known is not None:
                gone = Changes.ARRIVALS | Changes.SEATS
                return HasLeft(read_person(session, person_id), known.at, gone)
            for _ in range(_TRIES):
                stand = stand_of(session, row)
                person, was = stand.person, stand.was
                if not person.is_here or was is None:
                    raise Refused(f"{person.full_name} is not inside.", "Nothing was recorded.")
                fact = self._fact(session, ids, person_id, stand.count, Kind.LEFT, at)
                fact.follows = was.id
                if not self._insert(session, fact):
                    continue
                changes = Changes.ARRIVALS
                if self._seats.left(session, person_id, fact.id):
                    changes |= Changes.SEATS
                return HasLeft(read_person(session, person_id), fact.at, changes)
            raise _contended()

        return self._database.decide(work)

    def undo(self, person_id: UUID, at: At, *, reason: str = "") -> TakenBack:
        """Take back somebody's last arrival or return, as a fact of its own.

        Status, seats and people are then as before it. Refused where no arrival stands.
        """
        at, ids = self._here(at), _Ids(self._clocks.now())

        def work(session: Session) -> TakenBack:
            row = _attendee(session, person_id)
            known = _known_already(session, ids.fact)
            undone = session.get(PresenceRow, known.undoes) if known is not None else None
            if known is not None and undone is not None:
                back = Changes.ARRIVALS | Changes.SEATS | Changes.PEOPLE
                person = read_person(session, person_id)
                return TakenBack(person, to_fact(undone), back, known.reason)
            for _ in range(_TRIES):
                stand = stand_of(session, row)
                person, was = stand.person, stand.was
                if was is None:
                    raise Refused(
                        f"{person.full_name} has not arrived: there is nothing to take back."
                    )
                if was.kind is Kind.LEFT:
                    raise Refused(
                        f"{person.full_name} has left: there is no arrival to take back.", "",
                        "Scan them again if they are here.",
                    )  # fmt: skip
                fact = self._fact(session, ids, person_id, stand.count, Kind.UNDONE, at)
                fact.follows, fact.undoes, fact.reason = was.id, was.id, clean(reason)
                if not self._insert(session, fact):
                    continue
                changes = Changes.ARRIVALS
                if person.walk_in:
                    changes |= Changes.PEOPLE
                if self._seats.undone(session, was.id):
                    changes |= Changes.SEATS
                return TakenBack(read_person(session, person_id), was, changes, fact.reason)
            raise _contended()

        return self._database.decide(work)

    def undo_last(self, at: At) -> TakenBack:
        """Take back the last check-in at this desk. Refused where there is none."""
        at = self._here(at)
        with self._database.reading() as session:
            last = next(iter(self._arrivals(session, 1, at.desk)), None)
        if last is None:
            raise Refused("Nobody has been checked in at this desk: there is nothing to take back.")
        return self.undo(last.attendee_id, at)

    def recent(self, limit: int = 8, desk: str | None = None) -> list[Arrival]:
        """The last arrivals that stand, newest first; of one desk or of all."""
        with self._database.reading() as session:
            rows = self._arrivals(session, limit, desk)
            people = {p.id: p for p in read_people(session, [row.attendee_id for row in rows])}
            return [
                Arrival(
                    people[row.attendee_id], self._seats.table_of(session, row.attendee_id),
                    row.id, row.at, row.desk, row.kind == Kind.RETURNED,
                )
                for row in rows
                if row.attendee_id in people
            ]  # fmt: skip

    def balance(self) -> Balance:
        """Who is here of those expected, by side."""
        with self._database.reading() as session:
            return read_balance(session, read_event(session))[0]

    def tables_now(self, ids: Iterable[UUID] | None = None) -> dict[UUID, str]:
        """Everybody's table (or that of a few) in the running, else in the next round."""
        with self._database.reading() as session:
            number = present_round(session)
            found = (
                seating(session) if ids is None else {key: seats_of(session, key) for key in ids}
            )
            return {
                person: seats[number].table
                for person, seats in found.items()
                if number is not None and number in seats
            }

    def log(self, limit: int | None = 200) -> list[LogLine]:
        """The scan log, newest first; whole without a limit."""
        with self._database.reading() as session:
            return read_log(session, limit)

    def write_log(self, path: Path) -> int:
        """Write the whole log as CSV; returns how many scans are in it (see `scan_log`)."""
        return write_log(self._database, self._clocks, path)

    # -- internal -------------------------------------------------------------------------------

    def _here(self, at: At) -> At:
        """A desk that gives no name has the one with which its laptop joined."""
        link = self._database.link
        return replace(at, desk=link.desk) if link is not None and not at.desk else at

    def _log(self, raw: str, at: At) -> _Ids:
        ids = _Ids(self._clocks.now())
        kept = raw[:KEPT].replace("\x00", "\\000")
        # The hub is asked with the verdict: nobody waits for it twice.
        with self._database.session(later=True) as session:
            log_scan(
                session, key=ids.scan, at=ids.at, desk=at.desk, operator=at.operator,
                source=at.source, raw=kept.encode("utf-8", "backslashreplace").decode(),
                length=len(raw),
            )  # fmt: skip
        return ids

    def _judge_code(self, session: Session, text: str, at: At, ids: _Ids) -> Answer:
        found = holders(session, text)
        if len(found) == 1:
            row = found[0]
            if is_taken_back(session, row.id, walk_in=row.walk_in) and is_spare(session, text):
                now = ids.answered(self._clocks)
                return Answer(Unknown(text, now, at.desk, self._call(session), True), Changes.NONE)
            return self._judge(session, text, row, at, ids)
        now = ids.answered(self._clocks)
        if found:
            people = read_people(session, [row.id for row in found])
            return Answer(Ambiguous(text, now, at.desk, tuple(people)), Changes.NONE)
        match check_ticket(text, self._identity(session)[0]):
            case TicketCheck.MISREAD:
                return Answer(Misread(text, now, at.desk), Changes.NONE)
            case TicketCheck.OTHER_EVENT:
                call = read_event(session).call
                return Answer(OtherEvent(text, now, at.desk, call), Changes.NONE)
            case TicketCheck.OURS | TicketCheck.FOREIGN:
                spare = is_spare(session, text)
                return Answer(Unknown(text, now, at.desk, self._call(session), spare), Changes.NONE)

    @staticmethod
    def _call(session: Session) -> str:
        return read_event(session).call

    def _judge(
        self,
        session: Session,
        text: str,
        row: Line,
        at: At,
        ids: _Ids,
        extra: _Exception | None = None,
    ) -> Answer:
        for _ in range(_TRIES):
            stand = stand_of(session, row)
            person, was = stand.person, stand.was
            if was is not None and was.id == ids.fact:
                # The hub had let them in by this very scan, and its answer was lost on the way.
                table = self._seats.table_of(session, row.id)
                made = Welcome if was.kind is Kind.ARRIVED else WelcomeBack
                answer = made(text, was.at, at.desk, person, table, was.id)
                return Answer(answer, Changes.ARRIVALS)
            if was is not None and was.kind is not Kind.LEFT:
                table = self._seats.table_of(session, row.id)
                now = ids.answered(self._clocks)
                here_is = AlreadyHere(text, now, at.desk, person, table, was.desk, was.at)
                return Answer(here_is, Changes.NONE)
            if person.status is Status.CANCELLED and extra is None:
                call, now = read_event(session).call, ids.answered(self._clocks)
                return Answer(Cancelled(text, now, at.desk, person, None, call), Changes.NONE)
            kind = Kind.ARRIVED if was is None else Kind.RETURNED
            fact = self._fact(session, ids, row.id, stand.count, kind, at)
            fact.scan_id, fact.follows = ids.scan, was.id if was else None
            if extra is not None:
                fact.exception, fact.decided_by = clean(extra.words), clean(extra.decided_by)
                fact.in_place_of = extra.in_place_of
            if not self._insert(session, fact):
                continue
            changes = Changes.ARRIVALS
            if self._seats.arrived(session, row.id, fact.id):
                changes |= Changes.SEATS
            table = self._seats.table_of(session, row.id)
            here = replace(person, status=Status.ARRIVED, since=fact.at, desk=fact.desk)
            make = Welcome if was is None else WelcomeBack
            return Answer(make(text, fact.at, at.desk, here, table, fact.id), changes)
        raise _contended()

    def _record(self, session: Session, ids: _Ids, answer: Answer) -> Answer:
        verdict = answer.verdict
        person = getattr(verdict, "person", None)
        attendee = person.id if person is not None else None
        record_verdict(session, ids.verdict, ids.scan, verdict.at, verdict.outcome, attendee)
        alone: bool | None = session.info.get("alone")
        standing = "" if alone is None else "alone" if alone else "shared"
        return Answer(verdict, answer.changes | Changes.SCANS, standing)

    def _identity(self, session: Session) -> tuple[str, str]:
        """The event's tag and this file's authority, read once: neither changes while open."""
        if self._known is None:
            event = read_event(session)
            self._known = (event.tag, event.authority)
        return self._known

    def _fact(
        self, session: Session, ids: _Ids, person_id: UUID, count: int, kind: Kind, at: At
    ) -> PresenceRow:
        link = self._database.link
        shared: str | None = session.info.get("authority")
        return PresenceRow(
            id=ids.fact, attendee_id=person_id, authority=shared or self._identity(session)[1],
            number=count + 1, kind=kind.value, at=ids.at, desk=at.desk,
            operator=at.operator, source=at.source, about=at.about,
            skew=link.skew if link is not None else 0.0,
        )  # fmt: skip

    @staticmethod
    def _insert(session: Session, fact: PresenceRow) -> bool:
        """The constraint decides between two desks. False where another was first."""
        return insert_once(session, fact, "attendee_id", "authority", "number")

    @staticmethod
    def _arrivals(session: Session, limit: int, desk: str | None) -> Sequence[PresenceRow]:
        undone = select(PresenceRow.undoes).where(col(PresenceRow.undoes).is_not(None))
        query = select(PresenceRow).where(
            col(PresenceRow.kind).in_([Kind.ARRIVED.value, Kind.RETURNED.value]),
            col(PresenceRow.id).not_in(undone),
        )
        if desk is not None:
            query = query.where(func.coalesce(PresenceRow.desk, "") == desk)
        newest = query.order_by(col(PresenceRow.at).desc(), col(PresenceRow.id).desc())
        return session.exec(newest.limit(limit)).all()


def _attendee(session: Session, person_id: UUID) -> Line:
    row = line_of(session, person_id)
    if row is None:
        raise Refused("There is nobody of that id in this event.")
    return row


def _known_already(session: Session, fact_id: UUID) -> PresenceRow | None:
    """The fact of this very act, where the hub had taken it and its answer was lost on the way."""
    return session.get(PresenceRow, fact_id) if "alone" in session.info else None


def _contended() -> Refused:
    return Refused(
        "Several desks judged this person at the same moment.", "Nothing was recorded here.",
        "Scan again.",
    )  # fmt: skip
