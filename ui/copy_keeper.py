"""Makes a copy of the open event every five minutes, and when a break begins.

It works beside the window's thread. A stick that is pulled out, full or read-only is said once and
tried again; when it works again, that is said too. After two copies of the event were brought
together, it says who was let in by both, until somebody has looked.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from facilitator.domain.changes import Changes
from facilitator.domain.errors import Trouble
from facilitator.domain.roles import Area, Verb
from ui.kit import Message
from ui.lanes import FAULT
from ui.screens.screen import Surroundings

if TYPE_CHECKING:
    from facilitator.app import EventApp
    from facilitator.services.copying import Copied

_BEAT_MS = 5_000
_COPIES, _TWICE = "copies", "let in twice"
_SHOWN = 3


@dataclass(frozen=True, slots=True)
class CopyState:
    """How the copies of the open event stand on this laptop.

    `beside`: the folder is on the same disk as the event. `trouble` is why the last one failed.
    """

    folder: Path | None = None
    beside: bool = False
    last: Copied | None = None
    next_at: datetime | None = None
    trouble: str = ""
    busy: bool = False


class CopyKeeper(QObject):
    """Keeps the copies of whichever event is open.

    Signals:
        changed(): the state is another.
        said(Message): for the message bar.
        wanted(str): somebody wants to look: at the copies ("copies"), or at what was brought
            together ("together").
        settled(str): what was said about that is over.
    """

    changed = Signal()
    said = Signal(object)
    wanted = Signal(str)
    settled = Signal(str)

    def __init__(self, around: Surroundings, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._around = around
        self._app: EventApp | None = None
        self._state = CopyState()
        self._break: UUID | None = None
        #: what kind of trouble was said last
        self._said: type[Exception] | None = None
        self._timer = QTimer(self)
        self._timer.setInterval(_BEAT_MS)
        self._timer.timeout.connect(self.beat)
        around.bus.changed.connect(self._news)

    @property
    def state(self) -> CopyState:
        """How the copies stand."""
        return self._state

    def adopt(self, app: EventApp | None) -> None:
        """Another event is open, or none."""
        self._app, self._break, self._said = app, None, None
        self._set(CopyState())
        if app is None:
            self._timer.stop()
            return
        self._timer.start()
        self._around.database.run(
            lambda: (app, app.copies.folder, app.copies.newest()), self._found, owner=self
        )
        self.look_for_twice()

    def choose(self, folder: Path | None) -> None:
        """Copies go to `folder` from now on, the first at once; None: no more copies."""
        app = self._app
        if app is None:
            return

        def work() -> tuple[EventApp, Path | None, Copied | None]:
            app.copies.choose(folder)
            return app, folder, app.copies.newest()

        self._around.database.run(work, self._found, self._not_chosen, owner=self)

    @Slot()
    def make_now(self) -> None:
        """Make a copy, unless one is being made."""
        app = self._app
        if app is None or self._state.folder is None or self._state.busy:
            return
        self._set(replace(self._state, busy=True))
        self._around.heavy.run(
            lambda: (app, app.copies.make()), self._made, self._failed, owner=self
        )

    @Slot()
    def beat(self) -> None:
        """Every few seconds: make the next copy where it is time."""
        from facilitator.services.copying import EVERY

        state, now = self._state, self._around.clocks.now()
        if state.folder is None or state.next_at is None:
            return
        # A clock that was set back must not leave the event without copies for an hour.
        if now >= state.next_at or state.next_at - now > EVERY:
            self.make_now()

    # -- what comes back ------------------------------------------------------------------------

    @Slot(object)
    def _found(self, found: tuple[EventApp, Path | None, Copied | None]) -> None:
        app, folder, last = found
        if app is not self._app:
            return
        beside = folder is not None and app.copies.is_beside(folder)
        due = self._around.clocks.now() if folder is not None else None
        self._set(CopyState(folder, beside, last, due))
        self.beat()

    @Slot(object)
    def _not_chosen(self, problem: Exception) -> None:
        self.said.emit(Message("stop", problem_words(problem), about=_COPIES))

    @Slot(object)
    def _made(self, made: tuple[EventApp, Copied]) -> None:
        app, copied = made
        if app is not self._app:
            return
        had, self._said = self._said, None
        self._set(replace(self._next(), last=copied, trouble=""))
        if had:
            self.said.emit(
                Message("done", f"Copies are made again: “{copied.path.name}” is the newest.",
                        about=_COPIES, seconds=20)
            )  # fmt: skip

    @Slot(object)
    def _failed(self, problem: Exception) -> None:
        words = problem_words(problem)
        had, self._said = self._said, type(problem)
        self._set(replace(self._next(), trouble=words))
        # Once: a stick that stays in a pocket must not call every five minutes.
        if had is not self._said:
            self.said.emit(
                Message("careful", f"No copy was made. {words}", act="Look", do=self._look,
                        about=_COPIES)
            )  # fmt: skip

    @Slot(object)
    def _news(self, changes: Changes) -> None:
        app = self._app
        if app is None:
            return
        if changes & (Changes.CLOCK | Changes.PROGRAMME) and self._state.folder is not None:
            self._around.database.run(lambda: _break_now(app), self._break_seen, owner=self)
        if changes & Changes.EVENT and changes & Changes.ARRIVALS:
            # Only what is brought together changes both at once.
            self.look_for_twice()

    @Slot(object)
    def _break_seen(self, session: UUID | None) -> None:
        begins = session is not None and session != self._break
        self._break = session
        if begins:
            self.make_now()

    @Slot()
    def look_for_twice(self) -> None:
        """Say who was let in by two desks that did not know of each other, until somebody has
        looked."""
        app = self._app
        if app is not None:
            self._around.database.run(lambda: _twice_words(app), self._say_twice, owner=self)

    @Slot(object)
    def _say_twice(self, words: str) -> None:
        if words:
            self.said.emit(Message("careful", words, act="Look", do=self._look_twice, about=_TWICE))
        else:
            self.settled.emit(_TWICE)

    @Slot()
    def _look(self) -> None:
        self.wanted.emit("copies")

    @Slot()
    def _look_twice(self) -> None:
        self.wanted.emit("together")

    def _next(self) -> CopyState:
        from facilitator.services.copying import EVERY

        return replace(self._state, busy=False, next_at=self._around.clocks.now() + EVERY)

    def _set(self, state: CopyState) -> None:
        if state != self._state:
            self._state = state
            self.changed.emit()


def _break_now(app: EventApp) -> UUID | None:
    """The break that is under way."""
    session = app.programme.state().board.state.session
    return session.id if session is not None and session.kind.is_break else None


def _twice_words(app: EventApp) -> str:
    """Who, where and when; empty where there is nobody to look at."""
    event = app.event.get()
    # What it means is for an organiser to find out, on whose laptop whoever looked is told too.
    if not event.settings.merged or not app.sharing.may(Area.SET_ASIDE, Verb.CHANGE):
        return ""
    found = app.merging.twice()
    if not found:
        return ""
    if len(found) == 1:
        arrivals = [
            f"{event.local(at):%H:%M}{f' at {desk}' if desk else ''}"
            for at, desk, _ in found[0].arrivals
        ]
        return f"Admitted twice: {found[0].person.full_name}, {' and '.join(arrivals)}."
    names = [one.person.full_name for one in found]
    some = ", ".join(names[:_SHOWN]) + (" and others" if len(names) > _SHOWN else "")
    return f"Admitted twice, by desks that did not know of each other: {some}."


def problem_words(problem: Exception) -> str:
    """What a person reads of a problem."""
    return str(problem) if isinstance(problem, Trouble) else FAULT
