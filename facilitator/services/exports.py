"""The exports: workbook, folder of csv, JSON, Markdown, calendar, and certificates."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

from sqlmodel import Session, col, select

from facilitator.clocks import Clocks
from facilitator.documents.page import Occasion
from facilitator.domain.errors import Refused
from facilitator.domain.people import Status
from facilitator.services.events import read_event
from facilitator.services.people import read_people
from facilitator.services.programme_rows import moment_now, read_clock
from facilitator.services.report import (
    Written,
    gather,
    parse_attribution,
    record_document,
)
from facilitator.store.database import Database
from facilitator.store.rows import PresenceRow

#: the endings of a file's name → what is written
KINDS = {".xlsx": "spreadsheet", ".json": "JSON", ".md": "Markdown", ".ics": "calendar"}
#: a stretch of the programme shorter than this is not worth an hour
_LEAST = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Certificates:
    """Certificates of attendance that are on disk now."""

    written: Written
    people: int


class ExportService:
    """What leaves the event as files. Each answer says whether names are inside."""

    def __init__(self, database: Database, clocks: Clocks) -> None:
        self._database = database
        self._clocks = clocks

    def write(self, path: Path, attribution: str = "role") -> Written:
        """Write an export: xlsx, json, md or ics by the name's ending, else a folder of csv.

        `role` and `none` leave names and addresses out of notes and of lists of people, and show
        counts as the published report does; under `named` counts are whole, and a note still says
        only what whoever said it allowed. Refused for another ending; nothing half-written is left.
        """
        allowed = parse_attribution(attribution)
        ending = path.suffix.lower()
        if ending and ending not in KINDS and not path.is_dir():
            raise Refused(
                f"“{path.name}” is no kind of export.", "Nothing was written.",
                "End its name in .xlsx, .json, .md or .ics, or name a folder for csv.",
            )  # fmt: skip
        with self._database.reading() as session:
            figures = gather(
                session, self._clocks, allowed, internal=allowed.value == "named"
            )  # fmt: skip
        from facilitator.documents import exports_files

        named = figures.names_inside
        match ending:
            case ".xlsx":
                exports_files.write_xlsx(path, figures)
            case ".json":
                exports_files.write_json(path, figures)
            case ".ics":
                from facilitator.documents.calendar import write_day_calendar

                write_day_calendar(path, figures)
                named = any(note.is_named for note in figures.actions)
            case ".md":
                from facilitator.documents.report_markdown import write_report_markdown
                from facilitator.documents.report_text import compose

                write_report_markdown(path, compose(figures))
                named = any(note.is_named for note in figures.notes)
            case _:
                exports_files.write_csv_folder(path, figures)
        record_document(self._database, self._clocks, "export", path, names_inside=named)
        return Written(path, named)

    def certificates(
        self, path: Path, people: Collection[UUID] | None = None
    ) -> Certificates:  # fmt: skip
        """Certificates of attendance as one PDF, a page for each person who came, or for each of
        `people` who did.

        The hours are those of the programme as it happened, breaks left out, while they were here.
        Refused where nobody came or the name does not end in .pdf.
        """
        if path.suffix.lower() != ".pdf":
            raise Refused("Certificates are a PDF; end the name in .pdf.", "Nothing was written.")
        with self._database.reading() as session:
            event = read_event(session)
            came = [
                person for person in read_people(session, people)
                if person.status in (Status.ARRIVED, Status.LEFT) and person.name
            ]  # fmt: skip
            present = _presence(session)
            sessions = _sessions(session, self._clocks)
        if not came:
            raise Refused("Nobody with a name came, so there is no certificate to make.")
        from facilitator.documents.exports_certificates import Certificate, write_certificates

        made = self._clocks.now()
        lines = [
            Certificate(
                person.full_name, person.organisation,
                _minutes(sessions, present.get(str(person.id), []), made),
            )
            for person in sorted(came, key=lambda p: p.sorted_name.casefold())
        ]  # fmt: skip
        occasion = Occasion(event.name, event.local(made), event.held_on, event.venue)
        write_certificates(path, lines, occasion)
        record_document(self._database, self._clocks, "certificates", path, names_inside=True)
        return Certificates(Written(path, True), len(lines))


def _presence(session: Session) -> dict[str, list[tuple[str, datetime]]]:
    """What stands of each person's comings and goings, in order."""
    rows = session.exec(select(PresenceRow).order_by(col(PresenceRow.number))).all()
    undone = {row.undoes for row in rows if row.undoes is not None}
    found: dict[str, list[tuple[str, datetime]]] = {}
    for row in rows:
        if row.kind != "undone" and row.id not in undone:
            moment = row.about or row.at
            found.setdefault(str(row.attendee_id), []).append((row.kind, moment))
    return found


def _sessions(session: Session, clocks: Clocks) -> list[tuple[datetime, datetime]]:
    """When sessions that are no breaks ran; as planned where the clock was not used."""
    clock = read_clock(session)
    programme = clock.programme
    if not programme.sessions:
        return []
    now = moment_now(clocks)
    state = clock.state(now)
    work = {one.id for one in programme if not one.kind.is_break}
    if state.runs:
        return [
            (run.started_at, run.ended_at or now.wall)
            for run in state.runs if run.session_id in work and not run.put_back
        ]  # fmt: skip
    return [(plan.starts, plan.ends) for key, plan in programme.planned().items() if key in work]


def _minutes(
    sessions: list[tuple[datetime, datetime]], facts: list[tuple[str, datetime]], now: datetime
) -> int:
    """Whole minutes of the sessions while somebody was here."""
    stays: list[tuple[datetime, datetime]] = []
    since: datetime | None = None
    for kind, at in facts:
        if kind == "left" and since is not None:
            stays.append((since, at))
            since = None
        elif kind != "left" and since is None:
            since = at
    if since is not None:
        stays.append((since, max(now, *(end for _, end in sessions)) if sessions else now))
    total = timedelta()
    for begins, ends in sessions:
        for came, went in stays:
            total += max(timedelta(), min(ends, went) - max(begins, came))
    return int(total / _LEAST)
