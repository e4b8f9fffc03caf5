"""Consistent copies of an event, from a file or from a server, always into a SQLite file."""

from __future__ import annotations

import contextlib
import os
import sqlite3
import time
import uuid
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import insert, select

from facilitator.domain.errors import Damaged, Refused
from facilitator.store import database as store
from facilitator.store.rows import EventRow
from facilitator.store.trouble import in_words, shown_path

#: a copy's header counts the seconds from here on to the moment that it shows
_EPOCH = datetime(2020, 1, 1, tzinfo=UTC)
#: pages at a time, and the pause between in seconds: whoever writes meanwhile goes first
_PAGES, _PAUSE = 256, 0.002
#: what one laptop, or the hub's server, knows of an event's being shared
_ONE_LAPTOPS = ("sharing", "outbox", "heard", "join_code")


def write_copy(source: store.Database, target: Path, at: datetime | None = None) -> None:
    """Copy the event to `target`, written beside it, checked, then renamed into place.

    `at` is the moment that the copy says it is from; now, where not given.
    """
    target = target.absolute()
    place = shown_path(target)
    if not target.parent.is_dir():
        raise Refused(f"There is no folder “{target.parent.name}” for {place}.", "", "Make it.")
    if source.path is not None and target == source.path:
        raise Refused("A copy cannot replace the event itself.", "", "Choose another name.")
    there = event_in(target)
    if there is not None:
        with source.reading() as session:
            here = session.execute(select(EventRow.__table__.c.id)).scalar()  # pyright: ignore[reportAttributeAccessIssue]
        if there != str(here).replace("-", ""):
            raise Refused(
                f"{place} is another event.", "It was not changed.", "Choose another name."
            )
    draft = target.with_name(f".{target.name}.{uuid.uuid4().hex[:8]}.new")
    try:
        with in_words(place):
            os.close(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
            if source.path is not None:
                _copy_file(source.path, draft)
            else:
                _copy_rows(source, draft)
            _put_to_sleep(draft, at or datetime.now(UTC))
            _verify(draft, place)
            draft.replace(target)
    finally:
        for end in ("", "-wal", "-shm", "-journal"):
            # a stick that was pulled out: what happened is said already
            with contextlib.suppress(OSError):
                Path(f"{draft}{end}").unlink(missing_ok=True)


def copied_at(path: Path) -> datetime | None:
    """The moment that a copy is from; None where the file is no copy that waits to be opened.

    A copy that has gone on somewhere is an event of its own. Raises OSError as the system has it.
    """
    with path.open("rb") as file:
        head = file.read(64)
    seconds = int.from_bytes(head[60:64], "big", signed=True) if len(head) == 64 else 0
    return _EPOCH + timedelta(seconds=seconds) if seconds > 0 else None


def event_in(target: Path) -> str | None:
    """The id, as hexadecimal digits, of the event in a file; None where there is none in it."""
    if not target.is_file():
        return None
    try:
        with closing(sqlite3.connect(f"{target.as_uri()}?mode=ro", uri=True)) as there:
            found = there.execute("SELECT id FROM event").fetchone()
    except sqlite3.Error:
        return None
    return str(found[0]).replace("-", "") if found else None


def _copy_file(source: Path, draft: Path) -> None:
    with (
        closing(sqlite3.connect(source, timeout=store.PATIENCE)) as here,
        closing(sqlite3.connect(draft)) as there,
    ):
        # One moment is read throughout, so that a scan meanwhile does not make it begin anew; the
        # draft needs no journal, it is thrown away where anything fails.
        there.execute("PRAGMA journal_mode=OFF")
        there.execute("PRAGMA synchronous=OFF")
        here.execute("BEGIN")
        here.execute("SELECT COUNT(*) FROM event").fetchone()
        here.backup(there, pages=_PAGES, progress=_give_way, sleep=0)
        here.rollback()
        # The copy travels alone on a stick: it must not need a -wal beside it.
        there.execute("PRAGMA journal_mode=DELETE")


def _give_way(_status: int, remaining: int, _total: int) -> None:
    if remaining:
        time.sleep(_PAUSE)


def _copy_rows(source: store.Database, draft: Path) -> None:
    draft.unlink()

    def fill_nothing(_session: object) -> None: ...

    copy = store.Database.create(draft, fill_nothing)
    try:
        # One snapshot over all tables, so that no fact stands without what it refers to.
        snapshot = source.engine.execution_options(
            isolation_level="REPEATABLE READ", facilitator_reads=True
        )
        with snapshot.connect() as here, copy.engine.connect() as there, here.begin():
            store.check_references(there, on=False)
            with there.begin():
                for table in store.table_order():
                    result = here.execution_options(yield_per=1000).execute(select(table))
                    for part in result.mappings().partitions():
                        there.execute(insert(table), [dict(row) for row in part])
            store.check_references(there, on=True)
    finally:
        copy.close()
    with closing(sqlite3.connect(draft)) as there:
        there.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        there.execute("PRAGMA journal_mode=DELETE")


def _put_to_sleep(draft: Path, at: datetime) -> None:
    """A copy belongs to no machine: wherever it is opened to go on, it takes a new identity. It is
    not tied to a hub either: what waits to be sent is in it as facts, and waits here."""
    with closing(sqlite3.connect(draft)) as there:
        there.execute("UPDATE event SET machine = ''")
        for (name,) in there.execute(
            "SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'captured%'"
        ).fetchall():
            there.execute(f'DROP TRIGGER "{name}"')
        for name in _ONE_LAPTOPS:
            there.execute(f"DELETE FROM {name}")  # noqa: S608 (names of our own)
        there.execute(f"PRAGMA user_version={max(1, int((at - _EPOCH).total_seconds()))}")
        there.commit()


def _verify(draft: Path, place: str) -> None:
    with closing(sqlite3.connect(draft)) as there:
        answer = there.execute("PRAGMA quick_check").fetchone()
    if answer != ("ok",):
        raise Damaged(f"The copy {place} could not be verified.", "No copy was left behind.")
    with draft.open("rb") as file:
        os.fsync(file.fileno())
