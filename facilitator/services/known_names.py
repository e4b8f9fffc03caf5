"""Names of people on the list, found in what was typed freely: to list, to leave out, to remove.

Words are compared folded (no accents, no case), so that "Raman, Priya" and "priya RAMAN" are
found; a single name is only taken for a person's when the whole text is to be cleared of names.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations_with_replacement

from facilitator.domain.boroughs import CHOICES
from facilitator.domain.names import TITLES
from facilitator.domain.text import fold

_WORD = re.compile(r"[^\W_]+(?:['’‘ʼ][^\W_]+)*")
_EMAIL = re.compile(r"[\w.+'’-]+@[\w-]+(?:\.[\w-]+)+")
_PHONE = re.compile(r"\+?\(?\d[\d ()./-]{5,}\d")
_CODE = re.compile(r"[^\s,;“”\"'()<>]{4,}")
#: a single name of so many letters is taken for one in small letters too, where all are to go
_LONG = 6
#: names that are also common words, months or places: alone they are not taken for a person
_COMMON_WORDS = """
    the and for are but not you all can had her was one our out day get has him his how man new
    now old see two way who boy did its let put say she too use will mark grace may june april
    august hope rose joy faith art bill pat sue drew rich frank dean young long short best good
    white black brown green gray grey king price page day field wood hill lake park west east
    north south street church house board care health practice pharmacy pharmacist general
    community doctor nurse guest guests people table round summer winter may home close cross
    case chance major miles night knight bishop baker cook parker porter turner hunter mason
    carter fisher cooper walker potter gardener chambers banks waters rivers stone marsh moor
    weeks moody savage sharp swift strong small little love power may might must lord list
    first last both more most less many much some none any each every other another
"""
_COMMON = frozenset(_COMMON_WORDS.split()) | {w for name in CHOICES for w in fold(name).split()}

#: words by which a place or a team is told from a person
_PLACE_WORDS = """
    practice practices pharmacy pharmacies surgery centre center federation network pcn pcns icb
    icbs lmc lpc nhs team teams group committee council board trust clinic hospital university
    college school alliance partnership borough boroughs everyone everybody all both health care
    medical medicine medicines community primary local neighbourhood hub union society forum
    association office service services company ltd limited llp plc leads gps pharmacists staff
    organisers organiser receptionists manager managers partner partners lead chair director
    gp pharmacist technician nurse
"""
_ORGANISATION_WORDS = frozenset(_PLACE_WORDS.split())


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of one person that a text might give away."""

    given: str = ""
    family: str = ""
    email: str = ""
    phone: str = ""
    organisation: str = ""
    codes: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The given, then the family name."""
        return f"{self.given} {self.family}".strip()


@dataclass(frozen=True, slots=True)
class Hit:
    """A name in a text, from `start` to `end`."""

    start: int
    end: int
    words: str


class KnownNames:
    """The names of some people, prepared to be found in many texts.

    `codes` also takes their codes; `thorough` those and single names and organisations: for a text
    that must lose all. What is also said of somebody in `spare` is then left.
    """

    def __init__(
        self, people: Iterable[Known], *, thorough: bool = False, codes: bool = False,
        spare: Iterable[Known] = (),
    ) -> None:  # fmt: skip
        #: whole names and organisations as folded words, and the longest that begins with a word
        self._phrases: set[tuple[str, ...]] = set()
        self._reach: dict[str, int] = {}
        #: family names, which tell a person behind a title
        self._families: set[tuple[str, ...]] = set()
        self._single: set[str] = set()
        self._emails: set[str] = set()
        self._phones: set[str] = set()
        self._codes: set[str] = set()
        for person in people:
            self._take(person, codes=codes or thorough, thorough=thorough)
        for person in spare:
            self._single -= {*_tokens(person.given), *_tokens(person.family)}
            self._phrases.discard(tuple(_tokens(person.organisation)))

    def hits(self, text: str) -> list[Hit]:
        """Where names of these people are in `text`, from left to right, not overlapping."""
        if not text:
            return []
        found = [
            Hit(match.start(), match.end(), match[0])
            for pattern, wanted, key in (
                (_EMAIL, self._emails, str.casefold), (_CODE, self._codes, str.casefold),
            )
            if wanted
            for match in pattern.finditer(text)
            if key(match[0]) in wanted
        ]  # fmt: skip
        if self._phones:
            found += self._phone_hits(text)
        words = [(m.start(), m.end(), _joined(m[0])) for m in _WORD.finditer(text)]
        folded = [word for _, _, word in words]
        place = 0
        while place < len(words):
            long = self._longest(folded, place)
            start, end, word = words[place]
            if long:
                end = words[place + long - 1][1]
                found.append(Hit(start, end, text[start:end]))
            elif word in self._single and (text[start].isupper() or len(word) >= _LONG):
                found.append(Hit(start, end, text[start:end]))
            place += max(1, long)
        found.sort(key=lambda hit: (hit.start, -hit.end))
        kept: list[Hit] = []
        for hit in found:
            if not kept or hit.start >= kept[-1].end:
                kept.append(hit)
        return kept

    def without(self, text: str, instead: str) -> str:
        """The text with `instead` in the place of every name."""
        for hit in reversed(self.hits(text)):
            text = text[: hit.start] + instead + text[hit.end :]
        return text

    # -- internal -------------------------------------------------------------------------------

    def _take(self, person: Known, *, codes: bool, thorough: bool) -> None:
        given, family = _tokens(person.given), _tokens(person.family)
        if given and family:
            for first in (given, given[:1]):
                self._phrase(first + family)
                self._phrase(family + first)
            self._phrase([*given, family[-1]])
        if family:
            self._families.add(tuple(family))
        if person.email:
            self._emails.add(person.email.casefold())
        if len(digits := _digits(person.phone)) >= 7:
            self._phones.add(digits)
        if codes:
            self._codes.update(code.casefold() for code in person.codes if len(code) >= 4)
        if not thorough:
            return
        for token in (*given, *family):
            if len(token) >= 3 and token not in _COMMON and token not in TITLES:
                self._single.add(token)
        place = _tokens(person.organisation)
        if len(place) > 1 or (place and len(place[0]) >= 4 and place[0] not in _COMMON
                              and place[0] not in _ORGANISATION_WORDS):  # fmt: skip
            self._phrase(place)

    def _phrase(self, tokens: Sequence[str]) -> None:
        self._phrases.add(tuple(tokens))
        self._reach[tokens[0]] = max(self._reach.get(tokens[0], 0), len(tokens))

    def _phone_hits(self, text: str) -> list[Hit]:
        """Numbers of these people, also where other digits stand right beside them."""
        found: list[Hit] = []
        for match in _PHONE.finditer(text):
            if _digits(match[0]) in self._phones:
                found.append(Hit(match.start(), match.end(), match[0]))
                continue
            groups = [(m.start(), m.end()) for m in re.finditer(r"\+?\d+", match[0])]
            for first, last in combinations_with_replacement(range(len(groups)), 2):
                part = match[0][groups[first][0] : groups[last][1]]
                if _digits(part) in self._phones:
                    start = match.start() + groups[first][0]
                    found.append(Hit(start, start + len(part), part))
        return found

    def _longest(self, words: Sequence[str], place: int) -> int:
        """How many words from `place` on are the longest name there, 0 where none is."""
        first = words[place]
        for long in range(self._reach.get(first, 0), 0, -1):
            if tuple(words[place : place + long]) in self._phrases:
                return long
        if first in TITLES:
            for long in range(4, 0, -1):
                if tuple(words[place + 1 : place + 1 + long]) in self._families:
                    return long + 1
        return 0


def looks_like_name(text: str) -> bool:
    """Whether a short text reads like a person's name: an owner, somebody to ask."""
    if _EMAIL.search(text):
        return True
    words = _WORD.findall(text)
    folded = [_joined(word) for word in words]
    if any(word in TITLES for word in folded):
        return True
    if not 2 <= len(words) <= 4 or any(word in _ORGANISATION_WORDS for word in folded):
        return len(words) == 1 and words[0][0].isupper() and folded[0] not in _ORGANISATION_WORDS
    return all(word[0].isupper() for word in words)


def _tokens(text: str) -> list[str]:
    return [word for m in _WORD.finditer(text) if (word := _joined(m[0]))]


def _digits(text: str) -> str:
    """The digits of a phone number, +44 as the 0 that it stands for."""
    digits = re.sub(r"\D", "", text)
    return f"0{digits[2:]}" if digits.startswith("44") and len(digits) == 12 else digits


def _joined(word: str) -> str:
    return fold(word).replace(" ", "")
