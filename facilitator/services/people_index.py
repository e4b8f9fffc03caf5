"""People prepared for search at every keystroke.

Accents, case, apostrophes, hyphens and the order of words do not matter. Every word by which a
person may be found stands in a sorted list, so that what was typed is looked up and not compared
with everybody; only where nothing begins like it are typos forgiven (rapidfuzz, over words).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from heapq import nsmallest
from itertools import chain
from uuid import UUID

from facilitator.domain.people import Person
from facilitator.domain.text import fold
from facilitator.services.person_words import LISTS, looks, name_words, token_of, words_of
from facilitator.services.word_keys import Keys, Sites

#: below this score nobody is written as was typed: they are the nearest there are
SURE = 60.0
#: with more people changed at once, all is prepared anew: that is quicker
_MANY = 2_000
_PHONE, _EMAIL, _CODE, _SITE = 87.0, 85.0, 84.0, 70.0
_FOUND_BY = {_PHONE: "phone", _EMAIL: "e-mail", _CODE: "code", _SITE: "organisation"}
#: how much farther a word is when it is the organisation's and not the name's, in letters wrong
_IN_SITE = 0.5
#: how many words that fit one part of what was typed are counted
_COUNTED = 100


@dataclass(frozen=True, slots=True)
class Found:
    """A person found by a search, best first; `score` is 0 to 100."""

    person: Person
    score: float

    @property
    def guessed(self) -> bool:
        """Nobody is written as was typed; this is near it."""
        return self.score < SURE

    @property
    def by(self) -> str:
        """What it was found by where that is not the name: "e-mail"; empty for the name."""
        return _FOUND_BY.get(self.score, "")


class PeopleIndex:
    """People prepared for search: folded once, searched at every keystroke."""

    def __init__(self, people: Sequence[Person]) -> None:
        from rapidfuzz import process  # not with this module: every command would wait for it
        from rapidfuzz.distance import OSA

        self._extract, self._distance = process.extract, OSA.distance
        self._prepare(people)

    def __len__(self) -> int:
        return len(self._place_of)

    @property
    def people(self) -> list[Person]:
        """Everybody in it, in the order of the list."""
        if self._listed is None:
            self._listed = [person for person in self._people if person is not None]
        return self._listed

    def replace(self, person: Person) -> None:
        """Puts this person in the place of what was known of them; adds somebody new."""
        self.replace_many([person])

    def replace_many(self, people: Iterable[Person]) -> None:
        """Refreshes those who are known, in their place, and adds those who are not.

        A walk-in whose arrival was taken back is on no list, and so goes.
        """
        changed: list[Person] = []
        for person in people:
            place = self._place_of.get(person.id)
            known = None if place is None else self._people[place]
            if place is not None and known is not None and looks(known) == looks(person):
                self._people[place] = person
                if person.walk_in and person.since is None:
                    changed.append(person)
            elif known is not None or not person.walk_in or person.since is not None:
                changed.append(person)
        self._listed = None
        if len(changed) > _MANY:
            latest = {person.id: person for person in chain(self.people, changed)}
            self._prepare([p for p in latest.values() if not p.walk_in or p.since is not None])
            return
        for person in changed:
            self._put(person)

    def remove_many(self, ids: Iterable[UUID]) -> None:
        """Takes people out; those who are not in it are passed over."""
        for person_id in ids:
            self._take_out(person_id)

    def search(self, text: str, limit: int = 50) -> list[Found]:
        """Those whom `text` finds, best first; those who match alike by family name."""
        raw, folded = text.strip().casefold(), fold(text)
        if not raw or limit < 1:
            return []
        scores = self._sure(raw, folded, limit)
        if not scores and len(folded.replace(" ", "")) >= 3:
            scores = self._near(folded, limit)
        people = self._people
        return [
            Found(person, score)
            for place, score in scores.items()
            if (person := people[place]) is not None
        ]

    # -- what begins as it was typed ------------------------------------------------------------

    def _sure(self, raw: str, folded: str, limit: int) -> dict[int, float]:
        """Places with their scores, best first: tier by tier, until there are enough."""
        found: dict[int, float] = {}
        for score, places in self._tiers(raw, folded, found):
            fresh = set(places).difference(found)
            if fresh:
                best = nsmallest(limit - len(found), fresh, key=self._order.__getitem__)
                found.update(dict.fromkeys(best, score))
                if len(found) >= limit:
                    break
        return found

    def _tiers(
        self, raw: str, folded: str, found: dict[int, float]
    ) -> Iterable[tuple[float, Iterable[int]]]:
        """The tiers of a search, best first; each is reckoned only when it is asked for."""
        lists, parts, joined = self._lists, folded.split(), folded.replace(" ", "")
        if not joined:
            return
        code = token_of(joined)
        yield 100.0, self._exactly(raw, joined, code)
        yield 99.0, lists["family"].who(joined)
        yield 99.0, lists["starts"].who(joined)
        if len(parts) == 1:
            yield 97.0, lists["families"].who(joined)
            yield 95.0, lists["names"].who(joined)
        yield 94.0, lists["family"].beginning(joined)
        yield 92.0, lists["starts"].beginning(joined)
        yield 91.0, lists["names"].beginning(joined)
        if len(parts) > 1:
            yield 90.0, self._with_all(parts, self._names, sites=False)
        elif len(joined) == 2 and not found:
            yield 88.0, self._with_all(list(joined), self._names, sites=False)
        if joined == raw and joined.isdigit() and len(joined) <= 4:
            yield _PHONE, lists["phones"].beginning(joined)
        yield _EMAIL, lists["mails"].beginning(joined)
        if raw[0] == "@":
            yield _EMAIL, lists["hosts"].beginning(joined)
        # Codes of one source often begin alike: letters alone are asked for from the third.
        if code and (len(code) >= 3 or any(c.isdigit() for c in code)):
            yield _CODE, lists["codes"].beginning(code)
        yield _SITE, self._sites.at(self._sites.begun.beginning(joined))
        if len(parts) > 1:
            yield 69.0, self._with_all(parts, self._texts, sites=True)

    def _exactly(self, raw: str, joined: str, code: str) -> list[int]:
        """Whose ticket, code or e-mail address this is, to the letter."""
        near = [*self._lists["codes"].who(code), *self._lists["mails"].who(joined)]
        return [
            place
            for place in near
            if (person := self._people[place]) is not None
            and raw in {c.casefold() for c in (person.ticket, *person.codes, person.email)}
        ]

    def _with_all(self, parts: list[str], texts: list[str], *, sites: bool) -> Iterable[int]:
        """Those in whose text every part begins a word; looked for among the rarest part's."""
        names, words = self._lists["names"], self._sites.words
        counts = {part: names.count(part) for part in parts}
        if sites:
            for part in counts:
                counts[part] += sum(
                    len(self._sites.people[number]) for number in words.beginning(part)
                )
        # A title stands in the texts alone: it narrows people down, and finds nobody by itself.
        asked = [part for part in counts if part not in self._titles or counts[part]]
        if not asked:
            return ()
        rarest = min(asked, key=counts.__getitem__)
        places = set(names.beginning(rarest))
        if sites:
            places.update(self._sites.at(words.beginning(rarest)))
        for other in (f" {part}" for part in counts if part != rarest):
            places = {place for place in places if other in texts[place]}
        return places

    # -- what is near to it ---------------------------------------------------------------------

    def _near(self, folded: str, limit: int) -> dict[int, float]:
        """Places with their scores, best first, where nobody is written as was typed."""
        words = list(dict.fromkeys(folded.split()))
        parts = [part for part in words if part not in self._titles][:4] or words[:4]
        alike: list[dict[str, float]] = []
        for part in parts:
            alike.append(self._alike(part, last=part == parts[-1]))
            if not alike[-1]:
                break
        found = self._together(alike) if alike[-1] else {}
        if not found and len(parts) > 1:
            # "jan smyht": that somebody is called Jan does not say that Jan was meant
            if alike[-1]:
                found = self._together(
                    [
                        words
                        if self._sites.words.many(part)
                        else self._alike(part, last=part == parts[-1], also=True)
                        for part, words in zip(parts, alike, strict=True)
                    ]
                )
            found = found or self._together([self._alike("".join(parts), last=False)])
            if not found:
                # another given name than on the list: the family name stands
                families = self._lists["families"]
                for part in parts:
                    found.update(dict.fromkeys(families.who(part), 5.0))
        tiers: defaultdict[float, list[int]] = defaultdict(list)
        for place, far in found.items():
            tiers[round(far, 1)].append(place)
        scores: dict[int, float] = {}
        for far in sorted(tiers):
            best = nsmallest(limit - len(scores), tiers[far], key=self._order.__getitem__)
            scores.update(dict.fromkeys(best, max(56.0 - 6 * far, 20.0)))
            if len(scores) >= limit:
                break
        return scores

    def _together(self, alike: list[dict[str, float]]) -> dict[int, float]:
        """Those who have a word of each of `alike`, with how far these are in all."""
        rarest, *others = sorted(alike, key=self._commonness)
        names, sites = self._lists["names"], self._sites
        found: dict[int, float] = {}
        for word, far in rarest.items():
            for places, more in (
                (names.who(word), 0.0),
                (sites.at(sites.words.who(word)), _IN_SITE),
            ):
                for place in places:
                    found[place] = min(far + more, found.get(place, 99.0))
        for other in others:
            kept: dict[int, float] = {}
            for place, far in found.items():
                name, text = self._names[place], self._texts[place]
                own = [other[word] for word in name.split() if word in other]
                own += [
                    other[word] + _IN_SITE for word in text[len(name) :].split() if word in other
                ]
                if own:
                    kept[place] = far + min(own)
            found = kept
        return found

    def _commonness(self, words: dict[str, float]) -> tuple[bool, int]:
        """How many people have one of these words, about; a letter begins too many to count."""
        if len(words) > _COUNTED:
            return True, len(words)
        return False, sum(map(self._many, words))

    def _many(self, word: str) -> int:
        """How many have it, about."""
        of_sites = sum(len(self._sites.people[number]) for number in self._sites.words.who(word))
        return self._lists["names"].many(word) + of_sites

    def _alike(self, part: str, *, last: bool, also: bool = False) -> dict[str, float]:
        """The words like `part`, and how far each is from it: letters wrong, and a little more for
        what is only begun.

        Only a word that nobody has is taken for a typo, unless `also`; only the `last` word of
        what was typed may be wrong and only begun.
        """
        found: dict[str, float] = {}
        lists = (self._lists["names"], self._sites.words)
        for keys in lists:
            for word in keys.each(part):
                found.setdefault(word, 0.0 if word == part else 0.2)
        # A digit belongs to a code or an address, and those that are near are other people's.
        if (found and not also) or len(part) < 3 or any(c.isdigit() for c in part):
            return found
        wrong = 1 if len(part) <= 5 else 2
        nearest = 9
        for keys in lists:
            for word, far in self._mistyped(part, keys.as_long(len(part), wrong), wrong):
                nearest = min(nearest, far)
                found.setdefault(word, far)
        if not last or nearest <= 1 or len(part) < 4:
            return found
        for keys in lists:
            # Of a word only begun, one of the first two letters is taken to be right.
            words = [*keys.each(part[0]), *(keys.each(part[1]) if part[1] != part[0] else ())]
            for length in (len(part) - 1, len(part), len(part) + 1):
                for begun, far in self._mistyped(part, {word[:length] for word in words}, 1):
                    for word in keys.each(begun):
                        found.setdefault(word, far + 0.3)
        return found

    def _mistyped(self, part: str, words: Iterable[str], wrong: int) -> Iterable[tuple[str, int]]:
        """Those of `words` that are `part` with at most so many letters wrong, missing, too many
        or in each other's place, and how many; the nearest first.
        """
        extracted = self._extract(
            part, list(words), scorer=self._distance, score_cutoff=wrong, limit=None
        )
        return [(word, far) for word, far, _ in extracted]

    # -- keeping --------------------------------------------------------------------------------

    def _prepare(self, people: Iterable[Person]) -> None:
        self._people: list[Person | None] = []
        self._listed: list[Person] | None = None
        self._place_of: dict[UUID, int] = {}
        #: for each place: how it is sorted, the words of the name, and those with all else
        self._order: list[str] = []
        self._names: list[str] = []
        self._texts: list[str] = []
        self._titles: set[str] = set()
        self._lists = {name: Keys() for name in LISTS}
        self._sites = Sites()
        for person in people:
            place = self._append(person)
            self._sites.gather(fold(person.organisation), place)
            for name, words in words_of(person).items():
                keys = self._lists[name]
                for word in words:
                    keys.words.append(word)
                    keys.places.append(place)
        for keys in (*self._lists.values(), self._sites.begun, self._sites.words):
            keys.settle()
        # the first typo should not wait for it
        self._lists["names"].vocabulary()
        self._sites.words.vocabulary()

    def _append(self, person: Person) -> int:
        place = len(self._people)
        self._people.append(person)
        self._place_of[person.id] = place
        for kept in (self._order, self._names, self._texts):
            kept.append("")
        self._describe(person, place)
        return place

    def _describe(self, person: Person, place: int) -> None:
        given, family = fold(person.given_name), fold(person.family_name)
        self._order[place] = f"{family or given}\0{given}\0{person.position:09d}"
        names = " ".join(name_words(person))
        title = fold(person.title)
        self._titles.update(title.split())
        self._names[place] = f" {names} {title}"
        self._texts[place] = f" {names} {title} {fold(person.organisation)}"

    def _put(self, person: Person) -> None:
        place = self._place_of.get(person.id)
        if person.walk_in and person.since is None:
            self._take_out(person.id)
            return
        if place is None:
            place = self._append(person)
        else:
            self._forget_words(place)
            self._people[place] = person
            self._describe(person, place)
        for name, words in words_of(person).items():
            for word in words:
                self._lists[name].add(word, place)
        self._sites.add(fold(person.organisation), place)

    def _take_out(self, person_id: UUID) -> None:
        place = self._place_of.pop(person_id, None)
        if place is None:
            return
        self._forget_words(place)
        self._people[place] = None
        self._listed = None

    def _forget_words(self, place: int) -> None:
        known = self._people[place]
        if known is not None:
            self._sites.drop(fold(known.organisation), place)
            for name, words in words_of(known).items():
                for word in words:
                    self._lists[name].drop(word, place)
