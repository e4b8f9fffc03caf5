"""An event's file moved into a hub's database, row by row, with ids and times as they are."""

from __future__ import annotations

from sqlalchemy import insert, select, text
from sqlmodel import Session

from facilitator.store.database import table_order
from facilitator.store.hub_schema import LOCAL_ONLY

_PART = 1_000


def fill_hub(hub: Session, here: Session) -> None:
    """Copy every row that others may have from `here` into the empty tables of `hub`.

    In the unit of work of both. The hub's tables know no references afterwards: a laptop's file
    has checked them, and a fact must come in even where what it refers to comes later, or was
    known to a hub that is lost.
    """
    connection = hub.connection()
    tables = [table for table in table_order() if table.name not in LOCAL_ONLY]
    prepare = connection.dialect.identifier_preparer
    for table in tables:
        for one in table.foreign_key_constraints:
            name = prepare.quote(str(one.name))
            connection.execute(text(f'ALTER TABLE "{table.name}" DROP CONSTRAINT {name}'))
    for table in tables:
        result = here.connection().execute(select(table))
        for part in result.mappings().partitions(_PART):
            connection.execute(insert(table), [dict(row) for row in part])
