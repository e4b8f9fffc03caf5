"""A long day at several desks on a bad network, and what the checker says of it.

Run by hand: python -m tests.benchmarks.sharing_storm [--steps 10000] [--seed 1] [--keep FOLDER]
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from collections import Counter, defaultdict
from pathlib import Path

from tests.sharing.checker import check
from tests.sharing.generator import FAULTS, Storm


def report(storm: Storm) -> None:
    """What happened, and how long people waited for an answer."""
    for name in sorted(storm.counts):
        print(f"{name:28} {storm.counts[name]:7,}")
    waits: dict[tuple[str, str], list[float]] = defaultdict(list)
    for op, standing, seconds in storm.seconds:
        waits[op, standing].append(seconds * 1000)
    print(f"\n{'milliseconds':28} {'n':>7} {'median':>8} {'p99':>8} {'most':>8}")
    for (op, standing), found in sorted(waits.items()):
        found.sort()
        p99 = found[min(len(found) - 1, int(len(found) * 0.99))]
        print(f"{op + ' ' + standing:28} {len(found):7,} {statistics.median(found):8.1f} "
              f"{p99:8.1f} {found[-1]:8.1f}")  # fmt: skip


def main() -> int:
    """See the module; the exit status says whether the checker found anything."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--steps", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--people", type=int, default=120)
    parser.add_argument("--faults", type=float, default=0.08)
    parser.add_argument("--which", nargs="*", default=list(FAULTS))
    parser.add_argument("--keep", type=Path, help="a folder that stays, to look at it afterwards")
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory() as own:
        folder = wanted.keep or Path(own)
        folder.mkdir(parents=True, exist_ok=True)
        begun = time.monotonic()
        with Storm(
            folder, wanted.seed, people=wanted.people, faults=wanted.faults, which=wanted.which
        ) as storm:
            storm.begin()
            print(f"everybody is in after {time.monotonic() - begun:.1f} s", flush=True)
            for done in range(0, wanted.steps, 500):
                storm.run(min(500, wanted.steps - done))
                print(f"  {storm.counts['steps']:6,} steps, {time.monotonic() - begun:6.1f} s",
                      flush=True)  # fmt: skip
            storm.heal()
            history, copies = storm.collect()
        found = check(history, copies)
        report(storm)
        twice = max((len(one.claims["twice"]) for one in copies if one.claims), default=0)
        facts = max(len(one.rows("presence")) for one in copies)
        print(f"\n{len(history):,} answers, {facts:,} facts, {len(copies)} copies; "
              f"{twice} people admitted twice; {time.monotonic() - begun:.0f} s")  # fmt: skip
        for kind, many in Counter(one.kind for one in found).items():
            print(f"FOUND {kind}: {many}")
        for one in found[:20]:
            print(f"  {one}")
        print("the checker finds nothing wrong" if not found else f"{len(found)} findings")
        return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
