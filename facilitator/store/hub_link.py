"""A shared file and its hub: one truth while the hub answers, alone while it does not.

What a unit of work wrote is sent before it commits here: the hub's constraints decide. Where the
hub is silent, the same rows stay in the outbox and are sent later, each by its id, so that sent
twice counts once. What comes from the hub is written together with how far was read.
"""

from __future__ import annotations

import json
import logging
import secrets
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

import psycopg
from sqlalchemy import Connection, func, select
from sqlmodel import Session

from facilitator.domain.errors import HubGone, Overtaken, Refused, WentAlone
from facilitator.domain.ids import new_id
from facilitator.domain.ticket import make_ticket
from facilitator.store.database import Database
from facilitator.store.hub import DEADLINE, Account, Hub
from facilitator.store.hub_apply import (
    Stands,
    apply_changes,
    applying,
    ask_changes,
    ask_removals,
    ask_rows,
    ask_tables,
    put_row,
    remove_row,
)
from facilitator.store.hub_outbox import (
    Cursor,
    Entry,
    confirm,
    count_waiting,
    enqueue,
    last_number,
    pause,
    read_alone_since,
    read_cursor,
    read_entries,
    read_mark,
    stored_key,
    waiting_rows,
    write_alone_since,
    write_cursor,
    write_mark,
)
from facilitator.store.hub_schema import (
    HEAR_FIRST,
    OTHER_TERM,
    OVERTAKEN,
    PAGE,
    key_of,
    replicated,
)
from facilitator.store.rows import EventRow, SetAsideRow

log = logging.getLogger("facilitator.hub")

_EVENT: Any = EventRow.__table__  # pyright: ignore[reportAttributeAccessIssue]
_AUTHORITY = select(_EVENT.c.authority)

#: more changes than this in one unit of work are sent afterwards, in parts
AT_ONCE = 200
_PART = 100
#: how long one part of a catching up may take, in seconds
_PATIENCE = 5.0
#: what was decided against what the hub knows has to be decided anew without it
_DECIDED = frozenset({"presence", "verdict"})
#: how fast at least the network is, in bytes a second
_SLOWEST = 500_000
#: marks in the file: presence facts made alone for which seats and flags are still to be done; that
#: the rows have to be made those of a hub of another term
_UNSETTLED, _REPLACING = "unsettled", "replacing"
#: facts that stand by themselves: their number gives way to one that is taken
_RENUMBERED = frozenset({"hands", "question_answer", "badge_fact"})
#: tables whose rows may be removed by hand: what another hub has not, was removed there
_REMOVABLE = frozenset(
    {"wish", "attendance_wish", "note_theme", "note_borough", "round_table", "room_table", "round",
     "setting", "side", "asset", "event", "joined"}
)  # fmt: skip
_AREAS = {"presence": "arrival", "note": "note", "note_version": "note", "hands": "hands",
          "seat": "seating", "seat_change": "seating", "clock_fact": "clock",
          "attendee": "person"}  # fmt: skip


class _Unreadable(HubGone):
    """The hub cannot read what was sent; one of it alone it could."""


class _HearFirst(Overtaken):
    """The hub takes nothing from a laptop that has not heard of a removal of personal data."""


class Policy(Protocol):
    """Who may write what."""

    def refuse(
        self, role: str, table: str, op: str, fields: frozenset[str], key: str, *, alone: bool
    ) -> Refused | None:
        """Why a role may not write a row now (op: i, u or d; `fields` are the columns that an
        update changed); None where it may."""
        ...


@dataclass(frozen=True, slots=True)
class CaughtUp:
    """What catching up did: tables that changed here, facts sent, and what came of them."""

    tables: frozenset[str]
    sent: int
    #: presence facts that were made alone and have reached the hub now
    arrived: tuple[UUID, ...]
    #: whether the hub is in another term than before
    new_term: bool
    #: the hub's clock minus this laptop's, in seconds
    skew: float = 0.0


class Link:
    """The tie between one open file and its hub."""

    def __init__(
        self, database: Database, account: Account, policy: Policy, now: Callable[[], datetime]
    ) -> None:
        self._database, self.account = database, account
        self._policy, self._now = policy, now
        self._guard = threading.RLock()
        self._untold: set[str] = set()
        self._telling = threading.Lock()
        self._shared = False
        self._why = ""
        #: told in whatever thread it happens: this laptop works alone, or no longer
        self.changed: Callable[[], None] = lambda: None
        #: told of rows of `removal` before anything is sent or applied, inside the transaction;
        #: True where all rows of the file will be compared and not those alone that wait
        self.hears: Callable[[Connection, Sequence[Mapping[str, Any]], bool], None] | None = None
        self._heard = 0
        with database.engine.connect() as connection:
            self._alone_since = read_alone_since(connection)
            self._waiting = count_waiting(connection)
            self._cursor = read_cursor(connection)
            self._skew = float(read_mark(connection, "skew") or 0.0)
            name = connection.execute(_AUTHORITY).scalar()
        #: of this file alone: a stick copied to two laptops is one account twice
        self._name = f"facilitator {name}"
        self.hub = Hub(account, self._name)

    # -- standing -------------------------------------------------------------------------------

    @property
    def is_shared(self) -> bool:
        """Whether the hub decides now."""
        return self._shared

    @property
    def alone_since(self) -> datetime | None:
        """Since when this laptop works alone."""
        return self._alone_since

    @property
    def waiting(self) -> int:
        """How many changes wait to be sent, as last counted."""
        return self._waiting

    @property
    def why(self) -> str:
        """Why it works alone, as a sentence; empty where the hub is merely silent."""
        return self._why

    @property
    def authority(self) -> str | None:
        """The name in which facts are decided while the hub answers; None while alone."""
        if not self._shared or self._cursor is None:
            return None
        return f"hub:{self._cursor.hub}:{self._cursor.term}"

    @property
    def desk(self) -> str:
        """The name with which this laptop joined."""
        return self.account.name

    @property
    def skew(self) -> float:
        """The hub's clock minus this laptop's, in seconds, as last measured; nought below a
        second, which no order of facts depends on."""
        return self._skew

    @property
    def cursor(self) -> Cursor | None:
        """How far this file has read."""
        return self._cursor

    def move(self, account: Account) -> None:
        """The hub is elsewhere now: the next question is asked there."""
        self.hub.close()
        self.account, self.hub = account, Hub(account, self._name)
        self._shared = False

    def close(self) -> None:
        """Hang up."""
        self._shared = False
        self.hub.close()

    def take_untold(self) -> frozenset[str]:
        """The tables that changed here by what came from the hub since this was last asked, in
        whatever call that was (a check-in reads what others did, too)."""
        with self._telling:
            found, self._untold = frozenset(self._untold), set()
        return found

    # -- units of work --------------------------------------------------------------------------

    def begin(self, session: Session) -> None:
        """A unit of work that writes begins: whether alone, and what waited before it."""
        # Only once this has the pen: until then another thread may come back to the hub.
        connection = session.connection()
        session.info["outbox"] = last_number(connection)
        here = read_cursor(connection)
        if here is not None and not here.is_of(self._cursor):
            # Another program that has this file open found a hub that took the place of ours.
            self._cursor = here
            self.go_alone("The hub has changed.")
        session.info["authority"] = self.authority
        session.info["alone"] = session.info["authority"] is None

    def settle(self, session: Session, *, later: bool) -> None:
        """Before it commits: may it, and does the hub agree? `later` leaves the sending to the
        next one.

        Raises Refused where this laptop may not write that (now), Overtaken where another was
        first, WentAlone where the hub fell silent and it must be decided anew.
        """
        session.flush()
        connection = session.connection()
        before = session.info["outbox"]
        # Thousands may wait while alone: what this costs does not grow with them.
        mine = read_entries(connection, after=before, lines=False)
        waiting = count_waiting(connection)
        alone = session.info["alone"]
        refusal = self._refuses(mine, alone=alone)
        if refusal is not None:
            raise refusal
        if alone or later or not 0 < waiting <= AT_ONCE:
            self._waiting = waiting
            if alone and waiting:
                self._note_alone(connection)
            return
        entries = read_entries(connection)
        try:
            answers, read = self._push(entries, strict_after=before)
        except HubGone as problem:
            self.go_alone(str(problem.happened))
            if self._refuses(mine, alone=True) or any(e.name in _DECIDED for e in mine):
                raise WentAlone(
                    "The hub stopped answering.", "Nothing was changed here.", "Do it once more."
                ) from problem
            self._waiting = len(entries)
            self._note_alone(connection)
            return
        if any(answer["said"] not in ("ok", "same") for answer in answers):
            # What becomes of those is not a change of this unit of work's, to be sent again.
            connection.exec_driver_sql("PRAGMA defer_foreign_keys=ON")
            pause(connection, on=True)
            self._take_answers(connection, entries, answers)
            pause(connection, on=False)
        else:
            self._take_answers(connection, entries, answers)
        if read is not None and self._cursor is not None:
            # Nobody else changed anything meanwhile: nothing of it has to come back.
            session.info["cursor"] = Cursor(self._cursor.term, self._cursor.hub, read)
            write_cursor(connection, session.info["cursor"])
        self._waiting = count_waiting(connection)

    def _refuses(self, entries: Sequence[Entry], *, alone: bool) -> Refused | None:
        asked = {(e.name, e.op, e.fields, e.key if e.name == "setting" else "") for e in entries}
        for name, op, fields, key in asked:
            refusal = self._policy.refuse(self.account.role, name, op, fields, key, alone=alone)
            if refusal is not None:
                return refusal
        return None

    def after(self, session: Session) -> None:
        """After a commit: how far was read by it, and what was too much to be sent within it."""
        self._cursor = session.info.get("cursor", self._cursor)
        if self._shared and self._waiting > AT_ONCE:
            with suppress(HubGone):  # it is on disk here, and sent when the hub is back
                self.catch_up()

    def refresh(self) -> frozenset[str]:
        """What others did until now, as far as the hub answers; the tables that changed here."""
        if not self._shared:
            return frozenset()
        try:
            return frozenset(self._pull(DEADLINE))
        except Stands:
            with suppress(HubGone):
                return self.catch_up().tables
            return frozenset()
        except HubGone as problem:
            self.go_alone(problem.happened)
            return frozenset()

    def go_alone(self, why: str = "") -> None:
        """The hub is gone: this laptop decides by itself from now on."""
        if not self._shared:
            return
        self._shared = False
        self._why = why
        log.info("alone: %s", why)
        if self._alone_since is None:
            self._alone_since = self._now()
        self.changed()

    # -- catching up ----------------------------------------------------------------------------

    def catch_up(self, patience: float = _PATIENCE) -> CaughtUp:
        """Send what waits and read what came, until both sides know the same; then the hub
        decides again. Raises HubGone where it does not answer within `patience` seconds at first,
        or must not be listened to: another event's, a newer one's, one that put this laptop off.
        """
        with self._guard:
            try:
                return self._catch_up(DEADLINE if self._shared else patience)
            except HubGone as problem:
                self.go_alone(problem.happened)
                self._why = problem.happened
                if self._alone_since is None:
                    self._alone_since = self._now()
                raise

    def settled(self, facts: Sequence[UUID]) -> None:
        """Everything was done for presence facts that were made alone (`CaughtUp.arrived`)."""
        done = {str(fact_id) for fact_id in facts}
        with self._database.engine.connect() as connection, connection.begin():
            left = [one for one in read_mark(connection, _UNSETTLED) or () if one not in done]
            write_mark(connection, _UNSETTLED, left or None)

    def _catch_up(self, patience: float) -> CaughtUp:
        was_shared = self._shared
        seconds = _PATIENCE
        began = time.monotonic()
        said = self._hello(patience)
        taken = time.monotonic() - began
        skew = said["now"] + taken / 2 - self._now().timestamp()
        now = Cursor(int(said["term"]), UUID(said["hub_id"]), int(said["last"]))
        cursor = self._cursor
        self._correct(skew)
        new_term = cursor is not None and (cursor.term, cursor.hub) != (now.term, now.hub)
        if new_term and cursor is not None and (now.term, str(now.hub)) < (
            cursor.term, str(cursor.hub),
        ):  # fmt: skip
            raise HubGone("An older hub answers: a newer one has taken its place.")
        tables: set[str] = set()
        sent = 0
        if cursor is None or new_term:
            self._compare(now, seconds)
        for _ in range(1_000):
            sent += self._send()
            try:
                tables |= self._pull(seconds)
                # A comparing that was cut off in the middle goes on, however often.
                tables |= self._replace_all(seconds)
            except Stands:
                continue
            if self._come_together():
                break
        else:
            raise HubGone("The hub and this laptop do not come to an end.")
        if not was_shared:
            self._why = ""
            self.changed()
        with self._database.reading() as session:
            arrived = read_mark(session.connection(), _UNSETTLED) or ()
        return CaughtUp(
            frozenset(tables), sent, tuple(UUID(one) for one in arrived),
            cursor is not None and (cursor.term, cursor.hub) != (now.term, now.hub), skew,
        )  # fmt: skip

    def _correct(self, skew: float) -> None:
        """Keep how wrong this laptop's clock is, where it is another thing than before."""
        skew = round(skew, 1) if abs(skew) >= 1.0 else 0.0
        if abs(skew - self._skew) < 1.0 and bool(skew) == bool(self._skew):
            return
        self._skew = skew
        with self._database.engine.connect() as connection, connection.begin():
            write_mark(connection, "skew", skew)

    def _hello(self, seconds: float) -> dict[str, Any]:
        cursor = self._cursor or Cursor(0, UUID(int=0), 0)
        try:
            said: dict[str, Any] = self.hub.ask(
                lambda hub: hub.execute(
                    "SELECT facilitator_hello(%s, %s, %s)",
                    (cursor.number, cursor.term, self._waiting),
                ).fetchone()[0],  # pyright: ignore[reportOptionalSubscript]
                seconds,
            )
        except psycopg.errors.UndefinedFunction:
            raise HubGone("What answers in the hub's place is another program.") from None
        except psycopg.Error as problem:
            raise HubGone(in_words(problem)) from problem
        if UUID(said["event"]).hex != UUID(self.account.event_id).hex:
            raise HubGone("What answers in the hub's place has another event.")
        from facilitator.store.database import HEAD

        if said["version"] != HEAD:
            raise HubGone("The hub has another version of Facilitator.")
        if said["put_off"]:
            raise HubGone("This laptop was put off at the hub.")
        return said

    def _push(
        self, entries: Sequence[Entry], *, strict_after: int | None
    ) -> tuple[list[dict[str, Any]], int | None]:
        """Send entries; those after `strict_after` all or none of them (None: each by itself).

        Returns the answers, and up to which change this laptop has read everything, where no
        other changed anything meanwhile.
        """
        cursor = self._cursor
        assert cursor is not None
        sent = [
            entry.as_json(strict=strict_after is not None and entry.number > strict_after)
            for entry in entries
            if entry.op == "d" or entry.line is not None
        ]
        body = json.dumps(sent)
        seconds = DEADLINE if strict_after is not None else _PATIENCE
        try:
            found = self.hub.ask(
                lambda hub: hub.execute(
                    "SELECT facilitator_push(%s, %s, %s, %s::jsonb, %s)",
                    (cursor.number, cursor.term, cursor.hub, body, self._heard),
                ).fetchone()[0],  # pyright: ignore[reportOptionalSubscript]
                seconds + len(body) / _SLOWEST,
            )
            return found["answers"], found["read"]
        except psycopg.Error as problem:
            state = problem.sqlstate or ""
            if strict_after is not None and state == "42501":
                raise Refused(
                    "The hub does not let this laptop do that.", "Nothing was changed."
                ) from problem
            if state.startswith("22"):
                raise _Unreadable("The hub cannot read what was sent.") from problem
            if problem.sqlstate == OVERTAKEN:
                raise Overtaken(
                    "Another desk changed that a moment ago.", "Nothing was changed here.",
                    "Look at it as it is now, and decide again.",
                ) from problem  # fmt: skip
            if problem.sqlstate == OTHER_TERM:
                raise HubGone("The hub has changed.") from problem
            if problem.sqlstate == HEAR_FIRST:
                raise _HearFirst(
                    "Personal data was removed a moment ago.", "Nothing was changed here.",
                    "Look at it as it is now, and decide again.",
                ) from problem  # fmt: skip
            raise HubGone(in_words(problem)) from problem

    def _send(self) -> int:
        """Send everything that waits; how many it were."""
        sent, most = 0, _PART
        while True:
            with self._database.reading() as session:
                entries = read_entries(session.connection(), most=most)
            if not entries:
                return sent
            try:
                answers, _ = self._push(entries, strict_after=None)
            except _Unreadable:
                # One of them blocks the rest: it is found by sending each by itself.
                if most > 1:
                    most = 1
                    continue
                answers = [{"said": "refused", "why": "unreadable", "present": None}]
            except _HearFirst:
                heard = self._heard
                self._hear_removals(self._cursor.number if self._cursor else None, all_rows=False)
                if self._heard <= heard:
                    raise HubGone("The hub speaks of a removal that it does not tell.") from None
                continue
            with applying(self._database) as connection:
                self._take_answers(connection, entries, answers)
                self._waiting = count_waiting(connection)
            sent += len(entries)

    def _take_answers(
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
        if alone:
            known = read_mark(connection, _UNSETTLED) or []
            write_mark(connection, _UNSETTLED, [*known, *alone])
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
        if answer["said"] == "taken" and entry.name == "attendee":
            # One spare badge given to two at once: both came, and one of them needs another.
            tag = connection.execute(select(_EVENT.c.tag)).scalar_one()
            fresh = make_ticket(tag, secrets.token_bytes(10))
            connection.execute(table.update().where(table.c.id == key).values(ticket=fresh))
            enqueue(connection, entry.name, entry.key.replace("-", ""))
            self._keep_aside(connection, entry, answer)
            return
        if answer["said"] == "gone" and (entry.name, entry.key) in waiting_rows(connection):
            return  # its adding is sent once more, with what was changed of it
        if entry.name == "set_aside" and answer["present"] is None:
            return  # of what is kept aside nothing goes, whatever the hub says
        # Seats go with the change that gave them, which is kept aside itself.
        if entry.name not in ("set_aside", "seat") and entry.line is not None:
            self._keep_aside(connection, entry, answer)
        if answer["present"] is not None:
            put_row(connection, table, answer["present"])
        elif answer["said"] != "refused" or not str(answer["why"]).startswith("42501"):
            remove_row(connection, table, entry.key)

    def _keep_aside(self, connection: Connection, entry: Entry, answer: dict[str, Any]) -> None:
        aside = self._aside(entry, answer)
        connection.execute(SetAsideRow.__table__.insert().prefix_with("OR IGNORE"), aside)  # pyright: ignore[reportAttributeAccessIssue]
        enqueue(connection, "set_aside", aside["id"].hex)

    def _aside(self, entry: Entry, answer: dict[str, Any]) -> dict[str, Any]:
        line = entry.line or {}
        reasons = {
            "changed": "changed at another desk meanwhile", "taken": "taken by another meanwhile",
            "gone": "removed meanwhile", "refused": "refused by the hub",
        }  # fmt: skip
        words = next(
            (str(line[name]) for name in ("text", "words", "title", "family_name", "kind")
             if line.get(name)), entry.name,
        )  # fmt: skip
        if entry.name == "note_version":
            words = str((line.get("content") or {}).get("text", words))
        return {
            "id": new_id(), "at": self._now(), "source": self.account.name,
            "area": _AREAS.get(entry.name, "event"),
            "subject": str(line.get("note_id") or entry.key), "field": "",
            "what": words[:80], "here_words": reasons[answer["said"]],
            "there_words": f"{self.account.name}: {words[:160]} ({entry.key[-8:]})",
            "there": {"table": entry.name, "line": line, "why": answer["why"]},
        }  # fmt: skip

    def _pull(self, seconds: float) -> set[str]:
        """Read what came until there is nothing more; the tables that changed."""
        touched: set[str] = set()
        while True:
            cursor = self._cursor
            assert cursor is not None
            try:
                found = self.hub.ask(lambda hub, c=cursor: ask_changes(hub, c.number), seconds)
                if not found:
                    return touched
                # Numbers may leave gaps: a page that reaches less far than it could is the last.
                is_last = found[-1][0] < cursor.number + PAGE
                with applying(self._database) as connection:
                    # Another process may have read on meanwhile: then what came is older.
                    here = read_cursor(connection) or cursor
                    if here.is_of(cursor):
                        fresh = [one for one in found if one[0] > here.number]
                        self._hear(
                            connection, [one[3] for one in fresh if one[1] == "removal" and one[3]]
                        )
                        touched |= apply_changes(connection, fresh, here) if fresh else set()
                    reached = read_cursor(connection)
                self._cursor = reached  # not before it is in the file
                with self._telling:
                    self._untold |= touched
                if reached is not None and not reached.is_of(cursor):
                    raise HubGone("The hub has changed.")
            except psycopg.Error as problem:
                raise HubGone(in_words(problem)) from problem
            if is_last:
                return touched

    def _hear_removals(self, after: int | None, *, all_rows: bool) -> None:
        """Hear of removals of personal data before anything is sent."""
        lines, last = self._ask(lambda hub: ask_removals(hub, after), _PATIENCE)
        with applying(self._database) as connection:
            self._hear(connection, lines, all_rows=all_rows)
        self._heard = last

    def _hear(
        self, connection: Connection, lines: Sequence[Mapping[str, Any]], *, all_rows: bool = False
    ) -> None:
        if lines and self.hears is not None:
            self.hears(connection, lines, all_rows)

    def _come_together(self) -> bool:
        """The hub decides from now on, unless something new waits to be sent."""
        if self._shared:
            return True
        with self._database.engine.connect() as connection, connection.begin():
            self._waiting = count_waiting(connection)
            if self._waiting:
                return False
            write_alone_since(connection, None)
            self._alone_since = None
            self._shared = True
        return True

    def _note_alone(self, connection: Connection) -> None:
        if read_alone_since(connection) is None:
            write_alone_since(connection, self._alone_since or self._now())
        self._alone_since = read_alone_since(connection)

    # -- another term ---------------------------------------------------------------------------

    def _compare(self, now: Cursor, seconds: float) -> None:
        """A hub of another term: whatever stands here and not there waits to be sent. Numbers of
        another term mean nothing here, so all ids are compared."""
        # What was removed there must not come back from here.
        self._hear_removals(None, all_rows=True)
        readable = set(self._ask(ask_tables, seconds))
        for table in replicated():
            if table.name in _REMOVABLE or table.name not in readable:
                continue
            there = self._keys(table.name, seconds)
            with self._database.engine.connect() as connection, connection.begin():
                waiting = waiting_rows(connection)
                for key in connection.execute(select(table.c.id)).scalars():
                    if str(key) not in there and (table.name, str(key)) not in waiting:
                        enqueue(connection, table.name, key.hex)
                if table.name == "note":
                    self._give_tags(connection, there)
        # From the first change of that term on: what is sent now was decided upon none of it.
        start = Cursor(now.term, now.hub, 0)
        with self._database.engine.connect() as connection, connection.begin():
            write_cursor(connection, start)
            write_mark(connection, _REPLACING, True)
        self._cursor = start

    @staticmethod
    def _give_tags(connection: Connection, there: set[str]) -> None:
        """A note that the hub does not know comes with its themes and boroughs."""
        for table in replicated():
            if table.name in ("note_theme", "note_borough"):
                for key, note in connection.execute(select(table.c.id, table.c.note_id)):
                    if str(note) not in there:
                        enqueue(connection, table.name, key.hex)

    def _replace_all(self, seconds: float) -> set[str]:
        """After a change of terms: make every row as it is at the hub; what is not there goes.

        Raises Stands where something was written here meanwhile: that is sent first.
        """
        with self._database.reading() as session:
            if not read_mark(session.connection(), _REPLACING):
                return set()
        readable = set(self._ask(ask_tables, seconds))
        for table in replicated():
            if table.name not in readable:
                continue
            lines = self._rows(table.name, seconds)
            with applying(self._database) as connection:
                if any(name == table.name for name, _ in waiting_rows(connection)):
                    raise Stands
                key = key_of(table)
                here = {str(k) for k in connection.execute(select(table.c[key])).scalars()}
                for line in lines.values():
                    put_row(connection, table, line)
                for gone in here - lines.keys():
                    if table.name != "event":
                        remove_row(connection, table, gone)
        with self._database.engine.connect() as connection, connection.begin():
            write_mark(connection, _REPLACING, None)
        changed = {table.name for table in replicated()}
        with self._telling:
            self._untold |= changed
        return changed

    def _ask(self, question: Callable[[psycopg.Connection[Any]], Any], seconds: float) -> Any:
        try:
            return self.hub.ask(question, seconds)
        except psycopg.Error as problem:
            raise HubGone(in_words(problem)) from problem

    def _keys(self, name: str, seconds: float) -> set[str]:
        query = f'SELECT id::text FROM "{name}"'
        rows = self._ask(lambda hub: hub.execute(query.encode()).fetchall(), seconds)
        return {row[0] for row in rows}

    def _rows(self, name: str, seconds: float) -> dict[str, Any]:
        found: dict[str, Any] = {}
        last: str | None = None
        while True:
            page = self._ask(lambda hub, after=last: ask_rows(hub, name, after), seconds)
            if not page:
                return found
            found.update(page)
            last = page[-1][0]


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


def in_words(problem: psycopg.Error) -> str:
    """Why a hub's server did not do what it was asked, as a sentence."""
    state = problem.sqlstate or ""
    if state.startswith("53"):
        return "The hub has no room left, or too many connections."
    if state == "25006":
        return "The hub can only be read at the moment."
    if state in ("55P03", "57014"):
        return "The hub is too busy to answer."
    if state.startswith(("57P", "08")):
        return "The hub is ending or starting."
    if state in ("42501", "28000", "28P01"):
        return "The hub does not let this laptop do that."
    return "The hub answers with a fault."
