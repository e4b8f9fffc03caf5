"""This event's copies: those in its folder, known by what is inside them and not by their names,
and those elsewhere whose places were recorded."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from sqlmodel import Session

from facilitator.domain.errors import Trouble
from facilitator.store.database import APPLICATION_ID, Database
from facilitator.store.hub import account_folder
from facilitator.store.scrub import scrub

_MAGIC = b"SQLite format 3\0"
#: a write-ahead log, in either byte order
_LOG_MAGIC = (b"\x37\x7f\x06\x82", b"\x37\x7f\x06\x83")
_JOURNAL_MAGIC = b"\xd9\xd5\x05\xf9\x20\xa1\x63\xd7"
#: larger files are not read through for the event's id
_LARGEST = 512 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Unreached:
    """A copy that could not be cleared, and why."""

    path: Path
    why: str


@dataclass(frozen=True, slots=True)
class CopiesCleared:
    """The copies that were cleared and those that could not be."""

    cleared: tuple[Path, ...]
    unreached: tuple[Unreached, ...]


def clear_copies(
    own: Path | None, event_id: UUID, clear: Callable[[Session], object],
    elsewhere: Iterable[Path] = (), spare: Callable[[Path], bool] = lambda _path: False,
) -> CopiesCleared:  # fmt: skip
    """Do `clear` to every copy of the event, and let its file forget.

    Copies are looked for in the folder of `own` (None: an event on a server) and wherever
    `elsewhere` says that one was written; there, in the folders as well, for copies of one event
    together. A copy on a stick that is not here now is named as not reached. What another
    laptop joined with hears of it by itself; `spare` says which copies stay as they are.
    """
    done: list[Path] = []
    failed: list[Unreached] = []
    seen = set() if own is None else {own}
    folders = [] if own is None else [own.parent]
    for copy in elsewhere:
        if not _is_there(copy.parent):
            failed.append(
                Unreached(copy, f"“{copy.parent}” is not here now. Bring it here, or delete it.")
            )
        elif copy.parent not in folders:
            folders.append(copy.parent)
    # Opening an older copy upgrades it and leaves a backup beside it, which is a copy too.
    while fresh := [path for path in _files(folders, own) if path not in seen]:
        for path in fresh:
            seen.add(path)
            if _is_joined(path) or spare(path):
                continue
            match _kind(path, event_id):
                case "copy":
                    why = _clear(path, clear)
                    if why:
                        failed.append(Unreached(path, why))
                    else:
                        done.append(path)
                case "remains":
                    failed.append(
                        Unreached(path, "It holds parts of this event but cannot be opened.")
                    )
                case _:
                    pass
    # what lay beside a copy (its log) is gone once the copy was cleared
    left = [one for one in failed if one.path.exists() or not _is_there(one.path.parent)]
    return CopiesCleared(tuple(done), tuple(left))


def copies_of(folders: Iterable[Path], own: Path, event_id: UUID) -> tuple[Path, ...]:
    """The copies of an event in these folders, and what was left of some; not what others joined
    with."""
    return tuple(
        path for path in _files(dict.fromkeys(folders), own)
        if not _is_joined(path) and _kind(path, event_id)
    )  # fmt: skip


def _is_joined(path: Path) -> bool:
    """Whether a file is tied to a hub: then removals come to it from there."""
    if not account_folder(path).is_dir():
        return False
    try:
        with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as raw:
            query = "SELECT 1 FROM sharing WHERE key = 'cursor'"
            return raw.execute(query).fetchone() is not None
    except sqlite3.Error:
        return False


def _is_there(folder: Path) -> bool:
    try:
        return folder.is_dir()
    except OSError:
        return False


def _files(folders: Iterable[Path], own: Path | None) -> list[Path]:
    found: list[Path] = []
    for folder in folders:
        try:
            files = [path for path in folder.iterdir() if path.is_file()]
            here = own if own is not None and own.exists() else None
            found += [path for path in files if here is None or not path.samefile(here)]
        except OSError:
            continue
    ends = ("-wal", "-shm", "-journal")
    beside = {own.with_name(own.name + end) for end in ends} if own is not None else set()
    # databases before their logs
    return sorted((p for p in found if p not in beside), key=lambda p: (p.name.endswith("-wal"), p))


def _kind(path: Path, event_id: UUID) -> str:
    """copy: an event of this id. remains: something that has its id inside. Else nothing."""
    try:
        with path.open("rb") as file:
            head = file.read(100)
    except OSError:
        return ""
    if head.startswith(_MAGIC):
        is_event = int.from_bytes(head[68:72], "big") == APPLICATION_ID
        try:
            with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as raw:
                rows = raw.execute("SELECT id FROM event").fetchall()
        except sqlite3.Error:
            return "remains" if is_event or _has_id(path, event_id) else ""
        return "copy" if is_event and any(str(row[0]) == event_id.hex for row in rows) else ""
    if head.startswith((*_LOG_MAGIC, _JOURNAL_MAGIC)):
        return "remains" if _has_id(path, event_id) else ""
    return ""


def _has_id(path: Path, event_id: UUID) -> bool:
    try:
        if path.stat().st_size > _LARGEST:
            return False
        return event_id.hex.encode() in path.read_bytes()
    except OSError:
        return False


def _clear(path: Path, clear: Callable[[Session], object]) -> str:
    """Clear one copy; returns why it could not be, or nothing."""
    try:
        database = Database.open(path)
        try:
            with database.session() as session:
                clear(session)
            scrub(database)
        finally:
            database.close()
    except Trouble as trouble:
        return str(trouble)
    except (sqlite3.Error, OSError) as problem:
        return f"It could not be written ({problem})."
    return ""
