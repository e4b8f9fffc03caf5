"""A hub that laptops can join, made from its parts, for the tests of joining."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
from psycopg.conninfo import conninfo_to_dict
from sqlalchemy import insert

from facilitator.app import EventApp, create_event
from facilitator.clocks import Clocks
from facilitator.domain.ids import new_id
from facilitator.domain.join_code import JoinCode, make_secret
from facilitator.domain.ticket import make_ticket
from facilitator.services.events import NewEvent
from facilitator.store.hub_certificates import fingerprint
from facilitator.store.hub_roles import install_joining, install_roles, login_of, make_code
from facilitator.store.hub_schema import install
from facilitator.store.hub_server import HubServer
from facilitator.store.rows import AttendeeCodeRow, AttendeeRow, JoinedRow, TermRow

HUB = "Hub laptop"


@dataclass(frozen=True)
class Joinable:
    """An event on a server, and what it takes to invite to it."""

    url: str
    tag: str
    event_id: str
    server: HubServer

    @property
    def port(self) -> int:
        port = self.server.running_port
        assert port is not None
        return port

    @property
    def database(self) -> str:
        return str(conninfo_to_dict(self.url)["dbname"])

    def invite(self, role: str = "desk", *, minutes: int = 10, port: int = 0) -> JoinCode:
        """A code that is good now; through `port` where a bad network stands between."""
        secret = make_secret(secrets.token_bytes(10))
        with psycopg.connect(self.url, autocommit=True) as connection:
            made = make_code(connection, role, secret, minutes=minutes)
        return JoinCode(
            ("127.0.0.1",), port or self.port, self.database,
            fingerprint(self.server.ca_cert), self.tag, made.login[-8:], secret,
            datetime.now(UTC) + timedelta(minutes=minutes),
        )  # fmt: skip

    def ask(self, query: str) -> list[tuple]:
        """What the server's owner is answered."""
        writes = "-c default_transaction_read_only=off"
        with psycopg.connect(self.url, autocommit=True, options=writes) as connection:
            found = connection.execute(query.encode())
            return found.fetchall() if found.description else []


def alchemy(url: str) -> str:
    """A URL of libpq's as the program takes it."""
    return url.replace("postgresql://", "postgresql+psycopg://", 1)


def make_joinable(
    server: HubServer, url: str, new: NewEvent, clocks: Clocks | None = None, people: int = 0
) -> Joinable:
    """An event with so many invented people on a server, shared from a laptop called HUB."""
    with create_event(alchemy(url), new, clocks) as app:
        event = app.event.get()
        if people:
            _fill(app, event.tag, people)
        hub = new_id()
        with app.database.session() as session:
            at = app.clocks.now()
            session.add(
                JoinedRow(id=hub, name=HUB, role="organiser", login=login_of(event.tag, hub),
                          joined_at=at, is_hub=True)
            )  # fmt: skip
            session.add(TermRow(number=1, hub_id=hub, at=at, name=HUB))
        event_id = str(event.id)
    with psycopg.connect(url, autocommit=True) as connection:
        install(connection)
        install_roles(connection, event.tag)
        install_joining(connection, event.tag)
    return Joinable(url, event.tag, event_id, server)


def _fill(app: EventApp, tag: str, people: int) -> None:
    rows = [
        AttendeeRow(
            given_name=f"Given{number}", family_name=f"Family{number}", position=number,
            email=f"person{number}@names.example", organisation=f"Practice {number % 97}",
            side=("general-practice", "community-pharmacy")[number % 2],
            ticket=make_ticket(tag, secrets.token_bytes(10)), created_at=app.clocks.now(),
        ).model_dump()
        for number in range(people)
    ]  # fmt: skip
    codes = [
        {"id": new_id(), "attendee_id": row["id"], "code": f"C{number}", "folded": f"c{number}"}
        for number, row in enumerate(rows)
    ]
    with app.database.session() as session:
        session.execute(insert(AttendeeRow), rows)
        session.execute(insert(AttendeeCodeRow), codes)


def elsewhere(code: JoinCode, **changes: object) -> JoinCode:
    """The code with something else in it."""
    return replace(code, **changes)  # type: ignore[arg-type]


def files_below(folder: Path) -> list[str]:
    """Every file below a folder, by its path from there."""
    return sorted(str(one.relative_to(folder)) for one in folder.rglob("*") if one.is_file())
