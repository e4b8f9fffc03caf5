"""Tells a hand scanner's burst from a person's typing, wherever the focus is.

A scanner is a keyboard: a few milliseconds between characters, Enter or Tab at the end. Every
character is therefore held back for an instant (`HOLD_MS`). What comes fast and ends with Enter or
Tab is a scan, and no field sees any of it; everything else goes on to where it was typed.

Speed alone does not do: people roll five letters in a breath, and some scanners take a break inside
a code. So shape counts too. Letters alone must come faster than any hand. What a slow or halting
scanner leaked into a field is remembered; when the whole turns out to be a ticket with a right
check, the test code or a code that the event knows, it is taken out of the field again and is a
scan. Such a whole needs no Enter.

The same filter carries the shortcuts of single keys, which so act only when a person pressed
them: with a pause before and after, no text field in focus, and no use of that key by the focused
control.

Two scanners on one laptop may type into each other: `burst_tangle` tells their tickets apart, or
says that it cannot.
"""

from __future__ import annotations

import time
import weakref
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import shiboken6
from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QInputMethodEvent, QKeyEvent
from PySide6.QtWidgets import (
    QApplication,
    QWidget,
)

from facilitator.domain.scanners import Diagnosis, ScannerProfile, diagnose, read_scan
from ui.kit.burst_field import FieldState, takes_text
from ui.kit.burst_judge import BREAK_MS, HOLD_MS, MEAN_MS, MIN_CHARACTERS, Judge
from ui.kit.burst_tangle import REST_MS, Pending, Tangle, looks_tangled, untangle
from ui.kit.key_kinds import (
    COMMANDS,
    ENDS,
    MODIFIERS,
    NOT_CONTROL,
    OPENING,
    is_character,
    is_end,
    key_name,
    uses_key,
)

#: The pause before a single key that makes it a person's, in milliseconds.
PAUSE_MS = 120
#: An Enter or Tab this soon after a scan belongs to it (scanners may send both).
TAIL_MS = 100
#: The same after a scan that was complete without one: it may only be late.
LATE_END_MS = 300
#: How much of what was typed is looked at: several tickets in one go.
KEPT_CHARACTERS = 160


@dataclass(frozen=True, slots=True)
class Caught:
    """One scan: `raw` as it was typed, `text` as it was meant (see `ScannerProfile`)."""

    raw: str
    text: str


@dataclass(frozen=True, slots=True)
class ScannerTest:
    """The test code was scanned: what it tells, what ended it (enter, tab, none) and how fast it
    came, in milliseconds a character."""

    found: Diagnosis
    end: str
    ms: float

    @property
    def profile(self) -> ScannerProfile:
        """What to keep of this scanner. Only a speed that needs it is kept."""
        slow = float(round(self.ms)) if self.ms > MEAN_MS else 0.0
        return self.found.profile(self.end, slow)


@dataclass(slots=True)
class _Typed:
    """One character: it waits, or, where `before` is set, it has gone to its field."""

    receiver: QWidget
    event: QKeyEvent | QInputMethodEvent
    text: str
    stamp: float
    before: FieldState | None = None


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
        scanned(str): a scanner meant this; no field has seen it.
        caught(Caught): the same scan, with what was typed.
        tested(ScannerTest): the scanner's test code. It is nobody's ticket, and so never `scanned`.
        tangled(Tangle): two scanners typed into each other. Its codes were `scanned` too, or none.
        pressed(): any key went down (a person's or a scanner's).
    """

    scanned = Signal(str)
    caught = Signal(object)
    tested = Signal(object)
    tangled = Signal(object)
    pressed = Signal()

    def __init__(self, app: QApplication, *, clock_ms: Callable[[], float] | None = None) -> None:
        """`clock_ms` gives milliseconds; without one, the keys' own times are used."""
        super().__init__(app)
        self.setObjectName("key-filter")
        self._clock_ms = clock_ms
        self._judge = Judge()
        self._held: list[_Typed] = []
        self._leaked: list[_Typed] = []
        self._registered: list[_Registered] = []
        self._last = -1e9
        self._tail_until = -1e9
        self._before_held = 1e9
        self._offset = 0.0
        self._replaying = False
        self._passed: tuple[object, weakref.ref[QWidget]] | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(HOLD_MS)
        self._timer.timeout.connect(self._waited)
        self._second_look = False
        self._patient = False
        self._tickets: tuple[str, ...] = ()
        self._pending: Pending | None = None
        self._rest_timer = QTimer(self)
        self._rest_timer.setSingleShot(True)
        self._rest_timer.setInterval(REST_MS)
        self._rest_timer.timeout.connect(self._give_up)
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
        self._leaked = []
        self._last = self._tail_until = -1e9

    @property
    def profile(self) -> ScannerProfile:
        """What is known of this laptop's scanner."""
        return self._judge.profile

    @profile.setter
    def profile(self, profile: ScannerProfile) -> None:
        self._judge.profile = profile

    def know(self, codes: Iterable[str]) -> None:
        """Names the codes that the event knows: each is a scan, however haltingly it comes."""
        self._judge.know(codes)

    def know_tickets(self, tickets: Iterable[str]) -> None:
        """Names the tickets of the event: by them two scanners that type at once are told apart."""
        self._tickets = tuple(tickets)

    def hand_on(self, raw: str) -> None:
        """A scanner typed this: reads it and tells everybody."""
        for text in read_scan(raw, self.profile):
            self.scanned.emit(text)
            self.caught.emit(Caught(raw, text))

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
        self._let_go()
        self._give_up()

    def eventFilter(self, receiver: QObject, event: QEvent) -> bool:
        if self._replaying or not isinstance(receiver, QWidget):
            return False
        if isinstance(event, QInputMethodEvent):
            return self._take_composed(receiver, event)
        if not isinstance(event, QKeyEvent):
            return False
        if event.type() == QEvent.Type.ShortcutOverride and self._is_of_scan(event):
            # Neither a shortcut nor the list of a combo box may act on it before it is pressed.
            event.accept()
            return True
        if event.type() != QEvent.Type.KeyPress:
            return False
        if self._is_propagation(receiver, event):
            return False
        self.pressed.emit()
        swallowed = self._take(receiver, event)
        if not swallowed:
            self._passed = (_identity(event), weakref.ref(receiver))
        return swallowed

    def _take(self, receiver: QWidget, event: QKeyEvent) -> bool:
        """Looks at one key; whether it was kept from its receiver."""
        stamp = self._stamp(event)
        before, self._last = self._last, stamp
        if event.isAutoRepeat():
            self.settle()
            self._leaked = []
            return False
        if is_character(event) or self._is_control(event, stamp):
            self._hold(_Typed(receiver, _copy(event), event.text(), stamp), before)
            return True
        if is_end(event):
            if self._ends_scan(stamp, "tab" if event.key() == Qt.Key.Key_Tab else "enter"):
                return True
            waited, tail = bool(self._held), self._tail_until
            self.settle()
            if self._tail_until != tail or (not waited and stamp <= tail):
                return True
        if event.key() in MODIFIERS:
            # Shift between the characters of a scan is part of it, and means nothing by itself.
            self._last = before
            return False
        self.settle()
        self._leaked = []
        return self._act_on(receiver, event, stamp - before)

    def _take_composed(self, receiver: QWidget, event: QInputMethodEvent) -> bool:
        """An input method may hand on what a scanner types, character by character."""
        text, composing = event.commitString(), event.preeditString()
        if not text and not composing:
            return False
        if composing or event.replacementLength() or not text.isprintable():
            self.settle()
            self._leaked = []
            return False
        self.pressed.emit()
        # These events carry no time: it is told from the last key's.
        stamp = self._clock_ms() if self._clock_ms else _steady_ms() + self._offset
        before, self._last = self._last, stamp
        copy = QInputMethodEvent("", [])
        copy.setCommitString(text)
        self._hold(_Typed(receiver, copy, text, stamp), before)
        return True

    def _hold(self, typed: _Typed, before: float) -> None:
        """Keeps one character back until more is known."""
        stamp = typed.stamp
        if self._held and stamp - self._held[-1].stamp > self._hold_ms(self._held[-1].receiver):
            self._let_go()
        if self._leaked and not self._goes_on(self._leaked[-1], typed):
            self._leaked = []
        if not self._held:
            self._before_held = stamp - before
        self._held.append(typed)
        self._second_look = self._patient = False
        self._timer.start(self._hold_ms(typed.receiver))

    def _hold_ms(self, receiver: QWidget) -> int:
        """How long a character waits. A slow scanner's must not choose in menus and lists; in a
        text they may appear, since they can be taken out again."""
        if self.profile.ms <= MEAN_MS or takes_text(receiver):
            return HOLD_MS
        return min(round(self.profile.ms * 1.6), 200)

    @staticmethod
    def _goes_on(last: _Typed, now: _Typed) -> bool:
        """Whether two characters can be of one code."""
        return now.receiver is last.receiver and now.stamp - last.stamp <= BREAK_MS

    # -- is it a scan? --------------------------------------------------------------------------

    def _ends_scan(self, stamp: float, end: str) -> bool:
        """Whether what was typed until now is a scan; then it is told, and taken from its field.

        `end` is what came after it: enter, tab, or none for a pause.
        """
        if self._is_rest(stamp):
            self._take_rest(stamp, end)
            return True
        found = self._found(stamp, end)
        if found is None:
            return False
        typed, leaked = [*self._leaked, *self._held], len(self._leaked)
        self._timer.stop()
        self._held, self._leaked = [], []
        state = typed[found].before
        if state is not None:
            state.restore()
        else:
            self._replay(typed[leaked:found])
        self._tail_until = stamp + (LATE_END_MS if end == "none" else TAIL_MS)
        self._tell(typed[found:], end)
        return True

    def _is_of_scan(self, event: QKeyEvent) -> bool:
        """Whether a key about to be pressed ends a scan, or is a control character of one."""
        stamp = self._stamp(event)
        if not is_end(event):
            return self._is_control(event, stamp)
        return (
            self._is_rest(stamp)
            or self._found(stamp, "enter") is not None
            or (not self._held and stamp <= self._tail_until)
        )

    def _found(self, stamp: float, end: str) -> int | None:
        """Where a scan begins in what was typed until now."""
        typed = [*self._leaked, *self._held]
        return self._judge.scan_in(typed, len(self._leaked), stamp, end) if typed else None

    def _tell(self, typed: list[_Typed], end: str) -> None:
        raw = "".join(one.text for one in typed)
        found = diagnose(raw)
        if found is None:
            if not looks_tangled(raw, self._tickets, self.profile):
                self.hand_on(raw)
                return
            self._pending = Pending(raw, typed[-1].stamp, len(raw))
            self._untangle(last=end == "none")
            return
        ms = (typed[-1].stamp - typed[0].stamp) / max(len(raw) - 1, 1)
        self.tested.emit(ScannerTest(found, end, ms))

    # -- two scanners at once -------------------------------------------------------------------

    def _is_rest(self, stamp: float) -> bool:
        """Whether what is held belongs to the second of two scanners that type at once."""
        return self._pending is not None and bool(self._held) and not self._pending.is_over(stamp)

    def _take_rest(self, stamp: float, end: str) -> None:
        """The second scanner's rest: no field sees it."""
        assert self._pending is not None
        held, self._held = self._held, []
        self._timer.stop()
        self._tail_until = stamp + TAIL_MS
        self._pending.add("".join(one.text for one in held), stamp)
        # Without an Enter it was only a breath; more may come.
        self._untangle(last=end != "none")

    def _untangle(self, *, last: bool) -> None:
        """Tells both tickets, once all of them is there; what cannot be told apart goes on as it
        was typed, and so lets nobody in."""
        pending = self._pending
        assert pending is not None
        codes = untangle(pending.raw, pending.first_end, self._tickets, self.profile)
        if codes is None and not last:
            self._rest_timer.start()
            return
        self._rest_timer.stop()
        self._pending = None
        self._tail_until = max(self._tail_until, pending.stamp + LATE_END_MS)
        if codes is None:
            self.hand_on(pending.raw)
        else:
            for text in codes:
                self.scanned.emit(text)
                self.caught.emit(Caught(pending.raw, text))
        if codes is not None or pending.is_told:
            self.tangled.emit(Tangle(pending.raw, codes or ()))

    @Slot()
    def _give_up(self) -> None:
        """Nothing more came."""
        if self._pending is not None:
            self._untangle(last=True)

    def _is_control(self, event: QKeyEvent, stamp: float) -> bool:
        """Whether that is a control character of a scanner (STX, ETX, GS), and no command."""
        text = event.text()
        if len(text) != 1 or ord(text) >= 32 or event.key() in NOT_CONTROL or is_end(event):
            return False
        if not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            return False
        if text in OPENING:
            return True
        return len(self._held) >= MIN_CHARACTERS and stamp - self._held[-1].stamp <= MEAN_MS

    def _is_propagation(self, receiver: QWidget, event: QKeyEvent) -> bool:
        """Whether this is the key just let through, on its way from a child to its parent."""
        if self._passed is None or self._passed[0] != _identity(event):
            return False
        last = _alive(self._passed[1]())
        return last is not None and receiver is not last and receiver.isAncestorOf(last)

    def _stamp(self, event: QKeyEvent) -> float:
        if self._clock_ms is not None:
            return self._clock_ms()
        # The key's own time tells a scan from typing even when the window was busy meanwhile.
        stamp = float(event.timestamp()) or _steady_ms()
        self._offset = stamp - _steady_ms()
        return stamp

    @Slot()
    def _waited(self) -> None:
        # A stalled window finds its timer and the rest of a scan due together; one more turn of
        # the loop lets the keys that are already waiting come first.
        if not self._second_look:
            self._second_look = True
            self._timer.start(0)
            return
        if not self._patient and self._held and not self._judge.is_fast(self._held[-8:]):
            last = self._held[-1]
            if self._found(last.stamp, "none") is not None:
                # Complete, but slow: its Enter may be on its way.
                self._patient = True
                self._timer.start(BREAK_MS)
                return
        self._let_go()

    def _let_go(self) -> None:
        """Decides on what is held."""
        self._timer.stop()
        self._second_look = False
        self._release()

    def _release(self) -> None:
        """Lets what was held go where it was typed, or do what a single key does."""
        if self._held and self._ends_scan(self._held[-1].stamp, "none"):
            return
        held, self._held = self._held, []
        if len(held) == 1 and isinstance(held[0].event, QKeyEvent):
            one = held[0]
            if self._act_on(one.receiver, held[0].event, self._before_held):
                self._leaked = []
                return
        self._replay(held)
        self._leaked = [*self._leaked, *held][-KEPT_CHARACTERS:]

    def _replay(self, held: list[_Typed]) -> None:
        """Lets characters go on, and notes how their field stood."""
        self._replaying = True
        try:
            for one in held:
                if shiboken6.isValid(one.receiver):
                    one.before = FieldState.of(one.receiver)
                    QApplication.sendEvent(one.receiver, one.event)
        finally:
            self._replaying = False

    def _act_on(self, receiver: QWidget, event: QKeyEvent, pause: float) -> bool:
        """Calls what the single key is registered for; whether anything was."""
        if event.modifiers() & COMMANDS or not self._registered:
            return False
        if not shiboken6.isValid(receiver) or uses_key(receiver, event):
            return False
        if pause < PAUSE_MS and (is_character(event) or event.key() in ENDS):
            return False
        name = key_name(event)
        for registered in reversed(self._registered):
            owner = _alive(registered.owner())
            if owner is None or registered.key != name:
                continue
            if owner.isVisible() and owner.isEnabled() and owner.window() is receiver.window():
                registered.callback()
                return True
        return False


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


def _identity(event: QKeyEvent) -> object:
    """What tells one event from the next: its place alone is soon used again."""
    return (shiboken6.getCppPointer(event)[0], event.timestamp(), event.key(), event.text())
