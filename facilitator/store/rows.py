"""The rows of an event, one class a table. They never leave `facilitator`.

Facts (arrivals, seat changes, clock, hands, scans, told, versions) are appended and never changed;
only a purge and the erasure of one person touch them. Everything else is the event's setting-up,
which people edit. Rows do not validate: services check what comes in.
"""

# SQLModel declares __tablename__ as a method; a plain name is its documented use.
# pyright: reportAssignmentType=false

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    JSON,
    BigInteger,
    DateTime,
    Index,
    LargeBinary,
    Text,
    TypeDecorator,
    UniqueConstraint,
)
from sqlalchemy.engine import Dialect
from sqlmodel import Field, SQLModel
from sqlmodel._compat import SQLModelConfig

from facilitator.domain.ids import new_id

#: the tables' naming scheme, so that migrations can name every constraint on both databases
NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class UtcDateTime(TypeDecorator[datetime]):
    """A moment in UTC. Naive datetimes are refused, on the way in and on the way out."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without a zone cannot be stored")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        del dialect  # both databases hand back UTC
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class _Kept(SQLModel):
    # Rows do not validate, so pydantic need not build a validator for each of them at every start
    # (a quarter of the time that this module takes).
    model_config = SQLModelConfig(defer_build=True)


class Row(_Kept):
    """What every row has in common: an id made by whoever makes the row."""

    id: UUID = Field(default_factory=new_id, primary_key=True)


Row.metadata.naming_convention = NAMING


def _json(default: Any = None) -> Any:
    return Field(default=default, sa_type=JSON)


def _when(**options: Any) -> Any:
    return Field(sa_type=UtcDateTime, **options)  # pyright: ignore[reportCallIssue]


# --- the event ----------------------------------------------------------------------------------


class EventRow(Row, table=True):
    """The one event of this database."""

    __tablename__ = "event"

    tag: str = Field(max_length=8)
    name: str
    held_on: date
    venue: str = ""
    timezone: str = "Europe/London"
    created_at: datetime = _when()
    #: this file's identity as an authority over facts; a copy that wakes elsewhere draws its own
    authority: str
    #: the machine on which it last woke, hashed; empty in a copy. On another: another authority
    machine: str = ""
    is_rehearsal: bool = False
    purged_at: datetime | None = _when(default=None)


class SideRow(Row, table=True):
    """One of the three sides."""

    __tablename__ = "side"

    key: str = Field(unique=True)
    name: str
    letter: str
    position: int = Field(unique=True)
    public_name: str = ""


class SettingRow(_Kept, table=True):
    """A setting of this event: what the badges carry, whom to call, what the room sees."""

    __tablename__ = "setting"

    key: str = Field(primary_key=True)
    value: Any = _json()


# --- people -------------------------------------------------------------------------------------


class AttendeeRow(Row, table=True):
    """Somebody on the list, or a walk-in. Whether they are here is computed from facts."""

    __tablename__ = "attendee"

    title: str = ""
    given_name: str = ""
    family_name: str = ""
    #: how the name is said, for the Desk
    said: str = ""
    email: str = ""
    phone: str = ""
    organisation: str = Field(default="", index=True)
    job_title: str = ""
    profession: str = ""
    side: str = Field(default="other", index=True)
    front_line: bool | None = None
    borough: str = ""
    stance: str = ""
    diet: str = ""
    access: str = ""
    attention: str = ""
    vip: bool = False
    contact_consent: bool | None = None
    photo_consent: bool | None = None
    #: where the printed badge lies: "Box 2, 37"
    tray: str = ""
    ticket: str = Field(unique=True)
    cancelled: bool = False
    walk_in: bool = False
    #: fields whose value was guessed and not yet confirmed
    guessed: list[str] = Field(default_factory=list, sa_type=JSON)
    #: fields that a person edited here; a later list does not overwrite them
    edited: list[str] = Field(default_factory=list, sa_type=JSON)
    position: int = Field(default=0, index=True)
    created_at: datetime = _when()
    erased_at: datetime | None = _when(default=None)


class AttendeeCodeRow(Row, table=True):
    """A code of another ticketing system that a list brought along. Two people may share one."""

    __tablename__ = "attendee_code"
    __table_args__ = (UniqueConstraint("attendee_id", "code"),)

    attendee_id: UUID = Field(foreign_key="attendee.id", index=True)
    code: str = Field(index=True)
    folded: str = Field(index=True)


class AnswerRow(Row, table=True):
    """What somebody answered in a column that nothing recognised."""

    __tablename__ = "answer"

    attendee_id: UUID = Field(foreign_key="attendee.id", index=True)
    question: str
    answer: str


class SourceRow(Row, table=True):
    """A list that was imported."""

    __tablename__ = "source"

    name: str
    system: str = ""
    at: datetime = _when()
    rows: int = 0
    added: int = 0
    updated: int = 0
    cancelled: int = 0
    skipped: list[Any] = Field(default_factory=list, sa_type=JSON)
    mapping: dict[str, str] = Field(default_factory=dict, sa_type=JSON)


class SourceRowRow(Row, table=True):
    """Which row of which list somebody came from, to recognise rows that have no name."""

    __tablename__ = "source_row"

    source_id: UUID = Field(foreign_key="source.id", index=True)
    attendee_id: UUID = Field(foreign_key="attendee.id", index=True)
    number: int
    #: the source's own id of the row, where it has one
    row_key: str = ""
    #: which of the row's people this is, from 0
    place: int = 0


class PersonChangeRow(Row, table=True):
    """An edit of one person's details: a fact, for their history."""

    __tablename__ = "person_change"

    attendee_id: UUID = Field(foreign_key="attendee.id", index=True)
    at: datetime = _when()
    by: str = ""
    how: str = ""
    field: str
    old: str = ""
    new: str = ""


# --- arrivals -----------------------------------------------------------------------------------


class ScanRow(Row, table=True):
    """Whatever a scanner or a person gave the Desk, as it came, before it was judged."""

    __tablename__ = "scan"

    at: datetime = _when(index=True)
    desk: str = ""
    operator: str = ""
    source: str = ""
    raw: str = Field(sa_type=Text)
    #: length of what came in; `raw` keeps the first 2,048 characters
    length: int = 0


class VerdictRow(Row, table=True):
    """What a scan was answered."""

    __tablename__ = "verdict"

    scan_id: UUID = Field(foreign_key="scan.id", unique=True)
    at: datetime = _when()
    outcome: str
    attendee_id: UUID | None = Field(default=None, foreign_key="attendee.id", index=True)


class PresenceRow(Row, table=True):
    """A fact about somebody's being here: arrived, left, returned, or one of them taken back.

    Unique is (attendee, authority, number): the constraint decides between two desks. A fact names
    the one it was judged against (`follows`) or takes back (`undoes`); that order comes before any
    clock. `at` is what was answered and never changes.
    """

    __tablename__ = "presence"
    __table_args__ = (UniqueConstraint("attendee_id", "authority", "number"),)

    attendee_id: UUID = Field(foreign_key="attendee.id", index=True)
    authority: str
    number: int
    #: arrived | left | returned | undone
    kind: str
    at: datetime = _when(index=True)
    desk: str = ""
    operator: str = ""
    #: scan | typed | walk-in | paper | camera | window | command
    source: str = ""
    scan_id: UUID | None = Field(default=None, foreign_key="scan.id")
    follows: UUID | None = Field(default=None, foreign_key="presence.id")
    undoes: UUID | None = Field(default=None, foreign_key="presence.id", index=True)
    reason: str = ""
    #: "came after all" (cancelled, yet here) and "in place of …", with who decided
    exception: str = ""
    in_place_of: UUID | None = Field(default=None, foreign_key="attendee.id")
    decided_by: str = ""
    #: for facts from paper: about when it was
    about: datetime | None = _when(default=None)
    #: seconds to add to `at` for the clock of the hub, as measured when it was last heard
    skew: float = 0.0


# --- questions at check-in ------------------------------------------------------------------------


class QuestionRow(Row, table=True):
    """A question that the Desk asks. A removed one is kept, with its answers."""

    __tablename__ = "question"

    position: int = Field(index=True)
    #: photo | contact | choice
    kind: str
    words: str
    choices: list[str] = Field(default_factory=list, sa_type=JSON)
    #: unanswered | walk-ins | everyone
    asked_of: str = "unanswered"
    created_at: datetime = _when()
    removed_at: datetime | None = _when(default=None)


class QuestionAnswerRow(Row, table=True):
    """What somebody answered at the Desk, or that it was taken back (`undoes`): a fact.

    The answer that stands is the last one that was not taken back.
    """

    __tablename__ = "question_answer"
    __table_args__ = (UniqueConstraint("question_id", "attendee_id", "number"),)

    question_id: UUID = Field(foreign_key="question.id", index=True)
    attendee_id: UUID = Field(foreign_key="attendee.id", index=True)
    number: int
    answer: str = ""
    at: datetime = _when()
    desk: str = ""
    operator: str = ""
    undoes: UUID | None = Field(default=None, foreign_key="question_answer.id")
    #: the consent before this answer: yes, no, or empty
    before: str = ""


# --- tables -------------------------------------------------------------------------------------


class RoomTableRow(Row, table=True):
    """A table of the room."""

    __tablename__ = "room_table"

    label: str = Field(unique=True)
    position: int = Field(index=True)
    seats: int
    least: int = 0
    step_free: bool = False
    hearing_loop: bool = False
    near_front: bool = False


class RoundRow(Row, table=True):
    """A round: everybody sits somewhere. `number` counts from 1."""

    __tablename__ = "round"

    number: int = Field(unique=True)
    name: str = ""
    #: what this round aims at after new faces: {"borough": "gather"} and the like
    aims: dict[str, str] = Field(default_factory=dict, sa_type=JSON)
    #: set once the round has begun; its seats then stay
    started_at: datetime | None = _when(default=None)
    finished_at: datetime | None = _when(default=None)


class RoundTableRow(Row, table=True):
    """A table that differs in one round: other seats, or none (0)."""

    __tablename__ = "round_table"
    __table_args__ = (UniqueConstraint("round_id", "table_id"),)

    round_id: UUID = Field(foreign_key="round.id", index=True)
    table_id: UUID = Field(foreign_key="room_table.id")
    seats: int


class SeatChangeRow(Row, table=True):
    """One change of the seating, of one or of many seats. `revision` counts from 1; unique, so
    that of two changes made against the same seating the second is refused."""

    __tablename__ = "seat_change"

    revision: int = Field(unique=True)
    #: mix | move | swap | arrival | left | undone | hand
    kind: str
    at: datetime = _when()
    by: str = ""
    words: str = ""
    #: the presence fact that caused it
    cause: UUID | None = Field(default=None, foreign_key="presence.id", index=True)
    undoes: UUID | None = Field(default=None, foreign_key="seat_change.id", index=True)


class SeatRow(Row, table=True):
    """One person's seat in one round, as of a change; without a table they are unseated.

    The present seating is, for each round and person, the row of the latest revision.
    """

    __tablename__ = "seat"
    __table_args__ = (Index("ix_seat_round_attendee", "round_id", "attendee_id", "revision"),)

    change_id: UUID = Field(foreign_key="seat_change.id", index=True)
    revision: int = Field(index=True)
    round_id: UUID = Field(foreign_key="round.id")
    attendee_id: UUID = Field(foreign_key="attendee.id", index=True)
    table_id: UUID | None = Field(default=None, foreign_key="room_table.id")
    #: place around the table, from 0
    place: int = 0


class WishRow(Row, table=True):
    """A wish about seats: apart, together, host (stays at a table), pin (one round), lock."""

    __tablename__ = "wish"

    kind: str
    attendee_id: UUID | None = Field(default=None, foreign_key="attendee.id", index=True)
    other_id: UUID | None = Field(default=None, foreign_key="attendee.id", index=True)
    table_id: UUID | None = Field(default=None, foreign_key="room_table.id")
    #: round numbers; empty means every round
    rounds: list[int] = Field(default_factory=list, sa_type=JSON)
    at: datetime = _when()
    by: str = ""


class AttendanceWishRow(Row, table=True):
    """Rounds in which somebody will be here, where it is not all of them."""

    __tablename__ = "attendance_wish"

    attendee_id: UUID = Field(foreign_key="attendee.id", unique=True)
    rounds: list[int] = Field(default_factory=list, sa_type=JSON)


class ToldRow(Row, table=True):
    """That somebody was told a table: on a badge or list, on the room display, at the Desk."""

    __tablename__ = "told"

    attendee_id: UUID = Field(foreign_key="attendee.id", index=True)
    round_id: UUID = Field(foreign_key="round.id")
    table_id: UUID = Field(foreign_key="room_table.id")
    #: badge | list | room | desk
    how: str
    at: datetime = _when()


# --- programme ----------------------------------------------------------------------------------


class SessionRow(Row, table=True):
    """A session of the programme. Times are local wall times at the event's venue, as text
    (2025-11-12T10:00), so that a change of the clock rules cannot move them."""

    __tablename__ = "programme_session"

    position: int = Field(index=True)
    cue: str = ""
    title: str
    speaker: str = ""
    kind: str = "talk"
    starts: str
    minutes: int
    minimum: int | None = None
    fixed: bool = False
    protected: bool = False
    round_number: int | None = None
    warnings: list[int] = Field(default_factory=lambda: [5, 1], sa_type=JSON)
    note: str = ""
    colour: str = ""
    skip: bool = False
    #: the next session begins by itself when the time of this one is over
    auto: bool = False
    #: chime | bell | none
    sound: str = "chime"
    removed_at: datetime | None = _when(default=None)
    #: as published, pinned once the programme was published
    published_starts: str = ""
    published_minutes: int | None = None


class ClockFactRow(Row, table=True):
    """Something that happened to the clock. `number` counts from 1 and is unique."""

    __tablename__ = "clock_fact"

    number: int = Field(unique=True)
    kind: str
    session_id: UUID | None = Field(default=None, foreign_key="programme_session.id")
    at: datetime = _when()
    #: seconds of the sleep-inclusive clock within `boot`
    steady: float
    boot: str
    seconds: float = 0.0
    undoes: UUID | None = Field(default=None, foreign_key="clock_fact.id")
    by: str = ""
    note: str = ""


# --- notes --------------------------------------------------------------------------------------


class NoteRow(Row, table=True):
    """A myth, bright spot, pain point or action, as it stands; `note_version` keeps every edit."""

    __tablename__ = "note"

    #: myth | bright-spot | pain-point | action
    kind: str = Field(index=True)
    #: the claim, or what was seen, hurts or is to be done
    text: str
    #: named | role | none: chosen before the first word
    attribution: str = "role"
    #: who said it: a person of the list, or a name as typed (only where attribution is named)
    attendee_id: UUID | None = Field(default=None, foreign_key="attendee.id", index=True)
    by: str = ""
    #: role and borough of who said it, where attribution is role
    by_role: str = ""
    by_borough: str = ""
    side: str = ""
    session_id: UUID | None = Field(default=None, foreign_key="programme_session.id", index=True)
    table_id: UUID | None = Field(default=None, foreign_key="room_table.id", index=True)
    round_number: int | None = None
    # myth
    raised_by: str = ""
    reality: str = ""
    room_line: str = ""
    evidence: str = ""
    why: str = ""
    verdict: str = ""
    # bright spot
    where: str = ""
    needs: str = ""
    ask: str = ""
    # action
    owner: str = ""
    due: date | None = None
    from_note: UUID | None = Field(default=None, foreign_key="note.id")
    done_at: datetime | None = _when(default=None)

    at: datetime = _when()
    changed_at: datetime = _when()
    #: which hands of the capture are still open is computed; these two say what was done with it
    removed_at: datetime | None = _when(default=None)
    merged_into: UUID | None = Field(default=None, foreign_key="note.id")


class NoteThemeRow(Row, table=True):
    """A theme of a note."""

    __tablename__ = "note_theme"
    __table_args__ = (UniqueConstraint("note_id", "theme"),)

    note_id: UUID = Field(foreign_key="note.id", index=True)
    theme: str = Field(index=True)


class NoteBoroughRow(Row, table=True):
    """A borough of an action or a bright spot."""

    __tablename__ = "note_borough"
    __table_args__ = (UniqueConstraint("note_id", "borough"),)

    note_id: UUID = Field(foreign_key="note.id", index=True)
    borough: str = Field(index=True)


class NoteVersionRow(Row, table=True):
    """A note as it stood after an edit: appended, never changed."""

    __tablename__ = "note_version"
    __table_args__ = (UniqueConstraint("note_id", "number"),)

    note_id: UUID = Field(foreign_key="note.id", index=True)
    number: int
    at: datetime = _when()
    by: str = ""
    #: taken | edited | undone | brought back | removed | restored | merged | unmerged
    how: str = ""
    #: the number of the version that this one takes back
    undoes: int | None = None
    content: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)


class DraftRow(Row, table=True):
    """What is being typed, on disk within a second; its id is the note's to be."""

    __tablename__ = "draft"

    kind: str
    content: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    at: datetime = _when()


class HandsRow(Row, table=True):
    """A show of hands of one side. The latest of a note, moment and side counts."""

    __tablename__ = "hands"
    __table_args__ = (UniqueConstraint("note_id", "number"),)

    note_id: UUID = Field(foreign_key="note.id", index=True)
    #: before | after
    moment: str
    side: str
    raised: int | None = None
    present: int | None = None
    #: by eye: none | a few | half | most | all; then there are no counts
    estimate: str = ""
    at: datetime = _when()
    #: order within the note, from 1
    number: int = 0
    #: this fact takes `undoes` back, and counts nothing itself
    taken_back: bool = False
    undoes: UUID | None = Field(default=None, foreign_key="hands.id")
    by: str = ""


class PledgeRow(Row, table=True):
    """Somebody pledges to copy a bright spot."""

    __tablename__ = "pledge"

    note_id: UUID = Field(foreign_key="note.id", index=True)
    attendee_id: UUID | None = Field(default=None, foreign_key="attendee.id", index=True)
    who: str = ""
    side: str = ""
    borough: str = ""
    at: datetime = _when()
    taken_back_at: datetime | None = _when(default=None)


# --- documents and copies -----------------------------------------------------------------------


class AssetRow(Row, table=True):
    """Something the organiser gave for the documents: a logo, a foreword."""

    __tablename__ = "asset"

    kind: str = Field(index=True)
    name: str = ""
    position: int = 0
    text: str = ""
    content: bytes | None = Field(default=None, sa_type=LargeBinary)


class DocumentFactRow(Row, table=True):
    """That a document was made, and whether it names people."""

    __tablename__ = "document_fact"

    kind: str = Field(index=True)
    at: datetime = _when()
    name: str = ""
    names_inside: bool = False
    details: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)


class BadgeFactRow(Row, table=True):
    """Something that happened to one badge to be printed at a desk.

    Asked for, sent, printed, failed, asked for again or given up. Unique is (job, number): the
    constraint decides who sends a badge to a printer, so that none is sent twice by accident.
    """

    __tablename__ = "badge_fact"
    __table_args__ = (UniqueConstraint("job_id", "number"),)

    #: the same for all facts of one badge; made by the desk that asked
    job_id: UUID
    number: int
    attendee_id: UUID = Field(foreign_key="attendee.id", index=True)
    #: asked | retried | sent | printed | failed | given up
    kind: str
    at: datetime = _when()
    desk: str = ""
    #: which laptop is to print it, or printed it
    laptop: str = ""
    printer: str = ""
    layout: str = ""
    #: why it was asked for: arrival | walk-in | asked | again
    why: str = ""
    #: why it failed, or where it went
    words: str = ""


# --- what came from another copy ----------------------------------------------------------------


class SetAsideRow(Row, table=True):
    """Something in another copy of this event that contradicts what is here. Both are kept: the
    one here counts, the other stands in `there` until somebody has looked."""

    __tablename__ = "set_aside"
    __table_args__ = (
        UniqueConstraint(
            "area", "subject", "field", "there_words",
            name="uq_set_aside_area_subject_field_there_words",
        ),
    )  # fmt: skip

    at: datetime = _when()
    #: where it came from, as sentences call it
    source: str = ""
    #: person | arrival | note | hands | seating | clock | event
    area: str
    #: the id of what it is about
    subject: str
    field: str = ""
    #: what it is about, in words
    what: str = ""
    here_words: str = ""
    there_words: str = ""
    there: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)


class DecisionRow(Row, table=True):
    """That a person looked at something that contradicts itself, and what they decided."""

    __tablename__ = "decision"

    at: datetime = _when()
    by: str = ""
    #: set-aside | admitted-twice
    area: str
    #: the id of what was decided about
    subject: str = Field(index=True)
    #: here | there | seen
    decision: str


# --- several desks --------------------------------------------------------------------------------


class JoinedRow(Row, table=True):
    """A laptop that joined this event; the hub itself is one of them."""

    __tablename__ = "joined"

    name: str = Field(unique=True)
    #: desk | facilitator | organiser
    role: str
    #: the machine, hashed
    machine: str = ""
    #: its login at the hub's server
    login: str = Field(unique=True)
    #: where it could be found were it the hub: addresses with commas between, and the port
    address: str = ""
    port: int = 0
    joined_at: datetime = _when()
    put_off_at: datetime | None = _when(default=None)
    is_hub: bool = False
    #: the hub's clock minus this laptop's, in seconds, when it joined
    skew: float = 0.0
    #: when its data was taken off it
    taken_off_at: datetime | None = _when(default=None)


class TermRow(Row, table=True):
    """A hub's time of being the hub. The highest (number, hub_id) is the one that counts."""

    __tablename__ = "term"
    __table_args__ = (UniqueConstraint("number", "hub_id"),)

    number: int
    #: the row of `joined` that was the hub
    hub_id: UUID
    at: datetime = _when()
    name: str = ""
    address: str = ""
    port: int = 0
    #: the term in whose place it came, and the last change of that one which this hub knew
    follows: UUID | None = None
    read_until: int = 0


class JoinCodeRow(Row, table=True):
    """A code that was shown for joining; its secret is only known to the server. Stays on it."""

    __tablename__ = "join_code"

    role: str
    login: str = Field(unique=True)
    made_at: datetime = _when()
    until: datetime = _when()
    used_at: datetime | None = _when(default=None)
    by: str = ""


class RemovalRow(Row, table=True):
    """That personal data was removed: the first and the last thing of it. Whoever reads this knows
    that everything between has to be forgotten too."""

    __tablename__ = "removal"

    #: erase | purge | purge-but-agreed
    kind: str
    #: the attendee who was erased
    subject: UUID | None = None
    at: datetime = _when()
    #: set after everything else was done
    done_at: datetime | None = _when(default=None)


class HeardRow(_Kept, table=True):
    """When a joined laptop was last heard of. Stays on the hub's server."""

    __tablename__ = "heard"

    joined_id: UUID = Field(primary_key=True)
    at: datetime = _when()
    #: up to which change it has everything, in which term
    cursor: int = Field(default=0, sa_type=BigInteger)
    term: int = 0
    #: how many changes it has to send
    waiting: int = 0


class SharingRow(_Kept, table=True):
    """What this file alone knows of the event's being shared: how far it has read, since when it
    works alone. Stays in this file."""

    __tablename__ = "sharing"

    key: str = Field(primary_key=True)
    value: Any = _json()


class OutboxRow(_Kept, table=True):
    """A change of this file that the hub has not confirmed yet. Stays in this file."""

    __tablename__ = "outbox"
    __table_args__ = {"sqlite_autoincrement": True}

    number: int | None = Field(default=None, primary_key=True)
    #: names this change wherever it goes, so that sent twice it counts once
    entry: UUID
    #: table and key of the row
    name: str
    row_key: str
    #: i | u | d
    op: str
    #: for u: the columns that changed, with commas between
    fields: str = ""
