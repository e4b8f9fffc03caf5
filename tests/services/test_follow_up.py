"""Follow-up lists of who met whom: only those who came and agreed, in files and in their names."""

from __future__ import annotations

import csv
from datetime import timedelta
from pathlib import Path
from uuid import UUID

from icalendar import Calendar
from pypdf import PdfReader
from sqlmodel import col, select

from facilitator.app import EventApp
from facilitator.clocks import HandClocks
from facilitator.domain.people import Person, Status
from facilitator.services.checkin import At
from facilitator.store.rows import RoomTableRow, RoundRow, SeatChangeRow, SeatRow
from tests import day
from tests.people import add_person

GP, PH = "general-practice", "community-pharmacy"


def seat(app: EventApp, number: int, table: str, *people: Person) -> None:
    """Seat people around a table of a round, in this order."""
    with app.database.session() as session:
        revision = len(session.exec(select(SeatChangeRow.id)).all()) + 1
        change = SeatChangeRow(revision=revision, kind="hand", at=app.clocks.now())
        session.add(change)
        session.flush()
        round_ = session.exec(select(RoundRow).where(col(RoundRow.number) == number)).one()
        room = session.exec(select(RoomTableRow).where(col(RoomTableRow.label) == table)).one()
        for place, person in enumerate(people):
            session.add(SeatRow(change_id=change.id, revision=revision, round_id=round_.id,
                                attendee_id=person.id, table_id=room.id, place=place))  # fmt: skip


def begin(app: EventApp, number: int, *, minutes: int | None = None) -> None:
    """A round begins now; with `minutes` it is over after so many."""
    with app.database.session() as session:
        row = session.exec(select(RoundRow).where(col(RoundRow.number) == number)).one()
        row.started_at = app.clocks.now()
        row.finished_at = row.started_at + timedelta(minutes=minutes) if minutes else None
        session.add(row)


def person(app: EventApp, name: str, side: str, agrees: bool | None = True, **more: str) -> Person:
    """Somebody of Ealing with an address."""
    email = f"{name.split()[-1].lower()}@people.example"
    return add_person(
        app, name, side, contact_consent=agrees, borough="Ealing", email=email, **more
    )


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def whole(folder: Path) -> str:
    """Every file's name and what can be read in it."""
    found = []
    for path in sorted(folder.rglob("*")):
        found.append(str(path.relative_to(folder)))
        if path.suffix == ".pdf":
            found += [page.extract_text() for page in PdfReader(path).pages]
        elif path.is_file():
            found.append(path.read_text("utf-8").replace("\r\n ", ""))
    return "\n".join(found)


def test_each_has_a_list_of_those_they_met_who_agreed(
    app: EventApp, clocks: HandClocks, tmp_path: Path
) -> None:
    ada, bo = person(app, "Dr Ada Larkin", GP), person(app, "Bo Ng", PH)
    cy, di = person(app, "Cy Quiet", PH, agrees=None), person(app, "Di Moss", PH)
    eve, flo = person(app, "Eve Refuses", GP, agrees=False), person(app, "Flo Away", PH)
    for one in (ada, bo, cy, di, eve):
        app.checkin.scan(one.ticket, At())
    seat(app, 1, "1", ada, bo, flo, eve, cy, di)
    seat(app, 2, "2", ada, di)
    begin(app, 1, minutes=30)
    done = app.follow_up.write(tmp_path / "lists")
    folder = tmp_path / "lists"
    assert done.with_lists == 3
    assert {p.name for p in (folder / "people").iterdir()} == {
        f"{stem}.{end}"
        for stem in ("ada-larkin", "bo-ng", "di-moss") for end in ("csv", "vcf", "ics")
    }  # fmt: skip
    found = rows(folder / "people" / "ada-larkin.csv")
    # around the table: Ada between Bo and Di; round 2 has not begun, so it is no meeting
    assert [(r["name"], r["rounds"], r["tables"], r["beside"]) for r in found] == [
        ("Di Moss", "1", "1", "yes"), ("Bo Ng", "1", "1", "yes")]  # fmt: skip
    assert rows(folder / "people" / "bo-ng.csv")[0]["beside"] == "yes"
    bos = {r["name"]: r["beside"] for r in rows(folder / "people" / "bo-ng.csv")}
    assert bos == {"Ada Larkin": "yes", "Di Moss": "no"}
    text = whole(folder)
    for absent in ("Quiet", "quiet", "Refuses", "refuses", "Flo", "away@"):
        assert absent not in text, absent
    pairs = rows(folder / "ealing-met.csv")
    assert {(r["name"], r["met_name"]) for r in pairs} == {
        (a, b) for a in ("Ada Larkin", "Bo Ng", "Di Moss")
        for b in ("Ada Larkin", "Bo Ng", "Di Moss") if a != b}  # fmt: skip
    listed = {r["file"]: r for r in rows(folder / "contents.csv")}
    assert set(listed) | {"contents.csv"} == set(done.files)
    assert listed["people/ada-larkin.vcf"]["email"] == "larkin@people.example"


def test_only_a_round_that_both_attended_is_a_meeting(
    app: EventApp, clocks: HandClocks, tmp_path: Path
) -> None:
    ada, bo, late = person(app, "Ada A", GP), person(app, "Bo B", PH), person(app, "Lou Late", PH)
    app.checkin.scan(ada.ticket, At())
    app.checkin.scan(bo.ticket, At())
    seat(app, 1, "1", ada, bo, late)
    seat(app, 2, "1", ada, bo, late)
    begin(app, 1)
    clocks.advance(600)
    app.checkin.leave(bo.id, At())
    clocks.advance(600)
    begin(app, 2)
    clocks.advance(60)
    app.checkin.scan(late.ticket, At())
    seat(app, 2, "1", ada, late)
    app.follow_up.write(tmp_path / "l")
    met = {r["name"]: r["rounds"] for r in rows(tmp_path / "l" / "people" / "ada-a.csv")}
    assert met == {"Bo B": "1", "Lou Late": "2"}
    assert [r["name"] for r in rows(tmp_path / "l" / "people" / "bo-b.csv")] == ["Ada A"]


def test_who_took_the_chair_of_somebody_who_left_did_not_meet_them(
    file_app: EventApp, clocks: HandClocks, tmp_path: Path
) -> None:
    ada, bo, cy = [person(file_app, n, s) for n, s in (("A Ada", GP), ("B Bo", PH), ("C Cy", PH))]
    file_app.checkin.scan(ada.ticket, At())
    file_app.checkin.scan(bo.ticket, At())
    seat(file_app, 1, "1", ada, bo)
    begin(file_app, 1)
    clocks.advance(600)
    file_app.checkin.leave(bo.id, At())
    clocks.advance(600)
    file_app.checkin.scan(cy.ticket, At())
    seat(file_app, 1, "1", ada, cy)
    file_app.follow_up.write(tmp_path / "l")
    folder = tmp_path / "l" / "people"
    assert [r["name"] for r in rows(folder / "a-ada.csv")] == ["B Bo", "C Cy"]
    assert [(r["name"], r["beside"]) for r in rows(folder / "b-bo.csv")] == [("A Ada", "yes")]
    assert [(r["name"], r["beside"]) for r in rows(folder / "c-cy.csv")] == [("A Ada", "yes")]


def test_without_the_clock_whoever_came_and_sits_together_met(
    app: EventApp, tmp_path: Path
) -> None:
    ada, bo = person(app, "Ada A", GP), person(app, "Bo B", GP)
    for one in (ada, bo):
        app.checkin.scan(one.ticket, At())
    seat(app, 1, "1", ada, bo)
    app.follow_up.write(tmp_path / "l")
    found = rows(tmp_path / "l" / "people" / "ada-a.csv")
    assert [(r["name"], r["beside"]) for r in found] == [("Bo B", "no")], "both of one side"


def test_reminders_are_30_and_90_days_after_and_say_to_whom(
    file_app: EventApp, tmp_path: Path
) -> None:
    people = [person(file_app, f"{n} Person{n}", PH) for n in ("Ann", "Ben", "Col", "Dan")]
    ada = person(file_app, "Dr Ada Larkin", GP)
    for one in (ada, *people):
        file_app.checkin.scan(one.ticket, At())
    seat(file_app, 1, "1", ada, *people)
    day.add_note(file_app, "action", "Call; the LMC", boroughs=("Ealing",),
                 due=file_app.event.get().held_on)  # fmt: skip
    file_app.follow_up.write(tmp_path / "l")
    calendar = Calendar.from_ical((tmp_path / "l" / "people" / "ada-larkin.ics").read_bytes())
    found = calendar.walk("VEVENT")
    assert [event["DTSTART"].dt.isoformat() for event in found] == ["2025-12-12", "2026-02-10"]
    assert {str(event["SUMMARY"]) for event in found} == {
        "Write to Ann PersonAnn, Dan PersonDan, Ben PersonBen and 1 other"}  # fmt: skip
    assert "persondan@people.example, beside you" in str(found[0]["DESCRIPTION"])
    assert len(calendar.walk("VALARM")) == 2
    borough = Calendar.from_ical((tmp_path / "l" / "ealing.ics").read_bytes()).walk("VEVENT")
    assert [str(event["SUMMARY"]) for event in borough] == [
        "Write to the 5 people of Ealing", "Write to the 5 people of Ealing",
        "Due: Call; the LMC"]  # fmt: skip
    uids = [str(event["UID"]) for event in (*found, *borough)]
    assert len(set(uids)) == len(uids)


def test_of_the_same_name_each_has_a_file_and_odd_names_have_one(
    file_app: EventApp, tmp_path: Path
) -> None:
    names = ("Ada Larkin", "Ada Larkin", "شیرین فرهاد", "Siân O’Brien; =1+1", "<b> 😀")
    people = [person(file_app, name, PH) for name in names]
    for one in people:
        file_app.checkin.scan(one.ticket, At())
    seat(file_app, 1, "1", *people)
    done = file_app.follow_up.write(tmp_path / "l")
    cards = sorted(p.name for p in (tmp_path / "l" / "people").glob("*.vcf"))
    assert len(cards) == 5
    assert {"ada-larkin.vcf", "ada-larkin-2.vcf"} <= set(cards)
    written = [p for p in (tmp_path / "l").rglob("*") if p.is_file()]
    assert set(done.files) == {p.relative_to(tmp_path / "l").as_posix() for p in written}
    met = {r["name"] for r in rows(tmp_path / "l" / "people" / "ada-larkin.csv")}
    assert "شیرین فرهاد" in met
    for path in (tmp_path / "l" / "people").glob("*"):
        assert path.stat().st_mode & 0o077 == 0, "only its owner may read it"


def test_who_withdraws_is_gone_from_the_folder_at_the_next_export(
    app: EventApp, tmp_path: Path
) -> None:
    ada, bo, cy = person(app, "Ada A", GP), person(app, "Bo B", PH), person(app, "Cy C", PH)
    for one in (ada, bo, cy):
        app.checkin.scan(one.ticket, At())
    seat(app, 1, "1", ada, bo, cy)
    folder = tmp_path / "l"
    app.follow_up.write(folder)
    (folder / "my own notes.txt").write_text("keep")
    app.people.edit(bo.id, {"contact_consent": False})
    app.follow_up.write(folder)
    text = whole(folder)
    assert "bo-b" not in text
    assert "Bo B" not in text
    assert (folder / "people" / "cy-c.vcf").exists()
    assert (folder / "my own notes.txt").read_text() == "keep"
    app.people.edit(cy.id, {"contact_consent": False})
    app.follow_up.write(folder)
    assert not (folder / "people").exists()


def test_notes_in_a_pack_name_nobody_who_did_not_agree(file_app: EventApp, tmp_path: Path) -> None:
    ada = person(file_app, "Dr Ada Larkin", GP)
    person(file_app, "Bo Absent", PH)
    refuses = person(file_app, "Cy Refuses", PH, agrees=False)
    for one in (ada, refuses):
        file_app.checkin.scan(one.ticket, At())
    for owner in ("Bo Absent", "Cy Refuses", "Dr Ada Larkin", "Zed Unlisted", "the PCN team"):
        day.add_note(file_app, "action", f"Do it, {owner}", owner=owner, boroughs=("Ealing",))
    day.add_note(file_app, "bright-spot", "It works", ask="Cy Refuses", attribution="named",
                 by="Bo Absent", boroughs=("Ealing",), where="Ealing")  # fmt: skip
    file_app.follow_up.write(tmp_path / "l")
    text = whole(tmp_path / "l")
    for absent in ("Absent", "Refuses"):
        assert absent not in text
    assert "Dr Ada Larkin" in text
    assert "the PCN team" in text


def test_in_a_whole_day_nobody_else_is_anywhere(file_app: EventApp, tmp_path: Path) -> None:
    day.full_day(file_app)
    done = file_app.follow_up.write(tmp_path / "lists")
    people = file_app.people.all()
    inside = {
        p.id for p in people
        if p.status in (Status.ARRIVED, Status.LEFT) and p.contact_consent is True
    }  # fmt: skip
    text = whole(tmp_path / "lists")
    for one in people:
        if one.id not in inside:
            assert one.email not in text
            assert one.name not in text
            assert one.phone not in text
    assert done.with_lists == len(inside)
    met: dict[UUID, set[str]] = {
        p.id: {r["email"] for r in rows(
            tmp_path / "lists" / "people" / f"{_stem(tmp_path, p)}.csv")}
        for p in people if p.id in inside
    }  # fmt: skip
    by_email = {p.email: p.id for p in people}
    for one, emails in met.items():
        assert all(next(p.email for p in people if p.id == one) in met[by_email[e]] for e in emails)


def _stem(tmp_path: Path, one: Person) -> str:
    for row in rows(tmp_path / "lists" / "contents.csv"):
        if row["email"] == one.email and row["file"].endswith(".csv"):
            return Path(row["file"]).stem
    raise AssertionError(one.name)
