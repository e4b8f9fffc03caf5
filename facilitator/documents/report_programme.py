"""The report's part on the programme: each session planned and actual, and the networking kept."""

from __future__ import annotations

from datetime import datetime

from facilitator.documents.report_blocks import Block, Grid, Heading, Para
from facilitator.documents.report_figures import DayFigures, NetworkingFigure, SessionFigure
from facilitator.domain.measured import Outcome
from facilitator.domain.text import counted


def programme_blocks(figures: DayFigures) -> list[Block]:
    """A table of the sessions and a sentence on breaks and networking; nothing without sessions."""
    if not figures.programme:
        return []
    rows = tuple(
        (one.title, _planned(one), _actual(one), _began(one), _ran(one))
        for one in figures.programme
    )
    blocks: list[Block] = [
        Heading("The programme, planned and actual"),
        Grid(("Session", "Planned", "Actual", "Began", "Ran"), rows, (2.6, 1.3, 1.5, 1, 1.6)),
    ]
    if figures.networking is not None:
        blocks.append(Para(networking_words(figures.networking)))
    blocks.append(
        Para(
            "Source: the programme and its clock. Local times; minutes without pauses.",
            quiet=True,
        )
    )
    return blocks


def networking_words(networking: NetworkingFigure) -> str:
    """ "Breaks and networking: 115 minutes were promised, at the least 90; 103 were delivered." """
    words = f"Breaks and networking: {counted(networking.published, 'minute')} were promised"
    if networking.published == 1:
        words = "Breaks and networking: 1 minute was promised"
    if networking.least < networking.published:
        words += f", at the least {networking.least}"
    if networking.delivered is None:
        return f"{words}. What was delivered is not measured, because the clock was not started."
    verb = "was" if networking.delivered == 1 else "were"
    words += f"; {networking.delivered} {verb} delivered"
    if networking.pending:
        words += f" so far, with {networking.pending} of {networking.sessions} not over yet"
    if networking.paused:
        words += f", {counted(networking.paused, 'minute')} of pauses apart"
    if networking.left_out:
        words += f"; {counted(networking.left_out, 'break')} left out"
    return f"{words}."


def _planned(one: SessionFigure) -> str:
    minutes = f"{one.minutes} min"
    return minutes if one.starts is None else f"{one.starts:%H:%M}, {minutes}"


def _actual(one: SessionFigure) -> str:
    if one.began is None:
        return one.outcome.words
    began = _time(one.began, one.starts)
    if one.ended is None:
        return f"{began}, still running"
    return f"{began} to {_time(one.ended, one.began)}"


def _time(local: datetime, beside: datetime | None) -> str:
    """A time of day, with its date where that is not the one beside it."""
    if beside is None or local.date() == beside.date():
        return f"{local:%H:%M}"
    return f"{local:%H:%M} ({local.day} {local:%b})"


def _began(one: SessionFigure) -> str:
    if one.began is None or one.late is None:
        return ""
    if one.late == 0:
        return "on time"
    return f"{abs(one.late)} min {'late' if one.late > 0 else 'early'}"


def _ran(one: SessionFigure) -> str:
    if one.ran is None:
        return ""
    words = f"{one.ran} min"
    if one.pauses:
        words += f", paused {one.paused} min"
    if one.begun > 1:
        words += f", begun {_TIMES.get(one.begun, f'{one.begun} times')}"
    if one.stopped and one.outcome is Outcome.RAN:
        words += ", stopped"
    return words


_TIMES = {2: "twice"}
