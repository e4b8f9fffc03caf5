"""`import` and `people` as FORMATS promises them."""

from __future__ import annotations

from pathlib import Path

import pytest

from facilitator.intake.columns import FIELDS
from tests.cli.run import command

LISTS = Path(__file__).parent.parent / "data" / "lists"
KEYS = [
    "id", "name", "title", "given_name", "family_name", "email", "organisation", "profession",
    "side", "front_line", "borough", "status", "ticket", "codes",
]  # fmt: skip


@pytest.fixture
def event(tmp_path: Path) -> Path:
    path = tmp_path / "summit.facilitator"
    made = command("new", path, "--name", "Summit", "--date", "2025-11-12", "--venue", "Hall",
                   "--tables", "15x8")  # fmt: skip
    assert made.status == 0
    return path


def test_import_and_import_again(event: Path) -> None:
    first = command("import", event, LISTS / "eventbrite-uk-120.csv", "--json")
    assert first.status == 0
    last = first.lines[-1]
    assert list(last) == ["added", "updated", "cancelled", "skipped", "columns"]
    assert (last["added"], last["updated"], last["cancelled"]) == (120, 0, 3)
    assert last["skipped"] == []
    assert last["columns"]["Ticket Type"] == "profession"
    assert last["columns"]["Home Postcode"] is None
    again = command("import", event, LISTS / "eventbrite-uk-120.csv", "--json").lines[-1]
    assert (again["added"], again["updated"]) == (0, 120)
    assert len(command("people", event, "--json").lines) == 120


def test_sentences_for_people(event: Path) -> None:
    said = command("import", event, LISTS / "typed.csv")
    assert said.status == 0
    assert "14 rows read from “typed.csv”: a list typed by hand." in said.out
    assert "  Profession becomes profession (recognised; 2 to confirm)" in said.out
    assert "  Bringing is kept as an answer (kept)" in said.out
    assert "  Row 18 was skipped: there is no name in this row." in said.out
    assert "12 people were added; nobody was known already; 1 cancelled." in said.out
    assert "Clinical pharmacist (1)" in said.out
    again = command("import", event, LISTS / "typed.csv")
    assert "0 people were added; 12 people known already, 0 of them changed" in again.out


def test_a_dry_run_writes_nothing(event: Path) -> None:
    before = event.read_bytes()
    said = command("import", event, LISTS / "luma.csv", "--dry-run")
    assert "12 people would be added" in said.out
    assert said.out.endswith("Nothing was written.\n")
    line = command("import", event, LISTS / "luma.csv", "--dry-run", "--json").lines[-1]
    assert line["added"] == 12
    assert command("people", event).out == ""
    assert event.read_bytes() == before


def test_skipped_rows_still_exit_0(event: Path, tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text("Name,Profession\nAda Larkin,Pharmacist\n,GP\n")
    done = command("import", event, path, "--json")
    assert done.status == 0
    assert done.lines[-1]["skipped"] == [{"row": 3, "why": "there is no name in this row"}]


def test_several_files(event: Path, tmp_path: Path) -> None:
    path = tmp_path / "late.csv"
    path.write_text("Name,Profession\nAda Late,Pharmacist\n,GP\n")
    last = command("import", event, LISTS / "tito.csv", path, "--json").lines[-1]
    assert (last["added"], last["cancelled"]) == (13, 2)
    assert last["skipped"] == [
        {"row": 3, "why": "there is no name in this row", "file": "late.csv"}
    ]


def test_a_mapping(event: Path, tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text("Wer=?,Wo\nAda Larkin,Ealing\n")
    refused = command("import", event, path)
    assert (refused.status, "--map HEADER=name" in refused.reason) == (1, True)
    done = command("import", event, path, "--map", "Wer=?=name", "--map", "Wo=Borough", "--json")
    assert done.lines[-1]["columns"] == {"Wer=?": "name", "Wo": "borough"}
    assert command("people", event, "--json").lines[0]["borough"] == "Ealing"


@pytest.mark.parametrize("text", ["Name", "=name", "Name=shoe size"])
def test_a_mapping_that_is_none(event: Path, text: str) -> None:
    wrong = command("import", event, LISTS / "typed.csv", "--map", text)
    assert wrong.status == 2
    if "shoe" in text:
        assert all(field in wrong.reason for field in FIELDS)


def test_a_mapping_of_a_column_there_is_not(event: Path) -> None:
    wrong = command("import", event, LISTS / "typed.csv", "--map", "Shoes=diet")
    assert (wrong.status, "no column “Shoes”" in wrong.reason) == (1, True)
    assert command("people", event).out == ""


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (None, "There is no file “list.csv”."),
        (b"", "“list.csv” is empty."),
        (b"Name,Email\n", "“list.csv” has headings but no people below them."),
        (b"Colour,Size\nred,4\n", "no column looks like a name"),
        (b"\x00\x01\x02" * 999, "is not a list"),
        (b"PK\x03\x04nothing", "is damaged"),
    ],
)
def test_lists_that_are_none(event: Path, tmp_path: Path, data: bytes | None, said: str) -> None:
    path = tmp_path / "list.csv"
    if data is not None:
        path.write_bytes(data)
    command("import", event, LISTS / "luma.csv")
    before = command("people", event).out
    refused = command("import", event, path, "--json")
    assert (refused.status, refused.out) == (1, "")
    assert said in refused.reason
    assert len(refused.err.splitlines()) <= 3
    assert command("people", event).out == before


def test_no_file_is_wrong_usage(event: Path) -> None:
    assert command("import", event).status == 2


def test_people_as_json(event: Path) -> None:
    command("import", event, LISTS / "eventbrite-uk.csv")
    lines = command("people", event, "--json").lines
    assert [list(line) for line in lines] == [KEYS] * 12
    bilal = lines[11]
    assert (bilal["name"], bilal["title"], bilal["organisation"]) == ("Bilal Hussain", None, None)
    assert (bilal["side"], bilal["front_line"]) == ("general-practice", True)
    assert bilal["codes"] == ["0104822190077"]
    assert bilal["ticket"].startswith("F1-")
    assert lines[6]["status"] == "cancelled"
    assert lines[8]["borough"] is None


def test_people_are_found_best_first(event: Path) -> None:
    command("import", event, LISTS / "typed.csv")
    found = command("people", event, "--search", "muller", "--json").lines
    assert found[0]["name"] == "Jürgen Müller"
    nobody = command("people", event, "--search", "zzzzzzzz")
    assert (nobody.status, nobody.out, nobody.err) == (0, "", "")
    sentence = command("people", event, "--search", "larkin").out.splitlines()[0]
    assert sentence.startswith(
        "Ada Larkin · Superintendent pharmacist, Larkin Chemists · Community pharmacy · expected"
    )


def test_an_event_that_is_none(tmp_path: Path) -> None:
    for arguments in (("people", tmp_path / "x"), ("import", tmp_path / "x", LISTS / "luma.csv")):
        assert command(*arguments).status == 1


def test_help_names_every_field() -> None:
    text = command("import", "--help").out
    assert all(field in text for field in FIELDS)


@pytest.mark.slow
def test_fifty_thousand_rows(event: Path, tmp_path: Path) -> None:
    path = tmp_path / "huge.csv"
    lines = [f"Person{n} Of{n % 977},p{n}@x.example,GP,{n:09}" for n in range(50_000)]
    path.write_text("Name,Email,Profession,Barcode\n" + "\n".join(lines) + "\n")
    done = command("import", event, path, "--json")
    assert done.lines[-1]["added"] == 50_000
    again = command("import", event, path, "--json")
    assert (again.lines[-1]["added"], again.lines[-1]["updated"]) == (0, 50_000)
