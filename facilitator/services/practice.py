"""Five minutes of training: six test tickets on an event of its own, which is thrown away.

The tickets are the same on every laptop and on every day, so that one printed sheet serves for
good. At a real event each of them is a ticket of another event, or misread: none lets anybody in.
"""

from __future__ import annotations

import hashlib
import tempfile
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from sqlmodel import select

from facilitator.clocks import Clocks, HandClocks
from facilitator.documents.page import Occasion
from facilitator.documents.practice import PracticeTicket, write_practice_tickets
from facilitator.domain.ticket import make_ticket
from facilitator.domain.verdicts import Verdict
from facilitator.services.checkin import At, CheckinService
from facilitator.services.events import Event, EventService, NewEvent, create_database
from facilitator.services.people import PeopleService
from facilitator.services.seating import SeatingService
from facilitator.store.database import Database
from facilitator.store.rows import AttendeeRow, EventRow

#: the tag of the practice event, and that of an event which is not this one
_TAG, _OTHER_TAG = "PRAC", "TEST"
#: how long it should take, in seconds
PACE = 90
#: how long ago the guest who is here already came, in minutes
_AGO = 21


@dataclass(frozen=True, slots=True)
class Task:
    """One of the six: what is printed on it, and what it ends in (an outcome of `scan`)."""

    number: int
    name: str
    code: str
    outcome: str
    #: what the desk learns from it
    lesson: str


def _code(number: int, tag: str = _TAG) -> str:
    return make_ticket(tag, hashlib.sha256(f"practice {number}".encode()).digest()[:10])


def _misread(code: str) -> str:
    """The ticket with one character of its token wrong, as dirt or a fold makes it."""
    wrong = "7" if code[9] != "7" else "8"
    return f"{code[:9]}{wrong}{code[10:]}"


TASKS: tuple[Task, ...] = (
    Task(1, "Ada Larkin", _code(1), "welcome", "Say hello, and the table"),
    Task(2, "Bola Okafor", _code(2), "already-here", "Here since before: nothing to do"),
    Task(3, "Carys Prosser", _code(3), "cancelled", "Cancelled, yet here: call the organiser"),
    Task(4, "Dev Anand", _code(4, _OTHER_TAG), "other-event", "For another day: search the name"),
    Task(5, "Elif Demir", _misread(_code(5)), "misread", "One character was wrong: scan again"),
    Task(6, "Femi Balogun", _code(6), "unknown", "On no list: search, then walk-in"),
)
#: task by its code
BY_CODE = {task.code: task for task in TASKS}


@dataclass(frozen=True, slots=True)
class Practised:
    """One ticket of the practice was judged."""

    task: Task
    verdict: Verdict
    event: Event

    @property
    def is_right(self) -> bool:
        """Whether it ended as it should, and not for a second time."""
        return self.verdict.outcome == self.task.outcome


class Practice:
    """One practice: an event in a folder of its own. Close it, and nothing is left."""

    def __init__(self, clocks: Clocks) -> None:
        """Makes the event: half a second on the disk."""
        self._folder = tempfile.TemporaryDirectory(
            prefix="facilitator-practice-", ignore_cleanup_errors=True
        )
        try:
            path = Path(self._folder.name) / "practice.facilitator"
            _make(path, clocks)
            self._database = Database.open(path)
        except BaseException:
            self._folder.cleanup()
            raise
        self._events = EventService(self._database, clocks)
        self._checkin = CheckinService(
            self._database, clocks, SeatingService(self._database, clocks)
        )

    @property
    def folder(self) -> Path:
        """Where it is kept while it lasts."""
        return Path(self._folder.name)

    def scan(self, code: str, desk: str = "Practice") -> Practised | None:
        """Judges one of the six by the real check-in; None for any other code, which is left
        alone."""
        task = BY_CODE.get(code)
        answer = self._checkin.scan(code, At(desk)) if task is not None else None
        if task is None or answer is None:
            return None
        return Practised(task, answer.verdict, self._events.get())

    def close(self) -> None:
        """Throws everything away."""
        self._database.close()
        self._folder.cleanup()


def task_of(typed: str) -> Task | None:
    """Which of the six somebody without a scanner means: by its number or its code."""
    text = typed.strip().upper()
    if text.isdecimal() and 1 <= int(text) <= len(TASKS):
        return TASKS[int(text) - 1]
    return BY_CODE.get(text)


def write_tickets(path: Path, clocks: Clocks) -> Path:
    """The six tickets on one sheet, as PDF; raises what `write_document` raises."""
    printed = clocks.now().astimezone()
    tickets = [PracticeTicket(str(task.number), task.name, task.code) for task in TASKS]
    occasion = Occasion("Practice for the desk", printed, printed.date(), "")
    return write_practice_tickets(path, tickets, occasion)


def pace_words(seconds: float) -> str:
    """The one sentence at the end."""
    whole = max(round(seconds), 1)
    minutes, rest = divmod(whole, 60)
    parts = [f"{minutes} minute" + ("" if minutes == 1 else "s")] if minutes else []
    if rest or not minutes:
        parts.append(f"{rest} second" + ("" if rest == 1 else "s"))
    took = " ".join(parts)
    if whole <= PACE:
        return f"All six in {took}: you are ready for the door."
    return f"All six in {took}. Once more, and you have them in {PACE} seconds."


def _make(path: Path, clocks: Clocks) -> None:
    earlier = HandClocks(clocks.now() - timedelta(minutes=_AGO), clocks.boot())
    day = earlier.now().astimezone().date()
    wanted = NewEvent("Practice for the desk", day, tables=6, is_rehearsal=True)
    database = create_database(path, wanted, earlier)
    try:
        sides = EventService(database, earlier).get().sides
        with database.session() as session:
            session.exec(select(EventRow)).one().tag = _TAG
            for task in TASKS[:3]:
                given, _, family = task.name.partition(" ")
                first = task.number % 2 == 1
                session.add(
                    AttendeeRow(
                        given_name=given, family_name=family, position=task.number,
                        side=(sides.first if first else sides.second).key,
                        job_title="GP" if first else "Community pharmacist",
                        organisation="Larkfield Surgery" if first else "Elm Pharmacy",
                        front_line=True, ticket=task.code, created_at=earlier.now(),
                        cancelled=task.outcome == "cancelled",
                    )
                )  # fmt: skip
        seating = SeatingService(database, earlier)
        guests = {one.ticket: one.id for one in PeopleService(database, earlier).all()}
        seating.move(guests[TASKS[0].code], 1, "4")
        seating.move(guests[TASKS[1].code], 1, "2")
        CheckinService(database, earlier, seating).scan(TASKS[1].code, At("Desk 2"))
    finally:
        database.close()
