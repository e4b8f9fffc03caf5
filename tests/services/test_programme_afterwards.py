"""The programme afterwards in report and exports: from the facts on disk, the same everywhere."""

from __future__ import annotations

import csv
import json
from datetime import timedelta
from pathlib import Path

import pytest

from facilitator.app import EventApp
from facilitator.clocks import HandClocks
from facilitator.documents.report_blocks import Grid, Para
from facilitator.documents.report_programme import networking_words, programme_blocks
from facilitator.domain.measured import Outcome
from facilitator.domain.programme import Kind, NewSession


@pytest.fixture
def planned(app: EventApp, clocks: HandClocks) -> EventApp:
    """Four sessions from an hour after now, published."""
    zone = app.programme.state().programme.zone
    nine = clocks.now().astimezone(zone).replace(tzinfo=None) + timedelta(hours=1)
    for new in (
        NewSession(title="Panel", minutes=30, kind=Kind.PANEL, starts=nine, speaker="=Amina"),
        NewSession(title="Tea", minutes=20, kind=Kind.BREAK, protected=True, minimum=15),
        NewSession(title="Talk", minutes=20),
        NewSession(title="Drinks", minutes=30, kind=Kind.NETWORKING, protected=True),
    ):
        app.programme.add(new)
    app.programme.publish()
    return app


def run_the_day(app: EventApp, clocks: HandClocks) -> None:
    """The panel ran 37 minutes with a pause of 4, tea 16, the talk was left out, drinks 25."""
    clocks.advance(3600)
    app.programme.start()
    clocks.advance(20 * 60)
    app.programme.pause()
    clocks.advance(4 * 60)
    app.programme.resume()
    clocks.advance(17 * 60)
    app.programme.next()
    clocks.advance(10 * 60)
    app.programme.skip()
    clocks.advance(6 * 60)
    app.programme.next()
    clocks.advance(25 * 60)
    app.programme.next()


def texts(app: EventApp) -> tuple[Grid, str]:
    blocks = programme_blocks(app.report.figures())
    grid = next(block for block in blocks if isinstance(block, Grid))
    words = next(
        block.text for block in blocks if isinstance(block, Para) and "networking" in block.text
    )
    return grid, words


def test_a_day_that_never_started_is_not_measured(planned: EventApp) -> None:
    figures = planned.report.figures()
    assert {one.outcome for one in figures.programme} == {Outcome.NOT_MEASURED}
    grid, words = texts(planned)
    assert {row[2] for row in grid.rows} == {"not measured"}
    assert words == (
        "Breaks and networking: 50 minutes were promised, at the least 45. What was delivered is "
        "not measured, because the clock was not started."
    )


def test_every_document_says_the_same(
    planned: EventApp, clocks: HandClocks, tmp_path: Path
) -> None:
    run_the_day(planned, clocks)
    grid, words = texts(planned)
    assert [row[3:] for row in grid.rows] == [
        ("on time", "37 min, paused 4 min"), ("11 min late", "16 min"), ("", ""),
        ("13 min early", "25 min"),
    ]  # fmt: skip
    assert grid.rows[2][2] == "left out on the day"
    assert words == (
        "Breaks and networking: 50 minutes were promised, at the least 45; 41 were delivered."
    )
    planned.exports.write(tmp_path / "out.json")
    planned.exports.write(tmp_path / "out")
    said = json.loads((tmp_path / "out.json").read_text("utf-8"))
    assert said["networking"]["delivered_minutes"] == 41
    assert said["networking"]["left_out"] == 0
    with (tmp_path / "out" / "programme.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    for row, one in zip(rows, said["programme"], strict=True):
        for key in ("planned_minutes", "lasted_minutes", "ran_minutes", "paused_minutes"):
            assert row[key] == ("" if one[key] is None else str(one[key]))
    assert [row["outcome"] for row in rows] == ["ran", "ran", "skipped", "ran"]
    assert (rows[0]["lasted_minutes"], rows[0]["pauses"]) == ("41", "1")
    # a speaker is a name, and no names are inside
    assert "Amina" not in json.dumps(said)
    with (tmp_path / "out" / "networking.csv").open(encoding="utf-8-sig", newline="") as file:
        figures = dict(list(csv.reader(file))[1:])
    assert figures["minutes delivered"] == "41"
    assert figures["minutes promised"] == "50"


def test_published_minutes_are_what_was_promised(planned: EventApp) -> None:
    drinks = planned.programme.state().programme.sessions[3]
    planned.programme.edit(drinks.id, minutes=10)
    networking = planned.report.figures().networking
    assert networking is not None
    assert networking.published == 50


def test_words_while_the_day_runs(planned: EventApp, clocks: HandClocks) -> None:
    clocks.advance(3600)
    planned.programme.start()
    clocks.advance(30 * 60)
    planned.programme.next()
    clocks.advance(5 * 60)
    networking = planned.report.figures().networking
    assert networking is not None
    assert networking_words(networking) == (
        "Breaks and networking: 50 minutes were promised, at the least 45; 5 were delivered so "
        "far, with 2 of 2 not over yet."
    )
