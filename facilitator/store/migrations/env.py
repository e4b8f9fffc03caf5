"""Alembic's entry: always on a connection that the program opened."""

from alembic import context
from sqlmodel import SQLModel

from facilitator.store import rows

assert rows  # the metadata below is filled by importing the rows

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=SQLModel.metadata,
    render_as_batch=True,
    transactional_ddl=True,
    transaction_per_migration=False,
)
context.run_migrations()
