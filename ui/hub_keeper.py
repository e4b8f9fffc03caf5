"""Keeps a shared event in step with its hub while the window has it open.

It has a thread of its own: the hub may be slow or gone, and neither the window nor the database
lane waits for that. The thread knows nothing of Qt. What it hears goes to the window's thread as
plain values, so that no Qt object can end anywhere else.
"""

from __future__ import annotations

import logging
import threading
import time
import weakref
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Protocol

import shiboken6
from PySide6.QtCore import QObject, Signal, Slot

from facilitator.domain.changes import Changes
from facilitator.domain.errors import Trouble, WorldTrouble
from facilitator.domain.roles import Role
from ui.kit import Message
from ui.lanes import FAULT, Lane
from ui.screens.screen import Surroundings

if TYPE_CHECKING:
    from facilitator.services.sharing import Standing

log = logging.getLogger("facilitator.ui")

#: how long the hub's word is waited for before it is asked anyway, in seconds
WAIT = 1.0
#: between two turns it rests so long at least, in seconds
PAUSE = 0.02
#: a message of the strip about this takes the place of the one before
ABOUT = "the hub"


class Sharing(Protocol):
    """What the keeper needs of `SharingService`."""

    def standing(self) -> Standing:
        """How this laptop stands to its hub; never waits."""
        ...

    def catch_up(self) -> Changes:
        """Sends what waits and takes what is new; HubGone where the hub does not answer."""
        ...

    def untold(self) -> Changes:
        """What came from the hub in any other way and nobody was told of yet."""
        ...

    def wait(self, seconds: float) -> bool:
        """Whether the hub says within `seconds` that it has something new; False at once where it
        cannot be heard. Always called from the one thread that catches up."""
        ...

    def hush(self) -> None:
        """Nobody waits any more; from that thread too."""
        ...


@dataclass(frozen=True, slots=True)
class News:
    """What one turn of the thread brought: what changed here, how things stand now, and what is
    wrong beyond a hub that does not answer."""

    changes: Changes
    standing: Standing
    trouble: str = ""
    #: why the hub is not there, as a sentence
    why: str = ""
    #: when `standing` was asked for, on the steady clock
    asked_at: float = 0.0


class HubKeeper(QObject):
    """Keeps whichever event is open in step, where it is shared.

    Signals:
        standing_changed(Standing): this laptop stands in another way to its hub.
        caught_up(Changes): others' facts arrived and touched these areas; the bus knows already.
        said(Message): for the message bar.
    """

    standing_changed = Signal(object)
    caught_up = Signal(object)
    said = Signal(object)

    def __init__(self, around: Surroundings, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._around = around
        self._sharing: Sharing | None = None
        self._standing: Standing | None = None
        #: when the standing that is shown was asked for: three threads ask, and an older answer
        #: that arrives later never takes the place of a newer one
        self._asked_at = 0.0
        self._turns: _Turns | None = None
        self._trouble = ""
        #: how many facts waited when this laptop began to be alone, and since
        self._most_waiting = 0
        #: why the hub is not there, as a sentence; empty while it is
        self.why = ""
        around.bus.changed.connect(self._news)

    @property
    def standing(self) -> Standing | None:
        """How this laptop stands to the hub of the open event; None where none is open."""
        return self._standing

    @property
    def running(self) -> bool:
        """Whether the open event is being kept in step."""
        return self._turns is not None

    def adopt(self, sharing: Sharing | None) -> Callable[[], None]:
        """Another event is open, or none. Returns what waits until the thread of the one before
        has let go of it; not to be called in the window's thread."""
        wait = self.end()
        self._sharing, self._standing = sharing, None
        self._trouble = self.why = ""
        self._most_waiting = 0
        self.look_again()
        return wait

    @Slot()
    def look_again(self) -> None:
        """The event may be shared now, or is not any more."""
        sharing = self._sharing
        if sharing is None:
            return
        asked_at = time.monotonic()
        standing = sharing.standing()
        if standing.kind == "own":
            self.end()
        elif self._turns is None:
            self._turns = _Turns(sharing, self._around.database, weakref.ref(self))
            self._turns.start()
        self._stand(standing, asked_at)

    def end(self) -> Callable[[], None]:
        """Keeps nothing in step any more. The thread ends within a second; what is returned waits
        for that (not to be called in the window's thread)."""
        turns, self._turns = self._turns, None
        if turns is None:
            return _nothing
        turns.stop()
        return turns.join

    # -- what comes back ------------------------------------------------------------------------

    def hear(self, turns: object, news: News) -> None:
        """What a turn of the thread brought. In the window's thread."""
        if turns is not self._turns:
            return
        self.why = news.why
        self._stand(news.standing, news.asked_at)
        self._around.bus.publish(news.changes)
        if news.changes:
            self.caught_up.emit(news.changes)
        if news.trouble != self._trouble:
            self._trouble = news.trouble
            if news.trouble:
                self.said.emit(Message("careful", news.trouble, about=ABOUT))

    @Slot(object)
    def _news(self, _changes: Changes) -> None:
        """Something was written here: perhaps it could not be sent."""
        sharing = self._sharing
        if sharing is not None and self._turns is not None:
            self._around.database.run(
                lambda: (sharing, time.monotonic(), sharing.standing()),
                self._stood, self._not_stood, owner=self,
            )  # fmt: skip

    @Slot(object)
    def _stood(self, found: tuple[Sharing, float, Standing]) -> None:
        sharing, asked_at, standing = found
        if sharing is self._sharing and self._turns is not None:
            self._stand(standing, asked_at)

    @Slot(object)
    def _not_stood(self, _problem: Exception) -> None:
        """Whoever writes or reads next says what is wrong with the file."""

    def _stand(self, standing: Standing, asked_at: float) -> None:
        if asked_at < self._asked_at:
            return
        self._asked_at = asked_at
        before, self._standing = self._standing, standing
        if standing == before:
            return
        if standing.kind == "alone":
            self._most_waiting = max(self._most_waiting, standing.waiting)
        elif before is not None and before.kind == "alone" and standing.kind == "shared":
            sent = max(self._most_waiting - standing.waiting, 0)
            self._most_waiting = 0
            self.said.emit(together(sent, standing.aside, standing.role))
        self.standing_changed.emit(standing)


class _Turns:
    """The thread: asks, tells, waits, and begins again."""

    def __init__(
        self, sharing: Sharing, lane: Lane, keeper: weakref.ref[HubKeeper], wait: float = WAIT
    ) -> None:
        self._sharing, self._lane, self._keeper, self._wait = sharing, lane, keeper, wait
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, name="hub", daemon=True)

    def start(self) -> None:
        """Begins."""
        self._thread.start()

    def stop(self) -> None:
        """Asks the thread to end."""
        self._over.set()

    def join(self) -> None:
        """Waits until it has."""
        self._thread.join()

    def _run(self) -> None:
        while not self._over.is_set():
            answered = self._turn()
            began = time.monotonic()
            heard = answered and not self._over.is_set() and self._sharing.wait(self._wait)
            # Many changes in a row are read together.
            rest = PAUSE if heard else self._wait - (time.monotonic() - began)
            self._over.wait(max(rest, PAUSE))
        self._sharing.hush()

    def _turn(self) -> bool:
        """Asks the hub once; whether it answered."""
        changes, trouble, why, answered = Changes.NONE, "", "", True
        try:
            changes = self._sharing.catch_up()
        except WorldTrouble as problem:
            # The hub is away: the standing says so, calmly, and the next turn tries again.
            why, answered = problem.happened, False
        except Trouble as problem:
            trouble, answered = str(problem), False
        except Exception:
            log.exception("A fault while the event was kept in step")
            trouble, answered = FAULT, False
        asked_at = time.monotonic()
        try:
            standing = self._sharing.standing()
        except Trouble:
            # The file itself cannot be read: whoever reads it next says so.
            return False
        changes |= self._sharing.untold()
        # Told even where it is what was told before: the window may have heard something older
        # from elsewhere in between.
        news = News(changes, standing, trouble, why, asked_at)
        self._lane.post(partial(_tell, self._keeper, self, news))
        return answered


def _tell(keeper: weakref.ref[HubKeeper], turns: _Turns, news: News) -> None:
    """Runs in the window's thread."""
    found = keeper()
    if found is not None and shiboken6.isValid(found):
        found.hear(turns, news)


def _nothing() -> None:
    """There is no thread to wait for."""


def together(sent: int, aside: int, role: str) -> Message:
    """What is said once when the hub is back: "Together again: 14 sent." Where something of it
    contradicted what others did meanwhile, that too, until somebody has read it."""
    words = f"Together again: {sent:,} sent." if sent else "Together again."
    if not aside:
        return Message("done", words, about=ABOUT, seconds=10)
    things = "One thing contradicts" if aside == 1 else f"{aside:,} things contradict"
    then = "decide under Copies." if role == Role.ORGANISER else "an organiser decides."
    return Message("careful", f"{words} {things} others: {then}", about=ABOUT)
