"""Roles on a hub's server, made from the one table of who may do what (`domain/roles.py`).

A group of each role holds the grants, and the event's tag is in every name, so that several events
live on one server: `f_k7p2_desk`, `f_k7p2_facilitator`, `f_k7p2_organiser`. Each laptop has a login
of its own, `f_k7p2_` with eight hexadecimal digits of its id. A code for joining is the password
of a login `f_k7p2_join_…` that may call `facilitator_join` and nothing else, once.

Grants are of whole tables: column grants break the mapper's statements. Where a role may change
only some columns or some rows, a trigger holds that (`hub_guard.sql`).

Everything here needs the owner of the event's database with the right to make roles; on the hub's
own server that is its superuser. `make_code`, `put_off`, `expire_codes` and `deputy_secrets` work
over an organiser's connection too.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
from psycopg import Connection, sql
from psycopg.pq import TransactionStatus

from facilitator.domain.errors import Refused
from facilitator.domain.roles import AREA_OF, ONLY, Role, Verb, verbs_on
from facilitator.store.hub_schema import FUNCTIONS, READABLE

#: a statement of many rows, or a download, may take longer than a role's statements usually do; to
#: be executed at the beginning of its transaction
PATIENT = (
    "SET LOCAL statement_timeout = '30s'; SET LOCAL lock_timeout = '5s'; "
    "SET LOCAL idle_in_transaction_session_timeout = '30s'"
)

_RIGHTS = {
    Verb.READ: sql.SQL("SELECT"), Verb.ADD: sql.SQL("INSERT"), Verb.CHANGE: sql.SQL("UPDATE"),
    Verb.REMOVE: sql.SQL("DELETE"),
}  # fmt: skip
_ORGANISERS = (
    "facilitator_make_code(text, text, int)",
    "facilitator_expire_codes()",
    "facilitator_put_off(text)",
    "facilitator_cut(text)",
    "facilitator_deputy_secrets()",
)
#: what nobody needs and everybody may: files inside the database
_LARGE_OBJECTS = (
    "lo_create(oid)", "lo_creat(int)", "lo_from_bytea(oid, bytea)", "lo_open(oid, int)",
    "lo_put(oid, bigint, bytea)", "lo_unlink(oid)",
)  # fmt: skip
_SCRAM = "SCRAM-SHA-256"


@dataclass(frozen=True, slots=True)
class NewCode:
    """A login for joining, whose password is the code's secret."""

    login: str
    until: datetime


@dataclass(frozen=True, slots=True)
class DeputySecrets:
    """What a deputy keeps to be the hub: logins with their roles and SCRAM verifiers, and the key
    of the event's authority (empty where the hub's server is not its own)."""

    logins: Mapping[str, tuple[Role, str]]
    ca_key: str


# -- names -----------------------------------------------------------------------------------------


def group_of(tag: str, role: Role | str) -> str:
    """The group that holds a role's grants."""
    return f"{_prefix(tag)}{Role(role)}"


def joiners_of(tag: str) -> str:
    """The group of the logins that codes for joining have."""
    return f"{_prefix(tag)}join"


def login_of(tag: str, desk_id: UUID) -> str:
    """A laptop's login. The last digits of its id: the first ones of a UUIDv7 are only a time."""
    return f"{_prefix(tag)}{desk_id.hex[-8:]}"


def _prefix(tag: str) -> str:
    if not re.fullmatch(r"[0-9A-Za-z]{1,8}", tag):
        raise ValueError(f"{tag!r} is no event's tag")
    return f"f_{tag.lower()}_"


# -- setting up ------------------------------------------------------------------------------------


def install_roles(connection: Connection[Any], tag: str, tables: Iterable[str] = ()) -> None:
    """Make the event's groups and give each what the table of roles says, and nothing else.

    After the event's tables and the hub's functions are there. `tables` are those of the event;
    all of them where none are named. Doing it again sets everything right.
    """
    names = sorted(set(tables) or AREA_OF.keys())
    groups = {role: sql.Identifier(group_of(tag, role)) for role in Role}
    joiners = sql.Identifier(joiners_of(tag))
    everyone = sql.SQL(", ").join([*groups.values(), joiners])
    with connection.transaction():
        for group in (*(group_of(tag, role) for role in Role), joiners_of(tag)):
            _make_group(connection, group)
        database = sql.Identifier(connection.info.dbname)
        for statement in (
            "REVOKE ALL ON DATABASE {database} FROM PUBLIC",
            "GRANT CONNECT ON DATABASE {database} TO {everyone}",
            "REVOKE ALL ON SCHEMA public FROM PUBLIC",
            "GRANT USAGE ON SCHEMA public TO {everyone}",
            "REVOKE ALL ON ALL TABLES IN SCHEMA public FROM PUBLIC, {everyone}",
            "REVOKE ALL ON ALL SEQUENCES IN SCHEMA public FROM PUBLIC, {everyone}",
            "REVOKE ALL ON ALL FUNCTIONS IN SCHEMA public FROM PUBLIC",
        ):
            connection.execute(sql.SQL(statement).format(database=database, everyone=everyone))
        _refuse_large_objects(connection)
        connection.execute(_script("hub_guard.sql", {}))
        connection.execute("REVOKE ALL ON FUNCTION facilitator_guard() FROM PUBLIC")
        for name in names:
            for role, group in groups.items():
                _grant(connection, name, [v for v in Verb if v in verbs_on(role, name)], group)
            _guard(connection, tag, name)
        for name in (*READABLE, "alembic_version"):
            for group in groups.values():
                _grant(connection, name, [Verb.READ], group)
        _let_execute(connection, FUNCTIONS, groups.values())
        if connection.info.server_version >= 160000:
            # Places that strangers who connect and say nothing cannot take.
            reserve = sql.SQL("GRANT pg_use_reserved_connections TO {}").format(everyone)
            with suppress(psycopg.errors.InsufficientPrivilege), connection.transaction():
                connection.execute(reserve)


def install_joining(connection: Connection[Any], tag: str) -> None:
    """Make the functions by which laptops join and are put off, after `install_roles`."""
    functions = {"tag": _prefix(tag)[2:-1], "fold": _collation(connection)}
    organisers = sql.Identifier(group_of(tag, Role.ORGANISER))
    every_login = [sql.Identifier(group_of(tag, role)) for role in Role]
    with connection.transaction():
        connection.execute(_script("hub_roles.sql", functions))
        connection.execute("REVOKE ALL ON ALL FUNCTIONS IN SCHEMA public FROM PUBLIC")
        _let_execute(
            connection, ["facilitator_join(text, text, text, int, timestamptz)"],
            [sql.Identifier(joiners_of(tag))],
        )  # fmt: skip
        _let_execute(connection, _ORGANISERS, [organisers])
        _let_execute(connection, ["facilitator_taken_off()"], every_login)


def keep_ca_key(connection: Connection[Any], pem: str) -> None:
    """Keep the key of the event's authority for the deputies; nobody else reads it."""
    connection.execute(
        "INSERT INTO hub_secret (key, value) VALUES ('ca_key', %s) "
        "ON CONFLICT (key) DO UPDATE SET value = excluded.value",
        (pem,),
    )


def drop_roles(connection: Connection[Any], tag: str) -> None:
    """Take every role of the event from the server, and cut those that are connected.

    Where another database of the server still knows them, they stay without a way in.
    """
    names = [
        name
        for (name,) in connection.execute(
            "SELECT rolname FROM pg_roles WHERE starts_with(rolname, %s) ORDER BY rolcanlogin DESC",
            (_prefix(tag),),
        ).fetchall()
    ]
    _closed(connection)
    with connection.transaction():
        for name in names:
            connection.execute(sql.SQL("ALTER ROLE {} NOLOGIN").format(sql.Identifier(name)))
    connection.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
        "WHERE usename = ANY(%s) AND pid <> pg_backend_pid()",
        (names,),
    )
    database = sql.Identifier(connection.info.dbname)
    for role in map(sql.Identifier, names):
        with connection.transaction():
            for statement in (
                "REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {role}",
                "REVOKE ALL ON ALL FUNCTIONS IN SCHEMA public FROM {role}",
                "REVOKE ALL ON SCHEMA public FROM {role}",
                "REVOKE ALL ON DATABASE {database} FROM {role}",
            ):
                connection.execute(sql.SQL(statement).format(role=role, database=database))
        with suppress(psycopg.errors.DependentObjectsStillExist), connection.transaction():
            connection.execute(sql.SQL("DROP ROLE {}").format(role))


# -- logins ----------------------------------------------------------------------------------------


def make_login(
    connection: Connection[Any], tag: str, desk_id: UUID, role: Role | str, password: str
) -> str:
    """Make a laptop's login, or give it this role and password; returns its name.

    Its transactions end by themselves where it freezes: idle in one for 300 ms, waiting for a lock
    for 500 ms, a statement of 700 ms (`PATIENT` asks for more).
    """
    login = login_of(tag, desk_id)
    _make(connection, login, Role(role), _verifier(connection, login, password))
    return login


def put_off(connection: Connection[Any], login: str) -> int:
    """Let a laptop in no more, and cut its connections; returns how many there were.

    No transaction may be open. Refused for the hub itself and for one that there is not.
    """
    _closed(connection)
    try:
        with connection.transaction():
            connection.execute("SELECT facilitator_put_off(%s)", (login,))
    except psycopg.Error as problem:
        raise refused(problem) or problem from problem
    with connection.transaction():
        row = connection.execute("SELECT facilitator_cut(%s)", (login,)).fetchone()
    return int(row[0]) if row else 0


def verifiers(connection: Connection[Any], tag: str) -> dict[str, str]:
    """Each login that may come in, with the SCRAM verifier of its password.

    Empty on a server whose verifiers this connection may not read.
    """
    try:
        with connection.transaction():
            rows = connection.execute(
                "SELECT rolname, rolpassword FROM pg_authid "
                "WHERE rolname ~ %s AND rolcanlogin AND rolpassword IS NOT NULL",
                (f"^{_prefix(tag)}[0-9a-f]{{8}}$",),
            ).fetchall()
    except psycopg.errors.InsufficientPrivilege:
        return {}
    return dict(rows)


def restore_logins(
    connection: Connection[Any], tag: str, logins: Mapping[str, tuple[Role | str, str]]
) -> None:
    """Make the logins of another hub here: {login: (role, SCRAM verifier)}. The same passwords
    open them; those of laptops that were put off since are left out.

    After `install_joining`, and with the rows of `joined` in their table. ValueError for what is
    no verifier or no login of the event.
    """
    with connection.transaction():
        rows = connection.execute("SELECT login FROM joined WHERE put_off_at IS NOT NULL")
        put_off_since = {login for (login,) in rows.fetchall()}
        for login, (role, verifier) in logins.items():
            if not verifier.startswith(f"{_SCRAM}$") or not login.startswith(_prefix(tag)):
                raise ValueError(f"{login} has no verifier, or is of another event")
            if login not in put_off_since:
                _make(connection, login, Role(role), verifier)


def deputy_secrets(connection: Connection[Any]) -> DeputySecrets:
    """What the hub gives an organiser's laptop to keep. InsufficientPrivilege for all others."""
    row = connection.execute("SELECT facilitator_deputy_secrets()").fetchone()
    found = row[0] if row else {}
    roles = found["roles"]
    logins = {
        login: (Role(roles[login]), verifier)
        for login, verifier in found["scram"].items()
        if login in roles
    }
    return DeputySecrets(logins, found["ca_key"] or "")


# -- codes for joining -----------------------------------------------------------------------------


def make_code(
    connection: Connection[Any], role: Role | str, secret: str, *, minutes: int = 10
) -> NewCode:
    """Make a login for joining, whose password is `secret`; the server only learns its verifier."""
    verifier = _verifier(connection, "", secret)
    row = connection.execute(
        "SELECT login, until FROM facilitator_make_code(%s, %s, %s)",
        (str(Role(role)), verifier, minutes),
    ).fetchone()
    assert row is not None
    return NewCode(*row)


def expire_codes(connection: Connection[Any]) -> int:
    """Drop the logins of codes that were over an hour ago; returns how many.

    Until then one who comes too late is told that the code is over, or was used.
    """
    row = connection.execute("SELECT facilitator_expire_codes()").fetchone()
    return int(row[0]) if row else 0


def refused(problem: psycopg.Error) -> Refused | None:
    """What is said about a failure of joining or of putting off; None where it is another's.

    A login that is not let in names no SQLSTATE: there the server's words tell.
    """
    if problem.sqlstate in _SAID:
        return Refused(*_SAID[problem.sqlstate])
    words = str(problem).casefold()
    if "not permitted to log in" in words:
        return Refused(*_SAID["FJ002"])
    if "password authentication failed" in words or 'role "' in words:
        return Refused(*_OVER)
    if "too many connections for role" in words:
        return Refused(
            "Another laptop is joining with this code just now.", "", "Ask for a code of your own."
        )
    return None


_OVER = ("This code is wrong, or over.", "", "Ask the hub for a new one.")
_SAID = {
    "FJ001": ("This is no code for joining this event.", "", "Ask the hub for one."),
    "FJ002": ("This code was used already.", "", "Ask the hub for a new one: each works once."),
    "FJ003": ("This code is over.", "", "Ask the hub for a new one: each lasts ten minutes."),
    "FJ004": (
        "A desk needs a name of at most 60 letters.",
        "The code still works.",
        "Give it one, such as “Door 1”.",
    ),
    "FJ005": (
        "There is a desk of that name already.",
        "The code still works.",
        "Take another name; or put that desk off first, if it is this laptop.",
    ),
    "FJ006": ("There is no such desk.", "Nothing was changed."),
    "FJ007": (
        "That is the hub itself.",
        "Nothing was changed.",
        "To end sharing choose “Stop sharing”.",
    ),
}


# -- internal --------------------------------------------------------------------------------------


def _closed(connection: Connection[Any]) -> None:
    # NOLOGIN must be seen by all before connections are cut, or they would be back at once.
    if connection.info.transaction_status is not TransactionStatus.IDLE:
        raise ValueError("a transaction is open")


def _make_group(connection: Connection[Any], name: str) -> None:
    if connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", (name,)).fetchone() is None:
        connection.execute(sql.SQL("CREATE ROLE {} NOLOGIN").format(sql.Identifier(name)))


def _make(connection: Connection[Any], login: str, role: Role, verifier: str) -> None:
    connection.execute(
        "SELECT facilitator_make_login(%s, %s, %s)", (login, str(role), verifier)
    ).fetchone()


def _verifier(connection: Connection[Any], login: str, password: str) -> str:
    """The password as the server keeps it, so that no log of its statements can hold it."""
    made = connection.pgconn.encrypt_password(
        password.encode(), login.encode(), _SCRAM.lower().encode()
    )
    return made.decode()


def _grant(
    connection: Connection[Any], table: str, verbs: list[Verb], group: sql.Identifier
) -> None:
    if verbs and _exists(connection, "to_regclass", f'public."{table}"'):
        connection.execute(
            sql.SQL("GRANT {} ON {} TO {}").format(
                sql.SQL(", ").join(_RIGHTS[verb] for verb in verbs),
                sql.Identifier("public", table),
                group,
            )
        )


def _guard(connection: Connection[Any], tag: str, table: str) -> None:
    narrowed = {role: only for (role, name), only in ONLY.items() if name == table}
    if not narrowed or not _exists(connection, "to_regclass", f'public."{table}"'):
        return
    arguments = [group_of(tag, Role.ORGANISER)]
    for role, only in narrowed.items():
        arguments += [group_of(tag, role), ",".join(sorted(only.fields)),
                      ",".join(sorted(only.keys))]  # fmt: skip
    on = sql.Identifier("public", table)
    connection.execute(sql.SQL("DROP TRIGGER IF EXISTS facilitator_guard ON {}").format(on))
    connection.execute(
        sql.SQL(
            "CREATE TRIGGER facilitator_guard BEFORE INSERT OR UPDATE ON {} "
            "FOR EACH ROW EXECUTE FUNCTION facilitator_guard({})"
        ).format(on, sql.SQL(", ").join(map(sql.Literal, arguments)))
    )


def _let_execute(
    connection: Connection[Any], functions: Iterable[str], groups: Iterable[sql.Composable]
) -> None:
    to = sql.SQL(", ").join(list(groups))
    for function in functions:
        if _exists(connection, "to_regprocedure", f"public.{function}"):
            connection.execute(
                sql.SQL("GRANT EXECUTE ON FUNCTION public.{} TO {}").format(
                    sql.SQL(function),  # pyright: ignore[reportArgumentType] (our own constants)
                    to,
                )
            )


def _exists(connection: Connection[Any], how: str, name: str) -> bool:
    query = sql.SQL("SELECT {}(%s) IS NOT NULL").format(sql.Identifier(how))
    row = connection.execute(query, (name,)).fetchone()
    return bool(row and row[0])


def _refuse_large_objects(connection: Connection[Any]) -> None:
    row = connection.execute(
        "SELECT rolsuper FROM pg_roles WHERE rolname = current_user"
    ).fetchone()
    if row and row[0]:
        for function in _LARGE_OBJECTS:
            statement = f"REVOKE EXECUTE ON FUNCTION pg_catalog.{function} FROM PUBLIC"
            connection.execute(statement.encode())


def _collation(connection: Connection[Any]) -> str:
    """Under which capital letters beyond A to Z have their small ones; "C" knows none."""
    row = connection.execute(
        "SELECT collname FROM pg_collation WHERE collname = ANY(%s) "
        "AND collencoding IN (-1, (SELECT encoding FROM pg_database "
        "                          WHERE datname = current_database())) "
        "ORDER BY collname <> 'und-x-icu' LIMIT 1",
        (["und-x-icu", "pg_c_utf8", "C.utf8"],),
    ).fetchone()
    return f'"{row[0] if row else "C"}"'


def _script(name: str, values: Mapping[str, str]) -> bytes:
    text = Path(__file__).with_name(name).read_text("utf-8")
    for key, value in values.items():
        text = text.replace(f"@{key}@", value)
    return text.encode()
