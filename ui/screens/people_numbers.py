"""Numbers for the caterer and the venue: totals in sight, and as a file; a list for the door."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QUrl, Signal, Slot
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from facilitator.documents.numbers import Need, Numbers
from facilitator.domain.text import counted
from ui.kit import Button, Label, Message, Row, RowList, Tick
from ui.screens.ask_where import AskFile, ask_file
from ui.screens.inner_page import InnerPage, page_head
from ui.screens.screen import Surroundings

if TYPE_CHECKING:
    from facilitator.services.catering import CateringService, NumbersWritten

_KINDS = "PDF (*.pdf);;Spreadsheet (*.csv)"


class NumbersPage(InnerPage):
    """Needs by all, by meal and by table. Names only where they are asked for.

    Signals:
        left(): back to the list.
        said(Message): what was written, and where.
    """

    said = Signal(object)

    def __init__(
        self,
        around: Surroundings,
        catering: CateringService,
        *,
        ask: AskFile = ask_file,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._around, self._catering, self._ask = around, catering, ask
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(12)
        box.addLayout(page_head(Label("Numbers for others", "heading"), self.left))
        self.sentence = Label("", "lead", wrap=True)
        box.addWidget(self.sentence)
        self.list = RowList(name="Dietary and access needs", wrap=True)
        box.addWidget(self.list, 1)
        acts = QHBoxLayout()
        acts.setSpacing(8)
        save = Button("For the caterer…", key="Ctrl+S", icon="fork-knife", kind="main")
        save.clicked.connect(self._save)
        door = Button("List for the door…", key="Ctrl+D", icon="sign-in")
        door.clicked.connect(self._save_door)
        self.names = Tick("Say whose each need is")
        self.names.toggled.connect(self._read)
        for widget in (save, door, self.names):
            acts.addWidget(widget)
        acts.addStretch(1)
        box.addLayout(acts)

    def begin(self) -> None:
        """Reads the numbers as they stand. Names are never shown before they are asked for."""
        self.names.setChecked(False)
        self._read()
        self.list.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def _read(self) -> None:
        names = self.names.isChecked()
        self._around.database.run(
            lambda: self._catering.numbers(names=names), self._show, owner=self
        )

    @Slot(object)
    def _show(self, numbers: Numbers) -> None:
        self.sentence.setText(numbers.sentence if numbers.expected else "Nobody is expected yet.")
        rows = [
            *_needs("Diet", "fork-knife", numbers.diets),
            *_needs("Access", "wheelchair", numbers.access),
        ]
        for meal in numbers.meals:
            at = f", {meal.at}" if meal.at else ""
            said = "; ".join(one.said for one in meal.diets) or "nobody said anything about food"
            rows.append(Row(("meal", meal.title, meal.at), f"{meal.title}{at}", said,
                            meal.words, icon="coffee"))  # fmt: skip
        for table in numbers.tables:
            said = "; ".join(one.said for one in (*table.diets, *table.access))
            many = counted(table.people, "person", "people")
            rows.append(Row(("table", table.label), table.title, said, many, icon="armchair"))
        self.list.set_rows(rows)

    @Slot()
    def _save(self) -> None:
        name = self._ask(self, "Numbers for the caterer", "numbers.pdf", _KINDS)
        if name:
            names = self.names.isChecked()
            path = _with_ending(name)
            self._around.heavy.run(
                lambda: self._catering.write(path, names=names), self._written, owner=self
            )

    @Slot()
    def _save_door(self) -> None:
        name = self._ask(self, "List for the door", "door.pdf", _KINDS)
        if name:
            path = _with_ending(name)
            self._around.heavy.run(
                lambda: self._catering.write_door(path), self._written, owner=self
            )

    @Slot(object)
    def _written(self, done: NumbersWritten) -> None:
        inside = "Names are inside." if done.names_inside else "No names inside."
        place = QUrl.fromLocalFile(str(done.path))
        self.said.emit(
            Message("done", f"Saved as “{done.path.name}”. {inside}", act="Open",
                    do=lambda: QDesktopServices.openUrl(place))
        )  # fmt: skip


def _with_ending(name: str) -> Path:
    path = Path(name)
    return path if path.suffix else path.with_suffix(".pdf")


def _needs(kind: str, icon: str, needs: Sequence[Need]) -> list[Row]:
    if not needs:
        return [Row((kind, ""), f"{kind}: nobody said anything", icon=icon)]
    return [
        Row((kind, one.words), one.words, "; ".join(one.names) or kind,
            f"{one.expected} expected, {one.here} here", icon=icon)
        for one in needs
    ]  # fmt: skip
