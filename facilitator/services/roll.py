"""The evacuation roll: who is inside now, by side and table. It only reads."""

from __future__ import annotations

from pathlib import Path

from facilitator.clocks import Clocks
from facilitator.documents.roll import (
    RollPerson,
    by_place,
    roll_lines,
    write_roll_csv,
    write_roll_pdf,
)
from facilitator.domain.errors import Refused
from facilitator.services.on_paper import OnPaper, read_on_paper
from facilitator.services.seating import SeatingService
from facilitator.store.database import Database


class RollService:
    """Everybody who has arrived and not left."""

    def __init__(self, database: Database, clocks: Clocks, seating: SeatingService) -> None:
        self._database = database
        self._clocks = clocks
        self._seating = seating

    def people(self) -> list[RollPerson]:
        """Those inside, by side, table and surname; the table is that of the running or else the
        next round."""
        return self._read()[1]

    def lines(self) -> list[str]:
        """The roll for a terminal."""
        return roll_lines(self.people())

    def write(self, path: Path) -> int:
        """Write the roll as PDF or CSV, by the name's ending; returns how many are inside.

        Refused for another ending; WorldTrouble where it cannot be written.
        """
        ending = path.suffix.lower()
        if ending not in {".pdf", ".csv"}:
            raise Refused(
                f"The roll is written as .pdf or .csv, not as “{path.name}”.",
                "Nothing was written.",
            )
        paper, inside = self._read()
        if ending == ".csv":
            write_roll_csv(path, inside)
        else:
            write_roll_pdf(path, inside, paper.occasion)
        return len(inside)

    def _read(self) -> tuple[OnPaper, list[RollPerson]]:
        with self._database.reading() as session:
            paper = read_on_paper(session, self._seating.cache, self._clocks)
        now = paper.standing.present
        inside: list[RollPerson] = []
        for one in paper.people:
            if not one.is_here:
                continue
            pairs = paper.tables_of(one.id, [now]) if now else []
            inside.append(
                RollPerson(
                    one.given_name,
                    one.family_name,
                    paper.side(one),
                    pairs[0][1] if pairs else "",
                    one.access,
                    one.organisation,
                    f"{paper.event.local(one.since):%H:%M}" if one.since else "",
                )
            )
        return paper, sorted(inside, key=by_place)
