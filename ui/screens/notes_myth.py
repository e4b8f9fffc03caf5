"""The editor of a myth: claim, hands, reality, evidence, why it misleads, verdict."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from facilitator.domain.hands import NO_HANDS, Moment
from facilitator.domain.notes import Note, NoteContent, NoteKind, NoteVerdict
from facilitator.domain.sides import Sides
from facilitator.services.notes import NoteChoices
from ui.kit import Button, Field, Label, TextField
from ui.screens.notes_editor import EditorWords, NoteEditor
from ui.screens.notes_fields import show_line
from ui.screens.notes_hands import HandsPanel
from ui.screens.notes_parts import tab_before

_ICONS = {
    NoteVerdict.BUSTED: "check-circle",
    NoteVerdict.PARTLY_TRUE: "circle-half-fill",
    NoteVerdict.FAIR_CONCERN: "warning-circle",
    NoteVerdict.UNRESOLVED: "question",
}


class VerdictRow(QWidget):
    """The four verdicts, each with its key; the same key again takes it back.

    Signals:
        changed(): another verdict, or none.
    """

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("Verdict")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        self._value: NoteVerdict | None = None
        self.buttons: dict[NoteVerdict, Button] = {}
        for place, verdict in enumerate(NoteVerdict, 1):
            button = Button(verdict.words, key=f"Alt+{place}", icon=_ICONS[verdict])
            button.setCheckable(True)
            button.clicked.connect(self._clicked)
            row.addWidget(button, 1)
            policy = button.sizePolicy()
            policy.setHorizontalPolicy(policy.Policy.Expanding)
            button.setSizePolicy(policy)
            self.buttons[verdict] = button
        self.setFocusProxy(self.buttons[NoteVerdict.BUSTED])

    @property
    def value(self) -> NoteVerdict | None:
        """The chosen verdict."""
        return self._value

    def show_value(self, verdict: NoteVerdict | None) -> None:
        """Another; nobody is told."""
        self._value = verdict
        for one, button in self.buttons.items():
            on = one is verdict
            button.setChecked(on)
            button.set_kind("main" if on else "normal")
            button.setAccessibleName(f"{one.words}, chosen" if on else one.words)

    @Slot()
    def _clicked(self) -> None:
        chosen = next((v for v, b in self.buttons.items() if b is self.sender()), None)
        self.show_value(None if chosen is self._value else chosen)
        self.changed.emit()


class MythEditor(NoteEditor):
    """A myth.

    Signals:
        hands_shown(Shown): a person counted hands.
    """

    kind = NoteKind.MYTH
    words = EditorWords("The claim", "The myth, as it is said", "Voiced by")

    hands_shown = Signal(object)

    def build(self, box: QVBoxLayout) -> None:
        self.hands = HandsPanel()
        self.hands.shown.connect(self.hands_shown)
        self.hands.finished.connect(self._counted)
        box.addWidget(self.hands)
        self.reality = TextField("Reality", key="Alt+R", rows=2)
        self.evidence = TextField("Evidence", key="Alt+E", rows=2)
        for field in (self.reality, self.evidence):
            field.edit.document().setDocumentMargin(2)  # two lines without a scroll bar
            field.edit.setMinimumHeight(58)
        box.addLayout(_pair(self.reality, self.evidence))
        self.why = Field("Why it misleads", key="Alt+W")
        self.room_line = Field(
            "Short line for the room", key="Alt+L", placeholder="The reality in a few words"
        )
        box.addLayout(_pair(self.why, self.room_line))
        verdicts = QHBoxLayout()
        verdicts.setSpacing(12)
        self._verdict_label = Label("Verdict", "strong")
        verdicts.addWidget(self._verdict_label)
        self.verdict = VerdictRow()
        verdicts.addWidget(self.verdict, 1)
        box.addLayout(verdicts)
        box.addWidget(self.tags_row())
        for field in (self.reality, self.evidence, self.why, self.room_line):
            field.changed.connect(self.note_change)
        self.verdict.changed.connect(self.note_change)
        self.who.finished.connect(self._after_side)
        self._order()

    def read(self, content: NoteContent) -> NoteContent:
        return replace(
            content, reality=self.reality.text, evidence=self.evidence.text, why=self.why.text,
            room_line=self.room_line.text, verdict=self.verdict.value,
        )  # fmt: skip

    def paint(self, content: NoteContent) -> None:
        self.reality.set_text(content.reality)
        self.evidence.set_text(content.evidence)
        show_line(self.why, content.why)
        show_line(self.room_line, content.room_line)
        self.verdict.show_value(content.verdict)

    def show_facts(self, note: Note | None, *, fresh: bool) -> None:
        self.hands.set_hands(note.hands if note else NO_HANDS, fresh=fresh)

    def ready(self) -> bool:
        return self.hands.keep()

    @property
    def problem(self) -> str:
        return self.hands.problem

    def set_surroundings(self, choices: NoteChoices, sides: Sides, names: tuple[str, ...]) -> None:
        super().set_surroundings(choices, sides, names)
        self.hands.set_sides(sides)
        self._order()

    def set_here(self, here: dict[str, int]) -> None:
        """How many of each side are checked in."""
        self.hands.set_here(here)

    def set_narrow(self, narrow: bool) -> None:
        super().set_narrow(narrow)
        self.hands.set_narrow(narrow)
        self._verdict_label.setVisible(not narrow)

    def _order(self) -> None:
        tab_before(self.reality.edit, self.hands.numbers)

    @Slot()
    def after_headline(self) -> None:
        """Enter after the claim: who voiced it."""
        self.who.side.take_focus()

    @Slot()
    def _after_side(self) -> None:
        self.hands.focus(Moment.BEFORE)

    @Slot(object)
    def _counted(self, moment: Moment) -> None:
        """After the last hands before comes the talk; after those after it, the verdict."""
        if moment is Moment.BEFORE:
            self.reality.take_focus()
        else:
            self.verdict.setFocus()


def _pair(left: QWidget, right: QWidget) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(16)
    row.addWidget(left, 1)
    row.addWidget(right, 1)
    return row
