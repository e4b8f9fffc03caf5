"""Faults that were measured in other people's clocks, each with what this one shows instead.

Their figures are what Ontime, stagetimer, OnlyT and a timer that counts ticks were seen to show.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

from facilitator.app import create_event, open_event
from facilitator.clocks import HandClocks
from facilitator.domain.board import board
from facilitator.domain.clock_facts import FactKind
from facilitator.domain.programme import Kind, NewSession, Programme
from facilitator.domain.session_clock import shown_clock
from facilitator.services.events import NewEvent
from tests.unit.programme_tools import DAY, LONDON, Day, at, session, utc

AUTUMN, SPRING = date(2026, 10, 25), date(2026, 3, 29)


def one(minutes: int, day: date = DAY, begins: str = "10:00") -> Day:
    """A day with one session, running since `begins`."""
    talk = replace(session(1, "Talk", minutes), starts=at(begins, day))
    return Day(Programme((talk,), LONDON, day), "00:00").until(begins)


def test_ontime_a_network_time_sync_before_the_recorded_start() -> None:
    """Ontime keeps milliseconds since midnight: it shows -22:58:35 after the sync."""
    day = one(25)
    day.clocks.step_wall(85)
    day.add(FactKind.START, 1)
    day.clocks.step_wall(-85)
    day.clocks.advance(10)
    assert shown_clock(day.state.remaining) == "24:50"
    assert day.state.overtime == 0


def test_ontime_the_autumn_night() -> None:
    """Ontime shows -22:35:00 where 25:00 is left, because 02:00 became 01:00."""
    day = one(40, AUTUMN, "01:45")
    day.add(FactKind.START, 1)
    day.clocks.advance(15 * 60)
    assert day.clocks.now().astimezone(LONDON).strftime("%H:%M") == "01:00"
    assert shown_clock(day.state.remaining) == "25:00"


def test_ontime_the_spring_night() -> None:
    """The other way round: 01:00 becomes 02:00, and no hour is missing from the session."""
    day = one(40, SPRING, "00:45")
    day.add(FactKind.START, 1)
    day.clocks.advance(15 * 60)
    assert day.clocks.now().astimezone(LONDON).strftime("%H:%M") == "02:00"
    assert shown_clock(day.state.remaining) == "25:00"


def test_a_timer_that_counts_ticks_after_ten_minutes_of_sleep() -> None:
    """It shows 838 s, because ticks stood still; right is 299 s."""
    day = one(15)
    day.add(FactKind.START, 1)
    day.clocks.advance(1)
    day.clocks.advance(600)
    assert day.state.remaining == 299


def test_stagetimer_five_minutes_more() -> None:
    """It moves lunch to 12:35 and reports no drift; the delay is said, and the plan stands."""
    day = Day(
        Programme(
            (
                session(1, "Panel", 60, "11:30", kind=Kind.PANEL, published_starts=at("11:30")),
                session(2, "Lunch", 55, kind=Kind.BREAK, published_starts=at("12:30")),
                session(3, "Showcase", 30, "13:30", fixed=True, published_starts=at("13:30")),
            ),
            LONDON,
            DAY,
        ),
        "11:30",
    )
    day.add(FactKind.START, 1)
    day.clocks.advance(600)
    day.add(FactKind.ADJUST, 1, 300)
    shown = board(day.clock, day.now)
    assert shown.delay.sentence == "5 minutes behind; lunch now 12:35, Showcase still 13:30"
    lunch = shown.times[1]
    assert (lunch.published_start, lunch.expected_start) == (utc("12:30"), utc("12:35"))


def test_onlyt_the_report_after_a_restart(tmp_path: Path) -> None:
    """OnlyT keeps its report in memory; a restart loses it. Here it is read back from the file."""
    place, clocks = tmp_path / "day.facilitator", HandClocks(utc("09:00"))
    with create_event(place, NewEvent("A day", DAY), clocks) as app:
        for title in ("Welcome", "Panel"):
            app.programme.add(NewSession(title=title, minutes=10))
        app.programme.start()
        clocks.advance(720)
        app.programme.next()
        clocks.advance(60)
        app.programme.pause()
        before = app.programme.state().board.state.runs
    clocks.reboot(30)
    with open_event(place, clocks) as again:
        runs = again.programme.state().board.state.runs
    assert [(r.elapsed, r.pauses) for r in runs] == [(720, 0), (60, 1)]
    assert [r.started_at for r in runs] == [r.started_at for r in before]
