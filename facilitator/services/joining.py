"""Joining a shared event: from a code to a file of one's own; and a server's event made a file.

The order is such that nothing half is ever left. The hub is known by its certificate before
anything is sent. What it hands out is on disk before it is final there. The file is filled inside
the folder that only its owner reads, and gets its name when it is complete. Cut off in the middle,
the same joining goes on later and needs no second code.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import sqlite3
import time
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import psycopg
from sqlmodel import Session, func, select

from facilitator.clocks import Clocks, SystemClocks
from facilitator.domain.errors import DiskFull, HubGone, Refused, TooNew, WorldTrouble
from facilitator.domain.join_code import USUAL_PORT, JoinCode, parse_join_code
from facilitator.domain.roles import Role
from facilitator.domain.text import clean, counted
from facilitator.services import way
from facilitator.services.hub_life import write_deputy
from facilitator.services.rejoining import find_again
from facilitator.services.waking import new_authority, this_machine
from facilitator.services.way import (
    account_of,
    clock_words,
    find_hub,
    hang_up_after,
    measure,
    refused_by_hub,
    whole,
)
from facilitator.store.database import HEAD, Database, is_server
from facilitator.store.home import bring_rows
from facilitator.store.hub import (
    Account,
    Place,
    account_folder,
    connect,
    read_account,
)
from facilitator.store.hub_addresses import own_addresses
from facilitator.store.hub_copy import download
from facilitator.store.hub_roles import deputy_secrets, refused
from facilitator.store.rows import AttendeeRow, EventRow
from facilitator.store.trouble import in_words, shown_path
from facilitator.store.whole import name_in_whole, write_private

#: how long a hub may be silent in the middle, in seconds
PATIENCE = 8.0
_LONGEST_NAME = 60
_MOST_ADDRESSES = 3
_DRAFT = "draft.facilitator"
_ENDS = ("", "-wal", "-shm", "-journal")


@dataclass(frozen=True, slots=True)
class Joined:
    """A laptop that is in. `seconds`: how long it took; `skew`: the hub's clock minus this one."""

    people: int
    seconds: float
    hub: str
    role: str
    skew: float
    #: the event's day, and today by the hub's clock
    held_on: date
    today: date

    @property
    def sentence(self) -> str:
        """What is said then, with what is odd: a wrong clock, another day."""
        role = Role(self.role).words
        parts = [
            f"Joined “{self.hub}” as {role[0].lower()}{role[1:]}.",
            f"{counted(self.people, 'person', 'people')} came in {self.seconds:.1f} seconds.",
        ]
        wrong = clock_words(self.skew)
        if wrong:
            parts.append(f"{wrong} Set it; until then the hub's time is kept beside it.")
        if self.held_on != self.today:
            parts.append(f"This event is on {self.held_on}, not today.")
        return " ".join(parts)


def joined_as(local: Path) -> str:
    """The name with which a file joined before; empty where it did not."""
    account = read_account(local.absolute())
    return account.name if account is not None else ""


def join(
    code: str, desk: str, local: Path, *, clocks: Clocks | None = None, patience: float = PATIENCE
) -> Joined:
    """Join the event of a code as `desk`, and make `local` the copy of it that this laptop uses.

    Goes on where an earlier try at `local` was cut off; a file that joined before finds its hub
    again, wherever that is now (the name stays as it was). `patience` is how long silence is
    listened to, in seconds. Refused where the code or the name is not taken or something is at
    `local`; TooNew for a hub of another version; HubGone, Gone, DiskFull
    and other WorldTrouble as it is: then no file is there, and the sentence says how to go on.
    """
    began = time.monotonic()
    wanted = parse_join_code(code)
    name = clean(desk)
    if not name or len(name) > _LONGEST_NAME:
        raise Refused(
            f"A desk needs a name of at most {_LONGEST_NAME} letters.", "The code still works.",
            "Give it one, such as “Door 1”.",
        )  # fmt: skip
    local, clocks = local.absolute(), clocks or SystemClocks()
    account = read_account(local)
    if account is not None and local.exists() and _tag_in(local) == wanted.tag:
        return _find_again(account, local, wanted, clocks, patience)
    _refuse_occupied(local, wanted.tag)
    if account is not None:
        if not account.user.startswith(f"f_{wanted.tag.lower()}_"):
            raise Refused(
                f"A joining of another event was begun at {shown_path(local)}.",
                "Nothing was changed.", "Choose another name for the file.",
            )  # fmt: skip
        # The code is not needed, unless the hub has put that account off since.
        with contextlib.suppress(Refused):
            return _fetch(account, local, clocks, patience, began)
    account = _ask_in(wanted, name, local, clocks, patience)
    return _fetch(account, local, clocks, patience, began)


def join_again(local: Path, *, clocks: Clocks | None = None, patience: float = PATIENCE) -> Joined:
    """Go on with a joining that was cut off after the hub had let this laptop in; see `join`."""
    began = time.monotonic()
    local = local.absolute()
    account = read_account(local)
    if local.exists():
        raise Refused(f"{shown_path(local)} has joined already.", "It was not changed.")
    if account is None:
        raise Refused(
            f"No joining was begun at {shown_path(local)}.", "", "Join with a code from the hub."
        )
    return _fetch(account, local, clocks or SystemClocks(), patience, began)


def bring_home(url: str, path: Path) -> int:
    """Make a file of the event on a PostgreSQL, complete, and go on with it; how many rows it has.

    Refused where something is at `path`, or the URL's account may not read all of the event; other
    Trouble as opening the event raises it. The server's event is only read.
    """
    path = path.absolute()
    if not is_server(url):
        raise Refused("That is no URL of a PostgreSQL.", "", "Begin it with postgresql://.")
    if path.exists():
        raise Refused(
            f"{shown_path(path)} exists already.", "It was not changed.", "Choose another name."
        )
    _refuse_no_folder(path)
    database = Database.open(url)
    try:
        return bring_rows(database, path)
    finally:
        database.close()


# --- what is there already ------------------------------------------------------------------------


def _refuse_no_folder(path: Path) -> None:
    if not path.parent.is_dir():
        raise Refused(
            f"There is no folder “{path.parent.name}” for {shown_path(path)}.", "", "Make it."
        )


def _refuse_occupied(local: Path, tag: str) -> None:
    _refuse_no_folder(local)
    if not local.exists():
        return
    place = shown_path(local)
    if _tag_in(local) != tag:
        raise Refused(f"{place} exists already.", "It was not changed.", "Choose another name.")
    raise Refused(
        f"{place} is a copy of this event.", "It was not changed.",
        "Join under another name; what only the copy knows comes in afterwards with “merge”.",
    )  # fmt: skip


def _tag_in(path: Path) -> str | None:
    try:
        with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as there:
            found = there.execute("SELECT tag FROM event").fetchone()
    except sqlite3.Error:
        return None
    return str(found[0]) if found else None


# --- being let in ---------------------------------------------------------------------------------


def _ask_in(code: JoinCode, name: str, local: Path, clocks: Clocks, patience: float) -> Account:
    """An account of this laptop's own, in exchange for the code."""
    reached = find_hub(code, min(patience, way.PATIENCE))
    folder = account_folder(local)
    place = shown_path(folder)
    account: Account | None = None
    with in_words(place):
        folder.mkdir(mode=0o700, exist_ok=True)
        folder.chmod(0o700)
    try:
        asking = account_of(code, folder, reached.address)
        with in_words(place):
            write_private(asking.ca, reached.ca)
        with (
            contextlib.closing(connect(asking, asking.hub, seconds=whole(patience))) as hub,
            hang_up_after(hub, patience),
            hub.transaction(),
        ):
            account = _answered(
                hub.execute(
                    "SELECT facilitator_join(%s, %s, %s, %s, %s)",
                    (name, this_machine(), ",".join(own_addresses()[:_MOST_ADDRESSES]), USUAL_PORT,
                     clocks.now()),
                ),
                code, folder, reached.address,
            )  # fmt: skip
            # On disk before it is final there: an answer that is lost on the way costs nothing.
            with in_words(place):
                account.save()
    except psycopg.Error as problem:
        if account is not None and not _is_stranger(account):
            # Whether the hub has it or not, the next try finds out, with or without the code.
            return account
        shutil.rmtree(folder, ignore_errors=True)
        if isinstance(problem, psycopg.errors.UndefinedFunction):
            raise Refused(
                "What answers is a PostgreSQL, but no hub of Facilitator.", "Nothing was changed.",
                "Ask for a new join code at the hub.",
            ) from problem  # fmt: skip
        raise refused_by_hub(problem, code) from problem
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return account


def _answered(asked: psycopg.Cursor[Any], code: JoinCode, folder: Path, address: str) -> Account:
    row = asked.fetchone()
    answer: Mapping[str, Any] = row[0] if row else {}
    _refuse_version(str(answer["version"]))
    addresses = (address, *(one for one in code.addresses if one != address))
    return Account(
        folder, answer["desk_id"], answer["name"], answer["role"], answer["event_id"],
        Place(addresses, code.port), answer["database"], answer["login"], answer["password"],
        tuple(Place(tuple(one["addresses"]), int(one["port"])) for one in answer["others"]),
    )  # fmt: skip


def _refuse_version(version: str) -> None:
    if version != HEAD:
        older = version < HEAD
        raise TooNew(
            f"The hub has {'an older' if older else 'a newer'} version of Facilitator.",
            "Nothing was changed; the code still works.",
            f"Install the newest version on {'the hub' if older else 'this laptop'}.",
        )


def _is_stranger(account: Account) -> bool:
    """Whether the hub says that it does not know this account: its last word was lost."""
    try:
        connect(account, account.hub).close()
    except psycopg.Error as problem:
        return refused(problem) is not None
    return False


# --- the copy -------------------------------------------------------------------------------------


def _fetch(account: Account, local: Path, clocks: Clocks, patience: float, began: float) -> Joined:
    """Fill the file with all that the role may read, and name it when it is complete."""
    draft = account.folder / _DRAFT
    _sweep(draft)
    try:
        with (
            _said(),
            contextlib.closing(connect(account, account.hub, seconds=whole(patience))) as hub,
            hang_up_after(hub, patience) as heard,
        ):
            _greet(hub, account)
            skew = measure(hub, clocks).skew
            with in_words(shown_path(local)):
                database = Database.create(draft, _nothing)
                try:
                    download(hub, database, heard)
                    joined = _wake(database, account, clocks, skew)
                finally:
                    database.close()
                if account.role == Role.ORGANISER:
                    # It can be the hub from now on, should that be lost the next moment.
                    write_deputy(account.folder, deputy_secrets(hub))
                _name(draft, local)
    finally:
        _sweep(draft)
    return replace(joined, seconds=time.monotonic() - began)


def _nothing(_session: Session) -> None:
    """Nothing is in the file before what the hub has."""


def _greet(hub: psycopg.Connection[Any], account: Account) -> None:
    row = hub.execute("SELECT facilitator_hello(0, 0, 0)").fetchone()
    said: Mapping[str, Any] = row[0] if row else {}
    if str(said["event"]) != account.event_id:
        raise Refused(
            "What answers in the hub's place has another event.", "Nothing was changed.",
            "Join with a new code from the hub.",
        )  # fmt: skip
    if said["put_off"]:
        raise Refused("This laptop was put off at the hub.", "", "Join with a new code.")
    _refuse_version(str(said["version"]))


def _wake(database: Database, account: Account, clocks: Clocks, skew: float) -> Joined:
    """The file is this laptop's from now on: alone, it decides in a name of its own."""
    with database.session() as session:
        event = session.exec(select(EventRow)).one()
        event.authority, event.machine = new_authority(), this_machine()
        session.add(event)
    return _joined(database, account, clocks, skew)


def _find_again(
    account: Account, local: Path, code: JoinCode, clocks: Clocks, patience: float
) -> Joined:
    database, link, seconds = find_again(account, local, code, clocks, patience)
    with closing(database):
        return replace(_joined(database, link.account, clocks, link.skew), seconds=seconds)


def _joined(database: Database, account: Account, clocks: Clocks, skew: float) -> Joined:
    with database.reading() as session:
        event = session.exec(select(EventRow)).one()
        people = session.exec(select(func.count()).select_from(AttendeeRow)).one()
        hub = session.connection().exec_driver_sql(
            "SELECT name FROM joined WHERE is_hub ORDER BY joined_at DESC"
        ).scalar()  # fmt: skip
        timezone = session.exec(select(EventRow.timezone)).one()
    from zoneinfo import ZoneInfo

    today = (clocks.now() + timedelta(seconds=skew)).astimezone(ZoneInfo(timezone)).date()
    return Joined(people, 0.0, hub or "the hub", account.role, skew, event.held_on, today)


def _name(draft: Path, local: Path) -> None:
    with closing(sqlite3.connect(draft)) as raw:
        raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    with draft.open("rb") as file:
        os.fsync(file.fileno())
    name_in_whole(draft, local)


def _sweep(draft: Path) -> None:
    """Take away what an earlier try left, whose process was killed."""
    folder = draft.parent
    for left in (draft, *folder.glob(f".{draft.name}.*")):
        for end in _ENDS:
            with contextlib.suppress(OSError):
                Path(f"{left}{end}").unlink(missing_ok=True)


@contextlib.contextmanager
def _said() -> Iterator[None]:
    """Say what went wrong after this laptop was let in: that is kept, and it can go on."""
    again = "Do the same again: it goes on."
    try:
        yield
    except psycopg.Error as problem:
        known = refused(problem)
        if known is not None:
            raise Refused(
                "The hub does not let this laptop in.", "No file was made.",
                "Join with a new code from the hub.",
            ) from problem  # fmt: skip
        state = problem.sqlstate or ""
        if state == "53100":
            raise DiskFull("The hub's disk is full.", "No file was made.", again) from problem
        raise HubGone(
            "The way to the hub broke off in the middle.",
            "No file was made yet; no new code is needed.", again,
        ) from problem  # fmt: skip
    except WorldTrouble as trouble:
        if isinstance(trouble, HubGone | TooNew):
            raise
        raise type(trouble)(trouble.happened, "No new code is needed.", again) from trouble
