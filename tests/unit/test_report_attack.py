"""A reader with pencil and paper: no count of people under five comes out of what is published.

The attacker knows nothing of the ledger. They read the printed numbers, know which of them add up
(sides to everybody, lines to a side, who came and who did not to who was expected, hands up and
hands down to those present, rows of a list to their number), and solve for what is not printed.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from fractions import Fraction
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from facilitator.documents.exports_files import as_json
from facilitator.documents.exports_tables import tables
from facilitator.documents.report_counts import Counts, listed_people
from facilitator.documents.report_figures import (
    BoroughFigure,
    DayFigures,
    MeetingFigures,
    PersonFigure,
    SideFigure,
)
from facilitator.documents.report_markdown import report_markdown
from facilitator.documents.report_text import compose
from facilitator.domain.hands import Count, Hands, Moment, Show
from facilitator.domain.sides import DEFAULT_SIDES
from tests.unit.test_report_documents import _day, _note

SIDES = DEFAULT_SIDES.keys
SMALL = range(1, 5)


class Attacker:
    """Known numbers, and equations of names with 1 or -1 that add up to nought."""

    def __init__(self) -> None:
        self.known: dict[str, int] = {}
        self.lines: list[dict[str, int]] = []

    def read(self, name: str, cell: object) -> str:
        """Take a printed cell; a dash or nothing tells no number."""
        if isinstance(cell, int) and not isinstance(cell, bool):
            assert self.known.setdefault(name, cell) == cell, f"{name} is printed in two ways"
        return name

    def sums(self, total: str, parts: Iterable[str]) -> None:
        """Note that the parts add up to the total."""
        self.lines.append({total: -1, **dict.fromkeys(parts, 1)})

    def solve(self) -> dict[str, int]:
        """Every number that follows: by elimination, and because nothing is below nought."""
        while True:
            found = self._eliminated() | self._squeezed()
            new = {name: value for name, value in found.items() if name not in self.known}
            if not new:
                return self.known
            self.known |= new

    def _eliminated(self) -> dict[str, int]:
        names = sorted({n for line in self.lines for n in line if n not in self.known})
        rows = []
        for line in self.lines:
            row = [Fraction(line.get(name, 0)) for name in names]
            row.append(
                -Fraction(sum(k * self.known[n] for n, k in line.items() if n in self.known))
            )
            rows.append(row)
        place = 0
        for column in range(len(names)):
            pivot = next((r for r in range(place, len(rows)) if rows[r][column]), None)
            if pivot is None:
                continue
            rows[place], rows[pivot] = rows[pivot], rows[place]
            rows[place] = [value / rows[place][column] for value in rows[place]]
            for other, row in enumerate(rows):
                if other != place and row[column]:
                    rows[other] = [
                        a - row[column] * b for a, b in zip(row, rows[place], strict=True)
                    ]
            place += 1
        return {
            names[free[0]]: int(row[-1])
            for row in rows
            if len(free := [c for c, value in enumerate(row[:-1]) if value]) == 1
        }

    def _squeezed(self) -> dict[str, int]:
        """Parts of a known sum whose other parts fill it already are nought."""
        found: dict[str, int] = {}
        for line in self.lines:
            total = next(name for name, k in line.items() if k == -1)
            if total in self.known:
                parts = [name for name in line if name != total]
                if sum(self.known.get(part, 0) for part in parts) == self.known[total]:
                    found |= {part: 0 for part in parts if part not in self.known}
        return found


def attack(figures: DayFigures) -> dict[str, int]:
    """Everything that can be worked out from the workbook, the JSON and the list of people."""
    reader = Attacker()
    sheets = {sheet.name: sheet for sheet in tables(figures)}
    keys = (*SIDES, "everybody")
    for name, *cells in sheets["figures"].rows:
        for key, cell in zip(keys, cells, strict=True):
            reader.read(f"{name}/{key}", cell)
    lines = [str(row[0]) for row in sheets["figures"].rows if str(row[0]).startswith("came, ")]
    for word in ("expected", "came", "stayed away", *lines):
        reader.sums(f"{word}/everybody", [f"{word}/{side}" for side in SIDES])
    for key in keys:
        reader.sums(f"came/{key}", [f"{line}/{key}" for line in lines])
        reader.sums(f"expected/{key}", [f"came/{key}", f"stayed away/{key}"])
        if key not in ("other", "everybody"):
            reader.sums(f"seated/{key}", [f"met nobody of the other side/{key}", f"met some/{key}"])
    for word in ("seated", "met nobody of the other side", "met some"):
        reader.sums(f"{word}/everybody", [f"{word}/{side}" for side in SIDES[:2]])
    met = dict(sheets["meetings"].rows)
    reader.read("seated/room", met["people seated"])
    reader.sums("seated/room", ["seated/everybody", "seated/other"])
    for borough, *_, everybody in sheets["boroughs"].rows:
        reader.read(f"borough/{borough}", everybody)
    if sheets["boroughs"].rows:
        reader.sums("came/everybody", [f"borough/{row[0]}" for row in sheets["boroughs"].rows])
    for _, claim, side, *cells in sheets["hands"].rows:
        for place, moment in ((0, "before"), (2, "after")):
            name = f"{claim}/{moment}/{side}"
            reader.read(f"{name}/up", cells[place])
            reader.sums(f"{name}/present", [f"{name}/up", f"{name}/down"])
            reader.read(f"{name}/present", cells[place + 1])
    for claim in {row[1] for row in sheets["hands"].rows}:
        for moment in ("before", "after"):
            for word in ("up", "down", "present"):
                parts = [f"{claim}/{moment}/{side}/{word}" for side in SIDES[:2]]
                reader.sums(f"{claim}/{moment}/room/{word}", parts)
    for key, told in as_json(figures)["came"].items():
        side = "everybody" if key == "all" else key
        reader.read(f"came/{side}", told["came"])
        reader.read(f"expected/{side}", told["expected"])
        reader.read(f"came, front line/{side}", told["front_line"])
    for side in SIDES:
        rows = [p for p in figures.people if p.side == side and p.status]
        if rows:
            reader.read(f"came/{side}", sum(p.status == "arrived" for p in rows))
            reader.read(f"stayed away/{side}", sum(p.status == "expected" for p in rows))
            if any(p.front_line is not None for p in rows):
                for line, answer in (("front line", True), ("leaders", False)):
                    many = sum(p.front_line is answer for p in rows)
                    reader.read(f"came, {line}/{side}", many)
    return reader.solve()


numbers = st.integers(min_value=0, max_value=14)


@st.composite
def rooms(draw: st.DrawFn) -> DayFigures:
    """A room of any shape, with one myth and a list of people that agrees with its figures."""
    by_side, people = [], []
    for side in DEFAULT_SIDES:
        front, leaders, unsaid, away, left = (draw(numbers) for _ in range(5))
        came = front + leaders + unsaid
        by_side.append(SideFigure(side, came + away, came, front, leaders, unsaid))
        said = [True] * front + [False] * leaders + [None] * unsaid + [True] * away
        for place, line in enumerate(said):
            status = "expected" if place >= came else "left" if place < left else "arrived"
            people.append(_person(len(people), side.key, status, line))
    came = [figure.came for figure in by_side]
    boroughs = []
    for name in ("Lambeth", "Southwark", "Ealing"):
        here = tuple(draw(st.integers(0, most)) for most in came)
        came = [most - many for most, many in zip(came, here, strict=True)]
        boroughs.append(BoroughFigure(name, (here[0], here[1], here[2]), 0))
    boroughs.append(BoroughFigure("Brent", (came[0], came[1], came[2]), 0))
    shows = []
    for side in SIDES[:2]:
        for moment in Moment:
            present = draw(st.integers(1, 40))
            raised = draw(st.integers(0, present))
            shows.append(Show(side, moment, Count(raised, present)))
    seated = tuple(draw(st.integers(0, figure.came)) for figure in by_side)
    nobody = tuple(draw(st.integers(0, many)) for many in seated[:2])
    a, b, c = seated
    met = MeetingFigures(
        rounds=1, people=a + b + c, tables=1, meetings=sum(seated), across=a * b,
        pairs=sum(seated), pairs_across=a * b, seated=(a, b), met_nobody=(nobody[0], nobody[1]),
        matrix=(a * (a - 1) // 2, a * b, a * c, b * (b - 1) // 2, b * c, c * (c - 1) // 2),
    )  # fmt: skip
    day = _day(
        by_side=tuple(by_side), boroughs=tuple(b for b in boroughs if b.total), meetings=met,
        myths=(_note("myth", "It is so", hands=Hands(tuple(shows))),), people=tuple(people),
    )  # fmt: skip
    return replace(day, people=listed_people(day))


def _person(number: int, side: str, status: str, line: bool | None) -> PersonFigure:
    nothing = (None,) * 7
    return PersonFigure(str(UUID(int=number)), *nothing, side, line, None, status, None, ())


@settings(max_examples=60, deadline=None)
@given(rooms())
def test_no_small_count_is_printed_or_worked_out(day: DayFigures) -> None:
    found = {name: value for name, value in attack(day).items() if value in SMALL}
    assert not found


@settings(max_examples=30, deadline=None)
@given(rooms())
def test_pairs_are_told_only_of_sides_that_are_counted(day: DayFigures) -> None:
    met, told = day.meetings, {str(k): v for k, v in dict(next(
        sheet for sheet in tables(day) if sheet.name == "meetings").rows).items()}  # fmt: skip
    few = [many for many in (*met.seated, met.people - sum(met.seated)) if many in SMALL]
    text = report_markdown(compose(day))
    if any(many in SMALL for many in met.seated):
        assert {v for k, v in told.items() if "meetings" in k or "pairs" in k} <= {"–"}
        assert "by chance" not in text.partition("## About these figures")[0]
    if few:
        assert told["meetings"] == "–"
        assert told["meetings other with other"] == "–"


@settings(max_examples=30, deadline=None)
@given(rooms())
def test_words_and_charts_print_only_what_the_tables_may(day: DayFigures) -> None:
    text = report_markdown(compose(day))
    counts = Counts(day)
    for figure in day.by_side:
        if not counts.shows("came", figure.side.key):
            assert f"{figure.side.shown}: not shown" in text or not figure.expected
    for side in SIDES[:2]:
        for moment in Moment:
            count = day.myths[0].hands.count(side, moment)
            assert count is not None
            if count.raised in SMALL or count.present - count.raised in SMALL:
                assert not counts.shows(moment, day.myths[0].id, side, "raised")
                shown = DEFAULT_SIDES[side].shown
                assert (
                    f"{shown} {moment.value}: not shown" in text
                    or f"{shown} before and after: not shown" in text
                )


def test_the_attacker_sees_through_a_table_that_hides_too_little() -> None:
    reader = Attacker()
    for name, cell in (("all", 20), ("a", 17), ("b", "–")):
        reader.read(name, cell)
    reader.sums("all", ["a", "b"])
    assert reader.solve()["b"] == 3


def test_meetings_are_told_where_everybody_met_somebody_of_the_other_side() -> None:
    met = MeetingFigures(
        rounds=1, people=100, tables=10, meetings=450, across=250, chance=0.5, pairs=450,
        pairs_across=250, seated=(46, 44), matrix=(90, 250, 10, 90, 10, 0),
    )  # fmt: skip
    text = report_markdown(compose(_day(meetings=met)))
    assert f"{250 / 430:.1%}" in text
    assert "Fewer than 5 people met nobody of the other side." in text
