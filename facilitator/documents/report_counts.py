"""Every count of people in the day's figures in one ledger, and how each is printed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable
from dataclasses import replace

from facilitator.documents.report_figures import (
    BoroughFigure,
    DayFigures,
    NoteFigure,
    PersonFigure,
)
from facilitator.documents.report_suppression import LEAST, Ledger
from facilitator.domain.hands import Count, Moment

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
    "all" for everybody; ("seated", "all") is of the two sides, ("seated", "room") of all three.

    What is nowhere printed but told by the difference of two that are stands in the ledger too:
    who did not come, and who did not raise a hand.
    """

    def __init__(self, figures: DayFigures) -> None:
        self._ledger = Ledger()
        self._values: dict[Hashable, int] = {}
        self.boroughs = figures.boroughs if figures.internal else gathered(figures.boroughs)
        self._all_sides, self._internal = figures.sides, figures.internal
        self._of = {b.borough: b.came for b in figures.boroughs}
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

    def _enter(self, value: int, *key: Hashable, rather: bool = False) -> tuple[Hashable, ...]:
        self._values[key] = value
        self._ledger.count(key, value, rather=rather)
        return key

    def _known(self, *key: Hashable) -> None:
        """A nought that everybody knows: a side of which nobody was invited, or sat anywhere."""
        self._values[key] = 0

    def _people(self, figures: DayFigures) -> None:
        sides = [s for s in figures.by_side if s.expected or s.came] or list(figures.by_side)
        self.sides = tuple(s.side for s in sides)
        lines = {"front": "front_line", "leader": "leaders", "unsaid": "unsaid"}
        if not any(s.unsaid for s in sides):
            del lines["unsaid"]  # a column of noughts tells nothing and would hide much
        self.lines = tuple(lines)
        for figure in figures.by_side:
            if figure.side not in self.sides:
                key = figure.side.key
                for rest in (("expected", key), ("came", key), ("missing", key),
                             *(("came", key, line) for line in lines)):  # fmt: skip
                    self._known(*rest)
        self._by_side("came", {s.side.key: s.came for s in sides})
        self._by_side("expected", {s.side.key: s.expected for s in sides}, rather=True)
        self._by_side("missing", {s.side.key: s.expected - s.came for s in sides}, rather=True)
        for line, word in lines.items():
            total = self._enter(sum(getattr(s, word) for s in sides), "came", EVERYBODY, line)
            parts = [self._enter(getattr(s, word), "came", s.side.key, line) for s in sides]
            self._ledger.add_up(total, parts)
        for key in (EVERYBODY, *(s.side.key for s in sides)):
            self._ledger.add_up(("came", key), [("came", key, line) for line in lines])
            self._ledger.add_up(("expected", key), [("came", key), ("missing", key)])

    def _by_side(self, word: str, values: dict[str, int], *, rather: bool = False) -> None:
        total = self._enter(sum(values.values()), word, EVERYBODY, rather=rather)
        parts = [self._enter(value, word, key, rather=rather) for key, value in values.items()]
        self._ledger.add_up(total, parts)

    def _boroughs(self, figures: DayFigures) -> None:
        if not self.boroughs:
            return
        # Published is one number a borough: by side nearly all of them would be too small.
        sides = [side.key for side in self.sides] if figures.internal else []
        places = {s.side.key: s.side.position for s in figures.by_side}
        for found in self.boroughs:
            for figure in figures.by_side if sides else ():
                if figure.side not in self.sides:
                    self._known("borough", found.borough, figure.side.key)
            total = self._enter(found.total, "borough", found.borough)
            if not sides:
                continue
            parts = [self._enter(found.came[places[key]], "borough", found.borough, key)
                     for key in sides]  # fmt: skip
            self._ledger.add_up(total, parts)
        self._ledger.add_up(("came", EVERYBODY), [("borough", b.borough) for b in self.boroughs])
        for key in sides:
            self._ledger.add_up(("came", key), [("borough", b.borough, key) for b in self.boroughs])

    def _meetings(self, figures: DayFigures) -> None:
        met = figures.meetings
        some = (met.seated[0] - met.met_nobody[0], met.seated[1] - met.met_nobody[1])
        for word, pair in (("seated", met.seated), ("nobody", met.met_nobody), ("some", some)):
            unprinted = word == "some"
            total = self._enter(sum(pair), word, EVERYBODY, rather=unprinted)
            parts = [self._enter(pair[side.position], word, side.key, rather=unprinted)
                     for side in (figures.sides.first, figures.sides.second)]  # fmt: skip
            self._ledger.add_up(total, parts)
        for key in (EVERYBODY, figures.sides.first.key, figures.sides.second.key):
            self._ledger.add_up(("seated", key), [("nobody", key), ("some", key)])
        third = figures.sides.third.key
        rest = met.people - sum(met.seated)
        room = self._enter(met.people, "seated", "room")
        if rest:
            self._enter(rest, "seated", third)
            self._ledger.add_up(room, [("seated", EVERYBODY), ("seated", third)])
        else:
            self._known("seated", third)
            self._ledger.add_up(room, [("seated", EVERYBODY)])

    @property
    def shows_meetings(self) -> bool:
        """Whether meetings of the two sides may be told: from pairs, people can be worked out."""
        first, second, _ = self._all_sides.keys
        return self.shows("seated", first) and self.shows("seated", second)

    @property
    def shows_third(self) -> bool:
        """Whether meetings with people of the third side may be told as well."""
        return self.shows_meetings and self.shows("seated", self._all_sides.third.key)

    def shows_pair(self, one: str, other: str) -> bool:
        """Whether pairs of somebody of the first side from `one` and of the second from `other`
        may be told: where five or more of both came."""
        return self._internal or min(self._of[one][0], self._of[other][1]) >= LEAST

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
        for word in ("raised", "present", "down"):
            for side in counted:
                count = hands.count(side, moment)
                self._enter(_of_hands(count, word), moment, myth.id, side, word)
            pooled = [s for s in counted if s in compared] or counted
            total = self._enter(
                sum(self._values[moment, myth.id, s, word] for s in pooled),
                moment, myth.id, EVERYBODY, word,
            )  # fmt: skip
            self._ledger.add_up(total, [(moment, myth.id, s, word) for s in pooled])
        for side in (*counted, EVERYBODY):
            whole = (moment, myth.id, side, "present")
            self._ledger.add_up(whole, [(moment, myth.id, side, w) for w in ("raised", "down")])
            # a share without its base, or the base without the share, says too much or nothing
            for one, other in (("raised", "present"), ("present", "raised")):
                self._ledger.hide_with((moment, myth.id, side, one), (moment, myth.id, side, other))


def listed_people(figures: DayFigures) -> tuple[PersonFigure, ...]:
    """The people of a list without names, with nothing by which a small count could be told: rows
    are counted as easily as read. Who left again stands as arrived; who cancelled is left out
    where they are few, and of a side whose counts may not be told neither side nor status is said.
    """
    counts = Counts(replace(figures, internal=False))
    cancelled = Counter(p.side for p in figures.people if p.status == "cancelled")
    found: list[PersonFigure] = []
    for person in figures.people:
        side = person.side
        if person.status == "cancelled" and cancelled[side] < LEAST:
            continue
        told = all(counts.shows(word, side) for word in ("came", "expected", "missing"))
        came = person.status in ("arrived", "left")
        lines = told and came and all(counts.shows("came", side, line) for line in counts.lines)
        found.append(
            replace(
                person,
                side=side if told else None, profession=None, borough=None,
                status=("arrived" if came else person.status) if told else None,
                front_line=person.front_line if lines else None,
            )
        )  # fmt: skip
    return tuple(sorted(found, key=lambda p: (p.side or "~", p.status or "~", p.id)))


def _of_hands(count: Count | None, word: str) -> int:
    if count is None:
        return 0
    return count.present - count.raised if word == "down" else int(getattr(count, word))


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
