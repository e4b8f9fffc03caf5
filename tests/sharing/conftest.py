"""Real hubs for the tests: PostgreSQL as Facilitator starts it, with TLS and SCRAM."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from facilitator.store.hub_server import HubServer, free_port

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
            server.start(free_port(0), listen=("127.0.0.1",))
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
