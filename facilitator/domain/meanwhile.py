"""Two people edit one thing: what of both goes together, and what the second one has to decide."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from facilitator.domain.text import counted, listed

#: so many characters of what somebody else wrote stand in a sentence about it
_SHORT = 80
#: what is many
_MANY = ("the themes", "the boroughs")


@dataclass(frozen=True, slots=True)
class Difference:
    """One field that somebody else changed and that is to be changed here too.

    `words` is how the field is called inside a sentence ("the reality"). The three states are as
    they are read on a screen; empty where there was nothing.
    """

    field: str
    words: str
    was: str
    now: str
    mine: str

    @property
    def now_words(self) -> str:
        """ "the reality is now “They do”", "the evidence is now empty"."""
        if not self.now:
            return f"{self.words} {self._is} now empty"
        line = " ".join(self.now.split())
        cut = line if len(line) <= _SHORT else f"{line[: _SHORT - 1].rstrip()}…"
        return f"{self.words} {self._is} now “{cut}”"

    @property
    def _is(self) -> str:
        return "are" if self.words in _MANY else "is"


@dataclass(frozen=True, slots=True)
class Meanwhile:
    """What somebody else changed while it was being edited, the first of it being the gravest.

    `by` and `at` (in the venue's time) are of the last who did, as far as it is known. `base` is
    upon what one's own is saved again by whoever decides to keep it. `gone`: it was taken off the
    lists, whatever else was changed.
    """

    differences: tuple[Difference, ...] = ()
    by: str = ""
    at: datetime | None = None
    base: Any = field(default=None, compare=False)
    gone: bool = False

    @property
    def whose(self) -> str:
        """ "Door 2, 10:42"; empty where nothing is known of it."""
        return ", ".join(part for part in (self.by, f"{self.at:%H:%M}" if self.at else "") if part)

    @property
    def sentence(self) -> str:
        """What happened, in one sentence."""
        known = f" ({self.whose})" if self.whose else ""
        if self.gone:
            return f"Somebody removed this while you wrote{known}."
        first, *others = self.differences
        more = listed([one.words for one in others[:3]])
        if len(others) > 3:
            more = f"{counted(len(others), 'other detail')}"
        more = f", and {more} changed too" if others else ""
        return f"Somebody changed this while you wrote: {first.now_words}{known}{more}."


@dataclass(frozen=True, slots=True)
class Together:
    """Two edits of one thing brought together: what is to be written, and in which fields the two
    contradict each other (of those `values` has nothing)."""

    values: dict[str, Any]
    clashes: tuple[str, ...]


def bring_together(
    was: Mapping[str, Any], now: Mapping[str, Any], mine: Mapping[str, Any]
) -> Together:
    """What becomes of an edit that began at `was`, where it is `now` by somebody else's hand.

    A field that only one of both changed is as that one has it; of a field that `was` does not
    tell, `mine` is taken.
    """
    values: dict[str, Any] = {}
    clashes: list[str] = []
    for name, wanted in mine.items():
        begun = was.get(name, now[name])
        if wanted == begun:
            values[name] = now[name]
        elif now[name] in (begun, wanted):
            values[name] = wanted
        else:
            clashes.append(name)
    return Together(values, tuple(clashes))
