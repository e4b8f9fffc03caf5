"""The figures of the day as one frozen value: report, exports and screen all read these.

Counts are whole here. What may be printed of them is decided by `report_suppression`; whose name
may be printed was decided before this value was made: it holds no name that it may not show.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from facilitator.domain.hands import Hands
from facilitator.domain.measured import Outcome
from facilitator.domain.sides import Side, Sides

NO_HANDS = Hands()


@dataclass(frozen=True, slots=True)
class SideFigure:
    """How many people of one side were expected and came, by front line and leaders."""

    side: Side
    expected: int
    came: int
    front_line: int
    leaders: int
    #: came, but the list does not say whether front line or leader
    unsaid: int


@dataclass(frozen=True, slots=True)
class BoroughFigure:
    """Who came from one borough, by the position of the side."""

    borough: str
    came: tuple[int, int, int]
    agreed: int

    @property
    def total(self) -> int:
        """Everybody from there."""
        return sum(self.came)

    @property
    def has_one_side_only(self) -> bool:
        """Whether only one of the two sides was there."""
        return (self.came[0] > 0) != (self.came[1] > 0)


@dataclass(frozen=True, slots=True)
class SessionFigure:
    """A session as published and as it happened, in the venue's local time.

    `ran` and `paused` are whole minutes by the clock, None where it was not begun. `least` is what
    an overrun may shrink it to. `promised`: minutes for meeting each other, which guests were told.
    """

    title: str
    kind: str
    starts: datetime | None
    minutes: int
    began: datetime | None = None
    ended: datetime | None = None
    skipped: bool = False
    is_break: bool = False
    id: UUID | None = None
    outcome: Outcome = Outcome.NOT_MEASURED
    ran: int | None = None
    paused: int | None = None
    pauses: int = 0
    begun: int = 0
    stopped: bool = False
    late: int | None = None
    least: int = 0
    promised: bool = False
    #: the same times as moments in UTC, where a clock change would make the local ones ambiguous
    starts_at: datetime | None = None
    began_at: datetime | None = None
    ended_at: datetime | None = None

    @property
    def lasted(self) -> int | None:
        """Whole minutes that it took, pauses included, or None where it has not ended."""
        if self.ran is None or self.ended is None:
            return None
        return self.ran + (self.paused or 0)

    @property
    def planned_end(self) -> datetime | None:
        """The local time at which it was to end."""
        return None if self.starts is None else self.starts + timedelta(minutes=self.minutes)


@dataclass(frozen=True, slots=True)
class NetworkingFigure:
    """Minutes for meeting each other: breaks and networking, as published and as delivered.

    `least` is what was protected of `published`. `delivered` is None where the clock was never
    started. `pending`: so many of them are still to come.
    """

    sessions: int
    published: int
    least: int
    delivered: int | None
    paused: int
    begun: int
    left_out: int
    pending: int

    @classmethod
    def of(cls, programme: tuple[SessionFigure, ...]) -> NetworkingFigure | None:
        """The sum over a programme; None where nothing was promised."""
        promised = [one for one in programme if one.promised]
        if not promised:
            return None
        begun = [one for one in promised if one.ran is not None]
        unmeasured = all(
            one.outcome is Outcome.NOT_MEASURED for one in programme if not one.skipped
        )
        return cls(
            len(promised),
            sum(one.minutes for one in promised),
            sum(one.least for one in promised),
            None if unmeasured else sum(one.ran or 0 for one in begun),
            sum(one.paused or 0 for one in begun),
            len(begun),
            sum(1 for one in promised if one.skipped),
            sum(one.outcome in (Outcome.NOT_REACHED, Outcome.RUNNING) for one in promised),
        )


@dataclass(frozen=True, slots=True)
class MeetingFigures:
    """Who met whom. A meeting is two people at one table in one round."""

    #: rounds that are counted, and whether they were begun by the clock
    rounds: int = 0
    begun: bool = True
    people: int = 0
    tables: int = 0
    #: meetings, one for each round
    meetings: int = 0
    #: those between somebody of the first and somebody of the second side
    across: int = 0
    #: what share would be across if people of the two sides sat at random, 0 to 1
    chance: float = 0.0
    #: different pairs of people who met, and those across the two sides
    pairs: int = 0
    pairs_across: int = 0
    #: pairs who met in more than one round
    repeated: int = 0
    #: by side position (0 and 1): seated people, and those who met nobody of the other side
    seated: tuple[int, int] = (0, 0)
    met_nobody: tuple[int, int] = (0, 0)
    #: meetings between sides, by position: (0,0) (0,1) (0,2) (1,1) (1,2) (2,2)
    matrix: tuple[int, int, int, int, int, int] = (0, 0, 0, 0, 0, 0)
    #: pairs across the two sides by the boroughs they work in, the most first
    borough_pairs: tuple[tuple[str, str, int], ...] = ()

    @property
    def between(self) -> int:
        """Meetings among people of the two sides; guests take no part in the comparison."""
        return self.matrix[0] + self.matrix[1] + self.matrix[3]

    @property
    def share(self) -> float | None:
        """The share of the meetings among the two sides that were across them, 0 to 1."""
        return self.across / self.between if self.between else None

    def each_met(self, position: int) -> float | None:
        """How many different people of the other side somebody of this side met, on average."""
        return self.pairs_across / self.seated[position] if self.seated[position] else None


@dataclass(frozen=True, slots=True)
class NoteFigure:
    """One note. `who` is what may be said of who said it: a name, a role, a side or nothing."""

    id: UUID
    kind: str
    text: str
    at: datetime
    who: str = ""
    #: whether `who`, or the text, holds a name that may be shown
    is_named: bool = False
    side: str = ""
    themes: tuple[str, ...] = ()
    boroughs: tuple[str, ...] = ()
    session: str = ""
    table: str = ""
    # myths; `side` is the one that voiced it
    reality: str = ""
    evidence: str = ""
    why: str = ""
    verdict: str = ""
    hands: Hands = NO_HANDS
    # bright spots
    where: str = ""
    needs: str = ""
    ask: str = ""
    pledges: int = 0
    pledged_by: tuple[str, ...] = ()
    # actions
    owner: str = ""
    has_owner: bool = False
    due: date | None = None
    done: bool = False


@dataclass(frozen=True, slots=True)
class PersonFigure:
    """One person as the exports may show them; the keys are those of `people --json`."""

    id: str
    name: str | None
    title: str | None
    given_name: str | None
    family_name: str | None
    email: str | None
    organisation: str | None
    profession: str | None
    side: str | None
    front_line: bool | None
    borough: str | None
    status: str | None
    ticket: str | None
    codes: tuple[str, ...]
    #: what they answered to `DayFigures.questions`, in that order; only where names are shown
    answers: tuple[str | None, ...] = ()


@dataclass(frozen=True, slots=True)
class QuoteFigure:
    """What somebody agreed to be quoted with, and what may be said of who: perhaps nothing."""

    words: str
    who: str = ""


@dataclass(frozen=True, slots=True)
class LogoFigure:
    """A sponsor's logo: whose it is, and a PNG."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class DayFigures:
    """Everything that the report and the exports say of one day."""

    event_id: UUID
    name: str
    held_on: date
    venue: str
    timezone: str
    sides: Sides
    made_at: datetime
    #: named | role | none: the most that may be shown of who said something
    attribution: str
    #: whether counts are whole (for the organisers) or small ones suppressed (to be published)
    internal: bool
    is_rehearsal: bool
    purged: bool
    by_side: tuple[SideFigure, ...]
    boroughs: tuple[BoroughFigure, ...]
    programme: tuple[SessionFigure, ...]
    meetings: MeetingFigures
    myths: tuple[NoteFigure, ...]
    bright_spots: tuple[NoteFigure, ...]
    pain_points: tuple[NoteFigure, ...]
    actions: tuple[NoteFigure, ...]
    people: tuple[PersonFigure, ...]
    foreword: str = ""
    aims: str = ""
    quote: QuoteFigure | None = None
    logos: tuple[LogoFigure, ...] = ()
    erased: int = 0
    agreed: int = 0
    #: what the Desk asked; only where names are shown
    questions: tuple[str, ...] = ()

    @property
    def networking(self) -> NetworkingFigure | None:
        """Minutes of breaks and networking, promised and delivered; None where none were."""
        return NetworkingFigure.of(self.programme)

    @property
    def expected(self) -> int:
        """Everybody who was expected or came."""
        return sum(figure.expected for figure in self.by_side)

    @property
    def came(self) -> int:
        """Everybody who came."""
        return sum(figure.came for figure in self.by_side)

    @property
    def notes(self) -> tuple[NoteFigure, ...]:
        """Every note."""
        return (*self.myths, *self.bright_spots, *self.pain_points, *self.actions)

    @property
    def names_inside(self) -> bool:
        """Whether anybody's name is in this value."""
        return any(person.name for person in self.people) or any(n.is_named for n in self.notes)

    @property
    def date_words(self) -> str:
        """ "Wednesday 12 November 2025"."""
        from facilitator.documents.page import day_in_words

        return day_in_words(self.held_on)


def verdict_words(verdict: str) -> str:
    """ "Partly true", or "No verdict yet"."""
    return verdict.replace("-", " ").capitalize() if verdict else "No verdict yet"
