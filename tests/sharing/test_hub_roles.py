"""What a laptop may do at the hub: asked of a real server, with a laptop's own login."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from psycopg import sql

from facilitator.domain.roles import AREA_OF, Role, Verb, verbs_on
from facilitator.store import hub_roles, hub_schema
from facilitator.store.hub_server import HubServer
from facilitator.store.rows import (
    ClockFactRow,
    HandsRow,
    NoteThemeRow,
    ScanRow,
    SessionRow,
    SettingRow,
)
from tests.sharing.role_hub import (
    NOW,
    Hub,
    Line,
    a_note,
    check_in,
    forget,
    guest,
    make_role_hub,
    push,
    refuses,
    sent,
)


@pytest.fixture(scope="module")
def quiet_hub(hub_server: HubServer, hub_template: str) -> Iterator[Hub]:
    """A hub for tests after which it is as it was before."""
    made = make_role_hub(hub_server, hub_template)
    yield made
    forget(made)


@pytest.fixture(scope="module")
def laptops(quiet_hub: Hub) -> Iterator[dict[Role, Line]]:
    """A laptop of each role that has joined `quiet_hub`."""
    found = {role: quiet_hub.laptop(role)[1] for role in Role}
    yield found
    for line in found.values():
        line.close()


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


@pytest.mark.parametrize("plans", ["auto", "force_generic_plan", "force_custom_plan"])
def test_a_desk_checks_in_adds_a_walk_in_asks_and_takes_back(hub: Hub, plans: str) -> None:
    """However the server plans: a generic plan asks grants of all that an expression names."""
    login, line = hub.laptop(Role.DESK)
    with line:
        line.execute(f"SET plan_cache_mode = {plans}".encode())
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
    "SELECT facilitator_append('note', 'x', 'd', NULL)",
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


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("statement", NEVER)
def test_nobody_who_joined(laptops: dict[Role, Line], role: Role, statement: str) -> None:
    refuses(laptops[role], statement)


@pytest.mark.parametrize("role", [Role.DESK, Role.FACILITATOR])
@pytest.mark.parametrize("statement", ORGANISERS_ONLY)
def test_only_an_organiser(laptops: dict[Role, Line], role: Role, statement: str) -> None:
    if statement == "SELECT * FROM draft":
        refuses(laptops[Role.ORGANISER], statement)
    refuses(laptops[role], statement)


@pytest.mark.parametrize("statement", NOT_A_DESKS)
def test_no_desk(laptops: dict[Role, Line], statement: str) -> None:
    refuses(laptops[Role.DESK], statement)


@pytest.mark.parametrize("role", [Role.DESK, Role.FACILITATOR])
def test_no_role_takes_a_higher_one(laptops: dict[Role, Line], quiet_hub: Hub, role: Role) -> None:
    organisers = hub_roles.group_of(quiet_hub.tag, Role.ORGANISER)
    for statement in ("SET ROLE {}", "GRANT {} TO CURRENT_USER", "ALTER ROLE {} LOGIN"):
        refuses(laptops[role], statement.format(organisers))


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
