"""A plan: who sits where, round by round."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from facilitator.domain.errors import Refused


@dataclass(frozen=True, slots=True)
class Plan:
    """For each round the people of each table, and those for whom there were no seats."""

    rounds: tuple[Mapping[str, tuple[str, ...]], ...]
    unseated: tuple[tuple[str, ...], ...] = ()

    @staticmethod
    def from_json(data: object) -> Plan:
        """The plan that `data` holds. Refused, in one sentence, where it is malformed."""
        if not isinstance(data, Mapping) or not isinstance(data.get("rounds"), list | tuple):
            raise Refused("A plan is one JSON object with a list of “rounds”.")
        given = cast("Mapping[str, Any]", data)
        rounds: list[dict[str, tuple[str, ...]]] = []
        for number, value in enumerate(cast("Sequence[Any]", given["rounds"])):
            if not isinstance(value, Mapping):
                raise Refused(f"Round {number} of the plan must name its tables.")
            tables = cast("Mapping[str, Any]", value)
            rounds.append(
                {
                    table: _ids(people, f"Table “{table}” of round {number}")
                    for table, people in tables.items()
                }
            )
        left = given.get("unseated") or [[] for _ in rounds]
        if not isinstance(left, list | tuple) or len(cast("Sequence[Any]", left)) != len(rounds):
            raise Refused("“unseated” must be a list with one entry a round.")
        return Plan(
            tuple(rounds),
            tuple(
                _ids(people, f"“unseated” of round {number}")
                for number, people in enumerate(cast("Sequence[Any]", left))
            ),
        )

    def to_json(self) -> dict[str, Any]:
        """The plan as plain lists and dictionaries, ready for `json.dumps`."""
        return {
            "rounds": [
                {table: list(people) for table, people in tables.items()} for tables in self.rounds
            ],
            "unseated": [list(people) for people in self.unseated],
        }

    def where(self, round_number: int) -> dict[str, str]:
        """The table of each person seated in the round, by person id."""
        return {
            person: table
            for table, people in self.rounds[round_number].items()
            for person in people
        }


def _ids(value: object, where: str) -> tuple[str, ...]:
    if not isinstance(value, list | tuple):
        raise Refused(f"{where} must be a list of people.")
    people = tuple(cast("Sequence[Any]", value))
    if not all(isinstance(person, str) for person in people):
        raise Refused(f"{where} must name people by their ids.")
    return people
