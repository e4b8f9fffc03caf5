"""The Programme: the running order, and a clock that cannot be wrong."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

from PySide6.QtCore import Qt, QTimer, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QFileDialog,
    QHBoxLayout,
    QSizePolicy,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from facilitator.domain.board import Board
from facilitator.domain.changes import Changes
from facilitator.domain.cues import CueWatch
from facilitator.domain.errors import Refused, Trouble
from facilitator.domain.programme import NewSession
from facilitator.domain.schedule import Place
from facilitator.domain.session_clock import Phase, Status
from facilitator.domain.text import counted
from facilitator.intake.rundown import Rundown
from facilitator.intake.templates import Template
from facilitator.services.presets import PresetService
from facilitator.services.programme import (
    Edited,
    ProgrammeService,
    ProgrammeState,
    Published,
    Replaced,
)
from facilitator.services.running import Ran
from ui.kit import Button, Card, EmptyState, Label, Message, State, announce
from ui.kit.sound import Sounds
from ui.lanes import FAULT
from ui.screens.programme_clock import ClockCard, DelayCard
from ui.screens.programme_file import EXPORT_FILTER, EXPORTS, FilePage, with_ending
from ui.screens.programme_form import SessionForm
from ui.screens.programme_list import ColumnHeads, ProgrammeList
from ui.screens.programme_presets import PresetPage
from ui.screens.programme_words import lines
from ui.screens.screen import Screen, Surroundings

if TYPE_CHECKING:
    from facilitator.app import EventApp

#: how often the clock is asked, in milliseconds; nothing counts down
HEARTBEAT_MS = 200
#: how often it is asked whether another desk or command has used the clock, in milliseconds
GLANCE_MS = 2_000
#: how long what changes the room can be taken back at one key, in seconds
REGRET = 5.0
_FILES = "Running orders (*.csv *.tsv *.xlsx *.ods *.json);;All files (*)"

#: the panel's width on the usual laptop, and at most; the clock grows with the window
PANEL, WIDEST = 448, 640
#: in a smaller window (a projector, 200 %) the panel is narrow, or says less
NARROW, NARROW_PANEL, LOW = 1100, 296, 560

PickFile = Callable[[QWidget], str]


def pick_rundown(parent: QWidget) -> str:
    """Lets a person choose a running order's file; "" for none."""
    return QFileDialog.getOpenFileName(parent, "Import a running order", "", _FILES)[0]


def pick_target(parent: QWidget) -> str:
    """Lets a person choose where to write the running order; "" for nowhere."""
    name, kind = QFileDialog.getSaveFileName(
        parent, "Export the running order", f"running-order{EXPORTS[0][1]}", EXPORT_FILTER
    )
    return with_ending(name, kind)


class ProgrammeScreen(Screen):
    """Published, expected and actual beside each session; one clock; the delay in words."""

    areas = Changes.PROGRAMME | Changes.CLOCK
    more_keys = (
        ("Up, Down, Enter", "Choose a session, and edit it"),
        ("Ctrl+Up, Ctrl+Down", "Move the session"),
        ("Del", "Remove the session"),
    )

    @classmethod
    def build(cls, app: EventApp, around: Surroundings) -> ProgrammeScreen:
        """The Programme of an open event."""
        return cls(around, app.programme, app.presets)

    def __init__(
        self,
        around: Surroundings,
        programme: ProgrammeService,
        presets: PresetService,
        *,
        pick: PickFile = pick_rundown,
        pick_to: PickFile = pick_target,
    ) -> None:
        super().__init__(around)
        self._programme = programme
        self._pick, self._pick_to = pick, pick_to
        self.presets = PresetPage(around, presets)
        self._state: ProgrammeState | None = None
        self._board: Board | None = None
        self._templates: tuple[Template, ...] = ()
        self._wanted: UUID | None = None
        self._narrow = False
        self._watch = CueWatch()
        self._sounds = Sounds(on=around.settings.sounds, parent=self)
        self._build()
        self._beat = QTimer(self)
        self._beat.setInterval(HEARTBEAT_MS)
        self._beat.timeout.connect(self.beat)
        self._glance = QTimer(self)
        self._glance.setInterval(GLANCE_MS)
        self._glance.timeout.connect(self.look_over)

    @property
    def board(self) -> Board | None:
        """How the programme stands, as it is shown."""
        return self._board

    # -- the screen's life ----------------------------------------------------------------------

    def reload(self) -> None:
        self.around.database.run(self._read, self._show)

    def behind(self) -> Mapping[str, Callable[[], None]]:
        return {"presets": self._to_presets}

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
        wide = min(WIDEST, max(PANEL, room.width() * 36 // 100))
        self._panel.setFixedWidth(NARROW_PANEL if narrow else wide)
        here = self._left.currentWidget()
        self._panel.setVisible(not narrow or here is self._order)
        shown = (here, self._pages.currentWidget())
        for page in (self._order, self.form, self.file, self.presets, self._empty, self._day):
            # A page that is not shown claims no room.
            policy = QSizePolicy.Policy.Preferred if page in shown else QSizePolicy.Policy.Ignored
            page.setSizePolicy(policy, policy)
        if narrow != self._narrow:
            self._narrow = narrow
            self.less.setText("Less" if narrow else "One minute less")
            self.more.setText("More" if narrow else "One minute more")
            self._add_button.setText("Add" if narrow else "Add a session")
            if self._board is not None:
                self._put_acts(self._board)
            self._publish_button.setText("Publish" if narrow else "Publish the times")
            self._settings.setVisible(not narrow)
            self._heading.setVisible(not narrow)
        self.clock.set_low(low)
        self.delay.set_small(narrow=narrow, low=low)
        self._quiet.setVisible(not low and not narrow)

    @Slot()
    def _to_settings(self) -> None:
        self.go.emit("event")

    @Slot()
    def beat(self) -> None:
        """Ask the clock; the one thing that happens by itself."""
        if self._state is None:
            return
        now = self._programme.moment()
        self._put(self._state.at(now))
        for cue in self._watch.due(self._state.tape, now):
            session = self._state.programme.find(cue.session_id)
            running = self._board.state.session if self._board else None
            # What was passed long ago, while the laptop slept, is to be seen but not heard.
            if session is not None and running is not None and running.id == session.id:
                self._ring(cue.phase, session.warnings, session.short_title)

    @Slot()
    def look_over(self) -> None:
        """Ask what others wrote; the lane spreads the news, here and to every other screen."""
        known = self._state
        # Never after the window has closed: its lanes are gone then.
        if known is not None and self.window().isVisible():
            self.around.database.run(
                lambda: self._programme.look_over(known), None, self._unread, owner=self
            )

    @Slot(object)
    def _unread(self, problem: Exception) -> None:
        """The next look will tell; what is shown stays right as far as it was read."""

    @Slot(object)
    def _news(self, changes: Changes) -> None:
        # Also out of sight: cues are heard from every screen.
        if changes & self.areas:
            self._soon.start()

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
        self.form.kept.connect(self._keep)
        self.form.removed.connect(self._remove)
        self.form.left_out.connect(self._leave_out)
        self.form.left.connect(self._back)
        self.file = FilePage()
        self.file.taken.connect(self._take_over)
        self.file.left.connect(self._back)
        self.presets.left.connect(self._back)
        self.presets.put.connect(self._preset_put)
        self.presets.said.connect(self.said)
        for page in (self._order, self.form, self.file, self.presets):
            self._left.addWidget(page)
        self._panel = self._build_panel()
        across.addWidget(self._panel)
        self._left.currentChanged.connect(self._fit)
        self._pages.currentChanged.connect(self._fit)

    def _build_empty(self) -> QWidget:
        page = QWidget()
        box = QVBoxLayout(page)
        box.setContentsMargins(0, 0, 0, 0)
        self._summit = Button("Take the summit day", key="T", icon="clock", kind="main", desk=True)
        self._summit.clicked.connect(self._take_first)
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
            ("Half day", "H", "clock", self._take_second),
            ("Plain day", "L", "clock", self._take_third),
            ("Import a file", "I", "download-simple", self._import),
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
        self.list.opened.connect(self._open)
        self.list.moved.connect(self._move)
        self.list.removed.connect(self._remove)
        box.addWidget(self.list, 1)
        foot = QHBoxLayout()
        foot.setSpacing(8)
        for text, key, icon, slot in (
            ("Import", "I", "download-simple", self._import),
            ("Export", "X", "upload-simple", self._export),
            ("Publish the times", "U", "megaphone", self._publish),
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

    def _build_panel(self) -> QWidget:
        panel = Card("mist", margin=8, spacing=8)
        panel.setFixedWidth(PANEL)
        self.clock = ClockCard()
        panel.box.addWidget(self.clock, 1)
        self.delay = DelayCard()
        self.delay.accept.clicked.connect(self._accept)
        self.delay.afresh.clicked.connect(self._reset)
        self.delay.carry_on.clicked.connect(self._resume)
        panel.box.addWidget(self.delay)
        self.main = Button("Start", key="Space", icon="play-fill", kind="main", desk=True)
        self.main.clicked.connect(self._press_main)
        self.next = Button("Next session", key="N", icon="skip-forward", desk=True)
        self.next.clicked.connect(self._next)
        self.less = Button("One minute less", key="-", icon="minus", desk=True)
        self.less.clicked.connect(self._less)
        self.more = Button("One minute more", key="+", icon="plus", desk=True)
        self.more.clicked.connect(self._more)
        self.back = Button("Back", key="B", icon="skip-back", kind="quiet")
        self.back.clicked.connect(self._go_back)
        self.undo = Button("Undo", key="Ctrl+Z", icon="arrow-counter-clockwise", kind="quiet")
        self.undo.clicked.connect(self._undo)
        self.stop = Button("Stop…", icon="stop", kind="quiet")
        self.stop.clicked.connect(self._ask_stop)
        for pair in ((self.main, self.next), (self.less, self.more)):
            line = QHBoxLayout()
            line.setSpacing(8)
            for button in pair:
                _widen(button)
                line.addWidget(button, 1)
            panel.box.addLayout(line)
        self._quiet = QWidget()
        quiet = QHBoxLayout(self._quiet)
        quiet.setContentsMargins(0, 0, 0, 0)
        quiet.setSpacing(0)
        for button in (self.back, self.undo, self.stop):
            quiet.addWidget(button)
            if button is not self.stop:
                quiet.addStretch(1)
        panel.box.addWidget(self._quiet)
        return panel

    # -- reading and showing --------------------------------------------------------------------

    def _read(self) -> tuple[ProgrammeState, tuple[Template, ...]]:
        state = self._programme.state()
        return state, self._templates or self._programme.templates()

    @Slot(object)
    def _show(self, read: tuple[ProgrammeState, tuple[Template, ...]]) -> None:
        state, self._templates = read
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
        if first:
            self._watch.due(state.tape, state.board.state.at)
        self._put(state.at(self._programme.moment()))
        if self._wanted is not None:
            self.list.choose(self._wanted)
            self._wanted = None
        if first:
            self.list.show_now()
            if self.isVisible():
                self.shown()
        self._beat.start()
        self._glance.start()

    def _put(self, board: Board) -> None:
        self._board = board
        self.list.set_lines(lines(board))
        self.clock.show_board(board)
        self.delay.show_board(board)
        self._put_acts(board)

    def _put_acts(self, board: Board) -> None:
        state = board.state
        asked = state.from_another_day
        text, icon = {
            Status.RUNNING: ("Pause", "pause-fill"),
            Status.PAUSED: ("Resume", "play-fill"),
        }.get(state.status, ("Start", "play-fill"))
        if self.main.text() != text:
            self.main.setText(text)
            self.main.set_icon(icon)
        _allow(self.main, "" if (state.is_on and not asked) or (state.next and not asked) else
               "Answer above first" if asked else "Nothing to start")  # fmt: skip
        last = state.is_on and state.next is None
        words = "End the programme" if last else "Next session"
        if self._narrow:
            words = "End" if last else "Next"
        if self.next.text() != words:
            self.next.setText(words)
        why = "Answer above first" if asked else "" if state.is_on else "Nothing is running"
        _allow(self.next, why)
        ended = any(run.ended_at is not None and not run.put_back for run in state.runs)
        for button, there in (
            (self.less, state.is_on),
            (self.more, state.is_on),
            (self.stop, state.is_on),
            (self.undo, state.undoable is not None),
            (self.back, ended),
        ):
            if button.isHidden() == there:
                button.setVisible(there)

    def _ring(self, phase: Phase, warnings: tuple[int, ...], title: str) -> None:
        match phase:
            case Phase.OVER:
                words, sound = f"“{title}” is over its time.", "careful"
            case Phase.DANGER:
                words, sound = f"{counted(warnings[1], 'minute')} left in “{title}”.", "chime"
            case Phase.WARNING:
                words, sound = f"{counted(warnings[0], 'minute')} left in “{title}”.", "chime"
            case Phase.CALM:
                return
        self._sounds.play(sound)
        if self.isVisible():
            announce(self.clock, words)
        else:
            self.tell("info", words)

    # -- the clock ------------------------------------------------------------------------------

    def _act(self, work: Callable[[], Ran]) -> None:
        self.around.database.run(work, self._ran, self._refused, owner=self)

    @Slot(object)
    def _ran(self, ran: Ran) -> None:
        fact = ran.fact.id
        self.said.emit(
            Message(
                "done", ran.sentence, act="Undo", seconds=REGRET,
                do=lambda: self._act(lambda: self._programme.undo(fact)),
            )
        )  # fmt: skip

    @Slot(object)
    def _undone(self, ran: Ran) -> None:
        self.tell("done", ran.sentence)

    @Slot(object)
    def _refused(self, trouble: Exception) -> None:
        mood = "info" if isinstance(trouble, Refused) else "stop"
        self.tell(mood, _sentence(trouble))

    @Slot()
    def _press_main(self) -> None:
        status = self._board.state.status if self._board else Status.NOT_STARTED
        match status:
            case Status.RUNNING:
                self._act(self._programme.pause)
            case Status.PAUSED:
                self._act(self._programme.resume)
            case _:
                self._act(self._programme.start)

    @Slot()
    def _resume(self) -> None:
        self._act(self._programme.resume)

    @Slot()
    def _reset(self) -> None:
        self._act(self._programme.reset)

    @Slot()
    def _next(self) -> None:
        on = self._board.state.session if self._board else None
        # Pressed for what is seen: where another desk was quicker, nothing happens twice.
        self._act(lambda: self._programme.next(running=on.id if on else None))

    @Slot()
    def _go_back(self) -> None:
        self._act(self._programme.back)

    @Slot()
    def _less(self) -> None:
        self._act(lambda: self._programme.adjust(-60))

    @Slot()
    def _more(self) -> None:
        self._act(lambda: self._programme.adjust(60))

    @Slot()
    def _accept(self) -> None:
        proposal = self._board.proposal if self._board else None
        if proposal is not None:
            self._act(lambda: self._programme.accept(proposal))

    @Slot()
    def _undo(self) -> None:
        self.around.database.run(self._programme.undo, self._undone, self._refused, owner=self)

    @Slot()
    def _ask_stop(self) -> None:
        on = self._board.state.session if self._board else None
        if on is None:
            return
        self.said.emit(
            Message(
                "careful",
                f"Stop “{on.short_title}” without beginning the next session?",
                act="Stop it",
                do=lambda: self._act(lambda: self._programme.stop(running=on.id)),
                seconds=REGRET * 2,
            )
        )

    # -- the sessions ---------------------------------------------------------------------------

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
        if key is None:
            before = self._before()
            work: Callable[[], Edited] = lambda: self._programme.add(new, before)  # noqa: E731
        else:
            values: dict[str, Any] = {
                name: getattr(new, name) for name in NewSession.__dataclass_fields__
            }
            work = lambda: self._programme.edit(key, **values)  # noqa: E731
        self.around.database.run(work, self._kept, self._form_refused, owner=self)

    def _before(self) -> UUID | None:
        """A new session comes after the chosen one, where that is still to be."""
        if self._board is None:
            return None
        order = [entry.session.id for entry in self._board.times]
        key = self.list.current_key
        if key is None or key not in order:
            return None
        after = order[order.index(key) + 1 :]
        first_open = next(
            (e.session.id for e in self._board.times if e.place in {Place.NEXT, Place.LATER}), None
        )
        wanted = after[0] if after else None
        if wanted is not None and first_open is not None:
            return max(wanted, first_open, key=order.index)
        return wanted

    @Slot(object)
    def _form_refused(self, trouble: Exception) -> None:
        self.form.say_wrong(_sentence(trouble))

    @Slot(object)
    def _kept(self, edited: Edited) -> None:
        self._back()
        key = edited.session.id
        self._wanted = key
        self.tell("done", f"“{edited.session.title}” is saved.")

    @Slot(object, int)
    def _move(self, key: UUID, by: int) -> None:
        self.around.database.run(
            lambda: self._programme.move(key, by), None, self._refused, owner=self
        )

    @Slot(object)
    def _remove(self, key: UUID) -> None:
        self.around.database.run(
            lambda: self._programme.remove(key), self._removed, self._refused, owner=self
        )

    @Slot(object)
    def _removed(self, edited: Edited) -> None:
        self._back()
        key = edited.session.id
        self.said.emit(
            Message(
                "done", f"“{edited.session.title}” is removed.", act="Put it back", seconds=10,
                do=lambda: self.around.database.run(lambda: self._programme.put_back(key)),
            )
        )  # fmt: skip

    @Slot(object)
    def _leave_out(self, key: UUID) -> None:
        self._back()
        self._act(lambda: self._programme.skip(key))

    @Slot()
    def _back(self) -> None:
        self._left.setCurrentWidget(self._order)
        if self._state is not None and not len(self._state.programme):
            self._pages.setCurrentWidget(self._empty)
        self.list.setFocus(Qt.FocusReason.OtherFocusReason)

    # -- the whole programme --------------------------------------------------------------------

    @Slot()
    def _take_first(self) -> None:
        self._take_template(0)

    @Slot()
    def _take_second(self) -> None:
        self._take_template(1)

    @Slot()
    def _take_third(self) -> None:
        self._take_template(2)

    def _take_template(self, place: int) -> None:
        if place < len(self._templates):
            key = self._templates[place].key
            self.around.database.run(
                lambda: self._programme.apply_template(key), self._replaced, owner=self
            )

    @Slot()
    def _to_presets(self) -> None:
        if self._board is not None:
            self._left.setCurrentWidget(self.presets)
            self.presets.begin(self._board, self.list.current_key)

    @Slot(object)
    def _preset_put(self, first: UUID) -> None:
        self._wanted = first
        self._back()

    @Slot()
    def _import(self) -> None:
        chosen = self._pick(self)
        if chosen:
            path = Path(chosen)
            self.around.database.run(
                lambda: (path, self._programme.preview(path)), self._preview, owner=self
            )

    @Slot(object)
    def _preview(self, read: tuple[Path, Rundown]) -> None:
        path, rundown = read
        self._pages.setCurrentWidget(self._day)
        self._left.setCurrentWidget(self.file)
        self.file.begin(path, rundown, len(self._state.programme) if self._state else 0)

    @Slot(object, object)
    def _take_over(self, path: Path, answers: dict[Any, Any]) -> None:
        self.around.database.run(
            lambda: self._programme.import_rundown(path, answers), self._replaced, owner=self
        )

    @Slot(object)
    def _replaced(self, done: Replaced) -> None:
        self._back()
        instead = f" instead of {done.before:,}" if done.before else ""
        self.tell("done", f"{counted(done.sessions, 'session')} taken over{instead}.")

    @Slot()
    def _export(self) -> None:
        chosen = self._pick_to(self)
        if chosen:
            path = Path(with_ending(chosen))
            self.around.heavy.run(
                lambda: (path, self._programme.export(path)), self._exported, owner=self
            )

    @Slot(object)
    def _exported(self, done: tuple[Path, int]) -> None:
        path, number = done
        self.tell("done", f"{counted(number, 'session')} written to {path.name}.")

    @Slot()
    def _publish(self) -> None:
        self.around.database.run(self._programme.publish, self._published, owner=self)

    @Slot(object)
    def _published(self, done: Published) -> None:
        self.tell(
            "done",
            f"The times of {counted(done.sessions, 'session')} are published; delays are "
            "measured by them.",
        )


def _sentence(problem: Exception) -> str:
    return str(problem) if isinstance(problem, Trouble) else FAULT


def _allow(button: Button, why_not: str) -> None:
    """Switch a button on, or off with the reason; nothing where it is so already."""
    if why_not == button.reason and button.isEnabled() == (not why_not):
        return
    if why_not:
        button.refuse(why_not)
    else:
        button.allow()


def _widen(button: Button) -> None:
    """Let a button of the panel take half of its width."""
    policy = button.sizePolicy()
    policy.setHorizontalPolicy(policy.Policy.Expanding)
    button.setSizePolicy(policy)
