"""From the command line to the window: what is missing on this machine is said in a sentence."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from facilitator.domain.errors import WorldTrouble

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication


def require_qt() -> None:
    """Import Qt, or raise WorldTrouble that names the system library it misses."""
    try:
        from PySide6 import QtWidgets
    except ImportError as problem:
        reason = str(problem).split(":")[0]
        raise WorldTrouble(
            f"Qt cannot start here: {reason} is missing.",
            "Your events are safe.",
            "On Debian or Ubuntu run: apt install libegl1 libgl1 libxkbcommon0 libdbus-1-3 "
            "libfontconfig1 libxcb-cursor0. The commands (facilitator --help) work without it.",
        ) from problem
    assert QtWidgets


def has_display() -> bool:
    """Whether there is anything to draw a window on."""
    if sys.platform != "linux":
        return True
    if os.environ.get("QT_QPA_PLATFORM", "").startswith(("offscreen", "minimal", "vnc", "linuxfb")):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def open_window(event: str | None) -> int:
    """Open the window and stay until it is closed; returns the exit status.

    Raises WorldTrouble where there is no display or a system library is missing.
    """
    if not has_display():
        raise WorldTrouble(
            "There is no display here to open the window on.",
            "",
            "Play a whole sample day without one: facilitator rehearse. Every other command "
            "(facilitator --help) works without a display too.",
        )
    require_qt()
    from ui.application import start

    return start(event)


def offscreen_application() -> QApplication:
    """The running application, or one that draws into memory where there is no display."""
    require_qt()
    from PySide6.QtWidgets import QApplication

    found = QApplication.instance()
    if isinstance(found, QApplication):
        return found
    if not has_display():
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    return QApplication(["facilitator"])
