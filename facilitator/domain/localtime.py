"""Local wall time and moments.

A programme is planned in local wall time: 10:00 on 12 November stays 10:00 whatever happens to the
rules for the clocks. It is turned into a moment (an aware datetime in UTC) only to be reckoned
with. A local wall time is a naive datetime; nothing else in Facilitator is.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from facilitator.domain.errors import Refused

_CLOCK = re.compile(
    r"(\d{1,2})\s*[:.h]\s*(\d{2})(?:\s*[:.]\s*(\d{2}))?\s*([ap])?\.?\s*m?\.?", re.IGNORECASE
)
_HOUR_OF_HALF = re.compile(r"(\d{1,2})\s*([ap])\.?\s*m\.?", re.IGNORECASE)
_BARE = re.compile(r"\d{1,2}(?:\.0+)?")
_FOUR = re.compile(r"(\d{2})(\d{2})")


@lru_cache
def zone_named(name: str) -> ZoneInfo:
    """The zone with this IANA name ("Europe/London"). Refused where there is none."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise Refused(f"There is no time zone “{name}”; use one like Europe/London.") from None


def moment_of(local: datetime, zone: ZoneInfo) -> datetime:
    """The moment of a local wall time, in UTC.

    Of a time that happens twice, the first; one that does not exist counts as the hour after the
    clocks went forward (`check_exists` refuses it where it is entered).
    """
    return local.replace(tzinfo=zone, fold=0).astimezone(UTC)


def local_of(moment: datetime, zone: ZoneInfo) -> datetime:
    """The local wall time of a moment, without its zone."""
    return moment.astimezone(zone).replace(tzinfo=None, fold=0)


def exists(local: datetime, zone: ZoneInfo) -> bool:
    """Whether clocks show this local wall time at all on its day."""
    return local_of(moment_of(local, zone), zone) == local


def check_exists(local: datetime, zone: ZoneInfo) -> None:
    """Refused, in one sentence, where the clocks skip this local wall time."""
    if not exists(local, zone):
        raise Refused(
            f"There is no {local:%H:%M} on {long_date(local.date())}, because the clocks go "
            "forward in that hour; choose another time."
        )


def long_date(day: date) -> str:
    """ "Wednesday 12 November 2025"."""
    return f"{day:%A} {day.day} {day:%B %Y}"


def nearest_minute(moment: datetime) -> datetime:
    """The moment rounded to the nearest whole minute, half a minute up."""
    return (moment + timedelta(seconds=30)).replace(second=0, microsecond=0)


def shown_time(moment: datetime, zone: ZoneInfo) -> str:
    """ "12:37": a moment in local time, to the nearest minute."""
    return f"{local_of(nearest_minute(moment), zone):%H:%M}"


def read_time(text: str) -> time | None:
    """A time of day as people write it: "9:30", "09.30", "9.30 pm", "2 pm", "0930", "09:30:00".

    None for anything else, and for a bare number ("9"): that may mean morning, evening or minutes,
    so whoever reads it must ask (`possible_times`).
    """
    text = text.strip()
    if found := _FOUR.fullmatch(text):
        return _time(int(found[1]), int(found[2]), 0, "")
    if found := _CLOCK.fullmatch(text):
        return _time(int(found[1]), int(found[2]), int(found[3] or 0), (found[4] or "").lower())
    if found := _HOUR_OF_HALF.fullmatch(text):
        return _time(int(found[1]), 0, 0, found[2].lower())
    return None


def possible_times(text: str) -> tuple[time, ...]:
    """What a bare number may mean as a time of day: "9" is 09:00 or 21:00. Empty where nothing."""
    text = text.strip()
    if not _BARE.fullmatch(text):
        return ()
    hour = int(float(text))
    if hour > 23:
        return ()
    return (time(hour),) if hour == 0 or hour > 12 else (time(hour), time((hour + 12) % 24))


def _time(hour: int, minute: int, second: int, half: str) -> time | None:
    if half:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half == "p" else 0)
    if hour > 23 or minute > 59 or second > 59:
        return None
    return time(hour, minute, second)
