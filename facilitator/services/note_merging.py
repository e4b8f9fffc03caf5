"""A note that two people edit at the same time: what of both goes together, and what does not."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields, replace
from functools import partial
from typing import Any
from uuid import UUID

from sqlmodel import Session

from facilitator.domain.errors import ChangedMeanwhile
from facilitator.domain.localtime import long_date
from facilitator.domain.meanwhile import Difference, Meanwhile, bring_together
from facilitator.domain.notes import NoteContent, NoteKind
from facilitator.services.events import Event
from facilitator.services.note_rows import version_rows
from facilitator.store.rows import NoteRow, NoteVersionRow, SessionRow

#: how the fields of a note are called inside a sentence; the headline's is the kind's
FIELD_WORDS = {
    "who": "who said it", "attribution": "who may be named",
    "side": "the side", "session_id": "the session", "round_number": "the round",
    "table": "the table", "themes": "the themes", "boroughs": "the boroughs",
    "reality": "the reality", "room_line": "the line for the room", "evidence": "the evidence",
    "why": "why it misleads", "verdict": "the verdict", "where": "where it works",
    "needs": "what it needs", "ask": "whom to ask", "owner": "who does it", "due": "by when",
    "from_note": "what it follows from", "done_at": "whether it is done",
}  # fmt: skip
_HEADLINES = {
    NoteKind.MYTH: "the claim", NoteKind.BRIGHT_SPOT: "what works",
    NoteKind.PAIN_POINT: "what hurts", NoteKind.ACTION: "what will be done",
}  # fmt: skip
#: fields that mean something only together, by the one that they are called after
_TOGETHER = {"who": ("attribution", "who"), "table": ("table", "session_id", "round_number")}
_TAGS = ("themes", "boroughs")
_UNKNOWN: Any = object()


@dataclass(frozen=True, slots=True)
class NoteBase:
    """Upon what a note is written: everything up to a version (`Note.version`) was seen, and what
    it said then is that version's content, unless another `content` was in sight."""

    version: UUID
    content: NoteContent | None = None


def upon(
    session: Session,
    event: Event,
    row: NoteRow,
    base: NoteBase,
    now: NoteContent,
    mine: NoteContent,
) -> NoteContent:
    """`mine`, which was written upon `base`, together with what others have made of the note.

    Whoever is named can become fewer by either hand. Raises ChangedMeanwhile, with both versions,
    where two changed one field, or the note was removed.
    """
    versions = version_rows(session, row.id)
    seen = next((one for one in versions if one.id == base.version), None)
    if base.content is None and seen is versions[-1]:
        return mine
    was = base.content
    if was is None and seen is not None:
        was = NoteContent.from_json(seen.content)
    there, wanted = _parts(now), _parts(mine)
    # A version that another laptop's took the place of: what it said is not known any more, and
    # whatever differs is to be decided.
    begun: dict[str, Any] = dict.fromkeys(there, _UNKNOWN) if was is None else _parts(was)
    if mine.attribution.openness > now.attribution.openness:
        wanted["who"] = there["who"]
    if was is not None:
        for name in _TAGS:
            wanted[name] = _tags(begun[name], there[name], wanted[name])
            begun[name] = there[name]  # tags never contradict each other
    found = bring_together(begun, there, wanted)
    gone = row.removed_at is not None and not (seen is not None and seen.content.get("removed"))
    if not found.clashes and not gone:
        return _whole(mine, found.values)
    kind, last = NoteKind(row.kind), _last_change(versions, () if gone else found.clashes)
    shown = partial(_shown, session, event)
    content = None
    if was is not None:
        content = _whole(was, begun | {name: there[name] for name in found.clashes})
    raise ChangedMeanwhile(
        Meanwhile(
            tuple(
                Difference(name, field_words(kind, name), shown(name, begun[name]),
                           shown(name, there[name]), shown(name, wanted[name]))
                for name in found.clashes
            ),
            last.by, event.local(last.at), NoteBase(versions[-1].id, content), gone,
        )
    )  # fmt: skip


def field_words(kind: NoteKind, name: str) -> str:
    """How a field of a note is called inside a sentence: "the reality"."""
    if name == "table":
        return "where it was said"
    return _HEADLINES[kind] if name == "text" else FIELD_WORDS[name]


def _parts(content: NoteContent) -> dict[str, Any]:
    """A content by what is decided as one."""
    inner = {name for names in _TOGETHER.values() for name in names}
    found = {f.name: getattr(content, f.name) for f in fields(NoteContent) if f.name not in inner}
    groups = {key: tuple(getattr(content, n) for n in names) for key, names in _TOGETHER.items()}
    return found | groups


def _whole(mine: NoteContent, values: dict[str, Any]) -> NoteContent:
    flat = {name: value for name, value in values.items() if name not in _TOGETHER}
    for key, names in _TOGETHER.items():
        flat |= dict(zip(names, values[key], strict=True))
    return replace(mine, **flat)


def _tags(was: tuple[str, ...], now: tuple[str, ...], mine: tuple[str, ...]) -> tuple[str, ...]:
    """The tags that are there now, without those taken off here, with those put on here."""
    gone, put = set(was) - set(mine), [tag for tag in mine if tag not in was]
    return tuple(dict.fromkeys([*(tag for tag in now if tag not in gone), *put]))


def _last_change(versions: Sequence[NoteVersionRow], names: Iterable[str]) -> NoteVersionRow:
    """The version that made these fields what they are now; else the last."""
    found, before = versions[-1], None
    wanted = tuple(names)
    for one in versions:
        after = _parts(NoteContent.from_json(one.content))
        if before is not None and any(before[name] != after[name] for name in wanted):
            found = one
        before = after
    return found


def _shown(session: Session, event: Event, name: str, value: Any) -> str:
    """A field as it is read on a screen."""
    if not value or value is _UNKNOWN:
        return ""
    match name:
        case "who":
            attribution, who = value
            said = who.under(attribution).words
            return ", ".join(part for part in (said, attribution.words.lower()) if part)
        case "table":
            label, session_id, number = value
            title = session.get(SessionRow, session_id) if session_id else None
            parts = (
                f"table {label}" if label else "", title.title if title else "",
                f"round {number}" if number else "",
            )  # fmt: skip
            return ", ".join(part for part in parts if part)
        case "themes" | "boroughs":
            return ", ".join(value)
        case "side":
            return event.sides.find(value).name
        case "verdict":
            return value.words
        case "due":
            return long_date(value)
        case "done_at":
            return f"done {event.local(value):%H:%M}"
        case "from_note":
            other = session.get(NoteRow, value)
            return other.text if other else ""
        case _:
            return str(value)
