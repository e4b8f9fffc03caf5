"""The printer for badges: which, on what paper, and when this desk prints by itself."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QComboBox, QFileDialog, QHBoxLayout, QVBoxLayout, QWidget

from facilitator.domain.errors import Trouble
from facilitator.services.badges import BadgeService
from facilitator.services.events import EventService
from ui.badge_printers import SAVE_AS_PDF, BadgePrinters, usual_folder
from ui.kit import Button, Choice, Label, Option, PickerField
from ui.lanes import FAULT
from ui.screens.desk_page import DeskPage
from ui.screens.screen import Surroundings

NOT_CHOSEN = "Not chosen: no badge is printed here"
_WORDS = {
    "never": "A badge is printed by F6 alone.",
    "first": "One badge a person, at whichever desk they come in. Whoever has a place in a tray "
    "has a badge already, and gets none. A walk-in gets theirs at once.",
    "always": "A badge at every arrival, also for somebody who left and comes back.",
}


class PrinterPage(DeskPage):
    """What this laptop remembers about printing badges. What is changed is kept at once."""

    title = "Printer for badges"
    detail = "Which printer and paper, and when this desk prints by itself"
    icon = "printer"

    def __init__(
        self,
        around: Surroundings,
        events: EventService,
        badges: BadgeService,
        printers: BadgePrinters,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._around, self._events = around, events
        self._badges, self._printers = badges, printers
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(12)
        box.addLayout(self.build_head(Label("Badges of this laptop", "heading", elide=True)))
        two = QHBoxLayout()
        two.setSpacing(16)
        self.printer = PickerField("Printer", key="Alt+P")
        self.paper = PickerField("Paper", key="Alt+A")
        for field in (self.printer, self.paper):
            # a long name is shortened; the list that opens shows it whole
            field.edit.setSizeAdjustPolicy(
                QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
            )
            field.edit.setMinimumContentsLength(16)
            two.addWidget(field, 1)
        self.printer.edit.activated.connect(self._printer_chosen)
        self.paper.edit.activated.connect(self._paper_chosen)
        box.addLayout(two)
        box.addWidget(Label("This desk prints a badge", "strong"))
        self.when = Choice(
            [
                Option("never", "Never by itself"),
                Option("first", "The first time"),
                Option("always", "Every time"),
            ],
            name="When this desk prints a badge by itself",
        )
        self.when.chosen.connect(self._when_chosen)
        box.addWidget(self.when)
        self._what = Label("", "second", wrap=True)
        self._what.setMinimumHeight(40)
        box.addWidget(self._what)
        saved = QHBoxLayout()
        saved.setSpacing(8)
        self._folder = Label("", "second", elide=True)
        self._other = Button("Another folder…")
        self._other.clicked.connect(self._choose_folder)
        saved.addWidget(self._folder, 1)
        saved.addWidget(self._other)
        box.addLayout(saved)
        box.addStretch(1)
        foot = QHBoxLayout()
        foot.setSpacing(12)
        self.test = Button("Print a test badge", key="T", icon="identification-badge", desk=True)
        self.test.clicked.connect(self._print_test)
        foot.addWidget(self.test)
        self._said = Label("", "body", wrap=True)
        foot.addWidget(self._said, 1)
        box.addLayout(foot)
        self._show(())

    def state(self) -> str:
        """The printer that is chosen."""
        return self._around.settings.badge_printer or "Not chosen"

    def begin(self) -> None:
        """Shows what is kept, and asks the system for its printers."""
        self._said.setText("Looking for printers…")
        self._around.heavy.run(self._printers.names, self._found, self._not_found)
        self._around.database.run(self._events.get, self._show_papers)
        self.printer.take_focus()

    # -- internal -------------------------------------------------------------------------------

    def _show(self, names: Sequence[str]) -> None:
        kept = self._around.settings
        picker = self.printer.edit
        picker.clear()
        if not kept.badge_printer:
            picker.addItem(NOT_CHOSEN, "")
        for name in names:
            picker.addItem(name, name)
        if kept.badge_printer and kept.badge_printer not in names:
            picker.insertItem(0, kept.badge_printer, kept.badge_printer)
        picker.setCurrentIndex(max(picker.findData(kept.badge_printer), 0))
        self.when.choose(kept.badge_when)
        self._say()

    def _say(self) -> None:
        kept = self._around.settings
        self._what.setText(_WORDS[kept.badge_when])
        saves = kept.badge_printer == SAVE_AS_PDF
        self._folder.setText(f"Saved in {self.folder(kept.badge_folder)}")
        self._folder.setVisible(saves)
        self._other.setVisible(saves)
        if kept.badge_printer:
            self.test.allow()
        else:
            self.test.refuse("Choose a printer first")

    @staticmethod
    def folder(kept: str) -> Path:
        """Where badges saved as PDF go; `kept` is what the laptop remembers."""
        return Path(kept) if kept else usual_folder()

    @Slot(object)
    def _found(self, names: list[str]) -> None:
        self._show(names)
        chosen = self._around.settings.badge_printer
        if chosen and chosen not in names:
            self._said.setText(f"{chosen} is not found any more: look at it, or choose another.")
        elif len(names) <= 1:
            self._said.setText("This laptop knows no printer; a badge can be saved as PDF.")
        else:
            self._said.setText("")

    @Slot(object)
    def _not_found(self, problem: Exception) -> None:
        self._said.setText(str(problem) if isinstance(problem, Trouble) else FAULT)

    @Slot(object)
    def _show_papers(self, event: object) -> None:
        layouts = self._badges.layouts
        own = getattr(getattr(event, "settings", None), "badge_layout", "")
        words = next((one.words for one in layouts if one.name == own), "")
        picker = self.paper.edit
        picker.clear()
        picker.addItem(f"As for all badges of this event: {words}", "")
        for one in layouts:
            picker.addItem(one.words[:1].upper() + one.words[1:], one.name)
        picker.view().setMinimumWidth(560)
        picker.setCurrentIndex(max(picker.findData(self._around.settings.badge_paper), 0))

    @Slot(int)
    def _printer_chosen(self, _place: int) -> None:
        self._around.settings.set(badge_printer=str(self.printer.edit.currentData() or ""))
        self._said.setText("")
        self._say()

    @Slot(int)
    def _paper_chosen(self, _place: int) -> None:
        self._around.settings.set(badge_paper=str(self.paper.edit.currentData() or ""))

    @Slot(str)
    def _when_chosen(self, when: str) -> None:
        self._around.settings.set(badge_when=when)
        self._say()

    @Slot()
    def _choose_folder(self) -> None:
        now = str(self.folder(self._around.settings.badge_folder))
        chosen = QFileDialog.getExistingDirectory(self, "Where badges are saved", now)
        if chosen:
            self._around.settings.set(badge_folder=chosen)
            self._say()

    @Slot()
    def _print_test(self) -> None:
        kept = self._around.settings
        printer, paper = kept.badge_printer, kept.badge_paper
        self._said.setText("Printing…")

        def run() -> str:
            with tempfile.TemporaryDirectory() as name:
                path = Path(name) / "test.pdf"
                layout = self._badges.write_sample(path, layout=paper or None)
                file = self._printers.print(printer, path, turned=layout.turned)
            return f"Saved as {file}." if file else f"The test badge is at the printer {printer}."

        self._around.heavy.run(run, self._tested, self._not_found, owner=self)

    @Slot(object)
    def _tested(self, words: str) -> None:
        self._said.setText(words)
