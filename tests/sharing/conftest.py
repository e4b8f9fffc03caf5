"""Real hubs for the tests: PostgreSQL as Facilitator starts it, with TLS and SCRAM."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from facilitator.store.hub_server import HubServer
from tests.sharing.linked import Base, Copies, Linked, make_base
from tests.sharing.ports import quiet_port
from tests.sharing.role_hub import Hub, begin, forget, make_role_hub, make_template
from tests.sharing.terms import Day, a_day

#: No test cuts the power: syncing the disk would take most of the time. What is committed is
#: still with the system, so that a server that is killed loses nothing.
HASTY = {"fsync": "off", "full_page_writes": "off"}

MakeHubServer = Callable[..., HubServer]


@pytest.fixture(scope="session")
def hub_server_factory(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MakeHubServer]:
    """Makes servers, started at a free port of 127.0.0.1; they end with the run.

    `folder` where it is to lie, `start=False` for one that does not run yet, `settings` beside
    those that forget durability (`settings=None` for a server as in real life).
    """
    made: list[HubServer] = []

    def make(
        folder: Path | None = None,
        *,
        start: bool = True,
        settings: dict[str, str] | None = HASTY,
    ) -> HubServer:
        place = folder or tmp_path_factory.mktemp("hub") / "summit.hub"
        server = HubServer(place, None if settings is None else {**HASTY, **settings})
        made.append(server)
        server.create("Summit", secrets.token_hex(4))
        if start:
            server.start(quiet_port(), listen=("127.0.0.1",))
        return server

    yield make
    for server in made:
        server.remove()


@pytest.fixture(scope="session")
def hub_server(hub_server_factory: MakeHubServer) -> HubServer:
    """One server for all tests that do not stop it. What is in it belongs to all: use a database
    and roles of your own."""
    return hub_server_factory()


@pytest.fixture
def hub_database(hub_server: HubServer) -> Iterator[str]:
    """The superuser's URL of an empty database on `hub_server`, dropped afterwards."""
    name = f"event_{secrets.token_hex(6)}"
    with psycopg.connect(hub_server.admin_url(), autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    yield hub_server.admin_url(name)
    with psycopg.connect(hub_server.admin_url(), autocommit=True) as connection:
        connection.execute(
            sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
        )


@pytest.fixture(scope="session")
def linked_base(hub_server: HubServer, tmp_path_factory: pytest.TempPathFactory) -> Base:
    """An event that four laptops have joined, to be copied."""
    return make_base(hub_server, tmp_path_factory.mktemp("linked"))


@pytest.fixture(scope="session")
def linked_copies(linked_base: Base) -> Iterator[Copies]:
    """Makes copies of that event for tests that change it for good."""
    copies = Copies(linked_base)
    yield copies
    copies.close()


@pytest.fixture(scope="session")
def linked_day(linked_copies: Copies, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Linked]:
    """One copy for all tests that take people of their own; see `linked`."""
    made = linked_copies.make(tmp_path_factory.mktemp("day"))
    yield made
    linked_copies.drop(made)


@pytest.fixture
def linked(linked_day: Linked) -> Linked:
    """Four laptops in step on a good network."""
    linked_day.together()
    return linked_day


@pytest.fixture(scope="session")
def hub_template(hub_server: HubServer) -> str:
    """A database with an event's tables and the hub's functions, to be copied."""
    return make_template(hub_server)


@pytest.fixture(scope="session")
def _one_hub(hub_server: HubServer, hub_template: str) -> Iterator[Hub]:
    made = make_role_hub(hub_server, hub_template)
    yield made
    forget(made)


@pytest.fixture
def hub(_one_hub: Hub) -> Hub:
    """An event's hub with its roles, at which nobody has joined yet."""
    begin(_one_hub)
    return _one_hub


@pytest.fixture
def make_hub(hub_server: HubServer, hub_template: str) -> Iterator[Callable[..., Hub]]:
    """Makes hubs of one test's own, for what touches all of a hub's roles."""
    made: list[Hub] = []

    def make(tag: str = "") -> Hub:
        made.append(make_role_hub(hub_server, hub_template, tag))
        return made[-1]

    yield make
    for one in made:
        forget(one)


@pytest.fixture
def day(tmp_path: Path) -> Iterator[Day]:
    """An event shared by one laptop, which two deputies and a desk have joined."""
    with a_day(tmp_path) as made:
        yield made
