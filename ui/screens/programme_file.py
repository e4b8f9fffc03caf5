"""A running order from a file: what it says, what it leaves open, before anything is written."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from pathlib import Path

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from facilitator.domain.programme import DAY_BEGINS
from facilitator.domain.text import counted
from facilitator.intake.rundown import Question, Rundown
from ui.kit import Button, Card, Choice, Icon, Label, Option, Row, RowList
from ui.screens.inner_page import InnerPage

#: what a programme can be written as: words, and the ending that says it
EXPORTS = (
    ("Workbook", ".xlsx"),
    ("CSV", ".csv"),
    ("Calendar", ".ics"),
    ("Running order to print", ".pdf"),
)
EXPORT_FILTER = ";;".join(f"{words} (*{ending})" for words, ending in EXPORTS)

#: the most questions and problems that are shown at once
_SHOWN = 6


def with_ending(name: str, kind: str = "") -> str:
    """A file's name with the ending of the kind that was chosen ("Calendar (*.ics)").

    A name that somebody ended in another known way keeps its ending, unless that is only the one
    that was offered; one without a known ending becomes a workbook.
    """
    if not name:
        return ""
    offered = EXPORTS[0][1]
    wanted = next((ending for _, ending in EXPORTS if f"*{ending})" in kind), offered)
    has = Path(name).suffix.lower()
    if has == wanted or (has != offered and has in {ending for _, ending in EXPORTS}):
        return name
    return f"{name[: -len(has)] if has == offered else name}{wanted}"


class FilePage(InnerPage):
    """A preview of a file, with its questions.

    Signals:
        taken(object, object): the path, and the answers by row and header.
        left(): back without a change.
    """

    taken = Signal(object, object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._path = Path()
        self._rundown: Rundown | None = None
        self._choices: dict[tuple[int, str], Choice] = {}
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(12)
        self._heading = Label("", "heading", elide=True)
        box.addWidget(self._heading)
        self._instead = Label("", "second", wrap=True)
        box.addWidget(self._instead)
        self._open = Card("careful-soft", margin=12, spacing=8)
        box.addWidget(self._open)
        self._list = RowList(name="Sessions in the file")
        box.addWidget(self._list, 1)
        acts = QHBoxLayout()
        acts.setSpacing(8)
        self._take = Button("Take over", key="Ctrl+Enter", icon="check", kind="main", desk=True)
        self._take.clicked.connect(self._taken)
        back = Button("Cancel", key="Esc", desk=True, hint_only=True)
        back.clicked.connect(self.left)
        acts.addWidget(self._take)
        acts.addWidget(back)
        acts.addWidget(Label("Nothing is written until then.", "second"), 1)
        box.addLayout(acts)

    @property
    def answers(self) -> Mapping[tuple[int, str], time]:
        """What was chosen for each question, by row and header."""
        return {key: time.fromisoformat(choice.value) for key, choice in self._choices.items()}

    def begin(self, path: Path, rundown: Rundown, present: int) -> None:
        """Show what a file says; `present` is how many sessions there are now."""
        self._path, self._rundown = path, rundown
        number = counted(len(rundown.sessions), "session")
        self._heading.setText(f"{number} in {rundown.name}")
        unused = [header for header, field in rundown.columns.items() if field is None]
        said = [f"They take the place of the {present:,} that are here."] if present else []
        if unused:
            said.append("Not used: " + ", ".join(unused[:8]) + ".")
        remarks = [
            *rundown.notes,
            *(f"{rundown.word} {row}: {why}." for row, why in rundown.skipped),
        ]
        said += remarks[:_SHOWN]
        if len(remarks) > _SHOWN:
            said.append(f"And {counted(len(remarks) - _SHOWN, 'more remark')}.")
        self._instead.setText(" ".join(said))
        self._instead.setVisible(bool(said))
        self._show_open(rundown)
        self._list.set_rows(self._rows(rundown), keep=False)
        if rundown.problems:
            self._take.refuse("Mend the file first")
        else:
            self._take.allow()
        first = next(iter(self._choices.values()), None)
        target = first.buttons[0] if first else self._list
        target.setFocus(Qt.FocusReason.OtherFocusReason)

    # -- internal -------------------------------------------------------------------------------

    def _show_open(self, rundown: Rundown) -> None:
        while (item := self._open.box.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        self._choices = {}
        for problem in rundown.problems[:_SHOWN]:
            self._open.box.addWidget(self._wrong(problem))
        for question in rundown.questions:
            if len(self._choices) < _SHOWN:
                self._open.box.addWidget(self._ask(question))
        more = max(0, len(rundown.questions) - _SHOWN)
        more += max(0, len(rundown.problems) - _SHOWN)
        if more:
            self._open.box.addWidget(
                Label(f"And {more} more; write them in full in the file.", "body")
            )
        self._open.setVisible(bool(rundown.questions or rundown.problems))

    @staticmethod
    def _wrong(problem: str) -> QWidget:
        line = QWidget()
        box = QHBoxLayout(line)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(8)
        box.addWidget(Icon("warning-circle-fill", tone="on-careful-soft"))
        box.addWidget(Label(problem, "body", wrap=True, tone="on-careful-soft"), 1)
        return line

    def _ask(self, question: Question) -> QWidget:
        line = QWidget()
        box = QHBoxLayout(line)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(12)
        label = Label(question.sentence, "body", wrap=True, tone="on-careful-soft")
        box.addWidget(label, 1)
        choice = Choice(
            [Option(f"{one:%H:%M}", f"{one:%H:%M}") for one in question.choices],
            name=question.sentence,
        )
        # Room for the tick of whichever is chosen.
        choice.setMinimumWidth(120 * len(question.choices))
        box.addWidget(choice)
        self._choices[(question.row, question.header)] = choice
        return line

    @staticmethod
    def _rows(rundown: Rundown) -> list[Row]:
        rows: list[Row] = []
        cursor: datetime | None = None
        for place, session in enumerate(rundown.sessions):
            starts = session.starts or cursor
            shown = f"{starts:%H:%M}" if starts else f"{DAY_BEGINS:%H:%M}"
            if starts is not None:
                cursor = starts + timedelta(minutes=session.minutes)
            detail = ", ".join(
                part
                for part in (
                    session.kind.words,
                    session.speaker,
                    "fixed start" if session.fixed else "",
                    "left out" if session.skip else "",
                )
                if part
            )
            rows.append(
                Row(place, f"{shown}  {session.title}", detail, counted(session.minutes, "minute"))
            )
        return rows

    @Slot()
    def _taken(self) -> None:
        rundown = self._rundown
        if rundown is None or rundown.problems:
            return
        self.taken.emit(self._path, dict(self.answers))
