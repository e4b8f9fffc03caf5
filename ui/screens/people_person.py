"""One person's page: who they are, what happened, and the form to edit them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from facilitator.domain.people import Person, Status
from facilitator.domain.sides import Sides
from facilitator.services.events import Event
from facilitator.services.person_data import HistoryLine
from ui.kit import Button, Card, Choice, Field, Label, Option, Scroll, SideMark, Tick
from ui.screens.changed_meanwhile import ChangedMeanwhileCard
from ui.screens.desk_history import HistoryView


@dataclass(frozen=True, slots=True)
class PersonPage:
    """Everything that is shown of one person."""

    person: Person
    lines: Sequence[HistoryLine]
    answers: Sequence[tuple[str, str]]
    #: round number → table
    tables: Sequence[tuple[int, str]]


_CONTACTS = {True: "may be shared", False: "not to be shared", None: ""}
_PHOTOS = {True: "may be taken and used", False: "not wanted", None: ""}


class PersonCard(Card):
    """The page at the right.

    Signals:
        edit(): the details are to be edited.
    """

    edit = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("mist", margin=16, spacing=8, parent=parent)
        self._page: QWidget | None = None
        self._scroll = Scroll(spacing=4)
        self.box.addWidget(self._scroll, 1)
        self.edit_button = Button("Edit", key="E", icon="pencil-simple")
        self.edit_button.clicked.connect(self.edit)
        #: for somebody who came
        self.certificate = Button("Certificate…", icon="graduation-cap")
        acts = QHBoxLayout()
        acts.setSpacing(8)
        acts.addWidget(self.edit_button)
        acts.addWidget(self.certificate)
        acts.addStretch(1)
        self.box.addLayout(acts)
        self.show_nobody()

    def show_nobody(self) -> None:
        """Nobody is chosen."""
        page = self._fresh()
        page.addWidget(Label("Choose somebody to see their page.", "second", wrap=True))
        page.addStretch(1)
        self.edit_button.setVisible(False)
        self.certificate.setVisible(False)

    def show_page(self, event: Event, shown: PersonPage) -> None:
        """Somebody's page."""
        person = shown.person
        page = self._fresh()
        self.edit_button.setVisible(True)
        self.certificate.setVisible(person.since is not None)
        head = QHBoxLayout()
        head.setSpacing(10)
        side = event.sides[person.side]
        head.addWidget(SideMark(side, 24), 0, Qt.AlignmentFlag.AlignTop)
        head.addWidget(Label(person.full_name, "part", wrap=True), 1)
        page.addLayout(head)
        role = ", ".join(part for part in (person.role, person.line) if part)
        for text in (role or side.shown, person.organisation, person.borough):
            if text:
                page.addWidget(Label(text, "second", wrap=True))
        tables = ", ".join(f"round {number}: {table}" for number, table in shown.tables)
        for word, text in (
            ("Tables", tables), ("E-mail", person.email), ("Phone", person.phone),
            ("Ticket", person.ticket), ("Other codes", ", ".join(person.codes)),
            ("Said", person.said), ("Badge", person.tray), ("Access", person.access),
            ("Diet", person.diet), ("Say at the desk", person.attention),
            ("VIP", "yes" if person.vip else ""),
            ("Contacts", _CONTACTS[person.contact_consent]),
            ("Photographs", _PHOTOS[person.photo_consent]),
            *shown.answers,
        ):  # fmt: skip
            if text:
                page.addSpacing(2)
                page.addWidget(Label(word, "side note", wrap=True))
                page.addWidget(Label(text, "body", wrap=True))
        page.addSpacing(12)
        page.addWidget(Label("What happened", "strong"))
        history = HistoryView()
        history.show_lines(event, shown.lines)
        page.addWidget(history)
        page.addStretch(1)

    def _fresh(self) -> QVBoxLayout:
        if self._page is not None:
            self._scroll.box.removeWidget(self._page)
            self._page.hide()
            self._page.deleteLater()
        self._page = QWidget()
        box = QVBoxLayout(self._page)
        box.setContentsMargins(0, 0, 8, 0)
        box.setSpacing(2)
        self._scroll.box.addWidget(self._page)
        return box


class PersonForm(Card):
    """The form to edit somebody.

    Signals:
        kept(object, dict): the person's id and the details that became different; `was` has what
            the form showed of them.
        cancelled(): Esc.
    """

    kept = Signal(object, object)
    cancelled = Signal()

    _TEXTS = (
        ("title", "Title"), ("given_name", "Given name"), ("family_name", "Family name"),
        ("said", "How the name is said"), ("job_title", "Role"), ("organisation", "Organisation"),
        ("borough", "Borough"), ("email", "E-mail"), ("phone", "Phone"), ("access", "Access needs"),
        ("diet", "Diet"), ("attention", "Say at the desk"), ("tray", "Where the badge lies"),
    )  # fmt: skip

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("mist", margin=16, spacing=8, parent=parent)
        self._person: Person | None = None
        self._was: dict[str, Any] = {}
        self._meanwhile = ChangedMeanwhileCard()
        self._meanwhile.mine.connect(self._keep_mine)
        self._meanwhile.theirs.connect(self._take_theirs)
        self.box.addWidget(self._meanwhile)
        scroll = Scroll(spacing=8)
        self.box.addWidget(scroll, 1)
        self.fields: dict[str, Field] = {}
        holder = QWidget()
        form = QVBoxLayout(holder)
        form.setContentsMargins(4, 4, 8, 4)
        form.setSpacing(8)
        form.addWidget(Label("Side", "strong"))
        self.side = Choice([Option("-", "-")], name="Side")
        form.addWidget(self.side)
        for key, label in self._TEXTS:
            field = self.fields[key] = Field(label)
            field.edit.returnPressed.connect(self.keep)
            form.addWidget(field)
        self.line = Choice(
            [Option("", "Not known"), Option("yes", "Front line"), Option("no", "Leader")],
            name="Front line or leader",
            kind="tabs",
        )
        form.addWidget(self.line)
        self.vip = Tick("VIP")
        self.contacts = Tick("Contacts may be shared")
        self.cancelled_tick = Tick("Cancelled: not expected any more")
        for tick in (self.vip, self.contacts, self.cancelled_tick):
            form.addWidget(tick)
        scroll.box.addWidget(holder)
        scroll.box.addStretch(1)
        acts = QHBoxLayout()
        acts.setSpacing(8)
        keep = Button("Keep", key="Ctrl+Enter", icon="check", kind="main")
        keep.clicked.connect(self.keep)
        back = Button("Cancel", key="Esc", hint_only=True)
        back.clicked.connect(self.cancelled)
        acts.addWidget(keep)
        acts.addWidget(back)
        acts.addStretch(1)
        self.box.addLayout(acts)

    def begin(self, person: Person, sides: Sides) -> None:
        """Fills the form with somebody's details."""
        self._person = person
        self._meanwhile.settle()
        self.side.set_options([Option(s.key, s.letter) for s in sides], person.side)
        self._was = {
            key: getattr(person, key)
            for key in (*self.fields, "side", "front_line", "vip", "contact_consent")
        }
        if person.status in (Status.EXPECTED, Status.CANCELLED):
            self._was["cancelled"] = person.status is Status.CANCELLED
        for key, value in {"cancelled": False, **self._was}.items():
            self._put(key, value)
        self.fields["given_name"].take_focus()

    @property
    def was(self) -> dict[str, Any]:
        """What the form shows, or showed before somebody decided that theirs or mine stands."""
        return self._was

    @property
    def meanwhile(self) -> ChangedMeanwhileCard:
        """What stands above the form where somebody else changed the same."""
        return self._meanwhile

    def _put(self, key: str, value: Any) -> None:
        """Shows one detail."""
        match key:
            case "side":
                self.side.choose(value)
            case "front_line":
                self.line.choose({True: "yes", False: "no", None: ""}[value])
            case "vip":
                self.vip.setChecked(value)
            case "contact_consent":
                self.contacts.setChecked(value is True)
            case "cancelled":
                self.cancelled_tick.setChecked(value)
            case _:
                self.fields[key].set_text(str(value))
                self.fields[key].set_error("")

    @Slot()
    def _keep_mine(self) -> None:
        self._decide(theirs=False)

    @Slot()
    def _take_theirs(self) -> None:
        self._decide(theirs=True)

    def _decide(self, *, theirs: bool) -> None:
        shown = self._meanwhile.shown
        if shown is None:
            return
        self._was = {**self._was, **shown.base}
        if theirs:
            for one in shown.differences:
                self._put(one.field, shown.base[one.field])
        self._meanwhile.settle()
        self.keep()

    def refuse(self, sentence: str) -> None:
        """Says what was refused, under the field that is most likely meant."""
        key = "email" if "e-mail" in sentence else "given_name"
        self.fields[key].set_error(sentence)
        self.fields[key].take_focus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.cancelled.emit()
            return
        super().keyPressEvent(event)

    @Slot()
    def keep(self) -> None:
        """Tells which details became different."""
        person = self._person
        if person is None:
            return
        found: dict[str, Any] = {key: field.text for key, field in self.fields.items()}
        found["side"] = self.side.value
        found["front_line"] = {"yes": True, "no": False}.get(self.line.value)
        found["vip"] = self.vip.isChecked()
        if self.contacts.isChecked() != (self._was["contact_consent"] is True):
            found["contact_consent"] = self.contacts.isChecked()
        if self.cancelled_tick.isChecked() != self._was.get("cancelled", False):
            found["cancelled"] = self.cancelled_tick.isChecked()
        changed = {k: v for k, v in found.items() if self._was.get(k) != v}
        self.kept.emit(person.id, changed)

    @property
    def person_id(self) -> UUID | None:
        """Whom it edits."""
        return self._person.id if self._person else None
