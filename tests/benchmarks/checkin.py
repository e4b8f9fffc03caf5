"""One durable check-in against the same rows written by bare sqlite3 with the same pragmas.

Run by hand: python -m tests.benchmarks.checkin [number]
"""

from __future__ import annotations

import random
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
import uuid
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from facilitator.services.checkin import At
from tests.benchmarks.crowd import make_crowd


class Bare:
    """The same rows by sqlite3 alone: a scan in one transaction, then presence and verdict."""

    def __init__(self, path: Path) -> None:
        self.raw = raw = sqlite3.connect(path, isolation_level=None, timeout=60)
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
            raw.execute(f"PRAGMA {pragma}")
        raw.executescript(
            "CREATE TABLE IF NOT EXISTS scan(id TEXT PRIMARY KEY, at TEXT, desk TEXT,"
            " operator TEXT, source TEXT, raw TEXT, length INT);"
            "CREATE INDEX IF NOT EXISTS a ON scan(at);"
            "CREATE TABLE IF NOT EXISTS presence(id TEXT PRIMARY KEY, attendee TEXT,"
            " authority TEXT, number INT, kind TEXT, at TEXT, desk TEXT,"
            " scan TEXT REFERENCES scan(id), UNIQUE(attendee, authority, number));"
            "CREATE INDEX IF NOT EXISTS b ON presence(attendee);"
            "CREATE TABLE IF NOT EXISTS verdict(id TEXT PRIMARY KEY,"
            " scan TEXT UNIQUE REFERENCES scan(id), at TEXT, outcome TEXT, attendee TEXT);"
        )

    def check_in(self) -> float:
        """One durable check-in; the seconds that it took."""
        raw = self.raw
        begun = time.perf_counter()
        scan, now, who = uuid.uuid4().hex, datetime.now(UTC).isoformat(), uuid.uuid4().hex
        raw.execute("BEGIN IMMEDIATE")
        raw.execute(
            "INSERT INTO scan VALUES(?,?,?,?,?,?,?)", (scan, now, "1", "", "scan", "F1-", 27)
        )
        raw.execute("COMMIT")
        raw.execute("BEGIN IMMEDIATE")
        raw.execute(
            "INSERT INTO presence VALUES(?,?,?,?,?,?,?,?)",
            (uuid.uuid4().hex, who, "file", 1, "arrived", now, "1", scan),
        )
        raw.execute(
            "INSERT INTO verdict VALUES(?,?,?,?,?)", (uuid.uuid4().hex, scan, now, "welcome", who)
        )
        raw.execute("COMMIT")
        return time.perf_counter() - begun


def both(folder: Path, people: int, number: int) -> tuple[list[float], list[float]]:
    """Seconds of each bare check-in and of each `CheckinService.scan` that lets somebody in.

    In turn, so that whatever else the machine does meets both.
    """
    app, tickets = make_crowd(folder / f"{people}.facilitator", people)
    bare, ours = [], []
    base = Bare(folder / f"{people}.sqlite")
    with app, closing(base.raw):
        for ticket in random.Random(7).sample(tickets, min(number, people)):
            bare.append(base.check_in())
            begun = time.perf_counter()
            app.checkin.scan(ticket, At("Desk 1"))
            ours.append(time.perf_counter() - begun)
        assert app.checkin.balance().here == len(ours)
    return bare, ours


def piped(path: Path, number: int) -> float:
    """Lines a second of `facilitator scan` fed from stdin, its start included."""
    app, tickets = make_crowd(path, number)
    app.close()
    begun = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", "ui", "scan", str(path), "--json"], input="\n".join(tickets),
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    taken = time.perf_counter() - begun
    assert done.stdout.count('"welcome"') == number
    return number / taken


def late(times: list[float]) -> float:
    """The 99th of a hundred, in seconds."""
    return sorted(times)[int(len(times) * 0.99)]


def main() -> None:
    """Print a table."""
    number = int(sys.argv[1]) if len(sys.argv) > 1 else 500
    print(f"Durable check-ins in milliseconds, {number} in turn with as many of bare sqlite3")
    print(
        f"{'':24}{'bare':>8}{'p99':>8}{'ours':>8}{'p99':>8}{'worst':>8}{'first':>8}{'a second':>10}"
    )
    with tempfile.TemporaryDirectory(dir=".") as name:
        folder = Path(name)
        for people in (200, 1_000, 5_000, 20_000):
            bare, (first, *ours) = both(folder, people, number)
            figures = (
                statistics.median(bare), late(bare), statistics.median(ours), late(ours),
                max(ours), first,
            )  # fmt: skip
            print(
                f"{people:>7,} people, 3 rounds"
                + "".join(f"{figure * 1000:8.2f}" for figure in figures)
                + f"{1 / statistics.mean(ours):10.0f}",
                flush=True,
            )
        speed = piped(folder / "piped.facilitator", 1_000)
    print(f"facilitator scan, 1,000 lines on stdin: {speed:.0f} a second with its start")


if __name__ == "__main__":
    main()
