"""Brings another copy of the event together with this one, and has what contradicts decided."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from pathlib import Path
from uuid import UUID

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QVBoxLayout, QWidget

from facilitator.domain.text import counted
from facilitator.services.events import Event
from facilitator.services.merging import AdmittedTwice, Contradiction, Merged, MergeService
from ui.kit import Button, Card, EmptyState, Label, Message, Row, RowList
from ui.screens.screen import Surroundings

_SIDE = 400
_AREAS = {
    "person": "A detail of a person", "arrival": "An arrival", "note": "A note",
    "hands": "A show of hands", "seating": "The seating", "clock": "The clock",
    "event": "The set-up", "erasure": "An erasure",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Open:
    """What nobody has decided yet."""

    twice: tuple[AdmittedTwice, ...]
    contradictions: tuple[Contradiction, ...]


class MergePage(QWidget):
    """Looks at another copy, takes over what stands only there, and lists what is to be decided.

    Signals:
        said(Message): for the message bar.
    """

    said = Signal(object)

    def __init__(self, around: Surroundings, merging: MergeService) -> None:
        super().__init__()
        self._around, self._merging = around, merging
        self._event: Event | None = None
        self._other: Path | None = None
        self._open = _Open((), ())
        across = QHBoxLayout(self)
        across.setContentsMargins(0, 0, 0, 0)
        across.setSpacing(24)
        left = QVBoxLayout()
        left.setSpacing(12)
        card = Card(margin=16, spacing=8)
        self._found = Label("", "body", wrap=True)
        card.box.addWidget(self._found)
        acts = QHBoxLayout()
        acts.setSpacing(8)
        self.look = Button("Look at another copy…", key="Alt+L", icon="folder-open", kind="main")
        self.look.clicked.connect(self._choose)
        self.take = Button("Take over", key="Alt+T", icon="git-merge", kind="main")
        self.take.clicked.connect(self._take_over)
        for button in (self.look, self.take):
            acts.addWidget(button)
        acts.addStretch(1)
        card.box.addLayout(acts)
        left.addWidget(card)
        self._heading = Label("", "strong")
        left.addWidget(self._heading)
        self.list = RowList(name="What is to be looked at")
        self.list.chosen.connect(self._show_chosen)
        left.addWidget(self.list, 1)
        self._empty = EmptyState(
            "check-circle", "Nothing to look at",
            "What two copies say differently, and who was let in by both, stands here.",
        )  # fmt: skip
        left.addWidget(self._empty, 1)
        across.addLayout(left, 1)
        self._side = self._build_side()
        across.addWidget(self._side, 0, Qt.AlignmentFlag.AlignTop)
        self._show_look(None)
        self._fill()

    def _build_side(self) -> Card:
        side = Card("paper", outlined=True)
        side.setFixedWidth(_SIDE)
        self._area = Label("", "small")
        self._what = Label("", "part", wrap=True)
        self._here_head = Label("Here", "strong")
        self._here = Label("", "body", wrap=True)
        self._there_head = Label("There", "strong")
        self._there = Label("", "body", wrap=True)
        for label in (
            self._area, self._what, self._here_head, self._here, self._there_head, self._there,
        ):  # fmt: skip
            side.box.addWidget(label)
        self.keep = Button("Keep what is here", key="H", icon="check", kind="main")
        self.keep.clicked.connect(self._keep_here)
        self.theirs = Button("Take what is there", key="T", icon="arrow-right")
        self.theirs.clicked.connect(self._take_there)
        for button in (self.keep, self.theirs):
            side.box.addWidget(button)
        return side

    # -- public ---------------------------------------------------------------------------------

    def reload(self) -> None:
        """Reads what is to be decided."""
        self._around.database.run(
            lambda: _Open(tuple(self._merging.twice()), tuple(self._merging.open_contradictions())),
            self._show_open,
        )

    def show_event(self, event: Event) -> None:
        """Which event is open."""
        self._event = event
        self._fill()

    def take_focus(self) -> None:
        """Puts the keyboard where it belongs."""
        target = self.list if self.list.rows else self.look
        target.setFocus(Qt.FocusReason.OtherFocusReason)
        if self.list.rows and self.list.current_key is None:
            self.list.step(1)

    def look_at(self, other: Path) -> None:
        """Shows what stands only in the copy at `other`; nothing is changed."""
        self._other = other
        self._found.setText(f"Looking at “{other.name}”…")
        self.take.setVisible(False)
        self._around.heavy.run(
            lambda: self._merging.look(other), self._show_look, self._not_looked, owner=self
        )

    # -- looking and taking over ----------------------------------------------------------------

    @Slot()
    def _choose(self) -> None:
        name, _ = QFileDialog.getOpenFileName(
            self, "Another copy of this event", "", "Events (*.facilitator);;All files (*)"
        )
        if name:
            self.look_at(Path(name))

    @Slot(object)
    def _show_look(self, found: Merged | None) -> None:
        self.take.setVisible(found is not None and not found.is_nothing)
        if found is None:
            self._found.setText(
                "When this event went on in two files, on two laptops or from a copy: look at the "
                "other one. What stands only there can be taken over; nothing is doubled."
            )
            return
        until = ""
        if found.last_at is not None and self._event is not None:
            until = f" It goes up to {self._event.local(found.last_at):%H:%M:%S}."
        if found.is_nothing:
            self._found.setText(f"{found.sentence}{until}")
            return
        parts = [f"{number:,} {words}" for number, words in found.rows]
        said = [f"Only in {found.source}: {', '.join(parts)}." if parts else ""]
        if found.twice:
            said.append(f"{counted(found.twice, 'person', 'people')} let in by both.")
        if found.contradictions:
            many = counted(len(found.contradictions), "thing is", "things are")
            said.append(f"{many} different here and there: both are kept, what is here counts.")
        self._found.setText(" ".join(part for part in said if part) + until)

    @Slot(object)
    def _not_looked(self, problem: Exception) -> None:
        from ui.copy_keeper import problem_words

        self._show_look(None)
        self.said.emit(Message("stop", problem_words(problem)))

    @Slot()
    def _take_over(self) -> None:
        other = self._other
        if other is None:
            return
        self.take.setVisible(False)
        self._around.database.run(
            lambda: self._merging.take_over(other), self._taken, self._not_looked, owner=self
        )

    @Slot(object)
    def _taken(self, merged: Merged) -> None:
        self._show_look(None)
        mood = "careful" if merged.contradictions or merged.twice else "done"
        self.said.emit(Message(mood, merged.sentence, about="brought together"))
        self.reload()

    # -- deciding -------------------------------------------------------------------------------

    @Slot(object)
    def _show_open(self, found: _Open) -> None:
        self._open = found
        self._fill()

    def _fill(self) -> None:
        before, place = self.list.current_key, self.list.currentIndex().row()
        rows = [
            Row(f"twice {one.person.id}", one.person.full_name, self._arrivals(one),
                "Admitted twice", icon="users", right_icon="warning-fill")
            for one in self._open.twice
        ] + [
            Row(f"aside {one.id}", one.what, f"Here: {one.here} · There: {one.there}",
                _AREAS.get(one.area, ""), icon="git-diff")
            for one in self._open.contradictions
        ]  # fmt: skip
        self.list.set_rows(rows)
        if rows and before not in {row.key for row in rows}:
            self.list.choose(rows[min(max(place, 0), len(rows) - 1)].key)
        self._heading.setText(f"{counted(len(rows), 'thing')} to look at" if rows else "")
        self._heading.setVisible(bool(rows))
        self.list.setVisible(bool(rows))
        self._empty.setVisible(not rows)
        self._show_chosen(self.list.current_key)
        if rows and self.look.hasFocus():
            self.take_focus()

    def _arrivals(self, one: AdmittedTwice) -> str:
        said = []
        for at, desk, by in one.arrivals:
            moment = f"{self._event.local(at):%H:%M}" if self._event is not None else ""
            where = f"at {desk}" if desk else ""
            said.append(
                " ".join(part for part in (moment, where, f"by {by}" if by else "") if part)
            )
        return " and ".join(said)

    @Slot(object)
    def _show_chosen(self, key: object) -> None:
        self._side.setVisible(bool(self.list.rows))
        kind, _, rest = str(key or "").partition(" ")
        twice = next((o for o in self._open.twice if str(o.person.id) == rest), None)
        aside = next((o for o in self._open.contradictions if str(o.id) == rest), None)
        if kind == "twice" and twice is not None:
            self._area.setText("Admitted twice")
            self._what.setText(twice.person.full_name)
            self._here.setText(self._arrivals(twice))
            self._there_head.setText("What it means")
            self._here_head.setText("When and where")
            self._there.setText(
                "Two desks that did not know of each other let this ticket in. It may be one "
                "person, or two with one ticket. In the roll they count as two until you have "
                "looked."
            )
            self.keep.setText("I have looked")
            self.theirs.setVisible(False)
        elif aside is not None:
            self._area.setText(_AREAS.get(aside.area, ""))
            self._what.setText(aside.what)
            self._here_head.setText("Here")
            self._here.setText(aside.here or "nothing")
            self._there_head.setText(f"In {aside.source}")
            self._there.setText(aside.there or "nothing")
            self.keep.setText("Keep what is here")
            self.theirs.setVisible(aside.can_take)
        else:
            self._side.setVisible(False)

    @Slot()
    def _keep_here(self) -> None:
        self._decide("here")

    @Slot()
    def _take_there(self) -> None:
        self._decide("there")

    def _decide(self, decision: str) -> None:
        kind, _, rest = str(self.list.current_key or "").partition(" ")
        by = self._around.settings.operator
        if kind == "twice":
            work = partial(self._merging.looked_at, UUID(rest), by=by)
        elif kind == "aside":
            work = partial(self._merging.decide, UUID(rest), decision, by=by)
        else:
            return
        self._around.database.run(work, self._decided, owner=self)

    @Slot(object)
    def _decided(self, _done: object) -> None:
        self.reload()
