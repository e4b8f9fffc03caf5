"""What the Desk asks of check-in: each act goes to the database, and only its answer comes back."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from PySide6.QtCore import QObject, Signal, Slot

from facilitator.domain.verdicts import Verdict
from facilitator.services.checkin import Answer, At, CheckinService, NewWalkIn
from facilitator.services.events import Event, EventService
from ui.screens.screen import Surroundings


class Admitting(QObject):
    """Scans, choices and walk-ins of one desk, in their order.

    Signals:
        answered(object, object): a verdict that is on disk, and the event it belongs to.
        walked_in(): the answer that comes next is that of the walk-in form.
    """

    answered = Signal(object, object)
    walked_in = Signal()

    def __init__(
        self,
        around: Surroundings,
        events: EventService,
        checkin: CheckinService,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._around, self._events, self._checkin = around, events, checkin
        #: the event as it was last read; the first answer reads it where nothing else has
        self.of_event: Event | None = None

    def at(self, source: str) -> At:
        """Where and by whom something is recorded: this desk, and who is at it."""
        settings = self._around.settings
        return At(settings.desk, settings.operator, source)

    def scan(self, raw: str, source: str, read_as: str = "") -> None:
        """A code, as it came; `read_as` is what a scanner's profile makes of it."""
        at = self.at(source)
        self._run(lambda: self._checkin.scan(raw, at, read_as=read_as))

    def choose(self, person_id: UUID, typed: str) -> None:
        """Somebody who was chosen, by the name or the shared code that was `typed`."""
        at = self.at("typed")
        self._run(lambda: self._checkin.admit(person_id, at, typed=typed))

    def came_after_all(self, person_id: UUID, decided_by: str) -> None:
        """Somebody who had cancelled; somebody decided that they may come in."""
        at = self.at("typed")
        self._run(
            lambda: self._checkin.admit(
                person_id, at, exception="came after all", decided_by=decided_by
            )
        )

    def left_and_came_back(self, person_id: UUID) -> None:
        """Somebody who went out unseen and is here again."""
        at = self.at("typed")

        def both() -> Answer:
            self._checkin.leave(person_id, at)
            return self._checkin.admit(person_id, at)

        self._run(both)

    def add_walk_in(self, new: NewWalkIn, in_place_of: UUID | None) -> None:
        """Somebody who is not on the list."""
        at = self.at("walk-in")
        call = self.of_event.settings.call if self.of_event else ""
        self._around.database.run(
            lambda: self._checkin.walk_in(new, at, in_place_of=in_place_of, decided_by=call),
            self._take_walk_in,
            owner=self,
        )

    # -- internal -------------------------------------------------------------------------------

    def _run(self, work: Callable[[], Answer | None]) -> None:
        self._around.database.run(work, self._take, owner=self)

    @Slot(object)
    def _take_walk_in(self, answer: Answer) -> None:
        self.walked_in.emit()
        self._take(answer)

    @Slot(object)
    def _take(self, answer: Answer | None) -> None:
        if answer is None:
            return
        if self.of_event is not None:
            self.answered.emit(answer.verdict, self.of_event)
            return
        self._around.database.run(
            lambda: (self._events.get(), answer.verdict), self._take_first, owner=self
        )

    @Slot(object)
    def _take_first(self, both: tuple[Event, Verdict]) -> None:
        self.of_event = both[0]
        self.answered.emit(both[1], both[0])
