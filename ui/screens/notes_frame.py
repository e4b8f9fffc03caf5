"""What stands around the note being typed: how far it is, what else can be done, what is alike."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from facilitator.domain.notes import Note, NoteKind
from facilitator.services.events import Event
from ui.kit import Button, Card, Label, Pill
from ui.screens.notes_list import state_icon
from ui.screens.notes_words import quoted

_STATE = 38


class NoteHead(QWidget):
    """Above the note: its state, when it was taken, More, and Show in the room.

    Signals:
        back(): to the list, in a narrow window.
        more(): what else can be done.
        show_wanted(): the room is to see it, or no longer.
    """

    back = Signal()
    more = Signal()
    show_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        row = QHBoxLayout(self)
        row.setContentsMargins(6, 0, 6, 0)
        row.setSpacing(12)
        self._back = Button("List", key="Ctrl+L", icon="list", kind="quiet")
        self._back.clicked.connect(self.back)
        self._back.hide()
        self._pill = Pill("Draft", "pencil-simple")
        self._said = Label("", "side note", elide=True)
        self._more = Button("More", key="Alt+M", icon="dots-three", kind="quiet")
        self._more.clicked.connect(self.more)
        self._show = Button("Show in the room", key="F9", icon="monitor")
        self._show.clicked.connect(self.show_wanted)
        row.addWidget(self._back)
        row.addWidget(self._pill)
        row.addWidget(self._said, 1)
        row.addWidget(self._more)
        row.addWidget(self._show)

    @property
    def below_more(self) -> QPoint:
        """Where on the screen the menu of More opens."""
        return self._more.mapToGlobal(QPoint(0, self._more.height() + 4))

    def set_narrow(self, narrow: bool) -> None:
        """Whether the list is behind the note."""
        self._back.setVisible(narrow)

    def show_note(
        self, kind: NoteKind, note: Note | None, event: Event | None, *, blank: bool, in_room: bool
    ) -> None:
        """How far the note is, and when it was taken."""
        self._show.setVisible(kind is NoteKind.MYTH)
        self._show.setText("Take from the room" if in_room else "Show in the room")
        if note is None:
            self._pill.set_text(f"New {kind.words}" if blank else "Draft", "pencil-simple")
            self._said.setText("")
            return
        state = "Removed" if note.removed_at else note.state
        short = state if len(state) <= _STATE else state[: _STATE - 1] + "…"
        self._pill.set_text(short, state_icon(note))
        parts = [note.session] if note.session else []
        if event is not None:
            parts.append(f"taken {event.local(note.at):%H:%M}")
        if note.content.round_number:
            parts.append(f"round {note.content.round_number}")
        if note.merged:
            parts.append(f"{len(note.merged) + 1} in one")
        self._said.setText(" · ".join(parts))


class AlikeCard(Card):
    """Another note says nearly the same: one key makes them one.

    Signals:
        same(UUID): it does.
        different(UUID): it does not; it is not offered again.
    """

    same = Signal(object)
    different = Signal(object)

    def __init__(self) -> None:
        super().__init__("mist", margin=12, spacing=8)
        self._note: Note | None = None
        self._wide = False
        self._heading = Label("Nearly the same", "strong")
        self._text = Label("", "body", wrap=True)
        self._join = Button("Make them one", key="Ctrl+J", icon="intersect", spread=True)
        self._join.clicked.connect(self._joined)
        self._leave = Button("Not the same", key="Ctrl+Shift+J", kind="quiet", spread=True)
        self._leave.clicked.connect(self._left)
        for widget in (self._heading, self._text, self._join, self._leave):
            self.box.addWidget(widget)
        self.hide()

    def set_wide(self, wide: bool) -> None:
        """In one line, between the lines of the note, instead of a card of its own."""
        way = self.box.Direction
        self.box.setDirection(way.LeftToRight if wide else way.TopToBottom)
        self._wide = wide
        self._heading.setVisible(not wide)
        self.box.setStretchFactor(self._text, 1 if wide else 0)

    @property
    def note(self) -> Note | None:
        """The note that is offered."""
        return self._note

    def offer(self, found: list[Note]) -> None:
        """Offers the first of these; nothing where there is none."""
        self._note = found[0] if found else None
        if found:
            more = f", and {len(found) - 1} more" if len(found) > 1 else ""
            self._heading.setText(f"Nearly the same{more}")
            self._text.setText(
                ("Nearly the same: " if self._wide else "") + quoted(found[0].text, 110)
            )
        self.setVisible(bool(found))

    def _joined(self) -> None:
        if self._note is not None:
            self.same.emit(self._note.id)

    def _left(self) -> None:
        if self._note is not None:
            self.different.emit(self._note.id)
