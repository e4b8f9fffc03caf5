"""What the kiosk says to the guest who stands before it. Pure: no widget here.

A guest reads their first name and table, and nothing about anybody else: no organisation, no diet
or attention, not when or where a code was used before, not that somebody's place was cancelled.
"""

from __future__ import annotations

from dataclasses import dataclass

from facilitator.domain.people import Person
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
from ui.screens.desk_words import CALM_SECONDS


@dataclass(frozen=True, slots=True)
class KioskWords:
    """What stands on the face. `mood` names the ground: welcome, careful or misread; `sound` the
    sound. `name` is what somebody typed on a list: plain text."""

    mood: str
    icon: str
    sound: str
    word: str
    name: str = ""
    table: str = ""
    then: str = ""

    @property
    def spoken(self) -> str:
        """What a screen reader says."""
        table = f"Table {self.table}" if self.table else ""
        parts = (self.word, self.name, table, self.then)
        return ". ".join(part.rstrip(".") for part in parts if part)


def kiosk_words(verdict: Verdict, event: Event) -> KioskWords:
    """The words for a verdict, exhaustively."""
    match verdict:
        case Welcome(person=person, table=table):
            return _welcome("Welcome", "welcome", person, table)
        case WelcomeBack(person=person, table=table):
            return _welcome("Welcome back", "welcome-back", person, table)
        case AlreadyHere(person=person, table=table):
            seconds = (verdict.at - verdict.since).total_seconds()
            if verdict.desk == verdict.first_desk and 0 <= seconds <= CALM_SECONDS:
                # The badge is still held to the camera.
                return _welcome("Welcome", "twice", person, table)
            return KioskWords(
                "welcome", "check-circle-fill", "twice", "You are already checked in",
                first_name(person), table or "",
            )  # fmt: skip
        case Misread():
            return KioskWords(
                "misread", "qr-code", "misread", "Once more, please",
                then="Hold the code still for a moment.",
            )  # fmt: skip
        case OtherEvent():
            return KioskWords(
                "careful", "hand-waving-fill", "careful", "This code is for another event",
                then=see(event),
            )  # fmt: skip
        case Cancelled() | Unknown() | Ambiguous():
            # The same words for all three: whoever looks on learns nothing about anybody.
            return KioskWords(
                "careful", "hand-waving-fill", "careful", "One moment, please", then=see(event)
            )


def see(event: Event) -> str:
    """Whom a guest goes to: "Please see Amina at the desk." """
    if event.settings.call:
        return f"Please see {event.settings.call} at the desk."
    return "Please come to the desk."


def first_name(person: Person) -> str:
    """What the kiosk calls somebody: the given name; without one, title and family name."""
    if person.given_name.strip():
        return person.given_name.strip()
    return " ".join(part for part in (person.title, person.family_name) if part).strip()


def _welcome(word: str, sound: str, person: Person, table: str | None) -> KioskWords:
    return KioskWords("welcome", "check-circle-fill", sound, word, first_name(person), table or "")
