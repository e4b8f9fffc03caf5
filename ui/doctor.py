"""What works on this machine, and what to do about the rest, one finding a part."""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from facilitator.domain.errors import Trouble
from facilitator.domain.text import counted, listed
from ui.start_up import has_display

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication


@dataclass(frozen=True, slots=True)
class Finding:
    """One part of the machine: whether it works, in a sentence that says what to do if not."""

    part: str
    works: bool
    sentence: str


def examine() -> Iterator[Finding]:
    """Look at every part in turn. None of them can make the others fail."""
    for part, look in _PARTS.items():
        try:
            works, sentence = look()
        except Trouble as trouble:
            works, sentence = False, str(trouble)
        except (ImportError, OSError, RuntimeError) as problem:
            reason = str(problem).split(":")[0]
            works, sentence = False, f"{reason} is missing or does not answer."
        yield Finding(part, works, sentence)


def _display() -> tuple[bool, str]:
    if not has_display():
        return False, "No display: the commands work; for the window, sit at a screen."
    app = _application()
    screens = app.screens()
    sizes = listed([f"{s.size().width()} by {s.size().height()}" for s in screens])
    if len(screens) < 2:
        return True, f"One screen, {sizes}. Plug the projector in before the room opens."
    mirrored = len({s.geometry().topLeft().toTuple() for s in screens}) < len(screens)
    if mirrored:
        return False, f"{len(screens)} screens show the same picture: choose “extend” instead."
    return True, f"{counted(len(screens), 'screen')}: {sizes}."


def _fonts() -> tuple[bool, str]:
    from PySide6.QtGui import QFontDatabase

    _application()
    from ui.theme import FAMILIES, load_fonts

    load_fonts()
    missing = [name for name in FAMILIES if name not in QFontDatabase.families()]
    if missing:
        return False, f"{listed(missing)} could not be loaded: install the program again."
    return True, f"{listed(list(FAMILIES))} are loaded; names of every script show."


def _camera() -> tuple[bool, str]:
    from ui.camera_device import nothing_found, this_laptop

    _application()
    source = this_laptop()
    if why := source.excuse():
        return False, why
    found = [camera.name for camera in source.cameras()]
    return (True, f"{listed(found)}.") if found else (False, nothing_found())


def _sound() -> tuple[bool, str]:
    from PySide6.QtMultimedia import QMediaDevices

    _application()
    found = [device.description() for device in QMediaDevices.audioOutputs()]
    if not found:
        return False, "Nothing to play sounds on: the desk says everything in words and colour."
    return True, f"{listed(found[:3])}."


def _printers() -> tuple[bool, str]:
    _application()
    from ui.printing import printers

    names = printers()
    if not names:
        return False, "No printer found: make badges as a PDF and print them elsewhere."
    return True, f"{listed(names[:5])}."


def _database() -> tuple[bool, str]:
    from facilitator.app import create_event
    from facilitator.services.events import NewEvent

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "probe.facilitator"
        with create_event(path, NewEvent("Probe", date(2025, 11, 12), tables=1)) as app:
            app.event.edit(venue="Here")
            app.database.backup(Path(folder) / "copy.facilitator")
    return True, f"SQLite {sqlite3.sqlite_version} writes, reads and copies an event."


_PARTS: dict[str, Callable[[], tuple[bool, str]]] = {
    "display": _display,
    "fonts": _fonts,
    "camera": _camera,
    "sound": _sound,
    "printers": _printers,
    "database": _database,
}


def _application() -> QApplication:
    from ui.start_up import offscreen_application

    return offscreen_application()
