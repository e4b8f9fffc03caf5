"""Two copies of one event that both went on: nothing is lost, nothing is doubled, and what
contradicts stands both ways until somebody has decided."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path
from uuid import uuid4

import pytest

from facilitator.app import EventApp, create_event, open_event
from facilitator.clocks import HandClocks
from facilitator.domain.errors import BadEventFile, Refused
from facilitator.domain.hands import Moment
from facilitator.domain.notes import NoteContent, NoteKind
from facilitator.domain.people import Person
from facilitator.domain.programme import NewSession
from facilitator.domain.verdicts import Welcome
from facilitator.services.checkin import At, NewWalkIn
from facilitator.services.events import NewEvent
from facilitator.services.room_balance import read_balance
from tests.people import add_person
from tests.services.seating_tools import fill, mix, tables

GP, PH = "general-practice", "community-pharmacy"


@pytest.fixture
def copy(app: EventApp, clocks: HandClocks, tmp_path: Path) -> Iterator[EventApp]:
    """A copy of the event, taken at twenty guests, that goes on on another laptop."""
    for number in range(20):
        add_person(app, f"Guest {number}", (GP, PH)[number % 2])
    place = tmp_path / "stick.facilitator"
    app.database.backup(place)
    with open_event(place, clocks) as opened:
        yield opened


def people(app: EventApp) -> list[Person]:
    return app.people.all()


def here(app: EventApp) -> set[str]:
    return {person.full_name for person in people(app) if person.is_here}


def path_of(app: EventApp) -> Path:
    assert app.database.path is not None
    return app.database.path


def counted(app: EventApp) -> int:
    with app.database.reading() as session:
        return read_balance(session, app.event.get())[0].here


def test_what_both_did_comes_together_once(app: EventApp, copy: EventApp) -> None:
    guests = people(app)
    for guest in guests[:5]:
        app.checkin.scan(guest.ticket, At("Desk 1", "AB"))
    for guest in guests[5:9]:
        copy.checkin.scan(guest.ticket, At("Desk 2"))
    copy.checkin.walk_in(NewWalkIn("Ada Larkin", PH, "Corner Pharmacy"), At("Desk 2"))
    copy.checkin.scan("F1-NONSENSE", At("Desk 2"))
    merged = app.merging.take_over(path_of(copy))
    assert {words: number for number, words in merged.rows} == {
        "person": 1, "arrivals and departures": 5, "scans": 6,
    }  # fmt: skip
    assert (merged.contradictions, merged.twice) == ((), 0)
    assert here(app) == {g.full_name for g in guests[:9]} | {"Ada Larkin"}
    assert counted(app) == app.checkin.balance().here == 10
    assert len(app.checkin.log()) == 11
    again = app.merging.take_over(path_of(copy))
    assert again.is_nothing
    assert "is here already" in again.sentence


def test_a_look_writes_nothing(app: EventApp, copy: EventApp) -> None:
    copy.checkin.scan(people(copy)[0].ticket, At("Desk 2"))
    looked = app.merging.look(path_of(copy))
    assert [number for number, words in looked.rows if words == "arrival or departure"] == [1]
    assert here(app) == set()
    assert app.merging.take_over(path_of(copy)).rows == looked.rows


def test_one_ticket_admitted_by_both(app: EventApp, copy: EventApp, clocks: HandClocks) -> None:
    guest = people(app)[0]
    app.checkin.scan(guest.ticket, At("Front door", "AB"))
    clocks.advance(120)
    answer = copy.checkin.scan(guest.ticket, At("Side door", "CD"))
    assert answer is not None
    assert isinstance(answer.verdict, Welcome), "alone, the copy cannot know"
    merged = app.merging.take_over(path_of(copy))
    assert merged.twice == 1
    assert counted(app) == 1, "the headcount is one"
    (twice,) = app.merging.twice()
    assert twice.person.id == guest.id
    assert [(desk, by) for _at, desk, by in twice.arrivals] == [
        ("Front door", "AB"), ("Side door", "CD"),
    ]  # fmt: skip
    app.merging.looked_at(guest.id, by="AB")
    assert app.merging.twice() == []
    with pytest.raises(Refused, match="looked at already"):
        app.merging.looked_at(guest.id)


def test_cause_comes_before_clock(app: EventApp, copy: EventApp, clocks: HandClocks) -> None:
    """The other laptop's clock is an hour slow; who left there after arriving has left."""
    first, second = people(app)[:2]
    clocks.step_wall(-3600)
    copy.checkin.scan(first.ticket, At("Desk 2"))
    clocks.advance(60)
    copy.checkin.leave(first.id, At("Desk 2"))
    clocks.step_wall(3600)
    app.checkin.scan(second.ticket, At("Desk 1"))
    app.checkin.undo(second.id, At("Desk 1"), reason="wrong person")
    copy.checkin.scan(second.ticket, At("Desk 2"))
    app.merging.take_over(path_of(copy))
    assert here(app) == {second.full_name}
    assert counted(app) == 1
    assert app.checkin.balance().left == 1


def test_who_came_over_has_a_seat_and_no_table_is_overfull(
    app: EventApp, clocks: HandClocks, tmp_path: Path
) -> None:
    guests = fill(app, 12, 12)
    tables(app, 5)
    mix(app)
    second = tmp_path / "second.facilitator"
    app.database.backup(second)
    with open_event(second, clocks) as other:
        for number in range(3):
            other.checkin.walk_in(NewWalkIn(f"Walker {number}", PH), At("Desk 2"))
            app.checkin.walk_in(NewWalkIn(f"Runner {number}", GP), At("Desk 1"))
        other.checkin.scan(guests[0].ticket, At("Desk 2"))
        merged = app.merging.take_over(second)
    assert [one.area for one in merged.contradictions] == ["seating"]
    names = {person.id: person.full_name for person in people(app)}
    for view in app.seating.room().rounds:
        seated = [names[key] for table in view.tables for key in table.people]
        assert len(seated) == len(set(seated)) == 30
        assert all(table.free >= 0 for table in view.tables)


def test_a_detail_edited_in_one_copy_comes_over(app: EventApp, copy: EventApp) -> None:
    first, second = people(app)[:2]
    copy.people.edit(first.id, {"diet": "No nuts"}, by="CD")
    app.people.edit(second.id, {"diet": "Vegan"})
    merged = app.merging.take_over(path_of(copy))
    assert merged.contradictions == ()
    assert (app.people.get(first.id).diet, app.people.get(second.id).diet) == ("No nuts", "Vegan")
    assert [change.by for change in app.people.changes_of(first.id)] == ["CD"]


def test_a_detail_edited_in_both_waits_for_a_decision(app: EventApp, copy: EventApp) -> None:
    guest = people(app)[0]
    app.people.edit(guest.id, {"diet": "Vegan"})
    copy.people.edit(guest.id, {"diet": "No nuts"})
    (found,) = app.merging.take_over(path_of(copy)).contradictions
    assert (found.what, found.here, found.there) == ("Guest 0: diet", "Vegan", "No nuts")
    assert app.people.get(guest.id).diet == "Vegan"
    assert app.merging.take_over(path_of(copy)).is_nothing, "it is asked about once"
    assert app.merging.open_contradictions() == [found]
    app.merging.decide(found.id, "there", by="AB")
    assert app.people.get(guest.id).diet == "No nuts"
    assert app.merging.open_contradictions() == []
    with pytest.raises(Refused, match="decided that already"):
        app.merging.decide(found.id, "here")


def test_notes_of_both(app: EventApp, copy: EventApp, tmp_path: Path, clocks: HandClocks) -> None:
    shared, edited = uuid4(), uuid4()
    app.notes.capture(shared, NoteKind.MYTH, NoteContent("Nobody answers the telephone"))
    app.notes.capture(edited, NoteKind.PAIN_POINT, NoteContent("Too little time"))
    second = tmp_path / "second.facilitator"
    app.database.backup(second)
    with open_event(second, clocks) as other:
        other.notes.capture(uuid4(), NoteKind.ACTION, NoteContent("Call", themes=("capacity",)))
        other.notes.change(edited, text="Far too little time", themes=("capacity",))
        other.notes.change(shared, reality="They do, after ten")
        app.notes.change(shared, reality="They do, in the morning")
        merged = app.merging.take_over(second)
    texts = {note.text: note for note in app.notes.all()}
    assert set(texts) == {"Nobody answers the telephone", "Far too little time", "Call"}
    assert texts["Call"].content.themes == ("capacity",)
    assert texts["Far too little time"].content.themes == ("capacity",)
    assert texts["Nobody answers the telephone"].content.reality == "They do, in the morning"
    assert [(one.area, one.what) for one in merged.contradictions] == [
        ("note", "Nobody answers the telephone")
    ]
    app.notes.undo(edited)
    assert app.notes.get(edited).text == "Too little time"


def test_hands_counted_in_one_copy_come_over(
    app: EventApp, tmp_path: Path, clocks: HandClocks
) -> None:
    note = uuid4()
    for name in ("Ada", "Bo", "Cy"):
        guest = add_person(app, name, GP)
        app.checkin.scan(guest.ticket, At())
    app.notes.capture(note, NoteKind.MYTH, NoteContent("A myth"))
    second = tmp_path / "second.facilitator"
    app.database.backup(second)
    with open_event(second, clocks) as other:
        other.hands.count_here(note, Moment.BEFORE, {GP: 2})
        app.merging.take_over(second)
        assert app.hands.of(note) == other.hands.of(note)
        app.hands.count_here(note, Moment.AFTER, {GP: 1})
        other.hands.count_here(note, Moment.AFTER, {GP: 0})
        merged = app.merging.take_over(second)
    assert [one.area for one in merged.contradictions] == ["hands"]
    shown = app.hands.of(note).of(GP, Moment.AFTER)
    assert shown is not None
    assert shown.count is not None
    assert shown.count.raised == 1


def test_the_clock_of_the_copy_that_ran_it(
    app: EventApp, copy: EventApp, clocks: HandClocks, tmp_path: Path
) -> None:
    app.programme.add(NewSession(title="Welcome", minutes=15))
    app.programme.add(NewSession(title="Panel", minutes=30))
    second = tmp_path / "second.facilitator"
    app.database.backup(second)
    with open_event(second, clocks) as other:
        other.programme.start()
        clocks.advance(600)
        other.programme.next()
        assert app.merging.take_over(second).contradictions == ()
        state = app.programme.state().board.state
        assert state.session is not None
        assert state.session.title == "Panel"
        app.programme.pause()
        other.programme.adjust(60)
        (found,) = app.merging.take_over(second).contradictions
        assert found.area == "clock"
        assert not found.can_take
    assert app.programme.state().board.state.allotted == 1800


def test_what_was_erased_here_does_not_come_back(app: EventApp, copy: EventApp) -> None:
    guest = people(app)[0]
    copy.checkin.scan(guest.ticket, At("Desk 2"))
    copy.people.edit(guest.id, {"diet": "No nuts"})
    app.privacy.erase(guest.id)
    app.merging.take_over(path_of(copy))
    assert guest.full_name not in {one.full_name for one in people(app)}
    assert not app.people.changes_of(guest.id)


def test_refusals_leave_everything_as_it_was(
    app: EventApp, copy: EventApp, tmp_path: Path, clocks: HandClocks
) -> None:
    stranger = tmp_path / "other.facilitator"
    create_event(stranger, NewEvent("Another day", date(2025, 11, 12)), clocks).close()
    with pytest.raises(Refused, match="is another event: “Another day”"):
        app.merging.take_over(stranger)
    letter = tmp_path / "letter.facilitator"
    letter.write_text("Dear all", "utf-8")
    with pytest.raises(BadEventFile):
        app.merging.take_over(letter)
    newer = tmp_path / "newer.facilitator"
    app.database.backup(newer)
    with closing(sqlite3.connect(newer)) as raw:
        raw.execute("UPDATE alembic_version SET version_num = '9001'")
        raw.commit()
    with pytest.raises(BadEventFile, match="another version"):
        app.merging.take_over(newer)
    if app.database.path is not None:
        with pytest.raises(Refused, match="this event itself"):
            app.merging.take_over(app.database.path)
    app.privacy.purge()
    with pytest.raises(Refused, match="would bring it back"):
        app.merging.take_over(path_of(copy))
