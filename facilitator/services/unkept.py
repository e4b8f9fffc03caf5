"""What a plan does not keep, and the wishes of which one may be taken back to mend it."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from facilitator.domain.text import listed
from facilitator.services.asking import MixRequest
from facilitator.services.wishes import APART, HOST, LOCK, PIN, TOGETHER, Clash, Wish, Wishes

if TYPE_CHECKING:
    from facilitator.mixing.engine import Solution
    from facilitator.mixing.explain import BrokenWish


@dataclass(frozen=True, slots=True)
class TakeBack:
    """A wish that may be taken back, and what that means in words."""

    wish: UUID
    words: str


@dataclass(frozen=True, slots=True)
class Unkept:
    """Something that is not kept, in a sentence, and what may be taken back (perhaps nothing)."""

    sentence: str
    choices: tuple[TakeBack, ...]


def unkept_wishes(
    request: MixRequest, solution: Solution, wishes: Wishes, clashes: Iterable[Clash]
) -> tuple[Unkept, ...]:
    """Contradictions first, then what else the plan does not keep; the same thing once only.

    Those without a seat are not among them: the preview names them apart.
    """
    by_id = {wish.id: wish for wish in wishes.all}
    stated = list(clashes)
    out = [
        Unkept(clash.sentence, _choices(request, [by_id[key] for key in clash.wishes]))
        for clash in stated
    ]
    for broken in solution.broken:
        if broken.kind == "unseated":
            continue
        about = _behind(request, broken, wishes)
        ids = {wish.id for wish in about}
        if any(set(clash.wishes) <= ids for clash in stated):
            continue
        sentence = broken.sentence(
            lambda key: request.names.get(key, "somebody"),
            lambda key: request.labels.get(key, "a table"),
        )
        out.append(Unkept(sentence, _choices(request, about)))
    return tuple(out)


def _behind(request: MixRequest, broken: BrokenWish, wishes: Wishes) -> list[Wish]:
    """The wishes that stand in each other's way where the plan does not keep something."""
    if broken.kind not in (PIN, APART, TOGETHER):
        return []
    people = {UUID(key) for key in broken.people}
    numbers = [request.rounds[at] for at in broken.rounds]
    tables = {UUID(key) for key in (broken.table, broken.other_table) if key}
    pair = [
        wish
        for wish in wishes.of_kind(APART, TOGETHER)
        if broken.kind != PIN and {wish.person, wish.other} == people
    ]
    held = [
        wish for wish in wishes.of_kind(HOST, PIN, LOCK) if _holds(wish, people, tables, numbers)
    ]
    if broken.kind == PIN:
        # Too many at one table: any of those who are held there may be let go.
        held += [
            wish
            for wish in wishes.of_kind(HOST, PIN)
            if wish not in held and wish.table in tables and any(map(wish.holds_in, numbers))
        ]
    elif broken.contradiction and not held:
        # Apart, and both together with the same third; or more together than a table seats.
        held = [
            wish
            for wish in wishes.of_kind(TOGETHER)
            if wish not in pair and {wish.person, wish.other} & people
        ]
    return pair + held


def _holds(
    wish: Wish, people: Collection[UUID], tables: Collection[UUID], numbers: Iterable[int]
) -> bool:
    mine = wish.person in people if wish.person else wish.table in tables
    return mine and any(map(wish.holds_in, numbers))


def _choices(request: MixRequest, wishes: Iterable[Wish]) -> tuple[TakeBack, ...]:
    return tuple(TakeBack(wish.id, _words(request, wish)) for wish in wishes)


def _words(request: MixRequest, wish: Wish) -> str:
    name = request.names.get(str(wish.person), "somebody")
    other = request.names.get(str(wish.other), "somebody")
    table = request.labels.get(str(wish.table), "?")
    rounds = listed([str(number) for number in wish.rounds])
    when = f" in round{'s' if len(wish.rounds) > 1 else ''} {rounds}" if wish.rounds else ""
    match wish.kind:
        case "apart" | "together":
            return f"{name} and {other} need not sit {wish.kind}"
        case "host":
            return f"{name} need not stay at table {table}"
        case "pin":
            return f"{name} need not sit at table {table}{when}"
        case _:
            if wish.person:
                return f"{name} need not keep a table{when}"
            return f"Table {table} need not stay as it is{when}"
