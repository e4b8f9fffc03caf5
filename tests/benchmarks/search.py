"""A keystroke in the Desk's search: until the index has answered, and until the list is painted.

Beside it, in the same run and for the same keystrokes, what the search could have been: a scan of
every folded name for the text, and SQLite's LIKE. Neither of them finds "watson emily" or forgives
a typo; they say what a keystroke costs without that.

Run by hand: QT_QPA_PLATFORM=offscreen python tests/benchmarks/search.py [number of people ...]
"""

from __future__ import annotations

import os
import random
import secrets
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from datetime import date
from pathlib import Path

from facilitator.app import EventApp, create_event
from facilitator.domain.people import Person
from facilitator.domain.text import fold
from facilitator.domain.ticket import make_ticket
from facilitator.services.events import NewEvent
from facilitator.services.people_index import PeopleIndex
from facilitator.store.rows import AttendeeRow

SIZES = (200, 5_000, 20_000)
#: for how many people the keystrokes of a search are typed
SEARCHES = 40
#: more are found than are shown, to say that there are more
LIMIT = 41

_FIRST = "b br c ch d f g gr h j k l m n p r s sh st t th v w z".split()  # noqa: SIM905
_VOWELS = "a e i o u ee ai ö é ü".split()  # noqa: SIM905
_ENDS = ["", "n", "s", "r", "ll", "son", "ski", "ton", "er", "’s"]


def _word(dice: random.Random, syllables: int) -> str:
    parts = [dice.choice(_FIRST) + dice.choice(_VOWELS) for _ in range(syllables)]
    return ("".join(parts) + dice.choice(_ENDS)).title()


def fill(app: EventApp, number: int, dice: random.Random) -> None:
    """Invented people with as many different names as a crowd of that size has."""
    families = [_word(dice, dice.randint(1, 3)) for _ in range(max(80, number * 2 // 5))]
    given = [_word(dice, dice.randint(1, 2)) for _ in range(max(60, number // 10))]
    sites = [
        f"{_word(dice, 2)} {dice.choice(('Road', 'Street', 'High', 'Park'))} "
        f"{dice.choice(('Surgery', 'Pharmacy', 'Medical Centre', 'Health Centre'))}"
        for _ in range(max(20, number // 10))
    ]
    tag, now = app.event.get().tag, app.clocks.now()
    with app.database.session() as session:
        for place in range(number):
            first, family = dice.choice(given), dice.choice(families)
            session.add(
                AttendeeRow(
                    title=dice.choice(("Dr", "")), given_name=first, family_name=family,
                    side=dice.choice(("general-practice", "community-pharmacy")),
                    email=f"{fold(first)}.{fold(family)}{place}@people.example",
                    phone=f"020 7946 {dice.randint(0, 9_999):04d}", profession="GP partner",
                    organisation=dice.choice(sites), position=place, created_at=now,
                    ticket=make_ticket(tag, secrets.token_bytes(10)),
                )
            )  # fmt: skip


def keystrokes(people: Sequence[Person], dice: random.Random) -> list[str]:
    """What stands in the field after each key: single letters, names as they are typed, two parts,
    typos, organisations, addresses, phones and codes."""
    typed = list("abcdefghijklmnopqrstuvwxyz0123456789")
    for person in dice.sample(people, SEARCHES):
        given, family = fold(person.given_name), fold(person.family_name)
        site = fold(person.organisation)
        swapped = family[:1] + family[2:3] + family[1:2] + family[3:]
        wrong = family[: len(family) // 2] + "x" + family[len(family) // 2 + 1 :]
        for text in (
            family, f"{given} {family}", f"{family} {given}", f"{given[:1]} {family[:1]}",
            swapped, wrong, f"{given} {wrong}", f"{swapped} {site.split()[0]}",
            f"{wrong} {site[:2]}x{site[3:]}", f"{person.title} {given} {family}", site,
            person.email, person.phone[-4:], person.ticket[:12], "people.example", "zzzzzzzz",
        ):  # fmt: skip
            typed += [text[:length] for length in range(1, len(text) + 1)]
    return typed


def timed(
    act: Callable[[str], object], typed: Iterable[str], tries: int = 3
) -> list[tuple[float, str]]:
    """Milliseconds of each keystroke with its text, the quickest first.

    Of three tries the middle one counts: what else the machine does is not what is asked.
    """
    times: list[tuple[float, str]] = []
    for text in typed:
        found: list[float] = []
        for _ in range(tries):
            begun = time.perf_counter()
            act(text)
            found.append((time.perf_counter() - begun) * 1_000)
        times.append((sorted(found)[tries // 2], text))
    return sorted(times)


def say(name: str, times: Sequence[tuple[float, str]]) -> None:
    """One line: median, p99 and the slowest keystroke."""
    slow, text = times[-1]
    print(
        f"  {name:32} median {times[len(times) // 2][0]:7.2f} ms, "
        f"p99 {times[int(len(times) * 0.99)][0]:7.2f} ms, slowest {slow:7.2f} ms ({text!r})"
    )


def scan_of(people: Sequence[Person]) -> Callable[[str], object]:
    """A scan of every folded name, organisation and address for the text."""
    texts = [fold(f"{p.given_name} {p.family_name} {p.organisation} {p.email}") for p in people]

    def act(text: str) -> list[int]:
        wanted = fold(text)
        return [place for place, known in enumerate(texts) if wanted in known][:LIMIT]

    return act


def painted(app: EventApp, folder: Path, typed: Sequence[str]) -> list[tuple[float, str]]:
    """The same in the Desk: from the text in the field to the list in the window's picture."""
    from PySide6.QtWidgets import QApplication

    from facilitator.clocks import SystemClocks
    from ui.application import build_window
    from ui.screens.desk import DeskScreen
    from ui.settings import LaptopSettings
    from ui.theme import ThemeKeeper

    running = QApplication.instance() or QApplication([])
    assert isinstance(running, QApplication)
    keeper = ThemeKeeper(running, "light")
    composed = build_window(app, LaptopSettings(folder / "settings.json"), SystemClocks())
    window = composed.window
    window.resize(1366, 768)
    window.show()
    window.show_place("desk")
    composed.database.settle(60_000)
    desk = window.findChild(DeskScreen)
    assert desk is not None
    assert keeper is not None
    desk.field.clear()

    def act(text: str) -> None:
        desk.field.setText(text)
        running.processEvents()  # it paints, as the event loop would after the key

    times = timed(act, typed, tries=1)
    composed.database.settle(60_000)
    composed.window.close()
    return times


def measure(number: int) -> None:
    """Print the figures for one size."""
    dice = random.Random(number)
    with tempfile.TemporaryDirectory(dir=".", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        with create_event(
            folder / "search.facilitator", NewEvent("Benchmark", date(2025, 11, 12))
        ) as app:
            fill(app, number, dice)
            people = app.people.all()
            typed = keystrokes(people, dice)
            fewer = dice.sample(typed, 400)
            begun = time.perf_counter()
            index = PeopleIndex(people)
            built = time.perf_counter() - begun
            begun = time.perf_counter()
            for person in people[:100]:
                index.replace(person)
            kept = (time.perf_counter() - begun) / 100
            print(
                f"{number:,} people, {len(typed):,} keystrokes; index made in {built * 1_000:.0f} "
                f"ms, an arrival taken up in {kept * 1_000:.3f} ms"
            )
            say("index", timed(lambda text: index.search(text, LIMIT), typed))
            say("a scan of every text", timed(scan_of(people), fewer))
            with closing(sqlite3.connect(folder / "search.facilitator")) as raw:
                like = (
                    "SELECT id FROM attendee WHERE given_name || ' ' || family_name || ' ' || "
                    f"organisation || ' ' || email LIKE ? ORDER BY family_name LIMIT {LIMIT}"
                )
                say(
                    "SQLite LIKE",
                    timed(
                        lambda text: raw.execute(like, (f"%{text}%",)).fetchall(), fewer, tries=1
                    ),
                )
            say("index, painted at the Desk", painted(app, folder, fewer))


def main() -> None:
    """Print every size, or those that were asked for."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    for number in [int(text) for text in sys.argv[1:]] or SIZES:
        measure(number)


if __name__ == "__main__":
    main()
