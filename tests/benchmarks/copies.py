"""What a copy costs the desk: milliseconds a scan with and without copies being made, in one run;
and how long the roll of 600 people takes, from the key to what is painted, and from trouble.

Run by hand: QT_QPA_PLATFORM=offscreen python tests/benchmarks/copies.py [number of people ...]
"""

from __future__ import annotations

import os
import secrets
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from statistics import median, quantiles

from facilitator.app import EventApp, create_event
from facilitator.clocks import SystemClocks
from facilitator.domain.ticket import make_ticket
from facilitator.services.checkin import At
from facilitator.services.copy_places import CopyPlaces
from facilitator.services.copying import CopyService
from facilitator.services.events import NewEvent
from facilitator.services.roll import roll_at
from facilitator.store.aside import open_aside
from facilitator.store.rows import AttendeeRow

SIZES = (600, 20_000)
SCANS = 150
INSIDE = 600


def made(folder: Path, number: int) -> EventApp:
    """An event with so many people on its list."""
    app = create_event(
        folder / f"day {number}.facilitator", NewEvent("The day", date(2025, 11, 12), "", 75, 8)
    )
    tag = app.event.get().tag
    with app.database.session() as session:
        session.add_all(
            AttendeeRow(
                ticket=make_ticket(tag, secrets.token_bytes(10)), given_name="Oluwaseun",
                family_name=f"Guest {place}", position=place, created_at=app.clocks.now(),
                side=("general-practice", "community-pharmacy")[place % 2],
                organisation="Addiscombe and Shirley Pharmacies",
                access="Step-free seat" if place % 20 == 0 else "",
            )
            for place in range(number)
        )  # fmt: skip
    return app


def scans(app: EventApp, tickets: list[str]) -> list[float]:
    """Milliseconds of each scan, a tenth of a second from one to the next as in a busy queue."""
    taken = []
    for ticket in tickets:
        began = time.perf_counter()
        app.checkin.scan(ticket, At("Desk 1"))
        taken.append((time.perf_counter() - began) * 1000)
        time.sleep(0.03)
    return taken


def said(words: str, taken: list[float]) -> None:
    """One line of figures."""
    worst = max(taken)
    p95 = quantiles(taken, n=20)[-1]
    print(f"{words:44} median {median(taken):6.1f} ms   95 % {p95:6.1f} ms   most {worst:6.1f} ms")


def copies(folder: Path, number: int) -> None:
    """Scans without, with one copy after another, and without again."""
    with made(folder, number) as app:
        stick = folder / f"stick {number}"
        stick.mkdir()
        service = CopyService(app.database, SystemClocks(), CopyPlaces(folder / "copies.json"))
        service.choose(stick)
        tickets = [person.ticket for person in app.people.all()]
        scans(app, tickets[:20])
        said(f"{number:,} people, no copy", scans(app, tickets[20:][:SCANS]))
        over, times = threading.Event(), []

        def work() -> None:
            while not over.is_set():
                began = time.perf_counter()
                service.make()
                times.append((time.perf_counter() - began) * 1000)

        thread = threading.Thread(target=work)
        thread.start()
        said(
            f"{number:,} people, copies without a pause", scans(app, tickets[20 + SCANS :][:SCANS])
        )
        over.set()
        thread.join()
        said(f"{number:,} people, no copy again", scans(app, tickets[20 + 2 * SCANS :][:SCANS]))
        size = sum(p.stat().st_size for p in stick.iterdir()) / len(list(stick.iterdir())) / 1e6
        print(f"  {len(times)} copies of {size:.1f} MB meanwhile, {median(times):.0f} ms each")


def timed(words: str, work: Callable[[], object]) -> None:
    """Five turns of it."""
    taken = []
    for _ in range(5):
        began = time.perf_counter()
        work()
        taken.append((time.perf_counter() - began) * 1000)
    said(words, taken)


def roll(folder: Path) -> None:
    """The roll of 600 people inside, in the window and in trouble."""
    from PySide6.QtCore import Qt
    from PySide6.QtTest import QTest
    from PySide6.QtWidgets import QApplication

    from ui.application import build_window
    from ui.settings import LaptopSettings
    from ui.theme import ThemeKeeper

    app = made(folder, INSIDE + 20)
    path = app.database.path
    assert path is not None
    for person in app.people.all()[:INSIDE]:
        app.checkin.scan(person.ticket, At("Desk 1"))
    copy = folder / "copy.facilitator"
    app.health.backup(copy)
    timed(f"roll of {INSIDE}, read", app.roll.read)
    timed(f"roll of {INSIDE}, written as PDF", lambda: app.roll.write(folder / "roll.pdf"))

    def aside() -> None:
        open_aside(path).close()

    timed("the file and its log read aside", aside)
    CopyPlaces().made("gone", "postgresql://desk@127.0.0.1:9/gone", copy)
    timed(
        "roll, the server gone, from the copy",
        lambda: roll_at("postgresql://desk@127.0.0.1:9/gone", SystemClocks()),
    )
    qt = QApplication.instance() or QApplication([])
    assert isinstance(qt, QApplication)
    ThemeKeeper(qt, "light")
    composition = build_window(app, LaptopSettings(folder / "s.json"), location=str(path))
    window = composition.window
    window.show()
    composition.database.settle()
    taken = []
    for turn in range(5):
        window.show_place("desk")
        composition.database.settle()
        began = time.perf_counter()
        QTest.keyClick(
            window,
            Qt.Key.Key_R,
            Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier,
        )
        while not (window.current_key == "roll" and getattr(window.current, "entries", ())):
            qt.processEvents()
        window.grab()
        taken.append((time.perf_counter() - began) * 1000)
        if not turn:
            print(f"  the first time, with all that is imported: {taken[0]:.0f} ms")
    said(f"roll of {INSIDE}, key to paint", taken)
    window.close()


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as name:
        os.environ["FACILITATOR_SETTINGS"] = str(Path(name) / "settings.json")
        for size in [int(one) for one in sys.argv[1:]] or SIZES:
            copies(Path(name), size)
        roll(Path(name))
