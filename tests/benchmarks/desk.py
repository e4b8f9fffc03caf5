"""From the scanner's Enter to the painted verdict, in the real window, and scans a second there.

Run by hand: python -m tests.benchmarks.desk [scans]. The window is offscreen at 1366x768. A scan is
a burst of key events as a hand scanner sends them; its time runs from the Enter to the end of the
verdict card's next paint. "Back to back" sends the next scan as soon as the last was sent.
"""

from __future__ import annotations

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import random
import statistics
import sys
import tempfile
import time
from pathlib import Path

from PySide6.QtCore import QEvent, QEventLoop, QObject, Qt, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QWidget

from tests.benchmarks.checkin import Bare
from tests.benchmarks.crowd import make_crowd
from ui.application import build_window
from ui.screens.desk import DeskScreen
from ui.settings import LaptopSettings
from ui.theme import ThemeKeeper

#: what lies between two scans; a queue at one scanner never comes faster
PACE_MS = 200


class Painted(QObject):
    """Says when the card has painted a verdict that it did not show before."""

    def __init__(self, desk: DeskScreen) -> None:
        super().__init__(desk)
        self.desk = desk
        self.wanted = ""
        self.loop = QEventLoop()
        desk.card.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint and self.wanted:
            last = self.desk.card.last
            if last is not None and last.person is not None and last.person.ticket == self.wanted:
                self.wanted = ""
                # the event is delivered after this filter: its end is the loop's next turn
                QTimer.singleShot(0, self.loop.quit)
        return super().eventFilter(watched, event)


def press(widget: QWidget, key: int, text: str) -> None:
    """One key of the scanner."""
    event = QKeyEvent(QEvent.Type.KeyPress, key, Qt.KeyboardModifier.NoModifier, text)
    QApplication.sendEvent(widget, event)


def scan(widget: QWidget, ticket: str) -> float:
    """A whole burst; returns when its Enter was pressed."""
    for character in ticket:
        press(widget, ord(character), character)
    begun = time.perf_counter()
    press(widget, int(Qt.Key.Key_Return), "\r")
    return begun


def wait(milliseconds: int) -> None:
    """Lets the window live for a while."""
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()


def measure(folder: Path, people: int, scans: int) -> str:
    """A row of the table."""
    path = folder / f"{people}.facilitator"
    app, tickets = make_crowd(path, people)
    app.close()
    composition = build_window(None, LaptopSettings(folder / f"{people}.json"))
    window = composition.window
    window.resize(1366, 768)
    window.show()
    opened = time.perf_counter()
    composition.open(str(path))
    composition.database.settle(120_000)
    wait(50)
    composition.database.settle(120_000)
    opened = time.perf_counter() - opened
    desk = window.current
    assert isinstance(desk, DeskScreen), window.current_key
    desk.field.setFocus()
    painted = Painted(desk)
    chosen = random.Random(7).sample(tickets, min(2 * scans, people))
    single, burst = chosen[: len(chosen) // 2], chosen[len(chosen) // 2 :]
    times = []
    for ticket in single:
        painted.wanted = ticket
        begun = scan(desk.field, ticket)
        painted.loop.exec()
        times.append(time.perf_counter() - begun)
        wait(PACE_MS)
    begun = time.perf_counter()
    for ticket in burst:
        scan(desk.field, ticket)
        QApplication.processEvents()
    composition.database.settle(120_000)
    took = time.perf_counter() - begun
    event_app = composition.event_app
    assert event_app is not None
    assert event_app.checkin.balance().here == len(chosen)
    window.close()
    rest = sorted(times[1:])
    return (
        f"{people:>8,}{opened * 1000:>10.0f}{statistics.median(rest) * 1000:>10.1f}"
        f"{rest[int(len(rest) * 0.99)] * 1000:>10.1f}{rest[-1] * 1000:>10.1f}"
        f"{len(burst) / took:>12.0f}"
    )


def main() -> None:
    """Print the table, and bare sqlite3 in the same run."""
    scans = int(sys.argv[1]) if len(sys.argv) > 1 else 150
    app = QApplication([])
    ThemeKeeper(app, "light")
    print(f"Scan to painted verdict, milliseconds, {scans} scans (100 of 200 people)")
    print(f"{'people':>8}{'opening':>10}{'median':>10}{'p99':>10}{'worst':>10}{'a second':>12}")
    with tempfile.TemporaryDirectory(dir=".") as name:
        folder = Path(name)
        for people in (200, 5_000, 20_000):
            print(measure(folder, people, scans), flush=True)
        base = Bare(folder / "bare.sqlite")
        each = [base.check_in() for _ in range(500)]
        base.raw.close()
    print(f"bare sqlite3, the same rows: {statistics.median(each) * 1000:.2f} ms, "
          f"{1 / statistics.mean(each):.0f} a second")  # fmt: skip


if __name__ == "__main__":
    main()
