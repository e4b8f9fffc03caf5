"""How long it takes to make everything that is sent or printed before the day, and to enter what
comes back on paper.

Run by hand: python tests/benchmarks/paper.py [tickets] [papers]
"""

from __future__ import annotations

import secrets
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from sqlmodel import col, select

from facilitator.app import EventApp, create_event
from facilitator.clocks import HandClocks
from facilitator.domain.ticket import make_ticket
from facilitator.services.events import NewEvent
from facilitator.services.paper_entry import find_on_paper
from facilitator.store.rows import (
    AttendeeRow,
    RoomTableRow,
    RoundRow,
    SeatChangeRow,
    SeatRow,
)

SIDES = ("general-practice", "community-pharmacy", "other")
NAMES = ("Abernathy", "Bhattacharya", "Çelik", "Delacroix", "Fernández", "Gwynedd", "Jankowska")
DIETS = ("", "", "Vegan", "Halal", "No nuts")


def measured(what: str, make: Callable[[], object]) -> None:
    """Print the seconds of one thing."""
    began = time.perf_counter()
    make()
    print(f"{what:44} {time.perf_counter() - began:6.2f} s")


def fill(app: EventApp, number: int) -> None:
    """So many people, seated at tables of eight in three rounds."""
    tag, now = app.event.get().tag, app.clocks.now()
    with app.database.session() as session:
        people = [
            AttendeeRow(
                given_name=f"Given{n}", family_name=f"{NAMES[n % 7]}{n}", side=SIDES[n % 2],
                email=f"p{n}@people.example", organisation=f"Practice {n // 4}",
                diet=DIETS[n % 5], ticket=make_ticket(tag, secrets.token_bytes(10)),
                position=n, created_at=now,
            )
            for n in range(number)
        ]  # fmt: skip
        session.add_all(people)
        session.flush()
        tables = session.exec(select(RoomTableRow).order_by(col(RoomTableRow.position))).all()
        for revision, row in enumerate(session.exec(select(RoundRow)).all(), 1):
            change = SeatChangeRow(revision=revision, kind="mix", at=now)
            session.add(change)
            session.flush()
            session.add_all(
                SeatRow(change_id=change.id, revision=revision, round_id=row.id,
                        attendee_id=one.id, place=n // len(tables),
                        table_id=tables[(n + n // len(tables) * revision) % len(tables)].id)
                for n, one in enumerate(people)
            )  # fmt: skip


def day(folder: Path, number: int) -> EventApp:
    """An event of so many people."""
    clocks = HandClocks(datetime(2025, 11, 12, 11, tzinfo=UTC))
    wanted = NewEvent("Summit", date(2025, 11, 12), "Hall", tables=-(-number // 8), seats=8)
    app = create_event(folder / f"{number}.facilitator", wanted, clocks)
    app.programme.apply_template("summit")
    fill(app, number)
    return app


def main(tickets: int, papers: int) -> None:
    """Tickets and papers, then two hundred ticks by their first letters."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with day(folder, tickets) as app:
            measured(f"{tickets} tickets", lambda: app.tickets.write(folder / "t"))
            measured("again, nobody new", lambda: app.tickets.write(folder / "t"))
        with day(folder, papers) as app:
            desks = ("North", "South")
            measured(f"papers of {papers}", lambda: app.papers.write(folder / "p", desks=desks))
            measured("numbers", lambda: app.catering.write(folder / "n.pdf"))
            about = app.clocks.now() - timedelta(hours=1)
            people = app.people.all()

            def enter() -> None:
                for one in people[:200]:
                    find_on_paper(people, one.family_name[:3])
                    app.paper_entry.enter(one.id, about)
                    app.paper_entry.running()

            measured("200 ticks from paper, found and on disk", enter)
            measured(f"letters of thanks ({200})", lambda: app.thanks.write(folder / "l"))


if __name__ == "__main__":
    main(
        int(sys.argv[1]) if len(sys.argv) > 1 else 800,
        int(sys.argv[2]) if len(sys.argv) > 2 else 600,
    )
