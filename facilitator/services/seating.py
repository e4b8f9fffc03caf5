"""Seating: who sits where in each round, and what arrivals and departures do to it."""

from __future__ import annotations

from uuid import UUID

from sqlmodel import Session

from facilitator.clocks import Clocks
from facilitator.services.seats import table_now
from facilitator.store.database import Database


class SeatingService:
    """The seats of every round."""

    def __init__(self, database: Database, clocks: Clocks) -> None:
        self._database = database
        self._clocks = clocks

    def table_of(self, session: Session, attendee_id: UUID) -> str | None:
        """The table in the running, else the next round."""
        return table_now(session, attendee_id)

    def arrived(self, session: Session, attendee_id: UUID, fact_id: UUID) -> bool:
        return False

    def left(self, session: Session, attendee_id: UUID, fact_id: UUID) -> bool:
        return False

    def undone(self, session: Session, fact_id: UUID) -> bool:
        return False
