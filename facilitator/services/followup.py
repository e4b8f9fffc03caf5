"""Follow-up lists: who came, agreed to be kept in touch, and met whom. Only they are in.

Two people met where they sat at one table in a round that both attended.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from pathlib import Path
from uuid import UUID

from sqlmodel import Session

from facilitator.clocks import Clocks
from facilitator.documents.followup import NOT_SAID, BoroughList, Contact, Met, PersonList
from facilitator.documents.report_figures import DayFigures, NoteFigure
from facilitator.domain.changes import Changes
from facilitator.domain.notes import Attribution
from facilitator.domain.people import Person, Status
from facilitator.services.known_names import Known, KnownNames, looks_like_name
from facilitator.services.neighbours import side_by_side
from facilitator.services.people import read_people
from facilitator.services.report import LEFT_OUT, gather, record_document
from facilitator.services.stays import (
    RoundTime,
    Sitting,
    Stay,
    read_stays,
    rounds_that_count,
    seats_in,
)
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
    #: how many people have a list of those they met
    with_lists: int = 0
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
            lists = _lists(read_people(session), {})
        return tuple(_count(one) for one in lists if one.came)

    def write(self, folder: Path) -> FollowUp:
        """Write the lists and packs into `folder`; nobody is in them who did not come and agree.

        Raises Refused, DiskFull, ReadOnly or Gone, with nothing half-written.
        """
        from facilitator.documents.followup import write_follow_up

        with self._database.reading() as session:
            figures = gather(session, self._clocks, Attribution.NAMED, internal=True)
            people = read_people(session)
            met = _meetings(session, people, figures.sides.keys)
        figures = _only_agreed(figures, people)
        lists = _lists(people, met, {b for note in figures.notes for b in note.boroughs})
        files = write_follow_up(folder, lists, figures)
        named = any(one.contacts for one in lists)
        record_document(self._database, self._clocks, "follow-up", folder, names_inside=named)
        return FollowUp(folder, tuple(_count(one) for one in lists), files, len(met))


def _count(one: BoroughList) -> BoroughCount:
    return BoroughCount(one.borough, one.came, len(one.contacts))


def _came(person: Person) -> bool:
    return person.status in (Status.ARRIVED, Status.LEFT)


def _agreed(person: Person) -> bool:
    """Whether somebody may be in a list: they came, agreed and have a name."""
    return _came(person) and person.contact_consent is True and bool(person.name)


def _lists(
    people: Sequence[Person], met: dict[UUID, tuple[Met, ...]], in_notes: Iterable[str] = ()
) -> list[BoroughList]:
    """Boroughs with people who came, the most first, then those that only notes name."""
    came: dict[str, list[Person]] = defaultdict(list)
    for person in sorted(people, key=lambda p: p.sorted_name.casefold()):
        if _came(person):
            came[person.borough or NOT_SAID].append(person)
    named = set(in_notes) - set(came)
    ordered = sorted(came, key=lambda b: (b == NOT_SAID, -len(came[b]), b)) + sorted(named)
    lists = []
    for borough in ordered:
        agreed = [person for person in came.get(borough, ()) if _agreed(person)]
        lists.append(
            BoroughList(
                borough, len(came.get(borough, ())), tuple(_contact(person) for person in agreed),
                tuple(PersonList(p.id, _contact(p), met.get(p.id, ())) for p in agreed),
            )
        )  # fmt: skip
    return lists


def _contact(person: Person) -> Contact:
    return Contact(
        person.title, person.given_name, person.family_name, person.role, person.organisation,
        person.side, person.borough, person.email,
    )  # fmt: skip


# --- who met whom ---------------------------------------------------------------------------------


def _meetings(
    session: Session, people: Sequence[Person], sides: Sequence[str]
) -> dict[UUID, tuple[Met, ...]]:
    """Whom each of those who agreed met, of those who agreed; seat partners first.

    Everybody who attended a round sits at its tables, also those who did not agree: an empty chair
    does not part two people, but somebody in between does.
    """
    by_id = {person.id: person for person in people if _came(person)}
    rounds = rounds_that_count(session)
    by_number = {one.number: one for one in rounds}
    stays = read_stays(session)
    pairs: dict[UUID, dict[UUID, list[tuple[int, str, bool]]]] = defaultdict(dict)
    mixed = set(sides[:2])
    for (number, table), sitting in seats_in(session, rounds).items():
        time = by_number[number]
        here = [
            one for one in sitting
            if one.person in by_id and time.attended(stays.get(one.person, ()))
        ]  # fmt: skip
        for one, other in combinations([s.person for s in here if _agreed(by_id[s.person])], 2):
            if not time.together(stays[one], stays[other]):
                continue
            across = {by_id[one].side, by_id[other].side} == mixed
            beside = across and frozenset({one, other}) in side_by_side(
                _order(here, one, other, time, stays)
            )
            pairs[one].setdefault(other, []).append((number, table, beside))
            pairs[other].setdefault(one, []).append((number, table, beside))
    return {
        one: tuple(sorted(
            (
                Met(_contact(by_id[other]), tuple(number for number, _, _ in times),
                    tuple(table for _, table, _ in times), any(beside for _, _, beside in times))
                for other, times in others.items()
            ),
            key=lambda met: (not met.beside, met.contact.family_name.casefold(),
                             met.contact.given_name.casefold()),
        ))
        for one, others in pairs.items()
    }  # fmt: skip


def _order(
    here: Sequence[Sitting], one: UUID, other: UUID, time: RoundTime,
    stays: Mapping[UUID, Sequence[Stay]],
) -> list[UUID]:  # fmt: skip
    """Those around the table. Where a chair was taken again, only who was there with both."""
    if len({sitting.place for sitting in here}) == len(here):
        return [sitting.person for sitting in here]
    return [
        sitting.person for sitting in here
        if sitting.person in (one, other)
        or all(time.together(stays[sitting.person], stays[key]) for key in (one, other))
    ]  # fmt: skip


# --- notes that leave with the lists --------------------------------------------------------------


def _only_agreed(figures: DayFigures, people: Sequence[Person]) -> DayFigures:
    """The figures with nobody named in a note who did not come and agree: a note that was taken by
    name may stand in the report, but these files go to others."""
    agreed = [_known(person) for person in people if _agreed(person)]
    mine = {known.name.casefold() for known in agreed}
    others = KnownNames(
        known for known in map(_known, (p for p in people if not _agreed(p)))
        if known.name and known.name.casefold() not in mine
    )  # fmt: skip
    allowed = KnownNames(agreed)

    def text(words: str) -> str:
        return others.without(words, LEFT_OUT)

    def name(words: str) -> str:
        """An owner, somebody to ask, who said it: a name of nobody who agreed is left out."""
        if not words or (looks_like_name(words) and not allowed.hits(words)):
            return ""
        return "" if others.hits(words) else words

    def cleared(notes: tuple[NoteFigure, ...]) -> tuple[NoteFigure, ...]:
        return tuple(
            replace(
                note, text=text(note.text), where=text(note.where), needs=text(note.needs),
                ask=name(note.ask), owner=name(note.owner),
                who=name(note.who) if note.is_named else note.who,
                pledged_by=tuple(filter(None, map(name, note.pledged_by))),
            )
            for note in notes
        )  # fmt: skip

    return replace(
        figures, bright_spots=cleared(figures.bright_spots), actions=cleared(figures.actions),
        myths=(), pain_points=(), people=(), quote=None,
    )  # fmt: skip


def _known(person: Person) -> Known:
    return Known(person.given_name, person.family_name, person.email, person.phone)
