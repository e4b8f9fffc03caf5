"""The evacuation roll: who is inside now, at one key from any screen."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QVBoxLayout

from facilitator.domain.changes import Changes
from facilitator.domain.people import Person
from facilitator.domain.text import counted
from facilitator.services.checkin import CheckinService
from facilitator.services.events import Event, EventService
from facilitator.services.people import PeopleService
from facilitator.services.roll import RollService
from ui.kit import Button, EmptyState, Label, Row, RowList, SearchField
from ui.screens.screen import Screen, Surroundings

if TYPE_CHECKING:
    from facilitator.app import EventApp


_SEEN = {True: "Seen outside", False: "Not yet seen"}


class RollScreen(Screen):
    """Everybody inside, with access needs, and a tick for whoever was seen outside."""

    areas = Changes.ARRIVALS | Changes.PEOPLE | Changes.SEATS
    more_keys = (("Enter", "Seen outside, or not yet"),)

    @classmethod
    def build(cls, app: EventApp, around: Surroundings) -> RollScreen:
        """The roll of an open event."""
        return cls(around, app.event, app.people, app.checkin, app.roll)

    def __init__(
        self,
        around: Surroundings,
        event: EventService,
        people: PeopleService,
        checkin: CheckinService,
        roll: RollService,
    ) -> None:
        super().__init__(around)
        self._events, self._people, self._checkin = event, people, checkin
        self._roll = roll
        self._event: Event | None = None
        self._inside: list[tuple[Person, str]] = []
        self._seen: set[UUID] = set()
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(12)
        head = QHBoxLayout()
        self._heading = Label("Who is inside now", "heading", elide=True)
        head.addWidget(self._heading, 1)
        self._paper = Button("On paper", key="Ctrl+P", icon="printer")
        self._paper.clicked.connect(self._write)
        head.addWidget(self._paper)
        back = Button("Back", key="Esc", icon="arrow-left", hint_only=True)
        back.clicked.connect(self._back)
        head.addWidget(back)
        box.addLayout(head)
        self._line = Label("", "lead", wrap=True)
        box.addWidget(self._line)
        self.field = SearchField("Type a name to find somebody")
        self.field.textChanged.connect(self._fill)
        self.field.returnPressed.connect(self._tick_current)
        box.addWidget(self.field)
        self.list = RowList(name="Who is inside now")
        self.list.activated_row.connect(self._tick)
        self.field.moved.connect(self.list.step)
        box.addWidget(self.list, 1)
        self._empty = EmptyState("sign-out", "Nobody is inside", "Whoever is checked in is here.")
        box.addWidget(self._empty, 1)

    def reload(self) -> None:
        self.around.database.run(self._read, self._show)

    def shown(self) -> None:
        self.field.setFocus(Qt.FocusReason.OtherFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self._back()
            return
        super().keyPressEvent(event)

    @property
    def not_seen(self) -> int:
        """How many have not been seen outside yet."""
        return sum(person.id not in self._seen for person, _ in self._inside)

    def _read(self) -> tuple[Event, list[tuple[Person, str]]]:
        tables = self._checkin.tables_now()
        inside = [p for p in self._people.all() if p.is_here]
        inside.sort(key=lambda p: p.sorted_name.casefold())
        return self._events.get(), [(p, tables.get(p.id, "")) for p in inside]

    @Slot(object)
    def _show(self, read: tuple[Event, list[tuple[Person, str]]]) -> None:
        self._event, self._inside = read
        self._fill()

    @Slot()
    def _fill(self) -> None:
        if self._event is None:
            return
        from ui.screens.desk_search import matches

        wanted = self.field.text()
        rows = []
        for person, table in self._inside:
            marked = matches(person.sorted_name, wanted)
            if wanted.strip() and not marked:
                continue
            access = f"Needs help: {person.access}" if person.access else ""
            place = f"Table {table}" if table else ""
            detail = " · ".join(part for part in (access, place, person.organisation) if part)
            seen = person.id in self._seen
            rows.append(
                Row(person.id, person.sorted_name, detail, _SEEN[seen],
                    side=self._event.sides[person.side], strong_right=not seen, marked=marked,
                    right_icon="check-circle-fill" if seen else "circle")
            )  # fmt: skip
        self.list.set_rows(rows)
        self.list.setVisible(bool(self._inside))
        self._empty.setVisible(not self._inside)
        many, help_ = self.not_seen, sum(bool(p.access) for p, _ in self._inside)
        known = f"{many} of {len(self._inside)} not yet seen outside"
        self._heading.setText(known if self._inside else "Nobody is inside")
        now = self._event.local(self.around.clocks.now())
        self._line.setText(f"As of {now:%H:%M:%S}. {_help_words(help_)} ")

    @Slot(object)
    def _tick(self, person_id: UUID) -> None:
        self._seen ^= {person_id}
        self._fill()

    @Slot()
    def _tick_current(self) -> None:
        rows = self.list.rows
        key = rows[0].key if len(rows) == 1 else self.list.current_key
        if key is not None:
            self._tick(key)
            self.field.clear()

    @Slot()
    def _write(self) -> None:
        """On the printer where there is one; else as a PDF where the organiser says."""
        from ui.printing import print_pdf, printers

        names = printers()
        if names:
            self.around.heavy.run(
                lambda: self._print(names[0], print_pdf), self._written, owner=self
            )
            return
        name, _ = QFileDialog.getSaveFileName(self, "Evacuation roll", "roll.pdf", "PDF (*.pdf)")
        if name:
            path = Path(name)
            self.around.heavy.run(
                lambda: (self._roll.write(path), path.name), self._kept, owner=self
            )

    def _print(self, printer: str, print_pdf: Callable[..., int]) -> str:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "roll.pdf"
            self._roll.write(path)
            print_pdf(path, printer)
        return printer

    @Slot(object)
    def _written(self, printer: str) -> None:
        self.tell("done", f"The roll is at the printer {printer}.")

    @Slot(object)
    def _kept(self, made: tuple[int, str]) -> None:
        self.tell("done", f"The roll of {counted(made[0], 'person', 'people')} is in “{made[1]}”.")

    @Slot()
    def _back(self) -> None:
        self.go.emit("back")


def _help_words(many: int) -> str:
    if not many:
        return "Nobody inside has said that they need help to get out."
    return f"{many} of them may need help to get out; they are marked."
