"""An event's file moved into a hub's database, row by row, with ids and times as they are; and
the first download of a laptop that joins."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

import psycopg
from sqlalchemy import insert, select, text
from sqlmodel import Session

from facilitator.store.database import Database, table_order
from facilitator.store.hub_apply import ask_rows, ask_tables
from facilitator.store.hub_lines import from_line
from facilitator.store.hub_outbox import Cursor, write_cursor
from facilitator.store.hub_schema import LOCAL_ONLY, replicated

_PART = 1_000


def fill_hub(hub: Session, here: Session) -> None:
    """Copy every row that others may have from `here` into the empty tables of `hub`.

    A row may refer to one of its own table that comes later, so those references are put back
    when all rows are there. In the unit of work of both.
    """
    connection = hub.connection()
    tables = [table for table in table_order() if table.name not in LOCAL_ONLY]
    own = [
        (table, one)
        for table in tables
        for one in table.foreign_key_constraints
        if one.referred_table is table
    ]
    prepare = connection.dialect.identifier_preparer
    for table, one in own:
        name = prepare.quote(str(one.name))
        connection.execute(text(f'ALTER TABLE "{table.name}" DROP CONSTRAINT {name}'))
    for table in tables:
        result = here.connection().execute(select(table))
        for part in result.mappings().partitions(_PART):
            connection.execute(insert(table), [dict(row) for row in part])
    for table, one in own:
        name = prepare.quote(str(one.name))
        column = next(iter(one.columns)).name
        connection.execute(
            text(
                f'ALTER TABLE "{table.name}" ADD CONSTRAINT {name} '
                f'FOREIGN KEY ("{column}") REFERENCES "{table.name}" (id)'
            )
        )


def download(
    hub: psycopg.Connection[Any],
    database: Database,
    event: dict[str, Any],
    told: Callable[[int], None] = lambda _rows: None,
) -> int:
    """Write everything that this laptop's role may read into an empty file; how many rows.

    How far was read is noted first and kept with the rows, so that what changes meanwhile comes
    with the first catching up. `event` gives the event's columns that are this file's own.
    `told(rows so far)` may raise to stop. Raises psycopg.Error where the line is cut.
    """
    said = hub.execute("SELECT facilitator_hello(0, 0, 0)").fetchone()
    assert said is not None
    cursor = Cursor(int(said[0]["term"]), UUID(said[0]["hub_id"]), int(said[0]["last"]))
    from facilitator.store.hub_apply import applying

    readable = set(ask_tables(hub))
    count = 0
    with applying(database) as connection:
        for table in replicated():
            if table.name not in readable:
                continue
            after: str | None = None
            while page := ask_rows(hub, table.name, after):
                rows = [from_line(table, line) for _, line in page]
                if table.name == "event":
                    rows = [{**row, **event} for row in rows]
                connection.execute(insert(table), rows)
                after = page[-1][0]
                count += len(page)
                told(count)
        write_cursor(connection, cursor)
    return count
