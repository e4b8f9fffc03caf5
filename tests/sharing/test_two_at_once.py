"""Two laptops do something at one moment: the second is judged again, upon what the first did."""

from __future__ import annotations

from dataclasses import replace

import pytest

from facilitator.domain.errors import Refused
from facilitator.domain.ids import new_id
from facilitator.domain.notes import NoteContent, NoteKind
from facilitator.domain.programme import NewSession, Session
from facilitator.store import hub_link
from tests.sharing.linked import Linked, others_first

CLOCK = {"clock_fact"}
QUICKER = r"Somebody else was quicker\. “.*” is on now\."


@pytest.fixture(autouse=True)
def _patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """How fast a hub must answer is tested elsewhere."""
    monkeypatch.setattr(hub_link, "DEADLINE", 20.0)


def clear(linked: Linked) -> None:
    """The day has not begun, whatever other tests did."""
    if linked["Stage"].programme.state().board.state.undoable is not None:
        linked["Stage"].programme.reset()
    linked["Office"].sharing.catch_up()


def begin(linked: Linked) -> Session:
    """The first session is on, and the office knows."""
    clear(linked)
    on = linked["Stage"].programme.start().board.state.session
    assert on is not None
    linked["Office"].sharing.catch_up()
    return on


def test_two_press_next_and_one_session_begins(linked: Linked) -> None:
    stage, office = linked["Stage"], linked["Office"]
    on = begin(linked)
    others_first(office, lambda: stage.programme.next(running=on.id))
    with pytest.raises(Refused, match=QUICKER):
        office.programme.next(running=on.id)
    linked.together()
    linked.check_equal(CLOCK)
    assert len(office.programme.state().board.state.runs) == 2


def test_two_begin_the_day_and_it_begins_once(linked: Linked) -> None:
    stage, office = linked["Stage"], linked["Office"]
    clear(linked)
    others_first(office, stage.programme.start)
    with pytest.raises(Refused, match=QUICKER):
        office.programme.next()
    others_first(office, stage.programme.pause)
    with pytest.raises(Refused, match="is paused already"):
        office.programme.pause()
    linked.together()
    linked.check_equal(CLOCK)


def test_two_give_a_minute_and_both_count(linked: Linked) -> None:
    stage, office = linked["Stage"], linked["Office"]
    on = begin(linked)
    others_first(office, lambda: stage.programme.adjust(60))
    state = office.programme.adjust(60).board.state
    assert state.adjusted[on.id] == 120
    linked.together()
    linked.check_equal(CLOCK)


def test_two_move_sessions_and_the_order_is_one(linked: Linked) -> None:
    stage, office = linked["Stage"], linked["Office"]
    for title in ("First", "Second", "Third"):
        stage.programme.add(NewSession(title=title, minutes=10))
    office.sharing.catch_up()
    *_, second, third = office.programme.state().programme.sessions
    others_first(office, lambda: stage.programme.move(third.id, -2))
    office.programme.move(second.id, 1)
    linked.together()
    titles = [one.title for one in stage.programme.state().programme.sessions][-3:]
    assert titles == ["Third", "First", "Second"], "it was the last already"
    linked.check_equal({"programme_session"})


def test_a_note_that_was_changed_meanwhile_is_not_taken_back(linked: Linked) -> None:
    stage, office = linked["Stage"], linked["Office"]
    content = NoteContent("GPs never read what we send", reality="They read some")
    taken = stage.notes.capture(new_id(), NoteKind.MYTH, content)
    office.sharing.catch_up()
    others_first(
        office, lambda: stage.notes.edit(taken.note.id, replace(content, reality="They do"))
    )
    with pytest.raises(Refused, match="This note has been changed since"):
        office.notes.undo(taken.note.id, version=taken.version)
    linked.together()
    assert office.notes.get(taken.note.id).content.reality == "They do"
    linked.check_equal({"note", "note_version"})


def test_what_waits_for_the_hub_says_so_though_the_cable_is_pulled_just_then(
    linked: Linked,
) -> None:
    office = linked["Office"]
    others_first(office, lambda: linked.pull_cable("Office"))
    try:
        with pytest.raises(Refused) as told:
            office.programme.add(NewSession(title="One more", minutes=10))
    finally:
        linked.together("Office")
    assert "Do it once more" not in str(told.value)
    assert "waits until it is back" in str(told.value)


@pytest.mark.slow
def test_what_two_did_apart_is_kept_and_an_organiser_decides(linked: Linked) -> None:
    stage, office = linked["Stage"], linked["Office"]
    begin(linked)
    key = new_id()
    content = NoteContent("GPs never read what we send", reality="They read some")
    stage.notes.capture(key, NoteKind.MYTH, content)
    linked.together()
    linked.alone("Stage")
    office.notes.edit(key, replace(content, reality="They do"))
    office.programme.pause()
    # Typed in two goes: the second has a number that nobody took at the hub.
    stage.notes.edit(key, replace(content, reality="Half"))
    stage.notes.edit(key, replace(content, reality="Half of them"))
    longer = stage.programme.adjust(60)
    undone = stage.programme.undo(longer.fact.id)
    assert stage.sharing.standing().aside == 0
    linked.together()
    standing = stage.sharing.standing()
    assert (standing.kind, standing.aside) == ("shared", 3), "the note, the minute, its undoing"
    for app in (stage, office):
        assert app.notes.get(key).content.reality == "They do"
        facts = {fact.id for fact in app.programme.state().clock.facts}
        assert not facts & {longer.fact.id, undone.fact.id}
    assert {one.how for one in office.notes.versions(key)} == {"taken", "edited"}
    assert len(office.notes.versions(key)) == 2
    kept = [one for one in office.merging.open_contradictions() if one.source == "Stage"]
    (noted,) = [one for one in kept if one.area == "note"]
    assert noted.here == "reality “They do”, changed at another desk meanwhile"
    assert noted.there == "Stage: reality “Half of them”"
    assert sorted(one.what for one in kept if one.area == "clock") == [
        "The clock: adjust, “Registration, coffee and networking”", "The clock: undo",
    ]  # fmt: skip
    linked.check_equal(CLOCK | {"note", "note_version", "set_aside"})
    linked.alone("Stage")
    assert stage.sharing.standing().aside == 0, "of the last time only"
    linked.together()


@pytest.mark.slow
def test_two_that_were_alone_pressed_one_key(linked: Linked) -> None:
    """A session that goes on by itself does so at both: nobody is asked about it."""
    stage, office = linked["Stage"], linked["Office"]
    on = begin(linked)
    linked.alone("Stage", "Office")
    ran = [app.programme.next(running=on.id) for app in (stage, office)]
    ran.append(office.programme.adjust(60))
    linked.together()
    assert [app.sharing.standing().aside for app in (stage, office)] == [0, 0]
    first = ran[0].board.state.session
    assert first is not None
    for app in (stage, office):
        state = app.programme.state().board.state
        assert len(state.runs) == 2
        assert state.session == first
        assert state.adjusted[first.id] == 60
    assert not [one for one in office.merging.open_contradictions() if "next" in one.what]
    linked.check_equal(CLOCK | {"set_aside"})
