"""Notes on both databases: taken once, edited with a history, found, merged; hands; drafts."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date

import pytest
from sqlmodel import select

from facilitator.app import EventApp, open_event
from facilitator.clocks import HandClocks
from facilitator.domain.changes import Changes
from facilitator.domain.errors import Refused
from facilitator.domain.hands import Count, Estimate, Moment, points
from facilitator.domain.ids import new_id
from facilitator.domain.notes import Attribution, NoteContent, NoteKind, NoteVerdict, Who
from facilitator.services.checkin import At
from facilitator.services.notes import ListedNotes, NoteFilter
from facilitator.store.rows import (
    NoteRow,
    RoomTableRow,
    RoundRow,
    SeatChangeRow,
    SeatRow,
    SessionRow,
)
from tests.people import add_person

GP, PH = "general-practice", "community-pharmacy"
MYTH = NoteContent("GPs never read what we send", side=PH)


def take(app: EventApp, content: NoteContent = MYTH, kind: NoteKind = NoteKind.MYTH):
    return app.notes.capture(new_id(), kind, content).note


def add_session(app: EventApp, title: str, cue: str = "", round_number: int | None = None):
    with app.database.session() as session:
        row = SessionRow(
            position=1, title=title, cue=cue, starts="2025-11-12T10:00", minutes=30,
            round_number=round_number,
        )  # fmt: skip
        session.add(row)
    return row.id


# --- taking ---------------------------------------------------------------------------------------


def test_a_retry_finds_the_note_and_doubles_nothing(app: EventApp) -> None:
    note_id = new_id()
    first = app.notes.capture(note_id, NoteKind.MYTH, replace(MYTH, themes=("capacity",)))
    again = app.notes.capture(note_id, NoteKind.MYTH, replace(MYTH, themes=("capacity",)))
    assert (first.new, again.new) == (True, False)
    assert (first.changes, again.changes) == (Changes.NOTES, Changes.NONE)
    assert first.note == again.note
    assert app.notes.counts()[NoteKind.MYTH] == 1
    assert len(app.notes.versions(note_id)) == 1


def test_a_retry_from_eight_desks_at_once_is_one_note(app: EventApp) -> None:
    note_id = new_id()
    app.notes.counts()

    def capture(_: int) -> bool:
        return app.notes.capture(note_id, NoteKind.MYTH, MYTH).new

    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(capture, range(8))) == [False] * 7 + [True]
    assert len(app.notes.all()) == 1
    assert len(app.notes.versions(note_id)) == 1


def test_every_field_comes_back(app: EventApp) -> None:
    session_id = add_session(app, "Myths across the counter")
    content = NoteContent(
        "GPs never read what we send", side=PH, session_id=session_id, table="5", round_number=1,
        themes=("communication", "trust"), boroughs=("Southwark",),
        reality="They are read,\nby a care coordinator.", room_line="Letters are read.",
        evidence="Audit: 212 of 230", why="Silence looks like neglect",
        verdict=NoteVerdict.PARTLY_TRUE,
    )  # fmt: skip
    note = take(app, content)
    assert app.notes.get(note.id).content == content
    assert note.session == "Myths across the counter"
    action = NoteContent("Share the rota", owner="Ewan Pryce", due=date(2026, 1, 31),
                         from_note=note.id, boroughs=("Lambeth", "Southwark"))  # fmt: skip
    assert take(app, action, NoteKind.ACTION).content == action
    spot = NoteContent("One phone number", where="Elm Road", needs="A rota", ask="The manager")
    assert take(app, spot, NoteKind.BRIGHT_SPOT).content == spot


@pytest.mark.parametrize(
    "content",
    [
        replace(MYTH, table="99"),
        replace(MYTH, side="hospital"),
        replace(MYTH, session_id=new_id()),
        replace(MYTH, who=Who(new_id(), "Nobody")),
        replace(MYTH, text="  "),
    ],
)
def test_what_the_event_does_not_know_is_refused(app: EventApp, content: NoteContent) -> None:
    with pytest.raises(Refused):
        take(app, content)
    assert app.notes.all() == []


def test_themes_and_boroughs_are_spelled_as_the_event_spells_them(app: EventApp) -> None:
    note = take(
        app,
        NoteContent("Ring", themes=("Communication", "Trust"), boroughs=("lb southwark", "Leeds")),
        NoteKind.ACTION,
    )
    assert note.content.themes == ("communication", "Trust")
    assert note.content.boroughs == ("Southwark", "Leeds")
    assert take(app, NoteContent("x", themes=("trust",))).content.themes == ("Trust",)
    assert app.notes.choices().themes == ("competition", "communication", "capacity", "Trust")


# --- who said it ----------------------------------------------------------------------------------


def said(app: EventApp) -> Who:
    add_person(
        app, "Dr Priya Raman", GP, job_title="GP partner", borough="Southwark",
        organisation="Elm Road Surgery",
    )  # fmt: skip
    return app.notes.who("priya raman")


def test_somebody_of_the_list_is_found_by_name_and_ticket(app: EventApp) -> None:
    who = said(app)
    assert who.words == "Dr Priya Raman, GP partner, Southwark"
    person = app.people.all()[0]
    assert app.notes.who(person.ticket.lower()) == who
    assert app.notes.who(str(person.id)) == who
    assert app.notes.who("  ") == Who()


def stored(app: EventApp) -> str:
    """Everything the notes' tables hold, as text."""
    with app.database.engine.connect() as connection:
        found = ""
        for table in ("note", "note_version", "draft", "note_theme", "note_borough"):
            found += str(connection.exec_driver_sql(f"SELECT * FROM {table}").fetchall())
    return found


def test_by_role_keeps_role_and_borough_and_no_person(app: EventApp) -> None:
    who = said(app)
    app.drafts.keep(new_id(), NoteKind.MYTH, replace(MYTH, who=who))
    note = take(app, NoteContent("Nobody rings back", who=who))
    assert note.said_by == "GP partner, Southwark"
    assert note.content.who.attendee_id is None
    assert note.content.side == GP
    assert "Raman" not in stored(app)
    assert str(who.attendee_id) not in stored(app)
    assert who.attendee_id.hex not in stored(app)  # type: ignore[union-attr]


def test_without_attribution_nothing_of_a_person_is_kept(app: EventApp) -> None:
    who = said(app)
    content = NoteContent("Nobody rings back", Attribution.NONE, who)
    app.drafts.keep(new_id(), NoteKind.MYTH, content)
    note = take(app, content)
    assert note.said_by == ""
    assert note.content.side == ""
    kept = stored(app)
    assert not any(word in kept for word in ("Raman", "GP partner", "Southwark"))


def test_a_typed_name_is_kept_only_by_name(app: EventApp) -> None:
    typed = app.notes.who("Sam Okafor, locum pharmacist, Brent")
    named = take(app, NoteContent("x", Attribution.NAMED, typed))
    assert named.said_by == "Sam Okafor, locum pharmacist, Brent"
    by_role = take(app, NoteContent("x", Attribution.ROLE, typed))
    assert by_role.said_by == "Pharmacist, Brent"


def test_a_note_taken_without_a_name_never_gets_one(app: EventApp) -> None:
    who = said(app)
    note = take(app, NoteContent("x", Attribution.ROLE, who))
    with pytest.raises(Refused, match="without a name"):
        app.notes.change(note.id, attribution=Attribution.NAMED, who=who)
    assert app.notes.get(note.id) == note


def test_whoever_withdraws_their_name_is_not_in_the_history_either(app: EventApp) -> None:
    who = said(app)
    note = take(app, NoteContent("x", Attribution.NAMED, who))
    app.notes.change(note.id, text="y")
    assert "Raman" in stored(app)
    app.notes.change(note.id, attribution=Attribution.ROLE)
    assert "Raman" not in stored(app)
    app.notes.undo(note.id)
    app.notes.undo(note.id)
    back = app.notes.get(note.id)
    assert (back.text, back.said_by) == ("x", "GP partner, Southwark")


# --- editing and undo -----------------------------------------------------------------------------


def test_an_edit_keeps_how_it_was_and_can_be_taken_back(app: EventApp, clocks: HandClocks) -> None:
    note = take(app, replace(MYTH, themes=("capacity", "communication")))
    clocks.advance(60)
    edited = app.notes.change(note.id, reality="They do", themes=("trust",), operator="Amina")
    assert edited.changes == Changes.NOTES
    assert edited.note.content.themes == ("trust",)
    assert edited.note.changed_at > note.changed_at
    same = app.notes.change(note.id, reality="They do")
    assert same.changes == Changes.NONE
    assert app.notes.undo(note.id).note.content == note.content
    versions = app.notes.versions(note.id)
    assert [v.how for v in versions] == ["taken", "edited", "undone"]
    assert versions[1].by == "Amina"
    assert versions[1].content.reality == "They do"


def test_undo_goes_back_step_by_step(app: EventApp) -> None:
    note = take(app)
    app.notes.change(note.id, text="two")
    app.notes.remove(note.id)
    assert app.notes.undo(note.id).note.removed_at is None
    assert app.notes.undo(note.id).note.text == MYTH.text
    assert app.notes.undo(note.id).note.removed_at is not None
    with pytest.raises(Refused):
        app.notes.undo(note.id)
    app.notes.restore(note.id)
    assert [n.text for n in app.notes.all()] == [MYTH.text]


def test_a_removed_note_is_off_the_lists_until_it_is_restored(app: EventApp) -> None:
    note = take(app)
    app.notes.remove(note.id)
    assert app.notes.all() == []
    assert app.notes.counts()[NoteKind.MYTH] == 0
    assert [n.id for n in app.notes.find(NoteFilter(removed=True))] == [note.id]
    assert app.notes.listed() == ListedNotes([], [app.notes.get(note.id)], [])
    assert app.notes.remove(note.id).changes == Changes.NONE
    assert app.notes.restore(note.id).note.removed_at is None
    assert app.notes.all() == [app.notes.get(note.id)]


def test_a_verdict_belongs_to_a_myth(app: EventApp) -> None:
    note = take(app)
    assert app.notes.change(note.id, verdict=NoteVerdict.BUSTED).note.state == "Busted"
    action = take(app, NoteContent("Ring Southwark"), NoteKind.ACTION)
    with pytest.raises(Refused):
        app.notes.change(action.id, verdict=NoteVerdict.BUSTED)


def test_an_unknown_note_is_refused_in_words(app: EventApp) -> None:
    for act in (app.notes.get, app.notes.undo, app.notes.remove, app.notes.versions):
        if act == app.notes.versions:
            assert act(new_id()) == []
            continue
        with pytest.raises(Refused, match="no note"):
            act(new_id())
    with pytest.raises(KeyError):
        app.notes.change(take(app).id, colour="blue")


# --- finding --------------------------------------------------------------------------------------


def test_notes_are_found_by_session_table_theme_side_and_words(app: EventApp) -> None:
    session_id = add_session(app, "Showcase")
    one = take(app, replace(MYTH, table="5", themes=("capacity",)))
    two = take(app, NoteContent("No time to ring", side=GP, session_id=session_id),
               NoteKind.PAIN_POINT)  # fmt: skip
    three = take(app, NoteContent("Ring Çelik", boroughs=("Southwark",)), NoteKind.ACTION)

    def found(**wanted: object) -> list[object]:
        return [note.id for note in app.notes.find(NoteFilter(**wanted))]  # type: ignore[arg-type]

    assert found() == [one.id, two.id, three.id]
    assert found(kind=NoteKind.MYTH) == [one.id]
    assert found(table="5") == [one.id]
    assert found(session_id=session_id) == [two.id]
    assert found(theme="Capacity") == [one.id]
    assert found(side=GP) == [two.id]
    assert found(borough="Southwark") == [three.id]
    assert found(text="ring") == [two.id, three.id]
    assert found(text="celik ring") == [three.id]
    assert found(text="showcase") == [two.id]
    assert found(text="nothing of the sort") == []


def test_tables_that_nothing_was_heard_from_are_named(app: EventApp) -> None:
    assert len(app.notes.tables_not_heard()) == 15
    note = take(app, replace(MYTH, table="5"))
    assert "5" not in app.notes.tables_not_heard()
    app.notes.remove(note.id)
    assert "5" in app.notes.tables_not_heard()


def seat(app: EventApp, label: str, *names: str) -> None:
    people = [add_person(app, name) for name in names]
    with app.database.session() as session:
        table = next(t for t in session.exec(select(RoomTableRow)) if t.label == label)
        round_row = next(r for r in session.exec(select(RoundRow)) if r.number == 1)
        change = SeatChangeRow(revision=1, kind="mix", at=app.clocks.now())
        session.add(change)
        session.flush()
        for place, person in enumerate(people):
            session.add(
                SeatRow(change_id=change.id, revision=1, round_id=round_row.id,
                        attendee_id=person.id, table_id=table.id, place=place)
            )  # fmt: skip


def test_a_note_taken_at_a_table_knows_its_round_and_its_people(app: EventApp) -> None:
    seat(app, "4", "Priya Raman", "Ewan Pryce")
    assert app.notes.tables_not_heard() == ("4",)
    note = take(app, replace(MYTH, table="4"))
    assert note.content.round_number == 1
    assert {p.name for p in app.notes.people_at(note.id)} == {"Priya Raman", "Ewan Pryce"}
    assert app.notes.people_at(take(app).id) == []
    assert app.notes.tables_not_heard() == ()


def test_the_round_is_the_running_one_or_the_last_that_began(app: EventApp) -> None:
    def mark(number: int, *, finished: bool) -> None:
        with app.database.session() as session:
            row = next(r for r in session.exec(select(RoundRow)) if r.number == number)
            row.started_at = app.clocks.now()
            row.finished_at = app.clocks.now() if finished else None
            session.add(row)

    at_a_table = replace(MYTH, table="4")
    mark(1, finished=True)
    assert take(app, at_a_table).content.round_number == 1
    mark(2, finished=False)
    assert take(app, at_a_table).content.round_number == 2
    of_three = add_session(app, "Tables, round 3", round_number=3)
    assert take(app, replace(at_a_table, session_id=of_three)).content.round_number == 3
    assert take(app).content.round_number is None


def test_a_session_is_found_by_cue_and_title(app: EventApp) -> None:
    myths = add_session(app, "Myths across the counter", "7")
    add_session(app, "Showcase: what works", "8")
    add_session(app, "Showcase: pledges", "9")
    assert app.notes.find_session("7") == myths
    assert app.notes.find_session("myths across") == myths
    assert app.notes.find_session(str(myths)) == myths
    with pytest.raises(Refused, match="fits 2"):
        app.notes.find_session("showcase")
    with pytest.raises(Refused, match="no session"):
        app.notes.find_session("")


# --- duplicates -----------------------------------------------------------------------------------


def test_duplicates_are_offered_merged_and_unmerged_without_loss(app: EventApp) -> None:
    one = take(app, replace(MYTH, themes=("capacity",)))
    two = take(app, replace(MYTH, text="GPs never read the things we send", themes=("trust",)))
    take(app, NoteContent("Pharmacists just count tablets"))
    app.hands.show(two.id, Moment.BEFORE, {PH: Count(30, 40)})
    assert [n.id for n in app.notes.similar(MYTH.text, NoteKind.MYTH)] == [one.id, two.id]

    whole = app.notes.merge(two.id, one.id).note
    assert whole.merged == (two.id,)
    assert whole.content.themes == ("capacity", "trust")
    assert whole.hands.count(PH, Moment.BEFORE) == Count(30, 40)
    assert len(app.notes.all()) == 2
    with pytest.raises(Refused):
        app.notes.merge(one.id, two.id)
    with pytest.raises(Refused):
        app.notes.merge(one.id, one.id)

    apart = app.notes.unmerge(two.id).note
    assert apart.merged_into is None
    assert apart.hands.count(PH, Moment.BEFORE) == Count(30, 40)
    assert app.notes.get(one.id).content.themes == ("capacity",)
    assert not app.notes.get(one.id).hands.is_measured
    app.notes.undo(two.id)
    assert app.notes.get(one.id).merged == (two.id,)


def test_an_edit_does_not_take_over_a_duplicates_themes(app: EventApp) -> None:
    one = take(app, replace(MYTH, themes=("capacity",)))
    two = take(app, replace(MYTH, themes=("trust",)))
    app.notes.merge(two.id, one.id)
    app.notes.change(one.id, reality="They do")
    shown = app.notes.get(one.id).content  # as a screen has it, with the duplicate's themes
    app.notes.edit(one.id, replace(shown, why="Silence"))
    app.notes.unmerge(two.id)
    assert app.notes.get(one.id).content.themes == ("capacity",)


def test_only_notes_of_a_kind_are_merged(app: EventApp) -> None:
    pain = take(app, NoteContent("No time"), NoteKind.PAIN_POINT)
    with pytest.raises(Refused, match="one kind"):
        app.notes.merge(pain.id, take(app).id)


# --- hands ----------------------------------------------------------------------------------------


def test_the_hands_of_the_summit(app: EventApp) -> None:
    note = take(app)
    app.hands.show(note.id, Moment.BEFORE, {PH: Count(30, 40), GP: Count(20, 25)})
    shown = app.hands.show(note.id, Moment.AFTER, {PH: Count(12, 35), GP: Count(8, 24)})
    assert shown.changes == Changes.NOTES
    figures = [shown.hands.shift(PH), shown.hands.shift(GP), shown.hands.room_shift]
    assert [points(figure or 0) for figure in figures] == ["-40.7", "-46.7", "-43.0"]
    assert app.notes.get(note.id).hands == shown.hands


def test_hands_of_those_checked_in_are_never_more_than_they_are(app: EventApp) -> None:
    note = take(app)
    for number in range(3):
        person = add_person(app, f"Person {number}", GP)
        app.checkin.scan(person.ticket, At("Desk 1"))
    assert app.hands.here() == {GP: 3, PH: 0, "other": 0}
    assert app.hands.count_here(note.id, Moment.BEFORE, {GP: 2}).hands.count(
        GP, Moment.BEFORE
    ) == Count(2, 3)
    with pytest.raises(Refused, match="more hands than people"):
        app.hands.count_here(note.id, Moment.BEFORE, {GP: 4})
    with pytest.raises(Refused, match="nobody"):
        app.hands.count_here(note.id, Moment.BEFORE, {PH: 1})
    assert len(app.hands.facts(note.id)) == 1


def test_each_count_is_a_fact_and_undo_is_one_too(app: EventApp) -> None:
    note = take(app)
    app.hands.show(note.id, Moment.BEFORE, {GP: Count(20, 25)})
    app.hands.show(note.id, Moment.BEFORE, {GP: Count(21, 25)})
    assert app.hands.show(note.id, Moment.BEFORE, {GP: Count(21, 25)}).changes == Changes.NONE
    assert app.hands.undo(note.id).hands.count(GP, Moment.BEFORE) == Count(20, 25)
    assert app.hands.undo(note.id, moment=Moment.BEFORE).hands.of(GP, Moment.BEFORE) is None
    with pytest.raises(Refused):
        app.hands.undo(note.id)
    facts = app.hands.facts(note.id)
    assert [fact.shown for fact in facts] == [Count(20, 25), Count(21, 25)]
    assert all(fact.taken_back for fact in facts)
    app.hands.show(note.id, Moment.BEFORE, {GP: Count(21, 25)})
    assert app.hands.of(note.id).count(GP, Moment.BEFORE) == Count(21, 25)


def test_by_eye_is_kept_apart_and_replaces_a_count(app: EventApp) -> None:
    note = take(app)
    app.hands.show(note.id, Moment.BEFORE, {GP: Count(20, 25)})
    hands = app.hands.show(note.id, Moment.BEFORE, {GP: Estimate.MOST}).hands
    assert hands.count(GP, Moment.BEFORE) is None
    assert hands.words(GP, Moment.BEFORE) == "most, by eye"
    assert hands.room(Moment.BEFORE) is None


def test_hands_are_counted_for_myths_and_known_sides(app: EventApp) -> None:
    pain = take(app, NoteContent("No time"), NoteKind.PAIN_POINT)
    with pytest.raises(Refused, match="myth"):
        app.hands.show(pain.id, Moment.BEFORE, {GP: Count(1, 2)})
    with pytest.raises(Refused, match="no side"):
        app.hands.show(take(app).id, Moment.BEFORE, {"hospital": Count(1, 2)})
    with pytest.raises(Refused):
        app.hands.show(take(app).id, Moment.BEFORE, {})
    with pytest.raises(Refused, match="no note"):
        app.hands.show(new_id(), Moment.BEFORE, {GP: Count(1, 2)})


def test_eight_who_count_at_once_lose_nothing(app: EventApp) -> None:
    note = take(app)

    def count(raised: int) -> None:
        app.hands.show(note.id, Moment.BEFORE, {GP: Count(raised, 25)})

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(count, range(8)))
    facts = app.hands.facts(note.id)
    assert sorted(fact.number for fact in facts) == list(range(1, 9))
    assert app.hands.of(note.id).count(GP, Moment.BEFORE) == facts[-1].shown


# --- drafts, pledges ------------------------------------------------------------------------------


def test_a_draft_is_found_by_whoever_opens_the_event_next(
    app: EventApp, clocks: HandClocks
) -> None:
    draft_id = new_id()
    app.drafts.keep(draft_id, NoteKind.MYTH, NoteContent("GPs nev"))
    clocks.advance(1)
    app.drafts.keep(draft_id, NoteKind.MYTH, NoteContent("GPs never re", reality="  half a"))
    with open_event(app.database.location, clocks) as other:
        found = other.drafts.all()
    assert [d.content.text for d in found] == ["GPs never re"]
    assert (found[0].id, found[0].of_note) == (draft_id, False)
    assert app.notes.all() == []


def test_each_laptop_finds_its_own_drafts(app: EventApp) -> None:
    app.drafts.keep(new_id(), NoteKind.MYTH, NoteContent("from here"), holder="stage")
    app.drafts.keep(new_id(), NoteKind.MYTH, NoteContent("from there"), holder="desk")
    assert [d.content.text for d in app.drafts.all(holder="stage")] == ["from here"]
    assert len(app.drafts.all()) == 2


def test_the_session_that_is_on_is_known(app: EventApp) -> None:
    assert app.notes.session_now() is None


def test_a_draft_ends_with_its_note_and_can_be_one_of_an_edit(app: EventApp) -> None:
    draft_id = new_id()
    app.drafts.keep(draft_id, NoteKind.MYTH, NoteContent("GPs never"))
    app.notes.capture(draft_id, NoteKind.MYTH, MYTH)
    assert app.drafts.all() == []
    app.drafts.keep(draft_id, NoteKind.MYTH, replace(MYTH, reality="They"))
    found = app.drafts.get(draft_id)
    assert found is not None
    assert found.of_note
    app.notes.change(draft_id, reality="They do")
    assert app.drafts.get(draft_id) is None
    app.drafts.drop(draft_id)


def test_pledges_are_kept_once_and_taken_back(app: EventApp) -> None:
    spot = take(app, NoteContent("One phone number"), NoteKind.BRIGHT_SPOT)
    priya = add_person(app, "Dr Priya Raman", GP, borough="Southwark")
    pledge_id = new_id()
    app.pledges.add(pledge_id, spot.id, attendee_id=priya.id)
    assert app.pledges.add(pledge_id, spot.id, attendee_id=priya.id).changes == Changes.NONE
    note = app.pledges.add(new_id(), spot.id, who="Elm Road Surgery", borough="brent").note
    assert [(p.who, p.side, p.borough) for p in note.pledges] == [
        ("Dr Priya Raman", GP, "Southwark"),
        ("Elm Road Surgery", "", "Brent"),
    ]
    assert note.state == "2 pledges to copy it"
    assert len(app.pledges.take_back(pledge_id).note.pledges) == 1
    with pytest.raises(Refused):
        app.pledges.add(new_id(), take(app).id, who="Elm Road")
    with pytest.raises(Refused):
        app.pledges.add(new_id(), spot.id)
    with pytest.raises(Refused):
        app.pledges.take_back(new_id())


def test_a_row_of_a_note_is_as_small_as_its_attribution(app: EventApp) -> None:
    take(app, NoteContent("x", Attribution.NONE, said(app)))
    with app.database.reading() as session:
        row = session.get(NoteRow, app.notes.all()[0].id)
        assert row is not None
        assert (row.attendee_id, row.by, row.by_role, row.by_borough) == (None, "", "", "")


def test_an_earlier_version_is_brought_back_and_nothing_is_lost(app: EventApp) -> None:
    note = take(app, replace(MYTH, reality="First", themes=("trust",)))
    app.notes.change(note.id, reality="Second", themes=("capacity",))
    app.notes.change(note.id, reality="Third", verdict=NoteVerdict.BUSTED)
    back = app.notes.bring_back(note.id, 1)
    assert (back.note.content.reality, back.note.content.themes) == ("First", ("trust",))
    assert back.note.content.verdict is None
    assert [v.content.reality for v in app.notes.versions(note.id)] == [
        "First", "Second", "Third", "First",
    ]  # fmt: skip
    assert app.notes.versions(note.id)[-1].how == "brought back"
    assert app.notes.undo(note.id).note.content.reality == "Third"
    assert app.notes.bring_back(note.id, 3).version is None  # it says so already
    app.notes.remove(note.id)
    assert app.notes.bring_back(note.id, 2).note.removed_at is None
    with pytest.raises(Refused, match="no version 99"):
        app.notes.bring_back(note.id, 99)


def test_a_withdrawn_name_does_not_come_back_with_an_earlier_version(app: EventApp) -> None:
    note = take(app, replace(MYTH, attribution=Attribution.NAMED, who=Who(name="Dr Secret Person")))
    app.notes.change(note.id, attribution=Attribution.NONE)
    app.notes.change(note.id, text="Another claim")
    back = app.notes.bring_back(note.id, 1).note
    assert (back.text, back.said_by, back.content.attribution) == (MYTH.text, "", Attribution.NONE)


def test_an_earlier_version_has_its_own_themes_though_a_duplicate_has_them_too(
    app: EventApp,
) -> None:
    one = take(app, replace(MYTH, themes=("trust",)))
    two = take(app, replace(MYTH, themes=("trust",)))
    app.notes.change(one.id, themes=())
    app.notes.merge(two.id, one.id)
    app.notes.bring_back(one.id, 1)
    app.notes.unmerge(two.id)
    assert app.notes.get(one.id).content.themes == ("trust",)


def test_undo_of_one_version_is_refused_when_something_else_was_done_since(app: EventApp) -> None:
    note = take(app)
    mine = app.notes.change(note.id, reality="Mine")
    app.notes.change(note.id, evidence="Theirs")
    assert mine.version == 2
    with pytest.raises(Refused, match="changed since"):
        app.notes.undo(note.id, version=mine.version)
    assert app.notes.get(note.id).content.reality == "Mine"
    app.notes.undo(note.id)
    assert app.notes.undo(note.id, version=2).note.content.reality == ""


def test_the_people_of_a_table_are_known_while_the_note_is_typed(app: EventApp) -> None:
    seat(app, "4", "Priya Raman", "Ewan Pryce")
    found = app.notes.at_table("4")
    assert (found.table, found.round_number) == ("4", 1)
    assert [person.name for person in found.people] == ["Ewan Pryce", "Priya Raman"]
    assert app.notes.at_table("4", round_number=2).people == ()
    assert app.notes.at_table("").people == ()


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("GPs never read what we send", ["GPs never read the things we send"]),
        ("gps never read WHAT is sent", ["GPs never read the things we send"]),
        ("GPs", []),  # a first word that many begin with
        ("GPs never", []),
        ("No time", ["No time"]),
        ("Pharmacists count tablets all day long", ["Pharmacists just count tablets"]),
        ("Pharmacists want the fee and nothing else", []),
        ("", []),
    ],
)
def test_what_says_nearly_the_same(app: EventApp, text: str, wanted: list[str]) -> None:
    for known in ("GPs never read the things we send", "Pharmacists just count tablets", "No time"):
        take(app, NoteContent(known))
    assert [note.text for note in app.notes.similar(text, NoteKind.MYTH)] == wanted


def test_a_pledge_counts_once_and_can_come_back(app: EventApp) -> None:
    spot = take(app, NoteContent("One direct number"), NoteKind.BRIGHT_SPOT)
    person = add_person(app, "Dr Priya Raman", GP)
    pledge = new_id()
    app.pledges.add(pledge, spot.id, attendee_id=person.id)
    app.pledges.add(pledge, spot.id, attendee_id=person.id)  # a retry
    with pytest.raises(Refused, match="already"):
        app.pledges.add(new_id(), spot.id, attendee_id=person.id)
    app.pledges.add(new_id(), spot.id, who="Elm Road Surgery")
    with pytest.raises(Refused, match="Elm Road Surgery has pledged"):
        app.pledges.add(new_id(), spot.id, who="elm road surgery ")
    app.pledges.take_back(pledge)
    assert [p.who for p in app.notes.get(spot.id).pledges] == ["Elm Road Surgery"]
    app.pledges.bring_back(pledge)
    assert len(app.notes.get(spot.id).pledges) == 2


def test_just_one_show_of_hands_is_taken_back(app: EventApp) -> None:
    note = take(app)
    shown = app.hands.show(note.id, Moment.BEFORE, {GP: Count(1, 4)})
    app.hands.show(note.id, Moment.BEFORE, {PH: Count(2, 5)})
    (fact,) = shown.facts
    hands = app.hands.undo(note.id, fact=fact).hands
    assert (hands.of(GP, Moment.BEFORE), hands.count(PH, Moment.BEFORE)) == (None, Count(2, 5))
    with pytest.raises(Refused):
        app.hands.undo(note.id, fact=fact)
