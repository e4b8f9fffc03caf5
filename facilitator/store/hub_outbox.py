"""What a shared file keeps beside the event: the changes that the hub has not confirmed, and how
far this file has read. Triggers write the first, so that no way of writing can pass them by."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, func, insert, select, text

from facilitator.domain.roles import LAPTOP_SETTINGS
from facilitator.store.hub_lines import to_line
from facilitator.store.hub_schema import OWN_COLUMNS, key_of, replicated
from facilitator.store.rows import NoteVersionRow, OutboxRow, SharingRow

_OUTBOX: Any = OutboxRow.__table__  # pyright: ignore[reportAttributeAccessIssue]
_SHARING: Any = SharingRow.__table__  # pyright: ignore[reportAttributeAccessIssue]
_VERSION: Any = NoteVersionRow.__table__  # pyright: ignore[reportAttributeAccessIssue]
_CAPTURING = "capturing"
_LAST = select(func.coalesce(func.max(_OUTBOX.c.number), 0))
_ENTRIES = select(_OUTBOX).order_by(_OUTBOX.c.number)
_COUNT = select(func.count()).select_from(_OUTBOX)
#: settings that are each laptop's own
_STAYS = ", ".join(f"'{one}'" for one in sorted(LAPTOP_SETTINGS))
#: SQLite's own limit on parameters is far above
_PART = 500


@dataclass(frozen=True, slots=True)
class Cursor:
    """Up to which change of which term this file has everything."""

    term: int
    hub: UUID
    number: int

    def is_of(self, other: Cursor | None) -> bool:
        """Whether both count the changes of one term."""
        return other is not None and (self.term, self.hub) == (other.term, other.hub)


@dataclass(frozen=True, slots=True)
class Entry:
    """One change that waits: a row as it is now; `line` is None where it was removed since."""

    number: int
    entry: UUID
    name: str
    key: str
    op: str
    line: dict[str, Any] | None
    #: the columns that an update changed
    fields: frozenset[str] = frozenset()
    #: of a note: its latest version's id and number
    version: tuple[str, int] | None = None

    def as_json(self, *, strict: bool) -> dict[str, Any]:
        """As the hub reads it: of a row that was changed, what was changed of it."""
        line = self.line
        if line is not None and self.op == "u" and self.fields:
            line = {name: value for name, value in line.items() if name in self.fields}
        found = {
            "entry": str(self.entry), "name": self.name, "key": self.key, "op": self.op,
            "line": line, "strict": strict,
        }  # fmt: skip
        if self.version is not None:
            found["version"] = {"id": self.version[0], "number": self.version[1]}
        return found


# --- capturing ------------------------------------------------------------------------------------


def begin_capturing(connection: Connection) -> None:
    """From now on every change of the file waits to be sent, until `end_capturing`."""
    for table in replicated():
        name, key = table.name, key_of(table)
        own = OWN_COLUMNS.get(name, frozenset())
        watched = ", ".join(f'"{c.name}"' for c in table.columns if c.name not in own)
        changed = " || ".join(
            f"CASE WHEN NEW.\"{c.name}\" IS NOT OLD.\"{c.name}\" THEN '{c.name},' ELSE '' END"
            for c in table.columns
            if c.name not in own
        )
        sent = f'AND {{}}."{key}" NOT IN ({_STAYS}) ' if name == "setting" else ""
        for op, when, row, fields in (
            ("i", "INSERT", "NEW", "''"),
            ("u", f"UPDATE OF {watched}", "NEW", changed),
            ("d", "DELETE", "OLD", "''"),
        ):
            connection.exec_driver_sql(
                f'CREATE TRIGGER IF NOT EXISTS "captured_{name}_{op}" AFTER {when} ON "{name}" '
                f"WHEN (SELECT value FROM sharing WHERE key = '{_CAPTURING}') = '1' "
                f"{sent.format(row)}"
                "BEGIN INSERT INTO outbox (entry, name, row_key, op, fields) VALUES "
                f"(lower(hex(randomblob(16))), '{name}', {row}.\"{key}\", '{op}', {fields}); END"
            )
    write_mark(connection, _CAPTURING, 1)


def end_capturing(connection: Connection) -> None:
    """The file is an event of its own again: nothing waits, nothing is captured."""
    for table in replicated():
        for op in "iud":
            connection.execute(text(f'DROP TRIGGER IF EXISTS "captured_{table.name}_{op}"'))
    connection.execute(_OUTBOX.delete())
    connection.execute(_SHARING.delete())


def pause(connection: Connection, *, on: bool) -> None:
    """Whether what this transaction writes came from the hub, and so does not wait for it."""
    write_mark(connection, _CAPTURING, 0 if on else 1)


# --- marks ----------------------------------------------------------------------------------------


def read_mark(connection: Connection, key: str) -> Any:
    """What the file keeps under `key`; None where nothing."""
    return connection.execute(select(_SHARING.c.value).where(_SHARING.c.key == key)).scalar()


def write_mark(connection: Connection, key: str, value: Any) -> None:
    """Keep a JSON value under `key`; None removes it."""
    connection.execute(_SHARING.delete().where(_SHARING.c.key == key))
    if value is not None:
        connection.execute(insert(_SHARING), {"key": key, "value": value})


def read_cursor(connection: Connection) -> Cursor | None:
    """How far this file has read; None where it never did."""
    found = read_mark(connection, "cursor")
    return Cursor(found["term"], UUID(found["hub"]), found["number"]) if found else None


def write_cursor(connection: Connection, cursor: Cursor) -> None:
    """How far this file has read from now on."""
    write_mark(
        connection, "cursor",
        {"term": cursor.term, "hub": str(cursor.hub), "number": cursor.number},
    )  # fmt: skip


def read_alone_since(connection: Connection) -> datetime | None:
    """Since when this file works alone; None while it does not."""
    found = read_mark(connection, "alone_since")
    return datetime.fromisoformat(found) if found else None


def write_alone_since(connection: Connection, at: datetime | None) -> None:
    """That this file works alone since `at`, or no more."""
    write_mark(connection, "alone_since", at.isoformat() if at is not None else None)


# --- the outbox -----------------------------------------------------------------------------------


def last_number(connection: Connection) -> int:
    """The number of the newest change that waits; 0 where none does."""
    return connection.execute(_LAST).scalar_one()


def count_waiting(connection: Connection) -> int:
    """How many changes wait."""
    return connection.execute(_COUNT).scalar_one()


def read_entries(
    connection: Connection, *, after: int = 0, most: int | None = None, lines: bool = True
) -> list[Entry]:
    """The changes that wait, oldest first; with `lines`, each with its row as it is now."""
    query = _ENTRIES.where(_OUTBOX.c.number > after)
    rows = connection.execute(query.limit(most) if most else query).all()
    wanted = [(row.name, row.row_key) for row in rows if row.op != "d"] if lines else []
    found = _lines(connection, wanted)
    versions = _versions(connection, {key for name, key in wanted if name == "note"})
    return [
        Entry(row.number, row.entry, row.name, _shown(row.name, row.row_key), row.op,
              found.get((row.name, row.row_key)), frozenset(row.fields.split(",")) - {""},
              versions.get(row.row_key) if row.name == "note" else None)
        for row in rows
    ]  # fmt: skip


def confirm(connection: Connection, numbers: Iterable[int]) -> None:
    """These changes need not be sent any more."""
    wanted = list(numbers)
    for start in range(0, len(wanted), _PART):
        part = wanted[start : start + _PART]
        connection.execute(_OUTBOX.delete().where(_OUTBOX.c.number.in_(part)))


def enqueue(
    connection: Connection, name: str, key: str, op: str = "i", fields: Iterable[str] = ()
) -> None:
    """Send a row (again); where it is there and was changed (op "u"), perhaps only some fields."""
    connection.execute(
        insert(_OUTBOX),
        {"entry": uuid.uuid4(), "name": name, "row_key": key, "op": op,
         "fields": ",".join(sorted(fields))},
    )  # fmt: skip


def waiting_rows(connection: Connection) -> set[tuple[str, str]]:
    """Table and key (as the hub writes it) of every row that waits."""
    rows = connection.execute(select(_OUTBOX.c.name, _OUTBOX.c.row_key))
    return {(name, _shown(name, key)) for name, key in rows}


def stored_key(name: str, key: str) -> Any:
    """A key as the tables take it."""
    return key if name == "setting" else UUID(key)


def _shown(name: str, key: str) -> str:
    return key if name == "setting" else str(UUID(key))


def _versions(connection: Connection, notes: Collection[str]) -> dict[str, tuple[str, int]]:
    """By a note's key as the outbox has it: the id and number of its latest version."""
    stored = {stored_key("note", key): key for key in notes}
    found = {}
    for start in range(0, len(stored), _PART):
        part = list(stored)[start : start + _PART]
        query = select(_VERSION.c.note_id, _VERSION.c.id, _VERSION.c.number)
        query = query.where(_VERSION.c.note_id.in_(part)).order_by(_VERSION.c.number)
        for note, version, number in connection.execute(query):
            found[stored[note]] = (str(version), number)
    return found


def _lines(
    connection: Connection, wanted: Sequence[tuple[str, str]]
) -> dict[tuple[str, str], dict[str, Any]]:
    tables = {table.name: table for table in replicated()}
    keys: dict[str, list[str]] = {}
    for name, key in wanted:
        keys.setdefault(name, []).append(key)
    found = {}
    for name, theirs in keys.items():
        table = tables[name]
        column = table.c[key_of(table)]
        stored = {stored_key(name, key): key for key in theirs}
        for start in range(0, len(theirs), _PART):
            part = list(stored)[start : start + _PART]
            if not part:
                break
            for row in connection.execute(select(table).where(column.in_(part))).mappings():
                found[name, stored[row[column.name]]] = to_line(name, dict(row))
    return found
