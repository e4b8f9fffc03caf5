"""At a joined desk's window: from scan to painted verdict on a slow line and when the cable is
pulled, and how soon an arrival elsewhere is known.

Run by hand: python -m tests.benchmarks.sharing_seen [scans]. The window is the real one, offscreen,
with its keeper; the line to the hub goes through a proxy that delays. The first row is the same
window with an event that is not shared.
"""

from __future__ import annotations

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import statistics
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtWidgets import QApplication

from facilitator.domain.changes import Changes
from tests.benchmarks.checkin import late
from tests.benchmarks.crowd import make_crowd
from tests.benchmarks.desk import PACE_MS, Painted, scan, wait
from tests.benchmarks.sharing_scene import Laptop, load, scratch, shared_event, tell
from ui.application import Composition, build_window
from ui.screens.desk import DeskScreen
from ui.settings import LaptopSettings
from ui.theme import ThemeKeeper

if TYPE_CHECKING:
    from collections.abc import Iterator

PEOPLE = 1_000
ROUND_TRIPS = (0, 5, 50)
PULLED = 7
ARRIVALS = 40


class Desk:
    """A window with an event open, at its Desk."""

    def __init__(self, folder: Path, event: Path) -> None:
        self.parts: Composition = build_window(None, LaptopSettings(folder / f"{event.stem}.json"))
        self.parts.window.resize(1366, 768)
        self.parts.window.show()
        self.parts.open(str(event))
        self.parts.database.settle(120_000)
        wait(50)
        self.parts.database.settle(120_000)
        screen = self.parts.window.current
        assert isinstance(screen, DeskScreen), self.parts.window.current_key
        self.field = screen.field
        self.field.setFocus()
        self.painted = Painted(screen)

    def until(self, true: Callable[[], bool], seconds: float = 30.0) -> None:
        """Live until something is true. TimeoutError where it never is."""
        over = time.monotonic() + seconds
        while not true():
            if time.monotonic() > over:
                raise TimeoutError
            wait(5)

    def stands(self, kind: str) -> bool:
        """Whether the window says so."""
        standing = self.parts.hub.standing
        return standing is not None and standing.kind == kind

    def verdict(self, ticket: str) -> float:
        """Seconds from the scanner's Enter to the painted verdict."""
        self.painted.wanted = ticket
        begun = scan(self.field, ticket)
        if self.painted.wanted:
            self.painted.loop.exec()
        return time.perf_counter() - begun

    def verdicts(self, tickets: list[str]) -> list[float]:
        """The same for many, one after another at a queue's pace; the first is not counted."""
        seconds = []
        for ticket in tickets:
            seconds.append(self.verdict(ticket))
            wait(PACE_MS)
        return seconds[1:]


@contextmanager
def desk_of(folder: Path, event: Path) -> Iterator[Desk]:
    """A window, closed at the end."""
    desk = Desk(folder, event)
    try:
        yield desk
    finally:
        desk.parts.window.close()
        desk.parts.database.settle(20_000)


def _row(name: str, seconds: list[float]) -> str:
    found = sorted(seconds)
    return (
        f"  {name:34}{len(found):6}{statistics.median(found) * 1000:11.1f}"
        f"{late(found) * 1000:9.1f}{found[-1] * 1000:10.1f}"
    )


def _pulled(desk: Desk, line: object, tickets: list[str]) -> tuple[list[float], ...]:
    """The verdict at the moment when the cable is pulled, the next, and the seconds until the
    window says that it is together again."""
    first, second, third, back = [], [], [], []
    for start in range(0, len(tickets), 3):
        desk.until(lambda: desk.stands("shared"))
        wait(200)
        line.drop()  # type: ignore[attr-defined]
        one, two, three = tickets[start : start + 3]
        first.append(desk.verdict(one))
        second.append(desk.verdict(two))
        third.append(desk.verdict(three))
        desk.until(lambda: desk.stands("alone"))
        line.heal()  # type: ignore[attr-defined]
        begun = time.perf_counter()
        desk.until(lambda: desk.stands("shared"))
        back.append(time.perf_counter() - begun)
    return first, second, third, back


def _heard(desk: Desk, other: Laptop, tickets: list[str]) -> list[float]:
    """Seconds from an arrival's commit at another laptop to its Changes on this window's bus."""
    seconds = []
    loop = QEventLoop()
    heard: list[float] = []

    def hear(changes: Changes) -> None:
        if changes & Changes.ARRIVALS:
            heard.append(time.monotonic())
            loop.quit()

    desk.parts.hub.caught_up.connect(hear)
    for ticket in tickets:
        heard.clear()
        other.send("scan", tickets=[ticket])
        over = QTimer()
        over.setSingleShot(True)
        over.timeout.connect(loop.quit)
        over.start(10_000)
        loop.exec()
        over.stop()
        assert heard, "it was never heard of"
        at = other.answer()["at"][0]
        seconds.append(heard[0] - at)
        wait(300)
    desk.parts.hub.caught_up.disconnect(hear)
    return seconds


def measure(folder: Path, scans: int) -> list[str]:
    """The lines of the table."""
    head = f"{'n':>6}{'median ms':>11}{'p99 ms':>9}{'worst ms':>10}"
    lines = [f"  {'scan to painted verdict':34}{head}"]
    app, tickets = make_crowd(folder / "own.facilitator", PEOPLE)
    app.close()
    with desk_of(folder, folder / "own.facilitator") as desk:
        lines.append(_row("an event of this laptop alone", desk.verdicts(tickets[: scans + 1])))
    tell("alone")
    with ExitStack() as stack:
        hub = stack.enter_context(shared_event(folder / "hub", PEOPLE))
        line = hub.line()
        local, _ = hub.join("Door 1", line=line)
        elsewhere, _ = hub.join("Door 2")
        desk = stack.enter_context(desk_of(folder, local))
        desk.until(lambda: desk.stands("shared"))
        for milliseconds in ROUND_TRIPS:
            line.delay(milliseconds / 2000)
            name = f"joined, {milliseconds} ms there and back"
            lines.append(_row(name, desk.verdicts(hub.take(scans + 1))))
            tell(name)
        line.delay(0)
        other = Laptop(elsewhere, "Door 2")
        stack.callback(other.close)
        other.call("open")
        other.call("scan", tickets=hub.take(2))
        wait(500)
        shown = _heard(desk, other, hub.take(ARRIVALS))
        line.delay(0.025)
        slow = _heard(desk, other, hub.take(ARRIVALS // 2))
        line.delay(0)
        tell("another desk")
        first, second, third, back = _pulled(desk, line, hub.take(3 * PULLED))
        lines += [
            _row("the cable is pulled: this scan", first), _row("  the next", second),
            _row("  the one after", third),
            f"  {'arrival at another desk':34}{head}",
            _row("committed there, published here", shown),
            _row("  50 ms there and back", slow),
            _row("cable in again, together again", back),
        ]  # fmt: skip
    return lines


def main() -> None:
    """Print the table."""
    scans = int(sys.argv[1]) if len(sys.argv) > 1 else 100
    app = QApplication.instance() or QApplication([])
    ThemeKeeper(app, "light")  # type: ignore[arg-type]
    print(f"At a joined desk, {PEOPLE:,} people; {load()}", flush=True)
    with scratch() as folder:
        print("\n".join(measure(folder, scans)), flush=True)
    print(f"  afterwards: {load()}", flush=True)


if __name__ == "__main__":
    main()
