"""Keeps what the Desk shows beside its card true, without standing in the way of a scan."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Signal, Slot
from PySide6.QtWidgets import QWidget

from facilitator.domain.errors import Trouble
from facilitator.domain.people import Person
from facilitator.services.desk_reading import DeskNow, DeskReading, Mark, Page, Stamp
from facilitator.services.people_index import PeopleIndex
from ui.lanes import FAULT, DatabaseLane

#: how often it looks whether another desk has added anything, in milliseconds
GLANCE_MS = 2_000
#: how long the counts may be old while scan follows upon scan, in milliseconds
PATIENCE_MS = 1_000


class DeskReader(QObject):
    """Reads the room and the list of people for the Desk.

    One reading at most is under way, and one begins only when nothing else waits on the lane: in a
    burst the scans come first, and one reading follows the last of them. The list is read page by
    page, so that a scan between waits for one page at the most; afterwards only those are read of
    whom something is new. What other desks add is seen by a glance every two seconds.

    Signals:
        room_read(DeskNow): counts and the last arrivals, as they stand.
        index_read(PeopleIndex): the list was read whole, or some of it anew.
    """

    room_read = Signal(object)
    index_read = Signal(object)

    def __init__(self, lane: DatabaseLane, reading: DeskReading, desk: QWidget) -> None:
        super().__init__(desk)
        self._lane, self._reading, self._desk = lane, reading, desk
        self._index: PeopleIndex | None = None
        self._mark: Mark | None = None
        self._wanted = False
        self._whole = False
        self._busy = False
        self._people: list[Person] = []
        lane.settled.connect(self._begin)
        self._late = QTimer(self)
        self._late.setSingleShot(True)
        self._late.setInterval(PATIENCE_MS)
        self._late.timeout.connect(self._begin_now)
        self._glance = QTimer(self)
        self._glance.setInterval(GLANCE_MS)
        self._glance.timeout.connect(self._look)

    # -- public ---------------------------------------------------------------------------------

    def read(self, *, people: bool = False) -> None:
        """Reads soon. `people` says that the list was changed at this desk: where no row tells whom
        that was about, it is read again from its beginning."""
        self._wanted = True
        self._whole = self._whole or people
        self._glance.start()
        if not self._lane.busy:
            self._begin_now()
        elif not self._late.isActive():
            self._late.start()

    # -- slots ----------------------------------------------------------------------------------

    @Slot()
    def _begin(self) -> None:
        """Nothing waits on the lane any more."""
        if self._wanted and not self._busy:
            self._begin_now()

    @Slot()
    def _begin_now(self) -> None:
        if self._busy or not self._wanted:
            return
        self._late.stop()
        self._wanted, self._busy = False, True
        since = self._mark
        self._lane.run(lambda: self._reading.now(since), self._took, self._failed, owner=self)

    @Slot(object)
    def _took(self, now: DeskNow) -> None:
        self._mark = now.mark
        self.room_read.emit(now)
        whole, self._whole = self._whole and not now.changed, False
        if now.changed is None or self._index is None or whole:
            self._people = []
            self._lane.run(self._reading.page, self._turned, self._failed)
            return
        self._busy = False
        if now.changed:
            self._index.replace_many(now.changed)
            self.index_read.emit(self._index)
        self._again()

    @Slot(object)
    def _turned(self, page: Page) -> None:
        self._people += page.people
        if page.after is not None:
            after = page.after
            self._lane.run(
                lambda: self._reading.page(after), self._turned, self._failed, owner=self
            )
            return
        people, self._people = self._people, []
        self._lane.run(
            lambda: self._reading.index(people), self._prepared, self._failed, owner=self
        )

    @Slot(object)
    def _prepared(self, index: PeopleIndex) -> None:
        self._index, self._busy = index, False
        self.index_read.emit(index)
        self._again()

    def _again(self) -> None:
        """Something was asked for meanwhile."""
        if self._wanted:
            self.read()

    @Slot(object)
    def _failed(self, problem: Exception) -> None:
        self._busy, self._mark = False, None
        if isinstance(problem, Trouble):
            self._lane.troubled.emit(str(problem))
        else:
            self._lane.faulted.emit(FAULT)

    @Slot()
    def _look(self) -> None:
        if not self._desk.isVisible():
            self._glance.stop()
        elif not self._lane.busy:
            self._lane.run(self._reading.stamp, self._saw)

    @Slot(object)
    def _saw(self, stamp: Stamp) -> None:
        if self._mark is not None and stamp != self._mark.stamp:
            self.read()
