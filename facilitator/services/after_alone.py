"""What was decided alone, once the hub knows it: seats are given and freed, and whatever the hub
would have refused is flagged for people to look at."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from uuid import UUID

from sqlmodel import Session, col, select

from facilitator.clocks import Clocks
from facilitator.domain.errors import Overtaken, Refused
from facilitator.domain.ids import new_id
from facilitator.domain.presence import Kind
from facilitator.services.people import read_people, standings
from facilitator.services.seating import SeatingService
from facilitator.services.seats import rounds_of, was_ever_seated
from facilitator.store.database import Database, insert_once
from facilitator.store.hub_link import Link
from facilitator.store.rows import AttendeeRow, PresenceRow, SetAsideRow

log = logging.getLogger("facilitator.sharing")

#: so many facts are one unit of work: on a slow line the hub is not asked about each of hundreds
AT_ONCE = 20
_ADMITTED = (Kind.ARRIVED, Kind.RETURNED)


def settle_alone(
    database: Database, clocks: Clocks, seating: SeatingService, facts: Sequence[UUID]
) -> None:
    """Do for these presence facts what could not be done alone.

    Where the hub falls silent again, the rest is done when it is back. What another laptop has done
    is found out by reading alone: whoever scans here meanwhile waits for nothing.
    """
    link = database.link
    for start in range(0, len(facts), AT_ONCE):
        part = facts[start : start + AT_ONCE]

        def work(session: Session, part: Sequence[UUID] = part) -> None:
            for fact_id in part:
                _settle(session, clocks, seating, fact_id)

        try:
            with database.reading() as session:
                to_do = any(_is_to_do(session, fact_id) for fact_id in part)
            if to_do:
                database.decide(work)
        except Overtaken:
            if isinstance(link, Link) and not link.is_shared:
                return
            continue  # another desk is at it all the time: once more when we next catch up
        except Refused as refused:
            # It must not keep this laptop from catching up.
            log.warning("not settled: %s", refused)
            continue
        if isinstance(link, Link):
            link.settled(part)


def _settle(session: Session, clocks: Clocks, seating: SeatingService, fact_id: UUID) -> None:
    fact = session.get(PresenceRow, fact_id)
    person = session.get(AttendeeRow, fact.attendee_id) if fact is not None else None
    if fact is None or person is None:
        return
    now = {one.id: one for one in read_people(session, [person.id])}.get(person.id)
    if now is None:
        return
    # What is done to seats follows from how the person stands now, and is done once: after a change
    # of hubs all laptops that know of these facts do it; what one did, another must not undo.
    if fact.kind in _ADMITTED:
        if now.is_here and not _is_undone(session, fact.id):
            seating.arrived(session, person.id, fact.id)
    elif fact.kind == Kind.LEFT and not now.is_here:
        seating.left(session, person.id, fact.id)
    elif fact.kind == Kind.UNDONE and fact.undoes is not None and not now.is_here:
        seating.undone(session, fact.undoes)
    for why in _reasons(session, fact, person):
        _flag(session, clocks, fact, now.full_name, why)


def _is_to_do(session: Session, fact_id: UUID) -> bool:
    """Whether a fact perhaps asks for something that nobody has done yet."""
    fact = session.get(PresenceRow, fact_id)
    person = session.get(AttendeeRow, fact.attendee_id) if fact is not None else None
    if fact is None or person is None:
        return False
    flags = select(SetAsideRow.here_words).where(
        col(SetAsideRow.area) == "arrival", col(SetAsideRow.subject) == str(fact.id)
    )
    if set(_reasons(session, fact, person)) - set(session.exec(flags)):
        return True
    last = standings(session, [person.id]).get(person.id)
    is_here = last is not None and last.kind in _ADMITTED
    rounds = [one for one in rounds_of(session, person.id) if one.finished_at is None]
    if fact.kind in _ADMITTED:
        lacks = (one.table_id is None and was_ever_seated(session, one.round_id) for one in rounds)
        return is_here and any(lacks) and not _is_undone(session, fact.id)
    seated = any(one.table_id is not None for one in rounds)
    return seated and not is_here


def _reasons(session: Session, fact: PresenceRow, person: AttendeeRow) -> list[str]:
    """Why the hub would have refused a fact, for people to look at."""
    found = []
    if fact.kind in _ADMITTED and person.cancelled and not fact.exception:
        found.append("cancelled meanwhile")
    if fact.follows is not None and fact.kind != Kind.UNDONE:
        undone = select(PresenceRow.id).where(
            col(PresenceRow.undoes) == fact.follows,
            col(PresenceRow.authority) != fact.authority,
        )
        if session.exec(undone).first() is not None:
            found.append("undone meanwhile")
    return found


def _is_undone(session: Session, fact_id: UUID) -> bool:
    query = select(PresenceRow.id).where(col(PresenceRow.undoes) == fact_id)
    return session.exec(query).first() is not None


def _flag(session: Session, clocks: Clocks, fact: PresenceRow, name: str, why: str) -> None:
    words = {"arrived": "let in", "returned": "let in again", "left": "left"}[fact.kind]
    insert_once(
        session,
        SetAsideRow(
            id=new_id(), at=clocks.now(), source=fact.desk, area="arrival", subject=str(fact.id),
            field="", what=name, here_words=why,
            there_words=f"{words} at {fact.desk or 'a desk'} while it worked alone",
            there={"fact": str(fact.id)},
        ),
        "area", "subject", "field", "there_words",
    )  # fmt: skip
