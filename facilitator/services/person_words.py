"""By which words a person is found: the name in every order, the address, the code, the phone."""

from __future__ import annotations

import re
from collections.abc import Iterable

from facilitator.domain.people import Person
from facilitator.domain.text import fold
from facilitator.domain.ticket import TAG_LENGTH
from facilitator.services.word_keys import joined_from

#: a ticket begins alike for everybody: "F1", and the event's tag
_TICKET_HEAD = 2 + TAG_LENGTH
_APOSTROPHES = re.compile(r"['’‘ʼ`´]")
_UMLAUTS = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "å": "aa",
     "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "Ø": "Oe", "Å": "Aa"}
)  # fmt: skip
_PLAIN = re.compile(r"[0-9a-z]+")
_WITH_VARIANT = re.compile(r"['’‘ʼ`´äöüøåÄÖÜØÅ]")
#: the lists of words that are kept, by what they hold
LISTS = (
    "family",  # the whole name, family name first, without spaces: "watsonemily"
    "starts",  # the name from each of its other words on: "emilywatson"
    "names",  # every word of the name
    "families",  # every word of the family name
    "phones",  # the last four digits
    "mails",  # the e-mail address without points and the @
    "hosts",  # what stands behind the @
    "codes",  # codes, and each from its second part on, without hyphens; of a ticket its token
)


def looks(person: Person) -> tuple[object, ...]:
    """All by which a person is found and sorted."""
    return (
        person.title, person.given_name, person.family_name, person.organisation, person.email,
        person.phone, person.ticket, person.codes, person.position,
    )  # fmt: skip


def _variants(text: str) -> list[str]:
    """The words of `text` folded; also as "o connor" for "O'Connor", "mueller" for "Müller"."""
    words = fold(text).split()
    if _WITH_VARIANT.search(text):
        words += fold(_APOSTROPHES.sub(" ", text)).split()
        words += fold(text.translate(_UMLAUTS)).split()
        words = list(dict.fromkeys(words))
    return words


def name_words(person: Person) -> list[str]:
    """The words of the name, folded, in every way in which they may be typed."""
    return [*_variants(person.given_name), *_variants(person.family_name)]


def _plain_words(text: str) -> list[str]:
    """Like `fold`, for addresses and codes: they differ from person to person, and few have
    another letter than ASCII, so that neither the memory nor the letters of `fold` are worth it.
    """
    return _PLAIN.findall(text.lower()) if text.isascii() else fold(text).split()


def token_of(joined: str) -> str:
    """What of a typed code is looked up: of a ticket its token, not the tag, which all have."""
    return joined[_TICKET_HEAD:] if joined.startswith("f1") else joined


def words_of(person: Person) -> dict[str, Iterable[str]]:
    """By which words a person stands in which of the `LISTS`; each word once."""
    given, family = fold(person.given_name).split(), fold(person.family_name).split()
    starts = {*joined_from([*given, *family])[: len(given) or 1]}
    if len(family) > 1:
        starts.update(joined_from([*family, *given])[1 : len(family)])
    words: dict[str, Iterable[str]] = {
        "family": ["".join((*family, *given))] if given or family else (),
        "starts": starts,
        "names": set(name_words(person)),
        "families": set(_variants(person.family_name)),
    }
    if person.email:
        host = "".join(_plain_words(person.email.partition("@")[2]))
        words["mails"] = ["".join(_plain_words(person.email))]
        words["hosts"] = [host]
    digits = "".join(filter(str.isdigit, person.phone))
    if digits:
        words["phones"] = [digits[-4:]]
    codes: set[str] = set()
    for code in (person.ticket, *person.codes):
        pieces = _plain_words(code)
        if pieces[:1] == ["f1"]:
            codes.add(token_of("".join(pieces)))
        else:
            codes.update(joined_from(pieces)[:2])
    codes.discard("")
    words["codes"] = codes
    return words
