"""Numbers for the caterer, the list for the door, thank-you letters, and events side by side."""

from __future__ import annotations

import csv
import email
import email.policy
from datetime import date
from email.message import EmailMessage
from pathlib import Path

import pypdfium2
import pytest

from facilitator.app import EventApp, create_event
from facilitator.clocks import HandClocks
from facilitator.domain.errors import Refused
from facilitator.services.checkin import At
from facilitator.services.events import NewEvent
from tests.day import add_people, add_programme, full_day, seat_everybody
from tests.people import add_person

AT = At("Desk 1")


def text_of(path: Path) -> str:
    return "\n".join(
        page.get_textpage().get_text_bounded().replace("\r\n", "\n")
        for page in pypdfium2.PdfDocument(path)
    )


@pytest.fixture
def fed(app: EventApp) -> EventApp:
    """Five people with needs; three came, one of them left, one is cancelled."""
    ada = add_person(app, "Dr Ada Larkin", diet="Vegan", access="Wheelchair")
    bo = add_person(app, "Bo Chan", "community-pharmacy", diet="vegan")
    cy = add_person(app, "Cy Diallo", diet="Vegan, no nuts")
    add_person(app, "Di Eze", "other", diet="Halal")
    add_person(app, "Ed Gone", diet="Vegan", cancelled=True)
    for person in (ada, bo, cy):
        app.checkin.scan(person.ticket, AT)
    app.checkin.leave(cy.id, AT)
    add_programme(app)
    return app


def test_needs_are_totals_without_names(fed: EventApp) -> None:
    numbers = fed.catering.numbers()
    assert (numbers.expected, numbers.here, numbers.left, numbers.to_come) == (4, 2, 1, 1)
    assert [(one.words, one.expected, one.here, one.names) for one in numbers.diets] == [
        ("Vegan", 2, 2, ()), ("Halal", 1, 0, ()), ("Vegan, no nuts", 1, 0, ()),
    ]  # fmt: skip
    assert [(one.words, one.expected) for one in numbers.access] == [("Wheelchair", 1)]
    named = fed.catering.numbers(names=True)
    assert named.diets[0].names == ("Bo Chan", "Dr Ada Larkin")


def test_a_meal_is_for_those_inside_and_those_to_come(fed: EventApp, clocks: HandClocks) -> None:
    # The clock of the day was stopped in lunch, which began before anybody looked at it.
    (lunch,) = fed.catering.numbers().meals
    assert lunch.title == "Lunch"
    assert [(one.words, one.expected) for one in lunch.diets] == [("Vegan", 2), ("Halal", 1)]
    assert (lunch.people, lunch.here, lunch.begun) == (3, 2, False)
    clocks.advance(4 * 3600)
    (lunch,) = fed.catering.numbers().meals
    assert (lunch.people, lunch.begun) == (2, True)
    assert [(one.words, one.expected) for one in lunch.diets] == [("Vegan", 2)]


def test_needs_by_table(app: EventApp) -> None:
    add_people(app, first=10, second=10, third=4)
    seat_everybody(app, seats=6)
    (table,) = app.catering.numbers().tables
    assert table.label
    assert [(one.words, one.expected) for one in table.diets] == [("Vegan", 1)]


def test_numbers_on_paper_and_in_a_sheet(fed: EventApp, tmp_path: Path) -> None:
    assert not fed.catering.write(tmp_path / "n.pdf").names_inside
    text = text_of(tmp_path / "n.pdf")
    assert "2 of 4 are here, 1 has left, 1 is still to come." in text
    assert "Printed 08:45" in text
    assert "Larkin" not in text
    assert fed.catering.write(tmp_path / "named.pdf", names=True).names_inside
    assert "Bo Chan; Dr Ada Larkin" in text_of(tmp_path / "named.pdf")
    fed.catering.write(tmp_path / "n.csv")
    with (tmp_path / "n.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = [tuple(row.values()) for row in csv.DictReader(file)]
    assert ("people", "all", "4", "2", "") in rows
    assert ("diet", "Vegan", "2", "2", "") in rows
    door = fed.catering.write_door(tmp_path / "door.pdf")
    assert (door.people, door.names_inside) == (4, True)
    listed = text_of(tmp_path / "door.pdf")
    assert "Larkin, Ada" in listed
    assert "in 08:45" in listed
    assert "Vegan" not in listed
    assert "Gone" not in listed
    with pytest.raises(Refused, match=r"\.pdf or \.csv"):
        fed.catering.write(tmp_path / "n.txt")


def letters(folder: Path) -> dict[str, EmailMessage]:
    found: dict[str, EmailMessage] = {}
    for path in folder.glob("*.eml"):
        message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
        assert isinstance(message, EmailMessage)
        found[str(message["To"])] = message
    return found


def test_thanks_name_those_met_who_agreed(app: EventApp, tmp_path: Path) -> None:
    people = [
        add_person(app, name, side, email=f"{name.split()[0].lower()}@people.example",
                   contact_consent=agreed)
        for name, side, agreed in (
            ("Ada Larkin", "general-practice", True),
            ("Bo Chan", "community-pharmacy", True),
            ("Cy Diallo", "general-practice", False),
            ("Di Eze", "community-pharmacy", None),
        )
    ]  # fmt: skip
    add_person(app, "Ed Absent", email="ed@people.example")
    for one in people:
        app.checkin.scan(one.ticket, AT)
    seat_everybody(app, rounds=2, seats=4)
    made = app.thanks.write(tmp_path / "out")
    assert (made.people, made.without_address) == (4, ())
    found = letters(tmp_path / "out")
    assert len(found) == 4
    bo = found["Bo Chan <bo@people.example>"].get_body(("plain",))
    assert bo is not None
    text = bo.get_content()
    assert "- Ada Larkin" in text
    assert "and 2 others." in text
    assert "Diallo" not in text
    assert "Eze" not in text
    assert "Bo Chan" not in text


def test_no_header_can_be_typed_into_a_letter(app: EventApp, tmp_path: Path) -> None:
    evil = 'Ada "Bcc: x@y.example", Larkin'
    for name, address in (
        (evil, "ada@people.example"),
        ("Bo Chan", "bo@b.example\r\nBcc: z@z.example"),
    ):
        person = add_person(app, name, email=address, organisation="A\r\nBcc: o@o.example")
        app.checkin.scan(person.ticket, AT)
    app.event.edit(name='Summit, "the" first\r\nBcc: e@e.example')
    made = app.thanks.write(tmp_path / "out")
    assert (made.people, made.without_address) == (1, ("Bo Chan",))
    (message,) = letters(tmp_path / "out").values()
    assert message["Bcc"] is None
    (to,) = message["To"].addresses
    assert to.addr_spec == "ada@people.example"
    assert sorted(message.keys()) == [
        "Content-Type", "MIME-Version", "Subject", "To", "X-Unsent",
    ]  # fmt: skip


def test_the_thanks_are_in_the_events_own_words(app: EventApp) -> None:
    assert "Ada" in app.thanks.preview().body
    app.thanks.set_wording("Subject: Thanks, {given_name}\n\n{met}")
    assert app.thanks.preview().subject == "Thanks, Ada"
    with pytest.raises(Refused, match=r"\{nmae\}"):
        app.thanks.set_wording("Dear {nmae}")
    assert app.thanks.wording().startswith("Subject: Thanks, {given_name}")
    app.thanks.set_wording("")
    assert "Thank you for being with us" in app.thanks.wording()


def test_events_side_by_side_are_figures_only(app: EventApp, tmp_path: Path) -> None:
    full_day(app)
    place = tmp_path / "earlier.facilitator"
    new = NewEvent("The first summit", date(2024, 11, 13), "Hall")
    with create_event(place, new, HandClocks(app.clocks.now())) as earlier:
        add_people(earlier, first=10, second=12, third=2)
        seat_everybody(earlier)
    before = place.read_bytes()
    found = app.comparing.compare([place])
    assert [(one.name, one.is_this) for one in found.events] == [
        ("The first summit", False), ("South London GP and Pharmacy Day", True),
    ]  # fmt: skip
    rows = {row.words: row.shown for row in found.rows}
    assert rows["Came"] == ("22", "94")
    assert rows["Came, of those expected"] == ("22 of 24 (92 %)", "94 of 105 (90 %)")
    assert rows["Myths"] == ("–", "2")
    assert rows["Hands for the myths, before and after"] == ("–", "77 % then 34 %")
    assert place.read_bytes() == before
    names = {person.family_name for person in app.people.all()}
    for path in (tmp_path / "c.csv", tmp_path / "c.pdf"):
        assert app.comparing.write(path, [place]).events == 2
    sheet = (tmp_path / "c.csv").read_text(encoding="utf-8-sig")
    paper = text_of(tmp_path / "c.pdf")
    assert "The first summit" in paper
    assert not [name for name in names if name in sheet + paper]


def test_what_cannot_be_compared_is_refused(file_app: EventApp, tmp_path: Path) -> None:
    with pytest.raises(Refused, match="nothing to compare"):
        file_app.comparing.compare([])
    with pytest.raises(Refused, match="this event itself"):
        file_app.comparing.compare([tmp_path / "summit.facilitator"])
    other = tmp_path / "other.facilitator"
    create_event(
        other, NewEvent("Other", date(2024, 1, 1)), HandClocks(file_app.clocks.now())
    ).close()
    with pytest.raises(Refused, match="there already"):
        file_app.comparing.compare([other, other])
    with pytest.raises(Refused, match="At most 5"):
        file_app.comparing.compare([other] * 6)
    with pytest.raises(Refused, match=r"\.pdf or \.csv"):
        file_app.comparing.write(tmp_path / "c.docx", [other])


def test_one_certificate(file_app: EventApp, tmp_path: Path) -> None:
    ada, bo = add_person(file_app, "Dr Ada Larkin"), add_person(file_app, "Bo Chan")
    for person in (ada, bo):
        file_app.checkin.scan(person.ticket, AT)
    cy = add_person(file_app, "Cy Absent")
    made = file_app.exports.certificates(tmp_path / "one.pdf", [ada.id])
    assert made.people == 1
    assert "Dr Ada Larkin" in text_of(tmp_path / "one.pdf")
    with pytest.raises(Refused):
        file_app.exports.certificates(tmp_path / "no.pdf", [cy.id])
