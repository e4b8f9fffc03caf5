"""What the scanner's test code tells, in words that a receptionist can act on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from facilitator.domain.keyboards import NAMES, Case
from facilitator.domain.scanners import ScannerProfile
from facilitator.domain.text import counted
from ui.kit import Message, ScannerTest

#: a character slower than this, in milliseconds, is told apart from the scanners that are usual
SLOW_MS = 35
#: how a finding stands → icon and tone
STATES = {
    "right": ("check-circle-fill", "good"),
    "set": ("wrench", "ink"),
    "note": ("info", "ink"),
    "you": ("warning-fill", "attention"),
}
_CONTROLS = {"\x01": "SOH", "\x02": "STX", "\x03": "ETX", "\x04": "EOT", "\x1d": "GS"}
_TICKET_CHARACTERS = 27


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at. `state`: right, set (by us), note, or you (to do)."""

    state: str
    word: str
    sentence: str


def findings(test: ScannerTest) -> list[Finding]:
    """Everything that was looked at, what is still to do first."""
    every = [_lost(test), _keyboard(test), _letters(test), _end(test), _around(test), _speed(test)]
    order = ["you", "set", "note", "right"]
    return sorted((one for one in every if one), key=lambda one: order.index(one.state))


def headline(found: list[Finding]) -> tuple[str, str]:
    """How it stands in a few words, and the state whose icon goes with it."""
    states = {one.state for one in found}
    if any(one.word == "Lost" for one in found):
        return "Characters were lost", "you"
    if "set" in states:
        return "Set right: the scanner works here now", "set"
    return "The scanner works", "right"


def kept_words(profile: ScannerProfile) -> str:
    """What this laptop keeps of its scanner, in one line; empty for nothing."""
    parts = []
    if profile.turns_keys:
        parts.append(f"{NAMES[profile.scanner]} to {NAMES[profile.computer]} keyboard")
    if profile.prefix:
        parts.append(f"“{profile.prefix}” in front")
    if profile.suffix:
        parts.append(f"“{profile.suffix}” behind")
    if profile.end:
        parts.append({"tab": "Tab at the end", "none": "no Enter"}.get(profile.end, profile.end))
    if profile.ms:
        parts.append(f"{profile.ms:.0f} milliseconds a character")
    return f"Kept on this laptop: {', '.join(parts)}." if parts else ""


def short_message(
    test: ScannerTest, kept: ScannerProfile, check: Callable[[], Any] | None = None
) -> Message:
    """One sentence for whoever scanned the test code while something else was in sight."""
    found = test.found
    if found.lost:
        return Message("careful", "Of the scanner’s test code, characters were lost.",
                       "Check it", check)  # fmt: skip
    if (test.profile.scanner, test.profile.computer) != (kept.scanner, kept.computer) or (
        test.profile.prefix, test.profile.suffix, test.profile.end
    ) != (kept.prefix, kept.suffix, kept.end):  # fmt: skip
        return Message("careful", "The scanner and this laptop do not agree yet.",
                       "Check it", check)  # fmt: skip
    if found.case in (Case.CAPS, Case.SHIFT_LOCK):
        return Message("info", "The scanner works. Caps Lock is on.", seconds=8)
    return Message("done", "The scanner works. That was its test code.", seconds=8)


def _lost(test: ScannerTest) -> Finding | None:
    lost = test.found.lost
    if not lost:
        return None
    if set("0123456789") <= set(lost):
        return Finding("you", "Lost", "No digit arrived. Press Num Lock, then scan again; or set "
                       "the scanner not to use the number pad.")  # fmt: skip
    shown = " ".join(lost[:8]) + (" …" if len(lost) > 8 else "")
    return Finding(
        "you", "Lost", f"These did not arrive: {shown}. Nothing here can bring them back: set the "
        "scanner’s delay between characters to 5 milliseconds or more, then scan again.",
    )  # fmt: skip


def _keyboard(test: ScannerTest) -> Finding:
    scanner, computer = test.found.scanner, test.found.computer
    if not scanner:
        return Finding("right", "Keyboard", "Letters, digits and hyphens arrive as printed.")
    pair = f"The scanner types as on a {NAMES[scanner]} keyboard, this laptop has a "
    if {scanner, computer} == {"uk", "us"}:
        return Finding("set", "Keyboard", f"{pair}{NAMES[computer]} one. Tickets are alike on "
                       "both; the other signs are turned back from now on.")  # fmt: skip
    return Finding("set", "Keyboard", f"{pair}{NAMES[computer]} one. From now on, what it types is "
                   "turned back.")  # fmt: skip


def _letters(test: ScannerTest) -> Finding:
    match test.found.case:
        case Case.AS_IS:
            return Finding("right", "Letters", "Capital and small letters arrive as printed.")
        case Case.CAPS | Case.SHIFT_LOCK:
            return Finding("you", "Caps Lock", "Caps Lock is on. Tickets are read all the same; "
                           "switch it off before you type names.")  # fmt: skip
        case Case.LOWER | Case.UPPER:
            kind = "small" if test.found.case is Case.LOWER else "capital"
            return Finding("note", "Letters", f"The scanner makes all letters {kind}. Tickets and "
                           "codes are found all the same.")  # fmt: skip


def _end(test: ScannerTest) -> Finding:
    if test.end == "tab":
        return Finding("right", "Ending", "Tab ends each code. That works as well as Enter.")
    if test.end == "none":
        return Finding("set", "No Enter", "Nothing ends a code. From now on a short pause does; "
                       "surer: set the scanner to send Enter (CR) at the end.")  # fmt: skip
    return Finding("right", "Ending", "Enter ends each code.")


def _around(test: ScannerTest) -> Finding:
    before, after = test.found.prefix, test.found.suffix
    parts = [f"{_spoken(before)} in front"] if before else []
    parts += [f"{_spoken(after)} behind"] if after else []
    if not parts:
        return Finding("right", "Around it", "Nothing is put before or after a code.")
    kept = test.profile
    state = "set" if kept.prefix or kept.suffix else "note"
    return Finding(state, "Around it", f"The scanner puts {' and '.join(parts)}. It is taken off.")


def _speed(test: ScannerTest) -> Finding:
    if test.ms <= SLOW_MS:
        return Finding("right", "Speed", f"{_milliseconds(test.ms)} a character.")
    seconds = test.ms * _TICKET_CHARACTERS / 1000
    return Finding("set", "Slow", f"{test.ms:.0f} milliseconds a character: {seconds:.1f} seconds "
                   "a ticket. This laptop now waits for it; a shorter delay between characters, "
                   "set on the scanner, is faster.")  # fmt: skip


def _milliseconds(ms: float) -> str:
    return counted(max(round(ms), 1), "millisecond")


def _spoken(text: str) -> str:
    """A prefix as it can be read: “]Q1”, STX."""
    visible = "".join(c for c in text if c.isprintable())
    names = [_CONTROLS.get(c, "a control character") for c in text if not c.isprintable()]
    return " and ".join([*dict.fromkeys(names), *([f"“{visible}”"] if visible else [])])
