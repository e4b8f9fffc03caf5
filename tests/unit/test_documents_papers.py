"""Papers: what the desk works with when the laptop does not."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pypdfium2
import zxingcpp
from pypdf import PdfReader

from facilitator.documents.page import Occasion
from facilitator.documents.papers import SPARES, Papers, TickPerson, tick_pages, write_papers
from facilitator.documents.running_order import SessionLine
from facilitator.documents.tables_print import ListedPerson, RoundPlan, Seat, TablePlan
from facilitator.domain.sides import DEFAULT_SIDES
from facilitator.domain.ticket import make_ticket

GP, PH, _ = DEFAULT_SIDES
OCCASION = Occasion("Summit", datetime(2025, 11, 12, 9, 12, tzinfo=UTC), date(2025, 11, 12))
SPARE_TICKETS = tuple(make_ticket("7K2M", n.to_bytes(10, "big")) for n in range(SPARES))


def people(number: int) -> tuple[TickPerson, ...]:
    return tuple(
        TickPerson(
            ListedPerson(
                f"Given{n}", f"{chr(65 + n % 26)}family{n}", GP, (("Round 1", "3"),), "A practice"
            ),
            "09:04" if n == 0 else "",
        )
        for n in range(number)
    )


def whole(number: int) -> Papers:
    return Papers(
        people(number),
        DEFAULT_SIDES,
        (RoundPlan("Round 1", (TablePlan("1", (Seat("Ada Larkin", PH),)),)),),
        (SessionLine("09:30", "Welcome", 15),),
        ("1", "2", "Garden room"),
        SPARE_TICKETS,
        "Amina",
    )


def test_everything_is_there_and_every_page_says_when_it_was_printed(tmp_path: Path) -> None:
    path = write_papers(tmp_path / "p.pdf", whole(60), OCCASION)
    pages = [page.get_textpage().get_text_bounded() for page in pypdfium2.PdfDocument(path)]
    assert all("Printed 09:12 on Wednesday 12 November 2025" in page for page in pages)
    text = "\n".join(pages)
    assert pages[0].startswith("If the laptop fails")
    assert "Call Amina" in pages[0]
    assert "60 people were on the list; 1 had arrived, and is ticked." in " ".join(pages[0].split())
    for one in people(60):
        assert one.person.surname_first in text
    for word in ("Tick list", "Walk-ins", "Table plan: Round 1", "Running order", "Garden room"):
        assert word in text
    assert text.count("Leave this sheet on the table") == 3
    outline = [entry["/Title"] for entry in PdfReader(path).outline if isinstance(entry, dict)]
    assert outline == [
        "If the laptop fails", "Tick list", "Walk-ins", "Tables by surname",
        "Table plan: Round 1", "Running order", "Sheets for the tables", "Spare badges",
    ]  # fmt: skip


def test_twenty_spare_badges_can_be_scanned(tmp_path: Path) -> None:
    path = write_papers(tmp_path / "p.pdf", whole(1), OCCASION)
    read = [
        code.text
        for page in list(pypdfium2.PdfDocument(path))[-2:]
        for code in zxingcpp.read_barcodes(page.render(scale=150 / 72).to_pil().convert("L"))
    ]
    assert sorted(read) == sorted(SPARE_TICKETS)
    assert len(read) == 20


def test_before_anything_is_mixed_the_papers_say_so(tmp_path: Path) -> None:
    path = write_papers(tmp_path / "p.pdf", Papers((), DEFAULT_SIDES), OCCASION)
    text = pypdfium2.PdfDocument(path)[0].get_textpage().get_text_bounded()
    assert "No tables were mixed when this was printed" in text
    assert "There was no programme" in text


def test_desks_share_the_alphabet_without_splitting_a_letter(tmp_path: Path) -> None:
    papers = Papers(people(260), DEFAULT_SIDES, desks=("North", "South"))
    path = write_papers(tmp_path / "p.pdf", papers, OCCASION)
    pages = [page.get_textpage().get_text_bounded() for page in pypdfium2.PdfDocument(path)]
    north = "\n".join(page for page in pages if "Tick list: North" in page)
    south = "\n".join(page for page in pages if "Tick list: South" in page)
    for one in people(260):
        where = north if one.person.letter <= "M" else south
        other = south if one.person.letter <= "M" else north
        assert one.person.family_name in where
        assert one.person.family_name not in other
    assert len(tick_pages(people(260), OCCASION)) >= 5
