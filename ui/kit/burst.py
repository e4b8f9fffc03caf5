"""Tells a hand scanner's burst from a person's typing, wherever the focus is.

A scanner is a keyboard: a few milliseconds between characters, Enter or Tab at the end. Every
character is therefore held back for an instant (`HOLD_MS`). What comes fast and ends with Enter or
Tab is a scan, and no field sees any of it; everything else goes on to where it was typed. The same
filter carries the shortcuts of single keys, which so act only when a person pressed them: with a
pause before and after, no text field in focus, and no use of that key by the focused control.
"""

from __future__ import annotations

import time
import weakref
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import shiboken6
from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QTextEdit,
    QWidget,
)

#: How long a character waits for the next one before it counts as a person's, in milliseconds.
HOLD_MS = 50
#: The slowest mean gap between the characters of a scan, in milliseconds.
MEAN_MS = 35
#: The shortest scan.
MIN_CHARACTERS = 4
#: The pause before a single key that makes it a person's, in milliseconds.
PAUSE_MS = 120
#: An Enter or Tab this soon after a scan belongs to it (scanners may send both).
TAIL_MS = 100

_ENDS = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Tab)
_TEXT_FIELDS = (QLineEdit, QPlainTextEdit, QTextEdit, QAbstractSpinBox)
_NAMED = {
    "enter": Qt.Key.Key_Return,
    "return": Qt.Key.Key_Return,
    "space": Qt.Key.Key_Space,
    "esc": Qt.Key.Key_Escape,
    "ins": Qt.Key.Key_Insert,
    "del": Qt.Key.Key_Delete,
    "backspace": Qt.Key.Key_Backspace,
    "up": Qt.Key.Key_Up,
    "down": Qt.Key.Key_Down,
    "left": Qt.Key.Key_Left,
    "right": Qt.Key.Key_Right,
    "home": Qt.Key.Key_Home,
    "end": Qt.Key.Key_End,
    "pgup": Qt.Key.Key_PageUp,
    "pgdown": Qt.Key.Key_PageDown,
}


def is_plain(key: str) -> bool:
    """Whether `key` ("M", "Space", "Esc") goes through the filter, not through a QShortcut."""
    return len(key) == 1 or key.casefold() in _NAMED


def sequences(key: str) -> list[QKeySequence]:
    """`key` ("Ctrl+Enter", "F6") for a QShortcut; Enter means the one on the number pad too."""
    if key.endswith("Enter"):
        return [QKeySequence(key), QKeySequence(key.removesuffix("Enter") + "Return")]
    return [QKeySequence(key)]


@dataclass(slots=True)
class _Held:
    """One character that waits."""

    receiver: QWidget
    event: QKeyEvent
    stamp: float


@dataclass(slots=True)
class _Registered:
    """One single key, the widget it belongs to and what it does."""

    key: str
    owner: weakref.ref[QWidget]
    callback: Callable[[], Any]


def _steady_ms() -> float:
    return time.monotonic() * 1000.0


class KeyFilter(QObject):
    """The application-wide filter of keys. Get it with `KeyFilter.of_application()`.

    Signals:
        scanned(str): a scanner typed this; no field has seen it.
        pressed(): any key went down (a person's or a scanner's).
    """

    scanned = Signal(str)
    pressed = Signal()

    def __init__(self, app: QApplication, *, clock_ms: Callable[[], float] | None = None) -> None:
        """`clock_ms` gives milliseconds; without one, the keys' own times are used."""
        super().__init__(app)
        self.setObjectName("key-filter")
        self._clock_ms = clock_ms
        self._held: list[_Held] = []
        self._registered: list[_Registered] = []
        self._last = -1e9
        self._scan_ended = -1e9
        self._before_held = 1e9
        self._replaying = False
        self._passed: tuple[int, weakref.ref[QWidget]] | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(HOLD_MS)
        self._timer.timeout.connect(self._waited)
        self._second_look = False
        app.installEventFilter(self)

    @staticmethod
    def of_application() -> KeyFilter:
        """The filter of the running application; made at the first call."""
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        found = app.findChild(QObject, "key-filter", Qt.FindChildOption.FindDirectChildrenOnly)
        return found if isinstance(found, KeyFilter) else KeyFilter(app)

    @property
    def clock_ms(self) -> Callable[[], float] | None:
        """The clock that tests wind, or None for the keys' own times."""
        return self._clock_ms

    @clock_ms.setter
    def clock_ms(self, clock: Callable[[], float] | None) -> None:
        self.settle()
        self._clock_ms = clock
        self._last = self._scan_ended = -1e9

    def register(self, key: str, callback: Callable[[], Any], owner: QWidget) -> None:
        """Lets the single key `key` ("M", "Space") call `callback` while `owner` is in sight.

        Acts only for a person's key, with no text field in focus. It is forgotten with `owner`.
        """
        self._registered = [r for r in self._registered if _alive(r.owner()) is not None]
        self._registered.append(_Registered(key.casefold(), weakref.ref(owner), callback))

    def unregister(self, owner: QWidget) -> None:
        """Forgets the keys of `owner`."""
        self._registered = [r for r in self._registered if r.owner() not in (owner, None)]

    def settle(self) -> None:
        """Decides at once, as if nothing more were typed. Tests and closing windows call it."""
        self._timer.stop()
        self._second_look = False
        self._release()

    def eventFilter(self, receiver: QObject, event: QEvent) -> bool:
        if event.type() != QEvent.Type.KeyPress or self._replaying:
            return False
        if not isinstance(receiver, QWidget) or not isinstance(event, QKeyEvent):
            return False
        if self._is_propagation(receiver, event):
            return False
        self.pressed.emit()
        swallowed = self._take(receiver, event)
        if not swallowed:
            self._passed = (shiboken6.getCppPointer(event)[0], weakref.ref(receiver))
        return swallowed

    def _take(self, receiver: QWidget, event: QKeyEvent) -> bool:
        """Looks at one key; whether it was kept from its receiver."""
        stamp = self._stamp(event)
        before, self._last = self._last, stamp
        if event.isAutoRepeat():
            self.settle()
            return False
        if _is_character(event):
            if self._held and stamp - self._held[-1].stamp > HOLD_MS:
                self.settle()
            if not self._held:
                self._before_held = stamp - before
            self._held.append(_Held(receiver, _copy(event), stamp))
            self._second_look = False
            self._timer.start(HOLD_MS)
            return True
        if event.key() in _ENDS and not event.modifiers() & _COMMANDS:
            if self._is_burst(stamp):
                text = "".join(held.event.text() for held in self._held)
                self._forget_held()
                self._scan_ended = stamp
                self.scanned.emit(text)
                return True
            if not self._held and stamp - self._scan_ended <= TAIL_MS:
                return True
        if event.key() in _MODIFIERS:
            # Shift between the characters of a scan is part of it, and means nothing by itself.
            self._last = before
            return False
        self.settle()
        return self._act_on(receiver, event, stamp - before)

    def _is_burst(self, stamp: float) -> bool:
        count = len(self._held)
        if count < MIN_CHARACTERS or stamp - self._held[-1].stamp > HOLD_MS:
            return False
        return (stamp - self._held[0].stamp) / count <= MEAN_MS

    def _is_propagation(self, receiver: QWidget, event: QKeyEvent) -> bool:
        """Whether this is the key just let through, on its way from a child to its parent."""
        if self._passed is None or self._passed[0] != shiboken6.getCppPointer(event)[0]:
            return False
        last = _alive(self._passed[1]())
        return last is not None and receiver is not last and receiver.isAncestorOf(last)

    def _stamp(self, event: QKeyEvent) -> float:
        if self._clock_ms is not None:
            return self._clock_ms()
        # The key's own time tells a scan from typing even when the window was busy meanwhile.
        return float(event.timestamp()) or _steady_ms()

    @Slot()
    def _waited(self) -> None:
        # A stalled window finds its timer and the rest of a scan due together; one more turn of
        # the loop lets the keys that are already waiting come first.
        if not self._second_look:
            self._second_look = True
            self._timer.start(0)
            return
        self._timer.setInterval(HOLD_MS)
        self.settle()

    def _forget_held(self) -> None:
        self._timer.stop()
        self._timer.setInterval(HOLD_MS)
        self._second_look = False
        self._held = []

    def _release(self) -> None:
        """Lets what was held go where it was typed, or do what a single key does."""
        held, self._held = self._held, []
        self._timer.setInterval(HOLD_MS)
        if len(held) == 1 and self._act_on(held[0].receiver, held[0].event, self._before_held):
            return
        self._replaying = True
        try:
            for one in held:
                if shiboken6.isValid(one.receiver):
                    QApplication.sendEvent(one.receiver, one.event)
        finally:
            self._replaying = False

    def _act_on(self, receiver: QWidget, event: QKeyEvent, pause: float) -> bool:
        """Calls what the single key is registered for; whether anything was."""
        if event.modifiers() & _COMMANDS or not self._registered:
            return False
        if not shiboken6.isValid(receiver) or uses_key(receiver, event):
            return False
        if pause < PAUSE_MS and (_is_character(event) or event.key() in _ENDS):
            return False
        name = _name(event)
        for registered in reversed(self._registered):
            owner = _alive(registered.owner())
            if owner is None or registered.key != name:
                continue
            if owner.isVisible() and owner.isEnabled() and owner.window() is receiver.window():
                registered.callback()
                return True
        return False


_COMMANDS = (
    Qt.KeyboardModifier.ControlModifier
    | Qt.KeyboardModifier.AltModifier
    | Qt.KeyboardModifier.MetaModifier
)
_MODIFIERS = (
    Qt.Key.Key_Shift,
    Qt.Key.Key_Control,
    Qt.Key.Key_Alt,
    Qt.Key.Key_AltGr,
    Qt.Key.Key_Meta,
    Qt.Key.Key_CapsLock,
    Qt.Key.Key_NumLock,
)


def uses_key(widget: QWidget, event: QKeyEvent) -> bool:
    """Whether `widget`, being in focus, has its own use for the key.

    A widget may say so itself with a method `uses_key(event) -> bool`.
    """
    own = getattr(widget, "uses_key", None)
    if own is not None:
        return bool(own(event))
    key, character = event.key(), _is_character(event)
    if isinstance(widget, _TEXT_FIELDS):
        return character or key not in (Qt.Key.Key_Escape, Qt.Key.Key_Insert)
    if isinstance(widget, QComboBox):
        return key not in (Qt.Key.Key_Escape, Qt.Key.Key_Insert, Qt.Key.Key_Delete)
    if isinstance(widget, QAbstractButton):
        return key in (Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter)
    if isinstance(widget, QAbstractItemView):
        return key in _VIEW_KEYS
    return False


_VIEW_KEYS = (
    Qt.Key.Key_Up,
    Qt.Key.Key_Down,
    Qt.Key.Key_Home,
    Qt.Key.Key_End,
    Qt.Key.Key_PageUp,
    Qt.Key.Key_PageDown,
)


def _alive(widget: QWidget | None) -> QWidget | None:
    return widget if widget is not None and shiboken6.isValid(widget) else None


def _copy(event: QKeyEvent) -> QKeyEvent:
    """An event of our own: Qt's is gone when its delivery ends."""
    return QKeyEvent(
        QEvent.Type.KeyPress,
        event.key(),
        event.modifiers(),
        event.nativeScanCode(),
        event.nativeVirtualKey(),
        event.nativeModifiers(),
        event.text(),
        False,
        event.count(),
    )


def _is_character(event: QKeyEvent) -> bool:
    """A key that writes something. AltGr (Ctrl and Alt together) writes too."""
    commands = event.modifiers() & _COMMANDS
    alt_gr = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier
    text = event.text()
    return bool(text) and text.isprintable() and (not commands or commands == alt_gr)


def _name(event: QKeyEvent) -> str:
    """The name under which a single key is registered."""
    key = Qt.Key.Key_Return if event.key() == Qt.Key.Key_Enter else event.key()
    for name, named in _NAMED.items():
        if key == named:
            return "enter" if name == "return" else name
    return event.text().casefold()
