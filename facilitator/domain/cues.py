"""Cues: the moments at which the running session passes a threshold, each exactly once.

A cue is known by the stretch of a session and the phase that begins. The history of the clock is
replayed as it was known at the time: an adjustment that was later taken back counted while it
stood. So the cues between two moments are the same however the interval is cut, however late
anybody asks, and however often.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from facilitator.domain.clock_facts import BEGINNINGS, ClockFact, FactKind, Moment, living
from facilitator.domain.clock_fold import Fold
from facilitator.domain.programme import Programme
from facilitator.domain.session_clock import Phase, thresholds


@dataclass(frozen=True, slots=True)
class Cue:
    """The session `session_id` (in its stretch `run`) passed into `phase`.

    `offset` is when, in milliseconds since the first fact of the clock.
    """

    run: UUID
    session_id: UUID
    phase: Phase
    offset: int

    @property
    def key(self) -> tuple[UUID, Phase]:
        """What makes it this cue and no other, whenever it fell."""
        return (self.run, self.phase)


class CueTape:
    """Every cue of one programme and its facts; a value, made again after a new fact."""

    def __init__(self, programme: Programme, facts: Iterable[ClockFact]) -> None:
        self._programme = programme
        self._facts = sorted(facts, key=lambda f: f.number)
        self._offsets: list[int] = []
        self._seen: set[tuple[UUID, Phase]] = set()
        self._past: list[Cue] = []
        self._fold = Fold(programme)
        self._play()

    def between(self, since: Moment, until: Moment) -> list[Cue]:
        """The cues after `since`, up to and including `until`, in order."""
        first, last = self._offset(since), self._offset(until)
        return [cue for cue in self.until(until) if first < cue.offset <= last]

    def until(self, now: Moment) -> list[Cue]:
        """Every cue up to and including `now`."""
        if not self._facts:
            return []
        open_since, last = self._facts[-1].at, self._offset(now)
        coming = self._crossed(open_since, now, self._offsets[-1], set(self._seen))
        return sorted(
            (cue for cue in (*self._past, *coming) if cue.offset <= last),
            key=lambda cue: cue.offset,
        )

    def _play(self) -> None:
        for index, fact in enumerate(self._facts):
            before = self._facts[index - 1] if index else None
            offset = 0
            if before is not None:
                base = self._offsets[-1]
                offset = base + max(0, fact.at.ms_since(before.at))
                self._past += self._crossed(before.at, fact.at, base, self._seen)
            self._offsets.append(offset)
            if fact.kind is FactKind.UNDO:
                self._fold = Fold.of(self._programme, living(self._facts[: index + 1]))
            else:
                self._fold.apply(fact)
            self._jumped(fact, offset)

    def _jumped(self, fact: ClockFact, offset: int) -> None:
        """What a fact passed at one blow. A session that begins past a threshold stays silent."""
        current = self._fold.current
        session = self._programme.find(current.session_id) if current else None
        if current is None or session is None:
            return
        left = self._fold.remaining_ms(fact.at)
        silent = fact.kind in BEGINNINGS or fact.kind is FactKind.FIT
        for threshold, phase in reversed(thresholds(session)):
            if left <= threshold and (current.id, phase) not in self._seen:
                self._seen.add((current.id, phase))
                if not silent:
                    self._past.append(Cue(current.id, session.id, phase, offset))

    def _crossed(
        self, begin: Moment, end: Moment, base: int, seen: set[tuple[UUID, Phase]]
    ) -> list[Cue]:
        """The thresholds passed while time ran from `begin` (at `base`) to `end`."""
        current = self._fold.current
        session = self._programme.find(current.session_id) if current else None
        if current is None or session is None or current.since is None:
            return []
        had, left = self._fold.remaining_ms(begin), self._fold.remaining_ms(end)
        cues = []
        for threshold, phase in reversed(thresholds(session)):
            if had > threshold >= left and (current.id, phase) not in seen:
                seen.add((current.id, phase))
                cues.append(Cue(current.id, session.id, phase, base + had - threshold))
        return cues

    def _offset(self, moment: Moment) -> int:
        """Where a moment stands on the tape: by its boot's facts, else by the wall clock."""
        if not self._facts:
            return 0
        last = len(self._facts) - 1
        for index in range(last, -1, -1):
            at = self._facts[index].at
            if at.boot != moment.boot:
                continue
            since = moment.ms_since(at)
            if since >= 0 or index == 0 or self._facts[index - 1].at.boot != at.boot:
                offset = self._offsets[index] + since
                return offset if index == last else min(offset, self._offsets[index + 1])
        return self._offsets[-1] + moment.ms_since(self._facts[-1].at)


def cues(
    programme: Programme, facts: Iterable[ClockFact], since: Moment, until: Moment
) -> list[Cue]:
    """The cues after `since`, up to and including `until`, in order."""
    return CueTape(programme, facts).between(since, until)


class CueWatch:
    """Hands every cue out exactly once, however late and however often it is asked.

    For whoever rings the bell: it starts silent about what was before, and a cue that an undone
    and repeated act would bring again stays what it was, once.
    """

    def __init__(self) -> None:
        self._heard: set[tuple[UUID, Phase]] | None = None

    def due(self, tape: CueTape, now: Moment) -> list[Cue]:
        """The cues up to `now` that were not handed out yet."""
        passed = tape.until(now)
        if self._heard is None:
            self._heard = {cue.key for cue in passed}
            return []
        fresh = [cue for cue in passed if cue.key not in self._heard]
        self._heard |= {cue.key for cue in fresh}
        return fresh
