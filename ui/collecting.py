"""Python's garbage collection, in the window's thread only.

A collection starts in whatever thread happens to allocate. Started on a lane, it would destroy Qt
objects there, which ends the program. So the automatic one is off while there is a window, and a
timer of the window's thread does the same work between two events.
"""

from __future__ import annotations

import gc

from PySide6.QtCore import QObject, Qt, QTimer, Slot
from PySide6.QtWidgets import QApplication

#: How often it looks whether there is something to collect, in milliseconds.
EVERY_MS = 2_000
#: More young objects than this are collected; so many such collections bring an older generation.
YOUNG, OLDER = 5_000, (10, 10)


class Collector(QObject):
    """Collects garbage in the window's thread. Get it with `Collector.of_application()`."""

    def __init__(self, app: QApplication) -> None:
        super().__init__(app)
        self.setObjectName("collector")
        gc.disable()
        self._timer = QTimer(self)
        self._timer.setInterval(EVERY_MS)
        self._timer.setTimerType(Qt.TimerType.VeryCoarseTimer)
        self._timer.timeout.connect(self.look)
        self._timer.start()

    @staticmethod
    def of_application() -> Collector:
        """The collector of the running application; made at the first call."""
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        found = app.findChild(QObject, "collector", Qt.FindChildOption.FindDirectChildrenOnly)
        return found if isinstance(found, Collector) else Collector(app)

    @Slot()
    def look(self) -> None:
        """Collects what is due: the young often, the old seldom."""
        young, middle, old = gc.get_count()
        if old > OLDER[1]:
            gc.collect(2)
        elif middle > OLDER[0]:
            gc.collect(1)
        elif young > YOUNG:
            gc.collect(0)
