"""People as the rest of the program sees them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID


class Status(StrEnum):
    """Where somebody stands, computed from facts and the list."""

    EXPECTED = "expected"
    ARRIVED = "arrived"
    LEFT = "left"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Person:
    """One attendee with all that the list and the Desk know. Unknown text is empty."""

    id: UUID
    title: str
    given_name: str
    family_name: str
    said: str
    email: str
    phone: str
    organisation: str
    job_title: str
    profession: str
    side: str
    front_line: bool | None
    borough: str
    stance: str
    diet: str
    access: str
    attention: str
    vip: bool
    contact_consent: bool | None
    photo_consent: bool | None
    tray: str
    ticket: str
    codes: tuple[str, ...]
    walk_in: bool
    guessed: frozenset[str]
    position: int
    status: Status
    #: the `at` of the fact that let them in or out last; None while expected
    since: datetime | None = None
    #: the desk of that fact
    desk: str = ""

    @property
    def name(self) -> str:
        """The given, then the family name."""
        return f"{self.given_name} {self.family_name}".strip()

    @property
    def full_name(self) -> str:
        """With the title in front: "Dr Priya Raman"."""
        return f"{self.title} {self.name}".strip()

    @property
    def sorted_name(self) -> str:
        """As in a list by family name: "Raman, Dr Priya"."""
        first = f"{self.title} {self.given_name}".strip()
        return f"{self.family_name}, {first}" if self.family_name and first else self.name

    @property
    def role(self) -> str:
        """What a badge says: the job title, else the profession."""
        return self.job_title or self.profession

    @property
    def line(self) -> str:
        """ "front line", "leader" or nothing where it is not known."""
        if self.front_line is None:
            return ""
        return "front line" if self.front_line else "leader"

    @property
    def is_here(self) -> bool:
        """Whether they are inside now."""
        return self.status is Status.ARRIVED
