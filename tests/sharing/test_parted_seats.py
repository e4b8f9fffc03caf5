"""Two hubs gave seats without knowing of each other: what a laptop sends to the newer one."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, cast
from uuid import UUID

import pytest
from sqlmodel import select

from facilitator.app import EventApp
from facilitator.domain.ids import new_id
from facilitator.store.hub import Hub
from facilitator.store.hub_outbox import Cursor, begin_capturing, read_entries, read_mark
from facilitator.store.hub_resolve import UNSETTLED, Resolver
from facilitator.store.hub_schema import replicated
from facilitator.store.hub_terms import compare
from facilitator.store.rows import PresenceRow, SeatChangeRow, SetAsideRow
from tests.people import add_person


class FakeHub:
    """A hub that has the rows of these ids; every table may be read."""

    def __init__(self, keys: dict[str, list[str]]) -> None:
        self._keys = keys
        self._answer: list[tuple[str]] = []

    def ask(self, question: Callable[[Any], Any], seconds: float) -> Any:
        """What the question makes of the answers."""
        return question(self)

    def execute(self, query: bytes | str, _values: Any = None) -> FakeHub:
        """The ids of the table that is asked for, or the names of all tables."""
        words = query.decode() if isinstance(query, bytes) else query
        named = re.search(r'SELECT id::text FROM "(\w+)"', words)
        names = self._keys[named[1]] if named else list(self._keys)
        self._answer = [(name,) for name in names]
        return self

    def fetchall(self) -> list[tuple[str]]:
        """All of them."""
        return self._answer

    def __iter__(self) -> Any:
        return iter(self._answer)


class Parted:
    """A file with three changes of the seats: the first known to the newer hub, then one for an
    arrival and one by hand."""

    def __init__(self, app: EventApp) -> None:
        self.app = app
        person = add_person(app, "Ada Larkin")
        self.arrival = new_id()
        # Another laptop with another clock made each: their ids tell no order.
        self.changes = [new_id() for _ in range(3)][::-1]
        now = app.clocks.now()
        with app.database.session() as session:
            session.add(
                PresenceRow(id=self.arrival, attendee_id=person.id, authority="hub:a:1", number=1,
                            kind="arrived", at=now)
            )  # fmt: skip
            session.flush()
            for number, (key, kind) in enumerate(
                zip(self.changes, ("mix", "arrival", "hand"), strict=True), 1
            ):
                cause = self.arrival if kind == "arrival" else None
                session.add(
                    SeatChangeRow(id=key, revision=number, kind=kind, at=now, cause=cause,
                                  words=f"{kind} of round 1")
                )  # fmt: skip
        with app.database.engine.connect() as connection, connection.begin():
            begin_capturing(connection)

    def compare(self, there: list[UUID]) -> list[str]:
        """Compare with a hub that has these changes of the seats, and all else; the changes of the
        seats that wait afterwards, in their order."""
        keys: dict[str, list[str]] = {}
        with self.app.database.reading() as session:
            for table in replicated():
                column = table.c.key if table.name == "setting" else table.c.id
                found = session.connection().execute(select(column)).scalars()
                keys[table.name] = [str(key) for key in found]
        keys["seat_change"] = [str(key) for key in there]
        now = Cursor(2, new_id(), 9)
        resolver = Resolver("North", lambda: datetime(2025, 11, 12, 9, tzinfo=UTC), set())
        compare(self.app.database, cast("Hub", FakeHub(keys)), now, 1.0, resolver)
        with self.app.database.reading() as session:
            entries = read_entries(session.connection())
        return [entry.key for entry in entries if entry.name == "seat_change"]


@pytest.fixture
def parted(file_app: EventApp) -> Parted:
    return Parted(file_app)


def test_what_only_this_side_did_is_sent_in_order(parted: Parted) -> None:
    first, second, third = parted.changes
    assert parted.compare([first]) == [str(second), str(third)]
    with parted.app.database.reading() as session:
        assert session.exec(select(SetAsideRow)).all() == []


def test_where_both_sides_did_the_hubs_stand(parted: Parted) -> None:
    assert parted.compare([parted.changes[0], new_id()]) == []
    with parted.app.database.reading() as session:
        (aside,) = session.exec(select(SetAsideRow)).all()
        assert aside.what == "hand of round 1"
        assert aside.area == "seating"
        # whoever arrived is seated anew
        assert read_mark(session.connection(), UNSETTLED) == [str(parted.arrival)]


def test_a_comparing_that_is_done_twice_keeps_it_once(parted: Parted) -> None:
    there = [parted.changes[0], new_id()]
    assert parted.compare(there) == parted.compare(there) == []
    with parted.app.database.reading() as session:
        assert len(session.exec(select(SetAsideRow)).all()) == 1
        assert read_mark(session.connection(), UNSETTLED) == [str(parted.arrival)]
