"""People: the list, its import, filters, edits, badges."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QKeyEvent
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from facilitator.domain.changes import Changes
from facilitator.domain.errors import ChangedMeanwhile, Trouble
from facilitator.domain.people import Person, Status
from facilitator.domain.text import counted
from facilitator.services.checkin import CheckinService
from facilitator.services.events import Event, EventService
from facilitator.services.import_preview import GuessGroup, ImportPreview
from facilitator.services.importing import ImportingService, ImportResult
from facilitator.services.people import PeopleIndex, PeopleService
from facilitator.services.person_data import HistoryLine
from facilitator.services.seating import SeatingService
from ui.kit import Button, Choice, EmptyState, Label, Message, Option, SearchField
from ui.screens.people_import import ImportPage
from ui.screens.people_letters import LettersPage
from ui.screens.people_numbers import NumbersPage
from ui.screens.people_person import PersonCard, PersonForm, PersonPage
from ui.screens.people_table import PeopleTable
from ui.screens.screen import Screen, Surroundings

if TYPE_CHECKING:
    from facilitator.app import EventApp

#: what writes badges of these people (None: everybody) to a file; runs on the heavy lane
WriteBadges = Callable[[Path, Sequence[UUID] | None], Any]
WriteFolder = Callable[[Path], Any]
LISTS = "Attendee lists (*.csv *.tsv *.txt *.xlsx *.ods);;All files (*)"


@dataclass(frozen=True, slots=True)
class _Read:
    """Everything the list shows."""

    event: Event
    index: PeopleIndex
    tables: Mapping[UUID, str]
    unsure: tuple[GuessGroup, ...]


class PeopleScreen(Screen):
    """The list of people at the left, one person's page at the right."""

    areas = Changes.PEOPLE | Changes.ARRIVALS | Changes.EVENT | Changes.SEATS | Changes.ANSWERS
    more_keys = (("Shift+Up, Shift+Down", "Choose several people"),)

    @classmethod
    def build(cls, app: EventApp, around: Surroundings) -> PeopleScreen:
        """The people of an open event."""

        def badges(path: Path, people: Sequence[UUID] | None) -> Any:
            return app.badges.write(path, people=people)

        return cls(
            around, app.event, app.people, app.importing, app.checkin, app.seating,
            badges, LettersPage(around, app.tickets, app.thanks), NumbersPage(around, app.catering),
            app.papers.write, app.privacy.history,
            lambda path, key: app.exports.certificates(path, [key]),
        )  # fmt: skip

    def __init__(
        self,
        around: Surroundings,
        event: EventService,
        people: PeopleService,
        importing: ImportingService,
        checkin: CheckinService,
        seating: SeatingService,
        write_badges: WriteBadges,
        letters: LettersPage,
        numbers: NumbersPage,
        write_papers: WriteFolder,
        history: Callable[[UUID], Sequence[HistoryLine]],
        write_certificate: Callable[[Path, UUID], Any],
    ) -> None:
        super().__init__(around)
        self._events, self._people, self._importing = event, people, importing
        self._checkin, self._seating, self._history = checkin, seating, history
        self._write_badges = write_badges
        self._write_papers, self._write_certificate = write_papers, write_certificate
        self.letters, self.numbers = letters, numbers
        self._read_now: _Read | None = None
        self._preview: ImportPreview | None = None
        self._paths: list[Path] = []
        self.setAcceptDrops(True)
        self._build()

    # -- the screen's life ----------------------------------------------------------------------

    def reload(self) -> None:
        self.around.database.run(self._read, self._show)

    def shown(self) -> None:
        if self.stack.currentWidget() is self._page:
            self.field.setFocus(Qt.FocusReason.OtherFocusReason)

    def behind(self) -> dict[str, Callable[[], None]]:
        return {"Letters": self.show_letters, "Numbers": self.show_numbers}

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.stack.currentWidget() is self.imports:
            self.leave_import()
            return
        super().keyPressEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.mimeData().hasUrls():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        paths = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
        if paths:
            self.begin_import(paths)

    # -- importing ------------------------------------------------------------------------------

    def begin_import(self, paths: Sequence[Path], mapping: Mapping[str, str] | None = None) -> None:
        """Reads lists and shows what importing them would do; nothing is written yet."""
        if mapping is None:
            self.imports.begin()
        self._paths = list(paths)
        chosen = dict(mapping or {})
        self.around.heavy.run(
            lambda: self._importing.preview(self._paths, chosen), self._previewed, owner=self
        )

    @Slot()
    def leave_import(self) -> None:
        """Back to the list; nothing was written."""
        self._preview = None
        self.stack.setCurrentWidget(self._page)
        self.field.setFocus(Qt.FocusReason.OtherFocusReason)

    # -- building -------------------------------------------------------------------------------

    def _build(self) -> None:
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        self.stack = QStackedWidget()
        whole.addWidget(self.stack)
        self._page = QWidget()
        self.imports = ImportPage()
        self.imports.left.connect(self.leave_import)
        self.imports.remapped.connect(self._remap)
        self.imports.accepted.connect(self._import)
        self.stack.addWidget(self._page)
        self.stack.addWidget(self.imports)
        for page in (self.letters, self.numbers):
            page.left.connect(self.leave_import)
            page.said.connect(self.said)
            self.stack.addWidget(page)
        across = QHBoxLayout(self._page)
        across.setContentsMargins(0, 0, 0, 0)
        across.setSpacing(24)
        left = QVBoxLayout()
        left.setSpacing(12)
        across.addLayout(left, 1)
        head = QHBoxLayout()
        head.setSpacing(12)
        self._sentence = Label("", "heading", elide=True)
        head.addWidget(self._sentence, 1)
        self._build_bulk(head)
        event = Button("This event", key="Ctrl+,", icon="gear", kind="quiet", hint_only=True)
        event.clicked.connect(self._show_event)
        head.addWidget(event)
        left.addLayout(head)
        line = QHBoxLayout()
        line.setSpacing(12)
        self.field = SearchField("Find by name, organisation, e-mail or code")
        self.field.textChanged.connect(self._fill)
        line.addWidget(self.field, 1)
        self.filter = Choice(
            [Option("all", "All"), Option("here", "Here"), Option("expected", "Expected"),
             Option("cancelled", "Cancelled"), Option("unsure", "To confirm")],
            name="Who is listed", kind="tabs",
        )  # fmt: skip
        self.filter.chosen.connect(self._fill)
        line.addWidget(self.filter)
        left.addLayout(line)
        self.table = PeopleTable()
        self.table.picked.connect(self._picked)
        self.table.chosen_many.connect(self._many)
        self.table.doubleClicked.connect(self._begin_edit)
        self.field.moved.connect(self.table.step)
        left.addWidget(self.table, 1)
        act = Button(
            "Import a list", key="Ctrl+I", icon="upload-simple", kind="main", hint_only=True
        )
        act.clicked.connect(self._choose_lists)
        self._empty = EmptyState(
            "users", "Nobody is on the list yet",
            "Import the list of your ticketing system, or drop a file here.", act,
        )  # fmt: skip
        left.addWidget(self._empty, 1)
        left.addLayout(self._build_foot())
        across.addWidget(self._build_right())

    def _build_foot(self) -> QHBoxLayout:
        foot = QHBoxLayout()
        foot.setSpacing(8)
        self._acts: list[Button] = []
        for text, key, icon, kind, slot in (
            ("Import a list", "Ctrl+I", "upload-simple", "main", self._choose_lists),
            ("Badges", "Ctrl+B", "", "normal", self._make_badges),
            ("Letters", "Ctrl+T", "", "normal", self.show_letters),
            ("Papers", "Ctrl+P", "", "normal", self._make_papers),
            ("Numbers", "Ctrl+U", "", "normal", self.show_numbers),
        ):
            button = Button(text, key=key, icon=icon, kind=kind)
            button.clicked.connect(slot)
            foot.addWidget(button)
            self._acts.append(button)
        foot.addStretch(1)
        return foot

    def _build_bulk(self, head: QHBoxLayout) -> None:
        """What can be said of several people at once; it stands beside the counts."""
        self._bulk = Label("", "strong")
        head.addWidget(self._bulk)
        self._bulk_side = Choice([Option("-", "-")], name="The side of those chosen", kind="tabs")
        self._bulk_side.chosen.connect(self._settle)
        head.addWidget(self._bulk_side)
        self._bulk.hide()
        self._bulk_side.hide()

    @Slot()
    def _show_event(self) -> None:
        self.go.emit("event")

    def _build_right(self) -> QWidget:
        self._right = QStackedWidget()
        self._right.setFixedWidth(344)
        self.card = PersonCard()
        self.card.edit.connect(self._begin_edit)
        self.card.certificate.clicked.connect(self._make_certificate)
        self.form = PersonForm()
        self.form.cancelled.connect(self._end_edit)
        self.form.kept.connect(self._keep)
        self._right.addWidget(self.card)
        self._right.addWidget(self.form)
        return self._right

    # -- reading --------------------------------------------------------------------------------

    def _read(self) -> _Read:
        return _Read(
            self._events.get(), self._people.index(), self._checkin.tables_now(),
            self._importing.unconfirmed(),
        )  # fmt: skip

    @Slot(object)
    def _show(self, read: _Read) -> None:
        self._read_now = read
        self._bulk_side.set_options(
            [Option(side.key, side.letter) for side in read.event.sides],
            read.event.sides.first.key,
        )
        people = read.index.people
        expected = sum(p.status is not Status.CANCELLED for p in people)
        here = sum(p.is_here for p in people)
        unsure = sum(group.people for group in read.unsure)
        if not people:
            self._sentence.setText("Nobody is on the list yet")
        else:
            words = [counted(expected, "person", "people") + " expected", f"{here} here"]
            head = f"{unsure} to confirm. " if unsure else ""
            self._sentence.setText(f"{head}{', '.join(words)}")
        self.table.setVisible(bool(people))
        self._empty.setVisible(not people)
        # With nobody on the list each says so, and there is no room for all of them.
        self._acts[-1].setVisible(bool(people))
        for button in self._acts[1:]:
            if people:
                button.allow()
            else:
                button.refuse(f"{button.text()}: nobody yet")
        self._fill()

    @Slot()
    def _fill(self) -> None:
        read = self._read_now
        if read is None:
            return
        text = self.field.text()
        if text.strip():
            people = [found.person for found in read.index.search(text, 500)]
        else:
            people = sorted(read.index.people, key=lambda p: p.sorted_name.casefold())
        unsure = {key for group in read.unsure for key in group.ids}
        keep: dict[str, Callable[[Person], bool]] = {
            "here": lambda p: p.is_here,
            "expected": lambda p: p.status is Status.EXPECTED,
            "cancelled": lambda p: p.status is Status.CANCELLED,
            "unsure": lambda p: p.id in unsure,
        }
        wanted = keep.get(self.filter.value)
        shown = [p for p in people if wanted is None or wanted(p)]
        self.table.set_people(read.event, shown, read.tables)

    @Slot(object)
    def _picked(self, person: Person | None) -> None:
        if person is None or self._read_now is None:
            self.card.show_nobody()
            return
        self.around.database.run(lambda: self._page_of(person), self._show_page, owner=self)

    def _page_of(self, person: Person) -> PersonPage:
        return PersonPage(
            person, self._history(person.id), self._people.answers(person.id),
            self._seating.tables_of(person.id),
        )  # fmt: skip

    @Slot(object)
    def _show_page(self, page: PersonPage) -> None:
        current = self.table.current
        if self._read_now is not None and current is not None and current.id == page.person.id:
            self.card.show_page(self._read_now.event, page)

    @Slot(int)
    def _many(self, number: int) -> None:
        several = number > 1
        self._bulk.setVisible(several)
        self._bulk_side.setVisible(several)
        self._bulk.setText(f"{number} chosen, they are from")

    # -- editing --------------------------------------------------------------------------------

    @Slot()
    def _begin_edit(self) -> None:
        person = self.table.current
        if person is None or self._read_now is None:
            return
        self._right.setCurrentWidget(self.form)
        self.form.begin(person, self._read_now.event.sides)

    @Slot()
    def _end_edit(self) -> None:
        self._right.setCurrentWidget(self.card)
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot(object, object)
    def _keep(self, person_id: UUID, details: dict[str, Any]) -> None:
        if not details:
            self._end_edit()
            return
        by, shown = self.around.settings.operator, self.form.was
        was = {key: shown[key] for key in details if key in shown}
        self.around.database.run(
            lambda: self._people.edit(person_id, details, was=was, by=by),
            self._kept, self._not_kept, owner=self,
        )  # fmt: skip

    @Slot(object)
    def _kept(self, _done: object) -> None:
        self._end_edit()

    @Slot(object)
    def _not_kept(self, problem: Exception) -> None:
        if not isinstance(problem, Trouble):
            raise problem
        if isinstance(problem, ChangedMeanwhile):
            self.form.meanwhile.offer(problem.meanwhile)
        else:
            self.form.refuse(str(problem))

    @Slot(str)
    def _settle(self, side: str) -> None:
        chosen = [person.id for person in self.table.selected]
        if len(chosen) > 1:
            self.around.database.run(lambda: self._importing.settle(chosen, side))
            name = self._read_now.event.sides[side].shown if self._read_now else side
            self.tell("done", f"{counted(len(chosen), 'person', 'people')}: now {name}.")

    # -- importing ------------------------------------------------------------------------------

    @Slot()
    def _choose_lists(self) -> None:
        names, _ = QFileDialog.getOpenFileNames(self, "Import attendee lists", "", LISTS)
        if names:
            self.begin_import([Path(name) for name in names])

    @Slot(object)
    def _previewed(self, preview: ImportPreview) -> None:
        if self._read_now is None:
            self.around.database.run(
                lambda: (self._read(), preview), self._previewed_first, owner=self
            )
            return
        self._preview = preview
        self.imports.show_preview(preview, self._read_now.event.sides)
        self.stack.setCurrentWidget(self.imports)
        self.imports.add.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot(object)
    def _previewed_first(self, both: tuple[_Read, ImportPreview]) -> None:
        self._show(both[0])
        self._previewed(both[1])

    @Slot(object)
    def _remap(self, mapping: dict[str, str]) -> None:
        self.begin_import(self._paths, mapping)

    @Slot(object)
    def _import(self, corrections: dict[str, str]) -> None:
        preview = self._preview
        if preview is None:
            return
        self.around.database.run(
            lambda: self._importing.apply(preview, corrections=corrections),
            self._imported,
            owner=self,
        )

    @Slot(object)
    def _imported(self, result: ImportResult) -> None:
        self.leave_import()
        did = result.did
        parts = [f"{counted(did.added, 'person', 'people')} added"]
        if did.changed:
            parts.append(f"{did.changed} updated")
        if did.kept:
            parts.append(f"{len(did.kept)} kept as you edited them")
        self.tell("done", f"The list is in: {', '.join(parts)}.")

    # -- documents ------------------------------------------------------------------------------

    @Slot()
    def _make_badges(self) -> None:
        chosen = [person.id for person in self.table.selected]
        people = chosen if len(chosen) > 1 else None
        name, _ = QFileDialog.getSaveFileName(self, "Badges", "badges.pdf", "PDF (*.pdf)")
        if name:
            path = Path(name)
            self._make(lambda: self._write_badges(path, people), path, "The badges are in")

    @Slot()
    def show_letters(self) -> None:
        """Ctrl+T: tickets before the day, thanks after it."""
        self.stack.setCurrentWidget(self.letters)
        self.letters.begin()

    @Slot()
    def show_numbers(self) -> None:
        """Ctrl+U: numbers for the caterer and the venue."""
        self.stack.setCurrentWidget(self.numbers)
        self.numbers.begin()

    @Slot()
    def _make_certificate(self) -> None:
        person = self.table.current
        if person is None:
            return
        name, _ = QFileDialog.getSaveFileName(
            self, "Certificate of attendance", "certificate.pdf", "PDF (*.pdf)"
        )
        if name:
            path, key = Path(name), person.id
            self._make(
                lambda: self._write_certificate(path, key), path, "The certificate is saved as"
            )

    @Slot()
    def _make_papers(self) -> None:
        name = QFileDialog.getExistingDirectory(self, "A folder for the papers")
        if name:
            path = Path(name)
            self._make(lambda: self._write_papers(path), path, "The papers are in")

    def _make(self, write: Callable[[], Any], path: Path, words: str) -> None:
        self.tell("info", "Working on it; you can go on meanwhile.")

        def done(_made: object) -> None:
            self.said.emit(Message("done", f"{words} “{path.name}”.", stays=True))

        self.around.heavy.run(write, done, owner=self)
