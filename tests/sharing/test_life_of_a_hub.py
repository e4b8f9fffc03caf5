"""An event is shared, ends being shared, is shared again: by a server of its own, and by one that
was there before."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from facilitator.app import EventApp, create_event, open_event
from facilitator.domain.errors import Refused
from facilitator.services.checkin import At, NewWalkIn
from facilitator.services.hub_life import hub_folder
from facilitator.services.joining import join
from facilitator.store.hub_server import HubServer
from tests.conftest import NEW
from tests.people import add_person
from tests.sharing.ports import quiet_port

Share = Callable[[EventApp], None]


@pytest.fixture
def event(tmp_path: Path) -> Iterator[EventApp]:
    """An event with three people, in a file; whatever it starts is ended."""
    path = tmp_path / "day.facilitator"
    with create_event(path, NEW) as app:
        for name in ("Ann Lee", "Bo Ray", "Cy Dee"):
            add_person(app, name, "general-practice")
        yield app
    server = HubServer(hub_folder(path))
    if server.exists:
        server.remove()


@pytest.fixture(params=["own", "named"])
def share(request: pytest.FixtureRequest) -> Share:
    """How it is shared: by a server that Facilitator starts, or by one that is there."""
    if request.param == "own":
        port = quiet_port()
        return lambda app: _shared(app, port=port)
    url = request.getfixturevalue("hub_server").admin_url()
    return lambda app: _shared(app, server=url)


def _shared(app: EventApp, **how: object) -> None:
    found = app.sharing.share(name="Front", addresses=["127.0.0.1"], **how)  # type: ignore[arg-type]
    assert found.addresses == ("127.0.0.1",)
    assert app.sharing.standing().kind == "shared"


def _listens(port: int) -> bool:
    with socket.socket() as line:
        return line.connect_ex(("127.0.0.1", port)) == 0


def _rows(app: EventApp) -> dict[str, int]:
    return {
        "here": app.checkin.balance().here,
        "facts": sum(len(app.people.facts_of(one.id)) for one in app.people.all()),
        "log": len(app.checkin.log()),
    }


@pytest.mark.slow
def test_shared_joined_ended_and_shared_again(
    event: EventApp, share: Share, tmp_path: Path
) -> None:
    people = event.people.all()
    event.checkin.admit(people[0].id, At("Before"))
    share(event)
    answer = event.checkin.admit(people[1].id, At(""))
    assert answer.standing == "shared"
    local = tmp_path / "door.facilitator"
    joined = join(event.sharing.invite("desk").text, "Door", local)
    assert (joined.people, joined.hub, joined.role) == (3, "Front", "desk")
    with open_event(local) as door:
        again = door.checkin.admit(people[1].id, At(""))
        assert (again.verdict.outcome, again.standing) == ("already-here", "shared")
        assert again.verdict.first_desk == "Front"  # pyright: ignore[reportAttributeAccessIssue]
        assert again.verdict.since == answer.verdict.at  # pyright: ignore[reportAttributeAccessIssue]
        door.checkin.walk_in(NewWalkIn("Zed Late", "general-practice"), At(""))
    said = event.sharing.stop()
    assert "everything in its file" in said
    assert event.sharing.standing().kind == "own"
    assert _rows(event) == {"here": 3, "facts": 3, "log": 4}

    # The desk goes on alone, and what it did comes in when the event is shared again.
    with open_event(local) as door:
        assert door.checkin.admit(people[2].id, At("")).standing == "alone"
        assert door.sharing.standing().waiting > 0
    share(event)
    assert join(event.sharing.invite("desk").text, "Door", local).people == 4
    event.sharing.catch_up()
    assert event.checkin.balance().here == 4
    assert [desk.name for desk in event.sharing.desks()] == ["Front", "Door"]
    event.sharing.stop()
    assert _rows(event)["here"] == 4


@pytest.mark.slow
def test_nothing_listens_before_and_afterwards(event: EventApp) -> None:
    port = quiet_port()
    assert not _listens(port)
    event.sharing.share(port=port, addresses=["127.0.0.1"])
    assert _listens(port)
    folder = hub_folder(Path(event.database.location))
    assert folder.is_dir()
    event.sharing.stop()
    assert not _listens(port)
    assert not folder.exists()
    # Shared again it listens where its desks look for it.
    assert event.sharing.share(addresses=["127.0.0.1"]).port == port
    event.sharing.stop()


@pytest.mark.slow
def test_a_server_that_was_there_keeps_nothing(event: EventApp, hub_server: HubServer) -> None:
    event.sharing.share(server=hub_server.admin_url(), name="Front")
    event.sharing.stop()
    tag = event.event.get().tag.lower()
    with psycopg.connect(hub_server.admin_url()) as admin:
        roles = admin.execute(
            "SELECT rolname FROM pg_roles WHERE starts_with(rolname, %s)", (f"f_{tag}_",)
        ).fetchall()
        databases = admin.execute(
            "SELECT datname FROM pg_database WHERE datname = %s", (f"facilitator_{tag}",)
        ).fetchall()
    assert (roles, databases) == ([], [])


@pytest.mark.slow
def test_who_may_end_it_and_what_is_refused(event: EventApp, tmp_path: Path) -> None:
    with pytest.raises(Refused, match="not shared"):
        event.sharing.stop()
    with pytest.raises(Refused, match="not shared"):
        event.sharing.invite("desk")
    event.sharing.share(addresses=["127.0.0.1"], port=quiet_port())
    join(event.sharing.invite("organiser").text, "Office", tmp_path / "office.facilitator")
    with open_event(tmp_path / "office.facilitator") as office:
        with pytest.raises(Refused, match="not the hub"):
            office.sharing.stop()
        with pytest.raises(Refused, match="shared by another laptop"):
            office.sharing.share()
        with pytest.raises(Refused, match="The hub answers"):
            office.sharing.take_over()
    event.sharing.stop()
