"""Tickets to send: codes that scan, letters without injected headers, names that stay inside."""

from __future__ import annotations

import csv
import email
import email.policy
import io
from datetime import date, datetime
from email.message import EmailMessage
from pathlib import Path
from xml.etree import ElementTree
from zoneinfo import ZoneInfo

import pytest
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar import Calendar
from PIL import Image

from facilitator.documents.page import Occasion
from facilitator.documents.qr import qr_matrix
from facilitator.documents.tickets import (
    DEFAULT_WORDING,
    TicketDay,
    TicketPerson,
    Wording,
    address_of,
    calendar_file,
    draft,
    file_stem,
    fill_wording,
    write_tickets,
)
from facilitator.domain.errors import Refused
from facilitator.domain.ticket import make_ticket

LONDON = ZoneInfo("Europe/London")
DAY = TicketDay(
    Occasion(
        "Summit",
        datetime(2025, 11, 1, 9, tzinfo=LONDON),
        date(2025, 11, 12),
        "Friends House",
    ),
    datetime(2025, 11, 12, 9, tzinfo=LONDON),
    datetime(2025, 11, 12, 16, 30, tzinfo=LONDON),
    "event-1",
)


def ticket(number: int) -> str:
    return make_ticket("7K2M", number.to_bytes(10, "big"))


ADA = TicketPerson("Ada", "Łarkin", ticket(1), "Dr", "ada@practice.example")
EVIL = TicketPerson(
    "Bob\r\nBcc: x@y.example",
    "../../etc/passwd\x00",
    ticket(2),
    "",
    "bob@b.example\r\nBcc: z@z.example",
)
FORMULA = TicketPerson("=cmd()", "<b>Bo</b>", ticket(3), "", "@nobody")


def letters(folder: Path) -> dict[str, EmailMessage]:
    found: dict[str, EmailMessage] = {}
    for path in folder.glob("*.eml"):
        message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
        assert isinstance(message, EmailMessage)
        found[path.stem] = message
    return found


def test_each_person_has_a_code_in_two_forms_and_a_draft(tmp_path: Path) -> None:
    people = [ADA, EVIL, FORMULA]
    written = write_tickets(tmp_path / "out", people, DAY)
    assert written.people == 3
    assert written.without_address == (EVIL.name, FORMULA.name)
    assert written.list_path is not None
    with written.list_path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == [
        "name", "title", "given_name", "family_name", "email", "ticket", "picture",
    ]  # fmt: skip
    assert [row["ticket"] for row in rows] == [person.ticket for person in people]
    assert rows[0]["name"] == "Ada Łarkin"
    assert rows[2]["given_name"] == "'=cmd()"
    assert rows[2]["email"] == "'@nobody"
    for row in rows:
        with Image.open(tmp_path / "out" / row["picture"]) as picture:
            (code,) = zxingcpp.read_barcodes(picture.convert("L"))
        assert code.text == row["ticket"]
    assert sorted(path.suffix for path in (tmp_path / "out").iterdir()) == sorted(
        [".csv", *[".eml", ".png", ".svg"] * 3]
    )
    # nothing was written beside the folder
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_the_drawing_is_the_same_code(tmp_path: Path) -> None:
    write_tickets(tmp_path / "out", [ADA], DAY)
    (path,) = (tmp_path / "out").glob("*.svg")
    root = ElementTree.fromstring(path.read_text())
    matrix = qr_matrix(ADA.ticket)
    assert root.get("viewBox") == f"0 0 {len(matrix) + 8} {len(matrix) + 8}"
    drawn = root.findall("{http://www.w3.org/2000/svg}path")[1].get("d") or ""
    dark = 0
    picture = Image.new("L", ((len(matrix) + 8) * 6,) * 2, 255)
    for stretch in drawn.split("z")[:-1]:
        place, length = stretch[1:].split("h")[0], int(stretch.split("h")[1].split("v")[0])
        x, y = (int(number) for number in place.split())
        dark += length
        picture.paste(0, (x * 6, y * 6, (x + length) * 6, (y + 1) * 6))
    assert dark == sum(map(sum, matrix))
    assert [code.text for code in zxingcpp.read_barcodes(picture)] == [ADA.ticket]


def test_a_draft_holds_the_code_as_picture_and_text_and_the_day(tmp_path: Path) -> None:
    write_tickets(tmp_path / "out", [ADA], DAY)
    (message,) = letters(tmp_path / "out").values()
    assert message["To"] == "Ada Łarkin <ada@practice.example>"
    assert message["Subject"] == "Your ticket for Summit"
    assert message["X-Unsent"] == "1"
    parts = {part.get_content_type(): part for part in message.walk()}
    text = parts["text/plain"].get_content()
    assert ADA.ticket in text
    assert "Dear Ada," in text
    assert "Wednesday 12 November 2025, 09:00 to 16:30" in text
    html = parts["text/html"].get_content()
    assert ADA.ticket in html
    assert 'src="cid:ticket"' in html
    picture = parts["image/png"]
    assert picture["Content-ID"] == "<ticket>"
    (code,) = zxingcpp.read_barcodes(Image.open(io.BytesIO(picture.get_content())).convert("L"))
    assert code.text == ADA.ticket
    calendar = Calendar.from_ical(parts["text/calendar"].get_content())
    (event,) = calendar.walk("VEVENT")
    assert event["SUMMARY"] == "Summit"
    assert event["LOCATION"] == "Friends House"
    assert event.decoded("DTSTART").isoformat() == "2025-11-12T09:00:00+00:00"
    assert event["UID"] == "event-1@facilitator"


def test_no_header_can_be_typed_into_a_draft(tmp_path: Path) -> None:
    write_tickets(tmp_path / "out", [EVIL], DAY)
    (message,) = letters(tmp_path / "out").values()
    assert message["Bcc"] is None
    assert message["To"] is None
    raw = next((tmp_path / "out").glob("*.eml")).read_bytes()
    assert not [line for line in raw.split(b"\r\n") if line.lower().startswith(b"bcc:")]


@pytest.mark.slow
@given(st.text(max_size=80), st.text(max_size=80), st.text(max_size=40))
@settings(max_examples=150, deadline=None)
def test_whatever_is_typed_a_draft_has_these_headers_alone(
    name: str, event: str, address: str
) -> None:
    person = TicketPerson(name, "", ticket(5), "", address)
    day = TicketDay(Occasion(event, DAY.occasion.printed, DAY.occasion.day, name))
    to = address_of(name, address)
    raw = draft(person, to, fill_wording(DEFAULT_WORDING, person, day), b"png", b"ics")
    message = email.message_from_bytes(raw, policy=email.policy.default)
    headers = {"Subject", "X-Unsent", "MIME-Version", "Content-Type"}
    assert set(message.keys()) == headers | ({"To"} if to else set())


@pytest.mark.parametrize(
    "name",
    [
        'Larkin, "Ada" <x@y.example>', "Ada\r\nBcc: x@y.example", "Zoë " + "Ñandú " * 50,
        "=?utf-8?q?Bcc=3A_x=40y.example?=", "😀" * 60, "CON", "..", "a/b\\c", "L" * 300,
    ],
)  # fmt: skip
def test_an_odd_name_goes_to_its_address_and_no_other(tmp_path: Path, name: str) -> None:
    person = TicketPerson(name, "", ticket(6), "", "ada@practice.example")
    day = TicketDay(Occasion(name, DAY.occasion.printed, DAY.occasion.day))
    write_tickets(tmp_path / "out", [person], day)
    (message,) = letters(tmp_path / "out").values()
    (to,) = message["To"].addresses
    assert to.addr_spec == "ada@practice.example"
    assert message["Bcc"] is None
    assert len(list((tmp_path / "out").iterdir())) == 4
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_markup_in_a_name_is_shown_as_typed(tmp_path: Path) -> None:
    person = TicketPerson("<b>Bo</b>", "Li", ticket(9))
    write_tickets(tmp_path / "out", [person], DAY)
    (message,) = letters(tmp_path / "out").values()
    body = message.get_body(("html",))
    assert body is not None
    assert "Dear &lt;b&gt;Bo&lt;/b&gt;," in body.get_content()


@pytest.mark.slow
@given(st.text(max_size=60), st.text(max_size=60), st.integers(0, 2**80 - 1))
@settings(max_examples=100, deadline=None)
def test_a_file_name_never_leaves_the_folder(given_name: str, family: str, number: int) -> None:
    stem = file_stem(TicketPerson(given_name, family, ticket(number)))
    assert stem
    assert len(stem) < 80
    assert all(char.isascii() and (char.isalnum() or char == "-") for char in stem)
    assert stem.split(".")[0].lower() not in {"con", "prn", "aux", "nul", "com1", "lpt1"}


def test_namesakes_and_foreign_tickets_have_files_of_their_own() -> None:
    stems = {
        file_stem(TicketPerson("Ada", "Larkin", code))
        for code in (ticket(1), ticket(2), "abc/../x", "ABC/../x", "CON", "")
    }
    assert len({stem.lower() for stem in stems}) == 6


def test_the_wording_is_the_events_own() -> None:
    wording = Wording("{event}!", "Hello {name}\n{ticket}\n{venue}{time}")
    filled = fill_wording(wording, ADA, DAY)
    assert filled.subject == "Summit!"
    assert filled.body == f"Hello Dr Ada Łarkin\n{ADA.ticket}\nFriends House, 09:00 to 16:30"


def test_braces_in_a_name_are_no_field() -> None:
    person = TicketPerson("{ticket}", "{nonsense}", ticket(4))
    assert "Dear {ticket}," in fill_wording(DEFAULT_WORDING, person, DAY).body


def test_an_unknown_field_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    with pytest.raises(Refused, match=r"\{nmae\}"):
        write_tickets(tmp_path / "out", [ADA], DAY, Wording("x", "Dear {nmae}"))
    assert not list(tmp_path.iterdir())


def test_nobody_is_refused_and_a_missing_parent_too(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="nobody"):
        write_tickets(tmp_path / "out", [], DAY)
    with pytest.raises(Refused, match="does not exist"):
        write_tickets(tmp_path / "no" / "out", [ADA], DAY)


def test_a_day_without_times_is_a_whole_day() -> None:
    (event,) = Calendar.from_ical(calendar_file(TicketDay(DAY.occasion)).decode()).walk("VEVENT")
    assert event.decoded("DTSTART") == date(2025, 11, 12)
    assert event.decoded("DTEND") == date(2025, 11, 13)
    assert calendar_file(TicketDay(Occasion("x", DAY.occasion.printed))) == b""


def test_again_overwrites_and_progress_is_told(tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    people = [TicketPerson("Ada", f"L{n}", ticket(n)) for n in range(25)]
    for _ in range(2):
        write_tickets(
            tmp_path / "out", people, DAY, progress=lambda done, of: told.append((done, of))
        )
    assert told == [(20, 25), (25, 25)] * 2
    assert len(list((tmp_path / "out").iterdir())) == 76
