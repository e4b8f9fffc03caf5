"""The day's figures, gathered once, and the report that is made of them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

from sqlmodel import Session, col, select

from facilitator.clocks import Clocks
from facilitator.documents.report_counts import listed_people
from facilitator.documents.report_figures import (
    BoroughFigure,
    DayFigures,
    MeetingFigures,
    NoteFigure,
    PersonFigure,
    QuoteFigure,
    SideFigure,
)
from facilitator.documents.report_suppression import LEAST
from facilitator.domain.changes import Changes
from facilitator.domain.errors import Refused, WorldTrouble
from facilitator.domain.notes import Attribution, Note, NoteKind, Who
from facilitator.domain.people import Person, Status
from facilitator.domain.sides import Side
from facilitator.domain.text import clean, fold
from facilitator.services.events import Event, read_event
from facilitator.services.known_names import Known, KnownNames, looks_like_name
from facilitator.services.note_reading import read_notes
from facilitator.services.people import read_people
from facilitator.services.privacy_documents import place_of
from facilitator.services.programme_figures import session_figures
from facilitator.services.question_rows import answers_standing, read_questions
from facilitator.services.report_extras import logo_figures, quoted_note
from facilitator.services.seats import seating
from facilitator.store.database import Database
from facilitator.store.rows import (
    AttendeeRow,
    DocumentFactRow,
    RoundRow,
)

if TYPE_CHECKING:
    from facilitator.documents.report_blocks import Progress, Report

#: what stands where a name was left out of a text
LEFT_OUT = "[name left out]"
NOT_SAID = "Not said"
_CAME = (Status.ARRIVED, Status.LEFT)


@dataclass(frozen=True, slots=True)
class Written:
    """A document that is on disk now, and whether anybody's name is inside."""

    path: Path
    names_inside: bool
    changes: Changes = Changes.NONE


@dataclass(frozen=True, slots=True)
class NameInText:
    """A name of somebody on the list in a note that was not taken by name."""

    note_id: UUID
    kind: NoteKind
    name: str
    #: the words around it
    excerpt: str


class ReportService:
    """The figures of the day and the report in PDF or Word."""

    def __init__(self, database: Database, clocks: Clocks) -> None:
        self._database = database
        self._clocks = clocks

    def figures(self, attribution: str = "role", *, internal: bool = False) -> DayFigures:
        """Everything that documents say of the day.

        `attribution` (named | role | none) is the most that is shown of who said something; what a
        note itself does not allow is never in the answer. `internal`: small counts are whole.
        """
        allowed = parse_attribution(attribution)
        with self._database.reading() as session:
            return gather(session, self._clocks, allowed, internal=internal)

    def write(
        self, path: Path, *, internal: bool = False, attribution: str = "named",
        progress: Progress | None = None,
    ) -> Written:  # fmt: skip
        """Write the report to `path`: a PDF, or Word where the name ends in .docx.

        By default each note shows what whoever said it agreed to. Refused for another ending.
        `progress` is told the share that is written, 0 to 1; what it raises ends the writing, and
        nothing half-written is left.
        """
        writer = _writer_for(path)
        figures = self.figures(attribution, internal=internal)
        from facilitator.documents.report_text import compose

        writer(path, compose(figures), figures.made_at, progress)
        named = any(note.is_named for note in figures.notes)
        record_document(self._database, self._clocks, "report", path, names_inside=named)
        return Written(path, named)

    def draft(self, path: Path, *, attribution: str = "role") -> Path:
        """The report as PDF to look at; it counts as no document that was made."""
        figures = self.figures(attribution)
        from facilitator.documents.report_pdf import write_report_pdf
        from facilitator.documents.report_text import compose

        return write_report_pdf(path, compose(figures), figures.made_at)

    def names_in_notes(self) -> tuple[NameInText, ...]:
        """Names of people on the list in notes that were not taken by name, to look at before a
        report is made (it leaves them out)."""
        with self._database.reading() as session:
            names = KnownNames(known_people(session))
            notes = _standing(read_notes(session))
        found: list[NameInText] = []
        for note in notes:
            if note.content.attribution is Attribution.NAMED:
                continue
            for text in _texts(note):
                found += [
                    NameInText(note.id, note.kind, hit.words, _excerpt(text, hit.start, hit.end))
                    for hit in names.hits(text)
                ]
        return tuple(found)


def parse_attribution(text: str) -> Attribution:
    """named, role or none. Refused where it is something else."""
    try:
        return Attribution(text.strip().lower())
    except ValueError:
        raise Refused(
            f"“{clean(text)[:40]}” is no attribution; use one of: named, role, none."
        ) from None


def record_document(
    database: Database, clocks: Clocks, kind: str, path: Path, *, names_inside: bool
) -> None:
    """Keep that a document was made; one that is written is not undone by an event that is not."""
    with suppress(WorldTrouble), database.session() as session:
        session.add(
            DocumentFactRow(
                kind=kind,
                at=clocks.now(),
                name=path.name,
                names_inside=names_inside,
                details={"path": place_of(path)},
            )
        )


def _writer_for(path: Path) -> Callable[[Path, Report, datetime, Progress | None], Path]:
    match path.suffix.lower():
        case ".pdf":
            from facilitator.documents.report_pdf import write_report_pdf

            return write_report_pdf
        case ".docx":
            from facilitator.documents.report_docx import write_report_docx

            return write_report_docx
        case _:
            raise Refused(
                f"A report is a PDF or a Word document; “{path.name}” is neither.",
                "Nothing was written.", "End its name in .pdf or .docx.",
            )  # fmt: skip


# --- gathering ------------------------------------------------------------------------------------


def gather(
    session: Session, clocks: Clocks, attribution: Attribution, *, internal: bool
) -> DayFigures:
    """The day's figures, as of one moment of the database."""
    event = read_event(session)
    people = read_people(session)
    came = [person for person in people if person.status in _CAME]
    notes = _standing(read_notes(session))
    shown = _Shown(event, people, attribution)
    by_kind: dict[NoteKind, list[NoteFigure]] = defaultdict(list)
    for note in notes:
        by_kind[note.kind].append(shown.note(note))
    questions, told = _asked(session, shown.people(), attribution)
    erased = session.exec(
        select(AttendeeRow.id).where(col(AttendeeRow.erased_at).is_not(None))
    ).all()
    figures = DayFigures(
        event_id=event.id, name=event.name, held_on=event.held_on, venue=event.venue,
        timezone=event.timezone, sides=event.sides, made_at=event.local(clocks.now()),
        attribution=attribution.value, internal=internal, is_rehearsal=event.is_rehearsal,
        purged=event.purged_at is not None,
        by_side=tuple(_side_figure(side, people) for side in event.sides),
        boroughs=_boroughs(event, came),
        programme=session_figures(session, clocks),
        meetings=_meetings(session, event, came),
        myths=tuple(by_kind[NoteKind.MYTH]),
        bright_spots=tuple(by_kind[NoteKind.BRIGHT_SPOT]),
        pain_points=tuple(by_kind[NoteKind.PAIN_POINT]),
        actions=tuple(by_kind[NoteKind.ACTION]),
        people=told, questions=questions, quote=_quote(session, shown),
        logos=logo_figures(session),
        foreword=event.settings.foreword, aims=event.settings.aims, erased=len(erased),
        agreed=sum(1 for person in came if person.contact_consent),
    )  # fmt: skip
    return (
        figures
        if attribution is Attribution.NAMED
        else replace(figures, people=listed_people(figures))
    )


def _quote(session: Session, shown: _Shown) -> QuoteFigure | None:
    note = quoted_note(session)
    if note is None:
        return None
    told = shown.note(note)
    return QuoteFigure(told.text, told.who)


def _asked(
    session: Session, people: Sequence[PersonFigure], attribution: Attribution
) -> tuple[tuple[str, ...], tuple[PersonFigure, ...]]:
    """What the Desk asked, and the people with their answers; nothing where names are left out."""
    asked = read_questions(session, removed=True)
    if attribution is not Attribution.NAMED or not asked:
        return (), tuple(people)
    given = answers_standing(session)
    still = {one.id for one in read_questions(session)}
    known = still | {key for theirs in given.values() for key in theirs}
    words = tuple(dict.fromkeys(one.words for one in asked if one.id in known))
    found = []
    for person in people:
        theirs = given.get(UUID(person.id), {})
        by_words = {one.words: theirs[one.id].answer for one in asked if one.id in theirs}
        found.append(replace(person, answers=tuple(by_words.get(word) for word in words)))
    return words, tuple(found)


def _standing(notes: Sequence[Note]) -> list[Note]:
    return [note for note in notes if note.removed_at is None and note.merged_into is None]


def _texts(note: Note) -> list[str]:
    content = note.content
    return [
        text for text in (content.text, content.reality, content.room_line, content.evidence,
                          content.why, content.where, content.needs, content.ask, content.owner)
        if text
    ]  # fmt: skip


def _excerpt(text: str, start: int, end: int) -> str:
    before, after = text[max(0, start - 30) : start], text[end : end + 30]
    return (
        ("…" if start > 30 else "") + before + text[start:end] + after
        + ("…" if end + 30 < len(text) else "")
    ).replace("\n", " ")  # fmt: skip


def known_people(session: Session) -> list[Known]:
    """Everybody on the list as what could give them away."""
    return [
        Known(p.given_name, p.family_name, p.email, p.phone, p.organisation, (p.ticket, *p.codes))
        for p in read_people(session)
    ]


def _side_figure(side: Side, people: Iterable[Person]) -> SideFigure:
    here = [p for p in people if p.side == side.key and p.status is not Status.CANCELLED]
    came = [p for p in here if p.status in _CAME]
    lines = Counter(p.front_line for p in came)
    return SideFigure(side, len(here), len(came), lines[True], lines[False], lines[None])


def _boroughs(event: Event, came: Sequence[Person]) -> tuple[BoroughFigure, ...]:
    keys = event.sides.keys
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    agreed: Counter[str] = Counter()
    for person in came:
        borough = person.borough or NOT_SAID
        counts[borough][keys.index(person.side) if person.side in keys else 2] += 1
        agreed[borough] += bool(person.contact_consent)
    return tuple(
        BoroughFigure(name, (n[0], n[1], n[2]), agreed[name])
        for name, n in sorted(
            counts.items(), key=lambda item: (item[0] == NOT_SAID, -sum(item[1]), item[0])
        )
    )


# --- who met whom ---------------------------------------------------------------------------------


def _meetings(session: Session, event: Event, came: Sequence[Person]) -> MeetingFigures:
    # people by their place in the list: pairs of ids would be slow to look up
    here = {person.id: place for place, person in enumerate(came)}
    seats = seating(session)
    rounds = session.exec(select(RoundRow).order_by(col(RoundRow.number))).all()
    begun = {row.number for row in rounds if row.started_at is not None}
    counted = begun or {row.number for row in rounds if row.finished_at is None}
    tables: dict[tuple[int, str], list[int]] = defaultdict(list)
    for person, places in seats.items():
        for number, seat in places.items():
            if person in here and number in counted:
                tables[number, seat.table].append(here[person])
    keys = event.sides.keys
    position = [keys.index(person.side) if person.side in keys else 2 for person in came]
    return _count_meetings(tables, position, came, begun=bool(begun))


def _count_meetings(
    tables: dict[tuple[int, str], list[int]], position: list[int],
    here: Sequence[Person], *, begun: bool,
) -> MeetingFigures:  # fmt: skip
    cells = {(0, 0): 0, (0, 1): 1, (0, 2): 2, (1, 1): 3, (1, 2): 4, (2, 2): 5}
    matrix = [0] * 6
    times: Counter[tuple[int, int]] = Counter()
    in_round: dict[int, list[int]] = defaultdict(lambda: [0, 0, 0])
    #: by round: meetings among people of the two sides
    between_in: Counter[int] = Counter()
    for (number, _), sitting in tables.items():
        for person in sitting:
            in_round[number][position[person]] += 1
        for one, other in combinations(sorted(sitting), 2):
            a, b = sorted((position[one], position[other]))
            matrix[cells[a, b]] += 1
            times[one, other] += 1
            between_in[number] += b < 2
    across = [pair for pair in times if {position[pair[0]], position[pair[1]]} == {0, 1}]
    met = {person for pair in across for person in pair}
    seated = {person for sitting in tables.values() for person in sitting}
    expected = 0.0
    for number, (first, second, _) in in_round.items():
        both = first + second
        if both > 1:
            expected += between_in[number] * 2 * first * second / (both * (both - 1))
    meetings, between = sum(matrix), sum(between_in.values())
    boroughs: Counter[tuple[str, str]] = Counter()
    for one, other in across:
        first, second = (one, other) if position[one] == 0 else (other, one)
        pair = here[first].borough, here[second].borough
        if all(pair):
            boroughs[pair] += 1
    return MeetingFigures(
        rounds=len(in_round), begun=begun, people=len(seated),
        tables=len({table for _, table in tables}), meetings=meetings, across=matrix[1],
        chance=expected / between if between else 0.0, pairs=len(times),
        pairs_across=len(across), repeated=sum(1 for many in times.values() if many > 1),
        seated=(sum(position[p] == 0 for p in seated), sum(position[p] == 1 for p in seated)),
        met_nobody=(
            sum(position[p] == 0 and p not in met for p in seated),
            sum(position[p] == 1 and p not in met for p in seated),
        ),
        matrix=(matrix[0], matrix[1], matrix[2], matrix[3], matrix[4], matrix[5]),
        borough_pairs=tuple(
            (one, other, many)
            for (one, other), many in sorted(boroughs.items(), key=lambda i: (-i[1], i[0]))
        ),
    )  # fmt: skip


# --- what may be shown of people ------------------------------------------------------------------


class _Shown:
    """People and notes as far as the attribution lets them be told."""

    def __init__(self, event: Event, people: Sequence[Person], allowed: Attribution) -> None:
        self._event = event
        self._people = people
        self._allowed = allowed
        self._names = KnownNames(
            Known(p.given_name, p.family_name, p.email, p.phone) for p in people
        )
        self._shared = Counter(
            (fold(p.role), fold(p.borough)) for p in people if p.status is not Status.CANCELLED
        )
        self._profession = Counter((fold(p.profession), fold(p.borough), p.side) for p in people)
        self._line = Counter((p.side, p.front_line, p.status) for p in people)

    def people(self) -> list[PersonFigure]:
        """Everybody, in the list's order or, without names, in one that tells nothing."""
        found = [self._person(person) for person in self._people]
        if self._allowed is not Attribution.NAMED:
            found.sort(
                key=lambda p: (p.side, p.status, p.borough or "~", p.profession or "~", p.id)
            )
        return found

    def note(self, note: Note) -> NoteFigure:
        """A note without anything that may not be told of who said it."""
        content = note.content
        named = self._allowed is content.attribution is Attribution.NAMED
        said = self._text if not named else str
        return NoteFigure(
            id=note.id, kind=note.kind.value, text=said(content.text), at=note.at,
            who=self._who(note, named=named), is_named=named and self._names_somebody(note),
            side=content.side, themes=content.themes, boroughs=content.boroughs,
            session=note.session, table=content.table, reality=said(content.reality),
            evidence=said(content.evidence), why=said(content.why),
            verdict=content.verdict.value if content.verdict else "", hands=note.hands,
            where=said(content.where), needs=said(content.needs),
            ask=self._contact(content.ask, named=named), pledges=len(note.pledges),
            pledged_by=tuple(p.who for p in note.pledges if p.who) if named else (),
            owner=self._contact(content.owner, named=named), has_owner=bool(content.owner),
            due=content.due, done=content.done_at is not None,
        )  # fmt: skip

    # -- internal -------------------------------------------------------------------------------

    def _text(self, text: str) -> str:
        return self._names.without(text, LEFT_OUT)

    def _names_somebody(self, note: Note) -> bool:
        content = note.content
        return bool(
            content.who.name
            or any(looks_like_name(text) for text in (content.owner, content.ask) if text)
            or any(self._names.hits(text) for text in _texts(note))
            or any(pledge.who for pledge in note.pledges)
        )

    def _who(self, note: Note, *, named: bool) -> str:
        content = note.content
        if named:
            return content.who.words
        if Attribution.NONE in (self._allowed, content.attribution):
            return ""
        return self._role(content.who, content.side, note.kind)

    def _role(self, who: Who, side: str, kind: NoteKind) -> str:
        """ "GP partner, Southwark" where five or more share that, else the side."""
        role = self._text(who.role)
        if role and self._shared[fold(who.role), fold(who.borough)] >= LEAST:
            return ", ".join(part for part in (role, who.borough) if part)
        if kind is NoteKind.MYTH or side not in self._event.sides:
            return ""  # a myth's side is said with it
        found = self._event.sides[side]
        return (
            f"somebody {found.people.removeprefix('people ')}"
            if found.position < 2
            else (f"one of the {found.people}")
        )

    def _contact(self, text: str, *, named: bool) -> str:
        """An owner or somebody to ask: a name only where names may be told, else a place."""
        if not text or named:
            return text
        if Attribution.NONE is self._allowed or looks_like_name(text):
            return ""
        return "" if self._names.hits(text) else text

    def _person(self, person: Person) -> PersonFigure:
        named = self._allowed is Attribution.NAMED
        shared = self._profession[fold(person.profession), fold(person.borough), person.side]
        tells = named or (self._allowed is Attribution.ROLE and shared >= LEAST)
        line = named or self._line[person.side, person.front_line, person.status] >= LEAST
        return PersonFigure(
            id=str(person.id), name=(person.name or None) if named else None,
            title=(person.title or None) if named else None,
            given_name=(person.given_name or None) if named else None,
            family_name=(person.family_name or None) if named else None,
            email=(person.email or None) if named else None,
            organisation=(person.organisation or None) if named else None,
            profession=(person.profession or None) if tells else None,
            side=person.side, front_line=person.front_line if line else None,
            borough=(person.borough or None) if tells else None, status=person.status.value,
            ticket=person.ticket if named else None, codes=person.codes if named else (),
        )  # fmt: skip
