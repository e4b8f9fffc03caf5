"""The programme in words: a line for each session, and what the clock says. No widgets here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from facilitator.domain.auto_advance import AskToGoOn
from facilitator.domain.board import Board
from facilitator.domain.localtime import long_date, shown_time
from facilitator.domain.programme import Kind
from facilitator.domain.schedule import Place, SessionTimes
from facilitator.domain.session_clock import Phase, Status, shown_clock, thresholds
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
    #: the next session begins by itself when this one's time is over
    auto: bool = False
    #: more than the row has room for, for its tip and for a screen reader
    more: str = ""

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
            "goes on by itself" if self.auto else "",
            self.right if self.right != word else "",
            self.more,
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
    return [_line(entry, board) for entry in board.times]


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
        share=round(min(1.0, state.elapsed / state.allotted), 3) if state.allotted else 1.0,
        title=session.title,
        following=following,
        faint=asked,
    )


def standing(board: Board) -> tuple[str, str]:
    """How late the day is: a few words, and a sentence below them."""
    delay = board.delay
    if board.state.status is Status.FINISHED:
        return _ended(board), ""
    if not delay.detail:
        return delay.head, ""
    detail = f"{delay.detail[:1].upper()}{delay.detail[1:]}"
    coming = next((e for e in board.times if e.expected_start and e.kept is not None), None)
    alone = coming is not None and delay.detail.startswith(coming.session.spoken)
    if coming is not None and alone and delay.minutes > 0 and "," not in delay.detail:
        detail += f", and keeps its {counted(coming.kept or 0, 'minute')}"
    return delay.head, f"{detail}."


def _ended(board: Board) -> str:
    """How late the day ended."""
    last = [entry for entry in board.times if entry.place is Place.DONE][-1:]
    late = last[0].late_end if last else 0
    if not late:
        return "It ended on time"
    return f"It ended {counted(abs(late), 'minute')} {'late' if late > 0 else 'early'}"


def left_on(board: Board) -> tuple[str, str]:
    """What is asked about a clock that was left on, on another day; empty where nothing is."""
    state = board.state
    if state.asks_about is None:
        return "", ""
    word = "paused" if state.status is Status.PAUSED else "running"
    return "Begin the day afresh?", f"The clock was left {word} on {long_date(state.asks_about)}."


def go_on_words(board: Board, question: AskToGoOn) -> tuple[str, str]:
    """What is asked after a sleep: whether the next session is to begin, and why it is asked."""
    coming = board.next
    head = f"Begin “{coming.session.short_title}”?" if coming else "Go on?"
    return head, question.sentence.removesuffix(head).strip()


def _phase(board: Board) -> tuple[str, str, str]:
    """Word, shape and ground of the phase; the shapes are those of the room display."""
    state = board.state
    match state.phase:
        case Phase.OVER:
            return "Over time", "warning-octagon-fill", "stop"
        case Phase.DANGER | Phase.WARNING:
            marks = {phase: ms for ms, phase in thresholds(state.session)} if state.session else {}
            minutes = marks.get(state.phase, 60_000) // 60_000
            word = "Last minute" if minutes == 1 else f"Last {counted(minutes, 'minute')}"
            if state.phase is Phase.DANGER:
                return word, "warning-fill", "careful"
            return word, "hourglass-medium", "careful-soft"
        case Phase.CALM:
            return "Running", "play-fill", "mist"


def _idle(board: Board) -> ClockWords:
    state, zone = board.state, board.programme.zone
    coming = board.next
    if coming is None:
        if state.status is not Status.FINISHED:
            return ClockWords(
                "Nothing to begin", "flag", "mist", "", "0:00", "", 0.0, "", "", faint=True
            )
        ended = state.runs[-1].ended_at
        return ClockWords(
            "The programme is over", "flag", "mist", "", _time(ended, zone), "when it ended", 1.0,
            "Thank you", "", faint=True,
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


def _line(entry: SessionTimes, board: Board) -> Line:
    session, zone, state = entry.session, board.programme.zone, board.state
    now, coming = entry.place is Place.NOW, entry.place in {Place.NEXT, Place.LATER}
    later = round(state.delayed.get(session.id, 0.0) / 60) if coming else 0
    right, right_icon = session.speaker, ""
    if entry.place is Place.SKIPPED:
        right = "left out"
    elif entry.place is Place.MISSED:
        right = "not begun"
    elif later:
        right, right_icon = f"{counted(later, 'minute')} later", "megaphone"
    elif entry.kept is not None and not now:
        right, right_icon = f"{counted(entry.kept, 'minute')} kept", "shield-check"
    icon = ""
    if now:
        icon = "pause-fill" if state.status is Status.PAUSED else "play-fill"
    elif session.kind in _FREE and coming:
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
        auto=session.auto and (now or coming),
        more=_more(entry, zone),
    )


def _more(entry: SessionTimes, zone: ZoneInfo) -> str:
    """How it ends or ended, and how late it was."""
    if entry.place is Place.NOW:
        return f"ends {_time(entry.expected_end, zone)}"
    if entry.place is not Place.DONE:
        return ""
    late = ""
    if entry.late:
        late = (
            f", began {counted(abs(entry.late), 'minute')} {'late' if entry.late > 0 else 'early'}"
        )
    return f"ended {_time(entry.actual_end, zone)}{late}"


def _time(moment: datetime | None, zone: ZoneInfo) -> str:
    return "" if moment is None else shown_time(moment, zone)
