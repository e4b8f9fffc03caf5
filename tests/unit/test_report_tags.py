"""The report's PDF is really tagged: a tree that holds every word, in the order of reading."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
from pypdf import PdfReader
from pypdf.generic import ContentStream

from facilitator.documents.report_pdf import write_report_pdf
from facilitator.documents.report_text import compose
from tests.unit.test_report_documents import MADE, _day, _note

DRAWS = {b"Tj", b"TJ", b"'", b'"', b"f", b"F", b"f*", b"B", b"B*", b"b", b"b*", b"S", b"s", b"Do"}


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> PdfReader:
    """A report whose actions fill more than a page, and whose evidence runs over one."""
    many = tuple(_note("action", f"Action {n} " + "word " * 30, n + 10, boroughs=("Lambeth",))
                 for n in range(60))  # fmt: skip
    day = _day(actions=many, aims="An aim of the day. " * 500)
    path = tmp_path_factory.mktemp("tags") / "report.pdf"
    return PdfReader(write_report_pdf(path, compose(day), MADE))


def _root(report: PdfReader) -> Any:
    return report.trailer["/Root"]


def _elements(element: Any) -> list[Any]:
    """The element and all below it, in order."""
    found = [element]
    for one in element["/K"]:
        kid = one.get_object()
        if kid["/Type"] == "/StructElem":
            assert kid["/P"].get_object() == element
            found += _elements(kid)
    return found


def _tree(report: PdfReader) -> list[Any]:
    top = _root(report)["/StructTreeRoot"]["/K"]
    assert len(top) == 1
    return _elements(top[0].get_object())


def _marks(report: PdfReader) -> list[tuple[int, int, str]]:
    """(page, number, kind) of every piece of content that the tree holds, in its order."""
    pages = {page.indirect_reference.idnum: n for n, page in enumerate(report.pages)}  # pyright: ignore
    return [
        (pages[kid.get_object().raw_get("/Pg").idnum], kid.get_object()["/MCID"], element["/S"])
        for element in _tree(report)
        for kid in element["/K"]
        if kid.get_object()["/Type"] == "/MCR"
    ]


def test_everything_drawn_is_content_of_the_tree_or_decoration(report: PdfReader) -> None:
    held = {(page, mark) for page, mark, _ in _marks(report)}
    seen: set[tuple[int, int]] = set()
    for number, page in enumerate(report.pages):
        stream = ContentStream(page.get_contents(), report)
        inside: list[int | None] = []
        for operands, operator in stream.operations:
            if operator == b"BDC":
                inside.append(operands[1]["/MCID"])
                seen.add((number, operands[1]["/MCID"]))
            elif operator == b"BMC":
                assert operands == ["/Artifact"]
                inside.append(None)
            elif operator == b"EMC":
                inside.pop()
            elif operator in DRAWS:
                assert len(inside) == 1, (number, operator, operands)
                if operator in {b"Tj", b"TJ"} and inside[0] is not None:
                    assert (number, inside[0]) in held
        assert inside == []
    assert seen == held


def test_the_tree_is_read_in_the_order_of_the_pages(report: PdfReader) -> None:
    found = [(page, mark) for page, mark, _ in _marks(report)]
    assert found == sorted(found)
    assert len(found) == len(set(found))


def test_each_page_finds_its_elements(report: PdfReader) -> None:
    numbers = _root(report)["/StructTreeRoot"]["/ParentTree"]["/Nums"]
    by_page = dict(zip(numbers[::2], numbers[1::2], strict=True))
    for number, page in enumerate(report.pages):
        assert (page["/StructParents"], page["/Tabs"]) == (number, "/S")
        here = by_page[number].get_object()
        kinds = [kind for at, _, kind in _marks(report) if at == number]
        assert [one.get_object()["/S"] for one in here] == kinds


def test_headings_tables_lists_and_pictures_are_what_they_are(report: PdfReader) -> None:
    elements = _tree(report)
    kinds = [element["/S"] for element in elements]
    assert kinds[0] == "/Document"
    assert kinds.count("/H1") == 1
    levels = [int(kind[2]) for kind in kinds if kind[1] == "H" and kind[2:].isdigit()]
    assert all(after - before <= 1 for before, after in pairwise(levels))
    assert {"/P", "/L", "/LI", "/Lbl", "/LBody", "/TH", "/TD", "/Figure"} <= set(kinds)
    for element in elements:
        inside = [kid.get_object()["/S"] for kid in element["/K"]
                  if kid.get_object()["/Type"] == "/StructElem"]  # fmt: skip
        match element["/S"]:
            case "/Figure":
                assert "chart" in element["/Alt"]
                x, y, right, top = element["/A"]["/BBox"]
                assert 0 < x < right < 596
                assert 0 < y < top < 842
            case "/Table":
                assert set(inside) == {"/TR"}
                first = element["/K"][0].get_object()
                assert {k.get_object()["/A"]["/Scope"] for k in first["/K"]} == {"/Column"}
                assert len({len(row.get_object()["/K"]) for row in element["/K"]}) == 1
            case "/TR":
                assert set(inside) <= {"/TH", "/TD"}
            case "/L":
                assert set(inside) == {"/LI"}


def test_a_paragraph_over_two_pages_is_one_and_a_repeated_head_is_said_once(
    report: PdfReader,
) -> None:
    pages = [
        {kid.get_object().raw_get("/Pg").idnum for kid in element["/K"]}
        for element in _tree(report)
        if element["/S"] == "/P" and element["/K"]
    ]
    assert max(len(one) for one in pages) == 2
    for element in _tree(report):
        if element["/S"] == "/TH":
            assert len(element["/K"]) == 1


def test_the_file_says_that_it_is_tagged_in_which_language_and_shows_its_title(
    report: PdfReader,
) -> None:
    root = _root(report)
    assert root["/MarkInfo"]["/Marked"].value is True
    assert root["/Lang"] == "en-GB"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"].value is True
    assert root["/StructTreeRoot"]["/ParentTreeNextKey"] == len(report.pages)
