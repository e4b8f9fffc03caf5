"""Sides: where someone works. Two by configuration, and a third for everybody else."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from facilitator.domain.errors import Refused

#: Shapes by position; with a letter and a colour they tell the sides apart even in greyscale.
SHAPES = ("square", "circle", "diamond")
#: What a mixing problem calls the sides, by position.
CODES = ("GP", "PH", "OT")
OTHER = "other"
#: a side's key is an option of `note hands`, which has these already
_OPTIONS = {"help", "json"}


@dataclass(frozen=True, slots=True)
class Side:
    """One side of the event. `position` is 0, 1 or 2; 2 is always the third side, `other`."""

    key: str
    name: str
    letter: str
    position: int
    #: how the third side is called where guests can read it ("guests", "sponsors")
    public_name: str = ""

    @property
    def shape(self) -> str:
        """square, circle or diamond."""
        return SHAPES[self.position]

    @property
    def code(self) -> str:
        """GP, PH or OT, as in a mixing problem."""
        return CODES[self.position]

    @property
    def shown(self) -> str:
        """The name to show in public."""
        return self.public_name or self.name

    @property
    def people(self) -> str:
        """The side as a phrase: "people from general practice", "guests"."""
        if self.position == 2:
            return (self.public_name or "other guests").lower()
        return f"people from {self.name[:1].lower()}{self.name[1:]}"


@dataclass(frozen=True, slots=True)
class Sides:
    """The three sides of one event, in order."""

    first: Side
    second: Side
    third: Side

    def __iter__(self) -> Iterator[Side]:
        return iter((self.first, self.second, self.third))

    def __getitem__(self, key: str) -> Side:
        for side in self:
            if side.key == key:
                return side
        raise KeyError(key)

    def __contains__(self, key: object) -> bool:
        return any(side.key == key for side in self)

    @property
    def keys(self) -> tuple[str, str, str]:
        """Their keys, in order."""
        return (self.first.key, self.second.key, self.third.key)

    @property
    def are_default(self) -> bool:
        """Whether these are general practice and community pharmacy."""
        return self.keys == DEFAULT_SIDES.keys

    def find(self, text: str) -> Side:
        """The side that `text` names by key, name, letter or code. Refused where none does."""
        wanted = text.strip().casefold().replace("_", "-").replace(" ", "-")
        for side in self:
            names = {side.key, side.name.casefold().replace(" ", "-"), side.letter.casefold()}
            if wanted in names | {side.code.casefold()}:
                return side
        raise Refused(f"There is no side “{text}”; use one of: " + ", ".join(self.keys) + ".")


DEFAULT_SIDES = Sides(
    Side("general-practice", "General practice", "G", 0),
    Side("community-pharmacy", "Community pharmacy", "P", 1),
    Side(OTHER, "Other", "O", 2, "Guests"),
)


def parse_sides(text: str) -> Sides:
    """Sides from "hospital=Hospital,care-home=Care home". Refused where it is not two of them."""
    parts = [part.partition("=") for part in text.split(",") if part.strip()]
    if len(parts) != 2:
        raise Refused("Name two sides, like: --sides “hospital=Hospital,care-home=Care home”.")
    found: list[Side] = []
    for position, (left, _, right) in enumerate(parts):
        key, name = left.strip().lower(), " ".join(right.split()) or left.strip()
        if not re.fullmatch(r"[a-z][a-z0-9-]{0,39}", key):
            raise Refused(
                f"“{key}” cannot be a side's key: small letters, digits and hyphens only."
            )
        if key in _OPTIONS:
            raise Refused(f"“{key}” cannot be a side's key: commands have an option of that name.")
        if key == OTHER or any(side.key == key for side in found):
            raise Refused(f"“{key}” cannot be used twice; the third side is always “other”.")
        taken = {side.letter for side in found} | {"O"}
        letters = [c for c in name.upper() if c.isalpha()] + list("ABCDEFGHIJKLMN")
        letter = next(c for c in letters if c not in taken)
        found.append(Side(key, name, letter, position))
    return Sides(found[0], found[1], DEFAULT_SIDES.third)
