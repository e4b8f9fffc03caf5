"""The verdict card: what the desk reads from two metres."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from PySide6.QtCore import QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLayoutItem, QSizePolicy, QVBoxLayout, QWidget

from facilitator.clocks import Clocks
from facilitator.domain.people import Status
from facilitator.services.events import Event
from ui.kit import Button, Card, Field, Icon, Label, Line, Row, RowList, SideMark
from ui.screens.desk_card_parts import CLOSE, LOW, ROOMY, TIGHT, TableTile, fill_flags, name_font
from ui.screens.desk_words import VerdictWords, ago, last_line, place_line, role_line
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
        self._refit = QTimer(self)
        self._refit.setSingleShot(True)
        self._refit.setInterval(0)
        self._refit.timeout.connect(self.fit)
        self._beat = QTimer(self)
        self._beat.setInterval(1000)
        self._beat.timeout.connect(self._say_last)
        self._page: QWidget | None = None
        self._foot: QWidget | None = None
        self._choices: RowList | None = None
        self._small = Label("", "sentence", elide=True)
        self._ago = Label("", "sentence", tabular=True)
        self._setting = ROOMY
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
        return f"{self._small.text()}, {self._ago.text()}"

    def hasHeightForWidth(self) -> bool:
        return False

    def minimumSizeHint(self) -> QSize:
        # The card is set more closely where there is less room; it never asks for more.
        return QSize(240, 160)

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

    def set_foot(self, foot: QWidget) -> None:
        """Something that stands below every verdict while it is to be seen: a question."""
        self._foot = foot
        self.box.addWidget(foot)

    @Slot()
    def fit(self) -> None:
        """The foot came, went or grew: the verdict takes the room that is left."""
        if self._page is not None:
            self._fill()

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
    def is_choosing(self) -> bool:
        """Whether it shows people of whom one is to be chosen."""
        return self._choices is not None

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
        ready = QWidget()
        box = QVBoxLayout(ready)
        box.setContentsMargins(0, 0, 0, 0)
        box.addStretch(1)
        for text, role in (
            ("Ready for the first guest", "heading"),
            ("Scan a badge, or type a name and press Enter.", "lead"),
        ):
            label = Label(text, role, wrap=True)
            label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            box.addWidget(label)
        box.addStretch(2)
        self._add(ready, 1)
        self.setAccessibleName("Ready for the first guest")

    @Slot()
    def shrink(self) -> None:
        """Leaves one line of the verdict."""
        if self._words is None:
            return
        self._shrink.stop()
        self._empty_box()
        self.set_ground("mist")
        small = QWidget()
        whole = QVBoxLayout(small)
        whole.setContentsMargins(0, 0, 0, 0)
        line = QHBoxLayout()
        line.setSpacing(16)
        self._small = Label("", "sentence", elide=True)
        self._ago = Label("", "sentence", tabular=True)
        self._small_icon = Icon(self._words.icon, size=24)
        line.addWidget(self._small_icon)
        line.addWidget(self._small, 1)
        line.addWidget(self._ago)
        whole.addLayout(line)
        whole.addStretch(1)
        self._add(small, 1)
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
        if self._page is not None and event.oldSize() != event.size():
            # Not now: a layout that is at work does not show what is put into it.
            self._refit.start()

    # -- internal -------------------------------------------------------------------------------

    @property
    def _foot_height(self) -> int:
        foot = self._foot
        if foot is None or foot.isHidden():
            return 0
        return max(foot.sizeHint().height(), foot.minimumSizeHint().height()) + self.box.spacing()

    def _empty_box(self) -> None:
        self._page = self._choices = None
        foot = self._foot
        if foot is not None:
            self.box.removeWidget(foot)
        while (item := self.box.takeAt(0)) is not None:
            _drop(item)
        if foot is not None:
            # whatever comes is put in front of it
            self.box.addWidget(foot)

    def _add(self, widget: QWidget, stretch: int = 0) -> None:
        self.box.insertWidget(self.box.count() - (self._foot is not None), widget, stretch)
        # A layout that is just being worked off forgets to.
        widget.show()

    @Slot()
    def _say_last(self) -> None:
        if self._words is not None and self._at is not None:
            self._small.setText(last_line(self._words))
            self._ago.setText(ago((self._clocks.now() - self._at).total_seconds()))
            self.setAccessibleName(self.small_text)

    def _fill(self) -> None:
        """Set as roomily as everything fits."""
        for setting in (ROOMY, CLOSE, LOW, TIGHT):
            self._set(setting)
            page, margins = self._page, self.box.contentsMargins()
            layout = page.layout() if page is not None else None
            assert layout is not None
            across = self.width() - margins.left() - margins.right()
            room = self.height() - margins.top() - margins.bottom() - self._foot_height
            if layout.totalHeightForWidth(across) <= room:
                break

    def _set(self, setting: int) -> None:
        words, event = self._words, self._event
        assert words is not None
        assert event is not None
        chosen = self.chosen
        self._empty_box()
        self._setting = setting
        low = setting >= LOW
        margin = (32, 24, 14, 12)[setting]
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
        left.setSpacing((4, 2, 0, 0)[setting])
        across.addLayout(left, 1)
        left.addLayout(self._head(words, tone, setting))
        left.addSpacing((12, 4, 0, 0)[setting])
        room = self.width() - 2 * margin - ((152 if low else 208) if words.table else 0)
        if words.person is not None:
            self._fill_person(left, words, event, tone, room)
        if words.table and setting != TIGHT:
            tile = TableTile(low=low)
            tile.set_table(words.table)
            across.addWidget(tile, 0, Qt.AlignmentFlag.AlignTop)
        page.addLayout(across)
        if words.fact and words.mood != "welcome" and setting == ROOMY:
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
        left.addStretch(1)
        if words.choices:
            page.addWidget(self._people(chosen), 100)
            page.addStretch(1)
        else:
            page.addStretch(1)
        if words.mood == "welcome" and words.person is not None:
            fill_flags(page, words.person, words.mood, held=self._held)
        if words.acts:
            page.addLayout(self._acts(words))
        self._add(self._page, 1)

    @staticmethod
    def _head(words: VerdictWords, tone: str, setting: int) -> QHBoxLayout:
        """Icon and word; large where there is no name to read beside them."""
        alone = words.person is None and not words.choices
        head = QHBoxLayout()
        head.setSpacing(20 if alone and setting == ROOMY else 14)
        icon, size = ((56, 40), (48, 36), (32, 24), (32, 24))[setting]
        if alone:
            icon, size = ((96, 60), (64, 48), (48, 36), (48, 36))[setting]
        head.addWidget(Icon(words.icon, size=icon, tone=tone))
        word = Label(words.word, "name" if alone else "word", tone=tone)
        word.setFont(font(size, "bold"))
        head.addWidget(word, 1)
        if setting == TIGHT and words.table:
            table = Label(f"Table {words.table}", "word", tone=tone)
            table.setFont(font(32, "bold", tabular=True))
            head.addWidget(table)
        return head

    @staticmethod
    def _sentence(text: str, words: VerdictWords, tone: str, *, strong: bool) -> Label:
        label = Label(text, "part" if strong else "sentence", tone=tone, wrap=True)
        if words.person is None and not words.choices:
            label.setFont(font(24, "semibold" if strong else "regular"))
        return label

    def _people(self, chosen: UUID | None) -> RowList:
        """Those who share a code, to choose one by arrow or number."""
        many = len(self._words.choices) if self._words is not None else 0
        large = self._setting == ROOMY and many <= 4
        rows = RowList(name="Who share this code", large=large)
        self._choices = rows
        self._list_people()
        rows.choose(chosen)
        self._list_people()
        rows.chosen.connect(self._list_people)
        rows.activated_row.connect(self._row_picked)
        height = 80 if large else 48
        rows.setMinimumHeight(min(many, 3) * height)
        rows.setMaximumHeight(many * height + 4)
        return rows

    @Slot()
    def _list_people(self) -> None:
        """Their rows; the chosen one says what Enter does."""
        words, event, rows = self._words, self._event, self._choices
        if words is None or event is None or rows is None:
            return
        found = []
        for number, person in enumerate(words.choices, 1):
            detail = " · ".join(p for p in (role_line(person), place_line(person)) if p)
            state = {Status.CANCELLED: "Cancelled", Status.LEFT: "Left"}.get(person.status, "")
            if person.is_here and person.since is not None:
                state = f"Here since {event.local(person.since):%H:%M}"
            is_chosen = person.id == rows.current_key
            found.append(
                Row(person.id, f"{number}   {person.full_name}", detail,
                    "Enter: this one" if is_chosen else state, side=event.sides[person.side],
                    right_icon="arrow-right" if is_chosen else "", strong_right=is_chosen)
            )  # fmt: skip
        rows.set_rows(found)

    @Slot(object)
    def _row_picked(self, person_id: UUID) -> None:
        if self._words is not None:
            self.picked.emit(person_id, self._words.code)

    def _fill_person(
        self, left: QVBoxLayout, words: VerdictWords, event: Event, tone: str, room: int
    ) -> None:
        person, setting = words.person, self._setting
        assert person is not None
        tight = setting == TIGHT
        name = Label(person.full_name, "name", tone=tone, wrap=not tight, elide=tight)
        name.setFont(name_font(person.full_name, max(room, 200), setting))
        left.addWidget(name)
        if tight:
            return
        if person.said:
            left.addWidget(Label(f"Said “{person.said}”", "sentence", tone=tone, wrap=True))
        role = QHBoxLayout()
        role.setSpacing(10)
        size = 26 if setting == ROOMY else 20
        role.addWidget(SideMark(event.sides[person.side], size, ground=words.mood))
        line = Label(
            role_line(person) or event.sides[person.side].shown, "heading", tone=tone, wrap=True
        )
        line.setFont(font((24, 18, 15, 15)[setting]))
        role.addWidget(line, 1)
        left.addLayout(role)
        place, close = place_line(person), setting != ROOMY
        tray = f"Badge: {person.tray}" if person.tray else ""
        if close:
            place, tray = " · ".join(part for part in (tray, place) if part), ""
        if place:
            left.addWidget(Label(place, "sentence", tone=tone, wrap=not close, elide=close))
        if tray:
            left.addWidget(Label(tray, "part", tone=tone))

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


def _drop(item: QLayoutItem) -> None:
    """Lets go of what a layout held."""
    widget = item.widget()
    if widget is not None:
        widget.hide()
        widget.deleteLater()
