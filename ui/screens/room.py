"""What the room sees, chosen on the laptop: the faces, a message, and a small live copy."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from facilitator.domain.changes import Changes
from facilitator.domain.text import fold
from facilitator.services.room_display import Face, RoomDisplayService, RoomPicture
from ui.kit import Button, Card, Field, Label, State, Tick
from ui.room.view import RoomView
from ui.room.window import RoomKeeper
from ui.screens.screen import Screen, Surroundings

if TYPE_CHECKING:
    from facilitator.app import EventApp

#: face: its key and icon
FACES = {
    Face.WELCOME: ("W", "hand-waving"),
    Face.CLOCK: ("C", "clock"),
    Face.FIND: ("F", "magnifying-glass"),
    Face.MOVE: ("M", "arrow-circle-right"),
    Face.MYTH: ("Y", "hand-palm"),
    Face.BREAK: ("B", "coffee"),
    Face.MESSAGE: ("T", "chat-text"),
    Face.SLIDES: ("S", "presentation"),
}


class _Copy(RoomView):
    """The small live copy, as large as the column allows at 16 to 9."""

    def __init__(self, around: Surroundings) -> None:
        super().__init__(around.clocks)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setMaximumWidth(720)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return width * 9 // 16

    def sizeHint(self) -> QSize:
        return QSize(640, 360)


class RoomScreen(Screen):
    """Chooses what the projector shows.

    Signals:
        placed(RoomPicture): what the room sees has been read anew.
    """

    areas = Changes.ROOM | Changes.CLOCK | Changes.PROGRAMME | Changes.NOTES | Changes.SEATS
    placed = Signal(object)

    @classmethod
    def build(cls, app: EventApp, around: Surroundings) -> RoomScreen:
        """The page of an open event; the composition gives it its keeper."""
        return cls(around, app.room, RoomKeeper(around.settings, around.clocks))

    def __init__(
        self, around: Surroundings, service: RoomDisplayService, keeper: RoomKeeper
    ) -> None:
        super().__init__(around)
        self._service = service
        self.keeper = keeper
        keeper.setParent(self)
        keeper.said.connect(self.tell)
        keeper.placed.connect(self._say_where)
        self._picture: RoomPicture | None = None
        self._build()
        # The room follows the news even while this page is out of sight.
        around.bus.changed.connect(self._follow)

    def reload(self) -> None:
        self.around.database.run(self._service.picture, self._show)

    def shown(self) -> None:
        self._buttons[Face.WELCOME].setFocus(Qt.FocusReason.OtherFocusReason)

    def open_display(self) -> None:
        """F11: show the room display, or bring it back."""
        window = self.window()
        self.keeper.open(window.screen() if window is not None else None)

    def black(self) -> None:
        """F12: black, or what was there before."""
        self.around.database.run(self._service.toggle_black)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.go.emit("back")
            return
        super().keyPressEvent(event)

    # -- building -------------------------------------------------------------------------------

    def _build(self) -> None:
        across = QHBoxLayout(self)
        across.setContentsMargins(0, 0, 0, 0)
        across.setSpacing(24)
        left = QVBoxLayout()
        left.setSpacing(12)
        self._heading = Label("The room sees nothing yet", "heading", elide=True)
        left.addWidget(self._heading)
        self.copy = _Copy(self.around)
        left.addWidget(self.copy)
        self._where = State("Not open", "monitor", tone="muted")
        left.addWidget(self._where)
        acts = QHBoxLayout()
        acts.setSpacing(8)
        self._open = Button("Show on the projector", key="Ctrl+Enter", icon="monitor", kind="main")
        self._open.clicked.connect(self.open_display)
        other = Button("Other screen", key="Ctrl+Right", icon="arrows-left-right")
        other.clicked.connect(self._other_screen)
        self._away = Button("Put away", key="Ctrl+Backspace", icon="x", kind="quiet")
        self._away.clicked.connect(self.keeper.close)
        for button in (self._open, other, self._away):
            acts.addWidget(button)
        acts.addStretch(1)
        left.addStretch(1)
        left.addLayout(acts)
        across.addLayout(left, 1)
        across.addWidget(self._build_faces())

    def _build_faces(self) -> QWidget:
        # It holds with a sentence under both fields, and under the message strip.
        card = Card("mist", margin=16, spacing=8)
        card.setFixedWidth(400)
        card.box.addWidget(Label("Show the room", "part"))
        grid = QGridLayout()
        grid.setSpacing(4)
        self._buttons: dict[Face, Button] = {}
        for place, (face, (key, icon)) in enumerate(FACES.items()):
            button = Button(face.words, key=key, icon=icon, spread=True)
            button.setCheckable(True)
            button.clicked.connect(partial(self._choose, face))
            self._buttons[face] = button
            grid.addWidget(button, place, 0)
        card.box.addLayout(grid)
        self.message = Field("Message", placeholder="Lunch is in the garden", key="Alt+M")
        self.message.edit.returnPressed.connect(self._send_message)
        card.box.addWidget(self.message)
        self._find = Field("Turn to a name", placeholder="Family name", key="Alt+F")
        self._find.edit.textEdited.connect(self._turn_to)
        card.box.addWidget(self._find)
        self._hold = Tick("Hold this page of names")
        self._hold.clicked.connect(self._hold_page)
        card.box.addWidget(self._hold)
        card.box.addStretch(1)
        return card

    # -- slots ----------------------------------------------------------------------------------

    @Slot(object)
    def _show(self, picture: RoomPicture) -> None:
        self._picture = picture
        self.copy.show_picture(picture)
        self.keeper.show_picture(picture)
        face = picture.shown.face
        self._heading.setText(f"The room sees: {face.words}")
        for one, button in self._buttons.items():
            button.setChecked(one is face)
        if not self.message.edit.hasFocus():
            self.message.set_text(picture.shown.message)
        self._hold.setChecked(picture.shown.held)
        self.placed.emit(picture)

    @Slot(object)
    def _follow(self, changes: Changes) -> None:
        if changes & self.areas and not self.isVisible():
            self.reload()

    def _choose(self, face: Face) -> None:
        if face is Face.MESSAGE:
            self._send_message()
            return
        self.around.database.run(lambda: self._service.show(face), self._chosen, owner=self)

    @Slot()
    def _send_message(self) -> None:
        text = self.message.text
        if not text:
            self.message.set_error("Type what the room is to read.")
            self.message.take_focus()
            self._chosen(None)
            return
        self.around.database.run(
            lambda: self._service.show(Face.MESSAGE, message=text), self._chosen, owner=self
        )

    @Slot(object)
    def _chosen(self, _done: object) -> None:
        if self._picture is not None:
            self._show(self._picture)

    @Slot()
    def _hold_page(self) -> None:
        held = self._hold.isChecked()
        self.around.database.run(lambda: self._service.hold(held))

    @Slot(str)
    def _turn_to(self, text: str) -> None:
        wanted = fold(text)
        if not wanted or self._picture is None:
            return
        for name in self._picture.names:
            if fold(name.family).startswith(wanted) or fold(name.given).startswith(wanted):
                page = self.copy.page_of(name.family, name.given)
                if page is not None:
                    self.copy.turn_to(page)
                    if self.keeper.window is not None:
                        self.keeper.window.view.turn_to(page)
                self._find.set_hint(f"{name.given} {name.family}: table {name.table}")
                return
        self._find.set_hint("Nobody of that name has a table in this round.")

    @Slot()
    def _other_screen(self) -> None:
        window = self.window()
        self.keeper.next_screen(window.screen() if window is not None else None)

    @Slot(str)
    def _say_where(self, words: str) -> None:
        self._where.set_state(words, "monitor", "ink" if words.startswith("On ") else "muted")
