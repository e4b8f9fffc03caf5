"""The databases of a shared event as they lie there, read without the program's own code.

Values are made alike whatever the database, so that copies can be compared row by row.
"""

from __future__ import annotations

import json
import re
import sqlite3
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
from psycopg import sql

_UUID = re.compile(r"[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}")


@dataclass
class Copy:
    """One database of the event as it lies there.

    `tables` has the rows by table, values made alike whatever the database; `readable` names the
    tables that it may hold (None: all); `claims` is what the program says of it: `here` (a count),
    `inside` and `twice` (ids of people). `order` gives the hub's number of each row's first change.
    """

    name: str
    tables: dict[str, list[dict[str, Any]]]
    readable: Collection[str] | None = None
    claims: Mapping[str, Any] = field(default_factory=dict)
    order: Mapping[tuple[str, str], int] = field(default_factory=dict)
    broken: Sequence[str] = ()
    waiting: int = 0

    def may(self, table: str) -> bool:
        """Whether it is to hold that table."""
        return table in self.tables and (self.readable is None or table in self.readable)

    def rows(self, table: str) -> list[dict[str, Any]]:
        """The rows of a table; none where it holds no such table."""
        return self.tables.get(table, [])


def read_history(path: Path) -> list[dict[str, Any]]:
    """What a desk had acknowledged. A last line that was cut off is no answer."""
    whole = path.read_bytes().rpartition(b"\n")[0]
    return [json.loads(line) for line in whole.splitlines() if line]


def key(value: object) -> str:
    """An id as both databases would have it: 32 hexadecimal digits."""
    return str(value).replace("-", "").lower()


def moment(value: object) -> str:
    """A moment, however it was written, to the millisecond in UTC."""
    when = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
    when = when.replace(tzinfo=UTC) if when.tzinfo is None else when.astimezone(UTC)
    return when.isoformat(timespec="milliseconds")


def _alike(value: object, kind: str) -> object:
    if value is None:
        return None
    if kind == "json":
        found = json.loads(value) if isinstance(value, str | bytes) else value
        return json.dumps(found, sort_keys=True)
    if kind == "moment":
        return moment(value)
    if kind == "flag":
        return bool(value)
    if isinstance(value, UUID) or (isinstance(value, str) and _UUID.fullmatch(value)):
        return key(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, memoryview | bytes):
        return bytes(value).hex()
    return round(value, 6) if isinstance(value, float) else value


def _kind(declared: str) -> str:
    words = declared.lower()
    if "json" in words:
        return "json"
    if "timestamp" in words or "datetime" in words:
        return "moment"
    return "flag" if "bool" in words else ""


def read_file(path: Path) -> tuple[dict[str, list[dict[str, Any]]], list[str]]:
    """Every table of a SQLite event, and what SQLite itself finds broken."""
    tables = {}
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as raw:
        raw.row_factory = sqlite3.Row
        raw.execute("BEGIN")
        names = [r[0] for r in raw.execute("SELECT name FROM sqlite_master WHERE type='table'")]
        for name in names:
            kinds = {r[1]: _kind(r[2]) for r in raw.execute(f"PRAGMA table_info('{name}')")}
            tables[name] = [
                {column: _alike(row[column], kinds[column]) for column in row.keys()}  # noqa: SIM118
                for row in raw.execute(f"SELECT * FROM '{name}'")
            ]
        broken = [r[0] for r in raw.execute("PRAGMA integrity_check") if r[0] != "ok"]
        broken += [f"{r[0]} refers to a {r[2]} that is not there"
                   for r in raw.execute("PRAGMA foreign_key_check")]  # fmt: skip
    return tables, broken


def read_server(
    conninfo: str,
) -> tuple[dict[str, list[dict[str, Any]]], dict[tuple[str, str], int]]:
    """Every table of an event on PostgreSQL, and the number of each row's first change."""
    tables: dict[str, list[dict[str, Any]]] = {}
    with psycopg.connect(conninfo) as raw:
        raw.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        columns = raw.execute(
            "SELECT table_name, column_name, data_type FROM information_schema.columns"
            " JOIN information_schema.tables USING (table_schema, table_name)"
            " WHERE table_schema = 'public' AND table_type = 'BASE TABLE' ORDER BY ordinal_position"
        ).fetchall()
        kinds: dict[str, dict[str, str]] = defaultdict(dict)
        for table, column, declared in columns:
            kinds[table][column] = _kind(declared)
        for table, its in kinds.items():
            found = raw.execute(sql.SQL("SELECT * FROM {}").format(sql.Identifier(table)))
            names = [c.name for c in found.description or ()]
            tables[table] = [
                {name: _alike(value, its[name]) for name, value in zip(names, row, strict=True)}
                for row in found
            ]
    order: dict[tuple[str, str], int] = {}
    for row in sorted(tables.get("change", []), key=lambda row: row["number"]):
        order.setdefault((row["name"], key(row["key"])), row["number"])
    return tables, order


def readable_by(conninfo: str, login: str) -> set[str]:
    """The tables that a login may read, as the server has it."""
    with psycopg.connect(conninfo) as raw:
        rows = raw.execute(
            "SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
            " WHERE n.nspname = 'public' AND c.relkind = 'r'"
            " AND has_table_privilege(%s, c.oid, 'SELECT')", [login],
        ).fetchall()  # fmt: skip
    return {row[0] for row in rows}
