"""Papers for the day that the laptop fails: everything that the desk and the room need, on paper.

A page of what to do, a tick list by family name, lines for walk-ins, everybody's tables, the
table plans, the running order, a sheet for each table, and spare badges.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from reportlab.pdfgen.canvas import Canvas

from facilitator.documents.badge_layouts import Layout, Style
from facilitator.documents.badges import BadgePerson, draw_badge_page, spare_badge
from facilitator.documents.columns import Row, list_pages
from facilitator.documents.fonts import Face, draw_fitted, draw_text, fit, shorten, wrap
from facilitator.documents.marks import draw_mark
from facilitator.documents.page import A4, MARGIN, Occasion, Page, draw_heading, write_pages
from facilitator.documents.palette import INK, LINE, MUTED
from facilitator.documents.running_order import SessionLine, running_order_pages
from facilitator.documents.tables_print import (
    ListedPerson,
    RoundPlan,
    by_surname,
    letters_words,
    plan_pages,
    surname_pages,
    table_name,
)
from facilitator.domain.sides import Sides
from facilitator.domain.text import counted

#: how many spare badges lie ready
SPARES = 20
_WALK_IN_PAGES = 2


@dataclass(frozen=True, slots=True)
class TickPerson:
    """Somebody on the tick list. `arrived` is the time on the box already ticked, "09:04"."""

    person: ListedPerson
    arrived: str = ""
    #: their table in the round that is on or comes next
    table: str = ""


@dataclass(frozen=True, slots=True)
class Papers:
    """Everything that goes on paper."""

    people: tuple[TickPerson, ...]
    sides: Sides
    rounds: tuple[RoundPlan, ...] = ()
    sessions: tuple[SessionLine, ...] = ()
    #: the labels of the tables
    tables: tuple[str, ...] = ()
    #: tickets that belong to nobody yet
    spares: tuple[str, ...] = ()
    #: whom the desk calls
    call: str = "the organiser"
    #: where several desks share the tick list, their names, in the order of the alphabet
    desks: tuple[str, ...] = ()


def write_papers(path: Path, papers: Papers, occasion: Occasion) -> Path:
    """Write all papers into one PDF at `path`. Raises what `write_document` raises."""
    return write_pages(path, "Papers", paper_pages(papers, occasion), occasion)


def paper_pages(papers: Papers, occasion: Occasion) -> list[Page]:
    """The pages, the one that is read first on top."""
    listed = [one.person for one in papers.people]
    seated = any(table.seats for one in papers.rounds for table in one.tables)
    pages = [_fallback_page(papers, occasion)]
    pages += tick_pages(papers.people, occasion, papers.desks)
    pages += _walk_in_pages(papers.sides, occasion)
    if seated:
        pages += surname_pages(listed, occasion)
        pages += plan_pages(papers.rounds, occasion)
    if papers.sessions:
        pages += running_order_pages(papers.sessions, occasion)
    pages += [
        _table_page(label, papers.sides, occasion, number == 0)
        for number, label in enumerate(papers.tables)
    ]
    return pages + _spare_pages(papers, occasion)


# --- the tick list --------------------------------------------------------------------------------


def tick_pages(
    people: Sequence[TickPerson], occasion: Occasion, desks: Sequence[str] = ()
) -> list[Page]:
    """The tick list by family name, letter by letter; a share of the alphabet for each desk."""
    ordered = sorted(people, key=lambda one: by_surname(one.person))
    letters = [
        (letter, list(group))
        for letter, group in groupby(ordered, key=lambda one: one.person.letter)
    ]
    shares = _shares(letters, max(1, len(desks)))
    pages: list[Page] = []
    for number, share in enumerate(shares):
        title = f"Tick list: {desks[number]}" if desks else "Tick list"
        rows: list[Row] = []
        for letter, members in share:
            rows.append(_letter(letter))
            rows += [_tick(one, letter) for one in members]
        if not rows:
            continue
        pages += list_pages(
            rows,
            title,
            occasion,
            2,
            beside=letters_words,
            note="Tick the box, write the time where it matters",
            outline=title,
        )
    return pages


def _shares(
    letters: list[tuple[str, list[TickPerson]]], number: int
) -> list[list[tuple[str, list[TickPerson]]]]:
    """Letters in `number` shares of about as many people; no letter is split."""
    total = sum(len(members) for _, members in letters)
    shares: list[list[tuple[str, list[TickPerson]]]] = [[] for _ in range(number)]
    before = 0
    for letter, members in letters:
        middle = before + len(members) / 2
        shares[min(number - 1, int(middle * number / max(1, total)))].append((letter, members))
        before += len(members)
    return shares


def _letter(letter: str) -> Row:
    def draw(canvas: Canvas, x: float, y: float, width: float) -> None:
        del width
        draw_text(canvas, x, y + 6, letter, Face.BOLD, 17)

    return Row(26, draw, is_heading=True)


def _tick(one: TickPerson, letter: str) -> Row:
    person = one.person

    def draw(canvas: Canvas, x: float, y: float, width: float) -> None:
        box = 16.0
        canvas.setStrokeColor(INK)
        canvas.setLineWidth(0.9)
        canvas.rect(x + 0.5, y + 5, box, box, stroke=1, fill=0)
        if one.arrived:
            canvas.setLineWidth(1.8)
            canvas.line(x + 4, y + 13, x + 7.5, y + 9)
            canvas.line(x + 7.5, y + 9, x + 14, y + 18)
        draw_mark(canvas, person.side, x + box + 7, y + 8, 11)
        left = x + box + 25
        right = x + width
        table = one.table
        words = " · ".join(
            part
            for part in (f"in {one.arrived}" if one.arrived else "", table and table_name(table))
            if part
        )
        if words:
            words = shorten(words, Face.REGULAR, 9, 90)
            right -= draw_text(canvas, right, y + 10, words, Face.REGULAR, 9, MUTED, "right") + 6
        family = person.family_name or person.given_name
        given = f", {person.given_name}" if person.family_name and person.given_name else ""
        name = fit(family, Face.SEMIBOLD, right - left, 12, 7)
        used = draw_text(canvas, left, y + 12.5, "".join(name.lines), Face.SEMIBOLD, name.size)
        if given and right - left - used > 20:
            rest = fit(given, Face.REGULAR, right - left - used, name.size, 7)
            draw_text(canvas, left + used, y + 12.5, rest.lines[0], Face.REGULAR, rest.size)
        place = shorten(person.organisation, Face.REGULAR, 8, right - left)
        draw_text(canvas, left, y + 3.8, place, Face.REGULAR, 8, MUTED)
        canvas.setStrokeColor(LINE)
        canvas.setLineWidth(0.4)
        canvas.line(x, y, x + width, y)

    return Row(25, draw, key=letter)


# --- walk-ins -------------------------------------------------------------------------------------


def _walk_in_pages(sides: Sides, occasion: Occasion) -> list[Page]:
    columns = (("Time", 44.0), ("Name", 170.0), ("Organisation", 126.0), ("Side", 96.0))

    def draw(canvas: Canvas) -> None:
        top = draw_heading(canvas, "Walk-ins", occasion, "Give each a spare badge")
        right = A4[0] - MARGIN
        y = top - 12
        x = MARGIN
        for name, wide in (*columns, ("Badge ends in", 0.0)):
            draw_text(canvas, x + 2, y, name, Face.REGULAR, 9, MUTED)
            x += wide
        y -= 6
        while y - 35 > MARGIN + 6:
            y -= 35
            canvas.setStrokeColor(MUTED)
            canvas.setLineWidth(0.5)
            x = MARGIN
            for name, wide in (*columns, ("", right - MARGIN - sum(w for _, w in columns))):
                canvas.line(x + 2, y, x + wide - 6, y)
                if name == "Side":
                    _side_boxes(canvas, sides, x + 2, y + 6)
                x += wide

    return [
        Page(draw, outline="Walk-ins" if number == 0 else "", note="One line a person")
        for number in range(_WALK_IN_PAGES)
    ]


def _side_boxes(canvas: Canvas, sides: Sides, x: float, y: float) -> None:
    for side in sides:
        canvas.setStrokeColor(INK)
        canvas.setLineWidth(0.7)
        canvas.rect(x, y, 11, 11, stroke=1, fill=0)
        draw_mark(canvas, side, x + 14, y + 0.5, 10)
        x += 30


# --- a sheet a table ------------------------------------------------------------------------------


def _table_page(label: str, sides: Sides, occasion: Occasion, is_first: bool) -> Page:
    def draw(canvas: Canvas) -> None:
        top = draw_heading(canvas, table_name(label), occasion, "Leave this sheet on the table")
        width = A4[0] - 2 * MARGIN
        y = _section(canvas, top - 8, "Myths we heard", "What is said about the other profession?")
        for _ in range(3):
            y = _myth_lines(canvas, sides, y, width)
        y = _section(canvas, y - 14, "What already works", "Who could copy it?")
        for _ in range(3):
            y = _line(canvas, y, width)
        y = _section(canvas, y - 14, "Actions", "One name and one date for each.")
        parts = (("What", 0.56), ("Who", 0.26), ("By when", 0.18))
        x = MARGIN
        for name, share in parts:
            draw_text(canvas, x, y - 8, name, Face.REGULAR, 8.5, MUTED)
            x += width * share
        y -= 6
        while y - 27 > MARGIN + 10:
            y -= 27
            x = MARGIN
            for _, share in parts:
                canvas.setStrokeColor(MUTED)
                canvas.setLineWidth(0.5)
                canvas.line(x, y, x + width * share - 8, y)
                x += width * share

    return Page(draw, outline="Sheets for the tables" if is_first else "")


def _section(canvas: Canvas, y: float, title: str, hint: str) -> float:
    y -= 16
    used = draw_text(canvas, MARGIN, y, title, Face.BOLD, 14)
    draw_text(canvas, MARGIN + used + 10, y, hint, Face.REGULAR, 10, MUTED)
    return y - 4


def _line(canvas: Canvas, y: float, width: float) -> float:
    y -= 27
    canvas.setStrokeColor(MUTED)
    canvas.setLineWidth(0.5)
    canvas.line(MARGIN, y, MARGIN + width, y)
    return y


def _myth_lines(canvas: Canvas, sides: Sides, y: float, width: float) -> float:
    """A claim on two lines, who said it, and hands before and after for each side."""
    y = _line(canvas, _line(canvas, y, width), width)
    y -= 19
    x = MARGIN
    x += draw_text(canvas, x, y, "Said by", Face.REGULAR, 9, MUTED) + 8
    _side_boxes(canvas, sides, x, y - 2)
    x = MARGIN + width * 0.3
    for word in ("Hands before", "after"):
        x += draw_text(canvas, x, y, word, Face.REGULAR, 9, MUTED) + 8
        for side in (sides.first, sides.second):
            draw_mark(canvas, side, x, y - 1.5, 10)
            words = "....... of ......."
            x += 13 + draw_text(canvas, x + 13, y, words, Face.REGULAR, 8, MUTED) + 9
    return y - 2


# --- spare badges ---------------------------------------------------------------------------------

_SPARE_STYLE = Style(
    inset=2.5, margin=5, band=9, word=11, first=(42, 14), family=(19, 9), role=(10.5, 7),
    qr=28, code=5.5, small=7, wide=True,
)  # fmt: skip
#: ten a page, cut apart; the foot of the page stays free for when it was printed
SPARE_LAYOUT = Layout(
    "spare", "spare badges, ten a sheet of A4, cut apart",
    (210, 297), (90, 50), 2, 5, 15, 20, 90, 50, _SPARE_STYLE, cut=True,
)  # fmt: skip


def _spare_pages(papers: Papers, occasion: Occasion) -> list[Page]:
    people = [spare_badge(ticket, papers.sides) for ticket in papers.spares]
    pages: list[Page] = []
    for start in range(0, len(people), SPARE_LAYOUT.a_page):
        batch = people[start : start + SPARE_LAYOUT.a_page]

        def draw(canvas: Canvas, batch: Sequence[BadgePerson] = batch) -> None:
            draw_badge_page(canvas, batch, SPARE_LAYOUT, occasion)

        pages.append(
            Page(draw, note="Spare badges: nobody’s yet", outline="" if start else "Spare badges")
        )
    return pages


# --- if the laptop fails --------------------------------------------------------------------------


def _fallback_page(papers: Papers, occasion: Occasion) -> Page:
    steps = _steps(papers)
    ticked = sum(1 for one in papers.people if one.arrived)

    def draw(canvas: Canvas) -> None:
        top = draw_heading(canvas, "If the laptop fails", occasion, f"Call {papers.call}")
        width = A4[0] - 2 * MARGIN
        lead = fit(
            "Carry on with these papers. Nothing that was checked in is lost: it is on the disk.",
            Face.SEMIBOLD, width, 15, 11, 2, leading=1.25,
        )  # fmt: skip
        y = draw_fitted(canvas, MARGIN, top - 10, lead, Face.SEMIBOLD) - 6
        known = f"When this was printed, {counted(len(papers.people), 'person', 'people')} "
        known += f"{'was' if len(papers.people) == 1 else 'were'} on the list; "
        known += (
            f"{ticked} had arrived, and {'is' if ticked == 1 else 'are'} ticked."
            if ticked
            else "nobody had arrived."
        )
        for line in wrap(known, Face.REGULAR, 11, width):
            y -= 15
            draw_text(canvas, MARGIN, y, line, Face.REGULAR, 11, MUTED)
        y -= 10
        for number, (title, words) in enumerate(steps, 1):
            y -= 24
            canvas.setFillColor(INK)
            draw_text(canvas, MARGIN, y, str(number), Face.BOLD, 20)
            draw_text(canvas, MARGIN + 28, y, title, Face.SEMIBOLD, 13)
            for line in wrap(words, Face.REGULAR, 11, width - 28):
                y -= 15
                draw_text(canvas, MARGIN + 28, y, line, Face.REGULAR, 11)
            y -= 6

    return Page(draw, outline="If the laptop fails")


def _steps(papers: Papers) -> tuple[tuple[str, str], ...]:
    mixed = any(table.seats for one in papers.rounds for table in one.tables)
    return (
        ("At the desk", _AT_THE_DESK),
        ("Somebody who is not on the list", _NOT_ON_THE_LIST),
        ("Which table?", _WHICH_TABLE if mixed else _NO_TABLES),
        ("The programme", _PROGRAMME if papers.sessions else _NO_PROGRAMME),
        ("Notes", _NOTES),
        ("If the building must be left", _LEAVE),
        ("When the laptop is back", _BACK),
    )


_AT_THE_DESK = (
    "Find the person on the tick list by family name and tick the box. Two desks can share the "
    "pages by letter. Keep the sheets: they are the record."
)
_NOT_ON_THE_LIST = (
    "Give them a spare badge, tick their side on it, and write a line on the page for walk-ins "
    "with the last four characters under the badge’s code."
)
_WHICH_TABLE = (
    "Look on the list by surname; the table plans show the same, table by table. Put a walk-in "
    "where a seat says “free”, beside somebody of the other profession."
)
_NO_TABLES = (
    "No tables were mixed when this was printed. Let people choose, and ask them to sit beside "
    "somebody of the other profession."
)
_PROGRAMME = (
    "Keep to the running order with any clock. If talks overrun, shorten talks, not the breaks "
    "that are protected."
)
_NO_PROGRAMME = "There was no programme when this was printed; the organiser keeps the time."
_NOTES = (
    "Leave a sheet on each table for myths, what works and actions, and collect them at the end "
    "of the round."
)
_LEAVE = (
    "Take the tick list and the walk-in pages outside, and tick a second time beside each name "
    "whom you have seen."
)
_BACK = (
    "Start Facilitator and open the event again; it goes on where it was. At the Desk press F7 and "
    "choose “From paper”: write about when they came, then three letters and Enter for each tick. "
    "Add the walk-ins there, and scan the spare badge that each was given, or type its last four "
    "characters."
)

__all__ = ["SPARES", "Papers", "TickPerson", "paper_pages", "tick_pages", "write_papers"]
