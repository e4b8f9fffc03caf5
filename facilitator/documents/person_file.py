"""Everything held about one person, as a PDF for that person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from facilitator.documents.page import day_in_words
from facilitator.documents.report_blocks import Block, Grid, Heading, Para, Report
from facilitator.documents.report_pdf import write_report_pdf


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and what stands under it, each with what it is."""

    title: str
    rows: tuple[tuple[str, str], ...]


def write_person_file(
    path: Path, name: str, event: str, sections: tuple[Section, ...], made_at: datetime
) -> Path:
    """Write it to `path`; raises what `write_document` raises."""
    blocks: list[Block] = [
        Para(
            "This is everything that the organisers’ program holds about this person for the event "
            "named above. Of other people it says nothing.",
        )
    ]
    for section in sections:
        blocks += [Heading(section.title), Grid(("", ""), section.rows, (1, 2.4))]
    report = Report(
        f"Held for {event}", name,
        f"{event} · made at {made_at:%H:%M} on {day_in_words(made_at)}", tuple(blocks),
        "Personal: for this person only.",
    )  # fmt: skip
    return write_report_pdf(path, report, made_at)
