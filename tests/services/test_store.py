"""The event's database: opened safely, refused in words, upgraded after a backup."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, event, text
from sqlmodel import SQLModel

from facilitator.app import EventApp, create_event, open_event
from facilitator.domain.errors import (
    Busy,
    Damaged,
    DiskFull,
    NotAnEvent,
    ReadOnly,
    Refused,
    TooNew,
    Trouble,
)
from facilitator.services.checkin import At
from facilitator.store import database as store
from facilitator.store.upgrade import alembic_config, upgrade
from tests.conftest import NEW
from tests.people import add_person


def test_the_migrations_make_just_what_the_rows_say() -> None:
    engine = create_engine("sqlite://")
    with engine.connect() as connection:
        from alembic import command

        command.upgrade(alembic_config(connection), "head")
        context = MigrationContext.configure(connection, opts={"compare_type": False})
        assert compare_metadata(context, SQLModel.metadata) == []
    engine.dispose()
    head = ScriptDirectory.from_config(alembic_config()).get_current_head()
    assert head == store.HEAD


def test_a_file_is_its_owners_alone_and_durable(file_app: EventApp) -> None:
    path = file_app.database.path
    assert path is not None
    add_person(file_app, "Priya Raman")
    for file in path.parent.glob("summit.facilitator*"):
        assert store.owner_only(file), file
    with file_app.database.reading() as session:
        pragmas = {
            name: session.execute(text(f"PRAGMA {name}")).scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
    assert pragmas == {
        "journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 5000,
    }  # fmt: skip


def test_an_event_is_never_overwritten(location: str) -> None:
    create_event(location, NEW).close()
    with pytest.raises(Refused, match=r"exists already|already holds"):
        create_event(location, NEW)
    with open_event(location) as app:
        assert app.event.get().name == NEW.name


def test_a_failure_while_making_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="no folder"):
        create_event(tmp_path / "missing" / "a.facilitator", NEW)
    assert list(tmp_path.glob("*.facilitator*")) == []


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", NotAnEvent),
        (b"Name,Email\nAda,ada@larkin.example\n", NotAnEvent),
        (b"SQLite format 3\0" + bytes(200), NotAnEvent),
    ],
)
def test_what_is_not_an_event_is_refused(
    tmp_path: Path, content: bytes, expected: type[Trouble]
) -> None:
    path = tmp_path / "list.facilitator"
    path.write_bytes(content)
    with pytest.raises(expected, match=r"not an event"):
        open_event(path)
    assert path.read_bytes() == content


def test_a_missing_file_and_a_folder_are_refused(tmp_path: Path) -> None:
    with pytest.raises(NotAnEvent, match="no event at"):
        open_event(tmp_path / "nothing.facilitator")
    with pytest.raises(NotAnEvent, match="folder"):
        open_event(tmp_path)


def test_a_damaged_file_is_refused_and_kept(tmp_path: Path) -> None:
    path = tmp_path / "a.facilitator"
    create_event(path, NEW).close()
    whole = path.read_bytes()
    broken = whole[:4096] + b"\xff" * (len(whole) - 4096)
    path.write_bytes(broken)
    with pytest.raises(Damaged, match="damaged"):
        open_event(path)
    assert path.read_bytes() == broken


def test_a_newer_file_is_refused_in_words(tmp_path: Path) -> None:
    path = tmp_path / "a.facilitator"
    create_event(path, NEW).close()
    with closing(sqlite3.connect(path)) as raw:
        raw.execute("UPDATE alembic_version SET version_num = '9001'")
        raw.commit()
    with pytest.raises(TooNew, match="newer Facilitator"):
        open_event(path)


def test_an_upgrade_backs_the_file_up_first(file_app: EventApp) -> None:
    backup = upgrade(file_app.database)
    assert backup is not None
    with open_event(backup) as copy:
        was = file_app.event.get()
        assert replace(copy.event.get(), authority=was.authority) == was
        assert copy.event.get().authority != was.authority, "a copy decides in its own name"


def test_a_lock_that_lasts_is_said_in_words(
    file_app: EventApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "PATIENCE", 0.2)
    path = file_app.database.path
    assert path is not None
    with open_event(path) as app, closing(sqlite3.connect(path)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(Busy, match="does not let go"):
            app.event.edit(venue="Elsewhere")
        other.rollback()
        app.event.edit(venue="Elsewhere")
        assert app.event.get().venue == "Elsewhere"


def test_a_full_disk_is_said_and_nothing_is_lost(file_app: EventApp) -> None:
    priya = add_person(file_app, "Priya Raman")
    with file_app.database.reading() as session:
        pages = session.execute(text("PRAGMA page_count")).scalar()

    def fill_up(connection: sqlite3.Connection, _record: object, _proxy: object) -> None:
        connection.execute(f"PRAGMA max_page_count={pages}")

    event.listen(file_app.database.engine, "checkout", fill_up)

    def scan_on() -> None:
        for number in range(2000):
            file_app.checkin.scan("x" * 2000 + str(number), At())

    with pytest.raises(DiskFull, match="is full"):
        scan_on()
    assert file_app.people.get(priya.id) == priya


def _as_nobody(act: Callable[[], object]) -> str:
    """What `act` raises when it is done by a user who owns nothing; root may write anywhere."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            if os.geteuid() == 0:
                os.setuid(65534)
            act()
            os.write(writing, b"done")
        except Trouble as trouble:
            os.write(writing, f"{type(trouble).__name__}: {trouble}".encode())
        except BaseException as problem:
            os.write(writing, repr(problem).encode())
        finally:
            os._exit(0)
    os.close(writing)
    os.waitpid(child, 0)
    with os.fdopen(reading, "rb") as answer:
        return answer.read().decode()


@pytest.mark.skipif(os.name == "nt", reason="needs another user of the system")
def test_a_read_only_folder_is_said_in_words(tmp_path: Path) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        path = folder / "a.facilitator"
        create_event(path, NEW).close()
        before = path.read_bytes()
        path.chmod(0o444)
        folder.chmod(0o555)
        try:
            for act in (
                lambda: create_event(folder / "b.facilitator", NEW),
                lambda: open_event(path).event.edit(venue="Elsewhere"),
            ):
                assert _as_nobody(act).startswith(ReadOnly.__name__)
        finally:
            folder.chmod(0o755)
        assert path.read_bytes() == before


def test_a_copy_is_whole_while_others_write(app: EventApp, tmp_path: Path) -> None:
    people = [add_person(app, f"Guest {n}") for n in range(5)]
    app.checkin.scan(people[0].ticket, At("Desk 1"))
    target = tmp_path / "copy.facilitator"
    app.database.backup(target)
    with open_event(target) as copy:
        assert [p.ticket for p in copy.people.all()] == [p.ticket for p in people]
        assert copy.checkin.balance() == app.checkin.balance()
    with pytest.raises(Refused, match="no folder"):
        app.database.backup(tmp_path / "missing" / "copy.facilitator")


@pytest.mark.slow
def test_a_killed_process_loses_nothing_that_was_answered(tmp_path: Path) -> None:
    path = tmp_path / "a.facilitator"
    with create_event(path, NEW) as app:
        tickets = [add_person(app, f"Guest {n}").ticket for n in range(40)]
    scan = [sys.executable, "-m", "ui", "scan", str(path), "--json"]
    with subprocess.Popen(scan, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write("\n".join(tickets).encode() + b"\n")
        process.stdin.flush()
        answered = [process.stdout.readline() for _ in range(15)]
        process.kill()
        process.stdin.close()
    assert all(b'"welcome"' in line for line in answered)
    with open_event(path) as app:
        assert app.checkin.balance().here >= 15
        arrived = {p.ticket for p in app.people.all() if p.is_here}
    assert arrived >= set(tickets[:15])
