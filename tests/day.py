"""An invented day for the tests of what comes after it: people, arrivals, seats, notes and hands.

Rows are put straight into the event, so that these tests do not wait for a mixing to be reckoned.
"""

from __future__ import annotations

import secrets
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlmodel import col, select

from facilitator.app import EventApp
from facilitator.domain.ids import new_id
from facilitator.domain.ticket import make_ticket
from facilitator.store.rows import (
    AttendeeCodeRow,
    AttendeeRow,
    ClockFactRow,
    HandsRow,
    NoteBoroughRow,
    NoteRow,
    NoteThemeRow,
    PledgeRow,
    PresenceRow,
    RoomTableRow,
    RoundRow,
    SeatChangeRow,
    SeatRow,
    SessionRow,
)

GIVEN = ("Amara", "Bilal", "Carys", "Devi", "Ewan", "Farida", "Gwen", "Hamish", "Ilse", "Jomo",
         "Keira", "Lakshmi", "Mirek", "Nadia", "Odette", "Pavel", "Qadira", "Rohan", "Siân",
         "Tomasz", "Uzma", "Vikram", "Wanjiru", "Ximena", "Yusuf", "Zofia")  # fmt: skip
FAMILY = ("Abernathy", "Bhattacharya", "Çelik", "Delacroix", "Eze", "Fernández", "Gwynedd",
          "Haddad", "Ibekwe", "Jankowska", "Kowalczyk", "Llewellyn", "Mbeki", "Nowak", "O’Riordan",
          "Papadakis", "Quigley", "Raman", "Szymański", "Thorvald", "Uddin", "Venkatesan",
          "Wojcik", "Yilmaz", "Zubair")  # fmt: skip
BOROUGHS = ("Southwark", "Lambeth", "Lewisham", "Croydon", "Bromley")
SIDES = ("general-practice", "community-pharmacy", "other")


def name_of(number: int) -> tuple[str, str]:
    """The given and family name of the person of that number; all are different."""
    return GIVEN[number % 26], FAMILY[(number * 7 + number // 26) % 25]


def add_people(app: EventApp, *, first: int, second: int, third: int, come: float = 0.9) -> None:
    """People of three sides in five boroughs; the first nine tenths of each side came."""
    tag, now = app.event.get().tag, app.clocks.now()
    number = 0
    with app.database.session() as session:
        for side, many in zip(SIDES, (first, second, third), strict=True):
            for place in range(many):
                given, family = name_of(number)
                row = AttendeeRow(
                    title="Dr" if side == SIDES[0] else "", given_name=given, family_name=family,
                    email=f"{given}.{family}{number}@people.example".lower().replace("’", ""),
                    phone=f"020 7946 {number:04d}", organisation=f"{family} Road Surgery",
                    job_title="", profession={0: "GP partner", 1: "Pharmacist", 2: "Commissioner"}[
                        SIDES.index(side)],
                    side=side, front_line=place % 3 != 0, borough=BOROUGHS[(place * place) % 5],
                    contact_consent=number % 2 == 0, diet="Vegan" if number == 3 else "",
                    ticket=make_ticket(tag, secrets.token_bytes(10)), position=number + 1,
                    created_at=now,
                )  # fmt: skip
                session.add(row)
                session.flush()
                session.add(AttendeeCodeRow(attendee_id=row.id, code=f"EB-{100000 + number}",
                                            folded=f"eb-{100000 + number}"))  # fmt: skip
                if place < round(many * come):
                    session.add(PresenceRow(attendee_id=row.id, authority="file:test", number=1,
                                            kind="arrived", at=now, desk="Desk 1",
                                            operator="Olu", source="scan"))  # fmt: skip
                number += 1


def seat_everybody(app: EventApp, rounds: int = 3, seats: int = 8) -> None:
    """Those who came sit at tables, sides in turn; each round shifts everybody along."""
    now = app.clocks.now()
    with app.database.session() as session:
        here = set(session.exec(select(PresenceRow.attendee_id)).all())
        people = [
            row for row in session.exec(select(AttendeeRow).order_by(col(AttendeeRow.position)))
            if row.id in here
        ]  # fmt: skip
        people.sort(key=lambda row: (row.position * 37) % 101)
        tables = session.exec(select(RoomTableRow).order_by(col(RoomTableRow.position))).all()
        rows = session.exec(select(RoundRow).order_by(col(RoundRow.number))).all()[:rounds]
        for revision, row in enumerate(rows, 1):
            row.started_at = now
            session.add(row)
            change = SeatChangeRow(revision=revision, kind="mix", at=now, by="Olu")
            session.add(change)
            session.flush()
            many = -(-len(people) // seats)
            for place, person in enumerate(people):
                table = tables[(place + place // many * row.number) % many]
                session.add(SeatRow(change_id=change.id, revision=revision, round_id=row.id,
                                    attendee_id=person.id, table_id=table.id,
                                    place=place // many))  # fmt: skip


def add_programme(app: EventApp) -> None:
    """Four sessions; the second began seven minutes late, the last was not reached."""
    event = app.event.get()
    lines = [("Registration", "registration", 9, 0, 30), ("Welcome", "welcome", 9, 30, 15),
             ("Lunch", "break", 9, 45, 45), ("Close", "close", 10, 30, 10)]  # fmt: skip
    begun = app.clocks.now() + timedelta(minutes=15)
    with app.database.session() as session:
        number = 0
        for place, (title, kind, hour, minute, minutes) in enumerate(lines):
            row = SessionRow(position=place, title=title, kind=kind, minutes=minutes,
                             starts=f"{event.held_on}T{hour:02d}:{minute:02d}")  # fmt: skip
            session.add(row)
            session.flush()
            if place < 3:
                late = 7 if place else 0
                number += 1
                at = begun + timedelta(minutes=(hour - 9) * 60 + minute + late)
                session.add(ClockFactRow(number=number, kind="start" if place == 0 else "next",
                                         session_id=row.id, at=at, boot="boot-1",
                                         steady=1900.0 + (at - begun).total_seconds()))  # fmt: skip


def add_note(app: EventApp, kind: str, text: str, *, themes: tuple[str, ...] = (),
             boroughs: tuple[str, ...] = (), **more: Any) -> UUID:  # fmt: skip
    """A note as a row; answers with its id."""
    key, now = new_id(), app.clocks.now()
    with app.database.session() as session:
        session.add(NoteRow(id=key, kind=kind, text=text, at=now, changed_at=now, **more))
        session.flush()
        for theme in themes:
            session.add(NoteThemeRow(note_id=key, theme=theme))
        for borough in boroughs:
            session.add(NoteBoroughRow(note_id=key, borough=borough))
    return key


def show_hands(app: EventApp, note: UUID, moment: str, **counts: tuple[int, int]) -> None:
    """Counted hands: show_hands(app, note, "before", general_practice=(20, 25))."""
    with app.database.session() as session:
        for number, (side, (raised, present)) in enumerate(counts.items()):
            session.add(HandsRow(note_id=note, moment=moment, side=side.replace("_", "-"),
                                 raised=raised, present=present, at=app.clocks.now(),
                                 number=number + (0 if moment == "before" else 10)))  # fmt: skip


def pledge(app: EventApp, note: UUID, who: str, side: str) -> None:
    """Somebody pledges to copy a bright spot."""
    with app.database.session() as session:
        session.add(PledgeRow(note_id=note, who=who, side=side, at=app.clocks.now()))


def add_notes(app: EventApp) -> dict[str, UUID]:
    """The notes of the day, by a short name."""
    first = add_note(
        app, "myth", "GPs never read what we send", side="community-pharmacy",
        reality="They are read, but by a care coordinator, within two working days.",
        evidence="Audit at two Southwark practices: 212 of 230 messages opened in two days.",
        why="Silence is taken for not reading.", verdict="busted", themes=("communication",),
    )  # fmt: skip
    show_hands(app, first, "before", general_practice=(20, 25), community_pharmacy=(30, 40))
    show_hands(app, first, "after", general_practice=(8, 24), community_pharmacy=(12, 35))
    second = add_note(app, "myth", "Pharmacists just count tablets", side="general-practice",
                      verdict="partly-true", by_role="GP partner",
                      by_borough="Nowhere")  # fmt: skip
    show_hands(app, second, "before", general_practice=(3, 25), community_pharmacy=(0, 40))
    spot = add_note(
        app, "bright-spot", "One shared inbox for three pharmacies and two practices",
        where="Lewisham", needs="A care coordinator one morning a week", ask="Carys Çelik",
        attribution="named", by="Dr Amara Abernathy", by_role="GP partner",
        boroughs=("Lewisham",), side="general-practice",
    )  # fmt: skip
    for number in range(6):
        pledge(app, spot, f"Elm Road Surgery {number}", "general-practice")
    pain = add_note(
        app, "pain-point", "Nobody tells us when SMRs are done; ask Devi Venkatesan",
        themes=("communication", "capacity"), side="community-pharmacy",
    )  # fmt: skip
    owned = add_note(
        app, "action", "Meet every second Tuesday at the PCN", owner="Dr Bilal Haddad",
        due=date(2025, 12, 2), boroughs=("Southwark", "Lambeth"),
    )  # fmt: skip
    free = add_note(app, "action", '=HYPERLINK("http://evil.example")', boroughs=("Southwark",))
    return {"busted": first, "partly": second, "spot": spot, "pain": pain, "owned": owned,
            "free": free}  # fmt: skip


def full_day(app: EventApp) -> dict[str, UUID]:
    """A whole day of 105 people."""
    add_people(app, first=46, second=50, third=9)
    seat_everybody(app)
    add_programme(app)
    return add_notes(app)
