"""What is done for facts that were made alone, once the hub knows them."""

from __future__ import annotations

from uuid import UUID

from sqlmodel import col, select

from facilitator.app import EventApp
from facilitator.services.after_alone import settle_alone
from facilitator.store.rows import PresenceRow
from tests.services.seating_tools import DESK, fill, mix, tables


def mixed(app: EventApp) -> UUID:
    """Two tables, mixed; one of the ten people."""
    tables(app, 2)
    fill(app, 5, 5)
    mix(app)
    return app.people.all()[0].id


def facts_of(app: EventApp, person: UUID) -> list[UUID]:
    """Somebody's presence facts, oldest first."""
    query = select(PresenceRow.id).where(col(PresenceRow.attendee_id) == person)
    with app.database.reading() as session:
        return list(session.exec(query.order_by(col(PresenceRow.number))))


def test_it_follows_from_how_somebody_stands_and_is_done_once(file_app: EventApp) -> None:
    """In, taken back, and in again while alone: they are given a seat once, whoever does it."""
    app, person = file_app, mixed(file_app)
    app.checkin.admit(person, DESK)
    app.checkin.undo(person, DESK)
    app.checkin.admit(person, DESK)
    facts = facts_of(app, person)
    assert len(facts) == 3
    for number in (1, 2, 3):
        app.seating.unseat(person, number)
    before = app.seating.room().revision
    for _ in range(2):
        settle_alone(app.database, app.clocks, app.seating, facts)
        assert app.seating.room().revision == before + 1
        assert len(app.seating.tables_of(person)) == 3


def test_who_was_taken_back_keeps_no_seat_that_the_arrival_gave(file_app: EventApp) -> None:
    app, person = file_app, mixed(file_app)
    app.checkin.admit(person, DESK)
    app.checkin.undo(person, DESK)
    for number in (1, 2, 3):
        app.seating.unseat(person, number)
    before = app.seating.room().revision
    settle_alone(app.database, app.clocks, app.seating, facts_of(app, person))
    assert app.seating.room().revision == before
    assert app.seating.tables_of(person) == []
