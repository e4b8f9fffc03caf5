"""Taking over the rows that stand only in another copy of this event, table by table.

Three kinds of tables. Facts that stand by themselves come over by their id. Facts in a row (the
seating, the clock, the versions of a note, its shows of hands) come over where this copy added
nothing to that row since the two parted; where both did, this one's stand and the other's are set
aside. What was set up (tables, settings) stays as it is here; what differs is set aside.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import Table, delete, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from facilitator.store.database import table_order

Line = Mapping[str, Any]

#: facts that stand by themselves: nothing about them depends on what else there is
FREE = (
    "source", "attendee_code", "answer", "source_row", "person_change", "scan", "verdict",
    "presence", "question_answer", "told", "document_fact", "badge_fact", "pledge",
    "decision",
)  # fmt: skip
#: what was set up: what stands only there comes over, what differs is said
SET_UP = (
    "room_table", "round", "round_table", "programme_session", "wish", "attendance_wish",
    "question", "asset",
)  # fmt: skip
#: columns that may differ though it is the same row
_PASSING = {
    "presence": {"authority"},
    "round": {"started_at", "finished_at"},
    "seat_change": {"revision"},
}


@dataclass(frozen=True, slots=True)
class Aside:
    """Something that contradicts what is here."""

    area: str
    subject: str
    what: str
    here: str
    there: str
    detail: str = ""
    content: dict[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class Taken:
    """What was taken over so far: how many rows of each table, and what was set aside."""

    rows: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    asides: list[Aside] = field(default_factory=list)


def tables() -> dict[str, Table]:
    """Every table by its name, those that others refer to first."""
    return {table.name: table for table in table_order()}


def lines_of(session: Session, table: Table) -> dict[Any, Line]:
    """Every row of a table by its id."""
    rows = session.connection().execute(select(table)).mappings()
    key = next(iter(table.primary_key.columns)).name
    return {row[key]: dict(row) for row in rows}


def differing(table: str, here: Line, there: Line) -> list[str]:
    """The columns in which the same row differs."""
    passing = _PASSING.get(table, set())
    return [name for name in here if name not in passing and here[name] != there[name]]


class Taker:
    """Takes rows of `there` over into `here`, inside one unit of work of each."""

    def __init__(self, here: Session, there: Session) -> None:
        self._here, self._there = here, there
        self._tables = tables()
        self.taken = Taken()
        #: attendees that were erased here: nothing of them comes back
        self._gone = self._erased()

    def of_both(self, name: str) -> tuple[dict[Any, Line], dict[Any, Line]]:
        """The rows of a table here and there, by id."""
        table = self._tables[name]
        return lines_of(self._here, table), lines_of(self._there, table)

    def take_free(self, name: str) -> list[Line]:
        """Take over what stands only there; returns the rows that came."""
        here, there = self.of_both(name)
        came = []
        for key, line in sorted(there.items(), key=lambda one: (one[1].get("number", 0), one[0])):
            if key in here:
                if name == "presence" and differing(name, here[key], line):
                    mine, other = (f"{one['kind']} {one['at']}" for one in (here[key], line))
                    self.aside(Aside("arrival", str(key), "An arrival", mine, other))
                continue
            if self._is_of_the_gone(line) and name != "presence":
                continue
            if self._insert(name, line) or self._insert_beside(name, line):
                came.append(line)
        return came

    def take_set_up(self, name: str, words: Callable[[Line], str]) -> None:
        """Take over what was set up only there; what is set up otherwise is set aside."""
        here, there = self.of_both(name)
        for key, line in there.items():
            if key not in here:
                if not self._is_of_the_gone(line) and not self._insert(name, line):
                    self.aside(Aside("event", str(key), words(line), "", "there only", name))
            elif fields := differing(name, here[key], line):
                mine, shown = (_in_words(one, fields) for one in (here[key], line))
                self.aside(Aside("event", str(key), words(line), mine, shown, name))

    def take_row_of(
        self,
        name: str,
        order: str,
        group: str | None,
        words: Callable[[Any, Sequence[Line], Sequence[Line]], Aside],
        *,
        also: Callable[[Any, Sequence[Line]], None] | None = None,
    ) -> None:
        """Take over facts that stand in a row, ordered by `order`, one row for each `group`.

        Where both copies went on, those there are set aside as one, in `words(group, mine,
        theirs)`; `also(group, theirs)` does what else belongs to a row that was taken over.
        """
        here, there = self.of_both(name)
        rows: dict[Any, tuple[list[Line], list[Line]]] = defaultdict(lambda: ([], []))
        for key, line in here.items():
            if key not in there:
                rows[line[group] if group else None][0].append(line)
        for key, line in there.items():
            if key not in here:
                rows[line[group] if group else None][1].append(line)
        for which, (mine, theirs) in rows.items():
            if not theirs:
                continue
            theirs.sort(key=lambda line: line[order])
            if mine:
                mine.sort(key=lambda line: line[order])
                self.aside(words(which, mine, theirs))
                continue
            for line in theirs:
                self._insert(name, line)
            if also is not None:
                also(which, theirs)

    def replace(self, name: str, key: Any, line: Line) -> None:
        """Make a row as it is there."""
        table = self._tables[name]
        values = {column: value for column, value in line.items() if column != "id"}
        self._here.connection().execute(update(table).where(table.c.id == key).values(**values))

    def replace_children(self, name: str, column: str, owner: UUID) -> None:
        """Make the rows of `owner` as they are there (the themes of a note)."""
        table = self._tables[name]
        connection = self._here.connection()
        connection.execute(delete(table).where(table.c[column] == owner))
        theirs = self._there.connection().execute(select(table).where(table.c[column] == owner))
        for line in theirs.mappings():
            connection.execute(insert(table).values(**dict(line)))

    def insert(self, name: str, line: Line) -> bool:
        """Take one row over; False where something here stands in its way."""
        return self._insert(name, line)

    def aside(self, one: Aside) -> None:
        """Keep a contradiction."""
        self.taken.asides.append(one)

    # -- internal -------------------------------------------------------------------------------

    def _insert(self, name: str, line: Line) -> bool:
        # One that cannot come over must not keep the others away.
        mark = self._here.connection().begin_nested()
        try:
            self._here.connection().execute(insert(self._tables[name]).values(**dict(line)))
        except IntegrityError:
            mark.rollback()
            return False
        mark.commit()
        self.taken.rows[name] += 1
        return True

    def _insert_beside(self, name: str, line: Line) -> bool:
        """Take over a fact whose number is taken by another fact here: both stand."""
        if name == "presence":
            # Two files that were one went on under one name: what came decides under another.
            names = (f"{line['authority']}/{turn}" for turn in range(1, 9))
            return any(self._insert(name, {**line, "authority": other}) for other in names)
        if name in ("badge_fact", "question_answer"):
            later = range(line["number"] + 1, line["number"] + 20)
            return any(self._insert(name, {**line, "number": number}) for number in later)
        return False

    def _erased(self) -> set[Any]:
        table = self._tables["attendee"]
        rows = self._here.connection().execute(
            select(table.c.id).where(table.c.erased_at.is_not(None))
        )
        return set(rows.scalars())

    def _is_of_the_gone(self, line: Line) -> bool:
        return line.get("attendee_id") in self._gone if self._gone else False


def _in_words(line: Line, names: Sequence[str]) -> str:
    said = (
        f"{name.replace('_', ' ')} "
        f"{'another file' if isinstance(line[name], bytes) else line[name]}"
        for name in names
    )
    return ", ".join(said)[:200]
