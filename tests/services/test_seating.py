"""Seats on both databases: mixing, arrivals, departures, hands, undo."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import pytest

from facilitator.app import EventApp, open_event
from facilitator.clocks import HandClocks
from facilitator.domain.changes import Changes
from facilitator.domain.errors import Refused
from facilitator.domain.verdicts import Welcome, WelcomeBack
from facilitator.services.checkin import NewWalkIn
from facilitator.services.mixing import RoomChanged
from tests.people import add_person
from tests.services.seating_tools import DESK, fill, mix, seats, solved, tables


@pytest.fixture
def room(app: EventApp) -> EventApp:
    """Four tables of eight, 15 of each of two sides, mixed for three rounds: two seats free."""
    tables(app, 4)
    fill(app, 15, 15)
    mix(app)
    return app


def test_before_the_day_everybody_expected_is_mixed(app: EventApp) -> None:
    tables(app, 4)
    fill(app, 15, 15)
    done = mix(app)
    assert (done.seated, done.changes) == (30, Changes.SEATS)
    room = app.seating.room()
    assert room.revision == 1
    assert [r.state for r in room.rounds] == ["next", "later", "later"]
    for a_round in room.rounds:
        assert sorted(len(t.people) for t in a_round.tables) == [7, 7, 8, 8]
        assert not a_round.unseated
        assert not a_round.faults
        assert a_round.beside == a_round.most_beside == 30
    assert room.headline(1).tone in {"good", "plain"}


def test_a_plan_is_taken_over_only_for_the_room_that_was_mixed(app: EventApp) -> None:
    tables(app, 4)
    fill(app, 15, 14)
    request = app.mixing.request(1)
    plan = solved(request).plan
    late = app.checkin.walk_in(NewWalkIn("Rhys Llewellyn", "community-pharmacy"), DESK)
    with pytest.raises(RoomChanged, match="Rhys Llewellyn has come since") as refusal:
        app.mixing.accept(request, plan)
    assert refusal.value.newcomers == ("Rhys Llewellyn",)
    assert app.seating.room().revision == 0
    done = app.mixing.accept(request, plan, anyway=True)
    assert done.placed == 1
    who = late.verdict.person.id  # pyright: ignore[reportAttributeAccessIssue]
    assert all((number, who) in app.seating.room().where for number in (1, 2, 3))


def test_a_plan_for_other_seats_is_refused(room: EventApp) -> None:
    request = room.mixing.request(1)
    room.seating.unseat(room.people.all()[0].id, 2)
    with pytest.raises(RoomChanged, match="Somebody changed the seats"):
        room.mixing.accept(request, solved(request).plan)
    assert room.mixing.accept(request, solved(request).plan, anyway=True).seated == 30


def test_nobody_arriving_before_the_mixing_gets_a_seat(app: EventApp) -> None:
    priya = add_person(app, "Dr Priya Raman")
    answer = app.checkin.scan(priya.ticket, DESK)
    assert answer is not None
    assert Changes.SEATS not in answer.changes
    assert isinstance(answer.verdict, Welcome)
    assert answer.verdict.table is None


def test_somebody_mixed_keeps_their_seat_when_they_arrive(room: EventApp) -> None:
    person = room.people.all()[3]
    before = seats(room)
    answer = room.checkin.scan(person.ticket, DESK)
    assert answer is not None
    assert isinstance(answer.verdict, Welcome)
    assert answer.verdict.table == before[1, str(person.id)][0]
    assert Changes.SEATS not in answer.changes
    assert seats(room) == before


def test_a_walk_in_gets_the_best_free_seat_in_every_round(room: EventApp) -> None:
    answer = room.checkin.walk_in(NewWalkIn("Rhys Llewellyn", "community-pharmacy"), DESK)
    assert Changes.SEATS in answer.changes
    state = room.seating.room()
    who = answer.verdict.person.id  # pyright: ignore[reportAttributeAccessIssue]
    assert answer.verdict.table == state.where[1, who][0]  # pyright: ignore[reportAttributeAccessIssue]
    for number in (1, 2, 3):
        label, place = state.where[number, who]
        table = state.round(number).table(label)  # pyright: ignore[reportOptionalMemberAccess]
        assert len(table.people) == 8  # pyright: ignore[reportOptionalMemberAccess]
        assert table.places[place] == who  # pyright: ignore[reportOptionalMemberAccess]
    # the free seats of three rounds can be had without meeting anybody twice more than one does
    assert state.repeats <= state.bound + 7


def test_undoing_a_walk_in_leaves_the_seating_as_it_was(room: EventApp) -> None:
    before = seats(room)
    answer = room.checkin.walk_in(NewWalkIn("Rhys Llewellyn", "community-pharmacy"), DESK)
    who = answer.verdict.person.id  # pyright: ignore[reportAttributeAccessIssue]
    taken = room.checkin.undo(who, DESK)
    assert Changes.SEATS in taken.changes
    assert seats(room) == before


def test_a_walk_in_mixed_in_and_taken_back_keeps_no_seat(app: EventApp) -> None:
    tables(app, 4)
    people = fill(app, 14, 14)
    for person in people[:20]:
        app.checkin.scan(person.ticket, DESK)
    ghost = app.checkin.walk_in(NewWalkIn("Rhys Llewellyn", "community-pharmacy"), DESK)
    who = ghost.verdict.person.id  # pyright: ignore[reportAttributeAccessIssue]
    mix(app, expected=True)
    assert (1, who) in app.seating.room().where
    app.checkin.undo(who, DESK)
    assert not any(person == who for _, person in app.seating.room().where)


def test_who_leaves_frees_the_seats_and_gets_them_back(room: EventApp, clocks: HandClocks) -> None:
    person = room.people.all()[0]
    room.checkin.scan(person.ticket, DESK)
    before = seats(room)
    clocks.advance(60)
    assert Changes.SEATS in room.checkin.leave(person.id, DESK).changes
    assert not any(who == str(person.id) for _, who in seats(room))
    back = room.checkin.scan(person.ticket, DESK)
    assert back is not None
    assert isinstance(back.verdict, WelcomeBack)
    assert seats(room) == before
    room.checkin.undo(person.id, DESK)
    assert not any(who == str(person.id) for _, who in seats(room))


def test_rounds_that_are_over_never_change(room: EventApp) -> None:
    person = room.people.all()[0]
    room.checkin.scan(person.ticket, DESK)
    room.tables.start_round(1)
    room.tables.start_round(2)
    past = {key: at for key, at in seats(room).items() if key[0] == 1}
    assert [r.state for r in room.seating.room().rounds] == ["done", "running", "next"]
    room.checkin.leave(person.id, DESK)
    room.checkin.walk_in(NewWalkIn("Rhys Llewellyn", "general-practice"), DESK)
    assert {key: at for key, at in seats(room).items() if key[0] == 1} == past
    with pytest.raises(Refused, match="Round 1 has happened"):
        room.seating.unseat(room.people.all()[1].id, 1)
    with pytest.raises(Refused, match="Round 2 runs already"):
        room.mixing.request(2)
    mix(room, 3, expected=True)
    assert {key: at for key, at in seats(room).items() if key[0] == 1} == past


def test_a_move_and_its_effect(room: EventApp) -> None:
    state = room.seating.room()
    table = next(t for t in state.rounds[0].tables if t.free)
    person = next(t for t in state.rounds[0].tables if t is not table).people[0]
    effect = state.effect(person, 1, table.label)
    assert effect is not None
    done = room.seating.move(person, 1, table.label)
    after = room.seating.room()
    assert after.where[1, person][0] == table.label
    assert after.repeats == effect.repeats_after
    assert done.revision == after.revision == 2
    with pytest.raises(Refused, match="is full in round 1"):
        room.seating.move(next(iter(after.rounds[0].tables[1].people)), 1, table.label)


def test_a_swap_and_its_effect(room: EventApp) -> None:
    state = room.seating.room()
    one, other = state.rounds[1].tables[0].people[0], state.rounds[1].tables[1].people[1]
    mine, theirs = state.where[2, one], state.where[2, other]
    effect = state.effect(one, 2, *theirs)
    assert effect is not None
    room.seating.swap(one, other, 2)
    after = room.seating.room()
    assert (after.where[2, one], after.where[2, other]) == (theirs, mine)
    assert after.repeats == effect.repeats_after


def test_a_taken_place_is_refused_by_name(room: EventApp) -> None:
    state = room.seating.room()
    one, other = state.rounds[0].tables[0].people[0], state.rounds[0].tables[1].people[0]
    with pytest.raises(Refused, match=f"{state.people[other].name} sits there"):
        room.seating.move(one, 1, *state.where[1, other])
    with pytest.raises(Refused, match="has no seat 40"):
        room.seating.move(one, 1, "2", 39)
    with pytest.raises(Refused, match="no table “99”"):
        room.seating.move(one, 1, "99")


def test_undo_and_redo_go_back_and_forth(room: EventApp) -> None:
    start = seats(room)
    person = room.seating.room().rounds[0].tables[0].people[0]
    room.seating.unseat(person, 1)
    without = seats(room)
    room.seating.seat(person)
    with_seat = seats(room)
    assert room.seating.undo().words.startswith("Taken back: a free seat given")
    assert seats(room) == without
    room.seating.undo()
    assert seats(room) == start
    room.seating.redo()
    assert seats(room) == without
    room.seating.redo()
    assert seats(room) == with_seat
    with pytest.raises(Refused, match="nothing to do again"):
        room.seating.redo()
    room.seating.undo()
    room.seating.undo()
    room.seating.undo()
    assert seats(room) == {}
    with pytest.raises(Refused, match="nothing to take back"):
        room.seating.undo()


def test_undo_leaves_what_arrivals_did(room: EventApp) -> None:
    state = room.seating.room()
    full = next(t for t in state.rounds[0].tables if not t.free)
    person = full.people[2]
    place = state.where[1, person]
    room.seating.unseat(person, 1)
    late = room.checkin.walk_in(NewWalkIn("Rhys Llewellyn", "general-practice"), DESK)
    who = late.verdict.person.id  # pyright: ignore[reportAttributeAccessIssue]
    room.seating.undo()
    after = room.seating.room()
    assert after.where[1, person] == place
    assert (1, who) in after.where
    spots = [at for (number, _), at in after.where.items() if number == 1]
    assert len(spots) == len(set(spots))


def test_eight_desks_never_give_one_seat_twice(room: EventApp) -> None:
    location = room.database.location

    def come(at: int) -> str | None:
        with open_event(location) as desk:
            side = "general-practice" if at % 2 else "community-pharmacy"
            answer = desk.checkin.walk_in(NewWalkIn(f"Late Person{at}", side), DESK)
            return answer.verdict.table  # pyright: ignore[reportAttributeAccessIssue]

    with ThreadPoolExecutor(8) as pool:
        given = list(pool.map(come, range(8)))
    assert sum(table is not None for table in given) == 2
    state = room.seating.room()
    for number in (1, 2, 3):
        spots = [at for (n, _), at in state.where.items() if n == number]
        assert len(spots) == len(set(spots)) == 32
    assert len(state.rounds[0].unseated) == 6
    assert "have no seat yet" in state.headline(1).words
    assert "Every table is full" in state.headline(1).rest


def test_a_table_lost_gives_its_people_other_seats(room: EventApp) -> None:
    room.tables.add(8)
    room.tables.remove("2")
    state = room.seating.room()
    assert [t.label for t in state.rounds[0].tables] == ["1", "3", "4", "5"]
    assert len([1 for number, _ in state.where if number == 1]) == 30
    assert all(spot[0] != "2" for spot in state.where.values())
    for label in ("1", "3", "4"):
        room.tables.remove(label)
    with pytest.raises(Refused, match="one table at least"):
        room.tables.remove("5")


def test_a_smaller_table_keeps_whom_it_can(room: EventApp) -> None:
    room.tables.resize("1", 6)
    state = room.seating.room()
    table = state.rounds[0].table("1")
    assert table is not None
    assert len(table.places) == len(table.people) == 6
    spots = [at for (n, _), at in state.where.items() if n == 1]
    assert len(spots) == len(set(spots)) == 30
    # one table of six and three of eight hold 30


def test_a_round_more_and_a_round_less(room: EventApp) -> None:
    room.tables.add_round()
    assert [r.number for r in room.seating.room().rounds] == [1, 2, 3, 4]
    mix(room, 4)
    room.tables.remove_round()
    state = room.seating.room()
    assert [r.number for r in state.rounds] == [1, 2, 3]
    assert not any(number == 4 for number, _ in state.where)
    room.tables.add_round()
    assert [r.number for r in room.seating.room().rounds] == [1, 2, 3, 4]


def test_a_round_started_by_a_slip(room: EventApp, clocks: HandClocks) -> None:
    room.tables.start_round(1)
    clocks.advance(600)
    room.tables.start_round(2)
    room.tables.take_back_start(2)
    assert [r.state for r in room.seating.room().rounds] == ["running", "next", "later"]
    room.tables.finish_round(1)
    with pytest.raises(Refused, match="Round 1 is over"):
        room.tables.start_round(1)


def test_what_people_were_told_is_counted(room: EventApp) -> None:
    assert room.seating.told("badge", [1, 2, 3]) == 90
    state = room.seating.room()
    one, other = state.rounds[1].tables[0].people[0], state.rounds[1].tables[1].people[0]
    room.seating.swap(one, other, 2)
    assert room.seating.room().outdated == {2: 2}
    request = room.mixing.request(2)
    solution = solved(request)
    preview = room.mixing.preview(request, solution)
    done = room.mixing.accept(request, solution.plan)
    assert preview.wrong_badges == done.wrong_badges > 0
    assert "wrong now" in done.words


def test_erased_people_free_their_seats(room: EventApp) -> None:
    state = room.seating.room()
    person = state.rounds[0].tables[0].people[0]
    place = state.where[1, person]
    room.privacy.erase(person)
    after = room.seating.room()
    assert person not in after.people
    late = room.checkin.walk_in(NewWalkIn("Rhys Llewellyn", "general-practice"), DESK)
    who = late.verdict.person.id  # pyright: ignore[reportAttributeAccessIssue]
    table = room.seating.room().rounds[0].table(place[0])
    assert table is not None
    room.seating.move(who, 1, place[0], place[1])
    assert room.seating.room().where[1, who] == place


def test_who_has_not_come_gives_way_once_the_day_is_under_way(app: EventApp) -> None:
    tables(app, 4)
    people = fill(app, 16, 16)
    mix(app)
    for person in people[:30]:
        app.checkin.scan(person.ticket, DESK)
    early = app.checkin.walk_in(NewWalkIn("Early Guest", "general-practice"), DESK)
    assert early.verdict.table is None  # pyright: ignore[reportAttributeAccessIssue]
    app.tables.start_round(1)
    before = seats(app)
    late = app.checkin.walk_in(NewWalkIn("Late Guest", "general-practice"), DESK)
    who = late.verdict.person.id  # pyright: ignore[reportAttributeAccessIssue]
    state = app.seating.room()
    assert all((number, who) in state.where for number in (1, 2, 3))
    here = {p.id for p in people[:30]}
    assert all(seats(app)[key] == at for key, at in before.items() if UUID(key[1]) in here)
    for number in (1, 2, 3):
        spots = [at for (n, _), at in state.where.items() if n == number]
        assert len(spots) == len(set(spots)) == 32
    # one of the two who were waited for comes after all, and takes over from the other
    for person in people[30:]:
        answer = app.checkin.scan(person.ticket, DESK)
        assert isinstance(answer.verdict, Welcome)  # pyright: ignore[reportOptionalMemberAccess]
    app.checkin.undo(who, DESK)
    assert not any(key[1] == str(who) for key in seats(app))
