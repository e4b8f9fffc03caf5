"""Questions at check-in: a strip below the verdict, one digit each, in nobody's way.

It is read after the verdict is shown; the next scan, Esc or 0 skips it, and nothing is recorded
then: who was not answered for is asked again when they come back.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject, QTimer, Signal, Slot
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QWidget

from facilitator.domain.changes import Changes
from facilitator.domain.errors import Refused
from facilitator.domain.people import Person
from facilitator.services.checkin import At
from facilitator.services.questions import Answered, Asked, QuestionService
from ui.kit import Button, Card, Icon, Label, announce
from ui.screens.screen import Surroundings

#: how long what was answered stays in sight, in milliseconds
STAY_MS = 4_000
#: answers of so many letters together stand beside the question; longer ones in rows below it
SHORT, IN_A_ROW = 16, 3


class AskStrip(Card):
    """One question and its answers, each with its digit.

    Signals:
        answered(int): the number of the answer that was pressed, from 1; 0 skips.
    """

    answered = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("navy", margin=12, spacing=8, parent=parent)
        head = self._head = QHBoxLayout()
        head.setSpacing(10)
        self._icon = Icon("question", size=24, tone="on-navy")
        self._words = Label("", "part", tone="on-navy", wrap=True)
        self._note = Label("", "body", tone="on-navy")
        head.addWidget(self._icon)
        head.addWidget(self._words, 1)
        head.addWidget(self._note)
        self.box.addLayout(head)
        self._buttons: list[Button] = []
        self._answers: QWidget | None = None
        self.hide()

    @property
    def words(self) -> str:
        """What it says now."""
        return self._words.text()

    def show_question(self, asked: Asked, number: int, many: int) -> None:
        """Shows one question of several."""
        before = f"So far: {asked.before}. " if asked.before else ""
        self._icon.set_icon("question", "on-navy")
        self._words.setText(f"Ask: {asked.question.words}")
        self._note.setText(f"{before}{f'{number} of {many}' if many > 1 else ''}".strip())
        self._clear()
        options = asked.question.options
        short = sum(len(option) for option in options) <= SHORT
        self._answers = QWidget()
        grid = QGridLayout(self._answers)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(8)
        for place, text in enumerate((*options, "Not now")):
            digit = place + 1 if place < len(options) else 0
            kind = "quiet" if digit == 0 else "normal"
            button = Button(text, key=str(digit), kind=kind, ground="navy", hint_only=True)
            button.setProperty("digit", digit)
            button.clicked.connect(self._clicked)
            self._buttons.append(button)
        if not short:
            self._head.addWidget(self._buttons[-1])
        below = self._buttons if short else self._buttons[:-1]
        wide = sum(button.sizeHint().width() + 8 for button in below)
        in_a_row = len(below) if short or wide <= self.width() - 24 else IN_A_ROW
        for place, button in enumerate(below):
            grid.addWidget(button, *divmod(place, in_a_row))
        if short:
            self._head.addWidget(self._answers)
        else:
            grid.setColumnStretch(in_a_row, 1)
            self.box.addWidget(self._answers)
        self.setAccessibleName(f"{self._words.text()} {asked.before}")
        self.show()
        keys = ", ".join(f"{n} {text}" for n, text in enumerate(options, 1))
        announce(self, f"{self._words.text()} {keys}, 0 not now")

    def show_done(self, said: str) -> None:
        """Shows what was answered."""
        self._clear()
        self._icon.set_icon("check", "on-navy")
        self._words.setText(said)
        self._note.setText("Backspace takes it back")
        self.setAccessibleName(said)
        self.show()

    def mark(self, digit: int) -> None:
        """Shows which answer was pressed; -1 for none."""
        for button in self._buttons:
            on = button.property("digit") == digit
            button.set_kind("main" if on else "quiet" if not button.property("digit") else "normal")

    def _clear(self) -> None:
        for widget in (self._answers, *self._buttons):
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        self._answers, self._buttons = None, []

    @Slot()
    def _clicked(self) -> None:
        sender = self.sender()
        if isinstance(sender, Button):
            self.answered.emit(int(sender.property("digit")))


class Asking(QObject):
    """Whom the desk asks what now.

    Signals:
        opened(): somebody is asked: the card stays as long.
        closed(): nobody is any more.
        changed(): the strip says something else, or is gone.
        refused(str): an answer could not be kept, in a sentence.
    """

    opened = Signal()
    closed = Signal()
    changed = Signal()
    refused = Signal(str)

    def __init__(
        self,
        around: Surroundings,
        questions: QuestionService,
        at: Callable[[], At],
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self._around, self._questions, self._at = around, questions, at
        self._any = False
        self._person: Person | None = None
        self._waiting: list[Asked] = []
        self._many = 0
        self._given: list[tuple[Asked, Answered]] = []
        self.strip = AskStrip()
        self.strip.answered.connect(self.answer)
        self._stay = QTimer(self)
        self._stay.setSingleShot(True)
        self._stay.setInterval(STAY_MS)
        self._stay.timeout.connect(self.skip)
        around.bus.changed.connect(self._news)
        self._read()

    @property
    def current(self) -> Asked | None:
        """The question that is asked now."""
        return self._waiting[0] if self._waiting else None

    def wants(self, digit: int) -> bool:
        """Whether a digit would answer now."""
        current = self.current
        if current is None or not self.strip.isVisible():
            return False
        return 0 <= digit <= len(current.question.options)

    def ask(self, person: Person) -> None:
        """Somebody was let in, and the verdict is shown: ask what is to be asked."""
        self.skip()
        if not self._any:
            return
        self._person = person
        self._around.database.run(
            lambda: (person, self._questions.for_person(person.id)), self._found, owner=self
        )

    @Slot()
    def skip(self) -> None:
        """Nothing more is asked of this person now; what was not answered is no fact."""
        was_open = not self.strip.isHidden()
        self._stay.stop()
        self._person, self._waiting, self._given = None, [], []
        self.strip.hide()
        if was_open:
            self.changed.emit()
            self.closed.emit()

    @Slot(int)
    def answer(self, digit: int) -> None:
        """The answer of that number, from 1; 0 leaves this question out."""
        current, person = self.current, self._person
        if current is None or person is None or digit > len(current.question.options):
            return
        self._waiting.pop(0)
        if digit:
            text, key, at = current.question.options[digit - 1], current.question.id, self._at()

            def keep() -> tuple[Asked, Answered]:
                return current, self._questions.answer(person.id, key, text, at)

            self._around.database.run(keep, self._kept, self._failed, owner=self)
        if self.current is not None or not digit:
            self._show()

    @Slot()
    def take_back(self) -> None:
        """Backspace: the last answer is taken back, and asked again."""
        if not self._given or self._person is None:
            return
        asked, answered = self._given.pop()
        at = self._at()
        self._around.database.run(
            lambda: self._questions.take_back(answered.person_id, asked.question.id, at),
            None, self._failed, owner=self,
        )  # fmt: skip
        self._waiting.insert(0, asked)
        self._show()

    # -- internal -------------------------------------------------------------------------------

    def _read(self) -> None:
        self._around.database.run(self._questions.all, self._take, owner=self)

    @Slot(object)
    def _take(self, questions: Sequence[object]) -> None:
        self._any = bool(questions)

    @Slot(object)
    def _news(self, changes: Changes) -> None:
        if changes & Changes.EVENT:
            self._read()

    @Slot(object)
    def _found(self, found: tuple[Person, list[Asked]]) -> None:
        person, asked = found
        if self._person is None or self._person.id != person.id:
            return  # the next one is there already
        self._waiting, self._many = list(asked), len(asked)
        if asked:
            self._show()
            self.opened.emit()

    def _show(self) -> None:
        self._stay.stop()
        if self.current is not None:
            self.strip.show_question(self.current, self._many - len(self._waiting) + 1, self._many)
        elif self._given:
            said = ". ".join(f"{one.question.words} {given.answer}" for one, given in self._given)
            self.strip.show_done(f"{said}.")
            self._stay.start()
        else:
            self.skip()
            return
        self.changed.emit()

    @Slot(object)
    def _kept(self, both: tuple[Asked, Answered]) -> None:
        """On disk; only now is it said."""
        asked, answered = both
        if self._person is None or self._person.id != answered.person_id:
            return
        self._given.append((asked, answered))
        if self.current is None:
            self._show()

    @Slot(object)
    def _failed(self, problem: Exception) -> None:
        if not isinstance(problem, Refused):
            raise problem
        self.skip()
        self.refused.emit(str(problem))
