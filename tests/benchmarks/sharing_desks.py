"""What joined desks cost the hub: at rest, and at twenty and a hundred and twenty people a minute.

Run by hand: python -m tests.benchmarks.sharing_desks [seconds]. Desks are processes that keep
themselves in step as the window does; people come at one pace for all of them together, whoever is
next takes the next one. From the server's processor time the cost of a desk and of an admission is
fitted, and with it how many desks one hub bears.
"""

from __future__ import annotations

import statistics
import sys
import time
from contextlib import ExitStack
from pathlib import Path

from tests.benchmarks.checkin import late
from tests.benchmarks.sharing_scene import (
    Laptop,
    Scene,
    in_parts,
    load,
    scratch,
    shared_event,
    tell,
)

DESKS = (1, 4, 16, 32)
PACES = (0, 20, 120)


def _minute(hub: Scene, desks: list[Laptop], pace: int, seconds: float) -> tuple[float, ...]:
    """Processor of the server a second, and the answers' median and p99, at so many people a
    minute."""
    used, begun = hub.server_cpu(), time.monotonic()
    waits: list[float] = []
    alone = 0
    if pace:
        asked: list[Laptop] = []
        for number in range(round(pace * seconds / 60)):
            time.sleep(max(begun + number * 60 / pace - time.monotonic(), 0))
            desk = desks[number % len(desks)]
            if desk in asked:  # it has not answered yet
                asked.remove(desk)
                answer = desk.answer()
                waits, alone = waits + answer["seconds"], alone + answer["alone"]
            desk.send("scan", tickets=hub.take(1))
            asked.append(desk)
        for desk in asked:
            answer = desk.answer()
            waits, alone = waits + answer["seconds"], alone + answer["alone"]
    time.sleep(max(begun + seconds - time.monotonic(), 0))
    used = (hub.server_cpu() - used) / (time.monotonic() - begun)
    if not waits:
        return used, 0.0, 0.0, 0.0
    return used, statistics.median(waits), late(waits), alone


def _fit(points: list[tuple[float, float, float]]) -> tuple[float, float, float]:
    """used = a·desks + b·(people a second) + c·desks·(people a second), least squares through
    (desks, people a second, used); no processor where there is nobody."""
    size = 3
    rows = [((d, p, d * p), used) for d, p, used in points]
    matrix = [
        [sum(row[i] * row[j] for row, _ in rows) for j in range(size)]
        + [sum(row[i] * used for row, used in rows)]
        for i in range(size)
    ]
    for i in range(size):
        matrix[i] = [value / matrix[i][i] for value in matrix[i]]
        for j in range(size):
            if j != i:
                by = matrix[j][i]
                matrix[j] = [a - by * b for a, b in zip(matrix[j], matrix[i], strict=True)]
    a, b, c = (row[size] for row in matrix)
    return a, b, c


def measure(folder: Path, seconds: float) -> list[str]:
    """The lines of the table."""
    lines = [
        (
            f"  {'desks':>6}{'people a minute':>17}{'hub, CPU %':>12}{'median ms':>11}"
            f"{'p99 ms':>9}{'alone':>7}"
        )
    ]
    points = []
    people = round(len(DESKS) * sum(PACES) * seconds / 60) + max(DESKS) * 3
    with ExitStack() as stack:
        hub = stack.enter_context(shared_event(folder / "hub", people))
        desks: list[Laptop] = []
        for many in DESKS:
            new = []
            for number in range(len(desks) + 1, many + 1):
                desk = Laptop(hub.folder / f"{number}.facilitator", f"Desk {number}")
                stack.callback(desk.close)
                new.append(desk)
            in_parts(new, [{"code": hub.code()} for _ in new], "join")
            in_parts(new, [{}] * len(new), "open")
            in_parts(new, [{"tickets": hub.take(2)} for _ in new], "scan")
            in_parts(new, [{}] * len(new), "keep")
            desks += new
            time.sleep(2)
            for pace in PACES:
                used, median, p99, alone = _minute(hub, desks, pace, seconds)
                points.append((float(many), pace / 60, used))
                lines.append(
                    f"  {many:6}{pace:17}{used * 100:12.1f}{median * 1000:11.1f}{p99 * 1000:9.1f}"
                    f"{alone:7.0f}"
                )
            tell(f"{many} desks")
        in_parts(desks, [{}] * len(desks), "leave_off")
    desk, person, both = _fit(points)
    lines.append(
        f"  fit: a desk {desk * 1000:.2f} ms of the hub's processor a second at rest; an admission"
        f" {person * 1000:.1f} ms, and {both * 1000:.2f} ms for each desk that hears of it"
    )
    rate = 20 / 60
    most = (1.0 - person * rate) / (desk + both * rate)
    lines.append(
        f"  one processor bears {most:.0f} desks at twenty people a minute; a third of it"
        f" {most / 3:.0f}"
    )
    return lines


def main() -> None:
    """Print the table."""
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 12.0
    print(f"What desks cost the hub; {load()}", flush=True)
    with scratch() as folder:
        print("\n".join(measure(folder, seconds)), flush=True)
    print(f"  afterwards: {load()}", flush=True)


if __name__ == "__main__":
    main()
