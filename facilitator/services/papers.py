"""Paper for the day: everything for the case that the laptop fails, and what hangs on the wall."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from facilitator.clocks import Clocks
from facilitator.documents.page import ready_folder
from facilitator.documents.papers import SPARES, Papers, TickPerson, write_papers
from facilitator.documents.running_order import SessionLine, write_running_order
from facilitator.documents.tables_print import (
    ListedPerson,
    RoundPlan,
    Seat,
    TableCard,
    TablePlan,
    write_surname_list,
    write_table_cards,
    write_table_plan,
)
from facilitator.domain.board import Board
from facilitator.domain.changes import Changes
from facilitator.domain.errors import WorldTrouble
from facilitator.domain.localtime import shown_time
from facilitator.domain.people import Person
from facilitator.domain.schedule import Place
from facilitator.domain.ticket import make_ticket
from facilitator.services.badges import Printed
from facilitator.services.on_paper import ALL, OnPaper, note_document, read_on_paper, round_name
from facilitator.services.programme import ProgrammeService
from facilitator.services.seating import LIST, SeatingService
from facilitator.services.spoken import SpokenMoves, spoken_moves
from facilitator.services.standing import RoundNow
from facilitator.services.wishes import Wishes, read_wishes
from facilitator.store.database import Database


class PapersService:
    """Makes papers.pdf, table plans, lists by surname, table cards and the running order."""

    def __init__(
        self,
        database: Database,
        clocks: Clocks,
        seating: SeatingService,
        programme: ProgrammeService,
    ) -> None:
        self._database = database
        self._clocks = clocks
        self._seating = seating
        self._programme = programme

    def write(self, folder: Path, *, desks: tuple[str, ...] = ()) -> Printed:
        """Write papers.pdf into `folder`, made where it is missing.

        The codes of its spare badges are recorded first, so that they are known when scanned.
        """
        folder = ready_folder(folder)
        path = folder / "papers.pdf"
        paper, wishes = self._read()
        spares = tuple(make_ticket(paper.event.tag, secrets.token_bytes(10)) for _ in range(SPARES))
        count = len(paper.coming)
        known = note_document(
            self._database, self._clocks, "papers", path, people=count, spares=list(spares)
        )
        rounds = paper.rounds(ALL)
        first = next((one for one in rounds if one.is_open), None)
        papers = Papers(
            tuple(_tick(paper, one, rounds, first) for one in paper.coming),
            paper.sides,
            self._plans(paper, wishes, rounds),
            session_lines(self._programme.state().board),
            tuple(table.label for table in paper.standing.tables),
            spares if known else (),  # a badge that nobody would know is no help
            paper.event.call,
            desks,
        )
        write_papers(path, papers, paper.occasion)
        return Printed(path, len(paper.coming), 0, Changes.NONE)

    def table_plan(self, path: Path, numbers: tuple[int, ...] = ()) -> Printed:
        """Write who sits where, of the rounds named or of all. Refused before a mixing."""
        paper, wishes = self._read()
        rounds = [one for one in paper.rounds(ALL) if not numbers or one.number in numbers]
        return self._document(
            path, "table plan", paper, rounds,
            lambda: write_table_plan(path, self._plans(paper, wishes, rounds), paper.occasion),
        )  # fmt: skip

    def surname_list(self, path: Path) -> Printed:
        """Write everybody's tables by surname."""
        paper, _ = self._read()
        rounds = paper.rounds(ALL)
        people = [_listed(paper, one, rounds) for one in paper.coming]
        return self._document(
            path, "list by surname", paper, rounds,
            lambda: write_surname_list(path, people, paper.occasion),
        )  # fmt: skip

    def table_cards(self, path: Path) -> Path:
        """Write a card to stand on each table."""
        paper, _ = self._read()
        cards = [TableCard(table.label) for table in paper.standing.tables]
        return write_table_cards(path, cards, paper.sides, paper.occasion)

    def running_order(self, path: Path) -> Path:
        """Write the running order. Refused where there is no programme."""
        paper, _ = self._read()
        state = self._programme.state()
        lines = session_lines(state.board)
        return write_running_order(path, lines, paper.occasion, published=state.published)

    # -- internal -------------------------------------------------------------------------------

    def _read(self) -> tuple[OnPaper, Wishes]:
        with self._database.reading() as session:
            return read_on_paper(session, self._seating.cache, self._clocks), read_wishes(session)

    def _document(
        self,
        path: Path,
        kind: str,
        paper: OnPaper,
        rounds: list[RoundNow],
        write: Callable[[], object],
    ) -> Printed:
        """Write it, then record it and that people were told their tables by it."""
        write()
        note_document(self._database, self._clocks, kind, path, people=len(paper.coming))
        numbers = [one.number for one in rounds if one.is_open]
        told = 0
        with suppress(WorldTrouble):
            told = self._seating.told(LIST, numbers) if numbers else 0
        changes = Changes.SEATS if told else Changes.NONE
        return Printed(path, len(paper.coming), 0, changes)

    def _plans(
        self, paper: OnPaper, wishes: Wishes, rounds: list[RoundNow]
    ) -> tuple[RoundPlan, ...]:
        board = self._programme.state().board
        begins = {
            entry.session.round_number: shown_time(entry.expected_start, board.programme.zone)
            for entry in board.times
            if entry.session.round_number and entry.expected_start
        }
        moves = spoken_moves(paper.standing)
        return tuple(_plan(paper, wishes, one, begins.get(one.number, ""), moves) for one in rounds)


def _plan(
    paper: OnPaper, wishes: Wishes, one: RoundNow, starts: str, moves: SpokenMoves
) -> RoundPlan:
    standing = paper.standing
    rows = moves.rows if one.is_open else {}
    people = {person.id: person for person in paper.people}
    hosts = wishes.host_tables(one.number)
    tables: list[TablePlan] = []
    for table in standing.tables_of(one.id):
        places = standing.at_table(one.id, table.id)
        number = max(standing.seats_at(one.id, table), max(places, default=-1) + 1)
        seats: list[Seat] = []
        for place in range(number):
            person = people.get(places[place]) if place in places else None
            seats.append(
                _seat(paper, person, hosts.get(person.id) == table.id, rows.get(person.id, 0))
                if person
                else Seat("", None)
            )
        tables.append(TablePlan(table.label, tuple(seats)))
    unseated = tuple(
        _seat(paper, person)
        for person in paper.coming
        if standing.spot(one.id, person.id) is None
        and wishes.attends(person.id, one.number)
        and person.status.value != "left"
    )
    return RoundPlan(round_name(one), tuple(tables), starts, unseated, moves.words(one.number))


def _seat(paper: OnPaper, person: Person, is_host: bool = False, row: int = 0) -> Seat:
    return Seat(person.name, paper.side(person), person.organisation, is_host, row)


def _listed(paper: OnPaper, person: Person, rounds: list[RoundNow]) -> ListedPerson:
    return ListedPerson(
        person.given_name, person.family_name, paper.side(person),
        tuple(paper.tables_of(person.id, rounds)), person.organisation,
    )  # fmt: skip


def _tick(
    paper: OnPaper, person: Person, rounds: list[RoundNow], first: RoundNow | None
) -> TickPerson:
    listed = _listed(paper, person, rounds)
    since = person.since if person.is_here else None
    return TickPerson(
        listed,
        f"{paper.event.local(since):%H:%M}" if since else "",
        dict(paper.tables_of(person.id, [first])).get(round_name(first), "") if first else "",
    )


def session_lines(board: Board) -> tuple[SessionLine, ...]:
    """The sessions with their three times, as the running order shows them."""
    zone = board.programme.zone
    lines: list[SessionLine] = []
    for entry in board.times:
        one = entry.session
        published, expected, actual = (
            shown_time(moment, zone) if moment else ""
            for moment in (entry.published_start, entry.expected_start, entry.actual_start)
        )
        lines.append(
            SessionLine(
                published,
                one.title,
                entry.minutes or one.minutes,
                expected,
                actual,
                one.speaker,
                one.note,
                one.kind.is_break,
                one.protected,
                one.skip or entry.place is Place.SKIPPED,
            )
        )
    return tuple(lines)
