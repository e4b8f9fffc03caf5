"""The desk's search: whom the typed name finds, and the way to a walk-in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from facilitator.domain.people import Person, Status
from facilitator.domain.text import counted, fold
from facilitator.services.events import Event
from facilitator.services.people import Found
from ui.kit import Button, Icon, Label, Line, Row, RowList

#: more would not be read anyway; one more letter narrows them
MOST_SHOWN = 40


class SearchResults(QWidget):
    """The people found, best first.

    Signals:
        chosen(object): Enter or a click on a person: the person's id.
        walk_in(): the one searched for is not on the list.
    """

    chosen = Signal(object)
    walk_in = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(8)
        head = QHBoxLayout()
        head.setContentsMargins(16, 0, 16, 0)
        self._count = Label("", "strong")
        self._note = Label("", "second")
        head.addWidget(self._count)
        head.addWidget(self._note, 1)
        self._how = Label("Up and Down choose; then Enter", "side note")
        head.addWidget(self._how)
        box.addLayout(head)
        self.list = RowList(name="People found", large=True)
        self.list.activated_row.connect(self.chosen)
        box.addWidget(self.list, 1)
        box.addWidget(Line())
        foot = QHBoxLayout()
        foot.setContentsMargins(16, 4, 16, 0)
        foot.setSpacing(12)
        foot.addWidget(Icon("user-plus", size=28))
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(Label("Not on the list?", "part"))
        words.addWidget(Label("Add them as a walk-in; the name you typed is kept.", "second"))
        foot.addLayout(words, 1)
        button = Button("Walk-in", key="F2", desk=True, hint_only=True)
        button.clicked.connect(self.walk_in)
        foot.addWidget(button)
        box.addLayout(foot)

    @property
    def people(self) -> list[UUID]:
        """The ids of those shown, best first."""
        return [row.key for row in self.list.rows]

    @property
    def current(self) -> UUID | None:
        """Who was chosen with an arrow, or the only one there is."""
        if len(self.people) == 1:
            return self.people[0]
        return self.list.current_key

    def show_found(
        self,
        text: str,
        found: Sequence[Found],
        event: Event,
        known: int,
        tables: Mapping[UUID, str],
    ) -> None:
        """Shows whom `text` found among `known` people."""
        shown = list(found[:MOST_SHOWN])
        rows = [_row(one.person, text, event, tables) for one in shown]
        self.list.set_rows(rows, keep=False)
        self.list.choose(None)
        self._how.setVisible(bool(shown))
        more = "+" if len(found) > MOST_SHOWN else ""
        if shown:
            self._count.setText(f"{len(shown)}{more} {'person' if len(shown) == 1 else 'people'}")
            self._note.setText(f"of {known:,}; accents do not matter")
        else:
            self._count.setText("Nobody found")
            self._note.setText(f"among {counted(known, 'person', 'people')}; try the family name")

    @Slot(int)
    def step(self, by: int) -> None:
        """Moves the choice up or down, from the search field."""
        self.list.step(by)


def _row(person: Person, text: str, event: Event, tables: Mapping[UUID, str]) -> Row:
    title = person.sorted_name
    right, icon, strong = "Expected", "", False
    if person.status is Status.CANCELLED:
        right, icon = "Cancelled", "x-circle"
    elif person.status is Status.LEFT and person.since is not None:
        right = f"Left at {event.local(person.since):%H:%M}"
    elif person.status is Status.ARRIVED and person.since is not None:
        table = f", table {tables[person.id]}" if person.id in tables else ""
        right = f"Here since {event.local(person.since):%H:%M}{table}"
        icon, strong = "check-circle-fill", True
    detail = " · ".join(p for p in (person.role, person.organisation, person.borough) if p)
    return Row(
        person.id, title, detail, right, side=event.sides[person.side], right_icon=icon,
        strong_right=strong, marked=matches(title, text),
    )  # fmt: skip


def matches(title: str, text: str) -> tuple[tuple[int, int], ...]:
    """Where the words of `text` stand in `title`, whatever the accents: (start, length)."""
    plain, places = "", []
    for at, character in enumerate(title):
        folded = fold(character) or (" " if not character.isalnum() else "")
        if character in "'’‘":
            folded = ""
        plain += folded
        places += [at] * len(folded)
    found: list[tuple[int, int]] = []
    for word in fold(text).split():
        at = plain.find(word) if plain.startswith(word) else plain.find(f" {word}") + 1
        if at <= 0 and not plain.startswith(word):
            at = plain.find(word)
        if at < 0 or at + len(word) > len(places):
            continue
        start, end = places[at], places[at + len(word) - 1]
        found.append((start, end - start + 1))
    found.sort()
    kept: list[tuple[int, int]] = []
    for start, length in found:
        if not kept or start >= kept[-1][0] + kept[-1][1]:
            kept.append((start, length))
    return tuple(kept)


def search(index: Any, text: str) -> list[Found]:
    """Whom `text` finds; one more than is shown, to say that there are more."""
    return index.search(text, MOST_SHOWN + 1)
