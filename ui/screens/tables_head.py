"""The head of the Tables screen: the rounds, the acts, and how the round stands in a sentence."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from facilitator.services.room import DONE, NEXT, RUNNING, Mend, RoomState
from ui.kit import Button, Choice, Icon, Label, Option

#: more rounds than these get a line of their own above the acts
TABS_BESIDE = 3
_NOTES = {DONE: "done", RUNNING: "now", NEXT: "next"}
_SIGNS = {
    "fault": ("warning-fill", "attention"),
    "good": ("check-circle-fill", "good"),
    "carry": ("hand-grabbing", "ink"),
}


class RoomHead(QWidget):
    """Rounds and acts in one line, and below it the sentence with the key that mends."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(10)
        self._tabs_line = QHBoxLayout()
        box.addLayout(self._tabs_line)
        self._acts = QHBoxLayout()
        self._acts.setSpacing(4)
        self.tabs = Choice([Option("1", "Round 1")], name="Round", kind="tabs")
        self._acts.addWidget(self.tabs)
        self._acts.addStretch(1)
        self.find_button = Button("Find", key="Ctrl+F", icon="magnifying-glass", kind="quiet")
        self.undo_button = Button(
            "Undo", key="Ctrl+Z", icon="arrow-counter-clockwise", kind="quiet"
        )
        self.show_button = Button("Show", key="F9", icon="monitor")
        self.mix_button = Button("Mix", key="M", icon="shuffle", kind="main")
        for button in (self.find_button, self.undo_button, self.show_button, self.mix_button):
            self._acts.addWidget(button)
        box.addLayout(self._acts)
        line = QHBoxLayout()
        line.setSpacing(12)
        self._sign = Icon("info", size=24)
        line.addWidget(self._sign, 0, Qt.AlignmentFlag.AlignTop)
        words = QVBoxLayout()
        words.setSpacing(0)
        self.sentence = Label("", "part", wrap=True)
        self.rest = Label("", "second", wrap=True)
        words.addWidget(self.sentence)
        words.addWidget(self.rest)
        line.addLayout(words, 1)
        self.mend_button = Button("Swap them", key="W", icon="swap")
        line.addWidget(self.mend_button, 0, Qt.AlignmentFlag.AlignTop)
        box.addLayout(line)

    def show_rounds(self, state: RoomState, number: int) -> None:
        """A tab for each round; that of `number` is chosen."""
        options = [
            Option(str(r.number), f"Round {r.number}", _NOTES.get(r.state, ""))
            for r in state.rounds
        ]
        line = self._tabs_line if len(options) > TABS_BESIDE else self._acts
        for place in (self._tabs_line, self._acts):
            place.removeWidget(self.tabs)
        line.insertWidget(0, self.tabs, 0, Qt.AlignmentFlag.AlignLeft)
        self.tabs.set_options(options, str(number))

    def say(self, tone: str, words: str, rest: str = "") -> None:
        """How things stand; tone is fault, good, plain or carry."""
        self._sign.set_icon(*_SIGNS.get(tone, ("info", "ink")))
        self.sentence.setText(words)
        self.rest.setText(rest)
        self.rest.setVisible(bool(rest))

    def offer(self, mend: Mend | None) -> None:
        """The one act that mends, or none."""
        self.mend_button.setVisible(mend is not None)
        if mend is not None:
            self.mend_button.setText(mend.words)
