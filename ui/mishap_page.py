"""The page at the end of a rehearsal of mishaps: as a picture, and as plain text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from facilitator.domain.text import counted
from ui.kit import Card, Icon, Label, Line
from ui.theme import Theme

if TYPE_CHECKING:
    from ui.rehearse_mishaps import Mishap, Mishaps

#: the picture's width, and its least height, in pixels
_WIDTH, _HEIGHT = 1366, 768


def took(seconds: float) -> str:
    """How long something took, in words."""
    if seconds < 0.0995:
        return counted(max(round(seconds * 1000), 1), "millisecond")
    if seconds < 9.95:
        return f"{seconds:.1f} seconds"
    return f"{round(seconds)} seconds"


def headline(found: Mishaps) -> str:
    """The one sentence: the worst true thing first."""
    if found.lost or found.lost_in_copy:
        gone = counted(found.lost + found.lost_in_copy, "answer")
        return f"{gone} of {found.answered} {'is' if found.lost == 1 else 'are'} gone."
    wrong = [one.name for one in found.mishaps if one.lost]
    if wrong or found.problems:
        return f"Look at this: {', '.join(wrong) or found.problems[0]}."
    return "Nothing that was answered was lost."


def comparison(found: Mishaps) -> str:
    """What was compared with what."""
    return (
        f"{counted(found.answered, 'answer')} of this day, kept apart as they were given, were "
        f"compared one by one with the event: {found.lost} lost. Of the {found.copied} given "
        f"before the newest copy on the stick {found.lost_in_copy} were lost."
    )


def page_text(found: Mishaps) -> str:
    """The page as Markdown."""
    lines = [
        "# A rehearsal of mishaps", "", f"**{headline(found)}**", "", comparison(found), "",
        *(f"The check of the event says: {problem}" for problem in found.problems),
        "| At | What went wrong | What happened | How it went on | Recovery took | Lost |",
        "|---|---|---|---|---|---|",
        *(
            f"| {one.at} | {one.name} | {one.happened} | {one.recovered} | {took(one.seconds)} | "
            f"{_lost(one)} |"
            for one in found.mishaps
        ),
        "",
        _foot(found),
        "",
    ]  # fmt: skip
    return "\n".join(lines)


def draw_page(found: Mishaps) -> QPixmap:
    """The page as a picture, in the theme in force."""
    page = _Page(found)
    page.setAttribute(Qt.WidgetAttribute.WA_DontShowOnScreen)
    page.resize(_WIDTH, _HEIGHT)
    page.show()
    layout = page.layout()
    assert layout is not None
    layout.activate()
    page.resize(_WIDTH, max(_HEIGHT, layout.totalHeightForWidth(_WIDTH)))
    layout.activate()
    # A layout reckons with lines that no label needs in the end: the foot is where it is.
    high = max(_HEIGHT, page.foot.geometry().bottom() + 24)
    picture = page.grab(QRect(0, 0, _WIDTH, high))
    page.hide()
    page.deleteLater()
    return picture


def _foot(found: Mishaps) -> str:
    people = counted(found.people, "invented person", "invented people")
    return (
        f"{people}, played in {took(found.seconds)}. Each mishap was really done to a rehearsal "
        "event: a process was killed, a folder taken away, clocks were set. Times were measured on "
        "this laptop."
    )


def _lost(one: Mishap) -> str:
    return "Nothing" if not one.lost else f"Look here: {one.lost}"


class _Page(QWidget):
    """The page, laid out once."""

    def __init__(self, found: Mishaps) -> None:
        super().__init__()
        box = QVBoxLayout(self)
        box.setContentsMargins(40, 32, 40, 24)
        box.setSpacing(16)
        box.addWidget(Label("A rehearsal of mishaps", "side note"))
        good = found.is_well
        head = Card("welcome" if good else "stop", margin=20, spacing=4)
        tone = "on-welcome" if good else "on-stop"
        line = QHBoxLayout()
        line.setSpacing(16)
        icon = "check-circle-fill" if good else "warning-octagon-fill"
        line.addWidget(Icon(icon, size=36, tone=tone))
        line.addWidget(Label(headline(found), "heading", tone=tone, wrap=True), 1)
        head.box.addLayout(line)
        head.box.addWidget(Label(comparison(found), "body", tone=tone, wrap=True))
        box.addWidget(head)
        grid = QGridLayout()
        grid.setHorizontalSpacing(24)
        grid.setVerticalSpacing(10)
        grid.setColumnMinimumWidth(0, 56)
        grid.setColumnStretch(1, 5)
        grid.setColumnStretch(2, 5)
        for column, words in enumerate(("At", "What went wrong", "How it went on",
                                        "Recovery took", "Lost")):  # fmt: skip
            grid.addWidget(Label(words, "side note"), 0, column)
        for place, one in enumerate(found.mishaps):
            self._add(grid, 2 * place + 1, one)
        box.addLayout(grid)
        self.foot = Label(_foot(found), "side note", wrap=True)
        box.addWidget(self.foot)
        box.addStretch(1)

    def _add(self, grid: QGridLayout, row: int, one: Mishap) -> None:
        top = Qt.AlignmentFlag.AlignTop
        grid.addWidget(Line(), row, 0, 1, 5)
        grid.addWidget(Label(one.at, "strong", tabular=True), row + 1, 0, top)
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(Label(one.name, "strong", wrap=True))
        words.addWidget(Label(one.happened, "second", wrap=True))
        words.addStretch(1)
        grid.addLayout(words, row + 1, 1)
        grid.addWidget(Label(one.recovered, "body", wrap=True), row + 1, 2, top)
        grid.addWidget(Label(took(one.seconds), "strong", tabular=True), row + 1, 3, top)
        lost = Label(_lost(one), "strong", tone="good" if not one.lost else "bad")
        grid.addWidget(lost, row + 1, 4, top)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), Theme.current().colour("paper"))
        painter.end()
