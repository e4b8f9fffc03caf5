"""The programme: the day's sessions in their order, and when each was planned to be."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from uuid import UUID
from zoneinfo import ZoneInfo

from facilitator.domain.errors import Refused
from facilitator.domain.localtime import check_exists, local_of, moment_of
from facilitator.domain.text import clean, counted, listed

#: where neither the first session nor the event says when the day begins
DAY_BEGINS = time(9)
LONGEST_MINUTES = 24 * 60
LONGEST_TITLE = 200


class Kind(StrEnum):
    """What happens in a session."""

    REGISTRATION = "registration"
    WELCOME = "welcome"
    TALK = "talk"
    PANEL = "panel"
    BREAK = "break"
    NETWORKING = "networking"
    ROUND = "round"
    MYTHS = "myths"
    SHOWCASE = "showcase"
    CLOSE = "close"

    @property
    def words(self) -> str:
        """The kind as a person reads it."""
        return _WORDS[self]

    @property
    def is_break(self) -> bool:
        """Whether people are free to talk: such time is padding unless it is protected."""
        return self in _BREAKS


_WORDS = {
    Kind.REGISTRATION: "Registration",
    Kind.WELCOME: "Welcome",
    Kind.TALK: "Talk",
    Kind.PANEL: "Panel",
    Kind.BREAK: "Break",
    Kind.NETWORKING: "Networking",
    Kind.ROUND: "Table round",
    Kind.MYTHS: "Myth-busting",
    Kind.SHOWCASE: "Showcase",
    Kind.CLOSE: "Close",
}
_BREAKS = frozenset({Kind.REGISTRATION, Kind.BREAK, Kind.NETWORKING})
#: what a session's cues may sound like
SOUNDS = ("chime", "bell", "none")
#: kinds whose titles are common nouns, so that they are not capitals inside a sentence
_PLAIN = _BREAKS | {Kind.WELCOME, Kind.ROUND, Kind.MYTHS, Kind.SHOWCASE, Kind.CLOSE}


@dataclass(frozen=True, slots=True, kw_only=True)
class NewSession:
    """A session before it has a place in a programme.

    `starts` is a local wall time; None means that it follows on from the session before. `minimum`
    is what an overrun may shrink it to, in minutes: None keeps a talk whole and a protected break
    too, and lets an unprotected break go entirely. `warnings` are minutes before the end, the
    first a warning, the second danger. `skip` leaves it out of the day without losing it. `auto`:
    when its time is over the next session begins by itself. `sound` is what its cues sound like.
    """

    title: str
    minutes: int
    speaker: str = ""
    kind: Kind = Kind.TALK
    starts: datetime | None = None
    minimum: int | None = None
    fixed: bool = False
    protected: bool = False
    round_number: int | None = None
    warnings: tuple[int, ...] = (5, 1)
    note: str = ""
    skip: bool = False
    colour: str = ""
    cue: str = ""
    auto: bool = False
    sound: str = "chime"

    @property
    def least(self) -> int:
        """The minutes below which nothing shortens it."""
        if self.minimum is not None:
            return min(self.minimum, self.minutes)
        return 0 if self.kind.is_break and not self.protected else self.minutes

    @property
    def short_title(self) -> str:
        """The title up to its colon: "Bright spots" of "Bright spots: what already works"; a
        table round by its number, because its title often begins like the others'."""
        if self.kind is Kind.ROUND and self.round_number is not None:
            return f"Round {self.round_number}"
        return self.title.partition(": ")[0].strip() or self.title

    @property
    def spoken(self) -> str:
        """The title as it stands inside a sentence: "lunch", "Bright spots"."""
        title = self.short_title
        plain = self.kind in _PLAIN and title[1:2].islower()
        return title[:1].lower() + title[1:] if plain else title


@dataclass(frozen=True, slots=True, kw_only=True)
class Session(NewSession):
    """A session in its place. The published times are pinned when the programme is published."""

    id: UUID
    position: int
    published_starts: datetime | None = None
    published_minutes: int | None = None

    @property
    def is_published(self) -> bool:
        """Whether guests were told a time for it."""
        return self.published_starts is not None


@dataclass(frozen=True, slots=True)
class Planned:
    """When a session is planned to be, as moments in UTC."""

    session: Session
    starts: datetime
    ends: datetime


@dataclass(frozen=True, slots=True)
class Programme:
    """The sessions in order, with the zone of their local times and the day of the event."""

    sessions: tuple[Session, ...]
    zone: ZoneInfo
    day: date
    _places: dict[UUID, int] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        ordered = tuple(sorted(self.sessions, key=lambda s: (s.position, s.id)))
        object.__setattr__(self, "sessions", ordered)
        object.__setattr__(self, "_places", {s.id: i for i, s in enumerate(ordered)})

    def __iter__(self) -> Iterator[Session]:
        return iter(self.sessions)

    def __len__(self) -> int:
        return len(self.sessions)

    def find(self, session_id: UUID | None) -> Session | None:
        """The session with this id, or None."""
        place = self.place(session_id)
        return None if place is None else self.sessions[place]

    def place(self, session_id: UUID | None) -> int | None:
        """How many sessions stand before it, or None where it is not in this programme."""
        return None if session_id is None else self._places.get(session_id)

    def planned(self) -> dict[UUID, Planned]:
        """The planned moments of every session that is not left out of the day.

        A session without a start of its own follows on from the one before. Minutes are real
        minutes: one that runs through a clock change ends when that many have passed.
        """
        plan: dict[UUID, Planned] = {}
        cursor: datetime | None = None
        for session in self.sessions:
            if session.skip:
                continue
            if session.starts is not None:
                starts = moment_of(session.starts, self.zone)
            else:
                starts = cursor or moment_of(datetime.combine(self.day, DAY_BEGINS), self.zone)
            cursor = starts + timedelta(minutes=session.minutes)
            plan[session.id] = Planned(session, starts, cursor)
        return plan

    def local_start(self, session_id: UUID) -> datetime | None:
        """The planned local wall time of a session, None for one that is left out."""
        planned = self.planned().get(session_id)
        return None if planned is None else local_of(planned.starts, self.zone)

    def problems(self) -> list[str]:
        """What does not fit, a plain sentence each: overlaps, fixed starts in the wrong order."""
        said: list[str] = []
        before: Planned | None = None
        for planned in self.planned().values():
            if before is not None and planned.starts < before.ends:
                late = counted(round((before.ends - planned.starts).total_seconds() / 60), "minute")
                said.append(
                    f"{planned.session.short_title} is to begin at "
                    f"{local_of(planned.starts, self.zone):%H:%M}, {late} before "
                    f"{before.session.spoken} ends."
                )
            before = planned
        return said


def checked(session: NewSession, zone: ZoneInfo) -> NewSession:
    """The session with its texts cleaned. Refused, in one sentence, where it cannot be right."""
    title = clean(session.title)
    if not title:
        raise Refused("A session needs a title.", "", "Type one.")
    if len(title) > LONGEST_TITLE:
        raise Refused(f"The title is longer than {LONGEST_TITLE} characters.", "", "Shorten it.")
    if not 1 <= session.minutes <= LONGEST_MINUTES:
        raise Refused(
            f"“{title}” cannot last {counted(session.minutes, 'minute')}.",
            "",
            "A session lasts from 1 minute to 24 hours.",
        )
    if session.minimum is not None and not 0 <= session.minimum <= session.minutes:
        raise Refused(
            f"“{title}” lasts {counted(session.minutes, 'minute')}, so its minimum cannot be "
            f"{session.minimum}."
        )
    if session.fixed and session.starts is None:
        raise Refused(f"“{title}” has a fixed start but no time.", "", "Give it one.")
    if session.starts is not None:
        check_exists(session.starts, zone)
    if any(not 0 <= minutes <= LONGEST_MINUTES for minutes in session.warnings):
        raise Refused(f"The warnings of “{title}” must be minutes before its end.")
    if len(set(session.warnings)) > 2:
        raise Refused(f"“{title}” can have two warnings at most, like 5 and 1.")
    if session.sound not in SOUNDS:
        raise Refused(f"The cues of “{title}” sound as {listed(list(SOUNDS), 'or')}.")
    if session.round_number is not None and session.round_number < 1:
        raise Refused(f"“{title}” cannot be round {session.round_number}; rounds count from 1.")
    return replace(
        session,
        title=title,
        speaker=clean(session.speaker),
        note=clean(session.note),
        colour=clean(session.colour),
        cue=clean(session.cue),
        warnings=tuple(sorted(set(session.warnings), reverse=True)),
    )


def tidy_starts(sessions: Iterable[NewSession]) -> list[NewSession]:
    """The sessions with starts only where they say something: after a gap, or fixed.

    A start that merely repeats the end of the session before is dropped, so that the session moves
    along when an earlier one is edited.
    """
    tidied: list[NewSession] = []
    cursor: datetime | None = None
    for session in sessions:
        starts = session.starts if session.starts is not None else cursor
        follows = cursor is not None and starts == cursor and not session.fixed
        tidied.append(replace(session, starts=None) if follows else session)
        if starts is not None and not session.skip:
            cursor = starts + timedelta(minutes=session.minutes)
    return tidied
