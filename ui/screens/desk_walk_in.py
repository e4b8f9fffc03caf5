"""A walk-in in under twenty seconds by keyboard: name, side, organisation."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QCompleter, QHBoxLayout, QWidget

from facilitator.domain.boroughs import CHOICES, find_borough
from facilitator.domain.people import Person
from facilitator.domain.sides import Sides
from facilitator.services.checkin import NewWalkIn
from ui.kit import Button, Card, Choice, Field, Label, Option


class WalkInPanel(Card):
    """The form for somebody who is not on the list.

    Signals:
        added(NewWalkIn, object): the form was kept; with the id of whom they come in place of.
        cancelled(): Esc.
    """

    added = Signal(object, object)
    cancelled = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("mist", margin=24, spacing=12, parent=parent)
        self._people: dict[str, UUID] = {}
        self._sides: Sides | None = None
        self.box.addWidget(Label("Somebody who is not on the list", "heading"))
        self.name = Field("Name", placeholder="Dr Ada Larkin", key="Alt+N")
        self.box.addWidget(self.name)
        self.box.addWidget(Label("Where they work", "strong"))
        self.side = Choice([Option("-", "-")], name="Where they work")
        self.box.addWidget(self.side)
        two = QHBoxLayout()
        two.setSpacing(16)
        self.organisation = Field("Organisation", key="Alt+O")
        self.role = Field("Role, for the badge")
        two.addWidget(self.organisation, 1)
        two.addWidget(self.role, 1)
        self.box.addLayout(two)
        other = QHBoxLayout()
        other.setSpacing(16)
        self.borough = Field("Borough")
        self.place = Field("In place of", placeholder="Nobody: leave it empty")
        _complete(self.borough, CHOICES)
        other.addWidget(self.borough, 1)
        other.addWidget(self.place, 1)
        self.box.addLayout(other)
        self.box.addStretch(1)
        acts = QHBoxLayout()
        acts.setSpacing(8)
        add = Button("Add and check in", key="Ctrl+Enter", icon="user-plus", kind="main", desk=True)
        add.clicked.connect(self.keep)
        back = Button("Cancel", key="Esc", desk=True, hint_only=True)
        back.clicked.connect(self.cancelled)
        acts.addWidget(add)
        acts.addWidget(back)
        acts.addWidget(Label("They get a ticket, a badge and the best free seat.", "second"), 1)
        self.box.addLayout(acts)
        for field in (self.name, self.organisation, self.role, self.borough, self.place):
            field.edit.returnPressed.connect(self._next)

    def begin(
        self, name: str, sides: Sides, organisations: Sequence[str], people: Sequence[Person]
    ) -> None:
        """Empties the form; `name` is what was typed in the search already."""
        self._sides = sides
        self.side.set_options(
            [Option(side.key, side.shown, shortcut=f"Alt+{side.position + 1}") for side in sides],
            sides.first.key,
        )
        for field in (self.organisation, self.role, self.borough, self.place):
            field.set_text("")
            field.set_error("")
        self.name.set_text(name)
        self.name.set_error("")
        _complete(self.organisation, organisations)
        self._people = {person.sorted_name: person.id for person in people}
        _complete(self.place, sorted(self._people))
        self.name.take_focus()
        self.name.edit.end(False)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.cancelled.emit()
            return
        super().keyPressEvent(event)

    @Slot()
    def _next(self) -> None:
        """Enter goes on to the next field, and from the organisation on it keeps."""
        if self.name.edit.hasFocus():
            if not self.name.text:
                self.name.set_error("A walk-in needs a name.")
                return
            self.organisation.take_focus()
            return
        self.keep()

    @Slot()
    def keep(self) -> None:
        """Tells what was filled in, or says which field is wrong."""
        if not self.name.text:
            self.name.set_error("A walk-in needs a name.")
            self.name.take_focus()
            return
        instead = self._people.get(self.place.text)
        if self.place.text and instead is None:
            self.place.set_error("Nobody of that name is on the list: choose one, or empty it.")
            self.place.take_focus()
            return
        self.added.emit(
            NewWalkIn(
                self.name.text, self.side.value, self.organisation.text, self.role.text,
                borough=find_borough(self.borough.text) or self.borough.text,
            ),
            instead,
        )  # fmt: skip


def _complete(field: Field, choices: Sequence[str]) -> None:
    completer = QCompleter(list(choices), field.edit)
    completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
    completer.setFilterMode(Qt.MatchFlag.MatchContains)
    completer.setMaxVisibleItems(6)
    field.edit.setCompleter(completer)
