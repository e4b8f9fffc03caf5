"""What a key is: a character, the end of a scan, a command, and which widget uses it itself."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QAbstractButton, QAbstractItemView, QComboBox, QWidget

from ui.kit.burst_field import TEXT_FIELDS

ENDS = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Tab)
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


COMMANDS = (
    Qt.KeyboardModifier.ControlModifier
    | Qt.KeyboardModifier.AltModifier
    | Qt.KeyboardModifier.MetaModifier
)
#: STX and GS: nobody's command begins with them
OPENING = ("\x02", "\x1d")
NOT_CONTROL = (Qt.Key.Key_Escape, Qt.Key.Key_Backspace, Qt.Key.Key_Delete)
MODIFIERS = (
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
    key, character = event.key(), is_character(event)
    if isinstance(widget, TEXT_FIELDS):
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


def is_end(event: QKeyEvent) -> bool:
    """Enter or Tab; some scanners send CR and LF as Ctrl+M and Ctrl+J."""
    commands = event.modifiers() & COMMANDS
    if event.key() in ENDS:
        return not commands
    control = Qt.KeyboardModifier.ControlModifier
    return event.key() in (Qt.Key.Key_M, Qt.Key.Key_J) and commands == control


def is_character(event: QKeyEvent) -> bool:
    """A key that writes something. AltGr (Ctrl and Alt together) writes too."""
    commands = event.modifiers() & COMMANDS
    alt_gr = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier
    text = event.text()
    return bool(text) and text.isprintable() and (not commands or commands == alt_gr)


def key_name(event: QKeyEvent) -> str:
    """The name under which a single key is registered."""
    key = Qt.Key.Key_Return if event.key() == Qt.Key.Key_Enter else event.key()
    for name, named in _NAMED.items():
        if key == named:
            return "enter" if name == "return" else name
    return event.text().casefold()
