"""Questions and their answers, read from the rows of one event."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from sqlmodel import Session, col, select

from facilitator.domain.questions import AnswerFact, AskedOf, Question, QuestionKind, standing
from facilitator.store.rows import QuestionAnswerRow, QuestionRow


def read_questions(session: Session, *, removed: bool = False) -> list[Question]:
    """The questions in their order; with `removed` those too that are not asked any more."""
    query = select(QuestionRow).order_by(col(QuestionRow.position), col(QuestionRow.id))
    if not removed:
        query = query.where(col(QuestionRow.removed_at).is_(None))
    return [to_question(row) for row in session.exec(query)]


def to_question(row: QuestionRow) -> Question:
    """A row as a value."""
    return Question(
        row.id, QuestionKind(row.kind), row.words, tuple(row.choices), AskedOf(row.asked_of)
    )


def answer_facts(
    session: Session, ids: Iterable[UUID] | None = None, question_id: UUID | None = None
) -> list[AnswerFact]:
    """Every fact about answers, in order: of all people or of `ids`, to all questions or one."""
    query = select(QuestionAnswerRow).order_by(
        col(QuestionAnswerRow.at), col(QuestionAnswerRow.number), col(QuestionAnswerRow.id)
    )
    if ids is not None:
        query = query.where(col(QuestionAnswerRow.attendee_id).in_(list(ids)))
    if question_id is not None:
        query = query.where(col(QuestionAnswerRow.question_id) == question_id)
    return [
        AnswerFact(
            row.id, row.question_id, row.attendee_id, row.number, row.answer, row.at, row.desk,
            row.operator, row.undoes, row.before,
        )
        for row in session.exec(query.execution_options(populate_existing=True))
    ]  # fmt: skip


def answers_standing(
    session: Session, ids: Iterable[UUID] | None = None
) -> dict[UUID, dict[UUID, AnswerFact]]:
    """Who answered what: person → question → the answer that stands."""
    facts: dict[tuple[UUID, UUID], list[AnswerFact]] = {}
    for fact in answer_facts(session, ids):
        facts.setdefault((fact.attendee_id, fact.question_id), []).append(fact)
    found: dict[UUID, dict[UUID, AnswerFact]] = {}
    for (person, question), theirs in facts.items():
        stands = standing(theirs)
        if stands is not None:
            found.setdefault(person, {})[question] = stands
    return found


def answers_in_words(session: Session, person_id: UUID) -> list[tuple[str, str]]:
    """What one person answered at the Desk: the question and the answer that stands."""
    answered = answers_standing(session, [person_id]).get(person_id, {})
    if not answered:
        return []
    return [
        (question.words, answered[question.id].answer)
        for question in read_questions(session, removed=True)
        if question.id in answered
    ]
