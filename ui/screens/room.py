"""What the room sees, chosen on the laptop: the faces, words to the room, and a live copy."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from facilitator.domain.changes import Changes
from facilitator.domain.errors import Trouble
from facilitator.domain.text import fold
from facilitator.services.events import Done
from facilitator.services.room_choice import LONGEST_LINE
from facilitator.services.room_display import Face, NameAtTable, RoomDisplayService, RoomPicture
from ui.kit import Button, Card, Field, Label, Message, SearchField, State
from ui.kit.sound import Sounds
from ui.lanes import FAULT
from ui.room.sheet import WIDTH
from ui.room.view import RoomView
from ui.room.window import RoomKeeper
from ui.screens.screen import Screen, Surroundings
from ui.theme import Theme

if TYPE_CHECKING:
    from facilitator.app import EventApp

#: face: its words on the button, key and icon. No key is one of a clicker's (B, F5, full stop).
FACES = {
    Face.WELCOME: ("Welcome", "W", "hand-waving"),
    Face.CLOCK: ("Clock", "C", "clock"),
    Face.FIND: ("Find your table", "F", "magnifying-glass"),
    Face.PLAN: ("Table plan", "P", "squares-four"),
    Face.MOVE: ("Move now", "M", "arrow-circle-right"),
    Face.BREAK: ("Break until", "U", "coffee"),
    Face.MYTH: ("Myth", "Y", "hand-palm"),
    Face.MESSAGE: ("Message", "T", "chat-text"),
    Face.SLIDES: ("Slides", "S", "presentation"),
    Face.BLACK: ("Black", "F12", "moon"),
}
#: under these the line to the room stands
_WITH_LINE = {Face.CLOCK, Face.BREAK}


class _Copy(RoomView):
    """The small live copy, in the shape of the picture on the wall."""

    def __init__(self, keeper: RoomKeeper) -> None:
        super().__init__(keeper.room)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setMaximumWidth(720)
        keeper.room.shaped.connect(self.updateGeometry)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return min(width * self.room.sheet.height // WIDTH, 372)

    def sizeHint(self) -> QSize:
        return QSize(640, self.heightForWidth(640))

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        # On the dark theme the room's own ground would run into the page.
        painter.setPen(QPen(Theme.current().colour("edge"), 1))
        painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
        painter.end()


class RoomScreen(Screen):
    """Chooses what the projector shows.

    Signals:
        placed(RoomPicture): what the room sees has been read anew, or the window was moved.
    """

    # A person who is erased is gone from the wall at once: hence PEOPLE.
    areas = (
        Changes.ROOM | Changes.CLOCK | Changes.PROGRAMME | Changes.NOTES | Changes.SEATS
        | Changes.PEOPLE | Changes.EVENT
    )  # fmt: skip
    placed = Signal(object)
    more_keys = (
        ("Enter", "Light the table of the person found"),
        ("Up, Down", "Another person of that name"),
    )

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
        keeper.said.connect(self._tell_of_projector)
        keeper.placed.connect(self._say_where)
        self._sounds = Sounds(on=True, parent=self)
        self._picture: RoomPicture | None = None
        self._found: list[NameAtTable] = []
        self._chosen_name = 0
        self._build()
        # The room follows the news even while this page is out of sight.
        around.bus.changed.connect(self._follow)

    @Slot(str, str)
    def _tell_of_projector(self, mood: str, text: str) -> None:
        """What is true of the projector now takes the place of what was."""
        self.said.emit(Message(mood, text, about="projector"))

    @property
    def seen_words(self) -> str:
        """What the room sees, in a few words: nothing where the display is not open."""
        if self._picture is None or not self.keeper.is_open:
            return "Off"
        if self.keeper.where.startswith("Hidden"):
            return "Nothing: no projector"
        words = self._picture.shown.face.words
        return f"{words} (held)" if self._picture.is_held else words

    def reload(self) -> None:
        self.around.database.run(self._service.picture, self._show)

    def shown(self) -> None:
        face = self._picture.shown.face if self._picture else Face.WELCOME
        self._buttons[face].setFocus(Qt.FocusReason.OtherFocusReason)

    def open_display(self, *, again: bool = False) -> None:
        """F11: show the room display, or bring it back from the speaker's slides.

        `again`: as it was when the program ended; nobody asked for it now.
        """
        if self.keeper.is_aside and not again:
            self.around.database.run(self._service.end_slides)
        window = self.window()
        self.keeper.open(window.screen() if window is not None else None, again=again)
        self._head()

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
        self._heading = Label("The room display is not open", "heading", elide=True)
        left.addWidget(self._heading)
        self.copy = _Copy(self.keeper)
        left.addWidget(self.copy)
        self._where = State("Not open", "monitor", tone="muted")
        left.addWidget(self._where)
        self._waiting = Label("", "strong", wrap=True)
        self._waiting.hide()
        left.addWidget(self._waiting)
        left.addStretch(1)
        left.addLayout(self._build_acts())
        across.addLayout(left, 5)
        across.addWidget(self._build_choice(), 4)

    def _build_acts(self) -> QGridLayout:
        acts = QGridLayout()
        acts.setSpacing(8)
        self._open = Button("Show on the projector", key="Ctrl+Enter", icon="monitor", kind="main")
        self._open.clicked.connect(self._open_clicked)
        self._other = Button("Other screen", key="Ctrl+Right", icon="arrows-left-right")
        self._other.clicked.connect(self._other_screen)
        self._away = Button("Put away", key="Ctrl+Backspace", icon="x", kind="quiet")
        self._away.clicked.connect(self._put_away)
        self._hold = Button("Hold", key="H", icon="push-pin")
        self._hold.setCheckable(True)
        self._hold.clicked.connect(self._hold_clicked)
        # In a narrow window they stand on three lines, and the page need not be scrolled sideways.
        acts.addWidget(self._open, 0, 0, 1, 3, Qt.AlignmentFlag.AlignLeft)
        acts.addWidget(self._hold, 1, 0)
        acts.addWidget(self._other, 1, 1)
        acts.addWidget(self._away, 2, 0, 1, 3, Qt.AlignmentFlag.AlignLeft)
        acts.setColumnStretch(2, 1)
        return acts

    def _build_choice(self) -> QWidget:
        card = Card("mist", margin=16, spacing=8)
        card.setMinimumWidth(380)
        card.setMaximumWidth(432)
        card.box.addWidget(Label("Show the room", "part"))
        grid = QGridLayout()
        grid.setSpacing(6)
        self._buttons: dict[Face, Button] = {}
        for place, (face, (words, key, icon)) in enumerate(FACES.items()):
            # F12 is the whole window's, and only named here.
            button = Button(words, key=key, icon=icon, spread=True, hint_only=key == "F12")
            button.setCheckable(True)
            button.clicked.connect(partial(self._choose, face))
            self._buttons[face] = button
            grid.addWidget(button, place // 2, place % 2)
        card.box.addLayout(grid)
        card.box.addSpacing(4)
        self.message = Field("Words to the room", placeholder="Lunch is in the garden", key="Alt+W")
        self.message.edit.returnPressed.connect(self._send_message)
        card.box.addWidget(self.message)
        self._line = Button("Under the clock", key="L", icon="chat-text")
        self._line.setCheckable(True)
        self._line.clicked.connect(self._line_clicked)
        card.box.addWidget(self._line)
        card.box.addSpacing(4)
        card.box.addWidget(Label("Light one person’s table", "strong"))
        self.search = SearchField("Family or given name")
        self.search.textEdited.connect(self._look_for)
        self.search.moved.connect(self._step)
        self.search.returnPressed.connect(self._light)
        card.box.addWidget(self.search)
        self._found_words = Label("", "side note", wrap=True)
        card.box.addWidget(self._found_words)
        card.box.addStretch(1)
        return card

    # -- showing --------------------------------------------------------------------------------

    @Slot(object)
    def _show(self, picture: RoomPicture) -> None:
        before, self._picture = self._picture, picture
        self.keeper.show_picture(picture)
        face = picture.shown.face
        for one, button in self._buttons.items():
            button.setChecked(one is face)
        if not self.message.edit.hasFocus() and not self.message.text:
            self.message.set_text(picture.shown.message)
        self._line.setChecked(bool(picture.shown.line))
        self._line.setText(
            "Take off what stands under the clock" if picture.shown.line else "Under the clock"
        )
        self._hold.setChecked(picture.is_held)
        self._hold.setText("Let go" if picture.is_held else "Hold")
        self._head()
        self._look_for(self.search.text())
        if picture.untold:
            self.around.database.run(self._service.tell_again)
        if face is Face.MOVE and before is not None and before.shown.face is not face:
            self._chime()

    def _head(self) -> None:
        picture = self._picture
        if picture is None:
            return
        face = picture.shown.face.words
        if not self.keeper.is_open:
            words = f"The room sees nothing yet; “{face}” is ready"
        elif self.keeper.where.startswith("Hidden"):
            words = f"The room sees nothing; “{face}” waits for the projector"
        else:
            words = f"The room sees: {face}"
        self._heading.setText(words)
        waiting = picture.waiting
        if waiting is not None:
            next_words = waiting.face.words
            same = waiting.face is picture.shown.face
            self._waiting.setText(
                "Held: the room goes on seeing this. The time and the tables stay true." if same
                else f"Held: “{next_words}” is chosen, and seen once you let go (H)."
            )  # fmt: skip
        self._waiting.setVisible(waiting is not None)
        self.placed.emit(picture)

    def _chime(self) -> None:
        """Once, when the room is called to move and somebody may hear it."""
        if not self.keeper.is_open:
            return
        if not self._sounds.play("chime") and self._sounds.excuse:
            self.tell("info", f"{self._sounds.excuse} Call the move by voice.")

    # -- slots ----------------------------------------------------------------------------------

    @Slot(object)
    def _follow(self, changes: Changes) -> None:
        if changes & self.areas and not self.isVisible():
            self.reload()

    def _choose(self, face: Face) -> None:
        if face is Face.MESSAGE:
            self._send_message()
        elif face is Face.BLACK:
            self._again()
            self.black()
        else:
            self._run(partial(self._service.show, face, wait=True))

    @Slot()
    def _send_message(self) -> None:
        text = self.message.text
        if not text:
            self._want_words()
            return
        self._run(partial(self._service.show, Face.MESSAGE, message=text, wait=True))

    @Slot()
    def _line_clicked(self) -> None:
        picture = self._picture
        if picture is not None and picture.shown.line:
            self._run(partial(self._service.set_line, ""))
            return
        text = self.message.text
        if not text:
            self._want_words()
        elif len(text) > LONGEST_LINE:
            self.message.set_error(f"Under the clock there is room for {LONGEST_LINE} characters.")
            self.message.take_focus()
            self._again()
        else:
            self._run(partial(self._service.set_line, text), self._line_put)

    @Slot(object)
    def _line_put(self, _done: object) -> None:
        self._again()
        if self._picture is not None and self._picture.shown.face not in _WITH_LINE:
            self.tell("info", "The line stands under the clock and the break; the room sees "
                      f"“{self._picture.shown.face.words}” now.")  # fmt: skip

    def _want_words(self) -> None:
        self.message.set_error("Type what the room is to read.")
        self.message.take_focus()
        self._again()

    def _run(self, act: partial[Done], then: object = None) -> None:
        self.message.set_error("")
        done = then if callable(then) else self._done
        self.around.database.run(act, done, self._refused, owner=self)

    @Slot(object)
    def _done(self, _done: object) -> None:
        self._again()

    def _refused(self, trouble: Exception) -> None:
        self.tell("info", str(trouble) if isinstance(trouble, Trouble) else FAULT)
        self._again()

    def _again(self) -> None:
        """The buttons say what is, not what was pressed."""
        if self._picture is not None:
            picture = self._picture
            for one, button in self._buttons.items():
                button.setChecked(one is picture.shown.face)
            self._line.setChecked(bool(picture.shown.line))
            self._hold.setChecked(picture.is_held)

    @Slot()
    def _hold_clicked(self) -> None:
        held = self._picture is not None and self._picture.is_held
        self._run(partial(self._service.hold, not held))

    @Slot(str)
    def _look_for(self, text: str) -> None:
        """Who is meant; the first of several is chosen."""
        wanted = fold(text).split()
        picture = self._picture
        if not wanted or picture is None:
            self._found, self._chosen_name = [], 0
            self._found_words.setText("")
            return
        if not picture.shown.face.is_of_a_round:
            self._found = []
            self._found_words.setText("Show “Find your table” or “Table plan” first.")
            return
        before = self._name
        self._found = [
            name for name in picture.names
            if all(any(part.startswith(word) for part in fold(name.name).split())
                   for word in wanted)
        ]  # fmt: skip
        self._chosen_name = self._found.index(before) if before in self._found else 0
        self._say_found()

    @property
    def _name(self) -> NameAtTable | None:
        if 0 <= self._chosen_name < len(self._found):
            return self._found[self._chosen_name]
        return None

    def _say_found(self) -> None:
        name = self._name
        if name is None:
            self._found_words.setText("Nobody of that name has a table in this round.")
            return
        many = len(self._found)
        more = f" ({self._chosen_name + 1} of {many}: Down for the next)" if many > 1 else ""
        self._found_words.setText(f"{name.name}: table {name.table}{more}. Enter lights it.")

    @Slot(int)
    def _step(self, by: int) -> None:
        if self._found:
            self._chosen_name = (self._chosen_name + by) % len(self._found)
            self._say_found()

    @Slot()
    def _light(self) -> None:
        name = self._name
        if name is not None and self.keeper.room.light(name):
            self._found_words.setText(f"{name.name}: table {name.table} is lit.")
            self.search.selectAll()

    @Slot()
    def _open_clicked(self) -> None:
        self.open_display()

    @Slot()
    def _put_away(self) -> None:
        self.keeper.close()
        self._head()

    @Slot()
    def _other_screen(self) -> None:
        window = self.window()
        self.keeper.next_screen(window.screen() if window is not None else None)

    @Slot(str)
    def _say_where(self, words: str) -> None:
        if words.startswith("On "):
            self._where.set_state(words, "monitor", "ink")
        elif words.startswith("Hidden"):
            self._where.set_state(words, "warning-fill", "attention")
        else:
            self._where.set_state(words, "monitor", "muted")
        self._head()
