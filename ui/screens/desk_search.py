"""The desk's search: whom the typed name finds, and the way to a walk-in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from facilitator.domain.people import Status
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
        #: nobody is written as was typed; those shown are the nearest
        self.guessed = False
        self._shown: list[Found] = []
        self._text = ""
        self._event: Event | None = None
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
        """Who was chosen with an arrow, or the only one who is written as was typed.

        Somebody who is only near to what was typed is never taken without being chosen.
        """
        if len(self.people) == 1 and not self.guessed:
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
        self.guessed = bool(shown) and shown[0].guessed
        self._shown, self._text, self._event = shown, text, event
        rows = [_row(one, text, event, tables) for one in shown]
        self.list.set_rows(rows, keep=False)
        self.list.choose(None)
        self._how.setVisible(bool(shown))
        more = "+" if len(found) > MOST_SHOWN else ""
        if self.guessed:
            self._count.setText("Nobody is written like that")
            nearest = "this one comes" if len(shown) == 1 else "these come"
            self._note.setText(f"of {known:,}; {nearest} nearest")
        elif shown:
            self._count.setText(f"{len(shown)}{more} {'person' if len(shown) == 1 else 'people'}")
            self._note.setText(f"of {known:,}; accents do not matter")
        else:
            self._count.setText("Nobody found")
            self._note.setText(f"among {counted(known, 'person', 'people')}; try the family name")

    def seated_unknown(self, tables: Mapping[UUID, str]) -> list[UUID]:
        """Who of those shown is here, while their table is not known."""
        here = (one.person for one in self._shown if one.person.is_here)
        return [person.id for person in here if person.id not in tables]

    def show_tables(self, tables: Mapping[UUID, str]) -> None:
        """The tables of those shown have come; what was chosen stays so."""
        if self._event is not None:
            rows = [_row(one, self._text, self._event, tables) for one in self._shown]
            self.list.set_rows(rows)

    @Slot(int)
    def step(self, by: int) -> None:
        """Moves the choice up or down, from the search field."""
        self.list.step(by)


def _row(found: Found, text: str, event: Event, tables: Mapping[UUID, str]) -> Row:
    person = found.person
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
    # What a stranger may not read is not shown: that the address fits is said, not the address.
    by = f"found by {found.by}" if found.by in {"phone", "e-mail", "code"} else ""
    detail = " · ".join(p for p in (by, person.role, person.organisation, person.borough) if p)
    return Row(
        person.id, title, detail, right, side=event.sides[person.side], right_icon=icon,
        strong_right=strong, marked=matches(title, text),
    )  # fmt: skip


def matches(title: str, text: str) -> tuple[tuple[int, int], ...]:
    """Where the words of `text` stand in `title`, whatever the accents: (start, length)."""
    plain, places = _folded(title)
    found: list[tuple[int, int]] = []
    for word in fold(text).split():
        at = f" {plain}".find(f" {word}")
        if at < 0:
            at = plain.find(word)
        if at >= 0:
            found.append(_span(places, at, len(word)))
    if not found:
        found = _joined(plain, places, fold(text).replace(" ", ""))
    found.sort()
    kept: list[tuple[int, int]] = []
    for start, length in found:
        if not kept or start >= kept[-1][0] + kept[-1][1]:
            kept.append((start, length))
    return tuple(kept)


def _folded(title: str) -> tuple[str, list[int]]:
    """The title without accents and apostrophes, and where each of its letters stood."""
    plain, places = "", []
    for at, character in enumerate(title):
        folded = fold(character) or (" " if fold(f"a{character}a") == "a a" else "")
        plain += folded
        places += [at] * len(folded)
    return plain, places


def _joined(plain: str, places: list[int], joined: str) -> list[tuple[int, int]]:
    """Where "smithjones" stands in "smith jones"."""
    kept = [at for at, character in enumerate(plain) if character != " "]
    start = "".join(plain[at] for at in kept).find(joined) if joined else -1
    if start < 0:
        return []
    first, last = places[kept[start]], places[kept[start + len(joined) - 1]]
    return [(first, last - first + 1)]


def _span(places: list[int], at: int, length: int) -> tuple[int, int]:
    first, last = places[at], places[at + length - 1]
    return first, last - first + 1


def search(index: Any, text: str) -> list[Found]:
    """Whom `text` finds; one more than is shown, to say that there are more."""
    return index.search(text, MOST_SHOWN + 1)
