"""Laptops that have joined one event, each with a line of its own to the hub, for the tests of the
tie between them: one event is made and joined once, and copied for whoever needs it."""

from __future__ import annotations

import itertools
import json
import shutil
import time
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
from psycopg import sql

from facilitator.app import EventApp, open_event
from facilitator.clocks import Clocks
from facilitator.domain.errors import HubGone
from facilitator.domain.roles import tables_read_by
from facilitator.services.checkin import At
from facilitator.services.joining import join
from facilitator.store.hub import account_folder
from facilitator.store.hub_schema import LOCAL_ONLY
from facilitator.store.hub_server import HubServer
from facilitator.store.rows import AttendeeRow
from tests.conftest import NEW
from tests.sharing.joinable import Joinable, alchemy, make_joinable
from tests.sharing.proxy import Line, Proxy
from tests.sharing.raw_copies import read_file, read_server

#: the laptops and their roles
ROLES = {"Door 1": "desk", "Door 2": "desk", "Stage": "facilitator", "Office": "organiser"}
PEOPLE = 160
_REFERENCES = "SELECT conrelid::regclass::text, conname FROM pg_constraint WHERE contype = 'f'"
#: each file's own, or the server's
_OWN = {"authority", "machine"}


@dataclass(frozen=True)
class Base:
    """An event on a server that four laptops have joined, and their files; nobody is connected."""

    hub: Joinable
    folder: Path


def make_base(server: HubServer, folder: Path) -> Base:
    """Make it; its database stays on the server until that ends."""
    with psycopg.connect(server.admin_url(), autocommit=True) as admin:
        admin.execute("CREATE DATABASE linked_base")
    url = server.admin_url("linked_base")
    hub = make_joinable(server, url, NEW, people=PEOPLE)
    with open_event(alchemy(url)) as app:
        app.programme.apply_template(app.programme.templates()[0].key)
    for table, name in hub.ask(_REFERENCES):  # as a hub's tables are
        hub.ask(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')
    for name, role in ROLES.items():
        join(hub.invite(role).text, name, folder / f"{name}.facilitator", patience=30)
    return Base(hub, folder)


@dataclass
class Linked:
    """One copy of the event, its open laptops and their lines."""

    hub: Joinable
    apps: dict[str, EventApp] = field(default_factory=dict)
    lines: dict[str, Line] = field(default_factory=dict)
    _people: Iterator[UUID] = field(default_factory=lambda: iter(()))

    def __getitem__(self, name: str) -> EventApp:
        return self.apps[name]

    def someone(self) -> UUID:
        """Somebody who has not come yet, and whom no other test knows."""
        return next(self._people)

    def ticket(self, person: UUID) -> str:
        """Their ticket."""
        return self.apps["Office"].people.get(person).ticket

    def ask(self, query: str) -> list[tuple]:
        """What the server's owner is answered."""
        return self.hub.ask(query)

    def pull_cable(self, *names: str) -> None:
        """Nothing goes through to the hub from these laptops."""
        for name in names:
            self.lines[name].drop()

    def alone(self, *names: str) -> None:
        """Pull the cable and let the laptops notice."""
        self.pull_cable(*names)
        for name in names:
            self.apps[name].database.link.refresh()  # type: ignore[union-attr]
            assert self.apps[name].sharing.standing().kind == "alone"

    def together(self, *names: str, seconds: float = 30.0) -> None:
        """Let everything through again; these laptops (all) are in step when it returns."""
        wanted = names or tuple(self.apps)
        for name in wanted:
            self.lines[name].heal()
        until = time.monotonic() + seconds
        for name in wanted * 2:  # what the last one gave, the first one has too
            app = self.apps[name]
            while True:
                try:
                    app.sharing.catch_up()
                    break
                except HubGone:
                    assert time.monotonic() < until, app.sharing.standing()
            assert app.sharing.standing().kind == "shared"
            assert app.sharing.standing().waiting == 0

    def check_equal(self, tables: Collection[str] = ()) -> None:
        """Every laptop has every row of the hub that its role may read, and no other."""
        there, _ = read_server(self.hub.url)
        for name, app in self.apps.items():
            assert app.database.path is not None
            here, broken = read_file(app.database.path)
            assert not [one for one in broken if "refers to" not in one]
            for table in _asked(name, tables):
                mine, theirs = _keyed(here[table]), _keyed(there[table])
                differ = {k for k in mine.keys() & theirs if mine[k] != theirs[k]}
                said = {k: (mine[k], theirs[k]) for k in list(differ)[:3]}
                assert mine.keys() == theirs.keys(), (name, table, mine.keys() ^ theirs.keys())
                assert not differ, (name, table, said)

    def open(self, name: str, clocks: Clocks | None = None) -> EventApp:
        """Open a laptop's file (again)."""
        if name in self.apps:
            path = self.apps[name].database.path
            self.apps.pop(name).close()
        else:
            path = self._folder / f"{name}.facilitator"
        assert path is not None
        self.apps[name] = open_event(path, clocks)
        return self.apps[name]

    _folder: Path = Path()


def _asked(name: str, tables: Collection[str]) -> set[str]:
    readable = tables_read_by(ROLES[name]) - LOCAL_ONLY
    return set(readable & set(tables) if tables else readable)


def _keyed(rows: list[dict]) -> dict[str, dict]:
    return {
        str(row.get("id") or row.get("key")): {k: v for k, v in row.items() if k not in _OWN}
        for row in rows
    }


_made = itertools.count(1)


class Copies:
    """Makes copies of the base, one after the other."""

    def __init__(self, base: Base) -> None:
        self._base, self._proxies = base, []

    def make(self, folder: Path, names: Collection[str] = tuple(ROLES)) -> Linked:
        """A copy whose files are in `folder`, its laptops opened and in step."""
        base, name = self._base, f"linked_{next(_made)}"
        folder.mkdir(exist_ok=True)
        with psycopg.connect(base.hub.server.admin_url(), autocommit=True) as admin:
            admin.execute(
                sql.SQL("CREATE DATABASE {} TEMPLATE linked_base").format(sql.Identifier(name))
            )
            groups = ("desk", "facilitator", "organiser", "join")
            for group in groups:  # that a database may be connected to is not copied
                role = sql.Identifier(f"f_{base.hub.tag.lower()}_{group}")
                admin.execute(
                    sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(sql.Identifier(name), role)
                )
        hub = Joinable(
            base.hub.server.admin_url(name), base.hub.tag, base.hub.event_id, base.hub.server
        )
        proxy = Proxy()
        self._proxies.append(proxy)
        linked = Linked(hub)
        linked._folder = folder
        for desk in names:
            line = linked.lines[desk] = proxy.line(desk, "127.0.0.1", hub.port)
            copy_laptop(base.folder / f"{desk}.facilitator", folder, name, line.port)
            linked.open(desk)
        linked.together()
        found = hub.ask("SELECT id FROM attendee ORDER BY position")
        linked._people = iter([row[0] for row in found])
        return linked

    def drop(self, linked: Linked) -> None:
        """Close its laptops; its database goes."""
        for app in linked.apps.values():
            app.close()
        name = linked.hub.database
        with psycopg.connect(linked.hub.server.admin_url(), autocommit=True) as admin:
            admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))

    def close(self) -> None:
        """End every line."""
        for proxy in self._proxies:
            proxy.close()


def copy_laptop(local: Path, folder: Path, database: str, port: int) -> Path:
    """A laptop's file and account in another folder, led to a database through a port."""
    there = folder / local.name
    shutil.copy(local, there)
    account = account_folder(there)
    shutil.copytree(account_folder(local), account)
    said = json.loads((account / "desk.json").read_text("utf-8"))
    said["hub"] |= {"addresses": ["127.0.0.1"], "port": port, "database": database}
    (account / "desk.json").write_text(json.dumps(said), "utf-8")
    return there


def consent(app: EventApp, person: UUID, *, to_photos: bool) -> None:
    """Set it as an answer at a desk does, against whatever this laptop knows by now."""
    with app.database.session() as session:
        row = session.get(AttendeeRow, person)
        assert row is not None
        row.photo_consent = to_photos
        session.add(row)


def at(desk: str) -> At:
    """At a desk."""
    return At(desk)


def others_first(app: EventApp, act: Callable[[], Any]) -> None:
    """`act` happens at another laptop between this one's reading on and its writing: what a race
    is, without luck."""
    link: Any = app.database.link
    read = link.refresh

    def refresh() -> Any:
        found = read()
        link.refresh = read
        act()
        return found

    link.refresh = refresh
