"""What the Tables screen prints: plans, a list, cards, badges, and labels for wrong badges."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QUrl, Signal, Slot
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QMenu, QWidget

from facilitator.domain.text import counted, fold
from facilitator.services.badges import BadgeService
from facilitator.services.papers import PapersService
from facilitator.services.room import RoundView
from ui.kit import Message, announce
from ui.screens.ask_where import AskFile
from ui.screens.screen import Surroundings
from ui.screens.tables_menus import add


class TablePrinting(QObject):
    """Makes the papers of the room, each where the user says, beside the lane of scans.

    Signals:
        said(Message): what is being made, and where it is.
        made(): a document was made.
    """

    said = Signal(object)
    made = Signal()

    def __init__(
        self, parent: QWidget, around: Surroundings, papers: PapersService, badges: BadgeService,
        ask: AskFile,
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self._window, self._around = parent, around
        self._papers, self._badges, self._ask = papers, badges, ask
        #: the event's name, for the names of files
        self.event_name = ""

    def menu(self, view: RoundView, mixed: bool, wrong: int) -> QMenu:
        """What can be printed now; `mixed` is any round, `wrong` badges have become wrong."""
        menu = QMenu(self._window)
        menu.setAccessibleName("Print")
        papers, number = self._papers, view.number
        plan = add(
            menu, f"Table plan of round {number}…",
            lambda: self._make(
                f"The table plan of round {number}", f"round-{number}-tables.pdf",
                lambda path: papers.table_plan(path, (number,)),
            ),
        )  # fmt: skip
        plan.setEnabled(view.is_mixed)
        plans = add(
            menu, "Table plans of every round…",
            lambda: self._make("The table plans", "tables.pdf", papers.table_plan),
        )  # fmt: skip
        plans.setEnabled(mixed)
        surnames = add(
            menu, "List by surname…",
            lambda: self._make("The list by surname", "surnames.pdf", papers.surname_list),
        )  # fmt: skip
        surnames.setEnabled(mixed)
        add(
            menu, "Cards to stand on the tables…",
            lambda: self._make("The table cards", "table-cards.pdf", papers.table_cards),
        )  # fmt: skip
        menu.addSeparator()
        add(
            menu, "Badges…",
            lambda: self._make("The badges", "badges.pdf", self._badges.write),
        )  # fmt: skip
        words = f"Labels for {counted(wrong, 'wrong badge')}…" if wrong else "No badge is wrong"
        add(menu, words, self.labels).setEnabled(wrong > 0)
        return menu

    @Slot()
    def labels(self) -> None:
        """A label for each badge that became wrong."""
        self._make("The labels", "labels.pdf", self._badges.write_labels)

    def _make(self, what: str, name: str, write: Callable[[Path], Any]) -> None:
        stem = fold(self.event_name).replace(" ", "-")[:60]
        chosen = self._ask(
            self._window, what.removeprefix("The ").capitalize(),
            f"{stem}-{name}" if stem else name, "PDF (*.pdf)",
        )  # fmt: skip
        if not chosen:
            return
        path = Path(chosen)
        are = "are" if what.endswith("s") else "is"
        self.said.emit(Message("info", f"{what} {are} being made."))
        self._around.heavy.run(
            lambda: write(path), partial(self._written, f"{what} {are}", path), owner=self
        )

    def _written(self, what: str, path: Path, _result: Any) -> None:
        sentence = f"{what} saved as “{path.name}” in “{path.parent.name or path.parent}”."
        announce(self._window, sentence)
        self.said.emit(Message("done", sentence, act="Open", do=partial(_open, path)))
        self.made.emit()


def _open(path: Path) -> None:
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(path)))
