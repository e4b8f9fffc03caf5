"""The sample event: an invented day with invented people, made through the real services."""

from __future__ import annotations

import csv
import io
import random
import tempfile
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from facilitator.app import EventApp, create_event
from facilitator.clocks import Clocks
from facilitator.domain.text import fold
from facilitator.services.events import NewEvent

HEADERS = (
    "Title", "First name", "Surname", "Email", "Phone", "Organisation", "Job title", "Borough",
    "Ticket type", "Barcode number", "Status", "Dietary requirements", "Access requirements",
    "Attention", "VIP", "Stance", "Agrees to share contacts", "Who do you hope to meet?",
)  # fmt: skip


@cache
def day() -> dict[str, Any]:
    """The invented day, as written in `resources/sample/day.toml`."""
    return tomllib.loads(files("resources.sample").joinpath("day.toml").read_text("utf-8"))


@dataclass(frozen=True, slots=True)
class SampleGuest:
    """One row of the invented list."""

    cells: tuple[str, ...]
    side: str


def invented_people(number: int, seed: int) -> list[SampleGuest]:
    """So many invented people, the same ones for the same seed; three of them cancelled."""
    chance, made = random.Random(seed), day()
    sides = made["sides"]
    total = sum(side["share"] for side in sides.values())
    shares = {key: round(number * side["share"] / total) for key, side in sides.items()}
    shares["community-pharmacy"] += number - sum(shares.values())
    names = _names(chance)
    guests = [
        _guest(chance, key, *next(names), serial=place)
        for place, key in enumerate(key for key, many in shares.items() for _ in range(many))
    ]
    chance.shuffle(guests)
    return guests


def _names(chance: random.Random) -> Iterator[tuple[str, str]]:
    names = day()["names"]
    pairs = [(given, family) for given in names["given"] for family in names["family"]]
    chance.shuffle(pairs)
    seen: set[str] = set()
    late: list[tuple[str, str]] = []
    # First every family name once, so that a list of a hundred shows them all.
    for pair in pairs:
        if pair[1] in seen:
            late.append(pair)
        else:
            seen.add(pair[1])
            yield pair
    yield from late


def _guest(
    chance: random.Random, side: str, given: str, family: str, *, serial: int
) -> SampleGuest:
    made, place = day(), day()["sides"][side]
    roles = place["roles"]
    role = chance.choices(roles, weights=[weight for _, _, weight in roles])[0][0]
    boroughs = made["boroughs"]["weights"]
    borough = chance.choices(list(boroughs), weights=list(boroughs.values()))[0]
    title = "Dr" if "GP" in role or "edical" in role or chance.random() < place["doctors"] else ""
    ticket = {"general-practice": "GP ticket", "community-pharmacy": "Pharmacy ticket"}
    flags = made["flags"]

    def sometimes(share: float, choices: list[str]) -> str:
        return chance.choice(choices) if chance.random() < share else ""

    mail = f"{fold(given)}.{fold(family)}".replace(" ", "")
    cells = (
        title, given, family, f"{mail}@people.example", f"020 7946 {serial % 10_000:04d}",
        chance.choice(place["organisations"]), role, borough, ticket.get(side, "Guest ticket"),
        f"{10_482_219_000 + serial:012d}", "Cancelled" if serial % 40 == 17 else "Attending",
        sometimes(0.22, flags["diet"]), sometimes(0.05, flags["access"]),
        sometimes(0.03, flags["attention"]), "yes" if chance.random() < 0.04 else "",
        chance.choices(["", "sceptic", "enthusiast", "neutral"], [50, 18, 16, 16])[0],
        "yes" if chance.random() < 0.62 else "no", sometimes(0.4, flags["hopes"]),
    )  # fmt: skip
    return SampleGuest(cells, side)


def invented_list(number: int, seed: int) -> str:
    """The invented people as a CSV list that import recognises."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(HEADERS)
    writer.writerows(guest.cells for guest in invented_people(number, seed))
    return out.getvalue()


def make_sample_event(
    location: str | Path,
    *,
    attendees: int = 120,
    seed: int = 1,
    held_on: date | None = None,
    clocks: Clocks,
    is_rehearsal: bool = True,
) -> EventApp:
    """Make the sample event: its people imported, nobody there yet, tables not yet mixed.

    Refused where something is at `location` already.
    """
    made = day()["event"]
    seats = made["seats"]
    tables = max(2, -(-attendees // seats))
    wanted = NewEvent(
        made["name"], held_on or clocks.now().date() + timedelta(days=2), made["venue"],
        tables, seats, made["template"], is_rehearsal=is_rehearsal,
    )  # fmt: skip
    app = create_event(location, wanted, clocks)
    try:
        app.event.set(call=made["call"])
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "south-london-report.csv"
            path.write_text(invented_list(attendees, seed), "utf-8")
            app.importing.apply([path])
    except BaseException:
        app.close()
        raise
    return app
