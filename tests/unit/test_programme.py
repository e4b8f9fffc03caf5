# ruff: noqa: DTZ001 (local wall times have no zone; that is the point)
"""The programme: local times, what a session may be, what follows from the order."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time
from uuid import UUID

import pytest

from facilitator.domain.errors import Refused
from facilitator.domain.localtime import (
    check_exists,
    local_of,
    moment_of,
    possible_times,
    read_time,
    shown_time,
    zone_named,
)
from facilitator.domain.programme import Kind, NewSession, Programme, checked, tidy_starts
from tests.unit.programme_tools import DAY, LONDON, a_day, at, session, utc


def test_a_time_planned_in_august_stays_what_it_is_in_november() -> None:
    planned = datetime(2026, 11, 12, 10)
    assert moment_of(planned, LONDON) == datetime(2026, 11, 12, 10, tzinfo=UTC)
    assert moment_of(datetime(2026, 8, 12, 10), LONDON) == datetime(2026, 8, 12, 9, tzinfo=UTC)


def test_a_time_that_the_clocks_skip_is_refused_in_one_sentence() -> None:
    with pytest.raises(Refused) as refusal:
        check_exists(datetime(2026, 3, 29, 1, 30), LONDON)
    assert str(refusal.value) == (
        "There is no 01:30 on Sunday 29 March 2026, because the clocks go forward in that hour; "
        "choose another time."
    )
    check_exists(datetime(2026, 3, 29, 2, 0), LONDON)


def test_of_a_time_that_happens_twice_the_first_counts() -> None:
    check_exists(datetime(2026, 10, 25, 1, 30), LONDON)
    assert moment_of(datetime(2026, 10, 25, 1, 30), LONDON) == datetime(
        2026, 10, 25, 0, 30, tzinfo=UTC
    )


def test_an_unknown_zone_is_refused() -> None:
    with pytest.raises(Refused, match="no time zone “Europe/Londn”"):
        zone_named("Europe/Londn")


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("9:30", time(9, 30)),
        ("09.30", time(9, 30)),
        ("0930", time(9, 30)),
        ("09:30:15", time(9, 30, 15)),
        ("9.30 p.m.", time(21, 30)),
        ("2 pm", time(14)),
        ("12am", time(0)),
        ("12 pm", time(12)),
        ("13:00 pm", None),
        ("9", None),
        ("25:00", None),
        ("after lunch", None),
        ("", None),
    ],
)
def test_times_of_day_as_people_write_them(text: str, meant: time | None) -> None:
    assert read_time(text) == meant


@pytest.mark.parametrize(
    ("text", "meanings"),
    [
        ("9", (time(9), time(21))),
        ("12", (time(12), time(0))),
        ("14", (time(14),)),
        ("9.0", (time(9), time(21))),
        ("24", ()),
        ("nine", ()),
    ],
)
def test_what_a_bare_number_may_mean(text: str, meanings: tuple[time, ...]) -> None:
    assert possible_times(text) == meanings


def test_times_are_shown_to_the_nearest_minute() -> None:
    assert shown_time(utc("12:36:30"), LONDON) == "12:37"
    assert shown_time(utc("12:36:29"), LONDON) == "12:36"


def test_sessions_follow_on_from_each_other() -> None:
    plan = a_day().planned()
    starts = [f"{local_of(p.starts, LONDON):%H:%M}" for p in plan.values()]
    assert starts == [
        "09:00", "09:45", "10:00", "10:30", "11:00", "11:40", "12:30", "13:15", "14:00", "14:45",
        "15:05",
    ]  # fmt: skip


def test_sessions_stand_in_the_order_of_their_positions() -> None:
    programme = Programme(
        (session(1, "B", 10, position=2), session(2, "A", 10, position=1)), LONDON, DAY
    )
    assert [s.title for s in programme] == ["A", "B"]
    assert programme.local_start(UUID(int=2)) == at("09:00"), "a day begins at nine unless told"
    assert programme.find(UUID(int=7)) is None


def test_a_session_left_out_takes_no_time() -> None:
    sessions = [replace(s, skip=s.id.int == 3) for s in a_day()]
    programme = Programme(tuple(sessions), LONDON, DAY)
    assert programme.local_start(UUID(int=4)) == at("10:00")
    assert programme.local_start(UUID(int=3)) is None


def test_minutes_are_real_minutes_over_a_clock_change() -> None:
    night = date(2026, 10, 25)
    programme = Programme(
        (
            replace(session(1, "One", 90), starts=datetime(2026, 10, 25, 0, 45)),
            session(2, "Two", 30),
        ),
        LONDON,
        night,
    )
    # 90 minutes from 00:45 summer time are 01:15 winter time.
    assert programme.local_start(UUID(int=2)) == datetime(2026, 10, 25, 1, 15)
    assert programme.planned()[UUID(int=2)].starts == datetime(2026, 10, 25, 1, 15, tzinfo=UTC)


def test_an_overlap_is_said() -> None:
    programme = Programme(
        (session(1, "Myths", 40, "11:00"), session(2, "Lunch", 45, "11:30", kind=Kind.BREAK)),
        LONDON,
        DAY,
    )
    assert programme.problems() == [
        "Lunch is to begin at 11:30, 10 minutes before Myths ends.",
    ]
    assert a_day().problems() == []


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"title": " \t"}, "needs a title"),
        ({"title": "x" * 201}, "longer than 200"),
        ({"minutes": 0}, "cannot last 0 minutes"),
        ({"minutes": 1441}, "from 1 minute to 24 hours"),
        ({"minimum": 31}, "its minimum cannot be 31"),
        ({"minimum": -1}, "its minimum cannot be -1"),
        ({"fixed": True}, "fixed start but no time"),
        ({"starts": datetime(2026, 3, 29, 1, 30)}, "There is no 01:30"),
        ({"warnings": (-5,)}, "minutes before its end"),
        ({"warnings": (10, 5, 1)}, "two warnings at most"),
        ({"round_number": 0}, "rounds count from 1"),
    ],
)
def test_what_cannot_be_a_session_is_refused(wrong: dict[str, object], why: str) -> None:
    with pytest.raises(Refused, match=why):
        checked(replace(NewSession(title="Panel", minutes=30), **wrong), LONDON)  # pyright: ignore


def test_a_session_is_cleaned() -> None:
    kept = checked(
        NewSession(title="  A\tpanel\x00 ", minutes=30, warnings=(1, 10, 1), note="a \n\n b"),
        LONDON,
    )
    assert (kept.title, kept.warnings, kept.note) == ("A panel", (10, 1), "a b")


@pytest.mark.parametrize(
    ("kind", "minimum", "protected", "least"),
    [
        (Kind.TALK, None, False, 30),
        (Kind.TALK, 20, False, 20),
        (Kind.BREAK, None, False, 0),
        (Kind.BREAK, None, True, 30),
        (Kind.BREAK, 20, True, 20),
        (Kind.PANEL, 45, False, 30),
    ],
)
def test_what_may_shrink(kind: Kind, minimum: int | None, protected: bool, least: int) -> None:
    new = NewSession(title="x", minutes=30, kind=kind, minimum=minimum, protected=protected)
    assert new.least == least


@pytest.mark.parametrize(
    ("title", "kind", "spoken"),
    [
        ("Lunch", Kind.BREAK, "lunch"),
        ("Bright spots: what already works", Kind.TALK, "Bright spots"),
        ("NHS showcase", Kind.SHOWCASE, "NHS showcase"),
        ("Dr Shah on trust", Kind.TALK, "Dr Shah on trust"),
    ],
)
def test_a_title_inside_a_sentence(title: str, kind: Kind, spoken: str) -> None:
    assert NewSession(title=title, minutes=5, kind=kind).spoken == spoken


def test_starts_that_say_nothing_are_dropped() -> None:
    starts = ["09:00", "09:45", "10:10", "10:40"]
    given = [
        NewSession(title=str(i), minutes=m, starts=at(s), fixed=i == 3)
        for i, (s, m) in enumerate(zip(starts, [45, 15, 30, 10], strict=True))
    ]
    tidied = tidy_starts(given)
    assert [s.starts for s in tidied] == [at("09:00"), None, at("10:10"), at("10:40")]


def test_every_kind_has_words() -> None:
    assert all(kind.words for kind in Kind)


def test_a_round_is_called_by_its_number() -> None:
    one = NewSession(title="Tables: where it hurts", minutes=5, kind=Kind.ROUND, round_number=2)
    assert (one.short_title, one.spoken) == ("Round 2", "round 2")
