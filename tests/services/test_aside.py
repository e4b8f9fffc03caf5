"""An event read aside: the last arrivals are there, and nothing is touched."""

from __future__ import annotations

import os
import sqlite3
import struct
from contextlib import closing
from pathlib import Path

import pytest

from facilitator.app import EventApp
from facilitator.domain.errors import BadEventFile, Damaged
from facilitator.services.checkin import At
from facilitator.services.people import read_people
from facilitator.store.aside import open_aside, read_whole
from tests.people import add_person


def here(path: Path) -> set[str]:
    """Who is here according to the file, read aside."""
    database = open_aside(path)
    try:
        with database.reading() as session:
            return {person.full_name for person in read_people(session) if person.is_here}
    finally:
        database.close()


def test_what_is_only_in_the_log_is_read(file_app: EventApp) -> None:
    path = file_app.database.path
    assert path is not None
    names = {f"Guest {number}" for number in range(30)}
    people = [add_person(file_app, name, "general-practice") for name in sorted(names)]
    for person in people[:-1]:
        file_app.checkin.scan(person.ticket, At("Desk 1"))
    log = path.with_name(f"{path.name}-wal")
    assert log.stat().st_size > 0, "the arrivals are still in the log"
    before = {p.name: (p.stat().st_size, p.stat().st_mtime_ns) for p in path.parent.iterdir()}
    assert here(path) == {person.full_name for person in people[:-1]}
    after = {p.name: (p.stat().st_size, p.stat().st_mtime_ns) for p in path.parent.iterdir()}
    assert before == after


def test_after_a_checkpoint_and_a_new_log(file_app: EventApp) -> None:
    path = file_app.database.path
    assert path is not None
    first, second = (add_person(file_app, name, "community-pharmacy") for name in ("Ada", "Bo"))
    file_app.checkin.scan(first.ticket, At())
    with closing(sqlite3.connect(path)) as raw:
        raw.execute("PRAGMA wal_checkpoint(RESTART)")
    file_app.checkin.scan(second.ticket, At())
    assert here(path) == {first.full_name, second.full_name}


def test_a_half_written_transaction_is_left_out(file_app: EventApp, tmp_path: Path) -> None:
    path = file_app.database.path
    assert path is not None
    first, second = (add_person(file_app, name, "community-pharmacy") for name in ("Ada", "Bo"))
    file_app.checkin.scan(first.ticket, At())
    log = path.with_name(f"{path.name}-wal")
    whole = len(log.read_bytes())
    file_app.checkin.scan(second.ticket, At())
    content, frames = path.read_bytes(), log.read_bytes()
    torn = tmp_path / "torn.facilitator"
    torn.write_bytes(content)
    beside = torn.with_name(f"{torn.name}-wal")
    for cut in (whole, whole + 100, len(frames) - 1):
        beside.write_bytes(frames[:cut])
        assert here(torn) >= {first.full_name}
    # the head of the last commit is there, and its page is not yet
    beside.write_bytes(frames[:-4096] + bytes(4096))
    assert second.full_name not in here(torn)


def test_it_is_what_sqlite_itself_reads(file_app: EventApp) -> None:
    path = file_app.database.path
    assert path is not None
    for number in range(40):
        add_person(file_app, f"Guest {number}", "other", organisation="x" * 300)
    with closing(sqlite3.connect(":memory:")) as memory, closing(sqlite3.connect(path)) as raw:
        memory.deserialize(read_whole(path))
        assert memory.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert list(memory.iterdump()) == list(raw.iterdump())


@pytest.mark.skipif(os.geteuid() == 0 if hasattr(os, "geteuid") else True, reason="root may write")
def test_a_read_only_folder(file_app: EventApp) -> None:
    path = file_app.database.path
    assert path is not None
    guest = add_person(file_app, "Ada", "other")
    file_app.checkin.scan(guest.ticket, At())
    path.parent.chmod(0o500)
    try:
        assert here(path) == {guest.full_name}
    finally:
        path.parent.chmod(0o700)


def test_no_event_and_a_log_of_something_else(file_app: EventApp, tmp_path: Path) -> None:
    other = tmp_path / "letter.facilitator"
    other.write_text("Dear all, " * 100, "utf-8")
    with pytest.raises(BadEventFile):
        open_aside(other)
    path = file_app.database.path
    assert path is not None
    odd = tmp_path / "odd.facilitator"
    odd.write_bytes(path.read_bytes())
    odd.with_name("odd.facilitator-wal").write_bytes(struct.pack(">8I", *range(8)) + bytes(5000))
    with pytest.raises(Damaged):
        open_aside(odd)
