"""Rows of a programme in: CSV, a workbook, or an Ontime project laid out as rows."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from pathlib import Path

from facilitator.domain.errors import Refused
from facilitator.domain.localtime import possible_times, read_time
from facilitator.domain.programme import (
    LONGEST_MINUTES,
    SOUNDS,
    Kind,
    NewSession,
    tidy_starts,
)
from facilitator.domain.text import clean, counted, fold
from facilitator.intake.reading import HEADING_ROWS, read_table
from facilitator.intake.rundown import (
    MOST_SESSIONS,
    Question,
    Rundown,
    guess_kind,
    read_minutes,
)

#: a start that much earlier than the one above it is on the next day; less is an overlap
_NEXT_DAY = timedelta(hours=4)

_HEADINGS: dict[str, str] = {
    "cue": "cue|id|no|number",
    "title": "title|session|session title|name|event|item|what|agenda item|topic",
    "start": "time start|start|start time|starts|from|time|begin|begins|starts at",
    "end": "time end|end|end time|ends|until|to|finish|ends at",
    "duration": "duration|length|minutes|mins|how long|duration min|duration minutes",
    "link": "link start|linked",
    "count_to_end": "count to end",
    "note": "note|notes|description|details|comment|comments",
    "type": "timer type",
    "action": "end action",
    "warning": "warning time|time warning|warning",
    "danger": "danger time|time danger|danger",
    "skip": "skip|skipped",
    "colour": "colour|color",
    "kind": "kind|type|session type",
    "fixed": "fixed|fixed start",
    "minimum": "minimum|min|minimum minutes|at least",
    "speaker": "speaker|speakers|presenter|presenters|who|host|chair|facilitator|led by",
    "protected": "protected",
    "round": "round|round number",
    "sound": "sound|cue sound",
}
_FIELDS = {name: field for field, names in _HEADINGS.items() for name in names.split("|")}
_UNUSED = {"count_to_end"}
_YES = {"true", "yes", "y", "x", "1", "on", "fixed", "protected", "skip", "ja"}
_NO = {"", "false", "no", "n", "0", "off", "none"}
#: rows of Ontime that are no sessions
_NO_SESSION = {"block", "group", "milestone"}
#: the day that a workbook puts before a time of day
_DAY_BEFORE = re.compile(r"^\d{4}-\d{2}-\d{2}[ T](?=\d)")


def read_rundown(
    path: Path, day: date, answers: Mapping[tuple[int, str], time] | None = None
) -> Rundown:
    """The programme in the file at `path`, its times on the local `day`.

    `answers` settle questions, by row and header. Refused where it is no list or has no titles;
    WorldTrouble where it cannot be read. What is unclear is not guessed: see `Rundown`.
    """
    if path.suffix.lower() == ".json":
        from facilitator.intake.ontime_project import read_project

        return read_project(path, day)
    table = read_table(path, _fitness)
    heading = next((i for i, row in enumerate(table.rows[:HEADING_ROWS]) if _is_heading(row)), None)
    if heading is None:
        raise Refused(
            f"“{path.name}” has no column of titles.",
            "The programme is as it was.",
            "Its first row should say Title, Time Start and Duration.",
        )
    reader = RowReader(table.name, table.rows[heading], day, answers or {})
    for number, row in enumerate(table.rows[heading + 1 :], heading + 2):
        reader.read(number, row)
    return reader.rundown()


@lru_cache(maxsize=512)
def _field(header: str) -> str | None:
    return _FIELDS.get(fold(header.replace("(", " ").replace(")", " ")))


def _fitness(rows: Sequence[Sequence[str]]) -> int:
    return max((sum(_field(cell) is not None for cell in row) for row in rows), default=0)


def _is_heading(row: Sequence[str]) -> bool:
    fields = {_field(cell) for cell in row if cell}
    return "title" in fields and (len(fields) > 1 or len([c for c in row if c]) == 1)


class RowReader:
    """Reads rows one after the other; what a row leaves out follows from its neighbours.

    `word` is what a row is called: "Row", or "Entry" of a project.
    """

    def __init__(
        self,
        name: str,
        headers: Sequence[str],
        day: date,
        answers: Mapping[tuple[int, str], time],
        word: str = "Row",
    ) -> None:
        self._name, self._day, self._answers, self._word = name, day, answers, word
        self._columns: dict[str, str | None] = {}
        self._places: dict[str, int] = {}
        self._headers: dict[str, str] = {}
        for place, header in enumerate(headers):
            field = _field(header)
            known = field is not None and field not in self._places
            if header:
                used = known and field not in _UNUSED
                self._columns.setdefault(header, field if used else None)
            if field is not None and known:
                self._places[field], self._headers[field] = place, header
        self._rows: list[_RowRead] = []
        self._last: datetime | None = None
        self._questions: list[Question] = []
        self._problems: list[str] = []
        self._notes: list[str] = []
        self._skipped: list[tuple[int, str]] = []

    def note(self, sentence: str) -> None:
        """Say something about the file as a whole."""
        self._notes.append(sentence)

    def wrong(self, sentence: str) -> None:
        """Say what must be mended before the file can be taken over."""
        self._problems.append(sentence)

    def leave_out(self, number: int, why: str) -> None:
        """A row that is no session."""
        self._skipped.append((number, why))

    def read(self, number: int, cells: Sequence[str], days: int = 0) -> None:
        """Read one row. `days`: how many days after the first, where the file says so."""
        if not any(cells):
            return
        row = {f: cells[p] if p < len(cells) else "" for f, p in self._places.items()}
        timer = fold(row.get("type", ""))
        title = row.get("title", "")
        if timer in {"skip", "group end"}:
            return
        if timer in _NO_SESSION:
            self._skipped.append((number, f"“{title}” is a {timer}, not a session"))
            return
        if not title:
            self._skipped.append((number, "no title"))
            return
        if len(self._rows) == MOST_SESSIONS:
            self._problems.append(f"“{self._name}” has more than {MOST_SESSIONS} sessions.")
        if len(self._rows) >= MOST_SESSIONS:
            return
        self._rows.append(
            _RowRead(
                number,
                row,
                self._time(number, title, "start", row.get("start", "")),
                self._time(number, title, "end", row.get("end", "")),
                self._minutes(number, title, "duration", row.get("duration", "")),
                days,
            )
        )

    def rundown(self) -> Rundown:
        if not self._rows and not self._problems:
            raise Refused(f"“{self._name}” has a heading, but no sessions below it.")
        sessions: list[NewSession] = []
        for index, row in enumerate(self._rows):
            after = self._rows[index + 1].start if index + 1 < len(self._rows) else None
            sessions.append(self._session(row, after, sessions[-1] if sessions else None))
        return Rundown(
            self._name,
            tuple(tidy_starts(sessions)),
            self._columns,
            tuple(self._questions),
            tuple(self._problems),
            tuple(self._notes),
            tuple(self._skipped),
            self._word,
        )

    def _session(self, row: _RowRead, after: time | None, before: NewSession | None) -> NewSession:
        cells, title = row.cells, row.cells["title"]
        kind = self._kind(row)
        ours = "kind" in self._places
        linked = self._yes(row, "link")
        minutes = self._length(row, after)
        minimum = self._minutes(row.number, title, "minimum", cells.get("minimum", ""))
        if minimum is not None and minimum > minutes:
            self._problems.append(
                f"{self._word} {row.number}, “{title}”, lasts {counted(minutes, 'minute')}, less "
                "than its "
                f"minimum of {round(minimum)}."
            )
            minimum = None
        starts = self._starts(row)
        fixed = self._yes(row, "fixed")
        return NewSession(
            title=clean(title),
            minutes=minutes,
            speaker=clean(cells.get("speaker", "")),
            kind=kind,
            starts=None if linked and before and not fixed else starts,
            minimum=None if minimum is None else round(minimum),
            fixed=fixed and row.start is not None,
            # A break that only its title tells of keeps its minutes until somebody says otherwise.
            protected=self._yes(row, "protected")
            if "protected" in self._places
            else not ours and kind in {Kind.BREAK, Kind.NETWORKING},
            round_number=self._round(row, kind),
            warnings=self._warnings(row, ours),
            note=clean(cells.get("note", "")),
            skip=self._yes(row, "skip"),
            colour=clean(cells.get("colour", "")),
            cue=clean(cells.get("cue", "")),
            auto=fold(cells.get("action", "")) == "play next",
            sound=self._sound(row),
        )

    def _length(self, row: _RowRead, after: time | None) -> int:
        title = row.cells["title"]
        from_times = None
        ends = row.end if row.end is not None else after
        if row.start is not None and ends is not None:
            from_times = _minutes_between(row.start, ends)
        minutes = row.minutes if row.minutes is not None else from_times
        if minutes is None or minutes <= 0:
            if not row.asked:
                self._problems.append(
                    f"{self._word} {row.number}, “{title}”, says neither how long it lasts nor "
                    "when it ends."
                )
            return 1
        whole = max(1, math.floor(minutes + 0.5))
        if abs(whole - minutes) > 1e-9:
            self._notes.append(
                f"{self._word} {row.number}, “{title}”: {whole} whole minutes instead of "
                f"{minutes:.2f}."
            )
        if whole > LONGEST_MINUTES:
            self._problems.append(f"{self._word} {row.number}, “{title}”, lasts longer than a day.")
            return LONGEST_MINUTES
        if row.minutes is not None and row.end is not None and from_times not in {None, minutes}:
            self._notes.append(
                f"{self._word} {row.number}, “{title}”: its end does not fit; its duration counts."
            )
        return whole

    def _starts(self, row: _RowRead) -> datetime | None:
        if row.start is None:
            return None
        starts = datetime.combine(self._day, row.start) + timedelta(days=row.days)
        while self._last is not None and starts <= self._last - _NEXT_DAY:
            starts += timedelta(days=1)
        if self._last is not None and starts.date() > self._last.date():
            self._notes.append(
                f"{self._word} {row.number}, “{row.cells['title']}”, is taken to be on the next "
                "day."
            )
        self._last = starts
        return starts

    def _kind(self, row: _RowRead) -> Kind:
        title = row.cells["title"]
        said = fold(row.cells.get("kind", ""))
        if said:
            for kind in Kind:
                if said in {kind.value, fold(kind.words)}:
                    return kind
            guessed = guess_kind(said)
            if guessed is Kind.TALK:
                self._notes.append(
                    f"{self._word} {row.number}, “{title}”: “{row.cells['kind']}” is no kind of "
                    "session; "
                    "taken as a talk."
                )
            return guessed
        return Kind.TALK if "kind" in self._places else guess_kind(title)

    def _round(self, row: _RowRead, kind: Kind) -> int | None:
        text = row.cells.get("round", "")
        if not text:
            found = re.search(r"\bround (\d{1,2})\b", fold(row.cells["title"]))
            guess = kind is Kind.ROUND and "round" not in self._places and found
            return (int(found[1]) or None) if guess and found else None
        if text.isdecimal() and 1 <= int(text) <= 99:
            return int(text)
        self._problems.append(f"{self._word} {row.number}: “{text}” is not the number of a round.")
        return None

    def _sound(self, row: _RowRead) -> str:
        said = fold(row.cells.get("sound", "")) or SOUNDS[0]
        if said in SOUNDS:
            return said
        self._notes.append(
            f"{self._word} {row.number}: “{_cut(row.cells['sound'])}” is no sound of a cue; it is "
            f"a {SOUNDS[0]}."
        )
        return SOUNDS[0]

    def _warnings(self, row: _RowRead, ours: bool) -> tuple[int, ...]:
        default = NewSession(title="", minutes=1).warnings
        found: list[int] = []
        for field, usual in zip(("warning", "danger"), default, strict=True):
            text = row.cells.get(field, "")
            minutes = self._minutes(row.number, row.cells["title"], field, text)
            if minutes is None and not (ours and field in self._places):
                minutes = usual
            if minutes:
                found.append(math.ceil(minutes))
        return tuple(sorted(set(found), reverse=True))

    def _yes(self, row: _RowRead, field: str) -> bool:
        text = row.cells.get(field, "").strip().casefold()
        if text in _YES:
            return True
        if text not in _NO:
            self._problems.append(
                f"{self._word} {row.number}: “{row.cells[field]}” under {self._headers[field]} is "
                "neither "
                "yes nor no."
            )
        return False

    def _minutes(self, number: int, title: str, field: str, text: str) -> float | None:
        if not text:
            return None
        minutes = read_minutes(_DAY_BEFORE.sub("", text))
        if minutes is None:
            self._problems.append(
                f"{self._word} {number}, “{title}”: “{text}” under {self._headers[field]} is no "
                "length; "
                "write minutes, like 45."
            )
        return minutes

    def _time(self, number: int, title: str, field: str, text: str) -> time | None:
        if not text:
            return None
        text = _DAY_BEFORE.sub("", text)
        meant = read_time(text) or _fraction_of_a_day(text)
        header = self._headers[field]
        choices = possible_times(text)
        if meant is None and choices:
            meant = self._answers.get((number, header))
            if meant is None:
                # Nobody meets at 2 or 21 when 14 or 9 will do; but it is asked, never assumed.
                likely = tuple(sorted(choices, key=lambda one: not 7 <= one.hour <= 18))
                self._questions.append(Question(number, header, text, title, likely))
                return likely[0]
        elif meant is None:
            self._problems.append(
                f"{self._word} {number}, “{title}”: “{text}” under {header} is no time of day; "
                "write it "
                "like 09:30."
            )
        return meant


@dataclass(slots=True)
class _RowRead:
    """A row whose cells were looked at."""

    number: int
    cells: dict[str, str]
    start: time | None
    end: time | None
    minutes: float | None
    days: int = 0

    @property
    def asked(self) -> bool:
        """Whether it said a length that was refused already."""
        return bool(self.cells.get("duration") or self.cells.get("end"))


def _cut(text: str) -> str:
    return text if len(text) <= 40 else f"{text[:39]}…"


def _fraction_of_a_day(text: str) -> time | None:
    """09:36 from 0.4: how a workbook keeps a time whose cell is formatted as a number."""
    try:
        part = float(text)
    except ValueError:
        return None
    if not 0 < part < 1:
        return None
    seconds = round(part * 86400)
    return time(seconds // 3600 % 24, seconds // 60 % 60, seconds % 60)


def _minutes_between(start: time, end: time) -> float:
    seconds = (
        (end.hour - start.hour) * 3600
        + (end.minute - start.minute) * 60
        + end.second
        - start.second
    )
    return (seconds if seconds > 0 else seconds + 86400) / 60
