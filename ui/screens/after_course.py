"""How far a report is while it is made, and the way to stop it."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from facilitator.domain.errors import Refused
from ui.kit import Message

if TYPE_CHECKING:
    from ui.screens.screen import Screen

ABOUT = "report"
#: how many times it is said how far it is
_STEPS = 10


class Stopped(Refused):
    """Somebody stopped it."""


class ReportCourse:
    """One report that is being made: `step` is called where it is made, the rest in the window."""

    def __init__(self, screen: Screen) -> None:
        self._screen = screen
        self._lane = screen.around.heavy
        self._stop = threading.Event()
        self._said = -1
        self._over = False

    def step(self, share: float) -> None:
        """So much of it is written, 0 to 1. Raises Stopped where somebody stopped it."""
        if self._stop.is_set():
            raise Stopped("The report was stopped.", "Nothing was written.")
        if (step := int(share * _STEPS)) > self._said:
            self._said = step
            self._lane.post(lambda: self._say(step))

    def stop(self) -> None:
        """Let it not be made; what is there stays as it was."""
        self._stop.set()

    def over(self) -> None:
        """It is made, or will not be."""
        self._over = True

    def failed(self, problem: Exception) -> None:
        """It was stopped, or could not be made."""
        self.over()
        mood = "info" if isinstance(problem, Stopped) else "stop"
        self._screen.said.emit(Message(mood, str(problem), about=ABOUT))

    def _say(self, step: int) -> None:
        if self._over or self._stop.is_set():
            return
        words = f"The report is being made: {step * 100 // _STEPS} % is written."
        self._screen.said.emit(
            Message("info", words, act="Stop", do=self.stop, stays=True, about=ABOUT)
        )
