"""What an event holds about people, why, and until when: one page, counted from what is there."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlalchemy import func, or_
from sqlmodel import Session, col, select

from facilitator.domain.people import Person
from facilitator.domain.text import counted
from facilitator.services.people import read_people
from facilitator.services.privacy_documents import copy_places, document_facts
from facilitator.store.rows import (
    AnswerRow,
    BadgeFactRow,
    NoteRow,
    PersonChangeRow,
    PledgeRow,
    PresenceRow,
    QuestionAnswerRow,
    ScanRow,
    SeatRow,
    ToldRow,
)


@dataclass(frozen=True, slots=True)
class HeldPart:
    """One kind of what is held: what it is, what it is for, and how much there is of it."""

    what: str
    why: str
    many: str
    #: health or the like, which is to be kept with more care than a name
    is_special: bool = False


def read_inventory(session: Session) -> tuple[HeldPart, ...]:
    """What is held now; what there is none of is left out."""
    people = [person for person in read_people(session) if person.name or person.email]
    rows = _Rows(session)
    named_notes = rows.many(
        NoteRow.id, (col(NoteRow.attendee_id).is_not(None)) | (col(NoteRow.by) != "")
    )
    pledges = rows.many(
        PledgeRow.id, or_(col(PledgeRow.attendee_id).is_not(None), col(PledgeRow.who) != "")
    )
    scans = rows.many(ScanRow.id, col(ScanRow.raw) != "") if people else 0
    facts = rows.many(PresenceRow.id) if people else 0
    answers = rows.many(AnswerRow.id) + rows.many(QuestionAnswerRow.id)
    copies, documents = len(copy_places(session)), len(document_facts(session))
    named = bool(people)
    found = [
        ("Names, titles and how a name is said", "To greet people, print badges and lists",
         _people(people, lambda p: p.name), len(people), False),
        ("E-mail addresses and telephone numbers", "To send tickets; to write to those who agreed",
         _people(people, lambda p: p.email), len(people), False),
        ("Role, organisation, side and borough", "To mix the tables and count who was there",
         _people(people, lambda p: p.organisation or p.profession), len(people), False),
        ("Tickets and codes of other systems", "To know people at the door",
         _people(people, lambda p: p.ticket), len(people), False),
        ("Diet and access, notes for the desk", "To cater and to seat people well",
         _people(people, lambda p: p.diet or p.access or p.attention),
         sum(1 for p in people if p.diet or p.access or p.attention), True),
        ("Who agreed to share contacts or to be photographed", "To keep to what they said",
         _people(people, lambda p: p.contact_consent is not None or p.photo_consent is not None),
         sum(1 for p in people if p.contact_consent is not None or p.photo_consent is not None),
         False),
        ("Other answers, of the list and at the desk", "For what the question was asked",
         counted(answers, "answer"), answers, False),
        ("When people came and left, what was scanned", "For the evacuation roll and certificates",
         f"{counted(facts, 'fact')}, {counted(scans, 'scan')}", facts + scans,
         False),
        ("Who sat where, and what they were told", "To mix the tables, and for follow-up lists",
         counted(rows.many(SeatRow.id), "seat"),
         (rows.many(SeatRow.id) + rows.many(ToldRow.id)) if named else 0, False),
        ("Badges that were asked for and printed", "So that none is printed twice",
         counted(rows.many(BadgeFactRow.id), "fact"), rows.many(BadgeFactRow.id) if named else 0,
         False),
        ("Notes and pledges with a name", "To quote those who agreed to it",
         f"{counted(named_notes, 'note')}, {counted(pledges, 'pledge')}", named_notes + pledges,
         False),
        ("Edits, with how it was before", "To say who changed what",
         counted(rows.many(PersonChangeRow.id), "edit"), rows.many(PersonChangeRow.id), False),
        ("Documents with names that were made", "They lie outside the event: delete them yourself",
         counted(documents, "document"), documents, False),
        ("Copies of the event elsewhere", "In case this laptop fails",
         counted(copies, "copy", "copies"), copies, False),
    ]  # fmt: skip
    return tuple(
        HeldPart(what, why, many, special) for what, why, many, number, special in found if number
    )


def _people(people: Sequence[Person], has: Callable[[Person], object]) -> str:
    return counted(sum(1 for person in people if has(person)), "person", "people")


class _Rows:
    def __init__(self, session: Session) -> None:
        self._session = session

    def many(self, column: object, where: object | None = None) -> int:
        """How many rows there are of a table."""
        query = select(func.count(column))  # pyright: ignore[reportArgumentType, reportCallIssue]
        if where is not None:
            query = query.where(where)  # pyright: ignore[reportArgumentType]
        return self._session.exec(query).one()
