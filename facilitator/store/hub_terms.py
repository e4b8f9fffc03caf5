"""A hub of another term: numbers of its list mean nothing here, so everything is compared."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, select

from facilitator.store.database import Database
from facilitator.store.hub import Hub
from facilitator.store.hub_apply import (
    Stands,
    applying,
    ask_edits,
    ask_may_edit,
    ask_tables,
    put_rows,
    remove_row,
)
from facilitator.store.hub_outbox import (
    Cursor,
    Entry,
    confirm,
    enqueue,
    read_cursor,
    read_entries,
    read_mark,
    waiting_rows,
    write_cursor,
    write_mark,
)
from facilitator.store.hub_resolve import Resolver
from facilitator.store.hub_schema import replicated
from facilitator.store.hub_wire import ask, ask_all_rows, ask_keys
from facilitator.store.rows import AttendeeRow, NoteVersionRow, PersonChangeRow

#: the mark in a file: its rows have to be made those of a hub of another term
_REPLACING = "replacing"
#: facts that build upon those before them are sent in their own order
_ORDER = {"seat_change": "revision", "clock_fact": "number", "note_version": "number"}
_ATTENDEE: Any = AttendeeRow.__table__  # pyright: ignore[reportAttributeAccessIssue]
_EDIT: Any = PersonChangeRow.__table__  # pyright: ignore[reportAttributeAccessIssue]
_VERSION: Any = NoteVersionRow.__table__  # pyright: ignore[reportAttributeAccessIssue]
#: tables whose rows may be removed by hand: what another hub has not, was removed there
REMOVABLE = frozenset(
    {"wish", "attendance_wish", "note_theme", "note_borough", "round_table", "room_table", "round",
     "setting", "side", "asset", "event", "joined"}
)  # fmt: skip


def compare(
    database: Database, hub: Hub, now: Cursor, seconds: float, resolver: Resolver
) -> Cursor:
    """A hub of another term: whatever stands here and not there waits to be sent. Numbers of
    another term mean nothing here, so all ids are compared. Returns from where on to read.

    Where both sides changed the seats since they parted, those of the hub stand: two hubs may have
    given one seat. What people did to them here is kept aside.
    """
    readable = set(ask(hub, ask_tables, seconds))
    parted = False
    for table in replicated():
        if table.name in REMOVABLE or table.name not in readable:
            continue
        there = ask_keys(hub, table.name, seconds)
        with database.engine.connect() as connection, connection.begin():
            waiting = _Waiting(connection)
            order = table.c[_ORDER.get(table.name, "id")]
            rows = connection.execute(select(table.c.id).order_by(order)).scalars()
            keys = {str(key): key for key in rows}
            only_here = [key for shown, key in keys.items() if shown not in there]
            if table.name == "seat_change" and only_here and there - keys.keys():
                parted = True
                resolver.keep_seating_aside(connection, only_here)
            if parted and table.name in ("seat_change", "seat"):
                continue
            for key in only_here:
                waiting.send(table.name, key, "i")
                if table.name == "note_version":
                    _give_note(connection, key, waiting)
            if table.name == "note":
                _give_tags(connection, there)
            if table.name == "person_change" and only_here and ask(hub, ask_may_edit, seconds):
                unknown = sorted(there - keys.keys())
                theirs = ask(hub, lambda line, ids=unknown: ask_edits(line, ids), seconds)
                _give_details(connection, only_here, theirs, waiting)
    # From the first change of that term on: what is sent now was decided upon none of it.
    start = Cursor(now.term, now.hub, 0)
    with database.engine.connect() as connection, connection.begin():
        write_cursor(connection, start)
        write_mark(connection, _REPLACING, True)
    return start


def is_replacing(connection: Connection) -> bool:
    """Whether the rows of a file still have to be made those of a hub of another term."""
    return bool(read_mark(connection, _REPLACING))


def replace_all(database: Database, hub: Hub, seconds: float) -> set[str]:
    """After a change of terms: make every row as it is at the hub; what is not there goes.

    Raises Stands where something was written here meanwhile: that is sent first.
    """
    with database.reading() as session:
        if not is_replacing(session.connection()):
            return set()
    readable = set(ask(hub, ask_tables, seconds))
    for table in replicated():
        if table.name not in readable:
            continue
        with database.engine.connect() as connection:
            before = read_cursor(connection)
        lines = ask_all_rows(hub, table.name, seconds)
        with applying(database) as connection:
            # Another program at this file may have written with the hub meanwhile.
            if read_cursor(connection) != before or any(
                name == table.name for name, _ in waiting_rows(connection)
            ):
                raise Stands
            for gone in put_rows(connection, table, lines):
                remove_row(connection, table, gone)
    with database.engine.connect() as connection, connection.begin():
        write_mark(connection, _REPLACING, None)
    return {table.name for table in replicated()}


class _Waiting:
    """What waits to be sent already, by row."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._rows: dict[tuple[str, str], list[Entry]] = {}
        for entry in read_entries(connection, lines=False):
            self._rows.setdefault((entry.name, entry.key), []).append(entry)

    def send(self, name: str, key: UUID, op: str) -> None:
        """Send a whole row, once, in place of parts of it that wait: of a row that the hub does not
        have, or has as it was long before, a part alone says nothing."""
        mine = self._rows.setdefault((name, str(key)), [])
        if any(entry.op == "i" or (entry.op == op and not entry.fields) for entry in mine):
            return
        confirm(self._connection, [entry.number for entry in mine])
        enqueue(self._connection, name, key.hex, op)
        mine[:] = [Entry(0, key, name, str(key), op, None)]

    def fields(self, name: str, key: UUID) -> set[str] | None:
        """The columns of a row that wait already; None where all of it does."""
        mine = self._rows.get((name, str(key)), [])
        if any(entry.op == "i" or not entry.fields for entry in mine):
            return None
        return {field for entry in mine for field in entry.fields}


def _give_note(connection: Connection, version: UUID, waiting: _Waiting) -> None:
    """A note goes with a version of it that the hub does not know: it says what its latest says.
    Once, for all its versions."""
    query = select(_VERSION.c.note_id).where(_VERSION.c.id == version)
    waiting.send("note", connection.execute(query).scalar_one(), "u")


def _give_details(
    connection: Connection,
    edits: Sequence[UUID],
    theirs: Collection[tuple[str, str]],
    waiting: _Waiting,
) -> None:
    """A person's details go with edits that the hub does not know, but for those of which it knows
    edits (`theirs`: attendee and field) that are not known here."""
    rows = connection.execute(
        select(_EDIT.c.attendee_id, _EDIT.c.field).where(_EDIT.c.id.in_(edits))
    )
    fields: dict[UUID, set[str]] = {}
    for attendee, field in rows:
        if field in _ATTENDEE.c and (str(attendee), field) not in theirs:
            fields.setdefault(attendee, {"edited"}).add(field)
    for attendee, changed in fields.items():
        known = waiting.fields("attendee", attendee)
        if known is not None and changed - known:
            enqueue(connection, "attendee", attendee.hex, "u", changed - known)


def _give_tags(connection: Connection, there: set[str]) -> None:
    """A note that the hub does not know comes with its themes and boroughs."""
    for table in replicated():
        if table.name in ("note_theme", "note_borough"):
            for key, note in connection.execute(select(table.c.id, table.c.note_id)):
                if str(note) not in there:
                    enqueue(connection, table.name, key.hex)
