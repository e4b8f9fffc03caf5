"""Alone, coming together again, and everything that may go wrong on the way there."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
import pytest

from facilitator.app import EventApp, open_event
from facilitator.clocks import SystemClocks
from facilitator.domain.errors import HubGone, Overtaken, Refused
from facilitator.domain.hands import Count, Moment
from facilitator.domain.ids import new_id
from facilitator.domain.notes import NoteContent, NoteKind
from facilitator.domain.programme import NewSession
from facilitator.domain.verdicts import AlreadyHere, Welcome
from facilitator.services.asking import Who
from facilitator.services.checkin import NewWalkIn
from facilitator.services.roll import lines_of, roll_at
from facilitator.store import hub_link
from facilitator.store.hub import account_folder, read_account
from facilitator.store.hub_link import Link
from facilitator.store.rows import AttendeeRow, PresenceRow, SetAsideRow
from tests.services.seating_tools import mix, solved
from tests.sharing.linked import Copies, Linked, at, consent, copy_laptop
from tests.sharing.proxy import DOWN


def link_of(app: EventApp) -> Link:
    assert app.sharing.link is not None
    return app.sharing.link


def welcome(app: EventApp, person: UUID, desk: str) -> Welcome:
    verdict = app.checkin.admit(person, at(desk)).verdict
    assert isinstance(verdict, Welcome), verdict
    return verdict


def asides(app: EventApp) -> list[SetAsideRow]:
    from sqlmodel import select

    with app.database.reading() as session:
        return list(session.exec(select(SetAsideRow)))


@pytest.fixture
def day(linked_copies: Copies, tmp_path: Path) -> Iterator[Linked]:
    """A copy of the event for one test that breaks it."""
    made = linked_copies.make(tmp_path / "day")
    yield made
    linked_copies.drop(made)


@pytest.fixture
def door(linked_copies: Copies, tmp_path: Path) -> Iterator[Linked]:
    """One with a single laptop, "Door 1"."""
    made = linked_copies.make(tmp_path / "day", ["Door 1"])
    yield made
    linked_copies.drop(made)


# --- alone ----------------------------------------------------------------------------------------


@pytest.mark.slow
def test_a_silent_hub_is_waited_for_once(linked: Linked) -> None:
    app = linked["Door 1"]
    people = [linked.someone() for _ in range(4)]
    welcome(app, people[0], "Door 1")
    linked.pull_cable("Door 1")
    began = time.monotonic()
    answer = app.checkin.admit(people[1], at("Door 1"))
    first = time.monotonic() - began
    assert isinstance(answer.verdict, Welcome)
    assert answer.standing == "alone"
    assert hub_link.DEADLINE <= first < hub_link.DEADLINE + 1.5
    began = time.monotonic()
    for person in people[2:]:
        welcome(app, person, "Door 1")
    assert time.monotonic() - began < hub_link.DEADLINE
    now = app.sharing.standing()
    assert (now.kind, now.waiting) == ("alone", 9)
    assert now.since is not None
    local = app.event.get().local(now.since)
    assert now.sentence == f"Working alone since {local:%H:%M}. 9 to send."
    # The program is ended and begun again: it still knows.
    again = linked.open("Door 1").sharing.standing()
    assert (again.kind, again.waiting, again.since) == ("alone", 9, now.since)
    linked.together()
    linked.check_equal()
    assert app.sharing.standing().kind != "own"
    assert linked["Door 1"].sharing.standing().sentence == "Shared by Hub laptop."


@pytest.mark.slow
def test_the_roll_has_who_came_elsewhere_or_says_that_it_has_not(linked: Linked) -> None:
    app, office = linked["Door 1"], linked["Office"]
    path = app.database.path
    assert path is not None
    person = linked.someone()
    welcome(office, person, "Office")
    # The file by itself has not heard of it: it is asked for.
    clocks = SystemClocks()
    found = roll_at(path, clocks)
    assert str(person) in {one.key for one in found.people}
    assert found.words == ""
    linked.alone("Door 1")
    since = app.sharing.standing().since
    assert since is not None
    words = (
        f"This laptop works alone: whom other desks let in or out since "
        f"{app.event.get().local(since):%H:%M} is not in it."
    )
    assert app.roll.read().words == words
    assert lines_of(app.roll.read())[0] == words
    # And where the file does not know yet that it is alone.
    other = linked["Stage"].database.path
    assert other is not None
    linked.pull_cable("Stage")
    lately = roll_at(other, clocks)
    assert lately.words == words.replace(f"since {app.event.get().local(since):%H:%M}", "lately")
    assert str(person) not in {one.key for one in lately.people}


@pytest.mark.slow
def test_what_may_be_done_alone(linked: Linked) -> None:
    door, stage = linked["Door 1"], linked["Stage"]
    person, other = linked.someone(), linked.someone()
    welcome(door, other, "Door 1")
    stage.sharing.catch_up()
    linked.alone("Door 1", "Stage")
    welcome(door, person, "Door 1")
    door.checkin.undo(person, at("Door 1"))
    door.checkin.leave(other, at("Door 1"))
    door.checkin.walk_in(NewWalkIn("Wanda Quill", "general-practice"), at("Door 1"))
    note = new_id()
    stage.notes.capture(note, NoteKind.MYTH, NoteContent("They never call back"))
    stage.notes.edit(note, NoteContent("They never call back in time", themes=("time",)))
    stage.hands.show(note, Moment.BEFORE, {"general-practice": Count(3, 9)})
    with suppress(Refused):  # another test has started it
        stage.programme.start()
    stage.programme.adjust(60.0)
    linked.together()
    linked.check_equal()
    assert linked["Office"].notes.get(note).content.themes == ("time",)


ALONE_WAITS: dict[str, Callable[[EventApp, UUID], Any]] = {
    "a table": lambda app, _: app.tables.add(8),
    "a round": lambda app, _: app.tables.add_round(),
    "the programme": lambda app, _: app.programme.add(NewSession(title="Tea", minutes=15)),
    "somebody's details": lambda app, who: app.people.edit(who, {"organisation": "Elm"}),
    "a wish": lambda app, who: app.wishes.attendance(who, [1]),
    "an erasure": lambda app, who: app.privacy.erase(who),
}


@pytest.mark.parametrize("what", ALONE_WAITS)
def test_what_waits_for_the_hub(linked: Linked, what: str) -> None:
    office = linked["Office"]
    person = linked.someone()
    linked.alone("Office")
    assert office.database.path is not None
    with office.database.engine.connect() as raw:
        before = raw.exec_driver_sql("SELECT * FROM outbox").all()
        count = raw.exec_driver_sql("SELECT count(*) FROM person_change").all()
    with pytest.raises(Refused, match=r"The hub does not answer: changing .* waits") as refused:
        ALONE_WAITS[what](office, person)
    assert "Nothing was changed. Check-in, notes and the clock go on here." in str(refused.value)
    with office.database.engine.connect() as raw:
        assert raw.exec_driver_sql("SELECT * FROM outbox").all() == before
        assert raw.exec_driver_sql("SELECT count(*) FROM person_change").all() == count
    linked.together()
    linked.check_equal()


# --- coming together ------------------------------------------------------------------------------


@pytest.mark.slow
def test_many_facts_made_alone_are_counted_once_however_the_line_breaks(day: Linked) -> None:
    app = day["Door 1"]
    people = [day.someone() for _ in range(6)]
    day.alone("Door 1")
    for person in people:
        welcome(app, person, "Door 1")
        for _ in range(9):
            app.checkin.leave(person, at("Door 1"))
            app.checkin.admit(person, at("Door 1"))
    with app.database.engine.connect() as raw:
        made = raw.exec_driver_sql("SELECT count(*) FROM presence").scalar_one()
        waiting = raw.exec_driver_sql("SELECT count(*) FROM outbox").scalar_one()
    assert made == 6 * 19
    assert app.sharing.standing().waiting == waiting > 200
    line = day.lines["Door 1"]
    # An answer is lost on the way, then the line breaks in the middle of one, twice.
    for break_it in (
        line.lose_answer, lambda: line.cut_after(3000, DOWN), lambda: line.cut_after(6000, DOWN),
    ):  # fmt: skip
        line.heal()
        break_it()
        with pytest.raises(HubGone):
            app.sharing.catch_up()
        assert app.sharing.standing().kind == "alone"
    day.together()
    assert day.ask("SELECT count(*), count(DISTINCT id) FROM presence") == [(made, made)]
    assert day["Office"].checkin.balance().here == 6
    assert not asides(day["Office"])
    day.check_equal()


def test_an_answer_lost_at_the_moment_of_a_scan(day: Linked) -> None:
    app = day["Door 1"]
    person = day.someone()
    day.lines["Door 1"].lose_answer()
    # The push is what is lost: the reading before it has nothing to ask for.
    link = link_of(app)
    answered = link.hub.ask
    asked: list[Any] = []

    def ask(question: Any, seconds: float = 1.0) -> Any:
        asked.append(question)
        if len(asked) == 1:
            day.lines["Door 1"].heal()
            found = answered(question, seconds)
            day.lines["Door 1"].lose_answer()
            return found
        return answered(question, seconds)

    link.hub.ask = ask  # type: ignore[method-assign]
    verdict = app.checkin.admit(person, at("Door 1"))
    del link.hub.ask
    assert isinstance(verdict.verdict, Welcome)
    assert verdict.standing == "alone"
    there = day.ask(f"SELECT id, at FROM presence WHERE attendee_id = '{person}'")
    assert there == [(verdict.verdict.fact, verdict.verdict.at)], "the hub had taken it"
    day.together()
    day.check_equal()
    assert day.ask("SELECT count(*) FROM presence") == [(1,)]
    assert day.ask("SELECT count(*) FROM scan") == [(1,)]


@pytest.mark.slow
def test_two_that_were_alone_admit_one_ticket(day: Linked) -> None:
    one, two, office = day["Door 1"], day["Door 2"], day["Office"]
    person = day.someone()
    day.alone("Door 1", "Door 2")
    first, second = welcome(one, person, "Door 1"), welcome(two, person, "Door 2")
    day.together()
    assert office.checkin.balance().here == 1
    [twice] = office.merging.twice()
    assert twice.person.id == person
    assert [(when, desk) for when, desk, _ in twice.arrivals] == [
        (first.at, "Door 1"), (second.at, "Door 2"),
    ]  # fmt: skip
    day.check_equal()
    office.merging.looked_at(person)
    assert office.merging.twice() == []
    day.together()
    day.check_equal()
    late = one.checkin.admit(person, at("Door 1")).verdict
    assert isinstance(late, AlreadyHere)


def test_cancelled_and_undone_meanwhile_are_flagged(day: Linked) -> None:
    door, office = day["Door 1"], day["Office"]
    cancelled, undone = day.someone(), day.someone()
    welcome(door, undone, "Door 1")
    office.sharing.catch_up()
    day.alone("Door 1")
    welcome(door, cancelled, "Door 1")
    door.checkin.leave(undone, at("Door 1"))
    office.people.edit(cancelled, {"cancelled": True})
    office.checkin.undo(undone, at("Office"))
    day.together()
    flagged = {(row.what, row.here_words, row.there_words) for row in asides(office)}
    name = office.people.get
    assert flagged == {
        (name(cancelled).full_name, "cancelled meanwhile",
         "let in at Door 1 while it worked alone"),
        (name(undone).full_name, "undone meanwhile", "left at Door 1 while it worked alone"),
    }  # fmt: skip
    day.check_equal()


@pytest.mark.slow
def test_one_fact_that_cannot_be_taken_does_not_block_the_rest(day: Linked) -> None:
    stage, office = day["Stage"], day["Office"]
    note = new_id()
    office.notes.capture(note, NoteKind.MYTH, NoteContent("Nobody answers"))
    stage.sharing.catch_up()
    day.alone("Stage")
    stage.notes.edit(note, NoteContent("Nobody answers on a Friday"))
    for side in ("general-practice", "community-pharmacy"):
        stage.hands.show(note, Moment.BEFORE, {side: Count(1, 2)})
    office.notes.edit(note, NoteContent("Nobody ever answers"))
    for side in ("general-practice", "community-pharmacy"):
        office.hands.show(note, Moment.AFTER, {side: Count(2, 2)})
    assert stage.database.path is not None
    with closing(sqlite3.connect(stage.database.path)) as raw, raw:
        # what no hub can read, and what PostgreSQL does not take
        raw.execute(
            "INSERT INTO clock_fact (id, number, kind, at, steady, boot, seconds, by, note) "
            "VALUES (?, 99, 'pause', '2025-11-12 09:00:00', 9e999, 'b', 0, '', '')", [new_id().hex]
        )  # fmt: skip
        raw.execute(
            "INSERT INTO question_answer (id, question_id, attendee_id, number, answer, at, desk, "
            "operator, before) VALUES (?, ?, ?, 99999999999, '', '2025-11-12 09:00:00', '', '', "
            "'')", [new_id().hex] * 3,
        )  # fmt: skip
    other = new_id()
    stage.notes.capture(other, NoteKind.PAIN_POINT, NoteContent("A nought \0 in it"))
    day.together()
    assert stage.notes.get(note).content.text == "Nobody ever answers"
    assert office.notes.get(other).content.text.startswith("A nought")
    kept = {row.there["table"]: row for row in asides(office)}
    assert {"note", "note_version", "clock_fact", "question_answer"} <= kept.keys()
    assert "Nobody answers on a Friday" in kept["note_version"].there_words
    assert kept["clock_fact"].here_words == "refused by the hub"
    shows = office.hands.facts(note)
    assert sorted(fact.number for fact in shows) == [1, 2, 3, 4]
    with office.database.engine.connect() as raw:
        assert raw.exec_driver_sql("SELECT count(*) FROM clock_fact").scalar_one() == 0
    day.check_equal()


@pytest.mark.slow
def test_one_spare_badge_given_to_two_at_once(day: Linked) -> None:
    doors = ("Door 1", "Door 2")
    day.alone(*doors)
    for name in doors:
        app = day[name]
        verdict = app.checkin.walk_in(NewWalkIn("Ada Thorn", "general-practice"), at(name)).verdict
        assert isinstance(verdict, Welcome)
        assert app.database.path is not None
        with closing(sqlite3.connect(app.database.path)) as raw, raw:
            spare = "UPDATE attendee SET ticket = 'F1-SPARE' WHERE id = ?"
            raw.execute(spare, [verdict.person.id.hex])
    day.together()
    day.check_equal()
    office = day["Office"]
    assert office.checkin.balance().here == 2
    tickets = [one.ticket for one in office.people.all() if one.walk_in]
    assert len(tickets) == 2
    assert tickets.count("F1-SPARE") == 1
    assert [one.area for one in asides(office)] == ["person"]


class WrongClocks(SystemClocks):
    """This machine's clocks, the wall one an hour slow."""

    def now(self) -> Any:
        return super().now() - timedelta(hours=1)


def test_a_clock_that_is_wrong_by_an_hour(day: Linked) -> None:
    day.lines["Door 1"].heal()
    door, office = day.open("Door 1", WrongClocks()), day["Office"]
    day.together()
    person = day.someone()
    made = welcome(door, person, "Door 1")
    office.sharing.catch_up()
    with office.database.reading() as session:
        fact = session.get(PresenceRow, made.fact)
    assert fact is not None
    assert fact.at == made.at
    assert 3595 < fact.skew < 3605
    day.together()
    day.check_equal()


def test_a_loss_between_the_hub_and_the_file_loses_and_doubles_nothing(
    day: Linked, tmp_path: Path
) -> None:
    """The hub has taken it, and the laptop dies before its own file has."""
    app, person = day["Door 1"], day.someone()
    link = link_of(app)
    answered = link.hub.ask

    class Dead(BaseException):
        """The power is gone."""

    def ask(question: Any, seconds: float = 1.0) -> Any:
        found = answered(question, seconds)
        if isinstance(found, dict) and "answers" in found:
            raise Dead
        return found

    link.hub.ask = ask  # type: ignore[method-assign]
    with pytest.raises(Dead):
        app.checkin.admit(person, at("Door 1"))
    again = day.open("Door 1")
    day.together()
    late = again.checkin.admit(person, at("Door 1")).verdict
    assert isinstance(late, AlreadyHere)
    day.together()
    assert day.ask("SELECT count(*) FROM presence") == [(1,)]
    assert day["Office"].checkin.balance().here == 1
    day.check_equal()


# --- the list of changes --------------------------------------------------------------------------


def login(day: Linked, desk: str) -> dict[str, Any]:
    path = day[desk].database.path
    assert path is not None
    account = read_account(path)
    assert account is not None
    return {
        "host": "127.0.0.1", "port": day.hub.port, "dbname": day.hub.database, "sslmode": "require",
        "user": account.user, "password": account.password, "autocommit": True,
    }  # fmt: skip


def test_readers_that_follow_see_every_row_of_many_writers(day: Linked) -> None:
    writers, rows = 8, 25
    words = [login(day, desk) for desk in ("Door 1", "Door 2", "Stage", "Office")]
    over = threading.Event()
    seen: list[set[str]] = [set() for _ in range(3)]
    problems: list[BaseException] = []

    def write(number: int) -> None:
        try:
            with psycopg.connect(**words[number % 4]) as hub:
                hub.execute("SET lock_timeout = 0; SET statement_timeout = 0")
                for _ in range(rows):
                    hub.execute(
                        "INSERT INTO scan (id, at, desk, operator, source, raw, length) "
                        "VALUES (gen_random_uuid(), now(), '', '', '', '', 0)"
                    )
        except BaseException as problem:
            problems.append(problem)

    def read(mine: set[str], desk: dict[str, Any]) -> None:
        cursor = 0
        try:
            with psycopg.connect(**desk) as hub:
                hub.execute("SET statement_timeout = 0")
                while True:
                    last = over.is_set()
                    found = hub.execute(
                        "SELECT * FROM facilitator_pull(%s, 7)", (cursor,)
                    ).fetchall()
                    cursor = found[-1][0] if found else cursor
                    mine |= {row[2] for row in found if row[1] == "scan"}
                    if last and not found:
                        return
        except BaseException as problem:
            problems.append(problem)

    writing = [threading.Thread(target=write, args=(number,)) for number in range(writers)]
    reading = [
        threading.Thread(target=read, args=(one, words[number])) for number, one in enumerate(seen)
    ]
    for one in (*writing, *reading):
        one.start()
    for one in writing:
        one.join(60)
    over.set()
    for one in reading:
        one.join(60)
    assert not problems
    there = {str(row[0]) for row in day.ask("SELECT id FROM scan")}
    assert len(there) == writers * rows
    assert seen == [there] * 3


def test_a_desk_that_freezes_in_a_transaction_stops_the_others_for_a_moment(day: Linked) -> None:
    with psycopg.connect(**login(day, "Door 2")) as frozen:
        said = {
            name: frozen.execute(f"SHOW {name}".encode()).fetchone()
            for name in ("idle_in_transaction_session_timeout", "lock_timeout", "statement_timeout")
        }
        assert list(said.values()) == [("300ms",), ("500ms",), ("700ms",)]
        frozen.execute("BEGIN")
        frozen.execute("SELECT pg_advisory_xact_lock(1178682183)")
        began = time.monotonic()
        answer = day["Door 1"].checkin.admit(day.someone(), at("Door 1"))
        assert time.monotonic() - began < 1.5
        assert isinstance(answer.verdict, Welcome)
        with pytest.raises(psycopg.Error, match="idle-in-transaction"):
            frozen.execute("SELECT 1")
    day.together()
    day.check_equal()


# --- a hub that must not be listened to, or cannot -----------------------------------------------


def full_disk(day: Linked) -> None:
    """Every insert fails as it does on a full disk."""
    day.ask("CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            "RAISE 'could not extend file' USING ERRCODE = '53100'; END $$")  # fmt: skip
    day.ask("CREATE TRIGGER full_disk BEFORE INSERT ON presence "
            "FOR EACH ROW EXECUTE FUNCTION full_disk()")  # fmt: skip


def read_only(day: Linked) -> None:
    """The server takes nothing any more."""
    day.ask(f'ALTER DATABASE "{day.hub.database}" SET default_transaction_read_only = on')
    day.ask("SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()")  # fmt: skip


FAULTS: dict[str, tuple[Callable[[Linked], object], str]] = {
    "full": (full_disk, "no room left"),
    "read-only": (read_only, "can only be read"),
    "newer": (lambda day: day.ask("UPDATE alembic_version SET version_num = '9999'"),
              "another version"),
    "another event": (lambda day: day.ask("UPDATE event SET id = gen_random_uuid()"),
                      "another event"),
    "another program": (lambda day: day.ask("DROP FUNCTION facilitator_hello(bigint, int, int)"),
                        "another program"),
    "put off": (lambda day: day.ask("UPDATE joined SET put_off_at = now() WHERE name = 'Door 1'"),
                "was put off"),
    "older": (lambda day: day.ask("UPDATE term SET number = 0"), "older hub"),
}  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS)
def test_a_hub_that_cannot_be_used_is_said_and_loses_nothing(door: Linked, fault: str) -> None:
    break_it, words = FAULTS[fault]
    app, person = door["Door 1"], door.someone()
    door.alone("Door 1")
    made = welcome(app, person, "Door 1")
    door.lines["Door 1"].heal()
    break_it(door)
    said, until = "", time.monotonic() + 20
    while words not in said and time.monotonic() < until:
        try:
            app.sharing.catch_up()
        except HubGone as problem:
            said = str(problem)
    assert words in said
    now = app.sharing.standing()
    assert now.kind == "alone"
    assert words in now.why
    assert now.waiting >= 3
    assert now.since is not None
    with app.database.reading() as session:
        assert session.get(PresenceRow, made.fact) is not None
    assert not asides(app)


def test_a_full_hub_is_no_conflict_for_a_scan(door: Linked) -> None:
    full_disk(door)
    answer = door["Door 1"].checkin.admit(door.someone(), at("Door 1"))
    assert isinstance(answer.verdict, Welcome)
    assert answer.standing == "alone"
    assert "no room left" in door["Door 1"].sharing.standing().why
    door.ask("DROP TRIGGER full_disk ON presence")
    door.together()
    door.check_equal()


# --- a stick --------------------------------------------------------------------------------------


@pytest.mark.slow
def test_a_file_and_its_account_on_two_laptops_lose_nothing(
    day: Linked, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = day["Office"]
    path = first.database.path
    assert path is not None
    monkeypatch.setattr("facilitator.app.this_machine", lambda: "feedfacecafe")
    stick = tmp_path / "stick"
    stick.mkdir()
    first.close()
    copied = copy_laptop(path, stick, day.hub.database, day.lines["Door 2"].port)
    assert account_folder(copied).is_dir()
    second = open_event(copied)
    monkeypatch.undo()
    first = day.open("Office")
    with first, second:
        assert first.event.get().authority != second.event.get().authority
        first.sharing.catch_up()
        second.sharing.catch_up()
        person, other = day.someone(), day.someone()
        made = welcome(first, person, "Office")
        late = second.checkin.admit(person, at("Copy")).verdict
        assert isinstance(late, AlreadyHere)
        assert late.since == made.at
        first.people.edit(other, {"organisation": "Elm Practice"})
        with pytest.raises(Overtaken):
            consent(second, other, to_photos=True)
        consent(second, other, to_photos=True)
        day.pull_cable("Office", "Door 2")
        for app in (first, second):
            link_of(app).refresh()
        alone = day.someone()
        welcome(first, alone, "Office")
        welcome(second, alone, "Copy")
        day.lines["Office"].heal()
        day.lines["Door 2"].heal()
        for app in (first, second, first):
            app.sharing.catch_up()
        assert len(first.merging.twice()) == 1
        with first.database.reading() as session:
            row = session.get(AttendeeRow, other)
            assert row is not None
            assert (row.organisation, row.photo_consent) == ("Elm Practice", True)
        day.together("Door 1", "Door 2", "Stage")
        day.check_equal()
    day.open("Office")


# --- seats ----------------------------------------------------------------------------------------


@pytest.mark.slow
def test_a_mix_that_another_was_before_is_refused(day: Linked) -> None:
    office, stage = day["Office"], day["Stage"]
    for _ in range(6):
        office.tables.add(10)
    day.together()
    request = stage.mixing.request(1, Who())
    plan = solved(request).plan
    assert mix(office).seated == 160
    # What others did is read first, and the room is another one then.
    with pytest.raises(Refused):
        stage.mixing.accept(request, plan)
    day.together()
    day.check_equal()


@pytest.mark.slow
def test_a_mix_that_lost_the_race_leaves_no_seats_behind(
    day: Linked, monkeypatch: pytest.MonkeyPatch
) -> None:
    office, stage = day["Office"], day["Stage"]
    for _ in range(6):
        office.tables.add(10)
    day.together()
    request = stage.mixing.request(1, Who())
    plan = solved(request).plan
    assert mix(office).seated == 160
    # More rows than are sent within one unit of work, against what is not true any more.
    with monkeypatch.context() as race:
        race.setattr(link_of(stage), "refresh", frozenset)
        stage.mixing.accept(request, plan)
    day.together()
    day.check_equal()
    [(orphans,)] = day.ask(
        "SELECT count(*) FROM seat s WHERE NOT EXISTS "
        "(SELECT 1 FROM seat_change c WHERE c.id = s.change_id)"
    )
    assert orphans == 0
    [(seats, people)] = day.ask(
        "SELECT count(*), count(DISTINCT (round_id, attendee_id)) FROM seat WHERE revision = 1"
    )
    assert seats == people
    [aside] = asides(office)  # the change of the seating, and not each of its seats
    assert (aside.area, aside.here_words) == ("seating", "taken by another meanwhile")
    # Who came alone gets a seat, even where the laptop died between sending and seating.
    day.alone("Door 1")
    door = day["Door 1"]
    alone = door.checkin.walk_in(NewWalkIn("Ada Thorn", "community-pharmacy"), at("Door 1"))
    assert isinstance(alone.verdict, Welcome)
    day.lines["Door 1"].heal()
    sent = link_of(door).catch_up()
    assert sent.arrived == (alone.verdict.fact,)
    day.open("Door 1")
    day.together()
    assert office.seating.tables_of(alone.verdict.person.id)
    assert not link_of(day["Door 1"]).catch_up().arrived
    day.check_equal()
