"""What was done on the Programme, in order: one key takes it back, clock and edits alike."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QObject, Signal, Slot

from facilitator.domain.changes import Changes
from facilitator.domain.errors import Refused, Trouble
from facilitator.domain.programme import Programme
from facilitator.services.programme import ProgrammeService, Restored
from facilitator.services.running import Ran
from ui.kit import Message
from ui.lanes import FAULT, DatabaseLane

#: how long an edit can be taken back from the strip, in seconds; Ctrl+Z has no end
REGRET = 10.0
#: what takes the last thing back from the strip: a person's key, never a scanner's
KEY = "Z"
_MOST = 50


@dataclass(frozen=True, slots=True)
class Changed:
    """An edit of the programme: how it was, how it is now, and what the service said of it."""

    before: Programme
    after: Programme
    done: Any
    changes: Changes


class TakeBacks(QObject):
    """Runs edits so that they can be taken back, and knows what was done last on this screen.

    Signals:
        said(Message): what came of it, for the message bar.
        changed(): there is something else to take back now.
    """

    said = Signal(object)
    changed = Signal()

    def __init__(self, lane: DatabaseLane, programme: ProgrammeService, parent: QObject) -> None:
        super().__init__(parent)
        self._lane, self._programme = lane, programme
        #: None stands for an act of the clock, whose own facts know how to take it back
        self._done: list[Changed | None] = []

    @property
    def has_edit(self) -> bool:
        """Whether an edit of the programme is among what can be taken back."""
        return any(one is not None for one in self._done)

    def acted(self) -> None:
        """The clock was used."""
        self._note(None)

    def edit(
        self,
        act: Callable[[], Any],
        then: Callable[[Any], str],
        failed: Callable[[Exception], Any] | None = None,
        *,
        unchanged: str = "",
    ) -> None:
        """Run `act` on the lane; `then` gets what it returned and gives the sentence that is said,
        with the offer to take it back. Where nothing changed `unchanged` is said, if anything."""

        def work() -> Changed:
            before = self._programme.state().programme
            done = act()
            return Changed(before, self._programme.state().programme, done, done.changes)

        def finish(changed: Changed) -> None:
            words = then(changed.done)
            if changed.before == changed.after:
                if unchanged:
                    self.said.emit(Message("info", unchanged))
                return
            self._note(changed)
            self.said.emit(
                Message(
                    "done", words, act="Undo", key=KEY, seconds=REGRET,
                    do=lambda: self._restore(changed),
                )
            )  # fmt: skip

        self._lane.run(work, finish, failed or self.refused, owner=self)

    @Slot()
    def undo(self) -> None:
        """Take back what was done last: an edit made here, or the last act of the clock."""
        last = self._done[-1] if self._done else None
        if last is not None:
            self._restore(last)
        else:
            self._lane.run(self._programme.undo, self._undone, self.refused, owner=self)

    @Slot(object)
    def refused(self, trouble: Exception) -> None:
        """Say why something was not done."""
        mood = "info" if isinstance(trouble, Refused) else "stop"
        self.said.emit(Message(mood, sentence_of(trouble)))

    def forget_act(self) -> None:
        """An act of the clock was taken back."""
        if self._done and self._done[-1] is None:
            self._done.pop()
            self.changed.emit()

    # -- internal -------------------------------------------------------------------------------

    def _note(self, one: Changed | None) -> None:
        self._done = [*self._done, one][-_MOST:]
        self.changed.emit()

    def _restore(self, changed: Changed) -> None:
        # Whether it can be or not, it is not offered a second time.
        self._done = [one for one in self._done if one is not changed]
        self.changed.emit()
        self._lane.run(
            lambda: self._programme.restore(changed.before, changed.after),
            self._restored, self.refused, owner=self,
        )  # fmt: skip

    @Slot(object)
    def _restored(self, _: Restored) -> None:
        self.said.emit(Message("done", "Taken back: the programme is as it was."))

    @Slot(object)
    def _undone(self, ran: Ran) -> None:
        self.forget_act()
        self.said.emit(Message("done", ran.sentence))


def sentence_of(problem: Exception) -> str:
    """What is said of a refusal or a trouble; a fault of ours is one plain sentence."""
    return str(problem) if isinstance(problem, Trouble) else FAULT
