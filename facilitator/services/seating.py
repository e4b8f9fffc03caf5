"""Seating: who sits where in each round, and what arrivals, departures and people's hands do to it.

Nothing is overwritten: each change is appended with the revision that it makes, and what takes it
back is a further change.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from uuid import UUID

from sqlalchemy import insert
from sqlmodel import Session, col, select

from facilitator.clocks import Clocks
from facilitator.domain.changes import Changes
from facilitator.domain.errors import Refused
from facilitator.domain.ids import new_id
from facilitator.domain.text import listed
from facilitator.services.events import read_event
from facilitator.services.free_seats import Asked, best_spot, free_seats, place_at
from facilitator.services.people import read_people, read_person, standings
from facilitator.services.room import Mend, RoomState, read_room
from facilitator.services.seat_changes import (
    TRIES,
    Rows,
    original,
    read_changes,
    seats_before,
    seats_of_change,
    settled,
    undo_and_redo,
    write_change,
)
from facilitator.services.seats import (
    present_of,
    rounds_of,
    seats_of,
    table_now,
    was_ever_seated,
)
from facilitator.services.standing import RoundNow, Spot, Standing, StandingCache, TableNow
from facilitator.services.tables import busy_seats, table_by_label
from facilitator.services.wishes import asked_of, read_wishes
from facilitator.store.database import Database, take_turn
from facilitator.store.rows import (
    AttendanceWishRow,
    AttendeeRow,
    PresenceRow,
    SeatChangeRow,
    SeatRow,
    ToldRow,
)

BADGE, LIST, ROOM, DESK = "badge", "list", "room", "desk"
_TELL = insert(ToldRow)


@dataclass(frozen=True, slots=True)
class Seated:
    """What a change of the seats did: in words with names, and the seating's new revision."""

    words: str
    revision: int
    changes: Changes


class SeatingService:
    """The seats of every round."""

    def __init__(self, database: Database, clocks: Clocks) -> None:
        self._database = database
        self._clocks = clocks
        #: shared with the services of tables and mixing
        self.cache = StandingCache()

    # -- what check-in needs (the protocol `Seats`) ---------------------------------------------

    def table_of(self, session: Session, attendee_id: UUID) -> str | None:
        """The table in the running, else the next round."""
        return table_now(session, attendee_id)

    def arrived(self, session: Session, attendee_id: UUID, fact_id: UUID) -> bool:
        """Give somebody who lacks a seat the best free one in every mixed round that is not over;
        whoever comes back gets their old one while it is free. True where the seating changed.

        That the Desk tells them their table is recorded.
        """
        rounds = rounds_of(session, attendee_id)
        # Nearly everybody has a seat already, or nothing is mixed yet: then the room at large
        # need not be read.
        if not any(
            r.finished_at is None and r.table_id is None and was_ever_seated(session, r.round_id)
            for r in rounds
        ):
            present = present_of(rounds)
            if present is not None and present.table_id is not None:
                self._say(session, attendee_id, present.round_id, present.table_id)
            return False
        if session.info.get("alone"):
            return False  # seated when the hub is back: another desk may give the same seat
        take_turn(session)
        for _ in range(TRIES):
            standing = self.cache.read(session)
            lacking = self._lacking(session, standing, attendee_id)
            if not lacking:
                self._tell(session, standing, attendee_id)
                return False
            asked = asked_of(session, standing, read_wishes(session))
            before = self._last_seats(session, attendee_id)
            rows = free_seats(standing, attendee_id, lacking, asked, before)
            rows |= self._taken_over(session, standing, attendee_id, lacking, rows, asked)
            if not rows:
                return False
            now = self._clocks.now()
            if write_change(session, standing, "arrival", now, rows, cause=fact_id):
                self._tell(session, self.cache.read(session), attendee_id)
                return True
        raise busy_seats()

    def left(self, session: Session, attendee_id: UUID, fact_id: UUID) -> bool:
        """Free somebody's seats in every round that is not over; True where they had one."""
        return self._free(session, attendee_id, "left", fact_id)

    def undone(self, session: Session, fact_id: UUID) -> bool:
        """Take back what a presence fact did to the seating; True where it changed.

        A walk-in whose arrival is taken back keeps no seat, even one that a mixing gave them.
        """
        fact = session.get(PresenceRow, fact_id)
        if fact is None or session.info.get("alone"):
            return False
        taken = set(
            session.exec(select(SeatChangeRow.undoes).where(col(SeatChangeRow.undoes).is_not(None)))
        )
        changed = False
        for change in session.exec(
            select(SeatChangeRow)
            .where(col(SeatChangeRow.cause) == fact_id, col(SeatChangeRow.undoes).is_(None))
            .order_by(col(SeatChangeRow.revision).desc())
        ).all():
            if change.id not in taken:
                changed |= self._take_back(session, change.id, change.revision, fact_id)
        person = session.get(AttendeeRow, fact.attendee_id)
        gone = person is not None and person.walk_in
        if gone and fact.attendee_id not in standings(session, [fact.attendee_id]):
            changed |= self._free(session, fact.attendee_id, "undone", fact_id)
        return changed

    # -- reading --------------------------------------------------------------------------------

    def tables_of(self, person: UUID) -> list[tuple[int, str]]:
        """Somebody's table in each round in which they have one, in order."""
        with self._database.reading() as session:
            seats = seats_of(session, person)
        return [(number, seats[number].table) for number in sorted(seats)]

    def room(self) -> RoomState:
        """The room with every round, table and seat, and how good it is."""
        with self._database.reading() as session:
            return read_room(session, self.cache.read(session))

    # -- moves ----------------------------------------------------------------------------------

    def move(
        self, person: UUID, number: int, table: str, place: int | None = None, *, by: str = ""
    ) -> Seated:
        """Somebody sits at a table (its label) in a round; without a place at its best free one.

        Refused where the round is over, the table is full or the place is taken.
        """

        def decide(session: Session, standing: Standing) -> tuple[Rows, str, str]:
            a_round, there = self._open_table(standing, number, table)
            name = read_person(session, person).full_name
            at = standing.at_table(a_round.id, there.id)
            others = {where: who for where, who in at.items() if who != person}
            spot: Spot | None
            if place is None:
                taken: dict[Spot, UUID] = {(there.id, w): who for w, who in others.items()}
                asked = asked_of(session, standing, read_wishes(session))
                spot = place_at(standing, a_round.id, there.id, person, taken, asked)
                if spot is None:
                    raise Refused(
                        f"Table {table} is full in round {number}.", "Nobody was moved.",
                        "Swap two people, or give the table a seat more.",
                    )  # fmt: skip
            else:
                if not 0 <= place < standing.seats_at(a_round.id, there):
                    raise Refused(f"Table {table} has no seat {place + 1} in round {number}.")
                if place in others:
                    sitter = read_person(session, others[place]).full_name
                    raise Refused(
                        f"{sitter} sits there.", "Nobody was moved.", "Swap the two instead."
                    )
                spot = (there.id, place)
            if spot == standing.spot(a_round.id, person):
                return {}, "", f"{name} sits there already."
            words = f"A move to table {table} in round {number}"
            return {(a_round.id, person): spot}, words, f"{name} sits at table {table} now."

        return self._change("move", decide, by)

    def swap(self, one: UUID, other: UUID, number: int, *, by: str = "") -> Seated:
        """Two people exchange seats in a round; where one has none, they take the other's.

        Refused where neither has a seat or the round is over.
        """

        def decide(session: Session, standing: Standing) -> tuple[Rows, str, str]:
            a_round = self._open_round(standing, number)
            first, second = (read_person(session, who).full_name for who in (one, other))
            mine, theirs = standing.spot(a_round.id, one), standing.spot(a_round.id, other)
            if one == other or (mine is None and theirs is None):
                raise Refused(f"There is nothing to swap in round {number}.")
            rows: Rows = {(a_round.id, one): theirs, (a_round.id, other): mine}
            words = f"A swap in round {number}"
            return rows, words, f"{first} and {second} have swapped seats."

        return self._change("swap", decide, by)

    def unseat(self, person: UUID, number: int, *, by: str = "") -> Seated:
        """Take somebody's seat in a round away. Refused where they have none."""

        def decide(session: Session, standing: Standing) -> tuple[Rows, str, str]:
            a_round = self._open_round(standing, number)
            name = read_person(session, person).full_name
            if standing.spot(a_round.id, person) is None:
                raise Refused(f"{name} has no seat in round {number}.")
            words = f"A seat given up in round {number}"
            return {(a_round.id, person): None}, words, f"{name} has no seat in round {number}."

        return self._change("hand", decide, by)

    def seat(self, person: UUID, *, by: str = "") -> Seated:
        """Give somebody the best free seat in every mixed round that is not over.

        Refused where they have one everywhere, nothing is mixed yet, or all is full.
        """

        def decide(session: Session, standing: Standing) -> tuple[Rows, str, str]:
            name = read_person(session, person).full_name
            if not any(r.is_open and standing.is_mixed(r.id) for r in standing.rounds):
                raise Refused("The tables are not mixed yet.", "", "Mix them, and all get seats.")
            lacking = self._lacking(session, standing, person)
            if not lacking:
                raise Refused(f"{name} has a seat already.")
            asked = asked_of(session, standing, read_wishes(session))
            rows = free_seats(standing, person, lacking, asked)
            rows |= self._taken_over(session, standing, person, lacking, rows, asked)
            if not rows:
                raise Refused(
                    "Every table is full.", f"{name} has no seat yet.",
                    "Give a table a seat more, or add a table.",
                )  # fmt: skip
            labels = {t.id: t.label for t in standing.tables}
            where = listed(
                [
                    f"table {labels[spot[0]]} in round {r.number}"
                    for r in lacking
                    if (spot := rows.get((r.id, person))) is not None
                ]
            )
            return rows, "A free seat given", f"{name} sits at {where}."

        return self._change("hand", decide, by)

    def mend(self, mend: Mend, *, by: str = "") -> Seated:
        """Do what the room's sentence proposes with its one key."""
        if mend.kind == "seat":
            return self.seat(mend.person, by=by)
        if mend.kind == "unseat":
            return self.unseat(mend.person, mend.round, by=by)
        if mend.kind == "move" or mend.other is None:
            return self.move(mend.person, mend.round, mend.table, by=by)
        return self.swap(mend.person, mend.other, mend.round, by=by)

    def undo(self, *, by: str = "") -> Seated:
        """Take the last change made by hand or by a mixing back. Refused where there is none."""
        return self._again(0, by)

    def redo(self, *, by: str = "") -> Seated:
        """Do again what was taken back last. Refused where nothing was."""
        return self._again(1, by)

    # -- told -----------------------------------------------------------------------------------

    def told(self, how: str, numbers: Iterable[int], people: Iterable[UUID] | None = None) -> int:
        """Record that people (all, where not given) know their tables of these rounds.

        how: badge, list, room or desk. Returns how many facts were written.
        """
        wanted = None if people is None else set(people)
        with self._database.session() as session:
            standing = self.cache.read(session)
            now, count = self._clocks.now(), 0
            for number in numbers:
                a_round = standing.round(number)
                if a_round is None:
                    raise Refused(f"There is no round {number}.")
                for person, spot in standing.seated(a_round.id).items():
                    if wanted is None or person in wanted:
                        session.add(
                            ToldRow(attendee_id=person, round_id=a_round.id, table_id=spot[0],
                                    how=how, at=now)
                        )  # fmt: skip
                        count += 1
        return count

    # -- internal -------------------------------------------------------------------------------

    def _change(
        self,
        kind: str,
        decide: Callable[[Session, Standing], tuple[Rows, str, str]],
        by: str,
        undoes: UUID | None = None,
    ) -> Seated:
        """Decide against the room as it stands, and again where another change came first."""

        def work(session: Session) -> Seated:
            for _ in range(TRIES):
                standing = self.cache.read(session)
                rows, words, told = decide(session, standing)
                if not rows:
                    return Seated(told, standing.revision, Changes.NONE)
                now = self._clocks.now()
                if write_change(session, standing, kind, now, rows, words, by=by, undoes=undoes):
                    return Seated(told, standing.revision + 1, Changes.SEATS)
            raise busy_seats()

        return self._database.decide(work)

    def _again(self, which: int, by: str) -> Seated:
        with self._database.session() as session:
            for _ in range(TRIES):
                standing = self.cache.read(session)
                changes = read_changes(session)
                stack = undo_and_redo(changes)[which]
                if not stack:
                    raise Refused("There is nothing to " + ("do again." if which else "take back."))
                change = stack[-1]
                first = original(change, changes)
                rows = self._reverted(session, standing, change.id, change.revision)
                what = first.words or "The last change"
                if not rows:
                    raise Refused(
                        f"Nothing is left of it: {what[:1].lower()}{what[1:]}.",
                        "Later changes, or a round that has ended, stand.",
                    )
                now = self._clocks.now()
                if write_change(
                    session, standing, "undone", now, rows, first.words, by=by, undoes=change.id
                ):
                    event = read_event(session)
                    when = f"{event.local(first.at):%H:%M}"
                    verb = "Done again" if which else "Taken back"
                    told = f"{verb}: {what[:1].lower()}{what[1:]}, of {when}."
                    return Seated(told, standing.revision + 1, Changes.SEATS)
        raise busy_seats()

    def _reverted(
        self, session: Session, standing: Standing, change_id: UUID, revision: int
    ) -> Rows:
        """The seats as they were before a change, as far as it still stands and may be changed."""
        was = seats_of_change(session, change_id)
        before = seats_before(session, revision, list(was))
        may_change = {r.id for r in standing.rounds if r.is_open}
        may_sit = _seatable(session, was)
        rows: Rows = {
            key: before[key]
            for key, spot in was.items()
            if key[0] in may_change
            and standing.spot(*key) == spot
            and before[key] != spot
            and (before[key] is None or key[1] in may_sit)
        }
        if not rows:
            return {}
        return settled(standing, rows, asked_of(session, standing, read_wishes(session)))

    def _take_back(self, session: Session, change_id: UUID, revision: int, fact_id: UUID) -> bool:
        """Undo what a presence fact did. Seats that it gave go, even where they were moved on."""
        take_turn(session)
        for _ in range(TRIES):
            standing = self.cache.read(session)
            was = seats_of_change(session, change_id)
            before = seats_before(session, revision, list(was))
            may_change = {r.id for r in standing.rounds if r.is_open}
            rows: Rows = {}
            for key, spot in was.items():
                if key[0] not in may_change:
                    continue
                now = standing.spot(*key)
                if before[key] is None and now is not None:
                    rows[key] = None
                elif before[key] is not None and now == spot:
                    rows[key] = self._still_free(session, standing, key[0], key[1], before[key])
            rows = {key: spot for key, spot in rows.items() if spot != standing.spot(*key)}
            if not rows:
                return False
            at = self._clocks.now()
            if write_change(session, standing, "undone", at, rows, cause=fact_id, undoes=change_id):
                return True
        raise busy_seats()

    @staticmethod
    def _still_free(
        session: Session, standing: Standing, round_id: UUID, person: UUID, spot: Spot | None
    ) -> Spot | None:
        """An old seat, or the best free one where somebody else has it by now."""
        taken = {at: who for who, at in standing.seated(round_id).items()}
        if spot is None or spot not in taken:
            return spot
        asked = asked_of(session, standing, read_wishes(session))
        return place_at(standing, round_id, spot[0], person, taken, asked) or best_spot(
            standing, round_id, person, taken, asked
        )

    def _free(self, session: Session, person: UUID, kind: str, fact_id: UUID) -> bool:
        if session.info.get("alone"):
            return False  # freed when the hub is back
        take_turn(session)
        for _ in range(TRIES):
            standing = self.cache.read(session)
            rows: Rows = {
                (r.id, person): None
                for r in standing.rounds
                if r.is_open and standing.spot(r.id, person) is not None
            }
            if not rows:
                return False
            if write_change(session, standing, kind, self._clocks.now(), rows, cause=fact_id):
                return True
        raise busy_seats()

    @staticmethod
    def _lacking(session: Session, standing: Standing, person: UUID) -> list[RoundNow]:
        """The mixed rounds, not over, in which somebody is here and has no seat."""
        lacking = [
            r
            for r in standing.rounds
            if r.is_open and standing.is_mixed(r.id) and standing.spot(r.id, person) is None
        ]
        if not lacking:
            return []
        only = session.exec(
            select(AttendanceWishRow.rounds).where(col(AttendanceWishRow.attendee_id) == person)
        ).first()
        return lacking if only is None else [r for r in lacking if r.number in only]

    @staticmethod
    def _taken_over(
        session: Session, standing: Standing, person: UUID, lacking: list[RoundNow],
        found: Rows, asked: Asked,
    ) -> Rows:  # fmt: skip
        """Seats of people who have not come, where all others are taken and the day is under way.

        Until the first round begins everybody expected is waited for. Should they come after all,
        they get the best free seat, or one of somebody else who has not.
        """
        full = [r for r in lacking if (r.id, person) not in found]
        if not full or not any(r.started_at for r in standing.rounds):
            return {}
        known = set(standings(session))
        seats = {round_id: dict(people) for round_id, people in standing.seats.items()}
        held: dict[tuple[UUID, Spot], UUID] = {}
        for a_round in full:
            for who, spot in standing.seated(a_round.id).items():
                if who not in known and (who, a_round.number) not in asked.pinned:
                    held[a_round.id, spot] = who
                    seats[a_round.id][who] = None
        rows = free_seats(replace(standing, seats=seats), person, full, asked)
        for (round_id, _), spot in list(rows.items()):
            absent = held.get((round_id, spot)) if spot is not None else None
            if absent is not None:
                rows[round_id, absent] = None
        return rows

    @staticmethod
    def _last_seats(session: Session, person: UUID) -> dict[UUID, Spot]:
        """The last seat that somebody had in each round."""
        rows = session.exec(
            select(SeatRow.round_id, SeatRow.table_id, SeatRow.place)
            .where(col(SeatRow.attendee_id) == person, col(SeatRow.table_id).is_not(None))
            .order_by(col(SeatRow.revision))
        )
        return {round_id: (table, place) for round_id, table, place in rows if table is not None}

    def _tell(self, session: Session, standing: Standing, person: UUID) -> None:
        a_round = standing.present
        spot = standing.spot(a_round.id, person) if a_round else None
        if a_round is not None and spot is not None:
            self._say(session, person, a_round.id, spot[0])

    def _say(self, session: Session, person: UUID, round_id: UUID, table_id: UUID) -> None:
        session.connection().execute(
            _TELL,
            {"id": new_id(), "attendee_id": person, "round_id": round_id, "table_id": table_id,
             "how": DESK, "at": self._clocks.now()},
        )  # fmt: skip

    @staticmethod
    def _open_round(standing: Standing, number: int) -> RoundNow:
        a_round = standing.round(number)
        if a_round is None or a_round.was_left_out:
            raise Refused(f"There is no round {number}.")
        if not a_round.is_open:
            raise Refused(f"Round {number} has happened; its seats stay as they were.")
        return a_round

    def _open_table(self, standing: Standing, number: int, label: str) -> tuple[RoundNow, TableNow]:
        a_round = self._open_round(standing, number)
        table = table_by_label(standing, label)
        if not standing.seats_at(a_round.id, table):
            raise Refused(f"Table {label} is not there in round {number}.")
        return a_round, replace(table, seats=standing.seats_at(a_round.id, table))


def _seatable(session: Session, rows: Rows) -> set[UUID]:
    """Those of the rows who may have a seat: not left, cancelled or erased."""
    from facilitator.domain.people import Status

    found = read_people(session, {person for _, person in rows})
    return {p.id for p in found if p.status in (Status.ARRIVED, Status.EXPECTED)}
