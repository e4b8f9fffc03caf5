"""This event beside earlier ones: opened from After, figures only, nothing is changed."""

from __future__ import annotations

from collections.abc import Callable
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import (
    QDialog,
    QFileDialog,
    QGridLayout,
    QHBoxLayout,
    QVBoxLayout,
    QWidget,
)

from facilitator.domain.errors import Trouble
from ui.kit import Button, Label, Message, Scroll
from ui.screens.ask_where import AskFile, ask_file
from ui.screens.screen import Surroundings

if TYPE_CHECKING:
    from facilitator.documents.comparison import Comparison
    from facilitator.services.comparing import ComparingService, ComparisonWritten

_EVENTS = "Events (*.facilitator);;All files (*)"
_KINDS = "PDF (*.pdf);;Spreadsheet (*.csv)"
AskFiles = Callable[[QWidget], list[str]]


def ask_events(parent: QWidget) -> list[str]:
    """Earlier events to open beside this one."""
    return QFileDialog.getOpenFileNames(parent, "Earlier events", "", _EVENTS)[0]


class CompareDialog(QDialog):
    """A table: a line a figure, a column an event, the earliest first.

    Signals:
        said(Message): where the table was saved.
    """

    said = Signal(object)

    def __init__(
        self,
        around: Surroundings,
        comparing: ComparingService,
        parent: QWidget | None = None,
        *,
        ask_events: AskFiles = ask_events,
        ask_file: AskFile = ask_file,
    ) -> None:
        super().__init__(parent)
        self._around, self._comparing = around, comparing
        self._ask_events, self._ask_file = ask_events, ask_file
        self._paths: list[Path] = []
        self._asked: list[Path] = []
        self.setWindowTitle("Beside earlier events")
        self.resize(920, 620)
        box = QVBoxLayout(self)
        box.setContentsMargins(24, 24, 24, 24)
        box.setSpacing(12)
        box.addWidget(Label("Beside earlier events", "heading"))
        self.sentence = Label(
            "Choose earlier events. They are read as they lie, and not changed; figures only, "
            "nobody is named.", "body", wrap=True,
        )  # fmt: skip
        box.addWidget(self.sentence)
        self._scroll = Scroll(spacing=0)
        self._table: QWidget | None = None
        box.addWidget(self._scroll, 1)
        acts = QHBoxLayout()
        acts.setSpacing(8)
        self.choose = Button("Choose events…", key="Ctrl+O", icon="folder-open", kind="main")
        self.choose.clicked.connect(self._choose)
        self.save = Button("Save the table…", key="Ctrl+S", icon="download-simple")
        self.save.clicked.connect(self._save)
        self.save.refuse("Nothing beside it yet")
        close = Button("Close", key="Esc", hint_only=True)
        close.clicked.connect(self.reject)
        acts.addWidget(self.choose)
        acts.addWidget(self.save)
        acts.addStretch(1)
        acts.addWidget(close)
        box.addLayout(acts)
        self.choose.setFocus()

    @Slot()
    def _choose(self) -> None:
        names = self._ask_events(self)
        if names:
            self.open_beside([Path(name) for name in names])

    def open_beside(self, paths: list[Path]) -> None:
        """Reads these events and shows them beside this one, in the place of those before."""
        self._asked = list(paths)
        self._around.heavy.run(
            lambda: self._comparing.compare(paths), self._show, self._refused, owner=self
        )

    @Slot(object)
    def _show(self, compared: Comparison) -> None:
        self._paths = self._asked
        self.sentence.setText("Figures only: nobody is named. A dash: that event does not say.")
        self.save.allow()
        if self._table is not None:
            self._scroll.box.removeWidget(self._table)
            self._table.hide()
            self._table.deleteLater()
        self._table = QWidget()
        grid = QGridLayout(self._table)
        grid.setContentsMargins(0, 0, 8, 0)
        grid.setHorizontalSpacing(24)
        grid.setVerticalSpacing(6)
        grid.setColumnStretch(0, 3)
        top = Qt.AlignmentFlag.AlignTop
        for column, event in enumerate(compared.events, 1):
            grid.setColumnStretch(column, 2)
            bottom = Qt.AlignmentFlag.AlignBottom
            grid.addWidget(Label(event.title, "strong", wrap=True), 0, column, bottom)
            grid.addWidget(Label(event.day, "side note", wrap=True), 1, column, top)
        line = 2
        for group, rows in groupby(compared.rows, key=lambda row: row.group):
            grid.setRowMinimumHeight(line, 36)
            grid.addWidget(Label(group, "part"), line, 0, Qt.AlignmentFlag.AlignBottom)
            for row in rows:
                line += 1
                grid.addWidget(Label(row.words, "second", wrap=True), line, 0, top)
                for column, value in enumerate(row.shown, 1):
                    figure = Label(value, "body", wrap=True, tabular=True)
                    figure.setAccessibleName(f"{row.words}: {value}")
                    grid.addWidget(figure, line, column, top)
            line += 1
        grid.setRowStretch(line, 1)
        self._scroll.box.addWidget(self._table, 1)

    @Slot(object)
    def _refused(self, problem: Exception) -> None:
        if not isinstance(problem, Trouble):
            raise problem
        self.sentence.setText(str(problem))

    @Slot()
    def _save(self) -> None:
        name = self._ask_file(self, "Save the table", "beside-earlier-events.pdf", _KINDS)
        if not name:
            return
        path = Path(name) if Path(name).suffix else Path(name).with_suffix(".pdf")
        paths = list(self._paths)
        self._around.heavy.run(
            lambda: self._comparing.write(path, paths), self._written, self._refused, owner=self
        )

    @Slot(object)
    def _written(self, done: ComparisonWritten) -> None:
        sentence = f"The table is saved as “{done.path.name}”. Nobody is named."
        self.sentence.setText(sentence)
        self.said.emit(Message("done", sentence))
