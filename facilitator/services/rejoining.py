"""A laptop that has joined already, and whose hub is to be found elsewhere now: another network,
another address, another port. A fresh code tells where; the account that it has lets it in."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path

import psycopg

from facilitator.clocks import Clocks
from facilitator.domain.errors import Refused
from facilitator.domain.join_code import JoinCode
from facilitator.services.finding_hub import is_newer
from facilitator.services.hub_life import attach, is_own_hub
from facilitator.services.stepping_down import step_down
from facilitator.services.way import find_hub
from facilitator.store.database import Database
from facilitator.store.hub import Account, Place, connect
from facilitator.store.hub_certificates import fingerprint
from facilitator.store.hub_link import Link
from facilitator.store.trouble import shown_path


def find_again(
    account: Account, local: Path, code: JoinCode, clocks: Clocks, patience: float
) -> tuple[Database, Link, float]:
    """Tie the joined file at `local` to the hub of a code, and catch up with it. The code stays
    good for another laptop.

    Returns the open file, its tie and how many seconds it took; the caller closes the file.
    Refused where the code is of another sharing of this event, or that hub does not know this
    laptop any more; nothing is changed then. Other Trouble where nothing answers. A laptop that was
    the hub, and whose place another took, steps down.
    """
    began = time.monotonic()
    place = shown_path(local)
    other = Refused(
        f"{place} belongs to an earlier sharing of this event.",
        "It was not changed, and what it has to send is in it.",
        "Join under another name; what only this file knows comes in afterwards with “merge”.",
    )
    reached = find_hub(code, patience)
    if fingerprint(account.ca.read_text("ascii")) != code.fingerprint:
        raise other
    addresses = (reached.address, *(one for one in code.addresses if one != reached.address))
    there = Place(addresses, code.port)
    moved = replace(account.seen(there, account.others), database=code.database)
    try:
        connect(moved, there).close()
    except psycopg.Error as problem:
        raise other from problem
    database = Database.open(local)
    try:
        link = attach(database, clocks)
        if link is None:
            raise other
        if is_own_hub(database, account):
            # What only its own server has is read before it goes with another.
            if link.cursor is not None and is_newer(moved, there, link.cursor):
                step_down(database, link, there)
        else:
            moved.save()
            link.move(moved)
        link.catch_up(patience)
    except BaseException:
        database.close()
        raise
    return database, link, time.monotonic() - began
