"""`numbers`, `certificates`, `thanks` and `compare`: what others ask for."""

from __future__ import annotations

from pathlib import Path

import pytest

from facilitator.app import open_event
from facilitator.services.spare_codes import spare_codes
from tests.cli.run import command
from tests.people import add_person


@pytest.fixture
def event(tmp_path: Path) -> Path:
    path = tmp_path / "summit.facilitator"
    made = command("new", path, "--name", "Summit", "--date", "2025-11-12", "--tables", "4x6")
    assert made.status == 0
    with open_event(path) as app:
        ada = add_person(
            app, "Dr Ada Larkin", email="ada@people.example", diet="Vegan", access="Wheelchair"
        )
        add_person(app, "Bo Chan", "community-pharmacy", diet="vegan")
    assert command("scan", path, ada.ticket).status == 0
    return path


def test_numbers(event: Path, tmp_path: Path) -> None:
    said = command("numbers", event).out.splitlines()
    assert said[0] == "1 of 2 are here, 1 is still to come."
    assert "  Vegan: 2, 1 here" in said
    (line,) = command("numbers", event, "--json").lines
    assert (line["expected"], line["here"], line["left"]) == (2, 1, 0)
    assert line["diet"] == [{"need": "Vegan", "expected": 2, "here": 1}]
    (named,) = command("numbers", event, "--names", "--json").lines
    assert named["access"][0]["names"] == ["Dr Ada Larkin"]
    made = command("numbers", event, "-o", tmp_path / "n.csv", "--json").lines
    assert made == [{"file": str(tmp_path / "n.csv"), "people": 2, "names_inside": False}]
    door = command("numbers", event, "--door", "-o", tmp_path / "door.pdf", "--json")
    assert door.lines[0]["names_inside"] is True
    assert command("numbers", event, "--door").status == 2
    assert command("numbers", event, "-o", tmp_path / "n.txt").status == 2


def test_certificates_of_all_and_of_one(event: Path, tmp_path: Path) -> None:
    out = tmp_path / "c.pdf"
    assert command("certificates", event, "-o", out, "--json").lines == [
        {"file": str(out), "certificates": 1}
    ]
    with open_event(event) as app:
        ada, bo = (app.people.search(name)[0].person for name in ("Larkin", "Chan"))
    one = command("certificates", event, "-o", out, "--person", ada.ticket)
    assert one.out.startswith("1 certificate: ")
    absent = command("certificates", event, "-o", out, "--person", bo.ticket)
    assert absent.status == 1
    assert command("certificates", event, "-o", tmp_path / "c.docx").status == 2


def test_thanks(event: Path, tmp_path: Path) -> None:
    made = command("thanks", event, "-o", tmp_path / "thanks", "--json")
    assert made.lines[0]["letters"] == 1
    assert len(list((tmp_path / "thanks").glob("*.eml"))) == 1
    assert command("thanks", event, "-o", tmp_path / "no" / "thanks").status == 1


def test_compare(event: Path, tmp_path: Path) -> None:
    other = tmp_path / "earlier.facilitator"
    assert command("new", other, "--name", "First", "--date", "2024-05-01",
                   "--tables", "4x6").status == 0  # fmt: skip
    first, this = command("compare", event, other, "--json").lines
    assert (first["event"], this["event"], this["this"]) == ("First", "Summit", True)
    assert this["figures"]["Came, of those expected"] == "1 of 2 (50 %)"
    assert first["figures"]["Expected"] is None
    assert "Expected: – | 2" in command("compare", event, other).out
    made = command("compare", event, other, "-o", tmp_path / "c.pdf", "--json")
    assert made.lines == [{"file": str(tmp_path / "c.pdf"), "events": 2}]
    assert command("compare", event, event).status == 1
    assert command("compare", event).status == 2
    assert command("compare", event, tmp_path / "none.facilitator").status == 1


def test_a_spare_badge_is_unknown_with_a_sentence(event: Path, tmp_path: Path) -> None:
    assert command("papers", event, "-o", tmp_path / "papers").status == 0
    with open_event(event) as app, app.database.reading() as session:
        spare = min(spare_codes(session))
    (line,) = command("scan", event, spare, "--json").lines
    assert (line["outcome"], line["attendee"]) == ("unknown", None)
    assert "this is a spare badge, and nobody's yet" in command("scan", event, spare).out
