"""What is wrong with the laptop is said once, and again only when it is worse."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from ui.laptop_state import MB, Battery, LaptopJudge, Reading

START = datetime(2026, 11, 18, 9, 15, tzinfo=UTC)


class Bench:
    """A laptop on a bench: time passes, and a test says what it reads."""

    def __init__(self) -> None:
        self.judge = LaptopJudge(UTC)
        self.now, self.steady = START, 1000.0

    def look(
        self,
        percent: float | None = None,
        *,
        plugged: bool = False,
        left: float | None = None,
        free: int | None = None,
        step: float = 0.0,
    ) -> list[tuple[str, str]]:
        """Twenty seconds pass, the wall clock steps besides; what is said about what."""
        self.now += timedelta(seconds=20 + step)
        self.steady += 20
        battery = None if percent is None else Battery(percent, plugged, left)
        said = self.judge.look(Reading(self.now, self.steady, battery, free))
        return [(one.mood, one.text) for one in said]


@pytest.fixture
def bench() -> Bench:
    made = Bench()
    assert made.look() == []
    return made


def test_the_battery_is_said_at_each_step_once(bench: Bench) -> None:
    assert bench.look(21) == []
    assert bench.look(20, left=2400) == [
        ("careful", "The battery is at 20 %, about 40 minutes: plug this laptop in.")
    ]
    assert bench.look(19) == bench.look(11) == []
    ((mood, text),) = bench.look(10)
    assert (mood, text.split(":")[0]) == ("stop", "The battery is at 10 %")
    assert bench.look(10) == bench.look(7) == []
    assert bench.look(4)[0][0] == "stop"
    assert bench.look(2) == []


def test_a_battery_that_wavers_says_nothing_again_and_the_mains_take_it_back(bench: Bench) -> None:
    assert bench.look(20)
    assert bench.look(21) == bench.look(20) == bench.look(22) == bench.look(19) == []
    assert bench.look(19, plugged=True) == [("info", "")]
    assert bench.look(20, plugged=True) == []
    assert bench.look(20) != []


def test_a_laptop_that_starts_low_is_told_the_worst_at_once(bench: Bench) -> None:
    assert [mood for mood, _ in bench.look(3, free=50 * MB)] == ["stop", "stop"]
    assert bench.look(3, free=50 * MB) == []


def test_the_disk_is_said_below_500_mb_and_again_below_100(bench: Bench) -> None:
    assert bench.look(free=500 * MB) == []
    ((mood, text),) = bench.look(free=430 * MB)
    assert (mood, "Only 430 MB" in text) == ("careful", True)
    assert bench.look(free=200 * MB) == bench.look(free=520 * MB) == bench.look(free=400 * MB) == []
    assert bench.look(free=99 * MB)[0][0] == "stop"
    assert bench.look(free=2000 * MB) == [("info", "")]
    assert bench.look(free=430 * MB) != []


def test_a_jump_of_the_clock_is_said_and_sleep_is_none(bench: Bench) -> None:
    assert bench.look(step=29) == []
    ((mood, text),) = bench.look(step=3600)
    assert mood == "careful"
    assert text.startswith("This laptop’s clock jumped forward by 1 hour, to 10:1")
    # the laptop slept for three hours: both clocks know
    bench.now += timedelta(hours=3)
    bench.steady += 3 * 3600
    assert bench.look() == []


def test_a_clock_that_is_put_right_again_is_said_to_be(bench: Bench) -> None:
    assert bench.look(step=-480)[0][1].startswith("This laptop’s clock jumped back by 8 minutes")
    assert bench.look(step=-600)[0][0] == "careful"
    assert bench.look(step=1080) == [("done", "This laptop’s clock is back where it was.")]


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(45, "45 seconds"), (60, "1 minute"), (150, "2 minutes"), (7200, "2 hours"),
     (86_400, "1 day"), (5400, "90 minutes")],
)  # fmt: skip
def test_how_far_it_jumped_is_said_in_words(bench: Bench, seconds: int, words: str) -> None:
    ((_, text),) = bench.look(step=seconds)
    assert f"by {words}, to" in text
