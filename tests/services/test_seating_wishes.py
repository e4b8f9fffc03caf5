"""Wishes on both databases: hosts, apart, together, pins, locks, attendance, conflicts."""

from __future__ import annotations

import pytest

from facilitator.app import EventApp
from facilitator.domain.changes import Changes
from facilitator.domain.errors import Refused
from facilitator.services.checkin import NewWalkIn
from tests.people import add_person
from tests.services.seating_tools import DESK, fill, mix, solved, tables


@pytest.fixture
def room(app: EventApp) -> EventApp:
    """Four tables of eight for 28 people, not mixed yet."""
    tables(app, 4)
    fill(app, 14, 14)
    return app


@pytest.fixture
def file_room(file_app: EventApp) -> EventApp:
    """The same in a file, where the database makes no difference."""
    tables(file_app, 4)
    fill(file_app, 14, 14)
    return file_app


def test_wishes_are_kept_by_a_mixing(room: EventApp) -> None:
    people = room.people.all()
    host, one, other, pair, late = (p.id for p in people[:5])
    room.wishes.host(host, "3")
    room.wishes.apart(one, other)
    room.wishes.together(pair, people[20].id)
    room.wishes.pin(people[6].id, "4", [2])
    room.wishes.attendance(late, [2, 3])
    mix(room)
    state = room.seating.room()
    for number in (1, 2, 3):
        assert state.where[number, host][0] == "3"
        assert state.where[number, one][0] != state.where[number, other][0]
        assert state.where[number, pair][0] == state.where[number, people[20].id][0]
    assert state.where[2, people[6].id][0] == "4"
    assert (1, late) not in state.where
    assert (2, late) in state.where
    assert late not in state.rounds[0].unseated
    assert host in state.rounds[0].table("3").hosts  # pyright: ignore[reportOptionalMemberAccess]
    assert not any(fault.kind != "neighbours" for r in state.rounds for fault in r.faults)


def test_contradictions_are_named(room: EventApp) -> None:
    priya = add_person(room, "Dr Priya Raman")
    tom = add_person(room, "Tom Achterberg", "community-pharmacy")
    room.wishes.host(priya.id, "3")
    room.wishes.host(tom.id, "3")
    room.wishes.apart(priya.id, tom.id)
    said = "Dr Priya Raman stays at table 3 and must be apart from Tom Achterberg, who stays"
    assert room.wishes.conflicts() == [f"{said} there too."]
    with pytest.raises(Refused, match="are to sit apart"):
        room.wishes.together(tom.id, priya.id)
    assert room.wishes.apart(tom.id, priya.id).changes == Changes.NONE
    request = room.mixing.request(1)
    preview = room.mixing.preview(request, solved(request))
    assert any("Priya Raman" in sentence for sentence in preview.broken)
    room.wishes.host(tom.id, "4")
    assert room.wishes.conflicts() == []
    room.wishes.pin(tom.id, "2", [2])
    assert room.wishes.conflicts() == [
        "Tom Achterberg is to sit at table 4 and at table 2 in round 2."
    ]


def test_a_wish_taken_back(room: EventApp) -> None:
    one, other = room.people.all()[:2]
    room.wishes.apart(one.id, other.id)
    (wish,) = room.wishes.all().all
    room.wishes.remove(wish.id)
    assert room.wishes.all().all == ()
    with pytest.raises(Refused, match="taken back already"):
        room.wishes.remove(wish.id)
    with pytest.raises(Refused, match="themselves"):
        room.wishes.apart(one.id, one.id)
    with pytest.raises(Refused, match="no table “77”"):
        room.wishes.host(one.id, "77")
    with pytest.raises(Refused, match="no round 9"):
        room.wishes.pin(one.id, "1", [9])


def test_a_locked_table_stays_when_the_room_is_mixed_again(room: EventApp) -> None:
    mix(room)
    before = room.seating.room()
    kept = {p: at for (n, p), at in before.where.items() if n == 2 and at[0] == "1"}
    person = before.rounds[1].tables[2].people[0]
    room.wishes.lock_table("1", 2)
    room.wishes.lock_person(person, 2)
    add_person(room, "Rhys Llewellyn", "community-pharmacy")
    mix(room)
    after = room.seating.room()
    assert {p for (n, p), at in after.where.items() if n == 2 and at[0] == "1"} == set(kept)
    assert after.where[2, person][0] == before.where[2, person][0]
    assert after.rounds[1].tables[0].locked
    late = room.checkin.walk_in(NewWalkIn("Late Comer", "general-practice"), DESK)
    who = late.verdict.person.id  # pyright: ignore[reportAttributeAccessIssue]
    assert room.seating.room().where[2, who][0] != "1"
    room.wishes.lock_table("1", 2)
    assert not room.seating.room().rounds[1].tables[0].locked


def test_few_people_use_few_tables(file_app: EventApp) -> None:
    fill(file_app, 6, 6)
    request = file_app.mixing.request(1)
    assert [len(t) for t in request.problem.tables] == [2, 2, 2]
    assert any("stay empty in round 1" in remark for remark in request.remarks)
    mix(file_app)
    assert file_app.seating.room().rounds[0].tables[2].people == ()


def test_a_step_free_table_for_who_needs_one(file_room: EventApp) -> None:
    person = add_person(
        file_room, "Dr Hannah Whitcombe", access="Wheelchair, needs step-free access"
    )
    request = file_room.mixing.request(1)
    assert any("no table is step-free" in remark for remark in request.remarks)
    file_room.tables.describe("2", step_free=True)
    mix(file_room)
    state = file_room.seating.room()
    assert {state.where[n, person.id][0] for n in (1, 2, 3)} == {"2"}


def test_more_people_than_seats_loses_nobody(file_app: EventApp) -> None:
    tables(file_app, 2)
    fill(file_app, 10, 10)
    request = file_app.mixing.request(1)
    solution = solved(request)
    preview = file_app.mixing.preview(request, solution)
    assert preview.unseated
    file_app.mixing.accept(request, solution.plan)
    for a_round in file_app.seating.room().rounds:
        assert sum(len(t.people) for t in a_round.tables) == 16
        assert len(a_round.unseated) == 4


def test_aims_go_to_the_engine(file_room: EventApp) -> None:
    file_room.tables.set_aims(2, {"borough": "gather"})
    assert [a.borough for a in file_room.mixing.request(1).problem.aims] == ["", "gather", ""]
    asked = file_room.mixing.request(1, aims={1: {"stance": "spread"}, 2: {}})
    assert [(a.borough, a.stance) for a in asked.problem.aims] == [
        ("", "spread"), ("", ""), ("", ""),
    ]  # fmt: skip
    with pytest.raises(Refused, match="cannot aim"):
        file_room.tables.set_aims(2, {"stance": "gather"})


def test_faults_are_told_and_mended(file_room: EventApp) -> None:
    mix(file_room)
    state = file_room.seating.room()
    first, second = state.rounds[0].tables[:2]
    gp = [w for w in first.people if state.people[w].side.position == 0]
    ph = [w for w in second.people if state.people[w].side.position == 1]
    for one, other in zip(gp, ph, strict=False):
        file_room.seating.swap(one, other, 1)
    state = file_room.seating.room()
    lacking = [f for f in state.rounds[0].faults if f.kind == "missing"]
    assert lacking
    for _ in range(12):
        mend = file_room.seating.room().headline(1).mend
        if mend is None:
            break
        file_room.seating.mend(mend)
    assert not [f for f in file_room.seating.room().rounds[0].faults if f.kind == "missing"]


def test_somebody_cancelled_does_not_keep_a_seat_unnoticed(file_room: EventApp) -> None:
    mix(file_room)
    person = file_room.people.all()[0]
    file_room.people.edit(person.id, {"cancelled": True})
    head = file_room.seating.room().headline(1)
    assert f"{person.full_name} has cancelled" in head.words
    assert head.mend is not None
    file_room.seating.mend(head.mend)
    assert (1, person.id) not in file_room.seating.room().where


def test_a_seat_beside_ones_own_side_is_mended_by_a_swap(file_room: EventApp) -> None:
    mix(file_room)
    table = file_room.seating.room().rounds[0].tables[0]
    state = file_room.seating.room()
    # everything of one side first: the ends still sit beside the other side, the middle does not
    order = sorted(table.people, key=lambda w: state.people[w].side.position)
    for at, who in enumerate(order):
        here = file_room.seating.room().rounds[0].tables[0].places
        if here[at] != who and here[at] is not None:
            file_room.seating.swap(who, here[at], 1)
    head = file_room.seating.room().headline(1)
    assert "needs a swap: seats" in head.words
    while (head := file_room.seating.room().headline(1)).mend is not None:
        file_room.seating.mend(head.mend)
    assert (
        file_room.seating.room().rounds[0].beside == file_room.seating.room().rounds[0].most_beside
    )


def test_each_wish_not_kept_names_those_that_can_be_taken_back(room: EventApp) -> None:
    one, two, three = room.people.all()[:3]
    room.wishes.together(one.id, two.id)
    room.wishes.together(two.id, three.id)
    room.wishes.apart(one.id, three.id)
    request = room.mixing.request(1)
    preview = room.mixing.preview(request, solved(request))
    assert tuple(one.sentence for one in preview.unkept) == preview.broken
    unkept = preview.unkept[0]
    assert "must be apart" in unkept.sentence
    assert {choice.wish for choice in unkept.choices} == {w.id for w in room.wishes.all().all}
    for choice in unkept.choices:
        assert "need not sit" in choice.words
    room.wishes.remove(unkept.choices[0].wish)
    request = room.mixing.request(1)
    assert room.mixing.preview(request, solved(request)).unkept == ()


def test_two_places_for_one_person_are_named_once_with_both_wishes(room: EventApp) -> None:
    one = room.people.all()[0]
    room.wishes.host(one.id, "4")
    room.wishes.pin(one.id, "2", [2])
    request = room.mixing.request(1)
    (unkept,) = room.mixing.preview(request, solved(request)).unkept
    assert [choice.words for choice in unkept.choices] == [
        f"{one.full_name} need not stay at table 4",
        f"{one.full_name} need not sit at table 2 in round 2",
    ]
