"""A hub and a deputy that took its place were both worked at: what the older one did is given."""

from __future__ import annotations

import sys
import time
from contextlib import closing, suppress
from typing import Any
from uuid import UUID

import psycopg
import pytest

from facilitator.app import EventApp, open_event
from facilitator.domain.errors import HubGone, Trouble
from facilitator.domain.ids import new_id
from facilitator.domain.notes import NoteContent, NoteKind
from facilitator.domain.programme import Session
from facilitator.domain.questions import QuestionKind
from facilitator.services import hub_life, stepping_down
from facilitator.services.joining import join
from facilitator.services.room import TableView
from facilitator.store.hub_outbox import Cursor
from facilitator.store.hub_parting import Change, Parting, Term, find_parting
from tests.sharing.raw_copies import read_file
from tests.sharing.terms import WHERE, Day, welcome

laptops = pytest.mark.skipif(
    sys.platform != "linux", reason="every laptop has a 127.0.0.x of its own"
)
ONE, TWO, THREE = (UUID(int=number) for number in (1, 2, 3))


# --- where they parted ----------------------------------------------------------------------------


def _term(number: int, hub: UUID, follows: Term | None = None, read_until: int = 0) -> Term:
    return Term(f"{number}/{hub}", number, str(hub), follows.id if follows else None, read_until)


FIRST = _term(1, ONE)
SECOND = _term(2, TWO, FIRST, 40)


def test_the_newer_hub_tells_how_far_it_had_read() -> None:
    found = find_parting([FIRST, SECOND], [FIRST], Cursor(1, ONE, 55))
    assert found == Parting(40, is_told=True)


def test_what_a_term_in_between_changed_the_newest_does_not_tell() -> None:
    third = _term(3, THREE, SECOND, 7)
    found = find_parting([FIRST, SECOND, third], [FIRST], Cursor(1, ONE, 55))
    assert found == Parting(40, is_told=False)


@pytest.mark.parametrize(("read", "told"), [(40, True), (30, True), (41, False)])
def test_two_that_took_one_hubs_place_parted_before_their_terms(read: int, told: bool) -> None:
    other = _term(2, THREE, FIRST, read)
    found = find_parting([FIRST, other], [FIRST, SECOND], Cursor(2, TWO, 9))
    assert found == Parting(0, is_told=told)


def test_where_nothing_tells_everything_of_the_term_is_looked_at() -> None:
    all_of_it = Parting(0, is_told=False)
    cousin = _term(3, THREE, _term(2, THREE, FIRST, 3), 5)
    terms = [FIRST, _term(2, THREE, FIRST, 3), cousin]
    assert find_parting(terms, [FIRST, SECOND], Cursor(2, TWO, 9)) == all_of_it
    assert find_parting([_term(5, THREE)], [FIRST], Cursor(1, ONE, 55)) == all_of_it
    assert find_parting([], [FIRST], Cursor(1, ONE, 55)) == all_of_it
    assert find_parting([FIRST, SECOND], [], Cursor(1, ONE, 55)) == all_of_it


# --- what is given --------------------------------------------------------------------------------


def _wishes(app: EventApp) -> set[tuple[str, UUID | None, UUID | None]]:
    return {(one.kind, one.person, one.other) for one in app.wishes.all().all}


def _aside(app: EventApp) -> list[tuple[str, str, str]]:
    """What, here, there."""
    return sorted((one.what, one.here, one.there) for one in app.merging.open_contradictions())


def _tables(app: EventApp) -> dict[str, TableView]:
    return {table.label: table for table in app.seating.room().rounds[0].tables}


def _sessions(app: EventApp) -> dict[UUID, Session]:
    return {one.id: one for one in app.programme.state().programme.sessions}


@pytest.fixture
def day_with_a_programme(day: Day) -> Day:
    hub = day["Hub laptop"]
    hub.programme.apply_template(hub.programme.templates()[0].key)
    hub.wishes.apart(*day.people[:2])
    hub.event.set(call="Ann")
    day.come_together()
    return day


@laptops
@pytest.mark.slow
@pytest.mark.timeout(300)
def test_what_only_the_old_hub_set_wished_planned_and_removed_is_given(
    day_with_a_programme: Day,
) -> None:
    day = day_with_a_programme
    hub, dee = day["Hub laptop"], day["Dee"]
    three, four, five, six = day.people[2:6]
    first, second, third, *_ = hub.programme.state().programme.sessions
    # Nobody else reads this.
    hub.wishes.remove(hub.wishes.all().all[0].id)
    hub.wishes.together(three, four)
    hub.wishes.attendance(five, [1])
    hub.tables.add(8, "Annex")
    hub.wishes.host(six, "Annex")
    hub.tables.describe("3", step_free=True)
    hub.programme.edit(first.id, speaker="Dr Only There")
    hub.programme.remove(second.id)
    hub.event.set(foreword="Only there")
    hub.questions.add(QuestionKind.CHOICE, "Tea or coffee?", choices=("Tea", "Coffee"))
    day.server("Hub laptop").stop()
    day.take_over("Dee")
    dee.programme.edit(third.id, speaker="Dr Newer")
    day.come_together()
    assert hub.sharing.standing().hub == "Dee"
    for app in (hub, dee, day["Eve"]):
        assert _wishes(app) == {("together", three, four), ("host", six, None)}
        assert not app.wishes.all().attends(five, 2)
        assert "Annex" in _tables(app)
        assert _tables(app)["3"].step_free
        assert _sessions(app)[first.id].speaker == "Dr Only There"
        assert second.id not in _sessions(app)
        assert _sessions(app)[third.id].speaker == "Dr Newer"
        settings = app.event.get().settings
        assert (settings.call, settings.foreword) == ("Ann", "Only there")
        assert [one.words for one in app.questions.all()][-1] == "Tea or coffee?"
        assert _aside(app) == []
    assert dee.sharing.standing().aside == hub.sharing.standing().aside == 0
    day.check_equal()


@laptops
@pytest.mark.slow
@pytest.mark.timeout(300)
def test_what_both_hubs_changed_somebody_decides(day_with_a_programme: Day) -> None:
    day = day_with_a_programme
    hub, dee = day["Hub laptop"], day["Dee"]
    first, second, third, *_ = hub.programme.state().programme.sessions
    hub.event.set(call="Bea", aims="Only there")
    hub.tables.add(8, "Annex")
    hub.tables.add(8, "Loft")
    hub.wishes.host(day.people[6], "Loft")
    hub.wishes.host(day.people[5], "14")
    hub.programme.edit(first.id, speaker="Dr Only There")
    hub.programme.edit(third.id, speaker="Dr Only There")
    hub.programme.move(third.id, 1)
    hub.tables.remove("2")
    day.server("Hub laptop").stop()
    day.take_over("Dee")
    dee.event.set(call="Cy")
    dee.tables.add(6, "Annex")
    dee.tables.remove("14")
    dee.programme.edit(first.id, speaker="Dr Newer")
    dee.programme.edit(third.id, title="Another title")
    dee.programme.remove(second.id)
    day.come_together()
    for app in (hub, dee, day["Eve"]):
        settings = app.event.get().settings
        assert (settings.call, settings.aims) == ("Cy", "Only there")
        assert {"Annex", "Annex (2)", "Loft", "2"} <= _tables(app).keys()
        assert "14" not in _tables(app)
        assert _sessions(app)[first.id].speaker == "Dr Newer"
        # What goes together is brought together.
        assert _sessions(app)[third.id].title == "Another title"
        assert _sessions(app)[third.id].speaker == "Dr Only There"
        assert second.id not in _sessions(app)
        assert day.people[6] in {wish.person for wish in app.wishes.all().all}
        there = _aside(app)
        called = "The name of whom the Desk calls"
        assert [what for what, _, _ in there] == sorted(["2", first.title, "Annex", called, "host"])
        by_what = {what: (here, other) for what, here, other in there}
        assert by_what["2"] == ("still there", "Hub laptop: removed")
        assert by_what[called] == (
            "“Cy”, changed at another desk meanwhile", "Hub laptop: “Bea”",
        )  # fmt: skip
        assert "speaker “Dr Only There”" in by_what[first.title][1]
        assert by_what["host"] == ("removed meanwhile", "Hub laptop: host")
    assert hub.sharing.standing().aside == 5
    day.check_equal()


@laptops
@pytest.mark.slow
@pytest.mark.timeout(300)
def test_a_notes_tags_and_a_persons_details_go_with_their_history(day: Day) -> None:
    hub, dee = day["Hub laptop"], day["Dee"]
    mine, both = new_id(), new_id()
    for note in (mine, both):
        hub.notes.capture(note, NoteKind.MYTH, NoteContent("Nobody answers", themes=("capacity",)))
    day.come_together()
    hub.notes.change(mine, themes=("competition",))
    hub.notes.change(both, themes=("competition",))
    hub.people.edit(day.people[0], {"diet": "Vegan"})
    hub.people.edit(day.people[1], {"diet": "Halal", "phone": "12"})
    day.server("Hub laptop").stop()
    day.take_over("Dee")
    dee.notes.change(both, themes=("communication",))
    dee.people.edit(day.people[1], {"diet": "Kosher"})
    day.come_together()
    for app in (hub, dee, day["Eve"]):
        assert app.notes.get(mine).content.themes == ("competition",)
        assert app.notes.get(both).content.themes == ("communication",)
        assert app.people.get(day.people[0]).diet == "Vegan"
        assert app.people.get(day.people[1]).diet == "Kosher"
    day.check_equal()


@laptops
@pytest.mark.slow
@pytest.mark.timeout(300)
def test_after_two_changes_of_hubs_what_differs_is_kept_aside(day_with_a_programme: Day) -> None:
    """The third hub's list does not tell what the second one changed."""
    day = day_with_a_programme
    hub, dee, eve = day["Hub laptop"], day["Dee"], day["Eve"]
    hub.event.set(call="Bea")
    hub.tables.add(8, "Annex")
    day.server("Hub laptop").stop()
    day.take_over("Dee")
    dee.event.set(call="Cy")
    link = hub.sharing.link
    assert link is not None
    day.apps.pop("Hub laptop")
    day.come_together()
    day.server("Dee").stop()
    day.take_over("Eve")
    day.apps["Hub laptop"] = hub
    day.come_together()
    for app in (hub, dee, eve):
        assert app.event.get().settings.call == "Cy"
        assert "Annex" in _tables(app)
        assert [what for what, _, _ in _aside(app)] == ["The name of whom the Desk calls"]
    day.check_equal()


@laptops
@pytest.mark.slow
@pytest.mark.timeout(300)
def test_an_old_hub_that_is_told_the_way_by_a_code_gives_what_its_server_has(day: Day) -> None:
    """Its file has not read all that desks told its server."""
    hub, dee = day["Hub laptop"], day["Dee"]
    fact = welcome(day["Door"], day.people[0], "Door")
    hub.event.set(foreword="Only there")
    day.server("Hub laptop").stop()
    day.take_over("Dee")
    day.apps.pop("Hub laptop").close()
    code = dee.sharing.invite("organiser").text
    join(code, "Hub laptop", day.path("Hub laptop"), patience=30)
    assert not day.server("Hub laptop").is_running()
    dee.sharing.catch_up()
    assert dee.event.get().settings.foreword == "Only there"
    assert fact.hex in {row["id"] for row in read_file(day.path("Dee"))[0]["presence"]}
    with open_event(day.path("Hub laptop")) as again:
        assert not again.sharing.is_hub
        again.sharing.catch_up()
        assert not day.server("Hub laptop").exists


@laptops
@pytest.mark.slow
@pytest.mark.timeout(300)
def test_a_hub_that_reads_its_own_code_stays_the_hub(day: Day) -> None:
    hub = day.apps.pop("Hub laptop")
    code = hub.sharing.invite("desk").text
    hub.close()
    join(code, "Hub laptop", day.path("Hub laptop"), patience=30)
    assert day.server("Hub laptop").is_running()
    with open_event(day.path("Hub laptop")) as again:
        again.sharing.catch_up()
        assert again.sharing.is_hub


@laptops
@pytest.mark.slow
@pytest.mark.timeout(300)
def test_nobody_is_told_yes_by_a_hub_that_was_read_to_its_end(
    day: Day, monkeypatch: pytest.MonkeyPatch
) -> None:
    hub, dee, eve = day["Hub laptop"], day["Dee"], day["Eve"]
    day.server("Hub laptop").stop()
    day.take_over("Dee")
    server = day.server("Hub laptop")
    server.start(day.ports["Hub laptop"], [WHERE["Hub laptop"][0]])
    link = eve.sharing.link
    assert link is not None
    link.move(link.account)
    link.catch_up()  # it has not heard of the newer hub
    asked = stepping_down.ask_changes_since
    said: list[str] = []

    def and_then_somebody_wishes(own: Any, after: int, newer: str) -> list[Change]:
        found = asked(own, after, newer)
        for app in (eve, hub):
            with suppress(Trouble):
                app.wishes.apart(day.people[0], day.people[1])
                said.append("yes")
        return found

    monkeypatch.setattr(stepping_down, "ask_changes_since", and_then_somebody_wishes)
    day.reach("Hub laptop", time.monotonic() + 60)
    assert not hub.sharing.is_hub
    day.come_together()
    assert said == []
    assert _wishes(dee) == set()
    eve.wishes.apart(day.people[0], day.people[1])
    day.come_together()
    assert _wishes(dee) == {("apart", day.people[0], day.people[1])}
    day.check_equal()


@laptops
@pytest.mark.slow
@pytest.mark.timeout(300)
def test_a_hub_that_was_ended_by_half_lets_everybody_in_when_it_is_shared_again(day: Day) -> None:
    hub, door = day["Hub laptop"], day["Door"]
    assert hub.sharing.link is not None
    account = hub.sharing.link.account
    eve = next(one for one in hub.sharing.desks() if one.name == "Eve")
    hub.sharing.put_off(eve.id)
    server = day.server("Hub laptop")
    with closing(psycopg.connect(server.admin_url(account.database), autocommit=True)) as admin:
        tag = hub.event.get().tag
        hub_life._let_in(admin, hub_life._logins(admin, tag, but=account.user), on=False)
    # And then the laptop was out of power.
    server.stop()
    hub.sharing.share()
    day.reach("Door", time.monotonic() + 30)
    assert door.sharing.standing().kind == "shared"
    with pytest.raises(HubGone):
        day["Eve"].sharing.catch_up(1.0)


@laptops
@pytest.mark.slow
@pytest.mark.timeout(300)
def test_a_stepping_down_that_was_cut_off_when_nobody_was_let_in_goes_on(day: Day) -> None:
    hub = day["Hub laptop"]
    assert hub.sharing.link is not None
    database = hub.sharing.link.account.database
    hub.wishes.apart(day.people[0], day.people[1])
    server = day.server("Hub laptop")
    with closing(psycopg.connect(server.admin_url(database), autocommit=True)) as admin:
        everybody = hub_life._logins(admin, hub.event.get().tag, but="")
        hub_life._let_in(admin, everybody, on=False)
    server.stop()
    day.take_over("Dee")
    day.come_together()
    assert _wishes(day["Dee"]) == {("apart", day.people[0], day.people[1])}
    day.check_equal()


@laptops
@pytest.mark.slow
@pytest.mark.timeout(300)
def test_who_takes_over_in_the_middle_of_comparing_is_given_everything(day: Day) -> None:
    """It has heard of the second term, and knows little of it: the third is its own."""
    dee, eve = day["Dee"], day["Eve"]
    day.server("Hub laptop").stop()
    day.take_over("Dee")
    dee.wishes.apart(day.people[0], day.people[1])

    day.hear_by_half("Eve")
    day.server("Dee").stop()
    day.take_over("Eve")
    shared = eve.sharing.where()
    assert shared is not None
    assert shared.term == 3
    eve.wishes.together(day.people[2], day.people[3])
    day.come_together()
    assert dee.sharing.standing().hub == "Eve"
    assert _wishes(eve) == {
        ("apart", day.people[0], day.people[1]), ("together", day.people[2], day.people[3]),
    }  # fmt: skip
    day.check_equal()
