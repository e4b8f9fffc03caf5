"""A removal of personal data where several laptops share an event: how it reaches each of them.

Whoever removes writes down that it begins, before anything else, and that it is done, after
everything else. All changes keep their order on the way, so a laptop that hears of the first still
knows all names, and one that hears of the second has everything between.

On hearing of it a laptop clears what it has not sent yet, and its log, before it sends more: what
was written alone must not bring anybody back. When it is done the file forgets, its copies are
cleared, and the laptop says so to all (`decision`), which is how organisers know whom it reached.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
from sqlalchemy import Connection, delete, select, update
from sqlmodel import Session, col
from sqlmodel import select as pick

from facilitator.clocks import Clocks
from facilitator.domain.errors import Trouble
from facilitator.services.copy_places import CopyPlaces
from facilitator.services.known_names import KnownNames
from facilitator.services.privacy_copies import CopiesCleared, clear_copies
from facilitator.services.privacy_documents import copy_places
from facilitator.services.privacy_logs import clear_logs
from facilitator.services.privacy_purge import RowsPurged, erase_rows, purge_rows
from facilitator.store.copies import copied_at
from facilitator.store.database import Database, table_order
from facilitator.store.hub_outbox import (
    count_waiting,
    read_mark,
    stored_key,
    waiting_rows,
    write_mark,
)
from facilitator.store.hub_schema import key_of
from facilitator.store.rows import (
    AttendeeRow,
    DecisionRow,
    DraftRow,
    EventRow,
    JoinedRow,
    OutboxRow,
    RemovalRow,
)
from facilitator.store.scrub import scrub, scrub_hub
from facilitator.store.trouble import in_words

log = logging.getLogger("facilitator.privacy")

ERASE, PURGE, PURGE_BUT_AGREED = "erase", "purge", "purge-but-agreed"
#: the areas of `decision` by which a laptop says that a removal reached it: all of it, or all but
#: copies that it could not reach; subject is the removal, decision the laptop
REACHED, REACHED_BUT = "removal-reached", "removal-reached-but-copies"
#: the removals that the server on this laptop has forgotten
_AT_HUB = "forgotten at the hub"
#: how long until it is tried again, in seconds: another program may still read the file
_PAUSE = 30.0
_OUTBOX: Any = OutboxRow.__table__  # pyright: ignore[reportAttributeAccessIssue]
_REMOVAL: Any = RemovalRow.__table__  # pyright: ignore[reportAttributeAccessIssue]


@dataclass(frozen=True, slots=True)
class Removal:
    """That personal data was removed."""

    id: UUID
    kind: str
    subject: UUID | None
    at: datetime

    def carry_out(self, session: Session) -> RowsPurged | None:
        """Do to these rows what was done then; None where there is nobody of that id."""
        if self.kind == ERASE:
            return erase_rows(session, self.subject, self.at) if self.subject else None
        return purge_rows(session, self.at, keep_consented=self.kind == PURGE_BUT_AGREED)


def begin_removal(session: Session, kind: str, subject: UUID | None, now: datetime) -> RemovalRow:
    """Write down, before anything is removed, that it will be."""
    row = RemovalRow(kind=kind, subject=subject, at=now)
    session.add(row)
    session.flush()
    return row


def end_removal(session: Session, row: RemovalRow, now: datetime) -> None:
    """Write down, after everything is removed, that it was."""
    session.flush()
    row.done_at = now
    session.add(row)
    session.flush()


class Removals:
    """What one shared file does about removals that it hears of."""

    def __init__(self, database: Database, clocks: Clocks, desk_id: UUID) -> None:
        self._database, self._clocks = database, clocks
        #: this laptop among the joined ones
        self.desk = desk_id
        self._not_before = 0.0

    # -- on hearing of it -----------------------------------------------------------------------

    def hear(
        self, connection: Connection, lines: Sequence[Mapping[str, Any]], all_rows: bool
    ) -> None:
        """Clear what has not been sent yet, before any change is applied or sent.

        `lines` are rows of `removal` as the hub writes them; those that are known here are passed
        over. Inside a transaction whose changes do not wait to be sent. `all_rows`: a hub of
        another term will be told all that it lacks, so all rows are cleared; its own come after.
        """
        known = set(connection.execute(select(_REMOVAL.c.id)).scalars())
        for line in lines:
            removal = _removal(line)
            if removal.id in known:
                continue
            names = (
                self._clear_all(connection, removal)
                if all_rows
                else self._clear_waiting(connection, removal)
            )
            connection.execute(delete(DraftRow))
            if names is not None:
                clear_logs(names)
            # as begun: that it is done is written by the changes, with all that lies between
            connection.execute(
                _REMOVAL.insert().values(
                    id=removal.id, kind=removal.kind, subject=removal.subject, at=removal.at
                )
            )

    @staticmethod
    def _clear_all(connection: Connection, removal: Removal) -> KnownNames | None:
        with Session(connection, join_transaction_mode="create_savepoint") as session:
            done = removal.carry_out(session)
            session.commit()
        return done.names if done is not None else None

    @staticmethod
    def _clear_waiting(connection: Connection, removal: Removal) -> KnownNames | None:
        """Carry the removal out, keep what it makes of rows that wait to be sent, and take all
        else back: those rows are as the hub has them, and come from there."""
        before = _rows(connection, waiting_rows(connection))
        with Session(connection, join_transaction_mode="create_savepoint") as session:
            done = removal.carry_out(session)
            session.flush()
            after = _rows(session.connection(), before)
            session.rollback()
        for (name, key), row in before.items():
            table, made = _table(name), after.get((name, key))
            own = table.c[key_of(table)] == stored_key(name, key)
            if made is None:
                connection.execute(delete(table).where(own))
                connection.execute(
                    _OUTBOX.delete().where(
                        _OUTBOX.c.name == name, _OUTBOX.c.row_key.in_((key, key.replace("-", "")))
                    )
                )
            elif made != row:
                changed = {field: value for field, value in made.items() if value != row[field]}
                connection.execute(update(table).where(own).values(**changed))
        return done.names if done is not None else None

    # -- when it is done ------------------------------------------------------------------------

    def follow(self, hub_url: Callable[[], str | None] = lambda: None) -> CopiesCleared:
        """Let this file, its copies and, with the owner's `hub_url`, the hub's server forget.

        After every catching up: it is quick where nothing was removed, and comes back to what
        could not be done yet. What goes wrong is logged, and tried again later.
        """
        copies = CopiesCleared((), ())
        with self._database.reading() as session:
            done = _done(session)
            if not done:
                return copies
            said = _reached_by(session, self.desk)
            at_hub = {UUID(one) for one in read_mark(session.connection(), _AT_HUB) or ()}
        if self._clocks.steady() < self._not_before:
            return copies
        pending = [one for one in done if one.id not in said]
        try:
            if pending:
                self._redo()
                copies = self._forget(pending)
            if {one.id for one in done} - at_hub and (url := hub_url()) is not None:
                self._forget_at_hub(url, done)
        except (Trouble, psycopg.Error) as problem:
            # a page that says "not reached yet" is right meanwhile
            log.warning("a removal of personal data waits: %s", type(problem).__name__)
            self._not_before = self._clocks.steady() + _PAUSE
        return copies

    def _forget(self, done: Sequence[Removal]) -> CopiesCleared:
        with self._database.reading() as session:
            event_id = session.exec(pick(EventRow.id)).one()
            elsewhere = dict.fromkeys(copy_places(session))
        with in_words(self._database.place):
            scrub(self._database)
        elsewhere |= dict.fromkeys(CopyPlaces().newest(self._database.location))
        latest = max(one.at for one in done)

        def clear(session: Session) -> None:
            for one in done:
                one.carry_out(session)

        copies = clear_copies(
            self._database.path, event_id, clear, elsewhere, spare=lambda p: _is_later(p, latest)
        )
        # what is not here may be long gone: it is said, and not waited for
        area = REACHED_BUT if copies.unreached else REACHED
        with self._database.session() as session:
            for one in done:
                session.add(
                    DecisionRow(
                        at=self._clocks.now(), area=area, subject=str(one.id),
                        decision=str(self.desk),
                    )
                )  # fmt: skip
        return copies

    def _forget_at_hub(self, hub_url: str, done: Sequence[Removal]) -> None:
        """Once the removal has reached the hub whole, the server of our own forgets too."""
        with self._database.reading() as session:
            if count_waiting(session.connection()):
                return
        scrub_hub(hub_url)
        with self._database.session() as session:
            write_mark(session.connection(), _AT_HUB, [str(one.id) for one in done])

    def _redo(self) -> None:
        """On the hub's laptop: carry out what a laptop that came back knows of, and this hub, which
        took over meanwhile, did not."""
        with self._database.reading() as session:
            me = session.get(JoinedRow, self.desk)
            if me is None or not me.is_hub:
                return
            undone = _undone(session)
        for removal in undone:
            # A removal of its own: whoever said that the first is done may have got names anew.
            now = self._clocks.now()
            with self._database.session() as session:
                row = begin_removal(session, removal.kind, removal.subject, now)
                replace(removal, at=now).carry_out(session)
                end_removal(session, row, now)


def _done(session: Session) -> list[Removal]:
    """The removals of which everything has come."""
    rows = session.exec(
        pick(RemovalRow).where(col(RemovalRow.done_at).is_not(None)).order_by(col(RemovalRow.at))
    )
    return [Removal(row.id, row.kind, row.subject, row.at) for row in rows]


def _reached_by(session: Session, desk: UUID) -> set[UUID]:
    """The removals of which a laptop said that they are done there."""
    rows = session.exec(
        pick(DecisionRow.subject).where(
            col(DecisionRow.area).in_((REACHED, REACHED_BUT)), DecisionRow.decision == str(desk)
        )
    )
    return {UUID(one) for one in rows}


def _undone(session: Session) -> list[Removal]:
    purged_at = session.exec(pick(EventRow.purged_at)).one()
    found = []
    for row in _done(session):
        if row.kind == ERASE:
            person = session.get(AttendeeRow, row.subject) if row.subject else None
            is_undone = person is not None and person.erased_at is None
        else:
            is_undone = purged_at is None or purged_at < row.at or _names_left(session, row)
        if is_undone:
            found.append(row)
    return found


def _names_left(session: Session, removal: Removal) -> bool:
    """Whether somebody is named whom a purge should have made nameless: another desk changed
    something of them at the same moment."""
    here = pick(AttendeeRow.id).where(
        col(AttendeeRow.created_at) <= removal.at,
        (col(AttendeeRow.given_name) != "") | (col(AttendeeRow.family_name) != ""),
    )
    if removal.kind == PURGE_BUT_AGREED:
        here = here.where(col(AttendeeRow.contact_consent).is_not(True))
    return session.exec(here.limit(1)).first() is not None


def _removal(line: Mapping[str, Any]) -> Removal:
    return Removal(
        UUID(line["id"]), str(line["kind"]), UUID(line["subject"]) if line["subject"] else None,
        datetime.fromisoformat(line["at"]),
    )  # fmt: skip


def _rows(
    connection: Connection, wanted: Sequence[tuple[str, str]] | Mapping[tuple[str, str], Any] | set
) -> dict[tuple[str, str], dict[str, Any]]:
    found = {}
    for name, key in wanted:
        table = _table(name)
        query = select(table).where(table.c[key_of(table)] == stored_key(name, key))
        row = connection.execute(query).mappings().first()
        if row is not None:
            found[name, key] = dict(row)
    return found


def _table(name: str) -> Any:
    return next(table for table in table_order() if table.name == name)


def _is_later(path: Path, moment: datetime) -> bool:
    """Whether a copy is from after a removal: whoever is in it came after it."""
    with suppress(OSError):
        made = copied_at(path)
        return made is not None and made > moment
    return False
