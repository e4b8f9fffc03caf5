"""The ticket: `F1-<event tag>-<token>-<check>`.

Upper-case letters and digits of Crockford's base 32 (no I, L, O, U), so that it types alike on
every keyboard layout, survives Caps Lock and uses the QR alphanumeric mode. The check character
is ISO 7064 MOD 37,36 over tag and token: it catches every single wrong character.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum, auto

from stdnum.iso7064 import mod_37_36

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
TAG_LENGTH = 4
TOKEN_LENGTH = 16
#: no scanner types more; the rest of a longer code is only counted
LONGEST_CODE = 512

_SHAPE = re.compile(r"F1-([0-9A-Z]+)-([0-9A-Z]+)-([0-9A-Z*]+)")
_PREFIXES = ("\\000001", "\\000003", "\\000026", "\\000027")


class TicketCheck(Enum):
    """What can be said of a code without looking into the event."""

    OURS = auto()
    OTHER_EVENT = auto()
    MISREAD = auto()
    FOREIGN = auto()


@dataclass(frozen=True, slots=True)
class Code:
    """A code as scanned: `raw` untouched, `text` cleaned."""

    raw: str
    text: str

    @property
    def is_blank(self) -> bool:
        """Nothing was scanned at all. A prefix without a code is a scan, and answered as one."""
        return not self.raw.strip().strip("\ufeff")


def make_ticket(tag: str, token: bytes) -> str:
    """The ticket of ten random bytes (80 bits) in the event `tag`."""
    if len(token) != 10:
        raise ValueError("a token is ten bytes")
    number = int.from_bytes(token, "big")
    letters = "".join(ALPHABET[number >> shift & 31] for shift in range(75, -1, -5))
    return f"F1-{tag}-{letters}-{mod_37_36.calc_check_digit(tag + letters)}"


def make_tag(seed: bytes) -> str:
    """An event's tag of four characters from at least three random bytes."""
    number = int.from_bytes(seed, "big")
    return "".join(ALPHABET[number >> shift & 31] for shift in range(0, 5 * TAG_LENGTH, 5))


def clean_code(raw: str) -> Code:
    """What a scanner typed, without its prefixes, control characters and stray white space."""
    text = raw.strip()[: LONGEST_CODE * 2]
    text = "".join(c for c in text if c.isprintable() or c.isspace()).strip()
    stripped = True
    while stripped:
        stripped = False
        for prefix in _PREFIXES:
            if text.startswith(prefix):
                text, stripped = text[len(prefix) :].strip(), True
    text = " ".join(text.split())
    if text[:3].upper() == "F1-":
        text = text.replace(" ", "").upper()
    return Code(raw, text[:LONGEST_CODE])


def check_ticket(text: str, tag: str) -> TicketCheck:
    """Whether a cleaned code is a ticket of the event `tag`.

    OURS says only that it is well made: whether anybody holds it, the event knows.
    """
    if not text:
        return TicketCheck.MISREAD
    if not text.startswith("F1-"):
        return TicketCheck.FOREIGN
    shape = _SHAPE.fullmatch(text)
    if shape is None:
        return TicketCheck.MISREAD
    event, token, check = shape.groups()
    if len(event) != TAG_LENGTH or len(token) != TOKEN_LENGTH or len(check) != 1 or check == "*":
        return TicketCheck.MISREAD
    if not mod_37_36.is_valid(event + token + check):
        return TicketCheck.MISREAD
    return TicketCheck.OURS if event == tag else TicketCheck.OTHER_EVENT
