"""Whatever happens at the desks, in whatever order: the counts are those of the log."""

from __future__ import annotations

import itertools
import shutil
import tempfile
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from facilitator.app import EventApp, create_event, open_event
from facilitator.clocks import HandClocks
from facilitator.domain.errors import Refused
from facilitator.domain.people import Person, Status
from facilitator.services.checkin import At, NewWalkIn
from tests.conftest import NEW
from tests.people import add_person

DESKS = (At("Desk 1", "AB"), At("Desk 2", "CD"))
NINE = datetime(2025, 11, 12, 9, tzinfo=UTC)
STEP = st.tuples(
    st.sampled_from(("scan", "undo", "undo-last", "leave", "walk-in", "came-after-all",
                     "in-place-of", "unknown", "choose")),
    st.integers(0, 4),
    st.sampled_from(DESKS),
)  # fmt: skip


def do(app: EventApp, people: list[Person], step: str, who: int, at: At) -> None:
    """One thing that happens; what is refused changes nothing."""
    person = people[who % len(people)]
    match step:
        case "scan":
            app.checkin.scan(person.ticket, at)
        case "undo":
            app.checkin.undo(person.id, at, reason="Wrong person")
        case "undo-last":
            app.checkin.undo_last(at)
        case "leave":
            app.checkin.leave(person.id, at)
        case "walk-in":
            new = NewWalkIn(f"Guest {len(people)}", "general-practice")
            verdict = app.checkin.walk_in(new, at).verdict
            people.append(verdict.person)  # pyright: ignore[reportAttributeAccessIssue]
        case "came-after-all":
            app.checkin.admit(person.id, at, exception="came after all", decided_by="Amina")
        case "in-place-of":
            app.checkin.admit(person.id, at, in_place_of=people[0].id, decided_by="Amina")
        case "unknown":
            app.checkin.scan("nobody", at)
        case _:
            app.checkin.admit(person.id, at)


def status_by_log(app: EventApp, person: Person, *, cancelled: bool) -> Status:
    """Where somebody stands by their facts alone, folded here once more and most simply."""
    stack = []
    for fact in app.people.facts_of(person.id):
        if fact.undoes is not None:
            stack = [one for one in stack if one.id != fact.undoes]
        else:
            stack.append(fact)
    if not stack:
        return Status.CANCELLED if cancelled else Status.EXPECTED
    return Status.LEFT if stack[-1].kind == "left" else Status.ARRIVED


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An event of four people, made once and copied for each example."""
    path = tmp_path_factory.mktemp("counts") / "day.facilitator"
    with create_event(path, NEW, HandClocks(NINE)) as app:
        sides = ("general-practice", "general-practice", "community-pharmacy", "other")
        for number, side in enumerate(sides):
            add_person(app, f"Person {number}", side, cancelled=number == 3)
    return path


@pytest.mark.slow
@settings(max_examples=12)
@given(st.lists(STEP, min_size=4, max_size=12))
def test_counts_equal_the_log(template: Path, steps: list[tuple[str, int, At]]) -> None:
    clocks = HandClocks(NINE)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(shutil.copy(template, folder))
        with open_event(path, clocks) as app:
            check_counts(app, clocks, steps)


def check_counts(app: EventApp, clocks: HandClocks, steps: list[tuple[str, int, At]]) -> None:
    """Does the steps, then holds every count to the facts."""
    people = app.people.all()
    listed = {person.id for person in people}
    cancelled = people[3].id
    for step, who, at in steps:
        clocks.advance(1)
        try:
            do(app, people, step, who, at)
        except Refused:
            continue
    by_log = {
        person.id: status_by_log(app, person, cancelled=person.id == cancelled) for person in people
    }
    there = {p.id: p.status for p in app.people.all()}
    # a walk-in whose arrival was taken back was never on the list
    assert there == {
        key: status for key, status in by_log.items()
        if key in listed or status is not Status.EXPECTED
    }  # fmt: skip
    balance = app.checkin.balance()
    assert balance.here == sum(s is Status.ARRIVED for s in there.values())
    assert balance.left == sum(s is Status.LEFT for s in there.values())
    assert balance.expected == sum(s is not Status.CANCELLED for s in there.values())
    assert sum(side.here for side in balance.sides) == balance.here
    recent = {arrival.person.id for arrival in app.checkin.recent(100)}
    assert {k for k, s in there.items() if s is Status.ARRIVED} <= recent
    assert recent <= {k for k, s in there.items() if s in (Status.ARRIVED, Status.LEFT)}
    assert len(app.roll.people()) == balance.here
    log = app.checkin.log(1000)
    admitted = sum(line.outcome in ("welcome", "welcome-back") for line in log)
    facts = list(itertools.chain.from_iterable(app.people.facts_of(p.id) for p in people))
    assert admitted == sum(fact.kind in ("arrived", "returned") for fact in facts)
