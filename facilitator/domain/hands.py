"""Shows of hands: who believed a claim before and after, by side, and how far that shifted.

A side was counted (raised of present), judged by eye, or not measured at all. Only counts enter a
figure; what was judged by eye is never mixed with them, and what was not measured is never 0.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from facilitator.domain.errors import Refused
from facilitator.domain.text import counted, fold

NOT_MEASURED = "not measured"
#: more people than any room holds; a slip of the finger
MOST = 99_999


class Moment(StrEnum):
    """When hands were shown."""

    BEFORE = "before"
    AFTER = "after"


class Estimate(StrEnum):
    """What somebody on the stage can tell by eye."""

    NONE = "none"
    FEW = "a few"
    HALF = "half"
    MOST = "most"
    ALL = "all"

    @property
    def words(self) -> str:
        """ "about half, by eye": always marked as an estimate; for the middle of a sentence."""
        return ("about half" if self is Estimate.HALF else self.value) + ", by eye"


@dataclass(frozen=True, slots=True)
class Count:
    """Hands raised of the people of a side who were present. Refused where that cannot be."""

    raised: int
    present: int

    def __post_init__(self) -> None:
        if self.present < 1:
            raise Refused(
                "Hands are counted of the people present, and that is nobody here.",
                "Nothing was kept.", "Leave this side out.",
            )  # fmt: skip
        if self.raised < 0 or self.present > MOST:
            raise Refused(f"{self.raised}/{self.present} cannot be a show of hands.")
        if self.raised > self.present:
            raise Refused(
                f"{counted(self.raised, 'hand')} of {counted(self.present, 'person', 'people')}: "
                "there cannot be more hands than people.",
                "Nothing was kept.",
            )

    @property
    def percent(self) -> float:
        """The share raised, 0 to 100."""
        return 100 * self.raised / self.present

    @property
    def words(self) -> str:
        """ "30 of 40"."""
        return f"{self.raised:,} of {self.present:,}"


@dataclass(frozen=True, slots=True)
class Show:
    """One side's show of hands at one moment: a count, or an estimate by eye."""

    side: str
    moment: Moment
    count: Count | None = None
    estimate: Estimate | None = None
    #: the fact that says so
    fact: UUID | None = None

    @property
    def words(self) -> str:
        """ "30 of 40" or "most, by eye"."""
        if self.count is not None:
            return self.count.words
        return self.estimate.words if self.estimate else NOT_MEASURED


@dataclass(frozen=True, slots=True)
class Hands:
    """All shows of hands of one claim, as they stand."""

    shows: tuple[Show, ...] = ()

    def of(self, side: str, moment: Moment) -> Show | None:
        """What a side showed, or None where that was not measured."""
        return next((s for s in self.shows if s.side == side and s.moment is moment), None)

    def count(self, side: str, moment: Moment) -> Count | None:
        """What was counted of a side, or None where it was judged by eye or not measured."""
        show = self.of(side, moment)
        return show.count if show else None

    def words(self, side: str, moment: Moment) -> str:
        """ "30 of 40", "most, by eye" or "not measured"."""
        show = self.of(side, moment)
        return show.words if show else NOT_MEASURED

    @property
    def sides(self) -> tuple[str, ...]:
        """The sides about which anything is known."""
        return tuple(dict.fromkeys(show.side for show in self.shows))

    @property
    def is_measured(self) -> bool:
        """Whether anything was counted or judged."""
        return bool(self.shows)

    def shift(self, side: str) -> float | None:
        """A side's shift in percentage points, or None where it was not counted twice."""
        return _shift(self.count(side, Moment.BEFORE), self.count(side, Moment.AFTER))

    def room(self, moment: Moment, *, of: Iterable[str] | None = None) -> Count | None:
        """All who were counted at a moment together (of the sides `of`); None where nobody was."""
        sides = self.sides if of is None else tuple(of)
        found = [count for side in sides if (count := self.count(side, moment))]
        if not found:
            return None
        return Count(sum(c.raised for c in found), sum(c.present for c in found))

    @property
    def compared(self) -> tuple[str, ...]:
        """The sides that were counted both before and after: those the room's shift is of."""
        return tuple(side for side in self.sides if self.shift(side) is not None)

    @property
    def room_shift(self) -> float | None:
        """The room's shift in percentage points: raised and present of the sides that were counted
        twice are pooled, not the sides' shifts averaged. None where no side was."""
        return _shift(
            self.room(Moment.BEFORE, of=self.compared), self.room(Moment.AFTER, of=self.compared)
        )

    def beside(self, other: Hands) -> Hands:
        """These, or those of a duplicate where nothing was measured here."""
        return self if self.shows else other


#: nothing was measured
NO_HANDS = Hands()


def points(shift: float) -> str:
    """A shift as it is printed: "-43.0", "+4.2", "0.0"."""
    text = f"{shift:+.1f}"
    return "0.0" if text in {"+0.0", "-0.0"} else text


def shift_words(shift: float | None) -> str:
    """A shift in words: "43.0 percentage points fewer believe it"."""
    if shift is None:
        return NOT_MEASURED
    text = points(shift)
    if text == "0.0":
        return "as many believe it as before"
    return f"{text[1:]} percentage points {'fewer' if shift < 0 else 'more'} believe it"


def parse_shown(text: str, here: int | None = None) -> Count | Estimate:
    """A show of hands from "20/25", "20 of 25", "20" (of those `here`) or a word by eye ("most").

    Refused in a sentence where it is none of these or cannot be.
    """
    match = re.fullmatch(r"\s*(\d{1,6})\s*(?:(?:/|of|\s)\s*(\d{1,6}))?\s*", text)
    if match is None:
        for estimate in Estimate:
            if fold(text) in {fold(estimate.value), fold(estimate.value.removeprefix("a "))}:
                return estimate
        raise Refused(
            f"“{text.strip()[:40]}” is not a show of hands: write hands of people present, like "
            "20/25, or by eye: none, a few, half, most, all."
        )
    if match[2] is not None:
        return Count(int(match[1]), int(match[2]))
    if not here:
        raise Refused(
            "Nobody of this side is checked in, so the number present is not known.",
            "Nothing was kept.", f"Write it like {match[1]}/25.",
        )  # fmt: skip
    return Count(int(match[1]), here)


def _shift(before: Count | None, after: Count | None) -> float | None:
    if before is None or after is None:
        return None
    return after.percent - before.percent
