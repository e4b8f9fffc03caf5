"""Table plans, lists by surname, table cards, labels, the running order and the roll."""

from __future__ import annotations

import csv
from datetime import UTC, date, datetime
from pathlib import Path

import pypdfium2
import pytest

from facilitator.documents.badges import BadgePerson
from facilitator.documents.columns import Row, balanced, flow
from facilitator.documents.page import Occasion
from facilitator.documents.roll import (
    RollPerson,
    by_place,
    roll_lines,
    write_roll_csv,
    write_roll_pdf,
)
from facilitator.documents.running_order import SessionLine, write_running_order
from facilitator.documents.spreadsheet import guarded
from facilitator.documents.tables_print import (
    ListedPerson,
    RoundPlan,
    Seat,
    TableCard,
    TablePlan,
    by_surname,
    table_name,
    write_labels,
    write_surname_list,
    write_table_cards,
    write_table_plan,
)
from facilitator.domain.errors import Refused
from facilitator.domain.sides import DEFAULT_SIDES

GP, PH, OT = DEFAULT_SIDES
OCCASION = Occasion("Summit", datetime(2025, 11, 12, 11, 40, tzinfo=UTC), date(2025, 11, 12))


def texts(path: Path) -> list[str]:
    """The text of each page, its lines ending in a newline."""
    return [
        page.get_textpage().get_text_bounded().replace("\r\n", "\n")
        for page in pypdfium2.PdfDocument(path)
    ]


def seats_of(table: int, number: int) -> tuple[Seat, ...]:
    taken = [
        Seat(f"Guest {table}-{seat}", (GP, PH)[seat % 2], is_host=seat == 0)
        for seat in range(number - 1)
    ]
    return (*taken, Seat("", None))


def round_of(tables: int, seats: int = 8) -> RoundPlan:
    return RoundPlan(
        "Round 1",
        tuple(TablePlan(str(table + 1), seats_of(table, seats)) for table in range(tables)),
        "10:30",
        (Seat("Zoë Late", OT),),
    )


def test_a_plan_shows_every_seat_the_free_ones_and_who_has_none(tmp_path: Path) -> None:
    pages = texts(write_table_plan(tmp_path / "p.pdf", [round_of(15)], OCCASION))
    assert len(pages) <= 2
    whole = "\n".join(pages)
    for table in range(15):
        assert f"Table {table + 1}" in whole
        for seat in range(7):
            assert f"Guest {table}-{seat}" in whole
    assert whole.count("free") == 15
    assert whole.count("host") == 15
    assert "105 people at 15 tables" in pages[0]
    assert "Table plan: Round 1, 10:30" in pages[0]
    assert "Without a table yet" in whole
    assert "Zoë Late" in whole
    assert all("Printed 11:40 on Wednesday 12 November 2025" in page for page in pages)


def test_a_plan_without_tables_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="No tables have been mixed"):
        write_table_plan(tmp_path / "p.pdf", [RoundPlan("Round 1", ())], OCCASION)


def test_surnames_are_sorted_without_accents(tmp_path: Path) -> None:
    names = ["Chaudhry", "Çelik", "O’Neill", "Oakes", "Ångström", "Zhou", "Øre"]
    people = [ListedPerson("Ada", name, GP, (("Round 1", "3"), ("Round 2", ""))) for name in names]
    expected = ["Ångström", "Çelik", "Chaudhry", "Oakes", "O’Neill", "Øre", "Zhou"]
    assert [one.family_name for one in sorted(people, key=by_surname)] == expected
    (page,) = texts(write_surname_list(tmp_path / "s.pdf", people, OCCASION))
    places = [page.index(f"{name}, Ada") for name in expected]
    assert places == sorted(places)
    assert [one.letter for one in sorted(people, key=by_surname)] == list("ACCOOOZ")
    # no seat in round 2 is a dash, not a gap
    assert page.count("–") == len(people)


def test_somebody_without_a_family_name_is_filed_under_the_other(tmp_path: Path) -> None:
    person = ListedPerson("Madonna", "", OT)
    assert person.surname_first == "Madonna"
    assert person.letter == "M"
    with pytest.raises(Refused, match="nobody to list"):
        write_surname_list(tmp_path / "s.pdf", [], OCCASION)


def test_a_heading_is_never_the_last_of_its_column() -> None:
    def nothing(*_: object) -> None:
        return None

    rows = [Row(10, nothing, is_heading=index % 3 == 0, key=str(index)) for index in range(60)]
    pages = flow(rows, 50, 2)
    columns = [column for page in pages for column in page]
    assert [row.key for column in columns for row in column] == [str(n) for n in range(60)]
    assert all(sum(row.high for row in column) <= 50 for column in columns)
    assert not any(column[-1].is_heading for column in columns[:-1])
    assert all(len(page) <= 2 for page in pages)


def test_the_last_page_spreads_its_rows_over_its_columns() -> None:
    def nothing(*_: object) -> None:
        return None

    rows = [Row(10, nothing, is_heading=index % 7 == 0, key=str(index)) for index in range(25)]
    pages = balanced(flow(rows, 150, 3), 3)
    assert [len(column) for column in pages[0]] == [9, 9, 7]
    assert [row.key for column in pages[0] for row in column] == [str(n) for n in range(25)]
    assert balanced(flow([], 150, 3), 3) == [[[]]]


def test_a_table_card_is_read_from_both_sides(tmp_path: Path) -> None:
    path = write_table_cards(
        tmp_path / "c.pdf",
        [TableCard("7", "Round 2, 10:30."), TableCard("Garden room")],
        DEFAULT_SIDES,
        OCCASION,
    )
    document = pypdfium2.PdfDocument(path)
    assert [round(page.get_width()) for page in document] == [842, 842]
    first = texts(path)[0]
    assert first.count("Table 7") == 2
    # the upper half is the lower one, turned round the middle of the page
    picture = document[0].render(scale=0.5).to_pil().convert("L")
    turned = picture.rotate(180)
    differing = sum(
        1
        for one, other in zip(picture.tobytes(), turned.tobytes(), strict=True)
        if abs(one - other) > 128
    )
    assert differing < 0.01 * len(picture.tobytes())
    assert min(picture.tobytes()) < 60
    assert table_name("Garden room") == "Garden room"


def test_labels_carry_the_new_tables_twenty_one_a_page(tmp_path: Path) -> None:
    people = [
        BadgePerson("Ada", f"Larkin{n}", "", "", PH, "F1-X", (("Round 1", str(n + 100)),))
        for n in range(22)
    ]
    pages = texts(write_labels(tmp_path / "l.pdf", people, OCCASION))
    assert [page.count("Your tables now") for page in pages] == [21, 1]
    assert "121" in pages[1]
    with pytest.raises(Refused, match="No printed badge"):
        write_labels(tmp_path / "l.pdf", [], OCCASION)


SESSIONS = [
    SessionLine("09:00", "Registration", 30, is_break=True),
    SessionLine("09:30", "Welcome", 15, speaker="Dr Amina Example"),
    SessionLine("09:45", "A title " * 30, 45),
    SessionLine("10:30", "Break", 30, is_break=True, is_protected=True),
]


def test_the_running_order_tells_times_and_protected_breaks(tmp_path: Path) -> None:
    (page,) = texts(write_running_order(tmp_path / "r.pdf", SESSIONS, OCCASION))
    for word in ("09:30", "Welcome", "15 min", "Dr Amina Example", "keeps its minutes"):
        assert word in page
    assert "Expected" not in page
    with pytest.raises(Refused, match="no programme"):
        write_running_order(tmp_path / "r.pdf", [], OCCASION)


def test_expected_times_appear_once_one_differs(tmp_path: Path) -> None:
    late = [*SESSIONS, SessionLine("11:00", "Myths", 30, expected="11:07")]
    (page,) = texts(write_running_order(tmp_path / "r.pdf", late, OCCASION))
    assert "Expected" in page
    assert "11:07" in page


def inside(number: int) -> list[RollPerson]:
    return [
        RollPerson(
            f"Given{n}",
            f"Family{n}",
            DEFAULT_SIDES.first if n % 2 else DEFAULT_SIDES.second,
            str(n % 15 + 1) if n % 9 else "",
            "Wheelchair" if n % 40 == 1 else "",
            since="09:31",
        )
        for n in range(number)
    ]


@pytest.mark.parametrize(("number", "most"), [(1, 1), (120, 1), (600, 2)])
def test_everybody_is_on_the_roll_and_it_stays_short(
    tmp_path: Path, number: int, most: int
) -> None:
    people = inside(number)
    pages = texts(write_roll_pdf(tmp_path / "r.pdf", people, OCCASION))
    assert len(pages) <= most
    whole = "\n".join(pages)
    for one in people:
        assert f"{one.family_name}, {one.given_name}" in whole
    assert f"{number} {'person' if number == 1 else 'people'} inside at 11:40" in whole
    helped = sum(1 for one in people if one.access)
    assert whole.count("Wheelchair") == helped
    assert "Seen outside" in whole


def test_the_roll_of_an_empty_house_says_so(tmp_path: Path) -> None:
    (page,) = texts(write_roll_pdf(tmp_path / "r.pdf", [], OCCASION, "From the copy of 11:02"))
    assert "Nobody is inside" in page
    assert "From the copy of 11:02" in page


def test_the_roll_goes_by_side_then_table_then_name() -> None:
    people = [
        RollPerson("B", "Berg", PH, "2"),
        RollPerson("A", "Abel", GP, "10"),
        RollPerson("C", "Çelik", GP, "2"),
        RollPerson("D", "Chaudhry", GP, "2"),
        RollPerson("E", "Ende", GP, ""),
    ]
    ordered = [one.family_name for one in sorted(people, key=by_place)]
    assert ordered == ["Çelik", "Chaudhry", "Abel", "Ende", "Berg"]
    lines = roll_lines([*people, RollPerson("F", "Frei", OT, "1", "Hearing loop")])
    assert lines[0] == "6 people are inside."
    assert "General practice (4)" in lines
    assert "[ ] Frei, F (table 1; needs: Hearing loop)" in lines
    assert "[ ] Ende, E (no table)" in lines


def test_the_roll_as_csv_runs_nothing(tmp_path: Path) -> None:
    path = write_roll_csv(tmp_path / "r.csv", [RollPerson("=1+1", "@x", GP, "2", "-help")])
    with path.open(encoding="utf-8-sig", newline="") as file:
        (row,) = csv.DictReader(file)
    assert row["given_name"] == "'=1+1"
    assert row["family_name"] == "'@x"
    assert row["access"] == "'-help"
    assert row["side"] == "general-practice"


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_a_cell_that_a_spreadsheet_would_run_gets_an_apostrophe(start: str) -> None:
    assert guarded(f"{start}1") == f"'{start}1"
    assert guarded(f"1{start}") == f"1{start}"
    assert guarded("") == ""
