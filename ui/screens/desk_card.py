"""The verdict card: what the desk reads from two metres."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from facilitator.clocks import Clocks
from facilitator.domain.people import Person, Status
from facilitator.services.events import Event
from ui.kit import Button, Card, Field, Icon, Label, Line, Row, RowList, SideMark
from ui.screens.desk_card_parts import LOW, TableTile, fill_flags, name_font
from ui.screens.desk_words import VerdictWords, last_line, place_line, role_line
from ui.theme import Theme, font

#: after so long the card shrinks, so that nobody takes it for the next guest's
SHRINK_MS = 6_000
#: so long where somebody must decide first; the next scan dismisses it all the same
DECIDE_MS = 60_000


class VerdictCard(Card):
    """The last verdict, large; after six seconds one line of it.

    Signals:
        act(str): what a button of the card asks for: again, returned, second, history.
        allowed(str): somebody decided that a cancelled person may come in: their name.
        picked(object, str): of the people who share a code this one (their id) is it, and the code.
    """

    act = Signal(str)
    allowed = Signal(str)
    picked = Signal(object, str)

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
        self._choices: RowList | None = None
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
        self._shrink.start(DECIDE_MS if words.waits else SHRINK_MS)

    def keep(self) -> None:
        """A person is reading or deciding: the card stays."""
        self._shrink.stop()

    def go_on(self) -> None:
        """Nobody is any more: six seconds from now it shrinks."""
        if self._page is not None:
            self._shrink.start(SHRINK_MS)

    @Slot(int)
    def step(self, by: int) -> None:
        """Up and Down among the people who share a code."""
        if self._choices is not None:
            self._choices.step(by)

    def choose(self, number: int) -> bool:
        """Chooses the person of that number, from 1, without letting them in yet; whether there
        is one."""
        words = self.shown
        if self._choices is None or words is None or not 1 <= number <= len(words.choices):
            return False
        self._choices.choose(words.choices[number - 1].id)
        return True

    @property
    def chosen(self) -> UUID | None:
        """Which of the people who share a code is chosen."""
        return self._choices.current_key if self._choices is not None else None

    @Slot()
    def pick(self) -> None:
        """Enter: the chosen one is it."""
        if self.chosen is not None and self._words is not None:
            self.picked.emit(self.chosen, self._words.code)

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
            self._shrink.start(SHRINK_MS)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        was_low = event.oldSize().height() < LOW
        if self._page is not None and (
            event.oldSize().width() != event.size().width() or was_low != self._low
        ):
            self._fill()

    # -- internal -------------------------------------------------------------------------------

    @property
    def _low(self) -> bool:
        return self.height() < LOW

    def _empty_box(self) -> None:
        self._page = self._choices = None
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
        chosen = self.chosen
        self._empty_box()
        low = self._low
        margin = 16 if low else 32
        self.box.setContentsMargins(margin, margin, margin, margin)
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
        left.setSpacing(2 if low else 4)
        across.addLayout(left, 1)
        left.addLayout(self._head(words, tone, low))
        if not low:
            left.addSpacing(12)
        room = self.width() - 2 * margin - ((152 if low else 208) if words.table else 0)
        if words.person is not None:
            self._fill_person(left, words, event, tone, room)
        if words.table:
            tile = TableTile(low=low)
            tile.set_table(words.table)
            across.addWidget(tile, 0, Qt.AlignmentFlag.AlignTop)
        page.addLayout(across)
        if words.fact and words.mood != "welcome" and not low:
            left.addSpacing(8)
            if words.person is not None:
                rule = Line()
                rule.setStyleSheet(f"background: {Theme.current().on(words.mood).name()};")
                left.addWidget(rule)
                left.addSpacing(4)
        if words.fact:
            left.addWidget(self._sentence(words.fact, words, tone, strong=True))
        if words.then:
            left.addWidget(self._sentence(words.then, words, tone, strong=False))
        if words.choices:
            page.addWidget(self._people(words.choices, event, chosen), 1)
        else:
            page.addStretch(1)
        if words.mood == "welcome" and words.person is not None:
            fill_flags(page, words.person, words.mood, held=self._held)
        if words.acts:
            page.addLayout(self._acts(words))
        self.box.addWidget(self._page)

    @staticmethod
    def _head(words: VerdictWords, tone: str, low: bool) -> QHBoxLayout:
        """Icon and word; large where there is no name to read beside them."""
        alone = words.person is None and not words.choices
        head = QHBoxLayout()
        head.setSpacing(20 if alone and not low else 14)
        icon, size = (32, 24) if low else (96, 60) if alone else (56, 40)
        head.addWidget(Icon(words.icon, size=icon, tone=tone))
        word = Label(words.word, "name" if alone else "word", tone=tone)
        word.setFont(font(size, "bold"))
        head.addWidget(word, 1)
        return head

    @staticmethod
    def _sentence(text: str, words: VerdictWords, tone: str, *, strong: bool) -> Label:
        label = Label(text, "part" if strong else "sentence", tone=tone, wrap=True)
        if words.person is None and not words.choices:
            label.setFont(font(24, "semibold" if strong else "regular"))
        return label

    def _people(
        self, people: tuple[Person, ...], event: Event, chosen: UUID | None
    ) -> RowList:  # fmt: skip
        """Those who share a code, to choose one by arrow or number."""
        rows = RowList(name="Who share this code")
        found = []
        for number, person in enumerate(people, 1):
            detail = " · ".join(p for p in (role_line(person), place_line(person)) if p)
            state = {Status.CANCELLED: "Cancelled", Status.LEFT: "Left"}.get(person.status, "")
            if person.is_here and person.since is not None:
                state = f"Here since {event.local(person.since):%H:%M}"
            found.append(
                Row(person.id, f"{number}   {person.full_name}", detail, state,
                    side=event.sides[person.side])
            )  # fmt: skip
        rows.set_rows(found)
        rows.choose(chosen)
        rows.activated_row.connect(self._row_picked)
        rows.setMinimumHeight(min(len(people), 3) * 48 + 8)
        self._choices = rows
        return rows

    @Slot(object)
    def _row_picked(self, person_id: UUID) -> None:
        if self._words is not None:
            self.picked.emit(person_id, self._words.code)

    def _fill_person(
        self, left: QVBoxLayout, words: VerdictWords, event: Event, tone: str, room: int
    ) -> None:
        person, low = words.person, self._low
        assert person is not None
        name = Label(person.full_name, "name", tone=tone, wrap=True)
        name.setFont(name_font(person.full_name, max(room, 200), low=low))
        left.addWidget(name)
        if person.said:
            left.addWidget(Label(f"Say: {person.said}", "sentence", tone=tone, wrap=True))
        role = QHBoxLayout()
        role.setSpacing(10)
        role.addWidget(SideMark(event.sides[person.side], 20 if low else 26, ground=words.mood))
        line = Label(
            role_line(person) or event.sides[person.side].shown, "heading", tone=tone, wrap=True
        )
        line.setFont(font(18 if low else 24))
        role.addWidget(line, 1)
        left.addLayout(role)
        if place := place_line(person):
            left.addWidget(Label(place, "sentence", tone=tone, wrap=not low, elide=low))
        if person.tray:
            left.addWidget(Label(f"Badge: {person.tray}", "part", tone=tone))

    def _acts(self, words: VerdictWords) -> QHBoxLayout:
        line = QHBoxLayout()
        line.setSpacing(8)
        made = {
            "again": ("Print the badge again", "F6", "identification-badge", "main"),
            "returned": ("Left and came back", "F3", "arrow-right", "normal"),
            "second": ("Second person", "F2", "user-plus", "normal"),
            "walk-in": ("Add a walk-in", "F2", "user-plus", "main"),
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
        self._decider = Field("Who decides that they may come in?", key="F3")
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
