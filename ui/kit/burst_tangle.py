"""Two scanners on one laptop type into each other: two tickets in one burst, told apart. No Qt.

Letters alone do not say which scanner typed which: millions of ways of dealing them out give two
tickets whose check character is right. So only tickets that somebody of this event holds count:
of eighty random bits no other one fits by chance. Where not exactly one pair of them accounts for
every character, nobody is let in, and both are scanned again.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from facilitator.domain.keyboards import read_back
from facilitator.domain.scanners import ScannerProfile, ticket_span

#: the length of a ticket
_TICKET = 26
#: how long the second scanner's rest is waited for after the first one's Enter, in milliseconds
REST_MS = 300
_PLAIN = re.compile(r"[0-9A-Z-]+")


@dataclass(frozen=True, slots=True)
class Tangle:
    """Two scanners typed into each other. `codes` are the two tickets, or none where they could
    not be told apart."""

    raw: str
    codes: tuple[str, ...] = ()


@dataclass(slots=True)
class Pending:
    """What was typed until the first scanner's Enter; the second one's rest is still to come."""

    raw: str
    stamp: float
    #: where the first Enter came
    first_end: int

    @property
    def is_told(self) -> bool:
        """Whether there were two for certain: one scanner may stutter."""
        return is_of_two(self.raw) or len(self.raw) > self.first_end

    def add(self, raw: str, stamp: float) -> None:
        """More of it."""
        self.raw, self.stamp = self.raw + raw, stamp

    def is_over(self, stamp: float) -> bool:
        """Whether nothing more of it can come at that time."""
        return stamp - self.stamp > REST_MS


def looks_tangled(raw: str, tickets: Iterable[str], profile: ScannerProfile) -> bool:
    """Whether that may be the characters of one ticket with some of another among them."""
    if not _TICKET < len(raw) <= 2 * _TICKET + 4 or ticket_span(raw, profile) is not None:
        return False
    for text in _readings(raw, profile):
        if text[0] != "F" or _PLAIN.fullmatch(text) is None or not _is_within("F1-", text):
            continue
        if is_of_two(text) or any(_is_within(one, text) for one in tickets):
            return True
    return False


def is_of_two(raw: str) -> bool:
    """Whether one ticket alone cannot have been all of it: a ticket has three hyphens."""
    return raw.count("-") > 3


def untangle(
    raw: str, first_end: int, tickets: Iterable[str], profile: ScannerProfile
) -> tuple[str, str] | None:
    """The two of `tickets` whose characters, each in its order, are all of `raw`; the one that was
    complete at `first_end` comes first. None where no pair fits, or more than one."""
    if len(raw) != 2 * _TICKET:
        return None
    known = list(tickets)
    for text in _readings(raw, profile):
        inside = [one for one in known if _is_within(one, text)]
        found = [
            (first, second)
            for place, first in enumerate(inside)
            for second in inside[place:]
            if _is_made_of(text, first, second)
        ]
        if len(found) > 1:
            return None
        if found:
            first, second = found[0]
            return (first, second) if _is_within(first, text[:first_end]) else (second, first)
    return None


def _readings(raw: str, profile: ScannerProfile) -> list[str]:
    found = [raw.upper()]
    if profile.turns_keys:
        found.append(read_back(raw, profile.scanner, profile.computer).upper())
    return found


def _is_within(part: str, text: str) -> bool:
    """Whether the characters of `part` stand in `text` in their order."""
    rest = iter(text)
    return all(one in rest for one in part)


def _is_made_of(text: str, first: str, second: str) -> bool:
    """Whether `text` is the two, each in its order, and nothing else."""
    if len(text) != len(first) + len(second):
        return False
    # how many characters of the first may have been used so far
    ways = {0}
    for place, character in enumerate(text):
        ways = {
            used + step
            for used in ways
            for step in (0, 1)
            if (
                used < len(first) and first[used] == character
                if step
                else place - used < len(second) and second[place - used] == character
            )
        }
        if not ways:
            return False
    return len(first) in ways
