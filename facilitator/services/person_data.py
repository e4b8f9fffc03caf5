"""Everything that an event holds about one person, in sections, and its history."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlmodel import Session, col, select

from facilitator.clocks import stamp
from facilitator.documents.person_file import Section
from facilitator.domain.people import Person
from facilitator.services.events import Event
from facilitator.services.known_names import Known, KnownNames
from facilitator.services.note_reading import read_notes
from facilitator.store.rows import (
    AnswerRow,
    AttendanceWishRow,
    AttendeeRow,
    PersonChangeRow,
    PledgeRow,
    PresenceRow,
    RoomTableRow,
    RoundRow,
    ScanRow,
    SeatChangeRow,
    SeatRow,
    SourceRow,
    SourceRowRow,
    ToldRow,
    VerdictRow,
    WishRow,
)

_DETAILS = (
    "title", "given_name", "family_name", "said", "email", "phone", "organisation", "job_title",
    "profession", "side", "front_line", "borough", "stance", "diet", "access", "attention", "vip",
    "contact_consent", "photo_consent", "tray", "cancelled", "walk_in",
)  # fmt: skip
_HOW_TOLD = {"badge": "on their badge", "list": "on a list", "room": "on the room display",
             "desk": "at the desk"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """One fact about a person; `words` is a plain sentence without its full stop."""

    at: datetime
    words: str
    #: desk and operator, or who made the change
    by: str = ""


@dataclass(frozen=True, slots=True)
class Held:
    """Everything held about one person."""

    name: str
    event: str
    made_at: datetime
    sections: tuple[Section, ...]
    raw: dict[str, Any] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """As plain values."""
        return self.raw


def history_of(session: Session, person: Person) -> tuple[HistoryLine, ...]:
    """Every fact about one person, oldest first."""
    lines = [
        *_listed(session, person), *_edited(session, person.id), *_presence(session, person.id),
        *_seated(session, person.id), *_told(session, person.id), *_said(session, person.id),
    ]  # fmt: skip
    return tuple(sorted(lines, key=lambda line: line.at))


def _listed(session: Session, person: Person) -> list[HistoryLine]:
    row = session.get(AttendeeRow, person.id)
    assert row is not None
    lines = [HistoryLine(row.created_at, "Added at the desk" if row.walk_in else "Added")]
    query = (
        select(SourceRow, SourceRowRow)
        .join(SourceRowRow, col(SourceRowRow.source_id) == col(SourceRow.id))
        .where(col(SourceRowRow.attendee_id) == person.id)
    )
    for source, place in session.exec(query):
        lines.append(HistoryLine(source.at, f"In row {place.number} of the list “{source.name}”"))
    return lines


def _edited(session: Session, person_id: UUID) -> list[HistoryLine]:
    rows = session.exec(
        select(PersonChangeRow).where(col(PersonChangeRow.attendee_id) == person_id)
        .order_by(col(PersonChangeRow.id))
    )  # fmt: skip
    return [
        HistoryLine(
            row.at,
            f"{row.field.replace('_', ' ').capitalize()} {row.how or 'changed'} from "
            f"“{row.old}” to “{row.new}”",
            row.by,
        )
        for row in rows
    ]


def _presence(session: Session, person_id: UUID) -> list[HistoryLine]:
    rows = session.exec(
        select(PresenceRow).where(col(PresenceRow.attendee_id) == person_id)
        .order_by(col(PresenceRow.number))
    ).all()  # fmt: skip
    by_id = {row.id: row for row in rows}
    words = {"arrived": "Arrived", "left": "Left", "returned": "Came back"}
    found = []
    for row in rows:
        if row.kind == "undone":
            was = by_id.get(row.undoes) if row.undoes else None
            text = f"Taken back: {words.get(was.kind, was.kind).lower() if was else 'a fact'}"
        else:
            text = words.get(row.kind, row.kind)
        for extra in (row.reason, row.exception):
            text += f" ({extra})" if extra else ""
        desk = ", ".join(part for part in (row.desk, row.operator) if part)
        source = f"by {row.source}" if row.source else ""
        found.append(HistoryLine(row.at, text, " ".join(p for p in (desk, source) if p)))
    return found


def _seated(session: Session, person_id: UUID) -> list[HistoryLine]:
    query = (
        select(SeatRow, SeatChangeRow, RoundRow.number, RoomTableRow.label)
        .join(SeatChangeRow, col(SeatChangeRow.id) == col(SeatRow.change_id))
        .join(RoundRow, col(RoundRow.id) == col(SeatRow.round_id))
        .outerjoin(RoomTableRow, col(RoomTableRow.id) == col(SeatRow.table_id))
        .where(col(SeatRow.attendee_id) == person_id)
        .order_by(col(SeatRow.revision), col(RoundRow.number))
    )
    return [
        HistoryLine(
            change.at,
            f"Round {number}: seated at table {table}" if table else f"Round {number}: no seat",
            ", ".join(part for part in (change.kind, change.by) if part),
        )
        for _, change, number, table in session.exec(query)
    ]


def _told(session: Session, person_id: UUID) -> list[HistoryLine]:
    query = (
        select(ToldRow, RoundRow.number, RoomTableRow.label)
        .join(RoundRow, col(RoundRow.id) == col(ToldRow.round_id))
        .join(RoomTableRow, col(RoomTableRow.id) == col(ToldRow.table_id))
        .where(col(ToldRow.attendee_id) == person_id)
    )
    return [
        HistoryLine(
            told.at, f"Told table {table} for round {number} {_HOW_TOLD.get(told.how, told.how)}"
        )
        for told, number, table in session.exec(query)
    ]


def _said(session: Session, person_id: UUID) -> list[HistoryLine]:
    found = [
        HistoryLine(note.at, f"Said, by name: “{note.text}”")
        for note in read_notes(session)
        if note.content.who.attendee_id == person_id
    ]
    pledges = session.exec(select(PledgeRow).where(col(PledgeRow.attendee_id) == person_id))
    return found + [HistoryLine(row.at, "Pledged to copy a bright spot") for row in pledges]


# --- access ---------------------------------------------------------------------------------------


def everything_held(
    session: Session, event: Event, person: Person, row: AttendeeRow, made_at: datetime
) -> Held:
    """Everything about one person; of others only that there are any."""
    details = {name: getattr(row, name) for name in _DETAILS}
    answers = session.exec(
        select(AnswerRow.question, AnswerRow.answer).where(
            col(AnswerRow.attendee_id) == person.id
        )
    ).all()  # fmt: skip
    scans = session.exec(
        select(ScanRow, VerdictRow.outcome)
        .join(VerdictRow, col(VerdictRow.scan_id) == col(ScanRow.id))
        .where(col(VerdictRow.attendee_id) == person.id)
    ).all()
    wishes = _wishes(session, person.id)
    history = history_of(session, person)
    mentions = _mentions(session, person)
    raw = {
        "event": event.name,
        "made_at": stamp(made_at),
        "person": {"id": str(person.id), **details, "status": person.status.value},
        "ticket": person.ticket,
        "codes": list(person.codes),
        "guessed": sorted(person.guessed),
        "answers": [{"question": q, "answer": a} for q, a in answers],
        "wishes": wishes,
        "scans": [
            {"at": stamp(scan.at), "desk": scan.desk, "raw": scan.raw, "outcome": outcome}
            for scan, outcome in scans
        ],
        "history": [
            {"at": stamp(line.at), "what": line.words, "by": line.by or None} for line in history
        ],
        "notes_that_mention": mentions,
    }
    known = [(k, v) for k, v in details.items() if v not in ("", None)]
    known += [("status", person.status.value), ("ticket", person.ticket)]
    known += [("code", code) for code in person.codes]

    def rows(pairs: Sequence[tuple[str, Any]]) -> tuple[tuple[str, str], ...]:
        return tuple((k.replace("_", " ").capitalize(), _shown(v)) for k, v in pairs)

    sections = (
        Section("What the list says", rows(known)),
        Section("Answers to other questions", tuple((q, a) for q, a in answers)),
        Section("Wishes about seats", tuple(("", wish) for wish in wishes)),
        Section("What happened", tuple(
            (f"{event.local(line.at):%d %B %Y, %H:%M}",
             line.words + (f" ({line.by})" if line.by else ""))
            for line in history
        )),
        Section("Scanned or typed at a desk", tuple(
            (f"{event.local(scan.at):%d %B %Y, %H:%M}", f"{scan.raw} ({outcome})")
            for scan, outcome in scans
        )),
        Section("Notes that mention them", tuple(("", text) for text in mentions)),
    )  # fmt: skip
    return Held(
        person.full_name, event.name, made_at, tuple(s for s in sections if s.rows), raw
    )  # fmt: skip


def _wishes(session: Session, person_id: UUID) -> list[str]:
    tables = {r.id: r.label for r in session.exec(select(RoomTableRow))}
    found: list[str] = []
    for wish in session.exec(
        select(WishRow).where(
            (col(WishRow.attendee_id) == person_id) | (col(WishRow.other_id) == person_id)
        )
    ):
        words = wish.kind.capitalize()
        if wish.other_id is not None:
            words += ": with or from one other person"
        elif wish.table_id is not None:
            words += f": table {tables.get(wish.table_id, '?')}"
        rounds = ", ".join(str(number) for number in wish.rounds)
        found.append(words + (f", round {rounds}" if rounds else ""))
    for wish in session.exec(
        select(AttendanceWishRow).where(col(AttendanceWishRow.attendee_id) == person_id)
    ):
        rounds = ", ".join(str(number) for number in wish.rounds)
        found.append(f"Here in round {rounds}" if rounds else "Here in no round")
    return found


def _mentions(session: Session, person: Person) -> list[str]:
    names = KnownNames([Known(person.given_name, person.family_name, person.email, person.phone)])
    return [
        text
        for content in (note.content for note in read_notes(session))
        for text in (content.text, content.reality, content.evidence, content.why, content.where,
                     content.needs, content.ask, content.owner)
        if text and names.hits(text)
    ]  # fmt: skip


def _shown(value: Any) -> str:
    return ("yes" if value else "no") if isinstance(value, bool) else str(value)
