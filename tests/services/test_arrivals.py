"""How people come: bars of five minutes, the forecast, and who of a group is still missing."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from facilitator.app import EventApp
from facilitator.clocks import HandClocks
from facilitator.domain.errors import Refused
from facilitator.services.arrivals import Arrivals, Group, find_groups
from facilitator.services.checkin import At, NewWalkIn
from tests.day import seat_everybody
from tests.people import add_person

AT = At("Desk 1")


def _on_the_hour(clocks: HandClocks) -> datetime:
    """Winds on to the next full hour, and says when that is."""
    now = clocks.now()
    start = now.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    clocks.advance((start - now).total_seconds())
    return clocks.now()


def test_arrivals_are_counted_in_five_minutes_and_empty_ones_kept(
    app: EventApp, clocks: HandClocks
) -> None:
    people = [add_person(app, f"Guest Number{n}") for n in range(8)]
    start = _on_the_hour(clocks)
    for person in people[:3]:
        app.checkin.admit(person.id, AT)
    clocks.advance(299)
    app.checkin.admit(people[3].id, AT)
    clocks.advance(601)
    app.checkin.admit(people[4].id, AT)
    clocks.advance(60)
    flow = app.arrivals.flow()
    assert [bar.count for bar in flow.bars] == [0] * 8 + [4, 0, 0, 1]
    assert flow.bars[-1].begin == start + timedelta(minutes=15)
    assert (flow.busiest, flow.total, flow.missing) == (4, 5, 3)


def test_what_was_taken_back_and_a_return_are_no_arrivals(
    app: EventApp, clocks: HandClocks
) -> None:
    gone, back = add_person(app, "Tom Gone"), add_person(app, "Ann Back")
    for person in (gone, back):
        app.checkin.admit(person.id, AT)
    app.checkin.undo(gone.id, AT)
    clocks.advance(600)
    app.checkin.leave(back.id, AT)
    app.checkin.admit(back.id, AT)
    flow = app.arrivals.flow()
    assert flow.total == 1
    assert flow.missing == 1


def test_the_forecast_is_the_pace_of_the_last_ten_minutes(
    app: EventApp, clocks: HandClocks
) -> None:
    people = [add_person(app, f"Guest Number{n:02d}") for n in range(30)]
    event = app.event.get()
    _on_the_hour(clocks)
    for person in people[:10]:
        app.checkin.admit(person.id, AT)
    clocks.advance(240)
    # 10 in ten minutes, 20 to come: twenty minutes more
    flow = app.arrivals.flow()
    by = clocks.now() + timedelta(minutes=20)
    assert flow.through == by
    assert flow.words(event) == f"At this pace everyone is in by {event.local(by):%H:%M}"
    clocks.advance(600)
    quiet = app.arrivals.flow()
    assert quiet.through is None
    assert quiet.words(event) == "20 people still to come"
    assert quiet.total == 10


def test_walk_ins_make_the_queue_no_shorter(app: EventApp) -> None:
    for n in range(6):
        app.checkin.walk_in(NewWalkIn(f"Guest Number{n}", "general-practice"), AT)
    add_person(app, "Ann Late")
    flow = app.arrivals.flow()
    assert (flow.total, flow.missing, flow.through) == (6, 1, None)


def test_nothing_is_forecast_for_a_pace_too_thin_or_a_time_too_far(clocks: HandClocks) -> None:
    now = clocks.now()
    four, five = Arrivals((now,) * 4, (now,) * 4), Arrivals((now,) * 5, (now,) * 5)
    assert four.flow(now, 10).through is None
    assert five.flow(now, 10).through is not None
    assert five.flow(now, 1_000).through is None
    assert five.flow(now, 0).through is None


def test_everyone_in_says_so(app: EventApp) -> None:
    app.checkin.admit(add_person(app, "Ann Early").id, AT)
    assert app.arrivals.flow().words(app.event.get()) == "Everyone expected has come."


def test_a_desk_whose_clock_is_ahead_loses_nobody(clocks: HandClocks) -> None:
    ahead = clocks.now() + timedelta(minutes=9)
    assert Arrivals((ahead,), (ahead,)).flow(clocks.now(), 1).bars[-1].count == 1


# --- who is missing ------------------------------------------------------------------------------


@pytest.fixture
def room(app: EventApp) -> EventApp:
    """Ealing: two of four came and one of them left; one is cancelled."""
    ealing: dict[str, Any] = {"borough": "Ealing", "organisation": "Ealing Green Practice"}
    came = add_person(app, "Dr Zoë Came", **ealing)
    left = add_person(app, "Tom Left", **ealing)
    add_person(app, "Dr Ann Ágoston", **ealing)
    add_person(
        app, "Bea Late", "community-pharmacy", borough="Ealing", organisation="Dee’s Chemist"
    )
    add_person(app, "Cy Cancelled", cancelled=True, **ealing)
    brent = add_person(app, "Olu Brent", borough="Brent", organisation="Practice of St Anne")
    for person in (came, left, brent):
        app.checkin.admit(person.id, AT)
    app.checkin.leave(left.id, AT)
    return app


def _named(groups: list[Group], kind: str, name: str) -> Group:
    [found] = [group for group in groups if (group.kind, group.name) == (kind, name)]
    return found


def test_who_of_a_borough_is_missing(room: EventApp) -> None:
    ealing = _named(room.arrivals.groups(), "borough", "Ealing")
    assert (ealing.here, ealing.left, ealing.expected) == (1, 1, 4)
    assert ealing.title == "Ealing (borough)"
    assert ealing.words == "1 of 4 here, 1 left"
    assert [one.name for one in ealing.missing] == ["Ágoston, Dr Ann", "Late, Bea"]


def test_who_of_a_side_and_of_a_table_is_missing(room: EventApp) -> None:
    seat_everybody(room)
    groups = room.arrivals.groups()
    assert [group.kind for group in groups] == sorted(
        (group.kind for group in groups),
        key=("side", "table", "borough", "organisation").index,
    )
    table = next(group for group in groups if group.kind == "table")
    assert (table.title, table.here, table.left, table.missing) == ("Table 1", 2, 1, ())
    pharmacy = room.event.get().sides["community-pharmacy"].shown
    assert [one.name for one in _named(groups, "side", pharmacy).missing] == ["Late, Bea"]


@pytest.mark.parametrize(
    ("asked", "first"),
    [
        ("ealing", "Ealing (borough)"),
        ("has the Ealing practice arrived?", "Ealing Green Practice (organisation)"),
        ("dees", "Dee’s Chemist (organisation)"),
        ("table 1", "Table 1"),
        ("st anne", "Practice of St Anne (organisation)"),
        ("brent surgery", "Brent (borough)"),
    ],
)
def test_a_group_is_found_by_what_is_asked(room: EventApp, asked: str, first: str) -> None:
    seat_everybody(room)
    assert find_groups(room.arrivals.groups(), asked)[0].title == first


def test_what_names_no_group_finds_none(room: EventApp) -> None:
    groups = room.arrivals.groups()
    assert find_groups(groups, "zzz") == []
    assert find_groups(groups, " ") == groups


def test_somebody_taken_back_is_missing_again(room: EventApp) -> None:
    room.checkin.undo_last(AT)
    with pytest.raises(Refused):
        room.people.find("nobody")
    assert _named(room.arrivals.groups(), "borough", "Ealing").expected == 4
