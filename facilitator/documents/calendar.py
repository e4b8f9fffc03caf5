"""Calendars (iCalendar, RFC 5545): the sessions of the day, and reminders of what was agreed.

A session stands in the venue's local time with the rules of its zone inside, so that 10:00 stays
10:00 in any reader, and whatever becomes of the clocks until then. Its UID is its own for ever and
its SEQUENCE grows with every calendar that is written, so that importing again updates what is
there; one that is no longer to be is marked as cancelled.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from facilitator.documents.page import write_document
from facilitator.documents.report_figures import DayFigures

#: SEQUENCE counts seconds from here: it grows whichever desk writes, and fits 31 bits until 2088
_SINCE = datetime(2020, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class CalendarOf:
    """Whose calendar it is. `made_at` is a moment with its zone."""

    event_id: UUID
    name: str
    venue: str
    timezone: str
    made_at: datetime


@dataclass(frozen=True, slots=True)
class Entry:
    """One session; `starts` and `ends` are moments. `key` is its own for ever."""

    key: str
    title: str
    starts: datetime
    ends: datetime
    description: str = ""
    cancelled: bool = False


@dataclass(frozen=True, slots=True)
class Reminder:
    """Something to be done by a day, with an alarm a week before."""

    key: str
    title: str
    due: date
    description: str
    text: str


def write_calendar(
    path: Path, of: CalendarOf, entries: Iterable[Entry], reminders: Iterable[Reminder] = ()
) -> Path:
    """Write a calendar; raises what `write_document` raises."""
    sessions, due = list(entries), list(reminders)

    def make(target: Path) -> None:
        from icalendar import Calendar

        calendar = Calendar()
        calendar.add("prodid", "-//Facilitator//Programme//EN")
        calendar.add("version", "2.0")
        calendar.add("method", "PUBLISH")
        calendar.add("x-wr-calname", of.name)
        calendar.add("x-wr-timezone", of.timezone)
        for session in sessions:
            calendar.add_component(_session(of, session))
        for one in due:
            calendar.add_component(_reminder(of, one))
        calendar.add_missing_timezones(*_years(of, sessions))
        target.write_bytes(calendar.to_ical())

    return write_document(path, make)


def write_day_calendar(path: Path, figures: DayFigures) -> Path:
    """The day's sessions as they happened (as planned where they were not timed) and a reminder
    for each action with a date that is not done."""
    from facilitator.documents.report_notes import owner_words

    zone = ZoneInfo(figures.timezone)
    entries: list[Entry] = []
    for place, one in enumerate(figures.programme):
        starts = one.began_at or one.starts_at or _moment(one.began or one.starts, zone)
        if starts is None or (one.skipped and one.id is None):
            continue
        ends = one.ended_at or _moment(one.ended, zone)
        ends = ends or starts + timedelta(minutes=one.minutes)
        key = str(one.id or place)
        entries.append(Entry(key, one.title, starts, ends, cancelled=one.skipped))
    reminders = [
        Reminder(
            str(action.id),
            f"Due: {action.text}",
            action.due,
            f"{owner_words(action)}{_places(action.boroughs)}. Agreed at {figures.name}.",
            action.text,
        )
        for action in figures.actions
        if action.due is not None and not action.done
    ]
    of = CalendarOf(
        figures.event_id, figures.name, figures.venue, figures.timezone, figures.made_at
    )
    return write_calendar(path, of, entries, reminders)


def _session(of: CalendarOf, session: Entry) -> Any:
    from icalendar import Event

    entry = _entry(Event, of, f"session-{session.key}", session.title)
    zone = ZoneInfo(of.timezone)
    starts, ends = session.starts.astimezone(zone), session.ends.astimezone(zone)
    if starts.fold or ends.fold:
        # The hour that happens twice: a local time would be taken for its first.
        starts, ends = session.starts.astimezone(UTC), session.ends.astimezone(UTC)
    entry.add("dtstart", starts)
    entry.add("dtend", max(starts, ends))
    if of.venue:
        entry.add("location", of.venue)
    if session.description:
        entry.add("description", session.description)
    if session.cancelled:
        entry.add("status", "CANCELLED")
    return entry


def _reminder(of: CalendarOf, one: Reminder) -> Any:
    from icalendar import Alarm, Event

    entry = _entry(Event, of, f"action-{one.key}", one.title)
    entry.add("dtstart", one.due)
    entry.add("dtend", one.due + timedelta(days=1))
    entry.add("description", one.description)
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", one.text)
    alarm.add("trigger", timedelta(days=-7))
    entry.add_component(alarm)
    return entry


def _entry(kind: Any, of: CalendarOf, name: str, title: str) -> Any:
    entry = kind()
    made = of.made_at.astimezone(UTC).replace(microsecond=0)
    entry.add("uid", f"{name}@{of.event_id}.facilitator")
    entry.add("sequence", max(0, int((made - _SINCE).total_seconds())))
    entry.add("dtstamp", made)
    entry.add("last-modified", made)
    entry.add("summary", title)
    return entry


def _years(of: CalendarOf, sessions: list[Entry]) -> tuple[date, date]:
    """For which days the rules of the zone are written down: the year before to the year after."""
    days = [one.starts.date() for one in sessions] or [of.made_at.date()]
    return date(min(days).year - 1, 1, 1), date(max(days).year + 2, 1, 1)


def _moment(local: datetime | None, zone: ZoneInfo) -> datetime | None:
    return None if local is None else local.replace(tzinfo=zone)


def _places(boroughs: tuple[str, ...]) -> str:
    return f" ({', '.join(boroughs)})" if boroughs else ""
