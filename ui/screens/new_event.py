"""A new event on one page: name, date, venue, tables, sides, programme."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from facilitator.clocks import Clocks
from facilitator.domain.text import fold
from ui.kit import Button, Choice, Field, Label, Option, Scroll

SIDES = "General practice and community pharmacy"


@dataclass(frozen=True, slots=True)
class EventWish:
    """What was typed, as it was typed. `sides` is empty for the usual two."""

    name: str
    held_on: str
    venue: str
    tables: str
    sides: str
    template: str
    location: str


@dataclass(frozen=True, slots=True)
class WishErrors:
    """What is wrong, by the name of the field ("held_on": "…is not a date…")."""

    by_field: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class TemplateChoice:
    """A programme to begin with: its key, its name, and a sentence on it."""

    key: str
    name: str
    words: str = ""


class NewEventPage(QWidget):
    """The page of a new event.

    Signals:
        wanted(EventWish): the event is to be made.
        left(): the person goes back.
    """

    wanted = Signal(object)
    left = Signal()

    def __init__(self, clocks: Clocks, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._clocks = clocks
        self._folder = Path()
        self._words: dict[str, str] = {}
        whole = QVBoxLayout(self)
        # The scrolled part keeps 6 px of its own, so that the focus ring is whole at its edges.
        whole.setContentsMargins(50, 48, 50, 32)
        whole.setSpacing(10)
        heading = Label("New event", "heading")
        heading.setContentsMargins(6, 0, 0, 0)
        whole.addWidget(heading)
        scroll = Scroll(margin=6)
        whole.addWidget(scroll, 1)
        grid = QGridLayout()
        grid.setHorizontalSpacing(24)
        grid.setVerticalSpacing(16)
        grid.setColumnStretch(0, 1)
        grid.setColumnStretch(1, 1)
        self.name = Field("Name", placeholder="South London GP and Pharmacy Day")
        self.held_on = Field("Date", placeholder="2026-11-18")
        self.venue = Field("Venue", placeholder="The Old Tram Depot, Southwark")
        self.tables = Field("Tables and seats", text="15x8", hint="15 tables of 8 seats")
        self.sides = Field(
            "Sides",
            placeholder=SIDES,
            hint="Leave it empty for these, or name two others: Hospital, Care home",
        )
        self.location = Field("Where it is kept", hint="A file, or a PostgreSQL address")
        grid.addWidget(self.name, 0, 0, 1, 2)
        grid.addWidget(self.held_on, 1, 0)
        grid.addWidget(self.venue, 1, 1)
        grid.addWidget(self.tables, 2, 0)
        grid.addWidget(self.sides, 2, 1)
        programme = QVBoxLayout()
        programme.setSpacing(4)
        programme.addWidget(Label("Programme to begin with", "strong"))
        self.template = Choice([Option("", "Empty")], name="Programme to begin with")
        self.template.chosen.connect(self._tell_template)
        programme.addWidget(self.template)
        self._about = Label("", "side note", wrap=True)
        programme.addWidget(self._about)
        grid.addLayout(programme, 3, 0, 1, 2)
        grid.addWidget(self.location, 4, 0, 1, 2)
        scroll.box.addLayout(grid)
        scroll.box.addStretch(1)
        foot = QHBoxLayout()
        foot.setContentsMargins(6, 6, 6, 0)
        foot.setSpacing(8)
        self.make = Button("Make the event", key="Ctrl+Enter", icon="check", kind="main", desk=True)
        self.make.clicked.connect(self._make)
        self.cancel = Button("Cancel", key="Esc", desk=True)
        self.cancel.clicked.connect(self.left)
        foot.addWidget(self.make)
        foot.addWidget(self.cancel)
        foot.addStretch(1)
        whole.addLayout(foot)
        self.name.changed.connect(self._name_changed)
        for field in self._fields().values():
            field.edit.returnPressed.connect(self._make)
        self._own_location = False
        self.location.edit.textEdited.connect(self._location_edited)
        self._tell_template()

    def prepare(self, folder: Path) -> None:
        """Begins anew; new files go to `folder` unless the person says otherwise."""
        self._folder = folder
        self._own_location = False
        for field in (self.name, self.held_on, self.venue, self.sides):
            field.set_text("")
        self.tables.set_text("15x8")
        self.set_errors(WishErrors({}))
        self._name_changed()

    def take_focus(self) -> None:
        """Puts the keyboard into the name."""
        self.name.take_focus()

    @Slot(object)
    def set_templates(self, found: list[TemplateChoice]) -> None:
        """The programmes to choose from; the first of them is chosen."""
        self._words = {one.key: one.words for one in found}
        options = [Option(one.key, one.name) for one in found]
        self.template.set_options([*options, Option("", "Empty")], found[0].key if found else "")
        self._tell_template()

    def wish(self) -> EventWish:
        """What stands on the page."""
        return EventWish(
            self.name.text,
            self.held_on.text,
            self.venue.text,
            self.tables.text,
            sides_as_key(self.sides.text),
            self.template.value,
            self.location.text,
        )

    @Slot(object)
    def set_errors(self, errors: WishErrors) -> None:
        """Says at each field what is wrong with it, and goes to the first."""
        first = True
        for name, field in self._fields().items():
            field.set_error(errors.by_field.get(name, ""))
            if first and name in errors.by_field:
                field.take_focus()
                first = False

    def _fields(self) -> dict[str, Field]:
        return {
            "name": self.name,
            "held_on": self.held_on,
            "venue": self.venue,
            "tables": self.tables,
            "sides": self.sides,
            "location": self.location,
        }

    @Slot()
    def _make(self) -> None:
        self.set_errors(WishErrors({}))
        wish = self.wish()
        missing = {}
        if not wish.name:
            missing["name"] = "An event needs a name."
        if not wish.held_on:
            missing["held_on"] = "An event needs a date, like 2026-11-18."
        if missing:
            self.set_errors(WishErrors(missing))
            return
        self.wanted.emit(wish)

    @Slot()
    def _name_changed(self) -> None:
        if not self._own_location:
            stem = fold(self.name.text).replace(" ", "-")[:60] or "event"
            self.location.set_text(str(self._folder / f"{stem}.facilitator"))

    @Slot()
    def _location_edited(self) -> None:
        self._own_location = True

    @Slot()
    def _tell_template(self) -> None:
        usual = "The running order begins empty; write or import it later."
        self._about.setText(self._words.get(self.template.value, usual))


def sides_as_key(text: str) -> str:
    """ "Hospital, Care home" as `parse_sides` reads it: "hospital=Hospital,care-home=Care home"."""
    if not text or "=" in text:
        return text
    parts = [part.strip() for part in re.split(r",|;|\band\b", text) if part.strip()]
    return ",".join(f"{fold(part).replace(' ', '-')}={part}" for part in parts)
