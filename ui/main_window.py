"""The main window: the rail, the head, the message strip, and one screen at a time.

It navigates and nothing else. What the foot of the rail wants is told by signals.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from functools import partial

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QCloseEvent, QPainter, QPaintEvent, QResizeEvent, QShortcut
from PySide6.QtWidgets import (
    QHBoxLayout,
    QMainWindow,
    QScrollArea,
    QSizePolicy,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from facilitator.clocks import Clocks
from ui.keys import KeysPage
from ui.kit import FocusRing, Label, Message, MessageBar, State, plain_tip
from ui.lanes import Truth
from ui.rail import Rail
from ui.screens.screen import Screen
from ui.theme import HEADING, SMALL, Theme, font

HEAD, BAND = 64, 20
MARGIN = 24
#: a window this wide has room in its head for the day beside how the event is shared
_WIDE_HEAD = 1200


@dataclass(frozen=True, slots=True)
class Place:
    """One screen. `make` makes it when it is first shown. One that is not `on_rail` is reached
    from the foot of the rail or by its own `shortcut`, and Esc goes back to where one was."""

    key: str
    title: str
    icon: str
    make: Callable[[], Screen]
    on_rail: bool = True
    shortcut: str = ""


class MainWindow(QMainWindow):
    """The window. `places` are the screens in the order of the rail, on Ctrl+1 and so on.

    Signals:
        room_wanted(): F11, the room display is to be shown or brought back.
        black_wanted(): F12, the room is to see black, or what it saw before.
        note_wanted(): Ctrl+N, a note is to be taken.
        roll_wanted(): Ctrl+Shift+R, the evacuation roll is needed.
        shown_place(str): the screen of that key is in sight now.
        closing(): the window is about to close.
    """

    room_wanted = Signal()
    black_wanted = Signal()
    note_wanted = Signal()
    roll_wanted = Signal()
    shown_place = Signal(str)
    closing = Signal()

    def __init__(self, places: Sequence[Place], *, clocks: Clocks) -> None:
        super().__init__()
        self.setWindowTitle("Facilitator")
        self.setMinimumSize(960, 540)
        self.resize(1366, 768)
        self._clocks = clocks
        self._zone: tzinfo | None = None
        self._places: list[Place] = []
        self._screens: dict[str, Screen] = {}
        self._wrapped: dict[str, QWidget] = {}
        self._now_key = ""
        self._before_page = ""
        self._has_event = False
        self._only: frozenset[str] = frozenset()
        self._closed: dict[str, str] = {}
        self._shared = self._saved_here = False
        self._told = Truth("saved")
        self._shortcuts: list[QShortcut] = []
        self._build()
        self._ring = FocusRing(self)
        help_key = QShortcut(Qt.Key.Key_F1, self)
        help_key.activated.connect(self.show_keys)
        self._beat = QTimer(self)
        self._beat.setInterval(1000)
        self._beat.timeout.connect(self.beat)
        self._beat.start()
        self.set_places(places)
        self.set_event("", None)
        self.beat()

    @property
    def current(self) -> Screen | None:
        """The screen in sight."""
        return self._screens.get(self._now_key)

    @property
    def current_key(self) -> str:
        """Its key; "keys" for the list of keys."""
        return self._now_key

    @property
    def message_bar(self) -> MessageBar:
        """The one place for messages."""
        return self._bar

    @property
    def keys(self) -> list[str]:
        """The keys of all places, in order."""
        return [place.key for place in self._places]

    def made(self, key: str) -> Screen | None:
        """The screen of that key, where it was made already."""
        return self._screens.get(key)

    def screen_of(self, key: str) -> Screen:
        """The screen of that key, made now if it was not yet."""
        if key not in self._screens:
            place = next(place for place in self._places if place.key == key)
            screen = place.make()
            screen.said.connect(self.say)
            screen.go.connect(self.show_place)
            holder = screen if screen.full_bleed else _Reach(screen)
            self._screens[key], self._wrapped[key] = screen, holder
            self._stack.addWidget(holder)
        return self._screens[key]

    def set_places(self, places: Sequence[Place]) -> None:
        """Other screens (another event is open). Those of a place that stays are kept."""
        kept = {place.key for place in places if place in self._places}
        for key in [key for key in self._screens if key not in kept]:
            holder = self._wrapped.pop(key)
            self._screens.pop(key).hidden()
            self._stack.removeWidget(holder)
            holder.deleteLater()
        if self._now_key not in kept:
            self._now_key = ""
        self._places = list(places)
        self._rail.set_places([place for place in self._places if place.on_rail])
        self._only = frozenset()
        self._rail.limit_to(self._only)
        self._rail.close_to(self._closed)
        for shortcut in self._shortcuts:
            shortcut.deleteLater()
        self._shortcuts = []
        for place in self._places:
            if place.shortcut:
                shortcut = QShortcut(place.shortcut, self)
                shortcut.activated.connect(partial(self.show_place, place.key))
                self._shortcuts.append(shortcut)

    def limit_to(self, keys: Iterable[str]) -> None:
        """Only these places can be reached (the Desk is locked); without any, all can again."""
        self._only = frozenset(keys)
        self._rail.limit_to(self._only)
        if self._now_key == "keys":
            self._leave_keys()

    def close_to(self, why: Mapping[str, str]) -> None:
        """These places (and "note", taking one) are not for whoever this laptop is for; each with
        the sentence that is said instead. Those that are not named are open."""
        self._closed = dict(why)
        self._rail.close_to(self._closed)

    def set_event(
        self,
        name: str,
        held_on: date | None,
        *,
        rehearsal: bool = False,
        zone: tzinfo | None = None,
    ) -> None:
        """What the head says. An empty name: no event is open, and only Start is there."""
        self._has_event = bool(name)
        self._zone = zone
        self._name.setText(name)
        self._date.setText(date_words(held_on) if held_on else "")
        self._band.setVisible(rehearsal and self._has_event)
        self._head.setFixedHeight(HEAD - (BAND if self._band.isVisibleTo(self) else 0))
        self.setWindowTitle(f"{name}: Facilitator" if name else "Facilitator")
        self._arrange()
        self.beat()

    def set_room(self, words: str, *, black: bool = False) -> None:
        """What the room sees now, in a word or two; `black` turns F12 into "Show again"."""
        self._rail.set_room(words, black)

    def set_truth(self, truth: Truth) -> None:
        """What the head says about saving."""
        self._told = truth
        if truth.state == "failed":
            self._truth.set_state(f"Not saved: {truth.why}", "warning-octagon-fill", "bad")
        elif truth.state == "waiting":
            self._truth.set_state("Saving…", "hourglass", "attention")
        else:
            at = f" {truth.at.astimezone(self._zone):%H:%M:%S}" if truth.at else ""
            saved = "Saved here" if self._saved_here else "All saved"
            self._truth.set_state(f"{saved}{at}", "check-circle-fill", "good")

    def set_standing(
        self, words: str, *, alone: bool = False, waits: bool = False, why: str = ""
    ) -> None:
        """What the head says about the hub of a shared event; empty where it is not shared.

        While something `waits` to be sent, what is saved is said to be saved here. `why` it works
        alone is told to whoever points at it.
        """
        self._shared, self._saved_here = bool(words), waits
        self._standing.set_state(words, "wifi-slash" if alone else "share-network", "ink")
        self._standing.setVisible(self._shared)
        self._standing.setToolTip(plain_tip(why))
        self._standing.setAccessibleDescription(why)
        self._fit_head()
        self.set_truth(self._told)

    @Slot(object)
    def say(self, message: Message) -> None:
        """Shows a message on the strip."""
        self._bar.say(message)

    @Slot(str)
    def show_place(self, key: str) -> None:
        """Brings the screen of that key into sight; "back" is where one was before a page that
        is not on the rail."""
        key = self._before_page if key == "back" else key
        if key == self._now_key or key not in self.keys:
            return
        if self._only and key not in self._only:
            return
        if not self._is_open(key):
            return
        before = self.current
        if before is not None:
            before.hidden()
        screen = self.screen_of(key)
        if self._now_key in self._rail.keys_of_places:
            self._before_page = self._now_key
        self._now_key = key
        self._rail.mark(key)
        self._arrange()
        self._stack.setCurrentWidget(self._wrapped[key])
        screen.shown()
        self.shown_place.emit(key)

    @Slot()
    def show_keys(self) -> None:
        """F1: the list of keys of the screen in sight; once more goes back."""
        if self._now_key == "keys":
            self._leave_keys()
            return
        buttons = [b for b in self._rail.buttons if b.isVisibleTo(self._rail)]
        own = [
            (place.shortcut, place.title)
            for place in self._places
            if place.shortcut
            and self._head.isVisibleTo(self)
            and (not self._only or place.key in self._only)
        ]
        self._keys_page.list_for(self.current, buttons if self._has_event else [], own)
        self._before_keys = self._now_key
        self._now_key = "keys"
        self._rail.mark("keys")
        self._arrange()
        self._stack.setCurrentWidget(self._keys_page)
        self._keys_page.take_focus()

    def closeEvent(self, event: QCloseEvent) -> None:
        if not all(screen.may_close() for screen in self._screens.values()):
            event.ignore()
            return
        self.closing.emit()
        super().closeEvent(event)

    def _build(self) -> None:
        whole = QWidget()
        whole.setProperty("page", "true")
        across = QHBoxLayout(whole)
        across.setContentsMargins(0, 0, 0, 0)
        across.setSpacing(0)
        self._rail = Rail()
        self._rail.wanted.connect(self.show_place)
        self._rail.room.clicked.connect(self._want_room)
        self._rail.black.clicked.connect(self._want_black)
        self._rail.note.clicked.connect(self._want_note)
        self._rail.roll.clicked.connect(self.roll_wanted)
        self._rail.keys.clicked.connect(self.show_keys)
        across.addWidget(self._rail)
        column = QVBoxLayout()
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        across.addLayout(column, 1)
        self._band = _Band("Rehearsal: everybody here is invented, nothing counts")
        column.addWidget(self._band)
        column.addWidget(self._build_head())
        self._body = QVBoxLayout()
        self._body.setSpacing(4)
        column.addLayout(self._body, 1)
        self._bar = MessageBar()
        self._bar.shown.connect(self._arrange)
        self._bar.emptied.connect(self._arrange)
        self._body.addWidget(self._bar)
        self._stack = QStackedWidget()
        # Only the screen in sight decides how large the window must be.
        self._stack.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)
        self._body.addWidget(self._stack, 1)
        self._keys_page = KeysPage()
        self._keys_page.left.connect(self._leave_keys)
        self._before_keys = ""
        self._stack.addWidget(self._keys_page)
        self.setCentralWidget(whole)

    def _build_head(self) -> QWidget:
        self._head = QWidget()
        self._head.setFixedHeight(HEAD)
        line = QHBoxLayout(self._head)
        line.setContentsMargins(MARGIN, 0, MARGIN, 0)
        line.setSpacing(12)
        self._name = Label("", "part", elide=True)
        self._name.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._date = Label("", "second")
        self._truth = State("All saved", "check-circle-fill", role="second")
        self._standing = State("", "share-network", tone="ink", role="second")
        self._standing.hide()
        self._time = Label("", "count")
        self._time.setFont(font(HEADING, "semibold", tabular=True))
        line.addWidget(self._name)
        line.addWidget(self._date)
        line.addStretch(1)
        line.addSpacing(12)
        line.addWidget(self._standing)
        line.addSpacing(12)
        line.addWidget(self._truth)
        line.addSpacing(12)
        line.addWidget(self._time)
        return self._head

    def _fit_head(self) -> None:
        """Where there is no room for everything, the day is what is known anyway."""
        self._date.setVisible(not self._shared or self.width() >= _WIDE_HEAD)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_head()

    @Slot()
    def _arrange(self) -> None:
        """The frame for the screen in sight: with or without rail, head and margins."""
        screen = self.current
        bleed = screen is not None and screen.full_bleed
        self._rail.setVisible(self._has_event)
        self._head.setVisible(self._has_event and not bleed)
        for shortcut in self._shortcuts:
            # Start has keys of its own.
            shortcut.setEnabled(self._has_event and not bleed)
        if bleed:
            self._body.setContentsMargins(0, 0, 0, 0)
        else:
            top = 0 if self._head.isVisibleTo(self) else MARGIN
            # The strip takes most of its height from the margin below the screen.
            bottom = 4 if self._bar.message is not None else MARGIN
            self._body.setContentsMargins(MARGIN, top, MARGIN, bottom)

    def _is_open(self, key: str) -> bool:
        """Whether that is for whoever this laptop is for; if not, it is said."""
        if key in self._closed:
            self.say(Message("info", self._closed[key]))
        return key not in self._closed

    @Slot()
    def _want_room(self) -> None:
        if self._is_open("room"):
            self.room_wanted.emit()

    @Slot()
    def _want_black(self) -> None:
        if self._is_open("room"):
            self.black_wanted.emit()

    @Slot()
    def _want_note(self) -> None:
        if self._is_open("note"):
            self.note_wanted.emit()

    @Slot()
    def _leave_keys(self) -> None:
        before, self._before_keys, self._now_key = self._before_keys, "", ""
        if before:
            self.show_place(before)

    @Slot()
    def beat(self) -> None:
        """Once a second: the time in the head."""
        now: datetime = self._clocks.now().astimezone(self._zone)
        self._time.setText(f"{now:%H:%M}")


def date_words(day: date) -> str:
    """ "Wednesday 12 November 2025"."""
    return f"{day:%A} {day.day} {day:%B %Y}"


class _Reach(QScrollArea):
    """Holds a screen. On a window that is too small for it the screen scrolls."""

    def __init__(self, screen: Screen) -> None:
        super().__init__()
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setWidget(screen)


class _Band(QWidget):
    """The band that every screen of a rehearsal carries."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.setFixedHeight(BAND)
        self.setAccessibleName(text)
        self._text = text

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = Theme.current()
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme.colour("careful"))
        painter.setFont(font(SMALL, "semibold"))
        painter.setPen(theme.colour("on-careful"))
        painter.drawText(self.rect(), int(Qt.AlignmentFlag.AlignCenter), self._text)
        painter.end()
