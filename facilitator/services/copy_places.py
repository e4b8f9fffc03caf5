"""Where this laptop keeps the copies of its events: for each the folder, and the newest copies.

A file of the laptop and not of the event: it is needed when the event itself cannot be read, its
server is gone or its disk does not answer. It holds no names of people.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import platformdirs

#: how many copies of one event are remembered here; the event itself remembers all
_MOST = 12


def default_places() -> Path:
    """The file, beside the laptop's other settings."""
    named = os.environ.get("FACILITATOR_SETTINGS")
    if named:
        return Path(named).with_name("copies.json")
    return Path(platformdirs.user_config_dir("facilitator", appauthor=False)) / "copies.json"


class CopyPlaces:
    """What this laptop knows of copies. Every question reads the file anew: two windows may run."""

    def __init__(self, path: Path | None = None) -> None:
        self._path = path or default_places()

    def folder(self, event_id: object) -> Path | None:
        """The folder that was chosen for this event's copies; None where nobody chose."""
        named = self._read().get(str(event_id), {}).get("folder")
        return Path(named) if isinstance(named, str) and named else None

    def choose(self, event_id: object, location: str | Path, folder: Path | None) -> None:
        """Remember the folder for this event's copies; None: no more copies."""
        self._change(event_id, location, folder=str(folder) if folder else "")

    def made(self, event_id: object, location: str | Path, copy: Path) -> None:
        """Remember that there is a copy at `copy` now, the newest."""
        known = [one for one in self._copies(self._read().get(str(event_id), {})) if one != copy]
        self._change(event_id, location, copies=[str(one) for one in (copy, *known)][:_MOST])

    def newest(self, location: str | Path) -> list[Path]:
        """The copies, newest first, of the event that was last open at `location`."""
        wanted = _plain(location)
        return [
            copy
            for kept in self._read().values()
            if kept.get("location") == wanted
            for copy in self._copies(kept)
        ]

    def forget(self, event_id: object) -> None:
        """Remember nothing of an event any more."""
        data = self._read()
        if data.pop(str(event_id), None) is not None:
            self._write(data)

    # -- internal -------------------------------------------------------------------------------

    @staticmethod
    def _copies(kept: Mapping[str, Any]) -> list[Path]:
        copies = kept.get("copies")
        return [Path(one) for one in copies if isinstance(one, str)] if copies else []

    def _read(self) -> dict[str, dict[str, Any]]:
        try:
            data = json.loads(self._path.read_text("utf-8"))
        except (OSError, ValueError):
            return {}
        if not isinstance(data, dict):
            return {}
        return {key: kept for key, kept in data.items() if isinstance(kept, dict)}

    def _change(self, event_id: object, location: str | Path, **values: object) -> None:
        data = self._read()
        data[str(event_id)] = {
            **data.get(str(event_id), {}), "location": _plain(location), **values,
        }  # fmt: skip
        self._write(data)

    def _write(self, data: Mapping[str, Any]) -> None:
        # A laptop that cannot keep this still makes its copies; it only forgets where they are.
        draft = self._path.with_name(f"{self._path.name}.{os.getpid()}.new")
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            draft.write_text(json.dumps(data, indent=1), "utf-8")
            draft.replace(self._path)
        except OSError:
            with contextlib.suppress(OSError):
                draft.unlink(missing_ok=True)


def _plain(location: str | Path) -> str:
    """A location as it is compared: a URL without its password, a file from the root on."""
    words = str(location)
    if "://" in words:
        return re.sub(r"(://[^/:@\s]+):[^@/\s]*@", r"\1@", words)
    return str(Path(words).absolute())
