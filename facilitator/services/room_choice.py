"""What was chosen for the room display: its face, its words, and whether it is held."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

LONGEST_MESSAGE = 240
#: the line under the clock, in characters
LONGEST_LINE = 90


class Face(StrEnum):
    """What the room display can show."""

    WELCOME = "welcome"
    CLOCK = "clock"
    FIND = "find"
    PLAN = "plan"
    MOVE = "move"
    MYTH = "myth"
    BREAK = "break"
    MESSAGE = "message"
    SLIDES = "slides"
    BLACK = "black"

    @property
    def words(self) -> str:
        """As the foot of the rail says it."""
        return _WORDS[self]

    @property
    def is_of_a_round(self) -> bool:
        """Whether it shows the tables of one round."""
        return self in {Face.FIND, Face.PLAN}


_WORDS = {
    Face.WELCOME: "Welcome",
    Face.CLOCK: "Clock",
    Face.FIND: "Find your table",
    Face.PLAN: "Table plan",
    Face.MOVE: "Move now",
    Face.MYTH: "Myth",
    Face.BREAK: "Break until",
    Face.MESSAGE: "Message",
    Face.SLIDES: "The speaker’s slides",
    Face.BLACK: "Black",
}
#: these step aside for a while; what was there before comes back after them
FOR_A_WHILE = {Face.SLIDES, Face.BLACK}


@dataclass(frozen=True, slots=True)
class Shown:
    """What was chosen. `before` is what comes back after black and after a speaker's slides.

    `line` stands under the clock and the break. `since` is when the tables of a round were put up.
    """

    face: Face = Face.WELCOME
    message: str = ""
    note_id: UUID | None = None
    round_number: int | None = None
    before: tuple[Face, ...] = ()
    line: str = ""
    since: datetime | None = None

    def to_json(self) -> dict[str, Any]:
        """As it is kept with the event."""
        return {
            "face": self.face.value,
            "message": self.message,
            "note": str(self.note_id) if self.note_id else None,
            "round": self.round_number,
            "before": [face.value for face in self.before],
            "line": self.line,
            "since": self.since.isoformat() if self.since else None,
        }

    @staticmethod
    def from_json(found: Any) -> Shown:
        """What `to_json` kept; anything else is the welcome."""
        try:
            return Shown(
                Face(found["face"]),
                str(found.get("message") or ""),
                UUID(found["note"]) if found.get("note") else None,
                found.get("round"),
                tuple(Face(face) for face in found.get("before") or ()),
                str(found.get("line") or ""),
                datetime.fromisoformat(found["since"]) if found.get("since") else None,
            )
        except (KeyError, TypeError, ValueError, AttributeError):
            return Shown()


@dataclass(frozen=True, slots=True)
class Chosen:
    """What was chosen last and, while the display is held, what the room goes on seeing."""

    last: Shown
    held: Shown | None = None

    @property
    def seen(self) -> Shown:
        """What the room sees."""
        return self.held or self.last

    def seeing(self, shown: Shown) -> Chosen:
        """The same, with something else seen now."""
        return replace(self, held=shown) if self.held else replace(self, last=shown)

    def to_json(self) -> dict[str, Any]:
        """As it is kept with the event."""
        return {**self.last.to_json(), "held": self.held.to_json() if self.held else None}

    @staticmethod
    def from_json(found: Any) -> Chosen:
        """What `to_json` kept."""
        held = found.get("held") if isinstance(found, dict) else None
        return Chosen(Shown.from_json(found), Shown.from_json(held) if held else None)
