"""Older events are brought up to date by Alembic, after a backup."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory

from facilitator.store.database import check_references

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

    from facilitator.store.database import Database

MIGRATIONS = Path(__file__).parent / "migrations"


def alembic_config(connection: Connection | None = None) -> Config:
    """Alembic's settings for the scripts inside the package, on an open connection."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


@cache
def known_versions() -> frozenset[str]:
    """Every version that this program can read or upgrade."""
    scripts = ScriptDirectory.from_config(alembic_config())
    return frozenset(script.revision for script in scripts.walk_revisions())


def upgrade(database: Database) -> Path | None:
    """Upgrade to the newest version; returns the backup made first (none on a server, which has
    its administrator's). A failure leaves the event as it was: the upgrade is one transaction."""
    backup = None
    if database.path is not None:
        with database.reading() as session:
            from sqlalchemy import text

            version = session.execute(text("SELECT version_num FROM alembic_version")).scalar()
        backup = database.path.with_name(
            f"{database.path.stem} before upgrade from {version}{database.path.suffix}"
        )
        if not backup.exists():
            database.backup(backup)
    with database.engine.connect() as connection:
        if not database.is_server:
            # SQLite rebuilds tables while it alters them; the references are checked afterwards.
            check_references(connection, on=False)
        with connection.begin():
            command.upgrade(alembic_config(connection), "head")
        if not database.is_server:
            check_references(connection, on=True)
    return backup
