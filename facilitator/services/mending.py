"""What is wrong at a table, in words, and the one act that mends it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING
from uuid import UUID

from facilitator.domain.people import Status
from facilitator.domain.sides import Side, Sides
from facilitator.domain.text import counted
from facilitator.services.neighbours import besides, mending_swap, most_besides, same_run
from facilitator.services.wishes import APART, TOGETHER, Wishes

if TYPE_CHECKING:
    from facilitator.services.room import (
        Fault,
        Headline,
        Mend,
        RoomState,
        RoundView,
        Sitter,
        TableView,
    )

_NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
            "eleven", "twelve")  # fmt: skip


def in_words(number: int) -> str:
    """ "three"; beyond twelve in figures."""
    return _NUMBERS[number] if 0 <= number < len(_NUMBERS) else f"{number:,}"


def table_faults(
    view: RoundView, people: Mapping[UUID, Sitter], wishes: Wishes, sides: Sides,
    labels: Mapping[UUID, str], seats: Mapping[str, int],
) -> dict[str, tuple[Fault, ...]]:  # fmt: skip
    """The faults of each table of a round, by its label."""
    finder = _Finder(view, people, wishes, sides, labels, seats)
    found = {table.label: tuple(finder.of(table)) for table in view.tables}
    return {label: faults for label, faults in found.items() if faults}


class _Finder:
    def __init__(
        self, view: RoundView, people: Mapping[UUID, Sitter], wishes: Wishes, sides: Sides,
        labels: Mapping[UUID, str], seats: Mapping[str, int],
    ) -> None:  # fmt: skip
        self.view, self.people, self.wishes = view, people, wishes
        self.sides, self.labels, self.seats = sides, labels, seats
        self.at = {who: table.label for table in view.tables for who in table.people}
        used = sum(bool(table.people) for table in view.tables)
        sitting = [people[who].side.position for who in self.at]
        #: sides of which every table in use could have one
        self.enough = {p for p in (0, 1) if sitting.count(p) >= used}
        self.hosts = wishes.host_tables(view.number)

    def of(self, table: TableView) -> list[Fault]:
        """Everything that is wrong at one table."""
        from facilitator.services.room import Fault

        out: list[Fault] = []
        names = {who: self.people[who].name for who in table.people}
        order = [self.people[who].side.position for who in table.people]

        def add(kind: str, short: str, sentence: str, *who: UUID) -> None:
            out.append(Fault(kind, table.label, short, sentence, who))

        for who in table.people:
            status = self.people[who].status
            if status in (Status.LEFT, Status.CANCELLED):
                word = "has left" if status is Status.LEFT else "has cancelled"
                add("gone", f"One {word}", f"{names[who]} {word}, and has a seat at table "
                    f"{table.label}.", who)  # fmt: skip
            stays = self.hosts.get(who)
            if stays is not None and self.labels.get(stays, table.label) != table.label:
                add("host", "Host of another", f"{names[who]} is host of table "
                    f"{self.labels[stays]}, and sits at table {table.label}.", who)  # fmt: skip
            need = self.people[who].need
            if need == "step-free" and not table.step_free and self._offers("step_free"):
                add("access", "Needs step-free", f"{names[who]} needs a step-free table, and "
                    f"sits at table {table.label}.", who)  # fmt: skip
        for wish in self.wishes.of_kind(APART, TOGETHER):
            one, other = wish.person, wish.other
            if one not in names or other is None or one is None:
                continue
            if wish.kind == APART and other in names:
                add("apart", "Two to sit apart", f"{names[one]} and {names[other]} are to sit "
                    f"apart, and both are at table {table.label}.", one, other)  # fmt: skip
            elif wish.kind == TOGETHER and other in self.at and other not in names:
                add("together", "Two parted", f"{names[one]} and {self.people[other].name} are "
                    f"to sit together: they are at tables {table.label} and {self.at[other]}.",
                    one, other)  # fmt: skip
        if len(table.people) > self.seats.get(table.label, 0):
            over = len(table.people) - self.seats.get(table.label, 0)
            add("overfull", f"{counted(over, 'seat')} short",
                f"Table {table.label} has {counted(over, 'person', 'people')} more than seats.",
                table.people[-1])  # fmt: skip
        for position in sorted(self.enough - set(order)) if order else ():
            side = (self.sides.first, self.sides.second)[position]
            add("missing", f"No {side.letter} here",
                f"Table {table.label} has nobody from {side.name.lower()}.")  # fmt: skip
        if len(order) == 1 and len(self.at) > 1:
            add("alone", "One alone", f"{names[table.people[0]]} is alone at table "
                f"{table.label}.", table.people[0])  # fmt: skip
        if besides(order) < most_besides(order) and (run := same_run(order)):
            letter = tuple(self.sides)[order[run[0]]].letter
            one, other = table.people[run[0]], table.people[run[1]]
            word = f"Two {letter} together" if order[run[0]] == order[run[1]] else "Seat order"
            add("neighbours", word, f"{names[one]} at table {table.label} has nobody of the "
                "other side beside them.", one, other)  # fmt: skip
        return out

    def _offers(self, what: str) -> bool:
        return any(getattr(table, what) for table in self.view.tables)


def mend_of(state: RoomState, number: int, fault: Fault) -> Mend | None:
    """The act that mends a fault with the fewest repeated meetings; None where none does."""
    from facilitator.services.room import Mend

    view = state.round(number)
    table = view.table(fault.table) if view else None
    if view is None or table is None or table.locked:
        return None
    if fault.kind == "gone":
        return Mend("unseat", number, fault.people[0], words="Free the seat")
    if fault.kind == "neighbours":
        return _reorder(state, view, table)
    return _exchange(state, view, table, fault)


def _reorder(state: RoomState, view: RoundView, table: TableView) -> Mend | None:
    from facilitator.services.room import Mend

    people = table.people
    swap = mending_swap([state.people[who].side.position for who in people])
    if swap is None:
        return None
    one, other = people[swap[0]], people[swap[1]]
    return Mend("swap", view.number, one, other, table.label, "Swap them")


def _exchange(state: RoomState, view: RoundView, table: TableView, fault: Fault) -> Mend | None:
    """The best swap with, or move to, another table."""
    from facilitator.services.room import Mend

    fixed = set(view.locked_people) | {w for t in view.tables for w in t.hosts}
    movers = [who for who in fault.people if who not in fixed and who in table.people]
    if not movers:
        movers = [who for who in table.people if who not in fixed]
    best: tuple[tuple[int, ...], Mend] | None = None
    before = _lacks(state, view)
    for other in view.tables:
        if other.label == table.label or other.locked:
            continue
        partners: list[UUID | None] = [who for who in other.people if who not in fixed]
        if other.free and fault.kind in ("overfull", "alone", "apart", "together", "host"):
            partners.append(None)
        for mover in movers:
            for partner in partners:
                if not _mends(state, fault, table, other, mover, partner):
                    continue
                place = other.places.index(partner) if partner else None
                effect = state.effect(mover, view.number, other.label, place)
                if effect is None:
                    continue
                after = _lacks(state, view, {mover: other.label} | (
                    {partner: table.label} if partner else {}))  # fmt: skip
                clashes = "apart" in effect.words
                cost = (
                    int(clashes), max(0, after - before), effect.repeats_after,
                    int(partner is not None and fault.kind != "missing"),
                )  # fmt: skip
                if best is None or cost < best[0]:
                    kind, words = ("swap", "Swap them") if partner else ("move", "Move them")
                    mend = Mend(kind, view.number, mover, partner, other.label, words)
                    best = (cost, mend)
    return best[1] if best and not best[0][0] else None


def _mends(
    state: RoomState, fault: Fault, table: TableView, other: TableView, mover: UUID,
    partner: UUID | None,
) -> bool:  # fmt: skip
    """Whether the exchange takes the fault away."""
    positions = [state.people[who].side.position for who in table.people if who != mover]
    if partner is not None:
        positions.append(state.people[partner].side.position)
    match fault.kind:
        case "missing":
            return {0, 1} <= set(positions) or (
                partner is not None
                and state.people[partner].side.position
                not in {state.people[who].side.position for who in table.people}
            )
        case "host":
            stays = state.wishes.host_tables(_number(state, table)).get(mover)
            return other.id == stays
        case "together":
            return bool(set(fault.people) & set(other.people))
        case "access":
            return other.step_free
        case "overfull":
            return partner is None
        case _:
            return True


def _number(state: RoomState, table: TableView) -> int:
    for view in state.rounds:
        if any(one is table for one in view.tables):
            return view.number
    return 0


def _lacks(state: RoomState, view: RoundView, moved: Mapping[UUID, str] | None = None) -> int:
    """How many tables lack a side, were these people moved."""
    lacking = 0
    moves = moved or {}
    for table in view.tables:
        people = [who for who in table.people if moves.get(who, table.label) == table.label]
        people += [who for who, to in moves.items() if to == table.label and who not in people]
        positions = {state.people[who].side.position for who in people}
        lacking += len({0, 1} - positions) if people else 0
    return lacking


def headline(state: RoomState, number: int) -> Headline:
    """How a round stands, the worst true thing first."""
    from facilitator.services.room import DONE, Headline, Mend

    view = state.round(number)
    if view is None:
        return Headline("plain", "There is no such round.")
    if not view.is_mixed:
        if not state.people:
            return Headline("plain", "Nobody is on the list yet.",
                            "Import the list under People, then mix the tables.")  # fmt: skip
        many = counted(len(state.people), "person", "people")
        return Headline("plain", f"{view.name} is not mixed yet.",
                        f"{many} on the list, {counted(len(view.tables), 'table')}.")  # fmt: skip
    if view.state == DONE:
        return Headline("good", f"{view.name} has happened.", _quality(state, view))
    # Somebody without a seat is worse than a seat beside one's own side.
    grave = [fault for fault in view.faults if fault.kind != "neighbours"]
    faults = view.faults if grave or not view.unseated else []
    if faults:
        mend = next((m for f in faults if (m := mend_of(state, number, f))), None)
        first = faults[0]
        more = len({f.table for f in faults}) - 1
        rest = (
            f"{counted(more, 'more table')} {'needs' if more == 1 else 'need'} a look. "
            if more
            else "Else "
        )
        quality = _quality(state, view)
        rest += quality if more else quality[:1].lower() + quality[1:]
        return Headline("fault", _first_words(state, first, mend), rest, mend, first.table)
    if view.unseated:
        names = [state.people[who].name for who in view.unseated]
        mend = Mend("seat", number, view.unseated[0], words="Seat")
        free = any(table.free and not table.locked for table in view.tables)
        words = f"{names[0]} has no seat yet." if len(names) == 1 else (
            f"{in_words(len(names)).capitalize()} people have no seat yet.")  # fmt: skip
        rest = "" if free else "Every table is full: add a table, or a seat. "
        if view.faults:
            rest += f"Table {view.faults[0].table} needs a swap. "
        return Headline("fault", words, rest + _quality(state, view), mend if free else None)
    if state.repeats > state.bound:
        return Headline("plain", _meetings(state), _beside(state, view))
    best = "Best possible: " if view.beside >= view.most_beside else ""
    meetings = _meetings(state)
    words = best + meetings[:1].lower() + meetings[1:] if best else meetings
    return Headline("good", words, _beside(state, view))


def _first_words(state: RoomState, fault: Fault, mend: Mend | None) -> str:
    if fault.kind == "neighbours" and mend is not None and mend.other is not None:
        table = state.round(mend.round).table(fault.table)  # pyright: ignore[reportOptionalMemberAccess]
        places = sorted(table.places.index(who) + 1 for who in (mend.person, mend.other))  # pyright: ignore[reportOptionalMemberAccess]
        return f"Table {fault.table} needs a swap: seats {places[0]} and {places[1]}."
    return fault.sentence


def _meetings(state: RoomState) -> str:
    """ "Nobody meets twice in three rounds.", or how many do and how few could."""
    mixed = [view for view in state.rounds if view.is_mixed]
    if state.repeats == 0:
        if len(mixed) < 2:
            return "Everybody meets new people."
        return f"Nobody meets twice in {in_words(len(mixed))} rounds."
    pairs = counted(state.repeats, "repeated meeting")
    if state.repeats <= state.bound:
        return f"{pairs}: the fewest possible."
    return f"{pairs}, at best {in_words(state.bound) if state.bound else 'none'}."


def _beside(state: RoomState, view: RoundView) -> str:
    if view.most_beside == 0:
        side: Side = state.sides.first
        return f"Only one of the two sides is here: {side.name.lower()} or the other."
    if view.beside >= view.most_beside:
        return "All sit beside the other profession."
    return f"{view.beside} of {view.most_beside} sit beside the other profession."


def _quality(state: RoomState, view: RoundView) -> str:
    return f"{_meetings(state)} {_beside(state, view)}"
