"""Names of people on the list, found in what was typed freely: to list, to leave out, to remove.

Words are compared folded (no accents, no case), so that "Raman, Priya" and "priya RAMAN" are
found; a single name is only taken for a person's when the whole text is to be cleared of names.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from facilitator.domain.boroughs import CHOICES
from facilitator.domain.names import TITLES
from facilitator.domain.text import fold

_WORD = re.compile(r"[^\W_]+(?:['’‘ʼ][^\W_]+)*")
_EMAIL = re.compile(r"[\w.+'-]+@[\w-]+(?:\.[\w-]+)+")
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
        self._phrases: dict[str, set[tuple[str, ...]]] = {}
        self._single: set[str] = set()
        self._literal: set[str] = set()
        for person in people:
            given, family = _tokens(person.given), _tokens(person.family)
            if given and family:
                self._phrase(given + family)
                self._phrase(family + given)
                if len(given) > 1:
                    self._phrase([given[0], *family])
                    self._phrase([*family, given[0]])
                if len(family) > 1:
                    self._phrase([*given, family[-1]])
            for title in TITLES if family else ():
                self._phrase([title, *family])
            if person.email:
                self._literal.add(person.email.casefold())
            digits = re.sub(r"\D", "", person.phone)
            if len(digits) >= 7:
                self._literal.add(person.phone.casefold())
            if codes or thorough:
                self._literal.update(c.casefold() for c in person.codes if len(c) >= 4)
            if thorough:
                self._take_all(person, given, family)
        for person in spare:
            self._single -= {*_tokens(person.given), *_tokens(person.family)}
            self._literal.discard(person.organisation.casefold())
            place = tuple(_tokens(person.organisation))
            if place:
                self._phrases.get(place[0], set()).discard(place)
        self._literals = (
            re.compile("|".join(re.escape(t) for t in sorted(self._literal, key=len, reverse=True)),
                       re.IGNORECASE)
            if self._literal else None
        )  # fmt: skip

    def hits(self, text: str) -> list[Hit]:
        """Where names of these people are in `text`, from left to right, not overlapping."""
        if not text:
            return []
        found: list[Hit] = []
        if self._literals is not None:
            found += [Hit(m.start(), m.end(), m[0]) for m in self._literals.finditer(text)]
        words = [(m.start(), m.end(), _joined(m[0])) for m in _WORD.finditer(text)]
        place = 0
        while place < len(words):
            long = self._longest(words, place)
            if long:
                start, end = words[place][0], words[place + long - 1][1]
                found.append(Hit(start, end, text[start:end]))
                place += long
                continue
            start, end, word = words[place]
            if word in self._single and text[start].isupper():
                found.append(Hit(start, end, text[start:end]))
            place += 1
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

    def _take_all(self, person: Known, given: Sequence[str], family: Sequence[str]) -> None:
        for token in (*given, *family):
            if len(token) >= 3 and token not in _COMMON and token not in TITLES:
                self._single.add(token)
        place = _tokens(person.organisation)
        if len(place) > 1 or (place and len(place[0]) >= 4 and place[0] not in _COMMON
                              and place[0] not in _ORGANISATION_WORDS):  # fmt: skip
            self._phrase(place)
            # what folding cannot see ("Boots & Co.") is found as it is written
            self._literal.add(person.organisation.casefold())

    def _phrase(self, tokens: Sequence[str]) -> None:
        self._phrases.setdefault(tokens[0], set()).add(tuple(tokens))

    def _longest(self, words: Sequence[tuple[int, int, str]], place: int) -> int:
        best = 0
        for phrase in self._phrases.get(words[place][2], ()):
            if len(phrase) > best and all(
                place + i < len(words) and words[place + i][2] == token
                for i, token in enumerate(phrase)
            ):
                best = len(phrase)
        return best


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


def _joined(word: str) -> str:
    return fold(word).replace(" ", "")
