"""A verdict in words, mood, sound and what the screen reader says. Pure: no widget here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from facilitator.domain.people import Person
from facilitator.domain.text import counted, listed
from facilitator.domain.verdicts import (
    AlreadyHere,
    Ambiguous,
    Cancelled,
    Misread,
    OtherEvent,
    Unknown,
    Verdict,
    Welcome,
    WelcomeBack,
)
from facilitator.services.events import Event

#: the same code at the same desk within so many seconds is one person held under the scanner
CALM_SECONDS = 10


@dataclass(frozen=True, slots=True)
class VerdictWords:
    """Everything that the card shows. `mood` names ground and sound: welcome, careful, stop,
    misread."""

    mood: str
    icon: str
    word: str
    person: Person | None = None
    table: str | None = None
    #: what happened, in a strong line
    fact: str = ""
    #: what to do next
    then: str = ""
    #: the acts that can be true next: again, returned, second, after-all
    acts: tuple[str, ...] = ()

    @property
    def spoken(self) -> str:
        """What a screen reader says: the state first."""
        name = self.person.full_name if self.person else ""
        table = f"Table {self.table}" if self.table else ""
        return ". ".join(part for part in (self.word, name, table, self.fact, self.then) if part)


def words(verdict: Verdict, event: Event) -> VerdictWords:
    """The words for a verdict, exhaustively."""
    match verdict:
        case Welcome(person=person, table=table):
            return VerdictWords("welcome", "check-circle-fill", "Welcome", person, table)
        case WelcomeBack(person=person, table=table):
            return VerdictWords("welcome", "check-circle-fill", "Welcome back", person, table)
        case AlreadyHere():
            return _already(verdict, event)
        case Cancelled(person=person, call=call):
            return VerdictWords(
                "stop", "warning-octagon-fill", "Cancelled", person, None,
                "This place was given back.", f"Call {call}. Please take a seat for a moment.",
                ("after-all",),
            )  # fmt: skip
        case OtherEvent(call=call):
            return VerdictWords(
                "stop", "warning-octagon-fill", "Another event",
                fact="This ticket is for another day.",
                then=f"Search by name, or call {call}.",
            )  # fmt: skip
        case Misread():
            return VerdictWords(
                "misread", "qr-code", "Scan again",
                fact="One character was misread.", then="Nobody was judged. Hold it still.",
            )  # fmt: skip
        case Unknown(call=call):
            return VerdictWords(
                "careful", "question-fill", "Not on the list",
                fact="Nobody holds this code.",
                then=f"Search by name, add a walk-in (F2), or call {call}.",
            )  # fmt: skip
        case Ambiguous(people=people):
            names = listed([p.full_name for p in people[:4]])
            return VerdictWords(
                "careful", "users-fill", "Which one?",
                fact=f"This code is on the list for {names}.",
                then="Nothing was recorded. Type the name.",
            )  # fmt: skip


def _already(verdict: AlreadyHere, event: Event) -> VerdictWords:
    person, table = verdict.person, verdict.table
    seconds = (verdict.at - verdict.since).total_seconds()
    if verdict.desk == verdict.first_desk and 0 <= seconds <= CALM_SECONDS:
        return VerdictWords(
            "welcome", "check-circle-fill", "Welcome", person, table,
            "Scanned twice, counted once.",
        )  # fmt: skip
    at = f", at {verdict.first_desk}" if verdict.first_desk else ""
    since = event.local(verdict.since)
    fact = f"Came in at {since:%H:%M}{at}: {ago(seconds)}."
    return VerdictWords(
        "careful", "warning-fill", "Already here", person, table, fact,
        "Nothing to do: counted once. Table and badge stay as they are.",
        ("again", "returned", "second"),
    )  # fmt: skip


def ago(seconds: float) -> str:
    """ "20 seconds ago", "21 minutes ago", "2 hours ago"."""
    whole = max(int(seconds), 0)
    if whole < 60:
        return f"{counted(whole, 'second')} ago"
    if whole < 3600:
        return f"{counted(whole // 60, 'minute')} ago"
    return f"{counted(whole // 3600, 'hour')} ago"


def role_line(person: Person) -> str:
    """ "Community pharmacist, front line"."""
    return ", ".join(part for part in (person.role, person.line) if part)


def place_line(person: Person) -> str:
    """ "Camberwell Green Pharmacy · Southwark"."""
    return " · ".join(part for part in (person.organisation, person.borough) if part)


def last_line(shown: VerdictWords, at: datetime, now: datetime) -> str:
    """What is left of a verdict after six seconds, so that nobody takes it for the next guest's."""
    who = shown.person.full_name if shown.person else shown.word
    table = f", table {shown.table}" if shown.table else ""
    state = "" if shown.mood == "welcome" else f" ({shown.word.lower()})" if shown.person else ""
    return f"Last: {who}{state}{table}, {ago((now - at).total_seconds())}"
