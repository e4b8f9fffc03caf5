"""Certificates of attendance for professional development: one page each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from reportlab.lib.units import mm

from facilitator.documents.fonts import Face, draw_fitted, draw_text, fit
from facilitator.documents.page import Occasion, new_canvas, page_size, write_document
from facilitator.documents.palette import INK, LINE, MIST, MUTED
from facilitator.domain.text import counted


@dataclass(frozen=True, slots=True)
class Certificate:
    """One person's attendance; `minutes` is 0 where no programme tells the hours."""

    name: str
    organisation: str
    minutes: int

    @property
    def hours_in_words(self) -> str:
        """ "4 hours 35 minutes", or empty."""
        hours, minutes = divmod(self.minutes, 60)
        parts = [counted(hours, "hour") if hours else "", counted(minutes, "minute") if minutes
                 else ""]  # fmt: skip
        return " ".join(part for part in parts if part)


def write_certificates(
    path: Path, people: Sequence[Certificate], occasion: Occasion
) -> Path:  # fmt: skip
    """Write one page for each of `people`; raises what `write_document` raises."""

    def make(target: Path) -> None:
        canvas = new_canvas(target, "Certificates of attendance", occasion)
        wide, high = page_size(canvas)
        left, room = 28 * mm, wide - 56 * mm
        for number, person in enumerate(people):
            key = f"c{number}"
            canvas.bookmarkPage(key)
            canvas.addOutlineEntry(person.name, key)
            canvas.setFillColor(INK)
            canvas.rect(0, high - 12 * mm, wide, 12 * mm, stroke=0, fill=1)
            y = high - 62 * mm
            draw_text(canvas, left, y, "Certificate of attendance", Face.SEMIBOLD, 15, MUTED)
            name = fit(person.name, Face.BOLD, room, 34, 16, 3, 60 * mm, 1.14)
            y = draw_fitted(canvas, left, y - 18, name, Face.BOLD)
            place = fit(person.organisation, Face.REGULAR, room, 14, 9, 2)
            y = draw_fitted(canvas, left, y - 4, place, Face.REGULAR, MUTED)
            y -= 30
            draw_text(canvas, left, y, "took part in", Face.REGULAR, 13, MUTED)
            event = fit(occasion.event, Face.SEMIBOLD, room, 22, 12, 3, leading=1.2)
            y = draw_fitted(canvas, left, y - 8, event, Face.SEMIBOLD)
            where = " · ".join(part for part in (occasion.day_in_words, occasion.venue) if part)
            line = fit(where, Face.REGULAR, room, 13, 9, 2, leading=1.25)
            y = draw_fitted(canvas, left, y - 6, line, Face.REGULAR, MUTED)
            if person.minutes:
                y -= 26
                canvas.setFillColor(MIST)
                canvas.roundRect(left, y - 44, room, 52, 6, stroke=0, fill=1)
                draw_text(canvas, left + 16, y - 14, person.hours_in_words, Face.BOLD, 18)
                draw_text(
                    canvas, left + 16, y - 32,
                    "of sessions, breaks not counted, as the day was timed", Face.REGULAR, 10,
                    MUTED,
                )  # fmt: skip
            canvas.setStrokeColor(LINE)
            canvas.line(left, 58 * mm, left + room * 0.55, 58 * mm)
            draw_text(canvas, left, 53 * mm, "For the organisers", Face.REGULAR, 10, MUTED)
            foot = "A record of attendance for professional development. " + (
                occasion.printed_in_words + "."
            )
            draw_text(canvas, left, 22 * mm, foot, Face.REGULAR, 8.5, MUTED)
            canvas.showPage()
        canvas.save()

    return write_document(path, make)
