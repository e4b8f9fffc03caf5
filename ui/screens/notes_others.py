"""The editors of bright spots, pain points and actions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from uuid import UUID

from PySide6.QtCore import QStringListModel, Qt, Signal, Slot
from PySide6.QtWidgets import QCompleter, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from facilitator.clocks import Clocks
from facilitator.domain.boroughs import CHOICES
from facilitator.domain.errors import Refused
from facilitator.domain.notes import Note, NoteContent, NoteKind, Pledge
from facilitator.domain.sides import Sides
from facilitator.domain.text import counted
from facilitator.services.events import parse_date
from facilitator.services.notes import NoteChoices
from ui.kit import Button, Field, Label, PickerField, TextField, Tick
from ui.screens.notes_editor import EditorWords, NoteEditor
from ui.screens.notes_fields import show_line


class BoroughField(Field):
    """Boroughs with commas between them; the one being typed is offered whole."""

    def __init__(self) -> None:
        super().__init__("Boroughs", placeholder="Southwark, Lambeth", key="Alt+B")
        self._completer = _LastOfList(CHOICES, self)
        self.edit.setCompleter(self._completer)

    @property
    def value(self) -> tuple[str, ...]:
        """The boroughs as typed."""
        return tuple(part.strip() for part in self.text.split(",") if part.strip())

    def show_value(self, boroughs: Sequence[str]) -> None:
        """Others; what somebody is typing stays."""
        if self.value != tuple(boroughs) and not self.edit.hasFocus():
            self.set_text(", ".join(boroughs))


class _LastOfList(QCompleter):
    """Completes the last part of a list with commas."""

    def __init__(self, words: Sequence[str], parent: QWidget) -> None:
        super().__init__(QStringListModel(list(words), parent), parent)
        self.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self.setFilterMode(Qt.MatchFlag.MatchContains)

    def splitPath(self, path: str) -> list[str]:
        return [path.rpartition(",")[2].strip()]

    def pathFromIndex(self, index: object) -> str:
        whole = super().pathFromIndex(index)  # type: ignore[arg-type]
        widget = self.widget()
        before = widget.text().rpartition(",")[0] if hasattr(widget, "text") else ""  # type: ignore[union-attr]
        return f"{before}, {whole}" if before else whole


class NameCompleter(QCompleter):
    """Offers the names of the list in a line; any other text can be typed."""

    def __init__(self, edit: QLineEdit) -> None:
        self._names = QStringListModel()
        super().__init__(self._names, edit)
        self.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self.setFilterMode(Qt.MatchFlag.MatchContains)
        self.setMaxVisibleItems(6)
        edit.setCompleter(self)

    def set_names(self, names: Sequence[str]) -> None:
        """The names that are offered."""
        if list(names) != self._names.stringList():
            self._names.setStringList(list(names))


class PainPointEditor(NoteEditor):
    """A pain point."""

    kind = NoteKind.PAIN_POINT
    words = EditorWords("The pain point", "What hurts, in their words", "Whom it hurts")

    def build(self, box: QVBoxLayout) -> None:
        box.addWidget(self.tags_row())
        self.who.finished.connect(self._after_side)

    @Slot()
    def after_headline(self) -> None:
        """Enter after the words: whom it hurts."""
        self.who.side.take_focus()

    @Slot()
    def _after_side(self) -> None:
        self.themes.take_focus()


class _PledgeLine(QWidget):
    """One pledge, and the button that takes it back."""

    taken_back = Signal(object)

    def __init__(self, pledge: Pledge) -> None:
        super().__init__()
        self._pledge = pledge
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        words = ", ".join(part for part in (pledge.who, pledge.borough) if part)
        row.addWidget(Label(words, "body", elide=True), 1)
        button = Button("Take back", kind="quiet")
        button.setAccessibleName(f"Take back the pledge of {pledge.who}")
        button.clicked.connect(self._clicked)
        row.addWidget(button)

    @Slot()
    def _clicked(self) -> None:
        self.taken_back.emit(self._pledge)


class BrightSpotEditor(NoteEditor):
    """A bright spot, and who pledges to copy it.

    Signals:
        pledged(str): somebody pledges.
        pledge_taken_back(Pledge): a pledge is not meant any more.
    """

    kind = NoteKind.BRIGHT_SPOT
    words = EditorWords("The bright spot", "What already works", "Whose it is")

    pledged = Signal(str)
    pledge_taken_back = Signal(object)

    def build(self, box: QVBoxLayout) -> None:
        self.where = Field("Where it works", key="Alt+W")
        self.ask = Field("Whom to ask", key="Alt+K")
        self.needs = TextField("What it needs", key="Alt+D", rows=2)
        self.needs.edit.setMaximumHeight(80)
        self.boroughs = BoroughField()
        box.addLayout(_row(self.where, self.ask))
        box.addLayout(_row(self.needs, self.boroughs))
        self.pledge = Field(
            "Who will copy it?",
            key="Alt+P",
            placeholder="A name from the list, or as typed; Enter keeps",
        )
        self.pledge.edit.returnPressed.connect(self._pledge)
        self._names = NameCompleter(self.pledge.edit)
        box.addWidget(self.pledge)
        self._pledges = QVBoxLayout()
        self._pledges.setSpacing(4)
        box.addLayout(self._pledges)
        self._shown: tuple[Pledge, ...] = ()
        box.addWidget(self.tags_row())
        for field in (self.where, self.ask, self.needs, self.boroughs):
            field.changed.connect(self.note_change)
        self.who.finished.connect(self.where.take_focus)

    def set_surroundings(self, choices: NoteChoices, sides: Sides, names: tuple[str, ...]) -> None:
        super().set_surroundings(choices, sides, names)
        self._names.set_names(names)

    def read(self, content: NoteContent) -> NoteContent:
        return replace(content, where=self.where.text, ask=self.ask.text, needs=self.needs.text,
                       boroughs=self.boroughs.value)  # fmt: skip

    def paint(self, content: NoteContent) -> None:
        show_line(self.where, content.where)
        show_line(self.ask, content.ask)
        self.needs.set_text(content.needs)
        self.boroughs.show_value(content.boroughs)

    def show_facts(self, note: Note | None, *, fresh: bool) -> None:
        if fresh:
            self.pledge.set_text("")
        pledges = note.pledges if note else ()
        if pledges == self._shown:
            return
        self._shown = pledges
        while self._pledges.count():
            item = self._pledges.takeAt(0)
            widget = item.widget() if item is not None else None
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for pledge in pledges:
            line = _PledgeLine(pledge)
            line.taken_back.connect(self.pledge_taken_back)
            self._pledges.addWidget(line)
        self.pledge.set_hint(f"{counted(len(pledges), 'pledge')} so far" if pledges else "")

    @Slot()
    def after_headline(self) -> None:
        """Enter after the words: where it works."""
        self.where.take_focus()

    @Slot()
    def _pledge(self) -> None:
        if self.pledge.text:
            self.pledged.emit(self.pledge.text)
            self.pledge.set_text("")


class ActionEditor(NoteEditor):
    """An action: who does it, by when, where, and from which note it follows."""

    kind = NoteKind.ACTION
    words = EditorWords("The action", "What will be done", "Whose it is")

    def __init__(self, clocks: Clocks) -> None:
        self._clocks = clocks
        self._done_at: datetime | None = None
        super().__init__()

    def build(self, box: QVBoxLayout) -> None:
        self.owner = Field("Who does it", key="Alt+O")
        self._names = NameCompleter(self.owner.edit)
        self.due = Field("By when", key="Alt+D", placeholder="2026-01-31")
        self.boroughs = BoroughField()
        self.from_note = PickerField("It follows from")
        picker = self.from_note.edit
        picker.setSizeAdjustPolicy(picker.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        picker.setMinimumContentsLength(12)
        self.done = Tick("Done")
        box.addLayout(_row(self.owner, self.due))
        box.addLayout(_row(self.boroughs, self.from_note))
        box.addWidget(self.done)
        box.addWidget(self.tags_row())
        for field in (self.owner, self.due, self.boroughs):
            field.changed.connect(self.note_change)
        self.from_note.edit.activated.connect(self.note_change)
        self.done.toggled.connect(self._done_toggled)
        self.who.finished.connect(self.owner.take_focus)
        self._notes: tuple[tuple[UUID, str], ...] = ()
        self.set_notes(())

    def set_notes(self, notes: Sequence[Note]) -> None:
        """The notes that an action can follow from."""
        wanted = tuple((n.id, f"{n.kind.words.capitalize()}: {n.text}"[:90]) for n in notes)
        if wanted == self._notes and self.from_note.edit.count():
            return
        chosen = self.from_note.edit.currentData()
        self._notes = wanted
        self.from_note.edit.clear()
        self.from_note.edit.addItem("No note", None)
        for key, text in wanted:
            self.from_note.edit.addItem(text, key)
        self._choose(chosen)

    def set_surroundings(self, choices: NoteChoices, sides: Sides, names: tuple[str, ...]) -> None:
        super().set_surroundings(choices, sides, names)
        self._names.set_names(names)

    def read(self, content: NoteContent) -> NoteContent:
        found = self.from_note.edit.currentData()
        return replace(
            content, owner=self.owner.text, due=self._day(), boroughs=self.boroughs.value,
            from_note=found if isinstance(found, UUID) else None, done_at=self._done_at,
        )  # fmt: skip

    def paint(self, content: NoteContent) -> None:
        show_line(self.owner, content.owner)
        if not self.due.edit.hasFocus():
            self.due.set_text(content.due.isoformat() if content.due else "")
            self.due.set_error("")
        self.boroughs.show_value(content.boroughs)
        self._choose(content.from_note)
        self._done_at = content.done_at
        self.done.setChecked(content.done_at is not None)

    def ready(self) -> bool:
        if self.due.text and self._day() is None:
            self.due.set_error(f"“{self.due.text}” is not a date; write it like 2026-01-31.")
            self.due.take_focus()
            return False
        return True

    @property
    def problem(self) -> str:
        return self.due.error

    @Slot()
    def after_headline(self) -> None:
        """Enter after the words: who does it."""
        self.owner.take_focus()

    @Slot(bool)
    def _done_toggled(self, on: bool) -> None:
        self._done_at = (self._done_at or self._clocks.now()) if on else None
        self.note_change()

    def _day(self) -> date | None:
        try:
            return parse_date(self.due.text) if self.due.text else None
        except Refused:
            return None

    def _choose(self, note_id: object) -> None:
        box = self.from_note.edit
        found = [i for i in range(box.count()) if box.itemData(i) == note_id]
        box.setCurrentIndex(found[0] if found else 0)


def _row(left: QWidget, right: QWidget) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(16)
    row.addWidget(left, 1, Qt.AlignmentFlag.AlignTop)
    row.addWidget(right, 1, Qt.AlignmentFlag.AlignTop)
    return row
