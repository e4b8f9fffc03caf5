"""Rows of people who move together, and what is said at the end of a round: “row 3 moves on”."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

from facilitator.domain.text import counted, listed
from facilitator.mixing.plan import Plan
from facilitator.mixing.spoken import Spoken, instructions, spoken_rows
from facilitator.services.standing import Standing


@dataclass(frozen=True, slots=True)
class SpokenMoves:
    """Nothing at all where the seating cannot be spoken."""

    #: the row of each person who belongs to one, from 1
    rows: Mapping[UUID, int] = field(default_factory=dict)
    #: by the number of the round at whose end it is said, one sentence a row
    sentences: Mapping[int, tuple[str, ...]] = field(default_factory=dict)
    #: by the same, who has to be told their next table by name
    by_name: Mapping[int, tuple[UUID, ...]] = field(default_factory=dict)

    def words(self, number: int) -> str:
        """What is said at the end of a round; "" where nothing can be."""
        said = list(self.sentences.get(number, ()))
        if said and self.by_name.get(number):
            said.append("Whoever has no row looks up the next table.")
        return " ".join(said)


def spoken_moves(standing: Standing) -> SpokenMoves:
    """How people can be told to move in the mixed rounds that are not over.

    They can where these are two or more with the same tables, and most people belong to a row:
    see `facilitator.mixing.spoken`.
    """
    rounds = [r for r in standing.rounds if r.is_open and standing.is_mixed(r.id)]
    if len(rounds) < 2:
        return SpokenMoves()
    plan = Plan(
        tuple(
            {
                str(table.id): tuple(
                    str(who) for _, who in sorted(standing.at_table(one.id, table.id).items())
                )
                for table in standing.tables_of(one.id)
            }
            for one in rounds
        )
    )
    order = [str(table.id) for table in standing.tables_of(rounds[0].id)]
    rows = spoken_rows(plan, order)
    if rows is None:
        return SpokenMoves()
    said = {
        one.number: spoken
        for at, one in enumerate(rounds[:-1])
        if (spoken := instructions(plan, order, at)) is not None
    }
    return SpokenMoves(
        {UUID(who): number for number, people in enumerate(rows, start=1) for who in people},
        {number: _sentences(spoken, len(order)) for number, spoken in said.items()},
        {number: tuple(UUID(who) for who in spoken.by_name) for number, spoken in said.items()},
    )


def _sentences(spoken: Spoken, tables: int) -> tuple[str, ...]:
    """What is said of the rows, those that move alike in one sentence."""
    alike: dict[int, list[str]] = {}
    for move in spoken.moves:
        alike.setdefault(move.tables_on, []).append(str(move.row))
    return tuple(
        f"Row{'s' * (len(rows) > 1)} {listed(rows)} {_way(on, tables, len(rows) > 1)}."
        for on, rows in alike.items()
    )


def _way(on: int, tables: int, several: bool) -> str:
    """ "moves 2 tables on", "stays", and by the shorter way "moves 1 table back"."""
    if not on:
        return "stay" if several else "stays"
    back = tables - on
    far = f"{counted(on, 'table')} on" if on <= back else f"{counted(back, 'table')} back"
    return f"move{'' if several else 's'} {far}"
