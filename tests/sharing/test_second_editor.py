"""Two joined laptops edit one thing: the second is told what changed, and decides."""

from __future__ import annotations

from dataclasses import replace

import pytest

from facilitator.app import EventApp
from facilitator.domain.errors import ChangedMeanwhile
from facilitator.domain.ids import new_id
from facilitator.domain.notes import Note, NoteContent, NoteKind
from facilitator.domain.programme import NewSession
from facilitator.services.notes import NoteBase
from facilitator.store import hub_link
from tests.sharing.linked import Linked, others_first


@pytest.fixture(autouse=True)
def _patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """How fast a hub must answer is tested elsewhere."""
    monkeypatch.setattr(hub_link, "DEADLINE", 20.0)


def taken(linked: Linked) -> tuple[EventApp, EventApp, Note, NoteBase]:
    """Two laptops that both have a note open."""
    stage, office = linked["Stage"], linked["Office"]
    content = NoteContent("GPs never read what we send", reality="They read some")
    note = stage.notes.capture(new_id(), NoteKind.MYTH, content).note
    office.sharing.catch_up()
    assert office.notes.get(note.id).version == note.version
    assert note.version is not None
    return stage, office, note, NoteBase(note.version)


def test_the_second_to_edit_a_note_is_told_and_decides(linked: Linked) -> None:
    stage, office, note, base = taken(linked)
    stage.notes.edit(note.id, replace(note.content, reality="They do"), base=base)
    mine = replace(note.content, reality="Half of them do", evidence="An audit")
    with pytest.raises(ChangedMeanwhile) as told:
        office.notes.edit(note.id, mine, base=base)
    meanwhile = told.value.meanwhile
    assert meanwhile.by == "Stage", "where nobody is named, the desk is"
    (one,) = meanwhile.differences
    assert (one.was, one.now, one.mine) == ("They read some", "They do", "Half of them do")
    # The office has read on, although nothing was written.
    assert office.notes.get(note.id).content.reality == "They do"
    office.notes.edit(note.id, mine, base=meanwhile.base)
    linked.together()
    content = stage.notes.get(note.id).content
    assert (content.reality, content.evidence) == ("Half of them do", "An audit")
    linked.check_equal({"note", "note_version"})


def test_a_race_ends_in_words(linked: Linked) -> None:
    stage, office, note, base = taken(linked)
    others_first(
        office,
        lambda: stage.notes.edit(note.id, replace(note.content, reality="They do"), base=base),
    )
    with pytest.raises(ChangedMeanwhile, match="the reality is now “They do”"):
        office.notes.edit(note.id, replace(note.content, reality="Half"), base=base)
    linked.together()
    linked.check_equal({"note", "note_version"})


def test_a_race_about_other_fields_ends_with_both(linked: Linked) -> None:
    stage, office, note, base = taken(linked)
    others_first(
        office, lambda: stage.notes.edit(note.id, replace(note.content, why="Theirs"), base=base)
    )
    done = office.notes.edit(note.id, replace(note.content, reality="Mine"), base=base)
    assert (done.note.content.why, done.note.content.reality) == ("Theirs", "Mine")
    linked.together()
    assert stage.notes.get(note.id).content == done.note.content
    linked.check_equal({"note", "note_version"})


def test_a_session_and_the_event_are_decided_too(linked: Linked) -> None:
    stage, office = linked["Stage"], linked["Office"]
    session = office.programme.state().programme.sessions[-1]
    was = {name: getattr(session, name) for name in NewSession.__dataclass_fields__}
    stage.programme.edit(session.id, was=was, **(was | {"speaker": "Amina Yeboah"}))
    with pytest.raises(ChangedMeanwhile, match="the speaker is now “Amina Yeboah”") as told:
        office.programme.edit(session.id, was=was, **(was | {"speaker": "Tom Achterberg"}))
    base = told.value.meanwhile.base
    office.programme.edit(session.id, was=base, **(was | {"speaker": "Tom Achterberg"}))
    linked.together()
    found = stage.programme.state().programme.find(session.id)
    assert found is not None
    assert found.speaker == "Tom Achterberg"
    linked.check_equal({"programme_session"})


def test_a_person_edited_at_the_hub_and_at_the_office(linked: Linked) -> None:
    office, person = linked["Office"], linked.someone()
    before = office.people.get(person)
    name = linked.ask(f"SELECT diet FROM attendee WHERE id = '{person}'")[0][0]
    assert name == before.diet
    linked.ask(f"UPDATE attendee SET diet = 'No nuts' WHERE id = '{person}'")
    with pytest.raises(ChangedMeanwhile, match="the diet is now “No nuts”"):
        office.people.edit(person, {"diet": "Vegan"}, was={"diet": before.diet})
    office.people.edit(person, {"phone": "1"}, was={"phone": before.phone})
    linked.together()
    found = office.people.get(person)
    assert (found.diet, found.phone) == ("No nuts", "1")
    linked.check_equal({"attendee"})
