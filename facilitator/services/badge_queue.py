"""The badges asked for at the desks: on disk before anything is printed, and never lost.

A badge is asked for, sent to a printer, and then printed or failed; each of these is a fact.
Whoever adds "sent" first prints it, so that two desks, or one desk twice, never print the same one.
What was not printed when the program ended waits until somebody asks for it again.
"""

from __future__ import annotations

import logging
import tempfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from uuid import UUID

from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from facilitator.clocks import Clocks
from facilitator.documents.badge_layouts import Layout
from facilitator.domain.changes import Changes
from facilitator.domain.errors import Trouble, WorldTrouble
from facilitator.domain.ids import new_id
from facilitator.domain.people import Person, Status
from facilitator.services.badges import BadgeService
from facilitator.services.events import read_event
from facilitator.services.people import read_people, read_person
from facilitator.store.database import Database, insert_once
from facilitator.store.rows import BadgeFactRow

log = logging.getLogger("facilitator.badges")

#: what puts a page on paper: the PDF and its layout in; the name of the file that it left out, or
#: "" for paper alone. Trouble where it cannot.
PutOnPaper = Callable[[Path, Layout], str]

ASKED, RETRIED, SENT, PRINTED, FAILED, GIVEN_UP = (
    "asked", "retried", "sent", "printed", "failed", "given up",
)  # fmt: skip
#: how often a fact is tried where another desk was a moment quicker
_TRIES = 8
#: a reason is shown in one line
_LONGEST = 400


class State(StrEnum):
    """How a badge stands."""

    WAITING = "waiting"
    #: on its way; after the end of a program nobody knows whether it came out
    SENT = "sent"
    PRINTED = "printed"
    FAILED = "failed"
    GIVEN_UP = "given up"


_STATES = {
    ASKED: State.WAITING, RETRIED: State.WAITING, SENT: State.SENT, PRINTED: State.PRINTED,
    FAILED: State.FAILED, GIVEN_UP: State.GIVEN_UP,
}  # fmt: skip


class When(StrEnum):
    """When a desk prints a badge: its policy, or that somebody asked for it by key."""

    NEVER = "never"
    FIRST = "first"
    ALWAYS = "always"
    ASKED = "asked"


@dataclass(frozen=True, slots=True)
class Station:
    """Where a badge is printed: the desk's name, the laptop's own mark, the printer, the paper.

    `layout` is empty for the event's own.
    """

    desk: str
    laptop: str
    printer: str
    layout: str = ""


@dataclass(frozen=True, slots=True)
class BadgeJob:
    """One badge asked for, as it stands."""

    id: UUID
    person: Person
    state: State
    asked_at: datetime
    changed_at: datetime
    at: Station
    #: arrival | walk-in | asked | again
    why: str
    #: why it failed, or the file that it was saved as
    words: str = ""
    #: how many facts there are of it: what is done with it is judged against these
    facts: int = 1

    @property
    def again(self) -> bool:
        """Whether this person had a badge printed before."""
        return self.why == "again"

    @property
    def is_open(self) -> bool:
        """Whether it is still to be printed or given up."""
        return self.state in {State.WAITING, State.SENT, State.FAILED}


@dataclass(frozen=True, slots=True)
class Asked:
    """The answer to asking for a badge: what is to be printed, or why nothing is."""

    job: BadgeJob | None
    #: a sentence where there is no job
    why_not: str = ""
    changes: Changes = Changes.NONE


@dataclass(frozen=True, slots=True)
class Done:
    """What became of one badge that was to be printed; None where somebody else took it."""

    job: BadgeJob | None
    changes: Changes


@dataclass(frozen=True, slots=True)
class Retried:
    """The badges that wait again, in the order in which they were asked for."""

    jobs: tuple[BadgeJob, ...]
    changes: Changes


class BadgeQueueService:
    """Asks for badges, prints them one at a time, and knows which were not printed."""

    def __init__(self, database: Database, clocks: Clocks, badges: BadgeService) -> None:
        self._database = database
        self._clocks = clocks
        self._badges = badges

    # -- asking ---------------------------------------------------------------------------------

    def ask(self, person_id: UUID, at: Station, when: When) -> Asked:
        """Ask for one person's badge; it is on disk when this returns.

        `when` decides: FIRST prints nothing for somebody whose badge was printed, at any desk, or
        lies ready in a tray; ALWAYS and ASKED print again. A badge of theirs that failed or
        waits is taken up and no second one made; one that is under way at this laptop is
        returned as it is. Refused where there is nobody of that id.
        """
        with self._database.session() as session:
            person = read_person(session, person_id)
            jobs = _jobs(session, _facts(session, person_id))
            before = next((job for job in reversed(jobs) if job.state is State.PRINTED), None)
            if when is When.NEVER:
                return Asked(None, "This desk prints no badges.")
            if when is When.FIRST and before is not None:
                since = read_event(session).local(before.changed_at)
                return Asked(None, f"Their badge was printed at {since:%H:%M}.")
            if when is When.FIRST and person.tray:
                return Asked(None, f"Their badge lies ready: {person.tray}.")
            waiting = next((job for job in reversed(jobs) if job.is_open), None)
            if waiting is not None:
                return self._take_up(session, waiting, at, when)
            if before is not None:
                why = "again"
            elif when is When.ASKED:
                why = "asked"
            else:
                why = "walk-in" if person.walk_in else "arrival"
            now = self._clocks.now()
            fact = _fact(new_id(), 1, person_id, ASKED, now, at, why)
            session.add(fact)
            session.flush()
            return Asked(
                BadgeJob(fact.job_id, person, State.WAITING, now, now, at, why), "", Changes.BADGES
            )

    def retry(self, ids: Iterable[UUID], at: Station) -> Retried:
        """Let badges that failed or were left wait again, at `at`, in the order of asking.

        Those that are printed, given up or taken by another desk meanwhile are left out.
        """
        wanted = set(ids)
        with self._database.session() as session:
            found = [job for job in _open_jobs(session) if job.id in wanted]
            kept = [self._retry(session, job, at) for job in found]
        return Retried(tuple(job for job in kept if job is not None), Changes.BADGES)

    def give_up(self, ids: Iterable[UUID], at: Station) -> Retried:
        """Close badges that nobody needs any more; returns those that were closed."""
        wanted = set(ids)
        with self._database.session() as session:
            found = [job for job in _open_jobs(session) if job.id in wanted]
            kept = [job for job in found if self._add(session, job, GIVEN_UP, at)]
        return Retried(tuple(kept), Changes.BADGES)

    # -- printing -------------------------------------------------------------------------------

    def print_one(self, job_id: UUID, laptop: str, put: PutOnPaper) -> Done:
        """Print one badge that waits at this laptop, and keep what became of it.

        A walk-in whose arrival was taken back gets none: that closes the badge. One that cannot be
        drawn or printed is kept as failed, with the reason in words, and is no error of this
        call. Trouble is raised only where the event cannot be written to.
        """
        with self._database.session() as session:
            job = _job(session, job_id)
            if job is None or job.state is not State.WAITING or job.at.laptop != laptop:
                return Done(None, Changes.NONE)
            if job.person.walk_in and job.person.status is Status.EXPECTED:
                self._add(session, job, GIVEN_UP, job.at, "Their arrival was taken back.")
                return Done(None, Changes.BADGES)
            if not self._add(session, job, SENT, job.at):
                return Done(None, Changes.NONE)
            job = replace(job, facts=job.facts + 1)
        try:
            with tempfile.TemporaryDirectory() as folder:
                path = Path(folder) / "badge.pdf"
                one = self._badges.draw_one(job.person.id, path, layout=job.at.layout or None)
                file = put(path, one.layout)
        except Trouble as problem:
            return self._ended(job, FAILED, problem.happened)
        except Exception:
            # The badge waits with its reason, the fault is in the log: the queue must go on.
            log.exception("A badge could not be printed")
            return self._ended(job, FAILED, "The program could not print it: the log says why.")
        done = self._ended(job, PRINTED, file)
        told = self._badges.record_one(one, Path(file or path.name))
        return Done(done.job, done.changes | told)

    # -- reading --------------------------------------------------------------------------------

    def open_jobs(self, laptop: str | None = None) -> list[BadgeJob]:
        """What is not printed yet, in the order of asking; of one laptop or of all."""
        with self._database.reading() as session:
            found = _open_jobs(session)
        return [job for job in found if laptop is None or job.at.laptop == laptop]

    def jobs(self, closed: int = 50) -> list[BadgeJob]:
        """What is not printed yet in the order of asking, then the last that were, newest first."""
        with self._database.reading() as session:
            newest = session.exec(
                select(BadgeFactRow.job_id)
                .where(col(BadgeFactRow.kind).in_([PRINTED, GIVEN_UP]))
                .order_by(col(BadgeFactRow.id).desc())
                .limit(closed)
            ).all()
            ended = [
                job for job in _jobs(session, _facts_of_jobs(session, newest)) if not job.is_open
            ]
            ended.sort(key=lambda job: (job.changed_at, job.id), reverse=True)
            return [*_open_jobs(session), *ended]

    # -- internal -------------------------------------------------------------------------------

    def _take_up(self, session: Session, job: BadgeJob, at: Station, when: When) -> Asked:
        """What asking again does to a badge that is not printed yet."""
        ours = job.at.laptop == at.laptop
        if job.state is not State.FAILED and ours:
            return Asked(job)
        if job.state is not State.FAILED and when is not When.ASKED:
            return Asked(None, f"{job.at.desk or 'Another desk'} prints their badge.")
        taken = self._retry(session, job, at)
        return Asked(taken, "" if taken else "Another desk prints their badge.", Changes.BADGES)

    def _retry(self, session: Session, job: BadgeJob, at: Station) -> BadgeJob | None:
        now = self._clocks.now()
        if not self._add(session, job, RETRIED, at, now=now):
            return None
        return replace(job, state=State.WAITING, changed_at=now, at=at, words="",
                       facts=job.facts + 1)  # fmt: skip

    def _ended(self, job: BadgeJob, kind: str, words: str) -> Done:
        """Keeps what became of a badge that was sent, whatever another desk said meanwhile."""
        now = self._clocks.now()
        with self._database.session() as session:
            for number in range(job.facts, job.facts + _TRIES):
                job = replace(job, facts=number)
                if self._add(session, job, kind, job.at, words, now=now):
                    break
            else:
                raise WorldTrouble("Several desks changed this badge at once.", "", "Look at it.")
        ended = replace(job, state=_STATES[kind], changed_at=now, words=words[:_LONGEST])
        return Done(ended, Changes.BADGES)

    def _add(
        self,
        session: Session,
        job: BadgeJob,
        kind: str,
        at: Station,
        words: str = "",
        *,
        now: datetime | None = None,
    ) -> bool:
        """The next fact of a badge as it was read. False where another desk was quicker."""
        when = now or self._clocks.now()
        fact = _fact(job.id, job.facts + 1, job.person.id, kind, when, at, job.why, words)
        return insert_once(session, fact, "job_id", "number")


def _fact(
    job: UUID, number: int, person: UUID, kind: str, now: datetime, at: Station, why: str,
    words: str = "",
) -> BadgeFactRow:  # fmt: skip
    return BadgeFactRow(
        id=new_id(), job_id=job, number=number, attendee_id=person, kind=kind, at=now,
        desk=at.desk, laptop=at.laptop, printer=at.printer, layout=at.layout, why=why,
        words=words[:_LONGEST],
    )  # fmt: skip


def _facts(session: Session, person_id: UUID) -> Sequence[BadgeFactRow]:
    query = select(BadgeFactRow).where(col(BadgeFactRow.attendee_id) == person_id)
    return session.exec(query).all()


def _facts_of_jobs(session: Session, ids: Iterable[UUID]) -> list[BadgeFactRow]:
    found, wanted = [], list(dict.fromkeys(ids))
    for start in range(0, len(wanted), 500):
        part = wanted[start : start + 500]
        found += session.exec(
            select(BadgeFactRow).where(col(BadgeFactRow.job_id).in_(part))
        ).all()  # fmt: skip
    return found


def _open_jobs(session: Session) -> list[BadgeJob]:
    """Whatever the last fact of a badge leaves open, in the order of asking."""
    later = aliased(BadgeFactRow)
    query = select(BadgeFactRow.job_id).where(
        col(BadgeFactRow.kind).in_([ASKED, RETRIED, SENT, FAILED]),
        ~select(later.id)
        .where(
            col(later.job_id) == col(BadgeFactRow.job_id),
            col(later.number) > col(BadgeFactRow.number),
        )
        .exists(),
    )
    found = _jobs(session, _facts_of_jobs(session, session.exec(query).all()))
    return [job for job in found if job.is_open]


def _job(session: Session, job_id: UUID) -> BadgeJob | None:
    return next(iter(_jobs(session, _facts_of_jobs(session, [job_id]))), None)


def _jobs(session: Session, facts: Iterable[BadgeFactRow]) -> list[BadgeJob]:
    """The badges that these facts tell of, in the order of asking; of the erased there are none."""
    by_job: dict[UUID, list[BadgeFactRow]] = {}
    for fact in facts:
        by_job.setdefault(fact.job_id, []).append(fact)
    ids = {rows[0].attendee_id for rows in by_job.values()}
    people = {person.id: person for person in read_people(session, ids)} if ids else {}
    found: list[BadgeJob] = []
    for rows in by_job.values():
        rows.sort(key=lambda row: row.number)
        first, last = rows[0], rows[-1]
        person = people.get(first.attendee_id)
        if person is None:
            continue
        at = Station(last.desk, last.laptop, last.printer, last.layout)
        found.append(
            BadgeJob(first.job_id, person, _STATES[last.kind], first.at, last.at, at, first.why,
                     last.words, last.number)
        )  # fmt: skip
    found.sort(key=lambda job: (job.asked_at, job.id))
    return found
