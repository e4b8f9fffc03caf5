"""Every count of people in the day's figures in one ledger, and how each is printed."""

from __future__ import annotations

from collections.abc import Hashable

from facilitator.documents.report_figures import BoroughFigure, DayFigures, NoteFigure
from facilitator.documents.report_suppression import LEAST, Ledger
from facilitator.domain.hands import Moment

#: how a count that may not be shown is printed
HIDDEN = "–"
HIDDEN_WORDS = "not shown"
ELSEWHERE = "Elsewhere"
EVERYBODY = "all"


class Counts:
    """What may be printed of the counts of one day; everything where it is internal.

    Keys are tuples: ("expected", side), ("came", side), ("came", side, "front" | "leader" |
    "unsaid"), ("borough", name), ("borough", name, side), ("seated", side), ("nobody", side),
    ("pledges", note id), (moment, note id, side, "raised" | "present"). A side is a side's key or
    "all" for everybody.
    """

    def __init__(self, figures: DayFigures) -> None:
        self._ledger = Ledger()
        self._values: dict[Hashable, int] = {}
        self.boroughs = figures.boroughs if figures.internal else gathered(figures.boroughs)
        self._people(figures)
        self._boroughs(figures)
        self._meetings(figures)
        self._notes(figures)
        self.hidden = frozenset() if figures.internal else self._ledger.hide()

    def shows(self, *key: Hashable) -> bool:
        """Whether the count may be printed."""
        return key not in self.hidden

    def knows(self, *key: Hashable) -> bool:
        """Whether there is such a count at all."""
        return key in self._values

    def value(self, *key: Hashable) -> int | None:
        """The count, or None where it may not be printed."""
        return self._values[key] if self.shows(*key) else None

    def text(self, *key: Hashable) -> str:
        """The count as a table shows it."""
        value = self.value(*key)
        return HIDDEN if value is None else f"{value:,}"

    # -- internal -------------------------------------------------------------------------------

    def _enter(self, value: int, *key: Hashable) -> tuple[Hashable, ...]:
        self._values[key] = value
        self._ledger.count(key, value)
        return key

    def _people(self, figures: DayFigures) -> None:
        for word in ("expected", "came"):
            total = self._enter(sum(getattr(s, word) for s in figures.by_side), word, EVERYBODY)
            parts = [self._enter(getattr(s, word), word, s.side.key) for s in figures.by_side]
            self._ledger.add_up(total, parts)
        lines = {"front": "front_line", "leader": "leaders", "unsaid": "unsaid"}
        if not any(s.unsaid for s in figures.by_side):
            del lines["unsaid"]  # a column of noughts tells nothing and would hide much
        self.lines = tuple(lines)
        for line, word in lines.items():
            total = self._enter(
                sum(getattr(s, word) for s in figures.by_side), "came", EVERYBODY, line
            )
            parts = [self._enter(getattr(s, word), "came", s.side.key, line)
                     for s in figures.by_side]  # fmt: skip
            self._ledger.add_up(total, parts)
        for key in (EVERYBODY, *(s.side.key for s in figures.by_side)):
            self._ledger.add_up(("came", key), [("came", key, line) for line in lines])

    def _boroughs(self, figures: DayFigures) -> None:
        if not self.boroughs:
            return
        # Published is one number a borough: by side nearly all of them would be too small.
        sides = [s.side.key for s in figures.by_side] if figures.internal else []
        for found in self.boroughs:
            total = self._enter(found.total, "borough", found.borough)
            if not sides:
                continue
            parts = [self._enter(found.came[place], "borough", found.borough, key)
                     for place, key in enumerate(sides)]  # fmt: skip
            self._ledger.add_up(total, parts)
        self._ledger.add_up(("came", EVERYBODY), [("borough", b.borough) for b in self.boroughs])
        for key in sides:
            self._ledger.add_up(("came", key), [("borough", b.borough, key) for b in self.boroughs])

    def _meetings(self, figures: DayFigures) -> None:
        met = figures.meetings
        for word, pair in (("seated", met.seated), ("nobody", met.met_nobody)):
            total = self._enter(sum(pair), word, EVERYBODY)
            parts = [self._enter(pair[side.position], word, side.key)
                     for side in (figures.sides.first, figures.sides.second)]  # fmt: skip
            self._ledger.add_up(total, parts)

    def _notes(self, figures: DayFigures) -> None:
        spots = figures.bright_spots
        total = self._enter(sum(spot.pledges for spot in spots), "pledges", EVERYBODY)
        parts = [self._enter(spot.pledges, "pledges", spot.id) for spot in spots]
        if parts:
            self._ledger.add_up(total, parts)
        for myth in figures.myths:
            for moment in Moment:
                self._hands(myth, moment)

    def _hands(self, myth: NoteFigure, moment: Moment) -> None:
        # The room's sums are of the sides that were counted twice, or else of all.
        hands = myth.hands
        compared = hands.compared
        counted = [s for s in hands.sides if hands.count(s, moment)]
        if not counted:
            return
        for word in ("raised", "present"):
            for side in counted:
                count = hands.count(side, moment)
                self._enter(getattr(count, word), moment, myth.id, side, word)
            pooled = [s for s in counted if s in compared] or counted
            total = self._enter(
                sum(self._values[moment, myth.id, s, word] for s in pooled),
                moment, myth.id, EVERYBODY, word,
            )  # fmt: skip
            self._ledger.add_up(total, [(moment, myth.id, s, word) for s in pooled])
        for side in (*counted, EVERYBODY):
            # a share without its base, or the base without the share, says too much or nothing
            for one, other in (("raised", "present"), ("present", "raised")):
                self._ledger.hide_with((moment, myth.id, side, one), (moment, myth.id, side, other))


def gathered(boroughs: tuple[BoroughFigure, ...]) -> tuple[BoroughFigure, ...]:
    """The boroughs with fewer than five people put together as "Elsewhere", so that their sum can
    be printed; where that is still too small the smallest of the others joins it."""
    ordered = sorted(boroughs, key=lambda b: (-b.total, b.borough))
    kept = [b for b in ordered if b.total >= LEAST]
    rest = [b for b in ordered if b.total < LEAST]
    while rest and kept and sum(b.total for b in rest) < LEAST:
        rest.append(kept.pop())
    if not rest:
        return tuple(kept)
    came = tuple(sum(b.came[place] for b in rest) for place in range(3))
    elsewhere = BoroughFigure(
        ELSEWHERE, (came[0], came[1], came[2]), sum(b.agreed for b in rest)
    )  # fmt: skip
    return (*kept, elsewhere)
