"""Problems of our own making for the mixing tests: rooms of many shapes, invented people."""

from __future__ import annotations

import random
from typing import Any

from hypothesis import strategies as st

from facilitator.mixing.problem import Problem

BOROUGHS = ("Ealing", "Brent", "Camden", "Newham", "Bexley", "Barnet", "")


def room(
    people: int,
    size: int,
    rounds: int,
    *,
    mix: tuple[float, float] = (0.4, 0.4),
    wishes: bool = False,
    seed: int = 0,
) -> Problem:
    """A room of so many people at tables of `size`; with `wishes`, hosts, late, apart, together."""
    rng = random.Random(seed)
    tables = -(-people // size)
    gps, phs = round(people * mix[0]), round(people * mix[1])
    roles = ["GP"] * gps + ["PH"] * phs + ["OT"] * (people - gps - phs)
    persons: list[dict[str, Any]] = [
        {
            "id": f"p{at}",
            "role": role,
            "borough": rng.choice(BOROUGHS),
            "org": f"Practice {at // 3}",
            "stance": rng.choice(("sceptic", "neutral", "enthusiast")),
        }
        for at, role in enumerate(roles)
    ]
    data: dict[str, Any] = {"name": "room", "rounds": rounds, "people": persons}
    data |= {"balance": True, "min_role": {"GP": 1, "PH": 1}}
    if wishes:
        others = [at for at, role in enumerate(roles) if role == "OT"][:tables]
        data["pins"] = [
            {"person": f"p{host}", "table": f"T{at + 1}", "rounds": list(range(rounds))}
            for at, host in enumerate(others)
        ]
        rest = [at for at in range(people) if at not in others]
        rng.shuffle(rest)
        for at in rest[: people // 12]:
            persons[at]["attend"] = list(range(1, rounds))
        for at in rest[people // 12 : people // 12 + people // 20]:
            persons[at]["attend"] = list(range(rounds - 1))
        data["apart"] = [
            [f"p{at}", f"p{at + 1}"]
            for at in range(0, gps + phs - 1, 4)
            if roles[at] == roles[at + 1]
        ]
        free = rest[people // 12 + people // 20 :]
        gp = next(at for at in free if roles[at] == "GP")
        ph = next(at for at in free if roles[at] == "PH")
        data["together"] = [[f"p{gp}", f"p{ph}"]]
    here = [
        sum(r in person.get("attend", range(rounds)) for person in persons) for r in range(rounds)
    ]
    data["tables"] = [
        [
            {"id": f"T{at + 1}", "min": here[r] // tables, "max": -(-here[r] // tables)}
            for at in range(tables)
        ]
        for r in range(rounds)
    ]
    return Problem.from_json(data)


def golfers(tables: int, size: int, rounds: int) -> Problem:
    """Tables of one size, people of one kind."""
    return Problem.from_json(
        {
            "rounds": rounds,
            "people": [{"id": f"p{at}"} for at in range(tables * size)],
            "tables": [[{"id": f"T{at}", "min": size, "max": size} for at in range(tables)]]
            * rounds,
        }
    )


@st.composite
def any_problem(draw: st.DrawFn, most_people: int = 40) -> Problem:
    """Any small problem: contradictory wishes, empty rounds, too many or too few people."""
    rounds = draw(st.integers(1, 6))
    number = draw(st.integers(0, most_people))
    some_rounds = st.lists(st.integers(0, rounds - 1), max_size=rounds, unique=True)
    roles = draw(st.sampled_from([("GP", "PH", "OT"), ("GP",), ("PH", "OT"), ("OT",)]))
    people = [
        {
            "id": f"p{at}",
            "role": draw(st.sampled_from(roles)),
            "borough": draw(st.sampled_from(BOROUGHS)),
            "org": draw(st.sampled_from(("", "A", "B"))),
            "stance": draw(st.sampled_from(("", "sceptic", "enthusiast"))),
            **({"attend": draw(some_rounds)} if draw(st.integers(0, 4)) == 0 else {}),
        }
        for at in range(number)
    ]
    sizes = draw(st.integers(1, 9))
    tables: list[list[dict[str, Any]]] = []
    for _ in range(rounds):
        count = draw(st.integers(0, 6)) if draw(st.booleans()) else -(-number // sizes)
        row: list[dict[str, Any]] = []
        for at in range(count):
            low = draw(st.integers(0, sizes))
            row.append({"id": f"T{at}", "min": low, "max": draw(st.integers(low, 10))})
        tables.append(row)
    data: dict[str, Any] = {"rounds": rounds, "people": people, "tables": tables}
    data["balance"] = draw(st.booleans())
    data["min_role"] = draw(st.sampled_from([{}, {"GP": 1, "PH": 1}, {"GP": 2}]))
    if number >= 2:
        who = st.integers(0, number - 1).map(lambda at: f"p{at}")
        pair = st.tuples(who, who).filter(lambda two: two[0] != two[1]).map(list)
        data["apart"] = draw(st.lists(pair, max_size=6))
        data["together"] = draw(st.lists(pair, max_size=4))
        data["pins"] = [
            {"person": draw(who), "table": f"T{draw(st.integers(0, 6))}", "rounds": rows}
            for rows in draw(st.lists(some_rounds, max_size=5))
        ]
    if draw(st.booleans()):
        data["aims"] = [
            draw(
                st.sampled_from(
                    [
                        {},
                        {"borough": "gather"},
                        {"borough": "spread"},
                        {"stance": "spread"},
                        {"org": "spread", "borough": "gather"},
                    ]
                )
            )
            for _ in range(rounds)
        ]
    return Problem.from_json(data)
