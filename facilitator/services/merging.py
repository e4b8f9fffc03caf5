"""Another copy of this event, merged: what stands in one only is taken over, by its id.

Nothing is doubled: what is here already stays. What contradicts is kept, both ways: what is here
counts, what came is set aside and shown until a person has decided, and the decision is a further
fact. `look` tells all of it beforehand and writes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlmodel import Session, col, select

from facilitator.clocks import Clocks
from facilitator.domain.changes import Changes
from facilitator.domain.errors import Refused
from facilitator.domain.ids import new_id
from facilitator.domain.people import Person
from facilitator.domain.presence import Kind, in_order
from facilitator.domain.text import counted
from facilitator.services.events import Done, Event, read_event
from facilitator.services.merge_rows import FREE, SET_UP, Aside, Line, Taken, Taker, differing
from facilitator.services.people import EDITABLE, PeopleService, read_people
from facilitator.services.seating import SeatingService
from facilitator.services.settings import set_words, write_setting
from facilitator.store.aside import open_aside
from facilitator.store.database import Database, insert_once
from facilitator.store.hub_resolve import TWIN
from facilitator.store.rows import DecisionRow, PresenceRow, SetAsideRow
from facilitator.store.trouble import shown_path

#: how the tables that people know are called, one and many
_WORDS = {
    "attendee": ("person", "people"),
    "presence": ("arrival or departure", "arrivals and departures"),
    "scan": ("scan", "scans"),
    "note": ("note", "notes"),
    "note_version": ("version of a note", "versions of notes"),
    "hands": ("show of hands", "shows of hands"),
    "pledge": ("pledge", "pledges"),
    "clock_fact": ("act of the clock", "acts of the clock"),
    "seat_change": ("change of the seating", "changes of the seating"),
    "person_change": ("edit of a person", "edits of people"),
    "question_answer": ("answer", "answers"),
    "badge_fact": ("badge", "badges"),
    "draft": ("draft", "drafts"),
}
_DETAILS = [name for name in EDITABLE if name != "cancelled"]


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Something that is one thing here and another there. Both are kept; `here` counts.

    `can_take`: whether a person may decide for the other one by one key (a detail of a person).
    """

    id: UUID
    area: str
    what: str
    here: str
    there: str
    source: str
    can_take: bool


@dataclass(frozen=True, slots=True)
class Merged:
    """What stood only in the other copy and was (or, looked at beforehand, would be) taken over.

    `rows` are (how many, of what), in words; `last_at` is the last thing that the other copy knows.
    """

    source: str
    last_at: datetime | None
    rows: tuple[tuple[int, str], ...]
    contradictions: tuple[Contradiction, ...]
    #: people who were let in by both
    twice: int
    changes: Changes

    @property
    def is_nothing(self) -> bool:
        """Whether everything there is here already."""
        return not self.rows and not self.contradictions

    @property
    def sentence(self) -> str:
        """What came, and what has to be looked at, the latter first."""
        if self.is_nothing:
            return f"Everything in {self.source} is here already."
        said = []
        if self.contradictions:
            many = len(self.contradictions)
            said.append(f"{counted(many, 'thing')} to look at: both are kept, this one's counts.")
        if self.twice:
            said.append(f"{counted(self.twice, 'person', 'people')} admitted twice.")
        parts = [f"{number:,} {words}" for number, words in self.rows]
        if parts:
            said.append(f"From {self.source}: {', '.join(parts)}.")
        return " ".join(said)


@dataclass(frozen=True, slots=True)
class AdmittedTwice:
    """Somebody who was let in twice: when, at which desk and by whom, the earlier one first."""

    person: Person
    arrivals: tuple[tuple[datetime, str, str], ...]


class MergeService:
    """Takes over what another copy of this event knows."""

    def __init__(
        self, database: Database, clocks: Clocks, people: PeopleService, seating: SeatingService
    ) -> None:
        self._database, self._clocks = database, clocks
        self._people, self._seating = people, seating

    # -- public ---------------------------------------------------------------------------------

    def look(self, other: Path) -> Merged:
        """What `take_over` would do; nothing is written. Raises as it does."""
        return self._merge(other, only_look=True)

    def take_over(self, other: Path) -> Merged:
        """Take over what stands only in the copy at `other`, in one transaction.

        Raises Refused where it is the copy of another event or personal data was removed,
        BadEventFile where it is damaged or of another version. Here all stays as it was then, and
        the other file is only read.
        """
        return self._merge(other, only_look=False)

    def open_contradictions(self) -> list[Contradiction]:
        """What nobody has decided yet, oldest first."""
        with self._database.reading() as session:
            decided = set(
                session.exec(
                    select(DecisionRow.subject).where(col(DecisionRow.area) == "set-aside")
                )
            )
            rows = session.exec(select(SetAsideRow).order_by(col(SetAsideRow.id))).all()
            # Of a note that two edited one row says how they differ; its versions say no more.
            notes = {row.subject for row in rows if row.there.get("table") == "note"}
            return [
                _contradiction(row)
                for row in rows
                if str(row.id) not in decided
                and row.there.get("why") != TWIN
                and not (row.there.get("table") == "note_version" and row.subject in notes)
            ]

    def decide(self, contradiction_id: UUID, decision: str, *, by: str = "") -> Done:
        """That a person looked: "here" keeps what is here, "there" takes the other's detail.

        Refused where it was decided already, or there is nothing to take.
        """
        if decision not in ("here", "there"):
            raise Refused("There is nothing of that kind to decide.")
        with self._database.reading() as session:
            row = self._undecided(session, contradiction_id)
            area, subject, name = row.area, row.subject, row.field
            value = row.there.get("value")
        changes = Changes.EVENT
        if decision == "there":
            if area != "person":
                raise Refused("That cannot be taken over by itself.", "What is here stays.")
            changes |= self._people.edit(UUID(subject), {name: value}, by=by).changes
        with self._database.session() as session:
            self._undecided(session, contradiction_id)
            session.add(
                DecisionRow(at=self._clocks.now(), by=by, area="set-aside",
                            subject=str(contradiction_id), decision=decision)
            )  # fmt: skip
        return Done(changes)

    def twice(self) -> list[AdmittedTwice]:
        """Who was let in by two that did not know of each other, until somebody has looked."""
        with self._database.reading() as session:
            found = admitted_twice(session)
            people = {one.id: one for one in read_people(session, list(found))}
        return [
            AdmittedTwice(people[key], tuple((fact.at, fact.desk, fact.operator) for fact in facts))
            for key, facts in found.items()
            if key in people
        ]

    def looked_at(self, person_id: UUID, *, by: str = "") -> Done:
        """That a person has looked at somebody who was admitted twice."""
        with self._database.session() as session:
            if person_id not in admitted_twice(session):
                raise Refused("Nobody of that id was admitted twice, or it was looked at already.")
            session.add(
                DecisionRow(at=self._clocks.now(), by=by, area="admitted-twice",
                            subject=str(person_id), decision="seen")
            )  # fmt: skip
        return Done(Changes.ARRIVALS)

    # -- internal -------------------------------------------------------------------------------

    def _merge(self, other: Path, *, only_look: bool) -> Merged:
        own = self._database.path
        if own is not None and other.exists() and own.samefile(other):
            raise Refused("That is this event itself, not a copy of it.", "Nothing was changed.")
        source = shown_path(other)
        there = open_aside(other)
        try:
            with there.reading() as theirs, self._database.session() as mine:
                event = read_event(mine)
                self._check(event, read_event(theirs), source)
                merge = _Merge(Taker(mine, theirs), event)
                came = merge.run()
                mine.flush()
                seated = self._seat(mine, came)
                if merge.taken.rows.get("presence"):
                    write_setting(mine, "merged", True)
                found = [self._keep(mine, one, source) for one in merge.taken.asides]
                merged = Merged(
                    source,
                    _last_moment(theirs),
                    _rows_in_words(merge.taken),
                    tuple(one for one in found if one is not None),
                    len(admitted_twice(mine)),
                    Changes.ALL if merge.taken.rows or found or seated else Changes.NONE,
                )
                if only_look:
                    mine.rollback()
                return merged
        finally:
            there.close()

    @staticmethod
    def _undecided(session: Session, contradiction_id: UUID) -> SetAsideRow:
        row = session.get(SetAsideRow, contradiction_id)
        if row is None:
            raise Refused("There is nothing of that kind to decide.")
        before = select(DecisionRow).where(
            col(DecisionRow.area) == "set-aside", col(DecisionRow.subject) == str(row.id)
        )
        if session.exec(before).first() is not None:
            raise Refused("Somebody has decided that already.", "It stays as decided.")
        return row

    @staticmethod
    def _check(event: Event, other: Event, source: str) -> None:
        if event.id != other.id:
            raise Refused(
                f"{source} is another event: “{other.name}”.", "Nothing was changed.",
                "Choose a copy of this one.",
            )  # fmt: skip
        if event.purged_at is not None:
            raise Refused(
                "Personal data was removed from this event.",
                f"{source} would bring it back, so nothing was taken over.",
                "Delete that copy.",
            )
        if other.purged_at is not None:
            raise Refused(
                f"Personal data was removed from {source}.", "Nothing was changed.",
                "Remove it here too, under After.",
            )  # fmt: skip

    def _seat(self, session: Session, came: Sequence[Line]) -> bool:
        """Seat those whose arrival came over and who have no seat here."""
        people = {
            person.id: person for person in read_people(session, {f["attendee_id"] for f in came})
        }
        changed = False
        for fact in came:
            person = people.get(fact["attendee_id"])
            if person is not None and person.is_here and fact["kind"] in ("arrived", "returned"):
                changed |= self._seating.arrived(session, person.id, fact["id"])
        return changed

    def _keep(self, session: Session, one: Aside, source: str) -> Contradiction | None:
        """Keep a contradiction once, however often the same copy is merged."""
        row = SetAsideRow(
            id=new_id(), at=self._clocks.now(), source=source, area=one.area, subject=one.subject,
            field=one.detail, what=one.what, here_words=one.here, there_words=one.there,
            there=one.content,
        )  # fmt: skip
        if not insert_once(session, row, "area", "subject", "field", "there_words"):
            return None
        return _contradiction(row)


class _Merge:
    """One merge, table after table."""

    def __init__(self, taker: Taker, event: Event) -> None:
        self._taker, self._event = taker, event
        self._at: Callable[[datetime], str] = lambda moment: f"{event.local(moment):%H:%M}"

    @property
    def taken(self) -> Taken:
        return self._taker.taken

    def run(self) -> list[Line]:
        """Takes over everything; returns the presence facts that came."""
        self._people()
        for name in SET_UP:
            self._taker.take_set_up(name, _set_up_words)
        self._notes()
        came: list[Line] = []
        for name in FREE:
            lines = self._taker.take_free(name)
            came += lines if name == "presence" else []
        self._seating()
        self._taker.take_row_of(
            "clock_fact", "number", None,
            lambda _group, mine, theirs: Aside(
                "clock", str(theirs[0]["id"]), "The clock of the programme",
                f"{counted(len(mine), 'act')}, the last at {self._at(mine[-1]['at'])}",
                f"{counted(len(theirs), 'act')}, the last at {self._at(theirs[-1]['at'])}",
                content={"facts": [str(one["id"]) for one in theirs]},
            ),
        )  # fmt: skip
        return came

    def _people(self) -> None:
        here, there = self._taker.of_both("attendee")
        mine, theirs = self._taker.of_both("person_change")
        edited_here = {(c["attendee_id"], c["field"]) for k, c in mine.items() if k not in theirs}
        edited_there = {(c["attendee_id"], c["field"]) for k, c in theirs.items() if k not in mine}
        position = max((line["position"] for line in here.values()), default=0)
        for key, line in there.items():
            if key not in here:
                position += 1
                self._taker.insert("attendee", {**line, "position": position})
                continue
            if here[key]["erased_at"] is not None:
                continue
            if line["erased_at"] is not None:
                self._taker.aside(
                    Aside("erasure", str(key), _name(here[key]), "still here", "erased there")
                )
                continue
            self._details(key, here[key], line, edited_here, edited_there)

    def _details(
        self,
        key: UUID,
        here: Line,
        there: Line,
        edited_here: set[tuple[UUID, str]],
        edited_there: set[tuple[UUID, str]],
    ) -> None:
        wanted = dict(here)
        for name in differing("attendee", here, there):
            if name not in EDITABLE:
                continue
            if (key, name) in edited_here and (key, name) not in edited_there:
                continue
            if (key, name) in edited_there and (key, name) not in edited_here:
                wanted[name] = there[name]
                continue
            self._taker.aside(
                Aside(
                    "person", str(key), f"{_name(here)}: {name.replace('_', ' ')}",
                    _shown(here[name]), _shown(there[name]), name, {"value": there[name]},
                )
            )  # fmt: skip
        if wanted != here:
            wanted["edited"] = sorted({*here["edited"], *there["edited"]})
            self._taker.replace("attendee", key, wanted)

    def _notes(self) -> None:
        here, there = self._taker.of_both("note")
        new = [line for key, line in there.items() if key not in here]
        # An action may come from a note that comes after it: first the notes, then what ties them.
        for line in new:
            self._taker.insert("note", {**line, "from_note": None, "merged_into": None})
        for line in new:
            self._taker.replace("note", line["id"], line)
            for child in ("note_theme", "note_borough"):
                self._taker.replace_children(child, "note_id", line["id"])

        def take(note_id: UUID, _theirs: Sequence[Line]) -> None:
            if note_id in here:
                self._taker.replace("note", note_id, there[note_id])
                for child in ("note_theme", "note_borough"):
                    self._taker.replace_children(child, "note_id", note_id)

        self._taker.take_row_of(
            "note_version", "number", "note_id",
            lambda group, mine, theirs: Aside(
                "note", str(group), _short(here[group]["text"]),
                f"changed at {self._at(mine[-1]['at'])}",
                f"changed at {self._at(theirs[-1]['at'])}: {_note_words(theirs[-1])}",
                content={"versions": [dict(one["content"]) for one in theirs]},
            ),
            also=take,
        )  # fmt: skip
        self._taker.take_row_of(
            "hands", "number", "note_id",
            lambda group, mine, theirs: Aside(
                "hands", str(group), _short(here[group]["text"]),
                f"counted at {self._at(mine[-1]['at'])}",
                "; ".join(_hands_words(one) for one in theirs),
            ),
        )  # fmt: skip
        drafts, others = self._taker.of_both("draft")
        notes = {**here, **there}
        for key, line in others.items():
            if key not in drafts and key not in notes:
                self._taker.insert("draft", line)

    def _seating(self) -> None:
        seats: dict[Any, list[Line]] = {}
        for line in self._taker.of_both("seat")[1].values():
            seats.setdefault(line["change_id"], []).append(line)

        def take(_group: Any, theirs: Sequence[Line]) -> None:
            for change in theirs:
                for line in seats.get(change["id"], ()):
                    self._taker.insert("seat", line)

        def words(_group: Any, mine: Sequence[Line], theirs: Sequence[Line]) -> Aside:
            done = [one for one in theirs if one["kind"] not in ("arrival", "left", "undone")]
            said = "; ".join(one["words"] or one["kind"] for one in done[-3:])
            return Aside(
                "seating", str(theirs[0]["id"]), "The seating",
                f"{counted(len(mine), 'change')}, the last at {self._at(mine[-1]['at'])}",
                f"{counted(len(theirs), 'change')}, the last at {self._at(theirs[-1]['at'])}"
                + (f": {said}" if said else ""),
            )  # fmt: skip

        self._taker.take_row_of("seat_change", "revision", None, words, also=take)


# --- admitted twice -------------------------------------------------------------------------------


def admitted_twice(session: Session) -> dict[UUID, list[PresenceRow]]:
    """For each person who was let in by two authorities that did not know of each other: those
    arrivals, until somebody has looked at them. A return right after an admission of another
    authority, with no leaving in between, is one too."""
    rows = session.exec(
        select(PresenceRow).order_by(col(PresenceRow.at), col(PresenceRow.id))
    ).all()
    by_person: dict[UUID, list[PresenceRow]] = {}
    for row in rows:
        by_person.setdefault(row.attendee_id, []).append(row)
    decided = set(
        session.exec(select(DecisionRow.subject).where(col(DecisionRow.area) == "admitted-twice"))
    )
    found = {}
    for person, facts in by_person.items():
        if len({fact.authority for fact in facts}) < 2 or str(person) in decided:
            continue
        undone = {fact.undoes for fact in facts if fact.undoes is not None}
        standing = [f for f in in_order(facts) if f.kind != Kind.UNDONE and f.id not in undone]
        twice = [f for f in standing if f.kind == Kind.ARRIVED]
        if len({fact.authority for fact in twice}) < 2:
            twice = []
        for one, other in pairwise(standing):
            if Kind.LEFT not in (one.kind, other.kind) and one.authority != other.authority:
                twice += [fact for fact in (one, other) if fact not in twice]
        if twice:
            found[person] = [fact for fact in facts if fact in twice]
    return found


# --- words ----------------------------------------------------------------------------------------


def _contradiction(row: SetAsideRow) -> Contradiction:
    what, there = row.what, row.there_words
    if "table" in row.there and there.endswith(")"):
        # What tells two of one wording apart is nobody's to read.
        there = there.rpartition(" (")[0]
    if row.there.get("table") == "setting":
        what = set_words(what)
        what = what[:1].upper() + what[1:]
    return Contradiction(
        row.id, row.area, what, row.here_words, there, row.source,
        row.area == "person",
    )  # fmt: skip


def _rows_in_words(taken: Taken) -> tuple[tuple[int, str], ...]:
    return tuple(
        (taken.rows[name], one if taken.rows[name] == 1 else many)
        for name, (one, many) in _WORDS.items()
        if taken.rows.get(name)
    )


def _last_moment(session: Session) -> datetime | None:
    from facilitator.store.rows import ScanRow

    scan = session.exec(select(ScanRow.at).order_by(col(ScanRow.at).desc()).limit(1)).first()
    fact = session.exec(
        select(PresenceRow.at).order_by(col(PresenceRow.at).desc()).limit(1)
    ).first()
    return max((one for one in (scan, fact) if one is not None), default=None)


def _set_up_words(line: Line) -> str:
    for name in ("title", "label", "name", "kind", "words", "key"):
        if line.get(name):
            return str(line[name])[:80]
    return "The set-up"


def _name(line: Line) -> str:
    return f"{line['given_name']} {line['family_name']}".strip()


def _shown(value: Any) -> str:
    return {True: "yes", False: "no", None: ""}.get(value, str(value)) if value != "" else "nothing"


def _short(text: str) -> str:
    return text if len(text) <= 80 else f"{text[:79]}…"


def _note_words(version: Line) -> str:
    return _short(str(version["content"].get("text", version["how"])))


def _hands_words(line: Line) -> str:
    count = line["estimate"] or f"{line['raised']} of {line['present']}"
    return f"{line['moment']}, {line['side']}: {count}"
