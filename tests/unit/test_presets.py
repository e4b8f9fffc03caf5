"""Presets filled in: steps, rounds and minutes that add up."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from facilitator.domain.errors import Refused
from facilitator.domain.programme import checked
from facilitator.intake.presets import LONGEST, fill, presets, read_preset
from tests.unit.programme_tools import LONDON

KEYS = ("1-2-4-all", "world-cafe", "speed-round", "fishbowl", "open-space")


def test_every_preset_is_sessions_that_fit() -> None:
    assert tuple(one.key for one in presets()) == KEYS
    for preset in presets():
        filled = fill(preset)
        assert filled.minutes == preset.minutes(preset.rounds)
        for one in filled.sessions:
            assert checked(one, LONDON) == one
            assert one.note
            assert "{" not in one.title


def test_the_world_cafe_has_a_round_of_tables_for_each_round() -> None:
    filled = fill(read_preset("World Café"), rounds=4)
    assert [one.title for one in filled.sessions] == [
        "World Café: how it works", "World Café, round 1 of 4", "World Café, round 2 of 4",
        "World Café, round 3 of 4", "World Café, round 4 of 4", "World Café: what the hosts heard",
    ]  # fmt: skip
    assert filled.seated == (0, 1, 2, 3, 4, 0)
    assert [one.sound for one in filled.sessions] == ["chime", *["bell"] * 4, "chime"]


def test_the_speed_round_keeps_its_tables_and_goes_on_at_the_bell() -> None:
    preset = read_preset("speed-round")
    filled = fill(preset, rounds=3, each=2)
    assert filled.seated == (1, 1, 1, 1, 0)
    assert [one.minutes for one in filled.sessions] == [3, 2, 2, 2, 5]
    assert [one.auto for one in filled.sessions] == [False, True, True, True, False]
    assert not any(one.auto for one in fill(preset, auto=False).sessions)


def test_one_two_four_all_repeats_as_a_whole() -> None:
    filled = fill(read_preset("1-2-4-all"), rounds=2)
    assert [one.title for one in filled.sessions][3:5] == [
        "All together (1-2-4-All, round 1 of 2)", "Alone (1-2-4-All, round 2 of 2)",
    ]  # fmt: skip
    assert filled.rounds == 0


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({"rounds": 0}, "World Café has 5 rounds at most."),
        ({"rounds": 6}, "World Café has 5 rounds at most."),
        ({"rounds": 3, "total": 29}, "World Café with 3 rounds needs 30 minutes at least."),
        ({"each": 7}, "A round of World Café needs 8 minutes at least."),
        ({"total": LONGEST + 1}, "World Café can last 8 hours at most."),
        ({"rounds": 5, "each": 100}, "World Café would last 8 hours; choose fewer minutes."),
        ({"total": 60, "each": 10}, "Choose the minutes in all or those of a round, not both."),
    ],
)
def test_what_makes_no_sense_is_refused(more: dict[str, int], why: str) -> None:
    with pytest.raises(Refused) as caught:
        fill(read_preset("world-cafe"), **more)  # pyright: ignore[reportArgumentType]
    assert str(caught.value) == why


def test_an_unknown_preset_is_refused() -> None:
    with pytest.raises(Refused, match="There is no preset “World Cup”; choose 1-2-4-all, "):
        read_preset("World Cup")


@given(st.sampled_from(KEYS), st.integers(1, 5), st.integers(1, LONGEST))
def test_the_minutes_add_up(key: str, rounds: int, total: int) -> None:
    preset = read_preset(key)
    rounds = min(rounds, preset.most_rounds)
    if total < preset.least(rounds):
        with pytest.raises(Refused):
            fill(preset, rounds=rounds, total=total)
        return
    filled = fill(preset, rounds=rounds, total=total)
    assert filled.minutes == total
    repeated = [step.least for step in preset.steps if step.repeats]
    assert min(one.minutes for one in filled.sessions) >= min(1, *repeated)
    assert all(w < one.minutes for one in filled.sessions for w in one.warnings)


@pytest.mark.parametrize("total", range(35, 120))
def test_rounds_are_as_long_as_each_other(total: int) -> None:
    filled = fill(read_preset("world-cafe"), rounds=3, total=total)
    assert len({one.minutes for one, seat in zip(filled.sessions, filled.seated, strict=True)
                if seat}) == 1  # fmt: skip
