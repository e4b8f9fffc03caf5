"""Follow-up lists: who came, and agreed to be kept in touch. Only they are in."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from sqlmodel import Session

from facilitator.clocks import Clocks
from facilitator.documents.followup import NOT_SAID, BoroughList, Contact
from facilitator.domain.changes import Changes
from facilitator.domain.notes import Attribution
from facilitator.domain.people import Person, Status
from facilitator.services.people import read_people
from facilitator.services.report import gather, record_document
from facilitator.store.database import Database


@dataclass(frozen=True, slots=True)
class BoroughCount:
    """How many came from a borough and how many of them agreed."""

    borough: str
    came: int
    agreed: int


@dataclass(frozen=True, slots=True)
class FollowUp:
    """Lists that are on disk now."""

    folder: Path
    boroughs: tuple[BoroughCount, ...]
    files: tuple[str, ...]
    changes: Changes = Changes.NONE

    @property
    def agreed(self) -> int:
        """How many people are in the lists."""
        return sum(one.agreed for one in self.boroughs)


class FollowUpService:
    """Follow-up lists and borough packs."""

    def __init__(self, database: Database, clocks: Clocks) -> None:
        self._database = database
        self._clocks = clocks

    def counts(self) -> tuple[BoroughCount, ...]:
        """Who came and agreed by borough, the most first."""
        with self._database.reading() as session:
            lists = _lists(session)
        return tuple(_count(one) for one in lists if one.came)

    def write(self, folder: Path) -> FollowUp:
        """Write the lists and packs into `folder`; nobody is in them who did not come and agree.

        Raises Refused, DiskFull, ReadOnly or Gone, with nothing half-written.
        """
        from facilitator.documents.followup import write_follow_up

        with self._database.reading() as session:
            figures = gather(session, self._clocks, Attribution.NAMED, internal=True)
            lists = _lists(session, {b for note in figures.notes for b in note.boroughs})
        files = write_follow_up(folder, lists, figures)
        named = any(one.contacts for one in lists)
        record_document(self._database, self._clocks, "follow-up", folder, names_inside=named)
        return FollowUp(folder, tuple(_count(one) for one in lists), files)


def _count(one: BoroughList) -> BoroughCount:
    return BoroughCount(one.borough, one.came, len(one.contacts))


def _lists(session: Session, in_notes: Iterable[str] = ()) -> list[BoroughList]:
    """Boroughs with people who came, the most first, then those that only notes name."""
    came: dict[str, list[Person]] = defaultdict(list)
    for person in read_people(session):
        if person.status in (Status.ARRIVED, Status.LEFT):
            came[person.borough or NOT_SAID].append(person)
    named = set(in_notes) - set(came)
    ordered = sorted(came, key=lambda b: (b == NOT_SAID, -len(came[b]), b)) + sorted(named)
    return [
        BoroughList(
            borough, len(came.get(borough, ())),
            tuple(
                _contact(person)
                for person in sorted(came.get(borough, ()), key=lambda p: p.sorted_name.casefold())
                if person.contact_consent is True and person.name
            ),
        )
        for borough in ordered
    ]  # fmt: skip


def _contact(person: Person) -> Contact:
    return Contact(
        person.title, person.given_name, person.family_name, person.role, person.organisation,
        person.side, person.borough, person.email,
    )  # fmt: skip
