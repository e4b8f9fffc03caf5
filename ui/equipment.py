"""What stands beside this laptop: printer, camera, sound, second screen.

The doctor looks in a process of its own: a print server that does not answer must not hold the
window up.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from datetime import datetime

from PySide6.QtCore import QObject, QProcess, Signal, Slot
from PySide6.QtGui import QGuiApplication

from facilitator.domain.text import listed

#: the doctor's parts that Start speaks of, in its words
PARTS = {"printers": "printer", "camera": "camera", "sound": "sound"}


class EquipmentCheck(QObject):
    """Lets the doctor look once.

    Signals:
        found(dict): whether each of printer, camera, sound and second screen is there.
    """

    found = Signal(object)

    def __init__(self, parent: QObject | None = None, *, program: list[str] | None = None) -> None:
        """`program` is what runs the command; without one this program itself."""
        super().__init__(parent)
        self._program = program or [sys.executable, "-m", "ui"]
        self._process = QProcess(self)
        self._process.finished.connect(self._ended)

    def begin(self) -> None:
        """Starts looking; `found` tells when it is done. A doctor that fails says nothing."""
        self._process.start(self._program[0], [*self._program[1:], "doctor", "--json"])

    def stop(self) -> None:
        """Ends it unheard."""
        self._process.finished.disconnect(self._ended)
        self._process.kill()
        self._process.waitForFinished(2_000)

    @property
    def running(self) -> bool:
        """Whether the doctor is looking now."""
        return self._process.state() != QProcess.ProcessState.NotRunning

    @Slot()
    def _ended(self) -> None:
        text = bytes(self._process.readAllStandardOutput().data()).decode("utf-8", "replace")
        there: dict[str, bool] = {}
        for line in text.splitlines():
            try:
                finding = json.loads(line)
            except ValueError:
                continue
            if isinstance(finding, dict) and finding.get("part") in PARTS:
                there[PARTS[finding["part"]]] = bool(finding.get("works"))
        if there:
            there["second screen"] = len(QGuiApplication.screens()) > 1
            self.found.emit(there)


def equipment_words(there: Mapping[str, bool], at: datetime) -> tuple[str, bool]:
    """A sentence on what was found and what not, the missing first; and whether all is there."""
    present = [name for name, works in there.items() if works]
    missing = [name for name, works in there.items() if not works]
    when = f"at {at:%H:%M}"
    if not missing:
        return f"{listed(present).capitalize()} were found {when}.", True
    words = f"No {listed(missing, 'or')} found {when}"
    if present:
        words += f"; {listed(present)} {'is' if len(present) == 1 else 'are'} there"
    return f"{words}.", False
