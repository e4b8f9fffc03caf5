"""What the hub has, brought into this laptop's file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from typing import Any

import psycopg
from sqlalchemy import Connection, insert, select, update

from facilitator.store.database import Database, check_references
from facilitator.store.hub_lines import from_line
from facilitator.store.hub_outbox import Cursor, pause, stored_key, waiting_rows, write_cursor
from facilitator.store.hub_schema import PAGE, key_of, replicated
from facilitator.store.trouble import in_words

#: how many rows are downloaded at once
_DOWNLOAD = 2_000


class Stands(Exception):  # noqa: N818 (a turn of events, not an error)
    """A row that came stands in the way of one that waits to be sent: that goes first."""


@contextmanager
def applying(database: Database) -> Iterator[Connection]:
    """A transaction on the file in which rows may come in any order and do not wait to be sent."""
    with in_words(database.place), database.engine.connect() as connection:
        # SQLite listens to this outside a transaction only.
        check_references(connection, on=False)
        try:
            with connection.begin():
                pause(connection, on=True)
                yield connection
                pause(connection, on=False)
        finally:
            check_references(connection, on=True)


def ask_changes(hub: psycopg.Connection[Any], after: int) -> list[tuple[Any, ...]]:
    """The next changes after a number: (number, table, key, row as JSON or None)."""
    return hub.execute("SELECT * FROM facilitator_pull(%s, %s)", (after, PAGE)).fetchall()


def ask_removals(
    hub: psycopg.Connection[Any], after: int | None
) -> tuple[list[Mapping[str, Any]], int]:
    """The removals of personal data that began after a change (None: all there are), and the
    number of the last."""
    rows = hub.execute(
        "SELECT to_jsonb(r), coalesce(max(c.number), 0) FROM removal r "
        "LEFT JOIN change c ON c.name = 'removal' AND c.op = 'i' AND c.key = r.id::text "
        "GROUP BY r.id HAVING %s::bigint IS NULL OR max(c.number) > %s ORDER BY r.at, r.id",
        (after, after),
    ).fetchall()
    return [row[0] for row in rows], max((row[1] for row in rows), default=0)


def ask_tables(hub: psycopg.Connection[Any]) -> list[str]:
    """The tables that this laptop's role may read."""
    names = [table.name for table in replicated()]
    found = hub.execute(
        "SELECT name FROM unnest(%s::text[]) name WHERE has_table_privilege(name, 'SELECT')",
        (names,),
    )
    readable = {row[0] for row in found}
    return [name for name in names if name in readable]


def ask_may_edit(hub: psycopg.Connection[Any]) -> bool:
    """Whether this laptop's role may edit people."""
    (found,) = hub.execute("SELECT has_table_privilege('attendee', 'UPDATE')").fetchone() or (
        False,
    )
    return bool(found)


def ask_edits(hub: psycopg.Connection[Any], ids: Sequence[str]) -> set[tuple[str, str]]:
    """Whom and which of their fields some edits concern."""
    return set(
        hub.execute(
            "SELECT attendee_id::text, field FROM person_change WHERE id = ANY(%s::uuid[])",
            (list(ids),),
        ).fetchall()
    )


def ask_rows(
    hub: psycopg.Connection[Any], name: str, after: str | None
) -> list[tuple[str, Mapping[str, Any]]]:
    """The next rows of a table in the order of their keys: (key, row as JSON)."""
    key = "key" if name == "setting" else "id"
    kind = "text" if name == "setting" else "uuid"
    where = f"WHERE t.{key} > %s::{kind}" if after is not None else ""
    query = (
        f'SELECT t.{key}::text, to_jsonb(t) FROM "{name}" t {where} '
        f"ORDER BY t.{key} LIMIT {_DOWNLOAD}"
    )
    return hub.execute(query.encode(), (after,) if after is not None else None).fetchall()


def apply_changes(
    connection: Connection, changes: Iterable[tuple[Any, ...]], cursor: Cursor
) -> set[str]:
    """Write changes that came, and how far was read; returns the tables that changed.

    Raises Stands where a row that came waits to be sent itself, or one that waits is in its way:
    passed over, it would be taken for known, and what is sent afterwards for decided upon it.
    """
    tables = {table.name: table for table in replicated()}
    waiting = waiting_rows(connection)
    wait = {name for name, _ in waiting}
    touched = set()
    number = cursor.number
    for number, name, key, line in changes:  # noqa: B007 (the last one is how far was read)
        if name not in tables:
            continue
        if (name, key) in waiting:
            raise Stands
        if line is None:
            remove_row(connection, tables[name], key)
        else:
            put_row(connection, tables[name], line, careful=name in wait)
        touched.add(name)
    write_cursor(connection, Cursor(cursor.term, cursor.hub, number))
    return touched


def put_row(
    connection: Connection, table: Any, line: Mapping[str, Any], *, careful: bool = False
) -> None:
    """Make a row as it is at the hub. Whatever has its unique values here gives way, unless
    `careful`: then Stands is raised."""
    values = from_line(table, line)
    if careful and table.name != "event" and _in_the_way(connection, table, key_of(table), values):
        raise Stands
    _write(connection, table, values)


def put_rows(
    connection: Connection, table: Any, lines: Mapping[str, Mapping[str, Any]]
) -> set[str]:
    """Make a whole table as it is at the hub, but for rows that the hub has not: their keys are
    returned. Rows that are so already are not written."""
    key = key_of(table)
    here = {str(row[key]): row for row in connection.execute(select(table)).mappings()}
    other = []
    for shown, line in lines.items():
        values, row = from_line(table, line), here.get(shown)
        if row is None or any(row[name] != value for name, value in values.items()):
            other.append(values)
    for values in other:
        _write(connection, table, values)
    return here.keys() - lines.keys() if table.name != "event" else set()


def _write(connection: Connection, table: Any, values: Mapping[str, Any]) -> None:
    if table.name == "event":
        # one row, and part of it is this file's own
        connection.execute(update(table).values(**values))
    else:
        connection.execute(_put(table), values)


@cache
def _put(table: Any) -> Any:
    return insert(table).prefix_with("OR REPLACE")


def remove_row(connection: Connection, table: Any, key: str) -> None:
    """Remove a row that the hub has no more."""
    column = table.c[key_of(table)]
    connection.execute(table.delete().where(column == stored_key(table.name, key)))


def _in_the_way(connection: Connection, table: Any, key: str, values: Mapping[str, Any]) -> bool:
    for one in table.constraints:
        columns = [c.name for c in getattr(one, "columns", ())]
        if type(one).__name__ != "UniqueConstraint" or not columns:
            continue
        query = select(table.c[key]).where(
            *(table.c[name] == values[name] for name in columns), table.c[key] != values[key]
        )
        if connection.execute(query).first() is not None:
            return True
    return False
