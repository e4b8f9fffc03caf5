"""What lies outside the event: documents that name people, copies elsewhere, the program's logs."""

from __future__ import annotations

import logging
import shutil
from logging.handlers import RotatingFileHandler
from pathlib import Path

import platformdirs
import pytest

from facilitator.app import EventApp, open_event
from facilitator.services.privacy_documents import place_of
from facilitator.store.rows import DocumentFactRow
from tests.people import add_person
from tests.services.test_privacy_everywhere import everything, left_in


def _copy_elsewhere(app: EventApp, path: Path) -> None:
    app.health.backup(path)
    with app.database.session() as session:
        session.add(DocumentFactRow(kind="copy", at=app.clocks.now(), names_inside=True,
                                    details={"path": place_of(path)}))  # fmt: skip


def test_documents_are_named_again_until_they_are_deleted(
    file_app: EventApp, tmp_path: Path
) -> None:
    person = add_person(file_app, "Ada Larkin", email="ada@people.example", contact_consent=True)
    elsewhere = tmp_path / "desk top"
    elsewhere.mkdir()
    file_app.exports.write(elsewhere / "people.csv.d.json", "named")
    file_app.exports.write(tmp_path / "sheets", "named")
    file_app.privacy.write_access(person.id, tmp_path / "ada-larkin.pdf")
    file_app.roll.write(tmp_path / "roll.pdf")
    file_app.exports.write(tmp_path / "plain.json", "role")
    all_of_them = {
        elsewhere / "people.csv.d.json", tmp_path / "sheets", tmp_path / "ada-larkin.pdf",
        tmp_path / "roll.pdf",
    }  # fmt: skip
    assert set(file_app.privacy.purge().documents) == all_of_them
    assert "larkin" not in everything(file_app).lower()
    assert set(file_app.privacy.purge().documents) == all_of_them
    (tmp_path / "ada-larkin.pdf").unlink()
    shutil.rmtree(tmp_path / "sheets")
    left = file_app.privacy.purge().documents
    assert set(left) == {elsewhere / "people.csv.d.json", tmp_path / "roll.pdf"}
    for path in left:
        path.unlink()
    assert file_app.privacy.purge().documents == ()


def test_files_that_nobody_recorded_are_found_by_what_is_inside(
    file_app: EventApp, tmp_path: Path
) -> None:
    person = add_person(file_app, "Ada Larkin", email="Ada@people.example", codes=("EB-100077",))
    other = tmp_path / "moved"
    other.mkdir()
    file_app.exports.write(other / "a.xlsx", "named")
    file_app.exports.write(other / "codes", "named")
    (tmp_path / "list.csv").write_text("x,y\nAda,ada@people.example\n", "utf-16")
    shutil.move(other / "a.xlsx", tmp_path / "b.xlsx")
    shutil.move(other / "codes", tmp_path / "folder")
    (tmp_path / "tickets.txt").write_text(person.ticket)
    (tmp_path / "innocent.csv").write_text("x\nsomebody@else.example\n")
    found = {tmp_path / name for name in ("list.csv", "b.xlsx", "folder", "tickets.txt")}
    assert set(file_app.privacy.purge().documents) == found
    assert set(file_app.privacy.purge().documents) == found, "though no name is known any more"


def test_an_erasure_names_the_documents_too(file_app: EventApp, tmp_path: Path) -> None:
    person = add_person(file_app, "Ada Larkin", email="ada@people.example")
    add_person(file_app, "Bo Stays")
    file_app.privacy.write_access(person.id, tmp_path / "Ada Larkin.json")
    assert file_app.privacy.erase(person.id).documents == (tmp_path / "Ada Larkin.json",)
    assert "larkin" not in everything(file_app).lower()
    assert file_app.privacy.purge().documents == (tmp_path / "Ada Larkin.json",)


def test_copies_elsewhere_are_cleared_or_named(file_app: EventApp, tmp_path: Path) -> None:
    add_person(file_app, "Ada Larkin", email="ada@people.example")
    (tmp_path / "stick").mkdir()
    (tmp_path / "share").mkdir()
    _copy_elsewhere(file_app, tmp_path / "stick" / "copy 1.facilitator")
    file_app.health.backup(tmp_path / "stick" / "copy 2.facilitator")
    _copy_elsewhere(file_app, tmp_path / "share" / "copy.facilitator")
    shutil.move(tmp_path / "share", tmp_path / "taken out")
    done = file_app.privacy.purge()
    assert done.copies == tuple(
        tmp_path / "stick" / name for name in ("copy 1.facilitator", "copy 2.facilitator")
    )
    assert [one.path for one in done.unreached] == [tmp_path / "share" / "copy.facilitator"]
    assert "is not here now" in done.unreached[0].why
    assert left_in(tmp_path / "stick", "larkin", "ada@people.example") == []
    shutil.move(tmp_path / "taken out", tmp_path / "share")
    done = file_app.privacy.purge()
    assert done.unreached == ()
    assert tmp_path / "share" / "copy.facilitator" in done.copies
    assert file_app.privacy.purge().documents == ()


def test_a_copy_that_comes_back_later_loses_the_names_it_alone_knows(
    file_app: EventApp, tmp_path: Path
) -> None:
    """The copy still knows its people when the event does not any more."""
    add_person(file_app, "Ada Larkin", email="ada@people.example")
    (tmp_path / "stick").mkdir()
    _copy_elsewhere(file_app, tmp_path / "stick" / "copy.facilitator")
    shutil.move(tmp_path / "stick", tmp_path / "away")
    file_app.privacy.purge()
    shutil.move(tmp_path / "away", tmp_path / "stick")
    file_app.privacy.purge()
    assert left_in(tmp_path / "stick", "larkin", "ada@people.example") == []
    with open_event(tmp_path / "stick" / "copy.facilitator") as copy:
        assert copy.event.get().purged_at is not None


@pytest.fixture
def logs() -> list[Path]:
    """A log that is being written, its earlier part, and the log of the commands."""
    own = platformdirs.user_config_path("facilitator", False)
    faults = platformdirs.user_log_path("facilitator", False)
    own.mkdir(parents=True)
    faults.mkdir(parents=True, exist_ok=True)
    return [own / "facilitator.log", own / "facilitator.log.1", faults / "faults.log"]


def test_the_logs_lose_the_names_and_are_still_written(
    file_app: EventApp, logs: list[Path]
) -> None:
    add_person(file_app, "Ada Larkin", email="ada@people.example", organisation="Elm Surgery")
    for path in logs:
        path.write_text("KeyError: 'Ada Larkin' of Elm Surgery <ada@people.example>\nline 2\n")
    logger = logging.getLogger("facilitator")
    handler = RotatingFileHandler(logs[0], encoding="utf-8")
    logger.addHandler(handler)
    try:
        file_app.privacy.purge()
        logger.error("written later")
    finally:
        logger.removeHandler(handler)
        handler.close()
    for path in logs:
        text = path.read_text()
        assert "KeyError: '[removed]' of [removed] <[removed]>\nline 2\n" in text
    assert logs[0].read_text().endswith("line 2\nwritten later\n")


def test_a_fault_of_the_database_quotes_nobody(app: EventApp) -> None:
    from sqlalchemy import text
    from sqlalchemy.exc import DBAPIError

    with pytest.raises(DBAPIError) as caught, app.database.engine.begin() as connection:
        connection.execute(text("INSERT INTO nowhere VALUES (:n)"), {"n": "Ada Larkin"})
    assert "Larkin" not in str(caught.value)
