"""The evacuation roll: who is inside now, by side and table.

It must come when nothing else does. Where the event cannot be read as usual (a full disk, a file or
folder that may only be read) its file is read aside, in memory; where it cannot be read at all, or
its server does not answer at once, the newest copy is read, and the roll says how old it is.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from sqlmodel import Session, col, select

from facilitator.clocks import Clocks
from facilitator.documents.page import Occasion
from facilitator.documents.roll import (
    RollPerson,
    by_place,
    roll_lines,
    write_roll_csv,
    write_roll_pdf,
)
from facilitator.domain.changes import Changes
from facilitator.domain.errors import Refused, Trouble, WorldTrouble
from facilitator.domain.text import counted
from facilitator.services.copy_places import CopyPlaces
from facilitator.services.events import Done, Event, read_event
from facilitator.services.merging import admitted_twice
from facilitator.services.on_paper import OnPaper, note_document, read_on_paper
from facilitator.services.settings import read_settings
from facilitator.services.standing import StandingCache
from facilitator.store.aside import open_aside
from facilitator.store.copies import copied_at
from facilitator.store.database import Database, is_server, was_shared
from facilitator.store.rows import DecisionRow, PresenceRow
from facilitator.store.trouble import shown_path

#: a server that says nothing for this long, in seconds, is not waited for where there is a copy
PATIENCE = 0.35
#: ticks belong to one roll call: it is over when nobody was ticked for so long
ROLL_CALL = timedelta(hours=1)
_SEEN, _BEGUN = "seen-outside", "roll-call"


@dataclass(frozen=True, slots=True)
class Roll:
    """Who is inside, by side, table and family name, and where that is known from.

    `source` is empty where the event itself was read as usual, else a sentence. `alone` is one
    where several desks share the event and this laptop does not hear of the others now. `as_of` is
    the moment of which it tells: now, or that of the copy.
    """

    event: Event
    occasion: Occasion
    people: tuple[RollPerson, ...]
    as_of: datetime
    source: str = ""
    alone: str = ""

    @property
    def words(self) -> str:
        """What has to be known of it, in sentences; empty where it has everybody as of now."""
        return f"{self.source} {self.alone}".strip()

    @property
    def not_seen(self) -> int:
        """How many were not seen outside yet."""
        return sum(not one.seen for one in self.people)

    @property
    def doubled(self) -> int:
        """How many of them are in it a second time, because they were let in twice."""
        return sum(one.key.endswith(":2") for one in self.people)


class RollService:
    """Everybody who has arrived and not left."""

    def __init__(
        self, database: Database, clocks: Clocks, places: CopyPlaces | None = None
    ) -> None:
        """`places` says where this laptop keeps copies."""
        self._database, self._clocks = database, clocks
        self._places = places or CopyPlaces()
        # A cache of its own: the roll is read beside everything else.
        self._cache = StandingCache()
        self._asked: _Asked | None = None

    def read(self) -> Roll:
        """Who is inside. Never waits long: see the module. Raises Trouble where nothing is left."""
        location = self._database.location
        if self._database.is_server and self._places.newest(location):
            return self._race()
        try:
            return self._usual()
        except WorldTrouble as trouble:
            return _otherwise(location, self._clocks, self._places, trouble)

    def people(self) -> list[RollPerson]:
        """Those inside, by side, table and family name; the table is that of the running or else
        the next round."""
        return list(self.read().people)

    def lines(self) -> list[str]:
        """The roll for a terminal."""
        return lines_of(self.read())

    def write(self, path: Path) -> int:
        """Write the roll as PDF or CSV, by the name's ending; returns how many are inside.

        Refused for another ending; WorldTrouble where it cannot be written.
        """
        found = self.read()
        inside = write_roll(found, path)
        if not found.source:  # else the event does not answer, and nobody is to wait for it
            note_document(self._database, self._clocks, "roll", path)
        return inside

    def tick(self, key: str, seen: bool, *, by: str = "") -> Done:
        """Record that an entry of the roll was seen outside, or was not after all.

        WorldTrouble where the event cannot be written.
        """
        return self._decide(_SEEN, key, "seen" if seen else "not-seen", by)

    def begin_again(self, *, by: str = "") -> Done:
        """Record that a new roll call begins: nobody was seen outside yet."""
        return self._decide(_BEGUN, "all", "begun", by)

    # -- internal -------------------------------------------------------------------------------

    def _decide(self, area: str, subject: str, decision: str, by: str) -> Done:
        with self._database.session() as session:
            session.add(
                DecisionRow(at=self._clocks.now(), by=by, area=area, subject=subject,
                            decision=decision)
            )  # fmt: skip
        return Done(Changes.NONE)

    def _usual(self) -> Roll:
        with self._database.reading() as session:
            found = _read(session, self._cache, self._clocks)
        link = self._database.link
        if link is None:
            return found
        from facilitator.store.hub_link import Link

        if not isinstance(link, Link) or link.is_shared or link.alone_since is None:
            return found
        return replace(found, alone=_alone(f"since {found.event.local(link.alone_since):%H:%M}"))

    def _race(self) -> Roll:
        """The server's answer where it comes at once, else the newest copy's. One question at a
        time: a server that hangs is not asked again before it has answered."""
        asked = self._asked
        if asked is None:
            asked = self._asked = _Asked(self._usual)
        if not asked.answered.wait(PATIENCE):
            gone = WorldTrouble(f"The server that holds {self._database.place} does not answer.")
            return _otherwise(self._database.location, self._clocks, self._places, gone)
        self._asked = None
        if asked.roll is not None:
            return asked.roll
        if isinstance(asked.problem, WorldTrouble):
            location = self._database.location
            return _otherwise(location, self._clocks, self._places, asked.problem)
        assert asked.problem is not None
        raise asked.problem


class _Asked:
    """A question to the server, in a thread that nobody need wait for."""

    def __init__(self, read: Callable[[], Roll]) -> None:
        self.answered = threading.Event()
        self.roll: Roll | None = None
        self.problem: Exception | None = None
        self._read = read
        threading.Thread(target=self._run, name="roll", daemon=True).start()

    def _run(self) -> None:
        try:
            self.roll = self._read()
        except Exception as problem:
            self.problem = problem
        finally:
            self.answered.set()


def roll_at(location: str | Path, clocks: Clocks, places: CopyPlaces | None = None) -> Roll:
    """The roll of the event at a path or URL, which need not open as usual. Nothing is written.

    Raises the Trouble of the event where no copy of it can be read either.
    """
    known = places or CopyPlaces()
    try:
        database = Database.open(location)
    except WorldTrouble as trouble:
        return _otherwise(location, clocks, known, trouble)
    try:
        alone = _hear_of_others(database, clocks)
        return replace(RollService(database, clocks, known).read(), alone=alone)
    finally:
        database.close()


def _hear_of_others(database: Database, clocks: Clocks) -> str:
    """Where other desks share the event: read what they did, or say that it is not in the roll. A
    hub that is silent is not waited for longer than a scan would."""
    if not was_shared(database.location):
        return ""
    from facilitator.services.hub_life import attach
    from facilitator.store.hub import DEADLINE

    link = None
    with suppress(Trouble):
        link = attach(database, clocks)
    if link is None:
        return ""
    since = link.alone_since
    with suppress(Trouble):
        link.catch_up(DEADLINE)
        return ""
    if since is None:
        return _alone("lately")
    with database.reading() as session:
        return _alone(f"since {read_event(session).local(since):%H:%M}")


def _alone(when: str) -> str:
    return f"This laptop works alone: whom other desks let in or out {when} is not in it."


def lines_of(roll: Roll) -> list[str]:
    """The roll as lines of text; first what has to be known of it."""
    return ([roll.words] if roll.words else []) + roll_lines(roll.people)


def write_roll(roll: Roll, path: Path) -> int:
    """Write a roll as PDF or CSV, by the name's ending; returns how many are inside.

    Refused for another ending; WorldTrouble where it cannot be written.
    """
    ending = path.suffix.lower()
    if ending not in {".pdf", ".csv"}:
        raise Refused(
            f"The roll is written as .pdf or .csv, not as “{path.name}”.", "Nothing was written."
        )
    if ending == ".csv":
        write_roll_csv(path, roll.people)
    else:
        write_roll_pdf(path, roll.people, roll.occasion, roll.words)
    return len(roll.people)


# --- other ways of reading ------------------------------------------------------------------------


def _otherwise(
    location: str | Path, clocks: Clocks, places: CopyPlaces, trouble: WorldTrouble
) -> Roll:
    """The file read aside, else the newest copy; raises `trouble` where there is neither."""
    if not is_server(location):
        try:
            roll = _aside(Path(location), clocks)
        except Trouble:
            pass
        else:
            return replace(roll, source=f"{trouble.happened} All that is saved in it was read.")
    for copy in places.newest(location):
        try:
            roll = _aside(copy, clocks)
            at = copied_at(copy) or datetime.fromtimestamp(
                copy.stat().st_mtime, clocks.now().tzinfo
            )
        except (Trouble, OSError):
            continue
        return replace(roll, as_of=at, source=_from_copy(roll.event, copy, at, clocks, trouble))
    raise trouble


def _aside(path: Path, clocks: Clocks) -> Roll:
    database = open_aside(path)
    try:
        with database.reading() as session:
            return _read(session, StandingCache(), clocks)
    finally:
        database.close()


def _from_copy(
    event: Event, copy: Path, at: datetime, clocks: Clocks, trouble: WorldTrouble
) -> str:
    return (
        f"From the copy of {event.local(at):%H:%M} ({age_words(clocks.now() - at)} old, "
        f"{shown_path(copy)}): whoever came or left since is not in it. {trouble.happened}"
    )


def age_words(age: timedelta) -> str:
    """ "less than a minute", "14 minutes", "3 hours", "2 days"."""
    minutes = max(0, int(age.total_seconds() // 60))
    if minutes < 1:
        return "less than a minute"
    if minutes < 120:
        return counted(minutes, "minute")
    return counted(minutes // 60, "hour") if minutes < 48 * 60 else counted(minutes // 1440, "day")


# --- reading --------------------------------------------------------------------------------------


def _read(session: Session, cache: StandingCache, clocks: Clocks) -> Roll:
    paper = read_on_paper(session, cache, clocks)
    now = paper.standing.present
    twice = admitted_twice(session) if read_settings(session).merged else {}
    seen = _seen(session, clocks.now())
    inside: list[RollPerson] = []
    for one in paper.people:
        if not one.is_here:
            continue
        pairs = paper.tables_of(one.id, [now]) if now else []
        first = RollPerson(
            one.given_name,
            one.family_name,
            paper.side(one),
            pairs[0][1] if pairs else "",
            one.access,
            one.organisation,
            f"{paper.event.local(one.since):%H:%M}" if one.since else "",
            str(one.id),
        )
        doubt = _doubt(paper, twice[one.id]) if one.id in twice else ""
        entries = [replace(first, doubt=doubt)]
        if doubt:
            entries.append(replace(first, doubt=doubt, key=f"{one.id}:2"))
        # A tick from before they came (back) in says nothing.
        for entry in entries:
            at = seen.get(entry.key)
            is_out = at is not None and (one.since is None or at >= one.since)
            inside.append(replace(entry, seen=is_out))
    return Roll(
        paper.event, paper.occasion, tuple(sorted(inside, key=by_place)), clocks.now()
    )  # fmt: skip


def _doubt(paper: OnPaper, arrivals: Iterable[PresenceRow]) -> str:
    said = [
        f"{paper.event.local(fact.at):%H:%M}" + (f" at {fact.desk}" if fact.desk else "")
        for fact in arrivals
    ]
    return f"let in twice, may be two people: {' and '.join(said)}"


def _seen(session: Session, now: datetime) -> dict[str, datetime]:
    """Who was seen outside in the roll call that is under way, and when."""
    rows = session.exec(
        select(DecisionRow)
        .where(col(DecisionRow.area).in_((_SEEN, _BEGUN)))
        .order_by(col(DecisionRow.at), col(DecisionRow.id))
    ).all()
    if not rows or now - rows[-1].at > ROLL_CALL:
        return {}
    found: dict[str, datetime] = {}
    before: datetime | None = None
    for row in rows:
        if row.area == _BEGUN or (before is not None and row.at - before > ROLL_CALL):
            found = {}
        before = row.at
        if row.decision == "seen":
            found[row.subject] = row.at
        else:
            found.pop(row.subject, None)
    return found
