"""How a database forgets what was removed from it: nothing of it is left in its own bytes.

What this can reach is the file and its log, or the tables of a server. A solid-state disk may keep
old blocks that no program reaches, and a server that is not ours its own logs and backups.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing

from sqlalchemy import text

from facilitator.domain.errors import Busy
from facilitator.store.database import PATIENCE, Database, table_order


def scrub(database: Database) -> None:
    """Write the database anew, so that nothing of what was removed is left in it or its log.

    Raises Busy where another program still reads what was there before: the rows are clear all the
    same, and it can be tried again.
    """
    if database.is_server:
        with database.engine.connect().execution_options(
            isolation_level="AUTOCOMMIT"
        ) as connection:
            # The statistics of the columns hold values of before, until they are taken anew.
            connection.execute(text("ANALYZE"))
            connection.execute(text("VACUUM FULL"))
        return
    database.engine.dispose()
    with closing(sqlite3.connect(database.location, timeout=PATIENCE)) as raw:
        raw.isolation_level = None
        raw.execute("PRAGMA secure_delete=ON")
        raw.execute("PRAGMA temp_store=MEMORY")
        raw.execute("VACUUM")
        busy, *_ = raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    if busy:
        raise Busy(
            f"Another program still reads {database.place} as it was before.",
            "Nobody is named in it any more, but its log still holds what was removed.",
            "Close the other program, then remove personal data again.",
        )


def scrub_hub(url: str) -> None:
    """The same for the server that this laptop started, by its owner's URL, with its log.

    Each table is locked for a moment. Raises psycopg.Error where the server does not go on.
    """
    import psycopg
    from psycopg import sql

    with closing(psycopg.connect(url, autocommit=True)) as owner:
        owner.execute("UPDATE join_code SET by = ''")
        owner.execute("ANALYZE")
        # One table after the other, so that laptops wait for one at most; the statistics hold
        # values too, those of before among them.
        for name in (*(table.name for table in table_order()), "pg_statistic"):
            owner.execute(sql.SQL("VACUUM FULL {}").format(sql.Identifier(name)))
        # The log of before ends here, and goes: nothing is needed of it after a checkpoint.
        owner.execute("SELECT pg_switch_wal()")
        owner.execute("CHECKPOINT")
