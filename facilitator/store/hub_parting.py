"""What a hub did after it and the hub in its place had parted: read from its own list of changes
when it steps down, and sent like what any laptop did alone.

Facts, notes and people's details are compared by their ids (see hub_terms.py). Here is all else:
what was set, wished, planned, moved or removed, of which the newer hub has at most another state.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import psycopg
from sqlalchemy import Connection, select

from facilitator.domain.roles import LAPTOP_SETTINGS
from facilitator.store.hub_lines import from_line, to_line
from facilitator.store.hub_outbox import Cursor, Entry, enqueue, stored_key, waiting_rows
from facilitator.store.hub_resolve import Resolver
from facilitator.store.hub_schema import key_of, replicated
from facilitator.store.hub_terms import REMOVABLE
from facilitator.store.rows import NoteVersionRow, PersonChangeRow, TermRow

#: whose rows are each term's own, or follow from facts that are compared by their ids
_ELSEWHERE = frozenset({"joined", "term", "seat", "seat_change", "removal", "set_aside"})
#: settings of the moment (what the room sees), or of a laptop
_NOT_GIVEN = frozenset({"room", *LAPTOP_SETTINGS})
#: a note's tags change with its versions
_TAGS = frozenset({"note_theme", "note_borough"})
_ORDER = frozenset({"position"})
#: rows that others refer to: removed at one hub while the other may have built upon them
_REFERRED = frozenset({"room_table", "round"})
_TERM: Any = TermRow.__table__  # pyright: ignore[reportAttributeAccessIssue]
_VERSION: Any = NoteVersionRow.__table__  # pyright: ignore[reportAttributeAccessIssue]
_EDIT: Any = PersonChangeRow.__table__  # pyright: ignore[reportAttributeAccessIssue]
#: of what is kept aside without having been sent
_NO_ENTRY = UUID(int=0)


@dataclass(frozen=True, slots=True)
class Parting:
    """Where a hub and a newer one parted: the newer one, or one before it, knew the changes of
    this term up to number `after`. `is_told` says whether the newer hub's list of changes has
    everything that it knows and this one does not: only then does it notice what contradicts."""

    after: int
    is_told: bool


@dataclass(frozen=True, slots=True)
class Change:
    """A row that a hub added (i), changed (u) or removed (d) since a number of its list; `fields`
    are the columns that it changed."""

    name: str
    key: str
    op: str
    fields: frozenset[str] = frozenset()


Key = tuple[str, str]
Line = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Term:
    """A hub's term, and the one in whose place it came."""

    id: str
    number: int
    hub: str
    follows: str | None
    read_until: int


# --- what is asked --------------------------------------------------------------------------------


def ask_terms(hub: psycopg.Connection[Any]) -> list[Term]:
    """Every term that a hub knows of, its own last."""
    rows = hub.execute(
        "SELECT id::text, number, hub_id::text, follows::text, read_until FROM term "
        "ORDER BY number, hub_id"
    ).fetchall()
    return [Term(*row) for row in rows]


def ask_changes_since(own: psycopg.Connection[Any], after: int, newer_hub: str) -> list[Change]:
    """What a hub's list has after a number, a row once; without what the newer hub itself did."""
    rows = own.execute(
        "SELECT name, key, (array_agg(op ORDER BY number))[1], "
        "(array_agg(op ORDER BY number DESC))[1], string_agg(array_to_string(fields, ','), ',') "
        "FROM change WHERE number > %s GROUP BY name, key "
        "HAVING bool_or(who NOT IN (SELECT login FROM joined WHERE id = %s::uuid)) "
        "ORDER BY min(number)",
        (after, newer_hub),
    ).fetchall()
    return [
        Change(
            name,
            key,
            last if last == "d" else first if first == "i" else "u",
            frozenset((fields or "").split(",")) - {""},
        )
        for name, key, first, last, fields in rows
        if (first, last) != ("i", "d")
    ]


def ask_lines(hub: psycopg.Connection[Any], keys: Collection[Key]) -> dict[Key, Line]:
    """Some rows as they are at a hub; without those that are not there."""
    rows = hub.execute(
        "SELECT name, key, facilitator_line(name, key) "
        "FROM unnest(%s::text[], %s::text[]) AS asked (name, key)",
        ([name for name, _ in keys], [key for _, key in keys]),
    ).fetchall()
    return {(name, key): line for name, key, line in rows if line is not None}


def ask_versions(hub: psycopg.Connection[Any], notes: Collection[str]) -> list[tuple[UUID, str]]:
    """The versions of some notes that a hub knows, each with its note."""
    return hub.execute(
        "SELECT id, note_id::text FROM note_version WHERE note_id = ANY(%s::uuid[])",
        (sorted(notes),),
    ).fetchall()


# --- where they parted ----------------------------------------------------------------------------


def read_terms(here: Connection) -> list[Term]:
    """Every term that this file knows of."""
    return [
        Term(str(row.id), row.number, str(row.hub_id), str(row.follows) if row.follows else None,
             row.read_until)
        for row in here.execute(select(_TERM).order_by(_TERM.c.number, _TERM.c.hub_id))
    ]  # fmt: skip


def find_parting(theirs: Sequence[Term], here: Sequence[Term], mine: Cursor) -> Parting:
    """Where the term of `mine` and the last of `theirs` parted; at its beginning, where nothing
    tells: rather is something kept aside than lost."""
    line = _line_of(theirs, theirs[-1]) if theirs else []
    own = next((t for t in here if (t.number, t.hub) == (mine.term, str(mine.hub))), None)
    if own is None or not line:
        return Parting(0, is_told=False)
    for place, term in enumerate(line):
        if term.follows == own.id:
            return Parting(term.read_until, is_told=place == 0)
    # Two took one hub's place: whatever was done in this term the other does not know.
    siblings = own.follows is not None and line[0].follows == own.follows
    return Parting(0, is_told=siblings and line[0].read_until <= own.read_until)


def _line_of(terms: Iterable[Term], newest: Term) -> list[Term]:
    """A term and those in whose place it came, the newest first."""
    known = {term.id: term for term in terms}
    line: list[Term] = []
    term: Term | None = newest
    while term is not None and term not in line:
        line.append(term)
        term = known.get(term.follows or "")
    return line


# --- what is given --------------------------------------------------------------------------------


class Giving:
    """What a hub did after the parting, against what the newer hub has of it.

    First say what to ask of that hub (`wanted`, `notes`), then `give` with its answers: nobody
    waits for the network while the file is written.
    """

    def __init__(self, here: Connection, changes: Iterable[Change]) -> None:
        self._tables = {table.name: table for table in replicated()}
        changes = list(changes)
        self._edited = _edited(here, changes)
        rewritten = _rewritten(here, changes)
        # A removal of personal data reaches that hub by itself, and takes out what it has to.
        is_removing = any(change.name == "removal" for change in changes)
        self.changes = [
            change
            for change in changes
            if change.name in self._tables
            and change.name not in _ELSEWHERE
            and not (change.name == "setting" and change.key in _NOT_GIVEN)
            and (change.op != "i" or change.name in REMOVABLE)
            and not (change.name == "note" and change.key in rewritten)
            and not (is_removing and _is_about_people(self._tables[change.name]))
        ]
        self._added = {(one.name, one.key) for one in self.changes if one.op == "i"}
        self._named = {one: self._names(here, one) for one in self.changes if one.op == "i"}
        #: the rows of which it matters how they are at the newer hub
        self.wanted: set[Key] = {(one.name, one.key) for one in self.changes}.union(
            *self._named.values()
        )
        #: the notes whose tags changed here
        self.notes: set[str] = set()
        for change in self.changes:
            if change.name in _TAGS and (row := self._row(here, change)) is not None:
                self.notes.add(str(row["note_id"]))

    def give(
        self, here: Connection, lines: Mapping[Key, Line], versions: Iterable[tuple[UUID, str]],
        parting: Parting, resolver: Resolver,
    ) -> None:  # fmt: skip
        """Let what the newer hub does not have wait to be sent; keep aside what cannot be: what
        contradicts where that hub would not notice, and rows whose table or round is not there."""
        waiting = waiting_rows(here)
        contested = self._contested(here, versions)
        for change in self.changes:
            if (change.name, change.key) in waiting:
                continue
            theirs = lines.get((change.name, change.key))
            mine = self._row(here, change)
            if change.name in _TAGS and str((mine or theirs or {}).get("note_id")) in contested:
                continue
            if change.op == "d":
                self._give_removal(here, change, theirs, parting, resolver)
            elif mine is not None:
                stands = self._named.get(change, set()) <= lines.keys() | self._added
                self._give_row(here, change, mine, theirs, parting, resolver, stands=stands)

    # -- internal -------------------------------------------------------------------------------

    def _give_row(
        self, here: Connection, change: Change, mine: Line, theirs: Line | None, parting: Parting,
        resolver: Resolver, *, stands: bool,
    ) -> None:  # fmt: skip
        apart = self._apart(change, mine, theirs)
        entry = Entry(0, _NO_ENTRY, change.name, change.key, change.op,
                      to_line(change.name, mine), apart)  # fmt: skip
        if theirs is None and change.op == "i" and stands:
            enqueue(here, change.name, _stored(change))
        elif theirs is None:
            resolver.keep_entry_aside(here, entry, "gone", None)
        elif apart and parting.is_told:
            # In which order things stand moves with each that is added: it is a thing of its own.
            for fields in (apart - _ORDER, apart & _ORDER):
                if fields:
                    enqueue(here, change.name, _stored(change), "u", fields)
        elif apart:
            resolver.keep_entry_aside(here, entry, "changed", theirs)

    @staticmethod
    def _give_removal(
        here: Connection, change: Change, theirs: Line | None, parting: Parting, resolver: Resolver
    ) -> None:
        if theirs is None:
            return
        if parting.is_told and change.name not in _REFERRED:
            enqueue(here, change.name, _stored(change), "d")
            return
        entry = Entry(0, _NO_ENTRY, change.name, change.key, "d", dict(theirs))
        resolver.keep_entry_aside(here, entry, "kept", None)

    def _row(self, here: Connection, change: Change) -> dict[str, Any] | None:
        table = self._tables[change.name]
        key = stored_key(change.name, change.key)
        row = here.execute(select(table).where(table.c[key_of(table)] == key)).mappings().first()
        return dict(row) if row is not None else None

    def _names(self, here: Connection, change: Change) -> set[Key]:
        """The tables and rounds of the room that a row names."""
        row = self._row(here, change) or {}
        named = {
            (key.column.table.name, str(row[key.parent.name]))
            for key in self._tables[change.name].foreign_keys
            if key.column.table.name in _REFERRED and row.get(key.parent.name) is not None
        }
        return named - self._added

    def _apart(self, change: Change, mine: Line, theirs: Line | None) -> frozenset[str]:
        """The columns that were changed here, and are another thing than at the newer hub; without
        those that go with edits."""
        there = from_line(self._tables[change.name], theirs) if theirs is not None else {}
        apart = frozenset(name for name, value in there.items() if mine[name] != value)
        if change.op == "u":
            apart &= change.fields
        return apart - self._edited.get(change.key, frozenset())

    def _contested(self, here: Connection, versions: Iterable[tuple[UUID, str]]) -> set[str]:
        """The notes whose tags changed here, and of which the newer hub has versions that are
        unknown here."""
        notes = [UUID(note) for note in self.notes]
        query = select(_VERSION.c.id).where(_VERSION.c.note_id.in_(notes))
        known = set(here.execute(query).scalars())
        return {note for version, note in versions if version not in known}


def _edited(here: Connection, changes: Iterable[Change]) -> dict[str, frozenset[str]]:
    """By attendee's key, the fields that go with edits: those are compared by their ids."""
    keys = [UUID(one.key) for one in changes if one.name == "person_change" and one.op == "i"]
    found: dict[str, frozenset[str]] = {}
    query = select(_EDIT.c.attendee_id, _EDIT.c.field).where(_EDIT.c.id.in_(keys))
    for attendee, field in here.execute(query):
        known = found.get(str(attendee), frozenset({"edited", "guessed"}))
        found[str(attendee)] = known | {field}
    return found


def _rewritten(here: Connection, changes: Iterable[Change]) -> set[str]:
    """The notes that go with versions: those are compared by their ids."""
    keys = [UUID(one.key) for one in changes if one.name == "note_version" and one.op == "i"]
    rows = here.execute(select(_VERSION.c.note_id).where(_VERSION.c.id.in_(keys)))
    return {str(note) for note in rows.scalars()}


def _is_about_people(table: Any) -> bool:
    return table.name in ("attendee", "note") or "attendee_id" in table.c or "note_id" in table.c


def _stored(change: Change) -> str:
    return change.key if change.name == "setting" else UUID(change.key).hex
