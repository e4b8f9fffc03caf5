"""What a purge and an erasure do to the rows of one database, and how its file forgets them.

Every text column of every table is gone through, so that a column that is added later is too.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, String, Table, delete, select, text, update
from sqlmodel import Session, col
from sqlmodel import select as pick

from facilitator.domain.errors import Busy
from facilitator.services.known_names import Known, KnownNames, looks_like_name
from facilitator.store.database import PATIENCE, Database, table_order
from facilitator.store.rows import (
    AnswerRow,
    AttendanceWishRow,
    AttendeeCodeRow,
    AttendeeRow,
    BadgeFactRow,
    ClockFactRow,
    DocumentFactRow,
    DraftRow,
    EventRow,
    NoteRow,
    NoteVersionRow,
    PersonChangeRow,
    PledgeRow,
    PresenceRow,
    QuestionAnswerRow,
    ScanRow,
    SeatChangeRow,
    SeatRow,
    SessionRow,
    SettingRow,
    SourceRow,
    SourceRowRow,
    ToldRow,
    VerdictRow,
    WishRow,
)

REMOVED = "[removed]"
#: what is left of an attendee: their side, borough and what they did; nothing that names them
_EMPTIED = (
    "title", "given_name", "family_name", "said", "email", "phone", "organisation", "job_title",
    "stance", "diet", "access", "attention", "tray",
)  # fmt: skip
#: handled row by row, or about the event and no person
_OWN_WAY = {"event", "side", "setting", "attendee", "attendee_code", "answer", "person_change",
            "source_row", "scan", "alembic_version"}  # fmt: skip
_NAMING = {"given_name", "family_name", "email", "phone", "organisation"}
#: how many share a profession so that it tells nobody apart
_SHARED = 5


@dataclass(frozen=True, slots=True)
class RowsPurged:
    """How many people were made nameless, how many were kept, and documents that name people."""

    people: int
    kept: int
    documents: tuple[str, ...]


def purge_rows(session: Session, now: datetime, *, keep_consented: bool) -> RowsPurged:
    """Take names, addresses, codes and organisations of people out of every row.

    With `keep_consented` those who agreed to be kept in touch stay as they are.
    """
    rows = session.exec(pick(AttendeeRow)).all()
    kept = {row.id for row in rows if keep_consented and row.contact_consent is True}
    gone = [row for row in rows if row.id not in kept]
    names = KnownNames(
        [*_known(session, gone), *_earlier(session, {row.id for row in gone})],
        thorough=True, spare=_known(session, [row for row in rows if row.id in kept]),
    )  # fmt: skip
    named = tuple(
        fact.name
        for fact in session.exec(pick(DocumentFactRow).where(col(DocumentFactRow.names_inside)))
    )
    clear = _Cleaner(names)
    many: dict[str, int] = {}
    for row in gone:
        many[row.profession] = many.get(row.profession, 0) + 1
    for row in gone:
        if many[row.profession] < _SHARED:
            row.profession = ""
        _empty(row)
        session.add(row)
    session.flush()
    ids = {row.id for row in gone}
    _drop_details(session, ids)
    _clear_scans(session, kept)
    _clear_staff(session)
    _clear_notes(session, ids, clear, keeps=bool(kept))
    _clear_event(session, clear, now, keeps=bool(kept))
    clear_everywhere(session, clear)
    return RowsPurged(len(ids), len(kept), tuple(dict.fromkeys(named)))


def erase_rows(session: Session, person_id: UUID, now: datetime) -> bool:
    """Take everything about one person out of every row; False where there is nobody of that id.

    Their comings and goings stay as nameless facts that are counted nowhere.
    """
    row = session.get(AttendeeRow, person_id)
    if row is None:
        return False
    known = _known(session, [row]) + _earlier(session, {person_id})
    # An organisation or a single name may be another's as well; the whole name is theirs.
    names = KnownNames(known, codes=True)
    _empty(row)
    row.profession, row.borough, row.side = "", "", row.side
    row.front_line = row.contact_consent = row.photo_consent = None
    row.vip, row.erased_at = False, row.erased_at or now
    session.add(row)
    session.flush()
    _drop_details(session, {person_id})
    for table in (SeatRow, ToldRow, BadgeFactRow):
        session.execute(delete(table).where(col(table.attendee_id) == person_id))
    verdicts = select(col(VerdictRow.scan_id)).where(col(VerdictRow.attendee_id) == person_id)
    session.execute(update(ScanRow).where(col(ScanRow.id).in_(verdicts)).values(raw=""))
    clear = _Cleaner(names)
    for scan in session.exec(pick(ScanRow).where(col(ScanRow.raw) != "")):
        if names.hits(scan.raw):
            scan.raw = ""
            session.add(scan)
    _clear_notes(session, {person_id}, clear, keeps=True)
    for setting in session.exec(pick(SettingRow)):
        _set(session, setting, "value", clear.value(setting.value))
    clear_everywhere(session, clear)
    return True


def forget(database: Database) -> None:
    """Write the file anew, so that nothing of what was removed is left in it or its log.

    Busy where another program still reads what was there before.
    """
    if database.is_server:
        with database.engine.connect().execution_options(
            isolation_level="AUTOCOMMIT"
        ) as connection:
            connection.execute(text("VACUUM FULL"))
        return
    database.engine.dispose()
    with closing(sqlite3.connect(database.location, timeout=PATIENCE)) as raw:
        raw.isolation_level = None
        raw.execute("PRAGMA secure_delete=ON")
        raw.execute("PRAGMA temp_store=MEMORY")
        raw.execute("VACUUM")
        busy, *_ = raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    if busy:
        raise Busy(
            f"Another program still reads {database.place} as it was before.",
            "Nobody is named in it any more, but its log still holds what was removed.",
            "Close the other program, then remove personal data again.",
        )


class _Cleaner:
    """Clears texts, each different one only once."""

    def __init__(self, names: KnownNames) -> None:
        self._names = names
        self._seen: dict[str, str] = {}

    def text(self, value: str) -> str:
        """The text with “[removed]” for each name."""
        if value not in self._seen:
            self._seen[value] = self._names.without(value, REMOVED)
        return self._seen[value]

    def value(self, value: Any) -> Any:
        """The same for whatever JSON holds."""
        match value:
            case str():
                return self.text(value)
            case list():
                return [self.value(one) for one in value]
            case dict():
                return {self.text(str(key)): self.value(one) for key, one in value.items()}
            case _:
                return value


def clear_everywhere(session: Session, clear: _Cleaner) -> None:
    """Every text and JSON column of every table but those that have a way of their own."""
    session.flush()
    for table in table_order():
        if table.name in _OWN_WAY:
            continue
        for column in table.columns:
            # SQLModel wraps its strings in a type of its own
            if isinstance(getattr(column.type, "impl", column.type), String):
                _clear_texts(session, table, column, clear)
            elif isinstance(column.type, JSON):
                _clear_json(session, table, column, clear)


def _clear_texts(session: Session, table: Table, column: Any, clear: _Cleaner) -> None:
    for (value,) in session.execute(select(column).distinct()).all():
        new = clear.text(value) if value else value
        if new != value:
            session.execute(update(table).where(column == value).values({column.name: new}))


def _clear_json(session: Session, table: Table, column: Any, clear: _Cleaner) -> None:
    key = next(iter(table.primary_key.columns))
    for row_key, value in session.execute(select(key, column)).all():
        new = clear.value(value)
        if new != value:
            session.execute(update(table).where(key == row_key).values({column.name: new}))


# --- of people ------------------------------------------------------------------------------------


def _known(session: Session, rows: Iterable[AttendeeRow]) -> list[Known]:
    codes: dict[UUID, list[str]] = {}
    for key, code in session.exec(pick(AttendeeCodeRow.attendee_id, AttendeeCodeRow.code)):
        codes.setdefault(key, []).append(code)
    return [
        Known(row.given_name, row.family_name, row.email, row.phone, row.organisation,
              (row.ticket, *codes.get(row.id, ())))
        for row in rows
    ]  # fmt: skip


def _earlier(session: Session, ids: set[UUID]) -> list[Known]:
    """How these people were called before an edit."""
    found: list[Known] = []
    rows = {row.id: row for row in session.exec(pick(AttendeeRow))}
    for change in session.exec(
        pick(PersonChangeRow).where(col(PersonChangeRow.field).in_(_NAMING))
    ):
        row = rows.get(change.attendee_id)
        if row is None or change.attendee_id not in ids:
            continue
        for value in (change.old, change.new):
            known = Known(row.given_name, row.family_name)
            match change.field:
                case "given_name":
                    found.append(replace(known, given=value))
                case "family_name":
                    found.append(replace(known, family=value))
                case "email":
                    found.append(replace(known, email=value))
                case "phone":
                    found.append(replace(known, phone=value))
                case _:
                    found.append(replace(known, organisation=value))
    return found


def _empty(row: AttendeeRow) -> None:
    for field in _EMPTIED:
        setattr(row, field, "")
    row.ticket = f"removed-{row.id.hex}"
    row.guessed, row.edited = [], []


def _drop_details(session: Session, ids: set[UUID]) -> None:
    """What a list brought along, what was edited, what was wished."""
    for part in _parts(ids):
        for table in (
            AttendeeCodeRow,
            AnswerRow,
            QuestionAnswerRow,
            PersonChangeRow,
            AttendanceWishRow,
        ):
            session.execute(delete(table).where(col(table.attendee_id).in_(part)))
        session.execute(
            delete(WishRow).where(
                col(WishRow.attendee_id).in_(part) | col(WishRow.other_id).in_(part)
            )
        )
        session.execute(
            update(SourceRowRow).where(col(SourceRowRow.attendee_id).in_(part)).values(row_key="")
        )
    session.execute(delete(DraftRow))


def _clear_scans(session: Session, kept: set[UUID]) -> None:
    if not kept:
        session.execute(update(ScanRow).values(raw=""))
        return
    theirs = {
        scan for scan, person in session.exec(pick(VerdictRow.scan_id, VerdictRow.attendee_id))
        if person in kept
    }  # fmt: skip
    others = [key for key in session.exec(pick(ScanRow.id)) if key not in theirs]
    for part in _parts(others):
        session.execute(update(ScanRow).where(col(ScanRow.id).in_(part)).values(raw=""))


def _clear_staff(session: Session) -> None:
    """Who sat at a desk or the clock is nobody's business afterwards either."""
    for table, fields in (
        (ScanRow, ("operator",)), (PresenceRow, ("operator", "decided_by")),
        (SeatChangeRow, ("by",)), (WishRow, ("by",)), (ClockFactRow, ("by",)),
        (NoteVersionRow, ("by",)), (PersonChangeRow, ("by",)), (QuestionAnswerRow, ("operator",)),
    ):  # fmt: skip
        session.execute(update(table).values(dict.fromkeys(fields, "")))


# --- of notes and the event -----------------------------------------------------------------------


def _clear_notes(
    session: Session, ids: set[UUID], clear: _Cleaner, *, keeps: bool
) -> None:  # fmt: skip
    """Who said, owns, is to be asked and pledged. `keeps`: others may stay named."""
    for note in session.exec(pick(NoteRow)):
        if note.attendee_id in ids:
            note.attendee_id, note.by = None, ""
        elif not keeps:
            note.by = ""
        note.by = clear.text(note.by)
        for field in ("owner", "ask"):
            value = getattr(note, field)
            hidden = REMOVED if not keeps and looks_like_name(value) else clear.text(value)
            setattr(note, field, hidden if value else "")
        session.add(note)
    for version in session.exec(pick(NoteVersionRow)):
        content = _version(version.content, ids, clear, keeps=keeps)
        _set(session, version, "content", content)
    for pledge in session.exec(pick(PledgeRow)):
        if pledge.attendee_id in ids or not keeps:
            pledge.attendee_id, pledge.who = None, REMOVED if pledge.who else ""
            session.add(pledge)
    session.flush()


def _version(
    content: dict[str, Any], ids: set[UUID], clear: _Cleaner, *, keeps: bool
) -> dict[str, Any]:
    found = dict(content)
    who = found.get("who")
    if isinstance(who, dict):
        theirs = str(who.get("attendee_id", "")) in {str(key) for key in ids}
        if theirs or not keeps:
            who = {k: v for k, v in who.items() if k not in {"attendee_id", "name"}}
        found["who"] = who
    for field in ("owner", "ask"):
        if not keeps and looks_like_name(str(found.get(field, ""))):
            found[field] = REMOVED
    return {key: clear.value(value) for key, value in found.items()}


def _clear_event(session: Session, clear: _Cleaner, now: datetime, *, keeps: bool) -> None:
    event = session.exec(pick(EventRow)).one()
    event.purged_at = now
    session.add(event)
    for source in session.exec(pick(SourceRow)):
        source.name, source.skipped = "", []
        source.mapping = source.mapping if keeps else {}
        session.add(source)
    for setting in session.exec(pick(SettingRow)):
        value = "" if setting.key == "call" else clear.value(setting.value)
        _set(session, setting, "value", value)
    if not keeps:
        session.execute(update(SessionRow).values(speaker=""))
    for fact in session.exec(pick(DocumentFactRow)):
        fact.name, fact.details = "", {}
        session.add(fact)
    session.flush()


def _set(session: Session, row: Any, field: str, value: Any) -> None:
    if value != getattr(row, field):
        setattr(row, field, value)
        session.add(row)


def _parts(ids: Iterable[UUID], size: int = 500) -> Iterable[list[UUID]]:
    found = list(ids)
    return (found[at : at + size] for at in range(0, len(found), size))
