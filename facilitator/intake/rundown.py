"""A programme as a file says it: its sessions, and what the file leaves open.

Ontime reads and writes times as 09:30:00, yes as TRUE and no as an empty cell. Our own columns
stand after its own, where it passes them over. Reading is in `rundown_in` and `ontime_project`,
writing in `rundown_out`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time

from facilitator.domain.errors import Refused
from facilitator.domain.programme import Kind, NewSession
from facilitator.domain.text import counted, fold

#: the columns that are written, in order: Ontime's, then ours
HEADERS = (
    "Cue", "Title", "Time Start", "Time End", "Duration", "Link Start", "Count to end", "Note",
    "Timer Type", "End Action", "Warning Time", "Danger Time", "Skip", "Colour",
    "Kind", "Fixed", "Minimum", "Speaker", "Protected", "Round", "Sound",
)  # fmt: skip
#: Ontime looks for a sheet of this name unless told another
SHEET = "event schedule"
MOST_SESSIONS = 500
_PART = r"(\d+(?:[.,]\d+)?)\s*"
_DURATION = re.compile(
    rf"(?:{_PART}(?:h|hr|hrs|hour|hours)\.?)?\s*(?:{_PART}(?:m|min|mins|minute|minutes|['′])?\.?)?"
    rf"\s*(?:{_PART}(?:s|sec|secs|second|seconds|[\"″])\.?)?",
    re.IGNORECASE,
)
_COLONS = re.compile(r"(\d{1,3}):(\d{2})(?::(\d{2}))?(?:\.0+)?")
#: the words of a title, as folded, that tell its kind; the first that fits
_KINDS: tuple[tuple[Kind, re.Pattern[str]], ...] = tuple(
    (kind, re.compile(rf"\b(?:{words})\b"))
    for kind, words in (
        (Kind.REGISTRATION, "registration|arrivals?|check in|doors open|welcome coffee"),
        (Kind.MYTHS, "myths?|myth busting"),
        (Kind.ROUND, "table rounds?|round \\d+|tables|world cafe|1 2 4 all"),
        (Kind.PANEL, "panel|question time|q and a|fishbowl"),
        (Kind.NETWORKING, "networking|mingle|drinks"),
        (Kind.BREAK, "lunch|coffee|tea|break|interval|refreshments|comfort|dinner"),
        (Kind.SHOWCASE, "showcase|bright spots?|posters?|demos?"),
        (Kind.WELCOME, "welcome|opening|introductions?|housekeeping"),
        (Kind.CLOSE, "close|closing|thanks|farewell|wrap up|pledges"),
    )
)


@dataclass(frozen=True, slots=True)
class Question:
    """A cell that may mean more than one time of day. `choices`: the likeliest first."""

    row: int
    header: str
    text: str
    title: str
    choices: tuple[time, ...]

    @property
    def sentence(self) -> str:
        """What is asked: "Row 4, “Lunch”: does “1” mean 13:00 or 01:00?"."""
        means = " or ".join(f"{choice:%H:%M}" for choice in self.choices)
        return f"Row {self.row}, “{self.title}”: does “{self.text}” mean {means}?"


@dataclass(frozen=True, slots=True)
class Rundown:
    """What a file says. While there are `questions` or `problems` it cannot be taken over.

    `columns` is what each header became, None where it is not used. `notes` say what was changed
    on the way in. `skipped` are rows that are no sessions, with the reason.
    """

    name: str
    sessions: tuple[NewSession, ...]
    columns: Mapping[str, str | None]
    questions: tuple[Question, ...] = ()
    problems: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    skipped: tuple[tuple[int, str], ...] = ()
    #: what `skipped` counts: rows, or the entries of a project
    word: str = "Row"

    @property
    def is_clear(self) -> bool:
        """Whether it can be taken over as it is."""
        return not self.questions and not self.problems

    def taken(self) -> tuple[NewSession, ...]:
        """The sessions. Refused, in a sentence that says where, while something is unclear."""
        if self.questions:
            raise Refused(
                self.questions[0].sentence,
                _and_more(len(self.questions) - 1),
                "Write times like 09:00 and import it again.",
            )
        if self.problems:
            raise Refused(self.problems[0], _and_more(len(self.problems) - 1))
        return self.sessions


def _and_more(number: int) -> str:
    return f"And {counted(number, 'more cell')} like that." if number else ""


def guess_kind(title: str) -> Kind:
    """The kind that a title's words tell, a talk where they tell none."""
    folded = fold(title)
    return next((kind for kind, words in _KINDS if words.search(folded)), Kind.TALK)


def read_minutes(text: str) -> float | None:
    """A length in minutes: a bare number, "1h30", "10m15s", "1:30" (hours), "00:45:00"."""
    text = text.strip()
    if found := _COLONS.fullmatch(text):
        hours, minutes, seconds = (int(part or 0) for part in found.groups())
        return None if minutes > 59 or seconds > 59 else hours * 60 + minutes + seconds / 60
    found = _DURATION.fullmatch(text)
    if not text or found is None or not any(found.groups()):
        return None
    hours, minutes, seconds = (float((part or "0").replace(",", ".")) for part in found.groups())
    return hours * 60 + minutes + seconds / 60
