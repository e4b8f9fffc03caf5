"""What the facts of desks that did not know of each other come to: who is here, who came twice."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from facilitator.app import EventApp
from facilitator.domain.ids import new_id
from facilitator.store.rows import PresenceRow
from tests.people import add_person


class Facts:
    """Facts of one person put straight into the file, as they come from several desks."""

    def __init__(self, app: EventApp) -> None:
        self.app, self.person = app, add_person(app, "Ada Larkin")
        self._start = app.clocks.now()

    def add(
        self, kind: str, desk: str, number: int, minutes: int, follows: UUID | None = None,
        *, skew: float = 0.0,
    ) -> UUID:  # fmt: skip
        """One fact; returns its id."""
        key = new_id()
        more: dict[str, Any] = {"undoes": follows} if kind == "undone" else {}
        with self.app.database.session() as session:
            session.add(
                PresenceRow(
                    id=key, attendee_id=self.person.id, authority=f"file:{desk}", number=number,
                    kind=kind, at=self._start + timedelta(minutes=minutes), desk=desk,
                    follows=follows, skew=skew, **more,
                )
            )  # fmt: skip
        return key

    @property
    def is_here(self) -> bool:
        """By the list; the Desk has to agree."""
        listed = self.app.people.get(self.person.id).is_here
        assert listed == self.app.people.all()[0].is_here
        return listed

    @property
    def twice(self) -> list[str]:
        """The desks that stand on the list "Admitted twice"."""
        return [desk for one in self.app.merging.twice() for _, desk, _ in one.arrivals]


@pytest.fixture
def facts(file_app: EventApp) -> Facts:
    return Facts(file_app)


def test_two_arrivals_count_once_and_are_listed(facts: Facts) -> None:
    facts.add("arrived", "North", 1, 0)
    facts.add("arrived", "South", 1, 5)
    assert facts.twice == ["North", "South"]
    assert facts.is_here
    assert facts.app.checkin.balance().here == 1


def test_two_returns_on_one_leaving_are_listed(facts: Facts) -> None:
    came = facts.add("arrived", "Hub", 1, 0)
    left = facts.add("left", "Hub", 2, 5, came)
    facts.add("returned", "North", 3, 10, left)
    facts.add("returned", "South", 3, 11, left)
    assert facts.twice == ["North", "South"]


def test_a_return_with_a_leaving_in_between_is_none(facts: Facts) -> None:
    came = facts.add("arrived", "Hub", 1, 0)
    left = facts.add("left", "North", 2, 5, came)
    facts.add("returned", "South", 3, 10, left)
    assert facts.twice == []


def test_a_wrong_clock_is_corrected_before_it_decides(facts: Facts) -> None:
    came = facts.add("arrived", "Hub", 1, 0)
    facts.add("left", "North", 2, 30, came)
    # South's clock is an hour slow: it answered a quarter of an hour after North did.
    back = facts.add("left", "South", 2, -40, came, skew=3600.0)
    facts.add("returned", "South", 3, -15, back, skew=3600.0)
    assert facts.is_here


def test_what_was_undone_still_says_what_came_after_it(facts: Facts) -> None:
    came = facts.add("arrived", "North", 1, 60)  # an hour fast, and nobody knows
    facts.add("undone", "South", 2, 1, came)
    facts.add("left", "West", 2, 2, came)
    facts.add("arrived", "East", 1, 30)
    # West's leaving was judged against North's arrival, so it comes after East's.
    assert not facts.is_here
    assert facts.app.checkin.balance().here == 0
