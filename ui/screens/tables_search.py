"""The search for the best seats: in a process of its own, through its questions, the best kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal, Slot

from facilitator.mixing.process import MixingProcess
from facilitator.services.asking import MixRequest

if TYPE_CHECKING:
    from facilitator.mixing.engine import Solution
    from facilitator.mixing.plan import Plan

#: how long the first search may take, and each one longer, in seconds
FIRST, LONGER = 2.0, 10.0


class MixSearch(QObject):
    """Asks the engine for a plan, and where the coming rounds are seated already also for one with
    as few moves as can be.

    Signals:
        found(bool): there is a best plan; whether the search is over.
        failed(str): the engine could not go on; why, in words.
    """

    found = Signal(bool)
    failed = Signal(str)
    _arrived = Signal(object, int, bool)
    _broke = Signal(str, int)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.process = MixingProcess()
        self._request: MixRequest | None = None
        self._queue: list[Plan | None] = []
        self._seed, self._seconds = 0, FIRST
        self._best: Solution | None = None
        self._number = 0
        self._arrived.connect(self._take, Qt.ConnectionType.QueuedConnection)
        self._broke.connect(self._failed, Qt.ConnectionType.QueuedConnection)

    @property
    def best(self) -> Solution | None:
        """The best plan so far."""
        return self._best

    @property
    def running(self) -> bool:
        """Whether the engine is at work."""
        return self.process.running or bool(self._queue)

    @property
    def number(self) -> int:
        """Which question the engine has now; what was found for another is out of date."""
        return self._number

    def begin(self, request: MixRequest) -> None:
        """Looks for seats that answer the request; what was best before is forgotten."""
        self._request, self._best = request, None
        self._seed, self._seconds = 0, FIRST
        self._ask_all()

    def go_on(self) -> None:
        """Looks on for longer, in another order; only what is better takes the best's place. It
        does nothing while there is no request."""
        if self._request is None:
            return
        self._seed += 1
        self._seconds = LONGER
        self._ask_all()

    def forget(self) -> None:
        """Gives the search up, and what it found."""
        self.cancel()
        self._request = self._best = None

    def cancel(self) -> None:
        """Gives the search up; the best stays, and the process waits for the next."""
        self._number += 1
        self._queue = []
        self.process.cancel()

    def close(self) -> None:
        """Gives the search up and lets the engine's process go."""
        self._number += 1
        self._queue = []
        self.process.close()

    def _ask_all(self) -> None:
        request = self._request
        assert request is not None
        self._queue = [request.told]
        if request.keeping is not None:
            self._queue.append(request.keeping)
        self._next()

    def _next(self) -> None:
        request = self._request
        assert request is not None
        told = self._queue.pop(0)
        self._number += 1
        number = self._number
        self.process.start(
            request.problem, seconds=self._seconds / (2 if request.keeping else 1),
            seed=self._seed, told=told,
            on_progress=lambda plan: self._arrived.emit(plan, number, False),
            on_done=lambda plan: self._arrived.emit(plan, number, True),
            on_failed=lambda words: self._broke.emit(words, number),
        )  # fmt: skip

    @Slot(object, int, bool)
    def _take(self, plan: Solution, number: int, done: bool) -> None:
        if number != self._number:
            return
        better = self._best is None or _worth(plan) < _worth(self._best)
        if better or (done and self._best is not None and _worth(plan) <= _worth(self._best)):
            self._best = plan
        if not done and self._is_unbeatable(plan):
            # Nothing can be better: the engine need not prove it by looking on.
            self.process.stop()
        if done and self._queue and not (plan.best_possible and not plan.broken):
            self._next()
            return
        if done:
            self._queue = []
        self.found.emit(done)

    def _is_unbeatable(self, plan: Solution) -> bool:
        return (
            plan.best_possible
            and not plan.broken
            and plan.cross >= plan.cross_bound
            and not any(self._request.problem.aims if self._request else ())
        )

    @Slot(str, int)
    def _failed(self, words: str, number: int) -> None:
        if number == self._number:
            self._queue = []
            self.failed.emit(words)


def _worth(plan: Solution) -> tuple[int, ...]:
    return (plan.faults, plan.repeats, -plan.cross)
