"""Extend resources/seat_matrices.json: seat matrices for orders that algebra does not serve.

    python scripts/extend_seat_matrices.py [--orders 6-60] [--columns 4-12] [--rounds 8]

For each order that is no prime power, and each number of columns, a matrix with as many rounds as
can be found is searched for, over each abelian group of that order; what is better than the entry
that is there takes its place. Every entry is proved by counting before it is written.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from random import Random

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from facilitator.mixing.designs import SeatMatrix, catalogue, grow_matrix, seat_matrix  # noqa: E402

TARGET = ROOT / "resources" / "seat_matrices.json"


def factors(number: int) -> dict[int, int]:
    """The prime factors of a number, with their powers."""
    out: dict[int, int] = {}
    p = 2
    while number > 1:
        while number % p == 0:
            out[p] = out.get(p, 0) + 1
            number //= p
        p += 1
    return out


def groups(order: int) -> list[tuple[int, ...]]:
    """The cyclic group of the order, and the one with the most factors where it is another."""
    split = tuple(p for p, power in factors(order).items() for _ in range(power))
    return [(order,)] if len(set(split)) == len(split) else [(order,), split]


def span(text: str) -> range:
    """ "6-12" as a range with both ends."""
    low, _, high = text.partition("-")
    return range(int(low), int(high or low) + 1)


def main() -> None:
    """Search, prove and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--orders", default="6-60")
    parser.add_argument("--columns", default="4-12")
    parser.add_argument("--rounds", type=int, default=8)
    parser.add_argument("--tries", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    entries = dict(catalogue())
    better = 0
    for order in span(asked.orders):
        if len(factors(order)) < 2:
            continue
        for columns in span(asked.columns):
            if columns > order:
                continue
            name = f"{order}-{columns}"
            have = len(entries[name].rows) if name in entries else 1
            wanted = min(asked.rounds, order)
            known = next(
                (r for r in range(wanted, have, -1) if seat_matrix(order, columns, r)), have
            )
            for rounds in range(known + 1, wanted + 1):
                found: SeatMatrix | None = None
                for mods in groups(order):
                    rng = Random(f"{asked.seed} {name} {rounds} {mods}")
                    found = grow_matrix(mods, columns, rounds, rng, tries=asked.tries)
                    if found:
                        break
                if not found:
                    break
                if not found.is_exact():
                    raise SystemExit(f"{name}: the search made a matrix that does not hold.")
                entries[name] = found
                better += 1
                print(f"{name}: {rounds} rounds over {found.mods}")
    if better:
        text = {
            name: {"mods": list(entry.mods), "D": [list(row) for row in entry.rows]}
            for name, entry in sorted(
                entries.items(), key=lambda item: [int(x) for x in item[0].split("-")]
            )
        }
        TARGET.write_text(json.dumps(text, separators=(",", ":")) + "\n", "utf-8")
    print(f"{better} better, {len(entries)} in all.")


if __name__ == "__main__":
    main()
