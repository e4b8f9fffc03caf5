"""Personal data: access, erasure and removal, down to the bytes of the file and its copies."""

from __future__ import annotations

import json
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from uuid import UUID

import pytest
from pypdf import PdfReader
from sqlmodel import select

from facilitator.app import EventApp, open_event
from facilitator.clocks import HandClocks
from facilitator.domain.errors import Refused
from facilitator.domain.people import Person
from facilitator.services.checkin import At
from facilitator.store.rows import (
    AssetRow,
    DraftRow,
    NoteRow,
    NoteVersionRow,
    PersonChangeRow,
    ScanRow,
    SourceRow,
    SourceRowRow,
)
from tests import day
from tests.people import add_person


def _secrets(people: list[Person]) -> set[bytes]:
    """What must not be found in any byte: names, addresses, codes and organisations."""
    found: set[str] = set()
    for p in people:
        found |= {p.name, p.family_name, p.email, p.ticket, p.organisation, p.phone, *p.codes}
    return {text.encode() for text in found if len(text) > 3}


def _full(app: EventApp) -> dict[str, UUID]:
    """A day with a person's data in every place that can hold some."""
    notes = day.full_day(app)
    someone = next(p for p in app.people.all() if p.name == "Devi Venkatesan")
    app.people.edit(someone.id, {"email": "venkatesan.changed@people.example"}, by="Olu Organiser")
    app.checkin.scan(someone.codes[0], At("Desk 1", "Olu Organiser"))
    app.checkin.scan(someone.email, At("Desk 1", "Olu Organiser"))
    now = app.clocks.now()
    with app.database.session() as session:
        source = SourceRow(name=f"{someone.family_name}.csv", at=now,
                           skipped=[{"row": 7, "why": f"{someone.name} twice"}])  # fmt: skip
        session.add(source)
        session.flush()
        session.add(SourceRowRow(source_id=source.id, attendee_id=someone.id, number=1,
                                 row_key="EB-100003"))  # fmt: skip
        session.add(DraftRow(kind="myth", content={"text": f"{someone.name} says"}, at=now))
        session.add(AssetRow(kind="quote", text=f"{someone.name}, {someone.organisation}"))
        note = session.get(NoteRow, notes["pain"])
        assert note is not None
        note.evidence = f"Seen by {someone.family_name} at {someone.organisation}"
        session.add(note)
        session.add(
            NoteVersionRow(note_id=notes["pain"], number=1, at=now, by="Olu Organiser", content={
                "text": f"as {someone.family_name}, {someone.given_name} said", "who": {
                    "attendee_id": str(someone.id), "name": someone.full_name}})
        )  # fmt: skip
    app.event.set(room={"face": "message", "text": f"Call for {someone.full_name}"},
                  foreword=f"Thanks to {someone.name}", call="Amina")  # fmt: skip
    return notes


def _bytes_in(folder: Path) -> bytes:
    return b"".join(p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file())


def test_nothing_personal_is_left_in_any_byte_of_the_file_its_log_or_its_copies(
    file_app: EventApp, tmp_path: Path
) -> None:
    _full(file_app)
    people = file_app.people.all()
    before = file_app.report.figures("none")
    file_app.health.backup(tmp_path / "copy with another name.bak")
    (tmp_path / "sub").mkdir()
    shutil.move(tmp_path / "copy with another name.bak", tmp_path / "holiday.jpg")
    secrets = _secrets(people) | {b"Olu Organiser", b"Venkatesan", b"Amina"}
    in_file = _bytes_in(tmp_path)
    assert all(p.email.encode() in in_file and p.ticket.encode() in in_file for p in people)
    assert {b"Olu Organiser", b"Devi Venkatesan", b"Amina"} <= {s for s in secrets if s in in_file}

    done = file_app.privacy.purge()
    assert (done.people, done.kept) == (105, 0)
    assert done.copies == (tmp_path / "holiday.jpg",)
    assert done.unreached == ()
    for path in [p for p in tmp_path.rglob("*") if p.is_file()]:
        data = path.read_bytes()
        left = {secret for secret in secrets if secret in data}
        assert not left, (path.name, left)

    after = file_app.report.figures("none")
    assert after.purged
    assert [(s.expected, s.came, s.front_line, s.leaders) for s in after.by_side] == [
        (s.expected, s.came, s.front_line, s.leaders) for s in before.by_side]  # fmt: skip
    assert after.boroughs == before.boroughs
    assert after.meetings == before.meetings
    assert after.programme == before.programme
    assert [m.hands for m in after.myths] == [m.hands for m in before.myths]
    assert [s.pledges for s in after.bright_spots] == [s.pledges for s in before.bright_spots]
    assert [a.has_owner for a in after.actions] == [a.has_owner for a in before.actions]
    assert file_app.health.check().is_sound
    with open_event(tmp_path / "holiday.jpg") as copy:
        assert copy.report.figures("none").came == before.came


def test_the_rows_are_cleared_on_a_server_too(app: EventApp) -> None:
    _full(app)
    names = {p.family_name for p in app.people.all()}
    app.privacy.purge()
    with app.database.reading() as session:
        assert session.exec(select(PersonChangeRow)).all() == []
        assert {s.raw for s in session.exec(select(ScanRow))} == {""}
        versions = json.dumps([v.content for v in session.exec(select(NoteVersionRow))])
    assert "Venkatesan" not in versions
    assert not names & {p.family_name for p in app.people.all()}
    assert all(p.ticket.startswith("removed-") for p in app.people.all())
    assert app.privacy.held().people == 0
    assert app.privacy.held().purged_at == app.clocks.now()


def test_those_who_agreed_can_stay(file_app: EventApp) -> None:
    _full(file_app)
    people = file_app.people.all()
    agreed = {p.id for p in people if p.contact_consent}
    done = file_app.privacy.purge(keep_consented=True)
    assert (done.kept, done.people) == (len(agreed), 105 - len(agreed))
    after = {p.id: p for p in file_app.people.all()}
    for person in people:
        now = after[person.id]
        if person.id in agreed:
            assert (now.name, now.email, now.codes) == (person.name, person.email, person.codes)
        else:
            assert (now.name, now.email, now.codes) == ("", "", ())
    assert sum(one.agreed for one in file_app.follow_up.counts()) > 0
    path = file_app.database.path
    assert path is not None
    data = _bytes_in(path.parent)
    gone = [p for p in people if p.id not in agreed]
    assert not [p.email for p in gone if p.email.encode() in data]


def test_a_copy_that_cannot_be_reached_is_named(file_app: EventApp, tmp_path: Path) -> None:
    add_person(file_app, "Ada Larkin")
    file_app.health.backup(tmp_path / "torn.facilitator")
    whole = (tmp_path / "torn.facilitator").read_bytes()
    (tmp_path / "torn.facilitator").write_bytes(whole[: 4096 * 3])
    (tmp_path / "notes.txt").write_text("Ada Larkin")
    done = file_app.privacy.purge()
    assert [one.path.name for one in done.unreached] == ["torn.facilitator"]
    assert done.unreached[0].why


def test_other_events_in_the_folder_are_left_alone(
    file_app: EventApp, tmp_path: Path, clocks: HandClocks
) -> None:
    from datetime import date

    from facilitator.app import create_event
    from facilitator.services.events import NewEvent

    with create_event(
        tmp_path / "other.facilitator", NewEvent("Other", date(2025, 1, 1)), clocks
    ) as other:
        add_person(other, "Bo Elsewhere")
        with closing(sqlite3.connect(tmp_path / "plain.db")) as plain:
            plain.execute("CREATE TABLE event (id TEXT)")
        before = (tmp_path / "plain.db").read_bytes()
        done = file_app.privacy.purge()
        assert (done.copies, done.unreached) == ((), ())
        assert [p.name for p in other.people.all()] == ["Bo Elsewhere"]
        assert (tmp_path / "plain.db").read_bytes() == before


def test_documents_that_name_people_are_told(file_app: EventApp, tmp_path: Path) -> None:
    add_person(file_app, "Ada Larkin")
    file_app.exports.write(tmp_path / "people.json", "named")
    file_app.exports.write(tmp_path / "plain.json", "role")
    assert file_app.privacy.held().documents == ("people.json",)
    assert file_app.privacy.purge().documents == (tmp_path / "people.json",)


def test_everything_held_about_one_person(app: EventApp, tmp_path: Path) -> None:
    _full(app)
    person = next(p for p in app.people.all() if p.name == "Devi Venkatesan")
    other = next(p for p in app.people.all() if p.name != person.name)
    app.people.edit(person.id, {"diet": "Vegan"})
    path = app.privacy.write_access(person.id, tmp_path / "held.json")
    held = json.loads(path.read_text("utf-8"))
    assert held == app.privacy.access(person.id)
    assert held["person"]["email"] == "venkatesan.changed@people.example"
    assert held["person"]["diet"] == "Vegan"
    assert held["codes"] == list(person.codes)
    words = [line["what"] for line in held["history"]]
    assert "Arrived" in words
    assert any(word.startswith("Round 1: seated at table") for word in words)
    assert any("venkatesan.changed" in word for word in words)
    assert held["scans"][0]["raw"] == person.codes[0]
    assert len(held["notes_that_mention"]) == 1
    assert other.name not in path.read_text("utf-8")
    pdf = app.privacy.write_access(person.id, tmp_path / "held.pdf")
    text = "\n".join(page.extract_text() for page in PdfReader(pdf).pages)
    assert "venkatesan.changed@people.example" in text
    with pytest.raises(Refused, match=r"\.json or \.pdf"):
        app.privacy.write_access(person.id, tmp_path / "held.txt")


def test_history_is_in_order_and_says_who(app: EventApp) -> None:
    person = add_person(app, "Ada Larkin")
    app.clocks.advance(60)  # type: ignore[attr-defined]
    app.people.edit(person.id, {"organisation": "Elm"}, by="Olu")
    app.clocks.advance(60)  # type: ignore[attr-defined]
    app.checkin.scan(person.ticket, At("Desk 2", "Amina"))
    lines = app.privacy.history(person.id)
    assert [line.words for line in lines] == [
        "Added", "Organisation edited from nothing to “Elm”", "Arrived"]  # fmt: skip
    assert lines[1].by == "Olu"
    assert lines[2].by.startswith("Desk 2, Amina")


def test_one_person_is_erased_everywhere_and_nobody_else(
    file_app: EventApp, tmp_path: Path
) -> None:
    _full(file_app)
    file_app.health.backup(tmp_path / "b.facilitator")
    people = file_app.people.all()
    person = next(p for p in people if p.name == "Devi Venkatesan")
    alone = _secrets([person]) - _secrets([p for p in people if p.id != person.id])
    alone |= {b"Devi Venkatesan", b"Venkatesan, Devi"}
    done = file_app.privacy.erase(person.id)
    assert done.copies == (tmp_path / "b.facilitator",)
    for path in tmp_path.iterdir():
        data = path.read_bytes() if path.is_file() else b""
        assert not [secret for secret in alone if secret in data], path.name
    after = file_app.people.all()
    assert [(p.name, p.email) for p in after] == [
        (p.name, p.email) for p in people if p.id != person.id]  # fmt: skip
    figures = file_app.report.figures("role")
    assert (figures.came, figures.erased) == (93, 1)
    assert figures.meetings.people == 93
    assert file_app.health.check().is_sound
    with pytest.raises(Refused, match="nobody"):
        file_app.privacy.erase(person.id)


def test_what_a_person_is_given_holds_answers_badges_and_what_other_copies_said(
    app: EventApp, tmp_path: Path
) -> None:
    from facilitator.domain.questions import QuestionKind
    from facilitator.store.rows import BadgeFactRow, DecisionRow, SetAsideRow

    person, other = add_person(app, "Ada Larkin"), add_person(app, "Bo Stays")
    question = app.questions.add(QuestionKind.CHOICE, "Which talk?", ("The first", "The next"))
    app.questions.answer(person.id, question.question.id, "The next", At("Desk 1", "OO"))
    with app.database.session() as session:
        for number, kind in enumerate(("asked", "sent", "printed")):
            session.add(BadgeFactRow(job_id=person.id, number=number, attendee_id=person.id,
                                     kind=kind, at=app.clocks.now(), desk="Desk 1"))  # fmt: skip
        aside = SetAsideRow(at=app.clocks.now(), source="copy", area="person",
                            subject=str(person.id), field="diet", what="Diet",
                            here_words="Vegan", there_words="Halal")  # fmt: skip
        session.add(aside)
        session.add(SetAsideRow(at=app.clocks.now(), source="copy", area="person",
                                subject=str(other.id), field="diet", what="Diet",
                                here_words="x", there_words="Secret"))  # fmt: skip
        session.flush()
        session.add(DecisionRow(at=app.clocks.now(), by="Olu", area="set-aside",
                                subject=str(aside.id), decision="here"))  # fmt: skip
    held = app.privacy.access(person.id)
    assert {"question": "Which talk?", "answer": "The next"} in held["answers"]
    words = [line["what"] for line in held["history"]]
    assert [word for word in words if word.startswith("Badge")] == [
        "Badge asked for", "Badge sent to the printer", "Badge printed"]  # fmt: skip
    assert any("The next" in word for word in words)
    assert held["other_copies"] == ["Diet: “Vegan” here, “Halal” there",
                                    "Decided by Olu about “Diet”: here"]  # fmt: skip
    text = "\n".join(
        page.extract_text()
        for page in PdfReader(app.privacy.write_access(person.id, tmp_path / "h.pdf")).pages
    )
    for part in ("The next", "Halal", "Badge printed"):
        assert part in text
    assert "Secret" not in text


def test_what_is_held_is_counted_and_a_day_is_proposed(
    app: EventApp, clocks: HandClocks, tmp_path: Path
) -> None:
    from datetime import date

    assert app.privacy.inventory() == ()
    assert app.privacy.held().proposed is None, "of nobody"
    add_person(app, "Ada Larkin", email="ada@people.example", diet="Vegan")
    add_person(app, "Bo Stays")
    parts = {part.what: part for part in app.privacy.inventory()}
    assert parts["Names, titles and how a name is said"].many == "2 people"
    assert parts["E-mail addresses and telephone numbers"].many == "1 person"
    assert [part.what for part in parts.values() if part.is_special] == [
        "Diet and access, notes for the desk"]  # fmt: skip
    held = app.privacy.held()
    assert held.proposed == date(2026, 2, 10), "the event is today"
    assert not held.is_due(date(2030, 1, 1))
    app.event.set(keep_until="2026-02-10")
    held = app.privacy.held()
    assert held.proposed is None
    assert [held.is_due(date(2026, 2, day_)) for day_ in (9, 10, 11)] == [False, True, True]
    with pytest.raises(Refused, match=r"\.pdf"):
        app.privacy.write_inventory(tmp_path / "held.txt")
    text = PdfReader(app.privacy.write_inventory(tmp_path / "h.pdf")).pages[0].extract_text()
    assert "10 February 2026" in text
    assert "Larkin" not in text
    app.privacy.purge()
    assert app.privacy.inventory() == ()
    assert not app.privacy.held().is_due(date(2030, 1, 1))
