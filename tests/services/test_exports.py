"""Exports and follow-up lists of a real day: who is inside, and who is not."""

from __future__ import annotations

import csv
import json
import os
from pathlib import Path

import pytest
from pypdf import PdfReader

from facilitator.app import EventApp, create_event
from facilitator.clocks import HandClocks
from facilitator.domain.errors import Refused, Trouble
from facilitator.domain.people import Status
from facilitator.services.checkin import At
from tests import day
from tests.conftest import NEW
from tests.people import add_person

PH = "community-pharmacy"


def _all_bytes(path: Path) -> str:
    """Everything readable in an export; zip members unpacked."""
    import zipfile

    if path.is_dir():
        return "\n".join(p.read_text("utf-8-sig") for p in sorted(path.iterdir()))
    if path.suffix == ".xlsx":
        with zipfile.ZipFile(path) as parts:
            return "\n".join(parts.read(n).decode("utf-8", "replace") for n in parts.namelist())
    return path.read_text("utf-8").replace("\n ", "")


@pytest.mark.parametrize("name", ["day.xlsx", "day.json", "day.md", "day.ics", "folder"])
def test_no_name_or_address_leaves_by_role_or_none(
    file_app: EventApp, tmp_path: Path, name: str
) -> None:
    day.full_day(file_app)
    people = file_app.people.all()
    for attribution in ("role", "none"):
        written = file_app.exports.write(tmp_path / f"{attribution}-{name}", attribution)
        assert not written.names_inside
        text = _all_bytes(written.path)
        for person in people:
            for secret in (person.name, person.email, person.ticket, *person.codes):
                assert secret not in text, (name, attribution, secret)


def test_named_exports_say_so_and_still_keep_what_was_taken_without_a_name(
    file_app: EventApp, tmp_path: Path
) -> None:
    day.full_day(file_app)
    written = file_app.exports.write(tmp_path / "day.json", "named")
    assert written.names_inside
    found = json.loads(written.path.read_text("utf-8"))
    assert len(found["people"]) == 105
    assert all(person["email"] for person in found["people"])
    notes = json.dumps([found["pain_points"], found["actions"]], ensure_ascii=False)
    assert "Venkatesan" not in notes
    assert "Haddad" not in notes
    assert found["bright_spots"][0]["said_by"].startswith("Dr Amara Abernathy")
    assert found["came"]["all"]["came"] == 94


def test_csv_of_people_is_a_list_that_import_reads(file_app: EventApp, tmp_path: Path) -> None:
    add_person(file_app, "Dr Siân O’Brien", PH, email="s@people.example", codes=("007", "EB-1"))
    file_app.exports.write(tmp_path / "out", "named")
    with (tmp_path / "out" / "people.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    person = file_app.people.all()[0]
    assert rows[0]["name"] == "Siân O’Brien"
    assert rows[0]["ticket"] == person.ticket
    assert rows[0]["codes"] == "007; EB-1"
    with create_event(tmp_path / "again.facilitator", NEW, file_app.clocks) as again:
        again.importing.apply([tmp_path / "out" / "people.csv"])
        read = again.people.all()[0]
    for field in ("name", "title", "email", "side", "codes"):
        assert getattr(read, field) == getattr(person, field)
    assert rows[0]["side"] == PH


def test_another_ending_is_refused(file_app: EventApp, tmp_path: Path) -> None:
    with pytest.raises(Refused, match="no kind of export"):
        file_app.exports.write(tmp_path / "day.doc")
    assert list(tmp_path.glob("day.doc*")) == []


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="needs a place nobody may write to")
def test_a_place_that_cannot_be_written_is_one_sentence(file_app: EventApp) -> None:
    for name in ("day.xlsx", "day.json", "day.ics", "folder"):
        with pytest.raises(Trouble) as caught:
            file_app.exports.write(Path("/proc") / name)
        assert "\n" not in str(caught.value)
        assert os.sep + "proc" in str(caught.value) or name in str(caught.value)


def test_only_who_came_and_agreed_is_in_a_follow_up_list(
    file_app: EventApp, tmp_path: Path
) -> None:
    day.full_day(file_app)
    done = file_app.follow_up.write(tmp_path / "lists")
    folder = tmp_path / "lists"
    wanted = {
        p.email for p in file_app.people.all()
        if p.status is Status.ARRIVED and p.contact_consent is True
    }  # fmt: skip
    found = set()
    for path in folder.glob("*.csv"):
        if path.stem != "contents":
            with path.open(encoding="utf-8-sig", newline="") as file:
                found |= {row["email"] for row in csv.DictReader(file)}
    assert found == wanted
    cards = "".join(p.read_text("utf-8").replace("\r\n ", "") for p in folder.glob("*.vcf"))
    assert cards.count("BEGIN:VCARD") == len(wanted) == done.agreed
    everybody = " ".join(
        page.extract_text() for p in folder.glob("*-pack.pdf") for page in PdfReader(p).pages
    )
    for person in file_app.people.all():
        if person.email not in wanted:
            assert person.email not in everybody + cards
    pack = PdfReader(folder / "southwark-pack.pdf").pages[0].extract_text()
    assert "Meet every second Tuesday at the PCN" in pack
    assert sum(one.came for one in done.boroughs) == 94
    assert list(file_app.follow_up.counts()) == [o for o in done.boroughs if o.came]


def test_a_borough_that_only_an_action_names_gets_a_pack(
    file_app: EventApp, tmp_path: Path
) -> None:
    day.add_note(file_app, "action", "Begin there", boroughs=("Bexley",))
    done = file_app.follow_up.write(tmp_path / "lists")
    assert done.files == ("bexley-pack.pdf", "contents.csv")


def test_certificates_count_the_hours_that_somebody_was_here(
    file_app: EventApp, clocks: HandClocks, tmp_path: Path
) -> None:
    # the programme as it happened: Welcome 9:37 to 9:52, then lunch, which does not count
    whole = add_person(file_app, "Ada Whole", PH)
    late = add_person(file_app, "Bo Late", PH)
    add_person(file_app, "Cy Away", PH)
    day.add_programme(file_app)
    file_app.checkin.scan(whole.ticket, At())
    clocks.advance((62 - 5) * 60)
    file_app.checkin.scan(late.ticket, At())
    clocks.advance(3 * 3600)
    done = file_app.exports.certificates(tmp_path / "c.pdf")
    pages = [page.extract_text() for page in PdfReader(tmp_path / "c.pdf").pages]
    assert (done.people, len(pages), done.written.names_inside) == (2, 2, True)
    assert "Bo Late" in pages[0]
    assert "10 minutes" in pages[0]
    assert "Ada Whole" in pages[1]
    assert "15 minutes" in pages[1]
    with pytest.raises(Refused, match=r"\.pdf"):
        file_app.exports.certificates(tmp_path / "c.txt")


def test_certificates_of_nobody_are_refused(file_app: EventApp, tmp_path: Path) -> None:
    with pytest.raises(Refused, match="Nobody"):
        file_app.exports.certificates(tmp_path / "c.pdf")
