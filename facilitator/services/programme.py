"""The programme: its sessions, edited until they have been. Its clock is in `running`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import time
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlmodel import Session as DbSession
from sqlmodel import col, select

from facilitator.domain.board import Board, board
from facilitator.domain.changes import Changes
from facilitator.domain.clock_facts import Moment
from facilitator.domain.cues import CueTape
from facilitator.domain.errors import ChangedMeanwhile, Refused
from facilitator.domain.localtime import local_of
from facilitator.domain.meanwhile import bring_together
from facilitator.domain.programme import NewSession, Programme, Session, checked, tidy_starts
from facilitator.domain.session_clock import SessionClock
from facilitator.intake.rundown import MOST_SESSIONS, Rundown
from facilitator.intake.rundown_in import read_rundown
from facilitator.intake.templates import Template, read_template, templates
from facilitator.services.programme_rows import (
    FIELDS,
    add_template,
    ensure_rounds,
    event_row,
    fill_row,
    find_session,
    moment_now,
    open_from,
    place_of,
    read_clock,
    read_programme,
    renumber,
    session_differences,
    session_row,
    start_text,
    to_row,
    to_session,
    write_sessions,
)
from facilitator.services.running import ClockService
from facilitator.services.settings import write_setting
from facilitator.store.rows import SessionRow

__all__ = ["Edited", "ProgrammeService", "ProgrammeState", "Published", "Replaced", "add_template"]

#: what may still be changed about a session that is on or has been
_ALWAYS = frozenset({"title", "speaker", "note", "colour", "cue", "warnings", "auto", "sound"})


@dataclass(frozen=True, slots=True)
class ProgrammeState:
    """The programme as read at one moment, with all a screen needs to go on by itself.

    `board` is how things stood at reading; `at(moment)` tells how they stand later, without
    reading again, as long as nothing is written. `tape` knows the cues.
    """

    clock: SessionClock
    tape: CueTape
    board: Board
    published: bool

    @property
    def programme(self) -> Programme:
        """The sessions in order."""
        return self.clock.programme

    @property
    def problems(self) -> list[str]:
        """What does not fit in the plan, a sentence each."""
        return self.programme.problems()

    def at(self, moment: Moment) -> Board:
        """How things stand at another moment."""
        return board(self.clock, moment)


@dataclass(frozen=True, slots=True)
class LookedOver:
    """What another desk or command has changed since something was read."""

    changes: Changes


@dataclass(frozen=True, slots=True)
class Edited:
    """A session after it was added, changed, moved, removed or put back."""

    session: Session
    changes: Changes


@dataclass(frozen=True, slots=True)
class Replaced:
    """The whole programme after an import or a template: how many sessions, how many before."""

    sessions: int
    before: int
    rounds: int
    changes: Changes
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Published:
    """How many sessions have their times pinned now."""

    sessions: int
    changes: Changes


@dataclass(frozen=True, slots=True)
class Restored:
    """How many sessions there are again after an edit was taken back."""

    sessions: int
    changes: Changes


class ProgrammeService(ClockService):
    """The sessions of the event, what they come to at any moment, and (inherited) its clock."""

    # -- reading --------------------------------------------------------------------------------

    def moment(self) -> Moment:
        """Both clocks, now."""
        return moment_now(self._clocks)

    def state(self) -> ProgrammeState:
        """Everything about the programme, now."""
        with self._database.reading() as session:
            clock = read_clock(session)
            published = any(one.is_published for one in clock.programme)
        return ProgrammeState(
            clock, CueTape(clock.programme, clock.facts), board(clock, self.moment()), published
        )

    def look_over(self, known: ProgrammeState) -> LookedOver:
        """Whether somebody else has written since `known` was read; cheap enough for every two
        seconds."""
        with self._database.reading() as session:
            clock = read_clock(session)
        changes = Changes.NONE
        if clock.programme != known.programme:
            changes |= Changes.PROGRAMME
        if clock.facts != known.clock.facts:
            changes |= Changes.CLOCK
        return LookedOver(changes)

    def templates(self) -> tuple[Template, ...]:
        """The days to begin with."""
        with self._database.reading() as session:
            return templates(event_row(session).held_on)

    def preview(self, path: Path, answers: Mapping[tuple[int, str], time] | None = None) -> Rundown:
        """What a file says, with its questions and problems; nothing is written."""
        with self._database.reading() as session:
            day = event_row(session).held_on
        return read_rundown(path, day, answers)

    def export(self, path: Path) -> int:
        """Write the programme to a .xlsx, .csv, .ics or .pdf; returns the number of sessions."""
        from facilitator.services.programme_files import write_programme

        return write_programme(self._database, self._clocks, path)

    # -- sessions -------------------------------------------------------------------------------

    def add(self, new: NewSession, before: UUID | None = None) -> Edited:
        """Add a session before another, or at the end. Refused where it cannot be, or where it
        would come before what is running."""

        def work(session: DbSession) -> Edited:
            clock = read_clock(session)
            programme = clock.programme
            if len(programme) >= MOST_SESSIONS:
                raise Refused(f"A programme has at most {MOST_SESSIONS} sessions.")
            kept = checked(new, programme.zone)
            place = len(programme) if before is None else place_of(programme, before)
            if place < open_from(clock):
                raise Refused("Nothing can be added before a session that is on or has been.")
            row = to_row(kept, place)
            order = [one.id for one in programme]
            order.insert(place, row.id)
            first = programme.sessions[0] if programme.sessions else None
            if place == 0 and first is not None and first.starts is not None and not first.fixed:
                # The day begins when it began: the new first session takes over the start.
                row.starts = row.starts or start_text(first.starts)
                session_row(session, first.id).starts = ""
            session.add(row)
            session.flush()
            renumber(session, order)
            added = to_session(row)
            return Edited(added, Changes.PROGRAMME)

        return self._database.decide(work)

    def edit(
        self, session_id: UUID, *, was: Mapping[str, Any] | None = None, **changes: Any
    ) -> Edited:
        """Change a session by the names of `NewSession`'s fields. Refused where it would be wrong,
        and for the times of one that is on or has been. TypeError for a name that there is not.

        `was` is what the form showed of these fields: what is as it was then is left as it is now,
        and ChangedMeanwhile says, with nothing changed, what somebody else has made something else.
        """
        unknown = set(changes) - FIELDS
        if unknown:
            raise TypeError(f"a session has no {', '.join(sorted(unknown))}")
        return self._database.decide(
            lambda session: self._edit(session, session_id, was or {}, changes)
        )

    def _edit(
        self,
        session: DbSession,
        session_id: UUID,
        seen: Mapping[str, Any],
        changes: Mapping[str, Any],
    ) -> Edited:
        clock = read_clock(session)
        was = find_session(clock.programme, session_id)
        # What is typed is compared as it would be kept.
        typed = checked(replace(was, **changes), clock.programme.zone) if seen else None
        wanted = {name: getattr(typed, name) for name in changes} if typed else changes
        found = bring_together(seen, {name: getattr(was, name) for name in changes}, wanted)
        if found.clashes:
            raise ChangedMeanwhile(session_differences(was, found.clashes, seen, wanted))
        kept = checked(replace(was, **found.values), clock.programme.zone)
        different = {name for name in FIELDS if getattr(kept, name) != getattr(was, name)}
        if not different <= _ALWAYS:
            state = clock.state(self.moment())
            if state.session is not None and state.session.id == was.id:
                raise Refused(
                    f"“{was.title}” is running.",
                    "Its times are as they were.",
                    "Give it a minute more or less instead.",
                )
            if was.id in state.done:
                raise Refused(f"“{was.title}” has been; its times stay as they are.")
        row = session_row(session, was.id)
        fill_row(row, kept)
        session.add(row)
        return Edited(to_session(row), Changes.PROGRAMME)

    def move(self, session_id: UUID, by: int) -> Edited:
        """Move a session earlier (negative) or later by places. Never one that is on or has been,
        nor past one. Gaps stay where they are; a fixed start goes with its session."""

        def work(session: DbSession) -> Edited:
            clock = read_clock(session)
            programme = clock.programme
            was = find_session(programme, session_id)
            place, first = place_of(programme, session_id), open_from(clock)
            if place < first:
                raise Refused(f"“{was.title}” is on or has been; its place stays.")
            target = min(max(place + by, first), len(programme) - 1)
            order = list(programme.sessions)
            order.insert(target, order.pop(place))
            slots = [None if one.fixed else one.starts for one in programme]
            for one, slot in zip(order, slots, strict=True):
                row = session_row(session, one.id)
                if not one.fixed:
                    row.starts = start_text(slot)
                    session.add(row)
            renumber(session, [one.id for one in order])
            moved = to_session(session_row(session, session_id))
            return Edited(moved, Changes.PROGRAMME if target != place else Changes.NONE)

        return self._database.decide(work)

    def move_before(self, session_id: UUID, before: UUID | None) -> Edited:
        """Move a session to just before another one, or to the end: what a drag does."""
        with self._database.reading() as session:
            programme = read_programme(session)
        place = place_of(programme, session_id)
        target = len(programme) if before is None else place_of(programme, before)
        return self.move(session_id, target - place - (1 if target > place else 0))

    def restore(self, before: Programme, after: Programme) -> Restored:
        """Take an edit back: the programme is as it was `before` it, published times too.

        `after` is how the edit left it; refused where somebody has changed it since, and where a
        session would go or come that is on or has been.
        """

        def work(session: DbSession) -> Restored:
            clock = read_clock(session)
            if clock.programme != after:
                raise Refused(
                    "The programme has been changed since.", "Nothing was taken back.",
                    "Look at it first.",
                )  # fmt: skip
            wanted = {one.id for one in before}
            fixed = {run.session_id for run in clock.state(self.moment()).runs}
            kept = [one.id for one in before if one.id in fixed]
            if kept != [one.id for one in after if one.id in fixed]:
                raise Refused(
                    "A session that is on or has been would change its place.",
                    "Nothing was taken back.",
                )
            for one in after:
                if one.id not in wanted:
                    row = session_row(session, one.id)
                    row.removed_at = self._clocks.now()
                    session.add(row)
            for one in before:
                row = session_row(session, one.id)
                fill_row(row, one)
                row.position, row.removed_at = one.position, None
                row.published_starts = start_text(one.published_starts)
                row.published_minutes = one.published_minutes
                session.add(row)
            write_setting(session, "published", any(one.is_published for one in before))
            return Restored(len(before), Changes.PROGRAMME | Changes.EVENT)

        return self._database.decide(work)

    def remove(self, session_id: UUID) -> Edited:
        """Take a session out; `put_back` brings it back. Never one that is on or has been."""

        def work(session: DbSession) -> Edited:
            clock = read_clock(session)
            was = find_session(clock.programme, session_id)
            place = place_of(clock.programme, session_id)
            if place < open_from(clock) or any(
                run.session_id == session_id for run in clock.state(self.moment()).runs
            ):
                raise Refused(f"“{was.title}” is on or has been; it stays in the programme.")
            row = session_row(session, session_id)
            row.removed_at = self._clocks.now()
            session.add(row)
            after = clock.programme.sessions[place + 1 : place + 2]
            if place == 0 and after and after[0].starts is None and was.starts is not None:
                second = session_row(session, after[0].id)
                second.starts = start_text(was.starts)
                session.add(second)
            renumber(session, [one.id for one in clock.programme if one.id != session_id])
            return Edited(was, Changes.PROGRAMME)

        return self._database.decide(work)

    def put_back(self, session_id: UUID) -> Edited:
        """Bring a removed session back to where it stood."""

        def work(session: DbSession) -> Edited:
            row = session.get(SessionRow, session_id)
            if row is None:
                raise Refused("There is no such session.")
            programme = read_programme(session)
            if row.removed_at is not None:
                row.removed_at = None
                order = [one.id for one in programme]
                place = min(row.position, len(order))
                order.insert(place, row.id)
                first = programme.sessions[0] if programme.sessions else None
                if place == 0 and first is not None and row.starts == start_text(first.starts):
                    second = session_row(session, first.id)
                    second.starts = start_text(first.starts) if first.fixed else ""
                    session.add(second)
                session.add(row)
                session.flush()
                renumber(session, order)
            back = to_session(row)
            return Edited(back, Changes.PROGRAMME)

        return self._database.decide(work)

    # -- the whole programme --------------------------------------------------------------------

    def import_rundown(
        self, path: Path, answers: Mapping[tuple[int, str], time] | None = None
    ) -> Replaced:
        """Take over the programme in a file, whole or not at all. Refused while something in it
        is unclear, and once the day has begun."""
        rundown = self.preview(path, answers)
        return self._replace(rundown.taken(), rundown.notes)

    def apply_template(self, key: str) -> Replaced:
        """Begin with a template instead of what is there. Refused once the day has begun."""
        with self._database.reading() as session:
            template = read_template(key, event_row(session).held_on)
        return self._replace(template.sessions)

    def publish(self) -> Published:
        """Pin the planned times as the published ones: what guests are told and delays are
        measured by. Again after later changes."""

        def work(session: DbSession) -> Published:
            programme = read_programme(session)
            if not programme.sessions:
                raise Refused("There is no programme to publish yet.")
            planned = programme.planned()
            for one in programme:
                row = session_row(session, one.id)
                plan = planned.get(one.id)
                row.published_starts = (
                    start_text(local_of(plan.starts, programme.zone)) if plan is not None else ""
                )
                row.published_minutes = one.minutes if plan is not None else None
                session.add(row)
            write_setting(session, "published", True)
            return Published(len(planned), Changes.PROGRAMME | Changes.EVENT)

        return self._database.decide(work)

    # -- internal -------------------------------------------------------------------------------

    def _replace(self, wanted: Sequence[NewSession], notes: tuple[str, ...] = ()) -> Replaced:

        def work(session: DbSession) -> Replaced:
            clock = read_clock(session)
            if clock.state(self.moment()).runs:
                raise Refused(
                    "The day has begun, so the whole programme cannot be replaced.",
                    "It is as it was.",
                    "Change single sessions, or clear the clock first.",
                )
            zone = clock.programme.zone
            kept = tidy_starts(checked(one, zone) for one in wanted)
            rows = session.exec(select(SessionRow).where(col(SessionRow.removed_at).is_(None)))
            for row in rows.all():
                row.removed_at = self._clocks.now()
                session.add(row)
            rounds = write_sessions(session, kept)
            made = ensure_rounds(session, rounds)
            write_setting(session, "published", False)
            changes = Changes.PROGRAMME | Changes.EVENT | (Changes.SEATS if made else Changes.NONE)
            return Replaced(len(kept), len(clock.programme), rounds, changes, notes)

        return self._database.decide(work)
