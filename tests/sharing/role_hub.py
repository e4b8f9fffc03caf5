"""An event on a real server with its roles, and laptops that ask it with logins of their own.

The server lets nobody in without TLS and the right password (`hub_server`).
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import make_conninfo
from psycopg.errors import InsufficientPrivilege
from psycopg.types.json import Jsonb

from facilitator.app import create_event
from facilitator.clocks import SystemClocks
from facilitator.domain.roles import Role
from facilitator.services.events import NewEvent
from facilitator.store import hub_roles, hub_schema
from facilitator.store.hub_lines import to_line
from facilitator.store.hub_server import HubServer
from facilitator.store.rows import (
    AttendeeCodeRow,
    AttendeeRow,
    BadgeFactRow,
    DecisionRow,
    DocumentFactRow,
    JoinedRow,
    NoteRow,
    PersonChangeRow,
    PresenceRow,
    QuestionAnswerRow,
    QuestionRow,
    RoomTableRow,
    ScanRow,
    SeatChangeRow,
    SeatRow,
    SetAsideRow,
    TermRow,
    ToldRow,
    VerdictRow,
)

NOW = datetime(2025, 11, 12, 9, 30, tzinfo=UTC)
MACHINE = "0123456789abcdef"
Line = psycopg.Connection[Any]


@dataclass
class Hub:
    """An event on a server, as the hub's own program sees it."""

    url: str
    tag: str
    owner: Line
    guest: UUID

    def connect(self, user: str, password: str) -> Line:
        """A laptop's connection, as another program on another machine would make it."""
        info = make_conninfo(self.url, user=user, password=password, connect_timeout=5)
        return psycopg.connect(info, autocommit=True)

    def laptop(self, role: Role | str) -> tuple[str, Line]:
        """A laptop that has joined: its login and its connection."""
        login = self.login(role)
        return login, self.connect(login, "its password")

    def login(self, role: Role | str) -> str:
        """The login of a laptop that has joined, with the password "its password"."""
        desk = uuid4()
        login = hub_roles.make_login(self.owner, self.tag, desk, role, "its password")
        self.owner.execute(
            "INSERT INTO joined (id, name, role, machine, login, address, port, joined_at, is_hub,"
            " skew) VALUES (%s, %s, %s, '', %s, '', 0, now(), false, 0)",
            (desk, f"Desk {desk.hex[-4:]}", str(role), login),
        )
        return login

    def code(self, role: Role | str = Role.DESK, minutes: int = 10) -> tuple[str, str]:
        """A code for joining: its login and its secret."""
        secret = secrets.token_hex(10)
        return hub_roles.make_code(self.owner, role, secret, minutes=minutes).login, secret

    def join(self, code: tuple[str, str], name: str, machine: str = MACHINE) -> dict[str, Any]:
        """Join with a code, as a laptop does."""
        with self.connect(*code) as line:
            return join_over(line, name, machine)

    def one(self, query: str, *values: object) -> Any:
        """The one value that a query of the owner's gives."""
        row = self.owner.execute(query.encode(), values).fetchone()
        return row[0] if row else None


def join_over(line: Line, name: str, machine: str = MACHINE) -> dict[str, Any]:
    """Call the function for joining over a code's connection."""
    row = line.execute(
        "SELECT facilitator_join(%s, %s, %s, %s, %s)",
        (name, machine, "192.0.2.7", 54817, datetime.now(UTC)),
    ).fetchone()
    assert row is not None
    return row[0]


def refused_in(call: Callable[[], object]) -> str:
    """The sentence that is said about what the server did not let happen."""
    with pytest.raises(psycopg.Error) as caught:
        call()
    said = hub_roles.refused(caught.value)
    assert said is not None, caught.value
    return str(said)


def new_database(server: HubServer, template: str | None = None) -> str:
    name = f"event_{secrets.token_hex(6)}"
    with psycopg.connect(server.admin_url(), autocommit=True) as connection:
        make = sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name))
        if template is not None:
            make += sql.SQL(" TEMPLATE {}").format(sql.Identifier(template))
        connection.execute(make)
    return name


def make_role_hub(server: HubServer, template: str, tag: str = "") -> Hub:
    url = server.admin_url(new_database(server, template))
    owner = psycopg.connect(url, autocommit=True)
    return set_up(url, tag or secrets.token_hex(3).upper(), owner)


def set_up(url: str, tag: str, owner: Line) -> Hub:
    hub = Hub(url, tag, owner, uuid4())
    hub_roles.install_roles(owner, hub.tag)
    hub_roles.install_joining(owner, hub.tag)
    hub_roles.keep_ca_key(owner, "-----the event's key-----")
    begin(hub)
    return hub


def role_names(hub: Hub) -> list[str]:
    """The event's roles on its server."""
    rows = hub.owner.execute(
        "SELECT rolname FROM pg_roles WHERE starts_with(rolname, %s) ORDER BY rolname",
        (f"f_{hub.tag.lower()}_",),
    )
    return [name for (name,) in rows.fetchall()]


def begin(hub: Hub) -> None:
    """Nothing has happened yet, and nobody has joined."""
    keep = {"event", "side", "round", "alembic_version", "hub_secret"}
    names = hub.owner.execute(
        "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
    ).fetchall()
    tables = sql.SQL(", ").join(sql.Identifier(name) for (name,) in names if name not in keep)
    hub.owner.execute(sql.SQL("TRUNCATE {}").format(tables))
    for name in role_names(hub):
        if name[-9] == "_" and name[-8:].isalnum():  # a login, and no group
            hub.owner.execute(sql.SQL("DROP ROLE {}").format(sql.Identifier(name)))
    hub_laptop = JoinedRow(
        name="Hub laptop", role="organiser", login=hub_roles.login_of(hub.tag, uuid4()),
        joined_at=NOW, is_hub=True,
    )  # fmt: skip
    term = TermRow(number=3, hub_id=hub_laptop.id, at=NOW, name="Hub laptop")
    for row in (hub_laptop, term, guest(hub.guest)):
        one = sent(row)
        hub.owner.execute(
            sql.SQL(
                "INSERT INTO {name} SELECT * FROM jsonb_populate_record(NULL::{name}, %s)"
            ).format(name=sql.Identifier(one["name"])),
            (Jsonb(one["line"]),),
        )


# -- what a laptop sends ---------------------------------------------------------------------------


def sent(row: Any, op: str = "i") -> dict[str, Any]:
    """A row as a laptop sends it."""
    table = type(row).__table__
    line = to_line(table.name, {c.name: getattr(row, c.name) for c in table.columns})
    key = line[next(iter(table.primary_key.columns)).name]
    return {"entry": str(uuid4()), "name": table.name, "key": key, "op": op, "line": line,
            "strict": False}  # fmt: skip


def push(line: Line, hub: Hub, entries: list[dict[str, Any]]) -> list[str]:
    """Send changes, by one who knows all that the hub knows; what was said about each, and why."""
    term = hub.owner.execute("SELECT number, hub_id FROM term").fetchone()
    known = hub.one("SELECT coalesce(max(number), 0) FROM change")
    assert term is not None
    row = line.execute("SELECT facilitator_push(%s, %s, %s, %s)", (known, *term, Jsonb(entries)))
    answers = row.fetchone()
    assert answers is not None
    return [f"{one['said']} {one['why']}".strip() for one in answers[0]["answers"]]


def guest(key: UUID, ticket: str = "F1-A", **other: Any) -> AttendeeRow:
    """Ada Larkin, of the list."""
    return AttendeeRow(
        **{"id": key, "ticket": ticket, "given_name": "Ada", "family_name": "Larkin",
           "created_at": NOW, **other}
    )  # fmt: skip


def a_note(**other: Any) -> NoteRow:
    """A pain point."""
    return NoteRow(kind="pain-point", text="No time.", at=NOW, changed_at=NOW, **other)


def check_in(hub: Hub) -> list[dict[str, Any]]:
    """Everything that one busy minute at a registration desk writes."""
    ada, at, desk = hub.guest, NOW, "Door 1"
    round_id = hub.one("SELECT id FROM round LIMIT 1")
    question = QuestionRow(position=1, kind="photo", words="May we?", created_at=at)
    table = RoomTableRow(label="A", position=99, seats=8)
    assert push(hub.owner, hub, [sent(question), sent(table)]) == ["ok", "ok"]
    scan = ScanRow(at=at, desk=desk, raw="F1-A")
    fact = PresenceRow(attendee_id=ada, authority="here", number=1, kind="arrived", at=at,
                       scan_id=scan.id)  # fmt: skip
    change = SeatChangeRow(revision=1, kind="arrival", at=at, cause=fact.id)
    return [
        sent(scan),
        sent(guest(uuid4(), "F1-B", walk_in=True)),
        sent(fact),
        sent(VerdictRow(scan_id=scan.id, at=at, outcome="welcome", attendee_id=ada)),
        sent(AttendeeCodeRow(attendee_id=ada, code="S1", folded="s1")),
        sent(QuestionAnswerRow(question_id=question.id, attendee_id=ada, number=1, answer="yes",
                               at=at)),
        sent(PersonChangeRow(attendee_id=ada, at=at, how="asked", field="photo_consent",
                             new="yes")),
        sent(guest(ada, photo_consent=True, edited=["photo_consent"]), "u"),
        sent(change),
        sent(SeatRow(change_id=change.id, revision=1, round_id=round_id, attendee_id=ada,
                     table_id=table.id)),
        sent(ToldRow(attendee_id=ada, round_id=round_id, table_id=table.id, how="desk", at=at)),
        sent(BadgeFactRow(job_id=uuid4(), number=1, attendee_id=ada, kind="asked", at=at)),
        sent(DocumentFactRow(kind="badges", at=at)),
        sent(DecisionRow(at=at, by="", area="roll", subject="x", decision="seen")),
        sent(SetAsideRow(at=at, area="arrival", subject="x")),
        sent(PresenceRow(attendee_id=ada, authority="here", number=2, kind="undone", at=at,
                         follows=fact.id, undoes=fact.id)),
    ]  # fmt: skip


# -- what is not let through ---


def refuses(line: Line, statement: str) -> None:
    with pytest.raises(psycopg.Error) as caught:
        line.execute(statement.encode())
    assert isinstance(caught.value, InsufficientPrivilege), caught.value


def error_of(call: Callable[[], object]) -> psycopg.Error:
    with pytest.raises(psycopg.Error) as caught:
        call()
    return caught.value


def make_template(server: HubServer) -> str:
    """A database with an event's tables and the hub's functions, to be copied; its name."""
    name = new_database(server)
    url = server.admin_url(name).replace("&connect_timeout=10", "")
    create_event(url, NewEvent("Winter day", NOW.date(), "Hall"), SystemClocks()).close()
    with psycopg.connect(server.admin_url(name), autocommit=True) as connection:
        hub_schema.install(connection)
    return name


def forget(hub: Hub) -> None:
    """Take the event's roles from the server again."""
    hub_roles.drop_roles(hub.owner, hub.tag)
    hub.owner.close()
