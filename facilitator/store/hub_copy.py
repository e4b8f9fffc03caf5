"""All that a role may read at the hub, brought into a new file: one moment of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import groupby
from operator import itemgetter
from typing import Any
from uuid import UUID

from psycopg import Connection, sql
from sqlalchemy import insert

from facilitator.store.database import Database
from facilitator.store.hub_apply import applying, ask_tables
from facilitator.store.hub_lines import from_line
from facilitator.store.hub_outbox import Cursor, begin_capturing, write_cursor
from facilitator.store.hub_roles import PATIENT
from facilitator.store.hub_schema import OWN_COLUMNS, replicated

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
        tables = {table.name: table for table in replicated() if table.name in readable}
        with applying(database) as connection:
            for part in _parts(hub, tables.values()):
                heard()
                for name, rows in groupby(part, key=itemgetter(0)):
                    table = tables[name]
                    own = dict.fromkeys(OWN_COLUMNS.get(name, ()), "")
                    connection.execute(
                        insert(table), [{**own, **from_line(table, line)} for _, line in rows]
                    )
            write_cursor(connection, cursor)
            begin_capturing(connection)
    return cursor


def _parts(hub: Connection[Any], tables: Iterable[Any]) -> Iterator[list[tuple[str, Any]]]:
    """Every row of the tables as (table, JSON), by and by: a large event does not have to fit into
    memory. One statement for all, because each costs a slow network a round trip or more."""
    each = [
        sql.SQL("SELECT {}, to_jsonb(t) FROM {} t").format(
            sql.Literal(table.name), sql.Identifier(table.name)
        )
        for table in tables
    ]
    with hub.cursor(name="facilitator_copy") as rows:
        rows.execute(sql.SQL(" UNION ALL ").join(each))
        while part := rows.fetchmany(_PART):
            yield part
