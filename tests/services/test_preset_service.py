"""Presets put into a programme: what moves, the rounds they need, and taken back as a whole."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import pytest
from sqlmodel import col, select

from facilitator.app import EventApp
from facilitator.clocks import HandClocks
from facilitator.domain.changes import Changes
from facilitator.domain.errors import Refused
from facilitator.domain.localtime import local_of
from facilitator.domain.programme import Kind, NewSession
from facilitator.services.presets import Wanted
from facilitator.store.rows import RoundRow

NINE = datetime(2025, 11, 12, 9)  # noqa: DTZ001 (a local wall time)


@pytest.fixture
def day(app: EventApp) -> EventApp:
    """Two rounds with lunch between them, and a showcase that is fixed at 11:30."""
    for new in (
        NewSession(title="Welcome", minutes=30, starts=NINE),
        NewSession(title="Tables one", minutes=30, kind=Kind.ROUND, round_number=1),
        NewSession(title="Lunch", minutes=60, kind=Kind.BREAK, protected=True, minimum=45,
                   starts=NINE.replace(hour=10)),
        NewSession(title="Talk", minutes=20),
        NewSession(title="Showcase", minutes=30, kind=Kind.SHOWCASE, fixed=True,
                   starts=NINE.replace(hour=11, minute=30)),
        NewSession(title="Tables two", minutes=30, kind=Kind.ROUND, round_number=2),
    ):  # fmt: skip
        app.programme.add(new)
    app.tables.set_aims(2, {"borough": "gather"})
    return app


def key(app: EventApp, title: str) -> UUID:
    return next(s.id for s in app.programme.state().programme if s.title == title)


def numbers(app: EventApp) -> dict[str, int | None]:
    return {s.title: s.round_number for s in app.programme.state().programme}


def starts(app: EventApp) -> dict[str, str]:
    programme = app.programme.state().programme
    plan = programme.planned()
    return {s.title: f"{local_of(plan[s.id].starts, programme.zone):%H:%M}" for s in programme}


def aims(app: EventApp) -> dict[int, dict[str, str]]:
    with app.database.reading() as session:
        rows = session.exec(select(RoundRow).order_by(col(RoundRow.number))).all()
        return {row.number: dict(row.aims) for row in rows if row.finished_at is None}


def test_a_world_cafe_before_lunch(day: EventApp) -> None:
    wanted = Wanted("world-cafe", rounds=2, each=10, before=key(day, "Lunch"))
    preview = day.presets.preview(wanted)
    assert starts(day)["Lunch"] == "10:00"  # nothing is written by looking
    assert (preview.minutes, preview.rounds) == (40, (2, 3))
    assert [f"{one:%H:%M}" for one in (*preview.starts, preview.ends)] == [
        "10:00", "10:05", "10:15", "10:25", "10:40",
    ]  # fmt: skip
    assert preview.moves == ("2 sessions move.", "Lunch moves from 10:00 to 10:40.")
    assert preview.endangered
    assert preview.cares[0] == (
        "Showcase is fixed at 11:30, and the programme would be 15 minutes too long for it after "
        "lunch gave 15."
    )
    assert "“Tables two” becomes round 4" in preview.cares[2]
    assert preview.cares[3].startswith("None of ")
    done = day.presets.insert(wanted)
    assert done.sentence == "World Café: 4 sessions, 40 minutes."
    assert done.changes == Changes.PROGRAMME | Changes.SEATS
    assert starts(day)["Lunch"] == "10:40"
    assert starts(day)["Showcase"] == "11:30"
    assert numbers(day) == {
        "Welcome": None, "Tables one": 1, "World Café: how it works": None,
        "World Café, round 1 of 2": 2, "World Café, round 2 of 2": 3,
        "World Café: what the hosts heard": None, "Lunch": None, "Talk": None, "Showcase": None,
        "Tables two": 4,
    }  # fmt: skip
    # what the round aims at goes along with it
    assert aims(day) == {1: {}, 2: {}, 3: {}, 4: {"borough": "gather"}}


def test_one_undo_takes_all_of_it_back(day: EventApp) -> None:
    before, was = day.programme.state().programme, aims(day)
    done = day.presets.insert(Wanted("world-cafe", rounds=4, before=key(day, "Lunch")))
    assert len(aims(day)) == 6
    back = day.presets.take_back(done)
    assert back.kept == ()
    assert day.programme.state().programme == before
    assert aims(day) == was


def test_it_is_not_taken_back_over_somebody_elses_change(day: EventApp) -> None:
    done = day.presets.insert(Wanted("fishbowl"))
    day.programme.edit(key(day, "Talk"), minutes=25)
    with pytest.raises(Refused, match="changed since"):
        day.presets.take_back(done)
    assert "Fishbowl" in starts(day)


def test_never_before_what_is_on_or_has_been(day: EventApp, clocks: HandClocks) -> None:
    day.programme.start()
    clocks.advance(60)
    for title in ("Welcome",):
        with pytest.raises(Refused, match="on or has been"):
            day.presets.preview(Wanted("fishbowl", before=key(day, title)))
        with pytest.raises(Refused, match="on or has been"):
            day.presets.insert(Wanted("fishbowl", before=key(day, title)))
    done = day.presets.insert(Wanted("1-2-4-all", before=key(day, "Tables one")))
    day.programme.next()
    with pytest.raises(Refused):
        day.presets.take_back(done)


def test_a_session_that_runs_begins_its_round(day: EventApp, clocks: HandClocks) -> None:
    day.presets.insert(Wanted("speed-round", rounds=2, before=key(day, "Welcome")))
    assert starts(day)["Speed round: find your pair"] == "09:00"
    assert numbers(day)["Tables one"] == 2
    day.programme.start()
    for _ in range(2):
        clocks.advance(240)
        day.programme.next()
        with day.database.reading() as session:
            row = session.exec(select(RoundRow).where(RoundRow.number == 1)).one()
            assert row.started_at is not None
            assert row.finished_at is None  # one round of tables, whatever the bell says
    # rounds that have begun stay: the next preset comes after them
    assert day.presets.preview(Wanted("world-cafe", rounds=1)).rounds == (4,)


def test_at_the_end_of_an_empty_programme(app: EventApp) -> None:
    preview = app.presets.preview(Wanted("open-space", total=60))
    assert preview.moves == ()
    assert preview.minutes == 60
    app.presets.insert(Wanted("open-space", total=60))
    assert next(iter(starts(app).values())) == "09:00"


def test_too_many_rounds_are_refused(day: EventApp) -> None:
    day.presets.insert(Wanted("world-cafe", rounds=5))
    day.presets.insert(Wanted("world-cafe", rounds=5))
    with pytest.raises(Refused, match="at most 12 rounds, and this would make 13"):
        day.presets.insert(Wanted("world-cafe", rounds=1, before=key(day, "Lunch")))


def test_a_fixed_first_session_keeps_its_start(app: EventApp) -> None:
    app.programme.add(NewSession(title="Keynote", minutes=30, starts=NINE, fixed=True))
    app.presets.insert(Wanted("fishbowl", total=30, before=key(app, "Keynote")))
    assert starts(app)["Fishbowl: set up the circles"] == "08:30"
    assert starts(app)["Keynote"] == "09:00"
