"""Tables and rounds of the room: adding, removing, resizing; a round begins and ends."""

from __future__ import annotations

from uuid import UUID

from sqlmodel import Session, col, select

from facilitator.clocks import Clocks
from facilitator.domain.changes import Changes
from facilitator.domain.errors import Refused
from facilitator.domain.text import clean, counted
from facilitator.services.events import MOST_SEATS, MOST_TABLES, Done
from facilitator.services.seat_changes import TRIES, Rows, settled, write_change
from facilitator.services.standing import RoundNow, Standing, StandingCache, TableNow
from facilitator.services.wishes import asked_of, read_wishes
from facilitator.store.database import Database
from facilitator.store.rows import (
    RoomTableRow,
    RoundRow,
    RoundTableRow,
    SeatRow,
    WishRow,
)

MOST_ROUNDS = 12
#: what a round can aim at after new faces, and how
AIMS = {"borough": ("gather", "spread"), "stance": ("spread",), "org": ("spread",)}


class TableService:
    """The tables and rounds of the room."""

    def __init__(self, database: Database, clocks: Clocks, cache: StandingCache) -> None:
        self._database = database
        self._clocks = clocks
        self._cache = cache

    # -- tables ---------------------------------------------------------------------------------

    def add(self, seats: int, label: str = "") -> Done:
        """A further table, at the end. Without a label it gets the next number."""
        _check_seats(seats)
        with self._database.session() as session:
            standing = self._cache.read(session)
            if len(standing.tables) >= MOST_TABLES:
                raise Refused(f"An event has at most {MOST_TABLES} tables.")
            name = clean(label) or _next_label(standing.tables)
            if any(t.label == name for t in standing.tables):
                raise Refused(f"There is a table “{name}” already.")
            if len(name) > 20:
                raise Refused("A table's name has at most 20 characters.")
            position = max((t.position for t in standing.tables), default=-1) + 1
            row = RoomTableRow(label=name, position=position, seats=seats)
            session.add(row)
            session.flush()
            # Rounds that have happened did not have it.
            for a_round in standing.rounds:
                if not a_round.is_open:
                    session.add(RoundTableRow(round_id=a_round.id, table_id=row.id, seats=0))
        return Done(Changes.SEATS)

    def resize(self, label: str, seats: int, *, number: int | None = None) -> Done:
        """A table has other seats from now on, or in one round only (`number`).

        Whoever loses their seat gets another at the table, else the best free one, else none.
        """
        _check_seats(seats)
        return self._resize(label, seats, number, f"Table {label} has {counted(seats, 'seat')}")

    def remove(self, label: str) -> Done:
        """A table is no more in the rounds that are not over; its people get the best free seats.

        One at which nobody ever sat goes altogether.
        """
        with self._database.session() as session:
            table = _find(self._cache.read(session).tables, label)
            used = session.exec(
                select(SeatRow.id).where(col(SeatRow.table_id) == table.id).limit(1)
            ).first()
            for wish in session.exec(select(WishRow).where(col(WishRow.table_id) == table.id)):
                session.delete(wish)
            if used is None:
                for other in session.exec(
                    select(RoundTableRow).where(col(RoundTableRow.table_id) == table.id)
                ):
                    session.delete(other)
                row = session.get(RoomTableRow, table.id)
                session.flush()
                session.delete(row)
                return Done(Changes.SEATS | Changes.WISHES)
        done = self._resize(label, 0, None, f"Table {label} is no more")
        return Done(done.changes | Changes.WISHES)

    def describe(
        self, label: str, *, step_free: bool | None = None, hearing_loop: bool | None = None,
        near_front: bool | None = None, least: int | None = None,
    ) -> Done:  # fmt: skip
        """What a table offers, and the fewest people that should sit there."""
        with self._database.session() as session:
            row = session.get(RoomTableRow, _find(self._cache.read(session).tables, label).id)
            assert row is not None
            for name, value in (
                ("step_free", step_free), ("hearing_loop", hearing_loop),
                ("near_front", near_front), ("least", least),
            ):  # fmt: skip
                if value is not None:
                    setattr(row, name, value)
            session.add(row)
        return Done(Changes.SEATS)

    # -- rounds ---------------------------------------------------------------------------------

    def add_round(self) -> Done:
        """A further round, after the last."""
        with self._database.session() as session:
            rounds = self._cache.read(session).rounds
            if rounds and rounds[-1].was_left_out:
                # The first of those that were left out at the end comes back.
                at = len(rounds)
                while at and rounds[at - 1].was_left_out:
                    at -= 1
                row = session.get(RoundRow, rounds[at].id)
                assert row is not None
                row.finished_at = None
                session.add(row)
            else:
                number = max((r.number for r in rounds), default=0) + 1
                if number > MOST_ROUNDS:
                    raise Refused(f"An event has at most {MOST_ROUNDS} rounds.")
                session.add(RoundRow(number=number, name=f"Round {number}"))
        return Done(Changes.SEATS)

    def remove_round(self) -> Done:
        """The last round is no more. Refused where it has begun, or is the only one."""
        with self._database.session() as session:
            for _ in range(TRIES):
                standing = self._cache.read(session)
                rounds = [r for r in standing.rounds if not r.was_left_out]
                if len(rounds) < 2:
                    raise Refused("An event has one round at least.")
                last = rounds[-1]
                if not last.is_to_come:
                    raise Refused(f"Round {last.number} has begun; it stays.")
                rows: Rows = {(last.id, person): None for person in standing.seated(last.id)}
                words = f"Round {last.number} is left out"
                if rows and not write_change(
                    session, standing, "hand", self._clocks.now(), rows, words
                ):
                    continue
                row = session.get(RoundRow, last.id)
                assert row is not None
                row.finished_at = self._clocks.now()
                session.add(row)
                return Done(Changes.SEATS)
        raise busy_seats()

    def set_aims(self, number: int, aims: dict[str, str]) -> Done:
        """What a round aims at after new faces: {"borough": "gather"} and the like."""
        for key, way in aims.items():
            if way not in AIMS.get(key, ()):
                raise Refused(f"A round cannot aim at “{way} {key}”.")
        with self._database.session() as session:
            row = session.get(RoundRow, self._round(session, number).id)
            assert row is not None
            row.aims = dict(aims)
            session.add(row)
        return Done(Changes.SEATS)

    def start_round(self, number: int) -> Done:
        """A round begins; one that still runs ends. Beginning the running one again is nothing.

        Refused where it is over.
        """
        with self._database.session() as session:
            a_round = self._round(session, number)
            if a_round.is_running:
                return Done(Changes.NONE)
            if not a_round.is_to_come:
                raise Refused(f"Round {number} is over.", "Its seats stay as they were.")
            now = self._clocks.now()
            for row in session.exec(select(RoundRow)):
                if row.id == a_round.id:
                    row.started_at = now
                elif row.started_at is not None and row.finished_at is None:
                    row.finished_at = now
                session.add(row)
        return Done(Changes.SEATS)

    def finish_round(self, number: int) -> Done:
        """A running round ends. Refused where it does not run."""
        with self._database.session() as session:
            a_round = self._round(session, number)
            if not a_round.is_running:
                raise Refused(f"Round {number} does not run.")
            row = session.get(RoundRow, a_round.id)
            assert row is not None
            row.finished_at = self._clocks.now()
            session.add(row)
        return Done(Changes.SEATS)

    def take_back_start(self, number: int) -> Done:
        """A round has not begun after all: "next session" was a slip. Seats stay."""
        with self._database.session() as session:
            a_round = self._round(session, number)
            if not a_round.is_running:
                raise Refused(f"Round {number} does not run.")
            began = a_round.started_at
            for row in session.exec(select(RoundRow)):
                if row.id == a_round.id:
                    row.started_at = None
                elif row.finished_at == began and row.started_at is not None:
                    row.finished_at = None
                session.add(row)
        return Done(Changes.SEATS)

    # -- internal -------------------------------------------------------------------------------

    def _round(self, session: Session, number: int) -> RoundNow:
        found = self._cache.read(session).round(number)
        if found is None:
            raise Refused(f"There is no round {number}.")
        return found

    def _resize(self, label: str, seats: int, number: int | None, words: str) -> Done:
        with self._database.session() as session:
            for _ in range(TRIES):
                standing = self._cache.read(session)
                table = _find(standing.tables, label)
                rounds = [r for r in standing.rounds if r.is_open]
                if number is not None:
                    rounds = [r for r in rounds if r.number == number]
                    if not rounds:
                        raise Refused(f"Round {number} is over, or there is none of that number.")
                if seats == 0:
                    left = sum(
                        any(standing.seats_at(r.id, t) for r in rounds)
                        for t in standing.tables
                        if t.id != table.id
                    )
                    if not left:
                        raise Refused("The room needs one table at least.")
                changed = self._sized(session, standing, table, seats, rounds, number)
                rows: Rows = {}
                for a_round in rounds:
                    for person, spot in standing.seated(a_round.id).items():
                        if spot[0] == table.id and spot[1] >= seats:
                            rows[a_round.id, person] = spot
                if not rows:
                    return Done(Changes.SEATS)
                wishes = read_wishes(session)
                moved = settled(changed, rows, asked_of(session, changed, wishes))
                if write_change(session, changed, "hand", self._clocks.now(), moved, words):
                    return Done(Changes.SEATS)
        raise busy_seats()

    def _sized(
        self, session: Session, standing: Standing, table: TableNow, seats: int,
        rounds: list[RoundNow], number: int | None,
    ) -> Standing:  # fmt: skip
        """Write the new size; rounds that are over keep the one they had."""
        others = {
            row.round_id: row
            for row in session.exec(
                select(RoundTableRow).where(col(RoundTableRow.table_id) == table.id)
            )
        }
        if number is None and seats:
            for a_round in standing.rounds:
                if not a_round.is_open and a_round.id not in others:
                    session.add(
                        RoundTableRow(round_id=a_round.id, table_id=table.id, seats=table.seats)
                    )
            for a_round in rounds:
                if a_round.id in others:
                    session.delete(others[a_round.id])
            row = session.get(RoomTableRow, table.id)
            assert row is not None
            row.seats = seats
            session.add(row)
        else:
            for a_round in rounds:
                row = others.get(a_round.id) or RoundTableRow(
                    round_id=a_round.id, table_id=table.id, seats=0
                )
                row.seats = seats
                session.add(row)
        session.flush()
        return self._cache.read(session)


def busy_seats() -> Refused:
    """Others changed the seats again and again at the same moment."""
    return Refused(
        "Others are changing the seats at this moment.", "Nothing was changed here.", "Try again."
    )


def _check_seats(seats: int) -> None:
    if not 1 <= seats <= MOST_SEATS:
        raise Refused(f"A table has 1 to {MOST_SEATS} seats.")


def _find(tables: tuple[TableNow, ...], label: str) -> TableNow:
    for table in tables:
        if table.label == label:
            return table
    raise Refused(f"There is no table “{label}”.")


def _next_label(tables: tuple[TableNow, ...]) -> str:
    numbers = [int(t.label) for t in tables if t.label.isdigit()]
    return str(max(numbers, default=0) + 1)


def table_by_label(standing: Standing, label: str) -> TableNow:
    """The table of a label. Refused where there is none."""
    return _find(standing.tables, label)


def table_id(standing: Standing, label: str) -> UUID:
    """The id of the table of a label. Refused where there is none."""
    return _find(standing.tables, label).id
