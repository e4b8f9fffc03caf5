"""The room as the Tables screen shows it: rounds, tables, seats, what is wrong and how good it is.

A `RoomState` is frozen and whole: the effect of a move is worked out from it alone, before anybody
lets go of the mouse.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlmodel import Session, col, select

from facilitator.domain.people import Person, Status
from facilitator.domain.sides import OTHER, Side, Sides
from facilitator.domain.text import counted, listed
from facilitator.services.events import read_event
from facilitator.services.neighbours import besides, most_besides
from facilitator.services.people import read_people
from facilitator.services.seat_changes import read_changes, undo_and_redo
from facilitator.services.standing import RoundNow, Standing, TableNow
from facilitator.services.wishes import APART, TOGETHER, Wishes, access_need, read_wishes
from facilitator.store.rows import ToldRow

DONE, RUNNING, NEXT, LATER = "done", "running", "next", "later"


@dataclass(frozen=True, slots=True)
class Sitter:
    """Somebody who may have a seat, with what a screen shows of them."""

    id: UUID
    name: str
    sorted_name: str
    side: Side
    borough: str
    organisation: str
    role: str
    status: Status
    walk_in: bool
    since: datetime | None
    #: "step-free", "near" (the front or a hearing loop) or ""
    need: str

    @property
    def is_here(self) -> bool:
        """Whether they are inside now."""
        return self.status is Status.ARRIVED


@dataclass(frozen=True, slots=True)
class Mend:
    """One act that mends a fault: swap (with `other`), move (to `table`), seat or unseat."""

    kind: str
    round: int
    person: UUID
    other: UUID | None = None
    table: str = ""
    words: str = ""


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong at a table of a round: `short` for its card, `sentence` for the screen's head.

    kind: gone | missing | apart | host | together | overfull | alone | access | neighbours
    """

    kind: str
    table: str
    short: str
    sentence: str
    people: tuple[UUID, ...] = ()


@dataclass(frozen=True, slots=True)
class TableView:
    """A table in one round. `places` are its seats in order around it, None where one is free."""

    id: UUID
    label: str
    places: tuple[UUID | None, ...]
    words: str
    short_words: str
    locked: bool = False
    hosts: frozenset[UUID] = frozenset()
    step_free: bool = False
    hearing_loop: bool = False
    near_front: bool = False
    faults: tuple[Fault, ...] = ()

    @property
    def people(self) -> tuple[UUID, ...]:
        """Who sits here, in the order of the seats."""
        return tuple(who for who in self.places if who is not None)

    @property
    def free(self) -> int:
        """How many seats are free."""
        return sum(who is None for who in self.places)


@dataclass(frozen=True, slots=True)
class RoundView:
    """One round. state: done | running | next | later."""

    id: UUID
    number: int
    name: str
    state: str
    aims: Mapping[str, str]
    tables: tuple[TableView, ...]
    #: here (or, before anybody came, expected), taking part in this round, and without a seat
    unseated: tuple[UUID, ...]
    locked_people: frozenset[UUID] = frozenset()
    #: of the two sides: how many sit beside the other, and the most that could at these tables
    beside: int = 0
    most_beside: int = 0

    @property
    def is_mixed(self) -> bool:
        """Whether anybody has a seat."""
        return any(table.people for table in self.tables)

    @property
    def may_change(self) -> bool:
        """Whether its seats may still be changed."""
        return self.state != DONE

    def table(self, label: str) -> TableView | None:
        """The table of a label."""
        return next((table for table in self.tables if table.label == label), None)

    @property
    def faults(self) -> list[Fault]:
        """Everything that is wrong, the worst first."""
        return sorted((f for t in self.tables for f in t.faults), key=lambda f: _GRAVITY[f.kind])


@dataclass(frozen=True, slots=True)
class Effect:
    """What a move or swap would do. `repeats` are pairs' meetings beyond the first, all day."""

    repeats_before: int
    repeats_after: int
    words: str
    is_worse: bool


@dataclass(frozen=True, slots=True)
class Headline:
    """How a round stands, the worst true thing first; `mend` mends it with one key."""

    tone: str
    words: str
    rest: str = ""
    mend: Mend | None = None
    table: str = ""


@dataclass(frozen=True, slots=True)
class RoomState:
    """The whole room at one revision."""

    revision: int
    sides: Sides
    people: Mapping[UUID, Sitter]
    rounds: tuple[RoundView, ...]
    #: meetings beyond the first of each pair over all rounds, and the fewest that are possible
    repeats: int = 0
    bound: int = 0
    wishes: Wishes = field(default_factory=Wishes)
    undo_words: str = ""
    redo_words: str = ""
    #: how many were told a table of a round that is not theirs any more, by round
    outdated: Mapping[int, int] = field(default_factory=dict)
    #: (round number, person) → (table label, place)
    where: Mapping[tuple[int, UUID], tuple[str, int]] = field(default_factory=dict)

    def round(self, number: int) -> RoundView | None:
        """The round of a number."""
        return next((r for r in self.rounds if r.number == number), None)

    @property
    def present(self) -> RoundView | None:
        """The running round, else the next, else the last."""
        for state in (RUNNING, NEXT):
            for a_round in self.rounds:
                if a_round.state == state:
                    return a_round
        return self.rounds[-1] if self.rounds else None

    def mates(self, person: UUID, number: int) -> tuple[UUID, ...]:
        """Those at somebody's table in a round, without themselves."""
        at = self.where.get((number, person))
        a_round = self.round(number)
        table = a_round.table(at[0]) if a_round and at else None
        return tuple(who for who in table.people if who != person) if table else ()

    def meetings(self, person: UUID) -> dict[UUID, list[int]]:
        """Whom somebody has met and will meet, with the rounds."""
        found: dict[UUID, list[int]] = {}
        for a_round in self.rounds:
            for other in self.mates(person, a_round.number):
                found.setdefault(other, []).append(a_round.number)
        return found

    def effect(
        self, person: UUID, number: int, label: str, place: int | None = None
    ) -> Effect | None:
        """What it would do to seat somebody there; a taken place is a swap. None where it cannot.

        Without a place: at any free seat of the table.
        """
        a_round = self.round(number)
        table = a_round.table(label) if a_round else None
        if a_round is None or table is None or not a_round.may_change:
            return None
        if place is None and person not in table.people and not table.free:
            return None
        other = table.places[place] if place is not None and place < len(table.places) else None
        if other == person:
            return None
        at = self.where.get((number, person))
        old = a_round.table(at[0]) if at else None
        here = [who for who in table.people if who not in (person, other)]
        left = [who for who in old.people if who not in (person, other)] if old else []
        change = 0
        again: list[UUID] = []
        if old is None or old.label != label:
            change += self._again(person, here, number, again) - self._again(person, left, number)
            if other is not None:
                change += self._again(other, left, number, again) if old else 0
                change -= self._again(other, here, number)
        faults: list[str] = []
        if old is None or old.label != label:
            faults += self._lacks(label, [*here, person])
            faults += self._clashes(person, here)
            if old is not None:
                faults += self._lacks(old.label, [*left, *([other] if other else [])])
                faults += self._clashes(other, left) if other else []
        name = self.people[person].name
        verb = f"swaps with {self.people[other].name}" if other else f"goes to table {label}"
        words = f"{name} {verb}"
        if again:
            names = [self.people[who].name for who in dict.fromkeys(again)]
            shown = names if len(names) <= 2 else [*names[:2], f"{len(names) - 2} more"]
            words += f": meets {listed(shown)} again"
        words += "." if again else ": nobody meets again by it."
        if change < 0:
            words += f" {counted(-change, 'repeated meeting')} fewer."
        words = " ".join([*faults, words])
        return Effect(self.repeats, self.repeats + change, words, change > 0 or bool(faults))

    def headline(self, number: int) -> Headline:
        """How a round stands in a sentence or two."""
        from facilitator.services.mending import headline

        return headline(self, number)

    # -- internal -------------------------------------------------------------------------------

    def _again(
        self, person: UUID, others: Iterable[UUID], number: int, names: list[UUID] | None = None
    ) -> int:
        """How many of the others somebody meets in other rounds too."""
        if person not in self.people:
            return 0
        kept = {
            w.other if w.person == person else w.person
            for w in self.wishes.of_kind(TOGETHER)
            if person in (w.person, w.other)
        }
        known: set[UUID] = set()
        for a_round in self.rounds:
            if a_round.number != number:
                known.update(self.mates(person, a_round.number))
        found = [who for who in others if who in known and who not in kept]
        if names is not None:
            names.extend(found)
        return len(found)

    def _lacks(self, label: str, people: list[UUID]) -> list[str]:
        sides = [self.people[who].side.position for who in people if who in self.people]
        pair = (self.sides.first, self.sides.second)
        return [
            f"Table {label} would have nobody from {side.name.lower()}."
            for side in pair
            if sides and side.position not in sides
        ]

    def _clashes(self, person: UUID, others: Iterable[UUID]) -> list[str]:
        there = set(others)
        out: list[str] = []
        for wish in self.wishes.of_kind(APART):
            if person in (wish.person, wish.other):
                foe = wish.other if wish.person == person else wish.person
                if foe is not None and foe in there:
                    names = self.people[person].name, self.people[foe].name
                    out.append(f"{names[0]} and {names[1]} are to sit apart.")
        return out


_GRAVITY = {
    kind: at
    for at, kind in enumerate(
        ("gone", "apart", "missing", "overfull", "host", "together", "access", "alone",
         "neighbours")
    )
}  # fmt: skip


def short_side(side: Side) -> str:
    """A side in one word for a card: "practice", "pharmacy", "other"."""
    known = {"general-practice": "practice", "community-pharmacy": "pharmacy", OTHER: "other"}
    return known.get(side.key, side.name.lower())


def read_room(session: Session, standing: Standing) -> RoomState:
    """The room as it stands, for `SeatingService.room`."""
    sides = read_event(session).sides
    wishes = read_wishes(session)
    everybody = read_people(session)
    known = {p.id for p in everybody}
    strangers = {who for r in standing.rounds for who in standing.seated(r.id) if who not in known}
    if strangers:
        # A walk-in whose arrival was taken back, yet sat in a round that has happened.
        everybody += read_people(session, strangers)
    people = {p.id: _sitter(p, sides) for p in everybody}
    day_has_begun = any(p.is_here or p.status is Status.LEFT for p in people.values())
    rounds = [r for r in standing.rounds if not r.was_left_out]
    views = tuple(_round(standing, r, rounds, people, wishes, sides, day_has_begun) for r in rounds)
    where = {
        (view.number, who): (table.label, place)
        for view in views
        for table in view.tables
        for place, who in enumerate(table.places)
        if who is not None
    }
    repeats, bound = _repeats(standing, rounds, people, wishes)
    undo, redo = undo_and_redo(read_changes(session))
    return RoomState(
        standing.revision, sides, people, views, repeats, bound, wishes,
        undo[-1].words if undo else "", redo[-1].words if redo else "",
        _outdated(session, standing), where,
    )  # fmt: skip


def told_tables(session: Session) -> dict[tuple[UUID, UUID], tuple[UUID, frozenset[str]]]:
    """For each (round, person) the table they were told last, and in which ways."""
    found: dict[tuple[UUID, UUID], tuple[UUID, frozenset[str]]] = {}
    rows = session.exec(
        select(ToldRow.round_id, ToldRow.attendee_id, ToldRow.table_id, ToldRow.how).order_by(
            col(ToldRow.at), col(ToldRow.id)
        )
    )
    for round_id, person, table, how in rows:
        was = found.get((round_id, person))
        ways = was[1] if was and was[0] == table else frozenset[str]()
        found[round_id, person] = (table, ways | {how})
    return found


def badge_tables(session: Session) -> dict[tuple[UUID, UUID], UUID]:
    """For each (round, person) the table that their badge says."""
    rows = session.exec(
        select(ToldRow.round_id, ToldRow.attendee_id, ToldRow.table_id)
        .where(col(ToldRow.how) == "badge")
        .order_by(col(ToldRow.at), col(ToldRow.id))
    )
    return {(round_id, person): table for round_id, person, table in rows}


def _outdated(session: Session, standing: Standing) -> dict[int, int]:
    found: dict[int, int] = {}
    numbers = {r.id: r.number for r in standing.rounds if r.is_open}
    for (round_id, person), (table, _) in told_tables(session).items():
        spot = standing.spot(round_id, person)
        if round_id in numbers and spot is not None and spot[0] != table:
            found[numbers[round_id]] = found.get(numbers[round_id], 0) + 1
    return found


def _sitter(person: Person, sides: Sides) -> Sitter:
    side = next((one for one in sides if one.key == person.side), sides.third)
    return Sitter(
        person.id, person.full_name, person.sorted_name, side, person.borough,
        person.organisation, person.role, person.status, person.walk_in, person.since,
        access_need(person.access),
    )  # fmt: skip


def _round(
    standing: Standing, a_round: RoundNow, rounds: list[RoundNow], people: Mapping[UUID, Sitter],
    wishes: Wishes, sides: Sides, day_has_begun: bool,
) -> RoundView:  # fmt: skip
    from facilitator.services.mending import table_faults

    coming = [r for r in rounds if r.is_to_come]
    if not a_round.is_open:
        state = DONE
    elif a_round.is_running:
        state = RUNNING
    else:
        running = any(r.is_running for r in rounds)
        state = NEXT if coming and coming[0].id == a_round.id and not running else LATER
        if coming and coming[0].id == a_round.id and running:
            state = NEXT
    hosts = wishes.host_tables(a_round.number)
    locked = wishes.locked_tables(a_round.number)
    seated = standing.seated(a_round.id)
    tables: list[TableView] = []
    beside = most = 0
    by_table: dict[UUID, dict[int, UUID]] = {}
    for who, spot in seated.items():
        if who in people:
            by_table.setdefault(spot[0], {})[spot[1]] = who
    for table in standing.tables_of(a_round.id):
        at = by_table.get(table.id, {})
        many = max([standing.seats_at(a_round.id, table), *(place + 1 for place in at)])
        places = tuple(at.get(place) for place in range(many))
        order = [people[who].side.position for who in places if who is not None]
        beside += besides(order)
        most += most_besides(order)
        words, short = _counts(order, sides)
        tables.append(
            TableView(
                table.id, table.label, places, words, short, table.id in locked,
                frozenset(who for who in at.values() if hosts.get(who) == table.id),
                table.step_free, table.hearing_loop, table.near_front,
            )
        )  # fmt: skip
    unseated = [
        who
        for who, person in people.items()
        if who not in seated
        and wishes.attends(who, a_round.number)
        and (person.is_here or (not day_has_begun and person.status is Status.EXPECTED))
    ]
    view = RoundView(
        a_round.id, a_round.number, a_round.name or f"Round {a_round.number}", state,
        a_round.aims, tuple(tables), tuple(unseated) if state != DONE else (),
        wishes.locked_people(a_round.number), beside, most,
    )  # fmt: skip
    if state == DONE or not view.is_mixed:
        return view
    labels = {t.id: t.label for t in standing.tables}
    return _with_faults(
        view, table_faults(view, people, wishes, sides, labels, _seats(standing, a_round))
    )


def _seats(standing: Standing, a_round: RoundNow) -> dict[str, int]:
    return {t.label: standing.seats_at(a_round.id, t) for t in standing.tables_of(a_round.id)}


def _with_faults(view: RoundView, faults: Mapping[str, tuple[Fault, ...]]) -> RoundView:
    from dataclasses import replace

    tables = tuple(
        replace(table, faults=faults[table.label]) if table.label in faults else table
        for table in view.tables
    )
    return replace(view, tables=tables)


def _counts(order: list[int], sides: Sides) -> tuple[str, str]:
    """ "4 practice, 3 pharmacy, 1 other", and the same for a narrow card."""
    parts = [(order.count(side.position), short_side(side)) for side in sides]
    parts = [(many, word) for many, word in parts if many]
    if not parts:
        return "empty", "empty"
    words = ", ".join(f"{many} {word}" for many, word in parts)
    if len(parts) < 3:
        return words, words
    short = ", ".join(f"{many} {'ph.' if word == 'pharmacy' else word}" for many, word in parts)
    return words, short


def _repeats(
    standing: Standing, rounds: list[RoundNow], people: Mapping[UUID, Sitter], wishes: Wishes
) -> tuple[int, int]:
    """Repeated meetings over all rounds, and the fewest with tables of these sizes."""
    from facilitator.mixing.bounds import bounds
    from facilitator.mixing.problem import Person as Someone
    from facilitator.mixing.problem import Problem, Table
    from facilitator.mixing.room import Room

    met: dict[UUID, set[UUID]] = {}
    kept = {frozenset((w.person, w.other)) for w in wishes.of_kind(TOGETHER)}
    repeats = 0
    attend: dict[UUID, list[int]] = {}
    tables: list[tuple[Table, ...]] = []
    mixed = [r for r in rounds if standing.is_mixed(r.id)]
    for at, a_round in enumerate(mixed):
        groups: dict[UUID, list[UUID]] = {}
        for who, spot in standing.seated(a_round.id).items():
            if who in people:
                groups.setdefault(spot[0], []).append(who)
                attend.setdefault(who, []).append(at)
        for group in groups.values():
            for place, one in enumerate(group):
                known = met.setdefault(one, set())
                for other in group[place + 1 :]:
                    if other in known:
                        repeats += frozenset((one, other)) not in kept
                    else:
                        known.add(other)
                        met.setdefault(other, set()).add(one)
        tables.append(tuple(Table(t.hex, len(g), len(g)) for t, g in groups.items()))
    if len(mixed) < 2 or not repeats:
        return repeats, 0
    problem = Problem(
        len(mixed),
        tuple(
            Someone(who.hex, people[who].side.code, attend=tuple(rounds_of))
            for who, rounds_of in attend.items()
        ),
        tuple(tables),
        balance=False,
        min_role={},
        together=tuple(
            (w.person.hex, w.other.hex)
            for w in wishes.of_kind(TOGETHER)
            if w.person in attend and w.other in attend and w.person and w.other
        ),
    )
    return repeats, min(repeats, bounds(Room(problem)).repeats)


def table_now(view: RoundView, table: TableNow) -> TableView | None:
    """The view of a table."""
    return next((one for one in view.tables if one.id == table.id), None)
