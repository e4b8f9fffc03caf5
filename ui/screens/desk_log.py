"""The log: every scan as it came, and what it was answered. To be searched, and to keep."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QVBoxLayout, QWidget

from facilitator.domain.errors import Trouble
from facilitator.domain.text import counted
from facilitator.services.checkin import CheckinService
from facilitator.services.events import Event, EventService
from facilitator.services.scan_log import ADMITS, LogLine, whose
from ui.kit import Button, Choice, EmptyState, Label, Option, Row, RowList, SearchField, announce
from ui.screens.desk_page import DeskPage
from ui.screens.screen import Surroundings

#: outcome → icon
ICONS = {
    "welcome": "check-circle-fill",
    "welcome-back": "check-circle-fill",
    "already-here": "warning-fill",
    "cancelled": "warning-octagon-fill",
    "other-event": "warning-octagon-fill",
    "misread": "qr-code",
    "unknown": "question-fill",
    "ambiguous": "users-fill",
    "": "hourglass",
}
#: how much of a raw text fits a row
_SHOWN = 60


class LogPage(DeskPage):
    """The newest scans first. A name, a code, a desk or an answer finds the lines that hold it."""

    title = "Log"
    detail = "Everything that was scanned, as it came, and what it was answered"
    icon = "list"

    def __init__(
        self,
        around: Surroundings,
        event: EventService,
        checkin: CheckinService,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._around, self._events, self._checkin = around, event, checkin
        self._event: Event | None = None
        self._lines: list[LogLine] = []
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(8)
        self._heading = Label("Everything that was scanned", "heading", elide=True)
        head = self.build_head(self._heading)
        self.keep = Button("Save as CSV…", key="Ctrl+S", icon="download-simple")
        self.keep.clicked.connect(self._ask_where)
        head.insertWidget(1, self.keep)
        head.setSpacing(8)
        box.addLayout(head)
        line = QHBoxLayout()
        line.setSpacing(8)
        self.field = SearchField("Find a name, a code, a desk")
        self.field.textChanged.connect(self._fill)
        line.addWidget(self.field, 1)
        self.kind = Choice(
            [Option("all", "All scans"), Option("in", "Let in"), Option("out", "Not let in"),
             Option("open", "Unanswered")],
            name="Which scans", value="all",
        )  # fmt: skip
        self.kind.chosen.connect(self._fill)
        # Room for the tick, which moves.
        self.kind.setMinimumWidth(self.kind.sizeHint().width() + 32)
        line.addWidget(self.kind)
        box.addLayout(line)
        self._whose = Label("", "side note", elide=True)
        box.addWidget(self._whose)
        self._whose.hide()
        self._told = Label("", "side note", elide=True)
        box.addWidget(self._told)
        self._told.hide()
        self.list = RowList(name="Log of scans")
        self.field.moved.connect(self.list.step)
        box.addWidget(self.list, 1)
        self._empty = EmptyState("list", "Nothing has been scanned yet", "Each scan is kept here.")
        box.addWidget(self._empty, 1)
        self._empty.hide()

    def begin(self) -> None:
        """Reads the whole log."""
        self._told.hide()
        self.field.clear()
        self.kind.choose("all")
        self._around.database.run(self._read, self._show)
        self.field.setFocus(Qt.FocusReason.OtherFocusReason)

    def show_locked(self, locked: bool) -> None:
        """At a locked Desk the log is read, but it does not leave the laptop."""
        if locked:
            self.keep.refuse("The Desk is locked")
        else:
            self.keep.allow()

    def save(self, path: Path) -> None:
        """Writes the whole log to `path`, beside the window."""
        checkin = self._checkin
        self._around.heavy.run(
            lambda: (checkin.write_log(path), path.name), self._saved, self._not_saved, owner=self
        )

    def _read(self) -> tuple[Event, list[LogLine]]:
        return self._events.get(), self._checkin.log(None)

    @Slot(object)
    def _show(self, read: tuple[Event, list[LogLine]]) -> None:
        self._event, self._lines = read
        words = whose(self._lines)
        self._whose.setText(words)
        self._whose.setVisible(bool(words))
        self._fill()

    @Slot()
    def _fill(self) -> None:
        if self._event is None:
            return
        wanted = self.field.text().strip().casefold()
        found = [one for one in self._lines if self._is_kind(one) and one.has(wanted)]
        self.list.set_rows([self._row(place, one) for place, one in enumerate(found)])
        some, every = len(found), counted(len(self._lines), "scan")
        unanswered = sum(not one.outcome for one in self._lines)
        warning = f", {unanswered} never answered" if unanswered else ""
        whole = some == len(self._lines)
        self._heading.setText(f"{every}{warning}" if whole else f"{some:,} of {every}")
        self.list.setVisible(bool(found))
        self._empty.setVisible(not found)
        if self._lines:
            self._empty.heading.setText("Nothing fits")
            self._empty.detail.setText("Other words, or All scans, show more.")

    def _is_kind(self, line: LogLine) -> bool:
        match self.kind.value:
            case "in":
                return line.outcome in ADMITS
            case "out":
                return bool(line.outcome) and line.outcome not in ADMITS
            case "open":
                return not line.outcome
            case _:
                return True

    def _row(self, place: int, line: LogLine) -> Row:
        assert self._event is not None
        who = f": {line.person}" if line.person else ""
        raw = line.raw if len(line.raw) <= _SHOWN else line.raw[:_SHOWN] + "…"
        at = f"{self._event.local(line.at):%H:%M:%S}"
        detail = " · ".join(part for part in (at, line.desk, line.operator, raw) if part)
        return Row(place, f"{line.answer}{who}", detail, icon=ICONS.get(line.outcome, "circle"))

    @Slot()
    def _ask_where(self) -> None:
        name, _ = QFileDialog.getSaveFileName(self, "Save the log", "scans.csv", "CSV (*.csv)")
        if name:
            path = Path(name)
            self.save(path if path.suffix else path.with_suffix(".csv"))

    @Slot(object)
    def _saved(self, made: tuple[int, str]) -> None:
        self._say(f"{counted(made[0], 'scan')} saved in “{made[1]}”. Names are inside.")

    @Slot(object)
    def _not_saved(self, problem: Exception) -> None:
        if not isinstance(problem, Trouble):
            raise problem
        self._say(str(problem))

    def _say(self, sentence: str) -> None:
        self._told.setText(sentence)
        self._told.show()
        announce(self, sentence, assertive=False)
