"""Parts of the verdict card: the table's tile, what must be said or done, a name that fits."""

from __future__ import annotations

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from facilitator.domain.people import Person
from ui.kit import Card, Icon, Label
from ui.theme import HEADING, NAME, RADIUS, WORD, Theme, font

#: how closely a card is set: what is tried in turn until everything fits
ROOMY, CLOSE, LOW, TIGHT = range(4)


class TableTile(QWidget):
    """The table, as the biggest thing there is: it is what the guest asks."""

    def __init__(self, *, low: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._table = ""
        self.setFixedSize(*((128, 128) if low else (184, 224)))

    def set_table(self, table: str) -> None:
        """Which table."""
        self._table = table
        self.setAccessibleName(f"Table {table}")
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        ink = Theme.current().colour("on-careful")
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(Theme.current().colour("#FFFFFF"))
        painter.drawRoundedRect(self.rect(), RADIUS, RADIUS)
        painter.setPen(ink)
        low = self.height() < 200
        painter.setFont(font(18 if low else 24, "semibold"))
        centre = int(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignVCenter)
        painter.drawText(QRect(0, 10 if low else 22, self.width(), 28), centre, "Table")
        big = font(128, "bold", tabular=True)
        for size in (72, 48, 36, 24, 18) if low else (128, 96, 72, 48, 36, 24):
            big = font(size, "bold", tabular=True)
            if QFontMetrics(big).horizontalAdvance(self._table) <= self.width() - 24:
                break
        painter.setFont(big)
        top = 36 if low else 60
        painter.drawText(QRect(0, top, self.width(), self.height() - top - 12), centre, self._table)
        painter.end()


def name_font(name: str, room: int, setting: int = ROOMY) -> QFont:
    """60 px where the name takes at most two lines; a longer one steps down to 36, the longest
    to 24. A close card begins at 36."""
    if setting == TIGHT:
        return font(HEADING, "semibold")
    low = setting == LOW
    for size in ((NAME, 48, WORD), (WORD,), (WORD, HEADING))[setting]:
        candidate = font(size, "semibold")
        metrics = QFontMetrics(candidate)
        box = metrics.boundingRect(QRect(0, 0, room, 10_000), int(Qt.TextFlag.TextWordWrap), name)
        if box.height() <= (1 if low else 2) * metrics.lineSpacing() + 2 and box.width() <= room:
            return candidate
    return font(HEADING, "semibold")


def fill_flags(page: QVBoxLayout, person: Person, mood: str, *, held: bool) -> None:
    """What must be said or done now, in words; VIP and diet while the key is held."""
    if person.attention:
        page.addWidget(_strip("careful", "chat-circle-text-fill", "Say", person.attention))
    flags = QHBoxLayout()
    flags.setSpacing(8)
    if person.access:
        flags.addWidget(_strip("paper", "wheelchair", "Access", person.access), 1)
    hidden = [w for w, on in (("VIP", person.vip), ("dietary", bool(person.diet))) if on]
    if hidden and held:
        said = " · ".join(part for part in ("VIP" if person.vip else "", person.diet) if part)
        page.addWidget(_behind_a_key(person, mood, said, held=True))
    elif hidden:
        said = ", ".join(hidden)
        said = said[:1].upper() + said[1:]
        flags.addWidget(_behind_a_key(person, mood, said, held=False), 1)
    if flags.count():
        page.addLayout(flags)


def _behind_a_key(person: Person, mood: str, said: str, *, held: bool) -> Card:
    tone = f"on-{mood}"
    box = Card(mood, outlined=True, margin=12, horizontal=True)
    edge = Theme.current().on(mood).name()
    box.setStyleSheet(f'QFrame[outlined="true"] {{ border-color: {edge}; }}')
    for on, icon in ((person.vip, "star-fill"), (bool(person.diet), "fork-knife")):
        if on:
            box.box.addWidget(Icon(icon, size=22, tone=tone))
    box.box.addWidget(Label(said, "sentence", tone=tone, elide=not held, wrap=held), 1)
    if not held:
        box.box.addWidget(Label("hold F5", "body", tone=tone))
    box.setMinimumHeight(48)
    return box


def _strip(ground: str, icon: str, word: str, text: str) -> Card:
    tone = "on-careful"
    strip = Card(ground, margin=10, spacing=12, horizontal=True)
    if ground == "paper":
        strip.setStyleSheet("QFrame { background: #FFFFFF; border-radius: 8px; }")
    strip.setMinimumHeight(48)
    strip.box.addWidget(Icon(icon, size=24, tone=tone))
    strip.box.addWidget(Label(word, "part", tone=tone))
    strip.box.addWidget(Label(text, "sentence", tone=tone, wrap=True), 1)
    strip.setAccessibleName(f"{word}: {text}")
    return strip
