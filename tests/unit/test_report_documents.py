"""The report as files: counts that may not be told, charts, the words, PDF and Word."""

from __future__ import annotations

import itertools
import zipfile
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from facilitator.documents.charts import Bar, Chart, chart_png
from facilitator.documents.report_counts import ELSEWHERE, HIDDEN, Counts, gathered
from facilitator.documents.report_docx import write_report_docx
from facilitator.documents.report_figures import (
    BoroughFigure,
    DayFigures,
    MeetingFigures,
    NoteFigure,
    SideFigure,
)
from facilitator.documents.report_glossary import found_in
from facilitator.documents.report_markdown import plain, report_markdown
from facilitator.documents.report_pdf import write_report_pdf
from facilitator.documents.report_suppression import LEAST, Ledger
from facilitator.documents.report_text import compose
from facilitator.domain.errors import Refused
from facilitator.domain.hands import Count, Estimate, Hands, Moment, Show
from facilitator.domain.sides import DEFAULT_SIDES

MADE = datetime(2025, 11, 12, 17, 6, tzinfo=UTC)
GP, PH, OTHER = DEFAULT_SIDES.keys


def _show(side: str, moment: Moment, raised: int, present: int) -> Show:
    return Show(side, moment, Count(raised, present))


HANDS = Hands((
    _show(GP, Moment.BEFORE, 20, 25), _show(GP, Moment.AFTER, 8, 24),
    _show(PH, Moment.BEFORE, 30, 40), _show(PH, Moment.AFTER, 12, 35),
))  # fmt: skip


def _note(kind: str, text: str, number: int = 1, **more: object) -> NoteFigure:
    return NoteFigure(UUID(int=number), kind, text, MADE, **more)  # type: ignore[arg-type]


def _day(**more: object) -> DayFigures:
    first, second, third = DEFAULT_SIDES
    values: dict[str, object] = {
        "event_id": UUID(int=7), "name": "South <b>London</b> Day", "held_on": date(2025, 11, 12),
        "venue": "The Old Tram Depot", "timezone": "Europe/London", "sides": DEFAULT_SIDES,
        "made_at": MADE, "attribution": "role", "internal": False, "is_rehearsal": False,
        "purged": False,
        "by_side": (
            SideFigure(first, 52, 46, 30, 16, 0), SideFigure(second, 54, 50, 38, 12, 0),
            SideFigure(third, 12, 10, 7, 3, 0),
        ),
        "boroughs": (BoroughFigure("Southwark", (40, 40, 10), 50),
                     BoroughFigure("Lambeth", (6, 7, 0), 9), BoroughFigure("Ealing", (0, 3, 0), 1)),
        "programme": (), "meetings": MeetingFigures(), "people": (),
        "myths": (_note("myth", "GPs never read it", hands=HANDS, reality="They do.", side=PH,
                        verdict="busted"),),
        "bright_spots": (_note("bright-spot", "One shared inbox", 2, pledges=3),),
        "pain_points": (_note("pain-point", "Nobody answers | the phone", 3, themes=("capacity",),
                              side=GP),),
        "actions": (
            _note("action", "Meet in the PCN", 4, boroughs=("Lambeth",), has_owner=True,
                  owner="Lambeth PCN", due=date(2025, 12, 2)),
            _note("action", "Ask the LMC", 5, boroughs=("Lambeth",)),
        ),
    }  # fmt: skip
    return DayFigures(**(values | more))  # type: ignore[arg-type]


# --- what may be told -----------------------------------------------------------------------------


def _ranges(
    values: dict[str, int], sums: list[tuple[str, list[str]]], hidden: frozenset[object], top: int
) -> dict[str, set[int]]:
    """Every value that each hidden count could have, found by trying all (small tables only)."""
    free = [key for key in values if key in hidden]
    found: dict[str, set[int]] = {key: set() for key in free}
    for guess in itertools.product(range(top + 1), repeat=len(free)):
        trial = {**values, **dict(zip(free, guess, strict=True))}
        if all(trial[total] == sum(trial[part] for part in parts) for total, parts in sums):
            for key in free:
                found[key].add(trial[key])
    return found


@settings(max_examples=15, deadline=None)
@given(st.lists(st.sampled_from([0, 1, 3, 5, 6, 7]), min_size=4, max_size=4))
def test_no_hidden_count_can_be_worked_out_by_trying_every_table(cells: list[int]) -> None:
    values = dict(zip(("a", "b", "c", "d"), cells, strict=True))
    values |= {"ab": cells[0] + cells[1], "cd": cells[2] + cells[3],
               "ac": cells[0] + cells[2], "bd": cells[1] + cells[3]}  # fmt: skip
    sums = [("ab", ["a", "b"]), ("cd", ["c", "d"]), ("ac", ["a", "c"]), ("bd", ["b", "d"])]
    ledger = Ledger()
    for key, value in values.items():
        ledger.count(key, value)
    for total, parts in sums:
        ledger.add_up(total, parts)
    hidden = ledger.hide()
    small = {key for key, value in values.items() if value < LEAST}
    assert small <= hidden
    # Only cells that all sums leave free grow without end, so a top above every sum is enough.
    within = [key for key in hidden if key in "abcd"]
    if len(within) == len(hidden):
        for key, possible in _ranges(values, sums, hidden, 14).items():
            if key in small:
                assert len(possible) > 1, (key, values, hidden)


def test_a_single_small_count_takes_another_with_it_and_nothing_far_away() -> None:
    ledger = Ledger()
    for key, value in (("front", 30), ("leader", 3), ("all", 33), ("hands", 20), ("room", 20)):
        ledger.count(key, value)
    ledger.add_up("all", ["front", "leader"])
    ledger.add_up("room", ["hands"])
    assert ledger.hide() == {"leader", "front"}


def test_a_chain_of_subtractions_is_seen_through() -> None:
    # a+b=10, b+c=10, c+d=10 with d shown gives everything away, one after the other.
    ledger = Ledger()
    for key, value in (("a", 3), ("b", 7), ("c", 3), ("d", 7), ("x", 10), ("y", 10), ("z", 10)):
        ledger.count(key, value)
    for total, parts in (("x", "ab"), ("y", "bc"), ("z", "cd")):
        ledger.add_up(total, list(parts))
    hidden = ledger.hide()
    assert {"a", "c"} <= hidden
    assert {"d", "z"} & hidden
    assert {"b", "x"} & hidden


def test_hidden_counts_that_add_up_to_nought_are_not_told_by_their_sum() -> None:
    ledger = Ledger()
    for key, value in (("a", 0), ("b", 0), ("c", 9), ("sum", 9)):
        ledger.count(key, value)
    ledger.add_up("sum", ["a", "b", "c"])
    assert ledger.hide() >= {"a", "b", "c"}


def test_a_wrong_sum_is_a_bug_and_said() -> None:
    ledger = Ledger()
    ledger.count("a", 5)
    with pytest.raises(ValueError, match="is entered as"):
        ledger.count("a", 6)
    ledger.count("t", 6)
    with pytest.raises(ValueError, match="not the sum"):
        ledger.add_up("t", ["a"])


def test_small_boroughs_are_put_together_until_they_may_be_counted() -> None:
    found = gathered(_day().boroughs)
    assert [(b.borough, b.total) for b in found] == [("Southwark", 90), (ELSEWHERE, 16)]
    assert gathered((BoroughFigure("Ealing", (1, 0, 0), 0),))[0].borough == ELSEWHERE


def test_published_counts_hide_what_internal_ones_show() -> None:
    published, internal = Counts(_day()), Counts(_day(internal=True))
    assert published.text("came", OTHER, "leader") == HIDDEN
    assert published.text("came", OTHER, "front") == HIDDEN
    assert published.value("came", "all") == 106
    assert internal.value("came", OTHER, "leader") == 3
    assert internal.value("borough", "Ealing", PH) == 3
    assert published.value("pledges", UUID(int=2)) is None


# --- the words ------------------------------------------------------------------------------------


def test_the_hands_of_the_room_are_pooled_and_not_averaged() -> None:
    text = report_markdown(compose(_day()))
    for words in ("-46.7", "-40.7", "-43.0", "20 of 25", "12 of 35"):
        assert words in text
    assert "-43.7" not in text


def test_small_shows_of_hands_are_not_told_nor_their_shift() -> None:
    hands = Hands((_show(GP, Moment.BEFORE, 20, 25), _show(GP, Moment.AFTER, 2, 25),
                   _show(PH, Moment.BEFORE, 30, 40), _show(PH, Moment.AFTER, 12, 40),
                   Show(OTHER, Moment.AFTER, None, Estimate.MOST)))  # fmt: skip
    day = _day(myths=(_note("myth", "It is so", hands=hands),))
    text = report_markdown(compose(day))
    assert "-72.0" not in text
    assert "2 of 25" not in text
    assert "12 of 40" not in text
    assert "most, by eye" in text
    assert "-72.0" in report_markdown(compose(replace(day, internal=True)))


def test_actions_without_an_owner_come_first_and_abbreviations_are_explained() -> None:
    text = report_markdown(compose(_day()))
    part = text[text.index("## Actions, by borough") :]
    assert part.index("Ask the LMC") < part.index("Meet in the PCN")
    assert "No owner yet" in part
    assert "Local medical committee" in text
    assert dict(found_in("The LMCs and a PCN’s lead; lmc is not one, nor GPhCs’"))  == {
        "GPhC": dict(found_in("GPhC"))["GPhC"], "LMC": dict(found_in("LMC"))["LMC"],
        "PCN": dict(found_in("PCN"))["PCN"],
    }  # fmt: skip


def test_an_empty_day_says_so() -> None:
    first, second, third = DEFAULT_SIDES
    empty = _day(by_side=tuple(SideFigure(s, 0, 0, 0, 0, 0) for s in (first, second, third)),
                 boroughs=(), myths=(), bright_spots=(), pain_points=(), actions=())  # fmt: skip
    text = report_markdown(compose(empty))
    assert "Nobody is on the list of this day yet." in text
    assert "No action was agreed." in text


def test_markdown_shows_what_was_typed() -> None:
    assert plain("<b>a*b</b> | # c") == r"\<b\>a\*b\</b\> \| \# c"
    assert plain("- not a list") == r"\- not a list"
    assert plain("1. not a list") == r"1\. not a list"


# --- the files ------------------------------------------------------------------------------------


def _text_of(path: Path) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(path).pages)


def test_the_pdf_is_titled_has_bookmarks_a_language_and_shows_names_as_typed(
    tmp_path: Path,
) -> None:
    path = write_report_pdf(tmp_path / "report.pdf", compose(_day()), MADE)
    reader = PdfReader(path)
    assert reader.metadata is not None
    assert reader.metadata.title == "Report of the day – South <b>London</b> Day"
    assert reader.metadata.author == "South <b>London</b> Day"
    assert reader.trailer["/Root"]["/Lang"] == "en-GB"
    titles = [one.title for one in reader.outline if not isinstance(one, list)]
    assert "Who was in the room" in titles
    assert "Actions, by borough" in titles
    text = _text_of(path)
    assert "South <b>London</b> Day" in text
    assert "Nobody answers | the phone" in text
    assert f"Page 1 of {len(reader.pages)}" in text


def test_word_says_the_same_and_its_charts_have_words(tmp_path: Path) -> None:
    from docx import Document

    path = write_report_docx(tmp_path / "report.docx", compose(_day()), MADE)
    document = Document(str(path))
    headings = [p.text for p in document.paragraphs if p.style and p.style.name == "Heading 1"]
    assert headings[0] == "Who came"
    ranks = [p.style.name for p in document.paragraphs if p.style and "Head" in str(p.style.name)]
    assert ranks[:4] == ["Heading 1"] * 4
    assert headings[4:6] == ["How this was found out", "Who was in the room"]
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    assert {"106", "Ask the LMC", "46"} <= set(cells)
    assert document.core_properties.title == "Report of the day – South <b>London</b> Day"
    with zipfile.ZipFile(path) as parts:
        xml = parts.read("word/document.xml").decode()
    assert "Bar chart of who came. General practice: 46" in xml
    assert xml.count("<w:drawing>") == xml.count('descr="Bar chart')


def test_a_chart_is_told_apart_in_grey() -> None:
    import io

    from PIL import Image

    first, second, _ = DEFAULT_SIDES
    chart = Chart("", (Bar(first, "", 5, "5"), Bar(second, "", 5, "5")), 5, "")
    image = Image.open(io.BytesIO(chart_png(chart))).convert("L")
    rows = [image.crop((0, y, 36, y + 56)).tobytes() for y in (4, 4 + 58)]
    assert rows[0] != rows[1]


def test_a_note_of_thousands_of_words_and_a_page_long_table_fit(tmp_path: Path) -> None:
    long = "A very long evidence. " * 200
    many = tuple(_note("action", f"Action {n} " + "word " * 40, n + 10, boroughs=("Lambeth",))
                 for n in range(80))  # fmt: skip
    day = _day(myths=(_note("myth", "w" * 900, evidence=long, reality="x" * 400),), actions=many)
    text = _text_of(write_report_pdf(tmp_path / "long.pdf", compose(day), MADE))
    assert "Action 79" in text


def test_a_folder_that_is_missing_is_refused_and_nothing_left(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="does not exist"):
        write_report_pdf(tmp_path / "none" / "r.pdf", compose(_day()), MADE)
    assert list(tmp_path.iterdir()) == []
