"""Badges to print: what waits, what failed and why, and what becomes of it."""

from __future__ import annotations

from uuid import UUID

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QVBoxLayout, QWidget

from facilitator.domain.text import counted
from facilitator.services.badge_queue import BadgeJob, BadgeQueueService, State
from facilitator.services.events import Event, EventService
from ui.kit import Button, EmptyState, Label, Picker, Row, RowList
from ui.screens.desk_badges import DeskPrinting
from ui.screens.desk_page import DeskPage
from ui.screens.screen import Surroundings

_WHY = {
    "arrival": "on arrival", "walk-in": "for a walk-in", "asked": "by key", "again": "once more",
}  # fmt: skip


class BadgeQueuePage(DeskPage):
    """The badges asked for at this event's desks, what is not printed first."""

    title = "Badges to print"
    detail = "What waits or failed: print it again, elsewhere, or not at all"
    icon = "identification-badge"

    def __init__(
        self,
        around: Surroundings,
        events: EventService,
        queue: BadgeQueueService,
        printing: DeskPrinting,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._around, self._events, self._queue = around, events, queue
        self._printing = printing
        self._jobs: dict[UUID, BadgeJob] = {}
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(12)
        self._head = Label("", "heading", elide=True)
        box.addLayout(self.build_head(self._head))
        self.list = RowList(name="Badges that were asked for")
        self.list.activated_row.connect(self._print_row)
        self.list.chosen.connect(self._say_what_can_be_done)
        box.addWidget(self.list, 1)
        self._empty = EmptyState(
            "identification-badge", "No badge was asked for yet",
            "Those that are printed at a desk are listed here.",
        )  # fmt: skip
        box.addWidget(self._empty, 1)
        foot = QHBoxLayout()
        foot.setSpacing(8)
        self.again = Button("Print", key="Enter", icon="printer", kind="main", desk=True,
                            hint_only=True)  # fmt: skip
        self.again.clicked.connect(self._print_chosen)
        self.all = Button("Print all", key="A", desk=True)
        self.all.clicked.connect(self._print_all)
        self.give_up = Button("Give up", kind="quiet", desk=True)
        self.give_up.clicked.connect(self._give_up)
        self.printer = Picker(name="Printer for what is printed from this list")
        self.printer.setSizeAdjustPolicy(
            QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        self.printer.setMinimumContentsLength(12)
        foot.addWidget(self.again)
        foot.addWidget(self.all)
        foot.addWidget(Label("on", "second"))
        foot.addWidget(self.printer, 1)
        foot.addWidget(self.give_up)
        box.addLayout(foot)
        printing.changed.connect(self._read_if_shown)
        self._show_printers([])
        self._say_what_can_be_done()

    def state(self) -> str:
        """How many are not printed, and how many are on their way."""
        return self._printing.state

    def begin(self) -> None:
        """Reads the badges, and asks the system for its printers."""
        self._around.heavy.run(self._printing.printers.names, self._show_printers)
        self._read()
        self.list.setFocus(Qt.FocusReason.OtherFocusReason)

    # -- internal -------------------------------------------------------------------------------

    @Slot()
    def _read_if_shown(self) -> None:
        if self.isVisible():
            self._read()

    def _read(self) -> None:
        # Not on the database's own lane: after thousands of badges it takes a fifth of a second,
        # and a scan must not wait for it.
        self._around.heavy.run(
            lambda: (self._events.get(), self._queue.jobs()), self._show, owner=self
        )

    @Slot(object)
    def _show(self, read: tuple[Event, list[BadgeJob]]) -> None:
        event, jobs = read
        under_way = self._printing.under_way
        self._jobs = {job.id: job for job in jobs}
        laptop = self._printing.station.laptop
        self.list.set_rows([_row(job, event, under_way, laptop) for job in jobs])
        still = self._still
        self.list.setVisible(bool(jobs))
        self._empty.setVisible(not jobs)
        if still:
            many = counted(len(still), "badge is", "badges are")
            self._head.setText(f"{many} not printed")
        elif under_way:
            many = counted(len(under_way), "badge is", "badges are")
            self._head.setText(f"{many} on the way to the printer")
        else:
            self._head.setText("Every badge that was asked for is printed" if jobs else "Badges")
        if self.list.current_key is None and jobs:
            self.list.choose(jobs[0].id)
        self._say_what_can_be_done()

    @Slot(object)
    def _show_printers(self, names: list[str]) -> None:
        chosen = self._printing.station.printer
        self.printer.clear()
        for name in dict.fromkeys(([chosen] if chosen else []) + names):
            self.printer.addItem(name, name)
        if not self.printer.count():
            self.printer.addItem("No printer chosen", "")

    @Slot()
    def _say_what_can_be_done(self) -> None:
        job = self._chosen()
        under_way = self._printing.under_way
        if job is None or not job.is_open:
            self.again.refuse("Printed" if job is not None else "Choose a badge")
            self.give_up.refuse("Nothing to give up")
        elif job.id in under_way:
            self.again.refuse("On its way")
            self.give_up.refuse("On its way")
        else:
            self.again.allow()
            self.give_up.allow()
        still = self._still
        if still:
            self.all.allow()
            self.all.setText(f"Print all {len(still)}" if len(still) > 1 else "Print all")
        else:
            self.all.refuse("Nothing waits")

    @property
    def _still(self) -> list[BadgeJob]:
        """What this laptop did not print, in the order of asking; other desks see to theirs."""
        under_way, laptop = self._printing.under_way, self._printing.station.laptop
        return [
            job for job in self._jobs.values()
            if job.is_open and job.id not in under_way and job.at.laptop == laptop
        ]  # fmt: skip

    def _chosen(self) -> BadgeJob | None:
        return self._jobs.get(self.list.current_key) if self.list.current_key else None

    @Slot(object)
    def _print_row(self, _key: UUID) -> None:
        self._print_chosen()

    @Slot()
    def _print_chosen(self) -> None:
        job = self._chosen()
        if job is not None and job.is_open and job.id not in self._printing.under_way:
            self._printing.retry([job.id], str(self.printer.currentData() or ""))

    @Slot()
    def _print_all(self) -> None:
        """In the order of asking."""
        still = [job.id for job in self._still]
        self._printing.retry(still, str(self.printer.currentData() or ""))

    @Slot()
    def _give_up(self) -> None:
        job = self._chosen()
        if job is not None and job.is_open:
            self._printing.give_up([job.id])


def _row(job: BadgeJob, event: Event, under_way: set[UUID], laptop: str) -> Row:
    asked = f"Asked for at {event.local(job.asked_at):%H:%M} {_WHY.get(job.why, '')}".strip()
    where = [part for part in (job.at.desk, job.at.printer) if part]
    parts = [asked, *where]
    match job.state:
        case State.PRINTED:
            right, icon = f"Printed {event.local(job.changed_at):%H:%M}", "check-circle-fill"
        case State.GIVEN_UP:
            right, icon = "Given up", "x-circle"
        case State.FAILED:
            right, icon = "Not printed", "warning-fill"
            parts.insert(0, job.words)
        case State.WAITING | State.SENT if job.id in under_way:
            right, icon = "On its way", "hourglass"
        case State.WAITING | State.SENT if job.at.laptop != laptop:
            right, icon = f"At {job.at.desk}" if job.at.desk else "At another desk", "hourglass"
        case State.SENT:
            right, icon = "Perhaps printed: look", "warning-fill"
        case State.WAITING:
            right, icon = "Not printed", "warning-fill"
    strong = job.is_open and job.id not in under_way
    return Row(
        job.id, job.person.full_name, " · ".join(parts), right, side=event.sides[job.person.side],
        right_icon=icon, strong_right=strong,
    )  # fmt: skip
