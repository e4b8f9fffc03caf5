"""A shared file and its hub: one truth while the hub answers, alone while it does not.

What a unit of work wrote is sent before it commits here: the hub's constraints decide. Where the
hub is silent, the same rows stay in the outbox and are sent later, each by its id, so that sent
twice counts once. What comes from the hub is written together with how far was read.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

import psycopg
from sqlalchemy import Connection, select
from sqlmodel import Session

from facilitator.domain.errors import HubGone, Refused, WentAlone
from facilitator.store.database import Database
from facilitator.store.hub import DEADLINE, Account, Hub
from facilitator.store.hub_apply import (
    Stands,
    apply_changes,
    applying,
    ask_changes,
    ask_removals,
)
from facilitator.store.hub_outbox import (
    Cursor,
    Entry,
    count_waiting,
    last_number,
    pause,
    read_alone_since,
    read_cursor,
    read_entries,
    read_mark,
    write_alone_since,
    write_cursor,
    write_mark,
)
from facilitator.store.hub_resolve import UNSETTLED, Resolver
from facilitator.store.hub_schema import PAGE
from facilitator.store.hub_terms import compare, replace_all
from facilitator.store.hub_wire import (
    PATIENCE,
    HearFirst,
    Unreadable,
    ask,
    in_words,
    push,
    say_hello,
)
from facilitator.store.rows import EventRow

log = logging.getLogger("facilitator.hub")

_EVENT: Any = EventRow.__table__  # pyright: ignore[reportAttributeAccessIssue]
_AUTHORITY = select(_EVENT.c.authority)

#: more changes than this in one unit of work are sent afterwards, in parts
AT_ONCE = 200
_PART = 100
#: what was decided against what the hub knows has to be decided anew without it
_DECIDED = frozenset({"presence", "verdict"})


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
        self._aside: set[str] = set()
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
    def aside(self) -> int:
        """How many things of this laptop's contradicted others' since it was last alone, and are
        kept for an organiser to look at."""
        return len(self._aside)

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
            answers, read = self._push(entries, before)
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
            self.resolver().take(connection, entries, answers)
            pause(connection, on=False)
        else:
            self.resolver().take(connection, entries, answers)
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
        self._aside = set()
        log.info("alone: %s", why)
        if self._alone_since is None:
            self._alone_since = self._now()
        self.changed()

    # -- catching up ----------------------------------------------------------------------------

    def catch_up(self, patience: float = PATIENCE) -> CaughtUp:
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

    def resolver(self) -> Resolver:
        """Who keeps aside what contradicts others, in this laptop's name."""
        return Resolver(self.account.name, self._now, self._aside)

    def settled(self, facts: Sequence[UUID]) -> None:
        """Everything was done for presence facts that were made alone (`CaughtUp.arrived`)."""
        done = {str(fact_id) for fact_id in facts}
        with self._database.engine.connect() as connection, connection.begin():
            left = [one for one in read_mark(connection, UNSETTLED) or () if one not in done]
            write_mark(connection, UNSETTLED, left or None)

    def _catch_up(self, patience: float) -> CaughtUp:
        was_shared = self._shared
        seconds = PATIENCE
        began = time.monotonic()
        said = say_hello(self.hub, self._cursor, self._waiting, patience)
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
            # What was removed there must not come back from here.
            self._hear_removals(None, all_rows=True)
            self._cursor = compare(self._database, self.hub, now, seconds, self.resolver())
        for _ in range(1_000):
            sent += self._send()
            try:
                tables |= self._pull(seconds)
                # A comparing that was cut off in the middle goes on, however often.
                tables |= self._replaced(seconds)
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
            arrived = read_mark(session.connection(), UNSETTLED) or ()
        return CaughtUp(frozenset(tables), sent, tuple(UUID(one) for one in arrived), skew)

    def _correct(self, skew: float) -> None:
        """Keep how wrong this laptop's clock is, where it is another thing than before."""
        skew = round(skew, 1) if abs(skew) >= 1.0 else 0.0
        if abs(skew - self._skew) < 1.0 and bool(skew) == bool(self._skew):
            return
        self._skew = skew
        with self._database.engine.connect() as connection, connection.begin():
            write_mark(connection, "skew", skew)

    def _push(
        self, entries: Sequence[Entry], strict_after: int | None
    ) -> tuple[list[dict[str, Any]], int | None]:
        assert self._cursor is not None
        return push(self.hub, self._cursor, self._heard, entries, strict_after=strict_after)

    def _send(self) -> int:
        """Send everything that waits; how many it were."""
        sent, most = 0, _PART
        while True:
            with self._database.reading() as session:
                entries = read_entries(session.connection(), most=most)
            if not entries:
                return sent
            try:
                answers, _ = self._push(entries, None)
            except Unreadable:
                # One of them blocks the rest: it is found by sending each by itself.
                if most > 1:
                    most = 1
                    continue
                answers = [{"said": "refused", "why": "unreadable", "present": None}]
            except HearFirst:
                heard = self._heard
                self._hear_removals(self._cursor.number if self._cursor else None, all_rows=False)
                if self._heard <= heard:
                    raise HubGone("The hub speaks of a removal that it does not tell.") from None
                continue
            with applying(self._database) as connection:
                self.resolver().take(connection, entries, answers)
                self._waiting = count_waiting(connection)
            sent += len(entries)

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
        lines, last = ask(self.hub, lambda line: ask_removals(line, after), PATIENCE)
        with applying(self._database) as connection:
            self._hear(connection, lines, all_rows=all_rows)
        self._heard = last

    def _hear(
        self, connection: Connection, lines: Sequence[Mapping[str, Any]], *, all_rows: bool = False
    ) -> None:
        if lines and self.hears is not None:
            self.hears(connection, lines, all_rows)

    def _replaced(self, seconds: float) -> set[str]:
        changed = replace_all(self._database, self.hub, seconds)
        with self._telling:
            self._untold |= changed
        return changed

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
