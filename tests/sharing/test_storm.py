"""A short day on a bad network, every time the tests run; a long one is in the benchmarks."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.sharing.checker import check
from tests.sharing.generator import FAULTS, Storm

pytestmark = pytest.mark.skipif(os.name == "nt", reason="stops processes by signals")

LINES = ("delay", "drop", "half", "cut", "refuse", "lose", "middle")


def _proven(storm: Storm, steps: int) -> None:
    storm.begin()
    storm.run(steps)
    storm.heal()
    history, copies = storm.collect()
    found = check(history, copies)
    assert not found, "\n".join(str(one) for one in found[:20])
    answers = {line["standing"] for line in history if line["op"] == "scan"}
    assert "shared" in answers, f"nothing was decided together: {answers}"
    assert storm.counts["double scans"] > steps // 25


@pytest.mark.slow
def test_bad_lines_lose_nothing(tmp_path: Path) -> None:
    roles = ("desk", "facilitator")
    with Storm(tmp_path, 20251112, people=12, faults=0.15, roles=roles, which=LINES) as storm:
        _proven(storm, 50)


# Two of them may share this machine's processors: nine laptops each.
@pytest.mark.timeout(480)
@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2])
def test_a_storm_loses_nothing(tmp_path: Path, seed: int) -> None:
    with Storm(tmp_path, seed, people=30, faults=0.15, which=tuple(FAULTS)) as storm:
        _proven(storm, 250)
