"""Keyboard layouts: what a scanner that is set to one types on a computer that is set to another.

A hand scanner is a keyboard. It does not send characters but keys: those that write the characters
on the layout it is set to. The computer turns keys into characters by its own layout. Where the
two differ, `F1-Y0` arrives as `F1ßZ0`, or as `F&)Y0`.

The tables are the national standards as Windows and Linux have them: UK (BS 4822), US (ANSI),
German (DIN 2137 T1), French (the usual AZERTY). A key is named by its place: its number in the four
rows below, from the key left of 1 to the key left of the right Shift.
"""

from __future__ import annotations

from enum import Enum
from functools import lru_cache
from typing import Final

#: no character: the key writes nothing there, or only together with the next one (a dead key)
_NOTHING: Final = "\0"


class Case(Enum):
    """What happens to letters on their way."""

    AS_IS = "as they are"
    #: Caps Lock turns letters about, and nothing else
    CAPS = "caps lock"
    #: Caps Lock as German and French Windows know it: the digits' row is shifted, too
    SHIFT_LOCK = "shift lock"
    #: the scanner is set to change letters
    LOWER = "lower"
    UPPER = "upper"


#: the layouts by key, as people call them
NAMES: Final = {"uk": "UK", "us": "US", "de": "German", "fr": "French"}

# Three lines a layout: plain, with Shift, with AltGr; a stop stands where nothing is written.
# Rows: 13 keys of the digits, 12 of Q, 12 of A (the last beside Enter), 11 of Z (the first beside
# the left Shift).
_DEAD = "·"
_KEYS: Final = {
    "uk": (
        ("`1234567890-=" "qwertyuiop[]" "asdfghjkl;'#" "\\zxcvbnm,./"),
        ('¬!"£$%^&*()_+' "QWERTYUIOP{}" "ASDFGHJKL:@~" "|ZXCVBNM<>?"),
        ("¦···€········" "··é···úíó···" "á···········" "···········"),
    ),
    "us": (
        ("`1234567890-=" "qwertyuiop[]" "asdfghjkl;'\\" "·zxcvbnm,./"),
        ("~!@#$%^&*()_+" "QWERTYUIOP{}" 'ASDFGHJKL:"|' "·ZXCVBNM<>?"),
        ("·············" "············" "············" "···········"),
    ),
    "de": (
        ("·1234567890ß·" "qwertzuiopü+" "asdfghjklöä#" "<yxcvbnm,.-"),
        ('°!"§$%&/()=?·' "QWERTZUIOPÜ*" "ASDFGHJKLÖÄ'" ">YXCVBNM;:_"),
        ("··²³···{[]}\\·" "@·€········~" "············" "|······µ···"),
    ),
    "fr": (
        ("²&é\"'(-è_çà)=" "azertyuiop·$" "qsdfghjklmù*" "<wxcvbn,;:!"),
        ("·1234567890°+" "AZERTYUIOP·£" "QSDFGHJKLM%µ" ">WXCVBN?./§"),
        ("···#{[|·\\^@]}" "··€········¤" "············" "···········"),
    ),
}  # fmt: skip
#: Caps Lock shifts the digits' row of these on Windows
_SHIFT_LOCKED: Final = ("de", "fr")

LAYOUTS: Final = tuple(NAMES)


def cases_of(computer: str) -> tuple[Case, ...]:
    """What may happen to letters on a computer of that layout."""
    locked = (Case.SHIFT_LOCK,) if computer in _SHIFT_LOCKED else ()
    return (Case.AS_IS, Case.CAPS, *locked, Case.LOWER, Case.UPPER)


def typed_as(text: str, scanner: str, computer: str, case: Case = Case.AS_IS) -> str:
    """What arrives when a scanner set to the layout `scanner` types `text` on `computer`.

    Control characters come as they are; what one of the two cannot write is missing.
    """
    table = _forward(scanner, computer, case)
    return "".join(table.get(c, "" if c.isprintable() else c) for c in text)


def read_back(typed: str, scanner: str, computer: str, case: Case = Case.AS_IS) -> str:
    """What the scanner meant: the reverse of `typed_as`.

    A character that no key of `computer` writes stays as it is, so that nothing is ever dropped.
    """
    return typed.translate(_backward(scanner, computer, case))


@lru_cache(maxsize=128)
def _forward(scanner: str, computer: str, case: Case) -> dict[str, str]:
    """character that is meant → character that arrives."""
    found: dict[str, str] = {}
    for level, line in enumerate(_KEYS[scanner]):
        for place, meant in enumerate(line):
            if meant == _DEAD or meant in found:
                continue
            changed = meant
            if case is Case.LOWER and meant.isalpha():
                changed = meant.lower()
            elif case is Case.UPPER and len(meant.upper()) == 1:
                changed = meant.upper()
            if changed != meant:
                spot = _spot(scanner, changed)
                if spot is None:
                    continue
                typed = _written(computer, *spot, Case.AS_IS)
            else:
                typed = _written(computer, place, level, case)
            if typed != _NOTHING:
                found[meant] = typed
    found.setdefault(" ", " ")
    return found


@lru_cache(maxsize=128)
def _backward(scanner: str, computer: str, case: Case) -> dict[int, str]:
    """character that arrived → character that was meant, for `str.translate`."""
    if case in (Case.LOWER, Case.UPPER):
        # What was changed on purpose cannot be known again; only the layout is turned back.
        case = Case.AS_IS
    found: dict[int, str] = {}
    for meant, typed in _forward(scanner, computer, case).items():
        found.setdefault(ord(typed), meant)
    if "ß" in map(chr, found):
        # newer systems write the capital one under Caps Lock
        found.setdefault(ord("ẞ"), found[ord("ß")])
    return found


def _spot(layout: str, character: str) -> tuple[int, int] | None:
    """The key and the level (0 plain, 1 Shift, 2 AltGr) that write a character."""
    for level, line in enumerate(_KEYS[layout]):
        place = line.find(character)
        if place >= 0 and character != _DEAD:
            return place, level
    return None


def _written(layout: str, place: int, level: int, case: Case) -> str:
    """What a key writes on a computer; `_NOTHING` where that is nothing."""
    if case is Case.SHIFT_LOCK and level < 2:
        level = 1 - level
    written = _KEYS[layout][level][place]
    if written == _DEAD:
        return _NOTHING
    if case is Case.CAPS and written.isalpha():
        # Shift and Caps Lock together write a small letter.
        turned = written.lower() if written.isupper() else written.upper()
        return turned if len(turned) == 1 else written
    return written
