"""Attendee lists into the event: a preview that writes nothing, then all of it or none."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any
from uuid import UUID

from sqlalchemy import Table, bindparam, insert, update
from sqlalchemy import select as sa_select
from sqlmodel import Session, SQLModel, col, select

from facilitator.clocks import Clocks
from facilitator.domain.changes import Changes
from facilitator.domain.errors import Refused
from facilitator.domain.ids import new_id
from facilitator.domain.sides import Sides
from facilitator.domain.ticket import make_ticket
from facilitator.intake.columns import FIELDS, heading
from facilitator.intake.incoming import IncomingPerson
from facilitator.intake.lists import AttendeeList, read_headings, read_list
from facilitator.intake.matching import UPDATABLE, ExistingPerson, Known, match
from facilitator.intake.professions import guess
from facilitator.services.events import Done, read_event
from facilitator.services.import_preview import (
    FilePreview,
    GuessGroup,
    ImportPreview,
    SideCount,
    details_of,
    gather,
    group_key,
    largest_first,
    look,
    summarise,
)
from facilitator.services.people import next_position, standings
from facilitator.store.database import Database, signed
from facilitator.store.rows import (
    AnswerRow,
    AttendeeCodeRow,
    AttendeeRow,
    PersonChangeRow,
    SourceRow,
    SourceRowRow,
)

__all__ = [
    "FilePreview", "GuessGroup", "ImportPreview", "ImportResult", "ImportingService", "SideCount",
    "fields_of_a_list",
]  # fmt: skip

_NOTHING: Mapping[str, str] = MappingProxyType({})
#: between the source's key of a row and the digest of who stood there
_JOINT = "|"


@dataclass(frozen=True, slots=True)
class ImportResult:
    """What importing did; `did` has the counts, as they were when it was written."""

    changes: Changes
    did: ImportPreview
    #: the new people, in the order of the lists
    added: tuple[UUID, ...] = ()


class ImportingService:
    """Reads attendee lists, says what they would do, and does it."""

    def __init__(self, database: Database, clocks: Clocks) -> None:
        self._database = database
        self._clocks = clocks

    def preview(
        self, paths: Sequence[Path | str], mapping: Mapping[str, str] = _NOTHING
    ) -> ImportPreview:
        """What importing the lists at `paths`, one after the other, would do.

        `mapping` says what columns become, heading to field (`intake.columns.FIELDS`). Refused
        where one of them is no list; WorldTrouble where it cannot be read.
        """
        with self._database.reading() as session:
            sides = read_event(session).sides
            existing = _existing(session)
        return look(self._read(paths, mapping, sides), existing, sides)

    def apply(
        self,
        what: ImportPreview | Sequence[Path | str],
        mapping: Mapping[str, str] = _NOTHING,
        *,
        corrections: Mapping[str, str] = _NOTHING,
        by: str = "",
    ) -> ImportResult:
        """Bring the lists in: all of them in one transaction, or nothing.

        `what` is a preview (its files are not read again, but who is known is decided anew) or
        paths. `corrections` settles guesses: the key of a `GuessGroup` to the side's key; the side
        that was guessed confirms it.
        """
        if isinstance(what, ImportPreview):
            lists = [file.list for file in what.files]
        else:
            with self._database.reading() as session:
                sides = read_event(session).sides
            lists = self._read(what, mapping, sides)
        files: list[FilePreview] = []
        added: list[UUID] = []
        with self._database.session() as session:
            event = read_event(session)
            settled = {key: event.sides.find(side).key for key, side in corrections.items()}
            for one in lists:
                existing = _existing(session)
                file = FilePreview(one, match(existing, one))
                added += self._write(session, file, existing, event.tag, settled, by)
                files.append(file)
            did = summarise(files, event.sides)
        touched = Changes.PEOPLE if did.added or did.known else Changes.NONE
        return ImportResult(touched, did, tuple(added))

    def unconfirmed(self) -> tuple[GuessGroup, ...]:
        """Guessed sides of people in the event that nobody has looked at, the largest group first.

        Only those that a rule was unsure of; what "GP Partner" means needs nobody's look.
        """
        with self._database.reading() as session:
            sides = read_event(session).sides
            rows = session.exec(
                select(AttendeeRow).where(
                    col(AttendeeRow.erased_at).is_(None), col(AttendeeRow.cancelled).is_(False)
                )
            ).all()
        gathered: dict[str, GuessGroup] = {}
        for row in rows:
            if "side" not in row.guessed:
                continue
            found = guess(row.profession, "", row.job_title, row.organisation, sides)
            if found.sure and found.side == row.side:
                continue
            words = row.job_title or row.profession or row.organisation
            name = f"{row.given_name} {row.family_name}".strip()
            gather(gathered, words, row.side, name, row.id)
        return largest_first(gathered)

    def settle(self, ids: Sequence[UUID], side: str, *, by: str = "") -> Done:
        """Confirm or correct the side of many people at once. Refused for a side there is not."""
        with self._database.session() as session:
            key = read_event(session).sides.find(side).key
            for person_id in ids:
                row = session.get(AttendeeRow, person_id)
                if row is None or row.erased_at is not None:
                    raise Refused("There is nobody of that id in this event.")
                if row.side != key:
                    session.add(
                        PersonChangeRow(attendee_id=row.id, at=self._clocks.now(),
                                        by=signed(session, by), how="edited", field="side",
                                        old=row.side, new=key)
                    )  # fmt: skip
                row.side = key
                row.guessed = [name for name in row.guessed if name != "side"]
                row.edited = [*(name for name in row.edited if name != "side"), "side"]
                session.add(row)
        return Done(Changes.PEOPLE)

    # -- internal -------------------------------------------------------------------------------

    @staticmethod
    def _read(
        paths: Sequence[Path | str], mapping: Mapping[str, str], sides: Sides
    ) -> list[AttendeeList]:
        if not paths:
            raise Refused("No list was named.")
        if len(paths) == 1 or not mapping:
            return [read_list(path, mapping=mapping, sides=sides) for path in paths]
        # A mapping is for whichever of the lists has the column.
        lists: list[AttendeeList] = []
        used: set[str] = set()
        for path in paths:
            names = {heading(name) for name in read_headings(path, mapping)}
            mine = {head: to for head, to in mapping.items() if heading(head) in names}
            used |= set(mine)
            lists.append(read_list(path, mapping=mine, sides=sides))
        for head in mapping:
            if head not in used:
                raise Refused(f"None of the lists has a column “{head}”.")
        return lists

    def _write(
        self,
        session: Session,
        file: FilePreview,
        existing: Sequence[ExistingPerson],
        tag: str,
        settled: Mapping[str, str],
        by: str,
    ) -> list[UUID]:
        """Write what one list does; returns the new people's ids, in its order."""
        rows = _Writing()
        now = self._clocks.now()
        source = SourceRow(
            name=file.list.file, system=file.list.source, at=now, rows=file.list.rows,
            added=file.added, updated=file.known, cancelled=file.cancelled,
            mapping=dict(file.list.mapping),
            skipped=[{"row": row, "why": why} for row, why in file.list.skipped],
        )  # fmt: skip
        session.add(source)
        session.flush()
        position = next_position(session)
        fresh: list[UUID] = []
        for place, person in enumerate(file.matches.added):
            fresh.append(key := new_id())
            row, guessed, edited = _settle(person, settled)
            rows.attendees.append(
                {"id": key, **row, "ticket": make_ticket(tag, secrets.token_bytes(10)),
                 "cancelled": person.cancelled, "walk_in": False, "guessed": guessed,
                 "edited": edited, "position": position + place, "created_at": now,
                 "erased_at": None}
            )  # fmt: skip
            rows.codes += [_code(key, code) for code in person.codes]
            rows.new_answers += [_answer(key, *answer) for answer in person.answers]
            rows.origins.append(_origin(source.id, key, person))
        known = file.matches.known
        by_id = {old.id: old for old in existing} if known else {}
        answered = _answers(session) if known else {}
        for one in known:
            self._renew(rows, by_id[one.id], one, settled, by or f"list “{file.list.file}”")
            _answer_again(rows, one, answered.get(one.id, {}))
            if (file.list.source, one.person.key, one.person.identity) not in by_id[one.id].keys:
                rows.origins.append(_origin(source.id, one.id, one.person))
        rows.write(session)
        return fresh

    def _renew(
        self, rows: _Writing, old: ExistingPerson, one: Known, settled: Mapping[str, str], by: str
    ) -> None:
        """Note what becomes different about somebody whom the event knows already."""
        row, guessed, edited = _settle(one.person, settled)
        values: dict[str, Any] = {}
        decided = set(old.guessed)
        for change in one.changes:
            values[change.field] = change.new
            decided = (
                decided | {change.field} if change.field in guessed else decided - {change.field}
            )
        for name in old.guessed - set(one.person.guessed):
            if row.get(name) not in (None, "") and row.get(name) == old.details.get(name):
                decided.discard(name)  # what was guessed, this list says
        if edited and "side" not in old.edited:
            values["side"] = row["side"]
            decided.discard("side")
        if one.is_cancelled_now or one.is_back:
            values["cancelled"] = one.is_cancelled_now
        history = {**old.details, "cancelled": old.cancelled}
        for name, new in values.items():
            if history.get(name) != new:
                rows.changes.append(
                    {"id": new_id(), "attendee_id": old.id, "at": self._clocks.now(), "by": by,
                     "how": "imported", "field": name, "old": _shown(history.get(name)),
                     "new": _shown(new)}
                )  # fmt: skip
        rows.codes += [_code(old.id, code) for code in one.codes]
        fields = set(old.edited) | (set(edited) if "side" not in old.edited else set())
        if values or decided != old.guessed or old.is_walk_in:
            rows.updates.append(
                {"b_id": old.id, **old.details, "cancelled": old.cancelled, **values,
                 "guessed": sorted(decided), "edited": sorted(fields), "walk_in": False}
            )  # fmt: skip


# --- reading --------------------------------------------------------------------------------------


def _existing(session: Session) -> list[ExistingPerson]:
    """Everybody on the list, as matching needs them. Walk-ins who were taken back are not on it."""
    table = _table(AttendeeRow)
    wanted = [table.c[name] for name in ("id", "cancelled", "guessed", "edited", "walk_in")]
    details = [table.c[name] for name in UPDATABLE]
    codes: dict[UUID, list[str]] = {}
    for key, code in session.exec(select(AttendeeCodeRow.attendee_id, AttendeeCodeRow.code)):
        codes.setdefault(key, []).append(code)
    keys: dict[UUID, list[tuple[str, str, str]]] = {}
    origins = select(SourceRowRow.attendee_id, SourceRow.system, SourceRowRow.row_key).join(
        SourceRow
    )
    for key, system, row_key in session.exec(origins):
        its, _, identity = row_key.rpartition(_JOINT)
        keys.setdefault(key, []).append((system, its, identity))
    query = sa_select(*wanted, *details).where(table.c.erased_at.is_(None))
    rows = session.execute(query.order_by(table.c.position, table.c.id)).all()
    walked = [row.id for row in rows if row.walk_in]
    here = standings(session, walked) if walked else {}
    return [
        ExistingPerson(
            id=row.id, given_name=row.given_name, family_name=row.family_name, email=row.email,
            cancelled=row.cancelled, codes=tuple(codes.get(row.id, ())),
            details={name: getattr(row, name) for name in UPDATABLE},
            edited=frozenset(row.edited or ()), guessed=frozenset(row.guessed or ()),
            keys=frozenset(keys.get(row.id, ())), is_walk_in=row.walk_in,
        )
        for row in rows
        if not row.walk_in or row.id in here
    ]  # fmt: skip


def _answers(session: Session) -> dict[UUID, dict[str, tuple[UUID, str]]]:
    found: dict[UUID, dict[str, tuple[UUID, str]]] = {}
    columns = (AnswerRow.attendee_id, AnswerRow.question, AnswerRow.id, AnswerRow.answer)
    for key, question, answer_id, answer in session.exec(select(*columns)):
        found.setdefault(key, {})[question] = (answer_id, answer)
    return found


# --- writing --------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Writing:
    """Rows to be written, gathered so that each table is written once."""

    attendees: list[dict[str, Any]] = field(default_factory=list)
    codes: list[dict[str, Any]] = field(default_factory=list)
    new_answers: list[dict[str, Any]] = field(default_factory=list)
    changes: list[dict[str, Any]] = field(default_factory=list)
    origins: list[dict[str, Any]] = field(default_factory=list)
    updates: list[dict[str, Any]] = field(default_factory=list)
    answers: list[dict[str, Any]] = field(default_factory=list)

    def write(self, session: Session) -> None:
        """Insert and update, those first that others refer to."""
        for row, values in (
            (AttendeeRow, self.attendees), (AttendeeCodeRow, self.codes),
            (AnswerRow, self.new_answers), (PersonChangeRow, self.changes),
            (SourceRowRow, self.origins),
        ):  # fmt: skip
            if values:
                _insert(session, _table(row), values)
        for row, values in ((AttendeeRow, self.updates), (AnswerRow, self.answers)):
            if values:
                table = _table(row)
                names = [name for name in values[0] if name != "b_id"]
                session.execute(
                    update(table)
                    .where(table.c.id == bindparam("b_id"))
                    .values({name: bindparam(name) for name in names}),
                    values,
                )


def _insert(session: Session, table: Table, values: Sequence[Mapping[str, Any]]) -> None:
    """Insert many rows of the same columns, past what SQLAlchemy does anew for every one of them:
    50,000 people bring half a million answers, and others wait for the lock meanwhile."""
    dialect = session.get_bind().dialect
    names = list(values[0])
    compiled = insert(table).compile(dialect=dialect, column_keys=names)
    kinds = {name: table.c[name].type.dialect_impl(dialect) for name in names}
    prepare = {name: made for name in names if (made := kinds[name].bind_processor(dialect))}
    columns = [
        [prepare[name](row[name]) for row in values]
        if name in prepare
        else [row[name] for row in values]
        for name in compiled.positiontup or names
    ]
    rows = zip(*columns, strict=True)
    data: Any = (
        list(rows) if compiled.positiontup else [dict(zip(names, row, strict=True)) for row in rows]
    )
    session.connection().exec_driver_sql(str(compiled), data)


def _table(row: type[SQLModel]) -> Table:
    return row.__table__  # pyright: ignore[reportAttributeAccessIssue]


def _settle(
    person: IncomingPerson, settled: Mapping[str, str]
) -> tuple[dict[str, Any], list[str], list[str]]:
    """Details, guessed and edited fields, once a person has settled the group's side."""
    row = details_of(person)
    key = group_key(person.words, person.side)
    if not person.doubtful or key not in settled:
        return row, sorted(person.guessed), []
    row["side"] = settled[key]
    return row, sorted(person.guessed - {"side"}), ["side"]


def _code(attendee_id: UUID, code: str) -> dict[str, Any]:
    return {"id": new_id(), "attendee_id": attendee_id, "code": code, "folded": code.casefold()}


def _answer(attendee_id: UUID, question: str, answer: str) -> dict[str, Any]:
    return {"id": new_id(), "attendee_id": attendee_id, "question": question, "answer": answer}


def _origin(source_id: UUID, attendee_id: UUID, person: IncomingPerson) -> dict[str, Any]:
    return {
        "id": new_id(), "source_id": source_id, "attendee_id": attendee_id, "number": person.row,
        "row_key": f"{person.key}{_JOINT}{person.identity}", "place": person.place,
    }  # fmt: skip


def _answer_again(rows: _Writing, one: Known, before: Mapping[str, tuple[UUID, str]]) -> None:
    """The newer answer stands; a question that the list does not ask keeps its answer."""
    for question, answer in one.person.answers:
        if question not in before:
            rows.new_answers.append(_answer(one.id, question, answer))
        elif before[question][1] != answer:
            rows.answers.append({"b_id": before[question][0], "answer": answer})


def _shown(value: Any) -> str:
    if value is None:
        return ""
    return ("yes" if value else "no") if isinstance(value, bool) else str(value)


def fields_of_a_list() -> Mapping[str, str]:
    """What a column can become, and what each field holds."""
    return FIELDS
