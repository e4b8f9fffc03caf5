"""The day's figures, gathered from the event, and the report written from them."""

from __future__ import annotations

import os
from datetime import date, timedelta
from pathlib import Path

import pytest
from pypdf import PdfReader
from sqlmodel import select

from facilitator.app import EventApp
from facilitator.clocks import HandClocks
from facilitator.domain.errors import Refused, WorldTrouble
from facilitator.services.known_names import Known, KnownNames, looks_like_name
from facilitator.store.rows import AttendeeRow, DocumentFactRow, NoteRow, RoundRow
from tests import day
from tests.people import add_person

GP, PH, OTHER = "general-practice", "community-pharmacy", "other"


def test_figures_count_who_came_by_side_and_borough(app: EventApp) -> None:
    day.full_day(app)
    add_person(app, "Dr Nobody Came", PH, cancelled=True)
    figures = app.report.figures("role")
    assert (figures.expected, figures.came) == (105, 94)
    assert [(s.side.key, s.expected, s.came) for s in figures.by_side] == [
        (GP, 46, 41), (PH, 50, 45), (OTHER, 9, 8)]  # fmt: skip
    assert all(s.front_line + s.leaders + s.unsaid == s.came for s in figures.by_side)
    assert sum(b.total for b in figures.boroughs) == figures.came
    assert figures.agreed == sum(b.agreed for b in figures.boroughs) > 0


def test_meetings_are_counted_once_a_pair_and_round(app: EventApp) -> None:
    for number in range(4):
        add_person(app, f"Gee Pee{number}", GP, borough="Ealing")
        add_person(app, f"Phar Macist{number}", PH, borough="Brent")
    with app.database.session() as session:
        now = app.clocks.now()
        for row in session.exec(select(AttendeeRow)):
            from facilitator.store.rows import PresenceRow

            session.add(PresenceRow(attendee_id=row.id, authority="a", number=1, kind="arrived",
                                    at=now))  # fmt: skip
    day.seat_everybody(app, rounds=2, seats=8)
    met = app.report.figures("role").meetings
    # one table of eight, twice: 28 pairs, 16 of them across the sides
    assert (met.rounds, met.people, met.meetings, met.pairs) == (2, 8, 56, 28)
    assert (met.across, met.pairs_across, met.repeated) == (32, 16, 28)
    assert met.share == pytest.approx(16 / 28)
    assert met.chance == pytest.approx(2 * 4 * 4 / (8 * 7))
    assert (met.seated, met.met_nobody) == ((4, 4), (0, 0))
    assert met.each_met(0) == 4
    assert met.borough_pairs == (("Ealing", "Brent", 16),)
    assert met.matrix == (12, 32, 0, 12, 0, 0)


def test_rounds_that_have_not_begun_are_not_counted_once_one_has(app: EventApp) -> None:
    day.add_people(app, first=8, second=8, third=0, come=1)
    day.seat_everybody(app, rounds=3)
    with app.database.session() as session:
        for row in session.exec(select(RoundRow)):
            row.started_at = app.clocks.now() if row.number == 1 else None
            session.add(row)
    met = app.report.figures("role").meetings
    assert (met.rounds, met.begun) == (1, True)
    with app.database.session() as session:
        for row in session.exec(select(RoundRow)):
            row.started_at = None
            session.add(row)
    met = app.report.figures("role").meetings
    assert (met.rounds, met.begun) == (3, False)


def test_the_programme_is_planned_and_actual(app: EventApp, clocks: HandClocks) -> None:
    day.add_programme(app)
    clocks.advance(3 * 3600)
    lines = app.report.figures("role").programme
    assert [line.title for line in lines] == ["Registration", "Welcome", "Lunch", "Close"]
    welcome = lines[1]
    assert welcome.minutes == 15
    assert welcome.starts is not None
    assert welcome.began is not None
    assert (welcome.began - welcome.starts) == timedelta(minutes=7)
    assert welcome.lasted == 15
    assert lines[2].ended is None
    assert lines[3].began is None


def test_a_name_is_told_only_where_note_and_document_allow_it(app: EventApp) -> None:
    notes = day.full_day(app)
    named = {n.id: n for n in app.report.figures("named").notes}
    by_role = {n.id: n for n in app.report.figures("role").notes}
    nobody = {n.id: n for n in app.report.figures("none").notes}
    spot, pain, owned = notes["spot"], notes["pain"], notes["owned"]
    assert named[spot].who.startswith("Dr Amara Abernathy")
    assert named[spot].pledged_by
    assert by_role[spot].who == "somebody from general practice"
    assert by_role[spot].pledged_by == ()
    assert by_role[spot].ask == ""
    assert nobody[spot].who == ""
    # taken without a name: none under `named` either, not in the text and not as an owner
    assert named[pain].text == "Nobody tells us when SMRs are done; ask [name left out]"
    assert (named[owned].owner, named[owned].has_owner) == ("", True)
    assert not any(n.is_named for n in by_role.values())


def test_a_role_falls_back_to_the_side_where_fewer_than_five_share_it(app: EventApp) -> None:
    for number in range(5):
        add_person(app, f"Ada Larkin{number}", GP, profession="GP partner", borough="Ealing")
        add_person(app, f"Bo Larkin{number}", GP, profession="GP partner",
                   borough="Brent" if number else "Ealing")  # fmt: skip
    many = day.add_note(app, "pain-point", "One", side=GP, by_role="GP partner",
                        by_borough="Ealing")  # fmt: skip
    few = day.add_note(app, "pain-point", "Two", side=GP, by_role="GP partner",
                       by_borough="Brent")  # fmt: skip
    found = {n.id: n.who for n in app.report.figures("role").pain_points}
    assert found == {many: "GP partner, Ealing", few: "somebody from general practice"}


def test_lists_of_people_lose_names_and_addresses(app: EventApp) -> None:
    day.add_people(app, first=12, second=12, third=2)
    named = app.report.figures("named")
    hidden = app.report.figures("role")
    assert named.names_inside
    assert not hidden.names_inside
    assert len(hidden.people) == 26
    # two guests are too few to be counted, and by the others' rows they could be
    assert {(p.status, p.side) for p in hidden.people} == {(None, None)}
    for person in hidden.people:
        assert (person.name, person.email, person.ticket, person.organisation) == (None,) * 4
        assert person.codes == ()
    assert {p.id for p in hidden.people} == {p.id for p in named.people}
    assert all((p.profession, p.borough) == (None, None) for p in hidden.people)
    day.add_people(app, first=20, second=20, third=12, come=0.5)
    more = app.report.figures("role")
    told = {(s.side.key, s.came) for s in more.by_side}
    assert {(key, sum(p.side == key and p.status == "arrived" for p in more.people))
            for key, _ in told} == told  # fmt: skip


def test_names_in_notes_are_listed_before_a_report_is_made(app: EventApp) -> None:
    notes = day.full_day(app)
    found = {(one.note_id, one.name) for one in app.report.names_in_notes()}
    assert found == {(notes["pain"], "Devi Venkatesan"), (notes["owned"], "Bilal Haddad")} | {
        one for one in found if one[1].startswith("Dr ")
    }


def test_removed_and_merged_notes_are_in_no_figure(app: EventApp) -> None:
    kept = day.add_note(app, "myth", "Kept")
    gone = day.add_note(app, "myth", "Removed")
    with app.database.session() as session:
        row = session.get(NoteRow, gone)
        assert row is not None
        row.removed_at = app.clocks.now()
        session.add(row)
    assert [n.id for n in app.report.figures("role").myths] == [kept]


def test_the_report_of_a_day_names_nobody_who_did_not_agree(
    file_app: EventApp, tmp_path: Path
) -> None:
    day.full_day(file_app)
    written = file_app.report.write(tmp_path / "report.pdf")
    assert written.names_inside
    text = "\n".join(page.extract_text() for page in PdfReader(written.path).pages)
    assert "Dr Amara Abernathy" in text
    assert "94 of 105 people came" in text
    people = file_app.people.all()
    found = {p.name for p in people if p.name in text or p.email in text}
    assert found == {"Amara Abernathy", "Carys Çelik"} & {p.name for p in people}
    by_role = file_app.report.write(tmp_path / "role.docx", attribution="role")
    assert not by_role.names_inside
    with file_app.database.reading() as session:
        facts = session.exec(select(DocumentFactRow)).all()
    assert [(f.kind, f.name, f.names_inside) for f in facts] == [
        ("report", "report.pdf", True), ("report", "role.docx", False)]  # fmt: skip


def test_a_report_is_a_pdf_or_word(file_app: EventApp, tmp_path: Path) -> None:
    with pytest.raises(Refused, match=r"\.pdf or \.docx"):
        file_app.report.write(tmp_path / "report.txt")
    with pytest.raises(Refused, match="no attribution"):
        file_app.report.figures("everyone")
    assert not (tmp_path / "report.txt").exists()


@pytest.mark.skipif(os.name == "nt", reason="needs /dev/full")
def test_a_full_disk_is_one_sentence(file_app: EventApp, tmp_path: Path) -> None:
    with pytest.raises((WorldTrouble, Refused)):
        file_app.report.write(Path("/proc/report.pdf"))


def test_names_are_found_however_they_are_written() -> None:
    names = KnownNames([Known("Anne-Marie", "O’Riordan", "am@x.example", "020 7946 0001")])
    for text in ("Ask Anne-Marie O'Riordan", "ANNE MARIE O’RIORDAN said", "O’Riordan, Anne-Marie",
                 "Dr O'Riordan knows", "mail am@X.example", "ring 020 7946 0001"):  # fmt: skip
        assert names.hits(text), text
    for text in ("Marie says", "Anne of Riordan", "the O’Riordan report"):
        assert not names.hits(text), text
    assert names.without("Ask Anne-Marie O'Riordan now", "X") == "Ask X now"


def test_a_person_is_told_from_a_team() -> None:
    for name in ("Priya Raman", "Dr Raman", "Priya", "ask priya@x.example"):
        assert looks_like_name(name), name
    for team in ("Lambeth PCN", "the LMC", "all practices", "Southwark Council", "see below"):
        assert not looks_like_name(team), team


def test_due_dates_and_foreword_reach_the_figures(app: EventApp) -> None:
    app.event.set(foreword="Thank you", aims="Meet")
    day.add_note(app, "action", "Meet", due=date(2025, 12, 2), owner="The LMC")
    figures = app.report.figures("role")
    assert (figures.foreword, figures.aims) == ("Thank you", "Meet")
    assert figures.actions[0].due == date(2025, 12, 2)
    assert figures.actions[0].owner == "The LMC"
