"""An event on a PostgreSQL made a file again: every row, of one moment."""

from __future__ import annotations

import os
import sqlite3
import uuid
from contextlib import closing
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, func, insert, select, text

from facilitator.domain.errors import Damaged, Refused
from facilitator.store.database import Database, check_references, table_order
from facilitator.store.hub_roles import PATIENT
from facilitator.store.hub_schema import LOCAL_ONLY
from facilitator.store.trouble import in_words, shown_path
from facilitator.store.whole import name_in_whole

_PART = 1_000


def bring_rows(source: Database, path: Path) -> int:
    """Copy all rows of an event on a server into a new file at `path`; returns how many.

    The file belongs to no machine yet, so that whoever opens it decides in a name of their own.
    Nothing is at `path` unless all is. Raises Refused where it is taken or the account may not read
    everything, Damaged where the rows do not fit together, other Trouble as it is.
    """
    place = shown_path(path)
    draft = path.with_name(f".{path.name}.{uuid.uuid4().hex[:8]}.new")
    try:
        with in_words(place):
            copied = _copy(source, draft)
            _settle(draft, place)
            name_in_whole(draft, path)
    finally:
        for end in ("", "-wal", "-shm", "-journal"):
            Path(f"{draft}{end}").unlink(missing_ok=True)
    return copied


def _copy(source: Database, draft: Path) -> int:
    copied = 0
    home = Database.create(draft, lambda _session: None)
    try:
        # One snapshot over all tables, so that no fact stands without what it refers to.
        snapshot = source.engine.execution_options(
            isolation_level="REPEATABLE READ", facilitator_reads=True
        )
        with snapshot.connect() as there, home.engine.connect() as here, there.begin():
            there.exec_driver_sql(PATIENT)
            tables = _readable(there, source.place)
            check_references(here, on=False)
            with here.begin():
                for table in tables:
                    result = there.execution_options(yield_per=_PART).execute(select(table))
                    for part in result.mappings().partitions():
                        here.execute(insert(table), [dict(row) for row in part])
                    found = here.execute(select(func.count()).select_from(table)).scalar_one()
                    copied += found
                here.execute(text("UPDATE event SET machine = ''"))
            check_references(here, on=True)
    finally:
        home.close()
    return copied


def _readable(there: Connection, place: str) -> list[Any]:
    """The tables to copy. Refused where one that belongs to the event may not be read."""
    found = []
    for table in table_order():
        query = text("SELECT has_table_privilege(:name, 'SELECT')")
        if there.execute(query, {"name": table.name}).scalar_one():
            found.append(table)
        elif table.name not in LOCAL_ONLY:
            raise Refused(
                f"The account in this URL may not read all of {place}.", "No file was made.",
                "Use the URL of the server's owner, or an organiser's.",
            )  # fmt: skip
    return found


def _settle(draft: Path, place: str) -> None:
    with closing(sqlite3.connect(draft)) as raw:
        raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        fits = raw.execute("PRAGMA quick_check").fetchone() == ("ok",)
        if not fits or raw.execute("PRAGMA foreign_key_check").fetchone() is not None:
            raise Damaged(
                f"The rows that came do not fit together in {place}.", "No file was made."
            )
    with draft.open("rb") as file:
        os.fsync(file.fileno())
