"""Taking back an arrival that is not the last one: whose, and why."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from facilitator.domain.people import Person
from facilitator.services.events import Event
from ui.kit import Button, Card, Field, Label, SideMark
from ui.screens.desk_page import DeskPage
from ui.screens.desk_words import place_line, role_line

#: the usual reasons, each with its key
REASONS = (("1", "Wrong person"), ("2", "Not here after all"), ("3", "Test"))


class UndoPage(DeskPage):
    """One person's arrival and the reasons to take it back: one key, or own words and Enter.

    Signals:
        taken(object, str): the id of the person whose arrival is taken back, and the reason.
    """

    title = "Take back an arrival"
    detail = "With a reason, which is kept"
    icon = "arrow-counter-clockwise"

    taken = Signal(object, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._person: Person | None = None
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(16)
        box.addLayout(self.build_head(Label("Take back this arrival?", "heading")))
        who = Card("mist", margin=16, spacing=4)
        head = QHBoxLayout()
        head.setSpacing(10)
        self._mark: SideMark | None = None
        self._head = head
        self._name = Label("", "heading", wrap=True)
        head.addWidget(self._name, 1)
        who.box.addLayout(head)
        self._role = Label("", "second", wrap=True)
        self._when = Label("", "part", wrap=True)
        who.box.addWidget(self._role)
        who.box.addWidget(self._when)
        box.addWidget(who)
        box.addWidget(Label("Why?", "part"))
        line = QHBoxLayout()
        line.setSpacing(8)
        self.buttons: list[Button] = []
        for key, words in REASONS:
            button = Button(words, key=key, desk=True)
            button.clicked.connect(self._chosen)
            self.buttons.append(button)
            line.addWidget(button)
        line.addStretch(1)
        box.addLayout(line)
        own = QHBoxLayout()
        own.setSpacing(8)
        self.words = Field("Or in your own words, then Enter", key="Alt+W")
        self.words.edit.setMaxLength(200)
        self.words.edit.returnPressed.connect(self._own_words)
        own.addWidget(self.words, 1)
        box.addLayout(own)
        box.addWidget(
            Label(
                "Nothing is deleted: their history keeps the arrival, and why it was taken back. "
                "If this was a mistake, check them in again.",
                "second", wrap=True,
            )
        )  # fmt: skip
        box.addStretch(1)

    def show_arrival(self, event: Event, person: Person, ago: str) -> None:
        """Whose arrival it is; `ago` says how long it is ago."""
        self._person = person
        side = event.sides[person.side]
        if self._mark is None:
            self._mark = SideMark(side, 24)
            self._head.insertWidget(0, self._mark, 0, Qt.AlignmentFlag.AlignTop)
        self._mark.set_side(side)
        self._name.setText(person.full_name)
        parts = (role_line(person) or side.shown, place_line(person))
        self._role.setText(" · ".join(part for part in parts if part))
        at = f" at {event.local(person.since):%H:%M:%S}" if person.since else ""
        desk = f", {person.desk}" if person.desk else ""
        self._when.setText(f"Came in{at}{desk}: {ago}.")
        self.words.set_text("")

    def begin(self) -> None:
        """The usual reasons have the keyboard."""
        self.buttons[0].setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def _chosen(self) -> None:
        sender = self.sender()
        if isinstance(sender, Button):
            self._take(sender.text())

    @Slot()
    def _own_words(self) -> None:
        if not self.words.text:
            self.words.set_error("Say why in a word or two, or press 1, 2 or 3 above.")
            return
        self._take(self.words.text)

    def _take(self, reason: str) -> None:
        person, self._person = self._person, None
        if person is not None:
            self.taken.emit(person.id, reason)
