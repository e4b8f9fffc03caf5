"""Letters: tickets before the day and thanks after it, in the event's own words, with a preview."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, QUrl, Signal, Slot
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QVBoxLayout, QWidget

from facilitator.documents.tickets import Wording
from facilitator.domain.errors import Trouble
from facilitator.domain.text import counted
from ui.kit import Bar, Button, Card, Choice, Label, Message, Option, Scroll, TextField, Tick
from ui.screens.inner_page import InnerPage, page_head
from ui.screens.screen import Surroundings
from ui.screens.this_event_keep import Keeping

if TYPE_CHECKING:
    from facilitator.services.thanks import ThanksService
    from facilitator.services.tickets import TicketService

TICKETS, THANKS = "tickets", "thanks"
_FIELDS = {
    TICKETS: "Fields: {name} {given_name} {event} {day} {time} {venue} {ticket}",
    THANKS: "Fields: {name} {given_name} {event} {day} {venue} {met}",
}
#: so long after the last key the preview follows, in milliseconds
_AFTER_MS = 250
#: asks for the folder: parent, title; "" where it was given up
AskFolder = Callable[[QWidget, str], str]


def ask_folder(parent: QWidget, title: str) -> str:
    """A folder to fill."""
    return QFileDialog.getExistingDirectory(parent, title)


@dataclass(frozen=True, slots=True)
class _Read:
    kind: str
    wording: str
    #: people who would get a letter, those of them who have none yet, and when it was last written
    people: int
    new: int
    letter: Wording


@dataclass(frozen=True, slots=True)
class _Written:
    """What came of a run: letters, those who had one, who has no address, and who is left."""

    folder: Path
    kind: str
    people: int
    before: int = 0
    without: int = 0
    left: int = 0

    @property
    def words(self) -> str:
        """What happened, in sentences."""
        what = "ticket" if self.kind == TICKETS else "letter"
        if not self.people and self.before:
            return f"Nobody is new: {counted(self.before, 'person has', 'people have')} a ticket."
        verb = "is" if self.people == 1 else "are"
        parts = [f"{counted(self.people, what)} {verb} in “{self.folder.name}”. Nothing was sent."]
        if self.left:
            parts.append(f"Stopped: {counted(self.left, 'person', 'people')} are left.")
        if self.without:
            who = counted(self.without, "person has", "people have")
            parts.append(f"{who} no usable address.")
        return " ".join(parts)


class LettersPage(InnerPage):
    """The wording at the left, the letter as one person will read it at the right.

    Signals:
        left(): back to the list.
        said(Message): what was written, and where.
    """

    said = Signal(object)

    def __init__(
        self,
        around: Surroundings,
        tickets: TicketService,
        thanks: ThanksService,
        *,
        ask: AskFolder = ask_folder,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._around, self._tickets, self._thanks, self._ask = around, tickets, thanks, ask
        self._stop: threading.Event | None = None
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(_AFTER_MS)
        self._later.timeout.connect(self._preview)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(12)
        self.kind = Choice(
            [
                Option(TICKETS, "Tickets, before", shortcut="Alt+1"),
                Option(THANKS, "Thanks, after", shortcut="Alt+2"),
            ],
            name="Which letter",
            value=TICKETS,
            kind="tabs",
        )
        self.kind.chosen.connect(self._kind_chosen)
        box.addLayout(page_head(Label("Letters", "heading"), self.left, self.kind))
        self.sentence = Label("", "lead", wrap=True)
        box.addWidget(self.sentence)
        across = QHBoxLayout()
        across.setSpacing(24)
        self.wording = TextField("The event’s own words", key="Alt+O", rows=8)
        self.wording.changed.connect(self._later.start)
        self._keeping = Keeping(self.wording, around.database, lambda text, _was: self._keep(text))
        across.addWidget(self.wording, 1)
        across.addWidget(self._build_preview(), 1)
        box.addLayout(across, 1)
        box.addLayout(self._build_acts())

    def _build_preview(self) -> QWidget:
        paper = Card("mist", margin=20, spacing=8)
        paper.box.addWidget(Label("As one of them reads it", "side note"))
        self.subject = Label("", "part", wrap=True)
        paper.box.addWidget(self.subject)
        scroll = Scroll(spacing=4)
        self.letter = Label("", "body", wrap=True)
        self.letter.setAlignment(Qt.AlignmentFlag.AlignTop)
        scroll.box.addWidget(self.letter)
        scroll.box.addStretch(1)
        paper.box.addWidget(scroll, 1)
        return paper

    def _build_acts(self) -> QHBoxLayout:
        acts = QHBoxLayout()
        acts.setSpacing(8)
        self.write = Button("Write them…", key="Ctrl+Enter", icon="envelope-simple", kind="main")
        self.write.clicked.connect(self._write)
        acts.addWidget(self.write)
        self.everybody = Tick("Those who have one, too")
        acts.addWidget(self.everybody)
        self.progress = Bar(0, 1, name="How far the letters are")
        self.progress.setFixedWidth(160)
        self.stop = Button("Stop", icon="stop")
        self.stop.clicked.connect(self._stop_now)
        acts.addWidget(self.progress)
        acts.addWidget(self.stop)
        self.progress.hide()
        self.stop.hide()
        acts.addStretch(1)
        self.ours = Button("Our wording again", icon="arrow-counter-clockwise", kind="quiet")
        self.ours.clicked.connect(self._ours)
        acts.addWidget(self.ours)
        return acts

    # -- public ---------------------------------------------------------------------------------

    def begin(self, kind: str = TICKETS) -> None:
        """Shows a letter as it stands, with the keyboard on the act."""
        self.kind.choose(kind)
        self._kind_chosen(kind)
        self.write.setFocus(Qt.FocusReason.OtherFocusReason)

    # -- reading --------------------------------------------------------------------------------

    @Slot(str)
    def _kind_chosen(self, kind: str) -> None:
        self._keeping.keep_now()
        self.wording.set_hint(_FIELDS[kind])
        self.everybody.setVisible(kind == TICKETS)
        self._around.database.run(lambda: self._read(kind), self._show, owner=self)

    def _read(self, kind: str) -> _Read:
        if kind == TICKETS:
            now = self._tickets.now()
            return _Read(kind, now.wording, now.expected, now.new, self._tickets.preview())
        number = self._thanks.number()
        return _Read(kind, self._thanks.wording(), number, number, self._thanks.preview())

    @Slot(object)
    def _show(self, read: _Read) -> None:
        if read.kind != self.kind.value:
            return
        self._keeping.show_stored(read.wording)
        self.wording.set_text(read.wording)
        self._later.stop()
        self._show_letter(read.letter)
        self.sentence.setText(_sentence(read))
        if read.people:
            self.write.allow()
        else:
            self.write.refuse("Nobody yet")

    @Slot(object)
    def _show_letter(self, letter: Wording) -> None:
        self.wording.set_error("")
        self.subject.setText(letter.subject)
        self.letter.setText(letter.body)

    @Slot()
    def _preview(self) -> None:
        text, service = self.wording.text, self._service
        self._around.database.run(
            lambda: service.preview(text=text), self._show_letter, self._wrong, owner=self
        )

    @Slot(object)
    def _wrong(self, problem: Exception) -> None:
        if not isinstance(problem, Trouble):
            raise problem
        self.wording.set_error(str(problem))

    # -- keeping --------------------------------------------------------------------------------

    @property
    def _service(self) -> TicketService | ThanksService:
        return self._tickets if self.kind.value == TICKETS else self._thanks

    def _keep(self, text: str) -> object:
        return self._service.set_wording(text)

    @Slot()
    def _ours(self) -> None:
        service, kind = self._service, self.kind.value

        def work() -> _Read:
            service.set_wording("")
            return self._read(kind)

        self._around.database.run(work, self._show, owner=self)

    # -- writing --------------------------------------------------------------------------------

    @Slot()
    def _write(self) -> None:
        if self._stop is not None:
            return
        name = self._ask(self, "A folder for the letters")
        if not name:
            return
        kind, text, everybody = self.kind.value, self.wording.text, self.everybody.isChecked()
        folder, stop = Path(name), threading.Event()
        self._stop = stop
        self.progress.show()
        self.stop.show()
        self.write.refuse("Writing")

        def told(done: int, of: int) -> bool:
            self._around.heavy.post(lambda: self._told(done, of))
            return not stop.is_set()

        def work() -> _Written:
            # what stands in the field is what is written, kept or not yet
            service = self._tickets if kind == TICKETS else self._thanks
            service.set_wording(text)
            if kind == TICKETS:
                made = self._tickets.write(folder, told, everybody=everybody)
                return _Written(folder, kind, made.people, made.before,
                                len(made.without_address), made.left)  # fmt: skip
            done = self._thanks.write(folder, told)
            return _Written(folder, kind, done.people, without=len(done.without_address))

        self._around.heavy.run(work, self._written, self._failed, owner=self)

    def _told(self, done: int, of: int) -> None:
        self.progress.set_value(done, of)
        self.sentence.setText(f"{done} of {of} written")

    @Slot()
    def _stop_now(self) -> None:
        if self._stop is not None:
            self._stop.set()

    def _over(self) -> None:
        self._stop = None
        self.progress.hide()
        self.stop.hide()
        self.write.allow()
        self._kind_chosen(self.kind.value)

    @Slot(object)
    def _written(self, done: _Written) -> None:
        self._over()
        folder = QUrl.fromLocalFile(str(done.folder))
        self.said.emit(
            Message("done", done.words, act="Open", do=lambda: QDesktopServices.openUrl(folder))
        )

    @Slot(object)
    def _failed(self, problem: Exception) -> None:
        self._over()
        if not isinstance(problem, Trouble):
            raise problem
        self.said.emit(Message("stop", str(problem)))


def _sentence(read: _Read) -> str:
    """How the letters stand."""
    if read.kind == THANKS:
        if not read.people:
            return "Nobody came yet: letters of thanks are for those who did."
        came = counted(read.people, "person", "people")
        return f"{came} came. Each letter names whom they sat with, of those who agreed to it."
    if not read.people:
        return "Nobody is expected yet: import a list first."
    expected = counted(read.people, "person is", "people are")
    if not read.new:
        return f"{expected} expected, and everybody has a ticket."
    some = "nobody" if read.new == read.people else f"{read.people - read.new}"
    return f"{expected} expected; {some} of them {'have' if some != 'nobody' else 'has'} a ticket."
