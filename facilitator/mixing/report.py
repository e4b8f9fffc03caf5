"""What a seating gives people: who is served least, and what each round's aims achieved."""

from __future__ import annotations

from dataclasses import dataclass
from math import comb

from facilitator.mixing.room import Room, Seating


@dataclass(frozen=True, slots=True)
class LeastServed:
    """Those who meet the fewest people of the other profession (ids), and how many they meet.

    Counted among GPs and pharmacists who are there for every round, if there are any, else among
    all of them; in a room of one profession, everybody is counted, and so is everybody met.
    """

    people: tuple[str, ...]
    met: int


@dataclass(frozen=True, slots=True)
class AimResult:
    """What an aim achieved: pairs at one table in the round, and those that chance would seat so.

    `aim` is "borough", "stance" or "org"; `way` is "gather" or "spread".
    """

    round: int
    aim: str
    way: str
    pairs: int
    by_chance: float


def _company(room: Room, seating: Seating) -> list[int]:
    """For each person those whom they meet in any round, as a bit set."""
    met = [0] * room.n
    for r in range(room.rounds):
        tables = [0] * room.g[r]
        for person, table in enumerate(seating[r]):
            if table >= 0:
                tables[table] |= 1 << person
        for person, table in enumerate(seating[r]):
            if table >= 0:
                met[person] |= tables[table] & ~(1 << person)
    return met


def least_served(room: Room, seating: Seating) -> tuple[int, LeastServed]:
    """How many GP-pharmacist pairs meet in all, and who is served least."""
    met = _company(room, seating)
    other = (room.role_bits[1], room.role_bits[0], 0)
    cross = sum(
        (met[p] & room.role_bits[1]).bit_count() for p in range(room.n) if room.role[p] == 0
    )
    counted = [p for p in range(room.n) if room.role[p] < 2 and room.attends[p]]
    if room.role_bits[0] and room.role_bits[1]:
        numbers = {p: (met[p] & other[room.role[p]]).bit_count() for p in counted}
    else:
        numbers = {p: met[p].bit_count() for p in range(room.n) if room.attends[p]}
    whole = {p: n for p, n in numbers.items() if len(room.attends[p]) == room.rounds}
    numbers = whole or numbers
    if not numbers:
        return cross, LeastServed((), 0)
    least = min(numbers.values())
    return cross, LeastServed(tuple(room.ids[p] for p, n in numbers.items() if n == least), least)


def aim_results(room: Room, seating: Seating, start: int = 0) -> tuple[AimResult, ...]:
    """What each aim of the rounds from `start` on achieved."""
    out: list[AimResult] = []
    for r, aims in enumerate(room.problem.aims):
        if r < start or not aims:
            continue
        tables = [0] * room.g[r]
        for person, table in enumerate(seating[r]):
            if table >= 0:
                tables[table] |= 1 << person
        here = sum(tables)
        people = here.bit_count()
        inside = sum(comb(bits.bit_count(), 2) for bits in tables)
        chance = inside / comb(people, 2) if people > 1 else 0.0
        for aim, way in (("borough", aims.borough), ("stance", aims.stance), ("org", aims.org)):
            if not way:
                continue
            alike = room.alike_bits(aim)
            pairs = all_pairs = 0
            for person, table in enumerate(seating[r]):
                if table >= 0:
                    pairs += (alike[person] & tables[table]).bit_count()
                    all_pairs += (alike[person] & here).bit_count()
            out.append(AimResult(r, aim, way, pairs // 2, all_pairs / 2 * chance))
    return tuple(out)
