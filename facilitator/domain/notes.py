"""Notes as values: what was said, who may be named for it, and what an edit of it may do.

A note is a myth, a bright spot, a pain point or an action. Who said it is decided before the first
word is typed: by name, by role and borough, or nobody; what is not to be kept is never stored, so
that no document can tell it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from facilitator.domain.errors import Refused
from facilitator.domain.hands import NO_HANDS, Hands
from facilitator.domain.text import clean, clean_lines, counted, fold

#: characters that a claim, and each longer text, may have
LONGEST_TEXT = 1000
LONGEST_FIELD = 5000
LONGEST_TAG = 60
MOST_TAGS = 30


class NoteKind(StrEnum):
    """What a note is."""

    MYTH = "myth"
    BRIGHT_SPOT = "bright-spot"
    PAIN_POINT = "pain-point"
    ACTION = "action"

    @property
    def words(self) -> str:
        """ "bright spot"."""
        return self.value.replace("-", " ")

    @property
    def many(self) -> str:
        """ "Bright spots": the heading of a list."""
        return self.words.capitalize() + "s"

    @property
    def own_fields(self) -> tuple[str, ...]:
        """The fields that only this kind has."""
        return _OWN[self]


class NoteVerdict(StrEnum):
    """What became of a myth."""

    BUSTED = "busted"
    PARTLY_TRUE = "partly-true"
    FAIR_CONCERN = "fair-concern"
    UNRESOLVED = "unresolved"

    @property
    def words(self) -> str:
        """ "Partly true"."""
        return self.value.replace("-", " ").capitalize()


class Attribution(StrEnum):
    """How whoever said it may be named."""

    NAMED = "named"
    ROLE = "role"
    NONE = "none"

    @property
    def words(self) -> str:
        """As the choice reads on the screen."""
        return _ATTRIBUTIONS[self]

    @property
    def openness(self) -> int:
        """How much it tells: 2 the name, 1 role and borough, 0 nothing."""
        return {Attribution.NAMED: 2, Attribution.ROLE: 1, Attribution.NONE: 0}[self]


_ATTRIBUTIONS = {
    Attribution.NAMED: "By name",
    Attribution.ROLE: "By role and borough",
    Attribution.NONE: "Nobody",
}
_OWN: dict[NoteKind, tuple[str, ...]] = {
    NoteKind.MYTH: ("reality", "room_line", "evidence", "why", "verdict"),
    NoteKind.BRIGHT_SPOT: ("where", "needs", "ask"),
    NoteKind.PAIN_POINT: (),
    NoteKind.ACTION: ("owner", "due", "from_note", "done_at"),
}


@dataclass(frozen=True, slots=True)
class Who:
    """Who said it, as far as that may be kept."""

    attendee_id: UUID | None = None
    name: str = ""
    role: str = ""
    borough: str = ""

    def under(self, attribution: Attribution) -> Who:
        """What of it may be kept: all, role and borough, or nothing."""
        match attribution:
            case Attribution.NAMED:
                return self
            case Attribution.ROLE:
                return Who(role=self.role, borough=self.borough)
            case Attribution.NONE:
                return Who()

    @property
    def words(self) -> str:
        """ "Dr Priya Raman, GP partner, Southwark", "GP partner, Southwark", or empty."""
        if self.name and self.attendee_id is None:
            return self.name  # as typed: role and borough were read from these very words
        return ", ".join(part for part in (self.name, self.role, self.borough) if part)


@dataclass(frozen=True, slots=True)
class NoteContent:
    """What can be edited of a note; kept whole with every edit. Unknown text is empty."""

    text: str = ""
    attribution: Attribution = Attribution.ROLE
    who: Who = Who()
    #: the side that voiced a myth, that a pain point hurts, that a bright spot or action is of
    side: str = ""
    session_id: UUID | None = None
    #: the table's label
    table: str = ""
    round_number: int | None = None
    themes: tuple[str, ...] = ()
    boroughs: tuple[str, ...] = ()
    # a myth
    reality: str = ""
    #: the reality in one short line, for the room
    room_line: str = ""
    evidence: str = ""
    #: why the claim misleads
    why: str = ""
    verdict: NoteVerdict | None = None
    # a bright spot: where it is, what it needs, whom to ask
    where: str = ""
    needs: str = ""
    ask: str = ""
    # an action
    owner: str = ""
    due: date | None = None
    from_note: UUID | None = None
    done_at: datetime | None = None

    @property
    def says_anything(self) -> bool:
        """Whether somebody has typed anything worth keeping, the headline or another text."""
        return bool(self.first_words or self.due)

    @property
    def first_words(self) -> str:
        """What a list shows of it: the headline, or else the first other text."""
        texts = (self.text, self.reality, self.room_line, self.evidence, self.why, self.where,
                 self.needs, self.ask, self.owner)  # fmt: skip
        return next((" ".join(text.split()) for text in texts if text.strip()), "")

    def to_json(self) -> dict[str, Any]:
        """As plain JSON, without what is empty."""
        found: dict[str, Any] = {}
        for field in fields(self):
            value = getattr(self, field.name)
            if field.name == "who":
                value = {k: v for k, v in _who_json(value).items() if v}
            if isinstance(value, UUID | date | datetime):
                value = value.isoformat() if isinstance(value, date) else str(value)
            elif isinstance(value, tuple):
                value = list(value)
            if value not in ("", None, [], {}):
                found[field.name] = value
        return found

    @staticmethod
    def from_json(found: Mapping[str, Any]) -> NoteContent:
        """The content that `to_json` wrote; a key that this version does not know is left out."""
        known = {field.name for field in fields(NoteContent)}
        values: dict[str, Any] = {k: v for k, v in found.items() if k in known}
        for key in ("session_id", "from_note"):
            if key in values:
                values[key] = UUID(values[key])
        for key in ("themes", "boroughs"):
            if key in values:
                values[key] = tuple(values[key])
        if "attribution" in values:
            values["attribution"] = Attribution(values["attribution"])
        if "verdict" in values:
            values["verdict"] = NoteVerdict(values["verdict"])
        if "due" in values:
            values["due"] = date.fromisoformat(values["due"])
        if "done_at" in values:
            values["done_at"] = datetime.fromisoformat(values["done_at"])
        if "who" in values:
            who = dict(values["who"])
            if who.get("attendee_id"):
                who["attendee_id"] = UUID(who["attendee_id"])
            values["who"] = Who(**who)
        return NoteContent(**values)

    def kept(self) -> NoteContent:
        """The same with nothing of a person beyond what the attribution allows."""
        return replace(self, who=self.who.under(self.attribution))


@dataclass(frozen=True, slots=True)
class Pledge:
    """Somebody pledges to copy a bright spot."""

    id: UUID
    note_id: UUID
    who: str
    side: str
    borough: str
    at: datetime
    attendee_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Note:
    """A note as it stands, with everything that belongs to it."""

    id: UUID
    kind: NoteKind
    content: NoteContent
    at: datetime
    changed_at: datetime
    hands: Hands = NO_HANDS
    pledges: tuple[Pledge, ...] = ()
    #: the session's title
    session: str = ""
    removed_at: datetime | None = None
    merged_into: UUID | None = None
    #: notes that were merged into this one
    merged: tuple[UUID, ...] = ()
    #: the latest of its versions, which whoever edits it names as what they saw
    version: UUID | None = None

    @property
    def text(self) -> str:
        """The claim, or what was seen, hurts or is to be done."""
        return self.content.text

    @property
    def said_by(self) -> str:
        """Who said it, as far as it may be told; empty where it may not or is not known."""
        return self.content.who.under(self.content.attribution).words

    @property
    def room_reality(self) -> str:
        """What the room reads above the myth: the short line, else the reality."""
        return self.content.room_line or self.content.reality

    @property
    def state(self) -> str:
        """How far it has come, in two or three words, for a list."""
        match self.kind:
            case NoteKind.MYTH:
                if self.content.verdict is not None:
                    return self.content.verdict.words
                return "Counting hands" if self.hands.shows else "Hands not yet counted"
            case NoteKind.BRIGHT_SPOT:
                number = len(self.pledges)
                return counted(number, "pledge") + " to copy it" if number else "No pledge yet"
            case NoteKind.PAIN_POINT:
                return ", ".join(self.content.themes) or "No theme yet"
            case NoteKind.ACTION:
                if self.content.done_at:
                    return "Done"
                return self.content.owner or "No owner yet"

    def matches(self, text: str) -> bool:
        """Whether every word of `text` begins a word somewhere in the note."""
        wanted = fold(text).split()
        if not wanted:
            return not text.strip()
        content = self.content
        parts = (
            content.text, content.reality, content.room_line, content.evidence, content.why,
            content.where, content.needs, content.ask, content.owner, self.said_by, self.session,
            *content.themes, *content.boroughs, *(pledge.who for pledge in self.pledges),
            content.verdict.words if content.verdict else "",
        )  # fmt: skip
        words = f" {fold(' '.join(parts))}"
        return all(f" {word}" in words for word in wanted)


def checked(kind: NoteKind, content: NoteContent) -> NoteContent:
    """The content cleaned, with nothing of a person that the attribution does not allow.

    Refused in a sentence where it has no text, a text is too long, or it has a field of another
    kind of note.
    """
    for other in NoteKind:
        for name in other.own_fields:
            if other is not kind and getattr(content, name):
                raise Refused(
                    f"Only a note of the kind {other.words} has “{name.replace('_', ' ')}”."
                )
    lines = {
        name: clean_lines(getattr(content, name))
        for name in ("reality", "evidence", "why", "needs")
    }
    words = {
        name: clean(getattr(content, name))
        for name in ("text", "room_line", "where", "ask", "owner", "table", "side")
    }
    if not words["text"]:
        raise Refused(f"A {kind.words} needs at least a few words.", "Nothing was kept.")
    for name, value in (words | lines).items():
        longest = LONGEST_TEXT if name in words else LONGEST_FIELD
        if len(value) > longest:
            called = "claim" if name == "text" else name.replace("_", " ")
            raise Refused(
                f"The {called} has {len(value):,} characters; {longest:,} can be kept.",
                "Nothing was changed.", "Shorten it.",
            )  # fmt: skip
    who = Who(
        content.who.attendee_id, clean(content.who.name)[:300],
        clean(content.who.role)[:300], clean(content.who.borough)[:100],
    )  # fmt: skip
    return replace(
        content, **words, **lines, who=who.under(content.attribution),
        themes=_tags(content.themes), boroughs=_tags(content.boroughs),
    )  # fmt: skip


def _tags(given: tuple[str, ...]) -> tuple[str, ...]:
    found: dict[str, str] = {}
    for text in given:
        tag = clean(text)
        if len(tag) > LONGEST_TAG:
            raise Refused(f"A theme or borough has at most {LONGEST_TAG} characters.")
        if tag:
            found.setdefault(tag.casefold(), tag)
    if len(found) > MOST_TAGS:
        raise Refused(f"A note can have at most {MOST_TAGS} themes or boroughs.")
    return tuple(found.values())


def parse_verdict(text: str) -> NoteVerdict:
    """A verdict from its words. Refused where it is none."""
    wanted = fold(text).replace(" ", "-")
    for verdict in NoteVerdict:
        if verdict.value == wanted:
            return verdict
    raise Refused(
        f"“{clean(text)[:40]}” is no verdict; use one of: "
        + ", ".join(verdict.value for verdict in NoteVerdict) + "."
    )  # fmt: skip


def _who_json(who: Who) -> dict[str, str]:
    return {
        "attendee_id": str(who.attendee_id) if who.attendee_id else "",
        "name": who.name, "role": who.role, "borough": who.borough,
    }  # fmt: skip
