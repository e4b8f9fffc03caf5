"""The log of scans: every one as it came, with what it was answered. To be read, and to keep."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import MappingProxyType

from sqlmodel import Session, col, select

from facilitator.clocks import Clocks
from facilitator.services.events import read_event
from facilitator.store.database import Database
from facilitator.store.rows import AttendeeRow, ScanRow, VerdictRow

COLUMNS = ("When", "Desk", "Operator", "Source", "Scanned", "Answer", "Person")

#: outcome → what people call it; a scan without one was logged, and the program died before it
#: could answer
OUTCOMES: Mapping[str, str] = MappingProxyType({
    "welcome": "Welcome", "welcome-back": "Welcome back", "already-here": "Already here",
    "cancelled": "Cancelled", "other-event": "Another event", "misread": "Scan again",
    "unknown": "Not on the list", "ambiguous": "Which one?", "": "Never answered: scan again",
})  # fmt: skip

#: the outcomes that let somebody in
ADMITS = frozenset({"welcome", "welcome-back"})


@dataclass(frozen=True, slots=True)
class LogLine:
    """A line of the scan log; `outcome` is empty where the program died before it answered."""

    at: datetime
    desk: str
    operator: str
    source: str
    raw: str
    outcome: str
    person: str

    @property
    def answer(self) -> str:
        """The outcome as people call it."""
        return OUTCOMES.get(self.outcome, self.outcome)

    def has(self, wanted: str) -> bool:
        """Whether `wanted`, in small letters, stands anywhere in it."""
        every = (self.raw, self.person, self.answer, self.desk, self.operator, self.source)
        return any(wanted in one.casefold() for one in every if one)


def read_log(session: Session, limit: int | None = None) -> list[LogLine]:
    """The scan log, newest first; whole without a limit."""
    query = (
        select(
            ScanRow.at, ScanRow.desk, ScanRow.operator, ScanRow.source, ScanRow.raw,
            VerdictRow.outcome, AttendeeRow.given_name, AttendeeRow.family_name,
        )  # pyright: ignore[reportCallIssue] (it knows of four columns at most)
        .outerjoin(VerdictRow, col(VerdictRow.scan_id) == col(ScanRow.id))
        .outerjoin(AttendeeRow, col(AttendeeRow.id) == col(VerdictRow.attendee_id))
        .order_by(col(ScanRow.at).desc(), col(ScanRow.id).desc())
        .limit(limit)
    )  # fmt: skip
    return [
        LogLine(at, desk, operator, source, raw, outcome or "",
                f"{given or ''} {family or ''}".strip())
        for at, desk, operator, source, raw, outcome, given, family in session.exec(query)
    ]  # fmt: skip


def write_log(database: Database, clocks: Clocks, path: Path) -> int:
    """Write the whole log, oldest first, as CSV at `path`; returns how many scans are in it.

    Times are the event's own. That names left the laptop is recorded. Raises what
    `write_document` raises.
    """
    # Documents take long to import, and every scan goes through here.
    from facilitator.documents.spreadsheet import write_csv
    from facilitator.services.on_paper import note_document

    with database.reading() as session:
        event, lines = read_event(session), read_log(session)
    rows = (
        (f"{event.local(one.at):%Y-%m-%d %H:%M:%S}", one.desk, one.operator, one.source,
         one.raw.replace("\r", " ").replace("\n", " "), one.answer, one.person)
        for one in reversed(lines)
    )  # fmt: skip
    write_csv(path, COLUMNS, rows)
    note_document(database, clocks, "scan log", path, scans=len(lines))
    return len(lines)


def whose(lines: Iterable[LogLine]) -> str:
    """Who let in how many, by the initials that stand with each: a sentence, or nothing where
    nobody ever gave any."""
    admitted = Counter(one.operator for one in lines if one.outcome in ADMITS)
    if not any(admitted):
        return ""
    named = sorted((who, many) for who, many in admitted.items() if who)
    parts = [f"{who} {many:,}" for who, many in named]
    if admitted[""]:
        parts.append(f"without initials {admitted['']:,}")
    return f"Let in by {', '.join(parts)}."
