"""What Start is drawn from: the dark panel with its table, and the list of events."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date

from PySide6.QtCore import (
    QEvent,
    QModelIndex,
    QPersistentModelIndex,
    QPointF,
    QRect,
    QRectF,
    QSize,
    Qt,
)
from PySide6.QtGui import QFontMetrics, QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QStyleOptionViewItem, QVBoxLayout, QWidget

from facilitator.domain.sides import DEFAULT_SIDES
from ui.kit import Button, Label, Row, RowDelegate, RowList, paint_mark
from ui.kit.mark import paint_sign
from ui.settings import RecentEvent
from ui.theme import BODY, HEADING, PART, RADIUS, SMALL, WORD, Theme, fitting_font, font

#: The panel's width: alone in the window, beside the rail, on a small window.
PANEL, NARROW_PANEL, SMALL_PANEL = 448, 344, 300


class StartPanel(QWidget):
    """The dark panel: the name, what it is for, a table of two professions, the two acts."""

    def __init__(self) -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)
        self._box = QVBoxLayout(self)
        self._box.setSpacing(8)
        self._box.addWidget(_NavySign())
        self._box.addSpacing(24)
        self._words = Label("Two professions,\none room, one day.", "claim", tone="on-navy")
        self._box.addWidget(self._words)
        self._box.addSpacing(16)
        self._box.addWidget(_RoundTable(), 1)
        self._box.addSpacing(16)
        self.new = Button(
            "New event", key="Ctrl+Shift+N", icon="plus", kind="main", desk=True,
            ground="navy", spread=True,
        )  # fmt: skip
        self.other = Button(
            "Open a file or a database", key="Ctrl+O", icon="folder-open", desk=True,
            ground="navy", spread=True,
        )  # fmt: skip
        self.join = Button(
            "Join a shared event", key="Ctrl+J", icon="share-network", desk=True, ground="navy",
            spread=True,
        )  # fmt: skip
        self._box.addWidget(self.new)
        self._box.addWidget(self.other)
        self._box.addWidget(self.join)
        self._fit()

    def sizeHint(self) -> QSize:
        # Beside the rail, or on a small window, there is less room for it.
        parent = self.parentWidget()
        room = PANEL * 3 if parent is None else parent.width()
        width = PANEL if room >= 1300 else NARROW_PANEL if room >= 1000 else SMALL_PANEL
        return QSize(width, 400)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ParentChange:
            parent = self.parentWidget()
            if parent is not None:
                parent.installEventFilter(self)
        return super().event(event)

    def eventFilter(self, watched: object, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self.updateGeometry()
        return False

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), Theme.current().colour("navy"))
        painter.end()

    def _fit(self) -> None:
        side = 48 if self.width() >= PANEL else 24 if self.width() >= NARROW_PANEL else 12
        ends = 40 if self.height() >= 640 else 16
        self._box.setContentsMargins(side, ends, side, ends)
        longest = max(self._words.text().splitlines(), key=len)
        self._words.setFont(fitting_font(longest, self.width() - 2 * side - 4, (WORD, HEADING)))


class _NavySign(QWidget):
    """The program's sign and name, on the dark panel."""

    def __init__(self) -> None:
        super().__init__()
        self.setFixedHeight(44)
        self.setAccessibleName("Facilitator")

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        paint_sign(painter, QRectF(0, 9, 24, 24), theme=Theme.load("dark"))
        painter.setFont(font(24, "bold"))
        painter.setPen(Theme.current().colour("on-navy"))
        painter.drawText(
            QRect(50, 0, self.width() - 50, 42), int(Qt.AlignmentFlag.AlignVCenter), "Facilitator"
        )
        painter.end()


class _RoundTable(QWidget):
    """A table with both professions side by side all round. It is a picture, and says nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.setMinimumHeight(96)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = Theme.load("dark")
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        size = min(self.width(), self.height(), 264)
        middle = QPointF(self.rect().center())
        seat = size * 0.18
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour("mist"))
        painter.drawEllipse(middle, size * 0.26, size * 0.26)
        for number in range(8):
            angle = math.radians(22.5 + 45 * number)
            at = middle + QPointF(math.sin(angle), -math.cos(angle)) * size * 0.405
            side = (DEFAULT_SIDES.second, DEFAULT_SIDES.first)[number % 2]
            box = QRectF(at.x() - seat / 2, at.y() - seat / 2, seat, seat)
            paint_mark(painter, box, side.position, side.letter, theme=theme)
        painter.end()


class EventList(RowList):
    """The recent events; the chosen one carries its Open. A row's key is the event's location."""

    def __init__(self) -> None:
        super().__init__(name="Your events")
        self.setItemDelegate(_EventDelegate(parent=self))
        self.setSpacing(2)
        self.setMinimumHeight(92)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        index = self.indexAt(event.position().toPoint())
        if index.isValid() and _open_box(self.visualRect(index)).contains(
            event.position().toPoint()
        ):
            self.activated_row.emit(self.current_key)


class _EventDelegate(RowDelegate):
    """One event: name and when and where at the left, how it stands at the right."""

    hovered = "mist"

    def sizeHint(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        return QSize(300, 88)

    def paint_row(self, painter: QPainter, row: Row, area: QRect, *, chosen: bool) -> None:
        theme = Theme.current()
        right = area.right() - 20
        if chosen:
            box = _open_box(area)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour("ink"))
            painter.drawRoundedRect(QRectF(box), RADIUS, RADIUS)
            painter.setFont(font(BODY, "semibold"))
            painter.setPen(theme.colour("paper"))
            painter.drawText(box.adjusted(15, 0, 0, 0), _MIDDLE_LEFT, "Open")
            painter.setFont(font(SMALL))
            painter.setPen(theme.colour("ink-key"))
            painter.drawText(box.adjusted(0, 0, -15, 0), _MIDDLE_RIGHT, "Enter")
            right = box.left() - 16
        state_word, _, state_note = row.right.partition("\n")
        widths = (
            QFontMetrics(font(BODY, "semibold")).horizontalAdvance(state_word),
            QFontMetrics(font(SMALL)).horizontalAdvance(state_note),
        )
        beside = QRect(right - max(widths) - 2, area.top(), max(widths) + 2, area.height())
        painter.setFont(font(BODY, "semibold"))
        painter.setPen(theme.colour("ink"))
        painter.drawText(beside.adjusted(0, 23, 0, -43), _MIDDLE_RIGHT, state_word)
        painter.setFont(font(SMALL))
        painter.setPen(theme.colour("muted"))
        painter.drawText(beside.adjusted(0, 45, 0, -22), _MIDDLE_RIGHT, state_note)
        words = QRect(area.left() + 20, area.top(), beside.left() - area.left() - 44, area.height())
        for text, face, tone, top in (
            (row.title, font(PART, "semibold"), "ink", 20),
            (row.detail, font(BODY), "muted", 46),
        ):
            painter.setFont(face)
            painter.setPen(theme.colour(tone))
            shown = QFontMetrics(face).elidedText(text, Qt.TextElideMode.ElideRight, words.width())
            painter.drawText(
                QRect(words.left(), area.top() + top, words.width(), 26), _MIDDLE_LEFT, shown
            )


_MIDDLE_LEFT = int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft)
_MIDDLE_RIGHT = int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight)


def _open_box(area: QRect) -> QRect:
    return QRect(area.right() - 126, area.center().y() - 20, 107, 40)


def recent_rows(
    recent: Sequence[RecentEvent], today: date, missing: frozenset[str] = frozenset()
) -> list[Row]:
    """The recent events as rows. `missing` holds the locations whose file is no longer there."""
    return [
        Row(
            one.location,
            one.name,
            _when_and_where(one),
            "\n".join(_standing(one, today, gone=one.location in missing)),
        )
        for one in recent
    ]


def _when_and_where(one: RecentEvent) -> str:
    if one.rehearsal:
        return "A sample day with invented people"
    day = _day(one)
    when = f"{day:%A} {day.day} {day:%B %Y}" if day else ""
    return " · ".join(part for part in (when, one.venue) if part)


def _standing(one: RecentEvent, today: date, *, gone: bool) -> tuple[str, str]:
    """How an event stands, as a word or two and a note."""
    if gone:
        return "Not found", "Moved or deleted since"
    if one.rehearsal:
        return "Rehearsal", "Can be deleted at any time"
    tables = f"{one.tables} table" + ("" if one.tables == 1 else "s")
    ahead = f"{one.expected} expected, {tables}"
    if one.purged:
        return "Finished", "Personal data removed"
    day = _day(one)
    if one.keep_until and one.keep_until <= today.isoformat():
        until = date.fromisoformat(one.keep_until)
        return "Remove data", f"Personal data: by {until.day} {until:%B %Y}"
    if day is None:
        return "", ahead
    days = (day - today).days
    if days < 0:
        return "Finished", f"{one.arrived} came"
    word = {0: "Today", 1: "Tomorrow"}.get(days, f"In {days} days")
    return word, ahead


def _day(one: RecentEvent) -> date | None:
    try:
        return date.fromisoformat(one.held_on)
    except ValueError:
        return None
