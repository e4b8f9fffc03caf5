"""The evacuation roll: who is inside now, to be ticked off outside. PDF, CSV or plain lines."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from reportlab.pdfgen.canvas import Canvas

from facilitator.documents.columns import LIST_HIGH, Row, flow, list_pages
from facilitator.documents.fonts import Face, draw_text, fit, shorten
from facilitator.documents.marks import draw_mark
from facilitator.documents.page import Occasion, Page, write_pages
from facilitator.documents.palette import INK, LINE, MUTED
from facilitator.documents.spreadsheet import write_csv
from facilitator.domain.sides import Side
from facilitator.domain.text import counted, fold


@dataclass(frozen=True, slots=True)
class RollPerson:
    """Somebody who is inside. `access` is what they need to get out, in words, or nothing."""

    given_name: str
    family_name: str
    side: Side
    table: str = ""
    access: str = ""
    organisation: str = ""
    #: when they came in, "09:31"
    since: str = ""
    #: tells entries apart: two of them may be of one person who was let in twice
    key: str = ""
    #: why this may be a second person, in words, or nothing
    doubt: str = ""
    #: whether they were seen outside
    seen: bool = False

    @property
    def name(self) -> str:
        """ "Larkin, Ada"."""
        return ", ".join(part for part in (self.family_name, self.given_name) if part)


#: columns and height of a row, from the most comfortable to the tightest that can be read
_SIZES = (
    (2, 16.0), (2, 13.5), (3, 15.0), (3, 13.5), (3, 12.0), (4, 10.5), (4, 9.3), (4, 8.2),
    (4, 7.6), (5, 7.6),
)  # fmt: skip
_TOP_HIGH, _SOURCE_HIGH = 34.0, 30.0


def by_place(person: RollPerson) -> tuple[object, ...]:
    """Sorts by side, then table (2 before 10, without one last), then family name."""
    number = re.match(r"\d+", person.table)
    return (
        person.side.position,
        not person.table,
        int(number.group()) if number else 10**6,
        fold(person.table),
        fold(person.family_name or person.given_name),
        fold(person.given_name),
        person.key,
    )


def write_roll_pdf(
    path: Path, people: Sequence[RollPerson], occasion: Occasion, source: str = ""
) -> Path:
    """Write the roll to a PDF; 600 people take two pages. An empty house is a roll, too.

    `source` is said at the head where the roll does not come from the event itself ("From the
    copy of 11:02"). Raises what `write_document` raises.
    """
    return write_pages(path, "Evacuation roll", roll_pages(people, occasion, source), occasion)


def roll_pages(people: Sequence[RollPerson], occasion: Occasion, source: str = "") -> list[Page]:
    """The pages of the roll, in the largest type that takes one page, else two."""
    ordered = sorted(people, key=by_place)
    top = _top(ordered, source)
    chosen = _SIZES[-1]
    for most in (1, 2):
        fitting = [
            (columns, high)
            for columns, high in _SIZES
            if len(flow(_rows(ordered, high), LIST_HIGH - top.high, columns)) <= most
        ]
        if fitting:
            chosen = fitting[0]
            break
    columns, high = chosen
    rows = _rows(ordered, high) or [_words("Nobody is inside.", 20)]
    inside = f"{counted(len(people), 'person', 'people')} inside"
    return list_pages(
        rows,
        "Evacuation roll",
        occasion,
        columns,
        gap=12 if columns > 2 else 20,
        # from a copy, what was known then is not what is so now
        beside=lambda _first, _last: inside if source else f"{inside} at {occasion.printed:%H:%M}",
        top=top,
        outline="Evacuation roll",
    )


def write_roll_csv(path: Path, people: Sequence[RollPerson]) -> Path:
    """Write the roll as CSV. Raises what `write_document` raises."""
    header = (
        "family_name", "given_name", "side", "table", "access", "organisation", "since",
        "may be two people", "seen outside",
    )  # fmt: skip
    rows = (
        (
            one.family_name, one.given_name, one.side.key, one.table, one.access,
            one.organisation, one.since, one.doubt, "yes" if one.seen else "",
        )
        for one in sorted(people, key=by_place)
    )  # fmt: skip
    return write_csv(path, header, rows)


def roll_lines(people: Sequence[RollPerson]) -> list[str]:
    """The roll as lines of text, for a terminal: the count, then side by side, table by table."""
    ordered = sorted(people, key=by_place)
    lines = [f"{counted(len(people), 'person is', 'people are')} inside."]
    for _, group in groupby(ordered, key=lambda one: one.side.key):
        members = list(group)
        lines += ["", f"{members[0].side.shown} ({len(members)})"]
        for one in members:
            table = f"table {one.table}" if one.table else "no table"
            access = f"; needs: {one.access}" if one.access else ""
            doubt = f"; {one.doubt}" if one.doubt else ""
            lines.append(f"[{'x' if one.seen else ' '}] {one.name} ({table}{access}{doubt})")
    return lines


def _rows(people: Sequence[RollPerson], high: float) -> list[Row]:
    rows: list[Row] = []
    helped = [one for one in people if one.access]
    if helped:
        rows.append(_heading("May need help to get out", len(helped), None, high))
        rows += [_help(one, high) for one in helped]
        rows.append(_words("", high * 0.5))
    for _, group in groupby(people, key=lambda one: one.side.key):
        members = list(group)
        side = members[0].side
        rows.append(_heading(side.shown, len(members), side, high))
        rows += [_person(one, high) for one in members]
    return rows


def _top(people: Sequence[RollPerson], source: str) -> Row:
    more = _SOURCE_HIGH if source else 0.0

    def draw(canvas: Canvas, x: float, y: float, width: float) -> None:
        if source:
            said = fit(source, Face.BOLD, width, 11, 7, lines=2)
            for number, line in enumerate(said.lines):
                low = y + _TOP_HIGH + more - 8 - number * said.size * 1.25
                draw_text(canvas, x, low, line, Face.BOLD, said.size)
        low = y + 13
        left = x
        for _, group in groupby(people, key=lambda one: one.side.key):
            members = list(group)
            draw_mark(canvas, members[0].side, left, low - 2, 12)
            left += 16
            left += draw_text(canvas, left, low, str(len(members)), Face.SEMIBOLD, 12) + 16
        words = "   ".join(
            f"{word}: {'.' * dots}"
            for word, dots in (("Seen outside", 10), ("Not yet seen", 10), ("Counted by", 22))
        )
        draw_text(canvas, x + width, low, words, Face.REGULAR, 10, INK, "right")
        canvas.setStrokeColor(LINE)
        canvas.setLineWidth(0.5)
        canvas.line(x, y + 6, x + width, y + 6)

    return Row(_TOP_HIGH + more, draw)


def _heading(words: str, number: int, side: Side | None, high: float) -> Row:
    tall = high * 1.45

    def draw(canvas: Canvas, x: float, y: float, width: float) -> None:
        size = high * 0.82
        low = y + high * 0.3
        left = x
        if side is not None:
            draw_mark(canvas, side, x, low - size * 0.12, size * 0.9)
            left += size * 1.25
        count = draw_text(canvas, x + width, low, str(number), Face.BOLD, size, INK, "right")
        label = fit(words, Face.BOLD, x + width - left - count - 4, size, 4)
        draw_text(canvas, left, low, "".join(label.lines), Face.BOLD, label.size)

    return Row(tall, draw, is_heading=True, key=words)


def _person(person: RollPerson, high: float) -> Row:
    def draw(canvas: Canvas, x: float, y: float, width: float) -> None:
        box = high * 0.68
        low = y + high * 0.26
        canvas.setStrokeColor(INK)
        canvas.setLineWidth(0.7)
        canvas.rect(x, y + high * 0.14, box, box, stroke=1, fill=0)
        if person.seen:
            edge = y + high * 0.14
            canvas.line(x + box * 0.2, edge + box * 0.5, x + box * 0.45, edge + box * 0.2)
            canvas.line(x + box * 0.45, edge + box * 0.2, x + box * 0.85, edge + box * 0.85)
        size = high * 0.74
        left = x + box + high * 0.35
        draw_mark(canvas, person.side, left, y + high * 0.18, high * 0.6)
        left += high * 0.85
        right = x + width
        table = shorten(person.table or "–", Face.SEMIBOLD, size, width * 0.25)
        right -= draw_text(canvas, right, low, table, Face.SEMIBOLD, size, INK, "right") + 4
        for word, applies in (("help", person.access), ("twice", person.doubt)):
            if applies:
                right -= draw_text(canvas, right, low, word, Face.BOLD, size * 0.9, INK, "right")
                right -= 4
        family = fit(
            person.family_name or person.given_name, Face.SEMIBOLD, right - left, size, size * 0.7
        )
        left += draw_text(canvas, left, low, "".join(family.lines), Face.SEMIBOLD, family.size)
        if person.family_name and person.given_name and right - left > high:
            rest = shorten(f", {person.given_name}", Face.REGULAR, family.size, right - left)
            draw_text(canvas, left, low, rest, Face.REGULAR, family.size)

    return Row(high, draw, key=person.side.name)


def _help(person: RollPerson, high: float) -> Row:
    size = high * 0.74

    def draw(canvas: Canvas, x: float, y: float, width: float) -> None:
        table = f"table {person.table}" if person.table else "no table"
        name = shorten(f"{person.name} · {table}", Face.SEMIBOLD, size, width)
        draw_text(canvas, x, y + high * 1.2, name, Face.SEMIBOLD, size)
        need = fit(person.access, Face.REGULAR, width, size * 0.95, size * 0.7)
        draw_text(canvas, x, y + high * 0.32, "".join(need.lines), Face.REGULAR, need.size, MUTED)

    return Row(high * 2.1, draw, key=person.side.name)


def _words(words: str, high: float) -> Row:
    def draw(canvas: Canvas, x: float, y: float, width: float) -> None:
        del width
        draw_text(canvas, x, y + 4, words, Face.REGULAR, 11, MUTED)

    return Row(high, draw, key="nobody" if words else "")
