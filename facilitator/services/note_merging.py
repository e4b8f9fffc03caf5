"""A note that two people edit at the same time: what of both goes together, and what does not."""

from __future__ import annotations

from dataclasses import fields, replace
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


def upon(
    session: Session, event: Event, row: NoteRow, base: UUID, now: NoteContent, mine: NoteContent
) -> NoteContent:
    """`mine`, which was written upon the version `base`, together with what others changed since.

    Whoever is named can become fewer by either hand. Raises ChangedMeanwhile, with both versions,
    where two changed one field, or the note was removed.
    """
    versions = version_rows(session, row.id)
    place = next((i for i, one in enumerate(versions) if one.id == base), None)
    since = versions if place is None else versions[place + 1 :]
    if not since:
        return mine
    # A version that another laptop's took the place of: what it said is not known any more.
    was = None if place is None else NoteContent.from_json(versions[place].content)
    begun = {} if was is None else _parts(was)
    there, wanted = _parts(now), _parts(mine)
    if mine.attribution.openness > now.attribution.openness:
        wanted["who"] = there["who"]
    if was is None:
        clashes = tuple(name for name in wanted if wanted[name] != there[name])
        values = {name: there[name] for name in wanted if name not in clashes}
    else:
        for name in _TAGS:
            wanted[name] = _tags(begun[name], there[name], wanted[name])
            begun[name] = there[name]  # tags never contradict each other
        found = bring_together(begun, there, wanted)
        values, clashes = found.values, found.clashes
    gone = row.removed_at is not None and not (
        place is not None and versions[place].content.get("removed")
    )
    if not clashes and not gone:
        return _whole(mine, values)
    kind = NoteKind(row.kind)
    last = _last_who_changed(since, was, clashes)
    raise ChangedMeanwhile(
        Meanwhile(
            tuple(
                Difference(
                    name, field_words(kind, name),
                    "" if was is None else _shown(session, event, name, begun[name]),
                    _shown(session, event, name, there[name]),
                    _shown(session, event, name, wanted[name]),
                )
                for name in clashes
            ),
            last.by, event.local(last.at), versions[-1].id, gone,
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


def _last_who_changed(
    since: list[NoteVersionRow] | Any, was: NoteContent | None, clashes: tuple[str, ...]
) -> NoteVersionRow:
    """The version that made a contradicting field what it is now; else the last."""
    before = None if was is None else _parts(was)
    found = since[-1]
    for one in since:
        after = _parts(NoteContent.from_json(one.content))
        if before is not None and any(before[name] != after[name] for name in clashes):
            found = one
        before = after
    return found


def _shown(session: Session, event: Event, name: str, value: Any) -> str:
    """A field as it is read on a screen."""
    if not value:
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
