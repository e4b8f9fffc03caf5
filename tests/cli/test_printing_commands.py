"""`badges`, `tickets`, `papers` and `roll` as FORMATS.md promises them."""

from __future__ import annotations

from pathlib import Path

import pypdfium2
import pytest

from facilitator.app import open_event
from tests.cli.run import command
from tests.people import add_person


@pytest.fixture
def event(tmp_path: Path) -> Path:
    path = tmp_path / "summit.facilitator"
    made = command("new", path, "--name", "Summit", "--date", "2025-11-12", "--tables", "4x6")
    assert made.status == 0
    with open_event(path) as app:
        add_person(app, "Dr Ada Larkin", email="ada@people.example", access="Wheelchair")
        add_person(app, "Bo Chan", "community-pharmacy")
        add_person(app, "Cy Gone", cancelled=True)
    return path


def test_badges(event: Path, tmp_path: Path) -> None:
    out = tmp_path / "badges.pdf"
    made = command("badges", event, "-o", out, "--layout", "l7163", "--tables", "none", "--json")
    assert made.status == 0
    assert made.lines == [
        {"file": str(out), "badges": 2, "pages": 1, "layout": "l7163", "tables": "none"}
    ]
    assert len(pypdfium2.PdfDocument(out)) == 1
    said = command("badges", event, "-o", out)
    assert said.out == f"2 badges on 1 page: {out}.\n"
    assert said.err == ""


def test_badges_of_walk_ins_alone(event: Path, tmp_path: Path) -> None:
    out = tmp_path / "badges.pdf"
    none = command("badges", event, "-o", out, "--only", "walk-ins")
    assert (none.status, none.out) == (1, "")
    assert "no walk-ins" in none.reason
    assert not out.exists()
    added = command("walk-in", event, "Zoë Late", "--side", "other")
    assert added.status == 0
    one = command("badges", event, "-o", out, "--only", "walk-ins", "--json")
    assert one.lines[0]["badges"] == 1


def test_badges_refused(event: Path, tmp_path: Path) -> None:
    for wrong in (("--layout", "a7"), ("--tables", "some"), ("--only", "leaders")):
        assert command("badges", event, "-o", tmp_path / "b.pdf", *wrong).status == 2
    assert command("badges", event).status == 2
    assert command("badges", event, "-o", tmp_path / "b.docx").status == 2
    missing = command("badges", event, "-o", tmp_path / "no" / "b.pdf")
    assert missing.status == 1
    assert "does not exist" in missing.reason
    assert not list(tmp_path.glob("b.*"))


def test_tickets(event: Path, tmp_path: Path) -> None:
    out = tmp_path / "tickets"
    made = command("tickets", event, "-o", out)
    assert made.status == 0
    assert made.out.startswith(f"2 tickets in {out}")
    assert "1 person has no usable e-mail address" in made.out
    assert len(list(out.glob("*.png"))) == len(list(out.glob("*.eml"))) == 2
    again = command("tickets", event, "-o", out, "--json")
    assert (again.status, again.lines[0]["tickets"], again.lines[0]["before"]) == (0, 0, 2)
    assert (
        "Nobody is new: 2 people have tickets already" in command("tickets", event, "-o", out).out
    )
    with open_event(event) as app:
        add_person(app, "Dee Later", email="dee@people.example")
    later = command("tickets", event, "-o", tmp_path / "later", "--json").lines[0]
    assert (later["tickets"], later["before"]) == (1, 2)
    assert command("tickets", event, "-o", out, "--all", "--json").lines[0]["tickets"] == 3
    refused = command("tickets", event, "-o", tmp_path / "no" / "tickets")
    assert refused.status == 1
    file = tmp_path / "file"
    file.write_text("mine")
    assert command("tickets", event, "-o", file).status == 1
    assert file.read_text() == "mine"


def test_papers(event: Path, tmp_path: Path) -> None:
    out = tmp_path / "papers"
    made = command("papers", event, "-o", out, "--desk", "North", "--desk", "South", "--json")
    assert made.status == 0
    assert made.lines == [{"file": str(out / "papers.pdf"), "people": 2}]
    assert (out / "papers.pdf").read_bytes().startswith(b"%PDF")
    assert command("papers", event, "-o", tmp_path / "no" / "papers").status == 1


def test_roll(event: Path, tmp_path: Path) -> None:
    empty = command("roll", event)
    assert (empty.status, empty.out) == (0, "0 people are inside.\n")
    with open_event(event) as app:
        ada = app.people.search("Larkin")[0].person
    assert command("scan", event, ada.ticket).status == 0
    said = command("roll", event)
    assert "1 person is inside." in said.out
    assert "[ ] Larkin, Ada (no table; needs: Wheelchair)" in said.out
    (line,) = command("roll", event, "--json").lines
    assert line["name"] == "Ada Larkin"
    assert line["side"] == "general-practice"
    assert line["table"] is None
    assert line["access"] == "Wheelchair"
    for name in ("roll.pdf", "roll.csv"):
        made = command("roll", event, "-o", tmp_path / name, "--json")
        assert made.lines == [{"file": str(tmp_path / name), "inside": 1}]
        assert (tmp_path / name).stat().st_size
    assert command("roll", event, "-o", tmp_path / "roll.docx").status == 2
