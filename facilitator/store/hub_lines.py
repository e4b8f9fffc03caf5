"""Rows on their way between laptops: as JSON that PostgreSQL's `to_jsonb` writes and
`jsonb_populate_record` reads, and as the values that this program's tables take."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from functools import cache
from math import isfinite
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, BigInteger, Boolean, Date, Float, Integer, LargeBinary, Uuid

from facilitator.store.hub_schema import OWN_COLUMNS
from facilitator.store.rows import UtcDateTime


def to_line(name: str, row: Mapping[str, Any]) -> dict[str, Any]:
    """A row's values as JSON knows them; without what is each file's own."""
    own = OWN_COLUMNS.get(name, frozenset())
    return {column: _out(value) for column, value in row.items() if column not in own}


def from_line(table: Any, line: Mapping[str, Any]) -> dict[str, Any]:
    """The values of a row that came; columns that this program does not know are left out."""
    own = OWN_COLUMNS.get(table.name, frozenset())
    return {
        column: read(line[column])
        for column, read in _readers(table)
        if column in line and column not in own
    }


def _out(value: Any) -> Any:
    match value:
        case datetime() if value.tzinfo is not None:
            return value.astimezone(UTC).isoformat()
        case date():
            return value.isoformat()
        case UUID():
            return str(value)
        case bytes():
            return f"\\x{value.hex()}"
        case float() if not isfinite(value):
            return None  # JSON knows no such number
        # SQLite keeps a NUL in a text, PostgreSQL takes none.
        case str() if "\0" in value:
            return value.replace("\0", "")
        case dict():
            return {key: _out(one) for key, one in value.items()}
        case list():
            return [_out(one) for one in value]
        case _:
            return value


@cache
def _readers(table: Any) -> tuple[tuple[str, Any], ...]:
    return tuple((column.name, _reader(column.type)) for column in table.columns)


def _reader(kind: Any) -> Any:
    match kind:
        case UtcDateTime():
            return lambda v: None if v is None else datetime.fromisoformat(v)
        case Date():
            return lambda v: None if v is None else date.fromisoformat(v)
        case Uuid():
            return lambda v: None if v is None else UUID(v)
        case LargeBinary():
            return lambda v: None if v is None else bytes.fromhex(v.removeprefix("\\x"))
        case Float():
            return lambda v: None if v is None else float(v)
        case Boolean() | Integer() | BigInteger() | JSON() | _:
            return lambda v: v
