"""Desks as processes of their own: they race, or are killed. Run as a program by the tests.

A process that has everything imported forks them, so that two hundred start in a few seconds; it is
not the process of the tests, in which Qt and threads run. What they were answered is printed,
a JSON object a line.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any
from uuid import UUID

from sqlmodel import Session

from facilitator.app import EventApp, open_event
from facilitator.cli.desk import verdict_json
from facilitator.domain.errors import Refused, Trouble
from facilitator.services.checkin import At, CheckinService, NewWalkIn
from facilitator.services.people import Person
from facilitator.services.seating import SeatingService

MANY = 8
_FORK = multiprocessing.get_context("fork") if sys.platform != "win32" else None


def run(*words: str) -> list[dict[str, Any]]:
    """What the desks of one race or one series of kills were answered."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.services.desks", *words], capture_output=True, text=True,
        timeout=100, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    return [json.loads(line) for line in done.stdout.splitlines()]


# --- races ----------------------------------------------------------------------------------------


def _plain(found: dict[str, Any]) -> dict[str, Any]:
    return json.loads(json.dumps(found, default=str))


def _scan(app: EventApp, number: int, tickets: list[str]) -> list[dict[str, Any]]:
    """Every desk scans the same tickets in the same order."""
    answers = [app.checkin.scan(ticket, At(f"Desk {number}")) for ticket in tickets]
    return [verdict_json(a.verdict) for a in answers if a is not None]


def _undo(app: EventApp, number: int, tickets: list[str]) -> list[dict[str, Any]]:
    """Half of the desks take back what the others let in."""
    found: list[dict[str, Any]] = []
    people: list[Person] = [app.people.find(ticket) for ticket in tickets]
    for _ in range(10):
        for person in people:
            at = At(f"Desk {number}")
            if number % 2:
                answer = app.checkin.scan(person.ticket, at)
                assert answer is not None
                found.append(verdict_json(answer.verdict))
                continue
            try:
                taken = app.checkin.undo(person.id, at)
            except Refused as refused:
                found.append({"outcome": "refused", "why": str(refused)})
            else:
                found.append({"outcome": "undone", "code": person.ticket, "fact": taken.was.id})
    return found


def _walk_in(app: EventApp, number: int, tickets: list[str]) -> list[dict[str, Any]]:
    """Every desk adds somebody for each name."""
    found: list[dict[str, Any]] = []
    for place, name in enumerate(tickets):
        side = ("general-practice", "community-pharmacy", "other")[place % 3]
        answer = app.checkin.walk_in(NewWalkIn(f"{name} {number}", side), At(f"Desk {number}"))
        found.append(verdict_json(answer.verdict))
    return found


RACES: dict[str, Callable[[EventApp, int, list[str]], list[dict[str, Any]]]] = {
    "scan": _scan, "undo": _undo, "walk-in": _walk_in,
}  # fmt: skip


def _race(kind: str, location: str, tickets: list[str]) -> None:
    assert _FORK is not None
    barrier, answers = _FORK.Barrier(MANY), _FORK.SimpleQueue()

    def desk(number: int) -> None:
        try:
            with open_event(location) as app:
                barrier.wait(30)
                found = RACES[kind](app, number, tickets)
        except (Trouble, AssertionError) as trouble:
            found = [{"outcome": "failed", "why": repr(trouble)}]
        answers.put([_plain(one) for one in found])

    desks = [_FORK.Process(target=desk, args=(number,)) for number in range(MANY)]
    for one in desks:
        one.start()
    for _ in desks:
        for found in answers.get():
            print(json.dumps(found))
    for one in desks:
        one.join()


# --- kills ----------------------------------------------------------------------------------------


def _kill(location: str, tickets: list[str], kills: int, seed: int) -> None:
    """Forks a desk that scans and scans, kills it at a random moment, and so on."""
    chance = random.Random(seed)
    app = open_event(location)
    app.checkin.scan(tickets[0], At("Warm"))  # its statements are known to every desk after it
    app.database.engine.dispose()  # no connection goes through a fork
    begin = 1
    for turn in range(kills):
        reading, writing = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(reading)
            _stream(app, turn, tickets[begin:] + tickets[:begin], writing)
        os.close(writing)
        # Before the first answer, or within a few milliseconds after one: between two scans, or
        # in the middle of the next.
        wanted, heard = chance.randrange(7), b""
        while heard.count(b"\n") < wanted and (part := os.read(reading, 65536)):
            heard += part
        time.sleep(chance.uniform(0.0, 0.006 if wanted else 0.03))
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        while part := os.read(reading, 65536):
            heard += part
        os.close(reading)
        acknowledged = heard.split(b"\n")[:-1]  # an unfinished line is no answer
        begin = (begin + len(acknowledged)) % len(tickets)
        for line in acknowledged:
            print(line.decode())
        print(json.dumps({"outcome": "killed", "answered": len(acknowledged)}))


def _stream(app: EventApp, turn: int, tickets: list[str], out: int) -> None:
    while True:
        for ticket in tickets:
            answer = app.checkin.scan(ticket, At(f"Desk {turn}"))
            assert answer is not None
            line = json.dumps(_plain(verdict_json(answer.verdict))) + "\n"
            os.write(out, line.encode())


class _Dying(SeatingService):
    """Seats of a machine that loses its power in the middle of a check-in."""

    def arrived(self, session: Session, attendee_id: UUID, fact_id: UUID) -> bool:
        os.kill(os.getpid(), signal.SIGKILL)
        return super().arrived(session, attendee_id, fact_id)


def _die_between(location: str, ticket: str) -> None:
    """Dies after the raw scan was kept and before it was answered."""
    with open_event(location) as app:
        seats = _Dying(app.database, app.clocks)
        CheckinService(app.database, app.clocks, seats).scan(ticket, At("Desk 1"))


def main() -> None:
    """KIND LOCATION WORDS…"""
    kind, location, *words = sys.argv[1:]
    if kind == "die":
        _die_between(location, words[0])
    elif kind == "kill":
        _kill(location, words[2:], int(words[0]), int(words[1]))
    else:
        _race(kind, location, words)


if __name__ == "__main__":
    main()
