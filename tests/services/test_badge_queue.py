"""The badges asked for at the desks: on disk before they are printed, and printed once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlmodel import select

from facilitator.app import EventApp, open_event
from facilitator.clocks import HandClocks
from facilitator.documents.badge_layouts import Layout
from facilitator.domain.changes import Changes
from facilitator.domain.errors import Refused, WorldTrouble
from facilitator.domain.verdicts import Welcome
from facilitator.services.badge_queue import BadgeJob, State, Station, When
from facilitator.services.checkin import At, NewWalkIn
from facilitator.store.rows import DocumentFactRow, ToldRow
from tests.day import add_people, seat_everybody
from tests.people import add_person

HERE = Station("Desk 1", "laptop-a", "Zebra", "roll62")
THERE = Station("Desk 2", "laptop-b", "Dymo", "dymo99014")


class Paper:
    """A printer that keeps how large the pages were; `jam` makes it fail in words."""

    def __init__(self) -> None:
        self.layouts: list[str] = []
        self.jam = ""

    def __call__(self, path: Path, layout: Layout) -> str:
        if self.jam:
            raise WorldTrouble(self.jam)
        assert path.read_bytes().startswith(b"%PDF")
        self.layouts.append(layout.name)
        return ""


@pytest.fixture
def paper() -> Paper:
    return Paper()


def asked(app: EventApp, person, at: Station = HERE, when: When = When.FIRST) -> BadgeJob:
    job = app.badge_queue.ask(person.id, at, when).job
    assert job is not None
    return job


def test_a_badge_is_on_disk_before_it_is_printed(app: EventApp, paper: Paper) -> None:
    ada = add_person(app, "Ada Larkin")
    answer = app.badge_queue.ask(ada.id, HERE, When.FIRST)
    assert answer.job is not None
    assert answer.changes is Changes.BADGES
    [waiting] = app.badge_queue.open_jobs("laptop-a")
    assert (waiting.id, waiting.state, waiting.at) == (answer.job.id, State.WAITING, HERE)
    done = app.badge_queue.print_one(waiting.id, "laptop-a", paper)
    assert done.job is not None
    assert done.job.state is State.PRINTED
    assert paper.layouts == ["roll62"]
    assert app.badge_queue.open_jobs() == []
    assert [(job.person.name, job.state) for job in app.badge_queue.jobs()] == [
        ("Ada Larkin", State.PRINTED)
    ]
    # nothing prints it a second time
    assert app.badge_queue.print_one(waiting.id, "laptop-a", paper).job is None
    assert len(paper.layouts) == 1


def test_first_time_means_once_at_any_desk(app: EventApp, paper: Paper, clocks: HandClocks) -> None:
    ada = add_person(app, "Ada Larkin")
    app.badge_queue.print_one(asked(app, ada).id, "laptop-a", paper)
    clocks.advance(60)
    again = app.badge_queue.ask(ada.id, THERE, When.FIRST)
    assert (again.job, again.why_not) == (None, "Their badge was printed at 08:45.")
    always = asked(app, ada, THERE, When.ALWAYS)
    assert (always.why, always.again) == ("again", True)
    by_key = asked(app, ada, THERE, When.ASKED)
    assert by_key.id == always.id  # one that waits is not asked for twice
    assert app.badge_queue.ask(ada.id, HERE, When.NEVER).job is None


def test_a_badge_in_a_tray_counts_as_printed(app: EventApp) -> None:
    ada = add_person(app, "Ada Larkin", tray="Box 2, 37")
    answer = app.badge_queue.ask(ada.id, HERE, When.FIRST)
    assert (answer.job, answer.why_not) == (None, "Their badge lies ready: Box 2, 37.")
    assert asked(app, ada, HERE, When.ASKED).why == "asked"


def test_a_failure_is_kept_with_its_reason_and_retried(app: EventApp, paper: Paper) -> None:
    ada = add_person(app, "Ada Larkin")
    job = asked(app, ada)
    paper.jam = "Zebra has no paper."
    failed = app.badge_queue.print_one(job.id, "laptop-a", paper).job
    assert failed is not None
    assert (failed.state, failed.words) == (State.FAILED, "Zebra has no paper.")
    assert [one.words for one in app.badge_queue.open_jobs()] == ["Zebra has no paper."]
    # nothing prints by itself: a failed badge waits to be asked for again
    paper.jam = ""
    assert app.badge_queue.print_one(job.id, "laptop-a", paper).job is None
    [again] = app.badge_queue.retry([job.id], THERE).jobs
    assert (again.id, again.at) == (job.id, THERE)
    assert app.badge_queue.print_one(job.id, "laptop-a", paper).job is None  # it is Desk 2's now
    done = app.badge_queue.print_one(job.id, "laptop-b", paper).job
    assert done is not None
    assert done.state is State.PRINTED
    assert paper.layouts == ["dymo99014"]


def test_asking_again_takes_up_what_failed(app: EventApp, paper: Paper) -> None:
    ada = add_person(app, "Ada Larkin")
    job = asked(app, ada)
    paper.jam = "Zebra has no paper."
    app.badge_queue.print_one(job.id, "laptop-a", paper)
    assert asked(app, ada).id == job.id
    assert [one.state for one in app.badge_queue.open_jobs()] == [State.WAITING]


def test_what_another_desk_prints_is_left_to_it_unless_asked_for(app: EventApp) -> None:
    ada = add_person(app, "Ada Larkin")
    job = asked(app, ada)
    assert app.badge_queue.ask(ada.id, THERE, When.FIRST).why_not == "Desk 1 prints their badge."
    taken = asked(app, ada, THERE, When.ASKED)
    assert (taken.id, taken.at) == (job.id, THERE)


def test_a_fault_of_the_program_is_a_failed_badge_too(app: EventApp) -> None:
    def broken(_path: Path, _layout: Layout) -> str:
        raise ValueError("a bug")

    job = asked(app, add_person(app, "Ada Larkin"))
    failed = app.badge_queue.print_one(job.id, "laptop-a", broken).job
    assert failed is not None
    assert (failed.state, "log" in failed.words) == (State.FAILED, True)


def test_given_up_is_over(app: EventApp, paper: Paper) -> None:
    job = asked(app, add_person(app, "Ada Larkin"))
    [closed] = app.badge_queue.give_up([job.id], HERE).jobs
    assert closed.id == job.id
    assert app.badge_queue.open_jobs() == []
    assert app.badge_queue.print_one(job.id, "laptop-a", paper).job is None
    assert app.badge_queue.retry([job.id], HERE).jobs == ()
    assert [one.state for one in app.badge_queue.jobs()] == [State.GIVEN_UP]


class Killed(BaseException):
    """The program ends here."""


def test_a_program_that_ends_in_between_leaves_the_badge_waiting(tmp_path: Path, file_app) -> None:
    ada, bo = add_person(file_app, "Ada Larkin"), add_person(file_app, "Bo Chen")
    before, during = asked(file_app, ada), asked(file_app, bo)

    def kill(_path: Path, _layout: Layout) -> str:
        raise Killed

    with pytest.raises(Killed):
        file_app.badge_queue.print_one(during.id, "laptop-a", kill)
    with open_event(file_app.database.location, file_app.clocks) as again:
        left = again.badge_queue.open_jobs("laptop-a")
        assert [(one.id, one.state) for one in left] == [
            (before.id, State.WAITING), (during.id, State.SENT),
        ]  # fmt: skip
        assert again.badge_queue.open_jobs("laptop-b") == []
        # what may have come out is printed again only where somebody says so
        assert again.badge_queue.print_one(during.id, "laptop-a", Paper()).job is None


def test_of_eight_who_print_the_same_badge_one_does(app: EventApp, paper: Paper) -> None:
    job = asked(app, add_person(app, "Ada Larkin"))
    with ThreadPoolExecutor(8) as pool:
        done = list(
            pool.map(lambda _: app.badge_queue.print_one(job.id, "laptop-a", paper), range(8))
        )
    assert sum(one.job is not None for one in done) == 1
    assert len(paper.layouts) == 1


def test_a_printed_badge_tells_its_tables_and_a_failed_one_does_not(
    app: EventApp, paper: Paper
) -> None:
    add_people(app, first=10, second=10, third=4)
    seat_everybody(app, seats=6)
    person = next(one for one in app.people.all() if one.is_here)
    job = asked(app, person)

    def told() -> int:
        with app.database.reading() as session:
            return len(session.exec(select(ToldRow).where(ToldRow.how == "badge")).all())

    paper.jam = "Zebra has no paper."
    app.badge_queue.print_one(job.id, "laptop-a", paper)
    assert told() == 0
    paper.jam = ""
    app.badge_queue.retry([job.id], HERE)
    done = app.badge_queue.print_one(job.id, "laptop-a", paper)
    assert told() == 3
    assert done.changes == Changes.BADGES | Changes.SEATS
    with app.database.reading() as session:
        facts = session.exec(select(DocumentFactRow)).all()
    assert [(fact.kind, fact.name) for fact in facts] == [("badge", "badge.pdf")]


def test_a_walk_in_whose_arrival_was_taken_back_gets_none(app: EventApp, paper: Paper) -> None:
    at = At("Desk 1")
    verdict = app.checkin.walk_in(NewWalkIn("Zoë Late", "community-pharmacy"), at).verdict
    assert isinstance(verdict, Welcome)
    zoe = verdict.person
    job = asked(app, zoe)
    assert job.why == "walk-in"
    app.checkin.undo(zoe.id, at)
    assert app.badge_queue.print_one(job.id, "laptop-a", paper).job is None
    assert (paper.layouts, app.badge_queue.open_jobs()) == ([], [])


def test_the_history_tells_of_badges_and_erasure_takes_them(app: EventApp, paper: Paper) -> None:
    ada = add_person(app, "Ada Larkin")
    app.badge_queue.print_one(asked(app, ada).id, "laptop-a", paper)
    lines = [(line.words, line.by) for line in app.privacy.history(ada.id) if line.kind == "badge"]
    assert lines == [
        ("Badge asked for", "Desk 1, Zebra"), ("Badge sent to the printer", "Desk 1, Zebra"),
        ("Badge printed", "Desk 1, Zebra"),
    ]  # fmt: skip
    app.privacy.erase(ada.id)
    assert app.badge_queue.jobs() == []


def test_nobody_of_that_id_is_refused(app: EventApp) -> None:
    ada = add_person(app, "Ada Larkin")
    app.privacy.erase(ada.id)
    with pytest.raises(Refused, match="nobody of that id"):
        app.badge_queue.ask(ada.id, HERE, When.ASKED)
