"""What importing lists would do, as values: counts, sides, and guesses to look at."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from facilitator.domain.ids import new_id
from facilitator.domain.sides import Side, Sides
from facilitator.domain.text import fold
from facilitator.intake.incoming import IncomingPerson
from facilitator.intake.lists import AttendeeList
from facilitator.intake.matching import UPDATABLE, ExistingPerson, Known, Matches, match


@dataclass(frozen=True, slots=True)
class SideCount:
    """How many people of a side a list brings, the cancelled left out."""

    side: Side
    people: int
    front_line: int
    leaders: int


@dataclass(frozen=True, slots=True)
class GuessGroup:
    """People whose side was guessed from the same words, and should be looked at."""

    #: names the group in `apply`
    key: str
    #: as the list has them: "Clinical pharmacist"
    words: str
    #: the guessed side's key
    side: str
    people: int
    #: a few of their names
    names: tuple[str, ...]
    #: their ids, where they are in the event already
    ids: tuple[UUID, ...] = ()


@dataclass(frozen=True, slots=True)
class FilePreview:
    """One list, and what it would do."""

    list: AttendeeList
    matches: Matches

    @property
    def added(self) -> int:
        """Everybody new, the cancelled among them."""
        return len(self.matches.added)

    @property
    def known(self) -> int:
        """Those who were in the event already."""
        return len(self.matches.known)

    @property
    def changed(self) -> int:
        """Those of the known about whom something becomes different."""
        return len(self.matches.updated) + len(self.matches.cancelled)

    @property
    def cancelled(self) -> int:
        """Those on the list who are cancelled once it is in."""
        return sum(p.cancelled for p in self.matches.added) + sum(
            known.person.cancelled and "cancelled" not in known.kept for known in self.matches.known
        )


@dataclass(frozen=True, slots=True)
class ImportPreview:
    """What importing these lists would do. Nothing has been written."""

    files: tuple[FilePreview, ...]
    balance: tuple[SideCount, ...]
    #: guesses to confirm or to correct, the largest group first
    groups: tuple[GuessGroup, ...]

    @property
    def rows(self) -> int:
        """Rows below the headings of all lists."""
        return sum(file.list.rows for file in self.files)

    @property
    def added(self) -> int:
        """Everybody new, the cancelled among them."""
        return sum(file.added for file in self.files)

    @property
    def known(self) -> int:
        """Those who were in the event already; nobody of them is doubled."""
        return sum(file.known for file in self.files)

    @property
    def changed(self) -> int:
        """Those of the known about whom something becomes different."""
        return sum(file.changed for file in self.files)

    @property
    def cancelled(self) -> int:
        """Those on the lists who are cancelled once they are in."""
        return sum(file.cancelled for file in self.files)

    @property
    def gone(self) -> tuple[UUID, ...]:
        """Who came from the same system earlier and is on none of these lists now."""
        return self.files[-1].matches.gone if self.files else ()

    @property
    def skipped(self) -> tuple[tuple[str, int, str], ...]:
        """Rows that are nobody: the file, the row and the reason."""
        return tuple(
            (file.list.file, row, why) for file in self.files for row, why in file.list.skipped
        )

    @property
    def columns(self) -> dict[str, str | None]:
        """What each column becomes; None is kept as an answer."""
        found: dict[str, str | None] = {}
        for file in self.files:
            for column in file.list.columns:
                found[column.header] = found.get(column.header) or column.becomes
        return found

    @property
    def kept(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """Whose details were edited by hand and stay, though a list says otherwise."""
        return tuple(
            (known.person.name, known.kept)
            for file in self.files
            for known in file.matches.known
            if known.kept
        )


def look(
    lists: Sequence[AttendeeList], existing: list[ExistingPerson], sides: Sides
) -> ImportPreview:
    """What the lists would do one after the other, without writing."""
    files: list[FilePreview] = []
    for number, one in enumerate(lists, 1):
        file = FilePreview(one, match(existing, one))
        files.append(file)
        if number < len(lists):
            existing = _after(existing, file)
    return summarise(files, sides)


def _after(existing: Sequence[ExistingPerson], file: FilePreview) -> list[ExistingPerson]:
    """Who would be in the event once a list is in."""
    known = {one.id: one for one in file.matches.known}
    people: list[ExistingPerson] = []
    for old in existing:
        one = known.get(old.id)
        if one is None:
            people.append(old)
            continue
        people.append(_renewed(old, one, file.list.source))
    people += [_newcomer(person, file.list.source) for person in file.matches.added]
    return people


def _renewed(old: ExistingPerson, one: Known, source: str) -> ExistingPerson:
    details = {**old.details, **{change.field: change.new for change in one.changes}}
    return replace(
        old,
        details=details,
        given_name=details["given_name"],
        family_name=details["family_name"],
        email=details["email"],
        codes=(*old.codes, *one.codes),
        cancelled=one.is_cancelled_now or (old.cancelled and not one.is_back),
        keys=old.keys | {(source, one.person.key, one.person.identity)},
    )


def _newcomer(person: IncomingPerson, source: str) -> ExistingPerson:
    return ExistingPerson(
        id=new_id(),
        given_name=person.given_name,
        family_name=person.family_name,
        email=person.email,
        cancelled=person.cancelled,
        codes=person.codes,
        details=details_of(person),
        guessed=person.guessed,
        keys=frozenset({(source, person.key, person.identity)}),
    )


def summarise(files: Sequence[FilePreview], sides: Sides) -> ImportPreview:
    people: Counter[str] = Counter()
    front: Counter[str] = Counter()
    leaders: Counter[str] = Counter()
    groups: dict[str, GuessGroup] = {}
    for file in files:
        of_known = [(one.person, "side" in one.kept) for one in file.matches.known]
        for person, is_kept in [*((p, False) for p in file.matches.added), *of_known]:
            if person.cancelled:
                continue
            people[person.side] += 1
            front[person.side] += person.front_line is True
            leaders[person.side] += person.front_line is False
            if person.doubtful and not is_kept:
                gather(groups, person.words, person.side, person.name, None)
    balance = tuple(SideCount(s, people[s.key], front[s.key], leaders[s.key]) for s in sides)
    return ImportPreview(tuple(files), balance, largest_first(groups))


def group_key(words: str, side: str) -> str:
    return f"{fold(words)}/{side}"


def gather(
    groups: dict[str, GuessGroup], words: str, side: str, name: str, person_id: UUID | None
) -> None:
    key = group_key(words, side)
    group = groups.get(key) or GuessGroup(key, words, side, 0, ())
    groups[key] = replace(
        group, people=group.people + 1,
        names=(*group.names, name) if len(group.names) < 3 else group.names,
        ids=(*group.ids, person_id) if person_id else group.ids,
    )  # fmt: skip


def largest_first(groups: Mapping[str, GuessGroup]) -> tuple[GuessGroup, ...]:
    return tuple(sorted(groups.values(), key=lambda group: (-group.people, group.key)))


def details_of(person: IncomingPerson) -> dict[str, Any]:
    """What the event keeps of somebody; VIP is no where nothing is said."""
    return {name: getattr(person, name) for name in UPDATABLE} | {"vip": bool(person.vip)}
