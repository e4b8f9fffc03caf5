"""What is wrong with this laptop, judged from readings: each said once, and again when worse.

No Qt and no clock here: `LaptopJudge` is given readings and gives sentences.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, tzinfo

MB = 1_000_000
#: battery, in per cent: from each of these on a warning is graver than the one before
BATTERY_STEPS = (20, 10, 5)
#: the same for what is free on the disk, in bytes
DISK_STEPS = (500 * MB, 100 * MB, 20 * MB)
#: how much more there must be before a warning counts as over
_BATTERY_REST, _DISK_REST = 3, 50 * MB
#: a step of the wall clock that people would notice, in seconds
CLOCK_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Battery:
    """How the battery stands. `seconds_left` is None where the system does not know."""

    percent: float
    plugged: bool
    seconds_left: float | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """One look at the laptop; None for what it has not, or does not tell."""

    now: datetime
    steady: float
    battery: Battery | None = None
    free_bytes: int | None = None


@dataclass(frozen=True, slots=True)
class Warned:
    """One thing to say. An empty text takes back what was said about it before."""

    about: str
    mood: str
    text: str


class LaptopJudge:
    """Turns readings into what is new to say."""

    def __init__(self, zone: tzinfo | None = None) -> None:
        """`zone` is the venue's; without one times are the laptop's own."""
        self.zone = zone
        self._battery = 0
        self._disk = 0
        self._clocks: tuple[datetime, float] | None = None
        self._off = 0.0

    def look(self, reading: Reading) -> list[Warned]:
        """What is to be said now; mostly nothing."""
        found = (self._look_at_battery(reading), self._look_at_disk(reading),
                 self._look_at_clock(reading))  # fmt: skip
        return [one for one in found if one is not None]

    def _look_at_battery(self, reading: Reading) -> Warned | None:
        battery = reading.battery
        if battery is None:
            return None
        before = self._battery
        step = sum(battery.percent <= limit for limit in BATTERY_STEPS)
        if battery.plugged or battery.percent > BATTERY_STEPS[0] + _BATTERY_REST:
            self._battery = 0
            return Warned("battery", "info", "") if before else None
        if step <= before:
            return None
        self._battery = step
        minutes = battery.seconds_left / 60 if battery.seconds_left else 0
        left = f", about {round(minutes)} minutes" if minutes >= 2 else ""
        level = f"The battery is at {round(battery.percent)} %{left}"
        if step == 1:
            return Warned("battery", "careful", f"{level}: plug this laptop in.")
        return Warned(
            "battery", "stop",
            f"{level}: plug this laptop in now. What was answered is on disk already.",
        )  # fmt: skip

    def _look_at_disk(self, reading: Reading) -> Warned | None:
        free = reading.free_bytes
        if free is None:
            return None
        before = self._disk
        step = sum(free < limit for limit in DISK_STEPS)
        if free >= DISK_STEPS[0] + _DISK_REST:
            self._disk = 0
            return Warned("disk", "info", "") if before else None
        if step <= before:
            return None
        self._disk = step
        amount = f"Only {free // MB} MB are free on this laptop’s disk"
        if step == 1:
            return Warned(
                "disk", "careful", f"{amount}: delete or move something large. Check-in goes on."
            )
        return Warned(
            "disk", "stop",
            f"{amount}: make room now, or check-in may stop. What was answered is safe.",
        )  # fmt: skip

    def _look_at_clock(self, reading: Reading) -> Warned | None:
        before, self._clocks = self._clocks, (reading.now, reading.steady)
        if before is None:
            return None
        step = (reading.now - before[0]).total_seconds() - (reading.steady - before[1])
        if abs(step) < CLOCK_SECONDS:
            return None
        was_off = abs(self._off) >= CLOCK_SECONDS
        self._off += step
        if was_off and abs(self._off) < CLOCK_SECONDS:
            self._off = 0.0
            return Warned("clock", "done", "This laptop’s clock is back where it was.")
        local = reading.now.astimezone(self.zone)
        way = "forward" if step > 0 else "back"
        return Warned(
            "clock", "careful",
            f"This laptop’s clock jumped {way} by {_length(abs(step))}, to {local:%H:%M}: see that "
            "it is right. Sessions run on as they did.",
        )  # fmt: skip


def _length(seconds: float) -> str:
    for unit, size in (("day", 86_400), ("hour", 3_600), ("minute", 60)):
        number = round(seconds / size)
        if number >= 1 and seconds >= size * 0.95 and abs(seconds - number * size) < size * 0.05:
            return f"{number} {unit}" + ("" if number == 1 else "s")
    if seconds >= 90:
        return f"{round(seconds / 60)} minutes"
    return f"{round(seconds)} seconds"
