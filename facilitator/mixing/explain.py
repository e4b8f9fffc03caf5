"""Which wishes a plan breaks, and why: faults and contradictions in plain sentences."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from facilitator.domain.text import counted, listed
from facilitator.mixing.problem import ROLES
from facilitator.mixing.room import Room, Seating, band

_ROLE_WORDS = {
    "GP": ("a GP", "GP", "GPs"),
    "PH": ("a pharmacist", "pharmacist", "pharmacists"),
    "OT": ("another guest", "other guest", "other guests"),
}


@dataclass(frozen=True, slots=True)
class BrokenWish:
    """One wish or rule that the plan does not keep.

    `kind` is pin, apart, together, role, size, balance or unseated; `people` are ids; `rounds`
    count from 0. `text` holds the sentence with {0}, {1} for the people and {table}, {other} for
    tables. `contradiction` says that no plan could have kept it beside the others.
    """

    kind: str
    people: tuple[str, ...] = ()
    table: str | None = None
    rounds: tuple[int, ...] = ()
    text: str = ""
    other_table: str | None = None
    contradiction: bool = False

    @property
    def round(self) -> int | None:
        """The first round in which it is broken, from 0."""
        return self.rounds[0] if self.rounds else None

    def sentence(
        self,
        name: Callable[[str], str] = str,
        table: Callable[[str], str] = str,
    ) -> str:
        """The sentence for a person to read; `name` and `table` turn ids into what is shown."""
        # Not str.format: a name may hold braces, and must not be read again.
        words = {"table": self.table, "other": self.other_table}

        def word(found: re.Match[str]) -> str:
            key = found.group(1)
            if key in words:
                return table(words[key] or "")
            return name(self.people[int(key)])

        return re.sub(r"\{(0|1|table|other)\}", word, self.text)


def in_rounds(rounds: tuple[int, ...], total: int) -> str:
    """ "in round 2", "in rounds 1 and 3" (counted from 1), or "" where it is every round."""
    if len(rounds) == total:
        return ""
    words = [str(number + 1) for number in rounds]
    return f" in round{'s' if len(words) > 1 else ''} {listed(words)}"


def broken_wishes(room: Room, seating: Seating, start: int = 0) -> tuple[BrokenWish, ...]:
    """Everything that the seating does not keep from round `start` on, the worst first."""
    return _Explainer(room, seating, start).all()


class _Explainer:
    def __init__(self, room: Room, seating: Seating, start: int) -> None:
        self.room = room
        self.seating = seating
        self.rounds = range(start, room.rounds)
        self.components = _components(room)

    def all(self) -> tuple[BrokenWish, ...]:
        return (
            *self._unseated(),
            *self._sizes(),
            *self._roles(),
            *self._pins(),
            *self._apart(),
            *self._together(),
            *self._balance(),
        )

    def _where(self, rounds: tuple[int, ...]) -> str:
        return in_rounds(rounds, self.room.rounds)

    def _id(self, r: int, table: int) -> str:
        return self.room.tables[r][table].id

    def _unseated(self) -> list[BrokenWish]:
        room = self.room
        out: dict[int, list[int]] = {}
        for r in self.rounds:
            for p, rounds in enumerate(room.attends):
                if r in rounds and self.seating[r][p] < 0:
                    out.setdefault(p, []).append(r)
        return [
            BrokenWish(
                "unseated",
                (room.ids[p],),
                None,
                tuple(rounds),
                "There is no seat for {0}" + self._where(tuple(rounds)) + ": the tables are full.",
                contradiction=True,
            )
            for p, rounds in out.items()
        ]

    def _load(self, r: int) -> list[int]:
        load = [0] * self.room.g[r]
        for table in self.seating[r]:
            if table >= 0:
                load[table] += 1
        return load

    def _sizes(self) -> list[BrokenWish]:
        room = self.room
        out: list[BrokenWish] = []
        for r in self.rounds:
            load, tables, where = self._load(r), room.tables[r], self._where((r,))
            here = sum(load)
            if here < sum(t.min for t in tables):
                short = [t.id for t, size in zip(tables, load, strict=True) if size < t.min]
                out.append(
                    BrokenWish(
                        "size",
                        (),
                        short[0] if short else None,
                        (r,),
                        f"{counted(here, 'person', 'people')} are too few for "
                        f"{counted(len(tables), 'table')}{where}: "
                        f"{counted(len(short), 'table')} will have fewer than wanted.",
                        contradiction=True,
                    )
                )
                continue
            for table, size in zip(tables, load, strict=True):
                if not table.min <= size <= table.max:
                    wanted = (
                        str(table.max) if table.min == table.max else f"{table.min} to {table.max}"
                    )
                    out.append(
                        BrokenWish(
                            "size",
                            (),
                            table.id,
                            (r,),
                            f"Table {{table}} has {counted(size, 'person', 'people')}{where}, "
                            f"and should have {wanted}.",
                        )
                    )
        return out

    def _roles(self) -> list[BrokenWish]:
        room = self.room
        out: list[BrokenWish] = []
        for r in self.rounds:
            where = self._where((r,))
            counts = self._role_counts(r)
            for role, least in enumerate(room.least):
                one, single, many = _ROLE_WORDS[ROLES[role]]
                lacking = [t for t in range(room.g[r]) if counts[t][role] < least]
                if not lacking:
                    continue
                there = room.counts[r][role]
                if there < least * room.g[r]:
                    tables = counted(room.g[r], "table")
                    text = (
                        f"There is no {single} in the room{where}, so no table has one."
                        if not there
                        else f"{counted(there, single, many)} cannot be at {tables}{where}: "
                        f"{counted(len(lacking), 'table')} will have "
                        f"{'none' if least == 1 else f'fewer than {least}'}."
                    )
                    out.append(BrokenWish("role", (), None, (r,), text, contradiction=True))
                    continue
                out.extend(
                    BrokenWish(
                        "role",
                        (),
                        self._id(r, table),
                        (r,),
                        f"Table {{table}} has no {single}{where}; swap in {one}."
                        if not counts[table][role]
                        else f"Table {{table}} has only "
                        f"{counted(counts[table][role], single, many)}{where}.",
                    )
                    for table in lacking
                )
        return out

    def _role_counts(self, r: int) -> list[list[int]]:
        counts = [[0, 0, 0] for _ in range(self.room.g[r])]
        for person, table in enumerate(self.seating[r]):
            if table >= 0:
                counts[table][self.room.role[person]] += 1
        return counts

    def _pins(self) -> list[BrokenWish]:
        room = self.room
        lost: dict[tuple[int, str, str], list[int]] = {}
        for person, table, r, kept in room.lost_pins:
            if r in self.rounds:
                lost.setdefault((person, table, kept), []).append(r)
        out: list[BrokenWish] = []
        for (person, table, kept), rounds in lost.items():
            where = self._where(tuple(rounds))
            if not kept:
                text = "{0} is pinned to table {table}, which is not there" + where + "."
            elif kept == table:
                text = "More people are pinned to table {table} than it seats" + where + ": {0}."
            else:
                text = "{0} is pinned to table {other} and to table {table}" + where + "."
            out.append(
                BrokenWish(
                    "pin", (room.ids[person],), table, tuple(rounds), text, kept or None, True
                )
            )
        missed: dict[tuple[int, str], list[int]] = {}
        for r in self.rounds:
            for person, table in room.pin[r].items():
                if self.seating[r][person] not in (table, -1):
                    missed.setdefault((person, self._id(r, table)), []).append(r)
        out.extend(
            BrokenWish(
                "pin",
                (room.ids[person],),
                table,
                tuple(rounds),
                "{0} is pinned to table {table} but sits elsewhere"
                + self._where(tuple(rounds))
                + ".",
            )
            for (person, table), rounds in missed.items()
        )
        return out

    def _apart(self) -> list[BrokenWish]:
        room, seating = self.room, self.seating
        out: list[BrokenWish] = []
        for a, b in room.apart_pairs:
            rounds = tuple(
                r for r in self.rounds if seating[r][a] >= 0 and seating[r][a] == seating[r][b]
            )
            if not rounds:
                continue
            r = rounds[0]
            table = self._id(r, seating[r][a])
            where = self._where(rounds)
            contradiction = True
            if room.pin[r].get(a, -1) == room.pin[r].get(b, -2):
                text = (
                    "{0} is pinned to table {table} and must be apart from {1}, who is pinned "
                    "there too" + where + "."
                )
            elif room.together[a] >> b & 1:
                text = "{0} and {1} are to sit together and to sit apart; they sit together"
                text += where + "."
            elif self.components[a] == self.components[b]:
                text = (
                    "{0} and {1} must be apart, but both must sit with the same people; they share "
                    "a table" + where + "."
                )
            elif room.g[r] == 1:
                text = "{0} and {1} must be apart, but there is only one table" + where + "."
            else:
                contradiction = False
                text = "{0} and {1} must be apart, but share table {table}" + where + "."
            out.append(
                BrokenWish(
                    "apart",
                    (room.ids[a], room.ids[b]),
                    table,
                    rounds,
                    text,
                    contradiction=contradiction,
                )
            )
        return out

    def _together(self) -> list[BrokenWish]:
        room, seating = self.room, self.seating
        out: list[BrokenWish] = []
        for a, b in room.together_pairs:
            rounds = tuple(
                r
                for r in self.rounds
                if r in room.attends[a] and r in room.attends[b] and seating[r][a] != seating[r][b]
            )
            if not rounds:
                continue
            r = rounds[0]
            where = self._where(rounds)
            one, other = room.pin[r].get(a, -1), room.pin[r].get(b, -1)
            table = second = None
            contradiction = True
            size = sum(
                root == self.components[a] and r in room.attends[p]
                for p, root in enumerate(self.components)
            )
            if one >= 0 and other >= 0 and one != other:
                table, second = self._id(r, one), self._id(r, other)
                text = (
                    "{0} is pinned to table {table} and must be together with {1}, who is pinned "
                    "to table {other}" + where + "."
                )
            elif room.apart[a] >> b & 1:
                text = "{0} and {1} are to sit together and to sit apart; they sit apart"
                text += where + "."
            elif -1 in (seating[r][a], seating[r][b]):
                text = "{0} and {1} are to sit together, but there is no seat for one of them"
                text += where + "."
            elif size > max((t.max for t in room.tables[r]), default=0):
                text = (
                    f"{{0}} and {{1}} belong to {size} people who are to sit together, and no "
                    f"table seats so many{where}."
                )
            else:
                contradiction = False
                text = "{0} and {1} are to sit together, but do not" + where + "."
            out.append(
                BrokenWish(
                    "together",
                    (room.ids[a], room.ids[b]),
                    table,
                    rounds,
                    text,
                    second,
                    contradiction,
                )
            )
        return out

    def _balance(self) -> list[BrokenWish]:
        room = self.room
        if not room.problem.balance:
            return []
        out: list[BrokenWish] = []
        for r in self.rounds:
            here = sum(room.come[r])
            for table, counts in enumerate(self._role_counts(r)):
                size = sum(counts)
                bands = band(size, here, room.come[r], room.least, balance=True)
                off = [
                    f"{counted(number, *_ROLE_WORDS[ROLES[role]][1:])} for "
                    + (str(low) if low == high else f"{low} or {high}")
                    for role, (number, (low, high)) in enumerate(zip(counts, bands, strict=True))
                    if number > high or room.least[role] <= number < low
                ]
                if off:
                    out.append(
                        BrokenWish(
                            "balance",
                            (),
                            self._id(r, table),
                            (r,),
                            f"Table {{table}} is out of balance{self._where((r,))}: {listed(off)}.",
                        )
                    )
        return out


def _components(room: Room) -> list[int]:
    """For each person the first of those whom the together wishes tie them to."""
    root = list(range(room.n))
    changed = True
    while changed:
        changed = False
        for a, b in room.together_pairs:
            low = min(root[a], root[b])
            if root[a] != low or root[b] != low:
                root[a] = root[b] = low
                changed = True
    return root
