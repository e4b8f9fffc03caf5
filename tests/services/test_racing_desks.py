"""Eight desks, each a process of its own, at the same tickets of one event."""

from __future__ import annotations

import os
from collections import Counter, defaultdict
from uuid import UUID

import pytest

from facilitator.app import EventApp
from facilitator.clocks import stamp
from tests.day import add_people, seat_everybody
from tests.people import add_person
from tests.services import desks

pytestmark = pytest.mark.skipif(os.name == "nt", reason="forks")


@pytest.mark.slow
def test_eight_processes_welcome_each_ticket_once(app: EventApp) -> None:
    add_people(app, first=40, second=0, third=0, come=0)
    tickets = [person.ticket for person in app.people.all()]
    lines = desks.run("scan", app.database.location, *tickets)
    assert len(lines) == 40 * desks.MANY
    by_ticket = defaultdict(list)
    for line in lines:
        by_ticket[line["code"]].append(line)
    for ticket in tickets:
        outcomes = Counter(line["outcome"] for line in by_ticket[ticket])
        assert outcomes == {"welcome": 1, "already-here": desks.MANY - 1}, by_ticket[ticket]
        (first,) = [line for line in by_ticket[ticket] if line["outcome"] == "welcome"]
        for line in by_ticket[ticket]:
            if line is not first:
                assert (line["desk"], line["since"]) == (first["desk"], first["at"])
    people = app.people.all()
    assert all(p.is_here and len(app.people.facts_of(p.id)) == 1 for p in people)
    assert {stamp(p.since) for p in people if p.since} == {
        line["at"] for line in lines if line["outcome"] == "welcome"
    }
    assert len(app.checkin.log(1000)) == len(lines)


@pytest.mark.slow
def test_scans_and_undos_of_the_same_people(app: EventApp) -> None:
    people = [add_person(app, f"Guest {number}") for number in range(3)]
    lines = desks.run("undo", app.database.location, *(p.ticket for p in people))
    outcomes = Counter(line["outcome"] for line in lines)
    assert set(outcomes) <= {"welcome", "already-here", "undone", "refused"}, outcomes
    assert sum(outcomes.values()) == 10 * 3 * desks.MANY
    assert all("nothing to take back" in line["why"] for line in lines if "why" in line)
    facts = {p.id: app.people.facts_of(p.id) for p in people}
    kinds = Counter(str(fact.kind) for found in facts.values() for fact in found)
    assert kinds["arrived"] == outcomes["welcome"]
    assert kinds["undone"] == outcomes["undone"]
    for found in facts.values():
        assert [fact.number for fact in found] == list(range(1, len(found) + 1))
        # in turn: nobody is let in who is here, and what is taken back is what stood
        assert [fact.kind for fact in found[::2]] == ["arrived"] * len(found[::2])
        for arrived, undone in zip(found[::2], found[1::2], strict=False):
            assert undone.undoes == arrived.id
    assert len({line["fact"] for line in lines if "fact" in line}) == outcomes["undone"]
    here = sum(len(found) % 2 for found in facts.values())
    assert app.checkin.balance().here == here


@pytest.mark.slow
def test_walk_ins_of_eight_processes_have_a_seat_each(app: EventApp) -> None:
    add_people(app, first=30, second=30, third=0, come=1)
    seat_everybody(app, rounds=1, seats=6)  # ten tables of eight, two seats free at each
    names = ["Ada Larkin", "Bea Long", "Cy Moss"]
    lines = desks.run("walk-in", app.database.location, *names)
    outcomes = Counter(line["outcome"] for line in lines)
    assert outcomes == {"welcome": 3 * desks.MANY}, [line for line in lines if "why" in line]
    people = app.people.all()
    assert len(people) == 60 + 3 * desks.MANY
    positions = [p.position for p in people]
    assert sorted(positions) == list(range(1, len(people) + 1))
    now = app.checkin.tables_now()
    assert max(Counter(now.values()).values()) <= 8
    where = [at for (number, _), at in app.seating.room().where.items() if number == 1]
    assert len(set(where)) == len(where) == len(people)  # nobody on somebody's lap
    for line in lines:
        assert now[UUID(line["attendee"])] == line["table"]
