"""How long the great moments take: share, join, catch up after 500 facts alone, take over.

Run by hand: python -m tests.benchmarks.sharing_times [people ...]
"""

from __future__ import annotations

import statistics
import sys
import time
from contextlib import ExitStack
from pathlib import Path

from facilitator.app import open_event
from facilitator.services.checkin import At
from tests.benchmarks.sharing_scene import (
    Scene,
    load,
    scratch,
    shared_event,
    tell,
)

ALONE = 500
TRIES = 3


def _of_size(folder: Path, people: int) -> list[str]:
    with shared_event(folder / f"{people}", people) as hub:
        joined = [hub.join(f"Desk {number}")[1].seconds for number in range(TRIES)]
        slow = hub.line()
        slow.delay(0.025)
        far = hub.join("Far desk", line=slow)[1].seconds
        tell(f"{people:,} people")
        return [
            f"  {'share, ' + format(people, ',') + ' people':44}{hub.share_seconds:8.2f} s",
            f"  {'join (median of three)':44}{statistics.median(joined):8.2f} s",
            f"  {'join, 50 ms there and back':44}{far:8.2f} s",
        ]


def _after_alone(hub: Scene, milliseconds: int) -> list[str]:
    """A desk that was cut off, admitted 500 and comes back."""
    line = hub.line()
    local, _ = hub.join(f"Cut off {milliseconds}", line=line)
    with open_event(local) as app:
        app.sharing.catch_up()
        assert app.sharing.standing().kind == "shared"
        line.drop()
        tickets = hub.take(ALONE)
        app.checkin.scan(tickets[0], At("Cut off"))  # this one waits for the hub in vain
        seconds = []
        for ticket in tickets[1:]:
            begun = time.perf_counter()
            answer = app.checkin.scan(ticket, At("Cut off"))
            seconds.append(time.perf_counter() - begun)
            assert answer is not None
            assert answer.standing == "alone"
        early, end = statistics.median(seconds[:50]), statistics.median(seconds[-50:])
        waiting = app.sharing.standing().waiting
        line.heal()
        line.delay(milliseconds / 2000)
        begun = time.perf_counter()
        app.sharing.catch_up()
        back = time.perf_counter() - begun
        assert app.sharing.standing().kind == "shared"
    hub.app.sharing.catch_up()
    name = f"{ALONE} admissions alone ({waiting:,} rows), catch up"
    tell(name)
    there = f", {milliseconds} ms there and back" if milliseconds else ""
    return [
        f"  {'an admission alone, of the first 50':44}{early * 1000:8.1f} ms",
        f"  {'  of the last 50':44}{end * 1000:8.1f} ms",
        f"  {name + there:44}{back:8.2f} s",
    ]  # fmt: skip


def _take_over(hub: Scene) -> list[str]:
    """The hub is lost; a deputy is the hub."""
    local, _ = hub.join("Deputy", "organiser")
    with ExitStack() as stack:
        app = stack.enter_context(open_event(local))
        app.sharing.catch_up()
        hub.app.database.close()
        hub.server.stop()
        begun = time.perf_counter()
        app.sharing.take_over(addresses=["127.0.0.1"])
        took = time.perf_counter() - begun
        stack.callback(app.sharing.stop)
        return [f"  {'the hub is lost: a deputy takes over':44}{took:8.2f} s"]


def measure(folder: Path, sizes: list[int]) -> list[str]:
    """The lines of the table."""
    lines = [one for people in sizes for one in _of_size(folder, people)]
    with shared_event(folder / "day", 1_100) as hub:
        for milliseconds in (0, 50):
            lines += _after_alone(hub, milliseconds)
        lines += _take_over(hub)
    return lines


def main() -> None:
    """Print the table."""
    print(f"The great moments; {load()}", flush=True)
    with scratch() as folder:
        print("\n".join(measure(folder, [int(one) for one in sys.argv[1:]] or [1_000, 20_000])))
    print(f"  afterwards: {load()}", flush=True)


if __name__ == "__main__":
    main()
