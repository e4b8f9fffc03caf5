"""Each fact keeps the initials of whoever was at the machine."""

from __future__ import annotations

from uuid import UUID

from sqlmodel import col, select

from facilitator.app import EventApp
from facilitator.domain.hands import Count
from facilitator.domain.hands import Moment as HandsMoment
from facilitator.domain.ids import new_id
from facilitator.domain.notes import NoteContent, NoteKind
from facilitator.domain.programme import NewSession
from facilitator.services.checkin import At
from facilitator.services.scan_log import whose
from facilitator.store.rows import (
    ClockFactRow,
    HandsRow,
    NoteVersionRow,
    PersonChangeRow,
    SeatChangeRow,
    WishRow,
)
from tests.people import add_person

FACTS = (ClockFactRow, HandsRow, NoteVersionRow, PersonChangeRow, SeatChangeRow, WishRow)


def signatures(app: EventApp) -> dict[str, set[str]]:
    """Table: who stands with its facts."""
    with app.database.reading() as session:
        return {
            str(table.__tablename__): set(session.exec(select(col(table.by)))) for table in FACTS
        }


def do_a_bit_of_all(app: EventApp) -> UUID:
    """A note, hands, the clock, tables and an edit; returns whom it was done to."""
    priya = add_person(app, "Dr Priya Raman", app.event.get().sides.first.key)
    app.people.edit(priya.id, {"organisation": "Larkfield Surgery"})
    app.checkin.scan(priya.ticket, At("Desk 1", app.database.operator()))
    app.seating.move(priya.id, 1, "2")
    app.wishes.host(priya.id, "2")
    app.programme.add(NewSession(title="Welcome", minutes=10))
    app.programme.start()
    myth = new_id()
    app.notes.capture(myth, NoteKind.MYTH, NoteContent(text="Pharmacists only count tablets"))
    app.hands.show(myth, HandsMoment.BEFORE, {app.event.get().sides.first.key: Count(1, 1)})
    app.hands.undo(myth)
    return priya.id


def test_initials_stand_with_every_kind_of_fact(app: EventApp) -> None:
    app.database.operator = lambda: "AB"
    someone = do_a_bit_of_all(app)
    assert signatures(app) == {str(table.__tablename__): {"AB"} for table in FACTS}
    history = app.privacy.history(someone)
    signed = {line.kind for line in history if "AB" in line.by}
    assert {"edit", "arrived", "seat"} <= signed


def test_without_initials_nobody_is_named(app: EventApp) -> None:
    do_a_bit_of_all(app)
    assert signatures(app) == {str(table.__tablename__): {""} for table in FACTS}


def test_who_is_named_with_an_act_comes_before_who_is_at_the_machine(app: EventApp) -> None:
    app.database.operator = lambda: "AB"
    priya = add_person(app, "Dr Priya Raman")
    app.people.edit(priya.id, {"organisation": "Larkfield Surgery"}, by="Amina")
    with app.database.reading() as session:
        assert session.exec(select(PersonChangeRow.by)).all() == ["Amina"]


def test_the_log_says_who_let_in_how_many(app: EventApp) -> None:
    guests = [add_person(app, f"Guest {name}") for name in ("Ash", "Birch", "Cedar", "Dogwood")]
    for guest, who in zip(guests, ("AB", "AB", "CD", ""), strict=True):
        app.checkin.scan(guest.ticket, At("Desk 1", who))
    app.checkin.scan(guests[0].ticket, At("Desk 1", "EF"))  # already here: lets nobody in
    assert whose(app.checkin.log(None)) == "Let in by AB 2, CD 1, without initials 1."
    assert whose([]) == ""


def test_a_purge_takes_the_initials_too(app: EventApp) -> None:
    app.database.operator = lambda: "AB"
    do_a_bit_of_all(app)
    app.database.operator = str
    app.privacy.purge()
    assert "AB" not in set().union(*signatures(app).values())
