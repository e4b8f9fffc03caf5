"""What the Desk answers to a scan: one value for each outcome, matched exhaustively."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from facilitator.domain.people import Person


@dataclass(frozen=True, slots=True)
class _Verdict:
    """What every answer carries. `code` is what was scanned, cleaned; `at` when it was answered."""

    code: str
    at: datetime
    desk: str


@dataclass(frozen=True, slots=True)
class _About(_Verdict):
    """An answer about one person; `table` is that of the running, else of the next round."""

    person: Person
    table: str | None


@dataclass(frozen=True, slots=True)
class Welcome(_About):
    """Let in. `fact` is what Undo takes back."""

    fact: UUID

    outcome = "welcome"


@dataclass(frozen=True, slots=True)
class WelcomeBack(_About):
    """Let in again after leaving."""

    fact: UUID

    outcome = "welcome-back"


@dataclass(frozen=True, slots=True)
class AlreadyHere(_About):
    """Was let in before: `first_desk` and `since` are of the answer that did."""

    first_desk: str
    since: datetime

    outcome = "already-here"


@dataclass(frozen=True, slots=True)
class Cancelled(_About):
    """On the list, but cancelled; `call` is whom to call."""

    call: str

    outcome = "cancelled"


@dataclass(frozen=True, slots=True)
class OtherEvent(_Verdict):
    """A sound ticket of another event."""

    call: str

    outcome = "other-event"


@dataclass(frozen=True, slots=True)
class Misread(_Verdict):
    """One of our tickets with a character wrong: scan again."""

    outcome = "misread"


@dataclass(frozen=True, slots=True)
class Unknown(_Verdict):
    """Nobody holds this code; `spare`: it is a spare badge of ours that waits for somebody."""

    call: str
    spare: bool = False

    outcome = "unknown"


@dataclass(frozen=True, slots=True)
class Ambiguous(_Verdict):
    """A code that a list brought along fits several people: nothing was recorded."""

    people: tuple[Person, ...]

    outcome = "ambiguous"


Verdict = (
    Welcome | WelcomeBack | AlreadyHere | Cancelled | OtherEvent | Misread | Unknown | Ambiguous
)
