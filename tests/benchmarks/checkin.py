"""One durable check-in against the same rows written by bare sqlite3 with the same pragmas.

Run by hand: python tests/benchmarks/checkin.py [number]
"""

from __future__ import annotations

import secrets
import sqlite3
import statistics
import sys
import tempfile
import time
import uuid
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path

from facilitator.app import create_event
from facilitator.domain.ticket import make_ticket
from facilitator.services.checkin import At
from facilitator.services.events import NewEvent
from facilitator.store.rows import AttendeeRow


def bare(path: Path, number: int) -> list[float]:
    """Seconds of each check-in: a scan row in one transaction; presence and verdict in another."""
    with closing(sqlite3.connect(path, isolation_level=None)) as raw:
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
            raw.execute(f"PRAGMA {pragma}")
        raw.executescript(
            "CREATE TABLE scan(id TEXT PRIMARY KEY, at TEXT, desk TEXT, operator TEXT, source TEXT,"
            " raw TEXT, length INT); CREATE INDEX a ON scan(at);"
            "CREATE TABLE presence(id TEXT PRIMARY KEY, attendee TEXT, authority TEXT, number INT,"
            " kind TEXT, at TEXT, desk TEXT, scan TEXT REFERENCES scan(id),"
            " UNIQUE(attendee, authority, number)); CREATE INDEX b ON presence(attendee);"
            "CREATE TABLE verdict(id TEXT PRIMARY KEY, scan TEXT UNIQUE REFERENCES scan(id),"
            " at TEXT, outcome TEXT, attendee TEXT);"
        )
        times = []
        for _ in range(number):
            begun = time.perf_counter()
            scan, now = uuid.uuid4().hex, datetime.now(UTC).isoformat()
            raw.execute("BEGIN IMMEDIATE")
            raw.execute(
                "INSERT INTO scan VALUES(?,?,?,?,?,?,?)", (scan, now, "1", "", "scan", "F1-", 27)
            )
            raw.execute("COMMIT")
            raw.execute("BEGIN IMMEDIATE")
            who = uuid.uuid4().hex
            raw.execute(
                "INSERT INTO presence VALUES(?,?,?,?,?,?,?,?)",
                (uuid.uuid4().hex, who, "file", 1, "arrived", now, "1", scan),
            )
            raw.execute(
                "INSERT INTO verdict VALUES(?,?,?,?,?)",
                (uuid.uuid4().hex, scan, now, "welcome", who),
            )
            raw.execute("COMMIT")
            times.append(time.perf_counter() - begun)
    return times


def ours(path: Path, number: int) -> list[float]:
    """Seconds of each `CheckinService.scan` of a ticket that lets somebody in."""
    with create_event(path, NewEvent("Benchmark", date(2025, 11, 12))) as app:
        tag = app.event.get().tag
        tickets = [make_ticket(tag, secrets.token_bytes(10)) for _ in range(number)]
        with app.database.session() as session:
            for place, ticket in enumerate(tickets):
                session.add(
                    AttendeeRow(
                        given_name="Guest", family_name=str(place), side="general-practice",
                        ticket=ticket, position=place, created_at=app.clocks.now(),
                    )
                )  # fmt: skip
        times = []
        for ticket in tickets:
            begun = time.perf_counter()
            app.checkin.scan(ticket, At("Desk 1"))
            times.append(time.perf_counter() - begun)
    return times


def main() -> None:
    """Print the medians and their ratio."""
    number = int(sys.argv[1]) if len(sys.argv) > 1 else 500
    with tempfile.TemporaryDirectory(dir=".") as folder:
        base = bare(Path(folder) / "bare.sqlite", number)
        mine = ours(Path(folder) / "ours.facilitator", number)
    for name, times in (("bare sqlite3", base), ("facilitator", mine)):
        ordered = sorted(times)
        print(
            f"{name:14} median {statistics.median(times) * 1000:6.2f} ms, "
            f"p99 {ordered[int(len(ordered) * 0.99)] * 1000:6.2f} ms"
        )
    print(f"ratio          {statistics.median(mine) / statistics.median(base):6.2f}")


if __name__ == "__main__":
    main()
