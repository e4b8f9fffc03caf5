"""A rehearsal from the window: the command plays the day in a process of its own."""

from __future__ import annotations

import sys
from pathlib import Path

from PySide6.QtCore import QObject, QProcess, QProcessEnvironment, Signal, Slot


class RehearsalRun(QObject):
    """Runs `facilitator rehearse` beside the window, offscreen.

    Signals:
        finished(Path): the folder with the day's event and documents.
        failed(str): one sentence on why there is none.
    """

    finished = Signal(object)
    failed = Signal(str)

    def __init__(self, parent: QObject | None = None, *, program: list[str] | None = None) -> None:
        """`program` is what runs the command; without one this program itself."""
        super().__init__(parent)
        self._program = program or [sys.executable, "-m", "ui"]
        self._folder = Path()
        self._stopped = False
        self._process = QProcess(self)
        environment = QProcessEnvironment.systemEnvironment()
        environment.insert("QT_QPA_PLATFORM", "offscreen")
        self._process.setProcessEnvironment(environment)
        self._process.finished.connect(self._ended)
        self._process.errorOccurred.connect(self._could_not)

    @property
    def running(self) -> bool:
        """Whether a day is being played now."""
        return self._process.state() != QProcess.ProcessState.NotRunning

    def begin(self, folder: Path) -> None:
        """Plays a day into `folder`."""
        self._folder, self._stopped = folder, False
        arguments = [*self._program[1:], "rehearse", "-o", str(folder)]
        self._process.start(self._program[0], arguments)

    @Slot()
    def stop(self) -> None:
        """Ends it; what it made so far stays in the folder."""
        self._stopped = True
        self._process.kill()

    @Slot(int, QProcess.ExitStatus)
    def _ended(self, code: int, status: QProcess.ExitStatus) -> None:
        if self._stopped:
            return
        if code == 0 and status == QProcess.ExitStatus.NormalExit:
            self.finished.emit(self._folder)
            return
        said = bytes(self._process.readAllStandardError().data()).decode("utf-8", "replace")
        lines = said.strip().splitlines()
        reason = lines[-1][:300] if lines else "It ended by itself."
        self.failed.emit(f"The rehearsal could not be played. {reason}")

    @Slot(QProcess.ProcessError)
    def _could_not(self, error: QProcess.ProcessError) -> None:
        if error == QProcess.ProcessError.FailedToStart:
            self.failed.emit("The rehearsal could not be started. Your events are as they were.")
