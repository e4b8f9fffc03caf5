"""What an event holds about people and why, as a page to show to whoever asks."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from facilitator.documents.page import day_in_words
from facilitator.documents.report_blocks import Block, Grid, Heading, Para, Report
from facilitator.documents.report_pdf import write_report_pdf
from facilitator.domain.text import counted


def _on_others(joined: int, unreached: int) -> str:
    if not joined:
        return ""
    has = "has a copy of its own" if joined == 1 else "have copies of their own"
    said = f"{counted(joined, 'further laptop')} at the event {has}. "
    if unreached:
        have = "has" if unreached == 1 else "have"
        said += f"{unreached} of them {have} not told yet that what was removed is gone there too. "
    return said


def write_held_page(
    path: Path, event: str, rows: Sequence[tuple[str, str, str]], until: str, made_at: datetime,
    joined: tuple[int, int] = (0, 0),
) -> Path:  # fmt: skip
    """Write the page; `rows` are what, why and how much, `until` a sentence. Names nobody.

    `joined` is how many other laptops have a copy of their own since they share the event, and how
    many of these have not told yet that a removal was done there.
    Raises what `write_document` raises.
    """
    blocks: list[Block] = [
        Para(until, lead=True),
        Grid(("What is held", "What for", "How much"), tuple(rows), (2.2, 2.6, 1.3)),
        Heading("What people may ask for"),
        Para(
            "Everything that is held about them, as a file. To have it put right. To be erased: "
            "what they did then stays as facts without a name. Ask the organisers."
        ),
        Heading("Where it is"),
        Para(
            "On the organisers’ laptop, or on their own server, and in the copies that they made. "
            f"{_on_others(*joined)}"
            "Nothing is sent anywhere else by the program. A server’s own backups are with whoever "
            "keeps it."
        ),
    ]
    report = Report(
        f"Personal data of {event}", "What is held about people, and why",
        f"{event} · made at {made_at:%H:%M} on {day_in_words(made_at)}", tuple(blocks),
        "Nobody is named here.",
    )  # fmt: skip
    return write_report_pdf(path, report, made_at)
