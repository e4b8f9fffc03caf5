"""How a hub begins and ends: an event's file becomes a shared one, a deputy takes over, and at the
end everything is in the file again and nothing listens."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
from psycopg import sql
from sqlalchemy.engine import make_url
from sqlmodel import Session, col, select

from facilitator.clocks import Clocks
from facilitator.domain.errors import HubGone, Refused, Trouble, WorldTrouble
from facilitator.domain.ids import new_id
from facilitator.domain.join_code import usual_database
from facilitator.domain.roles import Role
from facilitator.domain.text import clean
from facilitator.services.events import read_event
from facilitator.services.hub_policy import HubPolicy
from facilitator.services.privacy_removals import Removals
from facilitator.services.settings import write_setting
from facilitator.services.waking import this_machine
from facilitator.store.database import Database
from facilitator.store.hub import Account, Place, account_folder, read_account
from facilitator.store.hub_addresses import is_free, own_addresses
from facilitator.store.hub_certificates import fetch_chain
from facilitator.store.hub_fill import fill_hub
from facilitator.store.hub_link import Link
from facilitator.store.hub_outbox import (
    Cursor,
    begin_capturing,
    end_capturing,
    read_cursor,
    write_cursor,
)
from facilitator.store.hub_roles import (
    DeputySecrets,
    deputy_secrets,
    drop_roles,
    install_joining,
    install_roles,
    keep_ca_key,
    login_of,
    make_login,
    restore_logins,
)
from facilitator.store.hub_schema import install, replicated
from facilitator.store.hub_server import HubServer
from facilitator.store.hub_terms import is_replacing
from facilitator.store.rows import JoinedRow, TermRow
from facilitator.store.whole import write_private

_DEPUTY = "deputy.json"
#: whoever does not leave the hub's server within so many seconds is frozen, and has had no answer
_GOING = 3.0
#: where the URL of a server is kept that was there before, with its owner's password
_SERVER = "server.url"


@dataclass(frozen=True, slots=True)
class Deputy:
    """What a laptop keeps to be the hub: the authority's key, and every login's verifier."""

    ca_key: str = ""
    logins: Mapping[str, tuple[Role, str]] = field(default_factory=dict)


def hub_folder(local: Path) -> Path:
    """Where the server of an event lies that is shared from this laptop: beside it."""
    return local.with_name(f"{local.name}.hub")


def attach(database: Database, clocks: Clocks) -> Link | None:
    """Tie an open file to its hub, where it is shared; None where it is this laptop's alone."""
    path = database.path
    account = read_account(path) if path is not None else None
    if account is None:
        return None
    with database.engine.connect() as connection:
        if read_cursor(connection) is None:
            return None
    link = Link(database, account, HubPolicy(), clocks.now)
    link.hears = Removals(database, clocks, UUID(account.desk_id)).hear
    database.link = link
    return link


# --- the deputy's secrets -------------------------------------------------------------------------


def keep_deputy(account: Account, link: Link) -> None:
    """Keep what an organiser's laptop needs to be the hub one day. Raises HubGone."""
    try:
        found = link.hub.ask(deputy_secrets)
    except psycopg.Error as problem:
        raise HubGone("The hub did not answer.") from problem
    write_deputy(account.folder, found)


def write_deputy(folder: Path, found: DeputySecrets) -> None:
    """Keep what a hub told an organiser's laptop; a server that tells nothing changes nothing."""
    if found.logins:
        content = {
            "ca_key": found.ca_key,
            "logins": {login: [str(role), scram] for login, (role, scram) in found.logins.items()},
        }
        write_private(folder / _DEPUTY, json.dumps(content))


def read_deputy(folder: Path) -> Deputy:
    """What was kept; empty where nothing was, or it cannot be read."""
    try:
        found = json.loads((folder / _DEPUTY).read_text("utf-8"))
        logins = {login: (Role(role), scram) for login, (role, scram) in found["logins"].items()}
        return Deputy(found["ca_key"], logins)
    except (OSError, ValueError, KeyError, TypeError):
        return Deputy()


# --- beginning ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Wanted:
    """How a hub is to begin. `server` is the URL of one that is there already; else one is
    started. `addresses` are those that other laptops are told, this laptop's own where empty."""

    name: str = ""
    port: int = 0
    addresses: tuple[str, ...] = ()
    server: str = ""


def begin(database: Database, clocks: Clocks, wanted: Wanted) -> Link:
    """Make this laptop the hub of its event, in the next term, and tie the file to it.

    Every row moves with its id and time. Nothing is written to the file meanwhile. Where anything
    fails the file is as it was and nothing listens.
    """
    path = database.path
    assert path is not None
    earlier = read_account(path)
    with database.reading() as session:
        event = read_event(session)
        me = session.get(JoinedRow, UUID(earlier.desk_id)) if earlier is not None else None
    # Where the others look for it, as long as nothing else listens there.
    if me is not None and me.port and not wanted.port and is_free(me.port):
        wanted = replace(wanted, port=me.port)
    folder = account_folder(path)
    deputy = read_deputy(folder)
    with _somewhere(path, event.name, event.id, wanted, deputy) as place:
        account = _move(database, clocks, wanted, place, deputy)
    folder.mkdir(mode=0o700, exist_ok=True)
    write_private(folder / "ca.pem", place.ca_cert)
    if wanted.server:
        write_private(folder / _SERVER, wanted.server)
    account.save()
    link = attach(database, clocks)
    assert link is not None
    return link


@dataclass(slots=True)
class _Place:
    """A server that is ready for the event."""

    url: Callable[[str], str]
    addresses: tuple[str, ...]
    port: int
    ca_cert: str
    ca_key: str


@contextmanager
def _somewhere(
    path: Path, name: str, event_id: UUID, wanted: Wanted, deputy: Deputy
) -> Iterator[_Place]:
    """The server: one of our own, made and started, or the one that was named. What was made is
    removed where what follows fails."""
    if wanted.server:
        yield _named(wanted)
        return
    server = HubServer(hub_folder(path))
    known = account_folder(path) / "ca.pem"
    authority = (
        (known.read_text("ascii"), deputy.ca_key) if deputy.ca_key and known.is_file() else None
    )
    try:
        server.create(name, event_id, authority)
        port = server.start(wanted.port, wanted.addresses)
        yield _Place(
            server.admin_url, wanted.addresses or tuple(own_addresses()), port, server.ca_cert,
            server.ca_key,
        )  # fmt: skip
    except BaseException:
        with suppress(Trouble):
            server.remove()
        raise


def _named(wanted: Wanted) -> _Place:
    url = make_url(wanted.server.replace("postgres://", "postgresql://", 1))
    host, port = url.host or "127.0.0.1", url.port or 5432
    # Whatever vouches for that server, and nothing else, is trusted by those who join.
    chain = fetch_chain(host, port, 5.0)
    at = wanted.addresses or (host,)
    return _Place(_databases(wanted.server), at, port, chain[-1], "")


def _databases(server: str) -> Callable[[str], str]:
    """The URL of each database of a server that was there before. Never without TLS."""
    url = make_url(server.replace("postgres://", "postgresql://", 1))

    def named(database: str) -> str:
        made = url.set(database=database)
        if made.query.get("sslmode") not in ("verify-ca", "verify-full"):
            made = made.update_query_dict({"sslmode": "require"})
        return made.render_as_string(hide_password=False)

    return named


def _read_server(folder: Path) -> Callable[[str], str] | None:
    try:
        return _databases((folder / _SERVER).read_text("utf-8"))
    except OSError:
        return None


def _move(
    database: Database, clocks: Clocks, wanted: Wanted, place: _Place, deputy: Deputy
) -> Account:
    path = database.path
    assert path is not None
    earlier = read_account(path)
    password = earlier.password if earlier is not None else new_password()
    with database.session() as here:
        event = read_event(here)
        name = usual_database(event.tag)
        me, term = _enter(here, clocks, wanted, place, earlier, event.tag)
        # Facts of several authorities from now on: they are folded one by one.
        write_setting(here, "merged", True)
        here.flush()
        hub = Database.create(place.url(name), lambda there: fill_hub(there, here))
        hub.close()
        try:
            with closing(psycopg.connect(place.url(name), autocommit=True)) as admin:
                with admin.transaction():
                    install(admin)
                install_roles(admin, event.tag)
                install_joining(admin, event.tag)
                keep_ca_key(admin, place.ca_key)
                restore_logins(admin, event.tag, deputy.logins)
                make_login(admin, event.tag, me.id, Role.ORGANISER, password)
        except BaseException:
            _forget(place.url, name, event.tag)
            raise
        connection = here.connection()
        end_capturing(connection)
        begin_capturing(connection)
        write_cursor(connection, Cursor(term.number, term.hub_id, 0))
        address = "127.0.0.1" if not wanted.server else place.addresses[0]
        return Account(
            account_folder(path), str(me.id), me.name, str(Role.ORGANISER), str(event.id),
            Place((address,), place.port), name, me.login, password, _elsewhere(earlier, place),
        )  # fmt: skip


def _elsewhere(earlier: Account | None, place: _Place) -> tuple[Place, ...]:
    """Where another hub could be: where the last one was, and wherever deputies are known."""
    if earlier is None:
        return ()
    known = dict.fromkeys((earlier.hub, *earlier.others))
    own = {(one, place.port) for one in (*place.addresses, "127.0.0.1")}
    return tuple(one for one in known if own.isdisjoint((a, one.port) for a in one.addresses))


def _enter(
    here: Session, clocks: Clocks, wanted: Wanted, place: _Place, earlier: Account | None, tag: str
) -> tuple[JoinedRow, TermRow]:
    """This laptop among the joined ones, as their hub, and the term that begins."""
    now, address = clocks.now(), ",".join(place.addresses)
    for row in here.exec(select(JoinedRow).where(col(JoinedRow.is_hub))):
        row.is_hub = False
        here.add(row)
    me = here.get(JoinedRow, UUID(earlier.desk_id)) if earlier is not None else None
    if me is None:
        key = new_id()
        me = JoinedRow(
            id=key, name=_free_name(here, wanted.name), role=str(Role.ORGANISER),
            machine=this_machine(), login=login_of(tag, key), joined_at=now,
        )  # fmt: skip
    elif clean(wanted.name):
        me.name = _free_name(here, wanted.name, me.id)
    me.is_hub, me.address, me.port, me.put_off_at = True, address, place.port, None
    here.add(me)
    here.flush()
    last = here.exec(select(TermRow.number).order_by(col(TermRow.number).desc()).limit(1)).first()
    cursor, before = read_cursor(here.connection()), None
    if cursor is not None and not is_replacing(here.connection()):
        of = (col(TermRow.number) == cursor.term, col(TermRow.hub_id) == cursor.hub)
        before = here.exec(select(TermRow.id).where(*of)).first()
    read_until = cursor.number if cursor is not None and before is not None else 0
    # A comparing that was cut off knows of a term whose row has not come yet.
    number = max(last or 0, cursor.term if cursor is not None else 0) + 1
    term = TermRow(
        id=new_id(), number=number, hub_id=me.id, at=now, name=me.name, address=address,
        port=place.port, follows=before, read_until=read_until,
    )  # fmt: skip
    here.add(term)
    here.flush()
    return me, term


def _free_name(here: Session, wanted: str, own: UUID | None = None) -> str:
    name = clean(wanted) or clean(socket.gethostname().partition(".")[0]) or "Hub"
    taken = {
        row.name.casefold() for row in here.exec(select(JoinedRow)) if row.id != own
    }  # fmt: skip
    names = (name, *(f"{name} {number}" for number in range(2, 100)))
    return next(one for one in names if one.casefold() not in taken)


def new_password() -> str:
    """A password that nobody types."""
    import secrets

    return secrets.token_urlsafe(24)


# --- going on and ending --------------------------------------------------------------------------


def resume(database: Database, wanted: Wanted) -> Place:
    """Start the server of an event that was shared from here, after the laptop was off.

    Raises Refused where there is none.
    """
    path = database.path
    account = read_account(path) if path is not None else None
    if path is not None and account is not None and _read_server(account.folder) is not None:
        return account.hub  # that server is somebody else's to start
    if path is None or account is None or not hub_folder(path).is_dir():
        raise Refused("This event is not shared from this laptop.", "Nothing was changed.")
    server = HubServer(hub_folder(path))
    port = server.start(wanted.port, wanted.addresses)
    # An ending, or a stepping down, may have been cut off after it had shut the door.
    with closing(psycopg.connect(server.admin_url(account.database), autocommit=True)) as admin:
        shut_out = admin.execute(
            "SELECT j.login FROM joined j JOIN pg_roles r ON r.rolname = j.login "
            "WHERE j.put_off_at IS NULL AND NOT r.rolcanlogin"
        ).fetchall()
        _let_in(admin, [row[0] for row in shut_out], on=True)
    place = Place(account.hub.addresses, port)
    if place != account.hub:
        account.seen(place, account.others).save()
    return place


def end(database: Database, link: Link) -> None:
    """Bring everything home into the file, then end the server; nothing listens afterwards.

    Nobody else is let in while the last facts come home. Raises WorldTrouble where the file would
    not have all that the hub has: then the hub goes on.
    """
    path = database.path
    assert path is not None
    server = HubServer(hub_folder(path))
    named = _read_server(link.account.folder)
    if not named and not server.is_running():
        server.start()
    url = named or server.admin_url
    with database.reading() as session:
        tag = read_event(session).tag
    keep_deputy(link.account, link)
    with (
        closing(psycopg.connect(url(link.account.database), autocommit=True)) as admin,
        nobody_else(admin, tag, link.account.user),
    ):
        link.catch_up()
        _compare(database, admin)
    link.close()
    database.link = None
    with database.session() as session:
        end_capturing(session.connection())
    if named:
        _forget(named, link.account.database, tag)
        forget_named_server(link.account)
    else:
        server.remove()


def is_own_hub(database: Database, account: Account) -> bool:
    """Whether this laptop is the hub, as far as its file knows: a comparing with a newer hub that
    was cut off has heard of that one's term before the term's own row came."""
    with database.reading() as session:
        term, cursor = present_term(session), read_cursor(session.connection())
    known = [(term.number, str(term.hub_id))] if term is not None else []
    known += [(cursor.term, str(cursor.hub))] if cursor is not None else []
    return bool(known) and max(known)[1] == account.desk_id


def present_term(session: Session) -> TermRow | None:
    """The term that counts: the highest number, then the highest hub id."""
    query = select(TermRow).order_by(col(TermRow.number).desc(), col(TermRow.hub_id).desc())
    return session.exec(query.limit(1)).first()


def clear_up(database: Database, account: Account) -> None:
    """Remove the server of an earlier term, once a newer hub knows everything that it knew."""
    path = database.path
    if path is not None and hub_folder(path).is_dir() and not is_own_hub(database, account):
        with suppress(Trouble):
            HubServer(hub_folder(path)).remove()


def own_hub_url(database: Database, account: Account) -> str | None:
    """The owner's URL of the event at the hub's server, where this laptop is the hub and it runs;
    None otherwise."""
    path = database.path
    if path is None or not is_own_hub(database, account):
        return None
    return own_server_url(path, account)


def own_server_url(path: Path, account: Account) -> str | None:
    """The owner's URL of the event at the server that was shared from here, whoever is the hub
    now; None where there is none, or it does not run."""
    named = _read_server(account.folder)
    if named is not None:
        return named(account.database)
    server = HubServer(hub_folder(path))
    return server.admin_url(account.database) if server.is_running() else None


def forget_named_server(account: Account) -> None:
    """This laptop shares the event on no server of somebody else's any more."""
    (account.folder / _SERVER).unlink(missing_ok=True)


@contextmanager
def nobody_else(admin: psycopg.Connection[Any], tag: str, user: str) -> Iterator[None]:
    """Nobody but `user` (nobody where empty) is let in at the hub's server from now on, and whoever
    was in is out: what is read now is all that there will be. Let in again where what follows
    fails."""
    if user:
        _let_in(admin, [user], on=True)  # an earlier try may have been cut off
    others = _logins(admin, tag, but=user)
    _let_in(admin, others, on=False)
    try:
        yield
    except BaseException:
        _let_in(admin, others, on=True)
        raise


def _logins(admin: psycopg.Connection[Any], tag: str, *, but: str) -> list[str]:
    """Those who may log in at all: whoever was put off may not."""
    rows = admin.execute(
        "SELECT rolname FROM pg_roles WHERE rolcanlogin AND rolname ~ %s AND rolname <> %s",
        (f"^f_{tag.lower()}_", but),
    )
    return [row[0] for row in rows]


def _let_in(admin: psycopg.Connection[Any], logins: Sequence[str], *, on: bool) -> None:
    for login in logins:
        words = "ALTER ROLE {} LOGIN" if on else "ALTER ROLE {} NOLOGIN"
        admin.execute(sql.SQL(words).format(sql.Identifier(login)))
    if on:
        return
    # Being told to go is not being gone: what is just being committed is still to be read.
    until = time.monotonic() + _GOING
    end = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = ANY(%s)"
    while time.monotonic() < until and admin.execute(end, (list(logins),)).fetchall():
        time.sleep(0.02)


def _compare(database: Database, admin: psycopg.Connection[Any]) -> None:
    """Raises WorldTrouble where the file lacks a row of the hub's."""
    for table in replicated():
        query = sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(table.name))
        there = admin.execute(query).fetchone()
        with database.reading() as session:
            from sqlalchemy import func
            from sqlalchemy import select as pick

            here = session.connection().execute(pick(func.count()).select_from(table)).scalar_one()
        if there is None or here < there[0]:
            raise WorldTrouble(
                "The file does not have everything that the hub has.",
                "Nothing was ended: the event is still shared.", "Try again.",
            )  # fmt: skip


def _forget(url: Callable[[str], str], name: str, tag: str) -> None:
    """Take back what was made on a server: the database and the roles."""
    with suppress(psycopg.Error):
        with closing(psycopg.connect(url(name), autocommit=True)) as admin:
            drop_roles(admin, tag)
        with closing(psycopg.connect(url("postgres"), autocommit=True)) as admin:
            drop = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
            admin.execute(drop)
