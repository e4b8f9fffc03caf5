"""What was noted on paper, entered afterwards; and the spare badges that belong to nobody yet."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from facilitator.app import EventApp
from facilitator.clocks import HandClocks
from facilitator.domain.errors import Refused
from facilitator.domain.people import Status
from facilitator.domain.verdicts import AlreadyHere, Unknown, Welcome
from facilitator.services.checkin import At, NewWalkIn
from facilitator.services.spare_codes import spare_codes
from tests.day import add_programme
from tests.people import add_person

AT = At("Desk 1")
BO = NewWalkIn("Bo Chan", "community-pharmacy", "Corner Pharmacy")


@pytest.fixture
def spares(app: EventApp, tmp_path: Path) -> list[str]:
    """The codes of twenty printed spare badges."""
    add_person(app, "Ada Larkin")
    app.papers.write(tmp_path / "papers")
    with app.database.reading() as session:
        return sorted(spare_codes(session))


def test_a_tick_is_a_fact_that_says_paper_and_about_when(app: EventApp, clocks: HandClocks) -> None:
    ada = add_person(app, "Ada Larkin")
    clocks.advance(3600)
    about = app.paper_entry.about("about 09:10")
    assert about == datetime(2025, 11, 12, 9, 10, tzinfo=UTC)
    answer = app.paper_entry.enter(ada.id, about, operator="OA", typed="lar")
    assert isinstance(answer.verdict, Welcome)
    (fact,) = app.people.facts_of(ada.id)
    assert (fact.source, fact.desk, fact.operator, fact.about) == ("paper", "paper", "OA", about)
    assert fact.at == clocks.now()
    words = [line.words for line in app.privacy.history(ada.id)]
    assert "Arrived, about 09:10" in words
    running = app.paper_entry.running()
    assert [(one.person.name, one.about) for one in running.last] == [("Ada Larkin", about)]
    app.paper_entry.undo(ada.id, operator="OA")
    assert app.paper_entry.running().number == 0
    assert app.people.get(ada.id).status is Status.EXPECTED


def test_a_time_that_cannot_be_is_refused(app: EventApp, clocks: HandClocks) -> None:
    ada = add_person(app, "Ada Larkin")
    assert app.paper_entry.about("  ") is None
    with pytest.raises(Refused, match="still to come: it is 08:45"):
        app.paper_entry.about("09:10")
    for wrong in ("9", "25:00", "09:61", "soon", "-1:30", "09:10:00"):
        with pytest.raises(Refused, match="not a time of day"):
            app.paper_entry.about(wrong)
    clocks.advance(8 * 3600)
    for wrong in (
        datetime(2025, 11, 11, 23, 59, tzinfo=UTC),
        clocks.now() + timedelta(seconds=1),
    ):
        with pytest.raises(Refused):
            app.paper_entry.enter(ada.id, wrong)
    assert app.paper_entry.about("0610") is not None
    add_programme(app)
    with pytest.raises(Refused, match="before the doors opened: the day begins at 09:00"):
        app.paper_entry.about("06:10")
    assert app.paper_entry.about("8.05") == datetime(2025, 11, 12, 8, 5, tzinfo=UTC)
    assert app.people.facts_of(ada.id) == []


def test_the_day_before_every_time_is_still_to_come(app: EventApp, clocks: HandClocks) -> None:
    clocks.advance(-12 * 3600)
    with pytest.raises(Refused, match="that day is ahead"):
        app.paper_entry.about("09:10")


def test_a_spare_badge_is_known_and_asks_whom_it_is_for(app: EventApp, spares: list[str]) -> None:
    answer = app.checkin.scan(spares[0].lower(), AT)
    assert answer is not None
    assert isinstance(answer.verdict, Unknown)
    assert answer.verdict.spare
    assert answer.verdict.outcome == "unknown"
    other = app.checkin.scan("EB-1", AT)
    assert other is not None
    assert isinstance(other.verdict, Unknown)
    assert not other.verdict.spare


def test_a_spare_badge_is_a_walk_ins_ticket_from_then_on(app: EventApp, spares: list[str]) -> None:
    ending = spares[0].replace("-", "")[-4:]
    bo = app.paper_entry.walk_in(BO, None, badge=ending).verdict
    assert isinstance(bo, Welcome)
    assert bo.person.ticket == spares[0]
    assert bo.person.walk_in
    again = app.checkin.scan(spares[0], AT)
    assert again is not None
    assert isinstance(again.verdict, AlreadyHere)
    assert again.verdict.person.id == bo.person.id
    before = len(app.people.all())
    with pytest.raises(Refused, match="belongs to Bo Chan already"):
        app.checkin.walk_in(NewWalkIn("Di Other", "other", badge=spares[0]), AT)
    with pytest.raises(Refused, match="No spare badge ends in"):
        app.checkin.walk_in(NewWalkIn("Di Other", "other", badge="ZZ"), AT)
    assert len(app.people.all()) == before
    running = app.paper_entry.running()
    assert (running.number, running.spares, running.free) == (1, 20, 19)


def test_a_spare_badge_is_free_again_after_a_mistake(app: EventApp, spares: list[str]) -> None:
    bo = app.checkin.walk_in(NewWalkIn("Bo Chan", "other", badge=spares[0]), AT).verdict
    assert isinstance(bo, Welcome)
    app.checkin.undo(bo.person.id, AT)
    scanned = app.checkin.scan(spares[0], AT)
    assert scanned is not None
    assert isinstance(scanned.verdict, Unknown)
    assert scanned.verdict.spare
    di = app.checkin.walk_in(NewWalkIn("Di Other", "other", badge=spares[0]), AT).verdict
    assert isinstance(di, Welcome)
    assert di.person.ticket == spares[0]
    assert app.people.find(spares[0]).name == "Di Other"


def test_a_spare_badge_for_somebody_of_the_list(app: EventApp, spares: list[str]) -> None:
    (ada,) = app.people.all()
    app.paper_entry.give(ada.id, spares[1])
    app.paper_entry.give(ada.id, spares[1])
    welcome = app.checkin.scan(spares[1], AT)
    assert welcome is not None
    assert isinstance(welcome.verdict, Welcome)
    assert welcome.verdict.person.id == ada.id
    cy = add_person(app, "Cy Diallo")
    with pytest.raises(Refused, match="belongs to Ada Larkin already"):
        app.paper_entry.give(cy.id, spares[1])
    with pytest.raises(Refused, match="belongs to Ada Larkin already"):
        app.checkin.walk_in(NewWalkIn("Di Other", "other", badge=spares[1]), AT)
