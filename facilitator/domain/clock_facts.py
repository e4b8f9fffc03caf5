"""What happened to the clock: its facts, and the readings of both clocks beside them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID


class FactKind(StrEnum):
    """What happened to the clock.

    START, NEXT and BACK begin a session (NEXT without one: the programme is over); BACK goes on
    with an ended one where it left off. For these three `seconds` is how long before the fact was
    written the session began. ADJUST and SHORTEN give a session `seconds` more (or fewer). FIT
    fits the break that has just begun between now and the fixed start after it. BEGAN corrects when
    the running session began: `seconds` earlier than was thought, or later where negative. DELAY
    announces that a session to come begins `seconds` later than planned. SKIP leaves a session
    out. STOP ends the running session and begins none. RESET begins a fresh day: what
    came before is history. UNDO takes the fact `undoes` back, itself an UNDO or any other.
    """

    START = "start"
    PAUSE = "pause"
    RESUME = "resume"
    NEXT = "next"
    BACK = "back"
    ADJUST = "adjust"
    SHORTEN = "shorten"
    FIT = "fit"
    BEGAN = "began"
    DELAY = "delay"
    SKIP = "skip"
    STOP = "stop"
    RESET = "reset"
    UNDO = "undo"


BEGINNINGS = frozenset({FactKind.START, FactKind.NEXT, FactKind.BACK})


@dataclass(frozen=True, slots=True)
class Moment:
    """One reading of both clocks: UTC wall time, steady seconds, and the boot these belong to."""

    wall: datetime
    steady: float
    boot: str

    def ms_since(self, earlier: Moment) -> int:
        """Milliseconds from `earlier` to this moment; negative where it was later."""
        if self.boot == earlier.boot:
            return in_ms(self.steady) - in_ms(earlier.steady)
        return round((self.wall - earlier.wall) / timedelta(milliseconds=1))

    def earlier_by(self, seconds: float) -> Moment:
        """The moment that many seconds before this one, on both clocks."""
        return Moment(self.wall - timedelta(seconds=seconds), self.steady - seconds, self.boot)


@dataclass(frozen=True, slots=True)
class ClockFact:
    """Something that happened to the clock. `number` counts from 1 and orders the facts."""

    id: UUID
    number: int
    kind: FactKind
    at: Moment
    session_id: UUID | None = None
    seconds: float = 0.0
    undoes: UUID | None = None
    by: str = ""

    @property
    def begins(self) -> Moment:
        """When the session that this fact begins began: earlier than `at` where back-dated."""
        return self.at.earlier_by(self.seconds) if self.seconds > 0 else self.at


def living(facts: Iterable[ClockFact]) -> list[ClockFact]:
    """The facts that stand, by number: those taken back and the undoings themselves are gone."""
    dead: set[UUID] = set()
    kept: list[ClockFact] = []
    for fact in sorted(facts, key=lambda f: f.number, reverse=True):
        if fact.id in dead:
            continue
        if fact.kind is FactKind.UNDO:
            if fact.undoes is not None:
                dead.add(fact.undoes)
            continue
        kept.append(fact)
    kept.reverse()
    return kept


def in_ms(seconds: float) -> int:
    """Seconds as whole milliseconds."""
    return round(seconds * 1000)
