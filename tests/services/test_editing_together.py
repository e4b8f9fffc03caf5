"""Two people edit one thing: other fields go together, of the same the second decides."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest

from facilitator.app import EventApp
from facilitator.domain.errors import ChangedMeanwhile, Refused
from facilitator.domain.ids import new_id
from facilitator.domain.meanwhile import bring_together
from facilitator.domain.notes import Attribution, Note, NoteContent, NoteKind, NoteVerdict, Who
from facilitator.domain.programme import NewSession
from facilitator.services.notes import NoteBase
from tests.people import add_person

SAID = Who(name="Ada Larkin", role="GP partner", borough="Southwark")


def take(app: EventApp, **more: object) -> Note:
    content = NoteContent("GPs never read what we send", **more)  # type: ignore[arg-type]
    return app.notes.capture(new_id(), NoteKind.MYTH, content).note


def seen(note: Note) -> NoteBase:
    assert note.version is not None
    return NoteBase(note.version)


# --- bringing together ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("was", "now", "mine", "kept"),
    [
        ("a", "a", "b", "b"),
        ("a", "b", "a", "b"),
        ("a", "b", "b", "b"),
        ("a", "b", "c", None),
        ("a", "", "c", None),
        ("a", "a", "a", "a"),
    ],
)
def test_whose_stands(was: str, now: str, mine: str, kept: str | None) -> None:
    found = bring_together({"x": was}, {"x": now}, {"x": mine})
    assert found.values.get("x") == kept
    assert found.clashes == (("x",) if kept is None else ())


def test_what_was_not_seen_is_as_it_is_wanted() -> None:
    assert bring_together({}, {"x": "now"}, {"x": "mine"}).values == {"x": "mine"}


# --- notes ----------------------------------------------------------------------------------------


def test_two_edits_of_other_fields_of_a_note_go_together(app: EventApp) -> None:
    note = take(app, themes=("capacity", "trust"))
    app.notes.change(note.id, reality="They do", themes=("capacity",), verdict=NoteVerdict.BUSTED)
    mine = replace(note.content, evidence="An audit", themes=("capacity", "trust", "time"))
    done = app.notes.edit(note.id, mine, base=seen(note))
    content = done.note.content
    assert (content.reality, content.evidence) == ("They do", "An audit")
    assert content.verdict is NoteVerdict.BUSTED
    assert content.themes == ("capacity", "time")
    assert done.base == NoteBase(done.note.version, mine)  # type: ignore[arg-type]


def test_the_second_is_told_what_the_first_made_of_the_same_field(app: EventApp) -> None:
    note = take(app, reality="They read some")
    app.notes.change(note.id, operator="Door 2", reality="They do", why="One bad week")
    versions = app.notes.versions(note.id)
    mine = replace(note.content, reality="Half of them do", evidence="An audit")
    with pytest.raises(ChangedMeanwhile) as told:
        app.notes.edit(note.id, mine, base=seen(note))
    assert str(told.value) == (
        "Somebody changed this while you wrote: the reality is now “They do” (Door 2, 08:45). "
        "Yours is still here. Keep yours, or take theirs."
    )
    (one,) = told.value.meanwhile.differences
    assert (one.was, one.now, one.mine) == ("They read some", "They do", "Half of them do")
    assert app.notes.versions(note.id) == versions, "nothing was written"
    done = app.notes.edit(note.id, mine, base=told.value.meanwhile.base)
    content = done.note.content
    assert (content.reality, content.evidence) == ("Half of them do", "An audit")
    assert content.why == "One bad week", "what does not contradict stays as the other left it"


def test_what_changes_again_before_one_has_decided_is_told_again(app: EventApp) -> None:
    note = take(app)
    mine = replace(note.content, reality="Mine")
    base = seen(note)
    for number in range(3):
        app.notes.change(note.id, reality=f"Theirs {number}")
        with pytest.raises(ChangedMeanwhile) as told:
            app.notes.edit(note.id, mine, base=base)
        assert told.value.meanwhile.differences[0].now == f"Theirs {number}"
        base = told.value.meanwhile.base
    assert app.notes.edit(note.id, mine, base=base).note.content.reality == "Mine"


def test_saving_on_after_two_edits_went_together_loses_neither(app: EventApp) -> None:
    note = take(app)
    app.notes.change(note.id, why="Theirs")
    mine = replace(note.content, reality="First")
    done = app.notes.edit(note.id, mine, base=seen(note))
    # The screen has not shown theirs yet: the next edit does not know of it either.
    again = app.notes.edit(note.id, replace(mine, reality="Second"), base=done.base)
    assert (again.note.content.reality, again.note.content.why) == ("Second", "Theirs")
    with pytest.raises(ChangedMeanwhile) as told:
        app.notes.edit(note.id, replace(mine, why="Mine"), base=done.base)
    assert [one.field for one in told.value.meanwhile.differences] == ["why"]


def test_a_note_that_was_removed_meanwhile_is_told_and_comes_back_by_decision(
    app: EventApp,
) -> None:
    note = take(app)
    app.notes.remove(note.id, operator="Stage")
    mine = replace(note.content, reality="They do")
    with pytest.raises(ChangedMeanwhile) as told:
        app.notes.edit(note.id, mine, base=seen(note))
    assert told.value.meanwhile.gone
    assert str(told.value).startswith("Somebody removed this while you wrote (Stage, 08:45).")
    app.notes.restore(note.id)
    done = app.notes.edit(note.id, mine, base=told.value.meanwhile.base)
    assert (done.note.removed_at, done.note.content.reality) == (None, "They do")


def test_a_removed_note_can_be_edited_where_that_was_known(app: EventApp) -> None:
    note = take(app)
    removed = app.notes.remove(note.id).note
    done = app.notes.edit(note.id, replace(note.content, why="Late"), base=seen(removed))
    assert done.note.content.why == "Late"


def test_whoever_is_not_to_be_named_any_more_is_not_named_by_an_older_edit(app: EventApp) -> None:
    note = take(app, attribution=Attribution.NAMED, who=SAID)
    app.notes.change(note.id, attribution=Attribution.NONE)
    mine = replace(note.content, reality="They do")
    content = app.notes.edit(note.id, mine, base=seen(note)).note.content
    assert (content.attribution, content.who, content.reality) == (
        Attribution.NONE, Who(), "They do",
    )  # fmt: skip


def test_who_and_how_openly_is_one_decision(app: EventApp) -> None:
    note = take(app, attribution=Attribution.NAMED, who=SAID)
    app.notes.change(note.id, who=Who(name="Bo Chan"))
    mine = replace(note.content, who=Who(name="Cy Dean"))
    with pytest.raises(ChangedMeanwhile) as told:
        app.notes.edit(note.id, mine, base=seen(note))
    (one,) = told.value.meanwhile.differences
    assert (one.words, one.now, one.mine) == (
        "who said it", "Bo Chan, by name", "Cy Dean, by name",
    )  # fmt: skip


def test_upon_a_version_that_is_not_known_every_difference_is_asked_about(app: EventApp) -> None:
    note = take(app, reality="Theirs", why="The same")
    mine = replace(note.content, reality="Mine")
    with pytest.raises(ChangedMeanwhile) as told:
        app.notes.edit(note.id, mine, base=NoteBase(new_id()))
    assert [one.field for one in told.value.meanwhile.differences] == ["reality"]
    done = app.notes.edit(note.id, mine, base=NoteBase(note.version))  # type: ignore[arg-type]
    assert done.note.content.reality == "Mine"


def test_without_a_base_an_edit_stands_as_it_is(app: EventApp) -> None:
    note = take(app)
    app.notes.change(note.id, reality="Theirs")
    assert app.notes.edit(note.id, note.content).note.content.reality == ""


def test_a_draft_knows_of_what_it_is_an_edit(app: EventApp) -> None:
    note = take(app)
    app.drafts.keep(note.id, note.kind, note.content, holder="stage", base=note.version)
    (draft,) = app.drafts.all(holder="stage")
    assert (draft.base, draft.of_note) == (note.version, True)


# --- people ---------------------------------------------------------------------------------------


def test_details_of_one_person_go_together_where_they_are_others(app: EventApp) -> None:
    ada = add_person(app, "Ada Larkin", diet="None")
    app.people.edit(ada.id, {"diet": "Vegan"})
    app.people.edit(ada.id, {"access": "Step-free"}, was={"access": ""})
    app.people.edit(ada.id, {"diet": "None", "phone": "1"}, was={"diet": "None", "phone": ""})
    now = app.people.get(ada.id)
    assert (now.diet, now.access, now.phone) == ("Vegan", "Step-free", "1")


def test_the_same_detail_of_a_person_is_decided_by_the_second(app: EventApp) -> None:
    ada = add_person(app, "Ada Larkin", organisation="Elm Road")
    app.people.edit(ada.id, {"organisation": "Oak Road", "side": "other"}, by="AY")
    wanted = {"organisation": "Ash Road", "side": "community-pharmacy", "diet": "Vegan"}
    was = {"organisation": "Elm Road", "side": ada.side, "diet": ""}
    with pytest.raises(ChangedMeanwhile) as told:
        app.people.edit(ada.id, wanted, was=was)
    assert str(told.value).startswith(
        "Somebody changed this while you wrote: the organisation is now “Oak Road” (AY, 08:45), "
        "and the side changed too."
    )
    assert app.people.get(ada.id).diet == "", "nothing is changed until it is decided"
    app.people.edit(ada.id, wanted, was=told.value.meanwhile.base)
    now = app.people.get(ada.id)
    assert (now.organisation, now.side, now.diet) == ("Ash Road", "community-pharmacy", "Vegan")


def test_the_same_change_twice_is_no_contradiction(app: EventApp) -> None:
    ada = add_person(app, "Ada Larkin")
    for _ in range(2):
        app.people.edit(ada.id, {"diet": "Vegan"}, was={"diet": ""})
    assert [one.new for one in app.people.changes_of(ada.id)] == ["Vegan"]


# --- the programme --------------------------------------------------------------------------------


@pytest.fixture
def panel(app: EventApp) -> NewSession:
    day = datetime(2025, 11, 12, 9)  # noqa: DTZ001 (a local wall time)
    app.programme.add(NewSession(title="Panel", minutes=45, starts=day))
    return app.programme.state().programme.sessions[0]


def fields(session: NewSession) -> dict[str, object]:
    return {name: getattr(session, name) for name in NewSession.__dataclass_fields__}


def test_a_session_is_edited_by_two(app: EventApp, panel: NewSession) -> None:
    (session,) = app.programme.state().programme
    app.programme.edit(session.id, speaker="Amina Yeboah")
    typed = fields(panel) | {"title": "The panel"}
    done = app.programme.edit(session.id, was=fields(panel), **typed).session
    assert (done.title, done.speaker) == ("The panel", "Amina Yeboah")


def test_the_same_field_of_a_session_is_decided_by_the_second(
    app: EventApp, panel: NewSession
) -> None:
    (session,) = app.programme.state().programme
    app.programme.edit(session.id, minutes=40, speaker="Amina Yeboah")
    typed = fields(panel) | {"minutes": 50, "note": "Bring water"}
    with pytest.raises(ChangedMeanwhile) as told:
        app.programme.edit(session.id, was=fields(panel), **typed)
    assert "how long it lasts is now “40 minutes”." in str(told.value)
    (now,) = app.programme.state().programme
    assert (now.minutes, now.note) == (40, "")
    done = app.programme.edit(session.id, was=told.value.meanwhile.base, **typed).session
    assert (done.minutes, done.note, done.speaker) == (50, "Bring water", "Amina Yeboah")


def test_a_session_that_was_removed_meanwhile_is_refused(app: EventApp, panel: NewSession) -> None:
    (session,) = app.programme.state().programme
    app.programme.remove(session.id)
    with pytest.raises(Refused, match="no longer in the programme"):
        app.programme.edit(session.id, was=fields(panel), title="The panel")


# --- the event ------------------------------------------------------------------------------------


def test_what_is_set_for_the_event_is_decided_by_the_second(app: EventApp) -> None:
    app.event.edit(venue="The town hall")
    app.event.set(call="Amina", themes=("trust",))
    app.event.edit(name="Another name", was={"name": "South London GP and Pharmacy Day"})
    app.event.set(aims="To meet", was={"aims": ""})
    with pytest.raises(ChangedMeanwhile, match="the venue is now “The town hall”"):
        app.event.edit(venue="Here", was={"venue": "The Old Tram Depot"})
    with pytest.raises(ChangedMeanwhile, match="the list of themes is now “trust”"):
        app.event.set(themes=("time",), was={"themes": ("competition",)})
    event = app.event.get()
    assert (event.venue, event.name) == ("The town hall", "Another name")
    assert (event.settings.themes, event.settings.aims) == (("trust",), "To meet")
