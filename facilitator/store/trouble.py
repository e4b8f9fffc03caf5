"""Turns what SQLite, PostgreSQL and the system complain of into sentences for people."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy.exc import DBAPIError, OperationalError

from facilitator.domain.disk import DiskFault, fault_of
from facilitator.domain.errors import (
    Busy,
    Damaged,
    DiskFull,
    Gone,
    NotAnEvent,
    ReadOnly,
    Trouble,
    WorldTrouble,
)

_SAFE = "What was saved before is safe."


def _sqlite_trouble(problem: BaseException, place: str) -> Trouble | None:
    code = getattr(problem, "sqlite_errorcode", None)
    primary = code & 0xFF if isinstance(code, int) else None
    words = str(problem).lower()
    # SHMSIZE: no room even for the few pages that every reader needs beside the file
    if (
        primary == sqlite3.SQLITE_FULL
        or code == sqlite3.SQLITE_IOERR_SHMSIZE
        or "disk is full" in words
    ):
        return DiskFull(f"The disk that holds {place} is full.", _SAFE, "Make room, then go on.")
    if primary in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED} or "is locked" in words:
        return _held(place)
    if primary in {sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM, sqlite3.SQLITE_AUTH}:
        return ReadOnly(
            f"{place} may only be read, not written.", _SAFE,
            "Copy it to a folder of your own and open the copy.",
        )  # fmt: skip
    if primary == sqlite3.SQLITE_NOTADB or "file is not a database" in words:
        return NotAnEvent(
            f"{place} is not an event of Facilitator.", "It was not changed.",
            "Choose a file that ends in .facilitator.",
        )  # fmt: skip
    if primary == sqlite3.SQLITE_CORRUPT or "malformed" in words:
        return Damaged(
            f"{place} is damaged: its pages do not fit together.", "It was not changed.",
            "Keep it as it is, and open the newest copy of it.",
        )  # fmt: skip
    if "no such table" in words or "no such column" in words:
        return incomplete(place)
    if primary == sqlite3.SQLITE_CANTOPEN or "unable to open" in words:
        return ReadOnly(
            f"{place} cannot be opened: its folder may not be read or written.", "",
            "Copy it to a folder of your own and open the copy.",
        )  # fmt: skip
    if primary == sqlite3.SQLITE_IOERR or "disk i/o error" in words:
        return WorldTrouble(
            f"The disk that holds {place} does not answer properly.", _SAFE,
            "Check the disk or stick, then open the event again.",
        )  # fmt: skip
    return None


def _held(place: str) -> Busy:
    return Busy(
        f"Another program holds {place} and does not let go.", _SAFE,
        "Close the other program, then try again.",
    )  # fmt: skip


def incomplete(place: str) -> Damaged:
    """The sentence for an event of which a part is missing."""
    return Damaged(
        f"{place} is damaged: a part of it is missing.", "It was not changed.",
        "Keep it as it is, and open the newest copy of it.",
    )  # fmt: skip


def system_trouble(problem: OSError, place: str) -> Trouble:
    """The sentence for an error of the operating system at `place`."""
    fault = fault_of(problem)
    if fault is DiskFault.FULL:
        return DiskFull(f"The disk that holds {place} is full.", _SAFE, "Make room, then go on.")
    if fault is DiskFault.CLOSED:
        return ReadOnly(
            f"{place} may not be read or written: it or its folder belongs to somebody else or is "
            "read-only.", "Nothing was changed.", "Choose another folder.",
        )  # fmt: skip
    if fault is DiskFault.BUSY:
        return _held(place)
    if fault in {DiskFault.MISSING, DiskFault.NO_FOLDER}:
        return WorldTrouble(f"There is no {place}.", "", "Check its name and its folder.")
    if fault is DiskFault.FOLDER:
        return NotAnEvent(f"{place} is a folder, not an event.", "", "Name the file inside it.")
    reason = problem.strerror or type(problem).__name__
    return WorldTrouble(f"{place} cannot be used: {reason}.", _SAFE)


@contextmanager
def in_words(place: str) -> Iterator[None]:
    """Let the world's faults leave as `Trouble`; let everything else through."""
    try:
        yield
    except Trouble:
        raise
    except DBAPIError as problem:
        known = _database_trouble(problem, place)
        if known is None:
            raise
        raise known from problem
    except sqlite3.Error as problem:
        known = _sqlite_trouble(problem, place)
        if known is None:
            raise
        raise known from problem
    except OSError as problem:
        raise system_trouble(problem, place) from problem


def _database_trouble(problem: DBAPIError, place: str) -> Trouble | None:
    original = problem.orig
    if isinstance(original, sqlite3.Error):
        return _sqlite_trouble(original, place)
    state = getattr(original, "sqlstate", None) or ""
    if state == "53100":
        return DiskFull(f"The server that holds {place} has no room left.", _SAFE)
    if state in {"55P03", "57014"}:
        return Busy(f"Another program holds {place} and does not let go.", _SAFE, "Try again.")
    if state == "25006":
        return ReadOnly(f"{place} may only be read at the moment.", _SAFE)
    if state in {"42P01", "42703"}:
        return incomplete(place)
    words = str(original).lower()  # a connection that failed brings no state along
    if state == "" and 'database "' in words and "does not exist" in words:
        state = "3D000"
    if state == "" and ("authentication failed" in words or 'role "' in words):
        state = "28000"
    if state.startswith("28"):
        return Gone(f"The server refused the name or password for {place}.", "", "Check the URL.")
    if state == "3D000":
        return NotAnEvent(f"There is no database at {place}.", "", "Check the name in the URL.")
    if isinstance(problem, OperationalError) and (
        problem.connection_invalidated or state == "" or state.startswith(("08", "57P"))
    ):
        return Gone(f"The server that holds {place} does not answer.", _SAFE, "Check the network.")
    return None


def shown_path(path: Path | str) -> str:
    """A file's name as sentences show it: short, in quotation marks."""
    return f"“{Path(path).name or path}”"
