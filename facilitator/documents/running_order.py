"""The running order: when each session begins, how long it is, which breaks are protected."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from facilitator.documents.columns import Row, list_pages
from facilitator.documents.fonts import Face, draw_fitted, draw_text, fit, wrap
from facilitator.documents.page import A4, MARGIN, Occasion, Page, write_pages
from facilitator.documents.palette import LINE, MIST, MUTED
from facilitator.domain.errors import Refused
from facilitator.domain.text import counted


@dataclass(frozen=True, slots=True)
class SessionLine:
    """One session of the day; times are "09:30" in the event's time zone, or nothing."""

    published: str
    title: str
    minutes: int
    expected: str = ""
    actual: str = ""
    speaker: str = ""
    note: str = ""
    is_break: bool = False
    is_protected: bool = False
    is_skipped: bool = False


_TIME, _MINUTES = 62.0, 66.0


def write_running_order(
    path: Path, sessions: Sequence[SessionLine], occasion: Occasion, *, published: bool = True
) -> Path:
    """Write the day's running order to a PDF. Refused where there is no programme.

    `published`: whether guests were told its times; until then they are called planned.
    """
    if not sessions:
        raise Refused("There is no programme to print yet.", "Nothing was written.")
    pages = running_order_pages(sessions, occasion, published=published)
    return write_pages(path, "Running order", pages, occasion)


def running_order_pages(
    sessions: Sequence[SessionLine], occasion: Occasion, *, published: bool = True
) -> list[Page]:
    """The pages of the running order; expected and actual times only where one differs."""
    moved = any((one.expected and one.expected != one.published) or one.actual for one in sessions)
    times = 3 if moved else 1
    names = ("Published" if published else "Planned", "Expected", "Actual")[:times]

    def head(canvas: Canvas, x: float, y: float, width: float) -> None:
        for index, name in enumerate(names):
            draw_text(canvas, x + 8 + index * _TIME, y + 5, name, Face.REGULAR, 9, MUTED)
        draw_text(canvas, x + width - 8, y + 5, "Length", Face.REGULAR, 9, MUTED, "right")

    return list_pages(
        [_session(one, times) for one in sessions],
        "Running order",
        occasion,
        1,
        beside=lambda _first, _last: counted(len(sessions), "session"),
        head=Row(20, head),
        outline="Running order",
    )


def _session(session: SessionLine, times: int) -> Row:
    width = A4[0] - 2 * MARGIN
    room = width - 16 - times * _TIME - _MINUTES
    face = Face.REGULAR if session.is_break else Face.SEMIBOLD
    title = fit(session.title, face, room, 13, 9, 3, leading=1.2)
    small = [
        line
        for words in (session.speaker, session.note)
        for line in wrap(words, Face.REGULAR, 9.5, room)[:4]
    ]
    if session.is_protected:
        small.append("Protected: this break keeps its minutes")
    if session.is_skipped:
        small.append("Left out")
    high = title.height + len(small) * 12.5 + 12

    def draw(canvas: Canvas, x: float, y: float, wide: float) -> None:
        if session.is_break:
            canvas.setFillColor(MIST)
            canvas.roundRect(x, y + 1, wide, high - 2, 2 * mm, 0, 1)
        else:
            canvas.setStrokeColor(LINE)
            canvas.setLineWidth(0.4)
            canvas.line(x, y, x + wide, y)
        top = y + high - 5
        base = top - title.size * (title.leading - 0.24)
        for index, time in enumerate(
            (session.published, session.expected or "", session.actual or "")[:times]
        ):
            face_ = Face.SEMIBOLD if index == 0 else Face.REGULAR
            draw_text(canvas, x + 8 + index * _TIME, base, time, face_, 13)
        left = x + 8 + times * _TIME
        foot = draw_fitted(canvas, left, top, title, face)
        for line in small:
            foot -= 12.5
            draw_text(canvas, left, foot + 3.5, line, Face.REGULAR, 9.5, MUTED)
        length = f"{session.minutes} min" if session.minutes else ""
        draw_text(canvas, x + wide - 8, base, length, Face.REGULAR, 12, MUTED, "right")

    return Row(high, draw, key="session")
