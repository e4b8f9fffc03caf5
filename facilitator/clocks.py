"""Where time comes from. Services are given a `Clocks`; tests wind one by hand."""

from __future__ import annotations

import functools
import time
import uuid
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol


class Clocks(Protocol):
    """The two clocks of a machine and the name of its present run."""

    def now(self) -> datetime:
        """The wall clock: UTC, to the millisecond."""
        ...

    def steady(self) -> float:
        """Seconds on a clock that includes sleep and ignores changes of the wall clock."""
        ...

    def boot(self) -> str:
        """The id of this run of the machine; `steady` starts again with another one."""
        ...


def to_millisecond(moment: datetime) -> datetime:
    """The moment cut to the millisecond, as it is stored and answered."""
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


def stamp(moment: datetime) -> str:
    """A moment as FORMATS.md writes it: 2025-11-12T09:31:07.120Z."""
    utc = moment.astimezone(UTC)
    return utc.strftime("%Y-%m-%dT%H:%M:%S.") + f"{utc.microsecond // 1000:03d}Z"


class SystemClocks:
    """The real clocks of this machine."""

    def now(self) -> datetime:
        return to_millisecond(datetime.now(UTC))

    def steady(self) -> float:
        # CLOCK_BOOTTIME goes on while the laptop sleeps; macOS's CLOCK_MONOTONIC does so too,
        # and Windows' tick count behind time.monotonic includes sleep.
        clock = getattr(time, "CLOCK_BOOTTIME", None)
        return time.clock_gettime(clock) if clock is not None else time.monotonic()

    def boot(self) -> str:
        return _boot_id()


@functools.cache
def _boot_id() -> str:
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    except OSError:
        # The wall time at which the steady clock stood at zero names the boot well enough; half
        # an hour of rounding swallows any correction of the clock.
        started = time.time() - SystemClocks().steady()
        return str(uuid.uuid5(uuid.NAMESPACE_OID, f"{uuid.getnode()}-{round(started / 1800)}"))


class HandClocks:
    """Clocks that a test or a rehearsal winds by hand."""

    def __init__(self, now: datetime, boot: str = "boot-1") -> None:
        if now.tzinfo is None:
            raise ValueError("a moment needs its zone")
        self._now, self._steady, self._boot, self._boots = now, 1000.0, boot, 1

    def now(self) -> datetime:
        return to_millisecond(self._now.astimezone(UTC))

    def steady(self) -> float:
        return self._steady

    def boot(self) -> str:
        return self._boot

    def advance(self, seconds: float) -> None:
        """Time passes; a sleep of the laptop is no different."""
        self._now += timedelta(seconds=seconds)
        self._steady += seconds

    def step_wall(self, seconds: float) -> None:
        """Somebody (NTP) sets the wall clock; no time passes."""
        self._now += timedelta(seconds=seconds)

    def reboot(self, seconds: float = 60.0) -> None:
        """The machine starts again, `seconds` of wall time later."""
        self._now += timedelta(seconds=seconds)
        self._boots += 1
        self._steady, self._boot = 5.0, f"boot-{self._boots}"
