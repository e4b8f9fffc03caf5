"""All that a role may read at the hub, brought into a new file: one moment of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any
from uuid import UUID

from psycopg import Connection, sql
from sqlalchemy import insert

from facilitator.store.database import Database
from facilitator.store.hub_apply import applying, ask_tables
from facilitator.store.hub_lines import from_line
from facilitator.store.hub_outbox import Cursor, begin_capturing, write_cursor
from facilitator.store.hub_roles import PATIENT
from facilitator.store.hub_schema import OWN_COLUMNS, key_of, replicated

_PART = 2_000
_SNAPSHOT = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"
_STAND = "SELECT facilitator_term(), (SELECT coalesce(max(number), 0) FROM change)"


def download(
    hub: Connection[Any], database: Database, heard: Callable[[], None] = lambda: None
) -> Cursor:
    """Fill a file that is empty with every row that this connection's role may read, and make it
    a shared one: from now on its changes wait to be sent. Returns how far it has read. `heard` is
    called whenever something has come.

    The event's row belongs to no machine and no authority yet. Raises psycopg.Error where the hub
    does not go on; the file is then as it was.
    """
    with hub.transaction():
        hub.execute(_SNAPSHOT)
        hub.execute(PATIENT)
        row = hub.execute(_STAND).fetchone()
        assert row is not None
        term, last = row
        cursor = Cursor(int(term["term"]), UUID(term["hub_id"]), int(last))
        readable = set(ask_tables(hub))
        with applying(database) as connection:
            for table in replicated():
                if table.name not in readable:
                    continue
                own = dict.fromkeys(OWN_COLUMNS.get(table.name, ()), "")
                for part in _lines(hub, table):
                    heard()
                    connection.execute(
                        insert(table), [{**own, **from_line(table, line)} for line in part]
                    )
            write_cursor(connection, cursor)
            begin_capturing(connection)
    return cursor


def _lines(hub: Connection[Any], table: Any) -> Iterator[list[Mapping[str, Any]]]:
    query = sql.SQL("SELECT to_jsonb(t) FROM {} t ORDER BY t.{}").format(
        sql.Identifier(table.name), sql.Identifier(key_of(table))
    )
    # fetched by and by: a large event does not have to fit into memory
    with hub.cursor(name="facilitator_copy") as rows:
        rows.execute(query)
        while part := rows.fetchmany(_PART):
            yield [line for (line,) in part]
