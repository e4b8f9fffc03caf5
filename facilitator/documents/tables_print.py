"""What is printed of the tables: plans, a list by surname, table cards, labels for badges."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from reportlab.lib.pagesizes import A4, landscape
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from facilitator.documents.badges import BadgePerson
from facilitator.documents.columns import LIST_HIGH, Row, list_pages
from facilitator.documents.fonts import Face, draw_fitted, draw_text, fit, text_width
from facilitator.documents.marks import draw_mark
from facilitator.documents.page import Occasion, Page, write_pages
from facilitator.documents.palette import INK, LINE, MIST, MUTED
from facilitator.domain.errors import Refused
from facilitator.domain.sides import Side, Sides
from facilitator.domain.text import counted, fold


@dataclass(frozen=True, slots=True)
class Seat:
    """One seat of a table, in order round it. Nobody sits there where the name is empty."""

    name: str
    side: Side | None
    organisation: str = ""
    is_host: bool = False
    #: the row of people that they move with, from 1; 0 is none
    row: int = 0


@dataclass(frozen=True, slots=True)
class TablePlan:
    """Who sits at one table."""

    label: str
    seats: tuple[Seat, ...]


@dataclass(frozen=True, slots=True)
class RoundPlan:
    """One round: its tables, and those who have no seat."""

    label: str
    tables: tuple[TablePlan, ...]
    #: "10:30", or nothing
    starts: str = ""
    unseated: tuple[Seat, ...] = ()
    #: what can be said at its end: "Row 1 stays. Row 2 moves 4 tables on."
    spoken: str = ""

    @property
    def title(self) -> str:
        """ "Round 2, 10:30"."""
        return f"{self.label}, {self.starts}" if self.starts else self.label


@dataclass(frozen=True, slots=True)
class ListedPerson:
    """Somebody on a list by surname; a table of "" is a round without a seat."""

    given_name: str
    family_name: str
    side: Side
    tables: tuple[tuple[str, str], ...] = ()
    organisation: str = ""

    @property
    def surname_first(self) -> str:
        """ "Larkin, Ada"."""
        return ", ".join(part for part in (self.family_name, self.given_name) if part)

    @property
    def letter(self) -> str:
        """The letter they are filed under, without accents: Çelik under C."""
        return (fold(self.surname_first)[:1] or "#").upper()


@dataclass(frozen=True, slots=True)
class TableCard:
    """The card that stands on one table."""

    label: str
    line: str = "Sit beside someone of the other profession."


def table_name(label: str) -> str:
    """ "Table 7", but "Garden room" as it is."""
    return f"Table {label}" if label[:1].isdigit() or len(label) <= 2 else label


def by_surname(person: ListedPerson) -> tuple[str, str]:
    """Sorts by family name, then given name, accents folded: Çelik before Chaudhry."""
    return fold(person.family_name or person.given_name), fold(person.given_name)


def write_table_plan(path: Path, rounds: Sequence[RoundPlan], occasion: Occasion) -> Path:
    """Write who sits where, round by round, to a PDF. Refused where no round has a table."""
    pages = plan_pages(rounds, occasion)
    if not pages:
        raise Refused(
            "No tables have been mixed yet, so there is no plan to print.",
            "Nothing was written.",
            "Mix a round first.",
        )
    return write_pages(path, "Table plan", pages, occasion)


def plan_pages(rounds: Sequence[RoundPlan], occasion: Occasion) -> list[Page]:
    """The pages of the table plans: three tables side by side."""
    pages: list[Page] = []
    for one in rounds:
        if not one.tables:
            continue
        seated = sum(1 for table in one.tables for seat in table.seats if seat.name)
        words = f"{counted(seated, 'person', 'people')} at {counted(len(one.tables), 'table')}"
        batches = [one.tables[start : start + 3] for start in range(0, len(one.tables), 3)]
        most = max(1, *(len(table.seats) for table in one.tables))
        # a whole round on one page, where that can still be read
        said = [_said(f"At the end: {one.spoken}")] if one.spoken else []
        high = LIST_HIGH - sum(row.high for row in said)
        line = min(14.0, max(10.5, (high / len(batches) - 32) / most))
        rows = said + [_plan_row(batch, line) for batch in batches]
        if one.unseated:
            without = sorted(one.unseated, key=lambda seat: fold(seat.name))
            groups = [TablePlan("", tuple(without[n::3])) for n in range(3)]
            rows.append(_heading("Without a table yet"))
            rows.append(_plan_row(groups, line))
        pages += list_pages(
            rows,
            f"Table plan: {one.title}",
            occasion,
            1,
            beside=lambda _first, _last, words=words: words,
            outline=f"Table plan: {one.label}",
        )
    return pages


def _plan_row(tables: Sequence[TablePlan], line: float) -> Row:
    most = max(len(table.seats) for table in tables)
    # without a name, the seats begin at the top
    high = (22 if tables[0].label else 0) + most * line + 10

    def draw(canvas: Canvas, x: float, y: float, width: float) -> None:
        gap = 10.0
        wide = (width - 2 * gap) / 3
        for index, table in enumerate(tables):
            left = x + index * (wide + gap)
            _draw_table(canvas, table, left, y + high, wide, line)

    return Row(high, draw, key="tables")


def _draw_table(
    canvas: Canvas, table: TablePlan, x: float, top: float, wide: float, line: float
) -> None:
    if table.label:
        canvas.setFillColor(MIST)
        canvas.roundRect(x, top - 20, wide, 20, 4, 0, 1)
        name = fit(table_name(table.label), Face.BOLD, wide - 50, 12, 6)
        draw_text(canvas, x + 6, top - 14, name.lines[0], Face.BOLD, name.size)
        people = sum(1 for seat in table.seats if seat.name)
        draw_text(canvas, x + wide - 6, top - 13.5, str(people), Face.REGULAR, 9, MUTED, "right")
    y = top - 22 if table.label else top
    mark = line * 0.68
    for seat in table.seats:
        y -= line
        if not seat.name or seat.side is None:
            draw_text(canvas, x + 6 + mark + 5, y + 3, "free", Face.REGULAR, 8, MUTED)
            continue
        draw_mark(canvas, seat.side, x + 6, y + 1.6, mark)
        room = wide - 6 - mark - 5
        notes = ["host"] * seat.is_host + [f"row {seat.row}"] * (seat.row > 0)
        if notes:
            note = ", ".join(notes)
            room -= draw_text(canvas, x + wide, y + 3, note, Face.REGULAR, 7.5, MUTED, "right")
            room -= 4
        name = fit(seat.name, Face.REGULAR, room, line * 0.74, 5)
        draw_text(canvas, x + 6 + mark + 5, y + 3, name.lines[0], Face.REGULAR, name.size)


def _said(words: str) -> Row:
    high = 14.0 * -(-len(words) // 90) + 6

    def draw(canvas: Canvas, x: float, y: float, width: float) -> None:
        fitted = fit(words, Face.REGULAR, width, 10.5, 5, 8, high - 6, leading=1.25)
        draw_fitted(canvas, x, y + high, fitted, Face.REGULAR)

    return Row(high, draw, is_heading=True)


def _heading(words: str, high: float = 26) -> Row:
    def draw(canvas: Canvas, x: float, y: float, width: float) -> None:
        size = min(14, high * 0.55)
        fitted = fit(words, Face.BOLD, width, size, 6)
        draw_text(canvas, x, y + high * 0.28, "".join(fitted.lines), Face.BOLD, fitted.size)

    return Row(high, draw, is_heading=True)


def write_surname_list(path: Path, people: Sequence[ListedPerson], occasion: Occasion) -> Path:
    """Write everybody's tables by surname to a PDF. Refused where nobody is listed."""
    if not people:
        raise Refused("There is nobody to list yet.", "Nothing was written.", "Import a list.")
    return write_pages(path, "Tables by surname", surname_pages(people, occasion), occasion)


def surname_pages(people: Sequence[ListedPerson], occasion: Occasion) -> list[Page]:
    """The pages of the list by surname: two columns, one where there are many rounds."""
    rounds = next((person.tables for person in people if person.tables), ())
    cell = 30.0
    columns = 2 if len(rounds) <= 4 else 1
    rows: list[Row] = []
    for letter, group in groupby(sorted(people, key=by_surname), key=lambda one: one.letter):
        rows.append(_heading(letter, 22))
        rows += [_surname_row(person, letter, cell) for person in group]
    names = [name for name, _ in rounds]
    return list_pages(
        rows,
        "Your tables, by surname",
        occasion,
        columns,
        beside=letters_words,
        head=_round_names(names, cell) if names else None,
        outline="Tables by surname",
    )


def letters_words(first: str, last: str) -> str:
    """ "A to D", or "A"."""
    return first if first == last else f"{first} to {last}"


def _surname_row(person: ListedPerson, letter: str, cell: float) -> Row:
    def draw(canvas: Canvas, x: float, y: float, width: float) -> None:
        draw_mark(canvas, person.side, x, y + 2.6, 8.5)
        room = width - 14 - len(person.tables) * cell - 2
        bold = person.family_name or person.given_name
        rest = f", {person.given_name}" if person.family_name and person.given_name else ""
        size = 10.0
        wanted = text_width(bold, Face.SEMIBOLD, size) + text_width(rest, Face.REGULAR, size)
        if wanted > room:
            size = max(6.5, size * room / wanted * 0.99)
        used = text_width(rest, Face.REGULAR, size)
        name = fit(bold, Face.SEMIBOLD, max(room * 0.4, room - used), size, 4)
        used = draw_text(canvas, x + 14, y + 3.5, name.lines[0], Face.SEMIBOLD, name.size)
        if rest:
            other = fit(rest, Face.REGULAR, max(10, room - used), size, 4)
            draw_text(canvas, x + 14 + used, y + 3.5, other.lines[0], Face.REGULAR, other.size)
        for index, (_, table) in enumerate(person.tables):
            right = x + width - (len(person.tables) - 1 - index) * cell - 4
            value = fit(table or "–", Face.SEMIBOLD, cell - 4, 10.5, 4)
            draw_text(
                canvas, right, y + 3.5, value.lines[0], Face.SEMIBOLD, value.size, INK, "right"
            )
        canvas.setStrokeColor(LINE)
        canvas.setLineWidth(0.4)
        canvas.line(x, y, x + width, y)

    return Row(14.2, draw, key=letter)


def _round_names(names: Sequence[str], cell: float) -> Row:
    def draw(canvas: Canvas, x: float, y: float, width: float) -> None:
        for index, name in enumerate(names):
            right = x + width - (len(names) - 1 - index) * cell - 4
            label = fit(name, Face.REGULAR, cell - 4, 7.5, 4)
            draw_text(
                canvas, right, y + 2, label.lines[0], Face.REGULAR, label.size, MUTED, "right"
            )

    return Row(10, draw)


def write_table_cards(
    path: Path, cards: Sequence[TableCard], sides: Sides, occasion: Occasion
) -> Path:
    """Write a card for each table: A4, folded along the dashes to stand and be read both ways."""
    if not cards:
        raise Refused("There are no tables to print cards for.", "Nothing was written.")
    size = landscape(A4)
    pages = [
        Page(lambda canvas, card=card: _draw_card(canvas, card, sides, size), size, has_foot=False)
        for card in cards
    ]
    return write_pages(path, "Table cards", pages, occasion)


def _draw_card(canvas: Canvas, card: TableCard, sides: Sides, size: tuple[float, float]) -> None:
    wide, high = size
    _draw_card_face(canvas, card, sides, wide, high / 2)
    canvas.saveState()
    canvas.translate(wide, high)
    canvas.rotate(180)
    _draw_card_face(canvas, card, sides, wide, high / 2)
    canvas.restoreState()
    canvas.saveState()
    canvas.setStrokeColor(MUTED)
    canvas.setLineWidth(0.6)
    canvas.setDash(4, 4)
    canvas.line(0, high / 2, wide, high / 2)
    canvas.restoreState()


def _draw_card_face(
    canvas: Canvas, card: TableCard, sides: Sides, wide: float, high: float
) -> None:
    left = 22 * mm
    is_number = len(card.label) <= 3
    x = left
    if is_number:
        # capitals and figures are 0.66 of the size high
        number = fit(card.label, Face.BOLD, 105 * mm, 300, 60)
        used = draw_text(
            canvas, left, high / 2 - number.size * 0.33, number.lines[0], Face.BOLD, number.size
        )
        x = max(left + used + 14 * mm, 84 * mm)
    room = wide - x - 16 * mm
    name = fit(table_name(card.label), Face.SEMIBOLD, room, 54 if is_number else 80, 18, 2)
    line = fit(card.line, Face.REGULAR, room, 21, 10, 3, leading=1.2)
    legend = 18.0
    total = name.height + 4 + line.height + 16 + legend
    y = high / 2 + total / 2
    y = draw_fitted(canvas, x, y, name, Face.SEMIBOLD) - 4
    y = draw_fitted(canvas, x, y, line, Face.REGULAR, MUTED) - 16 - legend
    for side in (sides.first, sides.second):
        draw_mark(canvas, side, x, y, legend)
        word = fit(side.shown, Face.REGULAR, room / 2 - legend - 20, 15, 7)
        draw_text(canvas, x + legend + 8, y + 4.5, word.lines[0], Face.REGULAR, word.size)
        x += legend + 8 + text_width(word.lines[0], Face.REGULAR, word.size) + 24


#: Avery L7160: 63.5 x 38.1 mm, 21 a sheet; it covers the tables on a badge
_LABEL = (63.5 * mm, 38.1 * mm)
_LABEL_LEFT, _LABEL_TOP = 7.2 * mm, 15.15 * mm
_LABEL_PITCH_X = 66.05 * mm
LABELS_A_PAGE = 21


def write_labels(path: Path, people: Sequence[BadgePerson], occasion: Occasion) -> Path:
    """Write a label with the new tables for each printed badge that became wrong.

    For Avery L7160 sheets, 21 labels a page. Refused where no badge changed.
    """
    if not people:
        raise Refused("No printed badge has become wrong.", "There is nothing to print.")
    pages = [
        Page(
            lambda canvas, batch=people[start : start + LABELS_A_PAGE]: _draw_labels(canvas, batch),
            has_foot=False,
        )
        for start in range(0, len(people), LABELS_A_PAGE)
    ]
    return write_pages(path, "Labels for badges", pages, occasion)


def _draw_labels(canvas: Canvas, people: Sequence[BadgePerson]) -> None:
    pad = 3.5 * mm
    for index, person in enumerate(people):
        row, column = divmod(index, 3)
        x = _LABEL_LEFT + column * _LABEL_PITCH_X + pad
        top = A4[1] - _LABEL_TOP - row * _LABEL[1] - pad
        foot = top - _LABEL[1] + 2 * pad
        room = _LABEL[0] - 2 * pad
        mark = 11.0
        if person.side:
            draw_mark(canvas, person.side, x, top - mark, mark)
        words = " ".join(part for part in (person.given_name, person.family_name) if part)
        name = fit(words, Face.SEMIBOLD, room - mark - 5, 11, 6)
        draw_text(canvas, x + mark + 5, top - 9, "".join(name.lines), Face.SEMIBOLD, name.size)
        if not person.tables:
            draw_text(canvas, x, foot + 20, "Ask for your table", Face.REGULAR, 10, MUTED)
            continue
        draw_text(canvas, x, top - 22, "Your tables now", Face.REGULAR, 7, MUTED)
        number = len(person.tables)
        across = number if number <= 5 else -(-number // 2)
        rows = -(-number // across)
        gap = 4.0
        wide = min(20 * mm, (room + gap) / across - gap)
        high = (top - 26 - foot + gap) / rows - gap
        for cell, (label, table) in enumerate(person.tables):
            line, place = divmod(cell, across)
            left = x + place * (wide + gap)
            y = top - 26 - (line + 1) * high - line * gap
            canvas.setFillColor(MIST)
            canvas.roundRect(left, y, wide, high, min(4, high / 4), 0, 1)
            small = fit(label, Face.REGULAR, wide - 4, min(7, high * 0.3), 3)
            value = fit(table, Face.BOLD, wide - 4, min(24, high * 0.52), 4)
            middle = left + wide / 2
            draw_text(
                canvas, middle, y + high * 0.72, "".join(small.lines), Face.REGULAR, small.size,
                MUTED, "centre",
            )  # fmt: skip
            draw_text(
                canvas, middle, y + high * 0.36 - value.size * 0.33, "".join(value.lines),
                Face.BOLD, value.size, INK, "centre",
            )  # fmt: skip


__all__ = [
    "LABELS_A_PAGE",
    "ListedPerson",
    "RoundPlan",
    "Seat",
    "TableCard",
    "TablePlan",
    "by_surname",
    "letters_words",
    "plan_pages",
    "surname_pages",
    "table_name",
    "write_labels",
    "write_surname_list",
    "write_table_cards",
    "write_table_plan",
]
