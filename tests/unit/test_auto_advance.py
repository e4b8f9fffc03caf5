"""Going on by itself: on time while somebody looks, a question after a sleep, never twice."""

from __future__ import annotations

from uuid import UUID

from facilitator.domain.auto_advance import AskToGoOn, AutoAdvance, GoOn
from facilitator.domain.board import board
from facilitator.domain.clock_facts import FactKind
from facilitator.domain.programme import Kind, Programme
from tests.unit.programme_tools import DAY, LONDON, Day, session


def a_day() -> Day:
    """Two talks of ten minutes that go on by themselves, then a fixed one after a gap."""
    return Day(
        Programme(
            (
                session(1, "Alone", 10, "09:00", auto=True),
                session(2, "In pairs", 10, auto=True),
                session(3, "Showcase", 30, "09:25", kind=Kind.SHOWCASE, fixed=True, auto=True),
            ),
            LONDON,
            DAY,
        )
    )


def beats(day: Day, auto: AutoAdvance, seconds: int, every: float = 0.2) -> list[object]:
    """What the beats of so many seconds hand out."""
    handed = []
    for _ in range(round(seconds / every)):
        day.clocks.advance(every)
        due = auto.beat(board(day.clock, day.now))
        if due is not None:
            handed.append(due)
    return handed


def test_it_goes_on_when_its_time_is_over_and_once() -> None:
    day, auto = a_day().until("09:00"), AutoAdvance()
    day.add(FactKind.START, 1)
    day.clocks.advance(595)
    assert auto.beat(board(day.clock, day.now)) is None
    handed = beats(day, auto, 8)
    assert [type(one) for one in handed] == [GoOn]
    first = handed[0]
    assert isinstance(first, GoOn)
    assert first.running == UUID(int=1)
    assert 0 <= first.ago < 0.21


def test_after_a_sleep_it_asks_and_does_not_go_on() -> None:
    day, auto = a_day().until("09:00"), AutoAdvance()
    day.add(FactKind.START, 1)
    day.clocks.advance(120)
    auto.beat(board(day.clock, day.now))
    day.clocks.advance(600)
    asked = auto.beat(board(day.clock, day.now))
    assert asked == AskToGoOn(
        UUID(int=1),
        "The laptop slept from 09:02 to 09:12, and “Alone” ended meanwhile. Begin “In pairs”?",
    )
    assert beats(day, auto, 30) == []


def test_a_sleep_that_ends_before_the_session_does_changes_nothing() -> None:
    day, auto = a_day().until("09:00"), AutoAdvance()
    day.add(FactKind.START, 1)
    auto.beat(board(day.clock, day.now))
    day.clocks.advance(540)
    assert auto.beat(board(day.clock, day.now)) is None
    assert [type(one) for one in beats(day, auto, 61)] == [GoOn]


def test_a_program_opened_after_the_end_asks() -> None:
    day = a_day().until("09:00")
    day.add(FactKind.START, 1)
    day.clocks.advance(700)
    asked = AutoAdvance().beat(board(day.clock, day.now))
    assert isinstance(asked, AskToGoOn)
    assert asked.sentence.startswith("“Alone” ended while the program was not running.")


def test_a_reboot_asks() -> None:
    day, auto = a_day().until("09:00"), AutoAdvance()
    day.add(FactKind.START, 1)
    day.clocks.advance(590)
    auto.beat(board(day.clock, day.now))
    day.clocks.advance(20)
    day.clocks.reboot()
    assert isinstance(auto.beat(board(day.clock, day.now)), AskToGoOn)


def test_a_step_of_the_wall_clock_neither_asks_nor_goes_on_early() -> None:
    day, auto = a_day().until("09:00"), AutoAdvance()
    day.add(FactKind.START, 1)
    auto.beat(board(day.clock, day.now))
    day.clocks.step_wall(3600)
    assert beats(day, auto, 598) == []
    assert [type(one) for one in beats(day, auto, 4)] == [GoOn]


def test_a_fixed_start_is_waited_for() -> None:
    day, auto = a_day().until("09:00"), AutoAdvance()
    day.add(FactKind.START, 1)
    day.until("09:10").add(FactKind.NEXT, 2)
    assert beats(day, auto, 14 * 60, every=1) == []
    handed = beats(day, auto, 62, every=1)
    assert handed == [GoOn(UUID(int=2), 0.0)]


def test_a_paused_one_and_one_without_the_choice_stay() -> None:
    day, auto = a_day().until("09:00"), AutoAdvance()
    day.add(FactKind.START, 1)
    beats(day, auto, 1)
    day.add(FactKind.PAUSE)
    assert beats(day, auto, 700, every=1) == []
    plain = Day(Programme((session(1, "Talk", 1, "09:00"), session(2, "Next", 1)), LONDON, DAY))
    plain.until("09:00").add(FactKind.START, 1)
    assert beats(plain, AutoAdvance(), 90, every=1) == []


def test_minutes_taken_away_by_a_person_begin_the_next_one_now() -> None:
    day, auto = a_day().until("09:00"), AutoAdvance()
    day.add(FactKind.START, 1)
    beats(day, auto, 480, every=1)
    day.add(FactKind.ADJUST, 1, -300)
    assert beats(day, auto, 2, every=1) == [GoOn(UUID(int=1), 0.0)]
