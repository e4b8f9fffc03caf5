"""Cues: each exactly once, at its moment, silent where a session begins past its threshold."""

from __future__ import annotations

from facilitator.domain.clock_facts import FactKind, Moment
from facilitator.domain.cues import CueTape, CueWatch, cues
from facilitator.domain.programme import Programme
from facilitator.domain.session_clock import Phase
from tests.unit.programme_tools import DAY, LONDON, Day, session

START, ADJUST = FactKind.START, FactKind.ADJUST


def running(minutes: int = 30) -> Day:
    sessions = (session(1, "Talk", minutes, "10:00"), session(2, "Panel", 20))
    day = Day(Programme(sessions, LONDON, DAY))
    day.until("10:00").add(START, 1)
    return day


def heard(day: Day, since: Moment) -> list[tuple[int, str]]:
    """What passed since, as (seconds since the first fact, phase)."""
    found = cues(day.programme, day.facts, since, day.now)
    return [(cue.offset // 1000, str(cue.phase)) for cue in found]


def test_three_cues_at_their_moments_even_after_a_stall() -> None:
    day = running()
    begun = day.now
    day.clocks.advance(3600)
    assert heard(day, begun) == [(1500, "warning"), (1740, "danger"), (1800, "over")]


def test_a_cue_belongs_to_the_interval_that_ends_with_it() -> None:
    day = running()
    begun = day.now
    day.clocks.advance(1500)
    at_five = day.now
    assert heard(day, begun) == [(1500, "warning")]
    day.clocks.advance(1)
    assert heard(day, at_five) == []


def test_a_short_session_starts_in_warning_silently() -> None:
    day = running(3)
    begun = day.now
    day.clocks.advance(119)
    assert heard(day, begun) == []
    day.clocks.advance(1)
    assert heard(day, begun) == [(120, "danger")]


def test_a_pause_holds_the_cues() -> None:
    day = running()
    begun = day.now
    day.clocks.advance(1499)
    day.add(FactKind.PAUSE)
    day.clocks.advance(600)
    assert heard(day, begun) == []
    day.add(FactKind.RESUME)
    day.clocks.advance(1)
    assert heard(day, begun) == [(2100, "warning")]


def test_minutes_taken_away_cue_at_once_and_given_back_not_again() -> None:
    day = running()
    begun = day.now
    day.clocks.advance(600)
    day.add(ADJUST, 1, -16 * 60)
    assert heard(day, begun) == [(600, "warning")]
    day.clocks.advance(1)
    day.add(ADJUST, 1, 16 * 60)
    day.clocks.advance(1000)
    assert heard(day, begun) == [(600, "warning")], "five minutes were announced already"


def test_an_act_that_is_undone_does_not_cue_twice() -> None:
    day, watch = running(), CueWatch()
    watch.due(CueTape(day.programme, day.facts), day.now)
    day.clocks.advance(600)
    less = day.add(ADJUST, 1, -16 * 60)
    day.clocks.advance(1)
    assert [c.phase for c in watch.due(CueTape(day.programme, day.facts), day.now)] == [
        Phase.WARNING
    ]
    day.undo(less)
    day.clocks.advance(1000)
    assert watch.due(CueTape(day.programme, day.facts), day.now) == []


def test_each_session_has_its_own() -> None:
    day = running()
    begun = day.now
    day.clocks.advance(1600)
    day.add(FactKind.NEXT, 2)
    day.clocks.advance(1000)
    assert heard(day, begun) == [(1500, "warning"), (2500, "warning")]


def test_next_taken_back_leaves_the_cues_of_the_session_before() -> None:
    day = running()
    begun = day.now
    day.clocks.advance(1400)
    following = day.add(FactKind.NEXT, 2)
    day.clocks.advance(4)
    day.undo(following)
    day.clocks.advance(200)
    assert heard(day, begun) == [(1500, "warning")]


def test_a_step_of_the_wall_clock_neither_adds_nor_loses_a_cue() -> None:
    day = running()
    begun = day.now
    day.clocks.advance(1499)
    day.clocks.step_wall(-7200)
    before = day.now
    assert heard(day, begun) == []
    day.clocks.advance(1)
    assert heard(day, before) == [(1500, "warning")]


def test_over_a_reboot_a_cue_comes_once() -> None:
    day = running()
    begun = day.now
    day.clocks.advance(1490)
    killed = day.now
    day.clocks.reboot(30)
    assert heard(day, begun) == [(1500, "warning")]
    assert heard(day, killed) == [(1500, "warning")]
    again = day.now
    day.clocks.advance(300)
    assert heard(day, again) == [(1740, "danger"), (1800, "over")]


def test_a_back_dated_start_is_silent_about_what_it_skipped() -> None:
    sessions = (session(1, "Talk", 8, "10:00"),)
    day = Day(Programme(sessions, LONDON, DAY))
    begun = day.until("10:03:30").now
    day.add(START, 1, seconds=210)
    day.clocks.advance(60)
    assert heard(day, begun) == []


def test_without_facts_there_are_no_cues() -> None:
    day = Day(Programme((), LONDON, DAY))
    begun = day.now
    day.clocks.advance(60)
    assert heard(day, begun) == []


def test_a_new_listener_is_silent_about_the_past() -> None:
    day = running()
    day.clocks.advance(1600)
    watch = CueWatch()
    assert watch.due(CueTape(day.programme, day.facts), day.now) == []
    day.clocks.advance(140)
    assert [c.phase for c in watch.due(CueTape(day.programme, day.facts), day.now)] == [
        Phase.DANGER
    ]
