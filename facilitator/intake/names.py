"""People's names as lists write them, on top of `facilitator.domain.names`."""

from __future__ import annotations

import re
from dataclasses import dataclass

from facilitator.domain import names
from facilitator.domain.text import fold

_LETTERS = re.compile(
    r"(?:MBE|OBE|CBE|KBE|DBE|BEM|QN|PhD|DPhil|MD|MBBS|BSc|MSc|MA|BA|MPharm|BPharm|MPH|MBA|RN|RGN|"
    r"JP|DL|KC|QC|Jr|Sr|II|III|Esq|[MF]RPharmS|[MF]RC[A-Z]+s?|[MF]FPH|[MF]FRPS|IP|PGCert|PGDip|"
    r"DRCOG|DFSRH|FRSPH|FRSA|Hons?)\.?",
    re.IGNORECASE,
)
_EMPTY = {"", "n a", "na", "none", "tbc", "tba", "tbd", "unknown", "to be confirmed", "guest",
          "to be named", "unassigned", "no name", "info requested"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Name:
    """A name in its parts; `letters` are those after the name ("MRPharmS")."""

    title: str = ""
    given: str = ""
    family: str = ""
    letters: str = ""

    def __bool__(self) -> bool:
        return bool(self.given or self.family)


def find_title(text: str) -> str | None:
    """The title that the whole of `text` is ("Dr." is "Dr"), or None."""
    title, rest = names.take_title(f"{text} x")
    return title if title and rest == "x" else None


def split_name(text: str) -> Name:
    """A whole name in its parts: "Dr Ada Larkin", "Larkin, Ada", "Larkin, Dr Ada", "Ada Larkin,
    MRPharmS". What stands in for a name ("TBC", "Info Requested") is none."""
    if fold(text) in _EMPTY:
        return Name()
    trailing = re.fullmatch(r"(.+?)\s*\(([A-Za-z. ]{2,10})\)", text)
    behind = find_title(trailing[2]) if trailing else None
    if trailing and behind:
        text = trailing[1]
    text, letters = _without_letters(text)
    parts = names.split_name(text.strip(", "))
    return Name(parts.title or behind or "", parts.given, parts.family, letters)


def join_name(title: str, given: str, family: str) -> Name:
    """A name from its columns, where a title or a comma may have slipped into one of them."""
    if fold(f"{given} {family}") in _EMPTY:
        return Name()
    if given.endswith(","):  # "Larkin," and "Ada": a system split "Larkin, Ada" at the space
        given, family = family, given.rstrip(", ")
    if given and not family and " " in given:
        whole = split_name(given)
        return Name(title or whole.title, whole.given, whole.family, whole.letters)
    slipped, given = names.take_title(given)
    family, letters = _without_letters(family)
    return Name(title or slipped, given, family, letters)


def same_name(given: str, family: str) -> str:
    """What two spellings of one name have in common: words without accents, in any order."""
    return " ".join(sorted(fold(f"{given} {family}").split()))


def _without_letters(text: str) -> tuple[str, str]:
    """The name, and the letters that follow it after a comma ("Ada Larkin, MBE, MRPharmS")."""
    parts = [part.strip() for part in text.split(",")]
    letters: list[str] = []
    while len(parts) > 1 and all(_LETTERS.fullmatch(word) for word in parts[-1].split()):
        # "Larkin, MA" is no name with letters unless a given name stands before the comma
        if len(parts) == 2 and " " not in parts[0]:
            break
        letters.insert(0, parts.pop())
    return ", ".join(parts), ", ".join(part for part in letters if part)
