"""PDF, Word, workbook and csv of one day say the same, and none says what another leaves out.

Each file is read back as whoever got it would read it: nothing here asks the program's own words.
"""

from __future__ import annotations

import csv
import itertools
import re
import zipfile
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from pypdf import PdfReader
from python_calamine import CalamineWorkbook

from facilitator.app import EventApp, create_event
from facilitator.clocks import HandClocks
from facilitator.services.events import NewEvent
from tests import day

GP, PH = "general-practice", "community-pharmacy"
SHOWN = {GP: "General practice", PH: "Community pharmacy", "other": "Guests"}
HIDDEN = "–"
#: no other figure of the day, so that it gives itself away wherever it stands
PRESENT, RAISED = 98, 96


@dataclass(frozen=True)
class Files:
    """What was written, as it is read back."""

    pdf: PdfReader
    pdf_text: str
    alts: list[str]
    word: Any
    word_parts: str
    book: dict[str, list[list[Any]]]
    sheets: dict[str, list[list[str]]]

    @property
    def texts(self) -> dict[str, str]:
        """Every word of every file, by the file, what a file says of itself included."""
        about = " ".join(str(value) for value in (self.pdf.metadata or {}).values())
        outline = " ".join(_titles(self.pdf.outline))
        return {
            "pdf": " ".join([self.pdf_text, *self.alts, about, outline]),
            "docx": self.word_parts,
            "xlsx": " ".join(str(cell) for rows in self.book.values() for row in rows
                             for cell in row),
            "csv": " ".join(cell for rows in self.sheets.values() for row in rows
                            for cell in row),
        }  # fmt: skip

    def table(self, *head: str) -> list[list[str]]:
        """The rows of the first table in Word whose head begins so."""
        for table in self.word.tables:
            rows = [[cell.text for cell in row.cells] for row in table.rows]
            if tuple(rows[0][: len(head)]) == head:
                return rows[1:]
        raise AssertionError(head)

    def sheet(self, name: str) -> list[dict[str, str]]:
        """The rows of a csv by the names of the columns."""
        head, *rows = self.sheets[name]
        return [dict(zip(head, row, strict=True)) for row in rows]

    def figure(self, sheet: str, name: str) -> str:
        """One value of a sheet of figures."""
        return next(row["value"] for row in self.sheet(sheet) if row["figure"] == name)


def _titles(outline: Any) -> Iterator[str]:
    for one in outline:
        if isinstance(one, list):
            yield from _titles(one)
        else:
            yield one.title


def _tree(reader: Any) -> Any:
    return reader.trailer["/Root"]["/StructTreeRoot"]["/K"][0]


def _alts(element: Any) -> Iterator[str]:
    found = element.get_object()
    if "/Alt" in found:
        yield str(found["/Alt"])
    for kid in found.get("/K", []):
        if kid.get_object().get("/Type") == "/StructElem":
            yield from _alts(kid)


def _pdf_text(reader: PdfReader) -> str:
    """The words in their order, without the foot of each page."""
    pages = []
    for page in reader.pages:
        text = page.extract_text()
        pages.append(re.sub(r"Page \d+ of \d+\n?.*$", "", text, flags=re.DOTALL))
    return " ".join(" ".join(pages).split())


def _read(folder: Path, app: EventApp, attribution: str) -> Files:
    internal = attribution == "named"
    pdf = app.report.write(folder / "r.pdf", internal=internal, attribution=attribution).path
    word = app.report.write(folder / "r.docx", internal=internal, attribution=attribution).path
    xlsx = app.exports.write(folder / "r.xlsx", attribution).path
    sheets = app.exports.write(folder / "csv", attribution).path
    reader = PdfReader(pdf)
    with zipfile.ZipFile(word) as parts:
        inside = " ".join(
            re.sub(r"<(?!wp:docPr|/?dc|/?cp|/?vt)[^>]*>", " ", parts.read(name).decode())
            for name in parts.namelist()
            if name.endswith(".xml") and "styles" not in name and "theme" not in name
        )
    with CalamineWorkbook.from_path(str(xlsx)) as opened:
        book = {n: opened.get_sheet_by_name(n).to_python() for n in opened.sheet_names}
    return Files(
        reader, _pdf_text(reader), list(_alts(_tree(reader))),
        Document(str(word)), inside, book,
        {
            path.stem: list(csv.reader(path.read_text("utf-8-sig").splitlines(keepends=True)))
            for path in sorted(sheets.glob("*.csv"))
        },
    )  # fmt: skip


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EventApp]:
    """One day; of its guests too few stayed away to say how many came."""
    clocks = HandClocks(datetime(2025, 11, 12, 9, 0, tzinfo=UTC))
    new = NewEvent("South London GP and Pharmacy Day", date(2025, 11, 12), "The Depot")
    path = tmp_path_factory.mktemp("day") / "e.facilitator"
    with closing(create_event(path, new, clocks)) as made:
        notes = day.full_day(made)
        clocks.advance(timedelta(hours=5).total_seconds())
        told = day.add_note(
            made, "myth", "Nobody in a pharmacy may say no", side=GP, reality="They may.",
            attribution="none", by="Dr Wanjiru Gwynedd", by_role="GP partner",
            by_borough="Lambeth",
        )  # fmt: skip
        day.show_hands(made, told, "before", community_pharmacy=(RAISED, PRESENT))
        made.report_extras.quote(notes["pain"], agreed=True)
        made.event.set(aims="Meet each other", foreword="Thank you for coming")
        yield made


@pytest.fixture(scope="module")
def published(app: EventApp, tmp_path_factory: pytest.TempPathFactory) -> Files:
    return _read(tmp_path_factory.mktemp("role"), app, "role")


@pytest.fixture(scope="module")
def named(app: EventApp, tmp_path_factory: pytest.TempPathFactory) -> Files:
    return _read(tmp_path_factory.mktemp("named"), app, "named")


@pytest.fixture(scope="module", params=["published", "named"])
def files(request: pytest.FixtureRequest) -> Files:
    return request.getfixturevalue(request.param)


def _number(cell: str) -> str:
    """A number of a sheet as the report prints it."""
    return f"{int(cell):,}" if cell.isdigit() else cell


# --- the same everywhere --------------------------------------------------------------------------


def test_the_pdf_says_what_word_says_word_for_word(files: Files) -> None:
    said = [" ".join(p.text.split()) for p in files.word.paragraphs]
    said += [
        " ".join(" ".join(cell.text for cell in row.cells).split())
        for table in files.word.tables[1:]
        for row in table.rows
    ]
    said += [" ".join(cell.text.split()) for cell in files.word.tables[0].rows[0].cells]
    # where lines of two sizes meet, the reading leaves the space out
    whole = files.pdf_text.replace(" ", "")
    missing = [words for words in said if words.replace(" ", "") not in whole]
    assert missing == []
    alts = re.findall(r'<wp:docPr[^>]* descr="([^"]*)"', files.word_parts)
    assert [a.replace("&amp;", "&") for a in alts] == files.alts
    assert len(alts) > 3


def test_the_workbook_holds_what_the_csv_holds(files: Files) -> None:
    titles = {title.lower().replace(" ", "-"): rows for title, rows in files.book.items()}
    assert titles.keys() == files.sheets.keys()
    for name, rows in files.sheets.items():
        assert len(titles[name]) == len(rows), name
        for ours, theirs in zip(titles[name], rows, strict=True):
            filled = [*ours, *[""] * (len(theirs) - len(ours))]
            assert [_cell(c) for c in filled] == [_cell(_typed(c)) for c in theirs], name


def _cell(value: Any) -> Any:
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value.isoformat() if isinstance(value, date) else value


def _typed(text: str) -> Any:
    if text.startswith("'"):
        return text[1:]
    return float(text) if re.fullmatch(r"-?\d+(\.\d+)?", text) else text


def test_people_by_side(files: Files) -> None:
    lines = {"expected": "expected", "came": "came", "came, front line": "front line",
             "came, leaders": "leaders"}  # fmt: skip
    rows = {row["figure"]: row for row in files.sheet("figures")}
    for name, *cells in files.table("", "Expected", "Came"):
        key = next((k for k, shown in SHOWN.items() if shown == name), "everybody")
        assert cells == [_number(rows[line][key]) for line in lines]
    boroughs = {row["borough"]: row["everybody"] for row in files.sheet("boroughs")}
    assert {row[0]: row[-1] for row in files.table("Borough")} == boroughs
    came = next(alt for alt in files.alts if alt.startswith("Bar chart of who came."))
    for key, shown in SHOWN.items():
        value = rows["came"][key]
        assert f"{shown}: {'not shown' if value == HIDDEN else value}" in came


def test_meetings_and_their_share_across(files: Files) -> None:
    across = files.figure("meetings", "different pairs across the two sides")
    share = float(files.figure("meetings", "share across"))
    chance = float(files.figure("meetings", "share by chance"))
    big = [cell.text.split("\n")[0] for cell in files.word.tables[0].rows[0].cells]
    assert big[1:3] == [f"{int(across):,}", f"{share:.0%}"]
    assert f"{share:.1%} of meetings were across" in " ".join(files.alts)
    assert f"chance gives {chance:.0%}" in files.pdf_text
    met = files.table("", "General practice", "Community pharmacy")
    keys = list(SHOWN)
    for place, (_, *cells) in enumerate(met):
        for other, cell in enumerate(cells):
            a, b = sorted((place, other))
            value = files.figure("meetings", f"meetings {keys[a]} with {keys[b]}")
            assert cell == _number(value)


def test_hands_before_and_after_with_their_base(files: Files) -> None:
    charts = [alt for alt in files.alts if "who believed it" in alt]
    shown = Counter[str]()
    for row in files.sheet("hands"):
        twice = [
            one
            for one in files.sheet("hands")
            if one["claim"] == row["claim"] and one["before_present"] and one["after_present"]
        ]
        if row["side"] == "room" and len(twice) < 3:
            continue  # of one side alone it says nothing more
        whose = SHOWN.get(row["side"], "The room")
        for moment in ("before", "after"):
            raised, present = row[f"{moment}_raised"], row[f"{moment}_present"]
            words = (
                "not measured" if not present
                else "not shown" if HIDDEN in (raised, present)
                else f"{_number(raised)} of {_number(present)}"
            )  # fmt: skip
            shown[f"{whose} {moment}: {words}"] += 1
    told = Counter[str](
        part
        for chart in charts[-3:]
        for part in chart.removeprefix("Bar chart of who believed it. ").rstrip(".").split("; ")
    )
    assert told == shown
    for row in files.sheet("hands"):
        if points := row["shift_points"]:
            assert f"({float(points.strip(chr(39))):+.1f})" in files.pdf_text


def test_minutes_of_networking(files: Files) -> None:
    promised = files.figure("networking", "minutes promised")
    delivered = files.figure("networking", "minutes delivered")
    assert int(promised) > 0
    assert f"{promised} minutes were promised" in files.pdf_text
    assert f"{delivered} were delivered" in files.pdf_text


def test_actions_by_borough(files: Files) -> None:
    wanted = Counter[tuple[str, str]]()
    for row in files.sheet("actions"):
        for borough in row["boroughs"].split("; "):
            wanted[borough, row["text"].removeprefix("'")] += 1
    told = Counter[tuple[str, str]]()
    borough = ""
    for block in files.word.element.body:
        if block.tag.endswith("}p"):
            borough = "".join(t.text or "" for t in block.iter() if t.tag.endswith("}t")) or borough
        elif block.tag.endswith("}tbl"):
            rows = [
                ["".join(t.text or "" for t in cell.iter() if t.tag.endswith("}t"))
                 for cell in row.iter() if cell.tag.endswith("}tc")]
                for row in block.iter() if row.tag.endswith("}tr")
            ]  # fmt: skip
            if rows[0] == ["What", "Who", "By when"]:
                told.update((borough, row[0]) for row in rows[1:])
    assert told == wanted


# --- and nowhere what one leaves out --------------------------------------------------------------


def test_what_is_suppressed_is_marked_alike_and_stands_nowhere(
    app: EventApp, published: Files, named: Files
) -> None:
    whole = {row["figure"]: row for row in named.sheet("figures")}
    marked = [
        (row["figure"], key)
        for row in published.sheet("figures")
        for key, value in row.items()
        if value == HIDDEN
    ]
    assert ("expected", "other") in marked
    assert all(whole[figure][key] != HIDDEN for figure, key in marked)
    for file, text in published.texts.items():
        for number in (PRESENT, RAISED):
            assert not re.search(rf"(?<![\w.-]){number}(?![\w.-])", text), file
    assert f"{RAISED} of {PRESENT}" in named.pdf_text


def test_no_name_stands_where_it_may_not(
    app: EventApp, published: Files, named: Files
) -> None:  # fmt: skip
    people = app.people.all()
    secrets = {p.name for p in people} | {p.email for p in people} | {p.phone for p in people}
    secrets |= {p.ticket for p in people} | {p.organisation for p in people}
    secrets |= {"Elm Road Surgery 0", "Bilal Haddad", "Wanjiru Gwynedd", "Devi Venkatesan"}
    for file, text in published.texts.items():
        assert not {s for s in secrets if s and s in text}, file
    # with names: only of those who chose it, and nobody out of a note that was taken without
    agreed = {"Amara Abernathy", "Carys Çelik"}
    for file in ("pdf", "docx"):
        text = named.texts[file]
        assert {p.name for p in people if p.name in text} <= agreed, file
        assert not {"Bilal Haddad", "Wanjiru Gwynedd", "Devi Venkatesan"} & {
            s for s in secrets if s and s in text
        }
    for name in ("myths", "hands", "bright-spots", "pain-points", "actions"):
        text = " ".join(itertools.chain(*named.sheets[name]))
        assert {p.name for p in people if p.name in text} <= agreed, name
