"""Published, expected and actual times, the delay in words and what would mend it."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

import pytest

from facilitator.domain.clock_facts import FactKind
from facilitator.domain.localtime import shown_time
from facilitator.domain.programme import Kind, Programme
from facilitator.domain.schedule import (
    Place,
    SessionTimes,
    delay_of,
    delay_sentence,
    expected_times,
    fitted_minutes,
    propose,
)
from tests.unit.programme_tools import DAY, LONDON, Day, a_day, at, session, utc

START, NEXT = FactKind.START, FactKind.NEXT


def times(day: Day) -> tuple[SessionTimes, ...]:
    return expected_times(day.programme, day.state)


def expected(day: Day) -> list[str]:
    """The expected start of each session that is to come."""
    return [
        shown_time(entry.expected_start, LONDON)
        for entry in times(day)
        if entry.expected_start is not None
    ]


def sentence(day: Day) -> str:
    return delay_sentence(day.programme, day.state)


@pytest.fixture
def behind() -> Day:
    """The moment of the picture: myths began at 11:07 instead of 11:00."""
    day = Day(a_day())
    for number, begun in ((1, "09:00"), (2, "09:45"), (3, "10:00"), (4, "10:33"), (5, "11:07")):
        day.until(begun).add(START if number == 1 else NEXT, number)
    return day.until("11:18:19")


def test_three_times_for_every_session(behind: Day) -> None:
    entries = times(behind)
    assert [e.place for e in entries] == [
        *[Place.DONE] * 4, Place.NOW, Place.NEXT, *[Place.LATER] * 5
    ]  # fmt: skip
    assert expected(behind) == ["11:47", "12:37", "13:22", "14:07", "14:52", "15:12"]
    fourth, running = entries[3], entries[4]
    assert fourth.published_start == utc("10:30")
    assert (fourth.actual_start, fourth.actual_end) == (utc("10:33"), utc("11:07"))
    assert (fourth.late, fourth.minutes) == (3, 34)
    assert running.actual_start == utc("11:07")
    assert running.expected_end == utc("11:47")
    assert running.late == 7


def test_seven_minutes_behind_in_words(behind: Day) -> None:
    assert sentence(behind) == "7 minutes behind; lunch now 12:37"
    lunch = times(behind)[6]
    assert (lunch.late, lunch.kept) == (7, 45)


def test_the_proposal_of_the_picture(behind: Day) -> None:
    proposal = propose(behind.programme, behind.state)
    assert proposal is not None
    assert proposal.offer == "Make it 12:32: Bright spots 5 minutes shorter."
    assert proposal.sentence == "Bright spots 5 minutes shorter: lunch at 12:32"
    assert [(s.id, m) for s, m in proposal.shorter] == [(UUID(int=6), 5)]
    behind.add(FactKind.SHORTEN, 6, -300)
    assert expected(behind)[1] == "12:32"
    assert sentence(behind) == "7 minutes behind; lunch now 12:32"
    assert propose(behind.programme, behind.state) is None, "nothing has anything left to give"


def test_a_proposal_asks_no_more_than_is_needed(behind: Day) -> None:
    generous = replace(behind.programme.sessions[5], minimum=20)
    behind.programme = Programme(
        (*behind.programme.sessions[:5], generous, *behind.programme.sessions[6:]), LONDON, DAY
    )
    proposal = propose(behind.programme, behind.state)
    assert proposal is not None
    assert proposal.offer == "Make it 12:30: Bright spots 7 minutes shorter."


def test_two_talks_give_together_the_richer_first(behind: Day) -> None:
    sessions = list(behind.programme.sessions)
    sessions[4] = replace(sessions[4], minimum=37)
    behind.programme = Programme(tuple(sessions), LONDON, DAY)
    proposal = propose(behind.programme, behind.state)
    assert proposal is not None
    assert proposal.sentence == (
        "Myths across the counter 2 minutes and Bright spots 5 minutes shorter: lunch at 12:30"
    )


def test_before_the_day_the_plan_is_expected() -> None:
    day = Day(a_day())
    assert expected(day)[:2] == ["09:00", "09:45"]
    assert sentence(day) == "On time; arrivals and coffee at 09:00"
    day.clocks.advance(-40 * 86400)
    assert expected(day)[0] == "09:00"


def test_a_late_start_of_the_day_is_a_delay() -> None:
    day = Day(a_day()).until("09:03")
    assert sentence(day).startswith("3 minutes behind; arrivals and coffee now 09:03")
    day.clocks.advance(86400)
    assert sentence(day).startswith("On time"), "the next day, the plan stands as it was"


def test_gaps_are_eaten_first() -> None:
    programme = Programme(
        (session(1, "A", 30, "10:00"), session(2, "B", 30, "10:35"), session(3, "C", 30)),
        LONDON,
        DAY,
    )
    day = Day(programme)
    day.until("10:03").add(START, 1)
    assert expected(day) == ["10:35", "11:05"]
    assert sentence(day) == "3 minutes behind; B still 10:35"
    day.until("10:38")
    assert expected(day) == ["10:38", "11:08"]


def test_ahead_moves_everything_forward_but_fixed_starts() -> None:
    programme = Programme(
        (
            session(1, "A", 30, "10:00"),
            session(2, "B", 30, "10:35"),
            session(3, "Tea", 20, kind=Kind.BREAK),
            session(4, "Showcase", 30, "11:25", fixed=True, kind=Kind.SHOWCASE),
        ),
        LONDON,
        DAY,
    )
    day = Day(programme)
    day.until("09:55").add(START, 1)
    assert expected(day) == ["10:30", "11:00", "11:25"]
    assert sentence(day) == "5 minutes ahead; tea now 11:00, showcase still 11:25"


def fixed_day() -> Day:
    """Lunch of an hour, kept to 45 minutes, before a fixed showcase."""
    return Day(
        Programme(
            (
                session(1, "Panel", 60, "11:30", kind=Kind.PANEL),
                session(2, "Lunch", 60, kind=Kind.BREAK, protected=True, minimum=45),
                session(3, "Showcase", 30, "13:30", fixed=True, kind=Kind.SHOWCASE),
                session(4, "Close", 15, kind=Kind.CLOSE),
            ),
            LONDON,
            DAY,
        )
    )


def test_a_break_shrinks_to_hold_a_fixed_start() -> None:
    day = fixed_day()
    day.until("11:37").add(START, 1)
    assert sentence(day) == "7 minutes behind; lunch now 12:37, showcase still 13:30"
    lunch = times(day)[1]
    assert (lunch.minutes, lunch.kept) == (53, 53)


def test_a_protected_break_is_never_shorter_than_its_minimum() -> None:
    day = fixed_day()
    day.until("11:55").add(START, 1)
    assert sentence(day) == "25 minutes behind; lunch now 12:55, showcase now 13:40"
    assert times(day)[1].minutes == 45


def test_an_unprotected_break_is_padding() -> None:
    day = fixed_day()
    sessions = list(day.programme.sessions)
    sessions[1] = replace(sessions[1], protected=False, minimum=None)
    day.programme = Programme(tuple(sessions), LONDON, DAY)
    day.until("12:00").add(START, 1)
    assert expected(day) == ["13:00", "13:30", "14:00"]
    assert times(day)[1].kept is None


def test_a_break_is_fitted_as_it_begins() -> None:
    day = fixed_day()
    day.until("11:37").add(START, 1)
    lunch, showcase = day.programme.sessions[1:3]
    assert fitted_minutes(day.programme, day.state, lunch, utc("12:37")) == 53
    assert fitted_minutes(day.programme, day.state, lunch, utc("12:30")) is None
    assert fitted_minutes(day.programme, day.state, lunch, utc("13:00")) == 45
    assert fitted_minutes(day.programme, day.state, showcase, utc("13:40")) is None
    day.until("12:37").add(NEXT, 2)
    day.add(FactKind.FIT, 2, -7 * 60)
    assert sentence(day) == "On time; showcase still 13:30"


def test_a_fixed_start_that_is_lost_is_a_reason_to_shorten_a_talk() -> None:
    day = fixed_day()
    sessions = list(day.programme.sessions)
    sessions[0] = replace(sessions[0], minimum=40)
    day.programme = Programme(tuple(sessions), LONDON, DAY)
    day.until("11:55").add(START, 1)
    proposal = propose(day.programme, day.state)
    assert proposal is not None
    assert proposal.offer == "Make it 12:35: Panel 20 minutes shorter."


def test_overtime_grows_by_itself(behind: Day) -> None:
    behind.until("11:49")
    assert behind.state.overtime == 120
    assert sentence(behind) == "9 minutes behind; lunch now 12:39"
    assert expected(behind)[0] == "11:49"


def test_a_pause_pushes_everything(behind: Day) -> None:
    behind.add(FactKind.PAUSE)
    behind.clocks.advance(180)
    assert sentence(behind) == "10 minutes behind; lunch now 12:40"


def test_a_delay_that_two_laptops_took_back_is_gone_once(behind: Day) -> None:
    before = expected(behind)
    for seconds in (600, -600, -600):
        behind.add(FactKind.DELAY, 7, seconds)
    assert expected(behind) == before, "no session begins before its time"
    behind.add(FactKind.DELAY, 7, 7200)
    assert expected(behind)[1] > before[1]


def test_a_skipped_session_leaves_a_gap_that_eats_the_delay(behind: Day) -> None:
    behind.add(FactKind.SKIP, 6)
    assert sentence(behind) == "7 minutes behind; lunch still 12:30"
    assert times(behind)[5].place is Place.SKIPPED
    assert times(behind)[6].late == 0


def test_a_session_that_the_clock_passed_is_missed() -> None:
    day = Day(a_day())
    day.until("10:00").add(START, 3)
    assert [e.place for e in times(day)][:4] == [Place.MISSED, Place.MISSED, Place.NOW, Place.NEXT]


def test_stopped_the_next_one_begins_when_it_can(behind: Day) -> None:
    behind.add(FactKind.STOP)
    assert expected(behind)[0] == "11:40"
    behind.until("11:52")
    assert sentence(behind) == "12 minutes behind; lunch now 12:42"


def test_the_end_of_the_day() -> None:
    day = Day(a_day())
    day.until("15:05").add(START, 11)
    assert sentence(day) == "On time"
    day.until("15:30").add(NEXT)
    assert sentence(day) == "The programme is over"
    assert delay_sentence(Programme((), LONDON, DAY), day.state) == "The programme is over"
    assert sentence(Day(Programme((), LONDON, DAY))) == "Nothing is planned yet"


def test_published_times_are_pinned(behind: Day) -> None:
    sessions = list(behind.programme.sessions)
    sessions[6] = replace(
        sessions[6], published_starts=at("12:20"), published_minutes=60, minutes=45
    )
    behind.programme = Programme(tuple(sessions), LONDON, DAY)
    lunch = times(behind)[6]
    assert (lunch.published_start, lunch.published_end) == (utc("12:20"), utc("13:20"))
    assert lunch.late == 17


def test_more_than_an_hour_is_said_in_hours(behind: Day) -> None:
    behind.until("12:53")
    assert delay_of(behind.programme, behind.state).head == "1 hour 13 minutes behind"
    behind.until("12:54")
    assert delay_of(behind.programme, behind.state).minutes == 74


def test_seconds_do_not_make_a_delay() -> None:
    day = Day(a_day())
    day.until("09:00:20").add(START, 1)
    assert delay_of(day.programme, day.state).head == "On time"


def test_the_end_of_the_day_is_kept_where_nothing_else_is() -> None:
    programme = Programme(
        (session(1, "Panel", 60, "15:00", minimum=50), session(2, "Close", 15, kind=Kind.CLOSE)),
        LONDON,
        DAY,
    )
    day = Day(programme)
    day.until("15:05").add(START, 1)
    proposal = propose(day.programme, day.state)
    assert proposal is not None
    assert proposal.sentence == "Panel 5 minutes shorter: close at 16:00"


def test_ended_talks_give_nothing(behind: Day) -> None:
    sessions = list(behind.programme.sessions)
    sessions[2] = replace(sessions[2], minimum=5)
    sessions[5] = replace(sessions[5], minimum=None)
    behind.programme = Programme(tuple(sessions), LONDON, DAY)
    assert propose(behind.programme, behind.state) is None


def test_a_practice_on_another_day_is_measured_from_its_own_start() -> None:
    day = fixed_day()
    day.clocks.advance(-3 * 86400 + 12 * 3600)  # three days before, at eight in the evening
    panel, lunch = day.programme.sessions[:2]
    assert fitted_minutes(day.programme, day.state, panel, day.clocks.now()) is None
    assert fitted_minutes(day.programme, day.state, lunch, day.clocks.now()) is None
    day.add(START, 1)
    assert sentence(day) == "On time; lunch still 21:00, showcase still 22:00"
    day.clocks.advance(67 * 60)
    assert sentence(day) == "7 minutes behind; lunch now 21:07, showcase still 22:00"
    assert times(day)[2].published_start == utc("13:30")
    assert fitted_minutes(day.programme, day.state, lunch, day.clocks.now()) == 53
