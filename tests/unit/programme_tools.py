"""A programme and a hand-wound day for the tests of the clock."""

from __future__ import annotations

from datetime import UTC, date, datetime
from uuid import UUID

from facilitator.clocks import HandClocks
from facilitator.domain.clock_facts import ClockFact, FactKind, Moment
from facilitator.domain.localtime import moment_of, zone_named
from facilitator.domain.programme import Kind, Programme, Session
from facilitator.domain.session_clock import ClockState, SessionClock

LONDON = zone_named("Europe/London")
DAY = date(2026, 11, 18)


def at(text: str, day: date = DAY) -> datetime:
    """A local wall time of the day: "11:07" or "11:07:30"."""
    return datetime.fromisoformat(f"{day.isoformat()}T{text}")


def utc(text: str, day: date = DAY) -> datetime:
    """The moment of a local wall time of the day."""
    return moment_of(at(text, day), LONDON)


def session(number: int, title: str, minutes: int, starts: str = "", **more: object) -> Session:
    more.setdefault("position", number)
    return Session(
        id=UUID(int=number),
        title=title,
        minutes=minutes,
        starts=at(starts) if starts else None,
        **more,  # pyright: ignore[reportArgumentType]
    )


def a_day() -> Programme:
    """The day of the picture of the Programme screen."""
    return Programme(
        (
            session(1, "Arrivals and coffee", 45, "09:00", kind=Kind.REGISTRATION),
            session(2, "Welcome", 15, kind=Kind.WELCOME),
            session(3, "What we hear about each other", 30),
            session(4, "Tables: round 2", 30, kind=Kind.ROUND, round_number=2),
            session(5, "Myths across the counter", 40, kind=Kind.MYTHS),
            session(6, "Bright spots: what already works", 50, minimum=45),
            session(7, "Lunch", 45, kind=Kind.BREAK, protected=True, minimum=45),
            session(8, "Tables: round 3", 45, kind=Kind.ROUND, round_number=3),
            session(9, "Actions by neighbourhood", 45),
            session(10, "Tea", 20, kind=Kind.BREAK, protected=True),
            session(11, "Pledges and close", 25, kind=Kind.CLOSE),
        ),
        LONDON,
        DAY,
    )


class Day:
    """A programme with its facts, and clocks wound by hand."""

    def __init__(self, programme: Programme, starts: str = "08:00") -> None:
        self.programme = programme
        self.clocks = HandClocks(utc(starts, programme.day).astimezone(UTC))
        self.facts: list[ClockFact] = []

    @property
    def now(self) -> Moment:
        return Moment(self.clocks.now(), self.clocks.steady(), self.clocks.boot())

    def until(self, text: str) -> Day:
        """Let time pass until a local wall time."""
        seconds = (utc(text, self.programme.day) - self.clocks.now()).total_seconds()
        assert seconds >= 0
        self.clocks.advance(seconds)
        return self

    def add(self, kind: FactKind, number: int | None = None, seconds: float = 0.0) -> ClockFact:
        fact = ClockFact(
            UUID(int=1000 + len(self.facts)),
            len(self.facts) + 1,
            kind,
            self.now,
            UUID(int=number) if number else None,
            seconds,
        )
        self.facts.append(fact)
        return fact

    def undo(self, fact: ClockFact) -> ClockFact:
        undo = ClockFact(
            UUID(int=1000 + len(self.facts)),
            len(self.facts) + 1,
            FactKind.UNDO,
            self.now,
            undoes=fact.id,
        )
        self.facts.append(undo)
        return undo

    @property
    def clock(self) -> SessionClock:
        return SessionClock(self.programme, self.facts)

    @property
    def state(self) -> ClockState:
        return self.clock.state(self.now)
