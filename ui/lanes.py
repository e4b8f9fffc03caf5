"""Work that must not block the window: one lane for the database, one for heavy work.

A lane runs plain functions in its own thread and brings what they return back to the window through
one queued signal. The database lane has a single worker, so that scans keep their order. Results
for a widget that is gone are dropped; whatever goes wrong reaches the person as one sentence.
"""

from __future__ import annotations

import logging
import threading
import time
import weakref
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from types import MethodType
from typing import Any

import shiboken6
from PySide6.QtCore import QEventLoop, QObject, Qt, QTimer, Signal, Slot

from facilitator.clocks import Clocks, SystemClocks
from facilitator.domain.changes import Changes
from facilitator.domain.errors import Trouble, WorldTrouble
from ui.change_bus import ChangeBus

log = logging.getLogger("facilitator.ui")

#: What a person reads when the program itself is at fault.
FAULT = (
    "This is a fault of the program. What was saved is safe; go on, and tell us what you did. "
    "The details are in the log."
)
#: A lane that works longer than this, in milliseconds, says that something waits.
WAITING_MS = 400


@dataclass(frozen=True, slots=True)
class Truth:
    """What the head says about saving: "saved", "waiting" or "failed", since when, and why."""

    state: str
    at: datetime | None = None
    why: str = ""


class Job:
    """One piece of work on a lane."""

    def __init__(self) -> None:
        self.stopped = threading.Event()
        self._done = False

    @property
    def done(self) -> bool:
        """Whether its result has been delivered or dropped."""
        return self._done

    def stop(self) -> None:
        """Asks the work to end (`stopped` is set) and drops its result."""
        self.stopped.set()

    def _finish(self) -> None:
        self._done = True


class _Work:
    """One function and what became of it, emptied in the window's thread.

    A function often holds the screen that asked. Were the lane's thread the last to let go of it,
    its Qt objects would be destroyed there, which ends the program some events later.
    """

    def __init__(self, fn: Callable[[], Any]) -> None:
        self._fn: Callable[[], Any] | None = fn
        self._value: Any = None
        self._problem: BaseException | None = None

    def __call__(self) -> None:
        """Does the work; what it raises is kept for the window's thread."""
        assert self._fn is not None
        try:
            self._value = self._fn()
        except BaseException as problem:
            self._problem = problem

    def empty(self) -> tuple[Any, BaseException | None]:
        """What it returned and raised; nothing is held any more."""
        found = self._value, self._problem
        self._fn = self._value = self._problem = None
        return found


class _Receiver:
    """A callback that does not keep a widget alive, and knows when it is gone."""

    def __init__(self, callback: Callable[..., Any] | None, owner: QObject | None) -> None:
        self._owner = weakref.ref(owner) if owner is not None else None
        self._callback: Any = callback
        self._weak = False
        if isinstance(callback, MethodType) and isinstance(callback.__self__, QObject):
            self._callback, self._weak = weakref.WeakMethod(callback), True

    def get(self) -> Callable[..., Any] | None:
        """The callback, or None where there is nobody left to tell."""
        if self._owner is not None:
            owner = self._owner()
            if owner is None or not shiboken6.isValid(owner):
                return None
        if not self._weak:
            return self._callback
        method = self._callback()
        return method if method is not None and shiboken6.isValid(method.__self__) else None


class Lane(QObject):
    """A lane of work.

    Signals:
        troubled(str): one sentence for the message bar, when nobody else took care of it.
        faulted(str): the same for a fault of the program.
        busy_changed(bool): work began, or all of it ended.
        settled(): all work has ended and been delivered.
    """

    troubled = Signal(str)
    faulted = Signal(str)
    busy_changed = Signal(bool)
    settled = Signal()
    _arrived = Signal(object)

    def __init__(
        self,
        name: str,
        *,
        workers: int = 1,
        bus: ChangeBus | None = None,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._pool = ThreadPoolExecutor(max_workers=workers, thread_name_prefix=name)
        self._bus = bus
        self._open = 0
        self._closed = False
        self._arrived.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    @property
    def busy(self) -> bool:
        """Whether anything runs, waits or is on its way back."""
        return self._open > 0

    @property
    def is_closed(self) -> bool:
        """Whether it takes nothing more: what it is asked is dropped."""
        return self._closed

    def run(
        self,
        fn: Callable[[], Any],
        then: Callable[[Any], Any] | None = None,
        failed: Callable[[Exception], Any] | None = None,
        *,
        owner: QObject | None = None,
    ) -> Job:
        """Runs `fn` on the lane and calls `then(result)` in the window's thread.

        `failed(problem)` is called instead where it raised; without one the message bar says it. A
        result with `changes` goes to the change bus after `then`. A bound method of a widget
        is dropped with the widget; give `owner` for any other callable. Must be called from the
        window's thread.
        """
        job = Job()
        if self._closed:
            # A timer of a screen that is being put away came too late: there is no event any more.
            job.stop()
            job._finish()
            return job
        receivers = (_Receiver(then, owner), _Receiver(failed, owner))
        self._open += 1
        if self._open == 1:
            self.busy_changed.emit(True)
        self._began()
        work = _Work(fn)
        future: Future[None] = self._pool.submit(work)
        future.add_done_callback(lambda _: self._send(work, job, receivers))
        return job

    def post(self, fn: Callable[[], Any]) -> None:
        """From any thread: calls `fn` in the window's thread soon (progress of long work)."""
        if shiboken6.isValid(self):
            self._arrived.emit(fn)

    def settle(self, timeout_ms: int = 10_000) -> bool:
        """Waits, with the window alive, until all work is delivered; whether it was in time."""
        until = time.monotonic() + timeout_ms / 1000
        # What was delivered may have asked for more: it is over when nothing is under way.
        while self.busy and time.monotonic() < until:
            loop = QEventLoop()
            timer = QTimer()
            timer.setSingleShot(True)
            timer.timeout.connect(loop.quit)
            self.settled.connect(loop.quit)
            timer.start(max(round((until - time.monotonic()) * 1000), 1))
            loop.exec()
            self.settled.disconnect(loop.quit)
        return not self.busy

    def close(self) -> None:
        """Waits for what runs and takes nothing more: what is asked afterwards is dropped."""
        self._closed = True
        self._pool.shutdown(wait=True, cancel_futures=False)

    def _began(self) -> None:
        """Something was put on the lane."""

    def _ended(self, problem: BaseException | None, changes: Changes) -> None:
        """Something came back, with a problem or with what it changed."""

    def _send(self, work: _Work, job: Job, receivers: Any) -> None:
        if shiboken6.isValid(self):
            self._arrived.emit((work, job, receivers))

    @Slot(object)
    def _deliver(self, arrived: Any) -> None:
        if callable(arrived):
            arrived()
            return
        work, job, (then, failed) = arrived
        value, problem = work.empty()
        try:
            self._hand_over(value, problem, job, then, failed)
        finally:
            job._finish()
            self._open -= 1
            if self._open == 0:
                self.busy_changed.emit(False)
                self.settled.emit()

    def _hand_over(
        self,
        value: Any,
        problem: BaseException | None,
        job: Job,
        then: _Receiver,
        failed: _Receiver,
    ) -> None:
        changes = Changes.NONE
        if problem is None:
            found = getattr(value, "changes", None)
            changes = found if isinstance(found, Changes) else Changes.NONE
        self._ended(problem, changes)
        if problem is None:
            receiver = then.get()
            if receiver is not None and not job.stopped.is_set():
                receiver(value)
            if self._bus is not None:
                self._bus.publish(changes)
            return
        if not isinstance(problem, Trouble):
            log.error("A fault on the lane", exc_info=problem)
        if job.stopped.is_set():
            return
        receiver = failed.get()
        if receiver is not None:
            receiver(problem)
        elif isinstance(problem, Trouble):
            self.troubled.emit(str(problem))
        else:
            self.faulted.emit(FAULT)


class DatabaseLane(Lane):
    """The one worker that reads and writes the event, in the order of asking.

    Signals:
        truth_changed(Truth): what the head says about saving is another thing now.
    """

    truth_changed = Signal(object)

    def __init__(
        self,
        bus: ChangeBus | None = None,
        *,
        clocks: Clocks | None = None,
        parent: QObject | None = None,
    ) -> None:
        super().__init__("database", workers=1, bus=bus, parent=parent)
        self._clocks = clocks or SystemClocks()
        self._truth = Truth("saved")
        self._since: float | None = None
        self._watch = QTimer(self)
        self._watch.setInterval(WAITING_MS)
        self._watch.setSingleShot(True)
        self._watch.timeout.connect(self._still_waiting)

    @property
    def truth(self) -> Truth:
        """What the head says about saving."""
        return self._truth

    def _began(self) -> None:
        if self._since is None:
            self._since = time.monotonic()
            self._watch.start()

    def _ended(self, problem: BaseException | None, changes: Changes) -> None:
        last = self._open <= 1
        if last:
            self._since = None
            self._watch.stop()
        now = self._clocks.now()
        if isinstance(problem, WorldTrouble):
            self._tell(Truth("failed", now, problem.happened))
        elif changes:
            self._tell(Truth("saved", now))
        elif last and self._truth.state == "waiting":
            self._tell(Truth("saved", self._truth.at))

    @Slot()
    def _still_waiting(self) -> None:
        if self.busy and self._truth.state == "saved":
            self._tell(Truth("waiting", self._truth.at))

    def _tell(self, truth: Truth) -> None:
        if truth != self._truth:
            self._truth = truth
            self.truth_changed.emit(truth)


class HeavyLane(Lane):
    """Documents, files and everything else that takes its time: two workers."""

    def __init__(self, bus: ChangeBus | None = None, *, parent: QObject | None = None) -> None:
        super().__init__("heavy", workers=2, bus=bus, parent=parent)
