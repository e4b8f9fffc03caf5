"""A desk that is killed at any moment: whatever it answered is in the file."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from facilitator.app import create_event, open_event
from facilitator.services.checkin import At
from tests.conftest import NEW
from tests.day import add_people
from tests.people import add_person
from tests.services import desks

pytestmark = pytest.mark.skipif(os.name == "nt", reason="forks")

KILLS = 200


@pytest.mark.slow
def test_two_hundred_kills_lose_no_answer(tmp_path: Path) -> None:
    path = tmp_path / "killed.facilitator"
    with create_event(path, NEW) as app:
        add_people(app, first=300, second=0, third=0, come=0)
        tickets = [person.ticket for person in app.people.all()]
    lines = desks.run("kill", str(path), str(KILLS), "20251112", *tickets)
    kills = [line for line in lines if line["outcome"] == "killed"]
    answers = [line for line in lines if line["outcome"] != "killed"]
    assert len(kills) == KILLS, f"{len(kills)} kills of {KILLS}"
    assert len(answers) > KILLS, f"{len(answers)} answers between {KILLS} kills"
    assert {line["outcome"] for line in answers} <= {"welcome", "already-here"}
    with open_event(path) as app:
        log = app.checkin.log(1_000_000)
        people = {person.ticket: person for person in app.people.all()}
        checked = app.health.check()
    assert checked.is_sound, checked.problems
    welcomes = [line for line in answers if line["outcome"] == "welcome"]
    assert all(people[line["code"]].is_here for line in welcomes)
    # as many answers of each ticket are kept as were given, at the least
    given = Counter((line["code"], line["outcome"]) for line in answers)
    found = Counter((line.raw, line.outcome) for line in log)
    assert not given - found, f"lost in {KILLS} kills: {given - found}"
    twice = {code: many for code, many in found.items() if code[1] == "welcome" and many > 1}
    assert not twice, f"let in twice: {twice}"


def test_a_scan_that_was_not_answered_stands_in_the_log(tmp_path: Path) -> None:
    path = tmp_path / "died.facilitator"
    with create_event(path, NEW) as app:
        priya = add_person(app, "Dr Priya Raman")
    died = subprocess.run(
        [sys.executable, "-m", "tests.services.desks", "die", str(path), priya.ticket],
        check=False, timeout=60,
    )  # fmt: skip
    assert died.returncode == -signal.SIGKILL
    with open_event(path) as app:
        (line,) = app.checkin.log()
        assert (line.raw, line.outcome, line.person) == (priya.ticket, "", "")
        assert app.checkin.balance().here == 0  # half a check-in is none
        answer = app.checkin.scan(priya.ticket, At("Desk 1"))
        assert answer is not None
        assert answer.verdict.outcome == "welcome"
        assert app.health.check().is_sound
