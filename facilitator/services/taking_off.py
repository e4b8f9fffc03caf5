"""“Take the data off this laptop”: a laptop that joined a shared event gives it back and keeps
nothing of it.

The hub has everything. Here the file, its logs, its copies, its account at the hub with all keys,
and the log of faults are written over and removed (`store/shred.py` says what that cannot reach).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import psycopg

from facilitator.domain.errors import Busy, HubGone, ReadOnly, Refused, Trouble
from facilitator.domain.text import counted, listed
from facilitator.services.copy_places import CopyPlaces
from facilitator.services.hub_life import hub_folder
from facilitator.services.privacy_copies import Unreached, copies_of
from facilitator.services.privacy_documents import copy_places, document_facts, still_there
from facilitator.services.privacy_logs import empty_logs
from facilitator.store.copies import copied_at, event_in
from facilitator.store.database import Database
from facilitator.store.hub import Account, Hub, account_folder, read_account
from facilitator.store.hub_server import HubServer
from facilitator.store.shred import settle_folder, shred
from facilitator.store.trouble import shown_path

_ENDS = ("-wal", "-shm", "-journal", "")
#: how long the hub is waited for, in seconds: it is told, and not asked
_PATIENCE = 2.5


@dataclass(frozen=True, slots=True)
class TakenOff:
    """What is gone, and what could not be reached or is for people themselves to delete."""

    name: str
    copies: tuple[Path, ...]
    unreached: tuple[Unreached, ...]
    #: documents that name people and were made on this laptop
    documents: tuple[Path, ...]
    #: whether the hub knows of it
    is_told: bool

    @property
    def sentence(self) -> str:
        """The worst true thing first."""
        said = []
        if self.unreached:
            names = listed([f"“{one.path.name}”" for one in self.unreached[:3]])
            said.append(f"Not everything could be reached: delete {names} by hand.")
        if self.documents:
            names = listed([f"“{path.name}”" for path in self.documents[:3]])
            many = counted(len(self.documents), "document")
            said.append(f"{many} with names stay on this laptop, such as {names}.")
        said.append(f"The data of “{self.name}” is off this laptop.")
        if not self.is_told:
            said.append("The hub did not answer: tell the organisers.")
        return " ".join(said)


def take_off(local: Path, *, force: bool = False) -> TakenOff:
    """Take a joined event off this laptop, so that none of its bytes are left in any file.

    What was begun and cut off can be done again. Refused where `local` never joined, is the hub's,
    or has changes that the hub has not got (unless `force`: they are lost then); Busy where a
    program has it open; ReadOnly where something cannot be removed.
    """
    local = local.absolute()
    account = read_account(local)
    if account is None and not account_folder(local).is_dir():
        raise Refused(
            f"{shown_path(local)} did not join a shared event.", "Nothing was removed.",
            "An event of this laptop’s own is removed by deleting its file.",
        )  # fmt: skip
    server = HubServer(hub_folder(local))
    if server.exists and (account is None or account.hub.addresses == ("127.0.0.1",)):
        raise Refused(
            "This laptop is the hub: the event is here and nowhere else whole.",
            "Nothing was removed.", "End sharing first, or let another laptop take over.",
        )  # fmt: skip
    found = _look(local, account) if local.exists() else _Found()
    if found.waiting and not force:
        raise Refused(
            f"{counted(found.waiting, 'change')} of this laptop "
            f"{'has' if found.waiting == 1 else 'have'} not reached the hub.",
            "Nothing was removed.", "Open the event where the hub answers, then try again.",
        )  # fmt: skip
    is_told = account is not None and _tell(account)
    event_id = UUID(account.event_id) if account is not None else None
    copies, unreached = _remove_copies(local, event_id, found.elsewhere)
    unreached += [Unreached(path, "It could not be emptied. Delete it.") for path in empty_logs()]
    if event_id is not None:
        CopyPlaces().forget(event_id)
    try:
        # the account last: what was cut off can then be done again
        for end in _ENDS:
            shred(Path(f"{local}{end}"))
        if server.exists:
            # of a time when this laptop was the hub
            server.stop()
            shred(server.log.parent)
            server.remove()
        shred(account_folder(local))
    except OSError as problem:
        raise ReadOnly(
            f"Something of {shown_path(local)} cannot be removed ({problem.strerror}).",
            "Part of it is gone.", "Close what uses it, then do it again.",
        ) from problem  # fmt: skip
    settle_folder(local.parent)
    return TakenOff(
        found.name or local.stem, tuple(copies), tuple(unreached), found.documents, is_told
    )


@dataclass(frozen=True, slots=True)
class _Found:
    """What the file says before it goes."""

    name: str = ""
    waiting: int = 0
    elsewhere: tuple[Path, ...] = ()
    documents: tuple[Path, ...] = ()


def _look(local: Path, account: Account | None) -> _Found:
    """Raises Busy where another program has the file open."""
    place = shown_path(local)
    try:
        with closing(sqlite3.connect(local, timeout=0.5, isolation_level=None)) as raw:
            # Only whoever is alone with a file may take its log away.
            raw.execute("PRAGMA journal_mode=DELETE")
            mode = raw.execute("PRAGMA journal_mode").fetchone()
            (waiting,) = raw.execute("SELECT COUNT(*) FROM outbox").fetchone()
    except sqlite3.OperationalError as problem:
        if problem.sqlite_errorcode & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            raise _in_use(place) from problem
        return _Found()  # what cannot be read can be removed all the same
    except sqlite3.DatabaseError:
        return _Found()
    if mode is not None and mode[0] == "wal":
        raise _in_use(place)
    if account is None:
        waiting = 0
    try:
        database = Database.open(local)
    except Trouble:
        return _Found(waiting=waiting)
    try:
        with database.reading() as session:
            (name,) = session.connection().exec_driver_sql("SELECT name FROM event").one()
            places = dict.fromkeys(copy_places(session))
            documents = dict.fromkeys(
                path for fact in document_facts(session)
                if (path := still_there(fact, local.parent)) is not None
            )  # fmt: skip
    finally:
        database.close()
    places |= dict.fromkeys(CopyPlaces().newest(local))
    return _Found(name, waiting, tuple(places), tuple(documents))


def _in_use(place: str) -> Busy:
    return Busy(f"A program has {place} open.", "Nothing was removed.", "Close it, then try again.")


def _tell(account: Account) -> bool:
    """Let the hub know, where it answers."""
    hub = Hub(account)
    try:
        hub.ask(lambda line: line.execute("SELECT facilitator_taken_off()"), _PATIENCE)
    except (HubGone, psycopg.Error):
        return False
    finally:
        hub.close()
    return True


def _remove_copies(
    local: Path, event_id: UUID | None, elsewhere: Iterable[Path]
) -> tuple[list[Path], list[Unreached]]:
    """Remove the copies beside the file and those that this laptop made elsewhere."""
    if event_id is None:
        return [], []
    done: list[Path] = []
    failed: list[Unreached] = []
    for path in dict.fromkeys((*copies_of([local.parent], local, event_id), *elsewhere)):
        if path.parent != local.parent and not _is_copy(path, event_id):
            # somebody went on with it there, or its stick is not here
            if not _is_folder(path.parent):
                why = f"“{path.parent}” is not here now. Bring it here, or delete it."
                failed.append(Unreached(path, why))
            continue
        try:
            shred(path)
            done.append(path)
        except OSError as problem:
            failed.append(Unreached(path, f"It could not be removed ({problem.strerror})."))
    return done, failed


def _is_copy(path: Path, event_id: UUID) -> bool:
    with suppress(OSError):
        return event_in(path) == event_id.hex and copied_at(path) is not None
    return False


def _is_folder(path: Path) -> bool:
    with suppress(OSError):
        return path.is_dir()
    return False
