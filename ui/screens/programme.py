"""The Programme: the running order, and a clock that cannot be wrong."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

from PySide6.QtCore import Qt, QTimer, Slot
from PySide6.QtGui import QHideEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QStackedWidget, QVBoxLayout, QWidget

from facilitator.domain.board import Board
from facilitator.domain.changes import Changes
from facilitator.domain.programme import NewSession
from facilitator.domain.schedule import Place
from facilitator.domain.session_clock import ClockState, Status, shown_clock
from facilitator.intake.rundown import Rundown
from facilitator.intake.templates import Template
from facilitator.services.presets import PresetService
from facilitator.services.programme import ProgrammeService, ProgrammeState
from facilitator.services.room_display import RoomDisplayService
from ui.cue_keeper import CueKeeper, Rung
from ui.kit import Button, EmptyState, Label, State, announce
from ui.screens.programme_acts import ClockActs
from ui.screens.programme_edits import SessionEdits, place_after
from ui.screens.programme_file import FilePage
from ui.screens.programme_form import SessionForm
from ui.screens.programme_list import ColumnHeads, ProgrammeList
from ui.screens.programme_panel import ControlPanel
from ui.screens.programme_presets import PresetPage
from ui.screens.programme_undo import TakeBacks
from ui.screens.programme_whole import PickFile, WholeProgramme, pick_rundown, pick_target
from ui.screens.programme_words import lines
from ui.screens.screen import Screen, Surroundings

if TYPE_CHECKING:
    from facilitator.app import EventApp

#: how often the clock is asked, in milliseconds; nothing counts down
HEARTBEAT_MS = 200
#: a window with less room for the screen than that shows less (a projector, 200 %)
NARROW, LOW = 1100, 580


class ProgrammeScreen(Screen):
    """Published, expected and actual beside each session; one clock; the delay in words."""

    areas = Changes.PROGRAMME | Changes.CLOCK
    more_keys = (
        ("Up, Down, Enter", "Choose a session, and edit it"),
        ("Ctrl+Up, Ctrl+Down", "Move the session"),
        ("Del", "Remove the session"),
        ("G", "Go back to the chosen session that ended, or the last one"),
        ("K", "Leave the chosen session out, or the next one"),
        ("W", "It began earlier: correct since when"),
        ("L", "Announce that a session begins later"),
        ("A", "It goes on by itself, or waits for Next"),
        ("Z", "Undo, as long as the strip offers it"),
    )

    @classmethod
    def build(cls, app: EventApp, around: Surroundings) -> ProgrammeScreen:
        """The Programme of an open event."""
        return cls(around, app.programme, app.presets, app.room)

    def __init__(
        self,
        around: Surroundings,
        programme: ProgrammeService,
        presets: PresetService,
        room: RoomDisplayService,
        *,
        pick: PickFile = pick_rundown,
        pick_to: PickFile = pick_target,
    ) -> None:
        super().__init__(around)
        self._programme = programme
        lane = around.database
        self._backs = TakeBacks(lane, programme, self)
        self.acts = ClockActs(
            lane, programme, room, self._backs, self,
            board=lambda: self._board, chosen=lambda: self.list.current_key,
        )  # fmt: skip
        self._edits = SessionEdits(programme, self._backs, self)
        self._whole = WholeProgramme(
            lane, around.heavy, programme, self._backs, self, pick=pick, pick_to=pick_to
        )
        self.presets = PresetPage(around, presets)
        self._state: ProgrammeState | None = None
        self._board: Board | None = None
        self._wanted: UUID | None = None
        self._narrow = False
        self._tick: tuple[object, ...] = ()
        self._build()
        self._connect()
        self._beat = QTimer(self)
        self._beat.setInterval(HEARTBEAT_MS)
        self._beat.timeout.connect(self.beat)

    @property
    def board(self) -> Board | None:
        """How the programme stands, as it is shown."""
        return self._board

    def follow(self, cues: CueKeeper) -> None:
        """Show what the clock asks, and answer it; say its cues to a screen reader."""
        cues.asked.connect(self.delay.ask)
        cues.rung.connect(self._rung)
        self.delay.begin_it.clicked.connect(cues.go_on)
        self.delay.not_yet.clicked.connect(cues.stay)
        self.delay.ask(cues.question)

    # -- the screen's life ----------------------------------------------------------------------

    def reload(self) -> None:
        self.around.database.run(self._read, self._show)

    def behind(self) -> Mapping[str, Callable[[], None]]:
        return {"presets": self._to_presets}

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._beat.start()
        self.beat()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        # Out of sight nothing is painted; what falls due is the keeper's.
        self._beat.stop()

    def shown(self) -> None:
        if self._pages.currentWidget() is self._day and self._left.currentWidget() is self._order:
            self.list.setFocus(Qt.FocusReason.OtherFocusReason)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    @Slot()
    def _fit(self) -> None:
        """Make room: where there is little, for the one thing that is being done."""
        # What can be seen of it, not how large it had to be until now.
        holder = self.parentWidget()
        room = holder.size() if holder is not None else self.size()
        narrow, low = room.width() < NARROW, room.height() < LOW
        here = self._left.currentWidget()
        self.panel.setVisible(not narrow or here is self._order)
        shown = (here, self._pages.currentWidget())
        for page in (self._order, self.form, self.file, self.presets, self._empty, self._day):
            # A page that is not shown claims no room.
            policy = QSizePolicy.Policy.Preferred if page in shown else QSizePolicy.Policy.Ignored
            page.setSizePolicy(policy, policy)
        if narrow != self._narrow:
            self._narrow = narrow
            self._add_button.setText("Add" if narrow else "Add a session")
            self._publish_button.setText("Publish" if narrow else "Publish the times")
            self._settings.setVisible(not narrow)
            self._heading.setVisible(not narrow)
        self.panel.fit(room.width(), narrow=narrow, low=low)

    @Slot()
    def _to_settings(self) -> None:
        self.go.emit("event")

    @Slot()
    def beat(self) -> None:
        """Ask the clock; the one thing that happens by itself. What is shown changes with the
        second at most, so that most beats end here."""
        if self._state is None:
            return
        now = self._programme.moment()
        tick = _tick(self._state.clock.state(now))
        if tick != self._tick:
            self._tick = tick
            self._put(self._state.at(now))

    @Slot(object)
    def _rung(self, rung: Rung) -> None:
        self.beat()
        if self.isVisible():
            announce(self.clock, rung.words)

    # -- building -------------------------------------------------------------------------------

    def _build(self) -> None:
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        self._pages = QStackedWidget()
        whole.addWidget(self._pages)
        self._empty = self._build_empty()
        self._day = QWidget()
        # Nothing is said before it was read.
        for page in (QWidget(), self._empty, self._day):
            self._pages.addWidget(page)
        across = QHBoxLayout(self._day)
        across.setContentsMargins(0, 0, 0, 0)
        across.setSpacing(24)
        self._left = QStackedWidget()
        across.addWidget(self._left, 1)
        self._order = self._build_order()
        self.form = SessionForm()
        self.file = FilePage()
        for page in (self._order, self.form, self.file, self.presets):
            self._left.addWidget(page)
        self.panel = ControlPanel(self.acts, self._backs, self.around.keys)
        panel = self.panel
        self.clock, self.delay = panel.clock, panel.delay
        self.main, self.next, self.less, self.more = panel.main, panel.next, panel.less, panel.more
        self.undo, self.stop, self.step = panel.undo, panel.stop, panel.step
        self.five_less, self.five_more = panel.five_less, panel.five_more
        across.addWidget(panel)

    def _build_empty(self) -> QWidget:
        page = QWidget()
        box = QVBoxLayout(page)
        box.setContentsMargins(0, 0, 0, 0)
        self._summit = Button("Take the summit day", key="T", icon="clock", kind="main", desk=True)
        self._summit.clicked.connect(self._whole.take_first)
        state = EmptyState(
            "calendar-blank",
            "No programme yet",
            "Here will be the day: who speaks when, what has begun, and how late it is. "
            "Begin with a day that has worked, and change it.",
            self._summit,
        )
        box.addWidget(state)
        others = QHBoxLayout()
        others.setSpacing(8)
        others.addStretch(1)
        for text, key, icon, slot in (
            ("Half day", "H", "clock", self._whole.take_second),
            ("Plain day", "L", "clock", self._whole.take_third),
            ("Import a file", "I", "download-simple", self._whole.import_file),
            ("Add a session", "Ins", "plus", self._add),
        ):
            button = Button(text, key=key, icon=icon)
            button.clicked.connect(slot)
            others.addWidget(button)
        others.addStretch(1)
        inside = state.layout()
        assert isinstance(inside, QVBoxLayout)
        inside.insertSpacing(inside.count() - 1, 8)
        inside.insertLayout(inside.count() - 1, others)
        return page

    def _build_order(self) -> QWidget:
        page = QWidget()
        box = QVBoxLayout(page)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(4)
        head = QHBoxLayout()
        head.setSpacing(8)
        self._heading = Label("Running order", "heading")
        head.addWidget(self._heading)
        head.addStretch(1)
        for text, key, icon, slot in (
            ("Edit", "E", "note-pencil", self._edit),
            ("Presets", "P", "sparkle", self._to_presets),
            ("Add a session", "Ins", "plus", self._add),
        ):
            button = Button(text, key=key, icon=icon, kind="quiet")
            button.clicked.connect(slot)
            head.addWidget(button)
            self._add_button = button
        box.addLayout(head)
        self._problem = State("", "warning-fill", tone="attention", role="strong")
        self._problem.hide()
        box.addWidget(self._problem)
        self._heads = ColumnHeads()
        box.addWidget(self._heads)
        self.list = ProgrammeList()
        box.addWidget(self.list, 1)
        foot = QHBoxLayout()
        foot.setSpacing(8)
        for text, key, icon, slot in (
            ("Import", "I", "download-simple", self._whole.import_file),
            ("Export", "X", "upload-simple", self._whole.export),
            ("Publish the times", "U", "megaphone", self._whole.publish),
        ):
            button = Button(text, key=key, icon=icon, kind="quiet")
            button.clicked.connect(slot)
            foot.addWidget(button)
            self._publish_button = button
        foot.addStretch(1)
        self._settings = Button(
            "This event", key="Ctrl+,", icon="gear", kind="quiet", hint_only=True
        )
        self._settings.clicked.connect(self._to_settings)
        foot.addWidget(self._settings)
        box.addLayout(foot)
        return page

    def _connect(self) -> None:
        for one in (self.acts, self._backs, self._whole, self.presets):
            one.said.connect(self.said)
        self.panel.settings_wanted.connect(self._to_settings)
        self.panel.step.left.connect(self.shown)
        self.list.opened.connect(self._open)
        self.list.moved.connect(self._edits.move)
        self.list.dropped.connect(self._edits.move_before)
        self.list.removed.connect(self._edits.remove)
        self._edits.kept.connect(self._kept)
        self._edits.removed.connect(self._back)
        self._edits.wrong.connect(self.form.say_wrong)
        self._edits.clashed.connect(self.form.show_meanwhile)
        self.form.kept.connect(self._keep)
        self.form.removed.connect(self._edits.remove)
        self.form.left_out.connect(self._leave_out)
        self._whole.read.connect(self._preview)
        self._whole.replaced.connect(self._back)
        self.file.taken.connect(self._whole.take_over)
        self.presets.put.connect(self._kept)
        for page in (self.form, self.file, self.presets):
            page.left.connect(self._back)
        self._left.currentChanged.connect(self._fit)
        self._pages.currentChanged.connect(self._fit)

    # -- reading and showing --------------------------------------------------------------------

    def _read(self) -> tuple[ProgrammeState, tuple[Template, ...]]:
        state = self._programme.state()
        return state, self._whole.templates or self._programme.templates()

    @Slot(object)
    def _show(self, read: tuple[ProgrammeState, tuple[Template, ...]]) -> None:
        state, self._whole.templates = read
        first = self._state is None
        self._state = state
        self._heads.set_published(state.published)
        problems = state.problems
        more = f" And {len(problems) - 1} more." if len(problems) > 1 else ""
        self._problem.set_state(
            f"{problems[0]}{more}" if problems else "", "warning-fill", "attention"
        )
        self._problem.setVisible(bool(problems))
        busy = self._left.currentWidget() is not self._order
        self._pages.setCurrentWidget(self._day if len(state.programme) or busy else self._empty)
        self._tick = ()
        self.beat()
        if first and self._board is not None:
            # What is on, or comes next, is chosen until a person chooses another.
            entry = self._board.now or self._board.next or next(iter(self._board.times[-1:]), None)
            if entry is not None:
                self.list.choose(entry.session.id)
        if self._wanted is not None:
            self.list.choose(self._wanted)
            self._wanted = None
        if first:
            self.list.show_now()
            if self.isVisible():
                self.shown()

    def _put(self, board: Board) -> None:
        self._board = board
        self.list.set_lines(lines(board))
        self.panel.show_board(board)

    # -- the pages ------------------------------------------------------------------------------

    @Slot()
    def _edit(self) -> None:
        key = self.list.current_key
        if key is None and self._board is not None:
            entry = self._board.now or self._board.next
            key = entry.session.id if entry else None
        if key is not None:
            self._open(key)

    @Slot(object)
    def _open(self, key: UUID) -> None:
        if self._board is None:
            return
        entry = next((e for e in self._board.times if e.session.id == key), None)
        if entry is None:
            return
        times_open = entry.place not in {Place.NOW, Place.DONE}
        self._left.setCurrentWidget(self.form)
        self.form.begin(self._board.programme.day, entry.session, times_open=times_open)

    @Slot()
    def _add(self) -> None:
        if self._board is not None:
            self._pages.setCurrentWidget(self._day)
            self._left.setCurrentWidget(self.form)
            self.form.begin(self._board.programme.day, None)

    @Slot(object, object)
    def _keep(self, new: NewSession, key: UUID | None) -> None:
        after = place_after(self._board, self.list.current_key)
        self._edits.keep(new, key, after, self.form.was)

    @Slot(object)
    def _kept(self, key: UUID) -> None:
        self._back()
        self._wanted = key

    @Slot(object)
    def _leave_out(self, key: UUID) -> None:
        self._back()
        self.acts.leave_out(key)

    @Slot()
    def _to_presets(self) -> None:
        if self._board is not None:
            self._left.setCurrentWidget(self.presets)
            self.presets.begin(self._board, self.list.current_key)

    @Slot(object, object)
    def _preview(self, path: Path, rundown: Rundown) -> None:
        self._pages.setCurrentWidget(self._day)
        self._left.setCurrentWidget(self.file)
        self.file.begin(path, rundown, len(self._state.programme) if self._state else 0)

    @Slot()
    def _back(self) -> None:
        self._left.setCurrentWidget(self._order)
        if self._state is not None and not len(self._state.programme):
            self._pages.setCurrentWidget(self._empty)
        self.list.setFocus(Qt.FocusReason.OtherFocusReason)


def _tick(state: ClockState) -> tuple[object, ...]:
    """What changes when anything that is shown does, as long as nobody writes: the figures, and
    the minute of the day by which all times are told."""
    figures = shown_clock(state.remaining) if state.is_on else ""
    paused = int(state.paused_for // 60) if state.status is Status.PAUSED else 0
    # Times are told to the nearest minute, which turns at the half.
    half = int(state.at.wall.timestamp() // 30)
    return (state.status, state.phase, figures, paused, half, state.asks_about)
