"""Questions asked at check-in: set up, asked of whom, answered as facts, kept and removed."""

from __future__ import annotations

import csv
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest
import python_calamine
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from facilitator.app import EventApp
from facilitator.clocks import HandClocks
from facilitator.domain.errors import Refused
from facilitator.domain.ids import new_id
from facilitator.domain.questions import AnswerFact, AskedOf, Question, QuestionKind, standing
from facilitator.services.checkin import At, NewWalkIn
from facilitator.services.people import Changes
from tests.people import add_person

DESK = At("Desk 1", "AY")
LUNCH = ("Vegetarian", "Meat", "None")


def ask_lunch(app: EventApp, asked_of: AskedOf = AskedOf.UNANSWERED) -> Question:
    return app.questions.add(QuestionKind.CHOICE, "Which lunch?", LUNCH, asked_of).question


def asked(app: EventApp, person_id: UUID) -> list[tuple[str, str]]:
    return [(one.question.words, one.before) for one in app.questions.for_person(person_id)]


def test_a_question_is_added_edited_moved_and_put_back(app: EventApp) -> None:
    photo = app.questions.add(QuestionKind.PHOTO).question
    lunch = ask_lunch(app)
    assert photo.words.startswith("May we take")
    assert photo.options == ("Yes", "No")
    edited = app.questions.edit(lunch.id, words=" Lunch ? ", choices=["Soup", "", "soup", "Pie"])
    assert (edited.question.words, edited.question.choices) == ("Lunch ?", ("Soup", "Pie"))
    app.questions.move(lunch.id, -1)
    assert [one.id for one in app.questions.all()] == [lunch.id, photo.id]
    app.questions.move(lunch.id, -1)
    app.questions.remove(lunch.id)
    assert [one.id for one in app.questions.all()] == [photo.id]
    app.questions.put_back(lunch.id)
    assert [one.id for one in app.questions.all()] == [lunch.id, photo.id]


def test_what_cannot_be_asked_is_refused(app: EventApp) -> None:
    app.questions.add(QuestionKind.PHOTO)
    for kind, words, choices in (
        (QuestionKind.PHOTO, "", ()),
        (QuestionKind.CHOICE, "", LUNCH),
        (QuestionKind.CHOICE, "Lunch?", ("Soup",)),
        (QuestionKind.CHOICE, "Lunch?", [str(n) for n in range(7)]),
        (QuestionKind.CHOICE, "Lunch?", ("x" * 41, "y")),
        (QuestionKind.CHOICE, "x" * 121, LUNCH),
    ):
        with pytest.raises(Refused):
            app.questions.add(kind, words, choices)
    assert len(app.questions.all()) == 1
    lunch, priya = ask_lunch(app), add_person(app, "Priya Raman")
    with pytest.raises(Refused, match="no answer"):
        app.questions.answer(priya.id, lunch.id, "Soup", DESK)
    with pytest.raises(Refused, match="no answer to take back"):
        app.questions.take_back(priya.id, lunch.id, DESK)
    app.questions.remove(lunch.id)
    with pytest.raises(Refused, match="not asked any more"):
        app.questions.answer(priya.id, lunch.id, "Meat", DESK)


def test_who_is_asked_what(app: EventApp) -> None:
    lunch = ask_lunch(app)
    again = app.questions.add(
        QuestionKind.CHOICE, "Talk?", ("A", "B"), AskedOf.EVERYONE
    ).question  # fmt: skip
    new = app.questions.add(QuestionKind.CHOICE, "How?", ("X", "Y"), AskedOf.WALK_INS).question
    app.questions.add(QuestionKind.PHOTO)
    priya = add_person(app, "Priya Raman", photo_consent=False)
    assert asked(app, priya.id) == [("Which lunch?", ""), ("Talk?", "")]
    walked = app.checkin.walk_in(NewWalkIn("Rhys Late", "general-practice"), DESK).verdict
    assert [one.question.words for one in app.questions.for_person(walked.person.id)][2] == "How?"  # pyright: ignore[reportAttributeAccessIssue]
    app.questions.answer(priya.id, lunch.id, "Meat", DESK)
    app.questions.answer(priya.id, again.id, "A", DESK)
    assert asked(app, priya.id) == [("Talk?", "A")]
    app.questions.take_back(priya.id, lunch.id, DESK)
    assert ("Which lunch?", "") in asked(app, priya.id)
    assert new.asked_of is AskedOf.WALK_INS


def test_a_consent_is_set_and_what_it_was_before_comes_back(
    app: EventApp, clocks: HandClocks
) -> None:
    photo = app.questions.add(QuestionKind.PHOTO, asked_of=AskedOf.EVERYONE).question
    priya = add_person(app, "Priya Raman", photo_consent=False)
    first = app.questions.answer(priya.id, photo.id, "Yes", DESK)
    assert app.people.get(priya.id).photo_consent is True
    assert first.changes == Changes.ANSWERS | Changes.PEOPLE
    clocks.advance(1)
    assert app.questions.answer(priya.id, photo.id, "Yes", DESK).changes == Changes.ANSWERS
    clocks.advance(1)
    app.questions.answer(priya.id, photo.id, "No", DESK)
    assert app.people.get(priya.id).photo_consent is False
    for left, stands in (("Yes", True), ("Yes", True), ("", False)):
        clocks.advance(1)
        assert app.questions.take_back(priya.id, photo.id, DESK).answer == left
        assert app.people.get(priya.id).photo_consent is stands
    edits = [(one.how, one.by, one.new) for one in app.people.changes_of(priya.id)]
    assert edits == [
        ("asked", "AY", new) for new in ("yes", "no", "yes", "no")
    ]  # fmt: skip
    words = [line.words for line in app.privacy.history(priya.id) if line.kind == "answer"]
    assert len(words) == 6
    assert words[0].endswith(": Yes")
    assert words[-1].startswith("Answer taken back")


def test_answers_are_found_where_they_are_needed(app: EventApp, tmp_path: Path) -> None:
    lunch = ask_lunch(app)
    priya, minh = add_person(app, "Priya Raman"), add_person(app, "Minh Nguyễn")
    app.questions.answer(priya.id, lunch.id, "Meat", DESK)
    app.questions.answer(priya.id, lunch.id, "Vegetarian", At("Desk 2", "BC"))
    assert app.people.answers(priya.id) == [("Which lunch?", "Vegetarian")]
    assert app.people.answers(minh.id) == []
    held = app.privacy.access(priya.id)
    assert held["answers"] == [{"question": "Which lunch?", "answer": "Vegetarian"}]
    said = [(line["what"], line["by"]) for line in held["history"] if "lunch" in line["what"]]
    assert said == [
        ("Answered “Which lunch?”: Meat", "Desk 1, AY"),
        ("Answered “Which lunch?”: Vegetarian", "Desk 2, BC"),
    ]
    app.exports.write(tmp_path / "out", "named")
    with (tmp_path / "out" / "people.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = {row["name"]: row["Which lunch?"] for row in csv.DictReader(file)}
    assert rows == {"Priya Raman": "Vegetarian", "Minh Nguyễn": ""}
    app.exports.write(tmp_path / "out.xlsx", "named")
    book = python_calamine.CalamineWorkbook.from_path(tmp_path / "out.xlsx")
    assert book.get_sheet_by_name("People").to_python()[0][-1] == "Which lunch?"
    app.exports.write(tmp_path / "roles", "role")
    assert "Vegetarian" not in (tmp_path / "roles" / "people.csv").read_text("utf-8-sig")


def test_answers_go_with_the_person(app: EventApp) -> None:
    lunch = ask_lunch(app)
    contact = app.questions.add(QuestionKind.CONTACT).question
    people = [add_person(app, name) for name in ("Priya Raman", "Minh Nguyễn", "Ada Larkin")]
    for person in people:
        app.questions.answer(person.id, lunch.id, "Meat", DESK)
        app.questions.answer(person.id, lunch.id, "None", DESK)
        app.questions.take_back(person.id, lunch.id, DESK)
    app.questions.answer(people[0].id, contact.id, "Yes", DESK)
    app.privacy.erase(people[2].id)
    app.privacy.purge(keep_consented=True)
    assert app.people.answers(people[0].id)[0] == ("Which lunch?", "Meat")
    assert app.people.answers(people[1].id) == []
    by = {line.by for line in app.privacy.history(people[0].id) if line.kind == "answer"}
    assert by == {"Desk 1"}  # whose hands they were is nobody's business afterwards
    app.privacy.purge()
    assert [app.people.answers(person.id) for person in app.people.all()] == [[], []]
    assert app.questions.all()[0].words == "Which lunch?"


MARKS = st.lists(st.sampled_from(["Yes", "No", "back"]), max_size=12)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(MARKS)
def test_the_last_answer_not_taken_back_stands(marks: list[str]) -> None:
    question, person = new_id(), new_id()
    facts: list[AnswerFact] = []
    expected: list[str] = []
    at = datetime(2025, 11, 12, 9, tzinfo=UTC)
    for number, mark in enumerate(marks, 1):
        undoes = None
        if mark == "back":
            was = standing(facts)
            assert (was.answer if was else "") == (expected[-1] if expected else "")
            if was is None:
                continue
            undoes = was.id
            expected.pop()
        else:
            expected.append(mark)
        facts.append(
            AnswerFact(new_id(), question, person, number, mark, at, undoes=undoes)
        )  # fmt: skip
    stands = standing(reversed(facts))
    assert (stands.answer if stands else "") == (expected[-1] if expected else "")
