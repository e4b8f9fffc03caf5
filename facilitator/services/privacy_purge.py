"""What a purge and an erasure do to the rows of one database.

Every text column of every table is gone through, so that a column that is added later is too;
only those that hold words of the program's own (`OWN_WORDS`) are not.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, String, Table, delete, or_, select, update
from sqlmodel import Session, col
from sqlmodel import select as pick

from facilitator.services.known_names import Known, KnownNames, looks_like_name
from facilitator.services.privacy_documents import keep_documents
from facilitator.store.database import table_order
from facilitator.store.rows import (
    AnswerRow,
    AttendanceWishRow,
    AttendeeCodeRow,
    AttendeeRow,
    BadgeFactRow,
    DraftRow,
    EventRow,
    JoinedRow,
    NoteRow,
    NoteVersionRow,
    PersonChangeRow,
    PledgeRow,
    PresenceRow,
    QuestionAnswerRow,
    ScanRow,
    SeatRow,
    SessionRow,
    SetAsideRow,
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
#: the event's own name, place and sides, which stand on every poster
PUBLIC = frozenset({"event", "side", "alembic_version"})
#: gone through row by row: who those are that stay (two people may share an address or a code),
#: what was edited of them and scanned, settings, and where documents lie
_OWN_WAY = {
    "attendee": {"title", "given_name", "family_name", "email", "phone", "organisation", "ticket"},
    "attendee_code": {"code", "folded"},
    "document_fact": {"name", "details"},
    "joined": {"name"},
    "person_change": {"old", "new"},
    "scan": {"raw"},
    "setting": {"value"},
    "source_row": {"row_key"},
}
#: who did something: whoever sat at a desk or the clock is nobody's business afterwards
_STAFF = {"by", "operator", "decided_by"}
#: columns that hold words of the program's own ("arrived", a side's key), never what people typed:
#: an organisation called Action must not change what kind a note is of
OWN_WORDS = {
    "asset": {"kind"},
    "attendee": {"side", "guessed", "edited"},
    "badge_fact": {"kind", "laptop", "layout", "why"},
    "clock_fact": {"kind", "boot"},
    "decision": {"area", "subject", "decision"},
    "document_fact": {"kind"},
    "draft": {"kind"},
    "hands": {"moment", "side", "estimate"},
    "join_code": {"role", "login"},
    "joined": {"role", "machine", "login"},
    "note": {"kind", "attribution", "side", "raised_by", "verdict"},
    "note_version": {"how"},
    "outbox": {"name", "row_key", "op"},
    "person_change": {"how", "field"},
    "pledge": {"side"},
    "presence": {"kind", "authority", "source"},
    "programme_session": {"kind", "starts", "published_starts", "sound", "colour"},
    "question": {"kind", "asked_of"},
    "question_answer": {"before"},
    "removal": {"kind"},
    "round": {"aims"},
    "scan": {"source"},
    "seat_change": {"kind"},
    "set_aside": {"area", "subject", "field"},
    "setting": {"key"},
    # where this file stands with its hub: numbers, ids and moments
    "sharing": {"key", "value"},
    "source": {"system"},
    "told": {"how"},
    "verdict": {"outcome"},
    "wish": {"kind"},
}
#: settings that hold such words
_OWN_SETTINGS = {"badge_tables", "badge_layout", "keep_until", "desk_pin", "desk_tries",
                 "red_clock", "published", "merged"}  # fmt: skip
#: and keys inside JSON
_OWN_KEYS = {"kind", "attribution", "side", "raised_by", "verdict", "face", "moment", "estimate"}
_OWN_WORD = re.compile(r"[a-z0-9-]*")
_OWN_KEY = re.compile(r"[a-z_]+")
_NAMING = {"given_name", "family_name", "email", "phone", "organisation"}
_KNOWN_AS = {"given_name": "given", "family_name": "family", "email": "email", "phone": "phone",
             "organisation": "organisation"}  # fmt: skip
#: how many share a profession so that it tells nobody apart
_SHARED = 5


@dataclass(frozen=True, slots=True)
class RowsPurged:
    """How many people were made nameless and how many were kept, documents that name people and
    still exist, and where copies were written; `names` finds whom it was about."""

    people: int
    kept: int
    documents: tuple[Path, ...]
    names: KnownNames


def purge_rows(
    session: Session, now: datetime, beside: Path | None = None, *, keep_consented: bool
) -> RowsPurged:
    """Take names, addresses, codes and organisations of people out of every row.

    With `keep_consented` those who agreed to be kept in touch stay as they are. Documents that
    name people and still exist are kept in mind, those in the folder `beside` that nobody
    recorded too.
    """
    rows = session.exec(pick(AttendeeRow)).all()
    kept = {row.id for row in rows if keep_consented and row.contact_consent is True}
    gone = [row for row in rows if row.id not in kept]
    names = KnownNames(
        [*_known(session, gone), *_earlier(session, {row.id for row in gone})],
        thorough=True, spare=_known(session, [row for row in rows if row.id in kept]),
    )  # fmt: skip
    clear = Cleaner(names)
    documents = keep_documents(session, names, beside, now)
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
    _drop_contradictions(session, None, kept)
    _clear_reasons(session, ids)
    _clear_scans(session, kept)
    _clear_staff(session)
    _clear_notes(session, ids, clear, keeps=bool(kept))
    _clear_event(session, clear, now, keeps=bool(kept))
    _clear_desks(session, clear)
    _clear_others(session, clear)
    clear_everywhere(session, clear)
    return RowsPurged(len(ids), len(kept), documents, names)


def erase_rows(
    session: Session, person_id: UUID, now: datetime, beside: Path | None = None
) -> RowsPurged | None:
    """Take everything about one person out of every row; None where there is nobody of that id.

    Their comings and goings stay as nameless facts that are counted nowhere.
    """
    row = session.get(AttendeeRow, person_id)
    if row is None:
        return None
    known = _known(session, [row]) + _earlier(session, {person_id})
    # An organisation or a single name may be another's as well; the whole name is theirs.
    names = KnownNames(known, codes=True)
    documents = keep_documents(session, names, beside, now)
    _empty(row)
    row.profession, row.borough, row.side = "", "", row.side
    row.front_line = row.contact_consent = row.photo_consent = None
    row.vip, row.erased_at = False, row.erased_at or now
    session.add(row)
    session.flush()
    _drop_details(session, {person_id})
    _drop_contradictions(session, {person_id}, set())
    _clear_reasons(session, {person_id})
    for table in (SeatRow, ToldRow, BadgeFactRow):
        session.execute(delete(table).where(col(table.attendee_id) == person_id))
    verdicts = select(col(VerdictRow.scan_id)).where(col(VerdictRow.attendee_id) == person_id)
    session.execute(update(ScanRow).where(col(ScanRow.id).in_(verdicts)).values(raw=""))
    clear = Cleaner(names)
    for scan in session.exec(pick(ScanRow).where(col(ScanRow.raw) != "")):
        if names.hits(scan.raw):
            scan.raw = ""
            session.add(scan)
    _clear_notes(session, {person_id}, clear, keeps=True)
    _clear_settings(session, clear)
    _clear_desks(session, clear)
    _clear_others(session, clear)
    clear_everywhere(session, clear)
    return RowsPurged(1, 0, documents, names)


class Cleaner:
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
                return {self._key(str(key)): self._under(str(key), one)
                        for key, one in value.items()}  # fmt: skip
            case _:
                return value

    def _key(self, key: str) -> str:
        return key if _OWN_KEY.fullmatch(key) else self.text(key)

    def _under(self, key: str, value: Any) -> Any:
        own = key in _OWN_KEYS and isinstance(value, str) and _OWN_WORD.fullmatch(value)
        return value if own else self.value(value)


def clear_everywhere(session: Session, clear: Cleaner) -> None:
    """Every text and JSON column of every table but those with words of the program's own, and
    those that have a way of their own."""
    session.flush()
    for table in table_order():
        if table.name in PUBLIC:
            continue
        spared = OWN_WORDS.get(table.name, set()) | _OWN_WAY.get(table.name, set())
        for column in table.columns:
            if column.name in spared:
                continue
            # SQLModel wraps its strings in a type of its own
            if isinstance(getattr(column.type, "impl", column.type), String):
                _clear_texts(session, table, column, clear)
            elif isinstance(column.type, JSON):
                _clear_json(session, table, column, clear)


def _clear_others(session: Session, clear: Cleaner) -> None:
    """Edits of those who stay, which may mention somebody who goes; how they themselves were
    called stays."""
    for change in session.exec(pick(PersonChangeRow)):
        if change.field not in _NAMING:
            _set(session, change, "old", clear.text(change.old))
            _set(session, change, "new", clear.text(change.new))
    session.flush()


def _clear_texts(session: Session, table: Table, column: Any, clear: Cleaner) -> None:
    for (value,) in session.execute(select(column).distinct()).all():
        new = clear.text(value) if value else value
        if new != value:
            session.execute(update(table).where(column == value).values({column.name: new}))


def _clear_json(session: Session, table: Table, column: Any, clear: Cleaner) -> None:
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
    return found + _elsewhere(session, ids, rows)


def _elsewhere(session: Session, ids: set[UUID], rows: dict[UUID, AttendeeRow]) -> list[Known]:
    """How another copy of the event called these people."""
    found: list[Known] = []
    for aside in session.exec(pick(SetAsideRow).where(col(SetAsideRow.area) == "person")):
        row = next((rows[key] for key in ids & rows.keys() if str(key) == aside.subject), None)
        if row is None:
            continue
        for field, value in {**aside.there, aside.field: aside.there_words}.items():
            if field in _KNOWN_AS and isinstance(value, str) and value:
                known = Known(row.given_name, row.family_name)
                found.append(replace(known, **{_KNOWN_AS[field]: value}))
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
            update(SourceRowRow)
            .where(col(SourceRowRow.attendee_id).in_(part), col(SourceRowRow.row_key) != "")
            .values(row_key="")
        )
    session.execute(delete(DraftRow))


def _drop_contradictions(session: Session, ids: set[UUID] | None, kept: set[UUID]) -> None:
    """What another copy says of these people (None: of everybody but `kept`)."""
    facts = {
        str(fact): person for fact, person in session.exec(
            pick(PresenceRow.id, PresenceRow.attendee_id)
        )
    }  # fmt: skip
    for aside in session.exec(pick(SetAsideRow)).all():
        about = str(facts.get(aside.subject, aside.subject))
        stays = {str(key) for key in kept}
        gone = about not in stays if ids is None else about in {str(key) for key in ids}
        if gone:
            session.delete(aside)
    session.flush()


def _clear_reasons(session: Session, ids: set[UUID]) -> None:
    """Why somebody's arrival was taken back is typed freely, and may be about anybody."""
    for part in _parts(ids):
        session.execute(
            update(PresenceRow)
            .where(col(PresenceRow.attendee_id).in_(part), col(PresenceRow.reason) != "")
            .values(reason="")
        )


def _clear_scans(session: Session, kept: set[UUID]) -> None:
    if not kept:
        session.execute(update(ScanRow).where(col(ScanRow.raw) != "").values(raw=""))
        return
    theirs = {
        scan for scan, person in session.exec(pick(VerdictRow.scan_id, VerdictRow.attendee_id))
        if person in kept
    }  # fmt: skip
    others = [key for key in session.exec(pick(ScanRow.id)) if key not in theirs]
    for part in _parts(others):
        session.execute(
            update(ScanRow).where(col(ScanRow.id).in_(part), col(ScanRow.raw) != "").values(raw="")
        )


def _clear_staff(session: Session) -> None:
    """Who did what, in every table; who said a note is another matter."""
    for table in table_order():
        found = [name for name in _STAFF if name in table.columns]
        if found and table.name != "note":
            # a row that says nobody is left alone: on a shared event each change travels
            said = or_(*(table.c[name] != "" for name in found))
            session.execute(update(table).where(said).values(dict.fromkeys(found, "")))


# --- of notes and the event -----------------------------------------------------------------------


def _clear_notes(
    session: Session, ids: set[UUID], clear: Cleaner, *, keeps: bool
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
    content: dict[str, Any], ids: set[UUID], clear: Cleaner, *, keeps: bool
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
    return clear.value(found)


def _clear_event(session: Session, clear: Cleaner, now: datetime, *, keeps: bool) -> None:
    event = session.exec(pick(EventRow)).one()
    event.purged_at = now
    session.add(event)
    for source in session.exec(pick(SourceRow)):
        source.name, source.skipped = "", []
        source.mapping = source.mapping if keeps else {}
        session.add(source)
    session.execute(update(SettingRow).where(col(SettingRow.key) == "call").values(value=""))
    _clear_settings(session, clear)
    if not keeps:
        session.execute(update(SessionRow).where(col(SessionRow.speaker) != "").values(speaker=""))
    session.flush()


def _clear_settings(session: Session, clear: Cleaner) -> None:
    for setting in session.exec(pick(SettingRow)):
        if setting.key not in _OWN_SETTINGS:
            _set(session, setting, "value", clear.value(setting.value))


def _clear_desks(session: Session, clear: Cleaner) -> None:
    """A laptop that is called like somebody who goes is called Desk and a number, which no other
    one is."""
    desks = list(session.exec(pick(JoinedRow).order_by(col(JoinedRow.joined_at))))
    taken = {desk.name for desk in desks}
    for number, desk in enumerate(desks, start=1):
        if clear.text(desk.name) == desk.name:
            continue
        names = (f"Desk {turn}" for turn in range(number, number + len(desks) + 1))
        desk.name = next(name for name in names if name not in taken)
        taken.add(desk.name)
        session.add(desk)
    session.flush()


def _set(session: Session, row: Any, field: str, value: Any) -> None:
    if value != getattr(row, field):
        setattr(row, field, value)
        session.add(row)


def _parts(ids: Iterable[UUID], size: int = 500) -> Iterable[list[UUID]]:
    found = list(ids)
    return (found[at : at + size] for at in range(0, len(found), size))
