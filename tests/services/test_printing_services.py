"""Badges, tickets, papers and the roll from a real event, on each database."""

from __future__ import annotations

import csv
from pathlib import Path

import pypdfium2
import pytest
import zxingcpp
from sqlmodel import select

from facilitator.app import EventApp
from facilitator.domain.changes import Changes
from facilitator.domain.errors import Refused
from facilitator.services.badges import BadgeService
from facilitator.services.checkin import At, NewWalkIn
from facilitator.services.tickets import wording_from
from facilitator.store.rows import DocumentFactRow, ToldRow
from tests.day import add_people, add_programme, seat_everybody
from tests.people import add_person


def text_of(path: Path) -> str:
    return "\n".join(
        page.get_textpage().get_text_bounded().replace("\r\n", "\n")
        for page in pypdfium2.PdfDocument(path)
    )


def codes_of(path: Path) -> list[str]:
    return [
        code.text
        for page in pypdfium2.PdfDocument(path)
        for code in zxingcpp.read_barcodes(page.render(scale=150 / 72).to_pil().convert("L"))
    ]


@pytest.fixture
def day(app: EventApp) -> EventApp:
    """24 people, of whom 22 came, seated in three rounds of which the last is not over."""
    add_people(app, first=10, second=10, third=4)
    seat_everybody(app, seats=6)
    add_programme(app)
    return app


def test_badges_carry_the_tables_that_the_event_says(day: EventApp, tmp_path: Path) -> None:
    made = day.badges.write(tmp_path / "b.pdf", layout="a6-cut")
    assert (made.people, made.pages, made.layout, made.tables) == (24, 6, "a6-cut", "all")
    people = {one.ticket: one for one in day.people.all()}
    assert sorted(codes_of(made.path)) == sorted(people)
    text = text_of(made.path)
    for word in ("Round 1", "Round 2", "Round 3", "Your tables", "General practice"):
        assert word in text
    first = text_of(day.badges.write(tmp_path / "f.pdf", layout="a6-cut", tables="first").path)
    assert "Round 1" in first
    assert "Round 2" not in first
    none = text_of(day.badges.write(tmp_path / "n.pdf", layout="a6-cut", tables="none").path)
    assert "Your tables" not in none


def test_nothing_private_is_on_a_badge(file_app: EventApp, tmp_path: Path) -> None:
    add_person(
        file_app, "Ada Larkin", diet="Vegan", access="Wheelchair", attention="Late payer",
        phone="020 7946 0001", email="ada@people.example", vip=True,
    )  # fmt: skip
    text = text_of(file_app.badges.write(tmp_path / "b.pdf").path)
    assert "Larkin" in text
    for word in ("Vegan", "Wheelchair", "Late payer", "7946", "people.example", "VIP"):
        assert word not in text


def test_printed_badges_count_as_told_until_a_table_changes(day: EventApp, tmp_path: Path) -> None:
    made = day.badges.write(tmp_path / "b.pdf")
    assert made.changes is Changes.SEATS
    with day.database.reading() as session:
        told = session.exec(select(ToldRow).where(ToldRow.how == "badge")).all()
        facts = session.exec(select(DocumentFactRow)).all()
    assert len(told) == 22 * 3
    assert [(fact.kind, fact.name, fact.names_inside) for fact in facts] == [
        ("badges", "b.pdf", True)
    ]
    assert day.badges.changed() == ()
    with pytest.raises(Refused, match="No printed badge"):
        day.badges.write_labels(tmp_path / "l.pdf")
    room = day.seating.room()
    one, other = (table.people[0] for table in room.rounds[2].tables[:2])
    day.seating.swap(one, other, 3)
    assert set(day.badges.changed()) == {one, other}
    labels = day.badges.write_labels(tmp_path / "l.pdf")
    assert (labels.people, labels.pages) == (2, 1)
    assert day.people.get(one).family_name in text_of(labels.path)
    assert day.badges.changed() == ()


def test_one_badge_for_whoever_stands_at_the_desk(day: EventApp, tmp_path: Path) -> None:
    walk_in = day.checkin.walk_in(
        NewWalkIn("Zoë Late", "community-pharmacy", "Corner Pharmacy"), At("Desk 1")
    )
    person = walk_in.verdict.person
    printed = day.badges.write_one(person.id, tmp_path / "one.pdf", layout="roll62")
    assert printed.name == "Zoë Late"
    assert codes_of(tmp_path / "one.pdf") == [person.ticket]
    only = day.badges.write(tmp_path / "w.pdf", only="walk-ins")
    assert only.people == 1
    assert "Zoë" in text_of(only.path)


def test_badges_are_refused_in_words(file_app: EventApp, tmp_path: Path) -> None:
    with pytest.raises(Refused, match="nobody to print"):
        file_app.badges.write(tmp_path / "b.pdf")
    add_person(file_app, "Ada Larkin")
    add_person(file_app, "Bo Gone", cancelled=True)
    for wrong in ({"layout": "a7"}, {"tables": "some"}, {"only": "leaders"}):
        with pytest.raises(Refused):
            file_app.badges.write(tmp_path / "b.pdf", **wrong)
    with pytest.raises(Refused, match="no walk-ins"):
        file_app.badges.write(tmp_path / "b.pdf", only="walk-ins")
    with pytest.raises(Refused, match="does not exist"):
        file_app.badges.write(tmp_path / "no" / "b.pdf")
    assert not list(tmp_path.glob("*.pdf"))
    assert file_app.badges.write(tmp_path / "b.pdf").people == 1
    assert isinstance(file_app.badges, BadgeService)
    assert {layout.name for layout in file_app.badges.layouts} >= {"a6", "l7163", "roll62"}


def test_tickets_are_for_those_expected(day: EventApp, tmp_path: Path) -> None:
    add_person(day, "Bo Gone", cancelled=True)
    expected = {one.ticket for one in day.people.all() if one.status == "expected"}
    made = day.tickets.write(tmp_path / "out")
    assert made.list_path is not None
    with made.list_path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert {row["ticket"] for row in rows} == expected
    assert made.people == len(expected) == 2
    letter = next((tmp_path / "out").glob("*.eml")).read_text()
    assert "09:00 to 10:40" in letter


def test_the_letter_is_the_events_own(file_app: EventApp) -> None:
    assert file_app.tickets.preview().body.startswith("Dear Ada,")
    ada = add_person(file_app, "Dr Priya Raman")
    file_app.event.set(ticket_mail="Subject: See you, {given_name}\n\nBring {ticket}.")
    letter = file_app.tickets.preview(ada.id)
    assert letter.subject == "See you, Priya"
    assert letter.body == f"Bring {ada.ticket}."
    assert wording_from("Just {name}").subject == "Your ticket for {event}"


@pytest.mark.slow
def test_papers_hold_the_day_as_it_stands(day: EventApp, tmp_path: Path) -> None:
    made = day.papers.write(tmp_path / "out")
    assert made.path == tmp_path / "out" / "papers.pdf"
    text = text_of(made.path)
    assert "24 people were on the list; 22 had arrived" in " ".join(text.split())
    assert "Printed 08:45 on Wednesday 12 November 2025" in text
    for word in ("Tick list", "Table plan: Round 3", "Running order", "If the laptop fails"):
        assert word in text
    with day.database.reading() as session:
        (fact,) = session.exec(select(DocumentFactRow)).all()
    spares = fact.details["spares"]
    assert len(set(spares)) == 20
    assert sorted(codes_of(made.path)) == sorted(spares)
    # nobody holds them yet
    assert not set(spares) & {one.ticket for one in day.people.all()}


def test_lists_on_the_wall_count_as_told(day: EventApp, tmp_path: Path) -> None:
    plan = day.papers.table_plan(tmp_path / "p.pdf", (3,))
    text = text_of(plan.path)
    assert "Table plan: Round 3" in text
    assert "Round 1" not in text
    with day.database.reading() as session:
        told = session.exec(select(ToldRow).where(ToldRow.how == "list")).all()
    assert len(told) == 22
    names = text_of(day.papers.surname_list(tmp_path / "s.pdf").path)
    assert all(one.family_name in names for one in day.people.all())
    assert text_of(day.papers.table_cards(tmp_path / "c.pdf")).count("Table 15") == 2
    order = text_of(day.papers.running_order(tmp_path / "r.pdf"))
    assert "Lunch" in order


def test_before_a_mixing_there_is_no_plan(file_app: EventApp, tmp_path: Path) -> None:
    add_person(file_app, "Ada Larkin")
    with pytest.raises(Refused, match="No tables have been mixed"):
        file_app.papers.table_plan(tmp_path / "p.pdf")
    with pytest.raises(Refused, match="no programme"):
        file_app.papers.running_order(tmp_path / "r.pdf")
    assert file_app.papers.write(tmp_path / "out").people == 1


def test_the_roll_is_who_is_inside_now(app: EventApp, tmp_path: Path) -> None:
    ada = add_person(app, "Ada Larkin", access="Wheelchair")
    bo = add_person(app, "Bo Chan", "community-pharmacy")
    add_person(app, "Cy Diallo")
    for person in (ada, bo):
        app.checkin.scan(person.ticket, At("Desk 1"))
    assert [one.family_name for one in app.roll.people()] == ["Larkin", "Chan"]
    assert app.roll.people()[0].since == "08:45"
    assert app.roll.write(tmp_path / "r.pdf") == 2
    text = text_of(tmp_path / "r.pdf")
    assert "2 people inside at 08:45" in text
    assert "Wheelchair" in text
    assert "Diallo" not in text
    app.checkin.leave(bo.id, At("Desk 1"))
    assert app.roll.lines()[0] == "1 person is inside."
    assert app.roll.write(tmp_path / "r.csv") == 1
    with (tmp_path / "r.csv").open(encoding="utf-8-sig", newline="") as file:
        assert [row["family_name"] for row in csv.DictReader(file)] == ["Larkin"]
    with pytest.raises(Refused, match=r"\.pdf or \.csv"):
        app.roll.write(tmp_path / "r.docx")


def test_tickets_again_are_for_the_new_and_the_changed(day: EventApp, tmp_path: Path) -> None:
    assert day.tickets.write(tmp_path / "out").people == 2
    now = day.tickets.now()
    assert (now.expected, now.new) == (2, 0)
    assert day.tickets.write(tmp_path / "out").list_path is None
    ada = next(one for one in day.people.all() if one.status == "expected")
    day.people.edit(ada.id, {"email": "new@people.example"})
    add_person(day, "Di Later")
    again = day.tickets.write(tmp_path / "out")
    assert (again.people, again.before) == (2, 1)
    assert day.tickets.write(tmp_path / "all", everybody=True).people == 3


def test_a_wording_that_cannot_be_filled_is_not_kept(day: EventApp) -> None:
    with pytest.raises(Refused, match=r"\{nmae\}"):
        day.tickets.set_wording("Dear {nmae}")
    assert day.event.get().settings.ticket_mail == ""
    day.tickets.set_wording("Subject: Come\n\nHello {name}")
    assert day.tickets.preview().subject == "Come"
