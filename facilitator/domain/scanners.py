"""What a hand scanner typed, what it meant, and what its test code tells of it.

A scanner's profile is what this laptop knows of the scanner at it: whose layout it types and onto
which, what it puts before and after a code, how it ends and how fast it is. Tickets need none:
their check character tells the right reading from all others, so that a second scanner, set
otherwise, or Caps Lock do no harm.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache
from typing import Final

from facilitator.domain.keyboards import LAYOUTS, Case, cases_of, read_back, typed_as
from facilitator.domain.ticket import TicketCheck, check_ticket

#: every character that a ticket may hold; two small letters tell Caps Lock from a scanner that
#: changes letters, and the last sign tells a UK from a US keyboard
CORE: Final = "SCANTEST-ABCDEFGHIJKLMNOPQRSTUVWXYZ-0123456789-qz"
MARK: Final = "#"
TEST_CODE: Final = CORE + MARK

_TICKET = re.compile(
    r"F1-[0-9A-Z]{4}-[0-9A-Z]{16}-[0-9A-Z](?=F1-|[^0-9A-Z-]|$)", re.IGNORECASE | re.ASCII
)
#: what a scanner puts in front to say what kind of code it was: "]Q1" of a QR code
_AIM = re.compile(r"\][A-Za-z][0-9A-Za-z]")
_PLAIN = re.compile(r"[0-9A-Za-z-]+", re.ASCII)
#: the shortest ticket, and so the least that is read in every way
_TICKET_LENGTH = 26
#: no ticket and no secret of a ticketing system has so many different characters
_MANY_KINDS = 26
#: the test code with whatever a scanner puts around it
_LONGEST_TEST = 80
#: from here on a garbled text is the test code with characters missing
_ALIKE = 0.72


@dataclass(frozen=True, slots=True)
class ScannerProfile:
    """What is known of this laptop's scanner. The layouts are empty where they agree."""

    scanner: str = ""
    computer: str = ""
    #: as they read once the layout is set right
    prefix: str = ""
    suffix: str = ""
    #: enter | tab | none; empty while nothing is known
    end: str = ""
    #: milliseconds a character; 0 where it is as fast as most
    ms: float = 0.0

    @property
    def is_usual(self) -> bool:
        """Whether there is nothing to set right."""
        return self == ScannerProfile()

    @property
    def turns_keys(self) -> bool:
        """Whether what it types must be turned into another layout."""
        return self.scanner in LAYOUTS and self.computer in LAYOUTS


USUAL: Final = ScannerProfile()


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """What the test code tells. The layouts are empty where nothing has to be turned."""

    scanner: str = ""
    computer: str = ""
    case: Case = Case.AS_IS
    prefix: str = ""
    suffix: str = ""
    #: the characters of the test code that did not arrive
    lost: str = ""

    def profile(self, end: str, ms: float) -> ScannerProfile:
        """What to keep: how it `end`s (enter, tab, none) and its milliseconds a character."""
        prefix = "" if _is_framing(self.prefix) else self.prefix
        suffix = "" if _is_framing(self.suffix) else self.suffix
        return ScannerProfile(
            self.scanner, self.computer, prefix, suffix, "" if end == "enter" else end, ms
        )


# --- reading --------------------------------------------------------------------------------------


def read_scan(raw: str, profile: ScannerProfile = USUAL) -> tuple[str, ...]:
    """The codes that a scanner meant: one, or more where it typed several tickets in one go.

    A whole ticket is found under any layout, Caps Lock and whatever stands around it; any other
    code is read as the profile says. Never empty, and never shorter than what can be known.
    """
    for text in _readings(raw, profile):
        found = tuple(m.group().upper() for m in _tickets(text))
        if found:
            return found
    plain = _unframed(raw, profile)
    if not profile.turns_keys:
        return (plain,)
    turned = _unframed(read_back(raw, profile.scanner, profile.computer), profile)
    if _PLAIN.fullmatch(plain) and not _PLAIN.fullmatch(turned):
        return (plain,)  # another scanner at this laptop, and that one is set right
    return (turned,)


def ticket_span(raw: str, profile: ScannerProfile = USUAL) -> tuple[int, int] | None:
    """Where the whole tickets in what was typed begin and end; None where there is none."""
    if len(raw) < _TICKET_LENGTH:
        return None
    for text in _readings(raw, profile):
        found = list(_tickets(text))
        if found:
            return found[0].start(), found[-1].end()
    return None


def is_code_shape(text: str) -> bool:
    """Whether that can only be a code, however slowly it comes: long, in one piece, with digits."""
    return len(text) >= 8 and " " not in text and sum(c.isdigit() for c in text) >= 3


def _tickets(text: str) -> Iterator[re.Match[str]]:
    for match in _TICKET.finditer(text):
        if check_ticket(match.group().upper(), "") is TicketCheck.OTHER_EVENT:
            yield match


def _readings(raw: str, profile: ScannerProfile) -> Iterator[str]:
    """What it may mean, likeliest first, each as long as it was typed."""
    yield raw
    if len(raw) < _TICKET_LENGTH:
        return
    if profile.turns_keys:
        yield read_back(raw, profile.scanner, profile.computer)
    for scanner, computer, case in _ways():
        yield read_back(raw, scanner, computer, case)


@lru_cache(maxsize=1)
def _ways() -> tuple[tuple[str, str, Case], ...]:
    """Every combination that types the letters of a ticket in a way of its own."""
    seen: set[str] = {CORE}
    found: list[tuple[str, str, Case]] = []
    for way in _all_ways():
        typed = typed_as(CORE, *way)
        if typed not in seen:
            seen.add(typed)
            found.append(way)
    return tuple(found)


@lru_cache(maxsize=1)
def _all_ways() -> tuple[tuple[str, str, Case], ...]:
    pairs = sorted(((s, c) for s in LAYOUTS for c in LAYOUTS), key=lambda pair: pair[0] != pair[1])
    return tuple((s, c, case) for s, c in pairs for case in cases_of(c))


def _unframed(text: str, profile: ScannerProfile) -> str:
    """Without what stands around a code; what would leave nothing stays."""
    whole = text
    text = text.strip().strip("".join(map(chr, range(32))))
    if profile.prefix and text.startswith(profile.prefix):
        text = text[len(profile.prefix) :]
    if aim := _AIM.match(text):
        text = text[aim.end() :]
        if profile.prefix and text.startswith(profile.prefix):
            text = text[len(profile.prefix) :]
    if profile.suffix and text.endswith(profile.suffix):
        text = text[: -len(profile.suffix)]
    return text or whole


def _is_framing(text: str) -> bool:
    """Whether that is taken off every scan without being told: AIM's sign, control characters."""
    visible = "".join(c for c in text if c.isprintable()).strip()
    return not visible or _AIM.fullmatch(visible) is not None


# --- the test code --------------------------------------------------------------------------------


def diagnose(raw: str, *, whole: bool = False) -> Diagnosis | None:
    """What the test code tells, however it arrived; None where that was another code.

    `whole` leaves out one that lost characters, or whose last sign may be still to come.
    """
    if len(set(raw)) < _MANY_KINDS or len(raw) > _LONGEST_TEST:
        return None
    best: tuple[int, Diagnosis] | None = None
    for way, core, mark in _expected():
        at = raw.find(core)
        if at < 0:
            continue
        score, suffix = _look_at_mark(raw[at + len(core) :], mark)
        if best is None or score > best[0]:
            best = score, _found(way, raw[:at], suffix)
    if whole:
        return best[1] if best is not None and best[0] else None
    return best[1] if best is not None else _damaged(raw)


def is_test(raw: str) -> bool:
    """Whether that is the test code, whole or not."""
    return diagnose(raw) is not None


@lru_cache(maxsize=1)
def _expected() -> tuple[tuple[tuple[str, str, Case], str, str], ...]:
    """How the test code arrives in every case, the right one first."""
    return tuple((way, typed_as(CORE, *way), typed_as(MARK, *way)) for way in _all_ways())


def _look_at_mark(rest: str, mark: str) -> tuple[int, str]:
    """How well the sign after the core fits, and what comes after it."""
    if mark and rest.startswith(mark):
        return 2, rest[len(mark) :]
    # Not every keyboard writes it: what stands in its place then says nothing.
    odd = rest[:1].isprintable() and not rest[:1].isalnum()
    return (0 if mark else 1), rest[1:] if odd else rest


def _found(way: tuple[str, str, Case], before: str, after: str, lost: str = "") -> Diagnosis:
    scanner, computer, case = way
    prefix, suffix = read_back(before, *way), read_back(after, *way)
    if scanner == computer:
        scanner = computer = ""
    return Diagnosis(scanner, computer, case, prefix, suffix, lost)


def _damaged(raw: str) -> Diagnosis | None:
    """The way that is likest, where characters are missing."""
    best: tuple[float, Diagnosis] | None = None
    for way, core, mark in _expected():
        matcher = SequenceMatcher(None, core + mark, raw, autojunk=False)
        if matcher.quick_ratio() < _ALIKE or matcher.ratio() < _ALIKE:
            continue
        if best is not None and matcher.ratio() <= best[0]:
            continue
        missing: list[str] = []
        for operation, start, end, *_ in matcher.get_opcodes():
            if operation in ("delete", "replace"):
                missing.extend(TEST_CODE[start:end])
        lost = "".join(dict.fromkeys(missing))
        best = matcher.ratio(), _found(way, "", "", lost)
    return best[1] if best is not None else None
