"""Ids: UUIDv7, made by whoever makes the row, so that a row is one row wherever it travels."""

from __future__ import annotations

from uuid import UUID

from uuid_utils.compat import uuid7


def new_id() -> UUID:
    """A fresh UUIDv7; later ones sort after earlier ones of the same process."""
    return uuid7()
