"""Which machine an event's file wakes on, so that two copies of it are two authorities.

A fact about an arrival names the authority that decided it. A copy that goes on elsewhere must not
decide in the name of the file it was made from: both may let the same ticket in, and then both
facts have to stand.
"""

from __future__ import annotations

import functools
import hashlib
import os
import sys
import uuid
from pathlib import Path

from sqlmodel import select

from facilitator.domain.errors import WorldTrouble
from facilitator.domain.ids import new_id
from facilitator.store.database import Database
from facilitator.store.rows import EventRow


def new_authority() -> str:
    """The name of a new authority over facts."""
    return f"file:{new_id()}"


@functools.cache
def this_machine() -> str:
    """This machine, as a hash that tells nothing about it: twelve hexadecimal digits.

    FACILITATOR_MACHINE stands in for it (rehearsals of a laptop that dies).
    """
    named = os.environ.get("FACILITATOR_MACHINE") or _system_id() or f"{uuid.getnode():012x}"
    return hashlib.sha256(f"facilitator {named}".encode()).hexdigest()[:12]


def _system_id() -> str:
    """What the system calls this installation of itself; empty where it cannot be told."""
    for place in ("/etc/machine-id", "/var/lib/dbus/machine-id"):
        try:
            return Path(place).read_text("utf-8").strip()
        except OSError:
            continue
    if sys.platform == "win32":
        import winreg

        try:
            with winreg.OpenKey(
                winreg.HKEY_LOCAL_MACHINE, r"SOFTWARE\Microsoft\Cryptography"
            ) as key:
                return str(winreg.QueryValueEx(key, "MachineGuid")[0])
        except OSError:
            return ""
    return ""


def wake(database: Database, machine: str) -> bool:
    """Draw a new authority where the file was last awake on another machine, or is a copy.

    True where one was drawn. A file that cannot be written keeps its own: nothing is added to it.
    """
    with database.reading() as session:
        row = session.exec(select(EventRow)).first()
        if row is None or row.machine == machine:
            return False
    try:
        with database.session() as session:
            row = session.exec(select(EventRow)).one()
            if row.machine == machine:
                return False
            row.authority, row.machine = new_authority(), machine
            session.add(row)
            # It goes on from here: no copy of a moment any more.
            session.connection().exec_driver_sql("PRAGMA user_version=0")
    except WorldTrouble:
        return False
    return True
