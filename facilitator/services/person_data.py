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
from facilitator.services.events import Event, read_event
from facilitator.services.known_names import Known, KnownNames
from facilitator.services.note_reading import read_notes
from facilitator.services.question_rows import answer_facts, answers_in_words, read_questions
from facilitator.store.rows import (
    AnswerRow,
    AttendanceWishRow,
    AttendeeRow,
    BadgeFactRow,
    DecisionRow,
    PersonChangeRow,
    PledgeRow,
    PresenceRow,
    RoomTableRow,
    RoundRow,
    ScanRow,
    SeatChangeRow,
    SeatRow,
    SetAsideRow,
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
#: what the history calls a detail
_FIELDS = {
    "said": "how the name is said", "email": "e-mail", "job_title": "role", "vip": "VIP",
    "contact_consent": "sharing of contacts", "photo_consent": "photographs",
    "tray": "place of the badge",
}  # fmt: skip
_HOW_TOLD = {"badge": "on their badge", "list": "on a list", "room": "on the room display",
             "desk": "at the desk"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """One fact about a person; `words` is a plain sentence without its full stop."""

    at: datetime
    words: str
    #: desk and operator, or who made the change
    by: str = ""
    #: what kind of fact: list, edit, arrived, left, returned, undone, seat, told, answer, said,
    #: badge
    kind: str = ""


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


def history_of(
    session: Session, person: Person, *, names_others: bool = False
) -> tuple[HistoryLine, ...]:
    """Every fact about one person, oldest first.

    With `names_others` somebody in whose place they came is named; never in what is handed to
    the person themselves.
    """
    lines = [
        *_listed(session, person), *_edited(session, person.id),
        *_presence(session, person.id, names_others=names_others),
        *_replaced(session, person.id, names_others=names_others), *_seated(session, person.id),
        *_told(session, person.id), *_asked(session, person.id), *_said(session, person.id),
        *_badges(session, person.id),
    ]  # fmt: skip
    return tuple(sorted(lines, key=lambda line: line.at))


def _listed(session: Session, person: Person) -> list[HistoryLine]:
    row = session.get(AttendeeRow, person.id)
    assert row is not None
    words = "Added at the desk" if row.walk_in else "Added"
    lines = [HistoryLine(row.created_at, words, kind="list")]
    query = (
        select(SourceRow, SourceRowRow)
        .join(SourceRowRow, col(SourceRowRow.source_id) == col(SourceRow.id))
        .where(col(SourceRowRow.attendee_id) == person.id)
    )
    for source, place in session.exec(query):
        words = f"In row {place.number} of the list “{source.name}”"
        lines.append(HistoryLine(source.at, words, kind="list"))
    return lines


def _edited(session: Session, person_id: UUID) -> list[HistoryLine]:
    rows = session.exec(
        select(PersonChangeRow).where(col(PersonChangeRow.attendee_id) == person_id)
        .order_by(col(PersonChangeRow.id))
    )  # fmt: skip
    return [
        HistoryLine(
            row.at,
            f"{_field(row.field)} {row.how or 'changed'} from {_quoted(row.old)} to "
            f"{_quoted(row.new)}",
            row.by,
            "edit",
        )
        for row in rows
    ]


def _quoted(text: str) -> str:
    return f"“{text}”" if text else "nothing"


def _field(name: str) -> str:
    words = _FIELDS.get(name, name.replace("_", " "))
    return words[:1].upper() + words[1:]


def _presence(session: Session, person_id: UUID, *, names_others: bool) -> list[HistoryLine]:
    rows = session.exec(
        select(PresenceRow).where(col(PresenceRow.attendee_id) == person_id)
        .order_by(col(PresenceRow.number))
    ).all()  # fmt: skip
    by_id = {row.id: row for row in rows}
    zone: Event | None = None
    words = {"arrived": "Arrived", "left": "Left", "returned": "Came back"}
    found = []
    for row in rows:
        if row.kind == "undone":
            was = by_id.get(row.undoes) if row.undoes else None
            text = f"Taken back: {words.get(was.kind, was.kind).lower() if was else 'a fact'}"
        else:
            text = words.get(row.kind, row.kind)
        if row.in_place_of is not None:
            text += f", in place of {_other(session, row.in_place_of, named=names_others)}"
        if row.about is not None:
            zone = zone or read_event(session)
            text += f", about {zone.local(row.about):%H:%M}"
        for extra in (row.reason, row.exception if row.in_place_of is None else ""):
            text += f" ({extra})" if extra else ""
        if row.decided_by:
            text += f", decided by {row.decided_by}"
        desk = ", ".join(part for part in (row.desk, row.operator) if part)
        source = f"by {row.source}" if row.source else ""
        by = " ".join(part for part in (desk, source) if part)
        found.append(HistoryLine(row.at, text, by, row.kind))
    return found


def _replaced(session: Session, person_id: UUID, *, names_others: bool) -> list[HistoryLine]:
    """Who came in their place."""
    rows = session.exec(select(PresenceRow).where(col(PresenceRow.in_place_of) == person_id))
    return [
        HistoryLine(
            row.at,
            f"Place given to {_other(session, row.attendee_id, named=names_others)}"
            + (f", decided by {row.decided_by}" if row.decided_by else ""),
            ", ".join(part for part in (row.desk, row.operator) if part),
            "arrived",
        )
        for row in rows
    ]


def _other(session: Session, person_id: UUID, *, named: bool) -> str:
    row = session.get(AttendeeRow, person_id) if named else None
    name = f"{row.title} {row.given_name} {row.family_name}".strip() if row else ""
    return " ".join(name.split()) or "somebody else"


def _asked(session: Session, person_id: UUID) -> list[HistoryLine]:
    """Answers at the Desk, and those that were taken back."""
    words = {one.id: one.words for one in read_questions(session, removed=True)}
    facts = answer_facts(session, [person_id])
    by_id = {fact.id: fact for fact in facts}
    found = []
    for fact in facts:
        asked = words.get(fact.question_id, "a question")
        if fact.undoes is None:
            text = f"Answered “{asked}”: {fact.answer}"
        else:
            was = by_id.get(fact.undoes)
            text = f"Answer taken back: “{asked}”" + (f": {was.answer}" if was else "")
        by = ", ".join(part for part in (fact.desk, fact.operator) if part)
        found.append(HistoryLine(fact.at, text, by, "answer"))
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
            "seat",
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
            told.at,
            f"Told table {table} for round {number} {_HOW_TOLD.get(told.how, told.how)}",
            kind="told",
        )
        for told, number, table in session.exec(query)
    ]


def _badges(session: Session, person_id: UUID) -> list[HistoryLine]:
    words = {
        "asked": "Badge asked for", "retried": "Badge asked for again", "printed": "Badge printed",
        "failed": "Badge not printed", "sent": "Badge sent to the printer",
        "given up": "Badge not wanted any more",
    }  # fmt: skip
    query = select(BadgeFactRow).where(col(BadgeFactRow.attendee_id) == person_id)
    return [
        HistoryLine(row.at, words[row.kind] + (f": {row.words}" if row.words else ""),
                    ", ".join(part for part in (row.desk, row.printer) if part), "badge")
        for row in session.exec(query)
        if row.kind in words
    ]  # fmt: skip


def _said(session: Session, person_id: UUID) -> list[HistoryLine]:
    found = [
        HistoryLine(note.at, f"Said, by name: “{note.text}”", kind="said")
        for note in read_notes(session)
        if note.content.who.attendee_id == person_id
    ]
    pledges = session.exec(select(PledgeRow).where(col(PledgeRow.attendee_id) == person_id))
    return found + [
        HistoryLine(row.at, "Pledged to copy a bright spot", kind="said") for row in pledges
    ]


# --- access ---------------------------------------------------------------------------------------


def everything_held(
    session: Session, event: Event, person: Person, row: AttendeeRow, made_at: datetime
) -> Held:
    """Everything about one person; of others only that there are any."""
    details = {name: getattr(row, name) for name in _DETAILS}
    answers = [
        (question, answer)
        for question, answer in session.exec(
            select(AnswerRow.question, AnswerRow.answer).where(
                col(AnswerRow.attendee_id) == person.id
            )
        )
    ] + answers_in_words(session, person.id)
    scans = session.exec(
        select(ScanRow, VerdictRow.outcome)
        .join(VerdictRow, col(VerdictRow.scan_id) == col(ScanRow.id))
        .where(col(VerdictRow.attendee_id) == person.id)
    ).all()
    wishes = _wishes(session, person.id)
    history = history_of(session, person)
    mentions = _mentions(session, person)
    elsewhere = _elsewhere(session, person.id)
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
        "other_copies": [words for words, _ in elsewhere],
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
        Section("What another copy of the event said",
                tuple(("", words) for words, _ in elsewhere)),
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


def _elsewhere(session: Session, person_id: UUID) -> list[tuple[str, datetime]]:
    """What contradicts itself about them in another copy, and what was decided."""
    facts = session.exec(select(PresenceRow.id).where(col(PresenceRow.attendee_id) == person_id))
    subjects = [str(person_id), *(str(key) for key in facts)]
    found = []
    rows = session.exec(select(SetAsideRow).where(col(SetAsideRow.subject).in_(subjects))).all()
    about = {str(row.id): row for row in rows}
    for row in rows:
        words = f"{row.what}: “{row.here_words}” here, “{row.there_words}” there"
        found.append((words, row.at))
    decided = select(DecisionRow).where(col(DecisionRow.subject).in_([*subjects, *about]))
    for one in session.exec(decided):
        row = about.get(one.subject)
        what = row.what if row is not None else one.area.replace("-", " ")
        by = f" by {one.by}" if one.by else ""
        found.append((f"Decided{by} about “{what}”: {one.decision}", one.at))
    return sorted(found, key=lambda pair: pair[1])


def _shown(value: Any) -> str:
    return ("yes" if value else "no") if isinstance(value, bool) else str(value)
