"""A quick note over whatever screen is in sight: Ctrl+N, a few words, Ctrl+Enter.

It is kept as every note is: a draft within a second, then the note under the same id. What more
there is to say (hands, reality, an owner) is said in Notes.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING
from uuid import UUID

from PySide6.QtCore import QEvent, QObject, QRectF, Qt, Signal, Slot
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from facilitator.domain.errors import Trouble
from facilitator.domain.notes import Note, NoteContent, NoteKind
from facilitator.domain.sides import Sides
from facilitator.services.notes import AtTable, NoteChoices
from ui.kit import Button, Card, Choice, Label, Message, Option
from ui.lanes import FAULT
from ui.screens.notes_editor import EditorWords, Typed
from ui.screens.notes_keeper import NoteKeeper
from ui.screens.notes_others import PainPointEditor
from ui.screens.screen import Surroundings
from ui.theme import Theme

if TYPE_CHECKING:
    from facilitator.app import EventApp

_WIDTH = 860


class _QuickEditor(PainPointEditor):
    """What all kinds have, and a pain point no more: whom it is of, words, themes, place."""

    kind = NoteKind.MYTH
    words = EditorWords("The note", "In a few words", "Voiced by")


@dataclass(frozen=True, slots=True)
class _Around:
    """What can be chosen for the note."""

    choices: NoteChoices
    sides: Sides
    names: tuple[str, ...]
    session_now: UUID | None


class QuickNote(QWidget):
    """The panel over a window's screens. `QuickNote.over(…)` shows it; it goes
    by itself with Ctrl+Enter or Esc, and either way what was typed is kept.

    Signals:
        said(Message): for the message bar.
        gone(): it has been closed.
    """

    said = Signal(object)
    gone = Signal()

    @classmethod
    def over(
        cls,
        window: QWidget,
        app: EventApp,
        around: Surroundings,
        open_note: Callable[[UUID], None],
    ) -> QuickNote:
        """Shows the panel over `window`; `open_note` opens a note in Notes."""
        panel = cls(window, app, around, open_note)
        panel.show()
        panel.raise_()
        panel.editor.take_focus()
        return panel

    def __init__(
        self,
        window: QWidget,
        app: EventApp,
        around: Surroundings,
        open_note: Callable[[UUID], None],
    ) -> None:
        super().__init__(window)
        self._open_note = open_note
        self._before = window.focusWidget()
        self._app, self._around = app, around
        self._closing, self._opening = False, False
        self.setAccessibleName("Take a note")
        self.editor = _QuickEditor()
        self._keeper = NoteKeeper(around.database, app.notes, app.drafts, self._typed, self)
        self._keeper.kept.connect(self._kept)
        self._keeper.refused.connect(self._refused)
        self._keeper.begin(NoteKind.MYTH)
        self.editor.changed.connect(self._keeper.typed)
        self.editor.place_changed.connect(self._find_table)
        self.card = Card("paper", outlined=True, margin=24, spacing=12, parent=self)
        head = QHBoxLayout()
        head.setSpacing(16)
        head.addWidget(Label("Take a note", "heading"))
        self.kind = Choice(
            [
                Option(kind.value, kind.words.capitalize(), shortcut=f"Alt+{place}")
                for place, kind in enumerate(NoteKind, 1)
            ],
            name="Kind of note",
            kind="tabs",
        )
        self.kind.chosen.connect(self._kind_chosen)
        head.addWidget(self.kind)
        head.addStretch(1)
        self.card.box.addLayout(head)
        self.card.box.addWidget(self.editor, 1)
        foot = QHBoxLayout()
        foot.setSpacing(16)
        self.keep = Button("Keep", key="Ctrl+Enter", icon="check", kind="main")
        self.keep.clicked.connect(self.leave)
        foot.addWidget(self.keep)
        self.go_on = Button("Keep and open it", key="Ctrl+Shift+Enter")
        self.go_on.clicked.connect(self.keep_and_open)
        foot.addWidget(self.go_on)
        foot.addWidget(Label("Saved as you type.", "second"), 1)
        close = Button("Close", key="Esc", kind="quiet", hint_only=True)
        close.clicked.connect(self.leave)
        foot.addWidget(close)
        self.card.box.addLayout(foot)
        window.installEventFilter(self)
        self._place()
        around.database.run(self._read, self._paint)

    @Slot()
    def leave(self) -> None:
        """Keeps what was typed and goes; without a word nothing is kept."""
        if self._closing:
            return
        self._closing = True
        if not self._keeper.keep():
            self._go()

    @Slot()
    def keep_and_open(self) -> None:
        """Keeps what was typed and goes on with it in Notes: hands, reality, an owner."""
        if self.editor.is_blank:
            self.editor.take_focus()
            return
        self._opening = True
        self.leave()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.leave()
        else:
            super().keyPressEvent(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self._place()
        return super().eventFilter(watched, event)

    def focusNextPrevChild(self, forward: bool) -> bool:
        """Tab stays within the panel while it is there."""
        before = self.window().focusWidget()
        moved = super().focusNextPrevChild(forward)
        now = self.window().focusWidget()
        if now is not None and not self.isAncestorOf(now) and before is not None:
            first = self.kind.buttons[[b.isChecked() for b in self.kind.buttons].index(True)]
            (first if forward else self.keep).setFocus(Qt.FocusReason.TabFocusReason)
        return moved

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        veil = QColor(Theme.current().colour("navy"))
        veil.setAlphaF(0.45)
        painter = QPainter(self)
        painter.fillRect(QRectF(self.rect()), veil)
        painter.end()

    def _read(self) -> _Around:
        app = self._app
        return _Around(
            app.notes.choices(),
            app.event.get().sides,
            tuple(person.full_name for person in app.people.all()),
            app.notes.session_now(),
        )

    @Slot(object)
    def _paint(self, found: _Around) -> None:
        self.editor.set_surroundings(found.choices, found.sides, found.names)
        if self.editor.is_blank:
            self.editor.show_content(NoteContent(session_id=found.session_now))

    @Slot()
    def _find_table(self) -> None:
        """Another table: who sits there?"""
        typed, notes = self.editor.typed.content, self._app.notes
        self._around.database.run(
            lambda: notes.at_table(typed.table, session_id=typed.session_id), self._found_table
        )

    @Slot(object)
    def _found_table(self, found: AtTable) -> None:
        self.editor.set_at_table(found)

    def _typed(self) -> Typed:
        return self.editor.typed

    @Slot(str)
    def _kind_chosen(self, key: str) -> None:
        self._keeper.change_kind(NoteKind(key))
        self.editor.take_focus()

    @Slot(object)
    def _kept(self, note: Note) -> None:
        if self._opening:
            self._go()
            self._open_note(note.id)
            return
        self.said.emit(
            Message(
                "done", f"Kept as {_a(note.kind)}: “{note.text[:60]}”.", act="Open it",
                do=partial(self._open_note, note.id), seconds=8,
            )
        )  # fmt: skip
        self._go()

    @Slot(object)
    def _refused(self, problem: Exception) -> None:
        self._closing, self._opening = False, False
        self.said.emit(Message("careful", str(problem) if isinstance(problem, Trouble) else FAULT))

    def _go(self) -> None:
        window = self.parentWidget()
        if window is not None:
            window.removeEventFilter(self)
        self.hide()
        if self._before is not None and self._before.isVisible():
            self._before.setFocus(Qt.FocusReason.OtherFocusReason)
        self.gone.emit()
        self.deleteLater()

    def _place(self) -> None:
        window = self.parentWidget()
        if window is None:
            return
        self.setGeometry(window.rect())
        width = min(_WIDTH, self.width() - 32)
        height = min(392, self.height() - 32)
        self.card.setGeometry((self.width() - width) // 2, min(96, (self.height() - height) // 2),
                              width, height)  # fmt: skip


def _a(kind: NoteKind) -> str:
    return f"an {kind.words}" if kind is NoteKind.ACTION else f"a {kind.words}"
