"""From start to a usable window with 1,000 attendees, against a bare PySide6 window.

Run by hand: python tests/benchmarks/startup.py [attendees] [runs]. Each start is a process of its
own; time is from its launch to the moment the Desk has shown its list, memory is its peak.
"""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

BARE = """
import sys
from PySide6.QtWidgets import QApplication, QMainWindow, QLabel
app = QApplication([])
window = QMainWindow()
window.setCentralWidget(QLabel("Hello"))
window.resize(1366, 768)
window.show()
app.processEvents()
window.grab()
"""

OURS = """
import sys
from PySide6.QtWidgets import QApplication
from ui.application import build_window, start
from ui.settings import LaptopSettings
from ui.theme import ThemeKeeper
from pathlib import Path
app = QApplication([])
settings = LaptopSettings(Path(sys.argv[2]))
ThemeKeeper(app, "light")
composition = build_window(None, settings)
composition.window.show()
app.processEvents()
composition.window.grab()
import time, os
print(time.clock_gettime(time.CLOCK_MONOTONIC))
composition.open(sys.argv[1])
composition.database.settle(60000)
app.processEvents()
composition.database.settle(60000)
composition.window.grab()
assert composition.window.current_key == "desk", composition.window.current_key
assert "of" in composition.window.current.room._of.text()
"""


def run(code: str, *arguments: str) -> tuple[float, float, float]:
    """Seconds to the first paint (0 where it is not told) and to the end, and peak MB."""
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "PYTHONDONTWRITEBYTECODE": ""}
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    begun = time.clock_gettime(time.CLOCK_MONOTONIC)
    with subprocess.Popen(
        [sys.executable, "-c", code, *arguments], env=environment, stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL, text=True,
    ) as process:  # fmt: skip
        out = process.stdout.read() if process.stdout else ""
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    ended = time.clock_gettime(time.CLOCK_MONOTONIC)
    assert process.returncode == 0, process.returncode
    del before
    first = float(out.split()[0]) - begun if out.strip() else 0.0
    return first, ended - begun, usage.ru_maxrss / 1024


def main() -> None:
    """Print medians and ratios."""
    attendees = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    runs = int(sys.argv[2]) if len(sys.argv) > 2 else 7
    from facilitator.clocks import SystemClocks
    from facilitator.sample import make_sample_event

    with tempfile.TemporaryDirectory() as folder:
        event = Path(folder) / "big.facilitator"
        make_sample_event(
            event, attendees=attendees, held_on=date(2026, 11, 18), clocks=SystemClocks()
        ).close()
        settings = str(Path(folder) / "settings.json")
        bare, ours = [], []
        for _ in range(runs):
            bare.append(run(BARE))
            ours.append(run(OURS, str(event), settings))
    base = [statistics.median(one[place] for one in bare) for place in (1, 2)]
    mine = [statistics.median(one[place] for one in ours) for place in (0, 1, 2)]
    print(f"bare window: {base[0]:.2f} s, {base[1]:.0f} MB")
    print(f"Start painted: {mine[0]:.2f} s; Desk with {attendees} people: {mine[1]:.2f} s, "
          f"{mine[2]:.0f} MB")  # fmt: skip
    print(f"ratios: first paint {mine[0] / base[0]:.2f}, usable {mine[1] / base[0]:.2f}, "
          f"memory {mine[2] / base[1]:.2f}")  # fmt: skip


if __name__ == "__main__":
    main()
