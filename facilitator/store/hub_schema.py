"""What a hub's database has besides an event's tables: one list of changes, and how it is read
and added to.

A sequence number is handed out early and committed late, so "greater than the last I saw" loses
rows. Here every change appends to one table through a trigger that takes a lock before it takes
the number: numbers become visible in their order. The functions run with the rights of whoever
calls them, so the grants of a role are what it may do; each is one statement, so that a laptop
that freezes never holds the lock. NOTIFY only wakes and carries nothing.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from psycopg import Connection, sql

from facilitator.store.database import table_order

#: how many changes are asked for at once
PAGE = 500
#: tables that stay where they are: on one laptop, or on the hub's server
LOCAL_ONLY = frozenset({"sharing", "outbox", "heard", "join_code", "draft"})
#: the columns of a row that are each file's own
OWN_COLUMNS = {"event": frozenset({"authority", "machine"})}
#: SQLSTATEs of our own: another laptop was first; the hub is in another term; a removal of personal
#: data has to be heard of before anything is sent
OVERTAKEN, OTHER_TERM, HEAR_FIRST = "FT001", "FT002", "FT003"

_SCHEMA = Path(__file__).with_name("hub_schema.sql")


@cache
def replicated() -> tuple[Any, ...]:
    """The tables whose rows every laptop has, as far as its role may read them; those that others
    refer to first."""
    return tuple(table for table in table_order() if table.name not in LOCAL_ONLY)


def key_of(table: Any) -> str:
    """The name of a table's one key column."""
    return next(iter(table.primary_key.columns)).name


def install(connection: Connection[Any]) -> None:
    """Make a database with an event's tables a hub's: the list of changes, its triggers and
    functions. Rows that are there already count as known to all."""
    connection.execute(_SCHEMA.read_bytes())
    for table in replicated():
        own = OWN_COLUMNS.get(table.name, frozenset())
        watched = [c.name for c in table.columns if c.name not in own]
        of = (
            sql.SQL(" OF {}").format(sql.SQL(", ").join(map(sql.Identifier, watched)))
            if own
            else sql.SQL("")
        )
        connection.execute(
            sql.SQL(
                "CREATE TRIGGER facilitator_changed AFTER INSERT OR DELETE OR UPDATE{} ON {} "
                "FOR EACH ROW EXECUTE FUNCTION facilitator_changed({})"
            ).format(of, sql.Identifier(table.name), sql.Literal(key_of(table)))
        )


#: for those who write the grants: what every joined role may execute, and what they may read
FUNCTIONS = (
    "facilitator_other(change)",
    "facilitator_line(text, text)",
    "facilitator_pull(bigint, int)",
    "facilitator_term()",
    "facilitator_put(bigint, jsonb, boolean)",
    "facilitator_contested(bigint, jsonb)",
    "facilitator_push(bigint, int, uuid, jsonb, bigint)",
    "facilitator_hello(bigint, int, int)",
)
READABLE = ("change", "term")
