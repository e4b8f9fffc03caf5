"""A note's history in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from zoneinfo import ZoneInfo

from facilitator.domain.notes import NoteContent
from facilitator.domain.text import listed
from facilitator.services.notes import NoteVersion

_NAMES = {
    "text": "the words", "who": "who said it", "attribution": "who may be named",
    "session_id": "the session", "round_number": "the round", "room_line": "the line for the room",
    "why": "why it misleads", "where": "where it works", "needs": "what it needs",
    "ask": "whom to ask", "due": "by when", "from_note": "what it follows from",
    "done_at": "whether it is done",
}  # fmt: skip


def history_text(versions: Sequence[NoteVersion], zone: ZoneInfo) -> list[str]:
    """A line for each thing that was done to a note, oldest first: when, what, by whom."""
    lines: list[str] = []
    before: NoteContent | None = None
    for version in versions:
        when = f"{version.at.astimezone(zone):%H:%M}"
        what = version.how
        if version.how == "edited" and before is not None:
            what = f"changed {listed(_changed(before, version.content))}"
        elif version.how == "undone":
            what = "a change was taken back"
        by = f", by {version.by}" if version.by else ""
        lines.append(f"{when}  {what}{by}")
        before = version.content
    return lines


def _changed(before: NoteContent, after: NoteContent) -> list[str]:
    return [
        _NAMES.get(field.name, field.name)
        for field in fields(NoteContent)
        if getattr(before, field.name) != getattr(after, field.name)
    ] or ["nothing"]
