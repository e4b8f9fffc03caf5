"""Attendee lists: a file in, people as values out. Nothing is written and nobody is merged."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from facilitator.domain.errors import Refused
from facilitator.domain.sides import DEFAULT_SIDES, Sides
from facilitator.intake.columns import LABELS, Column, Columns, count_known, heading, read_columns
from facilitator.intake.incoming import NO_MAPPING, IncomingPerson, RowReader
from facilitator.intake.reading import HEADING_ROWS, Table, read_table

__all__ = ["AttendeeList", "ColumnUse", "IncomingPerson", "read_headings", "read_list"]

_NAME_FIELDS = ("name", "given_name", "family_name")


@dataclass(frozen=True, slots=True)
class ColumnUse:
    """One column of the file, and what became of it."""

    header: str
    #: a key of `columns.FIELDS`, or None where it is kept as an answer
    becomes: str | None
    #: recognised | guessed | mapped | kept
    how: str
    #: what stands in the first row that has something there
    sample: str = ""
    #: what to know: "4 shared", "3 cancelled", or empty
    note: str = ""

    @property
    def label(self) -> str:
        """What it becomes, as a screen says it."""
        return LABELS[self.becomes or "answer"]


@dataclass(frozen=True, slots=True)
class AttendeeList:
    """A list as it was read."""

    #: the file's name
    file: str
    #: the ticketing system it came from, or "a list typed by hand"
    source: str
    columns: tuple[ColumnUse, ...]
    people: tuple[IncomingPerson, ...]
    #: rows that are nobody, with the reason; the row's number is the file's, from 1
    skipped: tuple[tuple[int, str], ...]
    #: rows below the headings that have anything in them
    rows: int
    #: where the headings stand, from 1
    heading_row: int = 1
    mapping: Mapping[str, str] = field(default_factory=dict)


def read_list(
    path: Path | str, *, mapping: Mapping[str, str] = NO_MAPPING, sides: Sides = DEFAULT_SIDES
) -> AttendeeList:
    """The attendee list in the file at `path`.

    `mapping` says what columns become that were not or wrongly recognised, heading to field (a key
    of `columns.FIELDS`). Refused, in one sentence, where it is no list of people; WorldTrouble
    where the file cannot be read.
    """
    table, place = _table_of(Path(path), mapping)
    columns = read_columns(_headers(table, place), mapping, table.name)
    return _assemble(table, place, columns, mapping, sides)


def read_headings(path: Path | str, mapping: Mapping[str, str] = NO_MAPPING) -> tuple[str, ...]:
    """The headings of a list as `--map` may name them."""
    table, place = _table_of(Path(path), mapping)
    return tuple(c.header for c in read_columns(_headers(table, place), {}, table.name).columns)


# --- internal -------------------------------------------------------------------------------------


def _table_of(path: Path, mapping: Mapping[str, str]) -> tuple[Table, int]:
    """The rows of the file, and which of them holds the headings (from 0)."""
    asked = {heading(header) for header in mapping}

    def weigh(row: object) -> int:
        cells = [cell for cell in row if cell]  # pyright: ignore[reportGeneralTypeIssues]
        mapped = sum(1 for cell in cells if heading(cell) in asked)
        return count_known(cells) + 8 * mapped

    table = read_table(path, lambda rows: max((weigh(row) for row in rows), default=0))
    first = table.rows[:HEADING_ROWS]
    weights = [weigh(row) for row in first]
    best = max(weights, default=0)
    if best >= 4:
        return table, weights.index(best)
    # Nothing is known: the first row of two cells or more is taken for headings, and refused below
    # unless a mapping names it.
    filled = [i for i, row in enumerate(first) if sum(1 for cell in row if cell) > 1]
    return table, filled[0] if filled else next((i for i, row in enumerate(first) if any(row)), 0)


def _headers(table: Table, place: int) -> list[str]:
    """The headings; columns that have cells below but no heading get an empty one."""
    headers = list(table.rows[place])
    while headers and not headers[-1]:
        headers.pop()
    width = max((len(row) for row in table.rows[place + 1 :]), default=0)
    if width > len(headers):
        used = max(
            (i + 1 for row in table.rows[place + 1 :] if len(row) > len(headers)
             for i in range(len(headers), len(row)) if row[i]),
            default=0,
        )  # fmt: skip
        headers += [""] * (used - len(headers))
    return headers


def _assemble(
    table: Table, place: int, columns: Columns, mapping: Mapping[str, str], sides: Sides
) -> AttendeeList:
    name = f"“{table.name}”"
    below = [(i + 1, row) for i, row in enumerate(table.rows) if i > place and any(row)]
    named = [field for field in _NAME_FIELDS if columns.of(field)]
    ours = columns.system == "Facilitator"
    if not named and not ours:
        labels = "; ".join(f"“{c.header[:40]}”" for c in columns.columns[:8])
        raise Refused(
            f"In {name} no column looks like a name among {labels}; "
            "say which it is with --map HEADER=name."
        )
    if not below:
        raise Refused(f"{name} has headings but no people below them.")
    reader = RowReader(columns, sides)
    people: list[IncomingPerson] = []
    skipped: list[tuple[int, str]] = []
    top = [heading(cell) for cell in table.rows[place]]
    for number, row in below:
        if row[0] and heading(row[0]) == top[0] and [heading(cell) for cell in row] == top:
            skipped.append((number, "the headings again"))
            continue
        found = reader.read(number, row)
        if isinstance(found, str):
            skipped.append((number, found))
        else:
            people += found
    if not people or (
        not any(person.is_named for person in people) and not any(p.key for p in people)
    ):
        raise Refused(f"{name} has no names: not one of its rows names anybody.")
    uses = tuple(
        use
        for column in columns.columns
        if (use := _use(column, below, people, reader)).sample or _headed(table, place, column)
    )
    return AttendeeList(
        file=table.name, source=columns.system, columns=uses, people=tuple(people),
        skipped=tuple(skipped), rows=len(below), heading_row=place + 1, mapping=dict(mapping),
    )  # fmt: skip


def _headed(table: Table, place: int, column: Column) -> bool:
    """Whether a column has a heading; one that has neither that nor cells is no column."""
    headers = table.rows[place]
    return column.index < len(headers) and bool(headers[column.index])


def _use(
    column: Column, below: list[tuple[int, list[str]]], people: list[IncomingPerson],
    reader: RowReader,
) -> ColumnUse:  # fmt: skip
    index = column.index
    sample = next((row[index] for _, row in below if len(row) > index and row[index]), "")
    target = column.fields[0] if column.fields else None
    how = column.how
    if target == "ticket_type":
        helped = reader.ticket_helped
        target = "profession" if helped else None if how != "mapped" else target
        how = how if how == "mapped" else "guessed" if helped else "kept"
    elif target == "title" and reader.titles_are_jobs:
        target, how = "job_title", "guessed"
    elif target == "job_title" and reader.title_helped and how == "recognised":
        how = "guessed"
    return ColumnUse(column.header, target, how, sample[:200], _note(column, people, reader))


def _note(column: Column, people: list[IncomingPerson], reader: RowReader) -> str:
    fields = column.fields
    if "email" in fields:
        counts = Counter(p.email.casefold() for p in people if p.email)
        shared = sum(1 for number in counts.values() if number > 1)
        return f"{shared} shared" if shared else ""
    if "status" in fields:
        gone = sum(1 for p in people if p.cancelled)
        return f"{gone} cancelled" if gone else ""
    if "borough" in fields:
        strange = sum(1 for p in people if p.borough and not reader.is_borough(p.borough))
        return f"{strange} not in London" if strange else ""
    if "ticket_type" in fields or "profession" in fields:
        doubtful = sum(1 for p in people if p.doubtful)
        return f"{doubtful} to confirm" if doubtful else ""
    if "job_title" in fields:
        leaders = sum(1 for p in people if p.front_line is False)
        return f"{leaders} leaders" if leaders else ""
    if "organisation" in fields:
        return f"{len({p.organisation for p in people if p.organisation})} in all"
    if "code" in fields:
        short = reader.shortened.get(column.index, 0)
        return (
            f"{short} were shortened by a spreadsheet and cannot be scanned"
            if short
            else "scans as it is"
        )
    if "quantity" in fields:
        extra = sum(1 for p in people if p.place)
        return f"{extra} to be named later" if extra else ""
    return ""
