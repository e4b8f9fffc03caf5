"""The programme's rows: read as values and written, inside another service's unit of work."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields, replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlmodel import Session as DbSession
from sqlmodel import col, select

from facilitator.clocks import Clocks
from facilitator.domain.changes import Changes
from facilitator.domain.clock_facts import ClockFact, FactKind, Moment
from facilitator.domain.errors import Refused
from facilitator.domain.localtime import zone_named
from facilitator.domain.meanwhile import Difference, Meanwhile
from facilitator.domain.programme import Kind, NewSession, Programme, Session, checked
from facilitator.domain.session_clock import ClockState, SessionClock
from facilitator.domain.text import counted
from facilitator.intake.templates import read_template
from facilitator.store.rows import ClockFactRow, EventRow, RoundRow, SessionRow

FIELDS = frozenset(field.name for field in fields(NewSession))
#: how sentences call the fields of a session
_FIELD_WORDS = {
    "title": "the title", "minutes": "how long it lasts", "speaker": "the speaker",
    "kind": "what happens", "starts": "the start", "minimum": "how short it can be",
    "fixed": "the fixed start", "protected": "the protection", "round_number": "the table round",
    "warnings": "when it warns", "note": "the note", "skip": "the leaving out",
    "colour": "the colour", "cue": "the cue", "auto": "the going on by itself",
    "sound": "the sound",
}  # fmt: skip


def moment_now(clocks: Clocks) -> Moment:
    """Both clocks of this machine, now."""
    return Moment(clocks.now(), clocks.steady(), clocks.boot())


def read_programme(session: DbSession) -> Programme:
    """The programme as it stands."""
    event = event_row(session)
    rows = session.exec(
        select(SessionRow)
        .where(col(SessionRow.removed_at).is_(None))
        .order_by(col(SessionRow.position), col(SessionRow.id))
    ).all()
    return Programme(
        tuple(to_session(row) for row in rows), zone_named(event.timezone), event.held_on
    )


def read_facts(session: DbSession) -> list[ClockFact]:
    """Everything that happened to the clock, by number."""
    rows = session.exec(select(ClockFactRow).order_by(col(ClockFactRow.number))).all()
    return [
        ClockFact(
            row.id, row.number, FactKind(row.kind), Moment(row.at, row.steady, row.boot),
            row.session_id, row.seconds, row.undoes, row.by,
        )
        for row in rows
    ]  # fmt: skip


def read_clock(session: DbSession) -> SessionClock:
    """The programme with everything that happened to its clock."""
    return SessionClock(read_programme(session), read_facts(session))


def write_sessions(session: DbSession, wanted: Iterable[NewSession]) -> int:
    """Append sessions to the programme; returns the highest number of a table round among them."""
    rounds = 0
    for position, one in enumerate(wanted):
        session.add(to_row(one, position))
        rounds = max(rounds, one.round_number or 0)
    session.flush()
    return rounds


def add_template(session: DbSession, key: str, day: date, timezone: str) -> int:
    """Put a template's sessions into a new event; returns how many table rounds it has."""
    zone = zone_named(timezone)
    return write_sessions(session, [checked(one, zone) for one in read_template(key, day).sessions])


def move_to_day(session: DbSession, by: timedelta) -> None:
    """Move every start along when the event moves to another day. Refused, with nothing changed,
    where a time does not exist on the new day."""
    programme = read_programme(session)
    for one in programme:
        row = session_row(session, one.id)
        if one.starts is not None:
            row.starts = start_text(
                checked(replace(one, starts=one.starts + by), programme.zone).starts
            )
        row.published_starts, row.published_minutes = "", None
        session.add(row)


def sync_rounds(session: DbSession, before: ClockState, after: ClockState) -> Changes:
    """Begin and end the table rounds as their sessions do, and take it back with them."""
    numbers = {
        run.session_id: number
        for state in (before, after)
        for run in state.runs
        if (number := _round_of(session, run.session_id)) is not None
    }
    changed = Changes.NONE
    for session_id, number in numbers.items():
        was, now = _span(before, session_id), _span(after, session_id)
        row = session.exec(select(RoundRow).where(col(RoundRow.number) == number)).first()
        if row is not None and was != now:
            row.started_at, row.finished_at = now
            session.add(row)
            changed = Changes.SEATS
    return changed


# --- rows -----------------------------------------------------------------------------------------


def _round_of(session: DbSession, session_id: UUID) -> int | None:
    row = session.get(SessionRow, session_id)
    return None if row is None else row.round_number


def _span(state: ClockState, session_id: UUID) -> tuple[datetime | None, datetime | None]:
    run = next((r for r in reversed(state.runs) if r.session_id == session_id), None)
    if run is None or run.put_back:
        return (None, None)
    return (run.started_at, run.ended_at)


def event_row(session: DbSession) -> EventRow:
    return session.exec(select(EventRow)).one()


def find_session(programme: Programme, session_id: UUID) -> Session:
    found = programme.find(session_id)
    if found is None:
        raise Refused("That session is no longer in the programme.")
    return found


def place_of(programme: Programme, session_id: UUID) -> int:
    place = programme.place(session_id)
    if place is None:
        raise Refused("That session is no longer in the programme.")
    return place


def open_from(clock: SessionClock) -> int:
    """The first place that may still be edited: after whatever is on or has been."""
    programme = clock.programme
    last = clock.facts[-1].at if clock.facts else None
    runs = clock.state(last).runs if last is not None else ()
    places = [programme.place(run.session_id) for run in runs if not run.put_back]
    return max((place + 1 for place in places if place is not None), default=0)


def session_row(session: DbSession, session_id: UUID) -> SessionRow:
    return session.exec(select(SessionRow).where(col(SessionRow.id) == session_id)).one()


def renumber(session: DbSession, order: Sequence[UUID]) -> None:
    for position, session_id in enumerate(order):
        row = session_row(session, session_id)
        row.position = position
        session.add(row)


def ensure_rounds(session: DbSession, rounds: int) -> bool:
    present = set(session.exec(select(RoundRow.number)).all())
    missing = [number for number in range(1, rounds + 1) if number not in present]
    for number in missing:
        session.add(RoundRow(number=number, name=f"Round {number}"))
    return bool(missing)


def start_text(local: datetime | None) -> str:
    return (
        "" if local is None else local.isoformat(timespec="minutes" if not local.second else "auto")
    )


def to_session(row: SessionRow) -> Session:
    return Session(
        id=row.id, position=row.position, title=row.title, minutes=row.minutes,
        speaker=row.speaker, kind=Kind(row.kind),
        starts=datetime.fromisoformat(row.starts) if row.starts else None,
        minimum=row.minimum, fixed=row.fixed, protected=row.protected,
        round_number=row.round_number, warnings=tuple(row.warnings), note=row.note,
        skip=row.skip, colour=row.colour, cue=row.cue, auto=row.auto, sound=row.sound,
        published_starts=datetime.fromisoformat(row.published_starts)
        if row.published_starts
        else None,
        published_minutes=row.published_minutes,
    )  # fmt: skip


def to_row(new: NewSession, position: int) -> SessionRow:
    row = SessionRow(position=position, title=new.title, starts="", minutes=new.minutes)
    fill_row(row, new)
    return row


def fill_row(row: SessionRow, new: NewSession) -> None:
    for name in FIELDS - {"starts", "kind", "warnings"}:
        setattr(row, name, getattr(new, name))
    row.starts, row.kind, row.warnings = start_text(new.starts), new.kind.value, list(new.warnings)


def session_differences(
    now: Session, names: Sequence[str], was: Mapping[str, Any], mine: Mapping[str, Any]
) -> Meanwhile:
    """What somebody else made of these fields of a session; who and when is not kept of it."""
    return Meanwhile(
        tuple(
            Difference(
                name, _FIELD_WORDS[name], _shown(name, was[name]),
                _shown(name, getattr(now, name)), _shown(name, mine[name]),
            )
            for name in names
        ),
        base={**was, **{name: getattr(now, name) for name in names}},
    )  # fmt: skip


def _shown(name: str, value: Any) -> str:
    """A field of a session as it is read on its form."""
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case Kind():
            return value.words
        case datetime():
            return f"{value:%H:%M}"
        case tuple():
            return ", ".join(str(one) for one in value)
        case int() if name in ("minutes", "minimum"):
            return counted(value, "minute")
        case _:
            return str(value)
