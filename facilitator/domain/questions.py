"""Questions that the Desk asks at check-in, and what was answered. Answers are facts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

#: one key each, so no more than there are keys; each fits a button
MOST_CHOICES, LONGEST_CHOICE, LONGEST_WORDS = 6, 40, 120
MOST_QUESTIONS = 6
YES, NO = "Yes", "No"


class QuestionKind(StrEnum):
    """What is asked. The first two also settle what the list says of that consent."""

    PHOTO = "photo"
    CONTACT = "contact"
    CHOICE = "choice"

    @property
    def consent(self) -> str:
        """The detail of a person that the answer sets, or empty."""
        return {"photo": "photo_consent", "contact": "contact_consent"}.get(self.value, "")

    @property
    def words(self) -> str:
        """What is asked where the event has no words of its own."""
        return {
            "photo": "May we take and use photographs of you?",
            "contact": "May we share your contact details with the others here?",
        }.get(self.value, "")


class AskedOf(StrEnum):
    """Whom a question is asked."""

    #: those who have not answered it, here or in the list
    UNANSWERED = "unanswered"
    #: those who were not on the list and have not answered
    WALK_INS = "walk-ins"
    #: everybody at every arrival; the answer before is shown
    EVERYONE = "everyone"


@dataclass(frozen=True, slots=True)
class Question:
    """One question of this event."""

    id: UUID
    kind: QuestionKind
    words: str
    choices: tuple[str, ...]
    asked_of: AskedOf

    @property
    def options(self) -> tuple[str, ...]:
        """The answers there are, in the order of their keys."""
        return self.choices if self.kind is QuestionKind.CHOICE else (YES, NO)

    def is_for(self, *, walk_in: bool, answered: bool) -> bool:
        """Whether it is asked of somebody who arrives."""
        match self.asked_of:
            case AskedOf.UNANSWERED:
                return not answered
            case AskedOf.WALK_INS:
                return walk_in and not answered
            case AskedOf.EVERYONE:
                return True


@dataclass(frozen=True, slots=True)
class AnswerFact:
    """That somebody answered a question, or that an answer was taken back (`undoes`)."""

    id: UUID
    question_id: UUID
    attendee_id: UUID
    #: order within the question and the person, from 1
    number: int
    answer: str
    at: datetime
    desk: str = ""
    operator: str = ""
    undoes: UUID | None = None
    #: the consent as it stood before ("yes", "no" or empty), for taking back
    before: str = ""


def standing(facts: Iterable[AnswerFact]) -> AnswerFact | None:
    """Of one person's facts about one question the answer that stands: the last not taken back."""
    ordered = sorted(facts, key=lambda fact: fact.number)
    gone = {fact.undoes for fact in ordered if fact.undoes is not None}
    kept = [fact for fact in ordered if fact.undoes is None and fact.id not in gone]
    return kept[-1] if kept else None
