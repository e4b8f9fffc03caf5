"""The verdict card: what the desk reads from two metres."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import QRect, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from facilitator.clocks import Clocks
from facilitator.services.events import Event
from ui.kit import Button, Card, Field, Icon, Label, Line, SideMark
from ui.screens.desk_words import VerdictWords, last_line, place_line, role_line
from ui.theme import HEADING, NAME, RADIUS, WORD, Theme, font

#: after so long the card shrinks, so that nobody takes it for the next guest's
SHRINK_MS = 6_000


class TableTile(QWidget):
    """The table, as the biggest thing there is: it is what the guest asks."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._table = ""
        self.setFixedSize(184, 224)

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
        painter.setFont(font(24, "semibold"))
        centre = int(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignVCenter)
        painter.drawText(QRect(0, 22, self.width(), 40), centre, "Table")
        for size in (128, 96, 72, 48, 36, 24):
            big = font(size, "bold", tabular=True)
            if QFontMetrics(big).horizontalAdvance(self._table) <= self.width() - 24:
                break
        painter.setFont(big)
        painter.drawText(QRect(0, 60, self.width(), 140), centre, self._table)
        painter.end()


class VerdictCard(Card):
    """The last verdict, large; after six seconds one line of it.

    Signals:
        act(str): what a button of the card asks for: again, returned, second, after-all.
        allowed(str): somebody decided that a cancelled person may come in: their name.
    """

    act = Signal(str)
    allowed = Signal(str)

    def __init__(self, clocks: Clocks, parent: QWidget | None = None) -> None:
        super().__init__("mist", margin=32, spacing=8, parent=parent)
        self._clocks = clocks
        self._words: VerdictWords | None = None
        self._at: datetime | None = None
        self._event: Event | None = None
        self._held = False
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._shrink = QTimer(self)
        self._shrink.setSingleShot(True)
        self._shrink.setInterval(SHRINK_MS)
        self._shrink.timeout.connect(self.shrink)
        self._beat = QTimer(self)
        self._beat.setInterval(1000)
        self._beat.timeout.connect(self._say_last)
        self._page: QWidget | None = None
        self._small = Label("", "sentence", elide=True)
        self._small_icon = Icon("clock-counter-clockwise", size=24)
        self.clear()

    @property
    def shown(self) -> VerdictWords | None:
        """What the card shows large now, or None."""
        return self._words if self._page is not None else None

    @property
    def last(self) -> VerdictWords | None:
        """The last verdict, large or small."""
        return self._words

    @property
    def is_small(self) -> bool:
        """Whether only one line is left of the last verdict."""
        return self._words is not None and self._page is None

    @property
    def small_text(self) -> str:
        """That line."""
        return self._small.text()

    def show_verdict(self, words: VerdictWords, event: Event, at: datetime) -> None:
        """Shows a verdict, in the place of the one before."""
        self._words, self._at, self._event = words, at, event
        self._held = False
        self._fill()
        self._beat.stop()
        self._shrink.start()

    def keep(self) -> None:
        """A person is reading or deciding: the card stays."""
        self._shrink.stop()

    def clear(self) -> None:
        """Nothing to show: what the desk does first."""
        self._words = self._at = None
        self._shrink.stop()
        self._beat.stop()
        self._empty_box()
        self.set_ground("mist")
        self.box.addStretch(1)
        for text, role in (
            ("Ready for the first guest", "heading"),
            ("Scan a badge, or type a name and press Enter.", "lead"),
        ):
            label = Label(text, role, wrap=True)
            label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            self.box.addWidget(label)
        self.box.addStretch(2)
        self.setAccessibleName("Ready for the first guest")

    @Slot()
    def shrink(self) -> None:
        """Leaves one line of the verdict."""
        if self._words is None:
            return
        self._shrink.stop()
        self._empty_box()
        self.set_ground("mist")
        line = QHBoxLayout()
        line.setSpacing(16)
        self._small = Label("", "sentence", elide=True)
        self._small_icon = Icon(self._words.icon, size=24)
        line.addWidget(self._small_icon)
        line.addWidget(self._small, 1)
        self.box.addLayout(line)
        self.box.addStretch(1)
        self._say_last()
        self._beat.start()

    def hold(self, on: bool) -> None:
        """F5 held: VIP and diet in words; a stranger must not read them over the desk."""
        if self._page is None or self._held == on:
            return
        self._held = on
        self._fill()
        if on:
            self.keep()
        else:
            self._shrink.start()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._page is not None and event.oldSize().width() != event.size().width():
            self._fill()

    # -- internal -------------------------------------------------------------------------------

    def _empty_box(self) -> None:
        self._page = None
        while (item := self.box.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
            elif (layout := item.layout()) is not None:
                while (inner := layout.takeAt(0)) is not None:
                    if (widget := inner.widget()) is not None:
                        widget.hide()
                        widget.deleteLater()

    @Slot()
    def _say_last(self) -> None:
        if self._words is not None and self._at is not None:
            self._small.setText(last_line(self._words, self._at, self._clocks.now()))
            self.setAccessibleName(self._small.text())

    def _fill(self) -> None:
        words, event = self._words, self._event
        assert words is not None
        assert event is not None
        self._empty_box()
        self.set_ground(words.mood)
        self.setAccessibleName(words.spoken)
        tone = f"on-{words.mood}"
        self._page = QWidget()
        page = QVBoxLayout(self._page)
        page.setContentsMargins(0, 0, 0, 0)
        page.setSpacing(8)
        across = QHBoxLayout()
        across.setSpacing(24)
        left = QVBoxLayout()
        left.setSpacing(4)
        across.addLayout(left, 1)
        head = QHBoxLayout()
        head.setSpacing(14)
        head.addWidget(Icon(words.icon, size=48, tone=tone))
        head.addWidget(Label(words.word, "word", tone=tone), 1)
        left.addLayout(head)
        left.addSpacing(12)
        room = self.width() - 64 - (208 if words.table else 0)
        if words.person is not None:
            self._fill_person(left, words, event, tone, room)
        if words.table:
            tile = TableTile()
            tile.set_table(words.table)
            across.addWidget(tile, 0, Qt.AlignmentFlag.AlignTop)
        page.addLayout(across)
        if words.fact and words.mood != "welcome":
            left.addSpacing(8)
            if words.person is not None:
                rule = Line()
                rule.setStyleSheet(f"background: {Theme.current().on(words.mood).name()};")
                left.addWidget(rule)
                left.addSpacing(4)
        if words.fact:
            strong = Label(words.fact, "part", tone=tone, wrap=True)
            left.addWidget(strong)
        if words.then:
            left.addWidget(Label(words.then, "sentence", tone=tone, wrap=True))
        page.addStretch(1)
        if words.mood == "welcome" and words.person is not None:
            self._fill_flags(page, words, tone)
        if words.acts:
            page.addLayout(self._acts(words))
        self.box.addWidget(self._page)

    def _fill_person(
        self, left: QVBoxLayout, words: VerdictWords, event: Event, tone: str, room: int
    ) -> None:
        person = words.person
        assert person is not None
        name = Label(person.full_name, "name", tone=tone, wrap=True)
        name.setFont(_name_font(person.full_name, max(room, 200)))
        left.addWidget(name)
        if person.said:
            left.addWidget(Label(f"Say: {person.said}", "sentence", tone=tone, wrap=True))
        role = QHBoxLayout()
        role.setSpacing(10)
        role.addWidget(SideMark(event.sides[person.side], 26, ground=words.mood))
        line = Label(
            role_line(person) or event.sides[person.side].shown, "heading", tone=tone, wrap=True
        )
        line.setFont(font(24))
        role.addWidget(line, 1)
        left.addLayout(role)
        left.addWidget(Label(place_line(person), "sentence", tone=tone, wrap=True))
        if person.tray:
            left.addWidget(Label(f"Badge: {person.tray}", "part", tone=tone))

    def _fill_flags(self, page: QVBoxLayout, words: VerdictWords, tone: str) -> None:
        person = words.person
        assert person is not None
        if person.attention:
            page.addWidget(_strip("careful", "chat-circle-text-fill", "Say", person.attention))
        flags = QHBoxLayout()
        flags.setSpacing(8)
        if person.access:
            flags.addWidget(_strip("paper", "wheelchair", "Access", person.access), 1)
        hidden = [w for w, on in (("VIP", person.vip), ("dietary", bool(person.diet))) if on]
        if hidden:
            said = ", ".join(hidden)
            if self._held:
                said = " · ".join(
                    part for part in ("VIP" if person.vip else "", person.diet) if part
                )
            box = Card(words.mood, outlined=True, margin=12, horizontal=True)
            edge = Theme.current().on(words.mood).name()
            box.setStyleSheet(f'QFrame[outlined="true"] {{ border-color: {edge}; }}')
            for on, icon in ((person.vip, "star-fill"), (bool(person.diet), "fork-knife")):
                if on:
                    box.box.addWidget(Icon(icon, size=22, tone=tone))
            box.box.addWidget(Label(said, "sentence", tone=tone, elide=True), 1)
            box.box.addWidget(Label("hold F5", "body", tone=tone))
            box.setFixedHeight(48)
            flags.addWidget(box, 1)
        if flags.count():
            page.addLayout(flags)

    def _acts(self, words: VerdictWords) -> QHBoxLayout:
        line = QHBoxLayout()
        line.setSpacing(8)
        made = {
            "again": ("Print the badge again", "F6", "identification-badge", "main"),
            "returned": ("Left and came back", "F7", "arrow-right", "normal"),
            "second": ("Second person", "F2", "user-plus", "normal"),
        }
        for name in words.acts:
            if name == "after-all":
                self._add_decision(line, words)
                continue
            text, key, icon, kind = made[name]
            button = Button(
                text, key=key, icon=icon, kind=kind, desk=True, ground=words.mood,
                hint_only=name != "returned",
            )  # fmt: skip
            button.setProperty("act", name)
            button.clicked.connect(self._asked)
            line.addWidget(button)
        line.addStretch(1)
        return line

    def _add_decision(self, line: QHBoxLayout, words: VerdictWords) -> None:
        event = self._event
        assert event is not None
        self._decider = Field("Who decides that they may come in?", key="F7")
        self._decider.label.set_tone(f"on-{words.mood}")
        for label in self._decider.findChildren(Label):
            label.set_tone(f"on-{words.mood}")
        self._decider.set_text(event.settings.call)
        self._decider.edit.returnPressed.connect(self._decided)
        self._decider.edit.textEdited.connect(self.keep)
        line.addWidget(self._decider, 1)
        button = Button("Came after all", icon="check", desk=True, ground=words.mood, kind="main")
        button.clicked.connect(self._decided)
        line.addWidget(button, 0, Qt.AlignmentFlag.AlignBottom)

    @Slot()
    def _decided(self) -> None:
        if not self._decider.text:
            self._decider.edit.setPlaceholderText("A name is needed")
            self._decider.take_focus()
            return
        self.allowed.emit(self._decider.text)

    @Slot()
    def _asked(self) -> None:
        sender = self.sender()
        if sender is not None:
            self.act.emit(str(sender.property("act")))


def _name_font(name: str, room: int) -> QFont:
    """60 px where the name takes at most two lines; a longer one steps down to 36, the longest
    to 24."""
    for size in (NAME, 48, WORD):
        candidate = font(size, "semibold")
        metrics = QFontMetrics(candidate)
        box = metrics.boundingRect(QRect(0, 0, room, 10_000), int(Qt.TextFlag.TextWordWrap), name)
        if box.height() <= 2 * metrics.lineSpacing() + 2 and box.width() <= room:
            return candidate
    return font(HEADING, "semibold")


def _strip(ground: str, icon: str, word: str, text: str) -> Card:
    tone = "on-careful"
    strip = Card(ground, margin=12, spacing=12, horizontal=True)
    if ground == "paper":
        strip.setStyleSheet("QFrame { background: #FFFFFF; border-radius: 8px; }")
    strip.setMinimumHeight(48)
    strip.box.addWidget(Icon(icon, size=24, tone=tone))
    strip.box.addWidget(Label(word, "part", tone=tone))
    strip.box.addWidget(Label(text, "sentence", tone=tone, wrap=True), 1)
    strip.setAccessibleName(f"{word}: {text}")
    return strip
