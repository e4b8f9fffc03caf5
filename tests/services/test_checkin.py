"""Check-in on both databases: every outcome, undo, leaving, races."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from facilitator.app import EventApp, open_event
from facilitator.clocks import HandClocks
from facilitator.domain.changes import Changes
from facilitator.domain.errors import Refused
from facilitator.domain.people import Status
from facilitator.domain.verdicts import (
    AlreadyHere,
    Cancelled,
    Misread,
    OtherEvent,
    Unknown,
    Welcome,
    WelcomeBack,
)
from facilitator.services.checkin import At, NewWalkIn
from tests.people import add_person

DESK = At("Desk 1", "AY")


def test_a_ticket_lets_its_holder_in_once(app: EventApp, clocks: HandClocks) -> None:
    priya = add_person(app, "Dr Priya Raman", "general-practice")
    first = app.checkin.scan(priya.ticket, DESK)
    assert first is not None
    assert isinstance(first.verdict, Welcome)
    assert first.verdict.person.status is Status.ARRIVED
    assert Changes.ARRIVALS in first.changes
    clocks.advance(60)
    second = app.checkin.scan(f"\\000026 {priya.ticket.lower()}\r", At("Desk 2"))
    assert second is not None
    assert isinstance(second.verdict, AlreadyHere)
    assert second.verdict.first_desk == "Desk 1"
    assert second.verdict.since == first.verdict.at
    assert second.changes == Changes.SCANS


def test_leaving_and_coming_back(app: EventApp, clocks: HandClocks) -> None:
    priya = add_person(app, "Priya Raman")
    app.checkin.scan(priya.ticket, DESK)
    clocks.advance(600)
    assert app.checkin.leave(priya.id, DESK).person.status is Status.LEFT
    clocks.advance(600)
    back = app.checkin.scan(priya.ticket, DESK)
    assert back is not None
    assert isinstance(back.verdict, WelcomeBack)
    again = app.checkin.scan(priya.ticket, DESK)
    assert again is not None
    assert isinstance(again.verdict, AlreadyHere)
    assert again.verdict.since == back.verdict.at


def test_undo_puts_back_what_was(app: EventApp) -> None:
    priya = add_person(app, "Priya Raman")
    before = app.people.all()
    app.checkin.scan(priya.ticket, DESK)
    taken = app.checkin.undo(priya.id, DESK, reason="wrong person")
    assert taken.was.kind == "arrived"
    assert app.people.all() == before
    assert [fact.kind for fact in app.people.facts_of(priya.id)] == ["arrived", "undone"]
    with pytest.raises(Refused, match="nothing to take back"):
        app.checkin.undo(priya.id, DESK)
    again = app.checkin.scan(priya.ticket, DESK)
    assert again is not None
    assert isinstance(again.verdict, Welcome)


def test_undo_of_a_return_leaves_them_outside(app: EventApp) -> None:
    priya = add_person(app, "Priya Raman")
    app.checkin.scan(priya.ticket, DESK)
    app.checkin.leave(priya.id, DESK)
    app.checkin.scan(priya.ticket, DESK)
    assert app.checkin.undo(priya.id, DESK).person.status is Status.LEFT


def test_cancelled_is_refused_until_somebody_decides(app: EventApp) -> None:
    tom = add_person(app, "Tom Achterberg", cancelled=True)
    refused = app.checkin.scan(tom.ticket, DESK)
    assert refused is not None
    assert isinstance(refused.verdict, Cancelled)
    assert app.people.get(tom.id).status is Status.CANCELLED
    answer = app.checkin.admit(tom.id, DESK, exception="came after all", decided_by="Amina")
    assert isinstance(answer.verdict, Welcome)
    fact = app.people.facts_of(tom.id)[-1]
    assert (fact.exception, fact.decided_by) == ("came after all", "Amina")


def test_what_is_no_ticket_of_ours(app: EventApp) -> None:
    ticket = add_person(app, "Priya Raman").ticket
    wrong = ticket[:-3] + ("A" if ticket[-3] != "A" else "B") + ticket[-2:]
    foreign = "F1-ZZZZ-" + "0" * 16 + "-"
    from stdnum.iso7064 import mod_37_36

    foreign += mod_37_36.calc_check_digit("ZZZZ" + "0" * 16)
    outcomes = [app.checkin.scan(code, DESK) for code in (wrong, foreign, "12345", "x" * 10_240)]
    kinds = [type(answer.verdict) for answer in outcomes if answer is not None]
    assert kinds == [Misread, OtherEvent, Unknown, Unknown]
    assert app.checkin.scan("  \r\n", DESK) is None
    assert [line.outcome for line in app.checkin.log()] == [
        "unknown", "unknown", "other-event", "misread",
    ]  # fmt: skip


def test_a_walk_in_is_added_and_let_in_at_once(app: EventApp) -> None:
    answer = app.checkin.walk_in(
        NewWalkIn("Dr Rhys ap Gwyn", "community-pharmacy", "Elmers End Chemist"), DESK
    )
    assert isinstance(answer.verdict, Welcome)
    person = answer.verdict.person
    assert (person.title, person.given_name, person.family_name) == ("Dr", "Rhys", "ap Gwyn")
    assert person.walk_in
    assert app.checkin.balance().here == 1
    app.checkin.undo(person.id, DESK)
    assert app.people.all() == []
    with pytest.raises(Refused, match="needs a name"):
        app.checkin.walk_in(NewWalkIn("  ", "other"), DESK)
    with pytest.raises(Refused, match="no side"):
        app.checkin.walk_in(NewWalkIn("Ada Larkin", "dentistry"), DESK)


def test_eight_desks_let_one_ticket_in_once(app: EventApp) -> None:
    people = [add_person(app, f"Guest {n}") for n in range(12)]
    desks = [open_event(app.database.location) for _ in range(8)]
    try:

        def scan_all(number: int) -> list[str]:
            answers = [desks[number].checkin.scan(p.ticket, At(f"Desk {number}")) for p in people]
            return [a.verdict.outcome for a in answers if a is not None]

        with ThreadPoolExecutor(8) as pool:
            outcomes = list(pool.map(scan_all, range(8)))
    finally:
        for desk in desks:
            desk.close()
    for column in zip(*outcomes, strict=True):
        assert sorted(column) == ["already-here"] * 7 + ["welcome"]
    assert app.checkin.balance().here == 12
