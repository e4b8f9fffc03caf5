"""The questions that the Desk asks at check-in: which, of whom, in what order."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from facilitator.domain.errors import Refused
from facilitator.domain.questions import MOST_CHOICES, AskedOf, Question, QuestionKind
from facilitator.services.questions import Kept, QuestionService
from ui.kit import (
    Button,
    Card,
    Field,
    Label,
    Message,
    PickerField,
    Row,
    RowList,
    Scroll,
)
from ui.lanes import Lane

#: whom a question is asked, in words
ASKED_OF = {
    AskedOf.UNANSWERED: "Those who have not answered",
    AskedOf.WALK_INS: "Walk-ins only",
    AskedOf.EVERYONE: "Everybody, at every arrival",
}
_KINDS = {
    QuestionKind.PHOTO: "Photographs: yes or no",
    QuestionKind.CONTACT: "Sharing of contacts: yes or no",
    QuestionKind.CHOICE: "A choice of answers",
}


class QuestionsPage(QWidget):
    """The list of questions at the left, the one that is chosen (or a new one) at the right.

    Signals:
        said(Message): for the message bar.
    """

    said = Signal(object)

    def __init__(
        self, lane: Lane, questions: QuestionService, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._lane, self._questions = lane, questions
        self._shown: list[Question] = []
        self._wanted: UUID | None = None
        across = QHBoxLayout(self)
        across.setContentsMargins(0, 0, 0, 0)
        across.setSpacing(24)
        left = QVBoxLayout()
        left.setSpacing(8)
        self._sentence = Label("", "part", wrap=True)
        left.addWidget(self._sentence)
        self.list = RowList(name="Questions at check-in", wrap=True)
        self.list.chosen.connect(self._chosen)
        left.addWidget(self.list, 1)
        acts = QHBoxLayout()
        acts.setSpacing(8)
        for text, key, icon, slot in (
            ("Earlier", "Alt+Up", "arrow-up", self._earlier),
            ("Later", "Alt+Down", "arrow-down", self._later),
            ("Remove", "Ctrl+Del", "trash", self._remove),
        ):
            button = Button(text, key=key, icon=icon)
            button.clicked.connect(slot)
            acts.addWidget(button)
        acts.addStretch(1)
        self._acts = QWidget()
        self._acts.setLayout(acts)
        acts.setContentsMargins(0, 0, 0, 0)
        self._acts.hide()
        left.addWidget(self._acts)
        across.addLayout(left, 1)
        across.addWidget(self._build_form())

    def reload(self) -> None:
        """Reads the questions again."""
        self._lane.run(self._questions.all, self._show, owner=self)

    def take_focus(self) -> None:
        """Puts the keyboard on the questions, or where a first one is typed."""
        (self.list if self._shown else self.kind.edit).setFocus()

    # -- building -------------------------------------------------------------------------------

    def _build_form(self) -> QWidget:
        card = Card("mist", margin=16, spacing=12)
        card.setFixedWidth(400)
        scroll = Scroll(spacing=12, margin=4)
        card.box.addWidget(scroll, 1)
        self._head = Label("A new question", "part")
        scroll.box.addWidget(self._head)
        self.kind = PickerField("What is asked", key="Alt+K")
        for kind, words in _KINDS.items():
            self.kind.edit.addItem(words, kind.value)
        self.kind.edit.activated.connect(self._kind_chosen)
        scroll.box.addWidget(self.kind)
        self.words = Field("In these words", key="Alt+W", hint="Read out in a queue: keep it short")
        scroll.box.addWidget(self.words)
        self.choices = Field(
            "The answers, with commas between them", key="Alt+A",
            placeholder="Vegetarian, Halal, None today", hint=f"Two to {MOST_CHOICES}",
        )  # fmt: skip
        scroll.box.addWidget(self.choices)
        self.asked_of = PickerField("Of whom", key="Alt+O")
        for who, words in ASKED_OF.items():
            self.asked_of.edit.addItem(words, who.value)
        scroll.box.addWidget(self.asked_of)
        scroll.box.addWidget(
            Label(
                "One key answers at the Desk; the next scan, Esc or 0 leaves it out. Photographs "
                "and contacts also set what the list says of that consent.",
                "side note", wrap=True,
            )
        )  # fmt: skip
        scroll.box.addStretch(1)
        acts = QHBoxLayout()
        acts.setSpacing(8)
        self._keep_button = Button("Add", key="Ctrl+Enter", icon="check", kind="main")
        self._keep_button.clicked.connect(self.keep)
        self._new_button = Button("New question", key="Alt+Q", icon="plus")
        self._new_button.clicked.connect(self.begin_new)
        acts.addWidget(self._keep_button)
        acts.addWidget(self._new_button)
        acts.addStretch(1)
        card.box.addLayout(acts)
        for field in (self.words, self.choices):
            field.edit.returnPressed.connect(self.keep)
        return card

    # -- showing --------------------------------------------------------------------------------

    @Slot(object)
    def _show(self, questions: Sequence[Question]) -> None:
        self._shown = list(questions)
        self.list.set_rows(
            [
                Row(one.id, f"{number}   {one.words}",
                    f"{' · '.join(one.options)} · {ASKED_OF[one.asked_of]}")
                for number, one in enumerate(questions, 1)
            ]
        )  # fmt: skip
        self._sentence.setText(
            "Asked at the Desk, after the verdict, in this order"
            if questions
            else "Nothing is asked at the Desk. Add photographs, contacts, lunch, or your own."
        )
        self._acts.setVisible(bool(questions))
        keys = {one.id for one in questions}
        if self._wanted in keys:
            self.list.choose(self._wanted)
        self._wanted = None
        if self.list.current_key is None:
            self.begin_new()
        else:
            self._chosen()

    @property
    def current(self) -> Question | None:
        """The question that is chosen."""
        key = self.list.current_key
        return next((one for one in self._shown if one.id == key), None)

    @Slot()
    def _chosen(self) -> None:
        one = self.current
        if one is None:
            return
        self._fill(one.kind, one.words, ", ".join(one.choices), one.asked_of)
        self._head.setText("This question")
        self.kind.edit.setEnabled(False)
        self._keep_button.setText("Keep")

    @Slot()
    def begin_new(self) -> None:
        """An empty form for a new question."""
        self.list.choose(None)
        asked = {one.kind for one in self._shown}
        kind = next(k for k in (*QuestionKind, QuestionKind.CHOICE)
                    if k not in asked or k is QuestionKind.CHOICE)  # fmt: skip
        self._fill(kind, kind.words, "", AskedOf.UNANSWERED)
        self._head.setText("A new question")
        self.kind.edit.setEnabled(True)
        self._keep_button.setText("Add")
        if self.isVisible():
            self.kind.edit.setFocus()

    def _fill(self, kind: QuestionKind, words: str, choices: str, asked_of: AskedOf) -> None:
        self.kind.edit.setCurrentIndex(self.kind.edit.findData(kind.value))
        self.words.set_text(words)
        self.words.set_error("")
        self.words.edit.home(False)
        self.choices.set_text(choices)
        self.choices.set_error("")
        self.choices.setVisible(kind is QuestionKind.CHOICE)
        self.asked_of.edit.setCurrentIndex(self.asked_of.edit.findData(asked_of.value))

    @Slot()
    def _kind_chosen(self) -> None:
        kind = QuestionKind(str(self.kind.edit.currentData()))
        self._fill(kind, kind.words, "", AskedOf.UNANSWERED)

    # -- keeping --------------------------------------------------------------------------------

    @Slot()
    def keep(self) -> None:
        """Keeps the form: a new question, or the one that is chosen."""
        one, words = self.current, self.words.text
        kind = QuestionKind(str(self.kind.edit.currentData()))
        choices = [part for part in self.choices.text.split(",") if part.strip()]
        asked_of = AskedOf(str(self.asked_of.edit.currentData()))
        if one is None:
            self._run(lambda: self._questions.add(kind, words, choices, asked_of))
        else:
            self._run(
                lambda: self._questions.edit(
                    one.id, words=words, choices=choices, asked_of=asked_of
                )
            )

    @Slot()
    def _earlier(self) -> None:
        self._move(-1)

    @Slot()
    def _later(self) -> None:
        self._move(1)

    def _move(self, by: int) -> None:
        one = self.current
        if one is not None:
            self._wanted = one.id
            self._run(lambda: self._questions.move(one.id, by))

    @Slot()
    def _remove(self) -> None:
        one = self.current
        if one is None:
            return
        self._run(lambda: self._questions.remove(one.id))
        self.said.emit(
            Message(
                "done", f"Not asked any more: {one.words} Its answers are kept.", "Undo",
                lambda: self._run(lambda: self._questions.put_back(one.id)), seconds=8,
            )
        )  # fmt: skip

    def _run(self, write: Callable[[], Any]) -> None:
        self._lane.run(write, self._kept, self._refused, owner=self)

    @Slot(object)
    def _kept(self, done: Any) -> None:
        if isinstance(done, Kept):
            self._wanted = done.question.id
        self.reload()

    @Slot(object)
    def _refused(self, problem: Exception) -> None:
        if not isinstance(problem, Refused):
            raise problem
        field = self.choices if "answer" in problem.happened else self.words
        field.set_error(str(problem))
        field.take_focus()
