"""What the services really write, held against the table of who may do what: nothing that a role
is for is refused to it, and alone nothing waits but what is to wait."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from facilitator.app import EventApp
from facilitator.domain.hands import Count, Moment
from facilitator.domain.ids import new_id
from facilitator.domain.notes import NoteContent, NoteKind
from facilitator.domain.programme import Kind, NewSession
from facilitator.domain.questions import QuestionKind
from facilitator.domain.roles import AREA_OF, Role, Verb, alone_may, may_write, verbs_on
from facilitator.services.badge_queue import Station, When
from facilitator.services.checkin import At, NewWalkIn
from facilitator.services.room_display import Face
from facilitator.services.spare_codes import spare_codes
from facilitator.store.hub_outbox import Entry, begin_capturing, read_entries
from tests.people import add_person

GP, PH = "general-practice", "community-pharmacy"
DESK = At("Door 1", "AY")
_VERBS = {"i": Verb.ADD, "u": Verb.CHANGE, "d": Verb.REMOVE}
NINE = datetime(2025, 11, 12, 9, 0)  # noqa: DTZ001 (a local wall time)


@pytest.fixture
def day(file_app: EventApp, tmp_path: Path) -> EventApp:
    """A day that an organiser has set up, and shares from now on."""
    app = file_app
    for name, side in (("Ada Larkin", GP), ("Bo Chan", PH), ("Cy Moss", GP), ("Di Ray", PH)):
        add_person(app, name, side)
    add_person(app, "Ed Stone", cancelled=True)
    app.questions.add(QuestionKind.PHOTO)
    app.questions.add(QuestionKind.CHOICE, "Which lunch?", ("Soup", "Pie"))
    app.programme.add(NewSession(title="Hello", minutes=15, kind=Kind.WELCOME, starts=NINE))
    app.programme.add(NewSession(title="Round one", minutes=20, kind=Kind.ROUND, round_number=1))
    app.papers.write(tmp_path / "papers")
    app.desk_lock.set("2468")
    app.tables.add(8)
    app.tables.add(8)
    for person in app.people.all()[2:4]:  # a round in which some sit counts as mixed
        for number in (1, 2, 3):
            app.seating.move(person.id, number, "1")
    with app.database.engine.begin() as connection:
        begin_capturing(connection)
    return app


def written(app: EventApp, do: Callable[[EventApp], object]) -> list[Entry]:
    """What an act would send to the hub."""
    with app.database.engine.connect() as connection:
        before = len(read_entries(connection, lines=False))
    do(app)
    with app.database.engine.connect() as connection:
        return read_entries(connection, lines=False)[before:]


def refused(entries: list[Entry], judge: Callable[[Entry], bool]) -> set[tuple[str, str]]:
    return {(entry.name, entry.op) for entry in entries if not judge(entry)}


def of_role(role: Role) -> Callable[[Entry], bool]:
    return lambda one: may_write(role, one.name, _VERBS[one.op], one.fields, one.key)


def alone(one: Entry) -> bool:
    return alone_may(one.name, _VERBS[one.op], one.fields, one.key)


# -- the acts --------------------------------------------------------------------------------------


def busy_minute(app: EventApp) -> None:
    """All that a registration desk does."""
    ada, bo, cy, di, ed = (
        next(p for p in app.people.all() if p.given_name == name)
        for name in ("Ada", "Bo", "Cy", "Di", "Ed")
    )
    app.checkin.scan(ada.ticket, DESK)
    app.checkin.scan(ada.ticket, DESK)
    app.checkin.scan("nonsense", DESK)
    app.checkin.admit(bo.id, DESK)
    app.checkin.leave(bo.id, DESK)
    app.checkin.admit(bo.id, DESK)
    app.checkin.admit(ed.id, DESK, exception="came after all", decided_by="Amina")
    app.checkin.walk_in(NewWalkIn("Flo West", PH), DESK)
    with app.database.reading() as session:
        spare = min(spare_codes(session))
    late = app.checkin.walk_in(NewWalkIn("Gus Hall", GP, badge=spare), DESK)
    app.checkin.undo_last(DESK)
    app.checkin.walk_in(NewWalkIn("Hal Gray", GP, badge=spare), DESK)
    photo, lunch = app.questions.all()
    app.questions.answer(ada.id, photo.id, "Yes", DESK)
    app.questions.answer(ada.id, lunch.id, "Pie", DESK)
    app.questions.take_back(ada.id, photo.id, DESK)
    app.checkin.undo(ada.id, DESK, reason="the wrong Ada")
    app.paper_entry.enter(cy.id, None, operator="AY", typed="cy")
    app.badge_queue.ask(di.id, Station("Door 1", "here", "", "a6"), When.FIRST)
    app.desk_lock.check("1111")
    app.desk_lock.check("2468")
    app.roll.tick(str(bo.id), seen=True)
    assert late is not None


def run_the_clock(app: EventApp) -> None:
    """The clock, and the rounds that begin with it."""
    app.programme.start()
    app.programme.next()
    app.programme.adjust(60)
    app.programme.pause()
    app.programme.undo()


def take_notes(app: EventApp) -> None:
    """Notes, their edits, hands and pledges."""
    content = NoteContent("GPs never read it", side=PH, themes=("capacity",), boroughs=("Ealing",))
    note = app.notes.capture(new_id(), NoteKind.MYTH, content).note
    app.notes.edit(note.id, replace(content, reality="They do.", themes=("workload",)))
    app.hands.show(note.id, Moment.BEFORE, {GP: Count(3, 5)})
    bright = app.notes.capture(new_id(), NoteKind.BRIGHT_SPOT, NoteContent("One inbox")).note
    pledged = app.pledges.add(new_id(), bright.id, who="Bo Chan", side=PH)
    app.pledges.take_back(pledged.note.pledges[0].id)
    app.notes.remove(bright.id)


def show_the_room(app: EventApp) -> None:
    """What the projector shows."""
    app.room.show(Face.WELCOME)
    app.room.toggle_black()


def arrange(app: EventApp) -> None:
    """Tables, wishes and programme, as a facilitator changes them on the day."""
    app.tables.resize("1", 6)
    app.tables.add_round()
    ada, bo = (p.id for p in app.people.all()[:2])
    app.wishes.apart(ada, bo)
    app.wishes.remove(app.wishes.all().of_kind("apart")[0].id)
    app.seating.move(ada, 1, "2")
    app.seating.move(bo, 1, "2")
    app.seating.swap(ada, app.people.all()[2].id, 1)
    app.programme.add(NewSession(title="Coffee", minutes=10, kind=Kind.BREAK))
    app.programme.publish()


# -- and whether they may --------------------------------------------------------------------------


def test_a_desk_is_refused_nothing_of_what_it_is_for(day: EventApp) -> None:
    entries = written(day, busy_minute)
    assert {"scan", "verdict", "presence", "attendee", "seat", "question_answer", "person_change",
            "badge_fact", "decision"} <= {entry.name for entry in entries}  # fmt: skip
    for role in Role:
        assert refused(entries, of_role(role)) == set()


def test_alone_a_desk_does_all_but_seating(day: EventApp) -> None:
    entries = written(day, busy_minute)
    assert refused(entries, alone) == {("seat_change", "i"), ("seat", "i")}


def test_wrong_pins_stay_on_the_laptop_where_they_were_typed(day: EventApp) -> None:
    assert written(day, lambda app: app.desk_lock.check("1111")) == []
    changed = written(day, lambda app: app.desk_lock.remove())
    assert {entry.key for entry in changed} == {"desk_pin"}


@pytest.mark.parametrize("act", [run_the_clock, take_notes, show_the_room])
def test_a_facilitator_runs_the_day_also_alone_and_a_desk_does_not(
    day: EventApp, act: Callable[[EventApp], None]
) -> None:
    entries = written(day, act)
    assert entries
    assert refused(entries, of_role(Role.FACILITATOR)) == set()
    assert refused(entries, of_role(Role.ORGANISER)) == set()
    assert refused(entries, alone) == set()
    assert refused(entries, of_role(Role.DESK)) != set()


def test_a_facilitator_arranges_tables_and_programme_but_not_alone(day: EventApp) -> None:
    entries = written(day, arrange)
    assert refused(entries, of_role(Role.FACILITATOR)) == set()
    for table in ("room_table", "round", "wish", "seat_change", "programme_session"):
        assert table in {name for name, _ in refused(entries, alone)}


def test_only_an_organiser_edits_people_and_erases_them(day: EventApp) -> None:
    ada = day.people.all()[0].id
    edited = written(day, lambda app: app.people.edit(ada, {"family_name": "Larkin-Moss"}))
    erased = written(day, lambda app: app.privacy.erase(ada))
    for entries in (edited, erased):
        assert refused(entries, of_role(Role.ORGANISER)) == set()
        assert ("attendee", "u") in refused(entries, of_role(Role.FACILITATOR))
        assert ("attendee", "u") in refused(entries, of_role(Role.DESK))
        assert ("attendee", "u") in refused(entries, alone)


def test_every_table_that_is_shared_can_be_written_by_somebody() -> None:
    nobody = {table for table in AREA_OF if not verbs_on(Role.ORGANISER, table) - {Verb.READ}}
    assert nobody == {"draft", "sharing", "outbox", "heard", "join_code"}
