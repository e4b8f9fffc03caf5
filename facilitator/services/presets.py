"""Presets: a way of working put into the programme, with its rounds in the seating.

Nothing is written before the preview was looked at; what was put in is taken back as a whole.
Rounds are numbered as they come in the day: where a preset's rounds come before others, those move
on, and what they aim at moves along.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlmodel import Session as DbSession
from sqlmodel import col, select

from facilitator.clocks import Clocks
from facilitator.domain.changes import Changes
from facilitator.domain.errors import Refused
from facilitator.domain.localtime import local_of
from facilitator.domain.programme import NewSession, Programme, Session, checked
from facilitator.domain.text import counted, listed
from facilitator.intake.presets import Filled, Preset, fill, presets, read_preset
from facilitator.intake.rundown import MOST_SESSIONS
from facilitator.services.programme import ProgrammeService
from facilitator.services.programme_rows import (
    ensure_rounds,
    fill_row,
    open_from,
    place_of,
    read_clock,
    read_programme,
    renumber,
    session_row,
    start_text,
    to_row,
)
from facilitator.services.tables import MOST_ROUNDS
from facilitator.services.wishes import read_wishes
from facilitator.store.database import Database
from facilitator.store.rows import RoomTableRow, RoundRow, SeatRow

_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be put in, and where. Minutes are in all (`total`) or of a round (`each`).

    `before` is the session that it comes before; None puts it at the end.
    """

    key: str
    rounds: int | None = None
    total: int | None = None
    each: int | None = None
    auto: bool = True
    before: UUID | None = None


@dataclass(frozen=True, slots=True)
class Preview:
    """What would be added, and what that does to the day. Times are local.

    `moves` and `cares` are sentences: what moves, and what somebody should know (`cares` the worst
    first). `endangered`: a fixed start or a protected break could not be kept.
    """

    preset: Preset
    sessions: tuple[NewSession, ...]
    starts: tuple[datetime, ...]
    ends: datetime
    minutes: int
    rounds: tuple[int, ...]
    moves: tuple[str, ...]
    cares: tuple[str, ...]
    endangered: bool


@dataclass(frozen=True, slots=True)
class Inserted:
    """What was put in: all that is needed to take it back at once."""

    preset: Preset
    sessions: int
    minutes: int
    before: Programme
    after: Programme
    rounds_made: tuple[int, ...]
    rounds_revived: tuple[int, ...]
    aims: tuple[tuple[int, Mapping[str, str], Mapping[str, str]], ...]
    first: UUID
    changes: Changes

    @property
    def sentence(self) -> str:
        """ "World Café: 5 sessions, 80 minutes." """
        return (
            f"{self.preset.name}: {counted(self.sessions, 'session')}, "
            f"{counted(self.minutes, 'minute')}."
        )


@dataclass(frozen=True, slots=True)
class TakenBack:
    """The programme is as it was. `kept` are rounds that stay, because somebody sits in them."""

    kept: tuple[int, ...]
    changes: Changes


@dataclass(frozen=True, slots=True)
class _Plan:
    """What would be written."""

    filled: Filled
    place: int
    added: tuple[NewSession, ...]
    first_start: datetime | None
    loose: frozenset[UUID]
    numbers: Mapping[UUID, int]
    rounds: tuple[int, ...]


class PresetService:
    """The presets, a preview of one in the programme, putting it in and taking it back."""

    def __init__(self, database: Database, clocks: Clocks, programme: ProgrammeService) -> None:
        self._database = database
        self._clocks = clocks
        self._programme = programme

    def presets(self) -> tuple[Preset, ...]:
        """Every preset, the usual one first."""
        return presets()

    def preview(self, wanted: Wanted) -> Preview:
        """What putting it in would do; nothing is written. Refused as `insert` is."""
        preset, filled = _filled(wanted)
        with self._database.reading() as session:
            plan = _plan(session, filled, wanted.before)
            programme = read_programme(session)
            after = _after(programme, plan)
            first_open = open_from(read_clock(session))
            cares = _seating_words(session, preset, programme, plan)
        planned = after.planned()
        added = after.sessions[plan.place : plan.place + len(plan.added)]
        starts = [local_of(planned[one.id].starts, after.zone) for one in added]
        ends = local_of(planned[added[-1].id].ends, after.zone)
        endangered, dangers = _dangers(programme, after, first_open)
        return Preview(
            preset, plan.added, tuple(starts), ends, filled.minutes, plan.rounds,
            tuple(_moves(programme, after)), (*dangers, *cares), endangered,
        )  # fmt: skip

    def insert(self, wanted: Wanted) -> Inserted:
        """Put a preset into the programme. Refused before a session that is on or has been, where
        its minutes or rounds make no sense, and where the event would have too many."""
        preset, filled = _filled(wanted)
        with self._database.session() as session:
            plan = _plan(session, filled, wanted.before)
            before = read_programme(session)
            rows = [to_row(one, plan.place + n) for n, one in enumerate(plan.added)]
            for row in rows:
                session.add(row)
            if plan.first_start is not None:
                rows[0].starts = start_text(plan.first_start)
            aims = _move_aims(session, before, plan)
            for one in before:
                number = plan.numbers.get(one.id, one.round_number)
                starts = None if one.id in plan.loose else one.starts
                if (number, starts) != (one.round_number, one.starts):
                    row = session_row(session, one.id)
                    fill_row(row, replace(one, round_number=number, starts=starts))
                    session.add(row)
            session.flush()
            order = [one.id for one in before]
            order[plan.place : plan.place] = [row.id for row in rows]
            renumber(session, order)
            most = max((*plan.rounds, *plan.numbers.values()), default=0)
            known = set(session.exec(select(RoundRow.number)).all())
            ensure_rounds(session, most)
            revived = _revive(session, most)
            for number, _, new in aims:
                _set_aims(session, number, new)
            session.flush()
            after = read_programme(session)
            first = rows[0].id
        made = tuple(number for number in range(1, most + 1) if number not in known)
        changes = Changes.PROGRAMME | (Changes.SEATS if plan.rounds else Changes.NONE)
        return Inserted(
            preset, len(rows), filled.minutes, before, after, made, revived, aims, first, changes
        )

    def take_back(self, inserted: Inserted) -> TakenBack:
        """Take a preset out again, with its rounds. Refused, with nothing changed, where one of
        its sessions is on or has been, or the programme was changed since."""
        done = self._programme.restore(inserted.before, inserted.after)
        kept: list[int] = []
        with self._database.session() as session:
            for number, old, new in inserted.aims:
                row = _round(session, number)
                if row is not None and dict(row.aims) == dict(new):
                    row.aims = dict(old)
                    session.add(row)
            for number in sorted((*inserted.rounds_made, *inserted.rounds_revived), reverse=True):
                row = _round(session, number)
                if row is None or row.started_at is not None or _anybody_sits(session, row):
                    kept.append(number)
                    continue
                # Left out, as Tables leaves the last round out: what named it stays as it was.
                row.finished_at = self._clocks.now()
                session.add(row)
        changes = done.changes | (Changes.SEATS if inserted.rounds_made else Changes.NONE)
        return TakenBack(tuple(sorted(kept)), changes)


def _filled(wanted: Wanted) -> tuple[Preset, Filled]:
    preset = read_preset(wanted.key)
    filled = fill(
        preset, rounds=wanted.rounds, total=wanted.total, each=wanted.each, auto=wanted.auto
    )
    return preset, filled


# --- where it goes, and what moves ----------------------------------------------------------------


def _plan(session: DbSession, filled: Filled, before: UUID | None) -> _Plan:
    clock = read_clock(session)
    programme = clock.programme
    place = len(programme) if before is None else place_of(programme, before)
    if place < open_from(clock):
        raise Refused(
            "Nothing can be added before a session that is on or has been.", "",
            "Choose a later session.",
        )  # fmt: skip
    if len(programme) + len(filled.sessions) > MOST_SESSIONS:
        raise Refused(f"A programme has at most {MOST_SESSIONS} sessions.")
    rounds, numbers = _rounds(session, programme, place, filled.rounds)
    added = tuple(
        checked(replace(one, round_number=rounds[seat - 1] if seat else None), programme.zone)
        for one, seat in zip(filled.sessions, filled.seated, strict=True)
    )
    first_start, loose = _loosened(programme, place, added)
    return _Plan(filled, place, added, first_start, loose, numbers, rounds)


def _rounds(
    session: DbSession, programme: Programme, place: int, many: int
) -> tuple[tuple[int, ...], dict[UUID, int]]:
    """The numbers of the new rounds, and the new ones of sessions that come after them."""
    if not many:
        return (), {}
    begun = session.exec(select(RoundRow.number).where(col(RoundRow.started_at).is_not(None))).all()
    earlier = [one.round_number or 0 for one in programme.sessions[:place]]
    last = max((*earlier, *begun), default=0)
    rounds = tuple(range(last + 1, last + many + 1))
    numbers: dict[UUID, int] = {}
    moved: dict[int, int] = {}
    cursor = rounds[-1]
    for one in programme.sessions[place:]:
        number = one.round_number
        if number is None or number <= last:
            continue
        if number not in moved:
            cursor = moved[number] = max(number, cursor + 1)
        if moved[number] != number:
            numbers[one.id] = moved[number]
    if max(cursor, rounds[-1]) > MOST_ROUNDS:
        raise Refused(
            f"An event has at most {MOST_ROUNDS} rounds, and this would make "
            f"{max(cursor, rounds[-1])}.", "", "Choose fewer rounds.",
        )  # fmt: skip
    return rounds, numbers


def _loosened(
    programme: Programme, place: int, added: tuple[NewSession, ...]
) -> tuple[datetime | None, frozenset[UUID]]:
    """The start of the first new session, where it needs one, and which later sessions give up
    theirs because they would begin before the one above them ends."""
    total = sum(one.minutes for one in added) * _MINUTE
    following = programme.sessions[place:]
    target = following[0] if following else None
    if place == 0 and target is not None and target.starts is not None:
        if target.fixed:
            return target.starts - total, frozenset()
        first, loose = target.starts, {target.id}
    else:
        first, loose = None, set()
    plan = programme.planned()
    ends = [plan[one.id].ends for one in programme.sessions[:place] if one.id in plan]
    cursor = ends[-1] + total if ends else None
    if place == 0 and target is not None and target.id in plan:
        cursor = plan[target.id].starts + total
    for one in following:
        if one.skip or cursor is None or one.id not in plan:
            continue
        starts = plan[one.id].starts
        if one.fixed:
            cursor = starts + one.minutes * _MINUTE
            continue
        if one.starts is not None and starts < cursor:
            loose.add(one.id)
        keeps = one.starts is not None and one.id not in loose
        cursor = (starts if keeps else cursor) + one.minutes * _MINUTE
    return first, frozenset(loose)


def _after(programme: Programme, plan: _Plan) -> Programme:
    """The programme as it would be."""
    added: list[Session] = []
    for n, one in enumerate(plan.added):
        values: dict[str, Any] = {
            name: getattr(one, name) for name in NewSession.__dataclass_fields__
        }
        if not n and plan.first_start is not None:
            values["starts"] = plan.first_start
        added.append(Session(id=UUID(int=n + 1), position=plan.place + n, **values))
    later = len(added)
    kept = [
        replace(
            one,
            position=n + (later if n >= plan.place else 0),
            starts=None if one.id in plan.loose else one.starts,
            round_number=plan.numbers.get(one.id, one.round_number),
        )
        for n, one in enumerate(programme)
    ]
    return Programme((*kept, *added), programme.zone, programme.day)


def _moves(before: Programme, after: Programme) -> list[str]:
    """What moves, in sentences: how many, the breaks and fixed starts by name, the day's end."""
    was, now = before.planned(), after.planned()
    moved = [(one, was[key], now[key]) for key in was if (one := after.find(key)) is not None]
    moved = [(one, old, new) for one, old, new in moved if old.starts != new.starts]
    if not moved:
        return ["Nothing moves."] if was else []
    said = [f"{counted(len(moved), 'session')} {'moves' if len(moved) == 1 else 'move'}."]
    zone = after.zone
    for one, old, new in moved:
        if one.kind.is_break and len(said) < 4:
            said.append(
                f"{one.short_title} moves from {local_of(old.starts, zone):%H:%M} to "
                f"{local_of(new.starts, zone):%H:%M}."
            )
    old_end = max(one.ends for one in was.values())
    new_end = max(one.ends for one in now.values())
    if old_end != new_end:
        said.append(
            f"The day ends at {local_of(new_end, zone):%H:%M} instead of "
            f"{local_of(old_end, zone):%H:%M}."
        )
    return said


def _dangers(before: Programme, after: Programme, first: int) -> tuple[bool, list[str]]:
    """Whether a fixed start or a break could not be kept, in sentences; only what is new."""
    said: list[str] = []
    endangered = False
    known = _squeezes(before, first)
    for key, (fixed, late, breaks) in _squeezes(after, first).items():
        if key in known and known[key][1] >= late:
            continue
        at = f"{local_of(after.planned()[key].starts, after.zone):%H:%M}"
        slack = sum(one.minutes - one.least for one in breaks)
        words = listed([one.spoken for one in breaks if one.minutes > one.least][:3])
        if slack >= late:
            said.append(
                f"To keep {fixed.spoken} at {at}, {counted(late, 'minute')} must come out of "
                f"{words}; that leaves each its minimum."
            )
            continue
        endangered = True
        kept = f" after {words} gave {slack}" if slack else ""
        said.append(
            f"{fixed.short_title} is fixed at {at}, and the programme would be "
            f"{counted(late - slack, 'minute')} too long for it{kept}."
        )
    return endangered, said


def _squeezes(programme: Programme, first: int) -> dict[UUID, tuple[Session, int, list[Session]]]:
    """The fixed starts that come too early for what is before them: by how many minutes, and the
    breaks since the fixed start before, from place `first` on: what is on or has been gives
    nothing any more."""
    found: dict[UUID, tuple[Session, int, list[Session]]] = {}
    before = None
    breaks: list[Session] = []
    for planned in programme.planned().values():
        one = planned.session
        if one.fixed:
            late = round((before.ends - planned.starts) / _MINUTE) if before is not None else 0
            if late > 0:
                found[one.id] = (one, late, breaks)
            breaks = []
        if one.kind.is_break and one.position >= first:
            breaks = [*breaks, one]
        before = planned
    return found


# --- rounds and tables ----------------------------------------------------------------------------


def _seating_words(
    session: DbSession, preset: Preset, programme: Programme, plan: _Plan
) -> list[str]:
    if not plan.rounds:
        return []
    said: list[str] = []
    first, last = plan.rounds[0], plan.rounds[-1]
    which = f"round {first}" if first == last else f"rounds {first} to {last}"
    said.append(f"Its tables are {which} of the seating; choose Mix on Tables for {which}.")
    changed = [
        f"“{_short(one.title)}” becomes round {plan.numbers[one.id]}"
        for one in programme
        if one.id in plan.numbers
    ]
    if changed:
        said.append(f"{listed(changed[:3])}; tables that were mixed go with the number.")
    if preset.hosts:
        tables = len(session.exec(select(RoomTableRow.id)).all())
        hosts = len(set(read_wishes(session).host_tables(first).values()))
        if hosts < tables:
            said.append(
                f"{hosts or 'None'} of {counted(tables, 'table')} "
                f"{'has' if hosts in (0, 1) else 'have'} a host; choose the others on Tables."
            )
    return said


def _move_aims(
    session: DbSession, before: Programme, plan: _Plan
) -> tuple[tuple[int, Mapping[str, str], Mapping[str, str]], ...]:
    """For each round whose aims change: its number, the aims before and after."""
    rows = {row.number: row for row in session.exec(select(RoundRow)).all()}
    moved = {
        one.round_number: plan.numbers[one.id]
        for one in before
        if one.id in plan.numbers and one.round_number is not None
    }
    new: dict[int, Mapping[str, str]] = {number: {} for number in plan.rounds}
    for old, number in moved.items():
        new[number] = dict(rows[old].aims) if old in rows else {}
    return tuple(
        (number, dict(rows[number].aims) if number in rows else {}, aims)
        for number, aims in sorted(new.items())
        if dict(rows[number].aims if number in rows else {}) != dict(aims)
    )


def _set_aims(session: DbSession, number: int, aims: Mapping[str, str]) -> None:
    row = _round(session, number)
    assert row is not None
    row.aims = dict(aims)
    session.add(row)


def _revive(session: DbSession, most: int) -> tuple[int, ...]:
    """Rounds that were left out and are wanted again."""
    revived: list[int] = []
    rows = session.exec(
        select(RoundRow).where(RoundRow.number <= most, col(RoundRow.started_at).is_(None))
    )
    for row in rows.all():
        if row.finished_at is not None:
            row.finished_at = None
            session.add(row)
            revived.append(row.number)
    return tuple(sorted(revived))


def _round(session: DbSession, number: int) -> RoundRow | None:
    return session.exec(select(RoundRow).where(RoundRow.number == number)).first()


def _short(title: str) -> str:
    return title if len(title) <= 40 else f"{title[:39].rstrip()}…"


def _anybody_sits(session: DbSession, row: RoundRow) -> bool:
    seat = session.exec(select(SeatRow.id).where(SeatRow.round_id == row.id).limit(1)).first()
    return seat is not None
