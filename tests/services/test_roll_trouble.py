"""The roll comes when nothing else does: a full disk, a read-only file, a server that is gone."""

from __future__ import annotations

import socket
import time
from contextlib import closing
from pathlib import Path

import pytest
from pypdf import PdfReader
from sqlalchemy import create_engine

from facilitator.app import EventApp, open_event
from facilitator.clocks import HandClocks
from facilitator.documents.roll import RollPerson, write_roll_pdf
from facilitator.domain.errors import WorldTrouble
from facilitator.services.checkin import At
from facilitator.services.copy_places import CopyPlaces
from facilitator.services.roll import ROLL_CALL, Roll, RollService, roll_at, write_roll
from facilitator.store.database import Database
from tests.cli.run import command
from tests.people import add_person


def names(roll: Roll) -> list[str]:
    return [one.name for one in roll.people]


@pytest.fixture
def day(file_app: EventApp) -> EventApp:
    """Two are here; the second is only in the log beside the file."""
    for name in ("Ada Larkin", "Bo Chan"):
        file_app.checkin.scan(add_person(file_app, name).ticket, At("Desk 1"))
    return file_app


def unopenable(day: EventApp, folder: Path) -> Path:
    """The event and its log where SQLite cannot make what it needs beside them: a link to itself
    is in the way, whoever asks. As on a read-only stick, and as on a disk without room."""
    path = day.database.path
    assert path is not None
    folder.mkdir()
    copy = folder / path.name
    copy.write_bytes(path.read_bytes())
    log = path.with_name(f"{path.name}-wal")
    assert log.stat().st_size
    copy.with_name(log.name).write_bytes(log.read_bytes())
    copy.with_name(f"{path.name}-shm").symlink_to(f"{path.name}-shm")
    return copy


def test_a_file_that_does_not_open(day: EventApp, tmp_path: Path, clocks: HandClocks) -> None:
    path = unopenable(day, tmp_path / "stick")
    with pytest.raises(WorldTrouble):
        Database.open(path).close()
    before = sorted(path.parent.iterdir())
    roll = roll_at(path, clocks)
    assert names(roll) == ["Chan, Bo", "Larkin, Ada"], "the last arrivals too"
    assert roll.source.endswith("All that is saved in it was read.")
    assert sorted(path.parent.iterdir()) == before
    said = command("roll", path)
    assert (said.status, "2 people are inside." in said.out) == (0, True)
    made = command("roll", path, "-o", tmp_path / "roll.csv", "--json")
    assert made.lines[0]["inside"] == 2
    assert made.lines[0]["source"]


def test_a_file_that_goes_while_it_is_open(
    day: EventApp, tmp_path: Path, clocks: HandClocks
) -> None:
    stick = tmp_path / "stick"
    stick.mkdir()
    day.copies.choose(stick)
    day.copies.make()
    clocks.advance(14 * 60)
    day.checkin.scan(add_person(day, "Cy Late").ticket, At("Desk 1"))
    path = day.database.path
    assert path is not None
    day.database.close()
    for end in ("", "-wal", "-shm"):
        path.with_name(path.name + end).unlink(missing_ok=True)
    path.write_bytes(b"SQLite format 3\0" + bytes(4096))
    roll = day.roll.read()
    assert names(roll) == ["Chan, Bo", "Larkin, Ada"]
    assert roll.source.startswith("From the copy of 08:45 (14 minutes old, ")
    assert (clocks.now() - roll.as_of).total_seconds() == 14 * 60
    pdf = tmp_path / "roll.pdf"
    assert write_roll(roll, pdf) == 2
    assert pdf.read_bytes().startswith(b"%PDF")


def test_nothing_left_says_why(tmp_path: Path, clocks: HandClocks) -> None:
    with pytest.raises(WorldTrouble, match="no event"):
        roll_at(tmp_path / "nothing.facilitator", clocks)
    assert command("roll", tmp_path / "nothing.facilitator").status == 1


def test_a_server_that_is_gone(day: EventApp, tmp_path: Path, clocks: HandClocks) -> None:
    """A port at which nobody listens, and one at which nobody ever answers."""
    copy = tmp_path / "copy.facilitator"
    day.health.backup(copy)
    clocks.advance(180)
    with closing(socket.socket()) as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        url = f"postgresql://desk:secret@127.0.0.1:{silent.getsockname()[1]}/summit"
        places = CopyPlaces()
        places.made("any", url, copy)
        assert places.newest(url.replace("secret", "other")) == [copy]
        database = Database(create_engine(url.replace("://", "+psycopg://")), url, "“summit”")
        service = RollService(database, clocks)
        began = time.perf_counter()
        roll = service.read()
        again = service.read()
        assert time.perf_counter() - began < 2.0, "nobody waits for the server"
        assert names(roll) == names(again) == ["Chan, Bo", "Larkin, Ada"]
        assert "3 minutes old" in roll.source
        assert "does not answer" in roll.source
    roll = roll_at(url, clocks)
    assert "3 minutes old" in roll.source
    database.close()


def test_ticks_are_facts_of_one_roll_call(app: EventApp, clocks: HandClocks) -> None:
    guests = [add_person(app, name) for name in ("Ada Larkin", "Bo Chan")]
    for guest in guests:
        app.checkin.scan(guest.ticket, At())
    clocks.advance(60)
    app.roll.tick(str(guests[0].id), True, by="AB")
    app.roll.tick(str(guests[1].id), True)
    app.roll.tick(str(guests[1].id), False)
    assert [one.seen for one in app.roll.read().people] == [False, True]
    # whoever comes in again is inside again
    app.checkin.leave(guests[0].id, At())
    clocks.advance(60)
    app.checkin.scan(guests[0].ticket, At())
    assert app.roll.read().not_seen == 2
    app.roll.tick(str(guests[0].id), True)
    app.roll.begin_again()
    assert app.roll.read().not_seen == 2
    app.roll.tick(str(guests[0].id), True)
    clocks.advance(ROLL_CALL.total_seconds() + 1)
    assert app.roll.read().not_seen == 2, "a fire in the afternoon is another roll call"
    app.roll.tick(str(guests[1].id), True)
    assert app.roll.read().not_seen == 1


def test_let_in_twice_counts_as_two(file_app: EventApp, tmp_path: Path, clocks: HandClocks) -> None:
    guest = add_person(file_app, "Ada Larkin")
    second = tmp_path / "second.facilitator"
    file_app.database.backup(second)
    file_app.checkin.scan(guest.ticket, At("Front door"))
    with open_event(second, clocks) as other:
        other.checkin.scan(guest.ticket, At("Side door"))
    assert len(file_app.roll.people()) == 1
    file_app.merging.take_over(second)
    roll = file_app.roll.read()
    assert (names(roll), roll.doubled) == (["Larkin, Ada"] * 2, 1)
    assert len({one.key for one in roll.people}) == 2
    assert "08:45 at Front door and 08:45 at Side door" in roll.people[0].doubt
    file_app.roll.tick(roll.people[0].key, True)
    assert file_app.roll.read().not_seen == 1
    file_app.merging.looked_at(guest.id)
    assert len(file_app.roll.people()) == 1


def test_six_hundred_take_two_pages(tmp_path: Path, file_app: EventApp) -> None:
    sides = list(file_app.event.get().sides)
    people = [
        RollPerson(f"Oluwaseun {number}", "Featherstonehaugh", sides[number % 3],
                   str(number % 75), "Hearing loop" if number % 20 == 0 else "",
                   key=str(number), seen=number % 7 == 0)
        for number in range(600)
    ]  # fmt: skip
    occasion = file_app.roll.read().occasion
    path = write_roll_pdf(tmp_path / "roll.pdf", people, occasion, "From the copy of 11:02")
    assert len(PdfReader(path).pages) == 2
