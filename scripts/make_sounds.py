"""Makes the short sounds of the desk and the room in resources/sounds, from sine waves.

Each answer of the Desk has its own tune, so that in a noisy hall one knows without looking. Up lets
in (two notes: welcome, a run of four: welcome back); one soft high note was the same scan again.
Two even notes: already here. Down is a refusal (two slow notes: cancelled, three steps: another
event). Up and down again asks (unknown), a trill asks which one, one soft low note was a misread.
"""

from __future__ import annotations

import math
import struct
import wave
from pathlib import Path

RATE = 44_100
FOLDER = Path(__file__).resolve().parent.parent / "resources" / "sounds"
#: name: notes of (hertz, seconds, loudness); 0 hertz is silence
TUNES: dict[str, list[tuple[float, float, float]]] = {
    # the Desk, at most 0.4 seconds each, named as its answers are
    "welcome": [(659.3, 0.09, 0.5), (987.8, 0.18, 0.5)],
    "welcome-back": [(659.3, 0.07, 0.5), (784.0, 0.07, 0.5), (987.8, 0.07, 0.5),
                     (1318.5, 0.15, 0.5)],
    "twice": [(987.8, 0.1, 0.3)],
    "already-here": [(587.3, 0.1, 0.5), (0, 0.05, 0), (587.3, 0.16, 0.5)],
    "cancelled": [(392.0, 0.14, 0.6), (261.6, 0.25, 0.6)],
    "other-event": [(659.3, 0.1, 0.6), (523.3, 0.1, 0.6), (349.2, 0.18, 0.6)],
    "misread": [(329.6, 0.14, 0.35)],
    "unknown": [(440.0, 0.1, 0.5), (698.5, 0.1, 0.5), (440.0, 0.18, 0.5)],
    "ambiguous": [(587.3, 0.06, 0.5), (880.0, 0.06, 0.5), (587.3, 0.06, 0.5), (880.0, 0.06, 0.5),
                  (587.3, 0.12, 0.5)],
    # the clock and the room
    "careful": [(587.3, 0.12, 0.5), (0, 0.1, 0), (587.3, 0.12, 0.5), (0, 0.1, 0),
                (587.3, 0.3, 0.5)],
    "chime": [(523.3, 0.35, 0.5), (659.3, 0.35, 0.5), (784.0, 0.9, 0.5)],
    "bell": [(1046.5, 0.25, 0.6), (1046.5, 0.25, 0.6), (1046.5, 1.2, 0.6)],
}  # fmt: skip


def samples(notes: list[tuple[float, float, float]]) -> list[int]:
    """The notes as 16-bit samples, each with a soft start and an end that dies away."""
    result: list[int] = []
    for hertz, seconds, loudness in notes:
        count = int(RATE * seconds)
        for at in range(count):
            attack = min(1.0, at / (RATE * 0.006))
            fade = (1 - at / count) ** 1.5
            angle = 2 * math.pi * hertz * at / RATE
            value = math.sin(angle) + 0.25 * math.sin(2 * angle)
            result.append(round(32_000 * 0.8 * loudness * attack * fade * value))
    return result


def main() -> None:
    """Writes every sound."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, notes in TUNES.items():
        data = samples(notes)
        with wave.open(str(FOLDER / f"{name}.wav"), "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(RATE)
            file.writeframes(struct.pack(f"<{len(data)}h", *data))


if __name__ == "__main__":
    main()
