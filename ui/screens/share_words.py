"""What the page of sharing says, as plain text."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from facilitator.domain.roles import Role
from facilitator.domain.text import counted, listed

if TYPE_CHECKING:
    from facilitator.services.sharing import Desk, Shared

#: what a laptop is called that joined as this, in a word
ROLES = {Role.DESK: "Desk", Role.FACILITATOR: "Facilitator", Role.ORGANISER: "Organiser"}
#: a laptop not heard of for so many seconds is told by the time it was last heard of
_SILENT = 90
#: a clock that is wrong by less than this, in seconds, is right
_RIGHT = 2.0


def role_name(role: str) -> str:
    """ "Desk" for "desk"."""
    return ROLES[Role(role)]


def left_words(until: datetime, now: datetime) -> str:
    """How long a code is still good, or that it is over."""
    seconds = int((until - now).total_seconds())
    if seconds <= 0:
        return "This code is over."
    if seconds < 60:
        return f"Good once, for {counted(seconds, 'more second')}."
    return f"Good once, for {counted(-(-seconds // 60), 'more minute')}."


def heard_words(desk: Desk, now: datetime, shown: Callable[[datetime], datetime]) -> str:
    """ "heard 2 seconds ago", "not since 09:41", "not heard yet"; `shown` gives local times."""
    if desk.put_off_at is not None:
        return f"put off at {shown(desk.put_off_at):%H:%M}"
    if desk.taken_off_at is not None:
        return f"its data was taken off at {shown(desk.taken_off_at):%H:%M}"
    if desk.is_this:
        return ""
    if desk.heard_at is None:
        return "not heard of yet"
    seconds = max(int((now - desk.heard_at).total_seconds()), 0)
    if seconds < 1:
        return "heard of just now"
    if seconds < _SILENT:
        return f"heard of {counted(seconds, 'second')} ago"
    return f"not heard of since {shown(desk.heard_at):%H:%M}"


def skew_words(skew: float) -> str:
    """How wrong a laptop's clock is: `skew` is the hub's time less its own, in seconds."""
    off = abs(skew)
    if off < _RIGHT:
        return ""
    many = counted(round(off), "second") if off < 120 else counted(round(off / 60), "minute")
    if off >= 7200:
        many = counted(round(off / 3600), "hour")
    return f"its clock is {many} {'slow' if skew > 0 else 'fast'}"


def desk_words(desk: Desk, now: datetime, shown: Callable[[datetime], datetime]) -> str:
    """What stands below a laptop's name in the list."""
    parts = [
        "this laptop" if desk.is_this else "",
        heard_words(desk, now, shown),
        f"{desk.waiting:,} to send" if desk.waiting else "",
        skew_words(desk.skew),
    ]
    said = " · ".join(part for part in parts if part)
    return said[:1].upper() + said[1:]


def reach_words(where: Shared | None) -> str:
    """Where the others reach the hub."""
    if where is None or not any(where.addresses):
        return ""
    return f"The others reach it at {listed(list(where.addresses), 'or')}, port {where.port}."
