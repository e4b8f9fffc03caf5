"""Presets: ways of working together, kept as TOML in `resources/templates/presets`.

A preset is a few steps, some of which repeat. Filled in, it is sessions for a programme.
"""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from importlib.resources import files

from facilitator.domain.errors import Refused
from facilitator.domain.programme import Kind, NewSession
from facilitator.domain.text import counted, fold, listed

_FOLDER = ("resources.templates", "presets")
#: nobody works in one way for longer
LONGEST = 8 * 60


@dataclass(frozen=True, slots=True)
class Step:
    """One step. `least` is the fewest minutes that make sense; `seated`: at tables, in a round."""

    session: NewSession
    least: int
    repeats: bool
    seated: bool


@dataclass(frozen=True, slots=True)
class Preset:
    """A way of working. `key` is what the command takes, `words` say what it is.

    `rotates` is "tables" where each repeat is a seating round of its own, "seats" where people
    keep one table and move along it, else empty. `hosts`: somebody stays at each table.
    """

    key: str
    name: str
    words: str
    rounds: int
    most_rounds: int
    rotates: str
    hosts: bool
    steps: tuple[Step, ...]

    @property
    def repeats(self) -> bool:
        """Whether the number of rounds may be chosen."""
        return self.most_rounds > 1

    @property
    def each(self) -> int:
        """The usual minutes of one repeat."""
        return sum(step.session.minutes for step in self.steps if step.repeats)

    def minutes(self, rounds: int) -> int:
        """The usual minutes in all."""
        return sum(s.session.minutes * (rounds if s.repeats else 1) for s in self.steps)

    def least(self, rounds: int) -> int:
        """The fewest minutes in all."""
        return sum(s.least * (rounds if s.repeats else 1) for s in self.steps)


@dataclass(frozen=True, slots=True)
class Filled:
    """The sessions of a preset, and for each its seating round, counted from 1 (0: none)."""

    sessions: tuple[NewSession, ...]
    seated: tuple[int, ...]

    @property
    def minutes(self) -> int:
        """How long it takes."""
        return sum(session.minutes for session in self.sessions)

    @property
    def rounds(self) -> int:
        """How many seating rounds it needs."""
        return max(self.seated, default=0)


def presets() -> tuple[Preset, ...]:
    """Every preset, the usual one first."""
    folder = files(_FOLDER[0]) / _FOLDER[1]
    found = [
        (tomllib.loads(entry.read_text("utf-8")), entry.name.removesuffix(".toml"))
        for entry in folder.iterdir()
        if entry.name.endswith(".toml")
    ]
    found.sort(key=lambda one: (one[0]["order"], one[1]))
    return tuple(_preset(key, content) for content, key in found)


def read_preset(key: str) -> Preset:
    """The preset with this key (or name). Refused where there is none."""
    wanted = fold(key).replace(" ", "-")
    known = presets()
    for one in known:
        if wanted in {one.key, fold(one.name).replace(" ", "-")}:
            return one
    keys = [one.key for one in known]
    raise Refused(f"There is no preset “{key}”; choose {listed(keys, 'or')}.")


def fill(
    preset: Preset,
    *,
    rounds: int | None = None,
    total: int | None = None,
    each: int | None = None,
    auto: bool = True,
) -> Filled:
    """The sessions of a preset with so many rounds, in `total` minutes or `each` minutes a round.

    `auto`: steps that end with a bell go on by themselves. Refused where that many rounds or so
    few minutes make no sense.
    """
    many = preset.rounds if rounds is None else rounds
    if not 1 <= many <= preset.most_rounds:
        raise Refused(
            f"{preset.name} has {counted(preset.most_rounds, 'round')} at most."
            if preset.repeats
            else f"{preset.name} has no rounds to choose."
        )
    if total is not None and each is not None:
        raise Refused("Choose the minutes in all or those of a round, not both.")
    steps = _in_order(preset, many)
    least = preset.least(many)
    wanted = [step.session.minutes for step, _ in steps]
    if total is not None:
        _within(total, least, f"{preset.name} with {counted(many, 'round')}", preset)
        wanted = _scaled(steps, total)
    elif each is not None:
        fewest = sum(step.least for step in preset.steps if step.repeats)
        _within(each, fewest, f"A round of {preset.name}", preset)
        repeated = [(step, 1) for step in preset.steps if step.repeats]
        of_round = iter(_scaled(repeated, each) * many)
        wanted = [next(of_round) if step.repeats else step.session.minutes for step, _ in steps]
    if sum(wanted) > LONGEST:
        raise Refused(f"{preset.name} would last {sum(wanted) // 60} hours; choose fewer minutes.")
    sessions: list[NewSession] = []
    seated: list[int] = []
    for (step, number), minutes in zip(steps, wanted, strict=True):
        of = f", round {number} of {many}" if many > 1 else ""
        title = step.session.title
        for mark, words in (("{of}", of), ("{n}", str(number)), ("{rounds}", str(many))):
            title = title.replace(mark, words)
        sessions.append(
            replace(
                step.session,
                title=title,
                minutes=minutes,
                warnings=tuple(one for one in step.session.warnings if one < minutes),
                auto=step.session.auto and auto,
            )
        )
        seated.append((number if preset.rotates == "tables" else 1) if step.seated else 0)
    return Filled(tuple(sessions), tuple(seated))


def _in_order(preset: Preset, rounds: int) -> list[tuple[Step, int]]:
    """The steps with the number of their round: repeated steps come together, round by round."""
    places = [place for place, step in enumerate(preset.steps) if step.repeats]
    if not places:
        return [(step, 1) for step in preset.steps]
    first, last = places[0], places[-1] + 1
    return [
        *((step, 1) for step in preset.steps[:first]),
        *((step, n) for n in range(1, rounds + 1) for step in preset.steps[first:last]),
        *((step, rounds) for step in preset.steps[last:]),
    ]


def _within(minutes: int, least: int, what: str, preset: Preset) -> None:
    if minutes < least:
        raise Refused(f"{what} needs {counted(least, 'minute')} at least.")
    if minutes > LONGEST:
        raise Refused(f"{preset.name} can last 8 hours at most.")


def _scaled(steps: Sequence[tuple[Step, int]], total: int) -> list[int]:
    """Whole minutes in proportion to the usual ones, none below its least, `total` in all; the
    same step has the same minutes in every round wherever they add up so."""
    weights = [step.session.minutes for step, _ in steps]
    exact = [weight * total / sum(weights) for weight in weights]
    found = [max(step.least, int(share)) for (step, _), share in zip(steps, exact, strict=True)]
    groups: dict[int, list[int]] = {}
    for place, (step, _) in enumerate(steps):
        groups.setdefault(id(step), []).append(place)
    while short := total - sum(found):
        by = 1 if short > 0 else -1
        free = [
            group for group in groups.values()
            if by > 0 or all(found[place] > steps[place][0].least for place in group)
        ]  # fmt: skip
        # All rounds alike where that many minutes are left, else a step outside the rounds.
        fitting = [group for group in free if len(group) <= abs(short)]
        if not fitting:
            fitting = [[place] for place, (step, _) in enumerate(steps)
                       if by > 0 or found[place] > step.least]  # fmt: skip
        chosen = max(fitting, key=lambda group: (by * (exact[group[0]] - found[group[0]]), group))
        for place in chosen:
            found[place] += by
    return found


def _preset(key: str, content: dict) -> Preset:  # pyright: ignore[reportMissingTypeArgument, reportUnknownParameterType]
    steps = tuple(
        Step(
            NewSession(
                title=entry["title"],
                minutes=entry["minutes"],
                kind=Kind(entry.get("kind", "talk")),
                warnings=tuple(entry["warnings"]),
                note=entry["note"],
                sound=entry.get("sound", "chime"),
                auto=entry.get("auto", False),
            ),
            entry.get("least", 1),
            entry.get("repeat", False),
            entry.get("seated", False),
        )
        for entry in content["step"]
    )
    return Preset(
        key, content["name"], content["words"], content["rounds"], content["most_rounds"],
        content.get("rotates", ""), content.get("hosts", False), steps,
    )  # fmt: skip
