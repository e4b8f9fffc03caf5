"""The import page: the file's own words, what each column became, the first row as proof."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from facilitator.domain.sides import Sides
from facilitator.domain.text import counted
from facilitator.intake.columns import FIELDS, LABELS
from facilitator.intake.lists import ColumnUse
from facilitator.services.import_preview import GuessGroup, ImportPreview
from ui.kit import Button, Card, Choice, Label, Option, Picker, Scroll, SideMark, State
from ui.screens.inner_page import InnerPage

_STATES = {
    "recognised": ("Recognised", "check-circle-fill"),
    "guessed": ("Guessed", "magic-wand"),
    "mapped": ("Chosen", "check-circle-fill"),
    "kept": ("Kept", "archive"),
}


class ImportPage(InnerPage):
    """What importing would do. Nothing is written until "Add".

    Signals:
        remapped(dict): a column is to become something else: heading to field.
        accepted(dict): bring it in, with the settled guesses: group key to side key.
        left(): Esc.
    """

    remapped = Signal(object)
    accepted = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._mapping: dict[str, str] = {}
        self._corrections: dict[str, str] = {}
        self._body: QWidget | None = None
        across = QHBoxLayout(self)
        across.setContentsMargins(0, 0, 0, 0)
        across.setSpacing(24)
        left = QVBoxLayout()
        left.setSpacing(4)
        self.heading = Label("", "heading", elide=True)
        self.line = Label("", "lead", wrap=True)
        left.addWidget(self.heading)
        left.addWidget(self.line)
        self._columns = Scroll(spacing=0)
        left.addWidget(self._columns, 1)
        acts = QHBoxLayout()
        acts.setSpacing(8)
        self.add = Button("Add", key="Ctrl+Enter", icon="user-plus", kind="main", desk=True)
        self.add.clicked.connect(self._accept)
        back = Button("Cancel", key="Esc", desk=True, hint_only=True)
        back.clicked.connect(self.left)
        acts.addWidget(self.add)
        acts.addWidget(back)
        acts.addWidget(Label("Nothing is written until you add them.", "second"), 1)
        left.addLayout(acts)
        across.addLayout(left, 1)
        self._right = QVBoxLayout()
        self._right.setSpacing(12)
        self._right.setContentsMargins(0, 0, 0, 0)
        self._side = QWidget()
        self._side.setFixedWidth(344)
        self._side.setLayout(self._right)
        across.addWidget(self._side)

    def begin(self) -> None:
        """Another list: what was chosen for the last one is forgotten."""
        self._mapping, self._corrections = {}, {}

    @property
    def mapping(self) -> dict[str, str]:
        """What columns become by a person's choice."""
        return dict(self._mapping)

    def show_preview(self, preview: ImportPreview, sides: Sides) -> None:
        """Shows what the lists would do."""
        files = preview.files
        name = Path(files[0].list.file).name if len(files) == 1 else f"{len(files)} lists"
        self.heading.setText(f"{counted(preview.rows, 'row')} read from {name}")
        system = files[0].list.source[:1].upper() + files[0].list.source[1:]
        parts = [f"{counted(preview.added, 'person', 'people')} to add"]
        if preview.known:
            parts.append(f"{preview.known} known already, {preview.changed} of them changed")
        if preview.cancelled:
            parts.append(f"{preview.cancelled} cancelled")
        if preview.gone:
            parts.append(f"{len(preview.gone)} no longer on the list (they stay)")
        parts.append(
            f"{counted(len(preview.skipped), 'row')} skipped" if preview.skipped else "nobody twice"
        )
        self.line.setText(f"{system} · {', '.join(parts)}.")
        act = f"Add {counted(preview.added, 'person', 'people')}" if preview.added else "Update"
        self.add.setText(act)
        self._show_columns(preview)
        self._show_sides(preview, sides)

    # -- internal -------------------------------------------------------------------------------

    def _show_columns(self, preview: ImportPreview) -> None:
        if self._body is not None:
            self._columns.box.removeWidget(self._body)
            self._body.hide()
            self._body.deleteLater()
        self._body = QWidget()
        grid = QGridLayout(self._body)
        grid.setContentsMargins(12, 8, 12, 8)
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(0)
        for column, stretch in enumerate((3, 3, 4, 2)):
            grid.setColumnStretch(column, stretch)
        heads = ("Column in the file", "Becomes", "First row; what to know")
        for column, word in enumerate(heads):
            grid.addWidget(Label(word, "side note"), 0, column)
        row = 1
        for file in preview.files:
            for use in file.list.columns:
                self._show_column(grid, row, use)
                row += 1
        for place, (name, number, why) in enumerate(preview.skipped[:20]):
            words = f"Row {number} of {Path(name).name} is skipped: {why}"
            grid.addWidget(Label(words, "second", wrap=True), row + place, 0, 1, 4)
        self._columns.box.addWidget(self._body)
        self._columns.box.addStretch(1)

    def _show_column(self, grid: QGridLayout, row: int, use: ColumnUse) -> None:
        grid.setRowMinimumHeight(row, 44)
        grid.addWidget(Label(use.header or "(no heading)", "second", elide=True), row, 0)
        if use.how in {"kept", "mapped"}:
            grid.addWidget(self._picker(use), row, 1)
        else:
            grid.addWidget(Label(use.label, "strong", elide=True), row, 1)
        note = " · ".join(part for part in (use.sample, use.note) if part)
        grid.addWidget(Label(note, "body", elide=True), row, 2)
        word, icon = _STATES.get(use.how, (use.how, "circle"))
        grid.addWidget(State(word, icon), row, 3)

    def _picker(self, use: ColumnUse) -> Picker:
        picker = Picker(name=f"What “{use.header}” becomes")
        picker.addItem("Kept as an answer", "answer")
        for field in FIELDS:
            if field != "answer":
                picker.addItem(LABELS.get(field, field), field)
        now = self._mapping.get(use.header) or use.becomes or "answer"
        picker.setCurrentIndex(max(picker.findData(now), 0))
        picker.setProperty("header", use.header)
        picker.activated.connect(self._map)
        picker.setMinimumContentsLength(12)
        return picker

    def _show_sides(self, preview: ImportPreview, sides: Sides) -> None:
        while (item := self._right.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        self._right.addWidget(Label("Sides", "part"))
        for count in preview.balance:
            line = QWidget()
            box = QHBoxLayout(line)
            box.setContentsMargins(0, 4, 0, 4)
            box.setSpacing(10)
            box.addWidget(SideMark(count.side, 22))
            box.addWidget(Label(count.side.shown, "strong", elide=True), 1)
            if count.front_line:
                box.addWidget(Label(f"{count.front_line} front line", "side note"))
            box.addWidget(Label(f"{count.people}", "part", tabular=True))
            self._right.addWidget(line)
        card = Card("mist", margin=16, spacing=8)
        head = QHBoxLayout()
        head.addWidget(Label("To confirm", "part"), 1)
        total = sum(group.people for group in preview.groups)
        head.addWidget(Label(f"{total}", "part", tabular=True))
        card.box.addLayout(head)
        if preview.groups:
            words = "Guessed from their words. One key settles everybody of a group."
            card.box.addWidget(Label(words, "second", wrap=True))
        else:
            card.box.addWidget(Label("Nothing was unsure. Good list.", "second", wrap=True))
        scroll = Scroll(spacing=8)
        for group in preview.groups:
            scroll.box.addWidget(self._group(group, sides))
        scroll.box.addStretch(1)
        card.box.addWidget(scroll, 1)
        self._right.addWidget(card, 1)

    def _group(self, group: GuessGroup, sides: Sides) -> QWidget:
        part = QWidget()
        box = QVBoxLayout(part)
        box.setContentsMargins(0, 4, 8, 4)
        box.setSpacing(2)
        box.addWidget(Label(group.words or "No words at all", "strong", wrap=True))
        names = ", ".join(group.names)
        more = f" and {group.people - len(group.names)} more" if group.people > 3 else ""
        box.addWidget(Label(f"{counted(group.people, 'person', 'people')}: {names}{more}",
                            "side note", wrap=True))  # fmt: skip
        choice = Choice(
            [Option(side.key, side.letter) for side in sides],
            name=f"The side of {group.words}", value=self._corrections.get(group.key, group.side),
        )  # fmt: skip
        choice.setProperty("group", group.key)
        choice.chosen.connect(self._correct)
        box.addWidget(choice)
        return part

    @Slot()
    def _map(self) -> None:
        picker = self.sender()
        if isinstance(picker, Picker):
            self._mapping[str(picker.property("header"))] = str(picker.currentData())
            self.remapped.emit(dict(self._mapping))

    @Slot(str)
    def _correct(self, side: str) -> None:
        choice = self.sender()
        if isinstance(choice, Choice):
            self._corrections[str(choice.property("group"))] = side

    @Slot()
    def _accept(self) -> None:
        self.accepted.emit(dict(self._corrections))
