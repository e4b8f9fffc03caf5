"""Mixing: what the engine is asked, what its plan means for people, and taking a plan over."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from uuid import UUID

from sqlmodel import Session

from facilitator.clocks import Clocks
from facilitator.domain.changes import Changes
from facilitator.domain.errors import Refused
from facilitator.domain.people import Person, Status
from facilitator.domain.text import counted, listed
from facilitator.services.asking import Asker, MixRequest, Positions, Who, side_positions
from facilitator.services.free_seats import free_seats
from facilitator.services.neighbours import besides, most_besides
from facilitator.services.people import read_people
from facilitator.services.room import badge_tables, told_tables
from facilitator.services.seat_changes import TRIES, Rows, settled, write_change
from facilitator.services.standing import Spot, Standing, StandingCache
from facilitator.services.tables import busy_seats
from facilitator.services.unkept import Unkept, unkept_wishes
from facilitator.services.wishes import asked_of, read_clashes, read_wishes
from facilitator.store.database import Database

if TYPE_CHECKING:
    from facilitator.mixing.engine import Solution
    from facilitator.mixing.plan import Plan


@dataclass(frozen=True, slots=True)
class Figures:
    """How good a seating is, to be set beside another."""

    repeats: int
    #: of the two sides, over the rounds that are mixed: beside the other side, and the most
    beside: int
    most_beside: int
    #: fewest and most people of the other side that one person meets
    met_least: int
    met_most: int
    #: fewest people that anybody meets, and who that is
    fewest: int
    fewest_who: str
    #: people who sit with somebody of the same or the next borough in the coming rounds
    neighbours: int


@dataclass(frozen=True, slots=True)
class Preview:
    """What a plan means, before it is used."""

    now: Figures | None
    proposed: Figures
    repeats: int
    bound: int
    cross: int
    cross_bound: int
    seconds: float
    broken: tuple[str, ...]
    #: badges whose printed tables become wrong, and people told another table of the next round
    wrong_badges: int
    told_otherwise: int
    unseated: tuple[str, ...]
    #: what cannot be kept, each with the wishes of which one may be taken back
    unkept: tuple[Unkept, ...] = ()

    @property
    def headline(self) -> str:
        """The plan in one sentence."""
        if self.broken:
            first = (
                "one wish" if len(self.broken) == 1 else counted(len(self.broken), "wish", "wishes")
            )
            lead = (
                f"Best possible, but for {first}"
                if self.repeats <= self.bound
                else f"Good, but for {first}"
            )
        else:
            lead = "Best possible" if self.repeats <= self.bound else "Good, not yet the best"
        if self.repeats == 0:
            return f"{lead}: nobody meets twice."
        pairs = counted(self.repeats, "repeated meeting")
        return f"{lead}: {pairs}."


class RoomChanged(Refused):
    """The room is another than the one that was mixed; `newcomers` and `gone` are names."""

    def __init__(self, happened: str, newcomers: tuple[str, ...], gone: tuple[str, ...]) -> None:
        then = (
            "Use the seating and place the newcomers, or mix again."
            if newcomers or gone
            else "Mix again, or use the seating all the same."
        )
        super().__init__(happened, "Nothing was changed.", then)
        self.newcomers = newcomers
        self.gone = gone


@dataclass(frozen=True, slots=True)
class Accepted:
    """A plan was taken over."""

    revision: int
    #: people seated in the first of its rounds, seats that changed, newcomers placed
    seated: int
    changed: int
    placed: int
    wrong_badges: int
    told_otherwise: int
    changes: Changes

    @property
    def words(self) -> str:
        """The result in a sentence."""
        out = f"{counted(self.seated, 'person', 'people')} seated."
        if self.placed:
            out += f" {counted(self.placed, 'newcomer')} placed."
        if self.wrong_badges:
            are = "is" if self.wrong_badges == 1 else "are"
            out += f" {counted(self.wrong_badges, 'printed badge')} {are} wrong now."
        return out


#: what is mixed where nothing is said
EVERYBODY_HERE = Who()


class MixingService:
    """From the room to a problem, and from a plan to seats."""

    def __init__(self, database: Database, clocks: Clocks, cache: StandingCache) -> None:
        self._database = database
        self._clocks = clocks
        self._cache = cache

    def request(
        self,
        from_round: int,
        who: Who = EVERYBODY_HERE,
        aims: Mapping[int, Mapping[str, str]] | None = None,
    ) -> MixRequest:
        """What the engine is asked when a round is mixed together with every later one.

        `aims` by round number overrule those of the rounds. Refused where the round is over or
        runs, or there is nobody or nothing to mix.
        """
        with self._database.reading() as session:
            standing = self._cache.read(session)
            return Asker(session, standing, from_round, who, aims or {}).request()

    def preview(self, request: MixRequest, solution: Solution) -> Preview:
        """What a plan means: now and proposed, wishes that are not kept, badges that go wrong."""
        with self._database.reading() as session:
            standing = self._cache.read(session)
            rows = _plan_rows(
                request, solution.plan, standing, self._partners(session, standing, request)
            )
            people = {p.id: p for p in read_people(session)}
            now_seats = {
                r.number: standing.seated(r.id)
                for r in standing.rounds
                if r.number in request.rounds
            }
            new_seats = {
                number: (
                    seats
                    if at < request.start
                    else {
                        p: s for (r, p), s in rows.items() if r == _round_id(standing, number) and s
                    }
                )
                for at, (number, seats) in enumerate(
                    (n, now_seats.get(n, {})) for n in request.rounds
                )
            }
            mixed_now = all(now_seats.get(n) for n in request.rounds)
            badges, told = _outdone(session, standing, request, rows)
            coming = request.rounds[request.start :]
            positions, wishes = side_positions(session), read_wishes(session)
            return Preview(
                _figures(now_seats, coming, people, positions) if mixed_now else None,
                _figures(new_seats, coming, people, positions),
                solution.repeats, solution.bound, solution.cross, solution.cross_bound,
                solution.seconds, broken_sentences(request, solution),
                badges, told,
                tuple(
                    sorted({
                        request.names[w] for r in solution.plan.unseated[request.start :] for w in r
                    })
                ),
                unkept_wishes(request, solution, wishes, read_clashes(session, wishes)),
            )  # fmt: skip

    def accept(
        self, request: MixRequest, plan: Plan, *, anyway: bool = False, by: str = ""
    ) -> Accepted:
        """Take a plan over, whole or not at all.

        Raises RoomChanged where the room is another than the one that was mixed; with `anyway`
        those who have gone are left out and newcomers get the best free seats.
        """

        def work(session: Session) -> Accepted:
            for _ in range(TRIES):
                standing = self._cache.read(session)
                people = {p.id: p for p in read_people(session)}
                newcomers, gone = _differences(standing, request, people)
                if not anyway:
                    self._refuse_change(standing, request, people, newcomers, gone)
                for number in request.rounds[request.start :]:
                    a_round = standing.round(number)
                    if a_round is None or not a_round.is_to_come:
                        raise Refused(
                            f"Round {number} has begun meanwhile.", "Nothing was changed.",
                            "Mix the rounds after it.",
                        )  # fmt: skip
                partners = self._partners(session, standing, request)
                rows = _plan_rows(request, plan, standing, partners, frozenset(gone))
                badges, told = _outdone(session, standing, request, rows)
                rows, placed = self._with_newcomers(session, standing, rows, newcomers, request)
                changed = {k: s for k, s in rows.items() if standing.spot(*k) != s}
                first = _round_id(standing, request.rounds[request.start])
                seated = sum(1 for (r, _), s in rows.items() if r == first and s is not None)
                words = f"A mixing of {request.title[4:]}"
                if not changed:
                    return Accepted(standing.revision, seated, 0, 0, 0, 0, Changes.NONE)
                now = self._clocks.now()
                if write_change(session, standing, "mix", now, changed, words, by=by):
                    return Accepted(
                        standing.revision + 1, seated, len(changed), placed, badges, told,
                        Changes.SEATS,
                    )  # fmt: skip
            raise busy_seats()

        return self._database.decide(work)

    # -- internal -------------------------------------------------------------------------------

    @staticmethod
    def _refuse_change(
        standing: Standing, request: MixRequest, people: Mapping[UUID, Person],
        newcomers: Collection[UUID], gone: Collection[UUID],
    ) -> None:  # fmt: skip
        if newcomers or gone:
            parts = []
            come = tuple(people[who].full_name for who in newcomers)
            left = tuple(request.names.get(str(who), "somebody") for who in gone)
            if come:
                parts.append(f"{_some(come)} {'has' if len(come) == 1 else 'have'} come")
            if left:
                parts.append(f"{_some(left)} {'has' if len(left) == 1 else 'have'} gone")
            raise RoomChanged(f"{listed(parts)} since this was mixed.", come, left)
        if standing.revision != request.revision:
            raise RoomChanged("Somebody changed the seats since this was mixed.", (), ())

    def _with_newcomers(
        self, session: Session, standing: Standing, rows: Rows, newcomers: Collection[UUID],
        request: MixRequest,
    ) -> tuple[Rows, int]:  # fmt: skip
        """The rows, valid for the tables as they are now, with newcomers in the best free seats."""
        wishes = read_wishes(session)
        asked = asked_of(session, standing, wishes)
        out = settled(standing, rows, asked)
        coming = [r for r in standing.rounds if r.number in request.rounds[request.start :]]
        placed = 0
        for who in newcomers:
            after = _laid_over(standing, out)
            rounds = [r for r in coming if wishes.attends(who, r.number)]
            found = free_seats(after, who, rounds, asked)
            out.update(found)
            placed += bool(found)
        return out, placed

    @staticmethod
    def _partners(
        session: Session, standing: Standing, request: MixRequest
    ) -> frozenset[frozenset[str]]:
        """Who sat beside whom in the rounds that stay."""
        from facilitator.services.neighbours import in_order, side_by_side

        del session
        found: set[frozenset[str]] = set()
        for number in request.rounds[: request.start]:
            a_round = standing.round(number)
            for table in standing.tables if a_round else ():
                order = in_order(standing.at_table(a_round.id, table.id)) if a_round else []
                found |= {frozenset(map(str, pair)) for pair in side_by_side(order)}
        return frozenset(found)


def broken_sentences(request: MixRequest, solution: Solution) -> tuple[str, ...]:
    """What a plan does not keep, in sentences with people's names."""
    return tuple(
        wish.sentence(
            lambda key: request.names.get(key, "somebody"),
            lambda key: request.labels.get(key, "a table"),
        )
        for wish in solution.broken
    )


# --- a plan and the room --------------------------------------------------------------------------


def _round_id(standing: Standing, number: int) -> UUID:
    found = standing.round(number)
    if found is None:
        raise Refused(f"There is no round {number} any more.", "Nothing was changed.", "Mix again.")
    return found.id


def _plan_rows(
    request: MixRequest, plan: Plan, standing: Standing, partners: frozenset[frozenset[str]],
    gone: Collection[UUID] = (),
) -> Rows:  # fmt: skip
    """The seats that a plan gives in the coming rounds, and those that it takes."""
    from facilitator.mixing.partners import seat_plan
    from facilitator.mixing.plan import Plan as Seating

    roles = {p.id: p.role for p in request.problem.people}
    away = {str(who) for who in gone}
    coming = Seating(
        tuple(
            {t: tuple(p for p in people if p not in away) for t, people in tables.items()}
            for tables in plan.rounds[request.start :]
        )
    )
    rows: Rows = {}
    for number, seats in zip(
        request.rounds[request.start :], seat_plan(coming, roles, partners), strict=True
    ):
        round_id = _round_id(standing, number)
        rows.update({(round_id, person): None for person in standing.seated(round_id)})
        for table, order in seats.items():
            for place, person in enumerate(order.order):
                rows[round_id, UUID(person)] = (UUID(table), place)
    return rows


def _laid_over(standing: Standing, rows: Rows) -> Standing:
    seats = {round_id: dict(people) for round_id, people in standing.seats.items()}
    for (round_id, person), spot in rows.items():
        seats.setdefault(round_id, {})[person] = spot
    return replace(standing, seats=seats)


def _differences(
    standing: Standing, request: MixRequest, people: Mapping[UUID, Person]
) -> tuple[list[UUID], list[UUID]]:
    """Who is here and was not mixed, and who was mixed and will not be here."""
    del standing
    newcomers = [who for who, p in people.items() if p.is_here and who not in request.people]
    gone = [
        who
        for who in request.people
        if who not in people or people[who].status in (Status.LEFT, Status.CANCELLED)
    ]
    return newcomers, gone


def _outdone(
    session: Session, standing: Standing, request: MixRequest, rows: Rows
) -> tuple[int, int]:
    """Badges that a plan makes wrong, and people told another table of the next round."""
    coming = {_round_id(standing, number) for number in request.rounds[request.start :]}
    wrong = {
        person
        for (round_id, person), table in badge_tables(session).items()
        if round_id in coming
        and (spot := rows.get((round_id, person))) is not None
        and spot[0] != table
    }
    first = _round_id(standing, request.rounds[request.start])
    told = {
        person
        for (round_id, person), (table, _) in told_tables(session).items()
        if round_id == first
        and (spot := rows.get((round_id, person))) is not None
        and spot[0] != table
    }
    return len(wrong), len(told)


def _figures(
    seats: Mapping[int, Mapping[UUID, Spot]], coming: Collection[int],
    people: Mapping[UUID, Person], positions: Positions,
) -> Figures:  # fmt: skip
    from facilitator.domain.boroughs import are_neighbours
    from facilitator.services.neighbours import in_order

    met: dict[UUID, set[UUID]] = {}
    repeats = beside = most = near = 0
    for number, seated in seats.items():
        tables: dict[UUID, dict[int, UUID]] = {}
        for who, spot in seated.items():
            if who in people:
                tables.setdefault(spot[0], {})[spot[1]] = who
        for at in tables.values():
            order = in_order(at)
            sides = [positions[people[who].side] for who in order]
            if number in coming:
                beside += besides(sides)
                most += most_besides(sides)
            for place, one in enumerate(order):
                known = met.setdefault(one, set())
                near += number in coming and any(
                    are_neighbours(people[one].borough, people[other].borough)
                    for other in order
                    if other != one
                )
                for other in order[place + 1 :]:
                    repeats += other in known
                    known.add(other)
                    met.setdefault(other, set()).add(one)
    coming_to = {who for number in coming for who in seats.get(number, {})}
    met = {who: others for who, others in met.items() if who in coming_to}
    across = [
        sum(positions[people[o].side] == 1 - positions[people[who].side] for o in others)
        for who, others in met.items()
        if positions[people[who].side] < 2
    ]
    fewest = min(met, key=lambda who: len(met[who]), default=None)
    return Figures(
        repeats, beside, most, min(across, default=0), max(across, default=0),
        len(met[fewest]) if fewest else 0, people[fewest].full_name if fewest else "", near,
    )  # fmt: skip


def _some(names: tuple[str, ...]) -> str:
    return listed([*names[:2], f"{len(names) - 2} more"] if len(names) > 3 else list(names))
