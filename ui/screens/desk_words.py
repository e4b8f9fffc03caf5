"""A verdict in words, mood, sound and what the screen reader says. Pure: no widget here."""

from __future__ import annotations

from dataclasses import dataclass

from facilitator.domain.people import Person
from facilitator.domain.text import counted
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
    """Everything that the card shows. `mood` names the ground: welcome, careful, stop, misread.

    No two states share an icon, a word or a sound.
    """

    #: which state: an outcome of `scan`, or "twice"; it names the sound too
    state: str
    mood: str
    icon: str
    word: str
    person: Person | None = None
    table: str | None = None
    #: what happened, in a strong line
    fact: str = ""
    #: what to do next
    then: str = ""
    #: the acts that can be true next: again, returned, second, walk-in, after-all
    acts: tuple[str, ...] = ()
    #: of whom one is to be chosen
    choices: tuple[Person, ...] = ()
    #: what was scanned, cleaned
    code: str = ""

    @property
    def admits(self) -> bool:
        """Whether somebody was let in just now."""
        return self.state in {"welcome", "welcome-back"}

    @property
    def waits(self) -> bool:
        """Whether the card asks for a decision, and so stays longer."""
        return bool(self.choices) or "after-all" in self.acts

    @property
    def spoken(self) -> str:
        """What a screen reader says: the state first; then what must be said or done now."""
        person = self.person
        parts = [self.word]
        if person is not None:
            parts.append(person.full_name)
        if self.table:
            parts.append(f"Table {self.table}")
        parts += [self.fact, self.then]
        if person is not None and self.admits:
            parts += [f"Say: {person.attention}" if person.attention else ""]
            parts += [f"Access: {person.access}" if person.access else ""]
        return ". ".join(part.rstrip(".") for part in parts if part)


def words(verdict: Verdict, event: Event, *, seated: bool = False) -> VerdictWords:
    """The words for a verdict, exhaustively. `seated`: people here have tables, so that somebody
    without one is told whom to ask."""
    match verdict:
        case Welcome(person=person, table=table) | WelcomeBack(person=person, table=table):
            back = isinstance(verdict, WelcomeBack)
            missing = seated and not table
            return VerdictWords(
                "welcome-back" if back else "welcome", "welcome",
                "arrow-circle-left-fill" if back else "check-circle-fill",
                "Welcome back" if back else "Welcome", person, table,
                "No table yet." if missing else "",
                f"Ask {event.call} for a seat." if missing else "",
            )  # fmt: skip
        case AlreadyHere():
            return _already(verdict, event)
        case Cancelled(person=person, call=call):
            return VerdictWords(
                "cancelled", "stop", "warning-octagon-fill", "Cancelled", person, None,
                "This place was given back.", f"Call {call}. Please take a seat for a moment.",
                ("after-all",),
            )  # fmt: skip
        case OtherEvent(call=call):
            return VerdictWords(
                "other-event", "stop", "calendar-x-fill", "Another event",
                fact="This ticket is for another day.",
                then=f"Type the name: they may be on this list too. If not, call {call}.",
            )  # fmt: skip
        case Misread():
            return VerdictWords(
                "misread", "misread", "qr-code", "Scan again",
                fact="One character was misread.",
                then="Nobody was judged. Hold it still and flat, or type the name.",
            )  # fmt: skip
        case Unknown(spare=True, code=code):
            return VerdictWords(
                "unknown", "careful", "identification-badge-fill", "A spare badge",
                fact="A spare badge: who is it for?",
                then="Add them as a walk-in: the badge is then theirs. Nothing is recorded yet.",
                acts=("walk-in",), code=code,
            )  # fmt: skip
        case Unknown(call=call, code=code):
            return VerdictWords(
                "unknown", "careful", "question-fill", "Not on the list",
                fact=f"Nobody holds the code {_short(code)}.",
                then=f"Type the name. If they are not found, add a walk-in, or call {call}.",
                acts=("walk-in",), code=code,
            )  # fmt: skip
        case Ambiguous(people=people, code=code):
            return VerdictWords(
                "ambiguous", "careful", "users-fill", "Which one?",
                fact=f"{counted(len(people), 'person', 'people')} share this code: ask the name.",
                then="Press a number or an arrow, then Enter. Nothing is recorded yet.",
                choices=people, code=code,
            )  # fmt: skip


def _short(code: str) -> str:
    return f"“{code}”" if len(code) <= 24 else f"“{code[:24]}…”"


def _already(verdict: AlreadyHere, event: Event) -> VerdictWords:
    person, table = verdict.person, verdict.table
    seconds = (verdict.at - verdict.since).total_seconds()
    if verdict.desk == verdict.first_desk and 0 <= seconds <= CALM_SECONDS:
        return VerdictWords(
            "twice", "welcome", "number-circle-two-fill", "Scanned twice", person, table,
            "Counted once: nothing to do.",
        )  # fmt: skip
    at = f", at {verdict.first_desk}" if verdict.first_desk else ""
    since = event.local(verdict.since)
    fact = f"Came in at {since:%H:%M}{at}: {ago(seconds)}."
    return VerdictWords(
        "already-here", "careful", "warning-fill", "Already here", person, table, fact,
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


def last_line(shown: VerdictWords) -> str:
    """What is left of a verdict after six seconds, so that nobody takes it for the next guest's.
    How long ago it was stands beside it."""
    who = shown.person.full_name if shown.person else shown.word
    table = f", table {shown.table}" if shown.table else ""
    state = f" ({shown.word.lower()})" if shown.person and not shown.admits else ""
    return f"Last: {who}{state}{table}"
