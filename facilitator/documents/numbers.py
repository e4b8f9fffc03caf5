"""Numbers for the caterer and the venue, and the list for the door: PDF, CSV or plain lines."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from reportlab.pdfgen.canvas import Canvas

from facilitator.documents.columns import Row, list_pages
from facilitator.documents.fonts import Face, draw_text, fit, shorten, wrap
from facilitator.documents.marks import draw_mark
from facilitator.documents.page import A4, MARGIN, Occasion, write_pages
from facilitator.documents.palette import INK, LINE, MUTED
from facilitator.documents.spreadsheet import write_csv
from facilitator.documents.tables_print import letters_words, table_name
from facilitator.domain.sides import Side
from facilitator.domain.text import counted, fold

HEADER = ("part", "what", "expected", "here", "names")


@dataclass(frozen=True, slots=True)
class Need:
    """One dietary or access need: how many of those expected have it, and how many are here."""

    words: str
    expected: int
    here: int
    #: whose it is; only where names were asked for
    names: tuple[str, ...] = ()

    @property
    def said(self) -> str:
        """ "Vegan: 3"."""
        return f"{self.words}: {self.expected}"


@dataclass(frozen=True, slots=True)
class SideNumbers:
    """How many people of a side are expected (those here too), and how many are here."""

    side: Side
    expected: int
    here: int


@dataclass(frozen=True, slots=True)
class TableNumbers:
    """A table's people and their needs; without a label, those who have no seat."""

    label: str
    people: int
    diets: tuple[Need, ...]
    access: tuple[Need, ...]

    @property
    def title(self) -> str:
        """ "Table 7", or "Without a table"."""
        return table_name(self.label) if self.label else "Without a table"


@dataclass(frozen=True, slots=True)
class MealNumbers:
    """One meal of the programme: who eats, of whom so many are here now."""

    title: str
    #: "12:30", or nothing
    at: str
    #: whether it has begun: then `people` were inside as it did
    begun: bool
    people: int
    here: int
    diets: tuple[Need, ...]

    @property
    def words(self) -> str:
        """ "92 to eat, 60 of them here now", or "88 were inside as it began"."""
        if self.begun:
            return f"{self.people} {'was' if self.people == 1 else 'were'} inside as it began"
        return f"{self.people} to eat, {self.here} of them here now"


@dataclass(frozen=True, slots=True)
class Numbers:
    """Everything that a caterer or a venue asks for."""

    sides: tuple[SideNumbers, ...]
    left: int
    walk_ins: int
    diets: tuple[Need, ...]
    access: tuple[Need, ...]
    #: the round whose tables are shown
    round_name: str
    tables: tuple[TableNumbers, ...]
    meals: tuple[MealNumbers, ...]
    names_inside: bool

    @property
    def expected(self) -> int:
        """Everybody who came or may still come."""
        return sum(one.expected for one in self.sides)

    @property
    def here(self) -> int:
        """Everybody inside now."""
        return sum(one.here for one in self.sides)

    @property
    def to_come(self) -> int:
        """Those who have not come yet."""
        return self.expected - self.here - self.left

    @property
    def sentence(self) -> str:
        """ "88 of 120 are here, 3 have left, 29 are still to come; 4 are walk-ins."."""
        parts = [f"{self.here} of {self.expected} are here"]
        if self.left:
            parts.append(f"{self.left} {'has' if self.left == 1 else 'have'} left")
        parts.append(f"{self.to_come} {'is' if self.to_come == 1 else 'are'} still to come")
        more = counted(self.walk_ins, "is a walk-in", "are walk-ins") if self.walk_ins else ""
        return ", ".join(parts) + (f"; {more}." if more else ".")


@dataclass(frozen=True, slots=True)
class DoorPerson:
    """Somebody on the list for the door. `state`: "in 09:04", "left", or nothing."""

    given_name: str
    family_name: str
    side: Side
    organisation: str = ""
    state: str = ""

    @property
    def name(self) -> str:
        """ "Larkin, Ada"."""
        return ", ".join(part for part in (self.family_name, self.given_name) if part)


# --- lines and sheets -----------------------------------------------------------------------------


def number_lines(numbers: Numbers) -> list[str]:
    """The numbers for a terminal."""
    lines = [numbers.sentence]
    for title, needs in (("Diet", numbers.diets), ("Access", numbers.access)):
        lines += ["", f"{title}: nobody said anything." if not needs else f"{title}:"]
        lines += [f"  {_line(need)}" for need in needs]
    for meal in numbers.meals:
        at = f", {meal.at}" if meal.at else ""
        lines += ["", f"{meal.title}{at}: {meal.words}."]
        lines += [f"  {_line(need, here=False)}" for need in meal.diets]
    if numbers.tables:
        lines += ["", f"By table, {numbers.round_name}:"]
        for table in numbers.tables:
            said = "; ".join(_line(need, here=False) for need in (*table.diets, *table.access))
            lines.append(f"  {table.title}: {said}")
    return lines


def _line(need: Need, *, here: bool = True) -> str:
    of = f", {need.here} here" if here else ""
    whose = f" ({'; '.join(need.names)})" if need.names else ""
    return f"{need.said}{of}{whose}"


def write_numbers_csv(path: Path, numbers: Numbers) -> Path:
    """Write the numbers as CSV, a line a number. Raises what `write_document` raises."""
    return write_csv(path, HEADER, _rows(numbers))


def _rows(numbers: Numbers) -> Iterator[tuple[str, ...]]:
    yield "people", "all", str(numbers.expected), str(numbers.here), ""
    for one in numbers.sides:
        yield "people", one.side.shown, str(one.expected), str(one.here), ""
    yield "people", "left", str(numbers.left), "0", ""
    yield "people", "walk-ins", str(numbers.walk_ins), "", ""

    def need(part: str, one: Need) -> tuple[str, ...]:
        return part, one.words, str(one.expected), str(one.here), "; ".join(one.names)

    yield from (need("diet", one) for one in numbers.diets)
    yield from (need("access", one) for one in numbers.access)
    for meal in numbers.meals:
        part = f"{meal.title} {meal.at}".strip()
        yield part, "all", str(meal.people), str(meal.here), ""
        yield from (need(part, one) for one in meal.diets)
    for table in numbers.tables:
        yield table.title, "all", str(table.people), "", ""
        yield from (need(f"{table.title}, diet", one) for one in table.diets)
        yield from (need(f"{table.title}, access", one) for one in table.access)


def write_door_csv(path: Path, people: Sequence[DoorPerson]) -> Path:
    """Write the list for the door as CSV. Raises what `write_document` raises."""
    header = ("family_name", "given_name", "organisation", "side", "state")
    return write_csv(
        path,
        header,
        [(p.family_name, p.given_name, p.organisation, p.side.shown, p.state) for p in people],
    )


# --- on paper -------------------------------------------------------------------------------------


def write_numbers_pdf(path: Path, numbers: Numbers, occasion: Occasion) -> Path:
    """Write the numbers as PDF. Raises what `write_document` raises."""
    rows = [_words(numbers.sentence, Face.SEMIBOLD, 12.5), _columns()]
    rows += [_figure(one.side.shown, one.expected, one.here, one.side) for one in numbers.sides]
    for title, needs in (("Dietary needs", numbers.diets), ("Access needs", numbers.access)):
        rows.append(_heading(title))
        if not needs:
            rows.append(_words("Nobody said anything.", Face.REGULAR, 10.5))
        for need in needs:
            rows += _need(need)
    for meal in numbers.meals:
        at = f", {meal.at}" if meal.at else ""
        rows.append(_heading(f"{meal.title}{at}"))
        rows.append(_words(meal.words[:1].upper() + meal.words[1:] + ".", Face.REGULAR, 10.5))
        for need in meal.diets:
            rows += _need(need)
    if numbers.tables:
        rows.append(_heading(f"By table: {numbers.round_name}"))
        for table in numbers.tables:
            rows.append(_table(table))
            for need in (*table.diets, *table.access):
                rows += _need(need, 14)
    note = "Names are inside: for the organisers" if numbers.names_inside else "No names inside"
    pages = list_pages(rows, "Numbers", occasion, 1, note=note)
    return write_pages(path, "Numbers", pages, occasion)


def write_door_pdf(path: Path, people: Sequence[DoorPerson], occasion: Occasion) -> Path:
    """Write the list for the door as PDF. Raises what `write_document` raises."""
    rows: list[Row] = []
    for letter, group in groupby(people, key=lambda one: (fold(one.name)[:1] or "#").upper()):
        rows.append(_heading(letter))
        rows += [_door(one, letter) for one in group]
    note = "Names are inside: keep it, and destroy it after the day"
    pages = list_pages(rows, "List for the door", occasion, 2, beside=letters_words, note=note)
    return write_pages(path, "List for the door", pages, occasion)


_ROOM = A4[0] - 2 * MARGIN
#: how wide the two columns of figures are
_CELL = 62.0


def _words(text: str, face: Face, size: float) -> Row:
    lines = wrap(text, face, size, _ROOM)
    high = len(lines) * size * 1.3 + 6

    def draw(canvas: Canvas, x: float, y: float, width: float) -> None:
        del width
        for number, line in enumerate(lines, 1):
            draw_text(canvas, x, y + high - number * size * 1.3, line, face, size)

    return Row(high, draw)


def _heading(words: str) -> Row:
    def draw(canvas: Canvas, x: float, y: float, width: float) -> None:
        fitted = fit(words, Face.BOLD, width, 14, 8)
        draw_text(canvas, x, y + 7, fitted.lines[0], Face.BOLD, fitted.size)

    return Row(32, draw, is_heading=True)


def _columns() -> Row:
    def draw(canvas: Canvas, x: float, y: float, width: float) -> None:
        for place, word in enumerate(("Here now", "Expected")):
            right = x + width - place * _CELL
            draw_text(canvas, right, y + 3, word, Face.REGULAR, 9, MUTED, "right")

    return Row(16, draw, is_heading=True)


def _figure(words: str, expected: int, here: int, side: Side | None = None, left: float = 0) -> Row:
    """A line with its two figures. Long words go on over several lines and are never cut: an
    allergy stands at the end of a sentence as often as at its beginning."""
    start = left + (16 if side else 0)
    lines = wrap(words, Face.REGULAR, 11, _ROOM - start - 2 * _CELL)
    high = 13.5 * len(lines) + 6

    def draw(canvas: Canvas, x: float, y: float, width: float) -> None:
        base = y + high - 13.5
        if side:
            draw_mark(canvas, side, x + left, base - 1, 10)
        for number, line in enumerate(lines):
            draw_text(canvas, x + start, base - number * 13.5, line, Face.REGULAR, 11)
        for place, figure in enumerate((here, expected)):
            right = x + width - place * _CELL
            draw_text(canvas, right, base, str(figure), Face.SEMIBOLD, 11, INK, "right")
        canvas.setStrokeColor(LINE)
        canvas.setLineWidth(0.4)
        canvas.line(x, y, x + width, y)

    return Row(high, draw)


def _need(need: Need, left: float = 0) -> list[Row]:
    rows = [_figure(need.words, need.expected, need.here, None, left)]
    if need.names:
        lines = wrap("; ".join(need.names), Face.REGULAR, 9.5, _ROOM - left - 12)
        high = 12.0 * len(lines) + 5

        def draw(canvas: Canvas, x: float, y: float, width: float) -> None:
            del width
            for number, line in enumerate(lines, 1):
                at = y + high - number * 12 + 1
                draw_text(canvas, x + left + 12, at, line, Face.REGULAR, 9.5, MUTED)

        rows.append(Row(high, draw))
    return rows


def _table(table: TableNumbers) -> Row:
    def draw(canvas: Canvas, x: float, y: float, width: float) -> None:
        many = counted(table.people, "person", "people")
        room = width - draw_text(canvas, x + width, y + 5, many, Face.REGULAR, 9.5, MUTED, "right")
        name = fit(table.title, Face.SEMIBOLD, room - 12, 11.5, 7)
        draw_text(canvas, x, y + 5, name.lines[0], Face.SEMIBOLD, name.size)

    return Row(22, draw, is_heading=True)


def _door(one: DoorPerson, letter: str) -> Row:
    def draw(canvas: Canvas, x: float, y: float, width: float) -> None:
        canvas.setStrokeColor(INK)
        canvas.setLineWidth(0.8)
        canvas.rect(x + 0.5, y + 5, 12, 12, stroke=1, fill=0)
        draw_mark(canvas, one.side, x + 19, y + 6, 10)
        right = x + width
        if one.state:
            used = draw_text(canvas, right, y + 10, one.state, Face.REGULAR, 8.5, MUTED, "right")
            right -= used + 6
        left = x + 35
        name = fit(one.name, Face.SEMIBOLD, right - left, 11, 6.5)
        draw_text(canvas, left, y + 12.5, name.lines[0], Face.SEMIBOLD, name.size)
        place = shorten(one.organisation, Face.REGULAR, 8, right - left)
        draw_text(canvas, left, y + 3.2, place, Face.REGULAR, 8, MUTED)
        canvas.setStrokeColor(LINE)
        canvas.setLineWidth(0.4)
        canvas.line(x, y, x + width, y)

    return Row(25, draw, key=letter)
