"""Badges: the first name largest, the side as word, letter, shape and colour, the ticket's code.

Nothing about diet, access or attention is on a badge, and nothing here can carry it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from reportlab.lib.colors import Color, black
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from facilitator.documents.badge_layouts import DEFAULT_LAYOUT, Layout, Style, find_layout
from facilitator.documents.fonts import Face, Fitted, draw_fitted, draw_text, fit, text_width
from facilitator.documents.marks import draw_mark
from facilitator.documents.page import Occasion, new_canvas, write_document
from facilitator.documents.palette import INK, LINE, MIST, MUTED, PAPER, side_colour
from facilitator.documents.qr import QUIET, draw_qr, qr_matrix
from facilitator.domain.errors import Refused
from facilitator.domain.sides import Side, Sides


@dataclass(frozen=True, slots=True)
class BadgePerson:
    """What one badge says. A spare badge has no name, and no side until somebody ticks one."""

    given_name: str
    family_name: str
    role: str
    organisation: str
    side: Side | None
    ticket: str
    #: (round, table) as they are called, in order: ("Round 1", "7")
    tables: tuple[tuple[str, str], ...] = ()
    #: for a spare badge: the sides to tick one of
    choices: tuple[Side, ...] = ()


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle on the page in points, from its lower left corner."""

    x: float
    y: float
    wide: float
    high: float

    @property
    def right(self) -> float:
        return self.x + self.wide

    @property
    def top(self) -> float:
        return self.y + self.high


def spare_badge(ticket: str, sides: Sides) -> BadgePerson:
    """A badge that belongs to nobody yet, to be written on by hand."""
    return BadgePerson("", "", "", "", None, ticket, choices=tuple(sides))


def write_badges(
    path: Path,
    people: Sequence[BadgePerson],
    layout: str | Layout,
    occasion: Occasion,
    progress: Callable[[int, int], object] | None = None,
) -> Path:
    """Write the badges of `people`, in their order, to a PDF at `path`.

    `progress` is told (done, of) now and then. Refused where nobody is to be printed or the
    layout is not known; otherwise raises what `write_document` raises.
    """
    chosen = find_layout(layout) if isinstance(layout, str) else layout
    if not people:
        raise Refused("There is nobody to print a badge for.", "Nothing was written.")

    def make(target: Path) -> None:
        size = (chosen.page[0] * mm, chosen.page[1] * mm)
        canvas = new_canvas(target, "Badges", occasion, size)
        for start in range(0, len(people), chosen.a_page):
            draw_badge_page(canvas, people[start : start + chosen.a_page], chosen, occasion)
            canvas.showPage()
            if progress is not None:
                progress(min(start + chosen.a_page, len(people)), len(people))
        canvas.save()

    return write_document(path, make)


def draw_badge_page(
    canvas: Canvas, people: Sequence[BadgePerson], layout: Layout, occasion: Occasion
) -> None:
    """Draw one page of badges, row by row."""
    for index, person in enumerate(people):
        wide, high = layout.label[0] * mm, layout.label[1] * mm
        if not layout.folded:
            x, y = layout.corner(*divmod(index, layout.columns))
            draw_badge(canvas, person, Box(x * mm, y * mm, wide, high), layout.style, occasion)
            continue
        # both faces are one drawing, kept once in the file
        face = f"badge-{canvas.getPageNumber()}-{index}"
        canvas.beginForm(face, 0, 0, wide, high)
        draw_badge(canvas, person, Box(0, 0, wide, high), layout.style, occasion)
        canvas.endForm()
        for column in range(layout.columns):
            x, y = layout.corner(index, column)
            canvas.saveState()
            canvas.translate(x * mm, y * mm)
            canvas.doForm(face)
            canvas.restoreState()
    if layout.cut:
        _draw_guides(canvas, layout)


def draw_badge(
    canvas: Canvas, person: BadgePerson, box: Box, style: Style, occasion: Occasion
) -> None:
    """Draw one badge inside `box`; nothing leaves it."""
    band_foot = _draw_band(canvas, person, box, style)
    qr = style.qr * mm
    quiet = qr * QUIET / (len(qr_matrix(person.ticket)) + 2 * QUIET)
    margin = style.margin * mm
    left = box.x + margin
    # the dark part ends at the margin, the quiet zone reaches into it
    qr_x = box.right - margin + quiet - qr
    foot = box.y + margin
    ink, muted = (black, black) if style.black else (INK, MUTED)
    if style.wide:
        qr_y = foot - quiet
        draw_qr(canvas, person.ticket, qr_x, qr_y, qr)
        room = qr_x - left
        below = box.y + style.inset * mm + 1
        below = _draw_foot_line(canvas, person.ticket, left, below, room, style.code, muted)
        below = _draw_small_cells(canvas, person, Box(left, below, room, 0), style)
        _draw_names(canvas, person, Box(left, below, room, band_foot - below), style)
        return
    middle = qr_x + qr / 2
    event, _, rest = person.ticket.partition("-")[2].partition("-")
    y = foot
    for line in (rest, f"F1-{event}") if rest else (person.ticket,):
        fitted = fit(line, Face.REGULAR, qr, style.code, 3)
        draw_text(canvas, middle, y, fitted.lines[0], Face.REGULAR, fitted.size, ink, "centre")
        y += style.code * 1.15
    draw_qr(canvas, person.ticket, qr_x, y, qr)
    above_qr = y + qr - quiet + 2 * mm
    room = qr_x + quiet - 4 * mm - left
    size = style.small * 0.85
    below = _draw_foot_line(canvas, occasion.event, left, foot, room, size, muted)
    cells = Box(left, below + 1.5 * mm, room, above_qr - below - 1.5 * mm)
    draw_cells = _draw_small_cells if style.black else _draw_cells
    below = max(above_qr, draw_cells(canvas, person, cells, style) + 2 * mm)
    names = Box(left, below, box.wide - 2 * margin, band_foot - below)
    _draw_names(canvas, person, names, style)


def _colour(person: BadgePerson, style: Style) -> Color:
    if style.black or person.side is None:
        return black
    return side_colour(person.side)


def _draw_band(canvas: Canvas, person: BadgePerson, box: Box, style: Style) -> float:
    """The side along the top; returns the y of its foot."""
    inset, high = style.inset * mm, style.band * mm
    band = Box(box.x + inset, box.top - inset - high, box.wide - 2 * inset, high)
    left = box.x + style.margin * mm
    middle = band.y + band.high / 2
    mark = min(high * 0.58, 11 * mm)
    if person.side is None:
        canvas.setStrokeColor(INK)
        canvas.setLineWidth(0.8)
        canvas.roundRect(band.x, band.y, band.wide, band.high, min(2 * mm, high / 4), 1, 0)
        step = (band.right - left) / max(1, len(person.choices))
        size = mark * 0.6
        room = step - size * 2.6 - 4
        names = [
            fit(side.shown, Face.SEMIBOLD, room, style.word * 0.62, 4, lines=2)
            for side in person.choices
        ]
        alike = min((name.size for name in names), default=0)
        for number, (side, name) in enumerate(zip(person.choices, names, strict=True)):
            x = left + number * step
            canvas.setStrokeColor(INK)
            canvas.rect(x, middle - size / 2, size, size, stroke=1, fill=0)
            draw_mark(canvas, side, x + size * 1.35, middle - size / 2, size, plain=style.black)
            same = replace(name, size=alike)
            draw_fitted(canvas, x + size * 2.6, middle + same.height / 2, same, Face.SEMIBOLD)
        return band.y
    canvas.setFillColor(_colour(person, style))
    canvas.roundRect(band.x, band.y, band.wide, band.high, min(2 * mm, high / 4), 0, 1)
    side = person.side
    draw_mark(canvas, side, left, middle - mark / 2, mark, inverted=True, plain=style.black)
    x = left + mark + max(2 * mm, mark * 0.35)
    room = band.right - x - 2 * mm
    word = fit(side.shown, Face.BOLD, room, style.word, 6)
    draw_text(canvas, x, middle - word.size * 0.33, word.lines[0], Face.BOLD, word.size, PAPER)
    return band.y


def _draw_names(canvas: Canvas, person: BadgePerson, box: Box, style: Style) -> None:
    """First name, family name, role and organisation, shrunk and broken into `box`."""
    ink, muted = (black, black) if style.black else (INK, MUTED)
    pad = style.first[0] * 0.16
    high = box.high - pad
    if not (person.given_name or person.family_name):
        _draw_blanks(canvas, replace_height(box, high), style)
        return
    given, family = person.given_name, person.family_name
    if not given:
        given, family = family, ""
    gap = style.role[0] * 0.55
    second = fit(family, Face.REGULAR, box.wide, *style.family, 3, high * 0.26)
    role = fit(person.role, Face.SEMIBOLD, box.wide, *style.role, 2, high * 0.16, 1.2)
    place = fit(person.organisation, Face.REGULAR, box.wide, *style.role, 2, high * 0.16, 1.2)
    rest = high - second.height - role.height - place.height
    rest -= gap if role.lines or place.lines else 0
    first = fit(given, Face.BOLD, box.wide, *style.first, 3, rest, 1.12)
    y = draw_fitted(canvas, box.x, box.top - pad, first, Face.BOLD, ink)
    y = draw_fitted(canvas, box.x, y, second, Face.REGULAR, ink)
    y -= gap
    y = draw_fitted(canvas, box.x, y, role, Face.SEMIBOLD, ink)
    draw_fitted(canvas, box.x, y, place, Face.REGULAR, muted)


def replace_height(box: Box, high: float) -> Box:
    """The same box, `high` points high, its foot where it was."""
    return replace(box, high=high)


def _draw_blanks(canvas: Canvas, box: Box, style: Style) -> None:
    """Lines to write a name, a role and an organisation on."""
    canvas.setStrokeColor(MUTED)
    canvas.setLineWidth(0.6)
    step = box.high / 3
    for number, word in enumerate(("Name", "Role", "Organisation")):
        y = box.top - (number + 1) * step + style.small * 1.4
        canvas.line(box.x, y, box.right, y)
        draw_text(canvas, box.x, y - style.small, word, Face.REGULAR, style.small, MUTED)


def _draw_foot_line(
    canvas: Canvas, text: str, x: float, y: float, room: float, size: float, colour: Color
) -> float:
    """The event's name, or on a label the ticket, at the foot; returns the y above it."""
    fitted = fit(text, Face.REGULAR, room, size, 4)
    if fitted.lines:
        draw_text(canvas, x, y, fitted.lines[0], Face.REGULAR, fitted.size, colour)
    return y + size * 1.25


def _draw_cells(canvas: Canvas, person: BadgePerson, box: Box, style: Style) -> float:
    """The tables by round under "Your tables", filling `box` from its foot; returns their top."""
    if not person.tables:
        return box.y
    number = len(person.tables)
    gap = 1.8 * mm
    across = min(number, max(1, int((box.wide + gap) / (13 * mm + gap))))
    across = -(-number // -(-number // across))
    rows = -(-number // across)
    wide = min(17 * mm, (box.wide + gap) / across - gap)
    room = box.high - style.small * 2
    high = min((17 if rows == 1 else 12.5) * mm, (room + gap) / rows - gap)
    for index, (name, table) in enumerate(person.tables):
        row, column = divmod(index, across)
        x = box.x + column * (wide + gap)
        y = box.y + (rows - 1 - row) * (high + gap)
        canvas.setFillColor(MIST)
        canvas.roundRect(x, y, wide, high, min(1.8 * mm, high / 4), 0, 1)
        label = fit(name, Face.REGULAR, wide - 4, min(style.small * 0.9, high * 0.3), 3)
        value = fit(table, Face.BOLD, wide - 4, high * 0.5, 3)
        middle = x + wide / 2
        _draw_line(canvas, middle, y + high * 0.72, label, Face.REGULAR, MUTED, "centre")
        low = y + high * 0.37 - value.size * 0.33
        _draw_line(canvas, middle, low, value, Face.BOLD, INK, "centre")
    top = box.y + rows * high + (rows - 1) * gap + 2 * mm
    draw_text(canvas, box.x, top, "Your tables", Face.REGULAR, style.small, MUTED)
    return top + style.small


def _draw_small_cells(canvas: Canvas, person: BadgePerson, box: Box, style: Style) -> float:
    """The tables by round as "Round 1  7" in small cells, upwards; returns their top."""
    if not person.tables:
        return box.y
    number = len(person.tables)
    gap = 1 * mm
    # at least as wide as "Round 1" and a number need
    least = style.small * 6
    most = max(1, int((box.wide + gap) / (least + gap)))
    rows = -(-number // most)
    high = style.small * 1.75
    if box.high:
        wanted = 1 if number <= 4 else 2
        rows = max(rows, -(-number // wanted))
        high = min(high * 1.2, (box.high + gap) / rows - gap)
    across = -(-number // rows)
    wide = min(26 * mm, (box.wide + gap) / across - gap)
    ink, muted = (black, black) if style.black else (INK, MUTED)
    for index, (name, table) in enumerate(person.tables):
        row, column = divmod(index, across)
        x = box.x + column * (wide + gap)
        y = box.y + 1 + (rows - 1 - row) * (high + gap)
        if style.black:
            canvas.setStrokeColor(black)
            canvas.setLineWidth(0.6)
            canvas.roundRect(x, y, wide, high, min(1 * mm, high / 4), 1, 0)
        else:
            canvas.setFillColor(MIST)
            canvas.roundRect(x, y, wide, high, min(1 * mm, high / 4), 0, 1)
        value = fit(table, Face.BOLD, wide * 0.45, high * 0.82, 3)
        used = max((text_width(line, Face.BOLD, value.size) for line in value.lines), default=0)
        label = fit(name, Face.REGULAR, wide - used - 9, min(style.small * 0.9, high * 0.6), 4)
        middle = y + high / 2
        low = middle - label.size * 0.33
        _draw_line(canvas, x + 3, low, label, Face.REGULAR, muted, "left")
        low = middle - value.size * 0.33
        _draw_line(canvas, x + wide - 3, low, value, Face.BOLD, ink, "right")
    return box.y + 1 + rows * (high + gap) + 1


def _draw_line(
    canvas: Canvas, x: float, y: float, fitted: Fitted, face: Face, colour: Color, align: str
) -> None:
    """A fitted text's only line, if it has one."""
    for line in fitted.lines:
        draw_text(canvas, x, y, line, face, fitted.size, colour, align)


def _draw_guides(canvas: Canvas, layout: Layout) -> None:
    """Where to cut and where to fold, in dashes."""
    left, top = layout.left * mm, (layout.page[1] - layout.top) * mm
    right = left + layout.columns * layout.pitch_x * mm
    foot = top - layout.rows * layout.pitch_y * mm
    # where badges do not reach the edge of the page, the outer edges are cut as well
    outer = 1 if layout.left > 0 else 0
    canvas.saveState()
    canvas.setStrokeColor(LINE)
    canvas.setLineWidth(0.5)
    canvas.setDash(3, 3)
    for row in range(1 - outer, layout.rows + outer):
        y = top - row * layout.pitch_y * mm
        canvas.line(left, y, right, y)
        if not outer:
            draw_text(canvas, left + 6 * mm, y + 1.5, "Cut", Face.REGULAR, 5.5, MUTED)
    for column in range(1 - outer, layout.columns + outer):
        x = left + column * layout.pitch_x * mm
        canvas.line(x, foot, x, top)
        word = "Fold" if layout.folded else "Cut"
        for row in range(layout.rows):
            if not outer:
                y = top - (row + 1) * layout.pitch_y * mm
                draw_text(canvas, x + 1.5, y + 6 * mm, word, Face.REGULAR, 5.5, MUTED)
    canvas.restoreState()


__all__ = [
    "DEFAULT_LAYOUT",
    "BadgePerson",
    "Box",
    "draw_badge",
    "draw_badge_page",
    "spare_badge",
    "write_badges",
]
