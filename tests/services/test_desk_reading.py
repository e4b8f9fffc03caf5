"""What the Desk reads beside its card: counts from the facts, and only who is new of the list."""

from __future__ import annotations

import random
from datetime import datetime, timedelta

from sqlmodel import Session

from facilitator.app import EventApp, open_event
from facilitator.clocks import HandClocks
from facilitator.domain.people import Person, Status
from facilitator.services.checkin import At, NewWalkIn
from facilitator.services.desk_reading import DeskNow, Mark
from facilitator.store.rows import PresenceRow, SourceRow
from tests.people import add_person

DESK = At("Desk 1", "AY")
SIDES = ("general-practice", "community-pharmacy", "other")


def crowd(app: EventApp, many: int = 12) -> list[Person]:
    """People of every side, line and standing on the list."""
    return [
        add_person(
            app, f"Guest Number{number}", SIDES[number % 3], cancelled=number % 5 == 4,
            front_line=(True, False, None)[number % 4 % 3],
        )
        for number in range(many)
    ]  # fmt: skip


def expected(people: list[Person], side: str) -> tuple[int, ...]:
    """The counts of one side, from the people one by one."""
    theirs = [p for p in people if p.side == side and p.status is not Status.CANCELLED]
    here = [p for p in theirs if p.is_here]
    return tuple(
        len([p for p in some if p.front_line in lines])
        for lines in ((True, False, None), (True,), (False,))
        for some in (here, theirs)
    )


def test_counts_equal_the_list_whatever_happens(app: EventApp, clocks: HandClocks) -> None:
    people = crowd(app)
    chance = random.Random(11)
    for turn in range(60):
        clocks.advance(7)
        person = chance.choice(people)
        stands = app.people.get(person.id).status
        match chance.randrange(4):
            case 0 if stands is Status.ARRIVED:
                app.checkin.leave(person.id, DESK)
            case 1 if stands is Status.ARRIVED:
                app.checkin.undo(person.id, DESK)
            case 2 if turn % 10 == 0:
                answer = app.checkin.walk_in(NewWalkIn(f"New Guest{turn}", SIDES[turn % 3]), DESK)
                people.append(answer.verdict.person)  # pyright: ignore[reportAttributeAccessIssue]
            case _:
                app.checkin.admit(person.id, DESK, exception="came after all" if turn % 2 else "")
        everybody = app.people.all()
        balance = app.checkin.balance()
        for count in balance.sides:
            assert (
                count.here, count.expected, count.front_here, count.front_expected,
                count.leaders_here, count.leaders_expected,
            ) == expected(everybody, count.side)  # fmt: skip
        assert balance.here == sum(p.is_here for p in everybody)
        assert balance.left == sum(p.status is Status.LEFT for p in everybody)


def changed(now: DeskNow) -> list[str] | None:
    """The names of those about whom something is new."""
    return None if now.changed is None else sorted(p.name for p in now.changed)


def test_only_those_of_whom_something_is_new_are_read(app: EventApp, clocks: HandClocks) -> None:
    people = crowd(app)
    reading = app.desk_reading
    now = reading.now()
    assert now.changed is None  # nothing was known before: the whole list
    assert changed(reading.now(now.mark)) == []
    with open_event(app.database.location, clocks) as other:  # another desk
        other.checkin.admit(people[0].id, At("Desk 2"))
        other.people.edit(people[1].id, {"organisation": "Elm Road Surgery"})
    assert reading.stamp() != now.mark.stamp
    now = reading.now(now.mark)
    assert changed(now) == ["Guest Number0", "Guest Number1"]
    assert [p.status for p in now.changed or ()] == [Status.ARRIVED, Status.EXPECTED]
    assert now.balance.here == 1
    assert [line.desk for line in now.recent] == ["Desk 2"]
    assert reading.stamp() == now.mark.stamp
    clocks.advance(3600)
    app.checkin.undo(people[0].id, DESK)
    app.checkin.walk_in(NewWalkIn("Ada Larkin", SIDES[0]), DESK)
    now = reading.now(now.mark)
    assert changed(now) == ["Ada Larkin", "Guest Number0"]
    assert changed(reading.now(now.mark)) == []
    app.checkin.undo_last(DESK)
    now = reading.now(now.mark)
    assert [(p.name, p.since) for p in now.changed or ()] == [("Ada Larkin", None)]


def test_where_it_cannot_tell_the_whole_list_is_read_again(
    app: EventApp, clocks: HandClocks
) -> None:
    people = crowd(app)
    reading = app.desk_reading
    clocks.advance(600)

    def whole_after(mark: Mark) -> tuple[bool, Mark]:
        now = reading.now(mark)
        return now.changed is None, now.mark

    mark = reading.now().mark
    app.privacy.erase(people[2].id)
    whole, mark = whole_after(mark)
    assert whole
    with app.database.session() as session:
        session.add(SourceRow(name="list.csv", at=clocks.now()))
    whole, mark = whole_after(mark)
    assert whole
    app.checkin.admit(people[0].id, DESK)
    whole, mark = whole_after(mark)
    assert not whole
    with app.database.session() as session:  # from a desk whose clock is an hour behind
        _arrive_at(session, people[1], clocks.now() - timedelta(hours=1))
    whole, mark = whole_after(mark)
    assert whole
    assert not whole_after(mark)[0]


def _arrive_at(session: Session, person: Person, at: datetime) -> None:
    session.add(
        PresenceRow(attendee_id=person.id, authority="file:other", number=1, kind="arrived",
                    at=at, desk="Desk 9", source="scan")
    )  # fmt: skip


def test_the_list_comes_page_by_page_in_its_order(app: EventApp) -> None:
    crowd(app, 11)
    app.checkin.walk_in(NewWalkIn("Ada Larkin", SIDES[0]), DESK)
    gone = app.checkin.walk_in(NewWalkIn("Bea Long", SIDES[0]), DESK).verdict
    app.checkin.undo(gone.person.id, DESK)  # pyright: ignore[reportAttributeAccessIssue]
    found: list[Person] = []
    page = app.desk_reading.page(limit=4)
    found += page.people
    turns = 1
    while page.after is not None:
        page = app.desk_reading.page(page.after, limit=4)
        found += page.people
        turns += 1
    assert found == app.people.all()
    assert turns == 4  # thirteen rows, the one that was taken back among them
