"""What the Desk does about one person: their history, and taking an arrival back with a reason."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from PySide6.QtCore import QObject, Signal, Slot

from facilitator.domain.errors import Refused
from facilitator.domain.people import Person
from facilitator.services.checkin import At, CheckinService, HasLeft, TakenBack
from facilitator.services.events import Event
from facilitator.services.person_data import HistoryLine
from ui.screens.desk_history import HistoryPage
from ui.screens.desk_page import DeskPage
from ui.screens.desk_undo import UndoPage
from ui.screens.desk_words import ago
from ui.screens.screen import Surroundings

#: one person as they stand, and every fact about them: their id in
HistoryOf = Callable[[UUID], tuple[Person, tuple[HistoryLine, ...]]]


class PersonPages(QObject):
    """The two pages about one person, and what they ask of the services.

    Signals:
        wanted(object): this DeskPage is to come into sight.
        taken(object): an arrival was taken back: the TakenBack.
        told(str, str): mood and one sentence for the message bar.
    """

    wanted = Signal(object)
    taken = Signal(object)
    told = Signal(str, str)

    def __init__(
        self,
        around: Surroundings,
        checkin: CheckinService,
        at: Callable[[], At],
        event: Callable[[], Event | None],
        history_of: HistoryOf | None,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._around, self._checkin, self._at = around, checkin, at
        self._event, self._history_of = event, history_of
        self.history = HistoryPage()
        self.history.undo.connect(self.ask_undo)
        self.history.gone.connect(self._leave)
        self.undo = UndoPage()
        self.undo.taken.connect(self._take_back)

    @property
    def pages(self) -> tuple[DeskPage, ...]:
        """Both."""
        return (self.history, self.undo)

    def show_history(self, person_id: UUID | None) -> None:
        """Reads somebody's history and brings it into sight."""
        read = self._history_of
        if person_id is None:
            self.told.emit("info", "Choose somebody first: scan, or type a name and press Down.")
        elif read is not None:
            self._around.database.run(lambda: read(person_id), self._show, owner=self)

    @Slot()
    def undo_last(self) -> None:
        """Takes back the last check-in at this desk."""
        at = self._at()
        self._around.database.run(
            lambda: self._checkin.undo_last(at), self._taken, self._failed, owner=self
        )

    @Slot(object)
    def ask_undo(self, person: Person) -> None:
        """An arrival that may not be the last one: whose it is, and why it is taken back."""
        event = self._event()
        if event is None:
            return
        seconds = (self._around.clocks.now() - person.since).total_seconds() if person.since else 0
        self.undo.show_arrival(event, person, ago(seconds))
        self.wanted.emit(self.undo)

    # -- internal -------------------------------------------------------------------------------

    @Slot(object)
    def _show(self, both: tuple[Person, tuple[HistoryLine, ...]]) -> None:
        event = self._event()
        if event is not None:
            self.history.show_history(event, *both)
            self.wanted.emit(self.history)

    @Slot(object, str)
    def _take_back(self, person_id: UUID, reason: str) -> None:
        at = self._at()
        self._around.database.run(
            lambda: self._checkin.undo(person_id, at, reason=reason),
            self._taken, self._failed, owner=self,
        )  # fmt: skip
        self.undo.left.emit()

    @Slot(object)
    def _taken(self, taken: TakenBack) -> None:
        since = (self._around.clocks.now() - taken.was.at).total_seconds()
        why = f" ({taken.reason[:1].lower()}{taken.reason[1:]})" if taken.reason else ""
        self.told.emit(
            "done",
            f"Taken back{why}: {taken.person.full_name}, who came in {ago(since)}. "
            "Check them in again if that was a mistake.",
        )
        self.taken.emit(taken)

    @Slot(object)
    def _leave(self, person_id: UUID) -> None:
        at = self._at()
        self._around.database.run(
            lambda: self._checkin.leave(person_id, at), self._gone, self._failed, owner=self
        )

    @Slot(object)
    def _gone(self, gone: HasLeft) -> None:
        self.told.emit("done", f"{gone.person.full_name} has left. A scan lets them in again.")
        self.show_history(gone.person.id)

    @Slot(object)
    def _failed(self, problem: Exception) -> None:
        if not isinstance(problem, Refused):
            raise problem
        self.told.emit("info", str(problem))
