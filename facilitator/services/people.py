"""People: reading, finding and editing those on the list."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, or_
from sqlmodel import Session, col, select

from facilitator.clocks import Clocks
from facilitator.domain.boroughs import find_borough
from facilitator.domain.changes import Changes
from facilitator.domain.errors import ChangedMeanwhile, Refused
from facilitator.domain.meanwhile import Difference, Meanwhile, bring_together
from facilitator.domain.people import Person, Status
from facilitator.domain.presence import Fact, Kind, Presence, in_order
from facilitator.domain.text import clean, clean_lines
from facilitator.services.events import Done, Event, read_event
from facilitator.services.people_index import Found, PeopleIndex
from facilitator.services.question_rows import answers_in_words
from facilitator.store.database import Database, signed
from facilitator.store.rows import (
    AnswerRow,
    AttendeeCodeRow,
    AttendeeRow,
    PersonChangeRow,
    PresenceRow,
)

#: what an organiser may edit of a person
EDITABLE = (
    "title", "given_name", "family_name", "said", "email", "phone", "organisation", "job_title",
    "profession", "side", "front_line", "borough", "stance", "diet", "access", "attention", "vip",
    "contact_consent", "photo_consent", "tray", "cancelled",
)  # fmt: skip
#: how sentences call them
DETAIL_WORDS = {
    "title": "title", "given_name": "given name", "family_name": "family name",
    "said": "way the name is said", "email": "e-mail address", "phone": "phone number",
    "organisation": "organisation", "job_title": "role", "profession": "profession",
    "side": "side", "front_line": "front line or leader", "borough": "borough",
    "stance": "stance", "diet": "diet", "access": "access need",
    "attention": "line to say at the desk", "vip": "VIP mark",
    "contact_consent": "consent to share contacts", "photo_consent": "consent to photographs",
    "tray": "place of the badge", "cancelled": "cancellation",
}  # fmt: skip
_TRUTHS = {"front_line", "vip", "contact_consent", "photo_consent", "cancelled"}


@dataclass(frozen=True, slots=True)
class PersonChange:
    """One edit of a person's details."""

    at: datetime
    by: str
    how: str
    field: str
    old: str
    new: str


#: the columns of a presence fact
_FACT = list(PresenceRow.__table__.c)  # pyright: ignore[reportAttributeAccessIssue]
#: the columns of a person
_SHOWN = [
    column
    for column in AttendeeRow.__table__.c  # pyright: ignore[reportAttributeAccessIssue]
    if column.name not in {"created_at", "edited", "erased_at"}
]

# --- reading, shared with other services ----------------------------------------------------------


def to_fact(row: PresenceRow) -> Fact:
    """A presence fact as a value."""
    return Fact(
        id=row.id, attendee_id=row.attendee_id, number=row.number, kind=Kind(row.kind), at=row.at,
        desk=row.desk, operator=row.operator, source=row.source, undoes=row.undoes,
        follows=row.follows,
        reason=row.reason, exception=row.exception, decided_by=row.decided_by, about=row.about,
        skew=row.skew,
    )  # fmt: skip


def standings(session: Session, ids: Iterable[UUID] | None = None) -> dict[UUID, PresenceRow]:
    """For each person about whom a fact stands, the latest one that was not undone."""
    query = select(*_FACT)  # pyright: ignore[reportCallIssue, reportArgumentType]
    if ids is not None:
        query = query.where(col(PresenceRow.attendee_id).in_(list(ids)))
    rows: Any = session.execute(query.order_by(col(PresenceRow.number)))
    found: dict[UUID, list[Any]] = {}
    for row in rows:
        found.setdefault(row.attendee_id, []).append(row)
    last = {key: facts[0] if len(facts) == 1 else _last(facts) for key, facts in found.items()}
    return {key: fact for key, fact in last.items() if fact is not None}


def _last(facts: Sequence[Any]) -> Any:
    """The latest of one person's facts that stands; None where none does."""
    undone = {fact.undoes for fact in facts if fact.kind == Kind.UNDONE}
    kept = [f for f in in_order(facts) if f.kind != Kind.UNDONE and f.id not in undone]
    return kept[-1] if kept else None


def statuses(session: Session) -> dict[str, int]:
    """How many people there are of each status, and how many are not cancelled (`people`)."""
    standing = {key: row.kind for key, row in standings(session).items()}
    counts: Counter[str] = Counter({status.value: 0 for status in Status})
    rows = session.exec(
        select(AttendeeRow.id, AttendeeRow.cancelled, AttendeeRow.walk_in).where(
            col(AttendeeRow.erased_at).is_(None)
        )
    )
    for key, cancelled, walk_in in rows:
        kind = standing.get(key)
        if kind is None and walk_in:
            continue
        if kind is None:
            status = Status.CANCELLED if cancelled else Status.EXPECTED
        else:
            status = Status.LEFT if kind == Kind.LEFT else Status.ARRIVED
        counts[status.value] += 1
    counts["people"] = sum(counts.values()) - counts[Status.CANCELLED.value]
    return dict(counts)


def to_person(row: AttendeeRow, codes: Sequence[str], standing: PresenceRow | None) -> Person:
    """An attendee's row, codes and standing fact as one value."""
    fact = to_fact(standing) if standing is not None else None
    return Person(
        id=row.id, title=row.title, given_name=row.given_name, family_name=row.family_name,
        said=row.said, email=row.email, phone=row.phone, organisation=row.organisation,
        job_title=row.job_title, profession=row.profession, side=row.side,
        front_line=row.front_line, borough=row.borough, stance=row.stance, diet=row.diet,
        access=row.access, attention=row.attention, vip=row.vip,
        contact_consent=row.contact_consent, photo_consent=row.photo_consent, tray=row.tray,
        ticket=row.ticket, codes=tuple(codes), walk_in=row.walk_in,
        guessed=frozenset(row.guessed or ()), position=row.position,
        status=Presence(fact, 0).status(row.cancelled),
        since=fact.at if fact else None, desk=fact.desk if fact else "",
    )  # fmt: skip


def read_people(session: Session, ids: Iterable[UUID] | None = None) -> list[Person]:
    """People (all, or those of `ids`) in the order in which they came onto the list.

    A walk-in came onto the list by arriving: where that was taken back, only `ids` finds them.
    """
    wanted = None if ids is None else list(ids)
    # Columns and not whole rows: a list of 20,000 is read in a third of the time.
    query = select(*_SHOWN).where(col(AttendeeRow.erased_at).is_(None))  # pyright: ignore[reportCallIssue, reportArgumentType]
    codes = select(AttendeeCodeRow.attendee_id, AttendeeCodeRow.code)
    if wanted is not None:
        query = query.where(col(AttendeeRow.id).in_(wanted))
        codes = codes.where(col(AttendeeCodeRow.attendee_id).in_(wanted))
    brought: dict[UUID, list[str]] = {}
    for key, code in session.exec(codes.order_by(col(AttendeeCodeRow.id))):
        brought.setdefault(key, []).append(code)
    standing = standings(session, wanted)
    query = query.order_by(col(AttendeeRow.position), col(AttendeeRow.id))
    rows: Any = session.execute(query)
    return [
        to_person(row, brought.get(row.id, ()), standing.get(row.id))
        for row in rows
        if wanted is not None or not row.walk_in or row.id in standing
    ]


def read_person(session: Session, person_id: UUID) -> Person:
    """One person. Refused where there is nobody of that id."""
    found = read_people(session, [person_id])
    if not found:
        raise Refused("There is nobody of that id in this event.")
    return found[0]


def next_position(session: Session) -> int:
    """The place after the last person of the list."""
    return (session.exec(select(func.max(AttendeeRow.position))).one() or 0) + 1


# --- the service ----------------------------------------------------------------------------------


class PeopleService:
    """The list of people."""

    def __init__(self, database: Database, clocks: Clocks) -> None:
        self._database = database
        self._clocks = clocks

    def all(self) -> list[Person]:
        """Everybody, in the order of the list."""
        with self._database.reading() as session:
            return read_people(session)

    def get(self, person_id: UUID) -> Person:
        """One person. Refused where there is nobody of that id."""
        with self._database.reading() as session:
            return read_person(session, person_id)

    def index(self) -> PeopleIndex:
        """Everybody, prepared for search at every keystroke."""
        return PeopleIndex(self.all())

    def search(self, text: str, limit: int = 50) -> list[Found]:
        """Those whom `text` finds by name, organisation, e-mail, phone, ticket or code."""
        return self.index().search(text, limit)

    def find(self, who: str) -> Person:
        """The one person whom an id, a ticket or a code names. Refused where it is none or two."""
        from facilitator.domain.ticket import clean_code

        text = clean_code(who).text
        try:
            key = UUID(text)
        except ValueError:
            key = None
        # asked of the database, so that a list of fifty thousand is not read for one person
        brought = select(AttendeeCodeRow.attendee_id)
        with self._database.reading() as session:
            for condition in (
                or_(
                    col(AttendeeRow.id) == key,
                    col(AttendeeRow.ticket) == text,
                    col(AttendeeRow.id).in_(brought.where(col(AttendeeCodeRow.code) == text)),
                ),
                col(AttendeeRow.id).in_(
                    brought.where(col(AttendeeCodeRow.folded) == text.casefold())
                ),
            ):
                ids = session.exec(select(AttendeeRow.id).where(condition)).all()
                found = read_people(session, ids) if ids else []
                if found:
                    break
        if len(found) == 1:
            return found[0]
        if not found:
            raise Refused(
                f"Nobody has the id, ticket or code “{text[:60]}”.", "", "Search by name."
            )
        raise Refused(f"The code “{text[:60]}” fits {len(found)} people.", "", "Use the ticket.")

    def answers(self, person_id: UUID) -> list[tuple[str, str]]:
        """What they answered: in columns that nothing recognised, then at the Desk."""
        with self._database.reading() as session:
            query = select(AnswerRow.question, AnswerRow.answer)
            rows = session.exec(
                query.where(col(AnswerRow.attendee_id) == person_id).order_by(col(AnswerRow.id))
            )
            brought = [(question, answer) for question, answer in rows]
            return brought + answers_in_words(session, person_id)

    def edit(
        self,
        person_id: UUID,
        details: Mapping[str, Any],
        *,
        was: Mapping[str, Any] | None = None,
        by: str = "",
    ) -> Done:
        """Change details of one person (see `EDITABLE`); each change is kept as a fact.

        Refused, with nothing changed, where a detail cannot be what is asked. `was` is what the
        form showed of these details: ChangedMeanwhile, with nothing changed, where somebody else
        has made one of them something else since.
        """
        return self._database.decide(
            lambda session: self._edit(session, [person_id], details, was or {}, by)
        )

    def edit_many(self, ids: Iterable[UUID], details: Mapping[str, Any], *, by: str = "") -> Done:
        """The same change for several people at once, in one transaction."""
        several = list(ids)
        return self._database.decide(lambda session: self._edit(session, several, details, {}, by))

    def changes_of(self, person_id: UUID) -> list[PersonChange]:
        """Every edit of one person's details, oldest first."""
        with self._database.reading() as session:
            rows = session.exec(
                select(PersonChangeRow)
                .where(col(PersonChangeRow.attendee_id) == person_id)
                .order_by(col(PersonChangeRow.id))
            )
            return [PersonChange(r.at, r.by, r.how, r.field, r.old, r.new) for r in rows]

    def facts_of(self, person_id: UUID) -> list[Fact]:
        """Every presence fact of one person, in their order."""
        with self._database.reading() as session:
            rows = session.exec(
                select(PresenceRow)
                .where(col(PresenceRow.attendee_id) == person_id)
                .order_by(col(PresenceRow.number))
            )
            return [to_fact(row) for row in rows]

    # -- internal -------------------------------------------------------------------------------

    def _edit(
        self,
        session: Session,
        ids: Iterable[UUID],
        details: Mapping[str, Any],
        was: Mapping[str, Any],
        by: str,
    ) -> Done:
        for person_id in ids:
            row = session.get(AttendeeRow, person_id)
            if row is None or row.erased_at is not None:
                raise Refused("There is nobody of that id in this event.")
            self._change(session, row, details, was, by)
        return Done(Changes.PEOPLE)

    def _change(
        self,
        session: Session,
        row: AttendeeRow,
        details: Mapping[str, Any],
        was: Mapping[str, Any],
        by: str,
    ) -> None:
        event = read_event(session)
        if strange := next((field for field in details if field not in EDITABLE), None):
            raise Refused(f"“{strange}” cannot be edited.")
        wanted = {
            field: self._checked(field, value, event.sides) for field, value in details.items()
        }
        there = {field: getattr(row, field) for field in wanted}
        found = bring_together(was, there, wanted)
        if found.clashes:
            raise ChangedMeanwhile(_meanwhile(session, event, row, found.clashes, was, wanted))
        for field, new in found.values.items():
            old = there[field]
            row.guessed = [name for name in row.guessed if name != field]
            if field not in row.edited:
                row.edited = [*row.edited, field]
            if old == new:
                continue
            session.add(
                PersonChangeRow(attendee_id=row.id, at=self._clocks.now(),
                                by=signed(session, by), how="edited", field=field,
                                old=_shown(old), new=_shown(new))
            )  # fmt: skip
            setattr(row, field, new)
        if not (row.given_name or row.family_name):
            raise Refused("A person needs a name.")
        session.add(row)

    @staticmethod
    def _checked(field: str, value: Any, sides: Any) -> Any:
        if field in _TRUTHS:
            return value if value is None and field not in {"vip", "cancelled"} else bool(value)
        text = (clean_lines if field == "attention" else clean)(str(value or ""))
        if field == "side":
            return sides.find(text).key
        if field == "email" and text and ("@" not in text or " " in text):
            raise Refused(f"“{text}” is not an e-mail address: mend it, or leave it empty.")
        if field == "borough":
            return find_borough(text) or text
        if len(text) > 500:
            raise Refused("A detail has at most 500 characters.")
        return text


def _meanwhile(
    session: Session,
    event: Event,
    row: AttendeeRow,
    fields: Sequence[str],
    was: Mapping[str, Any],
    mine: Mapping[str, Any],
) -> Meanwhile:
    """What somebody else made of these details of a person."""

    def words(field: str, value: Any) -> str:
        if field == "side" and value:
            return event.sides.find(value).name
        if field == "front_line" and value is not None:
            return "front line" if value else "leader"
        return _shown(value)

    last = session.exec(
        select(PersonChangeRow)
        .where(col(PersonChangeRow.attendee_id) == row.id, col(PersonChangeRow.field).in_(fields))
        .order_by(col(PersonChangeRow.at).desc(), col(PersonChangeRow.id).desc())
    ).first()
    return Meanwhile(
        tuple(
            Difference(
                field, f"the {DETAIL_WORDS[field]}", words(field, was[field]),
                words(field, getattr(row, field)), words(field, mine[field]),
            )
            for field in fields
        ),
        last.by if last else "", event.local(last.at) if last else None,
        {**was, **{field: getattr(row, field) for field in fields}},
    )  # fmt: skip


def _shown(value: Any) -> str:
    if value is None:
        return ""
    return ("yes" if value else "no") if isinstance(value, bool) else str(value)
