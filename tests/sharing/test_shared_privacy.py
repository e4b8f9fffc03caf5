"""Personal data of an event that several laptops share: removed once, and gone everywhere."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest

from facilitator.app import EventApp, create_event, open_event
from facilitator.clocks import HandClocks
from facilitator.domain.errors import Busy, Refused
from facilitator.services.checkin import At, NewWalkIn
from facilitator.services.hub_life import hub_folder
from facilitator.services.joining import join
from facilitator.services.stepping_down import step_down
from facilitator.services.taking_off import take_off
from facilitator.store.hub import Place
from facilitator.store.hub_server import HubServer
from tests.conftest import NEW
from tests.people import add_person
from tests.services.test_privacy_everywhere import (
    CODE,
    EMAIL,
    NAME,
    PHONE,
    left_in,
    mark_every_column,
)

DESK = At("Door A", "AY")
SECRETS = ("quillfeather", "Marguerite", CODE, PHONE)
#: what sharing itself keeps, and what never leaves a laptop
OF_SHARING = frozenset({"joined", "term", "join_code", "heard", "sharing", "outbox"})


def server_data(app: EventApp) -> Path:
    """Where the server of this laptop keeps its tables and its log."""
    assert app.database.path is not None
    note = json.loads((hub_folder(app.database.path) / "hub.json").read_text("utf-8"))
    return Path(note["data"])


@dataclass
class Room:
    """A hub and a registration desk that joined it, each in a folder of its own."""

    hub: EventApp
    desk: EventApp

    @property
    def desk_folder(self) -> Path:
        assert self.desk.database.path is not None
        return self.desk.database.path.parent

    @property
    def server(self) -> HubServer:
        assert self.hub.database.path is not None
        return HubServer(hub_folder(self.hub.database.path))

    @property
    def server_data(self) -> Path:
        """Where the hub's server keeps its tables and its log."""
        return server_data(self.hub)

    def settle(self, *also: EventApp) -> None:
        """Everybody hears of everything."""
        for app in (self.hub, self.desk, *also) * 3:
            app.sharing.catch_up()


@pytest.fixture
def room(tmp_path: Path, clocks: HandClocks) -> Iterator[Room]:
    """An event with somebody on its list, shared and joined by a desk."""
    for name in ("hub", "desk"):
        (tmp_path / name).mkdir()
    with ExitStack() as stack:
        hub = stack.enter_context(
            create_event(tmp_path / "hub" / "summit.facilitator", NEW, clocks)
        )
        add_person(hub, NAME, email=EMAIL, phone=PHONE, codes=(CODE,))
        add_person(hub, "Bo Stays", email="bo@people.example", contact_consent=True)
        hub.sharing.share(addresses=("127.0.0.1",))
        server = HubServer(hub_folder(tmp_path / "hub" / "summit.facilitator"))
        stack.callback(server.remove)
        code = hub.sharing.invite("desk").text
        join(code, "Door A", tmp_path / "desk" / "local.facilitator", clocks=clocks)
        desk = stack.enter_context(open_event(tmp_path / "desk" / "local.facilitator", clocks))
        yield Room(hub, desk)


@pytest.mark.slow
def test_a_purge_reaches_a_joined_laptop_and_leaves_no_byte_there(room: Room) -> None:
    mark_every_column(room.hub, but=OF_SHARING)
    room.settle()
    room.desk.copies.copy_to(room.desk_folder / "copy.bin")
    assert {word for _, word in left_in(room.desk_folder, *SECRETS)} == set(SECRETS)
    room.hub.privacy.purge(keep_consented=True)
    room.settle()
    assert left_in(room.desk_folder, *SECRETS) == []
    assert [one.name for one in room.desk.people.all() if one.name] == ["Bo Stays"]


@pytest.mark.slow
def test_the_hubs_server_forgets_and_the_page_says_whom_it_reached(room: Room) -> None:
    room.settle()
    assert {word for _, word in left_in(room.server_data, *SECRETS)} == set(SECRETS)
    assert [one.unreached for one in room.hub.privacy.joined()] == [0, 0]
    room.hub.privacy.purge()
    (hub, desk) = room.hub.privacy.joined()
    assert (hub.is_this, desk.name, desk.role, desk.unreached) == (True, "Door A", "desk", 1)
    room.hub.sharing.catch_up()
    assert left_in(room.server_data, *SECRETS) == []
    assert [one.unreached for one in room.hub.privacy.joined()] == [0, 1]
    link = room.hub.sharing.link
    assert link is not None
    link.go_alone()
    away = room.hub.privacy.joined()[1]
    assert away.as_of is not None
    assert away.stand(lambda at: at).startswith("Not reached yet by the removal of 08:45. Last hea")
    assert away.stand(lambda at: at).endswith(", as of 08:45.")
    room.desk.sharing.catch_up()
    room.hub.sharing.catch_up()
    assert [one.unreached for one in room.hub.privacy.joined()] == [0, 0]


@pytest.mark.slow
def test_what_was_written_alone_brings_nobody_back(room: Room) -> None:
    """A desk that worked alone during an erasure and a purge sends what it did, and no names."""
    hub, desk = room.hub, room.desk
    person = next(one for one in hub.people.all() if one.name == NAME)
    room.settle()
    link = desk.sharing.link
    assert link is not None
    link.go_alone()
    desk.checkin.walk_in(NewWalkIn("Cy Larkinson", side="other"), DESK)
    let_in = desk.checkin.scan(person.ticket, DESK)
    assert let_in is not None
    assert let_in.verdict.outcome == "welcome"
    desk.checkin.scan(f"{CODE} {EMAIL}", DESK)
    desk.checkin.undo(person.id, DESK, reason=f"{NAME} left by mistake")
    assert link.waiting > 3
    hub.privacy.erase(person.id)
    hub.sharing.catch_up()
    room.settle()
    assert left_in(room.desk_folder, *SECRETS) == []
    assert left_in(room.server_data, *SECRETS) == []
    assert [one.name for one in hub.people.all() if one.name] == ["Bo Stays", "Cy Larkinson"]
    link.go_alone()
    desk.checkin.walk_in(NewWalkIn("Di Markham", side="other"), DESK)
    hub.privacy.purge()
    room.settle()
    for folder in (room.desk_folder, room.server_data, room.desk_folder.parent / "hub"):
        assert left_in(folder, "Larkinson", "Markham", "bo@people.example") == [], folder
    assert [one.name for one in hub.people.all()] == [""] * 3
    assert sum(1 for one in hub.people.all() if one.status == "arrived") == 2


@pytest.fixture
def office(room: Room, tmp_path: Path, clocks: HandClocks) -> Iterator[EventApp]:
    """An organiser's laptop, which can become the hub."""
    (tmp_path / "office").mkdir()
    local = tmp_path / "office" / "local.facilitator"
    join(room.hub.sharing.invite("organiser").text, "Office", local, clocks=clocks)
    with open_event(local, clocks) as app:
        room.settle(app)
        yield app
        HubServer(hub_folder(local)).remove()


def _goes_to(app: EventApp, port: int) -> None:
    """This laptop has found the new hub."""
    link = app.sharing.link
    assert link is not None
    link.move(link.account.seen(Place(("localhost",), port), ()))


@pytest.mark.slow
def test_a_removal_outlasts_the_hub_at_which_it_was_made(room: Room, office: EventApp) -> None:
    """A desk that was away meanwhile compares everything with the deputy that took over."""
    person = next(one for one in room.hub.people.all() if one.name == NAME)
    link = room.desk.sharing.link
    assert link is not None
    link.go_alone()
    room.desk.checkin.scan(f"{CODE} {EMAIL}", DESK)
    room.hub.privacy.erase(person.id)
    office.sharing.catch_up()
    room.server.stop()
    shared = office.sharing.take_over(addresses=("127.0.0.1",))
    _goes_to(room.desk, shared.port)
    for app in (room.desk, office):
        app.sharing.catch_up()
    office_path = office.database.path
    assert office_path is not None
    for folder in (room.desk_folder, office_path.parent, server_data(office)):
        assert left_in(folder, *SECRETS) == [], folder
    assert [one.name for one in room.desk.people.all()] == ["Bo Stays"]
    assert len(room.desk.people.all()) == len(office.people.all())


@pytest.mark.slow
def test_a_removal_that_the_new_hub_never_heard_of_is_done_there_too(
    room: Room, office: EventApp
) -> None:
    """The old hub comes back, as one of the others, and knows what the deputy could not."""
    person = next(one for one in room.hub.people.all() if one.name == NAME)
    room.hub.privacy.erase(person.id)
    room.server.stop()
    shared = office.sharing.take_over(addresses=("127.0.0.1",))
    assert NAME in [one.name for one in office.people.all()]
    hub_link = room.hub.sharing.link
    assert hub_link is not None
    step_down(room.hub.database, hub_link, Place(("localhost",), shared.port))
    _goes_to(room.desk, shared.port)
    for app in (room.hub, office, room.desk, room.hub, office):
        app.sharing.catch_up()
    office_path, hub_path = office.database.path, room.hub.database.path
    assert office_path is not None
    assert hub_path is not None
    assert [app.people.all()[0].name for app in (office, room.hub, room.desk)] == ["Bo Stays"] * 3
    for path in (office_path, room.desk_folder / "local.facilitator", hub_path):
        assert left_in(path.parent, *SECRETS) == [], path
    assert left_in(server_data(office), *SECRETS) == []


@pytest.mark.slow
def test_a_laptop_is_empty_once_its_data_was_taken_off(
    room: Room, tmp_path: Path, clocks: HandClocks
) -> None:
    room.settle()
    (tmp_path / "stick").mkdir()
    room.desk.copies.copy_to(room.desk_folder / "beside.facilitator")
    room.desk.copies.copy_to(tmp_path / "stick" / "copy.facilitator")
    room.settle()
    local = room.desk.database.path
    assert local is not None
    assert left_in(room.desk_folder, *SECRETS)
    with pytest.raises(Busy, match=r"has .* open"):
        take_off(local)
    link = room.desk.sharing.link
    assert link is not None
    link.go_alone()
    room.desk.checkin.scan("nobody's", DESK)
    room.desk.close()
    with pytest.raises(Refused, match="2 changes of this laptop have not reached the hub"):
        take_off(local)
    with open_event(local, clocks) as desk:
        desk.sharing.catch_up()
    done = take_off(local)
    assert done.is_told
    assert done.unreached == ()
    assert list(room.desk_folder.iterdir()) == []
    assert list((tmp_path / "stick").iterdir()) == []
    assert "The data of “South London GP and Pharmacy Day” is off this laptop." in done.sentence
    room.hub.sharing.catch_up()
    (_, gone) = room.hub.privacy.joined()
    assert gone.taken_off_at is not None
    assert gone.stand(room.hub.event.get().local).startswith("Taken off that laptop at")
    room.hub.privacy.purge()
    assert room.hub.privacy.joined()[1].unreached == 0


@pytest.mark.slow
def test_the_hub_and_an_event_of_ones_own_are_not_taken_off(room: Room, tmp_path: Path) -> None:
    path = room.hub.database.path
    assert path is not None
    with pytest.raises(Refused, match="This laptop is the hub"):
        take_off(path, force=True)
    with create_event(tmp_path / "own.facilitator", NEW) as own:
        assert own.event.get().name == NEW.name
    with pytest.raises(Refused, match="did not join"):
        take_off(tmp_path / "own.facilitator", force=True)
    assert (tmp_path / "own.facilitator").exists()
    assert path.exists()


@pytest.mark.slow
def test_taking_off_goes_on_where_it_was_cut_off(room: Room) -> None:
    """The power failed after the file was gone and before the account was."""
    room.settle()
    local = room.desk.database.path
    assert local is not None
    room.desk.copies.copy_to(room.desk_folder / "beside.facilitator")
    room.desk.close()
    local.unlink()
    assert take_off(local).is_told
    assert list(room.desk_folder.iterdir()) == []
