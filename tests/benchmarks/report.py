"""How long a report takes, PDF and Word: `python -m tests.benchmarks.report`.

Two days: 300 people, 60 notes and 6 rounds; 5,000 people, 2,000 notes and 6 rounds. Everything is
measured from the event on disk to the document on disk, each part by itself.
"""

from __future__ import annotations

import sys
import tempfile
from datetime import date
from pathlib import Path
from time import perf_counter

from facilitator.app import EventApp, create_event
from facilitator.clocks import SystemClocks
from facilitator.services.events import NewEvent
from tests import day

KINDS = ("myth", "bright-spot", "pain-point", "action")
THEMES = ("competition", "communication", "capacity")
DAYS = {"300 people, 60 notes": (300, 60), "5,000 people, 2,000 notes": (5000, 2000)}


def fill(app: EventApp, people: int, notes: int, rounds: int = 6) -> None:
    """People, seats and notes with themes and boroughs; the myths with hands counted twice."""
    half = people * 45 // 100
    day.add_people(app, first=half, second=half, third=people - 2 * half)
    day.seat_everybody(app, rounds=rounds, seats=8 if people < 4000 else 10)
    for number in range(notes):
        kind = KINDS[number % 4]
        more = {"reality": f"It is not so, as audit {number} shows."} if kind == "myth" else {}
        note = day.add_note(
            app, kind, f"Note {number}: what was said at a table about the phone and who answers",
            themes=(THEMES[number % 3],), boroughs=(day.BOROUGHS[number % 5],), **more,
        )  # fmt: skip
        if kind == "myth":
            for moment, raised in (("before", 30), ("after", 12)):
                day.show_hands(
                    app, note, moment, **{day.SIDES[0]: (raised, 45), day.SIDES[1]: (raised, 40)}
                )


def main() -> None:
    """Print the seconds of each part."""
    only = sys.argv[1:]
    for name, (people, notes) in DAYS.items():
        if only and str(people) not in only:
            continue
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder)
            new = NewEvent(
                "A large day",
                date(2026, 11, 18),
                "The Depot",
                tables=min(500, people // 8),
                seats=12,
                rounds=6,
            )
            with create_event(path / "e.facilitator", new, SystemClocks()) as app:
                fill(app, people, notes)
                began = perf_counter()
                app.report.figures("role")
                gathered = perf_counter() - began
                print(f"{name}: the figures {gathered:.2f} s", end="", flush=True)
                for ending in ("pdf", "docx"):
                    began = perf_counter()
                    written = app.report.write(path / f"report.{ending}").path
                    took = perf_counter() - began
                    size = written.stat().st_size / 1e3
                    print(f", {ending} {took:.2f} s ({size:,.0f} kB)", end="", flush=True)
                print()


if __name__ == "__main__":
    main()
