"""Where the hub of a shared event is when it is not where it was: a deputy may have taken its
place, and a hub that was away may find that it is the hub no longer."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import psycopg
from sqlmodel import col, select

from facilitator.clocks import Clocks
from facilitator.domain.roles import Role
from facilitator.services.hub_life import is_own_hub
from facilitator.services.stepping_down import step_down
from facilitator.store.database import Database
from facilitator.store.hub import Account, Place, connect
from facilitator.store.hub_link import Link
from facilitator.store.hub_outbox import Cursor
from facilitator.store.rows import JoinedRow

#: how often it is looked, in seconds
LOOK_EVERY = 5.0

Found = tuple[tuple[int, str], Place]


class HubFinder:
    """Looks for the hub among those who could be it, not more often than `LOOK_EVERY`."""

    def __init__(self, database: Database, clocks: Clocks) -> None:
        self._database, self._clocks = database, clocks
        self._looked: float | None = None

    def find(self, link: Link) -> bool:
        """The hub is silent: whether another is found, and the tie is to it now. A hub whose own
        server is silent only ever steps down, which reads that server first."""
        if is_own_hub(self._database, link.account):
            return False
        found = self._look(link.account)
        if not found:
            return False
        _, place = max(found, key=lambda one: one[0])
        account = link.account.seen(place, link.account.others)
        account.save()
        link.move(account)
        return True

    def step_down_for_newer(self, link: Link) -> None:
        """Where this laptop is a hub that was away: whether another took its place meanwhile. Then
        its server ends, and the tie is to the newer hub."""
        if link.cursor is None or not is_own_hub(self._database, link.account):
            return
        if not link.is_shared:
            self._looked = None  # it comes back: never as the hub before it has looked
        mine = link.cursor.term, str(link.cursor.hub)
        newer = [one for one in self._look(link.account) if one[0] > mine]
        if newer:
            step_down(self._database, link, max(newer, key=lambda one: one[0])[1])

    # -- internal -------------------------------------------------------------------------------

    def _look(self, account: Account) -> list[Found]:
        """Every hub of this event that answers, with its (term, hub id); none where it was looked a
        moment ago."""
        now = self._clocks.steady()
        if self._looked is not None and 0 <= now - self._looked < LOOK_EVERY:
            return []
        self._looked = now
        places = self._places(account)
        if not places:
            return []
        # All at once: one laptop that is switched off would be waited for in vain.
        with ThreadPoolExecutor(len(places), "looking") as pool:
            terms = pool.map(lambda place: _term_at(account, place), places)
            return [(term, place) for term, place in zip(terms, places, strict=True) if term]

    def _places(self, account: Account) -> Sequence[Place]:
        with self._database.reading() as session:
            rows = session.exec(
                select(JoinedRow).where(
                    col(JoinedRow.role) == str(Role.ORGANISER), col(JoinedRow.put_off_at).is_(None)
                )
            ).all()
        known = [
            Place(tuple(row.address.split(",")), row.port)
            for row in rows
            if row.address and row.port and str(row.id) != account.desk_id
        ]
        return list(dict.fromkeys([*account.others, *known]))


def is_newer(account: Account, place: Place, mine: Cursor) -> bool:
    """Whether the hub at a place is of a newer term than that of `mine`."""
    found = _term_at(account, place)
    return found is not None and found > (mine.term, str(mine.hub))


def _term_at(account: Account, place: Place) -> tuple[int, str] | None:
    """The (term, hub id) of whoever answers as a hub of this event there; None where nobody."""
    try:
        with connect(account, place) as hub:
            hub.execute("SET statement_timeout = '2s'")
            said: Any = hub.execute("SELECT facilitator_term()").fetchone()
    except psycopg.Error:
        return None
    return (int(said[0]["term"]), str(said[0]["hub_id"])) if said and said[0] else None
