"""A mixing problem: who is here, which tables stand in each round, and what is asked of them.

The JSON is that of FORMATS.md, "A mixing problem"; everything here is frozen and can be pickled.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeGuard, cast

from facilitator.domain.errors import Refused

ROLES = ("GP", "PH", "OT")
STANCES = ("sceptic", "neutral", "enthusiast")
MOST_ROUNDS = 24
MOST_PEOPLE = 5_000


@dataclass(frozen=True, slots=True)
class Person:
    """One person. `attend` holds the rounds, from 0, that they are here for; None is all."""

    id: str
    role: str = "OT"
    borough: str = ""
    org: str = ""
    title: str = ""
    stance: str = ""
    attend: tuple[int, ...] | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """One table in one round, with the fewest and the most people that may sit at it."""

    id: str
    min: int
    max: int


@dataclass(frozen=True, slots=True)
class Pin:
    """A person who sits at one table in these rounds (a host, or a locked seat)."""

    person: str
    table: str
    rounds: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Aims:
    """What a round is for besides new faces; "" asks nothing.

    `borough` is "gather" (same or adjoining) or "spread"; `stance` and `org` are "spread".
    """

    borough: str = ""
    stance: str = ""
    org: str = ""

    def __bool__(self) -> bool:
        return bool(self.borough or self.stance or self.org)


@dataclass(frozen=True, slots=True)
class Problem:
    """Everything the engine is told. `live_from` is the next round to start, or None."""

    rounds: int
    people: tuple[Person, ...]
    tables: tuple[tuple[Table, ...], ...]
    name: str = ""
    balance: bool = True
    min_role: Mapping[str, int] = field(default_factory=lambda: {"GP": 1, "PH": 1})
    pins: tuple[Pin, ...] = ()
    apart: tuple[tuple[str, str], ...] = ()
    together: tuple[tuple[str, str], ...] = ()
    aims: tuple[Aims, ...] = ()
    live_from: int | None = None

    @staticmethod
    def from_json(data: object) -> Problem:
        """The problem that `data` describes. Refused, in one sentence, where it is malformed."""
        return _Reader(data).problem()

    def to_json(self) -> dict[str, Any]:
        """The problem as plain lists and dictionaries, ready for `json.dumps`."""
        out: dict[str, Any] = {
            "name": self.name,
            "rounds": self.rounds,
            "people": [_person_json(person) for person in self.people],
            "tables": [
                [{"id": table.id, "min": table.min, "max": table.max} for table in tables]
                for tables in self.tables
            ],
            "balance": self.balance,
            "min_role": dict(self.min_role),
            "pins": [
                {"person": pin.person, "table": pin.table, "rounds": list(pin.rounds)}
                for pin in self.pins
            ],
            "apart": [list(pair) for pair in self.apart],
            "together": [list(pair) for pair in self.together],
        }
        if self.aims:
            out["aims"] = [
                {
                    key: value
                    for key, value in (
                        ("borough", aims.borough),
                        ("stance", aims.stance),
                        ("org", aims.org),
                    )
                    if value
                }
                for aims in self.aims
            ]
        if self.live_from is not None:
            out["live"] = {"from_round": self.live_from}
        return out


def _person_json(person: Person) -> dict[str, Any]:
    out: dict[str, Any] = {"id": person.id, "role": person.role}
    for key in ("borough", "org", "title", "stance"):
        if getattr(person, key):
            out[key] = getattr(person, key)
    if person.attend is not None:
        out["attend"] = list(person.attend)
    return out


class _Reader:
    """Reads a problem key by key, and says in words what is wrong with the first bad one."""

    def __init__(self, data: object) -> None:
        if not isinstance(data, Mapping):
            raise Refused("A mixing problem is one JSON object with people, rounds and tables.")
        self.data = cast("Mapping[str, Any]", data)
        self.rounds = self._rounds()
        self.ids: set[str] = set()

    def problem(self) -> Problem:
        people = self._people()
        return Problem(
            rounds=self.rounds,
            people=people,
            tables=self._tables(),
            name=self._text(self.data, "name", "the problem"),
            balance=self._flag("balance"),
            min_role=self._min_role(),
            pins=tuple(self._pin(item, at) for at, item in enumerate(self._list("pins"), 1)),
            apart=self._pairs("apart"),
            together=self._pairs("together"),
            aims=self._aims(),
            live_from=self._live(),
        )

    def _rounds(self) -> int:
        rounds = self.data.get("rounds")
        if not _is_count(rounds) or not 1 <= rounds <= MOST_ROUNDS:
            raise Refused(
                f"“rounds” must be a whole number from 1 to {MOST_ROUNDS}, not {_shown(rounds)}."
            )
        return rounds

    def _list(self, key: str) -> Sequence[Any]:
        value = self.data.get(key, [])
        if value is None:
            return []
        if not isinstance(value, list | tuple):
            raise Refused(f"“{key}” must be a list, not {_shown(value)}.")
        return cast("Sequence[Any]", value)

    def _flag(self, key: str) -> bool:
        value = self.data.get(key, False)
        if not isinstance(value, bool):
            raise Refused(f"“{key}” must be true or false, not {_shown(value)}.")
        return value

    def _text(self, item: Mapping[str, Any], key: str, whose: str) -> str:
        value = item.get(key)
        if value is None:
            return ""
        if not isinstance(value, str):
            raise Refused(f"“{key}” of {whose} must be text, not {_shown(value)}.")
        return value

    def _object(self, value: object, what: str) -> Mapping[str, Any]:
        if not isinstance(value, Mapping):
            raise Refused(f"{what} must be an object with named values, not {_shown(value)}.")
        return cast("Mapping[str, Any]", value)

    def _some_rounds(self, value: object, whose: str) -> tuple[int, ...]:
        if not isinstance(value, list | tuple):
            raise Refused(f"The rounds of {whose} must be a list, not {_shown(value)}.")
        for one in cast("Sequence[Any]", value):
            if not _is_count(one) or not 0 <= one < self.rounds:
                raise Refused(
                    f"{whose[:1].upper()}{whose[1:]} names round {_shown(one)}; rounds are "
                    f"numbered from 0 to {self.rounds - 1}."
                )
        return tuple(sorted(set(cast("Sequence[int]", value))))

    def _people(self) -> tuple[Person, ...]:
        if "people" not in self.data:
            raise Refused("The problem has no “people”.")
        items = self._list("people")
        if len(items) > MOST_PEOPLE:
            raise Refused(f"{len(items)} people are more than the {MOST_PEOPLE} that can be mixed.")
        out: list[Person] = []
        for at, value in enumerate(items, 1):
            item = self._object(value, f"Person {at}")
            who = item.get("id")
            if not isinstance(who, str) or not who:
                raise Refused(f"Person {at} has no “id”.")
            if who in self.ids:
                raise Refused(f"Two people have the id “{who}”.")
            self.ids.add(who)
            whose = f"person “{who}”"
            role = self._text(item, "role", whose) or "OT"
            if role not in ROLES:
                raise Refused(f"The role of {whose} must be GP, PH or OT, not “{role}”.")
            attend = item.get("attend")
            out.append(
                Person(
                    id=who,
                    role=role,
                    borough=self._text(item, "borough", whose),
                    org=self._text(item, "org", whose),
                    title=self._text(item, "title", whose),
                    stance=self._text(item, "stance", whose),
                    attend=None if attend is None else self._some_rounds(attend, whose),
                )
            )
        return tuple(out)

    def _tables(self) -> tuple[tuple[Table, ...], ...]:
        rounds = self._list("tables")
        if len(rounds) != self.rounds:
            raise Refused(
                f"“tables” lists {len(rounds)} rounds, but the problem has {self.rounds}."
            )
        return tuple(self._round_tables(number, value) for number, value in enumerate(rounds))

    def _round_tables(self, number: int, value: object) -> tuple[Table, ...]:
        if not isinstance(value, list | tuple):
            raise Refused(f"The tables of round {number} must be a list, not {_shown(value)}.")
        out: list[Table] = []
        seen: set[str] = set()
        for at, one in enumerate(cast("Sequence[Any]", value), 1):
            item = self._object(one, f"Table {at} of round {number}")
            name = item.get("id")
            if not isinstance(name, str) or not name:
                raise Refused(f"Table {at} of round {number} has no “id”.")
            if name in seen:
                raise Refused(f"Round {number} has two tables “{name}”.")
            seen.add(name)
            low, high = item.get("min", 0), item.get("max")
            if not _is_count(low) or not _is_count(high) or not 0 <= low <= high:
                raise Refused(
                    f"Table “{name}” of round {number} needs a “min” and a “max” with "
                    f"0 ≤ min ≤ max, not {_shown(low)} and {_shown(high)}."
                )
            out.append(Table(name, low, high))
        return tuple(out)

    def _min_role(self) -> dict[str, int]:
        value = self._object(self.data.get("min_role") or {}, "“min_role”")
        for role, least in value.items():
            if role not in ROLES or not _is_count(least) or least < 0:
                raise Refused(
                    "“min_role” gives a whole number for GP, PH or OT, not "
                    f"{_shown(least)} for {_shown(role)}."
                )
        return dict(value)

    def _known(self, who: object, where: str) -> str:
        if not isinstance(who, str) or who not in self.ids:
            raise Refused(f"{where} names {_shown(who)}, who is not among the people.")
        return who

    def _pin(self, value: object, at: int) -> Pin:
        item = self._object(value, f"Pin {at}")
        who = self._known(item.get("person"), f"Pin {at}")
        table = item.get("table")
        if not isinstance(table, str) or not table:
            raise Refused(f"The pin of “{who}” names no table.")
        rounds = item.get("rounds")
        every = tuple(range(self.rounds))
        return Pin(
            who,
            table,
            every if rounds is None else self._some_rounds(rounds, f"the pin of “{who}”"),
        )

    def _pairs(self, key: str) -> tuple[tuple[str, str], ...]:
        out: list[tuple[str, str]] = []
        for at, value in enumerate(self._list(key), 1):
            if not isinstance(value, list | tuple) or len(cast("Sequence[Any]", value)) != 2:
                raise Refused(f"Entry {at} of “{key}” must be two people, not {_shown(value)}.")
            one, other = cast("Sequence[Any]", value)
            where = f"Entry {at} of “{key}”"
            pair = self._known(one, where), self._known(other, where)
            if pair[0] == pair[1]:
                raise Refused(f"{where} names “{pair[0]}” twice.")
            out.append(pair)
        return tuple(out)

    def _aims(self) -> tuple[Aims, ...]:
        items = self._list("aims")
        if not items:
            return ()
        if len(items) != self.rounds:
            raise Refused(f"“aims” lists {len(items)} rounds, but the problem has {self.rounds}.")
        allowed = {"borough": ("gather", "spread"), "stance": ("spread",), "org": ("spread",)}
        out: list[Aims] = []
        for number, value in enumerate(items):
            item = self._object(value or {}, f"The aims of round {number}")
            for key, words in allowed.items():
                if item.get(key) not in (None, "", *words):
                    raise Refused(
                        f"The aim “{key}” of round {number} can be "
                        f"{' or '.join(words)}, not {_shown(item[key])}."
                    )
            out.append(Aims(**{key: item.get(key) or "" for key in allowed}))
        return tuple(out)

    def _live(self) -> int | None:
        value = self.data.get("live")
        if value is None:
            return None
        start = self._object(value, "“live”").get("from_round")
        if not _is_count(start) or not 0 <= start <= self.rounds:
            raise Refused(
                f"“from_round” must be a round from 0 to {self.rounds}, not {_shown(start)}."
            )
        return start


def _is_count(value: object) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool)


def _shown(value: object) -> str:
    """A value in a sentence: short, whatever it is."""
    if value is None:
        return "nothing"
    text = f"“{value}”" if isinstance(value, str) else str(value)
    return text if len(text) <= 60 else text[:57] + "…"
