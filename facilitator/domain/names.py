"""Names as people write them in one field: "Dr Priya Raman", "Raman, Priya"."""

from __future__ import annotations

from dataclasses import dataclass

from facilitator.domain.text import clean

TITLES = {
    "dr": "Dr", "doctor": "Dr", "prof": "Prof", "professor": "Prof", "mr": "Mr", "mrs": "Mrs",
    "ms": "Ms", "miss": "Miss", "mx": "Mx", "sir": "Sir", "dame": "Dame", "lady": "Lady",
    "lord": "Lord", "rev": "Rev", "revd": "Revd", "cllr": "Cllr", "councillor": "Cllr",
}  # fmt: skip

#: small words that belong to the family name after them
_PARTICLES = {
    "da", "das", "de", "del", "della", "den", "der", "di", "dos", "du", "el", "la", "le", "ó",
    "ni", "ní", "mac", "st", "ter", "van", "von", "bin", "ibn", "al", "ap",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Name:
    """A name in its parts; each may be empty."""

    title: str
    given: str
    family: str


def split_name(text: str) -> Name:
    """The parts of a name in one field. A single word counts as the given name."""
    text = clean(text)
    title, text = take_title(text)
    if "," in text:
        family, _, given = text.partition(",")
        inner, given = take_title(given.strip())
        return Name(title or inner, given, family.strip())
    words = text.split()
    if len(words) < 2:
        return Name(title, text, "")
    at = len(words) - 1
    while at > 1 and words[at - 1].casefold() in _PARTICLES:
        at -= 1
    return Name(title, " ".join(words[:at]), " ".join(words[at:]))


def take_title(text: str) -> tuple[str, str]:
    """The titles in front of a name, and the rest: ("Prof Dr", "Ada Larkin")."""
    words, titles = text.split(), []
    while len(words) > 1 and words[0].rstrip(".").casefold() in TITLES:
        titles.append(TITLES[words.pop(0).rstrip(".").casefold()])
    return " ".join(titles), " ".join(words)
