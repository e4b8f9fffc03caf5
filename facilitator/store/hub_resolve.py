"""What a hub said to the changes that were sent: done, or resolved so that nothing is lost and this
laptop's file is as the hub is."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from itertools import count
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, func, select

from facilitator.domain.ids import new_id
from facilitator.domain.ticket import make_ticket
from facilitator.store.hub_apply import put_row, remove_row
from facilitator.store.hub_outbox import (
    Entry,
    confirm,
    enqueue,
    read_mark,
    stored_key,
    waiting_rows,
    write_mark,
)
from facilitator.store.hub_schema import replicated
from facilitator.store.rows import EventRow, SeatChangeRow, SessionRow, SetAsideRow

#: the mark in a file: presence facts made alone for which seats and flags are still to be done
UNSETTLED = "unsettled"
#: what the hub says of an act of the clock that another did at the same moment; kept, unasked
TWIN = "twin"
#: facts that stand by themselves: their number gives way to one that is taken
_RENUMBERED = frozenset({"hands", "question_answer", "badge_fact"})
_AREAS = {"presence": "arrival", "note": "note", "note_version": "note", "hands": "hands",
          "seat": "seating", "seat_change": "seating", "clock_fact": "clock",
          "room_table": "seating", "round": "seating", "round_table": "seating",
          "wish": "seating", "attendance_wish": "seating", "attendee": "person"}  # fmt: skip
#: which of a row's values says what it is about, the first that it has
_WORDS = ("text", "words", "title", "family_name", "label", "kind", "name", "key")
_CHANGE: Any = SeatChangeRow.__table__  # pyright: ignore[reportAttributeAccessIssue]
_SESSION: Any = SessionRow.__table__  # pyright: ignore[reportAttributeAccessIssue]
_EVENT: Any = EventRow.__table__  # pyright: ignore[reportAttributeAccessIssue]


class Resolver:
    """Takes a hub's answers, for the laptop called `desk`. `aside` collects the ids of what
    contradicted others and was kept aside."""

    def __init__(self, desk: str, now: Callable[[], datetime], aside: set[str]) -> None:
        self._desk, self._now, self._kept = desk, now, aside

    def take(
        self, connection: Connection, entries: Sequence[Entry], answers: Sequence[dict[str, Any]]
    ) -> None:
        """What the hub said to each entry: done, or resolved so that nothing is lost."""
        sent = [entry for entry in entries if entry.op == "d" or entry.line is not None]
        confirm(connection, [entry.number for entry in entries])
        alone = [
            str(entry.key)
            for entry in sent
            if entry.name == "presence" and entry.op == "i" and entry.line is not None
            and not str(entry.line["authority"]).startswith("hub:")
        ]  # fmt: skip
        _unsettle(connection, alone)
        for entry, answer in zip(sent, answers, strict=True):
            if answer["said"] not in ("ok", "same"):
                self._resolve(connection, entry, answer)

    def _resolve(self, connection: Connection, entry: Entry, answer: dict[str, Any]) -> None:
        """The hub could not take it: kept aside for people to look at; here it is as there."""
        table = next(t for t in replicated() if t.name == entry.name)
        key = stored_key(entry.name, entry.key)
        if answer["said"] == "taken" and entry.name in _RENUMBERED:
            connection.execute(
                table.update()
                .where(table.c.id == key)
                .values(number=_next_number(connection, table, key))
            )
            enqueue(connection, entry.name, entry.key.replace("-", ""))
            return
        if answer["said"] == "taken" and entry.name in _GIVE_WAY:
            # Others refer to it: it is kept, and somebody looks.
            fresh = _GIVE_WAY[entry.name](connection, table, key)
            connection.execute(table.update().where(table.c.id == key).values(**fresh))
            enqueue(connection, entry.name, entry.key.replace("-", ""))
            self._keep_aside(connection, entry, answer)
            return
        if answer["said"] == TWIN:
            # Another did the same at that moment, and theirs is on its way: nobody is asked.
            self._put_aside(connection, self._aside(connection, entry, answer))
            remove_row(connection, table, entry.key)
            return
        if answer["said"] == "gone" and (entry.name, entry.key) in waiting_rows(connection):
            return  # its adding is sent once more, with what was changed of it
        if entry.name == "set_aside" and answer["present"] is None:
            return  # of what is kept aside nothing goes, whatever the hub says
        # In which order things stand is there as it is there: nobody is asked about each of them.
        is_order = entry.op == "u" and entry.fields == {"position"}
        # Seats go with the change that gave them, which is kept aside itself.
        if entry.name not in ("set_aside", "seat") and entry.line is not None and not is_order:
            self._keep_aside(connection, entry, answer)
        if answer["present"] is not None:
            put_row(connection, table, answer["present"])
        elif answer["said"] != "refused" or not str(answer["why"]).startswith("42501"):
            remove_row(connection, table, entry.key)

    def keep_entry_aside(
        self, connection: Connection, entry: Entry, said: str, present: Mapping[str, Any] | None
    ) -> None:
        """What was done here and cannot be sent: somebody decides. `said` is as a hub would say it,
        or "kept" of something that was removed here and is still at the hub."""
        self._keep_aside(connection, entry, {"said": said, "present": present, "why": ""})

    def keep_seating_aside(self, connection: Connection, changes: Sequence[UUID]) -> None:
        """Changes of the seats that give way to those of a hub of a newer term. What people did by
        hand is kept aside; whoever arrived is given a seat anew."""
        rows = connection.execute(
            select(_CHANGE.c.id, _CHANGE.c.kind, _CHANGE.c.words, _CHANGE.c.cause).where(
                _CHANGE.c.id.in_(changes)
            )
        )
        causes = []
        for key, kind, words, cause in rows:
            if cause is not None:
                causes.append(str(cause))
                continue
            line = {"kind": kind, "words": words or kind}
            # The same words from whichever laptop: it is kept once.
            aside = {
                "id": new_id(), "at": self._now(), "source": self._desk, "area": "seating",
                "subject": str(key), "field": "", "what": line["words"][:80],
                "here_words": "changed by a newer hub meanwhile",
                "there_words": f"{line['words'][:160]} ({key.hex[-8:]})",
                "there": {"table": "seat_change", "line": line, "why": ""},
            }  # fmt: skip
            self._put_aside(connection, aside)
        _unsettle(connection, causes)

    def _keep_aside(self, connection: Connection, entry: Entry, answer: dict[str, Any]) -> None:
        aside = self._aside(connection, entry, answer)
        self._put_aside(connection, aside)
        self._kept.add(aside["subject"])

    @staticmethod
    def _put_aside(connection: Connection, aside: dict[str, Any]) -> None:
        connection.execute(SetAsideRow.__table__.insert().prefix_with("OR IGNORE"), aside)  # pyright: ignore[reportAttributeAccessIssue]
        enqueue(connection, "set_aside", aside["id"].hex)

    def _aside(
        self, connection: Connection, entry: Entry, answer: dict[str, Any]
    ) -> dict[str, Any]:
        line = entry.line or {}
        reasons = {
            "changed": "changed at another desk meanwhile", "taken": "taken by another meanwhile",
            "gone": "removed meanwhile", "refused": "refused by the hub",
            TWIN: "done by another at that moment", "kept": "still there",
        }  # fmt: skip
        words = next((str(line[name]) for name in _WORDS if line.get(name)), entry.name)
        whose = line.get("by") or line.get("desk") or self._desk
        if entry.name == "note_version":
            words = str((line.get("content") or {}).get("text", words))
        if entry.name == "clock_fact":
            words = _clock_words(connection, line)
        here, there = _differences(line, answer["present"] or {}, entry.fields)
        if answer["said"] == "kept":
            there = "removed"
        here = f"{here}, {reasons[answer['said']]}" if here else reasons[answer["said"]]
        return {
            "id": new_id(), "at": self._now(), "source": self._desk,
            "area": _AREAS.get(entry.name, "event"),
            "subject": str(line.get("note_id") or entry.key), "field": "",
            "what": words[:80], "here_words": here,
            # Whichever laptop gives it, after a change of hubs: it is kept once.
            "there_words": f"{whose}: {there or words[:160]} ({entry.key[-8:]})",
            "there": {
                "table": entry.name, "line": line,
                "why": TWIN if answer["said"] == TWIN else answer["why"],
            },
        }  # fmt: skip


def _unsettle(connection: Connection, facts: Sequence[str]) -> None:
    """For these presence facts something is still to be done."""
    if facts:
        known = read_mark(connection, UNSETTLED) or []
        write_mark(connection, UNSETTLED, list(dict.fromkeys([*known, *facts])))


def _differences(
    mine: Mapping[str, Any], theirs: Mapping[str, Any], fields: Collection[str]
) -> tuple[str, str]:
    """What is another thing at the hub than here, of what was changed here: theirs, then mine."""
    if mine.get("key") == "desk_pin":
        return "another PIN", "another PIN"
    names = [
        name
        for name in sorted(fields)
        if name in theirs and not name.endswith(("_id", "_at")) and name not in ("id", "at")
        and theirs[name] != mine.get(name)
        and not isinstance(theirs[name], dict)
    ]  # fmt: skip
    said = ["; ".join(_said(name, line.get(name)) for name in names) for line in (theirs, mine)]
    return said[0], said[1]


def _said(name: str, value: Any) -> str:
    """A value as people read it; a setting's needs no name."""
    shown = ", ".join(map(str, value)) if isinstance(value, list) else str(value or "")
    called = "" if name == "value" else f"{name.replace('_', ' ')} "
    return f"{called}“{shown[:140]}”"


def _clock_words(connection: Connection, line: dict[str, Any]) -> str:
    """An act of the clock as people call it: "The clock: next, “Panel”"."""
    title = None
    if line.get("session_id"):
        query = select(_SESSION.c.title).where(_SESSION.c.id == UUID(str(line["session_id"])))
        title = connection.execute(query).scalar()
    about = f", “{title}”" if title else ""
    return f"The clock: {line.get('kind', 'an act')}{about}"


def _fresh_ticket(connection: Connection, _table: Any, _key: Any) -> dict[str, Any]:
    """One spare badge given to two at once: both came, and one of them needs another."""
    tag = connection.execute(select(_EVENT.c.tag)).scalar_one()
    return {"ticket": make_ticket(tag, secrets.token_bytes(10))}


def _fresh_label(connection: Connection, table: Any, key: Any) -> dict[str, Any]:
    """Two tables of one name: "7" becomes "7 (2)"."""
    labels = set(connection.execute(select(table.c.label)).scalars())
    label = connection.execute(select(table.c.label).where(table.c.id == key)).scalar_one()
    return {"label": next(new for n in count(2) if (new := f"{label[:14]} ({n})") not in labels)}


def _fresh_number(connection: Connection, table: Any, key: Any) -> dict[str, Any]:
    """Two rounds of one number: the last one then."""
    return {"number": _next_number(connection, table, key)}


#: what makes a row another than the one that has its unique value, where others refer to it
_GIVE_WAY: Mapping[str, Callable[[Connection, Any, Any], dict[str, Any]]] = {
    "attendee": _fresh_ticket, "room_table": _fresh_label, "round": _fresh_number,
}  # fmt: skip


def _next_number(connection: Connection, table: Any, key: Any) -> int:
    """The number after the last one of the row's group, as its unique constraint has it."""
    unique = next(
        [c.name for c in one.columns]
        for one in table.constraints
        if type(one).__name__ == "UniqueConstraint" and "number" in one.columns
    )
    row = connection.execute(select(table).where(table.c.id == key)).mappings().one()
    group = [table.c[name] == row[name] for name in unique if name != "number"]
    return connection.execute(select(func.max(table.c.number)).where(*group)).scalar_one() + 1
