"""What this laptop remembers: recent events, its desk's name, the theme, the room's screen.

One small JSON file in the user's folder for settings. It is written whole and replaced at once, so
that a crash leaves the old one or the new one; a file that cannot be read counts as none.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import uuid
from dataclasses import asdict, dataclass, field, fields, replace
from pathlib import Path
from typing import Any

import platformdirs

from facilitator.domain.scanners import ScannerProfile

#: How many recent events are remembered.
MOST_RECENT = 12
_WHEN = {"never", "first", "always"}


@dataclass(frozen=True, slots=True)
class RecentEvent:
    """One event that this laptop has had open. `held_on` is an ISO date."""

    location: str
    name: str
    held_on: str = ""
    venue: str = ""
    rehearsal: bool = False
    expected: int = 0
    arrived: int = 0
    tables: int = 0
    purged: bool = False
    #: the day by which personal data is to be removed, as an ISO date
    keep_until: str = ""


@dataclass(frozen=True, slots=True)
class _Kept:
    desk: str = "Desk 1"
    #: the initials of whoever is at this desk
    operator: str = ""
    theme: str = "system"
    sounds: bool = True
    #: whether the cues of the programme are heard here
    cue_sounds: bool = True
    room_screen: str = ""
    room_open: bool = False
    last: str = ""
    recent: list[dict[str, Any]] = field(default_factory=list)
    #: the ids of the events whose Desk is locked on this laptop
    locked: list[str] = field(default_factory=list)
    #: the camera that was chosen last: the system's id for it, and its name for people
    camera: str = ""
    camera_name: str = ""
    #: badges: the printer's name, the paper (empty: the event's own), when this desk prints them
    #: (never, first, always), and where those saved as PDF go (empty: the usual folder)
    badge_printer: str = ""
    badge_paper: str = ""
    badge_when: str = "first"
    badge_folder: str = ""
    #: tells this laptop from another whose desk has the same name; drawn when first needed
    laptop: str = ""
    #: what is known of its scanner (`ScannerProfile`)
    scanner: dict[str, Any] = field(default_factory=dict)
    #: the ids of the events for which this laptop is a kiosk
    kiosk: list[str] = field(default_factory=list)


class LaptopSettings:
    """The settings of this laptop, kept in `path` at every change."""

    def __init__(self, path: Path | None = None) -> None:
        """`path` is the file; without one it is in the user's own place for settings."""
        self._path = path or default_path()
        self._kept = self._read()

    @property
    def path(self) -> Path:
        """Where they are kept."""
        return self._path

    @property
    def desk(self) -> str:
        """What this desk is called."""
        return self._kept.desk

    @property
    def operator(self) -> str:
        """The initials of whoever is at this desk; empty while nobody said."""
        return self._kept.operator

    @property
    def theme(self) -> str:
        """ "system", "light" or "dark"."""
        return self._kept.theme

    @property
    def sounds(self) -> bool:
        """Whether the desk makes sounds."""
        return self._kept.sounds

    @property
    def cue_sounds(self) -> bool:
        """Whether this laptop lets the cues of the programme be heard."""
        return self._kept.cue_sounds

    @property
    def room_screen(self) -> str:
        """The name of the screen that the room display last filled."""
        return self._kept.room_screen

    @property
    def room_open(self) -> bool:
        """Whether the room display was open when the program last ended."""
        return self._kept.room_open

    @property
    def last(self) -> str:
        """The event that was open last."""
        return self._kept.last

    @property
    def recent(self) -> list[RecentEvent]:
        """The events this laptop has had open, newest first."""
        names = {f.name for f in fields(RecentEvent)}
        return [
            RecentEvent(**{k: v for k, v in one.items() if k in names})
            for one in self._kept.recent
            if isinstance(one, dict) and one.get("location") and one.get("name")
        ]

    def is_locked(self, event_id: str) -> bool:
        """Whether the Desk of that event is locked on this laptop."""
        return event_id in self._kept.locked

    def set_locked(self, event_id: str, locked: bool) -> None:
        """Remembers that the Desk of that event is locked here, or is not any more."""
        if self.is_locked(event_id) == locked:
            return
        others = [one for one in self._kept.locked if one != event_id]
        self._kept = replace(self._kept, locked=[event_id, *others] if locked else others)
        self._write()

    @property
    def camera(self) -> str:
        """The id of the camera that was chosen last."""
        return self._kept.camera

    @property
    def camera_name(self) -> str:
        """Its name."""
        return self._kept.camera_name

    @property
    def badge_printer(self) -> str:
        """What this laptop prints badges on; empty while nobody chose."""
        return self._kept.badge_printer

    @property
    def badge_paper(self) -> str:
        """The layout of the badges printed here; empty for the event's own."""
        return self._kept.badge_paper

    @property
    def badge_when(self) -> str:
        """When this desk prints a badge by itself: never, first or always."""
        return self._kept.badge_when if self._kept.badge_when in _WHEN else "first"

    @property
    def badge_folder(self) -> str:
        """Where badges saved as PDF go; empty for the usual folder."""
        return self._kept.badge_folder

    @property
    def laptop(self) -> str:
        """This laptop's own mark, the same at every start."""
        if not self._kept.laptop:
            self.set(laptop=uuid.uuid4().hex)
        return self._kept.laptop

    @property
    def is_any_kiosk(self) -> bool:
        """Whether this laptop is a kiosk for some event."""
        return bool(self._kept.kiosk)

    def is_kiosk(self, event_id: str) -> bool:
        """Whether this laptop is a kiosk for that event."""
        return event_id in self._kept.kiosk

    def set_kiosk(self, event_id: str, on: bool) -> None:
        """Remembers that this laptop is a kiosk for that event, or is not any more."""
        if self.is_kiosk(event_id) == on:
            return
        others = [one for one in self._kept.kiosk if one != event_id]
        self._kept = replace(self._kept, kiosk=[event_id, *others] if on else others)
        self._write()

    @property
    def scanner(self) -> ScannerProfile:
        """What is known of this laptop's scanner."""
        usual, kept = ScannerProfile(), self._kept.scanner
        known = {
            f.name: kept[f.name]
            for f in fields(ScannerProfile)
            if isinstance(kept.get(f.name), type(getattr(usual, f.name)))
        }
        return ScannerProfile(**known)

    def set_scanner(self, profile: ScannerProfile) -> None:
        """Remembers what is known of this laptop's scanner."""
        self.set(scanner={} if profile.is_usual else asdict(profile))

    def set(self, **values: Any) -> None:
        """Keeps what stands in `_Kept` under that name: desk, operator, theme, sounds and so on.

        TypeError for another name.
        """
        self._kept = replace(self._kept, **values)
        self._write()

    def remember(self, event: RecentEvent) -> None:
        """Puts an event first among the recent ones. A password in a URL is not kept."""
        event = replace(event, location=without_password(event.location))
        others = [one for one in self.recent if one.location != event.location]
        kept = [asdict(one) for one in [event, *others][:MOST_RECENT]]
        self._kept = replace(self._kept, recent=kept, last=event.location)
        self._write()

    def forget(self, location: str) -> None:
        """Takes an event off the list; its file stays as it is."""
        kept = [asdict(one) for one in self.recent if one.location != location]
        last = "" if self._kept.last == location else self._kept.last
        self._kept = replace(self._kept, recent=kept, last=last)
        self._write()

    def _read(self) -> _Kept:
        try:
            data = json.loads(self._path.read_text("utf-8"))
        except (OSError, ValueError):
            return _Kept()
        usual = _Kept()
        kept = {
            f.name: data[f.name]
            for f in fields(_Kept)
            if isinstance(data, dict) and isinstance(data.get(f.name), type(getattr(usual, f.name)))
        }
        return _Kept(**kept)

    def _write(self) -> None:
        # A laptop whose settings cannot be written still runs the day; it only forgets.
        temporary = self._path.with_name(f"{self._path.name}.{os.getpid()}.new")
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            temporary.write_text(json.dumps(asdict(self._kept), indent=1), "utf-8")
            temporary.replace(self._path)
        except OSError:
            with contextlib.suppress(OSError):
                temporary.unlink(missing_ok=True)


def default_path() -> Path:
    """The file of settings, or what FACILITATOR_SETTINGS names (tests, rehearsals)."""
    named = os.environ.get("FACILITATOR_SETTINGS")
    if named:
        return Path(named)
    return Path(platformdirs.user_config_dir("facilitator", appauthor=False)) / "settings.json"


def without_password(location: str) -> str:
    """A database's URL without the password that stands in it."""
    return re.sub(r"(://[^/:@\s]+):[^@/\s]*@", r"\1@", location)
