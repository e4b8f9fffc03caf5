"""From paper back: ticks and walk-ins that were noted while the laptop was down, entered at once.

Three letters and Enter, person after person. The time stands once for all of them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from PySide6.QtCore import QEvent, QObject, Qt, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from facilitator.domain.changes import Changes
from facilitator.domain.errors import Refused, Trouble
from facilitator.domain.people import Person, Status
from facilitator.domain.text import counted
from facilitator.domain.verdicts import (
    AlreadyHere,
    Ambiguous,
    Cancelled,
    Unknown,
    Verdict,
    Welcome,
    WelcomeBack,
)
from facilitator.services.checkin import Answer, NewWalkIn, TakenBack
from facilitator.services.events import Event, EventService
from facilitator.services.paper_entry import Match, PaperEntryService, Running, find_on_paper
from facilitator.services.people import PeopleService
from ui.kit import Button, Caught, Field, Label, Row, RowList, SearchField, announce
from ui.screens.desk_page import DeskPage, PageStack
from ui.screens.desk_walk_in import WalkInList, WalkInPanel
from ui.screens.screen import Surroundings

#: more rows would not be read
MOST = 60


@dataclass(frozen=True, slots=True)
class _Read:
    event: Event
    people: Sequence[Person]
    running: Running


@dataclass(frozen=True, slots=True)
class _Did:
    """What came of one entry, and what stands then."""

    answer: Answer | None
    running: Running

    @property
    def changes(self) -> Changes:
        """What it touched; the lane tells everybody."""
        return self.answer.changes if self.answer else Changes.NONE


@dataclass(frozen=True, slots=True)
class _Undone:
    """Somebody whose entry was taken back, and what stands then."""

    taken: TakenBack
    running: Running

    @property
    def changes(self) -> Changes:
        """What it touched; the lane tells everybody."""
        return self.taken.changes


class PaperEntryPage(DeskPage):
    """What is on paper, into the event: a time, a field, and the list of what was entered.

    While something is typed the list shows whom it finds; else what was entered, newest first,
    where Enter on a row takes it back.
    """

    title = "From paper"
    detail = "After a power cut: enter the ticks and the walk-ins of the paper lists"
    icon = "note-pencil"

    def __init__(
        self,
        around: Surroundings,
        event: EventService,
        people: PeopleService,
        paper: PaperEntryService,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._around, self._lane = around, around.database
        self._events, self._people, self._paper = event, people, paper
        self._read_now: _Read | None = None
        self._by_id: dict[UUID, Person] = {}
        self._match = Match()
        self._stack = PageStack()
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self._stack)
        self._stack.addWidget(self._build_entry())
        self._stack.addWidget(self._build_walk_in())
        around.keys.caught.connect(self._scanned)

    @property
    def takes_scans(self) -> bool:
        """A badge that is scanned while this page is in sight was noted on paper too."""
        return self.isVisible()

    # -- building -------------------------------------------------------------------------------

    def _build_entry(self) -> QWidget:
        page = QWidget()
        box = QVBoxLayout(page)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(12)
        box.addLayout(self.build_head(Label("From paper", "heading")))
        line = QHBoxLayout()
        line.setSpacing(16)
        self.about = Field("Came in about", placeholder="09:10", key="Alt+A")
        self.about.setFixedWidth(176)
        self.about.edit.setMaxLength(20)
        self.about.edit.returnPressed.connect(self._about_entered)
        self.about.changed.connect(self._about_changed)
        line.addWidget(self.about, 0, Qt.AlignmentFlag.AlignTop)
        right = QVBoxLayout()
        right.setSpacing(4)
        right.addWidget(Label("Who is ticked", "strong"))
        self.field = SearchField("Three letters of the family name, then Enter")
        self.field.installEventFilter(self)
        self.field.textChanged.connect(self._typed)
        self.field.returnPressed.connect(self._entered)
        self.field.moved.connect(self._step)
        right.addWidget(self.field)
        right.addStretch(1)
        line.addLayout(right, 1)
        box.addLayout(line)
        self.said = Label("", "strong", wrap=True)
        box.addWidget(self.said)
        self._note = Label("", "second", elide=True)
        box.addWidget(self._note)
        self.list = RowList(name="Whom it finds, or what was entered from paper")
        self.list.activated_row.connect(self._activated)
        box.addWidget(self.list, 1)
        foot = QHBoxLayout()
        foot.setSpacing(8)
        self.walk_in = Button("Walk-in from paper", key="Alt+W", icon="user-plus")
        self.walk_in.clicked.connect(self.begin_walk_in)
        self.back_one = Button("Take back the last", key="Alt+Z", icon="arrow-counter-clockwise")
        self.back_one.clicked.connect(self._undo_last)
        foot.addWidget(self.walk_in)
        foot.addWidget(self.back_one)
        foot.addStretch(1)
        box.addLayout(foot)
        return page

    def _build_walk_in(self) -> QWidget:
        page = QWidget()
        box = QVBoxLayout(page)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(8)
        self.badge = Field(
            "Spare badge", placeholder="Scan it, or type how its code ends", key="Alt+B"
        )
        self.badge.edit.setMaxLength(60)
        self.badge.edit.returnPressed.connect(self._badge_entered)
        box.addWidget(self.badge)
        self.form = WalkInPanel()
        self.form.added.connect(self._add)
        self.form.cancelled.connect(self._leave_form)
        self.form.known.connect(self._is_known)
        self.form.searched.connect(self._search_for)
        box.addWidget(self.form, 1)
        return page

    # -- public ---------------------------------------------------------------------------------

    def state(self) -> str:
        """How many were entered, as last read."""
        number = self._read_now.running.number if self._read_now else 0
        return f"{number} entered" if number else ""

    def begin(self) -> None:
        """Reads the list and what was entered, with the keyboard in the field."""
        self._stack.setCurrentIndex(0)
        self.said.setText("")
        self.field.clear()
        first = self.field if self.about.text else self.about.edit
        first.setFocus(Qt.FocusReason.OtherFocusReason)
        self._lane.run(self._read, self._take)

    @Slot()
    def begin_walk_in(self, badge: str = "") -> None:
        """The form for a line of the page for walk-ins; `badge`: the code of their spare badge."""
        read = self._read_now
        if read is None:
            return
        typed = self.field.text().strip()
        people = list(self._by_id.values())
        known = WalkInList(people, lambda text, most: find_on_paper(people, text).people[:most])
        self.badge.set_text(badge)
        self.badge.set_error("")
        self._stack.setCurrentIndex(1)
        self.form.begin(typed, read.event.sides, known, badge=False, spare=badge)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self._stack.currentIndex() == 1:
            self._leave_form()
            return
        super().keyPressEvent(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        # Esc empties the field first, and only then leaves the page.
        if (
            watched is self.field
            and isinstance(event, QKeyEvent)
            and event.type() == QEvent.Type.KeyPress
            and event.key() == Qt.Key.Key_Escape
            and self.field.text()
        ):
            self.field.clear()
            return True
        return super().eventFilter(watched, event)

    # -- typing ---------------------------------------------------------------------------------

    @Slot(str)
    def _typed(self, _text: str) -> None:
        if self.field.text().strip():
            self.said.setText("")
        self._show()

    @Slot(int)
    def _step(self, by: int) -> None:
        self.list.step(by)

    @Slot()
    def _entered(self) -> None:
        """Enter takes the only one who can be meant, or who was chosen with an arrow."""
        if not self.field.text().strip():
            if self.list.current_key is not None:
                self._activated(self.list.current_key)
            return
        key = self.list.current_key
        if isinstance(key, UUID):
            self._enter(key)
        elif self._match.people:
            self._say("Several can be meant: type on, or choose with Down, then Enter.")
        else:
            self._say("Nobody on the list is called that. Alt+W adds a walk-in.")

    @Slot(object)
    def _activated(self, key: UUID | tuple[str, UUID]) -> None:
        if isinstance(key, UUID):
            self._enter(key)
        else:
            self._undo(key[1])

    @Slot()
    def _about_entered(self) -> None:
        text = self.about.text
        self._lane.run(lambda: self._paper.about(text), self._about_good, self._about_bad)

    @Slot(object)
    def _about_good(self, _moment: object) -> None:
        self.about.set_error("")
        self.field.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot(object)
    def _about_bad(self, problem: Exception) -> None:
        if not isinstance(problem, Trouble):
            raise problem
        # the field has room for a few words alone; the whole sentence stands below it
        self.about.set_error("Mend the time")
        self._say(str(problem))
        self.about.take_focus()

    @Slot(str)
    def _about_changed(self, _text: str) -> None:
        self.about.set_error("")

    # -- entering -------------------------------------------------------------------------------

    def _enter(self, person_id: UUID) -> None:
        typed, operator = self.field.text().strip(), self._around.settings.operator
        person = self._by_id.get(person_id)
        if person is not None and person.status is Status.ARRIVED:
            self._say(f"{person.full_name} is here already. Nothing was entered.")
            return
        if person is not None and person.status is Status.CANCELLED:
            self._say(f"{person.full_name} is cancelled: check them in at the Desk, by name.")
            return
        self.field.clear()
        self._run(lambda about: self._paper.enter(person_id, about, operator=operator, typed=typed))

    def _run(self, enter: Callable[..., Answer | None]) -> None:
        """Enters with the time as it stands; the time is judged first."""
        text = self.about.text

        def work() -> _Did | Refused:
            try:
                about = self._paper.about(text)
            except Refused as problem:
                return problem
            return _Did(enter(about), self._paper.running(MOST))

        self._lane.run(work, self._done, self._refused, owner=self)

    @Slot(object)
    def _done(self, did: _Did | Refused) -> None:
        if isinstance(did, Refused):
            self._about_bad(did)
            return
        self._keep(did.running)
        if did.answer is None:
            self._show()
            return
        verdict = did.answer.verdict
        if isinstance(verdict, Unknown) and verdict.spare:
            self.begin_walk_in(verdict.code)
            return
        if isinstance(verdict, Welcome | WelcomeBack):
            self._by_id[verdict.person.id] = verdict.person
            if self._stack.currentIndex() == 1:
                self._leave_form()
        elif isinstance(verdict, AlreadyHere):
            self._by_id[verdict.person.id] = verdict.person
        self._say(self._words(verdict), good=isinstance(verdict, Welcome | WelcomeBack))
        self._show()

    @Slot(object)
    def _refused(self, problem: Exception) -> None:
        if not isinstance(problem, Trouble):
            raise problem
        if self._stack.currentIndex() == 1:
            self.badge.set_error(str(problem))
            self.badge.take_focus()
            return
        self._say(str(problem))

    def _words(self, verdict: Verdict) -> str:
        match verdict:
            case Welcome(person=person, table=table) | WelcomeBack(person=person, table=table):
                about = f", about {self.about.text}" if self.about.text else ""
                return f"Entered: {person.full_name}{about}" + (
                    f", table {table}." if table else "."
                )
            case AlreadyHere(person=person):
                return f"{person.full_name} is here already. Nothing was entered."
            case Cancelled(person=person):
                return f"{person.full_name} is cancelled: check them in at the Desk, by name."
            case Ambiguous(people=people):
                return f"{counted(len(people), 'person', 'people')} share this code: type the name."
            case _:
                return "Nobody holds this code. Nothing was entered: type the name."

    # -- scans ----------------------------------------------------------------------------------

    @Slot(object)
    def _scanned(self, scan: Caught) -> None:
        if not self.isVisible():
            return
        if self._stack.currentIndex() == 1:
            self._look_up(scan.text or scan.raw)
            return
        raw, operator = scan.text or scan.raw, self._around.settings.operator
        self._run(lambda about: self._paper.enter_code(raw, about, operator=operator))

    @Slot()
    def _badge_entered(self) -> None:
        if self.badge.text:
            self._look_up(self.badge.text)
        else:
            self.form.name.take_focus()

    def _look_up(self, text: str) -> None:
        self._lane.run(lambda: self._paper.spare(text), self._badge_known, self._refused)

    @Slot(object)
    def _badge_known(self, code: str) -> None:
        self.badge.set_text(code)
        self.badge.set_error("")
        self.form.give_spare(code)
        if self.badge.edit.hasFocus():
            self.form.name.take_focus()

    # -- walk-ins -------------------------------------------------------------------------------

    @Slot(object, object)
    def _add(self, new: NewWalkIn, instead: UUID | None) -> None:
        if instead is not None:
            self.form.place.set_error("Somebody who came in place of another: at the Desk, F2.")
            self.form.place.take_focus()
            return
        badge, operator = self.badge.text or new.badge, self._around.settings.operator
        whole = replace(new, badge="")
        self._run(lambda about: self._paper.walk_in(whole, about, badge=badge, operator=operator))

    @Slot()
    def _leave_form(self) -> None:
        self._stack.setCurrentIndex(0)
        self.field.clear()
        self.field.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot(object)
    def _is_known(self, person_id: UUID) -> None:
        """The line was for somebody of the list after all; a spare badge is theirs then."""
        badge, operator = self.badge.text, self._around.settings.operator
        self._leave_form()
        if badge:
            self._lane.run(
                lambda: self._paper.give(person_id, badge, operator=operator),
                None, self._refused, owner=self,
            )  # fmt: skip
        self._enter(person_id)

    @Slot(str)
    def _search_for(self, name: str) -> None:
        self._leave_form()
        self.field.setText(name)

    # -- taking back ----------------------------------------------------------------------------

    @Slot()
    def _undo_last(self) -> None:
        last = self._read_now.running.last[:1] if self._read_now else ()
        if last:
            self._undo(last[0].person.id)
        else:
            self._say("Nothing was entered from paper yet.")

    def _undo(self, person_id: UUID) -> None:
        operator = self._around.settings.operator

        def work() -> _Undone:
            taken = self._paper.undo(person_id, operator=operator)
            return _Undone(taken, self._paper.running(MOST))

        self._lane.run(work, self._taken_back, self._refused, owner=self)

    @Slot(object)
    def _taken_back(self, undone: _Undone) -> None:
        taken, running = undone.taken, undone.running
        self._by_id[taken.person.id] = taken.person
        if taken.person.walk_in and taken.person.since is None:
            del self._by_id[taken.person.id]
        self._keep(running)
        self._say(f"Taken back: {taken.person.full_name}.")
        self._show()
        self.field.setFocus(Qt.FocusReason.OtherFocusReason)

    # -- showing --------------------------------------------------------------------------------

    def _read(self) -> _Read:
        return _Read(self._events.get(), self._people.all(), self._paper.running(MOST))

    @Slot(object)
    def _take(self, read: _Read) -> None:
        self._read_now = read
        self._by_id = {one.id: one for one in read.people}
        self._show()

    def _keep(self, running: Running) -> None:
        if self._read_now is not None:
            self._read_now = replace(self._read_now, running=running)

    def _show(self) -> None:
        read = self._read_now
        if read is None:
            return
        text = self.field.text()
        if text.strip():
            self._match = find_on_paper(list(self._by_id.values()), text)
            self.list.set_rows([self._found(read, one) for one in self._match.people[:MOST]])
            self.list.choose(self._match.sure.id if self._match.sure else None)
            number = len(self._match.people)
            found = counted(number, "person is", "people are") if number else "Nobody is"
            sure = ": Enter takes the one marked" if self._match.sure else ""
            self._note.setText(f"{found} called that{sure}")
            return
        self._match = Match()
        self.list.set_rows([self._entered_row(read, at) for at in range(len(read.running.last))])
        self.list.choose(None)
        self._note.setText(self._counts(read.running))

    def _counts(self, running: Running) -> str:
        number = running.number
        words = f"{number} entered from paper" if number else "Nothing entered from paper yet"
        if running.spares:
            words += f" · {running.free} of {running.spares} spare badges are free"
        return words + (" · Enter on a row takes it back" if number else "")

    def _found(self, read: _Read, one: Person) -> Row:
        state = {
            Status.EXPECTED: "", Status.CANCELLED: "cancelled", Status.LEFT: "has left",
            Status.ARRIVED: f"here since {read.event.local(one.since):%H:%M}" if one.since else "",
        }[one.status]  # fmt: skip
        side = read.event.sides[one.side]
        return Row(one.id, one.sorted_name, one.organisation, state, side=side)

    def _entered_row(self, read: _Read, place: int) -> Row:
        one = read.running.last[place]
        about = f"about {read.event.local(one.about):%H:%M}" if one.about else "no time given"
        side = read.event.sides[one.person.side]
        walk_in = " · walk-in" if one.person.walk_in else ""
        return Row(
            ("entered", one.person.id), one.person.sorted_name,
            f"{one.person.organisation}{walk_in}".removeprefix(" · "), about, side=side,
        )  # fmt: skip

    def _say(self, sentence: str, *, good: bool = False) -> None:
        self.said.setText(sentence)
        self.said.set_tone("good" if good else "ink")
        announce(self, sentence)
