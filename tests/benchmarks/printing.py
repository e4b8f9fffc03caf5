"""How long documents take: badges on every layout, tickets, the roll.

Run by hand: python tests/benchmarks/printing.py [number]
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

from facilitator.documents.badge_layouts import LAYOUTS
from facilitator.documents.badges import BadgePerson, write_badges
from facilitator.documents.page import Occasion
from facilitator.documents.qr import qr_matrix
from facilitator.documents.roll import RollPerson, write_roll_pdf
from facilitator.documents.tickets import TicketDay, TicketPerson, write_tickets
from facilitator.domain.sides import DEFAULT_SIDES
from facilitator.domain.ticket import make_ticket

OCCASION = Occasion("Summit", datetime(2025, 11, 12, 9, tzinfo=UTC), date(2025, 11, 12), "Hall")
TABLES = (("Round 1", "3"), ("Round 2", "7"), ("Round 3", "11"))


def measured(what: str, number: int, make: Callable[[], object]) -> None:
    """Print the seconds of one document, on the clock and on the processor, and ms a person."""
    clock, processor = time.perf_counter(), time.process_time()
    make()
    took, worked = time.perf_counter() - clock, time.process_time() - processor
    each = took / number * 1000
    print(f"{what:24} {took:6.2f} s ({worked:.2f} s of processor), {each:.2f} ms each")


def main(number: int) -> None:
    """Every document for `number` people; codes are made anew for each layout."""
    sides = tuple(DEFAULT_SIDES)
    codes = [make_ticket("7K2M", n.to_bytes(10, "big")) for n in range(number)]
    badges = [
        BadgePerson(f"Given{n}", f"Family{n}", "GP partner", "Rye Lane Practice", sides[n % 3],
                    codes[n], TABLES)
        for n in range(number)
    ]  # fmt: skip
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for layout in LAYOUTS:
            qr_matrix.cache_clear()
            path = folder / f"{layout}.pdf"
            measured(
                f"badges, {layout}",
                number,
                lambda path=path, layout=layout: write_badges(path, badges, layout, OCCASION),
            )
        qr_matrix.cache_clear()
        holders = [
            TicketPerson(f"Given{n}", f"Family{n}", codes[n], "Dr", f"p{n}@people.example")
            for n in range(number)
        ]
        measured(
            "tickets", number, lambda: write_tickets(folder / "t", holders, TicketDay(OCCASION))
        )
        inside = [
            RollPerson(f"Given{n}", f"Family{n}", sides[n % 3], str(n % 125)) for n in range(number)
        ]
        measured("roll", number, lambda: write_roll_pdf(folder / "r.pdf", inside, OCCASION))


def queue(number: int) -> None:
    """A desk's badges: asking on disk, printing, and reading what waits, in a room of `number`."""
    from facilitator.app import create_event
    from facilitator.services.badge_queue import Station, When
    from facilitator.services.events import NewEvent
    from facilitator.store.rows import AttendeeRow

    with tempfile.TemporaryDirectory() as name:
        wanted = NewEvent("Summit", date(2025, 11, 12), "Hall")
        with create_event(Path(name) / "e.facilitator", wanted) as app:
            with app.database.session() as session:
                for n in range(number):
                    session.add(
                        AttendeeRow(
                            given_name=f"Given{n}", family_name=f"Family{n}", position=n,
                            side="general-practice", created_at=OCCASION.printed,
                            ticket=make_ticket("7K2M", n.to_bytes(10, "big")),
                        )
                    )  # fmt: skip
            people = app.people.all()[:100]
            at = Station("Desk 1", "laptop", "Zebra", "zebra4x3")
            jobs: list = []
            measured(
                f"100 asked of {number}", 100,
                lambda: jobs.extend(app.badge_queue.ask(p.id, at, When.FIRST).job for p in people),
            )  # fmt: skip
            measured("what waits", 100, app.badge_queue.open_jobs)
            measured(
                "100 drawn and kept", 100,
                lambda: [app.badge_queue.print_one(j.id, "laptop", lambda *_: "") for j in jobs],
            )  # fmt: skip


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1000)
    queue(int(sys.argv[1]) if len(sys.argv) > 1 else 1000)
