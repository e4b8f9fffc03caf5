"""An Ontime project in: the JSON file that Ontime 3 and 4 save, laid out as rows of a programme.

Ontime 3 keeps `rundown`, a list of entries; Ontime 4 keeps `rundowns`, each with `entries` by id
and their `order`, where a group (a "block" at first) holds entries of its own. An entry is an
event, a delay, a group or a milestone. Times are milliseconds since midnight. A file may say
anything, so nothing is taken on trust; what has no meaning here is left out, and that is said.
"""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from facilitator.domain.errors import Refused
from facilitator.domain.text import clean, fold, listed
from facilitator.intake.reading import bytes_of, decode
from facilitator.intake.rundown import Rundown
from facilitator.intake.rundown_in import RowReader

#: a project of 500 events has less than one; Ontime keeps no pictures in it
LARGEST_PROJECT = 20_000_000
#: nobody's rundown has more entries of all kinds
MOST_ENTRIES = 5_000
_DAY_MS = 24 * 3_600_000
_LONGEST_TEXT = 5_000

#: what every event has, and the headers that stand for it
_HEADERS = ("Cue", "Title", "Time Start", "Time End", "Duration", "Link Start", "Note",
            "End Action",
            "Warning Time", "Danger Time", "Skip", "Colour")  # fmt: skip
#: headers of ours that a custom field of Ontime may carry
_OURS = {"kind", "type", "session type", "fixed", "fixed start", "minimum", "protected", "round",
         "sound", "speaker", "speakers", "presenter", "presenters"}  # fmt: skip
_NO_EVENT = {"group": "group", "block": "group", "milestone": "milestone"}
_SAFE = "The programme is as it was."
#: what is said of what has no meaning here: of one, and of several
_LEFT_OUT = {
    "delay": (
        "One delay is left out: times are as they were planned.",
        "{} delays are left out: times are as they were planned.",
    ),
    "counts": (
        "One session counts to a time of day in Ontime; here it counts its minutes.",
        "{} sessions count to a time of day in Ontime; here they count their minutes.",
    ),
    "timer": (
        "One session counts up or shows a clock in Ontime; here it counts down.",
        "{} sessions count up or show a clock in Ontime; here they count down.",
    ),
    "action": (
        "One session does something at its end in Ontime; here somebody chooses Next.",
        "{} sessions do something at their end in Ontime; here somebody chooses Next.",
    ),
    "trigger": (
        "One session has automations in Ontime; they stay there.",
        "{} sessions have automations in Ontime; they stay there.",
    ),
}


def read_project(path: Path, day: date) -> Rundown:
    """The programme in the Ontime project at `path`, its times on the local `day`.

    Refused, in a sentence, where it is no project of Ontime or holds no events; WorldTrouble where
    it cannot be read. What cannot be understood of an event is one of the rundown's problems.
    """
    project = _parsed(path)
    title, entries, others = _rundown_of(project, path)
    customs = _customs(project)
    reader = RowReader(path.name, (*_HEADERS, *customs.values()), day, {}, word="Entry")
    named = _record(project.get("project")).get("title") or _record(project.get("eventData")).get(
        "title"
    )
    if isinstance(named, str) and clean(named):
        reader.note(f"From the Ontime project “{_short(clean(named))}”.")
    if others:
        reader.note(
            f"It has {len(others) + 1} rundowns. “{title}” is taken; "
            f"{listed([f'“{other}”' for other in others[:3]])} "
            f"{'is' if len(others) == 1 else 'are'} not."
        )
    _Events(reader, customs).read(entries)
    return reader.rundown()


class _Events:
    """Lays the entries out as rows, and keeps count of what was left out."""

    def __init__(self, reader: RowReader, customs: Mapping[str, str]) -> None:
        self._reader, self._customs = reader, customs
        self._left: Counter[str] = Counter()

    def read(self, entries: Sequence[object]) -> None:
        for number, entry in enumerate(entries[:MOST_ENTRIES], 1):
            self._entry(number, entry)
        if len(entries) > MOST_ENTRIES:
            self._reader.wrong(f"It has {len(entries):,} entries; no programme has as many.")
        self._say()

    def _entry(self, number: int, entry: object) -> None:
        if not isinstance(entry, dict):
            self._reader.leave_out(number, "is nothing that Ontime writes")
            return
        kind = entry.get("type")
        title = _text(entry.get("title"))
        if kind == "delay":
            self._left["delay"] += 1
        elif isinstance(kind, str) and kind in _NO_EVENT:
            self._reader.leave_out(number, f"“{_short(title)}” is a {_NO_EVENT[kind]}, no session")
        elif kind == "event":
            self._event(number, entry, title)
        else:
            self._reader.leave_out(number, "is of a kind that is not known here")

    def _event(self, number: int, event: dict[str, Any], title: str) -> None:
        where = f"Entry {number}, “{_short(title)}”"
        if event.get("duration") == 0 and title:
            self._reader.leave_out(number, f"“{_short(title)}” lasts no time")
            return
        length = self._length(where, "duration", event.get("duration"))
        custom = _record(event.get("custom"))
        cells = [
            _text(event.get("cue")),
            title,
            self._clock(where, "start", event.get("timeStart")),
            "" if length else self._clock(where, "end", event.get("timeEnd")),
            length,
            "yes" if event.get("linkStart") else "",
            _text(event.get("note")),
            "play-next" if event.get("endAction") == "play-next" else "",
            self._length(where, "warning", event.get("timeWarning")),
            self._length(where, "danger", event.get("timeDanger")),
            "yes" if event.get("skip") is True else "",
            _text(event.get("colour")),
            *(_text(custom.get(key)) for key in self._customs),
        ]
        days = _number(event.get("dayOffset"))
        self._reader.read(number, cells, int(days) if days and 0 < days < 32 else 0)
        self._count(event)

    def _count(self, event: Mapping[str, Any]) -> None:
        if event.get("countToEnd") is True or event.get("timerType") in (
            "count-to-end", "time-to-end",
        ):  # fmt: skip
            self._left["counts"] += 1
        elif event.get("timerType") not in (None, "count-down"):
            self._left["timer"] += 1
        if event.get("endAction") not in (None, "none", "play-next"):
            self._left["action"] += 1
        if event.get("triggers"):
            self._left["trigger"] += 1

    def _say(self) -> None:
        for what, (one, many) in _LEFT_OUT.items():
            number = self._left[what]
            if number:
                self._reader.note(one if number == 1 else many.format(number))

    def _clock(self, where: str, what: str, value: object) -> str:
        if value is None:
            return ""
        ms = _number(value)
        if ms is None or not 0 <= ms < _DAY_MS:
            self._reader.wrong(f"{where}: its {what} is no time of day.")
            return ""
        return _clock_text(int(ms) // 1000)

    def _length(self, where: str, what: str, value: object) -> str:
        if value is None:
            return ""
        ms = _number(value)
        if ms is None or not 0 <= ms <= _DAY_MS:
            self._reader.wrong(f"{where}: its {what} is no length of time up to a day.")
            # What is wrong already is not complained of again.
            return "1" if what == "duration" else ""
        return _clock_text(round(ms / 1000))


# --- the file -------------------------------------------------------------------------------------


def _parsed(path: Path) -> dict[str, Any]:
    name = f"“{path.name}”"
    data = bytes_of(path, name)
    if len(data) > LARGEST_PROJECT:
        raise Refused(f"{name} is too large to be an Ontime project (over 20 MB).", _SAFE)
    if not data.strip(b"\0 \t\r\n\x1a"):
        raise Refused(f"{name} is empty.", _SAFE)
    try:
        found = json.loads(decode(data, name))
    except json.JSONDecodeError as problem:
        raise Refused(
            f"{name} is damaged in line {problem.lineno}: it is no whole JSON file.", _SAFE,
            "Save the project in Ontime again.",
        ) from None  # fmt: skip
    except (RecursionError, ValueError):
        # Nested thousands deep, or with a number of thousands of digits.
        raise Refused(f"{name} is no project that Ontime has written.", _SAFE) from None
    if not isinstance(found, dict):
        raise Refused(f"{name} is no project of Ontime.", _SAFE, _WANTED)
    return found


_WANTED = "In Ontime, download the project as a file and import that."


def _rundown_of(project: Mapping[str, Any], path: Path) -> tuple[str, list[object], list[str]]:
    """The title and the entries, in order, of the rundown with events; other rundowns by title."""
    old = project.get("rundown")
    if isinstance(old, list):
        return "", old, []
    found: list[tuple[str, list[object]]] = []
    rundowns = _record(project.get("rundowns"))
    for number, one in enumerate(rundowns.values(), 1):
        rundown = _record(one)
        if isinstance(rundown.get("entries"), dict):
            title = _short(_text(rundown.get("title"))) or f"Rundown {number}"
            found.append((title, list(_in_order(rundown))))
    if not found:
        raise Refused(f"“{path.name}” is no project of Ontime.", _SAFE, _WANTED)
    with_events = [one for one in found if any(_is_event(entry) for entry in one[1])]
    if not with_events:
        raise Refused(f"“{path.name}” is a project of Ontime without any events.", _SAFE)
    title, entries = with_events[0]
    return title, entries, [other for other, _ in with_events[1:]]


def _in_order(rundown: Mapping[str, Any]) -> Iterator[object]:
    """The entries as they stand: a group, then what is in it; each once, whatever the file says."""
    entries: dict[str, Any] = rundown["entries"]
    order = rundown.get("order")
    if not isinstance(order, list) or not order:
        order = rundown.get("flatOrder")
    waiting = list(reversed(order)) if isinstance(order, list) and order else []
    seen: set[str] = set()

    def walk(waiting: list[object]) -> Iterator[object]:
        while waiting:
            key = waiting.pop()
            if not isinstance(key, str) or key in seen or key not in entries:
                continue
            seen.add(key)
            entry = entries[key]
            yield entry
            inside = _record(entry).get("entries", _record(entry).get("events"))
            if isinstance(inside, list):
                waiting.extend(reversed(inside))

    yield from walk(waiting)
    # What stands in no order comes last: it is shown before anything is taken over.
    yield from walk([key for key in reversed(entries) if key not in seen])


def _customs(project: Mapping[str, Any]) -> dict[str, str]:
    """The custom fields by key: the header that each is read by. One of our own names is used."""
    found: dict[str, str] = {}
    for key, field in list(_record(project.get("customFields")).items())[:50]:
        label = _short(_text(_record(field).get("label")) or key)
        found[key] = label if fold(label) in _OURS else f"{label} (custom field)"
    return found


def _record(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _is_event(entry: object) -> bool:
    return _record(entry).get("type") == "event"


def _number(value: object) -> float | None:
    """A number that is one: no truth value, no infinity."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return value if isinstance(value, int) or math.isfinite(value) else None


def _text(value: object) -> str:
    return clean(value[:_LONGEST_TEXT]) if isinstance(value, str) else ""


def _short(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:59]}…"


def _clock_text(seconds: int) -> str:
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"
