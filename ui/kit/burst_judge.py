"""Whether what was typed is a scan, and where it begins: by timing and by shape. No Qt."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Protocol

from facilitator.domain.scanners import (
    USUAL,
    ScannerProfile,
    diagnose,
    is_code_shape,
    read_scan,
    ticket_span,
)

#: How long a character waits for the next one before it counts as a person's, in milliseconds.
HOLD_MS = 50
#: The slowest mean gap between the characters of a scan, in milliseconds.
MEAN_MS = 35
#: The same for letters alone: people roll over keys faster than they know.
LETTERS_MS = 20
#: The longest pause, and the slowest mean, inside a code that cannot be anything else.
BREAK_MS, SURE_MEAN_MS = 250, 150
#: The shortest scan, and the shortest without an Enter at its end.
MIN_CHARACTERS, MIN_WITHOUT_END = 4, 6


class TypedLike(Protocol):
    """One key as it was typed."""

    @property
    def text(self) -> str:
        """What it writes: one character, or more from an input method."""
        ...

    @property
    def stamp(self) -> float:
        """When, in milliseconds."""
        ...


class Judge:
    """Tells a scan from typing. `profile` is what is known of this laptop's scanner."""

    def __init__(self) -> None:
        self.profile: ScannerProfile = USUAL
        self._known: frozenset[str] = frozenset()

    def know(self, codes: Iterable[str]) -> None:
        """The codes that the event knows."""
        self._known = frozenset(
            c.casefold() for c in codes if len(c) >= MIN_CHARACTERS and not c.isalpha()
        )

    def scan_in(
        self, typed: Sequence[TypedLike], leaked: int, stamp: float, end: str
    ) -> int | None:
        """The index at which a scan begins; None where there is none.

        The first `leaked` keys have gone to their field already. `end` is what came at `stamp`
        after all of them: enter, tab, or none for a pause.
        """
        if end != "none" and stamp - typed[-1].stamp > BREAK_MS:
            return None
        start = self._sure(typed, leaked, end)
        if start is not None:
            return start
        if end == "none" and self.profile.end != "none":
            return None
        held = typed[leaked:]
        if self._is_burst(held, stamp, end):
            return leaked
        return 0 if self._is_slow_scan(typed) else None

    @staticmethod
    def is_fast(typed: Sequence[TypedLike]) -> bool:
        """Whether the end of it, had there been one, would have come by now."""
        return _mean(typed) <= MEAN_MS

    def _sure(self, typed: Sequence[TypedLike], leaked: int, end: str) -> int | None:
        """Where a whole begins that can be nothing but a scan, whatever its timing."""
        text = _text(typed)
        if len(text) < MIN_CHARACTERS or _mean(typed[-8:]) > SURE_MEAN_MS:
            return None
        start = self._begin_of_sure(typed, text, leaked, end)
        if start is None or _mean(typed[start:]) > SURE_MEAN_MS:
            return None
        return start

    def _begin_of_sure(
        self, typed: Sequence[TypedLike], text: str, leaked: int, end: str
    ) -> int | None:
        # More may come after a pause: then only what is complete counts.
        if diagnose(text, whole=end == "none") is not None:
            return 0
        span = ticket_span(text, self.profile)
        if span is not None:
            if end == "none" and span[1] < len(text.rstrip()):
                return None
            start = _index_at(typed, span[0])
            # What came along with it, at a scanner's speed, is its prefix; what had gone to its
            # field before is not.
            first = leaked if start >= leaked else 0
            while start > first and typed[start].stamp - typed[start - 1].stamp <= MEAN_MS:
                start -= 1
            return start
        if end == "none" or not self._known:
            return None
        return next((begin for begin in (leaked, 0) if self._is_known(_text(typed[begin:]))), None)

    def _is_known(self, text: str) -> bool:
        return len(text) >= MIN_CHARACTERS and any(
            code.casefold() in self._known for code in read_scan(text, self.profile)
        )

    def _is_burst(self, held: Sequence[TypedLike], stamp: float, end: str) -> bool:
        """Whether that came as fast as only a scanner types."""
        if len(held) < MIN_CHARACTERS:
            return False
        text = _text(held)
        if end == "none":
            stamp = held[-1].stamp
            if len(text) < MIN_WITHOUT_END or " " in text or not any(c.isdigit() for c in text):
                return False
        elif stamp - held[-1].stamp > HOLD_MS:
            return False
        letters = all(c.isalpha() or c in " '-." for c in text)
        return (stamp - held[0].stamp) / len(held) <= (LETTERS_MS if letters else MEAN_MS)

    def _is_slow_scan(self, typed: Sequence[TypedLike]) -> bool:
        """Whether that came as this laptop's scanner is known to type: slowly and evenly."""
        usual = self.profile.ms
        if usual <= MEAN_MS or len(typed) < MIN_CHARACTERS:
            return False
        even = all(0.5 * usual <= b.stamp - a.stamp <= 1.6 * usual for a, b in pairwise(typed))
        return even and is_code_shape(read_scan(_text(typed), self.profile)[0])


def _text(typed: Sequence[TypedLike]) -> str:
    return "".join(one.text for one in typed)


def _mean(typed: Sequence[TypedLike]) -> float:
    """The mean gap, in milliseconds."""
    if len(typed) < 2:
        return 0.0
    return (typed[-1].stamp - typed[0].stamp) / (len(typed) - 1)


def _index_at(typed: Sequence[TypedLike], place: int) -> int:
    """Which key wrote the character at `place`."""
    for index, one in enumerate(typed):
        place -= len(one.text)
        if place < 0:
            return index
    return len(typed) - 1
