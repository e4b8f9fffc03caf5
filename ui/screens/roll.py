"""The evacuation roll: who is inside now, at one key from any screen.

It does not wait for whatever else is under way, and comes where the event itself cannot be read:
then from its file as it lies there, or from the newest copy, and says so.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QVBoxLayout

from facilitator.documents.roll import RollPerson
from facilitator.domain.changes import Changes
from facilitator.domain.errors import Trouble
from facilitator.domain.text import counted
from facilitator.services.roll import Roll, RollService, write_roll
from ui.kit import Button, Choice, EmptyState, Label, Option, Row, RowList, SearchField
from ui.lanes import FAULT, Lane
from ui.screens.screen import Screen, Surroundings
from ui.screens.sheet import Sheet

if TYPE_CHECKING:
    from facilitator.app import EventApp

ALL, MISSING, HELP = "all", "missing", "help"
_SEEN = {True: "Seen outside", False: "Not yet seen"}
#: how often it is read again while in sight: other desks tick people off, too
_AGAIN_MS = 5_000
_CHOICE = 504


class RollScreen(Screen):
    """Everybody inside, with access needs, and a tick for whoever was seen outside."""

    areas = Changes.ARRIVALS | Changes.PEOPLE | Changes.SEATS
    more_keys = (("Enter", "Seen outside, or not yet"),)

    @classmethod
    def build(cls, app: EventApp, around: Surroundings) -> RollScreen:
        """The roll of an open event."""
        return cls(around, app.roll)

    def __init__(self, around: Surroundings, roll: RollService) -> None:
        super().__init__(around)
        self._service = roll
        self._roll: Roll | None = None
        #: ticks that the event has not got yet, or cannot take
        self._ticked: dict[str, bool] = {}
        #: of those, the ones on disk: written, and those of them that the next answer knows of
        self._on_disk: set[str] = set()
        self._known: set[str] = set()
        self._reading = False
        self._own: Lane | None = None
        self._again = QTimer(self)
        self._again.setInterval(_AGAIN_MS)
        self._again.timeout.connect(self.reload)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(12)
        head = QHBoxLayout()
        head.setSpacing(8)
        self._heading = Label("Who is inside now", "heading", elide=True)
        head.addWidget(self._heading, 1)
        self._paper = Button("On paper", key="Ctrl+P", icon="printer")
        self._paper.clicked.connect(self._write)
        head.addWidget(self._paper)
        self._afresh = Button("Count again", key="Ctrl+B", icon="arrow-counter-clockwise")
        self._afresh.clicked.connect(self._begin_again)
        head.addWidget(self._afresh)
        back = Button("Back", key="Esc", icon="arrow-left", hint_only=True)
        back.clicked.connect(self._back)
        head.addWidget(back)
        box.addLayout(head)
        self._from_words = Label("", "strong", wrap=True)
        self._from_words.setVisible(False)
        box.addWidget(self._from_words)
        self._line = Label("", "lead", wrap=True)
        box.addWidget(self._line)
        narrow = QHBoxLayout()
        narrow.setSpacing(12)
        self.field = SearchField("Type a name to find somebody")
        self.field.textChanged.connect(self._fill)
        self.field.returnPressed.connect(self._tick_current)
        narrow.addWidget(self.field, 1)
        self.which = Choice(
            [
                Option(ALL, "All inside", shortcut="Alt+1"),
                Option(MISSING, "Not yet seen", shortcut="Alt+2"),
                Option(HELP, "Need help", shortcut="Alt+3"),
            ],
            name="Who is listed",
            value=ALL,
        )
        # The chosen part has a tick, too, for which its words need room.
        self.which.setMinimumWidth(_CHOICE)
        self.which.chosen.connect(self._fill)
        narrow.addWidget(self.which)
        box.addLayout(narrow)
        self.list = RowList(name="Who is inside now")
        self.list.activated_row.connect(self._tick)
        self.field.moved.connect(self.list.step)
        box.addWidget(self.list, 1)
        self._empty = EmptyState("sign-out", "Nobody is inside", "Whoever is checked in is here.")
        box.addWidget(self._empty, 1)

    # -- the screen's life ----------------------------------------------------------------------

    @Slot()
    def reload(self) -> None:
        if self._reading:
            return
        self._reading = True
        self._known |= self._on_disk
        self._on_disk = set()
        self._free_lane().run(self._service.read, self._show, self._not_read, owner=self)

    def shown(self) -> None:
        self._again.start()
        self.field.setFocus(Qt.FocusReason.OtherFocusReason)
        # What was ticked at other desks does not reach this one by itself.
        self.reload_soon()

    def hidden(self) -> None:
        self._again.stop()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self._back()
            return
        super().keyPressEvent(event)

    @property
    def entries(self) -> tuple[RollPerson, ...]:
        """Everybody inside, as ticked here so far."""
        if self._roll is None:
            return ()
        return tuple(
            replace(one, seen=self._ticked.get(one.key, one.seen)) for one in self._roll.people
        )

    @property
    def not_seen(self) -> int:
        """How many have not been seen outside yet."""
        return sum(not one.seen for one in self.entries)

    # -- reading --------------------------------------------------------------------------------

    def _free_lane(self) -> Lane:
        """A lane on which nothing is under way: the roll waits for nothing."""
        for lane in (self.around.database, self.around.heavy):
            if not lane.busy:
                return lane
        if self._own is None:
            self._own = Lane("roll", parent=self)
        return self._own

    @Slot(object)
    def _show(self, roll: Roll) -> None:
        self._reading = False
        self._roll = roll
        if not roll.source:
            # From here on the event says what holds: another desk may have taken a tick back.
            for key in self._known:
                self._ticked.pop(key, None)
        self._known = set()
        self._fill()

    @Slot(object)
    def _not_read(self, problem: Exception) -> None:
        self._reading = False
        words = str(problem) if isinstance(problem, Trouble) else FAULT
        self.tell("stop", f"The roll cannot be read, and there is no copy. {words}")

    @Slot()
    def _fill(self) -> None:
        roll = self._roll
        if roll is None:
            return
        from ui.screens.desk_search import matches

        wanted, which, everybody = self.field.text(), self.which.value, self.entries
        rows = []
        for one in everybody:
            marked = matches(one.name, wanted)
            if (wanted.strip() and not marked) or (which == MISSING and one.seen):
                continue
            if which == HELP and not one.access:
                continue
            rows.append(_row(one, marked))
        self.list.set_rows(rows)
        self.list.setVisible(bool(everybody))
        self._empty.setVisible(not everybody)
        self._heading.setText(
            f"{self.not_seen} of {len(everybody)} not yet seen outside"
            if everybody
            else "Nobody is inside"
        )
        self._from_words.setText(roll.words)
        self._from_words.setVisible(bool(roll.words))
        self._line.setText(_summary(roll, everybody))

    # -- ticking --------------------------------------------------------------------------------

    @Slot(object)
    def _tick(self, key: str) -> None:
        entry = next((one for one in self.entries if one.key == key), None)
        if entry is None:
            return
        seen, by = not entry.seen, self.around.settings.operator
        self._ticked[key] = seen
        self._fill()
        if self._roll is not None and self._roll.source:
            # What cannot be read as usual cannot be written either: it stands here alone.
            return
        self.around.database.run(
            lambda: (self._service.tick(key, seen, by=by), {key})[1], self._kept_ticks,
            self._not_kept, owner=self,
        )  # fmt: skip

    @Slot(object)
    def _kept_ticks(self, keys: set[str]) -> None:
        self._on_disk |= keys

    @Slot(object)
    def _not_kept(self, problem: Exception) -> None:
        words = problem.happened if isinstance(problem, Trouble) else FAULT
        self.tell("careful", f"The ticks stand on this screen only, until it is closed. {words}")

    @Slot()
    def _tick_current(self) -> None:
        rows = self.list.rows
        key = rows[0].key if len(rows) == 1 else self.list.current_key
        if key is not None:
            self._tick(key)
            self.field.clear()

    @Slot()
    def _begin_again(self) -> None:
        """A new roll call: nobody was seen outside yet."""
        if not any(one.seen for one in self.entries):
            return
        by = self.around.settings.operator
        self._ticked = {one.key: False for one in self.entries}
        keys = set(self._ticked)
        self._fill()
        self.around.database.run(
            lambda: (self._service.begin_again(by=by), keys)[1], self._kept_ticks,
            self._not_kept, owner=self,
        )  # fmt: skip

    # -- on paper -------------------------------------------------------------------------------

    @Slot()
    def _write(self) -> None:
        """What is on the screen: on the printer where there is one, else as a file."""
        from ui.printing import printers

        if self._roll is None:
            return
        roll, names = replace(self._roll, people=self.entries), printers()
        if names:
            sheet = Sheet("The roll is", "roll.pdf", lambda path: write_roll(roll, path))
            self._free_lane().run(lambda: sheet.print_on(names[0]), self._printed, owner=self)
            return
        name, _ = QFileDialog.getSaveFileName(
            self, "Evacuation roll", "roll.pdf", "PDF (*.pdf);;CSV (*.csv)"
        )
        if name:
            path = Path(name)
            self._free_lane().run(
                lambda: (write_roll(roll, path), path.name), self._kept, owner=self
            )

    @Slot(object)
    def _printed(self, sentence: str) -> None:
        self.tell("done", sentence)

    @Slot(object)
    def _kept(self, made: tuple[int, str]) -> None:
        self.tell("done", f"The roll of {counted(made[0], 'person', 'people')} is in “{made[1]}”.")

    @Slot()
    def _back(self) -> None:
        self.go.emit("back")


def _row(one: RollPerson, marked: tuple[tuple[int, int], ...]) -> Row:
    access = f"Needs help: {one.access}" if one.access else ""
    place = f"Table {one.table}" if one.table else "No table"
    doubt = one.doubt[:1].upper() + one.doubt[1:]
    detail = " · ".join(part for part in (access, doubt, place, one.organisation) if part)
    return Row(
        one.key, one.name, detail, _SEEN[one.seen], side=one.side, strong_right=not one.seen,
        marked=marked, right_icon="check-circle-fill" if one.seen else "circle",
    )  # fmt: skip


def _summary(roll: Roll, everybody: tuple[RollPerson, ...]) -> str:
    said = [f"As of {roll.event.local(roll.as_of):%H:%M:%S}."]
    helped = [one for one in everybody if one.access]
    waiting = sum(not one.seen for one in helped)
    if not helped:
        said.append("Nobody inside has said that they need help to get out.")
    elif waiting:
        said.append(f"{waiting} of those not yet seen may need help to get out.")
    else:
        said.append("All who may need help to get out were seen.")
    if roll.doubled:
        many = counted(roll.doubled, "person was", "people were")
        said.append(f"{many} let in twice and counted as two.")
    return " ".join(said)
