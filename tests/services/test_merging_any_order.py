"""Three copies of one event go on by themselves; merged in any order, they end up equal."""

from __future__ import annotations

import itertools
import os
import shutil
import sqlite3
import tempfile
from collections import Counter
from contextlib import ExitStack, closing
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID, uuid5

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from facilitator.app import EventApp, create_event, open_event
from facilitator.clocks import HandClocks
from facilitator.domain.errors import Refused
from facilitator.domain.notes import NoteContent, NoteKind
from facilitator.services.checkin import At, NewWalkIn
from tests.conftest import NEW
from tests.people import add_person

GUESTS, COPIES = 4, 3
START = datetime(2025, 11, 12, 8, 45, tzinfo=UTC)
ACTS = ("scan", "scan", "scan", "leave", "undo", "walk-in", "unknown", "note", "edit")
_NOTE = UUID(int=7)

steps = st.lists(
    st.tuples(
        st.integers(0, COPIES - 1), st.sampled_from(ACTS), st.integers(0, GUESTS - 1),
        st.integers(1, 400),
    ),
    min_size=1,
    max_size=14,
)  # fmt: skip
#: every ordered pair once, in any order: who takes over from whom
orders = st.permutations(list(itertools.permutations(range(COPIES), 2)))


@pytest.fixture(scope="module")
def began(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An event with four guests, one of them here, copied for each example."""
    folder = tmp_path_factory.mktemp("began")
    clocks = HandClocks(START)
    with create_event(folder / "event.facilitator", NEW, clocks) as app:
        guests = [
            add_person(
                app, f"Guest {number}", ("general-practice", "community-pharmacy")[number % 2]
            )
            for number in range(GUESTS)
        ]
        app.checkin.scan(guests[0].ticket, At("Desk 1"))
        app.database.backup(folder / "copy.facilitator")
    return folder / "copy.facilitator"


def act(app: EventApp, which: int, what: str, number: int) -> None:
    """One thing that somebody does at one of the copies; what is refused leaves nothing."""
    people = sorted(app.people.all(), key=lambda one: one.full_name)
    guest = next(one for one in people if one.full_name == f"Guest {number}")
    at = At(f"Desk {which}", "ABC"[which])
    try:
        match what:
            case "scan":
                app.checkin.scan(guest.ticket, at)
            case "leave":
                app.checkin.leave(guest.id, at)
            case "undo":
                app.checkin.undo(guest.id, at)
            case "walk-in":
                app.checkin.walk_in(NewWalkIn(f"Walker {which} {number}", guest.side), at)
            case "unknown":
                app.checkin.scan("NOBODYS-CODE", at)
            case "note":
                note = uuid5(_NOTE, f"{which} {number}")
                app.notes.capture(note, NoteKind.PAIN_POINT, NoteContent(f"Note {which}"))
            case _:
                app.people.edit(guest.id, {"diet": f"Diet {which}"})
    except Refused:
        pass


def rows(path: Path) -> dict[str, set[str]]:
    """The ids of what happened, as the file itself has them: nothing of the program is asked."""
    tables = ("attendee", "presence", "scan", "verdict", "note", "note_version", "person_change")
    with closing(sqlite3.connect(path)) as raw:
        return {
            table: {str(row[0]) for row in raw.execute(f"SELECT id FROM {table}")}
            for table in tables
        }


def stand(app: EventApp) -> dict[str, object]:
    """People, statuses and counts as people see them."""
    people = app.people.all()
    balance = app.checkin.balance()
    here = [one for one in people if one.is_here]
    assert balance.here == len(here) == len({line.key for line in app.roll.people()
                                             if not line.key.endswith(":2")})  # fmt: skip
    return {
        "statuses": {one.id: one.status for one in people},
        "sides": Counter(one.side for one in here),
        "left": balance.left,
        "twice": {one.person.id: len(one.arrivals) for one in app.merging.twice()},
        "notes": {note.id: note.text for note in app.notes.all()},
    }


@pytest.mark.slow
@settings(max_examples=int(os.environ.get("FACILITATOR_EXAMPLES", "4")))
@given(steps=steps, order=orders)
def test_any_order_and_direction(
    began: Path, steps: list[tuple[int, str, int, int]], order: list[tuple[int, int]]
) -> None:
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        clocks = HandClocks(START)
        clocks.advance(60)
        paths = [Path(folder) / f"copy {number}.facilitator" for number in range(COPIES)]
        apps: list[EventApp] = []
        for path in paths:
            shutil.copyfile(began, path)
            apps.append(stack.enter_context(open_event(path, clocks)))
        for which, what, number, seconds in steps:
            clocks.advance(seconds)
            act(apps[which], which, what, number)
        union: dict[str, set[str]] = {}
        for path in paths:
            for table, ids in rows(path).items():
                union.setdefault(table, set()).update(ids)
        # once in any order, then until each has heard of all
        for into, source in (*order, (0, 1), (0, 2), (1, 0), (2, 0)):
            apps[into].merging.take_over(paths[source])
        stands = [stand(app) for app in apps]
        assert stands[0] == stands[1] == stands[2]
        for path in paths:
            assert rows(path) == union, "nothing is lost, nothing is doubled"
        before = [rows(path) for path in paths]
        for into, source in order[:2]:
            assert apps[into].merging.take_over(paths[source]).is_nothing
        assert [stand(app) for app in apps] == stands
        assert [rows(path) for path in paths] == before
