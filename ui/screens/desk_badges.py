"""The badges of this desk: asked for, printed in order on the heavy lane, and never lost."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from functools import partial
from pathlib import Path
from uuid import UUID

from PySide6.QtCore import QObject, Signal, Slot

from facilitator.documents.badge_layouts import LAYOUTS, Layout
from facilitator.domain.errors import Refused, Trouble
from facilitator.domain.text import counted
from facilitator.domain.verdicts import Verdict, Welcome, WelcomeBack
from facilitator.services.badge_queue import (
    Asked,
    BadgeJob,
    BadgeQueueService,
    Done,
    Retried,
    State,
    Station,
    When,
)
from ui.badge_printers import SAVE_AS_PDF, BadgePrinters
from ui.kit import Message
from ui.lanes import FAULT
from ui.screens.screen import Surroundings

#: what the message strip knows them by: a later sentence takes the place of the one before
_ABOUT = "badges"


class DeskPrinting(QObject):
    """Asks for a badge when somebody is let in or by key, and prints one after another.

    Every badge is on disk before it is printed. One that fails waits until somebody asks for it
    again; so does one that the program left when it ended. A slow printer holds up nobody: the
    desk goes on, and the badges come in the order of asking.

    Signals:
        said(Message): for the message bar.
        changed(): another badge waits, is printed or failed.
        printer_wanted(): no printer is chosen yet, and a badge was asked for.
    """

    said = Signal(object)
    changed = Signal()
    printer_wanted = Signal()

    def __init__(
        self,
        around: Surroundings,
        queue: BadgeQueueService,
        printers: BadgePrinters,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._around, self._queue, self.printers = around, queue, printers
        self._line: deque[BadgeJob] = deque()
        self._now: BadgeJob | None = None
        self._left: dict[UUID, BadgeJob] = {}
        #: asked for by key: these say when they are out
        self._by_key: set[UUID] = set()
        self._looked = False

    # -- properties -----------------------------------------------------------------------------

    @property
    def station(self) -> Station:
        """This desk, with the printer and the paper that were chosen for it."""
        kept = self._around.settings
        paper = kept.badge_paper if kept.badge_paper in LAYOUTS else ""
        return Station(kept.desk, kept.laptop, kept.badge_printer, paper)

    @property
    def by_itself(self) -> bool:
        """Whether a walk-in gets a badge at once."""
        kept = self._around.settings
        return bool(kept.badge_printer) and When(kept.badge_when) is not When.NEVER

    @property
    def waiting(self) -> int:
        """How many are on their way."""
        return len(self._line) + (self._now is not None)

    @property
    def under_way(self) -> set[UUID]:
        """The badges in line, and the one at the printer."""
        return {job.id for job in self._line} | ({self._now.id} if self._now else set())

    @property
    def not_printed(self) -> int:
        """How many failed or were left, and wait for somebody to say what becomes of them."""
        return len(self._left)

    @property
    def state(self) -> str:
        """How it stands, in a few words; the worst first. Empty where nothing waits."""
        parts = [f"{self.not_printed} not printed"] if self.not_printed else []
        parts += [f"{self.waiting} on the way"] if self.waiting else []
        return ", ".join(parts)

    # -- public ---------------------------------------------------------------------------------

    def look(self) -> None:
        """Once after the event was opened: what was not printed before the program ended."""
        if not self._looked:
            self._looked = True
            laptop = self.station.laptop
            self._around.database.run(partial(self._queue.open_jobs, laptop), self._found_left)

    def arrived(self, verdict: Verdict) -> None:
        """Somebody was judged: a badge, where they came in and this desk prints by itself."""
        when = When(self._around.settings.badge_when)
        if isinstance(verdict, Welcome | WelcomeBack) and when is not When.NEVER:
            self._ask(verdict.person.id, when)

    def ask(self, person_id: UUID) -> None:
        """By key: print this person's badge, again where it was printed before."""
        if not self._around.settings.badge_printer:
            self.said.emit(Message("info", "Choose the printer for badges first.", about=_ABOUT))
            self.printer_wanted.emit()
            return
        self._ask(person_id, When.ASKED)

    def retry(self, ids: Iterable[UUID], printer: str = "") -> None:
        """Print badges that failed or were left; on another printer where one is named."""
        at = self.station
        if printer:
            at = Station(at.desk, at.laptop, printer, at.layout)
        if not at.printer:
            self.said.emit(Message("info", "Choose the printer for badges first.", about=_ABOUT))
            self.printer_wanted.emit()
            return
        # what is on its way already is not asked for twice
        under_way = self.under_way
        wanted = [one for one in ids if one not in under_way]
        self._around.database.run(
            lambda: self._queue.retry(wanted, at), partial(self._retried, wanted),
            self._not_kept, owner=self,
        )  # fmt: skip

    @Slot()
    def retry_all(self) -> None:
        """Print everything that failed or was left at this laptop."""
        self.retry(list(self._left))

    def give_up(self, ids: Iterable[UUID]) -> None:
        """Close badges that nobody needs any more."""
        at, under_way = self.station, self.under_way
        wanted = [one for one in ids if one not in under_way]
        self._around.database.run(
            lambda: self._queue.give_up(wanted, at), self._given_up, self._not_kept, owner=self
        )

    # -- asking ---------------------------------------------------------------------------------

    def _ask(self, person_id: UUID, when: When) -> None:
        at = self.station
        if not at.printer:
            return
        answered = partial(self._asked, when)
        self._around.database.run(
            lambda: self._queue.ask(person_id, at, when), answered, self._not_kept, owner=self
        )

    def _asked(self, when: When, asked: Asked) -> None:
        by_key = when is When.ASKED
        job = asked.job
        if job is None:
            if by_key:
                self.said.emit(Message("info", asked.why_not, about=_ABOUT))
            return
        if by_key:
            self._by_key.add(job.id)
        if job.id in self.under_way:
            if by_key:
                words = f"The badge of {job.person.full_name} is on its way to the printer."
                self.said.emit(Message("info", words, about=_ABOUT))
        elif asked.changes:
            self._put_in_line([job])
        elif by_key or job.state is State.WAITING:
            # It waited from before the program ended. One that may have come out already
            # is printed again by key alone.
            self.retry([job.id])

    def _retried(self, wanted: list[UUID], retried: Retried) -> None:
        for one in wanted:  # also those that another desk has printed meanwhile
            self._left.pop(one, None)
        self._by_key.update(job.id for job in retried.jobs)
        self._put_in_line(retried.jobs)

    @Slot(object)
    def _given_up(self, closed: Retried) -> None:
        for job in closed.jobs:
            self._left.pop(job.id, None)
        self.changed.emit()

    @Slot(object)
    def _found_left(self, jobs: list[BadgeJob]) -> None:
        under_way = self.under_way
        self._left.update({job.id: job for job in jobs if job.id not in under_way})
        if self._left:
            self._say_left()
        self.changed.emit()

    @Slot(object)
    def _not_kept(self, problem: Exception) -> None:
        """The event could not be written to: nothing was asked for, and the check-in stands."""
        if not isinstance(problem, Trouble):
            self.said.emit(Message("stop", FAULT))
            return
        mood = "info" if isinstance(problem, Refused) else "careful"
        self.said.emit(Message(mood, str(problem), about=_ABOUT))

    # -- printing -------------------------------------------------------------------------------

    def _put_in_line(self, jobs: Iterable[BadgeJob]) -> None:
        for job in jobs:
            self._left.pop(job.id, None)
            self._line.append(job)
        self.changed.emit()
        self._next()

    def _next(self) -> None:
        if self._now is not None or not self._line:
            return
        self._now = job = self._line.popleft()
        printers, printer, laptop = self.printers, job.at.printer, job.at.laptop

        def put(pdf: Path, layout: Layout) -> str:
            return printers.print(printer, pdf, turned=layout.turned)

        self._around.heavy.run(
            lambda: self._queue.print_one(job.id, laptop, put), self._printed, self._broke,
            owner=self,
        )  # fmt: skip

    @Slot(object)
    def _printed(self, done: Done) -> None:
        job = done.job
        by_key = self._now is not None and self._now.id in self._by_key
        if self._now is not None:
            self._by_key.discard(self._now.id)
        self._now = None
        if job is not None and job.state is State.FAILED:
            self._left[job.id] = job
            self._say_failed(job)
        elif job is not None and by_key:
            self.said.emit(Message("done", _out(job), about="" if self._left else _ABOUT))
        self.changed.emit()
        self._next()

    @Slot(object)
    def _broke(self, problem: Exception) -> None:
        """What became of a badge could not be kept: it stays open, and nobody prints it unasked."""
        if self._now is not None:
            self._left[self._now.id] = self._now
        self._now = None
        self._not_kept(problem)
        self.changed.emit()
        self._next()

    def _say_failed(self, job: BadgeJob) -> None:
        # The strip has room for one line: what is safe first, then what to look at.
        if self.not_printed == 1:
            words = f"{job.person.full_name} is checked in, but has no badge. {job.words}"
            act = "Print again"
        else:
            words = f"All are checked in, but {self.not_printed} have no badge. {job.words}"
            act = "Print them again"
        self.said.emit(Message("careful", words, act, self.retry_all, about=_ABOUT))

    def _say_left(self) -> None:
        many = counted(self.not_printed, "badge was", "badges were")
        words = f"{many} not printed before the program ended."
        if any(job.state is State.SENT for job in self._left.values()):
            words += " Look at the printer first: one may have come out."
        act = "Print it" if self.not_printed == 1 else "Print them"
        self.said.emit(Message("careful", words, act, self.retry_all, about=_ABOUT))


def _out(job: BadgeJob) -> str:
    """Where a badge that was asked for by key came out."""
    name = job.person.full_name
    if job.at.printer == SAVE_AS_PDF:
        again = " again" if job.again else ""
        return f"The badge of {name} is saved{again}, as {job.words}."
    if job.again:
        return f"The badge of {name} was printed again, at {job.at.printer}."
    return f"The badge of {name} is at the printer {job.at.printer}."
