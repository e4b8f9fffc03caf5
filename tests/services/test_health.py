"""Copies while in use, and what check finds."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from facilitator.app import EventApp, open_event
from facilitator.domain.errors import Refused
from facilitator.services.checkin import At
from facilitator.store.rows import PresenceRow, SeatRow
from tests import day
from tests.people import add_person


def test_a_sound_event_is_sound(app: EventApp) -> None:
    day.full_day(app)
    found = app.health.check()
    assert found.is_sound, found.problems
    assert (found.people, found.facts) == (105, 94)


def test_a_copy_holds_what_the_event_held(app: EventApp, tmp_path: Path) -> None:
    person = add_person(app, "Ada Larkin")
    app.checkin.scan(person.ticket, At("Desk 1"))
    done = app.health.backup(tmp_path / "copy.facilitator")
    with open_event(done.path) as copy:
        assert [p.name for p in copy.people.all()] == ["Ada Larkin"]
        assert copy.health.check().is_sound
    if app.database.path is not None:
        with pytest.raises(Refused, match="cannot replace the event itself"):
            app.health.backup(app.database.path)


def test_two_desks_that_contradict_each_other_are_found(app: EventApp) -> None:
    person = add_person(app, "Ada Larkin")
    with app.database.session() as session:
        for authority in ("desk-1", "desk-2"):
            session.add(PresenceRow(attendee_id=person.id, authority=authority, number=1,
                                    kind="arrived", at=app.clocks.now()))  # fmt: skip
    found = app.health.check()
    assert len(found.problems) == 1
    assert "Ada Larkin" in found.problems[0].what
    assert "history" in found.problems[0].then


def test_leaving_before_arriving_is_found(app: EventApp) -> None:
    person = add_person(app, "Ada Larkin")
    with app.database.session() as session:
        session.add(PresenceRow(attendee_id=person.id, authority="a", number=1, kind="left",
                                at=app.clocks.now()))  # fmt: skip
    assert "cannot follow" in app.health.check().problems[0].what


def test_two_people_in_one_seat_are_found(app: EventApp) -> None:
    day.add_people(app, first=4, second=4, third=0, come=1)
    day.seat_everybody(app, rounds=1)
    with app.database.session() as session:
        from sqlmodel import select

        one, other = session.exec(select(SeatRow)).all()[:2]
        other.table_id, other.place = one.table_id, one.place
        session.add(other)
    assert "same seat: round 1 table" in app.health.check().problems[0].what


def test_a_row_that_refers_to_nothing_is_found(file_app: EventApp) -> None:
    add_person(file_app, "Ada Larkin")
    with closing(sqlite3.connect(file_app.database.location)) as raw:
        raw.execute("PRAGMA foreign_keys=OFF")
        raw.execute(
            "INSERT INTO answer (id, attendee_id, question, answer) VALUES ('a', 'b', 'q', 'a')"
        )
        raw.commit()
    found = file_app.health.check()
    assert "1 row refers to something that is not there (1 of “answer”)" in found.problems[0].what
