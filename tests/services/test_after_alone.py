"""What is done for facts that were made alone, once the hub knows them."""

from __future__ import annotations

from uuid import UUID

from sqlmodel import col, select

from facilitator.app import EventApp
from facilitator.services.after_alone import settle_alone
from facilitator.store.rows import PresenceRow
from tests.services.seating_tools import DESK, fill, mix, tables


def facts_of(app: EventApp, person: UUID) -> list[UUID]:
    """Somebody's presence facts, oldest first."""
    query = select(PresenceRow.id).where(col(PresenceRow.attendee_id) == person)
    with app.database.reading() as session:
        return list(session.exec(query.order_by(col(PresenceRow.number))))


def test_it_follows_from_how_somebody_stands_and_is_done_once(file_app: EventApp) -> None:
    """In, taken back, and in again while alone: they are given a seat once, whoever does it."""
    app = file_app
    tables(app, 2)
    fill(app, 5, 5)
    mix(app)
    person = app.people.all()[0]
    app.checkin.admit(person.id, DESK)
    app.checkin.undo(person.id, DESK)
    app.checkin.admit(person.id, DESK)
    facts = facts_of(app, person.id)
    assert len(facts) == 3
    for number in (1, 2, 3):
        app.seating.unseat(person.id, number)
    before = app.seating.room().revision
    for _ in range(2):
        settle_alone(app.database, app.clocks, app.seating, facts)
        assert app.seating.room().revision == before + 1
        assert len(app.seating.tables_of(person.id)) == 3


def test_who_was_taken_back_keeps_no_seat_that_the_arrival_gave(file_app: EventApp) -> None:
    app = file_app
    tables(app, 2)
    fill(app, 5, 5)
    mix(app)
    person = app.people.all()[0]
    app.checkin.admit(person.id, DESK)
    app.checkin.undo(person.id, DESK)
    for number in (1, 2, 3):
        app.seating.unseat(person.id, number)
    before = app.seating.room().revision
    settle_alone(app.database, app.clocks, app.seating, facts_of(app, person.id))
    assert app.seating.room().revision == before
    assert app.seating.tables_of(person.id) == []
