"""A question in its place on a page: what would happen, the act, and the way out of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QWidget

from ui.kit import Button, Card, Field, Label


class AskCard(Card):
    """Asks one question at a time; it is out of sight while nothing is asked.

    Signals:
        closed(): it was answered, or left with Esc or No.
    """

    closed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("paper", outlined=True, margin=16, spacing=8, parent=parent)
        self._do: Callable[[], Any] | Callable[[str], Any] | None = None
        self._head = Label("", "strong", wrap=True)
        self._words = Label("", "body", wrap=True)
        self.field = Field("")
        self.field.edit.returnPressed.connect(self._yes)
        acts = QHBoxLayout()
        acts.setSpacing(8)
        self.yes = Button("Yes")
        self.yes.clicked.connect(self._yes)
        self.no = Button("No", key="Esc", hint_only=True)
        self.no.clicked.connect(self.leave)
        acts.addWidget(self.yes)
        acts.addWidget(self.no)
        acts.addStretch(1)
        for widget in (self._head, self._words, self.field):
            self.box.addWidget(widget)
        self.box.addLayout(acts)
        self.hide()

    @property
    def asking(self) -> bool:
        """Whether something is asked."""
        return self._do is not None

    @property
    def words(self) -> str:
        """What is asked."""
        return " ".join(part for part in (self._head.text(), self._words.text()) if part)

    def ask(self, head: str, words: str, yes: str, do: Callable[[], Any]) -> None:
        """Asks whether to `do` it; the keyboard is on No."""
        self._put(head, words, yes, do)
        self.yes.set_kind("danger")
        self.field.hide()
        self.no.setFocus(Qt.FocusReason.OtherFocusReason)

    def ask_name(self, head: str, label: str, now: str, yes: str, do: Callable[[str], Any]) -> None:
        """Asks for a name; `do` gets it, unless it is empty or as it was."""
        self._put(head, "", yes, do)
        self.yes.set_kind("main")
        self.field.label.setText(label)
        self.field.edit.setAccessibleName(label)
        self.field.set_error("")
        self.field.set_text(now)
        self.field.edit.selectAll()
        self.field.show()
        self.field.take_focus()

    @Slot()
    def leave(self) -> None:
        """Nothing is done."""
        if self._do is not None:
            self._do = None
            self.hide()
            self.closed.emit()

    def _put(self, head: str, words: str, yes: str, do: Any) -> None:
        self._do = do
        self._head.setText(head)
        self._words.setText(words)
        self._words.setVisible(bool(words))
        self.yes.setText(yes)
        self.show()

    @Slot()
    def _yes(self) -> None:
        do: Any = self._do
        if do is None:
            return
        if self.field.isVisibleTo(self):
            if not self.field.text:
                self.field.set_error("A name is needed.")
                return
            name = self.field.text
            self.leave()
            do(name)
            return
        self.leave()
        do()
