"""The clock of the running session under everything that happens to clocks."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import pytest

from facilitator.domain.clock_facts import FactKind
from facilitator.domain.localtime import local_of
from facilitator.domain.programme import Programme
from facilitator.domain.session_clock import Phase, SessionClock, Status, clock_state, shown_clock
from tests.unit.programme_tools import LONDON, Day, a_day, at, session, utc

START, PAUSE, RESUME, NEXT = FactKind.START, FactKind.PAUSE, FactKind.RESUME, FactKind.NEXT


@pytest.fixture
def day() -> Day:
    return Day(a_day())


def talk(minutes: int, **more: object) -> Day:
    """A day of one talk at 10:00."""
    return Day(
        Programme((session(1, "Talk", minutes, "10:00", **more),), LONDON, at("10:00").date())
    )


def test_nothing_has_happened(day: Day) -> None:
    state = day.state
    assert state.status is Status.NOT_STARTED
    assert state.session is None
    assert state.next is not None
    assert state.next.title == "Arrivals and coffee"
    assert (state.remaining, state.overtime, state.undoable) == (0, 0, None)


def test_a_running_session_counts_from_its_start(day: Day) -> None:
    day.until("11:07").add(START, 5)
    day.until("11:18:19")
    state = day.state
    assert state.status is Status.RUNNING
    assert state.remaining == 28 * 60 + 41
    assert state.elapsed == 11 * 60 + 19
    assert state.allotted == 40 * 60
    assert shown_clock(state.remaining) == "28:41"
    assert state.run is not None
    assert state.run.started_at == utc("11:07")


def test_a_pause_does_not_count(day: Day) -> None:
    day.until("10:00").add(START, 3)
    day.until("10:05").add(PAUSE)
    day.until("10:15")
    assert day.state.status is Status.PAUSED
    assert day.state.elapsed == 300
    assert day.state.paused_for == 600
    day.add(RESUME)
    day.until("10:20")
    assert day.state.elapsed == 600
    assert day.state.run is not None
    assert (day.state.run.paused, day.state.run.pauses) == (600, 1)


def test_next_ends_one_session_and_begins_the_other(day: Day) -> None:
    day.until("10:00").add(START, 3)
    day.until("10:33").add(NEXT, 4)
    day.until("10:40")
    ended, running = day.state.runs
    assert ended.ended_at == utc("10:33")
    assert ended.elapsed == 33 * 60
    assert running.started_at == utc("10:33")
    assert day.state.next is not None
    assert day.state.next.id == UUID(int=5)


def test_next_after_the_last_finishes(day: Day) -> None:
    day.until("15:05").add(START, 11)
    day.until("15:30").add(NEXT)
    assert day.state.status is Status.FINISHED
    assert day.state.next is None


def test_stop_begins_nothing_and_start_goes_on_with_the_next(day: Day) -> None:
    day.until("10:00").add(START, 3)
    day.until("10:10").add(FactKind.STOP)
    assert day.state.status is Status.STOPPED
    assert day.state.session is None
    assert day.state.next is not None
    assert day.state.next.id == UUID(int=4)


def test_back_goes_on_where_the_session_left_off(day: Day) -> None:
    day.until("10:00").add(START, 3)
    day.until("10:10").add(NEXT, 4)
    day.until("10:12").add(FactKind.BACK, 3)
    day.until("10:15")
    state = day.state
    assert state.session is not None
    assert state.session.id == UUID(int=3)
    assert state.elapsed == 13 * 60
    assert state.run is not None
    assert state.run.started_at == utc("10:00")
    assert UUID(int=4) not in state.done
    assert state.next is not None
    assert state.next.id == UUID(int=4)
    day.add(NEXT, 4)
    assert day.state.remaining == 30 * 60, "a session that was put back begins afresh"


def test_a_skipped_session_is_passed_over(day: Day) -> None:
    day.until("10:00").add(START, 3)
    day.add(FactKind.SKIP, 4)
    assert day.state.next is not None
    assert day.state.next.id == UUID(int=5)
    day.undo(day.facts[-1])
    assert day.state.next is not None
    assert day.state.next.id == UUID(int=4)


def test_minutes_more_and_less_add_up(day: Day) -> None:
    day.until("10:00").add(START, 3)
    for seconds in (60, 60, 300, -120):
        day.add(FactKind.ADJUST, 3, seconds)
    assert day.state.allotted == 35 * 60
    assert day.state.remaining == 35 * 60


def test_less_than_nothing_is_nothing(day: Day) -> None:
    day.until("10:00").add(START, 3)
    day.add(FactKind.ADJUST, 3, -90 * 60)
    assert day.state.allotted == 0
    assert day.state.phase is Phase.OVER


def test_it_started_three_minutes_ago(day: Day) -> None:
    day.until("10:03").add(START, 3, seconds=180)
    assert day.state.elapsed == 180
    assert day.state.run is not None
    assert day.state.run.started_at == utc("10:00")


def test_a_back_dated_next_takes_the_time_from_the_session_before(day: Day) -> None:
    day.until("10:00").add(START, 3)
    day.until("10:33").add(NEXT, 4, seconds=180)
    ended, running = day.state.runs
    assert ended.elapsed == 30 * 60
    assert running.elapsed == 3 * 60


def test_back_dated_before_the_session_before_began_counts_nothing_twice(day: Day) -> None:
    day.until("10:00").add(START, 3)
    day.until("10:02").add(NEXT, 4, seconds=600)
    ended, _ = day.state.runs
    assert ended.elapsed == 0
    assert ended.ended_at == ended.started_at


@pytest.mark.parametrize(
    ("seconds_left", "phase"),
    [
        (300.001, Phase.CALM),
        (300, Phase.WARNING),
        (60.001, Phase.WARNING),
        (60, Phase.DANGER),
        (0.001, Phase.DANGER),
        (0, Phase.OVER),
        (-1, Phase.OVER),
    ],
)
def test_thresholds_are_inclusive(seconds_left: float, phase: Phase) -> None:
    day = talk(30)
    day.until("10:00").add(START, 1)
    day.clocks.advance(1800 - seconds_left)
    assert day.state.phase is phase
    assert day.state.remaining == pytest.approx(seconds_left)


def test_a_three_minute_session_starts_in_warning() -> None:
    day = talk(3)
    day.until("10:00").add(START, 1)
    assert day.state.phase is Phase.WARNING


def test_a_session_may_have_its_own_warnings_or_none() -> None:
    day = talk(30, warnings=())
    day.until("10:00").add(START, 1)
    day.until("10:29:30")
    assert day.state.phase is Phase.CALM
    day = talk(30, warnings=(10,))
    day.until("10:00").add(START, 1)
    day.until("10:29:30")
    assert day.state.phase is Phase.WARNING


@pytest.mark.parametrize("step", [-3 * 86400, -3600, -90, 90, 3600, 3 * 86400])
def test_a_step_of_the_wall_clock_changes_nothing_within_a_boot(day: Day, step: float) -> None:
    day.until("10:00").add(START, 3)
    day.until("10:04")
    before = day.state
    day.clocks.step_wall(step)
    assert day.state.remaining == before.remaining
    assert day.state.phase is before.phase
    day.clocks.advance(60)
    day.add(PAUSE)
    day.clocks.step_wall(-step)
    day.clocks.advance(60)
    assert day.state.elapsed == 300
    assert day.state.paused_for == 60


def test_a_network_time_sync_before_the_recorded_start() -> None:
    """The laptop's clock was five minutes fast when the session began, and is then put right."""
    day = talk(25)
    day.until("10:00").clocks.step_wall(300)
    day.add(START, 1)
    day.clocks.step_wall(-300)
    day.clocks.advance(10)
    assert shown_clock(day.state.remaining) == "24:50"
    assert day.state.run is not None
    assert day.state.run.started_at == utc("10:00"), "its start is put right as well"


def test_ten_minutes_of_sleep_count() -> None:
    day = talk(15)
    day.until("10:00").add(START, 1)
    day.clocks.advance(1)
    day.clocks.advance(600)  # the lid is shut: the steady clock includes it
    assert day.state.remaining == 299


@pytest.mark.parametrize(
    ("night", "begins"), [(date(2026, 10, 25), "01:45"), (date(2026, 3, 29), "00:45")]
)
def test_both_clock_change_nights(night: date, begins: str) -> None:
    talk_at_night = replace(session(1, "Night", 40), starts=at(begins, night))
    day = Day(Programme((talk_at_night,), LONDON, night), "00:30")
    day.until(begins).add(START, 1)
    day.clocks.advance(15 * 60)
    assert local_of(day.clocks.now(), LONDON).hour in {1, 2}
    assert shown_clock(day.state.remaining) == "25:00"


def test_over_a_reboot_the_wall_clock_counts(day: Day) -> None:
    day.until("10:00").add(START, 3)
    day.until("10:05").clocks.reboot(120)
    assert day.state.elapsed == 7 * 60
    day.add(PAUSE)
    day.clocks.advance(60)
    assert day.state.elapsed == 7 * 60


def test_over_a_reboot_with_a_clock_that_went_back_nothing_is_negative(day: Day) -> None:
    day.until("10:00").add(START, 3)
    day.until("10:05").clocks.reboot(-3600)
    assert day.state.elapsed == 0
    assert day.state.remaining == 30 * 60


def test_another_day_asks_and_does_not_resume(day: Day) -> None:
    day.until("10:00").add(START, 3)
    day.clocks.reboot(86400)
    assert day.state.asks_about == date(2026, 11, 18)
    assert day.state.from_another_day
    day.add(FactKind.RESET)
    assert day.state.status is Status.NOT_STARTED
    assert day.state.runs == ()
    assert not day.state.from_another_day


def test_carrying_on_from_another_day_stops_the_question(day: Day) -> None:
    day.until("10:00").add(START, 3)
    day.until("10:05").add(PAUSE)
    day.clocks.advance(86400)
    assert day.state.from_another_day
    day.add(RESUME)
    assert not day.state.from_another_day
    assert day.state.elapsed == 300


def test_a_session_through_midnight_is_not_asked_about() -> None:
    day = talk(60)
    day.until("23:30").add(START, 1)
    day.clocks.advance(45 * 60)
    assert not day.state.from_another_day
    day.clocks.advance(10 * 3600)
    assert day.state.from_another_day


def test_undo_takes_back_and_can_itself_be_taken_back(day: Day) -> None:
    day.until("10:00").add(START, 3)
    day.until("10:10").add(NEXT, 4)
    undo = day.undo(day.facts[-1])
    day.clocks.advance(5)
    assert day.state.session is not None
    assert day.state.session.id == UUID(int=3)
    assert day.state.elapsed == 605
    day.undo(undo)
    assert day.state.session.id == UUID(int=4)


def test_undo_names_the_last_thing_that_stands(day: Day) -> None:
    start = day.until("10:00").add(START, 3)
    more = day.add(FactKind.ADJUST, 3, 60)
    assert day.state.undoable == more
    day.undo(more)
    assert day.state.undoable == start
    day.undo(start)
    assert day.state.undoable is None
    assert day.state.status is Status.NOT_STARTED


def test_a_break_that_was_fitted_counts_to_the_fixed_start(day: Day) -> None:
    day.until("12:37").add(START, 7)
    day.add(FactKind.FIT, 7, -300)
    assert day.state.allotted == 40 * 60
    assert day.state.undoable is not None
    assert day.state.undoable.kind is START, "undo takes back the start, not its fitting"


def test_facts_that_make_no_sense_are_passed_over(day: Day) -> None:
    for kind in (PAUSE, RESUME, FactKind.STOP, FactKind.BACK, FactKind.FIT):
        day.add(kind)
    assert day.state.status is Status.NOT_STARTED
    start = day.until("10:00").add(START, 3)
    day.add(PAUSE)
    day.undo(start)
    assert day.state.session is None
    day.add(START, 99)
    assert day.state.session is None, "a session that is no longer in the programme"


def test_facts_may_come_in_any_order(day: Day) -> None:
    day.until("10:00").add(START, 3)
    day.until("10:05").add(PAUSE)
    day.until("10:06").add(RESUME)
    shuffled = clock_state(day.programme, reversed(day.facts), day.now)
    assert shuffled == SessionClock(day.programme, day.facts).state(day.now)


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [
        (300, "5:00"),
        (299.2, "5:00"),
        (299, "4:59"),
        (0.1, "0:01"),
        (0, "0:00"),
        (-0.9, "0:00"),
        (-130, "2:10"),
        (3900, "1:05:00"),
    ],
)
def test_how_the_clock_is_shown(seconds: float, shown: str) -> None:
    assert shown_clock(seconds) == shown


def test_the_time_zone_of_the_laptop_does_not_matter(day: Day) -> None:
    day.until("10:00").add(START, 3)
    elsewhere = replace(day.now, wall=day.now.wall.astimezone(LONDON) + timedelta(0))
    assert clock_state(day.programme, day.facts, elsewhere).remaining == 30 * 60
