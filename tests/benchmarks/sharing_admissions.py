"""Admissions a second at 1, 8 and 64 laptops: on the hub, on one file, and bare.

Run by hand: python -m tests.benchmarks.sharing_admissions. Every laptop is a process; it scans one
ticket after another as fast as it is answered. All four ways are measured in turn, three times.
"""

from __future__ import annotations

import statistics
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import psycopg

from tests.benchmarks.checkin import Bare, late
from tests.benchmarks.crowd import make_crowd
from tests.benchmarks.sharing_scene import (
    TABLES,
    Laptop,
    Scene,
    at_once,
    in_parts,
    load,
    scratch,
    shared_event,
    tell,
)

ROUNDS = 3
#: laptops at once, and how many each admits in a round
CROWDS = ((1, 30), (8, 10), (64, 4))
WARM = 2
MOST = max(laptops for laptops, _ in CROWDS)
PEOPLE = ROUNDS * sum(laptops * each for laptops, each in CROWDS) + MOST * WARM
WAYS = {
    "hub": "scan", "one file": "scan_file", "bare psycopg": "insert_server",
    "bare sqlite3": "insert_file",
}  # fmt: skip


def measure(folder: Path) -> list[str]:
    """The lines of the table."""
    with ExitStack() as stack:
        hub = stack.enter_context(shared_event(folder / "hub", PEOPLE))
        tell(f"shared {PEOPLE:,} people in {hub.share_seconds:.1f} s")
        laptops = []
        for number in range(1, MOST + 1):
            laptop = Laptop(hub.folder / f"{number}.facilitator", f"Desk {number}")
            stack.callback(laptop.close)
            laptops.append(laptop)
        codes = [{"code": hub.code()} for _ in laptops]
        joined = statistics.median(in_parts(laptops, codes, "join"))
        tell("joined")
        tickets = _others(folder, hub, laptops)
        tell("open")
        lines = [f"  {MOST} laptops joined, four at a time: {joined:.2f} s each (median)"]
        lines += _table(hub, laptops, tickets)
        in_parts(laptops, [{}] * MOST, "catch_up")
        hub.app.sharing.catch_up()
        here = hub.app.checkin.balance().here
        assert here == PEOPLE - len(hub.tickets), "an admission is missing at the hub"
        lines.append(f"  {here:,} admissions; the hub's laptop has every one of them")
    return lines


def _others(folder: Path, hub: Scene, laptops: list[Laptop]) -> list[str]:
    """Everything open and warm; the tickets that are left of the one file."""
    one, tickets = make_crowd(folder / "one.facilitator", PEOPLE)
    one.close()
    url = hub.server.admin_url("bare")
    with psycopg.connect(hub.server.admin_url(), autocommit=True) as admin:
        admin.execute("CREATE DATABASE bare")
    with psycopg.connect(url, autocommit=True) as admin:
        admin.execute(TABLES.encode())
    Bare(folder / "bare.sqlite").raw.close()
    others = {
        "file": str(folder / "one.facilitator"), "bare": str(folder / "bare.sqlite"), "url": url
    }  # fmt: skip
    in_parts(laptops, [others] * MOST, "open_others")
    in_parts(laptops, [{}] * MOST, "open")
    for what in ("scan", "scan_file", "insert_server", "insert_file"):
        asked = []
        for _ in laptops:
            mine = hub.take(WARM) if what == "scan" else tickets[:WARM]
            tickets = tickets[WARM:] if what == "scan_file" else tickets
            asked.append({"tickets": mine})
        in_parts(laptops, asked, what)
    in_parts(laptops, [{}] * MOST, "catch_up")
    return tickets


def _table(hub: Scene, laptops: list[Laptop], tickets: list[str]) -> list[str]:
    lines = [
        (
            f"  {'laptops':>8} {'where':14}{'a second':>10}{'median ms':>11}{'p99 ms':>9}"
            f"{'CPU ms, laptop':>16}{'CPU ms, hub':>13}{'alone':>7}{'waited 5 s':>12}"
        )
    ]
    for many, each in CROWDS:
        rounds: dict[str, list[tuple[float, ...]]] = {where: [] for where in WAYS}
        times: dict[str, list[float]] = {where: [] for where in WAYS}
        for _ in range(ROUNDS):
            for where, what in WAYS.items():
                asked: list[dict[str, Any]] = []
                for _ in range(many):
                    mine = hub.take(each) if where == "hub" else tickets[:each]
                    tickets = tickets[each:] if where == "one file" else tickets
                    asked.append({"tickets": mine})
                used = hub.server_cpu()
                took, answers = at_once(laptops[:many], asked, what)
                used = hub.server_cpu() - used if "file" not in where else 0.0
                rounds[where].append((
                    many * each / took, sum(a["cpu"] for a in answers) / many / each,
                    used / many / each, sum(a["alone"] for a in answers),
                    sum(a["tries"] for a in answers),
                ))  # fmt: skip
                times[where] += [s for a in answers for s in a["seconds"]]
                if where == "hub":  # a window keeps its laptop in step
                    in_parts(laptops, [{}] * MOST, "catch_up")
        for where, found in rounds.items():
            rate, laptop, server, alone, tries = (
                statistics.median(column) for column in zip(*found, strict=True)
            )
            lines.append(
                f"  {many:8} {where:14}{rate:10.0f}{statistics.median(times[where]) * 1000:11.1f}"
                f"{late(times[where]) * 1000:9.1f}{laptop * 1000:16.1f}{server * 1000:13.1f}"
                f"{alone:7.0f}{tries:12.0f}"
            )
        tell(f"{many} laptops")
    return lines


def main() -> None:
    """Print the table."""
    print(f"Admissions a second; {load()}", flush=True)
    with scratch() as folder:
        print("\n".join(measure(folder)), flush=True)
    print(f"  afterwards: {load()}", flush=True)


if __name__ == "__main__":
    main()
