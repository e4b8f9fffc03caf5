"""People prepared for search at every keystroke."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from facilitator.domain.people import Person
from facilitator.domain.text import fold


@dataclass(frozen=True, slots=True)
class Found:
    """A person found by a search, best first; `score` is 0 to 100."""

    person: Person
    score: float


class PeopleIndex:
    """People prepared for search: folded once, searched at every keystroke.

    Accents, case, apostrophes, hyphens and the order of words do not matter, and a typo is
    forgiven (rapidfuzz).
    """

    def __init__(self, people: Sequence[Person]) -> None:
        self._prepare(list(people))

    def replace(self, person: Person) -> None:
        """Puts this person in the place of what was known of them; adds somebody new."""
        self.replace_many([person])

    def replace_many(self, people: Iterable[Person]) -> None:
        """Refreshes those who are known, in their place, and adds those who are not."""
        known = {person.id: person for person in self._people}
        known.update((person.id, person) for person in people)
        self._prepare(list(known.values()))

    def _prepare(self, people: list[Person]) -> None:
        self._people = people
        self._names = [fold(f"{p.given_name} {p.family_name}") for p in people]
        self._words = [name.split() for name in self._names]
        self._joined = [name.replace(" ", "") for name in self._names]
        self._organisations = [fold(p.organisation) for p in people]
        self._emails = [p.email.casefold() for p in people]
        self._phones = ["".join(c for c in p.phone if c.isdigit())[-4:] for p in people]
        self._codes = [tuple(c.casefold() for c in (p.ticket, *p.codes)) for p in people]

    def __len__(self) -> int:
        return len(self._people)

    @property
    def people(self) -> list[Person]:
        """Everybody in it, in the order of the list."""
        return self._people

    def search(self, text: str, limit: int = 50) -> list[Found]:
        """Those whom `text` finds, best first."""
        folded, raw = fold(text), text.strip().casefold()
        if not raw:
            return []
        wanted = folded.split()
        joined = folded.replace(" ", "")
        digits = raw if raw.isdigit() and len(raw) == 4 else ""
        scores: dict[int, float] = {}
        for place in range(len(self._people)):
            score = self._score(place, raw, folded, joined, wanted, digits)
            if score:
                scores[place] = score
        if not scores and len(joined) >= 3:
            scores = self._forgiving(folded)
        ordered = sorted(
            scores, key=lambda i: (-scores[i], fold(self._people[i].family_name), self._names[i])
        )
        return [Found(self._people[i], scores[i]) for i in ordered[:limit]]

    def _score(
        self, place: int, raw: str, folded: str, joined: str, wanted: list[str], digits: str
    ) -> float:
        if raw in self._codes[place]:
            return 100.0
        if folded:
            if folded == self._names[place] or joined == self._joined[place]:
                return 99.0
            words = self._words[place]
            if all(any(word.startswith(part) for word in words) for part in wanted):
                family = words[-1] if words else ""
                whole = sum(part in words for part in wanted)
                return 90.0 + min(4, whole) + (2.0 if family.startswith(wanted[0]) else 0.0)
            if len(joined) >= 2 and any(
                self._joined[place].startswith(joined, at) for at in self._starts(place)
            ):
                return 88.0
        if digits and self._phones[place] == digits:
            return 87.0
        if len(raw) >= 3 and (self._emails[place].startswith(raw) or raw == self._emails[place]):
            return 85.0
        if len(raw) >= 4 and any(code.startswith(raw) for code in self._codes[place]):
            return 84.0
        if folded and all(
            f" {part}" in f" {self._organisations[place]} {self._names[place]}" for part in wanted
        ):
            return 70.0
        if len(raw) >= 4 and "@" in raw and raw in self._emails[place]:
            return 65.0
        return 0.0

    def _starts(self, place: int) -> Iterable[int]:
        at = 0
        for word in self._words[place]:
            yield at
            at += len(word)

    def _forgiving(self, folded: str) -> dict[int, float]:
        # token_set and not WRatio: a typo in one word must not be outweighed by the other words
        from rapidfuzz import fuzz, process  # not at every start: few searches come this far

        found: dict[int, float] = {}
        for choices, weight in ((self._names, 0.8), (self._organisations, 0.6)):
            for _, score, place in process.extract(
                folded, choices, scorer=fuzz.WRatio, score_cutoff=74, limit=20
            ):
                found[place] = max(found.get(place, 0.0), score * weight)
        parts = folded.split()
        if len(parts) == 1:
            for place, words in enumerate(self._words):
                best = max((fuzz.ratio(parts[0], word) for word in words), default=0.0)
                if best >= 78:
                    found[place] = max(found.get(place, 0.0), best * 0.8)
        return found
