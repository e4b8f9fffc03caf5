"""The day's figures as plain tables: the sheets of the workbook and the files of the csv folder.

Counts are those of the report: whole where names are inside, else small ones are not shown. A cell
is a text, a number, a date or empty (None).
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from facilitator.documents.report_counts import EVERYBODY, HIDDEN, Counts
from facilitator.documents.report_figures import DayFigures, NoteFigure
from facilitator.documents.report_meetings import meeting_values
from facilitator.documents.report_notes import side_shift
from facilitator.domain.hands import Moment

Cell = str | int | float | bool | date | datetime | None

#: the keys of `people --json`, in their order
PEOPLE_KEYS = (
    "id", "name", "title", "given_name", "family_name", "email", "organisation", "profession",
    "side", "front_line", "borough", "status", "ticket", "codes",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table: a file's name without its ending, a title, the headers and the rows."""

    name: str
    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


def tables(figures: DayFigures) -> tuple[Sheet, ...]:
    """Every table of one day."""
    counts = Counts(figures)
    return (
        about(figures), figure_sheet(figures, counts), people(figures), boroughs(figures, counts),
        programme(figures), networking(figures), meetings(figures, counts), myths(figures),
        hands(figures, counts), bright_spots(figures, counts),
        notes(figures, "pain-points", "Pain points"),
        actions(figures),
    )  # fmt: skip


def about(figures: DayFigures) -> Sheet:
    """What this is, when it was made and whether names are inside."""
    whose = {
        "named": "Names and addresses are inside. Keep it as you keep a list of guests.",
        "role": "No names or addresses are inside; notes say a role or a side.",
        "none": "No names or addresses are inside; notes do not say who said them.",
    }[figures.attribution]
    small = (
        "Every count is whole."
        if figures.internal
        else f"“{HIDDEN}” stands for a count of people under 5, or one that would give it away."
    )
    rows: tuple[tuple[Cell, ...], ...] = (
        ("Event", figures.name), ("Date", figures.held_on), ("Venue", figures.venue),
        ("Time zone", figures.timezone), ("Made", figures.made_at.replace(tzinfo=None)),
        ("Names", whose), ("Small counts", small),
    )  # fmt: skip
    return Sheet("about", "About", ("what", "value"), rows)


def figure_sheet(figures: DayFigures, counts: Counts) -> Sheet:
    """The figures of the day by side."""
    columns = ("figure", *figures.sides.keys, "everybody")
    rows: list[tuple[Cell, ...]] = []

    def add(name: str, *path: str) -> None:
        keys = (*figures.sides.keys, EVERYBODY)
        rows.append((name, *(_count(counts, path[0], key, *path[1:]) for key in keys)))

    add("expected", "expected")
    add("came", "came")
    names = {"front": "front line", "leader": "leaders", "unsaid": "not said"}
    for line, name in ((line, names[line]) for line in counts.lines):
        add(f"came, {name}", "came", line)
    for key, name in (("seated", "seated"), ("nobody", "met nobody of the other side")):
        first, second, _ = figures.sides.keys
        rows.append((name, _count(counts, key, first), _count(counts, key, second), None,
                     _count(counts, key, EVERYBODY)))  # fmt: skip
    return Sheet("figures", "Figures", columns, tuple(rows))


def people(figures: DayFigures) -> Sheet:
    """Everybody on the list, with the keys of `people --json`; then a column for each question
    that the Desk asked."""
    rows = tuple(
        (
            *(
                _codes(person.codes) if key == "codes" else getattr(person, key)
                for key in PEOPLE_KEYS
            ),
            *person.answers,
        )
        for person in figures.people
    )
    return Sheet("people", "People", (*PEOPLE_KEYS, *figures.questions), rows)


def _codes(codes: tuple[str, ...]) -> str | None:
    """Several codes in one cell, as import takes them apart again."""
    if any(mark in code for code in codes for mark in ";|,["):
        return json.dumps(list(codes), ensure_ascii=False)
    return "; ".join(codes) or None


def boroughs(figures: DayFigures, counts: Counts) -> Sheet:
    """Who came by borough and side."""
    rows = tuple(
        (
            found.borough,
            *(_count(counts, "borough", found.borough, key) for key in figures.sides.keys),
            _count(counts, "borough", found.borough),
        )
        for found in counts.boroughs
    )
    return Sheet("boroughs", "Boroughs", ("borough", *figures.sides.keys, "everybody"), rows)


def programme(figures: DayFigures) -> Sheet:
    """The programme, planned and actual, in local times; minutes are whole."""
    rows = tuple(
        (s.title, s.kind, _clock(s.starts), s.minutes, _clock(s.began), _clock(s.ended), s.lasted,
         s.skipped, s.outcome.value, s.ran, s.paused, s.pauses if s.begun else None,
         s.begun or None, s.late, s.least)
        for s in figures.programme
    )  # fmt: skip
    columns = ("session", "kind", "planned_start", "planned_minutes", "began", "ended",
               "lasted_minutes", "left_out", "outcome", "ran_minutes", "paused_minutes", "pauses",
               "times_begun", "began_late_minutes", "least_minutes")  # fmt: skip
    return Sheet("programme", "Programme", columns, rows)


def networking(figures: DayFigures) -> Sheet:
    """Minutes of breaks and networking, promised and delivered; empty where none were promised."""
    found = figures.networking
    rows: tuple[tuple[Cell, ...], ...] = () if found is None else (
        ("breaks and networking sessions", found.sessions), ("minutes promised", found.published),
        ("minutes promised at the least", found.least),
        ("minutes delivered", "not measured" if found.delivered is None else found.delivered),
        ("minutes of pauses", found.paused), ("sessions that were begun", found.begun),
        ("sessions left out", found.left_out), ("sessions not over yet", found.pending),
    )  # fmt: skip
    return Sheet("networking", "Networking", ("figure", "value"), rows)


def meetings(figures: DayFigures, counts: Counts) -> Sheet:
    """Who met whom, as counts of meetings and pairs, where no count of people follows from them."""
    met = figures.meetings
    first, second, third = figures.sides.keys
    cells = ((first, first), (first, second), (first, third), (second, second), (second, third),
             (third, third))  # fmt: skip
    told = meeting_values(figures, counts)

    def shown(key: str) -> Cell:
        value = told[key]
        if value is None:
            return None if key.startswith("share") and not met.meetings else HIDDEN
        return round(value, 4)

    rows: list[tuple[Cell, ...]] = [
        ("rounds", met.rounds), ("tables", met.tables),
        ("people seated", _count(counts, "seated", "room")), ("meetings", shown("meetings")),
        ("meetings among the two sides", shown("meetings_of_the_two_sides")),
        ("meetings across the two sides", shown("across")),
        ("share across", shown("share_across")), ("share by chance", shown("share_by_chance")),
        ("different pairs", shown("pairs")),
        ("different pairs across the two sides", shown("pairs_across")),
        ("pairs that met more than once", shown("repeated_pairs")),
    ]  # fmt: skip
    for place, ((a, b), number) in enumerate(zip(cells, met.matrix, strict=True)):
        may = counts.shows_third if place in (2, 4, 5) else counts.shows_meetings
        rows.append((f"meetings {a} with {b}", number if may else HIDDEN))
    return Sheet("meetings", "Meetings", ("figure", "value"), tuple(rows))


def myths(figures: DayFigures) -> Sheet:
    """Every myth with what became of it."""
    columns = ("id", "claim", "raised_by", "reality", "evidence", "why", "verdict", "themes",
               "said_by", "session", "table", "at")  # fmt: skip
    rows = tuple(
        (str(n.id), n.text, n.side or None, n.reality or None, n.evidence or None, n.why or None,
         n.verdict or None, _many(n.themes), n.who or None, n.session or None, n.table or None,
         _moment(n.at))
        for n in figures.myths
    )  # fmt: skip
    return Sheet("myths", "Myths", columns, rows)


def hands(figures: DayFigures, counts: Counts) -> Sheet:
    """Every show of hands by side and of the room, with the shift in percentage points."""
    columns = ("myth_id", "claim", "side", "before_raised", "before_present", "after_raised",
               "after_present", "before_by_eye", "after_by_eye", "shift_points")  # fmt: skip
    rows: list[tuple[Cell, ...]] = []
    for myth in figures.myths:
        sides = [key for key in figures.sides.keys if key in myth.hands.sides]
        for side in (*sides, *((EVERYBODY,) if sides else ())):
            numbers = [
                _count(counts, moment, myth.id, side, word)
                for moment in Moment
                for word in ("raised", "present")
            ]
            eyes = [
                show.estimate.value if show and show.estimate else None
                for show in (myth.hands.of(side, moment) for moment in Moment)
            ]
            shift = side_shift(myth, side, counts)
            rows.append((str(myth.id), myth.text, "room" if side == EVERYBODY else side, *numbers,
                         *eyes, None if shift is None else round(shift, 1)))  # fmt: skip
    return Sheet("hands", "Hands", columns, tuple(rows))


def bright_spots(figures: DayFigures, counts: Counts) -> Sheet:
    """Every bright spot with its pledges."""
    columns = ("id", "text", "side", "where", "needs", "ask", "pledges", "pledged_by", "boroughs",
               "themes", "said_by", "session", "table", "at")  # fmt: skip
    rows = tuple(
        (str(n.id), n.text, n.side or None, n.where or None, n.needs or None, n.ask or None,
         _count(counts, "pledges", n.id), _many(n.pledged_by), _many(n.boroughs), _many(n.themes),
         n.who or None, n.session or None, n.table or None, _moment(n.at))
        for n in figures.bright_spots
    )  # fmt: skip
    return Sheet("bright-spots", "Bright spots", columns, rows)


def notes(figures: DayFigures, name: str, title: str) -> Sheet:
    """Pain points."""
    columns = ("id", "text", "side", "themes", "boroughs", "said_by", "session", "table", "at")
    rows = tuple(
        (str(n.id), n.text, n.side or None, _many(n.themes), _many(n.boroughs), n.who or None,
         n.session or None, n.table or None, _moment(n.at))
        for n in figures.pain_points
    )  # fmt: skip
    return Sheet(name, title, columns, rows)


def actions(figures: DayFigures) -> Sheet:
    """Every action, those without an owner first."""
    from facilitator.documents.report_notes import action_order

    columns = ("id", "text", "owner", "has_owner", "due", "boroughs", "done", "themes", "side",
               "said_by", "session", "table", "at")  # fmt: skip
    ordered: Iterable[NoteFigure] = sorted(figures.actions, key=action_order)
    rows = tuple(
        (str(n.id), n.text, n.owner or None, n.has_owner, n.due, _many(n.boroughs), n.done,
         _many(n.themes), n.side or None, n.who or None, n.session or None, n.table or None,
         _moment(n.at))
        for n in ordered
    )  # fmt: skip
    return Sheet("actions", "Actions", columns, rows)


def _count(counts: Counts, *key: object) -> Cell:
    """A count, the sign for one that may not be shown, or nothing where there is none."""
    if not counts.knows(*key):
        return None
    value = counts.value(*key)
    return HIDDEN if value is None else value


def _many(texts: tuple[str, ...]) -> str | None:
    return "; ".join(texts) or None


def _clock(local: datetime | None) -> str | None:
    return None if local is None else f"{local:%Y-%m-%d %H:%M}"


def _moment(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")
