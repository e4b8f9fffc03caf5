"""One truth while the hub answers: two laptops at once, and what the second one is told."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from facilitator.app import EventApp
from facilitator.domain.errors import Overtaken, Refused
from facilitator.domain.hands import Count, Moment
from facilitator.domain.ids import new_id
from facilitator.domain.notes import NoteContent, NoteKind
from facilitator.domain.verdicts import AlreadyHere, Welcome, WelcomeBack
from facilitator.services.checkin import Answer, NewWalkIn
from facilitator.services.notes import Captured
from facilitator.services.running import Ran
from facilitator.store import hub_link
from facilitator.store.rows import PresenceRow
from tests.services.seating_tools import mix
from tests.sharing.linked import Copies, Linked, at, consent


@pytest.fixture(autouse=True)
def _patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """How fast a hub must answer is tested elsewhere; here a busy machine is no reason to be
    alone."""
    monkeypatch.setattr(hub_link, "DEADLINE", 20.0)


def at_once(*works: Callable[[], Any]) -> list[Any]:
    """What each returns, or what it raised, all begun at one moment."""
    results: list[Any] = [None] * len(works)
    start = threading.Barrier(len(works))

    def run(number: int) -> None:
        start.wait(10)
        try:
            results[number] = works[number]()
        except Exception as problem:
            results[number] = problem

    threads = [threading.Thread(target=run, args=(number,)) for number in range(len(works))]
    for one in threads:
        one.start()
    for one in threads:
        one.join(60)
    return results


def person_of(answer: Answer) -> UUID:
    assert isinstance(answer.verdict, Welcome)
    return answer.verdict.person.id


def fact(app: EventApp, key: UUID) -> PresenceRow | None:
    with app.database.reading() as session:
        return session.get(PresenceRow, key)


# --- arrivals -------------------------------------------------------------------------------------


def test_one_ticket_at_two_doors_at_once_is_welcomed_once(linked: Linked) -> None:
    one, two = linked["Door 1"], linked["Door 2"]
    for _ in range(12):
        person = linked.someone()
        ticket = linked.ticket(person)
        found: list[Answer] = at_once(
            lambda t=ticket: one.checkin.scan(t, at("Door 1")),
            lambda t=ticket: two.checkin.scan(t, at("Door 2")),
        )
        assert [answer.standing for answer in found] == ["shared", "shared"]
        welcome = next(a.verdict for a in found if isinstance(a.verdict, Welcome))
        other = next(a.verdict for a in found if isinstance(a.verdict, AlreadyHere))
        assert (other.first_desk, other.since) == (welcome.desk, welcome.at)
    linked.together()
    linked.check_equal()


def test_a_fact_is_the_same_row_at_the_desk_and_at_the_hub(linked: Linked) -> None:
    app = linked["Door 1"]
    answer = app.checkin.admit(linked.someone(), at("Door 1"))
    assert isinstance(answer.verdict, Welcome)
    here = fact(app, answer.verdict.fact)
    assert here is not None
    [(term, hub)] = linked.ask("SELECT number, hub_id FROM term")
    assert here.authority == f"hub:{hub}:{term}"
    [there] = linked.ask(
        "SELECT p.authority, p.number, p.at, p.scan_id, v.id IS NOT NULL FROM presence p "
        "JOIN scan s ON s.id = p.scan_id JOIN verdict v ON v.scan_id = s.id "
        f"WHERE p.id = '{here.id}'"
    )
    assert there == (here.authority, here.number, here.at, here.scan_id, True)


def test_walk_ins_at_once_have_places_of_their_own(linked: Linked) -> None:
    names = [f"Wanda Quill{number}" for number in range(4)]
    apps = ["Door 1", "Door 2", "Stage", "Office"]
    found = at_once(
        *(
            lambda n=name, d=desk: linked[d].checkin.walk_in(
                NewWalkIn(n, "general-practice"), at(d)
            )
            for name, desk in zip(names, apps, strict=True)
        )
    )
    people = {person_of(answer) for answer in found}
    linked.together()
    assert len({linked.ticket(person) for person in people}) == 4
    linked.check_equal()
    assert {p.full_name for p in linked["Stage"].people.all()} >= set(names)


def test_undone_at_one_door_and_scanned_at_the_other(linked: Linked) -> None:
    one, two = linked["Door 1"], linked["Door 2"]
    person = linked.someone()
    first = one.checkin.admit(person, at("Door 1")).verdict
    assert isinstance(first, Welcome)
    two.checkin.undo(person, at("Door 2"), reason="wrong person")
    again = one.checkin.admit(person, at("Door 1")).verdict
    assert isinstance(again, Welcome)
    assert again.fact != first.fact
    late = two.checkin.admit(person, at("Door 2")).verdict
    assert isinstance(late, AlreadyHere)
    assert (late.first_desk, late.since) == ("Door 1", again.at)


def test_leaving_and_coming_back_at_once(linked: Linked) -> None:
    one, two = linked["Door 1"], linked["Door 2"]
    person = linked.someone()
    one.checkin.admit(person, at("Door 1"))
    found = at_once(
        lambda: one.checkin.leave(person, at("Door 1")),
        lambda: two.checkin.leave(person, at("Door 2")),
    )
    assert sorted(type(one).__name__ for one in found) == ["HasLeft", "Refused"]
    assert isinstance(two.checkin.admit(person, at("Door 2")).verdict, WelcomeBack)
    linked.together()
    linked.check_equal(["presence"])


# --- editing --------------------------------------------------------------------------------------


def test_the_second_editor_of_a_person_is_told_and_sees_the_first_ones(linked: Linked) -> None:
    person = linked.someone()
    linked["Door 1"].checkin.admit(person, at("Door 1"))
    office, other = linked["Office"], linked["Stage"]
    other.sharing.catch_up()
    office.people.edit(person, {"organisation": "Elm Practice"})

    with pytest.raises(Overtaken, match="Another desk changed that"):
        consent(other, person, to_photos=True)
    assert other.people.get(person).organisation == "Elm Practice"
    assert other.people.get(person).photo_consent is None
    consent(other, person, to_photos=True)
    linked.together()
    linked.check_equal(["attendee"])
    assert office.people.get(person).photo_consent is True


def test_a_note_edited_at_two_laptops_at_once(linked: Linked) -> None:
    office, stage = linked["Office"], linked["Stage"]
    note = new_id()
    office.notes.capture(note, NoteKind.PAIN_POINT, NoteContent("Waiting"))
    stage.sharing.catch_up()
    found = at_once(
        lambda: office.notes.edit(note, NoteContent("Waiting at the office")),
        lambda: stage.notes.edit(note, NoteContent("Waiting at the stage")),
    )
    # One after the other is two edits; at the same moment the second is told.
    assert all(isinstance(one, Captured | Overtaken) for one in found), found
    assert any(isinstance(one, Captured) for one in found)
    linked.together()
    linked.check_equal()
    assert office.notes.get(note) == stage.notes.get(note)
    texts = [version.content.text for version in office.notes.versions(note)]
    assert office.notes.get(note).content.text == texts[-1]


def test_the_clock_is_started_once(linked: Linked) -> None:
    office, stage = linked["Office"], linked["Stage"]
    with suppress(Refused):  # another test has started it
        office.programme.reset()
    stage.sharing.catch_up()
    found = at_once(office.programme.start, stage.programme.start)
    assert sum(isinstance(one, Ran) for one in found) == 1, found
    assert sum(isinstance(one, Refused) for one in found) == 1, found
    linked.together()
    linked.check_equal(["clock_fact"])


def test_hands_at_two_laptops_at_once_are_both_kept_or_told(linked: Linked) -> None:
    office, stage = linked["Office"], linked["Stage"]
    note = new_id()
    office.notes.capture(note, NoteKind.MYTH, NoteContent("They never call back"))
    stage.sharing.catch_up()
    found = at_once(
        lambda: office.hands.show(note, Moment.BEFORE, {"general-practice": Count(4, 9)}),
        lambda: stage.hands.show(note, Moment.BEFORE, {"community-pharmacy": Count(7, 9)}),
    )
    assert not [one for one in found if isinstance(one, Exception) and not isinstance(one, Refused)]
    linked.together()
    linked.check_equal(["hands"])


# --- the seats ------------------------------------------------------------------------------------


@pytest.mark.slow
def test_seats_at_two_laptops_at_once(
    linked_copies: Copies, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    day = linked_copies.make(tmp_path)
    try:
        office, stage = day["Office"], day["Stage"]
        for _ in range(6):
            office.tables.add(10)
        mix(office)
        day.together()
        one, two, three = (day.someone() for _ in range(3))
        found = at_once(
            lambda: office.seating.swap(one, two, 1),
            lambda: stage.seating.swap(two, three, 1),
            lambda: day["Door 1"].checkin.walk_in(
                NewWalkIn("Wanda Quill", "general-practice"), at("Door 1")
            ),
        )
        # Whoever moves people by hand is told; who comes in is seated all the same.
        wrong = [one for one in found if isinstance(one, Exception)]
        assert all(isinstance(one, Overtaken) for one in wrong), wrong
        assert isinstance(found[2], Answer), found
        day.together()
        day.check_equal()
        revisions = day.ask("SELECT count(*), max(revision) FROM seat_change")
        assert revisions[0][0] == revisions[0][1]
        walk_in = person_of(found[2])
        monkeypatch.setattr(hub_link, "DEADLINE", 0.8)
        day.alone("Door 1")
        monkeypatch.undo()
        alone = day["Door 1"].checkin.walk_in(
            NewWalkIn("Ada Thorn", "community-pharmacy"), at("Door 1")
        )
        assert isinstance(alone.verdict, Welcome)
        assert (alone.standing, alone.verdict.table) == ("alone", None)
        day.together()
        assert office.seating.tables_of(walk_in)
        assert office.seating.tables_of(person_of(alone))
        day.check_equal()
    finally:
        linked_copies.drop(day)
