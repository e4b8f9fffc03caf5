"""Questions asked at check-in: setting them up, whom to ask what, and the answers as facts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import func
from sqlmodel import Session, col, select

from facilitator.clocks import Clocks
from facilitator.domain.changes import Changes
from facilitator.domain.errors import Refused
from facilitator.domain.ids import new_id
from facilitator.domain.questions import (
    LONGEST_CHOICE,
    LONGEST_WORDS,
    MOST_CHOICES,
    MOST_QUESTIONS,
    YES,
    AnswerFact,
    AskedOf,
    Question,
    QuestionKind,
    standing,
)
from facilitator.domain.text import clean, fold
from facilitator.services.checkin import At
from facilitator.services.events import Done
from facilitator.services.people import read_person
from facilitator.services.question_rows import (
    answer_facts,
    answers_standing,
    read_questions,
    to_question,
)
from facilitator.store.database import Database, insert_once
from facilitator.store.rows import AttendeeRow, PersonChangeRow, QuestionAnswerRow, QuestionRow

_TRIES = 8
_CONSENTS = {"yes": True, "no": False, "": None}


@dataclass(frozen=True, slots=True)
class Kept:
    """A question that was added or edited, as it stands."""

    question: Question
    changes: Changes


@dataclass(frozen=True, slots=True)
class Asked:
    """A question to ask somebody now, and what they answered before (empty for nothing)."""

    question: Question
    before: str = ""


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer that was recorded or taken back: what stands now (empty for nothing)."""

    person_id: UUID
    question: Question
    answer: str
    changes: Changes


class QuestionService:
    """The questions of one event. A question that is removed keeps its answers."""

    def __init__(self, database: Database, clocks: Clocks) -> None:
        self._database = database
        self._clocks = clocks

    # -- setting up -----------------------------------------------------------------------------

    def all(self) -> list[Question]:
        """The questions in the order in which they are asked."""
        with self._database.reading() as session:
            return read_questions(session)

    def add(
        self,
        kind: QuestionKind,
        words: str = "",
        choices: Sequence[str] = (),
        asked_of: AskedOf = AskedOf.UNANSWERED,
    ) -> Kept:
        """Add a question at the end; without `words` a consent is asked in the usual ones.

        Refused without words or choices, for too many or too long ones, and for a consent that
        is asked already.
        """
        with self._database.session() as session:
            there = read_questions(session)
            if len(there) >= MOST_QUESTIONS:
                raise Refused(
                    f"At most {MOST_QUESTIONS} questions are asked; the queue waits for each.",
                    "Nothing was added.",
                )
            if kind.consent and any(one.kind is kind for one in there):
                raise Refused("That is asked already: edit the question that is there.")
            row = QuestionRow(
                position=(session.exec(select(func.max(QuestionRow.position))).one() or 0) + 1,
                kind=kind.value, words=_words(words or kind.words),
                choices=_choices(choices) if kind is QuestionKind.CHOICE else [],
                asked_of=asked_of.value, created_at=self._clocks.now(),
            )  # fmt: skip
            session.add(row)
            session.flush()
            return Kept(to_question(row), Changes.EVENT)

    def edit(
        self,
        question_id: UUID,
        *,
        words: str | None = None,
        choices: Sequence[str] | None = None,
        asked_of: AskedOf | None = None,
    ) -> Kept:
        """Change a question. What was answered stays in the words in which it was answered."""
        with self._database.session() as session:
            row = _question(session, question_id)
            kind = QuestionKind(row.kind)
            if words is not None:
                row.words = _words(words or kind.words)
            if choices is not None and kind is QuestionKind.CHOICE:
                row.choices = _choices(choices)
            if asked_of is not None:
                row.asked_of = asked_of.value
            session.add(row)
            session.flush()
            return Kept(to_question(row), Changes.EVENT)

    def move(self, question_id: UUID, by: int) -> Done:
        """Ask it one earlier (-1) or later (1); at the end of the list it stays."""
        with self._database.session() as session:
            rows = session.exec(
                select(QuestionRow)
                .where(col(QuestionRow.removed_at).is_(None))
                .order_by(col(QuestionRow.position), col(QuestionRow.id))
            ).all()
            at = next((n for n, row in enumerate(rows) if row.id == question_id), None)
            if at is None:
                raise Refused("That question is not asked any more.")
            to = min(max(at + by, 0), len(rows) - 1)
            ordered = [row for row in rows if row.id != question_id]
            ordered.insert(to, rows[at])
            for number, row in enumerate(ordered, 1):
                row.position = number
                session.add(row)
        return Done(Changes.EVENT)

    def remove(self, question_id: UUID) -> Done:
        """Ask it no more; its answers are kept, and `put_back` brings it back."""
        with self._database.session() as session:
            row = _question(session, question_id)
            row.removed_at = self._clocks.now()
            session.add(row)
        return Done(Changes.EVENT)

    def put_back(self, question_id: UUID) -> Done:
        """Ask it again after it was removed."""
        with self._database.session() as session:
            row = session.get(QuestionRow, question_id)
            if row is None:
                raise Refused("There is no such question.")
            row.removed_at = None
            session.add(row)
        return Done(Changes.EVENT)

    # -- asking ---------------------------------------------------------------------------------

    def for_person(self, person_id: UUID) -> list[Asked]:
        """What somebody who arrives is asked now. Nothing is recorded by asking or by skipping:
        who was not answered for is asked again when they come back."""
        with self._database.reading() as session:
            questions = read_questions(session)
            if not questions:
                return []
            person = read_person(session, person_id)
            answered = answers_standing(session, [person_id]).get(person_id, {})
        found: list[Asked] = []
        for one in questions:
            before = answered[one.id].answer if one.id in answered else ""
            if one.kind.consent and not before:
                known = getattr(person, one.kind.consent)
                before = "" if known is None else one.options[0 if known else 1]
            if one.is_for(walk_in=person.walk_in, answered=bool(before)):
                found.append(Asked(one, before))
        return found

    def answer(self, person_id: UUID, question_id: UUID, answer: str, at: At) -> Answered:
        """Record an answer; the one before is kept, and the last one stands.

        A consent is set as well, as an edit of the person. Refused for an answer that is none of
        the question's.
        """
        with self._database.session() as session:
            person, question = _attendee(session, person_id), _question(session, question_id)
            asked = to_question(question)
            if answer not in asked.options:
                raise Refused(f"“{clean(answer)[:40]}” is no answer to that question.")
            for _ in range(_TRIES):
                facts = answer_facts(session, [person_id], question_id)
                fact = self._fact(person_id, question_id, facts, at)
                fact.answer = answer
                fact.before = self._consent(asked, person)
                if insert_once(session, fact, "question_id", "attendee_id", "number"):
                    break
            else:
                raise _contended()
            changes = Changes.ANSWERS
            if asked.kind.consent:
                changes |= self._set_consent(session, asked, person, answer == YES, at)
        return Answered(person_id, asked, answer, changes)

    def take_back(self, person_id: UUID, question_id: UUID, at: At) -> Answered:
        """Take the answer that stands back, as a fact; the one before stands again, or none.

        A consent is then what it was before. Refused where nothing was answered.
        """
        with self._database.session() as session:
            person = _attendee(session, person_id)
            row = session.get(QuestionRow, question_id)
            if row is None:
                raise Refused("There is no such question.")
            asked = to_question(row)
            for _ in range(_TRIES):
                facts = answer_facts(session, [person_id], question_id)
                was = standing(facts)
                if was is None:
                    raise Refused("There is no answer to take back.")
                fact = self._fact(person_id, question_id, facts, at)
                fact.undoes = was.id
                if insert_once(session, fact, "question_id", "attendee_id", "number"):
                    break
            else:
                raise _contended()
            now = standing([one for one in facts if one.id != was.id])
            changes = Changes.ANSWERS
            if asked.kind.consent:
                before = _CONSENTS.get(was.before)
                changes |= self._set_consent(session, asked, person, before, at)
        return Answered(person_id, asked, now.answer if now else "", changes)

    # -- internal -------------------------------------------------------------------------------

    def _fact(
        self, person_id: UUID, question_id: UUID, facts: Sequence[AnswerFact], at: At
    ) -> QuestionAnswerRow:
        return QuestionAnswerRow(
            id=new_id(), question_id=question_id, attendee_id=person_id,
            number=max((one.number for one in facts), default=0) + 1, at=self._clocks.now(),
            desk=at.desk, operator=at.operator,
        )  # fmt: skip

    @staticmethod
    def _consent(asked: Question, person: AttendeeRow) -> str:
        value = getattr(person, asked.kind.consent) if asked.kind.consent else None
        return {True: "yes", False: "no", None: ""}[value]

    def _set_consent(
        self, session: Session, asked: Question, person: AttendeeRow, to: bool | None, at: At
    ) -> Changes:
        old, field = self._consent(asked, person), asked.kind.consent
        new = {True: "yes", False: "no", None: ""}[to]
        if field not in person.edited:
            # a later list must not overwrite what somebody said at the desk
            person.edited = [*person.edited, field]
        if old != new:
            session.add(
                PersonChangeRow(attendee_id=person.id, at=self._clocks.now(), by=at.operator,
                                how="asked", field=field, old=old, new=new)
            )  # fmt: skip
            setattr(person, field, to)
        session.add(person)
        return Changes.PEOPLE if old != new else Changes.NONE


def _words(text: str) -> str:
    words = clean(text)
    if not words:
        raise Refused("A question needs words.", "Nothing was changed.")
    if len(words) > LONGEST_WORDS:
        raise Refused(f"A question has at most {LONGEST_WORDS} letters; it is read out in a queue.")
    return words


def _choices(choices: Sequence[str]) -> list[str]:
    found: dict[str, str] = {}
    for choice in choices:
        text = clean(choice)
        if text:
            found.setdefault(fold(text) or text, text)
    if not 2 <= len(found) <= MOST_CHOICES:
        raise Refused(f"A question has two to {MOST_CHOICES} different answers to choose from.")
    long = next((text for text in found.values() if len(text) > LONGEST_CHOICE), "")
    if long:
        raise Refused(
            f"“{long[:20]}…” is too long; an answer has at most {LONGEST_CHOICE} letters."
        )
    return list(found.values())


def _question(session: Session, question_id: UUID) -> QuestionRow:
    row = session.get(QuestionRow, question_id)
    if row is None or row.removed_at is not None:
        raise Refused("That question is not asked any more.")
    return row


def _attendee(session: Session, person_id: UUID) -> AttendeeRow:
    row: Any = session.get(AttendeeRow, person_id)
    if row is None or row.erased_at is not None:
        raise Refused("There is nobody of that id in this event.")
    return row


def _contended() -> Refused:
    return Refused(
        "Several desks answered for this person at the same moment.", "Nothing was recorded here.",
        "Answer again.",
    )  # fmt: skip
