"""The Desk's sounds: short, loud enough, and no two that could be taken for each other."""

from __future__ import annotations

import itertools
import math
import struct
import wave
from pathlib import Path

import pytest

FOLDER = Path(__file__).resolve().parents[2] / "resources" / "sounds"
DESK = ("welcome", "welcome-back", "twice", "already-here", "cancelled", "other-event", "misread",
        "unknown", "ambiguous")  # fmt: skip
#: a note is looked at in slices of so many seconds
SLICE = 0.02


def samples(name: str) -> tuple[list[int], int]:
    """The samples and how many of them are a second."""
    with wave.open(str(FOLDER / f"{name}.wav")) as file:
        data = file.readframes(file.getnframes())
        return list(struct.unpack(f"<{len(data) // 2}h", data)), file.getframerate()


def notes(name: str) -> list[int]:
    """The notes that are heard, in semitones above A 440; a note struck again counts again."""
    data, rate = samples(name)
    step = int(rate * SLICE)
    found: list[int] = []
    last: tuple[int, float] | None = None
    for at in range(0, len(data) - step + 1, step):
        part = data[at : at + step]
        loud = math.sqrt(sum(v * v for v in part) / step)
        if loud < 300:
            last = None
            continue
        rises = [n for n in range(1, step) if part[n - 1] < 0 <= part[n]]
        if len(rises) < 2:
            continue
        hertz = rate * (len(rises) - 1) / (rises[-1] - rises[0])
        pitch = round(12 * math.log2(hertz / 440))
        again = last is None or abs(pitch - last[0]) >= 2 or loud > 2 * last[1]
        if again:
            found.append(pitch)
        last = (pitch, loud)
    return found


@pytest.mark.parametrize("name", DESK)
def test_a_sound_is_short_and_can_be_heard(name: str) -> None:
    data, rate = samples(name)
    assert 0.08 <= len(data) / rate <= 0.4
    assert 4_000 <= max(map(abs, data)) < 32_767


def test_no_two_sounds_can_be_taken_for_each_other() -> None:
    heard = {name: notes(name) for name in DESK}
    for first, second in itertools.combinations(DESK, 2):
        one, other = heard[first], heard[second]
        apart = len(one) != len(other) or any(
            abs(a - b) >= 3 for a, b in zip(one, other, strict=True)
        )
        assert apart, (first, one, second, other)


def test_up_lets_in_and_down_refuses() -> None:
    for name in ("welcome", "welcome-back"):
        heard = notes(name)
        assert heard == sorted(heard), name
        assert heard[-1] > heard[0], name
    for name in ("cancelled", "other-event"):
        heard = notes(name)
        assert heard == sorted(heard, reverse=True), name
        assert heard[-1] < heard[0], name
