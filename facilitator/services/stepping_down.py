"""A hub that was away finds that another took its place: what only it knew is given to that one."""

from __future__ import annotations

from contextlib import closing, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import psycopg

from facilitator.domain.errors import HubGone
from facilitator.services.events import read_event
from facilitator.services.hub_life import (
    forget_named_server,
    hub_folder,
    nobody_else,
    own_server_url,
)
from facilitator.store.database import Database
from facilitator.store.hub import Hub, Place
from facilitator.store.hub_apply import applying
from facilitator.store.hub_link import Link
from facilitator.store.hub_parting import (
    Giving,
    ask_changes_since,
    ask_lines,
    ask_terms,
    ask_versions,
    find_parting,
    read_terms,
)
from facilitator.store.hub_server import HubServer
from facilitator.store.hub_wire import PATIENCE, ask


def step_down(database: Database, link: Link, newer: Place) -> None:
    """This hub was away and another took its place: what only it knew is read from its server,
    which ends; the file goes on as a joined one of the newer hub.

    Facts, notes and edits that stand here and not there are given by the next catching up, which
    compares all ids; what else was done here since the two parted waits to be sent, or is kept
    aside. Raises HubGone where its own server or the newer hub does not answer, other Trouble where
    the server does not start: then nothing has ended, and it is tried again.
    """
    path = database.path
    assert path is not None
    server = HubServer(hub_folder(path))
    if server.exists:
        # What desks gave it before it went away may be nowhere else: it ends only once it is read.
        # Where its port was taken meanwhile, any other serves.
        place = replace(link.account.hub, port=server.start(anywhere=True))
        link.move(link.account.seen(place, link.account.others))
        _read_to_the_end(database, link, newer, path)
        server.stop()
    elif own_server_url(path, link.account) is not None:
        # Somebody else's server: it may never come back.
        with suppress(HubGone):
            _read_to_the_end(database, link, newer, path)
    forget_named_server(link.account)
    account = link.account.seen(newer, link.account.others)
    account.save()
    link.move(account)


def _read_to_the_end(database: Database, link: Link, newer: Place, path: Path) -> None:
    """Everything that this hub's server has and will have, as nobody else is let in."""
    url = own_server_url(path, link.account)
    assert url is not None
    with database.reading() as session:
        tag = read_event(session).tag
    account = link.account
    try:
        with (
            closing(psycopg.connect(url, autocommit=True, connect_timeout=3)) as own,
            nobody_else(own, tag, account.user),
        ):
            link.catch_up()
            # This laptop works alone from here: what it decides now is read by nobody there.
            link.go_alone("Another laptop has become the hub.")
            with applying(database):
                pass  # whoever was just writing has done so
            with nobody_else(own, tag, ""):  # nor another program at this file
                _give_what_was_done(database, link, newer, own)
    except psycopg.Error as problem:
        raise HubGone("This hub's own server does not answer.") from problem


def _give_what_was_done(
    database: Database, link: Link, newer: Place, own: psycopg.Connection[Any]
) -> None:
    account, mine = link.account, link.cursor
    assert mine is not None
    hub = Hub(account.seen(newer, account.others))
    try:
        terms = ask(hub, ask_terms, PATIENCE)
        with database.reading() as session:
            known = read_terms(session.connection())
        parting = find_parting(terms, known, mine)
        changes = ask_changes_since(own, parting.after, terms[-1].hub)
        with database.reading() as session:
            giving = Giving(session.connection(), changes)
        lines = ask(hub, lambda line: ask_lines(line, giving.wanted), PATIENCE)
        versions = ask(hub, lambda line: ask_versions(line, giving.notes), PATIENCE)
    finally:
        hub.close()
    with applying(database) as connection:
        giving.give(connection, lines, versions, parting, link.resolver())
