"""The day afterwards: what ran for how long, and the networking that was promised and delivered."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from facilitator.domain.clock_facts import FactKind
from facilitator.domain.measured import Measured, Outcome, measured
from facilitator.domain.programme import Kind, Programme
from facilitator.domain.session_clock import SessionClock
from tests.unit.programme_tools import LONDON, Day, session, utc


def a_morning(day: date = date(2026, 11, 18), begins: str = "09:00") -> Day:
    from datetime import datetime

    first = session(1, "Welcome", 15, kind=Kind.WELCOME)
    starts = datetime.fromisoformat(f"{day}T{begins}")
    programme = Programme(
        (
            type(first)(id=UUID(int=1), position=1, title="Welcome", minutes=15, starts=starts),
            session(2, "Panel", 45),
            session(3, "Tea", 20, kind=Kind.BREAK, protected=True, minimum=15),
            session(4, "Close", 10, kind=Kind.CLOSE),
        ),
        LONDON,
        day,
    )
    return Day(programme, "00:00")


def after(day: Day) -> list[Measured]:
    return list(measured(SessionClock(day.programme, day.facts), day.now))


def minutes(found: list[Measured]) -> list[float]:
    return [one.ran / 60 for one in found]


def test_a_programme_that_never_started_is_not_measured() -> None:
    assert {one.outcome for one in after(a_morning())} == {Outcome.NOT_MEASURED}


def test_early_paused_skipped_and_stopped() -> None:
    day = a_morning().until("08:57")
    day.add(FactKind.START, 1)
    day.until("09:05").add(FactKind.PAUSE)
    day.until("09:09").add(FactKind.RESUME)
    day.until("09:15").add(FactKind.NEXT, 2)
    day.until("09:20").add(FactKind.SKIP, 3)
    day.until("09:40").add(FactKind.STOP)
    welcome, panel, tea, close = after(day.until("09:50"))
    assert (welcome.late, welcome.ran / 60, welcome.paused / 60, welcome.pauses) == (-3, 14, 4, 1)
    assert (welcome.began, welcome.ended) == (utc("08:57"), utc("09:15"))
    assert not welcome.stopped
    assert (panel.late, panel.ran / 60, panel.stopped) == (0, 25, True)
    assert (tea.outcome, tea.ran, tea.began) == (Outcome.SKIPPED, 0, None)
    assert close.outcome is Outcome.NOT_REACHED


def test_going_back_counts_every_minute_once() -> None:
    day = a_morning().until("09:00")
    day.add(FactKind.START, 2)
    day.until("09:30").add(FactKind.NEXT, 3)
    day.until("09:35").add(FactKind.BACK, 2)
    day.until("09:50").add(FactKind.NEXT, 3)
    day.until("10:10").add(FactKind.NEXT, 4)
    day.until("10:15").add(FactKind.NEXT)
    welcome, panel, tea, close = after(day.until("11:00"))
    assert welcome.outcome is Outcome.NOT_BEGUN
    assert [one.ran / 60 for one in (panel, tea, close)] == [45, 25, 5]
    assert (panel.begun, tea.begun, close.begun) == (2, 2, 1)
    assert (panel.began, panel.ended) == (utc("09:00"), utc("09:50"))
    assert tea.began == utc("09:30")
    # from the first beginning to the last end nothing is lost and nothing counts twice
    assert sum(minutes([welcome, panel, tea, close])) == 75


def test_begun_again_from_the_start_has_both_times_and_is_late_by_the_first() -> None:
    day = a_morning().until("09:02")
    day.add(FactKind.START, 1)
    day.until("09:12").add(FactKind.STOP)
    day.until("09:20").add(FactKind.START, 1)
    day.until("09:25").add(FactKind.NEXT, 2)
    welcome, panel, *_ = after(day.until("09:30"))
    assert (welcome.begun, welcome.ran / 60, welcome.late) == (2, 15, 2)
    assert not welcome.stopped  # its last end was no stop
    assert (panel.outcome, panel.ended, panel.ran / 60) == (Outcome.RUNNING, None, 5)


def test_what_was_taken_back_or_cleared_is_not_measured() -> None:
    day = a_morning().until("09:00")
    start = day.add(FactKind.START, 1)
    day.until("09:01").undo(start)
    assert after(day)[0].outcome is Outcome.NOT_MEASURED
    day.until("09:02").add(FactKind.START, 1)
    day.until("09:03").add(FactKind.RESET)
    assert after(day)[0].outcome is Outcome.NOT_MEASURED


def test_over_midnight_and_the_end_of_summer_time() -> None:
    # On 25 October 2026 the clocks go back at two: from 00:50 to 02:10 are 140 minutes.
    day = a_morning(date(2026, 10, 25), "00:50").until("00:50")
    day.add(FactKind.START, 1)
    day.clocks.advance(140 * 60)
    day.add(FactKind.NEXT, 2)
    welcome, *_ = after(day)
    assert welcome.ran / 60 == 140
    assert welcome.ended == utc("02:10", date(2026, 10, 25))


def test_left_out_beforehand_and_on_the_day_are_told_apart() -> None:
    from dataclasses import replace

    day = a_morning()
    sessions = list(day.programme.sessions)
    sessions[3] = replace(sessions[3], skip=True)
    day.programme = Programme(tuple(sessions), LONDON, day.programme.day)
    day.until("09:00").add(FactKind.START, 1)
    day.until("09:01").add(FactKind.SKIP, 3)
    assert [one.outcome for one in after(day)] == [
        Outcome.RUNNING, Outcome.NOT_REACHED, Outcome.SKIPPED, Outcome.LEFT_OUT,
    ]  # fmt: skip
