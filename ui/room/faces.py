"""The faces of the room display, painted on a sheet of 1920 by 1080 and scaled to the projector.

Everything here is read from 15 metres: margins of 96, no text below 36, plain text only.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPen

from facilitator.domain.board import Board
from facilitator.domain.hands import Moment as HandsMoment
from facilitator.domain.session_clock import Phase, Status, shown_clock
from facilitator.services.events import Event
from facilitator.services.room_display import Face, NameAtTable, RoomPicture
from ui.icons import paint_icon
from ui.kit.mark import paint_mark
from ui.theme import SIDE_COLOURS, Theme, font

WIDTH, HEIGHT, MARGIN = 1920, 1080, 96
ROWS, COLUMNS = 10, 3
#: how long a page of names stands, in seconds
PAGE_SECONDS = 10
_LEFT = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
_RIGHT = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
_CENTRE = int(Qt.AlignmentFlag.AlignCenter)
_TOP = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
_WRAP = int(Qt.TextFlag.TextWordWrap)


@dataclass(frozen=True, slots=True)
class Sight:
    """One moment of the room display."""

    picture: RoomPicture
    board: Board
    now: datetime
    page: int = 0
    page_left: int = PAGE_SECONDS


class Ground:
    """Colours of the room: the dark theme's, on navy."""

    def __init__(self) -> None:
        theme = Theme.load("dark")
        self.theme = theme
        self.navy = QColor("#0B1F33")
        self.text = QColor("#FFFFFF")
        self.second = QColor("#C3CDD6")
        self.track = QColor("#2A3E52")
        self.line = QColor("#22384D")
        self.careful = theme.colour("careful")
        self.stop = QColor("#FF9C93")


def paint_face(painter: QPainter, area: QRectF, sight: Sight) -> None:
    """Paint the chosen face into `area`, centred at 16 to 9; what is left over is ground."""
    ground = Ground()
    face = sight.picture.shown.face
    black = face in {Face.BLACK, Face.SLIDES}
    painter.fillRect(area, QColor("#000000") if black else ground.navy)
    if black:
        return
    painter.save()
    painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.TextAntialiasing)
    scale = min(area.width() / WIDTH, area.height() / HEIGHT)
    painter.translate(area.center() - QPointF(WIDTH, HEIGHT) * scale / 2)
    painter.scale(scale, scale)
    _FACES[face](painter, sight, ground)
    painter.restore()


def pages(names: tuple[NameAtTable, ...]) -> list[tuple[NameAtTable, ...]]:
    """The names by page, each as full as it can be."""
    size = ROWS * COLUMNS
    count = max(1, -(-len(names) // size))
    each = -(-len(names) // count) if names else 0
    return [names[at : at + each] for at in range(0, len(names), each)] if each else [()]


def page_words(page: tuple[NameAtTable, ...]) -> str:
    """ "A to G"."""
    if not page:
        return ""
    first, last = page[0].initial, page[-1].initial
    return first if first == last else f"{first} to {last}"


# --- pieces ---------------------------------------------------------------------------------------


def _text(
    painter: QPainter, box: QRect, text: str, face: QFont, colour: QColor, flags: int = _LEFT
) -> None:
    painter.setFont(face)
    painter.setPen(colour)
    if not flags & _WRAP:
        text = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, box.width())
    painter.drawText(box, flags, text)


def _fit(text: str, box: QRect, sizes: tuple[int, ...], weight: str = "bold") -> QFont:
    """The largest size in which wrapped text fits the box; else the smallest."""
    for size in sizes:
        candidate = font(size, weight)
        room = QFontMetrics(candidate).boundingRect(QRect(0, 0, box.width(), 100_000), _WRAP, text)
        if room.height() <= box.height() and room.width() <= box.width():
            return candidate
    return font(sizes[-1], weight)


def _head(painter: QPainter, sight: Sight, ground: Ground) -> None:
    event = sight.picture.event
    width = WIDTH - 2 * MARGIN
    _text(painter, QRect(MARGIN, 60, width - 240, 56), event.name, font(36), ground.second)
    now = f"{event.local(sight.now):%H:%M}"
    clock = font(36, "bold", tabular=True)
    _text(painter, QRect(WIDTH - MARGIN - 240, 60, 240, 56), now, clock, ground.text, _RIGHT)


def _foot(painter: QPainter, left: str, strong: str, right: str, then: str, g: Ground) -> None:
    """ "minutes left, until 11:47" at the left, "Then Bright spots" at the right."""
    y = 950
    big, bold = font(56), font(56, "bold", tabular=True)
    metrics = QFontMetrics(big)
    _text(painter, QRect(MARGIN, y, 1200, 80), left, big, g.text)
    at = MARGIN + metrics.horizontalAdvance(left) + 14
    room = 400 if then else WIDTH - MARGIN - at
    _text(painter, QRect(at, y, room, 80), strong, bold, g.text)
    used = at + QFontMetrics(bold).horizontalAdvance(strong) + 40 if strong else at + 40
    if then:
        room = max(WIDTH - MARGIN - used, 200)
        lead = metrics.horizontalAdvance(right) + 22
        shown = QFontMetrics(bold).elidedText(then, Qt.TextElideMode.ElideRight, room - lead)
        width = QFontMetrics(bold).horizontalAdvance(shown)
        start = WIDTH - MARGIN - width
        painter.setFont(bold)
        painter.setPen(g.text)
        painter.drawText(QRect(start, y, width + 4, 80), _LEFT, shown)
        _text(painter, QRect(start - lead, y, lead, 80), right, big, g.second)


# --- faces ----------------------------------------------------------------------------------------


def _welcome(painter: QPainter, sight: Sight, ground: Ground) -> None:
    event = sight.picture.event
    marks = [(side.position, side.letter) for side in event.sides][:2]
    for place, (position, letter) in enumerate(marks):
        box = QRectF(MARGIN + place * 104, MARGIN + 8, 120, 120)
        paint_mark(painter, box, position, letter, theme=ground.theme)
    _text(painter, QRect(MARGIN, 270, 1700, 72), "Welcome to", font(56), ground.second)
    box = QRect(MARGIN, 350, WIDTH - 2 * MARGIN, 360)
    face = _fit(event.name, box, (150, 128, 108, 92, 76, 60))
    _text(painter, box, event.name, face, ground.text, _TOP | _WRAP)
    place = " · ".join(part for part in (event.venue, event.date_words) if part)
    _text(painter, QRect(MARGIN, 740, WIDTH - 2 * MARGIN, 70), place, font(44), ground.second)
    coming = sight.board.now or sight.board.next
    if coming is not None:
        begins = coming.actual_start or coming.expected_start or coming.published_start
        at = f"{event.local(begins):%H:%M}" if begins else ""
        _foot(painter, at, coming.session.title, "", "", ground)


def _clock(painter: QPainter, sight: Sight, ground: Ground) -> None:
    event, state = sight.picture.event, sight.board.state
    _head(painter, sight, ground)
    session = state.session or state.next
    title = session.title if session else "That was the day. Thank you."
    box = QRect(MARGIN, 130, WIDTH - 2 * MARGIN, 150)
    _text(painter, box, title, _fit(title, box, (88, 76, 64, 54)), ground.text, _LEFT | _WRAP)
    coming = sight.board.next
    then = coming.session.title if coming is not None and state.is_on else ""
    if not state.is_on:
        times = sight.board.of(session)
        begins = (times.expected_start or times.published_start) if times else None
        if begins is not None:
            _digits(painter, f"{event.local(begins):%H:%M}", ground.text)
            _foot(painter, "begins at", f"{event.local(begins):%H:%M}", "", "", ground)
        return
    over = state.phase is Phase.OVER
    if over and not event.settings.red_clock:
        _text(painter, QRect(MARGIN, 330, WIDTH - 2 * MARGIN, 500), "Finishing",
              font(260, "bold"), ground.text, _CENTRE)  # fmt: skip
        _foot(painter, "please come to an end", "", "Then", then, ground)
        return
    colour = {
        Phase.WARNING: ground.careful, Phase.DANGER: ground.careful, Phase.OVER: ground.stop,
    }.get(state.phase, ground.text)  # fmt: skip
    _digits(painter, shown_clock(abs(state.remaining)), colour)
    share = min(max(state.elapsed / state.allotted, 0), 1) if state.allotted else 0
    track = QRectF(MARGIN, 900, WIDTH - 2 * MARGIN, 24)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(ground.track)
    painter.drawRoundedRect(track, 12, 12)
    painter.setBrush(colour)
    painter.drawRoundedRect(QRectF(track.left(), 900, max(track.width() * share, 24), 24), 12, 12)
    now = sight.board.now
    ends = now.expected_end if now else None
    until = f"{event.local(ends):%H:%M}" if ends else ""
    if state.status is Status.PAUSED:
        _foot(painter, "paused", "", "Then", then, ground)
    elif over:
        _foot(painter, "over by so much", "", "Then", then, ground)
    else:
        unit = "seconds" if state.remaining < 60 else "minutes"
        _foot(painter, f"{unit} left, until", until, "Then", then, ground)


def _digits(painter: QPainter, text: str, colour: QColor) -> None:
    box = QRect(MARGIN - 20, 270, WIDTH - 2 * MARGIN + 40, 620)
    for size in (660, 560, 460, 380, 300):
        face = font(size, "semibold", tabular=True)
        if QFontMetrics(face).horizontalAdvance(text) <= box.width():
            break
    painter.setFont(face)
    painter.setPen(colour)
    painter.drawText(box, _LEFT, text)


def _find(painter: QPainter, sight: Sight, ground: Ground) -> None:
    picture = sight.picture
    _text(painter, QRect(MARGIN, 60, 1400, 110), "Find your table", font(92, "bold"), ground.text)
    _text(painter, QRect(MARGIN, 168, WIDTH - 2 * MARGIN, 54), _round_words(sight), font(36),
          ground.second)  # fmt: skip
    found = pages(picture.names)
    page = found[sight.page % len(found)]
    if not page:
        _text(painter, QRect(MARGIN, 400, WIDTH - 2 * MARGIN, 200),
              "Please sit where you like.", font(92, "semibold"), ground.text)  # fmt: skip
        return
    rows = -(-len(page) // COLUMNS)
    width = (WIDTH - 2 * MARGIN - 2 * 56) // COLUMNS
    for place, name in enumerate(page):
        column, row = divmod(place, rows)
        _name(
            painter, QRect(MARGIN + column * (width + 56), 256 + row * 68, width, 68), name, ground
        )
    _page_tabs(painter, sight, found, ground)


def _name(painter: QPainter, box: QRect, name: NameAtTable, ground: Ground) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(ground.text)
    tile = QRect(box.left(), box.top() + 4, 76, 56)
    painter.drawRoundedRect(tile, 8, 8)
    small = font(36 if len(name.table) < 4 else 24, "bold", tabular=True)
    _text(painter, tile, name.table, small, ground.navy, _CENTRE)
    bold, plain = font(36, "bold"), font(36)
    left = box.left() + 98
    room = box.right() - left
    family = name.family or name.given
    shown = QFontMetrics(bold).elidedText(family, Qt.TextElideMode.ElideRight, room)
    painter.setFont(bold)
    painter.setPen(ground.text)
    painter.drawText(QRect(left, box.top() + 4, room, 56), _LEFT, shown)
    used = QFontMetrics(bold).horizontalAdvance(shown)
    rest = f", {name.given}" if name.family and name.given else ""
    if rest and room - used > 60:
        _text(painter, QRect(left + used, box.top() + 4, room - used, 56), rest, plain, ground.text)
    painter.setPen(QPen(ground.line, 1.5))
    painter.drawLine(box.bottomLeft(), box.bottomRight())


def _page_tabs(
    painter: QPainter, sight: Sight, found: list[tuple[NameAtTable, ...]], ground: Ground
) -> None:
    left, y = MARGIN, 962
    bold = font(36, "bold")
    for place, page in enumerate(found):
        words = page_words(page)
        width = QFontMetrics(bold).horizontalAdvance(words) + 48
        if left + width > WIDTH - MARGIN - 480:
            break
        on = place == sight.page % len(found)
        if on:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(ground.text)
            painter.drawRoundedRect(QRect(left, y, width, 56), 8, 8)
        colour = ground.navy if on else ground.second
        _text(painter, QRect(left, y, width, 56), words, bold if on else font(36), colour, _CENTRE)
        left += width + 4
    if len(found) > 1:
        words = "This page stays" if sight.picture.shown.held else (
            f"Next page in {sight.page_left} second{'' if sight.page_left == 1 else 's'}"
        )  # fmt: skip
        box = QRect(WIDTH - MARGIN - 480, y, 480, 56)
        _text(painter, box, words, font(36, tabular=True), ground.second, _RIGHT)


def _round_words(sight: Sight) -> str:
    picture = sight.picture
    number = picture.round_number
    if number is None:
        return "By family name."
    name = picture.round_name or f"Round {number}"
    for times in sight.board.times:
        if times.session.round_number == number and times.actual_start is None:
            begins = times.expected_start or times.published_start
            if begins is not None:
                return f"By family name. {name} starts at {picture.event.local(begins):%H:%M}."
    return f"By family name. {name}."


def _move(painter: QPainter, sight: Sight, ground: Ground) -> None:
    _head(painter, sight, ground)
    paint_icon(painter, QRectF(MARGIN, 200, 260, 260), "arrow-circle-right-fill", ground.careful)
    name = sight.picture.round_name or "the next round"
    _text(painter, QRect(MARGIN, 480, WIDTH - 2 * MARGIN, 200), "Move now", font(180, "bold"),
          ground.text)  # fmt: skip
    line = f"{name}: your table is on your badge, or ask at the desk."
    box = QRect(MARGIN, 720, WIDTH - 2 * MARGIN, 180)
    _text(painter, box, line, _fit(line, box, (64, 56, 48), "regular"), ground.second, _TOP | _WRAP)


def _break(painter: QPainter, sight: Sight, ground: Ground) -> None:
    event, now = sight.picture.event, sight.board.now
    _head(painter, sight, ground)
    coming = sight.board.next
    ends = now.expected_end if now else None
    if ends is None and coming is not None:
        ends = coming.expected_start or coming.published_start
    until = f"{event.local(ends):%H:%M}" if ends else "we call you back"
    title = now.session.title if now else "Break"
    _text(painter, QRect(MARGIN, 150, WIDTH - 2 * MARGIN, 110), f"{title} until", font(88, "bold"),
          ground.text)  # fmt: skip
    if ends:
        _digits(painter, until, ground.text)
    else:
        _text(painter, QRect(MARGIN, 380, WIDTH - 2 * MARGIN, 300), until, font(150, "bold"),
              ground.text)  # fmt: skip
    state = sight.board.state
    left = ""
    if state.is_on and state.remaining > 0:
        minutes = int(state.remaining // 60)
        unit = "minute" if minutes == 1 else "minutes"
        left = f"{minutes} {unit} left" if minutes else "less than a minute left"
    _foot(painter, left, "", "Then", coming.session.title if coming else "", ground)


def _myth(painter: QPainter, sight: Sight, ground: Ground) -> None:
    note = sight.picture.myth
    if note is None:
        _welcome(painter, sight, ground)
        return
    reality = note.room_reality
    measured = note.hands.is_measured
    room = 330 if measured else 560
    if reality:
        _text(painter, QRect(MARGIN, 70, 1600, 50), "What is true", font(36), ground.second)
        box = QRect(MARGIN, 136, WIDTH - 2 * MARGIN, room - 70)
        _text(painter, box, reality, _fit(reality, box, (84, 72, 60, 50, 42), "semibold"),
              ground.text, _TOP | _WRAP)  # fmt: skip
        claim = f"The myth we heard: “{note.text}”"
        box = QRect(MARGIN, 150 + room, WIDTH - 2 * MARGIN, 130)
        _text(painter, box, claim, _fit(claim, box, (44, 40, 36), "regular"), ground.second,
              _TOP | _WRAP)  # fmt: skip
    else:
        _text(painter, QRect(MARGIN, 70, 1600, 50), "Is it true?", font(36), ground.second)
        box = QRect(MARGIN, 136, WIDTH - 2 * MARGIN, room + 60)
        claim = f"“{note.text}”"
        _text(painter, box, claim, _fit(claim, box, (96, 84, 72, 60, 48), "semibold"),
              ground.text, _TOP | _WRAP)  # fmt: skip
    if measured:
        _hands(painter, sight, ground)


def _hands(painter: QPainter, sight: Sight, ground: Ground) -> None:
    note, event = sight.picture.myth, sight.picture.event
    assert note is not None
    sides = [side for side in event.sides if side.key in note.hands.sides][:3]
    row = 148 if len(sides) < 3 else 112
    top = 1080 - 60 - row * len(sides)
    heading = QRect(MARGIN, top - 84, 900, 64)
    _text(painter, heading, "Who believed it?", font(48, "semibold"), ground.text)
    for place, side in enumerate(sides):
        y = top + place * row
        paint_mark(painter, QRectF(MARGIN, y + 28, 52, 52), side.position, side.letter,
                   theme=ground.theme)  # fmt: skip
        _text(painter, QRect(MARGIN + 76, y + 26, 400, 56), side.shown, font(36), ground.text)
        colour = ground.theme.colour(SIDE_COLOURS[side.position])
        for line, moment in enumerate((HandsMoment.BEFORE, HandsMoment.AFTER)):
            show = note.hands.of(side.key, moment)
            if show is None:
                continue
            bar_y = y + line * 54 + 4
            _text(painter, QRect(584, bar_y - 6, 150, 48), moment.value.capitalize(), font(36),
                  ground.second)  # fmt: skip
            if show.count is None:
                _text(painter, QRect(732, bar_y - 6, 900, 48), show.words, font(36), ground.text)
                continue
            _hands_bar(painter, bar_y, show.count.raised / show.count.present, colour,
                       outlined=line == 1, ground=ground)  # fmt: skip
            number = font(48, "bold", tabular=True)
            raised = f"{show.count.raised}"
            _text(painter, QRect(1480, bar_y - 8, 160, 52), raised, number, ground.text)
            at = 1480 + QFontMetrics(number).horizontalAdvance(raised) + 12
            of = f"of {show.count.present}"
            _text(painter, QRect(at, bar_y - 6, 300, 52), of, font(36, tabular=True), ground.second)


def _hands_bar(
    painter: QPainter, y: int, share: float, colour: QColor, *, outlined: bool, ground: Ground
) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(ground.track)
    painter.drawRoundedRect(QRectF(732, y, 720, 36), 8, 8)
    if share <= 0:
        return
    part = QRectF(732, y, max(720 * share, 16), 36)
    if outlined:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(colour, 4))
        painter.drawRoundedRect(part.adjusted(2, 2, -2, -2), 7, 7)
    else:
        painter.setBrush(colour)
        painter.drawRoundedRect(part, 8, 8)


def _message(painter: QPainter, sight: Sight, ground: Ground) -> None:
    _head(painter, sight, ground)
    text = sight.picture.shown.message
    box = QRect(MARGIN, 170, WIDTH - 2 * MARGIN, 800)
    _text(painter, box, text, _fit(text, box, (150, 128, 108, 92, 76, 60, 48)), ground.text,
          _LEFT | _WRAP)  # fmt: skip


_FACES: dict[Face, Callable[[QPainter, Sight, Ground], None]] = {
    Face.WELCOME: _welcome,
    Face.CLOCK: _clock,
    Face.FIND: _find,
    Face.MOVE: _move,
    Face.MYTH: _myth,
    Face.BREAK: _break,
    Face.MESSAGE: _message,
}


def spoken(sight: Sight, event: Event) -> str:
    """What the room sees, for a screen reader on the laptop."""
    return f"The room sees: {sight.picture.shown.face.words}, {event.name}"
