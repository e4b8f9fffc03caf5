"""An event's file read aside, in memory: nothing is written, locked or upgraded.

For the moments at which the file cannot be opened as usual: a read-only stick, a full disk, a
folder that takes no files. SQLite opens a file with a write-ahead log only where it may write
beside it, and with `immutable=1` it leaves the log out, and with it the last arrivals. So file and
log are read as bytes, the log's whole transactions are laid over the file's pages, and the result
is opened in memory. The format of the log: https://www.sqlite.org/fileformat2.html#walformat
"""

from __future__ import annotations

import sqlite3
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from sqlalchemy import create_engine
from sqlalchemy.pool import StaticPool

from facilitator.domain.errors import Busy, Damaged
from facilitator.store.database import HEAD, Database, refuse_strangers
from facilitator.store.trouble import in_words, shown_path

_TRIES = 8
_WAL_HEAD, _FRAME_HEAD = 32, 24
_WAL_MAGICS = {0x377F0682: "<", 0x377F0683: ">"}


def open_aside(path: Path) -> Database:
    """The event in `path` as it is at this moment, in memory; read it, and close it.

    Raises BadEventFile where it is no event or damaged, TooNew or TooOld in words by its version,
    WorldTrouble where it cannot be read.
    """
    path = path.absolute()
    place = shown_path(path)
    with in_words(place):
        refuse_strangers(path, place)
        content = read_whole(path)
        # check_same_thread: a lane may read it after another thread opened it
        memory = sqlite3.connect(":memory:", check_same_thread=False)
        memory.deserialize(content)
        memory.isolation_level = None
        memory.execute("PRAGMA query_only=ON")
        try:
            version = memory.execute("SELECT version_num FROM alembic_version").fetchone()
        except sqlite3.DatabaseError:
            memory.close()
            raise
        engine = create_engine("sqlite://", creator=lambda: memory, poolclass=StaticPool)
        database = Database(engine, str(path), place)
        if version is None or version[0] != HEAD:
            database.close()
            memory.close()
            _refuse_version(place)
        return database


def _refuse_version(place: str) -> None:
    from facilitator.domain.errors import TooNew

    raise TooNew(
        f"{place} was written by another version of Facilitator.",
        "It was not changed.",
        "Open it once with this version, which backs it up and brings it up to date.",
    )


def read_whole(path: Path) -> bytes:
    """The bytes of a database with its log laid over them, as of the last whole transaction.

    Raises Busy where it is written so fast that no moment could be caught, OSError as the system
    has it.
    """
    log = path.with_name(f"{path.name}-wal")
    for _ in range(_TRIES):
        salts = _salts(log)
        content = path.read_bytes()
        frames = _read(log)
        # A log that began anew in between may lack what the file did not have yet.
        if _salts_of(frames) == salts:
            return _laid_over(content, frames)
    raise Busy(
        f"{shown_path(path)} is being written too fast to be read.", "Nothing was changed.",
        "Try again.",
    )  # fmt: skip


def _read(log: Path) -> bytes:
    try:
        return log.read_bytes()
    except FileNotFoundError:
        return b""


def _salts(log: Path) -> bytes:
    try:
        with log.open("rb") as file:
            return _salts_of(file.read(_WAL_HEAD))
    except FileNotFoundError:
        return b""


def _salts_of(log: bytes) -> bytes:
    return log[16:24] if len(log) >= _WAL_HEAD else b""


@dataclass(frozen=True, slots=True)
class _Frame:
    """One page as a transaction left it. `pages` is the size of the database after a commit."""

    number: int
    pages: int
    head: bytes
    content: memoryview

    @property
    def sums(self) -> tuple[int, int]:
        return struct.unpack(">II", self.head[16:24])


def _laid_over(content: bytes, log: bytes) -> bytes:
    whole = bytearray(content)
    if len(log) > _WAL_HEAD:
        magic, _version, size = struct.unpack(">III", log[:12])
        if magic not in _WAL_MAGICS:
            raise Damaged("The log beside the event is none.", "Nothing was changed.")
        frames = list(_frames(log, size))
        last = _last_whole(frames, log, _WAL_MAGICS[magic])
        for frame in frames[:last]:
            end = frame.number * size
            if len(whole) < end:
                whole.extend(bytes(end - len(whole)))
            whole[end - size : end] = frame.content
        if last:
            del whole[frames[last - 1].pages * size :]
    # As a file without a log: memory has none.
    whole[18:20] = b"\x01\x01"
    return bytes(whole)


def _frames(log: bytes, size: int) -> Iterator[_Frame]:
    view, salts = memoryview(log), _salts_of(log)
    for at in range(_WAL_HEAD, len(log) - size - _FRAME_HEAD + 1, size + _FRAME_HEAD):
        head = bytes(view[at : at + _FRAME_HEAD])
        number, pages = struct.unpack(">II", head[:8])
        if head[8:16] != salts or not number:
            return  # what is left of an earlier log
        yield _Frame(number, pages, head, view[at + _FRAME_HEAD : at + _FRAME_HEAD + size])


def _last_whole(frames: list[_Frame], log: bytes, order: str) -> int:
    """How many frames belong to whole transactions. The last ones are proved by their sums: a
    commit's head may be there before its page is."""
    commits = [0, *(place for place, frame in enumerate(frames, 1) if frame.pages)]
    for before, last in reversed(list(pairwise(commits))):
        seed = frames[before - 1].sums if before else struct.unpack(">II", log[24:32])
        if _proved(frames[before:last], seed, order):
            return last
    return 0


def _proved(frames: list[_Frame], seed: tuple[int, int], order: str) -> bool:
    for frame in frames:
        seed = _sum(frame.head[:8], seed, order)
        seed = _sum(frame.content, seed, order)
        if seed != frame.sums:
            return False
    return True


def _sum(content: bytes | memoryview, seed: tuple[int, int], order: str) -> tuple[int, int]:
    first, second = seed
    words = struct.unpack(f"{order}{len(content) // 4}I", content)
    for even, odd in zip(words[::2], words[1::2], strict=True):
        first = (first + even + second) & 0xFFFFFFFF
        second = (second + odd + first) & 0xFFFFFFFF
    return first, second
