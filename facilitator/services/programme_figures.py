"""The programme afterwards, as the documents show it: from the facts of its clock."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session as DbSession

from facilitator.clocks import Clocks
from facilitator.documents.report_figures import SessionFigure
from facilitator.domain.localtime import local_of
from facilitator.domain.measured import NETWORKING, Outcome, measured
from facilitator.domain.schedule import published_times
from facilitator.services.programme_rows import moment_now, read_clock


def session_figures(session: DbSession, clocks: Clocks) -> tuple[SessionFigure, ...]:
    """Every session of the programme with its published and its measured times."""
    clock = read_clock(session)
    programme = clock.programme
    zone, plan = programme.zone, programme.planned()

    def local(moment: datetime | None) -> datetime | None:
        return None if moment is None else local_of(moment, zone)

    found: list[SessionFigure] = []
    for one in measured(clock, moment_now(clocks)):
        its = one.session
        told = published_times(programme, its, plan)
        ran = one.began is not None
        found.append(
            SessionFigure(
                id=its.id, title=its.title, kind=its.kind.value,
                starts=local(told[0]) if told else None,
                starts_at=told[0] if told else None,
                minutes=its.published_minutes or its.minutes,
                least=min(its.least, its.published_minutes or its.minutes),
                promised=its.kind in NETWORKING and told is not None,
                began=local(one.began), ended=local(one.ended),
                began_at=one.began, ended_at=one.ended,
                skipped=one.outcome in (Outcome.LEFT_OUT, Outcome.SKIPPED),
                is_break=its.kind.is_break,
                outcome=one.outcome,
                ran=round(one.ran / 60) if ran else None,
                paused=round(one.paused / 60) if ran else None,
                pauses=one.pauses, begun=one.begun, stopped=one.stopped, late=one.late,
            )
        )  # fmt: skip
    return tuple(found)
