"""The event itself: making it, what it is called, its tables, rounds and settings."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlmodel import Session, col, select

from facilitator.clocks import Clocks
from facilitator.domain.changes import Changes
from facilitator.domain.errors import ChangedMeanwhile, Refused
from facilitator.domain.meanwhile import Difference, Meanwhile, bring_together
from facilitator.domain.sides import DEFAULT_SIDES, Side, Sides
from facilitator.domain.text import clean
from facilitator.domain.ticket import make_tag
from facilitator.services.settings import Settings, read_settings, set_words, write_setting
from facilitator.services.waking import new_authority, this_machine
from facilitator.store.database import Database
from facilitator.store.rows import EventRow, RoomTableRow, RoundRow, SideRow
from facilitator.store.trouble import incomplete

#: what `--tables` may ask for
MOST_TABLES = 500
MOST_SEATS = 60
DEFAULT_ROUNDS = 3


@dataclass(frozen=True, slots=True)
class NewEvent:
    """What a new event is made of."""

    name: str
    held_on: date
    venue: str = ""
    tables: int = 15
    seats: int = 8
    template: str = ""
    sides: Sides = DEFAULT_SIDES
    rounds: int = DEFAULT_ROUNDS
    timezone: str = "Europe/London"
    is_rehearsal: bool = False


@dataclass(frozen=True, slots=True)
class Event:
    """The event as screens and documents show it."""

    id: UUID
    tag: str
    name: str
    held_on: date
    venue: str
    timezone: str
    sides: Sides
    is_rehearsal: bool
    purged_at: datetime | None
    authority: str
    settings: Settings

    @property
    def zone(self) -> ZoneInfo:
        """The venue's time zone."""
        return ZoneInfo(self.timezone)

    @property
    def date_words(self) -> str:
        """ "Wednesday 12 November 2025"."""
        return f"{self.held_on:%A} {self.held_on.day} {self.held_on:%B %Y}"

    @property
    def call(self) -> str:
        """Whom the desk calls: a first name, or "the organiser"."""
        return self.settings.call or "the organiser"

    def local(self, moment: datetime) -> datetime:
        """A moment in the venue's time."""
        return moment.astimezone(self.zone)


@dataclass(frozen=True, slots=True)
class Done:
    """The plain answer of a write: which areas it touched."""

    changes: Changes


def parse_tables(text: str) -> tuple[int, int]:
    """Tables and seats from "15x8". Refused in a sentence where it is not that."""
    match = re.fullmatch(r"\s*(\d{1,4})\s*[x×*]\s*(\d{1,3})\s*", text, re.IGNORECASE)
    if match is None:
        raise Refused(f"“{text}” is not a number of tables and seats; write it like 15x8.")
    tables, seats = int(match[1]), int(match[2])
    if not 1 <= tables <= MOST_TABLES or not 2 <= seats <= MOST_SEATS:
        raise Refused(
            f"An event has 1 to {MOST_TABLES} tables of 2 to {MOST_SEATS} seats; "
            f"“{text}” asks for {tables} of {seats}."
        )
    return tables, seats


def parse_date(text: str) -> date:
    """A date from 2025-11-12 (or 12/11/2025). Refused in a sentence where there is no such day."""
    for pattern in ("%Y-%m-%d", "%d/%m/%Y", "%d.%m.%Y"):
        try:
            return datetime.strptime(text.strip(), pattern).date()  # noqa: DTZ007 (a date only)
        except ValueError:
            continue
    raise Refused(f"“{text}” is not a date; write it like 2025-11-12.")


def create_database(location: str | Path, wanted: NewEvent, clocks: Clocks) -> Database:
    """Make the event's database at `location`, with its tables, rounds and template.

    Raises Refused where something is there already or `wanted` cannot be, WorldTrouble where it
    cannot be written. Nothing is left behind then.
    """
    name = clean(wanted.name)
    if not name:
        raise Refused("An event needs a name.")
    if len(name) > 200:
        raise Refused("An event's name has at most 200 characters.")

    def fill(session: Session) -> None:
        session.add(
            EventRow(
                tag=make_tag(secrets.token_bytes(4)),
                name=name,
                held_on=wanted.held_on,
                venue=clean(wanted.venue),
                timezone=wanted.timezone,
                created_at=clocks.now(),
                authority=new_authority(),
                machine=this_machine(),
                is_rehearsal=wanted.is_rehearsal,
            )
        )
        for side in wanted.sides:
            session.add(
                SideRow(key=side.key, name=side.name, letter=side.letter, position=side.position,
                        public_name=side.public_name)
            )  # fmt: skip
        for number in range(wanted.tables):
            session.add(RoomTableRow(label=str(number + 1), position=number, seats=wanted.seats))
        rounds = wanted.rounds
        if wanted.template:
            from facilitator.services.programme import add_template

            rounds = (
                add_template(session, wanted.template, wanted.held_on, wanted.timezone) or rounds
            )
        for number in range(1, rounds + 1):
            session.add(RoundRow(number=number, name=f"Round {number}"))

    return Database.create(location, fill)


def read_event(session: Session) -> Event:
    """The event of an open database."""
    row = session.exec(select(EventRow)).first()
    if row is None:
        raise incomplete("This event")
    sides = [
        Side(side.key, side.name, side.letter, side.position, side.public_name)
        for side in session.exec(select(SideRow).order_by(col(SideRow.position))).all()
    ]
    if len(sides) != 3:
        raise incomplete("This event")
    return Event(
        id=row.id, tag=row.tag, name=row.name, held_on=row.held_on, venue=row.venue,
        timezone=row.timezone, sides=Sides(*sides), is_rehearsal=row.is_rehearsal,
        purged_at=row.purged_at, authority=row.authority, settings=read_settings(session),
    )  # fmt: skip


class EventService:
    """What the event is called and how it is set up."""

    def __init__(self, database: Database, clocks: Clocks) -> None:
        self._database = database
        self._clocks = clocks

    def get(self) -> Event:
        """The event as it stands."""
        with self._database.reading() as session:
            return read_event(session)

    def edit(
        self,
        *,
        name: str | None = None,
        held_on: date | None = None,
        venue: str | None = None,
        third_side: str | None = None,
        was: Mapping[str, Any] | None = None,
    ) -> Done:
        """Change what the event is called, when and where it is, and how its third side is called
        in public. None leaves a detail as it is. Refused where the name would be empty.

        `was` is what the page showed of these details: ChangedMeanwhile, with nothing changed,
        where somebody else has made one of them something else since.
        """
        wanted = {"name": name, "held_on": held_on, "venue": venue, "third_side": third_side}

        def work(session: Session) -> Done:
            row = session.exec(select(EventRow)).one()
            third = session.exec(select(SideRow).where(col(SideRow.position) == 2)).one()
            now = {"name": row.name, "held_on": row.held_on, "venue": row.venue,
                   "third_side": third.public_name}  # fmt: skip
            kept = _upon(now, {k: v for k, v in wanted.items() if v is not None}, was or {})
            if "name" in kept:
                if not clean(kept["name"]):
                    raise Refused("An event needs a name.")
                row.name = clean(kept["name"])
            day = kept.get("held_on", row.held_on)
            if day != row.held_on:
                from facilitator.services.programme_rows import move_to_day

                move_to_day(session, day - row.held_on)
                row.held_on = day
            row.venue = clean(kept.get("venue", row.venue))
            session.add(row)
            if "third_side" in kept:
                third.public_name = clean(kept["third_side"])
                session.add(third)
            return Done(Changes.EVENT | Changes.PROGRAMME)

        return self._database.decide(work)

    def set(self, *, was: Mapping[str, Any] | None = None, **settings: Any) -> Done:
        """Keep settings by name (see `Settings`). KeyError for a name that there is not.

        `was` is what the page showed of these settings: ChangedMeanwhile, with nothing changed,
        where somebody else has made one of them something else since.
        """

        def work(session: Session) -> Done:
            there = read_settings(session)
            now = {key: getattr(there, key, None) for key in settings}
            for key, value in _upon(now, settings, was or {}).items():
                write_setting(session, key, value)
            return Done(Changes.EVENT)

        return self._database.decide(work)

    def counts(self) -> Mapping[str, int]:
        """How many attendees are expected, arrived and left, and how many tables and rounds."""
        from facilitator.services.people import statuses

        with self._database.reading() as session:
            found = statuses(session)
            tables = len(session.exec(select(RoomTableRow.id)).all())
            # A round that was left out was finished without having begun.
            rounds = len(
                session.exec(
                    select(RoundRow.id).where(
                        col(RoundRow.finished_at).is_(None) | col(RoundRow.started_at).is_not(None)
                    )
                ).all()
            )
        return {**found, "tables": tables, "rounds": rounds}


def _upon(
    now: Mapping[str, Any], mine: Mapping[str, Any], was: Mapping[str, Any]
) -> dict[str, Any]:
    """What is to be written of `mine`, which began at `was`. Raises ChangedMeanwhile
    where somebody else has made one of them something else since."""
    found = bring_together(was, now, mine)
    if found.clashes:
        raise ChangedMeanwhile(
            Meanwhile(
                tuple(
                    Difference(
                        key, set_words(key), _shown(was[key]),
                        _shown(now[key]), _shown(mine[key]),
                    )
                    for key in found.clashes
                ),
                base={**was, **{key: now[key] for key in found.clashes}},
            )
        )  # fmt: skip
    return found.values


def _shown(value: Any) -> str:
    return ", ".join(value) if isinstance(value, tuple) else str(value or "")
