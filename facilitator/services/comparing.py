"""How this event compares with earlier ones that the organiser opens beside it: figures only."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from facilitator.clocks import Clocks
from facilitator.documents.comparison import (
    ComparedEvent,
    Comparison,
    ComparisonRow,
    write_comparison_csv,
    write_comparison_pdf,
)
from facilitator.documents.report_figures import DayFigures
from facilitator.domain.errors import Refused
from facilitator.domain.hands import Moment
from facilitator.domain.notes import Attribution
from facilitator.services.events import read_event
from facilitator.services.on_paper import occasion_of
from facilitator.services.report import gather
from facilitator.store.aside import open_aside
from facilitator.store.database import Database

#: more columns than this are not read on one page
MOST = 5


@dataclass(frozen=True, slots=True)
class ComparisonWritten:
    """A table that is on disk now, of so many events."""

    path: Path
    events: int


class ComparingService:
    """Reads earlier events as they lie, without opening them for writing, beside this one."""

    def __init__(self, database: Database, clocks: Clocks) -> None:
        self._database = database
        self._clocks = clocks

    def compare(self, others: Sequence[Path]) -> Comparison:
        """This event and `others`, the earliest first, in one table of figures.

        Refused where there are none or too many, or one is this event or given twice; Trouble in
        words where one cannot be read. No file is changed.
        """
        if not others:
            raise Refused("There is nothing to compare with: choose an earlier event.")
        if len(others) > MOST:
            raise Refused(f"At most {MOST} earlier events stand beside this one.")
        with self._database.reading() as session:
            this = gather(session, self._clocks, Attribution.NONE, internal=True)
        found = [this]
        for path in others:
            figures = self._read(path)
            twice = next((one for one in found if one.event_id == figures.event_id), None)
            if twice is not None:
                what = "this event itself" if twice is this else "an event that is there already"
                raise Refused(f"“{path.name}” is {what}.", "", "Choose another.")
            found.append(figures)
        found.sort(key=lambda one: (one.held_on, one is this))
        events = tuple(
            ComparedEvent(one.name, one.held_on, one is this, one.is_rehearsal) for one in found
        )
        rows = tuple(
            ComparisonRow(row.group, row.words, values)
            for row in _rows(this)
            if any(values := tuple(row.value(one) for one in found))
        )
        return Comparison(events, rows)

    def write(self, path: Path, others: Sequence[Path]) -> ComparisonWritten:
        """Write the table as .pdf or .csv. Refused for another ending."""
        ending = path.suffix.lower()
        if ending not in {".pdf", ".csv"}:
            raise Refused(
                f"The comparison is written as .pdf or .csv, not as “{path.name}”.",
                "Nothing was written.",
            )
        compared = self.compare(others)
        if ending == ".csv":
            write_comparison_csv(path, compared)
        else:
            with self._database.reading() as session:
                occasion = occasion_of(read_event(session), self._clocks)
            write_comparison_pdf(path, compared, occasion)
        return ComparisonWritten(path, len(compared.events))

    def _read(self, path: Path) -> DayFigures:
        database = open_aside(path)
        try:
            with database.reading() as session:
                return gather(session, self._clocks, Attribution.NONE, internal=True)
        finally:
            database.close()


@dataclass(frozen=True, slots=True)
class _Row:
    group: str
    words: str
    #: the figure in words; empty where that event does not know it
    value: Callable[[DayFigures], str]


def _rows(this: DayFigures) -> list[_Row]:
    """The lines of the table. Sides go by their place: other events may name them otherwise."""
    sides = [this.sides.first, this.sides.second, this.sides.third]
    rows = [
        _Row("People", "Expected", lambda one: _number(one.expected)),
        _Row("People", "Came", lambda one: _number(one.came) if one.expected else ""),
        _Row("People", "Came, of those expected", lambda one: _share(one.came, one.expected)),
    ]
    for place, side in enumerate(sides):
        rows.append(_Row("People", f"Came: {side.shown}", _came(place)))
    rows += [
        _Row("People", "Front line, of those who say", _front_line),
        _Row("People", "Boroughs", lambda one: _number(len(one.boroughs))),
        _Row("People", "Agreed to stay in touch", lambda one: _share(one.agreed, one.came)),
        _Row("Meeting", "Rounds", lambda one: _number(one.meetings.rounds)),
        _Row("Meeting", "Pairs who met across the two sides",
             lambda one: _number(one.meetings.pairs_across)),
    ]  # fmt: skip
    for place, side in enumerate(sides[:2]):
        rows.append(_Row("Meeting", f"Each from {side.shown} met, of the other side", _each(place)))
    return [
        *rows,
        _Row("Meeting", "Pairs who met again", lambda one: (
            str(one.meetings.repeated) if one.meetings.pairs else "")),
        _Row("Meeting", "Minutes for breaks and networking", _networking),
        _Row("What was said", "Myths", lambda one: _number(len(one.myths))),
        _Row("What was said", "Myths with a verdict",
             lambda one: _share(sum(bool(n.verdict) for n in one.myths), len(one.myths))),
        _Row("What was said", "Hands for the myths, before and after", _hands),
        _Row("What was said", "Bright spots", lambda one: _number(len(one.bright_spots))),
        _Row("What was said", "Pledges to copy one",
             lambda one: _number(sum(n.pledges for n in one.bright_spots))),
        _Row("What was said", "Pain points", lambda one: _number(len(one.pain_points))),
        _Row("What follows", "Actions", lambda one: _number(len(one.actions))),
        _Row("What follows", "Actions with an owner",
             lambda one: _share(sum(n.has_owner for n in one.actions), len(one.actions))),
        _Row("What follows", "Actions done",
             lambda one: _share(sum(n.done for n in one.actions), len(one.actions))),
    ]  # fmt: skip


def _number(number: int) -> str:
    return f"{number:,}" if number else ""


def _share(part: int, whole: int) -> str:
    """ "98 of 120 (82 %)"; empty of none."""
    return f"{part:,} of {whole:,} ({100 * part / whole:.0f} %)" if whole else ""


def _came(place: int) -> Callable[[DayFigures], str]:
    def value(one: DayFigures) -> str:
        side = one.by_side[place]
        return f"{side.came:,} of {side.expected:,}" if side.expected else ""

    return value


def _front_line(one: DayFigures) -> str:
    front = sum(side.front_line for side in one.by_side)
    return _share(front, front + sum(side.leaders for side in one.by_side))


def _each(place: int) -> Callable[[DayFigures], str]:
    def value(one: DayFigures) -> str:
        met = one.meetings.each_met(place)
        return f"{met:.1f}" if met is not None and one.meetings.rounds else ""

    return value


def _networking(one: DayFigures) -> str:
    found = one.networking
    if found is None:
        return ""
    if found.delivered is None:
        return f"{found.published} planned"
    return f"{found.delivered} of {found.published}"


def _hands(one: DayFigures) -> str:
    """Hands that were counted both before and after, added over the myths and the two sides."""
    raised, present = [0, 0], [0, 0]
    for myth in one.myths:
        for side in (one.sides.first, one.sides.second):
            shows = [myth.hands.count(side.key, moment) for moment in (Moment.BEFORE, Moment.AFTER)]
            for place, show in enumerate(shows):
                if show is not None and all(shows):
                    raised[place] += show.raised
                    present[place] += show.present
    if not all(present):
        return ""
    before, after = (100 * up / of for up, of in zip(raised, present, strict=True))
    return f"{before:.0f} % then {after:.0f} %"
