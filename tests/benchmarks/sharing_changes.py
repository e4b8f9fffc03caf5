"""The list of changes under 32 writers: how fast it is, and whether a reader misses anything.

Run by hand: python -m tests.benchmarks.sharing_changes [seconds]. A reader asks for "what is
greater than the last that I saw" as fast as it can, while 32 connections insert. Bare tables, with
and without the lock under which a number is taken; then the hub's own list, through its triggers.
"""

from __future__ import annotations

import multiprocessing
import sys
import threading
import time
import uuid
from multiprocessing.synchronize import Barrier
from pathlib import Path

import psycopg

from tests.benchmarks.sharing_scene import Scene, load, scratch, shared_event

PROCESSES, THREADS = 4, 8
TABLES = """
CREATE SEQUENCE free_number; CREATE TABLE free (number bigint PRIMARY KEY, key uuid);
CREATE SEQUENCE locked_number; CREATE TABLE locked (number bigint PRIMARY KEY, key uuid);
"""
FREE = "INSERT INTO free VALUES (nextval('free_number'), %s)"
#: the lock in a statement of its own before, as in the hub's function
LOCKED = (
    "WITH turn AS MATERIALIZED (SELECT pg_advisory_xact_lock(77)) "
    "INSERT INTO locked SELECT nextval('locked_number'), %s FROM turn"
)
HUB = (
    "INSERT INTO scan (id, at, desk, operator, source, raw, length) "
    "VALUES (%s, now(), '', '', 'scan', 'F1-', 3)"
)
WAYS = (
    ("a number without the lock", "free", FREE),
    ("a number under the lock", "locked", LOCKED),
    ("the hub's list, by its triggers", "change", HUB),
)


def _write(url: str, statement: str, together: Barrier, seconds: float) -> None:
    """Threads that insert for so long, from when all of them are connected."""

    def one() -> None:
        with psycopg.connect(url, autocommit=True, prepare_threshold=2) as hub:
            together.wait(60)
            until = time.monotonic() + seconds
            while time.monotonic() < until:
                hub.execute(statement.encode(), (uuid.uuid4(),))

    threads = [threading.Thread(target=one) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _race(hub: Scene, url: str, table: str, statement: str, seconds: float) -> tuple[int, int]:
    """How many were written, and how many of them a reader never saw."""
    context = multiprocessing.get_context("forkserver")
    with psycopg.connect(url, autocommit=True, prepare_threshold=1) as reader:
        newest = f"SELECT coalesce(max(number), 0) FROM {table}".encode()
        more = f"SELECT number FROM {table} WHERE number > %s ORDER BY number".encode()
        last = begun = int((reader.execute(newest).fetchone() or (0,))[0])
        together = context.Barrier(PROCESSES * THREADS + 1)
        writers = [
            context.Process(target=_write, args=(url, statement, together, seconds))
            for _ in range(PROCESSES)
        ]
        for writer in writers:
            writer.start()
        together.wait(60)
        seen = 0
        while any(writer.is_alive() for writer in writers):
            found = reader.execute(more, (last,)).fetchall()
            seen += len(found)
            last = found[-1][0] if found else last
        found = reader.execute(more, (last,)).fetchall()
        seen += len(found)
        count = f"SELECT count(*), max(at) - min(at) FROM {table} WHERE number > %s"
        if table != "change":
            count = f"SELECT count(*), NULL FROM {table} WHERE number > %s"
        row = reader.execute(count.encode(), (begun,)).fetchone()
    assert row is not None
    return int(row[0]), int(row[0]) - seen


def measure(folder: Path, seconds: float) -> list[str]:
    """The lines of the table."""
    lines = [f"  {'32 writers':34}{'rows':>9}{'a second':>10}{'a reader missed':>17}"]
    with shared_event(folder / "hub", 10) as hub:
        url = hub.server.admin_url("bare")
        with psycopg.connect(hub.server.admin_url(), autocommit=True) as admin:
            admin.execute("CREATE DATABASE bare")
        with psycopg.connect(url, autocommit=True) as admin:
            admin.execute(TABLES.encode())
        own = hub.server.admin_url(_database(hub))
        for name, table, statement in WAYS:
            where = own if table == "change" else url
            rows, missed = _race(hub, where, table, statement, seconds)
            lines.append(f"  {name:34}{rows:9,}{rows / seconds:10,.0f}{missed:17,}")
    return lines


def _database(hub: Scene) -> str:
    return hub.app.sharing.link.account.database  # type: ignore[union-attr]


def main() -> None:
    """Print the table."""
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 8.0
    print(f"The list of changes; {load()}", flush=True)
    with scratch() as folder:
        print("\n".join(measure(folder, seconds)), flush=True)
    print(f"  afterwards: {load()}", flush=True)


if __name__ == "__main__":
    main()
