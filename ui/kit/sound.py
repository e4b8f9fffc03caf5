"""The desk's and the room's sounds. Where this machine has none, it says so in words."""

from __future__ import annotations

from importlib import resources
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QUrl

#: What has a sound: each answer of the Desk, the clock in overtime, the room's chime.
NAMES = (
    "welcome", "welcome-back", "twice", "already-here", "cancelled", "other-event", "misread",
    "unknown", "ambiguous", "careful", "chime", "bell",
)  # fmt: skip


class Sounds(QObject):
    """Plays short sounds by name. `excuse` says why there are none; empty while there are."""

    def __init__(self, *, on: bool = True, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._on = on
        self._excuse = ""
        self._effects: dict[str, Any] = {}
        self._loaded = False

    @property
    def excuse(self) -> str:
        """One sentence on why this machine is silent, or empty."""
        self._load()
        return self._excuse

    def set_on(self, on: bool) -> None:
        """Whether sounds are wanted."""
        self._on = on

    def play(self, name: str) -> bool:
        """Plays the sound of an answer; whether there was one to play."""
        if not self._on:
            return False
        self._load()
        effect = self._effects.get(name)
        if effect is None:
            return False
        effect.play()
        return True

    def _load(self) -> None:
        if self._loaded:
            return
        self._loaded = True
        try:
            # Needs libpulse on Linux, and is not wanted on the way to the first paint.
            from PySide6.QtMultimedia import QMediaDevices, QSoundEffect
        except ImportError as problem:
            self._excuse = f"No sound here: {str(problem).split(':')[0]} is missing."
            return
        if not QMediaDevices.audioOutputs():
            self._excuse = "No sound here: this machine has no loudspeaker that answers."
            return
        for name in NAMES:
            effect = QSoundEffect(self)
            path = Path(str(resources.files("resources").joinpath(f"sounds/{name}.wav")))
            effect.setSource(QUrl.fromLocalFile(str(path)))
            self._effects[name] = effect
