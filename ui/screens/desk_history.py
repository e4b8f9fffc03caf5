"""What happened to one person, fact by fact: the list, and the Desk's page around it."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from facilitator.domain.people import Person, Status
from facilitator.services.events import Event
from facilitator.services.person_data import HistoryLine
from ui.kit import Button, Icon, Label, Scroll, SideMark
from ui.screens.desk_page import DeskPage
from ui.screens.desk_words import place_line, role_line

#: kind of fact → icon
ICONS = {
    "list": "upload-simple", "edit": "pencil-simple", "arrived": "sign-in", "left": "sign-out",
    "returned": "arrow-u-up-left", "undone": "arrow-counter-clockwise", "seat": "armchair",
    "told": "megaphone", "answer": "question", "said": "chat-circle-text",
    "badge": "identification-badge",
}  # fmt: skip


def when(event: Event, line: HistoryLine) -> str:
    """On the day the time; before and after it the date too."""
    at = event.local(line.at)
    return f"{at:%H:%M:%S}" if at.date() == event.held_on else f"{at:%d %b %Y, %H:%M}"


class HistoryView(QWidget):
    """Every fact in its own words, oldest first: icon, what happened, when, where and by whom."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._box = QVBoxLayout(self)
        self._box.setContentsMargins(0, 0, 0, 0)
        self._box.setSpacing(8)
        self.lines: tuple[str, ...] = ()

    def show_lines(self, event: Event, lines: Sequence[HistoryLine]) -> None:
        """Shows these facts in the place of those before."""
        while (item := self._box.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        said = []
        for line in lines:
            words = f"{when(event, line)}{f' · {line.by}' if line.by else ''}"
            said.append(f"{line.words}. {words}")
            self._box.addWidget(_HistoryRow(ICONS.get(line.kind, "circle"), line.words, words))
        if not lines:
            self._box.addWidget(Label("Nothing yet.", "second"))
        self.lines = tuple(said)
        self.setAccessibleName("What happened: " + (" ".join(said) or "nothing yet"))


class _HistoryRow(QWidget):
    """One fact."""

    def __init__(self, icon: str, words: str, detail: str) -> None:
        super().__init__()
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(10)
        line.addWidget(Icon(icon, size=18), 0, Qt.AlignmentFlag.AlignTop)
        text = QVBoxLayout()
        text.setSpacing(0)
        text.addWidget(Label(words, "body", wrap=True))
        text.addWidget(Label(detail, "side note", wrap=True, tabular=True))
        line.addLayout(text, 1)


class HistoryPage(DeskPage):
    """The history of one person at the Desk, and what can be done about it.

    Signals:
        undo(object): the Person whose arrival is to be taken back.
        gone(object): the id of the person who leaves now.
    """

    title = "History of a person"
    detail = "Every fact about one person"
    icon = "clock-counter-clockwise"

    undo = Signal(object)
    gone = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._person: Person | None = None
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(12)
        self._name = Label("", "heading", elide=True)
        box.addLayout(self.build_head(self._name))
        self._who = QHBoxLayout()
        self._who.setSpacing(10)
        self._mark: SideMark | None = None
        self._role = Label("", "second", elide=True)
        self._who.addWidget(self._role, 1)
        box.addLayout(self._who)
        self.pane = Scroll(spacing=8, margin=6)
        self.pane.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.pane.setAccessibleName("What happened to this person")
        self.view = HistoryView()
        self.pane.box.addWidget(self.view)
        self.pane.box.addStretch(1)
        box.addWidget(self.pane, 1)
        acts = QHBoxLayout()
        acts.setSpacing(8)
        self.back_button = Button(
            "Take back the arrival", key="U", icon="arrow-counter-clockwise", desk=True
        )
        self.back_button.clicked.connect(self._undo)
        self.gone_button = Button("Leaves now", key="L", icon="sign-out", desk=True)
        self.gone_button.clicked.connect(self._gone)
        acts.addWidget(self.back_button)
        acts.addWidget(self.gone_button)
        acts.addStretch(1)
        box.addLayout(acts)

    @property
    def person_id(self) -> UUID | None:
        """Whose history it is."""
        return self._person.id if self._person else None

    def show_history(self, event: Event, person: Person, lines: Sequence[HistoryLine]) -> None:
        """Shows somebody's history."""
        self._person = person
        self._name.setText(person.full_name)
        side = event.sides[person.side]
        if self._mark is None:
            self._mark = SideMark(side, 20)
            self._who.insertWidget(0, self._mark)
        self._mark.set_side(side)
        parts = (role_line(person) or side.shown, place_line(person))
        self._role.setText(" · ".join(part for part in parts if part))
        self.view.show_lines(event, lines)
        here = person.status is Status.ARRIVED
        for button in (self.back_button, self.gone_button):
            if here:
                button.allow()
            else:
                button.refuse(f"{button.text()}: not inside")

    def begin(self) -> None:
        """Takes the keyboard; arrows scroll."""
        self.pane.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def _undo(self) -> None:
        if self._person is not None:
            self.undo.emit(self._person)

    @Slot()
    def _gone(self) -> None:
        if self._person is not None:
            self.gone.emit(self._person.id)
