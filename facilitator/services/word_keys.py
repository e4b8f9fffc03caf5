"""Words in order, each with who has it: what begins like something typed is looked up at once."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from itertools import chain


class Keys:
    """Words in their order, and beside each the place of the person who has it.

    Two lists of equal length and not a dictionary of lists: what begins alike stands together, and
    half a million small lists would cost more to make than all else.
    """

    __slots__ = ("_by_length", "_each", "places", "words")

    def __init__(self) -> None:
        self.words: list[str] = []
        self.places: list[int] = []
        self._each: list[str] = []
        self._by_length: dict[int, list[str]] = {}

    def settle(self) -> None:
        """Puts the words in order, after some were appended."""
        self._each = []
        order = sorted(range(len(self.words)), key=self.words.__getitem__)
        self.words = [self.words[at] for at in order]
        self.places = [self.places[at] for at in order]

    def add(self, word: str, place: int) -> None:
        """One more person has this word."""
        at = bisect_right(self.words, word)
        self.words.insert(at, word)
        self.places.insert(at, place)
        self._each = []

    def drop(self, word: str, place: int) -> None:
        """This person has the word no more."""
        at = self.places.index(place, bisect_left(self.words, word))
        del self.words[at], self.places[at]
        self._each = []

    def who(self, word: str) -> list[int]:
        """Who has this word."""
        low = bisect_left(self.words, word)
        return self.places[low : bisect_right(self.words, word, low)]

    def many(self, word: str) -> int:
        """How many have this word."""
        low = bisect_left(self.words, word)
        return bisect_right(self.words, word, low) - low

    def beginning(self, prefix: str) -> list[int]:
        """Who has a word that begins like this; one person may be in it twice."""
        low = bisect_left(self.words, prefix)
        return self.places[low : bisect_left(self.words, prefix + "\x7f", low)]

    def count(self, prefix: str) -> int:
        """How many words of people begin like this."""
        low = bisect_left(self.words, prefix)
        return bisect_left(self.words, prefix + "\x7f", low) - low

    def vocabulary(self) -> list[str]:
        """The words, each once, in order."""
        if not self._each and self.words:
            self._each = sorted(set(self.words))
            self._by_length = {}
            for word in self._each:
                self._by_length.setdefault(len(word), []).append(word)
        return self._each

    def each(self, prefix: str) -> list[str]:
        """The words that begin like this, each once, in order."""
        every = self.vocabulary()
        low = bisect_left(every, prefix)
        return every[low : bisect_left(every, prefix + "\x7f", low)]

    def as_long(self, length: int, within: int) -> Iterable[str]:
        """The words that have about so many letters, each once."""
        self.vocabulary()
        lengths = range(length - within, length + within + 1)
        return chain.from_iterable(self._by_length.get(one, ()) for one in lengths)


class Sites:
    """The organisations: their words stand once for each, however many people are there."""

    __slots__ = ("_number_of", "begun", "people", "words")

    def __init__(self) -> None:
        #: the text from each of its words on, without spaces; and each word
        self.begun, self.words = Keys(), Keys()
        #: for each organisation, in the order in which they came, the places of its people
        self.people: list[list[int]] = []
        self._number_of: dict[str, int] = {}

    def gather(self, folded: str, place: int) -> None:
        """One more person, while all are gathered; the words are put in order at the end."""
        if folded in self._number_of:
            self.people[self._number_of[folded]].append(place)
            return
        number = self._number_of[folded] = len(self.people)
        self.people.append([place])
        words = folded.split()
        for keys, found in ((self.begun, set(joined_from(words))), (self.words, set(words))):
            keys.words += found
            keys.places += [number] * len(found)

    def add(self, folded: str, place: int) -> None:
        """One more person is there."""
        known = len(self.people)
        self.gather(folded, place)
        if len(self.people) > known:
            self.begun.settle()
            self.words.settle()

    def drop(self, folded: str, place: int) -> None:
        """This person is there no more."""
        self.people[self._number_of[folded]].remove(place)

    def at(self, numbers: Iterable[int]) -> list[int]:
        """The places of the people of these organisations."""
        return list(chain.from_iterable(map(self.people.__getitem__, set(numbers))))


def joined_from(words: Sequence[str]) -> Sequence[str]:
    """ "oakfieldroad" and "road": the text from each of its words on, without spaces."""
    if len(words) < 2:
        return words
    return ["".join(words[at:]) for at in range(len(words))]
