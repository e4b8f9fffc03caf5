"""The programme in words: a line for each session, and what the clock says. No widgets here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from facilitator.domain.board import Board
from facilitator.domain.localtime import long_date, shown_time
from facilitator.domain.programme import Kind
from facilitator.domain.schedule import Place, SessionTimes
from facilitator.domain.session_clock import Phase, Status, shown_clock
from facilitator.domain.text import counted

#: time between sessions, tinted in the running order
_FREE = frozenset({Kind.BREAK, Kind.NETWORKING})


@dataclass(frozen=True, slots=True)
class Line:
    """One session as it stands in the running order."""

    key: UUID
    place: Place
    published: str
    expected: str
    actual: str
    title: str
    right: str = ""
    icon: str = ""
    right_icon: str = ""
    is_break: bool = False
    fixed: bool = False

    @property
    def spoken(self) -> str:
        """The line for a screen reader."""
        word = {
            Place.NOW: "now",
            Place.DONE: "done",
            Place.NEXT: "next",
            Place.SKIPPED: "left out",
            Place.MISSED: "not begun",
        }.get(self.place, "")
        parts = [
            self.title,
            word,
            f"published {self.published}" if self.published else "",
            f"expected {self.expected}" if self.expected else "",
            f"began {self.actual}" if self.actual else "",
            "fixed start" if self.fixed else "",
            self.right if self.right != word else "",
        ]
        return ", ".join(part for part in parts if part)


@dataclass(frozen=True, slots=True)
class ClockWords:
    """What the clock's card shows. `share` is how much of the time has gone, 0 to 1."""

    word: str
    icon: str
    ground: str
    right: str
    clock: str
    caption: str
    share: float
    title: str
    following: str
    faint: bool = False

    @property
    def spoken(self) -> str:
        """The clock for a screen reader."""
        return f"{self.word}: {self.clock} {self.caption}. {self.title}"


def lines(board: Board) -> list[Line]:
    """The running order, line by line."""
    paused = board.state.status is Status.PAUSED
    return [_line(entry, board.programme.zone, paused) for entry in board.times]


def clock_words(board: Board) -> ClockWords:
    """What the clock says."""
    state, zone = board.state, board.programme.zone
    following = _following(board)
    if state.session is None:
        return _idle(board)
    session, left = state.session, shown_clock(state.remaining)
    whole = counted(round(state.allotted / 60), "minute")
    over = state.remaining <= 0
    ends = board.now.expected_end if board.now else None
    word, icon, ground = _phase(board)
    if state.status is Status.PAUSED:
        paused = counted(int(state.paused_for // 60), "minute")
        word, icon = "Paused", "pause-fill"
        right = f"for {paused}" if state.paused_for >= 60 else ""
        ground = "mist" if not over else "stop"
    else:
        right = "" if over else f"ends {_time(ends, zone)}"
    asked = state.from_another_day
    if asked:
        word, icon, ground, right = f"Left {word.lower()}", "question", "mist", ""
        if state.status is Status.RUNNING:
            word = "Left running"
    return ClockWords(
        word=word,
        icon=icon,
        ground=ground,
        right=right,
        clock=left,
        caption=f"over its {whole}" if over else f"left of {whole}",
        share=min(1.0, state.elapsed / state.allotted) if state.allotted else 1.0,
        title=session.title,
        following=following,
        faint=asked,
    )


def standing(board: Board) -> tuple[str, str]:
    """How late the day is: a few words, and a sentence below them."""
    delay = board.delay
    if not delay.detail:
        return delay.head, ""
    detail = f"{delay.detail[:1].upper()}{delay.detail[1:]}"
    coming = next((e for e in board.times if e.expected_start and e.kept is not None), None)
    alone = coming is not None and delay.detail.startswith(coming.session.spoken)
    if coming is not None and alone and delay.minutes > 0 and "," not in delay.detail:
        detail += f", and keeps its {counted(coming.kept or 0, 'minute')}"
    return delay.head, f"{detail}."


def left_on(board: Board) -> tuple[str, str]:
    """What is asked about a clock that was left on, on another day; empty where nothing is."""
    state = board.state
    if state.asks_about is None:
        return "", ""
    word = "paused" if state.status is Status.PAUSED else "running"
    return "Begin the day afresh?", f"The clock was left {word} on {long_date(state.asks_about)}."


def _phase(board: Board) -> tuple[str, str, str]:
    state = board.state
    warnings = list(state.session.warnings) if state.session else []
    match state.phase:
        case Phase.OVER:
            return "Over by", "warning-octagon-fill", "stop"
        case Phase.DANGER:
            word = "Last minute" if warnings[1] == 1 else f"Last {warnings[1]} minutes"
            return word, "hourglass-low", "careful"
        case Phase.WARNING:
            return f"Warning: {counted(warnings[0], 'minute')}", "hourglass-medium", "careful"
        case Phase.CALM:
            return "Running", "play-fill", "mist"


def _idle(board: Board) -> ClockWords:
    state, zone = board.state, board.programme.zone
    coming = board.next
    if coming is None:
        over = state.status is Status.FINISHED
        word = "The programme is over" if over else "Nothing to begin"
        return ClockWords(
            word, "flag", "mist", "", "0:00", "left", 1.0, "Thank you" if over else "",
            "", faint=True,
        )  # fmt: skip
    begins = f"begins {_time(coming.expected_start, zone)}"
    first = state.status is Status.NOT_STARTED
    return ClockWords(
        word="Not started" if first else "Between sessions",
        icon="clock" if first else "pause-circle",
        ground="mist",
        right=begins,
        clock=shown_clock(coming.minutes * 60),
        caption="for the first session" if first else "for the next session",
        share=0.0,
        title=coming.session.title,
        following="",
        faint=True,
    )


def _following(board: Board) -> str:
    coming = board.next
    if coming is None:
        return "This is the last session."
    return (
        f"Next: {coming.session.short_title}, {_time(coming.expected_start, board.programme.zone)}"
    )


def _line(entry: SessionTimes, zone: ZoneInfo, paused: bool) -> Line:
    session = entry.session
    now = entry.place is Place.NOW
    right, right_icon = session.speaker, ""
    if entry.place is Place.SKIPPED:
        right = "left out"
    elif entry.place is Place.MISSED:
        right = "not begun"
    elif entry.kept is not None and not now:
        right, right_icon = f"{counted(entry.kept, 'minute')} kept", "shield-check"
    icon = ""
    if now:
        icon = "pause-fill" if paused else "play-fill"
    elif session.kind in _FREE and entry.place in {Place.NEXT, Place.LATER}:
        icon = "coffee"
    return Line(
        key=session.id,
        place=entry.place,
        published=_time(entry.published_start, zone),
        expected="" if now else _time(entry.expected_start, zone),
        actual=_time(entry.actual_start, zone),
        title=session.title,
        right=right,
        icon=icon,
        right_icon=right_icon,
        is_break=session.kind in _FREE,
        fixed=session.fixed,
    )


def _time(moment: datetime | None, zone: ZoneInfo) -> str:
    return "" if moment is None else shown_time(moment, zone)
