"""Wishes about seats: hosts who stay at a table, people apart or together, pins, locks, rounds in
which somebody is here."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from sqlmodel import Session, col, select

from facilitator.clocks import Clocks
from facilitator.domain.changes import Changes
from facilitator.domain.errors import Refused
from facilitator.domain.text import clean, listed
from facilitator.services.events import Done
from facilitator.services.free_seats import Asked
from facilitator.services.people import read_people, read_person
from facilitator.services.standing import Standing
from facilitator.store.database import Database, signed
from facilitator.store.rows import (
    AttendanceWishRow,
    AttendeeRow,
    RoomTableRow,
    RoundRow,
    SideRow,
    WishRow,
)

HOST, PIN, APART, TOGETHER, LOCK = "host", "pin", "apart", "together", "lock"
_STEP_FREE = ("step-free", "step free", "wheelchair", "no steps", "mobility", "crutch")
_NEAR = ("hearing loop", "hearing", "near the front", "front row", "lip", "interpreter", "sight")


@dataclass(frozen=True, slots=True)
class Wish:
    """One wish. `rounds` are numbers from 1; empty means every round.

    kind: host and pin have a person and a table; apart and together two people; lock a table or
    a person whose seats of these rounds stay when the room is mixed again.
    """

    id: UUID
    kind: str
    person: UUID | None
    other: UUID | None
    table: UUID | None
    rounds: tuple[int, ...]

    def holds_in(self, number: int) -> bool:
        """Whether it is about a round."""
        return not self.rounds or number in self.rounds


@dataclass(frozen=True, slots=True)
class Wishes:
    """Everything that is wished."""

    all: tuple[Wish, ...] = ()
    #: rounds in which somebody is here, where it is not all of them
    attendance: dict[UUID, tuple[int, ...]] | None = None

    def attends(self, person: UUID, number: int) -> bool:
        """Whether somebody is here in a round, as far as they said."""
        rounds = (self.attendance or {}).get(person)
        return rounds is None or number in rounds

    def of_kind(self, *kinds: str) -> list[Wish]:
        """The wishes of some kinds."""
        return [wish for wish in self.all if wish.kind in kinds]

    def host_tables(self, number: int) -> dict[UUID, UUID]:
        """The table at which each host stays in a round."""
        return {
            wish.person: wish.table
            for wish in self.of_kind(HOST)
            if wish.person and wish.table and wish.holds_in(number)
        }

    def locked_tables(self, number: int) -> frozenset[UUID]:
        """The tables that stay as they are in a round."""
        return frozenset(
            wish.table
            for wish in self.of_kind(LOCK)
            if wish.table and not wish.person and wish.holds_in(number)
        )

    def locked_people(self, number: int) -> frozenset[UUID]:
        """Those who keep their seat in a round."""
        return frozenset(
            wish.person for wish in self.of_kind(LOCK) if wish.person and wish.holds_in(number)
        )


@dataclass(frozen=True, slots=True)
class Clash:
    """Wishes that contradict each other, in a sentence with people's names; `wishes` are ids."""

    sentence: str
    wishes: tuple[UUID, ...]


def read_wishes(session: Session) -> Wishes:
    """Everything that is wished, in the order of asking."""
    rows = session.exec(select(WishRow).order_by(col(WishRow.at), col(WishRow.id)))
    here = session.exec(select(AttendanceWishRow.attendee_id, AttendanceWishRow.rounds))
    return Wishes(
        tuple(
            Wish(r.id, r.kind, r.attendee_id, r.other_id, r.table_id, tuple(r.rounds or ()))
            for r in rows
        ),
        {person: tuple(rounds) for person, rounds in here},
    )


def access_need(access: str) -> str:
    """ "step-free", "near" or "" from what somebody wrote about access."""
    text = access.casefold()
    if any(word in text for word in _STEP_FREE):
        return "step-free"
    return "near" if any(word in text for word in _NEAR) else ""


def asked_of(session: Session, standing: Standing, wishes: Wishes) -> Asked:
    """What one free seat has to respect."""
    positions = {key: at for key, at in session.exec(select(SideRow.key, SideRow.position))}  # noqa: C416 (rows are no pairs to the checker)
    sides: dict[UUID, int] = {}
    needs: dict[UUID, str] = {}
    for person, side, access in session.exec(
        select(AttendeeRow.id, AttendeeRow.side, AttendeeRow.access)
    ):
        sides[person] = positions.get(side, 2)
        if access and (need := access_need(access)):
            needs[person] = need
    pairs: dict[str, dict[UUID, set[UUID]]] = {APART: {}, TOGETHER: {}}
    for wish in wishes.of_kind(APART, TOGETHER):
        if wish.person and wish.other:
            pairs[wish.kind].setdefault(wish.person, set()).add(wish.other)
            pairs[wish.kind].setdefault(wish.other, set()).add(wish.person)
    pinned: dict[tuple[UUID, int], UUID] = {}
    locked: set[tuple[UUID, int]] = set()
    for a_round in standing.rounds:
        locked.update((table, a_round.number) for table in wishes.locked_tables(a_round.number))
        for wish in wishes.of_kind(HOST, PIN):
            if wish.person and wish.table and wish.holds_in(a_round.number):
                pinned.setdefault((wish.person, a_round.number), wish.table)
    return Asked(
        sides,
        {who: frozenset(others) for who, others in pairs[APART].items()},
        {who: frozenset(others) for who, others in pairs[TOGETHER].items()},
        pinned,
        frozenset(locked),
        needs,
    )


class WishService:
    """Asks for seats, and says where two wishes contradict each other."""

    def __init__(self, database: Database, clocks: Clocks) -> None:
        self._database = database
        self._clocks = clocks

    def all(self) -> Wishes:
        """Everything that is wished."""
        with self._database.reading() as session:
            return read_wishes(session)

    def host(self, person: UUID, table: str, *, by: str = "") -> Done:
        """Somebody stays at a table (its label) in every round; a host elsewhere moves there."""
        with self._database.session() as session:
            read_person(session, person)
            self._drop(session, HOST, person)
            self._add(session, HOST, person, table=_table(session, table), by=by)
        return Done(Changes.WISHES)

    def pin(self, person: UUID, table: str, rounds: Iterable[int], *, by: str = "") -> Done:
        """Somebody sits at a table in some rounds."""
        with self._database.session() as session:
            read_person(session, person)
            numbers = _rounds(session, rounds)
            if not numbers:
                raise Refused("A pin needs a round; use a host for somebody who stays all day.")
            self._add(session, PIN, person, table=_table(session, table), rounds=numbers, by=by)
        return Done(Changes.WISHES)

    def apart(self, one: UUID, other: UUID, *, by: str = "") -> Done:
        """Two people are never to sit at one table. Refused where they are to be together."""
        return self._pair(APART, TOGETHER, one, other, by)

    def together(self, one: UUID, other: UUID, *, by: str = "") -> Done:
        """Two people are to sit at one table. Refused where they are to be apart."""
        return self._pair(TOGETHER, APART, one, other, by)

    def attendance(self, person: UUID, rounds: Iterable[int] | None) -> Done:
        """The rounds in which somebody will be here; None for all of them."""
        with self._database.session() as session:
            read_person(session, person)
            row = session.exec(
                select(AttendanceWishRow).where(col(AttendanceWishRow.attendee_id) == person)
            ).first()
            if rounds is None:
                if row is not None:
                    session.delete(row)
            else:
                numbers = _rounds(session, rounds)
                if not numbers:
                    raise Refused("Somebody who comes to no round has cancelled.")
                row = row or AttendanceWishRow(attendee_id=person)
                row.rounds = numbers
                session.add(row)
        return Done(Changes.WISHES)

    def remove(self, wish: UUID) -> Done:
        """A wish is no more. Refused where it was taken back already."""
        with self._database.session() as session:
            row = session.get(WishRow, wish)
            if row is None:
                raise Refused("That wish was taken back already.")
            session.delete(row)
        return Done(Changes.WISHES)

    def lock_table(self, table: str, number: int, *, by: str = "") -> Done:
        """A table stays as it is in a round when the room is mixed; asked again, it is free."""
        with self._database.session() as session:
            self._toggle(session, number, by, table=_table(session, table))
        return Done(Changes.WISHES)

    def lock_person(self, person: UUID, number: int, *, by: str = "") -> Done:
        """Somebody keeps their table in a round when the room is mixed; asked again, not."""
        with self._database.session() as session:
            read_person(session, person)
            self._toggle(session, number, by, person=person)
        return Done(Changes.WISHES)

    def conflicts(self) -> list[str]:
        """The wishes that contradict each other, each in a sentence with people's names."""
        with self._database.reading() as session:
            return [clash.sentence for clash in read_clashes(session, read_wishes(session))]

    # -- internal -------------------------------------------------------------------------------

    def _pair(self, kind: str, against: str, one: UUID, other: UUID, by: str) -> Done:
        if one == other:
            raise Refused(f"Choose two people: nobody is {kind} with themselves.")
        with self._database.session() as session:
            first, second = read_person(session, one), read_person(session, other)
            for wish in read_wishes(session).of_kind(kind, against):
                if {wish.person, wish.other} != {one, other}:
                    continue
                if wish.kind == kind:
                    return Done(Changes.NONE)
                raise Refused(
                    f"{first.full_name} and {second.full_name} are to sit {against}.",
                    "That wish stands.", "Take it back first.",
                )  # fmt: skip
            self._add(session, kind, one, other=other, by=by)
        return Done(Changes.WISHES)

    def _add(
        self, session: Session, kind: str, person: UUID | None, *, other: UUID | None = None,
        table: UUID | None = None, rounds: list[int] | None = None, by: str = "",
    ) -> None:  # fmt: skip
        session.add(
            WishRow(kind=kind, attendee_id=person, other_id=other, table_id=table,
                    rounds=rounds or [], at=self._clocks.now(), by=signed(session, clean(by)))
        )  # fmt: skip

    @staticmethod
    def _drop(session: Session, kind: str, person: UUID) -> None:
        for row in session.exec(
            select(WishRow).where(col(WishRow.kind) == kind, col(WishRow.attendee_id) == person)
        ):
            session.delete(row)

    def _toggle(
        self, session: Session, number: int, by: str, *, person: UUID | None = None,
        table: UUID | None = None,
    ) -> None:  # fmt: skip
        numbers = _rounds(session, [number])
        rows = session.exec(
            select(WishRow).where(
                col(WishRow.kind) == LOCK,
                col(WishRow.attendee_id) == person
                if person
                else col(WishRow.attendee_id).is_(None),
                col(WishRow.table_id) == table if table else col(WishRow.table_id).is_(None),
            )
        )
        found = [row for row in rows if number in row.rounds]
        for row in found:
            session.delete(row)
        if not found:
            self._add(session, LOCK, person, table=table, rounds=numbers, by=by)


def _table(session: Session, label: str) -> UUID:
    key = session.exec(select(RoomTableRow.id).where(col(RoomTableRow.label) == label)).first()
    if key is None:
        raise Refused(f"There is no table “{label}”.")
    return key


def _rounds(session: Session, rounds: Iterable[int]) -> list[int]:
    known = set(session.exec(select(RoundRow.number)))
    wanted = sorted(set(rounds))
    for number in wanted:
        if number not in known:
            raise Refused(f"There is no round {number}.")
    return wanted


def read_clashes(session: Session, wishes: Wishes) -> list[Clash]:
    """Hosts and pins against each other, and against apart and together."""
    names = {p.id: p.full_name for p in read_people(session)}
    labels = {t.id: t.label for t in session.exec(select(RoomTableRow))}
    numbers = list(session.exec(select(RoundRow.number).order_by(col(RoundRow.number))))
    out: dict[str, Clash] = {}
    at: dict[tuple[UUID, int], tuple[UUID, UUID]] = {}
    for wish in wishes.of_kind(HOST, PIN):
        person, table = wish.person, wish.table
        if person is None or table is None or person not in names or table not in labels:
            continue
        for number in numbers:
            if not wish.holds_in(number):
                continue
            first, before = at.setdefault((person, number), (table, wish.id))
            if first != table:
                words = (
                    f"{names[person]} is to sit at table {labels[first]} and at table "
                    f"{labels[table]} in round {number}."
                )
                out.setdefault(words, Clash(words, (before, wish.id)))
    for wish in wishes.of_kind(APART, TOGETHER):
        for clash in _pair_clashes(wish, at, names, labels, numbers):
            out.setdefault(clash.sentence, clash)
    return list(out.values())


def _pair_clashes(
    wish: Wish, at: dict[tuple[UUID, int], tuple[UUID, UUID]], names: dict[UUID, str],
    labels: dict[UUID, str], numbers: list[int],
) -> list[Clash]:  # fmt: skip
    """Where two people stay at tables that their being apart or together does not allow."""
    person, other = wish.person, wish.other
    if person is None or other is None or person not in names or other not in names:
        return []
    found: dict[tuple[UUID, UUID], tuple[list[int], dict[UUID, None]]] = {}
    for number in numbers:
        mine, theirs = at.get((person, number)), at.get((other, number))
        if mine and theirs and (mine[0] == theirs[0]) == (wish.kind == APART):
            rounds, ids = found.setdefault((mine[0], theirs[0]), ([], {wish.id: None}))
            rounds.append(number)
            ids.update({mine[1]: None, theirs[1]: None})
    out: list[Clash] = []
    for (mine, theirs), (rounds, ids) in found.items():
        words = listed([str(number) for number in rounds])
        when = "" if len(rounds) == len(numbers) else f" in round {words}"
        sentence = (
            f"{names[person]} stays at table {labels[mine]} and must be {wish.kind} "
            f"{'from' if wish.kind == APART else 'with'} {names[other]}, who stays "
            f"{'there too' if mine == theirs else f'at table {labels[theirs]}'}{when}."
        )
        out.append(Clash(sentence, tuple(ids)))
    return out
