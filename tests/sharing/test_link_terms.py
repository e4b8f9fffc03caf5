"""A hub is lost, a deputy takes its place, and the old one comes back."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from typing import Any

import pytest

from facilitator.domain.errors import HubGone, Refused
from facilitator.domain.ids import new_id
from facilitator.domain.notes import NoteContent, NoteKind
from facilitator.services import finding_hub
from facilitator.store import hub_link, hub_terms
from facilitator.store.hub import Place
from facilitator.store.hub_server import HubServer
from tests.sharing.linked import consent
from tests.sharing.raw_copies import read_file
from tests.sharing.terms import WHERE, Day, welcome

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="every laptop has a 127.0.0.x of its own"),
    pytest.mark.timeout(300),
]


def test_a_deputy_takes_over_and_the_old_hub_gives_what_only_it_knew(day: Day) -> None:
    hub, dee, eve, door = (day[name] for name in WHERE)
    with pytest.raises(Refused, match="The hub answers"):
        day.take_over("Dee")
    # What only the old hub's laptop knows: nobody has read it when its server is lost.
    only_there = welcome(hub, day.people[0], "Hub laptop")
    note = new_id()
    hub.notes.capture(note, NoteKind.MYTH, NoteContent("Nobody answers", themes=("time",)))
    day.server("Hub laptop").stop()
    facts = [only_there]
    for number, (name, app) in enumerate([("Dee", dee), ("Eve", eve), ("Door", door)], 1):
        facts.append(welcome(app, day.people[number], name))
        assert app.sharing.standing().kind == "alone"
    twice = welcome(door, day.people[1], "Door")
    with pytest.raises(Refused, match="joined as an organiser"):
        door.sharing.take_over()
    began = time.monotonic()
    day.take_over("Dee")
    assert time.monotonic() - began < 60
    assert dee.sharing.is_hub
    day.reach("Eve", time.monotonic() + 60)
    day.reach("Door", time.monotonic() + 60)
    for app in (dee, eve, door):
        standing = app.sharing.standing()
        assert (standing.kind, standing.hub) == ("shared", "Dee")
    # Who has heard of the second term listens to the first no more.
    day.server("Hub laptop").start(day.ports["Hub laptop"], [WHERE["Hub laptop"][0]])
    link = door.sharing.link
    assert link is not None
    new = link.account
    link.move(new.seen(Place((WHERE["Hub laptop"][0],), day.ports["Hub laptop"]), new.others))
    with pytest.raises(HubGone, match="older hub"):
        link.catch_up()
    assert door.sharing.standing().kind == "alone"
    link.move(new)
    # The old one steps down.
    day.reach("Hub laptop", time.monotonic() + 60)
    assert not hub.sharing.is_hub
    assert not day.server("Hub laptop").is_running()
    day.come_together()
    for name in WHERE:
        known = {row["id"] for row in read_file(day.path(name))[0]["presence"]}
        assert {fact.hex for fact in (*facts, twice)} <= known, name
    assert dee.notes.get(note).content.themes == ("time",)
    assert eve.notes.get(note).content.text == "Nobody answers"
    assert [one.person.id for one in dee.merging.twice()] == [day.people[1]]
    assert dee.checkin.balance().here == 4
    day.check_equal()


@pytest.mark.parametrize("part", [100, 1])
def test_edits_that_only_the_lost_hub_knew_reach_the_rows_too(
    day: Day, monkeypatch: pytest.MonkeyPatch, part: int
) -> None:
    """A person's details and a note say what their last edits say, whoever knew of them, wherever
    the sending takes a breath."""
    monkeypatch.setattr(hub_link, "_PART", part)
    hub, dee = day["Hub laptop"], day["Dee"]
    first, second, third = day.people[:3]
    note, other, before = new_id(), new_id(), new_id()
    for key in (note, other, before):
        hub.notes.capture(key, NoteKind.MYTH, NoteContent("Nobody answers", reality="Some do"))
    day.come_together()
    for app in (dee, day["Eve"], day["Door"]):
        assert app.sharing.link is not None
        app.sharing.link.hub.close()
    hub.people.edit(first, {"diet": "No nuts"})
    hub.people.edit(second, {"diet": "Vegan"})
    hub.people.edit(third, {"phone": "12"})
    hub.notes.change(note, reality="Most do")
    hub.notes.change(other, reality="All do")
    hub.notes.change(before, reality="Never")
    day.server("Hub laptop").stop()
    # No list of changes tells this: it is of before the second term.
    dee.notes.change(before, reality="Always")
    day.take_over("Dee")
    dee.people.edit(second, {"diet": "Halal"})
    dee.people.edit(third, {"diet": "Kosher"})
    dee.notes.change(other, reality="None do")
    day.come_together()
    assert hub.sharing.standing().hub == "Dee"
    for app in (hub, dee, day["Eve"]):
        assert app.people.get(first).diet == "No nuts"
        assert app.people.get(second).diet == "Halal", "the hub's own edit stands"
        assert app.people.get(third).diet == "Kosher"
        assert app.notes.get(note).content.reality == "Most do"
        assert app.notes.get(other).content.reality == "None do"
        assert app.notes.get(before).content.reality == "Always"
    aside = [json.loads(row["there"])["line"] for row in read_file(day.path("Dee"))[0]["set_aside"]]
    kept = {line["content"]["reality"] for line in aside if "content" in line}
    assert kept == {"All do", "Never"}
    # Two edited one person: the hub's stands, and the other is kept for somebody to look at.
    assert [line["phone"] for line in aside if "phone" in line] == ["12"]
    day.check_equal()


def test_what_was_changed_alone_of_what_only_the_lost_hub_had_is_given_whole(day: Day) -> None:
    """A part of a row waits to be sent, and the new hub does not have the row, or has it as it was
    before."""
    hub, eve = day["Hub laptop"], day["Eve"]
    new, older = new_id(), new_id()
    hub.notes.capture(older, NoteKind.MYTH, NoteContent("Nobody answers"))
    day.come_together()
    # Dee does not hear of these; Eve tells them to the hub, which is lost.
    eve.notes.capture(new, NoteKind.MYTH, NoteContent("Nobody asks"))
    eve.notes.change(older, reality="Some do")
    eve.people.edit(day.people[0], {"diet": "Vegan"})
    day.server("Hub laptop").stop()
    day.apps.pop("Hub laptop").close()
    eve.notes.change(new, reality="All do")
    eve.notes.change(older, evidence="A survey")
    day.take_over("Dee")
    day.come_together()
    for app in (day["Dee"], eve):
        assert app.notes.get(new).content.reality == "All do"
        assert app.notes.get(older).content.reality == "Some do"
        assert app.notes.get(older).content.evidence == "A survey"
        assert app.people.get(day.people[0]).diet == "Vegan"
        assert app.merging.open_contradictions() == []
    day.check_equal()


def test_a_comparing_that_is_cut_off_goes_on(day: Day, monkeypatch: pytest.MonkeyPatch) -> None:
    dee, door = day["Dee"], day["Door"]
    day.server("Hub laptop").stop()
    welcome(door, day.people[0], "Door")
    # No list of changes tells this one: it was made before the new hub began.
    welcome(dee, day.people[1], "Dee")
    consent(dee, day.people[5], to_photos=True)
    day.take_over("Dee")
    link = door.sharing.link
    assert link is not None
    with pytest.raises(HubGone):
        link.catch_up(1.0)
    link.move(link.account.seen(Place((WHERE["Dee"][0],), day.ports["Dee"]), ()))
    asked = hub_terms.ask_all_rows
    broken: list[str] = []

    def breaks(hub: Any, name: str, seconds: float) -> dict[str, Any]:
        if name == "attendee" and len(broken) < 2:
            broken.append(name)
            raise HubGone("The line broke.")
        return asked(hub, name, seconds)

    monkeypatch.setattr(hub_terms, "ask_all_rows", breaks)
    for _ in range(2):
        with pytest.raises(HubGone, match="The line broke"):
            link.catch_up()
        assert door.sharing.standing().kind == "alone"
    link.catch_up()
    day.apps.pop("Hub laptop").close()
    day.apps.pop("Eve").close()
    day.come_together()
    assert door.people.get(day.people[5]).photo_consent is True
    day.check_equal()


def test_a_hub_that_steps_down_and_is_cut_off_stays_stepped_down(day: Day) -> None:
    """Asked to share in the middle of it, it would wait for ever: its own term is an older one."""
    hub = day["Hub laptop"]
    welcome(hub, day.people[0], "Hub laptop")
    day.server("Hub laptop").stop()
    day.take_over("Dee")
    welcome(day["Dee"], day.people[1], "Dee")

    day.hear_by_half("Hub laptop")
    with pytest.raises(Refused, match="shared by another laptop"):
        hub.sharing.share()
    assert not hub.sharing.is_hub
    day.come_together()
    assert hub.sharing.standing().hub == "Dee"
    assert not day.server("Hub laptop").exists, "what people told the old server is gone from it"
    day.check_equal()


def test_a_hub_whose_own_server_does_not_answer_moves_nowhere_before_it_was_read(
    day: Day, monkeypatch: pytest.MonkeyPatch
) -> None:
    hub, dee = day["Hub laptop"], day["Dee"]
    day.server("Hub laptop").stop()
    day.take_over("Dee")

    def silent(*_: Any, **__: Any) -> int:
        raise HubGone("It does not answer.")

    with monkeypatch.context() as broken:
        broken.setattr(HubServer, "start", silent)
        broken.setattr(finding_hub, "LOOK_EVERY", 0.0)
        hub.sharing._finder._looked = None
        with pytest.raises(HubGone, match="It does not answer"):
            hub.sharing.catch_up()
    assert hub.sharing.is_hub
    assert day.server("Hub laptop").exists
    welcome(dee, day.people[1], "Dee")
    day.come_together()
    assert not hub.sharing.is_hub
    day.check_equal()


def test_of_two_deputies_at_once_one_steps_down(day: Day) -> None:
    dee, eve, door = day["Dee"], day["Eve"], day["Door"]
    day.server("Hub laptop").stop()
    facts = [welcome(dee, day.people[0], "Dee"), welcome(eve, day.people[1], "Eve")]
    both: list[Callable[[], None]] = [lambda: day.take_over("Dee"), lambda: day.take_over("Eve")]
    for take in both:
        take()
    assert dee.sharing.is_hub
    assert eve.sharing.is_hub
    facts += [welcome(dee, day.people[2], "Dee"), welcome(eve, day.people[3], "Eve")]
    facts.append(welcome(door, day.people[4], "Door"))
    day.come_together()
    hubs = [name for name in ("Dee", "Eve") if day[name].sharing.is_hub]
    ids = {}
    for name in ("Dee", "Eve"):
        link = day[name].sharing.link
        assert link is not None
        ids[link.account.desk_id] = name
    assert hubs == [ids[max(ids)]]
    running = [name for name in WHERE if day.server(name).is_running()]
    assert running == hubs
    for name in WHERE:
        known = {row["id"] for row in read_file(day.path(name))[0]["presence"]}
        assert {fact.hex for fact in facts} <= known, name
    day.check_equal()
