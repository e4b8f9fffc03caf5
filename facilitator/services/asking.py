"""What the engine is asked: the room, the list and the wishes as one mixing problem."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil
from uuid import UUID

from sqlmodel import Session

from facilitator.domain.errors import Refused
from facilitator.domain.people import Person, Status
from facilitator.domain.sides import CODES
from facilitator.domain.text import counted, listed
from facilitator.mixing.plan import Plan
from facilitator.mixing.problem import Aims, Pin, Problem, Table
from facilitator.mixing.problem import Person as Someone
from facilitator.services.events import read_event
from facilitator.services.people import read_people
from facilitator.services.standing import RoundNow, Standing, TableNow
from facilitator.services.wishes import APART, HOST, PIN, TOGETHER, access_need, read_wishes

#: fewer than so many at a table are no company: then fewer tables are used
COMPANY = 4
_STANCES = {"sceptic", "neutral", "enthusiast"}


@dataclass(frozen=True, slots=True)
class Who:
    """Who goes in. Before anybody has come, everybody expected does, whatever this says."""

    here: bool = True
    expected: bool = False


@dataclass(frozen=True, slots=True)
class MixRequest:
    """What the engine is asked, and against which room.

    `problem` counts rounds from 0 in the order of `rounds` (their numbers); `start` is the first
    that is mixed. `told` is what the engine calls so: the rounds that have happened and, in
    `keeping`, the coming ones as they stand, for a plan with as few moves as can be.
    """

    revision: int
    from_round: int
    rounds: tuple[int, ...]
    start: int
    problem: Problem
    told: Plan | None
    keeping: Plan | None
    names: Mapping[str, str]
    labels: Mapping[str, str]
    people: frozenset[UUID]
    #: how many are here and expected, taken or not, and what was left out of the question, in words
    here: int = 0
    expected: int = 0
    remarks: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        """ "Mix rounds 2 and 3"."""
        coming = [str(number) for number in self.rounds[self.start :]]
        return f"Mix round{'s' if len(coming) > 1 else ''} {listed(coming)}"


class Asker:
    """Puts the room into the engine's words."""

    def __init__(
        self, session: Session, standing: Standing, from_round: int, who: Who,
        aims: Mapping[int, Mapping[str, str]],
    ) -> None:  # fmt: skip
        self.session, self.standing = session, standing
        self.from_round, self.who, self.aims = from_round, who, aims
        self.wishes = read_wishes(session)
        self.rounds = [r for r in standing.rounds if not r.was_left_out]
        self.positions = side_positions(session)
        self.remarks: list[str] = []

    def request(self) -> MixRequest:
        start = self._start()
        people = self._people()
        ids = {p.id for p in people}
        past = self.rounds[:start]
        seated = {r.id: self.standing.seated(r.id) for r in self.rounds}
        everybody = {p.id: p for p in read_people(self.session)}
        sat = {who for r in past for who in seated[r.id]}
        strangers = sat - set(everybody)
        if strangers:
            everybody |= {p.id: p for p in read_people(self.session, strangers)}
        taking = [p for p in everybody.values() if p.id in ids or p.id in sat]
        coming = self.rounds[start:]
        attend = {
            p.id: tuple(
                [at for at, r in enumerate(past) if p.id in seated[r.id]]
                + [
                    start + at
                    for at, r in enumerate(coming)
                    if p.id in ids and self.wishes.attends(p.id, r.number)
                ]
            )
            for p in taking
        }
        tables: list[tuple[Table, ...]] = []
        pins: list[Pin] = []
        for at, a_round in enumerate(self.rounds):
            if at < start:
                tables.append(self._past_tables(a_round))
            else:
                here = [p for p in taking if at in attend[p.id]]
                own, held = self._coming_tables(a_round, at, here)
                tables.append(own)
                pins += held
        aims = self._aims(start)
        problem = Problem(
            rounds=len(self.rounds),
            people=tuple(self._person(p, attend[p.id]) for p in taking),
            tables=tuple(tables),
            name=read_event(self.session).name,
            pins=tuple(pins),
            apart=self._pairs(APART, attend),
            together=self._pairs(TOGETHER, attend),
            aims=aims,
            live_from=start or None,
        )
        statuses = [p.status for p in everybody.values()]
        return MixRequest(
            self.standing.revision, self.from_round, tuple(r.number for r in self.rounds), start,
            problem,
            self._plan(start) if start else None,
            self._plan(len(self.rounds)) if start else None,
            {str(p.id): p.full_name for p in everybody.values()},
            {str(t.id): t.label for t in self.standing.tables},
            frozenset(ids),
            statuses.count(Status.ARRIVED), statuses.count(Status.EXPECTED),
            tuple(dict.fromkeys(self.remarks)),
        )  # fmt: skip

    def _start(self) -> int:
        for at, a_round in enumerate(self.rounds):
            if a_round.number == self.from_round:
                if not a_round.is_to_come:
                    how = "runs already" if a_round.is_running else "has happened"
                    raise Refused(
                        f"Round {a_round.number} {how}; its seats stay.",
                        "", "Mix a later round.",
                    )  # fmt: skip
                if any(not r.is_to_come for r in self.rounds[at:]):
                    raise Refused(f"A round after round {a_round.number} has begun already.")
                # Earlier rounds that have not begun stay as they are planned.
                return at
        numbers = [str(r.number) for r in self.rounds]
        raise Refused(
            f"There is no round {self.from_round}: this event has round"
            f"{'s' if len(numbers) > 1 else ''} {listed(numbers)}."
        )

    def _people(self) -> list[Person]:
        everybody = read_people(self.session)
        begun = any(p.status in (Status.ARRIVED, Status.LEFT) for p in everybody)
        wanted = {Status.EXPECTED} if not begun else set[Status]()
        if self.who.here:
            wanted.add(Status.ARRIVED)
        if self.who.expected:
            wanted.add(Status.EXPECTED)
        people = [p for p in everybody if p.status in wanted]
        if not people:
            if not everybody:
                raise Refused("Nobody is on the list yet.", "", "Import it, then mix.")
            raise Refused("There is nobody to mix: choose those here, or those expected.")
        return people

    def _person(self, person: Person, attend: tuple[int, ...]) -> Someone:
        stance = person.stance.casefold()
        return Someone(
            str(person.id), self.positions.code(person.side), person.borough,
            person.organisation, person.role, stance if stance in _STANCES else "", attend,
        )  # fmt: skip

    def _past_tables(self, a_round: RoundNow) -> tuple[Table, ...]:
        sizes: dict[UUID, int] = {}
        for spot in self.standing.seated(a_round.id).values():
            sizes[spot[0]] = sizes.get(spot[0], 0) + 1
        return tuple(
            Table(str(t.id), 0, max(sizes.get(t.id, 0), self.standing.seats_at(a_round.id, t)))
            for t in self.standing.tables
            if sizes.get(t.id) or self.standing.seats_at(a_round.id, t)
        )

    def _coming_tables(
        self, a_round: RoundNow, at: int, here: list[Person]
    ) -> tuple[tuple[Table, ...], list[Pin]]:
        """The tables of a round with the even sizes that are asked, and who is held at them."""
        standing, number = self.standing, a_round.number
        tables = standing.tables_of(a_round.id)
        if not tables:
            raise Refused(f"Round {number} has no tables.", "", "Add one.")
        ids = {p.id for p in here}
        held: dict[UUID, UUID] = {}
        for wish in self.wishes.of_kind(HOST, PIN):
            if wish.person in ids and wish.table and wish.holds_in(number) and wish.person:
                held.setdefault(wish.person, wish.table)
        seated = standing.seated(a_round.id)
        for who in self.wishes.locked_people(number):
            if who in ids and who in seated:
                held.setdefault(who, seated[who][0])
        locked = {
            table: [who for who, spot in seated.items() if spot[0] == table and who in ids]
            for table in self.wishes.locked_tables(number)
        }
        for table, people in locked.items():
            held.update(dict.fromkeys(people, table))
        held |= self._fit(tables, [p for p in here if p.id not in held])
        pinned = {t.id: sum(table == t.id for table in held.values()) for t in tables}
        free = [t for t in tables if t.id not in locked]
        many = len(here) - sum(len(people) for people in locked.values())
        used = self._used(free, many, number, pinned, standing, a_round)
        levels = _levels([standing.seats_at(a_round.id, t) for t in used], many)
        out: list[Table] = []
        for table in tables:
            seats = standing.seats_at(a_round.id, table)
            if table.id in locked:
                size = len(locked[table.id])
                out.append(Table(str(table.id), size, size))
            elif table in used:
                low, high = min(seats, levels[0]), min(seats, levels[1])
                low, high = max(low, min(table.least, seats)), max(high, pinned[table.id])
                out.append(Table(str(table.id), min(low, high), min(max(low, high), seats)))
        pins = [Pin(str(who), str(table), (at,)) for who, table in held.items()]
        return tuple(out), pins

    def _fit(self, tables: list[TableNow], people: list[Person]) -> dict[UUID, UUID]:
        """Step-free tables, and those near the front, for those who need one, in turn."""
        held: dict[UUID, UUID] = {}
        for need, fits in (
            ("step-free", [t for t in tables if t.step_free]),
            ("near", [t for t in tables if t.hearing_loop or t.near_front]),
        ):
            wanting = [p for p in people if access_need(p.access) == need and p.id not in held]
            if wanting and not fits:
                what = "is step-free" if need == "step-free" else "is near the front"
                self.remarks.append(
                    f"{counted(len(wanting), 'person', 'people')} asked for it, and no table "
                    f"{what}: say which are."
                )
            for at, person in enumerate(wanting if fits else ()):
                held[person.id] = fits[at % len(fits)].id
        return held

    def _used(
        self, free: list[TableNow], many: int, number: int, pinned: Mapping[UUID, int],
        standing: Standing, a_round: RoundNow,
    ) -> list[TableNow]:  # fmt: skip
        """The tables that are used: all, or fewer where few have come, hosts' tables first."""
        if not free or many >= COMPANY * len(free):
            return free
        seats = max(standing.seats_at(a_round.id, t) for t in free)
        wanted = max(1, ceil(many / max(seats, 1)), many // max(COMPANY, min(seats, 6)))
        wanted = min(len(free), max(wanted, sum(1 for t in free if pinned.get(t.id))))
        first = sorted(free, key=lambda t: (not pinned.get(t.id), t.position))
        while wanted < len(free) and sum(
            standing.seats_at(a_round.id, t) for t in first[:wanted]
        ) < many:  # fmt: skip
            wanted += 1
        if wanted < len(free):
            rest = counted(len(free) - wanted, "table stays", "tables stay")
            self.remarks.append(
                f"{rest} empty in round {number}: so few are company at the others."
            )
        chosen = {t.id for t in first[:wanted]}
        return [t for t in free if t.id in chosen]

    def _pairs(
        self, kind: str, attend: Mapping[UUID, tuple[int, ...]]
    ) -> tuple[tuple[str, str], ...]:
        return tuple(
            (str(w.person), str(w.other))
            for w in self.wishes.of_kind(kind)
            if w.person in attend and w.other in attend
        )

    def _aims(self, start: int) -> tuple[Aims, ...]:
        wanted = [
            Aims(**dict(self.aims.get(r.number, r.aims))) if at >= start else Aims()
            for at, r in enumerate(self.rounds)
        ]
        return tuple(wanted) if any(wanted) else ()

    def _plan(self, until: int) -> Plan:
        """The seats of the first rounds as they stand; the others are empty."""
        rounds: list[dict[str, tuple[str, ...]]] = []
        for at, a_round in enumerate(self.rounds):
            found: dict[str, list[str]] = {}
            if at < until:
                for who, spot in self.standing.seated(a_round.id).items():
                    found.setdefault(str(spot[0]), []).append(str(who))
            rounds.append({table: tuple(people) for table, people in found.items()})
        return Plan(tuple(rounds), tuple(() for _ in rounds))


class Positions(dict[str, int]):
    """Positions of the sides by key; what is unknown is the third."""

    def __missing__(self, key: str) -> int:
        return 2

    def code(self, key: str) -> str:
        """GP, PH or OT."""
        return CODES[self[key]]


def side_positions(session: Session) -> Positions:
    """The positions of this event's sides."""
    return Positions({side.key: side.position for side in read_event(session).sides})


def _levels(seats: list[int], many: int) -> tuple[int, int]:
    """The two neighbouring sizes, lower first, at which so many fill the tables evenly."""
    level = 0
    while level < max(seats, default=0) and sum(min(s, level + 1) for s in seats) <= many:
        level += 1
    even = sum(min(s, level) for s in seats) == many
    return level, level if even else level + 1
