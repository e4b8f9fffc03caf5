"""Cross-screen news: which areas of the event a write touched."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from facilitator.domain.changes import Changes


class ChangeBus(QObject):
    """Carries `Changes` from whoever wrote to every screen.

    Signals:
        changed(Changes): these areas were written to; a screen decides itself whether to reload.
    """

    changed = Signal(object)

    def publish(self, changes: Changes) -> None:
        """Tells everybody, unless nothing was touched."""
        if changes:
            self.changed.emit(changes)
