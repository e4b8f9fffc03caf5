"""What the program's own log says of people: it is about faults, and a fault may quote a name."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import platformdirs

from facilitator.services.known_names import KnownNames
from facilitator.store.shred import write_over

_REMOVED = "[removed]"


def log_files() -> tuple[Path, ...]:
    """Where faults are written, by the window and by the commands, and their earlier parts."""
    named = os.environ.get("FACILITATOR_SETTINGS")
    own = Path(named).parent if named else platformdirs.user_config_path("facilitator", False)
    logs = platformdirs.user_log_path("facilitator", False)
    found = [*sorted(own.glob("facilitator.log*")), *sorted(logs.glob("faults.log*"))]
    for handler in logging.getLogger("facilitator").handlers:
        if isinstance(handler, logging.FileHandler):
            path = Path(handler.baseFilename)
            found += [path, *sorted(path.parent.glob(f"{path.name}.*"))]
    return tuple(dict.fromkeys(path for path in found if path.is_file()))


def empty_logs() -> tuple[Path, ...]:
    """Leave nothing in the logs of this laptop; returns those that could not be emptied."""
    failed: list[Path] = []
    with _held():
        for path in log_files():
            try:
                write_over(path)
            except FileNotFoundError:
                continue
            except OSError:
                failed.append(path)
    return tuple(failed)


def clear_logs(names: KnownNames) -> tuple[Path, ...]:
    """Take these names out of the logs of this laptop; returns those that could not be rewritten.

    A log that is being written keeps its place on the disk, so that whoever has it open goes on
    writing at its end.
    """
    failed: list[Path] = []
    with _held():
        for path in log_files():
            try:
                _clear(path, names)
            except FileNotFoundError:
                continue
            except OSError:
                failed.append(path)
    return tuple(failed)


@contextmanager
def _held() -> Iterator[None]:
    """Nobody writes to a log meanwhile."""
    handlers = logging.getLogger("facilitator").handlers
    for handler in handlers:
        handler.acquire()
    try:
        yield
    finally:
        for handler in handlers:
            handler.release()


def _clear(path: Path, names: KnownNames) -> None:
    with path.open("r+", encoding="utf-8", errors="replace", newline="") as file:
        lines = file.read().splitlines(keepends=True)
        cleared = [names.without(line, _REMOVED) for line in lines]
        if cleared == lines:
            return
        file.seek(0)
        file.writelines(cleared)
        file.truncate()
