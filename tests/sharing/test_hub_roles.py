"""What a laptop may do at the hub: asked of a real server, with a laptop's own login.

The server lets nobody in without TLS and the right password (`hub_server`).
"""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
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
from facilitator.domain.errors import Refused
from facilitator.domain.roles import AREA_OF, Role, Verb, verbs_on
from facilitator.services.events import NewEvent
from facilitator.store import hub_roles, hub_schema
from facilitator.store.hub_lines import to_line
from facilitator.store.hub_server import HubServer
from facilitator.store.rows import (
    AttendeeCodeRow,
    AttendeeRow,
    BadgeFactRow,
    ClockFactRow,
    DecisionRow,
    DocumentFactRow,
    HandsRow,
    JoinedRow,
    NoteRow,
    NoteThemeRow,
    PersonChangeRow,
    PresenceRow,
    QuestionAnswerRow,
    QuestionRow,
    RoomTableRow,
    ScanRow,
    SeatChangeRow,
    SeatRow,
    SessionRow,
    SetAsideRow,
    SettingRow,
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


def _database(server: HubServer, template: str | None = None) -> str:
    name = f"event_{secrets.token_hex(6)}"
    with psycopg.connect(server.admin_url(), autocommit=True) as connection:
        make = sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name))
        if template is not None:
            make += sql.SQL(" TEMPLATE {}").format(sql.Identifier(template))
        connection.execute(make)
    return name


def _hub(server: HubServer, template: str, tag: str = "") -> Hub:
    url = server.admin_url(_database(server, template))
    owner = psycopg.connect(url, autocommit=True)
    return _set_up(url, tag or secrets.token_hex(3).upper(), owner)


def _set_up(url: str, tag: str, owner: Line) -> Hub:
    hub = Hub(url, tag, owner, uuid4())
    hub_roles.install_roles(owner, hub.tag)
    hub_roles.install_joining(owner, hub.tag)
    hub_roles.keep_ca_key(owner, "-----the event's key-----")
    _begin(hub)
    return hub


def _names(hub: Hub) -> list[str]:
    """The event's roles on its server."""
    rows = hub.owner.execute(
        "SELECT rolname FROM pg_roles WHERE starts_with(rolname, %s) ORDER BY rolname",
        (f"f_{hub.tag.lower()}_",),
    )
    return [name for (name,) in rows.fetchall()]


def _begin(hub: Hub) -> None:
    """Nothing has happened yet, and nobody has joined."""
    keep = {"event", "side", "round", "alembic_version", "hub_secret"}
    names = hub.owner.execute(
        "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
    ).fetchall()
    tables = sql.SQL(", ").join(sql.Identifier(name) for (name,) in names if name not in keep)
    hub.owner.execute(sql.SQL("TRUNCATE {}").format(tables))
    for name in _names(hub):
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


@pytest.fixture(scope="module")
def template(hub_server: HubServer) -> str:
    """A database with an event's tables and the hub's functions, to be copied."""
    name = _database(hub_server)
    url = hub_server.admin_url(name).replace("&connect_timeout=10", "")
    create_event(url, NewEvent("Winter day", NOW.date(), "Hall"), SystemClocks()).close()
    with psycopg.connect(hub_server.admin_url(name), autocommit=True) as connection:
        hub_schema.install(connection)
    return name


@pytest.fixture(scope="module")
def _one_hub(hub_server: HubServer, template: str) -> Iterator[Hub]:
    made = _hub(hub_server, template)
    yield made
    hub_roles.drop_roles(made.owner, made.tag)
    made.owner.close()


@pytest.fixture
def hub(_one_hub: Hub) -> Hub:
    """A hub at which nobody has joined yet."""
    _begin(_one_hub)
    return _one_hub


@pytest.fixture
def make_hub(hub_server: HubServer, template: str) -> Iterator[Callable[..., Hub]]:
    """Makes hubs of one test's own, for what touches all of a hub's roles."""
    made: list[Hub] = []

    def make(tag: str = "") -> Hub:
        made.append(_hub(hub_server, template, tag))
        return made[-1]

    yield make
    for one in made:
        hub_roles.drop_roles(one.owner, one.tag)
        one.owner.close()


@pytest.fixture(scope="module")
def quiet_hub(hub_server: HubServer, template: str) -> Iterator[Hub]:
    """A hub for tests after which it is as it was before."""
    made = _hub(hub_server, template)
    yield made
    hub_roles.drop_roles(made.owner, made.tag)
    made.owner.close()


@pytest.fixture(scope="module")
def laptops(quiet_hub: Hub) -> Iterator[dict[Role, Line]]:
    """A laptop of each role that has joined `quiet_hub`."""
    found = {role: quiet_hub.laptop(role)[1] for role in Role}
    yield found
    for line in found.values():
        line.close()


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


# -- the grants ------------------------------------------------------------------------------------


def test_the_grants_are_the_table_in_code_and_nothing_else(quiet_hub: Hub) -> None:
    rows = quiet_hub.owner.execute(
        "SELECT c.relname, coalesce(r.rolname, 'PUBLIC'), x.privilege_type, x.is_grantable"
        " FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace,"
        " aclexplode(c.relacl) x LEFT JOIN pg_roles r ON r.oid = x.grantee"
        " WHERE n.nspname = 'public' AND x.grantee <> c.relowner"
    ).fetchall()
    rights = {Verb.READ: "SELECT", Verb.ADD: "INSERT", Verb.CHANGE: "UPDATE",
              Verb.REMOVE: "DELETE"}  # fmt: skip
    wanted = {
        (table, hub_roles.group_of(quiet_hub.tag, role), rights[verb], False)
        for table in AREA_OF
        for role in Role
        for verb in verbs_on(role, table)
    } | {
        (table, hub_roles.group_of(quiet_hub.tag, role), "SELECT", False)
        for table in ("change", "alembic_version")
        for role in Role
    }
    assert set(rows) == wanted
    columns = "SELECT count(*) FROM pg_attribute WHERE attacl IS NOT NULL AND attrelid >= 16384"
    assert quiet_hub.one(columns) == 0


def test_each_role_may_execute_what_it_needs_and_nothing_else(quiet_hub: Hub) -> None:
    rows = quiet_hub.owner.execute(
        "SELECT p.proname, coalesce(r.rolname, 'PUBLIC') FROM pg_proc p"
        " JOIN pg_namespace n ON n.oid = p.pronamespace,"
        " aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) x"
        " LEFT JOIN pg_roles r ON r.oid = x.grantee"
        " WHERE n.nspname = 'public' AND x.grantee <> p.proowner"
    ).fetchall()
    every = [function.partition("(")[0] for function in hub_schema.FUNCTIONS]
    organisers = ["facilitator_make_code", "facilitator_expire_codes", "facilitator_put_off",
                  "facilitator_cut", "facilitator_deputy_secrets"]  # fmt: skip
    group = {role: hub_roles.group_of(quiet_hub.tag, role) for role in Role}
    assert set(rows) == {
        *((name, group[role]) for name in [*every, "facilitator_taken_off"] for role in Role),
        *((name, group[Role.ORGANISER]) for name in organisers),
        ("facilitator_join", hub_roles.joiners_of(quiet_hub.tag)),
    }


def test_the_schema_and_the_database_let_ours_in_and_nobody_make_anything(quiet_hub: Hub) -> None:
    groups = {*(hub_roles.group_of(quiet_hub.tag, role) for role in Role),
              hub_roles.joiners_of(quiet_hub.tag)}  # fmt: skip
    for table, acl, owner, where, right in (
        ("pg_namespace", "nspacl", "nspowner", "t.nspname = 'public'", "USAGE"),
        ("pg_database", "datacl", "datdba", "t.datname = current_database()", "CONNECT"),
    ):
        found = quiet_hub.owner.execute(
            f"SELECT coalesce(r.rolname, 'PUBLIC'), x.privilege_type FROM {table} t,"
            f" aclexplode(t.{acl}) x LEFT JOIN pg_roles r ON r.oid = x.grantee"
            f" WHERE {where} AND x.grantee <> t.{owner} AND r.rolname <> 'pg_database_owner'"
            f" IS NOT FALSE".encode()
        ).fetchall()
        assert set(found) == {(group, right) for group in groups}


def test_a_login_has_one_role_and_no_power_of_its_own(quiet_hub: Hub) -> None:
    login = quiet_hub.login(Role.DESK)
    powers = quiet_hub.owner.execute(
        "SELECT rolsuper, rolcreaterole, rolcreatedb, rolreplication, rolbypassrls"
        " FROM pg_roles WHERE rolname = %s", (login,),
    ).fetchone()  # fmt: skip
    assert powers == (False,) * 5
    groups = quiet_hub.owner.execute(
        "SELECT g.rolname, m.admin_option FROM pg_auth_members m"
        " JOIN pg_roles g ON g.oid = m.roleid JOIN pg_roles u ON u.oid = m.member"
        " WHERE u.rolname = %s", (login,),
    ).fetchall()  # fmt: skip
    assert groups == [(hub_roles.group_of(quiet_hub.tag, Role.DESK), False)]


@pytest.mark.parametrize("role", list(Role))
def test_a_laptop_that_freezes_does_not_stop_the_others(
    laptops: dict[Role, Line], role: Role
) -> None:
    for setting, value in (
        ("idle_in_transaction_session_timeout", "300ms"),
        ("lock_timeout", "500ms"),
        ("statement_timeout", "700ms"),
    ):
        row = laptops[role].execute(f"SHOW {setting}".encode()).fetchone()
        assert row == (value,)
    with laptops[role].transaction():
        laptops[role].execute(hub_roles.PATIENT)
        assert laptops[role].execute("SHOW statement_timeout").fetchone() == ("30s",)
    assert laptops[role].execute("SHOW statement_timeout").fetchone() == ("700ms",)


def test_installing_again_changes_nothing_and_sets_right_what_was_wrong(hub: Hub) -> None:
    acl = "SELECT array_agg(relname || relacl::text ORDER BY relname) FROM pg_class"
    before = hub.one(f"{acl} WHERE relacl IS NOT NULL AND oid >= 16384")
    desk = sql.Identifier(hub_roles.group_of(hub.tag, Role.DESK))
    hub.owner.execute(sql.SQL("GRANT DELETE ON attendee TO {}").format(desk))
    hub.owner.execute(sql.SQL("REVOKE INSERT ON scan FROM {}").format(desk))
    hub_roles.install_roles(hub.owner, hub.tag)
    hub_roles.install_joining(hub.owner, hub.tag)
    assert hub.one(f"{acl} WHERE relacl IS NOT NULL AND oid >= 16384") == before
    assert hub.join(hub.code(), "Door 1")["role"] == "desk"


# -- what a laptop must do works -------------------------------------------------------------------


def test_a_desk_checks_in_adds_a_walk_in_asks_and_takes_back(hub: Hub) -> None:
    login, line = hub.laptop(Role.DESK)
    with line:
        entries = check_in(hub)
        assert push(line, hub, entries) == ["ok"] * len(entries)
        assert push(line, hub, entries) == ["same"] * len(entries)
        pulled = line.execute("SELECT c_name FROM facilitator_pull(0, 500)").fetchall()
    assert {name for (name,) in pulled} >= {"presence", "attendee", "seat", "told", "scan"}
    assert hub.one("SELECT photo_consent FROM attendee WHERE id = %s", hub.guest) is True
    assert hub.one("SELECT count(*) FROM change WHERE who = %s", login) == len(entries)


def test_a_facilitator_takes_notes_and_runs_the_day(hub: Hub) -> None:
    note = a_note()
    session = SessionRow(position=1, title="Welcome", starts="2025-11-12T10:00", minutes=10)
    clock = ClockFactRow(number=1, kind="start", session_id=session.id, at=NOW, steady=1, boot="b")
    _, line = hub.laptop(Role.FACILITATOR)
    with line:
        assert push(line, hub, [
            sent(note),
            sent(NoteThemeRow(note_id=note.id, theme="capacity")),
            sent(a_note(id=note.id, why="Never any."), "u"),
            sent(HandsRow(note_id=note.id, moment="before", side="other", at=NOW, number=1)),
            sent(session),
            sent(SessionRow(id=session.id, position=1, title="Hello", starts="", minutes=9), "u"),
            sent(clock),
            sent(SettingRow(key="room", value={"face": "black"})),
            sent(SettingRow(key="room", value={"face": "welcome"}), "u"),
        ]) == ["ok"] * 9  # fmt: skip
    assert hub.one("SELECT why FROM note WHERE id = %s", note.id) == "Never any."


def test_an_organiser_erases_and_removes(hub: Hub) -> None:
    _, desk = hub.laptop(Role.DESK)
    with desk:
        push(desk, hub, check_in(hub))
    _, line = hub.laptop(Role.ORGANISER)
    with line:
        line.execute("UPDATE attendee SET given_name = '', erased_at = now()")
        line.execute("UPDATE presence SET reason = ''")
        for table in ("told", "badge_fact", "question_answer", "person_change"):
            line.execute(sql.SQL("DELETE FROM {}").format(sql.Identifier(table)))
    assert hub.one("SELECT count(*) FROM told") == 0
    assert hub.one("SELECT count(*) FROM attendee WHERE given_name <> ''") == 0


# -- what a laptop must not do ---------------------------------------------------------------------

#: statements that nobody who joined gets through, not even an organiser
NEVER = (
    "TRUNCATE scan",
    "DROP TABLE note",
    "DROP SCHEMA public CASCADE",
    "DROP TRIGGER facilitator_changed ON presence",
    "DROP FUNCTION facilitator_guard() CASCADE",
    "ALTER TABLE attendee ADD COLUMN mine int",
    "ALTER TABLE attendee DISABLE TRIGGER ALL",
    "SET session_replication_role = replica",
    "CREATE TABLE mine (x int)",
    "CREATE TEMP TABLE attendee (x int)",
    "CREATE SCHEMA mine",
    "CREATE VIEW mine AS SELECT 1",
    "CREATE FUNCTION mine() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    "CREATE EXTENSION dblink",
    "CREATE ROLE mine LOGIN",
    "CREATE DATABASE mine",
    "COPY attendee TO PROGRAM 'cat'",
    "COPY scan FROM PROGRAM 'true'",
    "COPY attendee TO '/tmp/attendees'",
    "COPY scan FROM '/etc/passwd'",
    "SELECT pg_read_file('/etc/passwd')",
    "SELECT lo_import('/etc/passwd')",
    "SELECT lo_from_bytea(0, 'mine')",
    "SELECT lo_create(0)",
    "SELECT rolpassword FROM pg_authid",
    "SELECT passwd FROM pg_shadow",
    "ALTER SYSTEM SET log_statement = 'all'",
    "SET SESSION AUTHORIZATION f_hub",
    "SET ROLE f_hub",
    "GRANT f_hub TO CURRENT_USER",
    "UPDATE alembic_version SET version_num = '9'",
    "DELETE FROM alembic_version",
    "INSERT INTO change SELECT * FROM change",
    "DELETE FROM change",
    "SELECT nextval('change_number')",
    "SELECT facilitator_append('note', 'x', 'd')",
    "SELECT * FROM hub_secret",
    "SELECT facilitator_make_login('f_hub', 'organiser', 'x')",
    "SELECT facilitator_join('Mine', '', '', 0, now())",
    "UPDATE heard SET waiting = 0",
    "INSERT INTO join_code (id, role, login) VALUES (gen_random_uuid(), 'organiser', 'x')",
    "DELETE FROM joined",
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'f_hub'",
)  # fmt: skip
#: statements of an organiser alone
ORGANISERS_ONLY = (
    "DELETE FROM attendee",
    "DELETE FROM presence",
    "DELETE FROM note",
    "DELETE FROM scan",
    "UPDATE presence SET kind = 'left'",
    "UPDATE scan SET raw = ''",
    "UPDATE attendee SET given_name = ''",
    "UPDATE attendee SET erased_at = now()",
    "UPDATE attendee SET cancelled = true, photo_consent = true",
    "UPDATE event SET purged_at = now()",
    "UPDATE side SET name = ''",
    "INSERT INTO setting VALUES ('call', '\"Me\"')",
    "INSERT INTO setting VALUES ('desk_pin', '\"\"')",
    "SELECT * FROM answer",
    "SELECT * FROM source",
    "SELECT * FROM asset",
    "SELECT * FROM set_aside",
    "SELECT * FROM draft",
    "SELECT * FROM heard",
    "SELECT * FROM join_code",
    "SELECT facilitator_deputy_secrets()",
    "SELECT * FROM facilitator_make_code('organiser', 'SCRAM-SHA-256$x', 10)",
    "SELECT facilitator_expire_codes()",
    "SELECT facilitator_put_off('x')",
    "SELECT facilitator_cut('x')",
    "UPDATE joined SET role = 'organiser'",
    "UPDATE joined SET put_off_at = NULL",
    "INSERT INTO joined (id, name, role) VALUES (gen_random_uuid(), 'Mine', 'organiser')",
    "UPDATE term SET number = 99",
    "INSERT INTO term (id, number, hub_id) VALUES (gen_random_uuid(), 99, gen_random_uuid())",
)
#: statements of facilitators and organisers
NOT_A_DESKS = (
    "SELECT * FROM note",
    "SELECT * FROM note_version",
    "SELECT * FROM note_theme",
    "SELECT * FROM hands",
    "SELECT * FROM pledge",
    "SELECT to_jsonb(n) FROM note n",
    "SELECT facilitator_line('note', '00000000-0000-0000-0000-000000000000')",
    "INSERT INTO note_version (id, note_id, number) VALUES (gen_random_uuid(), NULL, 1)",
    "UPDATE programme_session SET minutes = 1",
    "UPDATE room_table SET seats = 0",
    "DELETE FROM wish",
    "DELETE FROM room_table",
    "INSERT INTO clock_fact (id, number, kind) VALUES (gen_random_uuid(), 1, 'start')",
    "INSERT INTO setting VALUES ('room', '{}')",
    "UPDATE setting SET value = '{}'",
)


def _refuses(line: Line, statement: str) -> None:
    with pytest.raises(psycopg.Error) as caught:
        line.execute(statement.encode())
    assert isinstance(caught.value, InsufficientPrivilege), caught.value


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("statement", NEVER)
def test_nobody_who_joined(laptops: dict[Role, Line], role: Role, statement: str) -> None:
    _refuses(laptops[role], statement)


@pytest.mark.parametrize("role", [Role.DESK, Role.FACILITATOR])
@pytest.mark.parametrize("statement", ORGANISERS_ONLY)
def test_only_an_organiser(laptops: dict[Role, Line], role: Role, statement: str) -> None:
    if statement == "SELECT * FROM draft":
        _refuses(laptops[Role.ORGANISER], statement)
    _refuses(laptops[role], statement)


@pytest.mark.parametrize("statement", NOT_A_DESKS)
def test_no_desk(laptops: dict[Role, Line], statement: str) -> None:
    _refuses(laptops[Role.DESK], statement)


@pytest.mark.parametrize("role", [Role.DESK, Role.FACILITATOR])
def test_no_role_takes_a_higher_one(laptops: dict[Role, Line], quiet_hub: Hub, role: Role) -> None:
    organisers = hub_roles.group_of(quiet_hub.tag, Role.ORGANISER)
    for statement in ("SET ROLE {}", "GRANT {} TO CURRENT_USER", "ALTER ROLE {} LOGIN"):
        _refuses(laptops[role], statement.format(organisers))


def test_what_a_desk_may_not_read_is_not_even_named_to_it(hub: Hub) -> None:
    _, line = hub.laptop(Role.DESK)
    push(hub.owner, hub, [sent(a_note())])
    with line:
        rows = line.execute("SELECT c_name, c_key, c_line FROM facilitator_pull(0, 500)").fetchall()
    assert ("", "", None) in rows
    assert "note" not in {name for name, *_ in rows}


def test_one_refused_row_does_not_stop_those_around_it(hub: Hub) -> None:
    _, line = hub.laptop(Role.DESK)
    renamed = guest(hub.guest, given_name="Eve")
    with line:
        said = push(line, hub, [sent(renamed, "u"), sent(a_note()), sent(ScanRow(at=NOW, raw="x"))])
    assert [one[:13] for one in said] == ["refused 42501", "refused 42501", "ok"]
    assert hub.one("SELECT given_name FROM attendee WHERE id = %s", hub.guest) == "Ada"


# -- joining ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", list(Role))
def test_a_code_lets_one_laptop_in(hub: Hub, role: Role) -> None:
    code = hub.code(role)
    found = hub.join(code, "  Door\t1 ")
    assert found["role"] == role
    assert found["name"] == "Door 1"
    assert found["term"] == 3
    assert found["hub"] == "Hub laptop"
    assert UUID(found["event_id"]) == hub.one("SELECT id FROM event")
    assert found["login"] == hub_roles.login_of(hub.tag, UUID(found["desk_id"]))
    with hub.connect(found["login"], found["password"]) as line:
        assert line.execute("SELECT count(*) FROM attendee").fetchone() == (1,)
    row = hub.owner.execute(
        "SELECT name, role, machine, address, port, is_hub, abs(skew) < 5 FROM joined"
        " WHERE id = %s", (found["desk_id"],),
    ).fetchone()  # fmt: skip
    assert row == ("Door 1", role, MACHINE, "192.0.2.7", 54817, False, True)
    assert hub.one("SELECT by FROM join_code WHERE login = %s", code[0]) == "Door 1"


def test_deputies_are_named_to_whoever_joins(hub: Hub) -> None:
    deputy = hub.join(hub.code(Role.ORGANISER), "Amina")
    assert deputy["others"] == []
    desk = hub.join(hub.code(), "Door 1")
    assert desk["others"] == [{"addresses": ["192.0.2.7"], "port": 54817, "name": "Amina"}]
    hub_roles.put_off(hub.owner, deputy["login"])
    assert hub.join(hub.code(), "Door 2")["others"] == []


def test_a_code_opens_nothing_but_joining(hub: Hub) -> None:
    with hub.connect(*hub.code(Role.ORGANISER)) as line:
        for statement in ("SELECT * FROM attendee", "SELECT * FROM event", "SELECT * FROM joined",
                          "SELECT facilitator_hello(0, 3, 0)", "SELECT * FROM join_code",
                          "SELECT facilitator_pull(0, 1)", "SELECT facilitator_deputy_secrets()",
                          "CREATE TEMP TABLE mine (x int)"):  # fmt: skip
            _refuses(line, statement)


def test_a_used_code_is_said_to_be_used(hub: Hub) -> None:
    code = hub.code()
    with hub.connect(*code) as line:
        join_over(line, "Door 1")
        # over the connection that it came by, and over a new one
        assert "used already" in refused_in(lambda: join_over(line, "Door 2"))
    assert "used already" in refused_in(lambda: hub.join(code, "Door 2"))
    assert hub.one("SELECT count(*) FROM joined WHERE NOT is_hub") == 1


def test_an_old_code_is_said_to_be_over(hub: Hub) -> None:
    code = hub.code()
    with hub.connect(*code) as line:
        hub.owner.execute("UPDATE join_code SET until = now() - interval '1 second'")
        assert "is over" in refused_in(lambda: join_over(line, "Door 1"))
    late = hub.code(minutes=-1)
    assert "wrong, or over" in refused_in(lambda: hub.join(late, "Door 1"))
    assert hub.one("SELECT count(*) FROM joined WHERE NOT is_hub") == 0


def test_a_wrong_code_lets_nobody_in(hub: Hub) -> None:
    login, secret = hub.code()
    assert "wrong, or over" in refused_in(lambda: hub.join((login, secret + "0"), "Door 1"))
    unknown = f"{login[:-8]}00000000"
    assert "wrong, or over" in refused_in(lambda: hub.join((unknown, secret), "Door 1"))
    # the owner, or a laptop that has joined, has no code either
    assert "no code for joining" in refused_in(lambda: join_over(hub.owner, "Door 1"))


def test_logins_of_old_codes_go_after_an_hour(hub: Hub) -> None:
    used, old, fresh = hub.code(), hub.code(), hub.code()
    hub.join(used, "Door 1")
    hub.owner.execute(
        "UPDATE join_code SET until = now() - interval '61 minutes' WHERE login = %s", (old[0],)
    )
    assert hub_roles.expire_codes(hub.owner) == 1
    left = hub.owner.execute(
        "SELECT rolname FROM pg_roles WHERE starts_with(rolname, %s) ORDER BY 1",
        (f"{hub_roles.joiners_of(hub.tag)}_",),
    ).fetchall()
    assert left == sorted([(used[0],), (fresh[0],)])
    assert hub.join(fresh, "Door 2")["name"] == "Door 2"


@pytest.mark.parametrize("name", ["Door 1", "door 1", " DOOR  1 ", "Hub Laptop"])
def test_two_desks_of_one_name_are_refused_and_the_code_still_works(hub: Hub, name: str) -> None:
    hub.join(hub.code(), "Door 1")
    code = hub.code()
    said = refused_in(lambda: hub.join(code, name, "another machine"))
    assert said.startswith("There is a desk of that name already. The code still works.")
    assert hub.join(code, "Door 2", "another machine")["name"] == "Door 2"


def test_names_differ_in_more_than_their_capitals_beyond_a_to_z(hub: Hub) -> None:
    hub.join(hub.code(), "Élodie")
    code = hub.code()
    assert "of that name" in refused_in(lambda: hub.join(code, "éLODIE", "another machine"))


@pytest.mark.parametrize("name", ["", "  ", "\n", "x" * 61])
def test_a_desk_needs_a_name(hub: Hub, name: str) -> None:
    code = hub.code()
    assert "needs a name" in refused_in(lambda: hub.join(code, name))
    assert hub.join(code, "<b>Door</b> 1'; --")["name"] == "<b>Door</b> 1'; --"


def test_a_desk_that_was_put_off_leaves_its_name_to_the_next(hub: Hub) -> None:
    first = hub.join(hub.code(), "Door 1")
    hub_roles.put_off(hub.owner, first["login"])
    second = hub.join(hub.code(), "Door 1", "another machine")
    hub_roles.put_off(hub.owner, second["login"])
    third = hub.join(hub.code(), "Door 1", "a third machine")
    names = dict(hub.owner.execute("SELECT id::text, name FROM joined").fetchall())
    assert names[first["desk_id"]] == "Door 1 (put off)"
    assert names[second["desk_id"]] == "Door 1 (put off 2)"
    assert names[third["desk_id"]] == "Door 1"


def test_whoever_never_heard_the_answer_joins_again_under_the_same_name(hub: Hub) -> None:
    lost = hub.join(hub.code(), "Door 1")
    again = hub.join(hub.code(), "Door 1")
    assert "not permitted" in str(_error(lambda: hub.connect(lost["login"], lost["password"])))
    with hub.connect(again["login"], again["password"]) as line:
        line.execute("SELECT facilitator_hello(0, 3, 0)")
    # one that works is not thrown out by its own namesake
    assert "of that name" in refused_in(lambda: hub.join(hub.code(), "Door 1"))


def _error(call: Callable[[], object]) -> psycopg.Error:
    with pytest.raises(psycopg.Error) as caught:
        call()
    return caught.value


def _at_once(calls: list[Callable[[], object]]) -> list[object]:
    """What calls that begin at the same moment return, or raise."""
    start, found = threading.Barrier(len(calls)), list[object]([None] * len(calls))

    def run(place: int) -> None:
        start.wait(10)
        try:
            found[place] = calls[place]()
        except psycopg.Error as problem:
            found[place] = problem

    threads = [threading.Thread(target=run, args=(place,)) for place in range(len(calls))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    return found


def test_one_code_used_twice_at_the_same_moment_makes_one_desk(hub: Hub) -> None:
    code = hub.code()
    lines = [hub.connect(*code) for _ in range(3)]
    found = _at_once([
        lambda line=line, place=place: join_over(line, f"Door {place}")
        for place, line in enumerate(lines)
    ])  # fmt: skip
    for line in lines:
        line.close()
    assert sum(isinstance(one, dict) for one in found) == 1
    assert {one.sqlstate for one in found if isinstance(one, psycopg.Error)} == {"FJ002"}
    assert hub.one("SELECT count(*) FROM joined WHERE NOT is_hub") == 1


def test_two_codes_for_one_name_at_the_same_moment_make_one_desk(hub: Hub) -> None:
    lines = [hub.connect(*hub.code()) for _ in range(4)]
    found = _at_once([
        lambda line=line, place=place: join_over(line, "Door 1", f"machine {place}")
        for place, line in enumerate(lines)
    ])  # fmt: skip
    for line in lines:
        line.close()
    assert sum(isinstance(one, dict) for one in found) == 1
    assert {one.sqlstate for one in found if isinstance(one, psycopg.Error)} == {"FJ005"}


def test_an_organisers_laptop_invites_and_puts_off_too(hub: Hub) -> None:
    _, line = hub.laptop(Role.ORGANISER)
    with line:
        made = hub_roles.make_code(line, Role.DESK, "secret of ten letters")
        wait = made.until - datetime.now(UTC)
        assert timedelta(minutes=9) < wait < timedelta(minutes=11)
        desk = hub.join((made.login, "secret of ten letters"), "Door 1")
        other = hub.connect(desk["login"], desk["password"])
        assert hub_roles.put_off(line, desk["login"]) == 1
        assert _error(lambda: other.execute("SELECT 1")).sqlstate == "57P01"


# -- putting off -----------------------------------------------------------------------------------


def test_putting_off_cuts_a_live_connection_and_lets_it_in_no_more(hub: Hub) -> None:
    desk = hub.join(hub.code(), "Door 1")
    lines = [hub.connect(desk["login"], desk["password"]) for _ in range(2)]
    assert hub_roles.put_off(hub.owner, desk["login"]) == 2
    for line in lines:
        assert _error(lambda line=line: line.execute("SELECT 1")).sqlstate == "57P01"
    refusal = _error(lambda: hub.connect(desk["login"], desk["password"]))
    assert "not permitted to log in" in str(refusal)
    assert hub.one("SELECT put_off_at IS NOT NULL FROM joined WHERE id = %s", desk["desk_id"])
    assert desk["login"] not in hub_roles.verifiers(hub.owner, hub.tag)


def test_the_hub_itself_and_a_stranger_are_not_put_off(hub: Hub) -> None:
    hub_login = hub.one("SELECT login FROM joined WHERE is_hub")
    with pytest.raises(Refused, match="the hub itself"):
        hub_roles.put_off(hub.owner, hub_login)
    with pytest.raises(Refused, match="no such desk"):
        hub_roles.put_off(hub.owner, "postgres")
    with hub.owner.transaction(), pytest.raises(ValueError, match="transaction"):
        hub_roles.put_off(hub.owner, hub_login)


def test_a_laptop_says_that_its_data_was_taken_off(hub: Hub) -> None:
    desk = hub.join(hub.code(), "Door 1")
    other = hub.join(hub.code(), "Door 2")
    with hub.connect(desk["login"], desk["password"]) as line:
        line.execute("SELECT facilitator_taken_off()")
    gone = "SELECT taken_off_at IS NOT NULL FROM joined WHERE id = %s"
    assert hub.one(gone, desk["desk_id"]) is True
    assert hub.one(gone, other["desk_id"]) is False


# -- several events, several servers ---------------------------------------------------------------


def test_two_events_on_one_server_do_not_know_each_other(hub: Hub, quiet_hub: Hub) -> None:
    desk = hub.join(hub.code(), "Door 1")
    elsewhere = make_conninfo(
        quiet_hub.url, user=desk["login"], password=desk["password"], connect_timeout=5
    )
    assert "permission denied for database" in str(_error(lambda: psycopg.connect(elsewhere)))
    groups = {hub_roles.group_of(one.tag, role) for one in (hub, quiet_hub) for role in Role}
    assert len(groups) == 6


def test_dropping_the_roles_cuts_and_forgets_everybody(make_hub: Callable[..., Hub]) -> None:
    hub = make_hub()
    code, desk = hub.code(), hub.join(hub.code(), "Door 1")
    line = hub.connect(desk["login"], desk["password"])
    hub_roles.drop_roles(hub.owner, hub.tag)
    assert _error(lambda: line.execute("SELECT 1")).sqlstate == "57P01"
    assert _names(hub) == []
    assert "wrong, or over" in refused_in(lambda: hub.join(code, "Door 2"))


@pytest.mark.slow
def test_where_two_databases_have_one_tag_dropping_leaves_nobody_a_way_in(
    make_hub: Callable[..., Hub],
) -> None:
    hub = make_hub()
    desk, twin = hub.join(hub.code(), "Door 1"), make_hub(hub.tag)
    hub_roles.drop_roles(twin.owner, twin.tag)
    assert "password" in str(_error(lambda: hub.connect(desk["login"], desk["password"])))
    groups = sorted([*(hub_roles.group_of(hub.tag, role) for role in Role),
                     hub_roles.joiners_of(hub.tag)])  # fmt: skip
    assert _names(hub) == groups
    hub_roles.drop_roles(hub.owner, hub.tag)
    assert _names(hub) == []


def test_a_deputy_keeps_what_lets_the_same_passwords_in_elsewhere(
    make_hub: Callable[..., Hub],
) -> None:
    hub = make_hub()
    deputy = hub.join(hub.code(Role.ORGANISER), "Amina")
    desk = hub.join(hub.code(), "Door 1")
    lost = hub.join(hub.code(), "Door 2")
    hub_roles.put_off(hub.owner, lost["login"])
    with hub.connect(deputy["login"], deputy["password"]) as line:
        kept = hub_roles.deputy_secrets(line)
    assert kept.ca_key == "-----the event's key-----"
    assert {login: role for login, (role, _) in kept.logins.items()} == {
        deputy["login"]: Role.ORGANISER, desk["login"]: Role.DESK,
    }  # fmt: skip
    assert all(secret.startswith("SCRAM-SHA-256$") for _, secret in kept.logins.values())
    assert {k: v for k, (_, v) in kept.logins.items()} == hub_roles.verifiers(hub.owner, hub.tag)

    # The event's roles are gone, as on the server of a laptop that was only joined; then restored.
    hub_roles.drop_roles(hub.owner, hub.tag)
    after = make_hub(hub.tag)
    # put off after the deputy had last heard of the secrets, but known to it from the facts
    late = JoinedRow(name="Late", role="desk", login=f"f_{hub.tag.lower()}_00000001",
                     joined_at=NOW, put_off_at=NOW)  # fmt: skip
    assert push(after.owner, after, [sent(late)]) == ["ok"]
    logins = {**kept.logins, late.login: kept.logins[desk["login"]]}
    hub_roles.restore_logins(after.owner, after.tag, logins)
    with after.connect(desk["login"], desk["password"]) as line:
        assert line.execute("SELECT count(*) FROM attendee").fetchone() == (1,)
        _refuses(line, "SELECT * FROM note")
    with after.connect(deputy["login"], deputy["password"]) as line:
        line.execute("SELECT * FROM note")
    assert "password" in str(_error(lambda: after.connect(desk["login"], "another")))
    assert "password" in str(_error(lambda: after.connect(lost["login"], lost["password"])))
    assert late.login not in _names(after)


def test_on_a_server_of_somebody_else_its_owner_needs_no_superuser(hub_server: HubServer) -> None:
    name = f"owner_{secrets.token_hex(4)}"
    with psycopg.connect(hub_server.admin_url(), autocommit=True) as admin:
        admin.execute(
            sql.SQL("CREATE ROLE {} LOGIN CREATEROLE CREATEDB PASSWORD 'theirs'").format(
                sql.Identifier(name)
            )
        )
    host, _, query = hub_server.admin_url(f"event_of_{name}").partition("@")[2].partition("?")
    url = f"postgresql://{name}:theirs@{host}?{query.replace('&connect_timeout=10', '')}"
    create_event(url, NewEvent("Winter day", NOW.date(), "Hall"), SystemClocks()).close()
    with psycopg.connect(url, autocommit=True) as owner:
        hub_schema.install(owner)
        hub = _set_up(url, secrets.token_hex(3), owner)
        desk, deputy = hub.join(hub.code(), "Door 1"), hub.join(hub.code(Role.ORGANISER), "Amina")
        with hub.connect(deputy["login"], deputy["password"]) as line:
            _refuses(line, "SELECT * FROM hub_secret")
            # nobody there but the server's own superuser may read how passwords are kept
            assert hub_roles.deputy_secrets(line).logins == {}
            assert hub_roles.verifiers(line, hub.tag) == {}
            away = hub.connect(desk["login"], desk["password"])
            _refuses(away, "UPDATE attendee SET given_name = ''")
            assert push(away, hub, check_in(hub))[0] == "ok"
            assert hub_roles.put_off(line, desk["login"]) == 1
        assert _error(lambda: away.execute("SELECT 1")).sqlstate == "57P01"
        hub_roles.drop_roles(owner, hub.tag)
        assert _names(hub) == []


def test_only_verifiers_of_this_event_are_restored(quiet_hub: Hub) -> None:
    verifier = "SCRAM-SHA-256$4096:c2FsdA==$a2V5:a2V5"
    for login, secret in (
        ("postgres", verifier),
        (f"f_{quiet_hub.tag.lower()}_00000001", "a password in the clear"),
    ):
        with pytest.raises(ValueError, match="verifier"):
            hub_roles.restore_logins(quiet_hub.owner, quiet_hub.tag, {login: ("desk", secret)})
    with pytest.raises(psycopg.Error) as caught:
        hub_roles.restore_logins(
            quiet_hub.owner, quiet_hub.tag, {f"f_{quiet_hub.tag.lower()}_desk": ("desk", verifier)}
        )
    assert caught.value.sqlstate == "FJ006"


@pytest.mark.parametrize("tag", ["", "a b", "x'; DROP", "ninechars", "é"])
def test_a_tag_that_is_none_makes_no_names(tag: str) -> None:
    with pytest.raises(ValueError, match="no event's tag"):
        hub_roles.group_of(tag, Role.DESK)


def test_no_statement_of_the_program_carries_a_password(hub: Hub) -> None:
    """Whoever logs or watches the server's statements sees verifiers only."""
    seen: list[str] = []
    with psycopg.connect(hub.url, autocommit=True) as line:
        line.execute("SET client_min_messages = log")
        line.execute("SET log_statement = 'all'")
        line.execute("SET log_parameter_max_length = -1")
        line.add_notice_handler(lambda notice: seen.append(str(notice.message_primary)))
        line.add_notice_handler(lambda notice: seen.append(str(notice.message_detail)))
        hub_roles.make_login(line, hub.tag, uuid4(), Role.DESK, "a password in the clear")
        hub_roles.make_code(line, Role.DESK, "a secret in the clear")
    assert any("facilitator_make_login" in one for one in seen)
    assert not any("in the clear" in one for one in seen)
