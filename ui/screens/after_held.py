"""What is held about people, why, and until when; for one person everything, or their erasure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import (
    QDialog,
    QGridLayout,
    QHBoxLayout,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from facilitator.domain.people import Person
from facilitator.services.privacy import HeldNow, HeldPart, JoinedCopy, Purged, until_words
from ui.kit import Button, Choice, Icon, Label, Option, Row, RowList, Scroll, SearchField
from ui.lanes import Lane
from ui.screens.share_words import role_name

#: how many of those found are shown
_SHOWN = 5
#: after so many milliseconds without a key what was typed is looked for
_IDLE = 150


@dataclass(frozen=True, slots=True)
class ForOne:
    """What can be done for one person; each runs on the lane."""

    find: Callable[[str], Sequence[Person]]
    write: Callable[[UUID, Path], Path]
    erase: Callable[[UUID], Purged]
    #: (suggested name) → where to save it, or nothing
    ask: Callable[[str], Path | None]


def joined_rows(
    copies: Sequence[JoinedCopy], local: Callable[[datetime], datetime]
) -> tuple[Row, ...]:
    """The copies of other laptops, those first that a removal has not reached yet; `local` gives
    the event's own time."""
    others = [one for one in copies if not one.is_this]
    return tuple(
        Row(
            one.id, one.name, one.stand(local), "The hub" if one.is_hub else role_name(one.role),
            icon="warning-fill" if one.unreached or one.has_copies_left else "laptop",
            tone="attention" if one.unreached or one.has_copies_left else "ink",
        )
        for one in sorted(others, key=lambda one: not (one.unreached or one.has_copies_left))
    )  # fmt: skip


class HeldDialog(QDialog):
    """The page of what is held.

    Signals:
        wanted(): the page is wanted as a PDF.
        written(object): everything about one person is in the file at this Path.
        erased(object): what the erasure of one person did (Purged).
    """

    wanted = Signal()
    written = Signal(object)
    erased = Signal(object)

    def __init__(
        self, held: HeldNow, parts: Sequence[HeldPart], one: ForOne, lane: Lane,
        parent: QWidget | None = None, joined: Sequence[Row] = (),
    ) -> None:  # fmt: skip
        """`joined` are the copies on other laptops, where the event is shared."""
        super().__init__(parent)
        self._one, self._lane = one, lane
        self._found: dict[str, Person] = {}
        self._sure = False
        self.setWindowTitle("What is held about people, and why")
        self.setModal(True)
        box = QVBoxLayout(self)
        box.setContentsMargins(24, 24, 24, 24)
        box.setSpacing(12)
        box.addWidget(Label("What is held about people, and why", "heading"))
        box.addWidget(Label(until_words(held), "body", wrap=True))
        options = [Option("all", "Of everybody"), Option("one", "For one person")]
        if joined:
            options.append(Option("laptops", "On other laptops"))
        self.which = Choice(options, name="What is held", value="all")
        self.which.chosen.connect(self._turn)
        box.addWidget(self.which)
        self._pages = QStackedWidget()
        everybody, one_page, laptops = (Scroll(spacing=12) for _ in range(3))
        everybody.box.addLayout(self._build_parts(parts))
        self._build_one(one_page)
        self._build_laptops(laptops, joined)
        for page in (everybody, one_page, laptops):
            page.box.addStretch(1)
            self._pages.addWidget(page)
        box.addWidget(self._pages, 1)
        acts = QHBoxLayout()
        acts.setSpacing(8)
        self.save = Button("Save the page as PDF…", icon="file-pdf")
        self.save.clicked.connect(self.wanted)
        self.close_ = Button("Close", key="Esc", kind="main", hint_only=True)
        self.close_.clicked.connect(self.reject)
        acts.addWidget(self.save)
        acts.addStretch(1)
        acts.addWidget(self.close_)
        box.addLayout(acts)
        room = parent.window().size() if parent is not None else self.sizeHint()
        self.resize(min(860, room.width() - 48), min(700, room.height() - 48))
        self._idle = QTimer(self)
        self._idle.setSingleShot(True)
        self._idle.setInterval(_IDLE)
        self._idle.timeout.connect(self._look)
        self._show_people([])
        self.close_.setFocus()

    def _build_parts(self, parts: Sequence[HeldPart]) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(24)
        grid.setVerticalSpacing(8)
        grid.setColumnStretch(0, 5)
        grid.setColumnStretch(1, 6)
        for row, part in enumerate(parts):
            why = f"{part.why}. About health: take special care." if part.is_special else part.why
            many = Label(part.many, "second", tabular=True)
            grid.addWidget(Label(part.what, "strong", wrap=True), row, 0)
            grid.addWidget(Label(why, "second", wrap=True), row, 1)
            grid.addWidget(many, row, 2, Qt.AlignmentFlag.AlignRight)
        if not parts:
            grid.addWidget(Label("Nothing is held about anybody.", "second"), 0, 0)
        return grid

    def _build_one(self, page: Scroll) -> None:
        words = "Who asks may have everything that is held about them, have it put right under "
        page.box.addWidget(Label(words + "People, or be erased.", "second", wrap=True))
        self.search = SearchField("Name, e-mail or ticket")
        self.search.setAccessibleName("Find one person")
        self.search.textChanged.connect(self._typed)
        self.search.moved.connect(self._step)
        page.box.addWidget(self.search)
        self.people = RowList(name="People found")
        self.people.chosen.connect(self._chosen)
        page.box.addWidget(self.people)
        acts = QHBoxLayout()
        acts.setSpacing(8)
        self.access = Button("Everything about them…", icon="identification-card")
        self.access.clicked.connect(self._write)
        self.erase = Button("Erase them…", icon="trash", kind="danger")
        self.erase.clicked.connect(self._erase)
        acts.addWidget(self.access)
        acts.addWidget(self.erase)
        acts.addStretch(1)
        page.box.addLayout(acts)
        self._said = Label("", "side note", wrap=True)
        page.box.addWidget(self._said)

    def _build_laptops(self, page: Scroll, joined: Sequence[Row]) -> None:
        words = "A removal reaches a laptop when it is next heard of. Each has what its part needs."
        page.box.addWidget(Label(words, "second", wrap=True))
        for one in joined:
            line = QHBoxLayout()
            line.setSpacing(12)
            line.addWidget(Icon(one.icon, tone=one.tone), 0, Qt.AlignmentFlag.AlignTop)
            said = QVBoxLayout()
            said.setSpacing(0)
            said.addWidget(Label(one.title, "strong", wrap=True))
            said.addWidget(Label(one.detail, "second", wrap=True))
            line.addLayout(said, 1)
            line.addWidget(Label(one.right, "second"), 0, Qt.AlignmentFlag.AlignTop)
            page.box.addLayout(line)

    @Slot(str)
    def _turn(self, key: str) -> None:
        self._pages.setCurrentIndex(("all", "one", "laptops").index(key))
        self.save.setVisible(key == "all")
        if key == "one":
            self.search.setFocus()

    # -- one person -----------------------------------------------------------------------------

    @Slot()
    def _typed(self) -> None:
        self._idle.start()

    @Slot()
    def _look(self) -> None:
        text = self.search.text().strip()
        if not text:
            self._show_people([])
            return
        self._lane.run(lambda: list(self._one.find(text))[:_SHOWN], self._show_people, owner=self)

    @Slot(object)
    def _show_people(self, found: Sequence[Person]) -> None:
        self._found = {str(person.id): person for person in found}
        self.people.set_rows([
            Row(key, one.full_name, ", ".join(p for p in (one.role, one.organisation) if p))
            for key, one in self._found.items()
        ])  # fmt: skip
        self.people.setVisible(bool(found))
        if found:
            self.people.choose(str(found[0].id))
        self._allow()
        if self.search.text().strip():
            self._said.setText("" if found else "Nobody of that name is held.")

    @Slot(int)
    def _step(self, by: int) -> None:
        self.people.step(by)

    @Slot(str)
    def _chosen(self, _key: str) -> None:
        self._allow()
        self._said.setText("")

    def _allow(self) -> None:
        self._sure = False
        self.erase.setText("Erase them…")
        for button in (self.access, self.erase):
            button.allow() if self._person else button.refuse("Find somebody first")

    @property
    def _person(self) -> Person | None:
        return self._found.get(self.people.current_key or "")

    @Slot()
    def _write(self) -> None:
        person = self._person
        if person is None:
            return
        path = self._one.ask("held-about-one-person.pdf")
        if path is not None:
            self._lane.run(
                lambda: self._one.write(person.id, path), self._was_written, self._failed
            )  # fmt: skip

    @Slot(object)
    def _was_written(self, path: Path) -> None:
        self._said.setText(f"Saved as “{path.name}”. Give it to them and to nobody else.")
        self.written.emit(path)

    @Slot()
    def _erase(self) -> None:
        person = self._person
        if person is None:
            return
        if not self._sure:
            # Asked once more, in words, where the eye is: nobody can take it back.
            self._sure = True
            self.erase.setText(f"Yes, erase {person.name}")
            self._said.setText(
                "What they did stays as facts without a name. Nobody can take this back."
            )
            return
        self._lane.run(lambda: self._one.erase(person.id), self._was_erased, self._failed)

    @Slot(object)
    def _was_erased(self, done: Purged) -> None:
        self.search.clear()
        self._show_people([])
        words = "They are erased from the event"
        words += " and its copies." if done.copies else "."
        if done.unreached:
            words += f" Not from “{done.unreached[0].path.name}”: {done.unreached[0].why}"
        if done.documents:
            names = ", ".join(f"“{path.name}”" for path in done.documents[:3])
            words += f" Documents may still name them: {names}."
        self._said.setText(words)
        self.erased.emit(done)

    @Slot(object)
    def _failed(self, problem: Exception) -> None:
        self._said.setText(str(problem))
