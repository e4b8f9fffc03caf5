"""The programme as a file: a spreadsheet, a calendar, or the running order to print."""

from __future__ import annotations

from pathlib import Path

from sqlmodel import Session as DbSession
from sqlmodel import col, select

from facilitator.clocks import Clocks
from facilitator.documents.calendar import CalendarOf, Entry
from facilitator.documents.page import Occasion, as_trouble
from facilitator.domain.board import board
from facilitator.domain.errors import Refused
from facilitator.domain.programme import Programme
from facilitator.domain.schedule import published_times
from facilitator.intake.rundown_out import write_rundown
from facilitator.services.events import read_event
from facilitator.services.programme_rows import moment_now, read_clock, to_session
from facilitator.store.database import Database
from facilitator.store.rows import SessionRow

#: the endings of a file's name → what is written
ENDINGS = {".xlsx": "workbook", ".csv": "CSV", ".ics": "calendar", ".pdf": "running order"}


def write_programme(database: Database, clocks: Clocks, path: Path) -> int:
    """Write the programme to `path`: xlsx, csv, ics or pdf by the name's ending.

    Returns the number of sessions. The calendar and the PDF show the published times (the planned
    ones before that). Refused for another ending, and where there is nothing to print.
    """
    ending = path.suffix.lower()
    if ending not in ENDINGS:
        raise Refused(
            f"“{path.name}” must end in .xlsx, .csv, .ics or .pdf.", "Nothing was written."
        )
    with database.reading() as session:
        event = read_event(session)
        clock = read_clock(session)
        entries = _entries(session, clock.programme) if ending == ".ics" else []
    programme = clock.programme
    match ending:
        case ".ics":
            from facilitator.documents.calendar import write_calendar

            if not entries:
                raise Refused("There is no programme for a calendar yet.", "Nothing was written.")
            of = CalendarOf(event.id, event.name, event.venue, event.timezone, clocks.now())
            write_calendar(path, of, entries)
            return sum(not entry.cancelled for entry in entries)
        case ".pdf":
            from facilitator.documents.running_order import write_running_order
            from facilitator.services.papers import session_lines

            occasion = Occasion(event.name, event.local(clocks.now()), event.held_on, event.venue)
            lines = session_lines(board(clock, moment_now(clocks)))
            published = any(one.is_published for one in programme)
            write_running_order(path, lines, occasion, published=published)
        case _:
            try:
                write_rundown(path, programme)
            except OSError as problem:
                raise as_trouble(problem, path) from problem
    return len(programme)


def _entries(session: DbSession, programme: Programme) -> list[Entry]:
    """The sessions that are to be; those that guests were told and that are no more, as such."""
    plan = programme.planned()
    told = {one.id: published_times(programme, one, plan) for one in programme}
    found = [
        Entry(str(one.id), one.title, *times, one.speaker, one.skip)
        for one in programme
        if (times := told[one.id]) is not None and (one.is_published or not one.skip)
    ]
    removed = session.exec(
        select(SessionRow)
        .where(col(SessionRow.removed_at).is_not(None), SessionRow.published_starts != "")
        .order_by(col(SessionRow.position), col(SessionRow.id))
    )
    for row in removed:
        one = to_session(row)
        times = published_times(programme, one, {})
        if times is not None:
            found.append(Entry(str(one.id), one.title, *times, one.speaker, True))
    return found
