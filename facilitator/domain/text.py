"""Text as people write it: folded for finding and sorting, cleaned for keeping."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from anyascii import anyascii

_APOSTROPHES = re.compile(r"['’‘ʼ`´]")
_NOT_WORD = re.compile(r"[^0-9a-z]+")


@lru_cache(maxsize=65536)
def fold(text: str) -> str:
    """Lower-case ASCII words with single spaces: no accents, apostrophes or hyphens.

    "O’Neill-Nguyễn" becomes "oneill nguyen". Other scripts are transliterated (anyascii).
    """
    return _NOT_WORD.sub(" ", _APOSTROPHES.sub("", anyascii(text)).lower()).strip()


def clean(text: str | None) -> str:
    """One line of text without control characters, odd spaces and direction overrides."""
    if not text:
        return ""
    kept = (
        " " if c.isspace() else c
        for c in unicodedata.normalize("NFC", text)
        if c.isspace() or unicodedata.category(c) not in {"Cc", "Cs", "Co", "Cn"}
        if c not in "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff"
    )
    return " ".join("".join(kept).split())


def clean_lines(text: str | None) -> str:
    """Text of several lines, each cleaned; blank lines at both ends go."""
    return "\n".join(clean(line) for line in (text or "").splitlines()).strip("\n")


def counted(number: int, one: str, many: str | None = None) -> str:
    """ "1 person", "2 people": a number with its noun."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def listed(items: list[str], last: str = "and") -> str:
    """ "a, b and c"."""
    return (
        items[0]
        if len(items) == 1
        else f" {last} ".join([", ".join(items[:-1]), items[-1]])
        if items
        else ""
    )
